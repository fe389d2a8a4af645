"""Pieces of a page: a table with its units, a figure with its chart and its table, lists; everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import Chart
from groundplan.results.framed import cell_texts, headings
from groundplan.results.words import PERCENT

BRIEF = 24
Writer = Callable[[Outcome], str]
Section = tuple[str, str, Writer]


@dataclass(frozen=True)
class Page:
    """What the report of one kind of outcome says: its name, a line on what was read, one sentence, and sections.

    A section is (name, heading, writer); one that has nothing to say is left out.
    """

    named: Callable[[Outcome], str]
    note: Callable[[Outcome], str]
    headline: Callable[[Outcome], str]
    sections: tuple[Section, ...]


def table(frame: pd.DataFrame, title: str) -> str:
    """A table as HTML, units in the heading, or in the title where all columns have the same; empty for no rows."""
    if not len(frame) or not len(frame.columns):
        return ""
    named = headings(frame)
    units = {unit for _, unit in named}
    shared = units.pop() if len(units) == 1 else ""
    worded = [_in_words(frame.iloc[:, n]) for n in range(len(named))]
    heads = [f'<th scope="col">{escape(str(frame.index.name or ""))}</th>']
    for (name, unit), words in zip(named, worded, strict=True):
        said = f"<small>{escape(unit)}</small>" if unit and unit != shared else ""
        heads.append(f'<th scope="col"{_kind(words)}>{escape(name)}{said}</th>')
    cells = cell_texts(frame)
    rows = []
    for r, label in enumerate(frame.index):
        inside = "".join(f"<td{_kind(w)}>{escape(c[r])}</td>" for c, w in zip(cells, worded, strict=True))
        rows.append(f'<tr><th scope="row">{escape(str(label))}</th>{inside}</tr>')
    brief = ' class="brief"' if len(frame) <= BRIEF else ""
    unit = f" <small>({escape('per cent' if shared == PERCENT else shared)})</small>" if shared else ""
    return (
        f'<div class="scroll"><table{brief}><caption>{escape(title)}{unit}</caption>'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _in_words(column: pd.Series) -> bool:
    return any(isinstance(v, str) for v in column.tolist())


def _kind(words: bool) -> str:
    return ' class="words"' if words else ""


def figure(chart: Chart, outcome: Outcome, *, with_table: bool = True) -> str:
    """A chart and, under it, its table; nothing where the outcome holds nothing to show."""
    picture = chart.draw(outcome)
    if picture:
        caption = f"<figcaption>{escape(chart.title)}</figcaption>"
        picture = f'<figure id="chart-{escape(chart.name)}">{caption}<div class="chart">{picture}</div></figure>'
    return picture + (table(chart.table(outcome), chart.table_title or chart.title) if with_table else "")


def items(lines: Sequence[str]) -> str:
    """A list of sentences."""
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph; ``kind`` is its class."""
    named = f' class="{escape(kind)}"' if kind else ""
    return f"<p{named}>{escape(words)}</p>" if words else ""


def together(*parts: str | Writer) -> Writer:
    """What its writers write, in order, with paragraphs (texts) between; nothing where they have nothing to say."""

    def write(o: Outcome) -> str:
        written = [paragraph(part) if isinstance(part, str) else part(o) for part in parts]
        said = any(body for part, body in zip(parts, written, strict=True) if not isinstance(part, str))
        return "".join(written) if said else ""

    return write


def tabled(table_of: Callable[[Outcome], pd.DataFrame], title: str) -> Writer:
    """Writes a table under its title."""
    return lambda o: table(table_of(o), title)


def charted(chart: Chart, *, with_table: bool = True) -> Writer:
    """Writes a chart and its table."""
    return lambda o: figure(chart, o, with_table=with_table)


def listed(lines_of: Callable[[Outcome], Sequence[str]]) -> Writer:
    """Writes a list of sentences."""
    return lambda o: items(lines_of(o))


def said(sentence_of: Callable[[Outcome], str]) -> Writer:
    """Writes a paragraph."""
    return lambda o: paragraph(sentence_of(o))
