"""The rows that households bring into a plan: what they live on and what is asked for each group, figure by figure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import small, table
from plans import on_paper
from same_rows import same

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.people import households
from groundplan.planning.features.people.household_groups import (
    Group,
    GroupChoices,
    choices_by_group,
    grown_apart,
    heads_profile,
    shifted,
    words,
)
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy


def horizon(e: Economy, policy: Policy, *, base_year: bool = False) -> Horizon:
    return Horizon.of(e, policy, base_year=base_year)


def test_steps_of_utility() -> None:
    """Proves: utility has five steps below the base year's standard and 3 per cent each above, to four times of it.

    1.03^46 = 3.895 is below four and 1.03^47 = 4.012 above. Marginal utility is told from a twentieth on.
    """
    breaks = households.grid()
    assert breaks[:7].tolist() == pytest.approx([0.0, 0.5, 0.8, 0.9, 0.95, 1.0, 1.03])
    assert len(breaks) == 5 + 48
    assert breaks[-1] == pytest.approx(4.0119, abs=1e-4)
    assert breaks[6:] / breaks[5:-1] == pytest.approx(1.03)
    found = households.marginal_utility(np.array([0.01, 0.05, 0.25, 4.0]), 0.5)
    assert found.tolist() == pytest.approx([0.05**-0.5, 0.05**-0.5, 2.0, 0.5])


def stocked(taxes: float = 0.0) -> Economy:
    """Two sectors; farms draw 6 on stocks and works add 5; of what is imported farms add .5 and works draw 3.

    Farms make 94 and works 200; 8.5 of farm goods are imported and 40 of works. The state buys nothing.
    """
    return Economy.from_table(
        table(
            np.array([[20.0, 30.0], [10.0, 40.0]]),
            np.array([[1.0, 2.0], [5.0, 20.0]]),
            np.array([[20.0, 10.0, 0.0, 2.0, -6.0], [10.0, 25.0, 0.0, 35.0, 5.0]]),
            np.array([[3.0, 2.0, 0.0, 0.0, 0.5], [0.0, 6.0, 0.0, 12.0, -3.0]]),
            np.array([18.0, 75.0]),
            wages=np.array([30.0, 40.0]),
            codes=["farm", "works"],
            taxes=taxes,
        )
    )


def test_stocks_fade_out() -> None:
    """Additions of 5 and .5 end in four years, by quarters; a draw of 6 on farm goods as well, or more slowly.

    One per cent of 94 is .94: 6 − .94 · 3 = 3.18 is above the quarter of 6 in the third year. Of 40 imported works .4:
    3 − .4 · n is above the quarters of 3 in all years.
    Proves: what is added is a claim and what is drawn a supply, each of its own product, home and imported.
    Breaks if: a draw ends at once, additions are slowed too, or imports are measured by home output.
    """
    e, policy = stocked(), on_paper(years=5, inventories_years=4, inventories_pace=0.01, population_growth=0.0)
    rows = households.inventories(e, policy, horizon(e, policy))
    years, added = range(2021, 2026), [0.75, 0.5, 0.25, 0.0, 0.0]
    same(
        rows.exogenous,
        [
            *(("home:farm", y, 6 - 0.94 * n, 0.0) for n, y in enumerate(years, 1)),
            *(("home:works", y, 0.0, 5 * share) for y, share in zip(years, added, strict=True)),
            *(("import:farm", y, 0.0, 0.5 * share) for y, share in zip(years, added, strict=True)),
            *(("import:works", y, 3 - 0.4 * n, 0.0) for n, y in enumerate(years, 1)),
        ],
    )
    fast = replace(policy, inventories_pace=0.5)
    found = households.inventories(e, fast, horizon(e, fast)).exogenous
    same(found[:5], [("home:farm", y, 6 * share, 0.0) for y, share in zip(years, added, strict=True)])
    alone = households.inventories(small(), policy, horizon(small(), policy)).exogenous
    same(alone, [("home:works", y, 0.0, 5 * share) for y, share in zip(years, added, strict=True)])


def test_who_has_a_living_standard() -> None:
    """Proves: spending is at purchasers' prices, home and imported; who buys nothing has no living standard."""
    e = stocked(taxes=0.1)
    assert [households.spending(e, g) for g in ("rural", "urban", "state")] == pytest.approx([33 * 1.1, 43 * 1.1, 0.0])
    assert households.groups(e) == ["rural", "urban"]
    assert households.groups(small()) == ["rural", "urban", "state"]


