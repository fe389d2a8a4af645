"""What a number about a place or a facility says of itself: unit, meaning, source and basis."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.records.admissible import is_number
from groundplan.records.card import Card, keyed

BASES = ("given", "estimate", "assumed")


class PlacesError(GroundplanError):
    """Places, facility types or weights that contradict themselves, or lack what was asked of them."""


def clean(text: object) -> str:
    """A name as it is kept and compared: Unicode NFC, no spaces around it.

    >>> clean(" Kaesŏng ") == clean("Kaeso\u0306ng")
    True
    """
    return unicodedata.normalize("NFC", str(text)).strip()


@dataclass(frozen=True)
class ColumnRole:
    """A column that the instrument knows by name: its unit and what it means."""

    unit: str
    meaning: str


# Columns with these names must have these units; any other column may have any name and unit.
ROLES = MappingProxyType(
    {
        "population": ColumnRole("persons", "People who live in the place"),
        "urban": ColumnRole("persons", "People in towns"),
        "rural": ColumnRole("persons", "People outside towns"),
        "male": ColumnRole("persons", "Men and boys"),
        "female": ColumnRole("persons", "Women and girls"),
        "other_sex": ColumnRole("persons", "People recorded as neither male nor female"),
        "urban_male": ColumnRole("persons", "Men and boys in towns"),
        "urban_female": ColumnRole("persons", "Women and girls in towns"),
        "rural_male": ColumnRole("persons", "Men and boys outside towns"),
        "rural_female": ColumnRole("persons", "Women and girls outside towns"),
        "households": ColumnRole("households", "Households"),
        "area": ColumnRole("km2", "Land area"),
        "lat": ColumnRole("degrees", "Latitude of the place's point"),
        "lon": ColumnRole("degrees", "Longitude of the place's point"),
        "crop_land": ColumnRole("ha", "Crop land"),
        "forest": ColumnRole("ha", "Forest"),
        "coast": ColumnRole("km", "Length of coast"),
        "grain_output": ColumnRole("t / year", "Grain harvested"),
        "power": ColumnRole("%", "Households with electricity from the grid"),
        "roads": ColumnRole("km", "Length of roads"),
        "rail": ColumnRole("km", "Length of railways"),
        "distance_to_capital": ColumnRole("km", "Way to the capital"),
        "distance_to_city": ColumnRole("km", "Way to the nearest large city"),
    }
)

# whole, and the parts that add up to it
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("population", ("urban", "rural")),
    ("population", ("male", "female", "other_sex")),
    ("urban", ("urban_male", "urban_female")),
    ("rural", ("rural_male", "rural_female")),
    ("male", ("urban_male", "rural_male")),
    ("female", ("urban_female", "rural_female")),
)

# Units of amounts that cannot be negative; a money unit may (a net income is one).
COUNTED = ("persons", "households", "km2", "ha", "km", "t / year", "%", "people / km2", "t / ha")

# More than there is of it on earth, in one place; of any other unit, more than anybody means.
MOST = MappingProxyType(
    {
        "persons": 1e10, "households": 1e10, "km2": 5.2e8, "ha": 5.2e10, "km": 1e8, "t / year": 1e12, "%": 100.0,
        "people / km2": 1e7, "t / ha": 1e5,
    }
)  # fmt: skip
MOST_OF_ANY = 1e18


@dataclass(frozen=True)
class Column:
    """What one column of ``Places`` holds.

    ``basis`` is "given" (a publisher's figure), "estimate" (computed by ``rule``) or "assumed" (a judgement, with the
    range ``low`` to ``high`` as shares of the value). ``source`` says who published it, or what the rule starts from.
    """

    name: str
    unit: str
    meaning: str
    source: str
    basis: str = "given"
    rule: str = ""
    low: float = math.nan
    high: float = math.nan

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the description."""
        where = f"column '{self.name}'"
        faults: list[GroundplanError] = [
            PlacesError(f"column '{self.name}' has no {part}", where=where, fix=f"say its {part}")
            for part in ("name", "unit", "meaning", "source")
            if not getattr(self, part)
        ]
        if self.basis not in BASES:
            faults.append(UnknownName("basis", self.basis, BASES, where=where))
        if self.basis == "estimate" and not self.rule:
            faults.append(PlacesError(f"column '{self.name}' is an estimate without a rule", fix="state the rule"))
        if self.basis == "assumed" and not self.low <= 1.0 <= self.high:
            what = f"column '{self.name}' is assumed and its range does not hold the value"
            faults.append(PlacesError(what, fix="give low ≤ 1 ≤ high, as shares of the value"))
        role = ROLES.get(self.name)
        if role and role.unit != self.unit:
            what = f"column '{self.name}' is in {self.unit}, not in {role.unit}"
            faults.append(PlacesError(what, where=where, fix=f"convert it to {role.unit}, or use another name"))
        return faults


def column(name: str, *, source: str, unit: str = "", meaning: str = "", **more: object) -> Column:
    """A column whose unit and meaning are those of its role where they are not given."""
    role = ROLES.get(name, ColumnRole("", ""))
    return replace(Column(name, unit or role.unit, meaning or role.meaning, source), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class SourcedFigure(Card):
    """One number with its unit, where it comes from and, where it is assumed, the range it may lie in.

    Raises ``PlacesError``, all faults at once.
    """

    value: float = keyed("the figure's", "a finite number")
    unit: str = keyed("", "its unit; 1 for a share")
    basis: str = keyed("", "given, estimate or assumed", "assumed")
    source: str = keyed("", "who published it, or why it is assumed", "")
    low: float = keyed("the figure's", "the least it may be", math.nan)
    high: float = keyed("the figure's", "the most it may be", math.nan)

    def __post_init__(self) -> None:
        raise_all(self.faults())

    def faults(self) -> list[GroundplanError]:
        """What is wrong with the number; none where nothing is."""
        figure = f"{self.value!r} {self.unit}"
        faults: list[GroundplanError] = []
        if not is_number(self.value):
            return [PlacesError(f"{figure} is no number", fix="give a finite number")]
        if self.basis not in BASES:
            faults.append(UnknownName("basis", self.basis, BASES, where=figure))
        if not self.unit:
            faults.append(PlacesError(f"{figure} has no unit", fix="say its unit; 1 for a share"))
        if not self.source:
            faults.append(PlacesError(f"{figure} has no source", fix="say who published it, or why it is assumed"))
        if self.basis == "assumed" and not self.low <= self.value <= self.high:
            what = f"{figure} is assumed and its range {self.low:g} to {self.high:g} does not hold it"
            faults.append(PlacesError(what, fix="give low ≤ value ≤ high"))
        return faults

    def times(self, factor: float) -> SourcedFigure:
        """The figure and its range, ``factor`` times as large."""
        return replace(self, value=factor * self.value, low=factor * self.low, high=factor * self.high)

    def in_words(self) -> str:
        """The figure in words, for reports."""
        span = f", {self.low:g} to {self.high:g}" if math.isfinite(self.low) and self.low < self.high else ""
        return f"{self.value:g} {self.unit} ({self.basis}{span}: {self.source})"


def some(items: Iterable[object], shown: int = 6) -> str:
    """The first few of a list and how many more there are."""
    listed: Sequence[object] = list(items)
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return ", ".join(str(i) for i in listed[:shown]) + more
