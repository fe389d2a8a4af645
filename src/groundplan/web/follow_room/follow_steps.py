"""The steps of following a plan, with the state of each, and the one that comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from groundplan.languages.spoken import said
from groundplan.web.follow_room.ledger_desk import LedgerDesk, newest_done
from groundplan.web.frame import CHECKED, EMPTY, RUNNING, STALE

if TYPE_CHECKING:
    from groundplan.ledgers.ledger_book import LedgerBook
    from groundplan.projects.jobs import Job

CAME = ("report", "correction")


class FollowStep(NamedTuple):
    """A step: its word in addresses, its name, what is done in it, its state and what that rests on, in words."""

    word: str
    name: str
    about: str
    state: str
    words: str


class LedgerStanding(NamedTuple):
    """What the states rest on: the study, the ledger's book, and what is owed today; no book where there is none."""

    desk: LedgerDesk
    study: str
    book: LedgerBook | None
    owed: int


def standing(desk: LedgerDesk, study: str) -> LedgerStanding:
    """What the ledger comes to. Raises ``GroundplanError`` where it cannot be read."""
    if not desk.there:
        return LedgerStanding(desk, study, None, 0)
    from groundplan.ledgers.ledger_book import DUE, LATE, NOT_REPORTED

    ledger = desk.ledger()
    states = ledger.book.states(ledger.today())
    return LedgerStanding(desk, study, ledger.book, sum(s.state in (DUE, LATE, NOT_REPORTED) for s in states))


def follow_steps(now: LedgerStanding) -> list[FollowStep]:
    """Every step with its state."""
    return [FollowStep(word, said(name), said(about), *state(now)) for word, name, about, state in STEPS]


def next_step(steps: list[FollowStep]) -> FollowStep | None:
    """The one to take: the first with nothing in it, else the first that is older than what came; none where all is
    done or under way.
    """
    for state in (EMPTY, STALE):
        there = next((s for s in steps if s.state == state), None)
        if there is not None:
            return there
    return None


State = tuple[str, str]


def _begun(now: LedgerStanding) -> State:
    if now.book is None:
        return EMPTY, said("no ledger yet")
    return CHECKED, said(f"{len(now.book.entries)} entries")


def _promised(now: LedgerStanding) -> State:
    if now.book is None or not now.book.plans:
        return EMPTY, said("nothing is promised yet")
    return CHECKED, said(f"{len(now.book.present())} sheets of targets stand")


def _sent(now: LedgerStanding) -> State:
    return _of_runs(now, ("ledger",), "forms", said("no forms yet"), after=("plan", "unit"))


def _came(now: LedgerStanding) -> State:
    if now.book is None or not now.book.figures:
        return _running(now, ("ledger",), "receive") or (EMPTY, said("nothing came yet"))
    words = said(f"{len(now.book.figures)} figures came, {now.owed} are missing")
    return _running(now, ("ledger",), "receive") or (STALE if now.owed else CHECKED, words)


def _believed(now: LedgerStanding) -> State:
    return _of_runs(now, ("reconcile",), "", said("not judged yet"), after=CAME)


def _projected(now: LedgerStanding) -> State:
    return _of_runs(now, ("follow",), "", said("not projected yet"), after=CAME)


def _again(now: LedgerStanding) -> State:
    return _of_runs(now, ("replan",), "", said("the first plan stands"), after=CAME)


def _sealed(now: LedgerStanding) -> State:
    entries = now.book.entries if now.book is not None else []
    signed = [e.seq for e in entries if e.kind == "checkpoint"]
    if not signed:
        return EMPTY, said("no checkpoint yet")
    if signed[-1] == len(entries) - 1:
        return CHECKED, said("a checkpoint covers all of it")
    return STALE, said("entries came after the last checkpoint")


def _of_runs(now: LedgerStanding, verbs: tuple[str, ...], action: str, nothing: str, after: tuple[str, ...]) -> State:
    """Done where there is an outcome, and nothing of these kinds was entered after it was asked for."""
    if (running := _running(now, verbs, action)) is not None:
        return running
    if action:
        asked = next((j.asked_at for j in now.desk.jobs(*verbs, action=action) if j.outcome), "")
    else:
        done = newest_done(now.desk, verbs[0], now.study)
        asked = done.asked_at if done is not None else ""
    if not asked:
        return EMPTY, nothing
    if now.book is not None and any(_at(e.time) > _at(asked) for e in now.book.entries if e.kind in after):
        return STALE, said("older than what stands in the ledger")
    return CHECKED, said("done")


def _running(now: LedgerStanding, verbs: tuple[str, ...], action: str) -> State | None:
    jobs: list[Job] = now.desk.jobs(*verbs, action=action)
    return (RUNNING, said("being computed")) if jobs and not jobs[0].over else None


def _at(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


STEPS: tuple[tuple[str, str, str, Callable[[LedgerStanding], State]], ...] = (
    ("begin", "Begin a ledger", "A book that is only added to, with a key that signs it.", _begun),
    ("targets", "Enter what is promised", "Which figures of a plan are promised, by whom, and by when.", _promised),
    ("forms", "Send out forms", "A form for every unit, in its language, for what it owes.", _sent),
    ("receive", "Receive what comes", "Drop filled forms; see what was taken, what is asked, who is late.", _came),
    ("believe", "See what can be believed", "Reports held against what others saw; letters to ask.", _believed),
    ("projection", "See where it will end", "What is kept, where that leads, and what stands in the way.", _projected),
    ("again", "Make the rest of the plan again", "From the state that was reached, not from the one hoped for.",
     _again),
    ("seal", "Sign, verify, give away", "A checkpoint for outsiders, and files that anybody can check.", _sealed),
)  # fmt: skip
