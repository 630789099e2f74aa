# The page of pairs: every pair with its ids, outside texts as texts, nothing from a network, the same
# bytes whatever the threads, a picture that is gone is said.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null 2>&1 || { skip "walls: no python3"; finish; }

for family in dior vrsbench; do
    "$RSIFT_SYNTH" release $family --images 16 --side 128 --seed 5 --out $family >/dev/null &&
        rsift index $family --workspace ws --quiet >log 2>&1 || { fail "$family" log; finish; }
done
# Copies of pictures that stand in dior's test split.
"$RSIFT_SYNTH" release own --images 2 --side 128 --seed 5 --out own >/dev/null &&
    rsift index own/copies.json --reader llava --name copies --images own/copies --licence open \
        --workspace ws --quiet >log 2>&1 &&
    rsift hash --workspace ws --quiet >>log 2>&1 || fail "copies" log
check_exit "leaks" 1 rsift leaks --workspace ws --html page.html --threads 1
check_exit "leaks, by more threads" 1 rsift leaks --workspace ws --html again.html --threads 4
check_same "the same bytes" page.html again.html
check_exit "a choice" 1 rsift leaks --workspace ws --html few.html --pairs 3
check_exit "pairs without a page" 2 rsift leaks --workspace ws --pairs 3
check_says "pairs without a page" "--html"
check_exit "too many pairs" 2 rsift leaks --workspace ws --html many.html --pairs 1000000
check_exit "no folder for it" 2 rsift leaks --workspace ws --html none/page.html
[ ! -e many.html ] && [ ! -e none ] && pass "no half page" || fail "no half page"

cat >check.py <<'EOF'
import html.parser, json, re, subprocess, sys
page, rsift = sys.argv[1], sys.argv[2]
text = open(page, encoding="utf-8").read()

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.outside, self.data, self.inside, self.articles = [], [], "", None, 0
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside = attrs.get("id") if tag == "script" else None
        self.articles += tag == "article"
        for name in ("src", "href", "action", "srcset", "data"):
            if name in attrs and not attrs[name].startswith("data:image/jpeg;base64,"):
                self.outside.append(attrs[name])
        self.outside += [tag] if tag in ("link", "iframe", "object", "embed", "base") else []
    def handle_endtag(self, tag):
        self.inside = None
    def handle_data(self, data):
        if self.inside == "data":
            self.data += data

p = Page()
p.feed(text)
p.close()
assert not p.outside, p.outside
assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", text), "a network"
assert "default-src 'none'" in text
pairs = json.loads(p.data)["pairs"]
assert p.articles == len(pairs), (p.articles, len(pairs))
assert pairs and len(text) < 60000 + 45000 * len(pairs), len(text)
for pair in pairs:
    for side in "ab":
        assert 1 <= len(pair[side]["samples"]) == min(100, pair[side]["n_samples"]), pair
        assert re.fullmatch("[0-9a-f]{32}", pair[side]["content_hash"])
# The ids are those of the leaks.
known = subprocess.run([rsift, "query", "--workspace", "ws", "--json",
    "SELECT DISTINCT replace(CAST(sample_id AS VARCHAR), '-', '') AS id FROM sample"], capture_output=True, text=True)
known = {row["id"] for row in json.loads(known.stdout)}
listed = {id for pair in pairs for side in "ab" for id in pair[side]["samples"]}
assert listed <= known, listed - known
if page == "page.html":
    turned = [p for p in pairs if p["b"]["picture"].endswith("scene_a.png")]
    assert turned, "the turned copy"
    for p in turned:
        assert "pixels" in p["methods"] and p["transform"].startswith("turned 90"), p
        assert p["score"] == 1 and p["a"]["picture"].endswith("00010.jpg"), p
print(len(pairs))
EOF
if n=$(python3 check.py page.html "$RSIFT_BIN" 2>log); then pass "the page"; else fail "the page" log; fi
if [ "$(python3 check.py few.html "$RSIFT_BIN" 2>log)" = 3 ]; then pass "the choice"; else fail "the choice" log; fi
[ "${n:-0}" -gt 3 ] && pass "pairs" || fail "pairs: ${n:-none}"

check_exit "near duplicates" 1 rsift duplicates --near --workspace ws --html near.html
if python3 check.py near.html "$RSIFT_BIN" >log 2>&1; then pass "the page of near duplicates"; else fail "the page of near duplicates" log; fi
check_exit "a page of what?" 2 rsift duplicates --workspace ws --html exact.html

# Every way to a page is the whole page or none; a picture that changed is told.
find dior -name '*.jpg' | while read -r f; do printf x >>"$f"; done
check_exit "changed pictures" 1 rsift leaks --workspace ws --html changed.html
if grep -q 'cannot be shown: other bytes than at the index' changed.html; then pass "a changed picture is told"; else fail "a changed picture is told"; fi
finish
