# Small models on mixtures of one's own data: the source that teaches the target is found, the target is
# never trained on, and what cannot be measured is told.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# Fields of three colours. `colour` names them, `isred` asks something else, `wrong` names them at
# random (about its own pictures, or mix would take the contradiction out); `dev` asks as `colour` does.
python3 - <<'PY'
import json, little, os, random
rng, colours = random.Random(1), {"red": (200, 40, 40), "green": (40, 180, 40), "blue": (40, 40, 200)}
os.mkdir("img")
def picture(name):
    value = [min(255, max(0, v + rng.randint(-30, 30))) for v in colours[name]]
    path = "p%d.png" % len(os.listdir("img"))
    little.write_png("img/" + path, 16, [bytes(value) * 16] * 16)
    return path
def source(name, n, question, answer, pictures=None):
    rows, used = [], []
    for i in range(n):
        c, path = pictures[i] if pictures else (lambda c: (c, picture(c)))(rng.choice(list(colours)))
        used.append((c, path))
        rows.append({"id": "%s%d" % (name, i), "image": path, "conversations": [
            {"from": "human", "value": "<image>\n" + question}, {"from": "gpt", "value": answer(c)}]})
    os.makedirs(name)
    with open(name + "/a.json", "w") as out:
        json.dump(rows, out)
    return used
what = "What colour is this field? Answer with one word."
source("colour", 120, what, lambda c: c)
red = source("isred", 120, "Is this field red? Answer yes or no.", lambda c: "yes" if c == "red" else "no")
source("wrong", 120, what, lambda c: rng.choice(list(colours)))
source("dev", 60, "Which colour is this field? Answer in one word.", lambda c: c)
source("shared", 10, "Name the colour that this field has.", lambda c: c, red)
source("long", 20, "Describe the field.", lambda c: "a wide field that looks %s in the light of the morning, seen from above" % c)
PY
for name in colour isred wrong; do
    rsift index $name/a.json --reader llava --images img --name $name --licence CC-BY-4.0 --quiet >.log 2>&1 ||
        fail "index $name" .log
done
for name in dev long; do
    rsift index $name/a.json --reader llava --images img --name $name --role eval --licence CC-BY-4.0 --quiet >.log 2>&1 ||
        fail "index $name" .log
done
field() { python3 -c "import json; r = json.load(open('.out')); print($1)"; }

check_exit "a proxy" 0 rsift proxy --like dev --design 24 --samples 60 -o recipe.yaml --json --threads 2
cp .out first.json
check_is "the models tell mixtures apart" "True True" "$(field 'r["told_apart"], r["correlation"] > 0.5' | tr -d '(),')"
check_is "what asks the same and answers right gets most" "colour" \
    "$(field 'max(r["rows"], key=lambda x: x["samples"])["source"]')"
check_is "what asks something else hardly any" "True" \
    "$(field '[x for x in r["rows"] if x["source"] == "isred"][0]["samples"] < 12')"
check_is "surely better than uniform" "True" "$(field '[x for x in r["compare"] if x["mixture"] == "uniform"][0]["low"] > 0')"
check_is "the advice itself was trained, and is above the mean of the mixtures" "True" \
    "$(field 'r["targets"][0]["recommended"] > r["targets"][0]["mean"]')"
check_is "who is of the target's kind is found" "colour wrong" "$(field '" ".join(r["benchmarks"][0]["own"])')"
check_is "every question of the target is asked" "60" "$(field 'r["targets"][0]["questions"]')"
check_is "each mixture is of the size, and its counts are those trained" "60" \
    "$(field '" ".join(sorted({str(sum(m["counts"].values())) for m in r["mixtures"]}))')"
check_exit "one thread" 0 rsift proxy --like dev --design 24 --samples 60 --json --threads 1
check_same "the same bytes" first.json .out
check_exit "the recipe mixes" 0 rsift mix recipe.yaml
check_exit "a budget, named sources, another seed, terms" 0 rsift proxy --like dev --source colour --source isred \
    --design 16 --samples 50 --budget 80 --seed 3 --license open --protect all
check_says "says what it is" "A proxy: small models"
check_says "with its budget" "colour"

check_is "one word for what models are tested on" 0 "$(grep -c benchmark .out)"

# Vectors in place of what pictures look like: with them the pictures need not be read.
python3 - <<'PY'
import json, struct, zlib
rows, ids = [], []
for name in ("colour", "wrong", "isred", "dev"):
    for r in json.load(open(name + "/a.json")):
        png = open("img/" + r["image"], "rb").read()
        at = png.index(b"IDAT")
        raw = zlib.decompress(png[at + 4:at + 4 + struct.unpack(">I", png[at - 4:at])[0]])
        rows.append([v / 255 + 0.01 for v in raw[1:4]] + [0.1]); ids.append(r["image"])
head = str({"descr": "<f4", "fortran_order": False, "shape": (len(rows), 4)}).encode() + b"\n"
with open("v.npy", "wb") as f:
    f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
    for row in rows: f.write(struct.pack("<4f", *row))
open("v.txt", "w").write("".join(i + "\n" for i in ids))
PY
mv img away
check_exit "brought vectors, no picture is read" 0 rsift proxy --like dev --design 24 --samples 60 --embeddings v.npy --ids v.txt --json --threads 2
check_is "find the source that teaches" "colour 0" "$(field 'max(r["rows"], key=lambda x: x["samples"])["source"], r["pictures_unread"]' | tr -d "(),'")"
cp .out vectors.json
check_exit "on one thread" 0 rsift proxy --like dev --design 24 --samples 60 --embeddings v.npy --ids v.txt --json --threads 1
check_same "the same" vectors.json .out
mv away img
check_exit "ids of nothing" 2 rsift proxy --like dev --ids v.txt

# Training data as a target: its own questions, and others about its pictures, are held out.
rsift index shared/a.json --reader llava --images img --name shared --licence CC-BY-4.0 --quiet >.log 2>&1
check_exit "a target among the training data" "0 1" rsift proxy --like isred --design 16 --samples 50 --json
check_is "is no source, and its pictures are held out" "colour wrong True" \
    "$(field '" ".join(r["mixtures"][0]["counts"]), r["held_out"] >= 10' | tr -d "(),'")"

# ---- what cannot be measured ----------------------------------------------------------------------
check_exit "sentences" 2 rsift proxy --like long
check_says "are not measured" '"long" cannot be measured: of its answers 20 are boxes or sentences'
check_exit "a file is indexed first" 2 rsift proxy --like dev/a.json
check_exit "no such data" 2 rsift proxy --like nobody
check_says "named" "nobody"
check_exit "too few mixtures" 2 rsift proxy --like dev --design 15
rm img/p1[0-9][0-9].png
check_exit "pictures that are gone" "0 1" rsift proxy --like dev --design 16 --samples 50 --json
check_is "are counted, and their samples left out" "True True" \
    "$(field 'r["pictures_unread"] > 20, min(sum(m["counts"].values()) for m in r["mixtures"]) < 50' | tr -d '(),')"
finish
