"""What is computed for all years and products together equals the same reckoned one by one."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import tables
from hypothesis import given
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import gives, takes
from groundplan.planning.best_plan import solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.families.targets import base_levels
from groundplan.planning.features.trade.resource_cost import resource_costs
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.tables.table import Table

POLICY = on_paper(years=3, foreign_reserves=5.0, credit_line=2.0)
drawn = few(2)


def one_by_one(m: SolvedPlan, year: int, product: str) -> tuple[float, float]:
    """Content of imports and of primary resources of one product in one year, cell by cell and by one dense solve."""
    a, price = m.activities, m.prices["shadow_price"].to_pandas()
    makes = [str(name) for name in a.activities["activity"] if str(name).startswith("make:")]
    factor = {(p, y): f for p, y, f in a.profiles[["profile", "year", "factor"]].itertuples(index=False)}
    home = np.zeros((len(makes), len(makes)))
    imported, resources = np.zeros(len(makes)), np.zeros(len(makes))
    rows: Any = a.flows[a.flows["activity"].isin(makes) & (a.flows["role"] != "give")].itertuples(index=False)
    for f in rows:
        j, kind = makes.index(f.activity), f.commodity.partition(":")[0]
        amount = f.coefficient * (factor[f.profile, year] if f.profile else 1.0)
        if kind == "home" and f"make:{f.commodity[5:]}" in makes:
            home[makes.index(f"make:{f.commodity[5:]}"), j] += amount
        elif kind == "import":
            imported[j] += amount
        else:
            resources[j] += amount * (price[year].get(f.commodity, 0.0) if year in price else 0.0)
    system = (np.eye(len(makes)) - home).T
    at = makes.index(f"make:{product}")
    return float(np.linalg.solve(system, imported)[at]), float(np.linalg.solve(system, resources)[at])


@drawn
@given(tables())
def test_resource_costs_of_all_years_are_those_of_each(table: Table) -> None:
    """Proves: what foreign exchange a product saves and what it takes, through all suppliers, year by year.

    Breaks if: years share a technique or prices that they do not have in common.
    """
    m = solved(Economy.from_table(table), POLICY)
    for row in resource_costs(m).to_dict("records"):
        content, cost = one_by_one(m, int(row["year"]), str(row["product"]))
        assert row["saved_total"] == pytest.approx(1.0 - content, abs=1e-9)
        assert row["resources_total"] == pytest.approx(cost, abs=1e-9)


@drawn
@given(tables())
def test_indicators_at_the_base_are_sums_of_their_parts(table: Table) -> None:
    """Proves: base levels are Σ coefficient · base, and those that count a stock are left out.

    Breaks if: a part is put to another indicator, or a stock counts as nothing.
    """
    a = compile_plan(Economy.from_table(table), POLICY)
    base = dict(zip(a.activities["activity"], a.activities["base"], strict=True)) | a.goods_at_base.to_dict()
    known = base_levels(a)
    for name, own in a.indicators.groupby("indicator"):
        if (own["part"] == "stock").any():
            assert name not in known
        else:
            whole = fsum(c * base[on] for c, on in zip(own["coefficient"], own["on"], strict=True))
            assert known[str(name)] == pytest.approx(whole, abs=1e-9)


@drawn
@given(tables())
def test_factors_are_looked_up_one_by_one(table: Table) -> None:
    """Proves: each (profile, year) has its own factor, and 1 where no profile is named.

    Breaks if: a profile gets another's row, or another year's factor.
    """
    a = compile_plan(Economy.from_table(table), POLICY)
    factor = {(p, y): f for p, y, f in a.profiles[["profile", "year", "factor"]].itertuples(index=False)}
    asked = [*factor, ("", a.years[0]), ("", 1)]
    profile, year = np.array([p for p, _ in asked], dtype=object), np.array([y for _, y in asked])
    assert a.factor(profile, year).tolist() == [factor.get(key, 1.0) for key in asked]


def test_records_and_frames_make_the_same_rows() -> None:
    """Proves: a table from records equals those from typed rows and from a frame; what is left out takes its default.

    Breaks if: a default goes to a column that a record states, or text becomes another kind.
    """
    records: list[dict[str, object]] = [
        {"activity": "make", "commodity": "coal", "coefficient": 2},
        {"activity": "make", "commodity": "ore", "role": "give", "coefficient": 0.5, "lag": 1},
    ]
    there: dict[str, Any] = {
        "commodities": [{"commodity": "coal"}, {"commodity": "ore"}], "activities": [{"activity": "make"}],
    }  # fmt: skip
    from_records = Activities.of((2020, 2021), flows=records, **there).flows
    from_frame = Activities.of((2020, 2021), flows=pd.DataFrame(records).fillna({"role": "take", "lag": 0}), **there)
    pd.testing.assert_frame_equal(from_records, from_frame.flows)
    typed = [takes("make", "coal", 2), gives("make", "ore", 0.5, lag=1)]
    pd.testing.assert_frame_equal(from_records, Activities.of((2020, 2021), flows=typed, **there).flows)
    assert from_records["lag"].tolist() == [0, 1]
    assert from_records["coefficient"].tolist() == [2.0, 0.5]
