# Vectors that somebody brings: pairs by cosine, rows of no use counted, bad files refused.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "embeddings: no python3 to write vectors with"; finish; }
"$RSIFT_SYNTH" pictures --out img --images 8 >/dev/null || exit 1
python3 - <<'PY'
import json, math, os, struct
names = sorted(os.path.relpath(os.path.join(d, n), "img") for d, _, f in os.walk("img") for n in f)[:8]
json.dump([{"id": str(i), "image": n, "conversations": [{"from": "human", "value": "<image>\nIs it urban? Answer yes or no."}, {"from": "gpt", "value": "yes"}]}
           for i, n in enumerate(names)], open("a.json", "w"))
# rows 0, 1 and 2 are alike, 3 is between, 4 is not finite, 5 is zero, 6 is nobody's, 7 is 0 again
def unit(angle): return [math.cos(angle), math.sin(angle), 0.0]
rows = [unit(0), unit(0.1), [5 * v for v in unit(0.2)], unit(1.2), [math.nan, 0, 1], [0, 0, 0], unit(0), unit(0)]
ids = names[:6] + ["nobody.jpg", names[0]]
def npy(name, code, rows, shape=None):
    head = str({"descr": code, "fortran_order": False, "shape": shape or (len(rows), 3)}).encode() + b"\n"
    with open(name, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head)
        for r in rows: f.write(struct.pack({"<f4": "<3f", "<f8": "<3d", "<f2": "<3e"}[code], *r))
npy("v.npy", "<f4", rows); npy("v8.npy", "<f8", rows); npy("v2.npy", "<f2", rows)
npy("short.npy", "<f4", rows[:4], (8, 3))
open("object.npy", "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", 60) + b"{'descr': '|O', 'fortran_order': False, 'shape': (8, 3), }".ljust(60))
open("v.txt", "w").write("\n".join(ids) + "\n")
open("few.txt", "w").write("\n".join(ids[:5]) + "\n")
open("many.txt", "w").write("\n".join(ids * 2) + "\n")
PY
rsift index a.json --reader llava --images img --name mine --licence CC0-1.0 --workspace ws --quiet >log 2>&1 || fail "index" log
near() { rsift duplicates --near --workspace ws --quiet "$@"; }
pairs() { one ws "SELECT coalesce(string_agg(printf('%.2f', score), ' ' ORDER BY score), '') AS v FROM picture_pair WHERE method = 'embedding'"; }
check_exit "vectors of 4 bytes" 1 near --embeddings v.npy --ids v.txt --cosine 0.97
check_says "rows of no use are counted" "4 of 8 rows were compared; not used: 1 of unknown ids, 0 of another"
check_says "and told apart" "length, 2 with NaN or zeros, 1 of a picture that had one"
# cos 0.1 twice, cos 0.2 once; 0 - 3 is 1.2 away, 2 - 3 1.0
check_is "pairs" "0.98 1.00 1.00" "$(pairs)"
check_is "one stays" 2 "$(one ws "SELECT count(*) AS v FROM overlap WHERE kind = 'near-duplicate' AND method = 'embedding'")"
near --embeddings v8.npy --ids v.txt --cosine 0.97 >log 2>&1
check_is "of 8 bytes" "0.98 1.00 1.00" "$(pairs)"
near --embeddings v2.npy --ids v.txt --cosine 0.99 >log 2>&1
check_is "of 2 bytes; another bound replaces the pairs" "1.00 1.00" "$(pairs)"
# a chain is cut: 1 stays or 0 does, and 2 is not the same as 0
check_exit "without the option they do not count" 0 near
printf 'name: m\nlicence: any\nconflicts: keep\nduplicates: {methods: [embedding]}\ndatasets: [{id: mine}]\n' >r.yaml
rsift mix r.yaml --workspace ws --quiet >log 2>&1 || fail "mix" log
check_is "mix takes them where the recipe names them" 1 "$(one ws "SELECT count(*) AS v FROM ledger WHERE reason = 'duplicate-near'
    AND detail LIKE '% embedding, cosine 0.99%'")"

for bad in "short.npy|ends before the last" "object.npy|expected numbers" "absent.npy|absent.npy"; do
    check_exit "${bad%|*} is refused" 2 near --embeddings "${bad%|*}" --ids v.txt
    check_says "${bad%|*}: why" "${bad#*|}"
done
check_exit "fewer ids than rows" 2 near --embeddings v.npy --ids few.txt
check_says "how many" "5 ids for 8 rows"
check_exit "more ids than rows" 2 near --embeddings v.npy --ids many.txt
check_exit "no ids" 2 near --embeddings v.npy
check_says "what to give" "--ids FILE"
check_exit "vectors without --near" 2 rsift duplicates --embeddings v.npy --ids v.txt --workspace ws
check_exit "a cosine that is none" 2 near --embeddings v.npy --ids v.txt --cosine 2
finish
