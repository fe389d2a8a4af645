"""Accounts of a country that has none, from two-sector donors: what is found, what is drawn, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import said
from economies import small_table

from groundplan import Controls, Fact, Policy, estimate, plan, see
from groundplan.batches.compute import Runner
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.donors.common_accounts import donors_of
from groundplan.economy.estimating.donors.donor_weights import donor_weights
from groundplan.economy.estimating.donors.estimated_accounts import Estimated, estimated
from groundplan.economy.estimating.donors.mixed_structures import GOODS_AT_HOME, SERVICES_AT_HOME, Mixture
from groundplan.economy.estimating.donors.next_facts import next_facts, sums_of
from groundplan.economy.estimating.draws_of_accounts import table_of_draw
from groundplan.economy.opening import open_accounts
from groundplan.errors import GroundplanError, StudyError
from groundplan.results.economy_pages.ranged_views import (
    FIGURES,
    WORDS,
    Remarks,
    holds_sentence,
    ranges_of,
    with_ranges,
)
from groundplan.results.text_page import text_page
from groundplan.results.view import BRIEF, Bullets, Grid, Prose, View
from groundplan.results.view_list import views
from groundplan.results.words import Between
from groundplan.study.asking import study_of
from groundplan.study.ranged_outcomes import economy_of_draw
from groundplan.tables import catalogue
from groundplan.tables.common_sectors import own_list, ready_list
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template
from groundplan.verbs.place import with_programme

# Farming and mines; all else. Every division of ISIC Rev. 4 is in one of them.
TWENTY_SIX = '["26"]'
TWO = ("A-B", "C-U")
FACTS = """
country = "TST"
country_name = "Testland"
year = 2024
money = "TST2024m"

