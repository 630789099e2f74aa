# One's own folders: pictures are found by name or stem, whatever the extension; what could be several
# pictures is none; tasks follow from the named fields; parameters are checked.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 12 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
next() { cp "$1" "$2"; }
xml() { printf '<annotation><filename>%s</filename><size><width>64</width></size><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>' "$1"; }
own() { rsift index "$@" --licence CC-BY-4.0 --quiet; }
# states WORKSPACE: "name state" of every picture that a sample has
states()
{
    one "$1" "SELECT string_agg(s.original_id || ' ' || CASE a.state WHEN 'found' THEN a.path ELSE '-' END, ', ' ORDER BY s.original_id, a.path) v
        FROM sample s JOIN sample_asset USING (sample_id) JOIN asset a USING (asset_id)"
}

# --- VOC and DOTA beside their pictures ---------------------------------------------------------------
mkdir -p voc/xml voc/img dota/labelTxt dota/img
xml 0000.jpg >voc/xml/0000.xml && next "$1" voc/img/0000.jpg
xml 0001.png >voc/xml/0001.xml && next "$2" voc/img/0001.PNG
xml 0002 >voc/xml/0002.xml && next "$3" voc/img/0002.tif
for i in 1 2 3; do echo '1 1 5 1 5 5 1 5 ship 0' >dota/labelTxt/P$i.txt; done
next "$1" dota/img/P1.png && next "$2" dota/img/P2.JPG && next "$3" dota/img/P3.bmp
check_exit "VOC, --images" 0 own voc/xml --reader voc --images voc/img --name v1 --workspace w1
check_is "VOC, --images: found" "0000 0000.jpg, 0001 0001.PNG, 0002 0002.tif" "$(states w1)"
check_exit "VOC, one folder" 0 own voc --reader voc --name v2 --workspace w2
check_is "VOC, one folder: found" "0000 img/0000.jpg, 0001 img/0001.PNG, 0002 img/0002.tif" "$(states w2)"
check_exit "DOTA, --images" 0 own dota/labelTxt --reader dota --images dota/img --name d1 --workspace w3
check_is "DOTA, --images: found" "P1 P1.png, P2 P2.JPG, P3 P3.bmp" "$(states w3)"
printf 'name: m\nlicence: any\ndatasets:\n  - {id: d1}\n' >d1.yaml
check_exit "DOTA: a mixture" "0 1" rsift mix d1.yaml --workspace w3 --quiet
check_exit "DOTA: a training set" 0 rsift emit --format qwen --model qwen3-vl -o d1 --workspace w3 --quiet
check_is "DOTA: all three are written" 3 "$(grep -o '"image' d1/train.json* | wc -l | tr -d ' ')"

# --- what could be two pictures is none -----------------------------------------------------------------
mkdir -p two/labelTxt two/a two/b two/c
for i in X Y; do echo '1 1 5 1 5 5 1 5 ship 0' >two/labelTxt/$i.txt; done
next "$1" two/a/X.png && next "$2" two/b/X.png && next "$3" two/c/Y.jpg && next "$4" two/c/Y.png
check_exit "two pictures of one stem" 0 own two --reader dota --name two --workspace w4
check_is "two pictures of one stem: none is taken" "X -, Y -" "$(states w4)"
check_is "two pictures of one stem: told" 2 "$(one w4 "SELECT count(*) v FROM finding WHERE code = 'image-ambiguous'")"
# the folders of a split tell pictures of one name apart
mkdir -p split/train/labelTxt split/train/images split/val/labelTxt split/val/images
for s in train val; do echo '1 1 5 1 5 5 1 5 ship 0' >split/$s/labelTxt/1.txt; done
next "$1" split/train/images/1.png && next "$2" split/val/images/1.png
check_exit "train and val" 0 own split --reader dota --name split --workspace w5
check_is "train and val: each its own" "1 train/images/1.png, 1 val/images/1.png" "$(states w5)"

