"""The tests in one warm process: watched once to see what they reach, then run against one mutant a child."""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import changed
import forks
import pytest
import swap
from forks import BUSY
from mutant import Mutant, bodies
from reach import ROOT, SOURCE, Reach, near

LONGEST = 40.0  # seconds that a test may take while it is watched; what takes longer is near to nothing
TEST = "the test itself"
SLACK = 6.0  # how many times its own time a test may take on a mutant before it counts as never ending


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        mutant: The mutant.
        killer: The test that failed; None if none did.
        late: Whether it failed by never ending.
        reached: How many tests go through the function.
        ran: How many of them there was time for.
    """

    mutant: Mutant
    killer: str | None
    late: bool
    reached: int
    ran: int


@dataclass(eq=False)
class Warm:
    """A plugin of pytest: collects, then hands the tests to ``job`` in place of running them."""

    job: Callable[[Warm], None]
    items: dict[str, Any] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    watch: Any = None
    making: list[str] = field(default_factory=list)
    made: dict[str, float] = field(default_factory=dict)

    def pytest_collection(self) -> None:
        """Drawn examples are not made smaller when they fail: one failure is all that is asked."""
        from hypothesis import Phase, settings

        settings.register_profile(
            "mutants", settings.get_profile("groundplan"), phases=(Phase.explicit, Phase.generate), database=None
        )
        settings.load_profile("mutants")

    def pytest_collectreport(self, report: Any) -> None:
        """Note what could not be collected."""
        if report.failed:
            self.faults.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_runtestloop(self, session: Any) -> bool:
        """Do the job with what was collected."""
        self.items = {item.nodeid: item for item in session.items}
        for module in pkgutil.walk_packages([str(SOURCE / "groundplan")], "groundplan."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
        gc.unfreeze()  # conftest.py has set aside what was collected: functions and caches are looked for among it
        self.job(self)
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note what failed."""
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """While a fixture that several tests share is made, what is gone through is noted as the fixture's."""
        if fixturedef.scope == "function" or self.watch is None:
            return (yield)
        self.making.append(fixturedef.argname)
        self.watch.switch_context(fixturedef.argname)
        start = time.process_time()
        try:
            return (yield)
        finally:
            self.made[fixturedef.argname] = time.process_time() - start
            self.making.pop()
            self.watch.switch_context(self.making[-1] if self.making else TEST)

    def passes(self, test: str, following: str | None = None) -> bool:
        """Run one test here."""
        item, after = self.items[test], self.items.get(following or "")
        self.failed.clear()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        return not self.failed


def warm_tests(files: Sequence[Path], job: Callable[[Warm], None]) -> None:
    """Collect the tests of these files in this process and do the job with them."""
    plugin = Warm(job)
    words = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--rootdir", str(ROOT)]
    code = pytest.main([*words, *map(str, files)], plugins=[plugin])
    if plugin.faults or code not in (0, 1):
        raise SystemExit("\n".join(["the tests cannot be collected:", *plugin.faults]))


# What the tests reach


def reached(warm: Warm, files: Sequence[Path], workers: int) -> Iterator[tuple[Path, dict[str, Reach]]]:
    """What each test of these files reaches, what it shares with others included; without what fails or takes long."""
    caches = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
    own = [thing for thing in caches if not str(thing.__module__).startswith(("numpy", "pandas", "scipy", "xarray"))]
    waiting = [(file, [test for test, item in warm.items.items() if item.path == file]) for file in reversed(files)]
    done: dict[Path, dict[str, Reach]] = {file: {} for file in files}

    def watched(subject: tuple[Path, list[str]], say: forks.Say) -> None:
        import coverage

        shared: dict[str, tuple[float, set[str]]] = {}
        for test, following in zip(subject[1], [*subject[1][1:], None], strict=True):
            for one in own:
                one.cache_clear()
            warm.watch = coverage.Coverage(data_file=None, config_file=False, include=[f"{SOURCE}/groundplan/*"])
            warm.watch.set_option("run:disable_warnings", ["no-data-collected"])
            warm.made.clear()
            say(LONGEST, test)
            start = time.process_time()
            with warm.watch.collect():
                warm.watch.switch_context(TEST)
                passed = warm.passes(test, following)
            seconds, data = time.process_time() - start - sum(warm.made.values()), warm.watch.get_data()
            shared |= {name: (took, _functions(data, name)) for name, took in warm.made.items()}
            used = [shared[name] for name in warm.items[test].fixturenames if name in shared]
            names = _functions(data, TEST).union(*(functions for _, functions in used))
            if passed:
                seconds += sum(took for took, _ in used)
                say(LONGEST, {"test": test, "seconds": seconds, "functions": sorted(names)})

    for (file, tests), said, _ in forks.finished(lambda: waiting.pop() if waiting else None, watched, workers):
        for words in said:
            if isinstance(words, dict):
                done[file][words["test"]] = Reach(round(words["seconds"], 3), frozenset(words["functions"]))
        begun = {tests[0], *(words for words in said if isinstance(words, str))} if tests else set()
        if left := [test for test in tests if test not in begun]:
            waiting.append((file, left))
        else:
            yield file, done[file]


def _functions(data: Any, context: str) -> set[str]:
    """``FILE FUNCTION`` of every function whose body was gone through in a context."""
    data.set_query_context(context)
    return {
        f"{Path(file).name} {function}"
        for file in data.measured_files()
        for lines in [set(data.lines(file) or ())]
        for function, (first, last) in _bodies(Path(file)).items()
        if not lines.isdisjoint(range(first, last + 1))
    }


