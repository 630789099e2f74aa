"""Role and content dialogues of 200 MB and more: rsift beside plain Python json and, where it is
installed, the JSON builder of Hugging Face `datasets`.

usage: talks.py [--rsift build/rsift] [--dir DIR] [--mb 220]
rsift does more (box text, tasks, languages, hashes, Parquet parts); Python only reads the turns.
A row is: what, seconds, CPU seconds of all threads, peak MB.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

WORDS = "ship harbor road field bridge tank plane river roof court small large left right near of the a".split()

PLAIN = """
import json, sys
n = turns = 0
for record in json.load(open(sys.argv[1], encoding="utf-8")):
    n += 1
    for turn in record["messages"]:
        turns += len(turn["content"]) > 0
print(n, turns)
"""
HUB = """
import sys
from datasets import load_dataset
rows = load_dataset("json", data_files=sys.argv[1], split="train", cache_dir=sys.argv[2])
print(len(rows))
"""


def text(rng, n):
    return " ".join(rng.choice(WORDS) for _ in range(n))


def make(path, n_bytes):
    """Dialogues of two to six turns; every fourth has a box in its answer."""
    rng, written, i = random.Random(1), 0, 0
    with open(path, "w", encoding="utf-8") as out:
        out.write("[\n")
        while written < n_bytes:
            messages = []
            for turn in range(rng.choice((1, 1, 2, 3))):
                mark = "<image>\n" if turn == 0 else ""
                messages.append({"role": "user", "content": mark + text(rng, 14) + "?"})
                box = [rng.randrange(0, 500), rng.randrange(0, 500), rng.randrange(500, 1000), rng.randrange(500, 1000)]
                answer = f"<box>[{box}]</box>" if i % 4 == 0 else text(rng, 30) + "."
                messages.append({"role": "assistant", "content": answer})
            line = json.dumps({"id": str(i), "images": [f"images/{i % 50000}.jpg"], "messages": messages})
            out.write((",\n" if i else "") + line)
            written += len(line) + 2
            i += 1
        out.write("\n]\n")
    return i


def measure(label, command):
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = process.stdout.read().decode().strip().splitlines()
    _, status, used = os.wait4(process.pid, 0)
    cpu = used.ru_utime + used.ru_stime
    note = "" if status == 0 else f"  exit {os.waitstatus_to_exitcode(status)}"
    print(f"{label:<28}{time.time() - started:8.2f} s {cpu:8.2f} cpu-s {used.ru_maxrss / 1024:7.0f} MB{note}"
          f"  {said[0] if said else ''}", flush=True)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("--rsift", default=os.path.join(here, "..", "..", "build", "rsift"))
    parser.add_argument("--dir", default=os.path.join(here, "..", "..", "build", "bench"))
    parser.add_argument("--mb", type=int, default=220)
    args = parser.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    path = os.path.join(args.dir, "dialogues.json")
    n = make(path, args.mb * 1000000)
    print(f"{n} records, {os.path.getsize(path) / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}")
    for threads in ("1", "2"):
        workspace = os.path.join(args.dir, "dialogues-ws")
        shutil.rmtree(workspace, ignore_errors=True)
        measure(f"rsift index, {threads} thread(s)", [args.rsift, "index", path, "--reader", "llava", "--name", "mine",
                                                      "--workspace", workspace, "--threads", threads, "--quiet"])
        shutil.rmtree(workspace, ignore_errors=True)
    measure("json.load and its turns", [sys.executable, "-c", PLAIN, path])
    try:
        import datasets  # noqa: F401
    except ImportError:
        print("datasets is not installed: left out")
    else:
        cache = os.path.join(args.dir, "dialogues-hub")
        measure("datasets, json builder", [sys.executable, "-c", HUB, path, cache])
        shutil.rmtree(cache, ignore_errors=True)
    os.remove(path)


if __name__ == "__main__":
    main()
