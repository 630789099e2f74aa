"""Damaged members beside good ones: none ends an index, none vanishes, none is taken for sound that an
independent decoder refuses, and every good member is read.

    mutants.py [--n 10000] [--seed 1] [--jobs N] [LAYOUT...]

One release holds 80 mutants (mutate.py) and 20 good members of a layout: pictures (PNG, JPEG, TIFF,
WebP, JPEG 2000, BMP, GIF; in a zip), json, csv, xml and txt (annotation files in a folder or in a zip),
archives (zip, tar, tar.gz in a folder). Each mutant has a name of its own, which
says how to make it again: the layout, the seed and its number."""
import argparse
import concurrent.futures
import glob
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
import zlib

import mutate
import release

N_BAD, N_GOOD, ALLOWED_S = 80, 20, 120
SOURCE = os.environ.get("RSIFT_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


class Layout:
    """name; extension -> good members' bytes; arguments of index; where members lie; samples of a good one"""

    def __init__(self, name, bases, arguments, folder="", beside=(), packed=True):
        self.name, self.bases, self.arguments = name, bases, arguments
        self.folder, self.beside, self.packed = folder, list(beside), packed


def records_json(name):
    return json.dumps([{"id": "%s-%d" % (name, i), "image": "img/p.png", "conversations": [
        {"from": "human", "value": "<image>\nWhat is at place %d?" % i},
        {"from": "gpt", "value": "<box>[[%d, 20, 300, 400]]</box>" % (i * 10)}]} for i in range(4)], indent=1).encode()


VOC = """<annotation><filename>p.png</filename><size><width>32</width><height>32</height><depth>3</depth></size>
<object><name>ship</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax><ymax>12</ymax></bndbox></object>
<object><name>plane</name><bndbox><xmin>10</xmin><ymin>12</ymin><xmax>19</xmax><ymax>22</ymax></bndbox></object>
</annotation>
"""
DOTA = """imagesource:GoogleEarth
gsd:0.5
1.0 2.0 9.0 2.0 9.0 12.0 1.0 12.0 ship 0
10.0 12.0 19.0 12.0 19.0 22.0 10.0 22.0 plane 1
"""
CSV = "id,image,q,a\n1,img/p.png,What is here?,\"a \"\"ship\"\", moored\"\n2,img/p.png,Is it rural?,no\n"


def picture_bases():
    found = {}
    for path in sorted(glob.glob(os.path.join(SOURCE, "fuzz", "corpus", "image_decode", "*"))):
        kind = path.rsplit(".", 1)[-1]
        if kind not in ("mp4", "avi", "npy"):
            found.setdefault(kind, []).append(open(path, "rb").read())
    found.setdefault("png", []).append(release.png(48, 40, 1))
    found.setdefault("tif", []).append(release.tiff(32, 32, 2))
    return found


def archive(kind, name, rng):
    """Three pictures in class folders; every archive has names of its own."""
    inside = [("class/%s-%d.png" % (name, i), release.png(16, 16, "%s %d" % (name, i))) for i in range(3)]
    if kind == "zip":
        return release.zip_bytes(inside, stored=rng.random() < 0.5)
    return gzip.decompress(release.tar_gz_bytes(inside)) if kind == "tar" else release.tar_gz_bytes(inside)


def base_of(layout, kind, name, rng):
    bases = layout.bases[kind]
    return archive(kind, name, rng) if bases is None else rng.choice(bases)


def layouts():
    picture = [("img/p.png", release.png(32, 32, 5))]
    named = ["--reader", "records", "--param", "question=q", "--param", "answer=a", "--param", "id=id",
             "--param", "image=image"]
    return [
        Layout("pictures", picture_bases(), ["--reader", "folder"], "class"),
        Layout("json", {"json": [records_json("base"), records_json("other")]},
               ["--reader", "llava", "--param", "box_convention=permille"], beside=picture, packed=False),
        Layout("xml", {"xml": [VOC.encode()]}, ["--reader", "voc"], "Annotations", [("JPEGImages/p.png", picture[0][1])]),
        Layout("txt", {"txt": [DOTA.encode()]}, ["--reader", "dota"], "labelTxt"),
        Layout("csv", {"csv": [CSV.encode()]}, named, beside=picture),
        Layout("archives", {"zip": None, "tar": None, "tar.gz": None}, ["--reader", "folder"], packed=False)]


def make_batch(layout, seed, number):
    """[(path, bytes)] and {path: (kind, certainly broken)} of one release's members"""
    rng = random.Random("%s %d %d" % (layout.name, seed, number))
    members, bad = list(layout.beside), {}
    kinds = sorted(layout.bases)
    for i in range(N_GOOD):
        kind = kinds[i % len(kinds)]
        name = "good%02d" % i
        members.append(("%s/%s.%s" % (layout.folder, name, kind), base_of(layout, kind, name, rng)))
    for i in range(N_BAD):
        kind = rng.choice(kinds)
        name = "bad-%d-%02d" % (number, i)
        base = base_of(layout, kind, name, rng)
        others = [base_of(layout, rng.choice([kind, rng.choice(kinds)]), name, rng)]
        data, how = mutate.mutant("%s %d %d %d" % (layout.name, seed, number, i), base, others)
        path = "%s/%s.%s" % (layout.folder, name, kind)
        broken = mutate.BROKEN.get(kind)
        members.append((path, data))
        bad[path.lstrip("/")] = (how, bool(broken and broken(data)))
    return [(path.lstrip("/"), data) for path, data in members], bad


def write_release(layout, members, top):
    if layout.packed:
        os.makedirs(top)
        with open(os.path.join(top, "all.zip"), "wb") as out:
            out.write(release.zip_bytes(members, stored=True))
        return os.path.join(top, "all.zip")
    for path, data in members:
        full = os.path.join(top, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as out:
            out.write(data)
    return top


class Trial:
    def __init__(self, rsift, folder):
        self.rsift, self.folder = rsift, folder
        self.workspace = os.path.join(folder, "ws")

    def index(self, layout, path):
        command = [self.rsift, "index", path, "--name", "m", "--workspace", self.workspace, "--threads", "2",
                   "--quiet", "--json"] + layout.arguments
        try:
            done = subprocess.run(command, capture_output=True, timeout=ALLOWED_S, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None, "not ended after %d s" % ALLOWED_S
        return done.returncode, done.stderr.decode("utf-8", "replace")

    def ask(self, question):
        done = subprocess.run([self.rsift, "query", question, "--workspace", self.workspace, "--json"],
                              capture_output=True, check=True)
        return json.loads(done.stdout)


QUESTION = """SELECT 'f' AS kind, locator AS a, code AS b, sum(n)::BIGINT AS n FROM finding GROUP BY ALL
UNION ALL SELECT 'a', coalesce(member, path), coalesce(damage, ''), (state = 'found')::BIGINT FROM asset
UNION ALL SELECT 's', file, '', count(*) FROM sample GROUP BY ALL
UNION ALL SELECT 'r', source, pass::VARCHAR, sum(seen - used - merged - skipped - set_aside)::BIGINT FROM reading GROUP BY ALL"""


def try_batch(rsift, layout, seed, number, folder):
    """What went wrong, and [(how, kind, outcome)] for each mutant."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    members, bad = make_batch(layout, seed, number)
    trial = Trial(rsift, folder)
    code, err = trial.index(layout, write_release(layout, members, os.path.join(folder, "rel")))
    if code not in (0, 1):
        return ["exit %s: %s" % (code, err[-600:])], []
    rows = trial.ask(QUESTION)
    wrong = ["%s pass %s: seen is not the sum" % (r["a"], r["b"]) for r in rows if r["kind"] == "r" and r["n"]]
    findings = [(r["a"] or "") for r in rows if r["kind"] == "f"]
    names = [(r["a"] or "", r["b"], r["n"]) for r in rows if r["kind"] in "as"]
    outcomes = []
    data = dict(members)
    for path, (how, broken) in bad.items():
        told = any(path in place for place in findings)
        if layout.name == "archives":
            known = all(any(n in name for name, _, _ in names) for n in names_in(path, data[path]))
        else:  # a table of nothing but its head holds no record
            known = any(path in name for name, _, _ in names) or (path.endswith("csv") and b"\n" not in data[path])
        outcomes.append((how, path.split(".", 1)[1], "finding" if told else "read" if known else "vanished"))
        if not told and (broken or not known):
            wrong.append("%s (%s): %s" % (path, how, "broken, but taken for sound" if known else "vanished"))
    for path, _ in members:
        if "good" in path and not good_was_read(layout, path, rows):
            wrong.append(path + ": good, but not read")
    return wrong, outcomes


def names_in(path, data):
    """The pictures that Python finds in an archive: damage may leave a sound archive of fewer members, or
    change a member's name into one that is no picture's. Of a zip that Python
    refuses (a version it does not know, a byte too many behind the directory) all members are expected."""
    stem = path.split(".")[0]
    whole = [("class/%s-%d.png" % (stem, i)).encode() for i in range(3)]
    if path.endswith(".zip") and any(data.count(name) == 1 for name in whole):
        return []
    try:
        if path.endswith(".zip"):
            names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        else:
            names = tarfile.open(fileobj=io.BytesIO(data)).getnames()
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, NotImplementedError):
        if path.endswith(".zip"):
            return [name.decode() for name in whole]
        return ["a finding must tell of it"]
    return [n for n in names if n.endswith(".png")]


def good_was_read(layout, path, rows):
    if layout.name == "pictures":
        return any(r["kind"] == "a" and r["a"].endswith(path) and r["n"] for r in rows)
    if layout.name == "archives":
        name = "class/%s-" % path.split(".")[0]
        return sum(1 for r in rows if r["kind"] == "a" and name in r["a"] and r["n"] and not r["b"]) == 3
    return any(r["kind"] == "s" and r["a"].endswith(path) and r["n"] >= 1 for r in rows)


class Table:
    def __init__(self, n):
        self.n, self.done, self.begun, self.lock = n, 0, time.monotonic(), threading.Lock()
        self.rows, self.n_mutants, self.wrong = {}, {}, {}

    def add(self, layout, number, wrong, outcomes):
        with self.lock:
            for _, kind, outcome in outcomes:
                row = self.rows.setdefault((layout.name, kind), {})
                row[outcome] = row.get(outcome, 0) + 1
            self.n_mutants[layout.name] = self.n_mutants.get(layout.name, 0) + N_BAD
            self.wrong[layout.name] = self.wrong.get(layout.name, 0) + len(wrong)
            if wrong:
                print("FAIL %s batch %d" % (layout.name, number))
                for line in wrong[:6]:
                    print("     " + line)
                sys.stdout.flush()
            self.done += 1
            if self.done % 10 == 0:
                left = (time.monotonic() - self.begun) / self.done * (self.n - self.done)
                print("mutants: %d of %d, %.0f s left" % (self.done * N_BAD, self.n * N_BAD, left), file=sys.stderr)

    def print(self):
        print("%-10s %-8s %8s %8s %8s" % ("layout", "kind", "mutants", "finding", "read"))
        for (layout, kind), row in sorted(self.rows.items()):
            print("%-10s %-8s %8d %8d %8d" % (layout, kind, sum(row.values()), row.get("finding", 0), row.get("read", 0)))


def main():
    build = os.environ.get("RSIFT_BUILD_DIR", "build")
    parser = argparse.ArgumentParser()
    parser.add_argument("--rsift", default=os.environ.get("RSIFT_BIN", build + "/rsift"))
    parser.add_argument("--n", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, help="only this one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true", help="leave the files of the last batches")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="rsift-mutants-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    rsift = os.path.abspath(options.rsift)
    try:
        chosen = [l for l in layouts() if not options.names or l.name in options.names]
        each = max(1, options.n // N_BAD // max(1, len(chosen)))
        numbers = [options.batch] if options.batch is not None else range(each)
        todo = [(layout, number) for number in numbers for layout in chosen]
        table, local, counter = Table(len(todo)), threading.local(), iter(range(1000))

        def run(item):
            if not hasattr(local, "folder"):
                local.folder = os.path.join(scratch, "try%d" % next(counter))
            wrong, outcomes = try_batch(rsift, item[0], options.seed, item[1], local.folder)
            table.add(item[0], item[1], wrong, outcomes)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in [pool.submit(run, item) for item in todo]:
                done.result()
        table.print()
        n, failed = sum(table.n_mutants.values()), sum(table.wrong.values())
        print("%d passed, %d failed, 0 skipped" % (n - min(n, failed), failed))
        return 1 if failed or not n else 0
    finally:
        if options.keep:
            print(scratch, file=sys.stderr)
        else:
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
