"""Change the code in small ways and see whether a test fails; ``python3 run.py mutate`` runs this file.

Changes are drawn from all that mutmut's operators can do to the arithmetic, comparisons and branches of the files.
For each, the tests that go through the changed function run, fastest first, until one fails. What no test notices is
printed. Those that ``tests/mutants/kept.txt`` names are left out and replaced by the next drawn.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from mutant import Mutant, kept, mutant, shuffled
from reach import MOST, ROOT, SOURCE, Reaches, near
from trial import Trials, Verdict, Warm, reached, warm_tests

PACKAGE = SOURCE / "groundplan"
KEPT = Path(__file__).with_name("kept.txt")
NOTES = ROOT / ".mutants"
ENOUGH = 0.95  # the share of the drawn that has to die


def files(words: Sequence[str]) -> list[Path]:
    """The files of the package that folders and files name."""
    paths: list[Path] = []
    for word in words:
        path = PACKAGE / word
        inside = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        if not inside or not inside[0].exists():
            raise SystemExit(f"no folder or file {word!r} in {PACKAGE.relative_to(ROOT)}")
        paths += inside
    return list(dict.fromkeys(paths))


class Draw:
    """The drawn mutants one after the other, without those that are kept."""

    def __init__(self, paths: Sequence[Path], seed: int, count: int) -> None:
        self.sites, self.count = shuffled(paths, seed), count
        self.kept, self.replaced = kept(KEPT.read_text("utf-8")), 0

    def __iter__(self) -> Iterator[Mutant]:
        seen: set[tuple[str, str, str, str]] = set()
        for site in self.sites:
            one = mutant(site)
            if one is None or one.name in seen:
                continue
            if one.name in self.kept:
                self.replaced += 1
                continue
            seen.add(one.name)
            yield one
            if len(seen) == self.count:
                return


def entry(verdict: Verdict) -> str:
    """A survivor as the list of the kept would name it."""
    one = verdict.mutant
    where = f"{one.path.relative_to(PACKAGE)}, line {one.line}; {verdict.ran} of {verdict.reached} tests that go there"
    return f"# {where}\n{one.path.name} {one.function}\n- {one.before}\n+ {one.after}\n"


def main(words: Sequence[str]) -> int:
    """Draw, try and report; 0 if enough died."""
    parser = argparse.ArgumentParser(prog="run.py mutate", description=__doc__.splitlines()[0])
    parser.add_argument(
        "what", nargs="+", help="folders or files of src/groundplan: measures, planning/money, outcome.py"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the draw (1)")
    parser.add_argument("--count", type=int, default=200, help="how many are drawn (200)")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="how many at a time (2)")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the tests of one may take together (30)")
    parser.add_argument("--most", type=int, default=MOST, help=f"test files asked of one file ({MOST})")
    parser.add_argument("--again", action="store_true", help="try only what survived the last time")
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # children are ended on the way out
    paths = files(asked.what)
    draw = Draw(paths, asked.seed, asked.count)
    survivors: list[Verdict] = []
    verdicts: list[Verdict] = []
    start = time.monotonic()
    notes = NOTES / ("-".join([*asked.what, str(asked.seed), str(asked.count)]).replace("/", ".") + ".txt")

    def job(warm: Warm) -> None:
        stale = [file for file in tests if not reaches.fresh(file)]
        for number, (file, several) in enumerate(reached(warm, stale, asked.workers), 1):
            reaches.put(file, several)
            say(f"watched {number} of {len(stale)} test files: {file.name}, {len(several)} tests")
        trials = Trials(warm, reaches.tests(tests), asked.seconds, asked.workers)
        last = set(kept_or_nothing(notes)) if asked.again else None
        chosen = (one for one in draw if last is None or one.name in last)
        for number, verdict in enumerate(trials.verdicts(chosen), 1):
            verdicts.append(verdict)
            if verdict.killer is None:
                survivors.append(verdict)
                say(entry(verdict))
            elif number % 20 == 0:
                say(f"# {number} tried, {len(survivors)} survive, {time.monotonic() - start:.0f} s")
        for test in sorted(trials.unsound):
            say(f"# not asked, it fails without a change too: {test}")

    def say(line: str) -> None:
        os.write(out, f"{line}\n".encode())

    out = os.dup(1)
    reaches = Reaches.load(NOTES / "reach.json")
    tests = near(paths, asked.most)
    say(f"# {' '.join(asked.what)}: {len(draw.sites)} possible changes in {len(paths)} files, seed {asked.seed}; "
        f"{len(tests)} test files are near")  # fmt: skip
    warm_tests(tests, job)
    NOTES.mkdir(exist_ok=True)
    notes.write_text("\n".join(f"{entry(one)}= survived\n" for one in survivors), "utf-8")
    died = len(verdicts) - len(survivors)
    late = sum(verdict.late for verdict in verdicts)
    share = died / len(verdicts) if verdicts else 0.0
    say(f"# {len(verdicts)} drawn, {died} died ({late} by never ending), {len(survivors)} survive: {share:.1%}; "
        f"{draw.replaced} kept ones were replaced; {time.monotonic() - start:.0f} s")  # fmt: skip
    return 0 if share >= ENOUGH else 1


def kept_or_nothing(notes: Path) -> dict[tuple[str, str, str, str], str]:
    """What survived the last time."""
    return kept(notes.read_text("utf-8")) if notes.exists() else {}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
