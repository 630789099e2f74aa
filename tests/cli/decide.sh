# The decisions through the command: exit codes, the recipe's round trip, mistakes with their places.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" release rsvqa --images 12 --side 64 --seed 5 --out data >/dev/null || { fail "synth"; finish; }
rsift index data --workspace ws --quiet >log 2>&1 || fail "index" log

# check_code NAME CODE COMMAND...
check_code()
{
    name=$1
    want=$2
    shift 2
    "$@" >out 2>&1
    got=$?
    if [ "$got" -eq "$want" ]; then pass "$name"; else echo "exit code $got, not $want" >>out; fail "$name" out; fi
}

# check_says NAME TEXT: in the last output
check_says()
{
    if grep -qF -- "$2" out; then pass "$1"; else fail "$1" out; fi
}

rsift audit --workspace ws --json >audit.json 2>log
if [ $? -le 1 ] && grep -q '"schema":"rsift.audit/1"' audit.json; then pass "audit"; else fail "audit" log audit.json; fi
if grep -q '"adds_up":false' audit.json; then fail "every reading adds up" audit.json; else pass "every reading adds up"; fi
check_code "audit of an unknown dataset" 2 rsift audit rsvqa-ls --workspace ws
check_code "recommend, served by six pictures" 1 rsift recommend --goal vqa --budget 20 --workspace ws -o rec.yaml
check_code "an unknown goal" 2 rsift recommend --goal coutning --workspace ws
check_says "an unknown goal gets a suggestion" "did you mean counting"
check_code "the recommended recipe is one" 0 rsift mix rec.yaml --workspace ws
rsift query "SELECT sum(n_repeats) AS n FROM ledger WHERE kept" --workspace ws --json >out
check_says "the budget is met" '"n":20}'
rsift query "SELECT count(*) = (SELECT count(*) FROM sample) AS same FROM ledger" --workspace ws --json >out
check_says "every candidate has a row" '"same":true'
rsift mix rec.yaml --workspace ws --json >one 2>log
rsift mix rec.yaml --workspace ws --threads 1 --json >two 2>log
check_same "the same recipe gives the same mixture" one two
printf 'name: a\ndatasets:\n  - {id: rsvqa-lr, wieght: 2}\n' >bad.yaml
check_code "a mistake in a recipe" 2 rsift mix bad.yaml --workspace ws
check_says "a mistake has a place" "bad.yaml:3:"
check_code "no such recipe" 2 rsift mix absent.yaml --workspace ws
check_code "recommend without a workspace" 0 rsift recommend --goal caption --budget 1000 --catalogue-only
check_says "nothing is measured before a download" "(assumed)"
if grep -q '(measured)' out; then fail "no reason is measured" out; else pass "no reason is measured"; fi

# ---- leaks, and what a mixture's card says of them -----------------------------------------------

# Names of their own on both sides, pictures of one side only: no method could have seen a leak.
mkdir mine
printf '[{"id": 1, "image": "a.png", "conversations": [{"from": "human", "value": "<image> What is it?"}, {"from": "gpt", "value": "A road."}]}]' >mine/a.json
rsift index mine/a.json --reader llava --name mine --licence CC-BY-4.0 --workspace ws --quiet >log 2>&1 || fail "index mine" log
check_code "leaks" "$(rsift leaks --workspace ws --json >leaks.json 2>log; echo $?)" rsift leaks --workspace ws
check_says "leaks: bytes saw no picture of one's own" "NOT CHECKED"
if grep " clean$" out | grep -qv " text "; then fail "leaks: nothing was looked at, nothing is clean" out; else pass "leaks: nothing is clean"; fi
rsift mix rec.yaml --workspace ws >log 2>&1 && rsift emit --format llava --model llava-1.5 -o set --workspace ws >log 2>&1 || fail "emit" log
sed -n 's/.*"benchmark":"\([^"]*\)","dataset":"[^"]*","method":"\([^"]*\)","pictures":\([0-9]*\),"here":\([0-9]*\),"compared":\([0-9]*\),"training":\([0-9]*\),"n_leaks":\([0-9]*\),"undecided":[0-9]*,"verdict":"\([^"]*\)".*/| \1 | \2 | \3 | \4 | \5 of \6 | \7 | \8 |/p' leaks.json >rows
for word in "here      of them" "compared  each" "verdict   clean only" "bytes: training pictures that are not here" "(rest)    "; do
    check_is "leaks explains: $word" 1 "$(grep -cF "$word" out)"
