"""What the commands cost: processor seconds of whole processes, before and after in one run.

    python benchmarks/commands.py                          the seven commands, five times each
    python benchmarks/commands.py --before ../old          beside another checkout's, in turn (A B A B)
    python benchmarks/commands.py --times 3 plan see       three times, those whose words begin so

Every run is a process of its own; its page goes to a file that is thrown away, and with ``--save`` so do its outcome
and report. ``report --workbook`` opens what the study's plan saved and writes report and workbook. Prints the least,
the median and the largest of user and system seconds together, the median of seconds on the clock and the largest peak
memory; with ``--before`` also the share of the old median that is left. Processor seconds are what a laptop's battery
and a shared machine pay; the clock says more of who else was at work. The peer's line is what any tool on these
libraries pays before its first figure: importing them.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).parents[1]
STUDY = Path("studies", "kenya_five_years.toml")
COMMANDS = (
    ("plan", "KEN"),
    ("see", "KEN"),
    ("stress", "KEN"),
    ("place", "KEN"),
    ("compare", "KEN"),
    ("plan", "--study", str(STUDY)),
    ("report", "--workbook"),
)
SAVED = ("plan", "--study", str(STUDY))  # what ``report`` opens
PEER = ("-c", "import numpy, scipy, pandas, xarray, highspy")


class Run(NamedTuple):
    """One process: processor seconds (user and system), seconds on the clock, peak memory in MB."""

    processor: float
    clock: float
    memory: float


def measured(checkout: Path, words: tuple[str, ...]) -> Run:
    """A process of a checkout. Ends the benchmark where the process fails."""
    environment = dict(os.environ, PYTHONPATH=str(checkout / "src"))
    with tempfile.TemporaryFile() as page, tempfile.TemporaryFile() as faults:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=checkout,
            env=environment,
            stdout=page,
            stderr=faults,
            stdin=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            faults.seek(0)
            sys.exit(f"{' '.join(words)} in {checkout} ended with {process.returncode}:\n{faults.read().decode()}")
    return Run(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))


def command(checkout: Path, words: tuple[str, ...], save: bool) -> Run:
    """A command of a checkout; its outcome, where it is saved, is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        if words[0] == "report":
            book = str(Path(folder, "outcome.xlsx"))
            return measured(checkout, ("-m", "groundplan", "report", str(saved_plan(checkout)), "--workbook", book))
        out = ("--out", str(Path(folder, "outcome"))) if save else ()
        return measured(checkout, ("-m", "groundplan", *words, *out))


@cache
def saved_plan(checkout: Path) -> Path:
    """The study's plan as a checkout saves it, made once; what made it is not measured."""
    folder = Path(tempfile.mkdtemp(prefix="groundplan-benchmark-"), "outcome")
    atexit.register(shutil.rmtree, folder.parent)
    measured(checkout, ("-m", "groundplan", *SAVED, "--out", str(folder)))
    return folder


def line(name: str, runs: list[Run], old: list[Run] | None = None) -> None:
    """One row of the table."""
    spent = [r.processor for r in runs]
    left = "" if old is None else f"{median(spent) / median(r.processor for r in old):8.0%}"
    print(
        f"{name:<46}{min(spent):7.2f}{median(spent):8.2f}{max(spent):7.2f}{median(r.clock for r in runs):9.2f}"
        f"{max(r.memory for r in runs):7.0f}{left}",
        flush=True,
    )


def chosen(words: list[str]) -> list[tuple[str, ...]]:
    """The commands that begin with one of the words; all of them where none is named."""
    found = [c for c in COMMANDS if not words or any(" ".join(c).startswith(w) for w in words)]
    if not found:
        sys.exit(f"no command begins with {' or '.join(words)}; there are: {', '.join(' '.join(c) for c in COMMANDS)}")
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("commands", nargs="*", help="the first words of commands")
    options.add_argument("--before", type=Path, help="another checkout to measure in turn with this one")
    options.add_argument("--times", type=int, default=5, help="runs of every command (default 5)")
    options.add_argument("--save", action="store_true", help="save every outcome and its report too")
    asked = options.parse_args()
    if asked.times < 1:
        options.error("measure at least once")
    before = None if asked.before is None else asked.before.resolve()
    if before is not None and not (before / "src" / "groundplan").is_dir():
        options.error(f"{before} is no checkout: it has no src/groundplan")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start; {asked.times} runs each")
    left = "" if before is None else f"{'left':>8}"
    print(f"{'processor seconds':<46}{'least':>7}{'median':>8}{'most':>7}{'clock':>9}{'MB':>7}{left}")
    peers: list[Run] = []
    for words in chosen(asked.commands):
        old: list[Run] = []
        new: list[Run] = []
        for _ in range(asked.times):
            if before is not None:
                old.append(command(before, words, asked.save))
            new.append(command(HERE, words, asked.save))
            peers.append(measured(HERE, PEER))
        name = " ".join(words)
        if before is not None:
            line(f"{name}, before", old)
        line(name, new, old if before is not None else None)
    line("peer: import " + PEER[1].removeprefix("import "), peers)


if __name__ == "__main__":
    main()
