"""A programme of places inside the national plan: what it claims goes in as demand, what the plan can give comes back.

The programme's yearly cost is an activity of the plan, which it carries out as far as that is worth its cost; what it
carries out is the ceiling under which the places are chosen again, until claims and ceilings agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.places.columns import PlacesError
from groundplan.places.pricing import scale_of
from groundplan.planning.choices.target import Target
from groundplan.planning.solve import Progress, quiet
from groundplan.siting_study import place
from groundplan.study import plan

CHOOSE = Callable[[Sequence[float] | None], Outcome]
PROGRAMME = "programme of places"
STEPS = ("round", "year", "claim", "ceiling", "residual")


@dataclass(frozen=True, eq=False)
class Agreement:
    """What was agreed.

    plan     the national plan with the programme in it
    choice   the choice of places under the plan's ceilings
    rounds   round, year, claim and ceiling (money of the plan), residual = (claim − ceiling) / claim
    agreed   whether the last round's residuals are within the tolerance
    """

    plan: Outcome
    choice: Outcome
    rounds: pd.DataFrame
    agreed: bool

    @property
    def residual(self) -> float:
        """The largest part of a year's claim that the plan does not give, 1."""
        last = self.rounds[self.rounds["round"] == self.rounds["round"].max()]
        return float(last["residual"].max()) if len(last) else 0.0


def agree(
    economy: Economy,
    choose: CHOOSE,
    claims: Callable[[Outcome], Sequence[float]],
    *,
    gives: Mapping[str, float] | None = None,
    years: int | None = None,
    worth: float = 3.0,
    rounds: int = 6,
    tolerance: float = 0.005,
    progress: Progress = quiet,
    **choices: Any,
) -> Agreement:
    """Choose places and plan the economy in turn until the programme's claims and the plan's ceilings agree.

        level[t] ∈ [0, 1],   capital goods taken = claim[t] · level[t],   ceiling[t] = claim[t] · level[t]
        a shortfall 1 − level[t] costs worth · claim[t] of living standard

    ``choose`` gets the ceilings by year (None at first) and returns a choice; ``claims`` reads from it what building
    costs in each year, in the economy's money, the first year being the plan's first. ``gives``: capacity of each
    sector (money of output a year) that one unit of money spent on the programme brings, ready two years later.
    ``worth``: living standard that may be given up for one unit of money of the programme (1). ``choices``: policies
    of the plan. Raises ``StudyError`` for arguments that make no sense and what ``plan`` and ``choose`` raise.
    """
    _check(economy, gives, worth, rounds, tolerance)
    ceiling: list[float] | None = None
    told: list[tuple[int, int, float, float, float]] = []
    for number in range(1, rounds + 1):
        progress(f"round {number}: choosing places")
        choice = choose(ceiling)
        asked = [float(c) for c in claims(choice)]
        span = max(years or len(asked), len(asked))
        progress(f"round {number}: planning with the programme")
        made = with_programme(economy, asked, gives=gives, worth=worth, years=span, progress=progress, **choices)
        done = [asked[t] * _level(made, economy.year + 1 + t) for t in range(len(asked))]
        residuals = [(a - d) / a if a > 0 else 0.0 for a, d in zip(asked, done, strict=True)]
        told += [
            (number, economy.year + 1 + t, a, d, r)
            for t, (a, d, r) in enumerate(zip(asked, done, residuals, strict=True))
        ]
        if max(residuals, default=0.0) <= tolerance:
            return Agreement(made, choice, pd.DataFrame(told, columns=list(STEPS)), True)
        ceiling = done
    return Agreement(made, choice, pd.DataFrame(told, columns=list(STEPS)), False)


