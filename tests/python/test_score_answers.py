"""Free-text answers against references written from the text of the rules, on answers made of whatever
upsets a parser: nothing at all, letters, brackets, punctuation, number words, line ends, other scripts.

Every profile gets a file of 2,000 answers and its result is compared sample by sample (--samples). Each
reference is a few lines of Python in the words of the rule; where the original is Python too, Python's own
lower(), strip(), split() and regular expressions are what the rule means.
"""
import random
import re
import string
import sys

from oracle import Scores, run

ROUNDS = 2000

LETTERS = ["A", "B", "C", "D", "E", "F", "a", "b", "e", "(A)", "(b)", "(E)", "(F)", "A.", "B)", "[C]", "((D))", "(A",
           "A B", "ABCDE", "CAT A dog", "Definitely A", "bad cab", "Answer", "E:", " C ", "(a) (B)", "A,", "D!"]
PREFIXES = ["The best answer is", "The correct answer is", "The answer is", "The answer", "The best option is",
            "The correct option is", "Best answer:", "Best option:", "The best option isThe correct option is",
            "the answer is", "The answer is The answer is"]
SIGNS = [".", ",", "!", "?", ";", ":", "'", '"', "..", "()", "-", "--", "/", "\\", "_", "@", "`", "<", ">", "[", "]",
         "{", "}", "=", "+", "*", "%", "|", "~", "'s", "n't"]
BLANKS = ["", " ", "  ", "\n", "\t", "\r\n", " \n ", "\v", "\f"]
NUMBERS = ["0", "3", "12", "1,000", "3,400", "3.5", "-2", ".5", "2e3", "1E-2", "007", "99", "100", "1000", "1001", "10",
           "11", "3.456", "1.005", "12.", "-3,400.50", "3 4", "99999999999999999999", "10m2", "0m2", "100m2", "101m2",
           "5M2", "1.0", "12,34", "1,0000", "a1", "1a", "x-7"]
WORDS = ["yes", "Yes", "YES", "no", "No", "NO", "not", "nothing", "none", "false", "False", "zero", "one", "ten", "eleven",
         "twenty", "twenty one", "twenty-one", "Ninety-Nine", "thirty  two", "fortytwo", "hundred", "sixteen", "the",
         "The", "an", "a", "A", "it's", "dont", "isnt", "cant", "youre", "whats", "red roof", "Red Roof", "tree", "airport",
         "dense residential", "sparse residential", "river", "is", "so", "thus", "could be", "answer", "final", "result",
         "therefore", "building", "it is", "nobody", "yesterday", "know", "roofs'"]
# No letters with a case and no digits beyond ASCII: the originals, being Python, lower the first and count
# the second; rsift does neither.
OTHER = ["ß", "北京", "東京 tower", "😀", "–", "’", "“A”", "שלום", "a–b", "the 塔"]


def some_text(rng, *lists, most=5):
    lists = lists or (LETTERS, PREFIXES, SIGNS, NUMBERS, WORDS, OTHER)
    out = []
    for _ in range(rng.choice([0, 1, 1, 2, 3, most])):
        out.append(rng.choice(rng.choice(lists)))
        out.append(rng.choice(["", " ", " ", " ", rng.choice(BLANKS)]))
    return "".join(out)


# ---- the rules ------------------------------------------------------------------------------------

GLUED = ["The best answer is", "The correct answer is", "The answer is", "The answer",
         "The best option isThe correct option is", "Best answer:Best option:"]
PROPER = GLUED[:4] + ["The best option is", "The correct option is", "Best answer:", "Best option:"]
PUNCTUATION = str.maketrans("", "", string.punctuation)


def cut(text, prefixes):
    text = text.strip()
    for prefix in prefixes:
        text = text.replace(prefix, "")
    return text


def mme_letter(said, prefixes, choices):
    said = cut(said, prefixes)
    found = re.search("[ABCDE]", said)
    if found:
        return found.group()
    if len(said.split()) > 10:
        return ""
    return next((c[1] for c in choices if said.lower() in c.lower()), "")


