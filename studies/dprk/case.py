"""What the parts of the case share: the folder, the estimated accounts, saved outcomes, tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundplan import Economy, Outcome, open_accounts
from groundplan.results.files import texts_of

HERE = Path(__file__).resolve().parent


@dataclass
class Case:
    """One telling of the case: where it is written, and what has been written so far."""

    folder: Path
    pages: list[str] = field(default_factory=list)

    @property
    def accounts(self) -> Path:
        """The workbook of estimated accounts, which every verb takes as the country."""
        return self.folder / "accounts.xlsx"

    def economy(self) -> Economy:
        """The estimated accounts."""
        return open_accounts(self.accounts)

    def page(self, name: str, outcome: Outcome) -> Outcome:
        """Save an outcome with its report under its name."""
        outcome.save(self.folder / name, texts_of(outcome))
        self.pages.append(name)
        return outcome


def grid(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def paragraphs(*parts: str) -> str:
    """Paragraphs and tables of a section, one blank line apart."""
    return "\n\n".join(part.strip() for part in parts if part.strip())
