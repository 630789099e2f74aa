#!/usr/bin/env python3
"""Flips single bits anywhere in a workspace; no flip may change an answer without a word.

    RSIFT_BIN=build/rsift tests/torture/flips.py [FLIPS] [SEED]

Each flip hits one bit of one file: parts, their hashes, proven.txt, rsift.duckdb and its hash, last-mix.json, the mark.
Files are drawn evenly, so that small ones are hit as often as large ones, then a bit of the file. Passed: the
verb ends with 2 and names the file, or all answers are what they were (every row of every table, and the
records of `emit`). Prints the cases by file, then "N passed, N failed, N skipped".
"""
import collections
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

RSIFT = os.path.abspath(os.environ.get("RSIFT_BIN", "build/rsift"))
TABLES = ("release file reading asset asset_source sample sample_asset split turn region finding "
          "convention overlap mixture ledger").split()
DUMP = " UNION ALL ".join(f"SELECT '{t}' t, x::VARCHAR r FROM {t} x" for t in TABLES) + " ORDER BY t, r"


def run(folder, *arguments):
    p = subprocess.run([RSIFT, *arguments, "--workspace", "ws"], cwd=folder, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120)
    return p.returncode, p.stdout, p.stderr.decode("utf-8", "replace")


def must(folder, *arguments):
    code, out, err = run(folder, *arguments)
    if code > 1:
        sys.exit(f"rsift {' '.join(arguments)}: exit {code}\n{err}")
    return out


def png(width, height, value):
    rows = b"".join(b"\0" + bytes((value + x) % 256 for x in range(width)) for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def make(folder):
    """A release of 30 records, indexed, mixed, and emitted once."""
    os.makedirs(f"{folder}/r/img")
    records = []
    for i in range(30):
        name = f"img/{i % 8}.png"
        with open(f"{folder}/r/{name}", "wb") as f:
            f.write(png(20 + i % 8, 16, i % 8 * 30))
        records.append({"id": str(i), "image": name, "conversations": [
            {"from": "human", "value": f"<image>\nWhat is at {i % 20}?"},
            {"from": "gpt", "value": f"A ship of kind {i % 5} beside pier {i}."}]})
    with open(f"{folder}/r/a.json", "w") as f:
        json.dump(records, f)
    with open(f"{folder}/recipe.yaml", "w") as f:
        f.write("recipe: 1\nname: flips\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - {id: mine}\n")
    must(folder, "index", "r", "--reader", "llava", "--name", "mine", "--licence", "CC-BY-4.0", "--quiet")
    must(folder, "duplicates", "--quiet")
    must(folder, "mix", "recipe.yaml", "--quiet")


def emitted(folder):
    shutil.rmtree(f"{folder}/out", ignore_errors=True)
    code, _, err = run(folder, "emit", "--format", "llava", "--model", "llava-1.5", "-o", "out", "--quiet")
    path = f"{folder}/out/train.json"
    if code == 2 or not os.path.exists(path):
        return code, b"", err
    with open(path, "rb") as f:
        return code, f.read(), err


def judge(folder, path, reference):
    """What became of the answers: (word, messages)."""
    code, out, err = run(folder, "query", DUMP, "--json")
    if code == 2:
        # a part that was made, a file of the workspace, or the workspace of another version is named
        name = os.path.basename(path)
        return ("told" if name in err or "made by an" in err else "told without its name"), err
    if code != 0:
        return f"exit {code}", err
    if out != reference[0]:
        return "CHANGED", "other rows"
    code, out, err = emitted(folder)
    if code == 2:
        return "told", err
    if (code, out) != reference[1]:
        return "CHANGED", f"exit {code}, other records {err}"
    return "same", ""


def main():
    flips = int(sys.argv[1]) if len(sys.argv) > 1 else max(50, int(2000 * float(os.environ.get("ROUNDS", "1"))))
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    draw = random.Random(seed)
    counts, failed = collections.Counter(), []
    with tempfile.TemporaryDirectory(prefix="rsift-flips-") as folder:
        make(folder)
        reference = (run(folder, "query", DUMP, "--json")[1], emitted(folder)[:2])
        with open(f"{folder}/out/train.json", "rb") as f:
            assert len(json.load(f)) > 20 and len(reference[0]) > 10000
        # what emit noted in the ledger belongs to the answers
        reference = (run(folder, "query", DUMP, "--json")[1], reference[1])
        shutil.rmtree(f"{folder}/ws/tmp", ignore_errors=True)
        files = sorted(os.path.join(at, name) for at, _, names in os.walk(f"{folder}/ws") for name in names
                       if "/locks" not in at)
        shutil.copytree(f"{folder}/ws", f"{folder}/sound", symlinks=True)
        for _ in range(flips):
            path = draw.choice(files)
            with open(path.replace("/ws/", "/sound/", 1), "rb") as f:
                sound = f.read()
            bit = draw.randrange(8 * len(sound))
            damaged = bytearray(sound)
            damaged[bit // 8] ^= 1 << bit % 8
            with open(path, "wb") as f:
                f.write(damaged)
            word, why = judge(folder, path, reference)
            counts[os.path.basename(path), word] += 1
            if word not in ("told", "same"):
                failed.append(f"{path[len(folder) + 1:]} bit {bit}: {word}: {why.strip()[:200]}")
            # emit writes the ledger and proven.txt anew
            for each in (path, f"{folder}/ws/rsift.duckdb", f"{folder}/ws/rsift.duckdb.hashes"):
                shutil.copyfile(each.replace("/ws/", "/sound/", 1), each)
    for (name, word), n in sorted(counts.items()):
        print(f"{name:24} {word:10} {n}")
    for line in failed[:20]:
        print("FAIL", line)
    print(f"{flips - len(failed)} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
