"""A scenario: a named set of events, how long it is watched, what is in stock, and how people behave."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.records.card import Card, keyed
from groundplan.records.toml import Document, open_document, parse
from groundplan.shocks.scenarios.classes import BINDING
from groundplan.shocks.scenarios.events import Event

STEPS = {"day": 1, "week": 7}
OVERTIME = ("let_go", "kept")
ORDERS = ("availability", "fixed")
RATIONING = ("proportional", "priority", "mixed")
IMPORTS = ("apart", "pooled")
BOUNDS = ("all", "classes")
OWN_USE = ("first", "as others")
TIERS = (("sectors",), ("final:household", "final:government"))
FOOD_POWER_HEALTH = (("class:food", "class:power", "class:water", "class:health"), *TIERS)
STOCKS_DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Behaviour(Card):
    """How firms and the state act; each default is an assumption and is reported as one.

    Source: Hallegatte (2014), inventories and overproduction; Guan et al. (2020); Pichler et al. (2022), inputs that
    are critical, important or neither (citations not checked). A tier lists users: codes, ``class:<name>``,
    ``sectors`` (all), ``final:<kind or name>``. Firms before final users is Hallegatte's (2008) rule;
    ``FOOD_POWER_HEALTH`` puts food, power, water and health before other firms. ``alpha_max``, ``alpha_days``, ``psi``
    and ``rebuild_days`` have the defaults of BoARIO 0.7.2.
    """

    psi: float = keyed("1", "share of the wanted stock below which a lack holds production back", 0.8, 1e-6, 1)
    restock_days: float | None = keyed(
        "days", "time constant in which a gap in stocks is ordered; None: as many days as the stock is to last", None,
        1, 36500,
    )  # fmt: skip
    alpha_base: float = keyed("1", "capacity in normal times over base output", 1.0, 1, 10)
    alpha_max: float = keyed("1", "most capacity that overtime can give, over base output", 1.25, 1, 10)
    alpha_days: float = keyed("days", "time constant in which overtime is built up and let go", 365.0, 1, 36500)
    overtime: str = keyed(
        "", "'let_go' where nothing lacks; 'kept': only orders that fall short of output lower it", OVERTIME[0],
        among=OVERTIME,
    )  # fmt: skip
    rebuild_days: float = keyed("days", "time constant in which what was destroyed is ordered", 60.0, 1, 36500)
    orders: str = keyed(
        "", "'availability': orders turn to suppliers that can deliver; 'fixed': base shares", ORDERS[0], among=ORDERS
    )
    rerouting_days: float | None = keyed(
        "days", "time constant in which orders move to partners that still deliver; None: they never do", None, 1, 36500
    )
    imports: str = keyed(
        "", "'apart': home and imported goods are different inputs; 'pooled': one stock of both", "apart", among=IMPORTS
    )
    binding: str = keyed(
        "", "'all': every input binds; 'classes': as the broad class of the input says", "classes", among=BOUNDS
    )
    binding_of: Mapping[str, str] = keyed("", f"input (code or class) → {', '.join(BINDING)}", {}, among=BINDING)
    minor_imports: float = keyed("1", "share of a use of a product under which its imports do not bind", 0.1, 0, 1)
    rationing: str = keyed(
        "", "who is served when goods are short: proportional, priority or mixed", "priority", among=RATIONING
    )
    tiers: tuple[tuple[str, ...], ...] = keyed("", "users served first, second ...; who is not named comes last", TIERS)
    own_use: str = keyed(
        "", "'first': a maker keeps back what it needs of its own product; or 'as others'", OWN_USE[0], among=OWN_USE
    )
    mixed_share: float = keyed("1", "mixed: share of supply that goes out in proportion, the rest by tiers", 0.5, 0, 1)
    stop_below: float = keyed("1", "a sector stands still below this share of base output", 0.05, 0, 1)

    def __post_init__(self) -> None:
        raise_all(self.faults(), where="behaviour")

    def more_faults(self) -> list[GroundplanError]:
        """Overtime adds to capacity, and tiers are of users."""
        faults: list[GroundplanError] = []
        if self.alpha_max < self.alpha_base:
            faults.append(StudyError(f"alpha_max {self.alpha_max:g} is below alpha_base {self.alpha_base:g}"))
        if not all(isinstance(t, tuple) and t for t in self.tiers):
            faults.append(StudyError(f"tiers are {self.tiers!r}", fix="give lists of texts, first tier first"))
        return faults


@dataclass(frozen=True, kw_only=True)
class Scenario(Card):
    """Events, horizon, stocks, reserves and behaviour. Equal scenarios on equal accounts give equal numbers.

    ``stocks``: days of each user's own use at base output, by product (code, ``class:<name>`` or ``default``); what is
    not named has the days of its class in ``classes.csv``, an assumption. ``reserves``: days of the whole country's use
    that the state holds and gives out when suppliers fall short. A stock is at least two steps: with less, production
    could not be carried from one delivery to the next.
    """

    name: str = keyed("", "what the scenario is called")
    events: tuple[Event, ...] = keyed("", "what happens", ())
    about: str = keyed("", "what it stands for, in a sentence", "")
    horizon: int = keyed("days", "how long the economy is watched", 365, 1, 36500)
    step: str = keyed("", "day or week", "day", among=tuple(STEPS))
    stocks: Mapping[str, float] = keyed("days", "days of use in users' stocks, by product", {}, 0, 36500)
    reserves: Mapping[str, float] = keyed("days", "days of use in the state's reserves, by product", {}, 0, 36500)
    behaviour: Behaviour = keyed("", "how firms and the state act", Behaviour())

    def __post_init__(self) -> None:
        raise_all(self.faults(), where=f"scenario '{self.name}'")

    def more_faults(self) -> list[GroundplanError]:
        """A stock carries production from one delivery to the next."""
        least = 2 * self.days_per_step
        return [
            StudyError(f"{v:g} days of stock of {k} are less than two steps", fix=f"give {least} days or more")
            for k, v in self.stocks.items()
            if v < least
        ]

    @property
    def days_per_step(self) -> int:
        """Days in a step: 1 or 7."""
        return STEPS[self.step]

    @property
    def steps(self) -> int:
        """T, steps in the horizon; the last week may go beyond it."""
        return -(-self.horizon // self.days_per_step)

    def replacing(self, **changes: Any) -> Scenario:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)


def open_scenario(path: str | Path) -> Scenario:
    """Read a scenario file (TOML), refuse what it does not know, all faults at once.

    Raises ``StudyError`` and ``UnknownName`` with the line and the nearest name.
    """
    return scenario_of(open_document(path))


def read_scenario(text: str, name: str) -> Scenario:
    """A scenario from the text of a TOML file; ``name`` is the file's, told in faults."""
    return scenario_of(parse(text, name))


def scenario_of(document: Document) -> Scenario:
    """A scenario from a document; without a name of its own it has that of its file."""
    named = {"name": Path(document.name).stem, **document.content}
    return dataclasses.replace(document, content=named).record(Scenario)


@cache
def library() -> dict[str, Scenario]:
    """The shipped scenarios by name. Depths and lengths are examples, not forecasts.

    >>> library()["fuel cut"].events[0].depth
    0.5
    """
    folder = files("groundplan").joinpath("shocks/scenarios")
    paths = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    scenarios = [read_scenario(f.read_text("utf-8"), f.name) for f in paths]
    return {s.name: s for s in scenarios}


def ready(name: str) -> Scenario:
    """A shipped scenario by name; an unknown one is refused with the nearest."""
    if name not in library():
        raise UnknownName("ready scenario", name, library())
    return library()[name]
