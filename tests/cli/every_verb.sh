# Every verb once, over one small pool: two releases, copies of their test pictures, somebody's own
# conversations, boxes and a split. Each ends with the exit code that it should, and prints or writes
# something; what that says is tested by the others. Under the sanitizers CI runs this one in place of
# those that ask the same verbs many times.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "every verb: no python3 to write data with"; finish; }

went=" demo serve " # the demo takes as long as all of this; demo.sh runs it
# goes "CODES" VERB ARGUMENTS...
goes()
{
    codes=$1 verb=$2
    shift 2
    went="$went$verb "
    check_exit "$verb $*" "$codes" rsift "$verb" "$@"
    check_is "$verb $*: prints" 1 "$(cat .out .err | head -c 1 | wc -c | tr -d ' ')"
}

for family in dior vrsbench; do
    "$RSIFT_SYNTH" release $family --images 12 --side 128 --seed 5 --out $family >log 2>&1 || fail "synth $family" log
done
"$RSIFT_SYNTH" release own --images 2 --side 128 --seed 5 --out copies >log 2>&1 || fail "synth own" log
python3 - <<'PY'
import json, little, random, struct
rng, colours = random.Random(1), {"red": (200, 40, 40), "green": (40, 180, 40), "blue": (40, 40, 200)}
def about(name, n, question, answer):
    rows = []
    for i in range(n):
        colour = rng.choice(list(colours))
        value = [min(255, max(0, v + rng.randint(-30, 30))) for v in colours[colour]]
        little.write_png("img/%s%d.png" % (name, i), 16, [bytes(value) * 16] * 16)
        rows.append({"id": "%s%d" % (name, i), "image": "%s%d.png" % (name, i), "conversations": [
            {"from": "human", "value": "<image>\n" + question}, {"from": "gpt", "value": answer(colour)}]})
    with open(name + ".json", "w") as out:
        json.dump(rows, out)
about("colour", 60, "What colour is this field? Answer with one word.", lambda c: c)
about("isred", 60, "Is this field red? Answer yes or no.", lambda c: "yes" if c == "red" else "no")
about("dev", 40, "Which colour is this field? Answer in one word.", lambda c: c)
# What no model can be taught, a broken box, and boxes in two spellings.
odd = [("How many?", "<|im_end|>"), ("Where?", "{<1><2>"), ("What?", "A \ufffd harbour."), ("Point.", '{"point_2d": [3, 4], "label": "a"}'),
       ("Where?", "<box>[[0.1, 0.2, 0.3, 0.4]]</box>"), ("Where?", "[0.1, 0.2, 0.3, 0.4]"), ("What is it?", "A pier.")]
json.dump([{"id": "o%d" % i, "image": "colour%d.png" % i, "conversations": [{"from": "human", "value": "<image>\n" + q}, {"from": "gpt", "value": a}]}
           for i, (q, a) in enumerate(odd)], open("odd.json", "w"))
with open("gbk.json", "wb") as out:
    rows = [{"id": "g", "image": "dev0.png", "conversations": [{"from": "human", "value": "<image>\n\u8fd9\u662f\u4ec0\u4e48?"}, {"from": "gpt", "value": "\u6e2f\u53e3"}]}]
    out.write(json.dumps(rows, ensure_ascii=False).encode("gbk"))
with open("v.npy", "wb") as out:
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}\n"
    out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + struct.pack("<6f", 1, 0, 1, 0, 0, 1))
with open("v.txt", "w") as out:
    out.write("colour0.png\ncolour1.png\ncolour2.png\n")
with open("runs.csv", "w") as out:
    out.write("mixture,note,count:colour,count:isred,score:vqa\n")
    for i in range(16):
        n = rng.randrange(10, 90)
        out.write("m%d,mine,%d,%d,%.3f\n" % (i, n, 100 - n, 0.3 + n / 200 + rng.random() / 100))
PY

# ---- the catalogue, and what lies on disk ----
goes 0 list --json
goes 0 show dior
goes 0 search ship
goes 0 evidence VRSBench-VQA
goes 0 scan dior vrsbench
goes 0 new mine dior
goes 0 catalog check "$RSIFT_SOURCE_DIR/catalog/dior.yaml"

# ---- into the workspace ----
goes 0 index dior
goes 0 index vrsbench
goes "0 1" index copies/copies.json --reader llava --name copies --images copies --licence open
for name in colour isred; do goes 0 index $name.json --reader llava --name $name --images img --licence CC-BY-4.0; done
goes 0 index dev.json --reader llava --name dev --images img --licence CC-BY-4.0 --role eval --param task=vqa
printf 'a: ship\n' >names.yaml
goes "0 1" index odd.json --reader llava --name odd --licence CC-BY-4.0 --classes names.yaml
goes "0 1" index gbk.json --reader llava --name gbk --images img --encoding gbk
goes 0 link odd --images img
goes 0 hash
goes "0 1" check --deep
goes 0 sample "$(one rsift-work "SELECT sample_id v FROM sample ORDER BY sample_id LIMIT 1")"
goes 0 query "SELECT dataset, count(*) FROM sample GROUP BY ALL"

# ---- questions ----
goes 1 audit
goes 0 value
goes "0 1" duplicates --near --html near.html
goes "0 1" duplicates --near --embeddings v.npy --ids v.txt --cosine 0.97
goes 1 leaks --crops all --html leaks.html
goes "0 1" leaks --between copies dior
goes "0 1" resplit dior -o split.csv
goes "0 1" recommend --goal vqa --budget 40 --license any --json
goes 0 recommend --runs runs.csv
goes "0 1" recommend --like dev --budget 20 --license any -o like.yaml
goes 0 mixtures --source colour --source isred --design 16 --budget 40 -o runs
goes 0 proxy --like dev --source colour --source isred --design 16 --samples 30

# ---- out of it ----
printf 'name: m\nlicence: any\nbudget: {samples: 80}\ndatasets: [{id: vrsbench}, {id: colour}, {id: odd}, {id: copies}]\n' >r.yaml
goes "0 1" build r.yaml --format llava --model llava-1.5 -o built
goes 0 mix like.yaml
goes "0 1" emit --format qwen --model qwen3-vl -o emitted
goes 0 emit --eval dev --format llava --model llava-1.5 -o questions
sed 's/"answer":/"prediction":/' questions/truth.jsonl >answers.jsonl
goes "0 1" score vqa.vrsbench --truth questions/truth.jsonl --predictions answers.jsonl
goes 0 remove odd

verbs=$(rsift --help | sed -n 's/^  \([a-z]\{3,11\}\)  *[A-Za-z].*/\1/p' | grep -v '^rsift$')
for verb in $verbs; do
    case $went in *" $verb "*) ;; *) fail "no line here runs rsift $verb" ;; esac
done
finish
