"""Accounts of two sectors brought to a later year: facts that are met, facts that clash, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import said
from doc_pages import ROOT, fenced
from economies import small_table, table

from groundplan import Controls, Fact, see, update
from groundplan.economy.economy import Economy
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.control_faults import control_faults
from groundplan.economy.estimating.known_facts import read_controls
from groundplan.economy.estimating.updating import Updated, updated
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.records.toml import parse
from groundplan.results.text_page import text_page
from groundplan.tables import catalogue
from groundplan.tables.national_past import NationalPast
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

MONEY, YEAR = "TST2024m", 2024


def fact(measure: str, value: float, *of: str, unit: str = MONEY, error: float = 0.0) -> Fact:
    return Fact(measure, unit, error, "the office", of, value)


def known(*facts: Fact, **more: float) -> Controls:
    return Controls("TST", YEAR, MONEY, facts, **more)


def old() -> Table:
    """Farming and works as in ``economies.small``: value added 155 of which the farm makes 60."""
    return small_table()


def grown() -> Table:
    """The old structure with other final uses: households buy more of the farm's goods, exports of works double."""
    t = old()
    a = t.domestic_use.to_numpy() / output(t)
    m = t.imported_use.to_numpy() / output(t)
    final = t.domestic_final.to_numpy() * [1.5, 1.2, 1.1, 1.3, 1.0]
    exports = t.exports.to_numpy() * [1.0, 2.0]
    x = np.linalg.solve(np.eye(2) - a, final.sum(axis=1) + exports)
    imported = t.imported_final.to_numpy() * [1.5, 1.2, 1.1, 1.3, 1.0]
    wages = t.primary.iloc[0].to_numpy() / output(t) * x
    return table(a * x, m * x, final, imported, exports, wages=wages, codes=["farm", "works"])


def output(t: Table) -> np.ndarray:
    return np.asarray(t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports)


def facts_of(t: Table, error: float = 0.001) -> Controls:
    """Value added, final uses and trade of a table, line by line."""
    bought = t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1)
    spent = t.domestic_final.sum() + t.imported_final.sum()
    return known(
        *(fact("value added", float(t.primary[s].sum()), s, error=error) for s in ("farm", "works")),
        *(fact("final use", float(v), str(f), error=error) for f, v in spent.items()),
        *(fact("exports", float(t.exports[s]), s, error=error) for s in ("farm", "works")),
        *(fact("imports", float(bought[s]), s, error=error) for s in ("farm", "works")),
    )


def cells(t: Table) -> np.ndarray:
    return np.concatenate([
        f.to_numpy(float).ravel() for f in
        (t.domestic_use, t.imported_use, t.domestic_final, t.imported_final, t.exports, t.primary)
    ])  # fmt: skip


def test_a_year_of_the_same_structure_is_found_again() -> None:
    """Coefficients, shares and imported parts stay; final uses and exports change, and outputs with them.

    Proves: the update finds every cell from value added, final uses and trade alone. Breaks if: the prior is the old
    table scaled, in which the farm's column would not grow as its value added does.
    """
    made = updated(old(), facts_of(grown()))
    np.testing.assert_allclose(cells(made.table), cells(grown()), rtol=2e-3, atol=1e-9)
    assert made.contradictions.empty
    assert np.abs(cells(old()) * 1.3 - cells(grown())).max() > 10.0, "or nothing had to be found"


def test_sure_facts_are_met_and_costs_are_output() -> None:
    """Proves: facts without an error hold to the last digits and every column costs what its row is sold for.

    Breaks if: a balance is a fact like others, or shares are taken of the old whole.
    """
    made = updated(old(), known(
        fact("gdp", 200.0), fact("value added", 40.0, "farm", unit="% of gdp"), fact("output", 260.0, "works"),
        fact("primary input", 90.0, "labour"), fact("exports", 130.0),
    ))  # fmt: skip
    t = made.table
    np.testing.assert_allclose(made.facts["reached"], [200.0, 80.0, 260.0, 90.0, 130.0], rtol=1e-8)
    cost = t.domestic_use.sum() + t.imported_use.sum() + t.primary.sum()
    np.testing.assert_allclose(cost, output(t), rtol=1e-8)
    assert made.strain == (0.0, 0)
    assert (t.year, t.money, t.estimated_from) == (2024, MONEY, 2020)