# a label of val is not about a picture of train, whose own label does not suffer for it
mkdir -p half/train/labelTxt half/val/labelTxt half/train/images half/labels
for s in train val; do for i in 1 2; do echo '1 1 5 1 5 5 1 5 ship 0' >half/$s/labelTxt/$i.txt; done; done
echo '1 1 5 1 5 5 1 5 ship 0' >half/val/labelTxt/3.txt
for i in 1 2 3; do next "$1" half/train/images/$i.png; done
check_exit "pictures of train alone" 0 own half --reader dota --name half --workspace w23
check_is "pictures of train alone: its labels, and no others" "1 train/images/1.png, 1 -, 2 train/images/2.png, 2 -, 3 -" \
    "$(states w23)"
mv half/train/images half-pictures && mkdir -p later/train && mv half-pictures later/train/images
check_exit "labels first" 0 own half --reader dota --name half --workspace w24
check_exit "labels first: link" 0 rsift link half --images later --workspace w24 --quiet
check_is "labels first: the same" "train/labelTxt/1 train/labelTxt/2" \
    "$(one w24 "SELECT string_agg(path, ' ' ORDER BY path) v FROM asset WHERE state = 'found'")"

mkdir -p split/flat && next "$1" split/flat/2.png
for s in train val; do echo '1 1 5 1 5 5 1 5 ship 0' >split/$s/labelTxt/2.txt; done
rm -rf split/train/images split/val/images
check_exit "train and val, one flat folder" 0 own split --reader dota --name split2 --workspace w12
check_is "train and val, one flat folder: none is taken" "1 -, 1 -, 2 -, 2 -" "$(states w12)"

# what lies just in the folder that --images names comes before its masks and thumbnails
mkdir -p deep/labels deep/img/masks deep/img/thumbs
echo '1 1 5 1 5 5 1 5 ship 0' >deep/labels/1.txt
next "$1" deep/img/1.png && next "$2" deep/img/masks/1.png && next "$3" deep/img/thumbs/1.jpg
check_exit "pictures and masks" 0 own deep --reader dota --name deep --workspace w13
check_is "pictures and masks: asked" "1 -" "$(states w13)"
check_says "pictures and masks: a finding" "1 warning,"
check_exit "pictures and masks, --images" 0 own deep --reader dota --images deep/img --name deep2 --workspace w14
check_is "pictures and masks, --images: the picture" "1 1.png" "$(states w14)"
check_exit "pictures and masks: link" 0 rsift link deep --images deep/img --workspace w13 --quiet
check_is "pictures and masks: linked" "1 img/1.png" \
    "$(one w13 "SELECT '1 ' || regexp_replace(locator, '^.*deep/', '') v FROM asset WHERE evidence = 'linked'" | sed 's/^1 1.png/1 img\/1.png/')"

# label files of one name in two folders mean two pictures, also where the pictures come later
mkdir -p late/train/labelTxt late/val/labelTxt pics/train pics/val one
for s in train val; do echo '1 1 5 1 5 5 1 5 ship 0' >late/$s/labelTxt/1.txt; done
echo '1 1 5 1 5 5 1 5 ship 0' >late/val/labelTxt/2.txt
next "$1" one/1.png && next "$2" one/2.png && next "$3" pics/train/1.png && next "$4" pics/val/1.png
check_exit "labels alone" 0 own late --reader dota --name late --workspace w15
check_is "labels alone: as many pictures as labels" 3 "$(one w15 "SELECT count(*) v FROM asset")"
cp -r w15 w16
check_exit "one flat folder later" 0 rsift link late --images one --workspace w15 --quiet
check_is "one flat folder later: only what is sure" "train/labelTxt/1 -, val/labelTxt/1 -, val/labelTxt/2 2.png" \
    "$(one w15 "SELECT string_agg(path || ' ' || CASE state WHEN 'found' THEN member ELSE '-' END, ', ' ORDER BY path) v FROM asset")"
