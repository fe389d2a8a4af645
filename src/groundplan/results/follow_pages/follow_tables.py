"""The tables of a followed plan, in the columns that every face shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import blank, framed
from groundplan.results.words import MISSING, PERCENT, Amount, Year, number, rounded, unit_words

TARGET, UNIT, UNDER, REGION = "target", "unit", "under", "region"
Row = Mapping[str, Any]


def records(o: Outcome, name: str) -> list[dict[str, Any]]:
    """The rows of a table of the outcome, a record each."""
    return [{str(k): v for k, v in row.items()} for row in o.table(name).to_dict("records")]


def percent_of(share: float) -> float:
    """A share as per cent; what is not known stays so."""
    return 100.0 * float(share)


def chance_text(e: Row) -> str:
    """The chance of an end as a table says it: never 0 or 100 for what is not decided."""
    chance = float(e["chance"])
    if math.isnan(chance):
        return MISSING
    if float(e["error"]) == 0:
        return "met" if chance == 1 else "not met"
    return "< 1 %" if chance < 0.01 else "> 99 %" if chance > 0.99 else f"{number(100 * chance, 0)} %"


def year_cell(year: int) -> Year | str:
    """A year; all years together where it is 0."""
    return Year(year) if year else "all years"


def fulfilment_rows(o: Outcome, by: str) -> list[dict[str, Any]]:
    """Fulfilment grouped one way."""
    return [r for r in records(o, "fulfilment") if r["by"] == by]


def fulfilment_table(o: Outcome, by: str) -> pd.DataFrame:
    """Fulfilment this period, since the start and against the season, how much was heard, and what is silent."""
    rows = fulfilment_rows(o, by)
    if not rows:
        return blank(by)
    levels = o.provenance["unit_levels"]
    rows = sorted(rows, key=lambda r: (math.isnan(float(r["since_start"])), float(r["since_start"])))
    regions = region_names(o) if by == REGION else {}
    names = [
        target_words(o, r["indicator"]) if by == TARGET else regions.get(str(r["name"]), str(r["name"])) for r in rows
    ]
    columns: list[tuple[str, str, list[Any]]] = []
    if by != TARGET:
        columns.append(("target", "", [target_words(o, r["indicator"]) for r in rows]))
    if by == UNDER:
        columns.append(("what it is", "", [levels.get(r["name"], "") for r in rows]))
    columns += [
        ("period", "", [r["period"] for r in rows]),
        ("this period", PERCENT, [percent_of(r["this_period"]) for r in rows]),
        ("state", "", [r["state"] for r in rows]),
        ("since the start", PERCENT, [percent_of(r["since_start"]) for r in rows]),
        ("as reconciled", PERCENT, [percent_of(r["reconciled"]) for r in rows]),
        ("against the season", PERCENT, [percent_of(r["against_season"]) for r in rows]),
        ("heard of", PERCENT, [percent_of(r["heard"]) for r in rows]),
        ("silent", "", [Amount(r["silent"]) for r in rows]),
        ("due", "", [Amount(r["figures"]) for r in rows]),
        ("season", "", [r["season"] for r in rows]),
    ]  # fmt: skip
    if all(math.isnan(float(r["reconciled"])) for r in rows):
        columns = [c for c in columns if c[0] != "as reconciled"]
    return framed(pd.Index(names, name=by if by != UNDER else "above"), columns)


def last_ends(o: Outcome) -> list[dict[str, Any]]:
    """The end of each target: of all its years together, of a level of its last one."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for e in records(o, "ends"):
        key = (str(e["indicator"]), str(e["measure"]))
        if e["year"] == 0 or key not in last or last[key]["year"] != 0:
            last[key] = e
    return list(last.values())


def end_table(o: Outcome) -> pd.DataFrame:
    """The year that the day lies in and the end of the plan, by target, the least likely first."""
    year = int(str(o.provenance["day"])[:4])
    by_target: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for e in records(o, "ends"):
        by_target.setdefault((str(e["indicator"]), str(e["measure"])), []).append(e)
    rows = []
    for e in sorted(last_ends(o), key=lambda e: (math.isnan(float(e["chance"])), float(e["chance"]))):
        own = by_target[(str(e["indicator"]), str(e["measure"]))]
        rows += [*(r for r in own if int(r["year"]) == year and r["year"] != e["year"]), e]
    return _ends(rows, "target", lambda r: target_words(o, r["indicator"]))


