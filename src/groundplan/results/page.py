"""What a kind of outcome says: its name, its brief, and the sections of its report, written as parts of views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.view import ANNEX, BODY, Bullets, Grid, Parts, Plot, Prose

Writer = Callable[[Outcome], Parts]


class Section(NamedTuple):
    """A view of one kind of outcome before it is written: name, heading, what writes it, and its level."""

    name: str
    heading: str
    write: Writer
    level: str = ANNEX


def _nothing(_: Outcome) -> Parts:
    return ()


@dataclass(frozen=True)
class Page:
    """What is said of one kind of outcome: its name, a line on what was read, a headline, more for the brief, sections.

    A section that has nothing to say is left out.
    """

    named: Callable[[Outcome], str]
    note: Callable[[Outcome], str]
    headline: Callable[[Outcome], str]
    sections: tuple[Section, ...]
    brief: Writer = _nothing


def body(name: str, heading: str, *parts: str | Writer) -> Section:
    """A section that follows the brief on every face."""
    return Section(name, heading, together(*parts), BODY)


def annex(name: str, heading: str, *parts: str | Writer) -> Section:
    """A section that is looked up: folded in the report, not shown on a terminal."""
    return Section(name, heading, together(*parts), ANNEX)


def table(
    frame: pd.DataFrame,
    title: str,
    *,
    heads: Mapping[str, str] | None = None,
    spare: Sequence[str] = (),
    top: int = 0,
    stub: int = 0,
) -> Parts:
    """A table under its title; nothing for no rows. ``heads``, ``spare``, ``top`` and ``stub``: see ``Grid``."""
    there = len(frame) and len(frame.columns)
    return (Grid(title, frame, dict(heads or {}), tuple(spare), top, stub),) if there else ()


def figure(chart: Chart, outcome: Outcome, *, with_table: bool = True) -> Parts:
    """A chart and, after it, its table; nothing where the outcome holds nothing to show."""
    described, twin = chart.description(outcome), chart.table(outcome)
    picture: Parts = () if described is None else (Plot(described, twin),)
    return picture + (table(twin, chart.table_title or chart.title, **chart.shown) if with_table else ())


def items(lines: Sequence[str], *, numbered: bool = False) -> Parts:
    """A list of sentences."""
    return (Bullets(tuple(lines), numbered),) if len(lines) else ()


def paragraph(words: str, kind: str = "") -> Parts:
    """A paragraph; nothing for no words."""
    return (Prose(words, kind),) if words else ()


def joined(parts: Sequence[Parts]) -> Parts:
    """Parts one after the other."""
    return tuple(p for some in parts for p in some)


def together(*parts: str | Writer) -> Writer:
    """What its writers write, in order, with paragraphs (texts) between; nothing where they have nothing to say."""
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]

    def write(o: Outcome) -> Parts:
        written = [paragraph(part) if isinstance(part, str) else part(o) for part in parts]
        said = any(inside for part, inside in zip(parts, written, strict=True) if not isinstance(part, str))
        return joined(written) if said else ()

    return write


def tabled(
    table_of: Callable[[Outcome], pd.DataFrame],
    title: str,
    *,
    heads: Mapping[str, str] | None = None,
    spare: Sequence[str] = (),
    top: int = 0,
    stub: int = 0,
) -> Writer:
    """Writes a table under its title."""
    return lambda o: table(table_of(o), title, heads=heads, spare=spare, top=top, stub=stub)


def charted(chart: Chart, *, with_table: bool = True) -> Writer:
    """Writes a chart and its table."""
    return lambda o: figure(chart, o, with_table=with_table)


def listed(lines_of: Callable[[Outcome], Sequence[str]]) -> Writer:
    """Writes a list of sentences."""
    return lambda o: items(lines_of(o))


def said(sentence_of: Callable[[Outcome], str]) -> Writer:
    """Writes a paragraph."""
    return lambda o: paragraph(sentence_of(o))
