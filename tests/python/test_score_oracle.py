"""Caption and count scores and what a number is worth, against pycocoevalcap, rouge-score, NLTK,
scikit-learn and scipy on random inputs."""
import contextlib
import io
import math
import random
import sys
import warnings

from oracle import SEED, Near, Scores, driver, in_parallel, run

ROUNDS = 1000
WORDS = ("a the red two many planes plane roof roofs building buildings river rivers near road roads trees green is are "
         "parked parking neatly quickly happier flies dying ties l-shaped relational generously agreed plastered").split()


def some_caption(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.choice([0, 1, 1, 2, 3, 6, 12, 25])))


def some_captions(rng, n, least=""):
    golds = [[some_caption(rng) for _ in range(rng.choice([1, 1, 2, 5]))] for _ in range(n)]
    for g in golds:  # a picture without any word in its references has no truth
        if not any(s.strip() for s in g):
            g[0] = "trees"
    said = [rng.choice(g) if rng.random() < 0.2 else some_caption(rng) for g in golds]
    return [[g or least for g in gold] for gold in golds], said


def ask_captions(scores, profile, golds, said, **more):
    return scores.ask(profile, scores.file([{"id": i, "references": g} for i, g in enumerate(golds)]),
                      scores.file([{"id": i, "prediction": s} for i, s in enumerate(said)]), **more)


# ---- captions ---------------------------------------------------------------------------------------


def coco_part(begin, end):
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge
    near = Near()
    with Scores() as scores:
        sets = []
        for k in range(begin, end):
            rng = random.Random(f"{SEED} captions {k}")
            sets.append(some_captions(rng, rng.choice([1, 1, 2, 3, 8, 30])))
            ask_captions(scores, "caption.coco", *sets[-1], samples=True)
        for k, (answer, (golds, said)) in enumerate(zip(scores.answers(), sets)):
            golds, said = dict(enumerate(golds)), {i: [s] for i, s in enumerate(said)}
            with contextlib.redirect_stdout(io.StringIO()):
                bleu, _ = Bleu(4).compute_score(golds, said, verbose=0)
                rouge, _ = Rouge().compute_score(golds, said)
                cider, each = Cider().compute_score(golds, said)
            got = answer["values"]
            for order in range(4):
                near(got[f"BLEU-{order + 1}"], 100 * bleu[order], 1e-9, f"set {begin + k}, BLEU-{order + 1}")
            near(got["ROUGE-L"], 100 * rouge, 1e-9, f"set {begin + k}, ROUGE-L")
            near(got["CIDEr"], 100 * cider, 1e-9, f"set {begin + k}, CIDEr")
            for row, value in zip(answer["samples"], each):
                near(row["score"], value, 1e-9, f"set {begin + k}, CIDEr of {row['id']}")
    return near.worst, near.n


def coco(_):
    import pycocoevalcap.cider.cider  # noqa: F401
    return f"{ROUNDS} sets against pycocoevalcap, {in_parallel(coco_part, ROUNDS)}"


def rouge_score(rng):
    from rouge_score import rouge_scorer
    scorer, near = rouge_scorer.RougeScorer(["rouge1", "rougeL"], use_stemmer=True), Near()
    golds, said = some_captions(rng, 2 * ROUNDS, "x")
    with Scores() as scores:
        ask_captions(scores, "caption.earthdial", golds, said, samples=True)
        answer = scores.answers()[0]
    means = []
    for row, gold, s in zip(answer["samples"], golds, said):
        each = [scorer.score(g, s) for g in gold]
        means.append([sum(e[key].fmeasure for e in each) / len(each) for key in ("rouge1", "rougeL")])
        near(row["score"], means[-1][1], 1e-12, f"rougeL of {s!r} against {gold}")
    for k, name in enumerate(("rouge1", "rougeL")):
        near(answer["values"][name], 100 * sum(m[k] for m in means) / len(means), 1e-9, name)
    return f"{len(said)} captions, {near}"


def nltk_meteor(rng):
    from nltk.translate.meteor_score import meteor_score

    class Nothing:  # the profile leaves synonyms out
        @staticmethod
        def synsets(_):
            return []

    near = Near()
    with Scores() as scores:
        sets = [some_captions(rng, 1, "x") for _ in range(ROUNDS)]
        for golds, said in sets:
            ask_captions(scores, "caption.earthdial", golds, said)
        for answer, (golds, said) in zip(scores.answers(), sets):
            want = meteor_score([g.split() for g in golds[0]], said[0].split(), wordnet=Nothing)
            near(answer["values"]["NLTK METEOR, no synonyms"], 100 * want, 1e-9, f"{said[0]!r} against {golds[0]}")
    return f"{ROUNDS} captions, {near}"


