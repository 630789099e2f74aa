"""Compares `rsift score --meteor` with the METEOR 1.5 program on captions made of WordNet's words: inflected, derived and
synonymous ones, hyphens, dots, quotes, contractions. Java and pycocoevalcap are optional: exit 77 names what is missing.

The lists are those inside the program's own jar, so that both sides read the same data.
"""
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import oracle  # puts the packages of tools/setup test on the path

from meteor_jar import NO_PARAPHRASE, Jar

SEED = 20261129
RSIFT = os.environ.get("RSIFT_BIN", "build/rsift")
COMMON = "a the of in on is are there many some near and with two this that".split()
TWO = "cannot gonna gotta wanna gimme lemme".split()  # PTB cuts them
# what METEOR's own rules take apart; PTB tokens of these are the texts themselves
ODD = ("n't 's l-shaped two-storey x-y-z 3.5 1,000 10:30 1-2 % $ # @ "
       "u.s. e.g. mr. etc. st. a_b = * 90 b2 é café straße straßees straßing").split()

# models that repeat themselves, up to 8,000 words
LONG = [(" ".join(["the scene"] * 2500), ["the scene is the same as before"]),
        (" ".join(["there are many trees near a road and"] * 1000), ["many trees are near the road", "a road near trees"]),
        (" ".join(["the"] * 400), [" ".join(["the"] * 380)]),
        (" ".join(["a red house near the road"] * 60), [" ".join(["a house near the red road"] * 50)])]


class Lists:
    """The program's lists, unpacked, and some pairs of its table of paraphrases."""

    def __init__(self, jar, folder):
        with zipfile.ZipFile(jar.path) as z:
            for name in ("function/english.words", "nonbreaking/english.prefixes", "synonym/english.synsets",
                         "synonym/english.exceptions"):
                z.extract(name, folder)
        lines = (Path(folder) / "synonym/english.synsets").read_text().splitlines()
        self.words = [w for w in lines[0::2] if w.isalpha() and w.isascii()]
        self.sets = dict(zip(lines[0::2], lines[1::2]))
        self.members = {}
        for word in self.words:
            for number in self.sets[word].split():
                self.members.setdefault(number, []).append(word)
        lines = (Path(folder) / "synonym/english.exceptions").read_text().splitlines()
        self.irregular = [[w for w in [base, *forms.split()] if w.isalpha()] for base, forms in zip(lines[0::2], lines[1::2])]
        self.irregular = [words for words in self.irregular if words]
        self.pairs = {}  # filled from the table

    def read_table(self, path, rng):
        with gzip.open(path, "rt", encoding="utf-8") as table:
            for _, phrase, paraphrase in zip(*[table] * 3):
                words = f"{phrase} {paraphrase}".split()
                if rng.random() < 0.002 and all(w.isalpha() and w not in TWO for w in words):
                    self.pairs.setdefault(phrase.strip(), []).append(paraphrase.strip())
        self.phrases = sorted(self.pairs)


def inflected(rng, w):
    return rng.choice([w, w + "s", w + "es", w + "ed", w + "ing", w + "er", w + "est", w[:-1] + "ies", w[:-1] + "ing",
                       w + "ly", w + "ness", w + w[-1:] + "ing", w + "-" + w])


def some_word(rng, lists):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(COMMON)
    if lists.pairs and kind < 0.7:
        return rng.choice(lists.phrases)
    if kind < 0.6:
        return inflected(rng, rng.choice(lists.words))
    if kind < 0.7:
        return rng.choice(rng.choice(lists.irregular))
    return rng.choice(ODD) if kind < 0.8 else rng.choice(lists.words)


def varied(rng, lists, word):
    kind = rng.random()
    if kind < 0.8 and word in lists.pairs:
        return rng.choice(lists.pairs[word])
    if kind < 0.4:
        return word
    if kind < 0.6:
        return inflected(rng, word) if word.isalpha() else word
    if kind < 0.9 and word in lists.sets:
        return rng.choice(lists.members.get(rng.choice(lists.sets[word].split()), [word]))
    return some_word(rng, lists)


def some_row(rng, lists):
    said = [some_word(rng, lists) for _ in range(rng.choice([1, 2, 3, 6, 10, 14, 25]))]
    references = []
    for _ in range(rng.choice([1, 5])):
        words = [varied(rng, lists, w) for w in said]
        cut = rng.randint(0, len(words))
        words = words[cut:] + words[:cut]
        if rng.random() < 0.3:
            rng.shuffle(words)
        references.append(" ".join(words))
    return " ".join(said), references


def ours(rows, folder, paraphrases):
    with tempfile.TemporaryDirectory() as where:
        truth, said = Path(where) / "t.jsonl", Path(where) / "p.jsonl"
        truth.write_text("".join(json.dumps({"id": i, "references": r}) + "\n" for i, (_, r) in enumerate(rows)))
        said.write_text("".join(json.dumps({"id": i, "prediction": p}) + "\n" for i, (p, _) in enumerate(rows)))
        done = subprocess.run([RSIFT, "score", "caption.coco", "--truth", str(truth), "--predictions", str(said), "--json",
                               "--quiet", "--resamples", "-1", "--meteor", str(folder)], text=True, capture_output=True)
        assert done.returncode in (0, 1), done.stderr
        name = "METEOR" if paraphrases else "meteor.no_paraphrase"
        return next(m["value"] for m in json.loads(done.stdout)["measures"] if m["name"] == name)


def compare(rows, jar, folder, paraphrases=False):
    golds, said = {i: r for i, (_, r) in enumerate(rows)}, {i: [p] for i, (p, _) in enumerate(rows)}
    expected, got = 100 * jar.corpus(golds, said), ours(rows, folder, paraphrases)
    if abs(got - expected) <= 1e-9:
        return
    for row in rows if len(rows) > 1 else []:
        compare([row], jar, folder, paraphrases)
    raise AssertionError(f"{rows if len(rows) == 1 else 'together'}: {got!r}, expected {expected!r}")


def main():
    if not Path(RSIFT).is_file():
        print("FAIL: rsift is not built")
        return 1
    try:
        jar = Jar(*NO_PARAPHRASE)
    except ImportError as why:
        print(f"skipped: {why}")
        return 77
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        lists = Lists(jar, folder)
        for _ in range(10):
            compare([some_row(rng, lists) for _ in range(30)], jar, folder)
        for row in LONG:
            compare([row], jar, folder)
        jar.close()
        print(f"10 corpora of 30 captions and {len(LONG)} long captions agree with METEOR 1.5 without "
              f"paraphrases to 1e-9, seed {SEED}")
        table = jar.folder / "data" / "paraphrase-en.gz"
        if not table.is_file():
            print("skipped: the table of paraphrases is not in this pycocoevalcap")
            return 0
        (Path(folder) / table.name).symlink_to(table)
        lists.read_table(table, rng)
        jar = Jar()
        for _ in range(3):
            compare([some_row(rng, lists) for _ in range(200)], jar, folder, True)
        jar.close()
    print("3 corpora of 200 captions agree with it to 1e-9 with paraphrases")
    return 0


sys.exit(main())
