#!/usr/bin/env python3
"""Small inputs that ask for much: each below 10 MB, made on the fly, the same for every run.

    tests/torture/bombs.py [--bin RSIFT] [--quick] [--verbose] [NAME...]

Every command must end with exit 0, 1 or 2 (no signal), hold less than 1 GB and take less than 10 s of
processor time; those that take longer than half a second are run once more and must end within a second
of SIGTERM. --quick runs those that are made and read in well under a second. The last line counts."""
import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib

MOST_BYTES, MOST_MIB, MOST_S, TERM_S = 10 << 20, 1000, 10.0, 1.0
OWN = ["--name", "mine", "--licence", "CC-BY-4.0", "--workspace", "ws", "--quiet"]
PATH = os.path.abspath(__file__)
BOMBS, QUICK = {}, set()


def bomb(quick=False):
    def keep(make):
        BOMBS[make.__name__] = make
        if quick:
            QUICK.add(make.__name__)
        return make
    return keep


def write(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def record(image="a.png", question="<image>\nWhat is it?", answer="water", i=1):
    return {"id": i, "image": image, "conversations": [{"from": "human", "value": question}, {"from": "gpt", "value": answer}]}


def index(reader, *more):
    return ["index", "rel", "--reader", reader, *more, *OWN]


def flow(reader, *more):
    """Index, mix and emit with copied pictures."""
    write("recipe.yaml", "name: m\nlicence: any\ndatasets:\n  - {id: mine}\n")
    return [index(reader, *more), ["mix", "recipe.yaml", "--workspace", "ws", "--quiet"],
            ["emit", "--format", "llava", "--model", "llava-1.5", "--images", "copy", "-o", "out", "--workspace", "ws", "--quiet"]]


def score(profile, truth, prediction):
    write("t.jsonl", json.dumps(truth) + "\n")
    write("p.jsonl", json.dumps(prediction) + "\n")
    return [["score", profile, "--truth", "t.jsonl", "--predictions", "p.jsonl", "--quiet"]]


# ---- JSON ----

def llava(text):
    write("rel/data.json", text)
    write("rel/a.png", png(8, 8))
    return flow("llava")


@bomb(quick=True)
def json_deep():
    return llava("[" * 5000000)


@bomb(quick=True)
def json_deep_record():
    return llava('[{"id": 1, "image": "a.png", "x": ' + "[" * 2000000 + "]" * 2000000 + "}, " + json.dumps(record()) + "]")


@bomb()
def json_long_string():
    return llava(json.dumps([record(answer="word " * 1900000), record(i=2)]))


@bomb()
def json_many_keys():
    one = record()
    one.update({"k%d" % i: i for i in range(500000)})
    return llava(json.dumps([one, record(i=2)]))


@bomb()
def json_many_turns():
    one = record()
    for i in range(60000):
        one["conversations"] += [{"from": "human", "value": "q%d?" % i}, {"from": "gpt", "value": "a%d" % i}]
    return llava(json.dumps([one, record(i=2)]))


@bomb()
def json_many_records():
    return llava("[" + ",".join('{"id":%d}' % i for i in range(700000)) + "]")


@bomb()
def json_many_empty():
    return llava("[" + "{}," * 3400000 + "{}]")


@bomb()
def json_numbers():
    return llava('[{"id": 1, "image": "a.png", "n": [' + "9" * 4000000 + ", 1e" + "9" * 4000000 + "]}, " + json.dumps(record()) + "]")


@bomb()
def boxes_in_text():
    return llava(json.dumps([record(answer="ship [0.1, 0.2, 0.3, 0.4] " * 350000), record(i=2)]))


@bomb()
def brackets_in_text():
    return llava(json.dumps([record(answer="[[" * 2000000), record(answer="<box>" * 900000, i=2), record(i=3)]))


@bomb()
def json_in_text():
    return llava(json.dumps([record(answer='{"bbox_2d": [1, 2, 3, 4], "label": "ship"}, ' * 180000), record(answer="{" * 1000000, i=2)]))


@bomb()
def image_tags():
    return llava(json.dumps([record(question="<image>" * 1200000), record(i=2)]))


def coco(annotations, n_images=1):
    images = [{"id": i, "file_name": "a.png" if i == 1 else "%d.png" % i, "width": 1000, "height": 1000} for i in range(1, n_images + 1)]
    write("rel/data.json", json.dumps({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "ship"}]}))
    write("rel/a.png", png(8, 8))
    return flow("coco")


