"""A joint plan of two or more countries against their separate plans: what is won, and how to share it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from groundplan.crisis.scenarios_of_policy import with_scenarios
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, PlanInfeasible, StudyError, UnknownName, raise_all
from groundplan.outcome import Outcome
from groundplan.planning.families.family import Family
from groundplan.planning.joining.joint import MOST, JointPlans, joint_tables, shipment_array
from groundplan.planning.joining.joint_guards import joint_guards
from groundplan.planning.joining.union import Link, Member, mismatches, unknown_countries
from groundplan.planning.plan_programme import FAMILIES
from groundplan.planning.policy import Policy
from groundplan.planning.solve import Progress, quiet
from groundplan.records.money import money_of
from groundplan.sources import Assumption
from groundplan.study.asking import Subject, parted, setting_of, study_of
from groundplan.study.repeating import command_of, record_of, study_text
from groundplan.study.study import Study
from groundplan.study.worded import policy_called, records_called, with_taken

MILLION = 1e6
YEARS = 5


def join(
    countries: Sequence[Subject],
    *,
    years: int | None = None,
    start_year: int | None = None,
    policies: Mapping[str, Policy] | None = None,
    links: Sequence[Link] | None = None,
    pace: float | None = None,
    ceiling: float | None = None,
    transport: float | None = None,
    clearing: str | None = None,
    pooling: float | None = None,
    rate: Mapping[str, float] | None = None,
    currency: str = "",
    rate_source: str = "",
    weights: Mapping[str, float] | None = None,
    allow_losers: bool = False,
    families: Sequence[Family] = FAMILIES,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """A joint plan of two or more countries, each one's plan alone, the gain, and its Shapley split.

        v(S) = max Σ_{c ∈ S} weight_c · worth_c · objective_c    with trade inside S alone,
        gain = v(all) − Σ_c v({c})

    ``countries``: accounts of one year, or carried to one by ``start_year``, each told as in ``plan``; of a study its
    policy is taken. ``policies`` by country, or ``years``, ``start_year`` and ``choices`` (keywords of ``plan``) for
    all, which also say which files (``table``, ``layout`` ...) hold all of them. Trade between them: ``links``
    (``planning.choices.link``), or one for all by ``pace``, ``ceiling``, ``transport``, ``clearing`` and ``pooling``.
    ``rate``: units of each country's currency for one unit of the common one, ``currency``, in the accounts' year, with
    ``rate_source``; they are left out where all accounts are in one money. ``allow_losers``: a country may be worse off
    than alone; otherwise nobody is, in any coalition. ``families`` may add limits of one's own. Money of the outcome is
    millions of the common currency, or the accounts' own money.

    Returns an ``Outcome``: the array shipment, and the tables joint_countries, joint_coalitions, joint_years,
    shipments, guards. Raises ``StudyError`` and ``UnknownName`` for what is missing or does not fit, all at once, and
    what ``plan`` raises.
    """
    terms = {"pace": pace, "ceiling": ceiling, "transport": transport, "clearing": clearing, "pooling": pooling}
    own = _links(links, terms)
    files, single = parted(choices)
    asked_for = {"years": years, "start_year": start_year}
    said = {**{k: v for k, v in asked_for.items() if v is not None}, **single}
    asked = [_study(c, files, said) for c in countries]
    economies = [s.economy() for s in asked]
    raise_all(_faults(economies, policies, rate, currency, rate_source, weights, said), where="joint plan")
    worth, money = _common(economies, rate or {}, currency)
    chosen = {e.country: with_scenarios(e, s.chosen(e)) for s, e in zip(asked, economies, strict=True)}
    taken = [line for s, e in zip(asked, economies, strict=True) for line in s.names_taken(e)]
    by_code = {e.country: e for e in economies}
    chosen |= {c: policy_called(by_code[c], p)[0] for c, p in (policies or {}).items()}
    own, of_links = records_called(economies, own)
    members = tuple(
        Member(e, chosen[e.country], worth[e.country], (weights or {}).get(e.country, 1.0)) for e in economies
    )
    raise_all([*unknown_countries(own, members), *mismatches(members)], where="joint plan")  # before any is solved
    joint, tables = _planned(members, own, not allow_losers, families, progress)
    about = _provenance(joint, money, rate or {}, rate_source, said)
    again: dict[str, Any] = {}
    if policies is None and links is None and weights is None:
        again = _repeating(asked, economies, {**terms, "rate": rate, "currency": currency, "rate_source": rate_source,
                                              "allow_losers": allow_losers})  # fmt: skip
    again = with_taken({**again, "names_taken": taken}, of_links)
    return Outcome({"shipment": shipment_array(joint, tables["shipments"], money)}, tables, {**about, **again})


def _repeating(asked: Sequence[Study], economies: Sequence[Economy], said: Mapping[str, Any]) -> dict[str, Any]:
    """For the provenance: each country's study in a file of its own, and the command that joins them."""
    if any(s.accounts is not None for s in asked):
        return {}
    studies = {f"study-{e.country}.toml": study_text(s, e) for s, e in zip(asked, economies, strict=True)}
    accounts = [record_of(s.opening) for s in asked]
    return {"accounts": accounts, "studies": studies, "command": command_of("join", {"countries": [*studies], **said})}


def _planned(
    members: tuple[Member, ...], links: tuple[Link, ...], rational: bool, families: Sequence[Family], progress: Progress
) -> tuple[JointPlans, dict[str, pd.DataFrame]]:
    """The joint plans and their tables; without years after the end where some coalition cannot be kept up for them.

    All coalitions have the same years, or what is won together could not be told.
    """
    joint = JointPlans(members, links, rational, families, progress)
    try:
        return joint, {**joint_tables(joint), **joint_guards(joint)}
    except PlanInfeasible:
        if not any(m.policy.tail_years for m in members):
            raise
    progress("the plans end with their last year: they cannot all be kept up for longer")
    ended = tuple(dataclasses.replace(m, policy=dataclasses.replace(m.policy, tail_years=0)) for m in members)
    joint = JointPlans(ended, links, rational, families, progress)
    return joint, {**joint_tables(joint), **joint_guards(joint)}


