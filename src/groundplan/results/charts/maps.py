"""Maps as inline SVG: a figure by place, the year of selection, flows of raw material. No tiles, no script, no request.

Shades are of one hue and the year or the class is written beside them, so that nothing rests on colour alone. Where
only points are given, cells around them stand in for outlines and the map says that they are no boundaries.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from groundplan.results.charts import chart_sentences, echarts
from groundplan.results.charts.ground import Ground
from groundplan.results.charts.map_sheet import (
    MapSheet,
    counted,
    fills,
    framed,
    halo,
    haloes,
    labels,
    legend,
    named_or_numbered,
    swatch,
)
from groundplan.results.charts.svg import DASHES, NARROW, WIDE, Room, closed, colour, tick_texts, ticks
from groundplan.results.words import decimals, number

# The lightest class is told from a place without a figure by its hue, in print and in grey too.
FAINT, STRONG = 0.3, 0.9
# Years from here on are calendar years; those of one century are told apart by two digits.
CALENDAR = 1000
# Of more places than this a map shows numbers alone, and the key says name and year.
CROWD, NARROW_CROWD = 80, 30


def choropleth(
    name: str, title: str, ground: Ground, values: pd.Series, unit: str, *, language: str = "en", room: Room = WIDE
) -> str:
    """A figure by place (ids as index) in classes with round limits; what is missing has no shade."""
    sheet = MapSheet.of(ground, language, room)
    v = values.reindex(list(ground.ids)).astype(float)
    finite = v[np.isfinite(v.to_numpy())]
    if not len(finite):
        return ""
    limits = ticks(float(finite.min()), float(finite.max()))
    classes = np.clip(np.searchsorted(limits, finite.to_numpy(), side="right") - 1, 0, len(limits) - 2)
    level = pd.Series(classes, finite.index)
    steps = len(limits) - 1
    shades = [FAINT + (STRONG - FAINT) * n / max(steps - 1, 1) for n in range(steps)]
    digits = decimals(finite.tolist(), unit)
    sentences = {i: f"{ground.names[i]}: {number(v[i], digits)}" for i in ground.ids}
    body = fills(sheet, {str(i): shades[k] for i, k in level.items()}, sentences)
    order = v.sort_values(ascending=False, kind="stable").index
    body.append(haloes(labels(sheet, {i: ground.names[i] for i in order})[0]))
    count = level.value_counts()
    ends = tick_texts(limits)
    rows = [
        (swatch(shades[n]), f"{ends[n]} – {ends[n + 1]}", counted(sheet, int(count.get(n, 0)))) for n in range(steps)
    ]
    if len(finite) < len(v):
        rows.append((swatch(None), sheet.lang["unknown"], counted(sheet, len(v) - len(finite))))
    marks, end = legend(sheet, unit, rows, ())
    described = "; ".join(sentences.values())
    return framed(sheet, name, title, f"{title}, {unit}. {described}.", [*body, *marks], end)


def by_year(name: str, title: str, ground: Ground, years: pd.Series, *, language: str = "en", room: Room = WIDE) -> str:
    """The year of selection by place (ids as index), NaN for those that are not chosen; the year is written in each.

    Calendar years of one century stand there with two digits, and in full in the legend. A chosen place whose name has
    no room has a number, which the key below explains; in a crowd each has a number, and the key says the year too.
    """
    sheet = MapSheet.of(ground, language, room)
    chosen = years.dropna().astype(int)
    chosen = chosen[[i in ground.rings for i in chosen.index]]
    if not len(chosen):
        return ""
    when = sorted(set(chosen))
    shade = {y: STRONG - (STRONG - FAINT) * n / max(len(when) - 1, 1) for n, y in enumerate(when)}
    sentences = {i: f"{ground.names[i]}: {_year(sheet, chosen.get(i))}" for i in ground.ids}
    body = fills(sheet, {str(i): shade[y] for i, y in chosen.items()}, sentences)
    brief = len({y // 100 for y in when}) == 1 and min(when) >= CALENDAR
    crowded = len(chosen) > (NARROW_CROWD if room.narrow else CROWD)
    written = []
    for i, y in chosen.items() if not crowded else ():
        x, at = sheet.spot(str(i))
        written.append(halo(x, at + 4, f"{y % 100:02d}" if brief else str(y), 11.0, bold=True))
    body.append(haloes(written))
    order = {str(i): ground.names[str(i)] for i in chosen.sort_values(kind="stable").index}
    more = {str(i): f", {y}" for i, y in chosen.items()} if crowded else {}
    names, key = named_or_numbered(sheet, order, 3.0 if crowded else 3.5 + sheet.small, more)
    body += names
    count = chosen.value_counts()
    rows = [(swatch(shade[y]), _year(sheet, y), counted(sheet, int(count[y]))) for y in when]
    rest = len(ground.rings) - len(chosen)
    if rest:
        rows.append((swatch(None), sheet.lang["never"], counted(sheet, rest)))
    marks, end = legend(sheet, "", rows, ())
    described = "; ".join(sentences[str(i)] for i in chosen.sort_values(kind="stable").index)
    return framed(sheet, name, title, f"{title}. {described}.", [*body, *marks], end, key)


def flow_map(
    name: str,
    title: str,
    ground: Ground,
    flows: pd.DataFrame,
    units: Mapping[str, str],
    *,
    language: str = "en",
    room: Room = WIDE,
) -> str:
    """Flows (columns material, source, place, amount) as lines from where a material comes to the works that uses it.

    Lines are as wide as the amount among those of their material; what a place takes of its own has no line.
    """
    sheet = MapSheet.of(ground, language, room)
    shown = _between(ground, flows)
    if not len(shown):
        return ""
    materials = list(dict.fromkeys(shown["material"].astype(str)))
    body = fills(sheet, {}, {i: ground.names[i] for i in ground.ids})
    body += _lines(sheet, shown, materials, units)
    works = list(dict.fromkeys(shown["place"].astype(str)))
    for i in works:
        x, y = sheet.spot(i)
        body.append(f'<path d="M{x - 3.5:g} {y - 3.5:g}h7v7h-7z" fill="currentColor"/>')
    names, key = named_or_numbered(sheet, {i: ground.names[i] for i in works}, 4.5 + sheet.small, {})
    body += names
    rows = []
    for n, material in enumerate(materials):
        amounts = shown.loc[shown["material"] == material, "amount"]
        total = f"{number(amounts.sum(), decimals([amounts.sum()]))} {units.get(material, '')}".rstrip()
        rows.append((_stroke(n), material, total))
    marks, end = legend(sheet, "", rows, (sheet.lang["flow"],))
    described = "; ".join(_flow_words(ground, row, units) for row in shown.to_dict("records"))
    return framed(sheet, name, title, f"{title}. {described}.", [*body, *marks], end, key)


def _between(ground: Ground, flows: pd.DataFrame) -> pd.DataFrame:
    """Flows from one place on the map to another."""
    shown = flows[(flows["source"] != flows["place"]) & (flows["amount"] > 0)]
    return shown[shown["source"].isin(list(ground.rings)) & shown["place"].isin(list(ground.rings))]


def _lines(sheet: MapSheet, shown: pd.DataFrame, materials: Sequence[str], units: Mapping[str, str]) -> list[str]:
    body = []
    largest = shown.groupby("material")["amount"].max()
    for row in shown.sort_values("amount", ascending=False, kind="stable").to_dict("records"):
        n = materials.index(str(row["material"]))
        (x1, y1), (x2, y2) = sheet.spot(str(row["source"])), sheet.spot(str(row["place"]))
        wide = 0.8 + 4.2 * float(row["amount"]) / float(largest[row["material"]])
        dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
        end = closed("path", sheet.room.hint(_flow_words(sheet.ground, row, units)))
        body.append(f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{colour(n)}" stroke-width="{wide:.3g}"{dash}{end}')
    return ['<g stroke-opacity="0.75" stroke-linecap="round" fill="none">', *body, "</g>"]


def _flow_words(ground: Ground, row: Mapping[Hashable, object], units: Mapping[str, str]) -> str:
    amount, material = float(str(row["amount"])), str(row["material"])
    source, place = ground.names[str(row["source"])], ground.names[str(row["place"])]
    return f"{source} → {place}, {material}: {number(amount, decimals([amount]))} {units.get(material, '')}".rstrip()


def _year(sheet: MapSheet, year: int | None) -> str:
    if year is None:
        return sheet.lang["never"]
    return sheet.lang["calendar" if year >= CALENDAR else "year"].format(n=year)


def _stroke(n: int) -> str:
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    return f'<path d="M0 -4h18" stroke="{colour(n)}" stroke-width="4" fill="none"{dash}/>'


@dataclass(frozen=True, eq=False)
class Choropleth:
    """A figure by place as a description."""

    name: str
    title: str
    ground: Ground
    values: pd.Series
    unit: str
    language: str = "en"

    @property
    def empty(self) -> bool:
        """Whether no place has a figure."""
        return not np.isfinite(self.values.reindex(list(self.ground.ids)).astype(float).to_numpy()).any()

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        room = NARROW if narrow else WIDE
        return choropleth(self.name, self.title, self.ground, self.values, self.unit, language=self.language, room=room)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_choropleth(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_choropleth(self)


@dataclass(frozen=True, eq=False)
class YearMap:
    """The year of selection by place as a description."""

    name: str
    title: str
    ground: Ground
    years: pd.Series
    language: str = "en"

    @property
    def empty(self) -> bool:
        """Whether no place that can be drawn is chosen."""
        return not any(i in self.ground.rings for i in self.years.dropna().index)

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        room = NARROW if narrow else WIDE
        return by_year(self.name, self.title, self.ground, self.years, language=self.language, room=room)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_year_map(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_year_map(self)


@dataclass(frozen=True, eq=False)
class FlowMap:
    """Flows from place to place as a description."""

    name: str
    title: str
    ground: Ground
    flows: pd.DataFrame
    units: Mapping[str, str]
    language: str = "en"

    @property
    def empty(self) -> bool:
        """Whether nothing goes from one place that can be drawn to another."""
        return not len(_between(self.ground, self.flows))

    def svg(self, *, narrow: bool = False) -> str:
        """Its marks."""
        room = NARROW if narrow else WIDE
        return flow_map(self.name, self.title, self.ground, self.flows, self.units, language=self.language, room=room)

    def option(self) -> dict[str, Any]:
        """Its ECharts option."""
        return echarts.of_flow_map(self)

    def sentence(self) -> str:
        """What it shows, in a sentence."""
        return chart_sentences.of_flow_map(self)
