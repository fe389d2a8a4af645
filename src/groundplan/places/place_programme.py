"""The choice as an outcome: who is chosen when and with what, flows, budgets, gaps, and where it all comes from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.errors import SolverError
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.places.choosing.assemble import assemble
from groundplan.places.choosing.choice_inputs import (
    Inputs,
    claims_of,
)
from groundplan.places.choosing.problem import Choice, Floats, Siting
from groundplan.places.choosing.rules import sentences
from groundplan.places.choosing.search import Effort, Watch, unwatched
from groundplan.places.choosing.siting import choose
from groundplan.places.judging.choice_audit import audit
from groundplan.places.judging.fairness import envy, worst_off_first
from groundplan.places.works.facilities import Facilities


def solved(inputs: Inputs, effort: Effort | None = None, watch: Watch = unwatched) -> tuple[Siting, Choice, Outcome]:
    """Choose places, years and facilities under the rules, check the list by ``audit``, and give it with its tables.

    The arrays of the choice and the choice itself come with it: from these reasons and costs are computed.
    Tables: chosen, built, flows, service, budget, gaps, provinces, envy, search, ingredients, rules.
    Arrays: ``place_gap`` (place, year).

    Raises: as ``assemble`` and ``choose``; ``SolverError`` where the audit finds a rule that the list does not keep.
    """
    effort = effort or Effort()
    s = assemble(inputs)
    rules = inputs.rules
    choice = worst_off_first(s, rules.worst_off, effort, watch) if rules.worst_off else choose(s, effort, watch)
    tabled = outcome(s, choice)
    faults = audit(s, *(tabled.table(t) for t in ("chosen", "built", "flows", "service")))
    if faults:
        broken = "; ".join(f"{v.rule}: {v.what}" for v in faults[:5])
        raise SolverError(f"the solver's choice does not keep the rules: {broken}", fix="solve again with another seed")
    said = pd.DataFrame({"rule": sentences(rules)})
    about: dict[str, Any] = {
        **tabled.provenance,
        "places": inputs.places.name,
        "rules": {k: _plain(v) for k, v in asdict(rules).items()},
        "draw": inputs.tickets is not None,
        "effort": asdict(effort),
    }
    return s, choice, Outcome(tabled.arrays, {**tabled.tables, "rules": said}, about)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


def outcome(s: Siting, c: Choice) -> Outcome:
    """Tables of a choice, in the order of years and of the draw."""
    gaps = gap_by_year(s, c)
    tables = {
        "chosen": chosen(s, c),
        "built": built(s, c),
        "flows": flows(s, c),
        "service": service(s, c),
        "budget": budget(s, c),
        "gaps": _gap_table(s, c, gaps),
        "provinces": _province_table(s, c),
        "envy": envy(s, c),
        "search": pd.DataFrame(c.history, columns=["seconds", "best", "bound"]),
        "ingredients": pd.DataFrame(c.ingredients, columns=["stage", "seconds", "best", "bound"]),
    }
    array = xr.DataArray(gaps, coords={"place": list(s.ids), "year": list(s.years)}, dims=("place", "year"))
    array = quantity("place_gap", array, "")
    about = {
        "engine": "place",
        "objective": c.objective,
        "bound": c.bound,
        "gap": c.gap,
        "status": c.status,
    }
    return Outcome({"place_gap": array}, tables, about)


def chosen(s: Siting, c: Choice) -> pd.DataFrame:
    """place, name, province, year, need, readiness, draw (place in the order of the draw), persons."""
    who = np.flatnonzero(c.year >= 0)
    who = who[np.argsort(c.year[who], kind="stable")]
    return pd.DataFrame(
        {
            "place": [s.ids[k] for k in who],
            "name": [s.titles[k] for k in who],
            "province": [s.provinces[s.province[k]] for k in who],
            "year": np.array(s.years, dtype=int)[c.year[who]],
            "need": s.need[who],
            "readiness": s.readiness[who],
            "draw": who + 1,
            "persons": s.people[who],
        }
    )


def built(s: Siting, c: Choice) -> pd.DataFrame:
    """place, name, year, facility, works_from (the year after building ends)."""
    who, kind = np.nonzero(c.built)
    sort = np.lexsort((kind, who, c.year[who]))
    who, kind = who[sort], kind[sort]
    years = np.array(s.years, dtype=int)
    return pd.DataFrame(
        {
            "place": [s.ids[k] for k in who],
            "name": [s.titles[k] for k in who],
            "year": years[c.year[who]],
            "facility": [s.kinds[f] for f in kind],
            "works_from": years[c.year[who]] + s.lag[kind],
        }
    )


def flows(s: Siting, c: Choice) -> pd.DataFrame:
    """material, source, site, amount a year when all stands, km."""
    sent = np.flatnonzero(c.carried > 1e-9 * max(1.0, float(np.max(c.carried, initial=0.0))))
    return pd.DataFrame(
        {
            "material": [s.materials[r] for r in s.material[sent]],
            "source": [s.ids[k] for k in s.source[sent]],
            "site": [s.ids[k] for k in s.site[sent]],
            "amount": c.carried[sent],
            "km": s.km[sent],
        }
    )


def service(s: Siting, c: Choice) -> pd.DataFrame:
    """facility, site, home, persons, new ("yes" where a facility of the programme serves them)."""
    parts = []
    for persons, new in ((c.old, ""), (c.new, "yes")):
        some = np.flatnonzero(persons > 1e-6)
        parts.append(
            pd.DataFrame(
                {
                    "facility": [s.kinds[f] for f in s.near_type[some]],
                    "site": [s.ids[k] for k in s.near_site[some]],
                    "home": [s.ids[k] for k in s.near_home[some]],
                    "persons": persons[some],
                    "new": [new] * len(some),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def used_by_year(s: Siting, c: Choice) -> Floats:
    """[limit, t] what the choice uses of each budget."""
    T = len(s.years)
    out = np.zeros((len(s.limits), T))
    who, kind = np.nonzero(c.built)
    for lag in range(s.claim.shape[2]):
        when = c.year[who] + lag
        inside = when < T
        np.add.at(out.T, when[inside], s.claim[:, kind[inside], lag].T)
    return out


def budget(s: Siting, c: Choice) -> pd.DataFrame:
    """limit, year, used, ceiling, left."""
    used = used_by_year(s, c)
    rows = [
        (name, year, used[k, t], s.ceiling[k, t], s.ceiling[k, t] - used[k, t])
        for k, name in enumerate(s.limits)
        for t, year in enumerate(s.years)
    ]
    return pd.DataFrame(rows, columns=["limit", "year", "used", "ceiling", "left"])


def gap_by_year(s: Siting, c: Choice) -> Floats:
    """[p, t] gap that remains at the end of each year: a facility closes its part once it works."""
    T = len(s.years)
    works = c.year[:, None] + s.lag[None, :]
    now = c.built[:, :, None] & (works[:, :, None] <= np.arange(T)[None, None, :])
    return np.asarray(np.maximum(s.gap[:, None] - np.einsum("pf,pft->pt", s.relief, now.astype(float)), 0.0))


def final_gap(s: Siting, c: Choice) -> Floats:
    """[p] gap that remains when all stands."""
    return np.asarray(np.maximum(s.gap - (s.relief * c.built).sum(axis=1), 0.0))


def _gap_table(s: Siting, c: Choice, gaps: Floats) -> pd.DataFrame:
    """place, name, province, before, after (when all stands), waiting (sum of the years' gaps)."""
    return pd.DataFrame(
        {
            "place": list(s.ids),
            "name": list(s.titles),
            "province": [s.provinces[k] for k in s.province],
            "persons": s.people,
            "before": s.gap,
            "after": final_gap(s, c),
            "waiting": gaps.sum(axis=1),
        }
    )


def _province_table(s: Siting, c: Choice) -> pd.DataFrame:
    """province, year, places, so_far, least, most."""
    rows = []
    for k, province in enumerate(s.provinces):
        now = [int(((c.year == t) & (s.province == k)).sum()) for t in range(len(s.years))]
        so_far = np.cumsum(now)
        rows += [(province, y, now[t], int(so_far[t]), *s.share[k, t]) for t, y in enumerate(s.years)]
    return pd.DataFrame(rows, columns=["province", "year", "places", "so_far", "least", "most"])


def claims(programme: Outcome, facilities: Facilities) -> pd.DataFrame:
    """What the programme asks of the national economy: year × commodity, long (year, commodity, amount).

    Commodities: "money", "power" (MWh a year that come on line), "jobs: <skill>" (persons who start), and
    "building: <sector>" (money bought there), also in the years after the programme in which building goes on.
    """
    types = {v.code: v for f in facilities.types.values() for v in f.variants()}
    every = claims_of(list(types.values()))
    at = {c: k for k, c in enumerate(types)}
    rows = []
    for _, facility, year in programme.table("built")[["place", "facility", "year"]].itertuples(index=False):
        for name, amount in every.items():
            used = amount[at[facility]]
            rows += [(int(year) + lag, name, float(used[lag])) for lag in np.flatnonzero(used)]
    frame = pd.DataFrame(rows, columns=["year", "commodity", "amount"])
    return frame.groupby(["year", "commodity"])["amount"].sum().reset_index()
