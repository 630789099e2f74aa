"""COCO AP against pycocotools and DOTA AP against a reference written from the rules, on random sets.

The sets hold what decides details: scores that tie, areas at the limits of the ranges, crowds, boxes of
no area, images and classes without truths or without detections, more than 100 detections on an image,
ratios of exactly a threshold, and a truth whose id is 0 (which pycocotools takes for no match).
"""
import contextlib
import io
import random
import sys

from oracle import SEED, Near, Scores, in_parallel, run

NAMES = ["AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR@1", "AR@10", "AR@100", "AR_small",
         "AR_medium", "AR_large"]
SIDE = 140
ROUNDS = 1000

# ---- COCO -----------------------------------------------------------------------------------------


def some_box(rng):
    kind = rng.random()
    if kind < 0.04:
        w, h = rng.choice([(0, 0), (0, 9), (9, 0)])
    elif kind < 0.3:
        w, h = rng.choice([(32, 32), (64, 16), (96, 96), (128, 72), (10, 10), (20, 5)])  # 1024 and 9216 exactly
    elif kind < 0.6:
        w, h = rng.uniform(0.5, 110), rng.uniform(0.5, 110)
    else:
        w, h = rng.randint(1, 110), rng.randint(1, 110)
    return [rng.randint(0, SIDE - 30), rng.randint(0, SIDE - 30), w, h]


def moved(rng, box):
    x, y, w, h = box
    how = rng.random()
    if how < 0.2:
        return list(box)
    if how < 0.4:
        return [x, y, w, h * rng.choice([0.5, 0.75, 0.55, 0.95])]  # ratios of a threshold
    return [x + rng.randint(-4, 4), y + rng.randint(-4, 4), max(0, w + rng.randint(-4, 4)), max(0, h + rng.randint(-4, 4))]


def polygons_of(rng, box):
    x, y, w, h = box
    first = [x, y, x + w, y + rng.uniform(0, 3), x + w, y + h, x + w / 2, y + h * rng.choice([1, 0.6]), x, y + h]
    return [first] + ([[x, y, x + 9, y, x + 5, y + 9]] if rng.random() < 0.2 else [])


def mask_of(rng, box, tools, whole):
    """A segmentation as releases spell them: polygons, compressed text, or a list of counts."""
    polygons = polygons_of(rng, box)
    if not whole and rng.random() < 0.7:
        return polygons
    rle = tools.merge(tools.frPyObjects(polygons, SIDE, SIDE))
    if not whole and rng.random() < 0.5:
        pixels = tools.decode(rle).T.ravel().tolist()
        counts, value = [0], 0
        for p in pixels:
            if p != value:
                counts.append(0)
                value = p
            counts[-1] += 1
        return {"size": [SIDE, SIDE], "counts": counts}
    return {"size": [SIDE, SIDE], "counts": rle["counts"].decode()}


def some_set(rng, tools):
    n_images, n_classes = rng.choice([1, 1, 2, 3, 5]), rng.choice([1, 1, 2, 3])
    images = [{"id": i * 3 + 1, "height": SIDE, "width": SIDE} for i in range(n_images)]
    classes = [{"id": c + 5, "name": str(c)} for c in range(n_classes)]
    truths, found = [], []

    def detect(image, kind, box):
        score = rng.choice([0.5, 0.25, -1, round(rng.random(), 2), rng.random()])
        d = {"image_id": image, "category_id": kind, "score": score}
        if tools:
            d["segmentation"] = mask_of(rng, box, tools, True)
        else:
            d["bbox"] = box
        found.append(d)

    for image in images:
        for _ in range(rng.choice([0, 1, 2, 5])):
            box = some_box(rng) if not truths or rng.random() < 0.8 or tools else list(truths[-1]["bbox"])
            kind = rng.choice(classes[:2])["id"]  # the third class never has a truth
            area = rng.choice([box[2] * box[3], 1024, 9216, 1023.999, 9216.001, rng.uniform(0, 20000)])
            t = {"id": len(truths) + (0 if rng.random() < 0.02 and not truths else 1), "image_id": image["id"],
                 "category_id": kind, "bbox": box, "area": area, "iscrowd": int(rng.random() < 0.15)}
            if tools:
                t["segmentation"] = mask_of(rng, box, tools, False)
            truths.append(t)
            for _ in range(rng.choice([0, 1, 1, 2])):
                detect(image["id"], kind, moved(rng, box))
        for _ in range(rng.choice([0, 0, 1, 3])):
            detect(image["id"], rng.choice(classes)["id"], some_box(rng))
    if rng.random() < 0.02:
        box = some_box(rng)
        for _ in range(130):
            detect(images[0]["id"], classes[0]["id"], moved(rng, box))
    if truths and truths[0]["id"] == 0 and len(truths) > 1:
        for i, t in enumerate(truths):
            t["id"] = i
    if not found:
        detect(images[0]["id"], classes[0]["id"], [1, 1, 9, 9])
    return {"images": images, "categories": classes, "annotations": truths}, found


