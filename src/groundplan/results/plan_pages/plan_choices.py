"""What a plan assumed and how it was checked, as tables: policy, economy, controls, solver."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining.reached import against, beyond, missed
from groundplan.planning.policy import Policy
from groundplan.records.card import fields_of, inner_record, types_of
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import indicator_words, money
from groundplan.results.words import PERCENT, choice, unit_words

WHOLE = re.compile(r"(?<![\d.])\d{4,}(?![\d.])")

SOLVER_WORDS = {
    "solver": "solver and method",
    "status": "status",
    "iterations": "iterations",
    "seconds": "seconds",
    "rows": "rows (conditions)",
    "columns": "columns (decisions)",
    "nonzeros": "nonzeros",
    "primal_infeasibility": "largest miss of a condition, in its own unit",
    "relative_primal_infeasibility": "largest miss of a condition, relative",
    "dual_infeasibility": "largest miss of a price condition",
    "primal_dual_gap": "gap between plan and prices, relative",
    "prices_of": "prices are those of",
    "projects_fixed_for_prices": "whole-number projects held fixed to compute prices",
    "prices": "prices that are shown",
    "price_solver": "solver of these prices",
    "path": "path that is shown",
    "path_solver": "solver of this path",
    "path_miss": "largest miss of a condition on this path, relative",
    "unevenness": "unevenness of the solver's own path, and of this one",
    "worth": "worth of this path",
    "path_by_plan": "this path leans towards the sizes of the best plan",
}


def policy_table(outcome: Outcome) -> pd.DataFrame:
    """Every choice of the policy with unit, meaning, value, and whether it is the default; records are left out."""
    records = {f.name for f in fields_of(Policy) if inner_record(types_of(Policy)[f.name])}
    chosen: dict[str, Any] = {k: v for k, v in outcome.provenance.get("policy", {}).items() if k not in records}
    cards: dict[str, dict[str, str]] = outcome.provenance.get("policy_cards", {})
    usual = Policy()
    names = {f.name for f in fields_of(Policy)}
    default = ["not known" if k not in names else "yes" if v == getattr(usual, k) else "no" for k, v in chosen.items()]
    return framed(
        pd.Index(list(chosen), name="choice"),
        [
            ("value", "", [choice(v) for v in chosen.values()]),
            ("unit", "", [_unit(cards.get(k, {}).get("unit", "")) for k in chosen]),
            ("default", "", default),
            ("meaning", "", [cards.get(k, {}).get("meaning", "") for k in chosen]),
        ],
    )


def changed(outcome: Outcome) -> dict[str, Any]:
    """The choices of the policy that differ from their defaults. Records are left out."""
    chosen: dict[str, Any] = outcome.provenance.get("policy", {})
    usual = Policy()
    names = {f.name for f in fields_of(Policy) if not inner_record(types_of(Policy)[f.name])}
    return {k: v for k, v in chosen.items() if k in names and v != getattr(usual, k)}


def _unit(unit: str) -> str:
    return {"1": "share or ratio", "1 / year": "share a year"}.get(unit, unit)


def target_table(outcome: Outcome) -> pd.DataFrame:
    """The targets that the plan was given; the shortfall of those that it need not meet."""
    stated = targets(outcome)
    results = [against(outcome, t) for t in stated]
    return framed(
        pd.Index([t.name or t.indicator for t in stated], name="target"),
        [
            ("indicator", "", [indicator_words(outcome, t.indicator) for t in stated]),
            ("bound", "", [f"{t.sense} {bound_words(t)}" for t in stated]),
            ("year", "", [t.when_text().removeprefix("in ") or "the years of the plan" for t in stated]),
            ("strength", "", [_strength(t) for t in stated]),
            ("reached", "", [_reached(r) for r in results]),
            ("missed by, at most", "", [_missed(t, r) for t, r in zip(stated, results, strict=True)]),
            ("beyond it by, at most", PERCENT, [100 * beyond(t, r)[0] for t, r in zip(stated, results, strict=True)]),
        ],
    )


def targets(outcome: Outcome) -> list[Target]:
    """The targets that the plan was given."""
    names = {f.name for f in fields_of(Target)}
    given = outcome.provenance.get("policy", {}).get("targets", [])
    return [Target(**{k: v for k, v in t.items() if k in names and v is not None}) for t in given]


def bound_words(t: Target) -> str:
    """The bound of a target in words, whole numbers with thousands separators.

    >>> bound_words(Target("built: flats", ">=", 10000.0))
    '10,000'
    """
    return WHOLE.sub(lambda m: f"{int(m[0]):,}", t.bound_text())


def _strength(t: Target) -> str:
    if t.must:
        return "must be met"
    weight = "" if t.weight is None else f"; weight {t.weight:,.6g}"
    return f"should{weight}" if t.priority is None else f"priority {t.priority}{weight}"


def _reached(result: pd.DataFrame) -> str:
    figures = result["reached"]
    ends = (figures.min(), figures.max()) if len(result) else ()
    return " to ".join(dict.fromkeys(f"{v:,.0f}" if abs(v) >= 1e6 else f"{v:,.6g}" for v in ends))


def _missed(t: Target, result: pd.DataFrame) -> str:
    if result.empty:
        return ""
    gap = missed(t, result)
    return f"{gap:,.4g}" if gap > 0 else "met"


def project_table(outcome: Outcome) -> pd.DataFrame:
    """The activities that were added to the economy's own, and what the plan does with them by year."""
    added = outcome.provenance.get("projects", {}).get("activities", [])
    names = [str(row["activity"]) for row in added]
    labels = pd.Index([str(row.get("label") or row["activity"]) for row in added], name="project")
    if not names:
        return framed(labels, [("done", "", [])])
    level = pd.DataFrame(outcome["level"].sel(activity=names).to_pandas())
    return framed(labels, [(str(year), "", level[year].tolist()) for year in outcome.provenance["years"]])


def controls_table(outcome: Outcome) -> pd.DataFrame:
    """The accounts against published aggregates; empty where nothing is published with the source."""
    table, unit = table_of(outcome, "controls"), f"{money(outcome)} / year"
    if table.empty:
        return blank("aggregate")
    return framed(
        pd.Index(table["aggregate"], name="aggregate"),
        [
            ("in the accounts", unit, table["economy"]),
            ("published", unit, table["published"]),
            ("difference", unit, table["gap"]),
            ("difference", PERCENT, 100 * table["share"]),
        ],
    )


def solver_table(outcome: Outcome) -> pd.DataFrame:
    """How the plan was solved and how exactly its conditions hold."""
    quality = dict(outcome.provenance.get("solver", {}))
    rows = {SOLVER_WORDS.get(k, k): choice(v) if not _tiny(k, v) else f"{v:.1e}" for k, v in quality.items()}
    if "objective" in outcome.provenance:
        unit = unit_words(str(outcome.provenance.get("objective_unit", "")))
        rows["objective"] = f"{outcome.provenance['objective']:,.6g} {unit}".strip()
    if "seed" in outcome.provenance:
        rows["seed"] = str(outcome.provenance["seed"])
    return framed(pd.Index(list(rows), name="what"), [("value", "", list(rows.values()))])


def _tiny(key: str, value: object) -> bool:
    return isinstance(value, float) and ("infeasibility" in key or "gap" in key) and value != 0
