"""From an economy and a planner's choices to a plan: compile, solve, and say what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.planning.accounts.capital_account import capital_account
from groundplan.planning.accounts.growth_account import growth_account
from groundplan.planning.accounts.household_uses import household_use_table
from groundplan.planning.accounts.pace_setters import pace_setters
from groundplan.planning.activities import Activities, Records
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.constant_standard import headline_figures
from groundplan.planning.explaining.guards import guards
from groundplan.planning.explaining.material_balances import material_balances
from groundplan.planning.explaining.own_limits import own_limits
from groundplan.planning.explaining.premium import premium_tables
from groundplan.planning.explaining.priorities import priority_table, shortfalls, solve_in_turn
from groundplan.planning.explaining.valuations import price_table, valuations
from groundplan.planning.families.family import Family
from groundplan.planning.families.rows import Model
from groundplan.planning.feature import Finding
from groundplan.planning.feature_list import FINDINGS as FEATURE_FINDINGS
from groundplan.planning.features.production.production import idle_plant_words, ripening_words
from groundplan.planning.features.trade.trade import foreign_gap
from groundplan.planning.horizon import Horizon
from groundplan.planning.paths.after_the_plan import continued
from groundplan.planning.paths.even_path import most_even
from groundplan.planning.paths.soft_prices import with_soft_prices
from groundplan.planning.paths.unsettled import unsettled
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, feasible, quiet
from groundplan.planning.solved_plan import SolvedPlan, indicators
from groundplan.records.card import fields_of, stated
from groundplan.sources import Assumption, cited

Altered = Callable[[Activities], Activities]
# What is told of every plan, before and after what its features tell of themselves.
FINDINGS: tuple[Finding, ...] = (
    guards, priority_table, valuations, price_table, *FEATURE_FINDINGS, growth_account, capital_account,
    household_use_table, pace_setters, unsettled,
    material_balances, own_limits,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Parts:
    """What a plan's outcome is made of; who has more to say adds to them before the outcome is made."""

    arrays: dict[str, xr.DataArray]
    tables: dict[str, pd.DataFrame]
    provenance: dict[str, Any]

    def outcome(self) -> Outcome:
        """The outcome."""
        return Outcome(self.arrays, self.tables, self.provenance)


def solved(
    e: Economy,
    p: Policy,
    *,
    projects: Mapping[str, Records] | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    why: bool = True,
    activities: Activities | None = None,
    altered: Altered | None = None,
) -> SolvedPlan:
    """The best plan for an economy under a policy, before it is written down.

    ``projects`` adds rows to the tables of ``Activities``; ``families`` may add limits of one's own. Without ``why``
    the conflict of a plan that cannot be is not looked for, and ``PlanInfeasible`` is bare. ``activities``: those of
    ``compile_plan`` where they are there already; targets do not change them. ``altered``: a change of the activities,
    with the projects in them, before the programme is written.

    Raises ``StudyError`` and ``UnknownName`` for choices that do not exist, ``PlanInfeasible`` with the conflict in the
    names of the plan, ``SolverError``, ``Interrupted``.
    """
    progress("compiling accounts into activities")
    model = model_of(e, p, projects=projects, families=families, activities=activities, altered=altered)
    whole = model.activities
    try:
        return SolvedPlan(e, p, model, solve_in_turn(model, p, progress))
    except PlanInfeasible as bare:
        impossible = bare
    asked = p
    for policy in _shorter(p):
        model = model_of(e, policy, projects=projects, families=families, altered=altered)
        if policy.tail_years and not feasible(model, policy, progress, whole=False):
            continue
        with suppress(PlanInfeasible):
            return SolvedPlan(e, policy, model, solve_in_turn(model, policy, progress), asked=asked)
        p = policy
    if not why:
        raise impossible
    from groundplan.planning.explaining.repairing.asked_plan import AskedPlan
    from groundplan.planning.explaining.repairing.repairs import conflict

    def again(policy: Policy, changed: Altered, limits: Sequence[Family]) -> SolvedPlan:
        return solved(e, policy, projects=projects, families=limits, why=False, altered=changed, progress=progress)

    def written(policy: Policy) -> Model:
        return model_of(e, replace(policy, tail_years=0), projects=projects, families=families)

    progress("looking for the conflict")
    how = AskedPlan(asked, whole, families, again, written)
    raise conflict(model.activities, p, families, progress, how) from impossible


