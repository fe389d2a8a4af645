"""How a search for whole numbers stands, as a line for people that carries its figures, and how it is told to stop."""

from __future__ import annotations

import math
from collections.abc import Callable


class Enough(Exception):
    """Raised by a ``progress`` function at a ``SearchLine`` that ``can_keep``: stop, and keep the best so far."""


class SearchLine(str):
    """A line of progress. ``best``: the best choice so far, None where there is none yet; ``bound``: what none beats;
    ``gap``: between them, as a share. ``can_keep``: whether the search may be stopped here with the best so far.
    """

    best: float | None
    bound: float | None
    gap: float | None
    can_keep: bool

    def __new__(cls, text: str, best: float, bound: float, gap: float, *, keeps: bool = True) -> SearchLine:
        """A line with its figures; those that are not finite are left out."""
        line = super().__new__(cls, text)
        line.best, line.bound, line.gap = (n if math.isfinite(n) else None for n in (best, bound, gap))
        line.can_keep = keeps and line.best is not None
        return line

    def within(self, text: str) -> SearchLine:
        """The same figures in a longer line."""
        nan = math.nan
        best, bound, gap = (nan if n is None else n for n in (self.best, self.bound, self.gap))
        return SearchLine(text, best, bound, gap, keeps=self.can_keep)


def wants_more(progress: Callable[[str], None], line: SearchLine) -> bool:
    """Say how a search stands; False where whoever hears it has enough.

    >>> def content(line: str) -> None:
    ...     raise Enough
    >>> wants_more(print, SearchLine("best 1", 1.0, 2.0, 0.5)), wants_more(content, SearchLine("best 1", 1.0, 2.0, 0.5))
    best 1
    (True, False)
    """
    try:
        progress(line)
    except Enough:
        return False
    return True
