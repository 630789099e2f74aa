# Released conversations end to end: what cannot be taught is known before the mixture is made, and an
# emit never says that all is well when it wrote less than the ledger keeps.
# Covers src/render: unwritable.c; src/emit: ledger.c, replay.c; src/index: batch.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# picture FILE WIDTH HEIGHT: a grey PNG
picture()
{
    python3 - "$@" <<'PY'
import little, sys
name, w, h = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
little.write_png(name, w, [bytes((x * 7 + y * 13) % 251 for x in range(w)) for y in range(h)])
PY
}

# records FILE PYTHON: writes the list `r` that the statements make
records()
{
    python3 - "$1" "$2" <<'PY'
import json, sys
def talk(i, q, a, **more):
    return dict({"id": str(i), "image": f"{i % 3}.png", "conversations": [
        {"from": "human", "value": "<image>\n" + q}, {"from": "gpt", "value": a}]}, **more)
r = []
exec(sys.argv[2])
json.dump(r, open(sys.argv[1], "w"), ensure_ascii=False)
PY
}

# is NAME FILE PYTHON: the expression over the written records `r` is true
is()
{
    if python3 - "$2" "$3" >.is 2>&1 <<'PY'
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
r = json.loads(text) if text[:1] == "[" else [json.loads(l) for l in text.splitlines() if l.strip()]
ok = eval("(" + sys.argv[2] + ")")
if not ok: print("found", json.dumps(r, ensure_ascii=False)[:1200])
sys.exit(not ok)
PY
    then pass "$1"; else fail "$1: $3" .is; fi
}

mkdir img
for i in 0 1 2; do picture img/$i.png 200 100; done
cat >recipe.yaml <<'YAML'
name: m
licence: any
datasets: [{id: mine}]
YAML

# index FILE WORKSPACE [OPTIONS]
index()
{
    file=$1 ws=$2
    shift 2
    rsift index "$file" --reader llava --images img --name mine --licence CC-BY-4.0 --workspace "$ws" \
        --quiet "$@" >index.log 2>&1
}

# --- what emit cannot write is not kept -----------------------------------------------------------
head -c 60 img/2.png >img/cut.png && mv img/cut.png img/2.png
records data.json 'r = [talk(0, "How many ships?", "Three ships."), talk(1, "How many?", "<|im_end|>"),
    talk(2, "What is here?", "A harbour."), talk(3, "What is here?", "A \ufffd harbour."),
    dict(talk(4, "a", "b"), conversations=[{"from": "gpt", "value": "first"},
        {"from": "human", "value": "<image>\nthen?"}])]'
index data.json ws || fail "index" index.log
rsift mix recipe.yaml --workspace ws --quiet >log 2>&1
check_is "one of five is kept" 1 "$(one ws "SELECT count(*) v FROM ledger WHERE kept")"
for pair in special-token:serious-finding image-:serious-finding encoding:serious-finding \
    roles:serious-finding; do
    check_is "left out: ${pair%%:*}" "${pair#*:}" "$(one ws "SELECT reason v FROM ledger
        WHERE detail LIKE '${pair%%:*}%'")"
done
check_exit "emit writes what is kept" 0 rsift emit --format llava --model llava-1.5 -o out --workspace ws
is "the record" out/train.json 'len(r) == 1 and r[0]["conversations"][1]["value"] == "Three ships."'

# --- a recipe for one model -----------------------------------------------------------------------
picture img/2.png 200 100
records points.json 'r = [talk(0, "Point at the ship.", "{\"point_2d\": [20, 30], \"label\": \"ship\"}"),
    talk(1, "How many ships?", "Three ships.")]'
index points.json wsp --param box_convention=px-point || fail "index of points" index.log
rsift mix recipe.yaml --workspace wsp >log 2>&1
check_is "kept for a model that points" 2 "$(one wsp "SELECT count(*) v FROM ledger WHERE kept")"
grep -q "some models cannot be taught" log && pass "mix warns" || fail "mix does not warn" log
check_exit "a model without points" 1 rsift emit --format llava --model llava-1.5 -o outp --workspace wsp
check_says "emit: the reason" 'task-not-text'
check_is "the output's ledger" 1 "$(rsift query --workspace wsp --json "SELECT count(*) v FROM ledger
    WHERE kept AND left_out = 'task-not-text'" | tr -dc '0-9')"
