"""Indicators: named linear functions of levels and stocks, reported, plotted, constrained and compared alike."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import IndicatorRow, RatioRow, Tables
from groundplan.planning.feature import Feature
from groundplan.planning.features.people.household_groups import heads_profile
from groundplan.planning.features.people.households import groups, spending

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


def standards(e: Economy) -> dict[str, list[str]]:
    """Living-standard indicators and the household groups in each: all, one by one, and groups named alike.

    Groups whose names begin with the same word (Rural quintile 1, Rural quintile 2, ...) also count together.
    """
    households = [g for g in groups(e) if g in e.finals("household")]
    out = {"living standard": households}
    words: dict[str, list[str]] = {}
    for g in households:
        words.setdefault(e.label(g).split()[0].lower(), []).append(g)
    if len(words) > 1:
        out |= {f"living standard: {word}": members for word, members in words.items() if len(members) > 1}
    out |= {f"living standard: {g}": [g] for g in groups(e)}
    return out


def physical_indicators(e: Economy) -> list[IndicatorRow]:
    """Quantities of every physical product i, a year.

        quantity: i = make / p        imported quantity: i = buy / p      exported quantity: i = (sell + reexport) / p
        home use quantity: i = (make + buy − sell − reexport) / p         p the product's price, the same for all users

    ``quantity per head: i`` is home use over population, 1 in the base year. Goods that an economy sends back are
    negative exports. Units: the product's own unit / year.
    """
    rows: list[IndicatorRow] = []
    for i in e.physical:
        per, unit = 1.0 / e.physical[i].price, f"{e.physical[i].unit} / year"
        verbs = {"make": e.output.sel(sector=i), "buy": e.imports.sel(product=i)}
        sold = {"sell": e.exports.sel(product=i), "reexport": e.reexports.sel(product=i)}
        signs = {verb: -1.0 if float(flow) < 0 else 1.0 for verb, flow in sold.items()}
        used = float(sum(verbs.values()) - sum(sold.values()))
        lines = [("quantity", "make", per), ("imported quantity", "buy", per)]
        lines += [("exported quantity", verb, sign * per) for verb, sign in signs.items()]
        lines += [("home use quantity", verb, per) for verb in verbs]
        lines += [("home use quantity", verb, -sign * per) for verb, sign in signs.items()]
        for name, verb, coefficient in lines:
            rows.append(_row(f"{name}: {i}", f"{verb}:{i}", unit, coefficient))
            if name == "home use quantity" and used > 0:
                of_base = coefficient / (per * used)
                rows.append(_row(f"quantity per head: {i}", f"{verb}:{i}", "base year = 1, per head", of_base, "heads"))
    return rows


def indicator_tables(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """The indicators that every plan of an economy has, as rows of ``indicators`` and ``ratios``.

    Names by sector, product or group are ``<name>: <code>``. Money is at base-year prices; value added is at basic
    prices, v_j / x_j a unit of output.
    """
    rows = [*_produced(e), *_traded(e), *_lived(e, policy), *_worked(e, policy), *physical_indicators(e)]
    rows.append(_row("foreign reserves", "foreign exchange", f"{e.money}, start of the year", part="stock"))
    ratios = [
        RatioRow("import dependency", "import bill", "total supply"),
        RatioRow("investment share", "investment", "value added"),
    ]
    for j in e.sectors:
        ratios.append(RatioRow(f"import dependency: {j}", f"imports: {j}", f"total supply: {j}"))
        ratios.append(RatioRow(f"self-sufficiency: {j}", f"gross output: {j}", f"home use: {j}"))
    return Tables(indicators=rows, ratios=ratios)


def _row(name: str, on: str, unit: str, amount: float = 1.0, profile: str = "", part: str = "level") -> IndicatorRow:
    return IndicatorRow(name, on, part, amount, profile, unit)


def _produced(e: Economy) -> list[IndicatorRow]:
    """Output, value added, employment, investment and capacity."""
    money = f"{e.money} / year"
    x, v, people = e.figures("output"), e.figures("value_added"), pd.DataFrame(e.employment.to_pandas())
    rows: list[IndicatorRow] = []
    for j in e.sectors:
        supplied = ("gross output", f"gross output: {j}", "total supply", f"total supply: {j}", f"home use: {j}")
        rows += [_row(name, f"make:{j}", money) for name in supplied]
        if x[j] > 0:
            worth = v[j] / x[j]
            rows += [_row(name, f"make:{j}", money, worth) for name in ("value added", f"value added: {j}")]
            rows += [
                _row(name, f"make:{j}", e.employment_unit, n / x[j], "labour")
                for s, n in zip(people.index, people[j].tolist(), strict=True)
                for name in ("employment", f"employment: {s}", f"employment: {j}")
            ]
        rows += [_row(name, f"invest:{j}", money) for name in ("investment", f"investment: {j}")]
        rows.append(_row(f"capacity: {j}", f"capacity:{j}", f"{money}, start of the year", part="stock"))
    return rows


def _traded(e: Economy) -> list[IndicatorRow]:
    """Imports, exports and what replaces imports."""
    money = f"{e.money} / year"
    # Exports below nothing are goods sent back: the level of selling is what comes in.
    signs = {
        verb: np.sign(sold.to_series()).replace(0.0, 1.0)
        for verb, sold in (("sell", e.exports), ("reexport", e.reexports))
    }
    rows: list[IndicatorRow] = []
    for j in e.sectors:
        bought = ("import bill", f"imports: {j}", "total supply", f"total supply: {j}", f"home use: {j}")
        rows += [_row(name, f"buy:{j}", money) for name in bought]
        for verb, sign in signs.items():
            rows += [_row(name, f"{verb}:{j}", money, sign[j]) for name in ("export earnings", f"exports: {j}")]
            rows.append(_row(f"home use: {j}", f"{verb}:{j}", money, -sign[j]))
        rows.append(_row(f"replaced imports: {j}", f"replace:{j}", money))
    return rows


def _lived(e: Economy, policy: Policy) -> list[IndicatorRow]:
    """Living standards: what is enjoyed, projects' part too, over the base year's, per head; and consumption."""
    rows: list[IndicatorRow] = []
    for name, members in standards(e).items():
        total = sum(spending(e, g) for g in members)
        unit, profile = "base year = 1, per head", heads_profile(policy, name)
        rows += [_row(name, f"standard:{g}", unit, 1.0 / total, profile, "good") for g in members]
    for g in groups(e):
        whose = "household" if g in e.finals("household") else "collective"
        rows += [_row(name, f"live:{g}", f"{e.money} / year") for name in (f"consumption: {g}", f"{whose} consumption")]
    return rows


def _worked(e: Economy, policy: Policy) -> list[IndicatorRow]:
    """People standing in, who are at work with their own skill and not with that of the post; and the labour force."""
    skills = [str(s) for s in e.employment["skill"].values]
    unit, start = e.employment_unit, f"{e.employment_unit}, start of the year"
    rows = [
        _row(name, f"stand-in:{s}", unit, people)
        for s, above in pairwise(skills)
        for skill, people in ((s, -1.0), (above, policy.training_premium))
        for name in ("employment", f"employment: {skill}")
    ]
    return rows + [
        _row(name, f"labour:{s}", start, part="stock")
        for s in skills
        for name in (f"labour force: {s}", "labour force")
    ]


FEATURE = Feature(parts=(indicator_tables,))
