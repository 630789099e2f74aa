# Several processes at one workspace. A small run of tests/torture/units.sh; then verbs that meet: each
# works, or says who is at it, and no output mixes two states.
# Covers src/index: units.c, media.c; src/store: lock.c.
. "$(dirname "$0")/lib.sh"
torture=$(cd "$(dirname "$0")/../torture" && pwd)
cd "$work" || exit 1
check_exit "4 units at once, 2 rounds" 0 sh "$torture/units.sh" 4 2

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

# link in units: each picture by one of them, also by units that come one after another
"$RSIFT_SYNTH" pictures --out pictures --images 40 >/dev/null || exit 1
mkdir own
(cd pictures && find . -type f | sort) | sed 's|^\./||' | while read -r name; do
    printf '{"id":"%s","image":"%s","conversations":[{"from":"human","value":"<image>\\nWhat?"},{"from":"gpt","value":"a"}]}\n' \
        "$name" "$name"
done >own/data.jsonl
for ws in wl-one wl-once wl-after; do
    rsift index own --reader llava --name own --workspace $ws --quiet >log 2>&1 || fail "link in units: index" log
done
linked() { rsift link own --images pictures --workspace "$@" --quiet --json; }
linked wl-one >log 2>&1
pids=
for i in 1 2 3; do linked wl-once --unit $i/3 >link$i.log 2>&1 & pids="$pids $!"; done
for pid in $pids; do wait "$pid" || fail "link in units at once" link?.log; done
for i in 3 1 2; do linked wl-after --unit $i/3 >link.log 2>&1 || fail "link unit $i of 3" link.log; done
pictures="SELECT string_agg(path || content_hash || coalesce(member, ''), ' ' ORDER BY path) v FROM asset"
check_is "link in units at once: as one" "$(one wl-one "$pictures")" "$(one wl-once "$pictures")"
check_is "link in units after another: as one" "$(one wl-one "$pictures")" "$(one wl-after "$pictures")"
check_is "link in units: each picture once" 40 \
    $(($(cat link?.log | grep -o '"linked":[0-9]*' | cut -d : -f 2 | paste -sd + )))
check_is "link in units: nothing is left" 0 "$(one wl-once "SELECT count(*) v FROM asset WHERE state = 'unresolved'")"

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

# emit while the release is indexed again, and while it is removed: all of one state, or a reason
emitted() { rsift emit --format llava --model llava-1.5 --workspace ws -o "$1" --quiet; }
printf 'recipe: 1\nname: m\nlicence: any\nduplicates: keep\nunresolved: keep\ndatasets: [{id: own}]\n' >own.yaml
rm -rf ws && mv wl-one ws && rsift mix own.yaml --workspace ws --quiet >log 2>&1 || fail "own: mix" log
check_exit "emit" 0 emitted out
meets() # NAME: the emit of the last command, which the other met, is complete or says why it is not
{
    if [ "$code" = 0 ] || [ "$code" = 1 ]; then
        n=$(grep -c '"id"' out/train.json)
        n_dropped=$(cat out/dropped.jsonl 2>/dev/null | wc -l)
        check_is "$1: every sample is accounted for" 40 $((n + n_dropped))
    elif [ "$code" = 2 ] && grep -q 'rsift: emit: ' emit.log && [ ! -f out/manifest.json ]; then
        pass "$1: says why, and the folder is not finished"
    else
        fail "$1: exit $code" emit.log
    fi
}
for round in 1 2; do
    rm -rf out
    printf '\n' >>own/data.jsonl
    rsift index own --reader llava --name own --workspace ws --quiet >index.log 2>&1 &
    pid=$!
    code=0
    emitted out >emit.log 2>&1 || code=$?
    wait $pid || fail "index during emit $round" index.log
    meets "emit during index $round"
    rm -rf out
    emitted out >emit.log 2>&1 &
    pid=$!
    [ $round = 1 ] || sleep 0.0$round
    rsift remove own --workspace ws --quiet >remove.log 2>&1 || fail "remove during emit $round" remove.log
    code=0
    wait $pid || code=$?
    meets "remove during emit $round"
    rsift index own --reader llava --name own --workspace ws --images pictures --quiet >log 2>&1 &&
        rsift mix own.yaml --workspace ws --quiet >>log 2>&1 || fail "index and mix again" log
done
finish
