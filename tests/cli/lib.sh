# Shared by the scripts of this folder: `. "$(dirname "$0")/lib.sh"`. Not a test itself.
#
# A script calls pass, fail, skip or one of the check_ functions per case and ends with `finish`,
# which prints "N passed, N failed, N skipped" and exits 0, 1, or 77 when nothing but skips happened.
set -u
LC_ALL=C
export LC_ALL
: "${RSIFT_BIN:?the path of the built rsift}"
RSIFT_SYNTH=${RSIFT_SYNTH:-$(dirname "$RSIFT_BIN")/rsift-synth}
RSIFT_SOURCE_DIR=${RSIFT_SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
RSIFT_SAMPLES=${RSIFT_SAMPLES:-$RSIFT_SOURCE_DIR/../shared/samples}
PYTHONPATH=$RSIFT_SOURCE_DIR/tests/cli${PYTHONPATH:+:$PYTHONPATH} # little.py
export PYTHONPATH
n_passed=0
n_failed=0
n_skipped=0
work=$(mktemp -d "${TMPDIR:-/tmp}/rsift-test.XXXXXX") || exit 1
at_exit=:
trap 'eval "$at_exit"; chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

pass()
{
    n_passed=$((n_passed + 1))
    [ -z "${VERBOSE:-}" ] || echo "ok   $1"
}

# fail NAME [FILE...]: the files' first lines say what happened
fail()
{
    n_failed=$((n_failed + 1))
    echo "FAIL $1"
    shift
    for shown in "$@"; do [ ! -f "$shown" ] || sed 's/^/     /; 30q' "$shown"; done
}

skip()
{
    n_skipped=$((n_skipped + 1))
    echo "skipped $1"
}

finish()
{
    echo "$n_passed passed, $n_failed failed, $n_skipped skipped"
    [ "$n_failed" -eq 0 ] || exit 1
    [ "$n_passed" -gt 0 ] || exit 77
    exit 0
}

rsift()
{
    "$RSIFT_BIN" "$@"
}

# check_same NAME EXPECTED FOUND: two files
check_same()
{
    if cmp -s "$2" "$3"; then
        pass "$1"
    else
        diff "$2" "$3" 2>&1 | head -8 | cut -c 1-400 >"$work/.diff"
        fail "$1" "$work/.diff"
    fi
}

# check_is NAME EXPECTED FOUND: two words
check_is()
{
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: expected \"$2\", found \"$3\""; fi
}

# check_exit NAME "CODES" COMMAND...: runs the command; its output is $work/.out and $work/.err
check_exit()
{
    name=$1 codes=$2
    shift 2
    code=0
    "$@" >"$work/.out" 2>"$work/.err" </dev/null || code=$?
    case " $codes " in
    *" $code "*) pass "$name" ;;
    *) fail "$name: expected exit $codes, found $code" "$work/.out" "$work/.err" ;;
    esac
}

# check_says NAME WORDS: the last command's messages hold the words
check_says()
{
    if cat "$work/.out" "$work/.err" | grep -qF -e "$2"; then
        pass "$1"
    else
        fail "$1: expected \"$2\" in" "$work/.out" "$work/.err"
    fi
}

# takes_signals PID: waits until the process handles SIGTERM (bit 15 of SigCgt); false when it ended before
takes_signals()
{
    while caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) && [ -n "$caught" ]; do
        [ $((0x$caught & 0x4000)) -eq 0 ] || return 0
        sleep 0.02
    done
    return 1
}

# check_usable NAME WORKSPACE: it opens, and holds no leftovers and no half-made part
check_usable()
{
    if rsift query --workspace "$2" "SELECT count(*) n FROM sample" >"$work/.usable" 2>&1; then
        pass "$1: the workspace opens"
    else
        fail "$1: the workspace does not open" "$work/.usable"
    fi
}

# one WORKSPACE SQL: the first value of the answer (column v)
one()
{
    rsift query --workspace "$1" "$2" --json | sed 's/.*"v"://; s/^"//; s/"\{0,1\}}\{0,1\}\]\{0,1\}$//' | head -1
}

