"""A plan that changes nothing gives the accounts back: the first test of every economy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from economies import FOREIGN, SHARED, SHIPPED, foreign, shipped, small
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.planning.activities import Activities
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import Solution, solve

CLOSE = 1e-6
# A cell counts as zero below this share of total output: smaller cells cannot be told from the solver's own accuracy.
NOTHING = 1e-9


def accounts(e: Economy) -> dict[str, pd.Series]:
    """The base year, from the economy's arrays alone."""
    household = list(e.finals("household"))
    invest = list(e.finals("investment"))

    def spent(names: list[str]) -> pd.Series:
        goods = (e.domestic_final.sel(final=names) + e.imported_final.sel(final=names)).sum("product").to_series()
        return goods + e.final_taxes.sel(use=names).to_series()

    eats = [f for kind in ("household", "nonprofit", "government") for f in e.finals(kind)]
    abroad = float(e.imports.sum() - e.exports.sum() - e.reexports.sum() - e.final_taxes.sel(use="exports"))
    return {
        "output": e.output.to_series(),
        "imports": e.imports.to_series(),
        "exports": e.exports.to_series(),
        "reexports": e.reexports.to_series(),
        "household spending": spent(household),
        "living standard": spent(eats),
        "home consumption": e.domestic_final.sel(final=eats).sum("final").to_series(),
        "imported consumption": e.imported_final.sel(final=eats).sum("final").to_series(),
        "investment": pd.Series({"total": spent(invest).sum()}),
        "capital goods": pd.Series(spent(invest).sum(), ["give", "take"]),
        "home capital goods": e.domestic_final.sel(final=invest).sum("final").to_series(),
        "imported capital goods": e.imported_final.sel(final=invest).sum("final").to_series(),
        "home inputs": e.domestic_use.sum("sector").to_series(),
        "imported inputs": e.imported_use.sum("sector").to_series(),
        "capacity at work": e.output.where(e.capital_stock > 0, 0.0).to_series(),
        "employment": e.employment.sum("sector").to_series(),
        "value added": pd.Series({"total": float(e.value_added.sum())}),
        "foreign gap": pd.Series({"total": abroad}),
    }


def planned(e: Economy, a: Activities, solution: Solution) -> dict[str, pd.Series]:
    """The same accounts, from the plan's levels and its flows."""
    level = solution.values["level"].sel(year=e.year).to_series()
    flows = a.flows.assign(amount=a.flows["coefficient"] * a.flows["activity"].map(level))
    flows["verb"] = flows["activity"].str.partition(":")[0]

    def levels(verb: str, codes: pd.Index | list[str]) -> pd.Series:
        return pd.Series({c: level.get(f"{verb}:{c}", 0.0) for c in codes})

    def moved(role: str, verb: str, prefix: str) -> pd.Series:
        f = flows[(flows["role"] == role) & (flows["verb"] == verb) & flows["commodity"].str.startswith(prefix)]
        return f.groupby(f["commodity"].str.removeprefix(prefix))["amount"].sum()

    def taken(verb: str, prefix: str) -> pd.Series:
        return moved("take", verb, prefix).reindex(e.sectors, fill_value=0.0)

    groups = e.finals("household")
    eats = [f for kind in ("household", "nonprofit", "government") for f in e.finals(kind)]
    made = moved("give", "make", "home:").reindex(e.sectors, fill_value=0.0)
    kinds = e.primary["primary_kind"]
    taxes = e.primary[(kinds == "product_tax") | (kinds == "margin")].sum("primary").to_series()
    taxed = (taxes / e.output.to_series().where(lambda x: x > 0) * made).sum() + taxes[e.output.to_series() <= 0].sum()
    inputs = taken("make", "home:").sum() + taken("make", "import:").sum()
    money = flows[flows["commodity"] == "foreign exchange"].groupby("role")["amount"].sum()
    return {
        "output": made,
        "imports": moved("give", "buy", "import:").reindex(e.sectors, fill_value=0.0),
        "exports": taken("sell", "home:"),
        "reexports": taken("reexport", "import:"),
        "household spending": levels("live", list(groups)),
        "living standard": moved("give", "live", "standard:").reindex(eats, fill_value=0.0),
        "home consumption": taken("live", "home:"),
        "imported consumption": taken("live", "import:"),
        "investment": pd.Series({"total": levels("invest", list(e.sectors)).sum()}),
        "capital goods": pd.Series(
            {
                f: flows.loc[flows["commodity"] == "capital goods"].groupby("role")["amount"].sum()[f]
                for f in ("give", "take")
            }
        ),
        "home capital goods": taken("assemble", "home:"),
        "imported capital goods": taken("assemble", "import:"),
        "home inputs": taken("make", "home:"),
        "imported inputs": taken("make", "import:"),
        "capacity at work": moved("occupy", "make", "capacity:").reindex(e.sectors, fill_value=0.0),
        "employment": moved("occupy", "make", "labour:").reindex(e.employment["skill"].values, fill_value=0.0),
        "value added": pd.Series({"total": made.sum() - inputs - taxed}),
        "foreign gap": pd.Series({"total": money.get("take", 0.0) - money.get("give", 0.0)}),
    }