def mme(r):
    return mme_letter(r["said"], GLUED, r["options"]) == r["gold"]


def mme_harness(r):
    return mme_letter(r["said"], PROPER, ["(A)", "(B)", "(C)", "(D)", "(E)"]) == r["gold"]


def xlrs(r):
    said = cut(r["said"], GLUED)
    if not re.search("[ABCDE]", said):
        return False
    found = re.findall(r"\(([a-eA-E])\)", said) or re.findall("[a-eA-E]", said)
    return {c.upper() for c in found} == set(r["gold"])


def urbench_choice(r):
    said = r["said"]
    for c in [",", ".", "!", "?", ";", ":", "'"]:
        said = said.strip(c)
    said = " " + said + " "
    names = [chr(65 + i) for i in range(len(r["options"]))]
    text = dict(zip(names, r["options"]))
    for pattern, place in (("({})", "({})"), ("{} ", " {} "), ("{}.", " {} ")):
        named = [n for n in names if pattern.format(n) in said]
        if named:
            at = [said.rfind(place.format(n)) for n in named]
            return named[at.index(max(at))] == r["gold"]
    named = [n for n in names if len(said.split()) > 5 and text[n].lower() in said.lower()]
    if not named:
        return None  # a random option
    at = [said.lower().rfind(text[n].lower()) for n in named]
    return named[at.index(max(at))] == r["gold"]


def urbench_values(text):
    """A number rounded to two decimals, or the text; a text of one character with its neighbouring blank."""
    text = text.strip()
    try:
        return [round(float(text.replace(",", "")), 2)]
    except ValueError:
        text = text.lower()
        return [" " + text, text + " "] if len(text) == 1 else [text]


URBENCH_NUMBERS = [r"-?\b\d{1,3}(?:,\d{3})+\b", r"-?\d+(?:\.\d+)?[eE][+-]?\d+",
                   r"-?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d])"]


def urbench_open(r):
    whole = r["said"].strip().strip(".").lower()
    keys, lines = [], re.split(r"\.\s(?=[A-Z])|\n", whole)
    for i, line in enumerate(lines):
        marks = ["could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result "]
        marks += ["="] if i == len(lines) - 1 else []
        tails = [line.split(m)[-1].strip() for m in marks if m in line]
        shortest = ""
        for tail in tails:
            if not shortest or len(tail) < len(shortest):
                shortest = tail
        if shortest and shortest not in (":", ",", ".", "!", "?", ";", "'"):
            keys.append(shortest)
    keys = keys or [whole]
    found = []
    for key in keys:
        found += urbench_values(key)
        for pattern in URBENCH_NUMBERS:
            for number in re.findall(pattern, key):
                found += urbench_values(number)
    wanted = urbench_values(r["gold"])
    return any(w in f if isinstance(f, str) else f == w
               for f in found for w in wanted if isinstance(f, str) == isinstance(w, str))


def lhrs_bench(r):
    def plain(text):
        return " ".join(re.sub(r"\b(a|an|the)\b", " ", text.lower().translate(PUNCTUATION)).split())
    return plain(r["said"]) == plain(r["gold"])


CONTRACTIONS = {"dont": "don't", "isnt": "isn't", "cant": "can't", "youre": "you're", "whats": "what's"}
DIGITS = dict(zip("none zero one two three four five six seven eight nine ten".split(), "0 0 1 2 3 4 5 6 7 8 9 10".split()))


def evalai(text):
    text = text.lower().replace(",", "").replace("?", "").replace("'s", " 's").strip()
    text = text.replace("\n", " ").replace("\t", " ").strip()
    before = text
    for sign in ";/[]\"{}()=+\\_-><@`,?!":
        beside = sign + " " in before or " " + sign in before
        text = text.replace(sign, "" if beside or re.search(r"\d,\d", before) else " ")
    text = re.sub(r"\.(?!\d)", "", text)
    words = [DIGITS.get(w, w) for w in text.split()]
    return " ".join(CONTRACTIONS.get(w, w) for w in words if w not in ("a", "an", "the"))


