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

check_in() { if grep -qF -- "$2" "$3"; then pass "$1"; else fail "$1: expected \"$2\"" "$3"; fi; }
check_not_in() { if grep -qF -- "$2" "$3"; then fail "$1: found \"$2\"" "$3"; else pass "$1"; fi; }

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

# ---- an inverted box is the same answer in every unit ----
python3 - <<'PY'
from made import *
lines("it.jsonl", [{"id": 1, "bbox": [100, 100, 300, 300], "width": 500, "height": 500}])
for name, box in (("px", [300, 300, 100, 100]), ("permille", [600, 600, 200, 200]), ("fraction", [0.6, 0.6, 0.2, 0.2]),
                  ("one", [600, 200, 200, 600])):
    lines("i-%s.jsonl" % name, [{"id": 1, "prediction": box}])
PY
for unit in px permille fraction; do
    holds "inverted in $unit" 'm["Acc@0.5"] == 0 and m["cumIoU"] == 0 and r["counts"]["inverted"] == 1 and "far corner first" in r["detail"]' \
        ground.hbb --truth it.jsonl --predictions i-$unit.jsonl --boxes $unit --no-blind
done
holds "on one side" 'm["Acc@0.5"] == 0 and r["counts"]["inverted"] == 1' ground.hbb --truth it.jsonl --predictions i-one.jsonl --boxes permille --no-blind

# ---- answers that the release withholds ----
python3 - <<'PY'
from made import *
asked = [{"id": i, "question": "q%d" % i, "type": "t"} for i in range(4)]
lines("kept.jsonl", [dict(q, withheld=True) for q in asked])
lines("empty.jsonl", [dict(q, answer=["", None, "  ", ""][k]) for k, q in enumerate(asked)])
lines("some.jsonl", [dict(asked[0], answer="yes"), dict(asked[1], withheld=True), dict(asked[2], answer=""), dict(asked[3], answer=None)])
lines("said.jsonl", [{"id": i, "prediction": "yes"} for i in range(4)])
lines("silent.jsonl", [{"id": i, "prediction": ""} for i in range(4)])
lines("gone.jsonl", [{"id": i, "target": "", "filtered_resps": [""]} for i in range(4)])
PY
words="withheld by the release (4 questions)"
refused "withheld answers" "$words" vqa.floodnet --truth kept.jsonl --predictions said.jsonl
refused "answers that are empty or null" "$words" vqa.floodnet --truth empty.jsonl --predictions silent.jsonl
refused "empty targets of a harness" "$words" vqa.rsevalkit --predictions gone.jsonl
refused "empty captions" "$words" caption.coco --truth empty.jsonl --predictions silent.jsonl
holds "some of them are counted and left out" \
    'm["accuracy"] == 100 and r["counts"]["truth"] == 1 and r["counts"]["withheld"] == 3 and r["counts"]["extra"] == 0 and r["complete"] and "3 questions whose answers" in r["detail"]' \
    vqa.floodnet --truth some.jsonl --predictions said.jsonl

# ---- questions that a rule of one box cannot score ----
python3 - <<'PY'
from made import *
one = {"id": 1, "boxes": [[10, 10, 20, 20, 0]], "convention": "percent-obb", "answer": "a", "width": 100, "height": 100}
lines("gs.jsonl", [one, dict(one, id=2, boxes=[[10, 10, 20, 20, 0], [30, 30, 40, 40, 0]])])
lines("gs2.jsonl", [{"id": 2, "answer": "{<10><10><20><20>|<0>}{<30><30><40><40>|<0>}"}])
lines("gp.jsonl", [{"id": i, "prediction": "{<10><10><20><20>|<0>}"} for i in (1, 2)])
PY
holds "several boxes are counted and left out" \
    'm["Acc@0.5"] == 100 and r["counts"]["not_scorable"] == 1 and r["counts"]["truth"] == 1 and r["complete"] and "1 questions for several boxes are not scorable" in r["detail"]' \
    ground.geochat --truth gs.jsonl --predictions gp.jsonl --no-blind
refused "nothing but those" "all 1 truths are questions for several boxes" ground.geochat --truth gs2.jsonl --predictions gp.jsonl

