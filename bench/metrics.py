"""Scoring beside its peers on the same files in one run; JSON loading counted on all sides.

    python bench/metrics.py RSIFT FOLDER [--captions N] [--images N] [--maps N]

Needs a Python that has pycocoevalcap, pycocotools, faster-coco-eval, shapely, numpy and Pillow for the peers, and java for
METEOR; what is missing is left out. Made-up inputs, seed 1. Nothing is asserted.
"""
import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
import zipfile
from importlib import util
from pathlib import Path

WORDS = [f"{a}{b}" for a in "ba de fo gu ki lo me nu pa ro se ti".split() for b in "n r st l m x".split()]

# As pycocoevalcap's wrapper does it: one line a caption through the program's pipe, then all statistics for the sum.
METEOR = """
import json, os, resource, subprocess, sys
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
print(score, f"java {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
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
    "pycocotools": """
import sys
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
gold = COCO(sys.argv[1]); run = COCOeval(gold, gold.loadRes(sys.argv[2]), "bbox")
run.evaluate(); run.accumulate(); run.summarize(); print(run.stats[0])
""",
    "faster-coco-eval": """
import sys
from faster_coco_eval import COCO, COCOeval_faster
gold = COCO(sys.argv[1]); run = COCOeval_faster(gold, gold.loadRes(sys.argv[2]), "bbox")
run.evaluate(); run.accumulate(); run.summarize(); print(run.stats[0])
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
for gold in sorted(Path(sys.argv[1]).glob("*.png")):
    t = np.asarray(Image.open(gold)).astype(np.int64).ravel(); p = np.asarray(Image.open(Path(sys.argv[2]) / gold.name)).ravel()
    m += np.bincount(8 * t + p, minlength=64).reshape(8, 8)
print((np.diag(m) / (m.sum(0) + m.sum(1) - np.diag(m))).mean())
""",
}


def run(name, command):
    before = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, bad = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - before
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1) or (child.returncode and "Error" in bad):
        last = bad.strip().splitlines()[-1:] or ["failed"]
        print(f"  {name:<38} left out: {last[0][:60]}")
        return None
    cpu = usage.ru_utime + usage.ru_stime  # of its children too
    print(f"  {name:<38} {seconds:9.2f} s {cpu:9.2f} s CPU {usage.ru_maxrss / 1024:9.0f} MB peak   {out.strip().splitlines()[-1][:40] if name[0] != 'r' else ''}",
          flush=True)
    return seconds, cpu


def beside(title, rsift, profile, truth, predictions, peers, *more):
    print(f"\n{title}")
    own = run("rsift score", [rsift, "score", profile, "--truth", truth, "--predictions", predictions, "--json",
                              "--quiet", "--resamples", "-1", "--no-blind", *more])
    for peer in peers:
        other = run(peer, [sys.executable, "-c", PEERS[peer], truth, predictions])
        if own and other:
            print(f"  {'':<38} {other[0] / own[0]:9.1f} x {other[1] / own[1]:9.1f} x")


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


def make_inputs(a, lists):
    a.folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(1)
    make_captions(rng, a.folder, a.captions)
    make_coco(rng, a.folder, a.images)
    make_rotated(rng, a.folder, 1000)
    if lists:
        make_english(random.Random(2), a.folder, lists, a.captions)
    if util.find_spec("numpy") and util.find_spec("PIL"):
        make_maps(a.folder, a.maps)


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("rsift")
    ask.add_argument("folder", type=Path)
    ask.add_argument("--captions", type=int, default=100000)
    ask.add_argument("--images", type=int, default=5000)
    ask.add_argument("--maps", type=int, default=200)
    ask.add_argument("--made", action="store_true", help=argparse.SUPPRESS)
    a = ask.parse_args()
    lists = meteor_lists(a.folder)
    if not a.made:
        make_inputs(a, lists)
        os.execv(sys.executable, [sys.executable, *sys.argv, "--made"])  # a child's peak begins with its parent's
    at = lambda name: str(a.folder / name)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; page size {resource.getpagesize()}")
    beside(f"captions: BLEU, ROUGE-L, CIDEr, {a.captions:,} images x 5 references", a.rsift, "caption.coco",
           at("cap_t.jsonl"), at("cap_p.jsonl"), ["pycocoevalcap"])
    if lists:
        beside(f"METEOR without paraphrases (beside BLEU, ROUGE-L, CIDEr on our side), {a.captions:,} images x 5 references", a.rsift, "caption.coco",
               at("eng_t.jsonl"), at("eng_p.jsonl"), ["METEOR 1.5, java"], "--meteor", str(lists))
        beside("the same with the table of paraphrases", a.rsift, "caption.coco", at("eng_t.jsonl"), at("eng_p.jsonl"),
               ["METEOR 1.5 as called by pycocoevalcap"], "--meteor", str(with_paraphrases(a.folder, lists)))
    beside(f"COCO bbox AP: {a.images:,} images x 100 detections", a.rsift, "det.coco.bbox", at("coco_t.json"),
           at("coco_p.json"), ["pycocotools", "faster-coco-eval"])
    beside("rotated IoU: 1,024,000 pairs", a.rsift, "det.earthdial", at("rot_t.jsonl"), at("rot_p.jsonl"), ["shapely"])
    if (a.folder / "maps_t").is_dir():
        beside(f"label maps: {a.maps} of 1024 x 1024 pixels, 8 classes", a.rsift, "seg.miou", at("maps_t"), at("maps_p"), ["numpy, Pillow"])


main()