def misses(e: Economy, a: Activities) -> list[str]:
    """Figures of the base year that the plan does not give back, in words."""
    solution = solve(programme(a, on_paper()), on_paper())
    want, got = accounts(e), planned(e, a, solution)
    nothing = NOTHING * float(e.output.sum())
    out = []
    for name, figures in want.items():
        there = got[name].reindex(figures.index)
        gap = (there - figures).abs()
        wrong = ~(gap <= CLOSE * figures.abs() + nothing)
        out += [f"{name} of {c}: {there[c]:.9g} in place of {figures[c]:.9g}" for c in figures.index[wrong]]
    return out


def base_plan(e: Economy) -> Activities:
    return compile_plan(e, on_paper(), base_year=True)


@pytest.mark.parametrize("case", SHIPPED)
def test_shipped_accounts_come_back(case: str) -> None:
    """Every shipped economy, one year, no growth: the plan is the accounts, to 1e-6 of each figure.

    Proves: each flow of the accounts is compiled once, with its sign, and nothing is free.
    Breaks if: a use is left out or counted twice, a tax is put in the wrong place, or a flow has a loophole that makes
    living standards out of nothing.
    """
    e = shipped(case)
    assert misses(e, base_plan(e)) == []


if not FOREIGN:

    def test_foreign_accounts_come_back() -> None:
        """Stands for the 43 countries where their tables are not at hand.

        Proves: nothing here.
        Breaks if: never; it says what is missing.
        """
        pytest.skip(f"no WIOD tables in {SHARED}: set GROUNDPLAN_SHARED to replicate 43 more countries")

else:

    @pytest.mark.parametrize("country", FOREIGN)
    def test_foreign_accounts_come_back(country: str) -> None:
        """The 43 countries of the world input-output database, 56 sectors each.

        Proves: nothing in the compiler leans on the shipped tables: empty sectors, negative inventories, re-exports.
        Breaks if: a sector without output, a negative cell or a surplus abroad is compiled with the wrong sign.
        """
        e = foreign(country)
        assert misses(e, base_plan(e)) == []


def test_all_countries_are_there() -> None:
    """The tables at hand are those that the proof is about.

    Proves: the cases above are eleven or more shipped accounts and, where the folder is, all 43 countries.
    Breaks if: the catalogue loses an account, or the search for files finds some of them only.
    """
    assert len(SHIPPED) >= 11
    assert len(FOREIGN) in (0, 43)


def largest(a: Activities, verb: str, prefix: str, role: str) -> int:
    """The row of ``flows`` that carries most in the base year, of one verb, role and kind of commodity."""
    f = a.flows
    base = a.activities.set_index("activity")["base"]
    chosen = f[f["activity"].str.startswith(verb) & f["commodity"].str.startswith(prefix) & (f["role"] == role)]
    return int((chosen["coefficient"] * chosen["activity"].map(base)).idxmax())


def fails(e: Economy, a: Activities) -> bool:
    try:
        return bool(misses(e, a))
    except PlanInfeasible:
        return True


def without(a: Activities, row: int) -> Activities:
    return replace(a, flows=a.flows.drop(index=row).reset_index(drop=True))