def _study(subject: Subject, files: Mapping[str, Any], said: Mapping[str, Any]) -> Study:
    """A country's own study: a plan of ``YEARS`` years where none is given; ``said`` goes before it.

    Raises ``StudyError`` for a study with rows of projects, which a joint plan has no place for.
    """
    study = study_of(subject, choices=files)
    if study.projects:
        fix = "leave the projects out, or state them as works"
        raise StudyError(f"the study of {study.country} has rows of projects", where="joint plan", fix=fix)
    usual = {} if isinstance(subject, Study) or study.path else {"years": YEARS}
    return study_of(study, choices={**usual, **said})


def _links(links: Sequence[Link] | None, terms: Mapping[str, Any]) -> tuple[Link, ...]:
    """The links as given, or one for all from its terms."""
    stated = {k: v for k, v in terms.items() if v is not None}
    if not stated:
        return tuple(links or ())
    if links:
        what = f"links are given, and {', '.join(stated)} for all besides"
        raise StudyError(what, fix="state these in the links, or leave the links out")
    return (setting_of(Link(), **stated).checked(),)


def _faults(
    economies: Sequence[Economy],
    policies: Mapping[str, Policy] | None,
    rates: Mapping[str, float] | None,
    currency: str,
    rate_source: str,
    weights: Mapping[str, float] | None,
    choices: Mapping[str, Any],
) -> list[GroundplanError]:
    names = [e.country for e in economies]
    faults: list[GroundplanError] = []
    if not 2 <= len(names) <= MOST or len(set(names)) != len(names):
        what = f"countries are {', '.join(names) or 'none'}"
        faults.append(StudyError(what, fix=f"name two to {MOST} countries, each once"))
    for what, given in (("policies", policies), ("rates", rates), ("weights", weights)):
        faults += [UnknownName(f"country in the {what}", c, names) for c in given or {} if c not in names]
    for what, numbers in (("rate", rates), ("weight", weights)):
        wrong = {c: v for c, v in (numbers or {}).items() if not (np.isfinite(v) and v > 0)}
        faults += [StudyError(f"the {what} of {c} is {v!r}", fix="give a number above 0") for c, v in wrong.items()]
    if policies and choices:
        faults.append(StudyError("policies by country and for all are both given", fix="give one of them"))
    if len({e.money for e in economies}) > 1 or rates:
        missing = [n for n in names if n not in (rates or {})]
        if missing:
            what = f"the accounts are in {', '.join(e.money for e in economies)}; no rate for {', '.join(missing)}"
            fix = "state units of each currency per unit of a common one, in the accounts' year: --rate KEN=101.99"
            faults.append(StudyError(what, fix=fix))
        if not rate_source.strip():
            faults.append(
                StudyError("the rates of exchange have no source", fix="say who published them: --rate-source")
            )
        if len(currency) != 3 or not currency.isupper():
            faults.append(
                StudyError(f"the common currency is '{currency}'", fix="give its three letters: --currency USD")
            )
    return faults


def _carried_from(economies: Sequence[Economy]) -> dict[str, str]:
    """The years that the accounts are of, where some were carried to the start; nothing where none was."""
    years = sorted({e.observed_year for e in economies})
    return {"carried_from": ", ".join(map(str, years))} if any(e.carried_from is not None for e in economies) else {}


def _common(economies: Sequence[Economy], rates: Mapping[str, float], currency: str) -> tuple[dict[str, float], str]:
    """Common money per unit of each country's own, and the common money."""
    if not rates:
        return {e.country: 1.0 for e in economies}, economies[0].money
    worth = {e.country: money_of(e.money).units / (rates[e.country] * MILLION) for e in economies}
    return worth, f"{currency}{economies[0].observed_year}m"


def _provenance(
    joint: JointPlans, money: str, rates: Mapping[str, float], rate_source: str, choices: Mapping[str, Any]
) -> dict[str, Any]:
    economies = [m.economy for m in joint.members]
    whole = joint.whole
    links = joint.links or (Link(),)
    taken = [
        Assumption(f"{what} of trade between them", f"{getattr(link, what):g}", f"assumed; {span}", f"Link({what}=...)")
        for link in links
        for what, span in (("pace", "0.01 to 0.05 a year"), ("ceiling", "0.1 to 0.5"), ("transport", "0.05 to 0.2"))
    ]
    return {
        "groundplan": version("groundplan"),
        "engine": "join",
        "countries": {e.country: e.country_name for e in economies},
        "labels": {str(s): e.label(str(s)) for e in reversed(economies) for s in e.sectors},
        "accounts_year": economies[0].year,
        **_carried_from(economies),
        "years": list(joint.members[0].activities.plan_years),
        "money": money,
        "rates": dict(rates),
        "rate_source": rate_source,
        "rational": joint.rational,
        "links": [link.as_dict() for link in links],
        "policy": {k: v for k, v in choices.items() if isinstance(v, (int, float, str, bool))},
        "sources": [s.as_dict() for e in economies for s in e.sources],
        "methods": [f"{e.country_name}: {m}" for e in economies for m in e.methods],
        "assumptions": [a.as_dict() for a in (*taken, *(a for e in economies for a in e.assumptions))],
        "solver": whole.solution.quality,
        "objective": whole.value,
        "objective_unit": f"{money} of living standard, the first year counting in full",
    }
