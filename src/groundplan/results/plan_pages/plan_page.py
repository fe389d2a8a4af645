"""The report of a plan: its sections, each computed from the outcome alone."""

from __future__ import annotations

from html import escape

from groundplan.outcome import Outcome
from groundplan.results.origins import (
    accounts_words,
    assumed,
    carried_sentence,
    checked,
    methods,
    sources,
    was_balanced,
)
from groundplan.results.outcome_facts import years
from groundplan.results.page import Page, charted, items, listed, paragraph, table, tabled, together
from groundplan.results.plan_pages import (
    plan_aims,
    plan_bands,
    plan_contingency,
    plan_explained,
    plan_owed,
    plan_people,
    plan_products,
    plan_trade,
    plan_views,
    plan_works,
)
from groundplan.results.plan_pages import plan_choices as choices
from groundplan.results.plan_pages.accounts import plan_budget, plan_growth, plan_unsettled
from groundplan.results.plan_pages.plan_charts import CHARTS
from groundplan.results.plan_pages.plan_summary import headline, held_back, solved, title
from groundplan.results.repeated import repeat
from groundplan.results.usual_pages import beside_views
from groundplan.results.words import unit_words

FIGURES = {chart.name: chart for chart in CHARTS}
DEPENDENCE = (
    "Households buy some products from abroad directly. Home products, too, need imports: their makers buy from "
    "abroad, and so do the makers' suppliers, in all rounds. Listed are the products that weigh most."
)
INVESTED = "Investment is shown in the year when it is spent; a new capacity can be used once it is built."
STANDARDS = "Consumption per head of every group, as a multiple of the same group's in the base year."
GAPS = (
    "A gap of living standards is one side's standard per head over the other's, both counted from the base year: "
    "1 means as far apart as then, less that the second has caught up. A gap of spending is in money: what one "
    "side spends over what the other does, so it shows how far apart they were."
)
SCARCITY = (
    "The price of a limit is what one more unit of it would add to the living standard of the same year. "
    "A price of zero means that there is enough of it."
)
CHANGED = "Each of these can be changed in a study file, or as a keyword of the same name."


def _accounts(o: Outcome) -> str:
    controls = table(choices.controls_table(o), "The accounts against published figures")
    lines = items(checked(o))
    if not lines and not controls:
        return ""
    sentences = [
        f"The plan starts from the accounts of {accounts_words(o)}.",
        "" if was_balanced(o) else "They are used as read; nothing was repaired.",
        carried_sentence(o),
        "The checks found:",
    ]
    return paragraph(" ".join(s for s in sentences if s)) + lines + controls


def _yearly(o: Outcome) -> str:
    of = "the year of the accounts" if "carried_from" not in o.provenance else "the accounts as carried"
    opening = f"The first row is {of}. {_jobs(o)}"
    return together(opening, charted(FIGURES["living"], with_table=False), charted(FIGURES["economy"]))(o)


def _jobs(o: Outcome) -> str:
    unit = unit_words(str(o.provenance.get("employment_unit", "")))
    if not unit.startswith("base-year wage units"):
        return f"Employment is counted in {unit}." if unit else ""
    return f"Employment is in {unit}: one unit is the labour that earned one unit of money in the base year."


def _solver(o: Outcome) -> str:
    quality = o.provenance.get("solver")
    return paragraph(solved(o)) + table(choices.solver_table(o), "Solver and residuals") if quality else ""


def _repeat(o: Outcome) -> str:
    """The command, or where accounts were handed over the choices as keywords."""
    about = o.provenance
    if about.get("command"):
        return repeat(o)
    keywords = "".join(f", {k}={v!r}" for k, v in choices.changed(o).items() if k != "years")
    python = f"plan(economy, years={len(years(o))}{keywords})"
    there = {"targets": about.get("policy", {}).get("targets"), "projects": about.get("projects")}
    there["carved products"] = about.get("carve")
    more = [name for name, given in there.items() if given]
    note = f"The {' and '.join(more)} listed among the assumptions belong to it." if more else ""
    return repeat(o) + f"<pre><code>{escape(python)}</code></pre>" + paragraph(note)


SECTIONS = (
    ("aims", "What the plan is for", plan_aims.aims),
    ("years", "The plan, year by year", _yearly),
    ("bands", "How sure these figures are", together(
        plan_bands.WORDS, tabled(plan_bands.bands_table, "Headline figures"),
    )),
    ("growth", "What growth comes from", plan_growth.growth),
    ("baseline", "Beside what comes without a plan", together(
        listed(beside_views.beside_sentences),
        tabled(beside_views.beside_table, "The plan and the baseline"),
        tabled(beside_views.parts_table, "Why they differ"),
        beside_views.record,
    )),
    ("standards", "Living standards by household group", together(STANDARDS, charted(FIGURES["standards"]))),
    ("gaps", "Gaps between household groups", together(GAPS, tabled(plan_views.gaps, "Gaps between household groups"))),
    ("works", "Projects", plan_works.works),
    ("techniques", "Techniques taken up and what is built", plan_works.techniques),
    ("building", "Investment and capacity", together(
        INVESTED,
        charted(FIGURES["investment"]),
        charted(FIGURES["expansion"]),
        listed(plan_unsettled.unsettled_sentences),
        tabled(plan_views.balance_table, "Gross output of the largest sectors"),
    )),
    ("physical", "Products in their own units", plan_products.physical),
    ("people", "People, schools and research", plan_people.people),
    ("budget", "The budget of the state", plan_budget.budget),
    ("owed", "What is owed after the plan", plan_owed.owed),
    ("trade", "Trade and foreign exchange", together(
        charted(FIGURES["trade"]),
        plan_budget.foreign,
        tabled(plan_views.dependency_change, "Imports of the products depended on most"),
    )),
    ("partners", "Whom the plan buys from", plan_trade.partners),
    ("replacing", "What to replace first", plan_trade.replacing),
    ("contingencies", "If things go wrong", plan_contingency.survival),
    ("scarcity", "What holds the plan back", together(listed(held_back), SCARCITY, charted(FIGURES["prices"]))),
    ("explained", "What is scarce, year by year", plan_explained.explained),
    ("balances", "Where products come from and where they go", plan_products.balances),
    ("dependence", "Where the country depends on others", together(DEPENDENCE, charted(FIGURES["dependence"]))),
    ("accounts", "The accounts and how they were checked", _accounts),
    ("assumptions", "Every assumption", together(
        CHANGED,
        tabled(choices.project_table, "Projects: what is done of each, by year"),
        tabled(choices.policy_table, "Choices of the policy"),
        assumed,
        tabled(plan_works.figure_table, "Figures of the recipes"),
    )),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
    ("solver", "Solver and residuals", _solver),
    ("repeat", "How to repeat this", _repeat),
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"Plan for {o.provenance.get('country_name') or o.provenance.get('country') or 'an economy'}",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
