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
from groundplan.records.named import PRODUCT, SECTOR, Naming
from groundplan.records.toml import Document, open_document, parse
from groundplan.shocks.scenarios.classes import BINDING
from groundplan.shocks.scenarios.events import Event
from groundplan.shocks.scenarios.settings import ALL_SETTINGS, MIDDLE, SETTINGS, Setting

STEPS = {"day": 1, "week": 7}
SHARING = ("entitlement", "redistributed", "orders")
OVERTIME = ("let_go", "kept")
ORDERS = ("availability", "fixed")
RATIONING = ("proportional", "priority", "mixed")
IMPORTS = ("apart", "pooled")
BOUNDS = ("all", "classes")
OWN_USE = ("first", "as others")
TIERS = (("sectors",), ("final:household", "final:government"))
FOOD_POWER_HEALTH = (("class:food", "class:power", "class:water", "class:health"), *TIERS)
STOCKS_DEFAULT = "default"
OF_STOCKS = Naming(PRODUCT, (STOCKS_DEFAULT, "all"), refused=False)
OF_USERS = Naming(SECTOR, ("sectors", "all"), refused=False)


@dataclass(frozen=True, kw_only=True)
class Behaviour(Card):
    """How firms and the state act; each default is an assumption and is reported as one.

    ``sharing`` says what a supplier that cannot give all gives to whom. ``entitlement``: each user may have its base
    share of what could be supplied; what nobody claims is not made. ``redistributed``: what is left unclaimed goes to
    those who are still short, once. ``orders``: shares follow what is ordered, and a lack stops its user as in ARIO
    and BoARIO; a lack of an input then binds by its class alone, whatever it costs.
    ``setting`` and the fields after it are of the first two, ``alpha_base`` to ``own_use`` of ``orders``.

    Source: Hallegatte (2014), inventories and overproduction; Guan et al. (2020); Pichler et al. (2022), inputs that
    are critical, important or neither (citations not checked); entitlements are our own (docs/explanation/crises.md).
    A tier lists users: codes, ``class:<name>``, ``sectors`` (all), ``final:<kind or name>``. Firms before final users
    is Hallegatte's (2008) rule; ``FOOD_POWER_HEALTH`` puts food, power, water and health before other firms.
    ``alpha_max``, ``alpha_days``, ``psi`` and ``rebuild_days`` have the defaults of BoARIO 0.7.2.
    """

    sharing: str = keyed(
        "", "who gets what is short: entitlement (base shares), redistributed or orders", SHARING[0], among=SHARING
    )
    setting: str = keyed(
        "", "how well people make do: rigid, middle, flexible; all: told for the three (one path: the middle)",
        ALL_SETTINGS, among=(ALL_SETTINGS, *SETTINGS),
    )  # fmt: skip
    sigma_critical: float | None = keyed("1", "elasticity between critical inputs; None: the setting's", None, 0.01, 20)
    sigma_important: float | None = keyed("1", "the same for important inputs; None: the setting's", None, 0.01, 20)
    sigma_imports: float | None = keyed(
        "1", "elasticity between home and imported goods of a product; None: the setting's", None, 0.01, 20
    )
    ceiling: float | None = keyed("1", "most output with overtime, over base output; None: the setting's", None, 1, 10)
    import_ceiling: float | None = keyed(
        "1", "most that comes from a source that is not cut, over its base; None: the setting's", None, 1, 10
    )
    psi: float = keyed("1", "share of the wanted stock below which a lack holds production back", 0.8, 1e-6, 1)
    restock_days: float | None = keyed(
        "days", "time constant in which a gap in stocks is ordered; None: as many days as the stock is to last", None,
        1, 36500,
    )  # fmt: skip
    rebuild_days: float = keyed("days", "time constant in which what was destroyed is ordered", 60.0, 1, 36500)
    rerouting_days: float | None = keyed(
        "days", "time constant in which buyers move to partners that still deliver; None: they never do", None, 1, 36500
    )
    imports: str = keyed(
        "", "'apart': home and imported goods are different inputs; 'pooled': one stock of both", "apart", among=IMPORTS
    )
    binding: str = keyed(
        "", "'all': every input is critical; 'classes': as the broad class of the input says", "classes", among=BOUNDS
    )
    binding_of: Mapping[str, str] = keyed(
        "", f"input (code or class) → {', '.join(BINDING)}", {}, among=BINDING, names=OF_STOCKS
    )
    minor_imports: float = keyed("1", "share of a use of a product under which its imports do not bind", 0.1, 0, 1)
    rationing: str = keyed(
        "", "who is served when goods are short: proportional, priority or mixed", RATIONING[0], among=RATIONING
    )
    tiers: tuple[tuple[str, ...], ...] = keyed(
        "", "users served first, second ...; who is not named comes last", TIERS, names=OF_USERS
    )
    mixed_share: float = keyed("1", "mixed: share of supply that goes out in proportion, the rest by tiers", 0.5, 0, 1)
    alpha_base: float = keyed("1", "orders: capacity in normal times over base output", 1.0, 1, 10)
    alpha_max: float = keyed("1", "orders: most capacity that overtime can give, over base output", 1.25, 1, 10)
    alpha_days: float = keyed("days", "orders: time constant in which overtime is built up and let go", 365.0, 1, 36500)
    overtime: str = keyed(
        "", "orders: 'let_go' where nothing lacks; 'kept': only orders that fall short of output lower it",
        OVERTIME[0], among=OVERTIME,
    )  # fmt: skip
    orders: str = keyed(
        "", "orders: 'availability': they turn to suppliers that can deliver; 'fixed': base shares", ORDERS[0],
        among=ORDERS,
    )  # fmt: skip
    own_use: str = keyed(
        "", "orders: 'first': a maker keeps back what it needs of its own product; or 'as others'", OWN_USE[0],
        among=OWN_USE,
    )  # fmt: skip
    stop_below: float = keyed("1", "a sector stands still below this share of base output", 0.05, 0, 1)

    def __post_init__(self) -> None:
        raise_all(self.faults(), where="behaviour")

    def more_faults(self) -> list[GroundplanError]:
        """Overtime adds to capacity, tiers are of users, and what is stated is of the rule that is followed."""
        faults: list[GroundplanError] = []
        if self.alpha_max < self.alpha_base:
            faults.append(StudyError(f"alpha_max {self.alpha_max:g} is below alpha_base {self.alpha_base:g}"))
        if not all(isinstance(t, tuple) and t for t in self.tiers):
            faults.append(StudyError(f"tiers are {self.tiers!r}", fix="give lists of texts, first tier first"))
        idle = OF_SETTINGS if self.sharing == "orders" else OF_ORDERS
        defaults = {f.name: f.default for f in dataclasses.fields(self)}
        for name in idle:
            if getattr(self, name) != defaults[name]:
                what = f"{name} says nothing where sharing is '{self.sharing}'"
                others = "entitlement or redistributed" if self.sharing == "orders" else "orders"
                faults.append(StudyError(what, fix=f"leave it out, or take sharing = {others}"))
        return faults

    @property
    def makes_do(self) -> Setting:
        """How well people make do: the setting's figures, and those that are stated instead."""
        own = SETTINGS[MIDDLE if self.setting == ALL_SETTINGS else self.setting]
        stated = {f.name: getattr(self, f.name) for f in dataclasses.fields(own)}
        return dataclasses.replace(own, **{name: value for name, value in stated.items() if value is not None})

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that a loss is told for; one without a name where orders rule."""
        if self.sharing == "orders":
            return (ALL_SETTINGS,)
        return tuple(SETTINGS) if self.setting == ALL_SETTINGS else (self.setting,)


OF_SETTINGS = (
    "setting", "sigma_critical", "sigma_important", "sigma_imports", "ceiling", "import_ceiling",
)  # fmt: skip
OF_ORDERS = ("alpha_base", "alpha_max", "alpha_days", "overtime", "orders", "own_use")
BY_ORDERS = Behaviour(sharing="orders", rationing="priority")


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
    stocks: Mapping[str, float] = keyed(
        "days", "days of use in users' stocks, by product", {}, 0, 36500, names=OF_STOCKS
    )
    reserves: Mapping[str, float] = keyed(
        "days", "days of use in the state's reserves, by product", {}, 0, 36500, names=OF_STOCKS
    )
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

    def in_setting(self, name: str) -> Scenario:
        """The scenario in one of its ``behaviour.settings``."""
        if name == self.behaviour.setting:
            return self
        return self.replacing(behaviour=dataclasses.replace(self.behaviour, setting=name))

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
    folder = files("groundplan").joinpath("shocks/scenarios/ready")
    paths = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    scenarios = [read_scenario(f.read_text("utf-8"), f.name) for f in paths]
    return {s.name: s for s in scenarios}


def ready(name: str) -> Scenario:
    """A shipped scenario by name; an unknown one is refused with the nearest."""
    if name not in library():
        raise UnknownName("ready scenario", name, library())
    return library()[name]
