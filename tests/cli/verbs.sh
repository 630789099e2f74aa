# The catalogue's three verbs, what lies on disk, and a drafted record.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

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

mkdir demo
"$RSIFT_SYNTH" release dior --images 8 --side 64 --seed 5 --out demo/DIOR >log 2>&1 &&
    "$RSIFT_SYNTH" release vrsbench --container zip --images 4 --side 64 --seed 5 --out demo/VRSBench.zip >log 2>&1 || fail "synth" log
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

finish
