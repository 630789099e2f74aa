# recommend --goal over one's own data without tags of any kind: mixed questions in one file, words,
# shares, files of goals, what nothing serves, one picture with very many questions, repeated sets.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "goals: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, os
N = 90
little.write_noise(N)
talk = lambda i, *turns: little.talk(i, N, *turns)
short = " Answer the question using a single word or phrase."
scene = [talk(i, "What is the scene class of this image?" + short, ("beach", "forest", "river")[i % 3]) for i in range(N)]
there = [talk(i, f"Is there a {o} in the image?" + short, "yes" if (i + k) % 3 else "no") for i in range(N) for k, o in enumerate(("ship", "plane"))]
caption = [talk(i, "Describe the image.", f"The picture number {i} shows a road among fields with trees and a house") for i in range(N)]
# one picture of which everybody asks how many
count = [talk(0, f"How many {a} {b} are in this image?" + short, str(k % 7)) for k, (a, b) in
         enumerate((a, b) for a in ("red", "small", "white", "parked", "moving", "large", "old", "new") for b in ("cars", "ships", "planes", "trucks", "boats", "houses", "tanks", "roads", "trees", "courts"))]
odd = [talk(i, "Tell me why maps matter.", "They help people to find their way through places that they have never been to") for i in range(N)]
dialogue = [talk(i, "What is the scene class of this image?" + short, ("beach", "forest", "river")[i % 3], "Is there a bridge in the image?" + short, ("yes", "no")[i % 2],
                 "Is there a dam in the image?" + short, "no") for i in range(N)]
rows = {"mixed": scene + there + caption + count, "odd": odd, "talks": dialogue, "plain": [talk(i, "Is there a dock in the image?" + short, ("yes", "no")[i % 2]) for i in range(60)]}
for k in range(1, 4): rows[f"again{k}"] = rows["plain"]
for name, list_ in rows.items():
    os.makedirs(name)
    json.dump(list_, open(f"{name}/a.json", "w"))
