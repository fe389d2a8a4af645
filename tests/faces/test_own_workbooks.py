"""Accounts and places as workbooks to edit: what is written comes back, and what was changed is named with its cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan import open_accounts, open_places, place, see, template
from groundplan.cli import main
from groundplan.economy.opening import Opening
from groundplan.errors import GroundplanError, StudyError
from groundplan.tables.returned.changed_cells import grid_changes
from groundplan.tables.returned.edit_forms import HEAD, TOP
from groundplan.tables.returned.manifest import ACCOUNTS, kind_of


@pytest.fixture(scope="module")
def kenya(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kenya's accounts as a workbook to edit."""
    path = tmp_path_factory.mktemp("own") / "kenya.xlsx"
    template(path, like="KEN")
    return path


def edited(path: Path, to: Path, edit: Callable[[Any], None]) -> Path:
    """The workbook after somebody worked in it."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    edit(book)
    book.save(to)
    return to


def test_accounts_as_written_have_no_change(kenya: Path, tmp_path: Path) -> None:
    """Proves: accounts written into a workbook, opened and saved by another program, are the same with no change named.

    Breaks if: the manifest and the sheets are not of the same figures, or a lost last digit counts as an edit.
    """
    assert kind_of(kenya) is ACCOUNTS
    again = edited(kenya, tmp_path / "again.xlsx", lambda book: None)
    assert Opening(str(kenya)).changes == Opening(str(again)).changes == ()
    np.testing.assert_allclose(open_accounts(again).output, open_accounts("KEN").output, rtol=1e-14)


def test_changed_accounts_are_told_by_name_and_cell(
    kenya: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: a figure, a name and a row that were changed among sorted rows are told before the page and kept with it.

    Breaks if: cells are compared by their place instead of their codes, or an edit counts and is not told.
    """

    def edit(book: Any) -> None:
        about = {row[0].value: row[1] for row in book["About"].iter_rows()}
        about["growth of population"].value = 0.03
        sheet = book["Sectors"]
        first, second = ([c.value for c in row] for row in sheet.iter_rows(min_row=2, max_row=3))
        for column, (a, b) in enumerate(zip(first, second, strict=True), 1):
            sheet.cell(2, column).value, sheet.cell(3, column).value = b, a
        sheet.cell(3, 2).value = "Maize and corn"
        book["Methods"].delete_rows(2)

    own = edited(kenya, tmp_path / "own.xlsx", edit)
    changes = Opening(str(own)).changes
    assert [tuple(c[1:]) for c in changes[:2]] == [
        ("nothing", "0.03", changes[0].cell),
        ("Maize", "Maize and corn", "Sectors!B3"),
    ]
    assert changes[0].what == "About: growth of population"
    assert changes[1].what == "Sectors: Maize (maiz), name"
    assert {c.what.partition(":")[0] for c in changes[2:]} == {"Methods"}
    assert main(["names", str(own)]) == 0
    said = capsys.readouterr().err
    assert said.index("Changed in the workbook:") < said.index("Sectors: Maize (maiz), name: Maize → Maize and corn")
    outcome = see(own, draws=0)
    assert [row["cell"] for row in outcome.provenance["study_changes"]] == [c.cell for c in changes]


def test_a_changed_manifest_is_refused(kenya: Path, tmp_path: Path) -> None:
    """Proves: whoever edits the hidden sheet is told so, since changes could not be told any more.

    Breaks if: the fingerprint is not compared.
    """

    def edit(book: Any) -> None:
        book["Manifest"].cell(9, 3).value = '["About","country","UGA"]'

    own = edited(kenya, tmp_path / "own.xlsx", edit)
    with pytest.raises(StudyError, match="not the table that the workbook was made from"):
        Opening(str(own)).changes  # noqa: B018


def test_own_accounts_go_out_again(kenya: Path, tmp_path: Path) -> None:
    """Proves: an edited workbook's accounts written into a new one are those accounts, now without a change.

    Breaks if: only shipped accounts can be written.
    """

    def edit(book: Any) -> None:
        book["Sectors"]["B2"].value = "Corn"

    own = edited(kenya, tmp_path / "own.xlsx", edit)
    template(tmp_path / "next.xlsx", like=own)
    assert Opening(str(tmp_path / "next.xlsx")).changes == ()
    assert open_accounts(tmp_path / "next.xlsx").label("maiz") == "Corn"


CODES = st.lists(st.text("abcdé1", min_size=1, max_size=3), unique=True, max_size=5)


@given(rows=CODES, columns=CODES, data=st.data())
def test_order_is_no_change_and_a_new_figure_is_one(rows: list[str], columns: list[str], data: st.DataObject) -> None:
    """Proves: whatever the codes, shuffled rows and columns are no change, and one other figure is exactly one.

    Breaks if: a code that looks like a number, or the place of a cell, decides.
    """
    grid = np.empty((len(rows) + 1, len(columns) + 1), dtype=object)
    grid[0], grid[:, 0] = ["code", *columns], ["code", *rows]
    grid[1:, 1:] = np.arange(len(rows) * len(columns), dtype=float).reshape(len(rows), len(columns))
    down = [0, *data.draw(st.permutations(range(1, len(rows) + 1)))]
    right = [0, *data.draw(st.permutations(range(1, len(columns) + 1)))]
    moved = grid[np.ix_(down, right)]
    assert grid_changes("Use", grid, moved, {}) == []
    if rows and columns:
        i, j = data.draw(st.integers(1, len(rows))), data.draw(st.integers(1, len(columns)))
        before = moved[i, j]
        moved[i, j] = before + 0.5
        (change,) = grid_changes("Use", grid, moved, {})
        assert (change.before, change.after) == (f"{before:g}", f"{before + 0.5:g}")


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kenya's counties as a workbook to edit."""
    path = tmp_path_factory.mktemp("places") / "counties.xlsx"
    template(path, places="KEN")
    return path