# ---- intervals of few pictures, CIDEr of one ----
python3 - <<'PY'
from made import *
lines("few.jsonl", [{"id": i, "image": "p%d" % (i % 3), "answer": "a", "prediction": "ab"[i % 2]} for i in range(30)])
lines("many.jsonl", [{"id": i, "image": "p%d" % (i % 12), "answer": "a", "prediction": "ab"[i % 2]} for i in range(30)])
lines("lone.jsonl", [{"id": 1, "references": ["two ships in a harbour"], "prediction": "two ships"}])
PY
"$RSIFT_BIN" score vqa.floodnet --predictions few.jsonl --no-blind >out 2>&1
check_in "intervals of few pictures say so" "95% interval, of only 3 pictures" out
"$RSIFT_BIN" score vqa.floodnet --predictions many.jsonl --no-blind >out 2>&1
check_not_in "those of more do not" "of only" out
holds "in JSON, too" 'r["drawn"] == {"n": 3, "of": "pictures", "few": True}' vqa.floodnet --predictions few.jsonl --no-blind
holds "a CIDEr of one picture is explained" \
    'm["CIDEr"] == 0 and [v for v in r["measures"] if v["name"] == "CIDEr"][0]["note"].startswith("0 by definition")' \
    caption.coco --predictions lone.jsonl --no-blind

# ---- letters: several at once, and of no option ----
python3 - <<'PY'
from made import *
two = ["pier", "quay"]
lines("two.jsonl", [{"id": i, "answer": "A", "options": two} for i in range(4)])
lines("two-found.jsonl", [{"id": i, "prediction": p} for i, p in enumerate(["A", "A or B", "A/B", "C"])])
PY
for rule in choice coreval geobench-vlm vleo; do
    holds "choice.$rule: two letters and a letter of no option are unparsed" 'm["accuracy"] == 25 and r["counts"]["unparsed"] == 3 and not r["complete"]' \
        choice.$rule --truth two.jsonl --predictions two-found.jsonl --no-blind
done

# ---- truths of several boxes, outputs without text, truths of other tasks ----
python3 - <<'PY'
from made import *
one, two = [20, 20, 60, 60], [[5, 5, 15, 15], [30, 30, 80, 80]]
size = {"width": 120, "height": 90}
lines("boxes.jsonl", [dict(size, id="a", answer=one), dict(size, id="b", answer=two), dict(size, id="c", answer=json.dumps(two)),
                      dict(size, id="d", answer="[[20, 20], [60, 60]]")])
lines("boxes-found.jsonl", [{"id": i, "prediction": p} for i, p in (("a", "[20, 20, 60, 60]"), ("b", "[30, 30, 80, 80]"), ("c", "[30, 30, 80, 80]"))])
lines("two-boxes.jsonl", [dict(size, id="b", answer=two)])
lines("said.jsonl", [{"id": i, "answer": "no"} for i in range(4)])
lines("silent-found.jsonl", [{"id": i, "prediction": p} for i, p in enumerate(["no", None, "", "  "])])
lines("talk.jsonl", [{"id": i, "answer": "no", "task": "conversation"} for i in range(4)])
PY
head -n 3 boxes.jsonl >three-boxes.jsonl
holds "several boxes are not scored by their first" 'm["Acc@0.5"] == 100 and r["counts"]["not_scorable"] == 2 and r["counts"]["truth"] == 1' \
    ground.hbb --truth three-boxes.jsonl --predictions boxes-found.jsonl --no-blind
refused "nor are they alone" "all 1 truths are questions for several boxes" ground.hbb --truth two-boxes.jsonl --predictions boxes-found.jsonl
for rule in vqa.earthdial vqa.floodnet vqa.rsevalkit cls.geochat; do
    holds "$rule: an output without text is counted" 'r["counts"]["unparsed"] == 3 and not r["complete"]' \
        $rule --truth said.jsonl --predictions silent-found.jsonl --no-blind
