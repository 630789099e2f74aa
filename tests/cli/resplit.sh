# A split of which no side shows a picture of another, from the files to the mixture.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "resplit: no python3 to write pictures with"; finish; }
# 12 pictures; 0 to 3 are in both files, under other names; 3 more often in the second.
python3 - <<'PY'
import json, little, os
def png(seed):
    return little.png(32, [bytes((x * 2 + y * seed) % 256 for x in range(96)) for y in range(32)])
os.mkdir("img")
rows = {"train": [], "test": []}
def put(split, picture, times):
    name = f"{split}_{picture}.png"
    open("img/" + name, "wb").write(png(picture + 2))
    for i in range(times):
        rows[split].append({"id": f"{split}-{picture}-{i}", "image": name, "conversations": [
            {"from": "human", "value": f"<image>\nWhat is object {i} of {split}?"}, {"from": "gpt", "value": "a ship, or more"}]})
for p in range(8): put("train", p, 3)
for p in (0, 1, 2, 8, 9, 10, 11): put("test", p, 1)
put("test", 3, 5)
for split in rows: json.dump(rows[split], open(split + ".json", "w"))
PY
# record ID: a release of two conversation files, one a split
record()
{
    mkdir -p catalog
    cat >"catalog/$1.yaml" <<YAML
id: $1
name: $1
section: Grounding
year: 2024
released: yes
tasks: [conversation]
licence: {annotations: {id: none, class: open}, imagery: {id: none, class: open}, redistribution: unknown}
evidence: {default: {from: "written for a test", sure: low}}
releases:
  - id: files
    images: ["img/*.png"]
    sources:
      - {name: train, reader: llava, role: train, split: {name: train}, task: conversation, files: {records: train.json}, media: {image: "img/{name}"}}
      - {name: test, reader: llava, role: train, split: {name: test}, task: conversation, files: {records: test.json}, media: {image: "img/{name}"}}
YAML
}
record mine
rsift index . --dataset mine --catalog catalog --workspace ws --quiet >log 2>&1 || fail "index" log
check_exit "a split without shares keeps what it can" 0 rsift resplit mine --catalog catalog -o split.csv --workspace ws
check_says "how much moved" "6 of 36 samples moved, with 4 of 12 groups"
check_says "what was looked at" "pictures are not hashed"
# 0, 1, 2 go to train (3 against 1), 3 to test (5 against 3): 3 + 3 samples
check_is "moved samples" 6 "$(awk -F, 'NR > 1 && $2 != $3' split.csv | wc -l | tr -d ' ')"
check_is "no picture on two sides" "" "$(awk -F, 'NR > 1 && !s[$4 $2]++ { n[$4]++ } END { for (c in n) if (n[c] > 1) print c }' split.csv)"
rsift resplit mine --catalog catalog -o again.csv --workspace ws --threads 3 --quiet >/dev/null 2>&1
check_same "the same again" split.csv again.csv
check_exit "with shares" 0 rsift resplit mine --catalog catalog --share train=0.5,test=0.5 -o half.csv --workspace ws --json
check_is "half and half" 18 "$(awk -F, '$2 == "train"' half.csv | wc -l | tr -d ' ')"
check_exit "shares that are no shares" 2 rsift resplit mine --catalog catalog --share train=0.5,test=0.6 -o no.csv --workspace ws
check_says "what they should be" "add up to 1.1"
check_exit "no share" 2 rsift resplit mine --catalog catalog --share train -o no.csv --workspace ws
check_exit "two shares of one split" 2 rsift resplit mine --catalog catalog --share a=0.5,a=0.5 -o no.csv --workspace ws
[ ! -e no.csv ] && pass "nothing is written then" || fail "nothing is written then"
# a recipe reads it, from the folder that it stands in
mkdir recipes && cp split.csv recipes/
printf 'name: m\nlicence: any\nduplicates: keep\nsplit_files: [split.csv]\ndatasets: [{id: mine, splits: [resplit/train]}]\n' >recipes/r.yaml
check_exit "a recipe with it" 0 rsift mix recipes/r.yaml --catalog catalog --workspace ws
check_is "keeps the new train split" "$(awk -F, '$2 == "train"' split.csv | wc -l | tr -d ' ')" \
    "$(one ws "SELECT count(*) AS v FROM ledger WHERE kept")"
check_is "and no other" 0 "$(one ws "SELECT count(*) AS v FROM ledger JOIN sample USING (sample_id) WHERE kept
    AND original_id LIKE 'test-3%'")"
