"""Mix, emit, pictures copied, and the start of verbs that ask no database.

    python3 bench/rows/emit.py BUILD DATA [--full] [--pairs N] [--only WORD]

Records of `rsift-synth records` with eight of them to a picture; `--images path` leaves pictures in place. The copied
files are small JPEG heads with random bytes behind them, which nothing decodes. Emit's peer does the least that a
converter must: orjson reads the records, sets the picture's path, and writes them again.
"""
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import table  # noqa: E402

RECIPE = "name: bench\nseed: 1\nlicence: any\nunresolved: keep\ndatasets:\n  - id: bench\n"
CONVERT = """
import orjson, sys
records = orjson.loads(open(sys.argv[1], 'rb').read())
for record in records:
    record['image'] = 'images/' + record['image']
open(sys.argv[2], 'wb').write(orjson.dumps(records, option=orjson.OPT_INDENT_2))
"""
LIST = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do '{}' {} >/dev/null; done"


def make_records(o, n):
    """(records, pictures): n records and the n / 8 pictures that they name."""
    path, pictures = o.data / f"emit-{n}.json", o.data / f"emit-pictures-{n}"
    for made, command in ((path, ["records", "--records", str(n), "--seed", "1"]),
                          (pictures, ["pictures", "--container", "folder", "--images", str(n // 8)])):
        if not made.exists():
            subprocess.run([o.synth, *command, "--out", made], check=True, stdout=subprocess.DEVNULL)
    return path, pictures


def make_jpegs(o, n):
    """(records, folder): n files of 48 KB that begin as a JPEG of 64 x 64 does and end as one does."""
    path, folder = o.data / "emit-jpegs.json", o.data / "emit-jpegs"
    if path.exists():
        return path, folder
    draw, records = random.Random(1), []
    folder.mkdir(parents=True, exist_ok=True)
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080040004001011100ffda0008010100003f00")
    for i in range(n):
        body = draw.randbytes(48 << 10).replace(b"\xff", b"\xfe")
        (folder / f"{i:05d}.jpg").write_bytes(head + body + b"\xff\xd9")
        records.append({"id": str(i), "image": f"{i:05d}.jpg",
                        "conversations": [{"from": "human", "value": f"<image>\nWhat is in picture {i}?"},
                                          {"from": "gpt", "value": f"a ship {i}"}]})
    path.write_text(json.dumps(records))
    return path, folder


def run(command):
    done = table.measured(command)
    if done["code"] not in (0, 1):
        sys.exit(f"bench: {' '.join(map(str, command))}: exit {done['code']}\n{done['bad'][-500:]}")


def mixed(o, records, pictures, name):
    """A workspace with the records, mixed; and the command that mixes them again."""
    work, recipe = o.scratch / name, o.scratch / "emit-recipe.yaml"
    shutil.rmtree(work, ignore_errors=True)
    recipe.write_text(RECIPE)
    run([o.rsift, "index", records, "--reader", "llava", "--name", "bench", "--images", pictures, "--param",
         "box_convention=percent-obb", "--no-signals", "--workspace", work, "--quiet"])
    mix = [o.rsift, "mix", recipe, "--workspace", work, "--quiet"]
    run(mix)
    return work, mix


def emit(o, work, images, *more):
    return [o.rsift, "emit", "--format", "llava", "--model", "llava-1.5", "--images", images, "-o", o.scratch / "emit-out",
            "--workspace", work, "--quiet", *more]


def records_cases(o, n):
    records, pictures = table.make(make_records, o, n)
    work, mix = mixed(o, records, pictures, "emit-work")
    size = f"{n:,} records, {records.stat().st_size // 1000000} MB"

    def clear(_):
        shutil.rmtree(o.scratch / "emit-out", ignore_errors=True)

    yield table.Case(f"mix {n:,} samples", mix)
    yield table.Case(f"emit {size}", emit(o, work, "path"), "orjson converter",
              [sys.executable, "-c", CONVERT, records, o.scratch / "emit-converted.json"], before=clear)
    yield table.Case(f"emit {size}, 2 threads", emit(o, work, "path", "--threads", "2"), "1 thread",
              emit(o, work, "path", "--threads", "1"), clock="wall", before=clear)
    clear(0)
    shutil.rmtree(work, ignore_errors=True)


def copy_cases(o, n=5000):
    records, folder = table.make(make_jpegs, o, n)
    work, _ = mixed(o, records, folder, "emit-jpeg-work")
    out, copied = o.scratch / "emit-out", o.scratch / "emit-copied"

    def clear(_):
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(copied, ignore_errors=True)

    yield table.Case(f"emit with {n:,} pictures copied", emit(o, work, "copy"), "cp -r", ["cp", "-r", folder, copied], before=clear)
    yield table.Case(f"emit with {n:,} pictures left in place", emit(o, work, "path"), before=clear)
    clear(0)
    shutil.rmtree(work, ignore_errors=True)


def cases(o):
    if not o.only.startswith("rsift "):
        yield from records_cases(o, 800000 if o.full else 200000)
        yield from copy_cases(o)
    for verb in ("list", "--version"):
        yield table.Case(f"rsift {verb}, 20 times", ["sh", "-c", LIST.format(o.rsift, verb)])


if __name__ == "__main__":
    table.main(cases, __doc__)
