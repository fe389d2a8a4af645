"""Views in the language that is spoken: the same parts, numbers and charts, other words. English ones as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from groundplan.languages.phrase_book import PhraseBook
from groundplan.languages.spoken import ENGLISH, said, speaking, spoken, told_book
from groundplan.outcome import Outcome
from groundplan.results.view import Bullets, Grid, Part, Parts, Plot, Prose, Reference, Verbatim, View
from groundplan.results.view_list import brief, views
from groundplan.results.words import Amount

P = ParamSpec("P")
R = TypeVar("R")
# Columns of tables that hold names of data.
NAMING = {
    "product", "sector", "place", "doctrine", "event", "name", "country_name", "partner", "province", "title",
    "publisher", "material",
}  # fmt: skip
# Outcome → the phrase book with the names of its data → its views; they go when the outcome goes.
_books: WeakKeyDictionary[Outcome, dict[PhraseBook, PhraseBook]] = WeakKeyDictionary()
_said: WeakKeyDictionary[Outcome, dict[PhraseBook, tuple[View, ...]]] = WeakKeyDictionary()


def spoken_views(outcome: Outcome) -> tuple[View, ...]:
    """Every view of an outcome as ``views`` has them, in the spoken language. Raises ``UnknownName`` as ``views``."""
    with naming_data(outcome):
        book = told_book()
        if book is None:
            return views(outcome)
        of = _said.setdefault(outcome, {})
        if book not in of:
            of[book] = tuple(map(spoken_view, views(outcome)))
        return of[book]


@contextmanager
def naming_data(outcome: Outcome) -> Iterator[None]:
    """Inside the block texts are read with the names of the outcome's data; faces render in one (``naming``)."""
    book = told_book()
    own = _books.setdefault(outcome, {})
    if book is None or book in own.values():
        yield
        return
    if book not in own:
        own[book] = book.naming(names_of(outcome, book))
    with speaking(own[book]):
        yield


def naming(face: Callable[Concatenate[Outcome, P], R]) -> Callable[Concatenate[Outcome, P], R]:
    """A face of an outcome that says all that it shows inside ``naming_data``."""

    @wraps(face)
    def named(outcome: Outcome, /, *words: P.args, **keywords: P.kwargs) -> R:
        with naming_data(outcome):
            return face(outcome, *words, **keywords)

    return named


def spoken_brief(outcome: Outcome) -> View:
    """The first page in the spoken language, inside ``naming_data``."""
    return spoken_view(brief(outcome))


def spoken_view(view: View) -> View:
    """A view in the spoken language; its name stays."""
    if spoken() == ENGLISH:
        return view
    return replace(view, title=said(view.title), parts=spoken_parts(view.parts))


def spoken_parts(parts: Parts) -> Parts:
    """Parts of a view in the spoken language."""
    return parts if spoken() == ENGLISH else tuple(map(_part, parts))


def _part(part: Part) -> Part:
    match part:
        case Prose():
            return replace(part, words=said(part.words))
        case Bullets():
            return replace(part, lines=tuple(map(said, part.lines)))
        case Grid():
            heads = {said(k): said(v) for k, v in part.heads.items()}
            spare = tuple(map(said, part.spare))
            frame = spoken_frame(part.frame)
            return replace(part, title=said(part.title), frame=frame, heads=heads, spare=spare, english=part.frame)
        case Verbatim():
            return replace(part, summary=said(part.summary))
        case Plot() | Reference():  # a chart is drawn from English, and each of its marks said
            return part
    raise TypeError(part)


def spoken_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of a view in the spoken language: names of columns and rows, words in cells; numbers and units stay."""
    cells = frame.to_numpy(dtype=object)
    columns = []
    for n in range(cells.shape[1]):
        column = np.empty(len(cells), dtype=object)
        column[:] = [_cell(v) for v in cells[:, n]]
        columns.append(column if any(isinstance(v, str | Amount) for v in column) else frame.iloc[:, n].to_numpy())
    out = pd.DataFrame(dict(enumerate(columns)), index=_labels(frame.index))
    names, units = (frame.columns.get_level_values(level) for level in (0, 1))
    out.columns = pd.MultiIndex.from_arrays([[said(str(n)) for n in names], units], names=frame.columns.names)
    return out


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return said(value)
    if isinstance(value, Amount) and value.unit:
        return Amount(float(value), value.places, unit=said(value.unit), signed=value.signed)
    return value


def _labels(index: pd.Index) -> pd.Index:
    name = None if index.name is None else said(str(index.name))
    if not any(isinstance(x, str) for x in index):
        return index.rename(name)
    return pd.Index([said(x) if isinstance(x, str) else x for x in index], name=name, dtype=object)


def _called(what: Any) -> Iterator[str]:
    """What a policy calls its targets, projects, limits and the like."""
    if isinstance(what, Mapping):
        for key, value in what.items():
            if key in ("name", "label", "title") and isinstance(value, str):
                yield value
            yield from _called(value)
    elif isinstance(what, list | tuple):
        for value in what:
            yield from _called(value)


def names_of(outcome: Outcome, book: PhraseBook) -> dict[str, str]:
    """What the data of an outcome are called, in the words of the data, in the book's language where they have any.

    Labels that the program made (``labour of medium skill``) are none: the book reads them.
    """
    labels = outcome.provenance.get("labels", {})
    # What is typed in studies stays as it is typed.
    typed = {str(key) for key in outcome.provenance.get("policy", {})}
    words = {str(w) for w in labels.values()} | {str(w) for w in labels if not book.read_whole(str(w))}
    words |= set(_called(outcome.provenance.get("policy", {})))
    own: dict[str, str] = {}
    for frame in outcome.tables.values():
        for column in NAMING & set(frame.columns):
            words |= {str(w) for w in frame[column].dropna().unique()}
        if {"name_en", f"name_{book.own}"} <= set(frame.columns):
            pairs = zip(frame["name_en"], frame[f"name_{book.own}"], strict=True)
            own |= {str(a): str(b) for a, b in pairs if isinstance(a, str) and isinstance(b, str) and a and b}
    return (
        {w: w for w in words if not book.read_whole(w) or (" " not in w and w[:1].isupper())}
        | own
        | {w: w for w in typed}
    )
