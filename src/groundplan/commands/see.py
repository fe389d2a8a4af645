"""``groundplan see``: where an economy depends on others, and what carries it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from groundplan.commands import accounts_options

HELP = "where an economy depends on others, and what carries it"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    accounts_options.add(p)
    p.add_argument("--use", default="household", help="the final use that is followed (default household)")
    p.add_argument("--product", help="a product to look at more closely, by code or name")
    p.add_argument("--partner", help="a partner to look at more closely; needs accounts that part imports by partner")
    p.add_argument("--draws", type=int, default=200, help="how often the table is drawn again (default 200)")
    p.add_argument("--seed", type=int, default=0, help="seed of the draws (default 0)")
    p.add_argument("--stock-days", type=float, default=30.0, help="days of use in stock, assumed (default 30)")
    p.add_argument("--top", type=int, default=10, help="entries of a ranking (default 10)")
    p.add_argument("--json", action="store_true", help="print everything as JSON")
    p.add_argument("--out", help="folder to save the outcome and its report in")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Print the page or the JSON, and save where asked to."""
    from groundplan.accounts import see
    from groundplan.results.report import report
    from groundplan.results.see_summary import as_json, see_summary

    say("reading the accounts")
    economy, world = accounts_options.opened(args)
    names = ("use", "product", "partner", "draws", "seed", "stock_days", "top")
    outcome = see(economy, world=world, progress=say, **{name: getattr(args, name) for name in names})
    outcome = outcome.noting(**accounts_options.told(args))
    page = as_json(outcome) if args.json else see_summary(outcome)
    saved = outcome.save(args.out, {"report.html": report(outcome)}) if args.out else None
    clear()
    print(page)
    if saved is not None:
        print(f"Saved in {saved}; read {saved / 'report.html'} in a browser.", file=sys.stderr)
    return 0
