# What is known of real releases about pictures that stand twice, found again in the records that lie in
# $RSIFT_SAMPLES. RSVG-HR is in resplit.sh, pictures are in duplicates_near.sh. What is absent is said.
. "$(dirname "$0")/lib.sh"
[ -d "$RSIFT_SAMPLES" ] || { skip "everything: no folder $RSIFT_SAMPLES"; finish; }
cd "$work" || exit 1

# RSIVQA's "AID" is RSICD: its names are RSICD's, and 60 of 400 cannot be AID's, which have a class.
if [ -d "$RSIFT_SAMPLES/rsivqa" ] && [ -d "$RSIFT_SAMPLES/rsicd" ]; then
    for d in rsivqa rsicd; do
        rsift index "$RSIFT_SAMPLES/$d" --dataset $d --workspace ws --quiet >log 2>&1 || [ $? = 1 ] || fail "index $d" log
    done
    keys() { one ws "SELECT count(DISTINCT sa.asset_id) AS v FROM sample s JOIN sample_asset sa USING (sample_id) WHERE s.source = 'aid' AND
        $1 EXISTS (SELECT 1 FROM asset_source k WHERE k.asset_id = sa.asset_id AND k.key LIKE '$2/%')"; }
    check_is "RSIVQA: all of 400 \"AID\" pictures have names of RSICD" 400 "$(keys "" RSICD)"
    check_is "RSIVQA: 60 of them can have none of AID" 60 "$(keys NOT AID)"
    check_is "RSIVQA and RSICD share the picture that both cuts have" RSICD/airport_1 "$(one ws "SELECT k.key AS v FROM sample s
        JOIN sample_asset sa USING (sample_id) JOIN asset_source k USING (asset_id) WHERE k.key LIKE 'RSICD/%'
        GROUP BY k.key HAVING count(DISTINCT s.dataset) = 2")"
else
    skip "RSIVQA and RSICD: not there"
fi

# CDVQA's two test sets ask about the same pairs; the questions are made up where the cut has none.
if [ -f "$RSIFT_SAMPLES/cdvqa/Test2_images.json" ] && command -v python3 >/dev/null; then
    mkdir cdvqa && cp "$RSIFT_SAMPLES"/cdvqa/*.json cdvqa/
    python3 - <<'PY'
import json
for name in ("Test", "Test2"):
    images = json.load(open(f"cdvqa/{name}_images.json"))["images"]
    here = {a["question_id"]: a for a in json.load(open(f"cdvqa/{name}_answers.json"))["answers"]}
    rows = [{"id": q, "img_id": i["id"], "type": "change_or_not", "question": f"Has number {q} of {name} changed?",
             "answers_ids": [here[q]["id"]], "active": True} for i in images for q in i["questions_ids"] if q in here]
    json.dump({"questions": rows}, open(f"cdvqa/{name}_questions.json", "w"))
PY
    rsift index cdvqa --dataset cdvqa --workspace ws-cdvqa --quiet >log 2>&1 || [ $? = 1 ] || fail "index cdvqa" log
    rsift resplit cdvqa -o cdvqa.csv --workspace ws-cdvqa --json >answer.json 2>log || fail "resplit cdvqa" log
    check_is "CDVQA: the same 20 pairs in both test sets" 40 "$(tr , '\n' <answer.json | sed -n 's/.*"pictures_in_several_before"://p')"
    check_is "CDVQA: of 40 pairs" 80 "$(tr , '\n' <answer.json | sed -n 's/.*"pictures"://p' | head -1)"
else
    skip "CDVQA: not there"
fi

# MME-RealWorld-Lite's 77 repeated ids: the cut that lies here may hold none of them.
mme=$RSIFT_SAMPLES/mme-realworld/data/MME-RealWorld-Lite.json
if [ -f "$mme" ] && [ "$(sed -n 's/.*"Question_id": *"\([^"]*\)".*/\1/p' "$mme" | sort | uniq -d | wc -l)" -gt 0 ]; then
    rsift index "$RSIFT_SAMPLES/mme-realworld" --workspace ws-mme --quiet >log 2>&1 || [ $? = 1 ] || fail "index MME-RealWorld" log
    check_is "MME-RealWorld-Lite: 77 repeated ids" 77 "$(one ws-mme "SELECT count(*) AS v FROM (SELECT original_id FROM sample
        GROUP BY original_id HAVING count(*) > 1)")"
else
    skip "MME-RealWorld-Lite: no file with repeated ids is there"
fi

# Five DIOR pictures stand in DDFAV's instructions and in its probe.
if [ -d "$RSIFT_SAMPLES/ddfav" ] && [ "$(find "$RSIFT_SAMPLES/ddfav" -name 'rspope_*.json' | wc -l)" -gt 8 ]; then
    rsift index "$RSIFT_SAMPLES/ddfav" --workspace ws-ddfav --quiet >log 2>&1 || [ $? = 1 ] || fail "index DDFAV" log
    check_is "DDFAV: five pictures in the instructions and the probe" 5 "$(one ws-ddfav "SELECT count(*) AS v FROM (
        SELECT k.key FROM sample s JOIN sample_asset sa USING (sample_id) JOIN asset_source k USING (asset_id) WHERE k.key LIKE 'DIOR/%'
        GROUP BY k.key HAVING bool_or(s.source LIKE 'instruct%') AND bool_or(s.source NOT LIKE 'instruct%'))")"
else
    skip "DDFAV: not all of its files are there"
fi
finish
