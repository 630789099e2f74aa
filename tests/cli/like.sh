# recommend --like: samples that ask and answer what a small dev set does, chosen one by one, and only
# those in the mixture. Own data in the usual form, without tags of any kind.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "like: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, os
N = 120
little.write_noise(N)
little.write_noise(N, "again/img", level=0)
talk = lambda i, *turns: little.talk(i, N, *turns)
short = " Answer the question using a single word or phrase."
rows = {
    "presence": [talk(i, f"Is there a {o} in the image?" + short, "yes" if (i + k) % 3 else "no")
                 for i in range(N) for k, o in enumerate(("ship", "plane", "car"))],
    "counting": [talk(i, "How many ships are in this image?", str(i % 6)) for i in range(N)],
    "scene": [talk(i, "What is the scene class of this image?", ("beach", "forest", "river")[i % 3]) for i in range(N)],
    "caption": [talk(i, "Describe the image.", f"The picture number {i} shows a road among fields with trees and a house") for i in range(N)],
    "dev": [talk(i, "What scene class does this image show? Answer with one word.", ("beach", "forest")[i % 2]) for i in range(30)] +
           [talk(i, "How many planes are in this image?", str(i % 3)) for i in range(30)],
    "again": [talk(i, "What is the scene class of this image?", ("beach", "forest", "river")[i % 3]) for i in range(N)],
    "odd": [talk(i, "Translate the legend of the map.", "hello") for i in range(10)],
}
for name, list_ in rows.items():
    os.makedirs(name, exist_ok=True)
    json.dump(list_, open(f"{name}/a.json", "w"))
PY
for name in presence counting scene caption; do
    rsift index $name/a.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index $name" .log
done
kept() { one rsift-work "SELECT string_agg(dataset || ' ' || n, ', ' ORDER BY dataset) v FROM (SELECT dataset, count(*) n FROM ledger JOIN sample USING (sample_id) WHERE kept GROUP BY dataset)"; }

check_exit "a file is read for the call" 0 rsift recommend --like dev/a.json --budget 80 -o mix.yaml
check_says "the forms of question are told" "how many planes are in this image"
check_exit "the recipe mixes" 0 rsift mix mix.yaml
check_is "only what the dev set asks and answers" "counting 40, scene 40" "$(kept)"
check_is "with the dev set's answers" "0 1 2 beach forest" "$(one rsift-work "SELECT string_agg(DISTINCT t.text, ' ' ORDER BY t.text) v FROM ledger l JOIN turn t USING (sample_id) WHERE kept AND role = 'assistant'")"
check_is "all others have a reason" "kept not-chosen" "$(one rsift-work "SELECT string_agg(DISTINCT reason, ' ' ORDER BY reason) v FROM ledger")"
check_is "nothing is left of the file" "" "$(ls rsift-work/tmp 2>/dev/null)"
check_exit "the training set has them" 0 rsift emit --format llava --model llava-1.5 -o out --quiet
check_is "as many records" 80 "$(python3 -c 'import json; print(len(json.load(open("out/train.json"))))')"

# explained: examples, what was refused, what other rules would draw
rsift recommend --like dev/a.json --budget 80 --json >why.json 2>.log || fail "explained" .log
check_is "each indexed sample is chosen or counted under a reason" "720 720" \
    "$(python3 -c 'import json; r = json.load(open("why.json")); print(r["considered"], r["allocated"] + sum(x["samples"] for x in r["refused"]))')"