def test_a_quantity_is_worth_its_price_and_both_errors() -> None:
    """500 t at 0.52 are 260; 3 % and 4 % of error are 5 %.

    Proves: physical outputs pin outputs. Breaks if: quantities are read as money, or errors are added up.
    """
    tonnes = Fact("output", "t", 0.03, "the office", ("works",), quantity=500.0, price=0.52, price_error=0.04)
    row = updated(old(), known(fact("gdp", 200.0, error=0.01), tonnes)).facts.iloc[1]
    assert (row["stated"], row["error"]) == pytest.approx((260.0, 13.0))
    assert abs(row["z"]) < 1.0


def test_overlapping_groups_that_clash_are_named() -> None:
    """Farm 40, works 160, all 260 ± 1 %: nothing can meet all three, and what is least sure gives most.

    Proves: the misses are told in their errors, the worst first, and the sum of squares says that something is wrong.
    Breaks if: contradictions are spread without a word.
    """
    made = updated(old(), known(
        fact("value added", 40.0, "farm", error=0.01), fact("value added", 160.0, "works", error=0.2),
        fact("value added", 260.0, error=0.01),
    ))  # fmt: skip
    assert made.contradictions["fact"].iloc[0] in {"value added", "value added of farm", "value added of works"}
    strain, unsure = made.strain
    assert strain > 2.0 * unsure
    misses = made.facts.set_index("fact")["miss"].abs()
    assert misses["value added of works"] > misses["value added of farm"]


def test_expenditure_that_is_too_small_is_a_discrepancy() -> None:
    """GDP 200; uses of 130, 30, 30 and 5, exports 90 and imports 110: 25 short.

    Proves: the gap is that of the facts as stated, whatever the accounts make of them. Breaks if: reached sums, which
    always agree, are compared.
    """
    made = updated(old(), known(
        fact("gdp", 200.0, error=0.01), fact("final use", 130.0, "household", error=0.05),
        fact("final use", 30.0, "state", error=0.05), fact("final use", 30.0, "capital", error=0.05),
        fact("final use", 5.0, "stocks", error=0.05), fact("exports", 90.0, error=0.05),
        fact("imports", 110.0, error=0.05),
    ))  # fmt: skip
    assert made.discrepancy == pytest.approx(130 + 30 + 30 + 5 + 90 - 110 - 200)


def test_money_in_another_scale_changes_nothing() -> None:
    """Proves: facts in thousands give the accounts of facts in millions. Breaks if: a unit is taken for a number."""
    small = facts_of(grown(), 0.02)
    thousands = tuple(replace(f, value=1000.0 * float(f.value or 0.0), unit="TST2024k") for f in small.facts)
    one, other = (updated(old(), c).table for c in (small, replace(small, facts=thousands)))
    np.testing.assert_allclose(cells(one), cells(other), rtol=1e-9, atol=1e-12)


def test_capital_is_carried_by_investment_less_wear() -> None:
    """700 of capital wearing 60 a year; 30 invested at first, 78 at twice the prices after four years, 39 as of old.

    Proves: K[k+1] = (1 − δ)·K[k] + I[k], then at the new prices; without prices capital over GDP stays.
    Breaks if: capital is estimated anew, or nominal investment is added up.
    """
    t = replace(old(), capital_stock=pd.Series([200.0, 500.0], ["farm", "works"]),
                fixed_capital_consumption=pd.Series([10.0, 50.0], ["farm", "works"]))  # fmt: skip
    facts = (fact("gdp", 300.0), fact("final use", 78.0, "capital"))
    stock, invested = 700.0, 30.0
    for k in range(4):
        stock = (1.0 - 60.0 / 700.0) * stock + invested * (39.0 / 30.0) ** (k / 4)
    assert _capital(updated(t, known(*facts, prices=2.0))) == pytest.approx(2.0 * stock)
    kept = updated(t, known(*facts))
    assert _capital(kept) == pytest.approx(700.0 * 300.0 / float(old().primary.to_numpy().sum()))


