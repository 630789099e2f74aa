"""Scoring beside its peers: captions, METEOR, answers, box AP, oriented boxes, label maps, and two threads beside one.

    python bench/rows/score.py BUILD DATA [--full] [--pairs N] [--only WORD]

Reading the files counts on all sides. METEOR's own program needs java. Made-up inputs, seed 1. Intervals and blind guessers,
which no peer has, are switched off.
"""
import json
import math
import random
import sys
import zipfile
from importlib import util
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import table  # noqa: E402

WORDS = [f"{a}{b}" for a in "ba de fo gu ki lo me nu pa ro se ti".split() for b in "n r st l m x".split()]

# As pycocoevalcap's wrapper does it: one line a caption through the program's pipe, then all statistics for the sum.
METEOR = """
import json, os, subprocess, sys
import pycocoevalcap
gts = {r["id"]: r["references"] for r in map(json.loads, open(sys.argv[1]))}
res = {r["id"]: r["prediction"] for r in map(json.loads, open(sys.argv[2]))}
folder = os.path.join(list(pycocoevalcap.__path__)[0], "meteor")
java = subprocess.Popen(["java", "-Xmx2G", "-jar", "meteor-1.5.jar", "-", "-", "-stdio", "-l", "en", "-norm", OPTIONS], cwd=folder,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
def ask(line):
    java.stdin.write((line + "\\n").encode()); java.stdin.flush()
    return java.stdout.readline().decode().strip()
stats = [ask(" ||| ".join(["SCORE", *gts[i], res[i]])) for i in gts]
ask(" ||| ".join(["EVAL", *stats]))
for _ in stats: score = float(java.stdout.readline())
java.stdin.close(); java.wait()
print(score)
"""

COCO_PEER = """
import contextlib, io, sys
from MODULE import COCO, COCOEVAL
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(sys.argv[1]); run = COCOEVAL(truth, truth.loadRes(sys.argv[2]), "bbox")
    run.evaluate(); run.accumulate(); run.summarize()
print(*[float(v) for v in run.stats[:12]])
"""
PEERS = {
    "pycocoevalcap": """
import json, sys
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
gts = {r["id"]: r["references"] for r in map(json.loads, open(sys.argv[1]))}
res = {r["id"]: [r["prediction"]] for r in map(json.loads, open(sys.argv[2]))}
print(Bleu(4).compute_score(gts, res, verbose=0)[0][3], Rouge().compute_score(gts, res)[0], Cider().compute_score(gts, res)[0])
""",
    "METEOR 1.5, java": METEOR.replace("OPTIONS", '"-m", "exact stem synonym", "-w", "1.0 0.6 0.8"'),
    "METEOR 1.5 as called by pycocoevalcap": METEOR.replace("OPTIONS", ""),
    "json, dict": """
import json, sys
truth = {r["id"]: r["answer"] for r in map(json.loads, open(sys.argv[1]))}
hits = [r["prediction"].strip().rstrip(".").lower() == truth[r["id"]].lower() for r in map(json.loads, open(sys.argv[2]))]
print(sum(hits) / len(hits))
""",
    "shapely": """
import json, math, sys
from shapely.geometry import Polygon
def quad(b):
    l, t, r, d, a = b
    c, s = math.cos(math.radians(a)), math.sin(math.radians(a)); x, y = (l + r) / 2, (t + d) / 2
    return Polygon([((p - x) * c + (q - y) * s + x, -(p - x) * s + (q - y) * c + y) for p, q in ((l, t), (r, t), (r, d), (l, d))])
hit = n = 0
for g, p in zip(open(sys.argv[1]), open(sys.argv[2])):
    a = [quad(b) for b in json.loads(json.loads(g)["answer"])]; b = [quad(b) for b in json.loads(json.loads(p)["prediction"])]
    for q in b:
        best = 0
        for k in a:
            i = k.intersection(q).area; best = max(best, i / (k.area + q.area - i))
        hit += best >= .5; n += 1
print(hit / n)
""",
    "numpy, Pillow": """
import sys
import numpy as np
from pathlib import Path
from PIL import Image
m = np.zeros((8, 8), np.int64)
for truth in sorted(Path(sys.argv[1]).glob("*.png")):
    t = np.asarray(Image.open(truth)).astype(np.int64).ravel(); p = np.asarray(Image.open(Path(sys.argv[2]) / truth.name)).ravel()
    m += np.bincount(8 * t + p, minlength=64).reshape(8, 8)
print((np.diag(m) / (m.sum(0) + m.sum(1) - np.diag(m))).mean())
""",
}


