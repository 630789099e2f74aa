# Unknown is never empty: each way to lose an object, from the file to the training record. A picture
# whose list of objects is not known to be whole is asked nothing that lists, counts or denies them.
# Covers model/sample.c, geom/visible.c, readers (coco, voc, dota, vhr, folder, records), checks and render/task.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "complete: no python3 to write pictures with"; finish; }
cat >make.py <<'PY'
import little, sys
width = int(sys.argv[1])
for path in sys.argv[2:]:
    little.write_png(path, width, [bytes((x * 2 + y + len(path)) % 256 for x in range(3 * width)) for y in range(50)])
PY
python3 make.py 100 img/1.png img2/1.png img2/22.png
printf 'name: m\nbudget: {samples: 100}\nmodel: qwen3-vl\ndatasets:\n  - {id: mine}\n' >recipe.yaml
images=img

look_at_all()
{
    mix_datasets
    [ ! -s "$(list audited)" ] || rsift audit --workspace all >in/audit
    while IFS='|' read -r mine name reason text <&3; do check_walk "$name" "$reason" "$text"; done 3<"$(list walks)"
    while IFS='|' read -r mine name reasons <&3; do check_is "$name" "$reasons" "$(ledger 4)"; done 3<"$(list reasons)"
    while IFS='|' read -r mine name finding <&3; do
        grep -q "^$mine *$finding" in/audit && pass "$name" || fail "$name" in/audit
    done 3<"$(list audited)"
    while IFS='|' read -r mine name <&3; do
        check_is "$name: no list is whole" "annotation-incomplete/list-parted " "$(ledger 5)"
        rsift emit --eval $mine --format qwen --model qwen3-vl -o in/$mine/eval --workspace all >.log 2>&1
        check_is "$name: the truths" "" "$(grep -vE '"(incomplete|withheld)":true|"not_written":' in/$mine/eval/truth.jsonl)"
    done 3<"$(list parted)"
    clear_datasets
}

# walk NAME REASON TEXT INDEX-ARGUMENTS: the one sample ends with this reason; TEXT stands in its
# record ("" = there is no record)
walk()
{
    room
    name=$1 reason=$2 text=$3
    shift 3
    dataset "$name" "$@" --images $images
    expect walks "$name" "$reason" "$text"
}
check_walk()
{
    name=$1 reason=$2 text=$3
    check_is "$name: the ledger's reason" "$reason" "$(ledger 2)"
    [ "$reason" != annotation-incomplete ] || check_is "$name: the ledger says what was lost" 0 "$(ledger 3)"
    records >record || :
    tr -d ' \\' <record >plain
    if [ -z "$text" ]; then
        check_is "$name: no record" 0 "$(wc -c <record | tr -d ' ')"
    else
        grep -qF -e "$text" record || grep -qF -e "$text" plain && pass "$name: the answer" ||
            fail "$name: the answer holds $text" record .log
    fi
    case $text in
    *none*) ;;
    *) check_is "$name: nothing is denied" 0 "$(grep -c 'There are none' record)" ;;
    esac
}

# ---- COCO: coco NAME REASON TEXT ANNOTATIONS [IMAGES [CATEGORIES]] -----------------------------------
pictures='[{"id":1,"file_name":"1.png"}]'
classes='[{"id":1,"name":"ship"},{"id":5,"name":"5"},{"id":6,"name":"737"}]'
coco()
{
    printf '{"images":%s,%s"categories":%s}' "${5-$pictures}" "$4" "${6-$classes}" >a.json
    walk "coco, $1" "$2" "$3" a.json --reader coco
}
lost=annotation-incomplete
object() { printf '{"image_id":1,"category_id":1,%s}' "$1"; }
sound=$(object '"bbox":[10,10,20,20]')
answer='"bbox_2d":[100,200,300,600],"label":"ship"'
none='There are none.'
coco "a box" kept "$answer" "\"annotations\":[$sound],"
coco "no objects" kept "$none" '"annotations":[],'
coco "no list" $lost "" ''
coco "null for the list" $lost "" '"annotations":null,'
coco "a polygon for the box" kept "$answer" "\"annotations\":[$(object '"segmentation":[[10,10,30,10,30,30,10,30]]')],"
coco "an empty box and a polygon" kept "$answer" \
    "\"annotations\":[$(object '"bbox":[],"segmentation":[[10,10,30,10,30,30]]')],"
