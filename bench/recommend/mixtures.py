#!/usr/bin/env python3
"""Sixty-four mixtures of one pool, trained on, and what would have ranked them without training. PROTOCOL.md says how.

    python3 bench/recommend/mixtures.py --bed FOLDER --rsift build/rsift --hash --keep WORK --out mixtures.csv
    python3 bench/recommend/mixtures.py --bed FOLDER --rsift build/rsift --hash --keep WORK --rank mixtures.csv --out ranking.csv"""
import collections
import csv
import json
import math
import os
import random
import re
import subprocess
import sys

import numpy
import scipy.stats

import bed as beds

OWN = {"land": "a-land", "scene": "b-scene", "sort": "c-sort", "there": "d-there", "contains": "e-contains", "area": "f-area"}
PERCENT, N_DRAWN, CONCENTRATIONS = 5, 17, (0.2, 1, 5)
ALPHAS = (0.15, 0.25, 0.35, 0.5, 0.8)


def designed(sizes):
    """(name, kind, counts): uniform, proportional, three quarters of one source, Dirichlet draws."""
    n, budget = len(sizes), sum(sizes) * PERCENT // 100
    shares = [("uniform", [1] * n), ("proportional", sizes)]
    shares += [("one-source", [3 if i == j else 1 / (n - 1) for i in range(n)]) for j in range(n)]
    rnd = numpy.random.default_rng(64)
    for c in CONCENTRATIONS:
        shares += [("dirichlet-%g" % c, list(rnd.dirichlet([c] * n) + 1e-9)) for _ in range(N_DRAWN)]
    return [("m%02d" % (i + 1), kind, beds.filled(s, sizes, budget)) for i, (kind, s) in enumerate(shares)]


def drawn(bed, i, counts):
    return beds.draw(bed.rows, counts, random.Random(64000 + i))


def train_all(options, bed, table):
    sources, sizes = sorted(bed.rows), [len(r) for _, r in sorted(bed.rows.items())]
    table.writerow(["mixture", "kind", "learner"] + sources + sorted(bed.test) + ["mean"])
    for learner in options.learners:
        for i, (name, kind, counts) in enumerate(designed(sizes)):
            scores = beds.accuracies(bed, drawn(bed, i, counts), learner, i)
            values = [scores[t] for t in sorted(scores)]
            table.writerow([name, kind, learner] + counts + ["%.4f" % v for v in values + [numpy.mean(values)]])
            print(name, kind, learner, "%.1f" % (100 * numpy.mean(values)), file=sys.stderr, flush=True)


def words_of_question(text):
    return frozenset(re.findall("[a-z0-9-]+", text.split(" Answer ")[0].lower()))


def matched_cells(bed):
    """A function of (question, answer): (target, answer) by the most similar question of the dev sets, from 0.6 on."""
    asked = {t: {words_of_question(r[1]) for r in rows} for t, rows in bed.dev.items()}
    given = {t: collections.Counter(r[2] for r in rows) for t, rows in bed.dev.items()}
    known = {}

    def cell(question, answer):
        if (question, answer) not in known:
            words, best = words_of_question(question), (0.6 - 1e-9, None)
            for t in sorted(asked):
                if answer in given[t]:
                    best = max(best, (max(len(words & q) / math.sqrt(len(words) * len(q)) for q in asked[t]), t), key=lambda b: b[0])
            known[question, answer] = (best[1], answer) if best[1] else None
        return known[question, answer]
    return cell, given


def coverages(bed, rows, cell, given, tags):
    """{(rule, target): score} of one mixture, before training; target "mean" where the rule knows no targets."""
    n_matched, generic = collections.Counter(), collections.Counter()
    for picture, words, c in {(r[0].split("-copy")[0], words_of_question(r[1]), cell(r[1], r[2])) for r in rows}:
        n_matched[c] += 1
    for r in rows:
        generic[tags[r]] += 1
    out = {}
    for a in ALPHAS:
        for t in bed.dev:
            out["matched^%g" % a, t] = sum(c * n_matched[t, answer] ** a for answer, c in given[t].items())
        out["generic^%g" % a, "mean"] = sum(n ** a for _, n in sorted(generic.items(), key=str))
    return out


