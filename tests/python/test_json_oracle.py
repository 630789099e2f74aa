"""Compares the JSON cutter with Python's json on random documents, whole and cut short.

The C side is tests/unit/codec/test_json.c in $RSIFT_BUILD_DIR/tests, called as `cut PATH`: a document
goes to its input, lines "offset length key" come back. Exit 77 when it is not built.
"""
import json
import os
import random
import subprocess
import sys
from pathlib import Path

SEED = 20260203
WORDS = ["", "a", "]}", "{[", '"', "\\", "\\\"", "x\ny", "\u00e9\u20ac\U0001f600", "plain words " * 9]


def value(rng, depth=0):
    kind = rng.randrange(8 if depth < 5 else 4)
    if kind == 0:
        return rng.choice([None, True, False, 0, -17, 10**17, 0.25, 1e-7])
    if kind < 4:
        return "".join(rng.choice(WORDS) for _ in range(rng.randrange(4)))
    if kind < 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(6))]
    return {rng.choice(WORDS) + str(i): value(rng, depth + 1) for i in range(rng.randrange(6))}


def spell(rng, v):
    indent = rng.choice([None, None, 1, 4])
    separators = rng.choice([None, (",", ":"), (" , ", " : ")])
    return json.dumps(v, ensure_ascii=rng.random() < 0.5, indent=indent, separators=separators)


def document(rng):
    """Returns path, text, the wanted records as (key or "", value)."""
    records = [value(rng) for _ in range(rng.randrange(30))]
    shape = rng.randrange(5)
    if shape == 0:
        return "", spell(rng, records), [("", r) for r in records]
    if shape == 1:
        records = [r if isinstance(r, dict) else {"v": r} for r in records]
        return "", "\n".join(json.dumps(r) for r in records), [("", r) for r in records]
    if shape == 2:
        keyed = {str(i): r for i, r in enumerate(records)}
        return "{}", spell(rng, keyed), list(keyed.items())
    if shape == 3:
        whole = {"info": value(rng), "images": records, "licenses": {"images": [1]}}
        return "images", spell(rng, whole), [("", r) for r in records]
    whole = {name: [value(rng) for _ in range(rng.randrange(5))] for name in ("plane", "ship", "car")}
    return "*", spell(rng, whole), [(name, r) for name in whole for r in whole[name]]


def cut(driver, path, data):
    done = subprocess.run([driver, "cut", path], input=data, stdout=subprocess.PIPE, check=True)
    lines = done.stdout.decode().split("\n")[:-1]
    failed = bool(lines) and lines[-1].startswith("error ")
    records = []
    for line in lines[: len(lines) - failed]:
        offset, length, key = line.split(" ", 2)
        piece = data[int(offset) : int(offset) + int(length)]
        records.append((key, json.loads(piece)))
    return records, failed


def main():
    driver = Path(os.environ.get("RSIFT_BUILD_DIR", "build")) / "tests" / "unit_codec_json"
    if not driver.is_file():
        print(f"FAIL: {driver} is not built")
        return 1
    n_cut = 0
    for case in range(300):
        rng = random.Random(SEED + case)
        path, text, wanted = document(rng)
        data = text.encode()
        got, failed = cut(driver, path, data)
        assert not failed and got == wanted, f"seed {SEED + case}: {len(got)} records, not {len(wanted)}"
        if case % 3 or not data:
            continue
        short = data[: rng.randrange(len(data))]
        got, failed = cut(driver, path, short)
        n_cut += 1
        whole = path == "" and data[:1] != b"["  # lines: a prefix may be whole
        assert got == wanted[: len(got)] or whole, f"seed {SEED + case}: truncated records differ"
        assert failed or whole or not short.strip(), f"seed {SEED + case}: no error for a cut file"
    print(f"300 documents and {n_cut} cut short agree with Python's json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
