"""A made-up country's accounts in the forms in which users have them: a social accounting matrix, a template."""

from __future__ import annotations

from pathlib import Path

from groundplan import open_table
from groundplan.economy.economy import Economy
from groundplan.sources import Source
from groundplan.tables.readers.social import sam
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

COUNTRY, YEAR, MONEY = "TST", 2020, "TST2020m"
KINDS = {
    "agrain": "activity", "agoods": "activity", "cgrain": "commodity", "cgoods": "commodity",
    "trc": "transaction-cost", "flab": "factor", "fcap": "factor", "hhd": "household", "gov": "government",
    "dtax": "tax-direct", "mtax": "tax-product", "stax": "tax-product", "s-i": "savings", "dstk": "stocks",
    "row": "row",
}  # fmt: skip
NAMES = {"agrain": "Activities - Grain", "agoods": "Activities - Refined petroleum and goods"}
# What the second account pays to the first. Every account receives what it pays: grain 80, goods 150, households 124.
PAYS = {
    ("agrain", "cgrain"): 80, ("agoods", "cgoods"): 150, ("trc", "cgrain"): 4, ("row", "cgrain"): 6,
    ("row", "cgoods"): 30, ("stax", "cgrain"): 2, ("stax", "cgoods"): 6, ("mtax", "cgoods"): 3,
    ("cgrain", "agrain"): 8, ("cgoods", "agrain"): 14, ("cgrain", "agoods"): 40, ("cgoods", "agoods"): 44,
    ("cgoods", "trc"): 4, ("cgrain", "hhd"): 36, ("cgoods", "hhd"): 70, ("cgoods", "gov"): 12, ("cgoods", "s-i"): 20,
    ("cgrain", "row"): 8, ("cgoods", "row"): 25, ("flab", "agrain"): 33, ("fcap", "agrain"): 25,
    ("flab", "agoods"): 40, ("fcap", "agoods"): 26, ("hhd", "flab"): 73, ("hhd", "fcap"): 51, ("dtax", "hhd"): 6,
    ("s-i", "hhd"): 12, ("gov", "dtax"): 6, ("gov", "mtax"): 3, ("gov", "stax"): 8, ("s-i", "gov"): 5,
    ("s-i", "row"): 3,
}  # fmt: skip


def write_matrix(folder: Path) -> tuple[Path, Path]:
    """The matrix and the kinds of its accounts, as two CSV files."""
    accounts = list(KINDS)
    cells = [[PAYS.get((to, by), 0) for by in accounts] for to in accounts]
    rows = [["SAM", "code", *accounts, "total"]]
    rows += [[NAMES.get(a, a), a, *map(str, row), str(sum(row))] for a, row in zip(accounts, cells, strict=True)]
    columns = [sum(column) for column in zip(*cells, strict=True)]
    rows.append(["Total", "total", *map(str, columns), str(sum(columns))])
    matrix, kinds = folder / "matrix.csv", folder / "kinds.csv"
    matrix.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    others = {a: kind for a, kind in KINDS.items() if kind not in ("activity", "commodity")}
    roles = ["a*,activity,c*", "c*,commodity,", *(f"{a},{kind}," for a, kind in others.items())]
    kinds.write_text("\n".join(["account,kind,pair", *roles, ""]), "utf-8")
    return matrix, kinds


def small_country(folder: Path) -> Economy:
    """The economy of these files."""
    return open_table(write_matrix(folder), "sam", COUNTRY, YEAR, money=MONEY)[0]


def write_small_template(folder: Path, *, as_csv: bool = False) -> Path:
    """The same accounts in a filled template: a workbook, or a folder of CSV files."""
    matrix, kinds = write_matrix(folder)
    source = Source(publisher="tests", title="a made-up country", vintage="none", licence="none", address="none")
    table = sam.read(matrix, COUNTRY, YEAR, MONEY, kinds=kinds, source=source, country_name="Testland")
    return write_template(folder / ("own" if as_csv else "own.xlsx"), filled(table), as_csv=as_csv)