# ---- classes, yes and no, counts ----------------------------------------------------------------------


def ask_answers(scores, profile, gold, said, **more):
    return scores.ask(profile, scores.file([{"id": i, "answer": g} for i, g in enumerate(gold)]),
                      scores.file([{"id": i, "prediction": s} for i, s in enumerate(said)]), **more)


def classes(rng):
    """Equal names, so that the longest common substring has nothing to decide."""
    from sklearn.metrics import accuracy_score, balanced_accuracy_score
    names, near = ["airport", "beach", "forest", "harbor", "meadow"], Near()
    with Scores() as scores:
        sets = []
        for _ in range(ROUNDS):
            used = names[:rng.randint(2, 5)]
            gold = used + [rng.choice(used) for _ in range(rng.randint(0, 40))]
            sets.append((gold, [g if rng.random() < 0.5 else rng.choice(used) for g in gold]))
            ask_answers(scores, "cls.lhrs", *sets[-1])
        for answer, (gold, said) in zip(scores.answers(), sets):
            near(answer["values"]["balanced accuracy"], 100 * balanced_accuracy_score(gold, said), 1e-9, "balanced accuracy")
            near(answer["values"]["accuracy"], 100 * accuracy_score(gold, said), 1e-9, "accuracy")
    return f"{ROUNDS} sets against scikit-learn, {near}"


def yes_no(rng):
    from sklearn.metrics import precision_recall_fscore_support
    near = Near()
    with Scores() as scores:
        sets = []
        for _ in range(ROUNDS):
            share = rng.random()
            gold = ["yes" if rng.random() < share else "no" for _ in range(rng.randint(1, 60))]
            sets.append((gold, [g if rng.random() < 0.7 else rng.choice(["yes", "no"]) for g in gold]))
            ask_answers(scores, "pope.rspope", *sets[-1])
        for answer, pair in zip(scores.answers(), sets):
            theirs = precision_recall_fscore_support(*pair, labels=["yes"], zero_division=math.nan)
            for name, want in zip(("precision", "recall", "F1"), theirs):
                want = None if math.isnan(want[0]) else 100 * want[0]
                near(answer["values"][name], want, 1e-9, f"{name} of {pair}")
    return f"{ROUNDS} sets against scikit-learn, {near}"


def changed_pixels(rng):
    from sklearn.metrics import confusion_matrix
    near = Near()
    with Scores() as scores:
        sets = []
        for _ in range(ROUNDS):
            n, h, w = rng.randint(1, 4), rng.randint(1, 8), rng.randint(1, 8)
            truth = [[rng.random() < 0.4 for _ in range(h * w)] for _ in range(n)]
            said = [[v if rng.random() < 0.8 else not v for v in t] for t in truth]
            truth[0][0] = said[0][0] = True
            rows = [[["".join("01"[v] for v in m[y * w:y * w + w]) for y in range(h)] for m in maps] for maps in (truth, said)]
            scores.ask("change.bit", scores.file([{"id": i, "ground_truth": r} for i, r in enumerate(rows[0])]),
                       scores.file([{"id": i, "prediction": r} for i, r in enumerate(rows[1])]))
            sets.append([[v for m in maps for v in m] for maps in (truth, said)])
        for answer, pair in zip(scores.answers(), sets):
            (_, false), (missed, hit) = confusion_matrix(*pair, labels=[False, True]).tolist()
            for name, want in (("F1 of changed", 2 * hit / (2 * hit + false + missed)), ("recall", hit / (hit + missed)),
                               ("IoU of changed", hit / (hit + false + missed)), ("precision", hit / (hit + false))):
                near(answer["values"][name], 100 * want, 1e-4, name)
    return f"{ROUNDS} sets against scikit-learn, {near}"


def counts(rng):
    from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, mean_squared_error, r2_score
    near = Near()
    with Scores() as scores:
        sets = []
        for _ in range(ROUNDS):
            gold = [rng.randint(1, 30) for _ in range(rng.randint(2, 50))]
            gold[0] = gold[1] + 1  # R2 wants two values
            sets.append((gold, [max(0, g + rng.choice([0, 0, 0, 1, -1, 5])) for g in gold]))
            ask_answers(scores, "count.rsevalkit", *([str(v) for v in side] for side in sets[-1]))
        for answer, (gold, said) in zip(scores.answers(), sets):
            got = answer["values"]
            near(got["MAE"], mean_absolute_error(gold, said), 1e-9, "MAE")
            near(got["RMSE"], math.sqrt(mean_squared_error(gold, said)), 1e-9, "RMSE")
            near(got["MAPE"], 100 * mean_absolute_percentage_error(gold, said), 1e-9, "MAPE")
            near(got["R2"], r2_score(gold, said), 1e-9, "R2")
    return f"{ROUNDS} sets against scikit-learn, {near}"


