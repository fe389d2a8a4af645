"""The command line: words in, pages out. No arithmetic lives here, and nothing heavy loads before it is needed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from groundplan import __version__
from groundplan.commands import (
    alternatives,
    compare,
    data,
    join,
    place,
    plan,
    recipes,
    report,
    robust,
    see,
    sensitivity,
    stress,
    template,
    whynot,
)
from groundplan.errors import GroundplanError, Interrupted, nearest

USAGE, INTERRUPTED = 2, 130
COMMANDS = {
    "alternatives": alternatives,
    "compare": compare,
    "data": data,
    "join": join,
    "place": place,
    "plan": plan,
    "recipes": recipes,
    "report": report,
    "robust": robust,
    "see": see,
    "sensitivity": sensitivity,
    "stress": stress,
    "template": template,
    "whynot": whynot,
}


class _Parser(argparse.ArgumentParser):
    """Refuses with the nearest command and exit code 2."""

    def error(self, message: str) -> NoReturn:
        words = [w for w in sys.argv[1:2] if not w.startswith("-") and w not in COMMANDS]
        near = nearest(words[0], COMMANDS) if words and "invalid choice" in message else None
        hint = f"; nearest: '{near}'" if near else ""
        print(f"{message}{hint}\n  fix:   see `groundplan --help`", file=sys.stderr)
        sys.exit(USAGE)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    p = _Parser(prog="groundplan", description="Plan an economy that stands on its own ground and still trades.")
    p.add_argument("--version", action="version", version=f"groundplan {__version__}")
    commands = p.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        command.add(commands.add_parser(name, help=command.HELP))
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 (no plan), 2 (usage or data), 130 (interrupted)."""
    args = parser().parse_args(argv)
    try:
        code: int = COMMANDS[args.command].run(args, _say, _clear)
        return code
    except GroundplanError as error:
        _clear()
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        _clear()
        print(Interrupted("stopped by the user; nothing was written"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _say(line: str) -> None:
    """Progress: one line over the other on a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
