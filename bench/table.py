"""Cases and rows of the table that bench/run.sh prints. bench/README.md has the convention. Standard library only.

Linux counts the memory of a process that starts a command as that command's peak. Scripts therefore stay small and make
their inputs in a process of their own (`make`).
"""
import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

HEAD = "| work | rsift | peer | ratio | peak MB |\n|---|---:|---:|---:|---:|"


@dataclass
class Case:
    """What a script of bench/rows yields.
    work      what is done, with its size
    ours      command; exit 0 or 1
    peer      name of the other side, theirs its command; one that does not exit with 0 is left out, and the row says so
    clock     "cpu" (seconds of the whole process tree) or "wall" (only for scaling and where a goal is in wall time)
    before    called with 0 (ours) or 1 (theirs) before each run, outside the timing
    same      function(our output, its output) -> bool: whether both found the same; otherwise there is no ratio
    """
    work: str
    ours: list
    peer: str = ""
    theirs: Optional[list] = None
    clock: str = "cpu"
    before: Optional[Callable] = None
    same: Optional[Callable] = None


class Options:
    """What a script of bench/rows works with: build (folder of rsift and rsift-synth), data (inputs, made once), scratch
    (workspaces and outputs), and what is asked for. In data and scratch a script uses names that no other uses."""

    def __init__(self, build, data, scratch, full=False, pairs=3, only=""):
        self.build, self.data, self.scratch = (Path(p).resolve() for p in (build, data, scratch))
        self.full, self.pairs, self.only = full, pairs, only
        self.rsift, self.synth = str(self.build / "rsift"), str(self.build / "rsift-synth")
        self.data.mkdir(parents=True, exist_ok=True)
        self.scratch.mkdir(parents=True, exist_ok=True)

    def wants(self, *works):
        """Whether a case of one of these names is asked for, before anything is made for it."""
        return any(self.only in work for work in works)


def arguments(description):
    """The options that every script of the bench has."""
    ask = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--full", action="store_true", help="also cases of more than a minute or 2 GB")
    ask.add_argument("--pairs", type=int, default=3)
    ask.add_argument("--only", default="", help="cases whose name holds this text")
    return ask


def main(cases, description):
    """The whole of a script of bench/rows: measures what cases(options) yields and prints a row each."""
    ask = arguments(description)
    ask.add_argument("build", type=Path, help="folder of rsift and rsift-synth")
    ask.add_argument("data", type=Path, help="where inputs are made and kept, and workspaces are written")
    a = ask.parse_args()
    o = Options(a.build, a.data, a.data / "scratch", a.full, a.pairs, a.only)
    for case in cases(o):
        if a.only in f"{case.work} {case.peer}":
            row(case, a.pairs)


def make(function, *arguments):
    """function(*arguments), called in a process of its own; returns what it returns."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(function, arguments)


def measured(command):
    """One run of a command: wall and CPU seconds (user + system, with its children), peak MB (of its largest process),
    exit code, and what it printed."""
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as bad:
        begin = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out, stderr=bad)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        bad.seek(0)
        return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024,
                "code": child.returncode, "out": out.read(), "bad": bad.read()}


def seconds(value):
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def peer_fails(run):
    """Why a peer's run is no measurement; None when it is one."""
    if run["code"] == 0:
        return None
    last = run["bad"].strip().splitlines()[-1:] or [f"exit {run['code']}"]
    return last[0][:60].replace("|", "/")


def run_pairs(case, pairs):
    """Runs both commands `pairs` times, the order alternating: (runs of ours, runs of theirs, why the peer is left out)."""
    runs, missing = ([], []), None if case.theirs else ""
    for pair in range(pairs):
        for side in (0, 1) if pair % 2 == 0 else (1, 0):
            if side == 1 and missing is not None:
                continue
            if case.before:
                case.before(side)
            run = measured((case.ours, case.theirs)[side])
            if side == 1:
                missing = peer_fails(run)
            elif run["code"] not in (0, 1):
                sys.exit(f"bench: {' '.join(map(str, case.ours))}: exit {run['code']}\n{run['bad'][-500:]}")
            runs[side].append(run)
    return runs[0], [] if missing is not None else runs[1], missing


def row(case, pairs):
    """Measures a case and prints its row."""
    mine, other, missing = run_pairs(case, pairs)
    middle = lambda runs, what: statistics.median(r[what] for r in runs)
    clock, unit = case.clock, " wall" if case.clock == "wall" else ""
    cells = [case.work, seconds(middle(mine, clock)) + unit, case.peer, "", f"{middle(mine, 'peak'):.0f}"]
    if missing:
        cells[2] = f"{case.peer}: left out: {missing}"
    elif other:
        ratios = sorted(b[clock] / max(a[clock], 1e-9) for a, b in zip(mine, other))
        cells[2] = f"{case.peer} {seconds(middle(other, clock))}{unit}"
        cells[3] = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        if case.same and not case.same(mine[-1]["out"], other[-1]["out"]):
            cells[3] = "results differ"
        cells[4] += f" / {middle(other, 'peak'):.0f}"
    print("| " + " | ".join(cells) + " |", flush=True)
