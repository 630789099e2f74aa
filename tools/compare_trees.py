"""Two folders that two builds of rsift wrote, compared file by file: what tools/compare decides with.

Compared byte for byte are training records, truths, predictions, pictures and id lists. Answers are JSON
documents and are compared value by value, numbers as they are spelt. Exempt are words for people
(messages, notes, summaries), dates, the program's version, and what only the new build has: keys, columns
and files. Of a data card and a contact sheet the figures and pictures count, not the words. Rows of a
table are compared as a set.
"""
import json
import re
from collections import Counter
from pathlib import Path

# Keys whose value is a sentence for people: that there is one counts, not how it is worded.
WORDS = {"message", "messages", "error", "note", "notes", "why", "summary", "reasons", "warnings", "help"}
# Keys whose value depends on the day or the version.
TIMES = {"indexed_at", "made_at", "mtime", "rsift", "seconds"}
# Hashes of a test's own inputs, some of which hold a date (zip members) or a temporary path.
INPUTS = {"xxh3_128"}
# Cards are described by their bytes and hash in manifest.json, and are compared themselves.
CARDS = ("README.md", "contact-sheet.html")
# Random names of temporary folders.
TEMPORARY = re.compile(rb"(rsift-(?:test|oracle|compare)[.-])[A-Za-z0-9_]+")

SHOWN = 200


def comparable(old, new, ignored=TIMES):
    """`new` with what only it has left out, both without words and the ignored keys."""
    if isinstance(old, dict) and isinstance(new, dict):
        left, right = {}, {}
        for key, value in old.items():
            if key in ignored:
                continue
            if key in WORDS:
                left[key], right[key] = bool(value), bool(new.get(key))
            elif key in new:
                left[key], right[key] = comparable(value, new[key], ignored)
            else:
                left[key] = value
        return left, right
    if isinstance(old, list) and isinstance(new, list):
        if old and isinstance(old[0], dict) and old[0].get("name") and "xxh3_128" in old[0]:
            old, new = ([f for f in files if f.get("name") not in CARDS] for files in (old, new))
        pairs = [comparable(a, b, ignored) for a, b in zip(old, new)]
        n = len(pairs)
        return [p[0] for p in pairs] + old[n:], [p[1] for p in pairs] + new[n:]
    return old, new


