"""An outcome of estimated accounts with the ranges that draws of these accounts give."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundplan.batches.compute import HERE, Runner, lines
from groundplan.batches.job import BatchJob
from groundplan.economy.economy import Economy
from groundplan.economy.estimating.draws_of_accounts import table_of_draw
from groundplan.errors import GroundplanError, Interrupted, StudyError
from groundplan.outcome import Outcome
from groundplan.results.economy_pages.ranged_views import Remarks, ranges_of, remarks_of
from groundplan.results.view_list import has_views, views
from groundplan.study.study import Study
from groundplan.verb_options import imported

Asked = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class _RangeTask:
    """What a worker needs: the study, the economy with its draws, the ``module:function`` to ask, what it is asked."""

    study: Study
    economy: Economy
    function: str
    asked: Asked


def with_account_ranges(
    outcome: Outcome, study: Study, economy: Economy, function: str, asked: Asked, *, draws: int, runner: Runner = HERE,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:  # fmt: skip
    """The outcome with what draws of its accounts make of its figures (``results.economy_pages.ranged_views``).

    ``function`` is the ``module:function`` that was asked, ``asked`` its keywords, ``economy`` what it was asked about:
    it is asked again with the same study of every draw as its first argument, for the first ``draws`` of them. As it is
    where there are no draws.
    Raises ``StudyError`` for a negative number of draws and where none of them has an answer, and what the runner
    raises.
    """
    if draws < 0:
        raise StudyError(f"ranges of {draws} draws", fix="give 0 for none, or a number such as 20")
    there = economy.estimate
    if not draws or there is None or there.draws is None or not has_views(outcome):
        return outcome
    count = min(draws, there.draws.count)
    task = _RangeTask(study, economy, function, dict(asked))
    prints = runner.fingerprint(
        there.draws.cells, there.draws.capital, function, repr(sorted(task.asked.items())), count
    )
    job = BatchJob(task, _start, _run, count, 1, prints)
    out = runner.compute(job, progress=lines("ranges", progress, each="draws"))
    said = [json.loads(text) for text in out["remarks"].tolist()]
    remarks = [Remarks(one["sentences"], one["figures"]) for one in said if one]
    lost = len(said) - len(remarks)
    if not remarks:
        what = f"none of {lost} draws of the accounts has an answer, so none of its figures can be defended"
        fix = "ask for what more draws can meet, or with --ranges 0 of the accounts alone"
        raise StudyError(what, where=f"{economy.country_name} {economy.year}", fix=fix)
    tables = ranges_of(views(outcome), remarks)
    about = {**outcome.provenance, "ranges": {"draws": len(remarks), "lost": lost}}
    return replace(outcome, tables={**outcome.tables, **tables}, provenance=about)


def economy_of_draw(e: Economy, k: int) -> Economy:
    """The economy of the k-th draw of the accounts that ``e`` was made of."""
    assert e.estimate is not None
    return Economy.from_table(table_of_draw(e.estimate, k))


def _start(task: _RangeTask) -> _RangeTask:
    return task


def _run(task: _RangeTask, members: range) -> dict[str, np.ndarray]:
    """What the views of every draw's outcome say, as JSON; empty where it has no answer."""
    function = imported(task.function)
    said = []
    for k in members:
        try:
            study = task.study.on(economy_of_draw(task.economy, k))
            one = remarks_of(views(function(study, **task.asked)))
            said.append(json.dumps({"sentences": one.sentences, "figures": one.figures}))
        except Interrupted:
            raise
        except GroundplanError:
            said.append("{}")
    return {"remarks": np.array(said)}
