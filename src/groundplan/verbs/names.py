"""What things are called: codes, names and classes of sectors, final uses and skills, and every indicator of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome

if TYPE_CHECKING:
    from groundplan.economy.economy import Economy
    from groundplan.study.asking import Files, Subject
    from groundplan.study.study import Study


def names(
    economy: Subject = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """The names that studies, commands and scenarios use for an economy, told like the subject of ``see``.

    Tables: sectors (code, name, class, class in words, proposed class, why it is proposed), uses (code, name, kind),
    inputs (code, name, kind), skills (code, name), indicators (indicator) of the plan that a study of the subject
    makes. A class is proposed where none is stated, and never taken.
    Raises what ``accounts_of`` raises. Where no plan can be written the indicators are left out with a note.

    >>> names("KEN").table("sectors").query("code == 'maiz'")["class"].tolist()
    ['ifpri:maiz']
    """
    from groundplan.study.asking import study_of
    from groundplan.study.repeating import repeating_accounts

    progress("reading the accounts")
    study = study_of(economy, choices=files)
    opened = study.opened()
    e, notes = opened.economy, list[str]()
    tables = {"sectors": sector_table(e), **_parts(e)}
    try:
        tables["indicators"] = pd.DataFrame({"indicator": _indicators(study, e)})
    except GroundplanError as fault:
        notes.append(f"Indicators are left out: {fault.what}")
    about = {
        "engine": "names", "country": e.country, "country_name": e.country_name, "accounts_year": e.year,
        "money": e.money, "notes": notes, "not_stated": list(e.not_stated),
        "assumptions": [a.as_dict() for a in e.assumptions if e.is_estimate],
        **repeating_accounts("names", economy, opened),
    }  # fmt: skip
    return Outcome({}, tables, about)


def sector_table(e: Economy) -> pd.DataFrame:
    """Code, name and class of every sector; a class is proposed where none is stated, and why."""
    from groundplan.shocks.scenarios.classes import classed
    from groundplan.tables.industry_classes import proposal

    broad = classed(e.sectors, e.stated_classes)
    rows = []
    for s in e.sectors:
        own, words = e.stated_classes.get(s, ""), broad[s]
        proposed, why = ("", "") if own else proposal(s, e.label(s))
        rows.append((s, e.label(s), own, "" if words is None else words.label, proposed, why))
    return pd.DataFrame(rows, columns=["code", "name", "class", "class in words", "proposed class", "why"])


def _parts(e: Economy) -> dict[str, pd.DataFrame]:
    """Final uses, primary inputs and skills."""
    kinds = {
        "uses": (e.domestic_final["final"], e.domestic_final["final_kind"]),
        "inputs": (e.primary["primary"], e.primary["primary_kind"]),
    }
    tables = {
        name: pd.DataFrame(
            [(str(c), e.label(str(c)), str(k)) for c, k in zip(codes.values, kind.values, strict=True)],
            columns=["code", "name", "kind"],
        )
        for name, (codes, kind) in kinds.items()
    }
    skills = [str(s) for s in e.employment["skill"].values]
    tables["skills"] = pd.DataFrame([(s, e.label(s)) for s in skills], columns=["code", "name"])
    return tables


def _indicators(study: Study, e: Economy) -> list[str]:
    from groundplan.crisis.scenarios_of_policy import with_scenarios
    from groundplan.planning.compile_plan import compile_plan
    from groundplan.planning.families.targets import known_indicators

    return known_indicators(compile_plan(e, with_scenarios(e, study.chosen(e))))
