# Runs of one's own as a recommendation: a planted law is found, noise is no advice, and rows of no use
# are told.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# Mixtures of three sources with a law: "vqa" lives of a, "ground" of b, c helps nothing.
cat >make.py <<'PY'
import csv, math, random, sys
seed, n, noise, form = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
rng, rows = random.Random(seed), []
for i in range(n):
    w = [-math.log(1 - rng.random()) for _ in range(3)]
    counts = [int(1000 * x / sum(w)) for x in w]
    law = [[4, 0, 0], [0, 4, 0]]
    scores = [30 + sum(k * math.log1p(c) for k, c in zip(l, counts)) + noise * rng.gauss(0, 1) for l in law]
    if noise > 50:
        scores = [rng.random(), rng.random()]
    rows.append(("m%d" % i, counts, scores))
out = csv.writer(sys.stdout, lineterminator="\n")
if form == "wide":
    out.writerow(["mixture", "note", "count:a", "count:b", "count:c", "score:vqa", "score:ground"])
    for name, counts, scores in rows:
        out.writerow([name, "mine", *counts, *scores])
else:
    out.writerow("mixture source count benchmark score".split())
    for name, counts, scores in rows:
        for source, count in zip("abc", counts):
            out.writerow([name, source, count, "", ""])
        for mark, score in zip(("vqa", "ground"), scores):
            out.writerow([name, "", "", mark, -score if form == "losses" else score])
PY
python3 make.py 1 24 1 long >runs.csv
python3 make.py 1 24 1 wide >wide.csv
python3 make.py 1 24 1 losses >losses.csv
python3 make.py 1 15 1 long >few.csv
field() { python3 -c "import json; r = json.load(open('.out')); print($1)"; }

check_exit "runs, without any workspace" 0 rsift recommend --runs runs.csv -o recipe.yaml --json
cp .out long.json
check_is "both benchmarks are told apart" "True 2 True" "$(field 'r["told_apart"], r["n_used"], r["correlation"] > 0.6' | tr -d '(),')"
check_is "what helps gets nearly all, what helps nothing hardly any" "True True" "$(field 'r["rows"][2]["samples"] < 100, r["rows"][0]["samples"] > 350' | tr -d '(),')"
check_is "better than uniform, surely" "True" "$(field '[x for x in r["compare"] if x["mixture"] == "uniform"][0]["low"] > 0')"
check_is "the recipe has the samples" "$(field 'sum(x["samples"] for x in r["rows"])')" "$(sed -n 's/.*samples: \([0-9]*\)}$/\1/p' recipe.yaml | awk '{ n += $1 } /./ && NR > 1 { m += $1 } END { print m }')"
check_exit "the wide form" 0 rsift recommend --runs wide.csv --json
check_same "says the same" long.json .out
check_exit "losses" 0 rsift recommend --runs losses.csv --losses --json
check_is "are turned" "True" "$(python3 -c 'import json; a, b = json.load(open("long.json")), json.load(open(".out")); print(a["rows"] == b["rows"] and b["compare"][0]["score"] == -a["compare"][0]["score"])')"
check_exit "losses as scores are another matter" "0 1" rsift recommend --runs losses.csv --json
check_is "and choose the opposite" "True" "$(field 'not r["told_apart"] or r["rows"][2]["samples"] > r["rows"][0]["samples"]')"
check_exit "a budget, and what is of a benchmark's own kind" 0 rsift recommend --runs runs.csv --budget 20k --own vqa=a --own ground=b
check_says "scales the shares" "10,245"
check_says "with its intervals" "from %"
check_exit "one thread, the same" 0 rsift recommend --runs runs.csv --json --threads 1
check_same "bytes" long.json .out

# ---- no advice ------------------------------------------------------------------------------------
found=0
for seed in 1 2 3 4 5 6; do
    python3 make.py $seed 24 99 long >noise.csv
    rm -f none.yaml
    code=0
    rsift recommend --runs noise.csv -o none.yaml >.out 2>&1 || code=$?
    if [ "$code" -eq 1 ] && [ ! -e none.yaml ] && grep -q "No recommendation" .out; then found=$((found + 1)); fi
done
check_is "scores of noise: most tables are refused, without a recipe" 1 "$([ "$found" -ge 3 ] && echo 1)"
check_exit "fifteen runs" 2 rsift recommend --runs few.csv
check_says "are too few" "at least 16 tell something"
check_exit "a template that nobody filled in" 2 rsift recommend --runs /dev/null
check_exit "another table" 2 rsift recommend --runs make.py
check_says "the columns" "expected the columns mixture,source,count,benchmark,score"
check_exit "a missing file" 2 rsift recommend --runs absent.csv
check_exit "goals and runs" 2 rsift recommend --runs runs.csv --goal vqa
check_exit "pictures and runs" 2 rsift recommend --runs runs.csv --budget 10images
check_exit "a source that the table does not have" 2 rsift recommend --runs runs.csv --own vqa=d
check_says "named" 'the table has no source of "vqa=d"'

# ---- rows of no use -------------------------------------------------------------------------------
{
    sed 's/^m3,,,vqa,.*/m3,,,vqa,nan/; s/^m4,a,.*/m4,a,-3,,/; s/^m5,b,.*/m5,b,,,/; s/^m6,,,ground,.*/m6,,,ground,/' runs.csv
    sed -n '/^m7,a,/p' runs.csv
    echo 'm8,a,1,,'
    echo 'm9,,,vqa,1'
    echo ',a,1,,'
    echo 'm1,x'
} >bad.csv
check_exit "findings" 1 rsift recommend --runs bad.csv --json
check_is "each with its kind" "count-bad count-conflict count-missing row-bad row-repeated row-unnamed score-bad score-conflict" \
    "$(field '" ".join(sorted(x["code"] for x in r["findings"]))')"
check_is "mixtures without a known count are out, other scores stay" "21 19" \
    "$(field 'r["n_runs"], r["benchmarks"][0]["runs"]' | tr -d '(),')"
check_exit "for people" 1 rsift recommend --runs bad.csv
check_says "with the line" "expected a finite number, found \"nan\""
finish
