"""National tables by origin, cut from the world table of the World Input-Output Database, 2013 release.

Rows ``origin, sector``: 35 of the country itself (``DOM``) and 35 of each region that it buys from, then value added
with net taxes and international margins, and output (``PRIM``); columns 35 sectors, five final categories, exports
and output; US dollars, whole millions. Value added is the residual of its column.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import absent, disagreements, numbers, read_grid
from groundplan.tables.door.layout import Axis, Layout, fit
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.wiod import FINALS
from groundplan.tables.table import Table

HOME, EXPORTS, OUTPUT, ADDED = "DOM", "EXPORTS", "OUTPUT", "VA_TLS_TTM"
LAYOUT = Layout(
    "WIOD 2013 by origin",
    rows=Axis({"primary": (f"PRIM {ADDED}", f"PRIM {OUTPUT}")}, further=r"\w+ c\d+"),
    columns=Axis({"final": tuple(FINALS), "total": (EXPORTS, OUTPUT)}, further=r"c\d+"),
    code_columns=(0, 1),
)


def read(
    path: Path,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    names: Path | None = None,
    mapping: FileMapping = NOTHING,
    country_name: str = "",
) -> Table:
    """One country and year, imports by the region that they come from.

    ``names`` is a CSV of code, classification and name of the sectors; codes stand for names without it.
    Units:  ``money`` / year.
    Errors: every fault of the file at once: rows or columns that differ from the layout, an origin without some of the
            sectors, cells that are not numbers, negative output, uses or costs that miss output.
    Source: Timmer et al. (2015), Review of International Economics 23: 575-605.
    """
    grid = fit(read_grid(path, code_columns=(0, 1)), LAYOUT, mapping, where=path.name)
    sectors, finals = LAYOUT.columns.others(grid.columns), list(FINALS)
    origins = list(dict.fromkeys(r.split(" ")[0] for r in grid.index if not r.startswith("PRIM ")))
    wanted = [f"{o} {s}" for o in dict.fromkeys([HOME, *origins]) for s in sectors]
    raise_all(absent(wanted, grid.index, "row", path), where=str(path))
    use = numbers(grid.loc[wanted, [*sectors, *finals]], path)
    home = numbers(grid.loc[wanted[: len(sectors)], [EXPORTS, OUTPUT]], path)
    primary = numbers(grid.loc[[f"PRIM {ADDED}", f"PRIM {OUTPUT}"], sectors], path)
    parts = {o: use.loc[[f"{o} {s}" for s in sectors]].set_axis(sectors, axis=0) for o in [HOME, *origins]}
    domestic, trade = parts.pop(HOME), home.set_axis(sectors, axis=0)
    imported = sum(parts.values(), start=domestic * 0.0)
    added = primary.iloc[[0]].set_axis([ADDED], axis=0)
    costs = pd.concat([domestic[sectors], imported[sectors], added]).T
    faults: list[GroundplanError] = [
        TableError(f"sector '{s}' has negative output {x:g}", where=path.name, fix="check its row")
        for s, x in trade[OUTPUT][lambda x: x < 0].items()
    ]
    faults += disagreements(domestic.join(trade[EXPORTS]), trade[OUTPUT], 1.0, "uses against output", path.name)
    faults += disagreements(costs, primary.T[f"PRIM {OUTPUT}"], 1.0, "costs against output", path.name)
    faults += disagreements(trade[[OUTPUT]], primary.T[f"PRIM {OUTPUT}"], 1.0, "output by row and column", path.name)
    raise_all(faults, where=str(path))
    return Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=domestic[sectors],
        imported_use=imported[sectors],
        domestic_final=domestic[finals],
        imported_final=imported[finals],
        exports=trade[EXPORTS].rename("exports"),
        reexports=pd.Series(0.0, index=sectors, name="reexports"),
        primary=added,
        final_taxes=pd.Series(0.0, index=[*finals, "exports"], name="final_taxes"),
        final_kinds=pd.Series(FINALS),
        primary_kinds=pd.Series({ADDED: "other"}),
        labels=_labels(sectors, names),
        source=source,
        methods=METHODS,
        rounding=1.0,
        published={"wiod": use.join(home), "primary": primary},
        names={ADDED: "Value added, net taxes on products and international margins", **{o: o for o in parts}},
        imported_by_partner=parts,
    )


PUBLISHED = {"wiod2013-national": PublishedLayout(read, "WIOD consortium", money="USD{year}m", industries="wiod2013")}


METHODS = (
    "Domestic uses and imports by origin are the source's own; nothing was split.",
    "Value added, net taxes on products and international margins are one row, the residual of its column, so it is "
    "one primary input of kind 'other'; GDP at basic prices is too large by those taxes and margins.",
    "Taxes and margins of final uses are not in the file and are zero here.",
    "Exports are one column, by product; the file has no re-exports.",
)


def _labels(sectors: list[str], names: Path | None) -> pd.Series:
    """Sector → its name in English, or its code."""
    if names is None:
        return pd.Series(sectors, index=sectors, name="label")
    listed = read_grid(names)
    raise_all(
        absent(["name"], listed.columns, "column", names) or absent(sectors, listed.index, "sector", names),
        where=str(names),
    )
    return listed["name"][sectors].rename("label")
