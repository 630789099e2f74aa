# Faults found by attacking rsift.
# Each function stands below the line of its case, in the order of the folders; tests/cases.sh says what it may use.

# ==== attack-01 ====
attack_01()
{
    mkdir hostile
    cd hostile || return
    for library in $(ldd "$RSIFT_BIN" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => .*/\1/p'); do : >"$library"; done
    : >libduckdb.so
    [ -f libfyaml.so.0 ] || wrong "libfyaml.so.0 is not among the libraries"
    run 0 scan .
    run 0 --version
    says_not "error while loading"
}
# ==== attack-02 ====
attack_02()
{
    cp -r "$in/rel" rel && chmod -R u+w rel
    run 0 index rel --reader llava --name coll --licence CC0-1.0 --workspace ws
    run 0 mix "$in/r.yaml" --workspace ws
    for mode in copy auto link; do
        run 0 emit --format llava --model llava-1.5 --images $mode -o out-$mode --workspace ws
        records out-$mode/train.json "len(r) == 2 and len({x['image'].casefold() for x in r}) == 2"
        records out-$mode/train.json "all(open('out-$mode/images/' + x['image'], 'rb').read()[16:24].hex() ==
            ('0000000800000008' if x['conversations'][1]['value'].startswith('red') else '0000001000000010') for x in r)"
    done
}
# ==== attack-03 ====
attack_03()
{
    run "0 1" index "$in/rel" --reader llava $own --workspace ws
    value "SELECT path, format, width FROM asset ORDER BY path" \
        "[(x['path'], x['format'], x['width']) for x in r] == [('bad.png', 'unreadable', None), ('good.png', 'png', 8)]"
    value "SELECT code FROM finding WHERE severity = 'serious'" "[x['code'] for x in r] == ['image-unreadable']"
    for f in "$in"/fuzz-*.png; do
        cp "$f" bad.png
        echo '[{"id": 1, "image": "bad.png", "conversations": [{"from": "human", "value": "<image>\nx?"}, {"from": "gpt", "value": "y"}]}]' >data.json
        mkdir -p rel && mv bad.png data.json rel
        run "0 1" index rel --reader llava $own --workspace "ws-$(basename "$f")"
    done
}
# ==== attack-04 ====
attack_04()
{
    run 0 index "$in/rel" --reader llava --name m --licence CC0-1.0 --workspace ws
    run 0 link m --images "$in/pics.zip" --workspace ws
    run "0 1" mix "$in/r.yaml" --workspace ws
    run "0 1 2" emit --format llava --model llava-1.5 -o o --workspace ws
    says_not "internal error"
    # two pictures under two names, or the one picture for neither
    value "SELECT count(*) n, count(DISTINCT content_hash) d FROM asset WHERE state = 'found'" \
        "r[0]['n'] == 2 or r[0]['n'] == 0"
    if [ -f o/train.json ]; then
        records o/train.json "len(r) == 0 or len(set(r[0]['image'])) == 2"
    fi
}
# ==== attack-05 ====
attack_05()
{
    run 0 index "$in/rel" --reader llava --name m --workspace ws
    run "0 1" link m --images "$in/pics" --workspace ws
    value "SELECT count(*) n FROM asset WHERE state = 'found'" "r[0]['n'] == 0"
    says "2 names were ambiguous"
    run 0 index "$in/rel" --reader llava --name own --images "$in/pics" --workspace ws
    value "SELECT count(*) n FROM sample_asset x JOIN sample s USING (sample_id) JOIN asset a ON a.asset_id =
        x.asset_id AND a.state = 'found' WHERE s.dataset = 'own'" "r[0]['n'] == 0"
    value "SELECT count(*) n FROM finding WHERE code = 'image-ambiguous'" "r[0]['n'] == 2"
}
# ==== attack-06 ====
attack_06()
{
    cp -r "$in/rel" rel && chmod -R u+w rel
    mkdir home && echo mine >home/README.md
    run 0 index rel --reader llava --name m --licence CC0-1.0 --workspace ws
    run 0 mix "$in/r.yaml" --workspace ws
    (cd rel && sha256sum *) >before
    for out in rel ./rel/ home . ws rel/..; do
        run 2 emit --format llava --model llava-1.5 -o $out --workspace ws
    done
    (cd rel && ls -A | xargs sha256sum) >after
    cmp -s before after || wrong "the release changed" after
    [ "$(ls -A home)" = README.md ] && [ "$(cat home/README.md)" = mine ] || wrong "home changed"
    run 0 emit --format llava --model llava-1.5 -o new --workspace ws
    [ -f new/.rsift-output ] || wrong "no mark"
}
# ==== attack-07 ====
attack_07()
{
    printf '{"image":"a.jpg","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"y"}]}\n' >one.jsonl
    run 0 index one.jsonl --reader llava --name mine --workspace ws
    for sql in "COPY (SELECT 1) TO '$PWD/x.csv'" "SELECT * FROM read_text('/etc/passwd')" "ATTACH '$PWD/x.db' AS x" \
        "EXPORT DATABASE '$PWD/x'" "COPY (SELECT 1 a) TO '$PWD/ws/parts/x.parquet'" "SELECT * FROM '/etc/passwd'" \
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '$PWD/ws/x.csv'"; do
        run 2 query --workspace ws "$sql"
        says_not "root:"
    done
    [ -z "$(find . -name 'x*')" ] || wrong "a question wrote $(find . -name 'x*' | head -3)"
    run 0 query --workspace ws "EXPLAIN SELECT count(*) FROM sample"
    run 0 query --workspace ws --unsafe "COPY (SELECT 1) TO '$PWD/x.csv'"
    [ -f x.csv ] || wrong "--unsafe wrote nothing"
}
# ==== attack-08 ====
attack_08()
{
    python3 - <<'PY'
import json, os, struct, zlib
def png(path, side, depth):
    chunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    row, c = bytes(1 + side * 3 * depth // 8), zlib.compressobj(1)
    data = b"".join(c.compress(row) for _ in range(side)) + c.flush()
    head = struct.pack(">IIBBBBB", side, side, depth, 2, 0, 0, 0)
    open(path, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))
os.makedirs("rel")
names = {"deep.png": (32000, 16), "wide.png": (32000, 8), "fits.png": (18000, 8), "deep18.png": (18000, 16), "small.png": (8, 8)}
for name, (side, depth) in names.items(): png("rel/" + name, side, depth)
json.dump([{"id": n, "image": n, "conversations": [{"from": "human", "value": "<image>\nWhat is it?"},
    {"from": "gpt", "value": "black"}]} for n in names], open("rel/data.json", "w"))
open("recipe.yaml", "w").write("name: m\nlicence: any\ndatasets:\n  - {id: mine}\n")
PY
    run "0 1" index rel --reader llava $own --workspace ws
    value "SELECT path FROM asset WHERE damage IS NOT NULL ORDER BY path" \
        "[x['path'] for x in r] == ['deep.png', 'wide.png']"
    run "0 1" mix recipe.yaml --workspace ws
    python3 - "$RSIFT_BIN" >.out 2>.err <<'PY' || wrong "emit took too much" .out .err
import resource, subprocess, sys
code = subprocess.run([sys.argv[1], "emit", "--format", "llava", "--model", "llava-1.5", "--images", "copy", "-o", "out", "--workspace", "ws"]).returncode
mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print(code, mib, "MiB")
sys.exit(code > 1 or mib >= 1000)
PY
    records out/train.json "sorted(x['image'].split('/')[-1] for x in r) == ['fits.png', 'small.png']"
    run "0 1" query --workspace ws "SELECT left_out FROM ledger"
}
# ==== attack-09 ====
attack_09()
{
    "$RSIFT_SYNTH" records --out records.json --records 20000 --seed 7 >/dev/null
    run 0 index records.json --reader llava --name mine --licence CC0-1.0 --workspace whole
    for round in 1 2 3; do
        rm -rf ws
        pids=
        for i in 1 2 3 4; do
            "$RSIFT_BIN" index records.json --reader llava --name mine --licence CC0-1.0 --quiet \
                --workspace ws --unit $i/4 >unit$i 2>&1 &
            pids="$pids $!"
        done
        for pid in $pids; do wait "$pid" || wrong "round $round: a unit failed" unit?; done
    done
    dump ws found && dump whole expected && cmp -s found expected || wrong "units differ from one run"
}
# ==== attack-10 ====
attack_10()
{
    (ulimit -n 1024 && "$RSIFT_BIN" index "$in/shards" --reader llava $own --workspace ws >.out 2>.err)
    code=$?
    [ "$code" -le 1 ] || wrong "exit $code" .out .err
    value "SELECT count(*) n FROM sample" "r[0]['n'] == 1500"
    # 84 KB that are 2,560,000 archives
    python3 - <<'PY'
import io, zipfile
def wrap(data, name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for i in range(40): z.writestr("%02d.%s" % (i, name), data)
    return out.getvalue()
data = b'[{"id": 1, "image": "a.png", "conversations": [{"from": "human", "value": "<image>\\nx?"}, {"from": "gpt", "value": "y"}]}]'
import os
os.makedirs("rel")
open("rel/data.json", "wb").write(data)
for k in range(4): data = wrap(data, "json" if k == 0 else "zip")
open("rel/deep.zip", "wb").write(data)
PY
    (ulimit -n 1024 && exec timeout -k 1 60 "$RSIFT_BIN" index rel --reader llava $own --workspace deep >.out 2>.err)
    code=$?
    [ "$code" -le 1 ] || wrong "40^4 zips: exit $code" .out .err
    "$RSIFT_BIN" query --workspace deep --json "SELECT count(*) n FROM finding WHERE code = 'archive-limit'" >.rows
    records .rows "r[0]['n'] >= 1"
}
# ==== attack-11 ====
attack_11()
{
    python3 - <<'PY'
import io, os, zipfile
os.makedirs("rel")
open("rel/data.json", "w").write('[{"id": 1, "image": "a.png", "conversations": [{"from": "human", "value": "<image>\\nx?"}, {"from": "gpt", "value": "y"}]}]')
inner = io.BytesIO()
with zipfile.ZipFile(inner, "w", zipfile.ZIP_STORED) as z: z.writestr("zeros.bin", bytes(1500 << 20))
with zipfile.ZipFile("rel/bomb.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr("inner.zip", inner.getvalue())
PY
    run "0 1" index rel --reader llava $own --workspace ws
    value "SELECT count(*) n FROM sample" "r[0]['n'] == 1"
    value "SELECT code, message FROM finding WHERE code = 'archive-limit'" "len(r) == 1"
    # a small disk: a file system of 100 MB where one can be mounted, else a limit on files
    if mkdir small && mount -t tmpfs -o size=100m none small 2>/dev/null; then
        TMPDIR=$PWD/small run "0 1" index rel --reader llava $own --workspace full
        umount small
    else
        code=0
        (ulimit -f 51200 && trap '' XFSZ && TMPDIR=$PWD/small exec "$RSIFT_BIN" index rel --reader llava $own --workspace full >.out 2>.err) || code=$?
        [ "$code" -le 1 ] || wrong "exit $code" .out .err
    fi
    "$RSIFT_BIN" query --workspace full --json "SELECT count(*) n FROM sample" >.rows
    records .rows "r[0]['n'] == 1"
}
# ==== attack-12 ====
attack_12()
{
    mkdir rel && cp "$RSIFT_CASES"/attack/06-*/rel/a.png rel/ && cp rel/a.png rel/b.png && chmod u+w rel/*
    for i in a b; do
        printf '{"id":"%s","image":"%s.png","conversations":[{"from":"human","value":"<image>\\nWhat is %s?"},' $i $i $i
        printf '{"from":"gpt","value":"answer %s"}]}\n' $i
    done >rel/data.jsonl
    printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\ndatasets: [{id: m}]\n' >r.yaml
    run 0 index rel --reader llava --name m --licence CC0-1.0 --workspace ws
    run 0 mix r.yaml --workspace ws
    rm rel/a.png
    for mode in copy auto link path; do
        run "1 2" emit --format llava --model llava-1.5 --images $mode -o out-$mode --workspace ws
        [ "$code" = 2 ] && [ ! -f out-$mode/train.json ] && continue
        records out-$mode/train.json "len(r) == 1 and r[0]['image'].endswith('b.png')"
        records out-$mode/dropped.jsonl "len(r) == 1"
    done
}
# ==== attack-13 ====
# Parts edited with hashes made anew: a path that climbs, another root, two rows of one member.
attack_13()
{
    edit=$(dirname "$RSIFT_BIN")/tests/edit_part
    [ -x "$edit" ] || { wrong "no edit_part beside rsift"; return; }
    mkdir victim && echo secret >victim/id_rsa
    PYTHONPATH=$RSIFT_SOURCE_DIR/tests/torture python3 -c "import flips; flips.RSIFT = '$RSIFT_BIN'; flips.make('.')"
    part=mine@own/$(basename "$(ls -d ws/parts/mine@own/media-*)")
    cp -r ws sound
    for row in "'../../../escaped.png' AS path" "'$PWD/victim' AS root, 'id_rsa' AS member, 'png' AS format" \
        "'img/2.png' AS member"; do
        for mode in link copy; do
            rm -rf ws o && cp -r sound ws
            "$edit" ws "$part" asset "SELECT * REPLACE ($row) FROM t" || wrong "not edited"
            run "0 1 2" emit --format llava --model llava-1.5 --images $mode -o o/deep --workspace ws
            [ -z "$(find . -name 'escaped*' -not -path './o/deep/*')" ] || wrong "written outside of -o"
            ! grep -rqs secret o || wrong "a foreign file is copied"
            [ -z "$(find o -lname '*id_rsa')" ] || wrong "a foreign file is linked"
        done
    done
    # without new hashes nothing of it is read
    rm -rf ws && cp -r sound ws && printf X >>ws/parts/$part/asset.parquet
    run 2 emit --format llava --model llava-1.5 -o o2 --workspace ws
    says asset.parquet
    says "index PATH"
}
# ==== attack-14 ====
attack_14()
{
    mkdir bin && ln -s "$RSIFT_BIN" bin/rsift
    run 0 demo
    PATH=$PWD/bin:$PATH python3 "$in/flips.py" 60 >flips.txt 2>&1 || wrong "flips.py" flips.txt
    ! grep -q -e SILENTLY -e "'rc" -e timeout flips.txt || wrong "a flipped bit changes an answer" flips.txt
    grep -q "'detected': 60" flips.txt || wrong "a flipped bit in a part is not told" flips.txt
}
# ==== attack-15 ====
attack_15()
{
    rel=$(printf 'rel/x\033]0;PWN\007')
    deep=$rel/$(printf 'd\033[1m/%.0s' $(seq 70))
    mkdir -p "$deep"
    chmod 000 "$rel"
    for path in "$rel" rel "$rel/none"; do
        run "0 1 2" scan "$path"
        ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" .out .err || wrong "control characters of $path" .out .err
    done
    says '\x1b]0;PWN\x07'
    chmod 700 "$rel"
}
# ==== attack-16 ====
attack_16()
{
    printf '{"image":"a.jpg","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"y"}]}\n' >one.jsonl
    run 0 index one.jsonl --reader llava --name mine --licence "<img src=x onerror=alert(1)> | [x](javascript:alert(1))" \
        --workspace ws
    printf 'recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets:\n  - id: mine\n' >recipe.yaml
    run "0 1" mix recipe.yaml --workspace ws
    run "0 1" emit --format llava --model llava-1.5 --images path -o out --workspace ws
    [ -f out/README.md ] || { wrong "no data card" .out .err; return; }
    ! grep -q -e '<img' -e '](javascript' out/README.md || wrong "markup of the licence in the card" out/README.md
    grep -q 'onerror=alert' out/README.md || wrong "the card does not tell the licence" out/README.md
    [ "$(grep '^| mine' out/README.md | head -1 | sed 's/\\|//g' | tr -cd '|' | wc -c)" = 9 ] ||
        wrong "the licence makes columns" out/README.md
}
# ==== attack-17 ====
attack_17()
{
    mkdir rel1
    printf '{"image":"a.jpg","conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"y"}]}\n' \
        >"$(printf 'rel1/h\377\376.jsonl')"
    run 0 index rel1 --reader llava --name h1 --workspace ws
    value "SELECT path FROM file" "[x['path'] for x in r] == [r'h\xff\xfe.jsonl']"
    value "SELECT locator, source FROM sample" "len(r) == 1 and all(x['locator'] for x in r)"
}
# ==== attack-18 ====
attack_18()
{
    python3 - <<'PY'
import json, random
random.seed(18)
words = lambda: " ".join("w%d" % random.randrange(5000) for _ in range(200000))
json.dump({"id": "1", "references": [words()]}, open("t.jsonl", "w"))
json.dump({"id": "1", "prediction": words()}, open("p.jsonl", "w"))
PY
    for profile in caption.coco caption.earthdial caption.urbench; do
        code=0
        timeout -k 1 10 "$RSIFT_BIN" score $profile --truth t.jsonl --predictions p.jsonl >.out 2>.err || code=$?
        [ "$code" = 0 ] || wrong "$profile: exit $code" .out .err
        "$RSIFT_BIN" score $profile --truth t.jsonl --predictions p.jsonl >.out 2>.err &
        sleep 0.2
        kill -TERM $! 2>/dev/null
        began=$(date +%s%N)
        wait $!
        [ $(($(date +%s%N) - began)) -lt 1000000000 ] || wrong "$profile: SIGTERM took more than a second"
    done
}
