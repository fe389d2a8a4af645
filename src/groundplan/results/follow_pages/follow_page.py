"""Where a plan will end, on one page: what is reached, where that leads, what stands in the way, what may break it."""

from __future__ import annotations

import math

from groundplan.outcome import Outcome
from groundplan.results.follow_pages.follow_charts import CALENDAR, maps, paths
from groundplan.results.follow_pages.follow_tables import (
    REGION,
    TARGET,
    UNDER,
    UNIT,
    announcement_table,
    breaking_table,
    called,
    chance_text,
    delivery_table,
    end_table,
    fulfilment_rows,
    fulfilment_table,
    knock_on_table,
    last_ends,
    period_table,
    reached_table,
    records,
    target_words,
    unit_end_table,
    year_end_table,
)
from groundplan.results.page import Page, annex, body, charted, items, joined, listed, paragraph, said, tabled
from groundplan.results.repeated import FROM_ACCOUNTS
from groundplan.results.view import Parts
from groundplan.results.words import in_a_row, number, rounded, significant, unit_behind

# Sentences of a kind in the brief, and rows of a table on the terminal.
FEW, TOP = 3, 20
LIKELY = 0.5
HEADS = {
    "against the season": "season", "own output down, best": "best", "own output down, worst": "worst",
    "could break the plan": "breaks", "final use feels": "final use",
}  # fmt: skip
NORMAL = (
    "Bands and chances are those of a normal distribution around what the local level expects; they hold the noise of "
    "the reports and what is not known of it, and no event that has no like in the reports."
)
NO_BALANCES = (
    "No accounts and no plan were named: reports stand as they came, and what a lack does to others is not said. Name "
    "them to have both."
)


def title(o: Outcome) -> str:
    """Whose plan, on which day."""
    plans = in_a_row([str(p["plan"]) for p in o.provenance["plans"]])
    against = o.provenance["held_against"]
    return (
        f"Plan {plans} of {o.provenance['origin']} on {o.provenance['day']}, held against {against}"
        if against
        else f"Plan {plans} of {o.provenance['origin']} on {o.provenance['day']}"
    )


def headline(o: Outcome) -> str:
    """How many targets will more likely be met than not, and of how many nothing can be said."""
    chances = [float(e["chance"]) for e in last_ends(o)]
    met, missed = sum(c >= LIKELY for c in chances), sum(c < LIKELY for c in chances)
    total, untold = len(chances), len(chances) - met - missed
    if untold == total:
        return f"Of none of {total} targets can the chance to meet it at the end of the plan be told yet."
    if untold:
        return (
            f"At the end of the plan {met} of {total} targets will more likely be met than not, {missed} will more "
            f"likely be missed, and of {untold} no chance can be told."
        )
    return (
        f"At the end of the plan {met} of {total} targets will more likely be met than not, and {missed} will more "
        f"likely be missed."
    )


def reached_lines(o: Outcome) -> list[str]:
    """What came of each target so far, the least kept first."""
    rows = [r for r in fulfilment_rows(o, TARGET) if math.isfinite(float(r["since_start"]))]
    rows = sorted(rows, key=lambda r: float(r["since_start"]))[:FEW]
    lines = []
    for r in rows:
        kept, heard = number(100 * float(r["since_start"]), 1), number(100 * float(r["heard"]), 0)
        indicator, period = target_words(o, r["indicator"]), r["period"]
        lines.append(
            f"{indicator}: {kept} % of what was promised came until {period}, by figures for {heard} % of what was due."
        )
    silent = [
        r["indicator"] for r in fulfilment_rows(o, TARGET) if r["figures"] and math.isnan(float(r["since_start"]))
    ]
    names = in_a_row([target_words(o, i) for i in silent[:FEW]])
    return [*lines, f"Nothing was reported of {names}; that is not 0."] if silent else lines


def ending_lines(o: Outcome) -> list[str]:
    """Where targets will end, the least likely first, and those of which it cannot be told."""
    ends = sorted(last_ends(o), key=lambda e: (math.isnan(float(e["chance"])), float(e["chance"])))
    share = number(100 * float(o.provenance["band"]), 0)
    lines = []
    for e in [e for e in ends if not math.isnan(float(e["chance"]))][:FEW]:
        indicator, chance = target_words(o, e["indicator"]), chance_text(e)
        year = f"in {e['year']}" if e["year"] else "over all years"
        mean, promised = rounded(e["mean"], 4).text, rounded(e["promised"], 4).text
        low, high, unit = rounded(e["low"], 3).text, rounded(e["high"], 3).text, unit_behind(str(e["measure"]))
        wish = "to stay within" if e["most"] else "of"
        lines.append(
            f"{indicator} will come to {mean}{unit} {year}, {low} to {high} in {share} of 100 cases, {wish} {promised} "
            f"promised; chance: {chance}."
        )
    abstained = [e for e in last_ends(o) if math.isnan(float(str(e["chance"])))]
    for e in abstained[:FEW]:
        indicator, why = target_words(o, e["indicator"]), e["why"]
        lines.append(f"Where {indicator} will end cannot be told: {why}.")
    return lines


