"""One account: what it says, what was computed, and how well it closes."""

from __future__ import annotations

from math import isnan
from typing import Any

import pandas as pd

from groundplan.economy.audit import audit, final_use
from groundplan.economy.economy import Economy
from groundplan.measures.dependence import household_import_content
from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.origins import methods, sources
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, annex, body, items, tabled
from groundplan.results.repeated import REPEAT
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, money_words, unit_words


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
    of = f"{e.year} (an estimate)" if e.is_estimate else str(e.year)
    return [
        f"{e.country_name} {of} ({e.country}), {len(e.sectors)} sectors, {money}",
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


def _lines(o: Outcome) -> list[str]:
    return [unit_words(str(line)) for line in table_of(o, "lines").get("line", [])]


def _note(o: Outcome) -> str:
    """Country, year, sectors and money in one line."""
    lines = table_of(o, "lines")["line"]
    return money_words(str(lines.iloc[0]))


def _headline(o: Outcome) -> str:
    """Gross domestic product and what it goes to."""
    return f"{_lines(o)[1]}."


def _brief(o: Outcome) -> Parts:
    return items(_lines(o)[2:])


def _controls(o: Outcome) -> pd.DataFrame:
    """What is published beside what the accounts sum to."""
    table = table_of(o, "controls")
    if not len(table):
        return blank("aggregate")
    columns: list[tuple[str, str, Any]] = [
        ("in these accounts", money(o), table["economy"]),
        ("published", money(o), table["published"]),
        ("gap", money(o), table["gap"]),
        ("gap of the published", PERCENT, 100 * table["share"]),
    ]
    return framed(pd.Index(table["aggregate"].astype(str), name="aggregate"), columns)


PAGE = Page(
    named=lambda o: f"The accounts of {o.provenance.get('country_name') or 'an economy'}",
    note=_note,
    headline=_headline,
    sections=(
        body("controls", "Published, and what the accounts sum to", tabled(_controls, "Published aggregates")),
        annex("methods", "How the accounts were read", methods),
        annex("sources", "Sources", sources),
        REPEAT,
    ),
    brief=_brief,
)
