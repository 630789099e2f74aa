# Walks through complete releases that went wrong.
# Each function stands below the line of its case, in the order of the folders; tests/cases.sh says what it may use.

# ==== use-01 ====
use_01()
{
    for way in RSICap RSICap/captions.json; do
        run 0 scan "$in/$way"
        says rsicap
        run 0 index "$in/$way" --dataset rsicap --workspace "ws-$(basename $way)"
    done
    run 0 scan "$in/Questions"
    says floodnet
    run 0 index "$in" --dataset rsicap --workspace ws-whole
    for ws in ws-whole ws-RSICap ws-captions.json; do
        "$RSIFT_BIN" query --workspace $ws --json "SELECT sample_id, file FROM sample ORDER BY 1" >$ws.ids 2>&1
        cmp -s ws-whole.ids $ws.ids || wrong "$ws: other sample ids" ws-whole.ids $ws.ids
    done
}

# ==== use-02 ====
use_02()
{
    run 0 index "$in/release" --workspace ws
    for form in hbb quad; do
        run 0 emit --eval geochat-bench --format qwen --model qwen3-vl --obb $form -o $form --workspace ws
        records $form/train.jsonl "len(r) == 2"
        records $form/truth.jsonl "sorted(len(t['boxes']) for t in r) == [1, 3]"
    done
    records hbb/train.jsonl "not re.search('rotated|oriented|corners|quadrant', json.dumps(r))"
    records quad/train.jsonl "all('four corners' in json.dumps(t) for t in r)"
    records quad/truth.jsonl "all('quadrant bbox' in t['answer'] for t in r)"
    sed 's/"answer":/"prediction":/' quad/truth.jsonl >answers.jsonl
    run 0 score ground.geochat --truth quad/truth.jsonl --predictions answers.jsonl --resamples 0
    says "Acc@0.5 100.00"
    says "1 questions for several boxes are not scorable"
    run 0 score ground.geochat --truth hbb/truth.jsonl --predictions "$in/p.jsonl" --resamples 0
    says "1 questions for several boxes are not scorable"
    run 2 emit --eval geochat-bench --format qwen --model qwen3-vl --obb native -o no --workspace ws
}

# ==== use-03 ====
use_03()
{
    run 0 index "$in/release" --workspace ws
    run 0 emit --eval geochat-bench --format qwen --model qwen3-vl -o out --workspace ws
    records train "len(r) == 2 and all('bbox_2d' in json.dumps(t) and '<87>' not in json.dumps(t) for t in r)"
    records train "all(re.search('[a-z]{4}', re.sub('<image>|bbox_2d', '', t['conversations'][0]['value'])) for t in r)"
    records out/truth.jsonl "sorted(t['answer'] for t in r) == ['1 white vehicle', 'small ship']"
}

# ==== use-04 ====
use_04()
{
    run 0 index "$in" --workspace ws
    run 0 emit --eval mme-realworld --format qwen --model qwen3-vl -o out --workspace ws
    records train "all(all('\\n(%s) ' % c in t['conversations'][0]['value'] for c in 'ABCDE') for t in r)"
    value "SELECT DISTINCT release_type v FROM sample" "all(t['v'] in ('position', 'color', 'count') for t in r)"
    records out/truth.jsonl "all(len(t['options']) == 5 for t in r)"
}

# ==== use-05 ====
use_05()
{
    run "0 1" index "$in/FloodNet" --workspace ws
    run "0 1" emit --eval floodnet --split val --format qwen --model qwen3-vl -o q --workspace ws
    says "3 questions have no answer here"
    records q/truth.jsonl "len(r) == 3 and all(x['withheld'] and 'answer' not in x for x in r)"
    run 2 score vqa.floodnet --truth q/truth.jsonl --predictions "$in/predictions.jsonl"
    says "the answers of this truth are withheld by the release"
    run 2 score vqa.floodnet --dataset floodnet --split val --predictions "$in/predictions.jsonl" --workspace ws
    says "the answers of this split are withheld by the release"
}

