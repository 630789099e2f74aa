"""The record rules of trainers that are repositories and no packages, and type inference of `datasets`.

LLaVA, Qwen's finetuning and InternVL are restated from what their loaders do with a record:
  LLaVA      haotian-liu/LLaVA llava/train/train.py (2024-05-12)
  Qwen       QwenLM/Qwen3-VL qwen-vl-finetune/qwenvl/data/data_processor.py (2026-01-30)
  InternVL   OpenGVLab/InternVL internvl_chat/internvl/train/internvl_chat_finetune.py (2025-09-22)
"""
import json
import os
import sys
import unicodedata

import datasets
import PIL
from PIL import Image

from report import Report, expect, near, own_picture

made = sys.argv[1]
report = Report()
boxes_of = json.load(open(f"{made}/boxes.json"))
datasets.disable_progress_bars()


def read(s):
    """The records as the loaders read them: a JSON array at once, or a line each."""
    path = main_file(s)
    with open(path) as f:
        return json.load(f) if path.endswith(".json") else [json.loads(line) for line in f]


def main_file(s):
    name = "train.json" if s["format"] in ("llava", "llama-factory") else "train.jsonl"
    return f"{s['folder']}/{name}"


def turns_alternate(conversations, kind):
    roles = [t["from"] for t in conversations]
    expect(set(roles) <= {"human", "gpt"}, f"roles {roles}")
    expect(all(r == ("human", "gpt")[i % 2] for i, r in enumerate(roles)), "turns do not alternate")
    expect(kind == "eval" or roles[-1] == "gpt", "no answer at the end")
    expect(all(t["value"].strip() for t in conversations), "an empty turn")


def llava(s):
    """Modality by the key `image`, whose path is joined to the folder as one text; one picture a record."""
    for r in read(s):
        turns_alternate(r["conversations"], s["kind"])
        n_tags = sum(t["value"].count("<image>") for t in r["conversations"])
        expect(n_tags == ("image" in r), "a tag without a picture, or a picture without a tag")
        if "image" in r:
            Image.open(os.path.join(f"{s['folder']}/images", r["image"])).convert("RGB")


def qwen(s):
    """Tags of human turns take the pictures one after another; none may be left over."""
    for r in read(s):
        turns_alternate(r["conversations"], s["kind"])
        pool = r.get("image") or []
        pool = [pool] if isinstance(pool, str) else list(pool)
        for t in r["conversations"]:
            expect(t["from"] == "human" or "<image>" not in t["value"], "a tag in an answer")
            for _ in range(t["value"].count("<image>")):
                expect(pool, "more tags than pictures")
                Image.open(os.path.join(f"{s['folder']}/images", pool.pop(0))).convert("RGB")
        expect(not pool, f"{len(pool)} pictures without a tag")


def internvl(s):
    """meta.json names the lines and the root, relative to the folder; a list is the loader of several pictures."""
    meta = json.load(open(f"{s['folder']}/meta.json"))
    (name, m), = meta.items()
    expect({"root", "annotation", "data_augment", "repeat_time", "length"} <= set(m), f"meta.json of {name}")
    lines = open(f"{s['folder']}/{m['annotation']}").read().splitlines()
    expect(m["annotation"].endswith(".jsonl") and len(lines) == m["length"], "length in meta.json")
    for r in map(json.loads, lines):
        turns_alternate(r["conversations"], s["kind"])
        n_tags = sum(t["value"].count("<image>") for t in r["conversations"])
        if not r.get("image"):
            expect(n_tags == 0, "a tag in a record of text")
            continue
        several = isinstance(r["image"], list)
        paths = r["image"] if several else [r["image"]]
        expect(n_tags == len(paths), f"{n_tags} tags, {len(paths)} pictures")
        widths = r["width_list"] if several else [r["width"]]
        heights = r["height_list"] if several else [r["height"]]
        for path, w, h in zip(paths, widths, heights, strict=True):
            image = Image.open(os.path.join(s["folder"], m["root"], path)).convert("RGB")
            expect(image.size == (w, h), f"{path} is {image.size}, the record says {(w, h)}")