[[facts]]
measure = "gdp"
value = 500.0
unit = "TST2024m"
error = 0.02
source = "the office"
"""


def with_sectors(words: str) -> str:
    return FACTS.replace("year = 2024\n", f"year = 2024\nsectors = {words}\n")


def with_trade(measure: str, chapters: str) -> str:
    more = 'value = 9.0\nunit = "TST2024m"\nerror = 0.1\nsource = "customs"\n'
    return f'{with_sectors(TWENTY_SIX)}\n[[facts]]\nmeasure = "{measure}"\nof = ["{chapters}"]\n{more}'


def lender(country: str, **changes: object) -> Table:
    """The small table under another name, its two sectors covering everything."""
    t = small_table(TWO)
    return replace(t, country=country, country_name=country, classes={c: c for c in TWO}, **changes)  # type: ignore[arg-type]


def other(country: str = "OTH") -> Table:
    """A lender whose works buy twice as much from the farm and export so much less: costs still are output."""
    t = lender(country)
    use, sold, wages = t.domestic_use.copy(), t.exports.copy(), t.primary.copy()
    use.loc["A-B", "C-U"] += 10.0
    sold["A-B"] -= 10.0
    wages.loc[wages.index[0], "C-U"] -= 10.0
    return replace(t, domestic_use=use, exports=sold, primary=wages)


def fact(measure: str, value: float, *of: str, unit: str = "TST2024m", error: float = 0.02) -> Fact:
    return Fact(measure, unit, error, "the office", of, value)


def known(*facts: Fact, **more: object) -> Controls:
    return Controls("TST", 2024, "TST2024m", facts, sectors=TWO, **more)  # type: ignore[arg-type]


def made(*facts: Fact, lending: list[Table] | None = None, draws: int = 0, **more: object) -> Estimated:
    return estimated(known(*facts), lending or [lender("AAA"), lender("BBB")], draws=draws, **more)  # type: ignore[arg-type]


def sheet(t: Table) -> np.ndarray:
    return SheetLines(t).cells(t).to_numpy()


def test_donors_of_one_structure_lend_it_at_the_size_of_the_facts() -> None:
    """Proves: where all donors agree, and only GDP is known, the accounts are theirs at that size, but for what
    households import, which proportional donors cannot say. Breaks if: weights, sizes or coefficients mix wrongly.
    """
    result = made(fact("gdp", 1550.0, error=0.0))
    t = small_table(TWO)
    gdp = float(t.primary.sum().sum() + t.final_taxes.sum())
    both = [x.domestic_use.to_numpy() + x.imported_use.to_numpy() for x in (result.table, t)]
    np.testing.assert_allclose(both[0], both[1] * 1550.0 / gdp, rtol=0.06)
    cells = sheet(result.table)
    np.testing.assert_allclose(cells[:2].sum(axis=1), cells[:, :2].sum(axis=0), rtol=1e-6)
    assert float(cells[4:].sum()) == pytest.approx(1550.0, rel=1e-6)


def test_households_import_less_than_makers_do() -> None:
    """Proves: odds of imports of households are those of the donors times e^-0.3 for goods and e^-0.9 for services.

    By hand: goods of which 20 are bought at home and 3 abroad have odds 0.15, then 0.15 · e^-0.3 = 0.111.
    Breaks if: the shift has another sign, or falls on makers.
    """
    (own,) = donors_of([lender("AAA")], own_list(TWO))
    mean = Mixture([own], np.array([1.0]), np.array([1])).cells
    uses = own.cells[:2, 2], own.cells[2:4, 2]
    odds = np.exp(np.array([GOODS_AT_HOME, SERVICES_AT_HOME])) * uses[1] / uses[0]
    np.testing.assert_allclose(mean[2:4, 2] / mean[:2, 2], odds, rtol=1e-9)
    np.testing.assert_allclose(mean[:4, :2], own.cells[:4, :2], rtol=1e-9)


def test_a_donor_without_a_sector_says_nothing_of_its_coefficients() -> None:
    """Proves: the mean of coefficients is over donors that have the sector. Breaks if: a bare column counts."""
    pair = donors_of([lender("AAA"), other()], own_list(TWO))
    bare = pair[1].cells.copy()
    bare[:, 0] = 0.0
    bare[0, :] = 0.0
    bare[2, :] = 0.0
    half = np.array([0.5, 0.5])
    mean = Mixture([pair[0], replace(pair[1], cells=bare)], half, np.array([1])).cells
    full = pair[0].cells
    np.testing.assert_allclose(mean[:4, 0] / mean[:2].sum(axis=1)[0], full[:4, 0] / full[:2].sum(axis=1)[0], atol=0.03)


def test_weights_fall_with_distance_and_never_rest_on_fewer_than_four() -> None:
    """Proves: w ∝ exp(−d²/2) spread by six per cent; an outlier's neighbour does not get all of it.

    By hand: of distances² 0 and 2, e^-1 = 0.368: weights 0.731 and 0.269, then 0.94 w + 0.01 of six.
    """
    even = donor_weights([0.0] * 5 + [2.0])
    assert even[0] == pytest.approx(0.94 / (5 + np.exp(-1.0)) + 0.01)
    far = donor_weights([0.0] + [100.0] * 7)
    assert 1.0 / float((far**2).sum()) >= 3.9
    assert far[0] == far.max()
    assert far.sum() == pytest.approx(1.0)


def test_a_wide_sector_is_parted_as_elsewhere_and_its_parts_add_up() -> None:
    """Kenya has chemicals and fuels in one. Proves: its parts come to the whole in every line, and stay balanced.

    Breaks if: rows are parted by the shares of columns, or balancing moves what has no part in it.
    """
    kenya, belgium = catalogue.load("KEN", 2019), catalogue.load("BEL", 2019)
    sectors = ready_list(26)
    parted = donors_of([kenya], sectors, [belgium])[0]
    wide = donors_of([kenya], own_list([*(c for c in sectors.codes if c not in ("C19", "C20-C22")), "C19-C22"]))[0]
    assert parted.parted == ("C19", "C20-C22")
    at, n = [sectors.codes.index(c) for c in parted.parted], len(sectors.codes)
    last = n - 2
    assert parted.output[at].sum() == pytest.approx(wide.output[last], rel=1e-6)
    assert parted.added[at].sum() == pytest.approx(wide.added[last], rel=1e-6)
    np.testing.assert_allclose(parted.cells[at].sum(axis=0)[n:], wide.cells[last, n - 1 :], rtol=1e-6, atol=1e-12)
    costs = parted.cells[:, :n].sum(axis=0)
    np.testing.assert_allclose(parted.output[at], costs[at], rtol=0.01)
    others = [k for k in range(n) if k not in at]
    np.testing.assert_allclose(parted.cells[np.ix_(others, others)], wide.cells[: n - 2, : n - 2], atol=1e-12)


def test_draws_are_balanced_near_the_facts_and_the_same_again() -> None:
    """Proves: each draw is accounts; a member depends on the seed and its number alone; capital is I/(g + δ).

    Breaks if: draws are of the donors alone, draw k depends on how many are asked for, or capital is not redrawn.
    """
    facts = (fact("gdp", 500.0), fact("value added", 40.0, "A-B", unit="% of gdp"))
    lending = [lender("AAA"), other("BBB"), lender("CCC")]
    some, more = (made(*facts, lending=lending, draws=n, seed=5).table for n in (6, 12))
    assert some.draws is not None
    assert more.draws is not None
    np.testing.assert_array_equal(more.draws.cells[:6], some.draws.cells)
    assert not np.allclose(made(*facts, lending=lending, draws=6, seed=6).table.draws.cells, some.draws.cells)  # type: ignore[union-attr]
    for k, cells in enumerate(more.draws.cells):
        np.testing.assert_allclose(cells[:2].sum(axis=1), cells[:, :2].sum(axis=0), rtol=1e-6)
        gdp = float(cells[4:].sum())
        assert gdp == pytest.approx(500.0, rel=0.15)
        one = table_of_draw(more, k)
        assert float(one.capital_stock.sum()) == pytest.approx(more.draws.capital[k])  # type: ignore[union-attr]
        np.testing.assert_allclose(sheet(one), cells)
    assert len({round(float(c), 6) for c in more.draws.capital}) == 12


def test_stated_capital_is_taken_and_drawn_with_its_error() -> None:
    """Proves: capital is the stated ratio of GDP, and its draws spread as its error says.

    Breaks if: the ratio is of investment, or the error is left out.
    """
    result = estimated(known(fact("gdp", 500.0), capital=3.0, capital_error=0.1), [lender("AAA"), other()], draws=60)
    t = result.table
    assert float(t.capital_stock.sum()) == pytest.approx(3.0 * float(sheet(t)[4:].sum()), rel=1e-6)  # type: ignore[union-attr]
    assert t.draws is not None
    ratios = t.draws.capital / t.draws.cells[:, 4:].sum(axis=(1, 2))
    assert float(np.std(np.log(ratios))) == pytest.approx(0.1, rel=0.35)


def test_sums_are_what_they_are_by_hand_and_a_fact_narrows_what_hangs_on_it() -> None:
    """Proves: imports over GDP of the sheet; what is imported of the farm's goods narrows the import content.

    Breaks if: the import content leaves out what households buy directly, or a stated fact is asked for again.
    """
    result = made(fact("gdp", 500.0), fact("imports", 100.0, "C-U"), lending=[lender("AAA"), other("BBB")], draws=40)
    cells = sheet(result.table)
    sums = sums_of(result).set_index("what")
    assert sums.loc["imports over GDP", "value"] == pytest.approx(cells[2:4].sum() / cells[4:].sum())
    assert (sums["low"] <= sums["high"]).all()
    asked = next_facts(result, known(fact("gdp", 500.0), fact("imports", 100.0, "C-U")))
    assert not ((asked["measure"] == "imports") & (asked["sector"] == "C-U")).any()
    assert asked["narrows"].between(0.0, 1.0).all()
    assert asked.groupby("of")["narrows"].max().max() > 0.2


def test_draws_go_with_the_accounts_and_whoever_changes_these_has_none(tmp_path: Path) -> None:
    """Proves: a workbook and a folder keep the draws; accounts that were changed by hand are refused with them.

    Breaks if: draws are written of other accounts, or changed figures keep ranges that are not theirs.
    """
    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=5).table
    assert t.draws is not None
    for name in ("accounts.xlsx", "accounts"):
        path = write_template(tmp_path / name, filled(t), as_csv=not name.endswith("xlsx"), made_from="TST 2024")
        e = open_accounts(path)
        assert e.is_estimate
        assert e.estimate is not None
        assert e.estimate.draws is not None
        np.testing.assert_allclose(e.estimate.draws.cells, t.draws.cells, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(e.estimate.draws.capital, t.draws.capital)
    sheet_file = tmp_path / "accounts" / "domestic_use.csv"
    lines = sheet_file.read_text("utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[1] = str(float(cells[1]) * 1.01)
    sheet_file.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), "utf-8-sig")
    with pytest.raises(GroundplanError, match="changed since their draws were made"):
        open_accounts(tmp_path / "accounts")


def test_a_study_of_one_s_own_asks_with_ranges_and_refuses_single_figures(tmp_path: Path) -> None:
    """Proves: the command writes accounts of which `see` tells ranges, worded and in cells; without draws none.

    Breaks if: figures of one draw stand alone, or ranges are told of accounts that have no draws.
    """
    (tmp_path / "facts.toml").write_text(FACTS, "utf-8")
    files = [write_template(tmp_path / f"{t.country}.xlsx", filled(t)) for t in (lender("AAA"), other("BBB"))]
    command = [
        "estimate",
        str(tmp_path / "facts.toml"),
        "--sectors",
        *TWO,
        "--donors",
        *map(str, files),
        "--draws",
        "8",
    ]
    page = said(*command, "--write", str(tmp_path / "tst.xlsx"), cwd=tmp_path).out
    assert "Testland 2024: an estimate without accounts of its own" in page
    assert "Ranges hold nine of ten of 8 draws" in page
    outcome = see(tmp_path / "tst.xlsx", ranges=8)
    assert outcome.provenance["ranges"] == {"draws": 8, "lost": 0}
    assert len(outcome.table(FIGURES)) > 5
    text = text_page(outcome)
    assert "–" in text.split("Of every 100")[1].split("imports")[0]
    assert "How sure the figures are" in text
    alone = see(tmp_path / "tst.xlsx", ranges=0)
    assert FIGURES not in alone.tables


def test_ranges_are_text_in_a_workbook_and_nothing_is_computed_from_them() -> None:
    """Proves: a total beside ranges is no formula, which would come to 0. Breaks if: ranges count as numbers."""
    from groundplan.results.framed import framed
    from groundplan.results.workbook.live_cells import live_cells

    def table(first: float) -> pd.DataFrame:
        columns = [("home", "t", [first, 2.0]), ("abroad", "t", [3.0, 4.0]), ("total", "t", [4.0, 6.0])]
        return framed(pd.Index(["steel", "bread"], name="product"), columns)

    assert len(live_cells(table(1.0))) == 2
    assert live_cells(table(Between(1.0, 0.5, 1.5))) == {}


def view(words: str, cells: list[float]) -> View:
    from groundplan.results.framed import framed

    frame = framed(pd.Index(["steel", "bread"][: len(cells)], name="product"), [("amount", "t", cells)])
    return View("brief", "All", BRIEF, (Prose(words), Grid("Amounts", frame)))


def test_a_figure_stands_alone_only_where_the_draws_round_to_it() -> None:
    """By hand: of draws 1.0, 1.1 ... 2.9 nine of ten lie between 1.1 and 2.8; of draws that all write 5.0 it is 5.0.

    Proves: ranges of sentences and cells, the share of draws that say a sentence, and cells that most do not have.
    Breaks if: quantiles are of another band, or a sentence that others say keeps its figure.
    """
    spread = np.arange(1.0, 3.0, 0.1)
    draws = [
        Remarks(
            {"brief": [f"Growth is {x:.1f} per cent." if k < 15 else "There is none."]},
            {"brief\tAmounts\tsteel\tamount": float(x), **({"brief\tAmounts\tbread\tamount": 5.0} if k < 5 else {})},
        )
        for k, x in enumerate(spread)
    ]
    tables = ranges_of([view("Growth is 1.9 per cent.", [1.9, 5.0])], draws)
    row = tables[FIGURES].set_index("row")
    assert (row.loc["steel", "low"], row.loc["steel", "high"]) == pytest.approx((1.095, 2.805))
    assert row.loc["bread", "there"] == 0.25
    word = tables[WORDS].iloc[0]
    assert word["holds"] == 0.75
    assert word["ranged"] == "Growth is 1.1–2.3 per cent."
    exact = [Remarks({"brief": [f"It comes back to {n}e-12."]}, {}) for n in (1, 2, 4)]
    assert ranges_of([view("It comes back to 2e-12.", [])], exact)[WORDS].iloc[0]["ranged"] == "It comes back to 2e-12."
    twice = [Remarks({"brief": [f"It is {a:.1f} t.", f"It is {b:.1f} t."]}, {}) for a, b in ((1, 7), (2, 8), (3, 9))]
    ranged = ranges_of([view("It is 2.0 t. It is 8.0 t.", [])], twice)[WORDS]["ranged"].tolist()
    assert ranged == ["It is 1.1–2.9 t.", "It is 7.1–8.9 t."]
    assert holds_sentence(0.75, 20) == "So in 15 of 20 draws of the accounts."
    same = [Remarks({"brief": ["Growth is 1.9 per cent."]}, {"brief\tAmounts\tsteel\tamount": 1.9})] * 20
    assert ranges_of([view("Growth is 1.9 per cent.", [1.9, 5.0])], same)[WORDS].empty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FACTS.replace('"gdp"', '"output"') + 'of = ["A-B"]\n', "no fact says how large the economy is"),
        (FACTS.replace('"gdp"', '"output"') + 'of = ["A-B"]\n', "misses multipliers by 12%"),
        (FACTS.replace('unit = "TST2024m"', 'unit = "t"'), "neither money nor a share"),
        (FACTS + 'year = 2023\n', "is of 2023, and the other facts are of 2024"),
        (FACTS.replace('unit = "TST2024m"', 'unit = "TST2023m"'), "is in TST2023m, and the file's money is TST2024m"),
        (with_sectors('["A-B", "B-U"]'), "divisions 05, 06, 07, 08, 09 are in two"),
        (with_sectors('["13"]'), "there is no ready list of 13 sectors"),
        (FACTS.replace("year = 2024\n", "year = 2024\nprices = 1.2\n"), "prices is a key of groundplan update"),
        (with_trade("imports", "HS27"), "HS27 is only a part of what the sectors hold"),
        (with_trade("imports", "HS2709"), "HS2709 is no chapter of the Harmonized System"),
        (with_trade("output", "HS25-27"), "HS25-27 is a chapter of trade, and this is output"),
    ],
)  # fmt: skip
def test_bad_facts_are_refused_with_their_place(text: str, words: str, tmp_path: Path) -> None:
    """Proves: each fault is told where it stands and no number comes of it. Breaks if: a fault is taken for a fact."""
    (tmp_path / "facts.toml").write_text(text, "utf-8")
    with pytest.raises(GroundplanError) as caught:
        estimate(tmp_path / "facts.toml")
    assert words in str(caught.value)
    assert "fix:" in str(caught.value)


def test_what_is_no_donor_is_refused() -> None:
    """Proves: one donor, the country itself, a donor twice, strange weights: refused, all at once where they can be."""
    with pytest.raises(StudyError, match="1 donors"):
        made(fact("gdp", 500.0), lending=[lender("AAA")])
    with pytest.raises(StudyError, match="has accounts of its own among the donors"):
        made(fact("gdp", 500.0), lending=[lender("AAA"), lender("TST")])
    with pytest.raises(StudyError, match="AAA lend twice"):
        made(fact("gdp", 500.0), lending=[lender("AAA"), lender("AAA")])
    with pytest.raises(GroundplanError) as caught:
        made(fact("gdp", 500.0), weights={"XXX": 1.0, "AAA": -1.0})
    assert "donor 'XXX'" in str(caught.value)
    assert "the weight of AAA is -1.0" in str(caught.value)
    stated = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], weights={"AAA": 3.0, "BBB": 1.0})
    assert stated.donors["weight"].tolist() == [0.75, 0.25]


def test_workers_draw_the_same() -> None:
    """Proves: draws of two processes are those of one. Breaks if: a draw depends on who computes it."""
    facts, lending = (fact("gdp", 500.0),), [lender("AAA"), other("BBB")]
    one, two = (made(*facts, lending=lending, draws=10, runner=Runner(n)).table.draws for n in (1, 2))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.cells, two.cells)


def test_pages_have_ranges_once(tmp_path: Path) -> None:
    """Proves: the first page and the views of a ranged outcome say the same, and say in how many draws once; what fewer
    than half of the draws say or have is left out, and how many sentences were is said.

    Breaks if: a sentence that hardly any draw says stands on a page with blanks in the place of its figures.
    """
    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=6).table
    path = write_template(tmp_path / "accounts.xlsx", filled(t), made_from="TST 2024")
    outcome = see(path, ranges=6)
    first = views(outcome)[0].says
    assert all(line.count("draws of the accounts") <= line.count(". ") + 1 for line in first)
    assert not any("So in 6 of 6" in line for line in first)
    shaped = ["Growth is 1.9 per cent; bread weighs most.", "Steel is first."]
    draws = [
        Remarks(
            {"brief": ["Growth is 1.9 per cent;", *(["bread weighs most.", "Steel is first."] if k < 2 else [])]}, {}
        )
        for k in range(6)
    ]
    page = View("brief", "In short", BRIEF, (Bullets(tuple(shaped)),))
    rare = replace(outcome, tables={**outcome.tables, **ranges_of([page], draws)})
    assert with_ranges((page,), rare)[0].says == ["Growth is 1.9 per cent."]
    whole, half = "brief\tAmounts\tsteel\tamount", "brief\tAmounts\tbread\tamount"
    draws = [Remarks({}, {whole: 1.0 + k, **({half: 5.0} if k < 2 else {})}) for k in range(6)]
    page = view("", [1.0, 5.0])
    parts = with_ranges((page,), replace(outcome, tables=ranges_of([page], draws)))[0].parts
    assert [list(p.frame.index) for p in parts if isinstance(p, Grid)] == [["steel"]]
    left = "2 sentences are left out: fewer than half of the draws say them."
    assert left in next(v for v in views(rare) if v.name == "ranges").says


def test_a_plan_s_range_is_that_of_the_plans_of_its_draws(tmp_path: Path) -> None:
    """Proves: the range of the last living standard is what plans of each draw, made one by one, come to.

    Breaks if: draws are planned with the capital of the accounts, or ranges are of other figures than those shown.
    """
    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=4).table
    path = write_template(tmp_path / "accounts.xlsx", filled(t), made_from="TST 2024")
    asked = {"years": 2, "tail_years": 0}
    outcome = plan(path, ranges=4, workers=2, **asked)
    e = open_accounts(path)
    each = [plan(economy_of_draw(e, k), **asked).indicator("living standard").iloc[-1] for k in range(4)]
    rows = outcome.table(FIGURES)
    row = rows[(rows["row"] == "2026") & (rows["column"] == "living standard")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(each, (0.05, 0.95))))
    with pytest.raises(StudyError, match="of the ranges of estimated accounts"):
        plan("KEN", years=1, workers=2)


def test_a_round_of_a_programme_is_planned_once(tmp_path: Path) -> None:
    """Proves: the plan of a programme on estimated accounts has no ranges of its own, though the verb's outcome has.

    Breaks if: every round of ``place --in-plan`` plans all draws too, which takes many times as long for nothing.
    """
    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=3).table
    path = write_template(tmp_path / "accounts.xlsx", filled(t), made_from="TST 2024")
    short = Policy.of(years=2, tail_years=0)
    done = with_programme(open_accounts(path), [1.0, 1.0], years=2, policy=short)
    assert "ranges" not in done.provenance
    assert "ranges" in plan(path, ranges=3, years=2, tail_years=0).provenance


def test_draws_are_asked_with_the_study_s_own_figures(tmp_path: Path) -> None:
    """Proves: what a study changes of the accounts is changed in every draw: the range holds what the study says.

    Breaks if: draws are asked without the study, with the capital of the file.
    """
    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=3).table
    path = write_template(tmp_path / "accounts.xlsx", filled(t), made_from="TST 2024")
    asked = {"years": 1, "tail_years": 0}
    study = study_of(path, choices={"depreciation": 0.2})
    outcome = plan(study, ranges=3, **asked)
    e = open_accounts(path)
    each = [plan(study.on(economy_of_draw(e, k)), **asked).indicator("investment").iloc[-1] for k in range(3)]
    rows = outcome.table(FIGURES)
    row = rows[(rows["row"] == "2025") & (rows["column"] == "investment")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(each, (0.05, 0.95))))


def test_where_no_draw_has_an_answer_no_figure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: figures of accounts none of whose draws has an answer are refused. Breaks if: they then stand alone."""

    def refusing(*_: object, **__: object) -> None:
        raise StudyError("cannot hold", fix="ask for less")

    t = made(fact("gdp", 500.0), lending=[lender("AAA"), other("BBB")], draws=3).table
    path = write_template(tmp_path / "accounts.xlsx", filled(t), made_from="TST 2024")
    monkeypatch.setattr("groundplan.study.ranged_outcomes.imported", lambda _: refusing)
    with pytest.raises(StudyError, match="none of 3 draws of the accounts has an answer"):
        see(path, ranges=3)
