"""METEOR 1.5's own program as pycocoevalcap ships and calls it, with options of one's own. ImportError says what is missing."""
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path


class Jar:
    def __init__(self, *options):
        found = importlib.util.find_spec("pycocoevalcap")
        if not found:
            raise ImportError("No module named 'pycocoevalcap'")
        if not shutil.which("java"):
            raise ImportError("java is not here")
        self.folder = Path(found.submodule_search_locations[0]) / "meteor"
        self.path = self.folder / "meteor-1.5.jar"
        if not self.path.is_file():
            raise ImportError(f"pycocoevalcap has no {self.path.name}")
        self.process = subprocess.Popen(
            ["java", "-Xmx2G", "-jar", self.path, "-", "-", "-stdio", "-l", "en", "-norm", *options], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})

    def _ask(self, line):
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()

    def statistics(self, said, references):
        """The 23 numbers of the best reference, as text."""
        self._ask(" ||| ".join(["SCORE", *references, said.replace("|||", "").replace("  ", " ")]))
        return self.process.stdout.readline().decode().strip()

    def scores(self, statistics):
        """Segments' scores and the corpus score."""
        self._ask(" ||| ".join(["EVAL", *statistics]))
        each = [float(self.process.stdout.readline()) for _ in statistics]
        return each, float(self.process.stdout.readline())

    def corpus(self, golds, said):
        return self.scores([self.statistics(said[i][0], golds[i]) for i in golds])[1]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


EXACT = ("-m", "exact", "-w", "1.0")
NO_PARAPHRASE = ("-m", "exact stem synonym", "-w", "1.0 0.6 0.8")
