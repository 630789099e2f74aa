#!/usr/bin/env python3
"""Compares the tags of questions with the types that releases carry, and writes the table of docs/tags.md.

usage: bench/signals/agreement.py SAMPLES [--rules] [--wrong N] [--write]
  SAMPLES     a folder with one folder of release records per dataset
  --rules     also how often each rule is right
  --wrong N   also N questions of the tuning half for each type and tag that disagree
  --write     puts the table into docs/tags.md

A release's own type says what its question asks for: the reader turns it into a skill (catalog/*.yaml), or
types.csv beside this file does, which also says where several skills are right. Rules were written by looking
at half of the questions (by a hash of dataset and question); the table counts the other half, so that no
question that is counted was looked at."""
import argparse
import collections
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RSIFT = os.environ.get("RSIFT_BIN", os.path.join(ROOT, "build", "rsift"))
RELEASES = ("rsvqa-lr", "rsvqa-hr", "rsivqa", "vrsbench", "cdvqa", "mme-realworld", "coreval-choice", "earthvqa",
            "floodnet", "rsieval", "geobench-vlm", "ddfav")
# Read as one's own data: they are not in the catalogue.
OWN = {
    "lrs-vqa": ("image=image", "question=text", "answer=ground_truth", "type=category"),
    "lrs-gro": ("image=image_name", "question=question", "answer=ground_truth", "type=category"),
}
# Wordings of the other half that were looked at after the first count: no longer counted.
SEEN_LATER = {("floodnet", "What is the overall condition of the given image?")}
BEGIN, END = "<!-- agreement -->\n", "<!-- end of agreement -->\n"


def index(samples, workspace):
    for name in RELEASES + tuple(OWN):
        folder = os.path.join(samples, name)
        if not os.path.isdir(folder):
            print(f"{name}: no such folder, left out", file=sys.stderr)
            continue
        command = [RSIFT, "index", folder, "--workspace", workspace, "--quiet"]
        if name in OWN:
            command += ["--reader", "records", "--name", name]
            for param in OWN[name]:
                command += ["--param", param]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 2:
            print(f"{name}: {done.stderr.strip()}", file=sys.stderr)


def questions(workspace):
    """Every question with the release's word for it and what the rules alone say."""
    sql = """SELECT s.dataset, coalesce(s.release_type, s.skill) AS type, s.skill, q.text AS question, q.tag_skill,
                    q.tag_rule
             FROM sample s JOIN turn q ON q.sample_id = s.sample_id AND q.role = 'user'
             WHERE s.task <> 'conversation' ORDER BY s.sample_id, q.i"""
    done = subprocess.run([RSIFT, "query", "--workspace", workspace, sql, "--json"], capture_output=True, check=True)
    return json.loads(done.stdout)


def read_types():
    with open(os.path.join(HERE, "types.csv"), newline="") as file:
        return {(row["dataset"], row["type"]): set(row["skills"].split("|")) for row in csv.DictReader(file)}


def is_held_out(row):
    if (row["dataset"], row["question"].strip()) in SEEN_LATER:
        return False
    return hashlib.md5(f"{row['dataset']}|{row['question']}".encode()).digest()[0] % 2 == 1


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def table(rows, types):
    """Lines of the table, by release."""
    counts, left_out = collections.defaultdict(collections.Counter), 0
    for row in rows:
        right = types.get((row["dataset"], row["type"])) or ({row["skill"]} if row["skill"] else None)
        if not right:
            left_out += 1
            continue
        if not is_held_out(row):
            continue
        for key in (row["dataset"], "all"):
            counts[key]["n"] += 1
            counts[key]["texts", row["dataset"], row["question"]] = 1
            counts[key]["tagged"] += row["tag_skill"] is not None
            counts[key]["right"] += row["tag_skill"] in right
    lines = ["| release | questions | different | with a skill | of these, as the release says |",
             "|---|---:|---:|---:|---:|"]
    for name in sorted(counts, key=lambda name: (name == "all", name)):
        c = counts[name]
        different = sum(1 for key in c if isinstance(key, tuple))
        lines.append(f"| {name} | {c['n']:,} | {different:,} | {percent(c['tagged'], c['n'])} | "
                     f"{percent(c['right'], c['tagged'])} |")
    return lines, left_out


def print_rules(rows, types):
    counts = collections.defaultdict(collections.Counter)
    for row in rows:
        right = types.get((row["dataset"], row["type"])) or ({row["skill"]} if row["skill"] else None)
        if right and row["tag_skill"]:
            half = "held out" if is_held_out(row) else "tuning"
            counts[row["tag_rule"]][half] += 1
            counts[row["tag_rule"]][half, "right"] += row["tag_skill"] in right
    print("\nrule                     held out    right   tuning    right")
    for rule, c in sorted(counts.items()):
        print(f"{rule:22} {c['held out']:10,} {percent(c['held out', 'right'], c['held out']):>8} "
              f"{c['tuning']:8,} {percent(c['tuning', 'right'], c['tuning']):>8}")


def print_wrong(rows, types, n):
    wrong = collections.defaultdict(list)
    for row in rows:
        right = types.get((row["dataset"], row["type"])) or ({row["skill"]} if row["skill"] else None)
        if right and not is_held_out(row) and row["tag_skill"] not in right:
            wrong[row["dataset"], row["type"], row["tag_skill"], row["tag_rule"]].append(row["question"])
    for key in sorted(wrong, key=str):
        print(*key, len(wrong[key]))
        for question in wrong[key][:n]:
            print("    ", question.replace("\n", "/")[:140])


def write(lines):
    path = os.path.join(ROOT, "docs", "tags.md")
    with open(path) as file:
        text = file.read()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    with open(path, "w") as file:
        file.write(text[:begin] + "\n".join(lines) + "\n" + text[end:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("samples")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--wrong", type=int, metavar="N")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    types = read_types()
    with tempfile.TemporaryDirectory() as folder:
        workspace = os.path.join(folder, "ws")
        index(args.samples, workspace)
        rows = questions(workspace)
    lines, left_out = table(rows, types)
    print("\n".join(lines))
    print(f"{left_out:,} questions have neither a type nor a skill of the release and are not counted")
    if args.rules:
        print_rules(rows, types)
    if args.wrong:
        print_wrong(rows, types, args.wrong)
    if args.write:
        write(lines)


if __name__ == "__main__":
    main()
