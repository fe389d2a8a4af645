"""A study as a form: what is entered reaches its text, and what is not touched stays as it was written."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

import pytest

from groundplan.records.toml import parse
from groundplan.study.study_editing.change_sentences import change_sentences
from groundplan.study.study_editing.entered_form import StudyFormFaults, entered_text
from groundplan.study.study_editing.entered_numbers import entered_number
from groundplan.study.study_editing.form_fields import BY_SECTOR, StudyField, study_page
from groundplan.study.study_editing.levers import moved
from groundplan.study.study_editing.text_patching import patched
from groundplan.study.study_file import content_of
from groundplan.study.study_workbook.study_forms import inside
from groundplan.tables.returned.edit_forms import FormColumn

STUDIES = sorted((Path(__file__).parents[2] / "studies").glob("*.toml"))
SHORT = """# Our study.
country = "KEN"  # Kenya

[plan]
# As long as the law says.
years = 5

[trade]
export_growth = { default = 0.04, cement = 0.25 }

# What must be reached.
[[targets]]
indicator = "import dependency"
sense = "<="
of_base = 0.9

[[targets]]
indicator = "investment"
sense = ">="
value = 1_000.0  # as in the budget
year = 2024
"""


def entries(text: str) -> dict[str, str]:
    """Every field of a study's form with its text, as a page would send them."""
    form = study_page(tomllib.loads(text))
    rows = [(g.name, row) for g in form.grids for row in g.rows]
    cells = {f"row.{g}.{row.number}.{c}": v for g, row in rows for c, v in row.cells.items()}
    return {f.name: f.value for f in form.fields} | cells


def lines_changed(old: str, new: str) -> list[str]:
    """The lines that went and came, without heads."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.stem)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(study: Path) -> None:
    """Proves: form and text are one document: to the letter, comments and all.

    Breaks if: a value is shown otherwise than it is read, or a field without a value states one.
    """
    text = study.read_text("utf-8")
    assert entered_text(text, entries(text)) == text


def tried(text: str, entered: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The study's text with what was entered, or what is wrong by field."""
    try:
        return entered_text(text, entered), {}
    except StudyFormFaults as faults:
        return "", faults.by_field


def sample(kind: str, among: tuple[str, ...], low: float, high: float) -> tuple[str, object]:
    """What may be entered into a field of a kind, and what a study then states."""
    if among:
        return among[-1], among[-1]
    number = min(max(low, 0.25), high) if high < 1e6 else max(low, 3.0)
    if kind == BY_SECTOR:
        return f"maiz = {number}", {"maiz": number}
    return {
        "number": (repr(number), number), "whole number": (str(int(max(low, 3))), int(max(low, 3))),
        "yes or no": ("no", False), "words": ("a word", "a word"), "as in a study": ('["maiz"]', ["maiz"]),
    }[kind]  # fmt: skip


FIELDS = study_page(tomllib.loads('country = "KEN"\n')).fields


@pytest.mark.parametrize("f", FIELDS, ids=lambda f: f.name)
def test_every_choice_of_the_form_reaches_the_study(f: StudyField) -> None:
    """Proves: what is entered into a field stands in the study's text at the field's own place.

    Breaks if: a field is shown that nobody reads, or one writes where another is read.
    """
    text = 'country = "KEN"\n'
    said, value = sample(f.kind, f.among, f.low, f.high)
    if f.kind == "as in a study" and f.key not in ("schooling",):
        said, value = ("7", 7.0) if f.path[0] != "table" else ('["a.csv"]', ["a.csv"])
    new, faults = tried(text, {f.name: said})
    # What no study may say so is told at this field, and at no other.
    assert set(faults) <= {f.name}
    assert faults or inside(tomllib.loads(new), f.path) == value


GRIDS = [(g.name, c) for g in study_page(tomllib.loads('country = "KEN"\n')).grids for c in g.columns]


@pytest.mark.parametrize(("grid", "column"), GRIDS, ids=lambda one: one if isinstance(one, str) else one.name)
def test_every_column_of_every_grid_reaches_the_study(grid: str, column: FormColumn) -> None:
    """Proves: a cell of an empty row makes a record that states it, or is told to be wrong in its own row.

    Breaks if: a column is shown that nobody reads, or a fault is told at another field.
    """
    said, value = sample(column.kind, column.among, column.low, column.high)
    head = f"row.{grid}.new0"
    new, faults = tried('country = "KEN"\n', {f"{head}.{column.name}": said})
    assert all(name.startswith(head) for name in faults)
    if not faults:
        record = inside(tomllib.loads(new), tuple(grid.split(" ")))
        assert (record[0] if isinstance(record, list) else record)[column.name] == value


