"""Every allocation and every call of the system fails once, over index, link, mix and emit of a release
of 30 records (release.py), by the preloaded library of faults.c.

    faults.py [--seed N] [--share F] [--every | --sites] [--jobs N] [NAME...]

A point is named step/call/kind/n (emit/write/ENOSPC/12). NAMEs choose: a point, or a beginning of some
(emit, index/alloc). By default one call of each different stack fails (--sites), with --every each call;
--share 0.1 tries a tenth of the points, chosen by the seed.

At each point the command must end in time with exit 0, 1 or 2, by no signal; nothing that stands under a
final name may differ from what an undisturbed run writes; exit 0 only with everything written and said;
and the same command again, undisturbed, must leave the same bytes as if nothing had happened."""
import argparse
import concurrent.futures
import filecmp
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import release

ALLOWED_S = 60
IO_KINDS = {"open": ["EIO", "EMFILE", "EINTR", "ENOSPC"], "read": ["EIO", "EINTR", "SHORT", "END"],
            "write": ["EIO", "ENOSPC", "EINTR", "SHORT", "ALL_ENOSPC"], "rename": ["EIO", "ENOSPC"],
            "sync": ["EIO", "ENOSPC"], "mkdir": ["EIO", "ENOSPC"], "link": ["EIO", "ENOSPC"],
            "close": ["EIO", "EINTR"], "stat": ["EIO", "EACCES"], "unlink": ["EIO"], "thread": ["EIO"]}
KINDS = dict(IO_KINDS, alloc=["ENOMEM", "ALL_ENOMEM"])
KILLED = ["write", "rename", "sync", "mkdir", "link", "close", "unlink"]  # KILL in front of each of these
RECIPE = "name: m\nseed: 7\nlicence: any\nbudget: {samples: 100000}\ndatasets:\n  - {id: mine}\n"
ASKED = ["SELECT * FROM asset ORDER BY ALL", "SELECT * FROM asset_source ORDER BY ALL",
         "SELECT * FROM finding ORDER BY ALL", "SELECT * EXCLUDE (made_at) FROM mixture ORDER BY ALL", "SELECT * FROM ledger ORDER BY ALL",
         "SELECT * FROM overlap ORDER BY ALL"]


class Step:
    """A command, the state it begins with and what it leaves."""

    def __init__(self, name, arguments, before, out=None):
        self.name, self.arguments, self.before, self.out = name, arguments, before, out
        self.expected = self.said = None