done
python3 - <<'PY'
from made import *
lines("turned.jsonl", [{"id": i, "answer": "[[10, 10, 40, 40, 0]]"} for i in range(3)])
lines("turned-found.jsonl", [{"id": i, "prediction": p} for i, p in enumerate(["[[10, 10, 40, 40, 0]]", "[[40, 10, 10, 40, 0]]", "[[40, 40, 10, 10, 0]]"])])
lines("grid.jsonl", [{"id": i, "answer": "{<10><10><40><40>|<0>}"} for i in range(2)])
lines("grid-found.jsonl", [{"id": i, "prediction": p} for i, p in enumerate(["{<10><10><40><40>|<0>}", "{<40><10><10><40>|<0>}"])])
PY
holds "inverted boxes of lists are counted" 'r["counts"]["inverted"] == 2' det.earthdial --truth turned.jsonl --predictions turned-found.jsonl
holds "and those of GeoChat's text" 'r["counts"]["inverted"] == 1' ground.geochat --truth grid.jsonl --predictions grid-found.jsonl --no-blind
refused "of another task: the way out is named" "rsift index --param task=vqa" vqa.floodnet --truth talk.jsonl --predictions silent-found.jsonl

# ---- results without ids ----
python3 - <<'PY'
from made import *
asked = ["Is there a ship?", "How many cars?", "Is there a ship?", "What is at 5 < 6?"]
golds = ["yes", "3", "no", "a pier"]
lines("truth.jsonl", [{"id": "h%d" % i, "original_id": str(i), "images": ["x/%d.png" % i], "question": "<image>\n" + q, "answer": golds[i]}
                      for i, q in enumerate(asked)])
swift = [{"response": g, "labels": None, "messages": [{"role": "user", "content": "<image>\n" + q}, {"role": "assistant", "content": g}],
          "images": [{"bytes": None, "path": "/data/x/%d.png" % i}]} for i, (q, g) in enumerate(zip(asked, golds))]
lines("swift.jsonl", swift)
lines("parts.jsonl", [{"response": g, "messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": q}]}]} for q, g in zip(asked, golds)])
lines("swapped.jsonl", [swift[k] for k in (2, 1, 0, 3)])  # the same question of another picture
lines("short.jsonl", swift[:3])
chat = "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>%s<|im_end|>\n<|im_start|>assistant\n"
lf = [{"prompt": chat % q, "predict": g, "label": "-"} for q, g in zip(asked, golds)]
lines("lf.jsonl", lf)
lines("plain-roles.jsonl", [dict(r, prompt="system\nYou help.\nuser\n%s\nassistant\n" % q) for r, q in zip(lf, asked)])
lines("lf-order.jsonl", [lf[k] for k in (1, 0, 2, 3)])
lines("labels.jsonl", [{"prompt": "x", "predict": g, "label": g} for g in golds])
lines("labels-order.jsonl", [{"prompt": "x", "predict": golds[k], "label": golds[k]} for k in (1, 0, 2, 3)])
lines("x.jsonl", [{"prompt": "x", "predict": g} for g in golds])
lines("bare-answers.jsonl", [{"predict": g} for g in golds])
rows = [{"doc_id": i, "doc": {"question": q}, "filtered_resps": [g], "target": ""} for i, (q, g) in enumerate(zip(asked, golds))]
lines("rows.jsonl", rows)
lines("rows-order.jsonl", [dict(rows[k], doc_id=i) for i, k in enumerate((1, 0, 2, 3))])
lines("index.jsonl", [{"index": i, "question": q, "prediction": g} for i, (q, g) in enumerate(zip(asked, golds))])
lines("index-order.jsonl", [{"index": i, "question": asked[k], "prediction": golds[k]} for i, k in enumerate((1, 0, 3, 2))])
lines("rows-silent.jsonl", [{"doc_id": i, "filtered_resps": [g]} for i, g in enumerate(golds)])
PY
holds "questions and pictures prove the order" \
    'm["accuracy"] == 100 and r["order_proven_by"] == "the questions and the names of the pictures" and r["order_proven_of"] == 4 and r["complete"]' \
    vqa.floodnet --truth truth.jsonl --predictions swift.jsonl --no-blind
