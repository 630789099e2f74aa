# Splits: two schemes with a split of one name are two splits, wherever one can be named.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# Four pictures of EuroSAT's form; two public lists that call other pictures "test".
"$RSIFT_SYNTH" pictures --out pictures --images 4 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
for name in River_1 River_2 Forest_1 Forest_2; do
    mkdir -p "data/EuroSAT_RGB/${name%_*}"
    cp "$1" "data/EuroSAT_RGB/${name%_*}/$name.jpg"
    shift
done
printf 'River/River_1.jpg,River\nForest/Forest_1.jpg,Forest\n' >data/eurosat_test.csv
printf 'Forest/Forest_2.jpg,Forest\n' >data/eurosat_train.csv
cat >data/split_zhou_EuroSAT.json <<'JSON'
{"train": [["River/River_2.jpg", 8, "River"]], "test": [["River/River_1.jpg", 8, "River"], ["Forest/Forest_2.jpg", 1, "Forest"]]}
JSON
check_exit "index" 0 "$RSIFT_BIN" index data --dataset eurosat --workspace ws --quiet
check_is "two schemes" "aitlas 2 coop 2" "$(one ws "SELECT string_agg(scheme || ' ' || n, ' ' ORDER BY scheme) v
    FROM (SELECT scheme, count(*) n FROM split WHERE name = 'test' GROUP BY scheme)")"

# emit --eval
evaluate() { "$RSIFT_BIN" emit --eval eurosat --format llava --model llava-1.5 --workspace ws --quiet "$@"; }
check_exit "emit: a name of two schemes" 2 evaluate --split test -o no
check_says "emit: lists what can be meant" '2 schemes of eurosat have a split "test"; name one of aitlas/test, coop/test'
check_exit "emit: a scheme without it" 2 evaluate --split coop/val -o no
check_says "emit: lists what there is" "it has aitlas/test, aitlas/train, coop/test, coop/train"
pictures_of() { grep -o '[A-Za-z]*_[0-9]\.jpg' "$1/truth.jsonl" | sort -u | tr '\n' ' '; }
for scheme in aitlas coop; do
    check_exit "emit: $scheme/test" 0 evaluate --split $scheme/test -o $scheme
    grep -q "\"scheme\":\"$scheme\"" $scheme/manifest.json && pass "$scheme in the manifest" ||
        fail "no $scheme in the manifest" $scheme/manifest.json
done
check_is "emit: one list's pictures" "Forest_1.jpg River_1.jpg " "$(pictures_of aitlas)"
check_is "emit: the other's" "Forest_2.jpg River_1.jpg " "$(pictures_of coop)"

# score --dataset
sed 's/.*"id":"\([0-9a-f]*\)".*"answer":"\([^"]*\)".*/{"id": "\1", "prediction": "\2"}/' coop/truth.jsonl >p.jsonl
score() { "$RSIFT_BIN" score cls.geochat --dataset eurosat --predictions p.jsonl --workspace ws --quiet "$@"; }
check_exit "score: a name of two schemes" 2 score --split test
check_says "score: lists what can be meant" "aitlas/test, coop/test"
check_exit "score: one of them" "0 1" score --split coop/test
check_says "score: two answers" "100.00"
check_exit "score: the other has another picture" 1 score --split aitlas/test

# recipes
recipe() { printf 'name: m\nallow_eval: yes\nprotect: []\ndatasets:\n  - {id: eurosat, splits: [%s]}\n' "$1" >r.yaml; }
recipe test
check_exit "mix: a name of two schemes" 2 "$RSIFT_BIN" mix r.yaml --workspace ws --quiet
check_says "mix: its place" "r.yaml:5:5"
check_says "mix: lists what can be meant" "aitlas/test, coop/test"
recipe "coop/train, aitlas/train"
check_exit "mix: both schemes by name" 0 "$RSIFT_BIN" mix r.yaml --workspace ws --quiet
check_is "mix: one picture of each" 2 "$(one ws "SELECT count(*) v FROM ledger WHERE kept")"
recipe nothing
check_exit "mix: no such split" 2 "$RSIFT_BIN" mix r.yaml --workspace ws --quiet
check_says "mix: says which there are" "aitlas/test"

# A name that one scheme has is enough. Without a split only what is for evaluation is asked.
"$RSIFT_SYNTH" release rsvqa --images 12 --side 32 --seed 3 --out rsvqa >/dev/null || exit 1
check_exit "index a set of train and test" 0 "$RSIFT_BIN" index rsvqa --workspace ws2 --quiet
emit2() { "$RSIFT_BIN" emit --eval rsvqa-lr --format llava --model llava-1.5 --workspace ws2 --quiet "$@"; }
check_exit "one scheme: its name" 0 emit2 --split train -o train
check_exit "no split" 0 emit2 -o all
check_is "no split: no training sample is a prompt" "$(one ws2 "SELECT count(*) v FROM sample WHERE role = 'eval'")" \
    "$(grep -c . all/truth.jsonl)"
check_is "a split that is named is asked, whatever its role" "$(one ws2 "SELECT count(*) v FROM sample JOIN split USING (sample_id) WHERE name = 'train'")" \
    "$(grep -c . train/truth.jsonl)"

# One's own data: the scheme may be named as well.
cat >own.json <<'JSON'
[{"id": "1", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}]
JSON
check_exit "own data" 0 "$RSIFT_BIN" index own.json --reader llava --name mine --split fold1/test --workspace ws3 --quiet
check_is "own data: scheme and name" "fold1 test" "$(one ws3 "SELECT scheme || ' ' || name v FROM split")"
finish
