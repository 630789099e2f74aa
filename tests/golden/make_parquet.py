"""Writes the Parquet files of golden folders: a few invented rows in the exact shapes of files on the hub. Needs
pyarrow; what it writes (70 KB in all) is committed, so that the tests do not.

    python3 tests/golden/make_parquet.py tests/golden
"""
import io
import json
import os
import struct
import sys
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def png(size, colour):
    """A plain picture of one colour."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + bytes(colour) * size for _ in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def cell(number, path=None):
    return {"bytes": png(8 + number, (20 * number % 256, 90, 160)), "path": path}


def write(path, columns, features=None, **how):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    table = pa.table(columns)
    if features is not None:  # as the library datasets writes it
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, path, **how)


def own(out):
    names = ["airport", "bare land", "beach"]
    label = {"names": names, "_type": "ClassLabel"}
    # classes by number, named in the metadata; a path for some pictures; two row groups
    write(f"{out}/scenes/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(1, "airport_1.png"), cell(2), cell(3, "../up.png"), None], IMAGE),
           "label": pa.array([0, 1, 2, 1], pa.int64())},
          {"image": {"_type": "Image"}, "label": label}, row_group_size=2)
    # several classes
    write(f"{out}/multi/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(1), cell(2)], IMAGE),
           "label": pa.array([[0, 2], [1]], pa.list_(pa.int64()))},
          {"image": {"_type": "Image"}, "label": {"feature": label, "_type": "Sequence"}})
    # questions about one or two pictures, choices as Python prints them
    write(f"{out}/questions/counting/test-00000-of-00001.parquet",
          {"id": pa.array(["q1", "q2", "q3"]),
           "question": pa.array(["How many ships?", "Which side?", "How many?"]),
           "choices": pa.array(["['2', '3', \"it's 4\"]", "['left', 'right']", "['2', '3"]),
           "answer": pa.array(["B", "A", "A"]),
           "image_1": pa.array([cell(1, "a.png"), cell(2, "a.png"), cell(3, "a.png")], IMAGE),
           "image_2": pa.array([None, cell(4, "b.png"), None], IMAGE)})
    # expressions as lists side by side; the third row's lists differ in length
    objects = pa.struct([("bbox", pa.list_(pa.list_(pa.int32()))), ("captions", pa.list_(pa.string())),
                         ("categories", pa.list_(pa.string()))])
    write(f"{out}/expressions/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(1, "00001.png"), cell(2, "00002.png"), cell(3, "00003.png")], IMAGE),
           "path": pa.array(["00001.jpg", "00002.jpg", "00003.jpg"]),
           "objects": pa.array([
               {"bbox": [[0, 0, 4, 4], [2, 2, 8, 9]], "captions": ["a ship", "a dam"], "categories": ["ship", "dam"]},
               {"bbox": [[1, 1, 5, 5]], "captions": ["the airport"], "categories": ["airport"]},
               {"bbox": [[1, 1, 5, 5]], "captions": ["one", "two"], "categories": ["dam"]}], objects)})
    # boxes of a picture with a class each
    write(f"{out}/boxes/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(1), cell(2)], IMAGE),
           "objects": pa.array([{"bbox": [[0, 0, 4, 4], [2, 2, 8, 9]], "captions": [], "categories": ["tree", "car"]},
                                {"bbox": [[1, 1, 5, 5]], "captions": [], "categories": ["tree", "car"]}], objects)})
    # pairs with a mask, without names
    write(f"{out}/changes/data/train-00000-of-00001-0123456789abcdef.parquet",
          {"imageA": pa.array([cell(1), cell(2)], IMAGE), "imageB": pa.array([cell(3), cell(4)], IMAGE),
           "label": pa.array([cell(5), cell(6)], IMAGE)})
    # conversations with lists of pictures, bytes without a struct, and bytes that are no picture
    turn = pa.struct([("role", pa.string()), ("content", pa.string())])
    talk = [[{"role": "user", "content": "<image>" * n + "What is it?"}, {"role": "assistant", "content": "A farm."}]
            for n in (1, 2)]
    write(f"{out}/talks/data/train-00000-of-00001.parquet",
          {"messages": pa.array(talk, pa.list_(turn)),
           "images": pa.array([[cell(1)], [cell(2, "x.png"), cell(3, "x.png")]], pa.list_(IMAGE)),
           "embedding": pa.array([b"\x01\xff\x02", b"\x03\xfe\x04"], pa.binary())})
    write(f"{out}/plain/data/train-00000-of-00001.parquet",
          {"jpg": pa.array([png(9, (1, 2, 3)), png(10, (4, 5, 6))], pa.binary()),
           "caption": pa.array([b"a field", b"a lake"], pa.binary())})
    # shards by split, classes by number that the card beside them names
    objects = pa.struct([("bbox", pa.list_(pa.list_(pa.int32()))), ("category", pa.list_(pa.int64()))])
    for number, name in enumerate(("data/train-00000-of-00002", "data/train-00001-of-00002",
                                   "data/validation-00000-of-00001", "test/0000", "more/0000")):
        write(f"{out}/shards/{name}.parquet",
              {"image": pa.array([cell(number, f"{number}.png")], IMAGE), "label": pa.array([number], pa.int64()),
               "objects": pa.array([{"bbox": [[0, 0, 4, 4], [2, 2, 8, 9]], "category": [1, 0]}], objects)})
    # inside of a zip, and no Parquet file at all
    with zipfile.ZipFile(f"{out}/archive.zip", "w", zipfile.ZIP_DEFLATED) as to:
        for name in ("train", "damaged"):
            body = open(f"{out}/scenes/data/train-00000-of-00001.parquet", "rb").read()
            info = zipfile.ZipInfo(f"data/{name}-00000-of-00001.parquet", (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            to.writestr(info, body if name == "train" else body[:-40])



def egy_bcd(out):
    for split, n in (("train", 2), ("val", 1), ("test", 1)):
        columns = {name: pa.array([cell(3 * i + k) for i in range(n)], IMAGE)
                   for k, name in enumerate(("imageA", "imageB", "label"))}
        write(f"{out}/EGY_BCD/data/{split}-00000-of-00001-0a1b2c3d4e5f6071.parquet", columns,
              {name: {"_type": "Image"} for name in columns})


def satin(out):
    scene = {"names": ["annual crop", "forest", "river"], "_type": "ClassLabel"}
    write(f"{out}/EuroSAT/data/train-00000-of-00001-0a1b2c3d4e5f6071.parquet",
          {"image": pa.array([cell(1), cell(2), cell(3)], IMAGE), "label": pa.array([0, 2, 1], pa.int64())},
          {"image": {"_type": "Image"}, "label": scene})
    write(f"{out}/AID_MultiLabel/train/0000.parquet",
          {"image": pa.array([cell(4), cell(5)], IMAGE), "label": pa.array([[0, 1], []], pa.list_(pa.int64()))},
          {"image": {"_type": "Image"}, "label": {"feature": scene, "_type": "Sequence"}})
    levels = [{"names": names, "_type": "ClassLabel"} for names in (["land", "water"], ["field", "river", "sea"])]
    write(f"{out}/RSI-CB256/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(6), cell(7)], IMAGE), "label_1": pa.array([0, 1], pa.int64()),
           "label_2": pa.array([0, 2], pa.int64())},
          {"image": {"_type": "Image"}, "label_1": levels[0], "label_2": levels[1]})


def urbench(out):
    rows = [("multiple-choice", "counting", "satellite", "How many?", "['2', '3']", "B", "a1"),
            ("open-ended", "counting", "satellite", "How many roofs?", "", "4", "a2"),
            ("bleu-4", "counting", "satellite", "Describe it.", "", "A road.", "a3")]
    names = ("metric", "task_type", "view_type", "question", "choices", "answer", "id")
    for split in ("val", "test"):
        columns = {name: pa.array([row[k] for row in rows]) for k, name in enumerate(names)}
        columns["source"] = pa.array(["own"] * 3)
        columns["image_type"] = pa.array([["satellite"]] * 3, pa.list_(pa.string()))
        for k in range(6):
            columns[f"image_{k + 1}"] = pa.array([cell(k, f"{k}.png") if k == 0 or (k == 1 and i == 0) else None
                                                  for i in range(3)], IMAGE)
        columns["split"] = pa.array([split] * 3)
        write(f"{out}/counting/{split}-00000-of-00001.parquet", columns)
        if split == "test":
            columns["metric"], columns["choices"] = pa.array(["mIoU"] * 3), pa.array([""] * 3)
            columns["question"] = pa.array(["Where is the car?"] * 3)
            columns["answer"] = pa.array(["1, 2, 6, 7", "[2, 2, 5, 7]", "nowhere"])
            columns["id"] = pa.array(["g1", "g2", "g3"])
            write(f"{out}/object-grounding/{split}-00000-of-00001.parquet", columns)


def vleo_bench(out):
    write(f"{out}/vleo-bench/rsicd/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(1), cell(2)], IMAGE), "path": pa.array(["airport_1.jpg", "beach_2.jpg"]),
           "img_id": pa.array([1, 2], pa.int64()), "captions": pa.array([["a", "b"], ["c", "d"]], pa.list_(pa.string()))})
    boxes = pa.struct([("bbox", pa.list_(pa.list_(pa.float32()))), ("categories", pa.list_(pa.string()))])
    write(f"{out}/vleo-bench/neon-trees/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(3), cell(4)], IMAGE), "path": pa.array(["a.tif", "b.tif"]),
           "objects": pa.array([{"bbox": [[0.5, 0, 4, 4], [1, 2, 8, 9]], "categories": ["Tree", "Tree"]},
                                {"bbox": [], "categories": []}], boxes)})
    write(f"{out}/vleo-bench/landmarks/NAIP/train-00000-of-00001.parquet",
          {"image": pa.array([cell(5)], IMAGE), "osm_relation_id": pa.array([7], pa.int64()),
           "wikidata_entity_id": pa.array(["Q1"]), "lat": pa.array([1.5]), "lon": pa.array([2.5]),
           "name": pa.array(["Fort Own"]), "distractorLabels": pa.array([["Fort A", "Fort B"]])})
    animals = pa.struct([("bbox", pa.list_(pa.list_(pa.float32()))), ("species", pa.list_(pa.string()))])
    write(f"{out}/vleo-bench/aerial-animal-population-4tu/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(92), cell(92)], IMAGE), "path": pa.array(["1.jpg", "2.jpg"]),
           "objects": pa.array([{"bbox": [[10.5, 20, 40, 60], [61, 62, 80, 90]], "species": ["zebra", "cow"]},
                                {"bbox": [[50, 12, 99, 31]], "species": ["cow"]}], animals)})
    write(f"{out}/vleo-bench/cowc-m/Potsdam/train-00000-of-00001.parquet",
          {"Folder_Name": pa.array(["f"]), "File_Name": pa.array(["a.png"]), "Sedan_Count": pa.array([1], pa.int64()),
           "image": pa.array([cell(72)], IMAGE),
           "objects": pa.array([{"bbox": [[20, 30, 60, 70]], "categories": ["Sedan"]}], boxes)})
    write(f"{out}/vleo-bench/xView2/competition/train-00000-of-00001.parquet",
          {name: pa.array([cell(k)], IMAGE) for k, name in enumerate(("image1", "image2", "mask1", "mask2"))})
    write(f"{out}/vleo-bench/pattern-net/data/train-00000-of-00001.parquet",
          {"image": pa.array([cell(7)], IMAGE), "label": pa.array([0], pa.int64())},
          {"label": {"names": ["airplane"], "_type": "ClassLabel"}})

def bigearthnet_txt(out):
    rows = [("binary", "presence", "train", "Is there a forest?", "yes"),
            ("mcq", "area", "validation", "Which class covers most? A: pasture B: forest", "B"),
            ("captioning", "caption", "test", "Describe the image.", "A forest beside a river."),
            ("bounding box", "reference", "train", "Where is the lake?", "[0.10 0.20, 0.55 0.60]"),
            ("bounding box", "reference", "train", "Where is the sea?", "none"),
            ("ranking", "order", "train", "Order the classes.", "1 2")]
    columns = {name: pa.array([row[k] for row in rows])
               for k, name in enumerate(("type", "category", "split", "input", "output"))}
    columns |= {"ID": pa.array(range(6), pa.int64()), "s1_name": pa.array(["S1A_IW_1_2"] * 6),
                "patch_id": pa.array([f"S2A_MSIL2A_20170613T101031_N9999_R022_T33UUP_26_5{i}" for i in range(6)]),
                "country": pa.array(["Austria"] * 6), "season": pa.array(["summer"] * 6)}
    write(f"{out}/BigEarthNet.txt/BigEarthNet.txt.parquet", columns)


def xlrs_bench(out):
    write(f"{out}/XLRS-Bench-lite/data/train-00000-of-00001.parquet",
          {"index": pa.array([0, 1], pa.int64()), "question": pa.array(["How many ships?", "Which uses of land?"]),
           "multi-choice options": pa.array([["(A) 1", "(B) 2"], ["(A) farm", "(B) road", "(C) lake"]]),
           "answer": pa.array(["B", "AC"]), "image": pa.array([cell(1, "0.png"), cell(2, "1.png")], IMAGE),
           "l2-category": pa.array(["counting", "land use"])})


def rs5m(out):
    for split, n in (("train", 2), ("validation", 1)):
        write(f"{out}/RS5M/data/{split}-00000-of-00001.parquet",
              {"img_content": pa.array([png(9 + i, (i, 2, 3)) for i in range(n)], pa.binary()),
               "img_name": pa.array([f"fmow_{split}_{i}.jpg" for i in range(n)]),
               "caption": pa.array(["an airport beside a road", None][:n]),
               "__key__": pa.array([f"00000000{i}" for i in range(n)])})


def rsteller(out):
    rows = [{"metadata": {"patch_id": 7, "image_name": "m_1.tif"},
             "annotations": [{"task": 1, "text": "A farm of 3 ha."}, {"task": 2, "text": "Fields around a farm."}]},
            {"metadata": {"patch_id": 8, "image_name": "m_2.tif"}, "annotations": [{"task": 3, "text": "A lake."}]}]
    write(f"{out}/RSTeller/default/train/0000.parquet",
          {"__key__": pa.array(["7", "8"]), "json": pa.array(rows),
           "jpg": pa.array([cell(1, "7.jpg"), cell(2, "8.jpg")], IMAGE)})


def dior_rsvg(out):
    objects = pa.struct([("bbox", pa.list_(pa.list_(pa.int32()))), ("captions", pa.list_(pa.string())),
                         ("categories", pa.list_(pa.string())), ("categories_normalized", pa.list_(pa.string()))])

    def row(*items):
        return {"bbox": [i[0] for i in items], "captions": [i[1] for i in items],
                "categories": [i[2] for i in items], "categories_normalized": [i[2].lower() for i in items]}
    parts = {"train": (["00002.jpg"], [row(([1, 2, 6, 7], "a small airplane on the left", "airplane"),
                                           ([2, 1, 8, 9], "the ship at the top", "ship"))]),
             "val": (["00003.jpg"], [row(([0, 0, 4, 4], "the dam", "dam"))]),
             "test": (["00002.jpg"], [row(([3, 3, 5, 5], "a vehicle", "vehicle"))])}
    for split, (names, rows) in parts.items():
        write(f"{out}/DIOR-RSVG/data/{split}-00000-of-00001.parquet",
              {"image": pa.array([cell(3) for _ in names], IMAGE), "path": pa.array(names),
               "objects": pa.array(rows, objects)})


FOLDERS = {"own-parquet": own, "egy-bcd-mirror": egy_bcd, "satin": satin, "urbench": urbench,
           "vleo-bench": vleo_bench, "dior-rsvg-mirror": dior_rsvg,
           "bigearthnet-txt": bigearthnet_txt, "xlrs-bench": xlrs_bench,
           "rs5m-parquet": rs5m, "rsteller-parquet": rsteller}
for folder, make in FOLDERS.items():
    make(f"{sys.argv[1]}/{folder}/in")
