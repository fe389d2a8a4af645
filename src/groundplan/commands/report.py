"""``groundplan report``: the report of a saved outcome, written again."""

from __future__ import annotations

import argparse
from collections.abc import Callable

HELP = "write the report of a saved outcome again"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("folder", help="a folder that another command wrote with --out")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Write the page and print where it is."""
    from groundplan.outcome import Outcome
    from groundplan.results.report import write_report

    print(write_report(Outcome.open(args.folder), args.folder))
    return 0
