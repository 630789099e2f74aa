"""Boxes in sentences against references written from the text of the rules: what counts as a number, how
many there must be, with or without +1, and which side of the threshold is a hit. Every answer is scored by
itself, so its ratio is compared and not only whether it hits."""
import math
import re
import sys

from oracle import Near, Scores, run

ROUNDS = 1500
FLOAT = r"[-+]?\d*\.?\d+"


def overlap(a, b, plus):
    w, h = min(a[2], b[2]) - max(a[0], b[0]) + plus, min(a[3], b[3]) - max(a[1], b[1]) + plus
    inter = w * h if w > 0 and h > 0 else 0
    areas = [(v[2] - v[0] + plus) * (v[3] - v[1] + plus) for v in (a, b)]
    return inter, areas[0] + areas[1] - inter


def between_brackets(text):
    begin, end = text.find("["), text.rfind("]")
    return [float(v) for v in re.findall(FLOAT, text[begin + 1:end])] if 0 <= begin < end else []


def first_list(text):
    """All lists are read, and one that is no numbers spoils the answer; the first meets the only gold."""
    try:
        lists = [[float(v) for v in part.split(",")] for part in re.findall(r"\[([0-9., ]+)\]", text)]
    except ValueError:
        return []
    return lists[0] if lists else []


def plain_box(text):
    """Our own: the first innermost list of four numbers, or the four numbers of a text without lists."""
    number = r"(?<!\w)-?(?:\d+(?:\.\d+)?|\.\d+)"
    lists = [re.findall(number, part) for part in re.findall(r"\[([^\[\]]*)\]", text)]
    lists = [part for part in lists if part] or [re.findall(number, text)]
    return next(([float(v) for v in part] for part in lists if len(part) == 4), [])


def digit_runs(text):
    return [float(v) for v in re.findall("[0-9]+", text)]


def four_in_a_row(text):
    found = re.search(rf"\b({FLOAT})[,\s]+({FLOAT})[,\s]+({FLOAT})[,\s]+({FLOAT})\b", text)
    return [float(v) for v in found.groups()] if found else []


# name: reading, +1, (inter eps, union eps), strict, thresholds, grid of the prediction
RULES = {
    "ground.vrsbench": (digit_runs, 1, (0, 0), False, (0.5, 0.7), 0),
    "ground.lhrs": (first_list, 1, (0, 0), True, (0.5,), 0),
    "ground.rsevalkit": (between_brackets, 0, (0, 0), False, (0.5,), 1000),
    "ground.dior-rsvg": (plain_box, 0, (0, 1e-16), False, (0.5, 0.6, 0.7, 0.8, 0.9), 0),
    "ground.opt-rsvg": (plain_box, 0, (0, 1e-16), False, (0.5, 0.6, 0.7, 0.8, 0.9), 0),
    "ground.rsvg-hr": (plain_box, 0, (1e-6, 1e-6), True, (0.5, 0.6, 0.7, 0.8, 0.9), 0),
    "ground.hbb": (plain_box, 0, (0, 0), False, (0.5, 0.6, 0.7, 0.8, 0.9), 0),
    "ground.urbench": (four_in_a_row, 0, (0, 0), False, (0.2,), 1),
}


def some_gold(rng):
    x, y = rng.randint(0, 60), rng.randint(0, 60)
    return [x, y, x + rng.randint(1, 39), y + rng.randint(1, 39)]


def spelled(rng, box):
    """A box as models write it: lists, tags, decimals, too few or too many numbers, signs, other numbers."""
    box = list(box)
    how = rng.random()
    if how < 0.15:
        box = [v + rng.choice([0, 0.5, -0.25, 0.125]) for v in box]
    elif how < 0.25:
        box = box[:rng.randint(0, 3)]
    elif how < 0.35:
        box = box + [rng.randint(0, 9)] * rng.randint(1, 5)
    elif how < 0.45:
        box = [round(v / 100, 2) for v in box]
    comma = rng.choice([", ", ",", " ", ",  ", "><", " , ", "\n"])
    text = comma.join(str(v) for v in box)
    left, right = rng.choice([("[", "]"), ("[", "]"), ("[[", "]]"), ("{<", ">}"), ("(", ")"), ("", ""), ("[", "")])
    before = rng.choice(["", "", "The box is ", "box 1: ", "[see] ", "]", "-", "+.5 ", "a1b ", "12. "])
    after = rng.choice(["", "", ".", " [end]", " 7", "\n", "%", " -3.", "[0]"])
    return before + left + text + right + after