for how in parts lf plain-roles; do
    holds "the questions of $how prove the order" \
        'm["accuracy"] == 100 and r["joined_by_position"] and r["order_proven_by"] == "the texts of the questions" and r["order_proven_of"] == 2 and r["complete"]' \
        vqa.floodnet --truth truth.jsonl --predictions $how.jsonl --no-blind
done
holds "so do labels where every prompt is the same" 'm["accuracy"] == 100 and r["order_proven_by"] == "the labels"' \
    vqa.floodnet --truth truth.jsonl --predictions labels.jsonl --no-blind
refused "another order" 'asks "' vqa.floodnet --truth truth.jsonl --predictions lf-order.jsonl
check_in "the truth's text is quoted" 'Is there a ship?": not in the truth' err
check_in "and the line is named" "line 1" err
refused "another order of pictures" 'shows "2.png", the truth "0.png"' vqa.floodnet --truth truth.jsonl --predictions swapped.jsonl
refused "another order of labels" 'has the label "3", the truth "yes"' vqa.floodnet --truth truth.jsonl --predictions labels-order.jsonl
refused "another number" "3 records to 4 truths" vqa.floodnet --truth truth.jsonl --predictions short.jsonl
refused "prompts that are no questions" 'asks "x", the truth' vqa.floodnet --truth truth.jsonl --predictions x.jsonl
refused "no text at all" "--join position takes them" vqa.floodnet --truth truth.jsonl --predictions bare-answers.jsonl
holds "unless it is asked for" 'm["accuracy"] == 100 and r["joined_by_position"] and not r["order_proven_by"]' \
    vqa.floodnet --truth truth.jsonl --predictions bare-answers.jsonl --join position --no-blind
refused "and not against texts" 'asks "' vqa.floodnet --truth truth.jsonl --predictions lf-order.jsonl --join position
refused "by ids there is nothing to join" "no prediction has an id" vqa.floodnet --truth truth.jsonl --predictions swift.jsonl --join ids
holds "lmms-eval's rows of the same questions" 'm["accuracy"] == 100' vqa.floodnet --truth truth.jsonl --predictions rows.jsonl --no-blind
refused "a row number is no original id" 'asks "' vqa.floodnet --truth truth.jsonl --predictions rows-order.jsonl
holds "an index is one where the question may be the same" 'm["accuracy"] == 100 and not r["joined_by_position"]' \
    vqa.floodnet --truth truth.jsonl --predictions index.jsonl --no-blind
refused "but not of another question" "no prediction has an id of the truth" vqa.floodnet --truth truth.jsonl --predictions index-order.jsonl
refused "nor without a question" "--join position takes them" vqa.floodnet --truth truth.jsonl --predictions rows-silent.jsonl
python3 - <<'PY'
from made import *
truth = [json.loads(l) for l in open("truth.jsonl")]
lines("nameless.jsonl", [{k: t[k] for k in ("question", "answer")} for t in truth])
PY
holds "files without any id go in step" 'm["accuracy"] == 100 and r["joined_by_position"]' vqa.floodnet --truth nameless.jsonl --predictions lf.jsonl --no-blind
refused "unless their texts do not" 'asks "' vqa.floodnet --truth nameless.jsonl --predictions lf-order.jsonl
python3 - <<'PY'
from made import *
# one question of every picture; answers that repeat, and all the same
golds = ["yes", "no", "no", "yes", "yes"]
asks = [{"role": "user", "content": "<image>Is there a pier?"}]
lines("one.jsonl", [{"question": "Is there a pier?", "answer": g, "image": "%d.png" % i} for i, g in enumerate(golds)])
lines("one-ids.jsonl", [{"id": "k%d" % i, "question": "Is there a pier?", "answer": g, "image": "%d.png" % i} for i, g in enumerate(golds)])
lines("one-same.jsonl", [{"question": "Is there a pier?", "answer": "no", "image": "%d.png" % i} for i in range(5)])
lines("one-other.jsonl", [{"messages": asks, "response": g} for g in reversed(golds)])
lines("one-pictures.jsonl", [{"messages": asks, "response": g, "images": ["/d/%d.png" % i]} for i, g in enumerate(golds)])
lines("one-labels.jsonl", [{"messages": asks, "response": g, "labels": g} for g in golds])
twice = [{"question": q, "answer": a} for q, a in zip(["Is it wet?", "Is it wet?", "How wide?", "How long?", "What for?"], golds)]
lines("twice.jsonl", twice)
lines("twice-found.jsonl", [{"prompt": t["question"], "predict": t["answer"]} for t in twice])
lines("silent.jsonl", [{"prediction": g} for g in golds])
lines("same-id.jsonl", [dict(t, id="k") for t in twice])
PY
for truth in one one-ids; do
    refused "a question of all pictures proves no order ($truth)" "the texts of the questions tell only 0 of 5 records apart" \
        vqa.floodnet --truth $truth.jsonl --predictions one-other.jsonl
