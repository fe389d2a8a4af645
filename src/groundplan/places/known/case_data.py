"""What ``data/cases.toml`` says of the countries whose places come with the package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.records.toml import parse
from groundplan.tables.facts import FACTS, CountryFacts, countries


@dataclass(frozen=True)
class Case:
    """One country: where its figures are, and what stands for it where nothing else is said.

    capital     id of the place that holds the capital
    programme   rules of a choice of places, as a rules file states them
    level       column of what people have, a head; empty: the gap is the need score
    step        gaps that differ by less count as equal, in the level's unit
    prices      year and money of the accounts that works are priced by; empty: no prices
    wages       the published earnings that wages are assumed from: indicator, year, unit, source, shares, low, high
    estimates   columns that the publishers do not give: a method of ``estimates`` and what it needs, in order
    selections  file and citation of the places that a published programme has named
    districts   file of city districts
    """

    facts: CountryFacts
    capital: str
    programme: Mapping[str, Any]
    level: str = ""
    step: float = 0.0
    prices: Mapping[str, Any] = field(default_factory=dict)
    wages: Mapping[str, Any] = field(default_factory=dict)
    estimates: tuple[Mapping[str, Any], ...] = ()
    selections: Mapping[str, str] = field(default_factory=dict)
    districts: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def country(self) -> str:
        """The three-letter code."""
        return self.facts.country

    @property
    def named(self) -> Path:
        """The file of what a published programme has named."""
        return FACTS / self.selections["file"]


@cache
def cases() -> dict[str, Case]:
    """The countries with places, by code.

    >>> {code: case.programme["years"] for code, case in cases().items()}
    {'KEN': 9, 'PRK': 9}
    """
    text = files("groundplan").joinpath("places/data/cases.toml").read_text("utf-8")
    return {code: _case(code, row) for code, row in parse(text, "cases.toml").content.items()}


def _case(code: str, row: Mapping[str, Any]) -> Case:
    programme = {k: tuple(v) if isinstance(v, list) else v for k, v in row["programme"].items()}
    lists = {k: tuple(row.get(k, ())) for k in ("estimates", "cautions")}
    return Case(countries()[code], **{**row, **lists, "programme": programme})
