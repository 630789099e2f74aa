#!/bin/sh
# leaks over drawn pictures: each edit is found by the methods that are meant to find it, nothing
# else is, and nothing is called clean that was not looked at. Then two sets of data, mix and the
# clean lists.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

python3 - <<'PY' || fail "drawing"
import json, little, os, random

def texture(seed, n):
    """Blobs of three sizes, as bytes of grey."""
    r = random.Random(seed)
    out = [[110.0] * n for _ in range(n)]
    for size, count, high in ((40, 14, 60), (16, 60, 50), (6, 220, 45)):
        for _ in range(count):
            cx, cy, h = r.uniform(0, n), r.uniform(0, n), r.uniform(-high, high)
            for y in range(max(0, int(cy - size)), min(n, int(cy + size))):
                for x in range(max(0, int(cx - size)), min(n, int(cx + size))):
                    d = ((x - cx) ** 2 + (y - cy) ** 2) / size ** 2
                    if d < 1:
                        out[y][x] += h * (1 - d) ** 2
    return [[max(0, min(255, int(v + r.uniform(0, 1)))) for v in row] for row in out]

def png(path, rows, level=6):
    little.write_png(path, len(rows[0]), [bytes(v for g in row for v in (g, g, g)) for row in rows], level)

N = 160
e = {i: texture(i, N) for i in range(1, 6)}
r = random.Random(7)
os.makedirs("bench"), os.makedirs("mine"), os.makedirs("far"), os.makedirs("tiny")
for i in range(1, 5):
    png("bench/e%d.png" % i, e[i])
train = {
    "bytes": (e[1], 6),
    "encoded": (e[2], 1),
    "turned": ([list(row) for row in zip(*e[2][::-1])], 6),
    "noisy": ([[max(0, min(255, g + r.randint(-6, 6))) for g in row] for row in e[3]], 6),
    "half": ([[(e[3][2 * y][2 * x] + e[3][2 * y + 1][2 * x + 1]) // 2 for x in range(N // 2)] for y in range(N // 2)], 6),
    "piece": ([row[30:150] for row in e[4][20:140]], 6),
    "other": (e[5], 6)}
for name, (rows, level) in train.items():
    png("mine/%s.png" % name, rows, level)
png("far/other.png", e[5], 1)
png("tiny/piece.png", [row[60:94] for row in e[4][60:94]])
os.makedirs("coast"), os.makedirs("lake")
water = lambda light, slope: [[int(light + slope * x / N) for x in range(N)] for y in range(N)]
for i in (1, 2): png("coast/e%d.png" % i, e[i])
png("coast/sea.png", water(60, 30))
png("lake/other.png", e[5])
png("lake/calm.png", water(90, 12))
say = lambda names, file: json.dump([{"id": n, "image": n + ".png", "conversations": [
    {"from": "human", "value": "<image>\nWhat is %s?" % n}, {"from": "gpt", "value": "a field"}]} for n in names], open(file, "w"))
os.makedirs("sea"), os.makedirs("marked")
calm = lambda grey: [[grey] * N for _ in range(N)]
def mark(rows):
    for y in range(60, 85): rows[y][40:120] = e[5][y][40:120]
    return rows
png("sea/sea.png", mark(calm(60)))
png("marked/lake.png", mark(calm(90)))
say(["sea"], "sea.json")
say(["lake"], "marked.json")
say(["e%d" % i for i in range(1, 5)], "bench.json")
say(sorted(train), "mine.json")
say(["other"], "far.json")
say(["piece"], "tiny.json")
say(["e1", "e2", "sea"], "coast.json")
say(["other", "calm"], "lake.json")
PY

index()
{
    name=$1 ws=$2
    shift 2
    rsift index $name.json --reader llava --images $name --workspace $ws --quiet "$@" >log 2>&1 || fail "index $name" log
}

# found METHOD: the training pictures whose leak is proved by it, in one line
found()
{
    rsift query "SELECT string_agg(DISTINCT parse_filename(b.path), ' ' ORDER BY parse_filename(b.path)) AS v FROM picture_pair p JOIN asset b ON b.content_hash = p.b WHERE p.method = '$1'" --workspace ws --json | sed 's/.*"v":"\([^"]*\)".*/\1/'
}

# verdict LIST METHOD FILE
verdict()
{
    python3 - "$@" <<'PY'
import json, sys
rows = [r for r in json.load(open(sys.argv[3]))[sys.argv[1]] if r["method"] == sys.argv[2]]
print(" ".join("%s %s" % (r["verdict"], r.get("looked_at", r["n_leaks"])) for r in rows))
PY
}

# ---- before and after hashing ----
index bench ws --name bench --role eval
index mine ws --name mine
check_exit "leaks without hashes" 1 rsift leaks --crops none --workspace ws
check_says "what was not hashed is told" "that are not hashed (rsift hash)"
check_is "nothing by pixels yet" "" "$(rsift query "SELECT method FROM picture_pair" --workspace ws --json | tr -d '[]\n ')"
rsift hash --workspace ws >log 2>&1 || fail "hash" log
check_exit "leaks" 1 rsift leaks --workspace ws --json
cp "$work/.out" leaks.json
check_is "pixels" "encoded.png turned.png" "$(found pixels)"
check_is "perceptual" "encoded.png half.png noisy.png turned.png" "$(found perceptual)"
case " $(found crop) " in *" piece.png "*) pass "crop" ;; *) fail "crop: found $(found crop)" ;; esac
case " $(found crop) $(found perceptual) " in *other*) fail "another picture is no leak" ;; *) pass "another picture is no leak" ;; esac
check_is "bytes" "leaks 1" "$(verdict methods bytes leaks.json)"
check_is "all six of seven" 6 "$(sed -n 's/.*"n_leaks":\([0-9]*\),.*/\1/p' leaks.json | head -1)"
check_is "each pair says how it lies" 1 "$(rsift query "SELECT 1 v FROM overlap WHERE transform LIKE 'turned 90%' AND method = 'pixels'" --workspace ws --json | grep -c 1)"
rsift leaks --workspace ws --json >again.json 2>log
check_same "asked again, the same answer" leaks.json again.json
check_is "and nothing was compared again" 0 "$(grep -c "looking for pieces\|comparing" log)"

