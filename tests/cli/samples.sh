# Real release records, read where they lie ($RSIFT_SAMPLES): counts, the identity
# seen = used + merged + skipped + set aside, and a few exact records. What is absent is said.
. "$(dirname "$0")/lib.sh"
if [ ! -d "$RSIFT_SAMPLES" ]; then
    skip "everything: no folder $RSIFT_SAMPLES (RSIFT_SAMPLES says where the release records lie)"
    finish
fi
cd "$work" || exit 1
ws=

# release PATH RELEASE "samples regions" "seen used merged skipped set_aside" [INDEX OPTIONS]
# False when there is nothing to ask.
release()
{
    path=$1
    id=$2
    expected=$3
    records=$4
    shift 4
    ws=ws-$(echo "$path $id" | tr -c 'a-z0-9\n' -)
    case $path in /*) where=$path ;; *) where=$RSIFT_SAMPLES/$path ;; esac
    if [ ! -e "$where" ]; then
        skip "$path: not there"
        return 1
    fi
    if ! rsift index "$where" --workspace "$ws" --quiet "$@" >log 2>&1; then
        fail "$path: index" log
        return 1
    fi
    check_is "$path: release" "$id" "$(one "$ws" "SELECT release_id v FROM release")"
    check_is "$path: samples and regions" "$expected" "$(one "$ws" "SELECT concat_ws(' ', count(*),
        sum(n_regions)) v FROM sample")"
    check_is "$path: records" "$records" "$(one "$ws" "SELECT concat_ws(' ', sum(seen), sum(used),
        sum(merged), sum(skipped), sum(set_aside)) v FROM reading")"
    check_is "$path: the identity" 0 "$(one "$ws" "SELECT count(*) v FROM reading
        WHERE seen <> used + merged + skipped + set_aside")"
    check_is "$path: ids are unique" 0 "$(one "$ws" "SELECT count(*) - count(DISTINCT sample_id) v FROM sample")"
    return 0
}

# value NAME EXPECTED SQL: the column v of the answer
value()
{
    check_is "$path: $1" "$2" "$(one "$ws" "$3")"
}

release rsvqa-lr rsvqa-lr@zenodo "1200 0" "2455 2412 0 43 0" && {
    value "placeholder rows are skipped, by split" "2 20 21" "SELECT string_agg(skipped, ' ' ORDER BY
        CASE source WHEN 'train' THEN 1 WHEN 'val' THEN 2 ELSE 3 END) v FROM reading WHERE pass = 'images'"
    value "splits" "test 400,train 300,val 500" "SELECT string_agg(name || ' ' || n, ',' ORDER BY name) v
        FROM (SELECT name, count(*) n FROM split GROUP BY name)"
    value "the first question" "Is it a rural or an urban area" "SELECT text v FROM sample JOIN turn
        USING (sample_id) WHERE original_id = '7202' AND source = 'train' AND i = 0"
    value "its picture" "Images_LR/72.tif" "SELECT path v FROM sample JOIN sample_asset USING (sample_id)
        JOIN asset USING (asset_id) WHERE original_id = '7202' AND source = 'train'"
}
release rsvqa-hr rsvqa-hr@zenodo "1201 0" "2482 2414 0 68 0" && {
    value "two test splits" "test 300,test_phili 201" "SELECT string_agg(name || ' ' || n, ',' ORDER BY name) v
        FROM (SELECT name, count(*) n FROM split WHERE name LIKE 'test%' GROUP BY name)"
}
release cdvqa cdvqa@github "809 0" "1938 1638 300 0 0" && {
    value "16 records per pair: 20 pairs of 320" "320 20 300" "SELECT concat_ws(' ', seen, used, merged) v
        FROM reading WHERE pass = 'images'"
    value "before and after" "20 20" "SELECT concat_ws(' ',
        count(DISTINCT asset_id) FILTER (asset_role = 'before'),
        count(DISTINCT asset_id) FILTER (asset_role = 'after')) v FROM sample_asset"
}
release rsivqa rsivqa@github "7108 0" "7108 7108 0 0 0" && {
    value "a line" "What is the theme of this picture?|farmland" "SELECT string_agg(text, '|' ORDER BY i) v
        FROM sample JOIN turn USING (sample_id) WHERE source = 'ucm-human' AND ordinal = 0"
    value "lines by source" "aid 400,dota-train 400,dota-val 400,hrrsd 400,sydney 613,ucm-human 2795,ucm-theme 2100" \
        "SELECT string_agg(source || ' ' || n, ',' ORDER BY source) v FROM (SELECT source, count(*) n
        FROM sample GROUP BY source)"
}
release rsvg-hr rsvg-hr@github "2649 2649" "2650 2649 0 0 1" && {
    value "lines by split" "test 499,train 2150" "SELECT string_agg(source || ' ' || n, ',' ORDER BY source) v
        FROM (SELECT source, count(*) n FROM sample GROUP BY source)"
    value "pictures, and those of both splits" "1706 46" "SELECT concat_ws(' ', count(*), sum((n = 2)::INT)) v
        FROM (SELECT count(DISTINCT source) n FROM sample JOIN sample_asset USING (sample_id) GROUP BY asset_id)"
    value "the first box" "740.5,222.5,776.69,258.06 px search a swimming pool on the upper right and it is on upper left of a pond" \
        "SELECT concat_ws(' ', array_to_string(coords, ','), convention, text) v FROM sample JOIN turn USING (sample_id)
        JOIN region USING (sample_id) WHERE source = 'train' AND ordinal = 0"
    value "a box of the test list" "497.25,870.0,543.88,921.0 a swimming pool on the far bottom and it is located at the lower right of a pond" \
        "SELECT concat_ws(' ', array_to_string(coords, ','), text) v FROM sample JOIN turn USING (sample_id)
        JOIN region USING (sample_id) WHERE source = 'test' AND ordinal = 2"
    value "swapped corners stay as they are" "556.5,461.5,511.1,602.12" "SELECT array_to_string(coords, ',') v FROM sample
        JOIN region USING (sample_id) WHERE source = 'train' AND ordinal = 449"
    value "a comma for a point, and swapped corners" "format 17,region-inverted 449" "SELECT string_agg(code || ' ' ||
        regexp_extract(locator, '#([0-9]+)', 1), ',' ORDER BY code) v FROM finding WHERE code IN ('format', 'region-inverted')"
}
release rsteller rsteller@webdataset "2 0" "1 1 0 0 0" --dataset rsteller && {
    value "both texts of the patch" "607 2 In the remote sensing image pat,607 3 The image reveals a roadway, li" "SELECT
        string_agg(concat_ws(' ', original_id, release_type, left(text, 31)), ',' ORDER BY sub) v FROM sample JOIN turn USING (sample_id)"
    value "one picture, which is not here" "Patches0000/607.jpg unresolved" "SELECT DISTINCT concat_ws(' ', path, state) v
        FROM sample_asset JOIN asset USING (asset_id)"
}
# The authors' dump of RS3's validation captions: no list of the release, but rows of its kind.
release rs5m/rs3_dump.csv dump@own "400 0" "400 400 0 0 0" --reader records --name dump --param image=name \
    --param caption=caption && {
    value "captions with commas" "millionaid_P0173410.jpg an aerial view of a baseball diamond" "SELECT concat_ws(' ', path, text) v
        FROM sample JOIN turn USING (sample_id) JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id) WHERE ordinal = 2"
}
release asd asd@kaggle "10 50" "39 39 0 0 0" --dataset asd && {
    value "rows, and pictures without a ship" "29 4" "SELECT (SELECT sum(seen) FROM reading WHERE pass = 'rows') || ' ' ||
        count(*) v FROM sample WHERE n_regions = 0 AND complete"
    value "a ship and its mask" "hbb 222.0,427.0,35.0,17.0|mask 768.0,768.0,170929.0,6.0" "SELECT string_agg(kind || ' ' ||
        array_to_string(coords[1:4], ','), '|' ORDER BY i) v FROM sample JOIN region USING (sample_id)
        WHERE original_id = '0a1b7d6ec'"
    value "the first ship" "455.0,344.0,34.0,19.0" "SELECT array_to_string(coords, ',') v FROM sample JOIN region
        USING (sample_id) WHERE ordinal = 0 AND i = 0"
    value "a picture of 14 ships" "28 true" "SELECT concat_ws(' ', n_regions, complete) v FROM sample
        WHERE original_id = '0a1a7f395'"
}
release images-dior/dior-annotations-full.tar.xz dior@original "46926 385036" "431962 431962 0 0 0" \
    --dataset dior && {
    value "192,518 objects of each kind in 23,463 files each" "23463 192518 23463 192518" "SELECT concat_ws(' ',
        count(*) FILTER (task = 'detection-hbb'), sum(n_regions) FILTER (task = 'detection-hbb'),
        count(*) FILTER (task = 'detection-obb'), sum(n_regions) FILTER (task = 'detection-obb')) v FROM sample"
    value "degenerate and out-of-image boxes" "10 2575" "SELECT concat_ws(' ',
        sum(n) FILTER (code = 'region-degenerate'), sum(n) FILTER (code = 'region-clipped')) v FROM finding"
    value "the first box" "golffield [133.0, 237.0, 684.0, 672.0] px" "SELECT concat_ws(' ', label, coords::VARCHAR,
        convention) v FROM sample JOIN region USING (sample_id) WHERE original_id = '00001' AND kind = 'hbb'"
    value "an oriented box" "ship [271.0, 196.0, 300.0, 177.0, 363.0, 275.0, 334.0, 293.0] px-quad" "SELECT
        concat_ws(' ', label, coords::VARCHAR, convention) v FROM sample JOIN region USING (sample_id)
        WHERE original_id = '00006' AND kind = 'obb' ORDER BY coords[1] LIMIT 1"
}
release dior dior@original "16 750" "766 766 0 0 0" && {
    value "split lists" "test train" "SELECT string_agg(DISTINCT name, ' ' ORDER BY name) v FROM split"
}
release nwpu-vhr10 nwpu-vhr10@coco "650 3921" "4581 4581 0 0 0" --dataset nwpu-vhr10 --release coco && {
    value "the first box" "airplane [563.0, 485.0, 66.0, 86.0] px-xywh" "SELECT concat_ws(' ', label,
        coords::VARCHAR, convention) v FROM sample JOIN region USING (sample_id) ORDER BY ordinal, i LIMIT 1"
}
release nwpu-vhr10 nwpu-vhr10@original "1 1" "2 2 0 0 0" --dataset nwpu-vhr10 --release original
release dota dota@labels-only "7 984" "991 991 0 0 0" --dataset dota
release vrsbench vrsbench@hub "65 25" "65 65 0 0 0" && {
    value "tasks" "caption 7,grounding-hbb 25,vqa 33" "SELECT string_agg(task || ' ' || n, ',' ORDER BY task) v
        FROM (SELECT task, count(*) n FROM sample GROUP BY task)"
    value "the constant id is no key" "10" "SELECT count(DISTINCT sample_id) v FROM sample WHERE source = 'train'"
    value "the lossless corners" "8" "SELECT len(coords) v FROM sample JOIN region USING (sample_id)
        WHERE source = 'eval-referring' AND ordinal = 0"
}
release vrsbench vrsbench@per-picture "7 2" "1 1 0 0 0" --dataset vrsbench --release per-picture && {
    value "caption, objects and questions of one file" "caption 1,grounding-obb 2,vqa 4" "SELECT string_agg(task
        || ' ' || n, ',' ORDER BY task) v FROM (SELECT task, count(*) n FROM sample GROUP BY task)"
    value "a corner of the second object" "vehicle 0.580078125" "SELECT concat_ws(' ', label, coords[1]) v
        FROM sample JOIN region USING (sample_id) WHERE sub = 2"
    value "the first question" "What is the main structure in the center of the image?|expressway-toll-station" \
        "SELECT string_agg(text, '|' ORDER BY i) v FROM sample JOIN turn USING (sample_id) WHERE sub = 3"
    value "the picture is named last" "Images_train/00002_0000.png" "SELECT DISTINCT path v FROM asset"
}
release lrs-vqa lrs-vqa@jsonl "4890 4082" "4890 4890 0 0 0" && {
    value "records with a box" "4082 px-quad" "SELECT concat_ws(' ', count(*), max(convention)) v FROM region"
    value "the first question" "Is the bottom-most and largest bridge crossing a river?|yes" "SELECT
        string_agg(split_part(text, chr(10), 1), '|' ORDER BY i) v FROM sample JOIN turn USING (sample_id)
        WHERE original_id = 'FAIR_1'"
    value "its picture" "LRS_VQA/image/15565.tif" "SELECT path v FROM sample JOIN sample_asset USING (sample_id)
        JOIN asset USING (asset_id) WHERE original_id = 'FAIR_1'"
    value "its box" "282.0 4013.0" "SELECT concat_ws(' ', coords[1], coords[2]) v FROM sample JOIN region
        USING (sample_id) WHERE original_id = 'FAIR_1'"
}
release lrs-gro lrs-gro@jsonl "4292 0" "4292 4292 0 0 0" && {
    value "the split that the records name" "RL 4292" "SELECT name || ' ' || count(*) v FROM split GROUP BY name"
    value "the first question" "What is the main type of area shown in this image?|port" "SELECT string_agg(text,
        '|' ORDER BY i) v FROM sample JOIN turn USING (sample_id) WHERE original_id = 'LRS-GRO-3312'"
    value "pictures" "417" "SELECT count(*) v FROM asset"
}
release gres gres@github "98 98" "46 46 0 0 0" --dataset gres && {
    value "three texts a picture in train" "test 10,train 78,val 10" "SELECT string_agg(source || ' ' || n, ','
        ORDER BY source) v FROM (SELECT source, count(*) n FROM sample GROUP BY source)"
    value "a text" "Identify the bus with an elongated rectangular shape with windows and wheels in the image." \
        "SELECT text v FROM sample JOIN turn USING (sample_id) WHERE file LIKE '%000000025034.json'"
    value "its outline begins" "polygon px-polygon 218.0 444.0" "SELECT concat_ws(' ', kind, convention, coords[1],
        coords[2]) v FROM sample JOIN region USING (sample_id) WHERE file LIKE '%000000025034.json'"
}
release earthvqa earthvqa@original "158 0" "158 158 0 0 0" --dataset earthvqa && {
    value "29 questions of a rural picture, 42 of an urban one" "test 29 29,train 87 0,val 42 0" "SELECT
        string_agg(concat_ws(' ', source, n, withheld), ',' ORDER BY source) v FROM (SELECT source, count(*) n,
        count(*) FILTER (NOT truth) withheld FROM sample GROUP BY source)"
    value "types" "35 35 20 7 5 56" "SELECT string_agg(n, ' ' ORDER BY release_type) v FROM (SELECT release_type,
        count(*) n FROM sample GROUP BY release_type)"
    value "a question" "275.png What is the area of barren?|0%-10%" "SELECT original_id || ' ' || string_agg(text, '|'
        ORDER BY i) v FROM sample JOIN turn USING (sample_id) WHERE source = 'train' AND ordinal = 7 GROUP BY original_id"
    value "a number as an answer" 0 "SELECT text v FROM sample JOIN turn USING (sample_id) WHERE source = 'train'
        AND ordinal = 21 AND i = 1"
    value "an empty answer is one withheld" "Are there any buildings in this scene?" "SELECT text v FROM sample
        JOIN turn USING (sample_id) WHERE source = 'test' AND ordinal = 0 AND i = 0"
}
release ddfav ddfav@github "34 0" "34 34 0 0 0" --dataset ddfav && {
    value "conversations and questions of the probe" "instruct-dior 2,popular-medium 8,random-easy 24" "SELECT
        string_agg(source || ' ' || n, ',' ORDER BY source) v FROM (SELECT source, count(*) n FROM sample GROUP BY source)"
    value "eight questions with answers" "17323.jpg 16 Describe the main feature of this image." "SELECT concat_ws(' ',
        original_id, n_turns, split_part(text, chr(10), 2)) v FROM sample JOIN turn USING (sample_id)
        WHERE source = 'instruct-dior' AND ordinal = 0 AND i = 0"
    value "a question of the probe" "Is there a golf-field in the image?|no" "SELECT string_agg(text, '|' ORDER BY i) v
        FROM sample JOIN turn USING (sample_id) WHERE source = 'random-easy' AND ordinal = 0"
    value "its picture" "rspope_image/medium/valid_8146_0000.png" "SELECT path v FROM sample JOIN sample_asset
        USING (sample_id) JOIN asset USING (asset_id) WHERE source = 'popular-medium' AND ordinal = 0"
}
release geobench-vlm geobench-vlm@hub "1 0" "1 1 0 0 0" --dataset geobench-vlm && {
    value "the first prompt with its choices, and the letter" "What type of ship is visible in this image? (A) Maestrale-class frigate (B) Murasame-class destroyer (C) Mega yacht (D) Kitty Hawk-class aircraft carrier (E) Nimitz-class aircraft carrier|E" \
        "SELECT replace(string_agg(text, '|' ORDER BY i), chr(10), ' ') v FROM turn"
}
release geotext geotext@hub "1 0" "1 1 0 0 0" --dataset geotext && {
    value "the caption, and what is left out" "0839/image-43.jpeg In the center of the image is a large, modern office bboxes,sentences" \
        "SELECT concat_ws(' ', original_id, left(text, 52), (SELECT string_agg(regexp_extract(locator, '[a-z]+$'), ','
        ORDER BY locator) FROM finding WHERE code = 'field-unkept')) v FROM sample JOIN turn USING (sample_id)"
}
release cdd cdd@lower-case "1 0" "3 3 0 0 0" --dataset cdd && {
    value "before, after and mask" "train/B/00000.jpg train/A/00000.jpg train/out/00000.jpg" "SELECT string_agg(path, ' '
        ORDER BY asset_role) v FROM sample_asset JOIN asset USING (asset_id)"
}
release rsicd rsicd@original "1 0" "1 1 0 0 0" && {
    value "five captions of one picture" "5 1" "SELECT concat_ws(' ', max(n_turns), max(n_assets)) v FROM sample"
}
release nwpu-captions nwpu-captions@github "1 0" "1 1 0 0 0"
release sydney-captions sydney-captions@original "1 0" "1 1 0 0 0" --dataset sydney-captions
release capera capera@github "2864 0" "2864 2864 0 0 0" && {
    value "ids restart per split" "2864" "SELECT count(DISTINCT sample_id) v FROM sample"
}
release floodnet floodnet@challenge-vqa "7355 0" "7355 7355 0 0 0" && {
    value "withheld answers are kept, marked" "2844" "SELECT count(*) v FROM sample WHERE NOT truth"
}
release coreval-choice coreval-choice@tasks "184 8" "184 184 0 0 0"
release mme-realworld mme-realworld@lite "150 0" "227 150 0 77 0"
release rsicap rsicap@form "12 0" "12 12 0 0 0"
release rsieval rsieval@form "39 0" "8 8 0 0 0"
release images-nwpu-resisc45 nwpu-resisc45@original "150 0" "150 150 0 0 0"
release images-ucmerced uc-merced@jpeg "2100 0" "2100 2100 0 0 0" --dataset uc-merced --release jpeg && {
    value "classes" "21" "SELECT count(DISTINCT labels[1]) v FROM sample"
}

# EuroSAT with the pictures and the lists together, as a person would put them.
if [ -d "$RSIFT_SAMPLES/images-eurosat/2750" ] && [ -d "$RSIFT_SAMPLES/eurosat/aitlas-arena-splits" ]; then
    mkdir eurosat
    cp -R "$RSIFT_SAMPLES/images-eurosat/2750" eurosat/
    cp "$RSIFT_SAMPLES/eurosat/split_zhou_EuroSAT.json" "$RSIFT_SAMPLES/eurosat/aitlas-arena-splits/"*.csv eurosat/
    release "$work/eurosat" eurosat@rgb "600 0" "600 600 0 0 0" && {
        value "two public splits at once" "aitlas coop" "SELECT string_agg(DISTINCT scheme, ' ' ORDER BY scheme) v FROM split"
        # the lists there are cut: 303 and 450 of 27,000 lines
        value "each in its own scheme" "11 6" "SELECT concat_ws(' ', count(*) FILTER (scheme = 'coop'),
            count(*) FILTER (scheme = 'aitlas')) v FROM split"
    }
else
    skip "eurosat: pictures or lists are not there"
fi

# FAIR1M: the archive of part 1, all of part 2, a few files of the validation set.
if [ -e "$RSIFT_SAMPLES/fair1m/train/part1/labelXml.zip" ]; then
    mkdir -p fair1m/train/part1
    cp "$RSIFT_SAMPLES/fair1m/train/part1/labelXml.zip" fair1m/train/part1/
    cp "$RSIFT_SAMPLES/fair1m/train-part2-labelXml-full.tar.xz" fair1m/
    cp -R "$RSIFT_SAMPLES/fair1m/validation" fair1m/
    release "$work/fair1m" fair1m@v2.0 "16496 393474" "409970 409970 0 0 0" && {
        value "objects of part 1 and part 2" "81784 311682" "SELECT concat_ws(' ',
            sum(n_regions) FILTER (source = 'train-part1'), sum(n_regions) FILTER (source = 'train-part2')) v FROM sample"
        value "numbers run on through both parts; ids keep the part" "train/part1/1731 train/part2/1732" "SELECT
            string_agg(original_id, ' ' ORDER BY original_id) v FROM sample WHERE original_id LIKE '%/173_'
            AND (original_id LIKE '%part1/1731' OR original_id LIKE '%part2/1732' OR original_id LIKE '%part2/1731')"
        value "quads without area, and those that leave the picture" "171 699 5264" "SELECT concat_ws(' ',
            sum(n) FILTER (code = 'region-degenerate'), sum(n) FILTER (code = 'region-clipped' AND source = 'train-part1'),
            sum(n) FILTER (code = 'region-clipped' AND source = 'train-part2')) v FROM finding"
        value "three files in degrees list nothing" "120 3" "SELECT concat_ws(' ', (SELECT sum(n) FROM finding
            WHERE code = 'object-unread'), (SELECT count(*) FROM sample WHERE NOT complete AND source = 'train-part2')) v"
        value "a ring" "Liquid Cargo Ship [1275.0, 458.0, 1494.0, 88.0, 1417.0, 43.0, 1199.0, 414.0] px-quad" "SELECT concat_ws(' ', label, coords::VARCHAR, convention) v FROM sample
            JOIN region USING (sample_id) WHERE original_id = 'train/part1/0' AND i = 0"
        value "one of part 2" "Small Car [262.0, 39.0, 254.0, 40.0, 253.0, 29.0, 261.0, 28.0] px-quad" "SELECT concat_ws(' ', label, coords::VARCHAR, convention) v FROM sample
            JOIN region USING (sample_id) WHERE original_id = 'train/part2/1732' AND i = 0"
    }
else
    skip "fair1m: not there"
fi
# MAR20: all of train in an archive; the loose files are of train too, so only those of test are taken.
if [ -e "$RSIFT_SAMPLES/mar20/annotations-train-full.tar.xz" ]; then
    mkdir mar20
    cp -R "$RSIFT_SAMPLES/mar20/ImageSets" "$RSIFT_SAMPLES/mar20/JPEGImages" mar20/
    cp "$RSIFT_SAMPLES/mar20/annotations-train-full.tar.xz" mar20/
    release "$work/mar20" mar20@original "2662 15740" "18402 18402 0 0 0" && {
        value "objects of each kind" "7870 7870" "SELECT concat_ws(' ', sum(n_regions) FILTER (source = 'horizontal'),
            sum(n_regions) FILTER (source = 'oriented')) v FROM sample"
        value "splits" "train 2662" "SELECT string_agg(name || ' ' || n, ',') v FROM
            (SELECT name, count(*) n FROM split GROUP BY name)"
        value "the first upright box" "3 A10 [63.0, 372.0, 151.0, 457.0] px" "SELECT concat_ws(' ', original_id, label, coords::VARCHAR, convention) v
            FROM sample JOIN region USING (sample_id) WHERE source = 'horizontal' AND original_id = '3' AND i = 0"
        value "the first quad" "3 A10 [60.66176470588235, 383.8235294117647, 143.01470588235293, 369.1176470588235,\
 154.0441176470588, 444.485294117647, 73.16176470588235, 458.0882352941176] px-quad" "SELECT concat_ws(' ', original_id, label, coords::VARCHAR, convention) v
            FROM sample JOIN region USING (sample_id) WHERE source = 'oriented' AND original_id = '3' AND i = 0"
        value "where filename names another picture the file's own name counts" "0" "SELECT count(*) v FROM sample
            JOIN sample_asset USING (sample_id) JOIN asset USING (asset_id) WHERE path NOT LIKE '%/' || original_id || '.jpg'"
    }
else
    skip "mar20: not there"
fi

# GeoPixelD: one real record of four [SEG], each with one ring.
release geopixeld geopixeld@hub "1 4" "5 5 0 0 0" --dataset geopixeld && {
    value "phrases of the rings, in order" "tennis court-1, tennis court-2, tennis court-3, tennis court-4" \
        "SELECT string_agg(label, ', ' ORDER BY i) v FROM region"
    value "points of the rings" "569 245 211 238" "SELECT string_agg(len(coords) // 2, ' ' ORDER BY i) v FROM region"
    value "the first point, its turn and the picture" "779 380 0 P0224_0_800_0_800.png" "SELECT concat_ws(' ',
        coords[1]::INT, coords[2]::INT, turn, parse_filename(path)) v FROM region r
        JOIN sample_asset USING (sample_id) JOIN asset a ON a.asset_id = sample_asset.asset_id WHERE r.i = 0"
}
# SODA-A: what lies there is made by TorchGeo's generator, no release record.
release soda-a/generated-torchgeo soda-a@original "2 8" "10 10 0 0 0" && {
    value "generated: a quad" "ship [15.0, 11.0, 23.0, 11.0, 23.0, 19.0, 15.0, 19.0] px-quad" "SELECT concat_ws(' ', label,
        coords::VARCHAR, convention) v FROM sample JOIN region USING (sample_id) WHERE original_id = '00006' AND i = 0"
    value "generated: splits are folders" "test train" "SELECT string_agg(name, ' ' ORDER BY name) v FROM split"
}
# DIOR-RSVG: the real lists over made-up files with as many objects, since no XML of it is there.
if [ -e "$RSIFT_SAMPLES/dior-rsvg/DIOR_RSVG/train.txt" ]; then
    mkdir -p made-rsvg/DIOR_RSVG/Annotations
    cp "$RSIFT_SAMPLES/dior-rsvg/DIOR_RSVG/train.txt" "$RSIFT_SAMPLES/dior-rsvg/DIOR_RSVG/val.txt" \
        "$RSIFT_SAMPLES/dior-rsvg/DIOR_RSVG/test.txt" made-rsvg/DIOR_RSVG/
    awk 'BEGIN { for (i = 0; i < 17402; i++) {
        f = sprintf("made-rsvg/DIOR_RSVG/Annotations/%05d.xml", i + 1)
        n = i < 17401 ? 2 + (i % 5 == 0) : 38320 - made
        printf "<annotation>" >f
        for (k = 0; k < n; k++)
            printf "<object><name>dam</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>%d</xmax><ymax>9</ymax></bndbox>" \
                "<description>number %d</description></object>", k + 5, made++ >f
        print "</annotation>" >f
        close(f) } }'
    release "$work/made-rsvg" dior-rsvg@original "38320 38320" "55722 55722 0 0 0" && {
        value "every object is in the split that its number says" "test 7500,train 26991,val 3829" "SELECT
            string_agg(name || ' ' || n, ',' ORDER BY name) v FROM (SELECT name, count(*) n FROM split GROUP BY name)"
        value "its number is its place among all" 0 "SELECT count(*) v FROM sample JOIN turn USING (sample_id)
            WHERE text <> 'number ' || original_id"
        value "object 3 is of train, 1 of test" "test train" "SELECT string_agg(name, ' ' ORDER BY name) v FROM sample
            JOIN split USING (sample_id) WHERE original_id IN ('1', '3')"
        rm made-rsvg/DIOR_RSVG/Annotations/00007.xml
        release "$work/made-rsvg" dior-rsvg@original "38318 38318" "55719 55719 0 0 0" --dataset dior-rsvg && {
            value "one file less: no list is used" "0 1 0" "SELECT concat_ws(' ', (SELECT count(*) FROM split),
                (SELECT count(*) FROM finding WHERE code = 'split-refused'),
                (SELECT count(*) FROM sample WHERE role = 'train')) v"
        }
    }
else
    skip "dior-rsvg: its lists are not there"
fi

# LEVIR-CC lies there as an excerpt with another file name: it is not the release. As data of one's own its
# picture, of which A and B each have one, is taken from neither.
if [ -d "$RSIFT_SAMPLES/levir-cc" ]; then
    check_exit "levir-cc: an excerpt is not the release" 2 rsift index "$RSIFT_SAMPLES/levir-cc" --dataset levir-cc --workspace ws-levir
    check_says "levir-cc: what is missing" LevirCCcaptions.json
    check_exit "levir-cc: as one's own" 0 rsift index "$RSIFT_SAMPLES/levir-cc" --workspace ws-levir
    check_is "levir-cc: no picture is guessed" 0 "$(one ws-levir "SELECT count(*) AS v FROM asset WHERE file_bytes IS NOT NULL AND asset_id IN (SELECT asset_id FROM sample_asset)")"
else
    skip "levir-cc: not there"
fi
for absent in geochat-instruct ucm-captions uc-merced; do
    find "$RSIFT_SAMPLES/$absent" -name '*.json' 2>/dev/null | grep -q . ||
        skip "$absent: no records of it are there (its reader is tested on golden and made-up data)"
done
# No GeoNRW file is at hand: these were made by a public loader's generator, with that loader's values.
release geonrw/generated-torchgeo geonrw@dataport "1 0" "2 2 0 0 0" --dataset geonrw && {
    value "the classes of the mask, and that 0 is not labelled" "10 false train" "SELECT concat_ws(' ', len(labels),
        complete, role) v FROM sample"
    value "the picture is JPEG 2000 and as large as the mask" "aachen/0_0_rgb.jp2 jp2 100 100" "SELECT
        concat_ws(' ', path, format, stated_width::INT, width) v FROM sample_asset JOIN asset USING (asset_id)
        WHERE asset_role = 'image'"
    value "heights are in no sample" 0 "SELECT count(*) v FROM sample_asset JOIN asset USING (asset_id)
        WHERE path LIKE '%dem%'"
}
finish
