# docs/own-data.md, followed step by step: its recipe is written, its commands are run in their order.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
guide=$RSIFT_SOURCE_DIR/docs/own-data.md
rsift demo >demo.log 2>&1 || { fail "rsift demo" demo.log; finish; }
cd rsift-demo || exit 1
sed -n '/^```yaml$/,/^```$/p' "$guide" | sed '1d;$d' >own-recipe.yaml
PATH=$(dirname "$RSIFT_BIN"):$PATH
export PATH
sed -n 's/^    \(rsift .*\)/\1/p' "$guide" >commands
while IFS= read -r command; do
    check_exit "$command" "0 1" sh -c "$command"
    cat "$work/.out" "$work/.err" >>said
done <commands
check_is "every step is there" 12 "$(wc -l <commands | tr -d ' ')"
for words in "--reader coco, 95 % sure" "Nothing was written" "bracket: read as fraction" "qwen2: NOT READ, say --param box_convention=qwen2:px (or qwen2:permille)"; do
    if grep -qF -e "$words" said; then pass "$words"; else fail "not printed: $words" said; fi
done
check_is "three pictures lost an object" 3 \
    "$(one ws "SELECT count(*) v FROM ledger l JOIN sample s USING (sample_id) WHERE dataset = 'my-boxes' AND NOT kept")"
check_is "all else is written" 25 "$(wc -l <train/train.jsonl | tr -d ' ')"
check_is "GBK is decoded" 1 "$([ "$(grep -c '港口' train/train.jsonl)" -gt 0 ] && echo 1)"
check_is "no 'none' but of the picture that has none" 1 "$(grep -c 'There are none' train/train.jsonl)"
finish
