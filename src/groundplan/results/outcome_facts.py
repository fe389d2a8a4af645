"""What an outcome's indicators, names, money and years are."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import indicator_in_words
from groundplan.records.money import money_in

_named: WeakKeyDictionary[Outcome, dict[str, str]] = WeakKeyDictionary()


def indicators(outcome: Outcome) -> pd.DataFrame:
    """Every indicator (rows) by year (columns); empty where the outcome has none."""
    return outcome.frame("indicator") if "indicator" in outcome.arrays else pd.DataFrame()


def indicator_units(outcome: Outcome) -> dict[str, str]:
    """Indicator → unit as the plan's tables say it; ratios have the unit 1."""
    if "indicators" not in outcome.tables:
        return {}
    table = outcome.table("indicators")
    return dict(zip(table["indicator"], table["unit"], strict=True))


def labels(outcome: Outcome) -> Mapping[str, str]:
    """Codes of sectors, products, groups and factors → their names."""
    names: Mapping[str, str] = outcome.provenance.get("labels", {})
    return names


def money(outcome: Outcome) -> str:
    """The money unit of the outcome."""
    return str(outcome.provenance.get("money", "money"))


def years(outcome: Outcome) -> list[int]:
    """The years of the plan, without the year of the accounts."""
    return [int(y) for y in outcome.provenance.get("years", [])]


def work_words(outcome: Outcome) -> str:
    """What employment counts: jobs, or paid work where it is counted in wages."""
    return "paid work" if "wage" in str(outcome.provenance.get("employment_unit", "")) else "jobs"


def work_unit(outcome: Outcome) -> str:
    """The unit of employment: jobs as they are counted, or money of wages."""
    unit = str(outcome.provenance.get("employment_unit", ""))
    money_unit = money_in(unit)
    return f"{money_unit} of wages" if money_unit and "wage" in unit else unit


def indicator_words(o: Outcome, indicator: str) -> str:
    """An indicator in words, with the names of sectors, groups, skills, techniques and buildings for their codes."""
    return indicator_in_words(indicator, _names(o))


def _names(o: Outcome) -> dict[str, str]:
    if o not in _named:
        _named[o] = _names_of(o)
    return _named[o]


def _names_of(o: Outcome) -> dict[str, str]:
    named = dict(labels(o))
    if "commodities" in o.tables:
        by_code = o.table("commodities").set_index("commodity")["label"]
        named |= {str(c).removeprefix("labour:"): str(n) for c, n in by_code.items() if str(c).startswith("labour:")}
    for table, key in (("techniques", "technique"), ("buildings", "building")):
        if table in o.tables:
            there = o.table(table)
            named |= dict(zip(there[key].astype(str), there["label"].astype(str), strict=True))
    return named