def test_the_past_goes_on_through_the_years_since() -> None:
    """GDP is 1.452 times as much at prices 1.2 times as high: 1.21 times in volume in four years; people 1.1 times.

    Ten years at 3 % before: (1.21·1.03⁶)^(1/10) − 1 of output, (1.21/1.1·1.02⁶)^(1/10) − 1 a head, people
    (1.1·1.01)^(1/5) − 1. Proves: the growth that a plan goes on with knows the years between. Breaks if: the past
    of the old year is taken for that of the new one, or prices for growth; without prices it stays.
    """
    past = NationalPast(2020, "the office", long_growth=0.03, per_head=0.02, population_growth=0.01)
    t = replace(old(), past=past)
    gdp = float(old().primary.to_numpy().sum())
    facts = (fact("gdp", 1.452 * gdp),)
    now = updated(t, known(*facts, prices=1.2, population=1.1)).table.past
    assert now is not None
    assert now.year == YEAR
    assert now.long_growth == pytest.approx((1.21 * 1.03**6) ** 0.1 - 1)
    assert now.per_head == pytest.approx((1.1 * 1.02**6) ** 0.1 - 1)
    assert now.population_growth == pytest.approx((1.1 * 1.01) ** 0.2 - 1)
    unsaid = updated(t, known(*facts, prices=1.2)).table.past
    assert unsaid is not None
    assert unsaid.population_growth == pytest.approx(0.01)
    assert updated(t, known(*facts)).table.past is past


def _capital(made: Updated) -> float:
    assert made.table.capital_stock is not None
    return float(made.table.capital_stock.sum())


FILE = """country = "TST"
year = 2024
money = "TST2024m"

[[facts]]
measure = "gdp"
value = 200
unit = "TST2024m"
error = 0.01
source = "the office"

[[facts]]
measure = "value added"
of = ["farn"]
value = 60
unit = "TST2024m"
error = 0.05
source = "the office"

[[facts]]
measure = "imports"
value = 60
unit = "USD2024m"
error = 0.05
year = 2023
source = "customs"
"""


def test_every_fault_is_told_with_its_row(tmp_path: Path) -> None:
    """Proves: a name that is not there, another currency and another year are told at once, with their lines.

    Breaks if: the first fault hides the others, or a line is lost between file and table.
    """
    path = tmp_path / "known.toml"
    path.write_text(FILE, "utf-8")
    with pytest.raises(GroundplanError) as refused:
        updated(old(), read_controls(path))
    told = {(part.where, part.what.split(";")[0]) for part in refused.value.parts}
    assert told == {
        ("known.toml, line 12", "no sector 'farn'"),
        ("known.toml, line 20", "imports is of 2023, and the other facts are of 2024"),
        ("known.toml, line 20", "imports is in USD2024m, and the file's money is TST2024m"),
    }
    assert all(part.fix for part in refused.value.parts)


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ((fact("imports", 60.0, error=0.05),), "no fact says how large the economy is"),
        ((fact("gdp", 200.0), fact("gdp", 210.0)), "surely 210 TST2024m and surely 200 TST2024m"),
        ((fact("gdp", 200.0, error=0.01), fact("value added", 70.0, "farm", unit="% of gdp", error=0.01),
          fact("value added", 50.0, "works", unit="% of gdp", error=0.01)), "more than gdp, 200"),
        ((fact("gdp", 200.0), fact("value added", 60.0, "Q")), "no sector of the accounts lies within 'Q'"),
    ],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(facts: tuple[Fact, ...], what: str) -> None:
    """Proves: too few facts, two sure ones of one thing, parts beyond their whole, a class without sectors are told.

    Breaks if: they reach the fit, which would name a number of steps.
    """
    with pytest.raises(StudyError, match=what):
        updated(old(), known(*facts))


def test_figures_without_a_meaning_are_refused() -> None:
    """Proves: a fact without a figure, without a price, or in a unit of nothing is told by its record."""
    for one, what in (
        (Fact("gdp", MONEY, 0.0, "x"), "it has no figure"),
        (Fact("output", "t", 0.0, "x", ("works",), quantity=5.0), "have no price"),
        (fact("gdp", 5.0, unit="apples"), "neither money nor a share"),
        (fact("gdp", 5.0, "farm"), "of the whole economy"),
        (fact("value added", 101.0, "farm", unit="% of gdp"), "a share of 101 per cent"),
    ):
        assert what in one.faults()[0].what
    with pytest.raises(UnknownName, match="gpd"):
        fact("gpd", 5.0).checked()


