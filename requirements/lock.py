"""Renew the lock and prove it; ``python3 run.py lock`` runs this file.

``uv.lock`` names every version that is installed; ``requirements/NAME.txt`` says the same to pip, with the hash of
every file: ``core`` for the commands, one file for each extra of ``pyproject.toml`` and ``lock`` for this programme.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
CORE_LIMIT = 400.0  # MB
GLIBC, MACOS = 28, (12, 0)  # the oldest systems: glibc 2.28 of 2018, macOS 12 of 2021
HEADER = "# Every version and file that is installed, from uv.lock. Renew it with: python3 run.py lock\n"


class Platform(NamedTuple):
    """A system that the lock must serve, or serves where its packages do."""

    name: str
    must: bool
    tags: tuple[str, ...]
    sys_platform: str
    platform_system: str
    platform_machine: str
    os_name: str


class Gap(NamedTuple):
    """A pinned version without a wheel."""

    file: str
    package: str
    platform: Platform
    python: tuple[int, int]


def linux(machine: str) -> tuple[str, ...]:
    """The wheel platforms that a Linux with glibc 2.28 takes."""
    dated = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    return tuple(
        f"{name}_{machine}"
        for minor in range(GLIBC, 4, -1)
        for name in (f"manylinux_2_{minor}", dated.get(minor))
        if name
    )


PLATFORMS = (
    Platform("Linux x86_64", True, linux("x86_64"), "linux", "Linux", "x86_64", "posix"),
    Platform("Linux arm64", True, linux("aarch64"), "linux", "Linux", "aarch64", "posix"),
    Platform("macOS arm64", True, tuple(mac_platforms(MACOS, "arm64")), "darwin", "Darwin", "arm64", "posix"),
    Platform("macOS x86_64", False, tuple(mac_platforms(MACOS, "x86_64")), "darwin", "Darwin", "x86_64", "posix"),
    Platform("Windows x86_64", True, ("win_amd64",), "win32", "Windows", "AMD64", "nt"),
)


# What stands in the files


def packages(lock: Path) -> list[dict[str, Any]]:
    """The packages of a ``uv.lock`` that come from an index, one entry a version; none where there is no file."""
    every: list[dict[str, Any]] = tomllib.loads(lock.read_text(encoding="utf-8"))["package"] if lock.exists() else []
    return [package for package in every if "registry" in package["source"]]


def file_name(entry: dict[str, Any]) -> str:
    """The name of a wheel or an sdist of ``uv.lock``."""
    return str(entry["url"]).rsplit("/", 1)[1]


def pins(file: Path) -> Iterator[tuple[Requirement, frozenset[str]]]:
    """Each requirement of an exported file, with the hashes that it admits."""
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            words, *hashes = line.split("--hash=")
            yield Requirement(words.strip()), frozenset(h.strip() for h in hashes)


def pinned(requirement: Requirement) -> tuple[str, str]:
    """Name and version of a requirement of the form ``name==version``."""
    (one,) = requirement.specifier
    return canonicalize_name(requirement.name), one.version


def names(pyproject: Path) -> list[str]:
    """The requirement files that ``pyproject.toml`` asks for."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return ["core", *sorted(project["optional-dependencies"]), "lock"]


def export_words(name: str) -> list[str]:
    """What ``uv export`` is asked for one requirement file."""
    choice = {"core": [], "lock": ["--group", "lock"]}.get(name, ["--extra", name])
    shape = ["--no-emit-project", "--no-annotate", "--no-header", "--format", "requirements-txt"]
    return ["export", "--quiet", "--frozen", *shape, "--no-default-groups", "--group", "build", *choice]


# Wheels for everyone


def tags(platform: Platform, python: tuple[int, int]) -> frozenset[Tag]:
    """Every wheel tag that CPython of this version takes on this system."""
    interpreter = f"cp{python[0]}{python[1]}"
    own = cpython_tags(python, platforms=platform.tags, warn=False)
    return frozenset([*own, *compatible_tags(python, interpreter, platform.tags)])


