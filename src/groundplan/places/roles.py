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

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.columns import Column, PlacesError, column
from groundplan.sources import Source
from groundplan.tables.mapping import FileMapping, mapping_of

T = TypeVar("T")
FILE_KEYS = ("decimal", "thousands", "missing", "negative_brackets", "encoding", "delimiter", "sheet")


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


def open_toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises ``PlacesError`` where there is none or it is no TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise PlacesError("there is no such file", where=str(path), fix="check the path") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlacesError(f"the file is not TOML: {error}", where=str(path), fix="correct the line") from None


def open_roles(path: str | Path) -> Roles:
    """Roles from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), values of the wrong kind; all at once.
    """
    path = Path(path)
    return roles_of(open_toml(path), folder=path.parent, where=str(path))


def unknown_keys(given: Mapping[str, Any], known: Iterable[str], where: str) -> list[GroundplanError]:
    """A fault for every key that does not exist."""
    return [UnknownName("key", key, known, where=where) for key in given if key not in known]


def roles_of(data: Mapping[str, Any], *, folder: Path = Path(), where: str = "") -> Roles:
    """Roles from plain values, checked as ``open_roles`` does."""
    faults = unknown_keys(data, _KINDS, where)
    faults += [
        PlacesError(f"'{key}' is missing", where=where, fix=f"give {_KINDS[key][1]}")
        for key in ("name", "country", "id", "names", "columns", "sources")
        if key not in data
    ]
    for key, value in data.items():
        if key in _KINDS and not _KINDS[key][0](value):
            faults.append(PlacesError(f"{key} = {value!r}", where=where, fix=f"give {_KINDS[key][1]}"))
    raise_all(faults, where=where)
    reads: list[Read] = []
    for name, spec in data["columns"].items():
        reads += _collected(faults, partial(_read, name, spec, where))
    sources = [s for spec in data["sources"] for s in _collected(faults, partial(_source, spec, where))]
    borders = data.get("borders", {})
    faults += unknown_keys(borders, ("from", "mark"), f"{where} [borders]")
    sums = _collected(faults, partial(_sums, data["provinces"], folder, where)) if "provinces" in data else [None]
    told = data.get("file", {})
    faults += unknown_keys(told, FILE_KEYS, f"{where} [file]")
    raise_all(faults, where=where)
    return Roles(
        name=data["name"],
        country=data["country"],
        id=data["id"],
        names=data["names"],
        columns=tuple(reads),
        province=data.get("province", ""),
        texts=data.get("texts", {}),
        borders=borders.get("from", ""),
        borders_mark=borders.get("mark", " "),
        provinces=sums[0],
        file=mapping_of({"decimal": ".", **told, "missing": ["", *told.get("missing", [])]}, where=where),
        sources=tuple(sources),
        doubts=tuple(data.get("doubts", ())),
        tolerance=float(data.get("tolerance", 0.5)),
    )


def _collected(faults: list[GroundplanError], make: Callable[[], T]) -> list[T]:
    """What ``make`` gives, or nothing and its fault on the list."""
    try:
        return [make()]
    except GroundplanError as error:
        faults.append(error)
        return []


def _read(name: str, spec: Mapping[str, Any], where: str) -> Read:
    at = f"{where} [columns.{name}]"
    known = ("from", "unit", "meaning", "source", "basis", "rule", "low", "high", "times")
    faults = unknown_keys(spec, known, at)
    faults += [PlacesError(f"'{k}' is missing", where=at, fix="give it") for k in ("from", "source") if k not in spec]
    for key in ("low", "high", "times"):
        if key in spec and not _number(spec[key]):
            faults.append(PlacesError(f"{key} = {spec[key]!r}", where=at, fix="give a number"))
    for key in ("from", "unit", "meaning", "source", "basis", "rule"):
        if key in spec and not _text(spec[key]):
            faults.append(PlacesError(f"{key} = {spec[key]!r}", where=at, fix="give a text"))
    raise_all(faults, where=at)
    plain = {k: v for k, v in spec.items() if k not in ("from", "times")}
    made = column(name, **plain)
    raise_all(made.faults(), where=at)
    return Read(spec["from"], made, float(spec.get("times", 1.0)))


def _source(spec: Mapping[str, Any], where: str) -> Source:
    parts = ("publisher", "title", "vintage", "licence", "address")
    faults = unknown_keys(spec, parts, f"{where} [[sources]]")
    faults += [
        PlacesError(f"a source has no {k}", where=f"{where} [[sources]]", fix="give it as a text")
        for k in parts[:4]
        if not _text(spec.get(k))
    ]
    raise_all(faults)
    return Source(**spec)


def _sums(spec: Mapping[str, Any], folder: Path, where: str) -> Sums:
    at = f"{where} [provinces]"
    faults = unknown_keys(spec, ("file", "id", "leave_out", "columns"), at)
    faults += [PlacesError(f"'{k}' is missing", where=at) for k in ("file", "id", "columns") if k not in spec]
    if not _names(spec.get("columns", {"": ""})):
        faults.append(PlacesError("columns are no names", where=at, fix='give columns = { population = "people" }'))
    raise_all(faults)
    return Sums(folder / spec["file"], spec["id"], spec["columns"], tuple(spec.get("leave_out", ())))


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _names(value: object) -> bool:
    return isinstance(value, dict) and value != {} and all(_text(v) for v in value.values())


def _tables(value: object) -> bool:
    return isinstance(value, dict) and value != {} and all(isinstance(v, dict) for v in value.values())


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "name": (_text, "what the places are called together, a text"),
    "country": (_text, "the three-letter code of the country"),
    "id": (_text, "the column that holds the ids"),
    "province": (_text, "the column that holds the provinces"),
    "names": (_names, 'language = column: [names] en = "name"'),
    "columns": (_tables, "one table a column: [columns.population]"),
    "texts": (_names, 'name = column: [texts] kind = "kind"'),
    "borders": (
        lambda v: isinstance(v, dict) and all(map(_text, v.values())) and "from" in v,
        '[borders] from = "..."',
    ),
    "provinces": (lambda v: isinstance(v, dict), "[provinces] with file, id and columns"),
    "file": (lambda v: isinstance(v, dict), "[file] with " + ", ".join(FILE_KEYS)),
    "sources": (lambda v: isinstance(v, list) and v != [] and all(isinstance(s, dict) for s in v), "[[sources]]"),
    "doubts": (lambda v: isinstance(v, list) and all(map(_text, v)), "a list of sentences"),
    "tolerance": (lambda v: _number(v) and float(v) >= 0, "a number from 0"),  # type: ignore[arg-type]
}
