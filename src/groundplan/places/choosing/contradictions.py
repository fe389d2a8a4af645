"""Rules that no choice can meet, told before any solving: which ones, with the numbers that do not fit."""

from __future__ import annotations

import numpy as np

from groundplan.errors import GroundplanError
from groundplan.places.choosing.problem import Siting
from groundplan.places.known.columns import PlacesError, some


def contradictions(s: Siting) -> list[GroundplanError]:
    """Every contradiction that counting alone can show; none is no proof that a choice exists."""
    return [*_counts(s), *_provinces(s), *_single(s), *_factories(s), *_budgets(s), *_materials(s)]


def _fault(what: str, fix: str) -> PlacesError:
    return PlacesError(what, fix=fix)


def _counts(s: Siting) -> list[GroundplanError]:
    asked, there = int(s.per_year.sum()), int((~s.closed).sum())
    if asked > there:
        some_shut = f", {int(s.closed.sum())} of {len(s.ids)} are forbidden" if s.closed.any() else ""
        return [
            _fault(f"{asked} places are asked for and there are {there}{some_shut}", "ask for fewer places or years")
        ]
    return []


def _provinces(s: Siting) -> list[GroundplanError]:
    """Quotas against the places of each year, against the provinces' sizes and against their shares."""
    faults: list[GroundplanError] = []
    low, high = s.quota[:, 0], s.quota[:, 1]
    size = np.bincount(s.province[~s.closed], minlength=len(s.provinces))
    most = np.minimum(high, size)
    for year, n in zip(s.years, s.per_year, strict=True):
        if low.sum() > n:
            faults.append(
                _fault(f"the quotas ask for {low.sum()} places in {year}, {n} are chosen", "lower the quotas")
            )
        if most.sum() < n:
            what = f"the quotas leave room for {most.sum()} places in {year}, {n} are to be chosen"
            faults.append(_fault(what, "raise the quotas, or choose fewer places"))
    years = np.arange(1, len(s.years) + 1)
    for k, province in enumerate(s.provinces):
        if low[k] * len(s.years) > size[k]:
            what = f"the quota of {province} asks for {low[k] * len(s.years)} places and it has {size[k]}"
            faults.append(_fault(what, "lower the quota"))
        over, under = low[k] * years > s.share[k, :, 1], high[k] * years < s.share[k, :, 0]
        if over.any():
            t = int(np.argmax(over))
            what = f"the quota of {province} asks for {low[k] * years[t]} places by {s.years[t]}, "
            faults.append(_fault(what + f"the rule on provinces allows {s.share[k, t, 1]:g}", "change one of the two"))
        if under.any():
            t = int(np.argmax(under))
            what = f"the quota of {province} allows {high[k] * years[t]} places by {s.years[t]}, "
            faults.append(
                _fault(what + f"the rule on provinces asks for {s.share[k, t, 0]:g}", "change one of the two")
            )
    so_far = np.cumsum(s.per_year)
    for t, n in enumerate(so_far):
        if n <= size.sum() and not s.share[:, t, 0].sum() <= n <= s.share[:, t, 1].sum():
            what = f"the provinces' shares cannot add up to {n} places by {s.years[t]}: a province has too few places"
            faults.append(_fault(what, "use the rule 'rounds', or ask for fewer places"))
    return faults


def _single(s: Siting) -> list[GroundplanError]:
    """Deadlines and forced places against the places of the years and of the provinces."""
    faults: list[GroundplanError] = []
    latest = np.where(s.forced >= 0, s.forced + 1, s.deadline)
    so_far = np.cumsum(s.per_year)
    for t, year in enumerate(s.years):
        due = (latest > 0) & (latest <= t + 1)
        if due.sum() > so_far[t]:
            what = f"{int(due.sum())} places must be chosen by {year} (longest wait, forced places) and {so_far[t]} are"
            faults.append(_fault(what, "lengthen the wait, raise its need score, or choose more places"))
            break
    for t, year in enumerate(s.years):
        by_now = np.bincount(s.province[(latest > 0) & (latest <= t + 1)], minlength=len(s.provinces))
        most = np.minimum(s.share[:, t, 1], s.quota[:, 1] * (t + 1))
        for k in np.flatnonzero(by_now > most):
            what = f"{by_now[k]} places of {s.provinces[k]} must be chosen by {year} (longest wait, forced places), "
            faults.append(_fault(what + f"the rules on provinces allow {most[k]:g}", "change one of the rules"))
    for t, year in enumerate(s.years):
        now = s.forced == t
        if now.sum() > s.per_year[t]:
            what = f"{int(now.sum())} places are forced into {year}, in which {s.per_year[t]} are chosen"
            faults.append(_fault(what, "move some of them"))
        here = np.bincount(s.province[now], minlength=len(s.provinces))
        for k in np.flatnonzero(here > s.quota[:, 1]):
            what = f"{here[k]} places of {s.provinces[k]} are forced into {year}, its quota allows {s.quota[k, 1]}"
            faults.append(_fault(what, "change the quota or move some of them"))
    late = (s.deadline > 0) & (s.forced >= s.deadline)
    if late.any():
        who = some(np.array(s.titles, dtype=object)[late])
        faults.append(_fault(f"forced into a year after the longest wait: {who}", "force them earlier"))
    return faults


