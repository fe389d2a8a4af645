"""The command line: words in, pages out. No arithmetic lives here, and nothing heavy loads before it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from groundplan.cli import outlet
from groundplan.cli.arguments import parser, settings_of
from groundplan.cli.command import as_fault, outcome_of, page_of, refuse_lacking, refuse_taken, saved
from groundplan.cli.interrupts import Asked, deaf, end_quietly, heard
from groundplan.cli.memory import refuse_small_memory
from groundplan.cli.spoken_words import asked_language, fault_text
from groundplan.errors import GroundplanError, Interrupted, PlanInfeasible, UnknownName
from groundplan.languages.spoken import said, speaking
from groundplan.shown_text import visible
from groundplan.verb_options import Verb
from groundplan.verb_table import VERBS

INTERRUPTED = 130
LEAST_MEMORY = 1000 * 2**20

__all__ = ["main", "parser", "run"]


def run() -> None:
    """The command as a process of its own: ``main``, and an end that Ctrl-C does not make noisy."""
    code = main()
    deaf()
    if code == INTERRUPTED:
        end_quietly()
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the answer is its exit code: 0, 1 no plan, 2 usage or data, 3 our own fault, 130 interrupted."""
    try:
        outlet.ready()
        with heard() as asked:
            try:
                with speaking(asked_language(_words(argv))):
                    return _spoken(argv, asked)
            except UnknownName as error:
                return _refused(error)
    except KeyboardInterrupt:
        return _refused(Interrupted("stopped by the user; nothing was written"))


def _spoken(argv: Sequence[str] | None, asked: Asked) -> int:
    try:
        return _run(argv, asked)
    except Exception as error:
        if asked.to_stop and not isinstance(error, Interrupted):
            raise KeyboardInterrupt from error
        return _refused(as_fault(error, _words(argv)))


def _run(argv: Sequence[str] | None, asked: Asked) -> int:
    # Threads of BLAS that wait busily cost more than they bring at the size of national tables, and their number would
    # decide the last digits. Who knows better has set the variable.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = parser().parse_args(argv)
    refuse_small_memory(LEAST_MEMORY)
    verb = VERBS[given.command]
    settings = settings_of(verb, given)
    refuse_taken(settings)
    refuse_lacking(verb, settings)
    try:
        outcome = outcome_of(verb, settings, _saying(asked))
        for line in outcome.provenance.get("names_taken", []):
            outlet.say(said(f"{line}."))
    except PlanInfeasible as clash:
        return _impossible(clash, verb, settings, argv)
    _say("writing")
    # What was computed may have taken hours: the page is told where it cannot be saved, and saved where it fails.
    page, notes, faults = "", [], []
    try:
        page = page_of(outcome, settings)
    except Exception as error:
        faults.append(as_fault(error, _words(argv)))
    try:
        notes = saved(verb, outcome, settings).notes
    except Exception as error:
        faults.append(as_fault(error, _words(argv)))
    _clear()
    unsaid = outlet.put(page, json=bool(settings.get("json"))) if page else ""
    for line in [*map(said, notes), *([said(unsaid)] if unsaid else []), *map(fault_text, faults)]:
        outlet.say(line)
    return max([2 if unsaid else 0, *(fault.exit_code for fault in faults)])


def _impossible(clash: PlanInfeasible, verb: Verb, settings: Mapping[str, Any], argv: Sequence[str] | None) -> int:
    """Tell a plan that cannot be, and save its page: the clash, and each repair with what follows from it."""
    notes = []
    if clash.outcome is not None:
        _say("writing")
        try:
            notes = saved(verb, clash.outcome, settings).notes
        except Exception as error:
            notes = [fault_text(as_fault(error, _words(argv)))]
    code = _refused(clash)
    for line in notes:
        outlet.say(said(line))
    return code


def _words(argv: Sequence[str] | None) -> Sequence[str]:
    return sys.argv[1:] if argv is None else argv


def _refused(error: GroundplanError) -> int:
    _clear()
    outlet.say(fault_text(error))
    return error.exit_code


def _saying(asked: Asked) -> Callable[[str], None]:
    def say(line: str) -> None:
        asked.check()
        _say(line)

    return say


def _clear() -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _say(line: str) -> None:
    """Progress: one line over the other on a terminal, nothing in a pipe."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"\r\033[K{visible(said(line))}", end="", file=sys.stderr, flush=True)
