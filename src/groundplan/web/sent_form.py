"""Forms that were sent: read within limits, texts by field; files go to the project's folder whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.datastructures import FormData

MOST_FIELDS, MOST_FILES = 4000, 20
MOST_BYTES = 4 * 2**20
MOST_FILE_BYTES = 256 * 2**20


async def sent_data(request: Request, most: int = MOST_BYTES) -> FormData:
    """A form as it was sent. Raises 413 for one that is larger than ``most`` bytes, before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > most:
        raise HTTPException(413)
    return await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES, max_part_size=MOST_BYTES)


async def sent_form(request: Request) -> dict[str, str]:
    """The texts of a form by field; of a field that stands twice the last. Raises 413 as ``sent_data``."""
    data = await sent_data(request)
    return {key: value.replace("\r\n", "\n") for key, value in data.multi_items() if isinstance(value, str)}


async def sent_values(request: Request) -> dict[str, list[str]]:
    """The texts of a form by field, every entry of a field that stands more than once. Raises 413 as ``sent_data``."""
    data = await sent_data(request)
    values: dict[str, list[str]] = {}
    for key, value in data.multi_items():
        if isinstance(value, str):
            values.setdefault(key, []).append(value.replace("\r\n", "\n").strip())
    return values
