"""A crisis on one page of a terminal: what is lost, who stops and why, what coordination would be worth."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.crisis_pages import stress_views as v
from groundplan.results.framed import table_of
from groundplan.results.outcome_facts import money
from groundplan.results.terminal import block, sheet, text_table, wrapped
from groundplan.results.words import MISSING, money_words

SHORT = {"below 99 % from": "below from", "stands still from": "still from", "back from": "back from"}


def stress_summary(o: Outcome, rows: int = 12) -> str:
    """The story as text, at most 100 columns wide; a saved outcome gives the same page."""
    return sheet(
        title(o),
        "\n".join(wrapped(headline(o))),
        block("What is taken away", wrapped(*v.sentences(o))),
        _titled("What households go without", v.losses(o)),
        _titled("Who is hit, and why", v.stops(o, rows).drop(columns=["why"], level=0, errors="ignore")),
        block("Why", wrapped(*reasons(o))),
        _titled("What coordination is worth", v.engines(o)),
        "\n".join(wrapped(*coordination(o))),
        _titled("What would have kept the loss under the threshold", v.bridges(o)),
        _titled("The ensemble: how much is lost how often", v.risk(o)),
        "\n".join(wrapped(*ensemble(o))),
        _titled("Which sectors stop first, of 100 cases", v.first_to_stop(o)),
        _titled("How vulnerable: final use lost when an import is cut", v.vulnerability(o, rows)),
        block("What was assumed", wrapped(*assumed(o))),
    )


def title(o: Outcome) -> str:
    """Country, accounts, scenario and money in one line."""
    about = o.provenance
    named = about.get("scenario", {}).get("name", MISSING)
    return (
        f"{about.get('country_name') or about.get('country', 'An economy')}: accounts of "
        f"{about.get('accounts_year', MISSING)}, scenario '{named}', in {money_words(money(o))}"
    )


def headline(o: Outcome) -> str:
    """The story in one sentence."""
    about = o.provenance
    if "value_added_lost" not in about:
        return _ensemble_headline(o)
    share, unmet = (100 * float(about[k]) for k in ("value_added_lost_share", "final_demand_unmet_share"))
    within = f"within {v.horizon(o)} day{'s' if v.horizon(o) != 1 else ''}"
    if max(abs(share), unmet) < 5e-4:
        return f"Nothing is lost {within} that the figures would show."
    lost = f"{float(about['final_demand_unmet']):,.0f} of final demand, {unmet:.1f} per cent, is not met {within}, "
    change = f"{abs(float(about['value_added_lost'])):,.0f} of value added, {abs(share):.1f} per cent, is"
    lost += f"and {change} {'lost' if share >= 0 else 'made on top'}"
    table = table_of(o, "stops")
    still = table[table["first_stop"].notna()].sort_values("first_stop", kind="stable") if len(table) else table
    who = "no sector stands still"
    if len(still):
        first = still.iloc[0]
        who = f"{first['label']} stops first, on day {first['first_stop']:.0f} {v.reason(first)}"
        who += f", and {len(still) - 1} more follow" if len(still) > 1 else ""
    back = about.get("recovered")
    after = "output is not back within the horizon" if back is None else f"output is back from day {back}"
    begun = about.get("first_day_below")
    return f"{lost}; {who}; " + (f"{after}." if begun is not None else "total output stays within 1 per cent.")


def ensemble(o: Outcome) -> list[str]:
    """What the cases of an ensemble lose, in one sentence."""
    if "ensemble_loss" not in o.arrays:
        return []
    losses = o["ensemble_loss"].values
    return [
        f"Over {len(losses):,} cases the mean loss of final use is {losses.mean():,.0f}, "
        f"and in one case of twenty it exceeds {np.quantile(losses, 0.95):,.0f}."
    ]


def _ensemble_headline(o: Outcome) -> str:
    if losses := ensemble(o):
        return losses[0]
    table = v.vulnerability(o, 1)
    if len(table):
        worst = float(table.to_numpy(dtype=float)[0, -1])
        name, cut = str(table.index[0]), str(table.columns[-1][0])
        return f"The gravest single cut is {name}: {cut} costs {worst:.1f} per cent of a year's final use."
    return "This outcome holds no losses."


def reasons(o: Outcome, rows: int = 6) -> list[str]:
    """Who stops or falls most, when and for want of what, in sentences."""
    table = table_of(o, "stops")
    if not len(table):
        return []
    hit = table[table["first_below"].notna() & (table["why"] != "")]
    hit = hit.sort_values(["first_stop", "share_lost"], ascending=[True, False], kind="stable").head(rows)
    said = []
    for _, row in hit.iterrows():
        day, least = float(row["first_stop"]), float(row["least"])
        when = f"falls to {100 * least:.0f} per cent" if math.isnan(day) else f"stops on day {day:.0f}"
        name = str(row["label"])
        said.append(f"{name} {when} {v.reason(row)}.")
    return said


def coordination(o: Outcome) -> list[str]:
    """The worth of coordination in one sentence."""
    worth = o.provenance.get("worth_of_coordination")
    if worth is None:
        return []
    share = 100 * float(o.provenance["worth_of_coordination_share"])
    return [
        f"With the same stocks, capacities and imports, a plan would save {float(worth):,.0f} of final use "
        f"({share:.1f} per cent) that is lost when everybody looks after himself."
    ]


def assumed(o: Outcome) -> list[str]:
    """The engine's own assumptions, in short."""
    rows = o.provenance.get("assumptions", [])
    wanted = (
        "stocks", "strategic reserves", "overtime", "which inputs bind", "home and imported goods", "own products",
        "who is served first",
    )  # fmt: skip
    return [f"{a['name']}: {a['value']} ({a['basis']})" for a in rows if a.get("name") in wanted]


def _titled(heading: str, table: pd.DataFrame) -> str:
    return block(heading, text_table(table, SHORT))
