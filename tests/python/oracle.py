"""Shared by the tests that compare rsift with other implementations.

Those implementations are Python packages that `tools/setup test` puts into .deps/oracle (make test does
so); where they are not, what is installed for this Python is taken, and what cannot be imported is named
and left out. Scores come from the program of tests/unit/score/test_score.c, one request a line.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = int(os.environ.get("RSIFT_SEED", "20260119"))  # another one looks elsewhere
SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("RSIFT_BUILD_DIR", SOURCE / "build"))
SKIPPED = 77


def use_packages():
    folder = Path(os.environ.get("RSIFT_DEPS_DIR", SOURCE / ".deps")) / "oracle"
    stamp = folder / "version"
    mine = "python %d.%d" % sys.version_info[:2]
    if not stamp.is_file():
        print(f"{folder.name}: no packages of tools/setup test here; those of this Python are used")
    elif not stamp.read_text().startswith(mine + " "):
        print(f"{folder.name}: packages for {stamp.read_text().split(':')[0]}, this is {mine}; run tools/setup test")
    else:
        sys.path.insert(0, str(folder))


use_packages()


class Near:
    """Numbers that must agree; remembers how many and the largest difference."""

    def __init__(self):
        self.worst = 0.0
        self.n = 0

    def __call__(self, got, expected, within, what):
        self.n += 1
        if expected is None or (isinstance(expected, float) and math.isnan(expected)):
            assert got is None, f"{what}: {got!r}, expected nothing"
            return
        assert got is not None and abs(got - expected) <= within, f"{what}: {got!r}, expected {expected!r}"
        self.worst = max(self.worst, abs(got - expected))

    def __str__(self):
        return f"{self.n} numbers, worst difference {self.worst:.1e}"


class Scores:
    """Requests for the driver, answered by one process."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rsift-oracle-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        self.lines = []
        self.samples = []
        self.n_files = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)

    def file(self, value, name=None, suffix=".jsonl"):
        """A list becomes JSON lines unless the suffix says otherwise, a text stays as it is."""
        self.n_files += 1
        path = self.folder / (name or f"f{self.n_files}{suffix}")
        if name:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(value, str):
            value = json.dumps(value) if suffix == ".json" else "".join(json.dumps(v) + "\n" for v in value)
        path.write_text(value, encoding="utf-8")
        return path

    def ask(self, profile, truth, said, samples=False, **more):
        kept = self.folder / f"samples{len(self.lines)}.jsonl" if samples else None
        self.samples.append(kept)
        pairs = {"profile": profile, "truth": truth, "predictions": said, **more}
        if kept:
            pairs["samples"] = kept
        self.lines.append(" ".join(f"{k}={v}" for k, v in pairs.items()))
        return len(self.lines) - 1

    def answers(self, fail=True):
        """One dictionary a request; "values" has the measures by name, "samples" the rows."""
        out = driver(self.lines)
        answers = [json.loads(line) for line in out]
        for line, answer, kept in zip(self.lines, answers, self.samples):
            if "error" in answer:
                assert not fail, f"{line}: {answer['error']}"
                continue
            answer["values"] = {m["name"]: m["value"] for m in answer["measures"]}
            if kept:
                answer["samples"] = [json.loads(row) for row in kept.read_text(encoding="utf-8").split("\n")[:-1]]
        return answers


def driver(lines):
    done = subprocess.run([str(BUILD / "tests" / "unit_score_score"), "answer"], text=True,
                          input="".join(line + "\n" for line in lines), stdout=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 0, f"the driver stopped with {done.returncode}"
    out = done.stdout.split("\n")[:-1]
    assert len(out) == len(lines), f"{len(lines)} requests, {len(out)} answers"
    return out


def in_parallel(work, rounds, parts=2):
    """work(begin, end) -> worst difference and number, in `parts` processes."""
    import multiprocessing
    ends = [rounds * k // parts for k in range(parts + 1)]
    with multiprocessing.get_context("fork").Pool(parts) as pool:
        results = pool.starmap(work, zip(ends, ends[1:]))
    near = Near()
    near.worst, near.n = max(r[0] for r in results), sum(r[1] for r in results)
    return near


def run(checks):
    """checks: (name, function(rng) -> what to say). Prints a line each; the exit status."""
    if not (BUILD / "tests" / "unit_score_score").is_file():
        print("FAIL: no unit_score_score in %s; build it: cmake --build build" % (BUILD / "tests"))
        return 1
    passed = failed = skipped = 0
    for name, check in checks:
        if len(sys.argv) > 1 and sys.argv[1] not in name:
            continue
        began = time.monotonic()
        try:
            said = check(random.Random(f"{SEED} {name}"))
            print(f"{name}: {said}; seed {SEED}, {time.monotonic() - began:.1f} s")
            passed += 1
        except ImportError as why:
            print(f"skipped: {name} ({why}; tools/setup test brings it)")
            skipped += 1
        except AssertionError as why:
            print(f"FAIL {name}: {why}")
            failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0 if passed else SKIPPED
