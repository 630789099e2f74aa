"""Little data of one's own for the scripts of this folder: pictures and conversations about them."""
import os
import random
import struct
import zlib


def png(width, rows, level=-1):
    """The bytes of an 8-bit PNG. rows: one bytes object a row, of grey values or of R, G, B in turn."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = [bytes(row) for row in rows]
    header = struct.pack(">IIBBBBB", width, len(rows), 8, {1: 0, 3: 2, 4: 6}[len(rows[0]) // width], 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), level)) + chunk(b"IEND", b""))


def write_png(path, width, rows, level=-1):
    """Writes a PNG as `png` makes it; folders are made."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(png(width, rows, level))


def noise(seed, width=8, height=8):
    """Rows of coloured noise; no two seeds are alike."""
    values = random.Random(seed)
    return [bytes(values.randrange(256) for _ in range(3 * width)) for _ in range(height)]


def write_noise(n, folder="img", level=-1):
    """Writes <folder>/0.png to <folder>/<n - 1>.png, each of its own noise."""
    for i in range(n):
        write_png(f"{folder}/{i}.png", 8, noise(i), level)


def talk(i, n, *turns):
    """Record r<i> of LLaVA's form about picture i % n: question, answer, question, answer, ..."""
    said = [{"from": ("human", "gpt")[k % 2], "value": turn} for k, turn in enumerate(turns)]
    said[0]["value"] = "<image>\n" + said[0]["value"]
    return {"id": f"r{i}", "image": f"{i % n}.png", "conversations": said}
