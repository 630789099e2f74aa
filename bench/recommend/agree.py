"""Weights of the fifth plan (PROTOCOL.md): how far pictures of the same look confirm a sample's answer.

bed.py writes them as a file of signals. `--weight leverage` makes of a column l the weight 0.9 l / sum l + 0.1 / n, which is in proportion
to q where l = q - mean(q) / 10."""
import collections
import csv

import numpy

K, FLOOR, LEAST = 10, 0.1, 50


def usable(bed):
    """[(sample id, source, row)] without what recommend leaves out: contradicted samples, and all but one of exact duplicates."""
    asked = collections.defaultdict(list)
    for sample, (source, at) in bed.places["ws"].items():
        row = bed.rows[source][at]
        asked[row[:2]].append((sample, source, row))
    out = []
    for group in asked.values():
        if len({row[2] for _, _, row in group}) == 1:
            out.append(min(group, key=lambda s: s[0]))
    return sorted(out, key=lambda s: s[0])


def agreement(vectors, pictures, sources, answers, other):
    """Share of the K nearest comparable samples that answer alike; NaN where fewer than K are comparable."""
    norm = (vectors * vectors).sum(axis=1)
    out = numpy.full(len(answers), numpy.nan)
    for i in range(len(answers)):
        apart = (pictures != pictures[i]) & (sources != sources[i] if other else True)
        near = numpy.flatnonzero(apart)
        if len(near) >= K:
            distance = norm[near] - 2 * vectors[near] @ vectors[i]
            out[i] = (answers[near[numpy.argpartition(distance, K - 1)[:K]]] == answers[i]).mean()
    return out


def qualities(bed, other):
    """{sample id: factor of its quality}."""
    samples = usable(bed)
    features = numpy.stack([bed.features[row[0]] for _, _, row in samples]).astype(numpy.float32)
    features /= numpy.maximum(features.std(axis=0), 1e-9)
    groups, out = collections.defaultdict(list), {}
    for i, (sample, _, row) in enumerate(samples):
        out[sample] = 1.0
        groups[row[1].split(" Answer ")[0].lower()].append(i)
    for group in groups.values():
        pictures = numpy.array([samples[i][2][0].split("-copy")[0].replace(".jpg", "") for i in group])
        sources = numpy.array([samples[i][1] for i in group])
        texts = [samples[i][2][2] for i in group]
        answers = numpy.array([t if len(t.split()) <= 10 else "" for t in texts])
        if len(set(pictures)) < LEAST or len(set(answers)) < 2 or (other and len(set(sources)) < 2):
            continue
        shares = agreement(features[group], pictures, sources, answers, other)
        for i, g in zip(group, shares):
            out[samples[i][0]] = 1.0 if numpy.isnan(g) else max(FLOOR, float(g))
    return out


def write(bed, path, other):
    q = qualities(bed, other)
    mean = sum(q.values()) / len(q)
    with open(path, "w") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["sample_id", "leverage"])
        for sample in sorted(q):
            table.writerow([sample, "%.9f" % (q[sample] - mean / 10)])
