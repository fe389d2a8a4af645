"""Cells of tables whose rows have units of their own: numbers on every face, written as their row asks."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import pandas as pd
import pytest

from groundplan import Outcome
from groundplan.results.framed import cell_texts, framed
from groundplan.results.html.notebook import view_html
from groundplan.results.mixed_units import amount
from groundplan.results.saved_pages.diff_views import changes_table
from groundplan.results.terminal import text_table
from groundplan.results.view import BODY, Grid, View
from groundplan.results.view_json import view_record
from groundplan.results.words import Amount, places_by_unit, rounded, significant
from groundplan.results.workbook.workbook_file import workbook_of

CELLS = [Amount(1234.5, 1), Amount(-0.25, 2, signed=True), Amount(math.nan, 1), Amount(3.0, unit='dry "days"')]
TEXTS = ["1,234.5", "−0.25", "–", '3 dry "days"']


def table() -> pd.DataFrame:
    columns = [("unit", "", ["t", "%", "t", ""]), ("a", "", CELLS), ("plain", "", [0.5, 1.0, 2.0, 3.0])]
    return framed(pd.Index(list("wxyz"), name="figure"), columns)


def test_amounts_read_alike_and_stay_numbers_on_every_face() -> None:
    """Proves: the same texts on terminal and page, right-aligned there; numbers in JSON and in the workbook, there in
    the formats of their rows; other columns without a unit keep their own decimals.

    Breaks if: a figure becomes a text, or one row's decimals are another's.
    """
    view = View("v", "View", BODY, (Grid("Mixed", table()),))
    assert cell_texts(table())[1:] == [TEXTS, ["0.50", "1.00", "2.00", "3.00"]]
    page = "\n".join(text_table(table()))
    assert all(t in page for t in TEXTS)
    shown = view_html(view)
    assert all(f"<td>{t.replace(chr(34), '&#34;')}</td>" in shown for t in TEXTS)
    values = [r["values"][1] for r in view_record(view)["parts"][0]["table"]["rows"]]
    assert json.loads(json.dumps(values)) == [1234.5, -0.25, None, 3.0]
    assert {type(v) for v in values} == {float, type(None)}
    cells = {row[0].value: row[2] for row in _sheet(view).iter_rows()}
    assert [cells[k].value for k in "wxyz"] == [1234.5, -0.25, None, 3.0]
    formats = [cells[k].number_format for k in "wxz"]
    assert formats == ["#,##0.0", "+#,##0.00;-#,##0.00;#,##0.00", '#,##0" dry days"']


def _sheet(view: View) -> Any:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook_of([view], Outcome({}, {}, {"engine": "plan"}))))
    return book[book.sheetnames[0]]


@pytest.mark.parametrize("value", [26412.7, 0.000123456, -2.5, 0.99996, 0.0, math.nan])
@pytest.mark.parametrize("digits", [1, 3, 4])
def test_leading_digits_of_a_cell_are_those_of_a_sentence(value: float, digits: int) -> None:
    """Proves: ``rounded`` writes what ``significant`` writes, and keeps the number. Breaks if: it rounds twice."""
    assert rounded(value, digits).text == significant(value, digits)
    assert math.isnan(value) or float(rounded(value, digits)) == value


def test_a_row_needs_its_own_decimals_and_shares_are_per_cent() -> None:
    """Proves: by hand: 1.1 and 1.155 of a standard have three decimals, a share of 0.5 is 50 %, and none of them counts
    when the decimals of other columns are chosen.
    """
    standard = {"unit": "base year = 1, per head", "a": 1.1, "b": 1.155, "difference": 0.055}
    assert amount(standard, "a").text == "1.100"
    assert amount(standard, "difference", signed=True).text == "+0.055"
    assert float(amount({"unit": "1", "a": 0.5}, "a")) == 50.0
    assert places_by_unit([[Amount(1e-5, 7), 12.0]], [""]) == {"": 0}


def test_a_difference_of_outcomes_is_a_column_of_numbers() -> None:
    """Proves: figures and differences of ``diff`` are numbers, in per cent where they are shares, and sum as such."""
    rows = pd.DataFrame(
        [("jobs", "1", 2022, 0, 0.5, 0.6, 0.1, 0.2), ("imports", "XXX2020m / year", 2022, 0, 50.0, 60.0, 10.0, 0.2)],
        columns=["figure", "unit", "year", "rank", "a", "b", "difference", "share"],
    )
    apart = Outcome({}, {"changes": rows}, {"engine": "diff", "compared": [{"name": "A"}, {"name": "B"}]})
    there = changes_table(apart, [0])
    assert there[("difference", "")].tolist() == pytest.approx([10.0, 10.0])
    assert [v.text for v in there[("difference", "")]] == ["+10.0", "+10"]
    assert there[("A", "")].sum() == 100.0
