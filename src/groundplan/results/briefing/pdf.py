"""A briefing as PDF, A4, set by typst: tables keep their headings over pages, charts stay vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from groundplan.languages.spoken import said, spoken
from groundplan.outcome import Outcome
from groundplan.results.briefing.briefed import Briefing, briefing_of, drawings, source_lines
from groundplan.results.briefing.column_blocks import LONGEST_WORD, Block, column_blocks
from groundplan.results.briefing.paper_extras import refuse_lacking
from groundplan.results.briefing.typesetting import lacking_scripts, pdf_pages
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import naming
from groundplan.shown_text import visible
from groundplan.whole_files import write_bytes

PAGE, MARGIN = 595.28, 54.0  # points
LETTER = 0.48  # width of a letter over the size of its type, a digit and more
BREAK = "\u200b"  # where a word without end may be broken


@naming
def pdf(outcome: Outcome, *, annexes: bool = False, on: date | None = None) -> bytes:
    """The brief and the body of an outcome as PDF; ``annexes``: those too; ``on``: its date, in the foot of each page.

    The same for the same outcome and date. Raises ``GroundplanError`` where the extra ``pdf`` is not installed.
    """
    return pdf_of(briefing_of(outcome, annexes=annexes, on=on))


def pdf_of(briefing: Briefing) -> bytes:
    """A briefing as PDF. Raises ``GroundplanError`` where the extra ``pdf`` is not installed."""
    refuse_lacking("pdf")
    charts: dict[str, str] = {}
    views = [
        {"title": visible(v.title), "parts": _parts(prepared(v.parts, narrow=False), charts)} for v in briefing.views
    ]
    lacking = lacking_scripts([str(views), briefing.title, *charts.values()])
    return pdf_pages("briefing.typ", _given(briefing, views, lacking), charts, briefing.on)


def write_pdf(outcome: Outcome, path: str | Path, *, annexes: bool = False, on: date | None = None) -> Path:
    """Write the briefing as PDF, whole or not at all. Raises ``GroundplanError`` where that cannot be done."""
    return write_bytes(Path(path), pdf(outcome, annexes=annexes, on=on), "the PDF", fix="name another file")


def pdf_to(outcome: Outcome, path: str, *, annexes: bool = False) -> Callable[[], str]:
    """The briefing of what has just been computed; called, the answer writes it and says where it is."""
    pages = pdf(outcome, annexes=annexes, on=date.today())
    return lambda: f"PDF: {write_bytes(Path(path), pages, 'the PDF', fix='name another file')}"


def _given(briefing: Briefing, views: Sequence[Mapping[str, Any]], lacking: Sequence[str]) -> dict[str, Any]:
    on = briefing.on
    return {
        "title": briefing.title, "language": spoken().partition("-")[0], "provenance": briefing.provenance,
        "dated": briefing.dated,
        "on": [on.year, on.month, on.day] if on else None, "margin": MARGIN, "page": said("page"), "of": said("of"),
        "notes": [words for words in (briefing.units, *lacking) if words], "views": views,
    }  # fmt: skip


def _parts(parts: Sequence[Mapping[str, Any]], charts: dict[str, str]) -> list[dict[str, Any]]:
    """Parts as the template takes them; the charts among them are put into ``charts``."""
    out = []
    for p in parts:
        if p["kind"] == "plot":
            sheets = {
                f"chart-{n}.svg": sheet for n, sheet in enumerate(drawings(str(p["pictures"][0][1])), len(charts) + 1)
            }
            charts |= sheets
            out.append({"kind": "plot", "title": visible(said(p["of"].chart.title)), "files": list(sheets)})
        else:
            out.append(_plain(p))
    return out


def _plain(p: Mapping[str, Any]) -> dict[str, Any]:
    """A part of words as JSON, the kinds of sentences each by its name."""
    if p["kind"] == "grid":
        return _grid(p)
    if p["kind"] == "prose":
        return {"kind": p["of"].kind or "prose", "words": visible(p["of"].words)}
    if p["kind"] == "verbatim":
        return {"kind": "verbatim", "words": visible(p["of"].text), "summary": visible(p["of"].summary)}
    if p["kind"] == "references":
        return {"kind": "bullets", "numbered": False, "lines": [_breakable(x, 40) for x in source_lines(p["list"])]}
    lines = [visible(line) for line in p["of"].lines]
    return {
        "kind": p["of"].kind or "bullets", "numbered": p["of"].numbered, "heading": p["heading"], "lines": lines
    }  # fmt: skip


def _grid(p: Mapping[str, Any]) -> dict[str, Any]:
    blocks = column_blocks(p, PAGE - 2 * MARGIN, LETTER)
    return {
        "kind": "grid", "title": visible(p["of"].title), "unit": visible(p["unit"]),
        "corner": _breakable(p["corner"]),
        "heads": [{"name": _breakable(name), "unit": _breakable(unit), "words": w} for name, unit, w in p["heads"]],
        "rows": [{"label": _breakable(label), "cells": [_breakable(c) for c in cells]} for label, cells in p["rows"]],
        "blocks": [_block(b) for b in blocks],
    }  # fmt: skip


def _block(b: Block) -> dict[str, Any]:
    return {"columns": list(b.columns), "widths": list(b.widths), "size": b.size, "whole": b.whole}


def _breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """A text whose words have an end, so that none runs out of its column."""
    text = visible(text)
    if all(len(word) <= longest for word in text.split()):
        return text
    return " ".join(
        BREAK.join(word[k : k + longest // 2] for k in range(0, len(word), longest // 2))
        if len(word) > longest
        else word
        for word in text.split(" ")
    )