def test_what_is_not_touched_keeps_its_lines() -> None:
    """Proves: one lever, one cell and one new row change those lines alone, with the comments around them.

    Breaks if: the study is written anew from what it states.
    """
    new = entered_text(
        SHORT,
        {
            "choice.years": "7", "choice.floor": "0.95", "row.targets.1.value": "1.234,5",
            "row.targets.new0.indicator": "employment", "row.targets.new0.sense": ">=", "row.targets.new0.of_base": "1",
        },
    )  # fmt: skip
    assert lines_changed(SHORT, new) == [
        "-years = 5", "+years = 7", "+floor = 0.95",
        "-value = 1_000.0  # as in the budget", "+value = 1234.5  # as in the budget",
        "+", "+[[targets]]", '+indicator = "employment"', '+sense = ">="', "+of_base = 1.0",
    ]  # fmt: skip


def test_a_cleared_row_is_taken_out_with_its_comment_and_others_keep_theirs() -> None:
    """Proves: rows are known by their places in the text, not by what they say.

    Breaks if: clearing the first row changes the second into the first.
    """
    cleared = {f"row.targets.0.{c}": "" for c in ("indicator", "sense", "of_base")}
    new = entered_text(SHORT, cleared)
    assert [t["indicator"] for t in tomllib.loads(new)["targets"]] == ["investment"]
    assert "value = 1_000.0  # as in the budget" in new
    assert "What must be reached" not in new


def test_a_lever_of_a_choice_by_sector_leaves_the_sectors() -> None:
    """Proves: the number for all and the lines for single ones are two fields of one choice.

    Breaks if: moving the lever forgets what is said of single sectors.
    """
    new = tomllib.loads(entered_text(SHORT, {"choice.export_growth": "0.06"}))
    assert new["trade"]["export_growth"] == {"default": 0.06, "cement": 0.25}
    alone = tomllib.loads(entered_text(SHORT, {"each.export_growth": ""}))
    assert alone["trade"]["export_growth"] == 0.04
    policy = content_of(parse(SHORT, "short")).policy
    assert moved(policy, {"export_growth": 0.06, "years": 5}) == {"export_growth": {"default": 0.06, "cement": 0.25}}


@pytest.mark.parametrize(
    "text",
    ['country = "KEN"\nplan = { years = 5 }\n', 'country = "KEN"\nplan.years = 5\n',
     'country = "KEN"\n[plan]\nyears = 5\n[trade.export_growth]\ndefault = 0.04\n',
     'country = "KEN"\ntargets = [{ indicator = "investment", sense = ">=", value = 1.0 }]\n'],
)  # fmt: skip
def test_texts_of_every_make_take_what_is_entered(text: str) -> None:
    """Proves: where a text cannot be changed piece by piece it is written anew, and says what is wanted.

    Breaks if: a patch of such a text is believed without a look at what it states.
    """
    wanted = {**tomllib.loads(text), "plan": {"years": 7, "floor": 0.9}, "trade": {"export_growth": 0.1}}
    assert tomllib.loads(patched(text, wanted)) == wanted


def test_faults_stand_at_their_fields_all_at_once() -> None:
    """Proves: a number out of range, a word of no kind and two readings of a number, each at its field.

    Breaks if: only the first is told, or one is guessed.
    """
    with pytest.raises(StudyFormFaults) as raised:
        entered_text(SHORT, {"row.targets.1.value": "1,234", "choice.years": "many"})
    assert set(raised.value.by_field) == {"row.targets.1.value", "choice.years"}
    assert "is it 1.234 or 1234" in raised.value.by_field["row.targets.1.value"]
    with pytest.raises(StudyFormFaults) as raised:
        entered_text(SHORT, {"choice.floor": "99", "row.targets.0.sense": "about", "row.targets.new1.indicator": "x"})
    assert {"choice.floor", "row.targets.0.sense"} <= set(raised.value.by_field)
    assert any(name.startswith("row.targets.new1") for name in raised.value.by_field)


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,5", 1234.5), ("1 234,5", 1234.5), ("0.05", 0.05), ("8900000", 8.9e6), ("-3", -3.0)]
)
def test_numbers_as_spreadsheets_write_them(text: str, value: float) -> None:
    """Proves: what can be one number only is taken. Breaks if: a mark between thousands is read as a decimal one."""
    assert entered_number(text, "value") == value


def test_changes_are_said_in_sentences() -> None:
    """Proves: what a new text changes is said of each choice and record, and nothing else is.

    Breaks if: a row that moved up is told to have changed.
    """
    new = entered_text(
        SHORT, {"choice.years": "7", **{f"row.targets.0.{c}": "" for c in ("indicator", "sense", "of_base")}}
    )
    said = change_sentences(SHORT, new)
    assert said == ["years becomes 7 instead of 5.", "targets: import dependency is taken out."]
    assert change_sentences(SHORT, SHORT) == []