check_is "three chosen samples a form, with another answer each where there is one" "3 3 0,1,2 beach,beach,forest" "$(python3 - <<'PY'
import json
forms = json.load(open("why.json"))["forms"]
print(*(len(f["chosen"]) for f in forms), *(",".join(sorted(c["answer"] for c in f["chosen"])) for f in forms))
PY
)"
check_is "they are among the choices" 6 "$(grep -cF "$(grep -o '"sample_id":"[0-9a-f]*' why.json | cut -d'"' -f4)" mix.samples.csv)"
check_is "every rule has the same budget, and covers less" "80 80 80 80 80 80 80 True" "$(python3 - <<'PY'
import json
c = json.load(open("why.json"))["compare"]
rules = list(c["covered_permille"])
print(*(sum(row[k] for row in c["rows"]) for k in rules), all(c["covered_permille"][k] < 990 for k in rules[1:]) and c["covered_permille"]["allocation"] >= 990)
PY
)"
check_is "what one dataset alone has is its gain" "counting True scene True" "$(python3 -c 'import json; print(*(x for r in json.load(open("why.json"))["rows"] for x in (r["dataset"], 450 < r["gain_permille"] <= 500)))')"
check_exit "what a form lacks" 0 rsift recommend --like dev/a.json --budget 300
check_says "the answer of which there is too little" 'lacks 30 with the answer "0": 20 here'
check_is "80 columns" "" "$(awk '{ n = $0; gsub(/[\200-\277]/, "", n); if (length(n) > 80) print }' .out)"
python3 -c 'import json; json.dump(json.load(open("caption/a.json"))[:9], open("say.json", "w"))'
check_exit "examples whose answers are sentences" 0 rsift recommend --like say.json --budget 400 -o say.yaml
check_is "a kind of answer is not shown as if it were said" 0 "$(grep -c '<text>' .out)"

# a record is known by its sample, and by the release's own id in the ledger and the workspace
check_is "the ledger of the training set has the release's own ids" yes "$(grep -aq original_id out/ledger.parquet && echo yes)"
rsift query "SELECT sample_id, dataset, original_id FROM sample" --json >ids.json 2>.log
check_is "every record leads back to the record that it was made of" 80 "$(python3 - <<'PY'
import json
ids = {r["sample_id"].replace("-", ""): r for r in json.load(open("ids.json"))}
own = {d: {r["id"]: r for r in json.load(open(f"{d}/a.json"))} for d in ("scene", "counting")}
same = 0
for record in json.load(open("out/train.json")):
    of = ids[record["id"].replace("-", "")]
    source = own[of["dataset"]][of["original_id"]]["conversations"]
    same += [t["value"] for t in source] == [t["value"] for t in record["conversations"]]
print(same)
PY
)"

# the same whatever the threads and the order of the file
cp mix.samples.csv first.csv
python3 -c 'import json; r = json.load(open("dev/a.json")); json.dump(r[::-1], open("dev/turned.json", "w"))'
rsift recommend --like dev/turned.json --budget 80 -o mix.yaml --threads 1 >.log 2>&1 || fail "turned" .log
check_same "the order of the examples does not matter" first.csv mix.samples.csv

# shares, data that is indexed, what nothing serves
check_exit "shares and names" 0 rsift recommend --like counting:3 --like scene --budget 80 -o shares.yaml --json
check_is "three to one" "60 20" "$(python3 -c 'import json; print(*sorted((r["samples"] for r in json.load(open(".out"))["rows"]), reverse=True))')"
check_exit "a form that nothing serves is told, with exit 1" 1 rsift recommend --like odd/a.json --budget 20 -o none.yaml
[ ! -e none.yaml ] && pass "and no recipe is written" || fail "a recipe of nothing aimed" none.yaml
check_says "first of all" 'Nothing indexed serves "translate the legend of the map"'
check_exit "a budget above the supply takes all" 0 rsift recommend --like dev/a.json --budget 10000 --json
check_is "of 720 samples, the 140 aimed ones four times" "720 1140" "$(python3 -c 'import json; r = json.load(open(".out")); print(r["different"], r["allocated"])')"
check_exit "or once" 0 rsift recommend --like dev/a.json --budget 10000 --epochs 1 --json
check_is "then 720 are all" "720 720" "$(python3 -c 'import json; r = json.load(open(".out")); print(r["different"], r["allocated"])')"

# records repeated over pictures in other bytes are copies, once the pictures are hashed
check_exit "an index of the repeated" 0 rsift index again/a.json --reader llava --images again/img --name again --licence CC-BY-4.0 --quiet
supply() { rsift recommend --like dev/a.json --budget 100 --json >.json 2>.log; python3 -c 'import json; r = json.load(open(".json")); print(max(f["supply"] for f in r["forms"]), r["not_hashed"] > 0)'; }
check_is "not known before they are hashed, and so told" "160 True" "$(supply)"
check_exit "hashed" 0 rsift hash --quiet
check_is "then each picture counts once" "80 False" "$(supply)"
rsift remove again --quiet >.log 2>&1 || fail "remove" .log

