"""Whom the facilities that stand already serve: what is new serves only those who are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundplan.places.choosing.problem import Floats, Siting
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme


@dataclass(frozen=True, eq=False)
class Standing:
    """``old`` [near pair] persons of a home served by what stands; ``left`` [group, home] persons not served so."""

    old: Floats
    left: Floats


def standing(s: Siting) -> Standing:
    """What stands serves as many persons within its catchment as it can; nobody counts twice for one type.

        max Σ o[site,home],   Σ_home o ≤ capacity[site],   Σ_site o ≤ people[home]

    Units: persons.
    """
    n, groups = len(s.ids), int(s.group.max(initial=-1)) + 1
    left = np.tile(np.nan_to_num(s.people), (groups, 1))
    old = np.zeros(len(s.near_site))
    if not len(s.near_site):
        return Standing(old, left)
    there = np.flatnonzero(s.stands[s.near_site, s.near_type])
    if len(there):
        site, at = np.unique(s.near_type[there] * n + s.near_site[there], return_inverse=True)
        home, of = np.unique(s.group[s.near_type[there]] * n + s.near_home[there], return_inverse=True)
        p = Programme()
        most = np.minimum(s.capacity[s.near_type[there]], left.ravel()[home[of]])
        o = p.add_columns("o", (len(there),), goal=1.0, upper=most).numbers
        p.add_rows("capacity", len(site), -np.inf, s.capacity[site // n], (at, o, 1.0))
        p.add_rows("people", len(home), -np.inf, left.ravel()[home], (of, o, 1.0))
        old[there] = np.maximum(Chooser(p, {"random_seed": 0, "threads": 1}).run().relaxed, 0.0)
        np.subtract.at(left.ravel(), s.group[s.near_type[there]] * n + s.near_home[there], old[there])
    return Standing(old, np.maximum(left, 0.0))