@pytest.mark.parametrize("country", ["KEN", "PRK"])
def test_places_come_back(country: str, tmp_path: Path) -> None:
    """Proves: places, what their columns are, works, sums and names of all languages are the same after the workbook.

    Breaks if: a missing figure becomes 0, an id loses its zeros, or a source or a rule is lost.
    """
    path = tmp_path / "places.xlsx"
    template(path, places=country)
    before, after = open_places(country), open_places(path)
    assert (after.changes, after.made_from) == ((), country)
    pd.testing.assert_frame_equal(after.table, before.table)
    pd.testing.assert_frame_equal(after.names, before.names)
    pd.testing.assert_frame_equal(after.provinces, before.provinces, check_index_type=False, check_column_type=False)
    assert {n: str(c) for n, c in after.columns.items()} == {n: str(c) for n, c in before.columns.items()}
    for part in ("sources", "borders", "plants", "doubts", "tolerance", "name", "country"):
        assert getattr(after, part) == getattr(before, part)
    assert after.province.to_dict() == before.province.to_dict()


def heads(sheet: Any) -> dict[str, int]:
    """Heading → column number of a form."""
    return {c.value: c.column for c in sheet[HEAD + 1]}


def test_changed_places_are_told_with_their_cells_and_chosen_from(counties: Path, tmp_path: Path) -> None:
    """Proves: a figure changed among sorted rows, a row taken out and a new column are told, and the choice knows them.

    Breaks if: a row is found by its number instead of its key, or the record does not say what was changed.
    """

    def edit(book: Any) -> None:
        sheet = book["Places"]
        at = heads(sheet)
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=TOP + 1)]
        rows = [row for row in reversed(rows) if row[at["id"] - 1] != "47"]
        for n, row in enumerate(rows, TOP + 1):
            for column, value in enumerate(row, 1):
                sheet.cell(n, column).value = value
        sheet.delete_rows(TOP + 1 + len(rows))
        sheet.cell(TOP + 1, at["poverty"]).value = 99.5
        sheet.cell(HEAD + 1, sheet.max_column + 1).value = "wells"
        sheet.cell(TOP + 1, sheet.max_column).value = 12
        described = book["Columns"]
        for name, value in {"name": "wells", "unit": "wells", "meaning": "Wells", "source": "water office"}.items():
            line = described.max_row + (name == "name")
            described.cell(line, heads(described)[name]).value = value
        sums = book["Provinces"]
        if sums.max_row > TOP:
            sums.delete_rows(TOP + 1, sums.max_row)

    own = edited(counties, tmp_path / "own.xlsx", edit)
    places, before = open_places(own), open_places("KEN")
    assert places.ids == before.ids[:-1]
    assert places.table.loc["46", "poverty"] == 99.5
    assert places.table["wells"].dropna().to_dict() == {"46": 12.0}
    rest = places.table.drop(columns="wells").drop(index="46")
    pd.testing.assert_frame_equal(rest, before.table.loc[before.ids[:-2], list(rest)])
    told = {c.what: (c.before, c.after) for c in places.changes}
    assert told[f"Places: {before.title('46')}, poverty"] == (f"{before.table.loc['46', 'poverty']:.12g}", "99.5")
    assert told[f"Places: {before.title('47')}"] == ("a row", "taken out")
    assert told["Columns: wells, source"] == ("nothing", "water office")
    lines: list[str] = []
    done = place(places=own, quick=True, years=1, per_year=1, progress=lines.append)
    assert lines[0] == "Changed in the workbook:"
    assert {row["what"] for row in done.provenance["study_changes"]} == set(told)


def test_figures_as_text_are_asked_about(counties: Path, tmp_path: Path) -> None:
    """Proves: '1.234,5' among the figures is asked about with its cell, and roles beside the workbook are refused.

    Breaks if: a text is guessed to be a number, or read as missing.
    """

    def edit(book: Any) -> None:
        sheet = book["Places"]
        sheet.cell(TOP + 1, heads(sheet)["population"]).value = "1.234,5"

    own = edited(counties, tmp_path / "own.xlsx", edit)
    with pytest.raises(GroundplanError, match=r"population is the text '1.234,5', not a number") as caught:
        open_places(own)
    assert "Places!" in str(caught.value)
    with pytest.raises(StudyError, match="says itself what its columns are"):
        open_places(own, "roles.toml")


def test_a_workbook_of_another_kind_is_named(kenya: Path) -> None:
    """Proves: accounts that are named as places are called what they are, with the command that writes places.

    Breaks if: roles are asked for, which would not help.
    """
    with pytest.raises(StudyError, match="the workbook holds a table, and no places"):
        open_places(kenya)