class Bench:
    def __init__(self, rsift, synth, library, units=0):
        self.rsift, self.library = os.path.abspath(rsift), os.path.abspath(library)
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.root = tempfile.mkdtemp(prefix="rsift-faults-", dir=base)
        self.rel = os.path.join(self.root, "rel")
        release.make(os.path.abspath(synth), self.rel)
        with open(os.path.join(self.rel, "recipe.yaml"), "w") as out:
            out.write(RECIPE)
        own = ["index", "../rel/records.json", "--reader", "llava", "--name", "mine", "--param",
               "box_convention=permille"]
        self.steps = [
            Step("index", own + ["--images", "../rel/pictures"], None),
            Step("link", ["link", "mine", "--images", "../rel/pictures"], "bare"),
            Step("mix", ["mix", "../rel/recipe.yaml"], "index"),
            Step("emit", ["emit", "--format", "llava", "--model", "llava-1.5", "-o", "out"], "mix", "out"),
            Step("emit-copy", ["emit", "--format", "qwen", "--model", "qwen2.5-vl", "--min-pixels", "3136",
                               "--max-pixels", "100352", "--images", "copy", "-o", "out"], "mix", "out")]
        self.bare, self.trace = own, None
        for i in range(1, units + 1):
            self.steps.append(Step("unit-%d" % i, own + ["--images", "../rel/pictures", "--unit", "%d/%d" % (i, units)],
                                   "unit-%d" % (i - 1) if i > 1 else None))
        for step in self.steps:
            self.prepare(step)

    def command(self, arguments):
        return [self.rsift] + arguments + ["--workspace", "ws", "--threads", "1", "--quiet"]

    def environment(self, extra=None):
        return dict(os.environ, LD_PRELOAD=self.library, LC_ALL="C", **(extra or {}))

    def run(self, folder, arguments, extra=None):
        try:
            done = subprocess.run(self.command(arguments), cwd=folder, env=self.environment(extra),
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=ALLOWED_S, text=True,
                                  errors="replace")
        except subprocess.TimeoutExpired:
            return None, "", "not ended after %d s" % ALLOWED_S
        return done.returncode, done.stdout, done.stderr

    def begin(self, step, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        if step.before:
            shutil.copytree(os.path.join(self.root, "after-" + step.before, "ws"), os.path.join(folder, "ws"))

    def print_trace(self):
        """Where in rsift the call that failed came from."""
        if not os.path.exists(self.trace):
            return
        addresses = [line.split()[0] for line in open(self.trace)]
        done = subprocess.run(["addr2line", "-sfpie", self.rsift] + addresses, capture_output=True, text=True)
        print("     " + done.stdout.replace("\n", "\n     "))

    def prepare(self, step):
        if step.before == "bare":
            self.must(os.path.join(self.root, "after-bare"), self.bare, None)
        folder = os.path.join(self.root, "after-" + step.name)
        self.begin(step, folder)
        step.said = self.must(folder, step.arguments, None)
        step.expected = os.path.join(self.root, "expected-" + step.name)
        os.rename(folder, step.expected)
        shutil.copytree(step.expected, folder)  # its path is that of later runs' beginnings
        step.tables = self.tables(folder) if step.name != "index" else None

    def must(self, folder, arguments, extra):
        os.makedirs(folder, exist_ok=True)
        code, out, err = self.run(folder, arguments, extra)
        if code != 0:
            sys.exit("undisturbed %s: exit %s\n%s" % (arguments[0], code, err))
        return out

    def tables(self, folder):
        answers = []
        for question in ASKED:
            code, out, err = self.run(folder, ["query", question, "--json"])
            answers.append(out if code == 0 else err)
        return answers

    def counts(self, step):
        folder, counts = os.path.join(self.root, "count"), os.path.join(self.root, "counts")
        self.begin(step, folder)
        self.must(folder, step.arguments, {"FAULT_COUNT": counts})
        return {name: int(n) for name, n in (line.split() for line in open(counts))}

    def sites(self, step, call):
        """The first call of each different stack."""
        folder, sites = os.path.join(self.root, "count"), os.path.join(self.root, "sites")
        self.begin(step, folder)
        self.must(folder, step.arguments, {"FAULT_CALL": call, "FAULT_SITES": sites})
        first = {}
        for n, line in enumerate(open(sites), 1):
            first.setdefault(line, n)
        return sorted(first.values())


def files_of(top):
    found = {}
    for at, folders, files in os.walk(top):
        if at == top:
            folders[:] = [f for f in folders if f not in ("tmp", "locks")]
        for name in files + [f for f in folders if os.path.islink(os.path.join(at, f))]:
            path = os.path.join(at, name)
            found[os.path.relpath(path, top)] = path
    return found


def same(a, b):
    if os.path.islink(a) or os.path.islink(b):
        return os.path.islink(a) and os.path.islink(b) and os.readlink(a) == os.readlink(b)
    return filecmp.cmp(a, b, shallow=False)


def is_final(name):
    """rsift.duckdb is asked, not compared; last-mix.json says that a mix failed; a link that goes on
    where another stopped names its part by the pictures that are left, and is asked as well; the empty
    tables of _schema are made anew when they do not prove; proven.txt and the marks of an output hold no data."""
    return not (".partial" in name or name.startswith("rsift.duckdb") or "/link-" in name or "/_schema/" in name or
                os.path.basename(name) in (".rsift-output", ".rsift-output.lock", "last-mix.json", "proven.txt"))


def differences(found, expected, whole):
    """Finished names that hold something else; with `whole` also what is missing or too much."""
    a, b = files_of(found), files_of(expected)
    wrong = []
    for name in sorted(a):
        if not is_final(name):
            if whole and ".partial" in name:
                wrong.append("left over: " + name)
        elif name not in b:
            wrong.append("too much: " + name)
        elif not same(a[name], b[name]):
            wrong.append("other bytes: " + name)
    if whole:
        wrong += ["missing: " + n for n in sorted(b) if n not in a and is_final(n)]
    else:  # a part is there as a whole or not at all
        parts = {os.path.dirname(n) for n in a if n.startswith("parts/") and "/_schema/" not in n}
        wrong += ["missing in its part: " + n for n in sorted(b) if os.path.dirname(n) in parts and n not in a]
    return wrong


def compare(step, folder, whole, swept=False):
    """`swept`: the run ended without a failure, so that nothing of an earlier one may be left."""
    wrong = []
    for part in ["ws"] + ([step.out] if step.out else []):
        if whole or os.path.isdir(os.path.join(folder, part)):
            wrong += [part + ": " + w for w in
                      differences(os.path.join(folder, part), os.path.join(step.expected, part), whole)]
    left = os.path.join(folder, "ws", "tmp")
    if swept and os.path.isdir(left) and os.listdir(left):
        wrong.append("left over: ws/tmp/" + os.listdir(left)[0])
    return wrong


def copied_for_linked(step, folder):
    """A picture that could not be linked was copied: sound, and told in what is written."""
    for name, path in files_of(os.path.join(step.expected, step.out)).items() if step.out else ():
        mine = os.path.join(folder, step.out, name)
        if os.path.islink(path) and os.path.isfile(mine) and not os.path.islink(mine):
            source = os.path.join(os.path.dirname(step.expected), "rel", "pictures", name.split("images/mine/")[-1])
            return os.path.isfile(source) and filecmp.cmp(mine, source, shallow=False)
    return False


def try_point(bench, step, call, kind, n, folder):
    """What went wrong, as lines, and how the command ended."""
    bench.begin(step, folder)
    environment = {"FAULT_CALL": call, "FAULT_KIND": kind, "FAULT_AT": str(n)}
    if bench.trace:
        environment["FAULT_TRACE"] = bench.trace
    code, out, err = bench.run(folder, step.arguments, environment)
    wrong = []
    if kind == "KILL" and code == -9:
        ended = "killed"
    elif code in (0, 1, 2):
        ended = "exit %d" % code
    else:
        ended = "signal %s" % -code if code else "hang"
        wrong.append(ended + ": " + err[-300:])
    if code in (1, 2) and not err.strip():
        wrong.append("exit %d without a word" % code)
    if code == 0 and copied_for_linked(step, folder):
        ended = "exit 0"
    else:
        if code == 0 and out != step.said:
            wrong.append("exit 0, but said %r" % out[-120:])
        wrong += ["exit %s, %s" % (code, w) for w in compare(step, folder, code == 0)]
    code, out, again = bench.run(folder, step.arguments)
    if code != 0:
        wrong.append("again: exit %s: %s" % (code, again[-300:]))
    wrong += ["again: " + w for w in compare(step, folder, True, True)]
    if step.tables is not None and code == 0 and bench.tables(folder) != step.tables:
        wrong.append("again: other tables")
    if wrong:
        wrong.append("first said: " + err.strip()[-300:])
    return wrong, ended


def all_points(bench, options):
    def chosen(name):
        return not options.names or any(name == n or name.startswith(n + "/") or n.startswith(name)
                                        for n in options.names)

    for step in bench.steps:
        if not chosen(step.name):
            continue
        counts = bench.counts(step)
        for call in KINDS:
            kinds = KINDS[call] + (["KILL"] if call in KILLED else [])
            kinds = [k for k in kinds if chosen("%s/%s/%s" % (step.name, call, k))]
            if not kinds or not counts[call]:
                continue
            numbers = range(1, counts[call] + 1) if options.every else bench.sites(step, call)
            if len(options.names) == 1 and options.names[0].count("/") == 3:
                numbers = [int(options.names[0].split("/")[3])]
            for kind in kinds:
                for n in numbers:
                    yield step, call, kind, n


class Table:
    """What came out, by step and call."""

    def __init__(self, n):
        self.n, self.done, self.begun = n, 0, time.monotonic()
        self.lock, self.rows, self.failed = threading.Lock(), {}, 0

    def add(self, point, wrong, ended):
        step, call, kind, n = point
        with self.lock:
            row = self.rows.setdefault((step.name, call), {})
            row[ended] = row.get(ended, 0) + 1
            row["wrong"] = row.get("wrong", 0) + bool(wrong)
            self.done += 1
            if wrong:
                self.failed += 1
                print("FAIL %s/%s/%s/%d" % (step.name, call, kind, n))
                for line in wrong[:8]:
                    print("     " + line.replace("\n", "\n     "))
                sys.stdout.flush()
            if self.done % 50 == 0:
                left = (time.monotonic() - self.begun) / self.done * (self.n - self.done)
                print("faults: %d of %d points, %d wrong, %.0f s left" % (self.done, self.n, self.failed, left),
                      file=sys.stderr)

    def print(self):
        columns = ["exit 0", "exit 1", "exit 2", "killed", "wrong"]
        print("%-10s %-8s %8s" % ("step", "call", "points") + "".join("%8s" % c for c in columns))
        for (step, call), row in self.rows.items():
            n = sum(v for k, v in row.items() if k != "wrong")
            print("%-10s %-8s %8d" % (step, call, n) + "".join("%8d" % row.get(c, 0) for c in columns))


def arguments():
    build = os.environ.get("RSIFT_BUILD_DIR", "build")
    parser = argparse.ArgumentParser()
    parser.add_argument("--rsift", default=os.environ.get("RSIFT_BIN", build + "/rsift"))
    parser.add_argument("--synth", default=os.environ.get("RSIFT_SYNTH", build + "/rsift-synth"))
    parser.add_argument("--library", default=build + "/tests/libfaults.so")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true", help="leave the files of the last ones")
    parser.add_argument("names", nargs="*")
    return parser


def main():
    parser = arguments()
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--sites", action="store_true")
    options = parser.parse_args()
    bench = Bench(options.rsift, options.synth, options.library)
    try:
        points = list(all_points(bench, options))
        if options.share < 1:
            points = [p for p in points if random.Random("%d%s%s" % (options.seed, p[0].name, p[1:])).random()
                      < options.share]
        if len(points) == 1:
            bench.trace = os.path.join(bench.root, "trace")
        table = Table(len(points))
        names = threading.local()
        numbers = iter(range(1000))

        def run(point):
            if not hasattr(names, "folder"):
                names.folder = os.path.join(bench.root, "try%03d" % next(numbers))
            wrong, ended = try_point(bench, *point, names.folder)
            table.add(point, wrong, ended)
            if bench.trace:
                bench.print_trace()

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in [pool.submit(run, p) for p in points]:
                done.result()
        table.print()
        print("%d passed, %d failed, 0 skipped" % (table.done - table.failed, table.failed))
        return 1 if table.failed or not points else 0
    finally:
        if options.keep:
            print(bench.root, file=sys.stderr)
        else:
            shutil.rmtree(bench.root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
