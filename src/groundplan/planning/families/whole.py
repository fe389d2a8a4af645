"""What a project is: done whole, once, after what it needs, and instead of its rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.families.family import family
from groundplan.planning.families.rows import LinearTerm, Model, Rows, term

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


@family("identity", says="size of the project {what} in {year}", loosen=None)
def lumpy_level(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A project is done whole or not at all.

        v[a,t] = lump_a · starts[a,t],   starts ∈ {0, 1}

    Units:  the unit of the level.
    Source: our own (docs/explanation/model.md).
    Dual:   none; prices are those of the plan with its projects fixed.
    """
    lumpy = a.activities[a.activities["lump"] > 0]
    names = lumpy["activity"]
    return m.rows("==", 0.0, term("level", names, names), term("starts", names, names, -lumpy["lump"]), of=names)


@family("identity", says="project {what}, once at most", loosen=None)
def lumpy_once(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A project is done once at most.

        Σ_t starts[a,t] ≤ 1

    Units:  1.
    Source: our own (docs/explanation/model.md).
    Dual:   none.
    """
    lumpy = a.activities.loc[a.activities["lump"] > 0, "activity"]
    return m.rows("<=", 1.0, _ever(lumpy, lumpy, 1.0, a), of=lumpy, when=0)


@family("identity", says="projects: {what}", loosen=None)
def lumpy_groups(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Of rivals one at most is done; what must be done is.

        Σ_p∈g Σ_t starts[p,t] ≤ 1   (one of g)        Σ_p∈g Σ_t starts[p,t] ≥ 1   (must g)

    Units:  1; a must is written with both signs turned.
    Source: our own (docs/explanation/model.md).
    Dual:   none.
    """
    ruled = a.relations[a.relations["relation"].isin(("one of", "must"))]
    names = ruled["relation"] + " " + ruled["other"]
    labels = names.drop_duplicates()
    sign = {name: -1.0 if name.startswith("must ") else 1.0 for name in labels}
    return m.rows("<=", [*sign.values()], _ever(names, ruled["project"], names.map(sign), a), of=labels, when=0)


def _ever(row: pd.Series, project: pd.Series, amount: object, a: Activities) -> LinearTerm:
    """Whether each project is ever started, in a row without a year."""
    of, on, much = (np.asarray(x)[..., None] for x in (row, project, amount))
    return term("starts", of, on, much, year=a.years)


@family("identity", says="order of projects: {what} in {year}", loosen=None)
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
    years = pd.DataFrame({"year": a.years})
    names = later["project"] + " after " + later["other"]
    one = later.assign(row=names)[["row", "project", "other", "lag"]]
    member = a.relations.loc[a.relations["relation"] == "member", ["project", "other"]]
    before = one.drop(columns="project").merge(member, on="other").assign(amount=-1.0)
    cells = pd.concat([one.assign(lag=0, amount=1.0), before]).merge(years, how="cross")
    cells = cells.merge(years.rename(columns={"year": "when"}), how="cross")
    cells = cells[cells["year"] + cells["lag"] <= cells["when"]]
    begun = term("starts", cells["row"], cells["project"], cells["amount"], year=cells["year"], when=cells["when"])
    return m.rows("<=", 0.0, begun, of=names)
