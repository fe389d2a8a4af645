"""Outcomes as workbooks: what stands in which cell, what is a formula, what charts point to, how files are named."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.cli import main
from groundplan.outcome import Outcome
from groundplan.results.charts.curves import Curve, Curves, Span, Timetable
from groundplan.results.charts.drawing import Bars, Columns, Lines, ShadedBand, series
from groundplan.results.charts.flows import Calendar, Matrix, Ribbons
from groundplan.results.charts.tornado import Bar, Tornado
from groundplan.results.framed import cell_texts, framed
from groundplan.results.view import ANNEX, BODY, BRIEF, Bullets, Grid, Plot, Prose, Reference, Verbatim, View
from groundplan.results.view_json import view_record
from groundplan.results.view_list import views
from groundplan.results.words import Year
from groundplan.results.workbook.live_cells import GROWTH, LESS, OVER, SUM, live_cells
from groundplan.results.workbook.sheet_names import range_name, sheet_name
from groundplan.results.workbook.workbook_file import workbook, workbook_of, write_workbook
from groundplan.verb_table import VERBS

HOSTILE = ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2", '=HYPERLINK("http://x")', "http://example.org", "{=1}")
NOTHING = Outcome({}, {}, {"engine": "plan"})


def opened(data: bytes, *, values: bool = False) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data), data_only=values)


@cache
def kenya() -> Outcome:
    from groundplan import plan

    return plan("KEN", years=2)


def spending() -> pd.DataFrame:
    """A small table whose columns are a total, a difference and shares of others."""
    columns = [
        ("food", "bn", [1.0, 2.5, 4.0]), ("rent", "bn", [2.0, 2.5, 0.5]), ("total", "bn", [3.0, 5.0, 4.5]),
        ("food less rent", "bn", [-1.0, 0.0, 3.5]), ("share of food", "%", [100 / 3, 50.0, 400 / 4.5]),
        ("growth", "%", [100.0, 0.0, -87.5]),
    ]  # fmt: skip
    return framed(pd.Index(["a", "b", "c"], name="home"), columns)


def test_totals_differences_and_shares_are_formulas() -> None:
    """Proves: by hand: which cells of a small table follow from which others, and the words of their formulas.

    Breaks if: a formula names a wrong cell, or a column that says what it is stays a mere number.
    """
    live = live_cells(spending())
    assert {j: cell.kind for (i, j), cell in live.items() if i == 0} == {2: SUM, 3: LESS, 4: OVER, 5: GROWTH}
    assert live[1, 2].formula(10, 1) == "=SUM(B12:C12)"
    assert live[1, 3].formula(10, 1) == "=B12-C12"
    assert live[0, 4].formula(10, 1) == "=B11/D11*100"
    assert live[2, 5].formula(10, 1) == "=(C13/B13-1)*100"


def test_what_does_not_add_up_stays_a_number() -> None:
    """Proves: a total that misses by a millionth is no formula, nor is a sum whose name does not say that it is one.

    Breaks if: a name alone, or numbers alone, make a formula.
    """
    off = framed(pd.Index([1, 2]), [("a", "t", [1.0, 2.0]), ("b", "t", [3.0, 5.0]), ("total", "t", [4.0, 7.000007])])
    unnamed = framed(pd.Index([1, 2]), [("a", "t", [1.0, 2.0]), ("b", "t", [3.0, 5.0]), ("c", "t", [4.0, 7.0])])
    assert live_cells(off) == {}
    assert live_cells(unnamed) == {}


def test_rows_of_totals_are_formulas_back_to_the_total_before() -> None:
    """Proves: 'all sources' adds up its sources alone and 'all uses' its uses; a column that misses stays a number.

    Breaks if: the second sum counts the first one's rows.
    """
    rows = pd.Index(["from: a", "from: b", "all sources", "to: c", "to: d", "all uses"])
    table = framed(rows, [("2020", "t", [1.0, 2.0, 3.0, 2.5, 0.5, 3.0]), ("2021", "t", [1.0, 2.0, 9.0, 1.0, 2.0, 3.0])])
    assert {k: v.formula(0, 0) for k, v in live_cells(table).items()} == {
        (2, 0): "=SUM(A1:A2)",
        (5, 0): "=SUM(A4:A5)",
        (5, 1): "=SUM(B4:B5)",
    }


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0]), min_size=12, max_size=12))
def test_no_formula_rests_on_itself(numbers: list[float]) -> None:
    """Proves: whatever the numbers are, formulas never make a circle, and each gives the number that it stands for.

    Breaks if: 'difference = a − total' and 'total = b + difference' are both written.
    """
    names = ("total", "difference", "all", "a less b", "change", "sum")
    values = np.array(numbers).reshape(2, 6)
    live = live_cells(framed(pd.Index(["x", "y"]), [(n, "t", values[:, j].tolist()) for j, n in enumerate(names)]))

    def computed(cell: tuple[int, int], above: tuple[tuple[int, int], ...] = ()) -> float:
        assert cell not in above
        if cell not in live:
            return float(values[cell])
        (i, a), (_, b) = live[cell].cells[0], live[cell].cells[-1]
        if live[cell].kind == SUM:
            return sum(computed((i, k), (*above, cell)) for k in range(a, b + 1))
        return computed((i, a), (*above, cell)) - computed((i, b), (*above, cell))

    assert all(computed(cell) == pytest.approx(float(values[cell]), abs=1e-8) for cell in live)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_sheets_have_legal_names(titles: list[str]) -> None:
    """Proves: whatever views are called, names of sheets are unique, 1 to 31 letters, without signs that are forbidden.

    Breaks if: a spreadsheet program calls the file broken because of a title.
    """
    names: list[str] = []
    for title in titles:
        names.append(sheet_name(title, names))
    assert len({n.casefold() for n in names}) == len(names)
    assert all(0 < len(n.encode("utf-16-le")) // 2 <= 31 and not re.search(r"[\[\]:*?/\\]", n) for n in names)
    assert all(not n.startswith("'") and not n.endswith("'") and n.casefold() != "history" for n in names)
    ranges: list[str] = []
    for title in titles:
        ranges.append(range_name(title, 1, ranges))
    assert len(set(ranges)) == len(ranges)
    assert all(re.fullmatch(r"table_[A-Za-z0-9_]+", r) for r in ranges)


def test_every_number_of_the_views_stands_in_its_cell() -> None:
    """Proves: each table of a plan stands on its view's sheet with every label, text and number in its cell, in full.

    Breaks if: a row is shifted, a number is rounded or a text is lost.
    """
    there, book = views(kenya()), opened(workbook(kenya()), values=True)
    named = book.defined_names
    seen = 0
    for view in there:
        for n, grid in enumerate([p for p in view.parts if isinstance(p, Grid)], 1):
            ((sheet, corners),) = named[range_name(view.name, n)].destinations
            area = [[c.value for c in row] for row in book[sheet][corners.replace("$", "")]]
            cells = area[-len(grid.frame) :]
            assert [row[0] for row in cells] == [str(label) for label in grid.frame.index]
            for row, values in zip(cells, grid.frame.itertuples(index=False), strict=True):
                for cell, value in zip(row[1:], values, strict=True):
                    seen += 1
                    if isinstance(value, str):
                        assert (cell or "") == value
                    else:
                        assert cell is None if np.isnan(value) else cell == pytest.approx(value, rel=1e-14)
    assert seen > 1000
    assert book.sheetnames[0] == "Brief"
    assert book.sheetnames[-1] == "Sources"


def test_years_are_numbers_that_are_written_as_years() -> None:
    """Proves: a year in a cell is a whole number without separators in the workbook, an int in JSON, 2029 on pages.

    Breaks if: years are texts, which no filter sorts, or read 2,029.
    """
    frame = framed(pd.Index(["dam", "road"], name="work"), [("starts in", "", [Year(2029), Year(2031)])])
    view = View("works", "Works", BRIEF, (Grid("Works", frame),))
    sheet = opened(workbook_of([view], NOTHING))["Brief"]
    cells = [c for row in sheet.iter_rows() for c in row if c.value in (2029, 2031)]
    assert [(c.data_type, c.number_format) for c in cells] == [("n", "0"), ("n", "0")]
    assert [type(v) for row in view_record(view)["parts"][0]["table"]["rows"] for v in row["values"]] == [int, int]
    assert cell_texts(frame) == [["2029", "2031"]]


def test_what_is_text_stays_text() -> None:
    """Proves: titles, labels, sentences, cells, sources and charts with signs of formulas or links are plain text.

    Breaks if: a name of a sector is run by a spreadsheet program.
    """
    hostile = framed(
        pd.Index(HOSTILE, name="=A1"), [("=2*3", "=unit", list(HOSTILE)), ("@n", "@u", [1.0] * len(HOSTILE))]
    )
    numbers = framed(pd.Index(HOSTILE), [("=2*3", "=unit", [float(n) for n in range(len(HOSTILE))])])
    chart = Bars("=chart", "=1+2", HOSTILE, series(numbers))
    parts = (
        Prose("=1+1"),
        Bullets(HOSTILE),
        Verbatim("=1\n@2", "=3"),
        Grid("=t", hostile),
        Plot(chart),
        Grid("=b", numbers),
    )
    source = View("sources", "=9", ANNEX, (Reference("=p", "=t", "=v", "=l", "=a", {"=f": "=h"}),))
    data = workbook_of([View("brief", "=brief", BRIEF, parts), View("=v", "='x'!A1", BODY, parts), source], NOTHING)
    cells = [c for sheet in opened(data) for row in sheet.iter_rows() for c in row]
    assert [c for c in cells if c.data_type == "f"] == []
    assert {*HOSTILE} <= {c.value for c in cells}
    links = [c.hyperlink.location for c in cells if c.hyperlink]
    assert len(links) == 2  # those of the contents
    with zipfile.ZipFile(io.BytesIO(data)) as parts_of:
        charts = [parts_of.read(n).decode() for n in parts_of.namelist() if n.startswith("xl/charts/chart")]
        assert not any("example.org" in parts_of.read(n).decode() for n in parts_of.namelist() if ".rels" in n)
    assert len(charts) == 2
    assert all("<c:f>=" not in c and "<c:f>1+2" not in c for c in charts)


YEARS = pd.Index(["2020", "2021", "2022"], name="year")
PATHS = framed(YEARS, [("a", "t", [1.0, 2.0, 3.0]), ("b", "t", [4.0, float("nan"), 6.0])])
CHARTS = (
    (Lines("l", "Lines", list(YEARS), [("", series(PATHS))]), "lineChart", [[1.0, 2.0, 3.0], [4.0, None, 6.0]]),
    (Lines("z", "Band", list(YEARS), [("", series(PATHS))], bands=[ShadedBand("range", [0.5, 1.0, 1.5], [2, 4, 8])]),
     "lineChart", [[1.0, 2.0, 3.0], [4.0, None, 6.0], [0.5, 1.0, 1.5], [2.0, 4.0, 8.0]]),
    (Columns("c", "Columns", list(YEARS), series(PATHS)), "barChart", [[1.0, 2.0, 3.0], [4.0, None, 6.0]]),
    (Bars("b", "Bars", list(YEARS), series(PATHS, [0])), "barChart", [[1.0, 2.0, 3.0]]),
    (Tornado("t", "Tornado", [Bar("x", 1.0, 3.0, ("", "")), Bar("y", 1.5, 2.5, ("", ""))], 2.0, "t"), "barChart",
     [[1.0, 1.5], [3.0, 2.5]]),
    (Timetable("w", "Works", [Span("dam", 2021, 2, ""), Span("road", 2023, 3, "")], [2020, 2021, 2022, 2023, 2024],
               ("built", "runs")), "barChart", [[2021.0, 2023.0], [2.0, 2.0], [2.0, 0.0]]),
    (Calendar("d", "Days", [("steel", 5.0, 20.0, 60.0), ("rice", 9.0, float("nan"), float("nan"))], 100), "barChart",
     [[5.0, 9.0], [15.0, 91.0], [40.0, 0.0]]),
    (Curves("f", "Front", [Curve("one", [(0.0, 1.0), (2.0, 5.0)], ("", ""))], ("x", "y"), zero=True), "scatterChart",
     [[1.0, 5.0]]),
)  # fmt: skip


@pytest.mark.parametrize("case", range(len(CHARTS)), ids=[c[0].title for c in CHARTS])
def test_charts_point_at_cells_with_their_numbers(case: int) -> None:
    """Proves: each kind of chart is drawn by the spreadsheet program, from cells that hold the description's numbers.

    Breaks if: a series names a column beside its own, or a span begins where it should end.
    """
    chart, kind, wanted = CHARTS[case]
    data = workbook_of([View("v", "View", BODY, (Plot(chart), Grid("Paths", PATHS)))], NOTHING)
    book = opened(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        drawing = parts.read("xl/charts/chart1.xml").decode()
    assert f"<c:{kind}>" in drawing
    values = re.findall(r"<c:(?:val|yVal)><c:numRef><c:f>'?([^<]+?)'?!([^<]+)</c:f>", drawing)
    read = [[cell.value for row in book[sheet][area.replace("$", "")] for cell in row] for sheet, area in values]
    assert read == wanted
    names = re.findall(r"<c:tx><c:strRef><c:f>'?([^<]+?)'?!([^<]+)</c:f>", drawing)
    assert all(isinstance(book[sheet][cell.replace("$", "")].value, str) for sheet, cell in names)
    assert (values[0][0] == "Brief") == (kind == "lineChart" or chart.title in ("Columns", "Bars"))


def test_a_matrix_shades_its_table_and_ribbons_say_where_they_are() -> None:
    """Proves: a matrix becomes a scale of colours over its own cells; what has no native chart is named in words.

    Breaks if: a picture is left out without a word.
    """
    flows = framed(pd.Index(["a", "b"]), [("a", "t", [1.0, 2.0]), ("b", "t", [3.0, 4.0])])
    plain = pd.DataFrame(flows.to_numpy(), flows.index, ["a", "b"])
    parts = (Plot(Matrix("m", "Who uses what", plain, "t")), Grid("Flows", flows),
             Plot(Ribbons("r", "Ways of oil", [(("a", "b"), 1.0)], "t")))  # fmt: skip
    sheet = opened(workbook_of([View("v", "View", BODY, parts)], NOTHING))["Brief"]
    ((scale, rules),) = ((r.sqref, r.rules) for r in sheet.conditional_formatting)
    assert rules[0].type == "colorScale"
    assert [c.value for row in sheet[str(scale)] for c in row] == [1.0, 3.0, 2.0, 4.0]
    said = [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    assert any("Ways of oil" in line and "in the report" in line for line in said)


def test_every_verb_writes_a_workbook_and_none_over_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: verbs with outcomes have --workbook; one with tables alone writes them; a file that is there stays.

    Breaks if: a verb forgets the option, or a workbook that was worked in is lost.
    """
    without = {word for word, verb in VERBS.items() if not any(o.name == "workbook" for o in verb.options)}
    assert without <= {"template", "new", "outcomes", "docs", "project", "serve"}
    place = tmp_path / "accounts.xlsx"
    place.write_text("mine")
    assert main(["data", "KEN", "--workbook", str(place)]) == 0
    assert place.read_text() == "mine"
    assert f"{place} was there already" in capsys.readouterr().err
    book = opened((tmp_path / "accounts-2.xlsx").read_bytes())
    assert [book.sheetnames[0], book.sheetnames[-1]] == ["Brief", "Sources"]
    assert main(["stress", "--list", "--workbook", str(tmp_path / "listed.xlsx")]) == 0
    assert opened((tmp_path / "listed.xlsx").read_bytes()).sheetnames == ["Brief", "scenarios", "Sources"]
    assert main(["data", "KEN", "--workbook", str(tmp_path / "accounts.csv")]) == 2
    assert "does not end in .xlsx" in capsys.readouterr().err


def test_a_saved_outcome_gives_the_same_workbook(tmp_path: Path) -> None:
    """Proves: `groundplan report FOLDER --workbook` writes the cells that the plan itself would have written.

    Breaks if: something of the pages is lost when an outcome is saved.
    """
    kenya().save(tmp_path / "saved")
    assert main(["report", str(tmp_path / "saved"), "--workbook", str(tmp_path / "again.xlsx")]) == 0
    first = opened(write_workbook(kenya(), tmp_path / "first.xlsx").read_bytes(), values=True)
    again = opened((tmp_path / "again.xlsx").read_bytes(), values=True)
    assert again.sheetnames == first.sheetnames
    for sheet in first:
        cells = [[c.value for c in row] for row in sheet.iter_rows()]
        assert [[c.value for c in row] for row in again[sheet.title].iter_rows()] == cells
