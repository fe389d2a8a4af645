"""``groundplan data``: the accounts at hand, or one account in ten lines."""

from __future__ import annotations

import argparse
from collections.abc import Callable

HELP = "the accounts at hand, or one account in ten lines"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("country", nargs="?", help="three-letter code or English name, for example KEN")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Print the list, or ten lines."""
    if args.country is None:
        from groundplan.tables.catalogue import entries

        for entry in entries():
            print(f"{entry.country} {entry.year}  {entry.country_name:<12} {entry.money:<10} {entry.publisher}")
            print(f"          {'table':<12} {entry.title}")
            print(f"          {'licence':<12} {entry.licence}")
        print("\nOne account in ten lines: groundplan data KEN")
        return 0
    from groundplan.accounts import open_accounts
    from groundplan.results.accounts import account_lines

    print("\n".join(account_lines(open_accounts(args.country, args.year))))
    return 0
