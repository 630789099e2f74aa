#!/usr/bin/env python3
"""Are the differences of bed.py's table to one rule more than chance? Paired tests by target, Holm's correction; PROTOCOL.md says how.

    python3 bench/recommend/wins.py wins.csv [--against stratified] [--out tests.csv]"""
import argparse
import collections
import csv

import numpy
import scipy.stats

import bed as beds

FIXED = ("pool", "learner", "percent", "rule", "seed")


def holm(values):
    """Holm's step-down correction, in the order given."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    out, largest = [0.0] * len(values), 0.0
    for k, i in enumerate(order):
        largest = max(largest, min(1.0, values[i] * (len(values) - k)))
        out[i] = largest
    return out


def tested(differences):
    """Mean, interval and the p of the paired t test and of Wilcoxon's signed ranks; 1 where nothing differs."""
    d = numpy.array(differences)
    low, high = beds.interval(d)
    if numpy.all(d == d[0]):
        p = (1.0, 1.0) if d[0] == 0 else (0.0, float(scipy.stats.wilcoxon(d).pvalue))
    else:
        p = float(scipy.stats.ttest_1samp(d, 0).pvalue), float(scipy.stats.wilcoxon(d).pvalue)
    return {"points": d.mean(), "low": low, "high": high, "p_t": p[0], "p_wilcoxon": p[1], "n": len(d)}


def compare(rows, against):
    """[{pool, learner, percent, rule, target, points, ..}], with Holm's corrections over the six targets, and over all
    settings of a rule on a pool that have six seeds or more."""
    targets = [c for c in rows[0] if c not in FIXED + ("build",)]
    score = {tuple(r[k] for k in FIXED): r for r in rows}
    groups = collections.defaultdict(list)
    for key in score:
        if key[3] != against and key[:3] + (against, key[4]) in score:
            groups[key[:4]].append(key)
    out = []
    for group, keys in groups.items():
        found = [tested([100 * (float(score[k][t]) - float(score[k[:3] + (against, k[4])][t])) for k in keys]) for t in targets]
        for t, f, p in zip(targets, found, holm([f["p_t"] for f in found])):
            out.append({**dict(zip(FIXED, group)), "target": t, **f, "holm_6": p})
    for pool, rule in sorted({(r["pool"], r["rule"]) for r in out}):
        of = [r for r in out if r["pool"] == pool and r["rule"] == rule and r["n"] >= 6]
        for r, p in zip(of, holm([r["p_t"] for r in of])):
            r["holm_all"] = p
    return out, targets


def print_summary(rows, tests, targets, against):
    print("| pool | learner | %% | rule | seeds | mean of %d | better, p < 0.01 | worse, p < 0.05 | better/worse over all |" % len(targets))
    print("|---|---|---:|---|---:|---:|---:|---:|---:|")
    groups = collections.OrderedDict()
    for r in tests:
        groups.setdefault((r["pool"], r["learner"], r["percent"], r["rule"]), []).append(r)
    for (pool, learner, percent, rule), found in groups.items():
        mean = {k: {(r["seed"]): 100 * numpy.mean([float(r[t]) for t in targets]) for r in rows
                    if (r["pool"], r["learner"], r["percent"], r["rule"]) == (pool, learner, percent, k)} for k in (rule, against)}
        m = tested([mean[rule][s] - mean[against][s] for s in mean[rule] if s in mean[against]])
        better = sum(r["holm_6"] < 0.01 and r["points"] > 0 for r in found)
        worse = [r["target"] for r in found if r["holm_6"] < 0.05 and r["points"] < 0]
        everywhere = ("%d/%d" % (sum(r["holm_all"] < 0.01 and r["points"] > 0 for r in found), sum(r["holm_all"] < 0.05 and r["points"] < 0 for r in found))
                      if "holm_all" in found[0] else "")
        print("| %s | %s | %s | %s | %d | %+.1f (%+.1f..%+.1f) | %d of %d | %s | %s |" % (
            pool, learner, percent, rule, m["n"], m["points"], m["low"], m["high"], better, len(found), ", ".join(worse) or "none", everywhere))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table", nargs="+")
    parser.add_argument("--against", default="stratified")
    parser.add_argument("--out")
    options = parser.parse_args()
    rows = []
    for name in options.table:
        with open(name) as f:
            rows += list(csv.DictReader(f))
    tests, targets = compare(rows, options.against)
    print_summary(rows, tests, targets, options.against)
    if options.out:
        with open(options.out, "w") as f:
            table = csv.writer(f, lineterminator="\n")
            table.writerow(["pool", "learner", "percent", "rule", "target", "seeds", "points", "low", "high", "p_t", "p_wilcoxon", "holm_6", "holm_all"])
            for r in tests:
                table.writerow([r["pool"], r["learner"], r["percent"], r["rule"], r["target"], r["n"]]
                               + ["%.2f" % r[k] for k in ("points", "low", "high")] + ["%.2g" % r[k] if k in r else "" for k in ("p_t", "p_wilcoxon", "holm_6", "holm_all")])


if __name__ == "__main__":
    main()
