"""The years after the plan: rows that a user states for the plan's own years go on as they were in its last one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from groundplan.planning.activities import Activities, Records, rows


def continued(stated: Mapping[str, Records], a: Activities) -> dict[str, Records]:
    """Rows of a user with what holds in the tail: nobody states figures of years that are never shown.

        bounds     an upper bound of the last year stays
        exogenous  what is stated for every year of the plan goes on as in its last
        profiles   stay at their last factor

    All else ends with the plan. Units: the rows' own.
    """
    after = a.years[len(a.plan_years) :]
    out = dict(stated)
    if not after:
        return out
    last, years = a.plan_years[-1], set(a.plan_years)
    for name in ("bounds", "exogenous", "profiles"):
        if name not in stated:
            continue
        table = rows(name, stated[name])
        of_last = table[table["year"] == last]
        if name == "bounds":
            of_last = of_last.assign(lower=0.0)
        if name == "exogenous":
            whole = table.groupby("commodity")["year"].agg(lambda y: years <= set(y))
            of_last = of_last[of_last["commodity"].map(whole).to_numpy(dtype=bool)]
        more = [of_last.assign(year=year) for year in after if len(of_last)]
        out[name] = pd.concat([table, *more], ignore_index=True)
    return out
