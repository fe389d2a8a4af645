"""The table that the areas of a declared layout become: supply and use, or a symmetric table, in basic prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.sources import Source
from groundplan.tables.door.grid import disagreements
from groundplan.tables.door.mapping import NOTHING, FileMapping
from groundplan.tables.methods.supply_use import IMPORTS, METHODS, layers
from groundplan.tables.methods.transformation import Model, Negatives, SupplyUse, transform
from groundplan.tables.published import PublishedLayout
from groundplan.tables.readers.declared.areas import ReadAreas, read_areas
from groundplan.tables.readers.declared.declared_layout import DeclaredLayout, open_layout
from groundplan.tables.table import Table, in_units

EXPORTS, TAXES = "exports", "product_taxes"


@dataclass(frozen=True, eq=False)
class _BasicUses:
    """Use in basic prices by product: columns industries, finals, exports; taxes that uses pay; how it was split."""

    domestic: pd.DataFrame
    imported: pd.DataFrame
    taxes: pd.Series | None
    methods: tuple[str, ...]


def read(
    paths: Sequence[Path],
    layout: DeclaredLayout,
    country: str,
    year: int,
    money: str,
    *,
    source: Source,
    model: Model = "D",
    negatives: Negatives = "keep",
    mapping: FileMapping = NOTHING,
    country_name: str = "",
) -> Table:
    """One country and year in a declared layout as an input-output table by one of the four models.

    Units:  ``money`` / year; employment in the layout's unit, or wage units.
    Errors: every fault at once: those of ``read_areas``, sums, supply or output that miss their parts.
    Source: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11 (pages not checked).
    """
    where = ", ".join(p.name for p in paths)
    areas = read_areas(paths, layout, year, mapping)
    raise_all(_sums(areas, layout, where), where=where)
    uses = _uses(areas, layout, where)
    if layout.symmetric:
        uses = _without_dust(uses, layout)
    a = _accounts(areas, uses, layout)
    raise_all(_identities(a, areas, layout, where), where=where)
    io = transform(a, model, negatives=negatives, money=money)
    finals, sectors = list(layout.finals), io.sectors
    employment, unit = _employment(io.also, layout, money)
    labels = {s: areas.names.get(s, "") or s for s in sectors}
    table = Table(
        country=country,
        country_name=country_name or country,
        year=year,
        money=money,
        domestic_use=io.domestic[sectors],
        imported_use=io.imported[sectors],
        domestic_final=io.domestic[finals],
        imported_final=io.imported[finals],
        exports=io.domestic[EXPORTS].rename("exports"),
        reexports=io.imported[EXPORTS].rename("reexports"),
        primary=io.costs,
        final_taxes=_final_taxes(areas, uses, layout),
        final_kinds=pd.Series(dict(layout.finals)),
        primary_kinds=pd.Series({c: layout.costs.get(c, "product_tax") for c in io.costs.index}),
        labels=_distinct(labels),
        source=source,
        methods=(*uses.methods, *layout.notes, *(() if layout.symmetric else io.methods)),
        rounding=layout.rounding,
        employment=employment,
        employment_unit=unit,
        fixed_capital_consumption=io.also.T[layout.wear] if layout.wear else None,
        published={
            **areas.frames,
            "computed:negatives": io.negatives,
            "computed:removed": io.removed,
        },
        names={n: words for n in (*finals, *layout.costs) if (words := areas.names.get(n, "")) and words != n},
    )
    return in_units(table, layout.unit) if layout.unit else table


def published_file(path: Path) -> PublishedLayout:
    """How files in the layout of a TOML file are opened."""
    layout = open_layout(path)
    fixed = {"layout": layout}
    return PublishedLayout(
        read, layout.publisher, layout.files, money=layout.money, fixed=fixed, together="paths",
        industries=layout.industries,
    )  # fmt: skip


def _parts(frame: pd.DataFrame, layout: DeclaredLayout) -> dict[str, list[str]]:
    """The groups of columns that a sum may name."""
    others = {*layout.uses, *layout.beside, *layout.sums}
    return {
        "industries": [c for c in frame.columns if c not in others],
        "finals": list(layout.finals),
        "exports": list(layout.exports),
        "imports": list(layout.imports),
    }


def _sums(areas: ReadAreas, layout: DeclaredLayout, where: str) -> list[GroundplanError]:
    """Faults of printed sums against their parts; imports count as they are printed, negative or not."""
    faults: list[GroundplanError] = []
    for holds, frame in areas.frames.items():
        groups = _parts(frame, layout)
        for name, members in layout.sums.items():
            columns = [c for m in members for c in groups.get(m.lstrip("-"), [m.lstrip("-")])]
            signs = [-1.0 if m.startswith("-") else 1.0 for m in members for _ in groups.get(m.lstrip("-"), [m])]
            if holds == "costs" or name not in frame or not set(columns) <= set(frame.columns):
                continue
            cells = frame[columns] * np.array(signs)
            faults += disagreements(cells, frame[name], layout.rounding, f"{holds}, sum {name}", where)
    return faults


def _uses(areas: ReadAreas, layout: DeclaredLayout, where: str) -> _BasicUses:
    """Domestic and imported use, printed, left over, or split."""
    frames = areas.frames
    if "domestic" in frames and "imported" not in frames:
        use, domestic = _joined(frames["use"], layout), _joined(frames["domestic"], layout)
        return _BasicUses(
            domestic,
            use - domestic.reindex(use.index),
            None,
            ("Imported use is the source's own total use less its domestic use.",),
        )
    if "domestic" in frames:
        return _BasicUses(
            _joined(frames["domestic"], layout), _joined(frames["imported"], layout), None,
            ("Domestic and imported uses are the source's own; nothing was split.",),
        )  # fmt: skip
    use = _joined(frames["use"], layout)
    if "imported" in frames:
        imported = _joined(frames["imported"], layout).reindex(use.index, fill_value=0.0)
        return _BasicUses(
            use - imported, imported, None, ("Domestic use is total use less the source's own use of imports.",)
        )
    beside = frames["supply"] if "supply" in frames and set(layout.beside) <= set(frames["supply"]) else frames["use"]
    imports = beside[list(layout.imports)].sum(axis=1) * (-1.0 if layout.imports_negative else 1.0)
    none = pd.Series(0.0, index=use.index)
    taxes = beside[list(layout.taxes)].sum(axis=1) if layout.taxes else none
    margins = beside[list(layout.margins)] if layout.margins else none.to_frame("none")
    split = use.drop(columns=list(layout.domestic_only))
    re_exports = "excess" if layout.re_exports == "excess" else "proportional"
    parts = layers(split, margins, taxes, imports.reindex(use.index), exports=EXPORTS, re_exports=re_exports)  # type: ignore[arg-type]
    domestic, imported = (p.reindex(columns=use.columns, fill_value=0.0) for p in (parts.domestic, parts.imported))
    for column in layout.domestic_only:
        domestic[column] = use[column]
    priced = METHODS if layout.margins or layout.taxes else ()
    paid = parts.taxes.sum() if layout.taxes else None
    split_by = "The source prints no use of imports. " + IMPORTS[re_exports]  # type: ignore[index]
    return _BasicUses(domestic, imported, paid, (*priced, split_by))


def _without_dust(uses: _BasicUses, layout: DeclaredLayout) -> _BasicUses:
    """Output that rounding alone puts below zero is zero; what it takes is added to changes in inventories."""
    stocks = next((f for f, kind in layout.finals.items() if kind == "inventories"), None)
    output = uses.domestic.sum(axis=1)
    dust = output[(output < 0) & (output > -layout.rounding * (0.5 + np.sqrt(uses.domestic.shape[1])))]
    if stocks is None or dust.empty:
        return uses
    domestic = uses.domestic.copy()
    domestic.loc[dust.index, stocks] -= dust
    listed = ", ".join(f"{k} ({v:.3g})" for k, v in dust.items())
    said = f"Rounding puts the output of {listed} below zero: it is zero, and inventories take the difference."
    return _BasicUses(domestic, uses.imported, uses.taxes, (*uses.methods, said))


def _joined(frame: pd.DataFrame, layout: DeclaredLayout) -> pd.DataFrame:
    """Uses with all columns of exports as one."""
    others = {*layout.uses, *layout.beside, *layout.sums}
    industries = [c for c in frame.columns if c not in others]
    joined = frame[[*industries, *layout.finals]].copy()
    joined[EXPORTS] = frame[list(layout.exports)].sum(axis=1)
    return joined


def _accounts(areas: ReadAreas, uses: _BasicUses, layout: DeclaredLayout) -> SupplyUse:
    """Supply and use in basic prices; in a symmetric table each product is made by the sector of its name."""
    products = list(uses.domestic.index)
    industries = [c for c in uses.domestic.columns if c not in (*layout.finals, EXPORTS)]
    if layout.symmetric:
        output = uses.domestic.sum(axis=1)
        make = pd.DataFrame(np.diag(output), index=products, columns=products)[industries]
    else:
        make = areas.frames["supply"][industries].reindex(products, fill_value=0.0)
    rows = areas.frames["costs"][industries]
    costs = rows.loc[list(layout.costs)]
    if uses.taxes is not None:
        costs = pd.concat([uses.taxes[industries].to_frame(TAXES).T, costs])
    also = [*layout.employment, *([layout.wages] if layout.wages else []), *([layout.wear] if layout.wear else [])]
    own = pd.Series({p: _own(p, layout, industries, make) for p in products})
    return SupplyUse(make, uses.domestic, uses.imported, costs, rows.loc[list(dict.fromkeys(also))], own)


def _own(product: str, layout: DeclaredLayout, industries: list[str], make: pd.DataFrame) -> str:
    """The industry of a product's name: as declared, of the same code, or the one that makes most of it."""
    for pattern, target in layout.own.items():
        if re.fullmatch(pattern, product):
            return re.sub(pattern, target, product)
    return product if product in industries else str(make.loc[product].idxmax())


