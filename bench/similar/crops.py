#!/usr/bin/env python3
"""Pieces of pictures: builds bench/similar/crops.c against build/ and runs it on the pictures named, then
OpenCV's ORB and SIFT with RANSAC on some of the same kind of pieces where cv2 can be imported.

    python3 bench/similar/crops.py [--peer-pieces 40] [--build build] PICTURE...

The peers are given the right scene for each piece and only have to prove it; rsift has to find it
among all pictures first. Prints Markdown tables."""
import argparse
import pathlib
import random
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ("deflate z fyaml xxhash utf8proc archive expat jpeg png16 tiff webp openjp2 m").split()


def build(folder: pathlib.Path) -> pathlib.Path:
    out = folder / "crops_bench"
    subprocess.run(
        ["cc", "-O2", "-std=c17", "-D_GNU_SOURCE", f"-I{HERE}/src", f"-I{HERE}/include",
         f"{HERE}/bench/similar/crops.c", "-o", str(out), f"-Wl,-rpath,{folder}",
         f"{folder}/librsift.a", f"{folder}/libduckdb.so", *[f"-l{name}" for name in LIBRARIES]],
        check=True)
    return out


def peers(paths: list[str], n_pieces: int) -> None:
    try:
        import cv2
        import numpy
    except ImportError:
        print("\ncv2 cannot be imported: peers left out")
        return
    cv2.setNumThreads(1)
    makers = {"ORB": (lambda: cv2.ORB_create(1000), cv2.NORM_HAMMING),
              "SIFT": (lambda: cv2.SIFT_create(1000), cv2.NORM_L2)}
    transforms = {"JPEG 75": (1.0, 75), "JPEG 50": (1.0, 50), "scale 0.5": (0.5, 0),
                  "scale 0.7, JPEG 75": (0.7, 75), "scale 2": (2.0, 0)}
    print("\n| peer | transform | pieces of 128 px | proved % | CPU ms per pair |\n|---|---|---|---|---|")
    for name, (make, norm) in makers.items():
        detector, matcher = make(), cv2.BFMatcher(norm)
        for transform, (scale, quality) in transforms.items():
            draw, found, n, used = random.Random(7), 0, 0, 0.0
            for _ in range(n_pieces):
                scene = cv2.imread(draw.choice(paths), cv2.IMREAD_GRAYSCALE)
                if scene is None or min(scene.shape) <= 128:
                    continue
                x, y = draw.randrange(scene.shape[1] - 128), draw.randrange(scene.shape[0] - 128)
                piece = scene[y:y + 128, x:x + 128]
                piece = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                piece = numpy.rot90(piece, draw.randrange(4)).copy()
                if quality:
                    code = cv2.imencode(".jpg", piece, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
                    piece = cv2.imdecode(code, cv2.IMREAD_GRAYSCALE)
                start = time.process_time()
                found += proved(cv2, numpy, detector, matcher, scene, piece)
                used += time.process_time() - start
                n += 1
            print(f"| {name} | {transform} | {n} | {100 * found / max(n, 1):.1f} | "
                  f"{1000 * used / max(n, 1):.1f} |", flush=True)


def proved(cv2, numpy, detector, matcher, scene, piece) -> bool:
    """At least 8 inliers of a similarity, the usual rule."""
    (ka, da), (kb, db) = (detector.detectAndCompute(p, None) for p in (scene, piece))
    if da is None or db is None or len(ka) < 2 or len(kb) < 2:
        return False
    good = [m[0] for m in matcher.knnMatch(db, da, k=2)
            if len(m) == 2 and m[0].distance < 0.75 * m[1].distance]
    if len(good) < 8:
        return False
    a = numpy.float32([kb[m.queryIdx].pt for m in good])
    b = numpy.float32([ka[m.trainIdx].pt for m in good])
    _, inliers = cv2.estimateAffinePartial2D(a, b, ransacReprojThreshold=3)
    return inliers is not None and int(inliers.sum()) >= 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--build", default=str(HERE / "build"))
    parser.add_argument("--pieces", type=int, default=200)
    parser.add_argument("--peer-pieces", type=int, default=40)
    args = parser.parse_args()
    program = build(pathlib.Path(args.build).resolve())
    subprocess.run([program, "--scaled", "--pieces", str(args.pieces), "--side", "128",
                    *args.pictures], check=True, stderr=subprocess.DEVNULL)
    peers(args.pictures, args.peer_pieces)


if __name__ == "__main__":
    main()
