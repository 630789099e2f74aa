# What mix keeps is what emit writes, where the recipe names the trainer and the model: also what only
# the pictures tell, when they are linked after the index. Where the recipe names none, emit exits with 1.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "promised: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, os
def png(width, height):
    return little.png(width, [bytes((x * 2 + y) % 256 for x in range(3 * width)) for y in range(height)])
os.mkdir("img")
sizes = {"good": (40, 30), "strip": (804, 4), "edge": (800, 4)}
for name, size in sizes.items():
    open(f"img/{name}.png", "wb").write(png(*size))
json.dump([{"image": f"{name}.png", "conversations": [{"from": "human", "value": "<image>\nWhat is it?"},
            {"from": "gpt", "value": "A road."}]} for name in sizes], open("talk.json", "w"))
PY
printf 'name: m\nformat: qwen\nmodel: qwen3-vl\ndatasets:\n  - {id: mine}\n' >named.yaml
printf 'name: m\ndatasets:\n  - {id: mine}\n' >any.yaml
reasons() { one ws "SELECT string_agg(reason, ' ' ORDER BY ordinal) v FROM ledger JOIN mixture USING (mixture_id) JOIN sample USING (sample_id) WHERE $1"; }
written() { cat "$1"/train.json* 2>/dev/null | wc -l | tr -d ' '; }
for when in now later; do
    rm -rf ws out
    if [ $when = now ]; then set -- --images img; else set --; fi
    rsift index talk.json --reader llava --name mine --licence CC-BY-4.0 --workspace ws --quiet "$@" >.log 2>&1
    [ $when = now ] || rsift link mine --images img --workspace ws >.log 2>&1 || fail "link" .log
    check_exit "$when: mix" 0 rsift mix named.yaml --workspace ws
    check_is "$when: a picture that Qwen's code refuses" "kept picture-aspect kept" "$(reasons "model = 'qwen3-vl'")"
    check_exit "$when: emit writes all that mix keeps" 0 rsift emit --format qwen --model qwen3-vl -o out --workspace ws
    check_is "$when: as many" "$(one ws "SELECT count(*) v FROM ledger WHERE kept")" "$(written out)"
done
rsift mix any.yaml --workspace ws --json >.out 2>.err
rm -rf out
check_exit "no model named: emit exits with 1" 1 rsift emit --format qwen --model qwen3-vl -o out --workspace ws
check_says "no model named: and says why" "picture-aspect"
check_is "no model named: the ledger says it" 1 "$(one ws "SELECT count(*) v FROM ledger WHERE left_out = 'picture-aspect'")"
check_exit "another model takes it" 0 rsift emit --format llava --model llava-1.5 -o out2 --workspace ws
check_is "another model: all" 3 "$(python3 -c 'import json; print(len(json.load(open("out2/train.json"))))')"

# Label files of a folder that names no class: nothing can be asked of its pictures, and mix says so.
mkdir -p xml/a xml/b named
cp img/good.png named/1.png
cp img/edge.png named/2.png
printf '<annotation><size><width>40</width><height>30</height></size><object><name>ship</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>20</xmax><ymax>20</ymax></bndbox></object></annotation>' >xml/a/1.xml
printf '<annotation><size><width>800</width><height>4</height></size></annotation>' >xml/b/2.xml
rm -rf ws out
rsift index xml --reader voc --images named --name mine --licence CC-BY-4.0 --workspace ws --quiet >.log 2>&1 || fail "voc" .log
check_exit "two folders: mix" 0 rsift mix any.yaml --workspace ws
check_is "two folders: one names no class" "classes-unknown kept" \
    "$(one ws "SELECT string_agg(reason, ' ' ORDER BY reason) v FROM ledger")"
check_exit "two folders: emit writes the rest" 0 rsift emit --format qwen --model qwen3-vl -o out --workspace ws
check_is "two folders: as many" 1 "$(written out)"
finish
