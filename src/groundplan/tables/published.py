"""The layouts in which publishers print their accounts, by the word that a user types for them (``--layout icio``).

A reader says in its own file how it is opened (``PUBLISHED``); one line here says which file that is, so that the words
are known before any reader is loaded. What needs no code is declared in a file of ``layouts``; a user may declare his
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

from groundplan.errors import UnknownName
from groundplan.sources import Source, sha256
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.industry_classes import stated

LAYOUTS = Path(__file__).parent / "layouts"
READERS: Mapping[str, str] = {
    "wiod2013": "wiod_world",
    "wiod2016": "wiod_world",
    "icio": "icio",
    "figaro": "figaro",
    "adb-mrio": "adb_mrio",
    "wiod2016-national": "wiod",
    "wiod2013-national": "wiod_origin",
    "oecd-iot": "oecd_iot",
    "ine": "spain",
    "ibge": "ibge",
    "sam": "social.sam",
    "nbs": "nbs",
    "eurostat-sut": "eurostat",
    "eurostat-iot": "eurostat_iot",
}


@dataclass(frozen=True)
class PublishedLayout:
    """How files in a publisher's layout are opened.

    ``read`` is the reader. ``files`` are its words for the files, in the order in which a user names them; ``further``
    those for files that may be left out. ``publisher`` is whom a source names where the reader is told the source.
    ``world``: the file holds many countries; ``head``: a regular expression that a cell of its first rows matches in
    full, by which it is known before it is read. ``money``: the unit where the user gives none, with ``{year}``; empty
    where he must. ``fixed``: what else the reader is told. ``together``: the reader's one word for a list of all files,
    where it has one. ``industries``: the known list that the layout's codes are of (``industry_classes``), empty where
    the publisher has a list of its own.
    """

    read: Callable[..., Any]
    publisher: str
    files: tuple[str, ...] = ("path",)
    further: tuple[str, ...] = ()
    world: bool = False
    head: str = ""
    money: str = ""
    fixed: Mapping[str, object] = field(default_factory=dict)
    together: str = ""
    industries: str = ""

    def takes(self, word: str) -> bool:
        """Whether the reader can be told it: ``source``, ``edition``, ``mapping``."""
        return word in signature(self.read).parameters

    def words(
        self, name: str, paths: Sequence[Path], country: str, *, edition: str = "", mapping: FileMapping | None = None
    ) -> dict[str, Any]:
        """What the reader is told besides year and money: edition, source and mapping, as far as it takes them.

        The source is as the user told it; a file that is not there has no checksum, and the reader refuses it.
        """
        vintage = edition or "not said"
        source = Source(
            publisher=self.publisher,
            title=f"{country}, files in the layout '{name}'",
            vintage=vintage,
            licence="as the user has it",
            address="",
            sha256={f.name: sha256(f) for f in paths if f.is_file()},
        )
        every = {"edition": vintage, "source": source, **({} if mapping is None else {"mapping": mapping})}
        return {word: value for word, value in every.items() if self.takes(word)}

    def table(self, paths: Sequence[Path], **words: object) -> Any:
        """The ``Table``, or the ``WorldTable``, in the files, printed digits read; ``words`` are the reader's own."""
        from groundplan.tables.printed_digits import with_printed_digits

        files: Mapping[str, Any] = dict(zip((*self.files, *self.further), paths, strict=False))
        given = {self.together: list(paths)} if self.together else files
        table = with_printed_digits(self.read(**given, **self.fixed, **words))
        codes = table.industries if self.world else map(str, table.labels.index)
        return table if table.classes else replace(table, classes=stated(self.industries, codes))


def layout_words() -> tuple[str, ...]:
    """The words of all layouts: those with a reader of their own, and those that are declared."""
    return (*READERS, *declared())


@cache
def declared() -> Mapping[str, Path]:
    """Word → file of the layouts that the package brings as declarations."""
    return {path.stem: path for path in sorted(LAYOUTS.glob("*.toml"))}


def published_layout(name: str) -> PublishedLayout:
    """The layout of that name, or in the TOML file of that name; its reader is loaded here.

    Raises ``UnknownName`` with the nearest, and every fault of a file.
    """
    if name in READERS:
        layout: PublishedLayout = import_module(f"groundplan.tables.readers.{READERS[name]}").PUBLISHED[name]
        return layout
    path = declared().get(name, Path(name) if name.endswith(".toml") else None)
    if path is None:
        fix = "use one of them, or name a TOML file of your own that declares a layout"
        raise UnknownName("layout of a table", name, layout_words(), fix=fix)
    opened: PublishedLayout = import_module("groundplan.tables.readers.declared.declared_table").published_file(path)
    return opened
