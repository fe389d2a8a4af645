"""Figures in which outcomes differ: indicators, headline facts, and the arrays and tables that say a kind's results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from groundplan.differences.apart_inputs import LETTERS
from groundplan.differences.compared_columns import OWN, RESULTS, ComparedColumn, Results
from groundplan.outcome import Outcome
from groundplan.results.outcome_facts import indicator_units, indicator_words, labels
from groundplan.results.words import STANDARD

# What is no result, or is told by sentences, of kinds that are not listed.
NO_RESULTS = {"outlines", "search", "guards", "written", "columns", "doctrines", "rules", "clash", "repairs"}
SAME = 1e-7
TOTAL, GROUP, PART = 0, 1, 2
# Words and units of figures that stand by themselves in the provenance; {money} is the outcome's.
HEADLINES: Mapping[str, tuple[str, str]] = {
    "headline constant standard": ("what the whole plan is worth, as a constant standard", STANDARD),
    "value_added_lost": ("value added lost", "{money}"),
    "value_added_lost_share": ("value added lost, share of a year's", "1"),
    "final_demand_unmet": ("final use not met", "{money}"),
    "final_demand_unmet_share": ("final use not met, share of a year's", "1"),
    "first_day_below": ("first day on which output is lower", "day"),
    "recovered": ("day on which output is back", "day"),
    "content direct": ("imports that the use buys directly", "{money} / year"),
    "content total": ("imports that the use needs in all rounds", "{money} / year"),
    "content spending": ("spending of the use that is followed", "{money} / year"),
    "objective": ("what the goal comes to", "{objective_unit}"),
    "margin": ("margin of the robust plan", "1"),
    "price": ("what robustness costs", "{objective_unit}"),
    "cost": ("what the wish costs", "{cost_unit}"),
    "cost_share": ("what the wish costs, as a share of everybody's living standard", "1"),
    "gap": ("distance to the best that is proven", "1"),
}
# A figure's source in the outcome, and which of its figures it is.
Key = tuple[str, str]
# Words before a cell of these dimensions.
SIDES = {"exporter": "from ", "importer": "to "}
OF_GROUPS = ("living standard", "gap", "spending gap")


class ApartFigure(NamedTuple):
    """A figure of an outcome: under which head, its name in words, unit, year (0: none), and how it ranks."""

    head: str
    words: str
    unit: str
    year: int
    rank: int
    value: float


class Apart(NamedTuple):
    """What came out differently, what not all outcomes have, and how many figures were compared."""

    changes: pd.DataFrame
    alone: pd.DataFrame
    counts: dict[str, int]


def figure_differences(outcomes: Sequence[Outcome]) -> Apart:
    """What came out differently: tables changes and alone, and counts.

    Columns of changes: rank (0 totals and headline figures, 1 household groups, 2 sectors and all else), head, figure,
    unit, year, the values a, b (and c), difference (b − a), share (of a; nan where that is nothing), and for c alike.
    Totals come first, then groups, then parts; within each the largest first: totals by their share, parts by their
    difference over the largest figure under their head. What differs by less than ``SAME`` of that is the same.
    Columns of alone: figure, unit, and a, b (and c), nan where it has none. Counts: compared, same, alone (figures that
    not all have) and other_units (of the same name in another unit, which cannot be compared).
    """
    every = [figures_of(o, outcomes) for o in outcomes]
    names = dict.fromkeys(key for figures in every for key in figures)
    shared = [key for key in names if all(key in figures for figures in every)]
    one_money = len({str(o.provenance.get("money", "")) for o in outcomes}) == 1
    alike = [k for k in shared if len({f[k].unit for f in every}) == 1 and (one_money or every[0][k].unit)]
    columns = list(LETTERS[: len(outcomes)])
    rows = [(*every[0][key][:5], *(figures[key].value for figures in every)) for key in alike]
    table = pd.DataFrame(rows, columns=["head", "figure", "unit", "year", "rank", *columns])
    apart = _ordered(table, columns)
    counts = {"compared": len(alike), "alone": len(names) - len(shared), "other_units": len(shared) - len(alike)}
    alone = [
        (*next((f[k].words, f[k].unit) for f in every if k in f), *(f[k].value if k in f else np.nan for f in every))
        for k in names
        if k not in shared
    ]
    own = pd.DataFrame(alone, columns=["figure", "unit", *columns])
    return Apart(apart, own, {**counts, "same": len(alike) - len(apart)})


def _ordered(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The figures that differ, with their differences, in the order in which they are read."""
    values = table[list(columns)].to_numpy(dtype=float).reshape(len(table), len(columns))
    finite = np.where(np.isfinite(values), values, 0.0)
    largest = np.abs(finite).max(axis=1, initial=0.0)
    under = pd.Series(largest).groupby([table["head"], table["unit"]]).transform("max").to_numpy()
    scale = np.where(table["rank"].to_numpy() == PART, under, largest)
    size, out = np.zeros(len(table)), {}
    for n, mark in enumerate(["", "_c"][: len(columns) - 1], 1):
        both = np.isfinite(values[:, n]) & np.isfinite(values[:, 0])
        # Of what is not known on one side there is no difference in figures.
        alike = both | (values[:, n] == values[:, 0]) | (np.isnan(values[:, n]) & np.isnan(values[:, 0]))
        moved = np.where(both, finite[:, n] - finite[:, 0], np.nan)
        out[f"difference{mark}"] = moved
        there = both & (np.abs(finite[:, 0]) > SAME * under)
        out[f"share{mark}"] = np.divide(moved, np.abs(finite[:, 0]), out=np.full(len(table), np.nan), where=there)
        weight = np.divide(np.abs(finite[:, n] - finite[:, 0]), scale, out=np.zeros(len(table)), where=scale > 0)
        size = np.maximum(size, np.where(both, weight, np.where(alike, 0.0, 1.0)))
    kept = table.assign(**out, size=size)[size > SAME]
    order = kept.sort_values(["rank", "size"], ascending=[True, False], kind="stable")
    return order.drop(columns="size").reset_index(drop=True)


