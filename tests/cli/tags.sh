#!/bin/sh
# Tags of questions: the columns of turn, the views tag and signal, and what they say where questions
# are not tagged, texts are not kept, or a part is older than tags.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
cat >mine.json <<'JSON'
[{"id": "a", "image": "1.png", "conversations": [
   {"from": "human", "value": "<image>\nHow many ships are there?"}, {"from": "gpt", "value": "3"},
   {"from": "human", "value": "What color is the roof?"}, {"from": "gpt", "value": "red"},
   {"from": "human", "value": "Mind the gap."}, {"from": "gpt", "value": "Yes"}]},
 {"id": "b", "image": "2.png", "conversations": [
   {"from": "human", "value": "<image>\nIS THERE A ROAD? Answer with yes or no."}, {"from": "gpt", "value": "no"}]}]
JSON
index()
{
    ws=$1
    shift
    rsift index mine.json --reader llava --name mine --images . --workspace "$ws" --quiet "$@" >.log 2>&1 ||
        fail "index $*" .log
}
asks() { rsift query --workspace "$1" "$2" --json 2>&1 | tr -d '\n' | sed 's:}, {:},{:g'; }
all="SELECT s.original_id AS id, g.turn, g.task, g.skill, g.answer_form AS form, g.rule FROM tag g
     JOIN sample s USING (sample_id) ORDER BY id, turn"
tagged='[{"id":"a","turn":0,"task":"vqa","skill":"counting","form":"number","rule":"count"},{"id":"a","turn":2,"task":"vqa","skill":"color","form":"phrase","rule":"color"},{"id":"a","turn":4,"task":"conversation","skill":null,"form":"yes-no","rule":null},{"id":"b","turn":0,"task":"vqa","skill":"presence","form":"yes-no","rule":"presence"}]'

index ws
check_is "every question is tagged" "$tagged" "$(asks ws "$all")"
check_is "signal tells the same by name" '[{"name":"answer-form","value":"yes-no","evidence":"answer, turn 0"},{"name":"skill","value":"presence","evidence":"rule presence, turn 0"},{"name":"task","value":"vqa","evidence":"rule presence, turn 0"}]' \
    "$(asks ws "SELECT name, value, g.evidence FROM signal g JOIN sample s USING (sample_id) WHERE s.original_id = 'b' ORDER BY name")"
id=$(rsift query --workspace ws "SELECT sample_id AS v FROM sample WHERE original_id = 'a'" --json | sed 's/.*"v":"\([^"]*\)".*/\1/')
check_exit "sample ID" 0 rsift sample "$id" --workspace ws
check_says "sample ID: what each question asks for" "user  asks for vqa counting (rule count), answered by number"
check_says "sample ID: where no rule fires" "user  answered by yes-no"
# pictures with captions ask no question of their own
echo '{"images": [{"filename": "3.png", "split": "train", "sentences": [{"raw": "a road"}, {"raw": "a long road"}]}]}' >cap.json
rsift index cap.json --reader karpathy --name cap --workspace ws --quiet >.log 2>&1 || fail "index captions" .log
check_is "a sample without a question has one row" '[{"turn":null,"task":"caption","skill":"description","answer_form":"sentence","rule":null}]' \
    "$(asks ws "SELECT g.* EXCLUDE sample_id FROM tag g JOIN sample s USING (sample_id) WHERE dataset = 'cap'")"
check_is "whose signals come from its task" '[{"name":"answer-form","evidence":"answer"},{"name":"skill","evidence":"task"},{"name":"task","evidence":"release"}]' \
    "$(asks ws "SELECT name, g.evidence FROM signal g JOIN sample s USING (sample_id) WHERE dataset = 'cap' ORDER BY name")"
index bare --no-text
check_is "also where texts are not kept" "$tagged" "$(asks bare "$all")"
index plain --no-signals
untagged='[{"id":"a","turn":0,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"a","turn":2,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"a","turn":4,"task":"conversation","skill":null,"form":null,"rule":null},{"id":"b","turn":0,"task":"conversation","skill":null,"form":null,"rule":null}]'
check_is "--no-signals leaves them out" "$untagged" "$(asks plain "$all")"
check_is "without tags signal has the release's own" '[{"name":"task","value":"conversation","evidence":"release, turn 0"}]' \
    "$(asks plain "SELECT DISTINCT name, value, evidence FROM signal WHERE evidence LIKE '%turn 0'")"
