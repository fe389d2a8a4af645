"""What a planner could loosen: rows and bounds, by kind, with what their amounts are a share of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.families.family import BETWEEN, Family, Loosening, family_of
from groundplan.planning.families.rows import Model

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

UPPER, LOWER = "upper bound", "lower bound"
GROUPS = {"export": "markets abroad", "training": "training", "store": "room in the stores"}
COLUMNS = ["kind", "family", "label", "name", "year", "sign", "size", "at", "unit", "factor", "target"]


def loosenable(m: Model, policy: Policy) -> pd.DataFrame:
    """Every row and bound that a planner could loosen, one line each, as its family says (``Loosening``).

    Columns: kind, family (``upper bound`` and ``lower bound`` of levels too), label, name, year (0 for none), sign (+1
    for ≥, −1 for ≤ and for balances, which take a gift), size (what an amount is a share of: the bound itself, or the
    base year's figure where that is 0), at (the row's number, of a bound its column's), unit and factor: lines of one
    unit give way together, each by its factor. Floors of a kind do, by one share; so does a capacity in its year, in
    the plan and in its forks; target: the position in the policy of the target that the row states, −1 for none.
    Targets are a kind each; so is each account. Balances, projects and what counts at the end are not loosened.
    """
    a = m.activities
    frames = [_of_bounds(m)]
    for name, written in m.families.items():
        how = m.kinds[name].loosen
        if how is None or (written.sense == "==" and not how.balance):
            continue
        frame = pd.DataFrame({"label": written.labels.astype(str)})
        frame["at"], frame["family"], frame["fork"] = written.numbers, name, family_of(name)[1]
        frame["sign"] = 1.0 if written.sense == ">=" else -1.0
        frame = named(frame)
        frame["right"] = np.abs(written.right)
        if how.rows is not None:
            frame = frame[how.rows(frame, a.years[0])]
        if len(frame):
            own = how.items(a, policy, frame) if how.items else _limits(a, policy, m.kinds[name], how, frame)
            frames.append(own)
    items = pd.concat(frames, ignore_index=True).reindex(columns=[*COLUMNS, "together"])
    each = items["family"] + BETWEEN + items["label"]
    items["unit"] = items["unit"].astype(object).where(items["unit"].notna(), each)
    together = items["together"].eq(True)
    items["unit"] = items["kind"].where(together, items["unit"])
    items["target"] = items["target"].fillna(-1).astype(int)
    items["factor"] = items["size"].where(together, items["factor"].astype(float).fillna(1.0))
    return items[COLUMNS]


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with the name and the year (0 for none) that their labels tell."""
    # Of no rows there are no parts.
    parts = frame["label"].astype(str).str.rpartition(BETWEEN).reindex(columns=range(3), fill_value="")
    year = pd.to_numeric(parts[2].str.split().str[0], errors="coerce").where(parts[1] != "").fillna(0).astype(int)
    return frame.assign(name=parts[0].where(parts[1] != "", parts[2]), year=year)


def _limits(a: Activities, policy: Policy, family: Family, how: Loosening, frame: pd.DataFrame) -> pd.DataFrame:
    """Limits of the economy, each kind with what its amounts are a share of."""
    left = how.plant(policy, frame) if how.plant else pd.Series(np.nan, frame.index)
    kind = family.kinds(frame)
    kind = kind.where(left.notna() | (frame["fork"] == ""), kind + " under " + frame["fork"])
    shares = how.size(a, frame).to_numpy(dtype=float)
    limits: pd.DataFrame = frame.assign(kind=kind, size=np.where(shares > 1e-12, shares, 1.0), together=how.together)
    if left.notna().any():
        limits["unit"] = ("capacity" + BETWEEN + frame["label"]).where(left.notna())
        limits["factor"] = left.fillna(1.0)
    return limits


def _of_bounds(m: Model) -> pd.DataFrame:
    """Ceilings and least levels of activities; of projects, and what may not be done at all, none."""
    a, level = m.activities, m.variables["level"]
    acts = a.activities.set_index("activity").loc[level.coords["activity"]]
    years = level.coords["year"]
    frame = pd.DataFrame(
        {
            "name": np.repeat(acts.index.to_numpy(dtype=object), len(years)),
            "year": np.tile(years.to_numpy(dtype=int), len(acts)),
            "group": np.repeat(acts["group"].to_numpy(dtype=object), len(years)),
            "lump": np.repeat(acts["lump"].to_numpy(), len(years)),
            "at": level.numbers.ravel(),
        }
    )
    frame["label"] = frame["name"] + BETWEEN + frame["year"].astype(str)
    frame["kind"] = frame["group"].map(lambda g: GROUPS.get(g, f"bounds of {g}" if g else "bounds of projects"))
    sides = []
    for family, sign, bound in ((UPPER, -1.0, level.upper), (LOWER, 1.0, level.lower)):
        size = bound.ravel()
        there = np.isfinite(size) & (size > 0) & (frame["lump"] == 0).to_numpy()
        sides.append(frame[there].assign(family=family, sign=sign, size=size[there]))
    bounds: pd.DataFrame = pd.concat(sides, ignore_index=True)
    return bounds
