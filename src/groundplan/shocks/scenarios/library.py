"""Ready scenarios that fit every economy whose sectors belong to known broad classes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from groundplan.errors import UnknownName
from groundplan.shocks.scenarios.scenario import Scenario, read_scenario


@cache
def library() -> dict[str, Scenario]:
    """The shipped scenarios by name. Depths and lengths are examples, not forecasts.

    >>> library()["fuel cut"].events[0].depth
    0.5
    """
    folder = files("groundplan").joinpath("shocks/scenarios")
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    made = [read_scenario(f.read_text("utf-8"), f.name) for f in found]
    return {s.name: s for s in made}


def ready(name: str) -> Scenario:
    """A shipped scenario by name; an unknown one is refused with the nearest."""
    if name not in library():
        raise UnknownName("ready scenario", name, library())
    return library()[name]
