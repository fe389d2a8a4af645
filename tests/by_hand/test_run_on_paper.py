"""What a run of the adaptive engine comes to, and its parts: two sectors on paper (``crises.uneven``)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import paths_of, uneven

from groundplan.shocks.dynamics.adaptive import recovery_days
from groundplan.shocks.dynamics.binding import _minor
from groundplan.shocks.dynamics.causes import chain, stops
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.rebuilding import Sites
from groundplan.shocks.dynamics.run_record import (
    Paths,
    by_need,
    home_use,
    need_names,
    stop_steps,
    times_of,
    unmet_by_input,
)
from groundplan.shocks.dynamics.shock import (
    Rebuild,
    Shock,
    quiet,
)
from groundplan.shocks.dynamics.system import System


def test_exactly_99_per_cent_is_not_below() -> None:
    """Proves: days from the first below to the first after the last; at the bound nothing is below."""
    s = cast(System, SimpleNamespace(output=np.array([1.0]), days_per_step=1))
    assert recovery_days(s, paths_of([[[0.99], [0.99]]])) == {"first_day_below": None, "recovered": None}
    assert recovery_days(s, paths_of([[[1.0], [0.98], [0.99]]])) == {"first_day_below": 1, "recovered": 2}
    assert recovery_days(s, paths_of([[[1]], [[0.5]]]), 1) == {"first_day_below": 0, "recovered": None}


def test_who_stops_when_and_why() -> None:
    """In weeks: a makes all, 0.5, 0.02, 0.01 and 0.995 of 8; b is at 0.99 always; no input lacks, but capacity of a.

    Proves: first stop, least, first day below 99 % and recovery in days; a sector that is never below has no why.
    Breaks if: days are steps, or what never was is told as a day.
    """
    s = uneven(days_per_step=7)
    x = np.array([[[1.0, 0.99], [0.5, 0.99], [0.02, 0.99], [0.01, 0.99], [0.995, 0.99]]])
    paths = paths_of(x, limiting=np.full((1, 5, 2), -1), capacity=x.copy())
    a, b = stops(s, paths).to_dict("records")
    assert a == {
        "sector": "a", "label": "Ore", "first_stop": 14.0, "why": "because its own capacity is lost", "through": "",
        "least": 0.01, "day_of_least": 21, "first_below": 7.0, "recovered": 28.0,
        "output_lost": pytest.approx(2.475 * 8), "share_lost": pytest.approx(2.475 / 5),
    }  # fmt: skip
    assert (b["why"], b["through"], b["least"], b["day_of_least"]) == ("", "", 0.99, 0)
    assert np.isnan([b["first_stop"], b["first_below"], b["recovered"]]).all()
    down = stops(s, paths_of(x[:, :4], limiting=np.full((1, 4, 2), -1), capacity=x[:, :4]))
    assert np.isnan(down["recovered"][0])
    at_bound = replace(s, behaviour=replace(s.behaviour, stop_below=0.02))
    assert stops(at_bound, paths)["first_stop"][0] == 21.0
    slight = paths_of(
        np.array([[[0.5, 1.0], [0.8, 1.0]]]), limiting=np.full((1, 2, 2), -1), capacity=np.ones((1, 2, 2))
    )
    first = stops(s, slight).iloc[0]
    assert np.isnan(first["first_stop"])
    assert first["why"] == "because orders fall away"


def test_the_way_back_to_the_beginning() -> None:
    """A lacks home b on day 2; b lost most, makes all that it can, 0.3, from day 1 on, and lacks nothing.

    Proves: the maker's own day is looked at, at home before abroad. Breaks if: the day of who lacks it counts.
    """
    s = uneven()
    limiting, x = np.full((1, 3, 2), -1), np.ones((1, 3, 2))
    limiting[0, 2, 0], x[0, 2, 0], x[0, 1:, 1] = 1, 0.2, 0.3
    can = np.ones((1, 3, 2))
    can[0, 1, 1] = 0.3
    paths = paths_of(x, limiting=limiting, capacity=can)
    assert chain(s, paths, 0, 2) == ("because coal's capacity is lost", ("coal",))
    limiting[0, 1, 1] = 2
    assert chain(s, paths, 0, 2) == ("for want of imported coal", ("coal",))
    limiting[0, 1, 1] = 0
    assert chain(s, paths, 0, 2) == ("for want of home ore", ("coal",))
    can[0, 1, 1] = 1.0  # b was held back by the ore alone, the day before
    assert chain(s, paths, 0, 2) == ("for want of home ore", ("coal",))
    x[0, :, 1] = 1.0
    limiting[0, 1, 1] = -1
    assert chain(s, paths, 0, 2) == ("for want of home coal", ())
    pooled = uneven(
        inputs=("a", "b"), products=("a", "b"), needs=("food", "heat"), input_of=np.array([0, 1, 1, 1]),
        use=np.array([[2.0, 3.0, 4.0, 0.0, 1.0], [4.0, 5.0, 10.0, 4.5, 2.5]]),
        shares=np.array([1.0, 20 / 26, 4 / 26, 2 / 26]), stocks=np.array([4.0, 5.0]), reserves=np.zeros(2),
        binding=np.zeros((2, 2), dtype=np.int8), investment=np.array([0.0, 1.0]),
    )  # fmt: skip
    assert chain(pooled, paths, 0, 2) == ("for want of coal from home and abroad", ())


def test_sums_by_need_and_sector() -> None:
    """Proves: needs once each, sums of their inputs; losses by input; final use at home in a year without exports.

    Breaks if: exports count, or a step is told as a year.
    """
    s = uneven()
    assert need_names(s) == ["food", "heat"]
    assert by_need(s, np.array([[1.0, 2.0, 4.0]])).tolist() == [[1.0, 6.0]]
    assert unmet_by_input(cast(Paths, SimpleNamespace(unmet=np.arange(9.0).reshape(1, 3, 3)))).tolist() == [[3, 12, 21]]
    assert home_use(s) == pytest.approx(18.5 * 365)
    assert home_use(replace(s, days_per_step=7)) == pytest.approx(18.5 * 365 / 7)


def test_the_step_in_which_a_sector_stops() -> None:
    """Proves: the first step under a twentieth, of makers however small; −1, and without end as a time, for never.

    Breaks if: a maker of little is none, or the first step is no time.
    """
    s = cast(System, SimpleNamespace(output=np.array([0.5, 3.0, 0.0]), behaviour=SimpleNamespace(stop_below=0.05)))
    paths = paths_of([[[1, 0.05, 0], [0.04, 0.06, 0], [0.01, 1, 0]], [[0.0, 1, 0], [1, 0.01, 0], [1, 1, 0]]])
    stop = stop_steps(s, paths)
    assert stop.tolist() == [[1, -1, -1], [0, 1, -1]]
    assert times_of(stop).tolist() == [[1.0, np.inf, np.inf], [0.0, 1.0, np.inf]]


def test_two_events_of_rebuilding() -> None:
    """8 of a are destroyed on day 0 and 4 on day 1, ordered on days 2 and 3: what waits adds up until it is ordered.

    Proves: shares destroyed day by day, orders of a fifth of what is open, and what is delivered leaves it.
    Breaks if: the second event replaces the first.
    """
    s = uneven()
    first = Rebuild(0, 2, np.array([8.0, 0.0]), np.array([0.0, 0.75, 0.25]))
    second = Rebuild(1, 3, np.array([4.0, 10.0]), np.array([1.0, 0.0, 0.0]))
    sites = Sites(s, [replace(quiet(s, 5), rebuilds=(first, second)), quiet(s, 5)])
    gone = cast(Any, sites.destroyed)
    assert gone(0).tolist() == [[0.2, 0.0], [0.0, 0.0]]
    assert sites.asked().tolist() == [[0.0] * 4] * 2
    assert gone(1)[0].tolist() == pytest.approx([0.3, 0.2])
    assert gone(2)[0].tolist() == pytest.approx([0.3, 0.2])
    assert sites.asked()[0].tolist() == pytest.approx([0.0, 1.2, 4 / 15, 2 / 15])
    sites.receive(np.array([[1.0, 0.5, 1.0, 0.0], [1.0] * 4]))
    assert gone(3)[0].tolist() == pytest.approx([(12 - 0.6 - 4 / 15) / 40, 0.2])
    assert sites.asked()[0].tolist() == pytest.approx([14 / 5, 5.4 / 5, 16 / 75, 2 / 15])
    whole = Sites(s, [replace(quiet(s, 5), rebuilds=(replace(first, lost=np.array([60.0, 0.0])),))])
    assert cast(Any, whole.destroyed(0)).tolist() == [[1.0, 0.0]]
    assert Sites(s, [quiet(s, 5)]).destroyed(0) == 0.0
    weeks = Sites(replace(s, days_per_step=7), [replace(quiet(s, 5), rebuilds=(first,))])
    weeks.destroyed(2)
    assert weeks.asked()[0].sum() == pytest.approx(8.0)  # all of it, in seven days of five
    shares = np.array([1.0, 1.0, 2 / 3, 1 / 3])[:, None] * np.ones(5)
    shares[2:, 0] = [0.5, 0.5]
    mixed = uneven(shares=shares)
    at = Sites(mixed, [replace(quiet(s, 5), rebuilds=(replace(first, lost=np.array([8.0, 4.0])),))])
    # b buys nothing abroad, so its site orders there as everybody together does: 3.5 and 2.5 of 6.
    assert at.orders_of(replace(first, lost=np.array([8.0, 4.0]))) == pytest.approx(
        np.array([[6.0, 3.0], [1.0, 3.5 / 6], [1.0, 2.5 / 6]])
    )


def test_demand_that_falls_leaves_stocks_to_be_drawn() -> None:
    """Half of all final demand of home a stays away: of 7.5 asked for 2 come from stocks, and 5.5 of 8 are made.

    Proves: what nobody makes is given before anything is made. Breaks if: it is added to what is made.
    """
    s = uneven()
    patterns = np.zeros((1, 3, 3))
    patterns[0, 0, :] = 1.0
    shock = Shock(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2)), np.array([[-0.5]]), patterns)
    assert propagate_batch(s, [shock]).production[0, 0].tolist() == pytest.approx([5.5 / 8, 1.0])


def test_minor_imports() -> None:
    """Of 10 of the product 0.9 come from abroad, less than a tenth; of 9, exactly a tenth; of others all.

    Proves: the share of a use that is minor, product by product. Breaks if: the bound itself is minor.
    """
    use = np.array([[9.1, 8.1, 0.0], [5.0, 5.0, 5.0], [0.9, 0.9, 0.9], [0.1, 0.1, 0.1]])
    here = np.array([True, True, False, False])
    minor = _minor(["x", "y", "x", "z"], here, use, 0.1)
    assert minor.tolist() == [[False] * 3, [False] * 3, [True, False, False], [False] * 3]
    assert not _minor(["x", "y"], np.array([True, True]), use[:2], 0.1).any()