# ==== use-06 ====
use_06()
{
    run 0 index "$in" --dataset eurosat --workspace ws
    run 2 emit --eval eurosat --split test --format qwen --model qwen3-vl -o no --workspace ws
    says "aitlas/test, coop/test"
    for scheme in aitlas coop; do
        run 0 emit --eval eurosat --split $scheme/test --format qwen --model qwen3-vl -o $scheme --workspace ws
        records $scheme/truth.jsonl "len(r) == 2"
        records $scheme/manifest.json "'\"scheme\": \"$scheme\"' in text.replace('\":\"', '\": \"')"
    done
    value "SELECT 1 v" "len(r) == 1"
    printf 'name: m\ndatasets: [{id: eurosat, splits: [test]}]\n' >r.yaml
    run 2 mix r.yaml --workspace ws
    says "aitlas/test, coop/test"
}

# ==== use-07 ====
use_07()
{
    run 2 index "$in/data" --dataset ucm-captions --workspace ws
    says "UCM_captions/dataset.json"
    says "Sydney_captions/dataset.json"
    run 0 index "$in/data/UCM_captions" --dataset ucm-captions --workspace ws
    value "SELECT count(*) v FROM sample" "int(r[0]['v']) == 2"
    run 0 scan "$in/CLRS"
    says clrs
    says_not uc-merced
}

# ==== use-08 ====
use_08()
{
    run 0 index "$in/rsicd" --workspace ws
    run 0 index "$in/rsitmd" --workspace ws
    run "0 1" leaks --workspace ws --json
    cp .out leaks.json
    records leaks.json "[b for b in r[0]['benchmarks'] if b['dataset'] == 'rsitmd']"
    records leaks.json "all('clean' not in b['content'] + b['lineage'] for b in r[0]['benchmarks'] if b['dataset'] == 'rsitmd')"
    run "0 1" leaks --workspace ws
    says_not "  clean"
}

# ==== use-09 ====
use_09()
{
    flow llava llava-1.5 "$in/own.jsonl" --reader records --param shape=lines --param image=image \
        --param phrase=phrase --param box=bbox --param box_convention=px --images "$in/pics" --name own --licence research
    value "SELECT DISTINCT task FROM sample" '[t["task"] for t in r] == ["grounding-hbb"]'
    records train "len(r) == 2"
}

# ==== use-10 ====
use_10()
{
    run 0 index "$in/CHOICE" --dataset coreval-choice --workspace ws
    value "SELECT sum(seen) v FROM reading" "int(r[0]['v']) == 2"
    value "SELECT label v FROM region" "[t['v'] for t in r] == ['bridge']"
    run 1 emit --eval coreval-choice --format llava --model llava-1.5 -o out --workspace ws
    records train "len(r) == 1 and 'the bridge' in text and 'Do not include' not in text and text.count('x1') == 1"
    says "1: task-not-text"
}

# ==== use-11 ====
use_11()
{
    run "0 2" index "$in" --dataset cdvqa --workspace ws
    run "0 1" audit --workspace ws --json
    cp .out audit.json
    records .out "[f for f in r[0]['findings'] if f['code'] == 'answer-missing'][0]['example'].startswith('val#')"
    records .out "all('more of the same' not in str(f['message']) for f in r[0]['findings'])"
    records .out "all(f['effect'] and f['remedy'] for f in r[0]['findings'])"
}

# ==== use-12 ====
use_12()
{
    run 0 index "$in/UCM" --dataset ucm-captions --workspace ws
    run 0 mix "$in/recipe.yaml" --workspace ws
    run 0 emit --format llava --model llava-1.5 -o out --workspace ws
    records train "len(r) == 4 and len({x['conversations'][-1]['value'] for x in r}) == 4"
    value "SELECT sum(n_repeats) n FROM ledger" "r[0]['n'] == 4"
}