def lhrs(r):
    said = evalai(r["said"])
    if "golds" in r:  # a list: the soft score, and where that is 0 whether the list holds the answer as it stands
        golds = [evalai(g) for g in r["golds"]]
        others = [golds[:i] + golds[i + 1:] for i in range(len(golds))]
        soft = sum(min(1, rest.count(said) / 3) for rest in others) / len(golds)
        return soft or said in r["golds"]
    return said == r["gold"] or said in r["gold"]


def longest(a, b):
    best, row = 0, [0] * (len(b) + 1)
    for x in a:
        row = [0] + [row[k] + 1 if x == y else 0 for k, y in enumerate(b)]
        best = max(best, *row)
    return best


def lhrs_class(r):
    said, classes = r["said"].strip(), [c.lower().replace("_", " ") for c in r["classes"]]
    if said not in classes:
        lengths = [longest(c, said) for c in classes]
        said = classes[lengths.index(max(lengths))] if any(lengths) else classes[-1]
    return said == r["gold"].lower().replace("_", " ")


def pope(r):
    words = r["said"].split(".")[0].replace(",", "").split(" ")
    return ("no" if {"No", "not", "no"} & set(words) else "yes") == r["gold"]


def rsevalkit_vqa(r):
    return r["said"].replace(" ", "").lower() in r["gold"].replace(" ", "").lower()


def rsevalkit_choice(r):
    letters = [c for c in r["said"] if c in "ABCDE"]
    return letters[0].lower() in r["gold"].lower() if letters else None


def rsevalkit_presence(r):
    yes, no = "yes" in r["said"].lower(), "no" in r["said"] or "false" in r["said"]
    return None if yes == no else ("yes" if yes else "no") == r["gold"]


UNITS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
         "eighteen nineteen").split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
COUNT_WORDS = {w: i for i, w in enumerate(UNITS)}
COUNT_WORDS.update({t: 20 + 10 * i for i, t in enumerate(TENS)})
COUNT_WORDS.update({f"{t}-{u}": 20 + 10 * i + k for i, t in enumerate(TENS) for k, u in enumerate(UNITS[1:10], 1)})


def count_of(text):
    digits = re.search("[0-9]+", text)
    if digits:
        return float(digits.group())
    return next((COUNT_WORDS[w] for w in text.lower().split() if w in COUNT_WORDS), None)


def rsevalkit_count(r):
    said = count_of(r["said"])
    return None if said is None else said == count_of(r["gold"])


def teochat(r):
    return r["said"].lower().translate(PUNCTUATION) == r["gold"].lower().translate(PUNCTUATION)


def geochat_class(r):
    return r["said"].replace(" ", "").lower().replace(".", "") == r["gold"].lower()


def fit_rsfg(r):
    return r["said"].lower() == r["gold"].lower()


def vrsbench(r):
    said, gold = r["said"].lower(), r["gold"].lower()
    if gold in said:
        return True
    return False if gold in ["yes", "no"] + [str(n) for n in range(100)] else None  # a language model is asked


def rsvqa_class(text):
    text = text.strip().lower()
    text = (text[:-1] if text[-1:] in ("?", ".") else text).strip()
    if not re.fullmatch("between (0|10|100)(m2)? and (10|100|1000)(m2)?|more than 1000(m2)?", text):
        text = (text.split() or [""])[-1]
    area = re.fullmatch("([0-9]+)(m2)?", text)
    n = int(area.group(1)) if area else 0
    if n == 0:
        return text
    unit = area.group(2) or ""
    steps = [0, 10, 100, 1000]
    for low, high in zip(steps, steps[1:]):
        if n <= high:
            return f"between {low}{unit} and {high}{unit}"
    return f"more than 1000{unit}"


def rsvqa(r):
    return rsvqa_class(r["said"]) == rsvqa_class(r["gold"])


def earthdial(r):
    from nltk.tokenize import NLTKWordTokenizer
    words = NLTKWordTokenizer().tokenize
    said, gold = (words(r[k].strip().lower().replace(" ", "")) for k in ("said", "gold"))
    return len(set(said) & set(gold)) / len(gold) if gold else 0


