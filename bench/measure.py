"""Runs one command and prints a row: label, seconds, CPU seconds, peak MB, and a rate.

usage: measure.py LABEL AMOUNT UNIT -- COMMAND...
AMOUNT / seconds is the rate; AMOUNT / CPU seconds the rate of one core.
"""
import os
import resource
import subprocess
import sys
import time


def main():
    split = sys.argv.index("--")
    label, amount, unit = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    started = time.time()
    code = subprocess.call(sys.argv[split + 1:], stdout=subprocess.DEVNULL,
                           stderr=None if os.environ.get("BENCH_LOUD") else subprocess.DEVNULL)
    seconds = time.time() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    note = "" if code == 0 else f"   exit {code}"
    print(f"{label:<44} {seconds:8.2f} s {cpu:8.2f} cpu-s {used.ru_maxrss / 1024:7.0f} MB "
          f"{amount / seconds:10.1f} {unit}/s {amount / max(cpu, 1e-9):10.1f} {unit}/cpu-s{note}", flush=True)


if __name__ == "__main__":
    main()