coco "a polygon of two parts" kept "$answer" \
    "\"annotations\":[$(object '"segmentation":[[10,10,12,10,12,12],[20,20,30,20,30,30]]')],"
# 50 rows: 20 columns of 20 pixels from (10, 10) on
runs=$(python3 -c 'print("510," + ",".join(["20,30"] * 19) + ",20," + str(5000 - 510 - 19 * 50 - 20))')
coco "a mask for the box" kept "$answer" \
    "\"annotations\":[$(object "\"segmentation\":{\"size\":[50,100],\"counts\":[$runs]}")],"
coco "neither box nor polygon" $lost "" "\"annotations\":[$sound,$(object '"area":9')],"
coco "an empty box" $lost "" "\"annotations\":[$(object '"bbox":[]')],"
coco "text for a number" serious-finding "" "\"annotations\":[$sound,$(object '"bbox":[1,"NaN",3,4]')],"
coco "NaN" $lost "" "\"annotations\":[$(object '"bbox":[1,NaN,3,4]')],"
coco "ids as text" kept "$answer" "\"annotations\":[$sound]," '[{"id":"1","file_name":"1.png"}]'
coco "an orphan beside an object" kept "$answer" "\"annotations\":[$sound,{\"image_id\":9,\"category_id\":1,\"bbox\":[1,1,2,2]}],"
coco "an orphan of another kind of id" $lost "" "\"annotations\":[$sound,{\"image_id\":\"b\",\"category_id\":1,\"bbox\":[1,1,2,2]}],"
coco "an orphan" $lost "" "\"annotations\":[{\"image_id\":9,\"category_id\":1,\"bbox\":[1,1,2,2]}],"
coco "a row of no picture" $lost "" "\"annotations\":[{\"category_id\":1,\"bbox\":[1,1,2,2]}],"
coco "an unknown category" $lost "" "\"annotations\":[$sound,{\"image_id\":1,\"category_id\":9,\"bbox\":[1,1,2,2]}],"
told "the ledger says why" class-unknown "SELECT detail v FROM ledger JOIN sample USING (sample_id) WHERE dataset = '$mine'"
coco "a category of null" $lost "" "\"annotations\":[{\"image_id\":1,\"category_id\":null,\"bbox\":[1,1,2,2]}],"
coco "a category called by its id" $lost "" "\"annotations\":[{\"image_id\":1,\"category_id\":5,\"bbox\":[1,1,2,2]}],"
coco "an aircraft" kept '"label":"737"' "\"annotations\":[{\"image_id\":1,\"category_id\":6,\"bbox\":[1,1,9,9]}],"
coco "no height beside a sound box" $lost "" "\"annotations\":[$sound,$(object '"bbox":[1,1,5,0]')],"
coco "outside beside a sound box" kept "$answer" "\"annotations\":[$sound,$(object '"bbox":[100,1,5,5]')],"
coco "all outside" kept "$none" "\"annotations\":[$(object '"bbox":[100,1,5,5]')],"
coco "partly outside" kept '"bbox_2d":[900,0,1000,200]' "\"annotations\":[$(object '"bbox":[90,-5,50,15]')],"
told "it is counted" 1 "SELECT sum(n) v FROM finding WHERE code = 'region-clipped' AND release_id LIKE '$mine@%'"
printf '{"images":[{"id":1,"file_name":"1.png"}],"categories":[{"id":1,"name":"ship"}],"annotations":[%s,' "$sound" >a.json
walk "coco, a file cut short" $lost "" a.json --reader coco

coco "two names of one category" $lost "" "\"annotations\":[$sound]," "$pictures" '[{"id":1,"name":"ship"},{"id":1,"name":"plane"}]'
coco "a row twice" kept '[nt{"bbox_2d":[100,200,300,600],"label":"ship"}n]' \
    "\"annotations\":[$(object '"id":7,"bbox":[10,10,20,20]'),$(object '"id":7,"bbox":[10,10,20,20]')],"
told "its counts add up" "1 merged of 2" "SELECT printf('%d merged of %d', merged, seen) v FROM reading WHERE pass = 'annotations' AND seen = used + merged AND release_id LIKE '$mine@%'"
two='[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"22.png"}]'
images=img2
coco "a broken row of another picture" "annotation-incomplete kept" "$answer" \
    "\"annotations\":[$sound,$sound,{\"image_id\":2,\"bbox\":[1,NaN,3,4]}]," "$two"