def applies(requirement: Requirement, platform: Platform, python: tuple[int, int]) -> bool:
    """Whether the requirement's marker holds there."""
    version = f"{python[0]}.{python[1]}"
    there = {**platform._asdict(), "python_version": version, "python_full_version": version + ".0"}
    there |= {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    return requirement.marker is None or requirement.marker.evaluate({k: str(v) for k, v in there.items()})


def gaps(folder: Path = FOLDER, lock: Path = ROOT / "uv.lock") -> list[Gap]:
    """Every pin of the requirement files that has no wheel for a Python and a system on which it is installed."""
    wheels = {
        (package["name"], package["version"]): [
            parse_wheel_filename(file_name(w))[3] for w in package.get("wheels", ())
        ]
        for package in packages(lock)
    }
    lacking = []
    for file in sorted(folder.glob("*.txt")):
        requirements = [requirement for requirement, _ in pins(file)]
        for platform, python in itertools.product(PLATFORMS, PYTHONS):
            taken = tags(platform, python)
            installed = [pinned(one) for one in requirements if applies(one, platform, python)]
            lacking += [
                Gap(file.stem, "==".join(pin), platform, python)
                for pin in installed
                if not any(taken & wheel for wheel in wheels[pin])
            ]
    return lacking


def gap_lines(lacking: Iterable[Gap]) -> list[str]:
    """Gaps in words, one line for each package and system."""
    lines: dict[tuple[str, str], list[Gap]] = {}
    for gap in lacking:
        lines.setdefault((gap.package, gap.platform.name), []).append(gap)
    return [
        "{} has no wheel for {}, Python {} (in {})".format(
            package,
            where,
            ", ".join(sorted({"{}.{}".format(*gap.python) for gap in among})),
            ", ".join(sorted({gap.file for gap in among})),
        )
        for (package, where), among in sorted(lines.items())
    ]


# What changed


def version_table(old: Path, new: Path) -> list[str]:
    """The packages whose versions differ between two locks, a line each: name, old, new."""
    before, after = versions(old), versions(new)
    changed = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return [f"{name:24}{before.get(name, '-'):20}{after.get(name, '-')}" for name in changed]


def versions(lock: Path) -> dict[str, str]:
    """The versions of every package in a lock, more than one where Pythons differ."""
    every: dict[str, list[str]] = {}
    for package in packages(lock):
        every.setdefault(package["name"], []).append(package["version"])
    return {name: ", ".join(several) for name, several in every.items()}


# Doing it


def uv_path() -> str:
    """The locked uv, which stands beside the Python that runs this file."""
    return str(Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv"))


def call(*command: object, quiet: bool = False) -> int:
    """Run a command of the set-up in the project's folder, its output on our error stream."""
    out = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run([str(word) for word in command], cwd=ROOT, stdout=out, stderr=out).returncode


def must(*command: object, quiet: bool = False) -> None:
    """Run a command that has to succeed."""
    if code := call(*command, quiet=quiet):
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {code}")


def say(words: str) -> None:
    """One line of progress."""
    print(words, flush=True)


def export(folder: Path) -> None:
    """Write the requirement files into a folder and drop those that no extra asks for any more."""
    wanted = names(ROOT / "pyproject.toml")
    for name in wanted:
        file = folder / f"{name}.txt"
        must(uv_path(), *export_words(name), "--output-file", file)
        file.write_text(HEADER + file.read_text(encoding="utf-8"), encoding="utf-8")
    for file in folder.glob("*.txt"):
        if file.stem not in wanted:
            file.unlink()


def newest_python() -> str:
    """The newest Python of those that the lock serves which this machine has."""
    for python in reversed(PYTHONS):
        version = "{}.{}".format(*python)
        if call(uv_path(), "python", "find", "--no-project", "--no-python-downloads", version, quiet=True) == 0:
            return version
    raise SystemExit("uv finds no Python that the lock serves")


def environment(folder: Path, python: str, *what: object) -> Path:
    """An environment of its own with requirements and the checkout, and its Python."""
    must(uv_path(), "venv", "--quiet", "--seed", "--python", python, folder)
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = (uv_path(), "pip", "install", "--quiet", "--python", inside)
    must(*install, "--compile-bytecode", "--only-binary", ":all:", *what)
    must(*install, "--no-deps", "--no-build-isolation", "--editable", ".")
    return inside


def megabytes(folder: Path) -> float:
    """The room that an environment takes on the disk, by its files' sizes where the system says no more. Units: MB."""
    files = [f.lstat() for f in folder.rglob("*") if f.is_symlink() or f.is_file()]
    return sum(f.st_blocks * 512 if hasattr(f, "st_blocks") else f.st_size for f in files) / 1e6


def core_size(folder: Path, python: str) -> float:
    """The size of an environment that holds the core alone, after it has answered a command."""
    inside = environment(folder, python, "--require-hashes", "-r", FOLDER / "core.txt")
    must(inside, "-m", "groundplan", "plan", "KEN", "--years", "1", "--out", folder.parent / "outcome", quiet=True)
    return megabytes(folder)


def suite(python: Path, words: Sequence[str]) -> bool:
    """Whether the suite passes there."""
    return subprocess.run([str(python), "-m", "pytest", "-q", "-n", "2", *words], cwd=ROOT).returncode == 0


def check() -> list[str]:
    """What is wrong with the lock as it stands: it differs from ``pyproject.toml``, files from it, wheels lack."""
    faults = [] if call(uv_path(), "lock", "--check", quiet=True) == 0 else ["uv.lock is not what pyproject.toml asks"]
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder))
        fresh, here = ({f.name: f.read_text() for f in Path(at).glob("*.txt")} for at in (folder, FOLDER))
    faults += [
        f"requirements/{n} is not what uv.lock says" for n in sorted({*fresh, *here}) if fresh.get(n) != here.get(n)
    ]
    lacking = gaps()
    for line in gap_lines(gap for gap in lacking if not gap.platform.must):
        say(f"allowed: {line}")
    return faults + gap_lines(gap for gap in lacking if gap.platform.must)


