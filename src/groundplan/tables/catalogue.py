"""The accounts that come with the package: what there is, and how to open it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from groundplan.errors import UnknownName
from groundplan.sources import Source, sha256
from groundplan.tables.industry_classes import stated
from groundplan.tables.published import published_layout

if TYPE_CHECKING:
    from groundplan.tables.table import Table

TEMPLATE = "template"  # accounts that are kept as a filled template
FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class CatalogueEntry:
    """One country and year: where its files are, in which money, who published it and under which licence.

    ``country`` is the ISO 3166 three-letter code; ``paths`` are relative to the package's data folder; ``kind`` names
    their layout (``published``); ``rounding`` is the last digit that the publisher prints, in ``money``;
    ``industries`` the known list that its sectors are of, where the layout does not say it.
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
    industries: str = ""

    def files(self) -> tuple[Path, ...]:
        """The entry's files; a folder stands for the CSV files in it."""
        paths = [FOLDER / p for p in self.paths]
        return tuple(f for p in paths for f in (sorted(p.glob("*.csv")) if p.is_dir() else [p]))

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


def entries() -> list[CatalogueEntry]:
    """Every country and year whose observed accounts are shipped, by country code and year.

    >>> [e.year for e in entries() if e.country == "BRA"]
    [2010, 2015, 2019, 2021]
    """
    return _listed("catalogue.csv")


def estimates() -> list[CatalogueEntry]:
    """Accounts that are shipped and nobody observed: opened where their year is named, never by default.

    >>> [(e.country, e.year) for e in estimates()]
    [('KEN', 2024)]
    """
    return _listed("estimates.csv")


def _listed(name: str) -> list[CatalogueEntry]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        listed = [_entry(row) for row in csv.DictReader(file)]
    return sorted(listed, key=lambda e: (e.country, e.year))


def _entry(row: dict[str, str]) -> CatalogueEntry:
    words = {key: row[key] for key in ("publisher", "title", "vintage", "licence", "address")}
    return CatalogueEntry(
        country=row["country"],
        country_name=row["country_name"],
        year=int(row["year"]),
        kind=row["kind"],
        paths=tuple(row["paths"].split(" ")),
        money=row["money"],
        rounding=float(row["rounding"]),
        industries=row["industries"],
        **words,
    )


def find(country: str, year: int | None = None) -> CatalogueEntry:
    """The entry of a country, by its three-letter code or English name; the latest observed year by default.

    Errors: ``UnknownName`` with the nearest name.

    >>> find("kenya").country, find("bra").year, find("BRA", 2010).year
    ('KEN', 2021, 2010)
    """
    wanted = str(country).strip().casefold()
    shipped = entries()
    of_country = [e for e in shipped if wanted in (e.country.casefold(), e.country_name.casefold())]
    if not of_country:
        names = [name for e in shipped for name in (e.country, e.country_name)]
        raise UnknownName("country", country, names)
    named = [*of_country, *(e for e in estimates() if e.country == of_country[0].country)]
    chosen = of_country if year is None else [e for e in named if str(e.year) == str(year)]
    if not chosen:
        raise UnknownName(f"year of {of_country[0].country_name}", year, [e.year for e in named])
    return chosen[-1]


def load(country: str, year: int | None = None) -> Table:
    """The table of a shipped country, the latest observed year by default.

    Errors: ``UnknownName`` for a country or year that is not shipped.
    """
    entry = find(country, year)
    if entry.kind == TEMPLATE:
        from groundplan.tables.template.filled_template import open_file

        return open_file(FOLDER / entry.paths[0])
    table: Table = published_layout(entry.kind).table(
        [FOLDER / p for p in entry.paths],
        country=entry.country,
        year=entry.year,
        money=entry.money,
        country_name=entry.country_name,
        source=entry.source(),
        rounding=entry.rounding,
    )
    return table if table.classes else replace(table, classes=stated(entry.industries, map(str, table.labels.index)))
