"""Which accounts a question is about: shipped ones, a file of the user's own, or one country of a world table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import StudyError, UnknownName
from groundplan.measures.overview import Progress, View, overview, quiet
from groundplan.outcome import Outcome
from groundplan.tables import catalogue
from groundplan.tables.template import open_file
from groundplan.tables.world_table import WorldTable

LAYOUTS = ("wiod2013", "wiod2016", "icio", "figaro")


def open_accounts(name: str | Path, year: int | None = None, *, mapping: Path | None = None) -> Economy:
    """The economy of a shipped country, by code or English name, or of a filled template (workbook or folder).

    Raises ``UnknownName`` with the nearest country, and whatever the door of files refuses.
    """
    path = Path(name)
    if path.suffix or path.is_dir() or len(path.parts) > 1:
        if year is not None:
            raise StudyError(f"the year {year} is the file's own", where=str(path), fix="leave out --year")
        return Economy.from_table(open_file(path, mapping))
    if mapping is not None:
        raise StudyError("a mapping is for a file", where=str(name), fix="leave out --mapping, or name a file")
    return Economy.load(str(name), year)


def open_world(
    path: str | Path, layout: str, year: int | None, *, edition: str = "", mapping: Path | None = None
) -> World:
    """The world table of a file in one of the known layouts: wiod2013, wiod2016, icio, figaro.

    ``edition`` is the publisher's, kept for the record. Raises ``UnknownName`` for another layout, ``StudyError``
    where the year is missing, and all that the reader refuses.
    """
    from groundplan.tables import figaro, icio, wiod_world
    from groundplan.tables.mapping import NOTHING, open_mapping

    if layout not in LAYOUTS:
        raise UnknownName("layout of a world table", layout, LAYOUTS)
    if year is None:
        raise StudyError("the year of the world table is missing", where=str(path), fix="name it: --year 2014")
    said = NOTHING if mapping is None else open_mapping(mapping)
    file = Path(path)
    read: WorldTable
    if layout.startswith("wiod"):
        read = wiod_world.read(file, year, release=layout.removeprefix("wiod"), mapping=said)
    elif layout == "icio":
        read = icio.read(file, year, edition=edition or "not said", mapping=said)
    else:
        read = figaro.read(file, year, edition=edition or "not said", mapping=said)
    return World.from_table(read)


def see(
    economy: Economy | str | Path = "KEN",
    year: int | None = None,
    *,
    world: World | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """Where an economy depends on others and what carries it: one outcome with every measure and how sure it is.

    ``economy`` is an ``Economy``, a shipped country or a filled template. With ``world`` a country's name picks one
    of the world table's. ``choices`` are those of ``View``: use, partner, product, draws, seed, stock_days, top. The
    shipped accounts of other countries are the peers, those of other years of the same country the panel.

    >>> round(see("KEN", draws=0).provenance["content"]["total"])
    1087
    """
    unknown = [c for c in choices if c not in View.__dataclass_fields__]
    if unknown:
        raise UnknownName("choice of the overview", unknown[0], View.__dataclass_fields__)
    if isinstance(economy, Economy):
        e = economy
    elif world is not None:
        e = world.national(str(economy))
    else:
        progress("opening the accounts")
        e = open_accounts(economy, year)
    view = View(**_named(e, choices))
    return overview(e, view, world=world, peers=_peers(e), panel=_panel(e), progress=progress)


def _named(e: Economy, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The choices with product and partner as codes, where they were given by name."""
    codes = {e.label(s).casefold(): s for s in e.sectors}
    if e.imported_by_partner is not None:
        codes |= {e.label(str(p)).casefold(): str(p) for p in e.imported_by_partner["partner"].values}
    asked = dict(choices)
    for key in ("product", "partner"):
        if asked.get(key) is not None:
            asked[key] = codes.get(str(asked[key]).casefold(), str(asked[key]))
    return asked


def _peers(e: Economy) -> list[Economy]:
    """The latest shipped accounts of the other countries."""
    latest = {entry.country: entry.year for entry in catalogue.entries() if entry.country != e.country}
    return [_shipped(country, year) for country, year in latest.items()]


def _panel(e: Economy) -> dict[int, Economy]:
    """The shipped accounts of all years of the same country, its own in their place; empty where it is not shipped."""
    years = [entry.year for entry in catalogue.entries() if entry.country == e.country]
    if e.year not in years:
        return {}
    panel = {y: e if y == e.year else _shipped(e.country, y) for y in years}
    return {y: p for y, p in panel.items() if p.sectors == e.sectors}


@cache
def _shipped(country: str, year: int) -> Economy:
    """Shipped accounts are read once; they are frozen, so sharing them is safe."""
    return Economy.load(country, year)
