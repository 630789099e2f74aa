# What score refuses, its notes besides a number, and records that nearly are what they should be.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

score() { "$RSIFT_BIN" score "$@" --quiet; }
# value MEASURE FILE: of the report
value() { python3 -c 'import json, sys; print(next("%.2f" % m["value"] for m in json.load(open(sys.argv[2]))["measures"] if m["name"] == sys.argv[1]))' "$@"; }
# measure NAME EXPECTED PROFILE...: the first measure of a run
measure()
{
    name=$1 expected=$2
    shift 2
    score "$@" --json >r.json 2>err
    is "$name" "$expected" "$(python3 -c 'import json; v = json.load(open("r.json"))["measures"][0]["value"]; print(v if v is None else "%.2f" % v)' 2>>err)"
}
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: expected $2, found $3" err; fi; }
# refused NAME TEXT PROFILE...: exit code 2 and what is said
refused()
{
    name=$1 text=$2
    shift 2
    score "$@" >out 2>err
    code=$?
    if [ $code -eq 2 ] && grep -qF -- "$text" err; then pass "$name"; else fail "$name: exit code $code, expected \"$text\"" err; fi
}
# says NAME TEXT PROFILE...
says()
{
    name=$1 text=$2
    shift 2
    score "$@" >out 2>err
    if tr '\n' ' ' <out | tr -s ' ' | grep -qF -- "$text"; then pass "$name"; else fail "$name: expected \"$text\"" out err; fi
}

python3 - <<'PY'
import json
def lines(name, records):
    with open(name, "w") as f:
        f.writelines(json.dumps(r) + "\n" for r in records)
lines("t.jsonl", [{"id": i, "answer": "yes" if i % 2 else "no", "type": "presence", "question": "is it?"} for i in range(10)])
lines("p.jsonl", [{"id": i, "prediction": "yes"} for i in range(10)])
lines("unknown.jsonl", [{"id": i, "model_answer": "yes"} for i in range(10)])
lines("some.jsonl", [{"id": i, "prediction": "yes"} for i in range(9)] + [{"id": 9, "model_answer": "yes"}])
# counts: all right in the subset, far off elsewhere
lines("ct.jsonl", [{"id": i, "answer": i % 7} for i in range(20)])
lines("cp.jsonl", [{"id": i, "prediction": i % 7 if i < 10 else 50} for i in range(20)])
open("ten.ids", "w").write("\n".join(map(str, range(10))))
# types that only ever stand second
lines("lt.jsonl", [{"id": i, "answer": "A", "type": ["1", "2"] if i else ["1", "3"]} for i in range(4)])
lines("lp.jsonl", [{"id": i, "prediction": "A"} for i in range(4)])
# boxes
box = [100, 100, 200, 200]
lines("bt.jsonl", [{"id": 1, "bbox": box, "width": 500, "height": 500}])
for name, said in (("text", "[200, 200, 400, 400]"), ("list", [200, 200, 400, 400]), ("nested", [[200, 200, 400, 400]]),
                   ("parsed", [{"bbox_2d": [200, 200, 400, 400], "label": "a"}]), ("plain", "```json [{\"bbox_2d\": [100, 100, 200, 200]}]```"),
                   ("pixels", box)):
    lines("b-%s.jsonl" % name, [{"id": 1, "prediction": said}])
