"""World input-output tables of the World Input-Output Database, releases 2013 and 2016.

Four forms of the same accounts: the publisher's workbook (six header rows: title, note, code, name, country, number;
four columns of codes: code, name, country, number), the same sheet saved as CSV, the CSV of an R data frame (columns
``IndustryCode, IndustryDescription, Country, RNr, Year, AUS1 ... TOT``), and plain forms without the lower rows: a CSV
with labels ``AUS_c1`` or an .npz with the arrays Z, Y, x, countries, sectors and fd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import TableError, raise_all
from groundplan.sources import Source, sha256
from groundplan.tables.door.cells import Corner, LabelledGrid, head_of, read_cells
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.methods.arrangement import Blocks, Pair, arranged
from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.wiod import FINALS, PRIMARY
from groundplan.tables.world_table import WorldTable, plain_arrays

CODE, NAME, COUNTRY = 2, 3, 4
SHEET = Corner(top=6, left=4)
R_CODES = ("IndustryCode", "IndustryDescription", "Country", "RNr", "Year")
TOTAL = "TOT"
TRAVEL = ("PURR", "PURNR")
# The release of 2013 names its final categories and lower rows in words only; the words are lowered here.
WORDS = {
    "final consumption expenditure by households": "CONS_h",
    "final consumption expenditure by non-profit organisations serving households (npish)": "CONS_np",
    "final consumption expenditure by government": "CONS_g",
    "gross fixed capital formation": "GFCF",
    "changes in inventories and valuables": "INVEN",
    "total intermediate consumption": "II_fob",
    "taxes less subsidies on products": "TXSP",
    "cif/ fob adjustments on exports": "EXP_adj",
    "direct purchases abroad by residents": "PURR",
    "purchases on the domestic territory by non-residents": "PURNR",
    "value added at basic prices": "VA",
    "international transport margins": "IntTTM",
    "output at basic prices": "GO",
    "total output": "GO",
}
NUMBERED = {"57": "CONS_h", "58": "CONS_np", "59": "CONS_g", "60": "GFCF", "61": "INVEN"}
NAMES = {
    "CONS_h": "Final consumption expenditure by households",
    "CONS_np": "Final consumption expenditure by non-profit organisations serving households",
    "CONS_g": "Final consumption expenditure by government",
    "GFCF": "Gross fixed capital formation",
    "INVEN": "Changes in inventories and valuables",
    "VA": "Value added at basic prices",
    "TXSP": "Taxes less subsidies on products",
    "EXP_adj": "Cif/fob adjustments on exports",
    "IntTTM": "International transport margins",
    "VA_TLS_TTM": "Value added, taxes less subsidies on products and transport margins",
}
FULL = Layout(
    "world table of WIOD",
    rows=Axis(
        {"primary": (*PRIMARY, *TRAVEL), "total": ("GO",), "sum": ("II_fob",)}, {"GO": ("TOTAL",)}, further=r"\w{3} \S+"
    ),
    columns=Axis({"total": ("GO",)}, {"GO": ("TOT", "TOTAL")}, further=r"\w{3} \S+"),
)
PLAIN_FORM = Layout(
    "world table of WIOD without lower rows",
    rows=Axis({"primary": ("VA_TLS_TTM",), "total": ("OUTPUT",)}, further=r"[^\s_]\S*_c\d+"),
    columns=Axis(
        {"residual": ("ROUND_RESID",), "total": ("OUTPUT",)},
        optional=("ROUND_RESID",),
        further=rf"[^\s_]\S*_(?:c\d+|{'|'.join(FINALS)})",
    ),
)
CELL = re.compile(rf"(?P<country>.+?)_(?P<code>c\d+|{'|'.join(FINALS)})")


def read(
    path: Path,
    year: int,
    *,
    release: str,
    money: str | None = None,
    mapping: FileMapping = NOTHING,
    labels: Mapping[str, str] | None = None,
) -> WorldTable:
    """One year of the world table, in whichever of the four forms ``path`` is.

    ``release`` is "2013" or "2016"; ``money`` is "USD{year}m" where left out; ``labels`` name industries where the form
    has codes only. Units: ``money`` / year, basic prices.
    Errors: every fault at once: a layout that does not fit, countries that lack an industry or a category, cells that
            are not numbers. Balance is asked where the table becomes a ``World``.
    Source: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics 23: 575-605.
    """
    money = money or f"USD{year}m"
    if path.suffix.lower() == ".npz":
        return _arrays(path, year, release, money, dict(labels or {}))
    form = _form(path, mapping)
    if form == "plain":
        return _plain(path, year, release, money, mapping, dict(labels or {}))
    cells = read_cells(path, SHEET if form == "sheet" else Corner(1, len(R_CODES)), mapping)
    frame, printed_names = _sheet(cells) if form == "sheet" else _r_frame(cells, path)
    frame = fit(frame, FULL, mapping, where=path.name)
    blocks = arranged(frame, _spaced, list(FINALS), {p: (p,) for p in PRIMARY}, totals=("GO",), where=path.name)
    travel = frame.loc[list(TRAVEL)].drop(columns="GO").to_numpy().sum(axis=1)
    return _world(
        blocks,
        year=year,
        money=money,
        source=_source(path, year, release, cells.sha256),
        primary_kinds=dict(PRIMARY),
        output=blocks.totals["GO"],
        labels={**printed_names, **(labels or {})},
        rounding=1e-6,
        methods=(
            "The uses are the source's own; nothing was split.",
            "The source does not part value added into labour and capital, so it is one primary input of kind 'other'.",
            f"Residents' direct purchases abroad ({travel[0]:.6g} {money}) and non-residents' purchases in the country "
            f"({travel[1]:.6g} {money}) have no product and are left out of final use.",
        ),
    )


PUBLISHED = {
    f"wiod{release}": PublishedLayout(
        read, "WIOD", world=True, head=head, money="USD{year}m", fixed={"release": release}, industries=industries
    )
    for release, industries, head in (
        ("2013", "wiod2013", r"AtB|\w+_CONS_h"),
        ("2016", "isic4", r"C10-C12|CONS_h|IndustryCode|\w+_CONS_h"),
    )
}


def _form(path: Path, mapping: FileMapping) -> str:
    """Which of the forms a file is, by its ending and its first cell."""
    first = head_of(path, mapping)[0]
    return "r" if first == R_CODES[0] else "plain" if first == "row" else "sheet"


def _label(country: str, code: str, name: str = "") -> str:
    """Country and code; where there is no code, the one that stands for the name in words."""
    code = code or WORDS.get(name.lower().strip(), name)
    return code if country in ("", TOTAL) else f"{country} {code}"


def _spaced(label: str) -> Pair | None:
    country, _, code = label.partition(" ")
    return (country, code) if code else None


def _sheet(cells: LabelledGrid) -> tuple[pd.DataFrame, dict[str, str]]:
    """The publisher's sheet under labels like "AUS A01", and the names of its industries."""
    columns = [
        _label(country, code, name)
        for code, name, country in zip(cells.heads[CODE], cells.heads[NAME], cells.heads[COUNTRY], strict=True)
    ]
    rows = [_label(country, code, name) for code, name, country, _ in cells.codes]
    names = {code: name for code, name, country, _ in cells.codes if code and country != TOTAL}
    return pd.DataFrame(cells.values, rows, columns, copy=False), names


