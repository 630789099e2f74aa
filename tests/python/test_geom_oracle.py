"""Compares masks, polygon areas, rectangles and assignments with pycocotools, shapely and scipy.

The C side is the program of tests/unit/geom/test_oracle.c in $RSIFT_BUILD_DIR/tests: cases go to its
input, one a line. What cannot be imported is named and left out; exit 77 when nothing is left.
"""
import json
import math
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from oracle import SEED  # which also says where the other implementations lie

NAME = "unit_geom_oracle"


def find_driver():
    path = Path(os.environ.get("RSIFT_BUILD_DIR", "build")) / "tests" / NAME
    return path if path.is_file() else None


def ask(driver, lines):
    done = subprocess.run([driver, "answer"], input="\n".join(lines) + "\n", text=True,
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.split("\n")[:-1]
    assert len(answers) == len(lines), f"{len(lines)} cases, {len(answers)} answers"
    return answers


def text(numbers):
    return " ".join(repr(float(v)) for v in numbers)


def some_polygon(rng, height, width):
    n = rng.randint(3, 12)
    grid = rng.choice([1, 2, 10, None])
    out = []
    for _ in range(n):
        for side in (width, height):
            v = rng.uniform(-0.3 * side, 1.3 * side)
            out.append(v if grid is None else round(v * grid) / grid)
    if rng.random() < 0.1:
        out += out[:2]
    return out


def mask_line(rle, mask):
    area, box = mask.area(rle), mask.toBbox(rle)
    return f"{rle['counts'].decode()} {int(area)} " + " ".join(f"{v:.17g}" for v in box)


def check_masks(driver):
    import numpy
    from pycocotools import mask
    rng = random.Random(SEED)
    lines, wanted, masks = [], [], []
    for i in range(4000):
        h, w = rng.randint(1, 90), rng.randint(1, 90)
        if i % 4 == 0:
            shape = [rng.uniform(-5, w), rng.uniform(-5, h), rng.uniform(0, w), rng.uniform(0, h)]
            if rng.random() < 0.5:
                shape = [float(round(v)) for v in shape]
            rle = mask.frPyObjects(numpy.array([shape]), h, w)[0]
        else:
            shape = some_polygon(rng, h, w)
            rle = mask.frPyObjects([shape], h, w)[0]
        lines.append(f"{'box' if i % 4 == 0 else 'polygon'} {h} {w} {text(shape)}")
        wanted.append(mask_line(rle, mask))
        masks.append(rle)
        if i % 4 == 3:  # a second polygon on the same picture: merging and ratios
            other = mask.frPyObjects([some_polygon(rng, h, w)], h, w)[0]
            pair = [p["counts"].decode() for p in (rle, other)]
            lines.append(f"merge {h} {w} {pair[0]} {pair[1]}")
            wanted.append(" ".join(mask.merge([rle, other], intersect=k)["counts"].decode()
                                   for k in (False, True)))
            for crowd in (0, 1):
                lines.append(f"maskiou {h} {w} {crowd} {pair[0]} {pair[1]}")
                wanted.append(f"{mask.iou([rle], [other], [crowd])[0, 0]:.17g}")
    wrong = [(q, got, want) for q, got, want in zip(lines, ask(driver, lines), wanted)
             if got != want]
    for q, got, want in wrong[:5]:
        print(f"FAIL {q}\n  ours   {got}\n  theirs {want}")
    print(f"masks: {len(lines)} cases against pycocotools, {len(wrong)} differ")
    return not wrong


def check_pixels(driver):
    """Encode, text, decode: the same runs as pycocotools; counts that do not cover the picture are refused."""
    import numpy
    from pycocotools import mask
    rng = numpy.random.default_rng(SEED)
    lines, wanted = [], []
    for i in range(1500):
        h, w = rng.integers(1, 40, size=2)
        pixels = rng.random((h, w)) < rng.choice([0, 0.05, 0.5, 0.95, 1])
        if i % 3 == 0:  # long runs: numbers of several groups
            pixels = numpy.zeros((h * 9, w * 9), bool)
            y, x = rng.integers(0, h * 9), rng.integers(0, w * 9)
            pixels[y:y + rng.integers(1, 200), x:x + rng.integers(1, 200)] = True
            h, w = pixels.shape
        text_of = mask.encode(numpy.asfortranarray(pixels.astype(numpy.uint8)))["counts"].decode()
        flat = pixels.T.ravel()
        lines.append(f"pixels {h} {w} {''.join('01'[v] for v in flat.astype(int))}")
        wanted.append(f"{text_of} {text_of}")
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[False], flat]).astype(int)))
        counts = numpy.diff(numpy.concatenate([[0], edges, [h * w]])).tolist()
        lines.append(f"counts {h} {w} {text(counts)}")
        theirs = mask.frPyObjects({"size": [int(h), int(w)], "counts": counts}, int(h), int(w))["counts"].decode()
        wanted.append(theirs)
        counts[-1] += int(rng.choice([-1, 1]))
        lines.append(f"counts {h} {w} {text(counts)}")
        wanted.append("bad format")
    wrong = [(q, got, want) for q, got, want in zip(lines, ask(driver, lines), wanted) if got != want]
    for q, got, want in wrong[:5]:
        print(f"FAIL {q[:200]}\n  ours   {got}\n  theirs {want}")
    print(f"pixels: {len(lines)} cases against pycocotools, {len(wrong)} differ")
    return not wrong


