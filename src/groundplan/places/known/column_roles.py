"""The roles of a file's columns: a small TOML file that says which column is what, in which unit, from which source.

name = "Kenya, counties"
country = "KEN"
id = "county_code"
province = "former_province"     # may be left out
tolerance = 0.5                  # gap between a sum and its parts that is accepted
doubts = ["One sentence each."]
[names]                          # language = column of the file
en = "name"
[columns.population]             # names in columns.ROLES have their unit and meaning already
from = "population_2019"
source = "KNBS, census 2019"
[columns.poverty]
from = "poverty_headcount"
unit = "%"
meaning = "People below the poverty line"
source = "KNBS"
basis = "estimate"               # given (the default), estimate (with its rule) or assumed (with low and high)
rule = "small-area estimate"
times = 100                      # what the file writes × this is the figure
[texts]                          # name = column of the file
kind = "kind"
[borders]                        # ids of the neighbours in one cell
from = "neighbours"
mark = " "
[provinces]                      # the publisher's sums, in a file beside this one
file = "provinces.csv"
id = "province"
leave_out = ["Total"]
columns = { population = "population" }
[file]                           # how the file is written, where it must be told
decimal = ","
missing = ["n/a"]
sheet = "Counties"
[[sources]]
publisher = "KNBS"
title = "Population and housing census"
vintage = "2019"
licence = "public statistics"
address = "knbs.or.ke"
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from groundplan.errors import GroundplanError, raise_all
from groundplan.places.known.columns import BASES, Column, column
from groundplan.records.card import Card, keyed
from groundplan.records.toml import Document, open_document
from groundplan.sources import Source
from groundplan.tables.door.mapping import FileMapping, WritingKeys, notation_of


@dataclass(frozen=True)
class Read:
    """One column of figures: the file's name for it, what it becomes, and what its figures are multiplied with."""

    origin: str
    column: Column
    times: float = 1.0


@dataclass(frozen=True)
class Sums:
    """A file of sums by province: its path, the column of provinces, rows to drop, our column → the file's column."""

    file: Path
    id: str
    columns: Mapping[str, str]
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roles:
    """What was said about a file of places; the meaning of each part is in the module's example."""

    name: str
    country: str
    id: str
    names: Mapping[str, str]
    columns: tuple[Read, ...]
    province: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    borders: str = ""
    borders_mark: str = " "
    provinces: Sums | None = None
    file: FileMapping = field(default_factory=FileMapping)
    sources: tuple[Source, ...] = ()
    doubts: tuple[str, ...] = ()
    tolerance: float = 0.5


@dataclass(frozen=True)
class ColumnKeys(Card):
    """What a file of roles says of one column."""

    origin: str = keyed("", "the name of the column in the file", key="from", filled=True)
    source: str = keyed("", "who published it", filled=True)
    unit: str = keyed("", "its unit", "")
    meaning: str = keyed("", "what it means", "")
    basis: str = keyed("", "given, estimate or assumed", "given", among=BASES)
    rule: str = keyed("", "the rule of an estimate", "")
    low: float | None = keyed("1", "the least it may be, as a share of the value", None)
    high: float | None = keyed("1", "the most it may be, as a share of the value", None)
    times: float = keyed("1", "what the file's figures are multiplied with", 1.0)


@dataclass(frozen=True)
class BordersKeys(Card):
    """Where the neighbours of a place are listed."""

    origin: str = keyed("", "the column that lists the neighbours' ids", key="from", filled=True)
    mark: str = keyed("", "the mark between two ids", " ", filled=True)


@dataclass(frozen=True)
class SumsKeys(Card):
    """The publisher's sums by province."""

    file: str = keyed("", "a file beside this one", filled=True)
    id: str = keyed("", "the column of provinces", filled=True)
    columns: dict[str, str] = keyed("", 'our columns and the file\'s: { population = "people" }', filled=True)
    leave_out: tuple[str, ...] = keyed("", "rows to drop", ())


@dataclass(frozen=True)
class RolesKeys(Card):
    """The keys of a file of roles."""

    name: str = keyed("", "what the places are called together", filled=True)
    country: str = keyed("", "the three-letter code of the country", filled=True)
    id: str = keyed("", "the column that holds the ids", filled=True)
    names: dict[str, str] = keyed("", 'language = column: [names] en = "name"', filled=True)
    columns: dict[str, ColumnKeys] = keyed("", "one table a column: [columns.population]", filled=True)
    sources: tuple[Source, ...] = keyed("", "[[sources]]", filled=True)
    province: str = keyed("", "the column that holds the provinces", "")
    texts: dict[str, str] = keyed("", 'name = column: [texts] kind = "kind"', {})
    borders: BordersKeys | None = keyed("", '[borders] from = "..."', None)
    provinces: SumsKeys | None = keyed("", "[provinces] with file, id and columns", None)
    file: WritingKeys = keyed("", "[file], how the file is written", WritingKeys())
    doubts: tuple[str, ...] = keyed("", "a list of sentences", ())
    tolerance: float = keyed("", "the gap between a sum and its parts that is accepted", 0.5, 0)


def open_roles(path: str | Path) -> Roles:
    """Roles from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), values of the wrong kind; all at once.
    """
    document, folder = open_document(path), Path(path).parent
    said = document.record(RolesKeys)
    reads = tuple(_read(name, keys) for name, keys in said.columns.items())
    raise_all([_at(fault, document, r.column.name) for r in reads for fault in r.column.faults()], where=document.name)
    sums, file = said.provinces, said.file
    written = replace(file, decimal=file.decimal or ".", missing=("", *file.missing))
    return Roles(
        name=said.name,
        country=said.country,
        id=said.id,
        names=said.names,
        columns=reads,
        province=said.province,
        texts=said.texts,
        borders=said.borders.origin if said.borders else "",
        borders_mark=said.borders.mark if said.borders else " ",
        provinces=None if sums is None else Sums(folder / sums.file, sums.id, sums.columns, sums.leave_out),
        file=FileMapping(notation_of(written), file.encoding, file.delimiter, file.sheet),
        sources=said.sources,
        doubts=said.doubts,
        tolerance=said.tolerance,
    )


def _read(name: str, said: ColumnKeys) -> Read:
    """A column with the unit and meaning of its role."""
    low, high = (math.nan if end is None else end for end in (said.low, said.high))
    more = {"basis": said.basis, "rule": said.rule, "low": low, "high": high}
    described = column(name, source=said.source, unit=said.unit, meaning=said.meaning, **more)
    return Read(said.origin, described, said.times)


def _at(fault: GroundplanError, document: Document, name: str) -> GroundplanError:
    """A fault of a column with the line of the file where the column stands."""
    fault.where = document.where(("columns", name))
    return fault
