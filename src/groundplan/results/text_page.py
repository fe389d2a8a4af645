"""The page that a terminal shows of an outcome: its brief and its body, as text; which page follows from its engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from groundplan.errors import UnknownName
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.results.guard_lines import HEADING as BEFORE
from groundplan.results.spoken_views import spoken_views
from groundplan.results.terminal import STUB, block, sheet, text_table, wrapped
from groundplan.results.view import ANNEX, GUARDS, HEADING, Bullets, Grid, Part, Prose, Verbatim, View
from groundplan.results.view_list import has_views
from groundplan.results.words import unit_words
from groundplan.verb_options import imported
from groundplan.verb_table import PAGES

SHORT = "The answer in short"


def text_page(o: Outcome) -> str:
    """An outcome as text, at most 100 columns wide, as the command line prints it; a saved one gives the same page.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    if o.engine not in PAGES:
        raise UnknownName("engine", o.engine, PAGES, where="provenance.json")
    if has_views(o):
        return shown(spoken_views(o))
    page: Callable[[Outcome], str] = imported(f"groundplan.results.{PAGES[o.engine].text}")
    return "\n".join(_said_line(line) for line in page(o).split("\n"))


def shown(there: tuple[View, ...]) -> str:
    """Views as text: the brief under its first line, then the body, each under its heading; no charts, no annexes."""
    brief, *rest = there
    opening, *more = [p for p in brief.parts if isinstance(p, Prose | Bullets | Grid)]
    first = "\n".join(wrapped(opening.words)) if isinstance(opening, Prose) else brief.title
    guards = [p for p in more if isinstance(p, Bullets) and p.kind == GUARDS]
    rest_of_it = [p for p in more if p not in guards]
    return sheet(
        first,
        block(said(SHORT), _lines(rest_of_it)),
        *(block(said(BEFORE), _lines([g])) for g in guards),
        *(block(v.title, _lines(v.parts)) for v in rest if v.level != ANNEX),
    )


def _lines(parts: Sequence[Part]) -> list[str]:
    """Parts as lines: sentences wrapped, tables after an empty line under their titles where the view has several."""
    grids = sum(isinstance(p, Grid) for p in parts)
    out: list[str] = []
    for p in parts:
        if isinstance(p, Prose):
            out += ["", p.words] if p.kind == HEADING else wrapped(p.words)
        elif isinstance(p, Bullets):
            out += wrapped(*(f"{n}. {x}" for n, x in enumerate(p.lines, 1)) if p.numbered else p.lines)
        elif isinstance(p, Verbatim) and not p.summary:
            out += [p.text]
        elif isinstance(p, Grid):
            out += [""] if out and out[-1] else []
            out += [f"{p.title}:"] if grids > 1 else []
            out += [*_table(p), ""]
    while out and not out[-1]:
        out.pop()
    return out[1:] if out and not out[0] else out


def _table(g: Grid) -> list[str]:
    """A table as short as a terminal has room for it; how many rows more there are is said."""
    frame = g.frame.drop(columns=[c for c in g.spare if c in g.frame.columns.get_level_values(0)], level=0)
    more = len(frame) - g.top if g.top else 0
    lines = text_table(frame.head(g.top) if more > 0 else frame, dict(g.heads), g.stub or STUB)
    return lines + ([said(f"({more} more in the report and the tables)")] if more > 0 else [])


def _said_line(line: str) -> str:
    """A line of a page that is no views: the parts that wide gaps keep apart, each by itself."""
    return "".join(said(part) for part in re.split(r"( {2,})", line))


def lines(o: Outcome) -> str:
    """What is told line by line."""
    return "\n".join(o.table("lines")["line"])


def accounts(o: Outcome) -> str:
    """The accounts at hand, with publisher and licence."""
    blocks = []
    for row in o.table("accounts").to_dict("records"):
        unit = unit_words(row["money"])
        blocks += [
            f"{row['country']} {row['year']}  {row['country_name']:<12} {unit:<7} {row['publisher']}",
            *(["          an estimate  nobody observed these accounts; a year must be named to take them"]
              if row["estimate"] else []),
            f"          {'table':<12} {row['title']}",
            f"          {'licence':<12} {row['licence']}",
        ]  # fmt: skip
    return "\n".join([*blocks, "\nOne account on a page: groundplan data KEN"])


def doctrines(o: Outcome) -> str:
    """The shipped doctrines, each with its words."""
    rows = o.table("doctrines").to_dict("records")
    return "\n".join(f"{d['doctrine']:14}{d['name']}\n{'':14}{d['words']}" for d in rows)


def scenarios(o: Outcome) -> str:
    """The ready scenarios, each with what it is about."""
    return "\n".join(f"{s['scenario']}\n          {s['about']}" for s in o.table("scenarios").to_dict("records"))


def written(o: Outcome) -> str:
    """What was written, and where."""
    rows = o.table("written").to_dict("records")
    return "\n".join(f"{str(row['what'])[:1].upper()}{str(row['what'])[1:]}: {row['path']}" for row in rows)
