# Faults that users of other tools reported, tried on rsift.
# Each function stands below the line of its case, in the order of the folders; tests/cases.sh says what it may use.

# ==== reports-01 ====
reports_01()
{
    flow qwen qwen3-vl "$in/ann.json" --reader coco --images "$in/img" $own
    records train "not r or '[441, 191, 495, 926]' in text"
    records train "'There are none' not in text"
}

# ==== reports-02 ====
reports_02()
{
    flow qwen qwen3-vl "$in/ann.json" --reader coco --images "$in/img" $own
    records train "not r"
    value "SELECT sum(n) n FROM finding WHERE code = 'labels-absent' AND severity <> 'note'" "r[0]['n'] == 1"
    value "SELECT count(*) n FROM sample WHERE complete" "r[0]['n'] == 0"
}

# ==== reports-03 ====
reports_03()
{
    flow qwen qwen3-vl "$in/ann.json" --reader coco --images "$in/img" $own
    records train "not r or ('[16, 42, 172, 250]' in text and '[500, 500, 750, 750]' in text)"
    records train "'There are none' not in text"
}

# ==== reports-06 ====
reports_06()
{
    flow qwen qwen3-vl "$in" --dataset mine --catalog "$in/catalog"
    records train "not r or ('[150, 167, 333, 350]' in text and '[500, 500, 550, 525]' in text)"
    records train "'There are none' not in text"
}

# ==== reports-07 ====
reports_07()
{
    flow qwen qwen3-vl "$in/data.json" --reader llava --images "$in/img" $own
    records train "not r or all(b in text for b in ('[921, 938, 926, 951]', '[252, 883, 270, 914]'))"
    # without the picture nobody can tell: told at once, with what to type
    run "0 2" index "$in/data.json" --reader llava $own --workspace ws2
    says "--param box_convention=qwen2:px"
}

# ==== reports-09 ====
reports_09()
{
    flow qwen qwen3-vl "$in/data.json" --reader llava --images "$in/img" $own \
        --param box_convention=px
    records train "json.loads(r[0]['conversations'][-1]['value']) == {'image_description': 'a pier',
        'objects': [{'name': 'ship', 'bbox_2d': [8, 96, 299, 393], 'description': 'white hull'},
                    {'name': 'crane', 'bbox_2d': [400, 143, 500, 500], 'description': 'red'}]}"
    run 0 emit --format llava --model llava-1.5 -o llava --workspace ws
    records llava/train.json "[x['bbox_2d'] for x in
        json.loads(r[0]['conversations'][-1]['value'])['objects']] == [[0.01, 0.22, 0.30, 0.42], [0.40, 0.25, 0.50, 0.50]]"
    run 1 emit --format internvl --model internvl -o internvl --workspace ws
    says json-boxes
}

# ==== reports-12 ====
reports_12()
{
    flow qwen qwen3-vl "$in/xml" --reader voc --images "$in/img" $own
    value "SELECT count(*) n FROM asset WHERE state = 'found'" 'r[0]["n"] == 2'
    records train "len(r) == 2"
    run 0 index "$in/xml" --reader voc --name alone --workspace ws
    run 1 audit alone --workspace ws
    says "image-missing"
    says "rsift link alone --images DIR"
}

# ==== reports-13 ====
reports_13()
{
    flow qwen qwen3-vl "$in/labelTxt" --reader dota --images "$in/img" $own
    value "SELECT count(*) n FROM asset WHERE state = 'found'" 'r[0]["n"] == 2'
    records train "len(r) == 2"
    mkdir catalog
    run 0 new mine "$in"
    cp .out catalog/mine.yaml
    run 0 index "$in" --catalog catalog --dataset mine --workspace drafted
    run "0 1" query --json --workspace drafted "SELECT count(*) n FROM asset WHERE state = 'found' AND asset_id IN (SELECT asset_id FROM sample_asset)"
    says '"n":2'
}

