# One's own data without a named reader: what is sure is read, what is not is asked with a line for each,
# and --dry-run shows it without writing.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 4 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
coco() { printf '{"images":[{"id":1,"file_name":"P1.png","width":64,"height":64}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1,"name":"ship"}]}'; }
chat() { printf '[{"id":"1","image":"%s","conversations":[{"from":"human","value":"<image>\\nIs there a road?"},{"from":"gpt","value":"yes"}]}]' "$1"; }
xml() { printf '<annotation><filename>P1.png</filename><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>'; }
# auto NAME PATH READER: indexed without a word about its form
auto()
{
    rm -rf ws
    check_exit "$1" 0 rsift index "$2" --workspace ws --quiet
    check_is "$1: by" "$3 1" "$(one ws "SELECT (SELECT min(reader) FROM reading) || ' ' || (SELECT count(*) FROM sample) v")"
    check_is "$1: its pictures are found" 0 "$(one ws "SELECT count(*) v FROM asset WHERE state <> 'found'")"
}
for d in llava coco voc dota qa caps hf; do mkdir -p $d/img && cp "$1" $d/img/P1.png; done
chat img/P1.png >llava/chat.json
coco >coco/instances.json
xml >voc/P1.xml
mkdir dota/labelTxt && echo '1 1 5 1 5 5 1 5 ship 0' >dota/labelTxt/tile.txt && mv dota/img/P1.png dota/img/tile.png
printf '{"img_path":"img/P1.png","question":"what?","answer":"a road"}\n' >qa/qa.jsonl
printf 'image,caption\nP1.png,"a road, wide"\n' >caps/c.csv
printf '{"file_name":"P1.png","text":"a road"}\n' >hf/img/metadata.jsonl
printf -- '---\nlicense: mit\n---\n' >hf/README.md
auto "LLaVA JSON" llava llava
check_says "one record is shown" "Is there a road?"
check_says "how sure" "--reader llava, 95 % sure"
auto "COCO" coco coco
auto "VOC" voc voc
auto "DOTA labels" dota dota
auto "questions in JSON Lines" qa records
check_says "the names of its fields" "--reader records --param image=img_path --param question=question"
auto "captions in CSV" caps records
auto "a folder of pictures with metadata.jsonl" hf records
check_is "it is called by its folder" hf "$(one ws "SELECT dataset v FROM release")"
mkdir dior && cp -r llava/. dior
auto "a folder named as a dataset" dior llava
check_is "its id is not the dataset's" dior-own "$(one ws "SELECT dataset v FROM release")"

mkdir -p labels/img && cp "$1" labels/img/P1.png && printf 'filename,label\nP1.png,airport\n' >labels/t.csv
auto "a table of classes" labels records
check_is "a table of classes: the class" airport "$(one ws "SELECT array_to_string(labels, ',') v FROM sample")"

# pictures are named by people's other machines
mkdir -p win/img && cp "$1" win/img/P1.png
chat 'C:\\\\data\\\\img\\\\P1.png' >win/a.json
auto "a Windows path" win llava
chat 'img\\\\P1.png' >win/a.json
auto "a Windows path without a drive" win llava
chat 'D:/data/img/P1.png' >win/a.json
auto "a drive letter" win llava
chat '/home/somebody/data/img/P1.png' >win/a.json
auto "an absolute path" win llava

# folders called by splits: what lies beside train is not trained on
mkdir -p robo/train robo/valid robo/test only/test
for d in robo/train robo/valid robo/test only/test; do coco >$d/_annotations.coco.json; cp "$1" $d/P1.png; done
roles() { one ws "SELECT string_agg(DISTINCT coalesce(p.scheme || '/' || p.name, '-') || ' ' || s.role, ', ' ORDER BY coalesce(p.scheme || '/' || p.name, '-') || ' ' || s.role) v FROM sample s LEFT JOIN split p USING (sample_id)"; }
rm -rf ws
check_exit "train, valid, test" 0 rsift index robo --workspace ws --quiet
check_says "train, valid, test: index says it" "train 1, test 1, valid 1; not trained on: test, valid"
check_is "train, valid, test: roles" "own/test eval, own/train train, own/valid eval" "$(roles)"
rm -rf ws
check_exit "a role that is named wins" 0 rsift index robo --role train --workspace ws --quiet
check_says "a role that is named wins: index says it" "all are trained on: --role eval"
check_is "a role that is named wins: roles" "own/test train, own/train train, own/valid train" "$(roles)"
rm -rf ws
check_exit "a split that is named wins" 0 rsift index robo --split mine/all --workspace ws --quiet
check_is "a split that is named wins: roles" "mine/all train" "$(roles)"
rm -rf ws
check_exit "test alone" 0 rsift index only --workspace ws --quiet
check_says "test alone: index says it" "test 1; not trained on: test (--split train says"
check_is "test alone: role" "own/test eval" "$(roles)"
# the folder that is named tells it as it does one level up
for path in robo/test robo/test/_annotations.coco.json; do
    rm -rf ws
    check_exit "$path" 0 rsift index $path --workspace ws --quiet
    check_is "$path: role" "own/test eval" "$(roles)"
    printf 'name: a\nlicence: any\nbudget: {samples: 9}\ndatasets: [{id: robo-test}]\n' >r.yaml
    rsift mix r.yaml --workspace ws --quiet >/dev/null 2>&1
    check_is "$path: nothing is trained on" 0 "$(one ws "SELECT count(*) v FROM ledger WHERE kept")"
    rm -rf ws
    check_exit "$path: --split train" 0 rsift index $path --split train --workspace ws --quiet
    check_is "$path: --split train: role" "own/train train" "$(roles)"
