"""Figures of estimated accounts as the ranges that draws of these accounts give, on every page of an outcome.

A figure stands alone where 90 per cent of the draws round to it as it is written; where they do not, its range stands
in its place. A sentence that draws say otherwise says in how many it holds; a sentence, a clause, a row or a cell that
most draws do not have is not shown. What draws say is gathered when an outcome is made (``remarks_of``, ``ranges_of``)
and kept in its tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import column_values, headings, table_of
from groundplan.results.view import BODY, Bullets, Grid, Part, Plot, Prose, View
from groundplan.results.words import MISSING, Between, Year, is_figure, number, places_by_unit, range_words

WORDS, FIGURES = "ranged_words", "ranged_figures"
BAND = (0.05, 0.95)
# A sentence that this share of the draws says needs no remark; a cell that fewer than this have is not shown.
SURE, LEAST, FEWEST = 0.9, 0.5, 3
# Whole numbers below this are counts, and their ranges are told in full.
COUNTED = 100.0
NUMBER = re.compile(r"(?<![\w.,–])(?<!\w-)[−+-]?\d[\d,]*(?:\.\d+)?(?![\w–]|\.\d)")
SENTENCES, CLAUSES = re.compile(r"(?<=[.?!]) (?=[A-Z0-9−])"), re.compile(r"(?<=;) ")


@dataclass(frozen=True)
class Remarks:
    """What the views of one outcome say: sentences by view, figures by view, table, row and column."""

    sentences: Mapping[str, Sequence[str]]  # and their clauses between semicolons, each by itself
    figures: Mapping[str, float]


def remarks_of(views: Sequence[View]) -> Remarks:
    """Every sentence and every figure of an outcome's views."""
    sentences = {v.name: [c for line in v.says for s in SENTENCES.split(line) for c in CLAUSES.split(s)] for v in views}
    return Remarks(sentences, {key: value for v in views for key, value, _ in _cells(v)})


def _cells(view: View) -> Iterator[tuple[str, float, str]]:
    """Key, value and text of every figure in the tables of a view."""
    for grid in (p for p in view.parts if isinstance(p, Grid)):
        columns = column_values(grid.frame)
        units = [unit for _, unit in headings(grid.frame)]
        places = places_by_unit(columns, units)
        labels = _labels(grid.frame)
        for (name, unit), values in zip(headings(grid.frame), columns, strict=True):
            for label, value in zip(labels, values, strict=True):
                if _ranged_figure(value):
                    yield _key(view.name, grid.title, label, name), float(value), number(value, places[unit])


def _labels(frame: pd.DataFrame) -> list[str]:
    """The rows' names, told apart where they repeat."""
    seen: dict[str, int] = {}
    out = []
    for label in map(str, frame.index):
        seen[label] = seen.get(label, 0) + 1
        out.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return out


def _key(*parts: str) -> str:
    return "\t".join(parts)


def ranges_of(views: Sequence[View], draws: Sequence[Remarks]) -> dict[str, pd.DataFrame]:
    """The tables that tell the ranges of what ``views`` say, from what the views of every draw say.

    ranged_words    view, said, ranged, holds (share of the draws that say so)
    ranged_figures  view, table, row, column, value, low, high (5 and 95 per cent), there (share of draws that have it)
    """
    words = []
    for v in views:
        theirs = [_by_shape(d.sentences.get(v.name, ())) for d in draws]
        for shape, own in _by_shape(remarks_of([v]).sentences[v.name]).items():
            for k, text in enumerate(own):
                ranged, share = _ranged(text, [of.get(shape, [])[k : k + 1] for of in theirs])
                if ranged != text or share < SURE:
                    words.append({"view": v.name, "said": text, "ranged": ranged, "holds": share})
    rows = []
    for v in views:
        for key, value, text in _cells(v):
            there = [d.figures[key] for d in draws if key in d.figures]
            share = len(there) / len(draws)
            low, high = np.quantile(there, BAND) if there else (np.nan, np.nan)
            if share < LEAST or not _alone(text, float(low), float(high)):
                view, table, row, column = key.split("\t")
                rows.append((view, table, row, column, value, float(low), float(high), share))
    columns = ["view", "table", "row", "column", "value", "low", "high", "there"]
    return {
        WORDS: pd.DataFrame(words, columns=["view", "said", "ranged", "holds"]),
        FIGURES: pd.DataFrame(rows, columns=columns),
    }


def _alone(text: str, low: float, high: float) -> bool:
    """Whether both ends of a range are written as the figure is."""
    places = len(text.partition(".")[2].split(" ")[0])
    return number(low, places) == number(high, places)


def _by_shape(sentences: Sequence[str]) -> dict[str, list[str]]:
    """Sentences that are alike but for their figures, in their order."""
    out: dict[str, list[str]] = {}
    for sentence in sentences:
        out.setdefault(NUMBER.sub("#", sentence), []).append(sentence)
    return out


