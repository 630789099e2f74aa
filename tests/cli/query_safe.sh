# `rsift query` as a command: what it refuses leaves no file, --unsafe is the user's own word, and a query that does
# not end is ended by a signal within a second and cannot take all memory. The statements: tests/unit/api/test_select.c.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

printf '[{"image":"a.jpg","conversations":[{"from":"human","value":"<image>\\nq"},{"from":"gpt","value":"y"}]}]' >one.json
check_exit "index" 0 rsift index one.json --reader llava --name one --workspace ws
printf 'a\nforeign\n' >s.csv
find ws -path ws/tmp -prune -o -path ws/locks -prune -o -name proven.txt -o -type f -exec cksum {} + | sort >before

for sql in "COPY (SELECT 1 a) TO 'x.csv'" "COPY (SELECT 1 a) TO 'ws/parts/one@own/x.parquet'" "ATTACH 'x.db' AS x" \
    "EXPORT DATABASE 'x'" "EXPLAIN ANALYZE COPY (SELECT 1) TO 'ws/x.csv'" "FROM 's.csv'" "FROM read_text('s.csv')"; do
    check_exit "$sql" 2 rsift query --workspace ws "$sql"
done
find ws -path ws/tmp -prune -o -path ws/locks -prune -o -name proven.txt -o -type f -exec cksum {} + | sort >after
check_same "the workspace is as it was" before after
check_is "nothing beside it" "after before one.json s.csv ws" "$(ls | paste -sd ' ' -)"

check_exit "--unsafe writes" 0 rsift query --workspace ws --unsafe "COPY (SELECT 1 a) TO 'x.csv'"
check_is "--unsafe wrote" "a 1" "$(paste -sd ' ' x.csv)"
check_exit "--unsafe reads, --json too" 0 rsift query --workspace ws --unsafe --json "FROM 's.csv'"
check_says "--unsafe read" foreign
check_exit "--unsafe brings no extensions" 2 rsift query --workspace ws --unsafe "INSTALL httpfs"
check_exit "--unsafe is query's alone" 2 rsift audit --workspace ws --unsafe
check_exit "a column with a dot in its name" 0 rsift query --workspace ws 'SELECT 4711 AS "count(h.version)"'
check_says "a column with a dot in its name: shown" "4,711"

# ends_soon NAME SIGNAL SQL: the query runs when the signal comes. By itself it would take the better part of
# an hour, and CTest ends this script after ten minutes: no time has to be taken.
ends_soon()
{
    "$RSIFT_BIN" query --workspace ws "$3" >o 2>e &
    pid=$!
    takes_signals $pid && sleep 0.3
    kill -0 $pid 2>/dev/null || { fail "$1: it ended by itself" o e; return; }
    kill -"$2" $pid
    code=0
    wait $pid || code=$?
    if [ $code -eq 2 ]; then pass "$1"; else fail "$1: exit $code" o e; fi
}
ends_soon "many rows, SIGTERM" TERM "SELECT sum(i) FROM range(10000000000000) t(i)"
ends_soon "many rows, SIGINT" INT "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE hash(a, b) = 1"
ends_soon "one long row, SIGTERM" TERM "SELECT levenshtein(repeat('ab', 750000), repeat('ba', 750000))"

# memory NAME SQL: refused, whichever part of the engine asks for it
memory()
{
    check_exit "$1" 2 rsift query --workspace ws --memory 64 "$2"
}
memory "one value beyond memory" "SELECT length(repeat('x', 4000000000))"
memory "a list beyond memory" "SELECT list_sum(range(1000000000))"
memory "an aggregate beyond memory" "SELECT length(string_agg(repeat('y', 10000000), '')) FROM range(100)"
memory "an answer beyond memory" "FROM range(100000000)"
check_says "an answer beyond memory: what to do" "LIMIT"
check_usable "after all this" ws
check_is "columns of one name keep their own values" '[{"a":1,"a_1":2,"b":3,"a_2":4}]' \
    "$(rsift query --workspace ws --json "SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a")"
finish