def _shorter(p: Policy) -> Iterator[Policy]:
    """Policies that ask less of the years after the plan, the last one nothing: what cannot be kept up for ever can
    still be planned, and the plan says so.
    """
    if p.tail_years and p.lasting_targets and p.targets:
        yield replace(p, lasting_targets=False)
    if p.tail_years:
        yield replace(p, tail_years=0)


def as_shown(plan: SolvedPlan, progress: Progress = quiet) -> SolvedPlan:
    """A plan as it is shown: on its most even path, with prices of soft balances (``even_path``, ``soft_prices``)."""
    return most_even(with_soft_prices(plan, progress), progress)


def model_of(
    e: Economy,
    p: Policy,
    *,
    projects: Mapping[str, Records] | None = None,
    families: Sequence[Family] = FAMILIES,
    activities: Activities | None = None,
    altered: Altered | None = None,
) -> Model:
    """The programme of a plan, written and not solved; ``activities`` and ``altered`` as in ``solved``.

    Raises ``StudyError`` and ``UnknownName``.
    """
    a = compile_plan(e, p) if activities is None else activities
    a = a.adding(**continued(projects, a)) if projects else a
    return programme(a if altered is None else altered(a), p, families)


def parts_of(plan: SolvedPlan, progress: Progress = quiet) -> Parts:
    """A plan's arrays, its tables with every finding, and where it comes from.

    With contingencies the same plan is made without them, to see what they cost; ``progress`` is told.
    """
    arrays, tables = arrays_of(plan), listed(plan)
    for finding in FINDINGS:
        tables |= finding(plan)
    about = provenance(plan) | {"headline": headline_figures(plan)}
    cost = premium_tables(plan, progress=progress)
    if cost:
        tables |= cost
        about["objective"] = float(cost["premium"]["goal_with"].iloc[0])
    return Parts(arrays, tables, about)


def arrays_of(plan: SolvedPlan) -> dict[str, xr.DataArray]:
    """level, stock, enjoyed, indicator, shortfall and prices of a plan in its own years."""
    e = plan.economy
    arrays = {
        "level": _named("level", plan.values["level"], e),
        **({"stock": _named("stock", plan.values["stock"], e)} if "stock" in plan.values else {}),
        "enjoyed": _enjoyed(plan),
        "indicator": indicators(plan),
        **plan.prices,
    }
    if "shortfall" in plan.values:
        arrays["shortfall"] = _named("shortfall", plan.values["shortfall"].copy(data=shortfalls(plan)), e)
    return arrays


