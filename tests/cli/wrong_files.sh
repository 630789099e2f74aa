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
    refused f/p.parquet $reader "a Parquet file" "JSON Lines"
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

# A release of the catalogue whose files are pointers of Git LFS is not read as data.
mkdir -p dior/Annotations/"Horizontal Bounding Boxes" lfs
for i in 00001 00002; do cp f/lfs.json "dior/Annotations/Horizontal Bounding Boxes/$i.xml"; done
check_exit "pointers for a release" 2 rsift index dior --dataset dior --workspace ws-lfs --quiet
check_says "pointers for a release: told" "Git LFS pointer"

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