def wanted(profile, text, gold):
    """(ratio, hits at each threshold) or None where fewer than four numbers can be read."""
    reading, plus, eps, strict, thresholds, grid = RULES[profile]
    said = reading(text)[:4]
    if len(said) < 4:
        return None
    if grid and (grid > 1 or all(0 <= v <= 1 for v in said)):
        said = [v * (50 if k % 2 else 80) / grid for k, v in enumerate(said)]
    if profile in ("ground.dior-rsvg", "ground.opt-rsvg"):  # predictions are cut to the picture
        said = [min(max(v, 0), 50 if k % 2 else 80) for k, v in enumerate(said)]
    inter, whole = overlap(said, gold, plus)
    ratio = (inter + eps[0]) / (whole + eps[1]) if whole + eps[1] != 0 else 0
    return ratio, [ratio > t if strict else ratio >= t for t in thresholds], said


def check(profile):
    def compare(rng):
        near, unread, doubtful, hits = Near(), 0, 0, 0
        with Scores() as scores:
            cases = []
            while len(cases) < ROUNDS:
                gold = some_gold(rng)
                moved = [max(0, v + rng.choice([0, 0, 1, -1, 3, -6])) for v in gold]
                if rng.random() < 0.2:  # ratios of exactly a threshold
                    moved = [gold[0], gold[1], gold[2], gold[1] + (gold[3] - gold[1]) / 2]
                if profile == "ground.rsevalkit":
                    moved = [v * 1000 / (50 if k % 2 else 80) for k, v in enumerate(moved)]
                    moved = [int(v) if v == int(v) or rng.random() < 0.5 else round(v, 3) for v in moved]
                text = spelled(rng, moved)
                want = wanted(profile, text, gold)
                if want and (want[2][2] < want[2][0] or want[2][3] < want[2][1]):
                    continue  # the rules do not speak of predictions turned inside out
                if want and any(0 < abs(want[0] - t) < 1e-12 for t in RULES[profile][4]):
                    doubtful += 1
                    continue
                truth = {"id": 1, "width": 80, "height": 50}
                truth["answer" if profile == "ground.vrsbench" else "bbox"] = str(gold) if profile == "ground.vrsbench" else gold
                scores.ask(profile, scores.file([truth]), scores.file([{"id": 1, "prediction": text}]))
                cases.append((text, gold, want))
            for answer, (text, gold, want) in zip(scores.answers(), cases):
                what = f"{text!r} against {gold}"
                assert answer["counts"]["unparsed"] == (want is None), f"{what}: read {want}, counted {answer['counts']}"
                zipped = profile == "ground.lhrs"  # over the pairs that could be compared: none has no number
                if want or not zipped:
                    near(answer["values"]["meanIoU"] / 100, want[0] if want else 0, 1e-12, what)
                for t, k in zip(RULES[profile][4], range(9)):
                    got = answer["values"]["Acc with failed" if zipped else f"Acc@{t:.2g}"]
                    assert got == (100 if want and want[1][k] else 0), f"{what}: ratio {want}, Acc@{t} {got}"
                unread += want is None
                hits += bool(want and want[1][0])
        assert ROUNDS // 10 < hits and ROUNDS // 50 < unread, (hits, unread)
        return f"{ROUNDS} answers, {near}, {hits} hits, {unread} unreadable, {doubtful} left out as rounding decides them"
    return compare


# ---- rotated boxes --------------------------------------------------------------------------------