coco "a picture without an id" kept "$answer" "\"annotations\":[$sound]," '[{"id":1,"file_name":"1.png"},{"file_name":"2.png"},null]'
coco "a broken row of no picture" "annotation-incomplete annotation-incomplete" "" \
    "\"annotations\":[$sound,{\"id\":2,\"bbox\":[1,NaN,3,4]}]," "$two"
# 3 of 10000 pixels are less than a step of thousandths
python3 make.py 10000 wide/1.png
images=wide
coco "flat at the model's step" degenerate-box "" "\"annotations\":[$(object '"bbox":[10,1,3000,40]'),$(object '"bbox":[5001,1,3,40]')],"
images=img

coco "a crowd beside a ship" $lost "" "\"annotations\":[$sound,$(object '"bbox":[1,1,60,40],"iscrowd":1')],"
told "a crowd: its finding" "region-crowd 1" "SELECT code || ' ' || n v FROM finding WHERE severity = 'warning' AND release_id LIKE '$mine@%'"
coco "no crowd" kept "$answer" "\"annotations\":[$(object '"bbox":[10,10,20,20],"iscrowd":0')],"
sed 's/"image_id":1/"image_id":77/' a.json >b.json
rm -rf ws
rsift index b.json --reader coco --images $images --name mine --param orphans=ignore --workspace ws >.log 2>&1
check_is "left out on purpose: complete" true "$(one ws "SELECT complete v FROM sample")"

# ---- one file for each picture -----------------------------------------------------------------------
voc()
{
    mkdir -p xml
    printf '<annotation><size><width>100</width><height>50</height></size>%s</annotation>' "$4" >xml/1.xml
    walk "voc, $1" "$2" "$3" xml --reader voc
}
place='<bndbox><xmin>10</xmin><ymin>10</ymin><xmax>30</xmax><ymax>30</ymax></bndbox>'
voc "a box" kept "$answer" "<object><name>ship</name>$place</object>"
voc "no objects, and no class has a name" classes-unknown "" ''
voc "below another element" kept "$answer" "<objects><object><name>ship</name>$place</object></objects>"
voc "points and a possible result" kept "$answer" "<objects><object><possibleresult><name>ship</name></possibleresult>
<points><point>10,10</point><point>30,10</point><point>30,30</point><point>10,30</point><point>10,10</point></points></object></objects>"
voc "another element" $lost "" "<Object><name>ship</name>$place</Object>"
voc "an object without a place" $lost "" "<object><name>ship</name></object>"
voc "an object without a name" $lost "" "<object>$place</object>"
voc "a class index" $lost "" "<object><name>3</name>$place</object>"
voc "text in a box" serious-finding "" "<object><name>ship</name>$place</object><object><name>ship</name><bndbox><xmin>a</xmin></bndbox></object>"

dota()
{
    mkdir -p txt
    printf "$4" >txt/1.txt
    walk "dota, $1" "$2" "$3" txt --reader dota
}
line='10 10 30 10 30 30 10 30 ship 0\n'
dota "a box" kept "$answer" "$line"
dota "no objects, and no class has a name" classes-unknown "" 'gsd:1\n'
dota "a broken line" serious-finding "" "${line}10 10 30\n"
dota "a line of YOLO's" $lost "" "${line}0 0.41 0.61 0.48 0.11 0.79 0.24 0.72 0.74\n"
dota "no area" $lost "" "${line}9 9 9 9 9 9 9 9 ship 0\n"

mkdir vhr && printf '(10,10),(30,30),1\n' >vhr/1.txt
walk "vhr, numbers and no list" $lost "" vhr --reader vhr
walk "vhr, a list" kept "$answer" vhr --reader vhr --param classes=ship

# ---- what is asked for are the classes that have boxes, not "all objects" -----------------------------
# asks NAME CLASSES: every question of out/ lists them
asks()
{
    check_is "$1: questions" 2 "$(grep -o '<image>' out/train.json* | wc -l | tr -d ' ')"
    check_is "$1: they name the classes" 2 "$(grep -o "$2" out/train.json* | wc -l | tr -d ' ')"
    check_is "$1: none asks for all objects" 0 "$(grep -cE 'every object|all objects (in|with)' out/train.json*)"
    check_is "$1: the empty picture" 1 "$(grep -o "$none" out/train.json* | wc -l | tr -d " ")"
}
put()
{
    rm -rf ws out
    rsift index "$@" --images img2 --name mine --licence CC-BY-4.0 --workspace ws >.log 2>&1 &&
        rsift mix recipe.yaml --workspace ws >.log 2>&1 &&
        rsift emit --format qwen --model qwen3-vl -o out --workspace ws >.log 2>&1 || fail "put $*" .log
}
two='[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"22.png"}]'
printf '{"images":%s,"annotations":[%s],"categories":[{"id":1,"name":"ship"},{"id":2,"name":"fuel_tank"}]}' \
    "$two" "$sound" >a.json
