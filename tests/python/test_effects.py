"""Every finding does what the table says it does. For each code of `rsift list --findings` a small made input
produces it beside a sound twin; index, mix and emit are run, and what the effect promises is looked for in the
workspace, the ledger and the training set: the good one is written, and nothing of the bad one, or, where the
finding only informs (effects_kept.py), the bad one too."""
import json
import os
import pickle
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import effects_kept

RSIFT = os.environ["RSIFT_BIN"]
SHIP = {"category_id": 1, "bbox": [4, 4, 20, 10]}

# ---- made inputs ---------------------------------------------------------------------------------

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(seed, width=64, height=48):
    rows = b"".join(b"\0" + bytes((x * seed + y) % 256 for x in range(width * 3)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def turned_jpeg():
    """24 x 16 grey pixels with EXIF orientation 6: to be shown turned by a quarter."""
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data
    one_code = bytes([1]) + bytes(15) + b"\0"  # the symbol 0, spelled "0": no change, end of block
    tiff = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x112, 3, 1, 6, 0) + bytes(4)
    return (b"\xff\xd8" + segment(0xe1, b"Exif\0\0" + tiff) + segment(0xdb, b"\0" + b"\x10" * 64)
            + segment(0xc0, struct.pack(">BHHBBBB", 8, 16, 24, 1, 1, 0x11, 0))
            + segment(0xc4, b"\0" + one_code) + segment(0xc4, b"\x10" + one_code)
            + segment(0xda, b"\x01\x01\0\0\x3f\0") + b"\0\x0f\xff\xd9")  # six blocks of two bits


def six_bands():
    """8 x 8 pixels of six bands, of which nothing says what they are."""
    tags = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 6, 134), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 146),
            (277, 3, 1, 6), (278, 4, 1, 8), (279, 4, 1, 384), (284, 3, 1, 1)]
    entries = b"".join(struct.pack("<HHII", *t) for t in tags)
    return (b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + struct.pack("<6H", *[8] * 6)
            + bytes(range(64)) * 6)


def talk(image, question="<image>\nWhat is it?", answer="A road.", **more):
    return {"id": str(image), "image": image,
            "conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": answer}], **more}


class Plant:
    """One input: files by name, and how it is indexed."""

    def __init__(self, reader, files, images=("good.png", "bad.png"), bad="bad", good="good.png", args=(), counted=True,
                 written=True, links=(), dataset=None):
        self.reader, self.bad, self.good, self.args = reader, bad, good, args
        self.written = written  # of a finding that only informs: False where something else stops it
        self.links, self.dataset = dict(links), dataset  # dataset: files are those of a release of the catalogue
        self.counted = counted  # False: a whole file, whose records nobody can count
        self.files = {f"img/{name}": png(3 + i) for i, name in enumerate(images)}
        self.files.update(files)
        self.source = next(iter(files))


def dialogue(*bad, **more):
    return Plant("llava", {"a.json": json.dumps([talk("good.png"), *bad])}, **more)


def coco(annotations, **bad_image):
    images = [{"id": 1, "file_name": "good.png", "width": 64, "height": 48},
              {"id": 2, "file_name": "bad.png", "width": 64, "height": 48, **bad_image}]
    rows = [{"id": 1, "image_id": 1, **SHIP}] + [{"id": 2 + i, **a} for i, a in enumerate(annotations)]
    return {"a.json": json.dumps({"images": images, "annotations": rows,
                                  "categories": [{"id": 1, "name": "ship"}, {"id": 2, "name": "badclass"}]})}


def voc(name, more):
    """A picture with a ship, and what else is annotated."""
    box = "<bndbox><xmin>4</xmin><ymin>4</ymin><xmax>24</xmax><ymax>14</ymax></bndbox>"
    return (f"<annotation><filename>{name}.png</filename><size><width>64</width><height>48</height><depth>3</depth>"
            f"</size><object><name>ship</name>{box}</object>{more}</annotation>")


def rsvqa():
    images = {"images": [{"id": i, "original_name": f"{i}.png"} for i in range(2)]}
    questions = {"questions": [
        {"id": i, "img_id": i, "type": "presence", "question": "Is there a road?", "answers_ids": [i], "active": True}
        for i in range(2)]}
    answers = {"answers": [{"id": 0, "question_id": 0, "answer": "yes", "active": True}]}
    return {"questions.json": json.dumps(questions), "answers.json": json.dumps(answers),
            "images.json": json.dumps(images)}


