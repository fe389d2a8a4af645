"""Prices of the plan from duals, and what they say of things that are counted: on paper, without a plan."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from groundplan.economy.physical import Physical
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import ActivityRow, CommodityRow, gives, occupies, takes
from groundplan.planning.explaining.valuations import COLUMNS, _worker, short_number, valuation_sentences, valuations
from groundplan.planning.families.family import BETWEEN
from groundplan.planning.prices import price_ranges, prices, row_duals, shadow_prices, standard_price

YEARS = (2021, 2022)
DUALS = pd.DataFrame(
    [
        ("balance", "coal", 2021, -3.0, -1.0), ("balance", "coal", 2022, -5.0, -1.0), ("limit", "coal", 2022, 4.0, 0.5),
        ("balance", "standard:b", 2021, 0.5, 1.0), ("balance", "standard:b", 2022, 0.25, 1.0),
        ("balance", "standard:a", 2021, 0.125, 1.0), ("other", "coal", 2021, 99.0, 1.0),
        ("balance", "standard:a", 2022, -0.75, 1.0), ("balance", "whole", 0, 7.0, 1.0),
    ],
    columns=["family", "name", "year", "dual", "gain"],
)  # fmt: skip


def model(*, people: bool = True) -> SimpleNamespace:
    """Two groups, 30 and 10 in the first year and turned about in the second; of three families two have prices."""
    goods = ["standard:a", "standard:b", "standard:none"] if people else []
    heads = [("standard:b", 10.0), ("standard:a", 30.0), ("standard:b", 90.0), ("standard:a", 10.0)]
    return SimpleNamespace(
        families=dict.fromkeys(("balance", "limit", "other")),
        prices=lambda name: name != "other",
        activities=SimpleNamespace(
            years=YEARS,
            plan_years=YEARS,
            commodities=pd.DataFrame({"commodity": ["idle", *goods, "coal"]}),
            floors=pd.DataFrame(heads, columns=["good", "heads"]),
        ),
    )


def test_rows_of_several_families() -> None:
    """Proves: each family's rows with its own duals and gains, one after the other. Breaks if: one hides the next."""
    families = {
        "f": SimpleNamespace(labels=[f"coal{BETWEEN}2021"], gain=2.0),
        "g": SimpleNamespace(labels=["iron", f"iron{BETWEEN}2022"], gain=-1.0),
    }
    duals = {"f": np.array([3.0]), "g": np.array([4.0, 5.0])}
    found = row_duals(SimpleNamespace(families=families), SimpleNamespace(duals=duals))  # type: ignore[arg-type]
    assert found.to_numpy().tolist() == [
        ["f", "coal", 2021, 3.0, 2.0],
        ["g", "iron", 0, 4.0, -1.0],
        ["g", "iron", 2022, 5.0, -1.0],
    ]
    assert found.index.tolist() == [0, 1, 2]


def test_prices_add_up_over_families() -> None:
    """Coal is 3 in 2021; in 2022 5 of its balance and 4 · ½ of a limit; another family's 99 are no price.

    Proves: Σ dual · gain by commodity and year. Breaks if: the gain divides, or a family that has no prices counts.
    """
    table = shadow_prices(model(), DUALS)  # type: ignore[arg-type]
    assert table.loc["coal", [2021, 2022]].tolist() == [3.0, 7.0]
    assert table.loc["whole", 0] == 7.0


def test_the_price_of_the_living_standard() -> None:
    """By the heads of the first year, ¾ and ¼: 0.75 · 0.125 + 0.25 · 0.5 = 0.21875; −0.75 · 0.75 + 0.25 · 0.25 = −0.5.

    Proves: a mean by heads, in the order of the groups. Breaks if: groups are weighed alike, or by a later year.
    """
    table = shadow_prices(model(), DUALS)  # type: ignore[arg-type]
    assert standard_price(model(), table).tolist() == [0.21875, -0.5]  # type: ignore[arg-type]
    assert standard_price(model(people=False), table).tolist() == []  # type: ignore[arg-type]


