# The containers that releases and people's own data come in: the same two records and two pictures packed
# in each way give the same samples, with the tools that are here; what rsift cannot open says the way out.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 2 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
mkdir -p plain/data/img
cp "$1" plain/data/img/a.png && cp "$2" plain/data/img/b.png
printf '[{"id":"1","image":"img/a.png","conversations":[{"from":"human","value":"Is there a road?"},{"from":"gpt","value":"yes"}]},
{"id":"2","image":"img/b.png","conversations":[{"from":"human","value":"Is there a ship?"},{"from":"gpt","value":"no"}]}]' >plain/data/chat.json
what="SELECT string_agg(s || ' ' || state, ', ' ORDER BY s) v FROM (SELECT CAST(sample_id AS VARCHAR) s, state FROM sample
    JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id))"
rsift index plain --name x --workspace ws-plain --quiet >/dev/null 2>&1
want=$(one ws-plain "$what")
check_is "unpacked: two samples with their pictures" 2 "$(echo "$want" | grep -o found | wc -l | tr -d ' ')"
# same NAME PATH: the samples have the ids of the unpacked ones, and their pictures are found
same()
{
    rm -rf ws
    if rsift index "$2" --name x --workspace ws --quiet >log 2>&1; then check_is "$1" "$want" "$(one ws "$what")"; else fail "$1" log; fi
}
has() { command -v "$1" >/dev/null 2>&1; }
pack() { mkdir -p "$1"; (cd plain && shift && "$@") >/dev/null 2>&1; }
seven=$(command -v 7z || command -v 7zz || command -v 7za || echo)

if has zip; then
    pack zip zip -qr ../zip/x.zip data && same "zip" zip
    pack zip-split zip -qr -s 64k ../zip-split/x.zip data
    head -c 200000 /dev/urandom >plain/data/rest.bin
    rm -rf zip-split && pack zip-split zip -qr -s 64k ../zip-split/x.zip data
    check_is "zip -s made volumes" 1 "$([ -f zip-split/x.z02 ] && echo 1)"
    same "split zip (.z01, .zip)" zip-split
    rm plain/data/rest.bin
    pack encrypted zip -qr -P secret ../encrypted/x.zip data/img
    cp plain/data/chat.json encrypted/
    check_exit "encrypted members" 0 rsift index encrypted --name x --workspace ws-e --quiet
    check_is "encrypted members: the way out" 1 \
        "$(one ws-e "SELECT count(DISTINCT message LIKE '%7z x x.zip -ox -p%') v FROM finding WHERE code = 'member-unsupported'")"
else
    skip "zip: no zip here"
fi
python3 - <<'P'
import os, struct, zipfile, zlib
files = [(os.path.join(d, f), os.path.relpath(os.path.join(d, f), "plain")) for d, _, fs in os.walk("plain/data") for f in sorted(fs)]
def write(path, names=lambda n: n, force=False, method=zipfile.ZIP_DEFLATED):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with zipfile.ZipFile(path, "w", method, allowZip64=True) as z:
        for disk, name in files:
            with z.open(zipfile.ZipInfo(names(name)), "w", force_zip64=force) as out: out.write(open(disk, "rb").read())
write("zip64/x.zip", force=True)
write("nested/inner.zip")
with zipfile.ZipFile("nested/outer.zip", "w") as z: z.write("nested/inner.zip", "inner.zip")
os.remove("nested/inner.zip")
# names in GBK, as Chinese Windows writes them: bytes, and no flag of UTF-8
os.makedirs("gbk", exist_ok=True)
pic = open("plain/data/img/a.png", "rb").read()
name = "图像/港口.png".encode("gbk")
crc, n = zlib.crc32(pic), len(pic)
head = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, n, n, len(name), 0)
local = b"PK\3\4" + head + name + pic
central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
open("gbk/x.zip", "wb").write(local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0))
open("gbk/chat.json", "w").write('[{"id":"1","image":"图像/港口.png","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"a"}]}]')
# a small member behind 10 GB of another one, in a sparse file of zip64
os.makedirs("far", exist_ok=True)
big, small = 10 << 30, open("plain/data/chat.json", "rb").read()
with open("far/x.zip", "wb") as f:
    def local64(name, size, crc):
        extra = struct.pack("<HHQQ", 1, 16, size, size)
        f.write(b"PK\3\4" + struct.pack("<HHHHHIIIHH", 45, 0, 0, 0, 33, crc, 0xffffffff, 0xffffffff, len(name), len(extra)) + name + extra)
    entries = []
    for name, size, data in ((b"data/big.bin", big, None), (b"data/chat.json", len(small), small)):
        at, crc = f.tell(), zlib.crc32(data or b"")
        local64(name, size, crc)
        if data: f.write(data)
        else: f.seek(size, 1)
        entries.append((name, size, crc, at))
    start = f.tell()
    for name, size, crc, at in entries:
        extra = struct.pack("<HHQQQ", 1, 24, size, size, at)
        f.write(b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 45, 45, 0, 0, 0, 33, crc, 0xffffffff, 0xffffffff, len(name), len(extra), 0, 0, 0, 0, 0xffffffff) + name + extra)
    end = f.tell()
    f.write(b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 2, 2, end - start, start))
    f.write(b"PK\6\7" + struct.pack("<IQI", 0, end, 1) + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0))