def refer(bad=(40, 0, 6, 48)):
    """A box and its mask, columns 4 to 9 of a 64 x 48 picture; the bad picture's box lies elsewhere."""
    names, boxes = ("good.png", "bad.png"), ([4, 0, 6, 48], list(bad))
    refs = [{"ref_id": i, "ann_id": i, "image_id": i, "split": "train", "sentences": [{"raw": f"the {n[:-4]} dam"}]}
            for i, n in enumerate(names)]
    runs = {"size": [48, 64], "counts": [4 * 48, 6 * 48, 54 * 48]}
    rows = [{"id": i, "image_id": i, "category_id": 1, "bbox": b, "segmentation": runs} for i, b in enumerate(boxes)]
    return {"a/refs(unc).p": pickle.dumps(refs, 4), "a/instances.json": json.dumps({
        "images": [{"id": i, "file_name": n, "width": 64, "height": 48} for i, n in enumerate(names)],
        "annotations": rows, "categories": [{"id": 1, "name": "dam"}]})}


def mask(*boxes, stray=0):
    """64 x 48 grey pixels: 1 in the boxes, and `stray` of the value 9."""
    rows = [[0] * 64 for _ in range(48)]
    for x0, y0, x1, y1 in boxes:
        for row in rows[y0:y1]:
            row[x0:x1] = [1] * (x1 - x0)
    rows[47][:stray] = [9] * stray
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(r) for r in rows))) + chunk(b"IEND", b""))


def plants():
    yes = dict(question="<image>\nWhere is it?")
    return {
        "answer-empty": dialogue(talk("bad.png", answer="")),
        "answer-rejected": dialogue(talk("bad.png", label=False)),
        "answer-missing": Plant("rsvqa", rsvqa(), ("0.png", "1.png"), bad="1.png", good=""),
        "bands-unknown": Plant("llava", {"a.json": json.dumps([talk("good.png"), talk("bad.tif")]),
                                         "img/bad.tif": six_bands()}, ("good.png",)),
        "box-convention": dialogue(talk("bad.png", answer="[0.1, 0.2, 0.3, 0.4]", **yes),
                                   talk("bad.png", answer="[500, 600, 900, 950]", **yes)),
        "box-picture-unknown": dialogue(
            talk(["bad.png", "good.png"], "<image>\n<image>\nWhere is it?", "<box>[[10, 10, 500, 500]]</box>")),
        "box-size": Plant("coco", coco([{"image_id": 2, **SHIP}], width=200, height=20)),
        "box-text-unparsed": dialogue(talk("bad.png", answer="<box>[[12, 13, x]]</box>", **yes)),
        "box-turn": Plant("coco", {**coco([{"image_id": 2, **SHIP}], file_name="bad.jpg", width=None, height=None),
                                   "img/bad.jpg": turned_jpeg()}, images=("good.png",)),
        "class-unknown": Plant("coco", coco([{"image_id": 2, **SHIP}, {"image_id": 2, **SHIP, "category_id": 9}])),
        "encoding": Plant("llava", {"a.json": json.dumps([talk("good.png"), talk("bad.png", answer="A \\x road.")])
                                    .replace("\\\\x", "@").encode().replace(b"@", b"\xff")}),
        "field-missing": dialogue({"id": "b", "image": "bad.png"}),
        "field-type": dialogue({"id": "b", "image": "bad.png", "conversations": 5}),
        # A pair without its mask; pairs with one are no text either.
        "file-missing": Plant("pairs", {f"img/{folder}/{name}.png": png(7) for folder in ("A", "B", "label")
                                        for name in ("good", "bad") if folder + name != "labelbad"}, (), good=""),
        "format": Plant("llava", {"a.jsonl": json.dumps(talk("good.png")) + '\n{"image": "bad.png", "conv\n'}),
        "image-truncated": Plant("llava", {"a.json": json.dumps([talk("good.png"), talk("bad.png")]),
                                           "img/bad.png": png(9)[:-60]}),
        "image-unreadable": Plant("llava", {"a.json": json.dumps([talk("good.png"), talk("bad.png")]),
                                            "img/bad.png": b"no picture at all, but some text"}),
        "label-nameless": Plant("folder", {"img/road/good.png": png(3), "img/7/bad.png": png(4)}, ()),
        "labels-absent": Plant("coco", {"ann/a.json": coco([])["a.json"].replace("bad.png", "second.png"), "ann/b.json":
                                        json.dumps({"images": [{"id": 1, "file_name": "bad.png", "width": 64, "height": 48}],
                                                    "categories": [{"id": 1, "name": "ship"}]})}),
        "limit": dialogue(talk("bad.png", deep=json.loads("[" * 300 + "]" * 300))),
        # Of which picture the object is cannot be told: no list of the file is whole.
        "link-orphan": Plant("coco", coco([{"image_id": 77, **SHIP, "category_id": 2}]), bad="badclass", good=""),
        "mask-apart": Plant("refer", refer()),
        "mask-value": Plant("masks", {
            "img/masks/good.png": mask((4, 4, 24, 14)), "img/masks/bad.png": mask((4, 4, 24, 14), stray=5),
            "img/images/good.png": png(3), "img/images/bad.png": png(4)}, (),
            args=["--param", "mask_values=1=ship", "--param", "background=0", "--param", "objects=parts"]),
        "media-unsupported": dialogue({"id": "b", "video": "bad.mp4", "conversations": talk("")["conversations"]}),
        "nothing-read": Plant("records", {"ann/a.csv": "image,question,answer\ngood.png,What is it?,A road.\n",
                                          "ann/b.csv": "lon,lat,name\n7.1,51.2,bad\n"},
                              args=[a for k in ("image", "question", "answer") for a in ("--param", f"{k}={k}")], counted=False),
        "number": Plant("coco", coco([{"image_id": 2, **SHIP}, {"image_id": 2, "category_id": 1, "bbox": [4, 4, 20]}])),
        "object-unread": Plant("voc", {"ann/good.xml": voc("good", ""), "ann/bad.xml": voc(
            "bad", "<object><name>ship</name><circle>9 9 4</circle></object>")}),
        "placeholders": dialogue(talk("bad.png", "<image>\n<image>\nWhat is it?")),
        "question-empty": dialogue(talk("bad.png", "<image>\n")),
        "region-degenerate": Plant("coco", coco([{"image_id": 2, **SHIP}, {"image_id": 2, "category_id": 1, "bbox": [9, 9, 0, 7]}])),
        "region-in-text": dialogue(talk("bad.png", answer="<box>[[100, 120, 100, 840]]</box>", **yes),
                                   talk("good.png", answer="<box>[[110, 120, 930, 840]]</box>", **yes)),
        "region-crowd": Plant("coco", coco([{"image_id": 2, **SHIP}, {"image_id": 2, **SHIP, "iscrowd": True}])),
        # The picture's other object is written, and the list of its objects stays whole.
        "region-outside": Plant("coco", coco([{"image_id": 2, **SHIP}, {"image_id": 2, "category_id": 2, "bbox": [90, 60, 8, 8]}]),
                                bad="badclass", good="bad.png"),
        "roles": dialogue({"id": "b", "image": "bad.png", "conversations": talk("")["conversations"][::-1]}),
        "special-token": dialogue(talk("bad.png", answer="A road.<|im_end|>")),
    }


