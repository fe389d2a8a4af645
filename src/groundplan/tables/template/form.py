"""The template's sheets as plain rows: what a ministry fills in, empty or filled with a table as a worked example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from groundplan.errors import TableError
from groundplan.tables.account_draws import AccountDraws
from groundplan.tables.industry_classes import proposal
from groundplan.tables.table import Table

FORMAT = 1
MOST_SECTORS = 4_000
Cell = str | float
Rows = Sequence[Sequence[Cell]]
Form = dict[str, Rows]

BY_USE, TOTAL = "by use", "total"
DOMESTIC, IMPORTED, TOTAL_USE, IMPORTS = "Domestic use", "Imported use", "Total use", "Imports"
PARTNERS, DRAWS = "Imports by partner", "Draws"
SHEETS = (
    "About", "Sectors", "Final uses", DOMESTIC, IMPORTED, TOTAL_USE, IMPORTS, "Primary inputs", "Final taxes",
    "Employment", "Capital", "Controls", "Methods", PARTNERS, DRAWS,
)  # fmt: skip
PARTNER_COLUMNS = ("partner", "code", "name")
DRAW_COLUMNS = ("row", "column")
# Rows of the sheet Draws that are no cells: capital, and the sum of the accounts that the draws are of.
STOCK, ACCOUNTS, ALL = "fixed capital", "accounts", "all"
# Between two codes that name a row together.
BETWEEN = "\t"
SECTOR_COLUMNS = ("code", "name", "class", "proposed class")
CAPITAL = ("capital_stock", "fixed_capital_consumption", "investment_by_sector")

START, ESTIMATED, FACTS = "start year of the plan", "estimated from the accounts of", "facts behind the estimate"
STRUCTURES = "estimated with the structures of"
# Key → what to write there; the order is the sheet's.
ABOUT: Mapping[str, str] = {
    "groundplan template": "Leave this as it is.",
    "country": "Three capital letters (ISO 3166), for example KEN, or the publisher's code: DE, EU27.",
    "country name": "The country's English name.",
    "year": "The year of the accounts, for example 2019.",
    "money": "Currency, price year and scale (tn, bn, m, k or none): KES2019bn is billions of shillings of 2019.",
    "rounding": "The last digit of the figures, in money: 1 for whole units, 0.1, ...; half of it is a cell's error.",
    "imports": "'by use': fill Domestic use and Imported use. 'total': fill Total use and Imports.",
    "empty cells are 0": "'yes' if an empty cell means 0; with 'no' every empty cell is a fault.",
    "decimal": "The decimal mark of figures that are text, in CSV files say: . or ,",
    "thousands": "The mark between thousands of such figures; empty if there is none.",
    "employment unit": "What the sheet Employment counts, for example persons; empty if there is no such sheet.",
    "publisher": "Who published the figures.",
    "title": "The title of the publication.",
    "vintage": "The edition or the date of release.",
    "licence": "The licence, or who may use the figures.",
    "address": "Where the publication is found: a web address or a DOI.",
    "capital stock is": "'fixed assets' where the sheet Capital's stock is of fixed assets after wear; else 'other'.",
    "wear of capital": "Share of the country's fixed capital that wears out in a year: 0.05 is five per cent.",
    "growth of capital": "Growth of fixed capital at constant prices a year, over the last three years: 0.03.",
    "growth of output": "Growth of GDP at constant prices a year, over the last ten years: 0.04.",
    "growth of population": "Growth of population a year, over the last five years: 0.015.",
    "growth of labour": "Growth of the labour force a year that is expected; empty: it grows as population does.",
    "growth of output per head": "Growth of GDP per head at constant prices a year, over the last ten years: 0.02.",
    "output per head": "GDP per head over that of the United States, at purchasing power: 0.12.",
    START: "The first year of plans; empty: the year after the accounts. Years between are carried.",
    ESTIMATED: "The year of the observed accounts that these were estimated from; empty where these were observed.",
    STRUCTURES: "The countries whose structures accounts without a table were estimated with; else empty.",
    FACTS: "How many facts such an estimate rests on beside those accounts; empty where these were observed.",
}
FIXED, OTHER = "fixed assets", "other"
# What About says of the country's past → the field of ``NationalPast``; each may stay empty.
PAST = {
    "wear of capital": "wear",
    "growth of capital": "capital_growth",
    "growth of output": "long_growth",
    "growth of population": "population_growth",
    "growth of labour": "labour_growth",
    "growth of output per head": "per_head",
    "output per head": "level_per_head",
}
OPTIONAL = ("thousands", "employment unit", "address", "capital stock is", *PAST, START, ESTIMATED, FACTS, STRUCTURES)

README = """Groundplan's own table

One country, one year: who bought from whom. Fill in the sheets, save, and give the file to Groundplan.

About            What the table is and where it comes from. Column B is yours.
Sectors          One row for each sector: a short code, a name and a class, which says what the sector is: a section or
                 division of ISIC Rev. 4 (C19, 10-12, D) or a word (refined petroleum). Nothing is read from the code.
                 A class is proposed beside it from code and name together: copy it if it is right. What burns, feeds
                 and cures, capital and baskets follow the class; a sector without one is in none and is listed.
