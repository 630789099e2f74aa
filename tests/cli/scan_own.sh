# scan names the reader of every file of one's own, and the line that indexes it works when pasted.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
PATH=$(dirname "$RSIFT_BIN"):$PATH
export PATH

# pasted NAME PATH N: scans, runs every command as it is printed, expects N of them
pasted()
{
    check_exit "$1: scan" 0 rsift scan "$2"
    cp "$work/.out" scanned
    check_is "$1: 80 columns" 0 "$(grep -v "'" scanned | awk 'length($0) > 80' | wc -l | tr -d ' ')"
    # a command goes on behind a backslash
    awk '/^    rsift index/ || more { print; more = /\\$/ }' scanned >commands
    check_is "$1: how many commands" "$3" "$(grep -c '^    rsift index' commands)"
    rm -rf ws
    printf 'set -e\nrsift() { command rsift "$@" --workspace ws --quiet; }\n' | cat - commands >run.sh
    check_exit "$1: all of them work" 0 sh run.sh
    readers=$(one ws "SELECT string_agg(reader || ' ' || n, ', ' ORDER BY reader) v FROM
        (SELECT reader, sum(n) n FROM (SELECT DISTINCT release_id, reader FROM reading) JOIN
        (SELECT release_id, count(*) n FROM sample GROUP BY ALL) USING (release_id) GROUP BY reader)")
}

"$RSIFT_SYNTH" pictures --out pictures --images 4 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
coco() { printf '{"images":[{"id":1,"file_name":"P1.png","width":64,"height":64}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1,"name":"ship"}]}'; }
xml() { printf '<annotation><filename>%s</filename><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>' "$1"; }
chat() { printf '[{"id":"1","image":"P1.png","conversations":[{"from":"human","value":"<image>\\nhi"},{"from":"gpt","value":"yo"}]}]'; }

# --- several kinds in one folder ------------------------------------------------------------------------
mkdir -p "own data/img" "own data/xml" "own data/labelTxt" "own data/json"
for i in 1 2; do
    cp "$1" "own data/img/P$i.png"
    xml P$i.png >"own data/xml/P$i.xml"
    echo '1 1 5 1 5 5 1 5 ship 0' >"own data/labelTxt/P$i.txt"
    shift
done
coco >"own data/json/a boat's.json"
coco >"own data/json/b.json"
chat >"own data/json/chat.json"
printf 'img,caption\nP1.png,"a road, wide"\n' >"own data/json/captions.csv"
printf '{"img_path":"P1.png","question":"what?","answer":"a road"}\n' >"own data/json/qa.jsonl"
echo '{"type":"FeatureCollection","features":[]}' >"own data/json/map.json"
echo '{"images":[{"id":1,"file_name":"P1.png"}],"annotations":[{"image_id":1,"caption":"a"}]}' >"own data/json/told.json"
: >"own data/json/empty.json"
echo 'ship, plane' >"own data/json/classes.txt"
pasted "several kinds" "own data" 8
check_is "several kinds: each by its reader" "coco 3, dota 2, llava 1, records 2, voc 2" "$readers"
check_is "several kinds: every picture is found" 0 "$(one ws "SELECT count(*) v FROM asset WHERE state <> 'found'")"
check_is "several kinds: what no reader takes" "GeoJSON, empty" \
    "$(sed -n 's/^  json.*: \(GeoJSON\|COCO captions\|empty\)$/\1/p' scanned | sort | paste -sd, | sed 's/,/, /g')"

# --- one kind in its folder, one file, a zip ------------------------------------------------------------
mkdir -p "dös/train/images" "dös/train/labelTxt" one
cp "$1" "dös/train/images/P1.png" && echo '1 1 5 1 5 5 1 5 ship 0' >"dös/train/labelTxt/P1.txt"
pasted "one kind, nested" "dös/" 1
check_is "one kind, nested: read" "dota 1" "$readers"
check_is "one kind, nested: its picture" 1 "$(one ws "SELECT count(*) v FROM asset WHERE state = 'found'")"
coco >one/-x.json
pasted "one file" one/-x.json 1
check_is "one file: read" "coco 1" "$readers"
(cd one && mv ./-x.json x.json && pasted "one file, by its name alone" x.json 1; [ "$n_failed" = 0 ]) || fail "one file, by its name alone"
(cd "dös" && python3 -m zipfile -c ../d.zip train)
pasted "a zip" d.zip 1
check_is "a zip: read" "dota 1" "$readers"

# --- pictures alone -------------------------------------------------------------------------------------
mkdir -p classes/airport classes/beach pairs/A pairs/B
cp "$1" classes/airport/1.png && cp "$2" classes/beach/2.png && cp "$1" pairs/A/1.png && cp "$2" pairs/B/1.png
pasted "class folders" classes 1
check_is "class folders: read" "folder 2" "$readers"
pasted "before and after" pairs 1
check_is "before and after: read" "pairs 1" "$readers"

# --- a table whose fields do not tell, and what rsift itself wrote there ---------------------------------
mkdir -p mine/img
printf 'tile,question,antwort\nP1.png,a,b\n' >t.csv
check_exit "a table of strange fields" 0 rsift scan t.csv
check_says "its fields are named" "tile,question,antwort"
printf 'img_name,question,answer\nP1.png,"a, or b?",b\n' >mine/qa.csv
cp "$1" mine/img/P1.png
pasted "a table of known fields" mine 1
check_is "a table of known fields: read" "records 1" "$readers"
# the usual way: the workspace and the output lie in the folder of the data
(
    cd mine || exit 1
    index() { rsift index . --reader records --name mine --param image=img_name --param question=question --param answer=answer --licence MIT; }
    index && printf 'name: m\ndatasets:\n  - {id: mine}\n' >r.yaml && rsift mix r.yaml && rsift emit --format llava --model llava-1.5 -o out &&
        rsift emit --format llava --model llava-1.5 -o out2 && cmp out/train.json out2/train.json && index
) >log 2>&1 || fail "beside a workspace and an output" log
check_is "neither is read" "3 complete" "$(one mine/rsift-work "SELECT (SELECT count(*) FROM finding WHERE code = 'own-output') || ' ' ||
    (SELECT min(CASE WHEN seen = used THEN 'complete' ELSE 'not' END) FROM reading) v")"
pasted "beside a workspace and an output" mine 1
finish
