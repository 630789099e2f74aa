#!/bin/sh
# Covers src/score/indexed.c and samples.c. Scoring from end to end: a benchmark indexed, its questions written for four models, the answers scored
# in the benchmark's own numbers; truths from the workspace; categories, subsets, tasks, faults, exit codes.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

score() { "$RSIFT_BIN" score "$@" --quiet --resamples -1; }

# value NAME FILE: a measure of a JSON answer
value()
{
    python3 -c 'import json,sys
for m in json.load(open(sys.argv[2]))["measures"]:
    if m["name"] == sys.argv[1]: print("none" if m["value"] is None else "%.6f" % m["value"])' "$1" "$2"
}

# field PATH FILE: "counts.missing" of a JSON answer
field()
{
    python3 -c 'import json,sys
v = json.load(open(sys.argv[2]))
for k in sys.argv[1].split("."): v = v[int(k)] if k.isdigit() else v[k]
print(v)' "$1" "$2"
}

# is NAME EXPECTED FOUND
is()
{
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: expected $2, found $3"; fi
}

command -v python3 >/dev/null || { skip "python3 is not here"; finish; }

# ---- a benchmark's questions as prompts, for every model ------------------------------------------------

"$RSIFT_SYNTH" release vrsbench --out vrs --images 24 --side 128 --seed 3 --clean >/dev/null
"$RSIFT_BIN" index vrs --workspace ws --quiet >/dev/null 2>err || fail "index" err
space="--workspace ws"

cat >answers.py <<'PY'
import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    print(json.dumps({"id": r["id"], "prediction": r["answer"] if "answer" in r else r["references"][0]}))
PY

perfect() # MODEL FORMAT OPTIONS...
{
    model=$1 format=$2
    shift 2
    rm -rf q
    "$RSIFT_BIN" emit --eval vrsbench --split val --format "$format" --model "$model" "$@" -o q $space --quiet >/dev/null 2>err ||
        { fail "emit --eval for $model" err; return; }
    python3 answers.py q/truth.jsonl >p.jsonl
    for profile in ground.vrsbench ground.lhrs ground.dior-rsvg ground.hbb; do
        score "$profile" --truth q/truth.jsonl --predictions p.jsonl --json >a.json 2>err ||
            { fail "$profile of $model's own truth" err; continue; }
        is "$profile, $model" 100.000000 "$(value Acc@0.5 a.json)"
    done
    # the same predictions against the truth in the workspace, the convention named by hand
    score ground.vrsbench --dataset vrsbench --split val --predictions p.jsonl --boxes "$model" $space --json "$@" >b.json 2>err ||
        fail "--dataset, boxes of $model" err
    score ground.vrsbench --truth q/truth.jsonl --predictions p.jsonl --json >a.json
    for measure in Acc@0.5 Acc@0.7 meanIoU cumIoU; do
        is "--dataset and truth.jsonl agree on $measure, $model" "$(value $measure a.json)" "$(value $measure b.json)"
    done
}
perfect llava-1.5 llava
perfect internvl internvl
perfect qwen3-vl ms-swift
perfect qwen2.5-vl qwen --min-pixels 3136 --max-pixels 1003520

n_other=$(grep -vc grounding-hbb q/truth.jsonl)
is "truths of other tasks are left out" "$n_other" "$(field counts.other_tasks a.json)"
is "answers to them are not extra" 0 "$(field counts.extra a.json)"
score vqa.vrsbench --truth q/truth.jsonl --predictions p.jsonl --json >v.json
is "the same file by the question profile" 100.000000 "$(value accuracy v.json)"
score caption.vrsbench --truth q/truth.jsonl --predictions p.jsonl --json >v.json
is "the same file by the caption profile" 100.000000 "$(value BLEU-4 v.json)"

# qwen2.5-vl's boxes are pixels of a resized picture: without its size they mean nothing
score ground.vrsbench --dataset vrsbench --split val --predictions p.jsonl --boxes qwen2.5-vl $space >out 2>err
is "a resize that nobody told is exit code 2" 2 $?
check_in() { if grep -q "$2" "$3"; then pass "$1"; else fail "$1" "$3"; fi; }
check_in "and is asked for" "min-pixels" err
score ground.vrsbench --dataset vrsbench --split val --predictions p.jsonl --boxes nothing $space >out 2>err
check_in "an unknown convention is named" 'no box convention "nothing"' err
"$RSIFT_BIN" emit --eval vrsbench --split nope --format llava --model llava-1.5 -o q2 $space --quiet >out 2>err
is "emit --eval of no such split is exit code 2" 2 $?
check_in "and names the splits" "it has train, val" err
score ground.geochat --truth q/truth.jsonl --predictions p.jsonl >out 2>err
check_in "a profile of another task says so" "of other tasks" err

