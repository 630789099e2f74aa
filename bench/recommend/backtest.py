#!/usr/bin/env python3
"""Back-tests of the recommendation's rules on published numbers; BACKTEST.md says what is compared.

    python3 bench/recommend/backtest.py --regmix FOLDER --rsift build/rsift [--out backtest.csv]

FOLDER holds RegMix's public tables (sail-sg/regmix, data/*.csv, MIT): mixtures of 17 domains of text and the losses
of models trained on them. The second part reads catalog/evidence.csv: published scores and what was trained on.
Needs nothing but Python. Randomness is seeded: the same numbers every time."""
import argparse
import collections
import csv
import json
import math
import os
import random
import subprocess
import sys

RESAMPLES = 1000
SIZES = (("1m", "1 M"), ("60m", "60 M"), ("1B", "1 B"))
EXPONENTS = (0.1, 0.15, 0.25, 0.35, 0.5, 0.8)
HERE = os.path.dirname(os.path.abspath(__file__))


# ---- statistics -------------------------------------------------------------------------------------------------

def ranks(values):
    """Ranks from 1, equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        k = i
        while k < len(order) and values[order[k]] == values[order[i]]:
            k += 1
        for j in range(i, k):
            out[order[j]] = (i + k + 1) / 2
        i = k
    return out


def spearman(x, y):
    """Pearson's correlation of the ranks; 0 where one side is constant."""
    a, b = ranks(x), ranks(y)
    mean = (len(a) + 1) / 2
    top = sum((p - mean) * (q - mean) for p, q in zip(a, b))
    below = math.sqrt(sum((p - mean) ** 2 for p in a) * sum((q - mean) ** 2 for q in b))
    return top / below if below else 0.0


def kendall(x, y):
    """tau-b; None where one side is constant."""
    agree = ties_x = ties_y = pairs = 0
    for i in range(len(x)):
        for k in range(i):
            a, b = (x[i] > x[k]) - (x[i] < x[k]), (y[i] > y[k]) - (y[i] < y[k])
            pairs += 1
            ties_x += a == 0
            ties_y += b == 0
            agree += a * b
    below = math.sqrt((pairs - ties_x) * (pairs - ties_y))
    return agree / below if below else None


def interval(rows, measure, seed):
    """The middle 95 % of `measure` over resampled rows."""
    rng = random.Random(seed)
    found = []
    for _ in range(RESAMPLES):
        value = measure([rows[rng.randrange(len(rows))] for _ in rows])
        if value is not None:
            found.append(value)
    found.sort()
    if len(found) < RESAMPLES / 2:
        return None, None
    return found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))]


# ---- RegMix -----------------------------------------------------------------------------------------------------

def read_table(path, prefix, suffix):
    """{index: {domain: number}}"""
    with open(path, newline="") as f:
        return {row["index"]: {k[len(prefix):len(k) - len(suffix)]: float(v) for k, v in row.items() if k != "index"}
                for row in csv.DictReader(f)}


def entropy(shares):
    return -sum(s * math.log(s) for s in shares if s > 0)


def regmix_rules(targets):
    """{rule: mixture -> score, higher is thought better} for the mean of all targets."""
    rules = {"entropy": lambda m: entropy(m.values()),
             "largest share small": lambda m: -max(m.values()),
             "domains held": lambda m: sum(s > 0 for s in m.values())}
    for e in EXPONENTS:
        rules[f"coverage of targets, share^{e}"] = lambda m, e=e: sum(m[t] ** e for t in targets)
        rules[f"coverage of all, share^{e}"] = lambda m, e=e: sum(s ** e for s in m.values() if s > 0)
    return rules


def test_regmix(folder, out):
    """Spearman between what a rule says of a mixture and minus the loss of the model trained on it."""
    for size, name in SIZES:
        mixtures = read_table(f"{folder}/test_mixture_{size}.csv", "train_the_pile_", "")
        losses = read_table(f"{folder}/test_pile_loss_{size}.csv", "metric/the_pile_", "_val_loss")
        rows = [(mixtures[i], losses[i]) for i in losses if i in mixtures]
        targets = sorted(rows[0][1])
        missing = [t for t in targets if t not in rows[0][0]]
        if missing:
            sys.exit(f"{folder}: no share is stated for {', '.join(missing)}")

        def own(some):
            return sum(spearman([m[t] for m, _ in some], [-l[t] for _, l in some]) for t in targets) / len(targets)
        low, high = interval(rows, own, f"own {size}")
        out.append(["regmix", name, "one target (mean of 13)", "share of the target's own domain", "spearman",
                    own(rows), low, high, len(rows)])
        for rule, score in regmix_rules(targets).items():
            pairs = [(score(m), -sum(l.values())) for m, l in rows]

            def rank(some):
                return spearman([p[0] for p in some], [p[1] for p in some])
            low, high = interval(pairs, rank, f"{rule} {size}")
            out.append(["regmix", name, "mean of 13 targets", rule, "spearman", rank(pairs), low, high, len(rows)])


