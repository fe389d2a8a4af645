"""What can be built in a place: what it takes, whom it employs and serves, what it costs, and on what that rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, SourcedFigure
from groundplan.records.card import Card, keyed
from groundplan.sources import Assumption, Source
from groundplan.tables.concordances import concordance

if TYPE_CHECKING:
    from groundplan.places.known.places import Places

CHANGE = "the facility's own file, or the study"


@dataclass(frozen=True)
class Material(Card):
    """A raw material: ``amount`` a year (the column's unit) of an endowment ``column`` of the places within ``reach``.

    ``reach`` in km, along the distances that the choice is made with; 0 is the place itself.
    """

    column: str = keyed("", "an endowment, a column of the places", filled=True)
    amount: SourcedFigure = keyed("the column's / year", "what is taken")
    reach: SourcedFigure = keyed("km", "how far it comes from")


@dataclass(frozen=True)
class Size(Card):
    """A variant: ``scale`` times jobs, materials, output, power and persons served, ``cost`` times building cost."""

    name: str = keyed("", "the variant's name", filled=True)
    scale: SourcedFigure = keyed("1", "times jobs, materials, output, power and persons served")
    cost: SourcedFigure = keyed("1", "times the building cost")


@dataclass(frozen=True)
class Facility(Card):
    """One type of facility, every number with its source, an assumed one with its range.

    code        what tables call it; ``names`` by language
    sector      broad sector of the national economy that it belongs to (``groundplan_broad.csv``)
    jobs        skill → persons
    materials   raw materials a year
    output      what it makes a year in its own unit, None where that is not told
    value       what it makes a year in ``money``, None until it is priced (``pricing.from_economy``)
    cost        what building it costs in ``money``, None until it is priced
    money       currency, price year and scale of ``value`` and ``cost``, such as KES2019bn
    building    broad sector → share of the building cost that is bought there (sums to 1)
    profile     shares of the building cost by year of building (sums to 1); its length is the years of building
    power       electricity, MWh / year
    catchment   how far those served come, km; ``serves`` how many persons; None for what serves nobody directly
    after       facilities (codes) that the place must have before, such as power
    least       column → what the place must have at least, in the column's unit
    sizes       variants beside the type itself
    """

    code: str = keyed("", "what tables call it")
    names: Mapping[str, str] = keyed("", "its name by language", filled=True)
    sector: str = keyed("", "a broad sector of the national economy")
    jobs: Mapping[str, SourcedFigure] = keyed("persons", "persons by skill")
    materials: tuple[Material, ...] = keyed("", "raw materials a year", ())
    output: SourcedFigure | None = keyed("its own / year", "what it makes", None)
    value: SourcedFigure | None = keyed("money / year", "what it makes, in money", None)
    cost: SourcedFigure | None = keyed("money", "what building it costs", None)
    money: str = keyed("", "currency, price year and scale of value and cost, such as KES2019bn", "")
    building: Mapping[str, SourcedFigure] = keyed("1", "shares of the building cost by broad sector", {})
    profile: tuple[float, ...] = keyed("1", "shares of the building cost by year of building", (1.0,))
    power: SourcedFigure | None = keyed("MWh / year", "electricity", None)
    catchment: SourcedFigure | None = keyed("km", "how far those served come", None)
    serves: SourcedFigure | None = keyed("persons", "how many are served", None)
    after: tuple[str, ...] = keyed("", "facilities that the place must have before", ())
    least: Mapping[str, SourcedFigure] = keyed("the column's", "what the place must have at least", {})
    sizes: tuple[Size, ...] = keyed("", "variants beside the type itself", ())

    def __post_init__(self) -> None:
        raise_all(self.faults(), where=f"facility '{self.code}'")

    @property
    def years(self) -> int:
        """Years of building; it works from the year after the last."""
        return len(self.profile)

    @property
    def workers(self) -> float:
        """Persons employed, all skills."""
        return sum(j.value for j in self.jobs.values())

    def title(self, language: str = "en") -> str:
        """Its name in a language; in another one, or its code, where it has none in that one."""
        return self.names.get(language) or next((n for n in self.names.values() if n), self.code)

    def figures(self) -> dict[str, SourcedFigure]:
        """Every number by what it is, such as "jobs: trained" or "materials: grain_output"."""
        single = {k: getattr(self, k) for k in ("output", "value", "cost", "power", "catchment", "serves")}
        figures = {k: v for k, v in single.items() if v is not None}
        figures |= {f"jobs: {k}": v for k, v in self.jobs.items()}
        figures |= {f"building: {k}": v for k, v in self.building.items()}
        figures |= {f"least: {k}": v for k, v in self.least.items()}
        for m in self.materials:
            figures |= {f"materials: {m.column}": m.amount, f"reach: {m.column}": m.reach}
        for s in self.sizes:
            figures |= {f"size {s.name}: scale": s.scale, f"size {s.name}: cost": s.cost}
        return figures

    def faults(self) -> list[GroundplanError]:
        """What is wrong with it."""
        faults: list[GroundplanError] = []
        if not self.code or not any(self.names.values()):
            faults.append(PlacesError("a facility has no code or no name", fix="give both"))
        sectors = broad_sectors()
        faults += [UnknownName("broad sector", s, sectors) for s in (self.sector, *self.building) if s not in sectors]
        below = [f"{k} {f.value:g}" for k, f in self.figures().items() if f.value < 0 or f.low < 0]
        if below:
            faults.append(PlacesError(f"figures are below zero: {', '.join(below)}", fix="give numbers from 0 on"))
        for what, shares in (
            ("profile", list(self.profile)),
            ("building", [f.value for f in self.building.values()] or [1.0]),
        ):
            if abs(sum(shares) - 1.0) > 1e-6 or min(shares, default=-1.0) < 0:
                listed = ", ".join(f"{s:g}" for s in shares)
                faults.append(
                    PlacesError(f"the shares of {what} ({listed}) do not sum to 1", fix="give shares from 0 to 1")
                )
        for key in ("value", "cost"):
            figure = getattr(self, key)
            wanted = self.money + (" / year" if key == "value" else "")
            if figure is not None and (not self.money or figure.unit != wanted):
                what = f"{key} is in '{figure.unit}', the facility's money is '{self.money}'"
                faults.append(PlacesError(what, fix=f"give it in {wanted or 'a money such as KES2019m'}"))
        if (self.catchment is None) != (self.serves is None):
            faults.append(PlacesError("catchment and serves are not both given", fix="give both or none"))
        return faults

    def variants(self) -> tuple[Facility, ...]:
        """The type itself, then one for every size, with the code ``type:size`` and no sizes of their own."""
        return (replace(self, sizes=()), *(self._sized(size) for size in self.sizes))

    def _sized(self, size: Size) -> Facility:
        def grown(figure: SourcedFigure | None) -> SourcedFigure | None:
            return figure and figure.times(size.scale.value)

        return replace(
            self,
            code=f"{self.code}:{size.name}",
            names={k: f"{v} ({size.name})" for k, v in self.names.items()},
            jobs={k: v.times(size.scale.value) for k, v in self.jobs.items()},
            materials=tuple(replace(m, amount=m.amount.times(size.scale.value)) for m in self.materials),
            output=grown(self.output),
            value=grown(self.value),
            power=grown(self.power),
            serves=grown(self.serves),
            cost=self.cost and self.cost.times(size.cost.value),
            sizes=(),
        )


@dataclass(frozen=True)
class Facilities:
    """Types of facilities by code, and how much of each endowment a programme may take.

    ``available`` is column → share of the endowment (1); a column that is not named may be taken whole.
    """

    types: Mapping[str, Facility]
    available: Mapping[str, SourcedFigure] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        faults: list[GroundplanError] = [
            UnknownName("facility", a, self.types, where=f"after, of '{f.code}'")
            for f in self.types.values()
            for a in f.after
            if a not in self.types
        ]
        faults += [
            PlacesError(f"the share of '{c}' that may be taken is {s.value:g}", fix="give a share from 0 to 1")
            for c, s in self.available.items()
            if not 0.0 <= s.value <= 1.0
        ]
        faults += [PlacesError(f"facilities wait for each other: {' → '.join(ring)}") for ring in self._rings()]
        raise_all(faults)

    def _rings(self) -> list[list[str]]:
        """Types that, each after the next, come back to themselves."""
        for start in self.types:
            ways = [[start]]
            while ways:
                way = ways.pop()
                for a in self.types[way[-1]].after if way[-1] in self.types else ():
                    if a == start:
                        return [[*way, a]]
                    if a not in way:
                        ways.append([*way, a])
        return []

    def __getitem__(self, code: str) -> Facility:
        if code not in self.types:
            raise UnknownName("facility", code, self.types)
        return self.types[code]

    def only(self, codes: Sequence[str]) -> Facilities:
        """These types and those that they must come after."""
        wanted = list(codes)
        for code in wanted:
            wanted += [a for a in self[code].after if a not in wanted]
        return replace(self, types={c: f for c, f in self.types.items() if c in wanted})

    def check(self, places: Places) -> None:
        """Raise, all faults at once, where a type asks for a column that the places do not have."""
        asked = [(f.code, c) for f in self.types.values() for c in [*(m.column for m in f.materials), *f.least]]
        raise_all(
            [
                UnknownName("column", c, places.columns, where=f"facility '{code}'", fix="give it with with_column")
                for code, c in asked
                if c not in places.columns
            ]
        )

    def figures(self) -> pd.DataFrame:
        """Every number of every type: facility, figure, value, unit, basis, low, high, source."""
        rows = [
            (code, name, f.value, f.unit, f.basis, f.low, f.high, f.source)
            for code, figures in self._all().items()
            for name, f in figures.items()
        ]
        return pd.DataFrame(rows, columns=["facility", "figure", "value", "unit", "basis", "low", "high", "source"])

    def _all(self) -> dict[str, dict[str, SourcedFigure]]:
        shares = {f"available: {c}": s for c, s in self.available.items()}
        return {**{code: f.figures() for code, f in self.types.items()}, **({"": shares} if shares else {})}

    def assumptions(self) -> tuple[Assumption, ...]:
        """Every number that is not given, for a report's list of assumptions."""
        return tuple(
            Assumption(f"{code or 'programme'}, {name}", f"{f.value:g} {f.unit}", f.in_words(), CHANGE)
            for code, figures in self._all().items()
            for name, f in figures.items()
            if f.basis != "given"
        )


@cache
def broad_sectors() -> dict[str, str]:
    """Code → label of the broad sectors that a facility may belong to."""
    return dict(concordance.load("groundplan_broad").labels)
