"""Where a number comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from groundplan.records.card import Card, keyed


@dataclass(frozen=True)
class Source(Card):
    """One published table or figure: who published it, which edition, under which licence, and which bytes."""

    publisher: str = keyed("", "who published it", filled=True)
    title: str = keyed("", "its title", filled=True)
    vintage: str = keyed("", "its edition, a text", filled=True)
    licence: str = keyed("", "its licence", filled=True)
    address: str = keyed("", "where it is found", "")
    sha256: dict[str, str] = field(default_factory=dict)

    def cite(self) -> str:
        """One line for a report's list of sources."""
        parts = [self.publisher, self.title, self.vintage, self.licence, self.address]
        return ". ".join(p.rstrip(".") for p in parts if p) + "."

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``provenance.json``."""
        return asdict(self)


@dataclass(frozen=True)
class Assumption:
    """A figure or rule that no source of this economy states: its value, why it was taken, and how to change it."""

    name: str
    value: str
    basis: str
    change: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``provenance.json``."""
        return asdict(self)


def cited(sources: Iterable[Source], methods: Iterable[str], assumptions: Iterable[Assumption]) -> dict[str, Any]:
    """What figures rest on, as every outcome's provenance has it: sources, citations, methods, assumptions."""
    there = list(sources)
    return {
        "sources": [s.as_dict() for s in there], "citations": [s.cite() for s in there], "methods": list(methods),
        "assumptions": [a.as_dict() for a in assumptions],
    }  # fmt: skip


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
