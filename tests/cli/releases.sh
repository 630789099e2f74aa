# Releases: what lies under a path is recognised, several are never made one, and nothing that is
# one's own becomes a benchmark by its file names.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
"$RSIFT_SYNTH" pictures --out pictures --images 4 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
index() { "$RSIFT_BIN" index "$@" --quiet; }

# Two caption sets with files of one name.
captions()
{
    printf '{"images":[{"filename":"1.tif","imgid":0,"split":"train","sentences":[{"raw":"%s","tokens":["x"],"sentid":0,"imgid":0}],"sentids":[0]}],"dataset":"x"}' "$1"
}
mkdir -p both/one both/two
captions "a field" >both/one/dataset.json
captions "a street" >both/two/dataset.json
check_exit "two releases of one name" 2 index both --dataset ucm-captions --workspace ws
check_says "two releases: both are named" 'two releases fit ucm-captions: "one/dataset.json" and "two/dataset.json"'
check_exit "one of them" 0 index both/one --dataset ucm-captions --workspace ws
check_is "one of them: its record" "a field" "$(one ws "SELECT text v FROM turn")"
check_exit "two datasets that fit equally" 2 index both/one --workspace ws2
check_says "a tie lists its datasets" "sydney-captions, ucm-captions fit these files equally well"
rm -rf ws

# As many pictures as one of them has: it is that one.
mkdir -p sydney/imgs
captions "a street" >sydney/dataset.json
i=0
while [ $i -lt 613 ]; do i=$((i + 1)); : >sydney/imgs/$i.tif; done
check_exit "pictures are counted" 0 index sydney --workspace ws2 --no-hash
check_is "pictures are counted: Sydney has 613" sydney-captions "$(one ws2 "SELECT DISTINCT dataset v FROM sample")"
rm -rf ws2

# Two editions of one dataset.
mkdir -p editions/train/labelTxt-v1.0/labelTxt editions/train/labelTxt-v1.5/DOTA-v1.5_train
printf '2 2 20 2 20 20 2 20 ship 0\n' | tee editions/train/labelTxt-v1.0/labelTxt/P0001.txt \
    >editions/train/labelTxt-v1.5/DOTA-v1.5_train/P0001.txt
for way in "" "--dataset dota"; do
    # shellcheck disable=SC2086
    check_exit "two editions $way" 2 index editions $way --workspace ws2
    check_says "two editions $way: which there are" "dota@v1.5, dota@v1.0"
    check_says "two editions $way: what to type" "--dataset dota --release v1.5"
done
check_exit "one edition" 0 index editions --dataset dota --release v1.0 --workspace ws2
check_is "one edition" "dota@v1.0" "$(one ws2 "SELECT DISTINCT release_id v FROM sample")"
rm -rf ws2

# The same release twice: a folder and the archive that it was unpacked from.
"$RSIFT_SYNTH" release rsvqa --images 6 --side 32 --out twice/folder >/dev/null
"$RSIFT_SYNTH" release rsvqa --images 6 --side 32 --container zip --out twice/r.zip >/dev/null
check_exit "two copies of a release" 2 index twice --workspace ws
check_says "two copies: what to do" "name the folder or file of one"

# Names of another class data set do not fit.
mkdir -p CLRS/beach
cp "$1" CLRS/beach/beach_100_Level1_0.60m.tif
cp "$2" CLRS/beach/beach_101_Level1_0.53m.tif
check_exit "clrs: scan" 0 "$RSIFT_BIN" scan CLRS
check_says "clrs is clrs" "clrs"
if grep -q uc-merced "$work/.out"; then fail "clrs is uc-merced too" "$work/.out"; else pass "clrs is nothing else"; fi

