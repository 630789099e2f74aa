# What a command leaves out and what comes next are said where one looks: on the screen, on the card and in
# the score. Covers emit/card.c, emit/truth.c, emit/emit.c, cli/verb_emit.c, api/build.c and release/plan.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "next steps: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little
for k in range(1, 4):
    little.write_png("d/img/%d.png" % k, 100, [bytes((x * k + y) % 256 for x in range(300)) for y in range(50)])
json.dump({"images": [{"id": k, "file_name": "%d.png" % k} for k in range(1, 5)],
           "annotations": [{"id": k, "image_id": k, "category_id": 1, "bbox": [10, 10, 20, 20]} for k in range(1, 5)],
           "categories": [{"id": 1, "name": "ship"}]}, open("d/a.json", "w"))
PY
card() { grep -c -e "$2" "$1/README.md"; }
rsift index d/a.json --reader coco --images d/img --name mine --licence CC-BY-4.0 --workspace ws >log 2>&1 || fail index log

# ---- questions that cannot be asked: picture 4 is not there ------------------------------------------
check_exit "an evaluation that lacks a question" 1 rsift emit --eval mine --format qwen --model qwen3-vl -o q --workspace ws
check_says "it says how many of how many" "1 of 4 questions cannot be asked"
check_says "it says what to do" "rsift link ID --images DIR"
check_says "it names the scoring" "rsift score PROFILE --truth q/truth.jsonl"
check_says "it names rules for one's own" "det.geobench-vlm for lists of boxes"
check_is "nobody trains with questions" 0 "$(grep -c 'before you train' .out)"
check_is "the card: how many" 1 "$(card q '1 of 4 questions could not be written')"
check_is "the card: no mixture" 0 "$(card q 'by the mixture')"
check_is "the card: scoring" 1 "$(card q 'rsift score PROFILE')"
check_is "the truth keeps the size of the split" 4 "$(wc -l <q/truth.jsonl | tr -d ' ')"
python3 - <<'PY'
import json
with open("p.jsonl", "w") as f:
    for line in open("q/truth.jsonl"):
        t = json.loads(line)
        if "answer" in t: f.write(json.dumps({"id": t["id"], "answer": t["answer"]}) + "\n")
PY
check_exit "a score of three quarters of the split" 1 rsift score det.geobench-vlm --truth q/truth.jsonl --predictions p.jsonl
check_says "it is incomplete" "INCOMPLETE: 1 never asked"

# ---- build tells what mix tells, and a mixture says who made it --------------------------------------
printf 'name: m\nbudget: {samples: 100}\ndatasets:\n  - {id: mine}\n' >r.yaml
rsift build r.yaml --format qwen --model qwen3-vl -o out --workspace ws >.out 2>&1
check_says "build shows the warnings of mix" "leaks-not-checked"
check_exit "emit for another trainer" 2 rsift emit --format ms-swift --model qwen3-vl -o out2 --workspace ws
check_says "it says what made the mixture" "rsift build"
printf 'format: qwen\n' >>r.yaml
rsift mix r.yaml --workspace ws >log 2>&1
check_exit "emit against the recipe" 2 rsift emit --format ms-swift --model qwen3-vl -o out2 --workspace ws
check_says "it names the recipe's line" "change the recipe"
check_says "or another mixture" "--mixture"

# ---- a picture that was changed, a mixture that knows its trainer -----------------------------------------
printf 'model: qwen3-vl\n' >>r.yaml
check_exit "a mixture for one model" 0 rsift mix r.yaml --workspace ws
check_says "what comes next can be pasted" "rsift emit --format qwen --model qwen3-vl -o DIR"
sed 's/qwen3-vl/qwen2.5-vl/' r.yaml >r25.yaml
check_exit "a mixture for a model of pixels" 0 rsift mix r25.yaml --workspace ws
check_says "what comes next names its limits" "--min-pixels 3136 --max-pixels 1003520"
check_exit "and is refused without" 2 rsift emit --format qwen --model qwen2.5-vl -o out25 --workspace ws
check_says "it says which, for example" "such as 3136 and 1003520"
rsift mix r.yaml --workspace ws >log 2>&1
cp d/img/1.png d/img/1.bak && printf x >>d/img/1.png
check_exit "a picture was changed" 1 rsift emit --format qwen --model qwen3-vl -o out3 --workspace ws
check_says "it says why" "Changed since the index"
check_says "what to do with linked ones" "rsift remove, index, link"
check_is "nobody is told to name a model that is named" 0 "$(grep -c 'Name .format' .out)"
sleep 1 # times are whole seconds
rsift index d/a.json --reader coco --images d/img --name mine --licence CC-BY-4.0 --workspace ws >log 2>&1 || fail "index again" log
check_exit "what was mixed of other pictures is not written" 2 rsift emit --format qwen --model qwen3-vl -o out3 --workspace ws
check_says "it says what to do" "its recipe again"
rsift mix r.yaml --workspace ws >log 2>&1
check_exit "mixed again" 0 rsift emit --format qwen --model qwen3-vl -o out3 --workspace ws
mv d/img/1.bak d/img/1.png

