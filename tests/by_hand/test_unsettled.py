"""Sectors whose investment plans as good leave open: on paper, and in the words of the page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from groundplan.outcome import Outcome
from groundplan.planning.paths.unsettled import COLUMNS, unsettled
from groundplan.results.plan_pages.accounts.plan_unsettled import unsettled_sentences

YEARS, ACTS = [2021, 2022], ["make:mill", "invest:mill", "invest:mine", "invest:port", "invest:shop"]
# What is shown, and what the best plan does in the same two years and in one of its tail.
SHOWN = [[9.0, 9.0], [40.0, 60.0], [50.0, 50.0], [1.0, 1.0], [100.0, 698.0]]
BEST = [[1.0, 1.0, 1.0], [20.0, 60.0, 70.0], [80.0, 34.0, 0.0], [3.0, 3.0, 3.0], [400.0, 400.0, 99.0]]


def plan(*, even: bool = True) -> Any:
    names = [a.replace("invest:", "investing in ") for a in ACTS]
    groups = ["production", *["investment"] * 4]
    best = xr.DataArray(BEST, coords=[("activity", ACTS), ("year", [*YEARS, 2023])])
    rows = pd.DataFrame({"activity": ACTS, "label": names, "group": groups})
    return SimpleNamespace(
        activities=SimpleNamespace(activities=rows, years=tuple(YEARS)),
        corner=object() if even else None,
        level=pd.DataFrame(SHOWN, index=ACTS, columns=YEARS),
        best=SimpleNamespace(values={"level": best}),
    )


def test_what_two_plans_invest_apart() -> None:
    """Of 1,000 the mill has 100 and in the best plan 80, a fifth less; the mine 100 and 114, the shop 798 and 800; the
    port, at 2 three times too small to be told of, 2 and 6.

    Proves: totals over the plan's own years, the share of all investment, the bounds 15 per cent and 0.2 per cent.
    Breaks if: the tail or production counts, or a trifle is named.
    """
    table = unsettled(plan())["unsettled"]
    assert list(table.columns) == COLUMNS
    assert table["activity"].tolist() == ["invest:mill"]
    assert table[["invested", "best", "apart", "share"]].iloc[0].tolist() == pytest.approx([100.0, 80.0, 0.2, 0.1])


def test_the_sentence_names_the_sector() -> None:
    """Proves: number, share and names are told, with how far apart. Breaks if: a settled plan is called unsettled."""
    (told,) = unsettled_sentences(Outcome({}, unsettled(plan()), {}))
    assert "1 sector, 10.0 % of all investment: mill (20 %)." in told
    assert unsettled_sentences(Outcome({}, unsettled(plan(even=False)), {})) == []
    assert unsettled_sentences(Outcome({}, {}, {})) == []
