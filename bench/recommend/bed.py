#!/usr/bin/env python3
"""Does `rsift recommend --like` choose better training data than simple rules? PROTOCOL.md says how.

    python3 bench/recommend/bed.py --bed FOLDER --rsift build/rsift [--seeds 5] [--budgets 2,5,10,20] [--out results.csv]

Needs numpy, Pillow and scikit-learn. Everything is made in a temporary folder."""
import argparse
import collections
import csv
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zlib

import numpy
import PIL.Image
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelEncoder

SETS = {"euro": "EuroSAT_RGB.tar", "resisc": "NWPU-RESISC12.tar", "rsscn": "RSSCN7.tar"}
SHORT = " Answer the question using a single word or phrase."
RULES = ("random", "stratified", "own-kind", "like", "like-one", "like-diverse", "goal", "goal-even")
GOALS = {"goal": "classification:3,presence:2,rural-urban", "goal-even": "classification,presence,rural-urban"}


def words_of(name):
    """A class name as words: AnnualCrop -> annual crop."""
    out = "".join(" " + c.lower() if c.isupper() else c for c in name.replace("_", " "))
    return " ".join("".join(c for c in out if c.isalpha() or c == " ").split())


def read_pictures(folder):
    """{set: {class: [(name, bytes)]}}, ordered by a hash of their names."""
    found = {}
    for kind, tar_name in SETS.items():
        classes = collections.defaultdict(list)
        with tarfile.open(os.path.join(folder, tar_name)) as tar:
            for member in tar:
                parts = member.name.split("/")
                if member.isfile() and parts[-1].lower().endswith((".jpg", ".jpeg", ".png", ".tif")):
                    classes[words_of(parts[-2])].append((parts[-1], tar.extractfile(member).read()))
        found[kind] = {c: sorted(v, key=lambda p: zlib.crc32(p[0].encode())) for c, v in sorted(classes.items())}
    return found


def describe(data):
    """248 numbers: means and deviations of RGB and directions of gradients on a 4 x 4 grid."""
    pixels = numpy.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB").resize((64, 64)), dtype=numpy.float32) / 255
    grid = pixels.reshape(4, 16, 4, 16, 3).transpose(0, 2, 1, 3, 4).reshape(16, 256, 3)
    grey = pixels.mean(axis=2)
    dy, dx = numpy.gradient(grey)
    strength, angle = numpy.hypot(dx, dy), (numpy.arctan2(dy, dx) + numpy.pi) / (2 * numpy.pi) * 8
    directions = numpy.zeros((64, 64, 8), numpy.float32)
    numpy.put_along_axis(directions, (angle.astype(int) % 8)[..., None], strength[..., None], axis=2)
    directions = directions.reshape(4, 16, 4, 16, 8).sum(axis=(1, 3)).reshape(-1)
    return numpy.concatenate([grid.mean(axis=1).reshape(-1), grid.std(axis=1).reshape(-1), directions])


URBAN = {"highway", "industrial", "residential", "parking", "industry", "resident", "airport", "stadium", "harbor", "bridge"}


def is_urban(name):
    return any(word in URBAN for word in name.split())