def _ranged(said: str, draws: Sequence[Sequence[str]]) -> tuple[str, float]:
    """A sentence with ranges in the place of its figures, and the share of the draws that say it.

    ``draws``: what each draw says instead, alike but for its figures; nothing where it does not. The ranges are of
    those that do; where they are fewer than three the sentence's figures are not shown.
    """
    alike = [NUMBER.findall(of[0]) for of in draws if of]
    there = np.array([[_value(x) for x in one] for one in alike])
    share = len(there) / len(draws)
    if all(of and of[0] == said for of in draws):
        return said, 1.0
    if len(there) < min(FEWEST, len(draws)):
        return NUMBER.sub(MISSING, said), share
    ends = iter(np.quantile(there, BAND, axis=0).T.tolist())
    whole = iter((there == np.round(there)).all(axis=0).tolist())

    def one(match: re.Match[str]) -> str:
        (low, high), counts = next(ends), next(whole) and "." not in match[0]
        if counts:
            low, high = np.floor(low), np.ceil(high)
        if _alone(match[0].lstrip("+"), low, high):
            return match[0]
        return f"{number(low)}–{number(high)}" if counts and low >= 0 and high < COUNTED else range_words(low, high)

    return NUMBER.sub(one, said), share


def _value(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def holds_sentence(share: float, draws: int) -> str:
    """In how many draws a sentence holds."""
    return f"So in {round(share * draws)} of {draws} draws of the accounts."


def with_ranges(views: tuple[View, ...], o: Outcome) -> tuple[View, ...]:
    """The views with ranges in the place of figures that the accounts do not support; as they are without any."""
    words, figures = table_of(o, WORDS), table_of(o, FIGURES)
    if WORDS not in o.tables:
        return views
    draws = int(o.provenance["ranges"]["draws"])
    by_sentence = {(r["view"], r["said"]): (r["ranged"], r["holds"]) for r in words.to_dict("records")}
    by_cell: dict[str, Mapping[Any, Any]] = {
        _key(*(str(r[c]) for c in ("view", "table", "row", "column"))): r for r in figures.to_dict("records")
    }

    def line(view: str, text: str) -> str:
        out = []
        for sentence in SENTENCES.split(text):
            clauses = [by_sentence.get((view, clause), (clause, 1.0)) for clause in CLAUSES.split(sentence)]
            kept = [(ranged, share) for ranged, share in clauses if share >= LEAST]
            if not kept:
                continue
            words = " ".join(ranged for ranged, _ in kept)
            out.append(words if len(kept) == len(clauses) else _whole(words))
            share = min(share for _, share in kept)
            if share < SURE:
                out.append(holds_sentence(share, draws))
        return " ".join(out)

    def part(view: View, p: Part) -> Part:
        match p:
            case Prose():
                return replace(p, words=line(view.name, p.words))
            case Bullets():
                return replace(p, lines=tuple(said for text in p.lines if (said := line(view.name, text))))
            case Grid():
                return replace(p, frame=_with_cells(view.name, p, by_cell))
        return p

    kept = ((v, [part(v, p) for p in v.parts if not isinstance(p, Plot)]) for v in views)
    full = ((v, tuple(p for p in parts if not _empty(p))) for v, parts in kept)
    return tuple(replace(v, parts=parts) for v, parts in full if parts)


def _empty(part: Part) -> bool:
    """Whether no sentence and no row of a part is left."""
    match part:
        case Prose():
            return not part.words
        case Bullets():
            return not part.lines
        case Grid():
            return part.frame.empty
    return False


def _whole(words: str) -> str:
    """What is left of a sentence of which clauses were left out, as a sentence."""
    return words[:1].upper() + words[1:].rstrip(".;") + "."


def _with_cells(view: str, grid: Grid, by_cell: Mapping[str, Mapping[Any, Any]]) -> pd.DataFrame:
    """The table with ranges in the place of figures, without the rows of which most draws have no figure at all."""
    labels, out = _labels(grid.frame), grid.frame.copy()
    figures, lacking = np.zeros(len(labels), dtype=int), np.zeros(len(labels), dtype=int)
    for n, ((name, _), values) in enumerate(zip(headings(grid.frame), column_values(grid.frame), strict=True)):
        rows = [by_cell.get(_key(view, grid.title, label, name)) for label in labels]
        if any(r is not None for r in rows):
            cells = np.empty(len(values), dtype=object)
            cells[:] = [v if r is None else _cell(r) for v, r in zip(values, rows, strict=True)]
            out.isetitem(n, cells)
            lacking += [r is not None and r["there"] < LEAST for r in rows]
        figures += [_ranged_figure(v) for v in values]
    shown: pd.DataFrame = out[(lacking < figures) | (figures == 0)]
    return shown


def _ranged_figure(value: object) -> bool:
    """Whether a cell has a figure that draws may have otherwise."""
    return is_figure(value) and not isinstance(value, Year) and bool(np.isfinite(float(value)))  # type: ignore[arg-type]


def _cell(row: Mapping[Any, Any]) -> object:
    return MISSING if row["there"] < LEAST else Between(float(row["value"]), float(row["low"]), float(row["high"]))


def range_view(o: Outcome) -> View | None:
    """What the ranges are and what they are of; None where nothing is ranged."""
    about = o.provenance.get("ranges")
    if not about:
        return None
    n, lost = about["draws"], about["lost"]
    lines = [
        f"Figures are ranges: nine of ten of {n} draws of the accounts lie within. A figure stands alone where they "
        "all round to it.",
        "Charts are left out: each would show one line where a range stands.",
    ]
    words = table_of(o, WORDS)
    if left := int((words["holds"] < LEAST).sum()):
        lines.append(f"{left} sentences are left out: fewer than half of the draws say them.")
    if lost:
        lines.append(f"In {lost} further draws there was no answer, as with others there might be none.")
    return View("ranges", "How sure the figures are", BODY, (Bullets(tuple(lines)),))
