"""How fast things may grow or shrink, and what counts at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.activities import KEPT, Activities
from groundplan.planning.families.family import GIVES_WAY, Loosening, family
from groundplan.planning.families.rows import LinearTerm, Model, Rows, term

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


def _paces(a: Activities, column: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Activities and kept commodities whose pace is limited, with the level they start from."""
    limited = a.growth[np.isfinite(a.growth[column])].rename(columns={column: "pace"})
    acts = limited.merge(a.activities[["activity", "base"]], left_on="on", right_on="activity")
    kept = limited[limited["on"].isin(a.of_kind(*KEPT))]
    return acts, kept


def _base_or_allowance(a: Activities, rows: pd.DataFrame) -> pd.Series:
    """The base year's figure, or where that is nothing the allowance."""
    base = rows["name"].map(a.activities.set_index("activity")["base"])
    size = base.fillna(rows["name"].map(a.commodities.set_index("commodity")["initial"]))
    return size.where(lambda s: s > 0, rows["name"].map(a.growth.drop_duplicates("on").set_index("on")["allowance"]))


@family(
    says="ceiling on the growth of {what} in {year}",
    loosen=Loosening("{what} above its pace of growth by {amounts}", "pace of growth", _base_or_allowance),
)
def growth_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nothing is built faster than can be absorbed.

        v[a,t] ≤ (1+up)·v[a,t−1] + allowance,   v of the year before the plan = base
        k[c,t+1] ≤ (1+up)·k[c,t] + allowance

    Units:  the unit of the level or of the commodity.
    Source: our own (docs/explanation/model.md): absorption ceiling.
    Dual:   what the objective would gain if the limit of t were one unit higher.
    """
    acts, kept = _paces(a, "up")
    names = kept["on"]
    right = np.concatenate([_allowed(a, acts), np.repeat(kept["allowance"].to_numpy(), len(a.years))])
    return m.rows(
        "<=",
        right,
        term("level", acts["on"], acts["on"]),
        term("level", acts["on"], acts["on"], -(1.0 + acts["pace"]), lag=1),
        term("stock", names, names, lag=-1) if len(kept) else None,
        term("stock", names, names, -(1.0 + kept["pace"])) if len(kept) else None,
        of=[*acts["on"], *names],
        gain=1.0,
    )


@family(
    says="limit on the fall of {what} in {year}",
    in_draws=GIVES_WAY,
    loosen=Loosening(
        "{what} allowed to fall faster than its pace by {amounts}", "pace of running down", _base_or_allowance
    ),
)
def contraction_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Works and markets are not shut overnight.

        v[a,t] ≥ (1−down)·v[a,t−1] − allowance

    Units:  the unit of the level.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if activity a might fall by one unit more in year t.
    """
    acts, _ = _paces(a, "down")
    acts = acts.assign(pace=-acts["pace"], allowance=-acts["allowance"])
    now = term("level", acts["on"], acts["on"])
    before = term("level", acts["on"], acts["on"], -(1.0 + acts["pace"]), lag=1)
    return m.rows(">=", _allowed(a, acts), now, before, of=acts["on"])


def _allowed(a: Activities, acts: pd.DataFrame) -> np.ndarray:
    """The allowance of every activity and year; in the first year of a plan with what its base may become."""
    right = np.repeat(acts["allowance"].to_numpy()[:, None], len(a.years), axis=1)
    if not a.before:
        right[:, 0] += (1.0 + acts["pace"].to_numpy()) * acts["base"].to_numpy()
    return right.ravel()


@family("identity", loosen=None)
def terminal_stock(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What counts at the end is there, or under construction.

        kept[c] ≤ (1−δ_c)^L·s[c,T+1] + Σ_{d=1..L} (1−δ_c)^(L−d) · (gives − takes due in T+d)

    L is the longest lag of what moves c. What stands at the end wears while what is begun ripens: the last years
    replace it as the years before did. Of an account L is 1 and nothing else counts here: what is in it, or owed, is
    spent or paid back in the year after the end, with that year's interest (δ = −i); see ``due_after`` for bills.
    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md): terminal capital at its steady-state price.
    Dual:   the terminal value of one more unit of commodity c.
    """
    names = a.terminal["commodity"]
    if names.empty:
        return None
    lasts = 1.0 - a.commodities.set_index("commodity")["loss"]
    late = a.cells(("give", "take"), ("stock", "capacity"), after=True)
    longest = (late["when"] - a.years[-1]).groupby(late["commodity"]).max()
    still = late["commodity"].map(longest) - (late["when"] - a.years[-1])
    worn = late["commodity"].map(lasts) ** still * np.where(late["role"] == "give", -1.0, 1.0)
    begun = term("level", late["commodity"], late["activity"], late["amount"] * worn, year=late["year"])
    years = longest.reindex(names).fillna(0).mask(names.isin(a.of_kind("account")).to_numpy(), 1)
    there = lasts.reindex(names) ** years.to_numpy()
    left = term("stock", names, names, -there, year=a.stages[-1])
    return m.rows("<=", 0.0, _counted(a), left, begun.within(names), of=names, when=0, gain=1.0)


@family("identity", loosen=None)
def terminal_use(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What counts at the end can be used: capacity for output beyond the steady growth counts for nothing.

        kept[c] ≤ (1+growth)·v[a,T]

    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md): terminal capital at its steady-state price.
    Dual:   what one more unit of use of commodity c after the plan would add to the objective.
    """
    ends = a.terminal[a.terminal["activity"] != ""]
    use = term("level", ends["commodity"], ends["activity"], -(1.0 + ends["growth"]), year=a.years[-1])
    return m.rows("<=", 0.0, _counted(a).within(ends["commodity"]), use, of=ends["commodity"], when=0)


def _counted(a: Activities) -> LinearTerm:
    """What counts of each commodity that is left, in its row."""
    return term("kept", a.terminal["commodity"], np.arange(len(a.terminal)), when=0)
