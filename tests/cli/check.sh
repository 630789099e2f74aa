# check: parts, rsift.duckdb, files, records and pictures are proved; what is damaged is named with what to
# do, everything else goes on, and what it says to do mends it.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
python3 -c "
import sys; sys.path.insert(0, '$RSIFT_SOURCE_DIR/tests/torture')
import flips; flips.make('.')" || { skip "no Python"; finish; }

index() { check_exit "index" 0 rsift index r --reader llava --name mine --licence CC-BY-4.0 --workspace "$1" --quiet; }
fresh() { rm -rf w; cp -r ws w; }
# damage FILE: one byte in the middle
damage() { python3 -c "
import sys
b = bytearray(open(sys.argv[1], 'rb').read()); b[len(b) // 2] ^= 1; open(sys.argv[1], 'wb').write(b)" "$1"; }
rows() { one "$1" "SELECT count(*) v FROM sample"; }
part() { ls -d "$1"/parts/mine@own/s-*/sample.parquet; }

check_exit "a sound workspace" 0 rsift check --workspace ws
check_exit "deep" 0 rsift check --deep --workspace ws --json
check_says "records are proved" '{"what":"records","of":"mine@own","checked":30,"wrong":0}'
check_says "pictures too" '{"what":"pictures","of":"mine@own","checked":8,"wrong":0}'
check_exit "of a dataset that is not there" 2 rsift check nonsense --workspace ws
check_exit "of no workspace" 2 rsift check --workspace r

# a part: every verb refuses it, index makes it again, remove takes it out
fresh
damage "$(part w)"
check_exit "check finds the part" 1 rsift check --workspace w
check_says "by its name" "sample.parquet"
check_says "and says what to do" "rsift index PATH"
for verb in "query SELECT~1" audit leaks "mix recipe.yaml" "emit --format llava --model llava-1.5 -o o" "sample 00112233445566778899aabbccddeeff"; do
    set --
    for word in $verb; do set -- "$@" "$(echo "$word" | tr '~' ' ')"; done
    check_exit "$1 refuses it" 2 rsift "$@" --workspace w
    check_says "$1 names it" "sample.parquet"
done
index w
check_says "index says that it made it again" "repaired"
check_exit "and it proves" 0 rsift check --deep --workspace w
check_is "nothing is lost" 30 "$(rows w)"
damage "$(part w)"
check_exit "remove works on it" 0 rsift remove mine --workspace w
check_is "it is gone" 0 "$(rows w)"
fresh
rm w/parts/mine@own/*/hashes.txt
check_exit "parts of an older rsift" 2 rsift audit --workspace w
check_says "are to be indexed again" "an older rsift wrote none"
index w
check_exit "which mends them" 0 rsift check --deep --workspace w

# rsift.duckdb: only what it held is lost
for kind in damaged empty foreign; do
    fresh
    case $kind in
    damaged) damage w/rsift.duckdb ;;
    empty) : >w/rsift.duckdb ;;
    foreign) echo "no database at all" >w/rsift.duckdb ;;
    esac
    check_exit "$kind: check finds it" 1 rsift check --workspace w
    check_says "$kind: and says how to go on" "mv rsift.duckdb aside.duckdb"
    check_is "$kind: parts can be asked" 30 "$(rows w)"
    check_exit "$kind: audit works" "0 1" rsift audit --workspace w
    index w
    check_exit "$kind: mix does not" 2 rsift mix recipe.yaml --workspace w
    check_says "$kind: and says why" "mv rsift.duckdb aside.duckdb"
    check_exit "$kind: the ledger does not" 2 rsift query "SELECT count(*) FROM ledger" --workspace w
    (cd w && mv rsift.duckdb aside.duckdb)
    check_exit "$kind: mix works without it" 0 rsift mix recipe.yaml --workspace w --quiet
    check_exit "$kind: all is well" 0 rsift check --workspace w
done

# last-mix.json: an older mixture is not written without a word
fresh
damage w/last-mix.json
check_exit "a damaged note of the last mix" 2 rsift emit --format llava --model llava-1.5 -o o --workspace w
check_says "is named" "last-mix.json"

# the release
fresh
cp -p r/img/1.png 1.png
damage r/img/1.png
touch -r 1.png r/img/1.png
check_exit "bytes of a picture, not by size and time" 0 rsift check --workspace w
check_exit "but with --deep" 1 rsift check --deep --workspace w
check_says "by its name" "img/1.png"
rm r/img/1.png
check_exit "a picture that is gone" 1 rsift check mine --workspace w
check_says "is said to be" "is not there any more"
cp -p 1.png r/img/1.png
check_exit "brought back" 0 rsift check mine@own --deep --workspace w
cp -p r/a.json a.json
sed 's/pier 7/pier 8/' a.json >r/a.json
touch -r a.json r/a.json
check_exit "a record that changed under the same time" 1 rsift check --deep --workspace w
check_says "is named" "a.json"
cp -p a.json r/a.json

# an index that was stopped
fresh
mv "$(dirname "$(part w)")" aside
check_exit "a source without its parts" 1 rsift check --workspace w
check_says "is told" "nothing of this source is in the workspace"
index w
check_exit "is read again" 0 rsift check --deep --workspace w
check_is "all of it" 30 "$(rows w)"

# what was left
mkdir -p w/tmp/99999999-0-gone
check_exit "leftovers are no fault" 0 rsift check --workspace w
check_says "but told" "1 folders of processes that died"
finish
