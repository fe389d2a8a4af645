"""An overview on one page of a terminal: one sentence first, then tables."""

from __future__ import annotations

from math import isnan

import pandas as pd

from groundplan.economy.audit import audit, final_use
from groundplan.economy.economy import Economy
from groundplan.measures.dependence import household_import_content
from groundplan.measures.overview.listed import MEASURES
from groundplan.outcome import Outcome
from groundplan.results.economy_pages import see_views as v
from groundplan.results.framed import table_of
from groundplan.results.origins import capital_line, checked, stated_lines
from groundplan.results.outcome_facts import labels, money
from groundplan.results.terminal import STUB, block, sheet, text_table, wrapped
from groundplan.results.words import MISSING, money_words

SHORT = {
    "imports needed": "imports",
    "bought directly": "direct",
    "through home suppliers": "through home makers",
    "share of all such imports": "share %",
    "imports in total supply": "imports in supply %",
    "self-sufficiency": "self- suffi- ciency %",
    "value added lost without it": "value added lost %",
    "pull on suppliers": "pull",
    "carries customers": "carries",
    "home steps to the user": "steps to user",
    "import content": "import content %",
    "drawn by markets abroad": "drawn abroad %",
    "sectors that need it": "sectors need it",
    "imports from the partner": "imports from it",
    "share of the product's imports": "of all imports %",
    "their share of output": "their output %",
    "final use that hangs on it": "final use on it %",
    "given up at least if a tenth stays away": "lost if a tenth is gone",
    "stays among the first": "stays first %",
    "among the first in years": "first in years %",
    "concentration": "concen- trated",
    "concentration of origin": "origins concen- trated",
    "its share of value added": "its share of value %",
    "so far": "so far %",
    "first stop after": "first stop",
    "largest of the first to stop": "largest of them",
    "output that stops first": "output stopped first %",
    "half of output stopped after": "half stopped",
    "output stopped in the end": "in the end %",
}
# How a sentence calls the entries of a ranking, where the name of its table does not say it.
RANKINGS = {"products": "imports needed", "cut_off": "imports hung on", "paths": "chains"}
SPENDERS = ("household", "nonprofit", "government")
# The steps to the user are what a sector carries, times a constant; the chain names what a sector is short of.
IN_THE_REPORT = ["rank in the draws", "home steps to the user", "short of"]


def see_summary(o: Outcome) -> str:
    """The overview as text, at most 100 columns wide; a saved outcome gives the same page."""
    top = int(o.provenance.get("view", {}).get("top", 10))
    few = min(top, 6)
    lengths = {"all": None, "top": top, "few": few, "more": few + 2}
    return sheet(
        title(o),
        "\n".join(wrapped(headline(o), *stated_lines(o))),
        *(_titled(v.said(o, m.page), v.view(o, m, lengths[m.length]), m.stub or STUB) for m in MEASURES if m.page),
        block("The accounts, checked", wrapped(*checked(o))),
        block("How sure", wrapped(*sure(o))),
        block("Capital", wrapped(capital_line(o)) if capital_line(o) else []),
    )


def title(o: Outcome) -> str:
    """Country, accounts and money in one line."""
    about = o.provenance
    name = about.get("country_name") or about.get("country") or "An economy"
    return f"{name}: accounts of {about.get('accounts_year', MISSING)}, in {money_words(money(o))}"


def headline(o: Outcome) -> str:
    """The overview in one sentence."""
    content = o.provenance.get("content", {})
    spent = float(content.get("spending", 0.0))
    table = table_of(o, "products")
    if spent <= 0 or not len(table):
        return f"Nothing is known of the imports that {v.use_name(o)} need."
    direct, total = 100 * content["direct"] / spent, 100 * content["total"] / spent
    first = table.iloc[0]
    name = labels(o).get(str(first["product"]), str(first["product"]))
    use = str(o.provenance.get("view", {}).get("use", ""))
    whole = f"that {v.use_name(o)} spend" if use in SPENDERS else f"of {v.use_name(o)}"
    first_hand = "re-exported" if use == "exports" else "bought directly"
    return (
        f"Of every 100 {whole} at basic prices, {total:.1f} are imports: {direct:.1f} {first_hand} "
        f"and {total - direct:.1f} through home suppliers; {name} weighs most, "
        f"{100 * float(first['content_share']):.0f} per cent of them."
    )


