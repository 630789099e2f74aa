"""Speeds of two builds on the same data, in pairs of one run each whose order alternates.

    python3 bench/compare.py OLD NEW [--pairs N] [--data FOLDER] [--only WORD]

OLD and NEW are folders with rsift and rsift-synth. Prints for each task the median of NEW's CPU seconds over
OLD's (user + system, all threads), the smallest and largest ratio of a pair, and the peak memory of both.
CPU seconds, because wall clock also measures who else uses the machine. Nothing is asserted.
"""
import argparse
import json
import multiprocessing
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RECIPE = "name: bench\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - id: bench\n"
WORDS = "a the red two planes roof buildings river near road trees green parked neatly small large".split()


def synth(build, out, *arguments):
    if not out.exists():
        subprocess.run([build / "rsift-synth", *map(str, arguments), "--out", out], check=True, stdout=subprocess.DEVNULL)
    return out


def coco_file(path, rng, n_images=20000, n_boxes=20):
    """A COCO file of about 50 MB; its pictures are not there."""
    if path.exists():
        return path
    images = [{"id": i, "file_name": f"{i:06d}.jpg", "width": 800, "height": 800} for i in range(n_images)]
    boxes = []
    for i in range(n_images):
        for k in range(n_boxes):
            x, y, w, h = rng.randrange(700), rng.randrange(700), rng.randrange(1, 100), rng.randrange(1, 100)
            boxes.append({"id": i * n_boxes + k + 1, "image_id": i, "category_id": rng.randrange(1, 11),
                          "bbox": [x, y, w, h], "area": w * h, "iscrowd": 0})
    names = [{"id": k, "name": f"class-{k}"} for k in range(1, 11)]
    path.write_text(json.dumps({"images": images, "annotations": boxes, "categories": names}))
    return path


def found_file(path, truth, rng):
    """Predictions for a COCO file: each box moved a little, one in five of another class."""
    if path.exists():
        return path
    rows = []
    for a in json.loads(truth.read_text())["annotations"]:
        box = [v + rng.uniform(-6, 6) for v in a["bbox"][:2]] + a["bbox"][2:]
        category = a["category_id"] if rng.random() < 0.8 else 1 + a["category_id"] % 10
        rows.append({"image_id": a["image_id"], "category_id": category, "bbox": box, "score": rng.random()})
    path.write_text(json.dumps(rows))
    return path


def answer_files(folder, rng, n=200000):
    truth, answers = folder / "vqa.jsonl", folder / "vqa-answers.jsonl"
    if not answers.exists():
        with open(truth, "w") as t, open(answers, "w") as p:
            for i in range(n):
                right = rng.choice(["yes", "no", "3", "12", "red roof"])
                given = right if rng.random() < 0.7 else rng.choice(["yes", "no", "It is 3.", ""])
                t.write(json.dumps({"id": i, "answer": right, "type": rng.choice(["presence", "count"])}) + "\n")
                p.write(json.dumps({"id": i, "prediction": given}) + "\n")
    return truth, answers


def caption_files(folder, rng, n=20000):
    truth, answers = folder / "captions.jsonl", folder / "captions-answers.jsonl"
    if not answers.exists():
        def sentence():
            return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(6, 18)))
        with open(truth, "w") as t, open(answers, "w") as p:
            for i in range(n):
                t.write(json.dumps({"id": i, "references": [sentence() for _ in range(5)]}) + "\n")
                p.write(json.dumps({"id": i, "prediction": sentence()}) + "\n")
    return truth, answers


def run(command):
    """CPU seconds and peak MB of one command and its children."""
    child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True, errors="replace")
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"compare: {' '.join(map(str, command))}: exit {child.returncode}\n{said[-500:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def make_data(old, folder):
    """What the tasks read. In a process of its own: Linux counts the memory of the one that starts a command
    as the command's peak."""
    rng = random.Random(1)
    llava = synth(old, folder / "llava.json", "records", "--records", 190000, "--seed", 1)
    coco = coco_file(folder / "coco.json", rng)
    dota = synth(old, folder / "dota", "release", "dota", "--images", 3000, "--side", 32, "--seed", 1, "--clean")
    pictures = synth(old, folder / "vrsbench", "release", "vrsbench", "--images", 1500, "--side", 64, "--seed", 1, "--clean")
    found = found_file(folder / "coco-found.json", coco, rng)
    vqa, captions = answer_files(folder, rng), caption_files(folder, rng)
    recipe = folder / "recipe.yaml"
    recipe.write_text(RECIPE)
    picked = folder / "picked.yaml"
    picked.write_text(RECIPE.replace("id: bench", "id: vrsbench"))
    return llava, coco, dota, pictures, found, vqa, captions, recipe, picked


