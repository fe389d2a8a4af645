"""The figures of a programme of places: maps, timetable, Lorenz curves, cost by year, efficiency against equality."""

from __future__ import annotations

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts import maps
from groundplan.results.charts.chart import Chart
from groundplan.results.charts.curves import Curve, Curves, Span, Timetable
from groundplan.results.charts.drawing import Lines, series
from groundplan.results.charts.ground import Ground, ground
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.place_pages import place_fairness as fair
from groundplan.results.place_pages import place_views as v

TITLES = {
    "en": {"need": "Need", "years": "Year of selection", "flows": "Flows of raw material", "score": "score, 0 to 1"},
    "ko": {"need": "필요도", "years": "선정 연도", "flows": "원료의 흐름", "score": "점수, 0–1"},
}


def _ground(o: Outcome) -> Ground | None:
    table = table_of(o, "places")
    return ground(table, table_of(o, "outlines"), v.language(o)) if len(table) else None


def _title(o: Outcome, name: str) -> str:
    return TITLES.get(v.language(o), TITLES["en"])[name]


def need_map(o: Outcome) -> maps.Choropleth | None:
    """Need by place."""
    here, table = _ground(o), v.by_place(o).set_index("place")
    if here is None or "need" not in table:
        return None
    return maps.Choropleth("need", _title(o, "need"), here, table["need"], _title(o, "score"), language=v.language(o))


def year_map(o: Outcome, until: int | None = None) -> maps.YearMap | None:
    """Year of selection by place; ``until``: of those alone that are chosen up to this year."""
    here, years = _ground(o), v.by_place(o).set_index("place")["year"].astype(float)
    years = years if until is None else years.where(years <= until)
    # A second map of a page has ids of its own.
    name = "years" if until is None else "until"
    return None if here is None else maps.YearMap(name, _title(o, "years"), here, years, language=v.language(o))


def flow_map(o: Outcome) -> maps.FlowMap | None:
    """Raw material from its source to the works."""
    here, flows = _ground(o), table_of(o, "flows")
    if here is None or not len(flows):
        return None
    names = {m: v.material_brief(o, m) for m in v.material_units(o)}
    shown = flows.assign(material=flows["material"].map(names), place=flows["site"])
    units = {names[m]: unit for m, unit in v.material_units(o).items()}
    return maps.FlowMap("flows", _title(o, "flows"), here, shown, units, language=v.language(o))


def need_table(o: Outcome) -> pd.DataFrame:
    """Need and readiness of every place, neediest first."""
    table, names = v.by_place(o).sort_values("need_rank", kind="stable"), v.place_names(o)
    own = f"name_{v.language(o)}"
    named = [("on the map", "", table[own])] if v.language(o) != "en" and own in table else []
    scores = [(n, "1", table[n]) for n in ("need", "readiness")]
    return framed(pd.Index([names[p] for p in table["place"]], name="place"), [*named, *scores])


def flow_table(o: Outcome) -> pd.DataFrame:
    """Raw material a year from where to where, largest first."""
    flows, names = table_of(o, "flows"), v.place_names(o)
    if not len(flows):
        return blank("works in")
    units, flows = v.material_units(o), flows.sort_values("amount", ascending=False, kind="stable")
    return framed(
        pd.Index([names[p] for p in flows["site"]], name="works in"),
        [
            ("raw material", "", [v.material_words(o, m) for m in flows["material"]]),
            ("from", "", [names[p] for p in flows["source"]]),
            ("amount", next(iter(units.values())) if len(set(units.values())) == 1 else "own units", flows["amount"]),
            ("way", "km", flows["km"]),
        ],
    )


def gantt(o: Outcome) -> Timetable | None:
    """When the works of each chosen place are built, and from when they run."""
    built = table_of(o, "built")
    if not len(built):
        return None
    chosen, works_names, place_names = table_of(o, "chosen"), v.facility_names(o), v.place_names(o)
    rows = []
    for place, year in zip(chosen["place"], chosen["year"].astype(int), strict=True):
        here = built[built["place"] == place]
        ends = int(here["works_from"].max()) if len(here) else year + 1
        works = ", ".join(works_names.get(c, c) for c in here["facility"])
        sentence = f"{place_names[place]}: {works}; built from {year}, all run from {ends}"
        rows.append(Span(place_names[place], year, ends - year, sentence))
    last = max(max(v.years(o)), int(built["works_from"].max()))
    span = range(min(v.years(o)), last + 1)
    return Timetable("timetable", TIMETABLE, rows, span, ("being built", "all works run"))


