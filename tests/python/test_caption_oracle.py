"""Compares the caption profiles with NLTK, rouge_score and pycocoevalcap on random texts: words, contractions, punctuation,
Unicode.

What cannot be imported is named and left out; exit 77 when nothing is left. One sentence a text where NLTK's words
matter: its trained sentence splitter is data that cannot be installed as a package.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import oracle  # puts the packages of tools/setup test on the path

from meteor_jar import EXACT, Jar

SEED = 20261128
RSIFT = os.environ.get("RSIFT_BIN", "build/rsift")
WORDS = ("a the red two many planes roof roofs building buildings river rivers near road trees green is are parked "
         "parking neatly quickly happier flies dying ties generations relational hopping agreed plastered").split()
ODD = ("don't it's they're we've I'll dogs' can't cannot gonna wanna o'clock 'tis isn't ISN'T John's rock'n'roll "
       "l-shaped two-storey 3.5 1,000 10:30 50% $3.88 (left) [right] {x} <b> \"quoted\" 'single' ``tick'' a--b ... "
       "U.S. e.g. Mr. No. A/B a;b c:d x=y #tag @name it's, end! what? so!? café naïve Straße “curly” it’s — – … "
       "日本 ñandú É ﬁ ° m² 5km/h semi; colon: comma, and&or * ~ ^ | \\ _ snake_case I'm He'd d'accord l'eau "
       "more'n I'd've y'all c'mon '90s 's n't \u0130stanbul \u212aelvin ÀÉÎ 'a 'ab x'y'z d'ye <x>' (\"a\") ''two'' "
       ",a :b 1,2 1:2 a,b, e.g., cannot-x gottas 't 'T 'twas \u00a0").split(" ")


def score(profile, rows):
    with tempfile.TemporaryDirectory() as folder:
        truth, said, each = (Path(folder) / name for name in ("t.jsonl", "p.jsonl", "s.jsonl"))
        truth.write_text("".join(json.dumps({"id": i, "references": r}) + "\n" for i, (_, r) in enumerate(rows)))
        said.write_text("".join(json.dumps({"id": i, "prediction": p}) + "\n" for i, (p, _) in enumerate(rows)))
        done = subprocess.run([RSIFT, "score", profile, "--truth", str(truth), "--predictions", str(said), "--json", "--quiet",
                               "--resamples", "-1", "--samples", str(each)], text=True, capture_output=True)
        assert done.returncode in (0, 1), done.stderr
        return ({m["name"]: m["value"] for m in json.loads(done.stdout)["measures"]},
                [json.loads(line)["score"] for line in each.read_text().splitlines()])


def text(rng, odd):
    pieces = [rng.choice(ODD if rng.random() < odd else WORDS) for _ in range(rng.choice([0, 1, 2, 4, 8, 12]))]
    return rng.choice([" ", " ", " ", "  "]).join(pieces) + rng.choice(["", "", ".", " .", "!", "?\n"])


def bleu(rng, rounds):
    from nltk.translate.bleu_score import sentence_bleu
    warnings.simplefilter("ignore")
    rows = []
    for _ in range(rounds):
        references = [text(rng, 0.1) or "x" for _ in range(rng.choice([1, 1, 3]))]
        said = rng.choice(references) if rng.random() < 0.2 else text(rng, 0.1)
        cut = said.split()
        rows.append((" ".join(cut[:rng.randint(0, len(cut))]) if rng.random() < 0.3 else said, references))
    got, each = score("caption.urbench", rows)
    expected = [float(sentence_bleu([r.split() for r in refs], said.split())) for said, refs in rows]
    for (said, refs), a, b in zip(rows, each, expected):
        assert abs(a - b) <= 1e-12 * b, f"{said!r} {refs!r}: {a!r}, expected {b!r}"
    mean = 100 * sum(expected) / len(expected)
    assert abs(got["sentence BLEU-4"] - mean) <= 1e-9, f"{got}, expected {mean}"
    return rounds


def earthdial(rng, rounds):
    import nltk
    from nltk.tokenize import word_tokenize
    from nltk.translate.meteor_score import meteor_score
    from rouge_score import rouge_scorer

    if not nltk.__version__.startswith("3.9"):
        raise ImportError(f"the rules for quotes and dashes are another in nltk {nltk.__version__}; the profile follows 3.9")

    class NoWordNet:  # the profile says "no synonyms"
        @staticmethod
        def synsets(word):
            return []

    words = lambda s: word_tokenize(s, preserve_line=True)
    scorer = rouge_scorer.RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
    for k in range(rounds):
        refs = [one_sentence(rng) for _ in range(rng.randint(1, 3))]
        said = rng.choice(refs) if rng.random() < 0.1 else one_sentence(rng)
        got, _ = score("caption.earthdial", [(said, refs)])
        rouge = [scorer.score(" ".join(words(r)), " ".join(words(said))) for r in refs]
        expected = {"rouge1": sum(r["rouge1"].fmeasure for r in rouge) / len(refs),
                    "rougeL": sum(r["rougeL"].fmeasure for r in rouge) / len(refs),
                    "NLTK METEOR, no synonyms": meteor_score([words(r) for r in refs], words(said), wordnet=NoWordNet)}
        for name, value in expected.items():
            assert abs(got[name] - 100 * value) <= 1e-9, \
                f"round {k}, {name}: {got[name]!r}, expected {100 * value!r}\n{said!r} {words(said)}\n" + \
                "\n".join(f"{r!r} {words(r)}" for r in refs)
    return rounds


def coco(rng, rounds):
    """Enough images for several threads; some predictions of more than 64 words, some empty."""
    import contextlib
    import io
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    for k in range(rounds):
        plain = lambda: " ".join(rng.choice(WORDS) for _ in range(rng.choice([1, 2, 5, 9, 9, 14, 70])))
        rows = []
        for _ in range(900):
            refs = [plain() for _ in range(rng.randint(1, 6))]
            words = rng.choice(refs).split()
            cut = rng.randint(0, len(words))
            rows.append((rng.choice(["", plain(), " ".join(words), " ".join(words[cut:] + words[:cut])]), refs))
        got, each = score("caption.coco", rows)
        golds, said = {i: r for i, (_, r) in enumerate(rows)}, {i: [p] for i, (p, _) in enumerate(rows)}
        with contextlib.redirect_stdout(io.StringIO()):
            bleu = Bleu(4).compute_score(golds, said, verbose=0)[0]
            rouge = Rouge().compute_score(golds, said)[0]
            cider, ciders = Cider().compute_score(golds, said)
        for name, value in [*((f"BLEU-{n + 1}", b) for n, b in enumerate(bleu)), ("ROUGE-L", rouge), ("CIDEr", cider)]:
            assert abs(got[name] - 100 * value) <= 1e-7, f"round {k}, {name}: {got[name]!r}, expected {100 * value!r}"
        for i, (a, b) in enumerate(zip(each, ciders)):
            assert abs(a - b) <= 1e-9, f"round {k}, CIDEr of {rows[i]}: {a!r}, expected {b!r}"
    return rounds * 900


NO_CHANGE = ["the scene is the same as before", "there is no difference", "the two scenes seem identical",
             "no change has occurred", "almost nothing has changed"]


def levir(rng, rounds):
    import contextlib
    import io
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    meteor = Jar(*EXACT)  # the table of paraphrases holds pairs of numbers, which ids hit by accident
    plain = lambda: " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 9)))
    for k in range(rounds):
        rows = []
        for _ in range(rng.choice([2, 3, 12, 40])):
            changed = rng.random() < 0.5
            refs = [plain() if changed else rng.choice(NO_CHANGE) for _ in range(5)]
            rows.append((rng.choice([plain(), rng.choice(refs), rng.choice(NO_CHANGE)]), refs))
        got, _ = score("caption.levir-cc", rows)
        sides = {"": rows, "changed: ": [r for r in rows if r[1][1] not in NO_CHANGE],
                 "unchanged: ": [r for r in rows if r[1][1] in NO_CHANGE]}
        ids = {}
        numbers = lambda s: " ".join(str(ids.setdefault(w, len(ids) + 1)) for w in s.split())
        for side, part in sides.items():
            if not part:
                assert got[side + "CIDEr"] is None and got[side + "BLEU-4"] is None and got[side + "accuracy"] is None
                continue
            golds = {i: [numbers(r) for r in refs] for i, (_, refs) in enumerate(part)}
            said = {i: [numbers(p)] for i, (p, _) in enumerate(part)}
            with contextlib.redirect_stdout(io.StringIO()):
                expected = dict(zip(("BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"), Bleu(4).compute_score(golds, said, verbose=0)[0]))
                expected["ROUGE-L"] = Rouge().compute_score(golds, said)[0]
                if len(part) > 1:  # RSICC differs for one pair
                    expected["CIDEr"] = Cider().compute_score(golds, said)[0]
                expected["METEOR of word ids"] = meteor.corpus(golds, said)
            if side:
                expected["accuracy"] = sum((p in NO_CHANGE) == (side == "unchanged: ") for p, _ in part) / len(part)
            for name, value in expected.items():
                assert abs(got[side + name] - 100 * value) <= 1e-6, \
                    f"round {k}, {side}{name}: {got[side + name]!r}, expected {100 * value!r}"
    meteor.close()
    return rounds


def one_sentence(rng):
    pieces = [rng.choice(ODD if rng.random() < 0.25 else WORDS) for _ in range(rng.choice([1, 2, 4, 8, 12]))]
    pieces = [p for p in pieces if p not in ("Mr.", "No.", "U.S.", "e.g.", "...", "end!", "what?", "so!?")] or ["x"]
    return " ".join(pieces) + rng.choice(["", "", ".", " .", "!", "?"])


def main():
    if not Path(RSIFT).is_file():
        print("FAIL: rsift is not built")
        return 1
    passed = skipped = 0
    for name, run, rounds in (("nltk sentence_bleu", bleu, 2000), ("rouge_score and nltk METEOR", earthdial, 150),
                              ("pycocoevalcap on many captions", coco, 3),
                              ("pycocoevalcap on the sides of LEVIR-CC", levir, 40)):
        try:
            n = run(random.Random(SEED), rounds)
        except ImportError as why:
            print(f"skipped: {name} ({why})")
            skipped += 1
            continue
        print(f"{name}: {n} inputs agree, seed {SEED}")
        passed += 1
    print(f"{passed} passed, 0 failed, {skipped} skipped")
    return 0 if passed else 77


sys.exit(main())
