# The pictures of an output are those that were indexed, and no two have one name.
#
# A picture that was changed, swapped, replaced or removed since the index leaves out its samples;
# pictures.jsonl names what is there. Names differ also on disks without case and without a normal form.
# Covers src/emit: picture_write.c, picture_names.c, picture_list.c, pictures.c, folder.c, write.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# pictures FOLDER NAME...: PNGs of one size, each of its own colour; FOLDER.zip: the same
cat >make.py <<'PY'
import json, little, os, sys, zipfile
def png(shade):
    return little.png(8, [bytes([shade % 256, 7, 9]) * 8] * 8, level=0)
folder, *names = sys.argv[1:]
if folder.endswith(".zip"):
    with zipfile.ZipFile(folder, "w") as z:
        for i, name in enumerate(names):
            z.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), png(i))
    folder = folder[:-4]
else:
    for i, name in enumerate(names):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "wb").write(png(i))
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "data.json"), "w") as f:
    json.dump([{"id": str(i), "image": name, "conversations": [
        {"from": "human", "value": "<image>\nWhat is in %d?" % i}, {"from": "gpt", "value": "answer %d" % i}]}
        for i, name in enumerate(names)], f)
PY

emitted()
{
    id=$1
    shift
    rsift emit --format llava --model llava-1.5 --workspace "ws-$id" --quiet "$@"
}
# answers FOLDER: the numbers of the samples that were written
answers() { grep -o 'answer [0-9]*' "$1/train.json" | sed 's/answer //' | sort -n | tr '\n' ' '; }

# --- changed since the index ----------------------------------------------------------------------
python3 make.py rel same.png byte.png size.png touched.png gone.png left.png right.png link.png pipe.png \
    folder.png