# What is the same whatever the container, root, threads, units and kills: a row is one line.
# locator, root, member and ordinal say where a record lies, which is the container's matter.
# Findings are compared by number, because each part stores them up to a cap.
same_tables="
SELECT 'sample ' || s::VARCHAR AS r FROM (SELECT * EXCLUDE (locator, release_id, ordinal, \"offset\", length) FROM sample) s
UNION ALL SELECT 'asset ' || s::VARCHAR
    FROM (SELECT * EXCLUDE (locator, release_id, root, member, file_bytes, file_mtime) FROM asset) s
UNION ALL SELECT 'asset_source ' || s::VARCHAR FROM (SELECT DISTINCT * FROM asset_source) s
UNION ALL SELECT 'sample_asset ' || s::VARCHAR FROM sample_asset s
UNION ALL SELECT 'split ' || s::VARCHAR FROM split s
UNION ALL SELECT 'turn ' || s::VARCHAR FROM turn s
UNION ALL SELECT 'region ' || s::VARCHAR FROM region s
UNION ALL SELECT 'reading ' || s::VARCHAR FROM (SELECT source, pass, sum(seen) seen, sum(used) used,
    sum(merged) merged, sum(skipped) skipped, sum(set_aside) set_aside FROM reading GROUP BY ALL) s
UNION ALL SELECT 'finding ' || s::VARCHAR FROM (SELECT source, severity, code, sum(n) n FROM finding
    WHERE source IS NULL OR source <> 'files' GROUP BY ALL) s"

# dump WORKSPACE FILE: every row
dump()
{
    rsift query --workspace "$1" "SELECT r FROM ($same_tables) ORDER BY r" --json >"$2" 2>"$work/.dump" ||
        { cat "$work/.dump"; return 1; }
}

# digest WORKSPACE FILE: the same as one line a table, for workspaces too big to print
digest()
{
    rsift query --workspace "$1" "SELECT split_part(r, ' ', 1) t, count(*) n, bit_xor(hash(r)) x,
        sum(hash(r) // 1024) s FROM ($same_tables) GROUP BY ALL ORDER BY ALL" --json >"$2" 2>"$work/.dump" ||
        { cat "$work/.dump"; return 1; }
}

# mixed NAME INDEX_OPTIONS...: indexes the folder NAME and mixes all of it, in workspace ws-NAME
mixed()
{
    id=$1
    shift
    rsift index "$id" --reader llava --name "$id" --licence CC0-1.0 --workspace "ws-$id" --quiet "$@" >log 2>&1 &&
        printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\nunresolved: keep\ndatasets: [{id: %s}]\n' \
            "$id" >"$id.yaml" &&
        rsift mix "$id.yaml" --workspace "ws-$id" --quiet >>log 2>&1 || fail "$id: index and mix" log
}

# ---- many releases of a sample or two --------------------------------------------------------------------
# A mix and an emit cost far more than a sample does, so up to 16 releases are datasets m1, m2 ... of one workspace
# (all), of one mixture and of one training set (all-out). What is expected of each is kept in lists until the
# script's own look_at_all, which begins with mix_datasets and ends with clear_datasets.
n_datasets=0
# room: before a dataset is added
room() { [ $n_datasets -lt 16 ] || look_at_all; }
# dataset NAME PATH INDEX-OPTIONS: indexes a copy of the path as $mine, since emit reads the release again
dataset()
{
    name=$1 path=$2
    shift 2
    n_datasets=$((n_datasets + 1))
    mine=m$n_datasets
    mkdir -p in/$mine
    cp -R "$path" in/$mine/
    rsift index "in/$mine/$path" "$@" --name $mine --licence CC-BY-4.0 --workspace all >log 2>&1 || fail "$name: index" log
}
# expect LIST FIELDS...: a line of in/LIST about $mine
expect()
{
    to=in/$1
    shift
    { printf '%s' $mine; printf '|%s' "$@"; echo; } >>"$to"
}
# told NAME WORDS SQL: the answer about $mine
told() { expect told "$1" "$2" "$3"; }

mix_datasets()
{
    {
        printf 'name: m\nbudget: {samples: 100}\nduplicates: keep\nmodel: qwen3-vl\ndatasets:\n'
        for i in $(seq $n_datasets); do echo "  - {id: m$i}"; done
    } >in/all.yaml
    rsift mix in/all.yaml --workspace all >log 2>&1 || [ $? = 1 ] || fail "mix of m1 to m$n_datasets" log
    rsift query --workspace all --json "SELECT concat_ws('|', dataset, string_agg(reason, ' ' ORDER BY reason),
        count(*) FILTER (coalesce(detail, '') = ''), string_agg(reason || coalesce(' ' || detail, ''), ', ' ORDER BY reason, detail),
        string_agg(DISTINCT reason || '/' || coalesce(detail, '') || ' ', '')) v
        FROM ledger JOIN sample USING (sample_id) GROUP BY dataset" | sed 's/^[[ ]*{"v":"//; s/"}[],]*$//' >in/ledger
    # without a kept sample there is no training set
    ! cut -d '|' -f 2 in/ledger | grep -qw kept ||
        rsift emit --format qwen --model qwen3-vl -o all-out --workspace all >log 2>&1 || [ $? = 1 ] ||
        fail "emit of m1 to m$n_datasets" log
    while IFS='|' read -r mine name words sql <&3; do check_is "$name" "$words" "$(one all "$sql")"; done 3<"$(list told)"
}
# ledger FIELD: of $mine: 2 reasons, 3 samples without a detail, 4 reasons with details, 5 the different ones of these
ledger() { grep "^$mine|" in/ledger | cut -d '|' -f "$1"; }
# records: of $mine
records() { cat all-out/train.json* 2>/dev/null | grep -F "\"image\":\"$mine/"; }
# list NAME: the file of that list, be it empty
list() { touch "in/$1" && echo "in/$1"; }
clear_datasets()
{
    rm -rf in all all-out
    n_datasets=0
}