def caption(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(6, 16)))


def make_captions(rng, folder, n):
    with open(folder / "cap_t.jsonl", "w") as t, open(folder / "cap_p.jsonl", "w") as p:
        for i in range(n):
            t.write(json.dumps({"id": i, "references": [caption(rng) for _ in range(5)]}) + "\n")
            p.write(json.dumps({"id": i, "prediction": caption(rng)}) + "\n")


def meteor_lists(folder):
    """METEOR's word lists out of its own jar; None without pycocoevalcap."""
    found = util.find_spec("pycocoevalcap")
    if not found:
        return None
    out = folder / "meteor-en"
    with zipfile.ZipFile(Path(found.submodule_search_locations[0]) / "meteor" / "meteor-1.5.jar") as jar:
        for name in ("function/english.words", "nonbreaking/english.prefixes", "synonym/english.synsets", "synonym/english.exceptions"):
            jar.extract(name, out)
    return out


def with_paraphrases(folder, lists):
    out = folder / "meteor-full"
    out.mkdir(exist_ok=True)
    for source in [*lists.rglob("english.*"),
                   Path(util.find_spec("pycocoevalcap").submodule_search_locations[0]) / "meteor" / "data" / "paraphrase-en.gz"]:
        (out / source.name).unlink(missing_ok=True)
        (out / source.name).symlink_to(source.resolve())
    return out


def make_english(rng, folder, lists, n):
    """Captions of 2,000 of WordNet's words: references vary one sentence by synonyms, endings and order."""
    lines = (lists / "synonym/english.synsets").read_text().splitlines()
    known = {w: s.split() for w, s in zip(lines[0::2], lines[1::2]) if w.isalpha() and len(w) < 9}
    members = {}
    for w, sets in known.items():
        for k in sets:
            members.setdefault(k, []).append(w)
    words = rng.sample(sorted(known), 2000)
    small = "a the of in on is are there many some near and with two".split()

    def vary(w):
        kind = rng.random()
        if w in small or kind < 0.6:
            return w
        return w + rng.choice(["s", "ed", "ing"]) if kind < 0.75 else rng.choice(members[rng.choice(known[w])])

    with open(folder / "eng_t.jsonl", "w") as t, open(folder / "eng_p.jsonl", "w") as p:
        for i in range(n):
            base = [rng.choice(small) if rng.random() < 0.4 else rng.choice(words) for _ in range(rng.randint(6, 16))]
            refs = []
            for _ in range(5):
                cut = rng.randint(0, len(base)) if rng.random() < 0.3 else 0
                refs.append(" ".join(vary(w) for w in base[cut:] + base[:cut]))
            t.write(json.dumps({"id": i, "references": refs}) + "\n")
            p.write(json.dumps({"id": i, "prediction": " ".join(vary(w) for w in base)}) + "\n")


def make_coco(rng, folder, n):
    images = [{"id": i, "height": 800, "width": 800} for i in range(1, n + 1)]
    classes = [{"id": c, "name": str(c)} for c in range(1, 21)]
    truths, found = [], []
    for i in range(1, n + 1):
        for _ in range(20):
            box = [rng.randint(0, 700), rng.randint(0, 700), rng.randint(4, 150), rng.randint(4, 150)]
            truths.append({"id": len(truths) + 1, "image_id": i, "category_id": rng.randint(1, 20), "bbox": box,
                           "area": box[2] * box[3], "iscrowd": 0})
        for _ in range(100):
            t = truths[-rng.randint(1, 20)]
            box = [max(0, v + rng.randint(-9, 9)) if k < 2 else max(1, v + rng.randint(-9, 9)) for k, v in enumerate(t["bbox"])]
            found.append({"image_id": i, "category_id": t["category_id"], "bbox": box, "score": round(rng.random(), 4)})
    json.dump({"images": images, "categories": classes, "annotations": truths}, open(folder / "coco_t.json", "w"))
    json.dump(found, open(folder / "coco_p.json", "w"))


