"""How shares of sectors drift everywhere: medians of countries, carried to any accounts by broad sector."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache

import pandas as pd

from groundplan.sources import Source, sha256
from groundplan.tables.concordances import concordance
from groundplan.tables.door.grid import text_of
from groundplan.tables.facts import FACTS

PATH = FACTS / "share_drift_medians.csv"
SHORT_LIST = "groundplan_broad"
# The year in which the first window of the file ended.
FIRST_DRIFT = 2004
SOURCE = Source(
    publisher="University of Groningen, Growth and Development Centre (Timmer et al. 2015), computed by Groundplan",
    title="median yearly log change of sectors' shares in value added over twelve countries, WIOD 2016",
    vintage="release of November 2016",
    licence="CC BY 4.0",
    address="https://doi.org/10.34894/PJ2M1C",
    sha256={PATH.name: sha256(PATH)},
)


@cache
def _medians() -> pd.DataFrame:
    """Sector of WIOD × last year of the window, 1 / year; 0 where prices or cycles rule."""
    rows = list(csv.DictReader(text_of(PATH).splitlines()))
    windows = [c for c in rows[0] if c not in ("sector", "used")]
    return pd.DataFrame(
        {int(w[-4:]): [float(r[w]) * float(r["used"]) for r in rows] for w in windows},
        index=[r["sector"] for r in rows],
    )


@cache
def _by_broad_sector() -> pd.DataFrame:
    """Broad sector × last year of the window: the median of its members, 1 / year."""
    medians = _medians()
    return medians.groupby(concordance.load(SHORT_LIST).weights.loc[medians.index].idxmax(axis=1)).median()


def drifts(sectors: Sequence[str], year: int) -> pd.Series:
    """Yearly drift of sectors' shares as it was to be seen in a year, ln, 1 / year; nan for what no list places.

    The last window that had ended by the year; 0 for all where none had. A sector of the same list has its own drift,
    any other that of its broad sector.

    >>> drifts(["maiz", "C21", "heal", "of my own"], 2019).round(3).tolist()
    [-0.031, -0.002, 0.014, nan]
    """
    ended = [w for w in map(int, _medians().columns) if w <= year]
    weights = concordance.load(SHORT_LIST).weights
    placed = weights.reindex(list(sectors))
    if not ended:
        return pd.Series(placed.sum(axis=1, skipna=False) * 0.0, name="drift")
    own, broad = _medians()[max(ended)], _by_broad_sector()[max(ended)].reindex(weights.columns).fillna(0.0)
    drift: pd.Series = (placed * broad).sum(axis=1, skipna=False)
    return own.reindex(drift.index).fillna(drift).rename("drift")
