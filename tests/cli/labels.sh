# Label maps through the command: folders, archives, threads, every fault with its place, and what is shown.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "labels: no python3 to write pictures with"; finish; }

# png/npy FILE ROWS..: rows of digits; only Python's own library
cat >make.py <<'PY'
import little, os, struct, sys

def png(rows):
    return little.png(len(rows[0]), [[int(c) for c in row] for row in rows])

def npy(rows):
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }" % (len(rows), len(rows[0]))
    head += " " * (53 - len(head) % 64 % 54) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode() + bytes(int(c) for r in rows for c in r)

def photo():
    return little.png(64, [bytes((x * 4 + y * z) % 256 for x in range(64) for z in (1, 2, 3)) for y in range(64)])

path, rows = sys.argv[1], sys.argv[2:]
os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
body = photo() if rows == ["photo"] else npy(rows) if path.endswith(".npy") else png(rows)
open(path, "wb").write(body)
PY
map() { python3 make.py "$@" || exit 1; }
score() { rsift score "$@" --quiet; }
# value NAME FILE: a measure of an answer
value()
{
    python3 -c 'import json, sys
print({m["name"]: "%.9f" % m["value"] for m in json.load(open(sys.argv[2]))["measures"]}[sys.argv[1]])' "$1" "$2"
}

map t/a.png 0011 0011
map t/b.png 2222 2222
map t/c.png 0101 1010
map p/a.png 0011 0111
map p/b.npy 2222 2221
map p/c.png 0101 1010

check_exit "a folder" 0 score seg.miou --truth t --predictions p --json
cp .out folder.json
# 24 pixels, 22 right; IoU 7/8, 8/10, 7/8
check_is "OA" "91.666666667" "$(value OA folder.json)"
check_is "mIoU" "85.000000000" "$(value mIoU folder.json)"

