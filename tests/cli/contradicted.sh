# Records that contradict themselves or say that they tell only a part: nothing is written of what one
# of two statements denies. Covers readers (refer, coco, coco_masks, panoptic, records), model/sample, release/own_splits.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "contradicted: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import little
for name in ("1", "2"):
    little.write_png("img/%s.png" % name, 100, [bytes((x * 2 + y + int(name)) % 256 for x in range(300)) for y in range(50)])
PY
printf 'name: m\nbudget: {samples: 100}\nmodel: qwen3-vl\ndatasets:\n  - {id: mine}\n' >recipe.yaml

# reasons NAME EXPECTED INDEX-ARGUMENTS: the ledger's reasons with their details
reasons()
{
    room
    what=$1 expected=$2
    shift 2
    dataset "$what" "$@" --images img
    expect reasons "$what" "$expected"
}
# absent NAME WORDS: no record of the dataset indexed last holds them
absent() { expect absent "$1" "$2"; }
look_at_all()
{
    mix_datasets
    while IFS='|' read -r mine name expected <&3; do check_is "$name" "$expected" "$(ledger 4)"; done 3<"$(list reasons)"
    while IFS='|' read -r mine name words <&3; do check_is "$name" 0 "$(records | grep -ciE "$words")"; done 3<"$(list absent)"
    clear_datasets
}

# ---- references and the objects that they name -----------------------------------------------------
# refer ANNOTATION-FIELDS REFERENCE-FIELDS: two references; what is given replaces fields of the second
# and of its annotation
refer()
{
    rm -rf refs && mkdir refs
    python3 - "$1" "$2" <<'PY'
import json, pickle, sys
ring = [[10, 10, 30, 10, 30, 30, 10, 30]]
objects, references = [], []
for i in (1, 2):
    objects.append({"id": i, "image_id": i, "category_id": 1, "bbox": [10, 10, 20, 20], "segmentation": ring})
    references.append({"ref_id": i, "ann_id": i, "image_id": i, "category_id": 1, "split": "train",
                       "sentences": [{"sent_id": i, "raw": "ship %d" % i}]})
objects[1].update(json.loads(sys.argv[1]))
references[1].update(json.loads(sys.argv[2]))
pickle.dump(references, open("refs/refs(unc).p", "wb"), protocol=2)
json.dump({"images": [{"id": i, "file_name": "%d.png" % i} for i in (1, 2)], "annotations": objects,
           "categories": [{"id": 1, "name": "ship"}, {"id": 2, "name": "tank"}]}, open("refs/instances.json", "w"))
PY
}
# left NAME CODE: one of two references is no sample, for this reason
left()
{
    reasons "refer, $1" kept refs --reader refer
    told "refer, $1: why" "$2" "SELECT string_agg(code, ' ') v FROM finding WHERE severity <> 'note' AND release_id LIKE '$mine@%'"
    absent "refer, $1: not written" 'ship 2'
}
refer '{}' '{}'
reasons "refer, both agree" "kept, kept" refs --reader refer
refer '{"image_id":1}' '{}'
left "the object is one of another picture" link-orphan
refer '{"category_id":2}' '{}'
left "the object is one of another class" link-orphan
refer '{"segmentation":[[60,10,80,10,80,30,60,30]]}' '{}'
reasons "refer, the outline lies elsewhere" "kept, serious-finding mask-apart" refs --reader refer
# in workspaces of their own: what is evaluated on is taken from all datasets
for split in testA testB test-dev val2017; do
    refer '{}' '{"split":"'$split'"}'
    rm -rf ws
    rsift index refs --reader refer --images img --name mine --licence CC-BY-4.0 --workspace ws >log 2>&1 &&
        rsift mix recipe.yaml --workspace ws >log 2>&1 || fail "refer, the split $split" log
    check_is "refer, the split $split" "eval-role mine, kept" \
        "$(one ws "SELECT string_agg(reason || coalesce(' ' || detail, ''), ', ' ORDER BY reason, detail) v FROM ledger")"
done
refer '{}' '{"split":"trainval"}'
reasons "refer, the split trainval" "kept, kept" refs --reader refer

