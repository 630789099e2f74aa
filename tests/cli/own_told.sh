# What lies beside one's own data is used: the licence of a card, the splits of data.yaml, conversations in tars;
# classes get other names by a file; a table without a header asks which column is which.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

"$RSIFT_SYNTH" pictures --out pictures --images 4 >/dev/null || exit 1
set -- $(find pictures -name '*.png' | sort)
pair() { printf '{"image":"1.png","question":"Is there a road?","answer":"yes"}\n'; }
licence() { one "$1" "SELECT licence_annotations || ' ' || licence_class v FROM release"; }

# a card
for card in cc-by-nc-4.0 cc-by-nc-nd-4.0 mit other open '[mit]' '[mit, cc0-1.0]'; do
    mkdir -p card/data && cp "$1" card/data/1.png && pair >card/data/x.jsonl
    printf -- '---\nlicense: %s\ntags: [a]\n---\n# set\n' "$card" >card/README.md
    rm -rf ws && check_exit "card of $card" 0 rsift index card --workspace ws --name mine --quiet
    case $card in
    cc-by-nc-4.0) is="cc-by-nc-4.0 research" ;;
    cc-by-nc-nd-4.0) is="cc-by-nc-nd-4.0 restricted" ;;
    mit | '[mit]') is="mit open" ;;
    *) is="unknown unknown" ;;
    esac
    check_is "card of $card: licence" "$is" "$(licence ws)"
done
rm -rf ws && check_exit "a card and --licence" 0 rsift index card --workspace ws --name mine --licence CC-BY-4.0 --quiet
check_is "a card and --licence: what was said" "CC-BY-4.0 open" "$(licence ws)"
rm card/README.md && mkdir other && printf -- '---\nlicense: mit\n---\n' >other/README.md
rm -rf ws && check_exit "a card elsewhere" 0 rsift index card --workspace ws --name mine --quiet
check_is "a card elsewhere is another's" "unknown unknown" "$(licence ws)"

# data.yaml
mkdir -p yolo/images/a yolo/images/b yolo/images/c yolo/labels/a yolo/labels/b yolo/labels/c
for d in a b c; do
    cp "$1" "yolo/images/$d/$d.png"
    echo "0 0.5 0.5 0.2 0.2" >"yolo/labels/$d/$d.txt"
