# recommend: samples whose answer pictures of a like look do not confirm come less often; what cannot
# be judged is told, and how many each answer gets stays.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "agree: no python3 to write pictures with"; finish; }
# Fields of three colours with noise, no two alike; of "what colour" every fourth answer is wrong.
python3 - <<'PY'
import json, little, os, random
rng, colours = random.Random(1), {"red": (200, 40, 40), "green": (40, 180, 40), "blue": (40, 40, 200)}
os.mkdir("img")
rows, truth, dev = [], {}, []
for i in range(240):
    c = list(colours)[i % 3]
    little.write_png("img/%d.png" % i, 32, [bytes(min(255, max(0, v + d)) for d in (rng.randint(-90, 90) for _ in range(32)) for v in colours[c]) for _ in range(32)])
    answer = list(colours)[(i + 1 + i // 4 % 2) % 3] if i % 4 == 0 else c
    rows.append(little.talk(i, 10**6, "What colour is this field? Answer with one word.", answer))
    truth[str(i)] = c
json.dump(rows, open("a.json", "w"))
json.dump([little.talk(i, 10**6, "Which colour is this field?", list(colours)[i % 3]) for i in range(30)], open("dev.json", "w"))
json.dump(truth, open("truth.json", "w"))
PY
rsift index a.json --reader llava --images img --name mine --licence CC-BY-4.0 --quiet --hash >.log 2>&1 || fail "index" .log
# answers NAME: of the file of choices, how many are right and wrong; and how many each answer has
answers() { rsift query "SELECT a.path p, t.text t FROM read_csv('$1.samples.csv', types = {'sample_id': 'VARCHAR'}) c JOIN sample s ON replace(CAST(s.sample_id AS VARCHAR), '-', '') = replace(c.sample_id, '-', '')
    JOIN turn t ON t.sample_id = s.sample_id AND t.i = 1 JOIN sample_asset x ON x.sample_id = s.sample_id JOIN asset a USING (asset_id)" --unsafe --json |
    python3 -c 'import json, sys, collections; t = json.load(open("truth.json")); r = json.load(sys.stdin)
wrong = sum(t[x["p"].split("/")[-1][:-4]] != x["t"] for x in r); print(*(wrong,) if sys.argv[1] == "wrong" else sorted(collections.Counter(x["t"] for x in r).items()))' "$2"; }
check_exit "recommend" 0 rsift recommend --like dev.json --budget 90 -o with.yaml
check_says "says what it held against what" "240 answers were held against those of like pictures"
check_exit "alike" 0 rsift recommend --like dev.json --budget 90 -o without.yaml --trust-answers --json
check_is "says nothing of it" 0 "$(grep -c agreement .out)"
check_is "the same of each answer" "$(answers without counts)" "$(answers with counts)"
check_is "a quarter is wrong in a draw alike, hardly any otherwise" "True True" "$(echo "$(answers without wrong) $(answers with wrong)" | awk '{print ($1 >= 15 ? "True" : "False"), ($2 <= 6 ? "True" : "False")}')"
cp with.samples.csv first.csv
check_exit "one thread" 0 rsift recommend --like dev.json --budget 90 -o with.yaml --threads 1 --json
check_same "the same samples" first.csv with.samples.csv
check_exit "tokens" 0 rsift recommend --like dev.json --budget 20000tokens --model qwen2.5-vl -o tokens.yaml --json
check_is "are judged, too" 240 "$(python3 -c 'import json; print(json.load(open(".out"))["agreement"]["judged"])')"
check_exit "a goal that takes all there is" "0 1" rsift recommend --like dev.json --budget 90000 -o all.yaml --json
check_is "has nothing to weigh" 0 "$(python3 -c 'import json; print(json.load(open(".out"))["agreement"]["pictures"])')"
# pictures that are gone: nothing is told of them, and nothing is chosen by what is not known
mv img gone
check_exit "pictures that are gone" 0 rsift recommend --like dev.json --budget 90 -o with.yaml --json
check_is "are counted" "240 0 None" "$(python3 -c 'import json; a = json.load(open(".out"))["agreement"]; print(a["pictures_unread"], a["judged"], a["share_permille"])')"
check_same "and the draw is the plain one" without.samples.csv with.samples.csv
check_exit "the catalogue has no answers" 2 rsift recommend --catalogue-only --goal caption --trust-answers
finish
