"""Accounts without a table behind them: what they rest on, what they can say, and what would make them surer."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.economy_pages.update_page import (
    cell_table,
    contradiction_sentences,
    fact_table,
    strain_sentence,
)
from groundplan.results.framed import framed, table_of
from groundplan.results.outcome_facts import money
from groundplan.results.page import Page, body, items, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, Between, in_a_row, money_words, number, range_words, unit_words

TOP, SHOWN = 15, 5
# A fact that takes less of a range is not named.
LITTLE = 0.02
RATIO = "output multiplier"


def _note(o: Outcome) -> str:
    """Country, year and money in one line."""
    about = o.provenance
    return (
        f"{about['country_name']} {about['accounts_year']}: an estimate without accounts of its own, in "
        f"{money_words(money(o))}"
    )


def _headline(o: Outcome) -> str:
    """What may be said of the economy as a range."""
    gdp, unit = number(o.provenance["gdp"], 0), unit_words(money(o))
    facts, missed = len(o.table("facts")), len(o.provenance["contradictions"])
    first = f"GDP is {gdp} {unit}; facts that are missed by more than two standard errors: {missed} of {facts}."
    content = o.table("sums").iloc[0]
    if pd.isna(content["low"]):
        return first
    between = range_words(100 * content["low"], 100 * content["high"])
    return f"{first} Of every 100 that households spend at basic prices, {between} are imports."


def donor_sentence(o: Outcome) -> str:
    """Whose structures count most."""
    rows = o.table("donors").sort_values("weight", ascending=False, kind="stable").head(3)
    named = [f"{r['name']} {r['year']} ({100 * r['weight']:.0f} %)" for r in rows.to_dict("records")]
    return f"Structures that count most: {in_a_row(named)}."


def narrowing_sentence(o: Outcome) -> str:
    """Which further fact would narrow the import content of household use most; empty without draws."""
    table = table_of(o, "next_facts")
    if table.empty:
        return ""
    best = table.iloc[0]
    if best["narrows"] < LITTLE:
        return f"No single further fact would narrow the {best['of']} much; several of one kind would."
    labels = dict(zip(o.table("sectors")["code"], o.table("sectors")["label"], strict=True))
    share = number(100 * best["narrows"], 0)
    return (
        f"The fact that would narrow the {best['of']} most is {best['measure']} of {labels[best['sector']]}: by "
        f"{share} per cent of its range."
    )


def _brief(o: Outcome) -> Parts:
    contradictions = contradiction_sentences(o)
    draws, failed = int(o.provenance["draws"]), int(o.provenance["failed"])
    lines = [donor_sentence(o), strain_sentence(o), *contradictions[:SHOWN]]
    if draws:
        lines.append(f"Ranges hold nine of ten of {draws} draws of structures and facts.")
    if failed:
        lines.append(f"{failed} more draws could not be brought to the facts and are left out.")
    lines += [narrowing_sentence(o)]
    lines += [f"Written to {path}." for path in table_of(o, "written").get("path", [])]
    return items([line for line in lines if line])


def sum_table(o: Outcome) -> pd.DataFrame:
    """What the accounts can say, as ranges."""
    rows = o.table("sums")
    shares = rows["what"] != RATIO
    scale = shares.map({True: 100.0, False: 1.0})
    low, high = rows["low"] * scale, rows["high"] * scale
    cells = [
        Between(v, a, b) if a == a else v for v, a, b in zip(rows["value"] * scale, low, high, strict=True)
    ]  # fmt: skip
    units = [f"{what}, %" if share else what for what, share in zip(rows["what"], shares, strict=True)]
    return framed(pd.Index(units, name="what"), [("nine of ten draws", "", cells)])


def donor_table(o: Outcome) -> pd.DataFrame:
    """Every donor with its weight and its distance."""
    rows = o.table("donors").sort_values("weight", ascending=False, kind="stable")
    named = [f"{n} {y}" for n, y in zip(rows["name"], rows["year"], strict=True)]
    return framed(
        pd.Index(named, name="structures of"),
        [
            ("weight", PERCENT, 100 * rows["weight"]), ("distance", "", rows["distance"]),
            ("parted as in others", "", [p or "none" for p in rows["parted"]]),
        ],
    )  # fmt: skip


def sector_table(o: Outcome) -> pd.DataFrame:
    """Value added, output and imports of every sector, as ranges where draws tell them."""
    table, unit = o.table("sectors"), f"{money(o)} / year"

    def cells(name: str) -> list[float]:
        if f"{name}_low" not in table:
            return table[name].tolist()
        parts = (table[name], table[f"{name}_low"], table[f"{name}_high"])
        return [Between(v, low, high) if high > low else v for v, low, high in zip(*parts, strict=True)]

    names = (("value added", "value_added"), ("output", "output"), ("imports", "imports"))
    return framed(pd.Index(table["label"], name="sector"), [(name, unit, cells(c)) for name, c in names])


def next_table(o: Outcome) -> pd.DataFrame:
    """Further facts by what each would take of a range."""
    table = table_of(o, "next_facts")
    labels = dict(zip(o.table("sectors")["code"], o.table("sectors")["label"], strict=True))
    if table.empty or not (table["narrows"] >= LITTLE).any():
        return framed(pd.Index([], name="range of"), [])
    table = table[table["narrows"] >= LITTLE]
    return framed(
        pd.Index(table["of"], name="range of"),
        [
            ("a figure of", "", table["measure"]), ("sector", "", [labels[s] for s in table["sector"]]),
            ("takes of the range", PERCENT, 100 * table["narrows"]),
        ],
    )  # fmt: skip


PAGE = Page(
    named=lambda o: f"{o.provenance.get('country_name')} {o.provenance.get('accounts_year')}, an estimate",
    note=_note,
    headline=_headline,
    sections=(
        body("sums", "What the accounts can say", tabled(sum_table, "Sums and their ranges")),
        body("facts", "What is known, and what the accounts say",
             tabled(fact_table, "Facts, the worst missed first", spare=["source"], top=TOP)),
        body("donors", "Whose structures were taken", tabled(donor_table, "Donors, the nearest first")),
        body("sectors", "The sectors", tabled(sector_table, "Sectors, nine of ten draws")),
        body("cells", "How far single cells may be off", tabled(cell_table, "Errors of cells by their size")),
        body("next", "Which further fact would say most", tabled(next_table, "What a further fact would narrow")),
        *FROM_ACCOUNTS,
    ),
    brief=_brief,
)  # fmt: skip
