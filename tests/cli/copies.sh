# One release in two folders: a second copy is refused, its other sources elsewhere are not.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
synth() { "$RSIFT_SYNTH" "$@"; }
synth release rsvqa --out one --images 8 --side 32 --clean >/dev/null
cp -r one two
mkdir three && mv one/LR_split_test_*.json three/
"$RSIFT_BIN" index one --dataset rsvqa-lr --workspace ws --quiet >/dev/null
check_exit "a second copy of a source is refused" 2 "$RSIFT_BIN" index two --dataset rsvqa-lr --workspace ws --quiet
check_exit "another part of the release elsewhere is fine" 0 "$RSIFT_BIN" index three --dataset rsvqa-lr --workspace ws --quiet
check_exit "the first folder again is fine" 0 "$RSIFT_BIN" index one --dataset rsvqa-lr --workspace ws --quiet
n=$("$RSIFT_BIN" query "SELECT count(*) - count(DISTINCT sample_id) AS v FROM sample" --workspace ws --json | tr -dc 0-9)
if [ "$n" = 0 ]; then pass "no sample twice"; else fail "no sample twice: $n"; fi
finish
