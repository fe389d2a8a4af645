"""Which columns of a plan's tables its charts draw, in which panels, and whether their axes begin at zero."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
import xarray as xr
from economies import small

from groundplan import plan
from groundplan.outcome import Outcome
from groundplan.results.plan_pages import plan_charts
from groundplan.results.plan_pages.plan_charts import CHARTS
from groundplan.results.view import Drawn

SVG = "{http://www.w3.org/2000/svg}"
DRAW = {chart.name: chart.draw for chart in CHARTS}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Two years of an economy with rural and urban households, a state, farms and works."""
    return plan(small(), years=2)


def words(chart: Drawn) -> list[str]:
    return [e.text or "" for e in ET.fromstring(chart.svg()).iter(f"{SVG}text")]


def named(chart: Drawn) -> list[str]:
    """The words that are neither numbers nor units of an axis: names and headings."""
    units = {"m TST / year", "base year = 1, per head", "m TST per m TST", "m TST per base-year wage"}
    return [w for w in words(chart) if w not in units and not w.replace(".", "").replace(",", "").lstrip("−").isdigit()]


def test_the_columns_of_each_chart(outcome: Outcome) -> None:
    """Proves: each chart draws the columns that its title promises, no total among parts and no ratio among money.

    Breaks if: a chart takes the column beside the one that it is about.
    """
    told = {name: named(draw(outcome)) for name, draw in DRAW.items() if not draw(outcome).empty}
    sectors = ["sector farm", "sector works"]
    assert sorted(told["dependence"]) == sorted(["bought directly", "through suppliers", *sectors])
    assert told["living"] == ["all households", "rural", "urban", "state"]
    assert sorted(told["economy"]) == ["household consumption", "investment", "value added"]
    assert sorted(told["investment"]) == sectors
    assert sorted(told["trade"]) == ["export earnings", "import bill"]
    for name in ("economy", "trade", "investment", "dependence", "prices"):
        assert any(w in ("0", "0.0") for w in words(DRAW[name](outcome))), name
    assert not any(w in ("0", "0.00") for w in words(DRAW["living"](outcome)))


def test_expansion_is_the_start_and_what_is_added(outcome: Outcome) -> None:
    """Capacities of 100 and 200 that become 150 and 210: bars of 100 + 50 and 200 + 10, the larger growth first.

    Proves: the two parts of a bar make what is there at the end. Breaks if: the end is stacked on what was added.
    """
    stock = outcome["stock"].copy()
    stock.loc[{"commodity": ["capacity:farm", "capacity:works"]}] = 0.0
    first, last = stock["stage"].values[0], stock["stage"].values[-1]
    for sector, start, end in (("farm", 100.0, 150.0), ("works", 200.0, 210.0)):
        stock.loc[{"commodity": f"capacity:{sector}", "stage": first}] = start
        stock.loc[{"commodity": f"capacity:{sector}", "stage": last}] = end
    grown = dataclasses.replace(outcome, arrays={**outcome.arrays, "stock": stock})
    marks = [e.text or "" for e in ET.fromstring(DRAW["expansion"](grown).svg()).iter(f"{SVG}title")][1:]
    assert [m.rpartition(", ")[0] + m.rpartition(":")[2] for m in marks] == [
        "sector farm 100", "sector farm 50", "sector works 200", "sector works 10"
    ]  # fmt: skip


def standards(outcome: Outcome, values: dict[str, float], households: list[str], known: list[str]) -> list[str]:
    """The names and headings of the chart of standards, where groups live at these multiples of the base year."""
    names = ["living standard", *(f"living standard: {group}" for group in values)]
    table = pd.DataFrame([[1.0, 1.01], *([v, v + 0.01] for v in values.values())], names, [2021, 2022])
    array = xr.DataArray(table.to_numpy(), coords=[("indicator", names), ("year", [2021, 2022])])
    about = {**outcome.provenance, "households": households}
    about["labels"] = {**about.get("labels", {}), **{g: g for g in known}}
    return named(
        plan_charts.standards_chart(dataclasses.replace(outcome, arrays={"indicator": array}, provenance=about))
    )


def test_groups_that_begin_alike_share_a_panel(outcome: Outcome) -> None:
    """Two urban groups, one rural, and schools for all: panels urban, Households and Collective consumption.

    Proves: a group alone stands among households, those of one first word under it, the state's under their own heading
    and without the word before their names; what all have together is left out where there are several groups.
    """
    values = {"rural": 1.1, "urban low": 1.2, "urban high": 1.3, "schools": 1.4}
    told = standards(outcome, values, ["rural", "urban low", "urban high"], list(values))
    assert told == ["Households", "rural", "urban", "urban low", "urban high", "Collective consumption", "schools"]
    two = standards(outcome, {"rural": 1.1, "urban": 1.2}, ["rural", "urban"], ["rural", "urban"])
    assert two == ["Households", "rural", "urban"]
    alone = standards(outcome, {"rural": 1.1}, ["rural"], ["rural"])
    assert alone == ["Households", "all households", "rural"]
