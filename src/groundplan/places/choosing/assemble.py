"""From places, types of facility and rules to the arrays of the choice; contradictions are told before any solving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np

from groundplan.errors import raise_all
from groundplan.places.choosing.choice_inputs import Inputs, claims_of, figures_of, missing_figures, unknown_names
from groundplan.places.choosing.contradictions import contradictions
from groundplan.places.choosing.problem import Flags, Floats, Siting, Whole, round_bounds, share_bounds
from groundplan.places.choosing.rules import Rules
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.places.works.facilities import Facility

# Parts of a ``Siting``, under its names; what each holds stands there.


class PlaceFields(TypedDict):
    """What is known of every place."""

    province: Whole
    provinces: tuple[str, ...]
    need: Floats
    readiness: Floats
    people: Floats
    closed: Flags


class TypeFields(TypedDict):
    """The types of facility: what may be built where."""

    kinds: tuple[str, ...]
    group: Whole
    lag: Whole
    allowed: Flags
    stands: Flags
    after: Flags


class BudgetFields(TypedDict):
    """Budgets, and what each type uses of them."""

    limits: tuple[str, ...]
    claim: Floats
    ceiling: Floats


class MaterialFields(TypedDict):
    """Raw materials, who uses them, and the arcs that they may come by."""

    materials: tuple[str, ...]
    stock: Whole
    supply: Floats
    uses: Floats
    source: Whole
    site: Whole
    material: Whole
    km: Floats


class ServiceFields(TypedDict):
    """Whom the types that serve people may serve."""

    served: Whole
    capacity: Floats
    near_type: Whole
    near_site: Whole
    near_home: Whole


class ProvinceFields(TypedDict):
    """What the rules ask of provinces."""

    quota: Whole
    share: Floats


class PlaceRuleFields(TypedDict):
    """What the rules ask of single places."""

    deadline: Whole
    forced: Whole
    forced_types: Flags
    required: Flags


def assemble(inputs: Inputs) -> Siting:
    """The arrays of the choice, places in the order of the draw.

    Raises, all faults at once: names in the rules that do not exist, figures that are missing, distances that are
    needed and not there, and rules that contradict each other (``contradictions``).
    """
    places, rules = inputs.places, inputs.rules
    inputs.facilities.check(places)
    types = [v for f in inputs.facilities.types.values() for v in f.variants()]
    raise_all(unknown_names(inputs, [t.code for t in types]))
    raise_all(missing_figures(inputs, types))
    ids, codes = list(places.ids), [t.code for t in types]
    who, gap = _who(inputs), (inputs.need if inputs.gap is None else inputs.gap).reindex(ids).to_numpy(dtype=float)
    weights = {k: rules.weights.get(k, 0.0) for k in ("need", "readiness", "job", "person", "haul", "money")}
    jobs = np.array([t.workers for t in types])
    cost = np.array([t.cost.value if t.cost else 0.0 for t in types])
    # Without a population nothing is known per head; no gap is then said to close.
    head = np.where(who["people"] > 0, who["people"], np.inf)
    relief = rules.per_job * jobs[None, :] / head[:, None]
    siting = Siting(
        ids=tuple(ids),
        titles=tuple(places.titles().values()),
        years=rules.labels(),
        per_year=np.array(rules.counts(), dtype=np.int64),
        early=1.0 - rules.early * np.arange(rules.years, dtype=float),
        merit=weights["need"] * who["need"] + weights["readiness"] * who["readiness"],
        gain=weights["job"] * who["need"][:, None] * jobs[None, :],
        charge=np.broadcast_to(weights["money"] * cost, relief.shape),
        gap=gap,
        relief=relief,
        haul=weights["haul"],
        person=weights["person"],
        kinds_range=(rules.kinds[0], rules.kinds[1]),
        step=rules.step,
        **who,
        **_types(types, places, rules),
        **_limits(types, rules),
        **_materials(types, inputs),
        **_service(types, inputs),
        **_provinces(rules, who),
        **_single(rules, ids, who, codes),
    )
    raise_all(contradictions(siting), where="rules")
    return siting.reordered(_draw_order(ids, inputs.tickets))


def _who(inputs: Inputs) -> PlaceFields:
    places = inputs.places
    provinces = tuple(sorted({str(p) for p in places.province}))
    number = {p: k for k, p in enumerate(provinces)}
    need, ready = (s.reindex(list(places.ids)).to_numpy(dtype=float) for s in (inputs.need, inputs.readiness))
    return {
        "province": np.array([number[str(p)] for p in places.province], dtype=np.int64),
        "provinces": provinces,
        "need": need,
        "readiness": ready,
        "people": figures_of(places, "population"),
        "closed": np.array([i in inputs.rules.forbidden for i in places.ids]),
    }


def _draw_order(ids: list[str], tickets: Mapping[str, str] | None) -> list[int]:
    """Smallest ticket first; without a draw by the UTF-8 bytes of the id."""
    if tickets is not None:
        lacking = [i for i in ids if i not in tickets]
        if lacking:
            raise PlacesError(f"the draw has no ticket for {some(lacking)}", fix="draw again with the whole list")
        return sorted(range(len(ids)), key=lambda k: (tickets[ids[k]], ids[k].encode()))
    return sorted(range(len(ids)), key=lambda k: ids[k].encode())


def _types(types: list[Facility], places: Places, rules: Rules) -> TypeFields:
    codes = [t.code for t in types]
    base = [c.split(":")[0] for c in codes]
    bases = list(dict.fromkeys(base))
    ids = {i: k for k, i in enumerate(places.ids)}
    allowed = np.array([[c not in rules.forbidden_types.get(i, ()) for c in codes] for i in places.ids])
    for f, t in enumerate(types):
        for column, least in t.least.items():
            # NaN is not at least anything: where the figure is missing, the type is not built.
            allowed[:, f] &= figures_of(places, column) >= least.value
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


def _limits(types: list[Facility], rules: Rules) -> BudgetFields:
    every = claims_of(types)
    span = next(iter(every.values())).shape[1]
    claim = [every[name] for name in rules.budget]
    return {
        "limits": tuple(rules.budget),
        "claim": np.array(claim).reshape(len(claim), len(types), span),
        "ceiling": np.array([rules.ceiling(n) for n in rules.budget]).reshape(len(claim), rules.years),
    }


def _materials(types: list[Facility], inputs: Inputs) -> MaterialFields:
    """Supplies, uses and arcs; an endowment that is missing supplies nothing, and the report says so."""
    asked = list(dict.fromkeys((m.column, m.reach.value) for t in types for m in t.materials))
    names = list(dict.fromkeys(c for c, _ in asked))
    share = {c: f.value for c, f in inputs.facilities.available.items()}
    supply = np.array([np.nan_to_num(figures_of(inputs.places, c)) * share.get(c, 1.0) for c in names])
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


def _service(types: list[Facility], inputs: Inputs) -> ServiceFields:
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


def _provinces(rules: Rules, who: PlaceFields) -> ProvinceFields:
    years, count = rules.years, len(who["provinces"])
    so_far = np.cumsum(rules.counts())
    size = np.bincount(who["province"][~who["closed"]], minlength=count)
    if rules.provinces == "rounds":
        share = round_bounds(size, so_far)
    elif rules.provinces == "free":
        share = np.stack([np.zeros((count, years)), np.repeat(size[:, None], years, 1).astype(float)], -1)
    else:
        counted = who["people"] if rules.provinces == "by people" else np.ones(len(who["province"]))
        share = share_bounds(np.bincount(who["province"], weights=counted, minlength=count).astype(float), size, so_far)
    most = max(rules.counts())
    quota = np.array([rules.quota.get(p, (0, most)) for p in who["provinces"]], dtype=np.int64)
    return {"quota": quota.reshape(-1, 2), "share": share}


def _single(rules: Rules, ids: list[str], who: PlaceFields, codes: list[str]) -> PlaceRuleFields:
    deadline = np.zeros(len(ids), dtype=np.int64)
    if rules.longest_wait:
        threshold, within = rules.longest_wait
        deadline[(who["need"] >= threshold) & ~who["closed"]] = min(int(within), rules.years)
    forced = np.full(len(ids), -1, dtype=np.int64)
    for place, year in rules.forced.items():
        forced[ids.index(place)] = year - rules.first_year
    return {
        "deadline": deadline,
        "forced": forced,
        "forced_types": np.array([[c in rules.forced_types.get(i, ()) for c in codes] for i in ids]),
        "required": np.array([c in rules.required for c in codes]),
    }
