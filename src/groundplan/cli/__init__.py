"""The command line: words in, pages out. No arithmetic lives here, and nothing heavy loads before it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from groundplan.cli.arguments import parser, settings_of
from groundplan.cli.command import outcome_of, shown
from groundplan.errors import GroundplanError, Interrupted
from groundplan.verb_table import VERBS

INTERRUPTED = 130

__all__ = ["main", "parser"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 (no plan), 2 (usage or data), 130 (interrupted)."""
    # Threads of BLAS that wait busily cost more than they bring at the size of national tables, and their number would
    # decide the last digits. Who knows better has set the variable.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = parser().parse_args(argv)
    verb = VERBS[given.command]
    try:
        settings = settings_of(verb, given)
        page, notes = shown(verb, outcome_of(verb, settings, _say), settings, _say)
    except GroundplanError as error:
        _clear()
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        _clear()
        print(Interrupted("stopped by the user; nothing was written"), file=sys.stderr)
        return INTERRUPTED
    _clear()
    try:
        print(page, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for note in notes:
        print(note, file=sys.stderr)
    return 0


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _say(line: str) -> None:
    """Progress: one line over the other on a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
