"""Makes what the trainers are to load: releases of rsift-synth and pictures of odd sizes, mixed and emitted.

usage: make_input.py OUT     with RSIFT_BIN and RSIFT_SYNTH

OUT/sets.json lists the emitted folders; OUT/boxes.json holds the boxes in stored pixels by picture.
"""
import json
import os
import random
import struct
import subprocess
import sys
import zlib

SIZES = [(1024, 1024), (1600, 900), (1089, 615), (700, 1500), (64, 64), (2100, 1400), (333, 1001)]
LIMITS = ["--min-pixels", "3136", "--max-pixels", "1003520"]
PAIRS = [("llava", "llava-1.5"), ("internvl", "internvl"), ("qwen", "qwen2.5-vl"), ("qwen", "qwen3-vl")]
PAIRS += [(f, m) for f in ("ms-swift", "llama-factory") for m in ("llava-1.5", "internvl", "qwen2.5-vl", "qwen3-vl")]


def png(path, width, height, bits=8):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x60\x70\x50" * (width * bits // 8)) * height
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0)))
        f.write(chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def odd_pictures(folder):
    """A COCO file over pictures of many sizes; boxes reach into every corner."""
    os.makedirs(f"{folder}/img")
    rng = random.Random(7)
    images, annotations = [], []
    for i, (w, h) in enumerate(SIZES):
        png(f"{folder}/img/p{i}.png", w, h)
        images.append({"id": i, "file_name": f"p{i}.png", "width": w, "height": h})
        corner = (round(w * 0.9), round(h * 0.9), w, h)
        others = []
        for _ in range(3):
            x, y = rng.uniform(0, w * 0.7), rng.uniform(0, h * 0.7)
            others.append((x, y, x + w * 0.25, y + h * 0.25))
        for x0, y0, x1, y1 in [corner] + others:
            annotations.append({"id": len(annotations), "image_id": i, "category_id": 1, "iscrowd": 0,
                                "bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)})
    with open(f"{folder}/ann.json", "w") as f:
        json.dump({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "ship"}]}, f)
    by_picture = {}
    for a in annotations:
        x, y, w, h = a["bbox"]
        by_picture.setdefault(f"p{a['image_id']}.png", []).append([x, y, x + w, y + h])
    return by_picture


def alike_pictures(folder):
    """Names that differ by case only, or hold what loaders might take for more than a
    name. B.PNG is rendered. Width and the height of the only box tell which picture it is."""
    os.makedirs(f"{folder}/img")
    names = ["a.png", "A.png", "b.png", "B.PNG", "caf\u00e9.png", "c d#1.png", "e%20[f]*.png"]
    images = []
    for i, name in enumerate(names):
        png(f"{folder}/img/{name}", 64 + i, 64, 16 if name == "B.PNG" else 8)
        images.append({"id": i, "file_name": name, "width": 64 + i, "height": 64})
    annotations = [{"id": i, "image_id": i, "category_id": 1, "iscrowd": 0, "bbox": [4, 4, 20, 20 + i], "area": 400}
                   for i in range(len(names))]
    with open(f"{folder}/ann.json", "w") as f:
        json.dump({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "ship"}]}, f)


def main():
    out = os.path.abspath(sys.argv[1])
    os.makedirs(out)
    os.chdir(out)

    def run(*args, codes=(0,)):
        done = subprocess.run(args, capture_output=True, text=True)
        if done.returncode not in codes:
            sys.exit(f"{' '.join(args)}: exit {done.returncode}\n{done.stdout}{done.stderr}")

    rsift, synth = os.environ["RSIFT_BIN"], os.environ["RSIFT_SYNTH"]
    boxes = odd_pictures("odd")
    for family in ("levir", "dior", "vrsbench", "rsvqa"):
        run(synth, "release", family, "--out", family, "--images", "12", "--side", "64", "--seed", "3", "--clean")
        run(rsift, "index", family, "--workspace", "ws", "--quiet")
    alike_pictures("alike")
    for name in ("odd", "alike"):
        run(rsift, "index", f"{name}/ann.json", "--reader", "coco", "--images", f"{name}/img", "--name", name,
            "--licence", "CC-BY-4.0", "--workspace", "ws", "--quiet")
    with open("recipe.yaml", "w") as f:
        f.write("name: all\nseed: 5\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n")
        f.writelines(f"  - {{id: {d}}}\n" for d in ("levir-cc", "dior", "vrsbench", "odd", "alike"))
        f.write("  - {id: rsvqa-lr, samples: 100000, repeats: 2}\n")  # each is two records, which no trainer may merge
    run(rsift, "mix", "recipe.yaml", "--workspace", "ws", "--quiet", codes=(0, 1))
    twice = "SELECT count(*) AS n FROM ledger WHERE n_repeats = 2"
    if json.loads(subprocess.check_output([rsift, "query", twice, "--workspace", "ws", "--json"]))[0]["n"] == 0:
        sys.exit("no sample is used twice")
    sets = []
    for form, model in PAIRS:
        for kind in ("train", "eval"):
            folder = f"{kind}-{form}-{model}"
            which = ["--eval", "vrsbench"] if kind == "eval" else []
            run(rsift, "emit", *which, "--format", form, "--model", model, *LIMITS, "-o", folder, "--workspace", "ws",
                "--quiet", codes=(0, 1))
            with open(f"{folder}/manifest.json") as f:
                n = json.load(f)["records"]
            sets.append({"folder": f"{out}/{folder}", "format": form, "model": model, "kind": kind, "records": n})
    with open("sets.json", "w") as f:
        json.dump(sets, f, indent=1)
    with open("boxes.json", "w") as f:
        json.dump(boxes, f)


main()