done
holds "unless every order is scored alike" 'r["order_proven_of"] == 5 and r["complete"]' vqa.floodnet --truth one-same.jsonl --predictions one-other.jsonl --no-blind
refused "but not where it is told which is which" "tell only 0 of 5" vqa.floodnet --truth one-same.jsonl --predictions one-other.jsonl --samples s.jsonl
holds "nor do pictures leave it open" 'm["accuracy"] == 100 and r["order_proven_of"] == 5' vqa.floodnet --truth one.jsonl --predictions one-pictures.jsonl --no-blind
holds "nor labels, where equal ones may change places" 'm["accuracy"] == 100 and r["order_proven_of"] == 5 and r["order_proven_by"] == "the questions and the labels"' \
    vqa.floodnet --truth one.jsonl --predictions one-labels.jsonl --no-blind
holds "--join position says what is proven" 'r["order_proven_by"] is None and r["order_proven_of"] == 0' \
    vqa.floodnet --truth one-ids.jsonl --predictions one-other.jsonl --join position --no-blind
score vqa.floodnet --truth twice.jsonl --predictions twice-found.jsonl >out 2>err
check_in "a question that repeats among others is said" "of 3 of 5 records" out
refused "no ids and nothing told" "--join position takes them" vqa.floodnet --truth one.jsonl --predictions silent.jsonl
refused "ids that stand twice on one side alone" "--join position takes them" vqa.floodnet --truth same-id.jsonl --predictions silent.jsonl
refused "one file has nothing to join" "two files" vqa.floodnet --predictions swift.jsonl --join position

# ---- ids that number another file, boxes of another convention --------------------------------------
python3 - <<'PY'
from made import *
asked = [("How many ships?", "3"), ("Is there a road?", "yes"), ("Is there a pier?", "no"), ("What is it?", "urban")]
lines("ids-t.jsonl", [{"id": i, "question": q, "answer": a, "image": "%d.png" % i} for i, (q, a) in enumerate(asked)])
def other(name, question, image):
    lines(name, [{"id": i, "prediction": a, "question": question(i), "image": image(i)} for i, (q, a) in enumerate(asked)])
other("ids-same.jsonl", lambda i: "<image>\n%s Answer in a word." % asked[i][0], lambda i: "/data/%d.jpg" % i)
other("ids-next.jsonl", lambda i: asked[(i + 1) % 4][0], lambda i: "%d.png" % i)
other("ids-shown.jsonl", lambda i: asked[i][0], lambda i: "%d.png" % (3 - i))
other("ids-worded.jsonl", lambda i: "Tell me about number %d" % i, lambda i: "%d.png" % i)
boxes = [[10 * i + 10, 10, 10 * i + 60, 60] for i in range(4)]
lines("box-t.jsonl", [{"id": i, "answer": b, "width": 200, "height": 100} for i, b in enumerate(boxes)])
found = lambda name, of: lines(name, [{"id": i, "prediction": of(b)} for i, b in enumerate(boxes)])
found("box-unit.jsonl", lambda b: [b[0] / 200, b[1] / 100, b[2] / 200, b[3] / 100])
found("box-one-unit.jsonl", lambda b: b if b[0] > 10 else [0.1, 0.1, 0.2, 0.2])
found("box-grid.jsonl", lambda b: "[%d, %d, %d, %d]" % (b[0] * 5, b[1] * 10, b[2] * 5, b[3] * 10))
found("box-two.jsonl", lambda b: "%s or [0, 0, 5, 5]" % b)
found("box-nothing.jsonl", lambda b: "[0, 0, 0, 0]")
PY
holds "questions in a template, pictures in another format" 'm["accuracy"] == 100 and r["counts"]["reworded"] == 0' \
    vqa.floodnet --truth ids-t.jsonl --predictions ids-same.jsonl --no-blind