lines("many.jsonl", [{"id": 2, "bbox": box, "task": "detection-hbb"}, {"id": 1, "bbox": box, "task": "grounding-hbb"}])
lines("et.jsonl", [{"id": i, "answer": "[[10, 10, 20, 20, 0]]"} for i in range(2)])
lines("ep.jsonl", [{"id": 0, "prediction": "[[10, 10, 20, 20, 0]]"}, {"id": 1, "prediction": "[1, 1, 2, 2, 0]" * 600}])
lines("gt.jsonl", [{"question_id": 1, "ground_truth": [[[58, 33], [61, 31], [60, 28], [56, 30]]], "answer": "{<10><10><20><20>|<0>}"}])
# rounds
lines("rt.jsonl", [{"question": "q%d" % (i // 2), "answer": "A", "type": "t"} for i in range(8)])
lines("rp.jsonl", [{"prediction": "A" if i < 6 else "B"} for i in range(8)])
lines("rt2.jsonl", [{"id": "o%d-%d" % (i, k), "original_id": "o%d" % i, "answer": "A", "type": "t"} for i in range(4) for k in range(2)])
lines("rp2.jsonl", [{"id": "o%d-%d" % (i, k), "prediction": "A" if k == 0 else "B"} for i in range(4) for k in range(2)])
open("first.ids", "w").write("\n".join("o%d-0" % i for i in range(4)))
# original ids, one of them twice
lines("ot.jsonl", [{"id": "a", "original_id": "o1", "answer": "yes"}, {"id": "b", "original_id": "o2", "answer": "yes"},
                   {"id": "c", "original_id": "o2", "answer": "yes"}])
lines("op.jsonl", [{"id": "o1", "prediction": "yes"}, {"id": "o2", "prediction": "yes"}])
# verdicts
lines("vt.jsonl", [{"id": "s%d" % i, "original_id": "o%d" % i, "answer": "%s roof" % c, "image": c} for i, c in enumerate(["blue", "red", "grey", "green"])])
lines("vp.jsonl", [{"id": "o%d" % i, "prediction": "the roof is azure"} for i in range(4)])
lines("vv.jsonl", [{"id": "o%d" % i, "verdict": 1} for i in range(4)] + [{"id": "o0", "verdict": 0}, {"id": "zz", "verdict": 1}])
# a train split
lines("gct.jsonl", [{"question_id": "%s/%d.jpg" % (c, i), "answer": "airport"} for c in ("airport", "beach") for i in range(4)])
lines("tr.jsonl", [{"id": i, "answer": "12", "type": "count", "question": "how many?"} for i in range(30)] +
                  [{"id": 100 + i, "answer": "yes", "type": "presence", "question": "is it?"} for i in range(10)])
lines("ty.jsonl", [{"id": i, "answer": "yes", "type": "presence", "question": "is it?"} for i in range(6)])
lines("bare.jsonl", [{"id": 1, "question": "is it?"}])
# POPE: "text" asks
lines("pope.jsonl", [{"question_id": i, "text": "Is there a ship?", "label": "yes" if i else "no"} for i in range(4)])
lines("pp.jsonl", [{"question_id": i, "text": "Yes"} for i in range(4)])
lines("odd.jsonl", [{"id": 1, "answer": "a", "type": "x|y\n<b>\x1b[31m", "prediction": "a"}, {"id": 2, "answer": "a", "type": "z", "prediction": "a"}])
lines("first.jsonl", [{"id": 1, "answer": "yes"}, {"id": 2, "answer": "no", "prediction": "no"}])
lines("obt.jsonl", [{"id": 1, "answer": "yes"}])
lines("obp.jsonl", [{"id": 1, "prediction": {"answer": "yes"}}])
lines("two.jsonl", [{"id": 1, "answers": ["no", "yes"]}])
lines("twop.jsonl", [{"id": 1, "prediction": ["no", "yes"]}])
lines("again.jsonl", [{"id": i // 2, "answer": "a", "prediction": "a"} for i in range(4)])
lines("wide.jsonl", [{"id": i, "answer": "a", "prediction": "a", "type": ["t%d-%d" % (i, k) for k in range(4000)]} for i in range(3)])
lines("mm.jsonl", [{"id": i, "answer": "a", "prediction": "b" if i else "a", "type": ["1", "3" if i else "2"]} for i in range(3)])
lines("huge.jsonl", [{"id": "1", "prediction": [1e300, 10, 20, 20]}])
lines("vb.jsonl", [{"id": "1", "ground_truth": "{<10><10><20><20>}", "width": 100, "height": 100}])
lines("object.jsonl", [{"id": "1", "prediction": {"bbox_2d": [10, 10, 20, 20]}}])
lines("tiny.jsonl", [{"id": 1, "bbox": [0.00001, 0.1, 0.5, 0.5], "prediction": [[0.00001, 0.1, 0.5, 0.5]]}])
lines("own.jsonl", [{"question_id": 1, "text": "yes", "ground_truth": "yes", "size": "small", "label": "car"}])
lines("cap.jsonl", [{"id": 1, "text": "a caption of an airport", "label": "airport"}])
lines("capp.jsonl", [{"id": 1, "prediction": "a caption of an airport"}])
lines("both.jsonl", [{"id": 1, "answer": "a", "prediction": "a", "type": ["count", "area"]}, {"id": 2, "answer": "a", "prediction": "a", "type": "x"}])
lines("vt2.jsonl", [{"id": 1, "answer": "a", "type": "image"}, {"id": 2, "answer": "a", "type": "x"}])
lines("scene.jsonl", [{"question_id": "1.png", "answer": ""}])
lines("set.jsonl", [{"id": 1, "answer": ["A", "C"], "prediction": "A, C"}])
open("two.ids", "w").write("1\n2\n")
lines("null.jsonl", [{"id": i, "answer": None if i else "yes"} for i in range(10)])
lines("rle.jsonl", [{"id": 1, "answer": {"size": [2, 2], "counts": [0, 4]}}])
lines("rlep.jsonl", [{"id": 1, "prediction": {"size": [2, 2], "counts": [0, 4]}}])
import os
for folder, files in (("dt", {"P1.txt": "0 0 9 0 9 9 0 9 plane 0\n20 20 29 20 29 29 20 29 ship 0\n"}), ("dp", {"Task1_plane.txt": "P1 0.9 0 0 9 0 9 9 0 9\n"}),
                      ("dn", {"Task1_plane.txt": "P1 nan 0 0 9 0 9 9 0 9\n"})):
    os.mkdir(folder)
    for name, text in files.items():
        open(folder + "/" + name, "w").write(text)
coco = {"images": [{"id": 1}, {"id": 2}], "categories": [{"id": 1, "name": "a"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "area": 81, "iscrowd": 0}]}
json.dump(coco, open("coco.json", "w"))
found = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "score": 0.9}
json.dump([found, dict(found, category_id=7)], open("found.json", "w"))
json.dump([dict(found, image_id="1")], open("named.json", "w"))
json.dump([dict(found, category_id="a")], open("names.json", "w"))
json.dump([{k: v for k, v in found.items() if k != "category_id"}], open("nocat.json", "w"))
json.dump([dict(found, bbox=[0, 0, 0.5, 0.5]), dict(found, bbox=[9, 9, -9, -9])], open("odd.json", "w"))
json.dump([dict(found, image_id="a.jpg")], open("file.json", "w"))
PY

# ---- numbers ------------------------------------------------------------------------------------------

score count.rsevalkit --truth ct.jsonl --predictions cp.jsonl --only ten.ids --json >r.json 2>err
is "R2 of a subset is its own" 1.00 "$(python3 -c 'import json; print("%.2f" % next(m["value"] for m in json.load(open("r.json"))["subset"]["measures"] if m["name"] == "R2"))' 2>>err)"
score choice.lhrs-bench --truth lt.jsonl --predictions lp.jsonl --json >r.json 2>err
is "a type that only stands second is shown" "1:4 2:3 3:1" "$(python3 -c 'import json; print(*sorted("%s:%d" % (c["category"], c["n"]) for c in json.load(open("r.json"))["categories"]))')"
says "any type of a question leaves it out" "3 questions of other types left out" choice.lhrs-bench --truth lt.jsonl --predictions lp.jsonl --without-types 2
for how in text list nested parsed; do
    measure "--boxes of a $how" 100.00 ground.hbb --truth bt.jsonl --predictions b-$how.jsonl --boxes qwen3-vl
done
measure "the second model's boxes have a convention of their own" 100.00 ground.hbb --truth bt.jsonl --predictions b-text.jsonl --boxes qwen3-vl --compare b-pixels.jsonl --compare-boxes px
is "and are read in it" 100.00 "$(python3 -c 'import json; print("%.2f" % json.load(open("r.json"))["compare"]["measures"][0]["value"])')"
measure "the digit of bbox_2d is no number" 100.00 ground.hbb --truth bt.jsonl --predictions b-plain.jsonl
says "how boxes were read is said" 'boxes are read as the benchmark has its own' ground.hbb --truth bt.jsonl --predictions b-pixels.jsonl
says "detections are another task than grounding" "1 truths of other tasks left out" ground.hbb --truth many.jsonl --predictions b-pixels.jsonl
measure "600 boxes in one answer" 0.17 det.earthdial --truth et.jsonl --predictions ep.jsonl
refused "polygons are no GeoChat box" "one box {<x1><y1><x2><y2>|<angle>}" ground.geochat --predictions gt.jsonl
measure "questions without ids are rounds of their own" 75.00 choice.fit-rsrc --truth rt.jsonl --predictions rp.jsonl --join position
score choice.fit-rsrc --truth rt2.jsonl --predictions rp2.jsonl --only first.ids --json >r.json 2>err
is "rotations outside the subset do not count in it" 100.00 "$(python3 -c 'import json; print("%.2f" % json.load(open("r.json"))["subset"]["measures"][0]["value"])')"
score vqa.floodnet --truth ot.jsonl --predictions op.jsonl --json >r.json 2>err
is "an original id of two truths joins neither, others do" "2 1" "$(python3 -c 'import json; c = json.load(open("r.json"))["counts"]; print(c["missing"], c["extra"])')"
measure "POPE's text asks, its label is the gold" 75.00 pope.rspope --truth pope.jsonl --predictions pp.jsonl
measure "GeoChat's scenes carry their golds in the id" 50.00 cls.geochat --predictions gct.jsonl
measure "a mask under answer" 100.00 refseg.rrsis-d --truth rle.jsonl --predictions rlep.jsonl

says "predictions that are objects are told" "1 predictions are objects, of which the JSON text was scored" vqa.floodnet --truth obt.jsonl --predictions obp.jsonl
says "several golds are told" "1 truths have several answers" vqa.floodnet --truth two.jsonl --predictions twop.jsonl
says "and several predictions" "1 predictions are lists" vqa.floodnet --truth two.jsonl --predictions twop.jsonl
says "and ids twice in one file" "2 records repeat an id" vqa.floodnet --predictions again.jsonl

says "classes that nobody looked for are told" "no file for 1 of 2 classes, whose AP is 0" det.dota.task1 --truth dt --predictions dp
says "images too" "no detection in 1 of 2 images" det.coco.bbox --truth coco.json --predictions found.json
says "and unknown categories" "1 of 2 detections are of categories that the truth does not have" det.coco.bbox --truth coco.json --predictions found.json
refused "no detection is of any category" 'none of the 1 detections is of a category of the truth' det.coco.bbox --truth coco.json --predictions names.json
refused "a detection without a category" 'expected category_id, an integer or a text' det.coco.bbox --truth coco.json --predictions nocat.json
says "boxes that are fractions" "1 of 2 boxes lie within 0 to 1" det.coco.bbox --truth coco.json --predictions odd.json
says "and boxes of negative size" "1 of 2 boxes have a width or height below 0" det.coco.bbox --truth coco.json --predictions odd.json
refused "a score that is no number" 'field 2 is no finite number: "nan"' det.dota.task1 --truth dt --predictions dn
measure "an image_id that spells a number is that number" 100.00 det.coco.bbox --truth coco.json --predictions named.json
refused "an image_id that is a file name" 'image_id "a.jpg" is not among' det.coco.bbox --truth coco.json --predictions file.json

score vqa.geochat --predictions wide.jsonl --json >r.json 2>err
is "more types than questions" 0 $?
measure "a question counts once in the accuracy" 33.33 vqa.floodnet --predictions mm.jsonl
is "and in each of its types in their mean" 44.44 "$(value "mean over types" r.json)"
measure "a number of 300 digits" 0.00 ground.vrsbench --truth vb.jsonl --predictions huge.jsonl --boxes fraction
measure "an object's box under a rule for digits" 100.00 ground.vrsbench --truth vb.jsonl --predictions object.jsonl
measure "small numbers of lists" 100.00 ground.hbb --predictions tiny.jsonl
measure "beside a gold the text is the prediction" 100.00 vqa.fit-rsfg --predictions own.jsonl
measure "and the caption in a truth of captions" 100.00 caption.urbench --truth cap.jsonl --predictions capp.jsonl
is "both types left out, nothing else told" 0 "$(score vqa.floodnet --predictions both.jsonl --without-types count,area | grep -c 'no truth has it')"
says "a type by the name that it has in the file" "1 questions of other types left out" vqa.vrsbench --truth vt2.jsonl --predictions vt2.jsonl --without-types image
says "an id left out is known" "Only the 1 samples of two.ids:" vqa.vrsbench --truth vt2.jsonl --predictions vt2.jsonl --without-types image --only two.ids
# rsift's own lists say in their first line what they rest on
{ echo "# VRSBench-VQA: 2 of 9 samples; 0 share a picture with m, 7 NOT CHECKED"; cat two.ids; } >noted.ids
says "a list's note is no id" "Only the 1 samples of noted.ids:" vqa.vrsbench --truth vt2.jsonl --predictions vt2.jsonl --without-types image --only noted.ids
says "a list's note is told" "7 NOT CHECKED" vqa.vrsbench --truth vt2.jsonl --predictions vt2.jsonl --without-types image --only noted.ids
head -1 noted.ids >none.ids
refused "a list of nothing says why" "7 NOT CHECKED" vqa.vrsbench --truth vt2.jsonl --predictions vt2.jsonl --only none.ids
refused "a scene without a folder" "no answer in the truth" cls.geochat --predictions scene.jsonl
measure "a list of letters is a set" 100.00 choice.xlrs --predictions set.jsonl

score vqa.floodnet --truth t.jsonl --predictions null.jsonl --json >r.json 2>err
is "null is an empty answer, not a missing one" 0 "$(python3 -c 'import json; print(json.load(open("r.json"))["counts"]["missing"])')"

# ---- verdicts, train splits -----------------------------------------------------------------------------

measure "verdicts join on original ids" 100.00 vqa.vrsbench --truth vt.jsonl --predictions vp.jsonl --judge-verdicts vv.jsonl
is "but are not a guesser's" 0.00 "$(python3 -c 'import json; print("%.2f" % json.load(open("r.json"))["blind"]["majority"])')"
refused "nor a second model's" "score the two apart" vqa.vrsbench --truth vt.jsonl --predictions vp.jsonl --judge-verdicts vv.jsonl --compare vp.jsonl
says "verdicts that nobody asked for" "no verdict was used" vqa.rsvqa --truth vt.jsonl --predictions vp.jsonl --judge-verdicts vv.jsonl
says "verdicts of unknown ids are counted" "1 verdicts are for ids that the truth does not have" vqa.vrsbench --truth vt.jsonl --predictions vp.jsonl --judge-verdicts vv.jsonl
says "and second ones" "1 verdicts repeat an id" vqa.vrsbench --truth vt.jsonl --predictions vp.jsonl --judge-verdicts vv.jsonl
score vqa.geochat --truth ty.jsonl --predictions ty.jsonl --blind-train tr.jsonl --json >r.json 2>err
is "a train split is prepared as the truth is" 100.00 "$(python3 -c 'import json; print("%.2f" % json.load(open("r.json"))["blind"]["majority"])')"
refused "nothing to learn from" "no record with an answer to learn from" vqa.floodnet --truth t.jsonl --predictions p.jsonl --blind-train bare.jsonl

# ---- refused ----------------------------------------------------------------------------------------------

refused "no known field" 'found "id, model_answer"' vqa.floodnet --truth t.jsonl --predictions unknown.jsonl
says "one without it is missing" "INCOMPLETE: 1 missing" vqa.floodnet --truth t.jsonl --predictions some.jsonl
refused "--boxes of a question" "would change nothing" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --boxes fraction
refused "an unknown convention" 'no box convention "nonsense"' ground.hbb --truth bt.jsonl --predictions b-list.jsonl --boxes nonsense
refused "--meteor of a question" "takes no --meteor" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --meteor .
refused "--judge-verdicts of boxes" "takes no --judge-verdicts" ground.hbb --truth bt.jsonl --predictions b-list.jsonl --judge-verdicts vv.jsonl
refused "--blind-train of boxes" "takes no --blind-train" ground.hbb --truth bt.jsonl --predictions b-list.jsonl --blind-train bt.jsonl
refused "--blind-train beside --no-blind" "exclude each other" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --blind-train t.jsonl --no-blind
refused "--by of detections" "takes no --by" det.coco.bbox --truth t.jsonl --predictions p.jsonl --by type
refused "two outputs" "name one" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --markdown --json
says "a type that nobody has" "--without-types cuont: no truth has it" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --without-types cuont
says "a field that nobody has" "--by nosuch: no truth has it" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --by nosuch
score vqa.floodnet --predictions first.jsonl >out 2>err
is "the first record need not have an answer" 1 $?

# ---- results of samples never take the place of something else -----------------------------------------------

cp p.jsonl kept.jsonl
refused "an input" "would overwrite this input" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples p.jsonl
check_same "is still there" kept.jsonl p.jsonl
mkfifo pipe.jsonl
refused "a pipe" "there is something else" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples pipe.jsonl
refused "JSON lines for COCO" "as one JSON document, not lines" det.coco.bbox --truth t.jsonl --predictions p.jsonl
refused "no folder for the rows: the name given, not one of ours" "at nodir/x.parquet" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples nodir/x.parquet
is "and no other" 1 "$(grep -c '^  at nodir/x.parquet$' err)"
ln -s p.jsonl link.jsonl
refused "no lists here" "takes no --meteor" caption.levir-cc --truth cap.jsonl --predictions capp.jsonl --meteor .
refused "a link" "there is something else" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples link.jsonl
refused "an option for a name" "wants a FILE" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples --no-blind
refused "another kind" ".jsonl or .parquet" vqa.rsvqa --truth t.jsonl --predictions p.jsonl --samples x.csv

# ---- print --------------------------------------------------------------------------------------------------

score vqa.floodnet --predictions odd.jsonl --markdown >out 2>err
is "Markdown of odd names" '| x\|y &lt;b&gt;\\x1b\[31m | 1 | 100.00 |' "$(grep '^. x' out)"
is "no escape reaches the terminal" 0 "$(score vqa.floodnet --predictions odd.jsonl | grep -c "$(printf '\033')")"
score ground.hbb --truth bt.jsonl --predictions b-list.jsonl --boxes qwen3-vl --markdown >out
if grep -qF 'boxes `qwen3-vl`' out; then pass "options stand in the appendix"; else fail "options stand in the appendix" out; fi
is "80 columns" 0 "$(for f in "vqa.rsvqa --truth t.jsonl --predictions p.jsonl" "ground.hbb --truth bt.jsonl --predictions b-list.jsonl --compare b-text.jsonl" \
    "choice.mme-realworld-harness --truth lt.jsonl --predictions lp.jsonl" "det.earthdial --truth et.jsonl --predictions ep.jsonl"; do
    score $f 2>/dev/null; done | awk 'length($0) > 80' | wc -l)"
is "no intervals without resamples" 0 "$(score vqa.rsvqa --truth t.jsonl --predictions p.jsonl --resamples 0 | grep -c ' to ')"

finish
