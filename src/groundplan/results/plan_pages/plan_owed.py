"""The report's words on what a plan leaves to be paid after its last year."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.outcome_facts import money, years
from groundplan.results.words import Amount, Year, number, unit_words

NAMED = 4


def owed_view(o: Outcome, top: int = 30) -> pd.DataFrame:
    """What is owed after the plan's last year, the largest first."""
    rows = table_of(o, "owed")
    if rows.empty:
        return blank("what")
    rows = rows.sort_values("present_value", ascending=False, kind="stable").head(top)
    return framed(
        pd.Index(rows["label"].astype(str), name="what"),
        [
            ("of", "", rows["commodity_label"]),
            ("due in", "", [Year(y) for y in rows["year"]]),
            ("amount", "", [_with_unit(v, str(u)) for v, u in rows[["amount", "unit"]].values]),
            ("present value", money(o), rows["present_value"]),
        ],
    )


def owed_sentences(o: Outcome) -> list[str]:
    """What is owed after the plan's last year, to whom, and what it is worth; that nothing is, where it is so."""
    span = years(o)
    if not span or "owed" not in o.tables:
        return []
    rows, unit = table_of(o, "owed"), unit_words(money(o))
    bills, debts = rows[rows["part"] == "bill"], rows[rows["part"] != "bill"]
    lines = _bills(bills, unit, span[-1]) + _debts(o, debts, unit, span[-1])
    lines += _transfers(o, unit)
    return lines


def _bills(bills: pd.DataFrame, unit: str, last: int) -> list[str]:
    if bills.empty:
        return [f"No bill of what the plan began falls due after {last}."]
    valued = bills.dropna(subset="present_value")
    by = valued.groupby("label", sort=False)["present_value"].sum().sort_values(ascending=False, kind="stable")
    until = int(bills["year"].max())
    first = ", ".join(f"{name} {_amount(v)}" for name, v in by.head(NAMED).items())
    when = f"in {until}" if until == last + 1 else f"from {last + 1} to {until}"
    rate = float(bills["rate"].iloc[0])
    lines = []
    if len(by):
        lines.append(
            f"Of what the plan began, bills and wages worth {_amount(float(by.sum()))} {unit} in {last} fall due "
            f"{when}: {first}{' and others' if len(by) > NAMED else ''}. A later year is discounted by "
            f"{100 * rate:.1f} %, as all that is left at the end is."
        )
    unpriced = sorted(set(bills.loc[bills["present_value"].isna(), "commodity_label"].astype(str)))
    if unpriced:
        lines.append(f"Due too, and without a value: {', '.join(unpriced)}. No price of theirs follows from the plan.")
    return lines


def _debts(o: Outcome, debts: pd.DataFrame, unit: str, last: int) -> list[str]:
    by = debts.set_index("part")
    lines = []
    if "debt" in by.index:
        interest = float(by["amount"].get("interest", 0.0))
        worth = float(debts["present_value"].sum())
        lines.append(
            f"Foreign debt at the end of {last} is {_amount(float(by['amount']['debt']))} {unit}, with interest of "
            f"{_amount(interest)} in the next year; paid back then it costs {_amount(worth)} in money of {last}."
        )
    elif "foreign_account" in o.tables:
        lines.append(f"The account of foreign exchange is not overdrawn at the end of {last}.")
    if "debt at home" in by.index:
        lines.append(
            f"The state's account is overdrawn by {_amount(float(by['amount']['debt at home']))} {unit} at the end of "
            f"{last}. That is owed within the country: it takes no resources of later years, and is not charged."
        )
    return lines


def _transfers(o: Outcome, unit: str) -> list[str]:
    account = table_of(o, "foreign_account")
    if account.empty:
        return []
    given = account[(account["line"] == "transfers and lending") & account["year"].isin(years(o))]["amount"]
    whole = float(given.sum())
    if not whole > 1e-9:
        return []
    return [
        f"Transfers and lending from abroad come to {_amount(whole)} {unit} over the plan. The accounts do not tell "
        "gifts from loans: what of it is lent is owed besides, and is not in these figures."
    ]


def _amount(value: float) -> str:
    return number(float(value), _places(value))


def _with_unit(value: float, unit: str) -> Amount:
    return Amount(value, _places(value), unit=unit_words(unit))


def _places(value: float) -> int:
    size = abs(float(value))
    return 0 if size >= 100 else 1 if size >= 1 else 3
