"""What is said of a user's files: what is believed, what is asked, which totals fit, and which cells have faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.records.toml import key_value
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.returned.fault_places import PlacedFault, placed_faults

SHOWN, MOST_CELLS = 5, 20  # faults of one kind, and cells, that a terminal lists


@dataclass
class OpenedPage:
    """What is said of files: lines for the eye, and the same as rows; ``faults`` get their cells at the end."""

    lines: list[str] = field(default_factory=list)
    beliefs: list[tuple[str, str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    totals: list[tuple[str, bool, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[tuple[str, str, str, str]] = field(default_factory=list)
    faults: list[GroundplanError] = field(default_factory=list)

    def believe(self, file: str, what: str, value: object) -> None:
        """A line and a row of what is believed."""
        self.beliefs.append((file, what, str(value)))
        self.lines.append(f"  {what:<12} {value}")

    def ask(self, what: str, how: str) -> None:
        """A question, and the option that answers it."""
        self.questions.append((what, how))

    def outcome(self, paths: Sequence[Path], said: FileMapping) -> Outcome:
        """The page as an outcome, every fault at its cell in the files."""
        placed = placed_faults(self.faults, [p for p in paths if p.is_file()], said)
        lines = [*self.lines]
        if placed:
            more = len(placed) - MOST_CELLS
            lines += ["", "At these cells:", *(f"  {f.sheet}!{f.cell or '?'}: {f.what}" for f in placed[:MOST_CELLS])]
            lines += [f"  and {more} more"] if more > 0 else []
        if self.questions:
            lines += [
                "",
                "Only you can say:",
                *(f"  {n}. {what}\n     {how}" for n, (what, how) in enumerate(self.questions, 1)),
            ]
        if self.files:
            lines += ["", "Written:", *(f"  {what:<9} {path}" for what, path in self.files)]
        tables = {
            "lines": pd.DataFrame({"line": lines}),
            "beliefs": pd.DataFrame(self.beliefs, columns=["file", "what", "value"]),
            "questions": pd.DataFrame(self.questions, columns=["what", "how"]),
            "totals": pd.DataFrame(self.totals, columns=["what", "fits", "detail"]),
            "written": pd.DataFrame(self.files, columns=["what", "path"]),
            "answers": pd.DataFrame(self.answers, columns=["option", "value"]),
            "accounts": pd.DataFrame(self.accounts, columns=["account", "name", "kind", "pair"]),
            "faults": pd.DataFrame(placed, columns=list(PlacedFault._fields)),
        }
        return Outcome({}, tables, {"engine": "open"})

    def mapping_text(self, said: FileMapping) -> str:
        """A mapping file: what was said, and as comments what may be said."""
        given = {
            "decimal": said.notation.decimal, "thousands": said.notation.thousands, "sheet": said.sheet,
            "header_row": said.header_row, "encoding": said.encoding, "delimiter": said.delimiter,
        }  # fmt: skip
        lines = ["# How the file is written and what its names are, where its layout does not say it; for --mapping."]
        lines += [f"# asked: {what}" for what, _ in self.questions]
        lines += [key_value(k, v) for k, v in given.items() if v is not None]
        examples = {"decimal": ".", "thousands": ",", "sheet": "Table 1", "header_row": 3}
        lines += [f"# {key_value(k, v)}" for k, v in examples.items() if given[k] is None]
        lines += [
            "# [columns]",
            '# "name in the file" = "name in the layout"',
            "# [rows]",
            "# [leave_out]",
            "# rows = []",
        ]
        return "\n".join(lines) + "\n"
