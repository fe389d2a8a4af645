"""A scenario: a named set of events, how long it is watched, what is in stock, and how people behave."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.shocks.classes import BINDING
from groundplan.shocks.events import Event, event_of, said, wrong_number, wrong_value

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
class Behaviour:
    """How firms and the state act; each default is an assumption and is reported as one.

    Source: Hallegatte (2014), inventories and overproduction; Guan et al. (2020); Pichler et al. (2022), inputs that
    are critical, important or neither (citations not checked). A tier lists users: codes, ``class:<name>``,
    ``sectors`` (all), ``final:<kind or name>``. Firms before final users is Hallegatte's (2008) rule;
    ``FOOD_POWER_HEALTH`` puts food, power, water and health before other firms. ``alpha_max``, ``alpha_days``, ``psi``
    and ``rebuild_days`` have the defaults of BoARIO 0.7.2.
    """

    psi: float = said("1", "share of the wanted stock below which a lack holds production back", 0.8, 1e-6, 1)
    restock_days: float | None = said(
        "days", "time constant in which a gap in stocks is ordered; None: as many days as the stock is to last", None,
        1, 36500,
    )  # fmt: skip
    alpha_base: float = said("1", "capacity in normal times over base output", 1.0, 1, 10)
    alpha_max: float = said("1", "most capacity that overtime can give, over base output", 1.25, 1, 10)
    alpha_days: float = said("days", "time constant in which overtime is built up and let go", 365.0, 1, 36500)
    overtime: str = said(
        "", "'let_go' where nothing lacks; 'kept': only orders that fall short of output lower it", OVERTIME[0]
    )
    rebuild_days: float = said("days", "time constant in which what was destroyed is ordered", 60.0, 1, 36500)
    orders: str = said("", "'availability': orders turn to suppliers that can deliver; 'fixed': base shares", ORDERS[0])
    rerouting_days: float | None = said(
        "days", "time constant in which orders move to partners that still deliver; None: they never do", None, 1, 36500
    )
    imports: str = said(
        "", "'apart': home and imported goods are different inputs; 'pooled': one stock of both", "apart"
    )
    binding: str = said("", "'all': every input binds; 'classes': as the broad class of the input says", "classes")
    binding_of: Mapping[str, str] = field(
        default_factory=dict, metadata={"unit": "", "meaning": f"input (code or class) → {', '.join(BINDING)}"}
    )
    minor_imports: float = said("1", "share of a use of a product under which its imports do not bind", 0.1, 0, 1)
    rationing: str = said("", "who is served when goods are short: proportional, priority or mixed", "priority")
    tiers: tuple[tuple[str, ...], ...] = field(
        default=TIERS,
        metadata={"unit": "", "meaning": "users served first, second ...; who is not named comes last"},
    )
    own_use: str = said("", "'first': a maker keeps back what it needs of its own product; or 'as others'", OWN_USE[0])
    mixed_share: float = said("1", "mixed: share of supply that goes out in proportion, the rest by tiers", 0.5, 0, 1)
    stop_below: float = said("1", "a sector stands still below this share of base output", 0.05, 0, 1)

    def __post_init__(self) -> None:
        raise_all(list(self.faults()), where="behaviour")

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the choices."""
        faults: list[GroundplanError] = []
        for spec in dataclasses.fields(self):
            wrong = "" if spec.name in ("tiers", "binding_of") else wrong_value(spec, getattr(self, spec.name))
            if wrong:
                faults.append(StudyError(f"{spec.name} is {wrong}", fix=f"give {spec.metadata['meaning']}"))
        if faults:
            return faults
        for name, known in (
            ("overtime", OVERTIME),
            ("orders", ORDERS),
            ("rationing", RATIONING),
            ("imports", IMPORTS),
            ("binding", BOUNDS),
            ("own_use", OWN_USE),
        ):
            if getattr(self, name) not in known:
                faults.append(UnknownName(name, getattr(self, name), known))
        faults += [UnknownName("way of binding", v, BINDING) for v in self.binding_of.values() if v not in BINDING]
        if self.alpha_max < self.alpha_base:
            faults.append(StudyError(f"alpha_max {self.alpha_max:g} is below alpha_base {self.alpha_base:g}"))
        if not all(isinstance(t, tuple) and t and all(isinstance(s, str) for s in t) for t in self.tiers):
            faults.append(StudyError(f"tiers are {self.tiers!r}", fix="give lists of texts, first tier first"))
        return faults


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Events, horizon, stocks, reserves and behaviour. Equal scenarios on equal accounts give equal numbers.

    ``stocks``: days of each user's own use at base output, by product (code, ``class:<name>`` or ``default``); what is
    not named has the days of its class in ``classes.csv``, an assumption. ``reserves``: days of the whole country's use
    that the state holds and gives out when suppliers fall short. A stock is at least two steps: with less, production
    could not be carried from one delivery to the next.
    """

    name: str
    events: tuple[Event, ...] = ()
    about: str = ""
    horizon: int = said("days", "how long the economy is watched", 365, 1, 36500)
    step: str = said("", "day or week", "day")
    stocks: Mapping[str, float] = said("days", "days of use in users' stocks, by product", None, 0, 36500)
    reserves: Mapping[str, float] = said("days", "days of use in the state's reserves, by product", None, 0, 36500)
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        for name in ("stocks", "reserves"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, {})
        raise_all(list(self._faults()), where=f"scenario '{self.name}'")

    def _faults(self) -> list[GroundplanError]:
        faults: list[GroundplanError] = []
        for spec in dataclasses.fields(self):
            if spec.name in ("name", "about", "horizon", "step"):
                wrong = wrong_value(spec, getattr(self, spec.name))
                if wrong:
                    faults.append(StudyError(f"{spec.name} is {wrong}"))
            elif spec.name in ("stocks", "reserves"):
                bad = {k: v for k, v in getattr(self, spec.name).items() if wrong_number(spec, v)}
                faults += [
                    StudyError(f"{spec.name} of {k} is {v!r}", fix="give days, a number from 0") for k, v in bad.items()
                ]
        if self.step not in STEPS:
            return [*faults, UnknownName("step", self.step, STEPS)]
        short = {k: v for k, v in self.stocks.items() if isinstance(v, (int, float)) and v < 2 * self.days_per_step}
        faults += [
            StudyError(
                f"{v:g} days of stock of {k} are less than two steps", fix=f"give {2 * self.days_per_step} days or more"
            )
            for k, v in short.items()
        ]
        return faults

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


KEYS = ("name", "about", "horizon", "step", "stocks", "reserves", "behaviour", "events")


def open_scenario(path: str | Path) -> Scenario:
    """Read a scenario file (TOML), refuse what it does not know, all faults at once.

    Raises ``StudyError`` and ``UnknownName`` with the line and the nearest name.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{file} cannot be read: {error}", fix="name a TOML file in UTF-8") from error
    return read_scenario(text, file.name)


