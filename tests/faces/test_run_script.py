"""run.py answers in words, plans its commands, and never touches what it did not make."""

import ast
import errno
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections import namedtuple
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "run.py"


@pytest.fixture
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    return tmp_path / "environment"


def made(run: ModuleType, venv: Path, **changes: object) -> dict:
    """An environment as run.py leaves it, its stamp changed at will."""
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("home = /nowhere\n")
    stamp = {"made_here": True, "ready": True, "python": [3, 11], "extras": ["test"], **run.fingerprint(), **changes}
    run.write_stamp(venv, stamp)
    return run.read_stamp(venv)


# An old Python


def test_parses_on_python_3_6() -> None:
    """Proves: an old Python gets as far as the version check. Breaks if: newer grammar enters the file."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    # from 3.7, and evaluated when the file loads: neither is caught by the grammar
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    notes = [n.annotation for n in ast.walk(tree) if isinstance(n, (ast.arg, ast.AnnAssign)) and n.annotation]
    notes += [n.returns for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.returns]
    assert [ast.unparse(n) for n in notes if not isinstance(n, (ast.Name, ast.Constant))] == []


def test_only_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13)])
def test_old_python_is_told_so(run: ModuleType, monkeypatch, capsys, version: tuple) -> None:
    monkeypatch.setattr(run.sys, "version_info", version)
    assert run.main(["data"]) == 2
    said = capsys.readouterr().err
    assert f"this is Python {'.'.join(map(str, version))}" in said
    assert "needs Python 3.11 or newer" in said


def test_python_3_11_is_enough(run: ModuleType) -> None:
    run.check_python((3, 11, 0), "python")


# A full disk, a Python without venv


def test_full_disk_is_told_before_anything_is_made(run: ModuleType, venv: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("GROUNDPLAN_VENV", str(venv))
    usage = namedtuple("usage", "total used free")
    check = run.check_disk
    monkeypatch.setattr(run, "check_disk", lambda folder, need: check(folder, need, lambda _: usage(9, 9, 2e8)))
    assert run.main(["data"]) == 2
    said = capsys.readouterr().err
    assert "the disk is full: 0.2 GB free, about 1.5 GB needed" in said
    assert "GROUNDPLAN_VENV" in said
    assert not venv.exists()


def test_disk_that_fills_during_the_run(run: ModuleType, monkeypatch, capsys) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run, "set_up", fill)
    assert run.main(["data"]) == 2
    assert "the disk is full" in capsys.readouterr().err


def test_enough_room_says_nothing(run: ModuleType, venv: Path) -> None:
    run.check_disk(venv, 1.5, lambda _: SimpleNamespace(free=2e9))


def test_python_without_venv(run: ModuleType) -> None:
    def debian(name: str) -> object:
        return None if name == "ensurepip" else object()

    with pytest.raises(run.SetupError) as caught:
        run.tools(None, debian)
    assert "sudo apt install python3-venv" in str(caught.value)
    assert run.tools("/bin/uv", debian) == ["/bin/uv"]
    assert run.tools("/bin/uv") == ["/bin/uv", None]
    assert run.tools(None) == [None]


# What is there already


def test_nothing_there_is_made(run: ModuleType, venv: Path) -> None:
    assert run.state(venv, [], None, None) == "make"
    with run.lock(venv):
        assert run.state(venv, [], None, None) == "make"


def test_ready_stays_ready(run: ModuleType, venv: Path) -> None:
    stamp, probe = made(run, venv), run.Probe((3, 11), True)
    assert run.state(venv, ["test"], probe, stamp) == "ready"
    assert run.state(venv, [], probe, stamp) == "ready"


def test_changed_wishes_are_installed(run: ModuleType, venv: Path) -> None:
    stamp, probe = made(run, venv), run.Probe((3, 11), True)
    assert run.state(venv, ["lint"], probe, stamp) == "install"
    assert run.state(venv, ["test"], probe, {**stamp, "locked": "another"}) == "install"
    assert run.state(venv, ["test"], probe, {**stamp, "root": "/moved"}) == "install"


def test_half_made_or_broken_of_ours_is_made_anew(run: ModuleType, venv: Path) -> None:
    stamp, probe = made(run, venv), run.Probe((3, 11), True)
    assert run.state(venv, [], probe, {**stamp, "ready": False}) == "make"
    assert run.state(venv, [], None, stamp) == "make"
    assert run.state(venv, [], run.Probe((3, 12), True), stamp) == "make"


def test_python_that_does_not_run_is_seen(run: ModuleType, venv: Path) -> None:
    made(run, venv)
    assert run.probe(venv) is None
    python = run.venv_python(venv)
    python.parent.mkdir()
    python.write_text("not a program")
    python.chmod(0o755)
    assert run.probe(venv) is None


def test_broken_environment_of_another_is_left_alone(run: ModuleType, venv: Path, monkeypatch, capsys) -> None:
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("home = /nowhere\n")
    monkeypatch.setenv("GROUNDPLAN_VENV", str(venv))
    assert run.main(["data"]) == 2
    assert "was not made by run.py and its Python does not run" in capsys.readouterr().err
    assert [p.name for p in venv.iterdir()] == ["pyvenv.cfg"]


def test_old_environment_of_another_is_refused_and_a_good_one_used(run: ModuleType, venv: Path) -> None:
    venv.mkdir()
    (venv / "pyvenv.cfg").touch()
    with pytest.raises(run.SetupError, match=r"its Python is 3\.9"):
        run.state(venv, [], run.Probe((3, 9), True), None)
    assert run.state(venv, [], run.Probe((3, 12), True), None) == "install"


def test_folder_of_other_files_is_left_alone(run: ModuleType, venv: Path, monkeypatch, capsys) -> None:
    venv.mkdir()
    (venv / "thesis.txt").write_text("years of work")
    monkeypatch.setenv("GROUNDPLAN_VENV", str(venv))
    assert run.main(["data"]) == 2
    assert "nothing was touched" in capsys.readouterr().err
    assert [p.name for p in venv.iterdir()] == ["thesis.txt"]


def test_file_in_its_place_is_refused(run: ModuleType, venv: Path, monkeypatch, capsys) -> None:
    venv.write_text("")
    monkeypatch.setenv("GROUNDPLAN_VENV", str(venv))
    assert run.main(["data"]) == 2
    assert "is a file" in capsys.readouterr().err


def test_unreadable_stamp_never_leads_to_deleting(run: ModuleType, venv: Path) -> None:
    made(run, venv)
    (venv / run.STAMP).write_text("{half")
    stamp = run.read_stamp(venv)
    assert run.state(venv, [], run.Probe((3, 11), True), stamp) == "install"
    with pytest.raises(run.SetupError, match="not made by"):
        run.state(venv, [], None, stamp)


def test_clearing_keeps_lock_and_stamp(run: ModuleType, venv: Path) -> None:
    made(run, venv)
    (venv / "lib").mkdir()
    with run.lock(venv):
        run.clear(venv)
        assert sorted(p.name for p in venv.iterdir()) == sorted([run.LOCK, run.STAMP])


# One at a time


def test_second_run_stops_with_words_when_the_first_takes_too_long(run: ModuleType, venv: Path) -> None:
    with run.lock(venv), pytest.raises(run.SetupError, match="is still setting up"), run.lock(venv, 0.0):
        pass
    with run.lock(venv, 0.0):  # and the lock is free again
        pass


# Which commands


def test_uv_pip_and_wheels(run: ModuleType, venv: Path, tmp_path: Path) -> None:
    """Proves: each tool gets the same wish in its own words. Breaks if: an offline run may ask the network."""
    python, wheels = str(run.venv_python(venv)), tmp_path / "wheels"
    base = run.base_python()

    exact, folder = ["--require-hashes", "--only-binary", ":all:"], ROOT / "requirements"
    itself = ["--no-deps", "--no-build-isolation", "--editable", "."]
    pip = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]

    by_pip = [s.command for s in run.steps(venv, ["test"], True, False, None, None)]
    assert by_pip == [
        [base, "-m", "venv", str(venv)],
        [*pip, *exact, "-r", str(folder / "test.txt")],
        [*pip, *itself],
    ]
    by_uv = [s.command for s in run.steps(venv, [], True, False, "uv", wheels)]
    offline = ["--no-index", "--find-links", str(wheels)]
    uv = ["uv", "pip", "install", "--python", python, *offline]
    assert by_uv == [
        ["uv", "venv", "--allow-existing", "--python", base, str(venv)],
        [*uv, *exact, "-r", str(folder / "core.txt")],
        [*uv, *itself],
    ]
    update = [s.command for s in run.steps(venv, ["test", "lint"], False, True, None, wheels, ["old-thing"])]
    assert update == [
        [*pip, *offline, *exact, "-r", str(folder / "lint.txt"), "-r", str(folder / "test.txt")],
        [*pip, *offline, *itself],
        [python, "-m", "pip", "uninstall", "-y", "old-thing"],
    ]
    without_pip = run.steps(venv, [], False, False, None, None)
    assert without_pip[0].command == [python, "-m", "ensurepip"]


def test_python_of_the_environment_by_system(run: ModuleType) -> None:
    assert run.venv_python(Path("e"), windows=True) == Path("e/Scripts/python.exe")
    assert run.venv_python(Path("e"), windows=False) == Path("e/bin/python")


def test_environment_may_stand_elsewhere(run: ModuleType, venv: Path) -> None:
    assert run.venv_folder({}) == ROOT / ".venv"
    assert run.venv_folder({"GROUNDPLAN_VENV": str(venv)}) == venv


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["-n", "2", "--dist", "worksteal"]),
        (["-n", "0", "-k", "x"], ["-n", "2", "--dist", "worksteal", "-n", "0", "-k", "x"]),  # the last one counts
        (["--pdb"], ["--pdb"]),
        (["-p", "no:xdist"], ["-p", "no:xdist"]),
        (["--near", "svg", "-x"], ["--near", "svg", "-x"]),
        (["--near=svg"], ["--near=svg"]),
    ],
)
def test_two_workers_unless_told_otherwise(run: ModuleType, words: list, expected: list) -> None:
    assert run.pytest_words(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["-m", "groundplan", "plan", "KEN", "--year", "2024", "--years", "10"]),
        (["data", "KEN"], ["-m", "groundplan", "data", "KEN"]),
        (["test", "-x"], ["-m", "pytest", "-n", "2", "--dist", "worksteal", "-x"]),
        (["mutate", "measures"], [str(SCRIPT.parent / "tests" / "mutants" / "mutate.py"), "measures"]),
    ],
)
def test_words_become_a_job_and_its_exit_code(run: ModuleType, monkeypatch, words: list, expected: list) -> None:
    shown = []
    monkeypatch.setattr(run, "set_up", lambda venv, extras=(): Path("python"))
    monkeypatch.setattr(run, "show", lambda command, folder=None: shown.append(command) or 7)
    assert run.main(words) == 7
    assert shown == [["python", *expected]]


@pytest.mark.parametrize(
    ("words", "extras"),
    [
        (["test"], ["test"]),
        (["mutate", "measures"], ["mutate"]),
        (["lint"], ["lint"]),
        (["lock"], ["lock"]),
        (["serve", "projects"], ["web"]),
        (["project", "check", "projects"], ["web"]),
        (["data"], []),
        ([], []),
    ],
)
def test_each_word_installs_what_it_needs(run: ModuleType, monkeypatch, words: list, extras: list) -> None:
    """Proves: a command asks for the core alone. Breaks if: a plan brings the tests' packages along."""
    asked = []
    monkeypatch.setattr(run, "set_up", lambda venv, extras=(): asked.append(list(extras)) or Path("python"))
    monkeypatch.setattr(run, "show", lambda command, folder=None: 0)
    monkeypatch.setattr(run, "lint", lambda python: 0)
    assert run.main(words) == 0
    assert asked == [extras]
    assert all(file.is_file() for file in run.files(extras))