def hard_polygon(rng, height, width):
    """What a boundary walk may stumble over: points that repeat, sides along the border, far outside,
    smaller than a pixel, dented, without area."""
    kind = rng.randrange(7)
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    if kind == 0:  # smaller than a pixel
        return [v + rng.uniform(-0.4, 0.4) for _ in range(rng.randint(3, 5)) for v in (x, y)]
    if kind == 1:  # along the border
        return [0, 0, width, 0, width, height, 0, height][:rng.choice([6, 8])]
    if kind == 2:  # all outside
        return [width + rng.uniform(0, 50) if k % 2 == 0 else rng.uniform(-50, height + 50) for k in range(8)]
    if kind == 3:  # a dent
        return [x - 20, y - 20, x + 20, y - 20, x + rng.uniform(-19, 5), y, x + 20, y + 20, x - 20, y + 20]
    if kind == 4:  # every point twice
        return [v for _ in range(rng.randint(3, 6)) for p in [(rng.uniform(0, width), rng.uniform(0, height))] for v in p + p]
    if kind == 5:  # no area
        return [x, y, x + 10, y + 5, x + 20, y + 10]
    return [round(2 * rng.uniform(-9, width + 9)) / 2 if k % 2 == 0 else round(2 * rng.uniform(-9, height + 9)) / 2
            for k in range(2 * rng.randint(3, 40))]


def check_hard_polygons(driver):
    from pycocotools import mask
    rng = random.Random(SEED + 2)
    lines, wanted = [], []
    for _ in range(2000):
        h, w = rng.randint(1, 60), rng.randint(1, 60)
        shapes = [hard_polygon(rng, h, w) for _ in range(2)]
        rles = mask.frPyObjects(shapes, h, w)
        for shape, rle in zip(shapes, rles):
            lines.append(f"polygon {h} {w} {text(shape)}")
            wanted.append(mask_line(rle, mask))
        pair = [rle["counts"].decode() for rle in rles]
        lines.append(f"merge {h} {w} {pair[0]} {pair[1]}")
        wanted.append(" ".join(mask.merge(rles, intersect=k)["counts"].decode() for k in (False, True)))
        for crowd in (0, 1):
            lines.append(f"maskiou {h} {w} {crowd} {pair[0]} {pair[1]}")
            wanted.append(f"{mask.iou([rles[0]], [rles[1]], [crowd])[0, 0]:.17g}")
    wrong = [(q, got, want) for q, got, want in zip(lines, ask(driver, lines), wanted) if got != want]
    for q, got, want in wrong[:5]:
        print(f"FAIL {q[:300]}\n  ours   {got}\n  theirs {want}")
    print(f"hard polygons: {len(lines)} cases against pycocotools, {len(wrong)} differ")
    return not wrong