def make_rotated(rng, folder, n):
    def boxes():
        out = []
        for _ in range(32):
            x, y = rng.randint(0, 60), rng.randint(0, 60)
            out.append([x, y, x + rng.randint(2, 40), y + rng.randint(2, 40), rng.randint(0, 180)])
        return out
    with open(folder / "rot_t.jsonl", "w") as t, open(folder / "rot_p.jsonl", "w") as p:
        for i in range(n):
            t.write(json.dumps({"id": i, "answer": json.dumps(boxes())}) + "\n")
            p.write(json.dumps({"id": i, "prediction": json.dumps(boxes())}) + "\n")


def make_answers(rng, folder, n):
    """Yes or no, as RSVQA asks; predictions of other case, with blanks and full stops, and wrong ones."""
    with open(folder / "vqa_t.jsonl", "w") as t, open(folder / "vqa_p.jsonl", "w") as p:
        for i in range(n):
            kind, word, answer = rng.choice(["presence", "comp"]), rng.choice(WORDS), rng.choice(["yes", "no"])
            asked = f"Is there a {word} in the image?" if kind == "presence" else f"Are there more {word}s than roads?"
            t.write(json.dumps({"id": f"rsvqa_{i}", "image": f"{i // 50}.tif", "question": asked, "type": kind, "answer": answer}) + "\n")
            said = answer if rng.random() < 0.8 else rng.choice(["yes", "no"])
            said = rng.choice([said, said.capitalize(), said + ".", "  " + said])
            p.write(json.dumps({"id": f"rsvqa_{i}", "prediction": said}) + "\n")


def make_maps(folder, n):
    """Blocks of 8 classes of 1024 x 1024 pixels, predictions with other blocks here and there."""
    import numpy as np
    from PIL import Image
    rng = np.random.default_rng(1)
    for name in ("maps_t", "maps_p"):
        (folder / name).mkdir(exist_ok=True)
    for i in range(n):
        blocks = rng.integers(0, 8, (64, 64), dtype=np.uint8)
        said = np.where(rng.random((64, 64)) < 0.2, rng.integers(0, 8, (64, 64), dtype=np.uint8), blocks)
        for name, map in (("maps_t", blocks), ("maps_p", said)):
            Image.fromarray(np.kron(map, np.ones((16, 16), np.uint8))).save(folder / name / f"{i:04}.png")


def make_inputs(folder, lists, n_captions, n_images):
    rng = random.Random(1)
    make_captions(rng, folder, n_captions)
    make_coco(rng, folder, n_images)
    make_rotated(rng, folder, 1000)
    if lists:
        make_english(random.Random(2), folder, lists, n_captions)
    if util.find_spec("numpy") and util.find_spec("PIL"):
        make_maps(folder, 200)
    (folder / "made").touch()


COCO_MODULES = {"ultrafast-pycocotools": ("ultrafast_pycocotools", "COCOeval"), "hotcoco": ("hotcoco", "COCOeval"),
                "faster-coco-eval": ("faster_coco_eval", "COCOeval_faster")}
COCO_STATS = "AP AP50 AP75 AP_small AP_medium AP_large AR@1 AR@10 AR@100 AR_small AR_medium AR_large".split()


def coco_peer(name):
    if name == "pycocotools":
        return COCO_PEER.replace("from MODULE import COCO, COCOEVAL", "from pycocotools.coco import COCO\n"
                                 "from pycocotools.cocoeval import COCOeval as COCOEVAL")
    module, kind = COCO_MODULES[name]
    return COCO_PEER.replace("MODULE", module).replace("COCOEVAL", kind)


def same_measures(*names):
    """Whether our measures of these names are the peer's numbers, as far as both are printed; shares or percentages."""
    def same(ours, theirs):
        measures = {m["name"]: m["value"] for m in json.loads(ours)["measures"]}
        numbers = [float(word) for word in theirs.split()[:len(names)]]
        return all(any(math.isclose(measures[k], v * scale, rel_tol=1e-9) for scale in (1, 100))
                   for k, v in zip(names, numbers))
    return same