check_exit "split folders later" 0 rsift link late --images pics --workspace w16 --quiet
check_is "split folders later: each its own" "train/labelTxt/1 train/1.png, val/labelTxt/1 val/1.png, val/labelTxt/2 -" \
    "$(one w16 "SELECT string_agg(path || ' ' || CASE state WHEN 'found' THEN member ELSE '-' END, ', ' ORDER BY path) v FROM asset")"

# a <filename> that means another picture than the file's name is heard when the pictures come later
mkdir -p says/xml says/img
xml 8.png >says/xml/7.xml && xml gone.png >says/xml/9.xml && xml 11.png >says/xml/10.xml
next "$1" says/img/7.png && next "$2" says/img/8.png && next "$3" says/img/9.png && next "$4" says/img/11.png
check_exit "another <filename>" 0 own says/xml --reader voc --name says --workspace w17
check_exit "another <filename>: link" 0 rsift link says --images says/img --workspace w17 --quiet
check_is "another <filename>: neither, the one that is there, the other one" "10 11.png, 7 -, 9 9.png" \
    "$(one w17 "SELECT string_agg(path || ' ' || CASE state WHEN 'found' THEN member ELSE '-' END, ', ' ORDER BY path) v FROM asset")"

# a link to a folder is not followed, and that is said
mkdir -p links/real links/data
printf '[{"id":"1","image":"1.png","conversations":[{"from":"human","value":"<image>\\nhi"},{"from":"gpt","value":"yo"}]}]' >links/data/a.json
next "$1" links/real/1.png && ln -s ../real links/data/img && ln -s data links/alias
check_exit "a linked folder of pictures" 0 own links/data --reader llava --name links --workspace w20
check_says "a linked folder of pictures: told" "NOT READ  img: a link to a folder is not followed"
check_exit "a folder by a link" 0 own links/alias/ --reader llava --images links/data/img --name links --workspace w21
check_is "a folder by a link: the same samples" "$(one w20 "SELECT string_agg(sample_id) v FROM sample")" \
    "$(one w21 "SELECT string_agg(sample_id) v FROM sample")"
check_is "a folder by a link: its pictures" 1 "$(one w21 "SELECT count(*) v FROM asset WHERE state = 'found'")"
mkdir -p links/only && ln -s ../data/a.json links/only/a.json
check_exit "nothing but links" 2 own links/only --reader llava --name only --workspace w22
check_says "nothing but links: told" "1 links are not followed: name what they lead to"

# names in Unicode's form C for files in form D, as macOS writes them
mkdir -p forms/img
e=$(printf 'e\314\201')
next "$1" "forms/img/caf$e.png"
printf '[{"id":"1","image":"caf\303\251.png","conversations":[{"from":"human","value":"<image>\\nhi"},{"from":"gpt","value":"yo"}]}]' >forms/a.json
check_exit "normal forms" 0 own forms --reader llava --name forms --workspace w18
check_is "normal forms: found" 1 "$(one w18 "SELECT count(*) v FROM sample_asset JOIN asset USING (asset_id) WHERE state = 'found'")"
check_exit "normal forms: alone" 0 own forms/a.json --reader llava --name forms --workspace w19
check_exit "normal forms: link" 0 rsift link forms --images forms/img --workspace w19 --quiet
check_is "normal forms: linked" 1 "$(one w19 "SELECT count(*) v FROM sample_asset JOIN asset USING (asset_id) WHERE state = 'found'")"

