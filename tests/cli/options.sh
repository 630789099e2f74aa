#!/bin/sh
# Every verb of the command: its help, its answer with --json and without, its mistakes. The table
# of verbs is asked of the command itself, so that a new verb without a line here fails.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# ---- help ---------------------------------------------------------------------------------------
rsift --help >help
verbs=$(sed -n 's/^  \([a-z]\{3,11\}\)  *[A-Za-z].*/\1/p' help | grep -v '^rsift$')
check_is "help: 80 columns" "" "$(awk 'length > 80' help)"
check_is "help names every verb" 27 "$(echo "$verbs" | wc -l)"
for verb in $verbs; do
    check_exit "$verb --help" 0 rsift "$verb" --help
    check_says "$verb --help: usage" "usage: rsift $verb"
    check_says "$verb --help: an example" "  rsift "
    check_is "$verb --help: 80 columns" "" "$(awk 'length > 80' .out)"
    check_exit "$verb: an unknown option" 2 rsift "$verb" --no-such-option
    check_says "$verb: an unknown option is named" '"--no-such-option"'
done
rsift help --markdown >cli.md
check_same "docs/cli.md is up to date (rsift help --markdown)" "$RSIFT_SOURCE_DIR/docs/cli.md" cli.md
check_exit "README's tables are up to date (tools/readme-table)" 0 \
    python3 "$RSIFT_SOURCE_DIR/tools/readme-table" --check
check_exit "help emit" 0 rsift help emit
check_says "help emit: the verb's own" "usage: rsift emit"
check_exit "help of an unknown verb" 2 rsift help emitt
check_says "help of an unknown verb: names the nearest" "emit"
check_exit "docs/findings.md is up to date (tools/findings-table)" 0 \
    python3 "$RSIFT_SOURCE_DIR/tools/findings-table" --check
for list in formats models conventions findings goals readers; do
    check_exit "list --$list" 0 rsift list --$list
    check_is "list --$list has names" 1 "$([ "$(wc -l <.out)" -gt 4 ] && echo 1)"
done
check_exit "no verb at all" 2 rsift
check_exit "an unknown verb" 2 rsift indx
check_says "an unknown verb: a suggestion" 'did you mean "index"?'
check_exit "--version" 0 rsift --version

# ---- data ---------------------------------------------------------------------------------------
"$RSIFT_SYNTH" release vrsbench --container folder --images 6 --side 64 --seed 3 --out data/vrs \
    >synth.log 2>&1 || { fail "synth" synth.log; finish; }

# both VERB "CODES" ARGUMENTS...: once for people, once as JSON with the verb's schema
both()
{
    verb=$1 codes=$2
    shift 2
    check_exit "$verb" "$codes" rsift "$verb" "$@"
    check_is "$verb prints something" 1 "$([ -s .out ] && echo 1)"
    check_exit "$verb --json" "$codes" rsift "$verb" "$@" --json
    case $verb in
    query) check_is "query: a bare array" '[{' "$(head -c 2 .out)" ;;
    *) check_is "$verb: its schema" "{\"schema\":\"rsift.$verb/1\"" \
        "$(head -c $((${#verb} + 20)) .out)" ;;
    esac
    if command -v python3 >/dev/null; then
        if python3 -c 'import json,sys; json.load(open(".out"))' 2>json.log; then
            pass "$verb: valid JSON"
        else
            fail "$verb: valid JSON" json.log
        fi
    fi
}
both list 0
both show 0 vrsbench
both search 0 change vqa
both evidence 0 VRSBench-VQA
both scan 0 data/vrs
both new 0 my-set data/vrs
both index 0 data/vrs --dataset vrsbench --quiet
id=$(one rsift-work "SELECT sample_id AS v FROM sample ORDER BY sample_id LIMIT 1")
both sample 0 "$id"
both query 0 "SELECT count(*) AS n FROM sample"
both link 0 vrsbench --images data/vrs
both audit "0 1"
both value 0
both duplicates "0 1"
both leaks "0 1"
both recommend 1 --goal caption --budget 20 --license any -o recipe.yaml
both mix 0 recipe.yaml
both emit 0 --format llava --model llava-1.5 -o out --quiet
both build 0 recipe.yaml --format llava --model llava-1.5 -o out --quiet
check_exit "emit --eval" 0 rsift emit --eval vrsbench --format llava --model llava-1.5 -o q --quiet
python3 - <<'PY' 2>/dev/null || printf '%s\n' '{"id":"1","answer":"yes"}' >q/truth.jsonl
import json
rows = [json.loads(line) for line in open("q/truth.jsonl")]
rows = [r for r in rows if r["task"] == "vqa"]
with open("q/answers.jsonl", "w") as out:
    for r in rows:
        print(json.dumps({"id": r["id"], "prediction": r["answer"]}), file=out)
PY
[ -s q/answers.jsonl ] || printf '%s\n' '{"id":"1","prediction":"yes"}' >q/answers.jsonl
both score "0 1" vqa.vrsbench --truth q/truth.jsonl --predictions q/answers.jsonl
check_exit "score --list" 0 rsift score --list
check_exit "score --list NAME" 0 rsift score --list vqa.rs
check_says "score --list NAME: in full" "version"



# ---- mistakes -----------------------------------------------------------------------------------
check_exit "a required argument" 2 rsift show
check_says "a required argument: named" "show wants ID"
check_exit "a required option" 2 rsift emit --format llava -o out
check_says "a required option: named" "emit wants --model"
check_exit "one argument too many" 2 rsift mix recipe.yaml other.yaml
check_says "one argument too many: named" '"other.yaml"'
check_exit "a value that is none of the words" 2 rsift emit --format llava --model llava-1.5 -o o2 --images steal
check_says "the words" "auto|link|copy|path"
check_exit "a number out of range" 2 rsift recommend --seed -1
check_says "a number out of range: the place" "recommend > seed"
check_exit "no number" 2 rsift score vqa.rsvqa --predictions x --resamples many
check_exit "an option without its value" 2 rsift audit --level

# ---- questions only read, and only the workspace (cases of an attack) -----------------------------
echo 'root:x' >secret.csv
for sql in "COPY (SELECT 1) TO '$work/x.csv'" "SELECT * FROM read_text('$work/secret.csv')" \
    "ATTACH '$work/x.db' AS x" "EXPORT DATABASE '$work/dump'" "CREATE TABLE t AS SELECT 1" \
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '$work/x.csv'" "SELECT * FROM '$work/secret.csv'" \
    "COPY (SELECT 1 AS a) TO '$work/rsift-work/parts/x.parquet'"; do
    check_exit "refused: $sql" 2 rsift query "$sql"
done
check_is "nothing was written" "" "$(ls -d x.csv x.db dump rsift-work/parts/x.parquet 2>/dev/null)"

# ---- names from outside do not reach the terminal as they are ----------------------------------------
mkdir "$(printf 'x\033]0;PWN\007')"
rsift scan "$(printf 'x\033]0;PWN\007')/none" >/dev/null 2>err
check_is "no escape in a message" 0 "$(grep -c "$(printf '\033')" err)"
finish
