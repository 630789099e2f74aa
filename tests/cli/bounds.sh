# A few small inputs that ask for much (tests/torture/bombs.py has all of them), and a signal.
. "$(dirname "$0")/lib.sh"

if grep -q -e __asan_init -e __tsan_init "$RSIFT_BIN" "$(dirname "$RSIFT_BIN")"/librsift.so* 2>/dev/null; then
    skip "bounds: a sanitizer takes its own memory"
    finish
fi
for name in json_deep_record coco_mask_sizes png_lies tiff_directories yaml_recipe; do
    if python3 "$RSIFT_SOURCE_DIR/tests/torture/bombs.py" --bin "$RSIFT_BIN" $name >"$work/.out" 2>&1; then
        pass "$name"
    else
        fail "$name" "$work/.out"
    fi
done

# a record with more boxes in its text than anything is trained on is set aside, the others are read
mkdir "$work/rel"
python3 - "$work/rel/data.json" <<'PY'
import json, sys
one = lambda i, text: {"id": i, "image": "a.png", "conversations": [
    {"from": "human", "value": "<image>\nWhere?"}, {"from": "gpt", "value": text}]}
json.dump([one(1, "ship [0.1, 0.2, 0.3, 0.4] " * 20001), one(2, "ship [0.1, 0.2, 0.3, 0.4]")], open(sys.argv[1], "w"))
PY
check_exit "twenty thousand boxes" "0 1" rsift index "$work/rel" --reader llava --name mine --licence CC-BY-4.0 \
    --param box_convention=fraction --workspace "$work/ws"
check_is "one is set aside" limit "$(one "$work/ws" "SELECT code v FROM finding WHERE severity = 'serious'")"
check_is "one is kept" 1 "$(one "$work/ws" "SELECT count(*) v FROM sample")"

# SIGTERM is heeded, whatever is going on: the longest common subsequences of these take many seconds, each just
# under the bound of 2^36 pairs of words, and without the signal the exit code is 0
python3 - "$work/t.jsonl" "$work/p.jsonl" <<'PY'
import json, sys
with open(sys.argv[1], "w") as truth, open(sys.argv[2], "w") as found:
    for i in range(8):
        print(json.dumps({"id": i, "references": ["a b " * 120000]}), file=truth)
        print(json.dumps({"id": i, "prediction": "b b a " * 80000}), file=found)
PY
"$RSIFT_BIN" score caption.coco --truth "$work/t.jsonl" --predictions "$work/p.jsonl" >"$work/.out" 2>&1 &
pid=$!
takes_signals $pid && sleep 0.3
if kill -0 $pid 2>/dev/null; then pass "it runs when SIGTERM comes"; else fail "it ended by itself" "$work/.out"; fi
kill -TERM $pid 2>/dev/null
wait $pid
check_is "SIGTERM" 2 $?
finish
