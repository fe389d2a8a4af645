#!/usr/bin/env python3
"""Set Groundplan up and run it; ``python3 run.py --help`` says how.

Standard library only. The file must parse and load on Python 3.6, so that an old Python is answered in words;
this is why annotations stand in quotes.
"""

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple, Sequence  # noqa: UP035 - older homes of these names

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)  # what requirements/ is made for
EXTRAS = {
    "test": "test",
    "lint": "lint",
    "lock": "lock",
    "mutate": "mutate",
    "docs": "docs",
    "release": "docs",
    "serve": "web",
    "project": "web",
}  # what a word needs besides the core: requirements/NAME.txt
ROOM_NEW, ROOM_UPDATE = 1.5, 0.5  # GB
TWO_WORKERS = ("-n", "2", "--dist", "worksteal")
STAMP, LOCK = "groundplan-stamp.json", "groundplan-setup.lock"
PATIENCE = 1800.0  # seconds to wait for another run.py

HELP = """\
python3 run.py                    plan Kenya for 2025 to 2034, from an estimate of its accounts of 2024:
                                  groundplan plan KEN --year 2024 --years 10
python3 run.py WORDS ...          any groundplan command: run.py data, run.py plan GHA --years 10, run.py plan --help
python3 run.py serve [FOLDER]     the workbench in the browser, on a folder of projects
python3 run.py test [WORDS ...]   the whole test suite; WORDS go to pytest (two workers, -n 0 for one)
python3 run.py test --near FILE   the tests nearest to a file, which its name alone will find: run.py test --near svg
python3 run.py mutate FOLDER ...  change the code of a folder in small ways: does a test fail? mutate --help says how
python3 run.py lint               ruff, mypy, the import layers; links and spelling of the docs
python3 run.py docs [FOLDER]      build the site, into build/site
python3 run.py release            the site into the package, then wheel and sdist into dist/
python3 run.py install EXTRAS ... what only some need: ledger (promises and reports), pdf and word (briefings on paper),
                                  cluster (ensembles on a Dask cluster), linopy (export to it), web (the workbench),
                                  people, oidc, webauthn (many who sign in), fast (stress of large tables)
python3 run.py lock [WORDS ...]   renew the locked versions and prove them; run.py lock --help says how

The first run makes an environment in .venv, with uv if it is there, else with venv and pip, of exactly the versions
and files that requirements/ names. If a folder wheels/ stands beside run.py it is used and no network is needed.
GROUNDPLAN_VENV=FOLDER puts the environment elsewhere.
"""
ANOTHER = (
    "Another country: python3 run.py plan GHA --years 10   (python3 run.py data lists what is at hand)\n"
    "Kenya from accounts that were observed, of 2019: python3 run.py plan KEN --years 10"
)

LINTS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format --check", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    ("codespell", ("-m", "codespell_lib", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "studies", "src")),
    ("links and contents of the docs", ("docs/check.py",)),
    ("lint-imports", ("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())")),
)

FULL = ("no space left on device", "errno 28", "not enough space on the disk", "disk quota exceeded")
OFFLINE = (
    "newconnectionerror",
    "failed to establish a new connection",
    "connecttimeout",
    "connection refused",
    "timed out",
    "name resolution",
    "name or service not known",
    "nodename nor servname",
    "getaddrinfo failed",
    "network is unreachable",
    "proxyerror",
    "dns error",
    "error sending request",
    "client error (connect)",
)


class SetupError(Exception):
    """What is wrong and how to mend it, in words; ends the run without a traceback."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n         ")
        return f"{self.what}\n  fix:   {fix}"


class Probe(NamedTuple):
    """What the environment's own Python says of itself."""

    version: "tuple[int, int]"
    has_pip: bool


class Step(NamedTuple):
    """One line of progress and the command behind it."""

    words: str
    command: "list[str]"


# What this machine offers


def check_python(version: "tuple[int, ...]", executable: str) -> None:
    """Stop on a Python that is too old."""
    if tuple(version[:2]) < OLDEST:
        have, need = ".".join(map(str, version[:3])), ".".join(map(str, OLDEST))
        raise SetupError(
            f"Groundplan needs Python {need} or newer; this is Python {have} ({executable})",
            f"install a newer Python (https://www.python.org/downloads/) and start it by its name: python{need} run.py",
        )


