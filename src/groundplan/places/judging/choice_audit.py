"""Every rule computed again from the published inputs and the list of what was chosen, without the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import pandas as pd

from groundplan.places.choosing.problem import Siting

CLOSE = 1e-6


@dataclass(frozen=True)
class Violation:
    """A rule that the list does not keep, with the names and numbers of it."""

    rule: str
    what: str


def audit(
    s: Siting, chosen: pd.DataFrame, built: pd.DataFrame, flows: pd.DataFrame, service: pd.DataFrame | None = None
) -> tuple[Violation, ...]:
    """All violations, none where the list keeps every rule. Plain counting over names; no solver, no matrix.

    chosen   columns place (id), year (label);  built  place, facility (code)
    flows    material, source, site (ids), amount a year;  service  facility, site, home (ids), persons

    Units: those of the inputs.
    """
    strangers = sorted({*chosen["place"], *built["place"]} - set(s.ids))
    if strangers:
        return tuple(Violation("names", f"{p} is no place of the list") for p in strangers)
    year = dict(zip(chosen["place"], chosen["year"], strict=True))
    types: dict[str, list[str]] = defaultdict(list)
    for place, facility in zip(built["place"], built["facility"], strict=True):
        types[place].append(facility)
    violations = [
        *_places(s, chosen, types),
        *_provinces(s, year),
        *_facilities(s, year, types),
        *_budgets(s, year, types),
        *_materials(s, types, flows),
    ]
    if service is not None:
        violations += _service(s, types, service)
    return tuple(violations)


def _places(s: Siting, chosen: pd.DataFrame, types: dict[str, list[str]]) -> list[Violation]:
    """How many, once each, in time, and where they were forced."""
    title = dict(zip(s.ids, s.titles, strict=True))
    violations: list[Violation] = []
    year = dict(zip(chosen["place"], chosen["year"], strict=True))
    counts = Counter(chosen["year"])
    for label, n in zip(s.years, s.per_year, strict=True):
        if counts[label] != n:
            violations.append(Violation("places a year", f"{counts[label]} places in {label}, the rule says {n}"))
    violations += [Violation("places a year", f"{y} is no year of the programme") for y in counts if y not in s.years]
    twice = [p for p, n in Counter(chosen["place"]).items() if n > 1]
    violations += [Violation("a place is chosen once", f"{title[p]} is chosen more than once") for p in twice]
    for k, place in enumerate(s.ids):
        when = year.get(place)
        if s.closed[k] and when is not None:
            violations.append(Violation("forbidden places", f"{title[place]} is chosen in {when}"))
        if s.deadline[k] and (when is None or when > s.years[s.deadline[k] - 1]):
            what = f"{title[place]} is chosen {'never' if when is None else f'in {when}'}, "
            violations.append(Violation("longest wait", what + f"the rule says by {s.years[s.deadline[k] - 1]}"))
        if s.forced[k] >= 0 and when != s.years[s.forced[k]]:
            violations.append(Violation("forced places", f"{title[place]} is not chosen in {s.years[s.forced[k]]}"))
        if place in types and when is None:
            violations.append(Violation("facilities of a place", f"{title[place]} gets facilities and is not chosen"))
    return violations


def _provinces(s: Siting, year: dict[str, int]) -> list[Violation]:
    violations: list[Violation] = []
    of = {place: s.provinces[s.province[k]] for k, place in enumerate(s.ids)}
    for k, province in enumerate(s.provinces):
        so_far = 0
        for t, label in enumerate(s.years):
            now = sum(1 for place, y in year.items() if y == label and of[place] == province)
            so_far += now
            low, high = s.quota[k]
            if not low <= now <= high:
                violations.append(
                    Violation("quotas of provinces", f"{province} has {now} places in {label}, quota {low} to {high}")
                )
            low, high = s.share[k, t]
            if not low <= so_far <= high:
                what = f"{province} has {so_far} places by {label}, the rule says {low:g} to {high:g}"
                violations.append(Violation("shares of provinces", what))
    return violations


def _facilities(s: Siting, year: dict[str, int], types: dict[str, list[str]]) -> list[Violation]:
    violations: list[Violation] = []
    number = {c: f for f, c in enumerate(s.kinds)}
    for k, place in enumerate(s.ids):
        if place not in year:
            continue
        have, who = types.get(place, []), s.titles[k]
        unknown = [c for c in have if c not in number]
        if unknown:
            violations += [Violation("facilities of a place", f"{who}: no facility '{c}'") for c in unknown]
            continue
        low, high = s.kinds_range
        if not low <= len(have) <= high:
            violations.append(
                Violation("facilities of a place", f"{who} gets {len(have)} facilities, the rule says {low} to {high}")
            )
        groups = Counter(int(s.group[number[c]]) for c in have)
        violations += [
            Violation("facilities of a place", f"{who} gets {s.kinds[g]} in more than one size")
            for g, n in groups.items()
            if n > 1
        ]
        there = {int(s.group[f]) for f in range(len(s.kinds)) if s.stands[k, f]}
        for c in have:
            f = number[c]
            if not s.allowed[k, f]:
                violations.append(
                    Violation("what may be built", f"{who} gets {c}, for which it lacks what is needed or is barred")
                )
            if int(s.group[f]) in there:
                violations.append(Violation("what stands stays", f"{who} gets {c} and has one"))
            lacking = {int(s.group[g]) for g in range(len(s.kinds)) if s.after[f, g]} - there - set(groups)
            violations += [Violation("what must come first", f"{who} gets {c} without {s.kinds[g]}") for g in lacking]
        for f, c in enumerate(s.kinds):
            asked = s.required[f] or s.forced_types[k, f]
            if asked and c not in have and int(s.group[f]) not in there:
                violations.append(Violation("required facilities", f"{who} does not get {c}"))
    return violations


def _budgets(s: Siting, year: dict[str, int], types: dict[str, list[str]]) -> list[Violation]:
    violations: list[Violation] = []
    number, at = {c: f for f, c in enumerate(s.kinds)}, {y: t for t, y in enumerate(s.years)}
    for k, name in enumerate(s.limits):
        used = [0.0] * len(s.years)
        for place, codes in types.items():
            for c in codes:
                if place in year and c in number and year[place] in at:
                    for lag in range(s.claim.shape[2]):
                        if at[year[place]] + lag < len(s.years):
                            used[at[year[place]] + lag] += s.claim[k, number[c], lag]
        for t, label in enumerate(s.years):
            if used[t] > s.ceiling[k, t] + CLOSE * max(1.0, float(s.claim[k].max())):
                what = f"{used[t]:g} of {name} in {label}, the budget is {s.ceiling[k, t]:g}"
                violations.append(Violation(f"budget of {name}", what))
    return violations


def _materials(s: Siting, types: dict[str, list[str]], flows: pd.DataFrame) -> list[Violation]:
    """Each site's need is met from within reach, and no source gives more than it has."""
    violations: list[Violation] = []
    reach = {(s.materials[r], s.ids[a], s.ids[b]) for r, a, b in zip(s.material, s.source, s.site, strict=True)}
    stock = {name: int(s.stock[r]) for r, name in enumerate(s.materials)}
    got: dict[tuple[str, str], float] = defaultdict(float)
    taken: dict[tuple[int, str], float] = defaultdict(float)
    for name, source, site, amount in flows[["material", "source", "site", "amount"]].itertuples(index=False):
        if (name, source, site) not in reach:
            violations.append(
                Violation(
                    f"raw material: {name}", f"{site} takes {amount:g} from {source}, which has none within reach"
                )
            )
            continue
        if amount < 0:
            violations.append(Violation(f"raw material: {name}", f"{site} takes {amount:g} from {source}"))
        got[name, site] += amount
        taken[stock[name], source] += amount
    at, number = {p: k for k, p in enumerate(s.ids)}, {c: f for f, c in enumerate(s.kinds)}
    for place, codes in types.items():
        for r, name in enumerate(s.materials):
            wanted = sum(float(s.uses[number[c], r]) for c in codes if c in number)
            if got[name, place] < wanted - CLOSE * max(1.0, float(s.uses[:, r].max())):
                what = f"{s.titles[at[place]]} needs {wanted:g} and gets {got[name, place]:g}"
                violations.append(Violation(f"raw material: {name}", what))
    for (k, source), amount in taken.items():
        there = float(s.supply[at[source], k])
        if amount > there + CLOSE * max(1.0, float(s.uses.max(initial=0.0))):
            name = s.materials[int((s.stock == k).argmax())]
            violations.append(
                Violation(f"raw material: {name}", f"{s.titles[at[source]]} has {there:g} and gives {amount:g}")
            )
    return violations


