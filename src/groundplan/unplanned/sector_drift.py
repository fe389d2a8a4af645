"""How shares of sectors drift everywhere: medians of countries, carried to any accounts by broad sector."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
import pandas as pd

from groundplan.economy.broad_list import broad_weights
from groundplan.economy.economy import Economy
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


def drifts(e: Economy) -> pd.Series:
    """Yearly drift of sectors' shares as it was to be seen in the accounts' year, ln, 1 / year; nan without a class.

    The last window that had ended by the year; 0 for all where none had. A class of the same list has its own drift,
    any other that of its broad sector.
    """
    year = e.year
    ended = [w for w in map(int, _medians().columns) if w <= year]
    placed = broad_weights(e)
    if not ended:
        return pd.Series(placed.sum(axis=1, skipna=False) * 0.0, name="drift")
    listed, broad = _medians()[max(ended)], _by_broad_sector()[max(ended)].reindex(placed.columns).fillna(0.0)
    drift: pd.Series = (placed * broad).sum(axis=1, skipna=False)
    own = {s: listed.get("" if k is None else k.code, np.nan) for s, k in e.class_by_sector.items()}
    return pd.Series(own, dtype=float).reindex(drift.index).fillna(drift).rename("drift")
