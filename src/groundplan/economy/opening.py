"""Where an economy comes from: shipped accounts, a template, a publisher's files; one record, opened in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.economy.economy import BALANCED, TOLERANCE, Economy
from groundplan.errors import GroundplanError, StudyError, TableError, UnknownName, raise_all
from groundplan.records.card import Entry, fields_of, keyed
from groundplan.records.money import is_money
from groundplan.sources import Assumption
from groundplan.tables import catalogue
from groundplan.tables.door.mapping import NOTHING, open_mapping
from groundplan.tables.published import PublishedLayout, layout_words, published_layout
from groundplan.tables.recognition import fitting_siblings
from groundplan.tables.template.filled_template import class_list, open_file, sector_list
from groundplan.tables.template.returned_template import template_changes

if TYPE_CHECKING:
    from groundplan.economy.world import World
    from groundplan.tables.national_past import NationalPast
    from groundplan.tables.returned.changed_cells import Change
    from groundplan.tables.table import Table

# The keys of a table that name one file each.
FILE_KEYS = ("kinds", "mapping", "names", "classes")
Stamps = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class TableFiles(Entry):
    """The section ``[table]`` of a study: a publisher's files and what is said of them, or of a template.

    The fields are options of every command that takes accounts; ``files`` is its ``--table``.
    """

    files: tuple[str, ...] = keyed("", "files of a publisher that hold the country, in their layout's order", ())
    layout: str = keyed("", "the layout of the files: wiod2016, icio, figaro, oecd-iot, ine, nbs, sam ...", "")
    kinds: str = keyed("", "the file that says what each account is, where the layout has one", "")
    year: int | None = keyed("", "year of the accounts in the files", None, 1000, 2999)
    money: str = keyed("", "their money unit where the layout does not fix it, for example CNY2020m", "")
    edition: str = keyed("", "their edition, for the record", "")
    tolerance: float = keyed("1", "gap accepted between costs and output, as a share", TOLERANCE, 0, 1)
    balance: bool = keyed("", "balance a table whose costs and output differ, on purpose (balance_table)", False)
    mapping: str = keyed("", "a mapping file (TOML) for a file that differs from its layout", "")
    names: str = keyed("", "a list (columns code, name) for a file that has codes only", "")
    classes: str = keyed("", "a list (columns code, class) that says what each sector is", "")

    @classmethod
    def owner(cls) -> str:
        """A study has one section of files."""
        return ""

    @property
    def paths(self) -> list[str]:
        """The publisher's files in their layout's order."""
        return [*self.files, *([self.kinds] if self.kinds else [])]

    @property
    def named(self) -> list[str]:
        """Every file that it names, a layout of the user's own among them."""
        own = [self.layout] if self.layout.endswith(".toml") else []
        return [*self.files, *own, *(name for key in FILE_KEYS if (name := getattr(self, key)))]

    def at(self, places: Mapping[str, str]) -> TableFiles:
        """The same with every file at its place."""
        single = {key: places.get(getattr(self, key), getattr(self, key)) for key in ("layout", *FILE_KEYS)}
        return replace(self, files=tuple(places.get(f, f) for f in self.files), **single)


