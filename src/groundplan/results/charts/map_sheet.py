"""The sheet that every map is drawn on: outlines, names where there is room, legend, scale, and words by language."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from groundplan.errors import UnknownName
from groundplan.languages.spoken import said
from groundplan.results.charts.ground import Ground, Points
from groundplan.results.charts.svg import COLOURS, WIDE, WIDTH, Room, closed, frame, text
from groundplan.results.words import elided, number

LEGEND = 200.0
TALLEST, SHORTEST = 700.0, 560.0
SMALL = 9.5
LINE = 18.0
DASH = 'stroke-dasharray="3 2"'
EDGE = 'stroke="currentColor" stroke-opacity="0.45" stroke-width="0.7"'
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
        "key": "Places by the thin numbers on the map:",
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
        "key": "지도 위 가는 숫자의 곳:",
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
    room: Room = WIDE

    @classmethod
    def of(cls, ground: Ground, language: str, room: Room = WIDE) -> MapSheet:
        """The sheet on which all of a ground has room; on a narrow page the legend stands below it, not beside it."""
        low, high = ground.corners.min(axis=0), ground.corners.max(axis=0)
        span = np.maximum(high - low, 1.0)
        wide = room.width - (0.0 if room.narrow else LEGEND) - 24
        scale = min(wide / float(span[0]), TALLEST / float(span[1]))
        spare = (wide - scale * float(span[0])) / 2.0
        tall = max(scale * float(span[1]) + 24, 0.0 if room.narrow else SHORTEST)
        west, north = float(low[0]) - (12 + spare) / scale, float(high[1]) + 12 / scale
        return cls(ground, scale, west, north, tall, words(language), room)

    @property
    def small(self) -> float:
        """How large a place's name is written."""
        return 11.0 if self.room.narrow else SMALL

    @property
    def edge(self) -> float:
        """As far as a name may reach to the right."""
        return self.room.width - 2 if self.room.narrow else WIDTH - LEGEND + 12

    def at(self, km: Points) -> Points:
        """Kilometres as places on the page."""
        return np.stack([(km[:, 0] - self.west) * self.scale, (self.north - km[:, 1]) * self.scale], axis=1)

    def path(self, place: str) -> str:
        """The outline of a place; points that fall together on the page are drawn once."""
        parts = []
        for ring in self.ground.rings[place]:
            least = 2 * LEAST_PIXEL if self.room.narrow else LEAST_PIXEL
            xy = np.round(self.at(ring) / least) * least
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
    cells = sheet.ground.schematic
    # What all outlines share stands once: a map of two hundred places is drawn twice in a report.
    shared = (f'fill="{COLOURS[0]}"' if shades else UNSHADED) + (f" {DASH}" if cells >= set(sheet.ground.rings) else "")
    body = [f'<g {shared} fill-rule="evenodd" {EDGE}>']
    for i in sheet.ground.rings:
        fill = f' fill-opacity="{shades[i]:.3g}"' if i in shades else f" {UNSHADED}" if shades else ""
        dash = f" {DASH}" if i in cells and DASH not in shared else ""
        body.append(f'<path d="{sheet.path(i)}"{fill}{dash}{closed("path", sheet.room.hint(sentences[i]))}')
    return [*body, "</g>"]


Box = tuple[float, float, float, float]


def labels(sheet: MapSheet, names: Mapping[str, str], below: float = 3.0) -> tuple[list[str], list[Box], list[str]]:
    """As many names as have room, the first ones first; the room that is taken then, and the places without a name."""
    taken: list[Box] = []
    if below > 3.0:
        spots = [sheet.spot(i) for i in names if i in sheet.ground.rings]
        taken = [(x - 6, y - 6, x + 6, y + below - sheet.small) for x, y in spots]
    body, bare = [], []
    for i, label in names.items():
        if i not in sheet.ground.rings:
            continue
        x, y = sheet.spot(i)
        half = width_of(label, sheet.small) / 2.0
        box = (x - half, y + below - sheet.small + 1, x + half, y + below + 2)
        if _inside(sheet, box) and not any(_meet(box, other) for other in taken):
            taken.append(box)
            body.append(halo(x, y + below, label, sheet.small))
        else:
            bare.append(i)
    return body, taken, bare


