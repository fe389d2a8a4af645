"""Kenya's shipped accounts of 2024: made from the shipped facts, an estimate, and never taken for observed ones."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from kenya_2024 import FACTS, SHIPPED, printed, steps

from groundplan import Economy, data, plan, stress
from groundplan.economy.estimating.known_facts import read_controls
from groundplan.results.plan_pages.plan_summary import title
from groundplan.tables import catalogue
from groundplan.tables.table import Table
from groundplan.tables.template.filled_template import open_file

WORDS = ("labels", "final_kinds", "primary_kinds", "controls")


def test_they_are_what_the_facts_give() -> None:
    """Proves: figure by figure the shipped folder is what the two files of facts make of the matrix of 2019, and how.

    Breaks if: a fact, the matrix or the method changes and `python tests/kenya_2024.py` is not run again.
    """
    made, there = printed(steps()[1].table), open_file(SHIPPED)
    for name, value in vars(made).items():
        if isinstance(value, (pd.DataFrame, pd.Series)) and name not in WORDS:
            np.testing.assert_allclose(
                getattr(there, name).to_numpy(float), value.to_numpy(float), atol=2e-5, rtol=1e-6
            )
    assert (there.methods, there.source.title) == (made.methods, made.source.title)
    (entry,) = catalogue.estimates()
    assert (entry.title, entry.publisher, entry.money) == (made.source.title, made.source.publisher, made.money)


def test_the_press_contradicts_itself_where_it_is_known_to() -> None:
    """Services of 61.1 per cent leave no room for taxes; government's 11 per cent stand against 14 of the old table.

    Proves: these two are named and nothing else is, Σz² is about the number of facts, and expenditure exceeds GDP by
    the 3 per cent that goods without services leave. Source: KNBS as press pages quote it; row by row in the file.
    """
    made = steps()[1]
    assert list(made.contradictions["fact"]) == ["services together", "government final consumption"]
    strain, facts = made.strain
    assert strain < 1.5 * facts
    assert made.discrepancy == pytest.approx(0.03 * 16_224.5, rel=0.15)
    assert all(f.source and f.address for path in FACTS for f in read_controls(path).facts)


def test_nobody_takes_them_for_observed() -> None:
    """Proves: without a year Kenya is its observed accounts; with 2024 they say on their first line what they are.

    Breaks if: the latest year is taken whatever it is.
    """
    assert Economy.load("KEN").year == 2019
    e = Economy.load("KEN", 2024)
    assert e.is_estimate
    assert 1.4 < float(e.capital_stock.sum()) / e.gdp < 2.3, "carried, and no fallback on a trend"
    assert data("KEN", year=2024).table("lines")["line"][0] == "Kenya 2024 (an estimate) (KEN), 43 sectors, KES2024bn"
    listed = data().table("accounts")
    assert "not observed" in listed[listed["year"] == 2024]["title"].iloc[0]


def test_the_default_plan_from_them_is_one_that_a_ministry_could_read() -> None:
    """Growth is near the 4.5 per cent a year of 2019 to 2024 (KNBS) and even, and investment stays near its share.

    Proves: the plan is feasible, and its first line says what the accounts were made from and how far to trust them.
    Breaks if: the plan's productivity and people are those of before 2019, capital falls back on a trend, or the title
    takes the accounts for observed ones.
    """
    outcome = plan("KEN", year=2024)
    first = title(outcome)
    assert first.startswith("Kenya: accounts of 2024 (an estimate), plan for 2025 to 2034, in billion KES at 2024 ")
    assert ". Made from the accounts of 2019 and 26 facts; trials of such estimates missed multipliers by" in first
    assert re.search(r"by 3\.8 % and import content by 0\.7 points, and no single cell is a finding\.$", first)
    assert title(plan("KEN", years=1)).startswith("Kenya: accounts of 2019, plan for 2020")
    added = outcome.indicator("value added")
    growth = added.to_numpy()[1:] / added.to_numpy()[:-1] - 1
    assert 0.035 < (added.iloc[-1] / added.iloc[0]) ** (1 / (len(added) - 1)) - 1 < 0.06
    assert growth.max() - growth.min() < 0.015
    share = outcome.indicator("investment") / added
    assert share.between(0.17, 0.23).all()


def test_a_cut_of_fuels_bites_where_fuels_stand_apart() -> None:
    """Half of imported fuels away: the matrix of 2019 loses chemicals too, of which industry makes do without; in 2024
    fuels alone are cut, energy and transport lack them, and more is lost for every shilling that does not come.

    Proves: refined fuels are a product of their own, marked as carved. Breaks if: they are among the chemicals again.
    """
    one, other = (
        stress("KEN", "fuel cut", year=year, setting="rigid", no_plan=True).table("range").iloc[0]
        for year in (2019, 2024)
    )
    assert other["loss_per_import_cut"] > 1.4 * one["loss_per_import_cut"]
    assert other["scarcest_need"] == "energy and water"
    t = catalogue.load("KEN", 2024)
    assert t.classes["fuel"] == "C19"
    assert any("carved out of Chemicals and petroleum, not told apart" in m for m in t.methods)


def test_electricity_is_worth_what_was_paid_for_it() -> None:
    """Proves: output of electricity is within its error of 12,920 GWh at what makers and the distributor were paid,
    359 billion; by value added alone it was 406. Breaks if: the physical fact is left out.
    """
    fact = steps()[1].facts.set_index("fact").loc["electricity made at home"]
    assert fact["stated"] == pytest.approx(12_920 * 0.0278)
    assert abs(fact["z"]) < 1.0
    assert fact["unit"] == "GWh"


def test_a_table_that_was_observed_is_not_marked() -> None:
    """Proves: no shipped table of a publisher is called an estimate."""
    there: Table = catalogue.load("KEN", 2019)
    assert there.estimated_from is None
    assert not Economy.load("KEN", 2019).is_estimate