def figures_of(o: Outcome, outcomes: Sequence[Outcome]) -> dict[Key, ApartFigure]:
    """Every figure of an outcome that can be compared with those of the others, by a key that all have alike."""
    results, year = RESULTS.get(o.engine, _everything(o)), last_year(outcomes)
    figures = dict(_headlines(o))
    if "indicator" in o.arrays:
        figures |= dict(_indicators(o, year))
    for name, words in results.arrays.items():
        if name in o.arrays:
            figures |= dict(_array(o, name, words, year))
    for name, columns in results.tables.items():
        keys = keys_of(name, outcomes)
        if keys:
            figures |= dict(_table(o, name, columns, keys))
    return figures


def _everything(o: Outcome) -> Results:
    """Of a kind that is not listed all arrays, and all numbers of its tables."""
    tables = {
        name: tuple(ComparedColumn(str(c), str(c).replace("_", " "), OWN) for c in t.columns if t[c].dtype.kind in "if")
        for name, t in o.tables.items()
        if name not in NO_RESULTS
    }
    arrays = {name: str(a.attrs.get("long_name") or name) for name, a in o.arrays.items() if name != "indicator"}
    return Results(tables, arrays)


def last_year(outcomes: Sequence[Outcome]) -> int:
    """The last year that all outcomes have; 0 where they have none alike."""
    years = [set(map(int, o.provenance.get("years", []))) for o in outcomes]
    return max(set.intersection(*years), default=0) if years else 0


def _units(o: Outcome) -> dict[str, str]:
    """What the units of ``compared_columns`` stand for in an outcome."""
    about = o.provenance
    units = {k: str(about.get(k) or "") for k in ("money", "objective_unit", "cost_unit", "employment_unit")}
    fairness = about.get("fairness")
    return {**units, "gap": str(fairness.get("unit", "")) if isinstance(fairness, Mapping) else ""}


def _headlines(o: Outcome) -> Iterator[tuple[Key, ApartFigure]]:
    about = o.provenance
    flat = {key: value for key, value in about.items() if not isinstance(value, Mapping)}
    for head in ("headline", "content"):
        flat |= {f"{head} {key}": value for key, value in dict(about.get(head) or {}).items()}
    units = _units(o)
    for key, (words, unit) in HEADLINES.items():
        value = flat.get(key)
        # The goal of a plan grows with its years; the constant standard says the same for people.
        if isinstance(value, bool) or not isinstance(value, int | float) or (o.engine == "plan" and key == "objective"):
            continue
        yield ("headline", key), ApartFigure("headline", words, unit.format(**units), 0, TOTAL, float(value))


