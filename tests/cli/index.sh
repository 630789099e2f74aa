# index: pictures whose headers lie, sizes that annotations state, headers only, units that start
# together.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 6 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
ask() { one ws "$1"; }

# record ID PICTURE [MORE]: one LLaVA record
record()
{
    printf '{"id": "%s", "image": "%s"%s, "conversations": [{"from": "human", "value": "<image>\\nq"}, {"from": "gpt", "value": "a"}]}' "$1" "$2" "${3:-}"
}

# A PNG and a TIFF of 2^31 pixels and more a side: findings, and the rest is indexed.
mkdir rel
cp "$1" rel/good.png
printf '\211PNG\r\n\032\n\000\000\000\rIHDR\200\000\000\010\000\000\000\010\010\002\000\000\000' >rel/bad.png
tail -c +34 "$1" >>rel/bad.png
# II*, 8, two entries: width 2^31 + 8 and height 8, both LONG
printf 'II*\000\010\000\000\000\002\000\000\001\004\000\001\000\000\000\010\000\000\200\001\001\004\000\001\000\000\000\010\000\000\000\000\000\000\000' >rel/bad.tif
{ echo "["; record 0 good.png; echo ","; record 1 bad.png; echo ","; record 2 bad.tif; echo "]"; } >rel/data.json
check_exit "pictures of 2^31 pixels a side" 0 "$RSIFT_BIN" index rel --reader llava --name m --workspace ws --quiet
check_is "all three records are there" 3 "$(ask "SELECT count(*) v FROM sample")"
check_is "two pictures are unreadable" "bad.png bad.tif" \
    "$(ask "SELECT string_agg(locator, ' ' ORDER BY locator) v FROM finding WHERE code = 'image-unreadable'")"
check_is "they have no size" 2 "$(ask "SELECT count(*) v FROM asset WHERE format = 'unreadable' AND width IS NULL AND height IS NULL")"
check_is "the good one has" 1 "$(ask "SELECT count(*) v FROM asset WHERE width > 0 AND height > 0")"
rm -rf ws

# A COCO file that states no size of any picture.
mkdir coco
cp "$1" coco/a.png
cat >coco/data.json <<'JSON'
{"images": [{"id": 1, "file_name": "a.png", "width": 1e300, "height": 8}, {"id": 2, "file_name": "b.png", "width": 1e300, "height": 0.5}],
 "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2], "area": 4, "iscrowd": 0},
                 {"id": 2, "image_id": 2, "category_id": 1, "bbox": [1, 1, 2, 2], "area": 4, "iscrowd": 0}],
 "categories": [{"id": 1, "name": "ship"}]}
JSON
check_exit "a width of 1e300" 0 "$RSIFT_BIN" index coco --reader coco --name c --workspace ws --quiet
check_is "both pictures' records" 2 "$(ask "SELECT count(*) v FROM sample")"
check_is "a stated size that is none differs from the file" 1 "$(ask "SELECT count(*) v FROM finding WHERE code = 'box-size'")"
check_is "no region leaves a picture" 0 "$(ask "SELECT count(*) v FROM finding WHERE code IN ('region-outside', 'region-clipped')")"
rm -rf ws

# Headers only: the same sizes, a cut picture is found, no hash.
mkdir cut
cp "$1" cut/whole.png
head -c 60 "$1" >cut/cut.png
{ echo "["; record 0 whole.png; echo ","; record 1 cut.png; echo "]"; } >cut/data.json
check_exit "--no-hash" 0 "$RSIFT_BIN" index cut --reader llava --name h --workspace ws --no-hash --quiet
check_is "no hash" 0 "$(ask "SELECT count(content_hash) v FROM asset")"
check_is "sizes" 2 "$(ask "SELECT count(width) v FROM asset")"
check_is "the cut one" "cut.png" "$(ask "SELECT max(locator) v FROM finding WHERE code = 'image-truncated'")"
rm -rf ws

# Units that start together all come to an end.
"$RSIFT_SYNTH" release coco --images 6 --side 32 --out units >/dev/null
for round in 1 2 3; do
    pids=
    for unit in 1 2 3 4; do
        "$RSIFT_BIN" index units --unit $unit/4 --workspace "ws$round" --threads 1 --quiet >"unit$unit.log" 2>&1 &
        pids="$pids $!"
    done
    bad=0
    for pid in $pids; do wait "$pid" || bad=$((bad + 1)); done
    [ $bad -eq 0 ] || cat unit*.log >units.log
    if [ $bad -eq 0 ]; then pass "round $round of four units"; else fail "round $round: $bad units failed" units.log; fi
    check_is "round $round: one release" 1 "$(one "ws$round" "SELECT count(*) v FROM release")"
done
finish
