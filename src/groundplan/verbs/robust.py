"""How sure a plan is, and the plan that keeps its wishes in a stated share of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from groundplan.batches.compute import Runner
from groundplan.economy.economy import Economy
from groundplan.errors import TableError
from groundplan.measures.materials import raw_shares
from groundplan.outcome import Outcome
from groundplan.planning.choices.uncertainty import Uncertain, Uncertainty
from groundplan.planning.exploring.margins import outcome_of, surer
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Projects, Subject, setting_of, study_of
from groundplan.study.repeating import repeating
from groundplan.study.study import Study


def robust(
    economy: Subject = None,
    *,
    draws: int | None = None,
    fresh: int | None = None,
    share: float | None = None,
    wishes: Sequence[str] | None = None,
    seed: int | None = None,
    study: Study | str | Path | None = None,
    year: int | None = None,
    policy: Policy | None = None,
    projects: Projects | None = None,
    families: Sequence[Family] = FAMILIES,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """What becomes of a plan when figures turn out otherwise, and a plan that holds in a stated share of cases.

    The plan is put through draws (``planning.exploring.margins.surer``): ``draws`` that the robust plan is fitted to,
    ``fresh`` ones that it is verified on, ``share`` of them in which each of the ``wishes`` (targets, floors, path)
    must hold, from ``seed``; what is not said is the study's ``uncertainty``, or its defaults. Its records
    ``uncertain`` say what is drawn, ``assumed`` where there are none. Draws are computed by ``workers`` processes or
    the Dask scheduler at ``address``, and finished ones kept in the folder ``run``. All else as in ``plan``.

    Returns an ``Outcome`` of engine ``robust`` (``planning.exploring.margins.outcome_of``).
    Raises what ``plan`` and ``batches.compute.compute`` raise; ``StudyError`` where nothing is to be held.
    """
    runner = Runner(workers, address, run)
    asked = study_of(economy, study, year=year, policy=policy, projects=projects, choices=choices)
    usual = asked.policy.uncertainty or Uncertainty()
    wanted = None if wishes is None else list(wishes)
    setting = setting_of(usual, draws=draws, fresh=fresh, share=share, wishes=wanted, seed=seed)
    asked = replace(asked, policy=replace(asked.policy, uncertainty=setting))
    plan = asked.solved_plan(progress, families=families)
    records = asked.policy.uncertain or assumed(plan.economy)
    return outcome_of(surer(plan, records, setting, progress, runner)).noting(
        **repeating("robust", asked, plan.economy)
    )


def assumed(e: Economy) -> list[Uncertain]:
    """What is drawn where the study says nothing: spreads without a source, marked as assumed.

    Harvests and mines vary from year to year; prices and markets abroad move together; inputs and productivity are
    known less exactly than the accounts print them.
    """
    spreads: list[dict[str, Any]] = [
        {"what": "inputs", "spread": 0.01, "correlation": 0.3},
        {"what": "productivity", "spread": 0.01, "correlation": 1.0},
        {"what": "import prices", "spread": 0.1, "correlation": 0.5},
        {"what": "export prices", "spread": 0.1, "correlation": 0.5},
        {"what": "export markets", "spread": 0.1, "correlation": 0.3},
    ]
    try:
        raw = [str(i) for i, share in raw_shares(e).items() if share > 0.5]
    except TableError:
        raw = []
    produced = raw and [i for i in raw if float(e.output.sel(sector=i)) > 0]
    if produced:
        spreads.append({"what": "yields", "of": produced, "spread": 0.05, "correlation": 0.3, "yearly": True})
    return [Uncertain(**spread) for spread in spreads]
