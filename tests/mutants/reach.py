"""Which tests are near to files, and what each of them reached when it last ran."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

# Run as a script, the folder of the tests must be found first.
sys.path.append(str(Path(__file__).resolve().parents[1]))

from nearest import MOST as MOST
from nearest import ROOT as ROOT
from nearest import SOURCE as SOURCE
from nearest import TESTS, imported, nearest_to


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
    """The test files that are nearest to the targets, ``most`` of each (``nearest.nearest_to``)."""
    return sorted({test for target in targets for test in nearest_to(target, most)})


@cache
def _neighbours(file: Path) -> frozenset[Path]:
    """The files of the tests' folder that a test file imports."""
    names = {name.partition(".")[0] for name in imported(file)}
    own = frozenset(path for name in names if (path := TESTS / f"{name}.py").exists() and path != file)
    return own.union(*(_neighbours(path) for path in own))
