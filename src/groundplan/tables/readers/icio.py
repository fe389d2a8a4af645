"""Inter-country input-output tables of the OECD (ICIO) as CSV, editions of 2021, 2023 and 2025.

One row and column for each country and industry (``AUS_01T02``, later ``AUS_A01_02``), final categories by country
(``AUS_HFCE``), one output column. Editions differ in names: taxes are rows ``AUS_TAXSUB`` by country in 2021 and one
row ``TLS`` later, value added is ``VALU`` or ``VA``, output ``OUTPUT``, ``TOTAL`` or ``OUT``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from groundplan.errors import TableError
from groundplan.sources import Source
from groundplan.tables.door.cells import Corner, read_cells
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.industry_classes import stated
from groundplan.tables.methods.arrangement import Pair, arranged
from groundplan.tables.published import PublishedLayout
from groundplan.tables.world_table import WorldTable

FINALS = {
    "HFCE": "household",
    "NPISH": "nonprofit",
    "GGFC": "government",
    "GFCF": "investment",
    "INVNT": "inventories",
    "DPABR": "household",
}
NAMES = {
    "HFCE": "Household final consumption expenditure",
    "NPISH": "Final consumption of non-profit institutions serving households",
    "GGFC": "Government final consumption expenditure",
    "GFCF": "Gross fixed capital formation",
    "INVNT": "Changes in inventories and valuables",
    "DPABR": "Direct purchases abroad by residents",
    "TLS": "Taxes less subsidies on products",
    "VA": "Value added at basic prices",
}
# Names of final categories in other editions.
ALSO = {"NPS": "NPISH", "INV": "INVNT", "DIRP": "DPABR", "P33": "DPABR"}
# Parts of a country that the extended tables show apart: processing exporters and others.
PARTS = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
PAIR = r"[A-Z0-9]{3}_\w+"
LAYOUT = Layout(
    "OECD ICIO",
    rows=Axis(
        {"taxes": ("TLS",), "primary": ("VA",), "total": ("OUT",)},
        {"VA": ("VALU",), "OUT": ("OUTPUT", "TOTAL"), "TLS": ("TAXSUB",)},
        optional=("TLS",),
        further=PAIR,
    ),
    columns=Axis({"total": ("OUT",)}, {"OUT": ("TOTAL", "OUTPUT")}, further=PAIR),
)


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
    """One year of the inter-country table, split countries put together again.

    ``edition`` is the publisher's, for the record; names that differ between editions are all known. ``money`` is
    "USD{year}m" where left out; ``labels`` name the industries, which the file has as codes only.
    Units: ``money`` / year, basic prices.
    Errors: every fault at once: a layout that does not fit, countries that lack an industry or a category, cells that
            are not numbers. Balance is asked where the table becomes a ``World``.
    Source: OECD Inter-Country Input-Output tables (layouts as programs that read the published files have them; no
            published file was read).
    """
    cells = read_cells(path, Corner(), mapping)
    frame = pd.DataFrame(cells.values, [c[0] for c in cells.codes], cells.heads[-1], copy=False)
    frame = fit(frame, LAYOUT, mapping, where=path.name)
    by_country = [r for r in frame.index if re.fullmatch(r"\w{3}_TAXSUB", r)]
    taxes = ["TLS"] if "TLS" in frame.index else by_country
    if not taxes:
        fix = "taxes less subsidies on products are one row TLS, or rows like AUS_TAXSUB"
        raise TableError("expected row 'TLS'; found no taxes on products", where=path.name, fix=fix)
    blocks = arranged(frame, _pair, list(FINALS), {"TLS": taxes, "VA": ("VA",)}, totals=("OUT",), where=path.name)
    return blocks.world_table(
        FINALS,
        year=year,
        money=money or f"USD{year}m",
        primary_kinds={"TLS": "product_tax", "VA": "other"},
        output=blocks.totals["OUT"],
        labels=dict(labels or {}),
        classes=stated("oecd", blocks.industries),
        names={n: NAMES[n] for n in (*blocks.finals, "TLS", "VA")},
        source=Source(
            publisher="Organisation for Economic Co-operation and Development (OECD)",
            title=f"Inter-Country Input-Output tables, {year}",
            vintage=f"{edition} edition",
            licence="terms and conditions of the OECD",
            address="https://www.oecd.org/en/data/datasets/inter-country-input-output-tables.html",
            sha256={path.name: cells.sha256},
        ),
        rounding=rounding,
        methods=_methods(frame, len(by_country) if taxes is by_country else 0),
    )


PUBLISHED = {"icio": PublishedLayout(read, "OECD", world=True, head="[A-Z0-9]{3}_HFCE", money="USD{year}m")}


def _pair(label: str) -> Pair | None:
    """Country and industry of a label; a part of a country is the country."""
    country, _, code = label.partition("_")
    if not code or code == "TAXSUB":
        return None
    return PARTS.get(country, country), ALSO.get(code, code)


def _methods(frame: pd.DataFrame, tax_rows: int) -> tuple[str, ...]:
    """What was computed, one sentence each."""
    parts = sorted({part for part in PARTS if any(c.startswith(f"{part}_") for c in frame.columns)})
    sentences = [
        "The source does not part value added into labour and capital, so it is one primary input of kind 'other'."
    ]
    if parts:
        whole = sorted({PARTS[p] for p in parts})
        sentences.append(
            f"The parts {', '.join(parts)} were added to {' and '.join(whole)}, flows between parts included."
        )
    if tax_rows:
        sentences.append(
            f"The {tax_rows} rows of taxes on products, by country that levies them, were added up to one."
        )
    sentences.append("Direct purchases abroad by residents (DPABR) are a final category of kind 'household'.")
    return tuple(sentences)