def year_end_table(o: Outcome) -> pd.DataFrame:
    """Where each target will end, year by year and in all: promised, known, expected with its band, and the chance."""
    return _ends(records(o, "ends"), "target", lambda r: target_words(o, r["indicator"]))


def unit_end_table(o: Outcome) -> pd.DataFrame:
    """The same of every unit."""
    return _ends(records(o, "unit_ends"), "unit", lambda r: f"{r['unit']}: {target_words(o, r['indicator'])}")


def region_names(o: Outcome) -> dict[str, str]:
    """Regions by their names; the places of a map know them by ids."""
    return {str(r["place"]): str(r["name_en"]) for r in records(o, "places")}


def target_words(o: Outcome, indicator: object) -> str:
    """An indicator with its product by name."""
    kind, of, product = str(indicator).partition(": ")
    return f"{kind}: {called(o, product)}" if of else kind


def _ends(rows: list[dict[str, Any]], of: str, named: Any) -> pd.DataFrame:
    if not rows:
        return blank(of)
    return framed(
        pd.Index([named(r) for r in rows], name=of),
        [
            ("year", "", [year_cell(int(r["year"])) for r in rows]),
            ("promised", "", [rounded(r["promised"], 4) for r in rows]),
            ("known so far", "", [rounded(r["so_far"], 4) for r in rows]),
            ("will be", "", [rounded(r["mean"] if math.isfinite(r["error"]) else math.nan, 4) for r in rows]),
            ("from", "", [rounded(r["low"], 4) for r in rows]),
            ("to", "", [rounded(r["high"], 4) for r in rows]),
            ("chance", "", [chance_text(r) for r in rows]),
            ("in", "", [unit_words(str(r["measure"])) for r in rows]),
            ("limit", "", ["yes" if r["most"] else "" for r in rows]),
            ("rests on", "", [r["method"] for r in rows]),
            ("why no band", "", [r["why"] if math.isnan(float(r["error"])) else "" for r in rows]),
        ],
    )  # fmt: skip


def announcement_table(o: Outcome) -> pd.DataFrame:
    """What was announced, and what became of it."""
    rows = records(o, "announcements")
    return framed(
        pd.Index([r["claim"] for r in rows], name="announcement"),
        [
            ("who", "", [r["who"] for r in rows]), ("words", "", [r["words"] for r in rows]),
            ("by", "", [r["by_day"] or MISSING for r in rows]), ("state", "", [r["state"] for r in rows]),
            ("on its day", "", [r["on_its_day"] or MISSING for r in rows]),
            ("promised", "", [rounded(r["promised"], 4) for r in rows]),
            ("reported", "", [rounded(r["reported"], 4) for r in rows]), ("why", "", [r["why"] for r in rows]),
        ],
    ) if rows else blank("announcement")  # fmt: skip


def called(o: Outcome, code: str) -> str:
    """What a product or a sector is called."""
    kind, of, rest = code.partition(":")
    labels: Mapping[str, str] = o.provenance["labels"]
    if of and kind in ("home", "imported"):
        return f"{labels.get(rest, rest)}, {kind}"
    return str(labels.get(code, code))


def knock_on_table(o: Outcome) -> pd.DataFrame:
    """Who gets less of what is short, and what that costs at least and at most."""
    rows = records(o, "knock_on")
    users = {"": "final use", "export": "buyers abroad"}
    unit = f"{o.provenance['money']} / year"
    return framed(
        pd.Index([called(o, r["product"]) for r in rows], name="short of"),
        [
            ("taken by", "", [users.get(r["user"], called(o, r["user"])) for r in rows]),
            ("lacking of it", PERCENT, [percent_of(r["share"]) for r in rows]),
            ("gets less", unit, [float(r["lacks"]) for r in rows]),
            ("own output down, best", PERCENT, [percent_of(r["least"]) for r in rows]),
            ("own output down, worst", PERCENT, [percent_of(r["most"]) for r in rows]),
        ],
    ) if rows else blank("short of")  # fmt: skip