@dataclass(frozen=True)
class Opening:
    """Where an economy comes from, in words that a study, a command and a provenance state alike.

    ``country``: a code or an English name, or a filled template (workbook or folder); with files in ``table`` the
    country that is looked for in them. ``year``: of the accounts, the latest of shipped ones by default.
    """

    country: str
    year: int | None = None
    table: TableFiles = field(default_factory=TableFiles)

    def open(self, past: NationalPast | None = None) -> OpenedAccounts:
        """The economy. Files are read again only where they have changed; ``past`` as in ``open_table``.

        Raises ``UnknownName`` with the nearest country or layout, ``StudyError`` for what does not go together, all at
        once, and whatever the door of files refuses.
        """
        raise_all(self._faults(), where=self.table.where)
        stamps = _stamps(self)
        economy = _economy(self, stamps) if past is None else _read(self, stamps, past)
        whole = bool(self.table.files) and published_layout(self.table.layout).world
        world = _world(self.table, self.table_year, stamps) if whole else None
        return OpenedAccounts(replace(economy), world, self)

    def _faults(self) -> list[GroundplanError]:
        t, faults = self.table, list[GroundplanError]()
        if t.year is not None and self.year not in (None, t.year):
            what = f"the year is {self.year}, and the table's is {t.year}"
            faults.append(StudyError(what, fix="leave out one of the two"))
        if not t.files and (t.layout or t.money or t.edition or t.kinds or t.year):
            what = "layout, kinds, year, money and edition are of --table, a publisher's files, and none is named"
            faults.append(StudyError(what, fix="name the files: --table FILE ..., or files = [...] in [table]"))
        if t.files and is_file(self.country):
            what = f"the file {self.country} is named, and {', '.join(t.files)} besides"
            faults.append(StudyError(what, fix="beside --table name the country by its code, for example DEU"))
        if is_file(self.country) and not t.files and self.year is not None:
            what = f"the year {self.year} is the file's own"
            faults.append(StudyError(what, where=self.country, fix="leave out --year"))
        if t.balance and not self.files:
            faults.append(StudyError("shipped accounts balance", fix="leave out --balance, or name a file"))
        if t.balance and t.layout in layout_words() and published_layout(t.layout).world:
            what = f"a world table ({t.layout}) is not balanced here"
            faults.append(StudyError(what, fix="leave out --balance; a country of it can be saved as a template first"))
        if t.mapping and not t.files and not is_file(self.country):
            faults.append(StudyError("a mapping is for a file", fix="leave out --mapping, or name a file"))
        return faults

    def stated(self) -> Table:
        """The table that the economy is made of, with the classes, names and balance that were asked for.

        Raises what ``open`` raises.
        """
        raise_all(self._faults(), where=self.table.where)
        t, table = self.table, _classed(self, _table(self, _stamps(self), None))
        if t.balance:
            from groundplan.economy.balancing.mending import balance_table

            table, _ = balance_table(table)
        if not t.names:
            return table
        own, labels = dict(sector_list(Path(t.names))), table.labels
        named = [own.get(str(code), str(label)) for code, label in labels.items()]
        return replace(table, labels=labels.__class__(named, labels.index))

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was changed in a filled template since a table was written into it; nothing for all else."""
        return template_changes(self.country) if is_file(self.country) else ()

    @property
    def table_year(self) -> int | None:
        """The year of the accounts in the files."""
        return self.table.year if self.year is None else self.year

    @property
    def files(self) -> list[str]:
        """Every file and folder that it names; none for shipped accounts."""
        return [*([self.country] if is_file(self.country) else []), *self.table.named]

    def placed(self, folder: Path | None = None) -> Opening:
        """The same with its files named in full: looked for in ``folder`` first, then where the program runs."""
        places = {name: str(_beside(name, folder).absolute()) for name in self.files}
        return replace(self, country=places.get(self.country, self.country), table=self.table.at(places))

    def options(self) -> dict[str, Any]:
        """What a command says to open it, by the names of its options; what is not stated is left out."""
        usual, year = TableFiles(), self.table_year
        values = {f.name: getattr(self.table, f.name) for f in fields_of(TableFiles) if f.name != "year"}
        asked = {k: v for k, v in values.items() if v != getattr(usual, k)}
        files = {"table": list(asked.pop("files"))} if "files" in asked else {}
        return {"country": self.country, **({} if year is None else {"year": year}), **files, **asked}


@dataclass(frozen=True, eq=False)
class OpenedAccounts:
    """An economy as opened, its world table where it is of one, and where it comes from.

    ``opening`` is None where the economy was handed over: nothing says how to open it again.
    """

    economy: Economy
    world: World | None = None
    opening: Opening | None = None


def opening_of(country: str, asked: Mapping[str, Any]) -> Opening:
    """The record of a country's accounts and of options as a command has them.

    >>> opening_of("DEU", {"table": ["a.csv"], "layout": "icio", "year": 2018}).options()
    {'country': 'DEU', 'year': 2018, 'table': ['a.csv'], 'layout': 'icio'}
    """
    given: dict[str, Any] = {k: str(v) if isinstance(v, Path) else v for k, v in asked.items() if v is not None}
    table, year = given.pop("table", ()), given.pop("year", None)
    files = tuple(str(p) for p in ([table] if isinstance(table, (str, Path)) else table))
    return Opening(str(country), year, TableFiles(files=files, **given).checked())


def _beside(name: str, folder: Path | None) -> Path:
    own = Path(name) if folder is None else folder / name
    return own if own.exists() else Path(name)


def _stamps(opening: Opening) -> Stamps:
    """When the files were last written, and their sizes: a file that has changed is read again."""
    there = [f for name in opening.files for f in _parts(Path(name))]
    return tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in there)


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.is_file())
    return [path] if path.is_file() else []


@lru_cache(maxsize=8)
def _economy(opening: Opening, stamps: Stamps) -> Economy:
    return _read(opening, stamps, None)


def _read(opening: Opening, stamps: Stamps, past: NationalPast | None) -> Economy:
    t = opening.table
    if not opening.files:
        e = Economy.load(opening.country, opening.year)
    else:
        table = _classed(opening, _table(opening, stamps, past))
        e = _balanced(table, t.tolerance) if t.balance else Economy.from_table(table, tolerance=t.tolerance)
    return with_names(e, Path(t.names)) if t.names else e


def _balanced(table: Table, tolerance: float) -> Economy:
    """The economy of a table that is balanced first, with what that changed on record."""
    from groundplan.economy.balancing.mending import balance_table

    balanced, _ = balance_table(table)
    e = Economy.from_table(balanced, tolerance=tolerance)
    asked = Assumption(BALANCED, "by who opened them", balanced.methods[-1], "leave out balance")
    return e.replacing(assumptions=(*e.assumptions, asked))


def _table(opening: Opening, stamps: Stamps, past: NationalPast | None) -> Table:
    """The table that the files hold, or a shipped one."""
    t, country = opening.table, opening.country
    mapping = Path(t.mapping) if t.mapping else None
    if not t.files:
        return open_file(Path(country), mapping) if is_file(country) else catalogue.load(country, opening.year)
    if published_layout(t.layout).world:
        return _world(t, opening.table_year, stamps).table(country)
    return _national(
        t.paths, t.layout, country, opening.table_year, money=t.money or None, edition=t.edition, mapping=mapping,
        past=past,
    )  # fmt: skip


def _classed(opening: Opening, table: Table) -> Table:
    """The table with the classes of the list that is named beside it."""
    listed = opening.table.classes
    return replace(table, classes={**table.classes, **_classes(Path(listed), table)}) if listed else table


def _classes(path: Path, table: Table) -> dict[str, str]:
    """The classes of a list. Raises ``UnknownName`` for sectors that the table lacks, and what the list's door does."""
    own, codes = class_list(path), list(map(str, table.labels.index))
    raise_all([UnknownName("sector", c, codes, where=str(path)) for c in own if c not in codes], where=str(path))
    return own


