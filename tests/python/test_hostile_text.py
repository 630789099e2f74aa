"""Texts of others are shown, never obeyed: on a terminal, in JSON, in the data card and the contact sheet.

File names, members, labels, texts, licences and questions with control characters, bidirectional controls, markup
and bytes that are no UTF-8 go through every verb; whatever is printed or written for people is looked through.
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2]))
RSIFT = os.environ.get("RSIFT_BIN", str(SOURCE / "build" / "rsift"))
ESC = "\x1b]0;PWN\x07\x9b31m\u202e\u2066\x7f\u2028"
MARKUP = "<img src=x onerror=alert(1)> | [x](javascript:alert(1)) `c` *b* ```"
TEXT = MARKUP.replace("<img src=x", "<b")  # "<img" stands for a picture in a text
failed, passed = [], 0


def check(name, good, shown=""):
    global passed
    if good:
        passed += 1
    else:
        failed.append(name)
        print(f"FAIL {name}: {shown!r}"[:600])


def is_hostile(c):
    code = ord(c)
    return (code < 0x20 and c not in "\n\t") or 0x7F <= code < 0xA0 or 0x2028 <= code <= 0x202E or 0x2066 <= code <= 0x2069


def look_through(name, output):
    """Nothing that a terminal obeys, and valid UTF-8."""
    try:
        text = output.decode("utf-8")
    except UnicodeDecodeError as error:
        check(f"{name}: UTF-8", False, str(error))
        return ""
    found = sorted({hex(ord(c)) for c in text if is_hostile(c)})
    check(f"{name}: no control characters", not found, f"{found} in {text[:300]}")
    return text


def run(name, *args, codes=(0,), cwd=None):
    done = subprocess.run([RSIFT, *args], capture_output=True, cwd=cwd, stdin=subprocess.DEVNULL)
    check(f"{name}: exit {done.returncode}", done.returncode in codes, done.stderr[:300])
    out, err = look_through(f"{name}, output", done.stdout), look_through(f"{name}, messages", done.stderr)
    if "--json" in args and done.returncode in (0, 1):
        try:
            json.loads(out)
        except ValueError as error:
            check(f"{name}: JSON", False, str(error))
    return out, err


def png(width, height, gray):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([gray]) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def records(n, text):
    return [{"id": f"{i}{text}", "image": f"{i}.png",
             "conversations": [{"from": "human", "value": f"<image>\nwhat{text}?"},
                               {"from": "gpt", "value": f"a{text} {i}"}]} for i in range(n)]


def terminals(work):
    """Every verb over a release whose names and texts are full of them."""
    release = os.fsencode(work) + b"/x\x1b]0;PWN\x07\xe2\x80\xae"
    pictures = release + b"/images"
    os.makedirs(pictures)
    for i in range(3):
        with open(pictures + b"/%d.png" % i, "wb") as f:
            f.write(png(8, 8, 40 * i))
    with open(release + b"/train.json", "w", encoding="utf-8") as f:
        json.dump(records(3, ESC) + [{"image": ESC + ".png", "conversations": "x" + ESC}], f, ensure_ascii=False)
    with zipfile.ZipFile(work / "members.zip", "w") as z:
        z.writestr("a" + ESC + "/../b.txt", "x")
        z.writestr("c" + ESC + ".json", "{")
    deep = release + b"/deep\x1b[2J"
    for i in range(70):
        deep += b"/d\x1b[1m"
    os.makedirs(deep)
    os.symlink(b"/no\x1b]0;where\x07", release + b"/link\x1b\xff")
    path, ws = os.fsdecode(release), str(work / "ws")
    run("scan", "scan", path, codes=(0, 1, 2))
    run("scan --json", "scan", path, "--json", codes=(0, 1, 2))
    run("scan an archive", "scan", str(work / "members.zip"), codes=(0, 1, 2))
    run("no such path", "index", path + "\x1b/none", "--workspace", ws, codes=(2,))
    shutil_rmtree(release + b"/deep\x1b[2J")
    run("index", "index", path, "--reader", "llava", "--name", "mine", "--licence", "L" + ESC, "--workspace", ws)
    run("index an archive", "index", str(work / "members.zip"), "--reader", "llava", "--name", "zip", "--workspace", ws,
        codes=(0, 1, 2))
    for verb in ("audit", "duplicates", "leaks"):
        run(verb, verb, "--workspace", ws, codes=(0, 1))
        run(f"{verb} --json", verb, "--workspace", ws, "--json", codes=(0, 1))
    run("index as a test", "index", path, "--reader", "llava", "--name", "test", "--role", "eval", "--workspace", ws)
    run("leaks --html", "leaks", "--workspace", ws, "--html", str(work / "page.html"), codes=(1,))
    page = look_through("page", (work / "page.html").read_bytes())
    check("page: three pairs", page.count("<article ") == 3, page[:200])
    out, _ = run("query", "query", "--workspace", ws, "SELECT s.locator, t.text, chr(27) || '[31m' AS \"a\x1b[1mb\" FROM turn t "
                 "JOIN sample s USING (sample_id)")
    check("query: shown escaped", "\\x1b" in out, out[:200])
    out, _ = run("query --json", "query", "--workspace", ws, "--json", "SELECT text FROM turn WHERE role = 'user' ORDER BY 1 LIMIT 1")
    check("query --json: the text itself", ESC in json.loads(out)[0]["text"] if out else False, out)
    run("a question with a mistake", "query", "--workspace", ws, "SELECT \"" + ESC + "\"", codes=(2,))
    run("a table that is none", "query", "--workspace", ws, "SELECT * FROM \"a" + ESC + "b\"", codes=(2,))
    sample, _ = run("an id", "query", "--workspace", ws, "--json", "SELECT sample_id FROM sample LIMIT 1")
    run("sample", "sample", json.loads(sample)[0]["sample_id"], "--workspace", ws)
    run("sample that is none", "sample", "z" + ESC, "--workspace", ws, codes=(2,))
    run("show", "show", "x" + ESC, codes=(2,))
    run("search", "search", ESC, codes=(0, 1, 2))
    run("an option that is none", "index", "--x" + ESC, codes=(2,))
    run("a verb that is none", "ind" + ESC, codes=(2,))
    run("not UTF-8", "show", os.fsdecode(b"x\xff\x1b"), codes=(2,))
    run("list", "list", "--catalog", str(work / ("none" + ESC)), codes=(0, 2))
    catalog = work / "catalog"
    catalog.mkdir()
    (catalog / "bad.yaml").write_text("id: bad\nname: \"a\\e]0;PWN\\a\"\n? [\n", encoding="utf-8")
    run("a broken catalogue", "list", "--catalog", str(catalog), codes=(0, 2))
    recipe = work / "recipe.yaml"
    recipe.write_text("recipe: 1\nname: \"m\\e[1m\"\nlicence: any\ndatasets:\n  - id: \"mi\\ene\"\n", encoding="utf-8")
    run("a recipe with controls", "mix", str(recipe), "--workspace", ws, codes=(2,))


def shutil_rmtree(path):
    import shutil
    shutil.rmtree(path)


def cards(work):
    """The data card and the contact sheet of a mixture whose licence and labels are markup."""
    ws, out = str(work / "ws"), work / "train"
    data = work / "data"
    data.mkdir()
    for i in range(3):
        (data / f"{i}.png").write_bytes(png(8, 8, 40 * i))
    (data / "train.json").write_text(json.dumps(records(3, TEXT)), encoding="utf-8")
    run("index markup", "index", str(data), "--reader", "llava", "--name", "mine", "--licence", MARKUP + "\nlicense: mit\n---\n# x" +
        ESC, "--workspace", ws)
    recipe = work / "recipe.yaml"
    recipe.write_text("recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets:\n  - id: mine\n", encoding="utf-8")
    run("mix markup", "mix", str(recipe), "--workspace", ws, codes=(0, 1))
    run("emit markup", "emit", "--format", "llava", "--model", "llava-1.5", "-o", str(out), "--workspace", ws, codes=(0, 1))
    card = look_through("card", (out / "README.md").read_bytes())
    check("card: no tags", not re.search(r"<(img|script|a)\b", card), card)
    check("card: no links of others", "](javascript" not in card, card)
    check("card: the licence is there", "onerror" in card, card)
    rows = [l for l in card.splitlines() if l.startswith("| mine")]
    bars = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    check("card: one row of nine bars", bars and bars[0] == 9, rows)
    head = card.split("---")[1] if card.startswith("---") else ""
    check("card: front matter has one licence", len(re.findall(r"^license:", head, re.M)) == 1 and "mit" not in head, head)
    sheet = look_through("sheet", (out / "contact-sheet.html").read_bytes())
    check("sheet: no tags of others", "<img src=x" not in sheet, sheet[:200])
    trained = json.loads((out / "train.json").read_text(encoding="utf-8"))
    check("train.json: the texts themselves", TEXT in trained[0]["conversations"][1]["value"], trained[0])


def names(work):
    """Names that are no UTF-8 are kept and found again; names that a release cannot have are refused."""
    data, ws, out = os.fsencode(work) + b"/classes", str(work / "ws"), work / "train"
    for label in (b"a\xff", b"b\xe9t\xe9"):
        os.makedirs(data + b"/" + label)
        for i in range(2):
            with open(data + b"/" + label + b"/p%d\xfe.png" % i, "wb") as f:
                f.write(png(8, 8, 50 * i + label[0]))
    run("index names", "index", os.fsdecode(data), "--reader", "folder", "--name", "mine", "--licence", "CC-BY-4.0",
        "--workspace", ws, codes=(0, 1))
    rows = json.loads(run("files", "query", "--workspace", ws, "--json", "SELECT path FROM file ORDER BY path")[0] or "[]")
    check("files: none without a name", len(rows) == 4 and all(r["path"] for r in rows), rows)
    check("files: escaped", rows and "\\xff/p0\\xfe.png" in rows[0]["path"], rows)
    assets = json.loads(run("assets", "query", "--workspace", ws, "--json", "SELECT path, locator FROM asset WHERE state = 'found'")[0] or "[]")
    check("assets: none without a name", len(assets) == 4 and all(a["path"] and a["locator"] for a in assets), assets)
    recipe = work / "recipe.yaml"
    recipe.write_text("recipe: 1\nname: m\nlicence: any\ndatasets:\n  - id: mine\n", encoding="utf-8")
    run("mix names", "mix", str(recipe), "--workspace", ws, codes=(0, 1))
    run("emit names", "emit", "--format", "llava", "--model", "llava-1.5", "-o", str(out), "--workspace", ws, codes=(0, 1))
    trained = json.loads((out / "train.json").read_text(encoding="utf-8")) if (out / "train.json").exists() else []
    found = [p for p in (out / "images").rglob("*") if p.is_file()] if (out / "images").exists() else []
    check("emit names: each picture is there", len(trained) == 4 and len(found) == 4, (len(trained), found))
    read = {p.read_bytes() for p in found}
    check("emit names: it is the picture itself", read == {png(8, 8, 50 * i + c) for i in range(2) for c in b"ab"}, len(read))

    for bad in ("", "a/b", "..", ".", ".hidden", "-x", "a b", "A", "x" * 300, "a\x1bb", "a\nb", "\u202eb", "a@b", "_schema"):
        _, err = run(f"--name {bad!r}"[:40], "index", os.fsdecode(data), "--reader", "folder", "--name", bad, "--workspace",
                     str(work / "ws2"), codes=(2,))
        check(f"--name {bad!r}: says what is allowed"[:60], "a-z" in err, err)
    check("--name: nothing was made", not (work / "ws2").exists(), "ws2")


def main():
    for part in (terminals, cards, names):
        with tempfile.TemporaryDirectory() as folder:
            part(Path(folder))
    print(f"{passed} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
