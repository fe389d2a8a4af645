"""What is doubted in accounts, and what a check of them can see: each by hand."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import small, small_table

from groundplan.economy.audit import audit, doubts_of
from groundplan.economy.economy import GAP_ACCEPTED, Economy
from groundplan.economy.table_checks import CAP, allowed_gap, check_balance, rounding_error
from groundplan.errors import BalanceError, Faults
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.tables.table import Table
from groundplan.verbs.see import see
from groundplan.verbs.stress import stress

CODES = ["farm", "works"]


def two(rounding: float = 1.0) -> Table:
    """Farm's output is 100 and works' 200; every cell of home and imported use has a figure."""
    return replace(small_table(), rounding=rounding)


def paying(t: Table, row: str, amount: float, sector: str = "farm") -> Table:
    """The same with ``amount`` more of an income in one column."""
    primary = t.primary.copy()
    primary.loc[row, sector] += amount
    return replace(t, primary=primary)


def test_rounding_grows_as_the_root_of_the_cells() -> None:
    """Farm: row of 2 + 3 + 1 cells, column of 2 + 2 and its incomes; works: a row of 2 + 5 + 1. A unit of rounding.

    Proves: ½ + √n for n cells of row and column that have a figure, times the last digit; never more than a tenth.
    Breaks if: the allowance grows with the cells, or empty cells count.
    """
    t = two()
    incomes = (t.primary != 0).sum()
    expected = [0.5 + np.sqrt(6 + 4 + incomes["farm"]), 0.5 + np.sqrt(8 + 4 + incomes["works"])]
    assert rounding_error(t).tolist() == pytest.approx(expected)
    assert allowed_gap(two(rounding=100.0), 0.0).tolist() == pytest.approx([CAP * 100, CAP * 200])
    assert allowed_gap(two(rounding=0.0), 1e-3).tolist() == pytest.approx([0.1, 0.2])


def test_a_gap_beyond_rounding_is_refused_and_the_largest_comes_first() -> None:
    """Incomes of farm 12 too many and of works 30: refused however coarse the digits; 30 stands before 12.

    Proves: the cap, and the order of what is wrong. Breaks if: a coarse last digit swallows a gap of a tenth and more.
    """
    row = str(two().primary.index[0])
    wrong = paying(paying(two(rounding=1000.0), row, 12.0), row, 30.0, "works")
    with pytest.raises(Faults) as refused:
        Economy.from_table(wrong)
    text = str(refused.value)
    assert text.index("column 'works'") < text.index("column 'farm'")
    assert "-30" in text
    with pytest.raises(BalanceError, match="gap -12"):
        Economy.from_table(paying(two(), row, 12.0))
    assert Economy.from_table(paying(two(), row, 3.0)).sectors == ("farm", "works")


def test_what_the_sums_of_the_computer_leave_is_no_gap() -> None:
    """A sector whose sales are +1 and −1 − 1e-15 has an output of −1e-15 and no costs, in accounts of 300.

    Proves: neither a gap nor a negative output, though it is all of the sector's output; 1e-9 is both.
    Breaks if: the bound is a share of the sector alone.
    """
    t, rows = two(rounding=0.0), [*CODES, "none"]
    wide = {"domestic_use": (rows, rows), "imported_use": (rows, rows), "primary": (t.primary.index, rows)}
    wide |= {part: (rows, getattr(t, part).columns) for part in ("domestic_final", "imported_final")}
    cells = {part: getattr(t, part).reindex(index=i, columns=c, fill_value=0.0) for part, (i, c) in wide.items()}
    cells["domestic_final"].iloc[2, 0] = 1.0
    ends = {part: getattr(t, part).reindex(rows, fill_value=0.0) for part in ("exports", "reexports")}
    labels = t.labels.reindex(rows, fill_value="None")
    for left, refused in ((1e-15, False), (1e-9, True)):
        ends["exports"] = ends["exports"].copy()
        ends["exports"]["none"] = -1.0 - left
        grown = replace(t, **cells, **ends, labels=labels)
        with pytest.raises(Faults, match="negative output") if refused else nullcontext():
            check_balance(grown, 0.0)


def test_sectors_that_the_digits_hide_are_named() -> None:
    """A rounding of 0.2: 0.2·(½ + √n) is about 0.8, under a hundredth of works' 200 and over that of farm's 50.

    Proves: which sectors no check can see, by name. Breaks if: the hundredth is of another sector's output.
    """
    fine = Economy.from_table(two(rounding=0.2))
    n = np.array([rounding_error(two(rounding=0.2))[c] for c in CODES])
    hidden = [c for c, r, x in zip(CODES, n, (100.0, 200.0), strict=True) if r > 0.01 * x]
    assert audit(fine).unchecked == tuple(hidden)
    coarse = audit(Economy.from_table(two(rounding=1.0)))
    assert coarse.unchecked == ("works", "farm")
    assert "would not be seen in 2 of 2 sectors" in coarse.lines()[0]


def test_what_contradicts_itself_is_told() -> None:
    """Imports used of −4, taxes of 500 on a use that spends 92, and a published GDP a thousand times ours.

    Proves: each doubt with its place and its figure; healthy accounts have none.
    Breaks if: a sign, a share or the unit is not looked at.
    """
    e = small()
    assert doubts_of(e, audit(e).controls) == []
    below = e.replacing(imported_use=e.imported_use.where(e.imported_use != 15.0, -4.0))
    assert [d for d in doubts_of(below, pd.DataFrame()) if d.startswith("below nothing")] == [
        f"below nothing: imports used at 1 place, most of all sector farm by sector works (-4 {e.money})"
    ]
    uses = [str(u) for u in e.final_taxes["use"].values]
    taxed = e.replacing(final_taxes=e.final_taxes.where(e.final_taxes["use"] != uses[0], 500.0))
    assert any(d.startswith("out of scale: taxes on") and "500" in d for d in doubts_of(taxed, pd.DataFrame()))
    slight = e.replacing(final_taxes=0.0 * e.final_taxes + 1e-6)
    assert any("all final uses" in d for d in doubts_of(slight, pd.DataFrame()))
    far = e.replacing(controls={"GDP at market prices": 1000.0 * e.gdp})
    (contradiction,) = [d for d in audit(far).lines() if d.startswith("contradicted")]
    assert "is it in another unit?" in contradiction


def test_a_stated_tolerance_stands_on_every_page() -> None:
    """A gap of 12 of 100 is opened with a tolerance of 0.2.

    Proves: what was accepted is told by see and stress, on the terminal and in the report.
    Breaks if: a tolerance passes without a word.
    """
    row = str(two().primary.index[0])
    e = Economy.from_table(paying(two(), row, 12.0), tolerance=0.2)
    words = "up to 0.2 of a sector's output"
    assert any(a.name == GAP_ACCEPTED and a.value == words for a in e.assumptions)
    seen, hit = see(e, draws=0), stress(e, "closed border", no_plan=True)
    for page in (text_page(seen), report(seen), text_page(hit), report(hit)):
        assert GAP_ACCEPTED in " ".join(page.split())
