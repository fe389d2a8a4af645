"""Fairness of a programme of places as tables: inequality, what rules cost, envy, how sure, the published order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.place_pages.place_views import decimals_apart, place_names
from groundplan.results.words import MISSING, PERCENT, Amount, Year, unit_words


def fairness(o: Outcome) -> pd.DataFrame:
    """Inequality before the programme and when all stands."""
    f: Mapping[str, Any] = o.provenance.get("fairness", {})
    if not f:
        return blank("measure")
    names, unit = place_names(o), unit_words(str(f["unit"]))
    places = decimals_apart(f["worst_before"], f["worst_after"])
    rows = [
        ("Gini, weighted by people", Amount(f["gini_before"], 5), Amount(f["gini_after"], 5), "1"),
        ("mean, weighted by people", Amount(f["mean_before"], places), Amount(f["mean_after"], places), unit),
        ("lowest", Amount(f["worst_before"], places), Amount(f["worst_after"], places), unit),
        ("who has the lowest", names[f["worst_place_before"]], names[f["worst_place_after"]], ""),
    ]
    index = pd.Index([r[0] for r in rows], name=str(f["measure"]))
    heads = ("before", "when all stands", "unit")
    return framed(index, [(h, "", [r[n + 1] for r in rows]) for n, h in enumerate(heads)])


def lorenz(o: Outcome) -> pd.DataFrame:
    """The Lorenz curves at tenths of the people: the share that the poorest of them hold."""
    table = table_of(o, "lorenz")
    if not len(table):
        return blank("poorest people")
    at = np.arange(0, 101, 10)
    columns: list[tuple[str, str, Any]] = []
    for when, curve in table.groupby("when", sort=False):
        columns.append((str(when), PERCENT, 100 * np.interp(at / 100, curve["people"], curve["share"])))
    return framed(pd.Index([f"{n} %" for n in at], name="poorest people"), columns)


def rule_costs(o: Outcome) -> pd.DataFrame:
    """What each rule costs of what the choice is measured by."""
    table = table_of(o, "rule_costs")
    if not len(table):
        return blank("without the rule")
    columns: list[tuple[str, str, Any]] = [
        ("gained", "points", table["cost"]),
        ("share", PERCENT, 100 * table["share"]),
        ("at least", "points", table["least_cost"]),
        ("at most", "points", table["most_cost"]),
    ]
    return framed(pd.Index(table["rule"], name="without the rule"), columns)


def front(o: Outcome) -> pd.DataFrame:
    """Efficiency against equality: points given up for a smaller mean gap of the worst-off tenth."""
    table, unit = table_of(o, "front"), str(o.provenance.get("fairness", {}).get("unit", ""))
    if not len(table):
        return blank("choice")

    def figures(name: str) -> list[Amount]:
        """Figures with as many decimals as keep the first and the last choice apart."""
        ends = table["tail_gap" if name == "tail_gap" else "objective"]
        places = decimals_apart(float(ends.max()), float(ends.min()))
        return [Amount(x, places + 1) for x in table[name]]

    over = "" if o.provenance.get("rules", {}).get("worst_off") == "end" else " added up over the years"
    gap = f"gap of the worst-off tenth{'' if unit in ('', '1') else f', {unit_words(unit)}'}{over}"
    columns: list[tuple[str, str, Any]] = [
        ("points", "", figures("objective")),
        ("no choice has more", "", figures("bound")),
        (gap, "", figures("tail_gap")),
        ("places exchanged", "places", table["places_exchanged"]),
    ]
    return framed(pd.Index([str(n) for n in range(1, len(table) + 1)], name="choice"), columns)


def envy(o: Outcome) -> pd.DataFrame:
    """Places that are needier and as ready as one that is chosen earlier."""
    table, names = table_of(o, "envy"), place_names(o)
    if not len(table):
        return blank("place")
    columns: list[tuple[str, str, Any]] = [
        ("year", "", [Year(y) if y else "not chosen" for y in table["year"]]),
        ("less needy places before it", "places", table["places"]),
        ("of its own province", "places", table["in_province"]),
        ("such as", "", [f"{names[p]} ({y})" for p, y in zip(table["example"], table["example_year"], strict=True)]),
    ]
    return framed(pd.Index([names[p] for p in table["place"]], name="place"), columns)


def intervals(o: Outcome) -> pd.DataFrame:
    """How the year of each place moves when the weights move."""
    table, names = table_of(o, "intervals"), place_names(o)
    if not len(table):
        return blank("place")
    said = {k: [Year(y) if y else MISSING for y in table[k]] for k in ("year", "order", "earliest", "latest")}
    columns: list[tuple[str, str, Any]] = [
        ("year", "", said["year"]),
        ("by scores and rules alone", "", said["order"]),
        ("earliest, 90 of 100 draws", "", said["earliest"]),
        ("latest, 90 of 100 draws", "", said["latest"]),
        ("the same year", PERCENT, 100 * table["same"]),
        ("rank of need, best", "", table["rank_low"]),
        ("rank of need, worst", "", table["rank_high"]),
    ]
    return framed(pd.Index([names[p] for p in table["place"]], name="place"), columns)


def compared(o: Outcome) -> pd.DataFrame:
    """The published order against need and readiness, beside what a lot would give; below 50 is before the middle."""
    table = table_of(o, "compared")
    if not len(table):
        return blank("named up to")
    lots = [f"{100 * low:.0f} to {100 * high:.0f}" for low, high in zip(table["low"], table["high"], strict=True)]
    columns: list[tuple[str, str, Any]] = [
        ("order", "", table["order"]),
        ("score", "", table["score"]),
        ("places", "places", table["places"]),
        ("mean rank, 0 first to 100 last", "", [Amount(100 * m) for m in table["mean"]]),
        ("95 of 100 lots", "", lots),
        ("among the first as many", PERCENT, 100 * table["among_first"]),
        ("a lot would have", PERCENT, 100 * table["expected"]),
    ]
    return framed(pd.Index(table["year"], name="named up to"), columns)
