"""tools/compare finds what it must: one changed byte, figure or row is a difference with its place, and what
is exempt is none."""
import io
import os
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2]))
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "tools"))
from compare_trees import compare_file, compare_trees, print_table  # noqa: E402

RECORDS = b'{"id":"a","value":"[0.10, 0.20]"}\n{"id":"b","value":"yes"}\n'
ANSWER = b'{"schema":"rsift.score/1","rsift":"0.1.0","measures":[{"name":"accuracy","value":75.10}],"note":"short"}'
ROWS = b'[{"sample_id":"1","kept":true,"message":"x"},{"sample_id":"2","kept":false,"message":"y"}]'
MANIFEST = (b'{"records":2,"files":[{"name":"README.md","bytes":1,"xxh3_128":"a"},'
            b'{"name":"train.json","bytes":%d,"xxh3_128":"b"}]}')
RECORD = b'score x --json -> %d\n== answer\n{"value":%s,"truth":{"xxh3_128":"%s"}}'

# name of the file, old, new, what the place must hold (None: no difference)
CASES = (
    ("emit/a/train.json", RECORDS, RECORDS, None),
    ("emit/a/train.json", RECORDS, RECORDS.replace(b"0.20", b"0.21"), "byte 29 (line 1)"),
    ("emit/a/train.json", RECORDS, RECORDS + b"\n", "byte"),
    ("score/a.answer", ANSWER, ANSWER, None),
    ("score/a.answer", ANSWER, ANSWER.replace(b"75.10", b"75.1"), "$.measures[0].value: '75.10', now '75.1'"),
    ("score/a.answer", ANSWER, ANSWER.replace(b'"accuracy"', b'"exact"'), "$.measures[0].name"),
    ("score/a.answer", ANSWER, ANSWER.replace(b'"measures"', b'"scores"'), "$.measures: only in the old one"),
    ("score/a.answer", ANSWER, ANSWER.replace(b"[{", b'[{"new":1,'), None),
    ("score/a.answer", ANSWER, ANSWER.replace(b'"short"', b'"another wording"').replace(b"0.1.0", b"0.2.0"), None),
    ("score/a.answer", ANSWER, ANSWER.replace(b'"short"', b'null'), "$.note"),
    ("score/a.answer", ANSWER, b'{"exit": 2}', "only in the old one"),
    ("tables/ledger.rows", ROWS, b"[" + b",".join(reversed(ROWS[1:-1].replace(b"},{", b"}|{").split(b"|"))) + b"]", None),
    ("tables/ledger.rows", ROWS, ROWS.replace(b'"kept"', b'"added":1,"kept"').replace(b'"x"', b'"z"'), None),
    ("tables/ledger.rows", ROWS, ROWS.replace(b"false", b"true"), '1 gone, 1 new; only old: {"kept": false'),
    ("tables/ledger.rows", ROWS, ROWS.replace(b'"kept":false,', b""), "1 gone"),
    ("tables/ledger.rows", ROWS, b"[]", "2 rows, now 0"),
    ("emit/a/manifest.json", MANIFEST % 5, MANIFEST.replace(b'"bytes":1,"xxh3_128":"a"', b'"bytes":2,"xxh3_128":"c"') % 5, None),
    ("emit/a/manifest.json", MANIFEST % 5, MANIFEST % 6, "$.files[0].bytes"),
    ("emit/a/README.md", b"120 records, kept", b"120 samples were kept", None),
    ("emit/a/README.md", b"120 records", b"121 records", "byte"),
    ("demo/recipe.yaml", b"# why\n- {id: a}\n", b"# other words\n- {id: a}\n", None),
    ("demo/recipe.yaml", b"- {id: a, samples: 3}\n", b"- {id: a, samples: 4}\n", "byte"),
    ("scripts/s/score.0.record", RECORD % (0, b"1", b"a"), RECORD % (0, b"1", b"other"), None),
    ("scripts/s/score.0.record", RECORD % (0, b"1", b"a"), RECORD % (1, b"1", b"a"), "-> 0', now"),
    ("scripts/s/score.0.record", RECORD % (0, b"1", b"a"), RECORD % (0, b"2", b"a"), "$.value"),
    ("comparisons/t/a.answer", b'{"n":1}\n{"n":2}\n', b'{"n":1}\n{"n":3}\n', "line 2 > $.n"),
)


def write(folder, files):
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def check_trees():
    """Absent files count, extra ones only where a build must write nothing new; the table names each."""
    with tempfile.TemporaryDirectory(prefix="rsift-compare-") as scratch:
        old, new = Path(scratch, "old"), Path(scratch, "new")
        files = {"emit/train.json": RECORDS, "mix/a.answer": ANSWER}
        write(old, files)
        write(new, files)
        out = io.StringIO()
        assert print_table(compare_trees(old, new), out), out.getvalue()
        write(new, {"emit/extra.txt": b"new"})
        assert print_table(compare_trees(old, new), io.StringIO()), "a new file is no difference"
        (new / "emit/train.json").write_bytes(RECORDS.replace(b"yes", b"no"))
        (new / "mix/a.answer").unlink()
        out = io.StringIO()
        assert not print_table(compare_trees(old, new), out)
        assert "emit/train.json" in out.getvalue() and "only the old build wrote it" in out.getvalue(), out.getvalue()
        empty = Path(scratch, "empty")
        empty.mkdir()
        assert not print_table(compare_trees(empty, empty), io.StringIO()), "nothing compared is not the same"


def main():
    failed = 0
    for i, (name, old, new, wanted) in enumerate(CASES):
        place = compare_file(name, old, new)
        if (place is None) != (wanted is None) or (wanted and wanted not in place):
            print(f"FAIL {i} {name}: expected {wanted!r}, found {place!r}")
            failed += 1
    check_trees()
    print(f"{len(CASES) - failed + 1} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
