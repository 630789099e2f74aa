# recommend --diverse: of a cell that is mostly one kind of picture, the rare kinds get their share, by the
# hashes of pictures or by vectors that somebody brings.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "diverse: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, random, struct
N = 90
for i in range(N):
    noise = random.Random(i)
    # 84 with an edge across, and noise; 6 with an edge down
    rare = i % 15 == 0
    little.write_png(f"img/{i}.png", 64, [bytes(min(255, max(0, (200 if (x if rare else y) < 32 else 40) + noise.randrange(-25, 25))) for x in range(64)) for y in range(64)])
talk = lambda i: little.talk(i, N, "Is there a ship in the image?", "yes")
json.dump([talk(i) for i in range(N)], open("a.json", "w"))
json.dump([talk(i) for i in range(10)], open("dev.json", "w"))
# forty questions more about picture 0, which is of the rare kind
json.dump([talk(i) for i in range(N)] + [little.talk(N * i, N, f"Is there a ship n{i} in the image?", "yes") for i in range(1, 41)], open("many.json", "w"))
rows = [[1.0, 0.0, 0.01 * (i % 7)] if i % 15 else [0.0, 1.0, 0.0] for i in range(N)]
head = str({"descr": "<f4", "fortran_order": False, "shape": (N, 3)}).encode() + b"\n"
with open("v.npy", "wb") as f:
    f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
    for r in rows: f.write(struct.pack("<3f", *r))
open("v.txt", "w").write("".join(f"{i}.png\n" for i in range(N - 1)) + "nobody.png\n")
PY
rsift index a.json --reader llava --images img --name a --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index" .log
ask() { rsift recommend --like dev.json --budget 12 "$@"; }
rare() { one rsift-work "SELECT count(*) v FROM sample WHERE CAST(substr(original_id, 2) AS INT) % 15 = 0 AND replace(CAST(sample_id AS VARCHAR), '-', '') IN ($(sed "1d; s/,.*//; s/.*/'&'/" "$1" | paste -sd,))"; }
check_exit "pictures that nobody hashed" 2 ask --diverse
check_says "what to do" '`rsift hash` first'
check_exit "by vectors" 0 ask --diverse --embeddings v.npy --ids v.txt -o vectors.yaml
check_says "what it did" "Representatives of"
check_says "a row of no use is counted" "89 of 90 rows of --embeddings were used; not used: 1 of unknown ids"
check_is "as many as before" 12 "$(sed 1d vectors.samples.csv | wc -l)"
check_is "the rare kind gets more than its share of one in fifteen" 1 "$([ "$(rare vectors.samples.csv)" -ge 2 ] && echo 1)"
cp vectors.samples.csv first.csv
rsift recommend --like dev.json --budget 12 --diverse --embeddings v.npy --ids v.txt -o vectors.yaml --threads 1 >.log 2>&1
check_same "threads do not matter" first.csv vectors.samples.csv
rsift hash --quiet >.log 2>&1 || fail "hash" .log
check_exit "by hashes" 0 ask --diverse -o hashes.yaml --json
check_is "all have one" "0 hashes" "$(python3 -c 'import json; d = json.load(open(".out"))["diverse"]; print(d["without_look"], d["by"])')"
rsift index many.json --reader llava --images img --name many --licence CC-BY-4.0 --hash --workspace many --quiet >.log 2>&1 || fail "index many" .log
check_exit "a picture with many questions" 0 rsift recommend --like dev.json --budget 30 --diverse --workspace many --json
check_is "gives no more than its share" 1 "$(python3 -c 'import json; print(json.load(open(".out"))["most_of_picture"])')"
check_exit "vectors of nothing" 2 ask --embeddings v.npy --ids v.txt
check_exit "ids of nothing" 2 ask --diverse --ids v.txt
finish
