"""MinHash signatures of captions: rsift beside rensa and datasketch, as two Markdown tables.

usage: text.py [--texts N] [FILE]
Needs a release build. FILE holds a text a line; without it N captions of made-up sentences are used.
128 permutations, pieces of 5 characters. The first table is speed, one process a row, on one core;
peers that would take long run on a part. The second is agreement with the true Jaccard similarity
of pairs that differ in a few words, and with the question whether it is 0.8 or more.
"""
import argparse
import os
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time

import peers

peers.PACKAGES, peers.BARE = ["rensa", "datasketch"], []
os.environ.setdefault("BENCH_VENV", os.path.join(peers.deps(), "bench-similar-text"))

N_PAIRS, PERMUTATIONS, SEED = 3000, 128, 42


def captions(n):
    rng = random.Random(SEED)
    things = "planes ships houses trees cars tanks courts bridges ponds roofs fields roads boats hangars".split()
    colours = "white green grey red brown blue dark bare large small several many two three".split()
    places = "airport harbour river farmland parking lot residential area beach stadium factory forest park".split()
    relations = ["beside", "near", "on both sides of", "surrounded by", "in the middle of", "along", "next to"]
    for _ in range(n):
        yield (f"{rng.choice(colours).capitalize()} {rng.choice(things)} are {rng.choice(relations)} the "
               f"{rng.choice(colours)} {rng.choice(places)} with {rng.choice(colours)} {rng.choice(things)} .")


def pieces(text):
    text = f" {' '.join(text.lower().replace('.', ' ').split())} "
    return [text[i:i + 5] for i in range(len(text) - 4)]


def edited(text, n, rng):
    words = text.split()
    for _ in range(n):
        words[rng.randrange(len(words) - 1)] = "".join(rng.choice("aeioustrnl") for _ in range(rng.randint(2, 8)))
    return " ".join(words)


def pairs_of(texts):
    rng = random.Random(SEED)
    for _ in range(N_PAIRS):
        text = " ".join(rng.choice(texts) for _ in range(rng.choice([1, 1, 2, 4])))
        yield text, edited(text, rng.randint(0, 4), rng)


def rsift_signatures(driver, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write("".join(t + "\n" for t in texts))
        f.flush()
        done = subprocess.run([driver, f.name, "signatures"], capture_output=True, check=True)
    return [struct.unpack_from("<128I", done.stdout, 512 * i) for i in range(len(texts))]


def rensa_signature(text):
    import rensa
    m = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    m.update(pieces(text))
    return m.digest()


def datasketch_signature(text):
    import datasketch
    m = datasketch.MinHash(num_perm=PERMUTATIONS, seed=SEED)
    m.update_batch([p.encode() for p in pieces(text)])
    return m.hashvalues.tolist()


PEERS = {"rensa": (rensa_signature, 1), "datasketch": (datasketch_signature, 20)}


def put_speed(label, n_bytes, seconds, peak):
    print(f"| {label} | {n_bytes / 1e6:.1f} | {seconds:.2f} | {n_bytes / 1e6 / seconds:.1f} | {peak / 1024:.0f} |", flush=True)


def run_peer(name, path):
    """Speed of one peer, in a process of its own."""
    signature, part = PEERS[name]
    with open(path, encoding="utf-8") as f:
        texts = f.read().splitlines()
    texts = texts[:max(1, len(texts) // part)]
    signature(texts[0])
    before = time.process_time()
    for text in texts:
        signature(text)
    put_speed(f"{name}, pieces made in Python", sum(len(t.encode()) + 1 for t in texts), time.process_time() - before,
              resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def run_rsift(driver, path):
    done = subprocess.run([driver, path], capture_output=True, check=True, text=True)
    _, n_bytes, seconds, keys, peak = done.stderr.split()[:5]
    put_speed("rsift, signatures", int(n_bytes), float(seconds), int(peak))
    put_speed("rsift, exact keys", int(n_bytes), float(keys), int(peak))


def put_agreement(label, true, found):
    errors = [f - t for t, f in zip(true, found)]
    mean = sum(errors) / len(errors)
    spread = (sum(e * e for e in errors) / len(errors)) ** 0.5
    alike = sum((t >= 0.8) == (f >= 0.8) for t, f in zip(true, found)) / len(true)
    print(f"| {label} | {mean:+.4f} | {spread:.4f} | {100 * alike:.1f} % |")


def agreement(driver, texts):
    both = list(pairs_of(texts))
    true = []
    for a, b in both:
        x, y = set(pieces(a)), set(pieces(b))
        true.append(len(x & y) / len(x | y))
    share = lambda a, b: sum(x == y for x, y in zip(a, b)) / PERMUTATIONS  # noqa: E731
    a, b = (rsift_signatures(driver, side) for side in zip(*both))
    print(f"\n| {N_PAIRS:,} pairs | mean error | spread | agree about 0.8 |\n|---|---:|---:|---:|")
    put_agreement("rsift", true, [share(x, y) for x, y in zip(a, b)])
    for name, (signature, _) in PEERS.items():
        if peers.load(name):
            put_agreement(name, true, [share(signature(x), signature(y)) for x, y in both])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?")
    parser.add_argument("--texts", type=int, default=200000)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        return run_peer(args.peer, args.file)
    with tempfile.TemporaryDirectory() as tmp:
        driver, path = os.path.join(tmp, "text"), args.file or os.path.join(tmp, "captions.txt")
        peers.compile_driver("text", driver)
        if not args.file:
            with open(path, "w", encoding="utf-8") as f:
                f.writelines(c + "\n" for c in captions(args.texts))
        with open(path, encoding="utf-8") as f:
            texts = f.read().splitlines()
        print("| signatures | MB | CPU s | MB per CPU s | peak MB |\n|---|---:|---:|---:|---:|", flush=True)
        run_rsift(driver, path)
        for name in PEERS:
            if peers.load(name):
                subprocess.check_call([sys.executable, __file__, "--peer", name, path])
        agreement(driver, texts[:20000])
    return 0


if __name__ == "__main__":
    peers.start(__file__)
    sys.exit(main())
