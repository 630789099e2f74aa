# A benchmark's question does not tell of its own answer: whether it asks for a word or a letter is
# decided by the answers of the whole dataset. In training it is asked for where it is given.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
python3 - <<'PY' || { skip "questions: no python3 to write a picture with"; finish; }
import little
little.write_png("1.png", 32, [bytes(96)] * 32)
PY

# ask NAME TASK ANSWERS...: indexes one question for each answer, and writes the evaluation
ask()
{
    name=$1 task=$2
    shift 2
    mkdir -p "$name"
    cp 1.png "$name"
    i=0
    for answer in "$@"; do
        i=$((i + 1))
        printf '{"image":"1.png","question":"What is number %d?","answer":"%s"}\n' $i "$answer"
    done >"$name/a.jsonl"
    rsift index "$name/a.jsonl" --reader records --name "$name" --param shape=lines --param image=image \
        --images "$name" --param question=question --param answer=answer --param task="$task" --licence CC-BY-4.0 --workspace ws --quiet \
        >.log 2>&1 || fail "$name: index" .log
    rsift emit --eval "$name" --format qwen --model qwen3-vl -o "$name/q" --workspace ws --quiet >.log 2>&1
    n_asked=$(grep -c 'single word or phrase\|letter from the given\|yes or no' "$name/q/truth.jsonl")
}
n_written() { wc -l <"$name/q/truth.jsonl" | tr -d ' '; }
word=road
sentence="There are many roads in it."
ask words vqa $word $word $word $word $word $word $word $word $word $word "$sentence"
check_is "a dataset of words: asked of each question, the one with a sentence too" "$(n_written)" "$n_asked"
ask sentences vqa $word "$sentence" $word "$sentence"
check_is "a dataset of words and sentences: of none" 0 "$n_asked"
ask letters choice-vqa A B C. a
check_is "letters" "$(n_written)" "$n_asked"
ask options choice-vqa forest river A road
check_is "options in words" 0 "$n_asked"
ask probes hallucination-probe Yes. no No yes
check_is "yes and no" "$(n_written)" "$n_asked"
ask places hallucination-probe North no Nothing yes
check_is "a word that begins like no" 0 "$n_asked"

# Pictures are lists where a question of the part has several, not where some other sample has.
mkdir pairs cat
cp 1.png pairs/a.png
cp 1.png pairs/b.png
talk='"conversations": [{"from": "human", "value": "%sIs it?"}, {"from": "gpt", "value": "yes"}]}]\n'
printf "[{\"image\": \"a.png\", $talk" '<image>\n' >pairs/test.json
printf "[{\"image\": [\"a.png\", \"b.png\"], $talk" '<image><image>' >pairs/train.json
rsift new pairs pairs 2>.err | sed '0,/role: train/s//role: eval/; s/class: unknown/class: open/' >cat/pairs.yaml
check_exit "two sources: index" 0 rsift index pairs --catalog cat --dataset pairs --workspace wp --quiet
check_is "two sources: one is for evaluation" "eval 1, train 2" \
    "$(one wp "SELECT string_agg(role || ' ' || n_assets, ', ' ORDER BY role) v FROM sample")"
check_exit "two sources: emit" 0 rsift emit --eval pairs --catalog cat --format qwen --model qwen3-vl -o pq --workspace wp --quiet
check_is "a part of single pictures has no lists" 0 "$(grep -l '"image": *\[' pq/*.jsonl | wc -l | tr -d ' ')"
finish
