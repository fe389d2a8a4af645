"""Where a plan will end: what is kept so far, where that leads, what it does to others, and what may break it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import pandas as pd

from groundplan.economy.opening import OpenedAccounts
from groundplan.errors import GroundplanError, StudyError
from groundplan.following.announcements import AnnouncementState, announcement_state
from groundplan.following.breaking_shortfall import BreakingShortfall
from groundplan.following.fulfilment import Fulfilment, PeriodFulfilment, by_period, fulfilled
from groundplan.following.knock_on import KnockOn
from groundplan.following.knock_on_by_day import Reached
from groundplan.following.lacks import Lacks, lacks_of
from groundplan.following.plan_balances import Groups, PlanBalances, kept_to_balances, plan_balances, reconciled_series
from groundplan.following.projection import BAND, Ending, PathPoint, as_peers, ending, path_of, projected, together
from groundplan.following.promised_series import PromisedSeries, by_indicator
from groundplan.following.regions import UnitRegions, no_regions, read_regions
from groundplan.ledgers.entries import refuse_without_libraries
from groundplan.outcome import Outcome
from groundplan.places.choose_places import open_places
from groundplan.reconciling.reported_figures import Ratio, Reported, read_ratios, reports_of
from groundplan.reconciling.verdict_words import NOT_RELIABLE
from groundplan.shocks.scenarios.scenario import Scenario, open_scenario
from groundplan.sources import cited
from groundplan.study.asking import Files, Subject, accounts_of
from groundplan.study.repeating import command_of, repeating_accounts
from groundplan.verb_table import refuse_unknown

if TYPE_CHECKING:
    from groundplan.ledgers.ledger_book import LedgerBook

Reports = str | Path | pd.DataFrame | Sequence[Reported]
# States of a figure, the worst first.
WORST = ("not reported", "late", "due", "corrected", "reported", "not yet due")


def follow(
    economy: Subject = None,
    *,
    ledger: str | Path = "plan.ledger",
    on: str | None = None,
    plan: Outcome | str | Path | None = None,
    mirrors: Reports | None = None,
    ratios: str | Path | Sequence[Ratio] | None = None,
    past: str | Path | None = None,
    levels: Sequence[str] = (),
    at_most: Sequence[str] = (),
    regions: str | Path | None = None,
    places: str | Path | None = None,
    roles: str | Path | None = None,
    stocks: Scenario | str | Path | None = None,
    band: float = BAND,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """Follow the plan of a ledger on a day: fulfilment, where it will end, knock-on, and what could break it.

    ``ledger``: its file or URL; ``on``: the day, today by default. ``economy`` and ``files`` (as in ``see``) or
    ``plan``, a plan or its folder, say who takes what: reports are then reconciled period by period, with ``mirrors``
    and ``ratios`` as in ``reconcile``, projections keep the balances, and lacks are followed to others. Without them
    reports stand as they came. ``past``: figures of before the plan (CSV: unit, indicator, period, value, measure).
    ``levels``: indicators that are stocks or ratios; ``at_most``: those that are limits. ``regions``: a CSV file with
    unit and region, and lat and lon of the region where there is a map to be drawn, or ``places`` with their ``roles``
    as in ``place``. ``stocks``: a scenario of ``stress`` without events, which says how many days everybody has in
    stock. ``band``: the share of cases that a band holds.

    Returns an ``Outcome`` of engine ``follow``. Tables: fulfilment, periods, ends, unit_ends, paths, promises,
    announcements, knock_on, reached, breaking, places, outlines, regions. Raises ``GroundplanError``, all faults at
    once.
    """
    refuse_unknown("follow", files)
    refuse_without_libraries()
    if not 0.0 < band < 1.0:
        raise StudyError(f"the band is {band}", fix="give a share between 0 and 1, such as 0.8")
    from groundplan.ledgers.ledger_export import unit_names
    from groundplan.ledgers.plan_ledger import Ledger
    from groundplan.ledgers.promised.followed_promises import NOTHING_PAST, above, announced, followed, owed, read_past

    progress("reading the ledger")
    opened = Ledger(ledger)
    book, day = opened.book, opened.day(on)
    earlier = read_past(past, book) if past is not None else NOTHING_PAST
    series = followed(book, day, past=earlier, levels=levels, at_most=at_most)
    if not series:
        raise GroundplanError("the ledger has no plan", where=str(ledger), fix="accept one: groundplan ledger targets")
    names = unit_names(book)
    where = _regions(regions, places, roles, {**{n: n for n in names.values()}, **names})
    accounts, balances = _accounts(economy, plan, series, files)
    if balances is None and not (mirrors is None and ratios is None and stocks is None):
        what = "mirrors, ratios and stocks are held against accounts, and none are named"
        raise StudyError(what, fix="name the accounts, or the plan with --plan")
    stored = None if stocks is None else stocks if isinstance(stocks, Scenario) else open_scenario(stocks)
    course = _course(series, balances, mirrors, ratios, stored, day, band, progress)
    rows = fulfilled(course.series, under=above(book), regions=where.of_unit, order=WORST, unreliable=NOT_RELIABLE)
    claims = [announcement_state(a, day) for a in announced(book, day, levels=levels, at_most=at_most)]
    tables = {
        "fulfilment": pd.DataFrame(rows, columns=list(Fulfilment._fields)),
        "periods": pd.DataFrame(by_period(course.series), columns=list(PeriodFulfilment._fields)),
        **_course_tables(course, band),
        "promises": pd.DataFrame(owed(course.series, day)),
        "announcements": pd.DataFrame(claims, columns=list(AnnouncementState._fields)),
        "places": where.places,
        "outlines": where.outlines,
        "regions": pd.DataFrame(list(where.of_unit.items()), columns=["unit", "region"]),
    }
    lacks, year = course.lacks, course.lacks.year if course.lacks else 0
    about = {
        "groundplan": version("groundplan"), "engine": "follow", **_of_ledger(book, names), "day": str(day),
        "units": len({s.unit for s in course.series}), "band": band, "notes": [*where.notes, *course.notes],
        "stocks": stored.name if stored else "", "lacks_year": year, "short": dict(lacks.short) if lacks else {},
        **_of_accounts(accounts, balances, year),
    }  # fmt: skip
    asked: Mapping[str, Any] = {
        "ledger": opened.store.where, "on": str(day), "plan": plan, "mirrors": mirrors, "ratios": ratios, "past": past,
        "levels": tuple(levels), "at_most": tuple(at_most), "regions": regions, "places": places, "roles": roles,
        "stocks": stocks, "band": band,
    }  # fmt: skip
    return Outcome({}, tables, about).noting(**_repeating(economy, accounts, asked))


class _Course(NamedTuple):
    """Where everything leads: the series as reconciled, their projections, ends of targets, and what lacks do."""

    series: Sequence[PromisedSeries]
    groups: Groups
    ends: Sequence[Ending]
    moved: Mapping[tuple[str, str, int], tuple[float, float]]
    lacks: Lacks | None
    notes: Sequence[str]


def _course(
    series: Sequence[PromisedSeries],
    balances: PlanBalances | None,
    mirrors: Reports | None,
    ratios: str | Path | Sequence[Ratio] | None,
    stocks: Scenario | None,
    day: date,
    band: float,
    progress: Callable[[str], None],
) -> _Course:
    """Reconcile where there are balances, project, keep to the balances, and follow lacks to others."""
    notes: list[str] = []
    if balances is not None:
        progress("reconciling the reports")
        seen = reports_of(mirrors, mirror=True) if mirrors is not None else []
        own = read_ratios(ratios) if isinstance(ratios, (str, Path)) else ratios or ()
        series, said = reconciled_series(series, balances, seen, own)
        notes += said
    progress("projecting")
    groups = {key: as_peers([projected(s) for s in members]) for key, members in by_indicator(series).items()}
    ends = [e for members in groups.values() for e in together(members, band=band)]
    if balances is None:
        return _Course(series, groups, ends, {}, None, notes)
    ends, moved, said = kept_to_balances(groups, ends, balances, band=band)
    progress("following what lacks do")
    lacks = lacks_of(groups, balances, day, stocks)
    return _Course(series, groups, ends, moved, lacks, [*notes, *said, *lacks.notes])


def _course_tables(course: _Course, band: float) -> dict[str, pd.DataFrame]:
    """Ends, paths and lacks as tables; empty ones where nothing leads to them."""
    paths = [p for members in course.groups.values() for p in path_of(members, band=band)]
    unit_ends, lacks = _unit_ends(course.groups, course.moved, band), course.lacks
    return {
        "ends": pd.DataFrame(course.ends, columns=list(Ending._fields)),
        "unit_ends": pd.DataFrame(unit_ends, columns=["unit", *Ending._fields]),
        "paths": pd.DataFrame(paths, columns=list(PathPoint._fields)),
        "knock_on": pd.DataFrame(lacks.knock_on if lacks else [], columns=list(KnockOn._fields)),
        "reached": pd.DataFrame(lacks.reached if lacks else [], columns=list(Reached._fields)),
        "breaking": _breaking_table(lacks.breaking if lacks else ()),
    }


def _accounts(
    economy: Subject, plan: Outcome | str | Path | None, series: Sequence[PromisedSeries], files: Files
) -> tuple[OpenedAccounts | None, PlanBalances | None]:
    """The accounts that were named, or those that the plan was made from, and the balances of every year."""
    saved = plan if isinstance(plan, Outcome) or plan is None else Outcome.open(plan)
    if economy is None and not any(v is not None for v in files.values()):
        if saved is None:
            return None, None
        record = dict(saved.provenance.get("accounts") or {})
        if not record:
            what = "the plan does not say which accounts it was made from"
            raise StudyError(what, fix="name them before the options, as for groundplan plan")
        opened = accounts_of(record.pop("country", None), **record)
    else:
        opened = accounts_of(economy, **files)
    return opened, plan_balances(opened.economy, saved, series)


def _regions(
    regions: str | Path | None, places: str | Path | None, roles: str | Path | None, units: Mapping[str, str]
) -> UnitRegions:
    if regions is None:
        if places is not None or roles is not None:
            what = "it is not said which unit lies in which place"
            raise StudyError(what, fix="name a file with columns unit and region: --regions regions.csv")
        return no_regions()
    return read_regions(regions, units, open_places(places, roles) if places is not None else None)


def _unit_ends(
    groups: Groups, moved: Mapping[tuple[str, str, int], tuple[float, float]], band: float
) -> list[tuple[Any, ...]]:
    """Where every unit's own promise will end, year by year."""
    rows: list[tuple[Any, ...]] = []
    for members in groups.values():
        for p in members:
            s = p.series
            for k, year in enumerate(p.years):
                mean, error = moved.get((s.sheet, s.indicator, year), (float(p.mean[k]), float(p.error[k])))
                figures = (float(p.promised[k]), float(p.so_far[k]), mean, error)
                rows.append((
                    s.unit,
                    *ending(s.indicator, s.measure, year, figures, most=s.most, method=p.method, why=p.why, band=band),
                ))  # fmt: skip
    return rows


