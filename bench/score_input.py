#!/usr/bin/env python3
"""Reading prediction files of any size: makes them, scores them, prints MB/s and peak memory.

    bench/score_input.py FOLDER [MB] [NAME...]     RSIFT_BIN names the command (build/rsift)

Files that are there already are used again. Every file answers the same questions, so that the
score must be the same wherever the reading is meant to succeed.
"""
import gzip, json, lzma, os, random, resource, subprocess, sys, time, zipfile

ANSWERS = ["yes", "no", "3", "between 0 and 10"]


def answer(i):
    return ANSWERS[i * 7 % 4]


def logits(n_bytes):
    rng = random.Random(7)
    text = ",".join("%.6f" % rng.uniform(-20, 20) for _ in range(n_bytes // 9 + 1))
    return "[" + text[: text.rfind(",", 0, n_bytes)] + "]"


def prose(n_bytes):
    rng = random.Random(8)
    words = [w + str(i) for w in ("roof", "river", "the", "\\u00e9t\\u00e9", "field,") for i in range(200)]
    text = ""
    while len(text) < n_bytes:
        text += " ".join(rng.choice(words) for _ in range(500)) + " "
    return text[:n_bytes].rstrip("\\u00e9t ")


def vary(text, i):
    """The text turned at its i-th blank or comma, so that packers find less to do."""
    at = i * 7919 % max(1, len(text))
    if text[:1] == "[":
        at = text.find(",", at)
        return text if at < 0 else "[" + text[at + 1 : -1] + "," + text[1:at] + "]"
    at = text.find(" ", at)
    return text if at < 0 else text[at + 1 :] + " %d " % (i * 2654435761 % 2**32) + text[:at]


def parts(kind, size):
    """Pieces of text of about `size` bytes in all, and the number of records."""
    if kind == "jsonl-logits":
        extra, each, ends = logits(100000), '{"id":"%d","prediction":"%s","logits":%s}\n', ("", "", "")
    elif kind in ("array", "array-cut", "array-trailing"):
        extra, each, ends = prose(10000), '{"id":"%d","prediction":"%s","raw":"%s"}', ("[", ",\n", "]")
    elif kind == "one-line":
        extra, each, ends = prose(10000), '{"id":"%d","prediction":"%s","raw":"%s"}', ("", " ", "")
    elif kind == "map-objects":
        extra, each, ends = logits(10000), '"%d":{"prediction":"%s","logits":%s}', ("{", ",", "}")
    elif kind == "map-small":
        extra, each, ends = "", '"%d": "%s%s"', ("{\n", ",\n", "\n}")
    elif kind == "logs":
        extra, each, ends = (prose(10000), '{"doc_id":%d,"filtered_resps":["%s"],"doc":"%s"}',
                             ('{"config":{"model":"m","data":3},"logs":[', ",\n", '],"end":1}'))
    elif kind == "jsonl-small":
        extra, each, ends = "", '{"id": "%d", "prediction": "%s"%s}\n', ("", "", "")
    elif kind == "tsv":
        extra, each, ends = prose(10000).replace("\\u00e9", "é"), '%d\t%s\t"%s\n""x"""\n', ("id\tprediction\traw\n", "", "")
    else:
        raise SystemExit("no kind " + kind)
    n = max(1, size // (len(each) + len(extra)))
    yield n
    yield ends[0]
    for i in range(0, n, 100):
        rows = [each % (k, answer(k), vary(extra, k)) for k in range(i, min(n, i + 100))]
        yield (ends[1] if i else "") + ends[1].join(rows)
    yield {"array-cut": "", "array-trailing": "] and so on"}.get(kind, ends[2])


def write(path, kind, size):
    pieces = parts(kind, size)
    n = next(pieces)
    if path.endswith(".gz"):
        out = gzip.open(path, "wb", 1)
    elif path.endswith(".xz"):
        out = lzma.open(path, "wb", preset=0)
    elif path.endswith(".zip"):
        packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        out = packed.open("run/" + os.path.basename(path)[:-4], "w", force_zip64=True)
    else:
        out = open(path, "wb")
    with out:
        for piece in pieces:
            out.write(piece.encode())
    if path.endswith(".zip"):
        packed.close()
    return n


def write_xlsx(path, size):
    import xlsxwriter  # optional: this one case needs it
    n = size // 10000
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "prediction", "raw"])
    extra = prose(10000)
    for i in range(n):
        sheet.write_row(i + 1, 0, [i, answer(i), extra])
    book.close()
    return n


FILES = [("logits.jsonl", "jsonl-logits"), ("small.jsonl", "jsonl-small"), ("array.json", "array"),
         ("objects.json", "map-objects"), ("map.json", "map-small"), ("logs.json", "logs"), ("table.tsv", "tsv"),
         ("sheet.xlsx", "xlsx"), ("array.json.gz", "array"), ("array.json.zip", "array"), ("array.json.xz", "array"),
         ("cut.json", "array-cut"), ("trailing.json", "array-trailing"), ("line.jsonl", "one-line")]


def main():
    folder, size = sys.argv[1], int(float(sys.argv[2]) * 1e6) if len(sys.argv) > 2 else 100_000_000
    wanted = sys.argv[3:]
    rsift = os.environ.get("RSIFT_BIN", "build/rsift")
    os.makedirs(folder, exist_ok=True)
    print("%-16s %6s %8s %6s %6s %6s %8s  %s" % ("file", "MB", "records", "s", "cpu s", "MB/s", "peak MB", "result"))
    for name, kind in FILES:
        if wanted and name not in wanted:
            continue
        path, truth = os.path.join(folder, name), os.path.join(folder, name + ".truth")
        small = kind in ("map-small", "jsonl-small")
        if not os.path.exists(truth):
            try:
                n = write_xlsx(path, size // 4) if kind == "xlsx" else write(path, kind, size // 100 if small else size)
            except ImportError:
                print("%-16s skipped: no xlsxwriter" % name)
                continue
            with open(truth, "w") as out:
                for i in range(n):
                    out.write('{"id":"%d","answer":"%s"}\n' % (i, answer(i)))
        n = sum(1 for _ in open(truth))
        size_of = n * 10000 if kind == "xlsx" else os.path.getsize(path)  # of an .xlsx, what its cells hold
        if name.endswith((".gz", ".xz", ".zip")) and os.path.exists(os.path.join(folder, "array.json")):
            size_of = os.path.getsize(os.path.join(folder, "array.json"))
        command = [rsift, "score", "vqa.floodnet", "--truth", truth, "--predictions", path, "--quiet", "--no-blind",
                   "--resamples", "1", "--json"]
        begin = time.time()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text = child.stdout.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.time() - begin
        result = text.strip()[:150] if not text.startswith("{") else "%g" % json.loads(text)["measures"][0]["value"]
        print("%-16s %6.0f %8d %6.2f %6.2f %6.0f %8.0f  %d: %s" % (name, size_of / 1e6, n, seconds, usage.ru_utime + usage.ru_stime, size_of / 1e6 / seconds,
              usage.ru_maxrss / 1e3, os.waitstatus_to_exitcode(status), result), flush=True)


main()
