"""The page of a joint plan: what is won together, who ships what, and how to share the gain."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import framed
from groundplan.results.guard_lines import guard_block
from groundplan.results.origins import accounts_words, assumed, methods, sources
from groundplan.results.outcome_facts import money, years
from groundplan.results.page import Page, annex, body, items, listed, paragraph, table, tabled, together
from groundplan.results.repeated import REPEAT
from groundplan.results.view import Parts
from groundplan.results.words import PERCENT, STANDARD, number, unit_words

TOP = 12
NAMED = 3
# A living standard that is lower by less is told as the same.
LOWER = 5e-4


def country_names(o: Outcome) -> str:
    """The countries in a row: ``Kenya and Ghana``."""
    names = [str(n) for n in o.provenance.get("countries", {}).values()]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _span(o: Outcome) -> str:
    there = years(o)
    return f"{there[0]} to {there[-1]}" if len(there) > 1 else str(there[0])


def _amount(value: float) -> str:
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 3)


def headline(o: Outcome) -> str:
    """The gain in one sentence."""
    there = o.table("joint_countries")
    alone, gain = float(there["alone"].sum()), float(there["gain"].sum())
    unit = unit_words(money(o))
    if gain <= 1e-6 * alone:
        return f"{country_names(o)} win nothing by planning {_span(o)} together under these rules."
    return (
        f"Planning {_span(o)} together, {country_names(o)} win {_amount(gain)} {unit} of living standard over their "
        f"separate plans, {100 * gain / alone:.2g} % of what these are worth."
    )


def summary(o: Outcome) -> str:
    """The gain, and every country alone and together, as text."""
    there = country_table(o)
    there.columns = there.columns.get_level_values("measure")
    return f"{headline(o)}\n{note(o)}\n{guard_block(o)}\n{there.to_string(float_format=lambda v: f'{v:,.1f}')}"


def note(o: Outcome) -> str:
    """What was read, and at which rates of exchange."""
    about = o.provenance
    rates = ", ".join(f"{c} {r:g}" for c, r in about.get("rates", {}).items())
    accounts = f"Accounts of {accounts_words(o)}."
    if not rates:
        return f"{accounts} All are in one money."
    return f"{accounts} Units of each currency per unit of the common one: {rates} ({about.get('rate_source')})."


def country_table(o: Outcome) -> pd.DataFrame:
    """Each country alone and together, its part of the gain, and its Shapley share."""
    there, unit = o.table("joint_countries"), money(o)
    return framed(
        pd.Index(there["label"], name="country"),
        [
            ("alone", unit, there["alone"]),
            ("together", unit, there["together"]),
            ("gain in the joint plan", unit, there["gain"]),
            ("gain by Shapley's rule", unit, there["gain_shared"]),
            ("side payment for it", unit, there["side_payment"]),
        ],
    )


def coalition_table(o: Outcome) -> pd.DataFrame:
    """Every coalition, what it is worth and what it wins."""
    there, unit = o.table("joint_coalitions"), money(o)
    return framed(
        pd.Index(there["members"], name="countries"), [("worth", unit, there["value"]), ("gain", unit, there["gain"])]
    )


def _sharing(o: Outcome) -> Parts:
    there, unit = o.table("joint_countries"), unit_words(money(o))
    lines = []
    for r in there.to_dict("records"):
        pays = "pays" if r["side_payment"] < 0 else "is paid"
        lines.append(
            f"{r['label']} wins {_amount(r['gain'])} {unit} in the joint plan itself. By Shapley's rule its share of "
            f"the gain is {_amount(r['gain_shared'])} {unit}, so it {pays} {_amount(abs(r['side_payment']))} {unit}."
        )
    meaning = (
        "What a plan is worth is its objective: living standards over its years and what is left at the end, the first "
        "year counting in full. Shapley's rule gives each country what it adds to the others, averaged over all orders "
        "in which they may join."
    )
    shared = paragraph(rule_words(o))
    coalitions = table(coalition_table(o), "Every coalition") if len(there) > 2 else ()
    return paragraph(meaning) + items(lines) + shared + table(country_table(o), "Alone and together") + coalitions


def rule_words(o: Outcome) -> str:
    """Whether a country may lose, of what: of the whole plan's worth, not of every year's living standard."""
    if not o.provenance.get("rational"):
        return "A country may lose in the plan before anything is paid."
    rule = (
        "No country's whole plan, the living standards of all its years and what is left at the end, is worth less "
        "than alone before anything is paid. That is no rule for single years."
    )
    there = o.table("joint_years")
    living = there[there["indicator"] == "living standard"]
    lower = living[living["together"] < living["alone"] - LOWER]
    names = o.provenance["countries"]
    for country, own in lower.groupby("country", sort=False):
        worst = own.assign(less=own["together"] - own["alone"]).sort_values("less", kind="stable").iloc[0]
        span = int(living["country"].eq(country).sum())
        rule += (
            f" The living standard of {names[country]} is lower together than alone in {len(own)} of {span} years, "
            f"most of all in {worst['year']}: {worst['together']:.3f} against {worst['alone']:.3f}; other years, or "
            "what is left at the end, make up for it."
        )
    return rule


def shipment_table(o: Outcome, top: int = TOP) -> pd.DataFrame:
    """The largest shipments of the last year."""
    there = o.table("shipments")
    last = there[there["year"] == there["year"].max()].sort_values("money", ascending=False, kind="stable").head(top)
    names = o.provenance["countries"]
    return framed(
        pd.Index(last["label"], name="product"),
        [
            ("from", "", last["exporter"].map(names)),
            ("to", "", last["importer"].map(names)),
            ("shipped", f"{money(o)} / year", last["money"]),
            ("share of the receiver's base-year imports", PERCENT, 100 * last["share_of_imports"]),
        ],
    )


def _shipping(o: Outcome) -> Parts:
    there = o.table("shipments")
    if there.empty:
        return paragraph("Nothing is worth shipping under these rules.")
    names, unit = o.provenance["countries"], unit_words(money(o))
    lines = []
    for (one, other), sent in there.groupby(["exporter", "importer"], sort=False):
        by_product = sent.groupby("label")["money"].sum().sort_values(ascending=False, kind="stable")
        most = ", ".join(f"{label} ({_amount(v)})" for label, v in by_product.head(NAMED).items())
        lines.append(
            f"{names[one]} ships {_amount(float(sent['money'].sum()))} {unit} to {names[other]} over the plan, most of "
            f"all {most}."
        )
    last = int(there["year"].max())
    meaning = (
        "Shipments take the sender's home product and stand in for an import of the receiver, beside the trade that "
        "the two have already; they cost no foreign exchange. Prices are those of the base year."
    )
    return paragraph(meaning) + items(lines) + table(shipment_table(o), f"The largest shipments of {last}")


def standard_table(o: Outcome) -> pd.DataFrame:
    """Living standards by year, alone and together."""
    there = o.table("joint_years")
    living = there[there["indicator"] == "living standard"]
    names = o.provenance["countries"]
    columns = [
        (f"{names[c]}, {how}", STANDARD, rows.set_index("year")[how])
        for c, rows in living.groupby("country", sort=False)
        for how in ("alone", "together")
    ]
    return framed(pd.Index(sorted(living["year"].unique()), name="year"), columns)


def _standards(o: Outcome) -> list[str]:
    there = o.table("joint_years")
    last = there[(there["indicator"] == "living standard") & (there["year"] == there["year"].max())]
    names = o.provenance["countries"]
    return [
        f"{names[r.country]}: {r.together:.3f} of the base year's in {r.year} together, {r.alone:.3f} alone."
        for r in last.itertuples()
    ]


SECTIONS = (
    body("sharing", "What is won, and how to share it", _sharing),
    body("shipping", "Who ships what", _shipping),
    body("living", "Living standards", together(
        listed(_standards),
        "The joint plan may put a gain into other years, or into what is left at the end.",
        tabled(standard_table, "Living standard per head"),
    )),
    annex("assumptions", "Every assumption", assumed),
    annex("methods", "How the accounts were read", methods),
    annex("sources", "Sources", sources),
    REPEAT,
)  # fmt: skip

PAGE = Page(named=lambda o: f"Joint plan of {country_names(o)}", note=note, headline=headline, sections=SECTIONS)
