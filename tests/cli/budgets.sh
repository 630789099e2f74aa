# recommend: budgets in tokens and in pictures, over own data whose costs are known.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
command -v python3 >/dev/null || { skip "budgets: no python3 to write pictures with"; finish; }
python3 - <<'PY'
import json, little, random
N = 60
for i in range(N):
    noise = random.Random(i)
    little.write_png(f"img/{i}.png", 112, [bytes(noise.randrange(256) for x in range(3)) * 112 for y in range(56)])
talk = lambda i, *turns: little.talk(i, N, *turns)
json.dump([talk(i, f"Is there a {o} here?", ("yes", "no")[(i + k) % 2]) for i in range(N) for k, o in enumerate(("ship", "plane"))], open("a.json", "w"))
json.dump([talk(i, f"Is there a {o} here?", ("yes", "no")[i % 2]) for i in range(20) for o in ("ship", "plane")], open("dev.json", "w"))
PY
rsift index a.json --reader llava --images img --name a --licence CC-BY-4.0 --quiet >.log 2>&1 || fail "index" .log
ask() { rsift recommend --like dev.json "$@"; }
told() { python3 -c '
import json, sys
a = json.load(open(".out"))
print(*[eval("a" + k) for k in sys.argv[1:]])' "$@"; }

# 112 x 56: 4 x 2 tokens of 28 x 28 and two marks; "Is there a ship here?" is 5 words and a sign, "yes" a word, a turn
# 5 marks, the line end behind the picture 0.4: 1000 + 5 * 97 + 90 + 500 + 97 + 500 + 40 = 2,712 hundredths, 27 a sample
check_exit "tokens" 0 ask --budget 300tokens --model qwen2.5-vl -o tokens.yaml --json
check_is "eleven samples of 27" "11 297 110 tokens" "$(told '["allocated"]' '["limit"]["used"]' '["limit"]["of_pictures"]' '["limit"]["unit"]')"
check_exit "the recipe mixes" 0 rsift mix tokens.yaml --quiet
check_is "to as many" 11 "$(one rsift-work "SELECT count(*) v FROM ledger WHERE kept")"
check_exit "a smaller picture costs less" 0 ask --budget 300tokens --model qwen2.5-vl --max-pixels 3136 --json
check_is "two tokens for 3,136 pixels: 21 a sample" "14 294" "$(told '["allocated"]' '["limit"]["used"]')"
check_exit "pictures, each asked about twice" 0 ask --budget 10images
check_says "as many" "They are 10 of 10 images"
check_exit "more than there is" 0 ask --budget 1Mtokens --model llava-1.5
check_says "is said" "The budget is larger than what is"
check_exit "less than one sample" 2 ask --budget 5tokens --model qwen2.5-vl
check_says "what the smallest needs" "the smallest needs 27 with qwen2.5-vl"
check_exit "tokens of no model" 2 ask --budget 300tokens
check_says "which there are" "one of internvl, llava-1.5, qwen2.5-vl, qwen3-vl"
check_exit "least above most" 2 ask --budget 300tokens --model qwen3-vl --min-pixels 9000 --max-pixels 100
check_exit "tokens of the catalogue" 2 rsift recommend --catalogue-only --budget 300tokens --model qwen3-vl
finish