# ==== use-20 ====
use_20()
{
    # Only the outputs of the case are kept. The same pool in small: evaluation data whose pictures
    # are not here beside training data whose pictures are.
    samples=$RSIFT_CASES/../samples
    run 0 index "$RSIFT_SAMPLES/rsvqa-lr" --workspace ws
    run 0 index "$in/../08-rsitmd-lineage-clean/rsitmd" --workspace ws
    printf 'name: a\nlicence: any\ndatasets:\n  - {id: rsvqa-lr}\n' >recipe.yaml
    run 0 mix recipe.yaml --workspace ws
    run 0 emit --format llava --model llava-1.5 -o out --workspace ws
    run "0 1" leaks --workspace ws --json
    cp .out leaks.json
    python3 - leaks.json out/README.md >.py <<'PY' || wrong "the card says other than leaks" .py
import json, sys
leaks, card = json.load(open(sys.argv[1])), open(sys.argv[2]).read()
bad = [m for m in leaks["methods"]
       if f"| {m['benchmark']} | {m['method']} | {m['pictures']} | {m['here']} | {m['compared']} of {m['training']} | {m['n_leaks']} | {m['verdict']} |" not in card]
bad += [b["benchmark"] for b in leaks["not_indexed"] if b["benchmark"] not in card]
bad += [] if f"not indexed here ({len(leaks['not_indexed'])})" in card else ["count"]
bad += [l for l in card.splitlines() if l.startswith("| rsitmd (rest) | bytes") and "clean" in l]
print(bad)
sys.exit(bool(bad) or not leaks["methods"])
PY
    for list in out/clean/*.ids; do head -1 "$list" | grep -q '^# .*NOT CHECKED' || wrong "$list says what it rests on"; done
}

# ==== use-21 ====
# The folder holds the records that were written; the loader itself is asked by make test-trainers.
use_21()
{
    "$RSIFT_SYNTH" release vrsbench --out vrs --images 10 --side 64 --seed 1 --clean >/dev/null
    run 0 index vrs --workspace ws
    run 0 emit --eval vrsbench --format llama-factory --model qwen3-vl -o out --workspace ws
    records out/train.json "r and all([t['from'] for t in x['conversations']] == ['human', 'gpt'] for x in r)"
    records out/train.json "all(x['conversations'][-1]['value'] == '' for x in r)"
    grep -q 'empty answer' out/README.md || wrong "README.md does not say what the empty answers are"
}

# ==== use-22 ====
use_22()
{
    [ -d "$RSIFT_SAMPLES" ] || return 0
    run 2 index "$RSIFT_SAMPLES" --workspace ws
    says "releases lie here"
    says "--dataset"
}

# ==== use-23 ====
use_23()
{
    run 0 index "$RSIFT_SAMPLES/rsvqa-lr" --workspace ws
    run 0 index "$in/im.json" --reader llava --images "$in/im" --name mine --workspace ws
    run 1 leaks --protect rsvqa-lr --workspace ws
    says "that are not hashed (rsift hash)"
    run 0 hash --workspace ws
    run 1 leaks --protect rsvqa-lr --workspace ws
    value "SELECT DISTINCT s.original_id v FROM overlap o JOIN sample s ON o.kind = 'leak' AND o.evidence LIKE 'RSVQA-LR:%' AND CAST(s.sample_id AS VARCHAR) = o.a" \
        "sorted(t['v'] for t in r) == ['copy.tif', 'crop.png', 'q95.jpg', 'reenc.png', 'resized.png', 'rot.png']"
}

# ==== use-24 ====
# The folder's pictures are links that lost their ends: grey ones of the stated sizes stand for them.
# 1024 x 1024 is 1008 x 1008 there, 4000 x 3000 is 1148 x 868.
use_24()
{
    mkdir big
    python3 - <<'PY'
import struct, zlib
for name, w, h in (("a", 1024, 1024), ("b", 4000, 3000)):
    chunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    open("big/%s.png" % name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress((b"\0" + b"\x7f" * w) * h)) + chunk(b"IEND", b""))
PY
    run 0 index "$in/i.json" --reader coco --images big --name big --licence CC-BY-4.0 --workspace ws
    run 0 mix "$in/r.yaml" --workspace ws
    run 0 emit --format llama-factory --model qwen2.5-vl --min-pixels 3136 --max-pixels 1003520 -o out --workspace ws
    records out/train.json "len(r) == 2 and '[969, 969, 1007, 1007]' in text and '[1119, 839, 1147, 867]' in text"
    grep -q 'image_max_pixels: 1003520' out/README.md || wrong "README.md does not give image_max_pixels"
    run 0 emit --format qwen --model qwen2.5-vl --min-pixels 3136 --max-pixels 1003520 -o out-q --workspace ws
    records out-q/train.jsonl "'[942, 942, 979, 979]' in text"
}

# ==== use-25 ====
use_25()
{
    samples=$RSIFT_CASES/../samples
    [ -d "$samples/rsivqa" ] && [ -d "$samples/images-ucmerced" ] || return 0
    run 0 index "$samples/rsivqa" --dataset rsivqa --workspace ws
    run 0 index "$samples/images-ucmerced" --dataset uc-merced --workspace ws
    run 0 link rsivqa --images uc-merced --workspace ws
    says "unresolved pictures linked"
}

# ==== use-26 ====
# The folder holds the records that were written; pairs of pictures are made here.
use_26()
{
    "$RSIFT_SYNTH" release levir --out levir --images 8 --side 64 --seed 1 --clean >/dev/null
    printf 'name: m\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n  - {id: levir-cc}\n' >recipe.yaml
    run 0 index levir --workspace ws
    run 0 mix recipe.yaml --workspace ws
    run "0 1" emit --format llava --model llava-1.5 -o out --workspace ws
    records train "all(isinstance(x.get('image', ''), str) for x in r)"
    grep -q pictures-many out/manifest.json || grep -q pictures-many out/dropped.jsonl || wrong "no reason"
    run 0 emit --format internvl --model internvl -o out-i --workspace ws
    records out-i/train.jsonl "r and all(len(x['image']) == 2 for x in r)"
}

# ==== use-27 ====
use_27()
{
    run 2 index "$in/dota" --workspace ws
    says "your own data: --name mine"
    run 0 index "$in/dota" --name mine --workspace ws
    value "SELECT DISTINCT role v FROM sample" "[t['v'] for t in r] == ['train']"
}

# ==== use-29 ====
use_29()
{
    for file in swift_result generated_predictions; do
        for profile in ground.vrsbench vqa.vrsbench caption.vrsbench; do
            run 0 score $profile --truth "$in/truth.jsonl" --predictions "$in/$file.jsonl" --resamples 0 --no-blind --json
            says '"joined_by_position":true'
            says '"value":100'
        done
        { sed -n 2p "$in/$file.jsonl"; sed -n 1p "$in/$file.jsonl"; sed 1,2d "$in/$file.jsonl"; } >turned.jsonl
        run 2 score caption.vrsbench --truth "$in/truth.jsonl" --predictions turned.jsonl
    done
    head -n 27 "$in/swift_result.jsonl" >short.jsonl
    run 2 score caption.vrsbench --truth "$in/truth.jsonl" --predictions short.jsonl
}

# ==== use-30 ====
use_30()
{
    run 0 search vrsbench research --json
    records .out "'vrsbench' in [d['id'] for d in r[0]['datasets']]"
    run 0 search grounding-obb open --json
    records .out "all(d['licence'] == 'open' for d in r[0]['datasets'])"
    for class in open research restricted unknown; do
        run 0 search $class --json
        records .out "r[0]['datasets'] and all(d['licence'] == '$class' for d in r[0]['datasets'])"
    done
    run 0 search --help
    sed -n 's/^ *rsift \(search .*\)/\1/p' .out | grep -v WORDS >examples
    while read -r line; do
        run 0 $line --json
        records .out "r[0]['datasets']"
    done <examples
}

# ==== use-31 ====
# The folder holds a note only; three datasets, one of them with far more records, are made here.
use_31()
{
    for family in rsvqa vrsbench levir; do
        "$RSIFT_SYNTH" release $family --out $family --images 12 --side 64 --seed 2 --clean >/dev/null
        run 0 index $family --workspace ws
    done
    printf 'name: m\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n  - {id: rsvqa-lr}\n  - {id: vrsbench}\n  - {id: levir-cc}\n' >recipe.yaml
    run 0 mix recipe.yaml --workspace ws
    run 0 emit --format qwen --model qwen3-vl -o out --workspace ws
    for dataset in rsvqa-lr vrsbench levir-cc; do
        n=$(grep -c "<h2>$dataset · " out/contact-sheet.html)
        [ "$n" -ge 6 ] || wrong "$n samples of $dataset in the sheet"
        n=$(grep -o "<figcaption>$dataset/[^ ]*" out/contact-sheet.html | sort -u | wc -l)
        [ "$n" -ge 4 ] || wrong "$n pictures of $dataset in the sheet"
    done
    grep -q '<h2>vrsbench · grounding' out/contact-sheet.html || wrong "a task of vrsbench is not shown"
    grep -q '<h2>vrsbench · caption' out/contact-sheet.html || wrong "a task of vrsbench is not shown"
    grep -q 'rsift sample [0-9a-f]' out/contact-sheet.html || wrong "no sample id"
    cp out/contact-sheet.html first.html
    run 0 emit --format qwen --model qwen3-vl -o out --workspace ws --threads 1
    cmp -s first.html out/contact-sheet.html || wrong "another choice the second time"
}

# ==== use-32 ====
# The folder holds the records that were written; boxes are made here.
use_32()
{
    "$RSIFT_SYNTH" release dior --out dior --images 8 --side 64 --seed 1 --clean >/dev/null
    printf 'name: m\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n  - {id: dior}\n' >recipe.yaml
    run 0 index dior --workspace ws
    run 0 mix recipe.yaml --workspace ws
    for model in qwen2.5-vl qwen3-vl; do
        run 0 emit --format ms-swift --model $model --min-pixels 3136 --max-pixels 1003520 -o out --workspace ws
        grep -q '<bbox>' out/train.jsonl || wrong "no <bbox> in train.jsonl"
        grep -q 'QWENVL_BBOX_FORMAT=new' out/README.md || wrong "README.md does not set QWENVL_BBOX_FORMAT=new for $model"
    done
    run 0 emit --format ms-swift --model internvl -o out-i --workspace ws
    ! grep -q QWENVL out-i/README.md || wrong "a setting of Qwen's in the README.md of another model"
}

# ==== use-33 ====
use_33()
{
    run 0 index "$in/llava/my.json" --reader llava --images "$in/llava/images" $own --workspace ws
    says "bracket: read as fraction"
    says "--param box_convention=bbox_2d:px (or bbox_2d:permille)"
    value "SELECT DISTINCT convention c FROM region" "r == [{'c': 'fraction'}]"
    value "SELECT count(*) n FROM finding WHERE code = 'box-convention' AND sample_id IS NOT NULL" "r == [{'n': 1}]"
    run 2 index "$in/llava/my.json" --reader llava $own --workspace ws2 --param box_convention=nonsense
    says "fraction"
    says "permille"
    run 2 index "$in/llava/my.json" --reader llava $own --workspace ws3 --param nonsense=1
    says 'the reader llava has no parameter "nonsense"; it has box_convention'
    run 0 index "$in/llava/my.json" --reader llava $own --workspace ws4 --param box_convention=bbox_2d:px
}