put a.json --reader coco
asks "coco, also a category without a box" 'fuel tank, ship'
rsift emit --eval mine --format qwen --model qwen3-vl -o questions --workspace ws >.log 2>&1
check_is "evaluation asks the same" 2 "$(grep -c 'fuel tank, ship' questions/truth.jsonl)"
printf '<annotation><size><width>100</width><height>50</height></size><object><name>tank</name>%s</object>
<object><name>Ship</name>%s</object></annotation>' "$place" "$place" >xml/1.xml
printf '<annotation><size><width>100</width><height>50</height></size></annotation>' >xml/22.xml
put xml --reader voc
asks "voc" 'ship, tank\|tank, ship'
printf "${line}10 10 30 10 30 30 10 30 tank 0\n" >txt/1.txt
printf 'gsd:1\n' >txt/22.txt
put txt --reader dota
asks "dota" 'ship, tank'
# who annotated one folder may have looked for other classes in another
rm -r xml && mkdir -p xml/a xml/b
for one in a/1:tank b/22:ship; do
    printf '<annotation><size><width>100</width><height>50</height></size><object><name>%s</name>%s</object></annotation>' \
        "${one#*:}" "$place" >"xml/${one%:*}.xml"
done
put xml --reader voc
check_is "voc, two folders: each asks for its own" "tank
ship" "$(python3 -c 'import json
for line in sorted(open("out/train.jsonl"), key=lambda l: "22.png" in l):
    q = json.loads(line)["conversations"][0]["value"]
    print(" ".join(w for w in ("tank", "ship") if w in q))')"
python3 - <<'PY'
import json
rows = [{"image_id": 1, "category_id": i, "bbox": [i % 90, 1, 5, 5]} for i in range(1, 121)]
json.dump({"images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "22.png"}], "annotations": rows,
           "categories": [{"id": i, "name": "kind%d" % i} for i in range(1, 121)]}, open("a.json", "w"))
PY
rm -rf ws out
rsift index a.json --reader coco --images img2 --name mine --licence CC-BY-4.0 --workspace ws >.log 2>&1
rsift mix recipe.yaml --workspace ws >.log 2>&1
rsift emit --format qwen --model qwen3-vl -o out --workspace ws >.log 2>&1
check_is "too many classes to list: those of the picture" "1 0" \
    "$(grep -c 'kind1.*kind2' out/train.jsonl) $(grep -c 'all objects in the' out/train.jsonl)"
check_is "too many classes to list: nothing is denied" 0 "$(grep -o "$none" out/train.json* | wc -l | tr -d " ")"
check_is "too many classes to list: why" "classes-unknown kept" \
    "$(one ws "SELECT string_agg(reason, ' ' ORDER BY reason) v FROM ledger")"
check_is "too many classes to list: mix knew" 0 "$(cat out/dropped.jsonl 2>/dev/null | wc -l | tr -d ' ')"
rm -r questions

# ---- labels and sentences ----------------------------------------------------------------------------
python3 make.py 100 labelled/img/1.png labelled/3/1.png
rm -rf ws out
rsift index labelled --reader folder --name mine --licence CC-BY-4.0 --workspace ws >.log 2>&1
rsift mix recipe.yaml --workspace ws >.log 2>&1
check_is "folder, a number for the class" "kept serious-finding" \
    "$(one ws "SELECT string_agg(reason, ' ' ORDER BY reason) v FROM ledger")"
say()
{
    printf '[{"id":"1","image":"1.png","conversations":[{"from":"human","value":"<image>\\n[refer] <p>the ship</p>"},
        {"from":"gpt","value":"%s"}]}]' "$4" >a.json
    walk "llava, $1" "$2" "$3" a.json --reader llava --param box_convention=percent
}
say "a box" kept '"bbox_2d":[100,200,300,600]' '{<10><20><30><60>}'
say "no width" serious-finding "" '{<10><20><10><60>}'
say "a box outside" serious-finding "" '{<110><20><130><60>}'
say "no area beside a sound box" serious-finding "" '{<10><20><30><60>}<delim>{<10><20><10><60>}'

