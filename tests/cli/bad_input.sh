# Bad input: a clear error or finding that names the place, the right exit code, no partial file under
# a final name, and a workspace that still opens.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
record='{"id":"b","image":"a.png","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"x"}]}'

# own FILE NAME [OPTIONS]: indexes as LLaVA records
own()
{
    file=$1
    name_of=$2
    shift 2
    rsift index "$file" --reader llava --name "$name_of" --workspace ws --quiet "$@"
}

# found NAME DATASET CODE WORDS: a finding whose code, place and message hold the words
found()
{
    rsift query --workspace ws "SELECT code || ' | ' || locator || ' | ' || message v FROM finding
        WHERE release_id LIKE '$2@%'" --json >found 2>&1
    if grep -F -e "\"$3 | " found | grep -qF -e "$4"; then
        pass "$1"
    else
        fail "$1: expected a finding $3 with \"$4\"" found
    fi
}

# counts NAME DATASET EXPECTED: "seen used merged skipped set_aside"
counts()
{
    check_is "$1" "$3" "$(one ws "SELECT concat_ws(' ', sum(seen), sum(used), sum(merged),
        sum(skipped), sum(set_aside)) v FROM reading WHERE release_id LIKE '$2@%'")"
}

# --- what was asked for -----------------------------------------------------------------------
check_exit "wrong path" 2 rsift index no/such/path --workspace ws
check_says "wrong path: named" 'no/such/path'
[ ! -e ws ] && pass "wrong path: no workspace made" || fail "wrong path made a workspace"
mkdir empty
check_exit "unknown dataset" 2 rsift index empty --dataset rsvqa-l --workspace ws
check_says "unknown dataset: a suggestion" 'did you mean "rsvqa-lr"'
printf '[%s]' "$record" >one.json
check_exit "unknown reader" 2 rsift index one.json --reader llav --name x --workspace ws
check_says "unknown reader: named" '"llav"'
check_exit "nothing known here" 2 rsift index empty --workspace ws
check_says "nothing known here: it is empty" "no files lie here"
check_exit "bad unit" 2 own one.json unit --unit 4/3
check_exit "bad number" 2 own one.json threads --threads many
check_exit "unknown verb" 2 rsift frobnicate
check_says "unknown verb: named" '"frobnicate"'
check_exit "unknown option" 2 rsift index one.json --nonsense
check_exit "no workspace" 2 rsift query --workspace nowhere "SELECT 1"
check_says "no workspace: named" nowhere

# --- JSON ---------------------------------------------------------------------------------------
check_exit "a good record" 0 own one.json one
python3 - "$record" <<'PY'
import sys
r = sys.argv[1]
def put(name, text):
    open(name, "wb").write(text if isinstance(text, bytes) else text.encode())
put("deep.json", "[" + r + ',{"id":"d","conversations":' + "[" * 100 + "]" * 100 + "}," + r.replace('"b"', '"c"') + "]")
put("deeper.json", "[" * 200000 + "]" * 200000)
put("long.json", "[" + r.replace('"x"', '"' + "x" * 40000000 + '"') + "," + r + "]")
put("utf8.json", ("[" + r + "]").encode().replace(b'"q"', b'"caf\xe9 \xff"'))
put("cut.json", ("[" + ",".join([r] * 50))[:3000])
put("comma.json", "[" + r + ",," + r + "]")
put("types.json", '[1, "two", null, [3], {"id": 4}, {"id": "5", "conversations": 6}, ' + r + "]")
put("nul.json", "[" + r.replace('"x"', '"x\\u0000y"') + "]")
put("surrogate.json", "[" + r.replace('"x"', '"x\\ud800y"') + "," + r + "]")
put("empty.json", b"")
put("blank.json", b" \n")
put("noise.json", bytes(range(256)) * 4)
coco = ('{"images":[{"id":1,"file_name":"a.jpg","width":100,"height":100}],"categories":[{"id":1,'
        '"name":"ship"}],"annotations":[%s]}')
box = '{"id":%d,"image_id":1,"category_id":1,"bbox":[%s]}'
put("nan.json", coco % ",".join(box % (i, b) for i, b in enumerate(
    ["NaN,1,2,3", "1,1,2,3", "1,1e400,2,3", '"x",1,2,3', "1,1,-Infinity,3"])))
