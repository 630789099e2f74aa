"""Mix of 10 million samples, with --full only: 5 GB of records are made and indexed for it.

    python3 bench/rows/mix.py BUILD DATA --full [--pairs N] [--only WORD]

The goal is in wall time on two idle cores. No peer: what a mixture decides has no counterpart elsewhere.
"""
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import table  # noqa: E402

RECIPE = "name: bench\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - id: bench\n"
N = 10_000_000
N_PICTURES = 100_000  # as many as synth's records name


def make_workspace(o):
    """The recipe's path and a workspace of N samples of N_PICTURES pictures; the records are not kept."""
    work, records, pictures = o.scratch / "mix-work", o.scratch / "mix.json", o.scratch / "mix-pictures.zip"
    recipe = o.scratch / "mix-recipe.yaml"
    recipe.write_text(RECIPE)
    shutil.rmtree(work, ignore_errors=True)
    for command in (["records", "--records", str(N), "--seed", "1", "--out", records],
                    ["pictures", "--container", "zip", "--images", str(N_PICTURES), "--out", pictures]):
        subprocess.run([o.synth, *command], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run([o.rsift, "index", records, "--reader", "llava", "--name", "bench", "--images", pictures, "--param",
                           "box_convention=percent-obb", "--no-signals", "--workspace", work, "--quiet"],
                          stdout=subprocess.DEVNULL)
    records.unlink()
    pictures.unlink()
    if done.returncode not in (0, 1):
        shutil.rmtree(work, ignore_errors=True)
        sys.exit(f"bench: index of {N} records: exit {done.returncode}")
    return recipe, work


def cases(o):
    name = f"mix {N:,} samples"
    if not o.full or not o.wants(name):
        return
    recipe, work = table.make(make_workspace, o)
    yield table.Case(name, [o.rsift, "mix", recipe, "--workspace", work, "--quiet"], clock="wall")
    shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    table.main(cases, __doc__)
