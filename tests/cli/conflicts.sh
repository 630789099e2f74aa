# Two answers to one question about one picture: not both are true, and neither is trained on. From the
# files to the training set, over two datasets that name the same bytes otherwise.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "conflicts: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, os
def png(seed):
    return little.png(32, [bytes((x * 2 + y * seed) % 256 for x in range(96)) for y in range(32)])
def talk(image, question, answer):
    return {"image": image, "conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": answer}]}
rows = {"one": [], "two": []}
def both(name, question, first, second, tag="<image>\n"):
    for folder, image, q, answer in (("one", f"{name}.png", tag + question, first), ("two", f"scene_{name}.png", question, second)):
        os.makedirs(f"{folder}/img", exist_ok=True)
        open(f"{folder}/img/{image}", "wb").write(png(len(name) + ord(name[0])))
        rows[folder].append(talk(image, q, answer))
both("a", "Is it urban? Answer yes or no.", "Yes.", "no")           # a conflict
both("bb", "How many ships? Answer with a number.", "Two.", "2")    # one answer, spelled in two ways
both("ccc", "How many ships? Answer with a number.", "1,000", "1000.0")
both("dddd", "How many ships? Answer with a number.", "3", "4")     # a conflict
both("e", "Describe the image in detail.", "A road among fields.", "A field with a road.")
for name in rows:
    json.dump(rows[name], open(f"{name}/a.json", "w"))
PY
index()
{
    for name in one two; do
        rsift index $name/a.json --reader llava --images $name/img --name $name --licence CC-BY-4.0 --workspace ws --quiet \
            "$@" >.log 2>&1 || fail "index $name" .log
    done
}
# reasons: of all samples, by dataset and record
reasons() { one ws "SELECT string_agg(reason, ' ' ORDER BY dataset, ordinal) v FROM ledger JOIN sample USING (sample_id)"; }
printf 'name: m\nmodel: qwen3-vl\ndatasets:\n  - {id: one}\n  - {id: two}\n' >drop.yaml
sed 's/^name: m/name: k\nconflicts: keep/' drop.yaml >keep.yaml
index
rsift mix drop.yaml --workspace ws >.log 2>&1
each="answer-conflict kept kept answer-conflict kept"
check_is "conversations: yes or no, and numbers" "$each $each" "$(reasons)"
check_is "each names another's answer" 4 "$(one ws "SELECT count(*) v FROM ledger l JOIN sample s USING (sample_id)
    JOIN sample o ON CAST(o.sample_id AS VARCHAR) = l.detail WHERE o.key_asked = s.key_asked AND o.key_answer <> s.key_answer")"
rsift emit --format qwen --model qwen3-vl -o out --workspace ws >.log 2>&1 || fail "emit" .log
check_is "neither is written" 0 "$(cat out/train.json* | grep -c 'urban')"
check_is "what agrees is" 6 "$(cat out/train.json* | wc -l | tr -d ' ')"
rsift audit --workspace ws >.out 2>.err
check_says "audit tells them" "conflict"
check_is "audit: with an example of each dataset" 2 "$(grep -c 'is answered otherwise by' .out)"
partner=$(one ws "SELECT detail v FROM ledger WHERE reason = 'answer-conflict' ORDER BY sample_id LIMIT 1")
check_exit "the partner can be looked at" 0 rsift sample "$partner" --workspace ws
rsift mix drop.yaml --workspace ws --threads 1 --json >1.json 2>.log
rsift mix drop.yaml --workspace ws --threads 4 --json >2.json 2>.log
check_same "any number of threads" 1.json 2.json
rsift mix keep.yaml --workspace ws >.log 2>&1
check_is "conflicts: keep" 10 "$(one ws "SELECT count(*) v FROM ledger JOIN mixture USING (mixture_id) WHERE name = 'k' AND kept")"
sed 's/conflicts: keep/conflicts: some/' keep.yaml >bad.yaml
check_exit "another word" 2 rsift mix bad.yaml --workspace ws
check_says "its place" "bad.yaml:2:12"
rm -rf ws
index --param task=vqa
rsift mix drop.yaml --workspace ws >.log 2>&1
check_is "questions of vqa: any words" "answer-conflict kept kept answer-conflict answer-conflict answer-conflict kept kept answer-conflict answer-conflict" "$(reasons)"
# two lists of objects: one dataset denies what the other shows in the same picture
python3 - <<'PY'
import json
def coco(name, images, annotations):
    json.dump({"images": [{"id": i, "file_name": f, "width": 32, "height": 32} for i, f in enumerate(images)],
               "annotations": [{"id": k, "image_id": i, "category_id": c, "bbox": [2, 2, 9, 9]} for k, (i, c) in enumerate(annotations)],
               "categories": [{"id": 1, "name": "ship"}, {"id": 2, "name": "car"}]}, open(name, "w"))
coco("one/d.json", ["a.png", "bb.png", "ccc.png"], [(1, 1)])
coco("two/d.json", ["scene_a.png", "scene_bb.png", "scene_ccc.png"], [(0, 1), (2, 2)])
PY
for name in one two; do
    rsift index $name/d.json --reader coco --images $name/img --name $name --licence CC-BY-4.0 --workspace lists --quiet \
        >.log 2>&1 || fail "index the lists" .log
done
rsift mix drop.yaml --workspace lists >.log 2>&1 || true
# one: a denied, bb shown, ccc has no class that is known there; two: a shown, bb denied unknowingly
check_is "an object that another dataset denies" "answer-conflict answer-conflict kept answer-conflict answer-conflict kept" \
    "$(one lists "SELECT string_agg(reason, ' ' ORDER BY dataset, ordinal) v FROM ledger JOIN sample USING (sample_id)")"
finish
