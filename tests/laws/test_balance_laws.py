"""What is true of every material balance, on small economies drawn at random."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawing import few
from economies import tables
from hypothesis import given
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.best_plan import solved
from groundplan.planning.explaining import material_balances as book
from groundplan.planning.explaining.material_balances import material_balances
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.tables.table import Table

POLICY = on_paper(years=3, population_growth=0.02, foreign_reserves=5.0, credit_line=2.0)
drawn = few(2)


def made(table: Table) -> SolvedPlan:
    return solved(Economy.from_table(table), POLICY)


def gaps(table: pd.DataFrame) -> pd.Series:
    """Sources less uses of every product, origin and year, as a share of what goes through."""
    signed = table["money"].where(table["side"] == "source", -table["money"])
    key = [table["product"], table["origin"], table["year"]]
    return signed.groupby(key).sum().abs() / table["money"].groupby(key).sum().clip(lower=1.0)


@drawn
@given(tables())
def test_sources_are_uses(table: Table) -> None:
    """Every product and the foreign-exchange account, in every year; and nothing stands below zero.

    Proves: no give, take, supply, claim or stock is left out.
    Breaks if: a lag, a loss or an opening stock is missing from the book.
    """
    found = material_balances(made(table))["material_balances"]
    assert gaps(found).max() < 1e-6
    assert (found["money"] > 0).all()
    assert set(found["side"]) == {"source", "use"}


@drawn
@given(tables(2, 3))
def test_lines_are_the_levels_of_the_plan(table: Table) -> None:
    """What a sector makes is its level; what is bought is the import's; what users take is the indicator of supply.

    Proves: the book and the indicators tell one story.
    Breaks if: a line is booked in another year, or another product's.
    """
    plan = made(table)
    found = material_balances(plan)["material_balances"]
    label = plan.activities.activities.set_index("activity")["label"]
    for j in plan.economy.sectors:
        for verb, origin in (("make", "home"), ("buy", "import")):
            name = f"{verb}:{j}"
            own = found[(found["product"] == j) & (found["origin"] == origin) & (found["line"] == label[name])]
            sums = (
                own[own["side"] == "source"].set_index("year")["money"].reindex(plan.activities.years, fill_value=0.0)
            )
            assert sums.to_numpy() == pytest.approx(plan.level.loc[name].to_numpy(), rel=1e-6, abs=1e-6)


@drawn
@given(tables(2, 3))
def test_the_wide_table_and_the_short_one_say_the_same(table: Table) -> None:
    """The wide table's columns sum to the long one's years; gathering small lines changes no total.

    Proves: both tables are one book, at any length.
    Breaks if: a line is lost on the way, or small lines are counted on the wrong side.
    """
    plan = made(table)
    found = material_balances(plan)
    long, wide = found["material_balances"], found["material_balances_wide"]
    years = [str(y) for y in plan.activities.years]
    assert wide[years].sum().to_numpy() == pytest.approx(long.groupby("year")["money"].sum().to_numpy())
    most, small = book.MOST, book.SMALL
    try:
        book.MOST, book.SMALL = 0, 0.2
        short = material_balances(plan)["material_balances"]
    finally:
        book.MOST, book.SMALL = most, small
    assert len(short) < len(long)
    key = ["product", "origin", "side", "year"]
    assert np.allclose(short.groupby(key)["money"].sum(), long.groupby(key)["money"].sum())
