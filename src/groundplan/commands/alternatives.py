"""``groundplan alternatives``: how different a plan can be that is nearly as good."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from groundplan.commands import study_options

HELP = "how different a plan can be that is nearly as good"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    study_options.add(p)
    loss = "how much of everybody's living standard may be lost, as a share (default 0.01)"
    p.add_argument("--within", type=float, default=0.01, help=loss)
    p.add_argument(
        "--of",
        nargs="+",
        default=[],
        metavar="INDICATOR",
        help="indicators, or headings such as imports (default: totals and the largest sectors)",
    )
    p.add_argument("--top", type=int, default=5, help="sectors under each heading by default (default 5)")
    p.add_argument("--count", type=int, default=3, help="other plans to look for (default 3)")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Plan, look how far each figure may move and for other plans, print them, save them where asked."""
    from groundplan.planning.exploring.alternatives import alternatives
    from groundplan.results.alternatives_page import summary

    made = study_options.opened(args).made(progress=say)
    outcome = alternatives(made, within=args.within, of=args.of, top=args.top, count=args.count, progress=say)
    return study_options.shown(outcome, summary(outcome), args.out, clear)