# ---- what is clean ----
index far far.ws --name far
index bench far.ws --name bench --role eval
check_exit "another dataset, not hashed" 0 rsift leaks --workspace far.ws --crops none --json
check_is "not hashed is not clean" "NOT CHECKED 0" "$(verdict checks perceptual "$work/.out")"
check_is "nor is what was not asked for" "NOT CHECKED 0" "$(verdict checks crop "$work/.out")"
rsift hash --workspace far.ws >log 2>&1
check_exit "another dataset" 0 rsift leaks --workspace far.ws --crops all --json
for method in pixels perceptual crop; do
    check_is "clean by $method" "clean 4" "$(verdict checks $method "$work/.out")"
done
# a piece without an anchor is not looked at, whatever it was cut from
index tiny tiny.ws --name tiny
index bench tiny.ws --name bench --role eval
check_exit "a tiny piece" 0 rsift leaks --workspace tiny.ws --crops all --json
check_is "too small to be found is not clean" "NOT CHECKED 0" "$(verdict checks crop "$work/.out")"
# nor is calm water whose anchors are all those of a mark
index marked marked.ws --name marked
index sea marked.ws --name sea --role eval
rsift leaks --workspace marked.ws --crops all --json >"$work/.out" 2>log
check_is "water under a mark is no clean benchmark" "NOT CHECKED 0" "$(verdict checks crop "$work/.out")"
# a picture that cannot be read for a while
index far gone.ws --name far
index bench gone.ws --name bench --role eval
mv bench/e1.png away.png
check_exit "a picture is gone" 0 rsift leaks --workspace gone.ws --crops all --json
check_is "what is gone is not clean" "PART CHECKED 3" "$(verdict checks crop "$work/.out")"
mv away.png bench/e1.png
check_exit "and is there again" 0 rsift leaks --workspace gone.ws --crops all --json
check_is "then it is looked at" "clean 4" "$(verdict checks crop "$work/.out")"