class Scoring:
    def __init__(self, o):
        self.o = o

    def ours(self, profile, truth, predictions, *more):
        return [self.o.rsift, "score", profile, "--truth", truth, "--predictions", predictions, "--json", "--quiet",
                "--resamples", "0", "--no-blind", *more]

    def beside(self, work, profile, files, peer, code, more=(), clock="cpu", same=None):
        return table.Case(work, self.ours(profile, *files, *more), peer, [sys.executable, "-c", code, *files], clock, same=same)

    def threads(self, work, profile, files, more=()):
        return table.Case(f"{work}, 2 threads", self.ours(profile, *files, "--threads", "2", *more), "1 thread",
                          self.ours(profile, *files, "--threads", "1", *more), "wall", same=lambda a, b: a == b)


def captions(o, data, scoring, lists, n):
    pair = (data / "cap_t.jsonl", data / "cap_p.jsonl")
    work = f"captions, {n:,} images x 5"
    yield scoring.beside(f"{work}: BLEU, ROUGE-L, CIDEr", "caption.coco", pair, "pycocoevalcap", PEERS["pycocoevalcap"],
                         same=same_measures("BLEU-4", "ROUGE-L", "CIDEr"))
    yield scoring.threads(work, "caption.coco", pair)
    if not lists:
        return
    pair = (data / "eng_t.jsonl", data / "eng_p.jsonl")
    yield scoring.beside(f"{work}: those and METEOR without paraphrases", "caption.coco", pair, "METEOR 1.5 alone, java",
                         PEERS["METEOR 1.5, java"], ("--meteor", lists), same=same_measures("meteor.no_paraphrase"))
    full = ("--meteor", with_paraphrases(data, lists))
    yield scoring.beside(f"{work}: those and METEOR", "caption.coco", pair, "METEOR 1.5 alone, java",
                         PEERS["METEOR 1.5 as called by pycocoevalcap"], full, same=same_measures("METEOR"))
    yield scoring.threads(f"{work}, METEOR", "caption.coco", pair, full)


def answers(data, scoring, n):
    pair = (data / "vqa_t.jsonl", data / "vqa_p.jsonl")
    if not pair[1].exists():
        table.make(make_answers, random.Random(4), data, n)
    work = f"answers, {n:,}"
    yield scoring.beside(work, "vqa.rsvqa", pair, "json, dict", PEERS["json, dict"], same=same_measures("accuracy"))
    yield scoring.threads(work, "vqa.rsvqa", pair)


def boxes(o, data, scoring, n):
    pair = (data / "coco_t.json", data / "coco_p.json")
    work = f"COCO box AP, {n:,} images x 100"
    for peer in ("ultrafast-pycocotools", "hotcoco", "faster-coco-eval", *(["pycocotools"] if o.full else [])):
        yield scoring.beside(work, "det.coco.bbox", pair, peer, coco_peer(peer), clock="wall", same=same_measures(*COCO_STATS))
    yield scoring.threads(work, "det.coco.bbox", pair)


def cases(o):
    n_captions, n_images = (100000 if o.full else 20000), 5000
    data = o.data / f"score-{n_captions}"
    data.mkdir(exist_ok=True)
    lists = meteor_lists(data)
    if not (data / "made").exists():
        table.make(make_inputs, data, lists, n_captions, n_images)
    scoring = Scoring(o)
    yield from captions(o, data, scoring, lists, n_captions)
    yield from answers(data, scoring, 1000000 if o.full else 200000)
    yield from boxes(o, data, scoring, n_images)
    yield scoring.beside("rotated IoU, 1,024,000 pairs", "det.earthdial", (data / "rot_t.jsonl", data / "rot_p.jsonl"), "shapely",
                         PEERS["shapely"])
    if (data / "maps_t").is_dir():
        pair = (data / "maps_t", data / "maps_p")
        yield scoring.beside("label maps, 200 of 1024 x 1024, 8 classes", "seg.miou", pair, "numpy, Pillow", PEERS["numpy, Pillow"])
        yield scoring.threads("label maps, 200 of 1024 x 1024", "seg.miou", pair)


if __name__ == "__main__":
    table.main(cases, __doc__)