# --- one flat picture for two names ----------------------------------------------------------------------
mkdir -p flat
next "$1" flat/a.png && next "$2" flat/b.png && next "$3" flat/c.png
cat >flat.json <<'J'
[{"id": "0", "image": ["im1/a.png", "im2/a.png"], "conversations": [{"from": "human", "value": "<image><image>\nwhat changed?"}, {"from": "gpt", "value": "a"}]},
 {"id": "1", "image": "im1/b.png", "conversations": [{"from": "human", "value": "<image>\nwhat is it?"}, {"from": "gpt", "value": "b"}]},
 {"id": "2", "image": "im1/b.png", "conversations": [{"from": "human", "value": "<image>\nwhere?"}, {"from": "gpt", "value": "b"}]},
 {"id": "3", "image": "c.png", "conversations": [{"from": "human", "value": "<image>\nwhat is it?"}, {"from": "gpt", "value": "c"}]},
 {"id": "4", "image": "c.jpg", "conversations": [{"from": "human", "value": "<image>\nwhat is it?"}, {"from": "gpt", "value": "c"}]}]
J
check_exit "a flat folder" 0 own flat.json --reader llava --images flat --name flat --workspace w6
check_is "a flat folder: only what is sure" "0 -, 0 -, 1 b.png, 2 b.png, 3 c.png, 4 -" "$(states w6)"
printf 'name: m\nlicence: any\nunresolved: keep\ndatasets:\n  - {id: flat}\n' >flat.yaml
check_exit "a flat folder: audit" 1 rsift audit --workspace w6
check_exit "no picture at all" 0 own dota/labelTxt --reader dota --name alone --workspace w11
check_exit "no picture at all: audit" 1 rsift audit --workspace w11 --level serious
check_says "no picture at all: how many" "3 of 3 pictures are not here"
check_says "no picture at all: what to do" "rsift link alone"
check_exit "no picture at all: link" 0 rsift link alone --images dota/img --workspace w11 --quiet
check_exit "no picture at all: linked" 0 rsift audit --workspace w11 --level serious
check_exit "a flat folder: a mixture" "0 1" rsift mix flat.yaml --workspace w6 --quiet
check_exit "a flat folder: a training set" "0 1" rsift emit --format llava --model llava-1.5 -o flat-out --workspace w6 --quiet
check_is "a flat folder: three are written" 3 "$(grep -o '"image":' flat-out/train.json | wc -l | tr -d ' ')"

# --- drafts ---------------------------------------------------------------------------------------------
mkdir -p via/images catalog
next "$1" via/images/1.png
echo '{"1.png": {"filename": "1.png", "regions": [{"shape_attributes": {"name": "rect"}}]}}' >via/via.json
check_exit "a draft of labels that no reader knows" 2 rsift new via via
check_says "a draft of labels that no reader knows: told" "no reader knows the labels here"
check_says "a draft of labels that no reader knows: what they are" "a VIA project"
for set in dota voc; do
    rsift new own-$set $set >catalog/own-$set.yaml 2>/dev/null
    check_exit "a draft of $set" 0 rsift index $set --catalog catalog --dataset own-$set --workspace w-$set --quiet
    check_is "a draft of $set finds the pictures" 3 "$(one w-$set "SELECT count(*) v FROM sample_asset JOIN asset USING (asset_id) WHERE state = 'found'")"
done