def _indicators(o: Outcome, year: int) -> Iterator[tuple[Key, ApartFigure]]:
    units, table = indicator_units(o), o.frame("indicator")
    if year not in table.columns:
        return
    there = labels(o)
    households = set(o.provenance.get("households", []))
    for name, value in zip(map(str, table.index), table[year].tolist(), strict=True):
        head, mark, code = name.partition(": ")
        group = bool(mark) and head in OF_GROUPS and (code in households or code not in there)
        rank = GROUP if group else PART if mark else TOTAL
        yield (
            ("indicator", name),
            ApartFigure(head, indicator_words(o, name), units.get(name, "1"), year, rank, float(value)),
        )


def _array(o: Outcome, name: str, words: str, year: int) -> Iterator[tuple[Key, ApartFigure]]:
    """An array cell by cell: of years the last that all have, of days and stages the mean."""
    array, at = o[name], 0
    unit, names = str(array.attrs.get("units", "")), _names(o)
    for dim in [str(d) for d in array.dims if d in ("year", "day", "stage", "step")]:
        if dim == "year" and year in array[dim].values:
            array, at = array.sel(year=year), year
        else:
            array = array.mean(dim)
    for place in np.ndindex(array.shape):
        cell = [str(array[d].values[n]) for d, n in zip(array.dims, place, strict=True)]
        where = ", ".join(SIDES.get(str(d), "") + names.get(c, c) for d, c in zip(array.dims, cell, strict=True))
        said, rank = (f"{words}, {where}", PART) if where else (words, TOTAL)
        yield (f"array {name}", " | ".join(cell)), ApartFigure(name, said, unit, at, rank, float(array.values[place]))


def keys_of(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """The columns by which the rows of a table are told apart: the fewest first ones, of names or whole numbers, that
    do so in every outcome; none where there are none. A column of other numbers tells rows apart where it comes first.
    """
    frames = [f for f in (o.tables.get(name) for o in outcomes) if f is not None and not f.empty]
    if len(frames) < len(outcomes):
        return []
    first = str(frames[0].columns[0])
    if all(first in f.columns and f[first].dtype.kind == "f" and f[first].is_unique for f in frames):
        return [first]
    keys: list[str] = []
    for column in map(str, frames[0].columns):
        if all(column in f.columns and f[column].dtype.kind in "Oi" for f in frames):
            keys.append(column)
            if not any(f.duplicated(keys).any() for f in frames):
                return keys
    return []


def _table(
    o: Outcome, name: str, columns: Sequence[ComparedColumn], keys: Sequence[str]
) -> Iterator[tuple[Key, ApartFigure]]:
    names, tokens, frame = _names(o), _units(o), o.table(name)
    of_indicator, of_measure = indicator_units(o), dict(o.provenance.get("measures") or {})
    for row in frame.to_dict("records"):
        said = _row_words(row, keys, names)
        own = {
            "indicator": str(of_indicator.get(str(row.get("indicator")), "")),
            "measure": str(of_measure.get(str(row.get("measure")), "")),
        }
        cell = " | ".join(str(row[k]) for k in keys)
        for column in columns:
            if column.name not in frame.columns or column.name in keys:
                continue
            unit = str(row.get("unit") or "") if column.unit == OWN else column.unit.format(**tokens, **own)
            figure = ApartFigure(
                f"{name}: {column.name}", f"{column.words}, {said}", unit, 0, PART, float(row[column.name])
            )
            yield (f"table {name} {column.name}", cell), figure


def _names(o: Outcome) -> dict[str, str]:
    """Codes → names: of sectors, groups and all that the outcome labels, and of its countries."""
    countries = o.provenance.get("countries", {})
    return {**labels(o), **(countries if isinstance(countries, Mapping) else {})}


def _row_words(row: Mapping[Any, Any], keys: Sequence[str], names: Mapping[str, str]) -> str:
    """A row in words: its label or name where it has one, and the other keys."""
    label = row.get("label") or row.get("name") or row.get("name_en")
    cells = [str(row[k]) for k in keys if k not in ("unit", "label", "name")]
    words = [names.get(c, c) for c in cells]
    return ", ".join([str(label), *words[1:]] if label else words)