check_exit "another model can" 0 rsift emit --format qwen --model qwen3-vl -o outq --workspace wsp
check_is "its emit clears the marks" 0 "$(one wsp "SELECT count(left_out) v FROM ledger")"
sed 's/^name: m/name: m\nmodel: llava-1.5\nformat: llava/' recipe.yaml >llava.yaml
rsift mix llava.yaml --workspace wsp --quiet >log 2>&1
check_exit "a mixture that knows its model" 0 rsift emit --format llava --model llava-1.5 -o outp --workspace wsp
check_exit "is for no other" 2 rsift emit --format qwen --model qwen3-vl -o outq --workspace wsp
check_says "and says what to do" "change the recipe's \`format\` and mix again"
check_exit "build names it by itself" 0 rsift build recipe.yaml --format llava --model llava-1.5 -o outb --workspace wsp
sed 's/llava-1.5/llava-7/' llava.yaml >wrong.yaml
check_exit "no such model" 2 rsift mix wrong.yaml --workspace wsp
check_says "the models are listed" 'internvl, llava-1.5'

# --- trainers' own forms --------------------------------------------------------------------------
records forms.json 'r = [
    {"messages": [{"role": "user", "content": "<image>Find the <ref-object>"},
        {"role": "assistant", "content": "<bbox><bbox>"}], "images": ["0.png"],
        "objects": {"ref": ["ship"], "bbox": [[20, 10, 100, 50], [100, 50, 200, 100]]}},
    {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "1.png"}},
        {"type": "text", "text": "What is here?"}]}, {"role": "assistant", "content": "A harbour."}]},
    {"conversations": [{"from": "user", "value": "Picture 1: <img>2.png</img>\nWhat is it?"},
        {"from": "assistant", "value": "A pier."}]},
    {"instruction": "<image>Count.", "input": "In figures.", "output": "3", "images": ["0.png"]},
    {"messages": [{"role": "user", "content": "<video>What happens?"},
        {"role": "assistant", "content": "Nothing."}], "videos": ["a.mp4"]},
    {"messages": [{"role": "user", "content": "<image>Where?"},
        {"role": "assistant", "content": "<bbox>"}], "images": ["1.png"]}]'
index forms.json wsf || fail "index of forms" index.log
rsift mix recipe.yaml --workspace wsf --quiet >log 2>&1
check_is "refused at index" "media-unsupported placeholders" "$(one wsf "SELECT string_agg(code, ' ' ORDER BY
    code) v FROM finding WHERE severity = 'serious'")"
check_is "four forms are kept" 4 "$(one wsf "SELECT count(*) v FROM ledger WHERE kept")"
check_exit "and written" 0 rsift emit --format qwen --model qwen3-vl -o outf --workspace wsf
is "slots are boxes with names" outf/train.jsonl '[{"bbox_2d": [100, 100, 500, 500], "label": "ship"},
    {"bbox_2d": [500, 500, 1000, 1000], "label": "ship"}] in [json.loads(x["conversations"][-1]["value"])
    for x in r if "Find the ship" in x["conversations"][0]["value"]]'
is "pictures of the turns" outf/train.jsonl '"Picture 1: <image>\nWhat is it?" in
    [x["conversations"][0]["value"] for x in r] and {x["image"] for x in r} >= {"mine/1.png", "mine/2.png"}'
is "Alpaca" outf/train.jsonl '"<image>Count.\nIn figures." in [x["conversations"][0]["value"] for x in r]'

# --- words of other models are understood or stop the sample -----------------------------------------
records tokens.json 'def own(q, a, **more): return {"image": "0.png", "conversations": [
        {"from": "human", "value": q}, {"from": "gpt", "value": a}], **more}
r = [talk(0, "detect ship ; car", "<loc0102><loc0205><loc0511><loc0818> ship ; <loc0000><loc0000><loc0511><loc0511> car"),
    own("<image_0>\nOne?", "Yes."), own("<|image_1|>Two?", "Yes."), own("<Img><ImageHere></Img>Three?", "Yes."),
    own("<image_0><image_1>BAD", "Yes."), own("<img src=0.png>BAD", "Yes."), own("<image>\nBAD", "in <image_0>"),
    own("<image>\nBAD", ["y", "z"]), own("<image>\nBAD", "Yes.", rejected_response="No.")]'
index tokens.json wst --param box_convention=paligemma || fail "index of tokens" index.log
rsift mix recipe.yaml --workspace wst --quiet >log 2>&1
check_exit "tokens for another model" 0 rsift emit --format qwen --model qwen3-vl -o outt --workspace wst
is "a list of tokens is spelled anew" outt/train.jsonl '[{"bbox_2d": [200, 100, 800, 500], "label": "ship"},
    {"bbox_2d": [0, 0, 500, 500], "label": "car"}] in [sorted(json.loads(x["conversations"][-1]["value"]),
    key=lambda b: -b["bbox_2d"][0]) for x in r if "detect" in x["conversations"][0]["value"]]'
is "foreign words for a picture" outt/train.jsonl 'len(r) == 4 and "BAD" not in text and {x["conversations"][0]["value"]
    for x in r} >= {"<image>\nOne?", "<image>Three?", "<image>Two?"}'
check_is "what is not understood" "answer-rejected:1 field-type:1 placeholders:3" "$(one wst "SELECT string_agg(c, ' ' ORDER BY c) v
    FROM (SELECT code || ':' || sum(n) c FROM finding WHERE severity = 'serious' GROUP BY code)")"
