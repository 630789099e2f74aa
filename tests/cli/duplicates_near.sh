# Near-duplicate pictures from the files to the mixture: found with proof, kept by policy, and other
# questions about them are no duplicates.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "duplicates_near: no python3 to write pictures with"; finish; }
# Four scenes. `mine` shows each; `yours` shows 0 turned by 90 degrees, 1 brighter and at half the size,
# 2 as it is, and another scene by the name of 3.
python3 - <<'PY'
import json, little, os
def png(rows, level):
    return little.png(len(rows[0]), [bytes(v for x in row for v in (x, x, x)) for row in rows], level)
class Noise:                                    # a small generator of its own: the same on any Python
    def __init__(self, seed): self.s = seed * 2654435761 % 2**32 or 1
    def __call__(self):
        self.s ^= self.s << 13 & 0xffffffff; self.s ^= self.s >> 17; self.s ^= self.s << 5 & 0xffffffff
        return self.s
def scene(seed, n=320):                         # blocks of many sizes on top of one another
    noise, rows = Noise(seed), [[90] * n for _ in range(n)]
    for size in (160, 80, 40, 40, 20, 20, 20, 10, 10, 10):
        for _ in range(n * n // (size * size) // 8 + 1):
            x, y, v = noise() % n, noise() % n, noise() % 200
            for row in rows[y:y + size]: row[x:x + size] = [(old + 2 * v) // 3 for old in row[x:x + size]]
    return rows
def turned(r): return [list(row) for row in zip(*r[::-1])]
def halved(r): return [[(r[j][i] + r[j][i+1] + r[j+1][i] + r[j+1][i+1]) // 4 for i in range(0, len(r[0]), 2)] for j in range(0, len(r), 2)]
scenes = [scene(s) for s in range(1, 5)]
shown = {"mine": scenes, "yours": [turned(scenes[0]), [[min(255, v + 9) for v in row] for row in halved(scenes[1])], scenes[2], scene(9)]}
for name, pictures in shown.items():
    os.makedirs(f"{name}/img")
    rows = []
    for i, picture in enumerate(pictures):
        # another compression of the same pixels: other bytes
        open(f"{name}/img/{i}.png", "wb").write(png(picture, 9 if name == "mine" else 1))
        for question, answer in (("Is it urban? Answer yes or no.", "yes"), (f"What do {name} see?", "many blocks of many sizes, and more")):
            rows.append({"id": f"{name}-{i}", "image": f"{i}.png", "conversations": [
                {"from": "human", "value": "<image>\n" + question}, {"from": "gpt", "value": answer}]})
    json.dump(rows, open(f"{name}/a.json", "w"))
PY
for name in mine yours; do
    rsift index $name/a.json --reader llava --images $name/img --name $name --licence CC0-1.0 --workspace ws --quiet >log 2>&1 ||
        fail "index $name" log
done
near() { rsift duplicates --near --workspace ws --quiet "$@"; }
near --json >unhashed.json 2>log
grep -q '"looked_at":0' unhashed.json && grep -q '"not-hashed"' unhashed.json && pass "without hashes nothing is said" ||
    fail "without hashes nothing is said" unhashed.json
check_exit "hash" 0 rsift hash --workspace ws --quiet
check_exit "near-duplicates are findings" 1 near
check_says "how many were compared" "8 of 8 pictures were compared"
check_says "how it is known" "pixels"
rsift index mine/a.json --reader llava --images mine/img --name copy --workspace files --quiet >log 2>&1
rsift index mine/a.json --reader llava --images mine/img --name mine --workspace files --quiet >log 2>&1
check_exit "two datasets of the same files" 1 rsift duplicates --near --workspace files --json
check_says "are named" '{"dataset":"copy","other":"mine","pictures":4}'
check_is "three of four scenes" 3 "$(one ws "SELECT count(*) AS v FROM overlap WHERE kind = 'near-duplicate'")"
check_is "the other picture of a name is none" 0 "$(one ws "SELECT count(*) AS v FROM overlap o JOIN asset a
    ON a.content_hash::VARCHAR IN (o.a, o.b) WHERE o.kind = 'near-duplicate' AND parse_filename(a.path) = '3.png'")"
check_is "the turned one is told so" "pixels turned" "$(one ws "SELECT o.method || CASE WHEN o.transform LIKE '%turned%' THEN ' turned' ELSE '' END
    AS v FROM overlap o JOIN asset a ON a.content_hash::VARCHAR IN (o.a, o.b) WHERE o.kind = 'near-duplicate' AND parse_filename(a.path) = '0.png' LIMIT 1")"
check_is "the smaller one was compared by its hash" perceptual "$(one ws "SELECT o.method AS v FROM overlap o JOIN asset a
    ON a.content_hash::VARCHAR = o.b WHERE o.kind = 'near-duplicate' AND parse_filename(a.path) = '1.png'")"
check_is "and the larger stays" "mine@own" "$(one ws "SELECT a.release_id AS v FROM overlap o JOIN asset a ON a.content_hash::VARCHAR = o.a
    WHERE o.kind = 'near-duplicate' AND parse_filename(a.path) = '1.png'")"
mkdir more
cp mine/img/*.png more
cp yours/img/3.png more/spare.png
rsift index mine/a.json --reader llava --images more --name more --workspace spare --quiet --hash >log 2>&1
check_exit "a picture that no sample shows" 0 rsift duplicates --near --workspace spare --json
check_says "is not compared, and told" '{"dataset":"more","reason":"unused","pictures":1}'
check_says "beside those that are" '"pictures":5,"looked_at":4'
near --json >a.json 2>log
near --json --threads 3 >b.json 2>log
check_same "the same again, on three threads" a.json b.json
rsift duplicates --near --score 1 --workspace ws --quiet >/dev/null 2>&1
check_is "a score that no perceptual pair reaches" 2 "$(one ws "SELECT count(*) AS v FROM overlap WHERE kind = 'near-duplicate'")"
check_exit "an unknown criterion" 2 near --keep prettiest
check_says "says which there are" "protected, origin, size, licence"
# mix: the question that both ask is left out, what each asks alone stays
printf 'name: m\nlicence: any\nconflicts: keep\ndatasets: [{id: mine}, {id: yours}]\n' >r.yaml
mixed_with() { sed "s/^name: m/name: m\nduplicates: $1/" r.yaml >r2.yaml; rsift mix r2.yaml --workspace ws --quiet >log 2>&1 || fail "mix, $1" log; }
mixed_with drop
check_is "mix drops what says the same" 3 "$(one ws "SELECT count(*) AS v FROM ledger WHERE reason = 'duplicate-near'")"
check_is "with the one that stays, and how it is known" 3 "$(one ws "SELECT count(*) AS v FROM ledger l JOIN sample s
    ON s.sample_id::VARCHAR = split_part(l.detail, ' ', 1) WHERE l.reason = 'duplicate-near' AND (l.detail LIKE '% pixels%' OR l.detail LIKE '% perceptual%')")"
check_is "and nothing else" "13" "$(one ws "SELECT count(*) AS v FROM ledger WHERE kept")"
mixed_with '{near: count}'
check_is "count: nothing is dropped" 0 "$(one ws "SELECT count(*) AS v FROM ledger l JOIN mixture m USING (mixture_id)
    WHERE m.recipe LIKE '%near: count%' AND NOT kept")"
# an image-disjoint split sees the pairs
rsift resplit mine --share a=0.5,b=0.5 -o s.csv --workspace ws >log 2>&1 || fail "resplit" log
check_is "resplit: half of the samples each" 4 "$(awk -F, '$2 == "a"' s.csv | wc -l | tr -d ' ')"

# ---- real pictures ------------------------------------------------------------------------------

# real NAME FOLDER: indexes the pictures of a folder as captions of one dataset, and hashes them
real()
{
    mkdir -p "real/$1"
    python3 - "$2" "real/$1.json" <<'PY'
import json, os, sys
rows = []
for folder, _, names in sorted(os.walk(sys.argv[1])):
    for name in sorted(names):
        if name.lower().endswith((".jpg", ".png", ".tif")):
            path = os.path.relpath(os.path.join(folder, name), sys.argv[1])
            rows.append({"id": path, "image": path, "conversations": [{"from": "human", "value": "<image>\nDescribe it."}, {"from": "gpt", "value": path}]})
json.dump(rows, open(sys.argv[2], "w"))
PY
    rsift index "real/$1.json" --reader llava --images "$2" --name "$1" --licence research --workspace "real/ws-$1" --quiet >log 2>&1
    rsift hash --workspace "real/ws-$1" --quiet >log 2>&1
    rsift duplicates --near --workspace "real/ws-$1" --quiet >"real/$1.txt" 2>&1
}
found() { one "real/ws-$1" "SELECT coalesce(string_agg(p, ' ' ORDER BY p), '') AS v FROM (SELECT least(x, y) || '=' || greatest(x, y) AS p FROM (
    SELECT parse_filename(k.path) AS x, parse_filename(q.path) AS y FROM overlap o JOIN asset k ON k.content_hash::VARCHAR = o.a
    JOIN asset q ON q.content_hash::VARCHAR = o.b WHERE o.kind = 'near-duplicate'))"; }
pairs=$RSIFT_SAMPLES/images-nearduplicates
if [ -f "$pairs/pairs.tsv" ]; then
    real pairs "$pairs"
    check_is "three real pairs, and no other" "299.jpg=307.jpg industrial_area_273.jpg=industrial_area_503.jpg mountain_111.jpg=mountain_324.jpg" \
        "$(found pairs)"
else
    skip "real near-duplicate pairs: not there"
fi
ucm=$RSIFT_SAMPLES/images-ucmerced/UCMerced_LandUse_jpeg.zip
if [ -f "$ucm" ]; then
    mkdir -p real/beach
    python3 - "$ucm" real/beach <<'PY'
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
for n in z.namelist():
    if n.rsplit("/", 1)[-1] in [f"beach{i}.jpg" for i in range(80, 95)] + ["airplane01.jpg", "airplane02.jpg", "airplane03.jpg"]:
        open(sys.argv[2] + "/" + n.rsplit("/", 1)[-1], "wb").write(z.read(n))
PY
    real beach "$PWD/real/beach"
    check_is "pieces of one shore (UC Merced beach 80 to 94) are no duplicates" "" "$(found beach)"
    check_is "airplane01 and 02 are one picture by their bytes" 1 "$(one real/ws-beach "SELECT count(*) - count(DISTINCT content_hash) AS v FROM asset")"
else
    skip "UC Merced: not there"
fi
# empty pictures of one size are all alike: pairs with one of them, and not of all with all. That
# they are as empty as those of another size proves nothing.
python3 - <<'PY'
import json, os, struct, zlib
def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
def empty(n, text):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", n, n, 8, 0, 0, 0, 0)) + chunk(b"tEXt", b"n\0%d" % text) +
            chunk(b"IDAT", zlib.compress(bytes(n * (n + 1)))) + chunk(b"IEND", b""))
for name, side, n in (("tiles", 64, 200), ("held", 128, 3)):
    os.mkdir(name)
    for i in range(n): open(f"{name}/{i}.png", "wb").write(empty(side if i else 64, i + n))
    json.dump([{"id": f"{i}", "image": f"{i}.png", "conversations": [{"from": "human", "value": f"<image>\nWhat is in {i}?"},
        {"from": "gpt", "value": "nothing"}]} for i in range(n)], open(f"{name}.json", "w"))
PY
rsift index tiles.json --reader llava --images tiles --name tiles --licence CC0-1.0 --workspace empty --quiet >log 2>&1 || fail "index tiles" log
rsift index held.json --reader llava --images held --name held --role eval --licence CC0-1.0 --workspace empty --quiet >log 2>&1 || fail "index held" log
rsift hash --workspace empty --quiet >log 2>&1 || fail "hash empty" log
check_exit "empty pictures" 1 rsift duplicates --near --workspace empty --quiet
check_is "each has a pair with the first of its pixels" "0 201" "$(one empty "SELECT
    count(*) FILTER (method = 'perceptual') || ' ' || count(*) FILTER (method = 'pixels') AS v FROM picture_pair")"
rsift leaks --workspace empty --quiet >log 2>&1
check_is "all are found" 200 "$(one empty "SELECT count(DISTINCT a) AS v FROM overlap WHERE kind = 'leak'")"
finish
