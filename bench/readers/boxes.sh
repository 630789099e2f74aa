# One label file per picture: rsift index beside plain Python (ElementTree, json), which only parses and adds up.
# rsift also checks every box, hashes every record and writes the parts. Pictures: none.
# 5,000 files of 20 objects on two shared, busy cores, CPU seconds and peak memory:
#   FAIR1M's rings   Python 2.95 s, 15 MB    rsift 2.23 s, 102 MB (1 thread), 2.17 s, 111 MB (2)
#   labelme          Python 1.21 s, 14 MB    rsift 1.80 s, 104 MB (1 thread), 1.75 s, 113 MB (2)
#   RSIFT_BIN=build/rsift sh bench/readers/boxes.sh [N_FILES [N_OBJECTS]]
set -eu
: "${RSIFT_BIN:?the path of the built rsift}"
here=$(cd "$(dirname "$0")" && pwd)
n=${1:-10000} objects=${2:-20}
work=$(mktemp -d "${TMPDIR:-/tmp}/rsift-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
python3 "$here/boxes.py" make "$work" "$n" "$objects"
row() { label=$1; shift; python3 "$here/../measure.py" "$label" "$n" files -- "$@"; }
for pair in "voc fair1m-like --param=box=obb" "labelme labelme"; do
    set -- $pair
    row "$1: Python" python3 "$here/boxes.py" "$1" "$work/$2"
    for threads in 1 2; do
        row "$1: rsift index, $threads threads" "$RSIFT_BIN" index "$work/$2" --reader "$1" --name mine \
            --workspace "$work/ws-$1-$threads" --threads "$threads" --quiet ${3:+"$(echo "$3" | sed 's/=.*//')" "$(echo "$3" | sed 's/^[^=]*=//')"}
    done
done