def place_in_plan(
    places: str = "KEN",
    *,
    economy: Economy | None = None,
    worth: float = 3.0,
    rounds: int = 6,
    tolerance: float = 0.005,
    policy: Mapping[str, Any] | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Agreement:
    """Places of a shipped country chosen and its economy planned until both agree.

    ``choices`` are those of ``siting_study.place`` (per_year, years, rules, facilities ...), ``policy`` those of the
    plan. The programme's first year is the plan's first. Building cost by year is the claim; the plan's ceilings are
    the programme's budget of money. The choice's outcome has the table ``agreement`` (``Agreement.rounds``).
    Raises what ``place`` and ``plan`` raise; ``PlacesError`` where programme and economy are not in one money.
    """
    e = economy or Economy.load(places)

    def choose(ceilings: Sequence[float] | None, *, extras: bool = False) -> Outcome:
        budget = dict(choices.get("budget", {}))
        if ceilings is not None:
            span = int(choices.get("years", len(ceilings)))
            budget["money"] = tuple(c * (1.0 + ROUNDING) / scale for c in ceilings[:span])
        asked = {**choices, **({"budget": budget} if budget else {})}
        return place(places, extras=extras, progress=progress, **asked)

    def claims(choice: Outcome) -> list[float]:
        table = choice.table("claims")
        spent = table[table["commodity"] == "money"].set_index("year")["amount"]
        return [float(spent.get(t, 0.0)) * scale for t in range(1, int(spent.index.max()) + 1)] if len(spent) else []

    scale = _scale(choose(None), e)
    done = agree(
        e, choose, claims, worth=worth, rounds=rounds, tolerance=tolerance, progress=progress, **dict(policy or {})
    )
    last = done.rounds[done.rounds["round"] == done.rounds["round"].max()]
    held = last["ceiling"].tolist() if done.rounds["round"].max() > 1 else None
    whole = choose(held, extras=True)
    tables = {**dict(whole.tables), "agreement": done.rounds}
    about = {**dict(whole.provenance), "agreed": done.agreed, "residual": done.residual, "plan_money": e.money}
    return Agreement(done.plan, Outcome(whole.arrays, tables, about), done.rounds, done.agreed)


ROUNDING = 1e-9


def _scale(choice: Outcome, e: Economy) -> float:
    """How many units of the economy's money one unit of the programme's is; both at prices of one year."""
    told = str(choice.provenance.get("money") or "")
    (here, ours), (there, theirs) = scale_of(told), scale_of(e.money)
    if here != there:
        raise PlacesError(
            f"the programme is in {told}, the economy in {e.money}", fix="price the facility types in its money"
        )
    return ours / theirs


def with_programme(
    economy: Economy,
    claims: Sequence[float],
    *,
    gives: Mapping[str, float] | None = None,
    worth: float = 3.0,
    years: int,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """The national plan with a programme of so much building cost a year in it; arguments as in ``agree``.

    The share of a year's programme that is carried out is the indicator ``programme of places <year>``.
    """
    first = economy.year + 1
    names = {first + t: f"{PROGRAMME} {first + t}" for t, claim in enumerate(claims) if claim > 0}
    rows: dict[str, list[dict[str, object]]] = {"activities": [], "flows": [], "bounds": [], "indicators": []}
    for year, name in names.items():
        claim = claims[year - first]
        rows["activities"].append({"activity": name, "unit": "share of the year's programme", "label": name})
        rows["flows"].append({"activity": name, "commodity": "capital goods", "coefficient": claim})
        rows["flows"] += [
            {"activity": name, "commodity": f"capacity:{s}", "role": "give", "coefficient": claim * more, "lag": 1}
            for s, more in (gives or {}).items()
        ]
        rows["bounds"] += [
            {"activity": name, "year": t, "lower": 0.0, "upper": float(t == year)} for t in range(first, first + years)
        ]
        rows["indicators"].append({"indicator": name, "on": name, "unit": "1"})
    targets = [
        Target(name, ">=", 1.0, year=year, weight=worth * claims[year - first], name=name)
        for year, name in names.items()
    ]
    projects = {table: records for table, records in rows.items() if records} or None
    own = list(choices.pop("targets", []))
    return plan(economy, projects=projects, years=years, targets=[*own, *targets], progress=progress, **choices)


def _level(made: Outcome, year: int) -> float:
    name = f"{PROGRAMME} {year}"
    there = made["indicator"]
    if name not in there["indicator"].values:
        return 1.0
    return min(max(float(there.sel(indicator=name, year=year)), 0.0), 1.0)


def _check(economy: Economy, gives: Mapping[str, float] | None, worth: float, rounds: int, tolerance: float) -> None:
    faults: list[GroundplanError] = []
    lost = [s for s in gives or {} if s not in economy.sectors]
    if lost:
        faults.append(StudyError(f"the economy has no sector {', '.join(lost)}", fix="name sectors of the economy"))
    if not worth > 0 or rounds < 1 or not tolerance >= 0:
        told = f"worth {worth!r}, rounds {rounds!r}, tolerance {tolerance!r}"
        faults.append(StudyError(told, fix="give a worth above 0, one round or more, a tolerance from 0"))
    raise_all(faults, where="agreement of programme and plan")
