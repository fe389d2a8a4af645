"""What is true of every plan, on small economies drawn at random and on some real ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import shipped, small, tables
from hypothesis import given
from hypothesis import strategies as st
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import COLUMNS, KEPT, Activities
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.families.rows import Model
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Solution, solve
from groundplan.tables.table import Table

CLOSE = 1e-6
POLICY = on_paper(years=3, population_growth=0.02, foreign_reserves=5.0, credit_line=2.0)
MONEY = (
    "domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary", "final_taxes"
)  # fmt: skip

# No shrinking: an example is a table of a few sectors as it is, and a solve is too slow to search with.
drawn = few(5)


def solved(a: Activities, policy: Policy = POLICY) -> tuple[Model, Solution]:
    model = programme(a, policy)
    return model, solve(model, policy)


def best(a: Activities, policy: Policy = POLICY) -> float:
    return solved(a, policy)[1].objective


def compiled(table: Table, policy: Policy = POLICY) -> Activities:
    return compile_plan(Economy.from_table(table), policy)


# A plan recomputed outside the model, from the tables and the levels alone


@dataclass
class Recount:
    """What a plan's levels and enjoyed standards come to: its goal, and the gaps of every rule, worst first."""

    goal: float
    gaps: pd.Series

    @property
    def worst(self) -> float:
        return float(self.gaps.max())


def moved(a: Activities, level: pd.Series) -> pd.DataFrame:
    """Every flow in every year: activity, commodity, role, when it falls due, amount."""
    f = a.flows.merge(pd.DataFrame({"year": list(a.years)}), how="cross")
    factor = f.merge(a.profiles, on=["profile", "year"], how="left")["factor"].where(f["profile"] != "", 1.0)
    amount = f["coefficient"] * factor * level.reindex(pd.MultiIndex.from_frame(f[["activity", "year"]])).to_numpy()
    return f.assign(when=f["year"] + f["lag"], amount=amount)[["activity", "commodity", "role", "when", "amount"]]


def outside(a: Activities) -> pd.Series:
    """Supply less claims, by commodity and year."""
    years = pd.DataFrame({"when": list(a.years)})
    every = a.exogenous[a.exogenous["year"] == 0].drop(columns="year").merge(years, how="cross")
    one = a.exogenous[a.exogenous["year"] != 0].rename(columns={"year": "when"})
    x = pd.concat([every, one])
    return (x["supply"] - x["claim"]).groupby([x["commodity"], x["when"]]).sum()


