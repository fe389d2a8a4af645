"""Labour as a stock that population and training feed."""

from __future__ import annotations

from itertools import pairwise

from groundplan.economy.economy import Economy
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy

Record = dict[str, object]


def skill_name(e: Economy, skill: str) -> str:
    """A skill in words without its explanation: ``labour of high skill``; ``labour`` where there is only one."""
    if e.employment.sizes["skill"] == 1:
        return "labour"
    name = e.label(skill).split(" (")[0].removeprefix("Labor - ").removeprefix("Labour - ").lower()
    return f"labour of {name} skill"


def labour(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """labour:s, occupied by production, growing with population.

        L[s,t+1] = L[s,t] + n·L[s,0]·(1+n)^t + trained − gone into the next skill

    Units: the economy's employment unit. Base-year employment, and the policy's reserve, is all the labour there is.
    """
    n = h.population_growth
    out: dict[str, list[Record]] = {"commodities": [], "exogenous": []}
    for s, employed in e.employment.sum("sector").to_series().items():
        stock = float(employed) * (1.0 + policy.labour_reserve)
        out["commodities"].append(
            {"commodity": f"labour:{s}", "kind": "capacity", "unit": e.employment_unit, "initial": stock * (1.0 + n),
             "label": skill_name(e, str(s))}
        )  # fmt: skip
        for year in h.years:
            grown = n * stock * (1.0 + n) ** h.since(year)
            out["exogenous"].append(
                {"commodity": f"labour:{s}", "year": year, "supply": max(grown, 0.0), "claim": max(-grown, 0.0)}
            )
    return out


def stand_in(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """stand-in:s, people doing the work of the skill below their own.

        occupies ``training_premium`` of labour:s+1 and frees 1 of labour:s, in the same year

    A person earns less in the work of the skill below, so more wage units of the higher skill go into one of the
    lower; the premium is an assumption of the policy. Units: the economy's employment unit.
    """
    skills = [str(s) for s in e.employment["skill"].values]
    out: dict[str, list[Record]] = {"activities": [], "flows": []}
    for s, above in () if h.base_year else pairwise(skills):
        act = f"stand-in:{s}"
        out["activities"].append(
            {
                "activity": act,
                "unit": e.employment_unit,
                "label": f"standing in for {skill_name(e, s)}",
                "group": "stand-in",
            }
        )
        out["flows"] += [
            {"activity": act, "commodity": f"labour:{above}", "role": "occupy", "coefficient": policy.training_premium},
            {"activity": act, "commodity": f"labour:{s}", "role": "occupy", "coefficient": -1.0},
        ]
    return out


def training(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """train:s, beyond what base-year schooling already does.

        occupies 1/premium of labour:s−1 in each year of training, takes schooling, then takes 1/premium of it and
        gives 1 of labour:s

    Teachers are in the labour that schooling occupies. Skills are in the table's order, lowest first; an economy with
    one skill has no training. Cost, length and premium are assumptions of the policy.
    """
    skills = [str(s) for s in e.employment["skill"].values]
    school = next((s for s in policy.schooling if s in e.sectors and float(e.output.sel(sector=s)) > 0), None)
    out: dict[str, list[Record]] = {"activities": [], "flows": [], "bounds": []}
    if h.base_year or len(skills) < 2 or school is None:
        return out
    years, part = policy.training_years, 1.0 / policy.training_premium
    for below, s in pairwise(skills):
        train = f"train:{s}"
        out["activities"].append(
            {
                "activity": train,
                "unit": e.employment_unit,
                "label": f"training for {skill_name(e, s)}",
                "group": "training",
            }
        )
        for lag in range(years):
            out["flows"] += [
                {"activity": train, "commodity": f"labour:{below}", "role": "occupy", "coefficient": part, "lag": lag},
                {"activity": train, "commodity": f"home:{school}", "coefficient": policy.schooling_cost, "lag": lag},
            ]
        out["flows"] += [
            {"activity": train, "commodity": f"labour:{below}", "coefficient": part, "lag": years - 1},
            {"activity": train, "commodity": f"labour:{s}", "role": "give", "coefficient": 1.0, "lag": years - 1},
        ]
        pupils = float(e.employment.sel(skill=below).sum())
        out["bounds"].append({"activity": train, "upper": policy.training_ceiling * pupils / part})
    return out
