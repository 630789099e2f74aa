# recommend --signals: numbers that somebody brings, as gates and weights; the
# choice stands without the file.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "signals: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little
N = 60
little.write_noise(N)
talk = lambda i, *turns: little.talk(i, N, *turns)
json.dump([talk(i, "What is the scene class of this image?", ("beach", "forest")[i % 2]) for i in range(N)], open("a.json", "w"))
json.dump([talk(i, "How many ships are in this image?", str(i % 2)) for i in range(N)], open("b.json", "w"))
json.dump([talk(i, "What scene class does this image show?", ("beach", "forest")[i % 2]) for i in range(20)], open("dev.json", "w"))
PY
for name in a b; do
    rsift index $name.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index $name" .log
done
rsift query "SELECT sample_id, dataset, original_id FROM sample WHERE dataset = 'a' ORDER BY CAST(substr(original_id, 2) AS INT)" --json >ids.json
python3 - <<'PY'
import json
ids = json.load(open("ids.json"))
def csv(name, header, rows):
    open(name, "w").write("\n".join([header] + rows) + "\n")
# sample r0 .. r59 of a: clip grows
csv("scores.csv", "sample_id,note,clip",
    [f"{r['sample_id']},\"some, words\",{i / 100}" for i, r in enumerate(ids)])
PY
ask() { rsift recommend --like dev.json "$@"; }
chosen() { python3 -c '
import json, sys
ids = {r["sample_id"].replace("-", ""): r["original_id"] for r in json.load(open("ids.json"))}
print(*sorted((int(ids[l.split(",")[0]][1:]) for l in open(sys.argv[1]).read().split()[1:])))' "$1"; }
told() { python3 -c '
import json, sys
s = json.load(open(".out"))["signals"]
print(*[eval("s" + k) for k in sys.argv[1:]])' "$@"; }

check_exit "a gate; fewer than 50 pictures are left, which is told" 1 ask --budget 60 --epochs 1 --signals scores.csv --gate 'clip>=0.4' --gate 'clip < 0.5' -o gate.yaml --json
check_is "only those that pass, and those that nobody scored (b)" "40 41 42 43 44 45 46 47 48 49" "$(grep ,1$ gate.samples.csv >.aimed; { echo h; cat .aimed; } >.g; chosen .g)"
check_is "what failed and had no value" "60 60 0 0 40 10 60" "$(told '["rows"]' '["samples"]' '["unknown"]' '["repeated"]' '["gates"][0]["failed"]' '["gates"][1]["failed"]' '["gates"][0]["without_value"]')"
check_is "every sample is chosen or has its reason" "120 50" "$(python3 -c '
import json
a = json.load(open(".out")); r = {x["reason"]: x["samples"] for x in a["refused"]}
print(a["allocated"] + sum(r.values()), r["gate"])')"
check_exit "the recipe mixes without the file" 0 sh -c 'mv scores.csv away.csv; "$RSIFT_BIN" mix gate.yaml --quiet; code=$?; mv away.csv scores.csv; exit $code'
check_is "the recipe names it with its hash" 1 "$(grep -c '^# signals: "scores.csv" of hash [0-9a-f]\{32\}, missing keep$' gate.yaml)"
check_is "and the gates" 2 "$(grep -c '^# gate: ' gate.yaml)"
check_exit "for people; without a value, left out" 1 ask --budget 60 --signals scores.csv --gate 'clip>=0.4' --missing drop
check_says "which gate" "gate clip>=0.4: 40 fail, 60 without a value (drop)"
check_says "how many are left out" "100 samples were left out"

# weights: the draw leans to where they are high; ranks count, not numbers
mean() { chosen "$1" | python3 -c 'import sys; v = list(map(int, sys.stdin.read().split())); print(sum(v) // len(v))'; }
leans() { ask --budget 20 --signals "$1" --weight "$2" -o "$3.yaml" >.log 2>&1 || fail "weight $2" .log; }
leans scores.csv clip high
leans scores.csv clip:low low
check_is "high above low" 1 "$([ "$(mean high.samples.csv)" -gt "$(mean low.samples.csv)" ] && echo 1)"

# tests/unit/decide/test_brought.c has the other adapters, odd rows and files of no use
check_exit "a gate without a file" 2 ask --budget 20 --gate 'clip>9'
check_exit "signals without indexed samples to choose" 2 rsift recommend --catalogue-only --budget 20 --signals scores.csv --gate 'clip>9'
finish