# ==== reports-15 ====
reports_15()
{
    flow qwen qwen3-vl "$in/data.jsonl" --reader llava --images "$in/img" $own
    value "SELECT count(*) n FROM region" "r[0]['n'] == 4"
    records train "len(r) == 2 and '[150, 250, 200, 350]' in text and '<bbox>' not in text"
    records train "all(w in text for w in ('sheep', 'a dog', 'a woman'))"
}

# ==== reports-18 ====
reports_18()
{
    run 2 index "$in/cap.csv" --reader lines --images "$in" $own --param 'pattern=<image>,<caption>' --workspace ws
    says "is a table with the columns"
    says "--reader records --param image=COLUMN --param caption=COLUMN"
    run 0 index "$in/cap.csv" --reader records --images "$in" $own --param image=filepath --param caption=title --workspace ws
    value "SELECT text FROM turn ORDER BY text" 'len(r) == 2 and any(t["text"] == "a road, surface of asphalt, with \"two\" lanes" for t in r)'
    value "SELECT count(*) n FROM sample WHERE task = 'caption'" 'r[0]["n"] == 2'
    value "SELECT count(*) n FROM asset WHERE state = 'found'" 'r[0]["n"] == 2'
}

# ==== reports-19 ====
reports_19()
{
    run 2 index "$in/train-00000-of-00001.parquet" --reader llava $own --workspace ws
    says "with the keys id, category, image, question"
}

# ==== reports-20 ====
reports_20()
{
    run "0 2" index "$in/labels" --reader dota --images "$in/images" $own --workspace ws
    if [ "$code" = 0 ]; then
        value "SELECT count(*) n FROM region" "r[0]['n'] == 0"
        value "SELECT sum(n) n FROM finding WHERE code = 'object-unread'" "r[0]['n'] == 2"
        value "SELECT count(*) n FROM sample WHERE complete" "r[0]['n'] == 0"
    else
        says "YOLO"
    fi
    run "0 1 2" new mine "$in"
    says_not "classification"
}

# ==== reports-21 ====
reports_21()
{
    flow llava llava-1.5 "$in/data.json" --reader llava --images "$in/img" $own
    records train "all(x['conversations'][-1]['value'] in ('港口和船', 'a ship') for x in r)"
    records train "'\ufffd' not in text"
}

# ==== reports-22 ====
reports_22()
{
    flow qwen qwen3-vl "$in/ann.json" --reader coco --images "$in/img" $own
    records train "not r or '[500, 500, 750, 750]' in text"
    value "SELECT code FROM finding WHERE code IN ('box-scaled', 'box-size')" "len(r) == 1"
}

# ==== reports-24 ====
# Each band of the picture is another one: 8, 4, 3 gives other pixels than 4, 3, 2.
reports_24()
{
    flow llava llava-1.5 "$in/data.json" --reader llava --images "$in/img" $own
    value "SELECT code, message FROM finding WHERE code LIKE 'bands%'" "len(r) == 1 and 'bands 4, 3, 2 of 13' in r[0]['message']"
    grep -q 'bands 4, 3, 2 of 13 as red, green and blue' out/README.md || wrong "the card does not name the bands" out/README.md
    run 0 emit --format llava --model llava-1.5 -o out-432 --workspace ws --bands 4,3,2 --stretch percent
    cmp -s out/images/mine/s2.png out-432/images/mine/s2.png || wrong "4,3,2 is not what is shown"
    run 0 emit --format llava --model llava-1.5 -o out-123 --workspace ws --bands 1,2,3
    ! cmp -s out/images/mine/s2.png out-123/images/mine/s2.png || wrong "the first three are shown"
}

# ==== reports-25 ====
reports_25()
{
    run 0 index "$in/data.json" --reader llava --images "$in/img" $own --workspace ws
    run "0 1" audit --workspace ws
    run 0 mix "$in/recipe.yaml" --workspace ws
    value "SELECT kept, count(*) n FROM ledger GROUP BY ALL" \
        "{(x['kept'], x['n']) for x in r} == {(True, 2), (False, 1)}"
    value "SELECT reason FROM ledger WHERE NOT kept" \
        "r[0]['reason'] in ('unresolved-picture', 'serious-finding')"
    run 0 emit --format llava --model llava-1.5 -o out --workspace ws
    records out/train.json "len(r) == 2"
}

