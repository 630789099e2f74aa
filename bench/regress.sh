#!/bin/sh
# Compares the speed and memory of two builds on the rows of bench/run.sh, in pairs:
#   bench/regress.sh OLD NEW [--full] [--pairs N] [--only WORD]
# OLD and NEW are git revisions, which are built in throw-away folders, or folders with rsift, rsift-synth and librsift.so.
#   BENCH_DIR    where inputs are kept (default build/bench-data); scratch goes to the system's folder for temporary files
set -eu
case ${1-} in "" | -h | --help) sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p;}' "$0" && exit 2 ;; esac
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
cleanup() {
    for side in old new; do git -C "$here" worktree remove --force "$scratch/$side" 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

built() { # REVISION|FOLDER old|new: prints the folder of the build
    if [ -x "$1/rsift" ]; then
        echo "$1"
        return
    fi
    git -C "$here" worktree add -q --detach "$scratch/$2" "$1" >&2
    RSIFT_DEPS_DIR=${RSIFT_DEPS_DIR:-$here/.deps} make -C "$scratch/$2" >"$scratch/$2.log" 2>&1 || {
        tail -20 "$scratch/$2.log" >&2
        exit 2
    }
    echo "$scratch/$2/build"
}

old=$(built "$1" old)
new=$(built "$2" new)
shift 2
python=${RSIFT_DEPS_DIR:-$here/.deps}/bench/bin/python
[ -x "$python" ] || python=python3
"$python" "$here/bench/compare.py" "$old" "$new" --data "${BENCH_DIR:-$here/build/bench-data}" "$@"
