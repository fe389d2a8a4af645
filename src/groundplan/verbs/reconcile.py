"""What of reported figures can be believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.reconciling.account_balances import account_of
from groundplan.reconciling.reported_figures import (
    COEFFICIENT_ERROR,
    KINDS,
    MIRROR_ERROR,
    Ratio,
    Reported,
    of_period,
    read_ratios,
    reports_of,
)
from groundplan.reconciling.usual_uses import uses_in_plan, uses_of
from groundplan.reconciling.verdicts import NEEDED, Belief, believed
from groundplan.sources import cited
from groundplan.study.asking import Files, Subject, accounts_of
from groundplan.study.repeating import repeating_accounts
from groundplan.verb_table import refuse_unknown

Reports = str | Path | pd.DataFrame | Sequence[Reported]


def reconcile(
    economy: Subject = None,
    *,
    reports: Reports,
    mirrors: Reports | None = None,
    ratios: str | Path | Sequence[Ratio] | None = None,
    plan: Outcome | str | Path | None = None,
    period: str | None = None,
    level: float = 0.05,
    needed: float = NEEDED,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """What of reported figures can be believed, by the balances of an economy: an estimate and a verdict for each.

    ``economy`` and ``files`` as in ``see``: whose accounts say who takes what. ``reports``: a file, a table or records
    (unit, figure, product, value, measure; sd, period, target, input); ``mirrors``: the same from outside of the
    reporting chain. ``ratios``: a file, or records, of inputs per unit of output (product, input,
    ratio, measure, per, error).
    ``plan``: a plan or its folder; its year is the period's first four digits, its amounts are what is promised.
    ``level``: the chance that a whole set of honest reports is suspected; ``needed``: the smallest lie, as a share of
    the figure, that must be noticed before a figure is called sufficiently reliable.

    Returns an ``Outcome`` of engine ``reconcile``. Tables: figures, balances, groups, advice. Raises what reading the
    files, ``account_of`` and ``believed`` raise.

    >>> from groundplan.reconciling.reported_figures import Reported
    >>> says = [Reported("Works", "output", "pipes", 140.0, "t"),
    ...         *(Reported("Works", "output", "pipes", 100.0, "t", source=by, mirror=True) for by in ("rail", "tax"))]
    >>> reconcile("KEN", reports=says).table("figures")["verdict"].tolist()[0]
    'not sufficiently reliable'
    """
    refuse_unknown("reconcile", files)
    if not 0.0 < level < 1.0:
        raise StudyError(f"the level is {level}", fix="give a chance between 0 and 1, such as 0.05")
    progress("reading the reports")
    named, there = of_period(
        [*reports_of(reports), *(reports_of(mirrors, mirror=True) if mirrors is not None else [])], period
    )
    progress("opening the accounts")
    opened = accounts_of(economy, **files)
    e = opened.economy
    uses = uses_of(e)
    if plan is not None:
        saved = plan if isinstance(plan, Outcome) else Outcome.open(plan)
        if not named[:4].isdigit():
            raise StudyError("the reports are of no period", fix="say the year of the plan: --period 2024")
        uses = uses_in_plan(saved, e, int(named[:4]))
    account = account_of(there, uses, read_ratios(ratios) if isinstance(ratios, (str, Path)) else ratios or ())
    progress("reconciling")
    judged = believed(account, level=level, needed=needed)
    tables = {
        "figures": judged.figures(), "balances": judged.balances(), "groups": judged.groups(),
        "advice": judged.advice(),
    }  # fmt: skip
    about = {
        "groundplan": version("groundplan"), "engine": "reconcile", "country": e.country,
        "country_name": e.country_name, "accounts_year": e.year, "money": e.money, "period": named,
        "held_against": uses.said, "promised": uses.promised, **_tested(judged, level, needed),
        **cited(e.sources, e.methods, e.assumptions),
        "usual_errors": {**KINDS, "mirror": MIRROR_ERROR, "coefficient": COEFFICIENT_ERROR},
        "notes": list(account.notes),
    }  # fmt: skip
    said: Mapping[str, Any] = {
        "reports": reports, "mirrors": mirrors, "ratios": ratios, "plan": plan, "period": period, "level": level,
        "needed": needed,
    }  # fmt: skip
    return Outcome({}, tables, about).noting(**repeating_accounts("reconcile", economy, opened, **said))


def _tested(b: Belief, level: float, needed: float) -> dict[str, Any]:
    """What the tests say of the whole set."""
    return {
        "global_statistic": b.fit.statistic, "freedom": b.fit.freedom, "chance": b.fit.chance,
        "limit": b.signatures.limit if b.signatures.checked.any() else 0.0, "level": level, "needed": needed,
        "noticed": b.naming.noticed, "too_many": b.naming.too_many, "nobody": b.naming.nobody,
        "broken_rules": list(b.broken), "mends": [list(m) for m in b.mends],
    }  # fmt: skip
