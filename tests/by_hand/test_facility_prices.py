"""Ratios of broad sectors from accounts that can be read, and facilities priced by them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import xarray as xr
from economies import known_classes

from groundplan.errors import Faults
from groundplan.places.known.columns import PlacesError, SourcedFigure
from groundplan.places.works.facilities import Facilities, Facility
from groundplan.places.works.pricing import Ratios, _spans, from_economy, priced
from groundplan.tables.industry_classes import class_of

WAGES = {
    "basic": SourcedFigure(2.0, "TST2020 / person / year", source="tests", low=1.0, high=4.0),
    "trained": SourcedFigure(5.0, "TST2020 / person / year", "given", "tests"),
}


def economy(*codes: str) -> SimpleNamespace:
    """Outputs of 8, 32 and 0.5; wages of 1 and 2, 5 and 3, and ⅛ of two skills; capital of 30, 50 and 2."""
    primary = xr.DataArray(
        [[1.0, 5.0, 0.125], [70.0, 80.0, 90.0], [2.0, 3.0, 0.0]],
        coords=[("primary", ["clerks", "profit", "hands"]), ("sector", list(codes))],
    ).assign_coords(primary_kind=("primary", ["labour", "capital", "labour"]))
    vectors = {"capital_stock": [30.0, 50.0, 2.0], "output": [8.0, 32.0, 0.5]}
    arrays = {name: xr.DataArray(v, coords=[("sector", list(codes))]) for name, v in vectors.items()}
    classes = {c: class_of(text) if (text := known_classes(codes).get(c)) else None for c in codes}
    return SimpleNamespace(sectors=codes, primary=primary, country="TST", class_by_sector=classes, **arrays)


def works(**more: object) -> Facility:
    jobs = {"basic": SourcedFigure(10.0, "persons", source="tests", low=5.0, high=30.0),
            "trained": SourcedFigure(3.0, "persons", "given", "tests")}  # fmt: skip
    return Facility(**({"code": "mill", "names": {"en": "Mill"}, "sector": "food", "jobs": jobs} | more))  # type: ignore[arg-type]


def test_ratios_of_two_sectors_that_are_one() -> None:
    """Food and beverages: 3 + 8 = 11 of wages and 80 of capital over 40; a small sector counts as a large one does.

    Proves: sums over sums, both skills; sectors without output have no ratios. Breaks if: ratios are averaged, or
    profit is labour's.
    """
    found = from_economy(economy("food", "beve", "educ"))  # type: ignore[arg-type]
    assert found == {"food": Ratios(11.0 / 40.0, 2.0, 40.0), "education": Ratios(0.25, 4.0, 0.5)}
    with pytest.raises(PlacesError, match="no such code"):
        from_economy(economy("food", "no such code", "educ"))  # type: ignore[arg-type]


def test_jobs_and_wages_side_by_side() -> None:
    """Proves: value with value, lowest with lowest, highest with highest; a figure without a range is its own.

    Breaks if: low and high change places, or half a range is taken for none.
    """
    jobs = SourcedFigure(10.0, "persons", source="tests", low=5.0, high=30.0)
    assert _spans(jobs, WAGES["basic"]) == [(10.0, 2.0), (5.0, 1.0), (30.0, 4.0)]
    assert _spans(jobs, WAGES["trained"]) == [(10.0, 5.0), (5.0, 5.0), (30.0, 5.0)]
    half = SourcedFigure(3.0, "persons", "given", "tests", high=7.0)
    assert _spans(half, WAGES["basic"]) == [(3.0, 2.0), (3.0, 1.0), (7.0, 4.0)]


def test_value_and_cost_with_their_ranges() -> None:
    """10 · 2 + 3 · 5 = 35 of pay, at least 5 · 1 + 15 = 20, at most 30 · 4 + 15 = 135; over a quarter and a thousand.

    Cost is three years of it. Proves: the sums over skills, the scale once, words that say how. Breaks if: a range is
    that of jobs alone, or the scale is applied to the cost again.
    """
    mine = priced(Facilities({"mill": works()}), {"food": Ratios(0.25, 3.0, 1.0)}, "TST2020k", WAGES)["mill"]
    assert mine.value is not None
    assert mine.cost is not None
    assert (mine.value.value, mine.value.low, mine.value.high) == pytest.approx((0.14, 0.08, 0.54))
    assert (mine.cost.value, mine.cost.low, mine.cost.high) == pytest.approx((0.42, 0.24, 1.62))
    assert (mine.value.unit, mine.value.basis) == ("TST2020k / year", "estimate")
    assert (mine.cost.unit, mine.cost.basis, mine.money) == ("TST2020k", "estimate", "TST2020k")
    assert mine.value.source == "jobs × wages over the labour share of output (0.250) of the broad sector 'food'"
    assert mine.cost.source == "output × capital over output (3.000 years) of the broad sector 'food'"


def test_a_labour_share_above_one_prices_too() -> None:
    """Proves: any share above nothing. Breaks if: a sector that pays more than it makes, or little, pays no labour."""
    for share in (1.25, 0.5):
        mine = priced(Facilities({"mill": works()}), {"food": Ratios(share, 3.0, 1.0)}, "TST2020", WAGES)["mill"]
        assert mine.value is not None
        assert mine.value.value == pytest.approx(35.0 / share)


def test_all_that_is_wrong_is_told_of_every_facility() -> None:
    """Proves: one facility's faults hide no other's, and what has both prices of its own needs no wages nor ratios.

    Breaks if: the first fault ends the check.
    """
    figure = SourcedFigure(7.0, "TST2020", "given", "tests")
    own = works(code="own", cost=figure, value=SourcedFigure(8.0, "TST2020 / year", "given", "tests"), money="TST2020")
    assert priced(Facilities({"own": own}), {}, "TST2020", {})["own"] == own
    other = works(code="other", cost=SourcedFigure(7.0, "TST2019", "given", "tests"), money="TST2019")
    half = works(code="half", cost=figure, money="TST2020", sector="textiles")
    three = Facilities({"mill": works(), "other": other, "half": half})
    with pytest.raises(Faults) as error:
        priced(three, {"food": Ratios(0.0, 3.0, 1.0)}, "TST2020", {"trained": WAGES["trained"]})
    for words in ("pays no labour", "it is priced in TST2019, the others in TST2020", "wage of skill 'basic'",
                  "no broad sector with output 'textiles'"):  # fmt: skip
        assert words in str(error.value)
    places = {str(fault.where) for fault in error.value.faults}
    assert places == {"facility 'mill'", "facility 'other'", "facility 'half'"}
