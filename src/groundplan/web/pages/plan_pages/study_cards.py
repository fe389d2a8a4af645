"""What stands under a field of a study's form: its meaning, its unit, its range and what usually holds."""

from __future__ import annotations

import math

from groundplan.languages.spoken import said
from groundplan.study.study_editing.form_fields import BY_SECTOR, StudyField
from groundplan.tables.returned.edit_forms import FormColumn

UNITS = {"1": "a share", "1 / year": "a share a year"}
WIDE = 1e9  # ends of a range that are told


def field_card(f: StudyField) -> str:
    """The card of a choice in sentences."""
    parts = [_meaning(f.meaning, f.unit), *_range(f.low, f.high)]
    if f.kind == BY_SECTOR:
        parts.append(said("One on each line: name = value."))
    if f.usual:
        parts.append(said(f"Usual: {f.usual}."))
    return " ".join(filter(None, parts))


def column_card(c: FormColumn) -> str:
    """The card of a grid's column in sentences."""
    among = [said(f"One of {', '.join(c.among)}.")] if c.among else []
    return " ".join(filter(None, [_meaning(c.meaning, c.unit), *_range(c.low, c.high), *among]))


def unit_text(unit: str) -> str:
    """A unit in words."""
    return said(UNITS.get(unit, unit))


def _meaning(meaning: str, unit: str) -> str:
    words = f"{meaning[:1].upper()}{meaning[1:]}"
    if unit:
        return said(f"{words} ({UNITS.get(unit, unit)}).")
    return said(f"{words}.") if words else ""


def _range(low: float, high: float) -> list[str]:
    ends = [v for v in (low, high) if math.isfinite(v) and abs(v) < WIDE]
    if len(ends) == 2:
        return [said(f"From {low:g} to {high:g}.")]
    return [said(f"At least {low:g}.")] if ends and ends[0] == low else []
