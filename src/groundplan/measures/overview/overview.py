"""Every measure of dependence and strength of one economy in one outcome, each ranking with how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from groundplan.batches.compute import HERE, Runner
from groundplan.economy.audit import audit
from groundplan.economy.economy import ESTIMATED, Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures.bundles import bundle
from groundplan.measures.dependence import (
    direct_import_by_product,
    import_content_by_product,
    import_content_by_round,
)
from groundplan.measures.overview.listed import MEASURES
from groundplan.measures.overview.measure import Question, Viewpoint
from groundplan.measures.sureness import confidence
from groundplan.measures.sureness.rankings import rankings
from groundplan.measures.sureness.redraws import CellUncertainty
from groundplan.outcome import Outcome
from groundplan.sources import Assumption, cited
from groundplan.tables import concordances

Progress = Callable[[str], None]
STOCKS = "days of stock"


def quiet(_: str) -> None:
    """No progress is shown."""


def overview(
    e: Economy,
    view: Viewpoint | None = None,
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
    v = view or Viewpoint()
    _check_view(e, v)
    progress("measuring")
    asked = Question(e, v, world, peers)
    plain = {m.name: m.make(asked) for m in MEASURES if not m.ranked}
    tables = {name: table for name, table in plain.items() if table is not None}
    tables |= _rankings(asked, panel or {}, runner, progress)
    arrays = {"import_content_by_round": import_content_by_round(e, v.use)}
    flat = {
        m.name: tables[m.name].reset_index(drop=not tables[m.name].index.name) for m in MEASURES if m.name in tables
    }
    alike = {(p.country, p.year) for p in asked.side_by_side[1:]}
    compared = [p for p in peers if (p.country, p.year) in alike]
    return Outcome(arrays, flat, _provenance(e, v, compared, panel or {}, world, asked.left_out))


def _check_view(e: Economy, v: Viewpoint) -> None:
    faults: list[GroundplanError] = []
    if not float(e.imports.sum()):
        what = "nothing is imported, by anybody: there is no dependence on others to see"
        fix = "plan, stress with lost capacity, data and names take these accounts"
        faults.append(StudyError(what, where=f"{e.country_name} {e.year}", fix=fix))
    try:
        bundle(e, v.use)
    except UnknownName as error:
        faults.append(error)
    if v.product is not None and v.product not in e.sectors:
        faults.append(UnknownName("product", v.product, e.sectors, words=e.labels))
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
    asked: Question, panel: Mapping[int, Economy], runner: Runner, progress: Progress
) -> dict[str, pd.DataFrame]:
    """The ranked tables, each entry with how often it stays among the first."""
    e, v = asked.economy, asked.view
    first = {m.name: m.make(asked) for m in MEASURES if m.ranked}
    tables = {name: table for name, table in first.items() if table is not None}
    ranked = rankings(v.use, list(tables["paths"].index))
    if v.draws:
        sureness = confidence.confidences(
            ranked, e, v.draws, v.seed, v.top, runner=runner,
            progress=lambda k, n: progress(f"table drawn again {k} of {n} times"),
        )  # fmt: skip
        for name, table in sureness.items():
            tables[name] = tables[name].join(table[["in_top", "rank_low", "rank_high", "low", "high"]])
    if len(panel) > 1:
        for name in ("products", "sectors", "cut_off", "markets"):
            steady = confidence.across_years(ranked[name], panel, v.top)
            tables[name] = tables[name].join(steady["in_top"].rename("years_in_top"))
    return {name: table.head(5 * v.top) for name, table in tables.items()}


def _provenance(
    e: Economy,
    v: Viewpoint,
    peers: Sequence[Economy],
    panel: Mapping[int, Economy],
    world: World | None,
    left_out: Sequence[str],
) -> dict[str, Any]:
    assumptions = [
        Assumption(
            STOCKS, f"{v.stock_days:g} days of use of every input", "an estimate, alike for all", "--stock-days"
        ),
        *([CellUncertainty().assumption()] if v.draws else []),
        *(a for a in e.assumptions if a.name in ("capital stock", "growth of capital", ESTIMATED)),
    ]
    direct = float(direct_import_by_product(e, v.use).sum())
    total = float(import_content_by_product(e, v.use).sum())
    every = [*e.sources, *(s for p in (*peers, *panel.values()) for s in p.sources)]
    sources = list({s.cite(): s for s in every}.values())
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
        "left_out": list(left_out),
        "employment_unit": e.employment_unit,
        "not_stated": list(e.not_stated),
        **cited(sources, e.methods, assumptions),
        "audit": audit(e).lines(),
        "seed": v.seed,
    }
