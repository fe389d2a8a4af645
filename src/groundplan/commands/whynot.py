"""``groundplan whynot``: what a target would take, and what else would fall for it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from groundplan.commands import study_options

HELP = "what a target would take, and what else would fall for it"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    study_options.add(p, out="folder of the answer; without it the page is printed and nothing is written")
    p.add_argument("target", help="for example 'gross output: cons >= 2500 in 2024'")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Answer, print the page, and save the answer where ``--out`` says."""
    from groundplan.planning.choices.target import read_target
    from groundplan.questions import why_not
    from groundplan.results.why_not import summary

    target = read_target(args.target)
    answer = why_not(study_options.opened(args), target, progress=say)
    return study_options.shown(answer, summary(answer), args.out, clear)
