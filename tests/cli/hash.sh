# rsift hash: what pixels are, once per content. The same rows from a folder, a zip and a tar.gz, with
# any number of threads, in units and after a kill; bad pictures are rows, changed ones are none.
# Covers src/index: hash.c, hash_changed.c, hash_list.c, hash_picture.c; src/api: hash.c; src/cli: verb_hash.c.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { skip "hash: no python3 to draw pictures with"; finish; }
cd "$work" || exit 1

cat >draw.py <<'PY'
import json, os, struct, sys, zlib

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

def png(path, side, seed, level=6, head=None):
    # blocks of colour: detail enough for a perceptual hash
    rows = bytearray()
    for y in range(side):
        rows.append(0)
        for x in range(side):
            v = ((x * 8 // side) * 37 + (y * 8 // side) * 91 + seed * 53) * 2654435761 & 0xFFFFFFFF
            rows += bytes((v >> 24, v >> 16 & 255, v >> 8 & 255))
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *(head or (side, side)), 8, 2, 0, 0, 0)))
        f.write(chunk(b"IDAT", zlib.compress(bytes(rows), level)) + chunk(b"IEND", b""))

what, folder, n, side, seed = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
os.makedirs(folder + "/img", exist_ok=True)
for i in range(n):
    png(f"{folder}/img/{i:04}.png", side, seed + i, level=1 if what == "again" else 6)