@lru_cache(maxsize=1)
def _world(t: TableFiles, year: int | None, stamps: Stamps) -> World:
    """The world table of the files, read once for all its countries; ``stamps`` tell it from an older one."""
    from groundplan.economy.world import World

    published, words = _asked(
        t.paths, t.layout, "", year, money=t.money or None, edition=t.edition,
        mapping=Path(t.mapping) if t.mapping else None,
    )  # fmt: skip
    return World.from_table(published.table([Path(p) for p in t.paths], **words), tolerance=t.tolerance)


def is_file(name: str | Path) -> bool:
    """Whether a file or a folder is named, and not a country.

    >>> is_file("KEN"), is_file("own_table.xlsx")
    (False, True)
    """
    path = Path(name)
    return isinstance(name, Path) or bool(path.suffix) or os.path.isdir(path) or len(path.parts) > 1


def open_accounts(
    name: str | Path, year: int | None = None, *, mapping: Path | None = None, tolerance: float = TOLERANCE
) -> Economy:
    """The economy of a shipped country, by code or English name, or of a filled template (workbook or folder).

    ``tolerance`` is of a template: the gap accepted between costs and output, as a share.
    Raises ``UnknownName`` with the nearest country, and whatever the door of files refuses.
    """
    if is_file(name):
        path = Path(name)
        if year is not None:
            raise StudyError(f"the year {year} is the file's own", where=str(path), fix="leave out --year")
        return Economy.from_table(open_file(path, mapping), tolerance=tolerance)
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
    tolerance: float = TOLERANCE,
    past: NationalPast | None = None,
) -> tuple[Economy, World | None]:
    """One country's accounts from files in a layout of ``tables.published``, and the world table if it is one.

    ``year`` and, where the layout does not fix it, ``money`` ("CNY2020m") must be told; ``edition`` is for the record.
    ``past``: what is known of the country's past where the files do not say it; not for a world table.
    Raises ``UnknownName`` for another layout, ``StudyError`` for what is missing, all at once, and all that the reader
    and ``Economy.from_table`` refuse.
    """
    if published_layout(layout).world:
        from groundplan.economy.world import World

        published, words = _asked(paths, layout, country, year, money=money, edition=edition, mapping=mapping)
        world = World.from_table(published.table([Path(p) for p in paths], **words), tolerance=tolerance)
        return world.national(country, tolerance=tolerance), world
    table = _national(paths, layout, country, year, money=money, edition=edition, mapping=mapping, past=past)
    return Economy.from_table(table, tolerance=tolerance), None