def place_of(old, new, path="$"):
    """Where two documents first differ, and how."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key not in new:
                return f"{path}.{key}: only in the old one"
            if old[key] != new[key]:
                return place_of(old[key], new[key], f"{path}.{key}")
    if isinstance(old, list) and isinstance(new, list):
        for i, (a, b) in enumerate(zip(old, new)):
            if a != b:
                return place_of(a, b, f"{path}[{i}]")
        return f"{path}: {len(old)} items, now {len(new)}"
    return f"{path}: {str(old)[:SHOWN]!r}, now {str(new)[:SHOWN]!r}"


def spelt(text):
    """A JSON document whose numbers stay as they are written."""
    return json.loads(text, parse_float=str, parse_int=str)


def compare_json(old, new, ignored=TIMES):
    old, new = comparable(spelt(old), spelt(new), ignored)
    return None if old == new else place_of(old, new)


def compare_rows(old, new):
    """Tables as `rsift query --json` writes them: the old columns, in any order of rows."""
    old, new = spelt(old), spelt(new)
    columns = {key for row in old for key in row} - TIMES - WORDS
    left, right = (Counter(json.dumps({c: row[c] for c in sorted(columns) if c in row}) for row in rows)
                   for rows in (old, new))
    if left == right:
        return None
    gone, came = left - right, right - left
    shown = [f"{word} {next(iter(rows))[:2 * SHOWN]}" for word, rows in (("only old:", gone), ("only new:", came)) if rows]
    return f"{len(old)} rows, now {len(new)}; {sum(gone.values())} gone, {sum(came.values())} new; " + "; ".join(shown)


def compare_bytes(old, new):
    if old == new:
        return None
    at = next((i for i, (a, b) in enumerate(zip(old, new)) if a != b), min(len(old), len(new)))
    line = old.count(b"\n", 0, at) + 1
    piece = slice(max(0, at - 40), at + 40)
    return f"byte {at} (line {line}): {old[piece]!r}, now {new[piece]!r}"


def figures(text):
    """The numbers and embedded pictures of a card."""
    return b" ".join(re.findall(rb"base64,[A-Za-z0-9+/=]+|\d+(?:[.,]\d+)*", text))


def without_comments(text):
    """A recipe as `mix` reads it; the reasons stand in comments."""
    return b"\n".join(line for line in text.split(b"\n") if not line.lstrip().startswith(b"#"))


def is_json(text):
    return text.lstrip()[:1] in (b"{", b"[")


def compare_record(old, new):
    """What tools/compare recorded of one command: its arguments, exit code, then sections."""
    old, new = (text.split(b"\n== ") for text in (old, new))
    if old[0] != new[0]:
        return f"{old[0].decode()!r}, now {new[0].decode()!r}"
    sections = dict(part.split(b"\n", 1) for part in new[1:])
    for part in old[1:]:
        name, text = part.split(b"\n", 1)
        if name not in sections:
            return f"{name.decode()}: only in the old one"
        place = compare_text(text, sections[name], TIMES | INPUTS)
        if place:
            return f"{old[0].decode()} > {name.decode()} > {place}"
    return None


def compare_text(old, new, ignored=TIMES):
    """JSON by its values, JSON lines line by line, anything else by its bytes."""
    if old == new:
        return None
    if is_json(old) and is_json(new):
        try:
            return compare_json(old, new, ignored)
        except ValueError:
            pass
        lines = old.splitlines(), new.splitlines()
        if len(lines[0]) != len(lines[1]):
            return f"{len(lines[0])} lines, now {len(lines[1])}"
        try:
            for i, (a, b) in enumerate(zip(*lines)):
                place = None if a == b else compare_json(a, b, ignored)
                if place:
                    return f"line {i + 1} > {place}"
            return None
        except ValueError:
            pass
    return compare_bytes(old, new)


def compare_file(name, old, new):
    """None, or the place of the first difference; `name` says what kind of file it is."""
    old, new = (TEMPORARY.sub(rb"\1*", text) for text in (old, new))
    path = Path(name)
    if path.name in CARDS:
        return compare_bytes(figures(old), figures(new))
    if path.suffix == ".record":
        return compare_record(old, new)
    if path.suffix == ".rows":
        return compare_rows(old, new)
    if path.suffix == ".answer" or path.name == "manifest.json":
        return compare_text(old, new, TIMES | INPUTS if name.startswith("comparisons/") else TIMES)
    if path.suffix == ".yaml":
        return compare_bytes(without_comments(old), without_comments(new))
    return compare_bytes(old, new)


def files_of(folder):
    return {str(p.relative_to(folder)): p for p in sorted(Path(folder).rglob("*")) if p.is_file()}


def compare_trees(old, new):
    """{group: [files compared, [(file, place of the difference)]]}; a group is a top folder.

    Old files that are absent now count; files that are new do not, except beside training records."""
    old, new = files_of(old), files_of(new)
    groups = {}
    for name in sorted(old):
        group = groups.setdefault(name.split("/")[0], [0, []])
        group[0] += 1
        if name not in new:
            group[1].append((name, "only the old build wrote it"))
            continue
        place = compare_file(name, old[name].read_bytes(), new[name].read_bytes())
        if place:
            group[1].append((name, place))
    for name in sorted(set(new) - set(old)):
        if name.endswith((".record", ".answer")):
            groups.setdefault(name.split("/")[0], [0, []])[1].append((name, "only the new build wrote it"))
    return groups


def print_table(groups, out):
    """A line a group, then the place of every difference; True when there is none."""
    print(f"{'what was written':<24} {'files':>7} {'differ':>7}", file=out)
    for group, (n, places) in sorted(groups.items()):
        print(f"{group:<24} {n:>7} {len(places):>7}", file=out)
    for group, (_, places) in sorted(groups.items()):
        for name, place in places:
            print(f"\n{name}\n    {place}", file=out)
    return bool(groups) and not any(places for _, places in groups.values())
