"""The list of constraint families, and the programme that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.errors import StudyError, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.families.balances import (
    account_balance,
    capacity_balance,
    capacity_limit,
    flow_balance,
    good_balance,
    good_floor,
    good_path,
    standard_pace,
    stock_balance,
)
from groundplan.planning.families.due_after import level_worth
from groundplan.planning.families.family import AT, GIVES_WAY, Family, Loosening, family
from groundplan.planning.families.limits import contraction_limit, growth_limit, terminal_stock, terminal_use
from groundplan.planning.families.rows import Model, Rows, label, start, term
from groundplan.planning.families.targets import (
    lasting_lines,
    target_bounds,
    target_cells,
    target_lines,
    variable_cells,
)
from groundplan.planning.families.whole import lumpy_after, lumpy_groups, lumpy_level, lumpy_once
from groundplan.planning.features.contingencies.contingency import contingency
from groundplan.planning.features.contingencies.forks import forks

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


def _stated_targets(a: Activities, policy: Policy, rows: pd.DataFrame) -> pd.DataFrame:
    """Targets that must be met are a kind each, in the unit of their own row."""
    lines = target_lines(a, policy)
    must = lines[lines["weight"].isna()]
    at = pd.Index(must["label"]).get_indexer(rows["label"])
    rows, must = rows[at >= 0], must.iloc[at[at >= 0]]
    size = (must["size"] * must["scale"]).to_numpy(dtype=float)
    which, year = must["target"].to_numpy(), must["year"].to_numpy()
    return rows.assign(kind=[f"target {n}" for n in which], size=size, year=year, target=which)


@family("wish", says="{what} in {year}", in_draws="targets", loosen=Loosening(items=_stated_targets), states="targets")
def targets(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What the plan must, or should, reach.

        ± indicator[t] (+ shortfall)  ≥  ± value

    Units:  the indicator's own unit; a ratio n/d with bound b is written n − b·d against 0.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the target were one unit easier.
    """
    return target_rows(m, a, target_lines(a, policy))


def target_rows(m: Model, a: Activities, lines: pd.DataFrame) -> Rows | None:
    """The rows of ``targets`` for lines as ``target_lines`` has them."""
    if lines.empty:
        return None
    labels = lines["label"].to_numpy(dtype=object)
    terms = [
        term(variable, labels[cells["row"]], cells["on"], cells["amount"], year=cells["year"])
        for variable, cells in variable_cells(a, target_cells(a, lines))
    ]
    soft = labels[lines["weight"].notna()]
    if len(soft):
        terms.append(term("shortfall", soft, soft, when=0))
    return m.rows(">=", target_bounds(a, lines), *terms, of=labels, when=0, gain=-1.0)