def test_it_is_an_estimate_wherever_it_is_opened(tmp_path: Path) -> None:
    """The command writes a workbook; opened again it says on its first screen that nobody observed it.

    Proves: title, sources and first screen mark it, figures are those of the update, and two updates name the year
    that was observed. Breaks if: the mark is lost in the workbook, or stands in one page only.
    """
    write_template(tmp_path / "own.xlsx", filled(old()), as_csv=False)
    (tmp_path / "known.toml").write_text(FILE.split('\n\n[[facts]]\nmeasure = "value added"')[0] + "\n", "utf-8")
    words = ("update", "own.xlsx", "--to", "2024", "--controls", "known.toml", "--write", "new.xlsx")
    done = said(*words, cwd=tmp_path)
    assert (done.code, done.err.count("fix:")) == (0, 0), done.err
    assert done.out.startswith("Testland 2024: an estimate made from the accounts of 2020")
    page = text_page(see(tmp_path / "new.xlsx", draws=0))
    assert "accounts of 2024 (an estimate)" in page.splitlines()[0]
    assert "were not observed" in " ".join(page.split())
    again = update(tmp_path / "new.xlsx", controls=replace(known(fact("gdp", 250.0)), year=2026, money="TST2026m",
                   facts=(fact("gdp", 250.0, unit="TST2026m"),)))  # fmt: skip
    assert again.provenance["gdp"] == pytest.approx(250.0)
    (value,) = (a["value"] for a in again.provenance["assumptions"] if a["name"].startswith("accounts estimated"))
    assert value == "an estimate of 2026, made from the accounts of 2020"
    (value,) = (a["value"] for a in again.provenance["assumptions"] if a["name"].startswith("how estimated"))
    assert value.startswith("made from the accounts of 2020 and 2 facts; ")
    assert "not observed" in again.provenance["citations"][0]


def test_accounts_without_a_table_are_refused() -> None:
    """Proves: an economy that was handed over is refused in words, and facts of another year than is asked for."""
    with pytest.raises(StudyError, match="handed over in Python"):
        update(Economy.from_table(old()), controls=known(fact("gdp", 200.0)))
    with pytest.raises(StudyError, match="accounts of 2023 are asked for"):
        update("KEN", to=2023, controls=known(fact("gdp", 200.0)))


def test_the_file_of_the_manual_is_one() -> None:
    """Proves: the facts that the manual shows are read, and their groups are there in Kenya's accounts."""
    page = (ROOT / "docs" / "howto" / "update.md").read_text("utf-8")
    (text,) = (b.body for b in fenced(page) if "[[facts]]" in b.body)
    controls = parse(text, "known.toml").record(Controls)
    lines = SheetLines(catalogue.load("KEN", 2019))
    assert control_faults(lines, controls) == []
    assert len(lines.places(controls.facts[1])) == 18, "crops, livestock, forestry and fishing"


def test_draws_of_an_update_are_balanced_and_as_wide_as_its_errors() -> None:
    """Proves: each draw is accounts near the facts; without errors of facts and of age draws would be one table.

    Breaks if: only facts are drawn, or cells are drawn and not brought to the facts.
    """
    facts = known(fact("gdp", 200.0, error=0.01), fact("value added", 40.0, "farm", unit="% of gdp", error=0.02))
    t = updated(old(), facts, draws=30).table
    assert t.draws is not None
    for cells in t.draws.cells:
        np.testing.assert_allclose(cells[:2].sum(axis=1), cells[:, :2].sum(axis=0), rtol=1e-6)
    gdp = t.draws.cells[:, 4:, :].sum(axis=(1, 2))
    assert 0.002 < float(np.std(gdp) / 200.0) < 0.02
    assert float(np.std(t.draws.cells[:, 0, 1]) / t.draws.cells[:, 0, 1].mean()) > 0.02
    again = updated(old(), facts, draws=5).table
    assert again.draws is not None
    np.testing.assert_array_equal(again.draws.cells, t.draws.cells[:5])
    assert updated(old(), facts).table.draws is None


def test_keys_of_an_estimate_are_refused_in_an_update() -> None:
    """Proves: what says nothing here is not passed over. Breaks if: a stated capital is silently left out."""
    with pytest.raises(StudyError, match="capital is a key of groundplan estimate and says nothing here"):
        updated(old(), known(fact("gdp", 200.0), capital=3.0))
