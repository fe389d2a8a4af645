"""Inter-country input-output tables of Eurostat (FIGARO), in the three forms that Eurostat publishes.

The matrix CSV (``rowLabels``, then ``AR_A01`` ... ``ZA_P5M``; below, rows ``W2_``), the flat CSV
(``icioiRow, icioiCol, refArea, rowIi, counterpartArea, colIi, obsValue``) and the SDMX-CSV of the data sets
``naio_10_fcp_ii``, one record a cell. In SDMX the lower rows have the origin ``DOM`` where the others have ``W2``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from groundplan.sources import Source, sha256
from groundplan.tables.door.cells import Corner, head_of, read_cells
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.long_files import Form, Records, read_records
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.methods.arrangement import Pair, arranged
from groundplan.tables.published import PublishedLayout
from groundplan.tables.world_table import WorldTable

FINALS = {
    "P3_S14": "household",
    "P3_S15": "nonprofit",
    "P3_S13": "government",
    "P51G": "investment",
    "P5M": "inventories",
}
PRIMARY = {"D1": "labour", "B2A3G": "capital", "D29X39": "production_tax", "D21X31": "product_tax"}
TRAVEL = ("OP_RES", "OP_NRES")
NAMES = {
    "P3_S14": "Final consumption expenditure by households",
    "P3_S15": "Final consumption expenditure by non-profit institutions serving households",
    "P3_S13": "Final consumption expenditure by general government",
    "P51G": "Gross fixed capital formation",
    "P5M": "Changes in inventories and acquisitions less disposals of valuables",
    "D1": "Compensation of employees",
    "B2A3G": "Gross operating surplus and mixed income",
    "D29X39": "Other taxes less subsidies on production",
    "D21X31": "Taxes less subsidies on products",
    "FIGW1": "Rest of the world",
    "WRL_REST": "Rest of the world",
}
NO_COUNTRY = ("W2", "DOM")
PAIR = r"[A-Za-z0-9]+(?:_| |_\S+ )\S+"
LAYOUT = Layout(
    "FIGARO",
    rows=Axis({"primary": tuple(f"W2_{p}" for p in (*PRIMARY, *TRAVEL))}, further=PAIR),
    columns=Axis(further=PAIR),
)


FLAT = Form(("refArea", "rowIi"), ("counterpartArea", "colIi"), "obsValue", only={})
SDMX = Form(("c_orig", "ind_ava"), ("c_dest", "ind_use"), "OBS_VALUE", only={}, one="unit")


def read(
    path: Path,
    year: int,
    *,
    edition: str,
    money: str | None = None,
    mapping: FileMapping = NOTHING,
    labels: Mapping[str, str] | None = None,
    rounding: float = 1e-3,
) -> WorldTable:
    """One year of the inter-country table, in whichever of the three forms ``path`` is.

    ``edition`` is Eurostat's ("26ed"), for the record; ``money`` is "EUR{year}m" where left out; ``labels`` name the
    industries, which the file has as codes only. Of an SDMX file with several years ``year`` is taken.
    Units: ``money`` / year, basic prices.
    Errors: every fault at once: a layout that does not fit, countries that lack an industry or a category, cells that
            are not numbers or have no record or two. Balance is asked where the table becomes a ``World``.
    Source: Eurostat, FIGARO tables (layouts as programs that read the files of the editions 2022 to 2026 have them; no
            published file was read).
    """
    form = _form(path, mapping)
    if form is None:
        cells = read_cells(path, Corner(), mapping)
        frame = pd.DataFrame(cells.values, [c[0] for c in cells.codes], cells.heads[-1], copy=False)
        sha = cells.sha256
    else:
        asked = replace(form, only={"TIME_PERIOD": str(year)}) if form is SDMX else form
        frame, sha = _matrix(read_records(path, asked, mapping)), sha256(path)
    frame = fit(frame, LAYOUT, mapping, where=path.name)
    primary = {p: (f"W2_{p}",) for p in PRIMARY}
    blocks = arranged(frame, _pair, list(FINALS), primary, where=path.name)
    money = money or f"EUR{year}m"
    travel = frame.loc[[f"W2_{t}" for t in TRAVEL]].sum(axis=1).to_numpy()
    return blocks.world_table(
        FINALS,
        year=year,
        money=money,
        primary_kinds=dict(PRIMARY),
        labels=dict(labels or {}),
        names={n: name for n, name in NAMES.items() if n in {*FINALS, *PRIMARY, *blocks.countries}},
        source=Source(
            publisher="Eurostat",
            title=f"FIGARO inter-country input-output table, {year}",
            vintage=f"edition {edition}",
            licence="CC BY 4.0",
            address="https://ec.europa.eu/eurostat/web/esa-supply-use-input-tables/database",
            sha256={path.name: sha},
        ),
        rounding=rounding,
        methods=(
            "The uses are the source's own; nothing was split. The source prints no output: it is the sum of uses.",
            "Changes in inventories and valuables are one category of kind 'inventories'.",
            f"Residents' purchases abroad ({travel[0]:.6g} {money}) and non-residents' purchases in the country "
            f"({travel[1]:.6g} {money}) have no product and are left out of final use.",
        ),
    )


PUBLISHED = {
    "figaro": PublishedLayout(
        read, "Eurostat", world=True, head=r"\w+_P3_S14|icioiRow|c_orig", money="EUR{year}m", industries="isic4"
    )
}


def _form(path: Path, mapping: FileMapping) -> Form | None:
    """Which form the header says the file has; None is the matrix."""
    head = set(head_of(path, mapping))
    return next((form for form in (FLAT, SDMX) if {*form.row, *form.column} <= head), None)


def _matrix(records: Records) -> pd.DataFrame:
    """The records as a matrix, rows "AR A01" or "W2_D1"."""
    rows = [f"W2_{code}" if place in NO_COUNTRY else f"{place} {code}" for place, code in records.rows]
    columns = [f"{place} {code}" for place, code in records.columns]
    return pd.DataFrame(records.values, rows, columns, copy=False)


def _pair(label: str) -> Pair | None:
    """Country and industry of a label; None for the rows that no country makes."""
    place, _, code = label.partition(" " if " " in label else "_")
    return None if place in NO_COUNTRY or not code else (place, code)
