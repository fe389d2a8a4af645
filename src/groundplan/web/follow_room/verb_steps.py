"""Steps that are one verb: its form with what the project has to choose from, its run, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError
from groundplan.verb_table import VERBS
from groundplan.web.follow_room.follow_frame import (
    OF_THE_STUDY,
    FollowDesk,
    at_fields,
    chosen,
    follow_page,
    labelled,
    lines_of,
    run_given,
    to,
)
from groundplan.web.follow_room.ledger_desk import newest_done
from groundplan.web.shown_views import shown
from groundplan.web.verb_forms import Field, command_so_far, fields_of, settings_from

Choices = Mapping[str, Sequence[str]]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class VerbStep:
    """A step of the room that is one verb.

    ``word``: of the step; ``usual``: what its form says at first; ``choices``: what the project has for a field;
    ``front``: the fields that stand first, the others are folded; ``facts``: what else its page shows; ``without``:
    options that the form leaves out.
    """

    word: str
    verb: str
    template: str
    usual: Callable[[FollowDesk], Mapping[str, str]]
    choices: Callable[[FollowDesk], Choices]
    front: tuple[str, ...]
    facts: Callable[[FollowDesk, str], Facts]
    without: tuple[str, ...] = OF_THE_STUDY

    def fields(self, room: FollowDesk, entered: Mapping[str, str], faults: Mapping[str, str]) -> list[Field]:
        """The fields of the form, those of files and outcomes to be chosen from what there is."""
        there = fields_of(VERBS[self.verb], entered, faults, self.without)
        return chosen(labelled(there), self.choices(room))


def step_page(
    request: Request, room: FollowDesk, step: VerbStep, entered: Mapping[str, str] | None = None,
    fault: GroundplanError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page of a step: its form, its run, and what came of the last one that has an outcome."""
    wished = {**step.usual(room), **(entered or {})} if fault is None else dict(entered or {})
    by_field = at_fields(fault)
    fields = step.fields(room, wished, by_field)
    jobs = [j for j in room.desk.jobs(step.verb) if j.study.partition("@")[0] in ("", room.study)]
    done = newest_done(room.desk, step.verb, room.study)
    name = done.outcome if done is not None else ""
    of = shown(room.bench.outcome(name), name, ("brief",)) if name else None
    return follow_page(
        request, room, step.template, status=status, here_step=step.word, outcome=name, of=of,
        front=[f for f in fields if f.name in step.front],
        more=[f for f in fields if f.name not in step.front], folded=not any(f.name in by_field for f in fields
        if f.name not in step.front), faults=lines_of(fault),
        **run_given(room, jobs[0] if jobs else None), **step.facts(room, name),
        command=command_so_far(VERBS[step.verb], wished, step.without),
    )  # fmt: skip


def ask_step(request: Request, room: FollowDesk, step: VerbStep, entered: Mapping[str, str]) -> Response:
    """Put a step's verb into the queue; the form again with what is wrong."""
    try:
        settings = settings_from(VERBS[step.verb], entered, step.without)
        room.bench.ask(step.verb, settings, study=room.study)
    except GroundplanError as fault:
        return step_page(request, room, step, entered, fault, status=422)
    return to(room, step.word)
