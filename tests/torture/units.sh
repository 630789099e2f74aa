#!/bin/sh
# Work units at once: UNITS processes index one release together, ROUNDS times. Every unit succeeds, and
# what they made is what one run makes: the same rows, the same mixture, the same output. In every
# fifth round one unit is killed and started again, in every seventh one is done twice; every other
# round begins with the parts of older data, which all units remove at once.
#   RSIFT_BIN=build/rsift tests/torture/units.sh [UNITS [ROUNDS]]     (default 16 100)
. "$(dirname "$0")/../cli/lib.sh"
units=${1:-${RSIFT_UNITS:-16}}
rounds=${2:-${RSIFT_ROUNDS:-100}}
cd "$work" || exit 1

# Several sources, pictures by themselves, in a zip and in two archives that are read from their start.
python3 - <<'PY' || exit 1
import io, json, os, struct, tarfile, zipfile, zlib
def png(shade, side=8):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([shade % 251, shade // 251, 9]) * side for _ in range(side))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
os.makedirs("rel/images")
names = []
for i in range(40):
    names.append("images/l%d.png" % i)
    open("rel/" + names[-1], "wb").write(png(i))
with zipfile.ZipFile("rel/more.zip", "w") as z:
    for i in range(4200): # more than one block of pictures
        names.append("zipped/z%d.png" % i)
        z.writestr(names[-1], png(1000 + i))
for part in "ab":
    with tarfile.open("rel/%s.tar.gz" % part, "w:gz") as t:
        for i in range(30):
            names.append("tar%s/t%d.png" % (part, i))
            b = png(9000 + i + 100 * ord(part))
            info = tarfile.TarInfo(names[-1])
            info.size = len(b)
            t.addfile(info, io.BytesIO(b))
def record(i, name):
    return {"id": str(i), "image": name, "conversations": [
        {"from": "human", "value": "<image>\nWhere is it? %d" % i},
        {"from": "gpt", "value": "At [%d, 1, %d, 5]." % (i % 3 + 1, i % 3 + 4)}]}
with open("rel/data.jsonl", "w") as f:
    for i, name in enumerate(names):
        f.write(json.dumps(record(i, name)) + "\n")
PY
printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\nunresolved: keep\nseed: 3\ndatasets: [{id: mine, samples: 500}]\n' >r.yaml

# indexed WORKSPACE OPTIONS...
indexed()
{
    ws=$1
    shift
    "$RSIFT_BIN" index rel --reader llava --name mine --licence CC0-1.0 --quiet --json --workspace "$ws" --threads 1 "$@"
}
# begin WORKSPACE OPTIONS...: the same in the background, in place of the shell: $! is rsift's own, to be killed
begin()
{
    ws=$1
    shift
    exec "$RSIFT_BIN" index rel --reader llava --name mine --licence CC0-1.0 --quiet --json --workspace "$ws" --threads 1 "$@"
}
# written WORKSPACE OUT: mixes and emits, for comparison
written()
{
    rsift mix r.yaml --workspace "$1" --quiet >mix.log 2>&1 || return 1
    rsift emit --format llava --model llava-1.5 --images copy --workspace "$1" -o "$2" --quiet >emit.log 2>&1
}

cp rel/data.jsonl data && printf '{"id":"old","image":"images/l0.png","conversations":[]}\n' >>rel/data.jsonl
touch -d 2020-01-01 rel/data.jsonl && indexed older >log 2>&1 || { cat log; exit 1; }
cp data rel/data.jsonl
indexed single >log 2>&1 || { cat log; exit 1; }
n_pictures=$(grep -o '"pictures_read":[0-9]*' log | cut -d : -f 2)
dump single single.rows && written single out-single || { fail "one run" log mix.log emit.log; finish; }
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    rm -rf ws out
    [ $((round % 2)) = 1 ] || cp -R older ws
    pids= i=0 n_failed_units=0
    while [ $i -lt "$units" ]; do
        i=$((i + 1))
        begin ws --unit $i/"$units" >unit$i.log 2>&1 &
        pids="$pids $!"
    done
    if [ $((round % 5)) = 0 ]; then
        victim=$(echo $pids | cut -d ' ' -f $((round % units + 1)))
        sleep 0.0$((round % 10))
        kill -9 "$victim" 2>/dev/null
    fi
    for pid in $pids; do wait "$pid" || n_failed_units=$((n_failed_units + 1)); done 2>/dev/null
    if [ $((round % 5)) = 0 ]; then
        n_failed_units=0
        indexed ws --unit $((round % units + 1))/"$units" >again.log 2>&1 || n_failed_units=1
    elif [ $((round % 7)) = 0 ]; then
        indexed ws --unit $((round % units + 1))/"$units" >again.log 2>&1 || n_failed_units=1
    fi
    if [ $n_failed_units = 0 ]; then pass "round $round: units"; else
        cat unit*.log again.log 2>/dev/null | grep -i "rsift: " >failed.log
        fail "round $round: $n_failed_units of $units units failed" failed.log
    fi
    dump ws ws.rows || : >ws.rows
    check_same "round $round: rows" single.rows ws.rows
    if [ $((round % 5)) != 0 ]; then # what a killed unit read is read again
        n=$(($(cat unit*.log | grep -o '"pictures_read":[0-9]*' | cut -d : -f 2 | paste -sd + )))
        check_is "round $round: each picture is read by one unit" "$n_pictures" "$n"
    fi
    if [ $((round % 4)) = 1 ]; then # the slow half of the comparison
        if written ws out; then pass "round $round: mix and emit"; else fail "round $round: mix and emit" mix.log emit.log; fi
        for file in train.json pictures.jsonl; do check_same "round $round: $file" out-single/$file out/$file; done
    fi
done
finish