sed -i 's/^[0-9a-f]\{8\}/00000000/' recipes/split.csv
check_exit "a file of another workspace" 2 rsift mix recipes/r.yaml --catalog catalog --workspace ws
check_says "is told" "no sample of this split file is here"
printf 'sample_id,split,was,cluster,original_id,picture\nnonsense\n' >recipes/split.csv
check_exit "a file that is none" 2 rsift mix recipes/r.yaml --catalog catalog --workspace ws
check_says "is named" "split.csv"
rm recipes/split.csv
check_exit "a file that is not there" 2 rsift mix recipes/r.yaml --catalog catalog --workspace ws
# what pictures show is compared here, and two pictures that are the same as one of another dataset are the same
mkdir own other
python3 - <<'PY'
import json, little
def png(seed, level):                           # many blocks: much to tell them by
    s, rows = seed * 2654435761 % 2**32 or 1, [bytearray([90] * 256) for _ in range(256)]
    for size in [64, 32, 32, 16, 16, 16, 16] * 6:
        v = []
        for _ in range(3):
            s ^= s << 13 & 0xffffffff; s ^= s >> 17; s ^= s << 5 & 0xffffffff
            v.append(s % 256)
        for row in rows[v[1]:v[1] + size]: row[v[0]:v[0] + size] = bytes([v[2]]) * len(row[v[0]:v[0] + size])
    return little.png(256, rows, level)
for name, levels in (("own", (0, 1)), ("other", (6, 9))):  # the same pixels in four files
    rows = []
    for scene in range(12):
        for level in levels:
            open(f"{name}/{scene}_{level}.png", "wb").write(png(scene + 1, level))
            rows.append({"id": f"{scene}_{level}", "image": f"{scene}_{level}.png", "conversations": [
                {"from": "human", "value": "<image>\nWhat is it?"}, {"from": "gpt", "value": "blocks, or more"}]})
    json.dump(rows, open(name + ".json", "w"))
PY
for name in own other; do
    rsift index $name.json --reader llava --images $name --name $name --licence CC0-1.0 --workspace near --quiet >log 2>&1 ||
        fail "index $name" log
done
rsift hash --workspace near --quiet >log 2>&1 || fail "hash" log
check_exit "a split by what pictures show, right after hash" 0 \
    rsift resplit own --share train=0.5,test=0.5 -o near.csv --workspace near --json
check_is "equal pixels of one dataset are on one side, whatever another has" 12 \
    "$(awk -F, 'NR > 1 { split($5, id, "_"); if (!s[id[1] $2]++) n++ } END { print n }' near.csv)"
check_is "and are counted once each" 12 "$(tr , '\n' <.out | sed -n 's/.*"joined_by":{"pixels"://p')"
# real releases: the pictures that both official splits show
hr=$RSIFT_SAMPLES/rsvg-hr/RSVG-HR/Annotations
if [ -f "$hr/rsvg_hr_train.txt" ]; then
    mkdir hr
    for split in train test; do
        # a line is PICTURE,x,y,x,y,EXPRESSION
        python3 - "$hr/rsvg_hr_$split.txt" hr/$split.json <<'PY'
import json, sys
rows = []
for i, line in enumerate(open(sys.argv[1], encoding="utf-8")):
    parts = line.rstrip("\n").split(",")
    rows.append({"id": i, "image": parts[0], "conversations": [
        {"from": "human", "value": "<image>\n" + ",".join(parts[5:])}, {"from": "gpt", "value": "[" + ",".join(parts[1:5]) + "]"}]})
json.dump(rows, open(sys.argv[2], "w"))
PY
    done
    record rsvg-hr-lines
    rsift index hr --dataset rsvg-hr-lines --catalog catalog --workspace hr/ws --quiet >log 2>&1 || [ $? = 1 ] || fail "RSVG-HR: index" log
    rsift resplit rsvg-hr-lines --catalog catalog -o hr/split.csv --workspace hr/ws --json >hr/answer.json 2>log || fail "RSVG-HR: resplit" log
    check_is "RSVG-HR: 46 pictures are in both splits, by name" 46 "$(tr , '\n' <hr/answer.json | sed -n 's/.*"pictures_in_several_before"://p')"
    check_is "RSVG-HR: of 1,706" 1706 "$(tr , '\n' <hr/answer.json | sed -n 's/.*"pictures"://p' | head -1)"
    check_is "RSVG-HR: then in none" 0 "$(tr , '\n' <hr/answer.json | sed -n 's/.*"pictures_in_several_after"://p')"
else
    skip "RSVG-HR: not there"
fi
finish
