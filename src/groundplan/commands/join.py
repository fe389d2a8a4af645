"""``groundplan join``: a joint plan of two or more countries against their separate plans."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from groundplan.errors import StudyError

HELP = "a joint plan of two or more countries: the gain, who ships what, and a Shapley split"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("countries", nargs="+", metavar="COUNTRY", help="three-letter codes of shipped accounts")
    p.add_argument("--years", type=int, default=5, help="length of the plans (default 5)")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument(
        "--rate",
        action="append",
        default=[],
        metavar="COUNTRY=UNITS",
        help="units of its currency per unit of the common one, in the accounts' year; not for accounts in one money",
    )
    p.add_argument("--currency", default="", help="the common currency, such as USD")
    p.add_argument("--rate-source", default="", help="who published the rates")
    p.add_argument("--pace", type=float, help="yearly rise of shipments, of the receiver's imports (default 0.02)")
    p.add_argument("--ceiling", type=float, help="most that may be shipped, as the same share (default 0.2)")
    p.add_argument("--transport", type=float, help="share of shipments that transport takes (default 0.1)")
    p.add_argument("--clearing", choices=("year", "plan", "free"), help="when what both send balances (default plan)")
    p.add_argument("--pooling", type=float, help="foreign exchange that may be lent, share of imports (default 0)")
    p.add_argument("--allow-losers", action="store_true", help="a country may be worse off than alone")
    p.add_argument("--out", help="folder of the outcome (default outcomes/join-<countries>-<years>y)")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Plan apart and together, print the page, save the outcome."""
    from groundplan.economy.economy import Economy
    from groundplan.joint import join
    from groundplan.planning.choices.link import Link
    from groundplan.results.join_page import country_table, headline, note
    from groundplan.results.report import report

    terms = {k: getattr(args, k) for k in ("pace", "ceiling", "transport", "clearing", "pooling")}
    link = Link(**{k: v for k, v in terms.items() if v is not None}).checked()
    outcome = join(
        [Economy.load(c, args.year) for c in args.countries],
        links=[link],
        rates=_rates(args.rate) or None,
        currency=args.currency,
        rate_source=args.rate_source,
        rational=not args.allow_losers,
        progress=say,
        years=args.years,
    )
    say("writing the outcome")
    countries = "-".join(outcome.provenance["countries"])
    folder = args.out if args.out is not None else os.path.join("outcomes", f"join-{countries}-{args.years}y")
    saved = outcome.save(folder, {"report.html": report(outcome)})
    clear()
    there = country_table(outcome)
    there.columns = there.columns.get_level_values("measure")
    print(f"{headline(outcome)}\n{note(outcome)}\n\n{there.to_string(float_format=lambda v: f'{v:,.1f}')}")
    print(f"\nSaved in {saved}; read {saved / 'report.html'} in a browser.")
    return 0


def _rates(given: list[str]) -> dict[str, float]:
    """``COUNTRY=UNITS`` pairs."""
    out: dict[str, float] = {}
    for pair in given:
        country, equals, units = pair.partition("=")
        try:
            if not equals:
                raise ValueError
            out[country.strip()] = float(units)
        except ValueError:
            raise StudyError(f"--rate {pair} is not COUNTRY=UNITS", fix="for example --rate KEN=101.99") from None
    return out
