# Files that hold nothing the reader reads: exit 2, what the file looks like, what to do instead.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# refused FILE READER WORDS...
refused()
{
    file=$1 reader=$2
    shift 2
    rm -rf ws
    check_exit "$file as $reader" 2 rsift index "$file" --reader "$reader" --name mine --workspace ws --quiet \
        --param "task=vqa"
    for words in "$@"; do check_says "$file as $reader: $words" "$words"; done
}

mkdir -p f
echo '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"bounds_imcoords":"1,2,3,4"}}]}' >f/geo.json
echo '{"version":"5.0","shapes":[{"label":"a","points":[[1,2],[3,4]]}],"imagePath":"1.png"}' >f/labelme.json
printf 'filepath,title\n1.png,"a, b"\n' >f/t.csv
printf 'PAR1\025\004\025\000PAR1' >f/p.parquet
printf '\223NUMPY\001\000v\000{}' >f/n.json
printf '\200\004\225\020\000' >f/p.json
printf '<!DOCTYPE html>\n<html><body>404</body></html>' >f/h.json
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:aaaa\nsize 100\n' >f/lfs.json
printf '\211HDF\r\n\032\n0000' >f/h5.json
: >f/empty.json
echo '[]' >f/none.json
echo '{"data":[{"id":"1"}]}' >f/data.json
echo '{"images":[],"annotations":[]}' >f/no-images.json
printf '%s\n' '[{"id":"1","image":"1.png","conversations":[{"from":"human","value":"<image>\nhi"},{"from":"gpt","value":"yo"}]}]' >f/llava.json
echo '0 0.5 0.5 0.25 0.25' >f/1.txt
gzip -c f/llava.json >f/g.data
for reader in coco llava; do
    refused f/geo.json $reader "GeoJSON with the keys type, features" "$reader reads"
    refused f/labelme.json $reader "is labelme"
    refused f/t.csv $reader "a table with the columns filepath,title" "the reader records reads tables"
    refused f/p.parquet $reader "p.parquet" "Footer length"
    refused f/n.json $reader "a NumPy array"
    refused f/p.json $reader "a Python pickle"
    refused f/h.json $reader "a web page (HTML)" "download"
    refused f/lfs.json $reader "a Git LFS pointer" "git lfs pull"
    refused f/h5.json $reader "an HDF5 file"
    refused f/g.data $reader "gzip-compressed"
    refused f/empty.json $reader "empty.json is empty"
    refused f/none.json $reader "nothing was read"
    refused f/data.json $reader "nothing was read" "with the keys data"
done
refused f/no-images.json coco "nothing was read: 0 records, 0 samples"
rsift index f/data.json --reader coco --name once --workspace ws-once >once 2>&1
check_is "what it is is said once" 1 "$(grep -o 'with the keys' once | wc -l | tr -d ' ')"
refused f/llava.json coco "the reader llava reads it"
refused f/llava.json voc "the reader llava reads it"
refused f/1.txt dota "YOLO labels"
refused f/t.csv lines "--reader records --param image=COLUMN --param caption=COLUMN"
refused f/llava.json records "must be told the fields"

# What was refused holds nothing: the right file of that name is indexed from elsewhere.
rm -rf ws
check_exit "a wrong file first" 2 rsift index f/data.json --reader llava --name mine --workspace ws --quiet
check_exit "then the right one" 0 rsift index f/llava.json --reader llava --name mine --workspace ws --quiet
check_is "the right one alone is there" "mine@own 1" \
    "$(one ws "SELECT string_agg(DISTINCT release_id) || ' ' || count(*) v FROM sample")"
check_exit "again: nothing left to do" 0 rsift index f/llava.json --reader llava --name mine --workspace ws --quiet
check_says "which is said" "1 of 1 sources were complete already"
check_exit "a unit without work" 0 rsift index f/llava.json --reader llava --name units --workspace ws --unit 7/8 --quiet
check_says "which is said, too" "nothing to do"
check_exit "all units together" 0 rsift index f/llava.json --reader llava --name units --workspace ws --quiet

# One wrong file among others is a finding with the same words; the others are read.
mkdir -p some && cp f/geo.json some/b.json
echo '{"images":[{"id":1,"file_name":"1.png","width":10,"height":10}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1,"name":"a"}]}' >some/a.json
check_exit "one wrong file among others" 0 rsift index some --reader coco --name some --workspace ws-some --quiet
check_is "one wrong file among others: told" "b.json serious" \
    "$(one ws-some "SELECT locator || ' ' || severity v FROM finding WHERE code = 'nothing-read' AND message LIKE 'b.json is GeoJSON%'")"

# Every file that looks like annotation and is read by no source is told, whatever its name and place.
mkdir -p every/sub every/.hidden
cp some/a.json every/zz-good.json
for i in $(seq 10 50); do cp f/geo.json every/bad$i.json; done
: >every/sub/empty.json
cp f/labelme.json every/sub/shapes.json
cp f/data.json every/other.json
cp f/geo.json every/sub/map.geojson
cp f/llava.json every/sub/chat.jsonl
cp f/1.txt every/sub/1.txt
cp f/p.parquet every/sub/table.parquet
cp f/geo.json every/.hidden/left.json
echo 'classes: ship' >every/readme.txt
echo '<PAMDataset/>' >every/1.png.aux.xml
check_exit "many wrong files before the good one" 0 rsift index every --reader coco --name every --workspace ws-every --quiet
check_says "the answer names them" "NOT READ  "
check_says "and how many more" "39 more"
check_is "and what reads one of them" 1 "$(one ws-every "SELECT count(*) v FROM finding WHERE message LIKE '%rsift index FILE --reader llava --name OTHER'")"
check_is "the good one is read" 1 "$(one ws-every "SELECT count(*) v FROM sample")"
check_is "all of them are told, each once" "49 of 49" \
    "$(one ws-every "SELECT count(*) || ' of ' || count(DISTINCT locator) v FROM finding WHERE code = 'nothing-read'")"
