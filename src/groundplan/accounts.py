"""Which accounts a question is about: shipped ones, files of the user's own, or one country of a world table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, TableError, UnknownName, raise_all
from groundplan.measures.overview import Progress, View, overview, quiet
from groundplan.outcome import Outcome
from groundplan.sources import Source, sha256
from groundplan.tables import catalogue
from groundplan.tables.mapping import NOTHING, FileMapping, open_mapping
from groundplan.tables.template import open_file, sector_list

if TYPE_CHECKING:
    from groundplan.stress.distributions import Distribution
    from groundplan.stress.scenario import Scenario


@dataclass(frozen=True)
class Layout:
    """A publisher's layout that a file may have: its reader, how many files it takes, and what must be told.

    ``world``: the file holds many countries. ``sourced``: the reader is told the source, made from ``publisher``.
    ``money``: the unit where the user gives none, with ``{year}``; empty where he must. ``second``: the reader's word
    for the second file, where it has one.
    """

    reader: str
    publisher: str
    files: int = 1
    world: bool = False
    sourced: bool = False
    edition: str = ""
    money: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    second: str = ""

    def read(self) -> Callable[..., Any]:
        """The reader; loaded only when it is wanted."""
        found: Callable[..., Any] = import_module(f"groundplan.tables.{self.reader}").read
        return found


MONEY = re.compile(r"[A-Z]{3}[12][0-9]{3}(tn|bn|m|k)?")
LAYOUTS: dict[str, Layout] = {
    "wiod2013": Layout("wiod_world", "WIOD", world=True, money="USD{year}m", fixed=(("release", "2013"),)),
    "wiod2016": Layout("wiod_world", "WIOD", world=True, money="USD{year}m", fixed=(("release", "2016"),)),
    "icio": Layout("icio", "OECD", world=True, edition="edition", money="USD{year}m"),
    "figaro": Layout("figaro", "Eurostat", world=True, edition="edition", money="EUR{year}m"),
    "wiod2016-national": Layout("wiod", "University of Groningen", money="USD{year}m"),
    "wiod2013-national": Layout("wiod_origin", "WIOD consortium", sourced=True, money="USD{year}m"),
    "oecd-iot": Layout("oecd_iot", "OECD", edition="edition", money="USD{year}m"),
    "ine": Layout("spain", "INE, Contabilidad Nacional", sourced=True, money="EUR{year}m"),
    "ibge": Layout("ibge", "IBGE, Sistema de Contas Nacionais", sourced=True, money="BRL{year}m"),
    "sam": Layout("sam", "not said", files=2, sourced=True, second="kinds"),
    "nbs": Layout("nbs", "National Bureau of Statistics of China", sourced=True),
    "eurostat-sut": Layout("eurostat", "Eurostat, naio_10_cp15/16", files=2, sourced=True, money="EUR{year}m"),
    "eurostat-iot": Layout("eurostat_iot", "Eurostat, naio_10", files=2, sourced=True, money="EUR{year}m"),
}  # fmt: skip


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
) -> tuple[Economy, World | None]:
    """One country's accounts from files in a publisher's layout (``LAYOUTS``), and the world table if it is one.

    ``year`` and, where the layout does not fix it, ``money`` ("CNY2020m") must be told; ``edition`` is for the record.
    Raises ``UnknownName`` for another layout, ``StudyError`` for what is missing, all at once, and all that the reader
    and ``Economy.from_table`` refuse.
    """
    if layout not in LAYOUTS:
        raise UnknownName("layout of a table", layout, LAYOUTS)
    known = LAYOUTS[layout]
    unit = money or (known.money.format(year=year) if known.money else "")
    faults = _missing(known, layout, paths, year, unit)
    if mapping is not None and "mapping" not in signature(known.read()).parameters:
        faults.append(StudyError(f"the {layout} layout takes no mapping", fix="leave out --mapping"))
    raise_all(faults, where=", ".join(map(str, paths)))
    files = [Path(p) for p in paths]
    said: FileMapping = NOTHING if mapping is None else open_mapping(mapping)
    more: dict[str, Any] = dict(known.fixed)
    if known.edition:
        more[known.edition] = edition or "not said"
    if known.sourced:
        more["source"] = _source(known, layout, files, country, edition)
    if mapping is not None:
        more["mapping"] = said
    if known.second:
        more[known.second] = files.pop()
    if known.world:
        world = World.from_table(known.read()(*files, year, money=unit, **more), tolerance=tolerance)
        return world.national(country, tolerance=tolerance), world
    if known.edition:
        return Economy.from_table(known.read()(*files, country, year, money=unit, **more), tolerance=tolerance), None
    return Economy.from_table(known.read()(*files, country, year, unit, **more), tolerance=tolerance), None


def with_names(e: Economy, path: Path) -> Economy:
    """The economy with its codes in words, from a file of two columns, ``code`` and ``name``.

    Publishers of world tables print codes only (c2, D05T06). The list may name partners and final uses too, and may
    hold more codes than the economy has.
    Raises ``TableError`` where it names none of the sectors, and all that the door of files refuses.
    """
    given = dict(sector_list(path))
    own = {s: given[s] for s in e.sectors if s in given}
    if not own:
        told = f"it names {', '.join(list(given)[:4])} ...; the sectors are {', '.join(e.sectors[:4])} ..."
        raise TableError("the list names none of the sectors", where=str(path), fix=told)
    rest = {code: name for code, name in given.items() if code not in own}
    return e.replacing(labels={**e.labels, **own}, names={**e.names, **rest})


def _missing(
    known: Layout, layout: str, paths: Sequence[str | Path], year: int | None, unit: str
) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if year is None:
        faults.append(StudyError(f"the year of the {layout} table is missing", fix="name it: --year 2014"))
    if not unit:
        faults.append(StudyError(f"the money of the {layout} table is missing", fix="name it: --money CNY2020m"))
    elif not MONEY.fullmatch(unit):
        faults.append(StudyError(f"money is '{unit}'", fix="write currency, price year and scale: CNY2020m, CNY2020bn"))
    if len(paths) != known.files:
        told = f"{layout} takes {known.files} file{'s' if known.files > 1 else ''}, {len(paths)} are named"
        order = "supply and use, domestic and imported, or the matrix and its kinds of accounts, in this order"
        faults.append(StudyError(told, fix=order))
    return faults


def _source(known: Layout, layout: str, files: Sequence[Path], country: str, edition: str) -> Source:
    """The source as the user told it; a file that is not there has no checksum, and the reader refuses it."""
    return Source(
        publisher=known.publisher,
        title=f"{country}, files in the layout '{layout}'",
        vintage=edition or "not said",
        licence="as the user has it",
        address="",
        sha256={f.name: sha256(f) for f in files if f.is_file()},
    )


def see(
    economy: Economy | str | Path = "KEN",
    year: int | None = None,
    *,
    world: World | None = None,
    panel: Mapping[int, Economy] | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """Where an economy depends on others and what carries it: one outcome with every measure and how sure it is.

    ``economy`` is an ``Economy``, a shipped country or a filled template; with ``world`` and a country's name it is
    that country of the world table. ``choices`` are those of ``View``: use, partner, product, draws, seed, stock_days,
    top. The shipped accounts of other countries are the peers; ``panel`` (year → economy) is by default the shipped
    accounts of the same country's other years.

    >>> round(see("KEN", draws=0).provenance["content"]["total"])
    1087
    """
    raise_all([UnknownName("choice of the overview", c, CHOICES) for c in choices if c not in CHOICES])
    if isinstance(economy, Economy):
        e = economy
    elif world is not None:
        e = world.national(str(economy))
    else:
        progress("opening the accounts")
        e = open_accounts(economy, year)
    years = _panel(e) if panel is None else panel
    return overview(e, View(**_named(e, choices)), world=world, peers=_peers(e), panel=years, progress=progress)


CHOICES = tuple(View.__dataclass_fields__)


def _named(e: Economy, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The choices with product and partner as codes, where they were given by name."""
    parts = e.imported_by_partner
    known = {"product": e.sectors, "partner": () if parts is None else tuple(map(str, parts["partner"].values))}
    asked = dict(choices)
    for key, codes in known.items():
        if asked.get(key) is not None and asked[key] not in codes:
            named = {e.label(c).casefold(): c for c in codes}
            asked[key] = named.get(str(asked[key]).casefold(), str(asked[key]))
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


