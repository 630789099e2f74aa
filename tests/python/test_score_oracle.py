"""Compares `rsift score` with pycocotools, pycocoevalcap, rouge-score and shapely on random inputs.

What cannot be imported is named and left out; exit 77 when nothing is left.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

SEED = 20260119
RSIFT = os.environ.get("RSIFT_BIN", "build/rsift")
WORDS = "a the red two many planes roof roofs building river rivers near road trees green is are".split()


def score(profile, truth, predictions, *more):
    done = subprocess.run([RSIFT, "score", profile, "--truth", str(truth), "--predictions", str(predictions),
                           "--json", "--quiet", "--no-blind", "--resamples", "-1", *more],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode in (0, 1), done.stderr
    answer = json.loads(done.stdout)
    return {m["name"]: m["value"] for m in answer["measures"]}


def near(got, expected, within, what):
    if expected is None or (isinstance(expected, float) and math.isnan(expected)) or expected == -100:
        assert got is None, f"{what}: {got}, expected nothing"
    else:
        assert got is not None and abs(got - expected) <= within, f"{what}: {got!r}, expected {expected!r}"


def write(folder, name, value, lines=False):
    path = Path(folder) / name
    path.write_text("".join(json.dumps(v) + "\n" for v in value) if lines else json.dumps(value))
    return path


# ---- COCO -----------------------------------------------------------------------------------------

def some_box(rng):
    if rng.random() < 0.03:
        return [rng.randint(0, 300), rng.randint(0, 300), 0, rng.choice([0, 5])]  # zero area
    side = rng.choice([10, 60, 200])
    return [rng.randint(0, 300), rng.randint(0, 300), rng.randint(1, side), rng.randint(1, side)]


def some_coco(rng, masks):
    n_images, n_classes = rng.randint(1, 8), rng.randint(1, 4)
    images = [{"id": i * 3 + 1, "height": 600, "width": 600} for i in range(n_images)]
    classes = [{"id": c + 5, "name": str(c)} for c in range(n_classes)]
    truths, found = [], []
    for image in images:
        for _ in range(rng.randint(0, 8)):
            box, crowd = some_box(rng), int(rng.random() < 0.1)
            t = {"id": len(truths) + 1, "image_id": image["id"], "category_id": rng.choice(classes)["id"],
                 "bbox": box, "area": box[2] * box[3], "iscrowd": crowd}
            if masks:
                t["segmentation"] = polygon(rng, box)
                t["iscrowd"] = 0
            truths.append(t)
            for _ in range(rng.choice([0, 1, 1, 2])):
                near_box = [max(0, v + rng.randint(-4, 4)) if k < 2 else max(1, v + rng.randint(-4, 4))
                            for k, v in enumerate(box)]
                d = {"image_id": image["id"], "category_id": t["category_id"], "bbox": near_box,
                     "score": rng.choice([0.5, 0.25, round(rng.random(), 2)])}  # ties
                found.append(d)
        for _ in range(rng.randint(0, 3)):
            found.append({"image_id": image["id"], "category_id": rng.choice(classes)["id"],
                          "bbox": some_box(rng), "score": round(rng.random(), 2)})
    return {"images": images, "categories": classes, "annotations": truths}, found


def polygon(rng, box):
    x, y, w, h = box[0], box[1], max(box[2], 2), max(box[3], 2)
    return [[x, y, x + w, y + rng.randint(0, 2), x + w, y + h, x, y + h]]


def coco(rng, rounds):
    import contextlib
    import io
    import numpy as np
    from pycocotools import mask as mask_tools
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    names = ["AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR@1", "AR@10", "AR@100", "AR_small",
             "AR_medium", "AR_large"]
    done = 0
    for k in range(rounds):
        masks = k % 4 == 3
        truth, found = some_coco(rng, masks)
        if masks:
            for d in found:
                rle = mask_tools.merge(mask_tools.frPyObjects(polygon(rng, d.pop("bbox")), 600, 600))
                d["segmentation"] = {"size": rle["size"], "counts": rle["counts"].decode()}
        if not found or not truth["annotations"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            a, b = write(folder, "t.json", truth), write(folder, "p.json", found)
            with contextlib.redirect_stdout(io.StringIO()):
                gold = COCO(str(a))
                run = COCOeval(gold, gold.loadRes(str(b)), "segm" if masks else "bbox")
                run.evaluate()
                run.accumulate()
                run.summarize()
            got = score("det.coco.segm" if masks else "det.coco.bbox", a, b)
        for name, expected in zip(names, run.stats):
            near(got[name], 100 * float(expected), 1e-7, f"round {k}, {name}")
        done += 1
    assert done > rounds // 2 and np is not None
    return done


# ---- captions -------------------------------------------------------------------------------------

def some_caption(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.choice([0, 1, 1, 3, 6, 12])))


def captions(rng, rounds):
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    import contextlib
    import io
    for k in range(rounds):
        n = rng.choice([1, 2, 20])
        golds = {i: [some_caption(rng) for _ in range(rng.randint(1, 5))] for i in range(n)}
        golds[0][0] = golds[0][0] or "trees"  # without any word the original stops
        said = {i: [rng.choice(golds[i]) if rng.random() < 0.3 else some_caption(rng)] for i in range(n)}
        with tempfile.TemporaryDirectory() as folder:
            a = write(folder, "t.jsonl", [{"id": i, "references": golds[i]} for i in golds], True)
            b = write(folder, "p.jsonl", [{"id": i, "prediction": said[i][0]} for i in said], True)
            got = score("caption.coco", a, b)
        with contextlib.redirect_stdout(io.StringIO()):
            bleu, _ = Bleu(4).compute_score(golds, said, verbose=0)
            rouge, _ = Rouge().compute_score(golds, said)
            cider, _ = Cider().compute_score(golds, said)
        for order in range(4):
            near(got[f"BLEU-{order + 1}"], 100 * bleu[order], 1e-7, f"round {k}, BLEU-{order + 1}")
        near(got["ROUGE-L"], 100 * rouge, 1e-7, f"round {k}, ROUGE-L")
        near(got["CIDEr"], 100 * cider, 1e-6, f"round {k}, CIDEr")
    return rounds


def rouge_score(rng, rounds):
    from rouge_score import rouge_scorer
    scorer = rouge_scorer.RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
    rows = [{"id": i, "references": [some_caption(rng) or "x" for _ in range(rng.randint(1, 5))],
             "said": some_caption(rng)} for i in range(rounds)]
    with tempfile.TemporaryDirectory() as folder:
        a = write(folder, "t.jsonl", [{"id": r["id"], "references": r["references"]} for r in rows], True)
        b = write(folder, "p.jsonl", [{"id": r["id"], "prediction": r["said"]} for r in rows], True)
        got = score("caption.earthdial", a, b)
    for name, key in (("rouge1", "rouge1"), ("rougeL", "rougeL")):
        each = [sum(scorer.score(g, r["said"])[key].fmeasure for g in r["references"]) / len(r["references"])
                for r in rows]
        near(got[name], 100 * sum(each) / len(each), 1e-7, name)
    return rounds


# ---- rotated boxes --------------------------------------------------------------------------------

def rotated(rng, rounds):
    from shapely.geometry import Polygon
    total = hits = doubtful = 0
    rows = []

    def corners(box):
        left, top, right, bottom, angle = box
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        x, y = (left + right) / 2, (top + bottom) / 2
        out = []
        for px, py in ((left, top), (right, top), (right, bottom), (left, bottom)):
            dx, dy = px - x, py - y
            out.append((dx * c + dy * s + x, -dx * s + dy * c + y))
        return Polygon(out)

    for i in range(rounds):
        left, top = rng.randint(0, 60), rng.randint(0, 60)
        gold = [left, top, left + rng.randint(1, 40), top + rng.randint(1, 40), rng.choice([0, 45, 90, 180, rng.randint(0, 180)])]
        said = [v + rng.randint(-2, 2) for v in gold[:4]] + [gold[4] + rng.choice([0, 0, 180, 10])]
        a, b = corners(gold), corners(said)
        if a.is_valid and b.is_valid and a.area > 0 and b.area > 0:
            inter = a.intersection(b).area
            iou = inter / (a.area + b.area - inter)
        else:
            iou = 0
        doubtful += abs(iou - 0.5) < 1e-9
        hits += iou >= 0.5
        total += 1
        rows.append((i, gold, said))
    with tempfile.TemporaryDirectory() as folder:
        a = write(folder, "t.jsonl", [{"id": i, "answer": f"[{g}]"} for i, g, _ in rows], True)
        b = write(folder, "p.jsonl", [{"id": i, "prediction": f"[{p}]"} for i, _, p in rows], True)
        got = score("det.earthdial", a, b)["precision@0.5"]
    assert abs(got - 100 * hits / total) <= 100 * doubtful / total + 1e-9, f"{got}, expected {100 * hits / total}"
    return rounds


def main():
    if not Path(RSIFT).is_file():
        print("skipped: rsift is not built")
        return 77
    passed = skipped = 0
    for name, run, rounds in (("pycocotools", coco, 150), ("pycocoevalcap", captions, 120),
                              ("rouge_score", rouge_score, 1000), ("shapely", rotated, 1000)):
        try:
            n = run(random.Random(SEED), rounds)
        except ImportError as why:
            print(f"skipped: {name} ({why})")
            skipped += 1
            continue
        print(f"{name}: {n} inputs agree, seed {SEED}")
        passed += 1
    print(f"{passed} passed, 0 failed, {skipped} skipped")
    return 0 if passed else 77


sys.exit(main())
