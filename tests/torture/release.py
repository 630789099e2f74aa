"""A release of 30 records in many forms, made by hand and the same each time: conversations about
pictures in a zip (PNG, JPEG, TIFF, GIF, BMP), in a zip inside it and in a tar.gz inside it."""
import gzip
import io
import json
import os
import random
import struct
import subprocess
import tarfile
import zipfile
import zlib


def png(width, height, seed):
    rng = random.Random(seed)
    rows = b"".join(b"\0" + bytes(rng.randrange(256) for _ in range(width * 3)) for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def tiff(width, height, seed, bands=3, deep=False):
    """One strip, little endian, not compressed; `deep` has 16 bits a sample."""
    rng = random.Random(seed)
    size = 2 if deep else 1
    pixels = bytes(rng.randrange(256) for _ in range(width * height * bands * size))
    tags = [(256, 3, 1, width), (257, 3, 1, height), (259, 3, 1, 1),
            (262, 3, 1, 2 if bands >= 3 else 1), (277, 3, 1, bands), (278, 3, 1, height),
            (279, 4, 1, len(pixels)), (284, 3, 1, 1)]
    after = 8 + 2 + 12 * (len(tags) + 2) + 4
    bits = struct.pack("<%dH" % bands, *[8 * size] * bands)
    tags += [(258, 3, bands, after if bands > 2 else 8 * size), (273, 4, 1, after + len(bits))]
    out = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    for tag, kind, n, value in sorted(tags):
        out += struct.pack("<HHI", tag, kind, n)
        out += struct.pack("<I", value) if kind == 4 or n > 2 else struct.pack("<HH", value, 0)
    return out + struct.pack("<I", 0) + bits + pixels


def bmp(width, height, seed):
    rng = random.Random(seed)
    row = (width * 3 + 3) // 4 * 4
    pixels = bytes(rng.randrange(256) for _ in range(row * height))
    return (struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54) +
            struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels)


def gif(width, height):
    """One grey picture; LZW with a clear code in front of each pixel, which needs no table."""
    bits, n_bits, out = 0, 0, bytearray()
    codes = []
    for i in range(width * height):
        codes += [4, i % 4]
    for code in codes + [5]:
        bits |= code << n_bits
        n_bits += 3
        while n_bits >= 8:
            out.append(bits & 255)
            bits >>= 8
            n_bits -= 8
    out.append(bits & 255)
    blocks = b"".join(bytes([len(out[i:i + 255])]) + out[i:i + 255] for i in range(0, len(out), 255))
    palette = bytes([0, 0, 0, 80, 80, 80, 160, 160, 160, 240, 240, 240])
    return (b"GIF89a" + struct.pack("<HHBBB", width, height, 0x91, 0, 0) + palette + b"," +
            struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\2" + blocks + b"\0;")


def jpegs(synth, folder, n):
    """JPEGs of rsift-synth: this file has no encoder for them."""
    made = os.path.join(folder, "jpegs")
    subprocess.run([synth, "release", "coco", "--out", made, "--images", str(n), "--side", "64",
                    "--seed", "5"], check=True, stdout=subprocess.DEVNULL)
    paths = sorted(os.path.join(at, f) for at, _, files in os.walk(made) for f in files if f.endswith(".jpg"))
    return [open(p, "rb").read() for p in paths]


def zip_bytes(members, stored=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data,
                             zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tar_gz_bytes(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def pictures(synth, folder):
    members = [("img/p%d.png" % i, png(48, 40, i)) for i in range(4)]
    members += [("img/j%d.jpg" % i, data) for i, data in enumerate(jpegs(synth, folder, 4))]
    members += [("img/t0.tif", tiff(32, 32, 7)), ("img/t1.tif", tiff(24, 32, 8, deep=True)),
                ("img/b0.bmp", bmp(20, 16, 9)), ("img/g0.gif", gif(16, 16))]
    return members


def make(synth, folder):
    """records.json and the folder pictures, which holds two pictures and a zip with the others."""
    os.makedirs(os.path.join(folder, "pictures", "img"), exist_ok=True)
    members = pictures(synth, folder)
    inner = [("n%d.png" % i, png(30, 30, 50 + i)) for i in range(3)]
    packed = [("t%d.png" % i, png(28, 30, 60 + i)) for i in range(2)]
    names = [n for n, _ in members] + [n for n, _ in inner] + ["g/" + n for n, _ in packed]
    members += [("img/inner.zip", zip_bytes(inner, stored=True)),
                ("img/more.tar.gz", tar_gz_bytes([("g/" + n, d) for n, d in packed]))]
    for name, data in members[:2]:
        with open(os.path.join(folder, "pictures", name), "wb") as out:
            out.write(data)
    with open(os.path.join(folder, "pictures", "more.zip"), "wb") as out:
        out.write(zip_bytes(members[2:]))
    records = []
    for i in range(30):
        name = names[i % len(names)]
        box = "<box>[[%d, %d, %d, %d]]</box>" % (10 + i, 100, 500 + i, 700)
        records.append({"id": "r%02d" % i, "image": name, "conversations": [
            {"from": "human", "value": "<image>\nWhat is at the left of scene %d?" % i},
            {"from": "gpt", "value": "A storage tank" if i % 3 else "Here: " + box}]})
    with open(os.path.join(folder, "records.json"), "w") as out:
        json.dump(records, out, indent=1)
    return names
