"""Compares a list "path, width, height, orientation" with what Pillow says. 77 = no Pillow."""
import sys

try:
    from PIL import Image
except ImportError:
    print("skipped: Pillow is not installed, sizes were not compared")
    sys.exit(77)

Image.MAX_IMAGE_PIXELS = None
n = n_bad = n_unread = 0
for line in open(sys.argv[1], encoding="utf-8", errors="surrogateescape"):
    path, width, height, orientation = line.rstrip("\n").split("\t")
    try:
        im = Image.open(path)
    except Exception:  # many bands, complex samples: Pillow does not read those
        n_unread += 1
        continue
    n += 1
    got = (*im.size, im.getexif().get(0x112, 1))
    if got != (int(width), int(height), int(orientation)):
        n_bad += 1
        print(path, "Pillow:", got, "ours:", (width, height, orientation))
print(f"{n} pictures compared with Pillow, {n_bad} differ, {n_unread} that it cannot open")
sys.exit(1 if n_bad or n == 0 else 0)
