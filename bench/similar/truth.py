"""Planted truth: how many edited copies of a picture are found again, and how many wrong pairs.

usage: truth.py [--scenes N] [--real N FOLDER...] [--crops none|lossless|scaled] [--radius R]
Needs a release build. Pictures are N drawn scenes and N of the pictures in FOLDER... (zip files of
pictures included); each is edited in every way of TRANSFORMS. A pair of an edited copy and its own
original is found or missed; one with another original is false, unless the originals themselves
were found to be related, which are printed to be looked at. Prints one Markdown table.
"""
import argparse
import hashlib
import io
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile

import peers

SAME = 0.70          # RS_THUMB_SAME
LEAST, MOST = 200, 1024  # px: smaller pictures are left out, of larger ones the middle is taken
LEAST_CROP = 128
TURNS = [0, 1, 2, 3, 4, 5, 6, 7]
ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")


def lay(im, orientation):
    """As image/hash.h: transposed, then mirrored in x, then in y."""
    from PIL import Image
    if orientation & 4:
        im = im.transpose(Image.Transpose.TRANSPOSE)
    if orientation & 1:
        im = im.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if orientation & 2:
        im = im.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return im


def jpeg(quality):
    return {"format": "JPEG", "quality": quality}


PNG = {"format": "PNG", "compress_level": 1}


def resized(im, factor):
    from PIL import Image
    return im.resize((max(1, round(im.width * factor)), max(1, round(im.height * factor))), Image.Resampling.BICUBIC)


def crop(im, share, rng):
    w, h = round(im.width * share), round(im.height * share)
    x, y = rng.randint(0, im.width - w), rng.randint(0, im.height - h)
    return im.crop((x, y, x + w, y + h)) if min(w, h) >= LEAST_CROP else None


def curve(im, of):
    return im.point([max(0, min(255, round(of(v)))) for v in range(256)] * 3)


