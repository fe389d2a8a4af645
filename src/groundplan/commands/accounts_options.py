"""The options by which every command is told whose accounts it is about."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.errors import StudyError

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.economy.world import World

TOLERANCE = 1e-3


def add(p: argparse.ArgumentParser) -> None:
    """A country or a filled template; or a country and a publisher's files that hold it."""
    p.add_argument("country", nargs="?", default="KEN", help="three-letter code or name, or a filled template")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument("--table", nargs="+", metavar="FILE", help="files of a publisher that hold the country")
    p.add_argument("--layout", default="", help="their layout: wiod2016, icio, figaro, oecd-iot, ine, nbs, sam ...")
    p.add_argument("--money", help="their money unit where the layout does not fix it, for example CNY2020m")
    p.add_argument("--edition", default="", help="their edition, for the record")
    p.add_argument("--tolerance", type=float, default=TOLERANCE, help="gap accepted between costs and output (share)")
    p.add_argument("--mapping", help="a mapping file (TOML) for a file that differs from its layout")
    p.add_argument("--names", metavar="FILE", help="a list (columns code, name) for a file that has codes only")


def opened(args: argparse.Namespace) -> tuple[Economy, World | None]:
    """The economy that the options name, and its world table where there is one."""
    from groundplan.accounts import open_accounts, open_table, with_names

    mapping, world = Path(args.mapping) if args.mapping else None, None
    if args.table:
        economy, world = open_table(
            args.table, args.layout, args.country, args.year,
            money=args.money, edition=args.edition, mapping=mapping, tolerance=args.tolerance,
        )  # fmt: skip
    elif args.layout or args.money or args.edition:
        raise StudyError("--layout, --money and --edition are of --table", fix="name the files: --table FILE ...")
    else:
        economy = open_accounts(args.country, args.year, mapping=mapping)
    return (with_names(economy, Path(args.names)) if args.names else economy), world


def told(args: argparse.Namespace) -> dict[str, str]:
    """How the user's own files were opened, in words of the command; nothing for shipped accounts."""
    names = ("table", "layout", "money", "edition", "mapping", "names")
    given = {name: getattr(args, name) for name in names if getattr(args, name)}
    if not given and not os.path.exists(args.country):
        return {}
    given |= {} if args.year is None else {"year": args.year}
    given |= {} if args.tolerance == TOLERANCE else {"tolerance": args.tolerance}
    words = [args.country]
    for name, value in given.items():
        words += [f"--{name}", *map(str, value if isinstance(value, list) else [value])]
    return {"opened": shlex.join(words)}
