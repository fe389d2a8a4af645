"""The options by which every command is told whose accounts it is about."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.economy.world import World


def add(p: argparse.ArgumentParser) -> None:
    """A country or a filled template; or a country and a publisher's files that hold it."""
    p.add_argument("country", nargs="?", default="KEN", help="three-letter code or name, or a filled template")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument("--table", nargs="+", metavar="FILE", help="files of a publisher that hold the country")
    p.add_argument("--layout", default="", help="their layout: wiod2016, icio, figaro, oecd-iot, ine, nbs ...")
    p.add_argument("--money", help="their money unit where the layout does not fix it, for example CNY2020m")
    p.add_argument("--edition", default="", help="their edition, for the record")
    p.add_argument("--tolerance", type=float, default=1e-3, help="gap of costs to output accepted (share of output)")
    p.add_argument("--mapping", help="a mapping file (TOML) for a file that differs from its layout")


def opened(args: argparse.Namespace) -> tuple[Economy, World | None]:
    """The economy that the options name, and its world table where there is one."""
    from groundplan.accounts import open_accounts, open_table

    mapping = Path(args.mapping) if args.mapping else None
    if not args.table:
        return open_accounts(args.country, args.year, mapping=mapping), None
    return open_table(
        args.table, args.layout, args.country, args.year,
        money=args.money, edition=args.edition, mapping=mapping, tolerance=args.tolerance,
    )  # fmt: skip
