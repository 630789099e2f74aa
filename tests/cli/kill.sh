# SIGKILL at any moment, then the same command again: same tables as an undisturbed run, nothing
# left in tmp/. The moments come from a seed (KILL_SEED), spread over the time a whole run takes. Two rows
# of five kills (KILL_ROWS); many more of them, of other commands too, are tests/torture/kills.py.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

seed=${KILL_SEED:-1}
n_rows=${KILL_ROWS:-2}
# moments N SECONDS: N numbers
moments()
{
    awk -v seed="$seed" -v n="$1" -v whole="$2" 'BEGIN {
        # a later kill of a row meets finished parts, hence the shorter time
        srand(seed); for (i = 0; i < n; i++) printf "%.3f\n", 0.01 + rand() * whole * (0.9 - i % 5 * 0.17) }'
}

now()
{
    date +%s.%N
}

"$RSIFT_SYNTH" records --out records.json --records 110000 --seed 7 >/dev/null || exit 1
"$RSIFT_SYNTH" pictures --out pictures.zip --images 3000 --container zip >/dev/null || exit 1

index()
{
    set -- "$1" index records.json --reader llava --name mine --images pictures.zip --workspace "$1" --quiet
    to=$1
    shift
    "$RSIFT_BIN" "$@" >"$to.log" 2>&1
}

begin=$(now)
index whole || { fail "index" whole.log; finish; }
span=$(echo "$begin $(now)" | awk '{ print $2 - $1 }')
digest whole expected
[ "$(wc -l <expected)" -ge 5 ] || fail "too little was indexed" expected

# Five kills in a row, then the run that may end. Each row is one case.
row=0
n_hit=0
set -- $(moments $((5 * n_rows)) "$span")
while [ $# -ge 5 ]; do
    row=$((row + 1))
    for at in "$1" "$2" "$3" "$4" "$5"; do
        code=0
        "$RSIFT_BIN" index records.json --reader llava --name mine --images pictures.zip \
            --workspace "killed-$row" --quiet >kill.log 2>&1 &
        pid=$!
        sleep "$at"
        kill -KILL "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null || code=$?
        # 137: killed; 0: it was faster
        case $code in
        137) n_hit=$((n_hit + 1)) ;;
        0) ;;
        *) fail "row $row, killed after $at s: exit $code" kill.log ;;
        esac
    done
    if ! index "killed-$row"; then
        fail "row $row (kills at $1 $2 $3 $4 $5 s): the last run" "killed-$row.log"
    else
        digest "killed-$row" found
        check_same "row $row (kills at $1 $2 $3 $4 $5 s, seed $seed): same tables" expected found
        left=$(find "killed-$row/tmp" -mindepth 1 2>/dev/null | head -3)
        check_is "row $row: tmp is empty" "" "$left"
    fi
    rm -rf "killed-$row"
    shift 5
done
if [ "$n_hit" -gt "$n_rows" ]; then pass "$n_hit kills hit"; else fail "only $n_hit of $((5 * n_rows)) kills hit"; fi
finish
