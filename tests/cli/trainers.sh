# What a trainer's own ways do to a training set: how it resizes, how many pictures it takes, what it
# skips, which bands it would see. Covers src/writers, src/emit, src/image/bands.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# pictures FOLDER: TIFFs of 8 x 8 pixels whose band k holds k in its first pixel
pictures()
{
    mkdir -p "$1"
    python3 - "$1" <<'PY'
import struct, sys
def tiff(name, bands, photometric, n_extra, depth=8):
    # from 0 to 255 at every depth, so that a stretched band keeps its numbers
    data = b"".join((b + 1 if v is None else v).to_bytes(depth // 8, "little") for v in [None] + [0] * 8 + [255] * 8 + [None] * 47 for b in range(bands))
    tags = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, bands, None), (259, 3, 1, 1), (262, 3, 1, photometric),
            (273, 4, 1, None), (277, 3, 1, bands), (278, 4, 1, 8), (279, 4, 1, len(data)), (284, 3, 1, 1)]
    if n_extra:
        tags.append((338, 3, n_extra, None))
    bits = 8 + 2 + 12 * len(tags) + 4
    extra = bits + 2 * bands
    at = extra + 2 * n_extra
    out = b"II*\0" + struct.pack("<IH", 8, len(tags))
    for tag, kind, n, value in tags:
        if tag == 258: value = bits
        if tag == 273: value = at
        if tag == 338: value = extra if n_extra > 2 else 0
        out += struct.pack("<HHII", tag, kind, n, value)
    out += struct.pack("<I", 0) + struct.pack("<%dH" % bands, *[depth] * bands) + bytes(2 * n_extra) + data
    open(sys.argv[1] + "/" + name, "wb").write(out)
tiff("six.tif", 6, 1, 5)       # nothing says which three
tiff("rgbn.tif", 4, 2, 1)      # photometric RGB and one extra sample
tiff("four.tif", 4, 1, 3)      # four greys
tiff("thirteen.tif", 13, 1, 12, 16)  # of 16 bits: the order of Sentinel-2
PY
}
pictures img
python3 - >data.json <<'PY'
import json
print(json.dumps([{"image": n + ".tif", "conversations": [{"from": "human", "value": "<image>\nWhat is in %s?" % n},
      {"from": "gpt", "value": "A field."}]} for n in ("six", "rgbn", "four", "thirteen")]))
PY
printf 'name: m\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n  - {id: mine}\n' >recipe.yaml
own="--reader llava --images img --name mine --licence CC-BY-4.0 --workspace ws --quiet"
ask() { rsift query --workspace ws --json "$1" | python3 -c 'import json,sys; print(",".join(str(v) for r in json.load(sys.stdin) for v in r.values()))'; }

check_exit "index" 0 rsift index data.json $own
check_is "two pictures of unknown bands" 2 \
    "$(ask "SELECT sum(n) v FROM finding WHERE code = 'bands-unknown' AND severity = 'serious'")"
check_is "two that are known" 2 "$(ask "SELECT sum(n) v FROM finding WHERE code = 'bands-shown'")"
check_exit "mix" "0 1" rsift mix recipe.yaml --workspace ws
check_is "mix leaves them out" bands-unknown,2 \
    "$(ask "SELECT detail, count(*) n FROM ledger WHERE NOT kept GROUP BY detail")"
check_exit "emit" 0 rsift emit --format llava --model llava-1.5 -o out --workspace ws
check_is "records" 2 "$(grep -c '"image"' out/train.json)"
if grep -q '1 picture: bands 4, 3, 2 of 13 as red, green and blue (13 bands of 16 bits: the order of Sentinel-2)' out/README.md &&
    grep -q '1 picture: bands 1, 2, 3 of 4 as red' out/README.md; then
    pass "the card says what is shown"
else
    fail "the card says what is shown" out/README.md
fi

# first pixel of an 8-bit RGB PNG without filters but the first row's
pixel()
{
    python3 - "$1" <<'PY'
import struct, sys, zlib
b = open(sys.argv[1], "rb").read()
at, data = 8, b""
while at < len(b):
    n, kind = struct.unpack(">I4s", b[at:at + 8])
    if kind == b"IDAT": data += b[at + 8:at + 8 + n]
    at += 12 + n
print(",".join(str(v) for v in zlib.decompress(data)[1:4]))
PY
}
check_is "bands 4, 3, 2" 4,3,2 "$(pixel out/images/mine/thirteen.png)"
check_exit "other bands" 0 rsift emit --format llava --model llava-1.5 -o out-b --workspace ws --bands 3,2,1
check_is "as asked" 3,2,1 "$(pixel out-b/images/mine/thirteen.png)"
check_is "in the manifest" 1 "$(grep -c '"bands":"3,2,1"' out-b/manifest.json)"
check_exit "bands that are no bands" 2 rsift emit --format llava --model llava-1.5 -o out-c --workspace ws --bands 3,2
check_exit "a stretch that is none" 2 rsift emit --format llava --model llava-1.5 -o out-c --workspace ws --stretch 5,1
check_exit "bands at index that are none" 2 rsift index data.json $own --bands red
check_exit "index with named bands" 0 rsift index data.json $own --bands 3,2,1
check_is "nothing is unknown any more" 0 "$(ask "SELECT count(*) v FROM finding WHERE code = 'bands-unknown'")"
rsift mix recipe.yaml --workspace ws --quiet >/dev/null 2>&1
check_exit "emit with the bands of the index" 0 rsift emit --format llava --model llava-1.5 -o out-d --workspace ws
check_is "all are written" 4 "$(grep -c '"image"' out-d/train.json)"
check_is "by the named bands" 3,2,1 "$(pixel out-d/images/mine/six.png)"

# --- a trainer that shows LLaVA 1.5 the middle square takes no boxes on other pictures -----------
mkdir wide
python3 - <<'PY'
import json, little
images, annotations = [], []
for i, (w, h) in enumerate(((64, 64), (64, 32))):
    little.write_png("wide/%d.png" % i, w, [b"\x7f" * w] * h)
    images.append({"id": i, "file_name": "%d.png" % i, "width": w, "height": h})
    annotations.append({"id": i, "image_id": i, "category_id": 1, "bbox": [4, 4, 20, 20], "area": 400, "iscrowd": 0})
json.dump({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "ship"}]}, open("wide.json", "w"))
PY
rsift index wide.json --reader coco --images wide --name mine --licence CC-BY-4.0 --workspace ww --quiet
for target in llava:2 ms-swift:1 llama-factory:1; do
    sed "s/^name: m/name: m\nformat: ${target%:*}\nmodel: llava-1.5/" recipe.yaml >wide.yaml
    rsift mix wide.yaml --workspace ww --quiet >/dev/null 2>log
    check_exit "emit ${target%:*}" 0 rsift emit --format "${target%:*}" --model llava-1.5 -o out-w --workspace ww
    check_is "records of ${target%:*}" "${target#*:}" "$(cat out-w/train.json* | grep -c 'wide\|mine/')"
    rm -r out-w
done
check_is "the ledger says why" picture-cropped "$(rsift query --workspace ww --json \
    "SELECT max(reason) r FROM ledger WHERE NOT kept" | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["r"])')"
finish