open("goals.yaml", "w").write("- classification:2\n- {word: presence, share: 1}\n- caption\n")
open("broken.yaml", "w").write("- classification\n- {word: caption, shrae: 2}\n")
PY
add() { rsift index "$1/a.json" --reader llava --images img --name "$1" --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index $1" .log; }
add mixed
add odd
# field EXPRESSION: of the last answer, r, by python; in one line
field() { python3 -c "import json; r = json.load(open('.out')); print($1)"; }
asked() { one rsift-work "SELECT string_agg(n || ' ' || q, ', ' ORDER BY q) v FROM (SELECT regexp_extract(t.text, '(scene|Is there|Describe|How many|Tell)') q, count(*) n FROM ledger l JOIN turn t USING (sample_id) WHERE l.kept AND t.i = 0 GROUP BY q)"; }

# words, each turn by what it asks
check_exit "words find own questions" 0 rsift recommend --goal classification:2,presence --goal caption --budget 120 -o mix.yaml
check_says "each form is shown" "is there a"
check_exit "the recipe mixes" 0 rsift mix mix.yaml --quiet
check_is "by their shares" "30 Describe, 30 Is there, 60 scene" "$(asked)"
check_is "with all answers" "beach 20, forest 20, river 20" "$(one rsift-work "SELECT string_agg(a || ' ' || n, ', ' ORDER BY a) v FROM (SELECT t.text a, count(*) n FROM ledger l JOIN turn t USING (sample_id) WHERE l.kept AND t.text IN ('beach', 'forest', 'river') GROUP BY a)")"
cp mix.samples.csv first.csv
check_exit "a file of goals, other threads" 0 rsift recommend --goal goals.yaml --budget 120 -o mix.yaml --threads 1 --quiet
check_same "choose the same" first.csv mix.samples.csv
check_exit "a mistake in it" 2 rsift recommend --goal broken.yaml
check_says "has a place" "broken.yaml:2"
mkdir -p aims/dev
cp odd/a.json aims/dev/odd.json
printf -- '- {like: dev/odd.json, share: 2}\n- {word: presence}\n- {like: mixed}\n' >aims/goals.yaml
check_exit "a path in it starts at its folder" 1 rsift recommend --goal aims/goals.yaml --budget 80 --json
check_is "a name in it is indexed data" "['dev/odd.json', 'presence', 'mixed']" "$(field '[g["goal"] for g in r["goals"]]')"
printf -- '- {like: aims/dev/odd.json}\n' >aims/cwd.yaml
check_exit "the folder one stands in does not count" 2 rsift recommend --goal aims/cwd.yaml --budget 80
printf -- '- {like: %s/odd/a.json}\n' "$work" >aims/absolute.yaml
check_exit "an absolute one stays" 0 rsift recommend --goal aims/absolute.yaml --budget 40
check_exit "a budget beyond what serves" 0 rsift recommend --goal caption --epochs 1 --budget 500
check_says "says how much of it is not aimed" "90 of them aimed at the goals, 410 not"
check_exit "examples and words" 0 rsift recommend --like odd --goal vqa/presence --general odd:0.2 --budget 75 --json
check_is "share alike, beside general data" "[30, 30] 15" "$(field '[g["samples"] for g in r["goals"]], r["general"]' | tr -d '()' | sed 's/],/]/')"
check_exit "without goals every task counts" 0 rsift recommend --budget 80 --json
check_is "alike" "{20}" "$(field '{g["samples"] for g in r["goals"]}')"

# what nothing, or one picture, serves
check_exit "a goal that nothing serves is told, with exit 1" 1 rsift recommend --goal presence,grounding-obb --for rsicd --budget 40 -o half.yaml
check_is "first of all" "Nothing usable serves the goal grounding-obb (0 pictures)" "$(head -1 .out | cut -d: -f1)"
check_exit "what can be served is" 0 test -e half.yaml
check_exit "one picture is hardly anything" 1 rsift recommend --goal counting,presence --budget 100 --pictures 10 --json
check_is "and gives its share while others can serve" "few 10 90" "$(field 'r["goals"][0]["served"], r["most_of_picture"], r["goals"][1]["samples"]' | tr -d "(,')")"
check_exit "a word that is none" 2 rsift recommend --goal presense
check_says "its suggestion" "did you mean presence"
check_exit "no benchmark" 2 rsift recommend --for presence
rsift index odd/a.json --reader llava --images img --name held --licence CC-BY-4.0 --role eval --workspace eval --quiet >.log 2>&1
check_exit "a dataset for evaluation is no goal" 2 rsift recommend --for held --workspace eval
check_says "and what to do instead" "aim at: --like held"
check_exit "a share of nothing" 2 rsift recommend --goal vqa:0
check_exit "general data whose source is missing" 2 rsift recommend --goal presence --general nobody:0.25 --budget 40
check_says "is named" 'no usable sample of "nobody"'
check_exit "general data that leaves nothing for the goals" 2 rsift recommend --goal presence --general 0.9999 --budget 40
check_exit "more general data than all" 2 rsift recommend --goal presence --general 1.5
check_exit "what is not here" 1 rsift recommend --goal caption,grounding-hbb --budget 40 --json
check_is "can be had, read, and adds more than it costs" True \
    "$(field 'bool(r["download"]) and all(d["readable"] and d["links"] and d["adds_permille"] >= d["cost_permille"] for d in r["download"])')"
check_exit "the list of goals" 0 rsift recommend --goals --json
check_is "with what it finds" "90 180" "$(field '*[g["samples"] for n in ("caption", "presence") for g in r["goals"] if g["name"] == n]' | tr -d '(,)')"

# a set repeated under other names moves nothing, not even what fills up; a turn of a dialogue counts
add talks
add plain
advice() { rsift recommend --goal scene,presence --budget 700 --json >.out 2>.log; field '[(f["questions"][0], f["samples"]) for f in r["forms"]] + [r["aimed"], r["filled"], r["goals"][1]["found"]]'; }
before=$(advice)
for k in 1 2 3; do add again$k; done
check_is "the advice is the same" "$before" "$(advice)"
check_is "turns are found one by one" 330 "$(field 'r["goals"][1]["found"]')"

# texts that were not kept have tags
rsift index mixed/a.json --reader llava --images img --name mixed --no-text --workspace bare --quiet >.log 2>&1 || fail "index --no-text" .log
check_exit "words need no texts" 0 rsift recommend --goal classification,presence --budget 60 --workspace bare --json
check_is "and are served" "[30, 30]" "$(field '[g["samples"] for g in r["goals"]]')"
finish
