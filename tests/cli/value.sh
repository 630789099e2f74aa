# value: what data is worth, per dataset, cell and sample; what was not looked at is told, never 0.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "value: no python3 to write data with"; finish; }
python3 - <<'PY'
import json
def talk(i, *pairs):
    turns = []
    for q, a in pairs:
        turns += [{"from": "human", "value": ("" if turns else "<image>\n") + q}, {"from": "gpt", "value": a}]
    return {"id": f"r{i}", "image": f"{i}.png", "conversations": turns}
rows = {
    # 72 of 100 presence answers are yes; four scenes alike, each of 25 pictures
    "talks": [talk(i, ("Is there a ship?", "Yes." if i % 25 < 18 else "no"), ("What is the scene class?", "park beach forest river".split()[i % 4])) for i in range(100)],
    # answers that cannot be compared word for word; every second box has the same numbers
    "open": [talk(i, ("Describe the image in detail please.", f"Number {i % 10} shows a road that runs along a wide green field next to some old houses."),
                  ("Where is the ship?", "[0.1, 0.2, 0.3, 0.4]" if i % 2 else f"[0.1, 0.2, 0.3, 0.{41 + i}]")) for i in range(50)],
    "same": [talk(i, ("What is it?", "a field")) for i in range(60)],
    "one": [talk(0, ("What is it?", "a field"))],
    "none": [],
}
for name, list_ in rows.items():
    json.dump(list_, open(f"{name}.json", "w"))
PY
index() { rsift index "$2.json" --reader llava --name "$1" --licence CC-BY-4.0 --quiet $3 >.log 2>&1 || fail "index $1" .log; }
for name in talks open same one; do index $name $name ""; done
index bare talks --no-text
cat >look.py <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
by = {d["dataset"]: d for d in r["datasets"]}
cells = {(c["dataset"], c["answer_form"]): c for c in r["cells"]}
def show(what, row, *keys):
    print(what + ":", *(row[k] for k in keys))
show("a bias", by["talks"], "yes", "yes_no", "questions", "samples")
show("who says the commonest scores its share", cells["talks", "yes-no"], "blind", "gain", "bits", "words")
show("four scenes alike: a quarter, two bits", cells["talks", "phrase"], "blind", "bits")
show("all answers equal", by["same"], "blind", "common", "gain", "bits", "likely")
show("one sample: nothing to compare with", by["one"], "questions", "judged", "blind", "bits", "yes")
show("no texts: not known, and not 0", by["bare"], "without_text", "judged", "blind", "yes", "words")
show("no pictures were compared", by["talks"], "near_looked", "near_repeated", "near", "same_captions")
show("sentences and boxes are not judged", by["open"], "questions", "judged", "blind")
show("what a conversation asks for is tagged", cells["talks", "yes-no"], "task", "skill")
show("captions of conversations", by["open"], "captions", "captions_different", "same_captions", "caption_widest")
show("words that differ", cells["open", "sentence"], "words", "distinct_1", "open_words")
show("boxes of the very same numbers", by["open"], "boxes", "boxes_repeated", "same_boxes")
PY
cat >want <<'TXT'
a bias: 0.72 100 200 100
who says the commonest scores its share: 0.72 0 0.8555 1
four scenes alike: a quarter, two bits: 0.25 2
all answers equal: 1 1 0 0 1
one sample: nothing to compare with: 1 0 None None None
no texts: not known, and not 0: 400 0 None None None
no pictures were compared: None None None None
sentences and boxes are not judged: 100 0 None
what a conversation asks for is tagged: vqa presence
captions of conversations: 50 10 1 5
words that differ: 17 0.0294 850
boxes of the very same numbers: 50 25 0.5
TXT

check_exit "value" 0 rsift value
check_says "a bias in plain words" "72 % of 100 yes/no answers are yes: a model that always says yes scores 72"
check_says "what was not looked at" "The texts of 400 turns were not kept"
check_is "80 columns" "" "$(awk 'length > 80' .out)"
check_exit "value --json" 0 rsift value --json
mv .out all.json
python3 look.py all.json >got 2>&1
check_same "every number by hand" want got
rsift value --json --threads 1 >one.json 2>.log
check_same "one thread says the same" all.json one.json

