"""The report of a plan: its sections, each computed from the outcome alone."""

from __future__ import annotations

from html import escape

from groundplan.outcome import Outcome
from groundplan.results import choices
from groundplan.results.indicators import years
from groundplan.results.origins import assumed, methods, sources
from groundplan.results.page import Page, figure, items, paragraph, table
from groundplan.results.plan_pages import (
    plan_aims,
    plan_balances,
    plan_budget,
    plan_contingency,
    plan_explained,
    plan_gaps,
    plan_people,
    plan_physical,
    plan_techniques,
    plan_trade,
    plan_views,
    plan_works,
)
from groundplan.results.plan_pages.plan_charts import CHARTS
from groundplan.results.plan_pages.plan_summary import checked, headline, held_back, solved, title
from groundplan.results.words import unit_told

FIGURES = {chart.name: chart for chart in CHARTS}


def _accounts(o: Outcome) -> str:
    year = o.provenance.get("accounts_year", "")
    controls = table(choices.controls_table(o), "The accounts against published figures")
    lines = items(checked(o))
    if not lines and not controls:
        return ""
    said = (
        f"The plan starts from the accounts of {year}. They are used as read; nothing was repaired. The checks found:"
    )
    return paragraph(said) + lines + controls


def _dependence(o: Outcome) -> str:
    said = (
        "Households buy some products from abroad directly. Home products, too, need imports: their makers buy from "
        "abroad, and so do the makers' suppliers, in all rounds. Listed are the products that weigh most."
    )
    shown = figure(FIGURES["dependence"], o)
    return paragraph(said) + shown if shown else ""


def _yearly(o: Outcome) -> str:
    drawn = figure(FIGURES["living"], o, with_table=False) + figure(FIGURES["economy"], o)
    said = f"The first row is the year of the accounts. {_jobs(o)}"
    return paragraph(said) + drawn if drawn else ""


def _jobs(o: Outcome) -> str:
    unit = unit_told(str(o.provenance.get("employment_unit", "")))
    if not unit.startswith("base-year wage units"):
        return f"Employment is counted in {unit}." if unit else ""
    return f"Employment is in {unit}: one unit is the labour that earned one unit of money in the base year."


def _building(o: Outcome) -> str:
    drawn = figure(FIGURES["investment"], o) + figure(FIGURES["expansion"], o)
    output = table(plan_views.balance_table(o), "Gross output of the largest sectors")
    said = "Investment is shown in the year when it is spent; a new capacity can be used once it is built."
    return paragraph(said) + drawn + output if drawn or output else ""


def _standards(o: Outcome) -> str:
    drawn = figure(FIGURES["standards"], o)
    said = "Consumption per head of every group, as a multiple of the same group's in the base year."
    return paragraph(said) + drawn if drawn else ""


def _trade(o: Outcome) -> str:
    drawn = figure(FIGURES["trade"], o)
    change = table(plan_views.dependency_change(o), "Imports of the products depended on most")
    return drawn + plan_budget.foreign(o) + change


def _scarcity(o: Outcome) -> str:
    said = (
        "The price of a limit is what one more unit of it would add to the living standard of the same year. "
        "A price of zero means that there is enough of it."
    )
    return items(held_back(o)) + paragraph(said) + figure(FIGURES["prices"], o)


def _assumptions(o: Outcome) -> str:
    parts = table(choices.project_table(o), "Projects: what is done of each, by year")
    parts += table(choices.policy_table(o), "Choices of the policy")
    parts += assumed(o) + table(plan_techniques.figure_table(o), "Figures of the recipes")
    said = "Each of these can be changed in a study file, or as a keyword of the same name."
    return paragraph(said) + parts if parts else ""


def _solver(o: Outcome) -> str:
    return (
        paragraph(solved(o)) + table(choices.solver_table(o), "Solver and residuals")
        if o.provenance.get("solver")
        else ""
    )


def _repeat(o: Outcome) -> str:
    about = o.provenance
    study = str(about.get("study") or "")
    if study:
        said = "With Groundplan {} and the sources above; every choice is written out in study.toml, in this folder:"
        return (
            paragraph(said.format(about.get("groundplan", "")))
            + "<pre><code>groundplan plan --study study.toml</code></pre>"
            + f"<pre><code>{escape(study)}</code></pre>"
        )
    keywords = "".join(f", {k}={v!r}" for k, v in choices.changed(o).items() if k != "years")
    python = (
        f'from groundplan import Economy, plan\n\neconomy = Economy.load("{about.get("country", "KEN")}", '
        f"{about.get('accounts_year')})\nplan(economy, years={len(years(o))}{keywords})"
    )
    there = {"targets": about.get("policy", {}).get("targets"), "projects": about.get("projects")}
    there["carved products"] = about.get("carve")
    more = [name for name, given in there.items() if given]
    note = f"The {' and '.join(more)} listed among the assumptions belong to it." if more else ""
    said = f"With Groundplan {about.get('groundplan', '')} and the sources above, in Python:"
    return paragraph(said) + f"<pre><code>{escape(python)}</code></pre>" + paragraph(note)


SECTIONS = (
    ("aims", "What the plan is for", plan_aims.aims),
    ("years", "The plan, year by year", _yearly),
    ("standards", "Living standards by household group", _standards),
    ("gaps", "Gaps between household groups", plan_gaps.unequal),
    ("works", "Projects", plan_works.works),
    ("techniques", "Techniques taken up and what is built", plan_techniques.techniques),
    ("building", "Investment and capacity", _building),
    ("physical", "Products in their own units", plan_physical.physical),
    ("people", "People, schools and research", plan_people.people),
    ("budget", "The budget of the state", plan_budget.budget),
    ("trade", "Trade and foreign exchange", _trade),
    ("partners", "Whom the plan buys from", plan_trade.partners),
    ("replacing", "What to replace first", plan_trade.replacing),
    ("contingencies", "If things go wrong", plan_contingency.survival),
    ("scarcity", "What holds the plan back", _scarcity),
    ("explained", "What is scarce, year by year", plan_explained.explained),
    ("balances", "Where products come from and where they go", plan_balances.balances),
    ("dependence", "Where the country depends on others", _dependence),
    ("accounts", "The accounts and how they were checked", _accounts),
    ("assumptions", "Every assumption", _assumptions),
    ("methods", "How the accounts were read", methods),
    ("sources", "Sources", sources),
    ("solver", "Solver and residuals", _solver),
    ("repeat", "How to repeat this", _repeat),
)

PAGE = Page(
    named=lambda o: f"Plan for {o.provenance.get('country_name') or o.provenance.get('country') or 'an economy'}",
    note=title,
    headline=headline,
    sections=SECTIONS,
)
