"""The page that a terminal shows of an outcome; which page follows from the engine that made it."""

from __future__ import annotations

from collections.abc import Callable

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.verb_table import PAGES, imported


def text_page(o: Outcome) -> str:
    """An outcome as text, at most 100 columns wide, as the command line prints it; a saved one gives the same page.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    if o.engine not in PAGES:
        raise UnknownName("engine", o.engine, PAGES, where="provenance.json")
    page: Callable[[Outcome], str] = imported(f"groundplan.results.{PAGES[o.engine].text}")
    return page(o)


def lines(o: Outcome) -> str:
    """What is told line by line."""
    return "\n".join(o.table("lines")["line"])


def accounts(o: Outcome) -> str:
    """The accounts at hand, with publisher and licence."""
    blocks = []
    for row in o.table("accounts").to_dict("records"):
        blocks += [
            f"{row['country']} {row['year']}  {row['country_name']:<12} {row['money']:<10} {row['publisher']}",
            f"          {'table':<12} {row['title']}",
            f"          {'licence':<12} {row['licence']}",
        ]
    return "\n".join([*blocks, "\nOne account in ten lines: groundplan data KEN"])


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
    return "\n".join(f"{str(row['what']).capitalize()}: {row['path']}" for row in rows)