def _national(
    paths: Sequence[str | Path], layout: str, country: str, year: int | None, *, money: str | None, edition: str,
    mapping: Path | None, past: NationalPast | None,
) -> Table:  # fmt: skip
    """The table of a layout that holds one country."""
    published, words = _asked(paths, layout, country, year, money=money, edition=edition, mapping=mapping)
    try:
        table: Table = published.table([Path(p) for p in paths], country=country, **words)
    except GroundplanError as error:
        said = NOTHING if mapping is None else open_mapping(mapping)
        others = fitting_siblings([Path(p) for p in paths], layout, country, year or 0, said)
        raise_all([*others, *error.parts], where=error.where)
        raise
    if past is None:
        return table
    return replace(table, past=past if table.past is None else table.past.over(past))


def _asked(
    paths: Sequence[str | Path], layout: str, country: str, year: int | None, *, money: str | None, edition: str,
    mapping: Path | None,
) -> tuple[PublishedLayout, dict[str, Any]]:  # fmt: skip
    """The layout, and what its reader is told. Raises ``UnknownName`` and ``StudyError``, all at once."""
    published = published_layout(layout)
    unit = money or (published.money.format(year=year) if published.money else "")
    faults = _missing(published, layout, paths, year, unit)
    if mapping is not None and not published.takes("mapping"):
        faults.append(StudyError(f"the {layout} layout takes no mapping", fix="leave out --mapping"))
    raise_all(faults, where=", ".join(map(str, paths)))
    said = None if mapping is None else open_mapping(mapping)
    own = published.words(layout, [Path(p) for p in paths], country, edition=edition, mapping=said)
    return published, {"year": year, "money": unit, **own}


def with_names(e: Economy, path: Path) -> Economy:
    """The economy with its codes in words, from a file of two columns, ``code`` and ``name``.

    Publishers of world tables print codes only (c2, D05T06). The list may name partners and final uses too, and may
    hold more codes than the economy has.
    Raises ``TableError`` where it names none of the sectors, and all that the door of files refuses.
    """
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