def exact_area(points):
    return abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(points, points[1:] + points[:1]))) / 2


def exact_ratio(a, b):
    """Convex polygons cut in rational numbers: the ratio without any rounding."""
    a, b = ([(Fraction(x), Fraction(y)) for x, y in p] for p in (a, b))
    turn = sum(p[0] * q[1] - p[1] * q[0] for p, q in zip(b, b[1:] + b[:1]))
    if turn < 0:
        b.reverse()
    if turn == 0 or exact_area(a) == 0:
        return 0.0
    shared = a
    for p, q in zip(b, b[1:] + b[:1]):
        side = [(q[0] - p[0]) * (v[1] - p[1]) - (q[1] - p[1]) * (v[0] - p[0]) for v in shared]
        kept = []
        for i, v in enumerate(shared):
            if side[i - 1] * side[i] < 0:
                t, u = side[i - 1] / (side[i - 1] - side[i]), shared[i - 1]
                kept.append((u[0] + t * (v[0] - u[0]), u[1] + t * (v[1] - u[1])))
            if side[i] >= 0:
                kept.append(v)
        shared = kept
    area = exact_area(shared) if len(shared) > 2 else Fraction(0)
    return float(area / (exact_area(a) + exact_area(b) - area))


def grid(v):
    """On a grid of 2^-20, so that a million can be added without rounding."""
    return round(v * 2 ** 20) / 2 ** 20


def turned(rng, cx, cy, w, h, degrees):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(grid(cx + dx * w * c - dy * h * s), grid(cy + dx * w * s + dy * h * c))
            for dx, dy in ((-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5))]


def hard_pair(rng):
    """Two turned rectangles and what is to be shown with them."""
    cx, cy, w, h = rng.uniform(20, 60), rng.uniform(20, 60), rng.uniform(5, 50), rng.uniform(5, 50)
    angle = rng.choice([0, 90, 180, -45, 45, rng.uniform(-180, 180)])
    a = turned(rng, cx, cy, w, h, angle)
    kind = rng.choice(["same", "turned", "near parallel", "touching", "inside", "flat", "apart", "any", "shifted"])
    if kind == "same":
        b = a[rng.randrange(4):] + a
        b = b[:4] if rng.random() < 0.5 else b[:4][::-1]
    elif kind == "turned":
        b = turned(rng, cx, cy, w, h, angle + rng.choice([90, 180, -90, 45]))
    elif kind == "near parallel":
        b = turned(rng, cx, cy, w, h, angle + rng.choice([1e-9, 1e-7, 1e-5, 1e-3, -1e-4]))
    elif kind == "touching":  # b begins at a side of a
        b = [(grid(p[0] + a[1][0] - a[0][0]), grid(p[1] + a[1][1] - a[0][1])) for p in a]
    elif kind == "inside":
        b = turned(rng, cx, cy, w / 3, h / 3, angle + rng.choice([0, 30]))
    elif kind == "flat":
        b = turned(rng, cx, cy, w, 0, angle + rng.choice([0, 20]))
    elif kind == "apart":
        b = turned(rng, cx + 300, cy, w, h, angle)
    elif kind == "shifted":
        b = turned(rng, cx + rng.uniform(-5, 5), cy + rng.uniform(-5, 5), w, h, angle)
    else:
        b = turned(rng, rng.uniform(20, 60), rng.uniform(20, 60), rng.uniform(5, 50), rng.uniform(5, 50), rng.uniform(-180, 180))
    return kind, a, b


