"""A world table from an ``IOSystem`` that pymrio holds in memory. Nothing of pymrio is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.sources import Source
from groundplan.tables.readers import figaro, icio, wiod
from groundplan.tables.table import FINAL_KINDS
from groundplan.tables.world_table import WorldTable

SHOWN = 6
# Final categories as the databases that pymrio reads name them.
KINDS = {
    **wiod.FINALS,
    **icio.FINALS,
    **figaro.FINALS,
    "c37": "household",
    "c38": "nonprofit",
    "c39": "government",
    "c41": "investment",
    "c42": "inventories",
    "Final consumption expenditure by households": "household",
    "Final consumption expenditure by non-profit organisations serving households (NPISH)": "nonprofit",
    "Final consumption expenditure by government": "government",
    "Gross fixed capital formation": "investment",
    "Changes in inventories": "inventories",
    "Changes in valuables": "inventories",
    "Changes in inventories and valuables": "inventories",
    # Eora26 and GLORIA, as programs that read their files name them.
    "Household final consumption P.3h": "household",
    "Non-profit institutions serving households P.3n": "nonprofit",
    "Government final consumption P.3g": "government",
    "Gross fixed capital formation P.51": "investment",
    "Changes in inventories P.52": "inventories",
    "Acquisitions less disposals of valuables P.53": "inventories",
}
# Exports beyond the regions of the system: EXIOBASE 3 prints the column and leaves it empty.
BEYOND = ("Exports: Total (fob)", "Export to ROW")
PRIMARY = {
    "Compensation of employees D.1": "labour",
    "Taxes on production D.29": "production_tax",
    "Subsidies on production D.39": "production_tax",
    "Net operating surplus B.2n": "capital",
    "Net mixed income B.3n": "capital",
    "Consumption of fixed capital K.1": "capital",
}


def from_pymrio(
    system: Any,
    year: int,
    money: str,
    *,
    source: Source,
    factors: str | None = "factor_inputs",
    final_kinds: Mapping[str, str] | None = None,
    primary_kinds: Mapping[str, str] | None = None,
    rounding: float = 1e-6,
) -> WorldTable:
    """The flows of ``system``: ``Z``, ``Y``, ``x`` and the extension ``factors``, whose rows are the primary inputs.

    Without an extension (``factors=None``) there is one primary input, what output leaves after intermediate use.
    ``final_kinds`` gives the kind of final categories whose names are not known here; ``primary_kinds`` that of rows of
    the extension, and those that it does not name are 'other'. Rows and columns are put in the order of ``Z``'s rows.
    Units: those of the system, which must be one money unit: ``money`` / year.
    Raises ``TableError`` or ``UnknownName``, all faults at once: parts that were not computed, labels that are not
    region and sector, kinds that are not known, regions that lack a sector.
    Source: Stadler (2021), Pymrio, Journal of Open Research Software 9 (citation not checked).
    """
    z, y, f, paid = _frames(system, factors, source.title)
    countries, industries = _levels(z.index), _levels(z.index, 1)
    y, beyond = _within(y, source.title)
    kinds = _kinds(_levels(y.columns, 1), final_kinds or {})
    cells = pd.MultiIndex.from_product([countries, industries])
    uses = pd.MultiIndex.from_product([countries, list(kinds)])
    inputs = {" ".join(map(str, r)) if isinstance(r, tuple) else str(r): r for r in f.index}
    by_name = {name: kind for name in inputs for row, kind in PRIMARY.items() if name.endswith(row)}
    given = {**by_name, **(primary_kinds or {})}
    parts = {"Z": (z, cells), "Z.T": (z.T, cells), "Y": (y, cells), "Y.T": (y.T, uses), f"{factors}.F.T": (f.T, cells)}
    faults = [fault for name, (frame, wanted) in parts.items() for fault in _differ(name, frame.index, wanted)]
    faults += [UnknownName("row of primary inputs", name, inputs) for name in given if name not in inputs]
    raise_all(faults, where=source.title)
    x = getattr(system, "x", None)
    sentence = "The flows are those of an IOSystem that pymrio held in memory."
    left = " Primary inputs are what output leaves after intermediate use."
    return WorldTable(
        year=year,
        money=money,
        countries=tuple(map(str, countries)),
        industries=tuple(map(str, industries)),
        final_kinds={str(c): kind for c, kind in kinds.items()},
        primary_kinds={name: given.get(name, "other") for name in inputs},
        use=z.loc[cells, cells].to_numpy(),
        final_use=y.loc[cells, uses].to_numpy(),
        primary=f.loc[list(inputs.values()), cells].to_numpy(),
        final_primary=None if paid is None else paid.loc[list(inputs.values()), uses].to_numpy(dtype=float),
        output=None if x is None else x.loc[cells].to_numpy(dtype=float)[:, 0],
        source=source,
        rounding=rounding,
        methods=(sentence if factors else sentence + left, *beyond),
    )


def _frames(
    system: Any, factors: str | None, where: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """Z, Y, primary inputs and what final uses pay of them, the last None where the extension does not say."""
    extension = getattr(system, factors, None) if factors else None
    parts = {"Z": getattr(system, "Z", None), "Y": getattr(system, "Y", None)}
    if factors:
        parts[f"{factors}.F"] = getattr(extension, "F", None)
    frames = [frame.astype(float) for frame in parts.values() if isinstance(frame, pd.DataFrame)]
    if len(frames) < len(parts):
        missing = [name for name, frame in parts.items() if not isinstance(frame, pd.DataFrame)]
        fix = "run calc_all() of the system, or name the extension of primary inputs with factors="
        raise TableError(f"the system has no {', '.join(missing)}", where=where, fix=fix)
    z, y = frames[:2]
    left = (z.sum(axis=1) + y.sum(axis=1) - z.sum(axis=0)).to_frame("primary inputs").T
    paid = getattr(extension, "F_Y", None)
    return z, y, frames[2] if factors else left, paid


def _within(y: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Final uses without columns of exports beyond the regions, which must be empty; and a sentence on them."""
    outside = y.columns.get_level_values(-1).isin(BEYOND)
    if not outside.any():
        return y, ()
    sold = float(y.loc[:, outside].abs().to_numpy().sum())
    if sold > 0:
        raise TableError(
            f"exports beyond the regions of the system are {sold:,.6g}: they have no buyer here",
            where=where,
            fix="give the rest of the world as a region, or aggregate the system with one",
        )
    said = "A column of exports beyond the regions is empty and left out: exports are what other regions use."
    return y.loc[:, ~outside], (said,)