def theirs(truth, found, kind):
    """The twelve numbers of pycocotools; the sets do not take the way over files."""
    import copy
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval
    with contextlib.redirect_stdout(io.StringIO()):
        gold = COCO()
        gold.dataset = copy.deepcopy(truth)
        gold.createIndex()
        both = COCOeval(gold, gold.loadRes(copy.deepcopy(found)), kind)
        both.evaluate()
        both.accumulate()
        both.summarize()
    return both.stats


def coco_part(kind, begin, end):
    from pycocotools import mask
    near = Near()
    with Scores() as scores:
        expected = []
        for k in range(begin, end):
            truth, found = some_set(random.Random(f"{SEED} {kind} {k}"), mask if kind == "segm" else None)
            expected.append(theirs(truth, found, kind))
            scores.ask(f"det.coco.{kind}", scores.file(truth, f"{k}t.json", ".json"),
                       scores.file(found, f"{k}p.json", ".json"))
        for k, (answer, stats) in enumerate(zip(scores.answers(), expected)):
            for name, value in zip(NAMES, stats):
                got = answer["values"][name]
                near(None if got is None else got / 100, None if value == -1 else float(value), 1e-9,
                     f"{kind} set {begin + k}, {name}")
    return near.worst, near.n


def bbox_part(begin, end):
    return coco_part("bbox", begin, end)


def segm_part(begin, end):
    return coco_part("segm", begin, end)


def coco_bbox(_):
    import pycocotools.cocoeval  # noqa: F401
    return f"{ROUNDS} sets against pycocotools, {in_parallel(bbox_part, ROUNDS)}"


def coco_segm(_):
    import pycocotools.cocoeval  # noqa: F401
    return f"{ROUNDS} sets against pycocotools, {in_parallel(segm_part, ROUNDS)}"


# ---- DOTA -----------------------------------------------------------------------------------------


def voc07(recall, precision):
    ap = 0.0
    for i in range(11):
        ap += max((p for r, p in zip(recall, precision) if r >= i * 0.1), default=0.0) / 11
    return ap


def voc12(recall, precision):
    r, p = [0.0] + recall + [1.0], [0.0] + precision + [0.0]
    for i in range(len(p) - 2, -1, -1):
        p[i] = max(p[i], p[i + 1])
    return sum((r[i + 1] - r[i]) * p[i + 1] for i in range(len(r) - 1) if r[i + 1] != r[i])


def plus_one(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]) + 1, min(a[3], b[3]) - max(a[1], b[1]) + 1
    if w <= 0 or h <= 0:
        return 0.0
    areas = [(v[2] - v[0] + 1) * (v[3] - v[1] + 1) for v in (a, b)]
    return w * h / (areas[0] + areas[1] - w * h)


def around(quad):
    return [min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])]


def polygon_ratio(a, b):
    from shapely.geometry import Polygon
    p, q = (Polygon(list(zip(v[::2], v[1::2]))) for v in (a, b))
    shared = p.intersection(q).area
    return shared / (p.area + q.area - shared)


def dota_class(golds, found, oriented, difficult_counts):
    """golds: image, box, difficult; found: image, score, box. (ap07, ap12), None without truths; the
    third is how near a decision came to the threshold or to a tie, which rounding may decide."""
    used, hits, doubt, tp, fp = set(), [], 1.0, 0, 0
    n_golds = sum(difficult_counts or not g[2] for g in golds)
    for image, _, box in sorted(found, key=lambda d: -d[1]):
        ratios = []
        for i, (where, gold, _) in enumerate(golds):
            if where != image or (oriented and not plus_one(around(box), around(gold)) > 0):
                continue
            ratios.append((polygon_ratio(box, gold) if oriented else plus_one(box, gold), i))
        best, at = max(ratios, key=lambda v: v[0], default=(-1, None))
        if oriented:
            doubt = min([doubt, abs(best - 0.5)] + [abs(best - v) for v, i in ratios if i != at and golds[i][1] != golds[at][1]])
        if best > 0.5:
            if difficult_counts or not golds[at][2]:
                tp, fp = (tp, fp + 1) if at in used else (tp + 1, fp)
                used.add(at)
        else:
            fp += 1
        hits.append((tp, fp))
    if not n_golds:
        return None, None, doubt
    recall = [t / n_golds for t, _ in hits]
    precision = [t / max(t + f, 2.220446049250313e-16) for t, f in hits]
    return voc07(recall, precision), voc12(recall, precision), doubt