# ---- categories, subsets, rotations, wordings -----------------------------------------------------------

cat >mme.jsonl <<'JSON'
{"Question_id":"a","Task":"Perception","Subtask":"Remote Sensing","Category":"Person/Attribute/color","Ground truth":"A","Output":"A","Answer choices":["(A) x","(B) y"]}
{"Question_id":"b","Task":"Perception","Subtask":"Remote Sensing","Category":"count","Ground truth":"B","Output":"(A)","Answer choices":["(A) x","(B) y"]}
{"Question_id":"c","Task":"Reasoning","Subtask":"Monitoring","Category":"count","Ground truth":"B","Output":"","Answer choices":["(A) x","(B) y"]}
JSON
score choice.mme-realworld --predictions mme.jsonl --json >m.json
is "MME-RealWorld, overall" 33.333333 "$(value accuracy m.json)"
is "MME-RealWorld by subtask" "Remote Sensing 50" "$(field by.0.categories.0.category m.json) $(field by.0.categories.0.value m.json)"
is "MME-RealWorld by task" "Reasoning 0" "$(field by.1.categories.1.category m.json) $(field by.1.categories.1.value m.json)"
is "MME-RealWorld's attribute categories" "person/attribute" "$(field categories.0.category m.json)"
score choice.mme-realworld --predictions mme.jsonl --by Subtask --json >m.json
is "--by names other fields" 1 "$(python3 -c 'import json; print(len(json.load(open("m.json"))["by"]))')"

cat >fit.jsonl <<'JSON'
{"question_id":1,"category":"object","ground_truth":"A","answer":"A"}
{"question_id":1,"category":"object","ground_truth":"B","answer":"The answer is B"}
{"question_id":2,"category":"object","ground_truth":"A","answer":"a"}
{"question_id":2,"category":"object","ground_truth":"B","answer":"A"}
{"question_id":2,"category":"exist","ground_truth":"C","answer":"(C)"}
JSON
score choice.fit-rsrc --predictions fit.jsonl --json >f.json
is "FIT-RSRC counts a question when all rotations are right" 66.666667 "$(value 'circular accuracy' f.json)"
is "and the single answers beside it" 80.000000 "$(value accuracy f.json)"
is "and by category" 50 "$(field categories.0.value f.json)"

cat >geo.json <<'JSON'
[{"question_id":0,"ground_truth_option":"B","predicted_answers":["B.","A.","B"],"task":"crop"},
 {"question_id":1,"ground_truth_option":"C","predicted_answers":["C","C","C"],"task":"crop"}]
JSON
score choice.geobench-vlm --predictions geo.json --json >g.json
is "GEOBench-VLM, mean over wordings" 83.333333 "$(value accuracy g.json)"
is "GEOBench-VLM, any wording" 100.000000 "$(value 'any wording right' g.json)"

cat >earth.jsonl <<'JSON'
{"id":1,"type":"Basic Counting","answer":2,"prediction":4}
{"id":2,"type":"Basic Counting","answer":"0%-10%","prediction":"20%-30%"}
{"id":3,"type":"Reasoning-based Counting","answer":"90%-100%","prediction":"80%-90%"}
{"id":4,"type":"Basic Counting","answer":1,"prediction":"many"}
{"id":5,"type":"Basic Judging","answer":"Yes","prediction":"yes"}
JSON
score vqa.earthvqa --predictions earth.jsonl --json >e.json
# squares 4, 4 and (10/7)^2 of three readable pairs
is "EarthVQA's error between classes" 1.829464 "$(value 'RMSE of counting' e.json)"

cat >lmms.jsonl <<'JSON'
{"doc_id":0,"doc":{"question":"what?","answer":"A","category":"Position","l2-category":"OCR","multi-choice options":["(A) x","(B) y"]},"target":"A","resps":[["The answer is A"]],"filtered_resps":["The answer is A"]}
{"doc_id":1,"doc":{"question":"where?","answer":"B","category":"Count","l2-category":"RS","multi-choice options":["(A) x","(B) y"]},"target":"B","resps":[["A"]],"filtered_resps":["A"]}
JSON
score choice.mme-realworld-harness --predictions lmms.jsonl --json >h.json
is "lmms-eval keeps the benchmark's record below doc" "position RS" "$(field categories.0.category h.json) $(field by.0.categories.1.category h.json)"