def check_exact_ratios(driver):
    """Rotated boxes against exact arithmetic, near the origin and a million pixels away. A bound of 1e-9
    on the ratio; where only rounding of the corners lets two boxes touch, 1e-9 is also what is asked."""
    rng = random.Random(SEED + 3)
    lines, wanted = [], []
    for _ in range(2000):
        kind, a, b = hard_pair(rng)
        want = exact_ratio(a, b)
        for far in (0, 1e6, -1e6):
            lines.append(f"overlap 4 {text(v + far for xy in a + b for v in xy)}")
            wanted.append((kind, far, want))
    bad, worst = 0, 0
    for line, got, (kind, far, want) in zip(lines, ask(driver, lines), wanted):
        v = [float(x) for x in got.split()]
        worst = max(worst, abs(v[1] - want))
        fine = abs(v[1] - want) <= 1e-9 * max(want, 1e-3) + 1e-12 and v[1] == v[2] and 0 <= v[1] <= 1
        if kind == "same":
            fine = fine and abs(v[1] - 1) <= 1e-12
        if kind in ("flat", "apart"):
            fine = fine and v[1] == 0
        if not fine:
            bad += 1
            if bad <= 5:
                print(f"FAIL {kind} at {far}: {line}\n  ours   {got}\n  exact  {want!r}")
    print(f"exact ratios: {len(lines)} cases in rational arithmetic, worst difference {worst:.1e}, {bad} differ")
    return bad == 0


def check_turned(driver):
    """The same from centre, sides and angle, against shapely."""
    from shapely.geometry import Polygon
    rng = random.Random(SEED + 4)
    lines, wanted = [], []
    for _ in range(2000):
        boxes = []
        for _ in range(2):
            boxes.append([rng.uniform(20, 60), rng.uniform(20, 60), rng.uniform(5, 50), rng.uniform(5, 50),
                          rng.choice([0, 90, 180, -45, 1e-7, 90 + 1e-7, rng.uniform(-360, 360)])])
        if rng.random() < 0.2:
            boxes[1] = boxes[0][:4] + [boxes[0][4] + rng.choice([0, 180, -360])]
        shapes = []
        for cx, cy, w, h, degrees in boxes:
            c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
            shapes.append(Polygon([(cx + dx * w * c - dy * h * s, cy + dx * w * s + dy * h * c)
                                   for dx, dy in ((-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5))]))
        shared = shapes[0].intersection(shapes[1]).area
        lines.append(f"turned {text(boxes[0] + boxes[1])}")
        wanted.append(shared / (shapes[0].area + shapes[1].area - shared))
    bad, worst = 0, 0
    for line, got, want in zip(lines, ask(driver, lines), wanted):
        v = [float(x) for x in got.split()]
        worst = max(worst, abs(v[0] - want))
        if not (abs(v[0] - want) <= 1e-9 and v[0] == v[1]):
            bad += 1
            if bad <= 5:
                print(f"FAIL {line}\n  ours   {got}\n  theirs {want!r}")
    print(f"turned boxes: {len(lines)} cases against shapely, worst difference {worst:.1e}, {bad} differ")
    return bad == 0


def some_rectangle(rng):
    cx, cy, w, h = (rng.uniform(0, 60) for _ in range(4))
    a = rng.uniform(0, math.pi)
    c, s = math.cos(a), math.sin(a)
    return [(cx + dx * w * c - dy * h * s, cy + dx * w * s + dy * h * c)
            for dx, dy in ((-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5))]


def star_shaped(rng):
    """A simple polygon, in general not convex."""
    n, cx, cy = rng.randint(3, 9), rng.uniform(20, 40), rng.uniform(20, 40)
    angles = sorted(rng.uniform(0, 2 * math.pi) for _ in range(n))
    return [(cx + rng.uniform(3, 30) * math.cos(a), cy + rng.uniform(3, 30) * math.sin(a))
            for a in angles]


