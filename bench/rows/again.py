"""What is done with an index afterwards: nothing left to do, going on after a kill, single samples and pictures at random.

    python bench/rows/again.py BUILD DATA [--full] [--pairs N] [--only WORD]

No peer has these. Single samples and pictures come through the C library: bench/api.c, compiled against BUILD.
"""
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import table  # noqa: E402

N_RECORDS = 800000
HERE = Path(__file__).resolve().parents[1]


def api(o):
    """bench/api.c as a program that loads the library of the build."""
    out, library = o.scratch / "api", o.build / "librsift.so"
    subprocess.run(["cc", "-O2", f"-I{HERE.parent / 'include'}", "-o", out, HERE / "api.c", library, f"-Wl,-rpath,{o.build}"],
                   check=True)
    return out


def index(o, path, workspace, *more):
    return [o.rsift, "index", path, "--workspace", workspace, "--name", "bench", "--quiet", *more]


def stop_half_way(command, workspace):
    """Kills an index run as soon as its third part is there."""
    child = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None and len(list(workspace.glob("parts/*/*"))) < 3:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()


def arrays(o):
    path, work = o.data / f"again-{N_RECORDS}.json", o.scratch / "again-work"
    if not path.exists():
        subprocess.run([o.synth, "records", "--out", path, "--records", str(N_RECORDS), "--seed", "1"], check=True,
                       stdout=subprocess.DEVNULL)
    command = index(o, path, work, "--reader", "llava", "--param", "box_convention=percent-obb")

    def killed(_):
        shutil.rmtree(work, ignore_errors=True)
        stop_half_way(command, work)

    size = f"{path.stat().st_size // 1000000} MB of LLaVA JSON"
    yield table.Case(f"index {size}, after a kill at its third part", command, before=killed)
    table.measured(command)
    yield table.Case(f"index {size}, nothing left to do", command)
    yield table.Case(f"1,000 samples at random of {size}", [api(o), "sample", work, "1000"])
    shutil.rmtree(work, ignore_errors=True)


def pictures(o, n):
    path, work = o.data / f"again-{n}.zip", o.scratch / "again-pictures"
    if not path.exists():
        subprocess.run([o.synth, "pictures", "--container", "zip", "--out", path, "--images", str(n)], check=True,
                       stdout=subprocess.DEVNULL)
    table.measured(index(o, path, work, "--reader", "folder"))
    yield table.Case(f"1,000 pictures at random of a zip of {n:,}", [api(o), "picture", work, "1000"])
    shutil.rmtree(work, ignore_errors=True)


def cases(o):
    size = "of LLaVA JSON"
    if o.wants(f"index {size}, after a kill", f"index {size}, nothing left to do", f"1,000 samples at random {size}"):
        yield from arrays(o)
    if o.wants("1,000 pictures at random of a zip"):
        yield from pictures(o, 300000 if o.full else 50000)


if __name__ == "__main__":
    table.main(cases, __doc__)