Final uses       Who buys for final use, and which kind each is: household, nonprofit, government, investment,
                 inventories.
Domestic use     Row: the domestic product. Column: the sector, final use or export that bought it. Basic prices, no
                 taxes on products, no margins but as trade and transport bought.
Imported use     The same for imported products, cif. The last column is re-exports.
Total use        Instead of both, where imports are not known by use: domestic and imported use together.
Imports          Imports by product, for Total use. They are given to the home uses of a product in proportion, and what
                 these cannot take is re-exported.
Primary inputs   Wages, surplus and taxes that each sector paid. Kinds: labour, capital, production_tax, product_tax,
                 margin, other.
Final taxes      Taxes less subsidies on products that each final use and exports paid.
Employment       By skill and sector; leave it without rows if it is not known.
Capital          Stock, wear (consumption of fixed capital) and investment by investing sector; leave a column empty if
                 it is not known. Groundplan then estimates it and says so, from the wear and growth that About
                 may state, and counts growth of people and output per head from there too. Population by age, which
                 says more, stands in a study: [population] names its file. About may also state the first year of
                 plans: where it is later than the year after the accounts, these are carried to the year before it.
Imports by partner
                 One row for each partner and product that comes from there: the partner's code, the product's, the
                 partner's name, and who uses it. The partners of a product sum to its imported use, re-exports apart;
                 a row that is left out is 0. Leave it without rows where partners are not known.
Controls         Published totals to compare with, for example GDP at market prices; may stay empty.
Methods          How the table was made, one sentence a row; may stay empty.
Draws            Of estimated accounts: what else they might be, a column a draw, from which ranges are told. It is
                 written by Groundplan; accounts that are changed by hand have draws no longer: take the sheet out.
Checks           In the workbook: output by row against costs by column, live. Every gap must close but for rounding.

A sector's row sum of Domestic use is its output. Its costs are its columns of Domestic use, Imported use and Primary
inputs. Both must be equal. Write 0 where there is no flow. Do not rename codes on one sheet alone.
"""


def blank(sectors: Sequence[tuple[str, str]], *, imports: str = BY_USE) -> Form:
    """An empty form for these sectors (code, name); ``imports`` is "by use" or "total"."""
    codes = [code for code, _ in sectors]
    finals = (
        ("households", "Households", "household"), ("nonprofit", "Non-profit institutions", "nonprofit"),
        ("government", "Government", "government"), ("investment", "Fixed investment", "investment"),
        ("inventories", "Changes in inventories", "inventories"),
    )  # fmt: skip
    primary = (
        ("wages", "Wages", "labour"), ("surplus", "Operating surplus and mixed income", "capital"),
        ("production_taxes", "Taxes less subsidies on production", "production_tax"),
        ("product_taxes", "Taxes less subsidies on products", "product_tax"),
    )  # fmt: skip
    uses = [*codes, *(code for code, _, _ in finals)]
    given: dict[str, Cell] = {"groundplan template": FORMAT, "imports": imports, "empty cells are 0": "no"}
    form: Form = {"About": _about({**given, "decimal": "."})}
    form["Sectors"] = [list(SECTOR_COLUMNS), *([code, name, "", proposal(code, name)[0]] for code, name in sectors)]
    form["Final uses"] = [["code", "name", "kind"], *(list(final) for final in finals)]
    if imports == TOTAL:
        form[TOTAL_USE] = _empty(codes, [*uses, "exports"])
        form[IMPORTS] = _empty(codes, ["imports"])
    else:
        form[DOMESTIC] = _empty(codes, [*uses, "exports"])
        form[IMPORTED] = _empty(codes, [*uses, "reexports"])
    form["Primary inputs"] = [["code", "name", "kind", *codes], *([*row, *[""] * len(codes)] for row in primary)]
    form["Final taxes"] = _empty([*(code for code, _, _ in finals), "exports"], ["taxes"])
    form["Employment"] = [["code", "name", *codes]]
    form["Capital"] = _empty(codes, list(CAPITAL))
    form |= {"Controls": [["aggregate", "value"]], "Methods": [["n", "sentence"]]}
    return form if imports == TOTAL else {**form, PARTNERS: [[*PARTNER_COLUMNS, *uses]]}


def numbered(n: int) -> list[tuple[str, str]]:
    """Sectors to be named later.

    >>> numbered(2)
    [('s01', 'sector 1'), ('s02', 'sector 2')]
    """
    if not 1 <= n <= MOST_SECTORS:
        raise TableError(f"a template of {n} sectors", fix=f"give a number from 1 to {MOST_SECTORS:,}")
    width = max(2, len(str(n)))
    return [(f"s{k:0{width}}", f"sector {k}") for k in range(1, n + 1)]


def filled(t: Table) -> Form:
    """A form that says what the table says; its figures are the table's own, digit by digit."""
    codes = [str(c) for c in t.labels.index]
    source = t.source
    form: Form = {
        "About": _about({
            "groundplan template": FORMAT, "country": t.country, "country name": t.country_name, "year": t.year,
            "money": t.money, "rounding": t.rounding, "imports": BY_USE, "empty cells are 0": "no", "decimal": ".",
            "employment unit": t.employment_unit, "publisher": source.publisher, "title": source.title,
            "vintage": source.vintage, "licence": source.licence, "address": source.address,
            "capital stock is": FIXED if t.capital_is_fixed else OTHER,
            **{key: "" if (v := getattr(t.past, name, None)) is None else v for key, name in PAST.items()},
            START: "" if t.plan_start is None else t.plan_start,
            ESTIMATED: "" if t.estimated_from is None else t.estimated_from,
            STRUCTURES: t.estimated_with,
            FACTS: t.facts_behind or "",
        }),
        "Sectors": [
            list(SECTOR_COLUMNS),
            *([c, n, t.classes.get(c, ""), proposal(c, n)[0]] for c, n in zip(codes, map(str, t.labels), strict=True)),
        ],
        "Final uses": [["code", "name", "kind"], *_described(t.final_kinds, t.names)],
        DOMESTIC: _rows(pd.concat([t.domestic_use, t.domestic_final, t.exports.rename("exports")], axis=1)),
        IMPORTED: _rows(pd.concat([t.imported_use, t.imported_final, t.reexports.rename("reexports")], axis=1)),
    }  # fmt: skip
    primary = t.primary.to_numpy(dtype=float).tolist()
    form["Primary inputs"] = [["code", "name", "kind", *codes]] + [
        [*words, *values] for words, values in zip(_described(t.primary_kinds, t.names), primary, strict=True)
    ]
    form["Final taxes"] = _rows(t.final_taxes.to_frame("taxes"))
    people = pd.DataFrame() if t.employment is None else t.employment
    form["Employment"] = [["code", "name", *codes]] + [
        [str(skill), t.names.get(str(skill), ""), *row]
        for skill, row in zip(people.index, people.to_numpy(dtype=float).tolist(), strict=True)
    ]
    form["Capital"] = _capital(t, codes)
    controls: Rows = [] if t.controls is None else [[str(k), float(v)] for k, v in t.controls.items()]
    methods: Rows = [[float(n), sentence] for n, sentence in enumerate(t.methods, 1)]
    form["Controls"] = [["aggregate", "value"], *controls]
    form["Methods"] = [["n", "sentence"], *methods]
    form[PARTNERS] = [[*PARTNER_COLUMNS, *codes, *map(str, t.final_kinds.index)], *_by_partner(t)]
    if t.draws is not None:
        form[DRAWS] = _draws(t, t.draws)
    return form


