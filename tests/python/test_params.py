"""Every parameter that a reader asks for, or that a text tells people to type, is in the reader's table: one that is
not there is refused, and the advice could not be followed."""
import os
import re
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2])) / "src"
COMMON = {"task"}  # readers/params.c
ASKED = re.compile(r'(?:rs_source_param(?:_list)?|rs_words_of|rs_conventions_of|rs_source_is_open)\([^;{]*?"([a-z_]+)"')
TOLD = re.compile(r"--param ([a-z_]+)=")


def table(text):
    """Names of `static const rs_param params[]`."""
    found = re.search(r"static const rs_param params\[\] = \{(.*?)\n\};", text, re.S)
    return set(re.findall(r'^    \{"([a-z_]+)"', found.group(1), re.M)) if found else set()


def main():
    n_asked, failed, anywhere = 0, [], set(COMMON)
    readers = {p: p.read_text() for p in sorted((SOURCE / "readers").glob("*.c"))}
    for path, text in readers.items():
        anywhere |= table(text)
        if "const rs_reader rs_reader_" not in text:
            continue
        has = table(text) | COMMON
        for pattern in (ASKED, TOLD):
            for name in pattern.findall(text):
                n_asked += 1
                if name not in has:
                    failed.append(f"{path.name}: the parameter {name} is used and not in the reader's table")
    for path in [*SOURCE.rglob("*.c"), *SOURCE.rglob("*.h")]:
        for name in TOLD.findall(path.read_text()):
            if name not in anywhere:
                failed.append(f"{path.name}: says --param {name}=, which no reader has")
    for line in failed:
        print("FAIL " + line)
    print(f"{n_asked} parameters asked for, {len(failed)} failed")
    return 1 if failed or n_asked < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