with open("sparse.json", "wb") as f:
    f.write(b'[{"id":"b","image":"a.png","conversations":[{"from":"human","value":"q')
    f.seek(4 << 30)
    f.write(b'"}]}]')
PY
check_exit "100-deep JSON" 0 own deep.json deep
counts "100-deep JSON: one record set aside" deep "3 2 0 0 1"
found "100-deep JSON: the place" deep limit 'deep.json#1'
check_exit "200,000-deep JSON" "0 2" own deeper.json deeper
check_exit "a text of 40 MB" 0 own long.json long
counts "a text of 40 MB: set aside" long "2 1 0 0 1"
found "a text of 40 MB: the limit" long limit max_string
if [ "$(stat -c %b sparse.json)" -lt 1000 ]; then
    check_exit "a string of 4 GB" 2 own sparse.json sparse
    found "a string of 4 GB: the place" sparse limit 'sparse.json > record 0'
else
    skip "a string of 4 GB: no sparse files here"
fi
rm -f sparse.json long.json
check_exit "invalid UTF-8" 0 own utf8.json utf8
counts "invalid UTF-8: the record is used" utf8 "1 1 0 0 0"
found "invalid UTF-8: the place" utf8 encoding 'utf8.json#0'
check_exit "a file cut short" 0 own cut.json cut
found "a file cut short: the place" cut format 'cut.json'
[ "$(one ws "SELECT count(*) v FROM sample WHERE dataset = 'cut'")" -gt 20 ] &&
    pass "a file cut short: whole records are kept" || fail "a file cut short: whole records are lost"
for kind in comma types nul surrogate empty blank noise; do
    check_exit "$kind.json" "0 2" own $kind.json $kind
done
counts "wrong types: set aside one by one" types "7 1 0 0 6"
check_exit "NaN coordinates" 0 rsift index nan.json --reader coco --name nan --workspace ws --quiet
counts "NaN coordinates: the identity holds" nan "7 4 0 0 3"
found "NaN coordinates: the file" nan format 'nan.json'
found "text for a coordinate: the place" nan number 'annotations['
mkdir dota
printf '1 2 nan 4 5 6 7 8 ship 0\n1 1 5 1 5 5 1 5 ship 0\n' >dota/P1.txt
check_exit "nan in DOTA" 0 rsift index dota --reader dota --name dota-nan --workspace ws --quiet
found "nan in DOTA: the line" dota-nan number 'P1.txt#0 > line 1'

# --- archives -----------------------------------------------------------------------------------
python3 - "$record" <<'PY'
import sys, zipfile
r = "[" + sys.argv[1] + "]"
with zipfile.ZipFile("dots.zip", "w") as z:
    z.writestr("../../evil.json", r)
    z.writestr("/abs/evil.json", r)
    z.writestr("good/r.json", r)
with zipfile.ZipFile("gbk.zip", "w") as z:
    z.writestr("AAAA.json", r)
b = open("gbk.zip", "rb").read()
open("gbk.zip", "wb").write(b.replace(b"AAAA", "\u56fe\u50cf".encode("gbk")))
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("r.json", r + " " * 100000000)
PY
check_exit "../ in a member name" 0 own dots.zip dots
found "../ in a member name: the place" dots member-name 'dots.zip > '
if find . -name 'evil*' | grep -q .; then fail "a member was unpacked"; else pass "nothing is unpacked"; fi
check_exit "a name in GBK" 0 own gbk.zip gbk
counts "a name in GBK: read" gbk "1 1 0 0 0"
found "a name in GBK: the bytes are shown" gbk member-name '\\xcf\\xf1'
check_exit "100 MB of blanks in 100 kB" "0 2" own bomb.zip bomb

# Every container cut at 20 places: an error or a finding, never a crash, never a wrong workspace.
for container in zip tar tar.gz 7z; do
    "$RSIFT_SYNTH" release geochat --out whole.$container --images 6 --side 48 --container $container >/dev/null
    n=$(stat -c %s whole.$container)
    bad=
    for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
        head -c $((n * i / 20)) whole.$container >cut-$i.$container
        code=0
        rsift index cut-$i.$container --dataset geochat-instruct --workspace ws-cut --quiet \
            >"cut.log" 2>&1 || code=$?
        case $code in
        2) grep -q -e "cut-$i" -e 'the first lacks' cut.log || bad="$bad $i(no place)" ;;
        0 | 1)
            k=$(one ws-cut "SELECT count(*) v FROM finding WHERE code IN ('archive-damaged', 'format',
                'image-unreadable', 'image-truncated', 'file-missing', 'image-missing')")
            [ "$k" -gt 0 ] || bad="$bad $i(no finding)"
            ;;
        *) bad="$bad $i(exit $code)" ;;
        esac
        rm -rf ws-cut cut-$i.$container
    done
    check_is "$container cut at 20 places" "" "$bad"
