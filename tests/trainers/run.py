#!/usr/bin/env python3
"""Loads every record format with the real consumer, each in a virtual environment of its own.

usage: tests/trainers/run.py [--allow-skips] [TRAINER...]     records, llama-factory, ms-swift; default: all

Environments lie in .deps/trainers (git-ignored), packages are those of TRAINER/requirements.txt, by name
from the package index; no weights, no tokenizers, nothing from a hub: cases that would need one are listed
as skipped. A trainer that cannot be installed is skipped as a whole and says why; then the run ends with an
error unless --allow-skips is given. Last line: "N passed, N failed, N skipped".
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
HOME = os.environ.get("RSIFT_TRAINERS_DIR", os.path.join(ROOT, ".deps", "trainers"))
TRAINERS = ["records", "llama-factory", "ms-swift"]
UV = "uv==0.13.9"


def quiet(*args, **more):
    """Runs a command; the last line of what it said when it failed, else None."""
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    lines = [line for line in done.stdout.splitlines() if line.strip()] or [f"exit {done.returncode}"]
    return lines[-1][:200] if done.returncode else None


def installer():
    """uv where it can be had: it links files between environments instead of copying gigabytes."""
    tools = os.path.join(HOME, "tools")
    uv = shutil.which("uv") or os.path.join(tools, "bin", "uv")
    if not os.path.exists(uv):
        venv.create(tools, with_pip=True)
        quiet(os.path.join(tools, "bin", "pip"), "install", "-q", "--no-compile", UV)
    return uv if os.path.exists(uv) else None


def environment(trainer):
    """The interpreter with the trainer's packages, or None and why there is none."""
    wanted = os.path.join(HERE, trainer, "requirements.txt")
    with open(wanted, "rb") as f:
        print_of_it = hashlib.sha256(f.read()).hexdigest()
    folder = os.path.join(HOME, trainer)
    python, mark = os.path.join(folder, "bin", "python"), os.path.join(folder, ".installed")
    if os.path.exists(mark) and open(mark).read() == print_of_it:
        return python, None
    os.makedirs(HOME, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"installing {trainer}", flush=True)
    uv = installer()
    venv.create(folder, with_pip=uv is None)
    if uv:
        cache = {**os.environ, "UV_CACHE_DIR": os.path.join(HOME, "cache"), "UV_HTTP_TIMEOUT": "600"}
        why = quiet(uv, "pip", "install", "-q", "--python", python, "-r", wanted, env=cache)
    else:
        why = quiet(python, "-m", "pip", "install", "-q", "--no-compile", "-r", wanted)
    if why:
        shutil.rmtree(folder, ignore_errors=True)
        return None, why
    with open(mark, "w") as f:
        f.write(print_of_it)
    return python, None


def check(trainer, made, counts):
    python, why = environment(trainer)
    if not python:
        print(f"skipped {trainer}: cannot be installed: {why}")
        counts["skip"] += 1
        counts["absent"] += 1
        return
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1",
           "HF_HOME": os.path.join(made, "hf"), "MODELSCOPE_CACHE": os.path.join(made, "ms"), "PYTHONPATH": HERE,
           "CUDA_VISIBLE_DEVICES": "", "PYTHONDONTWRITEBYTECODE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = subprocess.run([python, os.path.join(HERE, trainer, "check.py"), made], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, env=env)
    n = 0
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "versions":
            print(f"{trainer}: {rest}")
        if word not in ("pass", "fail", "skip"):
            continue
        n += 1
        counts[word] += 1
        if word != "pass":
            print(f"{'FAIL' if word == 'fail' else 'skipped'} {trainer}: {rest}")
    if done.returncode or n == 0:
        counts["fail"] += 1
        print(f"FAIL {trainer}: the check ended with {done.returncode} after {n} cases")
        print("     " + "\n     ".join(done.stderr.splitlines()[-12:]))


def main():
    os.environ.setdefault("RSIFT_BIN", os.path.join(ROOT, "build", "rsift"))
    os.environ.setdefault("RSIFT_SYNTH", os.path.join(ROOT, "build", "rsift-synth"))
    counts = {"pass": 0, "fail": 0, "skip": 0, "absent": 0}
    with tempfile.TemporaryDirectory(prefix="rsift-trainers.") as folder:
        made = os.path.join(folder, "made")
        why = quiet(sys.executable, os.path.join(HERE, "make_input.py"), made)
        if why:
            print(f"FAIL the input: {why}")
            counts["fail"] += 1
        else:
            for trainer in [a for a in sys.argv[1:] if a != "--allow-skips"] or TRAINERS:
                check(trainer, made, counts)
    print(f"{counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped")
    if counts["absent"] and "--allow-skips" not in sys.argv[1:]:
        sys.exit(1)  # a trainer that did not run has not passed
    sys.exit(1 if counts["fail"] else 0 if counts["pass"] else 77)


main()
