"""SIGKILL at seeded moments over index, link, mix, emit and work units, then the same command again: the
same bytes as an undisturbed run, nothing left over.

    kills.py [--n 1000] [--seed 1] [--jobs N] [STEP...]

The release and what is compared are those of faults.py. A case kills a command one to four times in a
row, each time after a random part of the time that it takes, and then lets it end."""
import concurrent.futures
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import faults


class Killer:
    def __init__(self, bench):
        self.bench = bench
        self.spans = {step.name: self.span(step) for step in bench.steps}

    def span(self, step):
        """Seconds that the command takes here, the slower of two."""
        folder = os.path.join(self.bench.root, "span")
        taken = []
        for _ in range(2):
            self.bench.begin(step, folder)
            begun = time.monotonic()
            self.bench.run(folder, step.arguments)
            taken.append(time.monotonic() - begun)
        return max(taken)

    def kill(self, step, folder, after):
        """True when the signal came before the end; None when it ended by another one."""
        running = subprocess.Popen(self.bench.command(step.arguments), cwd=folder, env=self.bench.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        code = running.wait()
        return code == -signal.SIGKILL if code in (-signal.SIGKILL, 0, 1, 2) else None

    def try_case(self, step, seed, folder):
        """(kills that hit, kills, what went wrong)"""
        rng = random.Random(seed)
        self.bench.begin(step, folder)
        hit, n, wrong = 0, rng.choice([1, 1, 2, 4]), []
        for _ in range(n):
            struck = self.kill(step, folder, rng.random() * 0.7 * self.spans[step.name])
            hit += bool(struck)
            if struck is None:
                wrong.append("ended by another signal")
            wrong += ["killed: " + w for w in faults.compare(step, folder, False)]
        code, _, err = self.bench.run(folder, step.arguments)
        if code != 0:
            wrong.append("again: exit %s: %s" % (code, err[-300:]))
        wrong += ["again: " + w for w in faults.compare(step, folder, True, True)]
        if step.tables is not None and code == 0 and self.bench.tables(folder) != step.tables:
            wrong.append("again: other tables")
        return hit, n, wrong


class Table:
    def __init__(self, wanted):
        self.lock, self.rows, self.wanted = threading.Lock(), {}, wanted
        self.n_kills = self.failed = self.passed = 0
        self.begun = time.monotonic()

    def add(self, step, seed, hit, n, wrong):
        with self.lock:
            row = self.rows.setdefault(step.name, [0, 0, 0, 0])
            for i, value in enumerate((1, n, hit, bool(wrong))):
                row[i] += value
            self.n_kills += n
            self.failed += bool(wrong)
            self.passed += not wrong
            if wrong:
                print("FAIL %s case %s" % (step.name, seed))
                for line in wrong[:6]:
                    print("     " + line)
            if (self.failed + self.passed) % 50 == 0:
                left = (time.monotonic() - self.begun) / self.n_kills * max(0, self.wanted - self.n_kills)
                print("kills: %d of %d, %.0f s left" % (self.n_kills, self.wanted, left), file=sys.stderr)

    def print(self):
        print("%-10s %8s %8s %8s %8s" % ("step", "cases", "kills", "hit", "wrong"))
        for name, row in self.rows.items():
            print("%-10s" % name + "".join(" %8d" % value for value in row))


def main():
    parser = faults.arguments()
    parser.add_argument("--n", type=int, default=1000)
    options = parser.parse_args()
    bench = faults.Bench(options.rsift, options.synth, options.library, units=3)
    try:
        killer, table = Killer(bench), Table(options.n)
        chosen = [s for s in bench.steps if not options.names or s.name in options.names]
        local, counter, numbers = threading.local(), iter(range(1000)), iter(range(options.n))

        def work():
            local.folder = os.path.join(bench.root, "try%03d" % next(counter))
            for number in numbers:
                if table.n_kills >= options.n:
                    return
                step = chosen[number % len(chosen)]
                seed = "%d %s %d" % (options.seed, step.name, number)
                table.add(step, seed, *killer.try_case(step, seed, local.folder))

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for done in [pool.submit(work) for _ in range(options.jobs)]:
                done.result()
        table.print()
        print("%d passed, %d failed, 0 skipped" % (table.passed, table.failed))
        return 1 if table.failed or not table.passed else 0
    finally:
        if options.keep:
            print(bench.root, file=sys.stderr)
        else:
            shutil.rmtree(bench.root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
