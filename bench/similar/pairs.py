"""All pairs of planted hashes: rsift's search beside faiss and imagededup, as one Markdown table.

usage: pairs.py [--full] [--threads N]
Needs a release build. --full also searches 10 million hashes (about 10 minutes, 1 GB). One in ten
hashes is another one with 0 to RADIUS bits turned over. Each row is a process of its own; one that
would take too long runs on a part and says so: its time is scaled by the number of comparisons.
imagededup's hashes have 64 bits, so its row is of 64-bit hashes and a radius of 10.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

import peers

RADIUS = 15
HEAD = "| search | wall s | CPU s | peak MB | pairs | of the planted |\n|---|---:|---:|---:|---:|---:|"


def row(label, started, n_pairs, share, scale=1.0):
    wall = (time.time() - started[0]) * scale
    cpu = (sum(os.times()[:4]) - started[1]) * scale
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {label} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {n_pairs} | {share} |", flush=True)


def clock():
    return time.time(), sum(os.times()[:4])  # children too


def hashes_of(path):
    import numpy
    return numpy.fromfile(path, dtype=numpy.uint8).reshape(-1, 32)


def planted_found(path, limits, ids):
    """Share of the planted pairs among those that a search found."""
    import numpy
    planted = numpy.fromfile(path + ".pairs", dtype=numpy.int64)
    b = numpy.repeat(numpy.arange(len(limits) - 1), numpy.diff(limits.astype(numpy.int64)))
    found = numpy.isin(planted, b << 32 | ids)
    return f"{100.0 * found.mean():.4f} %"


def faiss_flat(path):
    import faiss
    x = hashes_of(path)
    part = x[:max(1, int(2e9 / len(x)))]
    started = clock()
    index = faiss.IndexBinaryFlat(256)
    index.add(x)
    limits, _, _ = index.range_search(part, RADIUS + 1)
    scale = len(x) / len(part)
    note = "" if scale == 1 else f", from {len(part):,} queries"
    row(f"faiss flat, {len(x):,}{note}", started, "", "100 %", scale)


def faiss_table(path, index, label):
    x = hashes_of(path)
    started = clock()
    index.add(x)
    limits, _, ids = index.range_search(x, RADIUS + 1)
    row(f"{label}, {len(x):,}", started, (int(limits[-1]) - len(x)) // 2,
        planted_found(path, limits, ids))


def faiss_hash(path):
    import faiss
    faiss_table(path, faiss.IndexBinaryHash(256, 24), "faiss hash, 24 bits")


def faiss_multi(path):
    import faiss
    faiss_table(path, faiss.IndexBinaryMultiHash(256, 16, 16), "faiss multi-hash, 16 x 16 bits")


def imagededup(path):
    methods = peers.load_imagededup()
    if not methods:
        return
    x = hashes_of(path)[:10000, :8]
    encodings = {f"{i}.png": bytes(h).hex() for i, h in enumerate(x)}
    started = clock()
    found = methods.PHash(verbose=False).find_duplicates(encoding_map=encodings, max_distance_threshold=10,
                                                         num_dist_workers=0)
    row("imagededup, 64-bit hashes, radius 10, 10,000", started, sum(len(v) for v in found.values()) // 2, "")


PEERS = {"faiss_flat": faiss_flat, "faiss_hash": faiss_hash, "faiss_multi": faiss_multi,
         "imagededup": imagededup}


def peer(name, path):
    code = subprocess.call([sys.executable, __file__, "--peer", name, path], stderr=subprocess.PIPE)
    if code != 0:
        print(f"| {name} did not finish (exit {code}) | | | | | |", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--full", action="store_true")
    options.add_argument("--threads", default="1")
    options.add_argument("--peer", nargs=2, help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.peer:
        import faiss
        faiss.omp_set_num_threads(1)
        PEERS[options.peer[0]](options.peer[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        driver, file = os.path.join(folder, "pairs"), os.path.join(folder, "hashes")
        peers.compile_driver("pairs", driver)
        print(HEAD, flush=True)
        for size in ("10000", "1000000", "10000000")[:3 if options.full else 2]:
            subprocess.call([driver, "self", size, str(RADIUS), options.threads])
        subprocess.call([driver, "self", "1000000", "31", options.threads])
        subprocess.call([driver, "join", "1000000", "10000000" if options.full else "262144", "31", options.threads])
        subprocess.check_call([driver, "write", "1000000", str(RADIUS), file])
        for name in PEERS:
            peer(name, file)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    peers.start(__file__)
    main()
