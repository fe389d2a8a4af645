"""From places, types of facility and rules to the arrays of the choice; contradictions are told before any solving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.choosing.contradictions import contradictions
from groundplan.places.choosing.problem import Floats, Siting, round_bounds, share_bounds
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


def assemble(inputs: Inputs) -> Siting:
    """The arrays of the choice, places in the order of the draw.

    Raises, all faults at once: names in the rules that do not exist, figures that are missing, distances that are
    needed and not there, and rules that contradict each other (``contradictions``).
    """
    places, rules = inputs.places, inputs.rules
    inputs.facilities.check(places)
    types = [v for f in inputs.facilities.types.values() for v in f.variants()]
    raise_all(_unknown(inputs, [t.code for t in types]))
    raise_all(_lacking(inputs, types))
    ids = list(places.ids)
    provinces = tuple(sorted({str(p) for p in places.province}))
    number = {p: k for k, p in enumerate(provinces)}
    province = np.array([number[str(p)] for p in places.province], dtype=np.int64)
    need, ready = (s.reindex(ids).to_numpy(dtype=float) for s in (inputs.need, inputs.readiness))
    gap = (inputs.need if inputs.gap is None else inputs.gap).reindex(ids).to_numpy(dtype=float)
    people = _column(places, "population")
    closed = np.array([i in rules.forbidden for i in ids])
    weights = {k: rules.weights.get(k, 0.0) for k in ("need", "readiness", "job", "person", "haul", "money")}
    jobs = np.array([t.workers for t in types])
    cost = np.array([t.cost.value if t.cost else 0.0 for t in types])
    # Without a population nothing is known per head; no gap is then said to close.
    head = np.where(people > 0, people, np.inf)
    relief = rules.per_job * jobs[None, :] / head[:, None]
    codes = [t.code for t in types]
    known: dict[str, Any] = {
        "province": province,
        "provinces": provinces,
        "need": need,
        "readiness": ready,
        "people": people,
        "closed": closed,
    }
    barred = np.array([[c in rules.forbidden_types.get(i, ()) for c in codes] for i in ids])
    of_types = _types(types, places)
    siting = Siting(
        ids=tuple(ids),
        titles=tuple(places.titles().values()),
        years=rules.labels(),
        per_year=np.array(rules.counts(), dtype=np.int64),
        early=1.0 - rules.early * np.arange(rules.years, dtype=float),
        merit=weights["need"] * need + weights["readiness"] * ready,
        gain=weights["job"] * need[:, None] * jobs[None, :],
        charge=np.broadcast_to(weights["money"] * cost, relief.shape),
        gap=gap,
        relief=relief,
        haul=weights["haul"],
        person=weights["person"],
        kinds_range=(rules.kinds[0], rules.kinds[1]),
        step=rules.step,
        **known,
        **(of_types | {"allowed": of_types["allowed"] & ~barred}),
        **_limits(types, rules),
        **_materials(types, inputs),
        **_service(types, inputs),
        **_fairness(rules, places, known, codes),
    )
    raise_all(contradictions(siting), where="rules")
    return siting.reordered(_draw_order(ids, inputs.tickets))


def _draw_order(ids: list[str], tickets: Mapping[str, str] | None) -> list[int]:
    """Smallest ticket first; without a draw by the UTF-8 bytes of the id."""
    if tickets is not None:
        lacking = [i for i in ids if i not in tickets]
        if lacking:
            raise PlacesError(f"the draw has no ticket for {some(lacking)}", fix="draw again with the whole list")
        return sorted(range(len(ids)), key=lambda k: (tickets[ids[k]], ids[k].encode()))
    return sorted(range(len(ids)), key=lambda k: ids[k].encode())


def _column(places: Places, name: str) -> Floats:
    return places.table[name].to_numpy(dtype=float) if name in places.columns else np.full(len(places), np.nan)


def _unknown(inputs: Inputs, codes: list[str]) -> list[GroundplanError]:
    """Names in the rules that the places or the facilities do not have."""
    rules, ids = inputs.rules, inputs.places.ids
    named = [*rules.forced, *rules.forced_types, *rules.forbidden, *rules.forbidden_types]
    found: list[GroundplanError] = [UnknownName("place", p, ids, where="rules") for p in named if p not in ids]
    groups = [*rules.forced_types.values(), *rules.forbidden_types.values(), rules.required]
    wanted = dict.fromkeys(t for types in groups for t in types)
    found += [UnknownName("facility", t, codes, where="rules") for t in wanted if t not in codes]
    provinces = {str(p) for p in inputs.places.province}
    return found + [UnknownName("province", p, provinces, where="quota") for p in rules.quota if p not in provinces]


def _lacking(inputs: Inputs, types: list[Facility]) -> list[GroundplanError]:
    """Figures without which the choice cannot be made."""
    places, rules = inputs.places, inputs.rules
    found: list[GroundplanError] = []
    series = {"need": inputs.need, "readiness": inputs.readiness, "gap": inputs.gap}
    for name, values in series.items():
        bare = [] if values is None else [i for i in places.ids if not np.isfinite(values.get(i, np.nan))]
        if bare:
            found.append(PlacesError(f"{name} is missing for {some(bare)}", fix="give it, or leave them out"))
    counted = rules.weights.get("person", 0) > 0 and any(t.serves for t in types)
    if rules.provinces == "by people" or counted or rules.worst_off:
        titles = places.titles().values()
        bare = [name for name, n in zip(titles, _column(places, "population"), strict=True) if not n > 0]
        if bare:
            found.append(PlacesError(f"population is missing for {some(bare)}", fix="give it, or leave them out"))
    if inputs.distances is None and any(t.catchment or any(m.reach.value for m in t.materials) for t in types):
        fix = "give distances: places.distances(detour=...) or distances.along"
        found.append(PlacesError("facilities reach other places and no distances are given", fix=fix))
    if inputs.distances is not None and inputs.distances.ids != places.ids:
        found.append(PlacesError("the distances are of other places", fix="compute them from these places"))
    priced = rules.weights.get("money", 0) > 0 or any(b == "money" or b.startswith("building") for b in rules.budget)
    bare = [t.code for t in types if t.cost is None] if priced else []
    if bare:
        found.append(PlacesError(f"building cost is missing for {some(bare)}", fix="price the types first (pricing)"))
    monies = sorted({t.money for t in types if t.cost})
    if priced and len(monies) > 1:
        found.append(PlacesError(f"the types are priced in {', '.join(monies)}", fix="price all in one money"))
    known = list(claims_of(types))
    return found + [UnknownName("budget", b, known, where="rules") for b in rules.budget if b not in known]


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
    found = {"money": cost * profile}
    found["power"] = done * np.array([t.power.value if t.power else 0.0 for t in types])[:, None]
    for skill in dict.fromkeys(k for t in types for k in t.jobs):
        amount = np.array([t.jobs[skill].value if skill in t.jobs else 0.0 for t in types])
        found[f"jobs: {skill}"] = done * amount[:, None]
    for sector in dict.fromkeys(k for t in types for k in t.building):
        share = np.array([t.building[sector].value if sector in t.building else 0.0 for t in types])
        found[f"building: {sector}"] = cost * profile * share[:, None]
    return found


def _types(types: list[Facility], places: Places) -> dict[str, Any]:
    codes = [t.code for t in types]
    base = [c.split(":")[0] for c in codes]
    bases = list(dict.fromkeys(base))
    ids = {i: k for k, i in enumerate(places.ids)}
    allowed = np.ones((len(places), len(types)), dtype=bool)
    for f, t in enumerate(types):
        for column, least in t.least.items():
            # NaN is not at least anything: where the figure is missing, the type is not built.
            allowed[:, f] &= _column(places, column) >= least.value
    stands = np.zeros_like(allowed)
    for plant in places.plants:
        code = f"{plant.facility}:{plant.size}" if plant.size else plant.facility
        if code in codes:
            stands[ids[plant.place], codes.index(code)] = True
    after = np.array([[b in t.after for b in base] for t in types])
    return {
        "kinds": tuple(codes),
        "group": np.array([bases.index(b) for b in base], dtype=np.int64),
        "lag": np.array([t.years for t in types], dtype=np.int64),
        "allowed": allowed,
        "stands": stands,
        "after": after,
    }


def _limits(types: list[Facility], rules: Rules) -> dict[str, Any]:
    every = claims_of(types)
    span = next(iter(every.values())).shape[1]
    claim = [every[name] for name in rules.budget]
    return {
        "limits": tuple(rules.budget),
        "claim": np.array(claim).reshape(len(claim), len(types), span),
        "ceiling": np.array([rules.ceiling(n) for n in rules.budget]).reshape(len(claim), rules.years),
    }


def _materials(types: list[Facility], inputs: Inputs) -> dict[str, Any]:
    """Supplies, uses and arcs; an endowment that is missing supplies nothing, and the report says so."""
    asked = list(dict.fromkeys((m.column, m.reach.value) for t in types for m in t.materials))
    names = list(dict.fromkeys(c for c, _ in asked))
    share = {c: f.value for c, f in inputs.facilities.available.items()}
    supply = np.array([np.nan_to_num(_column(inputs.places, c)) * share.get(c, 1.0) for c in names])
    uses = [[sum(m.amount.value for m in t.materials if (m.column, m.reach.value) == a) for a in asked] for t in types]
    own = np.arange(len(inputs.places))
    arcs: list[tuple[np.ndarray, ...]] = []
    for r, (column, reach) in enumerate(asked):
        first, second, km = own, own, np.zeros(len(own))
        if reach > 0 and inputs.distances is not None:
            near = inputs.distances.reach(reach)
            first, second, km = near.first, near.second, near.km
        kept = supply[names.index(column)][first] > 0
        arcs.append((first[kept], second[kept], np.full(int(kept.sum()), r), km[kept]))
    joined = [np.concatenate(parts) for parts in zip(*arcs, strict=True)] if arcs else [np.zeros(0)] * 4
    return {
        "materials": tuple(f"{c} within {km:g} km" if km else f"{c} of the place" for c, km in asked),
        "stock": np.array([names.index(c) for c, _ in asked], dtype=np.int64),
        "supply": supply.T.reshape(len(own), len(names)),
        "uses": np.array(uses, dtype=float).reshape(len(types), len(asked)),
        "source": joined[0].astype(np.int64),
        "site": joined[1].astype(np.int64),
        "material": joined[2].astype(np.int64),
        "km": joined[3].astype(float),
    }


def _service(types: list[Facility], inputs: Inputs) -> dict[str, Any]:
    wanted = inputs.rules.weights.get("person", 0) > 0
    served = [f for f, t in enumerate(types) if t.serves and t.catchment and wanted]
    pairs: list[tuple[np.ndarray, ...]] = []
    for f in served:
        catchment = types[f].catchment
        if inputs.distances is not None and catchment is not None:
            near = inputs.distances.reach(catchment.value)
            pairs.append((np.full(len(near.km), f), near.first, near.second))
    joined = [np.concatenate(p) for p in zip(*pairs, strict=True)] if pairs else [np.zeros(0, dtype=np.int64)] * 3
    return {
        "served": np.array(served, dtype=np.int64),
        "capacity": np.array([t.serves.value if t.serves else 0.0 for t in types]),
        "near_type": joined[0].astype(np.int64),
        "near_site": joined[1].astype(np.int64),
        "near_home": joined[2].astype(np.int64),
    }


def _fairness(rules: Rules, places: Places, known: Mapping[str, Any], codes: list[str]) -> dict[str, Any]:
    """What the rules ask of provinces and of single places; ``known`` has what was computed of the places so far."""
    ids, years, provinces = list(places.ids), rules.years, known["provinces"]
    open_ = ~known["closed"]
    so_far = np.cumsum(rules.counts())
    size = np.bincount(known["province"][open_], minlength=len(provinces))
    counted = known["people"] if rules.provinces == "by people" else np.ones(len(ids))
    if rules.provinces == "rounds":
        share = round_bounds(size, so_far)
    elif rules.provinces == "free":
        share = np.stack([np.zeros((len(provinces), years)), np.repeat(size[:, None], years, 1).astype(float)], -1)
    else:
        whole = np.bincount(known["province"], weights=counted, minlength=len(provinces)).astype(float)
        share = share_bounds(whole, size, so_far)
    most = max(rules.counts())
    deadline = np.zeros(len(ids), dtype=np.int64)
    if rules.longest_wait:
        threshold, within = rules.longest_wait
        deadline[(known["need"] >= threshold) & open_] = min(int(within), years)
    forced = np.full(len(ids), -1, dtype=np.int64)
    for place, year in rules.forced.items():
        forced[ids.index(place)] = year - rules.first_year
    return {
        "quota": np.array([rules.quota.get(p, (0, most)) for p in provinces], dtype=np.int64).reshape(-1, 2),
        "share": share,
        "deadline": deadline,
        "forced": forced,
        "forced_types": np.array([[c in rules.forced_types.get(i, ()) for c in codes] for i in ids]),
        "required": np.array([c in rules.required for c in codes]),
    }
