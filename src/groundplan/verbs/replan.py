"""The rest of a plan made again from the state that was reached, and what steering is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from groundplan.batches.compute import Runner
from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.choices.uncertainty import Uncertainty
from groundplan.planning.families.family import Family
from groundplan.planning.horizon import Horizon
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.replanning.made_again import MadeAgain, costs_of, outcome_of
from groundplan.planning.replanning.plan_version import PlanVersion, Turn, Wanted, first_version, replanned
from groundplan.planning.replanning.promises import PlanPromise, promises_left, promises_of_targets
from groundplan.planning.replanning.reached_state import CAUSES, Happened, ReachedFigure
from groundplan.planning.replanning.steering import steered
from groundplan.planning.replanning.version_causes import in_order, steps
from groundplan.planning.solve import Progress, quiet
from groundplan.planning.solved_plan import indicators
from groundplan.records.toml import open_document, parse
from groundplan.study.asking import Subject, setting_of, study_of
from groundplan.study.repeating import FILE, command_of, record_of, study_text
from groundplan.study.study import Study
from groundplan.study.study_file import content_of
from groundplan.verbs.robust import assumed

if TYPE_CHECKING:
    from groundplan.ledgers.plan_ledger import Ledger

# How far a plan that is solved anew may lie from the one that was saved before that is said, as a share.
OTHERWISE = 1e-4
# What an indicator of the plan is called in a reconciliation.
RECONCILED = {"output": "gross output", "import": "imports", "export": "exports"}
Given = Happened | Mapping[str, Any] | str | Path


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
    order = tuple(order) or CAUSES
    choices = choices if years is None else {**choices, "years": years}
    if draws is not None or seed is not None:
        return _steering(plan, study, draws, seed, families, Runner(workers, address, run), progress, choices)
    if not 0.0 <= promise_cost <= 1e6:
        raise StudyError(f"promise_cost is {promise_cost}", fix="give a share of what is promised, from 0")
    in_order(order)
    came = _happened(happened)
    saved = _saved(plan)
    if saved is None and study is not None and plan is None:
        raise StudyError("no plan is named that the study follows", fix="name the folder of a plan, saved with --out")
    if after is None:
        span = saved.provenance["years"] if saved is not None else []
        fix = f"say {span[0]} to {span[-2]}" if len(span) > 1 else "say the last year that has passed"
        raise StudyError("it is not said which year has passed", where="after", fix=fix)
    earlier = int(saved.provenance.get("after", after - 1)) if saved is not None else after - 1
    if after <= earlier:
        what = f"the plan was made again after {earlier}"
        raise StudyError(what, where="after", fix=f"say a later year than {earlier}")
    changed = None if study is None else study if isinstance(study, Study) else study_of(study)
    if changed is not None and saved is not None:
        _refuse_other_years(_wanted(changed, families), saved.provenance["years"], str(saved.provenance["country"]))
    progress("the plan that was made")
    before, asked, turns, notes = _reopened(saved, plan, families, progress, choices)
    now, wanted = (
        (asked, before.wanted) if changed is None else (changed, _wanted(changed, families, asked, before.wanted))
    )
    if changed is not None:
        _refuse_other_years(wanted, before.plan.activities.years, before.wanted.economy.country)
        wanted = _as_before(wanted, before.wanted)
    promises = promises_of_targets(before.plan)
    names: dict[str, str] = {}
    if ledger is not None:
        from groundplan.ledgers.plan_ledger import Ledger

        there = Ledger(ledger)
        day = _day(on, there)
        promises, reports, names, said = _of_ledger(there, day, before, after, {f.what for f in came.reached})
        came = replace(came, reached=[*came.reached, *reports])
        notes += said
    if reconciled is not None:
        came = _believed(came, reconciled, before, after)
    promises = promises_left(promises, before.plan.activities, after)
    cost = costs_of(before.plan, promises, promise_cost)
    if promise_cost == 0.0:
        notes.append("Promises cost nothing to move: promise_cost is 0.")
    turn = Turn(after, came, wanted, promises, cost)
    parts = steps(before, turn, order, progress)
    outcome = outcome_of(MadeAgain(before, turn, parts, order, promise_cost), names)
    text = study_text(now, wanted.economy) if now.accounts is None else ""
    first = saved.provenance["planned_study"] if saved is not None and "planned_study" in saved.provenance else (
        study_text(asked, before.wanted.economy) if asked.accounts is None else ""
    )  # fmt: skip
    turns.append({
        "after": after, "happened": came.as_dict(), "study": text if study is not None else "",
        "promises": [_promise_record(p) for p in promises], "cost": cost,
    })  # fmt: skip
    words = {
        "plan": plan, "after": after, "happened": happened, "study": study, "ledger": ledger, "on": on,
        "reconciled": reconciled, "promise_cost": promise_cost, "order": list(order) if order != CAUSES else [],
        **choices,
    }  # fmt: skip
    command = command_of("replan", words) if text else ""
    opened = {"accounts": record_of(now.opening)} if now.accounts is None else {}
    facts = {"turns": turns, "notes": notes, "planned_study": first, **({"study": text} if text else {})}
    return outcome.noting(**opened, **facts, **({"command": command} if command else {}))


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


def _reopened(
    saved: Outcome | None, plan: Any, families: Sequence[Family], progress: Progress, choices: Mapping[str, Any]
) -> tuple[PlanVersion, Study, list[dict[str, Any]], list[str]]:
    """The version that is to be made again, solved anew from its study, with the turns that it has gone through."""
    if saved is None:
        asked = study_of(plan, choices=choices)
        return first_version(_wanted(asked, families), progress), asked, [], []
    if choices:
        fix = "leave it out, or give a changed study with study"
        raise StudyError(f"{next(iter(choices))} is said beside a plan that is made", fix=fix)
    about = saved.provenance
    text = about.get("planned_study") or about.get("study")
    if not text:
        what = "this plan was made from accounts that were handed over, and no study opens them again"
        raise GroundplanError(what, fix="give the economy or the study in place of the outcome")
    asked = _study_from(str(text))
    turns = [dict(t) for t in about.get("turns", [])]
    v = first_version(_wanted(asked, families), progress, prices=not turns)
    for n, t in enumerate(turns):
        wanted = v.wanted
        if t["study"]:
            asked, earlier = _study_from(str(t["study"])), asked
            wanted = _as_before(_wanted(asked, families, earlier, v.wanted), v.wanted)
        came = _happened(t["happened"])
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


def _study_from(text: str) -> Study:
    c = content_of(parse(text, "study.toml"))
    return Study(c.country, c.accounts_year, c.policy, c.projects, c.figures, "", table=c.table)


def _wanted(asked: Study, families: Sequence[Family], like: Study | None = None, old: Wanted | None = None) -> Wanted:
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


def _as_before(new: Wanted, old: Wanted) -> Wanted:
    """What a changed study asks for, with the years after the plan and the news of the version before."""
    policy = replace(new.policy, tail_years=old.policy.tail_years, lasting_targets=old.policy.lasting_targets)
    return replace(new, policy=policy, news=old.news)


def _refuse_other_years(new: Wanted, years: Sequence[int], country: str) -> None:
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


def _happened(given: Given | None) -> Happened:
    """What came to pass: a file, what a file says, or the record itself."""
    if given is None:
        return Happened()
    if isinstance(given, Happened):
        return given.checked()
    if isinstance(given, Mapping):
        from groundplan.records.toml import Document

        return Document(given, "what happened").record(Happened)
    return open_document(given).record(Happened)


def _promise_record(p: PlanPromise) -> dict[str, Any]:
    return {"indicator": p.indicator, "year": p.year, "amount": p.amount, "sense": p.sense, "room": p.room,
            "units": dict(p.units)}  # fmt: skip


def _day(on: str | None, there: Ledger) -> date:
    try:
        return date.fromisoformat(on) if on else there.today()
    except ValueError:
        raise GroundplanError(f"{on!r} is no day", where="on", fix="write 2026-04-30") from None


def _of_ledger(
    there: Ledger, on: date, before: PlanVersion, after: int, stated: set[str]
) -> tuple[list[PlanPromise], list[ReachedFigure], dict[str, str], list[str]]:
    """What a ledger's sheets promise for years to come, what was reported of years past, the names of units, notes.

    A year's figure is the sum over units and periods; what was not reported counts as promised, and a note says so. A
    figure that is ``stated`` otherwise is not taken from reports.
    """
    from groundplan.ledgers.periods import period

    a, book = before.plan.activities, there.book
    units = a.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    promised: dict[tuple[str, int], dict[str, float]] = {}
    room: dict[tuple[str, int], float] = {}
    reported: dict[tuple[str, int], float] = {}
    silent: dict[tuple[str, int], int] = {}
    any_report: set[tuple[str, int]] = set()
    other: set[str] = set()
    for s in book.states(on):
        if s.indicator not in units.index or s.measure != str(units[s.indicator]).removesuffix(" / year"):
            other.add(s.indicator)
            continue
        key = (s.indicator, period(s.period).year)
        own = promised.setdefault(key, {})
        own[s.unit] = own.get(s.unit, 0.0) + float(s.target)
        places = len(s.target.partition(".")[2])
        room[key] = room.get(key, 0.0) + 0.5 * 10.0**-places
        reported[key] = reported.get(key, 0.0) + float(s.target if s.reported is None else s.reported)
        if s.reported is None:
            silent[key] = silent.get(key, 0) + 1
        else:
            any_report.add(key)
    promises = [PlanPromise(i, y, sum(own.values()), "==", room[i, y], own) for (i, y), own in promised.items()]
    reports = [
        ReachedFigure(what=i, year=y, reported=reported[i, y], source=f"the ledger's reports until {on}")
        for i, y in promised
        if (i, y) in any_report and a.years[0] <= y <= after and i not in stated and i not in set(a.ratios["indicator"])
    ]
    notes = [
        f"Of {i} in {y} {silent[i, y]} figures were not reported by {on}, and count as promised."
        for i, y in promised
        if (i, y) in silent and y <= after
    ]
    notes += [
        f"{i} is promised in the ledger and is no figure of this plan: it stays as it was." for i in sorted(other)
    ]
    names = {u: str(body["name"]) for u, body in book.units.items()}
    return promises, reports, names, notes


def _believed(came: Happened, reconciled: Outcome | str | Path, before: PlanVersion, after: int) -> Happened:
    """What happened, with the estimates of a reconciliation as what is believed of the reports of its year."""
    o = reconciled if isinstance(reconciled, Outcome) else Outcome.open(reconciled)
    if o.engine != "reconcile":
        raise GroundplanError(
            f"an outcome of {o.engine} is no reconciliation", fix="name the folder of a reconciliation"
        )
    text = str(o.provenance.get("period", ""))[:4]
    if not text.isdigit() or int(text) > after:
        what = f"the reconciliation is of {text or 'no period'}, and {after} has passed"
        raise GroundplanError(what, where="reconciled", fix="reconcile the reports of a year that has passed")
    year, figures = int(text), o.table("figures")
    if "what" not in figures:
        raise GroundplanError("this reconciliation was saved by an older version", fix="make it again")
    listed = before.plan.activities.indicators.drop_duplicates("indicator").set_index("indicator")["unit"]
    values = indicators(before.plan)
    rows = figures[(figures["kind"] == "report") & figures["what"].isin(RECONCILED)]
    out = list(came.reached)
    for key, own in rows.groupby(["what", "product"]):
        what, product = map(str, key)
        names = [f"{RECONCILED[what]}: {product}", *([f"quantity: {product}"] if what == "output" else [])]
        of_whole = own[own["unit"] == ""]
        chosen = of_whole if len(of_whole) and of_whole["estimate"].notna().all() else own[own["unit"] != ""]
        measure, estimate = str(own["measure"].iloc[0]), float(chosen["estimate"].sum())
        parts = own[own["unit"] != ""] if (own["unit"] != "").any() else own
        said = float(parts["reported"].sum()) if parts["reported"].notna().all() else None
        fits = [n for n in names if n in listed.index and str(listed[n]).removesuffix(" / year") == measure]
        if not fits or not np.isfinite(estimate):
            continue
        at = next((k for k, f in enumerate(out) if f.what in names and f.year == year), None)
        if at is not None:
            out[at] = replace(out[at], believed=estimate, shares=False, reported=_absolute(out[at], values))
        else:
            source = f"reconciled reports of {year}"
            out.append(ReachedFigure(what=fits[0], year=year, reported=said, believed=estimate, source=source))
    return replace(came, reached=out)


def _absolute(f: ReachedFigure, planned: Any) -> float | None:
    """What was reported in its own unit."""
    if f.reported is None or not f.shares:
        return f.reported
    return float(f.reported) * float(planned.sel(indicator=f.what, year=f.year))


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
    asked = study_of(subject, study, choices=choices) if saved is None else _study_from(str(saved.provenance["study"]))
    setting = setting_of(asked.policy.uncertainty or Uncertainty(), draws=draws or 20, seed=seed)
    best = asked.solved_plan(progress, families=families)
    records = asked.policy.uncertain or assumed(best.economy)
    outcome = steered(best, records, setting, progress, runner)
    facts: dict[str, Any] = {}
    if asked.accounts is None:
        facts = {"accounts": record_of(asked.opening), "study": study_text(asked, best.economy)}
        facts["command"] = command_of("replan", {"plan": FILE, "draws": setting.draws, "seed": setting.seed})
    return outcome.noting(**facts)