refused "ids of another file: the question is another truth's" 'asks "Is there a road?", as another truth does; the truth of its id "How many ships?"' \
    vqa.floodnet --truth ids-t.jsonl --predictions ids-next.jsonl
refused "or the picture" 'shows "3", as another truth does' vqa.floodnet --truth ids-t.jsonl --predictions ids-shown.jsonl
holds "--join ids takes them" 'm["accuracy"] == 100' vqa.floodnet --truth ids-t.jsonl --predictions ids-next.jsonl --join ids --no-blind
holds "a question in other words is counted and said" 'r["counts"]["reworded"] == 4 and "4 results ask otherwise" in r["detail"]' \
    vqa.floodnet --truth ids-t.jsonl --predictions ids-worded.jsonl --no-blind
holds "fractions where the truth has pixels are told" '"4 of 4 predicted boxes lie within 0 to 1, where" in r["detail"]' \
    ground.hbb --truth box-t.jsonl --predictions box-unit.jsonl --no-blind
holds "named, they are" 'm["Acc@0.5"] == 100' ground.hbb --truth box-t.jsonl --predictions box-unit.jsonl --boxes fraction --no-blind
holds "or read as pixels, when somebody says so" 'm["Acc@0.5"] == 0 and "within 0 to 1" not in r["detail"]' ground.hbb --truth box-t.jsonl --predictions box-unit.jsonl --boxes px --no-blind
holds "one of four is told" '"1 of 4 predicted boxes lie within 0 to 1" in r["detail"]' ground.hbb --truth box-t.jsonl --predictions box-one-unit.jsonl --no-blind
holds "a box without area is no fraction" 'm["Acc@0.5"] == 0 and "within 0 to 1" not in r["detail"]' ground.hbb --truth box-t.jsonl --predictions box-nothing.jsonl --no-blind
holds "boxes that leave their pictures are told" '"4 of 4 predicted boxes leave their picture" in r["detail"]' \
    ground.hbb --truth box-t.jsonl --predictions box-grid.jsonl --no-blind
holds "several boxes in an answer are told" '"4 answers hold several boxes, of which the first counts" in r["detail"]' \
    ground.hbb --truth box-t.jsonl --predictions box-two.jsonl --no-blind

# ---- a truth of several tasks, of which questions were not written ------------------------------------
python3 - <<'PY'
from made import *
def truth(name, order):
    rows = {"a": {"id": "a", "task": "vqa", "question": "Is there a pier?", "answer": "no"},
            "b": {"id": "b", "task": "vqa", "question": "Is there a road?", "answer": "yes"},
            "c": {"id": "c", "task": "caption", "question": "Describe it.", "references": ["a road"]},
            "x": {"id": "x", "task": "caption", "not_written": "unresolved-picture"},
            "y": {"id": "y", "task": "vqa", "not_written": "unresolved-picture"}}
    lines(name, [rows[i] for i in order])
truth("silent-last.jsonl", "acbxy")
truth("silent-first.jsonl", "xyacb")
said = [("Is there a pier?", "no"), ("Describe it.", "a road"), ("Is there a road?", "yes")]
lines("silent-found.jsonl", [{"messages": [{"role": "user", "content": q}], "response": a} for q, a in said])
PY
for order in last first; do
    holds "questions that were never asked have no place among results ($order)" \
        'm["accuracy"] == 100 and r["counts"]["not_asked"] == 1 and r["counts"]["other_tasks"] == 2 and not r["complete"]' \
        vqa.floodnet --truth silent-$order.jsonl --predictions silent-found.jsonl --no-blind
done

finish
