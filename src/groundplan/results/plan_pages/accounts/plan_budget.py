"""The report's sections on money: the state's budget, and the foreign-exchange account."""

from __future__ import annotations

import math

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import column_chart
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import figure, items, paragraph, table, tabled, together
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, unit_words

ACCOUNT = "account"
EXCHANGE = (
    "In the account of foreign exchange what comes in equals what goes out and what is added to reserves, every "
    "year. Exports stand there with the taxes that buyers abroad pay on them, so they can be more than earnings."
)


def _lines(o: Outcome, name: str, parts: tuple[str, ...]) -> pd.DataFrame:
    """An account by year (rows) and line (columns), the parts in order; empty where the outcome has none."""
    there, unit = table_of(o, name), f"{money(o)} / year"
    if there.empty:
        return blank("year")
    cells: dict[tuple[str, str], dict[int, float]] = {}
    for part, line, year, amount in there[["part", "line", "year", "amount"]].to_numpy(dtype=object).tolist():
        cells.setdefault((str(part), "" if part == ACCOUNT else str(line)), {})[int(year)] = float(amount)
    balance = cells.pop((ACCOUNT, ""), {})
    span = list(dict.fromkeys(y for own in cells.values() for y in own))
    columns = [
        (line, unit, [own.get(y, math.nan) for y in span])
        for part in parts
        for (of, line), own in cells.items()
        if of == part
    ]
    if any(balance.values()):
        columns.append(("account, start of year", money(o), [balance.get(y, math.nan) for y in span]))
    return framed(pd.Index(span, name="year"), columns)


def revenue(o: Outcome) -> pd.DataFrame:
    """Revenue by source and the surplus."""
    return _lines(o, "budget", ("revenue", "balance"))


def expenditure(o: Outcome) -> pd.DataFrame:
    """Expenditure by function."""
    there = _lines(o, "budget", ("expenditure",))
    return there.drop(columns=["account, start of year"], level=0, errors="ignore")


def shares(o: Outcome) -> pd.DataFrame:
    """Shares of the functions in expenditure."""
    spent = expenditure(o)
    names = [str(n) for n in spent.columns.get_level_values(0)]
    total = spent.sum(axis=1)
    return framed(spent.index, [(n, PERCENT, 100 * spent.iloc[:, k] / total) for k, n in enumerate(names)])


def foreign_account(o: Outcome) -> pd.DataFrame:
    """Receipts, payments, balance and reserves of foreign exchange."""
    return _lines(o, "foreign_account", ("receipts", "payments", "balance"))


CHART = column_chart("functions", "Expenditure by function", expenditure)


def rule_sentences(o: Outcome) -> list[str]:
    """The rules of the budget and what was assumed about the base year, in sentences."""
    b = o.provenance.get("policy", {}).get("budget") or {}
    if not b:
        return []
    rules = []
    if "growth" in b:
        rules.append(f"Expenditure grows by {100 * b['growth']:g} % a year{_within(b.get('growth_band', 0))}.")
    if "surplus" in b:
        rules.append(f"The surplus is {100 * b['surplus']:g} % of revenue{_within(b.get('surplus_band', 0))}.")
    for f, share in b.get("shares", {}).items():
        years = int(b.get("shares_years", 1))
        when = f", reached in {years} years" if years > 1 else ""
        rules.append(f"{f.capitalize()} gets {100 * share:g} % of expenditure{_within(b.get('shares_band', 0))}{when}.")
    rest = "Functions without a share of their own keep to each other in the base year's proportion."
    balance = (
        f"a surplus of {100 * b.get('base_balance', 0):g} % of revenue in the base year"
        if b.get("direct_tax") is None
        else f"direct taxes of {100 * b['direct_tax']:g} % of value added"
    )
    assumed = (
        f"Assumed, because the accounts do not tell: {balance}; the state pays {100 * b['state_investment']:g} % of "
        f"investment; defence is {100 * b['defence']:g} % of what it buys of administration, science "
        f"{100 * b['science']:g} % of education where research is not told apart; direct taxes move by at most "
        f"{100 * b['direct_tax_pace']:g} % of value added a year."
    )
    return [*rules, rest, assumed]


def _within(band: float) -> str:
    return f", {100 * band:g} points more or less" if band else ""


def budget(o: Outcome) -> Parts:
    """The state's budget as a section; empty where the plan has none."""
    if not len(revenue(o)):
        return ()
    there = expenditure(o)
    first, last = float(there.iloc[0].sum()), float(there.iloc[-1].sum())
    years = int(there.index[-1]) - int(there.index[0])
    opening = (
        f"Expenditure is {last:,.0f} {unit_words(money(o))} in {there.index[-1]}, after {first:,.0f} in "
        f"{there.index[0]}: "
        f"{100 * ((last / first) ** (1 / years) - 1):.1f} % more a year at constant prices. Revenue is taxes in the "
        "prices of what is made and used, and direct taxes less transfers; taxes move no behaviour in the plan."
    )
    shown = table(revenue(o), "Revenue by source, and the surplus") + figure(CHART, o)
    return paragraph(opening) + items(rule_sentences(o)) + shown + table(shares(o), "Shares in expenditure")


foreign = together(EXCHANGE, tabled(foreign_account, "The foreign-exchange account"))
