# Mixtures to run: designed, written as recipes that mix to their counts.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# Three sources of one's own: pictures of one colour each, no picture in two sources.
python3 - <<'PY'
import json, little, os
for i in range(240):
    little.write_png("img/p%d.png" % i, 8, [bytes((i, 255 - i, i * 7 % 256)) * 8] * 8)
sizes = {"large": range(0, 150), "middle": range(150, 220), "small": range(220, 240)}
for name, numbers in sizes.items():
    os.mkdir(name)
    rows = [{"id": "%s-%d" % (name, i), "image": "p%d.png" % i, "conversations": [
        {"from": "human", "value": "<image>\nWhich number has this picture of %s?" % name},
        {"from": "gpt", "value": str(i)}]} for i in numbers]
    with open(name + "/a.json", "w") as out:
        json.dump(rows, out)
PY
for name in large middle small; do
    rsift index $name/a.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 ||
        fail "index $name" .log
done

# ---- the design ---------------------------------------------------------------------------------
check_exit "a design" 0 rsift mixtures --design 16 --budget 60 --benchmark "my, vqa" --benchmark grounding \
    --seed 5 --license open --protect all -o runs
check_says "says what comes next" "rsift recommend --runs runs/runs.csv"
check_is "a recipe each, and the table" 17 "$(ls runs | wc -l)"
check_is "a count for every source, a row for every score" "1 48 32" \
    "$(python3 -c 'import csv; r = list(csv.reader(open("runs/runs.csv"))); print(r[0] == "mixture source count benchmark score".split() and 1, sum(x[1] != "" for x in r[1:]), sum(x[3] in ("my, vqa", "grounding") and x[4] == "" for x in r[1:]))')"
check_is "each adds up to the budget" "60" "$(python3 - <<'PY'
import collections, csv
total = collections.Counter()
for row in csv.DictReader(open("runs/runs.csv")):
    total[row["mixture"]] += int(row["count"] or 0)
print(*sorted(set(total.values())))
PY
)"
rsift mixtures >out 2>log
check_is "the answer fits 80 columns" "" "$(sed 's/…/./g' out | awk 'length > 80 && !/^  rsift /' | head -3)"
[ -s out ] || fail "the answer is printed" log
check_exit "a table that is there is not written over" 2 rsift mixtures --design 16 --budget 60 -o runs
check_says "but named" "runs/runs.csv is there already"
check_exit "a mixture mixes" 0 rsift mix runs/mixture-03.yaml
check_is "to its counts" \
    "$(awk -F, '$1 == "mixture-03" && $3 > 0 { printf "%s %s,", $2, $3 }' runs/runs.csv)" \
    "$(one rsift-work "SELECT string_agg(dataset || ' ' || n || ',', '' ORDER BY dataset) v FROM (SELECT dataset, count(*) n FROM ledger JOIN sample USING (sample_id) WHERE kept GROUP BY dataset)")"
rsift mixtures --design 16 --budget 60 --seed 5 --license open --protect all -o again --threads 1 >.log 2>&1 || fail "again" .log
check_same "the same seed, the same mixtures" runs/mixture-09.yaml again/mixture-09.yaml
check_exit "another seed" 0 rsift mixtures --design 16 --budget 60 --seed 6 -o other
check_is "other mixtures" 1 "$(cmp -s other/mixture-16.yaml runs/mixture-16.yaml; echo $?)"
check_exit "tasks as sources" 0 rsift mixtures --by task --source small:conversation --source large --json
check_says "by their names" '"source":"small:conversation","supply":20'

# ---- what cannot be done is said ------------------------------------------------------------------
check_exit "more than there is" 2 rsift mixtures --budget 241
check_says "how much there is" "all sources together have 240"
check_exit "one source" 2 rsift mixtures --source large
check_says "is no mixture" "a mixture has at least two sources"
check_exit "a source that is not here" 2 rsift mixtures --source large --source dior
check_says "its name" '"dior" is not indexed'
check_exit "a task that there is not" 2 rsift mixtures --source large --source small:counting
check_exit "one source twice" 2 rsift mixtures --source large --source large:conversation --source small
check_says "its part" '"large:conversation" is part of another source'
check_exit "too few runs are told" 0 rsift mixtures --design 8 --budget 60
check_says "in words" "Fewer than 16 runs are no advice"
finish
