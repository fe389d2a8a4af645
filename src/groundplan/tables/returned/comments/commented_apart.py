"""Notes put into a user's workbook by a process of its own under the door's limits: the file may be hostile.

Started as ``python -P -m groundplan.tables.returned.comments.commented_apart LIMITS`` with one line of JSON, the notes,
and then the workbook on its standard input. It answers with a line of JSON, the faults, and then the new workbook.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from groundplan.errors import GroundplanError, TableError, raise_all
from groundplan.tables.door.parsing.child import hold_to
from groundplan.tables.door.parsing.containers import Limits
from groundplan.tables.door.uploads import LIMITS, bytes_of, run_apart
from groundplan.tables.returned.comments.commented_workbook import CellNote, commented_workbook

MODULE = "groundplan.tables.returned.comments.commented_apart"


def commented_file(path: Path, notes: Sequence[CellNote], limits: Limits = LIMITS) -> bytes:
    """A workbook's file with notes at its cells. Raises what ``commented_workbook`` raises, and all the door does."""
    where = path.name
    line = json.dumps([list(note) for note in notes]).encode("ascii") + b"\n"
    with tempfile.TemporaryFile() as answer:
        run_apart(MODULE, json.dumps(asdict(limits)), limits, line + bytes_of(path, limits), answer, where)
        answer.seek(0)
        faults = json.loads(answer.readline() or b"[]")
        raise_all([TableError(what, where=at or where, fix=fix) for what, at, fix in faults], where=where)
        return answer.read()


def main(order: str, source: BinaryIO, target: BinaryIO) -> None:
    """Read notes and a workbook on ``source``; write faults and the new workbook to ``target``."""
    limits = Limits(**json.loads(order))
    hold_to(limits)
    notes = [CellNote(*note) for note in json.loads(source.readline())]
    faults: list[GroundplanError] = []
    data = b""
    try:
        data = commented_workbook(source.read(), notes, limits)
    except GroundplanError as error:
        faults = list(error.parts)
    target.write(json.dumps([[f.what, f.where, f.fix] for f in faults]).encode("ascii") + b"\n" + data)
    target.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
