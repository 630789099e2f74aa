# The demo from end to end, what repeats and what leaks in its workspace, mix and emit in one go against the
# two after each other, and docs/own-data.md followed step by step in its folder.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# The demo itself fails when a planted fault is not found.
# It is run twice here and nowhere else: it takes 12 s of CPU.
check_exit "demo" 0 rsift demo
check_says "demo: says where to look" contact-sheet.html
if grep -q MISSED .out; then fail "demo: nothing is missed" .out; else pass "demo: nothing is missed"; fi
# What README says that the demo prints, line by line.
sed -n '/^```text$/,/^```$/p' "$RSIFT_SOURCE_DIR/README.md" | sed '1d;$d' >readme-demo
check_same "README shows what the demo prints" readme-demo .out
mv rsift-demo demo
check_exit "demo: its own folder again" 0 rsift demo --out demo
mkdir other && : >other/mine
check_exit "demo: somebody else's folder" 2 rsift demo --out other
check_is "demo: leaves it alone" mine "$(ls other)"
space=demo/work

# ---- repetitions and leaks ----------------------------------------------------------------------

check_exit "duplicates" 1 rsift duplicates --workspace "$space" --json
check_is "duplicates: as many as the table says" \
    "$(one "$space" "SELECT count(*) v FROM overlap WHERE kind = 'duplicate'")" \
    "$(sed -n 's/.*"n_duplicates":\([0-9]*\).*/\1/p' .out)"
check_exit "leaks" 1 rsift leaks --workspace "$space" --json
check_is "leaks: DIOR's are those that mix left out" \
    "$(one "$space" "SELECT count(*) v FROM ledger WHERE reason LIKE 'leak-%'")" \
    "$(sed -n 's/.*"benchmark":"DIOR",.*"leaks":\([0-9]*\).*/\1/p' .out)"

# ---- build is mix and emit ----------------------------------------------------------------------

check_exit "build" 0 rsift build demo/recipe.yaml --format llava --model llava-1.5 -o built --workspace "$space" --quiet
check_exit "mix" 0 rsift mix demo/recipe.yaml --workspace "$space" --quiet
check_exit "emit" 0 rsift emit --format llava --model llava-1.5 -o emitted --workspace "$space" --quiet
check_same "build writes what mix and emit write" emitted/train.json built/train.json
check_same "and what the demo wrote" demo/train/train.json built/train.json
check_exit "build: no such recipe" 2 rsift build absent.yaml --format llava --model llava-1.5 -o none --workspace "$space"

# ---- the guide: its recipe is written, its commands are run in their order -------------------------

guide=$RSIFT_SOURCE_DIR/docs/own-data.md
cd demo || exit 1
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