# ---- samples --------------------------------------------------------------------------------------

def letter(rng):
    return {"said": some_text(rng, LETTERS, PREFIXES, SIGNS, OTHER, WORDS), "gold": rng.choice("ABCDE")}


def with_options(rng):
    """Letters as UrBench's models write them, or long answers with the text of an option."""
    texts = rng.sample(["red roof", "Blue roof", "a tree", "the river", "building", "Airport", "no", "A", "12"], 4)
    r = letter(rng)
    r["options"] = texts
    r["gold"] = rng.choice("ABCD")
    how = rng.random()
    if how < 0.3:
        r["said"] = "".join(rng.choice(WORDS + texts + SIGNS) + " " for _ in range(rng.randint(4, 9)))
    elif how < 0.7:
        r["said"] = some_text(rng, LETTERS, ["A ", "B. ", "(C)", "(D) (A)", "B is", "A. B.", "so C ", "not A but B "], SIGNS)
    return r


def marked_options(rng):
    r = with_options(rng)
    r["options"] = [f"({'ABCD'[i]}) {t}" for i, t in enumerate(r["options"])]
    if rng.random() < 0.3:
        r["said"] = rng.choice(["", " ", ")", "roof", "RED", "(", "tree.", "12", "b", "no\n", "the answer is blue"])
    return r


def letters(rng):
    r = letter(rng)
    said = sorted(set(re.findall("[A-E]", r["said"].upper())))
    if rng.random() < 0.6 or not said:
        said = rng.sample("ABCDE", rng.choice([1, 1, 2, 3]))
    return {**r, "gold": "".join(sorted(said))}