done
printf 'path: /somebody/else\ntrain: ../yolo/images/a\nval: [images/b/]\nnames: {0: ship, 1: car}\n' >yolo/data.yaml
splits() { one "$1" "SELECT string_agg(file || ' ' || coalesce(name, '-') || ' ' || role, ', ' ORDER BY file) v
    FROM sample LEFT JOIN split USING (sample_id)"; }
rm -rf ws && check_exit "data.yaml" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "data.yaml: splits" "labels/a/a.txt train train, labels/b/b.txt val eval, labels/c/c.txt - train" "$(splits ws)"
printf 'train: images/a\nval: images/a\ntest: images/b\nnames: [ship, car]\n' >yolo/data.yaml
rm -rf ws && check_exit "data.yaml that names one folder twice" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "data.yaml that names one folder twice: it is of no split" "labels/a/a.txt - train, labels/b/b.txt test eval, labels/c/c.txt - train" "$(splits ws)"
printf 'train: images/a\nvalid: images/b\nvalidation: images/c\nnames: [ship, car]\n' >yolo/data.yaml
rm -rf ws && check_exit "data.yaml with other words for val" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "data.yaml with other words for val: splits" "labels/a/a.txt train train, labels/b/b.txt valid eval, labels/c/c.txt validation eval" "$(splits ws)"
printf 'train: train.txt\nval: [lists/val.txt]\ntest: none.txt\nnames: [ship, car]\n' >yolo/data.yaml
mkdir yolo/lists && printf './images/a/a.png\n\n/elsewhere/images/c/c.png\n' >yolo/train.txt && printf 'images/b/b.png\r\nimages/x/c.png\n' >yolo/lists/val.txt
rm -rf ws && check_exit "data.yaml with lists" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "data.yaml with lists: splits" "labels/a/a.txt train train, labels/b/b.txt val eval, labels/c/c.txt train train" "$(splits ws)"
printf 'images/b/b.png\nimages/c/c.png\n' >yolo/lists/val.txt
rm -rf ws && check_exit "a picture in two lists" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "a picture in two lists is of no split" "labels/a/a.txt train train, labels/b/b.txt val eval, labels/c/c.txt - train" "$(splits ws)"
rm -r yolo/lists yolo/train.txt
printf 'train: images/a\nval: images/b\ntest: images/b\nnames: [ship, car]\n' >yolo/data.yaml
rm -rf ws && check_exit "data.yaml with one folder for val and test" 0 rsift index yolo --workspace ws --name mine --quiet
check_is "one folder for val and test is not trained on" "labels/a/a.txt train train, labels/b/b.txt val eval, labels/c/c.txt - train" "$(splits ws)"

# classes by a file
printf 'ship: vessel\n"car": vehicle\n' >names.yaml
rm -rf ws && check_exit "--classes" 0 rsift index yolo --workspace ws --name mine --classes names.yaml --quiet
check_is "--classes: other names" "vessel" "$(one ws "SELECT string_agg(DISTINCT label, ' ') v FROM region")"
check_exit "--classes: the data card says it again" 0 rsift index yolo --workspace ws --name mine --classes names.yaml --quiet
check_is "--classes: nothing twice" 3 "$(one ws "SELECT count(*) v FROM sample")"
mkdir -p fleet/images fleet/labels && cp "$2" fleet/images/1.png && cp "$3" fleet/images/2.png
for i in 1 2; do echo "0 0.5 0.5 0.2 0.2" >fleet/labels/$i.txt; done
printf 'names: [ship, car]\n' >fleet/data.yaml
printf 'name: m\ndatasets: [{id: fleet}]\n' >m.yaml
check_exit "--classes: index, to emit" 0 rsift index fleet --workspace ws --name fleet --licence CC-BY-4.0 --classes names.yaml --quiet
check_exit "--classes: mix" 0 rsift mix m.yaml --workspace ws --quiet
check_exit "--classes: emit" 0 rsift emit --format llava --model llava-1.5 -o renamed --workspace ws --quiet
check_is "--classes: questions list the names that answers have" "2 2 0" "$(for word in 'vehicle, vessel' '"vessel \[' 'ship\|car,'; do
    grep -c "$word" renamed/train.json; done | paste -sd ' ' -)"
mkdir -p scenes/ship scenes/quay && cp "$1" scenes/ship/1.png && cp "$2" scenes/ship/2.png && cp "$3" scenes/quay/3.png
rm -rf ws && check_exit "--classes of folders" 0 rsift index scenes --reader folder --workspace ws --name mine --classes names.yaml --quiet
check_is "--classes of folders: those that are named" "quay vessel vessel" "$(one ws "SELECT string_agg(labels[1], ' ' ORDER BY labels[1]) v FROM sample")"
check_exit "--classes and --dataset" 2 rsift index yolo --dataset dota --workspace ws --classes names.yaml
for bad in 'a: [b]' '[a, b]' 'a: "b|c"' 'a: b=c'; do
    echo "$bad" >bad.yaml
    check_exit "--classes of $bad" 2 rsift index yolo --workspace ws --name mine --classes bad.yaml
    check_says "--classes of $bad: where" "bad.yaml:1:"
done
check_exit "--classes that are not there" 2 rsift index yolo --workspace ws --name mine --classes none.yaml

# conversations in a tar
mkdir tar && cp "$1" tar/001.png && cp "$2" tar/002.png && cp "$3" tar/003.png
printf '{"conversations":[{"from":"human","value":"<image>\\nWhere is the ship?"},{"from":"gpt","value":"[0.10, 0.20, 0.50, 0.60]"}]}' >tar/001.json
printf '{"messages":[{"role":"user","content":"What is it?"},{"role":"assistant","content":"A lake."}],"source":"x"}' >tar/002.json
printf '{"conversations":[{"from":"human","value":"<image><image>"}]}' >tar/003.json
mkdir shards && (cd tar && tar cf ../shards/s-0.tar *)
rm -rf ws && check_exit "conversations in a tar" 0 rsift index shards --workspace ws --name mine --param box_text_convention=fraction --quiet
check_is "conversations in a tar: turns, pictures" "001 conversation 2 1, 002 conversation 2 1" "$(one ws "SELECT
    string_agg(concat_ws(' ', original_id, task, n_turns, n_assets), ', ' ORDER BY original_id) v FROM sample WHERE n_turns = 2")"
check_is "conversations in a tar: a box" "fraction" "$(one ws "SELECT min(convention) v FROM region")"
check_is "conversations in a tar: seen = used + set aside" "3 true" "$(one ws "SELECT sum(seen) || ' ' || (sum(seen) = sum(used) + sum(merged) + sum(skipped) + sum(set_aside)) v FROM reading WHERE pass = 'groups'")"

# a table without a header
mkdir bare && cp "$1" bare/x1.png && cp "$2" bare/x2.png
printf 'x1.png,a field beside a road\nx2.png,"two ships, one pier"\n' >bare/caps.csv
check_exit "no header" 2 rsift index bare --workspace ws5 --name mine
check_says "no header: it is asked" "has no header"
check_says "no header: how to say it" "columns=image,caption"
check_exit "no header, columns said" 0 rsift index bare --workspace ws5 --name mine --reader records \
    --param columns=image,caption --param image=image --param caption=caption --quiet
check_is "no header: the first line is a record, too" 2 "$(one ws5 "SELECT count(*) v FROM sample")"

# one NUL in a table is one record that cannot be used, not a binary file
mkdir nul && cp "$1" nul/x1.png && cp "$2" nul/x2.png
printf 'image,caption\nx1.png,a fi\0eld\nx2.png,two ships\n' >nul/c.csv
check_exit "a NUL in a table" 0 rsift index nul --workspace ws6 --name mine --quiet
check_is "a NUL in a table: that row alone" "2 1 1" "$(one ws6 "SELECT sum(seen) || ' ' || sum(used) || ' ' || sum(set_aside) v FROM reading")"
head -c 300 /dev/zero >nul/c.csv
check_exit "a table of zeros" 2 rsift index nul --workspace ws7 --name mine
check_says "a table of zeros is no text" "a binary file"
finish
