# What the numbers of boxes mean is decided from all of them: each meaning, ties, contradictions, the
# same whatever threads and units, and the same at emit.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# picture FILE WIDTH HEIGHT: a black BMP
picture()
{
    python3 - "$@" <<'PY'
import struct, sys
name, w, h = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
row = (w * 3 + 3) // 4 * 4
open(name, "wb").write(b"BM" + struct.pack("<IHHI", 54 + row * h, 0, 0, 54)
    + struct.pack("<IiiHHIIiiII", 40, w, h, 1, 24, 0, row * h, 2835, 2835, 0, 0) + bytes(row * h))
PY
}

# boxes FILE N RANGE_X RANGE_Y WHOLE FORMAT: N conversations, one box each, spread over the range
boxes()
{
    python3 - "$@" <<'PY'
import json, random, sys
name, n, rx, ry, whole, form = sys.argv[1:]
r = random.Random(5)
out = []
for i in range(int(n)):
    x, y = sorted(r.random() * float(rx) for _ in "ab"), sorted(r.random() * float(ry) for _ in "ab")
    b = [x[0], y[0], x[1], y[1]]
    b = [int(v) for v in b] if whole == "whole" else [round(v, 3) for v in b]
    out.append({"id": i, "image": "a.bmp", "conversations": [
        {"from": "human", "value": "<image>\nWhere is the ship?"},
        {"from": "gpt", "value": form % tuple(b)}]})
out.append({"id": "t", "image": "a.bmp", "conversations": [
    {"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "A harbour."}]})
json.dump(out, open(name, "w"))
PY
}

index() { rsift index "$@" --reader llava --name mine --licence CC-BY-4.0 --quiet; }
# verdict WS: "spelling=convention verdict" of every spelling
verdict()
{
    rsift query --workspace "$1" --json "SELECT spelling, coalesce(convention, verdict) v FROM convention
        WHERE spelling <> '' ORDER BY 1" | tr -d '[]{}"\n ' | sed 's/spelling://g; s/,v:/=/g'
}
mkdir -p img small
picture img/a.bmp 512 384
picture small/a.bmp 1600 900
json='{"bbox_2d": [%d, %d, %d, %d], "label": "ship"}'
tokens='<|box_start|>(%d,%d),(%d,%d)<|box_end|>'

# case NAME EXPECTED PICTURES N RX RY WHOLE FORM
decides()
{
    boxes d.json "$4" "$5" "$6" "$7" "$8"
    rm -rf ws
    index d.json --images "$3" --workspace ws >log 2>&1 || fail "$1" log
    check_is "$1" "$2" "$(verdict ws)"
}
decides "fractions in a plain list" bracket=fraction img 3 1 1 parts '[%.3f, %.3f, %.3f, %.3f]'
decides "fractions in <box>" box-list=fraction img 3 1 1 parts '<box>[[%.3f, %.3f, %.3f, %.3f]]</box>'
decides "pixels in JSON" bbox_2d=px img 40 512 384 whole "$json"
decides "thousandths in JSON" bbox_2d=permille img 40 1000 1000 whole "$json"
decides "few boxes in JSON" bbox_2d=tie img 4 300 300 whole "$json"
decides "pixels in tokens" qwen2=px small 6 1600 900 whole "$tokens"
decides "thousandths in tokens" qwen2=permille img 40 1000 1000 whole "$tokens"
decides "above the picture and the grid" qwen2=contradiction img 40 1600 900 whole "$tokens"
decides "a grid of a hundred" geochat=percent img 2 100 100 whole '{<%d><%d><%d><%d>}'
decides "beyond a grid of a hundred" geochat=contradiction img 9 384 384 whole '{<%d><%d><%d><%d>}'

# held back: samples with boxes are left out, the others stay; the message says what to type
boxes d.json 4 300 300 whole "$json"
rm -rf ws
index d.json --images img --workspace ws >log 2>&1
grep -q 'say --param box_convention=bbox_2d:px (or bbox_2d:permille)' log && pass "says what to type" ||
    fail "says what to type" log
printf 'name: m\nbudget: {samples: 100}\ndatasets:\n  - {id: mine}\n' >recipe.yaml
rsift mix recipe.yaml --workspace ws >log 2>&1
check_is "only samples without boxes are kept" '[{"n":1}]' \
    "$(rsift query --workspace ws --json 'SELECT count(*) n FROM ledger WHERE kept' | tr -d ' \n')"
check_exit "an unknown convention" 2 rsift index d.json --reader llava --name x --workspace ws9 \
    --param box_convention=pixels
grep -q 'px, px-xywh, permille, percent, fraction' .err && pass "the known ones are listed" || fail "the known ones are listed" .err
# typed, it is read again
index d.json --images img --workspace ws --param box_convention=bbox_2d:px >log 2>&1
check_is "named for one spelling" '[{"n":4}]' "$(rsift query --workspace ws --json \
    "SELECT count(*) n FROM region WHERE convention = 'px'" | tr -d ' \n')"

# the decision is used at emit
boxes d.json 40 512 384 whole "$json"
for run in "1 --threads=1" "2 --threads=4"; do
    set -- $run
    rm -rf "ws$1" "out$1"
    rsift index d.json --reader llava --images img --name mine --licence CC-BY-4.0 --quiet \
        --workspace "ws$1" "$2" >log 2>&1 || fail "index $2" log
    rsift mix recipe.yaml --workspace "ws$1" >log 2>&1
    rsift emit --format qwen --model qwen3-vl -o "out$1" --workspace "ws$1" >log 2>&1 || fail "emit $2" log
done
check_same "the same with 1 and 4 threads" out1/train.jsonl out2/train.jsonl
python3 - d.json out1/train.jsonl <<'PY' && pass "thousandths of the picture" || fail "thousandths of the picture"
import json, re, sys
want = sorted([round(v / s * 1000) for v, s in zip(map(int, re.findall(r"\d+", c["conversations"][1]["value"][12:-19])), [512, 384] * 2)]
              for c in json.load(open(sys.argv[1])) if "bbox" in c["conversations"][1]["value"])
got = []
for line in open(sys.argv[2]):
    for c in json.loads(line)["conversations"]:
        got += [list(map(int, m)) for m in re.findall(r"\[(\d+), (\d+), (\d+), (\d+)\]", c["value"])]
sys.exit(sorted(got) != want)
PY

# units: the first one decides, the second one reads it; the rows are those of one run
for u in 2/2 1/2; do
    index d.json --images img --workspace wsu --unit $u >log 2>&1 || fail "unit $u" log
done
for ws in ws1 wsu; do
    rsift query --workspace $ws --json "SELECT sample_id, coords, convention FROM region ORDER BY 1" >$ws.json
    rsift query --workspace $ws --json "SELECT * FROM convention ORDER BY ALL" >$ws.conv
done
check_same "units read the same boxes" ws1.json wsu.json
check_same "units decide the same" ws1.conv wsu.conv
id=$(rsift query --workspace ws1 --json "SELECT sample_id FROM region ORDER BY 1 LIMIT 1" | grep -o '[0-9a-f-]\{32,\}')
rsift sample "$id" --workspace ws1 --json >log 2>&1
grep -q '"px"' log && pass "sample reads the decision" || fail "sample reads the decision" log

# ---- the right picture ------------------------------------------------------------------------

# tiff FILE WIDTH HEIGHT ORIENTATION
tiff()
{
    python3 - "$@" <<'PY'
import struct, sys
name, w, h, o = sys.argv[1], *map(int, sys.argv[2:])
tags = [(256, 3, 1, w), (257, 3, 1, h), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
        (273, 4, 1, 8), (274, 3, 1, o), (277, 3, 1, 1), (278, 3, 1, h), (279, 4, 1, w * h)]
data = bytes((x + y) % 256 for y in range(h) for x in range(w))
data += b"\0" * (len(data) % 2)
out = b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags))
for t in tags:
    out += struct.pack("<HHII", *t)
open(name, "wb").write(out + bytes(4))
PY
}

# placed NAME EXPECTED STATED_W STATED_H BOX: the numbers written for a picture in tur/, or the finding
placed()
{
    printf '{"images": [{"id": 1, "file_name": "a.tif"%s}], "categories": [{"id": 1, "name": "ship"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [%s]}]}' \
        "$([ "$3" = - ] || echo ", \"width\": $3, \"height\": $4")" "$5" >ann.json
    room
    cp -R tur "tur$n_datasets" # each with its picture
    dataset "$1" ann.json --reader coco --images "tur$n_datasets"
    expect placed "$1" "$2"
}
look_at_all()
{
    mix_datasets
    while IFS='|' read -r mine name expected <&3; do
        case $(ledger 2) in
        kept) found=$(records | grep -o 'bbox_2d[^]]*\]' | sed 's/.*\[//; s/\].*//' | tr -d ' ') ;;
        *) found=$(one all "SELECT string_agg(DISTINCT code) v FROM finding WHERE severity = 'serious' AND release_id LIKE '$mine@%'") ;;
        esac
        check_is "$name" "$expected" "$found"
    done 3<"$(list placed)"
    clear_datasets
    rm -rf tur[0-9]*
}
mkdir tur
tiff tur/a.tif 60 40 1
placed "the size as stated" 100,100,300,350 60 40 6,4,12,10
placed "twice the size" 100,100,300,350 120 80 12,8,24,20
placed "another shape" box-size 60 60 6,4,12,10
placed "no size stated" 100,100,300,350 - - 6,4,12,10
for o in 2 3 4; do
    tiff tur/a.tif 60 40 $o
    placed "orientation $o: both views have one size" box-turn 60 40 6,4,12,10
