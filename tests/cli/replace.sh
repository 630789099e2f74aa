# A release is seen before or after its re-index, never between: while one command indexes it again and again (changed
# files, other parameters, killed in between), others ask, audit and mix, and always find the old or the new.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# records N FILE: N records of one word each, told apart by N
records()
{
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
        printf "{\"image\":\"p.jpg\",\"conversations\":[{\"from\":\"human\",\"value\":\"q %d?\"},{\"from\":\"gpt\",\"value\":\"of %d\"}]}\n", i, n }' >"$2.new"
    mv "$2.new" "$2"
}

index()
{
    "$RSIFT_BIN" index r.jsonl --reader llava --name mine --licence CC-BY-4.0 --workspace ws --quiet "$@"
}

old=1500 new=1700
records $old r.jsonl
check_exit "first index" 0 index
printf 'recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets:\n  - id: mine\n' >recipe.yaml

# Readers: each counts samples, records read, files and the answers' texts, in one statement and after another. What
# they find is one of the two; anything else is written down.
ask="SELECT (SELECT count(*) FROM sample) || ' ' || (SELECT sum(used) FROM reading) || ' ' || (SELECT count(DISTINCT text)
    FROM turn WHERE role = 'assistant') || ' ' || (SELECT count(*) FROM release) v"
reads()
{
    n=0
    while [ -f going ]; do
        found=$(one ws "$ask" 2>>"$1.err")
        n=$((n + 1))
        case $found in
        "$old $old 1 1" | "$new $new 1 1") ;;
        *) echo "$found" >>"$1.bad" ;;
        esac
    done
    echo $n >"$1.n"
}
# audit and mix, one after the other
works()
{
    n=0
    while [ -f going ]; do
        "$RSIFT_BIN" audit --workspace ws --json >audit.json 2>>work.err
        case $(sed -n 's/.*"seen": *\([0-9]*\).*/\1/p' audit.json | head -1) in
        $old | $new) ;;
        *) cp audit.json audit.bad ;;
        esac
        "$RSIFT_BIN" mix recipe.yaml --workspace ws --json >mix.json 2>>work.err
        case $(sed -n 's/.*"samples": *\([0-9]*\).*/\1/p' mix.json | head -1) in
        $old | $new) ;;
        *) cp mix.json mix.bad ;;
        esac
        n=$((n + 1))
    done
    echo $n >work.n
}

: >going
reads a & a=$!
works & c=$!
round=0
while [ $round -lt 3 ]; do
    if [ $((round % 2)) -eq 0 ]; then records $new r.jsonl; else records $old r.jsonl; fi
    # killed once in the middle, and gone on with
    if [ $round -ge 2 ]; then
        "$RSIFT_BIN" index r.jsonl --reader llava --name mine --licence CC-BY-4.0 --workspace ws >killed.log 2>&1 &
        pid=$!
        sleep 0.0$((round * 3))
        kill -KILL $pid 2>/dev/null
        wait $pid 2>/dev/null
    fi
    index >again.log 2>&1 || fail "index again, round $round" again.log
    round=$((round + 1))
done
# other parameters: other parts of the same files
index --no-text >again.log 2>&1 || fail "index with another parameter" again.log
rm going
wait $a $c
check_is "readers: always the old or the new" "" "$(sort -u a.bad 2>/dev/null | head -5)"
check_is "readers: no error" "" "$(sort -u a.err | head -3)"
n=$(cat a.n)
[ $n -gt 0 ] && pass "$n reads" # hundreds: tests/unit/api/test_replace.c
check_is "audit and mix: always the old or the new" "" "$(ls audit.bad mix.bad 2>/dev/null)"
check_is "audit and mix: no error" "" "$(sort -u work.err | head -3)"
check_is "nothing is left of the old one" "" "$(find ws/tmp ws/stage -mindepth 1 -maxdepth 1 ! -name _schema)"
records $old r.jsonl
index >now.log 2>&1
check_is "at last" "$old" "$(one ws "SELECT count(*) v FROM sample")"

# --- units: the release is replaced when the last of them is done ---------------------------------------------------
records $new r.jsonl
check_exit "unit 2 of 2" 0 index --unit 2/2
check_says "unit 2 of 2: says that the other is missing" "pending"
check_is "after unit 2 of 2" "$old" "$(one ws "SELECT count(*) v FROM sample")"
check_exit "unit 1 of 2" 0 index --unit 1/2
check_is "after unit 1 of 2" "$new" "$(one ws "SELECT count(*) v FROM sample")"
check_is "after unit 1 of 2: no file of before" 1 "$(one ws "SELECT count(*) v FROM file")"

# --- a release of which nothing can be read replaces none; one that was linked keeps its links ------------------------
printf '{}\n' >r.jsonl
check_exit "nothing to read" 2 index
check_is "the release is as it was" "$new" "$(one ws "SELECT count(*) v FROM sample")"
mkdir pictures
printf 'P6 1 1 255\nabc' >pictures/p.ppm
"$RSIFT_SYNTH" pictures --out pictures --images 1 >/dev/null 2>&1
picture=$(find pictures -name '*.png' -o -name '*.jpg' | head -1)
if [ -n "$picture" ]; then
    cp "$picture" pictures/p.jpg
    check_exit "link between two runs" 0 rsift link mine --images pictures --workspace ws
    records $old r.jsonl
    check_exit "index after the link" 0 index
    check_is "the new release" "$old" "$(one ws "SELECT count(*) v FROM sample")"
    check_is "the link is kept" 1 "$(one ws "SELECT count(*) v FROM asset WHERE evidence = 'linked'")"
fi
check_exit "remove" 0 rsift remove mine --workspace ws
check_is "removed with what was staged" "" "$(find ws/parts ws/stage -mindepth 1 -maxdepth 1 ! -name _schema)"

# A workspace that came in a lower layer of an overlay (a container's image), whose folders cannot be renamed.
cat >layers.sh <<'END'
mkdir -p layers && mount -t tmpfs none layers && cd layers && mkdir lower upper work merged &&
    cp -r ../ws lower/ws && mount -t overlay none -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged || exit 77
cd .. && "$RSIFT_BIN" index r.jsonl --reader llava --name mine --workspace layers/merged/ws --quiet &&
    "$RSIFT_BIN" query --workspace layers/merged/ws "SELECT count(*) n FROM sample" --json &&
    "$RSIFT_BIN" remove mine --workspace layers/merged/ws
END
records 10 r.jsonl
check_exit "index before" 0 index
records 20 r.jsonl
touch ws/parts/mine@own/Thumbs.db
check_exit "a file among the parts" 2 index
check_says "a file among the parts: what to do" "take it away by hand"
rm ws/parts/mine@own/Thumbs.db
code=0
unshare -rm sh layers.sh >layers.log 2>&1 || code=$?
case $code in
77 | 127) skip "no overlay can be mounted here" ;;
*)
    check_is "in a lower layer: replaced, removed" 0 $code
    check_is "in a lower layer: as the file is now" '[{"n":20}]' "$(grep -o '^\[.*' layers.log)"
    ;;
esac
finish