def _draws(t: Table, d: AccountDraws) -> Rows:
    """A row for each cell, a column for each draw; cells that are nothing in every draw are left out."""
    body: list[list[Cell]] = [[ACCOUNTS, ALL, *[all_flows(t)] * d.count], [STOCK, ALL, *d.capital.tolist()]]
    for i, row in enumerate(d.rows):
        for j in np.flatnonzero(d.cells[:, i, :].any(axis=0)):
            body.append([row, d.columns[j], *d.cells[:, i, j].tolist()])
    return [[*DRAW_COLUMNS, *map(str, range(1, d.count + 1))], *body]


def all_flows(t: Table) -> float:
    """The sum of all flows, whatever their sign: whoever changes accounts changes it, and has draws of others."""
    frames = (t.domestic_use, t.imported_use, t.domestic_final, t.imported_final, t.primary)
    columns = (t.exports, t.reexports, t.final_taxes)
    return float(sum(np.abs(f.to_numpy(float)).sum() for f in (*frames, *columns)))


def _about(values: Mapping[str, Cell]) -> Rows:
    return [["key", "value", "what to write"], *([key, values.get(key, ""), hint] for key, hint in ABOUT.items())]


def _empty(rows: Sequence[str], columns: Sequence[str]) -> Rows:
    return [["code", *columns], *([row, *[""] * len(columns)] for row in rows)]


def _rows(frame: pd.DataFrame) -> Rows:
    values = frame.to_numpy(dtype=float).tolist()
    body = [[str(code), *row] for code, row in zip(frame.index, values, strict=True)]
    return [["code", *map(str, frame.columns)], *body]


def _described(kinds: pd.Series, names: Mapping[str, str]) -> Rows:
    return [[str(code), names.get(str(code), ""), str(kind)] for code, kind in kinds.items()]


def _by_partner(t: Table) -> Rows:
    """Imports by partner, product and use; what is nothing in a whole row is left out."""
    return [
        [str(partner), str(code), t.names.get(str(partner), ""), *row]
        for partner, frame in (t.imported_by_partner or {}).items()
        for code, row in zip(frame.index, frame.to_numpy(dtype=float).tolist(), strict=True)
        if any(row)
    ]


def _capital(t: Table, codes: Sequence[str]) -> Rows:
    columns = [t.capital_stock, t.fixed_capital_consumption, t.investment_by_sector]
    values: list[list[Cell]] = [[""] * len(codes) if c is None else c.to_numpy(dtype=float).tolist() for c in columns]
    return [["code", *CAPITAL], *([code, *row] for code, *row in zip(codes, *values, strict=True))]
