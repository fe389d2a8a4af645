"""A plan on one page of a terminal."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.planning.explaining.explain import explain
from groundplan.results.guard_lines import guard_block
from groundplan.results.origins import accounts_words, checked, stated_lines
from groundplan.results.outcome_facts import money, years
from groundplan.results.plan_pages.accounts.plan_growth import growth_lines
from groundplan.results.plan_pages.accounts.plan_unsettled import unsettled_sentences
from groundplan.results.plan_pages.plan_bands import bands_table
from groundplan.results.plan_pages.plan_owed import owed_sentences
from groundplan.results.plan_pages.plan_views import dependence_view, expansion_table, group_words, scarce, yearly_table
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.usual_pages.beside_views import beside_sentences, record
from groundplan.results.words import MISSING, money_words

SHORT = {
    "living standard": "living standard",
    "growth of household consumption": "its growth %",
    "household consumption": "house- hold use",
    "investment": "invest- ment",
    "import dependency": "imports % of supply",
    "import content of household consumption": "imports % of house- hold use",
    "employment": "jobs",
    "self-sufficiency": "self- suffi- ciency %",
    "imports in total supply": "imports % of supply",
}


def summary(outcome: Outcome) -> str:
    """The plan as text: guards, aims, what was read, what the country depends on, the plan by year, what holds it back.

    At most ``WIDTH`` columns wide. Everything is computed from the outcome, so a saved one gives the same page.
    """
    from groundplan.results.plan_pages.plan_aims import aim_lines

    return sheet(
        title(outcome),
        block("The plan in short", wrapped(headline(outcome), *stated_lines(outcome))),
        guard_block(outcome),
        block("What the plan is for", wrapped(*aim_lines(outcome))),
        block("The accounts, checked", wrapped(*checked(outcome))),
        block("Where the country depends on others: imports that household consumption needs", _dependence(outcome)),
        block("The plan, year by year", _yearly(outcome)),
        block("How sure these figures are: plans as good and as even", text_table(bands_table(outcome))),
        block("Beside what comes without a plan", wrapped(*beside_sentences(outcome), record(outcome))),
        block("What growth comes from", wrapped(*growth_lines(outcome))),
        block(
            "Largest expansions of capacity",
            [*text_table(expansion_table(outcome)), *wrapped(*unsettled_sentences(outcome))],
        ),
        block("What holds the plan back", wrapped(*held_back(outcome))),
        block("What is owed after the plan", wrapped(*owed_sentences(outcome))),
        block("How it was solved", wrapped(solved(outcome))),
    )


def title(outcome: Outcome) -> str:
    """Country, accounts, years and money in one line."""
    about = outcome.provenance
    span = years(outcome)
    when = "no years" if not span else str(span[0]) if len(span) == 1 else f"{span[0]} to {span[-1]}"
    name = about.get("country_name") or about.get("country") or "Plan"
    return f"{name}: accounts of {accounts_words(outcome)}, plan for {when}, in {money_words(money(outcome))}"


def headline(outcome: Outcome) -> str:
    """The plan in a few sentences: what it is worth, what is reached in its last year, and what holds it back most."""
    table, span = yearly_table(outcome), years(outcome)
    if not span or "living standard" not in table.columns.get_level_values(0):
        return "The plan has no living standard to report."
    reached = float(outcome.indicator("living standard").iloc[-1])
    base = outcome.provenance.get("accounts_year", "the base year")
    ranked = scarce(outcome)
    why = f"; what holds it back most is a lack of {ranked['label'].iloc[0]}" if len(ranked) else ""
    last = f"By {span[-1]} the living standard per head is {reached:.2f} times that of {base}{why}."
    return f"{_worth(outcome)} {last}".lstrip()


def _worth(outcome: Outcome) -> str:
    """The whole plan as one constant standard, in a sentence."""
    figures = outcome.provenance.get("headline", {})
    constant = figures.get("constant standard")
    if constant is None or not constant > 0:
        return ""
    base, until = outcome.provenance.get("accounts_year", "the base year"), years(outcome)[-1]
    tail = int(outcome.provenance.get("tail_years", 0))
    what = f"a standard held at {constant:.3f} times that of {base} for households and state alike"
    over = f" until {until + tail}" if tail else ""
    state = figures.get("last year: collective")
    beside = f" In {until} what the state gives a head is {state:.2f} times that of {base}." if state else ""
    return f"The whole plan is worth as much as {what}{over}.{beside}"


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


def _dependence(outcome: Outcome) -> list[str]:
    table = dependence_view(outcome)
    return text_table(table.drop(columns=["share of all such imports"], level=0, errors="ignore"), SHORT)


def _yearly(outcome: Outcome) -> list[str]:
    table = yearly_table(outcome)
    if table.empty:
        return []
    words = {n: n.partition(": ")[2] for n in group_words(outcome)}
    if len(words) > 3:
        table = table.drop(columns=list(words), level=0)
    return text_table(table, {**SHORT, **words})