def sure(o: Outcome) -> list[str]:
    """How far the rankings hold, in sentences."""
    asked, panel = o.provenance.get("view", {}), o.provenance.get("panel", [])
    said = []
    if asked.get("draws"):
        # Single products and sectors first, then chains of them.
        ranked = [m.name for m in sorted(MEASURES, key=lambda m: m.of == "chain") if m.ranked]
        steady = {RANKINGS.get(name, name): v.steady(o, name) for name in ranked}
        stayed = ", ".join(f"{words} {n} of {m}" for words, (n, m) in steady.items() if m)
        said.append(
            f"The table was drawn again {asked['draws']} times within its uncertainty (an estimate: from 50 % for "
            f"the smallest cells to 3 % for the largest; seed {asked.get('seed', 0)}). Of the first "
            f"{asked.get('top', 10)}, these stayed there in at least 95 % of the draws: {stayed}."
        )
    if len(panel) > 1:
        said.append(f"The share of years is of {len(panel)} years at hand: {', '.join(map(str, panel))}.")
    said.append(
        f"Stocks of {asked.get('stock_days', 0):g} days are assumed for every input; shares of imports are those of "
        "the accounts, split by proportion where the source has no split."
    )
    return [*said, *map(str, o.provenance.get("left_out", []))]


def _titled(heading: str, table: pd.DataFrame, stub: int) -> str:
    return block(heading, text_table(table.drop(columns=IN_THE_REPORT, level=0, errors="ignore"), SHORT, stub))


def account_lines(e: Economy) -> list[str]:
    """What the accounts say, what was computed, and how well they close."""
    money = e.money
    x, m, v = e.output.to_series(), e.imports.to_series(), e.value_added.to_series()
    sold = e.exports.to_series() + e.reexports.to_series()
    gdp = e.gdp

    def top(series: object, n: int = 4) -> str:
        ordered = series.sort_values(ascending=False).head(n)  # type: ignore[attr-defined]
        return ", ".join(f"{e.label(str(i))} {value:,.0f}" for i, value in ordered.items())

    uses = ", ".join(
        f"{name} {final_use(e, kind) / gdp:.0%}"
        for name, kind in (
            ("households", "household"), ("government", "government"), ("investment", "investment"),
            ("inventories", "inventories"),
        )
    )  # fmt: skip
    wear = float((e.depreciation * e.capital_stock).sum() / e.capital_stock.sum())
    capital = float(e.capital_stock.sum())
    basis = e.assumptions[0].basis.partition(":")[0]
    people = ", ".join(f"{e.label(str(s))} {n:,.0f}" for s, n in e.employment.sum("sector").to_series().items())
    checks = audit(e).lines()
    return [
        f"{e.country_name} {e.year} ({e.country}), {len(e.sectors)} sectors, {money}",
        f"GDP {gdp:,.0f}: {uses}, exports {float(sold.sum()) / gdp:.0%}, imports {float(m.sum()) / gdp:.0%}",
        f"largest sectors by value added: {top(v)}",
        f"output {float(x.sum()):,.0f}; largest imports: {top(m)}",
        f"largest exports: {top(sold)}",
        f"imported share of household consumption with all rounds of suppliers: {_imported_share(e)}",
        f"fixed capital {capital:,.0f}, {capital / gdp:.2f} times GDP, wears {wear:.1%} a year ({basis})",
        *(f"growth of capital {a.value}; {a.basis}" for a in e.assumptions if a.name == "growth of capital"),
        f"labour in {e.employment_unit}: {people}",
        f"audit: {checks[0]}; {checks[1]}",
        f"source: {e.sources[0].cite()}",
    ]


def _imported_share(e: Economy) -> str:
    share = household_import_content(e)
    return "households buy nothing" if isnan(share) else f"{share:.1%}"
