"""A programme of places in sentences: what is decided on a place, why, what would change it, how it was checked."""

from __future__ import annotations

import math
from typing import Any

from groundplan.outcome import Outcome
from groundplan.results.framed import table_of
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages.place_figures import worded
from groundplan.results.words import decimals, in_a_row, number

WHY_NOT = {
    "stands": "it has one already",
    "barred": "it cannot be built here: a figure that it needs is missing or too low, or the rules bar it",
    "first": "what must come first is lacking",
    "material": "not enough raw material is left within reach",
    "most": "the place gets as many works as the rules allow",
    "elsewhere": "budgets and raw materials do more in other places",
}
CHANGES_NOTE = (
    "Computed in the order that scores and the rules on years and provinces give, all other places being ordered anew. "
    "Budgets, raw materials and what must come first are not in it."
)
AUDITED = (
    "Every rule was computed again from the list of what was chosen, outside the model that chose: none is broken."
)
# Years below this are numbers of a year and no calendar years.
CALENDAR = 1000


def when(year: int) -> str:
    """A year as a sentence has it.

    >>> when(3), when(2027), when(0)
    ('year 3', '2027', 'not in these years')
    """
    if not year:
        return "not in these years"
    return str(year) if year >= CALENDAR else f"year {year}"


def _in(year: int) -> str:
    return f"in {when(year)}" if year else when(0)


def place_titles(o: Outcome) -> dict[str, str]:
    """Id → its name, in other languages too, and its province."""
    table, names = table_of(o, "places"), v.place_names(o)
    more = [c for c in table if str(c).startswith("name_")]
    titles = {}
    for row in table.to_dict("records"):
        place = str(row["place"])
        others = [str(row[c]) for c in more if row[c] and str(row[c]) != names[place]]
        province = f", {row['province']}" if row["province"] and row["province"] != names[place] else ""
        titles[place] = names[place] + (f" ({', '.join(others)})" if others else "") + province
    return titles


def chosen_year(o: Outcome, place: str) -> int:
    """The year in which a place is chosen, 0 where it is not."""
    table = table_of(o, "chosen")
    years = table.loc[table["place"] == place, "year"]
    return int(years.iloc[0]) if len(years) else 0


def programme_line(o: Outcome) -> str:
    """Country, how many places in which years, in one line."""
    span, n, of = v.years(o), len(table_of(o, "chosen")), len(table_of(o, "places"))
    return f"{o.provenance.get('country_name', '')}: {n} of {of} places chosen from {when(span[0])} to {when(span[-1])}"


def _works(o: Outcome, place: str) -> list[str]:
    names = v.facility_names(o)
    return [names.get(c, c).lower() for c in v.works_by_place(o).get(place, [])]


def short_decision(o: Outcome, place: str) -> str:
    """Year and works in a few words."""
    year = chosen_year(o, place)
    return f"{when(year)}: {', '.join(_works(o, place))}" if year else when(0)


def decision(o: Outcome, place: str) -> str:
    """What is decided on a place, in one sentence."""
    name, year, works, span = v.place_names(o)[place], chosen_year(o, place), _works(o, place), v.years(o)
    if not year:
        last = f"from {when(span[0])} to {when(span[-1])}"
        return f"{name} is not chosen {last}; {len(table_of(o, 'chosen'))} of {len(table_of(o, 'places'))} places are."
    built = table_of(o, "built")
    runs = int(built.loc[built["place"] == place, "works_from"].max()) if works else year
    gets = f" and gets {in_a_row([_one(n) for n in works])}; all of it runs from {when(runs)}" if works else ""
    return f"{name} is chosen {_in(year)}{gets}."


