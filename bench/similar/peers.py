"""The peers of the similarity benchmarks: a virtual environment with them, made on first use.

`start(__file__)` runs the calling script again inside that environment. Peers that cannot be
installed are left out, each with the reason.
"""
import importlib
import os
import subprocess
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# imagededup asks for torch, of which only its CNN makes use; its hashes need no more than these.
PACKAGES = ["numpy", "pillow", "faiss-cpu", "pdqhash", "opencv-python-headless", "PyWavelets", "scikit-learn",
            "scipy", "tqdm", "matplotlib"]
BARE = ["imagededup"]


def deps():
    return os.environ.get("RSIFT_DEPS_DIR") or os.path.join(ROOT, ".deps")


def environment():
    folder = os.environ.get("BENCH_VENV") or os.path.join(deps(), "bench-similar")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", folder])
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        for package in PACKAGES:
            subprocess.call(pip + [package])
        for package in BARE:
            subprocess.call(pip + ["--no-deps", package])
    return python


def start(script):
    python = environment()
    if os.path.abspath(sys.prefix) != os.path.dirname(os.path.dirname(os.path.abspath(python))):
        os.execv(python, [python, os.path.abspath(script)] + sys.argv[1:])


def load(name):
    """The module, or None with a line that says why."""
    try:
        return importlib.import_module(name)
    except Exception as e:  # pylint: disable=broad-except
        print(f"{name} left out: {e}", file=sys.stderr)
        return None


def load_imagededup():
    """imagededup's hashing methods without its CNN and that one's helpers, which would load torch."""
    for name, members in {"imagededup.methods.cnn": ["CNN"], "imagededup.utils.models": ["CustomModel"],
                          "imagededup.utils.data_generator": []}.items():
        stub = types.ModuleType(name)
        for member in members:
            setattr(stub, member, None)
        sys.modules[name] = stub
    return load("imagededup.methods")


def build_folder():
    return os.environ.get("RSIFT_BUILD_DIR") or os.path.join(ROOT, "build")


def compile_driver(name, out):
    """Builds bench/similar/NAME.c against build/librsift.a."""
    build = build_folder()
    command = ["cc", "-std=c17", "-O2", "-D_GNU_SOURCE=", "-ffp-contract=off", "-I" + os.path.join(ROOT, "include"),
               "-I" + os.path.join(ROOT, "src"), os.path.join(HERE, name + ".c"), "-o", out,
               os.path.join(build, "librsift.a")] + libraries(build)
    subprocess.check_call(command)


def libraries(build):
    """What librsift.a needs, as rsift.pc says it."""
    with open(os.path.join(build, "rsift.pc"), encoding="utf-8") as pc:
        for line in pc:
            if line.startswith("Libs.private:"):
                words = line.split(":", 1)[1].split()
                return [w for w in words if w.startswith(("-l", "-L")) and "$" not in w and w != "-lduckdb"]
    return []
