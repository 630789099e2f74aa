# What a number rests on: the truth it is scored against, which prediction belongs to which question,
# what was taken off an output, and what the report says of all that.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

score() { "$RSIFT_BIN" score "$@" --quiet --resamples 0; }
# holds NAME PYTHON PROFILE...: an expression over the report `r`
holds()
{
    name=$1 python=$2
    shift 2
    score "$@" --json >r.json 2>err
    if python3 - "$python" >>err 2>&1 <<'PY'; then pass "$name"; else fail "$name" err; fi
import json, sys
r = json.load(open("r.json"))
m = {v["name"]: v["value"] for v in r["measures"]}
if not eval(sys.argv[1]):
    sys.exit(json.dumps({k: r.get(k) for k in ("counts", "measures", "detail", "without_reasoning")}))
PY
}
# refused NAME TEXT PROFILE...: exit code 2 and what is said, over line ends
refused()
{
    name=$1 text=$2
    shift 2
    code=0
    score "$@" >out 2>err || code=$?
    if [ $code -eq 2 ] && tr -s '\n ' ' ' <err | grep -qF -- "$text"; then pass "$name"; else fail "$name: exit code $code, expected \"$text\"" err; fi
}

cat >made.py <<'PY'
import json
def lines(name, records):
    with open(name, "w") as f:
        f.writelines(json.dumps(r) + "\n" for r in records)
PY

# ---- detection: labels of another task, ids that are texts ----
mkdir labels found
printf 'gsd:0.2\n20 5 35 20 20 35 5 20 ship 0\n10 10 30 10 30 40 10 40 car 0\n' >labels/a.txt
printf 'a 0.9 5 5 35 35\n' >found/Task2_ship.txt
printf 'a 0.9 10 10 30 40\n' >found/Task2_car.txt
holds "task 2 takes the hull of oriented labels" 'm["mAP (VOC07)"] > 99.99 and "1 of 2 truths are oriented" in r["detail"]' \
    det.dota.task2 --truth labels --predictions found
python3 - <<'PY'
from made import *
box = {"category_id": "ship", "bbox": [10, 10, 20, 20]}
images = [{"id": i, "width": 99, "height": 99} for i in ("b", 3, "a")]
truth = {"images": images, "categories": [{"id": "ship", "name": "ship"}],
         "annotations": [dict(box, id=k + 1, image_id=i["id"], area=400, iscrowd=0) for k, i in enumerate(images)]}
json.dump(truth, open("ids.json", "w"))
json.dump([dict(box, image_id=i, score=0.5) for i in ("a", "b", "3")], open("ids-found.json", "w"))
truth["images"].append({"id": "3", "width": 9, "height": 9})
json.dump(truth, open("ids-two.json", "w"))
PY
holds "ids of any kind, a number also as text" 'm["AP"] > 99.99' det.coco.bbox --truth ids.json --predictions ids-found.json
refused "an id as number and as text" "id 3 stands there as number and as text" det.coco.bbox --truth ids-two.json --predictions ids-found.json

# ---- options in columns, in an object, as a dict in a text ----
python3 - <<'PY'
from made import *
words = {"A": "None", "B": "Two", "C": "One", "D": "Three"}
asked = [{"id": 1, "answer": "A", "prediction": "none"}, {"id": 2, "answer": "B", "prediction": "two"}]
lines("object.jsonl", [dict(q, options=words) for q in asked])
lines("columns.jsonl", [dict(q, **words) for q in asked])
lines("dict.jsonl", [dict(q, options=repr(words)) for q in asked])
PY
for how in object columns dict; do
    holds "options in $how" 'm["accuracy"] == 100' choice.mme-realworld --predictions $how.jsonl --no-blind
done

# ---- reasoning in front of answers ----
python3 - <<'PY'
from made import *
lines("letters.jsonl", [{"id": i, "answer": "D"} for i in range(4)])
lines("thinking.jsonl", [{"id": 0, "prediction": "<think>A or B.</think>\n<answer>D</answer>"},
                         {"id": 1, "prediction": "Option B.\n</think>\n\nThe answer is D."},
                         {"id": 2, "prediction": "<think>It is D, as"}, {"id": 3, "prediction": "D"}])
box = {"id": 1, "ground_truth": "{<10><20><30><40>}"}
lines("tb.jsonl", [dict(box, prediction="<think>at 5, 5?</think>{<10><20><30><40>}")])
PY
holds "our own rule takes reasoning off; an answer that never came is unparsed" \
    'm["accuracy"] == 75 and r["counts"]["reasoning"] == 3 and r["counts"]["unparsed"] == 1' \
    choice.vleo --truth letters.jsonl --predictions thinking.jsonl --no-blind
holds "a published rule reads all, which is said" \
    'm["accuracy"] == 25 and "3 outputs hold reasoning" in r["detail"] and "--strip-thinking" in r["detail"] and not r.get("without_reasoning")' \
    choice.xlrs --truth letters.jsonl --predictions thinking.jsonl --no-blind
holds "and the other number stands beside it" \
    'm["accuracy"] == 25 and r["without_reasoning"]["measures"][0]["value"] == 75 and r["without_reasoning"]["unparsed"] == 1' \
    choice.xlrs --truth letters.jsonl --predictions thinking.jsonl --no-blind --strip-thinking
holds "an empty output is option A as published, an answer that never came is none" \
    'r["without_reasoning"]["outputs"] == 3 and r["without_reasoning"]["unparsed"] == 1' \
    choice.mme-realworld --truth letters.jsonl --predictions thinking.jsonl --no-blind --strip-thinking
holds "digits of the reasoning are digits of the box, as published" \
    'm["Acc@0.5"] == 0 and r["without_reasoning"]["measures"][0]["value"] == 100' \
    ground.vrsbench --predictions tb.jsonl --no-blind --strip-thinking
refused "where it would change nothing" "takes reasoning off by itself" choice.vleo --predictions thinking.jsonl --truth letters.jsonl --strip-thinking
refused "or has no text" "takes no --strip-thinking" det.coco.bbox --truth ids.json --predictions ids-found.json --strip-thinking

finish
