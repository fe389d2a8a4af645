"""The rest of a plan made again from the state that was reached, and what steering is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from groundplan.batches.compute import Runner
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError
from groundplan.outcome import Outcome
from groundplan.planning.choices.uncertainty import Uncertainty
from groundplan.planning.families.family import Family
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.replanning.believed_figures import with_believed
from groundplan.planning.replanning.made_again import MadeAgain, costs_of, outcome_of
from groundplan.planning.replanning.plan_version import PlanVersion, Turn
from groundplan.planning.replanning.promises import PlanPromise, promises_left, promises_of_targets
from groundplan.planning.replanning.reached_state import CAUSES, Happened
from groundplan.planning.replanning.steering import steered
from groundplan.planning.replanning.version_causes import in_order, steps
from groundplan.planning.solve import Progress, quiet
from groundplan.study.asking import Subject, setting_of, study_of
from groundplan.study.reopened_plan import (
    Given,
    as_before,
    refuse_other_years,
    reopened,
    study_from,
    wanted_of,
    what_happened,
)
from groundplan.study.repeating import FILE, command_of, record_of, study_text
from groundplan.study.study import Study
from groundplan.verbs.robust import assumed


def replan(
    plan: Outcome | Subject = None,
    *,
    after: int | None = None,
    happened: Given | None = None,
    study: Study | str | Path | None = None,
    ledger: str | Path | None = None,
    on: str | None = None,
    reconciled: Outcome | str | Path | None = None,
    promise_cost: float = 0.1,
    order: Sequence[str] = (),
    years: int | None = None,
    draws: int | None = None,
    seed: int | None = None,
    families: Sequence[Family] = FAMILIES,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """A plan made again for the years after one, from the state that was reached; with ``draws``, what that is worth.

    ``plan``: an outcome of ``plan`` or of ``replan``, or its folder; a study or a country is planned first, for
    ``years`` and with ``choices`` as in ``plan``. ``after``: the last year that has passed. ``happened``: what came and
    what is known of the years left, a file of [[reached]] and [[news]] or a ``Happened``. ``study``: the study that
    holds from here on, where it is another; accounts, first and last year stay. ``ledger``: whose sheets say who
    promised what and what was reported, on the day ``on`` (today); ``reconciled``: a reconciliation of the year's
    reports, which says what of them is believed. ``promise_cost``: what it costs to promise otherwise, as a share of
    the worth of what is moved by the plan's own prices. ``order``: in which causes are added one by one.

    With ``draws``: as many drawn histories from ``seed``, in each of which the plan is made again every year and,
    beside it, never looked at again (``planning.replanning.steering``); the study's records ``uncertain`` say what is
    drawn.
    ``workers``, ``address`` and ``run`` as in ``robust``.

    Returns an ``Outcome`` of engine ``replan`` (``planning.replanning.made_again.outcome_of``) or ``steering``.
    Raises ``StudyError`` and ``UnknownName`` for what does not exist, ``PlanInfeasible`` where nothing can be done from
    there, and what ``plan`` raises.
    """
    choices = choices if years is None else {**choices, "years": years}
    if draws is not None or seed is not None:
        return _steering(plan, study, draws, seed, families, Runner(workers, address, run), progress, choices)
    order = tuple(order) or CAUSES
    in_order(order)
    if not 0.0 <= promise_cost <= 1e6:
        raise StudyError(f"promise_cost is {promise_cost}", fix="give a share of what is promised, from 0")
    came, saved = what_happened(happened), _saved(plan)
    if saved is None and study is not None and plan is None:
        raise StudyError("no plan is named that the study follows", fix="name the folder of a plan, saved with --out")
    passed = _passed(after, saved)
    changed = None if study is None else study if isinstance(study, Study) else study_of(study)
    if changed is not None and saved is not None:
        about = saved.provenance
        refuse_other_years(wanted_of(changed, families), about["years"], str(about["country"]))
    progress("the plan that was made")
    before, asked, turns, notes = reopened(saved, plan, families, progress, choices)
    now, wanted = asked, before.wanted
    if changed is not None:
        now, wanted = changed, wanted_of(changed, families, asked, before.wanted)
        refuse_other_years(wanted, before.plan.activities.years, before.wanted.economy.country)
        wanted = as_before(wanted, before.wanted)
    came, promises, names, said = _promised(before, passed, came, ledger, on)
    if reconciled is not None:
        came = with_believed(came, _opened(reconciled), before, passed)
    if promise_cost == 0.0:
        said.append("Promises cost nothing to move: promise_cost is 0.")
    turn = Turn(passed, came, wanted, promises, costs_of(before.plan, promises, promise_cost))
    again = MadeAgain(before, turn, steps(before, turn, order, progress), order, promise_cost)
    words = {
        "plan": plan, "after": after, "happened": happened, "study": study, "ledger": ledger, "on": on,
        "reconciled": reconciled, "promise_cost": promise_cost, "order": list(order) if order != CAUSES else [],
        **choices,
    }  # fmt: skip
    first = str(saved.provenance.get("planned_study", "")) if saved is not None else ""
    facts = {
        "turns": [*turns, _turn_record(turn, _text(now, wanted.economy) if changed is not None else "")],
        "notes": [*notes, *said], "planned_study": first or _text(asked, before.wanted.economy),
    }  # fmt: skip
    return outcome_of(again, names).noting(**facts, **_repeating(now, wanted.economy, words))


def _passed(after: int | None, saved: Outcome | None) -> int:
    """The last year that has passed. Raises ``StudyError`` where none is said, or one that a turn has behind it."""
    if after is None:
        span = saved.provenance["years"] if saved is not None else []
        fix = f"say {span[0]} to {span[-2]}" if len(span) > 1 else "say the last year that has passed"
        raise StudyError("it is not said which year has passed", where="after", fix=fix)
    earlier = int(saved.provenance.get("after", after - 1)) if saved is not None else after - 1
    if after <= earlier:
        what = f"the plan was made again after {earlier}"
        raise StudyError(what, where="after", fix=f"say a later year than {earlier}")
    return after


def _saved(plan: object) -> Outcome | None:
    """The outcome that is meant, where one is: handed over, or in a folder."""
    if isinstance(plan, Outcome):
        saved = plan
    elif isinstance(plan, (str, Path)) and Path(plan).is_dir() and (Path(plan) / "index.json").exists():
        saved = Outcome.open(plan)
    else:
        return None
    if saved.engine not in ("plan", "replan"):
        raise GroundplanError(
            f"an outcome of {saved.engine} is no plan", fix="name the folder of a plan, or of a re-plan"
        )
    return saved


def _opened(outcome: Outcome | str | Path) -> Outcome:
    return outcome if isinstance(outcome, Outcome) else Outcome.open(outcome)


def _promised(
    before: PlanVersion, after: int, came: Happened, ledger: str | Path | None, on: str | None
) -> tuple[Happened, list[PlanPromise], dict[str, str], list[str]]:
    """What happened with a ledger's reports, promises for the years left, what units are called, and notes.

    Without a ledger the plan's own targets are what was promised.
    """
    a = before.plan.activities
    if ledger is None:
        return came, promises_left(promises_of_targets(before.plan), a, after), {}, []
    from groundplan.ledgers.plan_ledger import Ledger
    from groundplan.ledgers.promised.planned_promises import planned_promises

    there = Ledger(ledger)
    own = planned_promises(there.book, there.day(on), a, after, {f.what for f in came.reached})
    came = replace(came, reached=[*came.reached, *own.reports])
    return came, promises_left(own.promises, a, after), own.names, own.notes


def _text(asked: Study, e: Economy) -> str:
    """The text of a study; none where its accounts were handed over."""
    return study_text(asked, e) if asked.accounts is None else ""


def _turn_record(turn: Turn, study: str) -> dict[str, Any]:
    """A turn as plain values, from which it is made again; ``study``: the text of another study than before."""
    return {
        "after": turn.until, "happened": turn.happened.as_dict(), "study": study,
        "promises": [asdict(p) for p in turn.promises], "cost": list(turn.cost),
    }  # fmt: skip


def _repeating(now: Study, e: Economy, words: Mapping[str, Any]) -> dict[str, Any]:
    """Accounts, study and command that make it again; nothing where the accounts were handed over."""
    if now.accounts is not None:
        return {}
    command = command_of("replan", words)
    return {
        "accounts": record_of(now.opening), "study": _text(now, e), **({"command": command} if command else {})
    }  # fmt: skip


def _steering(
    subject: Any,
    study: Study | str | Path | None,
    draws: int | None,
    seed: int | None,
    families: Sequence[Family],
    runner: Runner,
    progress: Progress,
    choices: Mapping[str, Any],
) -> Outcome:
    """What it is worth to plan every year anew, over drawn histories."""
    saved = _saved(subject)
    asked = study_of(subject, study, choices=choices) if saved is None else study_from(str(saved.provenance["study"]))
    setting = setting_of(asked.policy.uncertainty or Uncertainty(), draws=draws or 20, seed=seed)
    best = asked.solved_plan(progress, families=families)
    records = asked.policy.uncertain or assumed(best.economy)
    outcome = steered(best, records, setting, progress, runner)
    facts: dict[str, Any] = {}
    if asked.accounts is None:
        facts = {"accounts": record_of(asked.opening), "study": study_text(asked, best.economy)}
        facts["command"] = command_of("replan", {"plan": FILE, "draws": setting.draws, "seed": setting.seed})
    return outcome.noting(**facts)
