"""The sheet that every map is drawn on: outlines, names where there is room, legend, scale, and words by language."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from groundplan.errors import UnknownName
from groundplan.results.charts.ground import Ground, Points
from groundplan.results.charts.svg import COLOURS, WIDTH, frame, text
from groundplan.results.words import elided, number

LEGEND = 200.0
TALLEST, SHORTEST = 700.0, 560.0
SMALL = 9.5
LINE = 18.0
UNSHADED = 'fill="currentColor" fill-opacity="0.04"'
LEAST_PIXEL = 0.5
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "places": "{n} places",
        "place": "1 place",
        "unknown": "not known",
        "never": "not in these years",
        "year": "year {n}",
        "calendar": "{n}",
        "schematic": "Cells are schematic,\nnot boundaries.",
        "absent": "{n} without coordinates\nare not on the map.",
        "plane": "North is up. Equirectangular,\ncentre {lat}, {lon}.",
        "flow": "The line is as wide as the\nflow; the square is the works.",
        "N": "{n}° N",
        "S": "{n}° S",
        "E": "{n}° E",
        "W": "{n}° W",
    },
    "ko": {
        "places": "{n}곳",
        "place": "1곳",
        "unknown": "자료 없음",
        "never": "이 기간에 선정되지 않음",
        "year": "{n}년차",
        "calendar": "{n}년",
        "schematic": "칸은 도식이며\n행정 경계가 아님.",
        "absent": "좌표가 없는 {n}곳은\n지도에 없음.",
        "plane": "위쪽이 북쪽. 등장방형도법,\n중심 {lat}, {lon}.",
        "flow": "선의 굵기는 흐름의 양,\n네모는 공장.",
        "N": "북위 {n}°",
        "S": "남위 {n}°",
        "E": "동경 {n}°",
        "W": "서경 {n}°",
    },
}


def words(language: str) -> Mapping[str, str]:
    """The words of a map in a language. Raises ``UnknownName`` for one that has none."""
    if language not in WORDS:
        raise UnknownName("language of a map", language, WORDS)
    return WORDS[language]


def width_of(label: str, size: float) -> float:
    """About how wide a label is drawn; a Hangul syllable is nearly as wide as it is high."""
    return size * sum(0.95 if unicodedata.east_asian_width(c) in "WF" else 0.56 for c in label)


@dataclass(frozen=True, eq=False)
class MapSheet:
    """A ground on the page: kilometres become units of the page, north up."""

    ground: Ground
    scale: float
    west: float
    north: float
    tall: float
    lang: Mapping[str, str]

    @classmethod
    def of(cls, ground: Ground, language: str) -> MapSheet:
        """The sheet on which all of a ground has room."""
        low, high = ground.corners.min(axis=0), ground.corners.max(axis=0)
        span = np.maximum(high - low, 1.0)
        scale = min((WIDTH - LEGEND - 24) / float(span[0]), TALLEST / float(span[1]))
        spare = (WIDTH - LEGEND - 24 - scale * float(span[0])) / 2.0
        tall = max(scale * float(span[1]) + 24, SHORTEST)
        west, north = float(low[0]) - (12 + spare) / scale, float(high[1]) + 12 / scale
        return cls(ground, scale, west, north, tall, words(language))

    def at(self, km: Points) -> Points:
        """Kilometres as places on the page."""
        return np.stack([(km[:, 0] - self.west) * self.scale, (self.north - km[:, 1]) * self.scale], axis=1)

    def path(self, place: str) -> str:
        """The outline of a place; points that fall together on the page are drawn once."""
        parts = []
        for ring in self.ground.rings[place]:
            xy = np.round(self.at(ring) / LEAST_PIXEL) * LEAST_PIXEL
            apart = np.append(True, (np.diff(xy, axis=0) != 0).any(axis=1))
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in xy[apart]) + "Z")
        return "".join(parts)

    def spot(self, place: str) -> tuple[float, float]:
        """Where a place's label stands: its point, or the middle of its outline."""
        point = self.ground.points[self.ground.ids.index(place)]
        if not np.isfinite(point).all():
            largest = max(self.ground.rings[place], key=len)
            point = (largest.min(axis=0) + largest.max(axis=0)) / 2.0
        x, y = self.at(point[None])[0]
        return round(float(x), 1), round(float(y), 1)


def fills(sheet: MapSheet, shades: Mapping[str, float], sentences: Mapping[str, str]) -> list[str]:
    """Every outline with its shade (none where it has none) and what it says when pointed at."""
    body = []
    for i in sheet.ground.rings:
        fill = f'fill="{COLOURS[0]}" fill-opacity="{shades[i]:.3g}"' if i in shades else UNSHADED
        dash = ' stroke-dasharray="3 2"' if i in sheet.ground.schematic else ""
        body.append(
            f'<path d="{sheet.path(i)}" fill-rule="evenodd" {fill} stroke="currentColor" stroke-opacity="0.45" '
            f'stroke-width="0.7"{dash}><title>{escape(sentences[i])}</title></path>'
        )
    return body


