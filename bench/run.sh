#!/bin/sh
# Measures rsift beside its peers and prints one Markdown table; see bench/README.md. Nothing here is asserted.
#   --full       also the long rows        --only WORD   rows whose name holds WORD        --pairs N   runs of each side
#   BENCH_DIR    where inputs and workspaces go (default build/bench-data; up to 20 GB for --full)
#   BENCH_BUILD  the build to measure (default build)
# A run of all rows replaces the table in docs/performance.md.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
data=${BENCH_DIR:-$here/build/bench-data}
build=${BENCH_BUILD:-$here/build}
deps=${RSIFT_DEPS_DIR:-$here/.deps}
whole=yes
for word in "$@"; do
    case $word in
    -h | --help) sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p;}' "$0" && exit 0 ;;
    --only*) whole=no ;;
    esac
done

peers() { # the pinned peers, in a virtual environment that is made anew when peers.txt changes
    cmp -s "$here/bench/peers.txt" "$deps/bench/peers.txt" && return 0
    rm -rf "$deps/bench"
    python3 -m venv "$deps/bench" &&
        "$deps/bench/bin/pip" install -q --disable-pip-version-check --prefer-binary -r "$here/bench/peers.txt" >&2 &&
        cp "$here/bench/peers.txt" "$deps/bench/peers.txt" ||
        echo "bench: not all of bench/peers.txt could be installed; rows of what is missing are left out" >&2
}

load() { cut -d ' ' -f 1-2 /proc/loadavg; }

mkdir -p "$data"
peers
python=$deps/bench/bin/python
[ -x "$python" ] || python=python3
cc -O2 -I"$deps/yyjson" -o "$data/yyjson_only" "$here/bench/yyjson_only.c" "$deps/yyjson/yyjson.c"

table=$data/table.md
{
    echo "Commit $(git -C "$here" rev-parse --short=10 HEAD), $(date -u +%Y-%m-%d)," \
        "$(nproc) cores ($(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo))," \
        "$(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo), load $(load) at the start."
    echo
    "$python" -c "import sys; sys.path.insert(0, '$here/bench'); import table; print(table.HEAD)"
} | tee "$table"
for script in "$here"/bench/rows/*.py; do
    "$python" "$script" "$build" "$data" "$@" || echo "bench: $(basename "$script") stopped" >&2
done | tee -a "$table"
printf '\nLoad %s at the end.\n' "$(load)" | tee -a "$table"

[ $whole = no ] || python3 - "$here/docs/performance.md" "$table" <<'PYTHON'
import sys
from pathlib import Path
page, table = Path(sys.argv[1]), Path(sys.argv[2]).read_text().strip()
head, mark, rest = page.read_text().partition("<!-- table -->\n")
_, end, tail = rest.partition("<!-- end of table -->\n")
if not (mark and end):
    sys.exit(f"bench: {page} has no place for the table")
page.write_text(f"{head}{mark}{table}\n{end}{tail}")
PYTHON