def _r_frame(cells: LabelledGrid, path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """The R data frame under the same labels: its columns number the industries and final categories."""
    heads = cells.heads[0]
    numbers = {number: code for code, _, country, number, _ in cells.codes if country != TOTAL}
    numbers |= NUMBERED
    matches = [re.fullmatch(r"([A-Za-z]{3})(\d+)", h) for h in heads]
    strange = [h for h, m in zip(heads, matches, strict=True) if h != TOTAL and (m is None or m[2] not in numbers)]
    if strange:
        fix = "expected columns like AUS1, and TOT"
        raise_all([TableError(f"columns are not understood: {', '.join(strange[:6])}", where=path.name, fix=fix)])
    columns = [f"{m[1]} {numbers[m[2]]}" if m else "GO" for m in matches]
    rows = [_label(country, code) for code, _, country, _, _ in cells.codes]
    names = {code: name for code, name, country, _, _ in cells.codes if country != TOTAL}
    return pd.DataFrame(cells.values, rows, columns, copy=False), names


def _plain(path: Path, year: int, release: str, money: str, mapping: FileMapping, labels: dict[str, str]) -> WorldTable:
    """The CSV with labels like "AUS_c1": uses, a printed residual, output, and one row of all primary inputs."""
    cells = read_cells(path, Corner(blank=_unpaid), mapping)
    frame = pd.DataFrame(cells.values, [c[0] for c in cells.codes], cells.heads[-1], copy=False)
    frame = fit(frame, PLAIN_FORM, mapping, where=path.name)
    totals = [t for t in ("ROUND_RESID", "OUTPUT") if t in frame]
    blocks = arranged(
        frame, _underscored, list(FINALS), {"VA_TLS_TTM": ("VA_TLS_TTM",)}, totals=totals, where=path.name
    )
    residual = blocks.totals.get("ROUND_RESID")
    residual_words = (
        "" if residual is None else f" A printed residual, at most {np.abs(residual).max():.6g} {money}, closes rows."
    )
    return _world(
        blocks,
        year=year,
        money=money,
        source=_source(path, year, release, cells.sha256),
        primary_kinds={"VA_TLS_TTM": "other"},
        output=blocks.totals["OUTPUT"],
        residual=residual,
        labels=labels,
        rounding=1.0,
        methods=(
            "Value added, taxes on products and transport margins are one primary input of kind 'other'."
            + residual_words,
        ),
    )


def _arrays(path: Path, year: int, release: str, money: str, labels: dict[str, str]) -> WorldTable:
    """The plain arrays; primary inputs are what output leaves after intermediate use."""
    kept = plain_arrays(path)
    wanted = ("Z", "Y", "x", "countries", "sectors", "fd")
    missing = [name for name in wanted if name not in kept]
    if missing:
        fix = f"the file has: {', '.join(kept)}"
        raise TableError(
            f"expected arrays {', '.join(wanted)}; found no {', '.join(missing)}", where=path.name, fix=fix
        )
    z, y, x = (kept[name].astype(float) for name in ("Z", "Y", "x"))
    finals = [str(f) for f in kept["fd"]]
    raise_all(
        [
            TableError(
                f"fd has '{f}', which is no final category", where=path.name, fix=f"expected {', '.join(FINALS)}"
            )
            for f in finals
            if f not in FINALS
        ]
    )
    return WorldTable(
        year=year,
        money=money,
        countries=tuple(map(str, kept["countries"])),
        industries=tuple(map(str, kept["sectors"])),
        final_kinds={f: FINALS[f] for f in finals},
        primary_kinds={"VA_TLS_TTM": "other"},
        use=z,
        final_use=y,
        primary=(x - z.sum(axis=0))[None, :] if z.shape == (len(x), len(x)) else np.empty((1, 0)),
        output=x,
        labels=labels,
        names={n: NAMES[n] for n in (*finals, "VA_TLS_TTM")},
        source=_source(path, year, release, sha256(path)),
        rounding=1.0,
        cut_off=True,
        methods=(
            "Value added, taxes on products and transport margins are one primary input of kind 'other': output less "
            "intermediate use, for the file does not hold them.",
            "Figures were cut to whole millions, not rounded; printed output exceeds its row by one a cell at most.",
        ),
    )


def _unpaid(row: str, column: str) -> bool:
    """The lower right corner of the plain form is empty: what final uses pay in taxes is not stated."""
    return row in ("VA_TLS_TTM", "OUTPUT") and re.fullmatch(r".+_c\d+", column) is None


def _underscored(label: str) -> Pair | None:
    m = CELL.fullmatch(label)
    return (m["country"], m["code"]) if m else None


def _world(
    b: Blocks,
    *,
    year: int,
    money: str,
    source: Source,
    primary_kinds: dict[str, str],
    output: np.ndarray,
    labels: dict[str, str],
    rounding: float,
    methods: tuple[str, ...],
    residual: np.ndarray | None = None,
) -> WorldTable:
    return b.world_table(
        FINALS,
        year=year,
        money=money,
        primary_kinds=primary_kinds,
        output=output,
        residual=residual,
        labels=labels,
        names={n: NAMES[n] for n in (*b.finals, *primary_kinds)},
        source=source,
        rounding=rounding,
        methods=methods,
    )


def _source(path: Path, year: int, release: str, sha: str) -> Source:
    return Source(
        publisher="University of Groningen, Growth and Development Centre",
        title=f"World Input-Output Database, world table {year}",
        vintage=f"release of {release}",
        licence="CC BY 4.0",
        address="https://www.rug.nl/ggdc/valuechain/wiod/",
        sha256={path.name: sha},
    )