# ---- records: rows NAME REASON TEXT RECORD: the boxes that stand in one record ------------------------
rows()
{
    printf '[%s]' "$4" >a.json
    walk "records, $1" "$2" "$3" a.json --reader records --param image=image \
        --param box=objects.bbox --param class=objects.category --param box_convention=px-xywh
}
rows "a list of boxes" kept "$answer" '{"image":"1.png","objects":{"bbox":[[10,10,20,20]],"category":["ship"]}}'
rows "an empty list, and no class to ask for" classes-unknown "" '{"image":"1.png","objects":{"bbox":[],"category":[]}}'
rows "one box bad" serious-finding "" '{"image":"1.png","objects":{"bbox":[[10,10,20,20],[1,2]],"category":["ship","ship"]}}'
rows "one box alone" $lost "" '{"image":"1.png","objects":{"bbox":[10,10,20,20],"category":"ship"}}'

# a test part that keeps its boxes to itself is no part without objects
part()
{
    rm -rf ws part && mkdir part && cp img/1.png part/1.png && python3 make.py 90 part/2.png
    printf '%s\n' '{"image":"1.png","objects":{"bbox":[[10,10,20,20]],"category":["ship"]}}' >part/train.jsonl
    printf '%s\n' "$2" >part/test.jsonl
    rsift index part --reader records --name mine --licence CC-BY-4.0 --param image=image --role train \
        --param box=objects.bbox --param class=objects.category --param box_convention=px-xywh --workspace ws >.log 2>&1 ||
        fail "$1: index" .log
    rsift mix recipe.yaml --workspace ws >.log 2>&1
    check_is "$1" "$3" "$(one ws "SELECT string_agg(reason || coalesce(' ' || detail, ''), ', ' ORDER BY reason) v FROM ledger WHERE NOT kept")"
}
part "records, a split without boxes" '{"image":"2.png","objects":{"bbox":[],"category":[]}}' "annotation-incomplete list-withheld"
rsift audit mine --workspace ws >.log
grep -q '^mine *list-withheld' .log && pass "audit: list-withheld" || fail "audit: list-withheld" .log

rows "a list of one class beside two boxes" kept "$answer" '{"image":"1.png","objects":{"bbox":[[10,10,20,20]],"category":["ship"]}},{"image":"2.png","objects":{"bbox":[[10,10,20,20],[40,10,20,20]],"category":["ship"]}}'
# labels NAME REASON RECORD: the class of a picture
labels()
{
    printf '%s\n' "$3" >a.jsonl
    walk "records, $1" "$2" "" a.jsonl --reader records --param image=image --param class=label
}
labels "a class of null" answer-withheld '{"image":"1.png","label":null}'
labels "a class that is absent" answer-withheld '{"image":"1.png"}'

# ---- objects without a picture, pictures of two names, numbers that are no pixels ---------------------
# lists NAME REASON INDEX-ARGUMENTS: the reasons of all samples that are not kept
lists()
{
    room
    name=$1 reasons=$2
    shift 2
    dataset "$name" "$@"
    expect reasons "$name" "$reasons"
}
feature() { printf '{"type":"Feature","geometry":null,"properties":{"image_id":%s,"bounds_imcoords":"%s","type_id":73}}' "$1" "$2"; }
printf '{"type":"FeatureCollection","features":[%s,%s]}' "$(feature '"1.png"' 10,10,30,30)" "$(feature null 40,10,60,30)" >g.geojson
lists "geojson, a feature of no picture" "annotation-incomplete field-missing" g.geojson --reader geojson --images img --param class_names=73=building
printf '{"type":"FeatureCollection","features":[%s]}' "$(feature '"1.png"' 10,10,30,30)" >g.geojson
lists "geojson, every feature names its picture" kept g.geojson --reader geojson --images img --param class_names=73=building
rm -rf two && python3 make.py 100 two/1.png two/2.png
xml() { printf '<annotation><filename>%s</filename><object><name>%s</name><bndbox><xmin>%s</xmin><ymin>10</ymin><xmax>%s</xmax><ymax>30</ymax></bndbox></object></annotation>' "$@"; }
rm -rf ann && mkdir ann
xml 2.png ship 10 30 >ann/1.xml
xml 2.png tank 40 60 >ann/2.xml
lists "voc, a name that may be another file's picture" "annotation-incomplete list-parted, annotation-incomplete list-parted" ann --reader voc --images two
xml 1.png ship 100 300 >ann/1.xml
xml 2.png ship 500 900 >ann/2.xml
lists "voc, numbers that are no pixels" "annotation-incomplete box-convention, annotation-incomplete box-convention" ann --reader voc --images two
expect audited "audit: box-convention" box-convention
rm -rf do && mkdir do
for i in 1 2; do echo "${i}00 100 300 100 300 300 ${i}00 300 ship 0" >do/$i.txt; done
lists "dota, numbers that are no pixels" "annotation-incomplete box-convention, annotation-incomplete box-convention" do --reader dota --images two
rm -rf seg && mkdir -p seg/images seg/masks && python3 make.py 100 seg/images/1.png && python3 make.py 60 seg/masks/1.png
lists "masks, another shape than the picture's" "serious-finding box-size" seg --reader masks --param mask_values=1=ship --param threshold=1

