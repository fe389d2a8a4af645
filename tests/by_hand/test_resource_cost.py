"""Domestic resource cost on the two-sector economy, with prices that are given, so that it can be done on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from economies import small
from plans import on_paper
from view_text import written

from groundplan import plan
from groundplan.crisis.replacement import replacement_ranking
from groundplan.measures.lifelines import cut_off_loss
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.trade.resource_cost import resource_costs
from groundplan.planning.plan_programme import programme
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.results.plan_pages import plan_trade

PRICES = {
    "foreign exchange": 1.25, "labour:wages 0": 0.5, "capacity:farm": 0.1, "capacity:works": 0.2,
    "home:farm": 0.6, "home:works": 0.8, "replaceable:farm": 0.05,
}  # fmt: skip


def made(years: int = 1, **prices: float) -> SolvedPlan:
    """A plan whose shadow prices are those given, in every year."""
    policy = on_paper(years=years, labour_productivity_growth=0.0)
    a = compile_plan(small(), policy)
    rows = [
        {"family": "flow_balance", "name": name, "year": year, "dual": -price, "gain": -1.0}
        for name, price in {**PRICES, **prices}.items()
        for year in a.years
    ]
    out = SolvedPlan(small(), policy, programme(a, policy), None)  # type: ignore[arg-type]
    out.__dict__["duals"] = pd.DataFrame(rows)
    return out


def costs(**prices: float) -> pd.DataFrame:
    return resource_costs(made(**prices)).set_index("product")


def test_the_direct_cost() -> None:
    """A unit of farm products takes 0.3 of labour, its plant, 0.2 of farm and 0.1 of works products, and 0.1 imports.

        resources  0.3·0.5 + 0.1 = 0.25,   suppliers  0.2·0.6 + 0.1·0.8 = 0.2,   saved  1 − 0.1 = 0.9
        drc        0.45 / (1.25 · 0.9) = 0.4

    A unit of works takes 0.2 of labour, its plant, 0.15 of farm and 0.2 of works products, and 0.175 imports:

        drc        (0.1 + 0.2 + 0.15·0.6 + 0.2·0.8) / (1.25 · 0.825) = 0.55 / 1.03125

    Proves: the formula, term by term. Breaks if: rows and columns of A_d are exchanged, or imports count twice.
    """
    farm, works = costs().loc["farm"], costs().loc["works"]
    assert farm[["labour", "plant", "other", "suppliers", "saved"]].tolist() == pytest.approx([0.15, 0.1, 0, 0.2, 0.9])
    assert farm["drc"] == pytest.approx(0.4)
    assert works["drc"] == pytest.approx(0.55 / 1.03125)
    assert farm["permission"] == pytest.approx(0.05)


def test_the_total_cost() -> None:
    """With all suppliers: I − A_d = [[0.8, −0.15], [−0.1, 0.8]], so L = [[1.28, 0.24], [0.16, 1.28]].

        resources  (0.25, 0.3)·L = (0.368, 0.444),   imports  (0.1, 0.175)·L = (0.156, 0.248)
        drc_total  0.368 / (1.25·0.844),  0.444 / (1.25·0.752)

    Proves: resources and imports of all rounds, no home price in it.
    Breaks if: L is transposed, or home inputs are counted at their prices as well.
    """
    found = costs(**{"home:farm": 9.0})
    assert found["resources_total"].tolist() == pytest.approx([0.368, 0.444])
    assert found["saved_total"].tolist() == pytest.approx([0.844, 0.752])
    assert found["drc_total"].tolist() == pytest.approx([0.368 / (1.25 * 0.844), 0.444 / (1.25 * 0.752)])


def test_dearer_foreign_exchange_makes_home_cheaper() -> None:
    """Proves: twice the exchange rate halves the cost; prices in another unit change nothing."""
    assert costs(**{"foreign exchange": 2.5})["drc"].tolist() == pytest.approx((costs()["drc"] / 2).tolist())
    tenfold = costs(**{name: 10 * price for name, price in PRICES.items()})
    assert tenfold["drc_total"].tolist() == pytest.approx(costs()["drc_total"].tolist())


def test_where_foreign_exchange_is_not_scarce_nothing_is_known() -> None:
    """Proves: NaN, not 0 and not infinity. Breaks if: a division by zero goes through as a number."""
    assert costs(**{"foreign exchange": 0.0})[["drc", "drc_total"]].isna().all(axis=None)


def test_making_what_takes_more_foreign_exchange_than_it_saves_has_no_bound() -> None:
    """Works that take 1.2 of imports a unit save nothing.

    Proves: infinity, which ranks last. Breaks if: a negative cost ranks first.
    """
    one = made()
    flows = one.activities.flows
    mine = (flows["activity"] == "make:works") & (flows["commodity"] == "import:works")
    flows.loc[mine, "coefficient"] = 1.2
    found = resource_costs(one).set_index("product")
    assert found.loc["works", "saved"] < 0
    assert np.isposinf(found.loc["works", "drc"])


def test_in_the_best_plan_a_replaced_product_costs_what_it_saves() -> None:
    """With users free to replace anything, what is replaced in part costs exactly what it saves: its drc is 1.

    While some is still bought, a unit made and a unit bought are worth the same. Toil, 1e-5 a unit, is the difference.

    Proves: the plan's prices and the formula agree. Breaks if: a resource is left out, or counted at another price.
    """
    choices = {"import_replacement": 1.0, "import_floor": 0.0, "import_deepening": 0.0, "contraction": 1.0}
    one = solved(small(), on_paper(years=4, labour_reserve=0.5, **choices))  # type: ignore[arg-type]
    found = resource_costs(one)
    between = [
        (row.product, row.year)
        for row in found.itertuples()
        if one.level.loc[f"replace:{row.product}", row.year] > 1e-3
        and one.level.loc[f"buy:{row.product}", row.year] > 1e-3
        and row.permission < 1e-9
    ]
    assert between
    told = found.set_index(["product", "year"])
    for at in between:
        assert told.loc[at, "drc"] == pytest.approx(1.0, abs=2e-3), at


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return plan(small(), years=2)


def test_the_ranking_by_cost_and_by_what_a_crisis_would_take(outcome: Outcome) -> None:
    """Over the plan: sums over years of resources, over sums of what is saved at the year's exchange rate.

    In a crisis: a tenth of the imports times what hangs on a unit of them.
    Proves: the two criteria, and their ranks. Breaks if: one year's price of 0 decides, or the ranks are turned.
    """
    by_year, table = outcome.table("resource_costs"), outcome.table("replacement_ranking").set_index("product")
    for product, rows in by_year.groupby("product"):
        spent = rows[["labour", "plant", "other", "suppliers"]].to_numpy().sum()
        assert table.loc[product, "drc"] == pytest.approx(spent / (rows["exchange"] * rows["saved"]).sum())
    leverage = cut_off_loss(small(), 0.1)["leverage"]
    bought = {i: outcome.indicator(f"imports: {i}").loc[2021:].mean() for i in table.index}
    assert table["crisis"].to_dict() == pytest.approx({i: leverage[i] * 0.1 * bought[i] for i in table.index})
    assert table["rank_drc"].tolist() == sorted(table["rank_drc"])
    assert table["drc_total"].is_monotonic_increasing
    assert table.sort_values("crisis", ascending=False)["rank_crisis"].tolist() == [1, 2]


def test_what_limits_replacing_is_named(outcome: Outcome) -> None:
    """Proves: users where their permission has a price, cost where making is dearer, else the largest part of cost."""
    costs_of = outcome.table("resource_costs")

    def limits(**changes: float) -> list[str]:
        tables = {**outcome.tables, "resource_costs": costs_of.assign(**changes)}
        ranked = replacement_ranking(
            small(), tables["resource_costs"], outcome["indicator"], outcome.provenance["years"]
        )
        return list(ranked["limit"].unique())

    cheap = {"resources_total": 0.1, "exchange": 1.0}
    assert limits(**cheap, permission=0.2) == ["users"]
    assert limits(**cheap, permission=0.0, plant=5.0) == ["plant"]
    assert limits(**cheap, permission=0.0, labour=5.0, plant=0.0) == ["labour"]
    assert limits(resources_total=100.0, exchange=1.0) == ["cost"]


def test_the_report_says_what_to_replace_first(outcome: Outcome) -> None:
    """Proves: sentences and a table; nothing where the outcome has no ranking."""
    page = written(plan_trade.replacing(outcome))
    first = outcome.table("replacement_ranking").iloc[0]
    assert first["label"] in page
    assert f"{first['drc_total']:.2f}" in page
    bare = Outcome(outcome.arrays, {}, outcome.provenance)
    assert plan_trade.replacing(bare) == ()
