"""The wheel stands alone: data inside, dependencies declared, the main job runs far from the checkout."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

import groundplan

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "groundplan"


@pytest.fixture(scope="module")
def run() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of a clean copy: a build folder left in the checkout must not lend it files."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (built,) = out.glob("*.whl")
    return built


def test_wheel_holds_every_module_and_data_file(wheel: Path) -> None:
    """Proves: what the package reads is packed. Breaks if: package-data forgets a kind of file."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    wanted = {p.relative_to(PACKAGE.parent).as_posix() for p in files}
    assert sorted(wanted - packed) == []
    assert "groundplan/glossary.csv" in packed
    assert any(name.startswith("groundplan/tables/data/") for name in packed)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in packed)
    assert not any(name.startswith("tests/") for name in packed)


def test_one_version_everywhere() -> None:
    """Proves: package, project, citation and the newest heading of the changelog name one version.

    Breaks if: a release changes one of them and forgets another.
    """
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    headings = re.findall(
        r"^## \[(\d.*?)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    cited = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert [declared["version"]] == cited == headings[:1] == [groundplan.__version__]
    assert declared["readme"] == "README.md"
    assert declared["keywords"]


def test_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 15e6


def test_wheel_alone_runs_the_main_job(run: ModuleType, wheel: Path, tmp_path: Path) -> None:
    """Proves: a user with nothing but the wheel gets the plan. Breaks if: a dependency or data file is missing."""
    venv, away = tmp_path / "venv", tmp_path / "away"
    away.mkdir()
    uv, wheels = shutil.which("uv"), run.wheels_folder()
    python = run.venv_python(venv)
    needs, itself = run.install_commands(python, [], uv, wheels, [str(wheel)])
    check = [uv, "pip", "check", "--python", str(python)] if uv else [str(python), "-m", "pip", "check"]
    said = run.perform(
        [
            run.Step("an empty environment", run.make_command(venv, uv)),
            run.Step("the locked core", needs),
            run.Step("the wheel", itself),
            run.Step("what the wheel declares is there", check),
        ]
    )
    if said is not None and not wheels and run.is_offline(said):
        pytest.skip("no network and no wheels/ folder: the wheel's dependencies cannot be installed")
    assert said is None, said[-2000:]

    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    where = [str(python), "-c", "import groundplan; print(groundplan.__path__[0])"]
    home = subprocess.run(where, cwd=away, env=environ, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(home).is_relative_to(venv)

    words = ["plan", "KEN", "--year", "2024", "--years", "10", "--out", str(tmp_path / "outcome")]
    main_job = [str(python), "-m", "groundplan", *words]
    done = subprocess.run(main_job, cwd=away, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (tmp_path / "outcome" / "report.html").stat().st_size > 0
    assert list(away.iterdir()) == []
