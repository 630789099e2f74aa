#!/bin/sh
# Measures rsift beside its peers on the same data in the same run. Nothing here is asserted.
#   BENCH_DIR   where data and workspaces go (default build/bench; up to 15 GB for --full)
#   --full      also the 4 GB array, 300,000 members and 10 million samples
#   SCORING=0   leaves out the scorers and their peers (10 minutes)
# Needs python3; installs orjson into BENCH_DIR/venv when pip can.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
dir=${BENCH_DIR:-$here/build/bench}
full=0
[ "${1:-}" = --full ] && full=1
mkdir -p "$dir"
rsift=$here/build/rsift
synth=$here/build/rsift-synth
measure() { python3 "$here/bench/measure.py" "$@"; }

echo "machine   $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo), load $(cut -d' ' -f1 /proc/loadavg)"
echo "cpu       $(awk -F: '/model name/ {print $2; exit}' /proc/cpuinfo)"
echo "rsift     $("$rsift" --version), $(git -C "$here" rev-parse --short HEAD)"
[ -x "$dir/venv/bin/python" ] || python3 -m venv "$dir/venv"
"$dir/venv/bin/python" -c 'import orjson' 2>/dev/null || "$dir/venv/bin/pip" -q install orjson 2>/dev/null || echo "orjson    not installed: left out"
cc -O2 -I"$here/.deps/yyjson" -o "$dir/yyjson_only" "$here/bench/yyjson_only.c" "$here/.deps/yyjson/yyjson.c"

array() { # size-in-GB records
    file=$dir/records_$1.json
    [ -f "$file" ] || "$synth" records --out "$file" --records "$2" --seed 1
    mb=$(($(stat -c %s "$file") / 1000000))
    cat "$file" >/dev/null # warm
    echo
    echo "LLaVA array of $mb MB, $2 records"
    measure "yyjson alone, whole file in memory" $mb MB -- "$dir/yyjson_only" "$file"
    rm -rf "$dir/work"
    measure "rsift index, all cores" $mb MB -- "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/work" --quiet
    rm -rf "$dir/work1"
    measure "rsift index, 1 thread" $mb MB -- "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/work1" --quiet --threads 1
    rm -rf "$dir/work1"
    measure "rsift index --no-text, all cores" $mb MB -- "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/work1" --quiet --no-text
    rm -rf "$dir/work1"
    "$dir/venv/bin/python" -c 'import orjson' 2>/dev/null &&
        measure "orjson.loads, bare parse" $mb MB -- "$dir/venv/bin/python" -c "import orjson; orjson.loads(open('$file','rb').read())"
    [ "$1" = 1 ] && measure "Python json.load, bare parse" $mb MB -- python3 -c "import json; json.load(open('$file'))"
    return 0
}

pictures() { # container n
    path=$dir/pictures_$1_$2
    [ "$1" = zip ] && path=$path.zip
    [ -e "$path" ] || "$synth" pictures --container "$1" --out "$path" --images "$2"
    echo
    echo "$2 small pictures, $1"
    if [ "$1" = folder ]; then
        find "$path" -type f -print0 | xargs -0 cat >/dev/null
        measure "find | xargs cat" "$2" files -- sh -c "find '$path' -type f -print0 | xargs -0 cat"
    else
        cat "$path" >/dev/null
        measure "unzip -p" "$2" files -- sh -c "command -v unzip >/dev/null && unzip -p '$path'"
    fi
    rm -rf "$dir/workp"
    measure "rsift index (header, hash, complete?)" "$2" files -- "$rsift" index "$path" --reader folder --name pics --workspace "$dir/workp" --quiet
    if [ "$1" = zip ]; then
        echo "pictures of it, one core"
        "$dir/api" picture "$dir/workp" 1000
    fi
    rm -rf "$dir/workp"
}

resume() { # cost of a kill: half way, then again
    file=$dir/records_1.json
    rm -rf "$dir/workk"
    timeout -s KILL "${KILL_AFTER:-3}" "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/workk" --quiet >/dev/null 2>&1 || true
    echo
    echo "the 1 GB array again, after SIGKILL at ${KILL_AFTER:-3} s"
    measure "rsift index, resumed" 1 run -- "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/workk" --quiet
    measure "rsift index, nothing left to do" 1 run -- "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/workk" --quiet
    rm -rf "$dir/workk"
}

mix() { # workspace records
    cat >"$dir/recipe.yaml" <<YAML
name: bench
seed: 1
licence: any
unresolved: keep
datasets:
  - id: bench
YAML
    echo
    echo "mix and emit of $2 samples"
    measure "rsift mix" "$2" samples -- "$rsift" mix "$dir/recipe.yaml" --workspace "$1" --quiet
}

api() { # kind workspace: one sample or picture at a time, through the public interface
    "$dir/api" "$1" "$2" 1000
}

lines() { # a JSON Lines release, for random samples
    file=$dir/records_lines.jsonl
    [ -f "$file" ] || {
        "$synth" records --out "$dir/records_lines.json" --records 300000 --seed 1
        python3 -c "import json; [print(json.dumps(r)) for r in json.load(open('$dir/records_lines.json'))]" >"$file"
        rm "$dir/records_lines.json"
    }
    rm -rf "$dir/workl"
    "$rsift" index "$file" --reader llava --name bench --param box_convention=percent-obb --workspace "$dir/workl" --quiet >/dev/null
    echo
    echo "samples of 300,000 JSON lines, one core"
    api sample "$dir/workl"
}

cc -O2 -I"$here/include" -o "$dir/api" "$here/bench/api.c" "$here/build/librsift.so" -Wl,-rpath,"$here/build"
array 1 1900000
resume
lines
pictures folder 100000
[ $full = 1 ] && pictures zip 300000
mix "$dir/work" 1900000
if [ $full = 1 ]; then
    array 4 7600000
    echo "samples of it, one core"
    api sample "$dir/work"
fi
scoring() { # beside the peers of tools/setup test, faster-coco-eval and METEOR's own program
    "$dir/venv/bin/python" -c 'import faster_coco_eval, pycocoevalcap, pycocotools, shapely' 2>/dev/null ||
        "$dir/venv/bin/pip" -q install faster-coco-eval pycocoevalcap pycocotools shapely xlsxwriter 'nltk==3.9.1' 2>/dev/null ||
        echo "scoring   some peers are not installed: left out"
    echo
    echo "scoring, JSON loading counted on all sides"
    "$dir/venv/bin/python" "$here/bench/metrics.py" "$rsift" "$dir/score"
    echo
    echo "prediction files of 2 GB"
    RSIFT_BIN=$rsift "$dir/venv/bin/python" "$here/bench/score_input.py" "$dir/input" 2000
    rm -rf "$dir/input"
}

[ "${SCORING:-1}" = 1 ] && scoring

echo
echo "start of the command"
measure "rsift list, 20 times" 20 runs -- sh -c "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do '$rsift' list >/dev/null; done"
