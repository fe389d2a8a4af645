"""Files to take along: as answers under names that end no header, and as archives."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import Response

PLAIN = re.compile(r"[^A-Za-z0-9._() -]")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files, by their paths, as an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return archive.getvalue()


def zipped_folder(folder: Path) -> bytes:
    """A folder's files as an archive, under the folder's name; links are left out."""
    there = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    return zipped({f"{folder.name}/{p.relative_to(folder).as_posix()}": p.read_bytes() for p in there})


def taken_along(data: bytes, kind: str, name: str, *, here: bool = False) -> Response:
    """A file of a kind, by its name; ``here``: shown by the browser and not put away."""
    return Response(data, media_type=kind, headers={"content-disposition": disposition(name, here=here)})


def disposition(name: str, *, here: bool = False) -> str:
    r"""How a file is given under a name, by RFC 6266: in plain letters, and in its own for who reads them.

    >>> disposition("plan-2031.pdf")
    'attachment; filename="plan-2031.pdf"'
    >>> disposition('a"\r\nb', here=True)
    'inline; filename="a___b";filename*=UTF-8\'\'a%22%0D%0Ab'
    """
    plain, how = PLAIN.sub("_", name), "inline" if here else "attachment"
    own = f";filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}" if plain != name else ""
    return f'{how}; filename="{plain}"{own}'