def turned(box, clockwise=False):
    """[left, top, right, bottom, degrees]: corners about the centre as row vectors times [[c, -s], [s, c]];
    clockwise on screen for GeoChat."""
    from shapely.geometry import Polygon
    left, top, right, bottom, degrees = box
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)) * (-1 if clockwise else 1)
    x, y = (left + right) / 2, (top + bottom) / 2
    corners = [(left - x, top - y), (right - x, top - y), (right - x, bottom - y), (left - x, bottom - y)]
    return Polygon([(dx * c + dy * s + x, -dx * s + dy * c + y) for dx, dy in corners])


def ratio(a, b, clockwise=False):
    p, q = turned(a, clockwise), turned(b, clockwise)
    if not (p.is_valid and q.is_valid):
        return 0.0  # no area
    shared = p.intersection(q).area
    return shared / (p.area + q.area - shared)


def some_turned(rng, flat=True):
    x, y, w, h = rng.randint(0, 60), rng.randint(0, 60), rng.randint(1, 40), rng.randint(1, 40)
    if flat and rng.random() < 0.05:
        w = 0
    return [x, y, x + w, y + h, rng.choice([0, 45, 90, 135, 180, rng.randint(0, 180)])]


def near_it(rng, box):
    said = [max(0, v + rng.choice([0, 0, 1, -1, 4])) for v in box[:4]] + [max(0, box[4] + rng.choice([0, 0, 180, 90, 7]))]
    return said[:2] + [max(said[0], said[2]), max(said[1], said[3]), said[4]]


def earthdial(rng):
    """Share of the predicted boxes that hit any gold, each answer by itself."""
    doubtful, near, cases = 0, Near(), []
    with Scores() as scores:
        while len(cases) < ROUNDS:
            golds = [some_turned(rng) for _ in range(rng.choice([1, 1, 2, 4]))]
            said = [near_it(rng, rng.choice(golds)) if rng.random() < 0.8 else some_turned(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
            ratios = [[ratio(s, g) for g in golds] for s in said]
            if any(abs(v - 0.5) < 1e-9 for row in ratios for v in row):
                doubtful += 1
                continue
            cases.append((golds, said, sum(max(row) >= 0.5 for row in ratios) / len(said)))
        for i, (golds, said, _) in enumerate(cases):
            cases[i] += ({"id": i, "answer": str(golds)}, {"id": i, "prediction": str(said)})
        scores.ask("det.earthdial", scores.file([c[3] for c in cases]), scores.file([c[4] for c in cases]), samples=True)
        answer = scores.answers()[0]
        for row, (golds, said, want, *_) in zip(answer["samples"], cases):
            near(row["score"], want, 1e-12, f"{said} against {golds}")
        n = sum(len(c[1]) for c in cases)
        near(answer["values"]["precision@0.5"], 100 * sum(c[2] * len(c[1]) for c in cases) / n, 1e-9, "precision")
    return f"{ROUNDS} answers, {near}, {doubtful} left out as rounding decides them"


def geochat(rng):
    near, cases = Near(), []
    with Scores() as scores:
        for _ in range(ROUNDS):
            gold = some_turned(rng, flat=False)
            said = near_it(rng, gold)
            spell = "{{<{}><{}><{}><{}>|<{}>}}"
            cases.append((ratio(said, gold, clockwise=True), said, gold))
            scores.ask("ground.geochat", scores.file([{"id": 1, "answer": spell.format(*gold)}]),
                       scores.file([{"id": 1, "prediction": rng.choice(["", "It is ", "<p>roof</p> "]) + spell.format(*said)}]))
        for answer, (want, said, gold) in zip(scores.answers(), cases):
            near(answer["values"]["meanIoU"] / 100, want, 1e-12, f"{said} against {gold}")
            if abs(want - 0.5) > 1e-9:
                assert answer["values"]["Acc@0.5"] == 100 * (want >= 0.5), f"{said} against {gold}: {want}"
    return f"{ROUNDS} answers, {near}"


sys.exit(run([(profile, check(profile)) for profile in RULES] + [("det.earthdial", earthdial), ("ground.geochat", geochat)]))