def _breaking_table(rows: Sequence[BreakingShortfall]) -> pd.DataFrame:
    columns = list(BreakingShortfall._fields)
    return pd.DataFrame([(*r[:-1], "; ".join(r.first)) for r in rows], columns=columns)


def _of_ledger(book: LedgerBook, names: Mapping[str, str]) -> dict[str, Any]:
    gone = {p["instead_of"] for p in book.plans.values()}
    plans = [p for p in book.plans.values() if p["plan"] not in gone]
    return {
        "origin": book.opening["origin"], "entries": len(book.entries),
        "plans": [{"plan": p["plan"], "title": p["title"]} for p in plans],
        "unit_levels": {names[u]: str(body["level"]) for u, body in book.units.items()},
    }  # fmt: skip


def _of_accounts(opened: OpenedAccounts | None, balances: PlanBalances | None, year: int) -> dict[str, Any]:
    if opened is None or balances is None:
        return {"held_against": "", "money": "", "country_name": "", "labels": {}, **cited((), (), ())}
    e = opened.economy
    uses = balances.by_year.get(year) or next(iter(balances.by_year.values()))
    return {
        "held_against": uses.said, "money": e.money, "country_name": e.country_name, "labels": dict(uses.labels),
        "country": e.country, "accounts_year": e.year,
        **cited(e.sources, e.methods, e.assumptions),
    }  # fmt: skip


def _repeating(economy: Subject, opened: OpenedAccounts | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """How it is asked again; the accounts of the plan need not be named."""
    if opened is not None and economy is not None:
        return repeating_accounts("follow", economy, opened, **asked)
    command = command_of("follow", asked)
    return {"command": command} if command else {}