def stress_test(
    economy: Economy | str | Path = "KEN",
    scenario: Scenario | str | Path = "fuel cut",
    year: int | None = None,
    *,
    ensemble: Distribution | int | str | Path | None = None,
    seed: int = 0,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """What a crisis does to an economy: losses, standstills and why, the worth of coordination, and how sure it is.

    ``economy`` as in ``see``; ``scenario`` is a ``Scenario``, a ready one by name or a TOML file; ``ensemble`` a
    ``Distribution``, its file, or a number of members drawn around the scenario (``crisis.story.around``) from
    ``seed``. ``choices`` are those of ``crisis.story.tell``: coordination, threshold, workers, address, folder,
    table.

    >>> from groundplan.stress.scenario import Scenario
    >>> round(stress_test("KEN", Scenario(name="calm"), coordination=False).provenance["value_added_lost"], 6)
    0.0
    """
    from groundplan.crisis import story
    from groundplan.stress.scenario import Scenario

    raise_all([UnknownName("choice of the stress test", c, STORY) for c in choices if c not in STORY])
    e = economy if isinstance(economy, Economy) else open_accounts(economy, year)
    plot = scenario if isinstance(scenario, Scenario) else open_plot(scenario)
    drawn = _distribution(ensemble, plot, seed)
    return story.tell(e, plot, ensemble=drawn, progress=progress, **choices)


STORY = ("coordination", "threshold", "workers", "address", "folder", "table")


def open_plot(name: str | Path) -> Scenario:
    """A scenario from a TOML file, or a ready one by its name. Raises ``UnknownName`` with the nearest."""
    from groundplan.stress.library import ready
    from groundplan.stress.scenario import open_scenario

    path = Path(name)
    return open_scenario(path) if path.suffix == ".toml" else ready(str(name))


def _distribution(asked: Distribution | int | str | Path | None, plot: Scenario, seed: int) -> Distribution | None:
    from groundplan.crisis import story
    from groundplan.stress.distributions import Distribution, open_distribution
    from groundplan.stress.library import ready

    if asked is None or isinstance(asked, Distribution):
        return asked
    if isinstance(asked, int):
        return story.around(plot, asked, seed)
    return open_distribution(asked, ready)
