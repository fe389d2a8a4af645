"""``groundplan template``: an empty or worked template for a table of one's own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from groundplan.errors import GroundplanError

HELP = "write an empty or worked template for a table of your own"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("path", nargs="?", help="workbook (default own_table.xlsx) or, with --csv, folder to write")
    content = p.add_mutually_exclusive_group()
    content.add_argument("--sectors", default="20", help="their number, or a file with columns code and name")
    content.add_argument("--like", metavar="COUNTRY", help="filled with a shipped country's accounts, as an example")
    p.add_argument("--year", type=int, help="year of these accounts; the latest by default")
    p.add_argument("--csv", action="store_true", help="a folder of CSV files instead of a workbook")
    p.add_argument("--imports-total", action="store_true", help="imports by product only, not by use")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Write the template and print where it is."""
    from groundplan.tables import catalogue, form
    from groundplan.tables.template import sector_list
    from groundplan.tables.template_files import write_template

    if args.like and args.imports_total:
        raise GroundplanError("--like fills in imports by use", fix="leave out --imports-total")
    if args.like:
        content = form.filled(catalogue.load(args.like, args.year))
    else:
        number = args.sectors.isascii() and args.sectors.removeprefix("-").isdigit()
        sectors = form.numbered(int(args.sectors)) if number else sector_list(Path(args.sectors))
        content = form.blank(sectors, imports=form.TOTAL if args.imports_total else form.BY_USE)
    path = Path(args.path or ("own_table" if args.csv else "own_table.xlsx"))
    print(f"Written: {write_template(path, content, as_csv=args.csv)}")
    return 0
