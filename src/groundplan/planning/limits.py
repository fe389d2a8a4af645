"""How fast things may grow or shrink, and what counts at the end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model, Rows, label


def _paces(a: Activities, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Activities and kept commodities whose pace is limited, with the level they start from."""
    limited = a.growth[np.isfinite(a.growth[column])].rename(columns={column: "pace"})
    acts = limited.merge(a.activities[["activity", "base"]], left_on="on", right_on="activity")
    kept = limited[limited["on"].isin(a.of_kind(*KEPT))]
    return acts, kept


def growth_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nothing is built faster than can be absorbed.

        v[a,t] ≤ (1+up)·v[a,t−1] + allowance,   v of the year before the plan = base
        k[c,t+1] ≤ (1+up)·k[c,t] + allowance

    Units:  the unit of the level or of the commodity.
    Source: our own (docs/explanation/model.md): absorption ceiling.
    Dual:   what the objective would gain if the limit of t were one unit higher.
    """
    acts, kept = _paces(a, "up")
    years = np.asarray(a.years)
    labels = np.concatenate([grid(acts["on"], years), grid(kept["on"], years)])
    if not len(labels):
        return None
    now, before, base = _steps(acts, a, 1.0)
    rhs = np.concatenate([base, np.repeat(kept["allowance"].to_numpy(), len(years))])
    lhs = m.sum("level", pd.concat([now, before]), labels)
    if len(kept):
        row = len(now) + np.arange(len(kept) * len(years))
        stage = np.tile(years, len(kept))
        name = np.repeat(kept["on"].to_numpy(), len(years))
        here = pd.DataFrame({"commodity": name, "stage": stage, "row": row})
        here["amount"] = -(1.0 + np.repeat(kept["pace"].to_numpy(), len(years)))
        lhs = lhs + m.sum("stock", pd.concat([here, here.assign(stage=stage + 1, amount=1.0)]), labels)
    return Rows(lhs, "<=", rhs, labels, gain=1.0)


def contraction_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Works and markets are not shut overnight.

        v[a,t] ≥ (1−down)·v[a,t−1] − allowance

    Units:  the unit of the level.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if activity a might fall by one unit more in year t.
    """
    acts, _ = _paces(a, "down")
    if acts.empty:
        return None
    acts = acts.assign(pace=-acts["pace"], allowance=-acts["allowance"])
    years = np.asarray(a.years)
    labels = grid(acts["on"], years)
    now, before, base = _steps(acts, a, 1.0)
    return Rows(m.sum("level", pd.concat([now, before]), labels), ">=", base, labels, gain=0.0)


def grid(names: pd.Series, years: np.ndarray) -> np.ndarray:
    """Row labels of every name in every year, the years of one name together."""
    return label(np.repeat(names.to_numpy(dtype=object), len(years)), np.tile(years, len(names)))


def _steps(acts: pd.DataFrame, a: Activities, amount: float) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Cells of v[t] and of −(1+pace)·v[t−1], and the right-hand side with the first year's base moved over."""
    years = np.asarray(a.years)
    n, first = len(years), np.arange(len(acts)) * len(years)
    now = pd.DataFrame(
        {"activity": np.repeat(acts["on"].to_numpy(), n), "year": np.tile(years, len(acts)), "amount": amount}
    )
    now["row"] = np.arange(len(now))
    pace = np.repeat(acts["pace"].to_numpy(), n)
    before = now.assign(year=now["year"] - 1, amount=-(1.0 + pace))
    rhs = np.repeat(acts["allowance"].to_numpy(), n)
    if a.before:
        return now, before, rhs
    rhs[first] += (1.0 + acts["pace"].to_numpy()) * acts["base"].to_numpy()
    return now, before[before["year"] >= years[0]], rhs


def terminal_stock(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What counts at the end is there, or under construction.

        kept[c] ≤ s[c,T+1] + Σ gives that fall due after T

    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md): terminal capital at its steady-state price.
    Dual:   the terminal value of one more unit of commodity c.
    """
    return _terminal(m, a, used=False)


def terminal_use(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What counts at the end can be used: capacity for output beyond the steady growth counts for nothing.

        kept[c] ≤ (1+growth)·v[a,T]

    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md): terminal capital at its steady-state price.
    Dual:   what one more unit of use of commodity c after the plan would add to the objective.
    """
    return _terminal(m, a, used=True)


def _terminal(m: Model, a: Activities, *, used: bool) -> Rows | None:
    ends = a.terminal.assign(remnant=np.arange(len(a.terminal)))
    ends = ends[ends["activity"] != ""] if used else ends
    if ends.empty:
        return None
    labels = ends["commodity"].to_numpy(dtype=object)
    lhs = m.sum("kept", ends.assign(amount=1.0, row=np.arange(len(ends))), labels)
    if used:
        use = ends.assign(year=a.years[-1], amount=-(1.0 + ends["growth"]), row=np.arange(len(ends)))
        return Rows(lhs + m.sum("level", use, labels), "<=", np.zeros(len(ends)), labels)
    left = ends.assign(stage=a.stages[-1], amount=-1.0, row=np.arange(len(ends)))
    lhs = lhs + m.sum("stock", left, labels)
    late = a.cells(("give",), KEPT, after=True)
    late = late.assign(row=pd.Index(labels).get_indexer(late["commodity"]), amount=-late["amount"])
    late = late[late["row"] >= 0]
    if len(late):
        lhs = lhs + m.sum("level", late, labels)
    return Rows(lhs, "<=", np.zeros(len(ends)), labels, gain=1.0)