# a picture that was replaced after it was hashed: `far` showed e5, and then shows e1
cp far/other.png away.png
cp bench/e1.png far/other.png
check_exit "hash after a picture was replaced" 1 rsift hash --workspace far.ws
check_exit "leaks by its old hash" 0 rsift leaks --workspace far.ws --crops none --json
for method in pixels perceptual; do
    check_is "not looked at by $method" "NOT CHECKED 0" "$(verdict checks $method "$work/.out")"
done
check_is "and why" 1 "$(grep -c '"method":"perceptual".*"why":"changed since it was hashed: rsift index far again"' "$work/.out")"
mv away.png far/other.png
check_exit "hash after it was put back" 0 rsift hash --workspace far.ws
check_exit "leaks after it was put back" 0 rsift leaks --workspace far.ws --crops none --json
check_is "is looked at" "clean 4" "$(verdict checks perceptual "$work/.out")"

# ---- two sets of data ----
check_exit "between two datasets" 1 rsift leaks --between mine bench --workspace ws --json
check_is "what of one shows in the other" "leaks 1" "$(verdict methods pixels "$work/.out")"
check_exit "between needs two" 2 rsift leaks --between mine --workspace ws
check_exit "and other ones" 2 rsift leaks --between mine mine --workspace ws

# ---- one flat picture on each side ----
index lake flat.ws --name lake
index coast flat.ws --name coast --role eval
rsift hash --workspace flat.ws >log 2>&1 || fail "hash flat" log
check_exit "flat pictures" 0 rsift leaks --workspace flat.ws --crops none --json
check_is "all but the flat one are decided" "PART CHECKED 2" "$(verdict checks perceptual "$work/.out")"
check_is "the flat one is counted" 1 "$(sed -n 's/.*"method":"perceptual".*"n_leaks":0,"undecided":\([0-9]*\),.*/\1/p' "$work/.out" | head -1)"
printf 'name: m\ndatasets:\n  - id: lake\n' >r.yaml
rsift mix r.yaml --workspace flat.ws >log 2>&1 && rsift emit --format llava --model llava-1.5 -o flat --workspace flat.ws >log 2>&1 || fail "mix and emit beside flat pictures" log
check_is "what was decided is on the clean list" 2 "$(grep -vc '^#' flat/clean/coast.ids)"
check_is "what was not is listed with the reason" 1 "$(grep -c '	a picture is flat or nearly, as others of the mixture are$' flat/clean/coast.not-checked.tsv)"

# ---- mix and the clean lists ----
printf 'name: m\ndatasets:\n  - id: mine\n  - id: far\n' >r.yaml
index far ws --name far
rsift hash --workspace ws >log 2>&1
rsift mix r.yaml --workspace ws >log 2>&1 || fail "mix" log
rsift query "SELECT s.original_id AS id, l.reason, l.detail FROM ledger l JOIN sample s USING (sample_id) ORDER BY 1" --workspace ws --json >ledger
for id in bytes encoded half noisy turned; do
    check_is "mix drops $id" 1 "$(grep "\"id\":\"$id" ledger | grep -c '"leak-image"')"
done
check_is "mix drops the piece" 1 "$(grep '"id":"piece' ledger | grep -c 'leak-crop')"
check_is "the ledger names the method" 1 "$(grep '"id":"noisy' ledger | grep -c 'perceptual, [0-9]* of 256 bits differ')"
rsift emit --format llava --model llava-1.5 -o set --workspace ws >log 2>&1 || fail "emit" log
check_is "every picture of the benchmark was looked at and none is kept" 4 "$(grep -vc '^#' set/clean/bench.ids)"
check_is "by pixels and hashes too" 1 "$(head -1 set/clean/bench.ids | grep -c 'by pixels 4, by perceptual hash 4, for pieces [04]$')"
printf 'name: m\nleaks: {image: keep, crop: keep}\ndatasets:\n  - id: mine\n' >r.yaml
rsift mix r.yaml --workspace ws >log 2>&1 && rsift emit --format llava --model llava-1.5 -o kept --workspace ws >log 2>&1 || fail "mix that keeps leaks" log
check_is "what is kept is on no clean list" 0 "$(grep -vc '^#' kept/clean/bench.ids)"

finish
