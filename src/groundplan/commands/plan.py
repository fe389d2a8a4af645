"""``groundplan plan``: a plan of ten years, with what holds it back and at what price."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import Any

from groundplan.errors import StudyError

HELP = "a plan of ten years, with what holds it back and at what price"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("country", nargs="?", help="three-letter code or English name (default KEN, or the study's)")
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
    p.add_argument(
        "--examine",
        action="store_true",
        help="put the plan, with and without its contingencies, through the day-by-day engine of `stress`",
    )
    p.add_argument("--out", help="folder of the outcome (default outcomes/<country>-<year>-<years>y)")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Plan, print the page, save the outcome."""
    from groundplan.results.report import report
    from groundplan.results.summary import summary
    from groundplan.study import Study, open_study, with_choices

    study = open_study(args.study) if args.study else Study.of("KEN" if args.country is None else args.country)
    choices = read_choices(args.set)
    if args.years is not None:
        choices["years"] = args.years
    study = with_choices(study, args.country, args.year, choices)
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


def read_choices(settings: Sequence[str]) -> dict[str, Any]:
    """``name=value`` pairs, values read as TOML."""
    import tomllib

    out: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        try:
            if not equals:
                raise ValueError
            read = tomllib.loads(f"value = {value}")
            if len(read) != 1:
                raise ValueError
            out[name.strip()] = read["value"]
        except ValueError:
            raise StudyError(
                f"--set {setting} is not NAME=VALUE",
                fix="for example --set export_growth=0.06, or --set solver='\"ipm\"'",
            ) from None
    return out
