# One set of answers in every container and syntax gives one report; whatever cannot be read is refused
# with exit code 2 and its place.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

cat >make.py <<'PY'
import bz2, csv, gzip, io, json, lzma, tarfile, zipfile
from xml.sax.saxutils import escape

def put(name, data):
    with open(name, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())

said = ["A", "The answer is B.", 'C, "quoted"\nand\tmore', "", "  A  ", "caf\u00e9 <&> \u65e5\u672c"]
rows = [{"index": i, "question": 'What "is"\tit,\n%d?' % i, "A": "yes", "B": "no", "C": "may\u00e9 <&>",
         "answer": "ABC"[i % 3], "prediction": said[i % 6], "category": "xy"[i % 2], "image": "im%d.png" % (i // 2)}
        for i in range(1, 41)]
lines = "".join(json.dumps(r) + "\n" for r in rows)
put("whole.jsonl", lines)
put("utf8.jsonl", "\ufeff" + "\r\n\r\n".join(json.dumps(r, ensure_ascii=False) for r in rows))
put("lines.json", lines)
put("array.json", json.dumps(rows))
put("pretty.json", json.dumps(rows, indent=2, ensure_ascii=False))
put("array.jsonl", json.dumps(rows))
put("values.json", "\n".join(json.dumps(r, indent=1) for r in rows))
put("logs.json", json.dumps({"config": {"data": [1, {"a": "]}"}]}, "samples": 3, "logs": rows, "end": {}}))
put("questions.json", json.dumps({"info": {}, "questions": rows}, indent=1))
keys = list(rows[0])
keys.insert(keys.index("C") + 1, "D")  # a column of options that nobody filled in
def table(separator, float_ids=False, **more):
    out = io.StringIO()
    w = csv.writer(out, delimiter=separator, **more)
    w.writerow(keys)
    for r in rows:
        w.writerow([("%d.0" % r[k] if float_ids and k == "index" else r.get(k, "")) for k in keys])
    return out.getvalue()
put("table.csv", table(","))
put("table.tsv", table("\t", lineterminator="\n"))
put("quoted.csv", "\ufeff" + table(",", quoting=csv.QUOTE_ALL))
put("floats.tsv", table("\t", True))

def column(i):
    return chr(65 + i)
def sheet(shared=None, refs=True, float_ids=False, prefix=""):
    out = []
    for n, r in enumerate([dict(zip(keys, keys))] + rows, 1):
        cells = []
        for i, k in enumerate(keys):
            v = r.get(k, "")
            place = ' r="%s%d"' % (column(i), n) if refs else ""
            if isinstance(v, int):
                cells.append("<c%s><v>%s</v></c>" % (place, "%d.0" % v if float_ids else v))
            elif v == "" and refs:
                continue  # an empty cell is left out
            elif shared is not None:
                if v not in shared:
                    shared[v] = len(shared)
                cells.append('<c%s t="s"><v>%d</v></c>' % (place, shared[v]))
            else:
                cells.append('<c%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (place, escape(v)))
        out.append("<row%s>%s</row>" % (' r="%d"' % n if refs else "", "".join(cells)))
    text = "<worksheet><sheetData>" + "".join(out) + "</sheetData></worksheet>"
    if prefix:
        text = text.replace("</", "</" + prefix).replace("<", "<" + prefix).replace("<" + prefix + "/", "</")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text
def book(name, sheets, shared=None, target="worksheets/sheet%d.xml"):
    rel = '<Relationship Id="rId%s" Type="http://x/%s" Target="%s"/>'
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets>' + "".join(
            '<sheet name="S%d" sheetId="%d" r:id="rId%d"/>' % (i, i, i) for i in range(1, len(sheets) + 1)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", "<Relationships>" + "".join(
            rel % (i, "worksheet", target % i) for i in range(len(sheets), 0, -1)) +
            (rel % ("S", "sharedStrings", "sharedStrings.xml") if shared is not None else "") + "</Relationships>")
        for i, s in enumerate(sheets, 1):
            z.writestr("xl/worksheets/sheet%d.xml" % i, s)
        if shared is not None:
            z.writestr("xl/sharedStrings.xml", "<sst>" + "".join(
                '<si><t xml:space="preserve">%s</t></si>' % escape(t) for t in shared) + "</sst>")
shared = {}
book("shared.xlsx", [sheet(shared)], shared)
book("inline.xlsx", [sheet()], target="/xl/worksheets/sheet%d.xml")
book("bare.xlsx", [sheet(refs=False)])
book("prefix.xlsx", [sheet(prefix="x:")])
book("floats.xlsx", [sheet(float_ids=True)])
book("two.xlsx", [sheet(), "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>"])

gzip.open("lines.jsonl.gz", "wb").write(lines.encode())
bz2.open("lines.jsonl.bz2", "wb").write(lines.encode())
lzma.open("array.json.xz", "wb").write(json.dumps(rows).encode())
gzip.open("table.tsv.gz", "wb").write(open("table.tsv", "rb").read())
gzip.open("sheet.xlsx.gz", "wb").write(open("shared.xlsx", "rb").read())
for name, member in (("csv.zip", "table.csv"), ("xlsx.zip", "shared.xlsx")):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        z.write(member, "run 1/" + member)
        z.writestr("__MACOSX/run 1/._" + member, b"litter")
with tarfile.open("lines.tar.gz", "w:gz") as t:
    t.add("whole.jsonl", "out/whole.jsonl")

# a truth and its answers apart, for maps
truth = [{"id": str(i), "answer": "yes"} for i in range(1, 31)]
good = [json.dumps({"id": str(i), "prediction": "yes"}) for i in range(1, 31)]
put("truth.jsonl", "".join(json.dumps(t) + "\n" for t in truth))
put("good.jsonl", "\n".join(good))
put("map.json", json.dumps({str(i): "yes" for i in range(1, 31)}))
put("prettymap.json", "\ufeff" + json.dumps({str(i): "yes" for i in range(1, 31)}, indent=1))
put("objects.json", json.dumps({str(i): {"prediction": "yes", "x": [i]} for i in range(1, 31)}))
put("samples.json", json.dumps({"note": "n", "samples": [json.loads(g) for g in good]}))
put("lone.json", '{\n "id": "1",\n "prediction": "yes"\n}')
put("repeats.json", '{"1": "no", "1": "yes"}')

bad = good[:16] + ['{"id":"17","prediction":yes}'] + good[17:]
put("line17.jsonl", "\n".join(bad))
put("line17.json", "\n".join(bad))
gzip.open("line17.jsonl.gz", "wb").write("\n".join(bad).encode())
put("cut.json", ("[" + ",".join(good) + "]")[:500])
put("cutmap.json", json.dumps({str(i): "yes" for i in range(1, 31)})[:100])
put("cutlogs.json", json.dumps({"logs": [json.loads(g) for g in good]})[:300])
put("cut.jsonl", "\n".join(good)[:-9])
put("trailing.json", "[" + ",".join(good) + "] xyz")
put("second.json", "[" + ",".join(good) + "][" + good[0] + "]")
put("trailingmap.json", '{\n"1":"yes"} xyz')
put("nul.jsonl", good[0] + '\n{"id":"2","prediction":"a\0b"}\n')
put("escaped.jsonl", good[0] + '\n{"id":"2","prediction":"a\\u0000b"}\n')
put("latin.jsonl", good[0].encode() + b'\n{"id":"2","prediction":"caf\xe9"}\n')
put("latinkey.json", b'{"1":"yes","\xe9":"yes"}')
put("latin.tsv", b"id\tprediction\n1\tyes\n2\tcaf\xe9\n")
put("nul.csv", "id,prediction\n1,ye\0s\n")
put("key.jsonl", '{"id":"1","prediction":"a","prediction":"yes"}\n')
put("column.csv", "id,prediction,prediction\n1,a,b\n")
put("few.csv", 'id,prediction,x\n1,"y\nes",2\n2,yes\n')
put("many.tsv", "id\tprediction\n1\tyes\n2\tyes\tz\n")
put("quote.csv", 'id,prediction\n1,"yes\n2,no\n')
put("behind.csv", 'id,prediction\n1,"yes"no\n')
put("utf16.json", json.dumps({"1": "yes"}).encode("utf-16"))
put("utf16le.csv", "id,prediction\n1,yes\n".encode("utf-16-le"))
put("empty.json", "")
put("blank.jsonl", "\n \n")
put("none.json", "[]")
put("nologs.json", '{"logs": [ ], "note": {}}')
put("nothing.json", '{"logs": []}')
put("header.csv", "id,prediction\n")
put("word.txt", "hello")
put("number.jsonl", good[0] + "\n7\n")
put("old.xls", b"\xd0\xcf\x11\xe0" + bytes(100))
put("text.xlsx", "id,prediction\n")
put("hollow.xlsx", "PK but no zip")
with zipfile.ZipFile("other.xlsx", "w") as z:
    z.writestr("mimetype", "x")
def cells(name, xml, strings=None):
    head = '<row><c t="inlineStr"><is><t>id</t></is></c><c t="inlineStr"><is><t>prediction</t></is></c></row>'
    book(name, ["<worksheet><sheetData>" + head + xml + "</sheetData></worksheet>"], strings)
cells("formula.xlsx", '<row r="5"><c r="A5"><v>1</v></c><c r="B5"><f>5</f><v></v></c></row>')
cells("number.xlsx", '<row r="5"><c r="A5"><v>1x</v></c></row>')
cells("index.xlsx", '<row r="5"><c r="B5" t="s"><v>1</v></c></row>', ["only"])
cells("wide.xlsx", '<row r="5"><c r="D5"><v>1</v></c></row>')
cells("cached.xlsx", '<row r="5"><c r="A5"><f>2-1</f><v>1</v></c><c r="B5" t="str"><f>"y"&amp;"es"</f><v>yes</v></c></row>')
# 1 MB shared by 80 cells; a row whose JSON its escapes make too long; a long header over many rows
filler = "<c><v>1</v></c>" + '<c t="s"><v>0</v></c>' * 80
cells("bomb.xlsx", '<row r="5">' + filler + "</row>", ["A" * 1000000])
cells("rows.xlsx", '<row><c><v>1</v></c><c t="s"><v>0</v></c></row>' * 200, ["A" * 1000000])
put("escapes.csv", "id,prediction,x\n1,yes,\n2,yes," + "\1" * 11500000 + "\n")
put("names.tsv", "id\tprediction\t" + "n" * 7000000 + "\t" + "\1" * 10300000 + "\n1\tyes\t\t\n")
book("entity.xlsx", ['<!DOCTYPE w [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'])
book("cut.xlsx", [sheet()[:2000]])
with zipfile.ZipFile("several.zip", "w") as z:
    z.writestr("a.jsonl", lines)
    z.writestr("b.jsonl", lines)
PY
python3 make.py || { fail "make the files"; finish; }
mkdir folder folder/empty
cp good.jsonl folder/a.jsonl
cp good.jsonl folder/b.jsonl

# report FILE: the score without what is the file's own
report()
{
    rsift score choice.mme-realworld --predictions "$1" --json --samples samples.jsonl >.out 2>.err
    [ $? -le 1 ] || return 1 # 1: an answer could not be read, in every file alike
    python3 - <<'PY'
import json
r = json.load(open(".out"))
for k in ("truth", "predictions"):
    for own in ("path", "xxh3_128", "bytes"):
        r[k].pop(own, None)
r["samples"] = r["detail"] = None
print(json.dumps(r, indent=0))
print(open("samples.jsonl").read())
PY
}

report whole.jsonl >expected || fail "whole.jsonl" .err
grep -q '"truth": 40' expected && pass "40 records" || fail "40 records" expected
for file in utf8.jsonl lines.json array.json pretty.json array.jsonl values.json logs.json questions.json \
    table.csv table.tsv quoted.csv floats.tsv shared.xlsx inline.xlsx bare.xlsx prefix.xlsx floats.xlsx two.xlsx \
    lines.jsonl.gz lines.jsonl.bz2 array.json.xz table.tsv.gz sheet.xlsx.gz csv.zip xlsx.zip lines.tar.gz; do
    report $file >found 2>&1 || cat .err >>found
    check_same "the same report from $file" expected found
done
check_exit "two worksheets" 1 rsift score choice.mme-realworld --predictions two.xlsx
check_says "two worksheets: said" 'only "S1", the first of 2 worksheets, was read'
for threads in 1 3; do
    rsift score choice.mme-realworld --predictions table.tsv --json --threads $threads >found 2>&1
    [ $threads = 1 ] && mv found first
done
check_same "the same report with 1 and 3 threads" first found

# vqa NAME CODES FILE [WORDS...]: what happened, where
vqa()
{
    called=$1
    check_exit "$1" "$2" rsift score vqa.floodnet --truth truth.jsonl --predictions "$3" --json
    shift 3
    for words in "$@"; do check_says "$called: named" "$words"; done
}
for file in good.jsonl map.json prettymap.json objects.json samples.json; do vqa $file 0 $file '"value":100,'; done
vqa "one record" 1 lone.json '"missing":29'
vqa "an id twice in a map" 1 repeats.json '"repeated":1'
vqa "cached values of formulas" 1 cached.xlsx '"missing":29'

vqa "line 17" 2 line17.jsonl "line17.jsonl > line 17 > byte 24"
vqa "line 17 of a .json" 2 line17.json "line17.json > line 17 > byte 24"
vqa "line 17 of a .gz" 2 line17.jsonl.gz "line 17 > byte 24"
vqa "a cut array" 2 cut.json "cut.json > byte 500"
vqa "a cut map" 2 cutmap.json "cutmap.json > byte 100"
vqa "a cut list" 2 cutlogs.json "the file ends inside the record that begins at byte 282"
vqa "cut lines" 2 cut.jsonl "line 30"
vqa "words behind an array" 2 trailing.json "trailing.json > byte 1013"
vqa "an array behind an array" 2 second.json "second.json > byte 1012"
vqa "words behind a map" 2 trailingmap.json "trailingmap.json > record 2 (byte 13)"
vqa "a NUL byte" 2 nul.jsonl "line 2 > byte 25"
vqa "an escaped NUL" 2 escaped.jsonl "escaped.jsonl > line 2"
vqa "Latin-1" 2 latin.jsonl "line 2 > byte 27"
vqa "a Latin-1 key" 2 latinkey.json "record 2 (byte 15)"
vqa "Latin-1 in a table" 2 latin.tsv 'row 2 (line 3) > column "prediction"'
vqa "a NUL byte in a table" 2 nul.csv 'row 1 (line 2) > column "prediction"'
vqa "a field twice" 2 key.jsonl 'the key "prediction" stands twice' "key.jsonl > line 1"
vqa "a column twice" 2 column.csv 'two columns are named "prediction"'
vqa "a missing cell" 2 few.csv "expected 3 cells as in the header, found 2" "few.csv > row 2 (line 4)"
vqa "an extra cell" 2 many.tsv "expected 2 cells as in the header, found 3" "many.tsv > row 2 (line 3)"
vqa "an open quote" 2 quote.csv "line 2 > byte 14"
vqa "text behind a quote" 2 behind.csv "row 1 (line 2)"
vqa "UTF-16" 2 utf16.json "write it as UTF-8"
vqa "UTF-16 without its mark" 2 utf16le.csv "write it as UTF-8"
vqa "an empty file" 2 empty.json "the file is empty"
vqa "blank lines" 2 blank.jsonl "no records"
vqa "an empty array" 2 none.json "no records"
vqa "an empty list of logs" 2 nothing.json "no records"
vqa "a note beside an empty list" 2 nologs.json "no record has a prediction"
vqa "a header alone" 2 header.csv "no records"
vqa "a word" 2 word.txt "expected JSON"
vqa "a number" 2 number.jsonl "number.jsonl > line 2"
vqa "a folder of two" 2 folder "a folder or archive of 2"
vqa "an empty folder" 2 folder/empty "a folder or archive of 0"
vqa "a zip of two" 2 several.zip "a folder or archive of 2"
vqa "no such file" 2 nowhere.jsonl nowhere.jsonl
vqa "an old workbook" 2 old.xls "save it as .xlsx"
vqa "a text called .xlsx" 2 text.xlsx "expected a zip"
vqa "a damaged zip" 2 hollow.xlsx hollow.xlsx
vqa "another zip" 2 other.xlsx "not an Excel workbook"
vqa "a formula without a value" 2 formula.xlsx "row 5 > cell B5"
vqa "no number" 2 number.xlsx "row 5 > cell A5"
vqa "no such shared text" 2 index.xlsx "row 5 > cell B5"
vqa "a cell beyond the header" 2 wide.xlsx "found one in column D" "wide.xlsx > sheet row 5"
vqa "a shared text in many rows" 2 rows.xlsx "more than max_ratio = 100 times" "rows.xlsx > sheet"
vqa "a shared text in many cells" 2 bomb.xlsx "row 5 > cell BQ5" \
    "a row exceeds the limit max_record (67108864 bytes)"
for table in escapes.csv names.tsv; do
    vqa "JSON above the limit: $table" 2 $table "the row as JSON exceeds the limit max_record (67108864 bytes)"
done
vqa "JSON above the limit: its row" 2 escapes.csv 'escapes.csv > row 2 (line 3) > column "x"'
vqa "an entity" 2 entity.xlsx "declares an entity"
vqa "a cut sheet" 2 cut.xlsx "cut.xlsx > sheet \"S1\" > line "

# detection has files of its own kind: what is no list of results is refused, an empty list found nothing
python3 - <<'PY'
import json
def put(name, data):
    open(name, "w").write(data if isinstance(data, str) else json.dumps(data))
image, kind = {"id": 1700, "height": 50, "width": 50}, {"id": 3, "name": "plane"}
gold = {"id": 1, "image_id": 1700, "category_id": 3, "bbox": [0, 0, 9, 9], "area": 81, "iscrowd": 0}
truth = {"images": [image], "categories": [kind], "annotations": [gold]}
put("instances.json", truth)
put("results.json", [{"image_id": 1700, "category_id": 3, "bbox": [0, 0, 9, 9], "score": 0.5}])
put("boxed.json", {"annotations": [{"image_id": 1700, "category_id": 3, "bbox": [0, 0, 9, 9], "score": 0.5}]})
put("nolist.json", {})
put("no-box.json", [{"image_id": 1700, "category_id": 3, "score": 0.5}])
put("two-lists.json", '{"annotations": [], "annotations": []}')
put("lines.json", '{"annotations": []}\n{"annotations": []}\n')
put("upside-down.json", dict(reversed(list(truth.items()))))
put("blank.json", " ")
put("list.json", {"annotations": {"a": 1}})
put("text.json", '"abc"')
put("found-nothing.json", [])
put("unannotated.json", {"images": [image], "categories": [kind]})
put("nulls.json", dict(truth, annotations=None))
put("large.json", dict(truth, images=[dict(image, id=1), dict(image, width=70000)]))
put("crowds.json", dict(truth, annotations=[dict(gold, iscrowd=1)]))
PY
# coco NAME CODES TRUTH FILE [WORDS...]
coco()
{
    called=$1
    check_exit "$1" "$2" rsift score det.coco.bbox --truth "$3" --predictions "$4" --json
    shift 4
    for words in "$@"; do check_says "$called: named" "$words"; done
}
coco "a list of results" 0 instances.json results.json '"name":"AR@1","value":100,'
coco "results in an object" 0 instances.json boxed.json '"name":"AR@1","value":100,'
coco "an empty list of results" 0 instances.json found-nothing.json '"name":"AP","value":0,'
coco "results that are an empty object" 2 instances.json nolist.json \
    'expected a list of results, or an object with one in "annotations"; found nothing' "at nolist.json"
coco "a record without its box" 2 instances.json no-box.json "expected bbox with 4 numbers, found 0" \
    "at no-box.json > record 1"
coco "two lists of results" 2 instances.json two-lists.json 'the key "annotations" stands twice' "at two-lists.json"
coco "two documents" 2 instances.json lines.json "something stands behind the end" "as one JSON document, not lines"
coco "annotations before the images" 0 upside-down.json results.json '"name":"AR@1","value":100,'
coco "results that are blank" 2 instances.json blank.json "at blank.json"
coco "results in an object of objects" 2 instances.json list.json "at list.json" "found an object"
coco "results that are a text" 2 instances.json text.json "at text.json" "found a string"
coco "a truth without annotations" 2 unannotated.json results.json \
    'expected "annotations", a list, in the truth; found nothing' "at unannotated.json"
coco "annotations that are null" 2 nulls.json results.json "at nulls.json" "found null"
coco "an image too large" 2 large.json results.json \
    "expected a height and width from 0 to 65535, found 50 and 70000" "at large.json > image 1700"
coco "nothing but crowds" 0 crowds.json results.json '"name":"AP","value":null,"low":null,"high":null'

mkdir -p dota dota-no dota-none dota-all
echo '0 0 10 0 10 10 0 10 plane 0' >dota/P1.txt
echo 'imagesource:none' >dota-none/P1.txt
echo words >dota-no/readme.md
: >dota-all/Task1_plane.txt
dota() # as coco
{
    called=$1
    check_exit "$1" "$2" rsift score det.dota.task1 --truth "$3" --predictions "$4" --json
    shift 4
    for words in "$@"; do check_says "$called: named" "$words"; done
}
dota "an empty file of results" 0 dota dota-all '"name":"mAP (VOC07)","value":0,'
dota "a folder without results" 2 dota dota-no "no .txt in it: expected one a class, Task1_plane.txt" "at dota-no"
dota "a folder without labels" 2 dota-no dota-all "no .txt in it: expected one an image, P0000.txt" "at dota-no"
dota "labels that name no box" 2 dota-none dota-all "no labels in it: expected lines of 8 numbers" "at dota-none"

# a line without an end is refused by its number and in bounded memory; a record of an array too
python3 - <<'PY'
with open("giant.jsonl", "w") as f:
    f.write('{"id":"1","prediction":"yes"}\n{"id":"2","prediction":"yes","x":"')
    f.seek(600 << 20)
    f.write('"}')
with open("giant.json", "w") as f:
    f.write('[{"id":"1","prediction":"yes"},{"id":"2","prediction":"yes","x":"')
    f.seek(600 << 20)
    f.write('"}]')
PY
vqa "a giant line" 2 giant.jsonl "longer than the limit max_record (67108864 bytes)" "giant.jsonl > line 2"
vqa "a giant record" 2 giant.json "a record exceeds the limit max_record"
if grep -q -e __asan_init -e __tsan_init "$RSIFT_BIN"; then
    skip "a giant line in bounded memory: a sanitizer's own memory is not bounded"
elif (ulimit -v 1500000; rsift score vqa.floodnet --truth truth.jsonl --predictions giant.jsonl >.out 2>&1; [ $? = 2 ]) &&
    grep -q "line 2" .out; then
    pass "a giant line in bounded memory"
else
    fail "a giant line in bounded memory" .out
fi
finish
