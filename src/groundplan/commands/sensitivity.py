"""``groundplan sensitivity``: which assumptions the plan hangs on."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from groundplan.commands import study_options

HELP = "which assumptions the plan hangs on, one at a time"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    study_options.add(p)
    p.add_argument(
        "--on",
        nargs="+",
        default=[],
        metavar="INDICATOR",
        help='what is watched: an indicator in the last year, "indicator @ year", or objective',
    )
    p.add_argument("--of", nargs="+", default=[], metavar="FIGURE", help="figures to try (default: all with a range)")
    p.add_argument("--spread", type=float, default=0.25, help="range where none is stated, as a share (default 0.25)")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Make the plan anew at both ends of every range, print what moves, save it where asked."""
    from groundplan.results.sensitivity_page import summary
    from groundplan.sensitivity import sensitivity

    outcome = sensitivity(study_options.opened(args), on=args.on, of=args.of, spread=args.spread, progress=say)
    return study_options.shown(outcome, summary(outcome), args.out, clear)
