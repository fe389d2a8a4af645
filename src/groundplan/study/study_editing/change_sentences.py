"""What is otherwise in one text of a study than in another, in sentences."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from groundplan.records.toml import parse
from groundplan.study.study_editing.form_fields import GridRow, StudyGrid, study_page

NAMED = ("name", "label", "indicator", "group", "product", "level")


def change_sentences(old: str, new: str) -> list[str]:
    """Every choice and record that two texts of a study have apart, a sentence each. Raises ``StudyError``."""
    one, other = (study_page(parse(text, "the study").content) for text in (old, new))
    after = {f.name: f for f in other.fields}
    lines = [
        sentence for f in one.fields if (sentence := _changed(f.label, f.value, after[f.name].value, f.usual))
    ]  # fmt: skip
    for grid, new_grid in zip(one.grids, _in_order(one.grids, other.grids), strict=True):
        lines += _records_changed(grid, new_grid)
    return lines


def _in_order(order: Sequence[StudyGrid], grids: Sequence[StudyGrid]) -> list[StudyGrid]:
    by_name = {g.name: g for g in grids}
    return [by_name[g.name] for g in order]


def _changed(what: str, before: str, after: str, usual: str = "") -> str:
    if before == after:
        return ""
    if not before:
        stood = f", where the usual {usual} held" if usual else ""
        return f"{what} is now {_short(after)}{stood}."
    if not after:
        holds = f"; the usual {usual} holds" if usual else ""
        return f"{what} is no longer {_short(before)}{holds}."
    return f"{what} becomes {_short(after)} instead of {_short(before)}."


def _short(text: str) -> str:
    one = "; ".join(text.splitlines())
    return one if len(one) <= 120 else f"{one[:117]}..."


def _records_changed(old: StudyGrid, new: StudyGrid) -> list[str]:
    before, after = (_filled(g.rows) for g in (old, new))
    one, other = ([tuple(sorted(cells.items())) for cells in rows] for rows in (before, after))
    lines = []
    for act, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if act == "equal":
            continue
        paired = min(b - a, d - c)
        for cells, now in zip(before[a : a + paired], after[c : c + paired], strict=True):
            what = f"{old.name}, {_called(now)}"
            lines += [s for k in cells if (s := _changed(f"{what}: {k}", cells[k], now.get(k, "")))]
        lines += [f"{old.name}: {_called(cells)} is taken out." for cells in before[a + paired : b]]
        lines += [f"{old.name}: {_called(cells)} is added." for cells in after[c + paired : d]]
    return lines


def _filled(rows: Sequence[GridRow]) -> list[Mapping[str, str]]:
    return [row.cells for row in rows if any(row.cells.values())]


def _called(cells: Mapping[str, str]) -> str:
    named = [cells[k] for k in NAMED if cells.get(k)]
    return (named or [v for v in cells.values() if v] or ["a row"])[0]
