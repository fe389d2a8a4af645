"""Where an economy depends on others, and what carries it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Unpack

from groundplan.batches.compute import Runner
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.measures.overview.measure import Viewpoint
from groundplan.measures.overview.overview import Progress, overview, quiet
from groundplan.outcome import Outcome
from groundplan.records.called import code_called
from groundplan.study.asking import Files, Subject, accounts_of, study_of
from groundplan.study.ranged_outcomes import with_account_ranges
from groundplan.study.repeating import repeating_accounts
from groundplan.tables import catalogue
from groundplan.verb_table import refuse_unknown


def see(
    economy: Subject = None,
    *,
    use: str = "household",
    product: str | None = None,
    partner: str | None = None,
    draws: int = 200,
    seed: int = 0,
    stock_days: float = 30.0,
    top: int = 10,
    ranges: int = 20,
    world: World | None = None,
    panel: Mapping[int, Economy] | None = None,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    progress: Progress = quiet,
    **files: Unpack[Files],
) -> Outcome:
    """Where an economy depends on others and what carries it: one outcome with every measure and how sure it is.

    ``economy`` is an ``Economy``, a ``Study`` or its file, a shipped country (Kenya by default) or a filled template;
    with ``world`` and a country's name it is that country of the world table; ``files`` opens files of a publisher
    (``study.asking.Files``). ``use``: the final use that is followed; ``product``, ``partner``: what is looked at more
    closely, by code or name; ``draws`` and ``seed``: how often and from which seed the table is drawn again;
    ``stock_days``: days of use in stock; ``top``: entries of a ranking. The shipped accounts of other countries are the
    peers; ``panel`` (year → economy) is by default the shipped accounts of the same country's other years. Draws are
    computed by ``workers`` processes or the Dask scheduler at ``address``, finished ones kept in the folder ``run``. Of
    estimated accounts with draws it is these that are drawn: ``ranges`` of them (``study.ranged_outcomes``).
    Raises what ``measures.overview.overview`` and ``accounts_of`` raise.

    >>> round(see("KEN", draws=0).provenance["content"]["total"])
    1087
    """
    refuse_unknown("see", files)
    runner = Runner(workers, address, run)
    subject: Subject = economy
    if world is not None and isinstance(economy, str):
        subject = world.national(economy)
    progress("opening the accounts")
    opened = accounts_of(subject, **files)
    e, whole = opened.economy, opened.world if world is None else world
    named = _named(e, progress, product=product, partner=partner)
    estimated = bool(ranges) and e.estimate is not None
    draws = 0 if estimated else draws
    view = Viewpoint(use=use, draws=draws, seed=seed, stock_days=stock_days, top=top, **named)
    years = _panel(e) if panel is None else panel
    seen = overview(e, view, world=whole, peers=_peers(e), panel=years, runner=runner, progress=progress)
    again = repeating_accounts(
        "see", subject, opened, use=use, product=named["product"], partner=named["partner"], draws=draws, seed=seed,
        stock_days=stock_days, top=top, ranges=ranges if estimated else None,
    )  # fmt: skip
    if estimated:
        seen = seen.noting(drawn_accounts=True)
    asked = {"use": use, **named, "draws": 0, "stock_days": stock_days, "top": top, "ranges": 0}
    seen = with_account_ranges(
        seen, study_of(subject, choices=files), e, f"{__name__}:see", asked, draws=ranges, runner=runner,
        progress=progress,
    )  # fmt: skip
    return seen.noting(**again)


def _named(e: Economy, progress: Progress, **asked: str | None) -> dict[str, Any]:
    """Product and partner as codes, where they were given by name or a word of it; what was taken is told."""
    parts = e.imported_by_partner
    codes_of = {"product": e.sectors, "partner": () if parts is None else tuple(map(str, parts["partner"].values))}
    codes: dict[str, str | None] = {}
    for key, name in asked.items():
        labels = {c: e.label(c) for c in codes_of[key]}
        codes[key] = None if name is None else code_called(name, codes_of[key], labels)
        if name is not None and codes[key] != name:
            progress(f"'{name}' is taken as {labels[str(codes[key])]} ({codes[key]})")
    return codes


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
