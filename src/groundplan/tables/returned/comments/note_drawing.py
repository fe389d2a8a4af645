"""The drawing that shows comments in a sheet: a box a cell, in the old language of drawings that comments still use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from groundplan.errors import TableError
from groundplan.tables.returned.comments.placed_xml import AGAIN, at_the_end_of, elements, with_puts

Place = tuple[int, int]  # row and column, from 0
BOX = "_x0000_t202"
BOX_KIND = (
    f'<v:shapetype id="{BOX}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE = re.compile(rb"_x0000_s(\d+)")
BLOCK = 1024  # numbers of shapes that one drawing has for itself


def fresh_drawing(places: Sequence[Place], others: Iterable[bytes]) -> bytes:
    """A drawing with a box at each place; ``others``: the drawings that the workbook has, whose numbers are taken."""
    block = max([_last_shape(data) for data in others], default=0) // BLOCK + 1
    shapes = "".join(_box(place, block * BLOCK + n) for n, place in enumerate(places, 1))
    blocks = ",".join(str(b) for b in range(block, block + len(places) // BLOCK + 1))
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        f'<o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>{BOX_KIND}{shapes}</xml>'
    ).encode()


def grown_drawing(data: bytes, part: str, places: Sequence[Place]) -> bytes:
    """A drawing with boxes more. Raises ``TableError`` for one that is no XML."""
    root = next(iter(elements(data, part, 0)), None)
    if root is None:
        raise TableError(f"part '{part}' of the workbook is empty", fix=AGAIN)
    last = _last_shape(data)
    shapes = "".join(_box(place, last + n) for n, place in enumerate(places, 1))
    kind = "" if BOX.encode() in data else BOX_KIND
    return with_puts(data, [at_the_end_of(data, root, kind + shapes)])


def _last_shape(data: bytes) -> int:
    return max((int(n) for n in SHAPE.findall(data)), default=0)


def _box(place: Place, number: int) -> str:
    """A hidden box right of its cell."""
    row, column = place
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 5}, 15, {row + 6}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#{BOX}" fillcolor="#ffffe1" o:insetmode="auto" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        'style="position:absolute;margin-left:80pt;margin-top:5pt;width:200pt;height:90pt;z-index:1;visibility:hidden">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