def obstacles(o: Outcome) -> list[str]:
    """What stands in the way: who is silent, what is short and whom it hits, who could break the plan."""
    lines = []
    silent = [r for r in fulfilment_rows(o, UNIT) if int(r["silent"]) > 0]
    if silent:
        count = sum(int(r["silent"]) for r in silent)
        by_unit: dict[str, int] = {}
        for r in silent:
            by_unit[str(r["name"])] = by_unit.get(str(r["name"]), 0) + int(r["silent"])
        unit, most = max(by_unit.items(), key=lambda u: u[1])
        lines.append(f"{count} figures whose period has ended did not come, {most} of them from {unit}.")
    short = dict(o.provenance["short"])
    if short:
        product, lack = max(short.items(), key=lambda s: s[1])
        hit = next(
            (r for r in records(o, "knock_on") if r["product"] == product and r["user"] not in ("", "export")), None
        )
        name, year = called(o, product), o.provenance["lacks_year"]
        amount, unit = significant(float(lack)), unit_behind(f"{o.provenance['money']} / year")
        lines.append(f"What will lack most in {year} is {name}: {amount}{unit}.")
        if hit is not None:
            user, less = called(o, hit["user"]), number(100 * float(hit["share"]), 1)
            least, worst = number(100 * float(hit["least"]), 1), number(100 * float(hit["most"]), 1)
            lines.append(
                f"{user} takes most of it and gets {less} % less; its own output is down by {least} % at best and by "
                f"{worst} % at worst."
            )
    reached = [r for r in records(o, "reached") if r["lacks"]]
    if reached:
        sector, day, lacks = called(o, reached[0]["sector"]), reached[0]["first_day"], called(o, reached[0]["lacks"])
        lines.append(f"With the stocks that are stated the first to lack something is {sector}, on {day}: {lacks}.")
    lines += _fragile(o)
    return lines


def _fragile(o: Outcome) -> list[str]:
    rows = records(o, "breaking")
    if not rows:
        return []
    breaks = [r for r in rows if r["breaks"]]
    count, total = len(breaks), len(rows)
    if not breaks:
        return [f"None of {total} promises of output and imports breaks another one, even if nothing comes of it."]
    unit, share = breaks[0]["unit"], number(100 * float(breaks[0]["share"]), 1)
    product = called(o, str(breaks[0]["product"]))
    return [
        f"{count} of {total} promises of output and imports could break others; the most fragile is {product} of "
        f"{unit}, which may miss {share} % of it before others cannot keep theirs."
    ]


def announced_line(o: Outcome) -> str:
    """How many announcements are kept, broken, not yet due, not measurable."""
    states = [str(r["state"]) for r in records(o, "announcements")]
    if not states:
        return ""
    total, kept, broken = len(states), states.count("kept"), states.count("broken")
    early, unmeasured = states.count("not yet due"), states.count("not measurable")
    return (
        f"Announcements, {total} in all: {kept} kept, {broken} broken, {early} not yet due, {unmeasured} not "
        f"measurable."
    )


def brief(o: Outcome) -> Parts:
    """What is reached, where it will end, what stands in the way."""
    announced = announced_line(o)
    heads = (
        ("What is reached", reached_lines),
        ("Where it will end", ending_lines),
        ("What stands in the way", obstacles),
    )
    parts = joined([paragraph(head, "heading") + items(lines) for head, of in heads if (lines := of(o))])
    parts += paragraph(announced) + paragraph(NORMAL, "note")
    return parts if o.provenance["held_against"] else parts + paragraph(NO_BALANCES, "note")


def notes(o: Outcome) -> list[str]:
    """What is to be said of how it was reckoned."""
    return [str(n) for n in o.provenance["notes"]]


LACKING = (
    "Best: final use and exports give way, and all is reallocated so that most output is kept. Worst: everybody gets "
    "his share of what there is, nothing stands in for it, and nothing is in stock."
)
BREAKING = (
    "How much a unit may miss, everybody else keeping his promise, before final use feels it, and before somebody "
    "else's promised output lacks an input once final use and unpromised exports gave way."
)
SECTIONS = (
    body("targets", "Targets", tabled(lambda o: fulfilment_table(o, TARGET), "Fulfilment by target", heads=HEADS,
                                      spare=("season",), top=TOP)),
    body("ends", "Where each target will end",
         tabled(end_table, "Ends", spare=("why no band", "limit", "rests on"), top=TOP)),
    body("paths", "Plan, report, reconciled, projected", paths),
    body("units", "Units", tabled(lambda o: fulfilment_table(o, UNIT), "Fulfilment by unit", heads=HEADS,
                                  spare=("season",), top=TOP)),
    body("above", "Ministries and others above units",
         tabled(lambda o: fulfilment_table(o, UNDER), "Fulfilment by who stands above", heads=HEADS, spare=("season",),
                top=TOP)),
    body("regions", "Regions", tabled(lambda o: fulfilment_table(o, REGION), "Fulfilment by region", heads=HEADS,
                                      spare=("season",), top=TOP), maps),
    body("deliveries", "Calendar of deliveries", charted(CALENDAR, with_table=False),
         tabled(delivery_table, "Owed and next to come", top=TOP)),
    body("knock_on", "What lacks do to others", LACKING, tabled(knock_on_table, "Who gets less", heads=HEADS, top=TOP),
         tabled(reached_table, "Whom it reaches, and when", top=TOP)),
    body("breaking", "Which units could break the plan", BREAKING,
         tabled(breaking_table, "Breaking shortfalls, the most fragile first", heads=HEADS, top=TOP)),
    body("announcements", "What was announced",
         tabled(announcement_table, "Announcements", spare=("words", "why"), top=TOP)),
    body("notes", "What is to be said", listed(notes)),
    annex("periods", "Period by period", tabled(period_table, "Fulfilment by period")),
    annex("all_ends", "Where each target will end, year by year", tabled(year_end_table, "Ends of every year")),
    annex("unit_ends", "Where each unit will end", tabled(unit_end_table, "Ends of units")),
    annex("normal", "What bands and chances are", said(lambda o: NORMAL)),
    *FROM_ACCOUNTS,
)  # fmt: skip

PAGE = Page(
    named=lambda o: f"Where {o.provenance['origin']} will end",
    note=title, headline=headline, sections=SECTIONS, brief=brief,
)  # fmt: skip
