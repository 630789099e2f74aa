# recommend before any download: few datasets that can be had and read, within what may be downloaded,
# each with its size, its link and what it adds; everything else with the reason why it is out.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

# field EXPRESSION: of the answer in .out, as Python sees it
field()
{
    python3 -c 'import json, sys; r = json.load(open(".out")); print(eval(sys.argv[1]))' "$1"
}
question="--catalogue-only --goal vqa,grounding-hbb,caption --budget 500"

# ---- the question that was once answered with 27 datasets and 3 TB ------------------------------
check_exit "few datasets" 0 rsift recommend $question
check_says "few datasets: the simple rules beside it" "unimax"
check_says "few datasets: what is out" "--all tells why each is"
check_is "80 columns" "" "$(awk 'length > 80' .out)"
check_exit "few datasets: as JSON" 0 rsift recommend $question --json
check_is "at most five" True "$(field 'len(r["rows"]) <= 5')"
check_is "all readable and released" "[True]" \
    "$(field 'sorted({x["readable"] and x["released"] in ("yes", "mirror") for x in r["rows"]})')"
check_is "each with a link" True "$(field 'all(x["links"] for x in r["rows"])')"
check_is "each adds more than it costs" True \
    "$(field 'all(x["adds_permille"] >= x["cost_permille"] for x in r["rows"])')"
check_is "each says which benchmarks it may show" True \
    "$(field 'any("dior-rsvg" in x["may_leak_into"] for x in r["rows"])')"
check_is "every cell has its gain" True \
    "$(field 'all(e["gain_permille"] >= 0 for x in r["rows"] for e in x["entries"])')"
check_is "no rule downloads less" True \
    "$(field 'min(x["downloads"] for x in r["compare"]["rules"]) == r["compare"]["rules"][0]["downloads"]')"
cp .out first.json
check_exit "again" 0 rsift recommend $question --json
check_same "the same bytes" first.json .out

# ---- limits -------------------------------------------------------------------------------------
check_exit "what fits serves no boxes" 1 rsift recommend $question --max-download 1GB --all
check_says "what fits serves no boxes: the first line" 'Nothing serves the goal "grounding-hbb" within the limits'
check_says "a withdrawn one is out" "withdrawn by its authors"
check_says "a size that nobody knows is not 0" "nobody says how large its download is"
check_is "--all: 80 columns" "" "$(awk 'length > 80' .out)"
check_exit "--max-download" 0 rsift recommend $question --max-download 13GB --json
check_is "it fits" True "$(field '12e9 < sum(x["bytes"] for x in r["rows"]) <= 13e9')"
check_exit "--max-datasets" 0 rsift recommend $question --max-datasets 1 --json
check_is "one dataset" 1 "$(field 'len(r["rows"])')"
check_exit "nothing is that small" 2 rsift recommend $question --max-download 1kB
check_says "nothing is that small: what to do" "max-download"
check_exit "no size" 2 rsift recommend $question --max-download much
check_says "no size: what is one" "50GB"

# ---- goals --------------------------------------------------------------------------------------
check_exit "a benchmark" 0 rsift recommend --catalogue-only --goal RSVQA-LR --budget 1000 --json
check_is "its own training data first" rsvqa-lr "$(field 'r["rows"][0]["dataset"]')"
check_exit "open licences" 0 rsift recommend --catalogue-only --goal vqa --license open --json
check_is "open licences only" "{'open'}" "$(field '{x["licence"] for x in r["rows"]}')"
check_exit "one goal of two is served by nothing" 1 \
    rsift recommend --catalogue-only --goal panoptic --goal caption --budget 100
check_is "it comes first" 'Nothing serves the goal "panoptic": --all tells why each dataset is left out.' \
    "$(head -n 1 .out)"

# ---- published scores ---------------------------------------------------------------------------
check_exit "evidence" 0 rsift evidence
check_says "evidence: benchmarks" "DIOR-RSVG test"
check_exit "evidence of one" 0 rsift evidence vrsbench-vqa
check_says "evidence of one: by whose word" "VRSBench-VQA, accuracy All (lx709/VRSBench README.md)"
check_is "evidence of one: the best first" "   77.8  Mini-Gemini     VRSBench train" \
    "$(sed -n 3p .out)"
check_is "evidence of one: 80 columns" "" "$(awk 'length > 80' .out)"
check_exit "evidence: a misspelled one" 2 rsift evidence vrsbench-vqq
check_says "evidence: a misspelled one: what was meant" "VRSBench-VQA"
check_exit "evidence is cited" 0 rsift recommend --catalogue-only --goal VRSBench-VQA --budget 1000
check_says "evidence is cited: what was trained on" "VRSBench-VQA, trained on VRSBench train: accuracy All 77.8"
finish
