"""Which test files are nearest to a file of the package: ``python3 run.py test --near FILE``.

Nearest are the files that are named after it and those that import it; where no test does, those that import what
imports it, and so on; where no import leads to it, those of its folder. The fewer modules a test file imports beside
it, the nearer; the nearest five are taken.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from groundplan import HOMES

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
SOURCE = ROOT / "src"
MOST = 5


def nearest(name: str) -> list[Path]:
    """The test files nearest to a file, the nearest first.

    Raises ``LookupError`` where there is no such file, with the names that are like it.
    """
    return nearest_to(file_named(name))


def nearest_to(target: Path, most: int = MOST) -> list[Path]:
    """The test files nearest to this file, the nearest first: ``most``, or all that are named after it."""
    tests = set(TESTS.rglob("test_*.py"))
    if target in tests:
        return [target]
    named = sorted(test for test in tests if re.search(rf"_{_name(target)}(_|$)", test.stem))
    beside = {_module(file) for file in target.parent.glob("*.py")}
    importers = _leading_to({_module(target)}, tests) or _leading_to(beside, tests)
    ranked = sorted(importers - set(named), key=lambda test: (len(imported(test)), test))
    return [*named, *ranked][: max(most, len(named))]


def file_named(name: str) -> Path:
    """The file of the package or the tests with this path or, with or without ``.py``, this name."""
    path = Path(name).resolve()
    if path.is_file():
        return path
    files = {_name(file): file for folder in (TESTS, SOURCE) for file in sorted(folder.rglob("*.py"))}
    word = Path(name).name.removesuffix(".py")
    if word not in files:
        like = get_close_matches(word, files, n=3)
        raise LookupError(f"no file {name!r}" + (f"; nearest: {', '.join(like)}" if like else ""))
    return files[word]


def _name(file: Path) -> str:
    return file.parent.name if file.stem == "__init__" else file.stem


def _leading_to(modules: set[str], tests: set[Path]) -> set[Path]:
    """The tests from which the fewest imports lead to one of these modules."""
    importers = _importers(modules)
    while not importers & tests and (wider := {_module(file) for file in importers} - modules):
        modules = modules | wider
        importers = _importers(modules)
    return importers & tests


def _importers(modules: set[str]) -> set[Path]:
    """The files of the package and the tests that import one of these modules anywhere."""
    words = re.compile("|".join(sorted({re.escape(word) for module in modules for word in _words(module)})))
    files = [*SOURCE.rglob("*.py"), *TESTS.rglob("*.py")]
    return {file for file in files if words.search(_text(file)) and modules & imported(file)}


def _words(module: str) -> list[str]:
    """What stands in a file that imports this module: its last name, or a name that the package takes from it."""
    return [module.rpartition(".")[2], *(name for name, home in _homes().items() if home == module)]


@cache
def _homes() -> dict[str, str]:
    """Where the names that the package gives are at home."""
    return {name: module for name, (module, _) in HOMES.items()}


@cache
def _text(file: Path) -> str:
    return file.read_text("utf-8")


@cache
def imported(file: Path) -> frozenset[str]:
    """The modules of the package and the tests that a file imports."""
    return frozenset(_imports(ast.parse(_text(file))))


def _imports(tree: ast.AST) -> Iterator[str]:
    ours = {path.stem for path in TESTS.glob("*.py")} | {"groundplan"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] in ours)
        elif isinstance(node, ast.ImportFrom) and node.module == "groundplan":
            yield from (_homes().get(name.name, f"groundplan.{name.name}") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ours:
            yield str(node.module)
            yield from (path for name in node.names if _is_module(path := f"{node.module}.{name.name}"))


def _is_module(name: str) -> bool:
    path = SOURCE.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _module(file: Path) -> str:
    """A file as it is imported: by its path in the package, by its name in the tests."""
    if not file.is_relative_to(SOURCE):
        return file.stem
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
