"""All that a choice is made from, and what is missing or unknown in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, UnknownName
from groundplan.places.choosing.problem import Floats
from groundplan.places.choosing.rules import Rules
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.distances import Distances
from groundplan.places.known.places import Places
from groundplan.places.works.facilities import Facilities, Facility


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that a choice is made from, as it is published.

    need, readiness   score by place (``scores.score``)
    gap               what a place lacks, per head, in any one unit; the need score where None
    distances         between places; needed where a type takes raw materials or serves a catchment
    tickets           place → ticket of the public draw; where None the order of ids decides what is left open
    """

    places: Places
    facilities: Facilities
    rules: Rules
    need: pd.Series
    readiness: pd.Series
    gap: pd.Series | None = None
    distances: Distances | None = None
    tickets: Mapping[str, str] | None = None


def figures_of(places: Places, name: str) -> Floats:
    """[p] a column of the places, NaN where they have none of that name."""
    return places.table[name].to_numpy(dtype=float) if name in places.columns else np.full(len(places), np.nan)


def unknown_names(inputs: Inputs, codes: list[str]) -> list[GroundplanError]:
    """Names in the rules that the places or the facilities do not have."""
    rules, ids = inputs.rules, inputs.places.ids
    named = [*rules.forced, *rules.forced_types, *rules.forbidden, *rules.forbidden_types]
    faults: list[GroundplanError] = [UnknownName("place", p, ids, where="rules") for p in named if p not in ids]
    groups = [*rules.forced_types.values(), *rules.forbidden_types.values(), rules.required]
    wanted = dict.fromkeys(t for types in groups for t in types)
    faults += [UnknownName("facility", t, codes, where="rules") for t in wanted if t not in codes]
    provinces = {str(p) for p in inputs.places.province}
    return faults + [UnknownName("province", p, provinces, where="quota") for p in rules.quota if p not in provinces]


def missing_figures(inputs: Inputs, types: list[Facility]) -> list[GroundplanError]:
    """Figures without which the choice cannot be made."""
    places, rules = inputs.places, inputs.rules
    faults: list[GroundplanError] = []
    series = {"need": inputs.need, "readiness": inputs.readiness, "gap": inputs.gap}
    for name, values in series.items():
        bare = [] if values is None else [i for i in places.ids if not np.isfinite(values.get(i, np.nan))]
        if bare:
            faults.append(PlacesError(f"{name} is missing for {some(bare)}", fix="give it, or leave them out"))
    counted = rules.weights.get("person", 0) > 0 and any(t.serves for t in types)
    if rules.provinces == "by people" or counted or rules.worst_off:
        titles = places.titles().values()
        bare = [name for name, n in zip(titles, figures_of(places, "population"), strict=True) if not n > 0]
        if bare:
            faults.append(PlacesError(f"population is missing for {some(bare)}", fix="give it, or leave them out"))
    if inputs.distances is None and any(t.catchment or any(m.reach.value for m in t.materials) for t in types):
        fix = "give distances: places.distances(detour=...) or distances.along"
        faults.append(PlacesError("facilities reach other places and no distances are given", fix=fix))
    if inputs.distances is not None and inputs.distances.ids != places.ids:
        faults.append(PlacesError("the distances are of other places", fix="compute them from these places"))
    priced = rules.weights.get("money", 0) > 0 or any(b == "money" or b.startswith("building") for b in rules.budget)
    bare = [t.code for t in types if t.cost is None] if priced else []
    if bare:
        faults.append(PlacesError(f"building cost is missing for {some(bare)}", fix="price the types first (pricing)"))
    monies = sorted({t.money for t in types if t.cost})
    if priced and len(monies) > 1:
        faults.append(PlacesError(f"the types are priced in {', '.join(monies)}", fix="price all in one money"))
    limits = list(claims_of(types))
    return faults + [UnknownName("budget", b, limits, where="rules") for b in rules.budget if b not in limits]


def claims_of(types: list[Facility]) -> dict[str, Floats]:
    """What a budget may limit → [f, k] used by each type k years after its choice.

    Money and what building buys follow the building profile. Jobs and power are needed anew when building ends: a
    budget of them is what may come on line in a year.
    """
    span = max(t.years for t in types)
    profile = np.array([[*t.profile, *[0.0] * (span + 1 - t.years)] for t in types])
    done = np.zeros_like(profile)
    done[np.arange(len(types)), [t.years for t in types]] = 1.0
    cost = np.array([t.cost.value if t.cost else 0.0 for t in types])[:, None]
    claims = {"money": cost * profile}
    claims["power"] = done * np.array([t.power.value if t.power else 0.0 for t in types])[:, None]
    for skill in dict.fromkeys(k for t in types for k in t.jobs):
        amount = np.array([t.jobs[skill].value if skill in t.jobs else 0.0 for t in types])
        claims[f"jobs: {skill}"] = done * amount[:, None]
    for sector in dict.fromkeys(k for t in types for k in t.building):
        share = np.array([t.building[sector].value if sector in t.building else 0.0 for t in types])
        claims[f"building: {sector}"] = cost * profile * share[:, None]
    return claims
