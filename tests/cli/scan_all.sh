# scan says where a release lies, what is absent and what is there twice, and leaves programs' folders out;
# index --all reads each by itself, a bad one does not stop the rest, and a second run goes on.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 6 >/dev/null || exit 1
set -- $(find pictures -type f | sort)
field() { python3 -c "
import json,sys;a=json.load(open('$work/.out'));print(eval(sys.argv[1],{'a':a,'f':(a.get('found') or [{}])[0]}))" "$1"; }
rsvqa()
{
    mkdir -p "$1/Images_LR"
    for s in train val test; do
        printf '{"questions":[{"id":0,"img_id":0,"question":"Is there a road?","type":"presence","answers_ids":[0],"active":true}]}' >"$1/LR_split_${s}_questions.json"
        printf '{"answers":[{"id":0,"question_id":0,"answer":"yes","active":true}]}' >"$1/LR_split_${s}_answers.json"
        printf '{"images":[{"id":0,"active":true,"questions_ids":[0]}]}' >"$1/LR_split_${s}_images.json"
    done
}
chat() { printf '[{"id":"1","image":"%s","conversations":[{"from":"human","value":"<image>\\nIs there a road?"},{"from":"gpt","value":"yes"}]}]' "$1"; }
mkdir -p disk/pub disk/mine/img disk/broken
rsvqa "disk/pub/RSVQA LR"
cp "$1" "disk/pub/RSVQA LR/Images_LR/0.tif"
cp "$2" disk/mine/img/P1.png && chat P1.png >disk/mine/chat.json
printf '[{"id":"1","image":"x.png","conversations":[{"from":"human","value":"a"' >disk/broken/chat.json
for d in .git node_modules venv/lib/python3/site-packages/torch; do
    mkdir -p "disk/code/$d" && chat y.png >"disk/code/$d/data.json"
done
: >disk/code/venv/pyvenv.cfg

check_exit "scan" 0 rsift scan disk --json
check_is "scan: where it lies" "pub/RSVQA LR" "$(field "f['folder']")"
check_is "scan: the line" "rsift index 'disk/pub/RSVQA LR' --dataset rsvqa-lr" "$(field "f['command']")"
check_is "scan: how many pictures of how many" "1 772" "$(field "'%d %d'%(f['images'],f['images_expected'])")"
check_is "scan: nothing is there twice" "[]" "$(field "f['copies']")"
check_is "scan: programs' folders are left out" "code/.git code/node_modules code/venv" "$(field "' '.join(sorted(x['folder'] for x in a['left_out']))")"
check_is "scan: none of their files" 2 "$(field "len(a['own'])")"
check_exit "scan, for people" 0 rsift scan disk
check_says "left out and counted" "Left out, 3 folders"
check_says "the line of all" "rsift index --all"

check_exit "index --all" 1 rsift index --all disk --workspace ws --quiet --json
check_is "index --all: each" "broken False, mine True, pub/RSVQA LR True" \
    "$(field "', '.join(sorted(x['path'][5:]+' '+str(x['done']) for x in a['all']))")"
check_is "index --all: how many failed" 1 "$(field "a['failed']")"
check_is "index --all: samples" "mine 1, rsvqa-lr 3" "$(one ws "SELECT string_agg(d || ' ' || n, ', ' ORDER BY d) v FROM
    (SELECT CASE dataset WHEN 'rsvqa-lr' THEN dataset ELSE 'mine' END d, count(*) n FROM sample GROUP BY ALL)")"
check_exit "index --all again" 1 rsift index --all disk --workspace ws --quiet --json
check_is "index --all again: nothing twice" 4 "$(one ws "SELECT count(*) v FROM sample")"
check_is "index --all again: it was complete" "0 3" "$(field "' '.join(str(x['answer']['samples']) + ' ' + str(x['answer']['samples_in_workspace']) for x in a['all'] if x['dataset']=='rsvqa-lr')")"
check_exit "--all and --dataset" 2 rsift index --all disk --dataset rsvqa-lr --workspace ws

# the same files in a second folder, and pictures that are absent
rsvqa disk/again
rm -r disk/again/Images_LR
check_exit "twice" 0 rsift scan disk --json
check_is "twice: it is told" "pub/RSVQA LR ['again']" "$(field "f['folder'] + ' ' + str(f['copies'])")"
check_exit "index of what is there twice" 1 rsift index --all disk --workspace ws2 --quiet --json
check_is "index of what is there twice: one of them" 3 "$(one ws2 "SELECT count(*) v FROM sample WHERE dataset = 'rsvqa-lr'")"
rm -r "disk/pub/RSVQA LR/Images_LR"
check_exit "no pictures" 0 rsift scan "disk/pub/RSVQA LR"
check_says "no pictures: told" "absent: Images_LR, 772 pictures expected"

# pictures below the release, named once more by --images, count once
check_exit "--images inside" 0 rsift index disk/mine --images disk/mine/img --name m --workspace ws3 --quiet
check_is "--images inside: one picture" "1 found" "$(one ws3 "SELECT count(*) || ' ' || min(state) v FROM asset")"
check_exit "--images above" 0 rsift index disk/mine/chat.json --images disk/mine --name m2 --workspace ws3 --quiet
check_is "--images above: one picture" 1 "$(one ws3 "SELECT count(*) v FROM asset JOIN release USING (release_id) WHERE dataset = 'm2'")"

# the workspace of a folder above is told
mkdir above && cd above && rsift index ../disk/mine --quiet >/dev/null 2>&1
mkdir below && cd below || exit 1
check_exit "a workspace above" 0 rsift index ../../disk/mine --name other
check_says "a workspace above: told" "the workspace of a folder above"
# class folders, pairs and masks beside annotated data; a heap of pictures and what annotation is about are not sets
"$RSIFT_SYNTH" pictures --out shelf-pictures --images 6 >/dev/null || exit 1
set -- $(find shelf-pictures -name '*.png' | sort)
mkdir -p shelf/chat/img shelf/scenes/harbour shelf/scenes/runway shelf/change/A shelf/change/B shelf/change/label shelf/heap/photos \
    shelf/more/coco/images/a shelf/more/coco/images/b
cp "$1" shelf/chat/img/P1.png && chat P1.png >shelf/chat/chat.json
for k in 1 2; do
    eval "picture=\${$k}"
    for d in scenes/harbour scenes/runway change/A change/B change/label heap/photos more/coco/images/a more/coco/images/b; do
        cp "$picture" "shelf/$d/$k.png"
    done
done
printf '{"images":[{"id":1,"file_name":"a/1.png","width":8,"height":8}],"annotations":[],"categories":[{"id":1,"name":"ship"}]}' >shelf/more/coco/instances.json
check_exit "scan of a shelf" 0 rsift scan shelf --json
check_is "scan of a shelf: sets of pictures, too" "change pairs 6, chat/chat.json llava 1, more/coco/instances.json coco 1, scenes folder 4" \
    "$(field "', '.join(sorted((o['folder'] if o['kind']=='pictures' else o['files'][0])+' '+o['reader']+' '+str(o['n']) for o in a['own']))")"
check_exit "index --all of a shelf" 0 rsift index --all shelf --workspace ws4 --quiet --json
check_is "index --all of a shelf: each that is sure" 3 "$(field "len([x for x in a['all'] if x['done']])")"
# scenes are perhaps no classes: the line to type, not samples
check_is "index --all of a shelf: folders of scenes are listed" "60 scenes folder 50 4" \
    "$(field "str(a['least_sure']) + ' ' + ', '.join('%s %s %d %d'%(x['folder'],x['reader'],x['sure'],x['n']) for x in a['not_sure'])")"
check_is "index --all of a shelf: no class" 0 "$(one ws4 "SELECT count(*) v FROM sample WHERE task = 'classification'")"
check_exit "the line of the folder of scenes" 0 eval "$(field "a['not_sure'][0]['command']") --workspace ws4 --quiet"
check_is "the line of the folder of scenes: classes" "harbour runway" "$(one ws4 "SELECT string_agg(DISTINCT labels[1], ' ' ORDER BY labels[1]) v FROM sample WHERE task = 'classification'")"
# what no reader takes as it is: said, with what would help
mkdir -p shelf/foreign && printf '[{"img":"1.png","q":"Is there a ship?","a":"no"},{"img":"2.png","q":"Is there a car?","a":"yes"}]' >shelf/foreign/odd.json
check_exit "index --all beside what nobody takes" 0 rsift index --all shelf --workspace ws6 --quiet --json
check_is "index --all beside what nobody takes: todo" "foreign 1" \
    "$(field "', '.join('%s %d'%(x['folder'],x['n']) for x in a['not_sure'] if x.get('todo'))")"
check_exit "index --all beside what nobody takes, again" 0 rsift index --all shelf --workspace ws6 --quiet
check_says "index --all beside what nobody takes: what would help" "--reader records"
check_says "index --all beside what nobody takes: counted" "3 read, 0 not, 2 left to you"
check_exit "index --all of scenes alone: nothing was read" 1 rsift index --all shelf/scenes --workspace ws5 --quiet
check_says "index --all of scenes alone: told" "50 of 100 sure"
check_says "index --all of scenes alone: the line" "rsift index shelf/scenes --reader folder"

# a dataset whose layout only a paper tells: what was expected, and the keys that its file has
mkdir unseen && printf '[{"img_path":"a.jpg","prompt":"a road","cloud_cover":"0"}]' >unseen/train.json
check_exit "a dataset of unknown layout" 2 rsift index unseen --dataset mmm-rs --workspace ws6
check_says "a dataset of unknown layout: what was expected" "expected are a picture, prompt, category"
check_says "a dataset of unknown layout: the keys found" 'train.json is JSON with the keys img_path, prompt, cloud_cover'
check_exit "files of another dataset" 2 rsift index unseen --dataset rsvqa-lr --workspace ws6
check_says "files of another dataset: what was expected" "its first source expects"
check_says "files of another dataset: what lies here" 'train.json is JSON with the keys img_path'

chat x.png >shelf/chat/test.json
check_exit "index --all, for people" 0 rsift index --all shelf/chat --workspace ws5 --quiet
check_says "index --all: what is kept out of training" "trained on: test"

finish