def named_or_numbered(
    sheet: MapSheet, names: Mapping[str, str], below: float, more: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Every place with its name, or where that has no room with a number; and what each number says.

    ``more``: what the key says of a place beside its name; where it says more, every place has a number.
    """
    body, taken, bare = labels(sheet, names, below)
    if more:
        body, taken, bare = [], [], [i for i in names if i in sheet.ground.rings]
    boxes = np.array(taken).reshape(-1, 4)
    key, leads = [], []
    for n, i in enumerate(bare, 1):
        x, y = sheet.spot(i)
        half = width_of(str(n), sheet.small) / 2.0 + 0.5
        (dx, dy), box = _free(sheet, x, y + below, half, boxes, below)
        boxes = np.vstack([boxes, box])
        if math.hypot(dx, dy) > 2 * below:
            line = f'd="M{x:g} {y:g}L{x + dx:g} {y + below + dy - 3:g}"'
            leads.append(f'<path {line} stroke="currentColor" stroke-opacity="0.5" stroke-width="0.6" fill="none"/>')
        body.append(halo(round(x + dx, 1), round(y + below + dy, 1), str(n), sheet.small))
        key.append(f"{n} {names[i]}{more.get(i, '')}")
    return [*leads, haloes(body)], key


def _free(
    sheet: MapSheet, x: float, y: float, half: float, boxes: Points, below: float
) -> tuple[tuple[float, float], Box]:
    """The nearest way from (x, y) to where a number has room; none where there is no room near by."""
    steps = [(0.0, 0.0), (0.0, -2 * below + 5), (6 + half, -below + 4), (-6 - half, -below + 4)]
    turns = [math.radians(45 * k + 22.5) for k in range(8)]
    steps += [(round(r * math.cos(t), 1), round(r * math.sin(t), 1)) for r in (14, 20, 28, 38, 50, 64) for t in turns]
    for dx, dy in steps:
        box = (x + dx - half, y + dy - sheet.small + 1.5, x + dx + half, y + dy + 1)
        meets = (boxes[:, 0] < box[2]) & (box[0] < boxes[:, 2]) & (boxes[:, 1] < box[3]) & (box[1] < boxes[:, 3])
        if _inside(sheet, box) and not meets.any():
            return (dx, dy), box
    return (0.0, 0.0), (x - half, y - sheet.small, x + half, y)


def _inside(sheet: MapSheet, box: Box) -> bool:
    return box[0] >= 2 and box[1] >= 0 and box[2] <= sheet.edge and box[3] <= sheet.tall


def key_below(sheet: MapSheet, entries: Sequence[str], top: float) -> tuple[list[str], float]:
    """What the numbers on a map say, in columns that are read downwards; and where they end."""
    if not entries:
        return [], top
    count = 2 if sheet.room.narrow else 4
    wide, rows = (sheet.room.width - 16) / count, math.ceil(len(entries) / count)
    body = [text(12, top + 12, sheet.lang["key"])]
    top += 18
    for n, words in enumerate(entries):
        x, y = 12 + (n // rows) * wide, top + 16 + (n % rows) * (sheet.small + 5)
        while width_of(words, sheet.small) > wide - 8:
            words = words.rstrip("…")[:-1] + "…"
        body.append(text(round(x, 1), round(y, 1), words))
    return [f'<g font-size="{sheet.small:g}">', *body, "</g>"], top + 20 + rows * (sheet.small + 5)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def halo(x: float, y: float, label: str, size: float, *, bold: bool = False) -> str:
    """A label that stands clear of the shade below it, within ``haloes``."""
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{weight}>{escape(said(label))}</text>'


def haloes(labels: Sequence[str]) -> str:
    """Labels on a map, each with a clear edge."""
    clear = 'stroke="Canvas" stroke-width="2.6" stroke-opacity="0.85" stroke-linejoin="round" paint-order="stroke"'
    return f'<g text-anchor="middle" pointer-events="none" {clear}>{"".join(labels)}</g>'


def swatch(shade: float | None) -> str:
    """The mark of a class in the legend; None is a place without a shade."""
    fill = UNSHADED if shade is None else f'fill="{COLOURS[0]}" fill-opacity="{shade:.3g}"'
    return f'<path d="M0 -10h18v12h-18z" {fill} {EDGE}/>'


def legend(
    sheet: MapSheet, unit: str, rows: Sequence[tuple[str, str, str]], notes: Sequence[str]
) -> tuple[list[str], float]:
    """Classes as mark, label and a smaller line below; the notes; and the scale. And where it ends."""
    count = 2 if sheet.room.narrow else 1
    left, y = (12.0, sheet.tall + 18.0) if sheet.room.narrow else (WIDTH - LEGEND + 16, 24.0)
    body = [text(left, y, unit, bold=True)] if unit else []
    y += LINE if unit else 0.0
    for n, (mark, label, below) in enumerate(rows):
        x = left + (n % count) * 186.0
        body.append(f'<g transform="translate({x:g} {y:g})">{mark}</g>' + text(x + 26, y, elided(label, 22)))
        body.append(f'<g font-size="{SMALL + 1:g}" fill-opacity="0.8">{text(x + 26, y + LINE - 4, below)}</g>')
        y += 2 * LINE - 6 if n % count == count - 1 or n == len(rows) - 1 else 0.0
    said = [*notes]
    said += [sheet.lang["schematic"]] if sheet.ground.schematic else []
    said += [sheet.lang["absent"].format(n=len(sheet.ground.absent))] if sheet.ground.absent else []
    said.append(_plane_words(sheet))
    for line in "\n".join(said).split("\n"):
        y += 15
        body.append(f'<g font-size="{SMALL + 1.5:g}" fill-opacity="0.8">{text(left, y, line)}</g>')
    return body + _scale_bar(sheet, left, y + 28), y + 52


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


def framed(
    sheet: MapSheet, name: str, title: str, description: str, body: Sequence[str], end: float, key: Sequence[str] = ()
) -> str:
    """The whole map, in its language; ``key`` is what its numbers say, below what ends at ``end``."""
    lang = next(code for code, words in WORDS.items() if words is sheet.lang)
    below, height = key_below(sheet, key, max(sheet.tall, end))
    marks = [f'<g lang="{lang}">', *body, *below, "</g>"]
    return frame(sheet.room.named(name), title, description, round(height, 1), marks, sheet.room.width)
