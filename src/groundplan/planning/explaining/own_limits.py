"""Limits of a user's own: what they are worth, told beside what the core knows to be scarce."""

from __future__ import annotations

import pandas as pd

from groundplan.planning.explaining.clash import label_words
from groundplan.planning.explaining.loosenable import named
from groundplan.planning.families.family import family_of
from groundplan.planning.plan_programme import is_own
from groundplan.planning.prices import shadow_prices, standard_price
from groundplan.planning.solved_plan import SolvedPlan

COLUMNS = ["family", "name", "label", "year", "right", "dual", "worth", "in_draws"]


def own_limits(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Every row of a family that is not one of ``FAMILIES``, with what easing it by one unit is worth.

        worth[row] = |dual[row]| / λ[t]     λ[t] the price of the living standard in the row's year (``prices``)

    Columns: family, name, label (in words, under which contingency), year (0 for none), right (the bound), dual
    (objective per unit), worth (money of living standard of the same year per unit; of a row without a year, and
    where nobody lives in the plan, objective), in_draws. Nothing without such families.
    Units: as stated. Source: our own (docs/howto/limits.md).
    """
    m = plan.model
    asked = {f.name for f in m.limits if is_own(f)}
    own = {name: rows for name, rows in m.families.items() if family_of(name)[0] in asked}
    if not own:
        return {}
    table = shadow_prices(m, plan.duals)
    of_standard = standard_price(m, table)
    price = pd.Series(of_standard, list(plan.activities.years)[: len(of_standard)], dtype=float)
    words = label_words(m)
    frames = []
    for name, rows in own.items():
        kind, fork = m.kinds[name], family_of(name)[1]
        frame = named(pd.DataFrame({"label": rows.labels.astype(str)}))
        what = [words.get(n) or n for n in frame["name"]]
        under = f" under {fork}" if fork else ""
        frame["label"] = [(kind.priced or f"{kind.words}: {{what}}").format(what=w) + under for w in what]
        frame = frame.assign(family=name, right=rows.right, dual=plan.solution.duals[name], in_draws=kind.in_draws)
        per = frame["year"].map(price).where(lambda v: v > 0, 1.0)
        worth = frame.assign(worth=frame["dual"].abs() / per)[COLUMNS]
        frames.append(worth[worth["year"] <= plan.activities.years[-1]])
    return {"limits": pd.concat(frames, ignore_index=True)}