@functools.cache
def _bodies(path: Path) -> dict[str, tuple[int, int]]:
    return bodies(path.read_text("utf-8"))


# Mutants


@dataclass
class Trials:
    """The trials of many mutants with the tests that reach them.

    Attributes:
        warm: The collected tests.
        reach: What each test reaches.
        seconds: How long the tests of one mutant may take together. Units: s.
        workers: How many mutants at a time.
    """

    warm: Warm
    reach: dict[str, Reach]
    seconds: float
    workers: int
    sound: set[str] = field(default_factory=set)
    unsound: set[str] = field(default_factory=set)
    killers: dict[str, list[str]] = field(default_factory=dict)

    def verdicts(self, mutants: Iterator[Mutant]) -> Iterator[Verdict]:
        """What became of each mutant, in the order of their ends."""
        again: list[Mutant] = []
        paths = set((SOURCE / "groundplan").rglob("*.py"))
        functions = swap.live(paths)
        gc.freeze()  # children share what is there: nothing of it is looked through again

        def following() -> tuple[Mutant, Any, list[str]] | None:
            mutant = again.pop() if again else next(mutants, None)
            if mutant is None:
                return None
            pairs = swap.swaps(mutant.path, mutant.path.read_text("utf-8"), mutant.source)
            swappable = pairs is not None and swap.known(pairs, functions)
            return mutant, pairs if swappable else None, self.chosen(mutant)

        def tried(subject: tuple[Mutant, Any, list[str]], say: forks.Say) -> None:
            mutant, pairs, tests = subject
            if pairs is None:
                self.tried_at_import(mutant, tests, say)
                return
            swap.swap(pairs, functions)
            for test, following in zip(tests, [*tests[1:], None], strict=True):
                say(10.0 + SLACK * self.reach[test].seconds, test)
                if not self.warm.passes(test, following):
                    say(10.0, {"failed": test})
                    return

        for (mutant, _, tests), said, late in forks.finished(following, tried, self.workers):
            begun = [words for words in said if isinstance(words, str)]
            failure = next((words["failed"] for words in said if isinstance(words, dict)), None)
            killer = begun[-1] if late and begun else failure
            if killer is not None and not self.is_sound(killer):
                again.append(mutant)
                continue
            if killer is not None:
                self.killers.setdefault(_place(mutant), []).insert(0, killer)
            yield Verdict(mutant, killer, late, len(self.through(mutant)), len(tests))

    def through(self, mutant: Mutant) -> list[str]:
        """The tests that go through the mutant's function, the fastest first.

        If it is in no function: those that go through its file, and those of the test files that are nearest to it.
        """
        place, file = _place(mutant), f"{mutant.path.name} "
        beside = () if mutant.function else near([mutant.path])
        tests = [
            test
            for test, reach in self.reach.items()
            if test in self.warm.items
            and test not in self.unsound
            and (
                place in reach.functions
                or (not mutant.function and any(name.startswith(file) for name in reach.functions))
                or self.warm.items[test].path in beside
            )
        ]
        return sorted(tests, key=lambda test: (self.reach[test].seconds, test))

    def chosen(self, mutant: Mutant) -> list[str]:
        """The tests to run: what killed another mutant of the function first, then the fastest, as time allows."""
        tests = self.through(mutant)
        proven = [test for test in dict.fromkeys(self.killers.get(_place(mutant), ())) if test in tests][:3]
        left, chosen = self.seconds, list[str]()
        for test in dict.fromkeys([*proven, *tests]):
            if chosen and self.reach[test].seconds > left:
                continue
            chosen.append(test)
            left -= self.reach[test].seconds
        return chosen

    def is_sound(self, test: str) -> bool:
        """Whether a test passes here on the code as it stands: only then is its failure a proof."""

        def alone(test: str, say: forks.Say) -> None:
            say(60.0 + SLACK * self.reach[test].seconds, None)
            say(10.0, self.warm.passes(test))

        if test not in self.sound | self.unsound:
            asked = [test]
            ((_, said, _),) = forks.finished(lambda: asked.pop() if asked else None, alone, 1)
            (self.sound if said[-1] is True else self.unsound).add(test)
        return test in self.sound

    def tried_at_import(self, mutant: Mutant, tests: Sequence[str], say: forks.Say) -> None:
        """Run the tests in a new Python that imports the changed text."""
        patience = 60.0 + SLACK * sum(self.reach[test].seconds for test in tests)
        original = mutant.path.read_text("utf-8")
        say(patience, None)
        if not tests or not _fails_at_import(mutant.path, mutant.source, tests, patience):
            return
        say(patience, None)
        if not _fails_at_import(mutant.path, original, tests, patience):
            say(10.0, {"failed": tests[0]})


def _place(mutant: Mutant) -> str:
    return f"{mutant.path.name} {mutant.function}"


def _fails_at_import(path: Path, source: str, tests: Sequence[str], patience: float) -> bool:
    """Whether one of the tests fails, or all take too long, in a Python that imports this text in the file's place."""
    with tempfile.TemporaryDirectory() as folder:
        text, names = Path(folder) / path.name, Path(folder) / "tests.txt"
        text.write_text(source, "utf-8")
        names.write_text("\n".join(tests), "utf-8")
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        where = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
        environ = {**os.environ, "PYTHONPATH": where, changed.ASKED: json.dumps([module, str(path), str(text)])}
        words = ["-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-p", "changed", f"@{names}"]
        run = functools.partial(subprocess.run, cwd=ROOT, env=environ, capture_output=True, timeout=patience * BUSY / 2)
        try:
            return run([sys.executable, *words]).returncode != 0
        except subprocess.TimeoutExpired:
            return True
