"""What households buy in a plan, and what they do without."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.features.people.easing import EASE, group_numbers, household_demands
from groundplan.planning.horizon import Horizon
from groundplan.planning.solved_plan import SolvedPlan


def eased(plan: SolvedPlan) -> pd.DataFrame:
    """What households do without, product × year, in money of the base year at basic prices."""
    level, products = plan.level, list(plan.economy.sectors)
    own = level[level.index.astype(str).str.startswith(EASE)]
    code = [str(act).removeprefix(EASE).rpartition("@")[0] for act in own.index]
    return own.groupby(np.array(code, dtype=object)).sum().reindex(products).fillna(0.0)


def household_uses(plan: SolvedPlan) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Group → what it buys of home and of imported products, less what it does without; product × year.

    Home and imported stand in the proportions of the base year: which of them are replaced is trade's (``origins``).
    Units: money of the base year at basic prices / year.
    """
    e, p, years = plan.economy, plan.policy, list(plan.activities.years)
    h = Horizon.of(e, p, base_year=False)
    demand_of, numbers, without = household_demands(h), group_numbers(h), eased(plan)[years]
    base = {g: (d.home + d.imported).reindex(without.index) for g, d in demand_of.items()}
    whole = pd.DataFrame(base).sum(axis=1).replace(0.0, np.nan)
    share = (pd.DataFrame({g: d.home for g, d in demand_of.items()}).sum(axis=1) / whole).fillna(0.0)
    out = {}
    for g, d in demand_of.items():
        if f"live:{g}" not in plan.level.index:
            continue
        bought = d.uses(plan.level.loc[f"live:{g}", years].to_numpy(), numbers[g][: len(years)])
        mine = (base[g] / whole).fillna(0.0)
        home, imported = (
            uses.set_axis(years, axis=1) - without.mul(mine * part, axis=0)
            for uses, part in zip(bought, (share, 1.0 - share), strict=True)
        )
        out[g] = (home, imported)
    return out


def household_use_table(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """``household_use``: what households buy of each product and what they do without for want of it, by year.

    Columns: product, label, year, home, imported (bought), base (a head's use in the accounts' year, times heads),
    eased (done without). Units: money of the base year at basic prices / year.
    """
    uses = household_uses(plan)
    if not uses:
        return {}
    e, p, years = plan.economy, plan.policy, list(plan.activities.years)
    h = Horizon.of(e, p, base_year=False)
    numbers, demand_of = group_numbers(h), household_demands(h)
    base = np.sum([np.outer(d.home + d.imported, numbers[g][: len(years)]) for g, d in demand_of.items()], axis=0)
    products = list(e.sectors)
    columns = {
        "home": np.sum([home.loc[products].to_numpy() for home, _ in uses.values()], axis=0),
        "imported": np.sum([imported.loc[products].to_numpy() for _, imported in uses.values()], axis=0),
        "base": base,
        "eased": eased(plan).loc[products, years].to_numpy(),
    }
    names = np.repeat(np.asarray(products, dtype=object), len(years))
    long = {name: table.ravel() for name, table in columns.items()}
    every_use = pd.DataFrame(
        {"product": names, "label": [e.label(i) for i in names], "year": years * len(products), **long}
    )
    return {"household_use": every_use[every_use["base"] != 0].reset_index(drop=True)}
