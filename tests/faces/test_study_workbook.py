"""A study as a workbook of forms: what is written comes back, and what was edited is named with its cell."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groundplan import open_study
from groundplan.cli import main
from groundplan.errors import GroundplanError
from groundplan.planning.policy import Policy
from groundplan.records.card import fields_of, types_of
from groundplan.study.asking import is_study_file
from groundplan.study.study import Study, effective
from groundplan.study.study_workbook.study_forms import forms_of
from groundplan.study.study_workbook.study_reading import read_study_workbook
from groundplan.study.study_workbook.study_writing import study_workbook
from groundplan.tables.returned.edit_forms import HEAD, TOP

KENYA = Path(__file__).parents[2] / "studies" / "kenya_five_years.toml"


def kenya() -> str:
    return effective(open_study(KENYA))


def edited(text: str, edit: Callable[[Any], None], path: Path) -> Path:
    """The workbook of a study after somebody worked in it."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(study_workbook(text)))
    edit(book)
    book.save(path)
    return path


def row_of(sheet: Any, **cells: str) -> int:
    """The row whose cells under these headings are these."""
    heads = {c.value: c.column for c in sheet[HEAD + 1]}
    return next(
        n for n in range(TOP + 1, sheet.max_row + 1)
        if all(sheet.cell(n, heads[k]).value == v for k, v in cells.items())
    )  # fmt: skip


def put(sheet: Any, row: int, column: str, value: Any) -> None:
    heads = {c.value: c.column for c in sheet[HEAD + 1]}
    sheet.cell(row, heads[column]).value = value


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    """Proves: the worked study, every choice written out, is the same study after its way through a workbook.

    Breaks if: a kind of record, a list, a table by sector or a digit is lost in the forms.
    """
    place = tmp_path / "plan.xlsx"
    place.write_bytes(study_workbook(kenya()))
    back = open_study(place)
    assert effective(back) == kenya()
    assert back.changes == ()
    assert is_study_file(place)
    content, _ = read_study_workbook(place)
    assert content.policy.targets[0].line == "plan.xlsx, targets!4:4"


NAMES = st.text(min_size=1, max_size=8).filter(lambda t: t != "default")


def choices(draw: st.DrawFn) -> dict[str, Any]:
    """Some of the numbers, words, switches and numbers by sector of a policy, each within its card."""
    out: dict[str, Any] = {}
    hints = types_of(Policy)
    for f in fields_of(Policy):
        m, hint = f.metadata, str(hints[f.name])
        if not m["section"] or not draw(st.booleans()):
            continue
        low, high = max(m["low"], -1e15), min(m["high"], 1e15)
        if hints[f.name] is bool:
            out[f.name] = draw(st.booleans())
        elif hints[f.name] is str:
            out[f.name] = draw(st.sampled_from(m["among"]))
        elif hints[f.name] is int or hint == "int | None":
            out[f.name] = draw(st.integers(int(low), int(high)))
        elif "Mapping" in hint and draw(st.booleans()):
            names = draw(st.lists(NAMES, max_size=3))
            out[f.name] = {k: draw(st.floats(low, high)) for k in ("default", *names)}
        elif "float" in hint and "dict" not in hint:
            out[f.name] = draw(st.floats(low, high))
    return out


policies = st.composite(choices)


QUICK = {"max_examples": 8, "phases": [Phase.generate], "deadline": None}


@settings(**QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # type: ignore[arg-type]
@given(chosen=policies(), names=st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_every_policy_comes_back(chosen: dict[str, Any], names: list[str], tmp_path: Path) -> None:
    """Proves: whatever the numbers and names of a study are, write → read gives the study, to the last digit.

    Breaks if: a name looks like a number or a formula, or a float needs more digits than a cell keeps.
    """
    from groundplan import Target

    targets = [Target(indicator=n, sense=">=", value=1.0, year=2025, name=n) for n in names]
    text = effective(dataclasses.replace(Study.of("KEN"), policy=Policy(**chosen, targets=targets)))
    place = tmp_path / "any.xlsx"
    place.write_bytes(study_workbook(text))
    back = open_study(place)
    assert back.changes == ()
    assert effective(back) == text


def test_edits_are_named_with_their_cells(tmp_path: Path) -> None:
    """Proves: a number changed, a sector added, a target taken out and one added come back as such, each with its cell.

    Breaks if: a change is planned and not told.
    """

    def edit(book: Any) -> None:
        sheet = book["Choices"]
        put(sheet, row_of(sheet, choice="years"), "value", 6)
        last = sheet.max_row + 1
        for column, value in (("choice", "export_growth"), ("for", "maiz"), ("value", 0.07)):
            put(sheet, last, column, value)
        targets = book["targets"]
        targets.delete_rows(row_of(targets, name="cement"))
        for column, value in (("indicator", "value added"), ("sense", ">="), ("value", 9000), ("year", 2024)):
            put(targets, targets.max_row + 1 if column == "indicator" else targets.max_row, column, value)

    place = edited(kenya(), edit, tmp_path / "plan.xlsx")
    before, after = open_study(KENYA).policy, open_study(place).policy
    assert after.years == 6
    assert isinstance(after.years, int)
    assert after.export_growth == {**before.export_growth, "maiz": 0.07}  # type: ignore[dict-item]
    assert [t.name for t in after.targets] == [*(t.name for t in before.targets if t.name != "cement"), ""]
    assert after.targets[-1].indicator == "value added"
    changes = {c.what: (c.before, c.after) for c in open_study(place).changes}
    assert changes["years"] == ("5", "6")
    assert changes["export_growth for maiz"] == ("nothing", "0.07")
    assert changes["targets: cement"] == ("a row", "taken out")
    assert changes["targets: year of value added"] == ("nothing", "2024")
    assert [c.cell for c in open_study(place).changes if c.what == "years"] == [f"Choices!D{TOP + 1 + _place('years')}"]


def _place(name: str) -> int:
    """In which row under the heading a choice stands."""
    import tomllib

    rows = forms_of(tomllib.loads(kenya()))[0].rows
    return next(n for n, row in enumerate(rows) if row.cells[0] == name)


def test_rows_may_be_sorted_and_columns_and_sheets_added(tmp_path: Path) -> None:
    """Proves: rows in another order, a column before the others and a sheet of one's own change nothing.

    Breaks if: rows are found by their place, or columns by their letter.
    """

    def edit(book: Any) -> None:
        for name in ("Choices", "targets", "techniques"):
            sheet = book[name]
            rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=TOP + 1)]
            for n, row in enumerate(reversed(rows), TOP + 1):
                for k, value in enumerate(row, 1):
                    sheet.cell(n, k).value = value
            sheet.insert_cols(3)
            sheet.cell(HEAD + 1, 3).value = "my own note"
            sheet.cell(TOP + 1, 3).value = "=1+1"
        book.create_sheet("Scratch")["A1"] = "anything"

    back = open_study(edited(kenya(), edit, tmp_path / "plan.xlsx"))
    assert back.changes == ()
    assert effective(back) == kenya()