# a member that says it is Deflate64
data = bytearray(open("zip64/x.zip", "rb").read())
d = bytearray(open("nested/outer.zip", "rb").read())
write("d64/x.zip")
raw = bytearray(open("d64/x.zip", "rb").read())
at = raw.find(b"PK\3\4")
while at >= 0: raw[at + 8:at + 10] = b"\x09\0"; at = raw.find(b"PK\3\4", at + 4)
at = raw.find(b"PK\1\2")
while at >= 0: raw[at + 10:at + 12] = b"\x09\0"; at = raw.find(b"PK\1\2", at + 4)
open("d64/x.zip", "wb").write(raw)
P
same "zip64" zip64
same "a zip in a zip" nested
cp plain/data/chat.json d64/
check_exit "Deflate64" 0 rsift index d64/chat.json --images d64 --name x --workspace ws-d --quiet
check_is "Deflate64: the way out" 1 \
    "$(one ws-d "SELECT count(DISTINCT message LIKE '%Deflate64%7z x x.zip -ox%') v FROM finding WHERE code = 'member-unsupported'")"
check_exit "names in GBK" 0 rsift index gbk --name g --workspace ws-g --quiet
check_is "names in GBK: the picture is found" found "$(one ws-g "SELECT min(state) v FROM asset")"
# bytes_read: by this shell and all that it waited for; nothing where the kernel does not count them
bytes_read() { sed -n 's/^rchar: //p' /proc/$$/io 2>/dev/null; }
before=$(bytes_read)
check_exit "a member behind 10 GB" 0 rsift index far --name x --workspace ws-f --quiet
check_is "a member behind 10 GB: its samples" 2 "$(one ws-f "SELECT count(*) v FROM sample")"
if [ -n "$before" ]; then
    check_is "a member behind 10 GB: nothing else is read" 1 "$([ $(($(bytes_read) - before)) -lt 100000000 ] && echo 1)"
else
    skip "a member behind 10 GB: this kernel does not count what is read"
fi

pack tar tar -cf ../tar/x.tar data && same "tar" tar
pack tgz tar -czf ../tgz/x.tgz data && same "tar.gz" tgz
if has xz; then pack txz tar -cJf ../txz/x.tar.xz data && same "tar.xz" txz; else skip "tar.xz: no xz here"; fi
if has bzip2; then pack tbz tar -cjf ../tbz/x.tar.bz2 data && same "tar.bz2" tbz; else skip "tar.bz2: no bzip2 here"; fi
if has zstd; then
    mkdir tzst && zstd -q tar/x.tar -o tzst/x.tar.zst && same "tar.zst" tzst
else
    skip "tar.zst: no zstd here"
fi
# parts that are one file when laid end to end
parts() { mkdir -p "$1" && split -b 1000 "$@" 2>/dev/null; }
n=0
for form in "-a 2 x.zip.part" "-a 2 x.zip." "-a 3 -d x.zip.part" "-a 3 --numeric-suffixes=1 x.zip." "-a 2 -d x.zip.part_" "-a 2 x.zip-" "-a 3 x.zip_"; do
    n=$((n + 1))
    mkdir "parts$n" && (cd "parts$n" && split -n 3 ${form% *} ../zip64/x.zip "${form##* }")
    same "joined parts, $(ls "parts$n" | head -1)" "parts$n"
done
mkdir parts-tar && split -n 4 -a 2 tgz/x.tgz parts-tar/x.tar.gz.part && same "joined parts of a tar.gz" parts-tar
mkdir tar-of && cp zip64/x.zip tar-of/ && tar -cf outer.tar -C tar-of x.zip && mkdir zip-in-tar && mv outer.tar zip-in-tar && same "a zip in a tar" zip-in-tar

if [ -n "$seven" ]; then
    pack 7z "$seven" a ../7z/x.7z data && same "7z" 7z
    mkdir 7z-split && split -n 3 -a 3 --numeric-suffixes=1 7z/x.7z 7z-split/x.7z. && same "split 7z (.001)" 7z-split
else
    skip "7z: no 7z here"
fi
if has rar; then
    pack rar rar a -r ../rar/x.rar data && same "rar" rar
    head -c 200000 /dev/urandom >plain/data/rest.bin
    pack rar-split rar a -r -v64k ../rar-split/x.rar data && same "rar in volumes" rar-split
else
    skip "rar: no rar here"
fi
finish
