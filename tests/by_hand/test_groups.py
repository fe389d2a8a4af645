"""Household groups with choices of their own, on an economy of two groups and on Kenya's ten."""

from __future__ import annotations

import numpy as np
import pytest
from economies import shipped, small
from plans import ON_PAPER, on_paper

from groundplan import plan
from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.features.gaps import pairs, sides
from groundplan.planning.features.people.household_groups import Group
from groundplan.results.plan_pages.plan_views import gaps


def calm(**more: object) -> Outcome:
    asked: dict[str, object] = {"years": 2, "floor": 0.8, "steady": False, "population_growth": 0.0}
    return plan(small(), **(asked | more))  # type: ignore[arg-type]


def test_a_gap_can_be_closed() -> None:
    """The rural group spends 33 and the urban 45; a target wants the towns no further ahead than 45/33 · 0.9.

    Proves: a gap is 1 in the base year, a spending gap is in money, and a target on either holds.
    Breaks if: a ratio of standards is one of sums.
    """
    o = calm(targets=[Target("gap: urban over rural", "<=", 0.9)])
    assert o.indicator("gap: urban over rural")[2020] == pytest.approx(1.0)
    assert o.indicator("spending gap: urban over rural")[2020] == pytest.approx(45 / 33)
    assert (o.indicator("gap: urban over rural").iloc[1:] <= 0.9 + 1e-7).all()
    assert (o.indicator("spending gap: urban over rural").iloc[1:] <= 0.9 * 45 / 33 + 1e-7).all()


def test_spending_per_head_where_heads_are_told() -> None:
    """60 people live in the country and 30 in town: 33/60 and 45/30 a head, a gap of 2.727; heads grow as stated.

    Breaks if: heads are those of the whole population.
    """
    o = calm(groups=[Group("rural", heads=60.0, growth=-0.02), Group("urban", heads=30.0, growth=0.04)])
    assert o.indicator("spending gap: urban over rural")[2020] == pytest.approx((45 / 30) / (33 / 60))
    towns = o.indicator("consumption: urban")[2022] / (30 * 1.04**2)
    assert o.indicator("spending per head: urban")[2022] == pytest.approx(towns)


def test_prices_are_told_in_the_living_standard_of_all_groups() -> None:
    """The country spends 33, the towns 45 and the state 19 of 97; the country counts three times and may fall to 0.6.

    Proves: λ, what every price is divided by, is each group's price by its share of spending: 33/97, 45/97 and 19/97,
    so that these shares of the three goods together cost 1; a group that grows by 4 per cent a year counts 45 · 1.04
    beside 33 and 19, its spending in the first year at the standard of the base year.
    Breaks if: the groups count alike, by their weight in the objective, or one of them alone sets the unit.
    """
    for urban in (45.0, 45.0 * 1.04):
        grown = [Group("urban", growth=0.04)] if urban > 45.0 else []
        o = calm(groups=[Group("rural", weight=3.0, floor=0.6), *grown], **ON_PAPER)
        shadow, told = (o[name].to_pandas() for name in ("shadow_price", "consumption_price"))
        goods = ["standard:rural", "standard:urban", "standard:state"]
        assert shadow.loc[goods].std().min() > 0.1 * shadow.loc[goods].mean().max()
        weights = np.array([33.0, urban, 19.0]) / (33.0 + urban + 19.0)
        unit = weights @ shadow.loc[goods].to_numpy()
        assert (weights @ told.loc[goods].to_numpy()).tolist() == pytest.approx([1.0, 1.0])
        assert told.to_numpy() == pytest.approx(shadow.to_numpy() / unit, nan_ok=True)


def test_weight_and_aversion_decide_who_gets_more() -> None:
    """Proves: what counts three times gets more, and a group of higher aversion is brought to its base before others.

    Breaks if: weights or aversion reach the wrong group.
    """
    plain = calm().indicator("living standard: rural").iloc[-1]
    assert calm(groups=[Group("rural", weight=3.0)]).indicator("living standard: rural").iloc[-1] > plain + 1e-3
    assert calm(groups=[Group("urban", weight=3.0)]).indicator("living standard: rural").iloc[-1] < plain - 1e-3


def test_a_basket_of_ones_own() -> None:
    """The rural basket is 20 farm and 10 works at home, 3 and 0 from abroad; works count half as much again.

    With f = 1.5 on works the total of 33 is shared as 23 : 15, so farm goods are 23·33/38 and works 15·33/38.
    Breaks if: the total changes, or home and imported products change differently.
    """
    o = calm(groups=[Group("rural", basket={"works": 1.5})])
    flows = {(a, c): k for a, c, k in _flows("rural", {"works": 1.5})}
    assert flows["live:rural", "home:works"] == pytest.approx(15 / 38)
    assert flows["live:rural", "home:farm"] == pytest.approx(20 / 38)
    assert flows["live:rural", "import:farm"] == pytest.approx(3 / 38)
    assert o.indicator("living standard: rural")[2020] == pytest.approx(1.0)


def _flows(group: str, basket: dict[str, float]) -> list[tuple[str, str, float]]:
    from groundplan.planning.compile_plan import compile_plan

    a = compile_plan(small(), on_paper(groups=[Group(group, basket=basket)]))
    f = a.flows[a.flows["activity"] == f"live:{group}"]
    return list(zip(f["activity"], f["commodity"], f["coefficient"], strict=True))


def test_words_stand_for_groups_and_later_records_win() -> None:
    """Proves: ``rural`` is Kenya's five rural groups, one of them may differ, and richest and poorest are quintiles.

    Breaks if: a record for one group is lost under that for all.
    """
    e = shipped("KEN 2019")
    assert sides(e)["poorest"] == ["hhd-r1", "hhd-u1"]
    assert list(pairs(sides(e))) == [("rural", "urban"), ("urban", "rural"), ("richest", "poorest")]
    o = plan(e, years=1, groups=[Group("rural", floor=1.01), Group("hhd-r2", floor=1.04)])
    assert o.indicator("living standard: hhd-r2").iloc[-1] >= 1.04 - 1e-7
    assert o.indicator("living standard: hhd-r3").iloc[-1] >= 1.01 - 1e-7
    assert o.indicator("gap: richest over poorest").iloc[0] == pytest.approx(1.0)
    assert o.indicator("spending gap: richest over poorest").iloc[0] > 5
    assert list(gaps(o).columns.get_level_values(0)) == [
        "rural over urban, standard", "rural over urban, spending",
        "richest over poorest, standard", "richest over poorest, spending",
    ]  # fmt: skip


def test_unknown_groups_and_products_are_refused() -> None:
    """Proves: a group or product that is not there is told with the nearest name."""
    with pytest.raises(UnknownName, match="nearest: 'rural'"):
        calm(groups=[Group("rurl", floor=1.0)])
    with pytest.raises(UnknownName, match="nearest: 'works'"):
        calm(groups=[Group("rural", basket={"work": 2.0})])
