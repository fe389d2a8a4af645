"""Labour as a stock that population and training feed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.errors import StudyError, raise_all
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    Tables,
    gives,
    occupies,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.schools.school_levels import (
    SchoolLevel,
    levels,
    schooling_product,
    skill_name,
    skills,
    worth,
)

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy


def labour(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """labour:s, occupied by production, growing with population.

        L[s,t+1] = L[s,t] + n·L[s,0]·(1+n)^t + trained − gone into the next skill     (n: growth of labour)

    With a population by age the labour force F of its projection leads, and everybody retires at its rate r:

        L[s,t+1] = (1−r)·L[s,t] + entrants[s,t] + trained − gone into the next skill
        entrants[s,t] = L[s,0]·(F[t+1] − (1−r)·F[t]) / F[0]

    A skill that one school alone feeds has no entrants: they begin in the skill below, where the pupils of the base
    year are counted too. So, whoever is trained, Σ_s persons[s]·L[s,t] is the labour force, and those pupils.
    Units: the economy's employment unit. Base-year employment, and the policy's reserve, is all the labour there is.
    """
    if h.people is not None:
        return _projected(e, policy, h)
    n, stocks = h.labour_growth, _base(e, policy)
    return Tables(
        commodities=[_stock(e, s, stock * (1.0 + n)) for s, stock in stocks.items()],
        exogenous=[
            _entrants(s, year, n * stock * (1.0 + n) ** h.since(year))
            for s, stock in stocks.items()
            for year in h.years
        ],
    )


def _base(e: Economy, policy: Policy) -> dict[str, float]:
    """Labour of each skill in the base year: the employed and the reserve."""
    employed = e.employment.sum("sector").to_series()
    return {str(s): float(n) * (1.0 + policy.labour_reserve) for s, n in employed.items()}


def labour_to_begin_with(e: Economy, policy: Policy) -> float:
    """All labour of the base year in the economy's unit: the employed, the reserve, and pupils where they are counted.

    Pupils are, where a population by age feeds the schools.
    """
    stock = _base(e, policy)
    return sum(stock.values()) if policy.population is None else sum(_with_pupils(e, policy, stock).values())


def _with_pupils(e: Economy, policy: Policy, stock: dict[str, float]) -> dict[str, float]:
    """Labour by skill with the pupils of the base year in the skill below their school's."""
    pupils = [(level.below, level.part * (level.record.enrolment or 0.0) / level.heads)
              for level in levels(e, policy) if level.fed]  # fmt: skip
    return {s: base + sum(n for below, n in pupils if below == s) for s, base in stock.items()}


def _stock(e: Economy, skill: str, initial: float, loss: float = 0.0) -> CommodityRow:
    return CommodityRow(f"labour:{skill}", "capacity", e.employment_unit, loss, initial, label=skill_name(e, skill))


def _entrants(skill: str, year: int, amount: float) -> ExogenousRow:
    return ExogenousRow(f"labour:{skill}", year, supply=max(amount, 0.0), claim=max(-amount, 0.0))


def _projected(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """Labour that follows the projection: those who stay, those who enter, and the graduates of the base year."""
    assert h.people is not None
    stay = 1.0 - h.people.retirement
    stages = (e.year, *h.years)
    came = {t: h.labour_force(t + 1) - stay * h.labour_force(t) for t in stages}
    fed = {level.skill: level for level in levels(e, policy) if level.fed}
    stock = _with_pupils(e, policy, _base(e, policy))
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
    return Tables(
        commodities=[_stock(e, s, initial[s], h.people.retirement) for s in stock],
        exogenous=[_entrants(s, t, entering[s] * came[t]) for s in stock for t in h.years],
    )


def _entry(fed: dict[str, SchoolLevel], skill: str) -> str:
    """The skill in which people of a skill enter work: the first below it that no school alone feeds."""
    while skill in fed:
        skill = fed[skill].below
    return skill


def stand_in(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """stand-in:s, people doing the work of the skill below their own.

        occupies ``training_premium`` of labour:s+1 and frees 1 of labour:s, in the same year

    A person earns less in the work of the skill below, so more wage units of the higher skill go into one of the
    lower; the premium is an assumption of the policy. Units: the economy's employment unit.
    """
    steps = [] if h.base_year else list(pairwise(skills(e)))
    return Tables(
        activities=[
            ActivityRow(f"stand-in:{s}", e.employment_unit, f"standing in for {skill_name(e, s)}", "stand-in")
            for s, _ in steps
        ],
        flows=[
            flow
            for s, above in steps
            for flow in (
                occupies(f"stand-in:{s}", f"labour:{above}", policy.training_premium),
                occupies(f"stand-in:{s}", f"labour:{s}", -1.0),
            )
        ],
    )


def training(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """train:s, beyond what base-year schooling already does, for skills without a school of their own.

        occupies 1/premium of labour:s−1 in each year of training, takes schooling, then takes 1/premium of it and
        gives 1 of labour:s

    Teachers are in the labour that schooling occupies. Skills are in the table's order, lowest first; an economy with
    one skill has no training. Cost, length and premium are assumptions of the policy.
    """
    school, stated = schooling_product(e, policy), {r.skill for r in policy.schools}
    if h.base_year or not school:
        return Tables()
    return Tables.joined(_trained(e, policy, school, below, s) for below, s in pairwise(skills(e)) if s not in stated)


def _trained(e: Economy, policy: Policy, school: str, below: str, skill: str) -> Tables:
    """train:s for one skill."""
    train, years, part = f"train:{skill}", policy.training_years, 1.0 / policy.training_premium
    attending = [
        flow
        for lag in range(years)
        for flow in (
            occupies(train, f"labour:{below}", part, lag=lag),
            takes(train, f"home:{school}", policy.schooling_cost, lag=lag),
        )
    ]
    pupils = float(e.employment.sel(skill=below).sum())
    return Tables(
        activities=[ActivityRow(train, e.employment_unit, f"training for {skill_name(e, skill)}", "training")],
        flows=[
            *attending,
            takes(train, f"labour:{below}", part, lag=years - 1),
            gives(train, f"labour:{skill}", lag=years - 1),
        ],
        bounds=[BoundRow(train, upper=policy.training_ceiling * pupils / part)],
    )


FEATURE = Feature(parts=(labour, stand_in, training))
