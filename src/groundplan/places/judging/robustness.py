"""How the order moves when weights move, and what would have to be different for a place to come earlier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.choosing.problem import Choice, Floats, Siting
from groundplan.places.choosing.rules import Rules
from groundplan.places.judging.order import Order, needed, values, years_without
from groundplan.places.known.columns import PlacesError
from groundplan.places.known.places import Places
from groundplan.places.scoring.scores import Scores, Weights, score, weighted

SCORES = ("need", "readiness")


def intervals(
    places: Places, s: Siting, c: Choice, rules: Rules, scores: Mapping[str, Weights], *,
    range_: float = 0.25, draws: int = 200, seed: int = 0, cover: float = 0.9,
) -> pd.DataFrame:  # fmt: skip
    """How a place's year moves when every weight may be up to ``range_`` (share) larger or smaller.

    Each draw takes every criterion's weight, and the weights of need, readiness and jobs, evenly from
    weight·(1 ± range_), computes the scores again and solves the order (``order``: rules of years and provinces, no
    budgets and materials; facilities as chosen). ``scores`` has the rules of "need" and "readiness".

    Columns: place, name, year (of the choice), order (its year by the order), earliest, latest (the middle ``cover``
    of the draws), first, last (all draws), in_programme (share of draws), same (share of draws with the order's year),
    rank_low, rank_high (rank of the need score, all draws). Year 0: not chosen. Units: 1.
    """
    faults: list[GroundplanError] = []
    if not 0 <= range_ < 1:
        faults.append(PlacesError(f"range_ is {range_!r}", fix="give a share from 0 to below 1"))
    if draws < 1 or not 0 < cover <= 1:
        faults.append(PlacesError(f"draws is {draws!r}, cover is {cover!r}", fix="give draws from 1 and 0 < cover ≤ 1"))
    raise_all(faults)
    order, late = Order(s), len(s.years)
    usual = order.solve(values(s, c)).year
    jobs = np.divide(values(s, c) - s.merit, s.need, out=np.zeros(len(s.ids)), where=s.need > 0)
    factor, scores_drawn = _redrawn_scores(places, s, scores, range_=range_, draws=draws, seed=seed)
    need, ready = (scores_drawn.get(k, old[None, :]) for k, old in zip(SCORES, (s.need, s.readiness), strict=True))
    merit = factor[:, :1] * rules.weights.get("need", 0.0) * need
    merit = merit + factor[:, 1:2] * rules.weights.get("readiness", 0.0) * ready
    moved = np.array([order.solve(value).year for value in merit + factor[:, 2:] * jobs * need])
    years, ranks = np.where(moved < 0, late, moved), _ranks(need)
    label = np.append(np.array(s.years, dtype=int), 0)
    low, high = (np.quantile(years, q, axis=0, method="nearest") for q in ((1 - cover) / 2, (1 + cover) / 2))
    at = np.where(usual < 0, late, usual)
    return pd.DataFrame(
        {
            "place": list(s.ids),
            "name": list(s.titles),
            "year": label[np.where(c.year < 0, late, c.year)],
            "order": label[at],
            "earliest": label[low.astype(int)],
            "latest": label[high.astype(int)],
            "first": label[years.min(axis=0).astype(int)],
            "last": label[years.max(axis=0).astype(int)],
            "in_programme": (years < late).mean(axis=0),
            "same": (years == at).mean(axis=0),
            "rank_low": ranks.min(axis=0).astype(int),
            "rank_high": ranks.max(axis=0).astype(int),
        }
    )


def _redrawn_scores(
    places: Places, s: Siting, scores: Mapping[str, Weights], *, range_: float, draws: int, seed: int
) -> tuple[Floats, dict[str, Floats]]:
    """[draw, 3] factors of need, readiness and jobs; and [draw, p] each score under its drawn weights.

    The normalised figures stand still: only weights move.
    """
    ends = np.cumsum([len(rule.criteria) for rule in scores.values()], dtype=int)
    factor = np.random.default_rng(seed).uniform(1 - range_, 1 + range_, (draws, int(ends.max(initial=0)) + 3))
    moved = {}
    for (name, rule), own in zip(scores.items(), np.split(factor[:, :-3], ends, axis=1)[:-1], strict=True):
        if name in SCORES:
            normalised = score(places, rule).normalised.loc[list(s.ids)].to_numpy()
            moved[name] = weighted(normalised, rule.by_criterion() * own)
    return factor[:, -3:], moved


def _ranks(values: Floats) -> Floats:
    """[draw, p] ranks from the highest, which is 1; equal values share the best rank among them."""
    rising = np.sort(values, axis=1)
    above = [v.size - np.searchsorted(up, v, side="right") for v, up in zip(values, rising, strict=True)]
    return 1.0 + np.array(above, dtype=float)


@dataclass(frozen=True)
class WhyType:
    """Why a facility is built in a place, or not: ``built``, and a word for the reason.

    "required", "chosen" (it counts ``counts`` in the objective); or "stands", "barred" (its least figures or the rules
    rule it out), "first" (what must come first is lacking), "material" (not enough left within reach), "most" (the
    place has the most facilities allowed), "elsewhere" (budgets and raw materials do more in other places).
    """

    facility: str
    built: bool
    reason: str
    counts: float
    sources: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True)
class Reasons:
    """What fixes a place's year and facilities, for its letter. Years are labels; 0 is not chosen.

    order         its year by scores and the rules of years and provinces alone; where ``year`` differs, budgets, raw
                  materials or what must come first moved it
    without       rule → its year in that order without the rule, for rules that move it
    ranks         rank of its need among all places, and among its province's; 1 is the neediest
    rise_value    what it lacks in the objective to come earlier in the order, exact; inf where nothing would
    rise_need     the same as a rise of its need score, inf where a score of 1 would not do;  rise_to the year reached
    figures       column → (figure now, figure that would do), one at a time, within the range that places have
    types         every facility and why
    """

    place: str
    name: str
    year: int
    order: int
    without: Mapping[str, int]
    ranks: tuple[int, int]
    rise_value: float
    rise_need: float
    rise_to: int
    figures: Mapping[str, tuple[float, float]]
    types: tuple[WhyType, ...]


class Explainer:
    """Reasons of any place of a choice; what all places share is computed once."""

    def __init__(self, s: Siting, c: Choice, rules: Rules, need: Scores | None = None) -> None:
        self.siting, self.choice, self.rules, self.need = s, c, rules, need
        self.order, self.value = Order(s), values(s, c)
        self.ordered = self.order.solve(self.value).year
        self.others = years_without(s, self.value)
        self.left = _left(s, c)

    def reasons(self, place: str) -> Reasons:
        """All of it for one place; about as many small solves as the programme has years."""
        s = self.siting
        p = s.ids.index(place)
        rise, to = needed(self.order, self.value, p, int(self.ordered[p]))
        slope = self.slope(p)
        need = rise / slope if slope > 0 else float("inf")
        need = need if s.need[p] + need <= 1.0 else float("inf")
        mine = s.province == s.province[p]
        return Reasons(
            place=place,
            name=s.titles[p],
            year=self._label(int(self.choice.year[p])),
            order=self._label(int(self.ordered[p])),
            without={k: self._label(int(y[p])) for k, y in self.others.items() if y[p] != self.ordered[p]},
            ranks=(int((s.need > s.need[p]).sum()) + 1, int((s.need[mine] > s.need[p]).sum()) + 1),
            rise_value=rise,
            rise_need=need,
            rise_to=self._label(to),
            figures=self._figures(place, need) if np.isfinite(need) else {},
            types=tuple(self._why(p, f) for f in range(len(s.kinds))),
        )

    def slope(self, p: int) -> float:
        """What one unit more of the need score adds to a place's value."""
        s = self.siting
        jobs = (self.value[p] - s.merit[p]) / s.need[p] if s.need[p] > 0 else 0.0
        return float(self.rules.weights.get("need", 0.0) + jobs)

    def _label(self, year: int) -> int:
        return self.siting.years[year] if year >= 0 else 0

    def _figures(self, place: str, rise: float) -> dict[str, tuple[float, float]]:
        """Columns of the need score that alone would raise it by ``rise``, inside the range that places have now.

        Only under "minmax", where a figure inside the range moves no other place's score; an end of the range would.
        """
        if self.need is None or self.need.rule.normalise != "minmax":
            return {}
        wanted_by_column = {}
        for criterion in self.need.rule.criteria:
            figures = self.need.inputs[criterion.column]
            low, high, now = float(figures.min()), float(figures.max()), float(figures[place])
            weight = float(self.need.weight[criterion.column][place])
            if weight <= 0 or not high > low or now in (low, high):
                continue
            sign = 1.0 if criterion.direction == "more" else -1.0
            wanted = now + sign * rise / weight * (high - low)
            if low <= wanted <= high:
                wanted_by_column[criterion.column] = (now, wanted)
        return wanted_by_column

    def _why(self, p: int, f: int) -> WhyType:
        s, c = self.siting, self.choice
        counts = float(s.gain[p, f] * (s.early[c.year[p]] if c.year[p] >= 0 else 1.0) - s.charge[p, f])
        if c.built[p, f]:
            mine = np.flatnonzero((s.site == p) & (c.carried > 0) & (s.uses[f, s.material] > 0))
            sent = tuple((s.materials[s.material[a]], s.ids[s.source[a]], float(c.carried[a])) for a in mine)
            return WhyType(s.kinds[f], True, "required" if s.asks[p, f] else "chosen", counts, sent)
        return WhyType(s.kinds[f], False, self._why_not(p, f), counts)

    def _why_not(self, p: int, f: int) -> str:
        s, c = self.siting, self.choice
        group = s.group == s.group[f]
        there = {int(s.group[g]) for g in np.flatnonzero(s.stands[p] | c.built[p])}
        if s.stands[p, group].any():
            return "stands"
        if not s.buildable[p, f]:
            return "barred"
        if any(int(s.group[g]) not in there for g in np.flatnonzero(s.after[f])):
            return "first"
        arcs = s.site == p
        for r in np.flatnonzero(s.uses[f] > 0):
            within = s.source[arcs & (s.material == r)]
            if self.left[within, s.stock[r]].sum() < s.uses[f, r] * (1 - 1e-9):
                return "material"
        return "most" if c.built[p].sum() >= s.kinds_range[1] else "elsewhere"


def _left(s: Siting, c: Choice) -> Floats:
    """[p, stock] what no facility takes."""
    left = s.supply.copy()
    if len(s.material):
        np.subtract.at(left, (s.source, s.stock[s.material]), c.carried)
    return left


def reason_tables(explainer: Explainer, tell: Callable[[str], None]) -> dict[str, pd.DataFrame]:
    """Tables by name, one row a place or more.

    reasons          place, order, rank, rank_in_province, rise_value, rise_need, rise_to; infinite: nothing would do
    reasons_rules    place, rule, year: its year in the order without that rule, where the rule moves it; 0 not chosen
    reasons_figures  place, column, now, wanted: the figure that alone would bring it to ``rise_to``
    reasons_types    place, facility, built, reason, counts: see ``robustness.WhyType``
    """
    ids = explainer.siting.ids
    reasons: list[Reasons] = []
    for n, place in enumerate(ids, 1):
        tell(f"reasons: {n} of {len(ids)} places")
        reasons.append(explainer.reasons(place))
    single = [(r.place, r.order, r.ranks[0], r.ranks[1], r.rise_value, r.rise_need, r.rise_to) for r in reasons]
    names = ["place", "order", "rank", "rank_in_province", "rise_value", "rise_need", "rise_to"]
    rules = [(r.place, rule, year) for r in reasons for rule, year in r.without.items()]
    figures = [(r.place, column, *pair) for r in reasons for column, pair in r.figures.items()]
    types = [(r.place, w.facility, w.built, w.reason, w.counts) for r in reasons for w in r.types]
    return {
        "reasons": pd.DataFrame(single, columns=names),
        "reasons_rules": pd.DataFrame(rules, columns=["place", "rule", "year"]),
        "reasons_figures": pd.DataFrame(figures, columns=["place", "column", "now", "wanted"]),
        "reasons_types": pd.DataFrame(types, columns=["place", "facility", "built", "reason", "counts"]),
    }