# --- tasks, parameters ------------------------------------------------------------------------------------
cat >own.jsonl <<'J'
{"image": "a.png", "bbox": [1, 2, 30, 40], "phrase": "the ship on the left", "text": "a port with ships"}
{"image": "b.png", "bbox": [5, 6, 20, 30], "phrase": "the tank", "text": "two tanks"}
J
task_of() { one "$1" "SELECT string_agg(DISTINCT task) v FROM sample"; }
box="--param box=bbox --param box_convention=px"
check_exit "phrase and box" 0 own own.jsonl --reader records --param image=image --param phrase=phrase $box --images flat --name g --workspace w7
check_is "phrase and box: grounding" grounding-hbb "$(task_of w7)"
printf 'name: m\nlicence: any\ndatasets:\n  - {id: g}\n' >g.yaml
check_exit "phrase and box: a mixture" "0 1" rsift mix g.yaml --workspace w7 --quiet
check_exit "phrase and box: a training set" 0 rsift emit --format llava --model llava-1.5 -o g-out --workspace w7 --quiet
check_is "phrase and box: both are written" 2 "$(grep -o '"image":' g-out/train.json | wc -l | tr -d ' ')"
check_exit "captions" 0 own own.jsonl --reader records --param image=image --param caption=text --images flat --name c --workspace w8
check_is "captions: caption" caption "$(task_of w8)"
check_exit "an unknown parameter" 2 own own.jsonl --reader llava --name x --param nonsense=1 --workspace w10
check_says "an unknown parameter: the list" 'no parameter "nonsense"; it has box_convention'
check_exit "a value of the wrong type" 2 own voc --reader voc --name x --param box=rotated --workspace w10
check_says "a value of the wrong type: told" 'expected hbb|obb, found "rotated"'
check_exit "commas belong to a text" 2 own own.jsonl --reader lines --name x --param 'pattern=<image>,<what>' --workspace w10
check_exit "license is licence" 0 rsift index own.jsonl --reader records --param image=image --param caption=text --name l --license research --workspace w10 --quiet
check_is "license is licence: kept" research "$(one w10 "SELECT min(licence_class) v FROM release")"
printf 'name: m\nlicense: open\ndatasets:\n  - {id: l}\n' >l.yaml
check_exit "license in a recipe" "0 1" rsift mix l.yaml --workspace w10 --quiet
printf 'name: m\nlicense: open\nlicence: any\ndatasets:\n  - {id: l}\n' >l.yaml
check_exit "both spellings in one recipe" 2 rsift mix l.yaml --workspace w10 --quiet

# The file's name and its <filename> may mean two pictures: neither is taken. Where the file's own
# name means none, <filename> does.
mkdir named named/img named/xml
for n in a b c; do cp flat/a.png named/img/$n.png; done
voc_of() { printf '<annotation><filename>%s</filename><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>' "$2" >"named/xml/$1.xml"; }
voc_of a b.png
voc_of c 'C:\data\c.jpg'
voc_of ann_b b.png
check_exit "two names" 0 own named/xml --reader voc --images named/img --name t --workspace w-two
check_is "two names: which are found" "ann_b=b.png c=c.png" "$(one w-two "SELECT string_agg(original_id || '=' || path, ' ' ORDER BY original_id) v FROM sample JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id) WHERE state = 'found'")"
check_is "two names: the other is told" 1 "$(one w-two "SELECT count(*) v FROM finding WHERE code = 'image-ambiguous' AND message LIKE '%name_from%'")"
check_exit "two names: the file's counts" 0 own named/xml --reader voc --images named/img --name t --param name_from=file --workspace w-file
check_is "two names: it is taken" 1 "$(one w-file "SELECT count(*) v FROM sample JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id) WHERE original_id = 'a' AND path = 'a.png'")"

# A format that no emit could write is known at index, and mix leaves its sample out.
mkdir gif
printf 'GIF89a\001\000\001\000\200\000\000\377\377\377\000\000\000,\000\000\000\000\001\000\001\000\000\002\002D\001\000;' >gif/a.gif
cp flat/a.png gif/b.png
printf '[{"id":"1","image":"a.gif","conversations":[{"from":"human","value":"What?"},{"from":"gpt","value":"A road."}]},{"id":"2","image":"b.png","conversations":[{"from":"human","value":"What?"},{"from":"gpt","value":"A field."}]}]' >gif.json
printf 'name: m\nlicence: any\ndatasets:\n  - {id: v}\n' >v.yaml
check_exit "a GIF" 0 own gif.json --reader llava --images gif --name v --workspace w-gif
check_exit "a GIF: mix" "0 1" rsift mix v.yaml --workspace w-gif --quiet
check_is "a GIF: why" "serious-finding image-unreadable" "$(one w-gif "SELECT reason || ' ' || detail v FROM ledger WHERE NOT kept")"
check_exit "a GIF: all that is kept is written" 0 rsift emit --format llava --model llava-1.5 -o v-out --workspace w-gif --quiet
finish
