# catalog check: what loading refuses and what it does not; catalog render: the public list and pages
# that hold every dataset, take no text for markup, load nothing and are the same bytes again.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
mkdir own

cat >own/my-set.yaml <<'Y'
id: my-set
name: "My <b>Set</b> | \"quoted\""
section: VQA
year: 2026
links: {code: "https://example.org/a?b=1&c=2", download: [me/my-set]}
released: yes
reads: full
layout_from: records
licence: {annotations: {id: mit, class: open}, imagery: {id: google-earth, class: research}}
tasks: [vqa]
skills: [counting]
gsd_m: 0.5
lineage: [{source: dota, what: images, relation: crop, note: "</title><script>alert(1)</script>"}]
notes: ["javascript:alert(1) and <img src=x onerror=alert(1)>"]
evidence: {default: {from: "own files", sure: high}}
releases:
  - id: one
    sources:
      - {name: all, reader: llava, role: train, task: vqa, files: {records: "*.json"}}
Y
check_exit "a good record" 0 rsift catalog check own/my-set.yaml
check_says "its row" "| 2026 | VQA | vqa | research | ? | ? | yes | full |"
check_says "nothing to do" "my-set: 0 to do"

sed -e 's/^reads: full/reads: "no: not yet"/' -e '/^layout_from/d' -e 's/\[counting\]/[counting, guessing]/' \
    -e 's,https://example.org.*2",www.example.org",' -e 's/reader: llava/reader: lama/' \
    -e 's/source: dota/source: vrsbnch/' -e 's/^name:.*/name: VRSBench/' own/my-set.yaml >bad.yaml
mkdir bad && mv bad.yaml bad/my-set.yaml
check_exit "a bad record" 1 rsift catalog check bad/my-set.yaml
for told in 'reads` says no' 'layout_from` is absent' '"guessing" is no word' 'www.example.org' 'no reader "lama"' \
    '"vrsbnch" looks like vrsbench' 'vrsbench has the same name'; do
    check_says "a bad record: $told" "$told"
done
check_exit "as JSON" 1 rsift catalog check bad/my-set.yaml --json
check_is "seven problems" 7 "$(python3 -c 'import json; print(len(json.load(open(".out"))["problems"]))')"
sed 's/^year:.*/year: soon/' own/my-set.yaml >bad/my-set.yaml
check_exit "what cannot be loaded" 2 rsift catalog check bad/my-set.yaml
check_says "what cannot be loaded: its place" "my-set.yaml:4:7"
check_exit "no file" 2 rsift catalog check bad/none.yaml
check_exit "no such action" 2 rsift catalog polish own/my-set.yaml
mkdir -p repo/catalog repo/tests/golden/other && cp own/my-set.yaml repo/catalog
check_exit "in a repository: no golden folder" 1 rsift catalog check repo/catalog/my-set.yaml
check_says "in a repository: which" "tests/golden/my-set"
mkdir -p repo/tests/golden/my-set-one/in
check_exit "in a repository: one of a release" 0 rsift catalog check repo/catalog/my-set.yaml

check_exit "render" 0 rsift catalog render public --catalog own
check_exit "render again" 0 rsift catalog render again --catalog own --threads 1
if diff -r public again >.diff; then pass "the same bytes"; else fail "the same bytes" .diff; fi
check_exit "into no folder" 2 rsift catalog render none/public
check_exit "the list" 0 rsift list --catalog own --json
cp .out list.json
check_exit "upstream" 0 rsift list --upstream --json
cp .out upstream.json

cat >check.py <<'PY'
import html.parser, json, os, re
sets = json.load(open("list.json"))["datasets"]
listed = json.load(open("upstream.json"))["upstream"]
class Page(html.parser.HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.tags, self.links, self.rows, self.text, self.name = {}, [], [], "", name
        self.feed(open(f"public/{name}", encoding="utf-8").read())
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        assert not [k for k in attrs if k.startswith("on")], attrs
        assert "src" not in attrs and tag not in ("img", "link", "iframe", "base"), (tag, attrs)
        if "href" in attrs:
            self.links.append(attrs["href"])
            assert re.match(r"https?://|[a-z0-9-]+\.html$", attrs["href"]), attrs
        if tag == "tr": self.rows.append(attrs)
    def handle_data(self, data):
        self.text += data
ids = {d["id"] for d in sets}
assert set(os.listdir("public")) == {f"{i}.html" for i in ids} | {"README.md", "index.html"}
index = Page("index.html")
assert index.tags["script"] == 1 and index.tags["svg"] == 1
assert {l[:-5] for l in index.links if not l.startswith("http")} == ids
rows = [r for r in index.rows if "data-task" in r]
assert len(rows) == len(sets)
for row, d in zip(rows, sets):
    assert row["data-task"].split() == d["tasks"] and row["data-licence"] == d["licence"], d["id"]
    assert row["data-released"] == d["released"] and row["data-reads"] == d["reads"], d["id"]
assert len(index.rows) == len(sets) + len(listed) + 2
assert '"quoted"' in index.text and "<b>Set</b>" in index.text
assert "</title><script>" in index.text and "data-finest" in str(rows)
for d in sets:
    page = Page(f"{d['id']}.html")
    assert "script" not in page.tags and page.tags["h1"] == 1
    assert all(l == "index.html" or l.startswith("http") or l[:-5] in ids for l in page.links)
    assert d.get("not_read", "") in page.text, d["id"]
assert "my-set.html" in Page("dota.html").links and "dota.html" in Page("my-set.html").links
markdown = open("public/README.md", encoding="utf-8").read().splitlines()
table = [l for l in markdown if l.startswith("| ")]
assert len(table) == len(sets) + len(listed) + 2
for line in table:
    assert len(re.findall(r"(?<!\\)\|", line)) in (10, 5), line
print("as it should be")
PY
check_is "the pages" "as it should be" "$(python3 check.py 2>&1 | tail -1)"

check_exit "docs/datasets.md is up to date (tools/datasets-table)" 0 \
    python3 "$RSIFT_SOURCE_DIR/tools/datasets-table" --check
if command -v node >/dev/null; then
    python3 -c 'import re; print(re.search(r"<script>(.*?)</script>", open("public/index.html").read(), re.S).group(1))' >page.js
    check_exit "the script parses" 0 node --check page.js
else
    skip "the script: no node"
fi
finish