def tools(uv: "str | None", find: "Any" = importlib.util.find_spec) -> "list[str | None]":
    """What can make the environment, best first: uv by its path, and None for venv with pip (Debian may lack it)."""
    found = [uv] if uv else []
    if find("venv") is not None and find("ensurepip") is not None:
        return [*found, None]
    if not found:
        raise SetupError(
            "this Python cannot make environments: its venv or ensurepip module is missing",
            "Debian, Ubuntu: sudo apt install python3-venv; or install uv (https://docs.astral.sh/uv/); then run again",
        )
    return [*found]


def check_disk(folder: Path, need: float, usage: "Any" = shutil.disk_usage) -> None:
    """Stop unless ``need`` GB are free where ``folder`` is or will be."""
    place = next(p for p in (folder, *folder.parents) if p.exists())
    free = usage(str(place)).free / 1e9
    if free < need:
        raise full_disk(folder, f": {free:.1f} GB free, about {need} GB needed")


def full_disk(folder: Path, detail: str = "") -> SetupError:
    return SetupError(
        f"the disk is full{detail} (environment in {folder})",
        "free some space, or set GROUNDPLAN_VENV to a folder on another disk; then run again",
    )


def venv_folder(environ: "Mapping[str, str]") -> Path:
    chosen = environ.get("GROUNDPLAN_VENV", "")
    return Path(os.path.abspath(os.path.expanduser(chosen))) if chosen else ROOT / ".venv"


def venv_python(venv: Path, windows: bool = os.name == "nt") -> Path:
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def base_python() -> str:
    """The Python below any environment that run.py was started from, so that this environment can be remade."""
    return getattr(sys, "_base_executable", None) or sys.executable


def wheels_folder() -> "Path | None":
    return ROOT / "wheels" if (ROOT / "wheels").is_dir() else None


# The state of the environment


def probe(venv: Path) -> "Probe | None":
    """Ask the environment's Python for its version; None if it does not run."""
    ask = "import sys, importlib.util as u; print(*sys.version_info[:2], int(u.find_spec('pip') is not None))"
    try:
        done = subprocess.run([str(venv_python(venv)), "-I", "-c", ask], capture_output=True, timeout=60)
        major, minor, has_pip = map(int, done.stdout.split())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Probe((major, minor), bool(has_pip))


def requirements(extra: str) -> Path:
    """The file of every version and hash that an extra needs, the core among them."""
    return ROOT / "requirements" / (extra + ".txt")


def files(extras: "Sequence[str]") -> "list[Path]":
    """The requirement files to install: the core's own where no extra brings it along."""
    return [requirements(extra) for extra in sorted(extras) or ["core"]]


def fingerprint() -> "dict[str, str]":
    """What an installation depends on besides its extras: a change of any of it installs again."""
    parts = [ROOT / "pyproject.toml", *sorted((ROOT / "requirements").glob("*.txt"))]
    # read as text: git on Windows writes other line ends
    said = "\n".join(part.name + "\n" + part.read_text(encoding="utf-8") for part in parts)
    return {"locked": hashlib.sha256(said.encode("utf-8")).hexdigest(), "root": str(ROOT)}


