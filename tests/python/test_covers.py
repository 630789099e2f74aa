"""Every source file has a test: tests/unit/<room>/test_<file>.c, or a line in tests/covers.txt that names the
test that runs most of it. Every verb is called by a script or golden folder.

A line is "src/ROOM/FILE TEST"; lines are sorted. The table was first made from line counts (make coverage,
each test alone); who moves a file moves its line, who writes its test removes it.
"""
import os
import re
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2]))


def own_test(path):
    parts = path.split("/")
    return f"tests/unit/{parts[1]}/test_{Path(path).stem}.c" if path.endswith(".c") else None


def faults(sources, tests, lines):
    """What is wrong with the table `lines` for these files, a sentence each."""
    table, found = {}, []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if len(words) != 2:
            found.append(f"covers.txt:{number}: expected a source and a test, found {line!r}")
            continue
        path, test = words
        if path in table:
            found.append(f"covers.txt:{number}: {path} is named twice")
        table[path] = test
        if path not in sources:
            found.append(f"covers.txt:{number}: no such source: {path}")
        if test not in tests:
            found.append(f"covers.txt:{number}: no such test: {test}")
        if own_test(path) in tests:
            found.append(f"covers.txt:{number}: {path} has its own test; remove the line")
    if list(table) != sorted(table):
        found.append("covers.txt: the lines are not sorted")
    for path in sorted(sources):
        if own_test(path) not in tests and path not in table:
            found.append(f"{path}: no {own_test(path) or 'test'} and no line in tests/covers.txt")
    return found


def uncalled(verbs, scripts):
    """The verbs that no script calls as `rsift VERB`."""
    return [v for v in verbs if not re.search(r'(\brsift|RSIFT_BIN"?\}?)"?\s+["\']?%s\b' % re.escape(v), scripts)]


def unshown(page, exists):
    """Rows of the promises in SECURITY.md that name no test, or one that is not there."""
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    found = [f"SECURITY.md: names no test: {row[:60]}" for row in rows if not re.search(r"`(tests|fuzz)/", row.split("|")[-2])]
    named = [name for row in rows for name in re.findall(r"`((?:tests|fuzz)/[^`]*)`", row)]
    return found + [f"SECURITY.md: no such test: {name}" for name in named if not exists(name)]


def check_itself():
    """The checks find what they are for."""
    sources, tests = {"src/a/x.c", "src/a/y.c", "src/a/z.sql"}, {"tests/unit/a/test_x.c", "tests/cli/t.sh"}
    good = ["src/a/y.c tests/cli/t.sh", "src/a/z.sql tests/cli/t.sh"]
    assert faults(sources, tests, good) == []
    for bad, word in ((good[:1], "z.sql: no"), (good[::-1], "sorted"), (good + ["src/b.c tests/cli/t.sh"], "no such source"),
                      ([good[0].replace("t.sh", "u.sh"), good[1]], "no such test"), (good + good[1:], "twice"),
                      (["src/a/x.c tests/cli/t.sh"] + good, "own test"), (good + ["src/a/z.sql"], "expected")):
        assert any(word in fault for fault in faults(sources, tests, bad)), f"{bad} goes through"
    page = "| promise | shown by |\n|---|---|\n| a | `tests/x` |\n| b | `fuzz/y` |\n| c | words |\n"
    assert len(unshown(page, lambda name: name != "fuzz/y")) == 2
    assert uncalled(["mix", "emit", "link"], 'rsift mix a\n"$RSIFT_BIN" emit\n# relink\n') == ["link"]


def main():
    check_itself()
    sources = {str(p.relative_to(SOURCE)) for p in (SOURCE / "src").rglob("*") if p.suffix in (".c", ".sql")}
    tests = {str(p.relative_to(SOURCE)) for folder in ("tests", "fuzz") for p in (SOURCE / folder).rglob("*")
             if p.suffix in (".c", ".sh", ".py")}
    found = faults(sources, tests, (SOURCE / "tests" / "covers.txt").read_text().splitlines())
    scripts = "\n".join(p.read_text(errors="replace") for p in (SOURCE / "tests").rglob("*")
                        if p.is_file() and (p.suffix == ".sh" or p.name == "cmd"))
    verbs = sorted(re.findall(r'\.name = "(\w+)"', (SOURCE / "src" / "cli" / "verbs.c").read_text()))
    assert len(verbs) > 10, "src/cli/verbs.c names no verbs"
    found += [f"rsift {verb}: no script under tests/ calls it" for verb in uncalled(verbs, scripts)]
    found += unshown((SOURCE / "SECURITY.md").read_text(), lambda name: (SOURCE / name).exists())
    for fault in found:
        print("FAIL", fault)
    print(f"{len(sources) + len(verbs) - len(found)} passed, {len(found)} failed, 0 skipped")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
