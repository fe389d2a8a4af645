"""How wrong a plan and a baseline of an old year would have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from math import expm1
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.economy.opening import opening_of
from groundplan.errors import GroundplanError, PlanInfeasible, SolverError, StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.study.asking import Files
from groundplan.study.repeating import command_of
from groundplan.tables.catalogue import find
from groundplan.tables.door.grid import numbers, read_grid
from groundplan.tables.past_volumes import volumes
from groundplan.tables.people_by_age import PeopleByAge, read_people
from groundplan.tables.published import published_layout
from groundplan.unplanned.beside_plan import beside_tables
from groundplan.unplanned.business_as_usual import BEFORE, Usual, business_as_usual
from groundplan.unplanned.hindsight import Came, check_sectors, miss_table, naive, of_plan, of_usual, sector_table
from groundplan.unplanned.usual_path import assumptions_of, sources_of, usual_outcome
from groundplan.verb_table import refuse_unknown

FED = "The plan's growth is nearly the baseline's: people and productivity are those of the baseline."
Progress = Callable[[str], None]


def hindcast(
    country: str | None = None,
    *,
    since: int,
    to: int,
    history: str | Path | None = None,
    ages: PeopleByAge | str | Path | None = None,
    prices: pd.Series | str | Path | None = None,
    no_plan: bool = False,
    progress: Progress = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """A plan, a baseline and the naive continuation made from the accounts of ``since``, against what came by ``to``.

    ``country``: one whose accounts of several years are shipped, or that of ``files`` as in ``see``: in ``table`` one
    panel that has both years, or the files of the first year and then those of the second; filled templates need no
    layout. ``history`` and ``ages`` as in ``baseline``; only what was known in ``since`` is used, and output up
    to ``to`` to judge growth. ``prices``: a file (columns sector, price) of each sector's price of value added in
    ``to`` over ``since``, with which shares are compared in volumes too. ``no_plan`` leaves the plan out.

    The plan is today's default of that length, stage one, with people and productivity of the baseline: its growth is
    nearly the baseline's, and what it chose by itself are investment, imports and sectors.

    Returns an ``Outcome`` of engine ``hindcast``. Tables: hindcast (who, measure, unit, said, came, miss, low, high),
    sectors (sector, label, base, came, baseline, plan, low, high), growth_account; with a plan also those of
    ``beside_tables``, what it and the baseline have apart, in parts. Raises ``StudyError`` and
    ``UnknownName`` for years and countries that are not there, and what ``baseline`` and the readers raise.

    >>> misses = hindcast("BRA", since=2010, to=2019, no_plan=True).table("hindcast")
    >>> misses.query("who == 'baseline' and measure == 'import dependency'")["miss"].round(1).tolist()
    [-1.0]
    """
    refuse_unknown("hindcast", files)
    if not since < to:
        raise StudyError(f"the years go from {since} to {to}", fix="name an earlier and a later year")
    progress("opening the accounts")
    open_year = _opener(country, dict(files), since, to, history)
    first, last = open_year(since), open_year(to)
    check_sectors(first, last)
    past = volumes(first.country, history)
    people = read_people(ages) if isinstance(ages, (str, Path)) else ages
    earlier = _earlier(open_year, since) if past is not None and past.fell(since) else []
    usual = business_as_usual(first, past, to - since, people=people, earlier=earlier)
    came = Came.of(last, since, usual.past, _prices(prices))
    notes = [*usual.notes, *_compared(came, since, to)]
    said = [of_usual(usual), naive(usual)]
    apart: dict[str, pd.DataFrame] = {}
    if not no_plan:
        try:
            plan = planned(usual, progress)
            said.insert(0, of_plan(plan["indicator"], first))
            apart = beside_tables(plan, usual_outcome(usual))
            notes.append(FED)
        except (PlanInfeasible, SolverError) as fault:
            notes.append(f"No plan could be made from the accounts of {since}: {fault.what}")
    tables = {
        "hindcast": miss_table(said, came, usual),
        "sectors": sector_table(said, came, usual),
        "growth_account": usual.growth.table(),
        **apart,
    }
    asked = {"country": country, "since": since, "to": to, "no_plan": no_plan}
    read = {"history": history, "ages": ages, "prices": prices}
    command = command_of("hindcast", {**asked, **files, **read})
    about = _provenance(usual, last, notes)
    return Outcome({}, tables, {**about, "command": command} if command else about)


def planned(usual: Usual, progress: Progress) -> Outcome:
    """The plan of an old year, its indicators and accounts: the one place where a hindcast asks the planner.

    Raises ``PlanInfeasible`` and ``SolverError``.
    """
    from groundplan.planning.accounts.capital_account import capital_account
    from groundplan.planning.accounts.growth_account import growth_account
    from groundplan.planning.best_plan import solved
    from groundplan.planning.policy import Policy
    from groundplan.planning.solved_plan import indicators

    e, growth = usual.economy, usual.growth
    policy = Policy.of(
        years=len(usual.years),
        population_growth=expm1(growth.people),
        labour_productivity_growth=expm1(growth.own + growth.catching_up),
    )
    best = solved(e, policy, progress=progress, why=False)
    about = {"engine": "plan", "country": e.country, "accounts_year": e.year, "years": list(usual.years)}
    return Outcome({"indicator": indicators(best)}, {**growth_account(best), **capital_account(best)}, about)


def _opener(
    country: str | None, words: dict[str, Any], since: int, to: int, history: str | Path | None
) -> Callable[[int], Economy]:
    """The accounts of a year, by year, from the shipped ones or the user's files."""
    table, layout = words.pop("table", None) or (), words.get("layout") or ""
    paths = [Path(table)] if isinstance(table, (str, Path)) else [Path(p) for p in table]
    if not paths:
        if country is None:
            raise StudyError("no country is named", fix="name one whose accounts of several years are shipped: BRA")
        _check_shipped(country)
        return lambda year: opening_of(country, {**words, "year": year}).open().economy
    if not layout:
        return _templates(paths, words, since, to)
    if country is None:
        raise StudyError("--table is for a country by its code", fix="name the country, for example DEU")
    published = published_layout(layout)
    files = len(published.files)
    if len(paths) % 2 == 0 and files < len(paths) // 2 <= files + len(published.further):
        files = len(paths) // 2
    if len(paths) not in (files, 2 * files):
        what = f"{layout} takes {files} file{'s' if files > 1 else ''} a year, {len(paths)} are named"
        fix = f"name those that hold both years, or first those of {since}, then those of {to}"
        raise StudyError(what, where=", ".join(map(str, paths)), fix=fix)

    # What capital is taken to be in the first year hangs on the past too.
    volumes_by_year = None if history is None else volumes(country, history)

    def open_year(year: int) -> Economy:
        own = paths[-files:] if year == to else paths[:files]
        if len(paths) > files and year not in (since, to):
            raise StudyError(f"no file of {year} is named", fix=f"name files of {since} and {to}")
        past = None if volumes_by_year is None else volumes_by_year.past(year)
        return opening_of(country, {**words, "table": own, "year": year}).open(past).economy

    return open_year


