# A workspace that somebody else made, with hashes that fit: nothing is written outside of -o, no file
# outside the release is read into it, nothing crashes or hangs.
. "$(dirname "$0")/lib.sh"
edit=$(dirname "$RSIFT_BIN")/tests/edit_part
[ -x "$edit" ] || { skip "no edit_part here"; finish; }
cd "$work" || exit 1
python3 -c "
import sys; sys.path.insert(0, '$RSIFT_SOURCE_DIR/tests/torture')
import flips; flips.make('.')" || { skip "no Python"; finish; }
mkdir secret
echo "a private key" >secret/id_rsa
mkfifo fifo
pictures=mine@own/$(basename "$(ls -d ws/parts/mine@own/media-*)")
samples=mine@own/$(basename "$(ls -d ws/parts/mine@own/s-*)")
release=mine@own/$(basename "$(ls -d ws/parts/mine@own/release-*)")

# Every verb that reads ends by itself with one of its exit codes, and stays in its folders.
verbs()
{
    for verb in "emit --format llava --model llava-1.5 --images ${images:-copy} -o o/deep" "check --deep"; do
        code=0
        # shellcheck disable=SC2086
        timeout 60 "$RSIFT_BIN" $verb --workspace w >.out 2>.err </dev/null || code=$?
        [ "$code" -le 2 ] || fail "$1: ${verb%% *} ends with $code" .err
    done
    check_is "$1: nothing is written elsewhere" "$before" "$(ls -d -- * ..?* 2>/dev/null | grep -v -e '^o$' -e '^w$')"
    check_is "$1: no foreign file is read" "" "$(grep -rl 'private key' o 2>/dev/null)"
    for link in $(find o -type l 2>/dev/null); do
        case $(readlink -f "$link") in
        "$work"/r/img/*) ;;
        *) fail "$1: a link to $(readlink -f "$link")" ;;
        esac
    done
}
before=$(ls -d -- * | grep -v -e '^o$' -e '^w$')

# edited NAME PART TABLE SQL
edited()
{
    rm -rf w o
    cp -r ws w
    if "$edit" w "$2" "$3" "$4"; then verbs "$1"; else fail "$1: not edited"; fi
}

decided()
{
    rm -rf w o
    cp -r ws w
    if "$edit" w decisions "$2"; then verbs "$1"; else fail "$1: not edited"; fi
}

one_of="CASE WHEN path = 'img/1.png' THEN"
edited "a path that climbs" "$pictures" asset \
    "SELECT * REPLACE ($one_of '../../../escaped.png' ELSE path END AS path) FROM t"
edited "another root" "$pictures" asset "SELECT * REPLACE ($one_of '$work/secret' ELSE root END AS root,
    $one_of 'id_rsa' ELSE member END AS member) FROM t"
images=link
edited "another root without a hash" "$pictures" asset "SELECT * REPLACE ($one_of '$work/secret' ELSE root END AS root,
    $one_of 'id_rsa' ELSE member END AS member, NULL::UUID AS content_hash, $one_of 14 ELSE n_bytes END AS n_bytes) FROM t"
edited "two rows of one member" "$pictures" asset "SELECT * REPLACE ('img/2.png' AS member) FROM t"
images=copy
edited "sizes" "$pictures" asset \
    "SELECT * REPLACE (-5 AS width, 2147483647 AS height, -1 AS bands, 99 AS orientation, -7::BIGINT AS n_bytes) FROM t"
edited "a FIFO as root" "$pictures" asset "SELECT * REPLACE ('$work/fifo' AS root) FROM t"
edited "numbers of records" "$samples" sample \
    "SELECT * REPLACE (-9 AS ordinal, -1 AS sub, 9223372036854775807 AS \"offset\", -3 AS length, 2000000000 AS n_assets) FROM t"
edited "names of records" "$samples" sample "SELECT * REPLACE ('../../x' AS source, '/etc/passwd' AS file,
    '../..' AS release_id, 'nonsense' AS task) FROM t"
edited "no values" "$samples" sample "SELECT * REPLACE (NULL::VARCHAR AS source, NULL::VARCHAR AS file,
    NULL::BIGINT AS ordinal, NULL::UUID AS record_hash, NULL::VARCHAR AS task) FROM t"
edited "pictures of no record" "$samples" sample_asset "SELECT * REPLACE (NULL::UUID AS sample_id) FROM t"
edited "no JSON" "$release" release "SELECT * REPLACE (repeat('[', 100000) AS config) FROM t"
edited "a release elsewhere" "$release" release \
    "SELECT * REPLACE ('{\"path\":\"$work/secret\",\"reader\":\"llava\",\"name\":\"mine\"}' AS config) FROM t"
edited "columns of other types" "$pictures" asset "SELECT * REPLACE ('wide' AS width, [1, 2] AS height) FROM t"
check_exit "other types are refused" 2 rsift query "SELECT sum(width) FROM asset" --workspace w

# rsift.duckdb runs nothing and hides nothing
decided "a view for a table" "DROP TABLE ledger; CREATE VIEW ledger AS FROM read_csv('$work/secret/id_rsa')"
check_exit "a view is refused" 2 rsift query "FROM ledger" --workspace w
check_says "and said" "holds what rsift does not write"
decided "a table that hides the parts'" "CREATE TABLE sample AS SELECT 'private key' AS sample_id"
check_exit "it is refused" 2 rsift mix recipe.yaml --workspace w
decided "a macro" "CREATE MACRO count(x) AS 7"
check_exit "a macro is refused" 2 rsift mix recipe.yaml --workspace w
decided "a recipe of nonsense" "UPDATE mixture SET recipe = 'x: [', format = '../x', model = '/', name = '../../n'"

# ledger NAME SQL: an edited ledger is not followed
ledger()
{
    rm -rf w o
    cp -r ws w
    "$edit" w decisions "$2"
    check_exit "$1" 2 timeout 60 "$RSIFT_BIN" emit --format llava --model llava-1.5 -o o --workspace w
}
ledger "a sample two thousand million times" "UPDATE ledger SET n_repeats = 2147483647"
ledger "a sample less than no times" "UPDATE ledger SET n_repeats = -1"
ledger "each sample twice" "INSERT INTO ledger FROM ledger"

# links and devices in the workspace
rm -rf w && cp -r ws w && rm -rf w/tmp && mkdir precious && echo kept >precious/file && ln -s ../precious w/tmp
check_exit "tmp as a link" 2 rsift index r --reader llava --name mine --workspace w --quiet
check_is "is not swept" kept "$(cat precious/file)"
rm -rf w && cp -r ws w && rm w/rsift.duckdb && mkfifo w/rsift.duckdb
check_exit "a FIFO is not waited for" 2 timeout 60 "$RSIFT_BIN" audit --workspace w
rm -rf w && cp -r ws w && ln -s "$work/secret" w/parts/evil
check_exit "a link among the parts" 2 rsift audit --workspace w
check_exit "is taken out" 0 rsift remove evil --workspace w
check_exit "without what it names" 0 test -s secret/id_rsa
ln -s ws linked
check_exit "a workspace that is reached by a link is the one it names" "0 1" rsift audit --workspace linked
finish
