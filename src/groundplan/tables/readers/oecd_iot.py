"""National input-output tables of the OECD (IOT), domestic and imports table, as CSV.

Rows ``DOM_x`` and ``IMP_x`` by industry, then taxes, intermediate consumption, value added and output; columns
industries, final categories, exports, imports and total. The total tables (``TTL_x``) do not part domestic from
imported use.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.cells import Corner, head_of, read_cells
from groundplan.tables.door.grid import disagreements
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.icio import FINALS, NAMES
from groundplan.tables.table import Table

TAXES = {"TXS_IMP_FNL": "Taxes on products paid abroad", "TXS_INT_FNL": "Taxes less subsidies on products paid at home"}
EXPORTS = ("EXPO", "CONS_NONRES")
LAYOUT = Layout(
    "OECD IOT, domestic and imports",
    rows=Axis(
        {"taxes": tuple(TAXES), "sum": ("TTL_INT_FNL",), "primary": ("VALU",), "total": ("OUTPUT",)},
        {"VALU": ("VA",), "OUTPUT": ("OUT",), "TXS_INT_FNL": ("TLS",)},
        optional=("TXS_IMP_FNL", "TTL_INT_FNL"),
        further=r"(?:DOM|IMP)_\w+",
    ),
    columns=Axis(
        {"final": tuple(FINALS), "exports": EXPORTS, "imports": ("IMPO",), "total": ("TOTAL",)},
        {"TOTAL": ("OUT", "OUTPUT"), "DPABR": ("CONS_ABR",)},
        further=r"\w+",
    ),
)


def read(
    path: Path,
    country: str,
    year: int,
    *,
    edition: str,
    money: str | None = None,
    country_name: str = "",
    mapping: FileMapping = NOTHING,
    rounding: float = 0.1,
) -> Table:
    """One country and year; ``money`` is "USD{year}m" where left out.

    Units:  ``money`` / year, basic prices.
    Errors: every fault at once: a layout that does not fit, an industry that lacks its row or column, cells that are
            not numbers, uses that miss the printed total.
    Source: OECD Input-Output Tables (layout as programs that read the files of the edition 2023 have it; no published
            file was read).
    """
    described = [name.casefold() for name in head_of(path, mapping)[1:2]] == ["description"]
    cells = read_cells(path, Corner(1, 2 if described else 1), mapping)
    rows = [c[0] for c in cells.codes]
    words = {c[0].removeprefix("DOM_"): c[1] for c in cells.codes if described and c[0].startswith("DOM_")}
    if any(r.startswith("TTL_") for r in rows) and not any(r.startswith("DOM_") for r in rows):
        raise TableError(
            "a total table: it does not part the use of domestic products from the use of imports",
            where=path.name,
            fix="read the domestic and imports table of the country and year, or this one with layout oecd-iot-total",
        )
    frame = fit(pd.DataFrame(cells.values, rows, cells.heads[-1], copy=False), LAYOUT, mapping, where=path.name)
    codes = LAYOUT.columns.others(frame.columns)
    _check(frame, codes, rounding, path)
    finals = list(FINALS)
    domestic, imported = (frame.loc[[f"{o}_{c}" for c in codes]].set_axis(codes, axis=0) for o in ("DOM", "IMP"))
    taxes = [t for t in TAXES if t in frame.index]
    paid = frame.loc[taxes, [*finals, *EXPORTS]].sum()
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money or f"USD{year}m",
        domestic_use=domestic[codes],
        imported_use=imported[codes],
        domestic_final=domestic[finals],
        imported_final=imported[finals],
        exports=domestic[list(EXPORTS)].sum(axis=1),
        reexports=imported[list(EXPORTS)].sum(axis=1),
        primary=frame.loc[["VALU", *taxes], codes],
        final_taxes=pd.concat([paid[finals], pd.Series({"exports": paid[list(EXPORTS)].sum()})]),
        final_kinds=pd.Series(FINALS),
        primary_kinds=pd.Series({"VALU": "other", **dict.fromkeys(taxes, "product_tax")}),
        labels=pd.Series({c: words.get(c, "") or c for c in codes}),
        source=Source(
            publisher="Organisation for Economic Co-operation and Development (OECD)",
            title=f"Input-Output Tables, domestic and imports table of {country} {year}",
            vintage=f"{edition} edition",
            licence="terms and conditions of the OECD",
            address="https://www.oecd.org/en/data/datasets/input-output-tables.html",
            sha256={path.name: cells.sha256},
        ),
        methods=(
            "Domestic and imported uses are the source's own; nothing was split.",
            "The source does not part value added into labour and capital, so it is one primary input of kind 'other'.",
            "Direct purchases by non-residents (CONS_NONRES) are exports; those of residents abroad (DPABR) are a "
            "final category of kind 'household'.",
        ),
        rounding=rounding,
        published={"iot": frame},
        names={**{f: NAMES[f] for f in finals}, "VALU": NAMES["VA"], **{t: TAXES[t] for t in taxes}},
    )


PUBLISHED = {"oecd-iot": PublishedLayout(read, "OECD", money="USD{year}m", industries="oecd")}


def _check(frame: pd.DataFrame, codes: list[str], rounding: float, path: Path) -> None:
    """Every industry has both its rows and every row its industry; domestic uses are the printed output."""
    wanted = {f"{origin}_{c}" for origin in ("DOM", "IMP") for c in codes}
    present = {r for r in frame.index if r.startswith(("DOM_", "IMP_"))}
    faults: list[GroundplanError] = [
        TableError(f"{len(names)} rows {what}: {', '.join(sorted(names)[:6])}", where=path.name, fix=fix)
        for names, what, fix in (
            (wanted - present, "are missing", "give every industry a row DOM_ and a row IMP_"),
            (present - wanted, "have no column", "give the industry its column, or leave the row out"),
        )
        if names
    ]
    raise_all(faults, where=str(path))
    domestic = frame.loc[[f"DOM_{c}" for c in codes]].set_axis(codes, axis=0)
    uses = domestic[[*codes, *FINALS, *EXPORTS]]
    faults = disagreements(uses, domestic["TOTAL"], rounding, "domestic uses against the total", path.name)
    faults += disagreements(uses, frame[codes].T["OUTPUT"], rounding, "domestic uses against output", path.name)
    raise_all(faults, where=str(path))
