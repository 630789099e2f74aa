# A few dozen single bits flipped anywhere in a workspace: each is told, or no answer changes. `make torture`
# flips thousands.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { skip "no Python"; finish; }
python3 "$RSIFT_SOURCE_DIR/tests/torture/flips.py" 36 5 >"$work/.out" 2>&1 && pass "flips" || fail "flips" "$work/.out"
finish
