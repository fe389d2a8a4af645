"""The broad list of sectors in which accounts of all countries are told, by the classes that the accounts state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.tables import concordances
from groundplan.tables.concordances import Concordance
from groundplan.tables.industry_classes import IndustryClass

NAME = "groundplan_broad"


def broad_list(e: Economy) -> Concordance:
    """The concordance from the sectors of an economy to the broad list; sectors without a class are in none of it.

    A class that is no entry of the list belongs where its divisions do, each alike.
    """
    whole = concordances.load(NAME)
    rows = [
        (sector, to, weight, f"class {industry}")
        for sector, industry in e.class_by_sector.items()
        if industry is not None
        for to, weight in broad_shares(industry).items()
    ]
    return replace(whole, rows=pd.DataFrame(rows, columns=["from", "to", "weight", "note"]))


def broad_weights(e: Economy) -> pd.DataFrame:
    """Shares of every sector in the broad list, sector × broad sector; nan for a sector that is in none of it."""
    columns = _weights().columns
    rows = {s: {} if k is None else broad_shares(k) for s, k in e.class_by_sector.items()}
    return pd.DataFrame(
        [[row.get(str(c), 0.0) if row else float("nan") for c in columns] for row in rows.values()],
        index=list(rows), columns=columns,
    )  # fmt: skip


@cache
def _weights() -> pd.DataFrame:
    """Code × broad sector, read once."""
    return concordances.load(NAME).weights


@cache
def broad_shares(industry: IndustryClass) -> Mapping[str, float]:
    """Shares of a class in the broad list; none where it is not known there. Units: 1.

    >>> from groundplan.tables.industry_classes import class_of
    >>> broad_shares(class_of("ifpri:maiz")), broad_shares(class_of("C10-C11"))
    ({'agriculture': 1.0}, {'food': 1.0})
    """
    if industry.rev3:
        return {}
    weights = _weights()
    named = [industry.code] if industry.code in weights.index else sorted(industry.divisions & set(weights.index))
    if not named:
        return {}
    shares = weights.loc[named].mean()
    return {str(to): float(share) for to, share in shares.items() if share > 0}


def largest_broad(industry: IndustryClass) -> str:
    """The broad sector that most of a class belongs to; empty where it is not known there."""
    shares = broad_shares(industry)
    return max(shares, key=lambda to: shares[to]) if shares else ""