def reached_table(o: Outcome) -> pd.DataFrame:
    """Whom lacks reach, and on which day, with the stocks that are known."""
    rows = records(o, "reached")
    return framed(
        pd.Index([called(o, r["sector"]) for r in rows], name="sector"),
        [
            ("first day", "", [r["first_day"] for r in rows]),
            ("least output", PERCENT, [percent_of(r["least"]) for r in rows]),
            ("output lost", PERCENT, [percent_of(r["lost"]) for r in rows]),
            ("lacks", "", [called(o, r["lacks"]) if r["lacks"] else "short itself" for r in rows]),
        ],
    ) if rows else blank("sector")  # fmt: skip


def breaking_table(o: Outcome) -> pd.DataFrame:
    """Each unit's breaking shortfall, the most fragile first; who would break nobody stands last."""
    rows = records(o, "breaking")
    unit = f"{o.provenance['money']} / year"
    return framed(
        pd.Index([r["unit"] for r in rows], name="unit"),
        [
            ("promises", "", [f"{r['flow']} of {called(o, r['product'])}" for r in rows]),
            ("promised", unit, [float(r["promised"]) for r in rows]),
            ("final use feels", unit, [float(r["final"]) for r in rows]),
            ("others break at", unit, [_finite(r["others"]) for r in rows]),
            ("of its promise", PERCENT, [percent_of(_finite(r["share"])) for r in rows]),
            ("could break the plan", "", ["yes" if r["breaks"] else "no" for r in rows]),
            ("hit first", "", ["; ".join(called(o, c) for c in str(r["first"]).split("; ") if c) for r in rows]),
        ],
    ) if rows else blank("unit")  # fmt: skip


def _finite(value: float) -> float:
    return float(value) if math.isfinite(float(value)) else math.nan


def delivery_rows(o: Outcome) -> list[dict[str, Any]]:
    """Figures that are still to come, the nearest day first."""
    return [r for r in records(o, "promises") if not r["came"]]


def delivery_table(o: Outcome) -> pd.DataFrame:
    """The next deliveries, and those that are owed already."""
    rows = delivery_rows(o)
    return framed(
        pd.Index([r["due"] for r in rows], name="due"),
        [
            ("unit", "", [r["unit"] for r in rows]), ("target", "", [target_words(o, r["indicator"]) for r in rows]),
            ("period", "", [r["period"] for r in rows]), ("promised", "", [rounded(r["promised"], 4) for r in rows]),
            ("in", "", [unit_words(str(r["measure"])) for r in rows]), ("state", "", [r["state"] for r in rows]),
        ],
    ) if rows else blank("due")  # fmt: skip


def calendar_table(o: Outcome) -> pd.DataFrame:
    """Figures by the month in which they are due: came, did not come though their period has ended, still to come."""
    rows = records(o, "promises")
    months = sorted({str(r["due"])[:7] for r in rows})
    order = ("came", "due, did not come", "still to come")
    counts = {name: dict.fromkeys(months, 0) for name in order}
    for r in rows:
        kind = "came" if r["came"] else "still to come" if r["to_come"] else "due, did not come"
        counts[kind][str(r["due"])[:7]] += 1
    columns = [(name, "figures", list(counts[name].values())) for name in order]
    return framed(pd.Index(months, name="due in"), columns)


def period_table(o: Outcome) -> pd.DataFrame:
    """Every target in every period that has ended, or of which something came."""
    rows = [r for r in records(o, "periods") if r["ended"] or math.isfinite(float(r["reported"]))]
    return framed(
        pd.Index([target_words(o, r["indicator"]) for r in rows], name="target"),
        [
            ("period", "", [r["period"] for r in rows]),
            ("promised", "", [rounded(r["promised"], 4) for r in rows]),
            ("of what came", "", [rounded(r["promised_of_came"], 4) for r in rows]),
            ("reported", "", [rounded(r["reported"], 4) for r in rows]),
            ("reconciled", "", [rounded(r["reconciled"], 4) for r in rows]),
            ("in", "", [unit_words(str(r["measure"])) for r in rows]),
            ("kept", PERCENT, [percent_of(r["fulfilment"]) for r in rows]),
            ("silent", "", [Amount(r["silent"]) for r in rows]),
        ],
    ) if rows else blank("target")  # fmt: skip
