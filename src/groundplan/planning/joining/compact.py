"""What countries that plan together agree on: what they send balances, and nobody is worse off than alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.planning.activities import Activities
from groundplan.planning.families.due_after import level_worth
from groundplan.planning.families.family import BETWEEN, Family
from groundplan.planning.families.rows import Model, Rows, term
from groundplan.planning.families.targets import lasting_lines, target_lines
from groundplan.planning.joining.union import OF, Link, Member, link_of
from groundplan.planning.solve import Solution

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


def joint_policy(members: Sequence[Member]) -> Policy:
    """The first member's policy with everybody's targets, each on the indicators of its own country."""
    targets = [
        replace(
            t,
            indicator=f"{m.name}{OF}{t.indicator}",
            name=f"{m.name}: {t.name}" if t.name else "",
            weight=None if t.weight is None else t.weight * m.worth * m.weight,
        )
        for m in members
        for t in m.policy.targets
    ]
    return replace(members[0].policy, targets=targets)


def clearing(members: Sequence[Member], links: Sequence[Link]) -> Family:
    """The family that makes what two send each other balance, every year or over the plan, in common money.

        Σ_i worth_A·ship[i,A>B,t] + worth_A·lend[A>B,t]  =  Σ_i worth_B·ship[i,B>A,t] + worth_B·lend[B>A,t]

    Units:  common money / year, or over the plan.
    Source: our own (docs/howto/joint.md).
    Dual:   what the objective would gain if A might send one unit more than comes back.
    """
    pairs = [(a, b, link_of(links, a.name, b.name)) for n, a in enumerate(members) for b in members[n + 1 :]]

    def cleared(m: Model, a: Activities, policy: Policy) -> Rows | None:
        acts = a.activities.loc[a.activities["group"].isin(["shipment", "lending"]), "activity"]
        pieces = []
        for one, other, link in pairs:
            if link.clearing == "free":
                continue
            name = f"trade of {one.name} and {other.name}"
            for sender, receiver, sign in ((one, other, 1.0), (other, one, -1.0)):
                sent = pd.DataFrame({"on": acts[acts.str.endswith(f":{sender.name}>{receiver.name}")]})
                cells = sent.merge(pd.DataFrame({"year": a.years}), how="cross")
                # A row of the whole plan has no year.
                row, when = (name, cells["year"]) if link.clearing == "year" else (f"{name}{BETWEEN}plan", 0)
                pieces.append(cells.assign(row=row, when=when, amount=sign * sender.worth))
        if not pieces or not len(cells := pd.concat(pieces, ignore_index=True)):
            return None
        rows = cells[["row", "when"]].drop_duplicates()
        sendings = term("level", cells["row"], cells["on"], cells["amount"], year=cells["year"], when=cells["when"])
        return m.rows("==", 0.0, sendings, of=rows["row"], when=rows["when"])

    return Family("cleared", cleared, "identity", loosen=None)


def no_worse(members: Sequence[Member], least: Mapping[str, float]) -> Family:
    """The family that leaves nobody worse off than alone.

        Σ_n slope_n·segment_n + Σ_c value_c·kept_c − Σ cost·v − Σ weight·(shortfall + lapse)  ≥  least

    over a country's own columns.

    Units:  objective, common money.
    Source: individual rationality: von Neumann and Morgenstern (1944) (citation not checked).
    Dual:   what the whole would gain if the country might lose one unit.
    """

    def as_well_off(m: Model, a: Activities, policy: Policy) -> Rows | None:
        names = [x.name for x in members]
        terms = []
        for name in names:
            for variable, cells in goal_cells(a, policy, name).items():
                if m.has(variable) and len(cells):
                    on, year = cells.iloc[:, 0], cells.get("year")
                    terms.append(term(variable, name, on, cells["amount"], year=0 if year is None else year))
        floor = [least[n] - 1e-7 * abs(least[n]) for n in names]
        return m.rows(">=", floor, *terms, of=names, when=0) if terms else None

    return Family("as_well_off", as_well_off)


def goal_cells(a: Activities, policy: Policy, country: str) -> dict[str, pd.DataFrame]:
    """The terms of the objective that are one country's: variable → its dimensions and amount."""
    own = f"{country}{OF}"
    good, end = a.utility["good"].str.startswith(own), a.terminal["commodity"].str.startswith(own)
    worth = level_worth(a) - a.activities["cost"].to_numpy()[:, None]
    mine = a.activities["activity"].str.startswith(own).to_numpy()[:, None] & (worth != 0)
    which, step = np.nonzero(mine)
    levels = {"activity": a.activities["activity"].to_numpy()[which], "year": np.asarray(a.years)[step]}
    soft = target_lines(a, policy).dropna(subset="weight")
    soft = soft[soft["indicator"].str.startswith(own)]
    return {
        "segment": pd.DataFrame({"part": np.flatnonzero(good), "amount": a.utility.loc[good, "slope"]}),
        "kept": pd.DataFrame({"remnant": np.flatnonzero(end), "amount": a.terminal.loc[end, "value"]}),
        "level": pd.DataFrame(levels | {"amount": worth[which, step]}),
        **{
            name: pd.DataFrame({"target": of["label"], "amount": -of["weight"] / of["scale"]})
            for name, of in (("shortfall", soft), ("lapse", lasting_lines(a, soft)))
        },
    }


def objective_of(a: Activities, policy: Policy, s: Solution, country: str) -> float:
    """What one country's own terms of the objective come to, common money."""
    total = 0.0
    for variable, cells in goal_cells(a, policy, country).items():
        if variable in s.values and len(cells):
            v = s.values[variable]
            at = {str(d): xr.DataArray(v.indexes[d].get_indexer(cells[str(d)]), dims="cell") for d in v.dims}
            total += float((v.isel(at).values * cells["amount"].to_numpy(dtype=float)).sum())
    return total