def read_stamp(venv: Path) -> "dict[str, Any] | None":
    """The stamp that run.py left in the environment; None if it left none."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        stamp = None
    return stamp if isinstance(stamp, dict) else {"made_here": False, "ready": False}


def distributions(venv: Path) -> "set[str]":
    """The names of what is installed in the environment, as requirements/ writes them; nothing if it does not run."""
    ask = "import importlib.metadata as m; print(*(d.metadata['Name'] for d in m.distributions()))"
    try:
        done = subprocess.run([str(venv_python(venv)), "-I", "-c", ask], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return set()
    return {re.sub("[-_.]+", "-", name).lower() for name in done.stdout.decode("utf-8", "replace").split()}


def locked(extras: "Sequence[str]") -> "set[str]":
    """The names in the requirement files of these extras."""
    said = "\n".join(file.read_text(encoding="utf-8") for file in files(extras))
    return set(re.findall("^([a-z0-9-]+)==", said, re.MULTILINE))


def write_stamp(venv: Path, stamp: "Mapping[str, Any]") -> None:
    """Write the stamp in one move, so that it is never read half written."""
    part = venv / (STAMP + ".part")
    part.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    os.replace(str(part), str(venv / STAMP))


def state(venv: Path, extras: "Sequence[str]", found: "Probe | None", stamp: "Mapping[str, Any] | None") -> str:
    """``ready``, ``install`` into what is there, or ``make`` from nothing; never ``make`` over what is not ours."""
    if venv.exists() and not venv.is_dir():
        raise SetupError(
            f"{venv} is a file, not a folder for an environment", "remove it, or set GROUNDPLAN_VENV elsewhere"
        )
    if not venv.exists() or not {p.name for p in venv.iterdir()} - {LOCK}:
        return "make"
    if stamp is not None and stamp.get("made_here"):
        if not stamp.get("ready") or found is None or list(found.version) != stamp.get("python"):
            return "make"
    elif stamp is None and not (venv / "pyvenv.cfg").exists():
        raise SetupError(
            f"{venv} holds other files and is not a Python environment",
            "nothing was touched; set GROUNDPLAN_VENV to an empty or new folder",
        )
    elif found is None or found.version < OLDEST:
        fault = "its Python does not run" if found is None else "its Python is {}.{}".format(*found.version)
        raise SetupError(
            f"the environment {venv} was not made by run.py and {fault}",
            "remove that folder and run again, or set GROUNDPLAN_VENV to another folder",
        )
    elif stamp is None or not stamp.get("ready"):
        return "install"
    same = all(stamp.get(key) == value for key, value in fingerprint().items())
    return "ready" if same and set(extras) <= set(stamp.get("extras", ())) else "install"


@contextlib.contextmanager
def lock(venv: Path, patience: float = PATIENCE) -> "Iterator[None]":
    """Hold the environment for one run.py at a time; the system lets go of the lock even if we are killed."""
    venv.mkdir(parents=True, exist_ok=True)
    with open(str(venv / LOCK), "a+b") as handle:
        waited = 0.0
        while not take(handle):
            if waited >= patience:
                raise SetupError(
                    f"another run.py is still setting up the environment in {venv}",
                    "let it finish or stop it, then run again",
                )
            if not waited:
                say(f"Another run.py is setting up the environment in {venv}; waiting for it (Ctrl-C stops) ...")
            time.sleep(0.2)
            waited += 0.2
        yield


def take(handle: "Any") -> bool:
    """Try to lock an open file; a file system without locks counts as taken by us."""
    try:
        if sys.platform == "win32":
            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EAGAIN)
    return True


# Making and installing


def install_commands(
    python: Path,
    extras: "Sequence[str]",
    uv: "str | None" = None,
    wheels: "Path | None" = None,
    itself: "Sequence[str]" = ("--no-build-isolation", "--editable", "."),
) -> "list[list[str]]":
    """What installs the locked files and then Groundplan: this checkout, built by the locked setuptools, or a wheel."""
    by_uv = [str(uv), "pip", "install", "--python", str(python)]
    by_pip = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    install = [*(by_uv if uv else by_pip), *(["--no-index", "--find-links", str(wheels)] if wheels else [])]
    locked = [word for file in files(extras) for word in ("-r", str(file))]
    return [
        [*install, "--require-hashes", "--only-binary", ":all:", *locked],
        [*install, "--no-deps", *itself],
    ]


def make_command(venv: Path, uv: "str | None" = None, base: str = "") -> "list[str]":
    base = base or base_python()
    return [uv, "venv", "--allow-existing", "--python", base, str(venv)] if uv else [base, "-m", "venv", str(venv)]


def steps(
    venv: Path,
    extras: "Sequence[str]",
    fresh: bool,
    has_pip: bool,
    uv: "str | None",
    wheels: "Path | None",
    strangers: "Sequence[str]" = (),
) -> "list[Step]":
    """Every step from what is there to an environment that runs the checkout, without the ``strangers`` to it."""
    python, tool = venv_python(venv), "uv" if uv else "pip"
    todo = []
    if fresh:
        todo.append(Step(f"Making the environment in {venv}", make_command(venv, uv)))
    elif not uv and not has_pip:
        todo.append(Step("Adding pip to the environment", [str(python), "-m", "ensurepip"]))
    source = "from wheels/" if wheels else "a minute or two the first time"
    needs, itself = install_commands(python, extras, uv, wheels)
    todo.append(Step(f"Installing what Groundplan needs by {tool} ({source})", needs))
    todo.append(Step(f"Installing Groundplan by {tool}", itself))
    if strangers:
        by = [uv, "pip", "uninstall", "--python", str(python)] if uv else [str(python), "-m", "pip", "uninstall", "-y"]
        todo.append(Step("Removing what is no longer locked", [*by, *strangers]))
    return todo


def hidden(command: "Sequence[str]") -> "tuple[int, str]":
    """Run a command out of sight; its exit code and all it said."""
    with subprocess.Popen(
        list(command),
        cwd=str(ROOT),
        env={**os.environ, "PYTHONUTF8": "1"},  # we read it as UTF-8, whatever the terminal speaks
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as child:
        try:
            said = child.communicate()[0]
        except BaseException:
            child.terminate()  # it must not go on without the lock
            child.wait()
            raise
    return child.returncode, said.decode("utf-8", "replace")


def is_full(said: str) -> bool:
    return any(mark in said.lower() for mark in FULL)


def is_offline(said: str) -> bool:
    return any(mark in said.lower() for mark in OFFLINE)


def failure(
    said: str, venv: Path, wheels: "Path | None", extras: "Sequence[str]", version: "tuple[int, ...]"
) -> SetupError:
    """What a failed step means, from its last words."""
    if is_full(said):
        return full_disk(venv)
    tail = "\n".join("  | " + line for line in said.strip().splitlines()[-12:])
    download = download_words(extras)
    if wheels:
        return SetupError(
            f"could not install from {wheels}; the last words were\n{tail}",
            f"fill it again on a machine with network, the same system and the same Python:\n{download}",
        )
    if is_offline(said):
        return SetupError(
            f"could not reach the package index; the last words were\n{tail}",
            "check the network; or, in a copy of this folder on a machine with network, the same system and Python:\n"
            f"{download}\nthen put the folder wheels/ beside run.py and run again",
        )
    if version > NEWEST:
        have, newest = (".".join(map(str, v)) for v in (version, NEWEST))
        return SetupError(
            f"the locked versions are made for Python up to {newest}, this is {have}; the last words were\n{tail}",
            f"start it by an older Python: python{newest} run.py",
        )
    return SetupError(f"a step of the set-up failed; its last words were\n{tail}", "mend what it says, then run again")


def download_words(extras: "Sequence[str]") -> str:
    """The command that fills wheels/ with the locked files."""
    locked = " ".join("-r requirements/" + file.name for file in files(extras))
    return "python3 -m pip download -d wheels --only-binary :all: --require-hashes " + locked


def perform(todo: "Sequence[Step]") -> "str | None":
    """Run steps with one line of progress each; None, or what the failed one said."""
    for step in todo:
        start = time.monotonic()
        sys.stderr.write(step.words + " ... ")
        sys.stderr.flush()
        try:
            code, said = hidden(step.command)
        except BaseException:
            say("stopped")
            raise
        say(f"done ({time.monotonic() - start:.0f} s)" if code == 0 else "failed")
        if code:
            return said
    return None


def clear(venv: Path) -> None:
    """Empty an environment of ours, all but the lock that we hold and the stamp that says whose it is."""
    for path in venv.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        elif path.name not in (LOCK, STAMP):
            path.unlink()


def set_up(venv: Path, extras: "Sequence[str]" = ()) -> Path:
    """Bring the environment to what ``extras`` need and return its Python; nothing happens if it is there."""
    if venv.exists() and state(venv, extras, probe(venv), read_stamp(venv)) == "ready":
        return venv_python(venv)
    check_disk(venv, ROOM_UPDATE if (venv / STAMP).exists() else ROOM_NEW)
    with lock(venv):
        found, stamp = probe(venv), read_stamp(venv)
        todo = state(venv, extras, found, stamp)
        if todo != "ready":
            install(venv, extras, found, stamp, fresh=todo == "make")
    return venv_python(venv)


def install(
    venv: Path, extras: "Sequence[str]", found: "Probe | None", stamp: "Mapping[str, Any] | None", fresh: bool
) -> None:
    """Make or update the environment; its stamp says ``ready`` only after the last step."""
    wheels, before = wheels_folder(), stamp
    wanted = sorted(set(extras) if fresh else set(extras).union((stamp or {}).get("extras", ())))
    ours = fresh or bool((stamp or {}).get("made_here"))
    strangers = sorted(distributions(venv) - locked(wanted) - {"groundplan", "pip"}) if ours and not fresh else []
    said = None
    if fresh and before is not None:
        say(f"The environment in {venv} is half made or broken; making it anew.")
    for tool in tools(shutil.which("uv")):
        write_stamp(venv, {"made_here": ours, "ready": False})
        if fresh:
            clear(venv)
        said = perform(steps(venv, wanted, fresh, found is not None and found.has_pip, tool, wheels, strangers))
        if said is None or is_full(said):
            break
    if said is not None:
        if before is not None and not fresh:
            write_stamp(venv, before)  # a failed update leaves what was there in use
        raise failure(said, venv, wheels, wanted, sys.version_info[:2])
    now = probe(venv)
    if now is None:
        raise SetupError(
            f"the environment in {venv} was made, but its Python does not run", f"remove {venv} and run again"
        )
    write_stamp(venv, {"made_here": ours, "ready": True, "python": now.version, "extras": wanted, **fingerprint()})


# The jobs


def say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def show(command: "Sequence[str]", folder: "Path | None" = None) -> int:
    """Run a command in sight and pass its exit code on; Ctrl-C reaches it first and it may end by itself."""
    with subprocess.Popen(list(command), cwd=str(folder) if folder else None) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            try:
                child.wait(timeout=20)
            except (KeyboardInterrupt, subprocess.TimeoutExpired):
                child.kill()
            raise
    return code if code >= 0 else 128 - code


def pytest_words(words: "Sequence[str]") -> "list[str]":
    """Two workers, each the rest of the other's when it is done; unless the words say otherwise, need to talk to the
    user, or ask for few tests.
    """
    alone = {"--pdb", "--trace", "no:xdist", "-pno:xdist", "--near"} & {word.partition("=")[0] for word in words}
    return list(words) if alone else [*TWO_WORKERS, *words]


def lint(python: Path) -> int:
    """Run every check, show what failed, and report each on one line."""
    report, failed = [], 0
    for name, words in LINTS:
        code, said = hidden([str(python), *words])
        if code:
            encoding = sys.stdout.encoding or "utf-8"
            print(f"--- {name}\n{said.rstrip()}\n".encode(encoding, "replace").decode(encoding))
        failed += code != 0
        report.append(f"{'FAILED' if code else 'ok':7} {name}")
    print("\n".join(report), flush=True)
    return 1 if failed else 0


def check_extras(extras: "Sequence[str]") -> None:
    """Stop on an extra that has no requirement file."""
    known = sorted({file.stem for file in (ROOT / "requirements").glob("*.txt")} - {"core"})
    wrong = [extra for extra in extras if extra not in known]
    if wrong or not extras:
        raise SetupError(
            f"no extra {', '.join(map(repr, wrong))}" if wrong else "which extras?",
            "choose among them: python3 run.py install " + " ".join(known),
        )


def run(words: "Sequence[str]") -> int:
    """Do what the words ask for."""
    if words and words[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    venv, word = venv_folder(os.environ), words[0] if words else ""
    if word == "install":
        check_extras(words[1:])
        set_up(venv, words[1:])
        return 0
    python = set_up(venv, [EXTRAS[word]] if word in EXTRAS else [])
    if word == "test":
        return show([str(python), "-m", "pytest", *pytest_words(words[1:])], ROOT)
    if word == "lint":
        return lint(python)
    if word == "docs":
        folder = os.path.abspath(words[1]) if len(words) > 1 else str(ROOT / "build" / "site")
        return show([str(python), str(ROOT / "docs" / "build.py"), folder], ROOT)
    if word == "release":
        return show([str(python), str(ROOT / "docs" / "release.py")], ROOT)
    if word == "mutate":
        return show([str(python), str(ROOT / "tests" / "mutants" / "mutate.py"), *words[1:]], ROOT)
    if word == "lock":
        return show([str(python), str(ROOT / "requirements" / "lock.py"), *words[1:]], ROOT)
    groundplan = [str(python), "-m", "groundplan"]
    if words:
        return show([*groundplan, *words])
    code = show([*groundplan, "plan", "KEN", "--year", "2024", "--years", "10"])
    if code == 0:
        print(ANOTHER, flush=True)
    return code


def main(words: "Sequence[str]") -> int:
    """The exit code; every foreseeable fault is told in words."""
    try:
        check_python(sys.version_info[:3], sys.executable)
        return run(words)
    except SetupError as stop:
        say(str(stop))
        return 2
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        venv = venv_folder(os.environ)
        if error.errno == errno.ENOSPC:
            say(str(full_disk(venv)))
        else:
            say(str(SetupError(f"the system refused: {error}", f"check that you may write to {venv}; then run again")))
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
