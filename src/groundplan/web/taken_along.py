"""Answers that are files to be taken along, under names that end no header."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi.responses import Response

PLAIN = re.compile(r"[^A-Za-z0-9._() -]")


def taken_along(data: bytes, kind: str, name: str, *, here: bool = False) -> Response:
    """A file of a kind, by its name; ``here``: shown by the browser and not put away."""
    return Response(data, media_type=kind, headers={"content-disposition": disposition(name, here=here)})


def disposition(name: str, *, here: bool = False) -> str:
    r"""How a file is given under a name, by RFC 6266: in plain letters, and in its own for who reads them.

    >>> disposition("plan-2031.pdf")
    'attachment; filename="plan-2031.pdf"'
    >>> disposition('a"\r\nb', here=True)
    'inline; filename="a___b"; filename*=UTF-8\'\'a%22%0D%0Ab'
    """
    plain, how = PLAIN.sub("_", name), "inline" if here else "attachment"
    own = f"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}" if plain != name else ""
    return f'{how}; filename="{plain}"{own}'
