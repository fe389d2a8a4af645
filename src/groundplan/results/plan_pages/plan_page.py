"""The report of a plan: its sections, each computed from the outcome alone."""

from __future__ import annotations

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
from groundplan.results.page import (
    Page,
    annex,
    body,
    charted,
    figure,
    items,
    joined,
    listed,
    paragraph,
    said,
    table,
    tabled,
)
from groundplan.results.plan_pages import (
    plan_aims,
    plan_bands,
    plan_brief,
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
from groundplan.results.plan_pages.accounts import plan_budget, plan_growth, plan_unsettled, plan_wishes
from groundplan.results.plan_pages.plan_charts import CHARTS, HEADS, YEARLY
from groundplan.results.plan_pages.plan_summary import headline, held_back, solved, title
from groundplan.results.repeated import repeat
from groundplan.results.usual_pages import beside_views
from groundplan.results.view import Parts, Verbatim
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
WAGE_UNITS = "base-year wage units"
CHANGED = "Each of these can be changed in a study file, or as a keyword of the same name."


def _accounts(o: Outcome) -> Parts:
    controls = table(choices.controls_table(o), "The accounts against published figures")
    lines = items(checked(o))
    if not lines and not controls:
        return ()
    sentences = [
        f"The plan starts from the accounts of {accounts_words(o)}.",
        "" if was_balanced(o) else "They are used as read; nothing was repaired.",
        carried_sentence(o),
        "The checks found:",
    ]
    return paragraph(" ".join(s for s in sentences if s)) + lines + controls


def _yearly(o: Outcome) -> Parts:
    of = "the year of the accounts" if "carried_from" not in o.provenance else "the accounts as carried"
    groups = {n: n.partition(": ")[2] for n in plan_views.group_words(o)}
    # Wages stand for heads where the accounts do not count them.
    work = "paid work" if str(o.provenance.get("employment_unit", "")).startswith(WAGE_UNITS) else "jobs"
    figures = table(
        plan_views.yearly_table(o),
        YEARLY,
        heads={**HEADS, **groups, "employment": work},
        spare=tuple(groups) if len(groups) > 3 else (),
    )
    pictures = [figure(FIGURES[name], o, with_table=False) for name in ("living", "economy")]
    return paragraph(f"The first row is {of}. {_jobs(o)}".strip()) + joined(pictures) + figures if figures else ()


def _jobs(o: Outcome) -> str:
    unit = unit_words(str(o.provenance.get("employment_unit", "")))
    if not unit.startswith(WAGE_UNITS):
        return f"Employment is counted in {unit}." if unit else ""
    return f"Employment is in {unit}: one unit is the labour that earned one unit of money in the base year."


def _solver(o: Outcome) -> Parts:
    quality = o.provenance.get("solver")
    return table(choices.solver_table(o), "Solver and residuals") if quality else ()


def _repeat(o: Outcome) -> Parts:
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
    return (*repeat(o), Verbatim(python), *paragraph(note))


SECTIONS = (
    body("aims", "What the plan is for", plan_aims.aims),
    body("wishes", "What your wishes cost", plan_wishes.wishes),
    body("checked", "The accounts, checked", listed(checked)),
    body("years", "The plan, year by year", _yearly),
    body("bands", "How sure these figures are: plans as good and as even",
         plan_bands.WORDS, tabled(plan_bands.bands_table, "Headline figures")),
    body("baseline", "Beside what comes without a plan",
         listed(beside_views.beside_sentences), said(beside_views.record)),
    body("growth", "What growth comes from", listed(plan_growth.growth_lines)),
    body("expansion", "Largest expansions of capacity",
         INVESTED, charted(FIGURES["expansion"]), listed(plan_unsettled.unsettled_sentences)),
    body("needs", "Where the country depends on others: imports that household consumption needs",
         DEPENDENCE, charted(FIGURES["dependence"])),
    body("scarcity", "What holds the plan back", listed(held_back), SCARCITY),
    body("works", "Projects", plan_works.works),
    body("contingencies", "If things go wrong", plan_contingency.survival),
    body("owed", "What is owed after the plan", listed(plan_owed.owed_sentences)),
    annex("bills", "Bills after the plan", tabled(plan_owed.owed_view, "What is owed after the plan")),
    body("solved", "How it was solved", said(solved)),
    annex("standards", "Living standards by household group", STANDARDS, charted(FIGURES["standards"])),
    annex("gaps", "Gaps between household groups", GAPS, tabled(plan_views.gaps, "Gaps between household groups")),
    annex("beside", "The plan and the baseline in figures",
          tabled(beside_views.beside_table, "The plan and the baseline"),
          tabled(beside_views.parts_table, "Why they differ")),
    annex("grows", "Growth and capital by year", plan_growth.growth),
    annex("techniques", "Techniques taken up and what is built", plan_works.techniques),
    annex("building", "Investment and output by sector",
          charted(FIGURES["investment"]), tabled(plan_views.balance_table, "Gross output of the largest sectors")),
    annex("physical", "Products in their own units", plan_products.physical),
    annex("people", "People, schools and research", plan_people.people),
    annex("budget", "The budget of the state", plan_budget.budget),
    annex("trade", "Trade and foreign exchange", charted(FIGURES["trade"]), plan_budget.foreign,
          tabled(plan_views.dependency_change, "Imports of the products depended on most")),
    annex("partners", "Whom the plan buys from", plan_trade.partners),
    annex("replacing", "What to replace first", plan_trade.replacing),
    annex("prices", "What one more unit is worth", SCARCITY, charted(FIGURES["prices"])),
    annex("explained", "What is scarce, year by year", plan_explained.explained),
    annex("balances", "Where products come from and where they go", plan_products.balances),
    annex("accounts", "The accounts and how they were checked", _accounts),
    annex("assumptions", "Every assumption", CHANGED,
          tabled(choices.project_table, "Projects: what is done of each, by year"),
          tabled(choices.policy_table, "Choices of the policy"), assumed,
          tabled(plan_works.figure_table, "Figures of the recipes")),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    annex("solver", "Solver and residuals", _solver),
    annex("repeat", "How to repeat this", _repeat),
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"Plan for {o.provenance.get('country_name') or o.provenance.get('country') or 'an economy'}",
    note=title,
    headline=headline,
    brief=plan_brief.brief,
    sections=SECTIONS,
)
