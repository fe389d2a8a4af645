"""``groundplan whynot``: what a target would take, and what else would fall for it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

HELP = "what a target would take, and what else would fall for it"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("country", nargs="?", help="three-letter code or English name (default KEN, or the study's)")
    p.add_argument("target", help="for example 'gross output: cons >= 2500 in 2024'")
    p.add_argument("--years", type=int, help="length of the plan (default 10, or the study's)")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument("--study", help="a study file (TOML)")
    p.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a policy, for example --set export_growth=0.06",
    )
    p.add_argument("--out", help="folder of the answer; without it the page is printed and nothing is written")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Answer, print the page, and save the answer where ``--out`` says."""
    from groundplan.commands.plan import read_choices
    from groundplan.planning.choices.target import read_target
    from groundplan.questions import why_not
    from groundplan.results.report import report
    from groundplan.results.why_not import summary
    from groundplan.study import Study, open_study, with_choices

    target = read_target(args.target)
    study = open_study(args.study) if args.study else Study.of("KEN" if args.country is None else args.country)
    choices = read_choices(args.set)
    if args.years is not None:
        choices["years"] = args.years
    answer = why_not(with_choices(study, args.country, args.year, choices), target, progress=say)
    saved = answer.save(args.out, {"report.html": report(answer)}) if args.out is not None else None
    clear()
    print(summary(answer))
    if saved is not None:
        print(f"Saved in {saved}; read {saved / 'report.html'} in a browser.")
    return 0
