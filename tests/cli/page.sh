#!/bin/sh
# recommend --html: one file that says what the answer says, takes no text for markup, and shares the
# budget as the command does when its sliders move (asked of node).
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "page: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, os
import little
N = 60
little.write_noise(N)
talk = lambda i, *turns: little.talk(i, N, *turns)
hostile = "Is </script><script>alert(1)</script> \"quoted\" & 'so' \u2028 \u202eright to left\u202c <b>bold</b> there?"
rows = {
    "count": [talk(i, "How many ships are in this image?", str(i % 6)) for i in range(N)],
    "scene": [talk(i, "What is the scene class of this image?", ("beach", "forest", "river")[i % 3]) for i in range(N)],
    "odd": [talk(i, hostile, ("<i>yes</i>", "no \u202e")[i % 2]) for i in range(N)],
    "dev": [talk(i, "What scene class does this image show?", ("beach", "forest", "desert")[i % 3]) for i in range(30)] +
           [talk(i, "How many ships are in this image?", str(i % 3 * (i % 2))) for i in range(40)],
    "a'b \"<b>": [talk(i, hostile, ("<i>yes</i>", "no \u202e")[i % 3 > 0]) for i in range(30)],
}
for name, list_ in rows.items():
    os.makedirs(name, exist_ok=True)
    json.dump(list_, open(f"{name}/a.json", "w"))
PY
for name in count scene odd; do
    rsift index $name/a.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index $name" .log
done
hostile="a'b \"<b>/a.json"
check_exit "a page; few pictures serve it" 1 rsift recommend --like dev/a.json:2 --like "$hostile" --budget 90 --license any -o mix.yaml --html page.html
check_says "is told" "page.html shows it in a browser"
check_exit "its answer" 1 rsift recommend --like dev/a.json:2 --like "$hostile" --budget 90 --license any -o mix.yaml --html again.html --threads 1 --json
cp .out answer.json
check_same "the same bytes" page.html again.html
check_exit "goals in words" "0 1" rsift recommend --goal counting:2 --goal caption --budget 40 --html words.html --json
cp .out words.json
check_exit "no page of the list of goals" 2 rsift recommend --goals --html goals.html
check_exit "no folder for it" 2 rsift recommend --like dev/a.json --budget 90 --html none/page.html
check_exit "advice from the catalogue" 0 rsift recommend --catalogue-only --goal caption --budget 1000 --html catalogue.html --json
cp .out catalogue.json

cat >check.py <<'PY'
import html.parser, json, re, sys
answer = json.load(open(sys.argv[2]))
raw = open(sys.argv[1], encoding="utf-8").read()
class Page(html.parser.HTMLParser):
    """Every tag with its text; rows of tables; scripts; figures."""
    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.scripts, self.text, self.open = {}, [], [], [], []
    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        attrs = dict(attrs)
        assert not [k for k in attrs if k.startswith("on")], attrs
        assert tag == "a" or "href" not in attrs, attrs
        assert not attrs.get("src") or attrs["src"].startswith("data:image/jpeg;base64,"), attrs
        if tag == "tr": self.rows.append([])
        if tag in ("th", "td") and self.rows: self.rows[-1].append("")
        self.open.append(tag)
        if tag == "script": self.scripts.append("")
    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag: pass
    def handle_data(self, data):
        if "script" in self.open: self.scripts[-1] += data
        else: self.text.append(data)
        if self.open and ("td" in self.open or "th" in self.open): self.rows[-1][-1] += data
page = Page()
page.feed(raw)
text = " ".join(page.text)
def count(n): return f"{n:,}"
def permille(n): return f"{n // 10}.{n % 10}\u202f%"
def has(row): assert any([c for c in r] == row for r in page.rows), (row, page.rows)
assert "default-src 'none'" in raw and len(raw) < 2_000_000
assert set(page.tags) <= set("html head meta title style body header main section h1 h2 h3 p ul li b i span article div dl dt dd "
    "table thead tbody tr th td svg rect figure img figcaption br a pre code button script".split()), page.tags
assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069]", raw), "what reorders text"
assert len(page.scripts) == (3 if answer["called"] == "aim" else 1), len(page.scripts)
if answer["called"] == "aim":
    # numbers: forms, answers, datasets, rules, refusals
    for f in answer["forms"]:
        assert permille(f["covered_permille"]) in text
        for a in f["answers"]:
            if a["answer"].isalnum(): has([a["answer"], count(a.get("examples", 0)), count(a["supply"]), count(a["samples"]), ""])
        for c in f["chosen"]: assert c["sample_id"] in text
    numbers = [int(x.replace(",", "")) for x in re.findall(r"<dd>([0-9,]+)</dd>", raw)]
    assert numbers == [f[k] for f in answer["forms"] for k in ("wanted", "samples", "supply", "pictures", "examples", "random") if k in f]
    for r in answer["rows"]:
        has([r["dataset"], "", count(r["samples"]), count(r["usable"]), permille(r["gain_permille"]), count(r["irreplaceable"]),
             permille(r["value_permille"]), r["licence"], "none known", r["origin"]])
    rules = list(answer["compare"]["covered_permille"])
    for r in answer["compare"]["rows"]: has([r["dataset"], *(count(r[k]) for k in rules)])
    for k in rules: has(["this choice" if k == "allocation" else k, "", permille(answer["compare"]["covered_permille"][k])])
    for r in answer["refused"]: has([r["text"], count(r["samples"]), ""])
    assert page.tags["img"] == len({c["picture"] for f in answer["forms"] for c in f["chosen"]}) or page.tags["img"] > 5
    for g in answer["goals"]: assert g.get("served", "yes") == "yes" or g["goal"] in text and "serves" in text
    assert answer["allocated"] == 0 or "choices:" in text
    filled = answer["filled"] + answer["copies"]
    assert ("not aimed" in text) == (filled > 0) and (not filled or f"<b>{count(filled)}</b> <span>not aimed" in raw)
    json.dump(json.loads(page.scripts[0]) | json.loads(page.scripts[1]), open("model.json", "w"))
    open("solve.js", "w").write(page.scripts[2].split("(() => {")[0])
else:
    for r in answer["rows"]: assert any(row[:1] == [r["dataset"]] and row[2] == count(r["samples"]) for row in page.rows), r
PY
if python3 check.py words.html words.json 2>log; then pass "the page of goals in words"; else fail "the page of goals in words" log; fi
if python3 check.py page.html answer.json 2>log; then pass "says what the answer says, and nothing becomes markup"; else fail "the page" log; fi
if python3 check.py catalogue.html catalogue.json 2>log; then pass "so does the catalogue's"; else fail "the catalogue's page" log; fi

# what the sliders reckon is what the command gives
if ! command -v node >/dev/null; then skip "sliders: no node to run the page's script with"; finish; fi
cat >solve-cases.js <<'JS'
const fs = require("fs"), model = JSON.parse(fs.readFileSync("model.json"));
const {solve, commandOf} = new Function(fs.readFileSync("solve.js") + "; return {solve, commandOf}")();
for (const [budget, ...shares] of [[90, 2, 1], [31, 1, 1], [140, 1, 3], [100000, 1, 1]]) {
  const got = solve(model, budget, shares);
  fs.writeFileSync(`case-${budget}.sh`, commandOf(model, budget, shares) + " --json\n");
  fs.writeFileSync(`case-${budget}.json`, JSON.stringify(got));
}
JS
node solve-cases.js 2>log || fail "the page's script" log
for budget in 90 31 140 100000; do
    sed 's/^rsift/"$RSIFT_BIN"/' case-$budget.sh >run.sh
    sh run.sh >truth.json 2>log
    check_is "$budget samples: the sliders give what their command gives" ok "$(python3 - $budget 2>&1 <<'PY'
import json, sys
found, truth = json.load(open(f"case-{sys.argv[1]}.json")), json.load(open("truth.json"))
forms = [f["samples"] for f in truth["forms"]]
close = all(abs(x - y) <= 1 for x, y in zip(found["parts"], forms)) # a tie is the command's to break
same = found["aimed"] == truth["aimed"] and found["filled"] == truth["filled"] + truth["copies"]
covered = abs(found["covered"] * 1000 - truth["covered_permille"]) < 6
print("ok" if close and same and len(forms) == len(found["parts"]) and covered else (found, truth["aimed"], forms, truth["covered_permille"]))
PY
)"
done
finish
