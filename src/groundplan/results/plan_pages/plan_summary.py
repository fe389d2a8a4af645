"""A plan in a few sentences: what it is of, what it reaches, what holds it back, how it was solved."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import explain
from groundplan.results.origins import accounts_words, trust_sentence
from groundplan.results.outcome_facts import money, years
from groundplan.results.plan_pages.plan_views import scarce, yearly_table
from groundplan.results.words import MISSING, money_words


def title(outcome: Outcome) -> str:
    """Country, accounts, years and money in one line; of an estimate also from what and how far to trust it."""
    about = outcome.provenance
    span = years(outcome)
    when = "no years" if not span else str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}"
    name = about.get("country_name") or about.get("country") or "Plan"
    what = f"{name}: accounts of {accounts_words(outcome)}, plan for {when}, in {money_words(money(outcome))}"
    return ". ".join(part for part in (what, trust_sentence(outcome)) if part)


def headline(outcome: Outcome) -> str:
    """The plan in three sentences: what is reached in its last year, what all of it is worth, what holds it back."""
    table, span = yearly_table(outcome), years(outcome)
    if not span or "living standard" not in table.columns.get_level_values(0):
        return "The plan has no living standard to report."
    reached = float(outcome.indicator("living standard").iloc[-1])
    base = outcome.provenance.get("accounts_year", "the base year")
    state = outcome.provenance.get("headline", {}).get("last year: collective")
    beside = f", and what the state gives a head {state:.2f} times" if state else ""
    first = f"By {span[-1]} the living standard per head is {reached:.2f} times that of {base}{beside}."
    return " ".join(s for s in (first, _worth(outcome), _most_scarce(outcome)) if s)


def _worth(outcome: Outcome) -> str:
    """The whole plan as one constant standard, in a sentence."""
    constant = outcome.provenance.get("headline", {}).get("constant standard")
    if constant is None or not constant > 0:
        return ""
    base, until = outcome.provenance.get("accounts_year", "the base year"), years(outcome)[-1]
    tail = int(outcome.provenance.get("tail_years", 0))
    what = f"a standard held at {constant:.3f} times that of {base} for households and state alike"
    over = f" until {until + tail}" if tail else ""
    return f"The whole plan is worth as much as {what}{over}."


def _most_scarce(outcome: Outcome) -> str:
    ranked = scarce(outcome)
    return f"What holds it back most is a lack of {ranked['label'].iloc[0]}." if len(ranked) else ""


def held_back(outcome: Outcome) -> list[str]:
    """What holds the plan back, in sentences with prices."""
    wanted = {"consumption_price", "level", "stock"}
    named = "commodities" in outcome.tables and "money" in outcome.provenance
    if not (wanted <= set(outcome.arrays) and named):
        return ["This outcome holds no prices or no stocks, so what holds the plan back is not known."]
    return explain(outcome)


def solved(outcome: Outcome) -> str:
    """Solver, residuals and seconds in one line."""
    q = outcome.provenance.get("solver", {})
    if not q:
        return ""
    miss, gap = q.get("relative_primal_infeasibility"), q.get("primal_dual_gap")
    misses = (("largest miss of a condition", miss), ("gap to the prices", gap))
    exact = [f"{name} {value:.1e}" if value else f"{name} 0" for name, value in misses if value is not None]
    size = f"{q.get('rows', 0):,} rows, {q.get('columns', 0):,} columns"
    how = f"{q.get('solver', 'solver')}: {q.get('status', MISSING)}"
    return f"{how}; {', '.join([size, *exact])}; {q.get('seconds', 0):.1f} s"
