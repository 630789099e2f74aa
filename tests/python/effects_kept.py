"""Made inputs for the findings that keep their sample, and for those that only the whole pool shows: kept(t) gives a
Plant for each code. What test_effects.py proves of the former: the finding is there with its severity, and what it is
about is trained on all the same. `written` False: something else stops it (no picture, no split) or there is nothing
to write."""
import io
import json
import os
import warnings
import zipfile
from pathlib import Path

GOLDEN = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2])) / "tests" / "golden"


# What no small input of this kind can show.
ELSEWHERE = {"archive-limit": "tests/unit/io/test_zip.c crosses the limits", "file-closed": "root may read everything; "
             "tests/unit/io/test_tree.c"}


def zipped(*members, spoil=lambda data: data):
    """A zip of (name, bytes); `spoil` changes its bytes."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as z:
        warnings.simplefilter("ignore")  # names that stand twice
        for name, data in members:
            z.writestr(name, data)
    return spoil(out.getvalue())


def encrypted(data):
    """The flag of encryption in the local and the central header of the only member."""
    data = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


def golden(name, only=lambda path: True):
    folder = GOLDEN / name / "in"
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and only(p)}


def captions(bad, **bad_image):
    images = [{"id": i, "file_name": f"{n}.png", "width": 64, "height": 48} for i, n in enumerate(("good", "bad"))]
    images[1].update(bad_image)
    rows = [(0, "a road")] + [(1, text) for text in bad]
    return {"a.json": json.dumps({"images": images, "annotations": [
        {"id": i, "image_id": k, "caption": c} for i, (k, c) in enumerate(rows)]})}


def kept(t):
    """t: test_effects, whose makers of inputs these are."""
    two = json.dumps([t.talk("good.png"), t.talk("bad.png")])
    dior = golden("dior-rsvg")
    yes = dict(question="<image>\nWhere is it?")

    def beside(**more):
        files = {"ann/a.json": two, **{f"ann/{name}": data for name, data in more.pop("files").items()}}
        return t.Plant("llava", files, **more)

    return {
        "archive-damaged": beside(files={"b.zip": zipped(("x/1.txt", b"one"), spoil=lambda d: d[:-30])}),
        "bands-shown": t.Plant("llava", {"a.json": json.dumps([t.talk("good.png"), t.talk("bad.tif")]),
                                         "img/bad.tif": t.six_bands()}, ("good.png",), args=["--bands", "3,2,1"]),
        "box-convention-decided": t.dialogue(t.talk("bad.png", answer="<box>[[110, 120, 930, 840]]</box>", **yes)),
        "box-scaled": t.Plant("coco", t.coco([{"image_id": 2, **t.SHIP}], width=128, height=96)),
        "caption-empty": t.Plant("karpathy", golden("ucm-captions"), (), written=False, good="", dataset="ucm-captions"),
        "caption-repeated": t.Plant("coco", captions(["a river", "a river"])),
        "conflict": t.dialogue(t.talk("bad.png", "<image>\nIs it urban? Answer yes or no.", "yes"),
                               t.talk("bad.png", "<image>\nIs it urban? Answer yes or no.", "no"), written=False),
        "count-mismatch": t.Plant("karpathy", golden("rsicd"), (), written=False, good="", dataset="rsicd"),
        "duplicate": t.dialogue(t.talk("bad.png"), t.talk("bad.png")),
        "field-coerced": t.dialogue(t.talk("bad.png", answer=5)),
        "field-unkept": t.dialogue(t.talk("bad.png", remark="seen from the north")),
        "id-repeated": t.Plant("coco", {"a.json": t.coco([{"image_id": 2, **t.SHIP}])["a.json"].replace(
            '"categories": [', '"categories": [{"id": 1, "name": "ship"}, ')}),
        "image-ambiguous": t.dialogue(t.talk("bad.png"), images=("good.png", "x/bad.png", "y/bad.png"), written=False),
        "image-missing": t.dialogue(t.talk("bad.png"), images=("good.png",), written=False),
        "image-size": t.Plant("coco", captions(["a river"], width=99, height=9)),
        # The part called val is evaluation data, whose picture is kept out of the training set.
        "image-splits": t.Plant("llava", {"ann/train/a.json": two, "ann/val/b.json": json.dumps([t.talk("bad.png")])},
                                written=False),
        "language": t.Plant("voc-phrases", golden("opt-rsvg"), (), written=False, good="", dataset="opt-rsvg"),
        "link-skipped": beside(files={}, links={"ann/elsewhere": "/usr/share"}),
        "list-parted": t.Plant("coco", {"ann/a.json": t.coco([{"image_id": 2, **t.SHIP}])["a.json"], "ann/b.json": t.coco(
            [{"image_id": 2, "category_id": 1, "bbox": [30, 20, 9, 9]}])["a.json"].replace("good.png", "third.png")},
            images=("good.png", "bad.png", "third.png")),
        # A test part that keeps its boxes to itself looks like one without objects.
        "list-withheld": t.Plant("records", {f"ann/{part}.jsonl": json.dumps(
            {"image": f"{name}.png", "objects": {"bbox": boxes, "category": ["ship"] * len(boxes)}}) + "\n"
            for part, name, boxes in (("train", "good", [[4, 4, 20, 10]]), ("test", "bad", []))},
            args=["--role", "train", *(a for p in ("image=image", "box=objects.bbox", "class=objects.category",
                                                   "box_convention=px-xywh") for a in ("--param", p))]),
        "mask-differs": t.Plant("refer", t.refer(bad=[4, 0, 30, 48])),
        "member-name": beside(files={"b.zip": zipped(("../x.txt", b"one"))}),
        "member-repeated": beside(files={"b.zip": zipped(("x.txt", b"one"), ("x.txt", b"two"))}),
        "member-unsupported": beside(files={"b.zip": zipped(("x.json", b"[]"), spoil=encrypted)}),
        "own-output": beside(files={"made/rsift-workspace.json": "{}", "made/b.json": "[]"}),
        "region-clipped": t.Plant("coco", t.coco([{"image_id": 2, "category_id": 1, "bbox": [40, 20, 40, 10]}])),
        "region-inverted": t.Plant("voc", {"ann/good.xml": t.voc("good", ""), "ann/bad.xml": t.voc(
            "bad", "").replace("<xmin>4<", "<xmin>60<")}),
        "rest-unread": t.Plant("llava", {"a.json": two[:-1] + ', {"id": '}),
        "split-list": t.Plant("voc-phrases", {**dior, "DIOR_RSVG/val.txt": dior["DIOR_RSVG/val.txt"] + b"\n0\n"},
                              written=False, good="", args=["--param", "objects=5"]),
        "split-refused": t.Plant("voc-phrases", dior, (), written=False, good="", dataset="dior-rsvg"),
        "split-unknown": t.Plant("voc-phrases", golden("rrsis-d-ann-split"), (), written=False, good="",
                                 dataset="rrsis-d", args=["--release", "ann-split"]),
        "tool-folder": beside(files={"node_modules/b.json": "[]"}),
    }
