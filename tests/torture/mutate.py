"""Seeded damage to bytes, and what independent decoders say of the result.

    mutate.py SEED FILE... >FILE   one mutant of the first file; the others give bytes to splice in"""
import json
import random
import re
import struct
import sys
import xml.parsers.expat
import zlib


def flip_bits(rng, data, _):
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def truncate(rng, data, _):
    return data[:rng.randrange(len(data))]


def edit_number(rng, data, _):
    """A number in digits, or two or four bytes that may be one, becomes an extreme one."""
    found = list(re.finditer(rb"-?\d+(\.\d+)?", data))
    if found and rng.random() < 0.5:
        at = rng.choice(found)
        new = rng.choice([b"0", b"-1", b"1e999", b"99999999999999999999", b"NaN", b"2147483648", b"0.5", b""])
        return data[:at.start()] + new + data[at.end():]
    n = rng.choice([2, 4])
    at = rng.randrange(max(1, len(data) - n))
    return data[:at] + rng.choice([b"\0" * n, b"\xff" * n, b"\x7f" + b"\xff" * (n - 1), b"\xff" * (n - 1) + b"\x7f"]) + \
        data[at + n:]


def pieces(rng, data, n):
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(n))
    return [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])]


def swap_chunks(rng, data, _):
    a, b, c, d = pieces(rng, data, 3)
    return a + c + b + d


def drop_chunk(rng, data, _):
    a, _, c = pieces(rng, data, 2)
    return a + c


def repeat_chunk(rng, data, _):
    a, b, c = pieces(rng, data, 2)
    return a + b + b + c


def splice(rng, data, other):
    a, _ = pieces(rng, data, 1)
    _, b = pieces(rng, other, 1)
    return a + b


def insert_bytes(rng, data, _):
    a, b = pieces(rng, data, 1)
    return a + bytes(rng.randrange(256) for _ in range(rng.choice([1, 4, 64]))) + b


KINDS = [flip_bits, truncate, edit_number, swap_chunks, drop_chunk, repeat_chunk, splice, insert_bytes]


def mutant(seed, data, others):
    """(bytes that differ from `data`, the kind's name)"""
    rng = random.Random(seed)
    while True:
        kind = rng.choice(KINDS)
        out = kind(rng, data, rng.choice(others))
        if out != data:
            return out, kind.__name__


# ---- what is certainly damaged: an independent decoder refuses it ------------------------------

def png_is_broken(data):
    """Signature, chunk sums, the compressed stream and its length."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return True
    at, packed, head = 8, b"", None
    while True:
        if at + 12 > len(data):
            return True
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        if at + 12 + n > len(data):
            return True
        body = data[at + 8:at + 8 + n]
        if struct.unpack(">I", data[at + 8 + n:at + 12 + n])[0] != zlib.crc32(kind + body):
            return True
        if kind == b"IHDR":
            head = body
        if kind == b"IDAT":
            packed += body
        if kind == b"IEND":
            break
        at += 12 + n
    try:
        return head is None or not zlib.decompressobj().decompress(packed)
    except zlib.error:
        return True


def json_is_broken(data):
    try:
        json.loads(data.decode("utf-8"))
        return False
    except (ValueError, RecursionError):
        return True


def xml_is_broken(data):
    try:
        xml.parsers.expat.ParserCreate().Parse(data, True)
        return False
    except xml.parsers.expat.ExpatError:
        return True


BROKEN = {"png": png_is_broken, "json": json_is_broken, "xml": xml_is_broken}


if __name__ == "__main__":
    read = [open(name, "rb").read() for name in sys.argv[2:]]
    sys.stdout.buffer.write(mutant(sys.argv[1], read[0], read[1:] or read)[0])
