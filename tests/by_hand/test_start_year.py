"""A plan that starts later than the year after its accounts, on paper: what is carried, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from small_accounts import COUNTRY, MONEY, YEAR, write_matrix

from groundplan import Economy, Policy, Study, join, open_accounts, open_study, plan
from groundplan.errors import StudyError, TableError
from groundplan.planning.carried_accounts import carried
from groundplan.planning.horizon import Horizon
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.sources import Source
from groundplan.tables.national_past import NationalPast
from groundplan.tables.readers.social import sam
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

GROWING = {"population_growth": 0.02, "labour_productivity_growth": 0.05}


def table(folder: Path, start: int | None = None) -> Table:
    """The small country with heads and capital of its own, and with a start of its plan."""
    matrix, kinds = write_matrix(folder)
    source = Source(publisher="the bureau", title="a made-up country", vintage="none", licence="none", address="none")
    made = sam.read(matrix, COUNTRY, YEAR, MONEY, kinds=kinds, source=source, country_name="Testland")
    codes = list(made.labels.index)
    return replace(
        made,
        employment=pd.DataFrame([[40.0, 60.0]], ["hands"], codes),
        employment_unit="persons",
        capital_stock=pd.Series([300.0, 400.0], codes),
        fixed_capital_consumption=pd.Series([15.0, 24.0], codes),
        past=NationalPast(year=YEAR, basis="the bureau", population_growth=0.01),
        plan_start=start,
    )


def small(folder: Path) -> Economy:
    """Its economy."""
    return Economy.from_table(table(folder))


def test_flows_and_stocks_grow_and_rates_stay(tmp_path: Path) -> None:
    """Start in YEAR + 3: two years between, labour 1.02² = 1.0404, all sums 1.071² = 1.147041, as 1.02 · 1.05 = 1.071.

    Proves: flows and stocks grow by labour and productivity, heads by labour, wear and coefficients stay, and it is on
    record. Breaks if: a flow is left behind (costs would miss output), or the years between are planned.
    """
    e = small(tmp_path)
    later = carried(e, Policy.of(start_year=YEAR + 3, **GROWING))
    assert (later.year, later.observed_year, later.money) == (YEAR + 2, YEAR, e.money)
    assert later.output.values.tolist() == pytest.approx([1.147041 * x for x in e.output.values])
    assert later.capital_stock.values.tolist() == pytest.approx([344.1123, 458.8164])
    assert later.employment.sum().item() == pytest.approx(104.04)
    assert later.depreciation.values.tolist() == e.depreciation.values.tolist()
    assert later.domestic_coefficients.values.ravel().tolist() == pytest.approx(
        e.domestic_coefficients.values.ravel().tolist()
    )
    assert later.gdp == pytest.approx(1.147041 * e.gdp)
    assert any("not planned" in m for m in later.methods)


def test_a_growth_that_is_stated_goes_first(tmp_path: Path) -> None:
    """Proves: output grows by what the policy says of the years before, heads by labour. Breaks if: it is lost."""
    later = carried(small(tmp_path), Policy.of(start_year=YEAR + 2, growth_before_start=-0.1, **GROWING))
    assert later.capital_stock.values.tolist() == pytest.approx([270.0, 360.0])
    assert later.employment.sum().item() == pytest.approx(102.0)


def test_the_plan_tells_the_years_that_it_plans(tmp_path: Path) -> None:
    """Proves: the plan has the years asked for, its page says from when to when accounts were carried and how fast, and
    the study in it opens the accounts' own year. Breaks if: the page takes carried accounts for published ones.
    """
    path = write_template(tmp_path / "own.xlsx", filled(table(tmp_path)))
    made = plan(path, years=2, start_year=YEAR + 4, **GROWING)
    assert made.provenance["years"] == [YEAR + 4, YEAR + 5]
    assert made.indicator("living standard").index.tolist() == [YEAR + 3, YEAR + 4, YEAR + 5]
    page = text_page(made)
    assert f"accounts of {YEAR} carried to {YEAR + 3}, plan for {YEAR + 4} to {YEAR + 5}" in page
    assert "are not planned" in page
    assert "are not planned" in report(made).partition("<nav")[0]
    assert f"start_year = {YEAR + 4}" in made.provenance["study"]
    assert f"accounts_year = {YEAR + 3}" not in made.provenance["study"]
    again = tmp_path / "again.toml"
    again.write_text(made.provenance["study"], encoding="utf-8")
    assert plan(again).indicator("value added").tolist() == made.indicator("value added").tolist()


def test_the_template_asks_for_it_and_a_study_goes_first(tmp_path: Path) -> None:
    """Proves: a start on the sheet About is the plan's, nobody is told that it is lacking, and a study may say another.

    Breaks if: the sheet is read and forgotten.
    """
    path = write_template(tmp_path / "own.xlsx", filled(table(tmp_path, YEAR + 3)))
    e = open_accounts(path)
    assert e.plan_start == YEAR + 3
    assert not [words for words in e.not_stated if "start" in words]
    assert Study.of(str(path)).economy().year == YEAR + 2
    said = tmp_path / "study.toml"
    said.write_text(f'country = "own.xlsx"\n[plan]\nstart_year = {YEAR + 1}\n', encoding="utf-8")
    assert open_study(said).economy().year == YEAR
    silent = open_accounts(write_template(tmp_path / "silent.xlsx", filled(table(tmp_path))))
    assert [words for words in silent.not_stated if "start year of the plan" in words]


@pytest.mark.parametrize("start", [YEAR - 1, YEAR])
def test_a_start_before_the_accounts_are_over_is_refused(tmp_path: Path, start: int) -> None:
    """Proves: a start in or before the accounts' year is refused with words, in a study and on the sheet.

    Breaks if: it is taken for the year after.
    """
    with pytest.raises(StudyError, match=f"to start in {start}, and the accounts are of {YEAR}"):
        carried(small(tmp_path), Policy.of(start_year=start))
    path = write_template(tmp_path / "own.xlsx", filled(table(tmp_path, start)))
    with pytest.raises(TableError, match=f"start year of the plan is {start}"):
        open_accounts(path)


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    """Proves: a start a lifetime away, a growth of years that there are not, and a plan of accounts that nobody carried
    are refused. Breaks if: one of them passes in silence.
    """
    e = small(tmp_path)
    with pytest.raises(StudyError, match="40 years after"):
        carried(e, Policy.of(start_year=YEAR + 40))
    with pytest.raises(StudyError, match="growth_before_start"):
        carried(e, Policy.of(growth_before_start=0.02))
    with pytest.raises(StudyError, match="carry them"):
        Horizon.of(e, Policy.of(start_year=YEAR + 2), base_year=False)


def test_accounts_of_two_years_start_together(tmp_path: Path) -> None:
    """Proves: a joint plan of accounts of two years starts in one, and its page says which years they are of.

    Breaks if: the accounts' years decide, or the page takes one for both.
    """
    e = small(tmp_path)
    other = e.replacing(country="TSU", country_name="Otherland", year=YEAR - 1)
    with pytest.raises(StudyError, match="the plan of TSU is for 2020"):
        join([e, other], years=1)
    both = join([e, other], years=1, start_year=YEAR + 2, **GROWING)
    assert both.provenance["years"] == [YEAR + 2]
    assert f"Accounts of {YEAR - 1}, {YEAR} carried to {YEAR + 1}" in text_page(both)