touch -d 2020-01-01 rel/*.png
mixed rel
printf X | dd of=rel/byte.png bs=1 seek=60 conv=notrunc 2>/dev/null && touch -d 2020-01-01 rel/byte.png
printf X >>rel/size.png && touch -d 2020-01-01 rel/size.png
touch rel/touched.png
rm rel/gone.png rel/link.png rel/pipe.png rel/folder.png
mv rel/left.png rel/x && mv rel/right.png rel/left.png && mv rel/x rel/right.png
ln -s touched.png rel/link.png && mkfifo rel/pipe.png && mkdir rel/folder.png
# by size and time alone a swap and a byte cannot be told: that is what --verify-pictures is for
for mode in link path; do
    check_exit "changed, $mode" 1 emitted rel -o out-$mode --images $mode
    check_is "changed, $mode: what is written" "0 1 5 6 " "$(answers out-$mode)"
    check_is "changed, $mode: the reason" 6 "$(grep -c '"reason":"picture-changed"' out-$mode/dropped.jsonl)"
    check_exit "changed, $mode, verified" 1 emitted rel -o out-$mode --images $mode --verify-pictures
    check_is "changed, $mode, verified: what is written" "0 " "$(answers out-$mode)"
done
check_exit "changed, copied" 1 emitted rel -o out-copy --images copy
check_is "changed, copied: what is written" "0 " "$(answers out-copy)"
check_is "changed, copied: nine failed" 9 "$(wc -l <out-copy/pictures-failed.txt | tr -d ' ')"
check_exit "changed, eval" 1 emitted rel -o out-eval --eval rel --images copy
check_is "changed, eval: the truth tells" 9 "$(grep -c '"not_written":"picture-changed"' out-eval/truth.jsonl)"
check_exit "not changed: indexed again" "0 1" emitted rel -o out-copy --images copy

# --- an archive -----------------------------------------------------------------------------------
python3 make.py zipped.zip a.png b.png
mixed zipped --images zipped.zip
check_exit "archive" 0 emitted zipped -o out-zipped --verify-pictures
python3 - <<'PY'
import os
s = os.stat("zipped.zip")
b = bytearray(open("zipped.zip", "rb").read())
at = b.find(b"\x00\x07\x09")
b[at + 4] ^= 1 # a pixel: the CRC of the member tells
open("zipped.zip", "wb").write(b)
os.utime("zipped.zip", ns=(s.st_atime_ns, s.st_mtime_ns))
PY
check_exit "archive: a byte" 1 emitted zipped -o out-zipped
check_is "archive: the other picture" "1 " "$(answers out-zipped)"
touch zipped.zip
check_exit "archive: another time" 2 emitted zipped -o out-zipped
mkdir apart && cp zipped/data.json apart/ && python3 make.py linked.zip a.png b.png
rsift index apart --reader llava --name apart --licence CC0-1.0 --workspace ws-apart --quiet >log 2>&1 &&
    rsift link apart --images linked.zip --workspace ws-apart --quiet >>log 2>&1 || fail "apart" log
printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\ndatasets: [{id: apart}]\n' >apart.yaml
rsift mix apart.yaml --workspace ws-apart --quiet >log 2>&1 || fail "apart: mix" log
check_exit "linked archive" 0 emitted apart -o out-apart
touch linked.zip
check_exit "linked archive: another time" 1 emitted apart -o out-apart
check_is "linked archive: no record" "" "$(answers out-apart)"

# --- the list of pictures --------------------------------------------------------------------------
python3 make.py plain a.png sub/b.png
mixed plain
for mode in link copy path; do
    check_exit "list, $mode" 0 emitted plain -o out-plain-$mode --images $mode
    python3 - out-plain-$mode $mode >log 2>&1 <<'PY' && pass "list, $mode" || fail "list, $mode" log
import json, os, sys
out, mode = sys.argv[1:]
lines = [json.loads(l) for l in open(out + "/pictures.jsonl")]
records = json.load(open(out + "/train.json"))
assert sorted(l["name"] for l in lines) == [l["name"] for l in lines] == sorted(r["image"] for r in records)
for l in lines:
    path = os.path.join(out, "images", l["name"]) # an absolute name stays as it is
    assert os.path.getsize(path) == l["bytes"] and len(l["xxh3_128"]) == 32, l
    assert l["how"] == {"link": "linked", "copy": "copied", "path": "in place"}[mode]
assert "pictures.jsonl" in [f["name"] for f in json.load(open(out + "/manifest.json"))["files"]]
PY
done
check_is "list: one hash however it got there" "$(sed 's/.*xxh3/xxh3/' out-plain-link/pictures.jsonl)" \
    "$(sed 's/.*xxh3/xxh3/' out-plain-copy/pictures.jsonl)"
cp -R plain nohash
mixed nohash --no-hash
check_exit "no hashes: linked" 0 emitted nohash -o out-nohash
check_is "no hashes: the list does not invent one" 2 "$(grep -c '"xxh3_128":null' out-nohash/pictures.jsonl)"
check_exit "no hashes: nothing to verify with" 2 emitted nohash -o out-nohash --verify-pictures
check_says "no hashes: says so" "without --no-hash"

# --- names ------------------------------------------------------------------------------------------
long=$(printf '%0250d' 0)
composed=$(printf 'd\303\251.png') decomposed=$(printf 'de\314\201.png')
python3 make.py names.zip A.png a.png a~2.png "$composed" "$decomposed" x.png/y.png -dash.png 'per%cent%20.png' \
    CON.png 'dot..png' ' space .png' "$long.png" x.png
mixed names --images names.zip
check_exit "names" 1 emitted names -o out-names --images copy --threads 1
# a record whose picture's folder is a file of another, and the two whose names are one in composed Unicode
check_is "names: what cannot be told apart is left out" 3 "$(wc -l <out-names/dropped.jsonl | tr -d ' ')"
check_exit "names, threads" 1 emitted names -o out-names4 --images copy --threads 4
check_same "names: whatever the threads" out-names/train.json out-names4/train.json
python3 - >log 2>&1 <<'PY' && pass "names: each its own picture" || fail "names" log
import json, unicodedata, zlib
seen = set()
for r in json.load(open("out-names/train.json")):
    folded = unicodedata.normalize("NFC", r["image"]).lower()
    assert folded not in seen, folded
    seen.add(folded)
    b = open("out-names/images/" + r["image"], "rb").read()
    at = b.index(b"IDAT")
    shade = zlib.decompress(b[at + 4:])[1]
    assert r["conversations"][1]["value"] == "answer %d" % shade, r
assert len(seen) == 10
PY
# names of annotations lead nowhere but into the output
mkdir up && printf '[{"id":"0","image":"../../../up.png","conversations":[{"from":"human","value":"<image>\\nWhat?"},{"from":"gpt","value":"answer 0"}]}]' >up/data.json
python3 make.py ups up.png && rm ups/data.json
rsift index up --reader llava --name up --licence CC0-1.0 --workspace ws-up --quiet >log 2>&1
rsift link up --images ups --workspace ws-up --quiet >>log 2>&1
printf 'recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets: [{id: up}]\n' >up.yaml
rsift mix up.yaml --workspace ws-up --quiet >>log 2>&1
mkdir deep
emitted up -o deep/out --images copy >>log 2>&1
check_is "a name with ..: nothing outside" "out" "$(ls deep)"
check_is "a name with ..: nothing here" "" "$(ls up.png ../up.png 2>/dev/null)"

# names as they are on a disk: the loaders of trainers open each by the path in the record
line=$(printf 'line\nfeed.png')
python3 make.py hostile -dash.png "$line" 'per%0Acent.png' 'CON' 'dot..png' ' space .png' "$long.png" \
    'a > b.png' "$composed"
mixed hostile
for mode in link path; do
    check_exit "hostile names, $mode" "0 1" emitted hostile -o "$work/out-hostile-$mode" --images $mode
    python3 - out-hostile-$mode $mode >log 2>&1 <<'PY' && pass "hostile names, $mode" || fail "hostile names, $mode" log
import json, os, sys
out, mode = sys.argv[1:]
records = json.load(open(out + "/train.json"))
for r in records:
    path = os.path.join(out, "images", r["image"]) # LLaVA: os.path.join(image_folder, image)
    assert open(path, "rb").read(4) == b"\x89PNG", path
assert len(records) >= 7, len(records)
PY
done

# --- the folder ---------------------------------------------------------------------------------------
check_exit "folder: first" 0 emitted plain -o set --images copy
echo mine >set/notes.txt && mkdir set/images/my && echo mine >set/images/my/a.png
python3 make.py fewer a.png
mixed fewer
check_exit "folder: another set" 0 rsift emit --format llava --model llava-1.5 --workspace ws-fewer -o set \
    --images copy
check_says "folder: tells what is not its own" "2 files in set are not rsift's"
check_is "folder: what is there" ".rsift-output README.md contact-sheet.html images/fewer/a.png images/my/a.png ledger.parquet manifest.json notes.txt pictures.jsonl train.json " \
    "$(cd set && find . ! -type d | sed 's|^./||' | LC_ALL=C sort | tr '\n' ' ')"
check_is "folder: somebody's file" mine "$(cat set/notes.txt)"
check_exit "folder: another format" 0 rsift emit --format ms-swift --model llava-1.5 --workspace ws-fewer -o set \
    --images copy --quiet
[ ! -f set/train.json ] && pass "folder: no file of the other format" || fail "folder: train.json is still there"
echo mine >set/train.json
check_exit "folder: somebody's file stands there" 2 emitted fewer -o set --images copy
check_says "folder: names it" "set/train.json was not written by rsift"
check_is "folder: and it stays" mine "$(cat set/train.json)"
rm -rf set/train.json set/images/fewer
mkdir photos && cp plain/a.png photos/ && ln -s ../../photos set/images/fewer
check_exit "folder: a link in it" 2 emitted fewer -o set --images copy
check_is "folder: behind the link" "a.png" "$(ls photos)"
for folder in / ws-fewer ws-fewer/parts ws-fewer/new . fewer ..; do
    check_exit "folder: $folder" 2 emitted fewer -o $folder
done
ln -s fewer to-release && ln -s nowhere to-nothing
for folder in to-release to-nothing to-release/ fewer/a.png; do
    check_exit "folder: $folder" 2 emitted fewer -o $folder
done
check_is "folder: the release is as it was" "a.png data.json " "$(ls -A fewer | tr '\n' ' ')"
# a killed emit: the next one removes what it left
rm -rf set && mkdir -p set/images/plain && printf '' >set/images/plain/old.png
printf '%s\n%s\n' "$(head -1 out-plain-copy/.rsift-output)" images/plain/old.png >set/.rsift-output
check_exit "folder: after a kill" 0 emitted fewer -o set --images copy
[ ! -e set/images/plain ] && pass "folder: what a kill left" || fail "folder: set/images/plain is still there"
if [ "$(id -u)" != 0 ]; then
    mkdir closed && chmod a-w closed
    check_exit "folder: may not be written" 2 emitted fewer -o closed
fi
# a full disk
if mkdir small && mount -t tmpfs -o size=12k none small 2>/dev/null; then
    check_exit "folder: a full disk" 2 emitted plain -o small/out --images copy
    [ ! -f small/out/train.json ] && pass "folder: no records" || fail "folder: records without pictures"
    umount small
else
    skip "folder: a full disk (no tmpfs here)"
fi
# two at once: one works, or says who holds the folder
python3 make.py many $(seq -f '%g.png' 300)
mixed many
emitted many -o both --images copy >one.log 2>&1 &
pid=$!
code=0
emitted many -o both --images copy >two.log 2>&1 || code=$?
wait $pid || code="$code $?"
case "$code" in
0) pass "two at once" ;;
2 | "0 2") if grep -q "held by pid" one.log two.log; then pass "two at once"; else fail "two at once" one.log two.log; fi ;;
*) fail "two at once: $code" one.log two.log ;;
esac
check_is "two at once: one complete output" 300 "$(find both/images -type f | wc -l | tr -d ' ')"
finish