# ---- one plant through index, mix and emit -------------------------------------------------------

class Run:
    def __init__(self, folder, plant):
        self.folder, self.plant, self.said = folder, plant, ""
        for name, data in plant.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        for name, target in plant.links.items():
            (folder / name).symlink_to(target)
        (folder / "r.yaml").write_text(
            f"name: r\nlicence: any\nduplicates: keep\ndatasets:\n  - {{id: {plant.dataset or 'mine'}}}\n")
        source = plant.source.split("/")[0]
        if plant.reader == "rsvqa":
            source = "."
        own = ["--reader", plant.reader, "--name", "mine", "--licence", "CC-BY-4.0",
               *([] if source == "img" else ["--images", "img"])]
        self.codes = [self.call("index", *([".", "--dataset", plant.dataset] if plant.dataset else [source, *own]), *plant.args)]
        self.codes.append(self.call("mix", "r.yaml"))
        self.codes.append(self.call("emit", "--format", "qwen", "--model", "qwen3-vl", "-o", "out"))
        self.train = "".join(p.read_text() for p in folder.glob("out/train.json*"))

    def call(self, *args):
        done = subprocess.run([RSIFT, *args, "--workspace", "ws", "--quiet"], cwd=self.folder, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
        self.said += f"$ rsift {' '.join(args)} -> {done.returncode}\n{done.stdout}{done.stderr}"
        return done.returncode

    def rows(self, **questions):
        """The rows of each question, asked at once: a query costs more than what it reads."""
        sql = ", ".join(f"(SELECT list(t) FROM ({q}) t) AS {name}" for name, q in questions.items())
        done = subprocess.run([RSIFT, "query", "--workspace", "ws", "--json", f"SELECT {sql}"], cwd=self.folder,
                              capture_output=True, text=True)
        answers = json.loads(done.stdout)[0] if done.returncode == 0 else {}
        return [answers.get(name) or [] for name in questions]

    def audited(self, code):
        """How often the code was found, by severity, by audit, which asks the whole pool."""
        done = subprocess.run([RSIFT, "audit", "--workspace", "ws", "--json"], cwd=self.folder, capture_output=True, text=True)
        return [f for f in json.loads(done.stdout or "{}").get("findings", []) if f["code"] == code]


# How often the code was found, by severity.
FOUND = "SELECT severity, CAST(sum(n) AS BIGINT) AS n FROM finding WHERE code = '{0}' GROUP BY severity"
# Samples that the mixture leaves out over this finding.
STOPPED = ("SELECT l.reason, l.detail FROM ledger l LEFT JOIN finding f ON f.sample_id = l.sample_id AND f.code = '{0}' "
           "WHERE l.reason IN ('serious-finding', 'annotation-incomplete') AND (l.detail = '{0}' OR "
           "(f.code IS NOT NULL AND l.detail IS NULL))")
BAD_SAMPLES = ("SELECT DISTINCT s.sample_id, s.complete, l.kept, l.reason FROM sample s LEFT JOIN ledger l "
               "ON l.sample_id = s.sample_id JOIN sample_asset x ON x.sample_id = s.sample_id "
               "JOIN asset a ON a.asset_id = x.asset_id WHERE a.path LIKE '%bad.%'")


def faults(code, info, run):
    """What the effect promises and the run does not show."""
    effect = info["effect"]
    bad, found, stopped, set_aside = run.rows(bad=BAD_SAMPLES, found=FOUND.format(code), stopped=STOPPED.format(code),
                                              set_aside="SELECT source FROM reading WHERE set_aside > 0")
    found = found or run.audited(code)
    if [f["severity"] for f in found] != [info["severity"]]:
        yield f"expected a finding, severity {info['severity']}, found {found}"
    if effect == "kept":
        yield from faults_of_kept(stopped, run)
        return
    # a question may list the classes of the file, also one of whose objects none is written
    if run.plant.bad in re.sub(r"(categories|classes)[^:.]*: [^.]*\.", "", run.train):
        yield "it is written: " + run.train
    if effect == "object left out" and any(s["complete"] is False for s in bad):
        yield f"expected a list that is complete, found {bad}"
    if run.plant.good not in run.train:
        yield "its sound twin is not written"
    if effect in ("sample left out", "source left out") and (not bad or any(s["kept"] for s in bad)):
        yield f"expected samples that are not kept, found {bad}"
    # what only the whole pool shows (list-parted) is no column of the sample
    lost = [s["complete"] is False or s["reason"] == "annotation-incomplete" for s in bad]
    if effect == "object left out, no lists or counts" and (not bad or not all(lost)):
        yield f"expected samples that are not complete, found {bad}"
    if effect == "record set aside":
        if bad and run.plant.bad == "bad":
            yield f"expected no sample, found {bad}"
        if run.plant.counted and not set_aside:
            yield "no reading has set a record aside"


def faults_of_kept(stopped, run):
    if stopped:
        yield f"it stops samples: {stopped}"
    for word in (run.plant.good, run.plant.bad) if run.plant.written else (run.plant.good,):
        if word not in run.train:
            yield f"{word} is not written"


def judge(code, info, plant):
    """One line, and on failure what the command said; empty when the finding does what it should."""
    if code in effects_kept.ELSEWHERE:
        return f"skipped {code}: {effects_kept.ELSEWHERE[code]}\n"
    if not plant:
        return f"FAIL {code} ({info['effect']}): nothing plants it\n"
    with tempfile.TemporaryDirectory(prefix="rsift-effects-") as folder:
        run = Run(Path(folder), plant)
        wrong = list(faults(code, info, run))
    return f"FAIL {code} ({info['effect']}): " + "; ".join(wrong) + "\n" + run.said if wrong else ""


def main():
    listed = json.loads(subprocess.run([RSIFT, "list", "--findings", "--json"], capture_output=True, text=True,
                                       check=True).stdout)["findings"]
    infos = {f["name"]: f for f in listed}
    made, n_failed = {**plants(), **effects_kept.kept(sys.modules[__name__])}, 0
    for code in sorted(set(made) - set(infos)):
        print(f"FAIL {code}: it is planted and not in the table")
        n_failed += 1
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for said in threads.map(lambda code: judge(code, infos[code], made.get(code)), infos):
            n_failed += said.startswith("FAIL")
            print(said, end="")
    print(f"{len(infos)} findings, {n_failed} failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
