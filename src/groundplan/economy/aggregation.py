"""Fewer sectors, or another list of them: every account summed, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.physical import Physical
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.glossary import quantity
from groundplan.sources import Assumption
from groundplan.tables.concordances import Concordance
from groundplan.tables.world_table import WorldTable

ACCEPTED = 1e9
Lists = Mapping[str, str] | Concordance
FLOWS = (
    "domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary",
    "employment", "capital_stock", "investment_by_sector", "imported_by_partner",
)  # fmt: skip


def aggregate(economy: Economy, mapping: Lists, labels: Mapping[str, str] | None = None) -> Economy:
    """The economy by other sectors: products and sectors alike are summed with the weights W of ``mapping``.

        Z' = W' Z W,   Y' = W' Y,   V' = V W,   δ'[J] = Σ w δ K / Σ w K

    ``mapping``: old sector → new sector, or a concordance, which may share a sector among several; such shares hold
    for its rows and its columns alike, which is an estimate and is told. ``labels`` names the new sectors.
    Shapes: W old × new, rows sum to one. Units: unchanged; wear is the mean weighted by capital (plain where there
    is none).
    Errors: ``UnknownName`` for every sector that ``mapping`` lacks, all at once.
    Source: Miller and Blair (2009), section 4.9, aggregation matrix (chapter not checked).
    """
    W = _weights(economy.sectors, mapping, economy.labels)
    changes = {name: _summed(getattr(economy, name), W, economy.money) for name in FLOWS}
    wear, stock = economy.depreciation.to_series(), economy.capital_stock.to_series()
    worn, whole = (wear * stock) @ W, stock @ W
    plain = (wear @ W) / W.sum()
    rate = (worn / whole.where(whole > 0)).fillna(plain)
    changes["depreciation"] = quantity("depreciation", _vector(rate, "sector"), economy.money)
    method, assumed = _on_record(W, mapping)
    physical, lost = _physical(economy, W)
    if lost:
        method += f" Counted in money only from here on: {', '.join(lost)}, summed with what has another unit or none."
    sources = (mapping.source,) if isinstance(mapping, Concordance) else ()
    return economy.replacing(
        **changes,
        physical=physical,
        labels=_labels(list(W.columns), mapping, labels, economy.labels, W),
        classes=shared_classes(economy.stated_classes, W),
        methods=(*economy.methods, method),
        assumptions=(*economy.assumptions, *assumed),
        sources=(*economy.sources, *sources),
        # Rounding errors of the k² cells behind one new cell add up like their square root.
        rounding=economy.rounding * float((W > 0).sum().max()),
    )


def _weights(codes: Sequence[str], mapping: Lists, labels: Mapping[str, str]) -> pd.DataFrame:
    """W, old × new, for the sectors at hand; new ones in the order in which the old ones name them."""
    if isinstance(mapping, Concordance):
        table = mapping.rows[["from", "to", "weight"]]
    else:
        table = pd.DataFrame({"from": list(map(str, mapping)), "to": [str(t) for t in mapping.values()], "weight": 1.0})
    mapped = set(table["from"])
    where = mapping.name if isinstance(mapping, Concordance) else "the mapping"
    faults: list[GroundplanError] = [
        UnknownName(f"row for the sector ({labels.get(c, c)}) in {where}:", c, mapped, fix=f"map '{c}' to a sector")
        for c in codes
        if c not in mapped
    ]
    raise_all(faults)
    wide = table.pivot(index="from", columns="to", values="weight").fillna(0.0).loc[list(codes)]
    place = table["from"].map({c: k for k, c in enumerate(codes)}).dropna()
    order = table["to"].loc[place.sort_values(kind="stable").index]
    return wide[list(dict.fromkeys(order))].rename_axis(index=None, columns=None)


def _summed(array: xr.DataArray | None, W: pd.DataFrame, money: str) -> xr.DataArray | None:
    """Every axis of sectors (and the sectors among the uses) summed; other axes and coordinates stay."""
    if array is None:
        return None
    out, summed = array, set(W.index)
    for dim in ("product", "sector", "use"):
        if dim not in out.dims:
            continue
        other = [str(u) for u in out[dim].values if str(u) not in summed]
        axis = _extended(W, other) if other else W
        here = axis.loc[[str(c) for c in out[dim].values]]
        order = out.dims
        matrix = xr.DataArray(here.to_numpy(), dims=(dim, "_to"), coords={"_to": list(here.columns)})
        out = xr.dot(out.drop_vars(dim), matrix, dim=dim).rename(_to=dim).transpose(*order)
    out = out.assign_coords({k: v for k, v in array.coords.items() if not {"product", "sector", "use"} & set(v.dims)})
    labelled = quantity(str(array.name), out.copy(), money)
    return labelled.assign_attrs(array.attrs)


def _physical(e: Economy, W: pd.DataFrame) -> tuple[dict[str, Physical], list[str]]:
    """Units of the new sectors, and the products that lose theirs.

        q[J] = Σ w q,   p[J] = Σ w x / q[J]

    A new sector is counted in a unit where all that it is made of, home or imported, is counted in that unit.
    """
    out: dict[str, Physical] = {}
    kept: set[str] = set()
    x, m = e.output.to_series(), e.imports.to_series()
    for new in W.columns:
        weight = {str(c): float(w) for c, w in zip(W.index, W[new].to_numpy(), strict=True) if w > 0}
        here = [e.physical[c] for c in weight if c in e.physical]
        if len(here) < len(weight) or len({p.unit for p in here}) != 1:
            continue
        kept |= set(weight)
        quantity = sum(w * e.physical[c].quantity for c, w in weight.items())
        size = {c: w * float(x[c] if quantity > 0 else m[c]) for c, w in weight.items()}
        units = sum(size[c] / e.physical[c].price for c in weight)
        price = sum(size.values()) / units if units > 0 else here[0].price
        sole = here[0] if len(here) == 1 else Physical(here[0].unit, 0.0, 1.0, "; ".join(p.source for p in here))
        basis = "assumed" if any(p.basis == "assumed" for p in here) else "source"
        out[str(new)] = replace(sole, quantity=quantity, price=price, basis=basis, sector=str(new))
    return out, [c for c in e.physical if c not in kept]


def shared_classes(classes: Mapping[str, str], W: pd.DataFrame) -> dict[str, str]:
    """New sector → the class that all of its old ones have; none where they differ."""
    of = {str(new): {classes.get(str(c), "") for c in W.index[W[new] > 0]} for new in W.columns}
    return {new: next(iter(own)) for new, own in of.items() if len(own) == 1 and own != {""}}


def _extended(W: pd.DataFrame, other: list[str]) -> pd.DataFrame:
    """W with the final uses, which stay as they are."""
    rest = pd.DataFrame(np.eye(len(other)), other, other)
    return pd.concat([W, rest]).fillna(0.0)


def _vector(series: pd.Series, dim: str) -> xr.DataArray:
    return xr.DataArray(series.to_numpy(dtype=float), coords={dim: [str(i) for i in series.index]}, dims=dim)


def _labels(
    codes: list[str], mapping: Lists, labels: Mapping[str, str] | None, old: Mapping[str, str], W: pd.DataFrame
) -> dict[str, str]:
    """A name for each new sector: as given, the concordance's, the old sector's where it is the same, else its code."""
    given = {**(mapping.labels if isinstance(mapping, Concordance) else {}), **(labels or {})}
    raise_all([UnknownName("new sector to label", c, codes) for c in labels or {} if c not in codes])

    def own(code: str) -> str:
        members = list(W.index[W[code] > 0])
        return old.get(members[0], code) if len(members) == 1 else code

    return {c: given.get(c, own(c)) for c in codes}


def _on_record(W: pd.DataFrame, mapping: Lists) -> tuple[str, tuple[Assumption, ...]]:
    """What was done, in a sentence, and the estimate it rests on where sectors were shared out."""
    by = f" by the concordance {mapping.name}" if isinstance(mapping, Concordance) else ""
    sentence = f"{W.shape[0]} sectors were summed into {W.shape[1]}{by}; totals are unchanged."
    shared = [str(c) for c in W.index[(W > 0).sum(axis=1) > 1]]
    if not shared:
        return sentence, ()
    return sentence, (
        Assumption(
            "sectors shared out",
            ", ".join(shared),
            "estimate: rows and columns of a sector are shared among new ones by the same weights",
            "a concordance that maps whole sectors",
        ),
    )


def aggregate_world(
    world: World,
    countries: Mapping[str, str] | None = None,
    industries: Lists | None = None,
    labels: Mapping[str, str] | None = None,
) -> World:
    """The world by fewer countries, other industries, or both.

        Z' = (C ⊗ W)' Z (C ⊗ W),   Y' = (C ⊗ W)' Y (C ⊗ 1),   V' = V (C ⊗ W)

    ``countries``: country → group, one that is not named stays; trade within a group becomes domestic.
    ``industries`` as in ``aggregate``.
    Shapes: C countries × groups, W industries × new ones. Units: unchanged.
    Errors: ``UnknownName`` for countries that are not there and for industries that ``industries`` lacks, all at once.
    Source: Miller and Blair (2009), section 4.9 (chapter not checked).
    """
    groups = dict(countries or {})
    raise_all([UnknownName("country", c, world.countries) for c in groups if c not in world.countries])
    whole = {c: str(groups.get(c, c)) for c in world.countries}
    C = _weights(world.countries, whole, {})
    W = _weights(world.industries, industries or {i: i for i in world.industries}, world.labels)
    return _regrouped(world, C, W, industries, labels)


def _regrouped(
    world: World, C: pd.DataFrame, W: pd.DataFrame, industries: Lists | None, labels: Mapping[str, str] | None
) -> World:
    finals = list(world.final_kinds)
    both, per_final = np.kron(C.to_numpy(), W.to_numpy()), np.kron(C.to_numpy(), np.eye(len(finals)))
    kinds = dict(
        zip(world.primary["primary"].values.astype(str), world.primary["primary_kind"].values.astype(str), strict=True)
    )
    sentence, _ = _on_record(W, industries or {})
    listed = f"{C.shape[0]} countries became {C.shape[1]}; trade within a group is domestic. "
    joined = _labels(list(W.columns), industries or {}, labels, world.labels, W)
    table = WorldTable(
        year=world.year,
        money=world.money,
        countries=tuple(C.columns),
        industries=tuple(W.columns),
        final_kinds=world.final_kinds,
        primary_kinds=kinds,
        use=both.T @ world.use.values @ both,
        final_use=both.T @ world.final_use.values @ per_final,
        primary=world.primary.values @ both,
        final_primary=world.final_primary.values @ per_final,
        residual=both.T @ world.discrepancy.values,
        labels=joined,
        classes=shared_classes(world.classes, W),
        names=world.names,
        source=world.source,
        methods=(*world.methods, (listed if C.shape[0] != C.shape[1] else "") + sentence),
        rounding=world.rounding * float((both > 0).sum(axis=0).max()),
    )
    # Gaps that were accepted once stay accepted when they are summed.
    return World.from_table(table, tolerance=ACCEPTED)
