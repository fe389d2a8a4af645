"""``groundplan compare``: the same economy under several doctrines."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

HELP = "doctrines side by side: what each gives up for what"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("country", nargs="?", help="three-letter code or English name (default KEN, or the study's)")
    p.add_argument(
        "--doctrine",
        action="append",
        metavar="NAME|FILE",
        help="a shipped doctrine or a TOML file; may be given more than once (default: all shipped ones)",
    )
    p.add_argument("--list", action="store_true", help="list the shipped doctrines")
    p.add_argument("--years", type=int, help="length of the plan (default 10, or the study's)")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument("--study", help="a study file (TOML), whose choices hold for every doctrine")
    p.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a policy for every doctrine, for example --set export_growth=0.05",
    )
    p.add_argument("--out", metavar="FOLDER", help="folder to save the outcome and its report in")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Plan under every doctrine, print the comparison, save it where asked."""
    if args.list:
        from groundplan.planning.doctrines.doctrine import shipped

        print("\n".join(line for key, d in shipped().items() for line in (f"{key:14}{d.name}", f"{'':14}{d.words}")))
        return 0
    from groundplan.commands.study_options import read_choices
    from groundplan.comparison import compare
    from groundplan.results.compare_page import summary
    from groundplan.results.report import report
    from groundplan.study import Study, open_study, with_choices

    study = open_study(args.study) if args.study else Study.of("KEN" if args.country is None else args.country)
    choices = read_choices(args.set)
    if args.years is not None:
        choices["years"] = args.years
    study = with_choices(study, args.country, args.year, choices)
    outcome = compare(study, args.doctrine, progress=say)
    saved = outcome.save(args.out, {"report.html": report(outcome)}) if args.out else None
    clear()
    print(summary(outcome))
    if saved is not None:
        print(f"Saved in {saved}; read {os.path.join(saved, 'report.html')} in a browser.")
    return 0