def changed(rng, text):
    """Like the text but for what a rule may look over."""
    for _ in range(rng.choice([0, 1, 1, 2])):
        text = rng.choice([text.upper(), text.lower(), text.title(), text + rng.choice(SIGNS + BLANKS), rng.choice(SIGNS + BLANKS) + text,
                           text.replace(" ", ""), text.replace(" ", rng.choice([" the ", "  ", "-", ", "])),
                           text[:max(1, len(text) // 2)], text + " " + rng.choice(WORDS)])
    return text


def free(rng):
    gold = some_text(rng, WORDS, NUMBERS, SIGNS, OTHER, most=3).strip() or rng.choice(WORDS)
    return {"gold": gold, "said": changed(rng, gold) if rng.random() < 0.6 else some_text(rng)}


def no_line_ends(rng):
    """NLTK's sentence splitter is trained; within one line of one sentence there is nothing to split."""
    r = free(rng)
    r = {k: re.sub(r"[\s.?!]", "", v) + rng.choice(["", "."]) for k, v in r.items()}
    return {**r, "gold": r["gold"] or "x"}  # an empty gold is no truth to rsift


def yes_or_no(rng):
    return {"gold": rng.choice(["yes", "no"]), "said": some_text(rng, WORDS, SIGNS, OTHER, ["yes", "No", "no", "not", "Yes,", "no."])}


def count(rng):
    said = some_text(rng, NUMBERS, WORDS, SIGNS, COUNT_LIST)
    gold = str(rng.choice([0, 1, 3, 12, 21, 99]))
    return {"gold": gold, "said": said if rng.random() < 0.7 else changed(rng, gold)}


COUNT_LIST = list(COUNT_WORDS)


def two_part(rng):
    r = free(rng)
    r["gold"] = rng.choice(["yes", "no", "3", "99", "100", "0", "07", "red roof", r["gold"]])
    if rng.random() < 0.4:
        r["said"] = changed(rng, r["gold"])
    return r


def number_class(rng):
    r = {"gold": rng.choice(NUMBERS + ["yes", "no", "rural", "0", "between 0 and 10"]), "said": some_text(rng, NUMBERS, SIGNS, most=2)}
    if rng.random() < 0.5:
        r["said"] = changed(rng, r["gold"])
    return r


def open_answer(rng):
    r = {"gold": rng.choice(NUMBERS + ["red roof", "a", "5", "Tree", "yes", "12"]), "said": some_text(rng, NUMBERS, WORDS, SIGNS)}
    if rng.random() < 0.5:
        lead = rng.choice(["", "so ", "the answer is ", "it could be ", "x = ", "final result ", "is\n", "Thus "])
        r["said"] = lead + rng.choice(["", some_text(rng, WORDS, most=1)]) + changed(rng, r["gold"]) + rng.choice(["", ".", "\n", " so .", ". So it is 5"])
    return r


def voted(rng):
    r = free(rng)
    if rng.random() < 0.5:
        pool = [r["gold"], rng.choice(WORDS), changed(rng, r["gold"])]
        r["golds"] = [rng.choice(pool) for _ in range(rng.choice([1, 2, 3, 10]))]
    return r


CLASSES = ["airport", "bare land", "baseball field", "dense residential", "medium residential", "sparse residential", "river"]


def classes(rng):
    gold = rng.choice(CLASSES)
    said = changed(rng, gold) if rng.random() < 0.5 else some_text(rng, WORDS, CLASSES, SIGNS)
    return {"gold": gold, "said": said, "classes": CLASSES, "options": CLASSES}


PROFILES = [
    ("choice.mme-realworld", mme, marked_options), ("choice.mme-realworld-harness", mme_harness, letter),
    ("choice.xlrs", xlrs, letters), ("choice.omniearth", xlrs, letters), ("choice.urbench", urbench_choice, with_options),
    ("choice.lhrs-bench", lhrs_bench, free), ("choice.rsevalkit", rsevalkit_choice, letters),
    ("open.urbench", urbench_open, open_answer), ("pope.rspope", pope, yes_or_no),
    ("presence.rsevalkit", rsevalkit_presence, yes_or_no), ("vqa.rsevalkit", rsevalkit_vqa, free),
    ("count.rsevalkit", rsevalkit_count, count), ("cls.teochat", teochat, free), ("cls.geochat", geochat_class, free),
    ("cls.lhrs", lhrs_class, classes), ("vqa.lhrs", lhrs, voted), ("vqa.fit-rsfg", fit_rsfg, free),
    ("vqa.vrsbench", vrsbench, two_part), ("vqa.rsvqa", rsvqa, number_class), ("cls.earthdial", earthdial, no_line_ends),
    ("vqa.earthdial", earthdial, no_line_ends),
]


def differences(profile, rule, rows):
    """[(row, score by the rule or None where it reads nothing, result)] of those that differ; all scores."""
    expected = [rule(r) for r in rows]
    with Scores() as scores:
        truth = [{"id": i, "answer": r.get("golds", r["gold"]), **({"options": r["options"]} if "options" in r else {})}
                 for i, r in enumerate(rows)]
        said = [{"id": i, "prediction": r["said"]} for i, r in enumerate(rows)]
        scores.ask(profile, scores.file(truth), scores.file(said), samples=True)
        got = scores.answers()[0]["samples"]
    assert [g["id"] for g in got] == [str(i) for i in range(len(rows))]
    none = "undecided" if profile == "vqa.vrsbench" else "unparsed"
    return [(r, want, out) for r, want, out in zip(rows, expected, got)
            if abs(out["score"] - (want or 0)) > 1e-12 or (want is None and out["state"] != none)], expected


def show(row, want, out):
    kept = {k: v for k, v in row.items() if k not in ("classes", "options")}
    return f"{kept}: {out['score']} ({out['state']}, read {out['read']!r}), by the rule {want}"


def compare(profile, rule, make):
    def check(rng):
        rows = [make(rng) for _ in range(ROUNDS)]
        wrong, expected = differences(profile, rule, rows)
        for one in wrong[:8]:
            print(f"  {profile} {show(*one)}")
        assert not wrong, f"{len(wrong)} of {ROUNDS} answers differ"
        right = sum(bool(w) for w in expected)
        assert ROUNDS // 50 < right < ROUNDS - ROUNDS // 50, f"{right} right answers show little"
        return f"{ROUNDS} answers agree, {right} right, {expected.count(None)} unreadable by the rule"
    return check


sys.exit(run([(p[0], compare(*p)) for p in PROFILES]))