# ---- what a number is worth ---------------------------------------------------------------------------


def mcnemar(rng):
    """Two models' right answers; the p of the exact test is the binomial test's."""
    from scipy.stats import binomtest
    near = Near()
    with Scores() as scores:
        pairs = []
        for _ in range(ROUNDS):
            n = rng.choice([1, 5, 20, 200])
            gold = [rng.choice(["yes", "no"]) for _ in range(n)]
            skill = rng.random(), rng.random()
            said = [[g if rng.random() < s else "x" for g in gold] for s in skill]
            second = scores.file([{"id": i, "prediction": s} for i, s in enumerate(said[1])])
            ask_answers(scores, "vqa.floodnet", gold, said[0], compare=second)
            right = [[s == g for s, g in zip(one, gold)] for one in said]
            pairs.append((sum(a > b for a, b in zip(*right)), sum(b > a for a, b in zip(*right))))
        for answer, (first, second) in zip(scores.answers(), pairs):
            got = answer["compare"]
            assert (got["only_first_right"], got["only_second_right"]) == (first, second)
            want = binomtest(first, first + second, 0.5).pvalue if first + second else 1.0
            near(got["mcnemar_p"], want, 1e-9, f"McNemar of {first} and {second}")
    return f"{ROUNDS} pairs against scipy's binomial test, {near}"


def intervals(rng):
    """An accuracy of n answers: the percentile bootstrap's ends are quantiles of a binomial distribution,
    up to the noise of 1,000 resamples, and hold the true value about as often as they say."""
    from scipy.stats import binom
    n, true, rounds, held, off = 150, 0.7, ROUNDS, 0, {"low": [], "high": []}
    with Scores() as scores:
        truth = scores.file([{"id": i, "answer": "yes"} for i in range(n)])
        for k in range(rounds):
            said = [{"id": i, "prediction": "yes" if rng.random() < true else "no"} for i in range(n)]
            scores.ask("vqa.floodnet", truth, scores.file(said), resamples=1000, seed=k)
        for answer in scores.answers():
            m = answer["measures"][0]
            assert m["name"] == "accuracy" and m["low"] <= m["value"] <= m["high"]
            share = m["value"] / 100
            for end, quantile in (("low", 0.025), ("high", 0.975)):
                off[end].append(m[end] / 100 - binom.ppf(quantile, n, share) / n)
            held += m["low"] <= 100 * true <= m["high"]
    widest = max(abs(v) for ends in off.values() for v in ends)
    means = [sum(ends) / len(ends) for ends in off.values()]
    assert widest <= 2.5 / n, f"an end is {widest:.4f} from the binomial quantile"
    assert max(map(abs, means)) <= 0.4 / n, f"the ends are {means} from the binomial quantiles on average"
    assert 0.92 <= held / rounds <= 0.97, f"{held} of {rounds} intervals hold the true value"
    return f"{rounds} intervals, {held} hold the true value; ends within {widest:.4f} of binomial quantiles, on average {max(map(abs, means)):.5f}"


def clusters(rng):
    """Questions that come in images: drawn together, so the interval is that of the images' means."""
    n_images, each, held = 60, 5, 0
    with Scores() as scores:
        truth = scores.file([{"id": i, "answer": "yes", "image": str(i // each)} for i in range(n_images * each)])
        for k in range(300):
            said = []
            for image in range(n_images):
                right = rng.random() < 0.6  # all questions of an image stand or fall together
                said += [{"id": image * each + q, "prediction": "yes" if right else "no"} for q in range(each)]
            scores.ask("vqa.floodnet", truth, scores.file(said), resamples=500, seed=k)
        for answer in scores.answers():
            held += answer["measures"][0]["low"] <= 60 <= answer["measures"][0]["high"]
    assert 0.90 <= held / 300 <= 0.98, f"{held} of 300 intervals hold the true value"
    return f"300 intervals of clustered answers, {held} hold the true value"


warnings.simplefilter("ignore")
assert driver([]) == []
sys.exit(run([("coco captions", coco), ("rouge-score", rouge_score), ("nltk meteor", nltk_meteor), ("classes", classes),
              ("yes and no", yes_no), ("changed pixels", changed_pixels), ("counts", counts), ("mcnemar", mcnemar),
              ("intervals", intervals), ("clusters", clusters)]))
