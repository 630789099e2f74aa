"""Writes a made-up caption table and WebDataset tars, or reads them as a script of an evening would.

usage: tables.py make DIR N_MIB     DIR/t.csv and DIR/wds/*.tar, about so large each
       tables.py csv FILE           pandas.read_csv
       tables.py wds DIR            every sample of the tars through the webdataset library, pictures not decoded
"""
import csv
import glob
import io
import os
import random
import sys
import tarfile

WORDS = "a satellite image of road field river ship quay barn surrounded by farmland grass plant solar".split()


def make(folder, n_bytes):
    draw = random.Random(1)
    os.makedirs(os.path.join(folder, "wds"), exist_ok=True)
    with open(os.path.join(folder, "t.csv"), "w", newline="") as f:
        rows = csv.writer(f)
        rows.writerow(["filepath", "title", "title_multi_objects", "similarity"])
        n = 0
        while f.tell() < n_bytes:
            rows.writerow([f"images2/a{n:09d}_CH_19.jpg", " ".join(draw.choices(WORDS, k=8)),
                           " ".join(draw.choices(WORDS, k=20)) + ', "x"; y', f"0.{draw.randrange(1000):03d}"])
            n += 1
    picture = b"\xff\xd8\xff\xe0" + draw.randbytes(90000)
    key = 0
    for shard in range(4):
        with tarfile.open(os.path.join(folder, "wds", f"s-{shard:04d}.tar"), "w") as tar:
            for _ in range(n_bytes // 4 // len(picture)):
                for end, data in (("jpg", picture), ("txt", " ".join(draw.choices(WORDS, k=12)).encode())):
                    member = tarfile.TarInfo(f"{key:09d}.{end}")
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data))
                key += 1


def main():
    what, path = sys.argv[1:3]
    if what == "make":
        make(path, int(sys.argv[3]) << 20)
    elif what == "csv":
        import pandas
        print(len(pandas.read_csv(path)), "rows")
    else:
        import webdataset
        tars = sorted(glob.glob(os.path.join(path, "*.tar")))
        print(sum(1 for _ in webdataset.WebDataset(tars, shardshuffle=False)), "groups")


if __name__ == "__main__":
    main()
