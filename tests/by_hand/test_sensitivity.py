"""Sensitivity on the two-sector economy: what moves is worked out beforehand."""

from __future__ import annotations

import dataclasses
import math

import pytest
from economies import small

from groundplan import sensitivity
from groundplan.errors import Faults, StudyError, UnknownName
from groundplan.planning.choices.uncertainty import Range
from groundplan.planning.policy import Policy, Target
from groundplan.results.compared_pages.sensitivity_page import headline, impossible
from groundplan.study.ranges import get, parameters, put
from groundplan.study.study import Study


def study(**choices: object) -> Study:
    target = Target("gross output: farm", "==", 96.0, year=2021, name="grain")
    return Study("TST", None, Policy.of(**{"years": 1, "targets": [target], **choices}))


def test_a_target_moves_what_it_is_about() -> None:
    """Grain at least and at most 96, tried at 94 and 97: its output is 94, 96 and 97, a swing of 2.

    Proves: the plan is made anew at both ends; the swing is the larger of the two moves; the year is the last.
    Breaks if: the base is left in place, or the ends are swapped.
    """
    ranges = [Range("targets.grain.value", 94.0, 97.0, source="a guess")]
    done = sensitivity(study(ranges=ranges).on(small()), on=["gross output: farm"], of=["targets.grain.value"])
    row = done.table("sensitivity").iloc[0]
    assert row["measure"] == "gross output: farm @ 2021"
    assert row[["at_low", "at_base", "at_high"]].tolist() == pytest.approx([94.0, 96.0, 97.0])
    assert row["swing"] == pytest.approx(2.0)
    assert row["basis"] == "a guess"
    assert done.provenance["engine"] == "sensitivity"


def test_an_end_without_a_plan_is_told() -> None:
    """Ten times the grain cannot be made: that end is nan, and the page says so.

    Proves: an impossible end is no number and no zero swing that hides it.
    Breaks if: the error stops the run, or the base figure stands in.
    """
    ranges = [Range("targets.1.value", 96.0, 1000.0)]
    done = sensitivity(study(ranges=ranges).on(small()), on=["living standard"], of=["targets.1.value"])
    row = done.table("sensitivity").iloc[0]
    assert math.isnan(row["at_high"])
    assert row["at_low"] == row["at_base"]
    assert impossible(done) == ["With value of target 1 (targets.1.value) at 1,000 no plan meets every must."]
    assert "targets.1.value" in headline(done)


def test_the_money_that_counts_moves_the_objective() -> None:
    """What is left at the end of the only year counts less, the more the future is discounted.

    Proves: ``objective`` can be watched, and a policy's own range is ± the share, inside what is admissible.
    Breaks if: ranges leave the admissible (capacity_utilisation above 1), or zero has a range.
    """
    bare = study(targets=[])
    known = {p.name: p for p in parameters(bare, small(), 0.25)}
    assert (known["capacity_utilisation"].low, known["capacity_utilisation"].high) == (0.75, 1.0)
    assert (known["discount_rate"].low, known["discount_rate"].high) == pytest.approx((0.0225, 0.0375))
    assert "labour_reserve" not in known
    assert "idle_cost" not in known
    assert known["capital_output"].base == pytest.approx(700.0 / small().gdp)
    done = sensitivity(bare.on(small()), on=["objective"], of=["discount_rate"])
    row = done.table("sensitivity").iloc[0]
    assert row["at_low"] > row["at_base"] > row["at_high"]


def test_figures_by_sector_are_varied_together() -> None:
    """Proves: a policy by sector is multiplied sector by sector, the default too."""
    by_sector = study(absorption={"default": 0.1, "farm": 0.2})
    p = next(p for p in parameters(by_sector, small(), 0.5) if p.name == "absorption")
    assert (p.low, p.base, p.high) == (0.5, 1.0, 1.5)
    assert p.changed(by_sector, p.high).policy.absorption == pytest.approx({"default": 0.15, "farm": 0.3})


def test_names_lead_to_records_and_back() -> None:
    """Proves: a record is found by its name or its number; what is changed is changed and nothing else."""
    other = Target("import bill", "<=", 500.0)
    here = study(targets=[*study().policy.targets, other])
    assert get(here, "targets.grain.value") == get(here, "targets.1.value") == 96.0
    there = put(here, "targets.grain.value", 99.0)
    assert dataclasses.replace(there.policy.targets[0], value=96.0) == here.policy.targets[0]
    assert get(there, "targets.1.value") == 99.0
    assert there.policy.targets[1] == other
    assert put(here, "capital_output", 3.0).figures == {"capital_output": 3.0}


def test_what_is_not_there_is_refused_with_the_nearest() -> None:
    """Proves: faults of ranges come all at once, with their lines; so do names of figures and indicators."""
    ranges = [Range("targets.grian.value", 1.0, 2.0, line="s.toml, line 7"), Range("discount_rat", 0.0, 0.1)]
    with pytest.raises(Faults) as both:
        parameters(study(ranges=ranges), small(), 0.25)
    assert "nearest: 'grain'" in str(both.value)
    assert "s.toml, line 7" in str(both.value)
    assert "nearest: 'discount_rate'" in str(both.value)
    with pytest.raises(UnknownName, match="nearest: 'discount_rate'"):
        sensitivity(study().on(small()), of=["discountrate"])
    with pytest.raises(UnknownName, match="nearest: 'living standard'"):
        sensitivity(study().on(small()), on=["living standrad"])
    with pytest.raises(StudyError, match="spread"):
        sensitivity(study().on(small()), spread=1.5)
    with pytest.raises(StudyError, match="down to"):
        Policy.of(ranges=[Range("floor", 2.0, 1.0)])
