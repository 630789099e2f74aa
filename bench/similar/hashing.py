"""Hashing beside its peers on the same JPEGs in one run.

    python3 bench/similar/hashing.py PICTURES [--build build] [--pictures 48] [--times 3] [--venv .deps/similar]

PICTURES is a folder of real pictures (at least 400 px on the shorter side); they are resized to 512, 640, 800 and 1024 px
and written as JPEG 75 to 95 into a temporary folder. Peers come from the registry into a virtual environment. One
thread each; rates are pictures per CPU second, decoding included. rsift and libjpeg-turbo take turns picture by picture
(bench/similar/hashing.c); each is run once more alone for its peak memory. Nothing is asserted.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
PACKAGES = ["numpy", "pillow", "scipy", "PyWavelets", "tqdm", "opencv-python-headless", "ImageHash", "pdqhash"]
RSIFT = [
    ("full", "libjpeg-turbo alone, all pixels as RGB", "full"),
    ("exact", "**rsift hash** (pixels, blocks, phash)", "full"),
    ("grey", "libjpeg-turbo alone, luma at our scale", "grey"),
    ("scaled", "**rsift hash --no-exact** (phash)", "grey"),
    ("grey8", "libjpeg-turbo alone, luma at 1/8", "grey"),
]


def scale_of(size):
    scale = 8
    while scale > 1 and -(-min(size) // scale) < 256:
        scale //= 2
    return scale


def dct_hash(cv2, np, grey):
    low = cv2.dct(cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32))[:8, :8]
    return low > np.median(low)


def imagededup_phash():
    """PHash without the package's neural networks, whose libraries are not installed."""
    import importlib.util
    root = Path(importlib.util.find_spec("imagededup").submodule_search_locations[0])
    for name in ("imagededup.methods", "imagededup.utils"):
        package = types.ModuleType(name)
        package.__path__ = [str(root / name.split(".")[1])]
        sys.modules[name] = package
    pairwise = types.ModuleType("sklearn.metrics.pairwise")
    pairwise.cosine_similarity = None
    sys.modules.update({"sklearn": types.ModuleType("sklearn"), "sklearn.metrics": types.ModuleType("sklearn.metrics"),
                        "sklearn.metrics.pairwise": pairwise})
    from imagededup.methods.hashing import PHash
    hasher = PHash(verbose=False)
    return lambda path: hasher.encode_image(image_file=path)


def peer_function(name):
    if name == "imagededup":
        return imagededup_phash()
    if name.startswith("ImageHash"):
        import imagehash
        from PIL import Image
        def draft(path):
            with Image.open(path) as im:
                if name == "ImageHash draft":
                    im.draft("L", (128, 128))
                return imagehash.phash(im)
        return draft
    import cv2
    import numpy as np
    cv2.setNumThreads(1)
    if name == "pdqhash":
        import pdqhash
        return lambda path: pdqhash.compute(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB))
    flags = {1: cv2.IMREAD_GRAYSCALE, 2: cv2.IMREAD_REDUCED_GRAYSCALE_2, 4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
             8: cv2.IMREAD_REDUCED_GRAYSCALE_8}
    if name == "OpenCV 1/8":
        return lambda path: dct_hash(cv2, np, cv2.imread(path, flags[8]))
    sizes = {}
    from PIL import Image
    def at_scale(path):
        if path not in sizes:
            with Image.open(path) as im:
                sizes[path] = im.size
        return dct_hash(cv2, np, cv2.imread(path, flags[scale_of(sizes[path])]))
    return at_scale


PEERS = [
    ("OpenCV at our scale", "OpenCV reduced grey at our scale + pHash"),
    ("OpenCV 1/8", "OpenCV reduced grey 1/8 + pHash"),
    ("ImageHash draft", "ImageHash phash, draft"),
    ("ImageHash", "ImageHash phash"),
    ("imagededup", "imagededup PHash"),
    ("pdqhash", "pdqhash"),
]


def run_peer(name, times, paths):
    hasher = peer_function(name)
    for path in paths:
        hasher(path)
    began = time.process_time()
    for _ in range(times):
        for path in paths:
            hasher(path)
    seconds = time.process_time() - began
    print(len(paths) * times / seconds, seconds / len(paths) / times * 1e3,
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def make_pictures(source, n, out):
    from PIL import Image
    files = sorted(f for f in Path(source).rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".tif", ".bmp"))
    made = []
    for f in files[:: max(1, len(files) // (6 * n))] + files:
        if len(made) == n:
            break
        try:
            with Image.open(f) as im:
                if min(im.size) < 400 or max(im.size) > 5000:
                    continue
                im = im.convert("RGB")
        except (OSError, ValueError):
            continue
        side = (512, 640, 800, 1024)[len(made) % 4]
        made.append(f"{out}/{len(made):04d}.jpg")
        im.resize((side, side), Image.LANCZOS).save(made[-1], quality=(75, 85, 90, 95)[len(made) // 4 % 4])
    if not made:
        sys.exit(f"{source} has no pictures of 400 px and more")
    return made


def ensure_venv(folder):
    python = Path(folder) / "bin/python"
    if not python.exists():
        subprocess.check_call([sys.executable, "-m", "venv", folder])
        subprocess.check_call([python, "-m", "pip", "install", "-q", *PACKAGES])
        subprocess.check_call([python, "-m", "pip", "install", "-q", "--no-deps", "imagededup"])
    return str(python)


def measure(options, pictures):
    driver = f"{options.build}/bench/bench_hashing"
    ways = ",".join(way for way, _, _ in RSIFT)
    rows = {}
    for line in subprocess.check_output([driver, str(options.times), ways, *pictures], text=True).splitlines():
        way, rate, ms, _ = line.split()
        alone = subprocess.check_output([driver, "1", way, *pictures], text=True).split()
        rows[way] = (float(rate), float(ms), float(alone[3]))
    print("| way | pictures per CPU second | ms | of its bare decode | peak MB |\n|---|---:|---:|---:|---:|")
    def show(label, row, base):
        print(f"| {label} | {row[0]:,.0f} | {row[1]:.2f} | {row[0] / rows[base][0]:.2f} | {row[2]:,.0f} |", flush=True)
    for way, label, base in RSIFT:
        show(label, rows[way], base)
    for name, label in PEERS:
        done = subprocess.run([sys.executable, str(HERE), "--peer", name, "--times", str(options.times), *pictures],
                              capture_output=True, text=True)
        if done.returncode:
            print(f"| {label} | not measured: {done.stderr.strip().splitlines()[-1][:80]} | | | |")
            continue
        row = [float(v) for v in done.stdout.split()]
        show(label, row, "grey" if "OpenCV" in label or "draft" in label else "full")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--build", default=str(ROOT / "build"))
    parser.add_argument("--pictures", type=int, default=48)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--venv", default=str(ROOT / ".deps/similar"))
    parser.add_argument("--peer")
    options = parser.parse_args()
    if options.peer:
        return run_peer(options.peer, options.times, options.paths)
    python = ensure_venv(options.venv)
    if os.path.realpath(sys.prefix) != os.path.realpath(options.venv):
        os.execv(python, [python, str(HERE), *sys.argv[1:], "--venv", options.venv])
    subprocess.check_call(["ninja", "-C", options.build, "bench_hashing"], stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        pictures = make_pictures(options.paths[0], options.pictures, folder)
        size = sum(os.path.getsize(p) for p in pictures) / len(pictures) / 1024
        print(f"{len(pictures)} JPEGs of 512 to 1024 px, {size:.0f} KB in the mean\n")
        measure(options, pictures)


if __name__ == "__main__":
    main()
