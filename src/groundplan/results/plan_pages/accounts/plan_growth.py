"""What a plan's growth comes from, what is assumed of it, and what becomes of capital."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.origins import capital_line
from groundplan.results.outcome_facts import money
from groundplan.results.page import paragraph, table
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT

# Part of the growth account → its words; assumed, projected, or the plan's own.
PARTS = {
    "people": "more people",
    "schooling": "schooling",
    "productivity": "productivity, assumed",
    "better paid work": "people moving to better-paid work",
    "idle labour": "labour put to work",
    "capital": "capital: more in sectors with more plant a worker",
    "technique": "techniques taken up",
}
OPENING = (
    "Growth of value added from one year to the next, in natural logarithms, so that the parts sum to the whole. "
    "People and productivity come from outside the plan; the rest is what the plan does."
)
CAPITAL = "Fixed capital at base-year prices, at the start of each year; the last row is the end of the plan."
LEAST_IDLE, LEAST_MOVE = 0.005, 0.001


def growth_table(o: Outcome) -> pd.DataFrame:
    """Growth of value added by part and year; parts that are nothing in every year are left out."""
    there = table_of(o, "growth_account")
    if there.empty:
        return blank("year")
    parts = [p for p in PARTS if float(there[p].abs().max()) > 5e-6]
    columns = [("value added", PERCENT, 100 * there["growth"]), *((PARTS[p], PERCENT, 100 * there[p]) for p in parts)]
    return framed(pd.Index(there["year"], name="year"), columns)


def capital_table(o: Outcome) -> pd.DataFrame:
    """Stock, wear, investment and growth of capital by year."""
    there = table_of(o, "capital_account")
    if there.empty:
        return blank("year")
    flow = f"{money(o)} / year"
    columns = [
        ("capital", money(o), there["stock"]),
        ("wear", flow, there["wear"]),
        ("investment", flow, there["investment"]),
        ("growth of capital", PERCENT, 100 * there["growth"]),
    ]
    return framed(pd.Index(there["year"], name="year"), columns)


def growth_lines(o: Outcome) -> list[str]:
    """The growth account in sentences: the whole, its parts, what is assumed, capital, idleness."""
    there = table_of(o, "growth_account")
    if there.empty:
        return []
    mean = 100 * there[["growth", *PARTS]].mean()
    parts = [f"{PARTS[p]} {mean[p]:+.1f}" for p in PARTS if abs(mean[p]) >= 0.05]
    lines = [f"Value added grows by {mean['growth']:.1f} % a year: {', '.join(parts) or 'nothing moves'}."]
    return [*lines, *_assumed(o), *_moved(o, there), *_capital(o), *_idle(o, there)]


def _assumed(o: Outcome) -> list[str]:
    """What is assumed of people and productivity, with where it comes from."""
    return [
        f"Assumed: {name} {100 * grows['growth']:+.2f} % a year: {grows['basis']}."
        for name, key in (("people", "population"), ("output per unit of labour", "productivity"))
        if (grows := o.provenance.get(key))
    ]


def _moved(o: Outcome, there: pd.DataFrame) -> list[str]:
    own_past = "its own past" in str(o.provenance.get("productivity", {}).get("basis", ""))
    if not own_past or float(there["better paid work"].mean()) < LEAST_MOVE:
        return []
    return [
        "The productivity that is assumed comes from the past of the whole economy, in which people moved to "
        "better-paid work too: some of that part may be counted twice."
    ]


def _capital(o: Outcome) -> list[str]:
    """Capital's growth in the plan beside that of the base year and of the past."""
    there = table_of(o, "capital_account")
    lines = []
    if len(there) > 2:
        mean = 100 * (float(there["stock"].iloc[-1] / there["stock"].iloc[1]) ** (1.0 / (len(there) - 2)) - 1.0)
        lines.append(f"Capital grows by {mean:.1f} % a year in the plan.")
    return [*lines, line] if (line := capital_line(o)) else lines


def _idle(o: Outcome, there: pd.DataFrame) -> list[str]:
    """How much labour is without work, and who is not in the count."""
    idle = there.set_index("year")["idle"]
    reserve = float(o.provenance.get("policy", {}).get("labour_reserve", 0.0))
    left_out = "" if reserve else " Who had no work in the base year is not in the labour force of the plan"
    left_out += "" if reserve else " (labour_reserve counts them)."
    if float(idle.max()) < LEAST_IDLE:
        return [f"All the labour that the plan counts is at work.{left_out}"]
    most = idle.idxmax()
    share = f"{100 * float(idle.max()):.1f} % of labour"
    return [f"{share} is in training or without work in {most}, the most of any year.{left_out}"]


def growth(o: Outcome) -> Parts:
    """The accounts of growth and of capital as tables."""
    parts, capital = table(growth_table(o), "What growth comes from"), table(capital_table(o), "Capital")
    return (paragraph(OPENING) + parts if parts else ()) + (paragraph(CAPITAL) + capital if capital else ())
