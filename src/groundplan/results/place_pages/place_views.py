"""What a reader wants to see of a programme of places, as tables; the page, the charts and the report read these."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.ground import names_in
from groundplan.results.framed import blank, framed, table_of
from groundplan.results.place_pages.place_figures import meanings
from groundplan.results.words import MISSING, PERCENT, Year, decimals


def language(o: Outcome) -> str:
    """The language of names and of words on maps; everything else is in English."""
    return str(o.provenance.get("language", "en"))


@lru_cache(maxsize=4)
def place_names(o: Outcome) -> dict[str, str]:
    """Id → English name, another one where there is none."""
    return names_in(table_of(o, "places"), "en") if len(table_of(o, "places")) else {}


def facility_names(o: Outcome) -> dict[str, str]:
    """Code of a facility → its name in English."""
    table = table_of(o, "facilities")
    return dict(zip(table["facility"], table["name_en"], strict=True)) if len(table) else {}


def material_words(o: Outcome, material: str) -> str:
    """A raw material in words, and how far it may come from."""
    return ", ".join(p for p in (material_brief(o, material), material.partition(" ")[2]) if p)


def material_brief(o: Outcome, material: str) -> str:
    """A raw material as short as a map needs it."""
    column = material.partition(" ")[0]
    return meanings(o).get(column, column).partition(";")[0].partition(",")[0]


def material_units(o: Outcome) -> dict[str, str]:
    """Raw material as the flows name it → its unit."""
    columns = table_of(o, "columns")
    units = dict(zip(columns["column"], columns["unit"], strict=True)) if len(columns) else {}
    return {m: units.get(m.partition(" ")[0], "") for m in dict.fromkeys(table_of(o, "flows").get("material", []))}


def years(o: Outcome) -> list[int]:
    """The years of the programme."""
    return [int(y) for y in o.provenance.get("years", [])]


@lru_cache(maxsize=4)
def works_by_place(o: Outcome) -> dict[str, list[str]]:
    """Id → codes of what is built there."""
    built = table_of(o, "built")
    return (
        {str(p): list(g["facility"].astype(str)) for p, g in built.groupby("place", sort=False)} if len(built) else {}
    )


def _each(o: Outcome, codes: list[str], column: str) -> float:
    table = table_of(o, "facilities").set_index("facility")[column]
    return float(sum(table[c] for c in codes))


@lru_cache(maxsize=4)
def by_place(o: Outcome) -> pd.DataFrame:
    """One row a place, chosen or not: names, province, point, year, facilities (codes), scores, ranks, gaps."""
    out = table_of(o, "places").copy()
    chosen, works = table_of(o, "chosen"), works_by_place(o)
    year = dict(zip(chosen["place"], chosen["year"].astype(int), strict=True))
    out["year"] = pd.Series([year.get(p) for p in out["place"]], dtype="Int64")
    out["facilities"] = [works.get(p, []) for p in out["place"]]
    scores = table_of(o, "scores")
    for name, table in scores.groupby("score", sort=False):
        first = table.drop_duplicates("place").set_index("place")
        out[str(name)] = first["value"].reindex(out["place"]).to_numpy()
        out[f"{name}_rank"] = first["rank"].reindex(out["place"]).to_numpy()
    gaps = table_of(o, "gaps").set_index("place")
    for when in ("before", "after"):
        out[f"gap_{when}"] = gaps[when].reindex(out["place"]).to_numpy()
    return out


def by_year(o: Outcome) -> pd.DataFrame:
    """The timetable by year: places, works, jobs, people who live there, and what is built for."""
    table, works = by_place(o), works_by_place(o)
    money = str(o.provenance.get("money", ""))
    rows = []
    for year in years(o):
        here = table[table["year"] == year]
        codes = [c for p in here["place"] for c in works.get(p, [])]
        spent = _spent(o, year) if money else np.nan
        rows.append((len(here), len(codes), _each(o, codes, "workers"), here["population"].sum(min_count=1), spent))
    heads = [("places", ""), ("works", "works"), ("jobs in them", "persons"), ("people living there", "people")]
    columns: list[tuple[str, str, Any]] = [(h, u, [r[n] for r in rows]) for n, (h, u) in enumerate(heads)]
    if money:
        columns.append(("building cost of the year", money, [r[4] for r in rows]))
    return framed(pd.Index(years(o), name="year"), columns)


def _spent(o: Outcome, year: int) -> float:
    claims = table_of(o, "claims")
    return float(claims.loc[(claims["year"] == year) & (claims["commodity"] == "money"), "amount"].sum())


def timetable(o: Outcome) -> pd.DataFrame:
    """The chosen places in their order: year, province, works, when all of them run, ranks of need and readiness."""
    table, names = by_place(o), facility_names(o)
    chosen = table[table["year"].notna()].sort_values(["year", "need_rank"], kind="stable")
    runs = (
        table_of(o, "built").groupby("place")["works_from"].max() if len(table_of(o, "built")) else pd.Series(dtype=int)
    )
    places_by_id = place_names(o)
    columns: list[tuple[str, str, Any]] = [
        ("year", "", [Year(y) for y in chosen["year"]]),
        ("province", "", chosen["province"]),
        ("works", "", ["; ".join(names.get(c, c) for c in codes) for codes in chosen["facilities"]]),
        ("all run from", "", [Year(runs[p]) if p in runs else MISSING for p in chosen["place"]]),
        ("rank of need", "", chosen["need_rank"]),
        ("rank of readiness", "", chosen["readiness_rank"]),
    ]
    return framed(pd.Index([places_by_id[p] for p in chosen["place"]], name="place"), columns)


def later(o: Outcome) -> pd.DataFrame:
    """The places that are not chosen in these years, neediest first."""
    table = by_place(o)
    rest, names = table[table["year"].isna()].sort_values("need_rank", kind="stable"), place_names(o)
    return framed(
        pd.Index([names[p] for p in rest["place"]], name="place"),
        [
            ("province", "", rest["province"]),
            ("rank of need", "", rest["need_rank"]),
            ("rank of readiness", "", rest["readiness_rank"]),
        ],
    )


def decimals_apart(one: float, other: float) -> int:
    """As many decimals as two numbers need to be told well, and apart."""
    usual = decimals([one, other])
    return next((n for n in range(usual, 10) if f"{one:.{n}f}" != f"{other:.{n}f}"), usual)


def budgets(o: Outcome) -> pd.DataFrame:
    """What was used of each budget by year, and its ceiling."""
    table = table_of(o, "budget")
    columns: list[tuple[str, str, Any]] = []
    for name, part in table.groupby("limit", sort=False) if len(table) else []:
        part = part.set_index("year").reindex(years(o))
        columns += [
            (f"{name}: used", _unit(o, str(name)), part["used"]),
            (f"{name}: ceiling", _unit(o, str(name)), part["ceiling"]),
        ]
    return framed(pd.Index(years(o), name="year"), columns)


def agreement(o: Outcome) -> pd.DataFrame:
    """What the programme claims of the national plan and what the plan gives, in the last round."""
    table = table_of(o, "agreement")
    if not len(table):
        return blank("year")
    last = table[table["round"] == table["round"].max()]
    unit = str(o.provenance.get("plan_money", ""))
    return framed(
        pd.Index(last["year"], name="year"),
        [
            ("claimed", unit, last["claim"]),
            ("given by the plan", unit, last["ceiling"]),
            ("not given", PERCENT, 100 * last["residual"]),
        ],
    )


def claims(o: Outcome) -> pd.DataFrame:
    """What the programme asks of the country by year, also after its last year while building goes on."""
    table = table_of(o, "claims")
    if not len(table):
        return blank("year")
    wide = table.pivot_table(index="year", columns="commodity", values="amount", aggfunc="sum", fill_value=0.0)
    return framed(pd.Index(wide.index, name="year"), [(str(c), _unit(o, str(c)), wide[c]) for c in wide.columns])


def _unit(o: Outcome, commodity: str) -> str:
    if commodity.startswith("jobs"):
        return "persons"
    return "MWh / year" if commodity == "power" else str(o.provenance.get("money", ""))


def material_use(o: Outcome) -> pd.DataFrame:
    """What the works take of each raw material, and what they may take in the whole country."""
    flows, types, figures = table_of(o, "flows"), table_of(o, "types"), table_of(o, "figures")
    if not len(flows):
        return blank("raw material")
    taken = flows.groupby(flows["material"].str.partition(" ")[0])["amount"].sum()
    shares = types[types["facility"] == ""].set_index("figure")["value"]
    units = {m.partition(" ")[0]: unit for m, unit in material_units(o).items()}
    there = [
        float(figures.loc[figures["column"] == c, "value"].sum() * shares.get(f"available: {c}", 1.0))
        for c in taken.index
    ]
    unit = next(iter(set(units.values()))) if len(set(units.values())) == 1 else "own units"
    columns: list[tuple[str, str, Any]] = [
        ("taken by the works", unit, taken),
        ("may be taken", unit, there),
        ("share", PERCENT, [100 * a / b if b else np.nan for a, b in zip(taken, there, strict=True)]),
    ]
    return framed(pd.Index([material_words(o, c) for c in taken.index], name="raw material"), columns)