class Bed:
    """Pictures with their share, and the records of pool, dev sets and tests."""

    def __init__(self, folder, top):
        self.top, self.features, self.rows = top, {}, {}
        self.shares = collections.defaultdict(lambda: collections.defaultdict(list))
        os.makedirs(os.path.join(top, "img"))
        for kind, classes in read_pictures(folder).items():
            for name, pictures in classes.items():
                for i, (_, data) in enumerate(pictures):
                    share = "pool" if i < len(pictures) * 6 // 10 else "dev" if i < len(pictures) * 7 // 10 else "test"
                    file = "%s-%s-%d.jpg" % (kind, name.replace(" ", ""), i)
                    self.shares[kind][share].append((file, name))
                    self.keep(file, data)
        self.classes = {kind: sorted({n for _, n in shares["pool"]}) for kind, shares in self.shares.items()}
        self.make()
        names = sorted(self.features)
        reduced = PCA(64, random_state=0).fit_transform(numpy.stack([self.features[n] for n in names]))
        reduced /= reduced.std(axis=0)
        self.vectors = {n: v.astype(numpy.float32) for n, v in zip(names, reduced)}

    def keep(self, file, data):
        self.features[file] = describe(data)
        with open(os.path.join(self.top, "img", file), "wb") as out:
            out.write(data)

    def again(self, file):
        """The same picture in other bytes."""
        copy = file.replace(".jpg", "-copy.jpg")
        with open(os.path.join(self.top, "img", file), "rb") as data:
            out = io.BytesIO()
            PIL.Image.open(data).convert("RGB").save(out, "JPEG", quality=80)
        self.keep(copy, out.getvalue())
        return copy

    def presence(self, kind, share, question, negatives, seed):
        """One question a picture and round; `negatives` of four deny."""
        rnd, out = random.Random(seed), []
        for k, (file, name) in enumerate(self.shares[kind][share]):
            deny = k % 4 < negatives
            asked = rnd.choice([c for c in self.classes[kind] if c != name]) if deny else name
            out.append((file, question % asked, "no" if deny else "yes"))
        return out

    def make(self):
        rnd = random.Random(1)
        pool = {k: self.shares[k]["pool"] for k in SETS}
        ask = lambda rows, question: [(f, question, n) for f, n in rows]
        urban = lambda rows, question: [(f, question, "urban" if is_urban(n) else "rural") for f, n in rows]
        wrong = [(f, "What is the land use class of this image?" + SHORT,
                  rnd.choice(self.classes["euro"]) if rnd.random() < 0.4 else n) for f, n in pool["euro"]]
        colours = ["green", "brown", "blue", "grey"]
        everything = pool["euro"] + pool["resisc"] + pool["rsscn"]
        self.rows = {
            "a-land": ask(pool["euro"], "What is the land use class of this image?" + SHORT),
            "b-scene": ask(pool["resisc"], "Which scene is shown in this remote sensing image?" + SHORT),
            "c-sort": ask(pool["rsscn"], "Classify this aerial picture into one category."),
            "d-there": self.presence("euro", "pool", "Is there %s in this image?" + SHORT, 1, 2),
            "e-contains": self.presence("resisc", "pool", "Does the picture contain a %s?" + SHORT, 3, 3),
            "f-area": urban(pool["euro"] + pool["rsscn"], "Is this an urban or a rural area?" + SHORT),
            "g-colour": [(f, "What is the dominant colour of the picture?", colours[zlib.crc32(f.encode()) % 4]) for f, _ in everything],
            "h-caption": [(f, "Describe the image.", "This is a remote sensing image that shows %s seen from above, with fields, roads and buildings around it." % n)
                          for f, n in everything],
            "i-talk": [(f, "Tell me something about what you see here and why it matters.",
                        "Pictures from above help people to plan, and this one, taken over %s, is no exception to that rule." % n) for f, n in everything],
            "j-wrong": wrong,
            "k-again": [(self.again(f), "Which scene is shown in this remote sensing image?" + SHORT, n) for f, n in pool["resisc"]],
        }
        self.kinds = {"a-land", "b-scene", "c-sort", "d-there", "e-contains", "f-area"}

        def target(share):
            euro, resisc, rsscn = (self.shares[k][share] for k in SETS)
            return {
                "land": ask(euro, "What is the class of land use in the image? Answer with one word."),
                "scene": ask(resisc, "Which scene is this remote sensing image of? Answer with one word."),
                "sort": ask(rsscn, "Classify the aerial picture into a category."),
                "there": self.presence("euro", share, "Is there any %s in the image? Answer yes or no.", 2, 4),
                "contains": self.presence("resisc", share, "Does this picture contain the %s? Answer yes or no.", 2, 5),
                "area": urban(euro + rsscn, "Is this area urban or rural? Answer with one word."),
            }
        rnd = random.Random(6)
        self.dev = {name: rnd.sample(rows, 60) for name, rows in target("dev").items()}
        self.test = target("test")


def record(i, row):
    return {"id": str(i), "image": row[0], "conversations": [{"from": "human", "value": "<image>\n" + row[1]},
                                                             {"from": "gpt", "value": row[2]}]}


def write_releases(bed):
    for name, rows in list(bed.rows.items()) + [("dev-" + k, v) for k, v in bed.dev.items()]:
        os.makedirs(os.path.join(bed.top, name))
        with open(os.path.join(bed.top, name, "data.json"), "w") as out:
            json.dump([record(i, row) for i, row in enumerate(rows)], out)
    os.makedirs(os.path.join(bed.top, "dev-all"))
    with open(os.path.join(bed.top, "dev-all", "data.json"), "w") as out:
        json.dump([record(i, row) for i, row in enumerate(sum(bed.dev.values(), []))], out)