def smart_resize_numbers(s):
    """Qwen's own trainer with the declared limits: a box of the text is where the picture's box is."""
    from math import ceil, floor, sqrt

    def resized(w, h, low=3136, high=1003520, f=28):
        W, H = round(w / f) * f, round(h / f) * f
        if W * H > high:
            b = sqrt(w * h / high)
            W, H = max(f, floor(w / b / f) * f), max(f, floor(h / b / f) * f)
        elif W * H < low:
            b = sqrt(low / (w * h))
            W, H = ceil(w * b / f) * f, ceil(h * b / f) * f
        return W, H

    n = 0
    for r in read(s):
        paths = [r["image"]] if isinstance(r.get("image"), str) else r.get("image") or []
        name = own_picture(["x/" + p for p in paths])
        if not name or "bbox_2d" not in r["conversations"][-1]["value"]:
            continue
        w, h = Image.open(f"{s['folder']}/images/{paths[0]}").size
        sx, sy = resized(w, h) if s["model"] == "qwen2.5-vl" else (1000, 1000)
        found = [o["bbox_2d"] for o in json.loads(r["conversations"][-1]["value"])]
        found = [[x0 * w / sx, y0 * h / sy, x1 * w / sx, y1 * h / sy] for x0, y0, x1, y1 in found]
        wrong = near(found, boxes_of[name], (w / sx + 1e-6, h / sy + 1e-6))
        expect(not wrong, f"{name}: {wrong}")
        n += 1
    expect(n > 3, f"only {n} records with boxes")


def alike(s):
    """Names that a file system may take for one are apart in the output, and each record has its own picture."""
    seen = set()
    for r in read(s):
        path = r.get("image")
        path = path[0] if isinstance(path, list) else path or ""
        if not path.startswith("alike/"):
            continue
        seen.add(unicodedata.normalize("NFC", path).casefold())
        box, = json.loads(r["conversations"][-1]["value"])
        which = round((box["bbox_2d"][3] - box["bbox_2d"][1]) * 64 / 1000) - 20
        width = Image.open(f"{s['folder']}/images/{path}").width
        expect(width == 64 + which, f"{path} is {width} wide, not {64 + which}")
    expect(len(seen) == 7, f"{len(seen)} names of 7 pictures")


def inferred(s):
    """`datasets` infers one type for each key; several pictures beside one must not stop it."""
    loaded = datasets.load_dataset("json", data_files=[main_file(s)], split="train", cache_dir=f"{made}/cache")
    expect(len(loaded) == s["records"], f"{len(loaded)} of {s['records']} records")
    key = "image" if "image" in loaded.features else "images"
    if s["kind"] == "train" and s["format"] != "llava":
        counts = {len(v) for v in loaded[key] if v}
        expect(counts == {1, 2}, f"pictures a record: {counts}")


def whole_folder(s):
    """The folder by its name, as a hub serves it: the card names the records among everything else in it."""
    loaded = datasets.load_dataset(s["folder"], cache_dir=f"{made}/cache")
    found = {split: len(rows) for split, rows in loaded.items()}
    meant = {"test" if s["kind"] == "eval" else "train": s["records"]}
    expect(found == meant, f"{found}, {meant} meant")
    expect({"messages", "conversations"} & set(next(iter(loaded.values())).features), "no turns")


def late_keys(folder):
    """Types are inferred from the first 10 MB: what the first record has may be missing in all others there."""
    source = f"{folder}/train.jsonl"
    lines = open(source).read().splitlines()
    keys = set(json.loads(lines[0]))
    expect(all(set(json.loads(line)) <= keys for line in lines), "a later record has a key that the first has not")
    first = json.loads(lines[0])
    plain = next(r for r in map(json.loads, lines) if "objects" not in r)
    plain["messages"][-1]["content"] += " " + "x" * 2000
    path = f"{made}/late.jsonl"
    with open(path, "w") as f:
        f.write(json.dumps(first) + "\n")
        for _ in range(9000):
            f.write(json.dumps(plain) + "\n")
        f.write("\n".join(lines) + "\n")
    loaded = datasets.load_dataset("json", data_files=[path], split="train", cache_dir=f"{made}/cache")
    expect(len(loaded) == 9001 + len(lines), "records are missing")
    expect(all("." in str(v) for line in lines for b in json.loads(line).get("objects", {}).get("bbox", []) for v in b),
           "a coordinate without a point")


def main():
    print(f"versions datasets {datasets.__version__}, pillow {PIL.__version__}")
    rules = {"llava": llava, "qwen": qwen, "internvl": internvl}
    sets = json.load(open(f"{made}/sets.json"))
    for s in sets:
        what = f"{s['kind']} {s['format']} {s['model']}"
        if s["format"] in rules:
            report.case(f"{what}: the loader's rule", rules[s["format"]], s)
        if s["format"] == "qwen" and s["kind"] == "train":
            report.case(f"{what}: boxes", smart_resize_numbers, s)
        if s["format"] == "qwen" and s["model"] == "qwen3-vl" and s["kind"] == "train":
            report.case(f"{what}: names that are alike", alike, s)
        report.case(f"{what}: datasets", inferred, s)
        report.case(f"{what}: the folder", whole_folder, s)
    swift = next(s for s in sets if s["format"] == "ms-swift" and s["model"] == "qwen3-vl" and s["kind"] == "train")
    report.case("ms-swift: a key that comes late", late_keys, swift["folder"])


main()
