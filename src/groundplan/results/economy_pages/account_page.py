"""One account: what it says, what was computed, and how well it closes."""

from __future__ import annotations

from math import isnan

import pandas as pd

from groundplan.economy.audit import audit, final_use
from groundplan.economy.economy import Economy
from groundplan.measures.dependence import household_import_content


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
