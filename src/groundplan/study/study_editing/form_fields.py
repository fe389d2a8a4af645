"""A study as a form: a field for every choice with its card, a grid for every kind of record.

The forms are those of the study's workbook; here each has the names of its fields in a page and its cells as texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_origin

from groundplan.planning.policy import Policy
from groundplan.records.admissible import options
from groundplan.records.card import fields_of, types_of
from groundplan.records.lines import Path
from groundplan.records.toml import toml_of
from groundplan.study.study_editing.levers import DEFAULT, LEVERS, Lever
from groundplan.study.study_workbook.study_forms import CHOICES, ChoiceCard, choice_cards, forms_of, inside
from groundplan.tables.returned.edit_forms import NUMBER, SWITCH, TEXT, WHOLE, EditForm, FormColumn, cell_of

BY_SECTOR = "by sector"  # lines of ``name = value``
ACCOUNTS = "accounts"
FIRST = ("targets", "works")
# What is asked of a record first; the other columns follow.
LEADING = {
    "targets": ("name", "indicator", "sense", "value", "of_base", "year", "from_year", "to_year", "growth"),
    "works": ("name", "spending", "effects", "must"),
}
BLANK = {"targets": 3, "works": 2}


@dataclass(frozen=True)
class StudyField:
    """A choice as a field: its name in the page, its card, and what it says as text; "" where it says nothing."""

    name: str
    key: str
    path: Path
    kind: str
    label: str
    meaning: str
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    among: tuple[str, ...] = ()
    usual: str = ""
    value: str = ""
    fault: str = ""
    lever: Lever | None = None


@dataclass(frozen=True)
class GridRow:
    """A row of a grid: its number in the page, its cells as texts, what is wrong with cells by column, and in all."""

    number: str
    cells: Mapping[str, str]
    faults: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True)
class StudyGrid:
    """Records of one kind as a grid: ``path`` is where they stand in a study; ``many``: whether there may be many."""

    name: str
    path: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    rows: tuple[GridRow, ...]
    many: bool = True
    meaning: str = ""

    @property
    def filled(self) -> int:
        """How many rows say something."""
        return sum(any(row.cells.values()) for row in self.rows)

    @property
    def faulty(self) -> bool:
        """Whether a row has a fault."""
        return any(row.fault or row.faults for row in self.rows)


@dataclass(frozen=True)
class StudyPage:
    """The whole form of a study."""

    fields: tuple[StudyField, ...]
    grids: tuple[StudyGrid, ...]

    def levers(self) -> list[StudyField]:
        """The fields of the levers, in their order."""
        by_key = {f.key: f for f in self.fields if f.lever}
        return [by_key[lever.key] for lever in LEVERS]

    def sections(self) -> dict[str, list[StudyField]]:
        """The other fields by section."""
        out: dict[str, list[StudyField]] = {}
        for f in self.fields:
            if not f.lever:
                out.setdefault(str(f.path[0]) if len(f.path) > 1 else ACCOUNTS, []).append(f)
        return out

    def first_grids(self) -> list[StudyGrid]:
        """The grids that are asked for first: targets and projects."""
        return [g for name in FIRST for g in self.grids if g.name == name]

    def other_grids(self) -> list[StudyGrid]:
        """The grids of the other records."""
        return [g for g in self.grids if g.name not in FIRST and len(g.path) == 1]

    def activity_grids(self) -> list[StudyGrid]:
        """The grids of rows for the tables of activities."""
        return [g for g in self.grids if len(g.path) > 1]

    def faults(self) -> int:
        """How many fields have a fault."""
        rows = [row for g in self.grids for row in g.rows]
        return sum(bool(f.fault) for f in self.fields) + sum(len(r.faults) + bool(r.fault) for r in rows)


def study_page(
    content: Mapping[str, Any],
    entered: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    more: Mapping[str, int] | None = None,
) -> StudyPage:
    """The form of a study's content; with what was ``entered`` in place of it, and ``faults`` at their fields.

    ``more``: empty rows of a grid beyond the usual ones.
    """
    faults = faults or {}
    fields = [_shown(f, entered, faults) for f in study_fields(content)]
    forms = [form for form in forms_of(content) if form.name != CHOICES]
    grids = [_grid(form, entered, faults, (more or {}).get(form.name, 0)) for form in forms]
    return StudyPage(tuple(fields), tuple(grids))


def _shown(f: StudyField, entered: Mapping[str, str] | None, faults: Mapping[str, str]) -> StudyField:
    value = f.value if entered is None else entered.get(f.name, f.value)
    return replace(f, value=value, fault=faults.get(f.name, ""))


def study_fields(content: Mapping[str, Any]) -> list[StudyField]:
    """Every single choice as fields: a choice by sector is one for all, and lines for single sectors."""
    return [f for key, card in choice_cards().items() for f in _fields(key, card, inside(content, card.path))]


def _fields(key: str, card: ChoiceCard, value: Any) -> list[StudyField]:
    c, lever = card.card, next((one for one in LEVERS if one.key == key), None)
    base = StudyField(
        f"choice.{key}", key, card.path, card.kind, words_of(key), c.meaning, c.unit, c.low, c.high, c.among,
        usual_text(key), lever=lever,
    )  # fmt: skip
    if not card.by_name:
        return [replace(base, value=text_of(value, card.kind))]
    by_name = value if isinstance(value, Mapping) else {}
    rest = {k: v for k, v in by_name.items() if k != DEFAULT}
    lines = replace(
        base, name=f"each.{key}", kind=BY_SECTOR, label=f"{words_of(key)}, for single ones", lever=None, usual="",
        value="\n".join(f"{_line_name(k)} = {text_of(v, NUMBER)}" for k, v in rest.items()),
    )  # fmt: skip
    if key in _only_by_name():
        return [replace(lines, label=words_of(key))]
    one = by_name.get(DEFAULT) if isinstance(value, Mapping) else value
    return [replace(base, kind=NUMBER, value=text_of(one, NUMBER)), lines]


@cache
def _only_by_name() -> frozenset[str]:
    """Choices that are never one number for all."""
    hints = types_of(Policy)
    kinds = {f.name: hints[f.name] for f in fields_of(Policy)}
    return frozenset(name for name, hint in kinds.items() if get_origin(hint) is dict and float not in options(hint))


def _line_name(name: str) -> str:
    return toml_of(name) if "=" in name or "\n" in name or name != name.strip() or name[:1] in ('"', "#") else name


def words_of(key: str) -> str:
    """A key in words."""
    return key.rpartition(".")[2].replace("_", " ")


@cache
def usual_text(key: str) -> str:
    """What holds where a choice says nothing; "" where that depends on the accounts or is nothing."""
    usual = getattr(Policy(), key, None)
    return "" if usual in (None, "", {}, []) else text_of(usual, STATED_TEXT if isinstance(usual, list) else NUMBER)


STATED_TEXT = "stated"


def text_of(value: Any, kind: str) -> str:
    """A value as the text of a field: numbers without marks between thousands, yes or no, words, or as in a study.

    >>> text_of(8.9e6, NUMBER), text_of(0.97, NUMBER), text_of(True, SWITCH), text_of(["a"], "stated")
    ('8900000', '0.97', 'yes', '["a"]')
    """
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    cell = cell_of(value, TEXT if isinstance(value, str) and kind in (TEXT, NUMBER, WHOLE, SWITCH) else kind)
    return str(cell)


def _grid(form: EditForm, entered: Mapping[str, str] | None, faults: Mapping[str, str], more: int) -> StudyGrid:
    path = tuple(form.name.split(" "))
    many = path[0] == "projects" or _many(form.name)
    lead = LEADING.get(form.name, ())
    columns = sorted(form.columns, key=lambda c: lead.index(c.name) if c.name in lead else len(lead))
    places = {c.name: n for n, c in enumerate(form.columns)}
    kinds = {c.name: c.kind for c in form.columns}
    rows = []
    for n, row in enumerate(form.rows):
        cells = {c: _cell_text(row.cells[at], kinds[c]) for c, at in places.items()}
        rows.append(_row(form.name, str(n), cells, entered, faults))
    blank = (BLANK.get(form.name, 1) if many else int(not rows)) + more
    numbers = [f"new{n}" for n in range(max(blank, _entered_blank(form.name, entered)))]
    rows += [_row(form.name, number, dict.fromkeys(places, ""), entered, faults) for number in numbers]
    return StudyGrid(form.name, path, tuple(columns), tuple(rows), many, _meaning(form.name))


def _row(
    grid: str, number: str, cells: Mapping[str, str], entered: Mapping[str, str] | None, faults: Mapping[str, str]
) -> GridRow:
    head = f"row.{grid}.{number}"
    shown = {c: v if entered is None else entered.get(f"{head}.{c}", v) for c, v in cells.items()}
    wrong = {c: faults[f"{head}.{c}"] for c in cells if f"{head}.{c}" in faults}
    return GridRow(number, shown, wrong, faults.get(head, ""))


def _entered_blank(grid: str, entered: Mapping[str, str] | None) -> int:
    head = f"row.{grid}.new"
    numbers = {name[len(head) :].partition(".")[0] for name in entered or () if name.startswith(head)}
    return max((int(n) + 1 for n in numbers if n.isdecimal()), default=0)


def _cell_text(cell: float | str, kind: str) -> str:
    return text_of(cell, kind) if isinstance(cell, float) else cell


def _many(name: str) -> bool:
    from groundplan.study.study_file import records

    return records()[name][1]


def _meaning(name: str) -> str:
    return next((f.metadata["meaning"] for f in fields_of(Policy) if f.name == name), "")


def indicator_columns(columns: Iterable[FormColumn]) -> Sequence[str]:
    """The columns of a grid that hold names of indicators."""
    return [c.name for c in columns if c.name in ("indicator", "numerator", "denominator")]
