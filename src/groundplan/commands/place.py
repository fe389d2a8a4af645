"""``groundplan place``: which places first, with which works, by rules that can be read aloud."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from groundplan.errors import StudyError

if TYPE_CHECKING:
    from groundplan.outcome import Outcome

HELP = "which places first, with which works, by rules read aloud"
FILES = ("roles", "rules", "facilities", "weights", "draw")
CHOICES = ("seed", "gap", "time_limit", "detour", "language", "level", "per_year", "years")


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("country", nargs="?", help="KEN or PRK (default KEN); left out where --places names a file")
    p.add_argument("--per-year", type=int, help="places chosen in a year (default KEN 5, PRK 20)")
    p.add_argument("--years", type=int, help="length of the programme (default 9)")
    p.add_argument("--rules", metavar="FILE", help="rules (TOML)")
    p.add_argument("--facilities", metavar="FILE", help="facility types (TOML); works of the local industry by default")
    p.add_argument("--weights", metavar="FILE", help="weights of need and readiness (TOML)")
    p.add_argument("--places", metavar="FILE", help="places: CSV, workbook or GeoJSON")
    p.add_argument("--roles", metavar="FILE", help="what the columns of that file are (TOML)")
    p.add_argument("--level", metavar="COLUMN", help="what people have, a head, in which the gap is measured")
    p.add_argument("--budget", action="append", default=[], metavar="NAME=AMOUNT", help="for example money=9000")
    p.add_argument("--draw", metavar="FILE", help="record.json of a public draw, beside its announcement.json")
    p.add_argument("--detour", type=float, help="way by road over straight line (default 1.3)")
    p.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    p.add_argument("--gap", type=float, default=0.005, help="proven gap at which to stop (default 0.005)")
    p.add_argument("--time-limit", type=float, default=600.0, help="seconds to search at most (default 600)")
    p.add_argument("--quick", action="store_true", help="leave out what rules cost and how weights move the order")
    p.add_argument("--in-plan", action="store_true", help="put the programme into the national plan till both agree")
    p.add_argument("--language", default="en", help="names and words on maps: en or ko (default en)")
    p.add_argument("--letters", metavar="FOLDER", help="write a letter to every place into this folder")
    p.add_argument("--geojson", metavar="FILE", help="write all places with what was chosen")
    p.add_argument("--out", metavar="FOLDER", help="folder to save the outcome and its report in")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Choose, print the page, and write what was asked for: every text is made before the first file is written."""
    from groundplan.results.place_summary import place_summary
    from groundplan.siting_study import place

    if args.places and args.country:
        raise StudyError(f"both {args.country} and {args.places} are named", fix="leave one of the two out")
    asked: dict[str, Any] = {n: v for n in (*FILES, *CHOICES) if (v := getattr(args, n)) is not None}
    if args.budget:
        asked["budget"] = budgets(args.budget)
    if args.in_plan:
        outcome = agreed(args, asked, say)
    else:
        outcome = place(args.places or args.country or "KEN", extras=not args.quick, progress=say, **asked)
    say("writing")
    page = place_summary(outcome)
    writers = [writer(outcome, given) for given, writer in _writers(args) if given]
    told = [write() for write in writers]
    clear()
    print(page)
    for line in told:
        print(line, file=sys.stderr)
    return 0


Write = Callable[[], str]


def _writers(args: argparse.Namespace) -> tuple[tuple[str | None, Callable[[Outcome, str], Write]], ...]:
    """Where something is to be written, and what makes its text; each is imported when it is asked for."""
    return (args.out, _report), (args.letters, _letters), (args.geojson, _geojson)


def _report(outcome: Outcome, folder: str) -> Write:
    from groundplan.results.report import report

    pages = {"report.html": report(outcome)}
    return lambda: f"Saved in {outcome.save(folder, pages)}; read its report.html in a browser."


def _letters(outcome: Outcome, folder: str) -> Write:
    from groundplan.results.letters import letters, write_letters

    written, drawn = letters(outcome), outcome.provenance.get("draw") is not None
    return lambda: f"Letters: {write_letters(written, folder, drawn=drawn) / 'index.html'}"


def _geojson(outcome: Outcome, path: str) -> Write:
    from groundplan.results.geojson import geojson, write_geojson

    features = geojson(outcome)
    return lambda: f"GeoJSON: {write_geojson(features, path)}"


def agreed(args: argparse.Namespace, asked: dict[str, Any], say: Callable[[str], None]) -> Outcome:
    """The choice under the ceilings of the national plan; what was agreed is its table ``agreement``."""
    from groundplan.agreement import place_in_plan

    if args.places:
        raise StudyError("--in-plan needs the accounts of a shipped country", fix="leave out --places, or --in-plan")
    return place_in_plan(args.country or "KEN", progress=say, **asked).choice


def budgets(settings: Sequence[str]) -> dict[str, float | tuple[float, ...]]:
    """``name=amount`` or ``name=amount,amount,...``, one for every year.

    >>> budgets(["money=9000", "power=500,600"])
    {'money': 9000.0, 'power': (500.0, 600.0)}
    """
    found: dict[str, float | tuple[float, ...]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        try:
            amounts = tuple(float(v) for v in value.split(","))
        except ValueError:
            amounts = ()
        if not (equals and name.strip() and amounts) or name.strip() in found:
            fix = "for example --budget money=9000, or --budget power=500,600,600 for three years; each once"
            raise StudyError(f"--budget {setting} is not NAME=AMOUNT", fix=fix)
        found[name.strip()] = amounts[0] if len(amounts) == 1 else amounts
    return found
