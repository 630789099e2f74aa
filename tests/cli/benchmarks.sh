# Benchmarks are asked for what their truth holds: the choices, the phrase, the form of the boxes.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
"$RSIFT_SYNTH" pictures --out pictures --images 2 >/dev/null || exit 1
set -- $(find pictures -type f | sort)

# prompts DATASET [EMIT OPTIONS]: questions of the workspace, one JSON a line, in out/train.jsonl
prompts()
{
    set_id=$1
    shift
    rm -rf out
    check_exit "$set_id $*: prompts" 0 "$RSIFT_BIN" emit --eval "$set_id" --format qwen --model qwen3-vl \
        -o out --workspace ws --quiet "$@"
}
# holds NAME FILE WORDS
holds() { if grep -qF -e "$3" "$2"; then pass "$1"; else fail "$1: expected \"$3\" in $2" "$2"; fi; }
lacks() { if grep -qF -e "$3" "$2"; then fail "$1: \"$3\" is in $2" "$2"; else pass "$1"; fi; }

# GeoChat: several oriented boxes for one expression, asked for as upright boxes or as corners.
mkdir -p geochat/images
cp "$1" geochat/images/P0000_0000.png
cat >geochat/referring.jsonl <<'JSON'
{"question_id": "a_0", "image_id": "P0000_0000", "ground_truth": [[[4, 10], [20, 4], [22, 12], [6, 18]], [[30, 30], [40, 30], [40, 44], [30, 44]]], "question": "2 planes at the left", "type": "ref", "size_group": "small"}
JSON
check_exit "geochat: index" 0 "$RSIFT_BIN" index geochat --workspace ws --quiet
prompts geochat-bench
holds "upright boxes are asked for" out/train.jsonl "bounding box coordinates in JSON"
lacks "and nothing oriented" out/train.jsonl "oriented"
lacks "nor rotated" out/train.jsonl "rotated"
holds "the manifest says so" out/manifest.json '"obb":"hbb"'
prompts geochat-bench --obb quad
holds "corners are asked for" out/train.jsonl "four corners of each box"
holds "corners of both boxes are the answer" out/truth.jsonl '"labels":["2 planes at the left","2 planes at the left"]'
holds "the manifest says corners" out/manifest.json '"obb":"quad"'
holds "the card says corners" out/README.md "written as four corners"
check_exit "no form of its own" 2 "$RSIFT_BIN" emit --eval geochat-bench --format qwen --model qwen3-vl \
    --obb native -o native --workspace ws --quiet
check_says "no form of its own: says what there is" "no oriented form of its own; --obb is quad or hbb"
check_exit "an unknown form" 2 "$RSIFT_BIN" emit --eval geochat-bench --format qwen --model qwen3-vl \
    --obb circle -o native --workspace ws --quiet
rm -rf ws
finish