def _identities(a: SupplyUse, areas: ReadAreas, layout: DeclaredLayout, where: str) -> list[GroundplanError]:
    """Faults of supply against use by product, and of costs against output by industry."""
    costs = pd.concat([a.domestic[a.industries], a.imported[a.industries], a.costs]).T
    cases = [(a.domestic, a.make.sum(axis=1), "domestic use against supply, by product")]
    output = areas.frames["costs"].T[layout.output][a.industries] if layout.output else a.make.sum()
    if layout.output:
        cases.append((a.make.T, output, "supply against output, by industry"))
    # Whether the columns of a symmetric table close is the economy's question, with the user's tolerance.
    if not layout.symmetric:
        cases.append((costs, output, "costs and value added against output, by industry"))
    faults = [f for cells, total, what in cases for f in disagreements(cells, total, layout.rounding, what, where)]
    negative = a.make.sum()[a.make.sum() < -layout.rounding]
    if len(negative):
        shown = ", ".join(f"{k} ({v:.6g})" for k, v in negative.iloc[:6].items())
        faults.append(TableError(f"sectors with negative output: {shown}", where=where, fix="check their rows"))
    return faults


def _employment(also: pd.DataFrame, layout: DeclaredLayout, money: str) -> tuple[pd.DataFrame | None, str]:
    if layout.employment:
        return also.loc[list(layout.employment)].rename(index=dict(layout.employment)), layout.employment_unit
    if layout.wages:
        return also.loc[[layout.wages]].set_axis(["labour"], axis=0), f"base-year wage units ({money})"
    return None, ""


def _final_taxes(areas: ReadAreas, uses: _BasicUses, layout: DeclaredLayout) -> pd.Series:
    """Taxes on products by final use: of the layers, or the rows of costs that reach into the final columns."""
    columns = [*layout.finals, EXPORTS]
    if uses.taxes is not None:
        return uses.taxes[columns].rename("final_taxes")
    rows = areas.frames["costs"]
    paid = [r for r, kind in layout.costs.items() if kind == "product_tax"]
    if not paid or not set(layout.uses) <= set(rows.columns):
        return pd.Series(0.0, index=columns, name="final_taxes")
    by_use = rows.loc[paid, list(layout.uses)].sum()
    exports = by_use[list(layout.exports)].sum()
    taxes: pd.Series = pd.concat([by_use[list(layout.finals)], pd.Series({EXPORTS: exports})])
    return taxes.rename("final_taxes")


def _distinct(labels: dict[str, str]) -> pd.Series:
    """Labels, with the code beside those that repeat."""
    several = {word for word in labels.values() if list(labels.values()).count(word) > 1}
    return pd.Series({c: f"{w} ({c})" if w in several else w for c, w in labels.items()}, name="label")