# ---- published scores -------------------------------------------------------------------------------------------

QUALITY = {"human": 1, "mixed": 0.85, "template": 0.7, "llm": 0.6}


class Catalogue:
    """Facts of datasets, as `rsift show` tells them."""

    def __init__(self, rsift):
        self.rsift, self.known = rsift, {}

    def __getitem__(self, dataset):
        if dataset not in self.known:
            text = subprocess.run([self.rsift, "show", dataset, "--json"], check=True, capture_output=True).stdout
            self.known[dataset] = json.loads(text)
        return self.known[dataset]

    def train_samples(self, dataset):
        """Samples (else pictures) of splits called train, else of all; 0 = nobody says."""
        fact = self[dataset]
        train = [s.get("samples") or s.get("images") or 0
                 for s in fact.get("splits") or [] if s["name"].startswith("train")]
        return sum(train) or fact.get("samples") or fact.get("images") or 0

    def holds(self, dataset, other):
        """Whether `dataset` is `other`, or was made with its annotations."""
        return dataset == other or any(s["source"] == other and s["what"] != "images"
                                       for s in self[dataset].get("lineage") or [])


def predictors(catalogue, ids, row):
    """What each rule says of a model trained on `ids`, for the benchmark of the row."""
    bench = catalogue[row["dataset"]]
    tasks = set(bench["tasks"])
    for b in bench.get("benchmarks") or []:
        if b["name"] == row["catalogue_benchmark"] and b.get("tasks"):
            tasks = set(b["tasks"])
    amount = 0
    for d in ids:
        fact = catalogue[d]
        share = len(tasks & set(fact["tasks"])) / len(fact["tasks"])
        amount += QUALITY.get(fact.get("origin"), 0.5) * share * catalogue.train_samples(d)
    own = float(any(catalogue.holds(d, row["dataset"]) for d in ids))
    return {"has the train split": own,
            "number of samples": float(sum(catalogue.train_samples(d) for d in ids)),
            "quality * samples of its tasks": amount,
            "ours: the train split first, then quality * samples of its tasks": (own, amount)}


def test_evidence(path, rsift, out):
    """Kendall's tau between rules and scores, over the models of one benchmark and metric whose training sets are all
    named. Of the metrics of a benchmark the first counts: they measure the same models."""
    catalogue = Catalogue(rsift)
    groups = collections.OrderedDict()
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            if row["dataset"] and row["value"] and row["trained_known"] in ("all", "none"):
                metrics = groups.setdefault(row["benchmark"], collections.OrderedDict())
                metrics.setdefault(row["metric"], []).append(row)
    for benchmark, metrics in groups.items():
        metric, rows = next(iter(metrics.items()))
        if len(rows) < 5 or len({r["datasets"] for r in rows}) < 2:
            continue
        told = [(predictors(catalogue, r["datasets"].split(), r), float(r["value"])) for r in rows]
        for rule in told[0][0]:
            def rank(some, rule=rule):
                return kendall([p[rule] for p, _ in some], [v for _, v in some])
            tau = rank(told)
            low, high = interval(told, rank, f"{rule} {benchmark}") if tau is not None else (None, None)
            out.append(["evidence", benchmark, metric, rule, "kendall", tau, low, high, len(rows)])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--regmix", required=True)
    parser.add_argument("--rsift", required=True)
    parser.add_argument("--evidence", default=os.path.join(HERE, "../../catalog/evidence.csv"))
    parser.add_argument("--out", default=os.path.join(HERE, "backtest.csv"))
    args = parser.parse_args()
    rows = []
    test_regmix(args.regmix, rows)
    test_evidence(args.evidence, args.rsift, rows)
    with open(args.out, "w", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(["test", "case", "target", "rule", "statistic", "value", "low", "high", "n"])
        for row in rows:
            writer.writerow(["" if c is None else f"{c:.3f}" if isinstance(c, float) else c for c in row])


if __name__ == "__main__":
    main()