for name in empty.json shapes.json other.json map.geojson chat.jsonl 1.txt table.parquet; do
    check_is "told: $name" 1 "$(one ws-every "SELECT count(*) v FROM finding WHERE code = 'nothing-read' AND locator LIKE '%$name'")"
done
check_exit "audit says so by its exit code" 1 rsift audit --workspace ws-every --level serious
for i in 1 2 3; do
    check_exit "units: $i" 0 rsift index every --reader coco --name every --workspace ws-units --unit $i/3 --quiet
done
check_is "units tell each file once" 49 "$(one ws-units "SELECT count(*) v FROM finding WHERE code = 'nothing-read'")"

# Captions in COCO's form are captions, also beside boxes; classes alone are refused.
echo '{"images":[{"id":1,"file_name":"1.png","width":10,"height":10}],"annotations":[{"id":1,"image_id":1,"caption":"a road"}]}' >f/captions.json
sed 's/"caption":"a road"/"category_id":1/' f/captions.json >f/classes-only.json
refused f/classes-only.json coco "none of its 1 annotations has a box, an outline or a caption"
mkdir -p two && cp f/captions.json two/c.json && cp some/a.json two/i.json
check_exit "captions beside boxes" 0 rsift index two --reader coco --name two --workspace ws-two --quiet
check_is "captions beside boxes: the list stays known" "true" "$(one ws-two "SELECT bool_and(complete) v FROM sample WHERE task = 'detection-hbb'")"
check_is "captions beside boxes: both are read" "caption a road" "$(one ws-two "SELECT string_agg(task || ' ' || text, ', ') v FROM sample JOIN turn USING (sample_id)")"

# A damaged array: what is lost is said, and no picture's list is taken for whole.
mkdir -p cut && printf '%s' '{"images":[{"id":1,"file_name":"1.png","width":10,"height":10},{"id":2,"file_name":"2.png","width":10,"height":10}],"categories":[{"id":1,"name":"a"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]},{"id":2,"image_id":2,"cat' >cut/b.json
printf '%s' '{"images":[{"id":3,"file_name":"3.png","width":10,"height":10}],"categories":[{"id":1,"name":"a"}],"annotations":[{"id":1,"image_id":3,"category_id":1,"bbox":[1,2,3,4]}]}' >cut/a.json
check_exit "a damaged array" 0 rsift index cut --reader coco --name cut --licence MIT --workspace ws-cut --quiet
check_says "a damaged array: what is lost" "b.json: the rest of the file, 25 bytes from byte 221 on"
check_is "a damaged array: its place is its own file's" 0 "$(one ws-cut "SELECT count(*) v FROM finding WHERE locator LIKE 'a.json%'")"
check_is "a damaged array: no list of its pictures is whole" "1.png false, 2.png false, 3.png true" \
    "$(one ws-cut "SELECT string_agg(a.path || ' ' || complete, ', ' ORDER BY a.path) v FROM sample s JOIN sample_asset USING (sample_id) JOIN asset a USING (asset_id)")"
check_exit "a damaged array: audit" 1 rsift audit --workspace ws-cut --level serious
printf 'name: m\nlicence: any\nunresolved: keep\ndatasets:\n  - {id: cut}\n' >cut.yaml
check_exit "a damaged array: a mixture" "0 1" rsift mix cut.yaml --workspace ws-cut --quiet
check_is "a damaged array: left out for it" 2 "$(one ws-cut "SELECT count(*) v FROM ledger WHERE reason = 'annotation-incomplete'")"

# A release of the catalogue whose files are pointers of Git LFS is not read as data.
mkdir -p dior/Annotations/"Horizontal Bounding Boxes" lfs
for i in 00001 00002; do cp f/lfs.json "dior/Annotations/Horizontal Bounding Boxes/$i.xml"; done
check_exit "pointers for a release" 2 rsift index dior --dataset dior --workspace ws-lfs --quiet
check_says "pointers for a release: told" "Git LFS pointer"

good=$(echo '<annotation><filename>3.jpg</filename><size><width>64</width><height>64</height></size><object><name>ship</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>')
echo "$good" >"dior/Annotations/Horizontal Bounding Boxes/00003.xml"
check_exit "a pointer among labels" 0 rsift index dior --dataset dior --workspace ws-lfs --quiet
check_is "a pointer among labels: the label is read" 1 "$(one ws-lfs "SELECT count(*) v FROM sample")"

# Tables as records: the header names the fields, quotes are undone, an empty cell is no value.
mkdir -p pics
printf '\357\273\277filepath;title\n1.png;"a road; surface of ""asphalt"""\n2.png;\n' >semicolons.csv
check_exit "a table" 0 rsift index semicolons.csv --reader records --name table --workspace ws --quiet \
    --param image=filepath --param caption=title
check_is "its captions" 'a road; surface of \"asphalt\"' \
    "$(one ws "SELECT string_agg(text, '/') v FROM turn JOIN sample USING (sample_id) WHERE dataset = 'table'")"
check_is "a caption's task" caption "$(one ws "SELECT min(task) v FROM sample WHERE dataset = 'table'")"
check_exit "a column that is not there" 2 rsift index semicolons.csv --reader records --name column --workspace ws \
    --quiet --param image=file --param caption=title
check_says "the columns that are" 'no column "file"; its columns are filepath, title'
finish
