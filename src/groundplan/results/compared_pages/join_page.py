"""What is said of a joint plan: what is won together, who ships what, and how to share the gain."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.chart import line_chart
from groundplan.results.framed import framed
from groundplan.results.origins import accounts_words
from groundplan.results.outcome_facts import money, years
from groundplan.results.page import Page, annex, body, figure, items, joined, listed, paragraph, table, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import NOTE, Parts
from groundplan.results.words import PERCENT, STANDARD, in_a_row, significant, unit_behind

TOP = 12
NAMED = 3
NOTHING_SHIPPED = "Nothing is worth shipping under these rules."
SHIPPED = (
    "Shipments take the sender's home product and stand in for an import of the receiver, beside the trade that the "
    "two have already; they cost no foreign exchange. Prices are those of the base year."
)
WORTH = (
    "What a plan is worth is its objective: living standards over its years and what is left at the end, the first "
    "year counting in full. Shapley's rule gives each country what it adds to the others, averaged over all orders in "
    "which they may join."
)
ELSEWHERE = "The joint plan may put a gain into other years, or into what is left at the end."
HEADS = {
    "gain in the joint plan": "gain",
    "gain by Shapley's rule": "its Shapley share",
    "side payment for it": "is paid",
    "share of the receiver's base-year imports": "share of its imports",
}
# A living standard that is lower by less is told as the same.
LOWER = 5e-4


def country_names(o: Outcome) -> str:
    """The countries in a row: ``Kenya and Ghana``."""
    return in_a_row([str(n) for n in o.provenance.get("countries", {}).values()])


def _span(o: Outcome) -> str:
    there = years(o)
    return f"{there[0]} to {there[-1]}" if len(there) > 1 else str(there[0])


def headline(o: Outcome) -> str:
    """The gain in one sentence."""
    there = o.table("joint_countries")
    alone, gain = float(there["alone"].sum()), float(there["gain"].sum())
    unit = unit_behind(money(o))
    if gain <= 1e-6 * alone:
        return f"{country_names(o)} win nothing by planning {_span(o)} together under these rules."
    return (
        f"Planning {_span(o)} together, {country_names(o)} win {significant(gain)}{unit} of living standard over "
        f"their separate plans, {significant(100 * gain / alone, 2)} % of what these are worth."
    )


def note(o: Outcome) -> str:
    """What was read, and at which rates of exchange."""
    about = o.provenance
    rates = ", ".join(f"{c} {significant(r, 6)}" for c, r in about.get("rates", {}).items())
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


def brief(o: Outcome) -> Parts:
    """What each country wins and pays, whether one may lose, who ships most, and living standards as a chart."""
    most = next(iter(shipping_sentences(o)), NOTHING_SHIPPED)
    return (
        joined([paragraph(s) for s in (*sharing_sentences(o), most, rule_words(o))])
        + table(country_table(o), "Alone and together", heads=HEADS)
        + figure(STANDARDS, o, with_table=False)
    )


def sharing_sentences(o: Outcome) -> list[str]:
    """What each country wins in the joint plan, and what it pays or is paid for its share."""
    unit, lines = unit_behind(money(o)), []
    for r in o.table("joint_countries").to_dict("records"):
        pays = "pays" if r["side_payment"] < 0 else "is paid"
        lines.append(
            f"{r['label']} wins {significant(r['gain'])}{unit} in the joint plan itself. By Shapley's rule its share "
            f"of the gain is {significant(r['gain_shared'])}{unit}, so it {pays} "
            f"{significant(abs(r['side_payment']))}{unit}."
        )
    return lines


def _coalitions(o: Outcome) -> Parts:
    return table(coalition_table(o), "Every coalition") if len(o.table("joint_countries")) > 2 else ()


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


def shipping_sentences(o: Outcome) -> list[str]:
    """What each country ships to each other over the plan, the largest products by name, the largest sender first."""
    there = o.table("shipments")
    names, unit = o.provenance["countries"], unit_behind(money(o))
    said = []
    for (one, other), sent in there.groupby(["exporter", "importer"], sort=False):
        by_product = sent.groupby("label")["money"].sum().sort_values(ascending=False, kind="stable")
        most = ", ".join(f"{label} ({significant(v)})" for label, v in by_product.head(NAMED).items())
        whole = float(sent["money"].sum())
        sentence = f"{names[one]} ships {significant(whole)}{unit} to {names[other]} over the plan, most of all {most}."
        said.append((whole, sentence))
    return [sentence for _, sentence in sorted(said, key=lambda pair: -pair[0])]


def _shipping(o: Outcome) -> Parts:
    there = o.table("shipments")
    if there.empty:
        return paragraph(NOTHING_SHIPPED)
    largest = f"The largest shipments of {int(there['year'].max())}"
    return items(shipping_sentences(o)) + table(shipment_table(o), largest, heads=HEADS) + paragraph(SHIPPED, NOTE)


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


STANDARDS = line_chart("standards", "Living standard per head, alone and together", standard_table)
SECTIONS = (
    body("shipping", "Who ships what", _shipping),
    body("living", "Living standards", listed(_standards), ELSEWHERE),
    annex("years", "Living standards by year", tabled(standard_table, "Living standard per head")),
    annex("sharing", "What a plan is worth, and how the gain is shared", WORTH, tabled(country_table, "Each country"),
          _coalitions),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"Joint plan of {country_names(o)}", note=note, headline=headline, sections=SECTIONS, brief=brief
)
