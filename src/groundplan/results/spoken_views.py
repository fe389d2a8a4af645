"""Views in the language that is spoken: the same parts, numbers and charts, other words. English ones as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from groundplan.languages.phrase_book import PhraseBook
from groundplan.languages.spoken import ENGLISH, said, speaking, spoken, told_book
from groundplan.outcome import Outcome
from groundplan.results.view import Bullets, Grid, Part, Parts, Plot, Prose, Reference, Verbatim, View
from groundplan.results.view_list import brief, views
from groundplan.results.words import Amount

# Fields of charts that are no words for people: what files and marks are called, and shapes as they are given.
KEPT = {"name", "id", "key", "shapes", "geometry", "boundary", "colour", "kind"}
# Columns of tables that hold names of data.
NAMING = {
    "product",
    "sector",
    "place",
    "doctrine",
    "event",
    "name",
    "country_name",
    "partner",
    "province",
    "title",
    "publisher",
    "material",
}
_said: WeakKeyDictionary[Outcome, dict[str, tuple[View, ...]]] = WeakKeyDictionary()


def spoken_views(outcome: Outcome) -> tuple[View, ...]:
    """Every view of an outcome as ``views`` has them, in the spoken language. Raises ``UnknownName`` as ``views``."""
    language = spoken()
    if language == ENGLISH:
        return views(outcome)
    of = _said.setdefault(outcome, {})
    if language not in of:
        with naming_data(outcome):
            of[language] = tuple(map(spoken_view, views(outcome)))
    return of[language]


@contextmanager
def naming_data(outcome: Outcome) -> Iterator[None]:
    """Sentences inside the block are read with the names of the outcome's data."""
    book = told_book()
    if book is None:
        yield
        return
    with speaking(book.naming(names_of(outcome, book))):
        yield


def spoken_brief(outcome: Outcome) -> View:
    """The first page in the spoken language."""
    with naming_data(outcome):
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
        case Plot():
            table = None if part.table is None else spoken_frame(part.table)
            return replace(part, chart=_described(part.chart), table=table)
        case Verbatim():
            return replace(part, summary=said(part.summary))
        case Reference():
            return part
    raise TypeError(part)


def spoken_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of a view in the spoken language: headings, units, names of rows, words in cells; numbers stay."""
    cells = frame.to_numpy(dtype=object)
    out = pd.DataFrame(index=_labels(frame.index))
    columns = []
    for n in range(cells.shape[1]):
        column = np.empty(len(cells), dtype=object)
        column[:] = [_cell(v) for v in cells[:, n]]
        columns.append(column if any(isinstance(v, str | Amount) for v in column) else frame.iloc[:, n].to_numpy())
    out = pd.DataFrame(dict(enumerate(columns)), index=out.index)
    levels = [[said(str(x)) for x in frame.columns.get_level_values(level)] for level in range(frame.columns.nlevels)]
    out.columns = pd.MultiIndex.from_arrays(levels, names=frame.columns.names)
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


def _described(what: Any) -> Any:
    """A chart's description with its words said; what has none stays the same object."""
    if isinstance(what, str):
        return said(what)
    if isinstance(what, Mapping):
        return {k: _described(v) for k, v in what.items()}
    if isinstance(what, list):
        return [_described(v) for v in what]
    if isinstance(what, tuple) and not hasattr(what, "_fields"):
        return tuple(_described(v) for v in what)
    if isinstance(what, tuple):
        return type(what)(*(_described(v) for v in what))
    if is_dataclass(what) and not isinstance(what, type):
        turned = [f.name for f in fields(what) if f.init and f.name not in KEPT]
        return replace(what, **{name: _described(getattr(what, name)) for name in turned})
    return what


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
