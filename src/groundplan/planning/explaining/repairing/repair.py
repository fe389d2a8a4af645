"""One way to make a plan possible, as it is applied and as it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.loosenable import COLUMNS, LOWER, UPPER
from groundplan.planning.explaining.loss_of_standard import share_words
from groundplan.planning.explaining.repairing.repair_words import sentence
from groundplan.planning.families.family import BETWEEN, TARGETS, Family, stating
from groundplan.planning.families.rows import Model, Rows, level_bounds
from groundplan.records.card import stated

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


# No rows and bounds: a repair of targets and choices alone.
NOTHING = pd.DataFrame(columns=[*COLUMNS, "amount"]).astype({"year": int, "sign": float, "amount": float})


class RepairLine(NamedTuple):
    """One thing that a repair loosens in a year, as ``PlanInfeasible.repairs`` tells it.

    ``alternative``: which repair it is of; ``share``: Σ of the repair's amounts as shares of their bounds; ``cost``:
    what it takes, as a share of everybody's living standard in every year, None where that is not known; ``amount`` in
    ``unit``, nan of a target, which ``becomes`` another one; ``where``: the target's line in the study; year 0: in none
    of its own; ``consequence``: what follows, in sentences; ``part``: the amount as a share of its bound, nan of
    targets and choices.
    """

    alternative: int
    kind: str
    share: float
    cost: float | None
    what: str
    family: str
    name: str
    year: int
    amount: float
    unit: str
    becomes: str
    where: str
    sentence: str
    consequence: str = ""
    part: float = np.nan


@dataclass(frozen=True, eq=False)
class Repair:
    """One way to make a plan possible.

    ``kind``: what is loosened. ``items``: its rows and bounds with amounts, as ``loosenable`` has them; ``targets``:
    position in the policy → the target that takes its place; ``choices``: fields of the policy with other values, which
    ``said`` says in words. ``share``: Σ of the amounts as shares of their bounds. ``cost``: what it costs against the
    plan without the targets that clash, as a share of everybody's living standard in every year, measured with 2 % to
    spare; None where no target does, or the solver did not say in time. ``follows``: its consequence, in sentences.
    """

    kind: str
    items: pd.DataFrame
    targets: Mapping[int, Target] = field(default_factory=dict)
    share: float = 0.0
    cost: float | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
    follows: tuple[str, ...] = ()

    def applied(
        self, a: Activities, policy: Policy, families: Sequence[Family]
    ) -> tuple[Activities, Policy, tuple[Family, ...]]:
        """The plan with the repair made: its bounds, its targets, its limits."""
        return self.widened(a), self.chosen(policy), self.loosened(families, a)

    def chosen(self, policy: Policy) -> Policy:
        """The policy with the repair's targets and choices."""
        targets = [self.targets.get(n, t) for n, t in enumerate(policy.targets)]
        return replace(policy, **{"targets": targets, **self.choices})

    def widened(self, a: Activities) -> Activities:
        """The activities with the repair's bounds; what it loosens in the plan's last year stays so after it."""
        return _wider(a, _lasting(self.items[self.items["family"].isin([UPPER, LOWER])], a))

    def loosened(self, families: Sequence[Family], a: Activities) -> tuple[Family, ...]:
        """The families with the repair's right-hand sides; those of the last year of ``a`` stay so after it."""
        own = _lasting(self.items[~self.items["family"].isin([UPPER, LOWER])], a)
        moves = own.assign(move=-own["sign"] * own["amount"])
        shifts = moves.groupby(["family", "label"])["move"].sum()
        return tuple(_loosened(f, shifts) for f in families)


def _loosened(family: Family, shifts: pd.Series) -> Family:
    """A family whose right-hand sides are moved by label."""

    def moved(m: Model, a: Activities, policy: Policy) -> Rows | None:
        rows = family.rows(m, a, policy)
        name = m.named(family.name)
        if rows is None or name not in shifts.index.get_level_values("family"):
            return rows
        return replace(rows, right=rows.right + shifts[name].reindex(rows.labels.astype(str)).fillna(0.0).to_numpy())

    return replace(family, rows=moved)


def _lasting(items: pd.DataFrame, a: Activities) -> pd.DataFrame:
    """Items, with those of the plan's last year in each year after it too."""
    last = items[items["year"] == a.plan_years[-1]]
    after = a.years[len(a.plan_years) :]
    more = [
        last.assign(year=year, label=last["label"].astype(str).str.rpartition(BETWEEN)[0] + f"{BETWEEN}{year}")
        for year in after
        if len(last)
    ]
    return pd.concat([items, *more], ignore_index=True)


def _wider(a: Activities, items: pd.DataFrame) -> Activities:
    """The activities with some bounds of levels loosened: those levels are stated anew, year by year."""
    if items.empty:
        return a
    lower, upper = (pd.DataFrame(b, a.activities["activity"], list(a.years)) for b in level_bounds(a))
    for family, name, year, amount in items[["family", "name", "year", "amount"]].itertuples(index=False):
        if family == UPPER:
            upper.loc[name, year] += amount
        else:
            lower.loc[name, year] = max(float(lower.loc[name, year]) - amount, 0.0)
    names = list(items["name"].unique())
    anew = pd.DataFrame(
        {
            "activity": np.repeat(np.asarray(names, dtype=object), len(a.years)),
            "year": np.tile(a.years, len(names)),
            "lower": lower.loc[names].to_numpy().ravel(),
            "upper": upper.loc[names].to_numpy().ravel(),
        }
    )
    return replace(a, bounds=pd.concat([a.bounds[~a.bounds["activity"].isin(names)], anew], ignore_index=True))


def lines_of(a: Activities, policy: Policy, families: Sequence[Family], number: int, r: Repair) -> list[RepairLine]:
    """A repair line by line, one for each thing and year that it loosens."""
    units = pd.concat([a.commodities.set_index("commodity")["unit"], a.activities.set_index("activity")["unit"]])
    words = pd.concat([a.commodities.set_index("commodity")["label"], a.activities.set_index("activity")["label"]])
    unit_of = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    about = (number, r.kind, r.share, r.cost)
    said = r.said or sentence(a, policy, r.items, r.targets, {f.name: f for f in families})
    if not r.follows and r.cost is not None:
        said += f" (costs {share_words(r.cost)})"
    follows = " ".join(r.follows)
    lines = [
        RepairLine(*about, r.said, "policy", key, 0, np.nan, "", str(stated(value)), "", said, follows)
        for key, value in r.choices.items()
    ]
    for family, name, year, amount, size in r.items[["family", "name", "year", "amount", "size"]].itertuples(
        index=False
    ):
        what, unit = str(words.get(name, "") or name), str(units.get(name, ""))
        part = amount / size if size > 0 else np.nan
        lines.append(RepairLine(*about, what, family, name, int(year), amount, unit, "", "", said, follows, part))
    for n, target in r.targets.items():
        old, family = policy.targets[n], stating(TARGETS, families)
        unit, becomes = str(unit_of.get(old.indicator, "1")), target.text()
        lines.append(
            RepairLine(
                *about, old.text(), family, old.indicator, old.year or 0, np.nan, unit, becomes, old.line, said, follows
            )
        )
    return lines
