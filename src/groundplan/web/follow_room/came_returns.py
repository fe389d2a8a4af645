"""Filled forms that are sent, by who sends all of them or her unit's own: stored, asked to be read, and what became."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import Response

from groundplan.errors import GroundplanError, UnknownName
from groundplan.ledgers.receiving import ENTERED, REFUSED, TWICE
from groundplan.projects.kept_files import KeptFiles
from groundplan.web.follow_room.ledger_desk import RECEIVED, LedgerDesk
from groundplan.web.sent_files import SentFiles, SentLimits, TooLarge, sent_files

if TYPE_CHECKING:
    from groundplan.projects.jobs import Job

# What became of a file, as the colour beside its words.
MARKS = {ENTERED: "good", TWICE: "warn", REFUSED: "bad"}


async def answered(
    request: Request,
    desk: LedgerDesk,
    limits: SentLimits,
    stored: Callable[[SentFiles, KeptFiles], Response],
    refused: Callable[[GroundplanError, int], Response],
) -> Response:
    """The answer to a form of files: ``stored`` makes it of what came whole, ``refused`` of why it did not."""
    folder = desk.folder / RECEIVED
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    kept = KeptFiles(folder)
    try:
        sent = await sent_files(request, kept, limits)
    except GroundplanError as fault:
        return await asyncio.to_thread(refused, fault, 413 if isinstance(fault, TooLarge) else 422)
    try:
        return await asyncio.to_thread(stored, sent, kept)
    finally:
        kept.drop(sent.files)


def run_named(jobs: Sequence[Job], run: str) -> Job | None:
    """The run that is asked for, by default the newest. Raises ``UnknownName``."""
    if not run:
        return jobs[0] if jobs else None
    there = next((j for j in jobs if j.id == run), None)
    if there is None:
        raise UnknownName("run", run, [j.id for j in jobs])
    return there


def became(desk: LedgerDesk, job: Job | None, *names: str) -> dict[str, Any]:
    """Tables of what became of the files of a run, as rows; empty until it has read them."""
    outcome = desk.bench.outcome(job.outcome) if job is not None and job.outcome else None
    return {name: [] if outcome is None else outcome.table(name).fillna("").to_dict("records") for name in names}