def test_extras_are_installed_by_name(run: ModuleType, monkeypatch, capsys) -> None:
    asked = []
    monkeypatch.setattr(run, "set_up", lambda venv, extras=(): asked.append(list(extras)))
    assert run.main(["install", "cluster", "linopy"]) == 0
    assert run.main(["install", "clutser"]) == 2
    assert asked == [["cluster", "linopy"]]
    assert "no extra 'clutser'" in capsys.readouterr().err


def test_help_names_what_can_be_installed(run: ModuleType, capsys) -> None:
    """Proves: each extra of the package that users install is named by the help, and installs.

    Breaks if: an extra is added and nobody can learn of it.
    """
    assert run.main(["--help"]) == 0
    (said,) = re.findall(r"install EXTRAS \.\.\. (.*?)\npython3", capsys.readouterr().out, re.DOTALL)
    declared = tomllib.loads((run.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for extra in set(declared) - {"test", "lint", "mutate", "docs"}:
        assert re.search(rf"\b{extra}\b", said), extra
        assert run.requirements(extra).is_file()


def test_what_is_no_longer_locked_is_removed_from_our_environment_only(
    run: ModuleType, venv: Path, monkeypatch
) -> None:
    """Proves: an old environment ends with the locked packages. Breaks if: a package that we dropped hides a need."""
    made(run, venv, extras=[], locked="another")
    there = run.locked([]) | {"groundplan", "pip", "dask"}
    asked = []
    monkeypatch.setattr(run, "probe", lambda _: run.Probe((3, 11), True))
    monkeypatch.setattr(run, "distributions", lambda _: there)
    monkeypatch.setattr(run, "perform", lambda todo: asked.append([step.command for step in todo]))
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    run.set_up(venv, [])
    assert asked[-1][-1][-2:] == ["-y", "dask"]
    run.write_stamp(venv, {**run.read_stamp(venv), "made_here": False, "locked": "another"})
    run.set_up(venv, [])
    assert asked[-1][-1][-1] == "."


def test_names_of_an_environment_are_those_of_the_lock(run: ModuleType) -> None:
    """Proves: installed names are spelt as the requirement files spell them. Breaks if: XlsxWriter is a stranger."""
    installed = run.distributions(Path(sys.prefix))
    assert {"numpy", "xlsxwriter", "pytest-xdist"} <= installed & run.locked(["test"])


def test_main_job_says_how_to_pick_another_country(run: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(run, "set_up", lambda venv, extras=(): Path("python"))
    monkeypatch.setattr(run, "show", lambda command, folder=None: 0)
    assert run.main([]) == 0
    assert capsys.readouterr().out.startswith("Another country: python3 run.py plan GHA")


def test_lint_runs_every_check_and_reports_each(run: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(run, "hidden", lambda command: (1, "bad type") if "mypy" in command else (0, "fine"))
    assert run.lint(Path("python")) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-6:] == [
        "ok      ruff check",
        "ok      ruff format --check",
        "FAILED  mypy",
        "ok      codespell",
        "ok      links and contents of the docs",
        "ok      lint-imports",
    ]
    assert "bad type" in said
    assert "fine" not in said


# Failures


def test_failure_speaks_of_network_wheels_and_disk(run: ModuleType, venv: Path, tmp_path: Path) -> None:
    def failure(said: str, wheels: Path | None = None, version: tuple = (3, 11)) -> Exception:
        return run.failure(said, venv, wheels, ["test"], version)

    offline = "WARNING: Retrying ... Failed to establish a new connection: [Errno -2]\nERROR: No matching distribution"
    download = "pip download -d wheels --only-binary :all: --require-hashes -r requirements/test.txt"
    assert download in str(failure(offline))
    assert "could not reach the package index" in str(failure(offline))
    assert "the network" not in failure("ERROR: No matching distribution found for linopi").what
    assert f"could not install from {tmp_path}" in str(failure("ERROR: No matching", tmp_path))
    assert "the disk is full" in str(failure("OSError: [Errno 28] No space left on device", tmp_path))
    assert "made for Python up to 3.14, this is 3.16" in str(failure("ERROR: No matching", None, (3, 16)))


def programme(code: int, words: str) -> list[str]:
    return [sys.executable, "-c", f"print({words!r}); raise SystemExit({code})"]


def test_steps_are_one_line_each_and_stop_at_the_first_failure(run: ModuleType, capfd) -> None:
    todo = [
        run.Step("First", programme(0, "chatter")),
        run.Step("Second", programme(3, "boom")),
        run.Step("Third", programme(0, "never")),
    ]
    assert run.perform(todo).strip() == "boom"
    out, err = capfd.readouterr()
    assert out == ""
    assert re.fullmatch(r"First \.\.\. done \(\d+ s\)\nSecond \.\.\. failed\n", err)


def test_failed_update_leaves_the_environment_in_use(run: ModuleType, venv: Path, monkeypatch) -> None:
    before = made(run, venv)
    monkeypatch.setattr(run, "probe", lambda _: run.Probe((3, 11), True))
    monkeypatch.setattr(run, "hidden", lambda command: (1, "no network is reachable"))
    with pytest.raises(run.SetupError):
        run.set_up(venv, ["lint"])
    assert run.read_stamp(venv) == before


def test_interrupted_set_up_ends_with_130_and_is_made_anew(run: ModuleType, venv: Path, monkeypatch, capsys) -> None:
    def interrupt(command: list[str]) -> tuple[int, str]:
        raise KeyboardInterrupt

    monkeypatch.setenv("GROUNDPLAN_VENV", str(venv))
    monkeypatch.setattr(run, "hidden", interrupt)
    monkeypatch.setattr(run, "check_disk", lambda folder, need: None)
    assert run.main(["data"]) == 130
    assert capsys.readouterr().err.endswith("stopped\nStopped.\n")
    assert run.state(venv, [], run.Probe((3, 11), True), run.read_stamp(venv)) == "make"


def test_exit_code_of_the_job_is_passed_on(run: ModuleType) -> None:
    assert run.show(programme(5, "")) == 5


# The face itself


def test_help_makes_nothing(venv: Path) -> None:
    environ = {**os.environ, "GROUNDPLAN_VENV": str(venv)}
    done = subprocess.run([sys.executable, str(SCRIPT), "--help"], env=environ, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr == ""
    for words in (
        "run.py test",
        "run.py mutate",
        "run.py lint",
        "run.py lock",
        "run.py install",
        "run.py serve",
        "wheels/",
        "GROUNDPLAN_VENV",
    ):
        assert words in done.stdout
    assert not venv.exists()
