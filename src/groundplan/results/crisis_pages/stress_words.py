"""A crisis in sentences: what people lose, when, what could be done, and how sure all that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from groundplan.outcome import Outcome
from groundplan.results.crisis_pages import stress_views as v
from groundplan.results.framed import table_of
from groundplan.results.origins import accounts_words
from groundplan.results.outcome_facts import money
from groundplan.results.words import MISSING, money_words, number, unit_words

HIT = 6
SETTINGS_TOLD = (
    "Rigid, middle and flexible say how well people make do: by other inputs, home goods for imported ones, overtime. "
    "What became of crises like this one says which of them is the likeliest (docs/explanation/known_crises.md)."
)


def title(o: Outcome) -> str:
    """Country, accounts, scenario and money in one line."""
    about = o.provenance
    named = about.get("scenario", {}).get("name", MISSING)
    return (
        f"{about.get('country_name') or about.get('country', 'An economy')}: accounts of "
        f"{accounts_words(o)}, scenario '{named}', in {money_words(money(o))}"
    )


def amount(o: Outcome, value: float) -> str:
    """An amount of money as a sentence has it."""
    return f"{number(value, 0 if abs(value) >= 100 else 1)} {unit_words(money(o))}"


def headline(o: Outcome) -> str:
    """What people lose, in one sentence."""
    if "value_added_lost" not in o.provenance:
        return _ensemble_headline(o)
    within = f"within {v.horizon(o)} day{'s' if v.horizon(o) != 1 else ''}"
    table = table_of(o, "range")
    if not len(table):
        return "This outcome holds no losses."
    lost, use = (100 * table[f"{part}_lost_share"].to_numpy(dtype=float) for part in ("value_added", "final_use"))
    if max(np.abs(lost).max(), use.max()) < 5e-4:
        return f"Nothing is lost {within} that the figures would show."
    said = f"{span(lost)} per cent of value added and {span(use)} of final use are lost {within}"
    return f"{said}{_ends(o)}{_without(o)}."


def span(values: np.ndarray) -> str:
    """A range in per cent, with its middle where there are three figures: ``0.1 to 4.3 (middle 1.2)``."""
    least, most, *middle = (f"{round(float(v), 1) + 0.0:.1f}" for v in (values.min(), values.max(), *values[1:2]))
    if least == most:
        return least
    return f"{least} to {most}" + (f" (middle {middle[0]})" if len(values) == 3 else "")


def _ends(o: Outcome) -> str:
    """Which settings the range lies between."""
    names = list(table_of(o, "range")["setting"])
    if len(names) == 1:
        return "" if names[0] == "all" else f" in the {names[0]} setting"
    return ", as people make do from flexible to rigid"


def _where(o: Outcome) -> str:
    """The setting that is told in full, where there are several."""
    return f"in the {o.provenance['told_setting']} setting " if len(table_of(o, "range")) > 1 else ""


def _without(o: Outcome) -> str:
    """What households go without most."""
    if "need_lost" not in o.arrays:
        return ""
    lost, met = o["need_lost"].to_series(), o["need_met"].min("day").to_series()
    if met.min() > 1 - 5e-4:
        return ""
    most, least = str(lost.idxmax()), str(met.idxmin())
    fewest = f"{100 * float(met.min()):.0f} per cent"
    if most == least:
        return f"; {_where(o)}households go without {amount(o, lost.max())} of {most} and have {fewest} of it at worst"
    return f"; {_where(o)}households go without {amount(o, lost.max())} of {most} and have {fewest} of {least} at worst"


def when(o: Outcome) -> str:
    """From when to when it is felt, and who stops first; nothing where nobody makes less."""
    if "value_added_lost" not in o.provenance or not len(table_of(o, "stops")):
        return ""
    said = f"{_where(o)}{_course(o)}; {_standstills(o)}."
    return said[0].upper() + said[1:]


def _course(o: Outcome) -> str:
    about = o.provenance
    first, back = about.get("first_day_below"), about.get("recovered")
    if first is None:
        return "total output stays within 1 per cent of its base"
    after = "is not back within the horizon" if back is None else f"is back from day {back}"
    return f"total output is below 99 per cent of its base from day {first} and {after}"


def _standstills(o: Outcome) -> str:
    """Who stands still, in the setting that is told in full."""
    table = table_of(o, "stops")
    still = table[table["first_stop"].notna()].sort_values("first_stop", kind="stable")
    if not len(still):
        return "no sector stands still"
    first = still.iloc[0]
    who = f"{first['label']} stops first, on day {first['first_stop']:.0f} {v.reason(first)}"
    return who + (f", and {len(still) - 1} more follow" if len(still) > 1 else "")


def settings(o: Outcome) -> list[str]:
    """What the settings mean, which of them known crises resembled, and what fallen demand would lose by itself."""
    several = len(table_of(o, "range"))
    if not several:
        return []
    return [*([SETTINGS_TOLD] if several > 1 else []), *fallen(o)]


def fallen(o: Outcome) -> list[str]:
    """What nobody at home asks for any more, and what goes with it, in one sentence."""
    about = o.provenance
    if "final_demand_fallen" not in about:
        return []
    goes, lost = float(about["value_added_fallen"]), float(about["value_added_lost"])
    part = f"{100 * goes / lost:.0f} per cent of what is lost" if 0 < goes < lost else "all that is lost, or more"
    return [
        f"Final users at home do not ask for {float(about['final_demand_fallen']):,.0f} {unit_words(money(o))}, "
        f"{100 * float(about['final_demand_fallen_share']):.1f} per cent of their use, and go without nothing for it. "
        f"By itself that takes {goes:,.0f} {unit_words(money(o))} of value added along: {part}."
    ]


def ensemble(o: Outcome) -> list[str]:
    """What the cases of an ensemble lose, in one sentence."""
    if "ensemble_loss" not in o.arrays:
        return []
    losses = o["ensemble_loss"].values
    return [
        f"Over {len(losses):,} cases the mean loss of final use is {losses.mean():,.0f} {unit_words(money(o))}, "
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


def reasons(o: Outcome, rows: int = HIT) -> list[str]:
    """Who stops or falls most, when and for want of what, in sentences."""
    table = table_of(o, "stops")
    if not len(table):
        return []
    hit = table[table["first_below"].notna() & (table["why"] != "")]
    hit = hit.sort_values(["first_stop", "share_lost"], ascending=[True, False], kind="stable").head(rows)
    said = []
    for _, row in hit.iterrows():
        day, least = float(row["first_stop"]), float(row["least"])
        falls = f"falls to {100 * least:.0f} per cent" if math.isnan(day) else f"stops on day {day:.0f}"
        name = str(row["label"])
        said.append(f"{name} {falls} {v.reason(row)}.")
    return said


def coordination(o: Outcome) -> list[str]:
    """What coordination and foresight are worth, from least to most over who is served first, by setting."""
    ranges = o.provenance.get("worth_of_coordination_by_setting")
    if ranges is None:
        return []
    said = [f"{least:,.0f} to {most:,.0f}" + (f" ({name})" if name != "all" else "")
            for name, (least, most) in ranges.items()]  # fmt: skip
    foresight = float(o.provenance["worth_of_foresight"])
    if math.isnan(foresight):
        return [
            "What a plan with the stores that people have would save cannot be told: limits that are stated forbid "
            "what people do, or the solver found none."
        ]
    where = f", in the {o.provenance['told_setting']} setting" if len(ranges) > 1 else ""
    return [
        f"With the same stocks, capacities, imports and ways of working, a plan that sees no further than today would "
        f"save {', '.join(said)} {unit_words(money(o))} of final use that is lost when everybody looks after himself, "
        f"from least to most over who is served first; to know the end would save {foresight:,.0f} more{where}."
    ]


def assumed(o: Outcome) -> list[str]:
    """The engine's own assumptions, in short."""
    rows = o.provenance.get("assumptions", [])
    wanted = (
        "stocks", "strategic reserves", "who gets what is short", "overtime", "which inputs bind",
        "home and imported goods", "own products", "who is served first",
    )  # fmt: skip
    return [f"{a['name']}: {a['value']} ({a['basis']})" for a in rows if a.get("name") in wanted]


def sure(o: Outcome) -> Sequence[str]:
    """How sure the losses are, in few sentences: what the range is of, and what became of crises like this one."""
    if "value_added_lost" not in o.provenance:
        return []
    several = len(table_of(o, "range")) > 1
    said = (
        "How sure: no source decides between the settings, so the range is no forecast and its middle no best guess."
        if several
        else "How sure: one setting is told, and no source says that people make do just so."
    )
    return [f"{said} Days of stock are assumed.", *map(str, o.provenance.get("resembled", []))]
