"""What an outcome's indicators, names, money and years are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from groundplan.outcome import Outcome


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


OF = "{head} of {name}"
HEADS = {
    "quantity": "output of {name}",
    "output": "output of {name}",
    "built": "{name} finished",
    "begun": "{name} begun",
    "standing": "{name} that stand",
    "trained": "people trained: {name}",
    "self-sufficiency": "self-sufficiency in {name}",
    "import dependency": "import dependency in {name}",
    "spending on": "spending on {name}",
    "technique share": "share of {name} in its sector",
    "living standard": "living standard, {name}",
    "gap": "gap of living standards, {name}",
    "spending gap": "gap of spending, {name}",
}


def indicator_words(o: Outcome, indicator: str) -> str:
    """An indicator in words, with the names of sectors, groups, skills, techniques and buildings for their codes."""
    head, mark, code = indicator.partition(": ")
    return HEADS.get(head, OF).format(head=head, name=_names(o).get(code, code)) if mark else indicator


def _names(o: Outcome) -> dict[str, str]:
    named = dict(labels(o))
    if "commodities" in o.tables:
        by_code = o.table("commodities").set_index("commodity")["label"]
        named |= {str(c).removeprefix("labour:"): str(n) for c, n in by_code.items() if str(c).startswith("labour:")}
    for table, key in (("techniques", "technique"), ("buildings", "building")):
        if table in o.tables:
            there = o.table(table)
            named |= dict(zip(there[key].astype(str), there["label"].astype(str), strict=True))
    return named