@bomb()
def coco_polygon():
    r = random.Random(1)
    points = [r.randrange(1000) for _ in range(1800000)]
    return coco([{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9], "segmentation": [points]}])


@bomb()
def coco_polygon_without_box():
    r = random.Random(2)
    return coco([{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[r.randrange(1000) for _ in range(1800000)]]}])


@bomb(quick=True)
def coco_mask_sizes():
    sizes = [[2**31, 2**31], [2**31 - 1, 2**31 - 1], [100000, 100000], [-1, 5], [2**63, 1], [0, 0]]
    return coco([{"id": i, "image_id": 1, "category_id": 1, "iscrowd": 0,
                  "segmentation": {"size": s, "counts": c}} for i, (s, c) in
                 enumerate((s, c) for s in sizes for c in ([0, 2**31], [2**62, 2**62], "PPPPPPPPP", [2**40] * 3))])


@bomb()
def coco_many_boxes():
    return coco([{"id": i, "image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]} for i in range(140000)])


@bomb()
def coco_many_images():
    return coco([{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]}], n_images=150000)


@bomb(quick=True)
def coco_huge_numbers():
    return coco([{"id": 2**63 + i, "image_id": 1, "category_id": 1, "bbox": [v, v, v, v]} for i, v in
                 enumerate((2**31, 2**53 + 1, 1e308, -1e308, 1e-320))])


# ---- other texts ----

def voc(text):
    write("rel/Annotations/a.xml", text)
    write("rel/JPEGImages/a.png", png(8, 8))
    return flow("voc")


@bomb()
def xml_attributes():
    return voc("<annotation " + " ".join('a%d="1"' % i for i in range(700000)) + "><filename>a.png</filename></annotation>")


@bomb(quick=True)
def xml_deep():
    return voc("<annotation>" * 700000)


@bomb(quick=True)
def xml_entities():
    lines = ['<!ENTITY e0 "xxxxxxxxxx">'] + ['<!ENTITY e%d "%s">' % (i, "&e%d;" % (i - 1) * 10) for i in range(1, 12)]
    return voc("<?xml version='1.0'?><!DOCTYPE a [" + "".join(lines) + "]><annotation><filename>&e11;</filename></annotation>")


@bomb()
def xml_objects():
    one = "<object><name>s</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>"
    return voc("<annotation><filename>a.png</filename><size><width>8</width><height>8</height><depth>3</depth></size>" + one * 90000 + "</annotation>")


@bomb()
def csv_one_line():
    write("rel/data.csv", "image,question,answer\na.png,\"" + "x" * 9000000 + "\",y\n")
    write("rel/a.png", png(8, 8))
    return flow("records", "--param", "image=image", "--param", "question=question", "--param", "answer=answer")


@bomb()
def csv_commas():
    write("rel/data.csv", "image,question,answer\n" + "," * 9000000 + "\na.png,q,y\n")
    return flow("records", "--param", "image=image", "--param", "question=question", "--param", "answer=answer")


@bomb()
def csv_quote():
    write("rel/data.csv", "image,question,answer\n" + "a.png,\"q\n" * 900000)
    return flow("records", "--param", "image=image", "--param", "question=question", "--param", "answer=answer")


@bomb()
def dota_lines():
    write("rel/labelTxt/a.txt", "1 1 5 1 5 5 1 5 ship 0\n" * 400000)
    write("rel/images/a.png", png(8, 8))
    return flow("dota")


@bomb()
def dota_long_line():
    write("rel/labelTxt/a.txt", "1 " * 4500000)
    write("rel/images/a.png", png(8, 8))
    return flow("dota")


@bomb(quick=True)
def yaml_recipe():
    lines = ["name: m", "a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 9)) for i in range(1, 12)]
    write("rel/data.json", json.dumps([record()]))
    write("recipe.yaml", "\n".join(lines))
    write("deep.yaml", "name: " + "[" * 3000000)
    write("long.yaml", "name: m\ndatasets:\n" + "  - {id: own}\n" * 200000)
    return [index("llava"), ["mix", "recipe.yaml", "--workspace", "ws", "--quiet"], ["mix", "deep.yaml", "--workspace", "ws", "--quiet"],
            ["mix", "long.yaml", "--workspace", "ws", "--quiet"]]


# ---- archives ----

def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as z:
        for name, data in members:
            z.writestr(name, data)


def with_data():
    write("rel/data.json", json.dumps([record(), record("b.png", i=2)]))
    write("rel/a.png", png(8, 8))


@bomb()
def zip_members():
    with_data()
    zipped("rel/many.zip", (("%x" % i, b"") for i in range(90000)), zipfile.ZIP_STORED)
    return flow("llava")


@bomb()
def tar_gz_members():
    with_data()
    block = io.BytesIO()
    with tarfile.open(fileobj=block, mode="w") as t:
        for i in range(80000):
            t.addfile(tarfile.TarInfo("%x.png" % i))
    write("rel/many.tar.gz", zlib_gzip(block.getvalue()))
    return flow("llava")


def zlib_gzip(data):
    c = zlib.compressobj(6, zlib.DEFLATED, 31)
    return c.compress(data) + c.flush()


@bomb()
def zip_of_zeros():
    with_data()
    zipped("rel/zeros.zip", [("b.png", bytes(1 << 30)), ("c.json", bytes(1 << 20))])
    return flow("llava")


@bomb()
def zip_png_and_zeros():
    with_data()
    zipped("rel/b.zip", [("b.png", png(8, 8) + bytes(900 << 20))])
    return flow("llava")


@bomb()
def zip_in_zip_of_zeros():
    with_data()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_STORED) as z:
        z.writestr("zeros.bin", bytes(1100 << 20))
    zipped("rel/bomb.zip", [("inner.zip", inner.getvalue())])
    return flow("llava")


@bomb()
def tar_xz_of_zeros():
    with_data()
    import lzma
    head = tarfile.TarInfo("b.png")
    head.size = 4 << 30
    c, out = lzma.LZMACompressor(preset=0), []
    out.append(c.compress(head.tobuf()))
    block = bytes(64 << 20)
    out += [c.compress(block) for _ in range(64)]
    write("rel/bomb.tar.xz", b"".join(out) + c.compress(bytes(1024)) + c.flush())
    return flow("llava")


@bomb()
def zips_in_zips():
    with_data()
    data = json.dumps([record()])
    for k in range(4):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for i in range(40):
                z.writestr("%02d.%s" % (i, "zip" if k else "json"), data)
        data = out.getvalue()
    write("rel/deep.zip", data)
    return flow("llava")


@bomb()
def json_of_zeros_in_zip():
    zipped("rel/data.zip", [("data.json", b"[" + b" " * (1 << 30))])
    return flow("llava")


@bomb()
def record_in_zip():
    zipped("rel/data.zip", [("data.json", json.dumps([record(answer="x" * (900 << 20)), record()]))])
    return flow("llava")


# ---- pictures ----

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth=8, colour=2, interlace=0):
    row, c = bytes(1 + width * {0: 1, 2: 3, 3: 1}[colour] * depth // 8), zlib.compressobj(1)
    data = b"".join(c.compress(row) for _ in range(height)) + c.flush()
    extra = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pictures(**files):
    names = [n.replace("_", ".") for n in files]
    for name, data in zip(names, files.values()):
        write("rel/" + name, data)
    write("rel/data.json", json.dumps([record(n, i=i) for i, n in enumerate(names)]))
    return flow("llava")


@bomb()
def png_sizes():
    return pictures(wide_png=png(18000, 18000), grey_png=png(30000, 30000, colour=0), deep_png=png(5000, 5000, depth=16))


@bomb(quick=True)
def png_lies():
    small = png(8, 8)
    lie = lambda w, h: small[:16] + struct.pack(">II", w, h) + small[24:]
    return pictures(a_png=lie(2**31 - 1, 2**31 - 1), b_png=lie(2**32 - 1, 1), c_png=lie(0, 0), d_png=lie(10000, 10000), e_png=small)


def tiff(width, height, bits=8, ifds=1, strip=b"\0" * 64):
    out, at = [b"II*\0" + struct.pack("<I", 8)], 8
    for i in range(ifds):
        entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, 1),
                   (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(strip))]
        size = 2 + 12 * len(entries) + 4
        body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
        at += size
        out.append(body + struct.pack("<I", at if i + 1 < ifds else 0))
    return b"".join(out) + strip