def of_counts(counts, sources):
    share = numpy.array(counts) / sum(counts)
    out = {("sources^%g" % a, "mean"): float((share ** a).sum()) for a in (0.25, 0.5)}
    out["entropy", "mean"] = float(-(share[share > 0] * numpy.log(share[share > 0])).sum())
    for t, source in OWN.items():
        out["own-kind", t] = share[sources.index(source)]
    out["own-kind", "mean"] = sum(out["own-kind", t] for t in OWN)
    return out


def with_means(scores, targets):
    """Rules that score targets singly get a mean, each target divided by its largest; rules that don't score every target alike."""
    for rule in sorted({r for r, _ in scores[0]}):
        if (rule, "mean") not in scores[0]:
            top = {t: max(s[rule, t] for s in scores) for t in targets}
            for s in scores:
                s[rule, "mean"] = sum(s[rule, t] / top[t] for t in targets)
        if (rule, targets[0]) not in scores[0]:
            for s in scores:
                s.update({(rule, t): s[rule, "mean"] for t in targets})


def spearman(a, b):
    """With an interval of 95 % over the mixtures."""
    a, b = numpy.array(a), numpy.array(b)
    drawn_anew = numpy.random.default_rng(0).integers(0, len(a), (2000, len(a)))

    def ranks(v):
        r = scipy.stats.rankdata(v, axis=-1)
        return r - r.mean(axis=-1, keepdims=True)

    def correlation(i):
        x, y = ranks(a[i]), ranks(b[i])
        return (x * y).sum(axis=-1) / numpy.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))
    return (float(correlation(numpy.arange(len(a)))),) + tuple(numpy.nanpercentile(correlation(drawn_anew), [2.5, 97.5]))


def left_out(options, bed, rows, sources, targets, learner):
    """What `recommend --runs` says of itself: {target: left-out correlation}."""
    runs = os.path.join(bed.top, "runs-%s.csv" % learner)
    with open(runs, "w") as f:
        table = csv.writer(f)
        table.writerow(["mixture"] + ["count:" + s for s in sources] + ["score:" + t for t in targets])
        for r in rows:
            table.writerow([r["mixture"]] + [r[s] for s in sources] + [r[t] for t in targets])
    own = sum((["--own", "%s=%s" % (t, OWN[t])] for t in targets), [])
    said = json.loads(beds.rsift(options, bed, "recommend", "--runs", runs, *own, "--budget", "1692", "--json"))
    return {**{b["benchmark"]: b["correlation"] for b in said["benchmarks"]}, "mean": said["correlation"]}


def rank(options, bed, table):
    with open(options.rank) as f:
        rows = list(csv.DictReader(f))
    sources, targets = sorted(bed.rows), sorted(bed.test)
    cell, given = matched_cells(bed)
    tags = {row: bed.tags[source, i] for source, all_rows in bed.rows.items() for i, row in enumerate(all_rows)}
    table.writerow(["learner", "target", "rule", "spearman", "low", "high"])
    for learner in sorted({r["learner"] for r in rows}):
        own = [r for r in rows if r["learner"] == learner]
        scores = []
        for i, r in enumerate(own):
            counts = [int(r[s]) for s in sources]
            scores.append({**coverages(bed, drawn(bed, i, counts), cell, given, tags), **of_counts(counts, sources)})
        with_means(scores, targets)
        for t in targets + ["mean"]:
            for rule in sorted({r for r, _ in scores[0]}):
                found = spearman([s[rule, t] for s in scores], [float(r[t]) for r in own])
                table.writerow([learner, t, rule] + ["%.3f" % v for v in found])
        for t, correlation in left_out(options, bed, own, sources, targets, learner).items():
            table.writerow([learner, t, "runs", correlation, "", ""])


def main():
    parser = beds.arguments()
    parser.add_argument("--rank", help="mixtures.csv: say what ranks them")
    options = parser.parse_args()
    options.rsift = os.path.abspath(options.rsift)
    bed = beds.prepared(options, options.keep)
    with open(options.out, "w") as f:
        table = csv.writer(f, lineterminator="\n")
        rank(options, bed, table) if options.rank else train_all(options, bed, table)


if __name__ == "__main__":
    main()