done
for o in 5 6 7 8; do
    tiff tur/a.tif 60 40 $o
    placed "orientation $o, as shown" 100,100,350,300 40 60 4,6,10,12
    placed "orientation $o, as shown, twice the size" 100,100,350,300 80 120 8,12,20,24
    case $o in
    5) expected=100,100,350,300 ;;
    6) expected=650,100,900,300 ;;
    7) expected=650,700,900,900 ;;
    8) expected=100,700,350,900 ;;
    esac
    placed "orientation $o, as stored" $expected 60 40 6,4,12,10
    placed "orientation $o, not stated" box-turn - - 6,4,12,10
    placed "orientation $o, another shape" box-size 60 60 6,4,12,10
done
tiff tur/a.tif 40 40 6
placed "a square cannot tell" box-turn 40 40 6,4,12,10

# a picture that is linked after the index is compared with the stated size by mix
tiff tur/a.tif 60 40 1
mkdir alone
printf '{"images": [{"id": 1, "file_name": "a.tif", "width": 50, "height": 50}], "categories":
    [{"id": 1, "name": "ship"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1,
    "bbox": [6, 4, 12, 10]}]}' >alone/ann.json
rm -rf ws
rsift index alone/ann.json --reader coco --name mine --licence CC-BY-4.0 --quiet --workspace ws >log 2>&1
rsift link mine --images tur --workspace ws >log 2>&1 || fail "link" log
rsift mix recipe.yaml --workspace ws >log 2>&1
check_is "a picture linked later" '[{"reason":"serious-finding","detail":"box-size"}]' \
    "$(rsift query --workspace ws --json 'SELECT reason, detail FROM ledger' | tr -d ' \n')"