@bomb(quick=True)
def tiff_directories():
    return pictures(many_tif=tiff(8, 8, ifds=65000), wide_tif=tiff(2**31, 8), huge_tif=tiff(30000, 30000, bits=32))


@bomb(quick=True)
def tiff_loop():
    loop = bytearray(tiff(8, 8))
    loop[8 + 2 + 12 * 9:8 + 2 + 12 * 9 + 4] = struct.pack("<I", 8)
    return pictures(loop_tif=bytes(loop))


@bomb(quick=True)
def gif_frames():
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0\x02\x02\x44\x01\0"
    head = b"GIF89a" + struct.pack("<HH", 60000, 60000) + b"\0\0\0"
    return pictures(a_gif=head + frame * 600000 + b";", b_gif=head + frame)


@bomb(quick=True)
def bmp_sizes():
    head = lambda w, h, d: b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, w, h, 1, d, 0, 0, 0, 0, 0, 0)
    return pictures(a_bmp=head(2**31 - 1, 2**31 - 1, 24), b_bmp=head(30000, -2**31, 1), c_bmp=head(100000, 100000, 1) + bytes(9 << 20))


@bomb(quick=True)
def webp_sizes():
    vp8l = b"\x2f" + struct.pack("<I", 16383 | 16383 << 14) + bytes(64)
    riff = lambda body: b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    vp8x = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0\xff\xff\xff\xff\xff\xff"
    return pictures(a_webp=riff(b"VP8L" + struct.pack("<I", len(vp8l)) + vp8l), b_webp=riff(vp8x + b"VP8L" + struct.pack("<I", len(vp8l)) + vp8l))


