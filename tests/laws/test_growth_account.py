"""The growth account and the capital account of a plan, computed anew from its levels and the accounts alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small

from groundplan import plan
from groundplan.economy.economy import Economy
from groundplan.outcome import Outcome
from groundplan.results.plan_pages.accounts.plan_growth import growth, growth_lines, growth_table
from groundplan.results.view import Grid

PARTS = ["people", "schooling", "productivity", "better paid work", "idle labour", "capital", "technique"]
CHOICES = {"years": 4, "population_growth": 0.01, "labour_productivity_growth": 0.02, "labour_reserve": 0.05}


@cache
def planned(case: str) -> tuple[Economy, Outcome]:
    e = small() if case == "small" else shipped(case)
    return e, plan(e, **(CHOICES if case == "small" else {"years": 2, "evenness": 0.0, "price_softness": 0.0}))


CASES = ("small", "KEN 2019", "BRA 2019")


@pytest.mark.parametrize("case", CASES)
def test_the_parts_sum_to_the_whole(case: str) -> None:
    """Proves: the parts of every year sum to the growth of value added, read from the plan's own indicator.

    Breaks if: a part is left out, counted twice, or value added is another figure than the one the plan reports.
    """
    _, o = planned(case)
    account = o.tables["growth_account"].set_index("year")
    whole = np.log(o.indicator("value added")).diff().dropna()
    assert np.abs(account[PARTS].sum(axis=1) - whole).max() < 1e-9
    assert np.abs(account["growth"] - whole).max() < 1e-9


@pytest.mark.parametrize("case", CASES)
def test_each_part_is_what_it_says(case: str) -> None:
    """Every part computed anew: heads and pay from the accounts, output and the labour force from the plan.

    Proves: people and productivity are the horizon's, moving is pay at base-year heads, idleness is heads not at work.
    Breaks if: moving is measured on value added, or the reserve of labour is not in the labour force of the base year.
    """
    e, o = planned(case)
    years = [e.year, *o.provenance["years"]]
    output = pd.DataFrame({j: o.indicator(f"gross output: {j}") for j in e.sectors if e.figures("output")[j] > 0})
    heads = e.employment.sum("skill").to_series()[output.columns] / e.output.to_series()[output.columns]
    wages = e.primary[e.primary["primary_kind"] == "labour"].sum("primary").to_series()[output.columns]
    pay = wages / e.output.to_series()[output.columns]
    account = o.tables["growth_account"].set_index("year")
    moved = np.log((output @ pay) / (output @ heads)).diff().dropna()
    assert np.abs(account["better paid work"] - moved).max() < 1e-9
    rate, people = o.provenance["productivity"]["growth"], o.provenance["population"]["growth"]
    assert account["productivity"].to_numpy() == pytest.approx(np.log1p(rate))
    assert account["people"].to_numpy() == pytest.approx(np.log1p(people))
    employed, force = o.indicator("employment"), o.indicator("labour force")
    force[e.year] = float(e.employment.sum()) * (1 + o.provenance["policy"]["labour_reserve"])
    assert np.abs(account["idle labour"] - np.log(employed / force).loc[years].diff().dropna()).max() < 1e-9
    assert np.abs(account["idle"] - (1 - employed / force).loc[years[1:]]).max() < 1e-9
    made = output @ (e.value_added.to_series()[output.columns] / e.output.to_series()[output.columns])
    assert np.abs(account["capital"] - np.log(made / (output @ pay)).diff().dropna()).max() < 1e-9
    assert account["technique"].abs().max() < 1e-9


@pytest.mark.parametrize("case", ["small", "BRA 2019"])
def test_capital_is_carried_as_the_accounts_say(case: str) -> None:
    """Capital carried by hand: what is there, less wear, plus investment, machines at once and structures a year later.

    Proves: K[t+1] = Σ_j ((1 − δ_j) K_j[t] + ripe investment), from investment by sector alone, is the table's stock.
    Breaks if: structures count before they are ripe, the base year's are lost, or wear is of another stock.
    """
    e, o = planned(case)
    table = o.tables["capital_account"].set_index("year")
    stock, wear, spent = (getattr(e, n).to_series() for n in ("capital_stock", "depreciation", "investment_by_sector"))
    building = list(e.finals("investment"))
    sold = (e.domestic_final + e.imported_final).sel(final=building).sum("final").to_series()
    late = float(sold.get("4180", 0.0)) / float(sold.sum() + e.final_taxes.sel(use=building).sum())
    ripens = {j: (late if case != "small" else float(wear[j] <= 0.05)) for j in e.sectors}
    share = pd.Series(ripens)
    utilised = o.provenance["policy"]["capacity_utilisation"]
    assert utilised == 1.0
    before, k = spent, np.maximum(stock * (1 - wear) + spent, stock * (1 + o.provenance["population"]["growth"]))
    for year in o.provenance["years"]:
        assert table["stock"][year] == pytest.approx(float(k.sum()), rel=1e-7)
        assert table["wear"][year] == pytest.approx(float((wear * k).sum()), rel=1e-7)
        now = pd.Series({j: float(o["level"].sel(activity=f"invest:{j}", year=year)) if stock[j] > 0 else 0.0
                         for j in e.sectors})  # fmt: skip
        assert table["investment"][year] == pytest.approx(float(now.sum()), rel=1e-7)
        k, before = k * (1 - wear) + (1 - share) * now + share * before, now
    assert table["stock"].iloc[-1] == pytest.approx(float(k.sum()), rel=1e-7)


def test_idle_labour_is_put_to_work() -> None:
    """Proves: with a reserve the base year's idle are idle at first, and what the plan employs of them is a part.

    Breaks if: a reserve counts as at work from the start, so that everybody is taken to be employed.
    """
    _, o = planned("small")
    account = o.tables["growth_account"].set_index("year")
    began = 1 - 1 / 1.05
    ended = float(account["idle"].iloc[-1])
    assert float(account["idle labour"].sum()) == pytest.approx(np.log((1 - ended) / (1 - began)))


def test_the_page_says_where_growth_comes_from() -> None:
    """Proves: terminal and report name the whole, its parts, what is assumed with its basis, capital and who is idle.

    Breaks if: an assumption is shown as a result, or the tables of the report lose a part that is not nothing.
    """
    _, o = planned("KEN 2019")
    lines = growth_lines(o)
    account = o.tables["growth_account"]
    assert lines[0].startswith(f"Value added grows by {100 * account['growth'].mean():.1f} % a year: more people +2.4")
    assumed = [line for line in lines if line.startswith("Assumed: ")]
    assert len(assumed) == 2
    assert all("Penn World Table 10.01, 2019" in line for line in assumed)
    assert any(line.startswith("In the base year capital grew by 5.13% a year") for line in lines)
    assert "labour_reserve counts them" in lines[-1]
    names = set(growth_table(o).columns.get_level_values(0))
    assert {"value added", "more people", "productivity, assumed", "labour put to work"} <= names
    assert "techniques taken up" not in names
    assert "What growth comes from" in [p.title for p in growth(o) if isinstance(p, Grid)]
    assert growth_lines(Outcome({}, {}, {})) == []
    assert growth(Outcome({}, {}, {})) == ()


def test_what_may_be_counted_twice_is_said() -> None:
    """Proves: where people move to better-paid work beside a productivity of the past, the page says what that means.

    Breaks if: Brazil's page, whose heads are known by sector, lets the move pass for pure gain.
    """
    _, o = planned("BRA 2019")
    account = o.tables["growth_account"].assign(**{"better paid work": 0.01})
    lines = growth_lines(Outcome(o.arrays, {**o.tables, "growth_account": account}, o.provenance))
    assert any("counted twice" in line for line in lines)
    assert not any("counted twice" in line for line in growth_lines(planned("KEN 2019")[1]))
