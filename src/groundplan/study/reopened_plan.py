"""A saved plan opened again as the version that it is: from its study, with the turns that it has gone through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.families.family import Family
from groundplan.planning.horizon import Horizon
from groundplan.planning.replanning.plan_version import PlanVersion, Turn, Wanted, first_version, replanned
from groundplan.planning.replanning.promises import PlanPromise
from groundplan.planning.replanning.reached_state import CAUSES, Happened
from groundplan.planning.solve import Progress
from groundplan.records.toml import Document, open_document, parse
from groundplan.study.asking import study_of
from groundplan.study.study import Study
from groundplan.study.study_file import content_of

# How far a plan that is solved anew may lie from the one that was saved before that is said, as a share.
OTHERWISE = 1e-4
Given = Happened | Mapping[str, Any] | str | Path


def reopened(
    saved: Outcome | None, plan: Any, families: Sequence[Family], progress: Progress, choices: Mapping[str, Any]
) -> tuple[PlanVersion, Study, list[dict[str, Any]], list[str]]:
    """The version that is to be made again, solved anew from its study, with the turns that it has gone through."""
    if saved is None:
        asked = study_of(plan, choices=choices)
        return first_version(wanted_of(asked, families), progress), asked, [], []
    if choices:
        fix = "leave it out, or give a changed study with study"
        raise StudyError(f"{next(iter(choices))} is said beside a plan that is made", fix=fix)
    about = saved.provenance
    text = about.get("planned_study") or about.get("study")
    if not text:
        what = "this plan was made from accounts that were handed over, and no study opens them again"
        raise GroundplanError(what, fix="give the economy or the study in place of the outcome")
    asked = study_from(str(text))
    turns = [dict(t) for t in about.get("turns", [])]
    v = first_version(wanted_of(asked, families), progress, prices=not turns)
    for n, t in enumerate(turns):
        wanted = v.wanted
        if t["study"]:
            asked, earlier = study_from(str(t["study"])), asked
            wanted = as_before(wanted_of(asked, families, earlier, v.wanted), v.wanted)
        came = what_happened(t["happened"])
        promises = [PlanPromise(**p) for p in t["promises"]]
        progress(f"the plan made again after {t['after']}")
        came = came.of_causes(CAUSES)
        v = replanned(v, Turn(int(t["after"]), came, wanted, promises, t["cost"]), progress, prices=n + 1 == len(turns))
    return v, asked, turns, _other_than(saved, v)


def _other_than(saved: Outcome, v: PlanVersion) -> list[str]:
    """A sentence where this version of Groundplan makes the saved plan otherwise."""
    old, new = saved.frame("level"), v.plan.level
    shared = old.index.intersection(new.index)
    size = max(float(old.abs().to_numpy().max()), 1e-300)
    off = float((old.loc[shared] - new.loc[shared, old.columns]).abs().to_numpy().max()) / size
    if off <= OTHERWISE and len(shared) == len(new.index) == len(old.index):
        return []
    return [
        f"This version of Groundplan makes the saved plan otherwise, by up to {off:.2%} of its largest figure; what "
        "was planned is what it makes now."
    ]


def study_from(text: str) -> Study:
    """A study from the text that an outcome keeps."""
    c = content_of(parse(text, "study.toml"))
    return Study(c.country, c.accounts_year, c.policy, c.projects, c.figures, "", table=c.table)


def wanted_of(asked: Study, families: Sequence[Family], like: Study | None = None, old: Wanted | None = None) -> Wanted:
    """What a study asks for; the accounts of ``like`` where both open the same."""
    same = old is not None and like is not None and like.accounts is None and asked.accounts is None
    e: Economy = asked.economy()
    if (
        same
        and old is not None
        and like is not None
        and like.opening == asked.opening
        and like.figures == asked.figures
    ):
        e = old.economy
    return Wanted(e, with_scenarios(e, asked.chosen(e)), asked.in_codes(e).projects or None, families)


def as_before(new: Wanted, old: Wanted) -> Wanted:
    """What a changed study asks for, with the years after the plan and the news of the version before."""
    policy = replace(new.policy, tail_years=old.policy.tail_years, lasting_targets=old.policy.lasting_targets)
    return replace(new, policy=policy, news=old.news)


def refuse_other_years(new: Wanted, years: Sequence[int], country: str) -> None:
    """A re-plan keeps the first year, the last one, and the country."""
    span = Horizon.of(new.economy, new.policy, base_year=False).plan_years
    faults: list[GroundplanError] = []
    if list(span) != list(years):
        what = f"the study is for {span[0]} to {span[-1]}, and the plan for {years[0]} to {years[-1]}"
        fix = "keep the plan's first and last year: a re-plan ends as it did"
        faults.append(StudyError(what, where="study", fix=fix))
    if new.economy.country != country:
        what = f"the study is of {new.economy.country_name}, and the plan of {country}"
        faults.append(StudyError(what, where="study", fix="change the plan's own study"))
    raise_all(faults)


def what_happened(given: Given | None) -> Happened:
    """What came to pass: a file, what a file says, or the record itself."""
    if given is None:
        return Happened()
    if isinstance(given, Happened):
        return given.checked()
    if isinstance(given, Mapping):
        return Document(given, "what happened").record(Happened)
    return open_document(given).record(Happened)
