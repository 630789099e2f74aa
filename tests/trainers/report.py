"""What a check prints, read by run.py: one line a case."""
import traceback


class Report:
    def case(self, name, fn, *args):
        """Runs a check, which raises what is wrong."""
        try:
            fn(*args)
            print(f"pass {name}", flush=True)
        except Exception as e:  # noqa: BLE001 - whatever a trainer raises is the finding
            where = traceback.extract_tb(e.__traceback__)[-1]
            text = str(e).replace("\n", " ")[:300]
            print(f"fail {name}: {type(e).__name__}: {text} ({where.filename.split('/')[-1]}:{where.lineno})", flush=True)

    def skip(self, name, why):
        print(f"skip {name}: {why}", flush=True)


def expect(ok, words):
    if not ok:
        raise AssertionError(words)


def own_picture(paths):
    """Name of the made picture ("p3.png") when the record is of the folder `odd`, else None."""
    first = paths[0] if paths else ""
    return first.split("/")[-1] if "/odd/" in f"/{first}" else None


def near(found, meant, step):
    """Every meant box has a found one within a step of the model's numbers in x and y, and as many of both."""
    if len(found) != len(meant):
        return f"{len(found)} boxes, {len(meant)} meant"
    for box in meant:
        best = min(found, key=lambda f: max(abs(a - b) for a, b in zip(f, box)))
        off = [abs(a - b) for a, b in zip(best, box)]
        if max(off[0], off[2]) > step[0] or max(off[1], off[3]) > step[1]:
            return f"{[round(v, 1) for v in box]} is read as {[round(v, 1) for v in best]}"
    return None