done

# --- changed since the index ---------------------------------------------------------------------
cp one.json changing.json
own changing.json changing >/dev/null
id=$(one ws "SELECT sample_id v FROM sample WHERE dataset = 'changing'")
check_exit "sample" 0 rsift sample "$id" --workspace ws
sed 's/"x"/"y"/' one.json >changing.json
check_exit "sample of a changed file" 2 rsift sample "$id" --workspace ws
check_says "sample of a changed file: says so" "changed since the index"
check_says "sample of a changed file: names it" "changing.json"
rm changing.json
check_exit "sample of a removed file" 2 rsift sample "$id" --workspace ws
check_says "sample of a removed file: names it" "changing.json"
check_exit "sample that is not there" 2 rsift sample 00000000000000000000000000000000 --workspace ws
check_exit "sample id that is none" 2 rsift sample zz --workspace ws

# --- two writers -----------------------------------------------------------------------------------
"$RSIFT_SYNTH" records --out many.json --records 60000 --seed 2 >/dev/null
"$RSIFT_BIN" index many.json --reader llava --name many --workspace ws --quiet >first.log 2>&1 &
first=$!
tries=0
until ls ws/locks/index-many* >/dev/null 2>&1 || [ $tries -ge 200 ]; do
    tries=$((tries + 1))
    sleep 0.02
done
kill -STOP $first
code=0
own many.json many >second.log 2>&1 || code=$?
rsift query --workspace ws "SELECT count(*) FROM sample" >during.log 2>&1 &&
    pass "a question while somebody writes" || fail "a question while somebody writes" during.log
kill -CONT $first
wait $first && pass "the first writer ends well" || fail "the first writer" first.log
if [ $code -eq 2 ] && grep -q "held by pid $first" second.log; then
    pass "the second writer is told who holds it"
elif [ $code -eq 0 ]; then
    skip "the second writer: the first one was done already"
else
    fail "the second writer: exit $code" second.log
fi
check_is "two writers: every sample once" 60000 "$(one ws "SELECT count(DISTINCT sample_id) v FROM sample WHERE dataset = 'many'")"
check_is "two writers: no sample twice" 60000 "$(one ws "SELECT count(*) v FROM sample WHERE dataset = 'many'")"

# --- disks -------------------------------------------------------------------------------------------
check_exit "a folder that cannot be made" 2 rsift index one.json --reader llava --name p --workspace /proc/rsift
check_says "a folder that cannot be made: named" /proc/rsift
printf 'x' >plain
check_exit "a workspace that is a file" 2 rsift index one.json --reader llava --name p --workspace plain
mkdir disk
if mount -t tmpfs -o size=4m tmpfs disk 2>/dev/null; then
    at_exit="umount '$work/disk' 2>/dev/null"
    check_exit "a full disk: small data" 0 rsift index one.json --reader llava --name small --workspace disk/ws
    check_exit "a full disk" 2 rsift index many.json --reader llava --name big --workspace disk/ws
    check_says "a full disk: said" "No space left"
    check_says "a full disk: the place" disk/ws
    check_usable "a full disk" disk/ws
    check_is "a full disk: no half part" "0" "$(one disk/ws "SELECT count(*) v FROM sample WHERE dataset = 'big'")"
    check_is "a full disk: nothing left" "" "$(find disk/ws/tmp -mindepth 1 | head -3)"
    mount -o remount,size=200m disk
    check_exit "after a full disk: the same command" 0 rsift index many.json --reader llava --name big --workspace disk/ws
    check_is "after a full disk: all" 60000 "$(one disk/ws "SELECT count(*) v FROM sample WHERE dataset = 'big'")"
    mount -o remount,ro disk
    check_exit "a read-only disk" 2 rsift index one.json --reader llava --name other --workspace disk/ws
    check_says "a read-only disk: said" "Read-only file system"
    check_usable "a read-only disk" disk/ws
    umount disk
    at_exit=:
