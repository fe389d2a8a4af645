"""The lock names what pyproject.toml asks for, serves every Python and system, and says itself where it does not."""

import importlib.util
import json
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def lock() -> ModuleType:
    return loaded("lock_script", ROOT / "requirements" / "lock.py")


@pytest.fixture(scope="module")
def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spelt(requirement: str) -> tuple[str, str, frozenset[str]]:
    one = Requirement(requirement)
    return one.name.lower(), str(one.specifier), frozenset(one.extras)


def test_lock_was_made_from_this_pyproject(pyproject: dict) -> None:
    """Proves: the lock answers what is asked now. Breaks if: a dependency changes and nobody runs ``run.py lock``."""
    every = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    (own,) = (package for package in every if package["name"] == "groundplan")
    project, locked = pyproject["project"], own["metadata"]["requires-dist"]
    asked = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    assert {(r["name"], r.get("specifier", ""), frozenset(r.get("extras", ()))) for r in locked} == set(
        map(spelt, asked)
    )
    groups = {name: {(r["name"], r["specifier"]) for r in rs} for name, rs in own["metadata"]["requires-dev"].items()}
    assert groups == {name: {spelt(r)[:2] for r in rs} for name, rs in pyproject["dependency-groups"].items()}


def test_every_file_says_what_the_lock_says(lock: ModuleType) -> None:
    """Proves: pip and uv install the same files. Breaks if: a version, a hash or a file is left over or missing."""
    admitted = {
        (p["name"], p["version"]): {f["hash"] for f in [*p.get("wheels", ()), *([p["sdist"]] if "sdist" in p else ())]}
        for p in lock.packages(ROOT / "uv.lock")
    }
    files = sorted((ROOT / "requirements").glob("*.txt"))
    assert {file.stem for file in files} == set(lock.names(ROOT / "pyproject.toml"))
    named = set()
    for file in files:
        for requirement, hashes in lock.pins(file):
            assert hashes == admitted[lock.pinned(requirement)], f"{file.name}: {requirement}"
            named.add(lock.pinned(requirement))
    assert named == set(admitted)


def test_every_file_holds_the_core(lock: ModuleType) -> None:
    """Proves: one file is enough for one extra. Breaks if: an extra is exported without what the commands need."""
    core = {str(requirement) for requirement, _ in lock.pins(ROOT / "requirements" / "core.txt")}
    for file in (ROOT / "requirements").glob("*.txt"):
        assert core <= {str(requirement) for requirement, _ in lock.pins(file)}, file.name


def test_every_pin_has_a_wheel_for_every_python_and_system(lock: ModuleType) -> None:
    """Proves: nobody must compile, nor older Macs for the core. Breaks if: a wheel is not published."""
    lacking = lock.gaps()
    assert lock.gap_lines(gap for gap in lacking if gap.platform.must or gap.file == "core") == []


def test_a_missing_wheel_is_named(lock: ModuleType, tmp_path: Path) -> None:
    """Proves: the check sees a gap and where it is. Breaks if: any wheel, or an sdist, counts for every machine."""
    every = ["cp311-cp311", "cp312-cp312", "cp313-cp313", "cp314-cp314"]
    systems = ["manylinux_2_28_x86_64", "manylinux2014_aarch64", "macosx_11_0_arm64", "macosx_10_9_x86_64", "win_amd64"]
    wheels = [f"ore-1.0-{python}-{system}.whl" for python in every for system in systems]
    wheels.remove("ore-1.0-cp313-cp313-win_amd64.whl")
    (tmp_path / "core.txt").write_text(
        "# words\nore==1.0 ; sys_platform != 'darwin' \\\n    --hash=sha256:aa\npure==2.0 --hash=sha256:bb\n"
        "new==3.0 ; python_full_version >= '3.12' --hash=sha256:cc\n"
    )
    (tmp_path / "uv.lock").write_text(
        entry("ore", "1.0", wheels)
        + entry("pure", "2.0", ["pure-2.0-py3-none-any.whl"])
        + entry(
            "new", "3.0", ["new-3.0-cp312-abi3-manylinux_2_17_x86_64.whl", "new-3.0-cp312-abi3-macosx_13_0_arm64.whl"]
        )
    )
    assert lock.gap_lines(lock.gaps(tmp_path, tmp_path / "uv.lock")) == [
        "new==3.0 has no wheel for Linux arm64, Python 3.12, 3.13, 3.14 (in core)",
        "new==3.0 has no wheel for Windows x86_64, Python 3.12, 3.13, 3.14 (in core)",
        "new==3.0 has no wheel for macOS arm64, Python 3.12, 3.13, 3.14 (in core)",
        "new==3.0 has no wheel for macOS x86_64, Python 3.12, 3.13, 3.14 (in core)",
        "ore==1.0 has no wheel for Windows x86_64, Python 3.13 (in core)",
    ]


def entry(name: str, number: str, wheels: list[str]) -> str:
    urls = "".join(f'{{ url = "https://files/{wheel}" }},' for wheel in wheels)
    source = '{ registry = "https://index" }'
    return f'[[package]]\nname = "{name}"\nversion = "{number}"\nsource = {source}\nwheels = [{urls}]\n'


def test_changes_are_told_by_version(lock: ModuleType, tmp_path: Path) -> None:
    """Proves: what came, went and changed is listed. Breaks if: one of two locked versions is dropped in silence."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(entry("kept", "1", []) + entry("gone", "1", []) + entry("ore", "1.0", []))
    new.write_text(entry("kept", "1", []) + entry("come", "1", []) + entry("ore", "1.0", []) + entry("ore", "1.1", []))
    rows = [line.split(maxsplit=2) for line in lock.version_table(old, new)]
    assert rows == [["come", "-", "1"], ["gone", "1", "-"], ["ore", "1.0", "1.0, 1.1"]]
    assert [line.split()[1] for line in lock.version_table(tmp_path / "none", new)] == ["-"] * 3


def test_pythons_are_named_alike(lock: ModuleType, pyproject: dict) -> None:
    run = loaded("run_script", ROOT / "run.py")
    versions = ["{}.{}".format(*python) for python in lock.PYTHONS]
    mark = "Programming Language :: Python :: "
    assert [c.removeprefix(mark) for c in pyproject["project"]["classifiers"] if c.startswith(mark)] == versions
    assert pyproject["project"]["requires-python"] == f">={versions[0]}"
    assert (lock.PYTHONS[0], lock.PYTHONS[-1]) == (run.OLDEST, run.NEWEST)


def test_this_environment_is_the_locked_one(lock: ModuleType) -> None:
    """Proves: where run.py made the environment the tests run on the locked versions. Breaks if: it installs others."""
    stamp = Path(sys.prefix) / "groundplan-stamp.json"
    if not stamp.exists() or not json.loads(stamp.read_text(encoding="utf-8"))["made_here"]:
        pytest.skip("this environment was not made by run.py")
    asked = [r for r, _ in lock.pins(ROOT / "requirements" / "test.txt") if not r.marker or r.marker.evaluate()]
    assert [f"{r}, here {version(r.name)}" for r in asked if not r.specifier.contains(version(r.name))] == []