# COCO with corners instead of sizes, and with fractions
placed "corners in a COCO file" box-convention 60 40 30,20,50,38
placed "fractions in a COCO file" box-convention 60 40 0.1,0.1,0.2,0.25
look_at_all
rsift index ann.json --reader coco --images tur --name mine --quiet \
    --workspace ws9 --param box_convention=fraction-xywh >log 2>&1
check_is "named" '[{"convention":"fraction-xywh"}]' \
    "$(rsift query --workspace ws9 --json 'SELECT convention FROM region' | tr -d ' \n')"

# two pictures of two sizes: the box belongs to the one that is named
mkdir two
picture two/a.bmp 640 480
picture two/b.bmp 1000 800
# pair QUESTION EXPECTED
pair()
{
    printf '[{"image": ["a.bmp", "b.bmp"], "conversations": [{"from": "human", "value":
        "<image>\\n<image>\\n%s"}, {"from": "gpt", "value": "{\\"bbox_2d\\": [50, 40, 500, 400], \\"label\\": \\"ship\\"}"}]}]' \
        "$1" | tr '\n' ' ' >pair.json
    rm -rf ws out
    index pair.json --images two --param box_convention=px --workspace ws >log 2>&1 || fail "$1" log
    rsift mix recipe.yaml --workspace ws >log 2>&1
    found=$(rsift query --workspace ws --json "SELECT string_agg(DISTINCT code) c FROM finding
        WHERE severity = 'serious'" | grep -o 'box-[a-z-]*')
    if rsift emit --format ms-swift --model qwen3-vl -o out --workspace ws >log 2>&1 &&
        [ -s out/train.jsonl ]; then
        found=$(grep -o '"image_id": *\[[0-9]*\]' out/train.jsonl | tr -dc '0-9')
    fi
    check_is "two pictures: $1" "$2" "$found"
}
pair "Where is the ship in the second image?" 1
pair "Where is the ship in image 1?" 0
pair "Where is the ship?" box-picture-unknown
finish
