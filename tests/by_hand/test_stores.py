"""Stores as rows of data: what is put by, kept, spoilt and drawn, on the two-sector economy."""

from __future__ import annotations

from pathlib import Path

import pytest
from economies import small
from plans import make_plan

from groundplan.errors import GroundplanError, PlanInfeasible
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import solved
from groundplan.planning.choices.target import Target
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.stores import Store, days_of_use
from groundplan.planning.policy import Policy
from groundplan.study.study import open_study

FREE = {"years": 3, "population_growth": 0.0, "foreign_reserves": 50.0, "terminal_growth": 0.0}


def planned(*stores: Store, **choices: object) -> Outcome:
    return make_plan(small(), Policy.of(**{**FREE, "stores": list(stores), **choices}))


def test_a_day_of_use_is_of_one_origin_and_without_exports() -> None:
    """Imported farm goods: 5 + 15 to sectors, 3 + 4 to households, 27 a year. Home ones: 50 and 32, not the 18 sold.

    Proves: a day is a 365th of the base year's use at home, by origin.
    Breaks if: exports count, or both origins are added.
    """
    assert days_of_use(small(), "farm", "import") == pytest.approx(27.0 / 365.0)
    assert days_of_use(small(), "farm", "home") == pytest.approx(82.0 / 365.0)


def test_a_target_fills_the_store_and_spoilage_is_made_good() -> None:
    """73 days of imported farm goods, 5.4, at the end of 2021 and of 2022; a tenth spoils in between.

    So 5.4 are put by in 2021 and at least 0.54 in 2022.
    Proves: what is kept is what was kept less what spoils, and what was put less what was drawn.
    Breaks if: the loss is forgotten, or falls on the year's own additions.
    """
    wanted = [Target("days in store: farm@import", ">=", 73.0, year=y) for y in (2021, 2022)]
    made = planned(Store("farm", loss=0.1), targets=wanted)
    level = made["level"].to_series().unstack("year")
    put, keep, draw = (level.loc[f"{verb}:farm@import"] for verb in ("put", "keep", "draw"))
    assert keep[[2021, 2022]].tolist() == pytest.approx([5.4, 5.4])
    assert (put - draw)[[2021, 2022]].tolist() == pytest.approx([5.4, 0.54])
    assert made.indicator("store: farm@import")[2022] == pytest.approx(5.4)
    assert made.indicator("days in store: farm@import")[2022] == pytest.approx(73.0)
    bare = planned(Store("farm", loss=0.1))
    assert made.provenance["objective"] < bare.provenance["objective"]
    assert bare["level"].sel(activity="put:farm@import").sum() == pytest.approx(0.0, abs=1e-6)


def test_what_was_there_can_be_drawn_once() -> None:
    """36.5 days of imported farm goods, 2.7, are there at the start: as much, and no more, is drawn in three years.

    Proves: the store's start is a supply of the first year alone.
    Breaks if: it is there in every year, or never.
    """
    made = planned(Store("farm", initial=36.5, cost=0.1))
    assert float(made["level"].sel(activity="draw:farm@import").sum()) == pytest.approx(2.7)
    assert made.indicator("store: farm@import")[2020] == pytest.approx(2.7)


def test_the_store_has_room_for_its_ceiling() -> None:
    """Room for 73 days, 5.4: a target of 80 days cannot be met, one of 73 can.

    Proves: the ceiling is a bound of what is kept, in days of use.
    Breaks if: the ceiling is of what is put in a year.
    """
    full, fuller = (Target("days in store: farm@import", ">=", days, year=2021) for days in (73.0, 80.0))
    room = [Store("farm", ceiling=73.0)]
    assert solved(small(), Policy.of(**{**FREE, "years": 1, "stores": room, "targets": [full]})).solution.objective > 0
    with pytest.raises(PlanInfeasible):
        solved(small(), Policy.of(**{**FREE, "years": 1, "stores": room, "targets": [fuller]}), why=False)


def test_faults_are_told_together() -> None:
    """Proves: an unknown product, a store stated twice and one fuller than it is large are told at once."""
    stores = [Store("fram"), Store("farm"), Store("farm"), Store("works", initial=400.0)]
    with pytest.raises(GroundplanError) as caught:
        compile_plan(small(), Policy.of(stores=stores))
    told = str(caught.value)
    assert "nearest: 'farm'" in told
    assert "two stores of farm@import" in told
    assert "400 days" in told


def test_the_study_file_has_stores(tmp_path: Path) -> None:
    """Proves: [[stores]] is read with its lines, and a wrong origin is told with the line."""
    path = tmp_path / "study.toml"
    path.write_text('country = "KEN"\n\n[[stores]]\nproduct = "chem"\nceiling = 90\n', "utf-8")
    assert open_study(path).policy.stores == [Store("chem", ceiling=90, line="study.toml, line 3")]
    path.write_text('country = "KEN"\n\n[[stores]]\nproduct = "chem"\norigin = "abroad"\n', "utf-8")
    with pytest.raises(GroundplanError, match=r"study\.toml, line 5"):
        open_study(path)
