#!/usr/bin/env python3
"""Does `rsift recommend` choose better training data than simple rules? PROTOCOL.md says how.

    python3 bench/recommend/bed.py --bed FOLDER --rsift build/rsift --hash --keep WORK [--pool skewed] [--seeds 5] [--budgets 2,5,10,20] [--out wins.csv]

Needs numpy, scipy, Pillow and scikit-learn. Pictures, pool and workspace are made in WORK and found there again; without --keep in a
temporary folder. mixtures.py uses the same pool; wins.py tests the differences."""
import argparse
import collections
import csv
import io
import itertools
import json
import os
import pickle
import random
import subprocess
import sys
import tarfile
import tempfile
import zlib

import numpy
import PIL.Image
from sklearn.decomposition import PCA

import agree
import learners

SETS = {"euro": "EuroSAT_RGB.tar", "resisc": "NWPU-RESISC12.tar", "rsscn": "RSSCN7.tar"}
SHORT = " Answer the question using a single word or phrase."
RULES = ("random", "stratified", "sqrt", "unimax", "own-kind", "like", "like-one", "like-diverse", "goal", "goal-even", "like-once", "goal-once")
PLACEBOS = ("like-shuffled", "goal-shuffled", "like-other")
# Whose questions the answers of a target get in placebo `like-other`: no answer of one is an answer of the other.
OTHER = {"land": "there", "scene": "contains", "sort": "area", "there": "land", "contains": "scene", "area": "sort"}
# Samples a source keeps in the skewed pool; the others keep all.
SKEWED = {"f-area": 50, "a-land": 100, "b-scene": 200, "c-sort": 400, "d-there": 800}
GOALS = {"goal": "classification:3,presence:2,rural-urban", "goal-even": "classification,presence,rural-urban"}
GOALS["goal-once"] = GOALS["goal"]
ONCE = ["--epochs", "1"]
EXTRA = {"like-diverse": ["--diverse"], "like-once": ONCE, "goal-once": ONCE}
# Fifth plan: the same with weights of agree.py.
AGREE = {"%s-agree-%s" % (rule, kind): kind for rule in ("like", "goal") for kind in ("other", "any")}
EXTRA.update((rule, ["--signals", "agree-%s.csv" % kind, "--weight", "leverage"]) for rule, kind in AGREE.items())
GOALS.update((rule, GOALS["goal"]) for rule in AGREE if rule.startswith("goal"))


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

    def __init__(self, folder, top, pool="even"):
        self.top, self.pool, self.features, self.rows = top, pool, {}, {}
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
        self.shares = {kind: dict(shares) for kind, shares in self.shares.items()}
        self.make()
        self.test_inputs = None
        names = sorted(self.features)
        reduced = PCA(64, random_state=0).fit_transform(numpy.stack([self.features[n] for n in names]))
        reduced /= reduced.std(axis=0)
        self.vectors = {n: v.astype(numpy.float32) for n, v in zip(names, reduced)}

    def keep(self, file, data):
        self.features[file] = describe(data)
        with open(os.path.join(self.top, "img", file), "wb") as out:
            out.write(data)

    def again(self, file, quality=80):
        """The same picture in other bytes."""
        copy = file.replace(".jpg", "-copy.jpg" if quality == 80 else "-copy%d.jpg" % quality)
        with open(os.path.join(self.top, "img", file), "rb") as data:
            out = io.BytesIO()
            PIL.Image.open(data).convert("RGB").save(out, "JPEG", quality=quality)
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

    def part_sources(self, complete):
        """Pools apart and mirrored: the true and the wrong source of land use show different pictures."""
        few = {f for f, _, _ in self.rows["a-land"]}
        if self.pool == "apart":
            self.rows["j-wrong"] = [r for r in self.rows["j-wrong"] if r[0] not in few]
        if self.pool == "mirrored":
            self.rows["a-land"] = [r for r in complete["a-land"] if r[0] not in few]
            self.rows["j-wrong"] = [r for r in self.rows["j-wrong"] if r[0] in few]

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
        }
        if self.pool != "even":
            rnd_kept = random.Random(1)
            complete = self.rows
            self.rows = {k: rnd_kept.sample(v, SKEWED.get(k, len(v))) for k, v in sorted(self.rows.items())}
            self.part_sources(complete)
        qualities = [80] if self.pool == "even" else [80, 77, 74, 71, 68, 65, 62]
        self.rows["k-again"] = [(self.again(f, q), question, n) for f, question, n in self.rows["b-scene"] for q in qualities]
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


