#!/bin/bash
# Inputs that failed once, each with its right outcome. They are other people's data and lie outside
# the repository: RSIFT_CASES names the folder (default ../shared/cases); without it everything is
# skipped. Each case runs where its input lies, its workspace and output are temporary.
#
#   tests/cases.sh                    all cases
#   tests/cases.sh reports-01 use-06  some
#
# A case is a function of tests/cases/KIND.sh, named by the folder's kind and number. It may use:
#   $in              the case's folder (read-only); the current folder is an empty temporary one
#   run CODES ARGS   rsift ARGS must end with one of the exit codes ("0 1"); output in .out and .err
#   says WORDS       the last run's output or messages hold the words; says_not WORDS: they do not
#   records FILE PY  a Python expression over `r`, the list of FILE's records (JSON array or lines),
#                    must be true; an answer is r[0]; `json`, `re` and `text` are there too; FILE may
#                    be `train`: what the last flow wrote, none when it ended before a record
#   value SQL PY     likewise over `r`, the rows of the workspace ws
#   flow FORMAT MODEL [INDEX ARGS]   index, audit, mix $in/recipe.yaml, emit into out; each step may
#                    refuse with exit 2, which ends the flow
RSIFT_SOURCE_DIR=${RSIFT_SOURCE_DIR:-$(cd "$(dirname "$0")/.." && pwd)}
RSIFT_BIN=${RSIFT_BIN:-$RSIFT_SOURCE_DIR/build/rsift}
. "$RSIFT_SOURCE_DIR/tests/cli/lib.sh"
RSIFT_CASES=${RSIFT_CASES:-$RSIFT_SOURCE_DIR/../shared/cases}
RSIFT_BIN=$(cd "$(dirname "$RSIFT_BIN")" && pwd)/$(basename "$RSIFT_BIN")

run()
{
    codes=$1 code=0
    shift
    "$RSIFT_BIN" "$@" >.out 2>.err </dev/null || code=$?
    case " $codes " in
    *" $code "*) ;;
    *) wrong "rsift $1: expected exit $codes, found $code" .out .err ;;
    esac
}

# wrong WORDS [FILE...]: the case fails, and goes on
wrong()
{
    case_failed=yes
    echo "     $name: $1" >>"$work/wrong"
    shift
    for shown in "$@"; do [ ! -f "$shown" ] || sed 's/^/         /; 12q' "$shown" >>"$work/wrong"; done
}

says() { cat .out .err | tr -s '\n ' ' ' | grep -qF -e "$1" || wrong "expected \"$1\" in" .out .err; }
says_not() { ! cat .out .err | tr -s '\n ' ' ' | grep -qF -e "$1" || wrong "\"$1\" is said in" .out .err; }

records()
{
    file=$1
    if [ "$file" = train ]; then
        file=/dev/null
        for f in out/train.json out/train.jsonl out/*.json out/*.jsonl; do
            case $f in */manifest.json | */dataset_info.json | *'*'*) continue ;; esac
            [ -f "$f" ] && file=$f && break
        done
    fi
    python3 - "$file" "$2" >.py 2>&1 <<'PY' || wrong "$1: $2" .py .out .err
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
try:
    r = json.loads(text)
    r = r if isinstance(r, list) else [r]
except ValueError:
    r = [json.loads(l) for l in text.splitlines() if l.strip()]
ok = eval(sys.argv[2])
if not ok:
    print("found", json.dumps(r, ensure_ascii=False)[:1500])
sys.exit(not ok)
PY
}

value()
{
    "$RSIFT_BIN" query --workspace ws --json "$1" >.rows 2>.err || wrong "query: $1" .err
    records .rows "$2"
}

flow()
{
    format=$1 model=$2
    shift 2
    run "0 2" index "$@" --workspace ws
    [ "$code" = 0 ] || return 0
    run "0 1" audit --workspace ws
    run "0 1 2" mix "$in/recipe.yaml" --workspace ws
    [ "$code" = 2 ] && return 0
    run "0 1 2" emit --format "$format" --model "$model" -o out --workspace ws
}
own="--name mine --licence CC-BY-4.0"

for kind in reports use attack; do
    . "$RSIFT_SOURCE_DIR/tests/cases/$kind.sh"
done

if [ $# -eq 0 ]; then
    for folder in "$RSIFT_CASES"/reports/*/ "$RSIFT_CASES"/use/*/ "$RSIFT_CASES"/attack/*/; do
        [ -d "$folder" ] || continue
        number=$(basename "$folder")
        set -- "$@" "$(basename "$(dirname "$folder")")-${number%%-*}"
    done
    [ $# -gt 0 ] || skip "cases: no folder $RSIFT_CASES"
fi
for name in "$@"; do
    in=$(echo "$RSIFT_CASES/${name%-*}/${name##*-}"-*)
    if [ ! -d "$in" ]; then
        skip "$name: no such folder"
    elif ! declare -F "${name/-/_}" >/dev/null; then
        skip "$name: belongs to a later piece of work"
    else
        in=$(cd "$in" && pwd)
        mkdir -p "$work/$name"
        cd "$work/$name" || exit 1
        case_failed=
        : >"$work/wrong"
        "${name/-/_}"
        if [ -z "$case_failed" ]; then pass "$name"; else fail "$name" "$work/wrong"; fi
        cd "$work" || exit 1
    fi
done
finish