# the same data under another name: neither gains, and one that may not be used takes nothing from the other
twin() { rsift index scene/a.json --reader llava --images img --name again --licence "$1" --quiet >.log 2>&1 || fail "index the twin" .log; }
told() { rsift recommend --like dev/a.json --budget 100 --json >.json 2>.log; python3 -c 'import json; r = json.load(open(".json")); print(*((x["dataset"], x["usable"], x["gain_permille"] > 0) for x in sorted(r["rows"], key=lambda x: x["dataset"]) if x["dataset"] in ("again", "scene") and x["usable"] == 120), r["aimed"])'; }
alone=$(told)
twin CC-BY-4.0
told >.out
check_is "of two that hold the same neither gains" "0 0" "$(python3 -c 'import json; print(*(x["gain_permille"] for x in json.load(open(".json"))["rows"] if x["dataset"] in ("again", "scene")))')"
rsift remove again --quiet >.log 2>&1
twin restricted
check_is "a twin that the licence refuses leaves all of it" "$alone" "$(told)"
rsift remove again --quiet >.log 2>&1

# dialogues count in one of the forms that they ask for, whatever is asked first
python3 - <<'PY'
import json
rows = []
for i in range(120):
    turns = [("What is the scene class of this image?", ("beach", "forest")[i % 2]), ("How many ships are in this image?", str(i % 3))]
    rows.append({"id": i, "image": f"{i}.png", "conversations": [x for q, a in turns for x in ({"from": "human", "value": q}, {"from": "gpt", "value": a})]})
json.dump(rows, open("talks.json", "w"))
json.dump(rows[:60], open("sixty.json", "w"))
PY
rsift index sixty.json --reader llava --images img --name sixty --licence CC-BY-4.0 --workspace sixty --quiet >.log 2>&1 || fail "index sixty" .log
check_exit "60 pictures that ask both are not few of either" 0 rsift recommend --like dev/a.json --budget 20 --workspace sixty
rsift index talks.json --reader llava --images img --name talks --licence CC-BY-4.0 --workspace talks --quiet >.log 2>&1 || fail "index talks" .log
check_exit "a pool of dialogues" 0 rsift recommend --like dev/a.json --budget 40 --workspace talks
check_says "what they are counted in" "120 samples ask for several of these"
rsift recommend --like dev/a.json --budget 40 --workspace talks --json >.json 2>.log
check_is "both forms are served, and no answer is said to be absent" "20 20 120 0" "$(python3 -c 'import json; f = json.load(open(".json"))["forms"]; print(*(x["samples"] for x in f), sum(x["supply"] for x in f), sum(x["n_lacking"] for x in f))')"

# what cannot be done is said
check_exit "neither file nor dataset" 2 rsift recommend --like nobody --budget 20
check_says "its name" '"nobody" is no file and no indexed dataset'
check_exit "a share of nothing" 2 rsift recommend --like dev/a.json:0 --budget 20
check_exit "an empty variable is no choice" 2 rsift recommend --like "" --budget 20
check_exit "an unknown split" 2 rsift recommend --like scene@test --budget 20
printf 'no records\n' >plain.bin
check_exit "a file that no reader takes" 2 rsift recommend --like plain.bin --budget 20
sed -i '2s/,.*/,0,0/' mix.samples.csv
check_exit "choices of another run are refused" 2 rsift mix mix.yaml
check_says "and named" "mix.samples.csv is not the file that the recipe was written with"
rm mix.samples.csv
check_exit "a missing file of choices" 2 rsift mix mix.yaml
sed 's,file: "mix,file: "../mix,' mix.yaml >outside.yaml
check_exit "no choices from elsewhere" 2 rsift mix outside.yaml

# texts that were not kept
rsift index scene/a.json --reader llava --images img --name scene --no-text --workspace bare --quiet >.log 2>&1
check_exit "no texts, no aim" 2 rsift recommend --like dev/a.json --budget 20 --workspace bare
check_says "why" "texts of the indexed data were not kept"
finish
