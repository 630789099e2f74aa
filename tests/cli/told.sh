# What is told is true and can be followed: sums of index and audit, a second index with other choices, a
# folder that was moved, an index that read nothing, pictures that are still missing, tasks that are not there.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

mkdir -p a/img
printf 'no picture' >a/img/1.png
cat >a/a.json <<'J'
[{"id":"1","image":"1.png","conversations":[{"from":"human","value":"<image>\nwhat?"},{"from":"gpt","value":"a ship"}]},
 {"id":"2","image":"2.png","conversations":[{"from":"human","value":"<image>\nwhat?"},{"from":"gpt","value":""}]},
 {"id":3,"image":"3.png","conversations":[{"from":"human","value":"<image>\nwhere?"},{"from":"gpt","value":"here"}]}]
J
index() { rsift index a/a.json --reader llava --images a/img --name mine --workspace ws "$@"; }
field() { sed "s/.*\"$1\":\([0-9]*\).*/\1/" "$work/.out" | head -1; }

# --- sums ----------------------------------------------------------------------------------------------
check_exit "index" 0 index --licence CC-BY-4.0 --json
found="$(field serious) $(field warning) $(field note)"
rsift audit --workspace ws --json >audit.json
check_is "index and audit count alike" "$found" "$(python3 - <<'PY'
import json
rows = [r for r in json.load(open("audit.json"))["findings"] if r["code"] != "image-missing"]
print(*(sum(r["n"] for r in rows if r["severity"] == s) for s in ("serious", "warning", "note")))
PY
)"
# --- fields that nothing is kept of --------------------------------------------------------------------
cat >unkept.jsonl <<'J'
{"id":"1","image":"1.png","source":"x","conversations":[{"from":"human","value":"<image>\nwhat?","score":1},{"from":"gpt","value":"a"}]}
{"id":"2","image":"2.png","source":"y","conversations":[{"from":"human","value":"<image>\nwhat?"},{"from":"gpt","value":"a"}]}
J
check_exit "fields" 0 rsift index unkept.jsonl --reader llava --images a/img --name unkept --workspace ws-unkept
check_says "each field with its count" "own > conversations[].score (1), own > source (2)"
check_is "one finding each in the audit" 2 "$(rsift audit --workspace ws-unkept --json | python3 -c '
import json, sys
print([r["n"] for r in json.load(sys.stdin)["findings"] if r["code"] == "field-unkept"][0])')"
check_is "whatever the threads" "1 conversations[].score,2 source" "$(rsift index unkept.jsonl --reader llava \
    --images a/img --name unkept --workspace ws-unkept-4 --threads 4 --quiet >/dev/null 2>&1
    one ws-unkept-4 "SELECT string_agg(n || ' ' || substr(locator, 7), ',' ORDER BY locator) v FROM finding
        WHERE code = 'field-unkept'")"
check_exit "again" 0 index --licence CC-BY-4.0
check_says "how much is there" "complete already: 3 samples"
check_says "pictures that are not here" "2 that samples name are not here"
check_exit "another licence" 0 index --licence research
check_says "what is new" "differ from before"

# --- audit, link --------------------------------------------------------------------------------------
check_exit "audit" 1 rsift audit --workspace ws
check_says "one is here" "2 of 3 pictures are not here"
check_is "so it does not say that none is" 0 "$(grep -c 'no other picture lies here' "$work/.out")"
check_is "words are folded, not cut" 0 "$(sed '/for example/,$d' "$work/.out" | grep -c '…')"
check_is "within the page" 0 "$(awk 'length > 80' "$work/.out" | grep -c 'left out')"
mkdir more && cp a/img/1.png more/2.png
check_exit "link" 0 rsift link mine --images more --workspace ws
check_says "what is still missing" "  3.png"
check_says "and how to list it" "a.state <> 'found'"

# --- a folder that was moved --------------------------------------------------------------------------
printf 'recipe: 1\nname: m\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - {id: mine, tasks: [vqa]}\n' >r.yaml
check_exit "a task that is not there" 1 rsift mix r.yaml --workspace ws
check_says "which are" "its tasks are conversation (3)"
check_says "the query shows what is left out" "WHERE NOT kept"
sed -i.bak 's/, tasks: .vqa.//' r.yaml
check_exit "a mixture" 0 rsift mix r.yaml --workspace ws
mv a b
check_exit "emit after a move" 2 rsift emit --format llava --model llava-1.5 -o out --workspace ws
check_says "emit: what to do" "rsift remove mine"
check_exit "index after a move" 2 rsift index b/a.json --reader llava --images b/img --name mine --workspace ws
check_says "index: what to do" "rsift remove mine"

# --- nothing was read ---------------------------------------------------------------------------------
echo '{"type":"FeatureCollection","features":[]}' >geo.json
check_exit "an index of nothing" 2 rsift index geo.json --reader llava --name none --workspace ws --quiet
rsift audit --workspace ws >audit.log
check_is "audit says so, if it lists it" "$(grep -c '^none' audit.log)" "$(grep -c '^none holds no sample' audit.log | sed 's/1/2/')"
rsift recommend --goal caption --budget 10 --workspace ws >recommend.log 2>&1
check_is "recommend skips it" 0 "$(grep -c '^none' recommend.log)"
finish
