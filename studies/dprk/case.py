"""What the parts of the case share: the folder, the estimated accounts, saved outcomes, tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from groundplan import Economy, Outcome, open_accounts
from groundplan.results.files import texts_of
from groundplan.results.words import range_words
from groundplan.study.ranged_outcomes import economy_of_draw

HERE = Path(__file__).resolve().parent
# One year after the end, the solver's own corner in place of the most even path, its own prices: sums hardly differ.
FAST: dict[str, Any] = {"evenness": 0.0, "tail_years": 1, "price_softness": 0.0}


@dataclass
class Case:
    """One telling of the case: where it is written, and the outcomes that have been saved so far."""

    folder: Path
    pages: list[str] = field(default_factory=list)

    @property
    def accounts(self) -> Path:
        """The workbook of estimated accounts, which every verb takes as the country."""
        return self.folder / "accounts.xlsx"

    def economy(self) -> Economy:
        """The estimated accounts."""
        return open_accounts(self.accounts)

    def drawn(self, draws: int) -> Iterator[Economy]:
        """The first of the drawn accounts, as economies."""
        e = self.economy()
        return (economy_of_draw(e, k) for k in range(draws))

    def sums(self) -> dict[str, str]:
        """What the accounts can say as a whole, as ranges, as `estimate` told it."""
        return sums_of(Outcome.open(self.folder / "accounts"))

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


def written(name: str, **blanks: object) -> str:
    """The words of a section (``text/NAME.md``) with its blanks filled; ``KeyError`` for a blank without a word."""
    return (HERE / "text" / f"{name}.md").read_text("utf-8").format(**blanks).strip()


def between(row: Mapping[Any, Any]) -> str:
    """The range of a row of ranged figures, in words."""
    return range_words(float(row["low"]), float(row["high"])).replace("–", " to ")


def span(values: Sequence[float], places: int = 0) -> str:
    """The range that holds nine of ten values, as text."""
    low, high = np.quantile(np.asarray(values, dtype=float), (0.05, 0.95))
    one, two = f"{low:,.{places}f}", f"{high:,.{places}f}"
    return one if one == two else f"{one} to {two}"


def sums_of(estimated: Outcome) -> dict[str, str]:
    """The ranges of what estimated accounts say as a whole: shares in per cent, the multiplier as it is."""
    out = {}
    for r in estimated.table("sums").to_dict("records"):
        scale = 1 if "multiplier" in str(r["what"]) else 100
        out[str(r["what"])] = between({end: scale * r[end] for end in ("low", "high")})
    return out
