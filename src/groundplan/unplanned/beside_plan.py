"""A plan beside its baseline: how far apart they are, year by year, and what that is made of."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import NamedTuple

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError
from groundplan.outcome import Outcome
from groundplan.tables.past_volumes import PastVolumes, volumes
from groundplan.tables.people_by_age import PeopleByAge
from groundplan.unplanned.business_as_usual import business_as_usual
from groundplan.unplanned.hindcast_record import hindcast_line
from groundplan.unplanned.usual_path import BEFORE, GROWTH, IMPORTS, INVESTMENT, past_added, usual_outcome

ADDED, SUPPLY, BOUGHT = "value added", "total supply", "imports"
RANGE = {"baseline": "indicator", "low": "indicator_low", "high": "indicator_high"}


class ApartRow(NamedTuple):
    """A measure in a year: the plan's, the baseline's with its range, and their difference; 1, or 1 / year."""

    year: int
    measure: str
    plan: float
    baseline: float
    low: float
    high: float
    apart: float


def beside_baseline(
    plan: Outcome, e: Economy, past: PastVolumes | None = None, people: PeopleByAge | None = None
) -> Outcome:
    """A plan's outcome with its baseline beside it: ``beside_tables``, and ``baseline`` in the provenance.

    That says what the baseline stands on: notes, assumptions, and how wrong plans and baselines were (``hindcast``);
    or, under ``missing``, why there is none. ``e``: the accounts of the plan; ``past``: the shipped one by default.
    """
    there = past or volumes(e.country)
    try:
        base = usual_outcome(business_as_usual(e, there, len(plan.provenance["years"]), people=people))
    except GroundplanError as fault:
        return plan.noting(baseline={"missing": fault.what, "fix": fault.fix, "hindcast": hindcast_line()})
    about = {key: base.provenance[key] for key in ("notes", "assumptions", "citations")}
    tables = {**beside_tables(plan, base), "added_paths": added_paths(plan, base, there)}
    beside = replace(plan, tables={**plan.tables, **tables})
    return beside.noting(baseline={**about, "hindcast": hindcast_line()})


def beside_tables(plan: Outcome, base: Outcome) -> dict[str, pd.DataFrame]:
    """What a plan and the baseline of the same accounts have apart.

    Tables: ``beside`` (year, measure, plan, baseline, low, high, apart), the measures being growth of value added
    (1 / year), investment share and import dependency (1); ``beside_parts`` (measure, part, value): the last year's
    difference as a sum (of growth the mean over the plan's years); ``beside_sectors`` (sector, label, plan, baseline,
    apart): shares of value added in the last year, 1; ``baseline_years`` (indicator, unit, year, value): the baseline's
    totals in the plan's years.

        growth      the parts of the plan's growth account (ln, mean over its years) less people and productivity of
                    the baseline
        investment  s = κ q, κ capital per value added, q = I / K its growth and wear:
                    m ln (κ_p / κ_0) + m ln (q_p / q_b),   q_b = s_b / κ_0,   m = (s_p − s_b) / ln (s_p / s_b)
        imports     Σ w_p (d_p − d_0), made at home instead or no more, + Σ (w_p − w_0) d_0, other products,
                    − what the baseline moves by itself

    d_j imports of a product over its supply, w_j its share of all supply; 0 the year of the accounts. Sums are exact.
    Raises ``StudyError`` where the two are not of the same accounts, or the baseline is shorter.
    """
    about, other = plan.provenance, base.provenance
    years = [int(y) for y in about["years"]]
    if (about["country"], about["accounts_year"]) != (other["country"], other["accounts_year"]):
        what = f"the baseline is of {other['country']} {other['accounts_year']}"
        raise StudyError(what, fix=f"make that of {about['country']} {about['accounts_year']}")
    if not set(years) <= set(other["years"]):
        raise StudyError(f"the baseline ends in {other['years'][-1]}", fix=f"make it of {len(years)} years at least")
    rows = _rows(plan, base, years)
    parts = [*_growth_parts(plan, base, years), *_investment_parts(plan, rows), *_import_parts(plan, base, years)]
    return {
        "beside": pd.DataFrame(rows, columns=list(ApartRow._fields)),
        "beside_parts": pd.DataFrame(parts, columns=["measure", "part", "value"]),
        "beside_sectors": _sectors(plan, base, years[-1]),
        "baseline_years": _totals(base, years),
    }


def _totals(base: Outcome, years: list[int]) -> pd.DataFrame:
    """The baseline's own indicators, without those of single sectors, by year."""
    table = base.frame("indicator")
    names = [str(n) for n in table.index if ": " not in str(n)]
    units = base.table("indicators").set_index("indicator")["unit"]
    values = table.loc[names, years].to_numpy().tolist()
    rows = [
        (n, str(units[n]), y, v) for n, own in zip(names, values, strict=True) for y, v in zip(years, own, strict=True)
    ]
    return pd.DataFrame(rows, columns=["indicator", "unit", "year", "value"])


