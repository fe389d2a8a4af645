"""Which tests are near to a file, by the imports that lead there, and what each of them reached when it last ran."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE, TESTS = ROOT / "src", ROOT / "tests"
MOST = 5  # test files that are asked of one file of the code
FURTHEST = 4  # imports from a test file to the code; what is further away is no test of it


@dataclass(frozen=True)
class Reach:
    """What one test reached.

    Attributes:
        seconds: How long it takes with all that it shares with others made anew. Units: s.
        functions: ``FILE FUNCTION`` of all that it went through.
    """

    seconds: float
    functions: frozenset[str]


@dataclass
class Reaches:
    """What every test reached, by its file, as long as the file says the same."""

    path: Path
    files: dict[str, tuple[str, dict[str, Reach]]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Reaches:
        """What was written there; nothing where there is no file."""
        written = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return cls(
            path,
            {
                file: (digest, {test: Reach(seconds, frozenset(names)) for test, (seconds, names) in tests.items()})
                for file, (digest, tests) in written.items()
            },
        )

    def fresh(self, file: Path) -> bool:
        """Whether this test file is as it was when it was last watched."""
        return self.files.get(_key(file), ("",))[0] == digest(file)

    def put(self, file: Path, tests: dict[str, Reach]) -> None:
        """Write down what the tests of a file reached, beside what another run has written meanwhile."""
        self.files = {**self.files, **Reaches.load(self.path).files, _key(file): (digest(file), tests)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        said = {
            name: (mark, {test: (reach.seconds, sorted(reach.functions)) for test, reach in several.items()})
            for name, (mark, several) in self.files.items()
        }
        self.path.write_text(json.dumps(said), "utf-8")

    def tests(self, files: Iterable[Path]) -> dict[str, Reach]:
        """Every test of these files, with what it reached."""
        return {test: reach for file in files for test, reach in self.files.get(_key(file), ("", {}))[1].items()}


def _key(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def digest(file: Path) -> str:
    """A mark of what a test file and what it takes from its neighbours say."""
    parts = sorted({file, *_neighbours(file)})
    return hashlib.sha256(b"\n".join(part.read_bytes() for part in parts)).hexdigest()[:16]


def near(targets: Iterable[Path], most: int = MOST) -> list[Path]:
    """The test files from which the fewest imports lead to each of the targets: of equals those that import least."""
    own = {file: frozenset().union(*(_imported(part) for part in (file, *_neighbours(file)))) for file in _tests()}
    wanted, every = {_module(path) for path in targets}, own
    found: set[Path] = set()
    for _ in range(FURTHEST):
        for name in sorted(wanted):
            there = sorted((len(own[file]), file) for file, names in every.items() if name in names)
            found |= {file for _, file in there[:most]}
            wanted -= {name} if there else set()
        every = {
            file: names.union(*(_imported(path) for name in names if (path := _file(name)) is not None))
            for file, names in every.items()
        }
    return sorted(found)


def _tests() -> list[Path]:
    return sorted(TESTS.rglob("test_*.py"))


@cache
def _neighbours(file: Path) -> frozenset[Path]:
    """The files of the tests' folder that a test file imports."""
    names = {name.partition(".")[0] for name in _imported(file)}
    own = frozenset(path for name in names if (path := TESTS / f"{name}.py").exists() and path != file)
    return own.union(*(_neighbours(path) for path in own))


@cache
def _imported(file: Path) -> frozenset[str]:
    """The modules that a file imports anywhere; a name taken from the package itself counts as its home."""
    return frozenset(_imports(ast.parse(file.read_text("utf-8"))))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "groundplan":
            yield from (_homes().get(name.name, "groundplan") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def _homes() -> dict[str, str]:
    """Where the names that the package exports are defined."""
    tree = ast.parse((SOURCE / "groundplan" / "__init__.py").read_text("utf-8"))
    return {
        name.asname or name.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("groundplan.")
        for name in node.names
    }


def _module(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def _file(module: str) -> Path | None:
    path = SOURCE.joinpath(*module.split(".")).with_suffix(".py")
    return path if path.exists() else None
