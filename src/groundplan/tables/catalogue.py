"""The accounts that come with the package: what there is, and how to open it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.errors import UnknownName
from groundplan.sources import Source, sha256

if TYPE_CHECKING:
    from groundplan.tables.table import Table

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Entry:
    """One country and year: where its files are, in which money, who published it and under which licence.

    ``country`` is the ISO 3166 three-letter code; ``paths`` are relative to the package's data folder; ``kind`` names
    the reader; ``rounding`` is the last digit that the publisher prints, in ``money``.
    """

    country: str
    country_name: str
    year: int
    kind: str
    paths: tuple[str, ...]
    money: str
    publisher: str
    title: str
    vintage: str
    licence: str
    address: str
    rounding: float

    def files(self) -> tuple[Path, ...]:
        """The entry's files; a folder stands for the CSV files in it."""
        found = [FOLDER / p for p in self.paths]
        return tuple(f for p in found for f in (sorted(p.glob("*.csv")) if p.is_dir() else [p]))

    def source(self) -> Source:
        """The entry as a citation, with the SHA-256 of every file."""
        return Source(
            publisher=self.publisher,
            title=self.title,
            vintage=self.vintage,
            licence=self.licence,
            address=self.address,
            sha256={f.relative_to(FOLDER).as_posix(): sha256(f) for f in self.files()},
        )


def entries() -> list[Entry]:
    """Every country and year that is shipped, by country code and year.

    >>> [e.year for e in entries() if e.country == "BRA"]
    [2010, 2015, 2019, 2021]
    """
    with (FOLDER / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        found = [_entry(row) for row in csv.DictReader(file)]
    return sorted(found, key=lambda e: (e.country, e.year))


def _entry(row: dict[str, str]) -> Entry:
    words = {key: row[key] for key in ("publisher", "title", "vintage", "licence", "address")}
    return Entry(
        country=row["country"],
        country_name=row["country_name"],
        year=int(row["year"]),
        kind=row["kind"],
        paths=tuple(row["paths"].split(" ")),
        money=row["money"],
        rounding=float(row["rounding"]),
        **words,
    )


def find(country: str, year: int | None = None) -> Entry:
    """The entry of a country, by its three-letter code or English name in any case; the latest year by default.

    Errors: ``UnknownName`` with the nearest name.

    >>> find("kenya").country, find("bra").year, find("BRA", 2010).year
    ('KEN', 2021, 2010)
    """
    wanted = str(country).strip().casefold()
    known = entries()
    of_country = [e for e in known if wanted in (e.country.casefold(), e.country_name.casefold())]
    if not of_country:
        names = [name for e in known for name in (e.country, e.country_name)]
        raise UnknownName("country", country, names)
    chosen = [e for e in of_country if year is None or str(e.year) == str(year)]
    if not chosen:
        raise UnknownName(f"year of {of_country[0].country_name}", year, [e.year for e in of_country])
    return chosen[-1]


def load(country: str, year: int | None = None) -> Table:
    """The table of a shipped country, the latest year by default.

    Errors: ``UnknownName`` for a country or year that is not shipped.
    """
    entry = find(country, year)
    paths = [FOLDER / p for p in entry.paths]
    return _read(entry, paths)


def _read(entry: Entry, paths: list[Path]) -> Table:
    """Open the entry with the reader that its kind names; readers load here, so that listing stays fast."""
    named, source, rounding = entry.country_name, entry.source(), entry.rounding
    place = (entry.country, entry.year, entry.money)
    if entry.kind == "sam":
        from groundplan.tables.readers import sam

        matrix, kinds, controls = paths
        return sam.read(
            matrix, *place, kinds=kinds, controls=controls, country_name=named, source=source, rounding=rounding
        )
    if entry.kind == "ibge":
        from groundplan.tables.readers import ibge

        return ibge.read(paths[0], *place, country_name=named, source=source, rounding=rounding)
    if entry.kind == "eurostat":
        from groundplan.tables.readers import eurostat

        supply, use = paths
        return eurostat.read(supply, use, *place, country_name=named, source=source, rounding=rounding)
    raise UnknownName("kind of source", entry.kind, ("sam", "ibge", "eurostat"), where="catalogue.csv")
