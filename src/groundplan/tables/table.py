"""The contract between the outside world and the economy: what every reader hands over.

A reader turns a publisher's file into one ``Table``: a symmetric table in basic prices (rows *product*, columns
*sector*, the same labels on both), in one money unit, with domestic and imported uses apart. What a publisher does
not state and the reader computed is told in ``methods``, one sentence each, and what the publisher did state stays in
``published``, untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.records.money import money_of
from groundplan.sources import Source
from groundplan.tables.industry_classes import class_faults

if TYPE_CHECKING:
    from groundplan.tables.account_draws import AccountDraws
    from groundplan.tables.national_past import NationalPast

FINAL_KINDS = ("household", "nonprofit", "government", "investment", "inventories")
PRIMARY_KINDS = ("labour", "capital", "production_tax", "product_tax", "margin", "other")


@dataclass(frozen=True, eq=False)
class Table:
    """One country and year, as read.

    Shapes (n products = n sectors, f final categories, p primary inputs, s skills); money / year unless said:
        domestic_use, imported_use      n × n     Z_d, Z_m
        domestic_final, imported_final  n × f     Y_d, Y_m
        exports, reexports              n         e of domestic make; of imports that leave again
        primary                         p × n     V, by primary input
        final_taxes                     f + 1     taxes less subsidies on products (and margins not given to a
                                                  product) paid by final uses; the last entry is ``exports``
        final_kinds, primary_kinds      f, p      one of FINAL_KINDS, PRIMARY_KINDS
        labels                          n         sector code → name in English
        employment                      s × n     in ``employment_unit``; None where the source has none
        capital_stock                   n         money (a stock); None where the source has none
        capital_is_fixed                          whether that stock is said to be of fixed assets alone, after wear;
                                                  where not, its level counts only for want of a better one
        fixed_capital_consumption       n         money / year; None where the source has none
        investment_by_sector            n         money / year; None where the source has none
        rounding                        money     the publisher's last digit: half of it is the error of a cell
        stated_rounding                 money     what the layout or the form says it is, where the figures say another
        printed_unit                    money     what a figure of ``published`` is counted in
        published                       frames as the publisher printed them, by name
        controls                        published aggregates: aggregate → money / year
        names                           code of a final category, primary input, skill or partner → its name in words
        past                            what the source says of the country's past; None: what is shipped of it, if any
        plan_start                      the first year of a plan where the source says it; None: the year after ``year``
        classes                         sector code → its class (``industry_classes``); a sector may have none
        estimated_from                  the year of the accounts that these were made from; None: these were observed
        estimated_with                  the donors whose structures these were estimated with; empty: none were
        draws                           what else estimated accounts might be; None: nothing is drawn
        facts_behind                    how many facts an estimate rests on beside those accounts
        imported_by_partner             partner → n × (n + f): imports from the partner, by product and use; they sum to
                                        the imported uses; None where the source does not part imports by partner
    """

    country: str
    country_name: str
    year: int
    money: str
    domestic_use: pd.DataFrame
    imported_use: pd.DataFrame
    domestic_final: pd.DataFrame
    imported_final: pd.DataFrame
    exports: pd.Series
    reexports: pd.Series
    primary: pd.DataFrame
    final_taxes: pd.Series
    final_kinds: pd.Series
    primary_kinds: pd.Series
    labels: pd.Series
    source: Source
    methods: tuple[str, ...]
    rounding: float
    employment: pd.DataFrame | None = None
    employment_unit: str = ""
    capital_stock: pd.Series | None = None
    fixed_capital_consumption: pd.Series | None = None
    investment_by_sector: pd.Series | None = None
    published: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    controls: pd.Series | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    imported_by_partner: Mapping[str, pd.DataFrame] | None = None
    past: NationalPast | None = None
    capital_is_fixed: bool = True
    classes: Mapping[str, str] = field(default_factory=dict)
    plan_start: int | None = None
    stated_rounding: float | None = None
    printed_unit: float = 1.0
    estimated_from: int | None = None
    estimated_with: str = ""
    draws: AccountDraws | None = None
    facts_behind: int = 0

    def __post_init__(self) -> None:
        raise_all(list(_faults(self)), where=f"{self.country} {self.year}: {self.source.title}")


def in_units(table: Table, unit: float) -> Table:
    """A table whose figures are counted in ``unit`` units of the currency, in its own money: 10,000 yuan in CNY2020m.

    ``published`` stays as it was printed.
    """
    factor = unit / money_of(table.money).units
    frames = ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary")
    further = ("final_taxes", "capital_stock", "fixed_capital_consumption", "investment_by_sector", "controls")
    changed: dict[str, Any] = {n: v * factor for n in (*frames, *further) if (v := getattr(table, n)) is not None}
    if table.employment is not None and table.money in table.employment_unit:
        changed["employment"] = table.employment * factor
    if table.imported_by_partner:
        changed["imported_by_partner"] = {k: part * factor for k, part in table.imported_by_partner.items()}
    said = f"The figures are printed in units of {unit:,.0f} {table.money[:3]} and are told in {table.money}."
    changed |= {"rounding": table.rounding * factor, "printed_unit": table.printed_unit * factor}
    return replace(table, methods=(*table.methods, said), **changed)


def _faults(t: Table) -> list[GroundplanError]:
    """Every way in which the table breaks the contract: labels that differ, cells that are no numbers."""
    codes = list(t.labels.index)
    finals, primaries = list(t.final_kinds.index), list(t.primary_kinds.index)
    expected: dict[str, tuple[pd.DataFrame | pd.Series | None, list[list[object]]]] = {
        "domestic_use": (t.domestic_use, [codes, codes]),
        "imported_use": (t.imported_use, [codes, codes]),
        "domestic_final": (t.domestic_final, [codes, finals]),
        "imported_final": (t.imported_final, [codes, finals]),
        "exports": (t.exports, [codes]),
        "reexports": (t.reexports, [codes]),
        "primary": (t.primary, [primaries, codes]),
        "final_taxes": (t.final_taxes, [[*finals, "exports"]]),
        "capital_stock": (t.capital_stock, [codes]),
        "fixed_capital_consumption": (t.fixed_capital_consumption, [codes]),
        "investment_by_sector": (t.investment_by_sector, [codes]),
    }
    if t.employment is not None:
        expected["employment"] = (t.employment, [list(t.employment.index), codes])
    for partner, part in (t.imported_by_partner or {}).items():
        expected[f"imports from {partner}"] = (part, [codes, [*codes, *finals]])
    faults: list[GroundplanError] = []
    for name, (frame, axes) in expected.items():
        if frame is None:
            continue
        for axis, want in zip(frame.axes, axes, strict=True):
            if list(axis) != want:
                differ = sorted({str(x) for x in set(axis) ^ set(want)})[:6] or ["the order"]
                faults.append(TableError(f"{name}: labels differ from the table's: {', '.join(differ)}"))
        values = frame.to_numpy(dtype=float)
        if not np.isfinite(values).all():
            at = np.argwhere(~np.isfinite(values))[0]
            cell = " × ".join(str(axis[i]) for axis, i in zip(frame.axes, at, strict=True))
            count = int((~np.isfinite(values)).sum())
            faults.append(
                TableError(
                    f"{name}: {count} cells are empty or not numbers, the first at {cell}",
                    fix="give the figure, or 0 where the flow does not exist",
                )
            )
    for name, kinds, allowed in (("final", t.final_kinds, FINAL_KINDS), ("primary", t.primary_kinds, PRIMARY_KINDS)):
        bad = sorted(set(map(str, kinds)) - set(allowed))
        if bad:
            faults.append(TableError(f"{name} kinds {bad} are not known", fix=f"use {', '.join(allowed)}"))
    if len(set(codes)) != len(codes):
        faults.append(TableError("sector codes repeat", fix="give every sector its own code"))
    return (faults + class_faults(t.classes, map(str, codes), "classes of sectors")) or _partners(t)


def _partners(t: Table) -> list[GroundplanError]:
    """A fault where the partners' parts do not add up to the imported uses, rounding apart."""
    if not t.imported_by_partner:
        return []
    parts = list(t.imported_by_partner.values())
    whole = np.hstack([t.imported_use.to_numpy(dtype=float), t.imported_final.to_numpy(dtype=float)])
    gap = np.abs(sum(p.to_numpy(dtype=float) for p in parts) - whole)
    allowed = 0.5 * t.rounding * (len(parts) + 1) + 1e-9 * np.abs(whole).max(initial=0.0)
    if gap.max(initial=0.0) <= allowed:
        return []
    i, j = np.unravel_index(int(gap.argmax()), gap.shape)
    use = [*t.labels.index, *t.final_kinds.index][int(j)]
    return [
        TableError(
            f"imports by partner miss the imported uses at {int((gap > allowed).sum())} cells, "
            f"the largest at {t.labels.index[int(i)]} × {use}: {gap[i, j]:,.6g} {t.money}",
            fix="give every partner, or a partner for the rest of the world",
        )
    ]