# ---- COCO ------------------------------------------------------------------------------------------
# coco FIELDS-OF-IMAGE-2 OBJECT [NAME]: picture 2 has the object, and its class may have another name
coco()
{
    printf '{"images":[{"id":1,"file_name":"1.png"},{"id":2,"file_name":"2.png"%s}],"annotations":[
        {"id":1,"image_id":1,"category_id":1,"bbox":[10,10,20,20]}%s],
        "categories":[{"id":1,"name":"ship"},{"id":2,"name":"%s"}]}' "$1" "${2:+,$2}" "${3-tank}" >a.json
}
object() { printf '{"id":2,"image_id":2,"category_id":2,%s}' "$1"; }
coco '' ''
reasons "coco, a picture without objects" "kept, kept" a.json --reader coco
coco ',"neg_category_ids":[1],"not_exhaustive_category_ids":[]' ''
reasons "coco, some classes were looked for" "annotation-incomplete labels-absent, kept" a.json --reader coco
absent "coco, some classes: nothing is denied" 'There are none'
coco ',"not_exhaustive_category_ids":[2]' "$(object '"bbox":[10,10,20,20]')"
reasons "coco, a class without all its boxes" "annotation-incomplete labels-absent, kept" a.json --reader coco
coco ',"not_exhaustive_category_ids":[]' ''
reasons "coco, all classes are exhaustive" "kept, kept" a.json --reader coco
apart='"bbox":[10,10,20,20],"segmentation":[[60,10,90,10,90,40,60,40]]'
coco '' "$(object "$apart")"
reasons "coco, box and outline lie apart" "kept, serious-finding mask-apart" a.json --reader coco
coco '' "$(object '"bbox":[10,10,20,20],"segmentation":[[10,10,18,10,18,30],[22,10,30,10,30,30]]')"
reasons "coco, two parts within the box" "kept, kept" a.json --reader coco
coco '' "$(object '"bbox":[10,10,20,20],"segmentation":[10,10,30,10,30,30]')"
reasons "coco, one polygon without its list" "kept, kept" a.json --reader coco
for word in __background__ 'ignored regions' ignore; do
    coco '' "$(object '"bbox":[0,0,100,50]')" "$word"
    reasons "coco, a region of $word" "annotation-incomplete class-unknown, kept" a.json --reader coco
    absent "coco, $word is no class to ask for" "${word#__}"
done

# ---- records ---------------------------------------------------------------------------------------
printf '%s\n' '{"image":"1.png","objects":{"bbox":[[10,10,20,20]],"category":["ship"]}}' \
    '{"image":"2.png","objects":{"bbox":[],"category":["tank"]}}' >a.jsonl
reasons "records, a class without a box" "annotation-incomplete object-unread, kept" a.jsonl --reader records \
    --param image=image --param box=objects.bbox --param class=objects.category --param box_convention=px-xywh
printf '%s\n' '{"image":"1.png","labels":["ship","tank"]}' '{"image":"2.png","labels":["ship",null]}' >a.jsonl
reasons "records, several classes of one picture" "annotation-incomplete annotations lost, annotation-incomplete class-unknown" \
    a.jsonl --reader records --param image=image --param class=labels
absent "records, several classes: none is asked for as the one" 'scene class|classify|single class'

# ---- panoptic: the JSON and its PNG, below one path with the pictures of the same names -------------
# panoptic SEGMENTS: two segments are drawn, id 1 at x 50..100 and y 0..25, id 2 around it
panoptic()
{
    rm -rf pan && mkdir pan && cp -R img pan/img
    python3 - "$1" <<'PY'
import json, little, sys
little.write_png("pan/panoptic/1.png", 100, [b"".join(bytes((1 if x >= 50 and y < 25 else 2, 0, 0)) for x in range(100)) for y in range(50)])
json.dump({"images": [{"id": 1, "file_name": "1.png", "width": 100, "height": 50}],
           "annotations": [{"image_id": 1, "file_name": "1.png", "segments_info": json.loads("[%s]" % sys.argv[1])}],
           "categories": [{"id": 1, "name": "ship", "isthing": 1}, {"id": 2, "name": "water", "isthing": 0}]},
          open("pan/panoptic.json", "w"))
PY
}
ship='{"id":1,"category_id":1,"bbox":[50,0,50,25]}' water='{"id":2,"category_id":2,"bbox":[0,0,100,50]}'
panoptic "$ship,$water"
reasons "panoptic, both agree" kept pan --reader panoptic
panoptic "$water"
reasons "panoptic, a segment that is not listed" "annotation-incomplete mask-value" pan --reader panoptic
panoptic "$ship,$water,{\"id\":9,\"category_id\":1,\"bbox\":[1,1,3,3]}"
reasons "panoptic, a segment that is not drawn" "annotation-incomplete region-degenerate" pan --reader panoptic
panoptic '{"id":1,"category_id":1,"bbox":[0,40,9,9]},'"$water"
reasons "panoptic, box and segment lie apart" "serious-finding mask-apart" pan --reader panoptic
look_at_all
finish