def recount(a: Activities, level: pd.Series, enjoyed: pd.Series) -> Recount:
    """Recompute a plan. ``level`` by (activity, year), ``enjoyed`` by (good, year).

    A gap is a share of the larger of 1 and what goes through the row.
    """
    gaps: dict[str, float] = {}

    def hold(name: str, over: pd.Series, through: pd.Series | float) -> None:
        gap = (over / np.maximum(1.0, np.abs(through))).clip(lower=0.0)
        gaps.update({f"{name}: {at}": float(g) for at, g in gap.items()})

    f, x = moved(a, level), outside(a)
    signed = f.assign(amount=f["amount"].where(f["role"] == "give", -f["amount"]))[f["role"] != "occupy"]
    net = signed.groupby(["commodity", "when"])["amount"].sum()
    through = f.groupby(["commodity", "when"])["amount"].sum()
    kind = a.commodities.set_index("commodity")["kind"]
    grid = pd.MultiIndex.from_product([kind.index, a.years])
    total = net.reindex(grid, fill_value=0.0) + x.reindex(grid, fill_value=0.0)
    size = through.reindex(grid, fill_value=0.0)
    is_flow = grid.get_level_values(0).map(kind) == "flow"
    hold("flow", -total[is_flow], size[is_flow])

    stock: dict[tuple[str, int], float] = {}
    for c in a.commodities[a.commodities["kind"].isin(KEPT)].itertuples():
        stock[c.commodity, a.years[0]] = c.initial
        for t in a.years:
            stock[c.commodity, t + 1] = (1.0 - c.loss) * stock[c.commodity, t] + total[c.commodity, t]
    held = pd.Series(stock)
    least = a.commodities.set_index("commodity")["least"]
    hold("kept", least.reindex(held.index.get_level_values(0)).to_numpy() - held, held)

    busy = f[(f["role"] == "occupy") & (f["when"] <= a.years[-1])].groupby(["commodity", "when"])["amount"].sum()
    hold("capacity", busy - held.reindex(busy.index), busy)

    for b in a.bounds.itertuples():
        own = level[b.activity] if b.year == 0 else level[b.activity].reindex([b.year]).dropna()
        hold(f"lower bound of {b.activity}", b.lower - own, own)
        hold(f"upper bound of {b.activity}", own - b.upper, own)
    hold("level", -level, 1.0)

    base = a.activities.set_index("activity")["base"]
    for g in a.growth.itertuples():
        if g.on in base.index:
            before = level[g.on].shift(fill_value=base[g.on])
            hold(f"growth of {g.on}", level[g.on] - (1.0 + g.up) * before - g.allowance, before)
            hold(f"fall of {g.on}", (1.0 - g.down) * before - g.allowance - level[g.on], before)
        elif np.isfinite(g.up):
            before = held[g.on].shift().dropna()
            hold(f"growth of {g.on}", held[g.on].reindex(before.index) - (1.0 + g.up) * before - g.allowance, before)

    hold("good", enjoyed - total.reindex(enjoyed.index), enjoyed)
    floor = a.floors.set_index(["good", "year"])
    hold("floor", floor["least"] - enjoyed.reindex(floor.index), floor["least"])
    if a.steady:
        standard = enjoyed / floor["heads"].reindex(enjoyed.index)
        for good, path in standard.groupby(level=0):
            hold(f"path of {good}", path.shift().dropna() - path.iloc[1:], path.iloc[1:])

    worth = 0.0
    for (good, year), parts in a.utility.groupby(["good", "year"]):
        left = enjoyed[good, year]
        for part in parts.sort_values("segment").itertuples():
            worth += part.slope * min(left, part.width)
            left -= min(left, part.width)
    late = f[(f["role"] == "give") & (f["when"] > a.years[-1])]
    lasts = 1.0 - a.commodities.set_index("commodity")["loss"]
    kinds = a.commodities.set_index("commodity")["kind"]
    for end in a.terminal.itertuples():
        there, stays = held[end.commodity, a.years[-1] + 1], float(lasts[end.commodity])
        own = late[late["commodity"] == end.commodity]
        for year in range(a.years[-1] + 1, int(own["when"].max()) + 1 if len(own) else 0):
            there = stays * there + float(own.loc[own["when"] == year, "amount"].sum())
        if kinds[end.commodity] == "account":
            # What is in it, or owed, is settled in the year after, with that year's interest.
            there = stays * held[end.commodity, a.years[-1] + 1]
        used = (1.0 + end.growth) * level[end.activity, a.years[-1]] if end.activity else np.inf
        worth += end.value * min(there, used)
    toil = a.activities.set_index("activity")["cost"]
    worth -= float((level * toil.reindex(level.index.get_level_values(0)).to_numpy()).sum())
    return Recount(worth, pd.Series(gaps).sort_values(ascending=False))


def plan_of(a: Activities, solution: Solution) -> tuple[pd.Series, pd.Series]:
    """Levels and enjoyed standards of a solved plan."""
    level = solution.values["level"].to_series()
    parts = pd.Series(solution.values["segment"].values).groupby([a.utility["good"], a.utility["year"]]).sum()
    return level, parts


@drawn
@given(tables())
def test_every_plan_adds_up_outside_the_model(table: Table) -> None:
    """Flows, stocks, capacities, bounds, paces, floors, paths and the goal, recomputed from the tables and the levels.

    Proves: the solved rows are the rules of the tables, all of them, and the goal is what it says.
    Breaks if: a family drops a row or a term, or the goal counts a thing twice.
    """
    a = compiled(table)
    _, solution = solved(a)
    found = recount(a, *plan_of(a, solution))
    assert found.worst < CLOSE, found.gaps.head().to_string()
    assert found.goal == pytest.approx(solution.objective, rel=CLOSE)


