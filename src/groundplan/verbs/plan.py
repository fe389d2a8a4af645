"""The best plan of an economy, with what holds it back and at what price."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.batches.compute import HERE, Runner
from groundplan.crisis.replacement import replacement_ranking
from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.economy.audit import audit
from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible, StudyError
from groundplan.measures.dependence import dependence_table, household_import_content
from groundplan.outcome import Outcome
from groundplan.planning.accounts.household_uses import household_uses
from groundplan.planning.accounts.replication import replication_words
from groundplan.planning.best_plan import as_shown, origins, parts_of, solved
from groundplan.planning.explaining.repairing.clash_outcome import clash_outcome
from groundplan.planning.explaining.wishes_cost import with_wishes
from groundplan.planning.families.family import Family
from groundplan.planning.paths.bands import bands as bands_of
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.records.card import stated
from groundplan.study.asking import Projects, Subject, study_of
from groundplan.study.ranged_outcomes import with_account_ranges
from groundplan.study.repeating import repeating, study_text
from groundplan.study.study import Study
from groundplan.unplanned.beside_plan import beside_baseline

IMPORT_CONTENT = "import content of household consumption"


def plan(
    economy: Subject = None,
    *,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    examine: bool = False,
    bands: bool = False,
    programme: str | Path | None = None,
    ranges: int = 20,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """The best plan for an economy under a policy, with what the accounts depend on beside it.

    ``economy`` is an ``Economy``, a ``Study`` or its file, the code of a shipped country (Kenya by default) or a filled
    template; ``study`` is a study that is put on it, ``year`` the year of the accounts. The policy comes whole or
    as keywords of the same names (``years=10, discount_rate=0.05``), which go before the study's; keywords of ``see``
    open a publisher's files (``table``, ``layout``, ``study.asking.Files``). ``projects`` adds
    rows to the tables of ``Activities``; ``families`` may add limits of one's own; ``examine`` puts the plan through
    the day-by-day engine of ``stress`` (the verb ``examine``); ``bands`` tells how far the headline figures may lie
    elsewhere in plans as good and as even (``planning.paths.bands``); ``programme`` names a file to write the
    programme to before it is solved, as MPS or LP. A plan with targets is solved once more without them, to say what
    they cost (``planning.explaining.wishes_cost``). Of estimated accounts figures are ranges
    (``study.ranged_outcomes``): ``ranges`` of their draws are planned too, by ``workers`` processes or the Dask
    scheduler at ``address``, with those that are done kept in the folder ``run``.

    Returns an ``Outcome``. Arrays: level, stock, enjoyed, indicator, shadow_price, consumption_price, shortfall.
    Tables: activities, commodities, indicators, duals, dependence, controls. Raises ``StudyError`` and
    ``UnknownName`` for choices that do not exist, ``PlanInfeasible`` with the conflict in the names of the plan and as
    an ``outcome`` of its own (``clash_outcome``), ``SolverError``, ``Interrupted``.

    >>> outcome = plan("KEN", years=1)
    >>> outcome.indicator("living standard").index.tolist()
    [2019, 2020]
    """
    runner = Runner(workers, address, run)
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    ranged = bool(ranges) and asked.economy().estimate is not None
    if not ranged and runner != HERE:
        fix = "leave them out, or plan accounts that `groundplan estimate` wrote"
        raise StudyError("--run, --workers and --address are of the ranges of estimated accounts", fix=fix)
    if programme is not None:
        from groundplan.solver.export import write

        progress("writing the programme to a file")
        write(asked.programme(families=families), programme)
    again = repeating("plan", asked, examine=examine, bands=bands, ranges=ranges if ranged else None)
    try:
        outcome = (_examined if examine else _planned)(asked, families, progress, bands)
    except PlanInfeasible as clash:
        e = asked.economy()
        rows, taken = dict(asked.in_codes(e).projects), {"names_taken": asked.names_taken(e)}
        there = clash_outcome(clash, e, asked.chosen(e)).noting(projects=rows, **taken, **again)
        clash.outcome = there.noting(study=study_text(asked, e)) if asked.accounts is None else there
        raise
    put = {"examine": examine, "bands": bands, "families": families, "ranges": 0}
    outcome = with_account_ranges(
        outcome, asked, asked.economy(), f"{__name__}:plan", put, draws=ranges, runner=runner, progress=progress
    )
    return outcome.noting(**again)


def _examined(asked: Study, families: Sequence[Family], progress: Progress, bands: bool) -> Outcome:
    """The plan with what the adaptive engine makes of it, and of the plan without contingencies."""
    from groundplan.crisis.examination import examination_tables

    if not asked.policy.contingencies:
        raise StudyError("there is no contingency to examine the plan with", fix="state [[contingencies]]")
    progress("the plan with its contingencies")
    ready = _planned(asked, families, progress, bands)
    progress("the plan without contingencies")
    without = dataclasses.replace(asked, policy=dataclasses.replace(asked.policy, contingencies=[]))
    bare = _planned(without, families, progress, False, wishes=False)
    e = asked.economy()
    tables = examination_tables(e, asked.in_codes(e).policy, ready, bare, asked.folder, progress)
    return dataclasses.replace(ready, tables={**ready.tables, **tables})


def _planned(
    asked: Study, families: Sequence[Family], progress: Progress, bands: bool, *, wishes: bool = True
) -> Outcome:
    """The plan of a study, with what its accounts depend on and what its targets cost."""
    began = time.perf_counter()
    best = shown_plan(asked, families, progress)
    seconds = time.perf_counter() - began
    outcome = written_down(best, asked, progress, bands=bands)
    return with_wishes(outcome, best, seconds, progress) if wishes else outcome


def shown_plan(asked: Study, families: Sequence[Family] = FAMILIES, progress: Progress = quiet) -> SolvedPlan:
    """The plan of a study as it is shown, before it is written down. Raises what ``plan`` raises."""
    e = asked.economy()
    rows = asked.in_codes(e).projects or None
    policy = with_scenarios(e, asked.chosen(e))
    return as_shown(solved(e, policy, projects=rows, families=families, progress=progress), progress)


def written_down(best: SolvedPlan, asked: Study, progress: Progress = quiet, *, bands: bool = False) -> Outcome:
    """The plan of a study as an outcome, with what its accounts depend on."""
    e = best.economy
    parts = parts_of(best, progress)
    indicator = parts.arrays["indicator"]
    content = _import_content(best, indicator)
    listed = parts.tables["indicators"]
    ratios = [i for i in map(str, indicator["indicator"].values) if i not in set(listed["indicator"])]
    more = pd.DataFrame({"indicator": [*ratios, IMPORT_CONTENT], "unit": "1"})
    checked = audit(e)
    parts.tables["indicators"] = pd.concat([listed, more], ignore_index=True)
    parts.tables["dependence"] = _dependence(e)
    parts.tables["controls"] = checked.controls.rename_axis("aggregate").reset_index()
    if "resource_costs" in parts.tables:
        costs, years = parts.tables["resource_costs"], best.activities.years
        parts.tables["replacement_ranking"] = replacement_ranking(e, costs, indicator, years)
    parts.arrays["indicator"] = xr.concat([indicator, content], dim="indicator").assign_attrs(indicator.attrs)
    if bands:
        parts.tables["bands"] = bands_of(best, progress)
    parts.provenance["audit"] = [*checked.lines(), replication_words(e, best.policy)]
    parts.provenance["projects"] = dict(asked.in_codes(e).projects)
    if taken := asked.names_taken(e):
        parts.provenance["names_taken"] = taken
    if asked.accounts is None:
        parts.provenance["study"] = study_text(asked, e)
    elif asked.figures.get("carve"):
        # Accounts that were handed over cannot be opened again from a study: what it would say stands by itself.
        parts.provenance["carve"] = stated(asked.figures["carve"])
    progress("what comes without a plan")
    return beside_baseline(parts.outcome(), e, people=asked.people_by_age(e))


def _dependence(e: Economy) -> pd.DataFrame:
    names = dependence_table(e).rename_axis("product").reset_index()
    names.insert(1, "label", [e.label(i) for i in names["product"]])
    return names


def _import_content(best: SolvedPlan, there: xr.DataArray) -> xr.DataArray:
    """The import content of household consumption, measured on the origins that the plan chose; years of ``there``."""
    e, chosen, uses = best.economy, origins(best.economy, best.level), household_uses(best)

    def bought(year: int) -> tuple[np.ndarray, np.ndarray]:
        home, imported = (np.sum([own[at][year].to_numpy() for own in uses.values()], axis=0) for at in (0, 1))
        return home, imported

    content = [
        household_import_content(e, *chosen[year], bought(year)) if year in chosen else household_import_content(e)
        for year in there["year"].values.tolist()
    ]
    coords = {"indicator": [IMPORT_CONTENT], "year": there["year"]}
    return xr.DataArray([content], coords=coords, dims=("indicator", "year"), name=there.name)
