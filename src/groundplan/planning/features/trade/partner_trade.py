"""Buying from partners: prices, ceilings, how fast purchases move between them, and limits on dependence on one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    GrowthRow,
    IndicatorRow,
    ProfileRow,
    RatioRow,
    Tables,
    gives,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.trade.suppliers import ALL, AT, REST, Diversification, Partner, Supplier, suppliers
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import SolvedPlan

COLUMNS = ("year", "product", "label", "partner", "partner_label", "volume", "money", "share", "hhi")


def partners(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """buy:i@p in place of buy:i, for every product whose imports are split.

        buy:i@p   takes price_p of foreign exchange, gives 1 of import:i
        v[t] ≤ (1 + partner_growth)·v[t−1] + partner_entry·m_i,   v[t] ≥ (1 − partner_contraction)·v[t−1]
        v[t] ≤ ceiling·(1+g)^t·m_i,   Σ_i price_p·v ≤ ceiling_money·(1+g)^t,   v = 0 from the embargo on
        v[i@p] ≤ largest·Σ_q v[i@q]   by permissions quota:i@p, given by every purchase and taken by that from p

    A partner with an embargo, or with a ceiling that falls faster than purchases may, has no limit on the fall.
    In the programme of the base year everybody sells what he sold.
    Units: volumes in money of the base year at the product's average price / year.
    Errors: those of ``suppliers``; ``UnknownName`` and ``StudyError`` for limits on what is not split, all at once.
    """
    split = suppliers(e, policy)
    parts = []
    for i, sellers in split.items():
        parts += [part for s in sellers for part in (_buying(e, s), _indicators(e, s), _pace(e, policy, h, s))]
        parts += [] if h.base_year else [_quotas(e, policy, i, sellers)]
    shares = [
        RatioRow(f"import share: {name}", f"import bill: {name}", "import bill")
        for name in sorted({s.name for sellers in split.values() for s in sellers})
    ]
    parts.append(Tables(ratios=shares))
    if not h.base_year:
        raise_all(_limit_faults(policy, split), where="diversification")
        parts += [_shares_allowed(policy, h, split), _purses(e, h, [s for sellers in split.values() for s in sellers])]
    return Tables.joined(parts)


def _buying(e: Economy, s: Supplier) -> Tables:
    label = f"importing {e.label(s.product)} from {e.label(s.name)}"
    return Tables(
        activities=[ActivityRow(s.activity, e.money, label, "import", base=s.base)],
        flows=[takes(s.activity, FOREIGN_EXCHANGE, s.price), gives(s.activity, f"import:{s.product}")],
    )


def _indicators(e: Economy, s: Supplier) -> Tables:
    """The volume is in what buy:i is in, the bill is what is paid."""
    i, money = s.product, f"{e.money} / year"
    volume, paid = f"imports: {i} from {s.name}", f"import bill: {s.name}"
    volumes = (f"imports: {i}", "total supply", f"total supply: {i}", f"home use: {i}", volume)
    return Tables(
        indicators=[
            *(IndicatorRow(name, s.activity, unit=money) for name in volumes),
            *(IndicatorRow(name, s.activity, coefficient=s.price, unit=money) for name in ("import bill", paid)),
        ],
        ratios=[RatioRow(f"import share: {i} from {s.name}", volume, f"imports: {i}")],
    )


def _pace(e: Economy, policy: Policy, h: Horizon, s: Supplier) -> Tables:
    """How fast purchases from the partner may move, its ceiling and its embargo."""
    if h.base_year:
        return Tables(bounds=[BoundRow(s.activity, lower=s.base, upper=s.base)])
    bill, r = float(e.imports.sel(product=s.product)), s.record
    most = dict.fromkeys(h.years, np.inf)
    if r is not None and r.ceiling is not None:
        most = {year: r.ceiling * bill * (1.0 + r.ceiling_growth) ** h.since(year) for year in h.years}
    if r is not None and r.embargo_from is not None:
        most = {year: 0.0 if year >= r.embargo_from else ceiling for year, ceiling in most.items()}
    down = policy.partner_contraction
    free = r is not None and r.ceiling_money is not None
    held_up = not free and all(top >= s.base * (1.0 - down) ** h.since(year) for year, top in most.items())
    pace = GrowthRow(s.activity, policy.partner_growth, down if held_up else np.inf, policy.partner_entry * bill)
    return Tables(
        bounds=[BoundRow(s.activity, year, upper=top) for year, top in most.items() if np.isfinite(top)], growth=[pace]
    )


def _purses(e: Economy, h: Horizon, sellers: list[Supplier]) -> Tables:
    """paid:p, what may be paid to a partner a year: a flow that the ceiling supplies and every purchase takes."""
    records = {id(s.record): s.record for s in sellers if s.record is not None and s.record.ceiling_money is not None}

    def purse(r: Partner) -> Tables:
        name = f"paid:{r.name}" if r.product == ALL else f"paid:{r.product}{AT}{r.name}"
        label = f"ceiling on what is paid to {e.label(r.name)}"
        label += "" if r.product == ALL else f" for {e.label(r.product)}"
        money = float(r.ceiling_money or 0.0)
        return Tables(
            commodities=[CommodityRow(name, unit=e.money, label=label)],
            exogenous=[
                ExogenousRow(name, year, supply=money * (1.0 + r.ceiling_growth) ** h.since(year)) for year in h.years
            ],
            flows=[takes(s.activity, name, s.price) for s in sellers if s.record is r],
        )

    return Tables.joined(purse(r) for r in records.values())


def _quotas(e: Economy, policy: Policy, i: str, sellers: list[Supplier]) -> Tables:
    """quota:i@p, permission to buy from p: every purchase of i gives ``largest`` of it, one from p takes 1."""

    def quota(n: int, s: Supplier) -> Tables:
        name = f"quota:{i}{AT}{s.name}" + (f"#{n}" if n else "")
        label = f"largest share of {e.label(s.name)} in imports of {e.label(i)}"
        return Tables(
            commodities=[CommodityRow(name, unit=e.money, label=label)],
            flows=[
                takes(s.activity, name),
                *(gives(other.activity, name, profile=f"quota:{n}") for other in sellers),
            ],
        )

    return Tables.joined(
        quota(n, s)
        for n, d in enumerate(policy.diversification)
        if not d.products or i in d.products
        for s in sellers
        if s.name != REST and d.partner in ("", s.name)
    )


def _shares_allowed(policy: Policy, h: Horizon, split: Mapping[str, list[Supplier]]) -> Tables:
    """quota:n, the largest share of the n-th limit by year: everything before its first year."""
    first_of = {n: h.years[0] if d.from_year is None else d.from_year for n, d in enumerate(policy.diversification)}
    numbers = dict.fromkeys(
        n for i in split for n, d in enumerate(policy.diversification) if not d.products or i in d.products
    )
    return Tables(
        profiles=[
            ProfileRow(f"quota:{n}", year, policy.diversification[n].largest if year >= first_of[n] else 1.0)
            for n in numbers
            for year in h.years
        ]
    )


def _limit_faults(policy: Policy, split: dict[str, list[Supplier]]) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    for d in policy.diversification:
        faults += [
            UnknownName("product split by partner", i, split, where=d.line) for i in d.products if i not in split
        ]
        names = {s.name for sellers in split.values() for s in sellers} - {REST}
        if d.partner and d.partner not in names:
            faults.append(UnknownName("partner", d.partner, names, where=d.line))
        if not d.products and not split:
            fix = 'give [[partners]], or partners_from = "accounts"'
            faults.append(StudyError("no product's imports are split by partner", where=d.line, fix=fix))
        faults += [_too_few(d, i, sellers) for i, sellers in split.items() if _cannot_hold(d, i, sellers)]
    return faults


def _cannot_hold(d: Diversification, i: str, sellers: list[Supplier]) -> bool:
    """Whether the shares that partners may have do not add up to all imports of the product."""
    if (d.products and i not in d.products) or any(s.name == REST for s in sellers):
        return False
    return sum(d.largest if d.partner in ("", s.name) else 1.0 for s in sellers) < 1.0


def _too_few(d: Diversification, i: str, sellers: list[Supplier]) -> GroundplanError:
    what = f"{len(sellers)} partners with at most {d.largest:g} each cannot sell all imports of {i}"
    return StudyError(what, where=d.line, fix=f"name more partners, or allow {1.0 / len(sellers):.3g}")


def partner_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Whom the plan buys from, by year and product, the year of the accounts first.

        share[p] = v[p] / Σ_q v[q],   hhi = Σ_p share[p]²

    ``hhi`` is the product's Herfindahl index in that year: 1 where one partner sells everything; ``rest`` counts as
    one partner. It is not linear, so it is reported and no target.

    Columns: year, product, label, partner, partner_label, volume, money (paid), share, hhi.
    Units: money / year; 1. Source: Herfindahl (1950), Hirschman (1945) (citations not checked).
    """
    e = plan.economy
    split = [s for sellers in suppliers(e, plan.policy).values() for s in sellers]
    if not split:
        return {}
    volume = plan.level.loc[[s.activity for s in split]].clip(lower=0.0).reset_index(drop=True)
    volume.insert(0, e.year, [s.base for s in split])
    table = volume.rename_axis("at").reset_index().melt("at", var_name="year", value_name="volume")
    table["year"] = table["year"].astype(int)
    at = table["at"].to_numpy()
    table["product"] = np.asarray([s.product for s in split], dtype=object)[at]
    table["partner"] = np.asarray([s.name for s in split], dtype=object)[at]
    table["money"] = table["volume"] * np.asarray([s.price for s in split])[at]
    whole = table.groupby(["product", "year"])["volume"].transform("sum")
    table["share"] = (table["volume"] / whole.where(whole > 0)).fillna(0.0)
    table["hhi"] = (table["share"] ** 2).groupby([table["product"], table["year"]]).transform("sum")
    table["label"] = table["product"].map(e.label)
    table["partner_label"] = table["partner"].map(e.label)
    return {"partners": table.sort_values(["year", "at"], kind="stable")[list(COLUMNS)].reset_index(drop=True)}


FEATURE = Feature(parts=(partners,), findings=(partner_table,))
