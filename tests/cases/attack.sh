# Faults found by attacking rsift.
# Each function stands below the line of its case, in the order of the folders; tests/cases.sh says what it may use.

# ==== attack-01 ====
attack_01()
{
    mkdir hostile
    cd hostile || return
    for library in $(ldd "$RSIFT_BIN" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => .*/\1/p'); do : >"$library"; done
    [ -f libfyaml.so.0 ] || wrong "libfyaml.so.0 is not among the libraries"
    run 0 scan .
    run 0 --version
    says_not "error while loading"
}
# ==== attack-02 ====
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
# ==== attack-05 ====
# ==== attack-06 ====
# ==== attack-07 ====
# ==== attack-08 ====
# ==== attack-09 ====
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
# ==== attack-13 ====
# ==== attack-14 ====
# ==== attack-15 ====
# ==== attack-16 ====
# ==== attack-17 ====
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
