# What emit does with pictures and folders that are not as expected: two pictures of one output name,
# two names of one picture, a picture that cannot be written, and output folders that are not rsift's.
# Covers src/emit: pictures.c, write.c, replay.c, output.c, contact_sheet.c, manifest.c, ledger.c, card.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# Pictures: 8 x 8 red PNG, 4 x 4 green PNG, 2 x 2 blue TIFF of 16 bits (emit renders it to PNG).
red_png=iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mP4z8CAFTEMLQkAKP8/wc53yE8AAAAASUVORK5CYII=
green_png=iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAD0lEQVR42mNg+M+AQMRxAJ6jD/HczNhPAAAAAElFTkSuQmCC
blue_tiff=SUkqAAgAAAAKAAABAwABAAAAAgAAAAEBAwABAAAAAgAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAAjAAAABUBAwABAAAAAwAAABYBAwABAAAAAgAAABcBBAABAAAAGAAAABwBAwABAAAAAQAAAAAAAAAQABAAEAAAAAAA//8AAAAA//8AAAAA//8AAAAA//8=
picture()
{
    mkdir -p "$(dirname "$2")" && printf %s "$1" | base64 -d >"$2"
}

# question ID 'IMAGE' -> a LLaVA record; IMAGE is JSON
question()
{
    printf '{"id":"%s","image":%s,"conversations":[{"from":"human","value":"%s\\nWhat is it in %s?"},' \
        "$1" "$2" "$3" "$1"
    printf '{"from":"gpt","value":"answer %s"}]}' "$1"
}

# emitted NAME OUT OPTIONS...
emitted()
{
    id=$1 out=$2
    shift 2
    rsift emit --format llava --model llava-1.5 --workspace "ws-$id" -o "$out" --quiet "$@"
}

# --- two pictures of one output name -------------------------------------------------------------
picture $red_png coll/images/x.png
picture $blue_tiff coll/images/x.tif
{
    printf '['
    question a '"images/x.png"' '<image>'
    printf ',\n'
    question b '"images/x.tif"' '<image>'
    printf ']'
} >coll/data.json
mixed coll
for mode in copy auto link; do
    check_exit "names, $mode" 0 emitted coll out-coll-$mode --images $mode
    check_is "names, $mode: the PNG keeps its name" "$(sha256sum <coll/images/x.png)" \
        "$(sha256sum <out-coll-$mode/images/coll/images/x.png)"
    [ -f out-coll-$mode/images/coll/images/x.tif.png ] && pass "names, $mode: the TIFF has its own" ||
        fail "names, $mode: no x.tif.png"
    check_is "names, $mode: each record its own picture" 1 \
        "$(grep '"image":"coll/images/x.tif.png"' out-coll-$mode/train.json | grep -c 'answer b')"
done
rm coll/images/x.png
mixed coll # alone, it has the short name
check_exit "names: no other picture" 1 emitted coll out-coll-alone --images copy
[ -f out-coll-alone/images/coll/images/x.png ] && pass "names: alone" || fail "names: alone, no x.png"

# --- two names of one picture: two datasets are linked to one archive -------------------------------
mkdir im && picture $red_png im/a.png
tar -cf pictures.tar im
for name in one two; do
    mkdir $name
    {
        printf '['
        question $name "\"$name/im/a.png\"" '<image>'
        printf ']'
    } >$name/data.json
    rsift index $name --reader llava --name $name --licence CC0-1.0 --workspace ws-names --quiet >log 2>&1 &&
        rsift link $name --images pictures.tar --workspace ws-names --quiet >>log 2>&1 || fail "two names: $name" log
done
printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\ndatasets: [{id: one}, {id: two}]\n' >names.yaml
rsift mix names.yaml --workspace ws-names --quiet >log 2>&1 || fail "two names: mix" log
for mode in copy auto; do
    check_exit "two names of one picture, $mode" 0 emitted names out-names-$mode --images $mode
    check_is "two names, $mode: both records" 2 "$(grep -c '"id"' out-names-$mode/train.json)"
    for file in one/one/im/a.png two/two/im/a.png; do
        check_is "two names, $mode: $file" "$(sha256sum <im/a.png)" "$(sha256sum <out-names-$mode/images/$file)"
    done
done