CHOICES = {
    "years": 2,
    "population_growth": 0.02,
    "discount_rate": 0.05,
    "floor": 0.9,
    "aversion": 1.5,
    "government_path": "fixed",
    "terminal_growth": 0.03,
    "terminal_weight": {"default": 1.0, "works": 0.5},
    "capacity_utilisation": 0.8,
    "gestation": {"default": 1, "works": 3},
    "groups": [Group("rural", floor=0.7, weight=3.0, aversion=0.5, growth=0.04)],
}


def test_what_people_live_on() -> None:
    """The country spends 33 (farm goods 20, works 10, imported farm goods 3), the state 19, fixed per head.

    The country grows by 4 per cent a year, others by 2; its floor is .7 and its weight 3; u' = 3 · z^−½, so 3 / √.25 =
    6 in the first step of utility, half of the base year's standard wide.
    Proves: floors, widths and paths follow each group's own number, later years are discounted from the second on.
    Breaks if: a choice reaches another group, or the first year is discounted.
    """
    e, policy = small(), on_paper(**CHOICES)
    rows = households.baskets(e, policy, horizon(e, policy))
    living = [(row.activity, row.base) for row in rows.activities]
    assert living == [("live:rural", 33.0), ("live:urban", 45.0), ("live:state", 19.0)]
    same(
        rows.flows[:4],
        [
            ("live:rural", "home:farm", "take", 20 / 33, 0, ""),
            ("live:rural", "home:works", "take", 10 / 33, 0, ""),
            ("live:rural", "import:farm", "take", 3 / 33, 0, ""),
            ("live:rural", "standard:rural", "give", 1.0, 0, ""),
        ],
    )
    same(rows.bounds, [("live:state", 2020 + n, 19 * 1.02**n, 19 * 1.02**n) for n in (1, 2)])
    same(
        rows.floors,
        [
            *(("standard:rural", 2020 + n, 0.7 * 33 * 1.04**n, 33 * 1.04**n) for n in (1, 2)),
            *(("standard:urban", 2020 + n, 0.9 * 45 * 1.02**n, 45 * 1.02**n) for n in (1, 2)),
            *(("standard:state", 2020 + n, 0.9 * 19 * 1.02**n, 19 * 1.02**n) for n in (1, 2)),
        ],
    )
    # The last segment has no end, and what is in it is worth nothing.
    steps = len(households.grid())
    assert len(rows.utility) == 6 * steps
    firsts = [rows.utility[n * steps] for n in range(6)]
    same(
        firsts,
        [
            ("standard:rural", 2021, 0, 0.5 * 33 * 1.04, 6.0),
            ("standard:rural", 2022, 0, 0.5 * 33 * 1.04**2, 6.0 / 1.05),
            ("standard:urban", 2021, 0, 0.5 * 45 * 1.02, 8.0),
            ("standard:urban", 2022, 0, 0.5 * 45 * 1.02**2, 8.0 / 1.05),
            ("standard:state", 2021, 0, 0.5 * 19 * 1.02, 8.0),
            ("standard:state", 2022, 0, 0.5 * 19 * 1.02**2, 8.0 / 1.05),
        ],
    )
    same(rows.utility[1:2], [("standard:rural", 2021, 1, 0.3 * 33 * 1.04, 3 * 0.65**-0.5)])
    assert rows.commodities[0][:3] == ("standard:rural", "good", e.money)


def test_what_is_left_at_the_end_counts() -> None:
    """After two years of 3 per cent growth, 2 of them in number: per head (1.03/1.02)², worth 1.05^−2 of it^−1.5.

    A unit of money is 100 / (.8 · 200) = .625 of the capacity of farms and 200 / (.8 · 500) = .5 of that of works.
    Proves: capacity counts at what it cost, by its weight, as far as growth during its gestation would use it.
    """
    e, policy = small(), on_paper(**CHOICES)
    rows = households.baskets(e, policy, horizon(e, policy))
    worth = 1.05**-2 * ((1.03 / 1.02) ** 2) ** -1.5
    same(
        rows.terminal,
        [
            ("capacity:farm", worth / 0.625, "make:farm", 0.03),
            ("capacity:works", worth * 0.5 / 0.5, "make:works", 1.03**3 - 1),
            ("foreign exchange", worth, "", 0.0),
        ],
    )
    bare = Economy.from_table(replace(stocked_table(), capital_stock=pd.Series([0.5, 0.0], ["farm", "works"])))
    found = households.baskets(bare, policy, horizon(bare, policy)).terminal
    assert [row.commodity for row in found] == ["capacity:farm", "foreign exchange"]


def stocked_table() -> object:
    """Farms make .9 of money a year, works 60."""
    return table(
        np.array([[0.1, 0.2], [0.1, 20.0]]),
        np.array([[0.1, 5.0], [0.1, 5.0]]),
        np.array([[0.2, 0.1, 0.1, 0.0, 0.0], [10.0, 9.9, 5.0, 5.0, 0.0]]),
        np.array([[0.1, 0.1, 0.1, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 0.0]]),
        np.array([0.2, 10.0]),
        codes=["farm", "works"],
    )