check_exit "tokens for InternVL" 0 rsift emit --format internvl --model internvl -o outi --workspace wst
is "labels stand once" outi/train.jsonl 'text.count("ship") == 2 and text.count("car") == 2'

# --- JSON answers ---------------------------------------------------------------------------------
records answers.json 'r = [talk(0, "List.", json.dumps({"n": 1, "objects": [{"name": "ship", "bbox":
    [20, 10, 100, 50], "about": "white"}]})), talk(1, "List.", "```json\n" + json.dumps([{"bbox_2d":
    [20, 10, 100, 50], "label": "ship"}]) + "\n```")]'
index answers.json wsj --param box_convention=px || fail "index of answers" index.log
rsift mix recipe.yaml --workspace wsj --quiet >log 2>&1
check_exit "JSON for a model of JSON" 0 rsift emit --format qwen --model qwen3-vl -o outj --workspace wsj
is "all but the numbers stays" outj/train.jsonl "'{\"n\": 1, \"objects\": [{\"name\": \"ship\", \"bbox\": '
    '[100, 100, 500, 500], \"about\": \"white\"}]}' in [x['conversations'][-1]['value'] for x in r]"
check_exit "JSON for a model of tags" 1 rsift emit --format internvl --model internvl -o outi --workspace wsj
check_says "its reason" json-boxes
is "a list is spelled" outi/train.jsonl "[x['conversations'][-1]['value'] for x in r] ==
    ['<ref>ship</ref><box>[[100, 100, 500, 500]]</box>']"

# --- text in another encoding ---------------------------------------------------------------------
records plain.json 'r = [talk(0, "\u8fd9\u662f\u4ec0\u4e48?", "\u6e2f\u53e3\u548c\u8239"), talk(1, "What?", "A ship.")]'
python3 - <<'PY'
text = open("plain.json", encoding="utf-8").read()
open("gbk.json", "wb").write(text.encode("gbk"))
open("utf16.json", "wb").write(text.encode("utf-16"))
open("bad.json", "wb").write(text.encode("gbk").replace("\u548c".encode("gbk"), b"\xff"))
PY
for case in gbk:gbk:2 utf16:utf-16:2 bad:gbk:1 gbk::1; do
    text=${case%%:*} rest=${case#*:}
    encoding=${rest%%:*} kept=${case##*:}
    index $text.json ws-$text-$encoding ${encoding:+--encoding $encoding} || fail "index of $text" index.log
    rsift mix recipe.yaml --workspace ws-$text-$encoding --quiet >log 2>&1
    check_exit "$text as ${encoding:-UTF-8}" 0 rsift emit --format llava --model llava-1.5 -o out-$text-$encoding \
        --workspace ws-$text-$encoding
    is "$text as ${encoding:-UTF-8}: $kept records" out-$text-$encoding/train.json "len(r) == $kept and '\ufffd' not in text and
        ('\u6e2f\u53e3\u548c\u8239' in text) == ($kept == 2)"
done
index gbk.json ws-gbk- --encoding gbk || fail "the other encoding, later" index.log
check_is "another encoding is read again" 0 "$(one ws-gbk- "SELECT count(*) v FROM turn WHERE contains(text, chr(65533))
    AND sample_id IN (SELECT sample_id FROM sample WHERE n_serious = 0)")"
rsift sample "$(one ws-gbk-gbk "SELECT sample_id v FROM turn WHERE i = 1 AND contains(text, chr(28207))")" \
    --workspace ws-gbk-gbk >log 2>&1 && grep -q "$(printf '\346\270\257')" log && pass "sample replays" || fail "sample" log
mkdir -p voc/ann voc/img
cp img/0.png voc/img/a.png
python3 - <<'PY'
xml = """<?xml version="1.0" encoding="gb2312"?><annotation><filename>a.png</filename><size><width>200</width>
<height>100</height><depth>1</depth></size><object><name>\u8239</name><bndbox><xmin>10</xmin><ymin>10</ymin>
<xmax>60</xmax><ymax>60</ymax></bndbox></object></annotation>"""
open("voc/ann/a.xml", "wb").write(xml.encode("gbk"))
PY
rsift index voc --reader voc --name mine --workspace ws-voc --encoding gbk --quiet >index.log 2>&1 || fail "XML" index.log
check_is "XML that declares its encoding" "$(printf '\350\210\271')" "$(one ws-voc "SELECT label v FROM region")"
check_exit "no such encoding" 2 rsift index gbk.json --reader llava --name mine --workspace ws-none --encoding klingon
check_says "encodings are named" gb18030
check_exit "UTF-16 is named" 2 rsift index utf16.json --reader llava --name mine --workspace ws-none
check_says "what to type" '--encoding utf-16'

finish
