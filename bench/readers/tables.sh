# A caption table and WebDataset tars: rsift index beside pandas and the webdataset library, which only read. rsift also
# checks every sample, hashes records and pictures and writes the parts. PYTHON: one that has both libraries.
#   RSIFT_BIN=build/rsift PYTHON=venv/bin/python sh bench/readers/tables.sh [MIB]
set -eu
: "${RSIFT_BIN:?the path of the built rsift}"
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
n=${1:-210}
work=$(mktemp -d "${TMPDIR:-/tmp}/rsift-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$python" "$here/tables.py" make "$work" "$n"
row() { label=$1; shift; python3 "$here/../measure.py" "$label" "$n" MiB -- "$@"; }
row "table: pandas" "$python" "$here/tables.py" csv "$work/t.csv"
row "table: rsift index" "$RSIFT_BIN" index "$work/t.csv" --reader records --name t --param image=filepath \
    --param captions=title,title_multi_objects --no-text --workspace "$work/ws-t" --quiet
row "tars: webdataset" "$python" "$here/tables.py" wds "$work/wds"
row "tars: rsift index" "$RSIFT_BIN" index "$work/wds" --reader webdataset --name w --workspace "$work/ws-w" --quiet
