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
    found: Mapping[str, str] = outcome.provenance.get("labels", {})
    return found


def money(outcome: Outcome) -> str:
    """The money unit of the outcome."""
    return str(outcome.provenance.get("money", "money"))


def years(outcome: Outcome) -> list[int]:
    """The years of the plan, without the year of the accounts."""
    return [int(y) for y in outcome.provenance.get("years", [])]