# a row per sample
check_exit "-o CSV" 0 rsift value talks same -o v.csv --json
check_exit "-o Parquet, other order, one thread" 0 rsift value same talks -o v.parquet --threads 1
check_is "the same rows" "160 0" "$(rsift query --unsafe "SELECT count(*) a, CAST((SELECT count(*) FROM (SELECT sample_id, dataset, blind, share, bits, words FROM read_csv('v.csv') EXCEPT SELECT sample_id, dataset, blind, share, bits, words FROM 'v.parquet')) AS BIGINT) b FROM 'v.parquet'" --json | python3 -c 'import json, sys; r = json.load(sys.stdin)[0]; print(r["a"], r["b"])')"
check_is "the mean of the rows is the dataset's" "talks 0.485 True" "$(python3 - <<'PY'
import csv, json
rows = [r for r in csv.DictReader(open("v.csv")) if r["dataset"] == "talks"]
alone = next(d for d in json.load(open("all.json"))["datasets"] if d["dataset"] == "talks")
print("talks", round(sum(float(r["blind"]) for r in rows) / len(rows), 4), alone["blind"] == 0.485)
PY
)"
check_is "nothing else is left" "" "$(ls rsift-work/tmp; ls v.*partial* 2>/dev/null)"
check_exit "another ending" 2 rsift value -o v.xlsx
check_says "what is expected" "expected a name in .csv or .parquet"
check_exit "a folder that is not there" 2 rsift value one -o nowhere/v.csv
check_exit "not indexed" 2 rsift value talk
check_says "the nearest" "did you mean talks"

# captions of a release that names its task, and pictures that are compared; no sample at all
"$RSIFT_SYNTH" release rsicd --images 20 --side 32 --seed 3 --out rsicd >.log 2>&1 || fail "synth" .log
rsift index rsicd --dataset rsicd --workspace known --hash --quiet >.log 2>&1
rsift duplicates --near --workspace known --json >.log 2>&1
rsift index none.json --reader llava --name none --workspace known --quiet >.log 2>&1
check_exit "after duplicates --near" 0 rsift value --workspace known --json
check_is "captions are counted, pictures were compared, no sample is told" "True True True" "$(python3 - "$(one known "SELECT count(*) v FROM turn WHERE role = 'reference'")" <<'PY'
import json, sys
by = json.load(open(".out"))["datasets"]
rsicd = [d for d in by if d["dataset"] == "rsicd"]
print(sum(d["captions"] for d in rsicd) == int(sys.argv[1]), all(d["near_looked"] > 0 and d["near"] is not None for d in rsicd),
      [d["notes"] for d in by if d["dataset"] == "none"] == [["No sample with a known answer: nothing to value."]])
PY
)"

# captions that name what a whole list of the picture's objects lacks; audit shows the datasets' lines
"$RSIFT_SYNTH" pictures --out img --images 3 >.log 2>&1 || fail "synth" .log
python3 - <<'PY'
import json, os
names = sorted(os.path.relpath(os.path.join(d, f), "img") for d, _, files in os.walk("img") for f in files)[:3]
json.dump({"images": [{"id": i, "file_name": n} for i, n in enumerate(names)],
           "categories": [{"id": i + 1, "name": c} for i, c in enumerate(("ship", "Small-Vehicle", "plane"))],
           "annotations": [{"id": i, "image_id": i, "category_id": i + 1, "bbox": [1, 1, 5, 5], "area": 25, "iscrowd": 0} for i in range(3)]}, open("coco.json", "w"))
json.dump([{"id": n, "image": n, "conversations": [{"from": "human", "value": "<image>\nDescribe the image."},
            {"from": "gpt", "value": "Ships lie beside a small vehicle. There is no plane here."}]} for n in names], open("named.json", "w"))
PY
rsift index coco.json --reader coco --images img --name lists --workspace known --quiet >.log 2>&1 || fail "index coco" .log
rsift index named.json --reader llava --images img --name named --workspace known --quiet >.log 2>&1 || fail "index named" .log
check_exit "audit has the lines, too" "0 1" rsift audit named --workspace known --json
# of pictures with a ship, a vehicle and a plane each: "ship" and "vehicle" are named on all three
check_is "four of six names are not listed" "3 6 4" "$(python3 -c '
import json
d = json.load(open(".out"))["value"][0]
print(d["names_looked"], d["names"], d["names_unlisted"])')"
rsift audit named --workspace known >.out 2>.log
check_says "in a table" "What the data is worth"
finish
