"""Every ELF object that is built, and every one that is installed, is hardened: read from the objects themselves.

An empty entry of a run path is the current folder, which may be a hostile release. In a release build no object has
an executable stack, a text relocation or a relocation that is done after the start, each program is position
independent, and what the compiler adds (stack protector, checked copies, marks for indirect branches and shadow
stacks) is there, in the objects of others that we compile too. DuckDB's library is only asked for its run path.
"""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(os.environ.get("RSIFT_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("RSIFT_BUILD_DIR", SOURCE / "build"))
ET_REL, ET_DYN = 1, 3
PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_STACK, PT_GNU_RELRO = 2, 3, 4, 0x6474E551, 0x6474E552
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_TEXTREL, DT_BIND_NOW, DT_RUNPATH, DT_FLAGS = 1, 5, 15, 22, 24, 29, 30
DT_FLAGS_1 = 0x6FFFFFFB
SHT_SYMTAB, SHT_STRTAB, SHT_NOTE, SHT_DYNSYM = 2, 3, 7, 11
EM_X86_64 = 62
IBT_SHSTK = 3
# Other programs, code of others, a network: rsift calls none of these.
NOT_CALLED = {"socket", "connect", "getaddrinfo", "gethostbyname", "system", "popen", "fork", "vfork", "execl", "execle", "execlp",
              "execv", "execve", "execvp", "execvpe", "fexecve", "posix_spawn", "posix_spawnp", "dlmopen"}
# The one file that opens a library, by a fixed name: DuckDB.
OPENS_LIBRARY = "store/duckdb_calls.c.o"


class Elf:
    """What the checks ask of one 64-bit little-endian object."""

    def __init__(self, data):
        self.data = data
        (self.kind, self.machine, _, _, phoff, shoff, _, _, phsize, n_ph, shsize, n_sh, _) = struct.unpack_from(
            "<HHIQQQIHHHHHH", data, 16)
        self.segments = [struct.unpack_from("<IIQQQQQQ", data, phoff + i * phsize) for i in range(n_ph)]
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, shoff + i * shsize) for i in range(n_sh)]
        self.dynamic = self._dynamic()
        self.symbols = self._symbols()

    def _segments(self, kind):
        return [s for s in self.segments if s[0] == kind]

    def _offset(self, address):
        for kind, _, offset, vaddr, _, size, _, _ in self.segments:
            if kind == 1 and vaddr <= address < vaddr + size:
                return address - vaddr + offset
        raise ValueError("an address outside of all segments")

    def _text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode("utf-8", "replace")

    def _dynamic(self):
        entries = []
        for _, _, offset, _, _, size, _, _ in self._segments(PT_DYNAMIC):
            for at in range(offset, offset + size, 16):
                tag, value = struct.unpack_from("<qQ", self.data, at)
                if tag == 0:
                    break
                entries.append((tag, value))
        return entries

    def _symbols(self):
        names = set()
        for _, kind, _, _, offset, size, link, _, _, each in self.sections:
            if kind not in (SHT_SYMTAB, SHT_DYNSYM):
                continue
            strings = self.sections[link][4]
            for at in range(offset, offset + size, each):
                names.add(self._text(strings + struct.unpack_from("<I", self.data, at)[0]).split("@")[0])
        return names

    def run_paths(self):
        strings = [v for t, v in self.dynamic if t == DT_STRTAB]
        return [self._text(self._offset(strings[0]) + v) for t, v in self.dynamic if t in (DT_RPATH, DT_RUNPATH)]

    def flag(self, tag, bit):
        return any(t == tag and v & bit for t, v in self.dynamic)

    def binds_now(self):
        return any(t == DT_BIND_NOW for t, _ in self.dynamic) or self.flag(DT_FLAGS, 8) or self.flag(DT_FLAGS_1, 1)

    def has_text_relocations(self):
        return any(t == DT_TEXTREL for t, _ in self.dynamic) or self.flag(DT_FLAGS, 4)

    def has_relro(self):
        return bool(self._segments(PT_GNU_RELRO))

    def stack_is_data(self):
        """Without the segment a loader may make the stack executable."""
        stacks = self._segments(PT_GNU_STACK)
        return bool(stacks) and not any(s[1] & 1 for s in stacks)

    def is_program(self):
        return bool(self._segments(PT_INTERP))

    def branch_marks(self):
        """Bits of GNU_PROPERTY_X86_FEATURE_1_AND: 1 indirect branches, 2 shadow stacks."""
        notes = [(s[4], s[5]) for s in self.sections if s[1] == SHT_NOTE]
        for offset, size in notes:
            at, end = offset, offset + size
            while at + 12 <= end:
                n_name, n_desc, kind = struct.unpack_from("<III", self.data, at)
                desc = at + 12 + (n_name + 3) // 4 * 4
                if kind == 5 and self.data[at + 12:at + 16] == b"GNU\0":
                    inner = desc
                    while inner + 8 <= desc + n_desc:
                        what, length = struct.unpack_from("<II", self.data, inner)
                        if what == 0xC0000002:
                            return struct.unpack_from("<I", self.data, inner + 8)[0]
                        inner += 8 + (length + 7) // 8 * 8
                at = desc + (n_desc + 7) // 8 * 8
        return 0


def bad_entries(run_path):
    """Entries that are not $ORIGIN or a folder below or beside it; '' is the current folder."""
    return [e for e in run_path.split(":") if e != "$ORIGIN" and not e.startswith("$ORIGIN/")]


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    return Elf(data) if data[:6] == b"\x7fELF\x02\x01" else None


