"""The reasons of every place as tables: what fixes its year and its works, and what would have to be different."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from groundplan.places.judging.robustness import Explainer, Reasons


def tables(explainer: Explainer, tell: Callable[[str], None]) -> dict[str, pd.DataFrame]:
    """Tables by name, one row a place or more.

    reasons          place, order, rank, rank_in_province, rise_value, rise_need, rise_to; infinite: nothing would do
    reasons_rules    place, rule, year: its year in the order without that rule, where the rule moves it; 0 not chosen
    reasons_figures  place, column, now, wanted: the figure that alone would bring it to ``rise_to``
    reasons_types    place, facility, built, reason, counts: see ``robustness.WhyType``
    """
    ids = explainer.siting.ids
    found: list[Reasons] = []
    for n, place in enumerate(ids, 1):
        tell(f"reasons: {n} of {len(ids)} places")
        found.append(explainer.reasons(place))
    single = [(r.place, r.order, r.ranks[0], r.ranks[1], r.rise_value, r.rise_need, r.rise_to) for r in found]
    names = ["place", "order", "rank", "rank_in_province", "rise_value", "rise_need", "rise_to"]
    rules = [(r.place, rule, year) for r in found for rule, year in r.without.items()]
    figures = [(r.place, column, *pair) for r in found for column, pair in r.figures.items()]
    types = [(r.place, w.facility, w.built, w.reason, w.counts) for r in found for w in r.types]
    return {
        "reasons": pd.DataFrame(single, columns=names),
        "reasons_rules": pd.DataFrame(rules, columns=["place", "rule", "year"]),
        "reasons_figures": pd.DataFrame(figures, columns=["place", "column", "now", "wanted"]),
        "reasons_types": pd.DataFrame(types, columns=["place", "facility", "built", "reason", "counts"]),
    }