# ---- several records of one picture ------------------------------------------------------------------
# both NAME PATH ARGUMENTS: no list of the picture is taken for whole, also where models are tested
both()
{
    room
    name=$1
    shift
    dataset "$name" "$@"
    expect parted "$name"
    expect audited "$name: audit" list-parted
}
python3 make.py 100 pair/1.png pair/2.png
cp pair/1.png pair/copy.png
other='{"image_id":1,"category_id":6,"bbox":[40,10,20,20]}'
head='{"images":[{"id":1,"file_name":"1.png"}],"categories":'$classes',"annotations":'
rm -rf many && mkdir many
printf '%s[%s]}' "$head" "$sound" >many/ships.json
printf '%s[%s]}' "$head" "$other" >many/aircraft.json
both "a file for each class" many --reader coco --images img
printf '%s[]}' "$head" >many/aircraft.json
both "a file of another purpose" many --reader coco --images img
printf '{"images":[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"copy.png"}],"categories":%s,"annotations":[%s]}' "$classes" "$sound" >a.json
both "a copy of the picture" a.json --reader coco --images pair
for spelled in ./1.png x/../1.png X/1.PNG 1.jpg; do
    printf '{"images":[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"%s"}],"categories":%s,"annotations":[%s]}' \
        "$spelled" "$classes" "$sound" >a.json
    both "the picture as $spelled" a.json --reader coco --images img
done
mkdir -p two/train two/small
printf '10 10 30 10 30 30 10 30 ship 0\n' >two/train/1.txt
printf 'gsd:1\n' >two/small/1.txt
both "two folders of DOTA's" two --reader dota --images img
printf '%s[%s]}' "$head" "$sound" >many/aircraft.json
rm -rf ws
rsift index many --reader coco --images img --name mine --licence CC-BY-4.0 --workspace ws >.log 2>&1
rsift mix recipe.yaml --workspace ws >.log 2>&1
check_is "the same list twice is one" "duplicate kept" "$(one ws "SELECT string_agg(reason, ' ' ORDER BY reason) v FROM ledger")"

# What one file annotates says nothing of the pictures of another.
mkdir -p files/img
cp img/1.png files/img/1.png
cp img/1.png files/img/2.png
printf 'x' >>files/img/2.png
printf '{"images":[{"id":1,"file_name":"1.png"}],"categories":[{"id":1,"name":"ship"}],"annotations":[%s]}' "$sound" >files/ships.json
printf '{"images":[{"id":1,"file_name":"2.png"}],"categories":[{"id":1,"name":"oil tank"}],"annotations":[]}' >files/tanks.json
printf 'name: m\nlicence: any\nbudget: {samples: 9}\ndatasets:\n  - {id: f}\n' >f.yaml
check_exit "two files of classes" 0 rsift index files --reader coco --name f --workspace w-files --quiet
check_exit "two files of classes: mix" 0 rsift mix f.yaml --workspace w-files --quiet
check_exit "two files of classes: emit" 0 rsift emit --format qwen --model qwen3-vl -o f-out --workspace w-files --quiet
check_is "two files of classes: both" 2 "$(wc -l <f-out/train.jsonl | tr -d ' ')"
check_is "two files of classes: each asks for its own" "1.png ship|2.png oil tank" "$(sort f-out/train.jsonl | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print("|".join(sorted(r["image"][-5:] + " " + " ".join(c for c in ("ship", "oil tank") if c in r["conversations"][0]["value"]) for r in rows)))')"
look_at_all
finish
