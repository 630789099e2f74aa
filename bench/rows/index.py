"""Indexing: rsift beside tools that only parse the same files.

rsift also checks every sample, hashes records, tags questions, resolves pictures and writes the parts. Signals are a row of
their own, with the models that are at hand; the others are without (--no-signals). yyjson and orjson hold the whole file in memory;
bench/run.sh makes DATA/yyjson_only.
"""
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "readers")]
import boxes  # noqa: E402
import table  # noqa: E402
import talks  # noqa: E402

ORJSON = "import orjson, sys; print(len(orjson.loads(open(sys.argv[1], 'rb').read())))"
PANDAS = "import pandas, sys; print(len(pandas.read_csv(sys.argv[1])))"
DOTA = """
import os, sys
n = total = 0
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name)) as lines:
        for line in lines:
            words = line.split()
            if len(words) >= 9:
                total += sum(float(v) for v in words[:8])
                n += 1
print(n, round(total, 3))
"""
YOLO = """
import os, sys
n = total = 0
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name)) as lines:
        for line in lines:
            words = line.split()
            if len(words) == 5:
                total += sum(float(v) for v in words[1:])
                n += 1
print(n, round(total, 3))
"""


def make_coco(path, n_images, n_boxes=20):
    """About 2.4 KB a picture; the pictures are not there."""
    if path.exists():
        return
    draw = random.Random(1)
    images = [{"id": i, "file_name": f"{i:06d}.jpg", "width": 800, "height": 800} for i in range(n_images)]
    found = []
    for i in range(n_images * n_boxes):
        x, y, w, h = draw.randrange(700), draw.randrange(700), draw.randrange(1, 100), draw.randrange(1, 100)
        found.append({"id": i + 1, "image_id": i // n_boxes, "category_id": draw.randrange(1, 11), "bbox": [x, y, w, h],
                      "area": w * h, "iscrowd": 0})
    names = [{"id": k + 1, "name": name} for k, name in enumerate(talks.WORDS[:10])]
    path.write_text(json.dumps({"images": images, "annotations": found, "categories": names}))


def make_table(path, n_bytes):
    """Pictures' names and two captions each, as RS5M's tables."""
    draw, n = random.Random(1), 0
    with open(path, "w") as out:
        out.write("filepath,title,title_multi_objects,similarity\n")
        while out.tell() < n_bytes:
            words = draw.choices(talks.WORDS, k=28)
            out.write(f"images2/a{n:09d}_CH_19.jpg,{' '.join(words[:8])},\"{' '.join(words[8:])}, \"\"x\"\"; y\",0.3\n")
            n += 1


def make_boxes(folder, n_files, line, n_objects=30):
    """Files with a line an object, line(draw); their pictures are not there."""
    if folder.exists():
        return
    draw = random.Random(1)
    folder.mkdir(parents=True)
    for i in range(n_files):
        (folder / f"P{i:05d}.txt").write_text("".join(line(draw) for _ in range(n_objects)))


def dota_line(draw):
    corners = " ".join(f"{v:.1f}" for point in boxes.quad(draw) for v in point)
    return f"{corners} {draw.choice(('plane', 'ship', 'harbor'))} {draw.randrange(2)}\n"


def yolo_line(draw):
    w, h = draw.uniform(.01, .1), draw.uniform(.01, .1)
    x, y = draw.uniform(w / 2, 1 - w / 2), draw.uniform(h / 2, 1 - h / 2)
    return f"{draw.randrange(3)} {x:.6f} {y:.6f} {w:.6f} {h:.6f}\n"


