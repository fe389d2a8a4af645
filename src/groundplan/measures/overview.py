"""Every measure of dependence and strength of one economy in one outcome, each ranking with how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from groundplan.batches.compute import HERE, Runner
from groundplan.economy.aggregation import aggregate
from groundplan.economy.audit import audit
from groundplan.economy.carving import by_sector
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures import abroad, confidence
from groundplan.measures.bundles import bundle
from groundplan.measures.dependence import (
    dependence_table,
    direct_import_by_product,
    import_content_by_product,
    import_content_by_round,
    import_content_of_uses,
)
from groundplan.measures.diversity import many_sidedness, thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table
from groundplan.measures.lifelines import cut_off_loss, imported_need, lifelines
from groundplan.measures.linkages import linkage_table
from groundplan.measures.materials import raw_material_base_of_uses
from groundplan.measures.paths import dependence_paths
from groundplan.measures.rankings import rankings
from groundplan.measures.redraws import Uncertainty
from groundplan.outcome import Outcome
from groundplan.sources import Assumption
from groundplan.tables import concordances

Progress = Callable[[str], None]
CELLS = (15, 18)
STOCKS = "days of stock"


@dataclass(frozen=True, kw_only=True)
class View:
    """What is asked of the overview.

    ``use``: the final use whose imports are followed (household, government, investment, exports, ... , final use);
    ``partner`` and ``product``: what is looked at more closely; ``draws``, ``seed``: how often and from which seed the
    table is drawn again; ``stock_days``: days of use that every user is assumed to hold; ``top``: entries of a ranking.
    """

    use: str = "household"
    partner: str | None = None
    product: str | None = None
    draws: int = 200
    seed: int = 0
    stock_days: float = 30.0
    top: int = 10

    def __post_init__(self) -> None:
        whole = {"draws": (self.draws, 0), "top": (self.top, 1), "seed": (self.seed, 0)}
        faults: list[GroundplanError] = [
            StudyError(f"{name} is {value!r}", fix=f"give a whole number from {least} on")
            for name, (value, least) in whole.items()
            if isinstance(value, bool) or not isinstance(value, int) or value < least
        ]
        days = self.stock_days
        if isinstance(days, bool) or not isinstance(days, (int, float)) or not 0 <= days < np.inf:
            faults.append(StudyError(f"stock_days is {days!r}", fix="give days, a number from 0 on"))
        raise_all(faults)


def quiet(_: str) -> None:
    """No progress is shown."""


def overview(
    e: Economy,
    view: View | None = None,
    *,
    world: World | None = None,
    peers: Sequence[Economy] = (),
    panel: Mapping[int, Economy] | None = None,
    runner: Runner = HERE,
    progress: Progress = quiet,
) -> Outcome:
    """Where an economy depends on others and what carries it.

    ``world`` adds the measures that need the suppliers' own accounts; ``peers`` add what is missing or thin at home on
    the broad list of products; ``panel`` (year → accounts in the same products) adds how steady the rankings are.
    ``runner`` says who computes draws.

    Arrays: import content by round. Tables: uses, products, paths, sectors, cut_off, markets, raw, structure,
    endurance, cells; thin, partners, partner_totals, partner_products, product_users, product_stops, reliance,
    concentration, partner_loss, value_added_exports where they can be told. Rankings carry in_top (share of the draws
    in which the entry is among the first ``top``), rank_low and rank_high (5 and 95 per cent), years_in_top.
    Raises ``UnknownName`` for a use, product or partner that is not there, ``StudyError`` for a partner where the
    accounts do not say whom imports come from.
    """
    v = view or View()
    _known(e, v)
    progress("measuring")
    tables: dict[str, pd.DataFrame] = {
        "uses": import_content_of_uses(e),
        "structure": many_sidedness(e),
        "endurance": endurance(e, v.stock_days).head(3 * v.top),
        "cells": _cells(e),
    }
    tables |= _rankings(e, v, panel or {}, runner, progress)
    broad = concordances.load("groundplan_broad")
    # The broad list knows the sectors of publishers, not products that were carved out of them.
    plain = aggregate(e, by_sector(e)) if e.physical else e
    lost = broad.unmapped(pd.Index(plain.sectors))
    if not lost:
        tables["raw"] = raw_material_base_of_uses(plain)
        if peers:
            tables["thin"] = thin_sectors(aggregate(plain, broad), [aggregate(p, broad) for p in peers])
    if v.product is not None:
        tables |= _product(e, v)
    tables |= abroad.partner_tables(e, world, v.partner, v.top)
    arrays = {"import_content_by_round": import_content_by_round(e, v.use)}
    flat = {name: t.reset_index() if t.index.name else t.reset_index(drop=True) for name, t in tables.items()}
    return Outcome(arrays, flat, _provenance(e, v, () if lost else peers, panel or {}, world, lost))


def _known(e: Economy, v: View) -> None:
    faults: list[GroundplanError] = []
    try:
        bundle(e, v.use)
    except UnknownName as error:
        faults.append(error)
    if v.product is not None and v.product not in e.sectors:
        faults.append(UnknownName("product", v.product, [*e.sectors, *(e.label(s) for s in e.sectors)]))
    if v.partner is not None and e.imported_by_partner is None:
        faults.append(
            StudyError(
                f"the accounts of {e.country_name} {e.year} do not say whom imports come from",
                where=f"partner '{v.partner}'",
                fix="bring a world table (WIOD, ICIO, FIGARO), or leave the partner out",
            )
        )
    raise_all(faults)


def _rankings(
    e: Economy, v: View, panel: Mapping[int, Economy], runner: Runner, progress: Progress
) -> dict[str, pd.DataFrame]:
    """The ranked tables, each entry with how often it stays among the first."""
    paths = dependence_paths(e, v.use, top=5 * v.top)
    first = {
        "products": dependence_table(e, len(e.sectors), v.use).rename(columns={"share": "content_share"}),
        "sectors": lifelines(e).join(linkage_table(e)["kind"]),
        "cut_off": cut_off_loss(e).sort_values("exposed_final", ascending=False, kind="stable"),
        "markets": export_table(e),
        "paths": paths.set_index("path"),
    }
    ranked = rankings(v.use, list(paths["path"]))
    if v.draws:
        told = confidence.confidences(
            ranked, e, v.draws, v.seed, v.top, runner=runner,
            progress=lambda k, n: progress(f"table drawn again {k} of {n} times"),
        )  # fmt: skip
        for name, table in told.items():
            first[name] = first[name].join(table[["in_top", "rank_low", "rank_high", "low", "high"]])
    if len(panel) > 1:
        for name in ("products", "sectors", "cut_off", "markets"):
            steady = confidence.across_years(ranked[name], panel, v.top)
            first[name] = first[name].join(steady["in_top"].rename("years_in_top"))
    return {name: table.head(5 * v.top) for name, table in first.items()}


def _cells(e: Economy) -> pd.DataFrame:
    """The largest rows and columns of the imported-use matrix, money / year: products by using sectors."""
    z = pd.DataFrame(e.imported_use.values, list(e.sectors), list(e.sectors))
    rows, columns = (
        used.sort_values(ascending=False, kind="stable").index[:n]
        for used, n in zip((z.sum(axis=1), z.sum()), CELLS, strict=True)
    )
    return pd.DataFrame(z.loc[rows, columns]).rename_axis(index="product")


def _product(e: Economy, v: View) -> dict[str, pd.DataFrame]:
    """Who needs one imported product, directly and through suppliers, and who stops when it ends."""
    product = str(v.product)
    final = e.imported_final.sel(product=product).to_series()
    need = imported_need(e).sel(product=product).to_series() * e.output.to_series().to_numpy()
    users = pd.DataFrame({"direct": e.imported_use.sel(product=product).to_series(), "total": need})
    users["share_of_costs"] = e.import_coefficients.sel(product=product).to_series()
    users = users.sort_values("total", ascending=False, kind="stable")
    buyers = pd.DataFrame({"direct": final, "total": final, "share_of_costs": np.nan})
    stops = stop_days(e, [product], v.stock_days)
    return {
        "product_users": pd.concat([users.head(2 * v.top), buyers[buyers["direct"] != 0]]).rename_axis("user"),
        "product_paths": dependence_paths(e, v.use, [product], top=v.top),
        "product_stops": stops[np.isfinite(stops["days"])].head(2 * v.top),
    }


def _provenance(
    e: Economy,
    v: View,
    peers: Sequence[Economy],
    panel: Mapping[int, Economy],
    world: World | None,
    lost: Sequence[str],
) -> dict[str, Any]:
    left_out = (
        f"Raw materials and thin sectors are left out: no common list says what {', '.join(lost[:6])} are "
        f"({len(lost)} products)."
    )
    assumptions = [
        Assumption(
            STOCKS, f"{v.stock_days:g} days of use of every input", "an estimate, alike for all", "--stock-days"
        ),
        *([Uncertainty().assumption()] if v.draws else []),
    ]
    direct = float(direct_import_by_product(e, v.use).sum())
    total = float(import_content_by_product(e, v.use).sum())
    told = [*e.sources, *(s for p in (*peers, *panel.values()) for s in p.sources)]
    sources = list({s.cite(): s for s in told}.values())
    return {
        "groundplan": version("groundplan"),
        "engine": "see",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        "money": e.money,
        "labels": {**concordances.load("groundplan_broad").labels, **e.labels, **e.names},
        "view": asdict(v),
        "content": {"direct": direct, "total": total, "spending": bundle(e, v.use).total},
        "peers": [f"{p.country_name} {p.year}" for p in peers],
        "panel": sorted(panel),
        "world": "" if world is None else world.source.cite(),
        "left_out": [left_out] if lost else [],
        "employment_unit": e.employment_unit,
        "sources": [s.as_dict() for s in sources],
        "citations": [s.cite() for s in sources],
        "methods": list(e.methods),
        "assumptions": [a.as_dict() for a in assumptions],
        "audit": audit(e).lines(),
        "seed": v.seed,
    }
