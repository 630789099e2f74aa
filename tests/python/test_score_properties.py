"""What must hold for every profile: the order of the records changes nothing, the truth scored against
itself is perfect, a subset of everything is everything, a seed decides the intervals, and a picture twice
as large gives the same ratios."""
import random
import sys

from oracle import Scores, run

WORDS = "a the red two many planes roof roofs building river near road trees green is parked l-shaped".split()
GOLDS = ["red", "forest", "beach", "river", "airport"]


def caption(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.choice([1, 3, 6, 12])))


def box(rng, side=200):
    x, y = rng.randint(0, side // 2), rng.randint(0, side // 2)
    return [x, y, x + rng.randint(1, side // 2), y + rng.randint(1, side // 2)]


def shaken(rng, values):
    return [max(0, v + rng.choice([0, 0, 0, 1, -1, 5])) for v in values]


def mask(rng):
    return ["".join(rng.choice("0011") for _ in range(6)) for _ in range(5)]


def answers(golds, wrong, **fields):
    def make(rng, i):
        gold = golds[i % len(golds)]
        return {"answer": gold, **fields}, gold if rng.random() < 0.6 else rng.choice(wrong + golds), gold
    return make


def letters(rng, i):
    gold = rng.choice("ABCD")
    options = ["(A) red", "(B) blue", "(C) green", "(D) grey"]
    return {"answer": gold, "options": options}, rng.choice([gold, f"({gold}) it is", f"The answer is {gold}.", "", "none"]), gold


def references(rng, i):
    golds = [caption(rng) + " " + caption(rng) for _ in range(rng.choice([1, 2, 5]))]
    return {"references": golds}, rng.choice([golds[0], caption(rng), ""]), golds[0]


def boxes(rng, i):
    gold = box(rng)
    return {"bbox": gold, "width": 1000, "height": 1000}, str(shaken(rng, gold)) if rng.random() < 0.9 else "no box", str(gold)


def digits(rng, i):
    gold = box(rng, 100)
    text = "{{<{}><{}><{}><{}>}}"
    return {"answer": text.format(*gold)}, text.format(*shaken(rng, gold)), text.format(*gold)


def turned(rng, i):
    gold = box(rng, 100) + [rng.choice([0, 90, 45, 30])]
    text = "{{<{}><{}><{}><{}>|<{}>}}"
    return {"answer": text.format(*gold)}, text.format(*shaken(rng, gold)), text.format(*gold)


def lists(n):
    def make(rng, i):
        golds = [box(rng) + [30] * (n - 4) for _ in range(rng.choice([1, 3]))]
        return {"answer": str(golds)}, str([shaken(rng, g) for g in golds]), str(golds)
    return make


def masks(rng, i):
    gold = mask(rng)
    gold[0] = "1" + gold[0][1:]
    return {"ground_truth": gold}, mask(rng) if rng.random() < 0.5 else gold, gold


def rankings(rng, i):
    ids = [str(v) for v in range(30)]
    gold = rng.sample(ids, 3)
    return {"answer": gold, "type": "i2t" if i % 3 else "t2i"}, rng.sample(ids, 12), gold


plain = answers(GOLDS, ["meadow", "x"])
closed = answers(GOLDS, ["meadow", "x"], options=GOLDS)
yes = answers(["yes", "no"], ["maybe not", "Yes, it is", "No", ""])
numbers = answers(["1", "3", "7", "12"], ["two", "five planes", "none of them"])
PROFILES = {
    **{f"choice.{p}": letters for p in ("choice coreval geobench-vlm mme-realworld mme-realworld-harness omniearth "
                                        "rsevalkit vleo xlrs").split()},
    "choice.urbench": letters, "choice.lhrs-bench": answers(["B", "C", "D"], ["(B)", "a", ""]),
    **{p: plain for p in ("cls.earthdial cls.geochat cls.teochat open.urbench vqa.cdvqa vqa.earthdial vqa.earthvqa "
                          "vqa.fit-rsfg vqa.floodnet vqa.geochat vqa.lhrs vqa.rsevalkit vqa.rsvqa vqa.vrsbench").split()},
    "cls.lhrs": closed, "pope.rspope": yes, "presence.rsevalkit": yes, "count.rsevalkit": numbers,
    **{f"caption.{p}": references for p in "coco earthdial levir-cc urbench vrsbench".split()},
    **{f"ground.{p}": boxes for p in "dior-rsvg lhrs opt-rsvg rsevalkit rsvg-hr urbench".split()},
    "ground.vrsbench": digits, "ground.geochat": turned, "det.earthdial": lists(5), "det.geobench-vlm": lists(4),
    **{p: masks for p in "change.bit refseg.refsegrs refseg.rrsis-d".split()}, "retrieval.rsitmd": rankings,
}


def some_set(rng, profile, n=40):
    truth, said, perfect = [], [], []
    key = "ranking" if profile.startswith("retrieval") else "prediction"
    for i in range(n):
        record, answer, gold = PROFILES[profile](rng, i)
        record.setdefault("type", "xyz"[i % 3])
        truth.append({"id": f"s{i}", "image": f"i{i // 2}", "question": f"what is {rng.choice(WORDS)}", **record})
        said.append({"id": f"s{i}", key: answer})
        perfect.append({"id": f"s{i}", key: gold})
    return truth, said, perfect


def same(a, b, within, what):
    assert a.keys() == b.keys(), f"{what}: {list(a)} and {list(b)}"
    for name in a:
        if a[name] is None or b[name] is None:
            assert a[name] == b[name], f"{what}, {name}: {a[name]} and {b[name]}"
        else:
            assert abs(a[name] - b[name]) <= within * max(1, abs(a[name])), f"{what}, {name}: {a[name]!r} and {b[name]!r}"


def all_known():
    """No profile may be forgotten here: --list is asked."""
    import json
    import os
    import subprocess
    from oracle import BUILD
    rsift = os.environ.get("RSIFT_BIN", str(BUILD / "rsift"))
    out = subprocess.run([rsift, "score", "--list", "--json"], stdout=subprocess.PIPE, check=True).stdout
    return [p["name"] for p in json.loads(out)["profiles"]]


def order(rng):
    n = 0
    with Scores() as scores:
        for profile in PROFILES:
            for _ in range(5):
                truth, said, _ = some_set(rng, profile)
                scores.ask(profile, scores.file(truth), scores.file(said), samples=True)
                rng.shuffle(truth)
                rng.shuffle(said)
                scores.ask(profile, scores.file(truth), scores.file(said), samples=True)
        answers = scores.answers()
        for first, second in zip(answers[::2], answers[1::2]):
            name = first["profile"]["name"]
            same(first["values"], second["values"], 1e-12, name)
            one, two = ({r["id"]: r["score"] for r in a["samples"]} for a in (first, second))
            within = 1e-12 if name.startswith("caption") else 0  # CIDEr sums over n-grams as they come
            assert len(one) == 40
            same(one, two, within, f"{name}, a sample's score")
            assert first["counts"] == second["counts"], name
            n += 1
    return f"{n} sets in two orders, {len(PROFILES)} profiles; not tried here: {not_tried()}"


# What the rule makes of a perfect answer where that is not 100.
LESS = {"CIDEr": 1000, "MAE": 0, "RMSE": 0, "MAPE": 0, "R2": 1, "RMSE of counting": None, "yes rate": None, "without a number": 0,
        "NLTK METEOR, no synonyms": None, "rouge1": None, "rougeL": None, "R@1": None}


def perfect(rng):
    n = 0
    with Scores() as scores:
        for profile in PROFILES:
            truth, _, gold = some_set(rng, profile)
            if profile.startswith("caption"):
                for t, g in zip(truth, gold):  # four words at least, so that every order has an n-gram
                    g["prediction"] = " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 12)))
                    t["references"] = [g["prediction"]]
            if profile.startswith("retrieval"):
                for t, g in zip(truth, gold):
                    t["answer"] = t["answer"][:1]
            scores.ask(profile, scores.file(truth), scores.file(gold))
        for answer in scores.answers():
            profile = answer["profile"]["name"]
            assert answer["complete"], (profile, answer["counts"])
            for name, value in answer["values"].items():
                part, _, plain_name = name.rpartition(": ")  # "changed: CIDEr": of a part, which may be empty
                want = LESS.get(plain_name, 100)
                if want is not None and not (part and value is None):
                    assert value is not None and abs(value - want) <= 1e-4, f"{profile}, {name}: {value}, expected {want}"
                    n += 1
    return f"{n} measures of the truth against itself"


def subset(rng):
    """--only with every id is the whole; with half of them it is a file of that half, intervals included."""
    n = 0
    with Scores() as scores:
        for profile in PROFILES:
            truth, said, _ = some_set(rng, profile)
            ids = [t["id"] for t in truth]
            a, b = scores.file(truth), scores.file(said)
            scores.ask(profile, a, b, only=scores.file("".join(f"{i}\n" for i in rng.sample(ids, len(ids))), suffix=".txt"))
            half = set(rng.sample(ids, 20))
            scores.ask(profile, a, b, only=scores.file("".join(f"{i}\n" for i in half), suffix=".txt"), resamples=50)
            scores.ask(profile, scores.file([t for t in truth if t["id"] in half]),
                       scores.file([s for s in said if s["id"] in half]), resamples=50)
        answers = scores.answers()
        for whole, part, alone in zip(answers[::3], answers[1::3], answers[2::3]):
            name = whole["profile"]["name"]
            got = {m["name"]: m["value"] for m in whole["subset"]["measures"]}
            if "CIDEr" in whole["values"]:
                assert got.pop("CIDEr (idf of all)") == got["CIDEr (idf of subset)"]
                got["CIDEr"] = got.pop("CIDEr (idf of subset)")
            if name != "count.rsevalkit":  # R2 is given once, of all
                assert got == whole["values"], f"{name}: {got} and {whole['values']}"
            for end in ("value", "low", "high"):
                got, want = ({m["name"]: m[end] for m in measures if m["name"] not in ("R2", "CIDEr (idf of all)")}
                             for measures in (part["subset"]["measures"], alone["measures"]))
                if "CIDEr" in want:
                    got["CIDEr"] = got.pop("CIDEr (idf of subset)")
                same(got, want, 1e-12, f"{name}, half, {end}")
            n += 1
    return f"{n} profiles, all ids and half of them"


def seeds(rng):
    n = differ = 0
    with Scores() as scores:
        for profile in PROFILES:
            truth, said, _ = some_set(rng, profile)
            a, b = scores.file(truth), scores.file(said)
            for seed in (7, 7, 8):
                scores.ask(profile, a, b, seed=seed, resamples=200, blind=1)
        answers = scores.answers()
        for one, two, other in zip(answers[::3], answers[1::3], answers[2::3]):
            assert one == two, f"{one['profile']['name']}: a seed gives two answers"
            differ += one["measures"] != other["measures"]
            for m in one["measures"]:
                assert m["low"] is None or m["low"] <= m["value"] <= m["high"] or m["name"].startswith(("CIDEr", "R2")), m
            n += 1
    assert differ > n // 2, f"another seed changes {differ} of {n} answers"
    return f"{n} profiles, another seed moves the intervals of {differ}"


def larger(rng):
    """Boxes and the picture doubled: rules without +1 keep every measure, the others may not."""
    n = 0
    with Scores() as scores:
        for profile in ("ground.dior-rsvg", "ground.opt-rsvg", "ground.rsevalkit", "ground.urbench", "det.earthdial", "det.geobench-vlm"):
            for _ in range(20):
                truth, said, _ = some_set(rng, profile)
                scores.ask(profile, scores.file(truth), scores.file(said), samples=True)
                twice = 1 if profile == "ground.rsevalkit" else 2  # thousandths of the picture stay
                for t, s in zip(truth, said):
                    if "bbox" in t:
                        t.update(bbox=[2 * v for v in t["bbox"]], width=2000, height=2000)
                    else:
                        t["answer"] = str([[2 * v for v in b[:4]] + b[4:] for b in eval(t["answer"])])
                    if s["prediction"] != "no box":
                        numbers = eval(s["prediction"])
                        if isinstance(numbers[0], list):
                            numbers = [[2 * v for v in b[:4]] + b[4:] for b in numbers]
                        else:
                            numbers = [twice * v for v in numbers]
                        s["prediction"] = str(numbers)
                scores.ask(profile, scores.file(truth), scores.file(said), samples=True)
        answers = scores.answers()
        for first, second in zip(answers[::2], answers[1::2]):
            same(first["values"], second["values"], 1e-12, first["profile"]["name"])
            assert [r["score"] for r in first["samples"]] == [r["score"] for r in second["samples"]]
            n += 1
    return f"{n} sets at two sizes"


def detections(rng, profile):
    """A COCO or DOTA set whose scores all differ: truth, found, and the truth as found."""
    truths = [(f"P{rng.randint(1, 4)}", rng.choice("ab"), [v for v in box(rng, 160)]) for _ in range(30)]
    found = [(i, c, shaken(rng, b)) for i, c, b in truths for _ in range(rng.choice([0, 1, 2]))]
    scores = rng.sample(range(1000), len(found) + len(truths))
    found = [(i, c, b, s / 1000) for (i, c, b), s in zip(found, scores)]
    perfect = [(i, c, b, s / 1000) for (i, c, b), s in zip(truths, scores[len(found):])]
    return truths, found, perfect


def coco_files(scores, truths, found):
    number = {"P1": 3, "P2": 1, "P3": 7, "P4": 4, "a": 2, "b": 9}
    xywh = lambda b: [b[0], b[1], b[2] - b[0], b[3] - b[1]]  # noqa: E731
    images = [{"id": number[i], "height": 300, "width": 300} for i in ("P1", "P2", "P3", "P4")]
    annotations = [{"id": k + 1, "image_id": number[i], "category_id": number[c], "bbox": xywh(b), "iscrowd": 0,
                    "area": xywh(b)[2] * xywh(b)[3]} for k, (i, c, b) in enumerate(truths)]
    results = [{"image_id": number[i], "category_id": number[c], "bbox": xywh(b), "score": s} for i, c, b, s in found]
    truth = {"images": images, "categories": [{"id": 2, "name": "a"}, {"id": 9, "name": "b"}], "annotations": annotations}
    return scores.file(truth, suffix=".json"), scores.file(results, suffix=".json")


def dota_files(scores, truths, found):
    quad = lambda b: f"{b[0]} {b[1]} {b[2]} {b[1]} {b[2]} {b[3]} {b[0]} {b[3]}"  # noqa: E731
    folder = f"d{len(scores.lines)}"
    for image in ("P1", "P2", "P3", "P4"):
        scores.file("".join(f"{quad(b)} {c} 0\n" for i, c, b in truths if i == image), f"{folder}t/{image}.txt")
    for name in "ab":
        scores.file("".join(f"{i} {s} {quad(b)}\n" for i, c, b, s in found if c == name), f"{folder}p/Task1_{name}.txt")
    return scores.folder / f"{folder}t", scores.folder / f"{folder}p"


def detection_files(rng):
    n = 0
    with Scores() as scores:
        for profile, files in (("det.coco.bbox", coco_files), ("det.dota.task1", dota_files)):
            for _ in range(30):
                truths, found, perfect_ones = detections(rng, profile)
                scores.ask(profile, *files(scores, truths, found))
                shuffled = [rng.sample(v, len(v)) for v in (truths, found)]
                scores.ask(profile, *files(scores, *shuffled))
                alone = list({(i, c, tuple(b)): (i, c, b) for i, c, b in truths}.values())
                scores.ask(profile, *files(scores, alone, [p for p in perfect_ones if (p[0], p[1], p[2]) in alone]))
        answers = scores.answers()
        for one, two, best in zip(answers[::3], answers[1::3], answers[2::3]):
            same(one["values"], two["values"], 1e-12, one["profile"]["name"])
            for name, value in best["values"].items():
                if value is not None and not name.startswith(("AR@1", "AR_", "AP_")):
                    assert abs(value - 100) <= 1e-9, f"{best['profile']['name']}, {name}: {value} for the truth itself"
            n += 1
    return f"{n} sets in two orders, and the truth against itself"


def not_tried():
    known = [p for p in all_known() if not p.startswith(("det.coco", "det.dota"))]
    return ", ".join(p for p in known if p not in PROFILES) or "none"


sys.exit(run([("order", order), ("perfect", perfect), ("subset", subset), ("seeds", seeds), ("larger", larger),
              ("detection files", detection_files)]))
