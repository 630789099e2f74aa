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
# ==== attack-11 ====
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