def _check_shipped(country: str) -> None:
    """Refuse a country whose accounts are not shipped, and say how else they are named."""
    try:
        find(country)
    except UnknownName as fault:
        fault.fix = (
            "name one whose accounts of several years are shipped, or its files: --table FILE ... --layout LAYOUT"
        )
        raise


def _templates(paths: Sequence[Path], words: Mapping[str, Any], since: int, to: int) -> Callable[[int], Economy]:
    """Filled templates by the year that each says it is of."""
    by_year = {e.year: e for e in (opening_of(str(path), words).open().economy for path in paths)}
    lacking = [str(y) for y in (since, to) if y not in by_year]
    if lacking:
        there = ", ".join(map(str, sorted(by_year)))
        fix = "name their files; of a publisher's files say the layout too: --layout wiod2016-national"
        raise StudyError(f"no accounts of {' and '.join(lacking)}", where=f"the files are of {there}", fix=fix)
    return lambda year: by_year[year]


def _earlier(open_year: Callable[[int], Economy], since: int) -> list[Economy]:
    """Accounts of the years before, where they are at hand."""
    there = []
    for year in range(since - BEFORE, since):
        try:
            there.append(open_year(year))
        except (GroundplanError, KeyError):
            continue
    return there


def _prices(prices: pd.Series | str | Path | None) -> pd.Series | None:
    if prices is None or isinstance(prices, pd.Series):
        return prices
    path = Path(prices)
    return numbers(read_grid(path), path).iloc[:, 0]


def _compared(came: Came, since: int, to: int) -> list[str]:
    """How far what came is known."""
    notes = []
    if came.growth is None:
        notes.append(f"Output after {since} is not known: growth is not judged.")
    elif came.grown_to < to:
        notes.append(f"Output is known up to {came.grown_to}: growth is judged from {since} to {came.grown_to}.")
    if came.volumes is None:
        notes.append("Shares of sectors are compared at the prices of each year: no prices by sector are given.")
    return notes


def _provenance(usual: Usual, last: Economy, notes: Sequence[str]) -> dict[str, Any]:
    e = usual.economy
    sources = {s.cite(): s for s in (*sources_of(usual), *last.sources)}
    return {
        "groundplan": version("groundplan"),
        "engine": "hindcast",
        "country": e.country,
        "country_name": e.country_name,
        "accounts_year": e.year,
        "years": list(usual.years),
        "money": e.money,
        "sources": [s.as_dict() for s in sources.values()],
        "citations": list(sources),
        "methods": list(e.methods),
        "assumptions": [a.as_dict() for a in assumptions_of(usual)],
        "notes": list(notes),
    }
