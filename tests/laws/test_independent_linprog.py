"""A national plan written a second time, as matrices for ``scipy.optimize.linprog``, from accounts and policy.

Nothing of ``groundplan.planning`` but the policy's numbers is used to write it; the goals must agree.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest
import scipy.sparse as sp
from economies import shipped, small
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve

YEARS = 3
Terms = dict[tuple[object, ...], float]


class Matrices:
    """Rows and columns of a linear programme, numbered as they are named."""

    def __init__(self) -> None:
        self.column: dict[tuple[object, ...], int] = {}
        self.bounds: list[tuple[float, float | None]] = []
        self.worth: dict[int, float] = {}
        self.rows: list[tuple[dict[int, float], float]] = []
        self.equal: list[tuple[dict[int, float], float]] = []

    def add(self, *name: object, low: float = 0.0, high: float | None = None, worth: float = 0.0) -> None:
        self.column[name] = len(self.bounds)
        self.worth[len(self.bounds)] = worth
        self.bounds.append((low, high))

    def has(self, *name: object) -> bool:
        return name in self.column

    def at_most(self, terms: Terms, right: float = 0.0) -> None:
        self.rows.append(({self.column[n]: v for n, v in terms.items() if v}, right))

    def is_equal(self, terms: Terms, right: float = 0.0) -> None:
        self.equal.append(({self.column[n]: v for n, v in terms.items() if v}, right))

    def best(self) -> float:
        from scipy.optimize import linprog

        n = len(self.bounds)

        def matrix(rows: list[tuple[dict[int, float], float]]) -> sp.csr_matrix:
            at = [(r, c, v) for r, (terms, _) in enumerate(rows) for c, v in terms.items()]
            r, c, v = zip(*at, strict=True)
            return sp.csr_matrix((v, (r, c)), shape=(len(rows), n))

        found = linprog(
            [-self.worth[c] for c in range(n)],
            A_ub=matrix(self.rows), b_ub=[b for _, b in self.rows],
            A_eq=matrix(self.equal), b_eq=[b for _, b in self.equal],
            bounds=self.bounds, method="highs",
        )  # fmt: skip
        assert found.status == 0, found.message
        return -float(found.fun)


def written(e: Economy, p: Policy) -> Matrices:
    """The model page of the docs, for sectors j, products i, groups g, skills s and years t = 1 … T."""
    m, years, n = Matrices(), range(1, YEARS + 1), len(e.sectors)
    growth, sectors = float(p.population_growth or 0.0), range(n)
    x, imports = e.output.values, e.imports.values
    home, foreign = e.domestic_use.values, e.imported_use.values
    stock, wear, spent = e.capital_stock.values, e.depreciation.values, e.investment_by_sector.values
    makes = [j for j in sectors if x[j] > 0]
    built = [j for j in makes if stock[j] > 0]
    buys = [i for i in sectors if imports[i] != 0]
    swaps = [i for i in buys if x[i] > 0]
    sells = {i: float(v) for i, v in enumerate(e.exports.values) if v}
    resells = {i: float(v) for i, v in enumerate(e.reexports.values) if v}
    kinds = dict(zip(e.domestic_final["final"].values, e.domestic_final["final_kind"].values, strict=True))

    def final(*which: str) -> list[str]:
        return [str(f) for f, k in kinds.items() if k in which]

    def cost(names: list[str]) -> float:
        goods = e.domestic_final.sel(final=names).sum() + e.imported_final.sel(final=names).sum()
        return float(goods + e.final_taxes.sel(use=names).sum())

    groups = [g for g in final("household", "government", "nonprofit") if cost([g]) > 0]
    invest = cost(final("investment"))
    skills = [str(s) for s in e.employment["skill"].values]
    labour = e.employment.values
    school = next((e.sectors.index(s) for s in ("educ", "P", "P85", "8591") if s in e.sectors), None)
    trained = range(1, len(skills)) if school is not None else range(0)
    # structures, which construction makes, are usable a year after machines; where nobody builds, what lasts is
    builder = next((e.sectors.index(s) for s in ("cons", "F") if s in e.sectors), None)
    ripe: dict[int, dict[int, float]] = {j: {2 if wear[j] <= 0.05 else 1: 1.0} for j in built}
    if builder is not None:
        both = e.domestic_final + e.imported_final
        late = float(both.isel(product=builder).sel(final=final("investment")).sum()) / invest
        ripe = {j: {1: 1 - late, 2: late} for j in built}
    ready = {j: spent[j] * x[j] / stock[j] for j in built}
    steady = (1 + growth) * (1 + (p.labour_productivity_growth or 0.0))
    fade = (1 + p.discount_rate) ** -1 * (steady / (1 + growth)) ** -p.aversion
    wages = float(e.primary.values[e.primary["primary_kind"].values == "labour"].sum())
    end = (1 + p.discount_rate) ** -YEARS * (steady / (1 + growth)) ** (-YEARS * p.aversion)

    # levels, within their bounds
    for t in years:
        for j in makes:
            m.add("make", j, t, worth=-p.idle_cost)
        for i in buys:
            m.add("buy", i, t)
        for i in swaps:
            m.add("replace", i, t)
            m.add("deepen", i, t)
        for name, sold in (("sell", sells), ("resell", resells)):
            for i, base in sold.items():
                ceiling = base * (1 + p.export_growth) ** t
                m.add(name, i, t, low=0.0 if name == "sell" and base > 0 else ceiling, high=ceiling)
        m.add("assemble", t)
        for j in built:
            m.add("invest", j, t)
        for s in trained:
            # schooling and pupils' time that fall due after the end, at base-year prices and wages
            later = [fade ** (t + ago - YEARS - 1) for ago in range(p.training_years) if t + ago > YEARS]
            owed = end * sum(later) * (p.schooling_cost + wages / labour.sum() / p.training_premium)
            top = p.training_ceiling * labour[s - 1].sum() * p.training_premium
            m.add("train", s, t, high=top, worth=-owed)
        for s in range(len(skills) - 1):
            m.add("stand in", s, t)

    # living standards: Σ parts ≤ consumption, floor, path
    marks = [0.0, 0.5, 0.8, 0.9, 0.95, *(1.03**k for k in range(48))]
    for g in groups:
        base = cost([g])
        for t in years:
            heads = base * (1 + growth) ** t
            m.add("live", g, t)
            m.add("standard", g, t, low=p.floor * heads)
            m.at_most({("standard", g, t): 1.0, ("live", g, t): -1.0})
            parts: Terms = {("standard", g, t): -1.0}
            for k, (a, b) in enumerate(pairwise(marks)):
                slope = max((a + b) / 2, 0.05) ** -p.aversion * (1 + p.discount_rate) ** (1 - t)
                m.add("part", g, t, k, high=heads * (b - a), worth=slope)
                parts["part", g, t, k] = 1.0
            m.is_equal(parts)
            if t > 1:
                m.at_most({("standard", g, t - 1): 1 + growth, ("standard", g, t): -1.0})

    # stocks at the start of years 1 … T+1
    for j in built:
        first = max(x[j] / p.capacity_utilisation * (1 - wear[j]) + ready[j], x[j] * max(1, 1 + growth))
        for t in range(1, YEARS + 2):
            m.add("plant", j, t, low=first if t == 1 else 0.0, high=first if t == 1 else None)
    people = labour.sum(axis=1) * (1 + p.labour_reserve)
    for s in range(len(skills)):
        for t in range(1, YEARS + 2):
            first = people[s] * (1 + growth)
            m.add("people", s, t, low=first if t == 1 else 0.0, high=first if t == 1 else None)
    for t in range(1, YEARS + 2):
        held = p.foreign_reserves
        m.add("money", t, low=held if t == 1 else -p.credit_line, high=held if t == 1 else None)

    # home and imported products: used ≤ made or bought
    draws = final("inventories")
    for part, name, table, made in (
        ("domestic_final", "home", home, x),
        ("imported_final", "import", foreign, imports),
    ):
        uses = getattr(e, part)
        for i in sectors:
            change = float(uses.isel(product=i).sel(final=draws).sum())
            basket = {g: float(uses.isel(product=i).sel(final=g)) / cost([g]) for g in groups}
            capital = float(uses.isel(product=i).sel(final=final("investment")).sum()) / invest
            for t in years:
                used: Terms = defaultdict(float)
                for j in makes:
                    used["make", j, t] += table[i, j] / x[j]
                for g in groups:
                    used["live", g, t] += basket[g]
                used["assemble", t] += capital
                if name == "home":
                    if i in makes:
                        used["make", i, t] -= 1.0
                    if i in sells:
                        used["sell", i, t] += 1.0
                    if i == school:
                        for s in trained:
                            for ago in range(p.training_years):
                                if t - ago >= 1:
                                    used["train", s, t - ago] += p.schooling_cost
                else:
                    if i in buys:
                        used["buy", i, t] -= 1.0
                    if i in resells:
                        used["resell", i, t] += 1.0
                if i in swaps:
                    sign = 1.0 if name == "home" else -1.0
                    used["replace", i, t] += sign
                    used["deepen", i, t] -= sign
                left = change * max(0.0, 1 - t / p.inventories_years)
                if change < 0:
                    left = min(left, change + p.inventories_pace * t * max(float(made[i]), 0.0))
                if any(used.values()):
                    m.at_most(used, -left)

    for t in years:
        # capital goods have one composition
        m.at_most({("assemble", t): -1.0} | {("invest", j, t): 1.0 for j in built})
        # origin may change by a share of what is needed
        for i in swaps:
            share = min(1 - p.import_floor, p.import_replacement * t)
            need: Terms = {("buy", i, t): -share, ("replace", i, t): 1 - share, ("deepen", i, t): share}
            m.at_most(need | ({("resell", i, t): share} if i in resells else {}))
            share = min(p.import_deepening_ceiling, p.import_deepening * t)
            need = {("make", i, t): -share, ("deepen", i, t): 1 - share, ("replace", i, t): share}
            m.at_most(need | ({("sell", i, t): share} if i in sells else {}))
        # foreign exchange
        sold = float(e.exports.sum() + e.reexports.sum())
        price = 1 + float(e.final_taxes.sel(use="exports")) / sold
        account: Terms = {("money", t + 1): 1.0, ("money", t): -1.0} | {("buy", i, t): 1.0 for i in buys}
        account |= {("sell", i, t): -price for i in sells} | {("resell", i, t): -price for i in resells}
        m.is_equal(account, float(imports.sum()) - sold * price)
        # plant: wears, is built after its gestation, is absorbed no faster than so much a year
        for j in built:
            gives, under_way = x[j] / stock[j], sum(part for wait, part in ripe[j].items() if t - wait + 1 < 1)
            grown: Terms = {("plant", j, t + 1): 1.0, ("plant", j, t): wear[j] - 1}
            ordered = {("invest", j, t - w + 1): -gives * part for w, part in ripe[j].items() if t - w + 1 >= 1}
            m.is_equal(grown | ordered, ready[j] * under_way)
            m.at_most({("make", j, t): 1.0, ("plant", j, t): -1.0})
            m.at_most({("plant", j, t + 1): 1.0, ("plant", j, t): -1 - p.absorption})
            seed = 0.01 * invest / n
            ramp = 1 + p.investment_ramp
            before: Terms = {("invest", j, t - 1): -ramp} if t > 1 else {}
            m.at_most({("invest", j, t): 1.0} | before, seed if t > 1 else seed + ramp * spent[j])
        # works and markets fall slowly; where there is no plant, output rises slowly too
        for name, names, base in (("make", makes, x), ("sell", [i for i in sells if sells[i] > 0], sells)):
            for j in names:
                keep = 1 - p.contraction
                m.at_most(
                    {(name, j, t): -1.0} | ({(name, j, t - 1): keep} if t > 1 else {}),
                    0.0 if t > 1 else -keep * base[j],
                )
        for j in set(makes) - set(built):
            rise = 1 + p.absorption
            m.at_most(
                {("make", j, t): 1.0} | ({("make", j, t - 1): -rise} if t > 1 else {}), 0.0 if t > 1 else rise * x[j]
            )
        # people: at work, at school, standing in for the skill below
        for s in range(len(skills)):
            busy: Terms = {("people", s, t): -1.0}
            for j in makes:
                busy["make", j, t] = labour[s, j] / x[j] * (1 + (p.labour_productivity_growth or 0.0)) ** -t
            if s + 1 in trained:
                for ago in range(p.training_years):
                    if t - ago >= 1:
                        busy["train", s + 1, t - ago] = 1 / p.training_premium
            if s > 0:
                busy["stand in", s - 1, t] = p.training_premium
            if s + 1 < len(skills):
                busy["stand in", s, t] = -1.0
            m.at_most(busy)
            more: Terms = {("people", s, t + 1): 1.0, ("people", s, t): -1.0}
            done = t - p.training_years + 1
            if done >= 1 and s in trained:
                more["train", s, done] = -1.0
            if done >= 1 and s + 1 in trained:
                more["train", s + 1, done] = 1 / p.training_premium
            m.is_equal(more, growth * people[s] * (1 + growth) ** t)

    # what is left at the end, as far as it would be used
    for j in built:
        m.add("left", j, worth=stock[j] / x[j] * end * p.terminal_weight)
        # What is begun ripens later, in which what stands wears, and what ripens first wears too.
        longest = max(ripe[j])
        due: Terms = defaultdict(float)
        for wait, part in ripe[j].items():
            for t in years:
                if t + wait - 1 > YEARS:
                    still = YEARS + longest - (t + wait)
                    due["invest", j, t] -= part * x[j] / stock[j] * (1 - wear[j]) ** still
        m.at_most({("left", j): 1.0, ("plant", j, YEARS + 1): -((1 - wear[j]) ** (longest - 1))} | due)
        m.at_most({("left", j): 1.0, ("make", j, YEARS): -(steady**longest)})
    m.add("money left", worth=end)
    m.at_most({("money left",): 1.0, ("money", YEARS + 1): -1.0})
    return m


@pytest.mark.parametrize(("case", "growth"), [("KEN 2019", 0.02), ("DNK 2019", 0.003), ("small", 0.02)])
def test_the_plan_is_the_same_when_written_twice(case: str, growth: float) -> None:
    """A three-year plan of Kenya (skills, training), of Denmark (re-exports) and of two sectors, by other matrices.

    Proves: compiler, families and hand-over to the solver write the programme of the docs and of nothing else.
    Breaks if: a default, a lag, a sign or a first year differs from what the docstrings say.
    """
    policy = on_paper(years=YEARS, population_growth=growth, labour_productivity_growth=0.02)
    e = small() if case == "small" else shipped(case)
    found = solve(programme(compile_plan(e, policy), policy), policy).objective
    assert written(e, policy).best() == pytest.approx(found, rel=1e-6)


def test_what_is_impossible_is_impossible_twice() -> None:
    """Denmark with eight per cent more people a year, whose floors its plant cannot meet at once: no plan, either way.

    Proves: the verdict too is that of the accounts, not of the way in which they are written.
    Breaks if: one of the two drops a row and finds a plan.
    """
    policy = on_paper(years=YEARS, population_growth=0.08, labour_productivity_growth=0.02)
    e = shipped("DNK 2019")
    with pytest.raises(PlanInfeasible):
        solve(programme(compile_plan(e, policy), policy), policy)
    with pytest.raises(AssertionError, match="infeasible"):
        written(e, policy).best()
