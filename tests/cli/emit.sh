# The bytes of an emitted training set do not depend on containers, threads, work units or kills.
# Covers src/emit: emit.c, replay.c, write.c, truth.c, contact_sheet.c, card.c, ledger.c, manifest.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
if ! rsift --help | grep -q '^  emit '; then
    skip "emit is not in this build"
    finish
fi

# prints FOLDER FILE: path and hash of everything written
prints()
{
    (cd "$1" && find . -type f | sort | while IFS= read -r f; do
        echo "$f $(sha256sum <"$f")"
    done) >"$2"
}

cat >recipe.yaml <<'YAML'
name: m
seed: 7
licence: any
budget: {samples: 100000}
datasets:
  - {id: vrsbench}
  - {id: rsvqa-lr}
  - {id: dior}
YAML
for container in folder zip tar.gz; do
    for family in vrsbench rsvqa dior; do
        mkdir -p $family
        "$RSIFT_SYNTH" release $family --images 12 --side 64 --seed 3 --container $container \
            --out $family/r.$container >/dev/null
    done
done

# whole WORKSPACE CONTAINER OUT [EMIT OPTIONS]
whole()
{
    ws=$1 container=$2 out=$3
    shift 3
    for family in vrsbench rsvqa dior; do
        rsift index $family/r.$container --workspace "$ws" --quiet || return 1
    done
    rsift mix recipe.yaml --workspace "$ws" --quiet && rsift emit --format llava --model llava-1.5 --images copy \
        -o "$out" --workspace "$ws" --quiet "$@"
}

whole ws folder out --threads 2 >log 2>&1 || { fail "the whole flow" log; finish; }
prints out expected
n=$(grep -c '"id"' out/train.json)
if [ "$n" -gt 20 ]; then pass "$n records"; else fail "only $n records" log; fi
for container in zip tar.gz; do
    whole ws-$container $container out-$container >log 2>&1 || fail "from $container" log
    prints out-$container found
    check_same "same bytes from $container" expected found
done
for threads in 1 4; do
    rsift emit --format llava --model llava-1.5 --images copy -o out-t$threads --workspace ws --quiet \
        --threads $threads >log 2>&1 || fail "emit with $threads threads" log
    prints out-t$threads found
    check_same "same bytes with $threads threads" expected found
done
for unit in 2/2 1/2; do
    for family in vrsbench rsvqa dior; do
        rsift index $family/r.zip --workspace ws-u --unit $unit --quiet >log 2>&1 || fail "unit $unit" log
    done
done
rsift mix recipe.yaml --workspace ws-u --quiet >log 2>&1 && rsift emit --format llava --model llava-1.5 \
    --images copy -o out-u --workspace ws-u --quiet >log 2>&1 || fail "from two units" log
prints out-u found
check_same "same bytes from two units" expected found

for format in llava ms-swift llama-factory qwen internvl; do
    for model in llava-1.5 qwen2.5-vl qwen3-vl internvl; do
        case $format-$model in
        qwen-llava-1.5 | qwen-internvl | internvl-llava-1.5 | internvl-qwen*) expected=2 ;;
        *) expected=0 ;;
        esac
        check_exit "$format for $model" $expected rsift emit --format $format --model $model --images copy \
            --min-pixels 3136 --max-pixels 1003520 -o "out-$format-$model" --workspace ws --quiet
        [ $expected = 2 ] && continue
        [ -s "out-$format-$model/manifest.json" ] && [ -s "out-$format-$model/contact-sheet.html" ] ||
            fail "$format for $model: no manifest or contact sheet"
    done
done
check_exit "qwen2.5-vl without pixels is refused" 2 rsift emit --format qwen --model qwen2.5-vl -o refused --workspace ws
[ ! -e refused/train.json ] && pass "refused: nothing written" || fail "refused, yet written"
check_exit "an unknown format" 2 rsift emit --format nonsense --model llava-1.5 -o refused --workspace ws
check_exit "questions of a benchmark" 0 rsift emit --eval rsvqa-lr --split test --format llava \
    --model llava-1.5 -o questions --workspace ws --quiet
[ -s questions/truth.jsonl ] && pass "truth beside the questions" || fail "no truth beside the questions"

# --- kills ---------------------------------------------------------------------------------------
"$RSIFT_SYNTH" records --out records.json --records 8000 --seed 9 >/dev/null
"$RSIFT_SYNTH" pictures --out pictures.zip --images 2000 --container zip >/dev/null
rsift index records.json --reader llava --name mine --licence open --images pictures.zip --workspace big \
    --quiet >log 2>&1 || fail "index" log
printf 'name: k\nseed: 1\nlicence: any\nbudget: {samples: 6000}\ndatasets: [{id: mine}]\n' >big.yaml
rsift mix big.yaml --workspace big --quiet >log 2>&1 || fail "mix" log
set -- emit --format llava --model qwen3-vl --workspace big --quiet
begin=$(date +%s.%N)
rsift "$@" -o big-out >log 2>&1 || fail "emit" log
span=$(echo "$begin $(date +%s.%N)" | awk '{ print $2 - $1 }')
prints big-out expected
hits=0
for at in $(awk -v whole="$span" 'BEGIN { srand(3); for (i = 0; i < 8; i++) printf "%.3f\n", 0.02 + rand() * whole }'); do
    code=0
    "$RSIFT_BIN" "$@" -o big-killed >kill.log 2>&1 &
    pid=$!
    sleep "$at"
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null || code=$?
    case $code in
    137)
        hits=$((hits + 1))
        # under its final name a file is whole
        if [ -e big-killed/train.json ] && ! cmp -s big-killed/train.json big-out/train.json; then
            fail "killed after $at s: a partial file under its final name"
        fi
        ;;
    0) ;;
    *) fail "killed after $at s: exit $code" kill.log ;;
    esac
done
if [ $hits -ge 2 ]; then pass "$hits of 8 kills hit"; else fail "only $hits of 8 kills hit"; fi
rsift "$@" -o big-killed >log 2>&1 || fail "emit after kills" log
prints big-killed found
check_same "same bytes after kills" expected found
check_is "nothing left in tmp" "" "$(find big/tmp -mindepth 1 | head -3)"

# --- a release that changed since the index -----------------------------------------------------
sed 's/ of / on /' vrsbench/r.folder/VRSBench_train.json >changed.json && cp changed.json vrsbench/r.folder/VRSBench_train.json
check_exit "emit from a changed release" 2 rsift emit --format llava --model llava-1.5 -o out-changed --workspace ws
check_says "emit from a changed release: says so" "changed since the index"
check_says "emit from a changed release: names it" "VRSBench_train.json"
[ ! -e out-changed/train.json ] && pass "no training file of it" || fail "a training file was written"
finish