def test_prices_in_living_standard_and_without() -> None:
    """Coal at 3 is 3 / 0.21875 of living standard; where that has no price above 0 nothing is told.

    Proves: commodities in the plan's order and years of the plan alone; without people only shadow prices.
    Breaks if: a price below 0 turns every sign, or a row without a year is taken for one.
    """
    e = SimpleNamespace(money="TST2020m")
    found = prices(e, model(), DUALS)  # type: ignore[arg-type]
    shadow, relative = found["shadow_price"].to_pandas(), found["consumption_price"].to_pandas()
    assert shadow.index.tolist() == ["standard:a", "standard:b", "coal"]
    assert shadow.columns.tolist() == [2021, 2022]
    assert shadow.to_numpy().tolist() == [[0.125, -0.75], [0.5, 0.25], [3.0, 7.0]]
    assert relative[2021].tolist() == pytest.approx([0.125 / 0.21875, 0.5 / 0.21875, 3.0 / 0.21875])
    assert relative[2022].isna().all()
    free = DUALS.assign(dual=np.where(DUALS["name"].str.startswith("standard"), 0.0, DUALS["dual"]))
    assert prices(e, model(), free)["consumption_price"].to_pandas().isna().all(axis=None)  # type: ignore[arg-type]
    assert set(prices(e, model(people=False), DUALS)) == {"shadow_price"}  # type: ignore[arg-type]


def told(unit: str) -> pd.DataFrame:
    """Valuations of two skills, a product and foreign exchange at prices of 2 and 3, 5 and 7, 11 and 13, 17 and 19."""
    named = ["labour:s", "home:farm", "foreign exchange", "labour:t"]
    price = xr.DataArray(
        [[2.0, 3.0], [11.0, 13.0], [17.0, 19.0], [5.0, 7.0]], coords=[("commodity", named), ("year", list(YEARS))]
    )
    employment = xr.DataArray([[1.0], [1.0], [1.0]], coords=[("skill", ["s", "t", "u"]), ("sector", ["farm"])])
    physical = {"farm": Physical("t", 200.0, 0.5, "tests"), "iron": Physical("t", 1.0, 1.0, "tests")}
    plan = SimpleNamespace(
        prices={"consumption_price": price},
        economy=SimpleNamespace(
            employment_unit=unit,
            money="TST2020k",
            employment=employment,
            physical=physical,
            label={"farm": "Farming", "iron": "Iron"}.get,
        ),
        activities=SimpleNamespace(commodities=pd.DataFrame({"commodity": ["labour:s"], "label": ["skilled"]})),
    )
    return valuations(plan)["valuations"]  # type: ignore[arg-type]


def test_valuations_of_what_is_counted() -> None:
    """Thousands of money over thousands of persons; a tonne at half a thousand is 500 times its price.

    Proves: every row with its label, year, figure and unit; what has no price is not told, and a skill without words
    has its code. Breaks if: the product's scale is left out, or foreign exchange has one.
    """
    table = told("thousand persons")
    assert list(table.columns) == COLUMNS
    person, rate = "TST at 2020 prices a year per person", "times the official rate"
    assert table.to_numpy().tolist() == [
        ["worker", "s", "skilled", 2021, 2.0, person],
        ["worker", "s", "skilled", 2022, 3.0, person],
        ["worker", "t", "t", 2021, 5.0, person],
        ["worker", "t", "t", 2022, 7.0, person],
        ["product", "farm", "Farming", 2021, 5500.0, "TST at 2020 prices per t"],
        ["product", "farm", "Farming", 2022, 6500.0, "TST at 2020 prices per t"],
        ["foreign exchange", "", "foreign exchange", 2021, 17.0, rate],
        ["foreign exchange", "", "foreign exchange", 2022, 19.0, rate],
    ]
    assert told("base-year wage units")["unit"].tolist()[:4] == ["times a base-year wage"] * 4
    assert told("base-year wage units")["value"].tolist()[:4] == [2.0, 3.0, 5.0, 7.0]
    assert valuations(SimpleNamespace(prices={})) == {}  # type: ignore[arg-type]


def test_units_of_work() -> None:
    """Proves: a billion over persons, thousands of them either way, and millions. Breaks if: one is another."""
    told = "KES at 2019 prices a year per person"
    assert _worker("base-year wage units (KES2019bn)", "KES2019bn") == ("times a base-year wage", "", 1.0)
    for unit, scale in (("persons", 1e9), ("thousand persons", 1e6), ("1000 persons", 1e6), ("million persons", 1e3)):
        assert _worker(unit, "KES2019bn") == ("", told, scale)