def test_the_base_year_and_a_budget() -> None:
    """Proves: in the base year all live as they did and nothing counts after; with a budget the state does not live.

    Breaks if: a floor of the plan is asked of the base year, or its baskets are shifted.
    """
    e = small()
    policy = on_paper(**(CHOICES | {"groups": [Group("rural", floor=0.7, growth=0.04, basket={"works": 1.5})]}))
    base = households.baskets(e, policy, horizon(e, policy, base_year=True))
    same(base.floors, [("standard:rural", 2020, 33.0, 33.0), ("standard:urban", 2020, 45.0, 45.0),
                       ("standard:state", 2020, 19.0, 19.0)])  # fmt: skip
    assert base.terminal == []
    assert base.flows[0].coefficient == pytest.approx(20 / 33)
    later = households.baskets(e, policy, horizon(e, policy))
    assert later.flows[0].coefficient == pytest.approx(20 / 38)
    public = replace(policy, budget=Budget())
    rows = households.baskets(e, public, horizon(e, public))
    assert [row.activity for row in rows.activities] == ["live:rural", "live:urban"]
    assert [row.commodity for row in rows.commodities] == ["standard:rural", "standard:urban", "standard:state"]
    assert households.FEATURE.parts == (households.baskets, households.inventories)


# Groups


def test_groups_and_their_choices() -> None:
    """Proves: later records win key by key, baskets product by product, and what is not asked is the plan's.

    Breaks if: a record for one group reaches another, or a later record forgets what an earlier one asked.
    """
    e = small()
    first = Group("rural", floor=0.7, weight=3.0, heads=60.0, basket={"works": 1.5, "farm": 2.0})
    later = Group("rural", floor=0.8, aversion=0.5, growth=0.04, basket={"farm": 0.5})
    policy = on_paper(floor=0.9, aversion=1.5, population_growth=0.02, groups=[first, later])
    found = choices_by_group(e, policy)
    own = GroupChoices(0.8, 0.5, 3.0, 0.04, 60.0, {"works": 1.5, "farm": 0.5})
    assert found == {"rural": own, "urban": GroupChoices(0.9, 1.5)}
    assert words(e) == {"rural": ["rural"], "urban": ["urban"]}
    h = horizon(e, policy)
    assert own.number(h, 2023) == pytest.approx(1.04**3)
    assert found["urban"].number(h, 2023) == pytest.approx(1.02**3)
    assert own.number(horizon(e, policy, base_year=True), 2020) == 1.0
    assert (grown_apart(policy), heads_profile(policy, "living standard: rural")) == (
        True,
        "heads: living standard: rural",
    )
    alike = replace(policy, groups=[first])
    assert (grown_apart(alike), heads_profile(alike, "living standard: rural")) == (False, "heads")


def test_what_is_asked_for_nobody() -> None:
    """Proves: unknown groups and all unknown products are told together; a record that asks for nothing is refused."""
    policy = on_paper(groups=[Group("rurl", floor=1.0), Group("urban", basket={"work": 2.0, "farms": 1.0})])
    with pytest.raises(Faults) as caught:
        choices_by_group(small(), policy)
    told = str(caught.value)
    assert all(f"'{name}'" in told for name in ("rurl", "work", "farms"))
    with pytest.raises(GroundplanError, match="nothing is asked for the group 'rural'"):
        on_paper(groups=[Group("rural")])
    for asked in ({"floor": 0.5}, {"heads": 3.0}, {"basket": {"farm": 2.0}}):
        assert on_paper(groups=[Group("rural", **asked)])  # type: ignore[arg-type]


def test_a_basket_of_the_same_total() -> None:
    """Home 6 and 2, imported 1 and 3, the second product half as much again: 7 and 7.5 of 14.5 become 12 in all.

    Of very little, 1/4 in all, as much is left; of nothing no basket is made.
    """
    home, imported = pd.Series({"a": 6.0, "b": 2.0}), pd.Series({"a": 1.0, "b": 3.0})
    at_home, abroad = shifted(home, imported, {"b": 1.5})
    assert at_home.to_dict() == pytest.approx({"a": 72 / 14.5, "b": 36 / 14.5})
    assert abroad.to_dict() == pytest.approx({"a": 12 / 14.5, "b": 54 / 14.5})
    little = shifted(home / 48, imported / 48, {"b": 1.5})
    assert float(little[0].sum() + little[1].sum()) == pytest.approx(0.25)
    with np.errstate(all="raise"):
        assert shifted(home, imported, {"a": 0.0, "b": 0.0})[0].isna().all()