@pytest.mark.parametrize("case", ["KEN 2019", "GHA 2019", "DNK 2019"])
def test_plans_of_real_economies_add_up(case: str) -> None:
    """The same for three shipped economies over four years.

    Proves: training, re-exports, negative cells and the size of real money leave no gap.
    Breaks if: the solver's scaling lets a row of a real table slip.
    """
    policy = on_paper(years=4)
    a = compile_plan(shipped(case), policy)
    _, solution = solved(a, policy)
    found = recount(a, *plan_of(a, solution))
    assert found.worst < CLOSE, found.gaps.head().to_string()
    assert found.goal == pytest.approx(solution.objective, rel=CLOSE)


def test_the_recount_sees_a_plan_that_does_not_add_up() -> None:
    """Each level of a solved plan raised in turn breaks a rule or leaves the goal; one that is halved too.

    Proves: the recomputation above can fail.
    Breaks if: it reads its figures from the plan that it checks.
    """
    e = small()
    policy = on_paper(years=2)
    a = compile_plan(e, policy)
    _, solution = solved(a, policy)
    level, enjoyed = plan_of(a, solution)
    for verb in ("make", "buy", "sell", "invest", "live"):
        name = level[level.index.get_level_values(0).str.startswith(f"{verb}:")].idxmax()
        for factor in (1.05, 0.95):
            wrong = level.copy()
            wrong[name] *= factor
            found = recount(a, wrong, enjoyed)
            off = abs(found.goal / solution.objective - 1.0)
            assert found.worst > CLOSE or off > CLOSE, (name, factor)


# Loosening


def looser(a: Activities, which: str, row: int, by: float) -> Activities:
    """One limit of the plan, easier by a share ``by``."""
    if which == "supply":
        c = a.commodities[a.commodities["kind"] != "good"]["commodity"].iloc[row % (len(a.commodities) - 3)]
        return a.adding(exogenous=[{"commodity": c, "supply": 10.0 * by}])
    name, column, sign = {
        "upper": ("bounds", "upper", 1.0),
        "lower": ("bounds", "lower", -1.0),
        "floor": ("floors", "least", -1.0),
        "up": ("growth", "up", 1.0),
        "down": ("growth", "down", 1.0),
        "initial": ("commodities", "initial", 1.0),
        "least": ("commodities", "least", -1.0),
    }[which]
    table = getattr(a, name).copy()
    at = row % len(table)
    table.loc[at, column] += sign * (by * abs(table.loc[at, column]) + (by if which == "least" else 0.0))
    return replace(a, **{name: table})


@drawn
@given(
    tables(2, 3),
    st.sampled_from(["supply", "upper", "lower", "floor", "up", "down", "initial", "least"]),
    st.integers(0, 999),
    st.floats(0.01, 0.5),
)
def test_loosening_never_hurts(table: Table, which: str, row: int, by: float) -> None:
    """Any bound, floor, pace, stock at hand or supply, made easier: the goal is no worse; made easier again, no worse.

    Proves: nothing that a plan has too much of can harm it: every commodity may be left unused.
    Breaks if: a balance is an equation where it should be a limit, or a limit has the wrong side.
    """
    a = compiled(table)
    before = best(a)
    once = looser(a, which, row, by)
    after = best(once)
    assert after >= before * (1.0 - 1e-8)
    assert best(looser(once, which, row, by)) >= after * (1.0 - 1e-8)


# Prices