# ---- the card -----------------------------------------------------------------------------------------
check_is "one licence is named" 1 "$(card out '^license: cc-by-4.0$')"
check_is "the task is named" "- object-detection" "$(sed -n '/task_categories/{n;p;}' out/README.md)"
data_of() { sed -n '/^---$/,/^---$/{/split:/p;/path:/p;}' "$1/README.md" | tr -d ' \n'; }
check_is "a loader of the folder is told its data" "-split:trainpath:train.jsonl" "$(data_of out)"
check_is "and that questions are for a test" "-split:testpath:train.jsonl" "$(data_of q)"
check_is "no word of oriented boxes" 0 "$(card out 'Oriented boxes')"
rsift index d/a.json --reader coco --images d/img --name other --licence MIT --workspace ws >log 2>&1
printf 'name: m\nbudget: {samples: 100}\nduplicates: keep\ndatasets:\n  - {id: mine}\n  - {id: other}\n' >two.yaml
rsift build two.yaml --format internvl --model internvl -o two --workspace ws >log 2>&1
check_is "InternVL: the card's number is that of meta.json" "12 12" \
    "$(grep -o 'max_dynamic_patch 12' two/README.md | cut -d' ' -f2) $(grep -o 'max_dynamic_patch": 12' two/meta.json | cut -d' ' -f2)"

# ---- pictures that are named by their stem and come later ---------------------------------------------------
mkdir xml
for i in 1 2; do printf '<annotation><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>' >xml/$i.xml; done
check_exit "labels alone" 0 rsift index xml --reader voc --name later --licence MIT --workspace wl
check_says "it says how pictures come" "rsift link later --images DIR"
check_exit "link" 0 rsift link later --images d/img --workspace wl
printf 'name: m\ndatasets:\n  - {id: later}\n' >later.yaml
check_exit "build" 0 rsift build later.yaml --format llava --model llava-1.5 -o late --workspace wl
check_is "they have an extension" 2 "$(grep -o '"image":"[^"]*\.png"' late/train.json | sort -u | wc -l | tr -d ' ')"

# ---- a catalogue of one's own -------------------------------------------------------------------------
mkdir cat
rsift new mycoco d >cat/mycoco.yaml 2>log
rsift index d --catalog cat --dataset mycoco --workspace wc >log 2>&1 || fail "index by a record of one's own" log
printf 'name: m\nlicence: any\nbudget: {samples: 100}\ndatasets:\n  - {id: mycoco}\n' >own.yaml
check_exit "build without the catalogue" 2 rsift build own.yaml --format qwen --model qwen3-vl -o c --workspace wc
check_says "it says which option finds it" "--catalog"
check_exit "build with it" "0 1" rsift build own.yaml --format qwen --model qwen3-vl -o c --workspace wc --catalog cat
# ---- the card's tasks are those that the questions ask for ------------------------------------------------
cat >talk.json <<'JSON'
[{"id": "a", "image": "2.png", "conversations": [
   {"from": "human", "value": "<image>\nHow many ships are there?"}, {"from": "gpt", "value": "3"},
   {"from": "human", "value": "How many roads?"}, {"from": "gpt", "value": "2"},
   {"from": "human", "value": "Mind the gap."}, {"from": "gpt", "value": "Yes"}]},
 {"id": "b", "image": "3.png", "conversations": [
   {"from": "human", "value": "<image>\nHow many cars are there?"}, {"from": "gpt", "value": "4"}]}]
JSON
rsift index talk.json --reader llava --images d/img --name talk --licence CC-BY-4.0 --workspace ws-talk >log 2>&1 || fail "index talk" log
printf 'name: t\nbudget: {samples: 100}\ndatasets:\n  - {id: talk}\n' >t.yaml
rsift build t.yaml --format llava --model qwen3-vl -o talked --workspace ws-talk >log 2>&1
check_is "a conversation counts for each kind of question in it" "| conversation | unknown | 1 | vqa | counting | 2 |" \
    "$(sed -n '/^## Tasks/,/^## Left/s/^\(| [cv].*\) |$/\1/p' talked/README.md | paste -sd' ' | sed 's/$/ |/')"
check_is "the table is that of the view tag" \
    "$(rsift query "SELECT '| ' || g.task || ' | ' || coalesce(g.skill, 'unknown') || ' | ' || count(DISTINCT l.sample_id) || ' |' AS line FROM ledger l JOIN tag g USING (sample_id) WHERE l.kept GROUP BY g.task, g.skill ORDER BY g.task, g.skill NULLS FIRST" --json --workspace ws-talk | grep -o '| [^"]* |')" \
    "$(sed -n '/^## Tasks/,/^## Left/s/^\(| [cv].*|\)$/\1/p' talked/README.md)"
finish
