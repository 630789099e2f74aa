"""Compares `rsift score seg.* | change.*` with scikit-learn and numpy on random label maps in every container.

Without numpy and Pillow nothing can be made: exit 77. Without scikit-learn its share is named and left out.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import oracle  # puts the packages of tools/setup test on the path

SEED = 20261128
RSIFT = os.environ.get("RSIFT_BIN", "build/rsift")
try:
    import numpy as np
    from PIL import Image
except ImportError as gone:
    print(f"skipped: {gone.name} is not installed")
    sys.exit(77)
try:
    from sklearn import metrics as sk
except ImportError:
    sk = None
warnings.filterwarnings("ignore", message="A single label was found")


def score(profile, truth, predictions, *more):
    done = subprocess.run([RSIFT, "score", profile, "--truth", str(truth), "--predictions", str(predictions),
                           "--json", "--quiet", "--resamples", "-1", *more],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def near(got, expected, what, within=1e-9):
    if expected is None or math.isnan(expected):
        assert got is None, f"{what}: {got}, expected nothing"
    else:
        assert got is not None and abs(got - 100 * expected) <= within, f"{what}: {got!r}, expected {100 * expected!r}"


# ---- files ----------------------------------------------------------------------------------------

def grey(a, path):
    Image.fromarray(a.astype("uint8")).save(path)


def palette(a, path):
    picture = Image.fromarray(a.astype("uint8")).convert("L")
    indexed = Image.new("P", picture.size)
    indexed.putdata(list(a.ravel().astype(int)))
    rng = random.Random(int(a.sum()))
    indexed.putpalette([rng.randrange(256) for _ in range(768)])
    indexed.save(path)


def three_channels(a, path):
    Image.fromarray(np.repeat(a.astype("uint8")[:, :, None], 3, axis=2)).save(path)


def wide(a, path):
    Image.fromarray(a.astype("uint16")).save(path)


def one_bit(a, path):
    assert a.max() < 2
    Image.fromarray((a > 0)).save(path)


def floats(a, path):
    Image.fromarray(a.astype("float32")).save(path)


def array(kind, order="C"):
    return lambda a, path: np.save(path, np.array(a.astype(kind), order=order))


SMALL = [(grey, ".png"), (grey, ".bmp"), (grey, ".tif"), (palette, ".png"), (palette, ".tif"), (palette, ".bmp"),
         (three_channels, ".png"), (three_channels, ".bmp"), (wide, ".png"), (wide, ".tif"), (floats, ".tif"),
         (array("uint8"), ".npy"), (array("int64", "F"), ".npy"), (array(">i2"), ".npy"), (array("float64"), ".npy")]
WIDE = [(wide, ".png"), (wide, ".tif"), (floats, ".tif"), (array("int32"), ".npy"), (array(">u2", "F"), ".npy")]


def write(folder, name, a, rng, writers=None):
    ways = writers or (SMALL if a.max() < 256 else WIDE)
    if writers is None and a.max() < 2 and rng.random() < 0.3:
        ways = [(one_bit, ".png"), (one_bit, ".bmp"), (one_bit, ".tif")]
    how, ending = rng.choice(ways)
    how(a, folder / f"{name}{ending}")


def packed(folder, rng):
    """The folder, or now and then a zip of it."""
    if rng.random() < 0.6:
        return folder
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as z:
        for f in sorted(folder.iterdir()):
            z.write(f, f"deep/{f.name}")
    return path


# ---- the rules ------------------------------------------------------------------------------------

def matrix(truths, saids, n, first=0):
    hist = np.zeros((n, n + 1), dtype=np.int64)  # the last column: predictions of no class
    for t, p in zip(truths, saids):
        t, p = t.ravel().astype(np.int64) - first, p.ravel().astype(np.int64) - first
        keep = (t >= 0) & (t < n)
        t, p = t[keep], p[keep]
        p = np.where((p >= 0) & (p < n), p, n)
        hist += np.bincount((n + 1) * t + p, minlength=n * (n + 1)).reshape(n, n + 1)
    return hist


def published(hist, eps_mean, eps_class, eps_rates, eps_all):
    tp, rows, columns = np.diag(hist).astype(float), hist.sum(1).astype(float), hist.sum(0)[:len(hist)].astype(float)
    with np.errstate(all="ignore"):
        recall, precision = tp / (rows + eps_rates), tp / (columns + eps_rates)
        return {"mIoU": np.nanmean(tp / (rows + columns - tp + eps_mean)), "OA": tp.sum() / (hist.sum() + eps_all),
                "IoU": tp / (rows + columns - tp + eps_class), "precision": precision, "recall": recall,
                "F1": 2 * recall * precision / (recall + precision + eps_rates)}


def values(answer):
    return {m["name"]: m["value"] for m in answer["measures"]}


# ---- against scikit-learn -------------------------------------------------------------------------

def some_pair(rng, n_labels, wide_labels):
    h, w = rng.randint(1, 40), rng.randint(1, 40)
    pool = np.array(sorted(rng.sample(range(65536 if wide_labels else 256), n_labels)))
    if n_labels <= 2 and not wide_labels:
        pool = np.arange(n_labels)
    np_rng = np.random.default_rng(rng.randrange(1 << 30))
    return pool, lambda: pool[np_rng.integers(0, len(pool), (h, w))]


def test_miou(rng, folder):
    n_pairs = 0
    for trial in range(60):
        root = folder / f"miou{trial}"
        (root / "t").mkdir(parents=True)
        (root / "p").mkdir()
        n_labels, n_maps = rng.choice([1, 2, 2, 3, 7, 40]), rng.randint(1, 7)
        pool, draw = some_pair(rng, n_labels, rng.random() < 0.3)
        ignored = [int(v) for v in pool if rng.random() < 0.15][:len(pool) - 1]
        truths, saids = [], []
        for k in range(n_maps):
            truth, noise = draw(), draw()
            if rng.random() < 0.2:
                truth = np.full_like(truth, pool[-1] if int(pool[-1]) not in ignored else pool[0])  # one class only
            right = np.random.default_rng(trial * 100 + k).random(truth.shape) < rng.random()
            said = np.where(right, truth, noise)
            write(root / "t", f"m{k}", truth, rng)
            write(root / "p", f"m{k}", said, rng)
            truths.append(truth.ravel())
            saids.append(said.ravel())
            n_pairs += 1
        t, p = np.concatenate(truths), np.concatenate(saids)
        keep = ~np.isin(t, ignored)
        if not keep.any():
            continue
        t, p = t[keep], p[keep]
        more = ["--ignore-label", ",".join(map(str, ignored))] if ignored else []
        answer = score("seg.miou", packed(root / "t", rng), packed(root / "p", rng), *more)
        got, what = values(answer), f"seg.miou trial {trial}"
        labels = sorted((set(t) | set(p)) - set(ignored))
        assert [c["category"] for c in answer["categories"]] == [str(v) for v in labels], what
        if sk is None:
            continue
        near(got["OA"], sk.accuracy_score(t, p), what)
        # a prediction of an ignored label is wrong and of no class: for scikit-learn a class outside `labels`
        near(got["mIoU"], sk.jaccard_score(t, p, labels=labels, average="macro", zero_division=0), what)
        near(got["mF1"], sk.f1_score(t, p, labels=labels, average="macro", zero_division=0), what)
        near(got["fwIoU"], sk.jaccard_score(t, p, labels=labels, average="weighted", zero_division=0), what)
        alone = len(set(t) | set(p)) == 1
        near(got["kappa"], math.nan if alone else sk.cohen_kappa_score(t, p), what)
        both = sk.precision_recall_fscore_support(t, p, labels=labels, zero_division=math.nan)
        for k, c in enumerate(answer["categories"]):
            near(c["precision"], both[0][k], what)
            near(c["recall"], both[1][k], what)
            assert c["n"] == both[3][k], what
        cm = sk.confusion_matrix(t, p, labels=labels)
        if len(labels) <= 64:
            assert [row[:-1] for row in answer["matrix"]] == cm.tolist(), what
    print(f"seg.miou: {n_pairs} pairs" + ("" if sk else " (scikit-learn is not installed: classes only)"))


def test_colours(rng, folder):
    colours = np.array([(255, 255, 255), (255, 0, 0), (0, 255, 0), (1, 2, 3)], dtype="uint8")
    names = "white=#ffffff,red=#FF0000,green=#00ff00"
    for trial in range(10):
        root = folder / f"colours{trial}"
        (root / "t").mkdir(parents=True)
        (root / "p").mkdir()
        np_rng = np.random.default_rng(trial)
        t, p = np_rng.integers(0, 4, (9, 13)), np_rng.integers(0, 4, (9, 13))
        Image.fromarray(colours[t]).save(root / "t" / "a.png")
        if trial % 2:
            Image.fromarray(colours[p]).save(root / "p" / "a.bmp")
        else:  # the same as a palette, in another order
            indexed = Image.new("P", (13, 9))
            indexed.putdata(list((3 - p).ravel().astype(int)))
            indexed.putpalette([int(v) for c in colours[::-1] for v in c])
            indexed.save(root / "p" / "a.png")
        answer = score("seg.miou", root / "t", root / "p", "--classes", names)
        hist = matrix([t], [p], 3)
        expected = published(hist, 0, 0, 0, 0)
        near(values(answer)["mIoU"], expected["mIoU"], "colours")
        near(values(answer)["OA"], expected["OA"], "colours")
        assert answer["matrix"] == hist.tolist(), "colours"
        if trial % 2:
            seen = score("seg.miou", root / "t", root / "p")
            assert {c["category"] for c in seen["categories"]} == {"#ffffff", "#ff0000", "#00ff00", "#010203"}
            near(values(seen)["OA"], (t == p).mean(), "colours seen")
    print("colours: 10 pairs")


def test_ever(rng, folder):
    """LoveDA and EarthVQA: labels from 1, all classes in the mean, 1e-7 everywhere."""
    for profile, n in (("seg.loveda", 7), ("seg.earthvqa", 8)):
        for trial in range(15):
            root = folder / f"{profile}{trial}"
            (root / "t").mkdir(parents=True)
            (root / "p").mkdir()
            truths, saids = [], []
            seen = rng.randint(1, n)  # the others are absent
            shifted = rng.random() < 0.5
            for k in range(rng.randint(1, 4)):
                np_rng = np.random.default_rng(trial * 10 + k)
                t = np_rng.integers(0, seen + 1, (17, 11))
                p = np.where(np_rng.random(t.shape) < 0.6, t, np_rng.integers(1, seen + 1, t.shape))
                p = np.maximum(p, 1)
                write(root / "t", k, t, rng, SMALL)
                write(root / "p", k, p - shifted, rng, SMALL)
                truths.append(t)
                saids.append(p)
            more = ["--prediction-offset", "1"] if shifted else []
            answer = score(profile, packed(root / "t", rng), packed(root / "p", rng), *more)
            expected = published(matrix(truths, saids, n, 1), 1e-7, 1e-7, 1e-7, 1e-7)
            got = values(answer)
            near(got["mIoU"], expected["mIoU"], profile)
            near(got["OA"], expected["OA"], profile)
            near(got["mF1"], expected["F1"].mean(), profile)
            hist = matrix(truths, saids, n, 1)[:, :n].astype(float)
            off = 1 - np.eye(n)
            chance = np.outer(hist.sum(0), hist.sum(1)) / (hist.sum() + 1e-7)
            near(got["kappa"], 1 - (off * hist).sum() / ((off * chance).sum() + 1e-7), profile, 1e-6)
            for k, c in enumerate(answer["categories"]):
                for name in ("F1", "precision", "recall"):
                    near(c[name], expected[name][k], profile)
                near(c["value"], expected["IoU"][k], profile)
    print("seg.loveda, seg.earthvqa: 30 sets")


def test_change(rng, folder):
    eps = float(np.finfo(np.float32).eps)
    for profile, rule in (("change.bit", (eps, eps, eps, eps)), ("change.teochat", (1e-7, 0, 0, 0))):
        for trial in range(20):
            root = folder / f"{profile}{trial}"
            (root / "t").mkdir(parents=True)
            (root / "p").mkdir()
            truths, saids, lines = [], [], []
            share = rng.choice([0, 0.02, 0.5, 1])
            for k in range(rng.randint(1, 5)):
                np_rng = np.random.default_rng(trial * 10 + k)
                t = (np_rng.random((12, 19)) < share).astype(int)
                p = np.where(np_rng.random(t.shape) < 0.8, t, np_rng.integers(0, 2, t.shape))
                write(root / "t", k, t * rng.choice([1, 255]), rng, SMALL)
                write(root / "p", k, p * rng.choice([1, 255]), rng, SMALL)
                truths.append(t)
                saids.append(p)
                rows = [["".join(map(str, r)) for r in m.tolist()] for m in (t, p)]
                lines.append(json.dumps({"id": k, "ground_truth": rows[0], "prediction": rows[1]}) + "\n")
            expected = published(matrix(truths, saids, 2), *rule)
            (root / "both.jsonl").write_text("".join(lines))
            done = subprocess.run([RSIFT, "score", profile, "--predictions", str(root / "both.jsonl"), "--json",
                                   "--quiet", "--resamples", "-1"], text=True, stdout=subprocess.PIPE, check=True)
            for answer in (score(profile, root / "t", root / "p"), json.loads(done.stdout)):
                got = values(answer)
                near(got["F1 of changed"], expected["F1"][1], profile)
                near(got["IoU of changed"], expected["IoU"][1], profile)
                near(got["precision"], expected["precision"][1], profile)
                near(got["recall"], expected["recall"][1], profile)
                near(got["mIoU"], expected["mIoU"], profile)
                near(got["OA"], expected["OA"], profile)
                near(got["mF1"], np.nanmean(expected["F1"]) if not np.isnan(expected["F1"]).all() else math.nan, profile)
    print("change.bit, change.teochat: 40 sets, as pictures and as records")


def test_signed(folder):
    """-1 as no data in arrays; a label of 2^24 - 1."""
    root = folder / "signed"
    (root / "t").mkdir(parents=True)
    (root / "p").mkdir()
    t = np.array([[-1, 5, 16777215], [5, 5, -1]])
    p = np.array([[5, 5, 16777215], [5, 16777215, 9]])
    np.save(root / "t" / "a.npy", t.astype("int32"))
    np.save(root / "p" / "a.npy", p.astype("int64")[None])
    answer = score("seg.miou", root / "t", root / "p", "--ignore-label", "-1")
    assert [(c["category"], c["n"], c["predicted"]) for c in answer["categories"]] == [("5", 3, 2), ("16777215", 1, 2)]
    near(values(answer)["OA"], 3 / 4, "signed")
    print("signed arrays")


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        test_miou(rng, folder)
        test_colours(rng, folder)
        test_ever(rng, folder)
        test_change(rng, folder)
        test_signed(folder)


main()
