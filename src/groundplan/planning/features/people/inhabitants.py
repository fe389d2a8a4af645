"""The people of a plan by age, as indicators that any target may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.features.people.demography import Demography

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
# Ages of work as statistical offices draw them: 15 to 64.
WORKING, OLD = 15, 65


def counted(people: Demography, year: int) -> dict[str, float]:
    """The young (below 15), those of working age (15 to 64), the old, and the labour force, persons."""
    return {
        "young": people.between(year, 0, WORKING),
        "working age": people.between(year, WORKING, OLD),
        "old": people.between(year, OLD, float("inf")),
        "labour force": people.labour_force(year),
    }


def inhabitants(e: Economy, policy: Policy, h: Horizon) -> dict[str, list[Record]]:
    """people:young, people:working age, people:old and people:labour force, as the projection has them.

        dependency ratio = (young + old) / working age
        labour force participation = labour force / (working age + old)

    They are stocks that nothing draws on, kept in units of the base year's population so that their size does not
    blunt the solver; the indicators are in persons. Units: persons at the start of the year; 1.
    """
    out: dict[str, list[Record]] = {t: [] for t in ("commodities", "exogenous", "indicators", "ratios")}
    if h.people is None:
        return out
    everybody = h.people.persons(e.year)
    paths = {year: counted(h.people, year) for year in (*h.years, h.years[-1] + 1)}
    for name, first in paths[h.years[0]].items():
        kept = f"people:{name}"
        out["commodities"].append(
            {"commodity": kept, "kind": "stock", "unit": "population of the base year", "initial": first / everybody,
             "label": f"people, {name}"}
        )  # fmt: skip
        for year in h.years:
            more = (paths[year + 1][name] - paths[year][name]) / everybody
            out["exogenous"].append(
                {"commodity": kept, "year": year, "supply": max(more, 0.0), "claim": max(-more, 0.0)}
            )
    for indicator, parts in {
        "population": ("young", "working age", "old"),
        "population: young and old": ("young", "old"),
        "population: working age": ("working age",),
        "population: working age and old": ("working age", "old"),
        "population: labour force": ("labour force",),
    }.items():
        out["indicators"] += [
            {"indicator": indicator, "on": f"people:{part}", "part": "stock", "coefficient": everybody,
             "unit": "persons, start of the year"}
            for part in parts
        ]  # fmt: skip
    head = "population: "
    out["ratios"] = [
        {"indicator": "dependency ratio", "numerator": f"{head}young and old", "denominator": f"{head}working age"},
        {"indicator": "labour force participation", "numerator": f"{head}labour force",
         "denominator": f"{head}working age and old"},
    ]  # fmt: skip
    return out
