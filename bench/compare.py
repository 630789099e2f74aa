"""Two builds on the rows of bench/rows, in pairs: how much faster NEW is than OLD.

    python3 bench/compare.py OLD NEW [--data FOLDER] [--full] [--pairs N] [--only WORD]

OLD and NEW are folders with rsift, rsift-synth and librsift.so. Each build works in workspaces that it made itself, so that
their formats may differ. A row is that of bench/README.md with the old build as the peer: above 1 the new one needs less.
Nothing is asserted.
"""
import sys
import tempfile
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "rows")]
import table  # noqa: E402


def pair_up(new, old):
    """The same case of both builds as one, the old build being the peer."""
    def before(side):
        case = (new, old)[side]
        if case.before:
            case.before(0)
    return table.Case(new.work, new.ours, "old", old.ours, new.clock, before)


def main():
    ask = table.arguments(__doc__)
    ask.add_argument("old", type=Path)
    ask.add_argument("new", type=Path)
    ask.add_argument("--data", type=Path, help="where inputs are made and kept; default: a folder that is removed")
    a = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="rsift-speed-") as scratch:
        sides = [table.Options(build, a.data or Path(scratch, "data"), Path(scratch, name), a.full, a.pairs, a.only)
                 for name, build in (("new", a.new), ("old", a.old))]
        print(table.HEAD.replace("rsift", "new", 1).replace("peer", "old", 1), flush=True)
        done = set()
        for script in sorted((HERE / "rows").glob("*.py")):
            cases = import_module(script.stem).cases
            for new, old in zip(cases(sides[0]), cases(sides[1])):
                if a.only in new.work and new.work not in done:
                    done.add(new.work)
                    table.row(pair_up(new, old), a.pairs)


if __name__ == "__main__":
    main()