if what == "bad":
    whole = open(f"{folder}/img/0000.png", "rb").read()
    open(f"{folder}/img/cut.png", "wb").write(whole[:len(whole) * 2 // 3])
    at = whole.index(b"IDAT") + 40
    open(f"{folder}/img/wrong.png", "wb").write(whole[:at] + bytes(20) + whole[at + 20:])
    open(f"{folder}/img/text.png", "wb").write(b"this is no picture at all" * 9)
    png(f"{folder}/img/bomb.png", 8, 1, head=(60000, 60000))
    png(f"{folder}/img/large.png", 700, 1)
    def page(at, last):
        tags = [(256, 4, 8), (257, 4, 8), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, at + 114), (277, 3, 1), (278, 4, 8), (279, 4, 64)]
        body = struct.pack("<H", 9) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
        return body + struct.pack("<I", 0 if last else at + 178) + bytes(range(64))
    open(f"{folder}/img/pages.tif", "wb").write(b"II*\0" + struct.pack("<I", 8) + page(8, False) + page(186, True))
    open(f"{folder}/img/moving.png", "wb").write(whole[:33] + chunk(b"acTL", struct.pack(">II", 2, 0)) + whole[33:])
with open(folder + "/data.jsonl", "w") as f:
    for name in sorted(os.listdir(folder + "/img")):
        f.write(json.dumps({"id": name, "image": "img/" + name, "conversations": [
            {"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": name}]}) + "\n")
PY

own() { from=$1 to=$2; shift 2; rsift index "$from" --reader llava --name own --workspace "$to" --quiet "$@" >log 2>&1 || fail "index $from" log; }
hashed() { rsift hash --workspace "$@" --json --quiet >"$work/.out" 2>"$work/.err"; }
# rows WORKSPACE: all that is known of the pictures' pixels
rows() { rsift query --workspace "$1" "SELECT h.* REPLACE (md5(hex(thumb)) AS thumb) FROM picture_hash h ORDER BY content_hash" --json; }
said() { sed 's/.*"'"$1"'":\([0-9]*\).*/\1/;q' "$work/.out"; }
count() { one "$1" "SELECT count(*) v FROM picture_hash $2"; }

python3 draw.py bad own 12 64 1
cp own/img/0003.png own/img/copy.png
sed 's/0003/copy/g' own/data.jsonl | grep copy >>own/data.jsonl
own own ws
check_is "table picture_hash: empty before" 0 "$(count ws "")"
check_exit "hash" 0 rsift hash --workspace ws
check_says "hash: tells the failed" "could not be hashed"
check_says "hash: tells what is next" "Next: rsift leaks, rsift duplicates --near"
rows ws >expected
check_is "a row a content" 19 "$(count ws "")"
check_is "what is no picture, or too large" "bomb.png limit cut.png image-truncated moving.png media-unsupported pages.tif media-unsupported text.png image-unreadable wrong.png image-unreadable" \
    "$(one ws "SELECT string_agg(parse_filename(path) || ' ' || failed, ' ' ORDER BY path) v
        FROM asset JOIN picture_hash USING (content_hash) WHERE failed IS NOT NULL")"
check_is "a failure has no pixels, no damaged one is proof, all others are exact" 0 "$(count ws "WHERE
    (failed IS NOT NULL AND (phash IS NOT NULL OR width IS NOT NULL OR exact)) OR (damaged AND (exact OR
    block_hash IS NOT NULL)) OR (failed IS NULL AND NOT damaged AND NOT exact)")"
hashed ws || fail "hash again" .err
check_is "a second run decodes nothing" "0 1" "$(said hashed) $(said failed)"
rows ws >found
check_same "a second run changes nothing" expected found
n_parts() { find "$1/parts" -maxdepth 2 -name 'hash-*' | wc -l; }
check_is "a second run leaves no part" 1 "$(n_parts ws)"
check_exit "one dataset" 0 rsift hash own --workspace ws
check_exit "a dataset that is not there" 2 rsift hash nowhere --workspace ws
check_says "a dataset that is not there: says so" "is not indexed here"

# the containers, the threads, the memory
(cd own && python3 -c "
import tarfile, zipfile, os
names = ['data.jsonl'] + sorted('img/' + n for n in os.listdir('img'))
with zipfile.ZipFile('../own.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    for n in names: z.write(n)
with tarfile.open('../own.tar.gz', 'w:gz') as t:
    for n in names: t.add(n)")
for kind in zip tar.gz; do
    own own.$kind ws-$kind
    [ $kind = zip ] && threads=1 || threads=3
    hashed ws-$kind --threads $threads || fail "hash $kind" .err
    rows ws-$kind >found
    check_same "$kind, $threads threads: the same rows" expected found
done
own own ws-small
hashed ws-small --threads 4 --max-image-mb 1 || fail "1 MiB for pictures" .err
check_is "1 MiB for pictures: read by rows, or refused" 1 \
    "$(one ws-small "SELECT count(*) v FROM picture_hash WHERE width = 700 OR (failed = 'limit' AND content_hash =
        (SELECT content_hash FROM asset WHERE path LIKE '%large.png'))")"
hashed ws-small || fail "then with the usual limit" .err
rows ws-small >found
check_same "then with the usual limit: the same rows" expected found

# units, one after another in any order and at once; index --hash
own own ws-units
for i in 2 1; do hashed ws-units --unit $i/2 || fail "unit $i" .err; [ $i = 1 ] || first=$(said hashed); done
rows ws-units >found
check_same "units 2/2 then 1/2: the same rows" expected found
[ "$first" -gt 0 ] && [ "$(said hashed)" -gt 0 ] && pass "units share the work" || fail "units share the work: $first, $(said hashed)"
own own.tar.gz ws-indexed --hash
rows ws-indexed >found
check_same "index --hash: the same rows" expected found
for i in 1 2 3; do own own ws-both --hash --unit $i/3; done
rows ws-both >found
check_same "index --hash in units: the same rows" expected found
check_exit "index --hash --no-hash" 2 rsift index own --reader llava --name own --workspace ws-no --hash --no-hash
own own ws-no --no-hash
check_exit "indexed without hashes" 0 rsift hash --workspace ws-no
check_says "indexed without hashes: says so" "--no-hash"
check_is "indexed without hashes: no row" 0 "$(count ws-no "")"

# a scaled decode, then an exact one
own own ws-scaled
hashed ws-scaled --no-exact || fail "--no-exact" .err
check_is "--no-exact: no row is exact" 0 "$(count ws-scaled "WHERE exact OR block_hash IS NOT NULL")"
check_is "--no-exact: perceptual hashes" 13 "$(count ws-scaled "WHERE length(hex(phash)) = 64 AND NOT damaged")"
hashed ws-scaled --no-exact || fail "--no-exact again" .err
check_is "--no-exact: a second run decodes nothing" 0 "$(said hashed)"
hashed ws-scaled || fail "exact after scaled" .err
rows ws-scaled >found
check_same "exact after scaled: the same rows" expected found
hashed ws-scaled --no-exact || fail "scaled after exact" .err
check_is "scaled after exact: decodes nothing" 0 "$(said hashed)"

# equal files of another release; a picture that changes; index again; remove
mkdir second && cp -r own/img second/img && cp own/data.jsonl second/data.jsonl
python3 draw.py own third 1 64 500 && cp third/img/0000.png second/img/new.png
sed 's/0003/new/g' own/data.jsonl | grep new >>second/data.jsonl
rsift index second --reader llava --name second --workspace ws --quiet >log 2>&1 || fail "index second" log
hashed ws || fail "hash second" .err
check_is "equal files of another release are not decoded" 1 "$(said hashed)"
python3 draw.py own fourth 1 64 900 && cp fourth/img/0000.png own/img/0005.png
own second ws-changed
check_exit "remove" 0 rsift remove own --workspace ws
check_is "remove takes the hashes" 1 "$(count ws "")"
hashed ws || fail "hash after remove" .err
check_is "what it shared is hashed again" 20 "$(count ws "")"
cp fourth/img/0000.png second/img/0007.png
rm second/img/0008.png
check_exit "changed after the index" 1 rsift hash --workspace ws-changed
check_says "changed after the index: says so" "bytes than at the index"
check_says "gone after the index: says so" "is not there any more"
check_is "changed after the index: no row" 0 "$(one ws-changed "SELECT count(*) v FROM asset JOIN picture_hash
    USING (content_hash) WHERE path LIKE '%000[78].png' OR path SIMILAR TO '.*000[78].png'")"
n=$(count ws-changed "")
own second ws-changed
check_is "index again keeps the hashes" "$n" "$(count ws-changed "")"
hashed ws-changed || fail "hash after index again" .err
check_is "index again: what changed is hashed" 1 "$(said hashed)"
check_is "index again: nothing stale" 0 "$(one ws-changed "SELECT count(*) v FROM asset LEFT JOIN picture_hash h
    USING (content_hash) WHERE state = 'found' AND damage IS NULL AND h.version IS NULL")"
check_exit "check" 0 rsift check --workspace ws-changed
part=$(find ws-changed/parts -name picture_hash.parquet | grep hash- | head -1)
python3 -c "
import sys
with open(sys.argv[1], 'r+b') as f:
    f.seek(200); f.write(b'damage')" "$part"
check_exit "check: a damaged part of hashes" 1 rsift check --workspace ws-changed
own second ws-changed
hashed ws-changed || fail "hash after a damaged part" .err
check_is "a damaged part is made again" "$(one ws-changed "SELECT count(DISTINCT content_hash) v FROM asset")" \
    "$(one ws-changed "SELECT count(*) v FROM (SELECT DISTINCT content_hash FROM asset) JOIN picture_hash USING (content_hash)")"
# a kill in the middle: finished parts are kept, and the rows are those of an undisturbed run
"$RSIFT_SYNTH" pictures --out many --images 4500 >/dev/null || exit 1
mkdir -p many-own && (cd many && find . -type f | sort) | sed 's|^\./||' | while read -r name; do
    printf '{"id":"%s","image":"%s","conversations":[{"from":"human","value":"<image>\\nWhat?"},{"from":"gpt","value":"a"}]}\n' \
        "$name" "$name"
done >many-own/data.jsonl
rsift index many-own --reader llava --name many --images many --workspace wk --quiet >log 2>&1 || fail "index many" log
cp -r wk wk-whole
cp -r wk wu
hashed wk-whole || fail "hash many" .err
whole=$(said hashed)
cp -r wk wk-fresh
# a shell that has to wait for its turn may come too late: then once more
tries=0
while
    "$RSIFT_BIN" hash --workspace wk --threads 1 --quiet >kill.log 2>&1 &
    pid=$!
    i=0
    while [ "$(n_parts wk)" = 0 ] && [ $i -lt 500 ] && kill -0 $pid 2>/dev/null; do sleep 0.01; i=$((i + 1)); done
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    tries=$((tries + 1))
    [ "$(n_parts wk)" != 1 ] && [ $tries -lt 8 ]
do
    rm -rf wk
    cp -r wk-fresh wk
done
if [ "$(n_parts wk)" = 2 ]; then skip "a kill: all was hashed before it, 8 times"; else
    check_is "killed: one part is there" 1 "$(n_parts wk)"
    hashed wk || fail "hash after a kill" .err
    [ "$(said hashed)" -lt "$whole" ] && [ "$(said hashed)" -gt 0 ] && pass "after a kill: the rest alone is hashed" ||
        fail "after a kill: $(said hashed) of $whole were hashed"
fi
rows wk >found
rows wk-whole >expected
check_same "after a kill: the same rows" expected found
check_is "after a kill: tmp is empty" "" "$(find wk/tmp -mindepth 1 2>/dev/null | head -3)"

# indexed again in units, hashed in between: what was hashed meanwhile is kept
many() { rsift index many-own --reader llava --name many --images many --workspace wu --quiet "$@" >log 2>&1 || fail "index many $*" log; }
printf 'x' >>"$(find many -type f | sort | tail -1)"
many --unit 1/2
check_is "indexed in part: staged" 1 "$(find wu/stage -maxdepth 1 -name 'many@*' | wc -l)"
code=0
hashed wu || code=$?
check_is "hashed meanwhile: the changed picture is told" "1 1" "$code $(said changed)"
many --unit 2/2
check_is "then the rest: published with the hashes" "0 $((whole - 1))" \
    "$(find wu/stage -maxdepth 1 -name 'many@*' | wc -l) $(one wu "SELECT count(*) v FROM picture_hash JOIN
    (SELECT DISTINCT content_hash FROM asset) USING (content_hash)")"
hashed wu || fail "hash the rest" .err
check_is "then the changed one is hashed" 1 "$(said hashed)"

# replaced after it was hashed: told, though nothing is left to hash; a new time alone changes nothing
last=$(find many -type f | sort | tail -1)
touch -d '2020-01-02' "$last"
hashed wu || fail "hash a touched picture" .err
check_is "another time is no other picture" "0 0" "$(said hashed) $(said changed)"
printf 'y' >>"$last"
code=0
hashed wu || code=$?
check_is "a picture replaced after it was hashed is told" "1 0 1" "$code $(said hashed) $(said changed)"
failed() { one wu "SELECT count(*) v FROM picture_hash WHERE failed = 'changed' AND phash IS NULL"; }
check_is "and its hash counts no more" 1 "$(failed)"
hashed wu
check_is "asked again, the same" "1 1" "$(said changed) $(failed)"
many
check_is "indexed again: the mark is gone" 0 "$(failed)"
hashed wu || fail "hash what was replaced" .err
check_is "and it is hashed" "1 0" "$(said hashed) $(said changed)"
finish