cat >lhrs.jsonl <<'JSON'
{"id":1,"answer":"A.","type":["1","5"]}
{"id":2,"answer":"B.","type":["5"]}
JSON
printf '{"id":1,"prediction":""}\n{"id":2,"prediction":"C."}\n' >lp.jsonl
score choice.lhrs-bench --truth lhrs.jsonl --predictions lp.jsonl --json >l.json
is "a question of two types counts in both" "1 2" "$(field categories.0.n l.json) $(field categories.1.n l.json)"

# ---- average precision ----------------------------------------------------------------------------------

python3 - <<'PY'
import json, random
rng = random.Random(4)
images = [{"id": i, "file_name": f"{i:03d}.png", "height": 400, "width": 400} for i in range(1, 41)]
truths, good, poor = [], [], []
for image in images:
    for _ in range(3):
        box = [rng.randint(0, 300), rng.randint(0, 300), rng.randint(20, 90), rng.randint(20, 90)]
        truths.append({"id": len(truths) + 1, "image_id": image["id"], "category_id": rng.randint(1, 2), "bbox": box,
                       "area": box[2] * box[3], "iscrowd": 0})
        for found, off in ((good, 3), (poor, 14)):
            found.append({"image_id": image["id"], "category_id": truths[-1]["category_id"], "score": rng.random(),
                          "bbox": [box[0] + rng.randint(-off, off), box[1] + rng.randint(-off, off), box[2], box[3]]})