@drawn
@given(tables(2, 3), st.randoms(use_true_random=False))
def test_a_price_is_what_one_more_unit_is_worth(table: Table, random: object) -> None:
    """A little more, and a little less, of one commodity in one year, by solving again.

        (f(ε) − f(0)) / ε  ≤  price  ≤  (f(0) − f(−ε)) / ε

    The goal is concave in the supply, so the price lies between the two even where the plan has several prices.

    Proves: dual · gain is the price of the row's commodity, with its sign and its year.
    Breaks if: a sign is turned, a price belongs to the row next to it, or a stock's price is that of another stage.
    """
    a = compiled(table)
    model, solution = solved(a)
    known = {"flow_balance", "capacity_balance", "account_balance"}
    rows = [(f, at) for f in known & set(model.families) for at in range(len(model.families[f].labels))]
    rows = sorted(rows)
    priced = [(f, at) for f, at in rows if abs(solution.duals[f][at]) > 1e-3]
    chosen = [random.choice(priced), random.choice(rows)]  # type: ignore[attr-defined]
    step = 1e-2
    for family, at in chosen:
        own = model.families[family]
        price = float(solution.duals[family][at] * own.gain)
        commodity, year = str(own.labels[at]).rsplit(" | ", 1)
        more = best(a.adding(exogenous=[{"commodity": commodity, "year": int(year), "supply": step}]))
        assert (more - solution.objective) / step <= price + 1e-4, (family, own.labels[at])
        try:
            less = best(a.adding(exogenous=[{"commodity": commodity, "year": int(year), "claim": step}]))
        except PlanInfeasible:
            continue
        assert (solution.objective - less) / step >= price - 1e-4, (family, own.labels[at])


@drawn
@given(tables(2, 3))
def test_prices_add_up_to_the_goal(table: Table) -> None:
    """One per cent more of everything that is given from outside is worth what the prices say, to first order.

    Proves: every row with a commodity of its own has its price; none is lost or counted twice.
    Breaks if: a family's gain is wrong or a family that matters has none.
    """
    a = compiled(table)
    model, solution = solved(a)
    flows = [f for f in ("flow_balance", "capacity_balance", "account_balance") if f in model.families]
    prices = {
        tuple(str(label).rsplit(" | ", 1)): float(dual * model.families[f].gain)
        for f in flows
        for label, dual in zip(model.families[f].labels, solution.duals[f], strict=True)
    }
    step = 1e-3
    gifts = [{"commodity": c, "year": int(t), "supply": step} for (c, t) in prices]
    gained = (best(a.adding(exogenous=gifts)) - solution.objective) / step
    assert gained <= sum(prices.values()) + 1e-3
    assert min(prices.values()) >= -1e-7


# Names, order and money


def in_money(table: Table, k: float) -> Table:
    return replace(table, **{name: getattr(table, name) * k for name in MONEY})


