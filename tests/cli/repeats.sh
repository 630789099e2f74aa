# recommend --epochs: samples of a scarce kind are repeated, in the choice, the mixture and the training set.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "repeats: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, os
N = 100
little.write_noise(N)
talk = lambda i, question, answer: little.talk(i, N, question, answer)
def area(n): return [talk(i, "Is this an urban or a rural area?", ("urban", "rural")[i % 2]) for i in range(n)]
def count(n): return [talk(i, "How many ships are in this image?", str(i % 3)) for i in range(n)]
for name, rows in {"area": area(10), "count": count(N), "dev": area(20) + count(20)}.items():
    os.makedirs(name)
    json.dump(rows, open(f"{name}/a.json", "w"))
PY
for name in area count; do
    rsift index $name/a.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index $name" .log
done
told() { python3 -c '
import json, sys
a = json.load(open(".out"))
print(*[eval("a" + k) for k in sys.argv[1:]])' "$@"; }
rows() { python3 -c '
import csv, collections
rows = list(csv.DictReader(open("mix.samples.csv")))
n = collections.Counter((int(r.get("repeats") or 1), r["form"]) for r in rows)
print(len(rows), sum(int(r.get("repeats") or 1) for r in rows), *sorted({k[0] for k in n}))'; }

# 10 of one form, 100 of the other; half of 60 is 30
check_exit "a scarce form" 1 rsift recommend --like dev/a.json --budget 60 -o mix.yaml
check_says "is told with its repeats" "is scarce: 10 samples x 3.0"
check_is "the choices say how often" "40 60 1 3" "$(rows)"
check_exit "as JSON" 1 rsift recommend --like dev/a.json --budget 60 --json
check_is "uses and samples" "60 40 4 [30, 30] [10, 30] [3, 1]" "$(told '["allocated"]' '["different"]' '["epochs"]' '["forms"] and sorted([f["samples"] for f in a["forms"]])' '["forms"] and sorted([f["different"] for f in a["forms"]])' '["forms"] and sorted([f["repeats"] for f in a["forms"]], reverse=True)')"
check_is "what is considered is chosen or refused" "110 110" "$(python3 -c 'import json; r = json.load(open(".out")); print(r["considered"], r["different"] + sum(x["samples"] for x in r["refused"]))')"
check_is "the recipe says so as well" 1 "$(grep -c 'id: "area"} # 10 of 10 usable samples, 30 with repeats' mix.yaml)"
check_exit "the mixture" 0 rsift mix mix.yaml --json
check_is "has each as often" "40 60" "$(told '["kept"]' '["with_repeats"]')"
check_is "in its ledger" "1 3" "$(one rsift-work "SELECT string_agg(DISTINCT n_repeats, ' ' ORDER BY n_repeats) v FROM ledger WHERE kept")"
check_exit "a bound of the recipe counts repeats" 0 sh -c 'sed "s/id: \"area\"}/id: \"area\", samples: 14}/" mix.yaml >less.yaml && "$RSIFT_BIN" mix less.yaml --json'
check_is "14 of area" "44" "$(told '["with_repeats"]')"
rsift mix mix.yaml --quiet >.log 2>&1 || fail "mix again" .log
check_exit "the training set" 0 rsift emit --format llava --model llava-1.5 -o out --quiet
check_is "has 60 records, 30 of them of 10 samples" "60 30 10" "$(python3 -c '
import json
r = json.load(open("out/train.json"))
area = [x["id"].split("-")[0] for x in r if "rural" in x["conversations"][0]["value"]]
print(len(r), len(area), len({x["image"] if isinstance(x["image"], str) else x["image"][0] for x in r if "rural" in x["conversations"][0]["value"]}))')"

check_is "and its card says so" 1 "$(grep -c '| 10 | 30 |' out/README.md)"
rsift recommend --like dev/a.json --budget 60 --json >why.json 2>.log
check_is "the dataset's reason says so" 1 "$(grep -c '10 different samples, used again where a form has fewer than its share' why.json)"

# never, and not without a budget
check_exit "once" 1 rsift recommend --like dev/a.json --budget 60 --epochs 1 -o mix.yaml
check_is "the others get the rest" "60 60 1" "$(rows)"
check_is "and the file has no such column" "sample_id,form,aimed" "$(head -1 mix.samples.csv)"
check_exit "which mixes as ever" 0 rsift mix mix.yaml --json
check_is "60 samples" "60 60" "$(told '["kept"]' '["with_repeats"]')"
check_exit "without a budget" 1 rsift recommend --like dev/a.json --json
check_is "nothing is repeated" "110 110 1" "$(told '["allocated"]' '["different"]' '["epochs"]')"
check_exit "more than there is" 1 rsift recommend --like dev/a.json --budget 1000 --json
check_is "takes everything four times" "440 110" "$(told '["allocated"]' '["different"]')"
check_exit "a repeated picture is one picture" 1 rsift recommend --like dev/a.json --budget 40images --json
check_is "of forty" "40 True True" "$(told '["limit"]["used"]' '["allocated"] > a["different"]' '["most_of_picture"] >= 3')"
check_exit "five times" 2 rsift recommend --like dev/a.json --budget 60 --epochs 5
check_exit "of the catalogue" 2 rsift recommend --catalogue-only --budget 60 --epochs 2

# the same whatever the threads; the page has it
rsift recommend --like dev/a.json --budget 60 -o mix.yaml --threads 1 --html page.html >.log 2>&1
cp mix.samples.csv one.csv
rsift recommend --like dev/a.json --budget 60 -o mix.yaml --threads 3 >.log 2>&1
check_same "the number of threads does not matter" one.csv mix.samples.csv
check_is "the page tells the repeats" 1 "$(grep -c '10 different samples, repeated up to 3 times' page.html)"
finish