# what pictures are of: the catalogue's sensor and ground sample distance, the picture's own before it
rsift index "$RSIFT_SOURCE_DIR/tests/golden/eurosat/in" --dataset eurosat --release rgb --workspace seen --quiet >.log 2>&1
check_is "the catalogue's sensor and distance" '[{"sensor":"sentinel-2","gsd_m":10,"gsd_band":"4-15 m","gsd_from":"catalogue","n":4}]' \
    "$(asks seen "SELECT sensor, gsd_m, gsd_band, gsd_from, count(*) AS n FROM imagery GROUP BY ALL")"
check_is "by name" '[{"name":"gsd-band","value":"4-15 m","evidence":"catalogue","n":4},{"name":"sensor","value":"sentinel-2","evidence":"catalogue","n":4}]' \
    "$(asks seen "SELECT name, value, evidence, count(*) AS n FROM signal WHERE name IN ('sensor', 'gsd-band') GROUP BY ALL ORDER BY name")"
check_is "one's own data say nothing" '[{"sensor":null,"gsd_m":null,"gsd_band":null,"gsd_from":null}]' "$(asks ws "SELECT DISTINCT * EXCLUDE sample_id FROM imagery")"
check_is "bands begin at their lower bound" '[{"bands":"below 0.3 m|0.3-1 m|0.3-1 m|1-4 m|4-15 m|15 m and more","none":null,"zero":null}]' \
    "$(asks ws "SELECT array_to_string([gsd_band(0.29), gsd_band(0.3), gsd_band(0.99), gsd_band(1), gsd_band(14.9), gsd_band(15)], '|') AS bands, gsd_band(NULL) AS \"none\", gsd_band(0) AS zero")"
if command -v python3 >/dev/null; then
    # GeoTIFFs of 8 x 8: two that tell 0.5 m and 0.6 m (one band), one of 20 m, one without a word
    python3 - <<'PY'
import json, os, struct
os.mkdir("geo")
def tiff(path, metres):
    tags = [(256, 3, 1, [8]), (257, 3, 1, [8]), (258, 3, 3, [8, 8, 8]), (259, 3, 1, [1]), (262, 3, 1, [2]), (273, 4, 1, [0]), (277, 3, 1, [3]), (278, 3, 1, [8]), (279, 4, 1, [192])]
    if metres:
        tags += [(33550, 12, 3, [metres, metres, 0]), (33922, 12, 6, [0, 0, 0, 5e5, 5e6, 0]), (34735, 3, 12, [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32633])]
    at, body, rows = 8 + 2 + 12 * len(tags) + 4, b"", b""
    for tag, kind, n, values in tags:
        raw = struct.pack("<%d%s" % (n, {3: "H", 4: "I", 12: "d"}[kind]), *values)
        if tag == 273: raw = struct.pack("<I", 2000)
        if len(raw) > 4: rows, body = rows + struct.pack("<HHII", tag, kind, n, at + len(body)), body + raw
        else: rows += struct.pack("<HHI", tag, kind, n) + raw.ljust(4, b"\0")
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + b"\0" * 4 + body
    open(path, "wb").write(head.ljust(2000, b"\0") + bytes(range(192)))
for name, metres in ("a", 0.5), ("b", 0.6), ("c", 20), ("d", 0): tiff("geo/%s.tif" % name, metres)
talk = lambda i, *pictures: {"id": i, "image": list(pictures) if len(pictures) > 1 else pictures[0], "conversations": [{"from": "human", "value": "<image>" * len(pictures) + "\nIs there a road?"}, {"from": "gpt", "value": "no"}]}
json.dump([talk("a", "a.tif"), talk("ab", "a.tif", "b.tif"), talk("ac", "a.tif", "c.tif"), talk("ad", "a.tif", "d.tif"), talk("d", "d.tif")], open("geo.json", "w"))
PY
    rsift index geo.json --reader llava --name geo --images geo --workspace geo-ws --quiet >.log 2>&1 || fail "index geo" .log
    check_is "a picture's own distance; two of one band; none where they differ or one says nothing" \
        '[{"id":"a","gsd_m":0.5,"gsd_band":"0.3-1 m","gsd_from":"picture"},{"id":"ab","gsd_m":null,"gsd_band":"0.3-1 m","gsd_from":"picture"},{"id":"ac","gsd_m":null,"gsd_band":null,"gsd_from":null},{"id":"ad","gsd_m":null,"gsd_band":null,"gsd_from":null},{"id":"d","gsd_m":null,"gsd_band":null,"gsd_from":null}]' \
        "$(asks geo-ws "SELECT s.original_id AS id, gsd_m, gsd_band, gsd_from FROM imagery JOIN sample s USING (sample_id) ORDER BY id")"
else
    skip "a picture's own distance: no python3"
fi
finish