@bomb(quick=True)
def jp2_sizes():
    def j2k(w, h, tw, th, comps):
        siz = struct.pack(">HIIIIIIIIH", 0, w, h, 0, 0, tw, th, 0, 0, comps) + b"\x07\x01\x01" * comps
        cod = b"\xff\x52" + struct.pack(">H", 12) + b"\0\0\0\1\0\5\4\4\0\1"
        qcd = b"\xff\x5c" + struct.pack(">H", 19) + b"\x40" + b"\x48" * 16
        sot = b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 0, 0, 1) + b"\xff\x93" + bytes(100) + b"\xff\xd9"
        return b"\xff\x4f\xff\x51" + struct.pack(">H", 2 + len(siz)) + siz + cod + qcd + sot
    return pictures(a_j2k=j2k(30000, 30000, 30000, 30000, 3), b_j2k=j2k(2**31 - 1, 2**31 - 1, 1, 1, 3), c_j2k=j2k(8000, 8000, 1, 1, 1), d_j2k=j2k(5000, 5000, 5000, 5000, 16384 // 64))


def jpeg(width, height, scans=1, progressive=False):
    quant = b"\xff\xdb" + struct.pack(">HB", 67, 0) + b"\1" * 64
    frame = (b"\xff\xc2" if progressive else b"\xff\xc0") + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\1\x22\0\2\x11\0\3\x11\0"
    tables = b"".join(b"\xff\xc4" + struct.pack(">HB", 20, t) + b"\1" + bytes(15) + b"\0" for t in (0, 0x10))
    tail = b"\0\0\0" if progressive else b"\0\x3f\0"
    scan = b"\xff\xda" + struct.pack(">HB", 12, 3) + b"\1\0\2\0\3\0" + tail + b"\0" * 40
    return b"\xff\xd8" + quant + frame + tables + scan * scans + b"\xff\xd9"


@bomb()
def jpeg_sizes():
    return pictures(a_jpg=jpeg(65500, 65500), b_jpg=jpeg(13000, 13000), c_jpg=jpeg(9000, 9000, progressive=True),
                    d_jpg=jpeg(6000, 6000, scans=100000, progressive=True))


# ---- scores ----

def words(r, n, most):
    return " ".join("w%d" % r.randrange(most) for _ in range(n))


def captions(profile, n, most):
    r = random.Random(3)
    return score(profile, {"id": "1", "references": [words(r, n, most)]}, {"id": "1", "prediction": words(r, n, most)})


@bomb()
def captions_coco():
    return captions("caption.coco", 200000, 5000)


@bomb()
def captions_two_words():
    return captions("caption.coco", 250000, 2)


@bomb()
def captions_earthdial():
    return captions("caption.earthdial", 200000, 5000)


@bomb()
def captions_levir():
    return captions("caption.levir-cc", 12000, 50)


@bomb()
def captions_urbench():
    return captions("caption.urbench", 200000, 5000)


@bomb()
def caption_of_letters():
    return score("caption.coco", {"id": "1", "references": ["a b c"]}, {"id": "1", "prediction": "a " * 4500000})


@bomb()
def caption_one_word():
    return score("caption.coco", {"id": "1", "references": ["x" * 4500000]}, {"id": "1", "prediction": "x" * 4500000})


@bomb()
def caption_signs():
    return score("caption.coco", {"id": "1", "references": ["a."]}, {"id": "1", "prediction": "'.$" * 1500000})


@bomb()
def caption_blanks():
    return score("caption.urbench", {"id": "1", "references": [" " * 4500000]}, {"id": "1", "prediction": " " * 4500000})


@bomb()
def answers():
    commands = []
    r = random.Random(4)
    texts = ["A" * 2000000, "(" * 1000000, "answer is " * 200000, "<think>" * 300000, "the a " * 300000, "1," * 1000000, words(r, 300000, 9)]
    for profile in ("vqa.rsvqa", "vqa.geochat", "choice.mme-realworld", "choice.vleo", "choice.xlrs", "choice.lhrs-bench", "pope.rspope",
                    "count.vleo", "color.rsevalkit", "cls.geochat", "vqa.floodnet", "open.urbench", "vqa.fit-rsfg", "cls.lhrs"):
        folder = profile.replace(".", "_")
        write(folder + "/t.jsonl", "\n".join(json.dumps({"id": str(i), "question": "Which? (A) water (B) grass", "answer": "A", "type": "x",
              "choices": ["water", "grass"], "options": ["water", "grass"]}) for i in range(len(texts))))
        write(folder + "/p.jsonl", "\n".join(json.dumps({"id": str(i), "prediction": t[:9000000 // len(texts) // 2]}) for i, t in enumerate(texts)))
        commands.append(["score", profile, "--truth", folder + "/t.jsonl", "--predictions", folder + "/p.jsonl", "--quiet"])
    return commands


@bomb()
def grounding():
    text = "[0.1, 0.2, 0.3, 0.4] " * 200000
    commands = []
    for profile in ("ground.hbb", "ground.geochat", "ground.vrsbench", "ground.vrsbench.obb", "ground.urbench", "ground.rsevalkit"):
        folder = profile.replace(".", "_")
        write(folder + "/t.jsonl", json.dumps({"id": "1", "box": [0.1, 0.2, 0.3, 0.4], "width": 100, "height": 100}) + "\n")
        write(folder + "/p.jsonl", json.dumps({"id": "1", "prediction": text}) + "\n")
        commands.append(["score", profile, "--truth", folder + "/t.jsonl", "--predictions", folder + "/p.jsonl", "--quiet"])
    return commands


@bomb()
def detection():
    truth = {"images": [{"id": 1, "file_name": "a.png", "width": 2**31 - 1, "height": 2**31 - 1}], "categories": [{"id": 1, "name": "s"}],
             "annotations": [{"id": i + 1, "image_id": 1, "category_id": 1, "bbox": [i, i, 9, 9], "area": 81, "iscrowd": 0} for i in range(20000)]}
    found = [{"image_id": 1, "category_id": 1, "bbox": [i, i, 9, 9], "score": 0.5} for i in range(60000)]
    write("t.json", json.dumps(truth))
    write("p.json", json.dumps(found))
    return [["score", "det.coco.bbox", "--truth", "t.json", "--predictions", "p.json", "--quiet"]]


@bomb()
def detection_masks():
    size = [60000, 60000]
    mask = {"size": size, "counts": [0, size[0] * size[1]]}
    truth = {"images": [{"id": 1, "file_name": "a.png", "width": size[1], "height": size[0]}], "categories": [{"id": 1, "name": "s"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "area": 81, "iscrowd": 0, "segmentation": mask},
                             {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "area": 81, "iscrowd": 0,
                              "segmentation": [[random.Random(5).randrange(60000) for _ in range(400000)]]}]}
    found = [{"image_id": 1, "category_id": 1, "score": 0.5, "segmentation": mask}]
    write("t.json", json.dumps(truth))
    write("p.json", json.dumps(found))
    return [["score", "det.coco.segm", "--truth", "t.json", "--predictions", "p.json", "--quiet"]]


@bomb()
def label_maps():
    for i in range(4):
        write("t/%d.png" % i, png(10000, 10000, colour=0))
        write("p/%d.png" % i, png(10000, 10000, colour=0))
    write("big_t/a.png", png(30000, 30000, colour=0))
    write("big_p/a.png", png(30000, 30000, colour=0))
    return [["score", "seg.miou", "--truth", "t", "--predictions", "p", "--quiet"],
            ["score", "seg.miou", "--truth", "big_t", "--predictions", "big_p", "--quiet"]]


@bomb()
def workbook():
    sheet = ('<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
             '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>prediction</t></is></c></row>'
             '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>')
    book = ('<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>')
    rels = ('<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
    zipped("p.xlsx", [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", rels), ("xl/worksheets/sheet1.xml", sheet)])
    zipped("blank.xlsx", [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", rels), ("xl/worksheets/sheet1.xml", sheet[:150] + " " * (900 << 20))])
    write("t.jsonl", json.dumps({"id": "1", "question": "q", "answer": "a", "type": "x"}) + "\n")
    return [["score", "vqa.rsvqa", "--truth", "t.jsonl", "--predictions", f, "--quiet"] for f in ("p.xlsx", "blank.xlsx")]


# ---- running ----

def run(binary, arguments, term_after=None):
    """Exit code, MiB, processor seconds, and seconds from SIGTERM to the end (None without one)."""
    began, told = time.monotonic(), None
    with open(".out", "wb") as out:
        pid = os.posix_spawn(binary, [binary] + arguments, os.environ,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                                           (os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)])
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        now = time.monotonic()
        if told is None and term_after is not None and now - began > term_after:
            told = now
            os.kill(pid, signal.SIGTERM)
        if now - began > 120:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    heard = None if told is None else time.monotonic() - told
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss >> 10, usage.ru_utime + usage.ru_stime, heard


def try_bomb(binary, name, verbose):
    """What is wrong, as a list of texts."""
    wrong = []
    # made by a process of its own: what it holds would count as its child's
    commands = json.loads(subprocess.run([sys.executable, PATH, "--make", name], stdout=subprocess.PIPE, check=True).stdout)
    size = sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk("rel") for f in files)
    if size > MOST_BYTES:
        wrong.append("the input has %d bytes" % size)
    slow = []
    for command in commands:
        what = "%s %s" % (name, " ".join(command[:2]))
        code, mib, seconds, _ = run(binary, command)
        text = open(".out", errors="replace").read()
        if verbose:
            print("%-34s exit %d %5d MiB %6.2f s  %s" % (what, code, mib, seconds, text.strip().splitlines()[0][:100] if code == 2 and text.strip() else ""), flush=True)
        if code not in (0, 1, 2) or "internal error" in text:
            wrong.append("%s: exit %d: %s" % (what, code, text[-300:]))
        if mib >= MOST_MIB:
            wrong.append("%s: %d MiB" % (what, mib))
        if seconds >= MOST_S:
            wrong.append("%s: %.1f s" % (what, seconds))
        if seconds >= 0.5:
            slow.append(command)
    for command in slow:  # at the end: what is cut short here would be missing above
        what = "%s %s" % (name, " ".join(command[:2]))
        again = list(command)
        if "ws" in again:  # a run of its own: the first has done the work
            again[again.index("ws")] = "ws2" if command[0] == "index" else "ws"
        if "out" in again:
            again[again.index("out")] = "out2"
        code, _, _, heard = run(binary, again, 0.3)
        shutil.rmtree("ws2", ignore_errors=True)
        shutil.rmtree("out2", ignore_errors=True)
        if heard is not None and heard >= TERM_S:
            wrong.append("%s: %.2f s after SIGTERM" % (what, heard))
        if code not in (0, 1, 2, -signal.SIGTERM):  # a signal at the very start ends it as usual
            wrong.append("%s: exit %d after SIGTERM" % (what, code))
    return wrong


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--bin", default=os.environ.get("RSIFT_BIN", "build/rsift"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--make", help="write one input here and print its commands")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.make:
        json.dump(BOMBS[options.make](), sys.stdout)
        return 0
    binary, passed, failed = os.path.abspath(options.bin), 0, 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in options.names or [n for n in BOMBS if not options.quick or n in QUICK]:
        with tempfile.TemporaryDirectory(prefix="rsift-bomb-") as folder:
            os.chdir(folder)
            wrong = try_bomb(binary, name, options.verbose)
            os.chdir("/")
        for text in wrong:
            print("FAIL %s" % text)
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
