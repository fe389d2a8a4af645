"""What is wrong with places: every fault in words, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, UnknownName
from groundplan.places.known import geometry
from groundplan.places.known.columns import COUNTED, MOST, MOST_OF_ANY, PARTS, PlacesError, some
from groundplan.places.known.given import GivenPlaces

FEW = 5  # points of which one can be said to lie apart from the others


def ids(own: list[str], others: Mapping[str, list[str]]) -> list[GroundplanError]:
    """Ids that are empty or stand twice, and tables that speak of other places."""
    faults: list[GroundplanError] = []
    if not own:
        faults.append(PlacesError("there is no place", fix="give at least one row"))
    twice = [i for i, n in Counter(own).items() if n > 1]
    if twice:
        faults.append(
            PlacesError(f"ids stand more than once: {some(twice)}", fix="give every place one id and one row")
        )
    if "" in own:
        faults.append(PlacesError(f"{own.count('')} places have no id", fix="give every place an id"))
    for name, listed in others.items():
        if Counter(listed) != Counter(own):
            odd = sorted(set(listed) ^ set(own))
            what = f"'{name}' and the table do not speak of the same places: {some(odd) or 'one stands twice'}"
            faults.append(PlacesError(what, fix="give every place once in each"))
    return faults


def faults(p: GivenPlaces) -> list[GroundplanError]:
    """Everything else: descriptions, ranges, parts and provinces, names, coordinates, polygons, borders, plants."""
    undescribed = _described(p)
    if undescribed:
        return undescribed
    return [*_ranges(p), *_parts(p), *_provinces(p), *_names(p), *_points(p), *_shapes(p), *_mentioned(p)]


def _described(p: GivenPlaces) -> list[GroundplanError]:
    faults = [fault for column in p.columns.values() for fault in column.faults()]
    odd = sorted(set(p.table.columns) ^ set(p.columns))
    if odd:
        faults.append(PlacesError(f"columns without figures or without a description: {some(odd)}", fix="give both"))
    wrong = [key for key, column in p.columns.items() if key != column.name]
    if wrong:
        faults.append(PlacesError(f"columns stand under other names than their own: {some(wrong)}"))
    infinite = [str(c) for c in p.table.columns if np.isinf(p.table[c]).any()]
    if infinite:
        faults.append(PlacesError(f"columns hold infinite figures: {some(infinite)}", fix="leave the cell empty"))
    if "population" not in p.columns:
        faults.append(PlacesError("there is no column 'population'", fix="say which column it is"))
    return faults


def _figures_listed(p: GivenPlaces, bad: pd.Series, values: pd.Series) -> str:
    return some(f"{p.title(i)} {values[i]:,.6g}" for i in bad.index[bad])


def _ranges(p: GivenPlaces) -> list[GroundplanError]:
    """Counts below zero, shares above 100, points off the globe."""
    faults: list[GroundplanError] = []
    for name, column in p.columns.items():
        values = p.table[name]
        low = 0.0 if column.unit in COUNTED else -MOST_OF_ANY
        high = MOST.get(column.unit, MOST_OF_ANY)
        if name in ("lat", "lon"):
            high = 90.0 if name == "lat" else 180.0
            low = -high
        bad = (values < low) | (values > high)
        if bad.any():
            what = f"column '{name}' ({column.unit}) is out of range: {_figures_listed(p, bad, values)}"
            fix = f"give from {low:g} to {high:g}; leave the cell empty where missing"
            turned = "; latitude and longitude may be exchanged" if name in ("lat", "lon") else ""
            faults.append(PlacesError(what, where=p.name, fix=fix + turned))
    return faults


def _parts(p: GivenPlaces) -> list[GroundplanError]:
    """Wholes that are not the sum of their parts; places where one of them is missing are passed over."""
    faults: list[GroundplanError] = []
    for whole, parts in PARTS:
        there = [c for c in parts if c in p.columns]
        if whole not in p.columns or len([c for c in there if c != "other_sex"]) < 2:
            continue
        gap = p.table[whole] - p.table[there].sum(axis=1, skipna=False)
        bad = gap.abs() > p.tolerance
        if bad.any():
            what = f"{whole} is not {' + '.join(there)}; the gap is {_figures_listed(p, bad, gap)}"
            faults.append(PlacesError(what, where=p.name, fix="correct the figures, or state a tolerance"))
    return faults


def _provinces(p: GivenPlaces) -> list[GroundplanError]:
    """The publisher's sums by province against the places'."""
    if p.provinces.empty:
        return []
    faults: list[GroundplanError] = []
    have = set(p.province)
    odd = sorted(have ^ set(p.provinces.index))
    faults += [UnknownName("province", i, set(p.provinces.index) if i in have else have, where=p.name) for i in odd]
    for name in p.provinces.columns:
        if name not in p.columns:
            faults.append(UnknownName("column", name, p.columns, where="sums by province"))
            continue
        gap = (p.province_sums(name) - p.provinces[name]).dropna()
        bad = gap[gap.abs() > p.tolerance]
        if len(bad):
            what = f"places do not add up to their provinces in '{name}': " + some(
                f"{i} {gap:+,.6g}" for i, gap in bad.items()
            )
            faults.append(PlacesError(what, where=p.name, fix="a place may be missing or stand in another province"))
    return faults


def _names(p: GivenPlaces) -> list[GroundplanError]:
    """Places without any name, and two of a province with one name."""
    faults: list[GroundplanError] = []
    nameless = p.names.index[(p.names == "").all(axis=1)]
    if len(nameless):
        faults.append(PlacesError(f"places have no name: {some(nameless)}", where=p.name, fix="give one language"))
    for language in p.names.columns:
        spelt = p.names[language].str.casefold()
        keys = pd.DataFrame({"province": p.province, "name": spelt})[spelt != ""]
        twice = keys[keys.duplicated(keep=False)]
        if len(twice):
            what = f"places of one province have one name ({language}): " + some(
                f"{p.title(str(i), language)} ({i})" for i in twice.index
            )
            faults.append(PlacesError(what, where=p.name, fix="the same place twice, or tell them apart by name"))
    return faults


def _points(p: GivenPlaces) -> list[GroundplanError]:
    """Half a coordinate, and the point at 0, 0, which is how missing ones are often written."""
    one = [c for c in ("lat", "lon") if c in p.columns]
    if len(one) == 1:
        return [PlacesError(f"there is '{one[0]}' and not the other coordinate", where=p.name, fix="give both")]
    if not one:
        return []
    faults: list[GroundplanError] = []
    half = p.table.index[p.table["lat"].isna() != p.table["lon"].isna()]
    if len(half):
        names = some(p.title(i) for i in half)
        faults.append(PlacesError(f"only one coordinate is given: {names}", where=p.name, fix="give both or none"))
    null = p.table.index[(p.table["lat"] == 0) & (p.table["lon"] == 0)]
    if len(null):
        names = some(p.title(i) for i in null)
        what = f"places lie at latitude 0, longitude 0: {names}"
        faults.append(PlacesError(what, where=p.name, fix="leave both empty where they are missing"))
    if turned := _turned(p):
        what = f"points lie far from all others, and among them with latitude and longitude exchanged: {some(turned)}"
        faults.append(PlacesError(what, where=p.name, fix="exchange the two, or correct the point"))
    return faults


def _turned(p: GivenPlaces) -> list[str]:
    """Places whose point lies outside of all others and inside when its coordinates are exchanged.

    The others: the middle of all points, and the distance within which nine tenths of them lie.
    """
    points = p.table[["lat", "lon"]].dropna()
    if len(points) < FEW:
        return []
    middle = points.median().to_numpy()
    away, turned = (np.hypot(*(points[[a, b]].to_numpy() - middle).T) for a, b in (("lat", "lon"), ("lon", "lat")))
    radius = float(np.quantile(away, 0.9))
    bad = (away > 3.0 * radius + 1.0) & (turned <= 1.5 * radius)
    return [p.title(str(i)) for i in points.index[bad]]


def _shapes(p: GivenPlaces) -> list[GroundplanError]:
    """Polygons that are broken, of unknown places, or that do not hold their place's point."""
    faults: list[GroundplanError] = []
    for place, form in p.shapes.items():
        if place not in p.table.index:
            faults.append(UnknownName("place", place, p.ids, where="polygons"))
            continue
        broken = geometry.faults(form, p.title(place))
        faults += broken
        if broken or place in p.without_coordinates:
            continue
        lat, lon = p.table.loc[[place], ["lat", "lon"]].to_numpy()[0]
        if not geometry.contains(form, lon, lat):
            what = f"the point {lat:.4f}, {lon:.4f} lies outside the polygon"
            faults.append(PlacesError(what, where=p.title(place), fix="latitude and longitude may be exchanged"))
    return faults


def _mentioned(p: GivenPlaces) -> list[GroundplanError]:
    """Borders and plants of places that are not there."""
    ids = set(p.ids)
    faults: list[GroundplanError] = [
        UnknownName("place", i, p.ids, where="borders") for pair in p.borders for i in pair if i not in ids
    ]
    faults += [UnknownName("place", q.place, p.ids, where="plants") for q in p.plants if q.place not in ids]
    return faults
