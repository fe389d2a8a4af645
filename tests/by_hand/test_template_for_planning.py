"""What a ministry states for planning, on a sheet of paper: heads by skill, capital and wear, growth of people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from small_accounts import COUNTRY, MONEY, YEAR, write_matrix

from groundplan import Economy, Policy, open_accounts, plan
from groundplan.economy.economy import NO_START
from groundplan.planning.features.people.labour import labour
from groundplan.planning.horizon import Horizon
from groundplan.sources import Source
from groundplan.tables.national_past import NationalPast
from groundplan.tables.readers.social import sam
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

CODES = ["grain", "goods"]


def stated(folder: Path, **past: float) -> Economy:
    """The small country with 100 heads in two skills, capital of 300 and 400, wear of 15 and 24 a year."""
    matrix, kinds = write_matrix(folder)
    source = Source(publisher="the bureau", title="a made-up country", vintage="none", licence="none", address="none")
    table = sam.read(matrix, COUNTRY, YEAR, MONEY, kinds=kinds, source=source, country_name="Testland")
    table = replace(
        table,
        employment=pd.DataFrame([[40.0, 10.0], [5.0, 45.0]], ["hands", "clerks"], CODES),
        employment_unit="persons",
        capital_stock=pd.Series([300.0, 400.0], CODES),
        fixed_capital_consumption=pd.Series([15.0, 24.0], CODES),
        past=NationalPast(year=YEAR, basis="", **past) if past else None,
    )
    return open_accounts(write_template(folder / "own.xlsx", filled(table)))


def test_heads_capital_and_wear_are_the_ministrys(tmp_path: Path) -> None:
    """Proves: K is what was typed, δ = wear / K = 15/300 and 24/400, labour is counted in heads, and none of it is said
    to be lacking.

    Breaks if: an estimate stands where a figure was given.
    """
    e = stated(tmp_path, population_growth=0.02, per_head=0.03, labour_growth=0.025)
    assert e.capital_stock.values.tolist() == [300.0, 400.0]
    assert e.depreciation.values.tolist() == pytest.approx([0.05, 0.06])
    assert e.employment.sum("sector").values.tolist() == [50.0, 50.0]
    assert e.employment_unit == "persons"
    assert e.not_stated == ("classes of 2 of 2 sectors (they are in no scenario, basket or recipe)", NO_START)


def test_growth_of_people_and_of_labour(tmp_path: Path) -> None:
    """People grow by 2 per cent and labour by 3: after two years 1.0404 and 1.0609.

        L[hands, 2021] = 50 · 1.03 = 51.5;   entrants of 2021 = 0.03 · 50 · 1.03 = 1.545

    Proves: each growth goes where it belongs, and says where it is from. Breaks if: labour grows as people do.
    """
    e = stated(tmp_path, population_growth=0.02, labour_growth=0.03)
    h = Horizon.of(e, Policy.of(years=2, tail_years=0), base_year=False)
    assert h.heads(2022) == pytest.approx(1.0404)
    assert h.labour_force(2022) == pytest.approx(1.0609)
    assert "labour 3.00% a year, as expected (the bureau, 2020)" in h.population_basis
    rows = labour(e, h.policy, h)
    assert {c.commodity: c.initial for c in rows.commodities}["labour:hands"] == pytest.approx(51.5)
    assert next(x.supply for x in rows.exogenous if (x.commodity, x.year) == ("labour:hands", 2021)) == pytest.approx(
        1.545
    )
    policy = Policy.of(years=2, population_growth=0.01, tail_years=0)
    other = Horizon.of(e, policy, base_year=False)
    assert other.labour_force(2022) == pytest.approx(1.0201), "a policy's own growth is that of labour too"
    assert Horizon.of(e, h.policy, base_year=True).labour_growth == 0.0


def test_without_a_word_on_labour_it_grows_as_people_do(tmp_path: Path) -> None:
    """Proves: growth of labour that is left out is the people's, and is told. Breaks if: it is nothing."""
    e = stated(tmp_path, population_growth=0.02)
    assert Horizon.of(e, Policy.of(years=2), base_year=False).labour_force(2022) == pytest.approx(1.0404)
    made = plan(e, years=3)
    assert "growth of labour (population's stands for it)" in made.provenance["not_stated"]
    assert made.provenance["population"]["growth"] == 0.02
