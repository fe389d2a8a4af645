"""What the pages of the room share: whose they are, forms of a verb with what the room decides left out, and runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from groundplan.errors import GroundplanError
from groundplan.languages.spoken import said
from groundplan.projects.jobs import Job
from groundplan.verb_options import FACE, FILES, Verb
from groundplan.verb_table import VERBS
from groundplan.web.follow_room.follow_steps import STEPS
from groundplan.web.follow_room.ledger_desk import LedgerDesk
from groundplan.web.frame import page
from groundplan.web.verb_forms import Field, FormFaults, fault_lines, fields_of, settings_from
from groundplan.web.workbench import Workbench

# How accounts are opened stands in the study, which the room's forms name.
OF_THE_STUDY = tuple(o.name for o in FILES)
# What the options of the room's verbs are called on its pages.
LABELS: Mapping[str, str] = {
    "origin": "Name of the ledger", "zone": "Time zone", "by": "Who does it, for the record", "on": "Day",
    "unit": "Units", "kind": "Kind of form", "kept": "Checkpoints that were kept", "public": "Public key as printed",
    "entry": "Entries to prove", "country": "Accounts", "reports": "Reports", "mirrors": "What others saw",
    "ratios": "Inputs per unit of output", "plan": "Plan", "period": "Period", "ledger": "Ledger",
    "past": "Figures of before the plan", "regions": "Where units lie", "places": "Map of the regions",
    "stocks": "Days in stock", "levels": "Stocks and ratios", "at_most": "Limits", "roles": "Columns of the map's file",
    "band": "Share of cases in a band", "after": "Last year that has passed", "happened": "What happened",
    "reconciled": "Reports judged", "study": "Study from here on", "promise_cost": "Cost of promising otherwise",
    "order": "Order of causes", "level": "Chance of suspecting honest reports", "needed": "Smallest lie to be noticed",
}  # fmt: skip


class FollowDesk(NamedTuple):
    """Whose pages these are: the workbench, its ledger, and the study that is looked at."""

    bench: Workbench
    desk: LedgerDesk
    study: str

    def address(self, word: str = "") -> str:
        """The address of a page of the room."""
        return f"/study/{self.study}/follow" + (f"/{word}" if word else "")


def room_of(request: Request, study: str) -> FollowDesk:
    """The room of a study. Raises ``UnknownName``."""
    bench: Workbench = request.app.state.bench
    return FollowDesk(bench, LedgerDesk(bench), bench.study_named(study))


def follow_page(request: Request, room: FollowDesk, template: str, *, status: int = 200, **given: Any) -> Response:
    """A page of the room in its frame, with the ways back and on."""
    words = [word for word, *_ in STEPS]
    names = {word: said(name) for word, name, *_ in STEPS}
    here = str(given.get("here_step", ""))
    at = words.index(here) if here in words else -1
    after = words[at + 1] if 0 <= at < len(words) - 1 else ""
    usual: Mapping[str, Any] = {
        "title": names.get(here, said("Follow up")), "study": room.study, "step": "follow", "room": room,
        "after_step": after, "after_name": names.get(after, ""), "begun": room.desk.there, "faults": [],
        "suggestions": room.bench.suggestions(),
    }  # fmt: skip
    if "entered" in given:
        given["entered"] = defaultdict(str, given["entered"])  # what was not entered is empty
    return page(request, f"follow/{template}", status=status, **{**usual, **given})


def all_but(verb: Verb, *kept: str) -> tuple[str, ...]:
    """The options of a verb that a form leaves out, where it asks for these only."""
    return tuple(o.name for o in verb.options if o.use != FACE and o.name not in kept)


def ledger_fields(
    entered: Mapping[str, str], faults: Mapping[str, str], kept: Sequence[str], needed: Iterable[str] = ()
) -> list[Field]:
    """Fields of the ledger's verb: these options only, in this order; some of them needed here."""
    verb, must = VERBS["ledger"], set(needed)
    there = {f.name: f for f in fields_of(verb, entered, faults, all_but(verb, *kept))}
    return [
        replace(f, needed=f.needed or f.name in must, help=own_help(f.help))
        for f in labelled([there[name] for name in kept])
    ]


def labelled(fields: Sequence[Field]) -> list[Field]:
    """Fields with the room's own words for them, where it has some."""
    return [replace(f, label=LABELS.get(f.name, f.label)) for f in fields]


def own_help(help: str) -> str:
    """What an option is for, without the word of the action before it.

    >>> own_help("init: the time zone in which its days end")
    'the time zone in which its days end'
    """
    before, colon, words = help.partition(": ")
    return words if colon and all(part.isalpha() for part in before.split(", ")) else help


def ledger_settings(entered: Mapping[str, str], kept: Sequence[str], needed: Iterable[str] = ()) -> dict[str, Any]:
    """What was entered for these options of the ledger's verb. Raises ``FormFaults``, all at once."""
    verb = VERBS["ledger"]
    left_out = all_but(verb, *kept)
    lacking = {name: said("this is needed") for name in needed if not entered.get(name, "").strip()}
    try:
        settings = settings_from(verb, entered, left_out)
    except FormFaults as faults:
        raise FormFaults({**faults.by_field, **lacking}) from None
    if lacking:
        raise FormFaults(lacking)
    return settings


def chosen(fields: list[Field], choices: Mapping[str, Sequence[str]]) -> list[Field]:
    """Fields of which some are chosen from what there is; a value that is not listed stays to be seen."""
    return [_chosen(f, choices[f.name]) if f.name in choices else f for f in fields]


def _chosen(f: Field, there: Sequence[str]) -> Field:
    listed = [*there, *([f.value] if f.value and f.value not in there else [])]
    return replace(f, kind="choice", choices=tuple(listed), suggests=False)


def run_given(room: FollowDesk, job: Job | None) -> dict[str, Any]:
    """What a template needs to show a run that goes on or went wrong; nothing where it has its outcome."""
    shown = job is not None and not job.outcome
    return {"job": job if shown else None}


def at_fields(fault: GroundplanError | None) -> Mapping[str, str]:
    """What of a fault stands at the fields of a form, by field."""
    return fault.by_field if isinstance(fault, FormFaults) else {}


def lines_of(fault: GroundplanError | None) -> list[str]:
    """A fault for the top of a page: of a form what is of no field, else all of it; nothing for none."""
    if isinstance(fault, FormFaults):
        return [fault.by_field[""]] if "" in fault.by_field else []
    return [] if fault is None else fault_lines(fault)


def to(room: FollowDesk, word: str) -> Response:
    """On to a page of the room, after something was done."""
    return RedirectResponse(room.address(word), 303)