def renamed(table: Table, order: list[int], names: list[str]) -> Table:
    """The table with its sectors in another order and under other names: sector ``order[i]`` becomes ``names[i]``."""
    old = [table.labels.index[i] for i in order]
    new = dict(zip(old, names, strict=True))

    def turned(frame: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
        for axis in range(frame.ndim):
            if set(old) <= set(frame.axes[axis]):
                frame = frame.reindex(old, axis=axis).rename(new, axis=axis)  # type: ignore[call-overload]
        return frame

    return replace(table, **{name: turned(getattr(table, name)) for name in (*MONEY, "labels")})


@drawn
@given(tables(2, 3), st.sampled_from([1e-3, 0.37, 1e3, 1e6]))
def test_the_money_unit_changes_nothing(table: Table, k: float) -> None:
    """The same accounts in another money: the goal is k times as large, and the plan, divided by k, is a best plan of
    the first accounts.

    Proves: no figure of the code is in money, and the solver's tolerances mean the same in every money.
    Breaks if: a threshold is absolute, or small flows are thrown away in large money.
    """
    policy = replace(POLICY, foreign_reserves=POLICY.foreign_reserves * k, credit_line=POLICY.credit_line * k)
    a, b = compiled(table), compiled(in_money(table, k), policy)
    goal = best(a)
    _, scaled = solved(b, policy)
    assert scaled.objective == pytest.approx(k * goal, rel=1e-7)
    level, enjoyed = plan_of(b, scaled)
    found = recount(a, level / k, enjoyed / k)
    assert found.worst < CLOSE, found.gaps.head().to_string()
    assert found.goal == pytest.approx(goal, rel=CLOSE)


@drawn
@given(tables(3, 4), st.randoms(use_true_random=False))
def test_order_and_names_of_sectors_change_nothing(table: Table, random: object) -> None:
    """Sectors in another order under other names: the same goal; a best plan of one is one of the other.

    Proves: sectors are found by name only, and names mean nothing.
    Breaks if: code pairs by position, sorts one side of a product, or knows a sector's name.
    """
    n = len(table.labels)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    names = [f"{'zyxw'[i]}{i * 7 % 5} sector" for i in range(n)]
    back = {names[i]: table.labels.index[order[i]] for i in range(n)}
    a, b = compiled(table), compiled(renamed(table, order, names))
    goal = best(a)
    _, other = solved(b)
    assert other.objective == pytest.approx(goal, rel=1e-8)
    level, enjoyed = plan_of(b, other)
    verbs = [(str(name).partition(":"), year) for name, year in level.index]
    level.index = pd.MultiIndex.from_tuples([(v + colon + back.get(c, c), year) for (v, colon, c), year in verbs])
    found = recount(a, level, enjoyed)
    assert found.worst < CLOSE, found.gaps.head().to_string()
    assert found.goal == pytest.approx(goal, rel=CLOSE)


@drawn
@given(tables(2, 3), st.integers(0, 99))
def test_order_of_rows_changes_nothing(table: Table, seed: int) -> None:
    """Every long table with its rows shuffled.

    Proves: the core finds by name, never by place.
    Breaks if: a family assumes that commodities or utility segments come in order.
    """
    a = compiled(table)
    rng = np.random.default_rng(seed)
    mixed = {n: getattr(a, n).iloc[rng.permutation(len(getattr(a, n)))] for n in COLUMNS}
    assert best(Activities.of(a.years, steady=a.steady, **mixed)) == pytest.approx(best(a), rel=1e-8)


# Aggregation


def aggregated(table: Table, groups: dict[str, str]) -> Table:
    """The table with its sectors summed into groups."""
    order = list(dict.fromkeys(groups[c] for c in table.labels.index))

    def summed(frame: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
        if isinstance(frame, pd.Series):
            return frame.groupby(groups).sum().reindex(order) if set(frame.index) == set(groups) else frame
        if set(frame.index) == set(groups):
            frame = frame.groupby(groups).sum().reindex(order)
        if set(frame.columns) == set(groups):
            frame = frame.T.groupby(groups).sum().T.reindex(order, axis=1)
        return frame

    changes = {name: summed(getattr(table, name)) for name in MONEY}
    return replace(table, **changes, labels=pd.Series({g: g for g in order}))


@drawn
@given(tables(3, 4), st.integers(1, 2))
def test_aggregation_commutes(table: Table, last: int) -> None:
    """Sectors summed before the base-year plan, or the plan's levels summed after: the same.

    Proves: accounts, compiler and solver treat a group as the sum of its members.
    Breaks if: a use within a group is dropped, or shares are averaged in place of summed.
    """
    codes = list(table.labels.index)
    groups = {c: ("rest" if i >= last else f"group {i}") for i, c in enumerate(codes)}
    whole, fine = Economy.from_table(aggregated(table, groups)), Economy.from_table(table)
    assert float(whole.output.sum()) == pytest.approx(float(fine.output.sum()), rel=1e-12)
    assert float(whole.gdp) == pytest.approx(float(fine.gdp), rel=1e-12)

    def levels(e: Economy) -> pd.Series:
        policy = on_paper()
        found = solved(compile_plan(e, policy, base_year=True), policy)[1]
        return found.values["level"].sel(year=e.year).to_series()

    each = levels(fine)
    verb = each.index.to_series().str.partition(":")
    after = each.groupby([verb[0].to_numpy(), verb[2].map(lambda c: groups.get(c, c)).to_numpy()]).sum()
    before = levels(whole)
    named = before.index.to_series().str.partition(":")
    before.index = pd.MultiIndex.from_arrays([named[0], named[2]])
    kinds = ["make", "buy", "sell", "live"]
    pd.testing.assert_series_equal(
        before.loc[kinds].sort_index(), after.loc[kinds].sort_index(), rtol=CLOSE, check_names=False
    )
    total = before.loc["invest"].sum()
    assert total == pytest.approx(after.loc["invest"].sum(), rel=CLOSE)
