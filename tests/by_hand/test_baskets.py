"""Baskets that move with income: on paper, recomputed by another program, and from the accounts that they come from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small
from plans import on_paper
from scipy.optimize import linprog

from groundplan.errors import UnknownName
from groundplan.planning.accounts.household_uses import eased, household_use_table, household_uses
from groundplan.planning.accounts.pace_setters import pace_setters, thin_sectors
from groundplan.planning.best_plan import indicators, model_of, solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.demand import added_up, demand, income
from groundplan.planning.features.people.easing import STEPS
from groundplan.planning.features.people.household_groups import Group, GroupChoices, choices_by_group
from groundplan.planning.features.people.households import demands, spending
from groundplan.planning.features.people.spending_classes import spending_classes
from groundplan.planning.horizon import Horizon
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan

MOVING = {"baskets": "linear", "years": 2, "population_growth": 0.1, "committed": 0.5, "income": 0.0}
STATED = {"farm": 0.5, "works": 1.5}


def moving(**more: object) -> Policy:
    return on_paper(**{**MOVING, "elasticities": STATED, **more})


def test_elasticities_on_paper() -> None:
    """The country spends 23 on farm goods and 10 on works of 33: .5 · 23/33 + 1.5 · 10/33 = .803, so both over that.

    Farm goods .6226, works 1.868; of these .377 and −.868 last whatever the standard. At .8 of the standard per head
    20 · (.377 + .623 · .8) = 17.51 of home farm goods are bought, at 1.2 22.49.
    Proves: elasticities add up over what is spent; home and imported goods of a product move alike.
    Breaks if: shares are of home goods alone, or the committed part grows with the standard.
    """
    d = demands(Horizon.of(small(), moving(), base_year=False))["rural"]
    scale = 0.5 * 23 / 33 + 1.5 * 10 / 33
    assert d.elasticity.to_dict() == pytest.approx({"farm": 0.5 / scale, "works": 1.5 / scale})
    assert float((d.elasticity * (d.home + d.imported)).sum()) == pytest.approx(33.0)
    for standard in (0.8, 1.0, 1.2):
        home, imported = d.uses(np.array([33.0 * standard * 1.1]), np.array([1.1]))
        wanted = 1.1 * (1.0 + d.elasticity * (standard - 1.0))
        assert home[0].to_dict() == pytest.approx((wanted * d.home).to_dict())
        assert imported[0].to_dict() == pytest.approx((wanted * d.imported).to_dict())
    assert d.least == pytest.approx(1.0 - scale / 1.5)


def test_no_basket_goes_below_nothing() -> None:
    """A contingency with a floor of .4 lets no elasticity be above 1 / .6, one with a floor of 0 none above 1.

    Proves: at the least floor that anything asks for, nothing is bought below nothing; with a floor of 0 the basket
    is the base year's. Breaks if: the cap is the plan's floor alone.
    """
    e, flat = small(), {"farm": 0.2, "works": 3.0}
    for floor, most in ((0.4, 1.0 / 0.6), (0.0, 1.0), (0.9, 2.0)):
        policy = moving(elasticities=flat, contingencies=[Contingency("cut", 2022, floor=floor)])
        d = demands(Horizon.of(e, policy, base_year=False))["rural"]
        assert d.elasticity.max() == pytest.approx(min(most, 3.0 / (0.2 * 23 / 33 + 3.0 * 10 / 33)))
        assert d.left_at_floor("works") >= 0.0
        assert float((d.elasticity * (d.home + d.imported)).sum()) == pytest.approx(33.0)
    assert added_up(pd.Series({"a": 1.0, "b": 1.0}), pd.Series({"a": 0.5, "b": 0.5}), 1.0).tolist() == [1.0, 1.0]


def test_groups_and_classes_are_stated() -> None:
    """Proves: a group's own word comes before the plan's, a product's before its class's; others stay.

    Breaks if: a statement reaches another group, or a class overrides a product.
    """
    e = shipped("KEN 2019")
    policy = on_paper(
        baskets="linear", income=0.0, elasticities={"food": 0.6, "maiz": 0.3},
        groups=[Group("rural", elasticities={"food": 0.5}, committed=0.9)],
    )  # fmt: skip
    own = choices_by_group(e, policy)
    rural, urban = (demand(e, policy, g, own[g], 1.0, moves=True) for g in ("hhd-r1", "hhd-u1"))
    for d, food, maize in ((rural, 0.5, 0.5), (urban, 0.6, 0.3)):
        ratio = d.elasticity["maiz"] / d.elasticity["rice"]
        assert ratio == pytest.approx(maize / food)
    assert (rural.committed, urban.committed) == (0.9, 0.75)
    with pytest.raises(UnknownName, match="fodo"):
        compile_plan(e, Policy.of(elasticities={"fodo": 1.0}))


def test_fixed_baskets_are_exact() -> None:
    """Proves: ``fixed`` writes no easing, no claim of a household's and the base year's proportions.

    Breaks if: the option of before is another one.
    """
    a = compile_plan(small(), moving(baskets="fixed"))
    assert not a.activities["group"].eq("easing").any()
    taken = a.flows[a.flows["activity"] == "live:rural"].set_index("commodity")["coefficient"]
    assert taken["home:farm"] == pytest.approx(20 / 33)
    same = compile_plan(small(), moving(baskets="linear", giving_way=0.0, elasticities={"farm": 1.0, "works": 1.0}))
    for name in ("flows", "exogenous", "bounds", "utility"):
        pd.testing.assert_frame_equal(
            getattr(a, name).sort_values(list(getattr(a, name).columns)).reset_index(drop=True),
            getattr(same, name).sort_values(list(getattr(same, name).columns)).reset_index(drop=True),
        )


def test_the_base_year_comes_back() -> None:
    """Proves: the programme of the accounts' year gives the accounts back with moving baskets too, to 1e-6.

    Breaks if: what lasts and what moves do not add up to the base year's basket.
    """
    e, policy = shipped("KEN 2019"), Policy.of()
    a = compile_plan(e, policy, base_year=True)
    level = solve(programme(a, policy), policy).values["level"].isel(year=0).to_series()
    base = a.activities.set_index("activity")["base"]
    wanted = base[base.index.str.startswith(("make:", "live:", "buy:", "sell:"))]
    assert (level[wanted.index] - wanted).abs().max() / wanted.max() < 1e-6
    lasting = a.exogenous[a.exogenous["commodity"] == "home:maiz"]
    assert lasting["claim"].sum() > 0
    assert lasting["supply"].sum() == 0


def test_another_program_buys_the_same() -> None:
    """What a household of the country does when farm goods are 5 dearer, by scipy: the least loss of its standard.

        max −Σ_k (1 + κ_k)·π·e_k + price·Σ_k e_k,   e_k ≤ width_k · use,   κ_k = middle of the step / σ

    with σ = (1 − η·w)·η·½, written here anew. The plan's own activities, priced so, do the same.
    Proves: a step is taken where the product is dearer than what doing without costs, and no further.
    Breaks if: κ is at a step's end, widths are not of a head's use, or the standard pays twice.
    """
    e, policy = small(), moving()
    a = compile_plan(e, policy)
    own = a.flows[a.flows["activity"].str.startswith("ease:farm@")]
    uses = {"rural": 23.0, "urban": 14.0}
    spent = {"rural": 33.0, "urban": 45.0}
    sigma = 0.0
    for g, use in uses.items():
        share = np.array([use, spent[g] - use]) / spent[g]
        eta = np.array([0.5, 1.5]) / float(share @ [0.5, 1.5])
        sigma += use / 37.0 * (1.0 - eta[0] * share[0]) * eta[0] * 0.5
    edges = np.array([0.0, *STEPS])
    cost = 1.0 + (edges[1:] + edges[:-1]) / 2.0 / sigma
    widths = np.diff(edges) * 37.0 * 1.1
    bounds = a.bounds[a.bounds["activity"].str.startswith("ease:farm@") & (a.bounds["year"] == 2021)]
    # The plan's floor is 1, so nothing is left out of a head's use at it.
    assert bounds.sort_values("activity")["upper"].to_numpy() == pytest.approx(widths)
    taken = own[own["commodity"].str.startswith("standard:")].groupby("activity")["coefficient"].sum()
    assert taken.sort_index().to_numpy() == pytest.approx(cost)
    for price in (1.0, 1.2, 1.8, 5.0):
        best = linprog(cost - price, bounds=list(zip(np.zeros(4), widths, strict=True)))
        mine = np.where(price > taken.sort_index().to_numpy(), widths, 0.0)
        assert best.x == pytest.approx(mine, abs=1e-8)


def test_what_is_eased_is_not_bought() -> None:
    """Proves: consumption is less what is eased, the use of products adds up to it at basic prices, and a plan in which
    products give way is worth more.

    Breaks if: what is eased is told as consumed, or doing without is forced.
    """
    e, policy = shipped("KEN 2019"), on_paper(years=4, baskets="linear")
    plan = solved(e, policy)
    given_up = eased(plan)
    assert given_up.to_numpy().sum() > 1.0
    told, demand_of = indicators(plan), demands(Horizon.of(e, policy, base_year=False))
    whole = 0.0
    for g, (home, imported) in household_uses(plan).items():
        goods = (home + imported).sum() * spending(e, g) / float((demand_of[g].home + demand_of[g].imported).sum())
        whole = whole + goods
    years = list(plan.activities.years)
    consumed = told.sel(indicator="household consumption", year=years).values
    assert np.asarray(whole) == pytest.approx(consumed, rel=1e-6)
    spent = plan.level.loc[[f"live:{g}" for g in e.finals("household")]].sum().to_numpy()
    assert (spent - consumed > 0.9 * given_up.sum().to_numpy()).all()
    table = household_use_table(plan)["household_use"]
    assert table.groupby("year")["eased"].sum().to_numpy() == pytest.approx(given_up.sum().to_numpy())
    stiff = solved(e, replace(policy, giving_way=0.0))
    assert plan.best.objective > stiff.best.objective


def test_elasticities_are_those_of_the_shipped_groups() -> None:
    """An elasticity at low income is the slope of ln spending on ln total over the quintiles of Kenya and of Ghana.

    Rural and urban groups of a quintile are taken together; the figure is the mean, its range the two countries'.

    Proves: figures with the basis ``groups`` can be recomputed from accounts that are shipped; others are marked.
    Breaks if: a figure is changed by hand, or a judgement is passed off as a figure.
    """
    slopes: dict[str, list[float]] = {}
    for case in ("KEN 2019", "GHA 2019"):
        e = shipped(case)
        groups = list(e.finals("household"))
        spent = (e.domestic_final + e.imported_final).sel(final=groups).to_pandas()
        fifths = pd.DataFrame({k: spent[groups[k]] + spent[groups[k + 5]] for k in range(5)})
        x = np.log(fifths.sum())
        for name, row in spending_classes().items():
            # Rents are told apart nowhere in these accounts.
            codes = ["real"] if name == "rents" else [c for c in row.codes if c in fifths.index]
            y = np.log(fifths.loc[codes].sum())
            slopes.setdefault(name, []).append(float(np.polyfit(x, y, 1)[0]))
    for name, row in spending_classes().items():
        low, high = sorted(slopes[name])
        assert row.poor == pytest.approx(((low + high) / 2, low, high), abs=0.0051), name
        assert row.poor_basis == "groups"
        assert row.rich_basis == ("reported" if name == "food" else "judgement")
        assert row.rich[1] < row.rich[0] < row.rich[2]


def test_income_of_a_country() -> None:
    """Proves: income is published output per head over the United States', stated income comes first, and an economy
    without a past is halfway. Breaks if: a rich country has the elasticities of a poor one.
    """
    assert income(shipped("KEN 2019"), Policy.of()) == 0.0
    assert income(shipped("DNK 2019"), Policy.of()) == 1.0
    assert 0.2 < income(shipped("BRA 2019"), Policy.of()) < 0.8
    assert income(small(), Policy.of()) == 0.5
    assert income(small(), Policy.of(income=0.3)) == 0.3


def test_who_sets_the_pace() -> None:
    """Proves: the gain of a plant is what one per cent more of it would add, and a thin sector at a price above ten is
    told. Breaks if: duals are not weighed by what there is, or a thin sector passes unmarked.
    """
    e, policy = small(), on_paper(years=3, absorption={"default": 0.3, "farm": 0.0}, population_growth=0.0)
    plan = solved(e, policy)
    table = pace_setters(plan)["pace_setters"].set_index("commodity")
    duals = plan.duals[(plan.duals["family"] == "capacity_limit") & (plan.duals["name"] == "capacity:farm")]
    held = plan.stock.loc["capacity:farm", duals["year"].tolist()].to_numpy()
    wanted = 0.01 * float((duals["dual"] * duals["gain"]).to_numpy() @ held) / plan.best.objective
    assert table.loc["capacity:farm", "gain"] == pytest.approx(wanted)
    assert table["gain"].is_monotonic_decreasing
    assert table.loc["capacity:farm", "share"] == pytest.approx(1 / 3)
    told = thin_sectors(plan)
    assert set(told["sector"]) == {j for j in ("farm", "works") if table.loc[f"capacity:{j}", "price"] > 10}
    assert isinstance(plan, SolvedPlan)


def test_a_group_of_ones_own_number() -> None:
    """Proves: what lasts grows with the group's own number. Breaks if: all groups grow as the population does."""
    policy = moving(groups=[Group("rural", growth=0.3)])
    a = model_of(small(), policy).activities
    d = demands(Horizon.of(small(), policy, base_year=False))
    lasting = d["rural"].lasting[0]["farm"] * 1.3**2 + d["urban"].lasting[0]["farm"] * 1.1**2
    row = a.exogenous[(a.exogenous["commodity"] == "home:farm") & (a.exogenous["year"] == 2022)]
    assert float((row["claim"] - row["supply"]).sum()) == pytest.approx(lasting)
    assert GroupChoices(1.0, 1.0).committed is None