def _levels(index: pd.Index, level: int = 0) -> list[object]:
    """The names of one level in the order in which they come."""
    if index.nlevels < 2:
        raise TableError(
            "labels are not pairs of region and sector", fix="give Z and Y two levels of labels, as pymrio does"
        )
    return list(index.get_level_values(level).unique())


def _kinds(categories: list[object], given: Mapping[str, str]) -> dict[object, str]:
    """The kind of each final category, given or known."""
    kinds = {**KINDS, **given}
    raise_all(
        [
            UnknownName(
                "final category",
                c,
                kinds,
                fix=f"say what it is: final_kinds = {{{str(c)!r}: one of {', '.join(FINAL_KINDS)}}}",
            )
            for c in categories
            if str(c) not in kinds
        ]
    )
    return {c: kinds[str(c)] for c in categories}


def _differ(name: str, present: pd.Index, wanted: pd.Index) -> list[GroundplanError]:
    """Faults where labels are not each pair once."""
    faults: list[GroundplanError] = []
    for what, labels in (
        ("lacks", wanted.difference(present)),
        ("has besides", present.difference(wanted)),
        ("repeats", present[present.duplicated()].unique()),
    ):
        if len(labels):
            shown = ", ".join(" ".join(map(str, pair)) for pair in labels[:SHOWN])
            fix = "give every region the same sectors and final categories"
            faults.append(TableError(f"{name} {what} {len(labels)} pairs: {shown}", fix=fix))
    return faults
