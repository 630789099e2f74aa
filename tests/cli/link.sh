# Pictures that lie elsewhere: in another indexed dataset, by the catalogue's images_from templates,
# and in a folder. A picture that several could be stays unresolved.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

index() { check_exit "index $1 as $2" 0 "$RSIFT_BIN" index "$1" --dataset "$2" --workspace ws --quiet; }
# links DATASET IMAGES: prints "linked ambiguous left"
links()
{
    "$RSIFT_BIN" link "$1" --images "$2" --workspace "${3:-ws}" --quiet --json 2>"$work/.err" |
        sed 's/.*"linked":\([0-9]*\),"ambiguous":\([0-9]*\),"left":\([0-9]*\).*/\1 \2 \3/'
}
# found PATH: the member that the picture was linked to
found() { one ws "SELECT member v FROM asset WHERE path = '$1' AND state = 'found' AND evidence = 'linked'"; }

"$RSIFT_SYNTH" pictures --out pictures --images 12 >/dev/null || exit 1
set -- $(find pictures -type f | sort)

# rsivqa: question lines that name pictures of dota and of ucm-captions
mkdir -p rsivqa/DOTA rsivqa/UCM dota/train/images dota/train/labelTxt dota/val/images dota/val/labelTxt ucm/imgs
printf 'P0001:how many planes?two\nP0001:is it a port?no\nP0002:is it a port?no\n' >rsivqa/DOTA/dota_train_vqa2.txt
printf 'P0003:how many planes?two\nP0009:how many planes?two\n' >rsivqa/DOTA/dota_val_vqa2.txt
printf '1.tif:what is the theme?plane\n2.tif:what is the theme?plane\n' >rsivqa/UCM/ucm_vqa.txt
for i in 1 2; do
    cp "$1" "dota/train/images/P000$i.png" && shift
    echo '1 1 5 1 5 5 1 5 plane 0' >"dota/train/labelTxt/P000$i.txt"
done
cp "$1" dota/val/images/P0003.png && shift
echo '1 1 5 1 5 5 1 5 plane 0' >dota/val/labelTxt/P0003.txt
cp "$1" ucm/imgs/1.tif && shift
printf '{"images":[{"filename":"1.tif","imgid":0,"split":"train","sentences":[{"raw":"a plane","tokens":["a","plane"],"sentid":0,"imgid":0}],"sentids":[0]}],"dataset":"ucm"}' >ucm/dataset.json
index rsivqa rsivqa
index dota dota
index ucm ucm-captions
check_is "rsivqa and dota: P0009 and the pictures of UCM are left" "3 0 3" "$(links rsivqa dota)"
check_is "P0001 is dota's picture of train" "train/images/P0001.png" "$(found DOTA/P0001.png)"
check_is "P0003 is dota's picture of val" "val/images/P0003.png" "$(found DOTA/P0003.png)"
check_is "a second link changes nothing" "0 0 3" "$(links rsivqa dota)"
check_is "rsivqa and ucm-captions" "1 0 2" "$(links rsivqa ucm-captions)"
check_is "1.tif is ucm-captions' picture" "imgs/1.tif" "$(found UCM/1.tif)"
mkdir -p labels/labelTxt labels/images
cp "$1" labels/images/P0009.png && shift
echo '1 1 5 1 5 5 1 5 plane 0' >labels/labelTxt/P0009.txt
index labels dota
check_is "a picture whose path is the end of the name" "1 0 1" "$(links rsivqa dota)"
check_is "P0009 has no folder of a split there" "images/P0009.png" "$(found DOTA/P0009.png)"
check_is "a dataset without a template: nothing answers" "0 0 1" "$(links rsivqa rsivqa)"

# nwpu-captions names no class: its picture is the only one of that name in any class folder
mkdir -p nwpu/airplane nwpu/airport captions
cp "$1" nwpu/airplane/airplane_001.jpg && shift
cp "$1" nwpu/airplane/airport_002.jpg && shift
cp "$1" nwpu/airport/airport_002.jpg && shift
picture='{"filename":"%s","imgid":%s,"split":"train","raw":"a plane"}'
# shellcheck disable=SC2059
printf "{\"airplane\":[$picture,$picture,$picture]}" airplane_001.jpg 0 airport_002.jpg 1 airplane_003.jpg 2 >captions/dataset_nwpu.json
index nwpu nwpu-resisc45
index captions nwpu-captions
n=$(one ws "SELECT count(*) v FROM asset WHERE release_id LIKE 'nwpu-captions%' AND state = 'unresolved'")
check_is "nwpu-captions: three pictures are missing" 3 "$n"
check_is "nwpu-captions: one found, one in two classes, one nowhere" "1 1 2" "$(links nwpu-captions nwpu-resisc45)"
check_is "the class is any folder" "airplane/airplane_001.jpg" "$(found airplane_001.jpg)"

# One flat picture is not the picture of two folders; one name of it is linked.
mkdir -p own flat
cp "$1" flat/a.png && cp "$1" flat/b.png && shift
cat >own/data.json <<'JSON'
[{"id": "0", "image": ["im1/a.png", "im2/a.png"], "conversations": [{"from": "human", "value": "<image><image>\nwhat changed?"}, {"from": "gpt", "value": "a"}]},
 {"id": "1", "image": "im1/b.png", "conversations": [{"from": "human", "value": "<image>\nwhat is it?"}, {"from": "gpt", "value": "b"}]}]
JSON
"$RSIFT_BIN" index own --reader llava --name own --workspace ws2 --quiet >/dev/null 2>&1 || fail "index of own data"
check_is "a flat picture for two folders is ambiguous" "1 2 2" "$(links own flat ws2)"
# nor is it by a second link, or because the other name was found before, or in another release
mkdir again && cp flat/a.png again/
printf '[{"id":"0","image":["a.png","im1/a.png"],"conversations":[{"from":"human","value":"<image><image>\\nWhat?"},{"from":"gpt","value":"a"}]}]' >again/../again.json
mkdir twice && mv again.json twice/data.json
"$RSIFT_BIN" index twice --reader llava --name twice --workspace ws3 --quiet >/dev/null 2>&1 || fail "index twice"
check_is "its own name is linked, a name with a folder is not" "1 1 1" "$(links twice again ws3)"
check_is "and not by a second link" "0 1 1" "$(links twice again ws3)"
check_exit "neither a path nor a dataset" 2 "$RSIFT_BIN" link own --images nowhere --workspace ws2 --quiet
finish