# Several releases below one folder.
mkdir many
"$RSIFT_SYNTH" release rsvqa --images 6 --side 32 --out many/a >/dev/null
"$RSIFT_SYNTH" release vrsbench --images 6 --side 32 --out many/b >/dev/null
check_exit "several releases" 2 index many --workspace ws
check_says "several releases are counted and named" "2 releases lie here: "
check_says "and what to type" "--dataset"
check_exit "one of several by name" 0 index many --dataset vrsbench --workspace ws
check_is "only that one" vrsbench "$(one ws "SELECT string_agg(DISTINCT dataset, ' ') v FROM sample")"
rm -rf ws

# A release by a folder of its own, by a file, and by an archive that was made inside: the same ids.
mkdir -p in/RSIEval/images
cp "$1" in/RSIEval/images/P0001_0001.png
cp "$2" in/RSIEval/images/P0002_0001.png
cat >in/RSIEval/annotations.json <<'JSON'
{"annotations": [{"filename": "P0001_0001.png", "caption": "A road.", "qa_pairs": [{"question": "A road?", "answer": "Yes.", "type": "presence"}]},
 {"filename": "P0002_0001.png", "caption": "A field.", "qa_pairs": [{"question": "A road?", "answer": "No.", "type": "presence"}]}]}
JSON
(cd in/RSIEval && python3 -m zipfile -c ../../RSIEval.zip annotations.json images) || exit 1
mkdir -p inside/RSIEval && (cd in/RSIEval && python3 -m zipfile -c ../../inside/RSIEval/all.zip annotations.json images)
ids()
{
    rm -rf wsi
    check_exit "$1: index" 0 index "$1" --workspace wsi
    "$RSIFT_BIN" query --workspace wsi --json "SELECT sample_id, file, asset_id, path, state FROM sample
        JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id) ORDER BY ALL" >"$2"
}
ids in whole.json
mkdir beside && cp RSIEval.zip beside/
for way in in/RSIEval RSIEval.zip inside/RSIEval/all.zip inside/RSIEval inside beside; do
    ids "$way" part.json
    check_same "$way: the ids of the whole" whole.json part.json
done
check_exit "one file of it" 0 index in/RSIEval/annotations.json --workspace wsf
check_is "one file of it: the same samples" "$("$RSIFT_BIN" query --workspace wsi --json "SELECT sample_id v FROM sample ORDER BY 1")" \
    "$("$RSIFT_BIN" query --workspace wsf --json "SELECT sample_id v FROM sample ORDER BY 1")"
check_exit "its pictures beside it" 0 index in/RSIEval/annotations.json --images in/RSIEval/images --workspace wsp
check_is "its pictures beside it: found" 2 "$(one wsp "SELECT count(*) v FROM asset WHERE state = 'found'")"
check_is "its pictures beside it: the same" "$(one wsi "SELECT string_agg(asset_id::VARCHAR, ' ' ORDER BY 1) v FROM asset")" \
    "$(one wsp "SELECT string_agg(asset_id::VARCHAR, ' ' ORDER BY 1) v FROM asset")"
check_exit "emit from a folder of it" 0 "$RSIFT_BIN" emit --eval rsieval --format qwen --model qwen3-vl \
    -o q --workspace wsi --quiet
check_is "emit: every question" 4 "$(grep -c . q/truth.jsonl)"

# Tiles of one's own that are called as DOTA's are.
mkdir -p own/images own/labelTxt
for i in 1 2 3; do
    cp "$1" own/images/P000$i.png
    printf '2 2 20 2 20 20 2 20 my-class 0\n' >own/labelTxt/P000$i.txt
done
check_exit "own tiles" 2 index own --workspace ws
check_says "own tiles: what to type" "your own data: --name mine"
check_exit "own tiles: scan" 0 "$RSIFT_BIN" scan own
check_says "own tiles: half sure" "50"
check_exit "own tiles by their reader" 0 index own --reader dota --name mine --workspace ws
check_is "own tiles are for training" "train" "$(one ws "SELECT string_agg(DISTINCT role, ' ') v FROM sample")"
rm -rf ws
finish
