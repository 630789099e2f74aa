# Texts: pictures that are the same by their captions alone, captions that repeat each other, and what
# is said where texts were not kept.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "texts: no python3 to write captions with"; finish; }
python3 - <<'PY'
import json, random
rng = random.Random(4)
words = [f"word{i}" for i in range(300)]
def captions():
    return [" ".join(rng.choice(words[:1 + rng.randrange(300)]) for _ in range(9)) for _ in range(3)]
template = "many planes are parked in an airport near the terminal building"
shared = [["a trawler is moored at a wooden jetty", "nets are spread on the jetty to dry"],
          ["a silo with a conical roof of tin", "the barn beside the silo has lost its roof"]]
for name in ("test", "train"):
    images = []
    for i in range(80):
        said = captions() + ([template] if i % 5 == 0 else [])
        k = i if name == "test" else 79 - i
        said += shared[k] if k < 2 else []
        images.append(said)
    if name == "test": images[40] += ["Two planes stand on the green grass.", "two planes stand on the green grass", "Three planes stand on the green grass."]
    json.dump({"images": [{"filename": f"{name}_{i}.png", "split": name, "sentences": [{"raw": c} for c in said]}
                          for i, said in enumerate(images)]}, open(f"{name}.json", "w"))
PY
index()
{
    ws=$1
    shift
    for name in test train; do
        role=train
        [ $name = train ] || role=eval
        rsift index $name.json --reader karpathy --name "$name-set" --role $role --licence CC-BY-4.0 --workspace "$ws" --quiet \
            "$@" >.log 2>&1 || fail "index $name" .log
    done
}
# one SQL: the value of the one column v
one() { rsift query --workspace "$1" "$2" --json 2>&1 | sed -n 's/^\[{"v":\(.*\)}\]$/\1/p'; }
check()
{
    if [ "$2" = "$3" ]; then pass "$1"; else echo "$1: expected $2, found $3" >.log; fail "$1" .log; fi
}

index ws
rsift leaks --workspace ws >leaks.txt 2>&1
check "two pictures share rare captions" 2 "$(one ws "SELECT count(*) AS v FROM text_pair")"
check "those with the same captions" '"test_0.png = train_79.png, test_1.png = train_78.png"' "$(one ws "
    SELECT string_agg(x.path || ' = ' || y.path, ', ' ORDER BY x.path) AS v FROM text_pair t
    JOIN sample_asset a ON a.sample_id = t.a JOIN asset x ON x.asset_id = a.asset_id
    JOIN sample_asset b ON b.sample_id = t.b JOIN asset y ON y.asset_id = b.asset_id")"
check "all was looked at" 1 "$(one ws "SELECT count(*) AS v FROM text_look WHERE looked = samples AND pool_looked = pool_samples AND why IS NULL")"
check "they are leaks" 2 "$(one ws "SELECT count(*) AS v FROM overlap WHERE kind = 'leak' AND evidence LIKE '%2 of%texts%jetty%' OR kind = 'leak' AND evidence LIKE '%2 of%texts%silo%'")"
if grep -q 'text .*leaks' leaks.txt; then pass "leaks names the method"; else fail "leaks names the method" leaks.txt; fi
rsift duplicates --near --workspace ws >near.txt 2>&1
if grep -Eq '^test-set +80 +[0-9]+ +[0-9]+ +[0-9]+ +1$' near.txt; then pass "repeated captions"; else fail "repeated captions" near.txt; fi

# What was compared is not compared again, and what has changed is.
train_again()
{
    rsift remove train-set --workspace ws >.log 2>&1 || fail "remove" .log
    rsift index train.json --reader karpathy --name train-set --role train --licence CC-BY-4.0 --workspace ws --quiet "$@" >.log 2>&1 ||
        fail "index again" .log
}
mark="$(one ws "SELECT min(mark) AS v FROM text_look")"
rsift leaks --workspace ws >again.txt 2>&1
if cmp -s leaks.txt again.txt; then pass "the same once more"; else fail "the same once more" again.txt; fi
train_again --no-text
rsift leaks --workspace ws >bare.txt 2>&1
check "texts that are gone are not known" 1 "$(one ws "SELECT count(*) AS v FROM text_look WHERE pool_looked = 0 AND why = 'text not kept'")"
check "nor what they shared" 0 "$(one ws "SELECT count(*) AS v FROM text_pair")"
if [ "$mark" != "$(one ws "SELECT min(mark) AS v FROM text_look")" ]; then pass "another mark"; else fail "another mark"; fi
train_again
rsift leaks --workspace ws >again.txt 2>&1
if cmp -s leaks.txt again.txt; then pass "the same as at first"; else fail "the same as at first" again.txt; fi
check "by the same mark" "$mark" "$(one ws "SELECT min(mark) AS v FROM text_look")"

# Beside no benchmark nothing was looked at, and nothing stays of an earlier look.
rsift remove test-set --workspace ws >.log 2>&1 || fail "remove the benchmark" .log
rsift leaks --workspace ws >.log 2>&1
check "no look is left" '0,"pairs":0' "$(one ws "SELECT (SELECT count(*) FROM text_look) AS v, (SELECT count(*) FROM text_pair) AS pairs")"

index bare --no-text
rsift leaks --workspace bare >leaks.txt 2>&1
check "texts that were not kept" 1 "$(one bare "SELECT count(*) AS v FROM text_look WHERE looked = 0 AND pool_looked = 0 AND why = 'text not kept'")"
if grep -q 'text .*NOT CHECKED' leaks.txt; then pass "NOT CHECKED is said"; else fail "NOT CHECKED is said" leaks.txt; fi
rsift duplicates --near --workspace bare >near.txt 2>&1
if grep -q 'Indexed with --no-text' near.txt; then pass "duplicates says so, too"; else fail "duplicates says so, too" near.txt; fi
n=$(one bare "SELECT count(*) AS v FROM turn")
index bare
check "an index without --no-text brings them back" "$n" "$(one bare "SELECT count(text) AS v FROM turn")"
index bare --no-text
check "and one with it takes them out" 0 "$(one bare "SELECT count(text) AS v FROM turn")"
index bare --no-signals
check "so it is with tags" "[$n,0]" "$(one bare "SELECT [count(text), count(tag_task)] AS v FROM turn")"
finish