def _service(s: Siting, types: dict[str, list[str]], service: pd.DataFrame) -> list[Violation]:
    """Nobody served beyond a catchment or a capacity, and nobody twice by one type."""
    violations: list[Violation] = []
    near = {(s.kinds[f], s.ids[a], s.ids[b]) for f, a, b in zip(s.near_type, s.near_site, s.near_home, strict=True)}
    at, number = {p: k for k, p in enumerate(s.ids)}, {c: f for f, c in enumerate(s.kinds)}
    by_site: dict[tuple[str, str], float] = defaultdict(float)
    by_home: dict[tuple[int, str], float] = defaultdict(float)
    for code, site, home, persons in service[["facility", "site", "home", "persons"]].itertuples(index=False):
        if (code, site, home) not in near:
            violations.append(Violation("service", f"{code} in {site} serves {home}, which is outside its catchment"))
            continue
        if code not in types.get(site, []) and not s.stands[at[site], number[code]]:
            violations.append(Violation("service", f"{code} in {site} serves and is not there"))
        by_site[code, site] += persons
        by_home[int(s.group[number[code]]), home] += persons
    for (code, site), persons in by_site.items():
        if persons > s.capacity[number[code]] * (1 + CLOSE) + CLOSE:
            violations.append(
                Violation("service", f"{code} in {site} serves {persons:g}, it can serve {s.capacity[number[code]]:g}")
            )
    for (_, home), persons in by_home.items():
        if persons > s.people[at[home]] * (1 + CLOSE) + CLOSE:
            violations.append(
                Violation("service", f"{persons:g} of {s.people[at[home]]:g} people of {home} are served")
            )
    return violations