def make_all(o, full):
    """Every input that is not there yet."""
    def records(name, n):
        if not (o.data / name).exists():
            subprocess.run([o.synth, "records", "--out", o.data / name, "--records", str(n), "--seed", "1"], check=True,
                           stdout=subprocess.DEVNULL)
    records("llava.json", 400000)
    if full:
        records("llava-4gb.json", 7600000)
    if not (o.data / "dialogues.json").exists():
        talks.make(o.data / "dialogues.json", 50 << 20)
    make_coco(o.data / "coco.json", 40000)
    if not (o.data / "captions.csv").exists():
        make_table(o.data / "captions.csv", 50 << 20)
    make_boxes(o.data / "dota", 5000, dota_line)
    if not (o.data / "labelme").exists():
        boxes.make(o.data, 2000, 20)
    make_boxes(o.data / "yolo", 5000, yolo_line)
    for container, name in (("zip", "pictures.zip"), ("folder", "pictures-loose")):
        if not (o.data / name).exists():
            subprocess.run([o.synth, "pictures", "--container", container, "--out", o.data / name, "--images", "50000"],
                           check=True, stdout=subprocess.DEVNULL)


def cases(o):
    table.make(make_all, o, o.full)
    work = o.scratch / "index-work"

    def command(path, ours):
        return [o.rsift, "index", path, "--name", "bench", *ours, "--workspace", work, "--quiet"]

    def case(name, path, ours, peer, theirs, clock="cpu"):
        return table.Case(f"index {name}", command(path, ours), peer, theirs, clock,
                          before=lambda side: shutil.rmtree(work, ignore_errors=True))

    def python(code, path):
        return [sys.executable, "-c", code, path]

    yyjson, orjson = ("yyjson alone", lambda p: [o.data / "yyjson_only", p]), ("orjson, bare parse", lambda p: python(ORJSON, p))
    llava = ["--reader", "llava", "--param", "box_convention=percent-obb", "--no-signals"]
    if o.full:  # of which orjson makes objects of 26 GB
        path = o.data / "llava-4gb.json"
        yield case("LLaVA JSON, 4 GB", path, llava, yyjson[0], yyjson[1](path))
    name, path = "LLaVA JSON, 212 MB", o.data / "llava.json"
    for peer, theirs in (yyjson, orjson):
        yield case(name, path, llava, peer, theirs(path))
    yield case(f"{name}, signals measured", path, llava[:-1], "", None)
    yield case(f"{name}, 2 threads", path, [*llava, "--threads", "2"], "1 thread", command(path, [*llava, "--threads", "1"]), "wall")
    path = o.data / "dialogues.json"
    yield case("dialogues, 52 MB", path, ["--reader", "llava", "--no-signals"], "json.load and its turns", python(talks.PLAIN, path))
    path = o.data / "coco.json"
    for peer, theirs in (yyjson, orjson):
        yield case("COCO JSON, 90 MB", path, ["--reader", "coco"], peer, theirs(path))
    path = o.data / "captions.csv"
    captions = ["--reader", "records", "--param", "image=filepath", "--param", "captions=title,title_multi_objects", "--no-text",
                "--no-signals"]
    yield case("CSV of captions, 52 MB", path, captions, "pandas.read_csv", python(PANDAS, path))
    path = o.data / "dota"
    yield case("DOTA, 5,000 files of 30 boxes", path, ["--reader", "dota"], "plain Python", python(DOTA, path))
    path = o.data / "yolo"
    yield case("YOLO, 5,000 files of 30 boxes", path, ["--reader", "yolo"], "plain Python", python(YOLO, path))
    plain = [sys.executable, HERE.parent / "readers" / "boxes.py"]
    path = o.data / "fair1m-like"
    yield case("VOC, 2,000 files of 20 rings", path, ["--reader", "voc", "--param", "box=obb"], "ElementTree", [*plain, "voc", path])
    path = o.data / "labelme"
    yield case("labelme, 2,000 files of 20 shapes", path, ["--reader", "labelme"], "json", [*plain, "labelme", path])
    path = o.data / "pictures.zip"
    yield case("50,000 pictures in one zip", path, ["--reader", "folder"], "unzip -p", ["sh", "-c", f"unzip -p '{path}' >/dev/null"])
    path = o.data / "pictures-loose"
    yield case("50,000 pictures in folders", path, ["--reader", "folder"], "find, cat",
               ["sh", "-c", f"find '{path}' -type f -exec cat {{}} + >/dev/null"])
    shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    table.main(cases, __doc__)
