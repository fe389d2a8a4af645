"""What there is to say of an outcome, as data, said once: every face renders the same views.

A view is a heading and its parts in order: sentences, lists, tables with units, charts as descriptions, words to be
copied, sources. The terminal, the report, the workbook, JSON and notebooks read nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import pandas as pd

from groundplan.errors import UnknownName
from groundplan.verb_options import imported

BRIEF, BODY, ANNEX = "brief", "body", "annex"
NOTE, HEADLINE, HEADING, GUARDS = "note", "headline", "heading", "guards"


class Drawn(Protocol):
    """A chart as data: what it is called, and the marks that its renderers make of it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """By which pages and files refer to it."""

    @property
    def title(self) -> str:
        """What it shows."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""

    def sentence(self) -> str:
        """What it shows, in a sentence made of its numbers."""

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks as inline SVG text; ``narrow`` for a page as wide as a telephone."""

    def option(self) -> dict[str, Any]:
        """The same as an option of ECharts 6: plain JSON values."""


@dataclass(frozen=True)
class Prose:
    """A paragraph. ``kind``: ``note``, ``headline``, ``heading`` of what follows, or nothing for plain words."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Bullets:
    """Sentences as a list; ``kind`` ``guards`` for what is said before all else."""

    lines: tuple[str, ...]
    numbered: bool = False
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Grid:
    """A table whose columns have names and units (``framed``).

    ``heads``: short forms of column names where room is short; ``spare``: columns that are left out there; ``top``:
    rows that are shown there, all by default; ``stub``: characters of a row's name there, as usual by default.
    ``english``: the same table in English, where ``frame`` is in another language.
    """

    title: str
    frame: pd.DataFrame
    heads: Mapping[str, str] = field(default_factory=dict)
    spare: tuple[str, ...] = ()
    top: int = 0
    stub: int = 0
    english: pd.DataFrame | None = None

    @property
    def in_english(self) -> pd.DataFrame:
        """Its table in English: what is looked for by its words."""
        return self.frame if self.english is None else self.english


@dataclass(frozen=True, eq=False)
class Plot:
    """A chart and the table with the same numbers, which is offered with it; where it is shown, it stands after it."""

    chart: Drawn
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Verbatim:
    """Words to be copied as they are; under a ``summary`` they are folded."""

    text: str
    summary: str = ""


@dataclass(frozen=True)
class Reference:
    """A source: publisher, title, vintage, licence, address, and the SHA-256 of its files."""

    publisher: str
    title: str
    vintage: str
    licence: str
    address: str
    files: Mapping[str, str]


Part = Prose | Bullets | Grid | Plot | Verbatim | Reference
Parts = tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class View:
    """One thing to say: its name, its heading, how near the front it stands, and its parts.

    ``level``: ``brief`` (the first page), ``body`` (what follows) or ``annex`` (what is looked up).
    """

    name: str
    title: str
    level: str
    parts: Parts

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its title."""
        return {p.title: p.frame for p in self.parts if isinstance(p, Grid)}

    @property
    def table(self) -> pd.DataFrame:
        """The first table. Raises ``UnknownName`` where the view has none."""
        if not self.tables:
            raise UnknownName("table in the view", self.name, [])
        return next(iter(self.tables.values()))

    @property
    def charts(self) -> dict[str, Drawn]:
        """Every chart by its name."""
        return {p.chart.name: p.chart for p in self.parts if isinstance(p, Plot)}

    @property
    def says(self) -> list[str]:
        """Its sentences, in order."""
        return [
            line
            for p in self.parts
            if isinstance(p, Prose | Bullets)
            for line in (p.lines if isinstance(p, Bullets) else [p.words])
        ]

    def _repr_html_(self) -> str:
        """The view as notebooks show it."""
        shown: str = imported("groundplan.results.html.notebook:view_html")(self)
        return shown