def some_quad(rng):
    """A quadrilateral that does not cross itself: a turned rectangle, or a dented one."""
    import math
    cx, cy, w, h = rng.uniform(20, 180), rng.uniform(20, 180), rng.uniform(4, 50), rng.uniform(4, 50)
    a = math.radians(rng.choice([0, 90, 180, -45, 30, rng.uniform(-180, 180)]))
    signs = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    if rng.random() < 0.1:
        signs[2] = (-0.2, -0.2)
    if rng.random() < 0.3:
        signs.reverse()
    out = []
    for sx, sy in signs:
        dx, dy = sx * w / 2, sy * h / 2
        out += [round(cx + dx * math.cos(a) - dy * math.sin(a), 1), round(cy + dx * math.sin(a) + dy * math.cos(a), 1)]
    return out


def simple(quad):
    from shapely.geometry import Polygon
    polygon = Polygon(list(zip(quad[::2], quad[1::2])))
    return polygon.is_valid and polygon.area > 1


def moved_quad(rng, quad):
    """Moved and bent, but without crossing itself: for what does, shapely has no ratio."""
    while True:
        x, y = rng.uniform(-4, 4), rng.uniform(-4, 4)
        out = [round(v + (y if k % 2 else x) + rng.uniform(-2, 2), 1) for k, v in enumerate(quad)]
        if simple(out):
            return out


def some_dota(rng, oriented):
    golds, found = [], []
    images = [f"P{i:04d}" for i in range(rng.randint(1, 4))]
    for _ in range(rng.choice([0, 1, 3, 6, 12])):
        image = rng.choice(images)
        if oriented:
            gold = some_quad(rng)
            while not simple(gold):
                gold = some_quad(rng)
            shift = lambda: moved_quad(rng, gold)  # noqa: E731
        else:
            x, y = rng.randint(0, 150), rng.randint(0, 150)
            gold = [x, y, x + rng.randint(1, 40), y + rng.randint(1, 40)]
            shift = lambda: [v + rng.choice([0, 0, 1, -2, 2.5]) for v in gold]  # noqa: E731
        golds.append((image, gold, int(rng.random() < 0.25)))
        if rng.random() < 0.1:
            golds.append((image, gold, int(rng.random() < 0.5)))
        for _ in range(rng.choice([0, 1, 1, 2])):
            found.append((rng.choice([image, image, image, rng.choice(images)]),
                          rng.choice([0.5, 0.25, round(rng.random(), 3)]), shift() if rng.random() < 0.8 else gold))
    rng.shuffle(found)
    return golds, found


def gold_line(rng, gold, difficult, oriented, name):
    x = gold if oriented else [gold[0], gold[1], gold[2], gold[1], gold[2], gold[3], gold[0], gold[3]]
    tail = f" {difficult}" if difficult or rng.random() < 0.5 else ""
    return " ".join(map(str, x)) + f" {name}{tail}\n"


def dota(rng, profile, oriented, difficult_counts):
    near, doubtful = Near(), 0
    with Scores() as scores:
        expected = []
        while len(expected) < ROUNDS:
            k = len(expected)
            classes = {f"class-{c}": some_dota(rng, oriented) for c in range(rng.choice([1, 1, 2, 3]))}
            aps = [dota_class(g, f, oriented, difficult_counts) for g, f in classes.values()]
            known = [(a, b) for a, b, _ in aps if a is not None]
            if min(d for _, _, d in aps) < 1e-9 or not known:
                doubtful += bool(known)
                continue
            files = {}
            for name, (golds, found) in classes.items():
                for image, gold, difficult in golds:
                    files.setdefault(image, "imagesource:none\ngsd:0.1\n")
                    files[image] += gold_line(rng, gold, difficult, oriented, name)
                task = f"Task{1 if oriented else 2}_{name}.txt"
                scores.file("".join(f"{i} {s!r} {' '.join(map(str, b))}\n" for i, s, b in found), f"{k}p/{task}")
            for image, text in files.items():
                scores.file(text, f"{k}t/{image}.txt")
            scores.ask(profile, scores.folder / f"{k}t", scores.folder / f"{k}p")
            expected.append((classes, aps, known))
        for k, (answer, (classes, aps, known)) in enumerate(zip(scores.answers(), expected)):
            for v, name in enumerate(("mAP (VOC07)", "mAP (VOC12)")):
                near(answer["values"][name] / 100, sum(a[v] for a in known) / len(known), 1e-9, f"set {k}, {name}")
            rows = {c["category"]: c["value"] for c in answer["categories"]}
            for name, ap in zip(classes, aps):
                if ap[0] is not None:
                    near(rows[name] / 100, ap[0], 1e-9, f"set {k}, {name}")
    return f"{ROUNDS} sets, {near}, {doubtful} sets left out as rounding decides them"


def dota_task1(rng):
    return dota(rng, "det.dota.task1", True, False)


def dota_task1_v15(rng):
    return dota(rng, "det.dota-v1.5.task1", True, True)


def dota_task2(rng):
    return dota(rng, "det.dota.task2", False, False)


sys.exit(run([("coco bbox", coco_bbox), ("coco segm", coco_segm), ("dota task 1", dota_task1),
              ("dota v1.5 task 1", dota_task1_v15), ("dota task 2", dota_task2)]))
