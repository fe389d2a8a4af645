"""Buying from partners: prices, ceilings, how fast purchases move between them, and limits on dependence on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.trade.partner_record import ALL, Diversification
from groundplan.planning.features.trade.suppliers import AT, REST, Supplier, suppliers
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import Made

Record = dict[str, object]
COLUMNS = ("year", "product", "label", "partner", "partner_label", "volume", "money", "share", "hhi")


def partners(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
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
    out: dict[str, list[Record]] = {
        t: [] for t in ("commodities", "activities", "flows", "bounds", "exogenous", "growth", "profiles", "indicators",
                        "ratios")
    }  # fmt: skip
    for i, sellers in split.items():
        for s in sellers:
            _buying(out, e, s)
            _indicators(out, e, s)
            if h.base_year:
                out["bounds"].append({"activity": s.activity, "lower": s.base, "upper": s.base})
            else:
                _pace(out, e, policy, h, s)
        if not h.base_year:
            _quotas(out, e, policy, h, i, sellers)
    out["ratios"] += [
        {"indicator": f"import share: {name}", "numerator": f"import bill: {name}", "denominator": "import bill"}
        for name in sorted({s.name for sellers in split.values() for s in sellers})
    ]
    if not h.base_year:
        raise_all(_limit_faults(policy, split), where="diversification")
        _purses(out, e, h, [s for sellers in split.values() for s in sellers])
    return out


def _buying(out: dict[str, list[Record]], e: Economy, s: Supplier) -> None:
    label = f"importing {e.label(s.product)} from {e.label(s.name)}"
    out["activities"].append(
        {"activity": s.activity, "unit": e.money, "label": label, "group": "import", "base": s.base}
    )
    out["flows"] += [
        {"activity": s.activity, "commodity": FOREIGN_EXCHANGE, "coefficient": s.price},
        {"activity": s.activity, "commodity": f"import:{s.product}", "role": "give", "coefficient": 1.0},
    ]


def _indicators(out: dict[str, list[Record]], e: Economy, s: Supplier) -> None:
    """The volume is in what buy:i is in, the bill is what is paid."""
    i, money = s.product, f"{e.money} / year"
    volume, paid = f"imports: {i} from {s.name}", f"import bill: {s.name}"
    for name in (f"imports: {i}", "total supply", f"total supply: {i}", f"home use: {i}", volume):
        out["indicators"].append({"indicator": name, "on": s.activity, "unit": money})
    for name in ("import bill", paid):
        out["indicators"].append({"indicator": name, "on": s.activity, "unit": money, "coefficient": s.price})
    share = f"import share: {i} from {s.name}"
    out["ratios"].append({"indicator": share, "numerator": volume, "denominator": f"imports: {i}"})


def _pace(out: dict[str, list[Record]], e: Economy, policy: Policy, h: Horizon, s: Supplier) -> None:
    """How fast purchases from the partner may move, its ceiling and its embargo."""
    bill, r = float(e.imports.sel(product=s.product)), s.record
    most = dict.fromkeys(h.years, np.inf)
    if r is not None and r.ceiling is not None:
        most = {year: r.ceiling * bill * (1.0 + r.ceiling_growth) ** h.since(year) for year in h.years}
    if r is not None and r.embargo_from is not None:
        most = {year: 0.0 if year >= r.embargo_from else ceiling for year, ceiling in most.items()}
    out["bounds"] += [
        {"activity": s.activity, "year": year, "upper": top} for year, top in most.items() if np.isfinite(top)
    ]
    pace: Record = {"on": s.activity, "up": policy.partner_growth, "allowance": policy.partner_entry * bill}
    down = policy.partner_contraction
    free = r is not None and r.ceiling_money is not None
    if not free and all(top >= s.base * (1.0 - down) ** h.since(year) for year, top in most.items()):
        pace["down"] = down
    out["growth"].append(pace)


def _purses(out: dict[str, list[Record]], e: Economy, h: Horizon, sellers: list[Supplier]) -> None:
    """paid:p, what may be paid to a partner a year: a flow that the ceiling supplies and every purchase takes."""
    records = {id(s.record): s.record for s in sellers if s.record is not None and s.record.ceiling_money is not None}
    for r in records.values():
        name = f"paid:{r.name}" if r.product == ALL else f"paid:{r.product}{AT}{r.name}"
        label = f"ceiling on what is paid to {e.label(r.name)}"
        label += "" if r.product == ALL else f" for {e.label(r.product)}"
        out["commodities"].append({"commodity": name, "unit": e.money, "label": label})
        for year in h.years:
            supply = float(r.ceiling_money or 0.0) * (1.0 + r.ceiling_growth) ** h.since(year)
            out["exogenous"].append({"commodity": name, "year": year, "supply": supply})
        out["flows"] += [
            {"activity": s.activity, "commodity": name, "coefficient": s.price} for s in sellers if s.record is r
        ]


def _quotas(
    out: dict[str, list[Record]], e: Economy, policy: Policy, h: Horizon, i: str, sellers: list[Supplier]
) -> None:
    """quota:i@p, permission to buy from p: every purchase of i gives ``largest`` of it, one from p takes 1."""
    for n, d in enumerate(policy.diversification):
        if d.products and i not in d.products:
            continue
        profile = f"quota:{n}"
        if not any(p["profile"] == profile for p in out["profiles"]):
            first = h.years[0] if d.from_year is None else d.from_year
            out["profiles"] += [
                {"profile": profile, "year": year, "factor": d.largest if year >= first else 1.0} for year in h.years
            ]
        for s in sellers:
            if s.name == REST or d.partner not in ("", s.name):
                continue
            quota = f"quota:{i}{AT}{s.name}" + (f"#{n}" if n else "")
            label = f"largest share of {e.label(s.name)} in imports of {e.label(i)}"
            out["commodities"].append({"commodity": quota, "unit": e.money, "label": label})
            out["flows"].append({"activity": s.activity, "commodity": quota, "coefficient": 1.0})
            out["flows"] += [
                {"activity": other.activity, "commodity": quota, "role": "give", "coefficient": 1.0, "profile": profile}
                for other in sellers
            ]


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
    told = f"{len(sellers)} partners with at most {d.largest:g} each cannot sell all imports of {i}"
    return StudyError(told, where=d.line, fix=f"name more partners, or allow {1.0 / len(sellers):.3g}")


def partner_table(made: Made) -> dict[str, pd.DataFrame]:
    """Whom the plan buys from, by year and product, the year of the accounts first.

        share[p] = v[p] / Σ_q v[q],   hhi = Σ_p share[p]²

    ``hhi`` is the product's Herfindahl index in that year: 1 where one partner sells everything; ``rest`` counts as
    one partner. It is not linear, so it is reported and no target.

    Columns: year, product, label, partner, partner_label, volume, money (paid), share, hhi.
    Units: money / year; 1. Source: Herfindahl (1950), Hirschman (1945) (citations not checked).
    """
    e = made.economy
    split = [s for sellers in suppliers(e, made.policy).values() for s in sellers]
    if not split:
        return {}
    volume = made.level.loc[[s.activity for s in split]].clip(lower=0.0).reset_index(drop=True)
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