def objects_of(folder):
    """(path, Elf) of every 64-bit object under `folder` that is linked; each file once."""
    plan = folder / "build.ninja"
    plan = plan.read_text() if plan.exists() else None
    for path in sorted(folder.rglob("*")):
        # What CMake tried out for itself is no object of ours.
        if path.is_symlink() or not path.is_file() or "CMakeFiles" in path.parts or path.suffix == ".a":
            continue
        if plan is not None and str(path.relative_to(folder)) not in plan:
            continue  # left by an earlier build of a target that is gone
        with open(path, "rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        yield path, read(path)


def faults(elf, release):
    """What is wrong with one linked object of ours, a phrase each."""
    found = [f"run path {p!r} has {bad_entries(p)}" for p in elf.run_paths() if bad_entries(p)]
    checks = [("it has no read-only relocations (RELRO)", elf.has_relro()), ("it binds lazily", elf.binds_now()),
              ("its stack is executable", elf.stack_is_data()),
              ("it has text relocations", not elf.has_text_relocations()), ("it is not position independent", elf.kind == ET_DYN)]
    if release:
        checks.append(("no stack protector", "__stack_chk_fail" in elf.symbols))
    if release and elf.machine == EM_X86_64:
        checks.append(("no marks IBT and SHSTK", elf.branch_marks() & IBT_SHSTK == IBT_SHSTK))
    return found + [what for what, good in checks if not good]


def check_tree(name, folder, release, least):
    n, wrong = 0, []
    for path, elf in objects_of(folder):
        n += 1
        if path.name.startswith("libduckdb"):
            found = [f"run path {p!r}" for p in elf.run_paths() if bad_entries(p)]
        else:
            found = faults(elf, release)
        # a small program may have nothing to check
        if release and (path.name in ("rsift", "rsift-synth") or path.name.startswith("librsift")):
            if not any(s.endswith("_chk") for s in elf.symbols):
                found.append("no checked copies (FORTIFY)")
            found += [f"it calls {name}" for name in sorted(NOT_CALLED & elf.symbols)]
        wrong += [f"{path.relative_to(folder)}: {fault}" for fault in found]
    if n < least:
        wrong.append(f"expected {least} objects, found {n}")
    print(f"{name}: {n} objects")
    return [f"{name}: {w}" for w in wrong]


def check_compiled():
    """Each file that we compile, those of others too, gets the options, and its object shows it."""
    wrong, n = [], 0
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        command = entry.get("command") or " ".join(entry["arguments"])
        object_file = Path(entry["directory"]) / entry.get("output", "")
        n += 1
        for option in ("-fstack-protector-strong", "-D_FORTIFY_SOURCE=", "-fPI"):
            if option not in command:
                wrong.append(f"{entry['file']}: compiled without {option}")
        if not object_file.is_file():
            continue  # a target that nobody asked for
        elf = read(object_file)
        if elf.machine == EM_X86_64 and elf.branch_marks() & IBT_SHSTK != IBT_SHSTK:
            wrong.append(f"{object_file.name}: no marks IBT and SHSTK")
        if "dlopen" in elf.symbols and "/src/" in entry["file"] and not str(object_file).endswith(OPENS_LIBRARY):
            wrong.append(f"{object_file.name}: it opens a library")
        if object_file.name == "yyjson.c.o" and "__stack_chk_fail" not in elf.symbols:
            wrong.append(f"{object_file.name}: no stack protector")
    print(f"compiled: {n} files")
    return wrong


def check_itself():
    """The checks find what they are for."""
    for good in ("$ORIGIN", "$ORIGIN/../lib/rsift:$ORIGIN"):
        assert bad_entries(good) == [], good
    for bad in ("$ORIGIN:", ":$ORIGIN", "$ORIGIN::$ORIGIN", ".", "", "$ORIGIN:/tmp", "$ORIGINAL", "$ORIGIN:::::"):
        assert bad_entries(bad), bad
    cc = shutil.which(os.environ.get("CC", "cc"))
    if not cc:
        print("self-check of the objects skipped: no C compiler")
        return
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "x.c", Path(folder) / "x"
        source.write_text("int main(void) { return 0; }\n")
        soft = ["-fno-stack-protector", "-fcf-protection=none", "-no-pie", "-Wl,-z,lazy", "-Wl,-z,norelro",
                "-Wl,-z,execstack", "-Wl,-rpath,$ORIGIN:"]
        if subprocess.run([cc, *soft, str(source), "-o", str(out)], capture_output=True).returncode:
            print("self-check of the objects skipped: the compiler refuses its options")
            return
        found = " ".join(faults(read(out), True))
        for word in ("run path", "RELRO", "lazily", "executable", "position", "stack protector"):
            assert word in found, f"a soft program passes: {word}"


def main():
    check_itself()
    cache = (BUILD / "CMakeCache.txt").read_text()
    plain = all(f"{name}:" not in cache or f"{name}:STRING=\n" in cache or f"{name}:BOOL=OFF" in cache
                for name in ("RSIFT_SANITIZE", "RSIFT_FUZZ", "RSIFT_COVERAGE"))
    release = "CMAKE_BUILD_TYPE:STRING=Release\n" in cache and plain
    wrong = check_tree("build folder", BUILD, release, 50) if plain else []
    if release:
        wrong += check_compiled()
    if plain and shutil.which("cmake"):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["cmake", "--install", str(BUILD), "--prefix", "/usr"], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, "DESTDIR": folder})
            wrong += check_tree("installed", Path(folder), release, 3)
    if not plain:
        print("skipped: a build with sanitizers, fuzzing or coverage is not installed")
        return 77
    for sentence in wrong:
        print("FAIL", sentence)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
