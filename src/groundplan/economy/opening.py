"""Which accounts a question is about: shipped ones, files of the user's own, or one country of a world table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, TableError, raise_all
from groundplan.records.money import is_money
from groundplan.sources import Source, sha256
from groundplan.tables.published import PublishedLayout, published_layout

if TYPE_CHECKING:
    from groundplan.economy.world import World
    from groundplan.tables.national_past import NationalPast


def is_file(name: str | Path) -> bool:
    """Whether a file or a folder is named, and not a country.

    >>> is_file("KEN"), is_file("own_table.xlsx")
    (False, True)
    """
    path = Path(name)
    return isinstance(name, Path) or bool(path.suffix) or path.is_dir() or len(path.parts) > 1


def open_accounts(name: str | Path, year: int | None = None, *, mapping: Path | None = None) -> Economy:
    """The economy of a shipped country, by code or English name, or of a filled template (workbook or folder).

    Raises ``UnknownName`` with the nearest country, and whatever the door of files refuses.
    """
    if is_file(name):
        from groundplan.tables.template.filled_template import open_file

        path = Path(name)
        if year is not None:
            raise StudyError(f"the year {year} is the file's own", where=str(path), fix="leave out --year")
        return Economy.from_table(open_file(path, mapping))
    if mapping is not None:
        raise StudyError("a mapping is for a file", where=str(name), fix="leave out --mapping, or name a file")
    return Economy.load(str(name), year)


def open_table(
    paths: Sequence[str | Path],
    layout: str,
    country: str,
    year: int | None,
    *,
    money: str | None = None,
    edition: str = "",
    mapping: Path | None = None,
    tolerance: float = 1e-3,
    past: NationalPast | None = None,
) -> tuple[Economy, World | None]:
    """One country's accounts from files in a layout of ``tables.published``, and the world table if it is one.

    ``year`` and, where the layout does not fix it, ``money`` ("CNY2020m") must be told; ``edition`` is for the record.
    ``past``: what is known of the country's past where the files do not say it; not for a world table.
    Raises ``UnknownName`` for another layout, ``StudyError`` for what is missing, all at once, and all that the reader
    and ``Economy.from_table`` refuse.
    """
    published = published_layout(layout)
    unit = money or (published.money.format(year=year) if published.money else "")
    faults = _missing(published, layout, paths, year, unit)
    if mapping is not None and not published.takes("mapping"):
        faults.append(StudyError(f"the {layout} layout takes no mapping", fix="leave out --mapping"))
    raise_all(faults, where=", ".join(map(str, paths)))
    files = [Path(p) for p in paths]
    words: dict[str, Any] = {"year": year, "money": unit}
    if published.takes("edition"):
        words["edition"] = edition or "not said"
    if published.takes("source"):
        words["source"] = _source(published, layout, files, country, edition)
    if mapping is not None:
        from groundplan.tables.door.mapping import open_mapping

        words["mapping"] = open_mapping(mapping)
    if published.world:
        from groundplan.economy.world import World

        world = World.from_table(published.table(files, **words), tolerance=tolerance)
        return world.national(country, tolerance=tolerance), world
    table = published.table(files, country=country, **words)
    if past is not None:
        table = replace(table, past=past if table.past is None else table.past.over(past))
    return Economy.from_table(table, tolerance=tolerance), None


def with_names(e: Economy, path: Path) -> Economy:
    """The economy with its codes in words, from a file of two columns, ``code`` and ``name``.

    Publishers of world tables print codes only (c2, D05T06). The list may name partners and final uses too, and may
    hold more codes than the economy has.
    Raises ``TableError`` where it names none of the sectors, and all that the door of files refuses.
    """
    from groundplan.tables.template.filled_template import sector_list

    given = dict(sector_list(path))
    own = {s: given[s] for s in e.sectors if s in given}
    if not own:
        both = f"it names {', '.join(list(given)[:4])} ...; the sectors are {', '.join(e.sectors[:4])} ..."
        raise TableError("the list names none of the sectors", where=str(path), fix=both)
    rest = {code: name for code, name in given.items() if code not in own}
    return e.replacing(labels={**e.labels, **own}, names={**e.names, **rest})


def _missing(
    published: PublishedLayout, layout: str, paths: Sequence[str | Path], year: int | None, unit: str
) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if year is None:
        faults.append(StudyError(f"the year of the {layout} table is missing", fix="name it: --year 2014"))
    if not unit:
        faults.append(StudyError(f"the money of the {layout} table is missing", fix="name it: --money CNY2020m"))
    elif not is_money(unit):
        faults.append(StudyError(f"money is '{unit}'", fix="write currency, price year and scale: CNY2020m, CNY2020bn"))
    wanted, most = len(published.files), len(published.files) + len(published.further)
    if not wanted <= len(paths) <= most:
        number = f"{wanted}" if wanted == most else f"{wanted} to {most}"
        what = f"{layout} takes {number} file{'s' if most > 1 else ''}, {len(paths)} are named"
        order = f"in this order: {', '.join((*published.files, *published.further))}"
        faults.append(StudyError(what, fix=order))
    return faults


def _source(published: PublishedLayout, layout: str, files: Sequence[Path], country: str, edition: str) -> Source:
    """The source as the user told it; a file that is not there has no checksum, and the reader refuses it."""
    return Source(
        publisher=published.publisher,
        title=f"{country}, files in the layout '{layout}'",
        vintage=edition or "not said",
        licence="as the user has it",
        address="",
        sha256={f.name: sha256(f) for f in files if f.is_file()},
    )
