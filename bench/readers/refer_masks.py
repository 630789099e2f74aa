"""Measures rsift index beside plain Python on referring expressions (a pickle and a COCO file with run lengths) and
on masks in folders.

usage: refer_masks.py DIR RSIFT      makes the data in DIR, then prints a row per program (bench/measure.py)
Needs numpy, Pillow and pycocotools. The Python programs do what a converter does and no more: they read each record,
compare each mask's box with the stated one, or count each mask's values. `rsift index` does that too and also hashes
and probes the pictures, checks every record and writes its tables.
"""
import json
import os
import pickle
import subprocess
import sys

N_REFS, SIDE, N_MASKS, TILE = 17402, 800, 300, 1000
HERE = os.path.dirname(os.path.abspath(__file__))


def make_refer(folder):
    import numpy
    from pycocotools import mask
    rng, shapes = numpy.random.default_rng(1), []
    yy, xx = numpy.mgrid[:SIDE, :SIDE]
    for _ in range(400):
        cx, cy, rx, ry = rng.integers(100, 700), rng.integers(100, 700), rng.integers(10, 90), rng.integers(10, 90)
        one = mask.encode(numpy.asfortranarray(((xx - cx) / rx) ** 2 + ((yy - cy) / ry) ** 2 < 1, dtype=numpy.uint8))
        x, y, w, h = (int(v) for v in mask.toBbox(one))
        shapes.append(({"size": one["size"], "counts": one["counts"].decode()}, [x, y, x + w, y + h]))
    refs, images, annotations = [], [], []
    for i in range(N_REFS):
        runs, box = shapes[i % len(shapes)]
        name, text = f"{i:05d}.jpg", f"The ship number {i} on the lower left of the harbor"
        refs.append({"image_id": i, "split": "train", "sentences": [
            {"tokens": text.split(), "raw": text, "sent_id": i, "sent": text}], "file_name": name, "category_id": 13,
            "ann_id": i, "sent_ids": [i], "ref_id": i})
        images.append({"file_name": name, "height": SIDE, "width": SIDE, "id": i})
        annotations.append({"bbox": box, "categories_id": 13, "id": i, "image_id": i, "segmentation": [runs], "area": 1})
    os.makedirs(folder)
    with open(folder + "/refs(unc).p", "wb") as f:
        pickle.dump(refs, f, 4)
    with open(folder + "/instances.json", "w") as f:
        json.dump({"images": images, "annotations": annotations, "categories": [{"name": "ship", "id": 13}]}, f)


def make_masks(folder):
    import numpy
    from PIL import Image
    rng = numpy.random.default_rng(2)
    os.makedirs(folder + "/labels")
    os.makedirs(folder + "/images")
    for i in range(N_MASKS):
        small = rng.integers(1, 11, (40, 40), dtype=numpy.uint8)
        Image.fromarray(numpy.kron(small, numpy.ones((TILE // 40, TILE // 40), numpy.uint8))).save(
            f"{folder}/labels/{i:04d}.png")
        Image.new("RGB", (64, 64), (i % 255, 90, 90)).save(f"{folder}/images/{i:04d}.png")


def plain_refer(folder):
    from pycocotools import mask
    with open(folder + "/refs(unc).p", "rb") as f:
        refs = pickle.load(f)
    with open(folder + "/instances.json") as f:
        data = json.load(f)
    by_id = {a["id"]: a for a in data["annotations"]}
    images = {i["id"]: i for i in data["images"]}
    with open(folder + "/plain.jsonl", "w") as out:
        for ref in refs:
            one = by_id[ref["ann_id"]]
            x, y, w, h = mask.toBbox(one["segmentation"][0])
            far = max(abs(a - b) for a, b in zip((x, y, x + w, y + h), one["bbox"])) > 50
            for sentence in ref["sentences"]:
                out.write(json.dumps({"image": images[ref["image_id"]]["file_name"], "phrase": sentence["raw"],
                                      "box": one["bbox"], "split": ref["split"], "far": bool(far)}) + "\n")


def plain_masks(folder):
    import numpy
    from PIL import Image
    with open(folder + "/plain.jsonl", "w") as out:
        for name in sorted(os.listdir(folder + "/labels")):
            values, counts = numpy.unique(numpy.asarray(Image.open(f"{folder}/labels/{name}")), return_counts=True)
            out.write(json.dumps({"image": name, "classes": values.tolist(), "pixels": counts.tolist()}) + "\n")


def measure(label, amount, unit, *command):
    subprocess.run([sys.executable, os.path.join(HERE, "..", "measure.py"), label, str(amount), unit, "--", *command],
                   check=True)


def main():
    folder, rsift = sys.argv[1:3]
    if rsift in ("refer", "masks"):  # the peer itself, in a process of its own
        return {"refer": plain_refer, "masks": plain_masks}[rsift](folder)
    refer, masks = folder + "/refer", folder + "/masks"
    if not os.path.isdir(refer):
        make_refer(refer)
    if not os.path.isdir(masks):
        make_masks(masks)
    values = ["--param", "mask_values=" + ",".join(f"{c}=kind{chr(96 + c)}" for c in range(1, 11))]
    own = ["--name", "bench", "--licence", "CC-BY-4.0", "--quiet", "--workspace"]
    for threads in ("1", "2"):
        work = f"{folder}/ws{threads}"
        subprocess.run(["rm", "-rf", work + "r", work + "m"], check=True)
        measure(f"rsift index, refer, {threads} thread(s)", N_REFS, "refs", rsift, "index", refer, "--reader", "refer",
                "--param", "box_convention=px", "--threads", threads, *own, work + "r")
        measure(f"rsift index, masks, {threads} thread(s)", N_MASKS, "masks", rsift, "index", masks, "--reader", "masks",
                *values, "--threads", threads, *own, work + "m")
    measure("python, pickle + json + pycocotools", N_REFS, "refs", sys.executable, __file__, refer, "refer")
    measure("python, Pillow + numpy.unique", N_MASKS, "masks", sys.executable, __file__, masks, "masks")


if __name__ == "__main__":
    main()