else
    skip "a full and a read-only disk: no right to mount a small file system here"
fi

# --- thousands of bad rows in a table that is read before any record: all counted, 100 listed -----------
{ printf '{"images":[],"annotations":[{"id":0}'; i=1
  while [ $i -lt 3000 ]; do printf ',{"id":%d}' $i; i=$((i + 1)); done; printf ']}'; } >rows.json
check_exit "bad rows" 2 rsift index rows.json --reader coco --name rows --workspace ws-rows
check_is "bad rows: counted" "3000 101" "$(one ws-rows "SELECT sum(n) || ' ' || count(*) v FROM finding WHERE code = 'format'")"

# --- a broken line costs one record, a broken list is told ----------------------------------------------
{ printf '{"image":"a.jpg","conversations":[{"from":"human","value":"<image>\\nq1"},{"from":"gpt","value":"y"}]}\n'
  printf '{"image":"a.jpg","conversations":[{"from":"human","value":"<image>\\nq2},{"from":"gpt"\n'
  printf '{"image":"a.jpg","conversations":[{"from":"human","value":"<image>\\nq3"},{"from":"gpt","value":"y"}]}\n'
} >broken.jsonl
check_exit "a broken line" 0 rsift index broken.jsonl --reader llava --name broken --workspace ws-lines
check_is "a broken line: the others are read" "3 2 1" "$(one ws-lines "SELECT sum(seen) || ' ' || sum(used) || ' ' || sum(set_aside) v FROM reading")"
check_is "a broken line: nothing else is lost" 0 "$(one ws-lines "SELECT count(*) v FROM finding WHERE code = 'rest-unread'")"
{ printf '['; sed 's/$/,/' broken.jsonl; printf '{}]'; } >broken.json
check_exit "a broken list" 0 rsift index broken.json --reader llava --name broken --workspace ws-list
check_is "a broken list: its rest is told" 1 "$(one ws-list "SELECT count(*) v FROM finding WHERE code = 'rest-unread' AND message LIKE '%bytes from byte%'")"
rsift audit --workspace ws-list --json >audit.txt
check_is "a broken list: does not add up" 1 "$(grep -c "\"adds_up\": *false" audit.txt)"

# --- answers that are marked as bad are not taught -------------------------------------------------------
for mark in '"label":false' '"kto_tag":false' '"weight":0' '"label":true'; do
    printf '{"image":"a.jpg",%s,"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"y"}]}\n' "$mark"
done >marked.jsonl
printf '{"image":"a.jpg","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"y","loss":false}]}\n' >>marked.jsonl
check_exit "answers marked as bad" 0 rsift index marked.jsonl --reader llava --name marked --workspace ws-marked
check_is "answers marked as bad" "1 4" "$(one ws-marked "SELECT (SELECT count(*) FROM sample) || ' ' || count(*) v FROM finding WHERE code = 'answer-rejected'")"

# --- questions -----------------------------------------------------------------------------------------
check_exit "a question with a mistake" 2 rsift query --workspace ws "SELEC 1"
check_exit "a question that changes a table" 2 rsift query --workspace ws "DELETE FROM sample"
# Table functions that write from within a SELECT: logs, profiles, checkpoints, a text run as SQL.
for call in "enable_logging('QueryLog')" "enable_profiling()" "checkpoint()" "query('SELECT 1')" "duckdb_logs()"; do
    check_exit "SELECT * FROM $call" 2 rsift query --workspace ws "SELECT 1 WHERE EXISTS (FROM $call)"
    check_says "SELECT * FROM $call: names it" "not allowed in a query"
done
check_exit "a pragma" 2 rsift query --workspace ws "PRAGMA database_list"
check_exit "rows made by functions" 0 rsift query --workspace ws \
    "SELECT * FROM range(3), unnest([1, 2]), (SUMMARIZE sample)"
check_usable "after all this" ws
check_is "after all this: tmp is empty" "" "$(find ws/tmp -mindepth 1 | head -3)"
check_is "every reading adds up" 0 "$(one ws "SELECT count(*) v FROM reading WHERE seen <> used + merged + skipped + set_aside")"
finish
