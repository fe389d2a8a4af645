"""The options by which a command is told whose plan it is about: a country, a study, and policies."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from groundplan.outcome import Outcome
    from groundplan.study import Study


def add(p: argparse.ArgumentParser, out: str = "folder to save the outcome and its report in") -> None:
    """A country or a study file, years, policies, and the folder of the outcome; ``out`` is what is said of it."""
    p.add_argument("country", nargs="?", help="three-letter code or English name (default KEN, or the study's)")
    p.add_argument("--study", help="a study file (TOML)")
    p.add_argument("--years", type=int, help="length of the plan (default 10, or the study's)")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    setting = "a policy, for example --set export_growth=0.06"
    p.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=setting)
    p.add_argument("--out", metavar="FOLDER", help=out)


def opened(args: argparse.Namespace) -> Study:
    """The study that the options name."""
    from groundplan.study import Study, open_study, with_choices

    study = open_study(args.study) if args.study else Study.of("KEN" if args.country is None else args.country)
    choices = read_choices(args.set)
    if args.years is not None:
        choices["years"] = args.years
    return with_choices(study, args.country, args.year, choices)


def shown(outcome: Outcome, page: str, folder: str | None, clear: Callable[[], None]) -> int:
    """Print a page and save the outcome with its report where asked."""
    from groundplan.results.report import report

    saved = outcome.save(folder, {"report.html": report(outcome)}) if folder else None
    clear()
    print(page)
    if saved is not None:
        print(f"Saved in {saved}; read {Path(saved) / 'report.html'} in a browser.")
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
