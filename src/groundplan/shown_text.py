"""Text as it may be shown: whatever a name has in it, a terminal and a browser get no orders from it."""

from __future__ import annotations

import re

# Controls other than the line break, marks that turn the direction of what follows, and separators of lines.
UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    r"""A text with its control and direction characters as escapes; line breaks stay.

    >>> visible("steel \x1b[31m"), visible("a\u202eb")
    ('steel \\u001b[31m', 'a\\u202eb')
    """
    return UNSHOWN.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


class SaidText(str):
    """A text that is in the language that is spoken already, so that it is not read a second time."""

    __slots__ = ()