def watermark(im):
    from PIL import Image, ImageDraw
    over = Image.new("L", im.size, 0)
    draw = ImageDraw.Draw(over)
    size = max(12, im.width // 12)
    draw.text((im.width // 10, im.height - 2 * size), "(c) SAMPLE 2024", fill=150, font_size=size)
    return Image.composite(Image.new("RGB", im.size, (255, 255, 255)), im, over)


def bordered(im):
    from PIL import ImageOps
    return ImageOps.expand(im, 8, (0, 0, 0))


def channels(im):
    from PIL import Image
    r, g, b = im.split()
    return Image.merge("RGB", (b, g, r))


# name -> (picture, random numbers) -> (edited or None where it does not apply, how it is stored)
TRANSFORMS = {"PNG": lambda im, rng: (im, PNG)}
for turn in TURNS[1:]:
    TRANSFORMS[f"orientation {turn}"] = lambda im, rng, t=turn: (lay(im, t), PNG)
for q in (95, 85, 75, 50, 40, 30):
    TRANSFORMS[f"JPEG {q}"] = lambda im, rng, q=q: (im, jpeg(q))
TRANSFORMS["turned, JPEG 75"] = lambda im, rng: (lay(im, rng.choice(TURNS[1:])), jpeg(75))
for factor in (0.5, 0.75, 1.5, 2):
    TRANSFORMS[f"scale {factor}"] = lambda im, rng, f=factor: (resized(im, f), PNG)
TRANSFORMS["scale 0.6, JPEG 75"] = lambda im, rng: (resized(im, 0.6), jpeg(75))
TRANSFORMS["trim 4 px"] = lambda im, rng: (im.crop((4, 4, im.width - 4, im.height - 4)), PNG)
for share in (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4):
    TRANSFORMS[f"crop {round(100 * share)} %"] = lambda im, rng, s=share: (crop(im, s, rng), PNG)
TRANSFORMS["crop 70 %, turned"] = lambda im, rng: (
    lambda c: (c and lay(c, rng.choice(TURNS[1:])), PNG))(crop(im, 0.7, rng))
TRANSFORMS["crop 70 %, JPEG 90"] = lambda im, rng: (crop(im, 0.7, rng), jpeg(90))
TRANSFORMS["crop 70 %, JPEG 50"] = lambda im, rng: (crop(im, 0.7, rng), jpeg(50))
for factor in (0.5, 0.75, 1.5):
    TRANSFORMS[f"crop 70 %, scale {factor}"] = lambda im, rng, f=factor: (
        lambda c: (c and resized(c, f), PNG))(crop(im, 0.7, rng))
TRANSFORMS["brightness -20 %"] = lambda im, rng: (curve(im, lambda v: 0.8 * v), PNG)
TRANSFORMS["brightness +20 %"] = lambda im, rng: (curve(im, lambda v: 1.2 * v), PNG)
TRANSFORMS["gamma 0.7"] = lambda im, rng: (curve(im, lambda v: 255 * (v / 255) ** 0.7), PNG)
TRANSFORMS["gamma 1.4"] = lambda im, rng: (curve(im, lambda v: 255 * (v / 255) ** 1.4), PNG)
TRANSFORMS["channel order"] = lambda im, rng: (channels(im), PNG)
TRANSFORMS["border 8 px"] = lambda im, rng: (bordered(im), PNG)
TRANSFORMS["watermark"] = lambda im, rng: (watermark(im), PNG)


# ---- pictures ----

def drawn(n, folder):
    synth = os.path.join(peers.build_folder(), "rsift-synth")
    if n:
        subprocess.check_call([synth, "release", "dior", "--out", folder, "--images", str(n), "--side", "512",
                               "--seed", "10", "--clean"], stdout=subprocess.DEVNULL)
    return found_below(folder)


def found_below(folder):
    out = []
    for at, folders, names in os.walk(folder):
        folders.sort()
        out += [os.path.join(at, name) for name in sorted(names)
                if name.lower().endswith(ENDINGS + (".zip",)) and "label" not in at.lower()]
    return out


def bytes_of(paths):
    """(name, bytes), the pictures of zip files included."""
    for path in paths:
        if not path.lower().endswith(".zip"):
            yield path, lambda p=path: open(p, "rb").read()
            continue
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith(ENDINGS):
                    yield f"{path}/{name}", lambda p=path, n=name: zipfile.ZipFile(p).read(n)


def store_original(job):
    """Decodes one picture and stores it as PNG; None where it is too small or no such picture."""
    from PIL import Image
    data, out = job
    try:
        im = Image.open(io.BytesIO(data()))
        if im.mode not in ("RGB", "L", "P", "RGBA") or min(im.size) < LEAST:
            return None
        im = im.convert("RGB")
    except Exception:  # pylint: disable=broad-except
        return None
    x, y = max(0, (im.width - MOST) // 2), max(0, (im.height - MOST) // 2)
    im = im.crop((x, y, min(im.width, x + MOST), min(im.height, y + MOST)))
    im.save(out, **PNG)
    return out


def originals(options, folder):
    names, paths = [], []
    sources = [(name, data) for name, data in bytes_of(drawn(options.scenes, os.path.join(folder, "scenes")))]
    real = [item for below in options.folders for item in bytes_of(found_below(below))]
    real.sort(key=lambda item: hashlib.sha256(item[0].encode()).digest())
    for wanted, items in ((options.scenes, sources), (options.real, real)):
        kept = 0
        for name, data in items:
            if kept == wanted:
                break
            path = store_original((data, os.path.join(folder, f"{len(paths)}.png")))
            if path:
                names.append(name)
                paths.append(path)
                kept += 1
    return names, paths


def make_variants(job):
    """Every edit of one original; [(transform, path)]."""
    from PIL import Image
    number, path = job
    im = Image.open(path).convert("RGB")
    out = []
    for k, (name, edit) in enumerate(TRANSFORMS.items()):
        if make_variants.only and not re.search(make_variants.only, name):
            continue
        edited, how = edit(im, random.Random(number * 1000 + k))
        if edited is None:
            continue
        to = f"{path[:-4]}-{k}.{how['format'].lower()}"
        edited.save(to, **how)
        out.append((name, to))
    return out


# ---- who finds what: arrays [original][variant] of bool ----

def rsift(driver, a, b, options, folder):
    """Columns "pictures" (stages 0 and 1) and "with pieces", and which of a are not flat."""
    import numpy
    lists = []
    for name, paths in (("a", a), ("b", b)):
        lists.append(os.path.join(folder, name + ".txt"))
        with open(lists[-1], "w", encoding="utf-8") as out:
            out.write("".join(path + "\n" for path in paths))
    text = subprocess.run([driver, *lists, str(options.radius), options.crops, str(options.threads)], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    whole = numpy.zeros((len(a), len(b)), bool)
    pieces = numpy.zeros((len(a), len(b)), bool)
    counted = numpy.zeros(len(a), bool)
    for line in text.splitlines():
        f = line.split("\t")
        if f[0] == "picture" and f[1] == "a" and f[3] != "failed":
            counted[int(f[2])] = f[3] == "0"
        elif f[0] == "exact" or (f[0] == "near" and float(f[5]) >= SAME):
            whole[int(f[1]), int(f[2])] = True
        elif f[0] == "crop" and f[6] == "1":
            pieces[int(f[1]), int(f[2])] = True
        elif f[0] == "seconds":
            print(f"rsift {f[1]}: {f[2]} s, {f[3]} CPU s", file=sys.stderr)
    return {"rsift pictures": whole, "rsift with pieces": whole | pieces}, counted


def hash_for_peers(path):
    """(pHash, dHash, PDQ, the 8 PDQ) of one picture as bit arrays."""
    import cv2
    import numpy
    import pdqhash
    methods = hash_for_peers.methods
    if not methods:
        imagededup = peers.load_imagededup()
        methods = hash_for_peers.methods = imagededup.PHash(verbose=False), imagededup.DHash(verbose=False)
    im = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    def bits(text):
        return numpy.unpackbits(numpy.frombuffer(bytes.fromhex(text), numpy.uint8))
    eight = pdqhash.compute_dihedral(im)[0]
    return bits(methods[0].encode_image(image_array=im)), bits(methods[1].encode_image(image_array=im)), \
        numpy.asarray(eight[0], numpy.uint8), numpy.asarray(eight, numpy.uint8)


hash_for_peers.methods = None
make_variants.only = None


def start_worker(only):
    make_variants.only = only


def distances(x, y):
    """Hamming distances of bit arrays [n][bits] and [m][bits]."""
    import numpy
    x, y = x.astype(numpy.float32), y.astype(numpy.float32)
    return x.sum(1)[:, None] + y.sum(1)[None, :] - 2 * (x @ y.T)


def all_peers(a, b, pool):
    import numpy
    ha, hb = pool.map(hash_for_peers, a, 4), pool.map(hash_for_peers, b, 16)
    def column(k, which):
        return numpy.array([h[k] for h in which])
    pdq = column(2, hb)
    eight = numpy.min([distances(column(3, ha)[:, o], pdq) for o in range(8)], axis=0)
    return {"imagededup pHash": distances(column(0, ha), column(0, hb)) <= 10,
            "imagededup dHash": distances(column(1, ha), column(1, hb)) <= 10,
            "PDQ": distances(column(2, ha), pdq) <= 31, "8 PDQ": eight <= 31}


# ---- the table ----

def percent(hits, n):
    return f"{100.0 * hits / n:.1f}" if n else "-"


def print_table(columns, of, transforms, counted, related):
    import numpy
    names = list(columns)
    print("| transform | n | " + " | ".join(names) + " |")
    print("|---|---:|" + "---:|" * len(names))
    false = {name: 0 for name in names}
    for transform in TRANSFORMS:
        at = [j for j, t in enumerate(transforms) if t == transform and counted[of[j]]]
        if not at:
            continue
        cells = []
        for name in names:
            found = columns[name][:, at]
            hits = sum(found[of[j], k] for k, j in enumerate(at))
            wrong = int(numpy.sum(found & ~related[:, [of[j] for j in at]]))
            false[name] += wrong
            cells.append(percent(hits, len(at)) + (f" ({wrong} false)" if wrong else ""))
        print(f"| {transform} | {len(at)} | " + " | ".join(cells) + " |")
    n = sum(counted[o] for o in of)
    print(f"| false pairs of {len(counted):,} x {n:,} | {n} | " + " | ".join(str(false[name]) for name in names) + " |")


def print_missed(columns, of, transforms, counted, names, related):
    """What to look at: what rsift missed or found wrongly."""
    for name in ("rsift pictures", "rsift with pieces"):
        for j, transform in enumerate(transforms):
            if not counted[of[j]]:
                continue
            for i in columns[name][:, j].nonzero()[0]:
                if not related[i, of[j]]:
                    print(f"{name}: false {names[i]} and {names[of[j]]} ({transform})", file=sys.stderr)
            if name == "rsift with pieces" and not columns[name][of[j], j]:
                print(f"{name}: missed {names[of[j]]} ({transform})", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--real", type=int, default=0)
    parser.add_argument("--crops", choices=["none", "lossless", "scaled"], default="scaled")
    parser.add_argument("--radius", type=int, default=31)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", help="transforms whose name has this regular expression")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--missed", action="store_true", help="name what rsift missed, on stderr")
    options = parser.parse_args()
    import numpy
    with tempfile.TemporaryDirectory() as folder, \
            multiprocessing.Pool(options.threads, start_worker, (options.only,)) as pool:
        driver = os.path.join(folder, "truth")
        peers.compile_driver("truth", driver)
        started = time.time()
        names, a = originals(options, folder)
        made = pool.map(make_variants, list(enumerate(a)), 1)
        of = [i for i, some in enumerate(made) for _ in some]
        transforms = [name for some in made for name, _ in some]
        b = [path for some in made for _, path in some]
        print(f"{len(a)} originals, {len(b)} variants in {time.time() - started:.0f} s", file=sys.stderr)
        itself, counted = rsift(driver, a, a, argparse.Namespace(radius=47, crops=options.crops, threads=options.threads),
                                folder)
        related = itself["rsift with pieces"]
        for i, j in zip(*numpy.triu(related, 1).nonzero()):
            print(f"related originals, to be looked at: {names[i]} and {names[j]}", file=sys.stderr)
        related = related | related.T | numpy.eye(len(a), dtype=bool)
        columns, _ = rsift(driver, a, b, options, folder)
        if not options.no_peers:
            columns.update(all_peers(a, b, pool))
        print(f"{int((~counted).sum())} flat originals are left out", file=sys.stderr)
        print_table(columns, of, transforms, counted, related)
        if options.missed:
            print_missed(columns, of, transforms, counted, names, related)


if __name__ == "__main__":
    peers.start(__file__)
    main()