json.dump({"images": images, "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], "annotations": truths}, open("ct.json", "w"))
json.dump(good, open("cp.json", "w"))
json.dump(poor, open("cq.json", "w"))
half = {i["id"] for i in images[:20]}
json.dump({"images": images[:20], "categories": [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}],
           "annotations": [t for t in truths if t["image_id"] in half]}, open("ct2.json", "w"))
json.dump([d for d in good if d["image_id"] in half], open("cp2.json", "w"))
open("half.ids", "w").write("\n".join(["1", "002.png"] + [str(i) for i in range(3, 21)]) + "\n")
PY
"$RSIFT_BIN" score det.coco.bbox --truth ct.json --predictions cp.json --compare cq.json --only half.ids --json --quiet --threads 1 >d1.json
"$RSIFT_BIN" score det.coco.bbox --truth ct.json --predictions cp.json --compare cq.json --only half.ids --json --quiet --threads 2 >d2.json
check_same "AP's intervals do not depend on threads" d1.json d2.json
score det.coco.bbox --truth ct2.json --predictions cp2.json --json >d3.json
is "AP of a subset is that of its files" "$(value AP d3.json)" "$(python3 -c 'import json; print("%.6f" % json.load(open("d1.json"))["subset"]["measures"][0]["value"])')"
is "AP has an interval around its value" True "$(python3 -c 'import json; m = json.load(open("d1.json"))["measures"][0]; print(m["low"] < m["value"] < m["high"])')"
is "the better detector is better" True "$(python3 -c 'import json; c = json.load(open("d1.json"))["compare"]; print(c["low"] > 0 and c["bootstrap_p"] < 0.05)')"
score det.coco.bbox --truth ct.json --predictions cp.json --samples x.jsonl >out 2>err
is "what a profile does not do is refused" 2 $?

# ---- faults and exit codes ------------------------------------------------------------------------------

printf '{"id":1,"answer":"yes"}\n{"id":2,"answer":"no"}\n' >t.jsonl
printf '{"id":1,"prediction":"yes"}\n{"id":3,"prediction":"no"}\n' >x.jsonl
score vqa.floodnet --truth t.jsonl --predictions x.jsonl >out 2>err
is "a run with faults is exit code 1" 1 $?
check_in "and never a bare number" "INCOMPLETE: 1 missing, 1 extra" out
printf '{"id":1,"answer":"yes"}\n' >x.jsonl
score vqa.floodnet --truth t.jsonl --predictions t.jsonl >out 2>err
is "a whole run is exit code 0" 0 $?
printf '{"id":1,"answer":"yes","prediction":null}\n{"id":2,"answer":"no","prediction":"no"}\n' >n.jsonl
is "null is an empty answer, not the gold beside it" 50.000000 "$(score vqa.floodnet --truth t.jsonl --predictions n.jsonl --json >n.json; value accuracy n.json)"
printf 'id,bbox,width,height\n1,"[100, 100, 200, 200]",1000,500\n' >b.csv
printf '{"id":1,"prediction":"[100, 200, 200, 400]"}\n' >bp.jsonl
is "sizes in tables are numbers too" 100.000000 "$(score ground.rsevalkit --truth b.csv --predictions bp.jsonl --json >n.json; value Acc@0.5 n.json)"
score vqa.nothing --truth t.jsonl --predictions t.jsonl >out 2>err
is "an unknown profile is exit code 2" 2 $?
score refseg.rrsis-d --dataset dior --predictions t.jsonl $space >out 2>err
check_in "masks are not in the workspace" "give --truth FILE" err
for i in $(seq 1 16); do echo "{\"id\":$i,\"prediction\":\"a\"}"; done >bad.jsonl
echo '{"id":17,"prediction":' >>bad.jsonl
score vqa.floodnet --truth t.jsonl --predictions bad.jsonl >out 2>err
check_in "malformed line 17 is named" "bad.jsonl > line 17" err
"$RSIFT_BIN" score --list >list
is "--list fits 80 columns" 0 "$(awk 'length($0) > 80' list | wc -l)"
is "--list cuts no rule" 0 "$(grep -c '…' list)"
# the answer that emit writes where there is no object is read, and is no box
printf '{"id":1,"task":"detection-hbb","answer":"There are none."}\n{"id":2,"task":"detection-hbb","answer":"[[0, 0, 9, 9]]"}\n' >none.jsonl
printf '{"id":1,"prediction":"There are none."}\n{"id":2,"prediction":"[[0, 0, 9, 9]]"}\n' >said.jsonl
score det.geobench-vlm --truth none.jsonl --predictions said.jsonl --json >n.json
is "no object, and it is said: complete" 0 $?
is "no object, and it is said: nothing wrong" 100.000000 "$(value precision@0.5 n.json)"
printf '{"id":1,"prediction":"I cannot tell."}\n{"id":2,"prediction":"[]"}\n' >said.jsonl
score det.geobench-vlm --truth none.jsonl --predictions said.jsonl --json >n.json
is "no boxes and no such word is unparsed, an empty list is not" 1 "$(python3 -c 'import json; print(json.load(open("n.json"))["counts"]["unparsed"])')"
score ground.hbb --truth none.jsonl --predictions said.jsonl >out 2>err
check_in "a rule of other tasks names one that fits" "detection-hbb, which det.geobench-vlm scores" err
"$RSIFT_BIN" score --list ground.vrsbench.obb >list
check_in "--list NAME tells all of one" "takes radians" list
is "mc.rsevalkit is another name" 0 "$(score mc.rsevalkit --truth t.jsonl --predictions t.jsonl >/dev/null 2>&1; [ $? -le 1 ] && echo 0 || echo 2)"
score ground.vrsbench --truth q/truth.jsonl --predictions p.jsonl --markdown >md
check_in "Markdown has the hashes" "XXH3-128" md
check_in "and every measure of the categories" "| category | n | Acc@0.5 | Acc@0.7 | meanIoU | cumIoU | Acc over readable |" md

# ---- captions: what is said of which run, lengths, whose fault ------------------------------------------

python3 - <<'PY'
import json
def lines(name, rows): open(name, "w").write("".join(json.dumps(r) + "\n" for r in rows))
lines("nt.jsonl", [{"id": i, "references": ["a red house number %d" % i, "a house"]} for i in range(10)])
lines("odd.jsonl", [{"id": i, "prediction": "the caf\u00e9 \u2603 \u6f22 don't"} for i in range(10)])
lines("plain.jsonl", [{"id": i, "prediction": "a house"} for i in range(10)])
lines("same.jsonl", [{"id": i, "references": ["the scene is the same as before", "no change has occurred"]} for i in range(3)])
lines("long.jsonl", [{"id": i, "prediction": "the scene " * (2500 if i == 1 else 1)} for i in range(3)])
lines("lt.jsonl", [{"id": 1, "references": ["a"]}, {"id": 2, "references": ["b", "the " * 20000]}])
lines("lp.jsonl", [{"id": 2, "prediction": "the " * 20001}, {"id": 1, "prediction": "a"}])
PY
tokens="10 of 30 texts use words or signs whose tokens may differ from the original tokeniser's"
left_out="METEOR was left out: name a folder with its word lists (--meteor DIR)"
score caption.coco --truth nt.jsonl --predictions plain.jsonl --compare odd.jsonl --json >n.json
is "a warning about the second model names it" "$left_out; odd.jsonl: $tokens" "$(field detail n.json)"
score caption.coco --truth nt.jsonl --predictions odd.jsonl --compare plain.jsonl --json >n.json
is "and one about the first" "$left_out; odd.jsonl: $tokens" "$(field detail n.json)"
score caption.coco --truth nt.jsonl --predictions odd.jsonl --json >n.json
is "guessing leaves what is said of the model" "$left_out; $tokens" "$(field detail n.json)"
score caption.coco --truth nt.jsonl --predictions plain.jsonl --json >n.json
is "and adds nothing" "$left_out" "$(field detail n.json)"
score caption.levir-cc --truth same.jsonl --predictions long.jsonl --json >n.json 2>err || fail "5,000 words" err
is "a caption of 5,000 words has the METEOR of the Java program" 0.422243 "$(value "METEOR of word ids" n.json)"
score caption.levir-cc --truth lt.jsonl --predictions lp.jsonl >out 2>err
is "two that METEOR cannot match" 2 $?
check_in "are named by the prediction's line" "lp.jsonl > line 1" err
cp -r vrs vrs2
python3 - <<'PY'
import re
text = open("vrs2/VRSBench_EVAL_Cap.json").read()
open("vrs2/VRSBench_EVAL_Cap.json", "w").write(re.sub(r'"ground_truth":"[^"]*",', "", text, count=1))
PY
"$RSIFT_BIN" index vrs2 --workspace ws2 --quiet >/dev/null 2>err || fail "index" err
"$RSIFT_BIN" query "SELECT sample_id AS id, 'a' AS prediction FROM sample WHERE task = 'caption' AND role = 'eval'" \
    --workspace ws2 --json >ip.json
score caption.coco --dataset vrsbench --split val --workspace ws2 --predictions ip.json >out 2>err
is "an indexed caption without references" 0 $?
check_in "is left out, and that is said" "1 questions whose answers the release withholds are left out" out

# ---- truths from the workspace, a profile of every kind ---------------------------------------------------

"$RSIFT_SYNTH" release rsvqa --images 12 --side 32 --seed 3 --out rsvqa >/dev/null || exit 1
"$RSIFT_BIN" index rsvqa --workspace ws3 --quiet >/dev/null 2>err || fail "index rsvqa" err
"$RSIFT_BIN" index "$RSIFT_SOURCE_DIR/tests/golden/coreval-choice/in" --dataset coreval-choice --workspace ws4 --quiet >/dev/null 2>err ||
    fail "index choices" err
# indexed PROFILE DATASET SPLIT WORKSPACE TASK MEASURE
indexed()
{
    "$RSIFT_BIN" query "SELECT s.sample_id AS id, arg_min(t.text, t.i) AS prediction FROM sample s JOIN turn t USING (sample_id)
        LEFT JOIN split p ON p.sample_id = s.sample_id AND p.name = '$3'
        WHERE t.role IN ('assistant', 'reference') AND s.task = '$5' AND s.role = 'eval' AND ('$3' = '' OR p.name IS NOT NULL)
        GROUP BY 1 ORDER BY 1" --workspace "$4" --json >ip.json
    score "$1" --dataset "$2" ${3:+--split "$3"} --workspace "$4" --predictions ip.json --json >a.json 2>err || fail "$1 --dataset" err
    is "$1 --dataset, all right" 100.000000 "$(value "$6" a.json)"
    sed 's/"id":"[0-9a-f]*",//' ip.json >no-ids.json
    no_ids "$@"
}
# The same predictions without their ids, in no-ids.json: no order is known.
no_ids()
{
    for how in "" "--join position"; do
        # shellcheck disable=SC2086
        score "$1" --dataset "$2" ${3:+--split "$3"} --workspace "$4" --predictions no-ids.json $how >out 2>err
        is "$1 --dataset takes no results without ids${how:+, $how}" 2 $?
        check_in "and says what to give" "give --truth, the truth.jsonl" err
    done
}
indexed vqa.rsvqa rsvqa-lr test ws3 vqa accuracy
indexed choice.choice coreval-choice "" ws4 choice-vqa accuracy
indexed vqa.vrsbench vrsbench val ws vqa accuracy
indexed caption.coco vrsbench val ws caption BLEU-4
sed 's/"id": "[0-9a-f]*", //' p.jsonl >no-ids.json # grounding with ids is above
no_ids ground.vrsbench vrsbench val ws

finish
