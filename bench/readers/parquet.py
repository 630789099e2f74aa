"""Parquet with pictures inside: `rsift index` of the whole file beside pyarrow reading the same columns.

    python3 bench/readers/parquet.py [MB] [ROWS_IN_A_GROUP]

Needs pyarrow. Pictures are noise behind a JPEG's first bytes, so that nothing but reading and hashing is measured (each
is a finding). Printed are CPU seconds and peak memory of each process; the work of rsift includes listing, headers, XXH3
of every picture, and the parts. Twice the size must not take more memory.
"""
import os
import subprocess
import sys
import tempfile

PEER = """
import sys, pyarrow.parquet as pq
n = 0
file = pq.ParquetFile(sys.argv[1])
for group in range(file.num_row_groups):
    for chunk in file.read_row_group(group).column("image").chunks:
        n += sum(len(value.as_buffer()) for value in chunk.field("bytes"))
print(n)
"""


def write(path, megabytes, group):
    import pyarrow as pa
    import pyarrow.parquet as pq
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    schema = pa.schema([("image", image), ("label", pa.int64())])
    with pq.ParquetWriter(path, schema) as out:
        for first in range(0, megabytes * 10, group):
            cells = [{"bytes": b"\xff\xd8\xff\xe0" + os.urandom(100_000), "path": f"{first + i}.jpg"} for i in range(group)]
            out.write_table(pa.table({"image": pa.array(cells, image), "label": pa.array([i % 7 for i in range(group)])},
                                     schema=schema))


def measure(command):
    pid = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, used = os.wait4(pid, 0)
    return status, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    group = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    rsift = os.environ.get("RSIFT_BIN", "build/rsift")
    with tempfile.TemporaryDirectory() as work:
        for size in (megabytes, 2 * megabytes):
            path = f"{work}/train-{size}.parquet"
            subprocess.run([sys.executable, __file__, "--write", path, str(size), str(group)], check=True)
            runs = {"rsift index": [rsift, "index", path, "--reader", "records", "--name", "bench", "--param", "image=image",
                                    "--param", "class=label", "--workspace", f"{work}/ws-{size}", "--threads", "1", "--quiet"],
                    "pyarrow": [sys.executable, "-c", PEER, path]}
            for name, command in runs.items():
                _, cpu, peak = measure(command)
                print(f"{size:6} MB  {name:12} {cpu:6.2f} CPU s  {peak:6} MB peak")
            os.remove(path)


if len(sys.argv) > 1 and sys.argv[1] == "--write":
    write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    main()