done
rm -rf ws
check_exit "--split test is no training" 0 rsift index robo/train/_annotations.coco.json --split test --workspace ws --quiet
check_is "--split test: role" "own/test eval" "$(roles)"
rm -rf ws
check_exit "index --all" 0 rsift index --all robo/valid --workspace ws --quiet
check_is "index --all: role" "own/valid eval" "$(roles)"
# files of many records are called by their splits
mkdir -p byname && cp "$1" byname/P1.png
for f in instances_train2017 instances_val2017; do coco >byname/$f.json; done
rm -rf ws
check_exit "files by split" 0 rsift index byname --workspace ws --quiet
check_is "files by split: roles" "own/train train, own/val eval" "$(roles)"
mkdir -p tables && cp "$1" tables/P1.png
for f in train.csv test.csv; do printf 'image,caption\nP1.png,a ship at %s\n' $f >tables/$f; done
rm -rf ws
check_exit "tables by split" 0 rsift index tables --workspace ws --quiet
check_is "tables by split: roles" "own/test eval, own/train train" "$(roles)"
printf 'image,caption,split\nP1.png,a ship,train\nP1.png,a quay,val\n' >tables.csv
rm -rf ws
check_exit "a column of splits" 0 rsift index tables.csv --reader records --name tables --images tables \
    --param image=image --param caption=caption --param split=split --workspace ws --quiet
check_is "a column of splits: roles" "official/train train, official/val eval" "$(roles)"
mkdir -p yo/labels/train yo/labels/val yo/images/train yo/images/val vo/train vo/test do/train/labelTxt do/val/labelTxt
echo '0 0.5 0.5 0.2 0.2' | tee yo/labels/train/a.txt >yo/labels/val/b.txt
cp "$1" yo/images/train/a.png && cp "$2" yo/images/val/b.png
xml | tee vo/train/a.xml >vo/test/b.xml
echo '1 1 5 1 5 5 1 5 ship 0' | tee do/train/labelTxt/a.txt >do/val/labelTxt/b.txt
for d in train val; do for k in ship train; do mkdir -p cl/$d/$k && cp "$1" cl/$d/$k/$k.png; done; done
for d in yo:val vo:test do:val cl:val; do
    rm -rf ws
    how=
    [ $d != cl:val ] || how="--reader folder --name cl"
    check_exit "${d%:*}: splits by folder" 0 rsift index ${d%:*} $how --workspace ws --quiet
    check_is "${d%:*}: splits by folder: roles" "own/train train, own/${d#*:} eval" \
        "$(roles | sed 's/^\(.* eval\), \(.* train\)$/\2, \1/')"
done

# the task of YOLO's rings is that of the whole source: one ring of five points, or data.yaml
rm -rf yq && mkdir -p yq/images yq/labels
for i in $(seq 10 99); do
    echo '0 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.4' >yq/labels/$i.txt
    cp "$1" yq/images/$i.png
done
printf 'names: [ship]\n' >yq/data.yaml
rm -rf ws
check_exit "corners in all files" 0 rsift index yq --workspace ws --quiet
check_is "corners in all files: oriented boxes" detection-obb "$(one ws "SELECT DISTINCT task v FROM sample")"
echo '0 0.1 0.1 0.5 0.1 0.5 0.5 0.3 0.7 0.1 0.4' >yq/labels/98.txt
rm -rf ws
check_exit "a ring in one file" 0 rsift index yq --workspace ws --quiet
check_is "a ring in one file: segments" detection-hbb "$(one ws "SELECT DISTINCT task v FROM sample")"
rm yq/labels/98.txt && printf 'task: segment\nnames: [ship]\n' >yq/data.yaml
rm -rf ws
check_exit "data.yaml says segment" 0 rsift index yq --workspace ws --quiet
check_is "data.yaml says segment" detection-hbb "$(one ws "SELECT DISTINCT task v FROM sample")"
# labels that say nothing, or cannot be read, are no captions
mkdir -p bare && cp "$1" bare/1.png && cp "$1" bare/2.png && : >bare/1.txt && printf '0 100 200 50\n' >bare/2.txt
rm -rf ws
check_exit "labels without words" 2 rsift index bare --workspace ws --quiet
# one picture's own object, as SODA has it, is no COCO
mkdir -p soda && cp "$1" soda/00001.png
printf '{"images":{"file_name":"00001.png","width":64,"height":64,"id":1},"categories":[{"id":0,"name":"plane"}],"annotations":[{"poly":[1,1,9,1,9,9,1,9],"category_id":0}]}' >soda/00001.json
rm -rf ws
check_exit "soda alone" 0 rsift index soda --workspace ws --quiet
check_is "soda alone: its reader" soda "$(one ws "SELECT DISTINCT reader v FROM reading WHERE reader IS NOT NULL")"