# ==== reports-26 ====
reports_26()
{
    flow qwen qwen3-vl "$in" --dataset mine --catalog "$in/catalog"
    records train "not r or text.count('bbox_2d') == 1 and '1000, 1000, 1000, 1000' not in text"
    records train "'There are none' not in text"
}

# ==== reports-28 ====
reports_28()
{
    run 0 score det.dota.task2 --truth "$in/labelTxt" --predictions "$in/pred" --resamples 0
    says "mAP (VOC07) 100.00"
    says "1 of 1 truths are oriented"
}

# ==== reports-29 ====
reports_29()
{
    run 0 score choice.mme-realworld --predictions "$in/r.tsv" --resamples 0 --no-blind --samples s.jsonl
    records s.jsonl "[x['read'] for x in r] == ['A', 'B', 'B'] and all(x['score'] == 1 for x in r)"
}

# ==== reports-31 ====
reports_31()
{
    run 0 score choice.geobench-vlm --truth "$in/truth.jsonl" --predictions "$in/pred.jsonl" \
        --resamples 0 --no-blind --samples s.jsonl
    records s.jsonl "[x['read'] for x in r] == ['D', 'D', 'D']"
    says "3 outputs hold reasoning"
    run 0 score choice.xlrs --truth "$in/truth.jsonl" --predictions "$in/pred.jsonl" --resamples 0 --no-blind
    says "3 outputs hold reasoning"
    says "accuracy 0.00"
    run 0 score choice.xlrs --truth "$in/truth.jsonl" --predictions "$in/pred.jsonl" --resamples 0 --no-blind --strip-thinking --json
    says '"without_reasoning"'
}

# ==== reports-33 ====
reports_33()
{
    run 0 score choice.geobench-vlm --truth "$in/truth.jsonl" --predictions "$in/pred.jsonl" \
        --resamples 0 --no-blind --samples s.jsonl
    records s.jsonl "[x['read'] for x in r] == ['D', 'D', 'D']"
}

# ==== reports-34 ====
reports_34()
{
    run 0 score ground.dior-rsvg --truth "$in/truth.jsonl" --predictions "$in/pred-px.jsonl" --resamples 0 --no-blind
    says "Acc@0.5 0.00"
    says "1 predicted boxes have their far corner first"
    run 0 score ground.dior-rsvg --truth "$in/truth.jsonl" --predictions "$in/pred-qwen3.jsonl" \
        --boxes qwen3-vl --resamples 0 --no-blind
    says "Acc@0.5 0.00"
    says "1 predicted boxes have their far corner first"
}

# ==== reports-35 ====
reports_35()
{
    run 0 score det.coco.bbox --truth "$in/gt.json" --predictions "$in/dt.json" --resamples 0
    says "AP 95.05"
    says "AP50 100.00"
    says "AP75 100.00"
}

# ==== reports-36 ====
reports_36()
{
    flow qwen qwen3-vl "$in/ann.json" --reader coco --images "$in/img" $own
    records train "not r"
    value "SELECT sum(n) n FROM finding WHERE code = 'class-unknown'" "r[0]['n'] == 2"
}

# ==== reports-38 ====
reports_38()
{
    flow qwen qwen3-vl "$in/data.json" --reader llava --images "$in/img" $own --param box_convention=px
    records train "not r or '[500, 500, 750, 750]' in text"
    run "0 1 2" emit --format ms-swift --model qwen3-vl -o out2 --workspace ws
    [ "$code" = 0 ] && records out2/train.jsonl "all(x['objects']['image_id'] == [1] for x in r)"
}

# ==== reports-39 ====
reports_39()
{
    run 2 index "$in/labels.geojson" --reader coco --images "$in/img" $own --workspace ws
    says "labels.geojson is GeoJSON with the keys"
    says "images and annotations"
}
