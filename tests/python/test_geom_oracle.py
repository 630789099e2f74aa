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
from pathlib import Path

SEED = 20260119
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
    from shapely.geometry import MultiPoint, Polygon
    rng = random.Random(SEED + 1)
    lines, wanted = [], []
    while len(lines) < 6000:
        make = some_rectangle if len(lines) % 2 else star_shaped
        a, b = make(rng), make(rng)
        p, q = Polygon(a), Polygon(b)
        if not (p.is_valid and q.is_valid and p.area > 1e-6 and q.area > 1e-6):
            continue
        shared = p.intersection(q).area
        lines.append(f"overlap {len(a)} {text(v for xy in a + b for v in xy)}")
        wanted.append((shared, shared / (p.area + q.area - shared)))
    for _ in range(2000):
        points = [(rng.uniform(0, 50), rng.uniform(0, 50)) for _ in range(rng.randint(3, 30))]
        lines.append(f"rect {text(v for xy in points for v in xy)}")
        wanted.append(MultiPoint(points).minimum_rotated_rectangle.area)
    bad = 0
    for line, got, want in zip(lines, ask(driver, lines), wanted):
        v = [float(x) for x in got.split()]
        if line.startswith("rect"):
            fine = abs(v[2] * v[3] - want) <= 1e-9 * max(want, 1)
        else:
            fine = abs(v[0] - want[0]) <= 1e-8 * max(want[0], 1) and abs(v[1] - want[1]) <= 1e-9
        if not fine:
            bad += 1
            if bad <= 5:
                print(f"FAIL {line}\n  ours   {got}\n  theirs {want}")
    print(f"polygons: {len(lines)} cases against shapely, {bad} differ")
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
        print(f"skipped: no {NAME} in $RSIFT_BUILD_DIR/tests")
        return 77
    results = []
    for check in (check_masks, check_polygons, check_assignments, check_released_pairs):
        try:
            results.append(check(driver))
        except ImportError as missing:
            print(f"skipped {check.__name__}: {missing}")
    if not results:
        return 77
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