def changed(a: Activities, row: int, factor: float) -> Activities:
    flows = a.flows.copy()
    flows.loc[row, "coefficient"] *= factor
    return replace(a, flows=flows)


# Every flow of the two-sector economy, by activity; listed here, so that listing the tests compiles no plan.
FLOWS = {
    "make:farm": "home:farm take, home:works take, import:farm take, import:works take, home:farm give, "
    "labour:wages 0 occupy, capacity:farm occupy",
    "make:works": "home:farm take, home:works take, import:farm take, import:works take, home:works give, "
    "labour:wages 0 occupy, capacity:works occupy",
    "assemble": "home:works take, import:works take, capital goods give",
    "invest:farm": "capital goods take, capacity:farm give",
    "invest:works": "capital goods take, capacity:works give",
    "buy:farm": "foreign exchange take, import:farm give",
    "sell:farm": "home:farm take, foreign exchange give",
    "buy:works": "foreign exchange take, import:works give",
    "sell:works": "home:works take, foreign exchange give",
    "live:rural": "home:farm take, home:works take, import:farm take, standard:rural give",
    "live:urban": "home:farm take, home:works take, import:farm take, import:works take, standard:urban give",
    "live:state": "home:farm take, home:works take, import:works take, standard:state give",
}
ROWS = [f"{activity} {flow}" for activity, flows in FLOWS.items() for flow in flows.split(", ")]


@cache
def small_plan() -> Activities:
    return base_plan(small())


def test_every_flow_is_listed() -> None:
    """Proves: the list above is all that the compiler writes. Breaks if: a new flow is not put to the test below."""
    flows = small_plan().flows
    assert (flows["activity"] + " " + flows["commodity"] + " " + flows["role"]).tolist() == ROWS


@pytest.mark.parametrize("row", range(len(ROWS)), ids=ROWS)
def test_every_flow_matters(row: int) -> None:
    """Every flow of a two-sector economy in turn, one per cent more and one per cent less.

    Proves: no flow that the compiler writes can be wrong without replication failing. What gives plant is not among
    them: it works after the year that is replicated.
    Breaks if: the comparison forgets a part of the accounts, or its tolerance hides one per cent.
    """
    e, plan = small(), small_plan()
    flow = plan.flows.loc[row]
    plant = flow["activity"].startswith("invest:") and flow["role"] == "give"
    assert [fails(e, changed(plan, row, factor)) for factor in (1.01, 0.99)] == [not plant] * 2


MUTANTS = [("make:", "home:", "take"), ("live:", "import:", "take"), ("sell:", "foreign exchange", "give")]


@pytest.mark.parametrize(("verb", "prefix", "role"), MUTANTS)
def test_a_wrong_flow_is_seen_in_a_real_economy(verb: str, prefix: str, role: str) -> None:
    """Kenya's largest flow of a kind, one per cent too large, and left out.

    Proves: the tolerances above do their work at the size of a real table too.
    Breaks if: ``NOTHING`` or the solver's scaling swallow one per cent of a flow.
    """
    e = shipped("KEN 2019")
    a = base_plan(e)
    row = largest(a, verb, prefix, role)
    assert fails(e, changed(a, row, 1.01))
    assert fails(e, without(a, row))


def test_free_foreign_exchange_is_seen() -> None:
    """A gift of one per cent of the import bill: the plan gets better than the accounts.

    Proves: household spending is a result, not a bound from above.
    Breaks if: a ceiling on consumption makes replication true whatever the flows are.
    """
    e = shipped("KEN 2019")
    a = base_plan(e)
    home = [f"home:{i}" for i in e.sectors]
    gifts = 0.01 * float(e.imports.sum())
    more = [{"commodity": "foreign exchange", "supply": gifts}]
    more += [{"commodity": c, "supply": 0.01 * x} for c, x in zip(home, e.output.values, strict=True)]
    richer = a.adding(exogenous=more)
    solution = solve(programme(richer, on_paper()), on_paper())
    level = solution.values["level"].sel(year=e.year).to_series()
    spent = sum(level[f"live:{g}"] for g in e.finals("household"))
    assert spent > accounts(e)["household spending"].sum() * (1.0 + 1e-4)
    assert np.isfinite(spent)
