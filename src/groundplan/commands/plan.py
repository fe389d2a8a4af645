"""``groundplan plan``: a plan of ten years, with what holds it back and at what price."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from groundplan.commands import study_options

HELP = "a plan of ten years, with what holds it back and at what price"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    study_options.add(p, out="folder of the outcome (default outcomes/<country>-<year>-<years>y)")
    p.add_argument(
        "--examine",
        action="store_true",
        help="put the plan, with and without its contingencies, through the day-by-day engine of `stress`",
    )


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Plan, print the page, save the outcome."""
    from groundplan.results.report import report
    from groundplan.results.summary import summary

    study = study_options.opened(args)
    if args.examine:
        from groundplan.examination import examine_study

        outcome = examine_study(study, say)
    else:
        outcome = study.run(say)
    say("writing the outcome")
    about = outcome.provenance
    name = f"{about['country']}-{about['accounts_year']}-{len(about['years'])}y"
    folder = args.out if args.out is not None else os.path.join("outcomes", name)
    page = summary(outcome)
    texts = {"report.html": report(outcome), "study.toml": str(about["study"])}
    saved = outcome.save(folder, texts)
    clear()
    print(page)
    print(f"\nSaved in {saved}; read {saved / 'report.html'} in a browser.")
    return 0