def test_texts_for_numbers_are_asked_about_all_at_once(tmp_path: Path) -> None:
    """Proves: '1.234,5', '-', an unknown choice and a number out of its range are refused together, each by its cell.

    Breaks if: a mark is guessed, or a second fault is only told after the first is mended.
    """

    def edit(book: Any) -> None:
        sheet = book["Choices"]
        put(sheet, row_of(sheet, choice="discount_rate"), "value", "1.234,5")
        put(sheet, row_of(sheet, choice="aversion"), "value", "-")
        put(sheet, row_of(sheet, choice="floor"), "choice", "flor")
        put(sheet, row_of(sheet, choice="years"), "value", 500)
        put(book["targets"], TOP + 1, "year", "2024?")

    with pytest.raises(GroundplanError) as caught:
        open_study(edited(kenya(), edit, tmp_path / "plan.xlsx"))
    said = [str(part) for part in caught.value.parts]
    assert len(said) == 5
    where = f"plan.xlsx, Choices!D{TOP + 1 + _place('discount_rate')}"
    assert any("'1.234,5'" in s and "is it 1234.5?" in s and where in s for s in said)
    assert any("'-'" in s and "clear the cell" in s for s in said)
    assert any("'flor'; nearest: 'floor'" in s for s in said)
    assert any("years is 500, outside 1 to 100" in s for s in said)
    assert any("year is the text '2024?'" in s and "targets!" in s for s in said)


def test_what_is_gone_or_tampered_with_is_refused(tmp_path: Path) -> None:
    """Proves: a sheet or a column that is gone, a choice that stands twice, and a changed manifest are refused.

    Breaks if: a deleted heading silently clears all that stood under it.
    """

    def lost(book: Any) -> None:
        del book["techniques"]
        heads = book["targets"][HEAD + 1]
        next(c for c in heads if c.value == "value").value = "x"
        sheet = book["Choices"]
        for column, value in (("choice", "floor"), ("value", 0.5)):
            put(sheet, sheet.max_row + (column == "choice"), column, value)

    with pytest.raises(GroundplanError) as caught:
        open_study(edited(kenya(), lost, tmp_path / "lost.xlsx"))
    said = str(caught.value)
    assert "the sheet 'techniques' is gone" in said
    assert "the column 'value' is gone" in said
    assert "floor stands twice" in said

    def tampered(book: Any) -> None:
        book["Manifest"].cell(5, 3).value = "years = 99"

    with pytest.raises(GroundplanError, match="the manifest was changed"):
        open_study(edited(kenya(), tampered, tmp_path / "tampered.xlsx"))
    with pytest.raises(GroundplanError, match="no study"):
        open_study(edited(kenya(), lambda book: book.remove(book["Manifest"]), tmp_path / "none.xlsx"))


def test_a_changed_workbook_is_told_and_planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `plan --form` writes the study, `plan FILE.xlsx` plans it again, tells each change before, in the
    provenance and on the page; without edits nothing is told.

    Breaks if: a study's workbook is taken for a filled template, or what was changed is left out of the report.
    """
    from openpyxl import load_workbook

    form, out = tmp_path / "my_plan.xlsx", tmp_path / "out"
    assert main(["plan", "KEN", "--years", "1", "--out", str(out), "--form", str(form)]) == 0
    assert f"Study as a workbook: {form}" in capsys.readouterr().err
    book = load_workbook(form)
    put(book["Choices"], row_of(book["Choices"], choice="discount_rate"), "value", 0.08)
    book.save(form)
    assert main(["plan", str(form), "--out", str(tmp_path / "again")]) == 0
    told = capsys.readouterr()
    assert "discount_rate: 0.03 → 0.08 (Choices!D" in told.err
    assert "What was changed in the workbook" in told.out
    assert "discount_rate" in told.out
    assert '"study_changes"' in (tmp_path / "again" / "provenance.json").read_text("utf-8")
    assert "discount_rate = 0.08" in (tmp_path / "again" / "study.toml").read_text("utf-8")
    assert main(["report", str(out), "--form", str(tmp_path / "second.xlsx")]) == 0
    assert open_study(tmp_path / "second.xlsx").changes == ()