def read_scenario(text: str, name: str) -> Scenario:
    """A scenario from the text of a TOML file; ``name`` is the file's, told in faults."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{name} is not TOML: {error}", where=name, fix="mend the line named above") from error
    faults: list[GroundplanError] = [
        UnknownName("key of a scenario", k, KEYS, where=_line(text, name, rf"\[*{re.escape(k)}\b"))
        for k in content
        if k not in KEYS
    ]
    events = _events(content.get("events", []), text, name, faults)
    behaviour = _behaviour(content.get("behaviour", {}), text, name, faults)
    plain: dict[str, Any] = {k: content[k] for k in ("name", "about", "horizon", "step") if k in content}
    for part in ("stocks", "reserves"):
        if isinstance(content.get(part, {}), Mapping):
            plain[part] = dict(content.get(part, {}))
        else:
            faults.append(StudyError(f"{part} is no section", where=name, fix=f"write [{part}]"))
    try:
        made = Scenario(**{"name": Path(name).stem, **plain}, events=events, behaviour=behaviour)
    except GroundplanError as fault:
        faults.append(fault)
    for each in faults:
        each.where = name if not each.where or each.where.startswith("scenario '") else each.where
    raise_all(faults, where=name)
    return made


def _line(text: str, name: str, pattern: str, nth: int = 0) -> str:
    """``fuel-cut.toml, line 7`` of the nth line that matches."""
    found = [n for n, line in enumerate(text.splitlines(), 1) if re.match(pattern, line.strip())]
    return f"{name}, line {found[nth]}" if len(found) > nth else name


def _events(rows: Any, text: str, name: str, faults: list[GroundplanError]) -> tuple[Event, ...]:
    made = []
    for n, row in enumerate(rows if isinstance(rows, list) else [rows]):
        where = _line(text, name, r"\[\[events\]\]", n)
        if not isinstance(row, Mapping):
            faults.append(StudyError("events are written [[events]]", where=where))
            continue
        try:
            made.append(event_of(row, where=where))
        except GroundplanError as fault:
            fault.where = where
            faults.append(fault)
    return tuple(made)


def _behaviour(row: Any, text: str, name: str, faults: list[GroundplanError]) -> Behaviour:
    known = [f.name for f in dataclasses.fields(Behaviour)]
    where = _line(text, name, r"\[behaviour\]")
    if not isinstance(row, Mapping):
        faults.append(StudyError("behaviour is no section", where=where, fix="write [behaviour]"))
        return Behaviour()
    unknown = [k for k in row if k not in known]
    faults += [UnknownName("key of [behaviour]", k, known, where=_line(text, name, rf"{k}\b")) for k in unknown]
    choices = {k: v for k, v in row.items() if k in known}
    if isinstance(choices.get("tiers"), list):
        choices["tiers"] = tuple(tuple(t) if isinstance(t, list) else t for t in choices["tiers"])
    try:
        return Behaviour(**choices)
    except GroundplanError as fault:
        fault.where = where
        faults.append(fault)
    return Behaviour()