def tasks(data, scratch):
    """(label, function(build, turn) -> command); a workspace that a task needs is made here, once a build."""
    llava, coco, dota, pictures, found, vqa, captions, recipe, picked = data
    made = {}

    def index(build, path, workspace, *more):
        return [build / "rsift", "index", path, "--workspace", workspace, "--quiet", *more]

    own_llava = ("--reader", "llava", "--name", "bench", "--param", "box_convention=percent-obb")

    def workspace(build, name, path, *more):
        """One per build and name, indexed and, for emit, mixed outside the timing."""
        key = (build, name)
        if key not in made:
            made[key] = scratch / f"kept-{len(made)}"
            run(index(build, path, made[key], *more))
            if name == "pictures":
                run([build / "rsift", "mix", picked, "--workspace", made[key], "--quiet"])
        return made[key]

    def emit(build, turn, form, model):
        return [build / "rsift", "emit", "--format", form, "--model", model, "-o", scratch / f"out-{turn}", "--images", "path",
                "--workspace", workspace(build, "pictures", pictures), "--quiet"]

    def score(build, profile, truth, predictions):
        return [build / "rsift", "score", profile, "--truth", truth, "--predictions", predictions, "--quiet", "--json"]

    return [
        ("index LLaVA JSON 100 MB", lambda b, t: index(b, llava, scratch / f"w-{t}", *own_llava)),
        ("index COCO JSON 50 MB", lambda b, t: index(b, coco, scratch / f"w-{t}", "--reader", "coco", "--name", "bench")),
        ("index DOTA, 3,000 files", lambda b, t: index(b, dota, scratch / f"w-{t}", "--dataset", "dota")),
        ("mix 190,000 samples", lambda b, t: [b / "rsift", "mix", recipe, "--quiet", "--workspace",
                                              workspace(b, "llava", llava, *own_llava)]),
        ("emit llava, llava-1.5", lambda b, t: emit(b, t, "llava", "llava-1.5")),
        ("emit ms-swift, qwen3-vl", lambda b, t: emit(b, t, "ms-swift", "qwen3-vl")),
        ("score vqa, 200,000", lambda b, t: score(b, "vqa.floodnet", *vqa)),
        ("score captions, 20,000", lambda b, t: score(b, "caption.coco", *captions)),
        ("score boxes, 400,000", lambda b, t: score(b, "det.coco.bbox", coco, found)),
    ]


def measure(label, command, builds, pairs, scratch):
    seconds, memory = [[], []], [[], []]
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            turn = f"{pair}-{side}"
            made = command(builds[side], turn)
            cpu, peak = run(made)
            seconds[side].append(cpu)
            memory[side].append(peak)
            for left in (scratch / f"w-{turn}", scratch / f"out-{turn}"):
                shutil.rmtree(left, ignore_errors=True)
    ratios = [new / max(old, 1e-9) for old, new in zip(*seconds)]
    print(f"{label:<26} {statistics.median(seconds[0]):8.2f} {statistics.median(seconds[1]):8.2f} "
          f"{statistics.median(ratios):8.3f} {min(ratios):8.3f} - {max(ratios):5.3f} "
          f"{statistics.median(memory[0]):8.0f} {statistics.median(memory[1]):8.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--data", help="where the data is made and kept; default: a temporary folder")
    parser.add_argument("--only", default="", help="tasks whose name holds this word")
    options = parser.parse_args()
    builds = [Path(options.old).resolve(), Path(options.new).resolve()]
    with tempfile.TemporaryDirectory(prefix="rsift-speed-") as scratch:
        folder = Path(options.data or Path(scratch, "data"))
        folder.mkdir(parents=True, exist_ok=True)
        with multiprocessing.get_context("fork").Pool(1) as pool:
            data = pool.apply(make_data, (builds[0], folder))
        made = tasks(data, Path(scratch))
        print(f"{options.pairs} pairs, load {os.getloadavg()[0]:.1f}")
        print(f"{'task':<26} {'old s':>8} {'new s':>8} {'new/old':>8} {'smallest - largest':>16} {'old MB':>8} {'new MB':>8}")
        for label, command in made:
            if options.only in label:
                measure(label, command, builds, options.pairs, Path(scratch))


if __name__ == "__main__":
    main()
