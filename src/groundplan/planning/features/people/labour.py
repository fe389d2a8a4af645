"""Labour as a stock that population and training feed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError, raise_all
from groundplan.planning.features.schools.levels import Level, levels, schooling_product
from groundplan.planning.features.schools.skills import skill_name, skills, worth

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]


def labour(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """labour:s, occupied by production, growing with population.

        L[s,t+1] = L[s,t] + n·L[s,0]·(1+n)^t + trained − gone into the next skill

    With a population by age the labour force F of its projection leads, and everybody retires at its rate r:

        L[s,t+1] = (1−r)·L[s,t] + entrants[s,t] + trained − gone into the next skill
        entrants[s,t] = L[s,0]·(F[t+1] − (1−r)·F[t]) / F[0]

    A skill that one school alone feeds has no entrants: they begin in the skill below, where the pupils of the base
    year are counted too. So, whoever is trained, Σ_s persons[s]·L[s,t] is the labour force, and those pupils.
    Units: the economy's employment unit. Base-year employment, and the policy's reserve, is all the labour there is.
    """
    if h.people is not None:
        return _projected(e, policy, h)
    n = h.population_growth
    out: dict[str, list[Record]] = {"commodities": [], "exogenous": []}
    for s, stock in _base(e, policy).items():
        out["commodities"].append(_stock(e, s, stock * (1.0 + n)))
        for year in h.years:
            grown = n * stock * (1.0 + n) ** h.since(year)
            out["exogenous"].append(_supply(s, year, grown))
    return out


def _base(e: Economy, policy: Policy) -> dict[str, float]:
    """Labour of each skill in the base year: the employed and the reserve."""
    employed = e.employment.sum("sector").to_series()
    return {str(s): float(n) * (1.0 + policy.labour_reserve) for s, n in employed.items()}


def _stock(e: Economy, skill: str, initial: float, loss: float = 0.0) -> Record:
    found: Record = {"commodity": f"labour:{skill}", "kind": "capacity", "unit": e.employment_unit}
    more: Record = {"loss": loss} if loss else {}
    return {**found, "initial": initial, "label": skill_name(e, skill), **more}


def _supply(skill: str, year: int, amount: float) -> Record:
    return {"commodity": f"labour:{skill}", "year": year, "supply": max(amount, 0.0), "claim": max(-amount, 0.0)}


def _projected(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """Labour that follows the projection: those who stay, those who enter, and the graduates of the base year."""
    assert h.people is not None
    stay = 1.0 - h.people.retirement
    stages = (e.year, *h.years)
    came = {t: h.labour_force(t + 1) - stay * h.labour_force(t) for t in stages}
    fed = {level.skill: level for level in levels(e, policy) if level.fed}
    stock = _base(e, policy)
    for level in fed.values():
        stock[level.below] += level.part * (level.record.enrolment or 0.0) / level.heads
    entering = dict.fromkeys(stock, 0.0)
    for s, base in stock.items():
        first = _entry(fed, s)
        entering[first] += worth(e, policy, s, first) * base
    initial = {s: stay * base + entering[s] * came[e.year] for s, base in stock.items()}
    for level in fed.values():
        initial[level.skill] += level.intake * level.finishing
        initial[level.below] -= level.intake * level.finishing * level.part
    fix = "give a smaller enrolment, or a longer schooling"
    raise_all(
        [
            StudyError(f"the pupils of '{v.record.level}' are more than labour:{v.below}", where=v.record.line, fix=fix)
            for v in fed.values()
            if initial[v.below] < 0
        ]
    )
    return {
        "commodities": [_stock(e, s, initial[s], h.people.retirement) for s in stock],
        "exogenous": [_supply(s, t, entering[s] * came[t]) for s in stock for t in h.years],
    }


def _entry(fed: dict[str, Level], skill: str) -> str:
    """The skill in which people of a skill enter work: the first below it that no school alone feeds."""
    while skill in fed:
        skill = fed[skill].below
    return skill


def stand_in(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """stand-in:s, people doing the work of the skill below their own.

        occupies ``training_premium`` of labour:s+1 and frees 1 of labour:s, in the same year

    A person earns less in the work of the skill below, so more wage units of the higher skill go into one of the
    lower; the premium is an assumption of the policy. Units: the economy's employment unit.
    """
    out: dict[str, list[Record]] = {"activities": [], "flows": []}
    for s, above in () if h.base_year else pairwise(skills(e)):
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
    """train:s, beyond what base-year schooling already does, for skills without a school of their own.

        occupies 1/premium of labour:s−1 in each year of training, takes schooling, then takes 1/premium of it and
        gives 1 of labour:s

    Teachers are in the labour that schooling occupies. Skills are in the table's order, lowest first; an economy with
    one skill has no training. Cost, length and premium are assumptions of the policy.
    """
    school = schooling_product(e, policy)
    out: dict[str, list[Record]] = {"activities": [], "flows": [], "bounds": []}
    if h.base_year or not school:
        return out
    stated = {r.skill for r in policy.schools}
    years, part = policy.training_years, 1.0 / policy.training_premium
    for below, s in pairwise(skills(e)):
        if s in stated:
            continue
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