def check_polygons(driver):
    """Also scaled by a power of two and a million pixels away, which must not change a bit of the ratio (the
    corners stay exact), and the other way round."""
    from shapely.geometry import MultiPoint, Polygon
    rng = random.Random(SEED + 1)
    lines, wanted = [], []
    while len(lines) < 12000:
        make = some_rectangle if len(lines) % 2 else star_shaped
        a, b = ([(grid(x), grid(y)) for x, y in make(rng)] for _ in range(2))
        p, q = Polygon(a), Polygon(b)
        if not (p.is_valid and q.is_valid and p.area > 1e-6 and q.area > 1e-6):
            continue
        shared = p.intersection(q).area
        lines.append(f"overlap {len(a)} {text(v for xy in a + b for v in xy)}")
        wanted.append((shared, shared / (p.area + q.area - shared)))
        lines.append(f"overlap {len(a)} {text(4 * v for xy in a + b for v in xy)}")
        wanted.append((16 * shared, shared / (p.area + q.area - shared)))
        lines.append(f"overlap {len(a)} {text(v - 1e6 for xy in a + b for v in xy)}")
        wanted.append((shared, shared / (p.area + q.area - shared)))
    for _ in range(2000):
        points = [(rng.uniform(0, 50), rng.uniform(0, 50)) for _ in range(rng.randint(3, 30))]
        lines.append(f"rect {text(v for xy in points for v in xy)}")
        wanted.append(MultiPoint(points).minimum_rotated_rectangle.area)
    bad, worst, before = 0, 0, None
    for i, (line, got, want) in enumerate(zip(lines, ask(driver, lines), wanted)):
        v = [float(x) for x in got.split()]
        if line.startswith("rect"):
            fine = abs(v[2] * v[3] - want) <= 1e-9 * max(want, 1)
        else:
            fine = abs(v[0] - want[0]) <= 1e-9 * max(want[0], 1) and abs(v[1] - want[1]) <= 1e-9
            fine = fine and v[1] == v[2] and 0 <= v[1] <= 1 and (i % 3 == 0 or v[1] == before)
            worst = max(worst, abs(v[1] - want[1]))
            before = v[1]
        if not fine:
            bad += 1
            if bad <= 5:
                print(f"FAIL {line}\n  ours   {got}\n  theirs {want}")
    print(f"polygons: {len(lines)} cases against shapely, worst difference of ratios {worst:.1e}, {bad} differ")
    return bad == 0


def check_assignments(driver):
    import numpy
    from scipy.optimize import linear_sum_assignment
    rng = numpy.random.default_rng(SEED)
    lines, wanted = [], []
    for i in range(400):
        rows, cols = rng.integers(1, 60, size=2)
        scores = rng.random((rows, cols)) if i % 2 else rng.integers(0, 5, (rows, cols)) * 0.25
        r, c = linear_sum_assignment(scores, maximize=True)
        lines.append(f"assign {rows} {cols} {text(scores.ravel())}")
        wanted.append(scores[r, c].sum())
    bad = sum(abs(float(got) - want) > 1e-9 for got, want in zip(ask(driver, lines), wanted))
    print(f"assignments: {len(lines)} cases against scipy, {bad} differ")
    return bad == 0


def check_released_pairs(driver):
    """Polygon pairs with the ratio of DOTA_devkit's own polyiou (kept outside the repository)."""
    samples = Path(os.environ.get("RSIFT_SAMPLES", "../shared/samples"))
    path = samples.parent / "metrics/cases/dota-ap/poly_iou.jsonl"
    if not path.exists():
        raise ImportError(f"no {path.name}")
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    answers = ask(driver, [f"overlap 4 {text(c['p'] + c['q'])}" for c in cases])
    bad = sum(abs(float(got.split()[1]) - c["iou"]) > 1e-9 for got, c in zip(answers, cases))
    print(f"pairs: {len(cases)} cases against polyiou, {bad} differ")
    return bad == 0


def main():
    driver = find_driver()
    if not driver:
        print(f"FAIL: no {NAME} in $RSIFT_BUILD_DIR/tests")
        return 1
    results, skipped = [], 0
    for check in (check_masks, check_pixels, check_hard_polygons, check_exact_ratios, check_turned, check_polygons,
                  check_assignments, check_released_pairs):
        try:
            results.append(check(driver))
        except ImportError as missing:
            print(f"skipped {check.__name__}: {missing}")
            skipped += 1
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed, {skipped} skipped")
    if not results:
        return 77
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
