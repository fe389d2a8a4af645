"""Facility types: every number with its source, sizes and prices by sums done on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from economies import shipped, small
from small_places import four

from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName
from groundplan.places.known.columns import PlacesError, SourcedFigure
from groundplan.places.known.shipped_places import assumed_wages
from groundplan.places.known.shipped_places import shipped as shipped_places
from groundplan.places.works import pricing
from groundplan.places.works.facilities import Facilities, Facility, Material, Size, broad_sectors
from groundplan.places.works.facility_files import general, open_facilities
from groundplan.places.works.pricing import Ratios


def given(value: float, unit: str = "1") -> SourcedFigure:
    return SourcedFigure(value, unit, "given", "tests")


def guess(value: float, low: float, high: float, unit: str = "persons") -> SourcedFigure:
    return SourcedFigure(value, unit, source="assumed for tests", low=low, high=high)


def mill(**more: object) -> Facility:
    """A grain mill with ten workers, two of them trained."""
    plain: dict[str, object] = {
        "code": "mill",
        "names": {"en": "Mill", "ko": "제분공장"},
        "sector": "food",
        "jobs": {"basic": guess(8, 4, 16), "trained": given(2, "persons")},
        "materials": (Material("grain_output", given(500, "t / year"), given(50, "km")),),
        "serves": given(1000, "persons"),
        "catchment": given(20, "km"),
        "sizes": (Size("half", given(0.5), given(0.6)),),
    }
    return Facility(**(plain | more))


def test_prices_from_people() -> None:
    """Proves: 8 × 1,000 + 2 × 3,000 = 14,000 of pay; at a labour share of ¼ that is 56,000 of output, and at two years
    of capital a cost of 112,000, in thousands 56 and 112; the lowest jobs (4 basic) give 40 and 80.
    Breaks if: the scale of the money, the skills or the ranges are mixed up.
    """
    wages = {s: given(w, "TST2020 / person / year") for s, w in (("basic", 1000), ("trained", 3000))}
    found = pricing.priced(Facilities({"mill": mill()}), {"food": Ratios(0.25, 2.0, 1.0)}, "TST2020k", wages)
    value, cost = found["mill"].value, found["mill"].cost
    assert value is not None
    assert cost is not None
    assert (value.value, value.low, value.high) == pytest.approx((56.0, 40.0, 88.0))
    assert (cost.value, cost.low, cost.high) == pytest.approx((112.0, 80.0, 176.0))
    assert (value.unit, cost.unit, found["mill"].money) == ("TST2020k / year", "TST2020k", "TST2020k")
    assert cost.basis == "estimate"


def test_own_prices_stay() -> None:
    own = mill(value=given(7, "TST2020m / year"), cost=given(9, "TST2020m"), money="TST2020m")
    found = pricing.priced(Facilities({"mill": own}), {}, "TST2020m", {})
    assert found["mill"] == own
    with pytest.raises(PlacesError, match="priced in TST2020m, the others in TST2020bn"):
        pricing.priced(Facilities({"mill": own}), {}, "TST2020bn", {})


def test_what_cannot_be_priced() -> None:
    wages = {"basic": given(1, "TST2019 / person / year")}
    with pytest.raises(Faults) as error:
        pricing.priced(Facilities({"mill": mill()}), {}, "TST2020m", wages)
    for part in (
        "wages are not in TST2020 / person",
        "no wage of skill 'trained'",
        "no broad sector with output 'food'",
    ):
        assert part in str(error.value)
    with pytest.raises(StudyError, match="'shillings' is no money"):
        pricing.priced(Facilities({"mill": mill()}), {}, "shillings", wages)


def test_ratios_of_kenya_add_up() -> None:
    """Proves: broad sectors hold all output, labour income and capital of the accounts; a sum done without the
    concordance (processed foods and beverages) gives the ratio of food. Breaks if: sectors are lost or doubled.
    """
    kenya = shipped("KEN 2019")
    found = pricing.from_economy(kenya)
    assert sum(r.output for r in found.values()) == pytest.approx(float(kenya.output.sum()))
    assert sum(r.output * r.capital for r in found.values()) == pytest.approx(float(kenya.capital_stock.sum()))
    both = {"sector": ["food", "beve"]}
    assert found["food"].capital == pytest.approx(
        float(kenya.capital_stock.sel(both).sum() / kenya.output.sel(both).sum())
    )
    pay = kenya.primary.sel(both)[kenya.primary["primary_kind"] == "labour"].sum()
    assert found["food"].wages == pytest.approx(float(pay / kenya.output.sel(both).sum()))
    with pytest.raises(PlacesError, match="have no class"):
        pricing.from_economy(small())


def test_general_types_can_be_priced_in_kenya_and_every_number_is_marked() -> None:
    """Proves: nine types have costs in the money of the accounts; no number is without basis, source and range."""
    types = general()
    kenya = shipped("KEN 2019")
    found = pricing.priced(types, pricing.from_economy(kenya), kenya.money, assumed_wages("KEN"))
    assert all(f.cost is not None and f.cost.value > 0 and f.money == "KES2019bn" for f in found.types.values())
    table = found.figures()
    assert set(table["basis"]) == {"assumed", "estimate"}
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert (table["source"] != "").all()
    assert len(found.assumptions()) == len(table)
    for country in ("KEN", "PRK"):
        types.check(shipped_places(country))


def test_sizes() -> None:
    """Proves: half a mill has half of all that flows and 0.6 of the cost; how far it reaches stays."""
    whole, half = mill(cost=given(10, "TST2020m"), money="TST2020m").variants()
    assert (whole.code, half.code, half.title("ko")) == ("mill", "mill:half", "제분공장 (half)")
    assert (half.workers, half.serves.value, half.materials[0].amount.value) == (5.0, 500.0, 250.0)
    assert half.cost is not None
    assert (half.cost.value, half.cost.unit) == (6.0, "TST2020m")
    assert half.catchment == whole.catchment
    assert half.sizes == ()


def test_a_facility_is_checked_at_once() -> None:
    with pytest.raises(Faults) as error:
        mill(
            sector="foood",
            profile=(0.5, 0.4),
            building={"construction": given(0.7)},
            cost=given(3, "TST2020m"),
            catchment=None,
            power=given(-1, "MWh / year"),
        )
    for part in (
        "no broad sector 'foood'; nearest: 'food'",
        "shares of profile (0.5, 0.4) do not sum to 1",
        "shares of building (0.7) do not sum to 1",
        "cost is in 'TST2020m', the facility's money is ''",
        "catchment and serves are not both given",
        "below zero: power -1",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"value": float("nan"), "unit": "t"}, "is no number"),
        ({"value": True, "unit": "t"}, "is no number"),
        ({"value": 1.0, "unit": "t", "source": "s"}, "range nan to nan does not hold it"),
        ({"value": 3.0, "unit": "t", "source": "s", "low": 1.0, "high": 2.0}, "does not hold it"),
        ({"value": 1.0, "unit": "t", "basis": "given"}, "has no source"),
        ({"value": 1.0, "unit": "", "basis": "given", "source": "s"}, "has no unit"),
        ({"value": 1.0, "unit": "t", "basis": "gven", "source": "s"}, "nearest: 'given'"),
    ],
)
def test_a_figure_without_a_basis_is_none(figure: dict[str, object], words: str) -> None:
    with pytest.raises(GroundplanError, match=words):
        SourcedFigure(**figure)


def test_what_waits_for_what() -> None:
    """Proves: types in a ring and unknown ones are refused; a choice of types takes along what they wait for."""
    power = mill(code="power", sector="energy")
    both = Facilities({"mill": mill(after=("power",)), "power": power, "store": mill(code="store")})
    assert set(both.only(["mill"]).types) == {"mill", "power"}
    with pytest.raises(PlacesError, match="mill → power → mill"):
        Facilities({"mill": mill(after=("power",)), "power": replace(power, after=("mill",))})
    with pytest.raises(UnknownName, match="nearest: 'power'"):
        Facilities({"mill": mill(after=("powr",)), "power": power})
    with pytest.raises(UnknownName, match="no facility 'mil'"):
        both.only(["mil"])
    with pytest.raises(PlacesError, match="that may be taken is 2"):
        Facilities({"mill": mill()}, {"grain_output": given(2.0)})


def test_columns_that_places_lack_are_named() -> None:
    with pytest.raises(Faults) as error:
        Facilities({"mill": mill(least={"powr": given(5, "%")})}).check(four())
    assert "no column 'grain_output'" in str(error.value)
    assert "no column 'powr'; nearest: 'power'" in str(error.value)


FILE = """
[mill]
names = { en = "Mill" }
sector = "food"
profile = [0.5, 0.5]
serves = { value = 9, unit = "persons", source = "s", basis = "given" }
catchment = { value = 9, unit = "km", source = "s", basis = "given" }
[[mill.materials]]
column = "grain_output"
amount = { value = 5, unit = "t / year", source = "s", basis = "given" }
reach = { value = 5, unit = "km", source = "s", basis = "given" }
[[mill.sizes]]
name = "small"
scale = { value = 0.5, unit = "1", source = "s", basis = "given" }
cost = { value = 0.6, unit = "1", source = "s", basis = "given" }
[mill.jobs]
basic = { value = 8, unit = "persons", low = 4, high = 16, source = "s" }
"""


def test_a_file_of_types(tmp_path: Path) -> None:
    path = tmp_path / "types.toml"
    path.write_text(FILE, "utf-8")
    read = open_facilities(path)
    assert read["mill"].years == 2
    assert [v.workers for v in read["mill"].variants()] == [8.0, 4.0]
    assert list(read.sources[0].sha256) == ["types.toml"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("profile", "profil", "nearest: 'profile'"),
        ("low = 4, high = 16, ", "", "does not hold it"),
        ("value = 8", 'value = "8"', "value is '8', not a number"),
        ("value = 8, ", "", "value not given"),
        ('sector = "food"', "", "sector not given"),
        ("[0.5, 0.5]", '["x"]', "profile is a list with 'x', not a number"),
        ('column = "grain_output"', "", "column not given"),
        ('sector = "food"', 'sector = "food', "is not TOML"),
        ("basic = {", "basic = 3 #", "3 is not a table of keys"),
        ("low = 4,", 'low = "4",', "low is '4', not a number"),
    ],
)
def test_a_faulty_file_of_types(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Proves: each fault is told in words. Breaks if: a typing error is passed over or ends in a traceback."""
    path = tmp_path / "types.toml"
    path.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(GroundplanError, match=words):
        open_facilities(path)
    with pytest.raises(GroundplanError, match="there is no such file"):
        open_facilities(tmp_path / "none.toml")


def test_broad_sectors_are_those_of_the_concordance() -> None:
    assert len(broad_sectors()) == 25
    assert broad_sectors()["food"].startswith("Food")
