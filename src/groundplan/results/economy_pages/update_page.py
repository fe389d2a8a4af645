"""Accounts brought to a later year: what they rest on, what contradicts what, and how far to trust them."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, body, items, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, money_words, number, unit_words

TOP = 15
SHOWN = 5
FAR = 2.0
AGREES = 0.0005


def _note(o: Outcome) -> str:
    """Country, years and money in one line."""
    about = o.provenance
    country, year, since = about["country_name"], about["accounts_year"], about["made_from"]
    return f"{country} {year}: an estimate made from the accounts of {since}, in {money_words(money(o))}"


def _headline(o: Outcome) -> str:
    """How large the economy is, and how many facts it misses."""
    gdp, unit = number(o.provenance["gdp"], 0), unit_words(money(o))
    facts, missed = len(o.table("facts")), len(o.provenance["contradictions"])
    if not missed:
        return f"GDP is {gdp} {unit}; of {facts} facts none is missed by more than two standard errors."
    return f"GDP is {gdp} {unit}; facts that are missed by more than two standard errors: {missed} of {facts}."


def strain_sentence(o: Outcome) -> str:
    """Whether the facts agree with each other and with the old structure as far as their errors say."""
    strain, unsure = float(o.provenance["strain"]), int(o.provenance["unsure"])
    if not unsure:
        return "All facts are taken as sure."
    return (
        f"Squared misses over squared errors sum to {number(strain, 1)} over {unsure} facts: about as many or fewer "
        "mean that the errors are honest."
    )


def contradiction_sentences(o: Outcome) -> list[str]:
    """Every fact that others, or the old structure, contradict."""
    facts, unit = o.table("facts"), unit_words(money(o))
    worst = facts[facts["z"].abs() > FAR]
    order = worst["z"].abs().sort_values(ascending=False, kind="stable").index
    return [
        f"{f['fact']} is stated as {number(f['stated'], 0)} and comes to {number(f['reached'], 0)} {unit}, "
        f"{number(abs(f['z']), 1)} standard errors off: {f['source']}."
        for f in worst.loc[order].to_dict("records")
    ]


def discrepancy_sentence(o: Outcome) -> str:
    """By how much expenditure as stated misses production as stated; empty where GDP is not stated."""
    gap = o.provenance.get("discrepancy")
    if gap is None:
        return ""
    if abs(gap) < AGREES * float(o.provenance["gdp"]):
        return "Expenditure as stated agrees with GDP as stated."
    share, unit = number(100 * abs(gap) / float(o.provenance["gdp"]), 1), unit_words(money(o))
    if gap >= 0:
        return f"Expenditure as stated exceeds GDP as stated by {number(gap, 0)} {unit}, {share} % of GDP."
    return f"Expenditure as stated falls short of GDP as stated by {number(-gap, 0)} {unit}, {share} % of GDP."


def _brief(o: Outcome) -> Parts:
    contradictions = contradiction_sentences(o)
    more = len(contradictions) - SHOWN
    lines = [strain_sentence(o), discrepancy_sentence(o), *contradictions[:SHOWN]]
    if more > 0:
        lines.append(f"{more} more facts are contradicted; they are in the table below.")
    stock = number(float(o.provenance["capital_over_gdp"]), 2)
    lines.append(f"Fixed capital, carried from the old accounts, is {stock} times GDP.")
    lines += [f"Written to {path}." for path in table_of(o, "written").get("path", [])]
    return items([line for line in lines if line])


def fact_table(o: Outcome) -> pd.DataFrame:
    """Every fact with what the accounts say of it, the worst first."""
    facts, unit = o.table("facts"), f"{money(o)} / year"
    order = facts["z"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable").index
    rows = facts.loc[order]
    return framed(
        pd.Index(rows["fact"], name="fact"),
        [
            ("stated", unit, rows["stated"]), ("reached", unit, rows["reached"]),
            ("standard error", unit, rows["error"]),
            ("miss in errors", "", [number(z, 1) if z == z else "sure" for z in rows["z"]]),
            ("source", "", rows["source"]),
        ],
    )  # fmt: skip


def sector_shares(o: Outcome) -> pd.DataFrame:
    """Sectors by how far their share of value added moved."""
    table = o.table("sectors")
    shares = {w: 100 * table[f"value_added_{w}"] / table[f"value_added_{w}"].sum() for w in ("before", "after")}
    order = (shares["after"] - shares["before"]).abs().sort_values(ascending=False, kind="stable").index
    growth = [number(a / b, 2) if b > 0 else "" for a, b in
              zip(table.loc[order, "output_after"], table.loc[order, "output_before"], strict=True)]  # fmt: skip
    return framed(
        pd.Index(table.loc[order, "label"], name="sector"),
        [
            ("share before", PERCENT, shares["before"][order]), ("share after", PERCENT, shares["after"][order]),
            ("output, times", "", growth),
        ],
    )  # fmt: skip


def cell_table(o: Outcome) -> pd.DataFrame:
    """What cells may be off by, by their size."""
    rows = o.table("cells")
    sizes = [
        f"more than {100 * low:g} % of GDP" if high > 1 else f"up to {100 * high:g} % of GDP"
        for low, high in zip(rows["from"], rows["to"], strict=True)
    ]
    return framed(
        pd.Index(sizes, name="size of a cell"),
        [
            ("cells", "", rows["cells"]), ("share of all flows", PERCENT, 100 * rows["share"]),
            ("standard error", PERCENT, 100 * rows["error"]),
        ],
    )  # fmt: skip


PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')} {o.provenance.get('accounts_year')}, an estimate",
    note=_note,
    headline=_headline,
    sections=(
        body("facts", "What is known, and what the accounts say",
             tabled(fact_table, "Facts, the worst missed first", spare=["source"], top=TOP)),
        body("sectors", "Sectors whose share of value added moved most",
             tabled(sector_shares, "Shares of value added", top=TOP)),
        body("cells", "How far single cells may be off", tabled(cell_table, "Errors of cells by their size")),
        *FROM_ACCOUNTS,
    ),
    brief=_brief,
)  # fmt: skip