@family(says="{what} in {year}, after the plan", in_draws=GIVES_WAY, loosen=None)
def lasting_targets(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What the plan reaches in its last year is not given up afterwards.

        ± indicator[t] (+ shortfall of the last year + lapse)  ≥  ± value of the last year,   t in the tail

    Targets of a year, a level or a path, from above or from below, that bind in the last year of the plan; one that is
    missed there may be missed by as much later, and what lapses beyond that counts as its shortfall does. Growth and
    sums end with the plan, and so do equalities.
    Units:  the indicator's own unit; a ratio n/d with bound b is written n − b·d against 0.
    Source: our own (docs/explanation/paths.md).
    Dual:   what the objective would gain if the target were one unit easier after the plan.
    """
    return lasting_rows(m, a, target_lines(a, policy)) if policy.lasting_targets and a.tail else None


def lasting_rows(m: Model, a: Activities, lines: pd.DataFrame) -> Rows | None:
    """The rows of ``lasting_targets`` for lines as ``target_lines`` has them."""
    last = lasting_lines(a, lines)
    if last.empty:
        return None
    after = a.years[len(a.plan_years) :]
    lines = last.loc[last.index.repeat(len(after))].reset_index(drop=True)
    year = np.tile(after, len(last))
    lines = lines.assign(year=year, since=year)
    labels = label(lines["label"].to_numpy(dtype=object), year)
    terms = [
        term(variable, labels[cells["row"]], cells["on"], cells["amount"], year=cells["year"])
        for variable, cells in variable_cells(a, target_cells(a, lines))
    ]
    soft = lines["weight"].notna().to_numpy()
    if soft.any():
        wishes = lines["label"].to_numpy(dtype=object)[soft]
        terms += [term(name, labels[soft], wishes, when=0) for name in ("shortfall", "lapse")]
    return m.rows(">=", target_bounds(a, lines), *terms, of=labels, when=0)


FAMILIES: tuple[Family, ...] = (
    flow_balance,
    stock_balance,
    capacity_balance,
    account_balance,
    capacity_limit,
    good_balance,
    good_floor,
    good_path,
    standard_pace,
    growth_limit,
    contraction_limit,
    lumpy_level,
    lumpy_once,
    lumpy_groups,
    lumpy_after,
    terminal_stock,
    terminal_use,
    targets,
    lasting_targets,
    contingency,
)


def bring_within_reach(m: Model, a: Activities, lines: pd.DataFrame) -> None:
    """Write the rows of targets anew with the bounds of ``lines``: those of ``target_lines``, some of them nearer.

    A wish beyond all reach asks for the same as its reach does, by how much it lies beyond changes no plan, and a
    programme in which figures of thousands of times the economy stand is not solved as exactly.
    """
    for rule, rows in ((targets, target_rows), (lasting_targets, lasting_rows)):
        name = m.named(rule.name)
        written = m.families.get(name)
        anew = None if written is None else rows(m, a, lines)
        if written is not None and anew is not None:
            # Rows of years that have passed ask for nothing, and go on so.
            asks = np.concatenate([block.lower for block in m.programme.rows if block.name == name]) > -np.inf
            m.programme.replace_rows(name, np.where(asks, anew.right, -np.inf), np.inf, anew.entries)
            m.families[name] = replace(anew, numbers=written.numbers)


def is_own(f: Family) -> bool:
    """Whether a family is a user's own, and none of ``FAMILIES``, made looser or not."""
    return f.name not in {core.name for core in FAMILIES}


def programme(a: Activities, policy: Policy, families: Sequence[Family] = FAMILIES) -> Model:
    """The linear programme of ``a`` under ``policy``: variables, then each family's rows under its name, then the goal.

    Each contingency of the policy forks it (``forks``): the same families on decisions of its own.

        max  Σ_n slope_n·segment_n + Σ_c value_c·kept_c − Σ_i weight_i·(shortfall_i + lapse_i)
             − Σ_a,t (cost_a − due[a,t])·v[a,t]

    ``due``: what a level brings after the last year, less what it owes there (``due_after.level_worth``).

    ``families`` is the whole plug-in system: a limit of one's own is a ``Family`` like those of ``FAMILIES``.
    Raises ``StudyError`` for what is no family, and for two of one name.
    """
    _refuse_no_families(families)
    model = start(a, policy, tuple(families))
    _write(model, a, policy)
    for fork in forks(a, policy):
        other = start(fork.activities, fork.policy, tuple(families), trunk=model, fork=fork.name)
        _write(other, fork.activities, fork.policy)
    return model


def _refuse_no_families(families: Sequence[Family]) -> None:
    if not isinstance(families, Sequence) or not all(isinstance(f, Family) for f in families):
        raise StudyError("families are no list of Family", fix="give (*FAMILIES, your_limit)")
    names = [f.name for f in families]
    faults = [
        StudyError(f"two families are called '{n}'", fix="give one of them another name, or leave it out")
        for n in dict.fromkeys(names) if names.count(n) > 1
    ]  # fmt: skip
    faults += [
        StudyError(f"a family is called '{n}'", fix=f"choose a name of letters, without '{AT.strip()}'")
        for n in names if not n.strip() or AT in n
    ]  # fmt: skip
    raise_all(faults)


def _write(m: Model, a: Activities, policy: Policy) -> None:
    """A model's rows, family by family, and its part of the goal."""
    for limit in m.limits:
        rows = limit.rows(m, a, policy)
        if rows is not None:
            m.write(limit, rows)
    soft = target_lines(a, policy).dropna(subset="weight")
    last = lasting_lines(a, soft)
    worth = {
        "segment": a.utility["slope"].to_numpy(),
        "kept": a.terminal["value"].to_numpy(),
        "shortfall": -(soft["weight"] / soft["scale"]).to_numpy(),
        "lapse": -(last["weight"] / last["scale"]).to_numpy(),
        "level": level_worth(a) - a.activities["cost"].to_numpy()[:, None],
    }
    for name, of_one in worth.items():
        if m.has(name):
            m.goal(name, of_one)
