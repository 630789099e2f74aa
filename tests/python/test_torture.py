#!/usr/bin/env python3
"""A small share of `make torture`: damaged members of every layout, and some calls that fail."""
import os
import re
import subprocess
import sys

SOURCE = os.environ.get("RSIFT_SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("RSIFT_BUILD_DIR", os.path.join(SOURCE, "build"))
TORTURE = os.path.join(SOURCE, "tests", "torture")


def run(script, *arguments):
    done = subprocess.run([sys.executable, os.path.join(TORTURE, script), *arguments], stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="")
    return [int(n) for n in re.findall(r"(\d+) (?:passed|failed)", done.stdout.splitlines()[-1])]


def main():
    passed, failed = run("mutants.py", "--n", "560", "--jobs", "2")
    library = os.path.join(BUILD, "tests", "libfaults.so")
    if os.path.exists(library):
        more = run("faults.py", "--library", library, "--jobs", "2", "--share", "0.05",
                   "index/alloc/ENOMEM")
        passed, failed = passed + more[0], failed + more[1]
    print("%d passed, %d failed, %d skipped" % (passed, failed, 0 if os.path.exists(library) else 1))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
