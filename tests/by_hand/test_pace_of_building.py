"""How fast building may grow, and how a plan tells that it goes beyond an aim."""

from __future__ import annotations

import pandas as pd
import pytest
from economies import small
from plans import make_plan, on_paper
from test_techniques import CALM, flats
from view_text import lines_of

from groundplan.planning.choices.target import Target
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.reached import beyond
from groundplan.planning.features.production.production import CapitalGoods
from groundplan.results.plan_pages.plan_aims import aims


def limits(**more: object) -> tuple[list[float], tuple[float, float] | None]:
    """Upper bounds of what may be begun by year, and the pace of its growth with what it may grow by beyond it."""
    a = compile_plan(small(), on_paper(years=3, buildings=[flats("town", **more)], absorption=0.5, **CALM))
    own = a.bounds[(a.bounds["activity"] == "build:flats@town") & (a.bounds["year"] > 0)].sort_values("year")
    grows = a.growth[a.growth["on"] == "build:flats@town"]
    pace = None if grows.empty else (float(grows["up"].iloc[0]), float(grows["allowance"].iloc[0]))
    return own["upper"].tolist(), pace


def test_building_grows_as_capacity_does() -> None:
    """Of 60 flats under way, 90, 135 and 202.5 may be begun; half as many again as the year before and 1.8 more.

    With nothing under way the first year has what one per cent of investment buys, two programmes of a name sharing it.
    Proves: the default pace is the absorption of capacity; a ceiling without a pace stands alone; a stated pace holds.
    Breaks if: a programme may begin any number, or what was under way is not what its growth is counted from.
    """
    bare: dict[str, object] = {"pace": None, "first": None}
    assert limits(under_way=60.0, **bare) == ([90.0, 135.0, 202.5], (0.5, pytest.approx(1.8)))
    one = 0.01 * CapitalGoods(small()).total / 0.5
    path, pace = limits(**bare)
    assert path == pytest.approx([one, 1.5 * one, 2.25 * one])
    assert pace == (0.5, pytest.approx(one))
    assert limits(ceiling=7.0, **bare) == ([], None)
    assert limits(pace=1.0, first=4.0)[0] == [4.0, 8.0, 16.0]
    path, _ = limits(start=2022, **bare)
    assert sorted(path) == pytest.approx([0.0, one, 1.5 * one])


def test_going_beyond_an_aim_is_told() -> None:
    """4 asked for, 4 and 9 built: 125 per cent beyond it in the second year; a bill of 90 where 100 are allowed: 10.

    Proves: how far and when a plan does more than it was asked, from either side; not of an equality, nor a little.
    """
    built = pd.DataFrame({"bound": [4.0, 4.0], "reached": [4.0, 9.0]}, index=[2021, 2022])
    assert beyond(Target("built: flats", ">=", 4.0), built) == (1.25, 2022)
    assert beyond(Target("built: flats", "==", 4.0), built) == (0.0, 0)
    bill = pd.DataFrame({"bound": [100.0, 100.0], "reached": [90.0, 99.0]}, index=[2021, 2022])
    assert beyond(Target("import bill", "<=", 100.0), bill) == (pytest.approx(0.1), 2021)
    assert beyond(Target("import bill", "<=", 100.0), bill.loc[[2022]]) == (0.0, 0)
    o = make_plan(small(), on_paper(years=3, targets=[Target("gross output: farm", ">=", 1.0)], **CALM))
    told = lines_of(aims(o))[0]
    assert "The plan goes beyond it by" in told
    assert "times what was asked" in told
