"""One crisis told in full: who runs dry and why, what a plan would save, what would have bridged it, and how sure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from groundplan.batches.compute import lines
from groundplan.crisis.actions import actions
from groundplan.economy.economy import Economy
from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.planning.solve import Progress
from groundplan.shocks.drawing.distributions import Distribution, Draw
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.scenarios.events import CutImports, RaiseDemand
from groundplan.shocks.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from groundplan.planning.families.family import Family

STOCK, CAPACITY = "days of the country's use in the state's reserve", "share of these imports made at home"


def tell(
    e: Economy,
    scenario: Scenario,
    *,
    coordination: bool = True,
    threshold: float | None = None,
    ensemble: Distribution | None = None,
    workers: int = 1,
    address: str | None = None,
    folder: str | Path | None = None,
    table: bool = False,
    families: Sequence[Family] | None = None,
    progress: Progress = lambda _: None,
) -> Outcome:
    """What a scenario does to an economy, in one outcome.

    ``coordination`` runs the planned response beside the adaptive engine, under the limits ``families`` (by default
    ``planning.plan_programme.FAMILIES``); ``threshold`` (share of a year's final use) searches the stock and the
    home capacity that would have kept the loss under it; ``ensemble`` runs a distribution on ``workers`` processes or
    the Dask scheduler at ``address``, with finished batches in ``folder``; ``table`` adds the loss for a cut of every
    import.
    Arrays and tables as in ``adapt``, ``worth_of_coordination``, ``run_ensemble`` and ``vulnerability``; tables
    ``actions`` (``actions.Action``) and ``bridges`` (event, means, setting, answer). Raises what these raise, and
    ``StudyError`` for a threshold that bridges nothing: a scenario without cut imports.
    """
    if threshold is not None:
        _check_threshold(scenario, threshold)
    progress("running the adaptive engine")
    parts = [adapt(e, scenario, lambda k, n: progress(f"day {k} of {n}") if k % 30 == 0 else None)]
    tables: dict[str, pd.DataFrame] = {}
    # Each part loads what it stands on: a planner and a solver for the response, none for the rest.
    if coordination:
        from groundplan.crisis.worth import worth_of_coordination
        from groundplan.planning.plan_programme import FAMILIES

        limits = FAMILIES if families is None else families
        parts.append(worth_of_coordination(e, scenario, families=limits, progress=progress))
    tried = actions(e, scenario, progress)
    if len(tried):
        tables["actions"] = tried
    if threshold is not None:
        tables["bridges"] = _bridges(e, scenario, threshold, progress)
    if ensemble is not None:
        from groundplan.shocks.drawing.ensembles import run_ensemble

        parts.append(
            run_ensemble(
                e, ensemble, workers=workers, address=address, folder=folder,
                progress=lines("ensemble", progress),
            )
        )  # fmt: skip
    if table:
        from groundplan.shocks.vulnerability import BASE, vulnerability

        parts.append(vulnerability(e, BASE, progress=lines("cuts", progress)))
    return _joined(parts, tables)


def _joined(parts: list[Outcome], tables: dict[str, pd.DataFrame]) -> Outcome:
    """All parts in one; the first part's provenance leads, the others add what it lacks."""
    about: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for part in parts:
        about |= {key: value for key, value in part.provenance.items() if key not in about}
        arrays |= dict(part.arrays)
        tables = {**dict(part.tables), **tables}
    return Outcome(arrays, tables, {**about, "engine": "stress"})


def _cuts(scenario: Scenario) -> list[CutImports]:
    return [event for event in scenario.events if isinstance(event, CutImports)]


def _check_threshold(scenario: Scenario, threshold: float) -> None:
    """Refuse, before anything runs, a threshold that is none, or that nothing could keep the loss under."""
    if not 0 <= threshold < math.inf:
        raise StudyError(f"the threshold is {threshold:g}", fix="give a share of a year's final use, from 0")
    if not _cuts(scenario):
        raise StudyError(
            "nothing can bridge a scenario that cuts no imports", where=scenario.name, fix="leave out the threshold"
        )


def _bridges(e: Economy, scenario: Scenario, threshold: float, progress: Progress) -> pd.DataFrame:
    """For every event that cuts imports: the stock, and the home capacity, that would have kept the loss in bounds."""
    from groundplan.shocks.bridging import bridging_capacity, bridging_stock

    rows = []
    for event in _cuts(scenario):
        for means, find in ((STOCK, bridging_stock), (CAPACITY, bridging_capacity)):
            for setting in scenario.behaviour.settings:
                progress(f"searching, {setting}: {means}")
                try:
                    about = find(e, scenario.in_setting(setting), event.products, threshold).provenance
                except StudyError as refused:
                    rows.append((event.title, means, setting, refused.what, ""))
                    break
                answer = about["bridge"]
                size = "none would do" if answer is None else _size_words(means, answer)
                steady = "" if about["more_never_lost_more"] else "more was not always better"
                rows.append((event.title, means, setting, size, steady))
    return pd.DataFrame(rows, columns=["event", "means", "setting", f"keeps the loss under {threshold:.1%}", "note"])


def _size_words(means: str, answer: float) -> str:
    return f"{answer:.0f} days" if means == STOCK else f"{answer:.1%}"


def around(scenario: Scenario, members: int, seed: int = 0, groups: Mapping[str, float] | None = None) -> Distribution:
    """A plain distribution around a scenario, for a first look: every event half to one and a half times as deep and
    as long, and up to 60 days later, all independent.

    Depths are triangular with the scenario's own as mode (at most 1, a rise of demand at most 10), lengths and starts
    even. The widths are an assumption, not an estimate of anything.
    """
    draws = []
    for event in scenario.events:
        most = 10.0 if isinstance(event, RaiseDemand) else 1.0
        names = [f.name for f in dataclasses.fields(event)]
        if event.depth > 0 and "depth" in names:
            low, high = 0.5 * event.depth, min(1.5 * event.depth, most)
            draws.append(
                Draw(event=event.title, field="depth", shape="triangular", low=low, mode=event.depth, high=high)
            )
        if event.length > 1:
            low, high = 0.5 * event.length, 1.5 * event.length
            draws.append(Draw(event=event.title, field="length", shape="uniform", low=low, high=high))
        draws.append(
            Draw(
                event=event.title, field="start", shape="uniform", low=float(event.start), high=float(event.start + 60)
            )
        )
    return Distribution(
        scenario=scenario,
        draws=tuple(draws),
        name=f"around {scenario.name}",
        members=members,
        seed=seed,
        groups=groups or {},
    )
