#!/bin/sh
# Compares the speed and memory of two builds on the same work, in pairs: bench/regress.sh OLD NEW [--pairs N] [--only WORD]
# OLD and NEW are git revisions, which are built in throw-away folders, or folders with rsift and rsift-synth.
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
python3 "$here/bench/compare.py" "$old" "$new" "$@"