# --- a picture that cannot be written --------------------------------------------------------------
picture $red_png bad/good.png
python3 - bad/bad.png <<'PY' # a complete file: its pixels are no compressed data
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
open(sys.argv[1], "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", b"no pixels at all") + chunk(b"IEND", b""))
PY
{
    printf '['
    question a '"good.png"' '<image>'
    printf ',\n'
    question b '"bad.png"' '<image>'
    printf ']'
} >bad/data.json
mixed bad
for format in llava ms-swift internvl; do
    model=llava-1.5
    [ $format = internvl ] && model=internvl
    rm -rf out-bad
    check_exit "failed picture, $format" 1 rsift emit --format $format --model $model --images copy \
        --workspace ws-bad -o out-bad --quiet
    check_is "failed picture, $format: no record of it" 0 "$(cat out-bad/train.json* | grep -c 'answer b')"
    check_is "failed picture, $format: the other record" 1 "$(cat out-bad/train.json* | grep -c 'answer a')"
    check_is "failed picture, $format: dropped.jsonl" 1 \
        "$(grep -c '"reason":"picture-failed"' out-bad/dropped.jsonl)"
    check_is "failed picture, $format: manifest" 1 \
        "$(grep -c '"records":1,.*"dropped":{"picture-failed":1}' out-bad/manifest.json)"
    check_is "failed picture, $format: its reason" 1 "$(grep -c '^bad/bad.png: ' out-bad/pictures-failed.txt)"
done
check_is "failed picture: InternVL counts what is written" 1 "$(grep -c '"length": 1' out-bad/meta.json)"
check_exit "failed picture, eval" 1 rsift emit --eval bad --format llava --model llava-1.5 --images copy \
    --workspace ws-bad -o out-bad-eval --quiet
check_is "failed picture, eval: the truth tells of the other" 1 \
    "$(grep -c '"not_written":"picture-failed"' out-bad-eval/truth.jsonl)"
check_is "failed picture, eval: truth as the questions" 1 "$(grep -vc not_written out-bad-eval/truth.jsonl)"
check_is "failed picture, eval: questions" 1 "$(grep -c '"id"' out-bad-eval/train.json)"

# --- a sample that is wanted twice and cannot be written is dropped once -------------------------------
mkdir gone
{
    printf '['
    question a '"nowhere.png"' '<image>'
    printf ']'
} >gone/data.json
mixed gone
printf 'recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets: [{id: gone, samples: 2, repeats: 2}]\n' >gone.yaml
rsift mix gone.yaml --workspace ws-gone --quiet >log 2>&1 || fail "dropped once: mix" log
check_exit "dropped once" 1 emitted gone out-gone
check_is "dropped once: the ledger repeats it" 2 "$(one ws-gone "SELECT max(n_repeats) v FROM ledger")"
check_is "dropped once: one line" 1 "$(wc -l <out-gone/dropped.jsonl | tr -d ' ')"
check_is "dropped once: an array without records" "[ ]" "$(tr '\n' ' ' <out-gone/train.json | sed 's/ $//')"

# --- output folders --------------------------------------------------------------------------------
picture $red_png home/a.png
{
    printf '['
    question a '"a.png"' '<image>'
    printf ']'
} >home/train.json
mkdir notes && echo "mine" >notes/README.md
cp -R home kept
mixed home
for folder in home notes; do
    cp -R $folder before-$folder
    check_exit "emit on $folder" 2 emitted home $folder
    check_says "emit on $folder: says why" "name a new or an empty folder"
    if diff -r before-$folder $folder >log; then pass "emit on $folder: nothing changed"; else fail "emit on $folder" log; fi
done
mkdir empty
check_exit "an empty folder" 0 emitted home empty
check_exit "again" 0 emitted home empty
check_exit "a new folder" 0 emitted home new/deep/out
rm new/deep/out/.rsift-output # as an older rsift left it
check_exit "an older output" 0 emitted home new/deep/out
rm empty/manifest.json # as a killed emit leaves it
check_exit "an unfinished output" 0 emitted home empty
check_exit "-o on a file" 2 emitted home home/train.json
printf '{"schema":"somebody.else/1"}' >notes/manifest.json
check_exit "another program's manifest" 2 emitted home notes

# --- the documents say what lies there ---------------------------------------------------------------
listed()
{
    sed -n 's/^  {"name":"\([^"]*\)","bytes":\([0-9]*\),"xxh3_128":"[0-9a-f]\{32\}"}.*/\1 \2/p' "$1/manifest.json" | sort
}
on_disk()
{
    (cd "$1" && find . -type f ! -path './images/*' ! -name manifest.json ! -name .rsift-output | sed 's|^\./||' |
        sort | while IFS= read -r file; do echo "$file $(wc -c <"$file" | tr -d ' ')"; done)
}
for folder in out-bad out-coll-copy out-bad-eval; do
    listed $folder >listed
    on_disk $folder | sort >found
    check_same "manifest of $folder: every file and its size" found listed