def test_numbers_are_short() -> None:
    """Proves: three digits where none are asked for. Breaks if: a thousand is told as 1e+03."""
    assert [short_number(v) for v in (43579993.0, 1.3512, 999.0, 1000.0, -1001.0, 0.012345)] == [
        "43,600,000", "1.35", "999", "1,000", "-1,000", "0.0123",
    ]  # fmt: skip
    assert short_number(12345.6, 5) == "12,346"


def test_a_worker_is_told_before_a_product() -> None:
    """Proves: each kind has its sentence, with mean and range over years. Breaks if: the worthless is told."""
    rows = [
        ("product", "x", "Nothing", 2021, 0.0, "t"), ("worker", "a", "clerks", 2021, 3.0, "wages"),
        ("worker", "a", "clerks", 2022, 1.0, "wages"), ("product", "b", "Bricks", 2021, 0.5, "t"),
    ]  # fmt: skip
    assert valuation_sentences(pd.DataFrame(rows, columns=COLUMNS)) == [
        "One more worker (clerks) is worth 2 wages on average over the plan, between 1 in 2022 and 3 in 2021.",
        "One more unit of Bricks is worth 0.5 t on average over the plan.",
    ]


def test_what_a_solver_leaves_of_nothing_is_nothing() -> None:
    """Proves: a year's 4.5e-13 beside 0.5 is told as 0. Breaks if: a sentence has a string of zeros after the point."""
    rows = [("worker", "a", "clerks", 2021, 4.5e-13, "wages"), ("worker", "a", "clerks", 2022, 0.5, "wages")]
    (sentence,) = valuation_sentences(pd.DataFrame(rows, columns=COLUMNS))
    assert sentence.endswith("between 0 in 2021 and 0.5 in 2022.")


def test_prices_are_told_as_averages_with_their_marks() -> None:
    """Coal costs 2 and 4, of 30 and 50 used; silk 12 and nothing, of a hundredth; a plant's year 1, of 20 in use.

    Proves: average, range with its years, what passes, marks; the largest rent first; what costs nothing is left out.
    Breaks if: a price above ten, or one of next to nothing, goes unmarked, or gives are counted as uses.
    """
    a = Activities.of(
        (2021, 2022),
        commodities=[CommodityRow(c, unit="t", label=c.title()) for c in ("coal", "silk", "air")]
        + [CommodityRow("plant", "capacity", unit="hours", label="Plant")],
        activities=[ActivityRow("burn"), ActivityRow("weave")],
        flows=[takes("burn", "coal", 2.0), gives("burn", "air", 5.0), occupies("burn", "plant"),
               takes("weave", "silk", 0.5)],
    )  # fmt: skip
    level = pd.DataFrame([[0.02, 0.02], [15.0, 25.0]], ["weave", "burn"], [2021, 2022])
    price = pd.DataFrame(
        [[2.0, 4.0], [12.0, 0.0], [0.0, 0.0], [1.0, 1.0]], ["coal", "silk", "air", "plant"], [2021, 2022]
    )
    told = price_ranges(a, level, price).set_index("commodity")
    assert list(told.index) == ["coal", "plant", "silk"]
    assert told.loc["coal"].tolist() == ["Coal", "t", 3.0, 2.0, 2021, 4.0, 2022, 40.0, ""]
    assert told.loc["silk", ["average", "least_year", "most_year", "passes", "mark"]].tolist() == [
        6.0, 2022, 2021, 0.01, "thin and dear",
    ]  # fmt: skip
    assert told.loc["plant", ["passes", "mark"]].tolist() == [20.0, ""]


def test_a_price_of_little_is_marked_slight() -> None:
    """In money a licence costs 0.05 and 0.13 and a permit 0.05 and 0.15; of tonnes, 0.01 may be much.

    Proves: an average below a tenth is slight where it is in money. Breaks if: one of a tenth is, or one of tonnes.
    """
    units = {"licence": "KES2019bn / year", "permit": "KES2019bn / year", "ore": "t"}
    a = Activities.of(
        (2021, 2022),
        commodities=[CommodityRow(c, unit=unit, label=c) for c, unit in units.items()],
        activities=[ActivityRow("work")],
        flows=[takes("work", c) for c in units],
    )
    level = pd.DataFrame([[1.0, 1.0]], ["work"], [2021, 2022])
    price = pd.DataFrame([[0.05, 0.13], [0.05, 0.15], [0.01, 0.01]], list(units), [2021, 2022])
    told = price_ranges(a, level, price).set_index("commodity")["mark"]
    assert told.to_dict() == {"licence": "slight", "permit": "", "ore": ""}
