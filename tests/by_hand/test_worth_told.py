"""Prices of what can be counted: workers, products in their own units, works; and how they are said."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from economies import small

from groundplan import plan
from groundplan.economy.physical import Physical
from groundplan.errors import GroundplanError
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.works.facilities import Facilities, Facility
from groundplan.places.works.pricing import Ratios, priced
from groundplan.planning.explaining.valuations import COLUMNS, short_number, valuation_sentences
from groundplan.planning.families.family import BETWEEN
from groundplan.planning.prices import row_duals


def test_a_counted_product_and_counted_workers_have_worth() -> None:
    """A tonne of farm goods costs .5 of a million: the price of one unit of money in it times .5 · 10⁶.

    30 and 40 of wages are earned by 3 and 2 thousand persons; a million over a thousand people is 1,000 a person.

    Proves: prices of money units are told per tonne and per person and year. Breaks if: one scale is left out.
    """
    e = small().replacing(physical={"farm": Physical("t", 200.0, 0.5, "a price list")})
    o = plan(e, years=2)
    price, table = o["consumption_price"], o.table("valuations")
    own = table[table["kind"] == "product"].set_index("year")
    assert own["value"].to_dict() == pytest.approx((price.sel(commodity="home:farm") * 0.5e6).to_series().to_dict())
    assert set(own["unit"]) == {"TST at 2020 prices per t"}
    assert set(own["code"]) == {"farm"}
    assert set(table[table["kind"] == "worker"]["unit"]) == {"times a base-year wage"}


@pytest.mark.parametrize(
    ("unit", "factor"), [("persons", 1e6), ("thousand persons", 1e3), ("1000 persons", 1e3), ("million persons", 1.0)]
)
def test_the_worth_of_a_person(unit: str, factor: float) -> None:
    """Proves: the money of millions over the people that a unit counts. Breaks if: a unit counts for another."""
    e = replace(small(), employment_unit=unit)
    o = plan(e, years=1)
    own = o.table("valuations").query("kind == 'worker'")
    price = o["consumption_price"].sel(commodity=[f"labour:{code}" for code in own["code"]]).to_numpy().ravel()
    assert own["value"].tolist() == pytest.approx((price * factor).tolist())
    assert set(own["unit"]) == {"TST at 2020 prices a year per person"}


def test_prices_are_in_living_standard() -> None:
    """Rural, urban and state spend 33, 45 and 19 of 97: so much of each one's standard costs one together.

    Proves: a price is the worth to the plan over that of what people live on, in the same year.
    Breaks if: the two are multiplied, or a year is told in another's.
    """
    o = plan(small(), years=2, floor=0.9, steady=False, population_growth=0.0)
    goods = ["standard:rural", "standard:urban", "standard:state"]
    weights = np.array([33.0, 45.0, 19.0]) / 97.0
    shadow, price = o["shadow_price"].to_pandas(), o["consumption_price"].to_pandas()
    assert (weights @ price.loc[goods].to_numpy()).tolist() == pytest.approx([1.0, 1.0])
    assert price.to_numpy() == pytest.approx(shadow.to_numpy() / (weights @ shadow.loc[goods].to_numpy()), nan_ok=True)


def test_rows_are_named_and_dated() -> None:
    """Proves: what stands after the last mark is a year if it is a number; a row without a mark has none, whatever its
    name, and a name with a mark of its own keeps it.

    Breaks if: a row that is named by a number is taken for a year.
    """
    labels = [f"coal{BETWEEN}2021", "2021", f"coal{BETWEEN}all", f"a{BETWEEN}b{BETWEEN}2022"]
    rows = SimpleNamespace(labels=labels, gain=np.array([1.0, 1.0, 2.0, 1.0]))
    found = row_duals(SimpleNamespace(families={"f": rows}), SimpleNamespace(duals={"f": np.arange(4.0)}))
    assert found["year"].tolist() == [2021, 0, 0, 2022]
    assert found["name"].tolist() == ["coal", "2021", "coal", f"a{BETWEEN}b"]
    assert found[["dual", "gain"]].to_numpy().tolist() == [[0.0, 1.0], [1.0, 1.0], [2.0, 2.0], [3.0, 1.0]]


def test_worth_in_sentences() -> None:
    """Proves: each thing with its mean, its least and dearest year, in the order of the table; what has no worth is
    not told and hides nothing after it; foreign exchange and workers have words of their own.

    Breaks if: the dearest year stands for the plan, or a worthless thing ends the list.
    """
    rows = [
        ("worker", "a", "trained", 2021, 1.0, "wages"),
        ("worker", "a", "trained", 2022, 2.0, "wages"),
        ("product", "b", "Bricks", 2021, 1e-6, "t"),
        ("product", "c", "Coal", 2021, 4.0, "t"),
        ("product", "c", "Coal", 2022, 1.0, "t"),
        ("foreign exchange", "", "foreign exchange", 2021, 1.5, "times the official rate"),
    ]
    assert valuation_sentences(pd.DataFrame(rows, columns=COLUMNS)) == [
        "One more worker (trained) is worth 1.5 wages on average over the plan, between 1 in 2021 and 2 in 2022.",
        "One more unit of Coal is worth 2.5 t on average over the plan, between 1 in 2022 and 4 in 2021.",
        "A unit of foreign exchange is worth 1.5 times the official rate on average over the plan.",
    ]
    tiny = [("product", "b", "Bricks", 2021, 2e-6, "t")]
    assert valuation_sentences(pd.DataFrame(tiny, columns=COLUMNS)) == [
        "One more unit of Bricks is worth 0.000002 t on average over the plan."
    ]


def test_numbers_in_sentences() -> None:
    """Proves: three digits, thousands apart from a thousand on, below and above zero."""
    assert [short_number(v) for v in (999.4, 999.6, 1000.0, -1234.0, -999.0)] == [
        "999",
        "1,000",
        "1,000",
        "-1,230",
        "-999",
    ]
    assert short_number(1.23456, 2) == "1.2"


def works(**more: object) -> Facility:
    jobs = {"basic": SourcedFigure(10.0, "persons", "given", "tests", low=5.0)}
    return Facility(**({"code": "mill", "names": {"en": "Mill"}, "sector": "food", "jobs": jobs} | more))  # type: ignore[arg-type]


def test_works_with_one_price_of_their_own() -> None:
    """A value of 8 of its own makes a cost of 8 · 3 = 24; with a cost of its own the value is made: 10 · 2 / .5 = 40.

    Proves: what is given stays and what lacks is made of it; a figure that has a lowest and no highest keeps its value
    on that side; a sector that pays no labour prices no value, but a cost from a value.
    Breaks if: one given price is taken for both, or a facility without either is passed over.
    """
    wages = {"basic": SourcedFigure(2.0, "TST2020 / person / year", "given", "tests")}
    ratios = {"food": Ratios(0.5, 3.0, 1.0)}

    def of(facility: Facility, known: dict[str, Ratios] = ratios) -> Facility:
        return priced(Facilities({"mill": facility}), known, "TST2020", wages)["mill"]

    own = of(works(value=SourcedFigure(8.0, "TST2020 / year", "given", "tests"), money="TST2020"))
    assert own.cost is not None
    assert (own.value.value, own.cost.value) == (8.0, 24.0)
    made = of(works(cost=SourcedFigure(7.0, "TST2020", "given", "tests"), money="TST2020"))
    assert made.value is not None
    assert (made.value.value, made.value.low, made.value.high) == (40.0, 20.0, 40.0)
    assert made.cost.value == 7.0
    for facility in (own, made):
        assert facility.money == "TST2020"
    with pytest.raises(GroundplanError, match="no broad sector"):
        of(replace(own, cost=None), {})
    with pytest.raises(GroundplanError, match="pays no labour"):
        of(works(), {"food": Ratios(0.0, 3.0, 1.0)})
    assert of(replace(own, cost=None), {"food": Ratios(0.0, 3.0, 1.0)}).cost.value == 24.0
    with pytest.raises(GroundplanError, match="wage of skill"):
        priced(Facilities({"mill": works()}), ratios, "TST2020", {})