def labels(sheet: MapSheet, names: Mapping[str, str], below: float = 3.0) -> list[str]:
    """As many names as have room, the first ones first; every other name is said when its place is pointed at."""
    taken: list[tuple[float, float, float, float]] = []
    if below > 3.0:
        spots = [sheet.spot(i) for i in names if i in sheet.ground.rings]
        taken = [(x - 6, y - 6, x + 6, y + 5) for x, y in spots]
    body = []
    for i, label in names.items():
        if i not in sheet.ground.rings:
            continue
        x, y = sheet.spot(i)
        half = width_of(label, SMALL) / 2.0
        box = (x - half, y + below - SMALL + 1, x + half, y + below + 2)
        inside = box[0] >= 2 and box[2] <= WIDTH - LEGEND + 12 and box[3] <= sheet.tall
        if inside and not any(_meet(box, other) for other in taken):
            taken.append(box)
            body.append(halo(x, y + below, label, SMALL))
    return body


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def halo(x: float, y: float, label: str, size: float, *, bold: bool = False) -> str:
    """A label that stands clear of the shade below it."""
    weight = ' font-weight="700"' if bold else ""
    clear = 'stroke="Canvas" stroke-width="2.6" stroke-opacity="0.85" stroke-linejoin="round" paint-order="stroke"'
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size:g}"{weight} {clear} '
        f'pointer-events="none">{escape(label)}</text>'
    )


def swatch(shade: float | None) -> str:
    """The mark of a class in the legend; None is a place without a shade."""
    fill = UNSHADED if shade is None else f'fill="{COLOURS[0]}" fill-opacity="{shade:.3g}"'
    return f'<path d="M0 -10h18v12h-18z" {fill} stroke="currentColor" stroke-opacity="0.45" stroke-width="0.7"/>'


def legend(sheet: MapSheet, unit: str, rows: Sequence[tuple[str, str, str]], notes: Sequence[str]) -> list[str]:
    """Classes as mark, label and a smaller line below; the notes; and the scale."""
    x, y = WIDTH - LEGEND + 16, 24.0
    body = [text(x, y, unit, bold=True)] if unit else []
    y += LINE if unit else 0.0
    for mark, label, below in rows:
        body.append(f'<g transform="translate({x:g} {y:g})">{mark}</g>' + text(x + 26, y, elided(label, 22)))
        body.append(f'<g font-size="{SMALL + 1:g}" fill-opacity="0.8">{text(x + 26, y + LINE - 4, below)}</g>')
        y += 2 * LINE - 6
    said = [*notes]
    said += [sheet.lang["schematic"]] if sheet.ground.schematic else []
    said += [sheet.lang["absent"].format(n=len(sheet.ground.absent))] if sheet.ground.absent else []
    said.append(_plane_words(sheet))
    for line in "\n".join(said).split("\n"):
        y += 15
        body.append(f'<g font-size="{SMALL + 1.5:g}" fill-opacity="0.8">{text(x, y, line)}</g>')
    return body + _scale_bar(sheet, x, y + 28)


def _plane_words(sheet: MapSheet) -> str:
    lat, lon = sheet.ground.plane.lat, sheet.ground.plane.lon
    north = sheet.lang["N" if lat >= 0 else "S"].format(n=f"{abs(lat):.1f}")
    east = sheet.lang["E" if lon >= 0 else "W"].format(n=f"{abs(lon):.1f}")
    return sheet.lang["plane"].format(lat=north, lon=east)


def _scale_bar(sheet: MapSheet, x: float, y: float) -> list[str]:
    """A bar of a round number of kilometres; true at the centre of the map."""
    power = 10.0 ** math.floor(math.log10(140.0 / sheet.scale))
    km = max(m * power for m in (1, 2, 5) if m * power * sheet.scale <= 140.0)
    wide = round(km * sheet.scale, 1)
    bar = f'<path d="M{x:g} {y - 5:g}v5h{wide:g}v-5" stroke="currentColor" fill="none"/>'
    return [bar, text(x, y + 15, "0"), text(x + wide, y + 15, f"{number(km)} km", "middle")]


def counted(sheet: MapSheet, n: int) -> str:
    """So many places, in words."""
    return sheet.lang["place" if n == 1 else "places"].format(n=n)


def framed(sheet: MapSheet, name: str, title: str, description: str, body: Sequence[str]) -> str:
    """The whole map, in its language."""
    lang = next(code for code, words in WORDS.items() if words is sheet.lang)
    return frame(name, title, description, sheet.tall, [f'<g lang="{lang}">', *body, "</g>"])
