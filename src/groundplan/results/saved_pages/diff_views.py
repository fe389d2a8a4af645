"""What outcomes have apart, as tables, sentences and a slope chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.charts.drawing import Lines, Series
from groundplan.results.framed import blank, framed
from groundplan.results.mixed_units import HUNDRED, LETTERS, amount, percent, unit_of
from groundplan.results.words import MISSING, PERCENT, number, unit_words

# What people ask for first, the first of these that differs.
FIRST = (
    "living standard", "what the whole plan is worth, as a constant standard", "value added lost",
    "what the goal comes to", "household consumption",
)  # fmt: skip
SLOPES, NAMED, BODY, STEEP = 6, 3, 12, 0.5


def names(o: Outcome) -> list[str]:
    """What the outcomes are called."""
    return [str(one["name"]) for one in o.provenance["compared"]]


def letters(o: Outcome) -> list[str]:
    """The columns of the outcomes."""
    return list(LETTERS[: len(names(o))])


def inputs_table(o: Outcome) -> pd.DataFrame:
    """What was asked differently: a row an input, a column an outcome."""
    there = o.table("inputs")
    columns: list[tuple[str, str, Any]] = [(n, "", there[c]) for n, c in zip(names(o), letters(o), strict=True)]
    unit = [{"1": "share or ratio", "1 / year": "share a year"}.get(u, unit_words(str(u))) for u in there["unit"]]
    return framed(
        pd.Index(there["what"], name="what was asked"),
        [*columns, ("unit", "", unit), ("meaning", "", there["meaning"])],
    )


def changes_table(o: Outcome, ranks: Sequence[int], top: int = 0) -> pd.DataFrame:
    """What came out differently, with the difference in the figure's unit and in per cent; the first ``top`` rows."""
    there = o.table("changes")
    there = there[there["rank"].isin(ranks)]
    there = there.head(top) if top else there
    if there.empty:
        return blank("figure")
    rows = there.to_dict("records")
    columns: list[tuple[str, str, Any]] = [("unit", "", [unit_of(r) for r in rows])]
    columns += [(n, "", [amount(r, c) for r in rows]) for n, c in zip(names(o), letters(o), strict=True)]
    for mark, name in _marks(o):
        ending = f", {name}" if len(names(o)) > 2 else ""
        columns.append((f"difference{ending}", "", [amount(r, f"difference{mark}", signed=True) for r in rows]))
        columns.append((f"change{ending}", PERCENT, [HUNDRED * r[f"share{mark}"] for r in rows]))
    return framed(pd.Index([str(r["figure"]) for r in rows], name="figure"), columns)


def of_differences(o: Outcome) -> list[str]:
    """The columns that are left out where there is little room: of three outcomes the per cent say enough."""
    return [f"difference, {name}" for _, name in _marks(o)] if len(names(o)) > 2 else []


def alone_table(o: Outcome) -> pd.DataFrame:
    """What not all of the outcomes have."""
    rows = o.table("alone").to_dict("records")
    columns = [(n, "", [amount(r, c) for r in rows]) for n, c in zip(names(o), letters(o), strict=True)]
    return framed(
        pd.Index([str(r["figure"]) for r in rows], name="figure"), [("unit", "", [unit_of(r) for r in rows]), *columns]
    )


def _marks(o: Outcome) -> list[tuple[str, str]]:
    """The endings of the columns of differences, and whose they are."""
    return list(zip(("", "_c"), names(o)[1:], strict=False))


def asked_sentence(o: Outcome) -> str:
    """What was asked differently, in one sentence."""
    rows = o.table("inputs").to_dict("records")
    if not rows:
        return "Nothing that is on record was asked differently."
    said = [
        f"{r['what']} ({', '.join(f'{r[c]} in {n}' for n, c in zip(names(o), letters(o), strict=True))})"
        for r in rows[:NAMED]
    ]
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"{'One input differs' if len(rows) == 1 else f'{len(rows)} inputs differ'}: {', '.join(said)}{more}."


def answer_sentence(o: Outcome) -> str:
    """What the difference comes to for people, or the largest difference, in one sentence."""
    rows = o.table("changes").to_dict("records")
    if not rows:
        return "No figure that can be compared differs."
    row = next((r for wanted in FIRST for r in rows if r["figure"] == wanted), rows[0])
    said = [f"{amount(row, c).text} in {n}" for n, c in zip(names(o), letters(o), strict=True)]
    said = [f"{words}{f' ({p})' if p else ''}" for words, p in zip(said, ["", *_percents(row)], strict=False)]
    unit, when = unit_of(row), f" in {row['year']}" if row["year"] else ""
    named = f"{row['figure'][:1].upper()}{row['figure'][1:]}{when}{f', in {unit}' if unit else ''}"
    return f"{named}: {', '.join(said)}."


def _percents(row: dict[Any, Any]) -> list[str]:
    return [percent(float(row[k])) for k in ("share", "share_c") if k in row]


def most_sentence(o: Outcome) -> str:
    """What moves most, and how much stays as it was, in one sentence."""
    changes, counts = o.table("changes"), o.provenance["counts"]
    groups = [changes[changes["rank"] == 0], changes[changes["rank"] > 0]]
    parts = [f"{r['figure']} ({_moved(r)})" for g in groups for r in g.head(NAMED - 1).to_dict("records")]
    most = f"Most moves: {'; '.join(parts)}. " if parts else ""
    return f"{most}{counts['same']:,} of {counts['compared']:,} figures are the same."


def _moved(row: dict[Any, Any]) -> str:
    shares = _percents(row)
    if any(shares) and abs(float(row["share"])) < HUNDRED:
        return " and ".join(s or MISSING for s in shares)
    return f"{amount(row, 'a').text} to {amount(row, 'b').text} {unit_of(row)}".rstrip()


def notes(o: Outcome) -> list[str]:
    """What was not compared, and why."""
    counts, lines = o.provenance["counts"], []
    if counts["alone"]:
        lines.append(f"{counts['alone']:,} figures are not in all of them and are listed by themselves.")
    if counts["other_units"]:
        lines.append(f"{counts['other_units']:,} figures are in different units, such as two moneys, and are left out.")
    if (o.table("changes")["year"] > 0).any():
        lines.append(f"Figures by year are of {o.provenance['last_year']}, the last year that all of them have.")
    return lines


def slopes(o: Outcome) -> Lines | None:
    """The totals that move most, from outcome to outcome, the first being 100; None where there is nothing to draw.

    What moves by more than ``STEEP`` is left to the table: beside it no other line could be told from a level one.
    """
    there = o.table("changes")
    marks = [mark for mark in ("share", "share_c") if mark in there]
    there = there[there[marks].abs().max(axis=1, skipna=False) <= STEEP] if len(there) else there
    totals = there[there["rank"] == 0]
    rows = (totals if len(totals) > 1 else there).head(SLOPES).to_dict("records")
    if not rows:
        return None
    lines = []
    for r in rows:
        values = [HUNDRED, *(HUNDRED * (1.0 + float(r[k])) for k in ("share", "share_c") if k in r)]
        lines.append(Series(str(r["figure"]), f"{names(o)[0]} = 100", values, [number(v, 1) for v in values]))
    first, name = lines[0], lines[0].name
    most = max(range(len(first.values)), key=lambda n: abs(first.values[n] - HUNDRED))
    title = f"{name[:1].upper()}{name[1:]}: {first.texts[most]} in {names(o)[most]} where {names(o)[0]} has 100"
    return Lines("slopes", title, names(o), [("", lines)], along="outcome")