done
check_is "card: the reason" 1 "$(grep -c '^| picture-failed | 1 |$' out-bad/README.md)"
check_is "card: the picture" 1 "$(grep -c 'failed 1$' out-bad/README.md)"
check_is "ledger: Parquet" PAR1 "$(head -c 4 out-bad/ledger.parquet)"

# --- files of one relative path in the release and in the pictures ---------------------------------
mkdir both
printf 'about the texts\n' >both/README.md
printf 'about the pictures, longer\n' >pictures-readme
picture $red_png apart/p.png
cp pictures-readme apart/README.md
{
    printf '['
    question a '"p.png"' '<image>'
    printf ']'
} >both/data.json
mixed both --images apart
check_exit "equal relative paths" 0 emitted both out-both
# what lies among the pictures and was never read may change; what belongs to the release may not
printf 'changed\n' >>apart/README.md
check_exit "equal relative paths: notes among the pictures" 0 emitted both out-both
printf 'changed\n' >>both/README.md
check_exit "equal relative paths: a change is seen" 2 emitted both out-both
check_says "equal relative paths: names the file" "both/README.md"

# --- the contact sheet shows each record's own picture ----------------------------------------------
picture $red_png rsvg/a.png
picture $green_png z-rsvg/a.png
for name in rsvg z-rsvg; do
    {
        printf '['
        question $name '"a.png"' '<image>'
        printf ']'
    } >$name/data.json
    rsift index $name --reader llava --name $name --licence CC0-1.0 --workspace ws-pair --quiet >log 2>&1 || fail "index $name" log
done
printf 'recipe: 1\nname: m\nlicence: any\ndatasets: [{id: rsvg}, {id: z-rsvg}]\n' >pair.yaml
rsift mix pair.yaml --workspace ws-pair --quiet >log 2>&1 || fail "mix pair" log
for format in llava ms-swift; do
    for root in "" images /data/set; do
        check_exit "sheet, $format, root \"$root\"" 0 rsift emit --format $format --model llava-1.5 \
            --image-root "$root" --workspace ws-pair -o out-pair --quiet
        check_is "sheet, $format, root \"$root\": red" 1 "$(grep -o '>rsvg/a.png · 8 × 8 px' out-pair/contact-sheet.html | wc -l | tr -d ' ')"
        check_is "sheet, $format, root \"$root\": green" 1 "$(grep -o '>z-rsvg/a.png · 4 × 4 px' out-pair/contact-sheet.html | wc -l | tr -d ' ')"
    done
done
# --- an output of rsift whose pictures became somebody's data -----------------------------------------
check_exit "own source: a first output" 0 rsift emit --format llava --model llava-1.5 --images copy \
    --workspace ws-pair -o out-own --quiet
mkdir again && cp z-rsvg/data.json again/data.json
rsift index again --reader llava --name again --licence CC0-1.0 --images out-own/images/z-rsvg --workspace ws-own --quiet >log 2>&1 || fail "index again" log
printf 'recipe: 1\nname: m\nlicence: any\ndatasets: [{id: again}]\n' >own.yaml
rsift mix own.yaml --workspace ws-own --quiet >log 2>&1 || fail "mix own" log
cp out-own/images/z-rsvg/a.png kept.png
check_exit "own source: refused" 2 rsift emit --format llava --model llava-1.5 --workspace ws-own -o out-own --quiet
check_says "own source: says why" "is or holds indexed data"
check_is "own source: the picture is still there" "" "$(cmp kept.png out-own/images/z-rsvg/a.png)"

# --- a mixture whose parts are gone is not a smaller training set --------------------------------------
rm -rf ws-pair/parts/z-rsvg*
check_exit "parts that are gone" 2 rsift emit --format llava --model llava-1.5 --workspace ws-pair -o out-gone --quiet
check_says "parts that are gone: counted" "keeps 2 samples and the workspace holds 1"

# --- a folder in the manifest's position -----------------------------------------------------------------
mkdir -p odd/manifest.json
check_exit "manifest.json is a folder" 2 rsift emit --format llava --model llava-1.5 --workspace ws-own -o odd --quiet
check_says "manifest.json is a folder: refused" "not an output of rsift emit"
check_exit "no name of a folder" 2 emitted coll ''
check_says "no name of a folder: what to do" "name a folder with -o"
mkdir waits
mkfifo waits/.rsift-output
echo mine >waits/train.json
check_exit "a FIFO is no mark, and not waited for" 2 timeout 20 "$RSIFT_BIN" emit --format llava --model llava-1.5 \
    --workspace ws-coll -o waits --quiet
finish