def lorenz_chart(o: Outcome) -> Curves | None:
    """Both Lorenz curves."""
    table = table_of(o, "lorenz")
    if not len(table):
        return None
    lines = []
    for when, curve in table.groupby("when", sort=False):
        points = [(100 * float(a), 100 * float(b)) for a, b in zip(curve["people"], curve["share"], strict=True)]
        lines.append(
            Curve(str(when), points, [f"{when}: {a:.1f} % of people, {b:.1f} %" for a, b in points], marked=False)
        )
    axes = ("per cent of people, poorest places first", "per cent of what all have")
    return Curves("lorenz", LORENZ, lines, axes, zero=True, even=True)


def lorenz_sentence(o: Outcome) -> str:
    """What the programme does to the Gini between places."""
    f = o.provenance.get("fairness", {})
    if not {"gini_before", "gini_after"} <= set(f):
        return LORENZ
    return f"{LORENZ}: the Gini between places goes from {f['gini_before']:.4f} to {f['gini_after']:.4f}"


def cost_chart(o: Outcome) -> Lines | None:
    """Building cost by year, beside the budget where there is one."""
    money = str(o.provenance.get("money", ""))
    there = cost_table(o)
    if not money or not len(there):
        return None
    return Lines("cost", COST, [str(y) for y in there.index], [("", series(there))], zero=True)


def cost_table(o: Outcome) -> pd.DataFrame:
    """What building costs in each year, and the budget."""
    claims, money = table_of(o, "claims"), str(o.provenance.get("money", ""))
    spent = (
        claims[claims["commodity"] == "money"].set_index("year")["amount"] if len(claims) else pd.Series(dtype=float)
    )
    if not money or not len(spent):
        return blank("year")
    years = sorted({*map(int, spent.index), *v.years(o)})
    columns = [("building cost", money, spent.reindex(years, fill_value=0.0))]
    limit = table_of(o, "budget")
    if len(limit) and (limit["limit"] == "money").any():
        columns.append(("budget", money, limit[limit["limit"] == "money"].set_index("year")["ceiling"].reindex(years)))
    return framed(pd.Index(years, name="year"), columns)


def front_chart(o: Outcome) -> Curves | None:
    """What the choice is measured by against the mean gap of the worst-off tenth."""
    table = table_of(o, "front")
    if len(table) < 2 or table["tail_gap"].nunique() < 2:
        return None
    pairs = zip(table["tail_gap"], table["objective"], strict=True)
    points = [(float(a), float(b)) for a, b in pairs]
    shown = fair.front(o)
    cells = zip(shown.iloc[:, 0], shown.iloc[:, 2], strict=True)
    sentences = [f"gap {gap.text}, points {score.text}" for score, gap in cells]
    axes = (str(shown.columns[2][0]), "points")
    return Curves("front", FRONT, [Curve("choices", points, sentences)], axes, zero=False)


def map_until(year: int) -> Chart:
    """The map of years with those places that are chosen up to a year."""
    return Chart("until", f"Who is chosen up to {year}", lambda o: year_map(o, year), v.timetable)


NEED = "Need of every place"
YEARS = "In which year each place is chosen"
FLOWS = "Raw material, from where to which works"
TIMETABLE = "When works are built and run"
LORENZ = "How evenly people share, before and after"
COST = "Building cost by year"
FRONT = "Efficiency against equality"

CHARTS = {
    c.name: c
    for c in (
        Chart("need", NEED, need_map, need_table),
        Chart("years", YEARS, year_map, v.timetable),
        Chart("flows", FLOWS, flow_map, flow_table),
        Chart("timetable", TIMETABLE, gantt, v.timetable),
        Chart("lorenz", LORENZ, lorenz_chart, fair.lorenz, sentence=lorenz_sentence),
        Chart("cost", COST, cost_chart, cost_table),
        Chart("front", FRONT, front_chart, fair.front),
    )
}