def _one(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def why_heading(o: Outcome, place: str) -> str:
    """The heading of the reasons."""
    year = chosen_year(o, place)
    return f"Why {_in(year)}" if year else "Why not in these years"


def _row(o: Outcome, table: str, place: str) -> dict[str, Any]:
    there = table_of(o, table)
    rows = there[there["place"] == place] if len(there) else there
    return {str(k): x for k, x in rows.iloc[0].items()} if len(rows) else {}


def _rows(o: Outcome, table: str, place: str) -> list[dict[str, Any]]:
    there = table_of(o, table)
    return (
        [{str(k): x for k, x in r.items()} for r in there[there["place"] == place].to_dict("records")]
        if len(there)
        else []
    )


def why(o: Outcome, place: str) -> list[str]:
    """What fixes a place's year and works, in sentences."""
    r, own, year = _row(o, "reasons", place), _row_of(o, place), chosen_year(o, place)
    rank = {k: f"rank {int(own[f'{k}_rank'])} of {len(table_of(o, 'places'))}" for k in ("need", "readiness")}
    said = [
        f"Its need score is {own['need']:.4f}: {rank['need']}, and {int(r['rank_in_province'])} in its province. "
        f"Its readiness score is {own['readiness']:.4f}: {rank['readiness']}."
    ]
    order = int(r["order"])
    if order == year:
        said.append(
            f"Scores and the rules on years and provinces alone put it {_in(year)} too; budgets and raw materials did "
            "not move it."
        )
    else:
        said.append(
            f"Scores and the rules on years and provinces alone would put it {_in(order)}; budgets, raw materials, the "
            "rule of the worst-off where it is in force, or an equally good order moved it."
        )
    said += [
        f"Without the rule on {x['rule']} it would come {_in(int(x['year']))}."
        for x in _rows(o, "reasons_rules", place)
    ]
    return said + _types(o, place) + _sure(o, place) + _envy(o, place)


def _row_of(o: Outcome, place: str) -> dict[str, Any]:
    table = v.by_place(o)
    return {str(k): x for k, x in table[table["place"] == place].iloc[0].items()}


def _types(o: Outcome, place: str) -> list[str]:
    """Why each facility is built, and why others are not; another size of what is built needs no reason."""
    names, rows = v.facility_names(o), _rows(o, "reasons_types", place)
    if not chosen_year(o, place):
        return []
    built = {str(r["facility"]).partition(":")[0] for r in rows if r["built"]}
    said = []
    for r in rows:
        name, base = names.get(r["facility"], r["facility"]), str(r["facility"]).partition(":")[0]
        if r["built"]:
            why_ = (
                "the rules require it"
                if r["reason"] == "required"
                else f"it counts {number(float(r['counts']), decimals([float(r['counts'])]))} points here"
            )
            said.append(f"{name}: built, because {why_}.")
        elif base not in built and ":" not in str(r["facility"]):
            said.append(f"{name}: not built, because {WHY_NOT.get(str(r['reason']), r['reason'])}.")
    return said


def _sure(o: Outcome, place: str) -> list[str]:
    r = _row(o, "intervals", place)
    if not r:
        return []
    ends = list(dict.fromkeys(_in(int(r[k])) for k in ("earliest", "latest")))
    span = ends[0] if len(ends) == 1 else f"{ends[0]} at the earliest and {ends[1]} at the latest"
    return [
        f"When every weight may be a quarter larger or smaller, scores and rules put it {span} in 90 of 100 draws, and "
        f"its rank of need lies from {int(r['rank_low'])} to {int(r['rank_high'])}."
    ]


def _envy(o: Outcome, place: str) -> list[str]:
    r = _row(o, "envy", place)
    if not r:
        return []
    example = v.place_names(o)[str(r["example"])]
    year, n, own = when(int(r["example_year"])), int(r["places"]), int(r["in_province"])
    if n == 1:
        return [f"It is needier than, and as ready as, {example}, which comes before it ({year})."]
    which = "none of them is" if not own else f"{own} of them {'is' if own == 1 else 'are'}"
    return [
        f"It is needier than, and as ready as, {n} places that come before it, such as {example} ({year}); {which} in "
        "its own province."
    ]


def changes(o: Outcome, place: str) -> list[str]:
    """Which figure would bring a place into an earlier year, in sentences."""
    r, table = _row(o, "reasons", place), table_of(o, "columns").set_index("column")
    order, to = int(r["order"]), int(r["rise_to"])
    if order == v.years(o)[0]:
        return ["By scores and rules it is in the first year: nothing would bring it earlier."]
    if not math.isfinite(float(r["rise_need"])):
        return [
            "No figure of need would bring it earlier under these rules: its province's turn or a fixed place decides."
        ]
    need = float(_row_of(o, place)["need"])
    rise = float(r["rise_need"])
    said = [f"With a need score above {need + rise:.4f} instead of {need:.4f} it would come {_in(to)}."]
    also = _scored_elsewhere(o)
    for x in _rows(o, "reasons_figures", place):
        means, unit = str(table.loc[x["column"], "meaning"]), worded(str(table.loc[x["column"], "unit"]))
        now, wanted, places = _beyond(float(x["now"]), float(x["wanted"]))
        kept = f"its {also[x['column']]}, in which this figure stands too, kept as it is" if x["column"] in also else ""
        said.append(
            f"{means}: {number(wanted, places)}{unit} instead of {number(now, places)}{unit}, "
            f"{kept or 'and nothing else changed'}, would do that."
        )
    return said


def _beyond(now: float, wanted: float) -> tuple[float, float, int]:
    """Two figures with as many decimals as keep them apart; what is wanted is rounded away from what is there."""
    # The threshold is the result of a division: what only rounding put behind its decimals says nothing.
    wanted = round(wanted, 9)
    places = v.decimals_apart(now, wanted)
    scale = 10.0**places
    out = math.ceil(wanted * scale - 1e-9) if wanted > now else math.floor(wanted * scale + 1e-9)
    return now, out / scale, places


def _scored_elsewhere(o: Outcome) -> dict[str, str]:
    """Column → another score than need in which it stands as well."""
    scores = table_of(o, "scores")
    others = scores[scores["score"] != "need"].drop_duplicates(["score", "criterion"])
    return dict(zip(others["criterion"], others["score"], strict=True))


def proof(o: Outcome) -> str:
    """How good the choice is proven to be, in words that begin a sentence's end."""
    gap, status = float(o.provenance.get("gap", math.nan)), o.provenance.get("status")
    how = {"stopped": "the search was stopped by the user; ", "out of time": "the search ran out of its time; "}
    proven = "no bound is proven"
    if math.isfinite(gap):
        share = f"{100 * gap:.2g}" if 1e-5 <= gap < 1 else number(100 * gap, decimals([100 * gap]))
        proven = f"no choice is better by more than {share} per cent"
        proven = proven if gap > 1e-9 else "no choice is better"
    return how.get(str(status), "") + proven


def audit_lines(o: Outcome) -> list[str]:
    """How the choice was checked, and how good it is proven to be."""
    said = proof(o)
    return [AUDITED, f"{said[0].upper()}{said[1:]}."]