def other_questions(dev):
    """Placebo: every answer under a question of a target that is never answered like that."""
    return {t: [(row[0], dev[OTHER[t]][i][1], row[2]) for i, row in enumerate(rows)] for t, rows in dev.items()}


def write_release(bed, name, rows):
    os.makedirs(os.path.join(bed.top, name))
    with open(os.path.join(bed.top, name, "data.json"), "w") as out:
        json.dump([record(i, row) for i, row in enumerate(rows)], out)


def write_releases(bed):
    for name, rows in bed.rows.items():
        write_release(bed, name, rows)
    for prefix, dev in (("dev-", bed.dev), ("other-", other_questions(bed.dev))):
        for target, rows in dev.items():
            write_release(bed, prefix + target, rows)
    write_release(bed, "dev-all", sum(bed.dev.values(), []))
    texts = [row[1:] for _, rows in sorted(bed.rows.items()) for row in rows]
    random.Random(9).shuffle(texts)
    for name, rows in sorted(bed.rows.items()):
        write_release(bed, "shuffled/" + name, [(row[0],) + texts.pop() for row in rows])


def rsift(options, bed, *arguments, workspace="ws"):
    done = subprocess.run([options.rsift] + list(arguments) + ["--workspace", os.path.join(bed.top, workspace)], cwd=bed.top,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit("rsift %s: %s" % (" ".join(arguments), done.stderr))
    return done.stdout


def index(options, bed, workspace="ws", folder=""):
    """Indexes the pool; {sample id: (source, place in it)}."""
    for name in bed.rows:
        rsift(options, bed, "index", folder + name + "/data.json", "--reader", "llava", "--images", "img", "--name", name,
              "--licence", "CC0-1.0", "--quiet", *(["--hash"] if options.hash else []), workspace=workspace)
    sql = "SELECT CAST(sample_id AS VARCHAR) s, dataset d, ordinal o FROM sample"
    rows = json.loads(rsift(options, bed, "query", sql, "--json", workspace=workspace))
    return {r["s"].replace("-", ""): (r["d"], r["o"]) for r in rows}


def prepared(options, top):
    """The bed in folder `top`, made there or found there, with the places of its samples."""
    kept = os.path.join(top, "bed.pickle")
    if os.path.exists(kept):
        with open(kept, "rb") as f:
            bed = Bed.__new__(Bed)
            bed.__dict__ = pickle.load(f)
    else:
        bed = Bed(options.bed, top, options.pool)
        write_releases(bed)
        bed.places = {"ws": index(options, bed)}
        tags = json.loads(rsift(options, bed, "query", "SELECT CAST(sample_id AS VARCHAR) s, task, answer_form a FROM tag", "--json"))
        bed.tags = {bed.places["ws"][r["s"].replace("-", "")]: (r["task"], r["a"]) for r in tags}
        with open(kept, "wb") as f:
            pickle.dump(vars(bed), f)
    bed.top = top
    return bed


def choose_advised(options, bed, budget, seed, goals, workspace="ws"):
    """The advised samples; None where the advice is that nothing is like the goal."""
    recipe = "r-%d" % os.getpid()
    for ending in (".yaml", ".samples.csv"):
        if os.path.exists(os.path.join(bed.top, recipe + ending)):
            os.remove(os.path.join(bed.top, recipe + ending))
    rsift(options, bed, "recommend", *goals, "--budget", str(budget), "--seed", str(seed), "-o", recipe + ".yaml", "--quiet", workspace=workspace)
    if not os.path.exists(os.path.join(bed.top, recipe + ".samples.csv")):
        return None
    with open(os.path.join(bed.top, recipe + ".samples.csv")) as f:
        out = []
        for row in csv.DictReader(f):
            source, at = bed.places[workspace][row["sample_id"].replace("-", "")]
            out += [bed.rows[source][at]] * int(row.get("repeats") or 1)
        return out


def choose_alike(rows, budget, rnd):
    """The same number of every source, the rest refilled."""
    lists = [rnd.sample(r, len(r)) for _, r in sorted(rows.items())]
    out = []
    while len(out) < budget and any(lists):
        for rest in lists:
            if rest and len(out) < budget:
                out.append(rest.pop())
    return out


def filled(weights, caps, budget):
    """Whole numbers that sum to the budget: in proportion to the weights, none above its cap; largest remainders, then order."""
    free, out = set(range(len(caps))), [0.0] * len(caps)
    budget = min(budget, sum(caps))
    while free:
        rest = budget - sum(out[i] for i in range(len(caps)) if i not in free)
        scale = rest / max(1e-300, sum(weights[i] for i in free))
        over = [i for i in free if weights[i] * scale >= caps[i]]
        for i in over or free:
            out[i] = caps[i] if over else weights[i] * scale
        free = free - set(over) if over else set()
    whole = [int(v + 1e-9) for v in out]
    for i in sorted(range(len(caps)), key=lambda i: (whole[i] - out[i], i)):
        if sum(whole) < budget and whole[i] < caps[i]:
            whole[i] += 1
    return whole


def draw(rows, counts, rnd):
    """So many of every source; a source that gives more than it has is repeated."""
    out = []
    for (_, source), n in zip(sorted(rows.items()), counts):
        order = rnd.sample(source, len(source))
        out += list(itertools.islice(itertools.cycle(order), n))
    return out


def choose_like(options, bed, rule, budget, seed):
    files = {"like-one": ["dev-all"], "like-other": ["other-" + t for t in sorted(bed.dev)]}.get(rule, ["dev-" + t for t in sorted(bed.dev)])
    workspace = "ws-shuffled" if rule == "like-shuffled" else "ws"
    goals = sum((["--like", f + "/data.json"] for f in files), []) + EXTRA.get(rule, [])
    return choose_advised(options, bed, budget, seed, goals, workspace)


def choose(options, bed, rule, budget, seed):
    if rule in AGREE and not os.path.exists(os.path.join(bed.top, "agree-%s.csv" % AGREE[rule])):
        agree.write(bed, os.path.join(bed.top, "agree-%s.csv" % AGREE[rule]), AGREE[rule] == "other")
    rnd = random.Random(seed * 1000 + budget)
    sizes = [len(r) for _, r in sorted(bed.rows.items())]
    if rule == "random":
        return rnd.sample(sum((r for _, r in sorted(bed.rows.items())), []), budget)
    if rule == "stratified":
        return choose_alike(bed.rows, budget, rnd)
    if rule == "sqrt":
        return draw(bed.rows, filled([n ** 0.5 for n in sizes], sizes, budget), rnd)
    if rule == "unimax":
        return draw(bed.rows, filled([1] * len(sizes), [4 * n for n in sizes], budget), rnd)
    if rule == "own-kind":
        return choose_alike({k: v for k, v in bed.rows.items() if k in bed.kinds}, budget, rnd)
    if rule in GOALS:
        return choose_advised(options, bed, budget, seed, ["--goal", GOALS[rule]] + EXTRA.get(rule, []))
    if rule == "goal-shuffled":
        return choose_advised(options, bed, budget, seed, ["--goal", GOALS["goal"]], "ws-shuffled")
    return choose_like(options, bed, rule, budget, seed)


def accuracies(bed, rows, learner, seed):
    """{target: share of its test questions that the learner answers exactly}, of a learner trained on the rows."""
    if bed.test_inputs is None:
        bed.test_rows = [(t,) + r for t in sorted(bed.test) for r in bed.test[t]]
        bed.test_inputs = learners.Inputs(bed.vectors, [r[1:] for r in bed.test_rows])
    right = learners.predictions(bed.vectors, rows, bed.test_inputs, learner, seed) == numpy.array(bed.test_inputs.answers)
    of = numpy.array([bed.test_rows[i][0] for i in bed.test_inputs.order])
    return {t: float(right[of == t].mean()) for t in sorted(bed.test)}


def interval(differences):
    rnd = numpy.random.default_rng(0)
    d = numpy.array(differences)
    means = d[rnd.integers(0, len(d), (2000, len(d)))].mean(axis=1)
    return numpy.percentile(means, 2.5), numpy.percentile(means, 97.5)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bed", required=True)
    parser.add_argument("--rsift", default="build/rsift")
    parser.add_argument("--keep", help="folder of pictures, pool and workspace, made there or found again")
    parser.add_argument("--pool", default="even", choices=("even", "skewed", "apart", "mirrored"))
    parser.add_argument("--hash", action="store_true", help="index --hash: re-encoded copies are known")
    parser.add_argument("--learners", default="AB")
    parser.add_argument("--out")
    return parser


def run(options, bed, percents, seeds, rules):
    """Yields one row of the table after the other: learner, percent, rule, seed, accuracies by target."""
    n_pool = sum(map(len, bed.rows.values()))
    print("%d samples in the pool" % n_pool, file=sys.stderr)
    if "ws-shuffled" not in bed.places and any(r.endswith("-shuffled") for r in rules):
        bed.places["ws-shuffled"] = index(options, bed, "ws-shuffled", "shuffled/")
    for percent, seed, rule in itertools.product(percents, seeds, rules):
        rows = choose(options, bed, rule, n_pool * percent // 100, seed)
        if rows is None:
            print("%d %s %d: refused" % (percent, rule, seed), file=sys.stderr)
            continue
        for learner in options.learners:
            out = (learner, percent, rule, seed, accuracies(bed, rows, learner, seed))
            print(*out[:4], "%.1f" % (100 * numpy.mean(list(out[4].values()))), file=sys.stderr, flush=True)
            yield out


def print_table(results, rules, percents, seeds):
    print("| learner | % of the pool | " + " | ".join(rules) + " |")
    print("|---|---:|" + "---:|" * len(rules))
    for learner in sorted({r[0] for r in results}):
        for percent in percents:
            mean = {(r, s): 100 * numpy.mean(list(v.values())) for l, p, r, s, v in results if l == learner and p == percent}
            cells = []
            for rule in rules:
                own = [mean[rule, s] for s in seeds if (rule, s) in mean]
                if not own:
                    cells.append("refused")
                elif rule == "stratified" or "stratified" not in rules:
                    cells.append("%.1f" % numpy.mean(own))
                else:
                    d = [mean[rule, s] - mean["stratified", s] for s in seeds if (rule, s) in mean]
                    cells.append("%+.1f (%+.1f..%+.1f)" % ((numpy.mean(d),) + tuple(interval(d))))
            print("| %s | %d | %s |" % (learner, percent, " | ".join(cells)))


def main():
    parser = arguments()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--budgets", default="2,5,10,20")
    parser.add_argument("--rules", default=",".join(RULES), help="also " + ", ".join(PLACEBOS + tuple(AGREE)))
    parser.add_argument("--check-learner", action="store_true", help="only says how often scikit-learn's learner A answers alike")
    options = parser.parse_args()
    options.rsift = os.path.abspath(options.rsift)
    rules, percents = options.rules.split(","), list(map(int, options.budgets.split(",")))
    seeds, results = range(options.first_seed, options.first_seed + options.seeds), []
    with tempfile.TemporaryDirectory() as top:
        bed = prepared(options, options.keep or top)
        if options.check_learner:
            test = learners.Inputs(bed.vectors, sum((bed.test[t] for t in sorted(bed.test)), []))
            for rule, percent in itertools.product(rules, percents):
                rows = choose(options, bed, rule, sum(map(len, bed.rows.values())) * percent // 100, options.first_seed)
                print(rule, percent, "%.4f" % learners.same_as_scikit(bed.vectors, rows, test))
            return
        out = open(options.out, "w", buffering=1) if options.out else io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["pool", "learner", "percent", "rule", "seed"] + sorted(bed.test))
        for r in run(options, bed, percents, seeds, rules):
            results.append(r)
            table.writerow([options.pool] + list(r[:4]) + ["%.4f" % r[4][t] for t in sorted(r[4])])
        out.close()
    print_table(results, rules, percents, seeds)


if __name__ == "__main__":
    main()
