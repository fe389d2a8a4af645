"""A scenario as a form: itself, its events one by one, how people behave; and what it takes away before it is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError
from groundplan.records.toml import Document
from groundplan.shocks.scenarios.events import KINDS, Event
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library, scenario_of
from groundplan.web.composing.card_forms import (
    CardField,
    Entered,
    FieldWords,
    card_content,
    card_fields,
    without_fields,
)
from groundplan.web.composing.offered_names import CATEGORY, PARTNER, REGION

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.outcome import Outcome

EVENTS, BEHAVIOUR = "events", "behaviour"
KIND_NAMES = {
    "cut_imports": "Imports are cut", "close_market": "Exports find no buyer", "lose_capacity": "Capacity is lost",
    "destroy_capital": "Capital is destroyed", "take_labour": "People are away from work",
    "raise_demand": "Demand rises", "lower_demand": "Demand falls",
}  # fmt: skip
KIND_WORDS = {
    "cut_imports": "A share of the imports of some products, from one partner or from all, does not come.",
    "close_market": "A share of what is exported of some products is not bought; their re-exports stop too.",
    "lose_capacity": "A share of the capacity of some sectors cannot be used: a failed harvest, idle plants.",
    "destroy_capital": "Buildings and machines of some sectors are destroyed, and ordered again or not.",
    "take_labour": "A share of the labour of some sectors is away: an epidemic, a call-up, a strike.",
    "raise_demand": "Final demand for some products rises above its base.",
    "lower_demand": "Final demand at home for some products falls: nobody asks for it, and nobody misses it.",
}
WORDS = FieldWords(
    offers={
        "partner": PARTNER, "categories": CATEGORY, "regions": REGION, "name": "", "rebuild_from": "product",
    },
)  # fmt: skip
# What is asked first of an event; the rest is folded.
FIRST = ("name", "products", "sectors", "partner", "categories", "skills", "amount", "start", "length", "depth")


class FormPart(NamedTuple):
    """A record in a form: its fields, those that few change apart, and how it is taken out."""

    title: str
    about: str
    path: str
    fields: list[CardField]
    more: list[CardField]
    fault: str = ""
    kind: str = ""
    remove: str = ""


def scenario_parts(content: Mapping[str, Any], faults: Mapping[str, str]) -> list[FormPart]:
    """The parts of a scenario's form: itself, each event, behaviour."""
    events = content.get(EVENTS)
    rows = [one for one in events if isinstance(one, Mapping)] if isinstance(events, list) else []
    behaviour = content.get(BEHAVIOUR)
    shown = card_fields(Behaviour, behaviour if isinstance(behaviour, Mapping) else {}, f"{BEHAVIOUR}.", faults, WORDS)
    wrong = any(f.fault for f in shown) or bool(faults.get(BEHAVIOUR))
    return [
        FormPart("The scenario", "", "", card_fields(Scenario, content, "", faults, WORDS), [], faults.get("", "")),
        *(_event_part(n, row, faults) for n, row in enumerate(rows)),
        FormPart(
            "How firms and the state act", "Every default is an assumption, and the result says so.", BEHAVIOUR,
            shown if wrong else [], [] if wrong else shown, faults.get(BEHAVIOUR, ""),
        ),
    ]  # fmt: skip


def _event_part(number: int, row: Mapping[str, Any], faults: Mapping[str, str]) -> FormPart:
    kind, path = str(row.get("kind", "")), f"{EVENTS}.{number}"
    shown = card_fields(KINDS.get(kind, Event), row, f"{path}.", faults, WORDS)
    spec = {f.name.rpartition(".")[2]: f for f in shown}
    first = [spec[name] for name in FIRST if name in spec]
    rest = [f for f in shown if f not in first]
    # A fault is never folded away.
    first += [f for f in rest if f.fault]
    rest = [f for f in rest if not f.fault]
    title = KIND_NAMES.get(kind, kind)
    return FormPart(title, KIND_WORDS.get(kind, ""), path, first, rest, faults.get(path, ""), kind, f"remove.{number}")


def entered_scenario(entered: Entered, rest: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says of a scenario; ``rest``: what it takes along without a field."""
    content = {**card_content(Scenario, entered, ""), **rest}
    events: list[dict[str, Any]] = []
    for number in range(_count(entered)):
        path = f"{EVENTS}.{number}"
        kind = (entered.get(f"{path}.kind") or [""])[-1]
        events.append({"kind": kind, **card_content(KINDS.get(kind, Event), entered, f"{path}.")})
    behaviour = {**card_content(Behaviour, entered, f"{BEHAVIOUR}."), **rest.get(BEHAVIOUR, {})}
    content.pop(BEHAVIOUR, None)
    return {
        **content,
        **({BEHAVIOUR: behaviour} if behaviour else {}),
        **({EVENTS: events} if events else {}),
    }


def scenario_rest(content: Mapping[str, Any]) -> dict[str, Any]:
    """What of a scenario has no field: tiers of who is served first, and keys that there are not."""
    rest = {k: v for k, v in without_fields(Scenario, content).items() if k not in (EVENTS, BEHAVIOUR)}
    behaviour = content.get(BEHAVIOUR)
    within = without_fields(Behaviour, behaviour) if isinstance(behaviour, Mapping) else {}
    return {**rest, **({BEHAVIOUR: within} if within else {})}


def _count(entered: Entered) -> int:
    numbers = [int(n) for key in entered if (n := key.removeprefix(f"{EVENTS}.").partition(".")[0]).isdecimal()]
    return min(max(numbers, default=-1) + 1, 200)


def with_event(content: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same with one more event of a kind, behind the others."""
    return {**content, EVENTS: [*_events(content), {"kind": kind}]}


def without_event(content: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The same without one event; nothing changes where there is no such one."""
    left = [row for n, row in enumerate(_events(content)) if n != number]
    return {**{k: v for k, v in content.items() if k != EVENTS}, **({EVENTS: left} if left else {})}


def _events(content: Mapping[str, Any]) -> Sequence[Any]:
    events = content.get(EVENTS, [])
    return events if isinstance(events, list) else []


def removed(economy: Economy, name: str, content: Mapping[str, Any]) -> Outcome:
    """What a scenario takes away, before it is run. Raises ``GroundplanError`` for what is wrong with it."""
    from groundplan.verbs.stress import stress

    scenario = scenario_of(Document({"name": name, **content}))
    return stress(economy, scenario, preview=True)


def ready_text(name: str) -> str:
    """A ready scenario as its file says it. Raises ``UnknownName`` with the nearest."""
    from importlib.resources import files

    from groundplan.errors import UnknownName

    if name not in library():
        raise UnknownName("ready scenario", name, library())
    return files("groundplan").joinpath(f"shocks/scenarios/ready/{name.replace(' ', '_')}.toml").read_text("utf-8")


def preview_faults(fault: GroundplanError) -> list[str]:
    """Why nothing can be said of a scenario yet, a sentence each."""
    return [f"{part.what}: {part.fix}" if part.fix else part.what for part in fault.parts]