def listed(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """What a plan's arrays are about: activities, commodities, indicators, ratios, duals."""
    a = plan.activities
    return {
        "activities": a.activities,
        "commodities": a.commodities,
        "indicators": a.indicators[["indicator", "unit"]].drop_duplicates("indicator").reset_index(drop=True),
        "ratios": a.ratios,
        "duals": plan.duals,
    }


def _named(name: str, array: xr.DataArray, e: Economy) -> xr.DataArray:
    return quantity(name, array.drop_vars([c for c in array.coords if c not in array.dims]), e.money)


def _enjoyed(plan: SolvedPlan) -> xr.DataArray:
    wide = plan.activities.enjoyed(plan.values["segment"].values)
    return quantity(
        "enjoyed",
        xr.DataArray(wide.to_numpy(), coords=[("good", list(wide.index)), ("year", list(wide.columns))]),
        plan.economy.money,
    )


def origins(e: Economy, levels: pd.DataFrame) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Where the plan gets its products from in each year, against the base year's proportions.

    ``levels``: the plan's levels, activity × year.
    Returns by year the share of needed imports that home products replace and the share of needed home products that
    imports replace (by product, 1).
    """
    # buy:coal@AUS is a way of buy:coal.
    names = [str(a).partition("@")[0] for a in levels.index]
    whole = levels if len(set(names)) == len(names) else levels.groupby(names).sum()
    shares = []
    for verb, other, source, sink, abroad in (
        ("replace", "deepen", "buy", "reexport", e.reexports),
        ("deepen", "replace", "make", "sell", e.exports),
    ):
        amount, back, got, sold = (
            whole.reindex([f"{k}:{i}" for i in e.sectors]).fillna(0.0).to_numpy() for k in (verb, other, source, sink)
        )
        # Exports below nothing are goods sent back, which users need too.
        need = got + amount - back - np.where(abroad.values[:, None] < 0, -sold, sold)
        shares.append(np.divide(amount, need, out=np.zeros_like(amount), where=need > 1e-9))
    return {int(year): (shares[0][:, t], shares[1][:, t]) for t, year in enumerate(levels.columns)}


def provenance(plan: SolvedPlan) -> dict[str, Any]:
    """Where a plan comes from: accounts, choices, assumptions, solver (plain JSON values)."""
    e, a, p, s = plan.economy, plan.activities, plan.policy, plan.solution
    h = Horizon.of(e, p, base_year=False)
    tail = len(plan.model.activities.years) - len(a.years)
    choices = {f.name: stated(getattr(p, f.name)) for f in fields_of(Policy)}
    cards = {f.name: {"unit": f.metadata["unit"], "meaning": f.metadata["meaning"]} for f in fields_of(Policy)}
    terminal = p.terminal_growth if p.terminal_growth is not None else h.terminal_growth
    return {
        "groundplan": version("groundplan"),
        "engine": "plan",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        **({} if e.carried_from is None else {"carried_from": e.carried_from}),
        "years": list(a.years),
        "tail_years": tail,
        "money": e.money,
        "employment_unit": e.employment_unit,
        "not_stated": list(e.not_stated),
        "labels": {**e.labels, **e.names},
        "households": list(e.finals("household")),
        "policy": choices,
        "policy_cards": cards,
        "population": {"growth": h.population_growth, "basis": h.population_basis},
        "productivity": {"growth": h.productivity, "basis": h.productivity_basis},
        **cited(e.sources, e.methods, (*e.assumptions, *_taken(e, p, h, terminal))),
        "solver": s.quality,
        "objective": s.objective,
        "objective_unit": f"{e.money} of living standard, the first year counting in full",
        "seed": p.seed,
    }


def _taken(e: Economy, p: Policy, h: Horizon, terminal: float) -> list[Assumption]:
    """What the compiler takes for granted, and the figures behind policies that leave the choice to it."""
    gap = foreign_gap(e) if p.foreign_balance is None else p.foreign_balance
    base = "the base year's"
    rows = [
        ("foreign balance", f"{gap:,.6g} {e.money} / year", f"constant; {base} gap unless chosen", "foreign_balance"),
        ("growth after the plan", f"{terminal:.2%} a year", "that of labour unless chosen", "terminal_growth"),
        ("gestation", "1 or 2 years" if p.gestation is None else str(p.gestation), ripening_words(e), "gestation"),
        ("plant idle in the base year", *idle_plant_words(e, p, h), "capacity_utilisation"),
        ("composition of investment", base, "no source has investment by product and sector", "rows of a project"),
        ("technique", base, "inputs per unit of output stay; labour falls by its productivity", "rows of a project"),
        ("investment under way", base, "years before the accounts invested the same", "rows of a project"),
        ("first investment in a sector", "1 % of an average sector's", "allowed in any year", "investment_ramp"),
        ("living standard above four times the base year's", "no worth", "the utility ends there", "shorter plans"),
        ("population by group", "the same growth", "no source has it by group", "population_growth"),
    ]  # fmt: skip
    return [Assumption(*row) for row in rows]
