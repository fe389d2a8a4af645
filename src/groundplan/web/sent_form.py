"""Forms of texts that were sent, read within limits; files come another way (``sent_files``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.datastructures import FormData

MOST_FIELDS, MOST_BYTES = 4000, 4 * 2**20


async def sent_data(request: Request) -> FormData:
    """A form of texts as it was sent. Raises 413 for one that is larger than forms are, before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise HTTPException(413)
    return await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)


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


# What a form sent, as pages take it: it is read before the page's function, which then runs in a thread of its own.
Sent = Annotated[dict[str, str], Depends(sent_form)]
SentValues = Annotated[dict[str, list[str]], Depends(sent_values)]


def own_path(address: str) -> str:
    r"""The address where it is a path of this server, so that nobody is sent to another one; else nothing.

    >>> own_path("/documents"), own_path("//evil.example"), own_path("/\\evil.example"), own_path("https://evil.example/")
    ('/documents', '', '', '')
    >>> own_path("/\t/evil.example"), own_path("/\r\nset-cookie: a=b")
    ('', '')
    """
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else ""