def rsift(options, bed, *arguments):
    done = subprocess.run([options.rsift] + list(arguments) + ["--workspace", os.path.join(bed.top, "ws")], cwd=bed.top,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit("rsift %s: %s" % (" ".join(arguments), done.stderr))
    return done.stdout


def index(options, bed):
    for name in bed.rows:
        rsift(options, bed, "index", name + "/data.json", "--reader", "llava", "--images", "img", "--name", name,
              "--licence", "CC0-1.0", "--quiet", *(["--hash"] if options.hash else []))
    rows = json.loads(rsift(options, bed, "query", "SELECT CAST(sample_id AS VARCHAR) s, dataset d, ordinal o FROM sample", "--json"))
    return {r["s"].replace("-", ""): (r["d"], r["o"]) for r in rows}


def choose_advised(options, bed, places, budget, seed, goals):
    rsift(options, bed, "recommend", *goals, "--budget", str(budget), "--seed", str(seed), "-o", "r.yaml", "--quiet")
    with open(os.path.join(bed.top, "r.samples.csv")) as f:
        return [bed.rows[d][o] for d, o in (places[row["sample_id"].replace("-", "")] for row in csv.DictReader(f))]


def choose_alike(rows, budget, rnd):
    """The same number of every source, the rest refilled."""
    lists = [rnd.sample(r, len(r)) for _, r in sorted(rows.items())]
    out = []
    while len(out) < budget and any(lists):
        for rest in lists:
            if rest and len(out) < budget:
                out.append(rest.pop())
    return out


def choose(options, bed, places, rule, budget, seed):
    rnd = random.Random(seed * 1000 + budget)
    if rule == "random":
        return rnd.sample(sum((r for _, r in sorted(bed.rows.items())), []), budget)
    if rule == "stratified":
        return choose_alike(bed.rows, budget, rnd)
    if rule == "own-kind":
        return choose_alike({k: v for k, v in bed.rows.items() if k in bed.kinds}, budget, rnd)
    if rule in GOALS:
        return choose_advised(options, bed, places, budget, seed, ["--goal", GOALS[rule]])
    files = ["dev-all"] if rule == "like-one" else ["dev-" + t for t in sorted(bed.dev)]
    return choose_advised(options, bed, places, budget, seed, sum((["--like", f + "/data.json"] for f in files), []) +
                          (["--diverse"] if rule == "like-diverse" else []))


def question_vector(text, n=48):
    """Signed hashes of the words, without the sentence on how to answer."""
    out = numpy.zeros(n, numpy.float32)
    for word in text.split(" Answer ")[0].lower().replace("?", "").replace(".", "").split():
        h = zlib.crc32(word.encode())
        out[h % n] += 1 if h >> 16 & 1 else -1
    return out


def inputs(bed, rows, crossed):
    x = numpy.stack([bed.vectors[r[0]] for r in rows])
    q = numpy.stack([question_vector(r[1]) for r in rows])
    parts = [x, q] + ([(x[:, :, None] * q[:, None, :24]).reshape(len(rows), -1)] if crossed else [])
    return numpy.concatenate(parts, axis=1)


def train(bed, rows, learner, seed):
    answers = LabelEncoder().fit([r[2] for r in rows])
    y = answers.transform([r[2] for r in rows])
    if learner == "A":
        model = LogisticRegression(C=0.02, max_iter=60, tol=1e-2)
    else:
        model = MLPClassifier((128,), max_iter=30, random_state=seed, early_stopping=False, tol=1e-3, batch_size=min(128, len(rows)))
    model.fit(inputs(bed, rows, learner == "A"), y)
    return lambda test: float(numpy.mean([a == r[2] for a, r in zip(answers.inverse_transform(
        model.predict(inputs(bed, test, learner == "A"))), test)]))


def interval(differences):
    rnd = numpy.random.default_rng(0)
    d = numpy.array(differences)
    means = d[rnd.integers(0, len(d), (2000, len(d)))].mean(axis=1)
    return numpy.percentile(means, 2.5), numpy.percentile(means, 97.5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bed", required=True)
    parser.add_argument("--rsift", default="build/rsift")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--budgets", default="2,5,10,20")
    parser.add_argument("--learners", default="AB")
    parser.add_argument("--rules", default=",".join(RULES))
    parser.add_argument("--hash", action="store_true", help="index --hash: re-encoded copies are known")
    parser.add_argument("--out")
    options = parser.parse_args()
    options.rsift = os.path.abspath(options.rsift)
    rules = options.rules.split(",")
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    with tempfile.TemporaryDirectory() as top:
        bed = Bed(options.bed, top)
        write_releases(bed)
        places = index(options, bed)
        n_pool, results = len(places), []
        print("%d samples in the pool" % n_pool, file=sys.stderr)
        for percent in map(int, options.budgets.split(",")):
            for seed in seeds:
                for rule in rules:
                    rows = choose(options, bed, places, rule, n_pool * percent // 100, seed)
                    for learner in options.learners:
                        score = train(bed, rows, learner, seed)
                        results.append((learner, percent, rule, seed, {t: score(bed.test[t]) for t in sorted(bed.test)}))
                        print(*results[-1][:4], "%.1f" % (100 * numpy.mean(list(results[-1][4].values()))), file=sys.stderr)
    if options.out:
        with open(options.out, "w") as f:
            table = csv.writer(f)
            table.writerow(["learner", "percent", "rule", "seed"] + sorted(results[0][4]))
            for r in results:
                table.writerow(list(r[:4]) + ["%.4f" % r[4][t] for t in sorted(r[4])])
    print("| learner | % of the pool | " + " | ".join(rules) + " |")
    print("|---|---:|" + "---:|" * len(rules))
    for learner in options.learners:
        for percent in map(int, options.budgets.split(",")):
            mean = {(r, s): 100 * numpy.mean(list(v.values())) for l, p, r, s, v in results if l == learner and p == percent}
            cells = []
            for rule in rules:
                own = [mean[rule, s] for s in seeds]
                if rule == "stratified" or "stratified" not in rules:
                    cells.append("%.1f" % numpy.mean(own))
                else:
                    d = [mean[rule, s] - mean["stratified", s] for s in seeds]
                    cells.append("%+.1f (%+.1f..%+.1f)" % ((numpy.mean(d),) + tuple(interval(d))))
            print("| %s | %d | %s |" % (learner, percent, " | ".join(cells)))


if __name__ == "__main__":
    main()
