"""A new study: six questions, each with a default, and a commented file that runs as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Unpack

import pandas as pd

from groundplan.errors import GroundplanError, StudyError
from groundplan.languages.spoken import said
from groundplan.outcome import Outcome
from groundplan.reading_bounds import refuse_outside
from groundplan.study.asking import Files
from groundplan.study.new_study import NewStudyQuestion, new_study, questions

STUDY, FILE = "study", "study.toml"
INPUT_ENDED = "The input ended: what was not answered stands at its default."
NOBODY = "Nobody was asked, as there is no terminal: what was not said stands at its default."


def new(
    what: str = STUDY,
    file: str | Path | None = None,
    *,
    answers: str | Path | None = None,
    country: str | None = None,
    years: int | None = None,
    reach: str | None = None,
    keep: str | None = None,
    projects: str | None = None,
    weigh: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """Write a study by six questions; ``file`` is study.toml by default, and is never overwritten.

    What is not said by a keyword is read from ``answers``, a line each in the order of the questions, empty for the
    default (``-``: standard input), or asked at the terminal; where there is none it stands at its default, and the
    answer says so. ``files``: how the accounts are opened where they do not by themselves (``study.asking.Files``): a
    publisher's ``table`` with its ``layout`` and what else it needs; the study says so in its section ``[table]``.

    Tables: answers (question, answer, by), written (what, path), lines (line). Raises ``StudyError`` and
    ``UnknownName`` for answers that mean nothing, ``GroundplanError`` where the file is there already.
    """
    if what != STUDY:
        raise GroundplanError(f"'{what}' cannot be made new", where="new", fix="say: groundplan new study")
    target = Path(file or FILE)
    _refuse_there(target)
    said = {
        "country": country, "years": None if years is None else str(years), "reach": reach, "keep": keep,
        "projects": projects, "weigh": weigh,
    }  # fmt: skip
    given = {key: words for key, words in said.items() if words is not None}
    by = dict.fromkeys(given, "said")
    lines = _lines(answers)
    asks = lines is None and answers is None and _terminal()
    notes = []
    for question in questions():
        if question.key in given:
            continue
        answer = next(lines, None) if lines is not None else _asked(question) if asks else ""
        if answer is None:
            notes, lines, asks = [INPUT_ENDED], iter(()), False
        given[question.key] = (answer or "").strip()
        by[question.key] = "answered" if given[question.key] else "default"
    if answers is None and not asks and not notes and "default" in by.values():
        notes = [NOBODY]
    progress("writing the study")
    text = new_study(given, target.parent, dict(files))
    _write(target, text)
    usual = {q.key: q.usual for q in questions()}
    rows = [(q.asks, given[q.key] or usual[q.key], by[q.key]) for q in questions()]
    said_lines = [f"Study: {target}", *(f"  {asks} {words} ({how})" for asks, words, how in rows), *notes]
    said_lines += [f"Run it: groundplan plan --study {target}"]
    tables = {
        "answers": pd.DataFrame(rows, columns=["question", "answer", "by"]),
        "written": pd.DataFrame([("study", str(target))], columns=["what", "path"]),
        "lines": pd.DataFrame({"line": said_lines}),
    }
    return Outcome({}, tables, {"engine": "new"})


def _refuse_there(target: Path) -> None:
    if target.exists():
        raise GroundplanError(
            f"{target} is there already, and nothing is overwritten", where=str(target), fix="name another file"
        )


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _lines(answers: str | Path | None) -> Iterator[str | None] | None:
    """Answers a line each; None where they are to be asked."""
    if answers is None:
        return None
    if str(answers) == "-":
        return iter(sys.stdin.read().splitlines() if sys.stdin is not None else [])
    refuse_outside(answers)
    try:
        return iter(Path(answers).read_text("utf-8").splitlines())
    except (OSError, UnicodeError) as error:
        what = f"the answers cannot be read: {getattr(error, 'strerror', None) or error}"
        raise StudyError(what, where=str(answers), fix="give a text of one answer a line, in UTF-8") from error


def _asked(question: NewStudyQuestion) -> str | None:
    """The answer at the terminal; None where its input ends."""
    print(f"{said(question.asks)} ({said(question.help)})\n  [{question.usual}] ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        print(file=sys.stderr)
        return None
    return line


def _write(target: Path, text: str) -> None:
    """Write the study whole or not at all, and over nothing that came there meanwhile."""
    fresh = target.with_name(f".{target.name}-{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, "utf-8")
        _refuse_there(target)
        fresh.replace(target)
    except OSError as error:
        what = f"the study cannot be written: {error.strerror or error}"
        raise GroundplanError(what, where=str(target), fix="name another file") from error
    finally:
        fresh.unlink(missing_ok=True)
