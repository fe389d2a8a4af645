"""The page that a terminal shows of an outcome; which page follows from the engine that made it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from groundplan.errors import UnknownName
from groundplan.outcome import Outcome

PAGE_OF = {
    "alternatives": "compared_pages.alternatives_page:summary",
    "account": "text_page:lines",
    "compare": "compared_pages.compare_page:summary",
    "data": "text_page:accounts",
    "doctrines": "text_page:doctrines",
    "join": "compared_pages.join_page:summary",
    "place": "place_pages.place_summary:place_summary",
    "plan": "plan_pages.plan_summary:summary",
    "preview": "text_page:lines",
    "recipe": "text_page:lines",
    "recipes": "text_page:lines",
    "report": "text_page:written",
    "robust": "compared_pages.uncertainty_page:summary",
    "scenarios": "text_page:scenarios",
    "see": "economy_pages.see_summary:see_summary",
    "sensitivity": "compared_pages.sensitivity_page:summary",
    "stress": "crisis_pages.stress_summary:stress_summary",
    "template": "text_page:written",
    "whynot": "compared_pages.why_not_page:summary",
}


def text_page(o: Outcome) -> str:
    """An outcome as text, at most 100 columns wide, as the command line prints it; a saved one gives the same page.

    Raises ``UnknownName`` for an engine whose outcomes have no page.
    """
    engine = str(o.provenance.get("engine", "plan")).partition(",")[0]
    if engine not in PAGE_OF:
        raise UnknownName("engine", engine, PAGE_OF, where="provenance.json")
    module, _, name = PAGE_OF[engine].partition(":")
    page: Callable[[Outcome], str] = getattr(import_module(f"groundplan.results.{module}"), name)
    return page(o)


def lines(o: Outcome) -> str:
    """What is told line by line."""
    return "\n".join(o.table("lines")["line"])


def accounts(o: Outcome) -> str:
    """The accounts at hand, with publisher and licence."""
    told = []
    for row in o.table("accounts").to_dict("records"):
        told += [
            f"{row['country']} {row['year']}  {row['country_name']:<12} {row['money']:<10} {row['publisher']}",
            f"          {'table':<12} {row['title']}",
            f"          {'licence':<12} {row['licence']}",
        ]
    return "\n".join([*told, "\nOne account in ten lines: groundplan data KEN"])


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
