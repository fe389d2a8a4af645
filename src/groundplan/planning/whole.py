"""What a project is: done whole, once, after what it needs, and instead of its rivals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.limits import grid
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model, Rows


def lumpy_level(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A project is done whole or not at all.

        v[a,t] = lump_a · starts[a,t],   starts ∈ {0, 1}

    Units:  the unit of the level.
    Source: our own (docs/explanation/model.md).
    Dual:   none; prices are those of the plan with its projects fixed.
    """
    lumpy = a.activities[a.activities["lump"] > 0]
    if lumpy.empty:
        return None
    years = np.asarray(a.years)
    labels = grid(lumpy["activity"], years)
    cells = pd.DataFrame(
        {
            "activity": np.repeat(lumpy["activity"].to_numpy(), len(years)),
            "year": np.tile(years, len(lumpy)),
            "amount": 1.0,
            "row": np.arange(len(labels)),
        }
    )
    starts = cells.assign(amount=-np.repeat(lumpy["lump"].to_numpy(), len(years)))
    return Rows(m.sum("level", cells, labels) + m.sum("starts", starts, labels), "==", np.zeros(len(labels)), labels)


def lumpy_once(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A project is done once at most.

        Σ_t starts[a,t] ≤ 1

    Units:  1.
    Source: our own (docs/explanation/model.md).
    Dual:   none.
    """
    lumpy = a.activities.loc[a.activities["lump"] > 0, "activity"].to_numpy(dtype=object)
    if not len(lumpy):
        return None
    cells = pd.DataFrame(
        {"activity": np.repeat(lumpy, len(a.years)), "year": np.tile(a.years, len(lumpy)), "amount": 1.0}
    )
    cells["row"] = np.repeat(np.arange(len(lumpy)), len(a.years))
    return Rows(m.sum("starts", cells, lumpy), "<=", np.ones(len(lumpy)), lumpy)


def lumpy_groups(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Of rivals one at most is done; what must be done is.

        Σ_p∈g Σ_t starts[p,t] ≤ 1   (one of g)        Σ_p∈g Σ_t starts[p,t] ≥ 1   (must g)

    Units:  1; a must is written with both signs turned.
    Source: our own (docs/explanation/model.md).
    Dual:   none.
    """
    held = a.relations[a.relations["relation"].isin(("one of", "must"))]
    if held.empty:
        return None
    names = held["relation"] + " " + held["other"]
    labels = names.drop_duplicates().to_numpy(dtype=object)
    sign = np.where(pd.Index(labels).str.startswith("must "), -1.0, 1.0)
    row = pd.Index(labels).get_indexer(names)
    years = np.asarray(a.years)
    cells = pd.DataFrame(
        {"activity": np.repeat(held["project"].to_numpy(), len(years)), "year": np.tile(years, len(held)),
         "amount": np.repeat(sign[row], len(years)), "row": np.repeat(row, len(years))}
    )  # fmt: skip
    return Rows(m.sum("starts", cells, labels), "<=", sign, labels)


def lumpy_after(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A project starts only after what it needs.

        Σ_t'≤t starts[p,t']  ≤  Σ_q∈g Σ_t'≤t−lag starts[q,t']

    Units:  1.
    Source: our own (docs/explanation/model.md).
    Dual:   none.
    """
    later = a.relations[a.relations["relation"] == "after"].reset_index(drop=True)
    if later.empty:
        return None
    years = np.asarray(a.years)
    labels = grid(later["project"] + " after " + later["other"], years)
    one = later.assign(order=np.arange(len(later)))[["order", "project", "other", "lag"]]
    member = a.relations.loc[a.relations["relation"] == "member", ["project", "other"]]
    before = one.drop(columns="project").merge(member, on="other").assign(amount=-1.0)
    now = one.assign(lag=0, amount=1.0)
    cells = pd.concat([now, before]).merge(pd.DataFrame({"year": years}), how="cross")
    cells = cells.merge(pd.DataFrame({"when": years}), how="cross")
    cells = cells[cells["year"] + cells["lag"] <= cells["when"]]
    cells["row"] = cells["order"] * len(years) + cells["when"] - years[0]
    cells = cells.rename(columns={"project": "activity"})[["activity", "year", "amount", "row"]]
    return Rows(m.sum("starts", cells, labels), "<=", np.zeros(len(labels)), labels)
