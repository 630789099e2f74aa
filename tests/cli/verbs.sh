# The verbs that no other script asks in passing: the demo from end to end, the catalogue's three, a drafted
# record, what repeats and what leaks, and mix and emit in one go against the two after each other.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# The demo itself fails when a planted fault is not found.
# It is run twice here and nowhere else but for the guide (own_data_guide.sh): it takes 20 s of CPU.
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

# ---- the catalogue ------------------------------------------------------------------------------

check_exit "list" 0 rsift list --json
n_records=$(ls "$RSIFT_SOURCE_DIR"/catalog/*.yaml | wc -l)
check_is "list: one row a record" "$n_records" "$(grep -c '"id":' .out)"
check_exit "show" 0 rsift show rsvqa-lr --json
check_says "show: the licence" '"class":"open"'
check_exit "show: an unknown dataset" 2 rsift show rsvqa-lx
check_says "show: the nearest name" rsvqa-l
check_exit "search" 0 rsift search ship --json
check_says "search: finds by words" '"id":"asd"'
# The help's own examples are true.
rsift search --help | sed -n 's/^ *\(rsift search .*\)/\1/p' | grep -v WORDS >examples
check_is "search: its help has examples" 3 "$(wc -l <examples)"
while read -r line; do
    # shellcheck disable=SC2086
    $line --json >found
    check_is "search: \"$line\" finds something" 1 "$([ "$(grep -c '"id":' found)" -gt 0 ] && echo 1)"
    for class in open research restricted unknown; do
        case " $line " in *" $class "*) ;; *) continue ;; esac
        check_is "search: \"$line\" has no other licence" 0 "$(grep '"id":' found | grep -vc "\"licence\":\"$class\"")"
    done
done <examples
check_exit "search: no match is no error" 0 rsift search nosuchthingatall --json
check_is "search: and no dataset" 0 "$(grep -c '"id":' .out)"

# ---- what lies on disk --------------------------------------------------------------------------

check_exit "scan" 0 rsift scan demo/DIOR demo/VRSBench.zip --json
check_says "scan: the folder" '"dataset":"dior","release":"original","score":100'
check_says "scan: the archive" '"dataset":"vrsbench"'
check_exit "scan: no such path" 2 rsift scan absent

check_exit "new" 0 rsift new mine demo/DIOR
check_says "new: finds the reader" "reader: voc"
mkdir catalog && cp .out catalog/mine.yaml
check_exit "new: the draft is a record that indexes" "0 1" \
    rsift index demo/DIOR --catalog catalog --dataset mine --workspace ws --quiet
check_is "new: every file of annotations is read" "$(ls demo/DIOR/Annotations/*/* | wc -l)" \
    "$(one ws "SELECT count(*) v FROM sample")"

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
finish
