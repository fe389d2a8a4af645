"""A crisis of two sectors as activities of the planning core, every figure on paper (``crises.uneven``)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from crises import shaken, uneven

from groundplan.crisis.compile_crisis import (
    Crisis,
    activities,
    doing_without,
    final_use,
    kept,
    period_starts,
    production,
    rebuilding,
    storage,
    trade,
)
from groundplan.crisis.ways_of_working import spared
from groundplan.shocks.ceilings import ceilings, first_step
from groundplan.shocks.cutoff import supply_from_stocks
from groundplan.shocks.dynamics.shock import Shock, quiet
from groundplan.shocks.dynamics.system import System

OVERTIME = [1.0, 1.125, 1.21875, 1.2890625, 1.341796875]  # 1.5 − 0.5·0.75^k
LEFT = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.5]])


def crisis(s: System | None = None, span: int = 1) -> Crisis:
    """``shaken`` in periods of ``span`` days, with all ways of working with less."""
    s = uneven() if s is None else s
    shock = shaken(s)
    limits = ceilings(s, shock)
    starts = period_starts(shock.steps, limits.begins, span)
    return Crisis(s, shock, limits, starts, LEFT, np.array([1.0, 2.0, 3.0]), spared(s, s.use[:, : s.n]))


def flows_of(frames: list[pd.DataFrame]) -> dict[tuple[str, str, str], float]:
    whole = pd.concat(frames, ignore_index=True)
    return dict(
        zip(zip(whole["activity"], whole["commodity"], whole["role"], strict=True), whole["coefficient"], strict=True)
    )


def moves_of(frames: list[pd.DataFrame]) -> set[tuple[str, int, float, float]]:
    """Commodity, year, supply and claim of every change from outside."""
    whole = pd.concat([f.reindex(columns=["commodity", "year", "supply", "claim"]) for f in frames]).fillna(0.0)
    return {(c, int(y), round(s, 9), round(k, 9)) for c, y, s, k in whole.itertuples(index=False)}


def starts_of(frames: list[pd.DataFrame]) -> dict[str, tuple[str, float]]:
    whole = pd.concat(frames)
    return {
        c: (k, pytest.approx(i)) for c, k, i in zip(whole["commodity"], whole["kind"], whole["initial"], strict=True)
    }


def test_ceilings_step_by_step() -> None:
    """Overtime nears 1.5 by a quarter of the gap a day from the day after the first. A fifth of a's 40 is destroyed on
    day 1; from day 2 on a fifth of what is open is rebuilt a day: 0.2, 0.16, 0.128 at least still stand.

    Proves: each limit of every day. Breaks if: overtime begins on day 0, rebuilding before it is ordered.
    """
    limits = crisis().limits
    assert limits.begins == 1
    assert limits.overtime.tolist() == pytest.approx(OVERTIME)
    assert limits.plant[:, 0].tolist() == [1.0, 0.5, 0.5, 1.0, 1.0]
    assert limits.plant[:, 1].tolist() == [1.0] * 5
    assert limits.crew[:, 1].tolist() == [1.0, 1.0, 0.25, 1.0, 1.0]
    assert limits.destroyed[:, 0].tolist() == pytest.approx([0.0, 0.2, 0.2, 0.2, 0.2])
    assert limits.standing[:, 0].tolist() == pytest.approx([0.0, 0.2, 0.2, 0.16, 0.128])
    assert limits.standing[:, 1].tolist() == [0.0] * 5
    can = np.array([1.0, 0.3, 0.3, 0.84, 0.872])
    assert limits.making[:, 0].tolist() == pytest.approx((8.0 * np.array(OVERTIME) * can).tolist())
    assert limits.making[:, 1].tolist() == pytest.approx((20.0 * np.array(OVERTIME) * [1, 1, 0.25, 1, 1]).tolist())
    assert limits.demand[:, 1, 0].tolist() == [8.0, 8.0, 12.0, 8.0, 8.0]
    assert limits.demand[:, 0, 2].tolist() == [1.0] * 5


def test_ceilings_of_weeks() -> None:
    """Proves: what closes in four or five days is closed after a week, no more than all of it; orders too are moved.

    Breaks if: overtime or rebuilding overshoots. Nothing is open a week after it was ordered.
    """
    s = uneven(days_per_step=7)
    limits = ceilings(s, shaken(s))
    assert limits.overtime.tolist() == [1.0, 1.5, 1.5, 1.5, 1.5]
    assert limits.standing[:, 0].tolist() == pytest.approx([0.0, 0.2, 0.2, 0.0, 0.0])
    moved = ceilings(replace(s, behaviour=replace(s.behaviour, rerouting_days=3.0)), shaken(s))
    # On day 2 orders weigh the east with 0.4 of its 4, so the west with 2 of 3.6; both are asked for the rest.
    asked = 3.0 * (limits.making[1, 0] / 8.0) * (1 + 6 * 7 / 12) + 3.0
    west = asked * 2 / 3.6 + 8 * 0.25 / 3
    assert moved.buying[2, 2] == pytest.approx(min(1.6, asked * 1.6 / 3.6 + 8 * 0.5 / 3) + west)


def test_what_users_can_buy_abroad_at_most() -> None:
    """On day 0 the base's 6. Then a asks at most for 3·c·(1 + 6/12), c what it could make the day before over its
    base; final users for 3; rebuilding for a fifth of 8·0.25 from day 2 on. Of all two thirds are asked of the east,
    which is held to 0.4 of its 4 on days 1 to 3.

    Proves: sectors' and final users' orders, the pace of refilling, and the cut. Breaks if: today's capacity counts.
    """
    bought = crisis().limits.buying
    asked = [6.0]
    for t, can in enumerate([1.0, 0.3, 0.3, 0.84], 1):
        asked.append(3.0 * can * OVERTIME[t - 1] * 1.5 + 3.0 + (0.4 if t >= 2 else 0.0))
    wanted = [6.0, *(1.6 + x / 3 for x in asked[1:4]), asked[4]]
    assert bought[:, 2].tolist() == pytest.approx(wanted)
    assert bought[:, :2].tolist() == [[0.0, 0.0]] * 5


def test_buying_where_a_pool_is_shared_with_makers_at_home() -> None:
    """Home b and imported b stand in one stock; a home maker that can do a quarter has a quarter of its weight.

    Of b's uses (4, 5 | 10, 4.5, 2.5 with imports pooled) home gives 20, the east 4 and the west 2: shares 20/26, 4/26,
    2/26. The day after people are away at b the weights are 0.25·20, 4 and 2, so the east is asked for 4/11; and after
    two days in which the east sends 0.4 its route has moved to 1 − 0.6·(1/4 + 3/4·1/4).
    Proves: least weights of home makers and routes of partners. Breaks if: shares are not those of what is left.
    """
    use = np.array([[2.0, 3.0, 4.0, 0.0, 1.0], [4.0, 5.0, 10.0, 4.5, 2.5]])
    one = {
        "inputs": ("a", "b"), "products": ("a", "b"), "needs": ("food", "heat"), "input_of": np.array([0, 1, 1, 1]),
        "use": use, "shares": np.array([1.0, 20 / 26, 4 / 26, 2 / 26]), "stocks": np.array([4.0, 5.0]),
        "reserves": np.zeros(2), "binding": np.zeros((2, 2), dtype=np.int8), "investment": np.array([0.0, 1.0]),
    }  # fmt: skip
    s = uneven(**one)
    base = shaken(s)
    quieter = Shock(base.capacity, base.labour, base.imports, np.zeros((5, 0)), np.zeros((0, 2, 3)))
    limits = ceilings(s, quieter)
    can = limits.making[2] / s.output
    sectors = use[1, :2] @ (can * (1.0 + 5.0 / 12.0))
    east, west = 4 / 11, 2 / 11
    finals = 17.0
    limit = min(1.6, sectors * east + finals * 4 / 26)
    assert limits.buying[3, 1] == pytest.approx(limit + sectors * west + finals * 2 / 26)
    moving = replace(s, behaviour=replace(s.behaviour, rerouting_days=4.0))
    after, home = 1.0 - 0.6 * (0.25 + 0.75 * 0.25), 0.25
    whole = home * 20 + after * 4 + 2
    mixed = 20 + after * 4 + 2
    limit = min(1.6, sectors * after * 4 / whole + finals * after * 4 / mixed)
    there = ceilings(moving, quieter)
    assert there.buying[3, 1] == pytest.approx(limit + sectors * 2 / whole + finals * 2 / mixed)
    fixed = ceilings(replace(s, behaviour=replace(s.behaviour, orders="fixed")), quieter)
    assert fixed.buying[3, 1] == pytest.approx(1.6 + sectors * 2 / 26 + finals * 2 / 26)


def test_the_first_step_of_each_kind_of_loss() -> None:
    """Proves: whatever is lost first begins it: plant, labour, imports, demand or capital; nothing is day 0.

    Breaks if: one kind is not looked at.
    """
    s = uneven()
    calm = quiet(s, 6)
    assert first_step(calm) == 0
    for field, at in (("capacity", 4), ("labour", 3), ("imports", 2)):
        path = np.ones((6, 2))
        path[at:, 1] = 0.5
        assert first_step(replace(calm, **{field: path})) == at
    moved = replace(calm, profiles=np.array([[0.0]] * 5 + [[-0.5]]), patterns=np.ones((1, 3, 3)))
    assert first_step(moved) == 5
    assert first_step(shaken(s)) == 1
    late = replace(shaken(s), rebuilds=(replace(shaken(s).rebuilds[0], step=0),))
    assert first_step(late) == 0
    assert first_step(replace(calm, rebuilds=(replace(shaken(s).rebuilds[0], step=4),))) == 4


def test_which_sectors_and_inputs_have_rows() -> None:
    """Proves: every input that a sector uses is stored, idle or not; what rebuilding takes are the two kinds of b; who
    has no path to follow follows none; the closing year has the last value.

    Breaks if: what is not used, or not destroyed, has rows too.
    """
    c = crisis()
    assert c.makers.tolist() == [0, 1]
    assert c.followers.tolist() == []
    assert c.stored.tolist() == [0, 1, 2]
    assert c.rebuilt.tolist() == [0]
    assert c.built_of.tolist() == [1, 2]
    assert c.first == 1
    assert c.lengths.tolist() == [1] * 5
    assert c.years.tolist() == [1, 2, 3, 4, 5]
    assert not c.at_once
    assert not c.has_room
    assert c.planned(np.arange(5.0)).tolist() == [1.0, 2.0, 3.0, 4.0, 4.0]
    use = c.system.use.copy()
    use[0, :3] = [0.0, 0.0, 9.0]
    assert crisis(uneven(use=use)).stored.tolist() == [1, 2]


def test_making_and_doing_without() -> None:
    """A takes 2/8, 1/8 and 3/8 a unit, b 3/20 of home a, which is idle to it, and 5/20 of home b. A does without its
    1/8 of home b on twice the plant and people; b without home a at no cost.

    Where capital is rebuilt labour is a capacity of its own: a's plant is 0.3 of 8 until nothing is lost beside what
    was destroyed, then 0.8; b's follows its people.
    Proves: every coefficient and every change of plant, told a year before. Breaks if: plant is counted without what
    must be rebuilt, crews stand in for it, or more is done without than was made (``run``).
    """
    parts = production(crisis())
    wanted = {("make:a", f"store:{g}", "take"): r for g, r in zip(uneven().inputs, (0.25, 0.125, 0.375), strict=True)}
    wanted |= {("make:b", f"store:home:{g}", "take"): r for g, r in (("a", 0.15), ("b", 0.25))}
    for j in "ab":
        wanted |= {(f"make:{j}", f"{what}:{j}", "give"): 1.0 for what in ("product:home", "run")}
        wanted |= {(f"make:{j}", f"plant:{j}", "occupy"): 1.0}
    wanted |= {("make:a", "crew:a", "occupy"): 1.0}
    assert flows_of(parts["flows"]) == pytest.approx(wanted)
    without = doing_without(crisis())["flows"]
    assert flows_of(without) == pytest.approx({
        ("spare:a:0", "run:a", "take"): 1.0, ("spare:a:0", "store:home:b", "give"): 0.125,
        ("spare:a:0", "plant:a", "occupy"): 1.0, ("spare:a:0", "crew:a", "occupy"): 1.0,
        ("spare:b:0", "run:b", "take"): 1.0, ("spare:b:0", "store:home:a", "give"): 0.15,
    })  # fmt: skip
    whole = pd.concat([*parts["flows"], *without])
    assert set(whole.loc[whole["role"] == "occupy", "profile"]) == {"overtime"}
    assert starts_of(parts["commodities"]) == {
        "plant:a": ("capacity", 2.4), "plant:b": ("capacity", 20.0), "crew:a": ("capacity", 8.0),
        "run:a": ("flow", 0.0), "run:b": ("flow", 0.0),
    }  # fmt: skip
    assert moves_of(parts["exogenous"]) == {
        ("plant:a", 2, 4.0, 0.0), ("plant:b", 1, 0.0, 15.0), ("plant:b", 2, 15.0, 0.0),
    }  # fmt: skip


def test_what_is_kept_moves_by_its_changes() -> None:
    """Proves: two paths, one falling and one rising, name by name and year by year; what stands still has no row."""
    c = crisis()
    path = np.array([[5.0, 1.0], [5.0, 4.0], [3.0, 4.0], [3.0, 4.5], [3.0, 4.5]])
    parts = kept(c, np.array(["x", "y"], dtype=object), "stock", path)
    assert starts_of(parts["commodities"]) == {"x": ("stock", 5.0), "y": ("stock", 1.0)}
    assert moves_of(parts["exogenous"]) == {("x", 2, 0.0, 2.0), ("y", 1, 3.0, 0.0), ("y", 3, 0.5, 0.0)}
    assert len(parts["exogenous"][0]) == 3


def test_buying_keeping_and_giving_out() -> None:
    """Proves: only what is imported is bought, within what comes; what is put in store is there a step later; stores
    begin at 4·5, 5·6 and 6·3, and the state's 3; what must be left is claimed in the closing year.

    Breaks if: reserves that are none have rows, or stores begin with the use of final users.
    """
    c = crisis()
    bought = trade(c)
    assert flows_of(bought["flows"]) == {("buy:imported:b", "product:imported:b", "give"): 1.0}
    limits = bought["bounds"][0]
    assert limits["year"].tolist() == [1, 2, 3, 4, 5]
    assert limits["upper"].tolist() == pytest.approx([*c.limits.buying[1:, 2], c.limits.buying[4, 2]])
    stored = storage(c)
    wanted = {(f"put:{g}", f"product:{g}", "take"): 1.0 for g in c.system.inputs}
    wanted |= {(f"put:{g}", f"store:{g}", "give"): 1.0 for g in c.system.inputs}
    wanted |= {("release:imported:b", "reserve:imported:b", "take"): 1.0}
    wanted |= {("release:imported:b", "product:imported:b", "give"): 1.0}
    assert flows_of(stored["flows"]) == wanted
    lags = pd.concat(stored["flows"]).set_index(["commodity"])["lag"].fillna(0)
    assert lags[lags > 0].to_dict() == {f"store:{g}": 1 for g in c.system.inputs}
    assert starts_of(stored["commodities"]) == {
        "store:home:a": ("stock", 20.0), "store:home:b": ("stock", 30.0), "store:imported:b": ("stock", 18.0),
        "reserve:imported:b": ("stock", 3.0),
    }  # fmt: skip
    assert moves_of(stored["exogenous"]) == {
        ("store:home:a", 5, 0.0, 1.0), ("store:home:b", 5, 0.0, 2.0), ("store:imported:b", 5, 0.0, 3.0),
        ("reserve:imported:b", 5, 0.0, 0.5),
    }  # fmt: skip


def test_final_use_and_what_nobody_makes() -> None:
    """Proves: 5, 14 (18 on the third day) and 2.5 (0.5 is sold on abroad) are wanted at weights 1, 2 and 3, nothing
    in the closing year; the 2 of a that stocks give come every day but then.

    Breaks if: demand or supply goes on after the end, or re-exports count.
    """
    c = crisis()
    assert supply_from_stocks(c.system).tolist() == [2.0, 0.0, 0.0]
    parts = final_use(c)
    worth = parts["utility"][0]
    widths = worth.pivot(index="good", columns="year", values="width")
    assert widths.columns.tolist() == [1, 2, 3, 4, 5]
    assert widths.loc["product:home:a"].tolist() == [5.0, 5.0, 5.0, 5.0, 0.0]
    assert widths.loc["product:home:b"].tolist() == [14.0, 18.0, 14.0, 14.0, 0.0]
    assert widths.loc["product:imported:b"].tolist() == [2.5, 2.5, 2.5, 2.5, 0.0]
    assert worth.groupby("good")["slope"].unique().map(list).to_dict() == {
        "product:home:a": [1.0], "product:home:b": [2.0], "product:imported:b": [3.0],
    }  # fmt: skip
    assert moves_of(parts["exogenous"]) == {("product:home:a", y, 2.0, 0.0) for y in (1, 2, 3, 4)}
    abroad = uneven(from_stocks=np.array([2.0, 0.0, 0.5, 0.0]))
    assert supply_from_stocks(abroad).tolist() == [2.0, 0.0, 0.0]
    assert parts["commodities"][0]["kind"].tolist() == ["good"] * 3


def test_rebuilding_piece_by_piece() -> None:
    """8 of a's capital: 6 of home b and 2 of imported b, open from the second planned step on, a fifth a step at most;
    a unit of work put back gives 8/40 of plant.

    Proves: who takes and gives what, when it is open, and at which pace. Breaks if: it is open before it is ordered.
    """
    parts = rebuilding(crisis())
    wanted = {(f"rebuild:{g}", f"product:{g}", "take"): 1.0 for g in ("home:b", "imported:b")}
    wanted |= {(f"rebuild:{g}", "building work", "give"): 1.0 for g in ("home:b", "imported:b")}
    wanted |= {(f"rebuild:{g}", f"ruin:{g}", "take"): 1.0 for g in ("home:b", "imported:b")}
    wanted |= {(f"rebuild:{g}", f"ruin:{g}", "occupy"): 5.0 for g in ("home:b", "imported:b")}
    wanted |= {("restore:a", "building work", "take"): 1.0, ("restore:a", "plant:a", "give"): 0.2}
    wanted |= {("restore:a", "site:a", "take"): 1.0, ("restore:a", "site:a", "occupy"): 5.0}
    assert flows_of(parts["flows"]) == pytest.approx(wanted)
    assert moves_of(parts["exogenous"]) == {
        ("ruin:home:b", 1, 6.0, 0.0), ("ruin:imported:b", 1, 2.0, 0.0), ("site:a", 1, 8.0, 0.0),
    }  # fmt: skip
    assert {frame["commodity"].iloc[0] for frame in parts["commodities"]} >= {"building work", "ruin:home:b", "site:a"}
    s = uneven()
    calm = replace(crisis(), shock=quiet(s, 5))
    assert rebuilding(calm) == {}
    for days in (5.0, 7.0):  # a week is time for all of it
        quick = uneven(behaviour=replace(s.behaviour, rebuild_days=days), days_per_step=7)
        assert flows_of(rebuilding(crisis(quick))["flows"])["restore:a", "site:a", "occupy"] == 1.0
    double = replace(shaken(s).rebuilds[0], lost=np.array([0.0, 5.0]), begins=4, mix=np.array([0.4, 0.6, 0.0]))
    both = replace(shaken(s), rebuilds=(*shaken(s).rebuilds, double))
    moved = moves_of(rebuilding(replace(crisis(), shock=both))["exogenous"])
    assert moved == {
        ("ruin:home:a", 3, 2.0, 0.0), ("ruin:home:b", 1, 6.0, 0.0), ("ruin:home:b", 3, 3.0, 0.0),
        ("ruin:imported:b", 1, 2.0, 0.0), ("site:a", 1, 8.0, 0.0), ("site:b", 3, 5.0, 0.0),
    }  # fmt: skip


def test_the_tables_of_the_whole_crisis() -> None:
    """Proves: every activity stands once in the crisis's money; overtime shortens what a unit occupies; in the closing
    year only what is put in store and given out may go on.

    Breaks if: a path is made after the end, or plant is stretched the wrong way.
    """
    c = crisis()
    a = activities(c)
    assert list(a.years) == [1, 2, 3, 4, 5]
    assert not a.steady
    names = set(a.activities["activity"])
    assert names == {
        "make:a", "make:b", "spare:a:0", "spare:b:0", "buy:imported:b", "put:home:a", "put:home:b", "put:imported:b",
        "release:imported:b", "rebuild:home:b", "rebuild:imported:b", "restore:a",
    }  # fmt: skip
    assert set(a.activities["unit"]) == {"money"}
    factors = a.profiles.set_index("year")["factor"]
    assert factors.to_dict() == pytest.approx(dict(enumerate([*(1 / np.array(OVERTIME[1:])), 1 / OVERTIME[4]], 1)))
    last = a.bounds[(a.bounds["year"] == 5) & (a.bounds["upper"] == 0.0)]
    assert set(last["activity"]) == {n for n in names if not n.startswith(("put:", "release:"))}
    assert a.utility["slope"].nunique() == 3


def test_periods_of_two_days() -> None:
    """Days 1 and 2, then 3 and 4. Flows are sums of the days: of home b 14 + 18 and 14 + 14 are wanted, of a 2 a day
    come from stocks. Plant is a mean: of b (1 + 0.25)/2. Overtime is the most of the days and makes for both. What is
    brought can be used at once. Of what is to be built 1 − 0.8² is done at most, and what is put back occupies its own.

    Proves: means, sums, most and lags of periods. Breaks if: a period counts as one day, or begins with the horizon.
    """
    c = crisis(span=2)
    assert c.starts.tolist() == [0, 1, 3]
    assert c.lengths.tolist() == [1, 2, 2]
    assert (c.first, c.years.tolist(), c.at_once) == (1, [1, 2, 3], True)
    plants = production(c)
    assert moves_of(plants["exogenous"]) == {("plant:a", 1, 4.0, 0.0), ("plant:b", 1, 7.5, 0.0)}
    assert starts_of(plants["commodities"])["plant:a"] == ("capacity", 2.4)
    assert starts_of(plants["commodities"])["plant:b"] == ("capacity", 12.5)
    assert plants["profiles"][0]["factor"].tolist() == pytest.approx([1 / (2 * OVERTIME[k]) for k in (2, 4, 4)])
    bought = c.limits.buying[:, 2]
    sums = [bought[1] + bought[2], bought[3] + bought[4]]
    assert trade(c)["bounds"][0]["upper"].tolist() == pytest.approx([*sums, sums[1]])
    assert set(pd.concat(storage(c)["flows"])["lag"].fillna(0)) == {0}
    used = final_use(c)
    widths = used["utility"][0].pivot(index="good", columns="year", values="width")
    assert widths.to_numpy().tolist() == [[10.0, 10.0, 0.0], [32.0, 28.0, 0.0], [5.0, 5.0, 0.0]]
    assert moves_of(used["exogenous"]) == {("product:home:a", y, 4.0, 0.0) for y in (1, 2)}
    built = rebuilding(c)
    assert moves_of(built["exogenous"]) == set()
    assert starts_of(built["commodities"][1:]) == {
        "ruin:home:b": ("capacity", 6.0), "ruin:imported:b": ("capacity", 2.0), "site:a": ("capacity", 8.0),
    }  # fmt: skip
    cells = flows_of(built["flows"])
    assert cells["restore:a", "site:a", "occupy"] == pytest.approx(1 / 0.36)
    assert (cells["restore:a", "plant:a", "give"], cells["restore:a", "plant:a", "occupy"]) == (0.2, -0.2)
