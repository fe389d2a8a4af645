"""A command of groundplan, run in this process: what it says on both outputs, and its exit code."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from groundplan.cli import main


@dataclass(frozen=True)
class Said:
    """What a command said; ``code`` is its exit code."""

    code: int
    out: str
    err: str


def said(*words: str, cwd: Path) -> Said:
    """Run a command in a folder. An exception that the command line does not put into words fails the test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as stop:  # argparse's way of ending
            code = stop.code if isinstance(stop.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())