def renew(upgrade: bool) -> None:
    """Lock what ``pyproject.toml`` admits, the newest of it with ``upgrade``, and say what changed."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "uv.lock"
        if (ROOT / "uv.lock").exists():
            before.write_bytes((ROOT / "uv.lock").read_bytes())
        must(uv_path(), "lock", "--quiet", *(["--upgrade"] if upgrade else []))
        export(FOLDER)
        say("\n".join(["What changed:", *(version_table(before, ROOT / "uv.lock") or ["nothing"])]))


def prove(words: Sequence[str]) -> list[str]:
    """Measure the core and run the suite on the newest and on the oldest versions, each in its own environment."""
    newest, oldest = newest_python(), "{}.{}".format(*PYTHONS[0])
    faults = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = core_size(folder / "core", newest)
        say(f"The core takes {size:.0f} MB (Python {newest}; the limit is {CORE_LIMIT:.0f} MB)")
        if size > CORE_LIMIT:
            faults.append(f"the core takes {size:.0f} MB, more than {CORE_LIMIT:.0f}")
        low = folder / "oldest.txt"
        lowest = ("--resolution", "lowest-direct", "--python-version", oldest, "--group", "build", "--extra", "test")
        must(uv_path(), "pip", "compile", "--quiet", "--no-annotate", *lowest, "pyproject.toml", "--output-file", low)
        choices: dict[str, tuple[str, Sequence[object]]] = {
            f"newest versions, Python {newest}": (newest, ("--require-hashes", "-r", FOLDER / "test.txt")),
            f"oldest versions, Python {oldest}": (oldest, ("-r", low)),
        }
        for where, (python, what) in choices.items():
            say(f"The suite on the {where}:")
            start = time.monotonic()
            if not suite(environment(folder / where[:6], python, *what), words):
                faults.append(f"the suite fails on the {where}")
            say(f"({(time.monotonic() - start) / 60:.0f} minutes)")
    return faults


def main(words: Sequence[str]) -> int:
    """Renew, check and prove the lock; the exit code."""
    parser = argparse.ArgumentParser(prog="run.py lock", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing, run no suite: only compare and look for wheels"
    )
    parser.add_argument("--keep", action="store_true", help="renew no version that pyproject.toml still admits")
    chosen, tests = parser.parse_known_args(words)
    faults = []
    if not chosen.check:
        renew(upgrade=not chosen.keep)
    faults += check()
    if not chosen.check and not faults:
        faults += prove(tests)
    say("\n".join(f"FAULT   {fault}" for fault in faults) or "ok      the lock")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
