#!/usr/bin/env python3
"""Draws the tiny pictures under fuzz/corpus/image_decode, which the tests of src/image read and from
which its fuzz targets start. Run by hand; needs Pillow, numpy and tifffile. Nothing in them comes
from a dataset: a colour ramp with a square in it."""
import io
import pathlib
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image

OUT = pathlib.Path(__file__).resolve().parents[3] / "fuzz/corpus/image_decode"
W, H = 20, 12


def ramp(bands=3):
    y, x = np.mgrid[0:H, 0:W]
    planes = [x * 12, y * 20, (x + y) * 8, 255 - x * 12][:bands]
    a = np.stack(planes, axis=-1).astype(np.uint8)
    a[3:6, 4:9] = 250
    return a if bands > 1 else a[:, :, 0]


def save(name, im, **options):
    buf = io.BytesIO()
    im.save(buf, **options)
    (OUT / name).write_bytes(buf.getvalue())


def exif(turn):
    e = Image.Exif()
    e[0x112] = turn
    e[0x100] = 4000  # sizes of a parent picture, to be ignored
    e[0x101] = 3000
    return e.tobytes()


def stills():
    rgb, grey = Image.fromarray(ramp()), Image.fromarray(ramp(1))
    rgba = Image.fromarray(ramp(4), "RGBA")
    save("rgb.jpg", rgb, format="JPEG", quality=90)
    save("grey.jpg", grey, format="JPEG")
    save("cmyk.jpg", rgb.convert("CMYK"), format="JPEG")
    save("progressive-turned6.jpg", rgb, format="JPEG", progressive=True, exif=exif(6))
    save("rgb.png", rgb, format="PNG")
    save("grey.png", grey, format="PNG")
    save("rgba.png", rgba, format="PNG")
    save("palette.png", rgb.quantize(16), format="PNG")
    save("bits1.png", grey.convert("1"), format="PNG")
    save("turned8.png", rgb, format="PNG", exif=exif(8))
    save("grey16.png", Image.fromarray(ramp(1).astype(np.uint16) * 40), format="PNG")
    save("palette.gif", rgb.quantize(16), format="GIF")
    save("rgb.bmp", rgb, format="BMP")
    save("palette.bmp", rgb.quantize(16), format="BMP")
    save("lossy.webp", rgb, format="WEBP", quality=80)
    save("lossless.webp", rgb, format="WEBP", lossless=True)
    save("alpha-turned3.webp", rgba, format="WEBP", lossless=True, exif=exif(3))
    save("rgb.jp2", rgb, format="JPEG2000", irreversible=False)
    save("grey.j2k", grey, format="JPEG2000", no_jp2=True)
    save("grey16.jp2", Image.fromarray(ramp(1).astype(np.uint16) * 40), format="JPEG2000")
    interlaced()
    for name, a in [("hwc.npy", ramp()), ("float.npy", ramp(1).astype(np.float32))]:
        buf = io.BytesIO()
        np.save(buf, a)
        (OUT / name).write_bytes(buf.getvalue())


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def interlaced():
    """Adam7, which Pillow reads but does not write."""
    a, rows = ramp(), b""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                           (1, 0, 2, 2), (0, 1, 1, 2)]:
        for row in a[y0::dy, x0::dx]:
            if len(row):
                rows += b"\0" + row.tobytes()
    head = struct.pack(">IIBBBBB", W, H, 8, 2, 0, 0, 1)
    (OUT / "interlaced.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
                                         + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def tiff(name, a, **options):
    buf = io.BytesIO()
    tifffile.imwrite(buf, a, metadata=None, software=False, **options)
    (OUT / name).write_bytes(buf.getvalue())


def geo(scale, crs, unit=None, tie=(0, 0, 0, 500000, 5000000, 0), model=1):
    keys = [(1024, 0, 1, model), (3072, 0, 1, crs)] + ([(3076, 0, 1, unit)] if unit else [])
    flat = [1, 1, 0, len(keys)] + [v for k in keys for v in k]
    return [(33550, "d", 3, (scale, scale, 0.0), True), (33922, "d", 6, tie, True),
            (34735, "H", len(flat), tuple(flat), True)]


def tiffs():
    rgb, grey = ramp(), ramp(1)
    tiff("rgb.tif", rgb, photometric="rgb", rowsperstrip=5)
    tiff("deflate-big-endian.tif", rgb, photometric="rgb", compression="zlib", byteorder=">")
    tiff("planar.tif", np.moveaxis(rgb, 2, 0), photometric="rgb", planarconfig="separate")
    tiff("tiled-bigtiff.tif", rgb, photometric="rgb", tile=(16, 16), bigtiff=True)
    tiff("uint16-utm.tif", grey.astype(np.uint16) * 40, extratags=geo(10.0, 32633))
    tiff("float-mercator.tif", grey.astype(np.float32) / 7, extratags=geo(
        0.5, 3857, tie=(0, 0, 0, 0.0, 8399737.889818, 0)))  # 60 degrees north
    tiff("feet.tif", grey, extratags=geo(2.0, 2263, 9003))
    tiff("degrees.tif", grey, extratags=geo(0.001, 0, model=2))
    six = np.stack([grey * (i + 1) for i in range(6)], axis=-1)
    tiff("bands6.tif", six, photometric="minisblack", planarconfig="contig")
    nodata = grey.astype(np.int16) * 30
    nodata[0] = -9999
    tiff("nodata.tif", nodata, extratags=[(42113, "s", 0, "-9999", True)])
    buf = io.BytesIO()
    with tifffile.TiffWriter(buf) as t:
        t.write(rgb, photometric="rgb", metadata=None, software=False)
        t.write(rgb[::2, ::2], photometric="rgb", subfiletype=1, metadata=None)
        t.write(rgb, photometric="rgb", metadata=None)
    (OUT / "pages.tif").write_bytes(buf.getvalue())
    save("palette.tif", Image.fromarray(rgb).quantize(16), format="TIFF")
    save("cmyk.tif", Image.fromarray(rgb).convert("CMYK"), format="TIFF")
    save("bits1.tif", Image.fromarray(grey).convert("1"), format="TIFF")
    save("jpeg-in.tif", Image.fromarray(rgb), format="TIFF", compression="jpeg")
    tiff("complex.tif", grey.astype(np.complex64))


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def videos():
    tkhd = box(b"tkhd", bytes(76), struct.pack(">II", 320 << 16, 240 << 16))
    hdlr = box(b"hdlr", bytes(8), b"vide", bytes(13))
    stsz = box(b"stsz", bytes(8), struct.pack(">I", 25))
    sound = box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"hdlr", bytes(8), b"soun")))
    mdia = box(b"mdia", hdlr, box(b"minf", box(b"stbl", stsz)))
    moov = box(b"moov", box(b"mvhd", bytes(100)), sound, box(b"trak", tkhd, mdia))
    head, data = box(b"ftyp", b"isom", bytes(4)), box(b"mdat", bytes(64))
    (OUT / "front.mp4").write_bytes(head + moov + data)
    (OUT / "back.mp4").write_bytes(head + data + moov)
    avih = struct.pack("<14I", 40000, 0, 0, 0, 25, 0, 1, 0, 320, 240, 0, 0, 0, 0)
    hdrl = b"LIST" + struct.pack("<I", 4 + 8 + 56) + b"hdrl" + b"avih" + struct.pack("<I", 56) + avih
    (OUT / "video.avi").write_bytes(b"RIFF" + struct.pack("<I", 4 + len(hdrl)) + b"AVI " + hdrl)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    stills()
    tiffs()
    videos()