done
check_is "leaks: no word on pairs that are not shown" 0 "$(grep -c '\`from\`' out)"
check_is "leaks: rows" 1 "$([ "$(wc -l <rows)" -gt 1 ] && echo 1)"
grep '^| .* | \(bytes\|pixels\|perceptual\|crop\|text\|lineage\) |' set/README.md >card
check_same "the card repeats the table of leaks" rows card
check_is "the card names what is not indexed" 1 "$(grep -c 'not indexed here ([0-9]*): .*DOTA' set/README.md)"
check_is "a list says what it rests on" 1 "$(head -1 set/clean/rsvqa-lr.ids | grep -c '^# RSVQA-LR: .*NOT CHECKED')"
rsift leaks --workspace ws >out 2>&1
check_is "leaks fits the page" 0 "$(awk 'length > 80' out | grep -vc '^  rsift' || true)"
check_is "leaks: a row for a method, below its benchmark" 1 "$(grep -A6 '^RSVQA-LR$' out | grep -c '^  pixels .* of .*CHECKED$')"

# ---- a failed mix is never followed by an emit of an older mixture --------------------------------

emit_to() { rsift emit --format llava --model llava-1.5 -o "$1" --workspace ws; }
check_code "after a good mix" 0 rsift mix rec.yaml --workspace ws
check_code "emit writes it" 0 emit_to last
check_says "emit says which" "$(sed -n 's/.*"mixture_id":"\([^"]*\)".*/\1/p' one | head -1)"
for recipe in bad.yaml absent.yaml; do
    check_code "$recipe fails" 2 rsift mix "$recipe" --workspace ws
    check_code "$recipe: emit refuses" 2 emit_to other
    check_says "$recipe: it names the failed one" "the last mix ($recipe"
    check_says "$recipe: it names the older one" "--mixture $(sed -n 's/.*"mixture_id":"\([^"]*\)".*/\1/p' one | head -1)"
    check_is "$recipe: nothing was written" "" "$(ls other 2>/dev/null)"
done
printf 'name: nothing\nlicence: any\ndatasets:\n  - {id: mine}\n' >nothing.yaml
check_code "a mix that keeps nothing" 1 rsift mix nothing.yaml --workspace ws
check_says "its reasons are told" unresolved-picture
check_code "nothing kept: emit refuses" 2 emit_to other
check_says "nothing kept: it names an older one that keeps something" "the older \"$(sed -n 's/^name: //p' rec.yaml)\""
check_code "nothing kept: also when it is named" 2 rsift emit --mixture nothing --format llava --model llava-1.5 -o other --workspace ws
check_code "an older mixture, named" 0 rsift emit --mixture "$(sed -n 's/^name: //p' rec.yaml)" --format llava --model llava-1.5 -o last --workspace ws
check_code "build of a bad recipe" 2 rsift build bad.yaml --format llava --model llava-1.5 -o other --workspace ws
check_code "build: emit refuses" 2 emit_to other
check_code "after a good mix again" 0 rsift mix rec.yaml --workspace ws
check_code "emit writes again" 0 emit_to last

# A name that protects nothing would leave everything "not found".
check_code "training data is no benchmark: leaks" 2 rsift leaks --protect mine --workspace ws
check_says "it says what to do" "index it with --role eval"
printf 'name: a\nprotect: [mine]\ndatasets:\n  - {id: rsvqa-lr}\n' >none.yaml
check_code "training data is no benchmark: mix" 2 rsift mix none.yaml --workspace ws
check_code "nor for a recommendation" 2 rsift recommend --goal vqa --budget 20 --protect mine --workspace ws
check_code "a benchmark that is not indexed may be named" 0 rsift leaks --protect floodnet --workspace ws

# ---- what is printed fits 80 columns ---------------------------------------------------------------

# "…" is three bytes and one column; a command to be copied is one line.
fits()
{
    # shellcheck disable=SC2068
    rsift $@ --workspace ws >out 2>log
    check_is "$* fits the page" "" "$(grep -v '^  rsift ' out | sed 's/…/./g' | awk 'length > 80 && NF > 2' | head -3)"
    [ -s out ] || fail "$* prints something" log
}
for verb in audit duplicates leaks "mix rec.yaml" "recommend --budget 20" "emit --format llava --model llava-1.5 -o last" \
    value check hash "duplicates --near" evidence "evidence rsvqa-lr" "list --models" "list --formats" \
    "list --conventions" "list --readers" "list --findings" "list --goals" "show mme-realworld" "show dior" "show rsvqa-lr" "show mine" "search mine" "scan data" "score --list" "link mine --images data"; do
    # shellcheck disable=SC2086
    fits $verb
done
rsift query "SELECT * FROM sample LIMIT 3" --workspace ws >out 2>log
check_is "a wide query fits the page" "" "$(sed 's/…/./g' out | awk 'length > 80' | head -3)"
check_is "a wide query shows every column" 3 "$(grep -c '^unwritable' out)"
rsift query "SELECT sample_id, dataset, task, locator, record_hash FROM sample LIMIT 3" --workspace ws >out 2>log
check_is "a query fits the page" "" "$(sed 's/…/./g' out | awk 'length > 80' | head -3)"

# ---- one's own data by its name, words that are not understood ---------------------------------------

check_code "show of own data" 0 rsift show mine --workspace ws
check_says "show of own data: says so" "mine is data of your own, indexed here: 1 samples"
check_code "search of own data" 0 rsift search min --workspace ws
check_says "search of own data: says so" "data of your own, indexed here"
cat >labels.json <<'J'
{"images":[{"id":1,"file_name":"1.png","width":9,"height":9}],"categories":[{"id":1,"name":"zeppelin hangar"},{"id":2,"name":"kiosk"}],
 "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,3,3]},{"id":2,"image_id":1,"category_id":2,"bbox":[1,1,3,3]}]}
J
check_code "own data with labels" 0 rsift index labels.json --reader coco --name sheds --licence MIT --workspace ws --quiet
check_code "search by a label" 0 rsift search Hangar --workspace ws --json
check_says "search by a label: which" '"own":[{"id":"sheds","samples":1,"pictures":1,"licence":"open","tasks":["detection-hbb"],"labels":["zeppelin hangar"]}]'
check_code "search by task and licence" 0 rsift search "detection-hbb open" kiosk --workspace ws --json
check_says "search by task and licence: found" '"id":"sheds"'
check_code "search by another licence" 0 rsift search restricted kiosk --workspace ws --json
check_says "search by another licence: nothing" '"own":[]'
check_code "search of both" 0 rsift search detection-hbb --workspace ws
check_says "search of both: the catalogue is marked" "catalogue"
check_is "search of both: 80 columns" 0 "$(sed 's/…/./g' out | awk 'length > 80' | wc -l | tr -d ' ')"
check_code "remove it again" 0 rsift remove sheds --workspace ws --quiet
check_code "show of nothing" 2 rsift show nope --workspace ws
if grep -q "did you mean" out; then fail "nothing is near to nope" out; else pass "nothing is near to nope"; fi
check_code "a goal that is none" 2 rsift recommend --goal nosuch --workspace ws
check_says "a goal that is none: where they are" "rsift list --goals"
check_code "terms that are not known" 0 rsift index mine/a.json --reader llava --name terms --licence MyOwn --workspace ws --quiet
check_says "terms that are not known: their class" "MyOwn: class unknown"
check_says "terms that are not known: the words" "research, restricted, CC0-1.0"
check_code "terms that are known" 0 rsift index mine/a.json --reader llava --name known --licence cc-by-nc-4.0 --workspace ws --quiet
check_says "terms that are known: their class" "cc-by-nc-4.0: class research"
for name in terms known mine; do fits remove $name; done
printf '%s' '{"a": 1, "bbbbbbbbbbbbbbbbbbbbbb": 2, "cccccccccccccccccccccccccc": 3, "dddddddddddddddddddddd": 4, "eeeeeeeeeeeeeeeeeee": 5, "ffffffffffffffffffffffff": 6, "gggggggggggggggggggggggg": 7}' >long.json
rsift index long.json --reader coco --name long --workspace ws >out 2>&1
check_is "a long error ends at a word" "" "$(grep "^rsift: " out | grep -v '[a-z0-9,;:)]\.\.\.$')"
# One's own copy under a release's id has the ids of its samples: a leak is told of the release's, each time.
"$RSIFT_SYNTH" release vrsbench --images 12 --side 48 --seed 9 --out twin >log 2>&1 || fail "synth vrsbench" log
mkdir twin-own && cp -r twin/VRSBench_train.json twin/Images_train twin-own || fail "copy"
rsift index twin --dataset vrsbench --workspace twins --quiet >log 2>&1 || fail "index the release" log
for name in vrsbench other; do
    rsift index twin-own --name $name --reader llava --workspace twins --quiet >log 2>&1 ||
        fail "index the copy $name" log
done
for i in 1 2 3 4 5 6; do
    rsift leaks --between other vrsbench --workspace twins --json --threads $((i % 3 + 1)) 2>log |
        grep -o '"dataset":"other","pool":"vrsbench[^,]*","own":false,"leaks":[0-9]*' >>told
done
told_of() { grep "pool\":\"$1\"," told | sort -u | grep -vc 'leaks":0$'; }
check_is "leaks of twins are told of the release each time" 1 "$(told_of vrsbench)"
check_is "and never of the copy" 0 "$(told_of 'vrsbench (own)')"

finish
