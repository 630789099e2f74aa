# Several processes at one workspace. A small run of tests/torture/units.sh; then verbs that meet: each
# works, or says who is at it, and no output mixes two states.
# Covers src/index: units.c, media.c; src/store: lock.c.
. "$(dirname "$0")/lib.sh"
torture=$(cd "$(dirname "$0")/../torture" && pwd)
cd "$work" || exit 1
check_exit "4 units at once, 3 rounds" 0 sh "$torture/units.sh" 4 3

# another number of units at the same time would put records there twice
"$RSIFT_SYNTH" records --out records.json --records 30000 --seed 7 >/dev/null || exit 1
indexed()
{
    rsift index records.json --reader llava --name mine --licence CC0-1.0 --quiet --workspace ws --threads 1 "$@"
}
# held NAME: waits until the lock is there
held() { for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "ws/locks/$1.lock" ] && return; sleep 0.05; done; }
check_exit "the other unit" 0 indexed --unit 2/2
# not through the function: $! is then the process itself
"$RSIFT_BIN" index records.json --reader llava --name mine --licence CC0-1.0 --quiet --workspace ws --threads 1 \
    --unit 1/2 >unit.log 2>&1 &
pid=$!
held index-mine@own-1-of-2
kill -STOP $pid
check_exit "all, while a unit is at it" 2 indexed
check_says "all, while a unit is at it: says so" "another number of units"
check_exit "3 units, while 1 of 2 is at it" 2 indexed --unit 1/3
check_exit "the same unit" 2 indexed --unit 1/2
check_says "the same unit: says who" "is held by pid $pid"
check_exit "remove, while a unit is at it" 2 rsift remove mine --workspace ws
check_says "remove: says who" "is held by pid $pid"
kill -CONT $pid
wait $pid && pass "1 of 2" || fail "1 of 2" unit.log
check_exit "then all: nothing is left to do" 0 indexed
check_is "no record twice" "30000 30000" "$(one ws "SELECT count(*) || ' ' || count(DISTINCT sample_id) v FROM sample")"

# emit and mix
printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\nunresolved: keep\ndatasets: [{id: mine, samples: 300}]\n' >r.yaml
mixing() { rsift mix r.yaml --workspace ws --quiet; }
check_exit "mix" 0 mixing
pids=
for i in 1 2 3; do mixing >mix$i.log 2>&1 & pids="$pids $!"; done
worked=0
for pid in $pids; do wait "$pid" && worked=$((worked + 1)); done
n_held=$(cat mix?.log | grep -c "held by pid")
check_is "mix three times at once: each works or says who holds it" 3 $((worked + n_held))
check_is "mix at once: one complete mixture" 300 "$(one ws "SELECT count(*) v FROM ledger WHERE kept AND
    mixture_id = (SELECT mixture_id FROM mixture ORDER BY made_at DESC LIMIT 1)")"
finish