def can_be_chosen(s: Siting) -> np.ndarray:
    """[p] places that may be chosen as far as facilities go: enough types, and all that they must get."""
    groups = s.in_group(s.buildable) > 0
    enough = groups.sum(axis=1) >= s.kinds_range[0]
    fits = s.asks.sum(axis=1) <= s.kinds_range[1]
    return np.asarray(~s.closed & enough & fits & ~(s.asks & ~s.buildable).any(axis=1))


def _factories(s: Siting) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if int(s.required.sum()) > s.kinds_range[1]:
        what = f"{int(s.required.sum())} facilities are required and a place gets at most {s.kinds_range[1]}"
        faults.append(_fault(what, "raise kinds, or require fewer"))
    able, titles = can_be_chosen(s), np.array(s.titles, dtype=object)
    asked, open_ = int(s.per_year.sum()), ~s.closed
    if int(open_.sum()) >= asked > int(able.sum()):
        what = f"{asked} places are asked for and {int(able.sum())} can have the facilities that the rules ask for; "
        faults.append(_fault(what + f"not {some(titles[open_ & ~able])}", "lower kinds, or require fewer facilities"))
    stuck = ((s.forced >= 0) | (s.deadline > 0)) & open_ & ~able
    if stuck.any():
        what = f"must be chosen and cannot have the facilities that the rules ask for: {some(titles[stuck])}"
        faults.append(_fault(what, "lower kinds, or take these places out of the rules"))
    return faults


def _budgets(s: Siting) -> list[GroundplanError]:
    """Even the least that chosen places must use, year by year, against each budget."""
    faults: list[GroundplanError] = []
    able = can_be_chosen(s)
    for k, name in enumerate(s.limits):
        least = np.sort(_least_claim(s, s.claim[k, :, 0])[able])
        for t, n in enumerate(s.per_year):
            floor = float(least[: int(n)].sum()) if len(least) >= n else 0.0
            if floor > s.ceiling[k, t] * (1 + 1e-9) + 1e-9:
                what = f"the budget of {name} in {s.years[t]} is {s.ceiling[k, t]:g}; the {n} cheapest places use "
                faults.append(_fault(what + f"{floor:g}", "raise the budget, or choose fewer places or facilities"))
                break
    return faults


def _least_claim(s: Siting, claim: np.ndarray) -> np.ndarray:
    """[p] what a place uses at least: what it must get, and then its cheapest other types."""
    must = np.where(s.asks, claim[None, :], 0.0).sum(axis=1)
    others = np.where(s.buildable & ~s.asks, claim[None, :], np.inf)
    cheapest = np.full((len(s.ids), int(s.group.max()) + 1), np.inf)
    np.minimum.at(cheapest.T, s.group, others.T)
    cheapest[s.in_group(s.asks) > 0] = np.inf
    rest = np.cumsum(np.sort(cheapest, axis=1), axis=1)
    more = np.maximum(s.kinds_range[0] - s.asks.sum(axis=1), 0)
    extra = np.where(more > 0, rest[np.arange(len(rest)), np.maximum(more - 1, 0)], 0.0)
    return np.asarray(must + np.where(np.isfinite(extra), extra, 0.0))


def _materials(s: Siting) -> list[GroundplanError]:
    """What required facilities take of all places together, against all that there is."""
    faults: list[GroundplanError] = []
    needed = s.asks[:, :, None] * s.uses[None, :, :]
    for stock in range(s.supply.shape[1]):
        taken = np.sort(needed[:, :, s.stock == stock].sum(axis=(1, 2))[can_be_chosen(s)])
        least, there = float(taken[: int(s.per_year.sum())].sum()), float(s.supply[:, stock].sum())
        if least > there * (1 + 1e-9) + 1e-9:
            name = s.materials[int(np.argmax(s.stock == stock))].split(" within ")[0].split(" of the place")[0]
            what = f"the required facilities take {least:g} of {name} and there is {there:g}"
            faults.append(_fault(what, "require fewer of them, or choose fewer places"))
    return faults