# the same from archives and by any number of threads, but for the paths
plain() { sed 's/"path":"[^"]*"/"path":""/g' "$1"; }
plain folder.json >folder.plain
python3 - <<'PY'
import tarfile, zipfile
with zipfile.ZipFile("p.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for name in ("c.png", "b.npy", "a.png"):  # another order than the folder's
        z.write("p/" + name, "some/folder/" + name)
    z.writestr("__MACOSX/some/._a.png", b"x")
with tarfile.open("t.tar.gz", "w:gz") as t:
    t.add("t")
PY
check_exit "a zip and a tar.gz" 0 score seg.miou --truth t.tar.gz --predictions p.zip --json
plain .out >archive.plain
check_same "archives give the same answer" folder.plain archive.plain
for n in 1 2 5; do
    check_exit "threads $n" 0 score seg.miou --truth t --predictions p --json --threads $n
    check_same "threads $n give the same answer" folder.json .out
done

head -c 120 t.tar.gz >cut.tar.gz
check_exit "a cut archive" 2 score seg.miou --truth cut.tar.gz --predictions p.zip
check_says "a cut archive is named" "cut.tar.gz"

# options
check_exit "classes" 0 score seg.miou --truth t --predictions p --classes "sea,land,ice" --markdown
check_says "classes are named" "| land | 8 | 80.00 |"
printf 'sea\n\nland = 1\nice\n' >classes.txt
check_exit "classes from a file" 0 score seg.miou --truth t --predictions p --classes classes.txt
check_says "classes from a file are named" "land "
check_exit "left out" 0 score seg.miou --truth t --predictions p --ignore-label 2 --json
check_says "left out is said" "8 pixels left out by --ignore-label"
check_exit "outside" 0 score seg.miou --truth t --predictions p --classes a,b --json
check_says "outside is said" "8 pixels left out: the truth's label is none of the classes"
check_exit "another class list" 2 score seg.miou --truth t --predictions p --classes "a=#ff0000,b"
check_says "mixed classes" "either all classes have colours or none"
check_exit "a class twice" 2 score seg.miou --truth t --predictions p --classes "a,b,a"
check_says "a class twice is named" 'class "a" stands twice'
check_exit "a bad class" 2 score seg.miou --truth t --predictions p --classes "a=#12345g,b=#000000"
check_says "a bad class is quoted" 'found "a=#12345g"'
check_exit "a bad label" 2 score seg.miou --truth t --predictions p --ignore-label 1,x
check_says "a bad label is quoted" 'found "x"'
check_exit "nothing left" 2 score seg.miou --truth t --predictions p --ignore-label 0,1,2
check_says "nothing left is said" "no pixel of the truth counts"
check_exit "options of others" 2 score vqa.floodnet --truth t --predictions p --ignore-label 1
check_exit "colours of numbers" 2 score seg.miou --truth t --predictions p --classes "a=#000000,b=#010101"
check_says "an array has no colours" "b.npy"
check_exit "two classes only" 2 score change.bit --truth t --predictions p --classes a,b
check_exit "no dataset" 2 score seg.miou --dataset x --predictions p
check_exit "samples" 0 score seg.miou --truth t --predictions p --samples rows.jsonl
check_is "a row a map" 3 "$(wc -l <rows.jsonl | tr -d ' ')"
check_is "the share of right pixels" 2 "$(grep -c '"score":0.875' rows.jsonl)"
check_exit "an offset" 0 score seg.miou --truth t --predictions p --prediction-offset 1 --json
check_is "an offset shifts: one pixel is right" "4.166666667" "$(value OA .out)"

check_exit "two pictures" 0 score seg.miou --truth t/a.png --predictions p/c.png --json
check_is "two pictures pair" "50.000000000" "$(value OA .out)"

# a second model, a subset
map q/a.png 0011 0011
map q/b.png 2200 2222
map q/c.png 0000 1111
check_exit "a second model" 0 score seg.miou --truth t --predictions p --compare q --json
cp .out pair.json
first=$(python3 -c 'import json; r = json.load(open("pair.json"))["compare"]; print("%.9f %.9f" % (r["measures"][0]["value"], r["difference"]))')
check_exit "the second alone" 0 score seg.miou --truth t --predictions q --json
second=$(value mIoU .out)
check_is "its number and the difference" "$first" "$second $(python3 -c "print('%.9f' % (85 - $second))")"
check_is "the first is as it was" 1 "$(python3 -c 'import json
a, b = json.load(open("pair.json")), json.load(open("folder.json"))
print(int(a["measures"] == b["measures"] and a["categories"] == b["categories"] and a["truth"] == b["truth"]))')"
check_exit "a model against itself" 0 score seg.miou --truth t --predictions p --compare p.zip --json
check_says "no difference" '"difference":0,"low":0,"high":0,"bootstrap_p":1'
printf 'a\nc\nnowhere\n' >only.ids
check_exit "a subset" 0 score seg.miou --truth t --predictions p --only only.ids --json
check_is "a subset's number" "93.750000000 1" "$(python3 -c 'import json
s = json.load(open(".out"))["subset"]
print("%.9f" % s["measures"][1]["value"], s["unknown_ids"])')"
check_is "the whole is as it was" "$(value mIoU folder.json)" "$(value mIoU .out)"

# faults of the pairing
mkdir -p few more
cp p/a.png p/b.npy few/
cp p/* more/ && cp p/a.png more/z.png && cp p/a.png more/a.bmp.png && map more/a.npy 0011 0011
check_exit "a missing map" 1 score seg.miou --truth t --predictions few
check_says "a missing map is shown" "INCOMPLETE: 1 missing"
check_says "its pixels do not count" "2 maps, 16 pixels"
check_exit "samples with a missing map" 1 score seg.miou --truth t --predictions few --samples few.jsonl
check_is "a missing map has no share" 1 "$(grep -c '"id":"c".*"state":"missing","score":null' few.jsonl)"
check_exit "a comparison with a missing map" "0 1" score seg.miou --truth t --predictions p --compare few --json
check_says "no interval of the difference then" '"low":null,"high":null,"bootstrap_p":null'
check_exit "extra maps" 1 score seg.miou --truth t --predictions more
check_says "extra and repeated maps" "1 repeated, 2 extra"
mkdir -p t2/x t2/y p2/x p2/y
cp t/a.png t2/x/ && cp t/c.png t2/y/a.png && cp p/a.png p2/x/ && cp p/c.png p2/y/a.png
check_exit "names repeat" 0 score seg.miou --truth t2 --predictions p2
check_says "pairing by path is said" "Paired by path below the shared folder"
check_says "paths pair" "2 maps, 16 pixels"
mkdir -p other empty
cp p/a.png other/q.png
check_exit "no pair" 2 score seg.miou --truth t --predictions other
check_says "no pair names both" '("a" there, "q" here)'
check_exit "no maps" 2 score seg.miou --truth t --predictions empty
check_says "no maps is said" "no label maps"
check_exit "no folder" 2 score seg.miou --truth t --predictions nowhere
check_says "no folder is named" "nowhere"
mkdir -p twice && cp t/a.png twice/ && map twice/a.npy 00 11
check_exit "a truth twice" 2 score seg.miou --truth twice --predictions p
check_says "a truth twice names both" "two maps of one name"

# bad pictures
bad() # NAME EXPECTED: a.png of the predictions is bad
{
    check_exit "$1" 2 score seg.miou --truth t --predictions bad --json
    check_says "$1: what" "$2"
    check_says "$1: where" "bad > a.png"
    check_is "$1: no answer" 0 "$(wc -c <.out | tr -d ' ')"
}
mkdir -p bad
map bad/a.png 001 001
bad "another size" "the truth has 4 x 2 pixels, the prediction 3 x 2"
head -c 50 p/a.png >bad/a.png
bad "cut short" "a PNG"
map bad/a.png photo
bad "a photograph" "expected a label map, found more than 1024 different values"
: >bad/a.png
bad "an empty file" "the file is empty"
echo "class 1" >bad/a.png
bad "a text" "picture"
printf '\377\330\377\340\0\020JFIF\0\1\1\0\0\1\0\1\0\0\377\300\0\013\010\0\2\0\4\1\1\021\0\377\332\0\010\1\1\0\0\077\0\0\377\331' >bad/a.png
bad "a JPEG" "a JPEG does not keep class numbers"

# change masks: pictures and records
map c/a.png 0110
map d/a.png 0100
check_exit "change" 0 score change.bit --truth c --predictions d
check_says "change: recall" "recall           50.00  %"
map d/a.png 0190
check_exit "an odd value" 0 score change.bit --truth c --predictions d --json
check_says "an odd value is said" "1 values of masks were neither 0, 1 nor 255: read as unchanged"
echo '{"id":1,"ground_truth":["0110"],"prediction":["0100"]}' >c.jsonl
check_exit "change in records" 0 score change.bit --predictions c.jsonl
check_says "change in records: recall" "recall           50.00  %"

echo '{"id":1,"mask":["0110"]}' >one.jsonl
for profile in change.bit seg.miou refseg.rrsis-d; do
    check_exit "one mask is no pair: $profile" 2 score $profile --predictions one.jsonl
    check_says "one mask is no pair: $profile, where" "one.jsonl > line 1"
done
check_exit "one mask and a truth" 0 score change.bit --truth one.jsonl --predictions one.jsonl

# maps in records: rows of digits, rows of labels, one mask a class
cat >t.jsonl <<'JSON'
{"id":"a","labels":["0011","0011"]}
{"id":"b","labels":[[2,2,2,2],[2,2,2,2]]}
{"id":"c","labels":["0101","1010"]}
JSON
cat >p.jsonl <<'JSON'
{"id":"a","labels":{"land":{"size":[2,4],"counts":[3,5]}}}
{"id":"c","labels":["0101","1010"]}
{"id":"b","labels":{"2":{"size":[2,4],"counts":[0,7,1]},"1":{"size":[2,4],"counts":[7,1]}}}
JSON
check_exit "records" 0 score seg.miou --truth t.jsonl --predictions p.jsonl --classes sea,land,ice --json
check_is "records: mIoU" "$(value mIoU folder.json)" "$(value mIoU .out)"
check_is "records have intervals" 1 "$(grep -c '"name":"mIoU","value":85,"low":[0-9]' .out)"
check_exit "no comparison of records" 2 score seg.miou --truth t.jsonl --predictions p.jsonl --compare p.jsonl
printf 'a\nc\n' >only.ids
check_exit "a subset of records" 0 score seg.miou --truth t.jsonl --predictions p.jsonl --classes sea,land,ice --only only.ids
check_says "a subset of records is shown" "Only the 2 samples"
echo '{"id":"a","labels":["00x1","0011"]}' >bad.jsonl
check_exit "a bad row of the truth" 2 score seg.miou --truth bad.jsonl --predictions p.jsonl
check_says "a bad row is named" "row 0 of the map, column 2: expected a digit"
check_says "its line is named" "bad.jsonl > line 1"
tail -n 2 p.jsonl >>bad.jsonl
check_exit "a bad prediction" 1 score seg.miou --truth t.jsonl --predictions bad.jsonl
check_says "a bad prediction is counted" "1 unparsed"
echo '{"id":"a","labels":{"1":{"size":[2,4],"counts":[3,5]},"2":{"size":[2,4],"counts":[7,1]}}}' >bad.jsonl
check_exit "two classes in one place" 2 score seg.miou --truth bad.jsonl --predictions p.jsonl
check_says "two classes in one place: where" "lies in two masks"
finish