# --dry-run
rm -rf ws
check_exit "a dry run" 0 rsift index coco --dry-run --workspace ws --licence MIT
check_says "a dry run: the record" "region    hbb ship px-xywh: 1 2 3 4"
check_says "a dry run: the picture" "P1.png -> img/P1.png"
check_is "a dry run: nothing is written" 0 "$(ls | grep -c '^ws$')"
check_exit "a dry run, --json" 0 rsift index coco --dry-run --json
check_is "a dry run: the answer" "coco P1.png 1" "$(python3 -c "
import json;a=json.load(open('$work/.out'));print(a['own']['reader'],a['record']['assets'][0]['path'],a['record']['n_regions'])")"

# what is not sure is asked
mkdir two && coco >two/c.json && chat P1.png >two/l.json && cp "$1" two/P1.png
check_exit "two kinds" 2 rsift index two --workspace ws
check_says "two kinds: both are named" "2 kinds of data lie here: coco (c.json), llava (l.json)"
check_says "two kinds: a line for the first" "rsift index two/c.json --reader coco --name c"
check_says "two kinds: a line for the second" "rsift index two/l.json --reader llava --name l"
mkdir heap && cp "$1" "$2" heap
check_exit "pictures alone" 2 rsift index heap --workspace ws
mkdir -p sets/train sets/test && cp "$1" sets/train/ && cp "$2" sets/test/
check_exit "train and test are no classes" 2 rsift index sets --workspace ws
check_says "train and test are no classes: told" "no annotation"
mkdir -p classes/airport classes/beach && cp "$1" classes/airport/ && cp "$2" classes/beach/
check_exit "class folders" 0 rsift index classes --workspace ws --quiet
check_is "class folders: two" "airport beach" "$(one ws "SELECT string_agg(array_to_string(labels, ''), ' ' ORDER BY labels) v FROM sample")"
# pictures in "images/" are called as those of several published sets
mkdir -p named/images masked/images masked/masks && cp "$1" named/images/P1.jpg
printf '[{"img":"P1.jpg","ques":"a road?","ans":"yes"}]\n' >named/qa.json
check_exit "fields nobody knows" 2 rsift index named --workspace ws
check_says "fields nobody knows: they are named" "its fields: img, ques, ans"
cp "$1" masked/images/P1.jpg && cp "$2" masked/masks/P1.png
check_exit "masks" 0 rsift index masked --dry-run
check_says "masks: by" "--reader masks"

# a picture's bytes in a cell are no name of a file
printf 'image\tcaption\n/9j/%01024d\ta road\n' 0 >bytes.tsv
check_exit "bytes in a cell" 2 rsift index bytes.tsv --workspace ws
check_says "bytes in a cell: told" "found its bytes in the text: write each to a file"

# tars of img2dataset, beside its counts and tables
mkdir -p pile wds && cp "$1" pile/0.jpg && cp "$2" pile/1.jpg
for k in 0 1; do echo "a road $k" >pile/$k.txt && printf '{"caption":"a road","key":"%s"}' $k >pile/$k.json; done
tar -cf wds/00000.tar -C pile 0.jpg 0.json 0.txt && tar -cf wds/00001.tar -C pile 1.jpg 1.json 1.txt
printf '{"count":1,"failed_to_download":0}' >wds/00000_stats.json
rm -rf ws
check_exit "img2dataset" 0 rsift index wds --workspace ws --quiet
check_is "img2dataset: read in full" "webdataset 2 2 0" "$(one ws "SELECT min(reader) || ' ' || sum(seen) || ' ' || sum(used) || ' ' || (SELECT count(*) FROM finding) v FROM reading")"

# labels whose names of classes lie above them, beside other data
mkdir -p several/ships/images/train several/ships/labels/train several/ships/labels/val
cp "$1" several/ships/images/train/P1.png && cp -r llava several/
for s in train val; do echo '0 0.5 0.5 0.2 0.2' >several/ships/labels/$s/P1.txt; done
printf 'names:\n  0: ship\n' >several/ships/data.yaml
check_exit "names above the labels" 0 rsift scan several
check_says "names above the labels: one line" "rsift index several/ships --reader yolo --name ships"

printf 'a b c\n' >x.txt
check_exit "what nobody reads" 2 rsift index x.txt --workspace ws
check_says "what nobody reads: told" "no reader knows them"
finish