def added_paths(plan: Outcome, base: Outcome, past: PastVolumes | None, before: int = BEFORE) -> pd.DataFrame:
    """Value added over that of the accounts' year, 1: as it was, in the plan, and without one, with its 80 % range.

    Columns: year, past, plan, baseline, low, high; NaN where there is none. The past is output at constant prices, of
    ``before`` years at most.
    """
    first, years = int(plan.provenance["accounts_year"]), [int(y) for y in plan.provenance["years"]]
    added = plan.indicator(ADDED)
    usual = {
        part: base[part].sel(indicator=ADDED).to_series() for part in ("indicator", "indicator_low", "indicator_high")
    }
    start = float(usual["indicator"][first])
    ahead = pd.DataFrame(
        {
            "plan": added[[first, *years]] / float(added[first]),
            **{name: usual[part][[first, *years]] / start for name, part in RANGE.items()},
        }
    )
    behind = past_added(past, first, before).rename("past")
    return pd.concat([behind, ahead], axis=1).rename_axis("year").sort_index().reset_index()


def _rows(plan: Outcome, base: Outcome, years: list[int]) -> list[ApartRow]:
    added = plan.indicator(ADDED)
    own = {
        GROWTH: added / added.shift(1) - 1.0,
        INVESTMENT: plan.indicator(INVESTMENT),
        IMPORTS: plan.indicator(IMPORTS),
    }
    rows = []
    for measure, values in own.items():
        middle, low, high = (
            base[a].sel(indicator=measure).to_series() for a in ("indicator", "indicator_low", "indicator_high")
        )
        rows += [
            ApartRow(y, measure, *map(float, (values[y], middle[y], low[y], high[y], values[y] - middle[y])))
            for y in years
        ]
    return rows


def _yearly(plan: Outcome, years: list[int]) -> float:
    """Yearly growth of a plan's value added, ln, 1 / year."""
    added = plan.indicator(ADDED)
    return log(float(added[years[-1]]) / float(added[int(plan.provenance["accounts_year"])])) / len(years)


def _growth_parts(plan: Outcome, base: Outcome, years: list[int]) -> list[tuple[str, str, float]]:
    """Of the difference of yearly growth: the parts of the plan's account less those of the baseline."""
    account = base.table("growth_account").set_index("part")["value"]
    usual = {"people": account["people"], "productivity": account["own past"] + account["catching up"]}
    own = plan.table("growth_account").set_index("year").loc[years].drop(columns=["growth", "idle"]).mean()
    return [(GROWTH, str(part), float(value) - float(usual.get(str(part), 0.0))) for part, value in own.items()]


def _investment_parts(plan: Outcome, rows: list[ApartRow]) -> list[tuple[str, str, float]]:
    """Of the difference of the last year's investment share: how much capital output takes, and how fast that grows."""
    last = [r for r in rows if r.measure == INVESTMENT][-1]
    stock = plan.table("capital_account").set_index("year")["stock"] if "capital_account" in plan.tables else None
    if stock is None or min(last.plan, last.baseline) <= 0.0:
        return [(INVESTMENT, "not told apart", last.apart)]
    added, first = plan.indicator(ADDED), int(plan.provenance["accounts_year"])
    then, now = (float(stock[year]) / float(added[year]) for year in (first, last.year))
    level = last.apart / log(last.plan / last.baseline) if last.apart else last.plan
    capital = level * log(now / then)
    return [
        (INVESTMENT, "capital per value added", capital),
        (INVESTMENT, "growth and wear of capital", last.apart - capital),
    ]


def _import_parts(plan: Outcome, base: Outcome, years: list[int]) -> list[tuple[str, str, float]]:
    """Of the difference of the last year's import dependency: product by product, and the baseline's own move."""
    first = int(plan.provenance["accounts_year"])
    table = plan.frame("indicator")
    columns = [first, years[-1]]
    products = [n.partition(": ")[2] for n in table.index if n.startswith(f"{SUPPLY}: ")]
    supply = table.loc[[f"{SUPPLY}: {j}" for j in products], columns].to_numpy()
    # What is never imported has no such indicator.
    bought = table[columns].reindex([f"{BOUGHT}: {j}" for j in products]).fillna(0.0).to_numpy()
    share = np.divide(bought, supply, out=np.zeros_like(bought), where=supply > 0)
    weight = supply / supply.sum(axis=0)
    dependency = base.indicator(IMPORTS)
    usual = float(dependency[years[-1]]) - float(dependency[first])
    return [
        (IMPORTS, "made at home instead, or no more", float(weight[:, 1] @ (share[:, 1] - share[:, 0]))),
        (IMPORTS, "other products", float((weight[:, 1] - weight[:, 0]) @ share[:, 0])),
        (IMPORTS, "the baseline's own move", -usual),
    ]


def _sectors(plan: Outcome, base: Outcome, year: int) -> pd.DataFrame:
    """Shares of value added in a year; sectors below nothing count as none."""
    codes = base.table("sectors")
    there = set(plan.frame("indicator").index)
    names = [f"{ADDED}: {s}" for s in codes["sector"]]
    own = np.array([max(float(plan.indicator(n)[year]), 0.0) if n in there else 0.0 for n in names])
    usual = np.array([float(base.indicator(n)[year]) for n in names])
    shares = pd.DataFrame({"plan": own / own.sum(), "baseline": usual / usual.sum()})
    return pd.concat(
        [codes[["sector", "label"]], shares, (shares["plan"] - shares["baseline"]).rename("apart")], axis=1
    )
