"""Returns held against what was asked for: what is clear is entered as it came, what is odd is asked about.

Nothing is repaired. A figure that may be in another unit, of another period, or no sum is entered with its question; a
cell that is no figure is not entered and is asked about; a file that stands already, or says otherwise than one before
without saying why, is listed and not entered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from groundplan.errors import GroundplanError
from groundplan.ledgers.entries import LedgerError, LedgerFigure, decimal_text
from groundplan.ledgers.ledger_book import LedgerBook
from groundplan.ledgers.periods import period
from groundplan.ledgers.received_files import DIGITS, ReturnedCell, ReturnedFile
from groundplan.ledgers.return_forms import TOTAL
from groundplan.shown_text import visible

THOUSANDS = (-2, -1, 1, 2)
NEAR = Decimal(3)  # times above and below what was expected within which a figure is of its order
Came = dict[tuple[str, str], tuple[str, str]]  # by promise and period: the value and the file that it came in
ENTERED, TWICE, REFUSED = "entered", "sent twice", "not entered"


class ReturnQuestion(NamedTuple):
    """What is asked of a unit, and about which cell."""

    file: str
    unit: str
    where: str
    asks: str


class Receipt(NamedTuple):
    """What became of a file: ``entered``, ``sent twice`` or ``not entered``, and why."""

    file: str
    unit: str
    state: str
    figures: int
    corrected: int
    why: str


class Received(NamedTuple):
    """What became of all files: receipts, questions, and the entries to be made of them."""

    receipts: list[Receipt]
    questions: list[ReturnQuestion]
    entries: list[tuple[str, Mapping[str, Any]]]


def received(book: LedgerBook, returns: Sequence[ReturnedFile], day: date, units: Collection[str] = ()) -> Received:
    """Hold returns against a ledger. ``day``: when they came; ``units``: of these alone, where any are named.

    Nothing is entered yet.
    """
    out = Received([], [], [])
    files = dict(book.files)
    files.update({e.body["file"]: e.seq for e in book.entries if e.kind == "correction" and e.body["file"]})
    came: Came = {}
    for r in returns:
        refusal = r.fault or _not_ours(book, r, units)
        if not refusal and r.sha256 in files:
            before = f"entry {files[r.sha256]}" if files[r.sha256] >= 0 else "another file of these"
            out.receipts.append(Receipt(r.name, r.unit, TWICE, 0, 0, f"the same file stands in {before}"))
            continue
        if refusal:
            out.receipts.append(Receipt(r.name, visible(r.unit)[:60], REFUSED, 0, 0, refusal))
            continue
        files[r.sha256] = -1
        _one(book, r, day, came, out)
    return out


def _not_ours(book: LedgerBook, r: ReturnedFile, units: Collection[str]) -> str:
    if r.ledger != book.opening["origin"]:
        return f"it is a return to another ledger, {r.ledger[:60]!r}"
    if r.unit not in book.units:
        return f"there is no unit {r.unit[:60]!r}"
    if units and r.unit not in units:
        return f"it is a return of another unit, {r.unit[:60]!r}"
    return "" if r.cells else "no value is filled in"


def _one(
    book: LedgerBook, r: ReturnedFile, day: date, came: dict[tuple[str, str], tuple[str, str]], out: Received
) -> None:
    """One file: its figures as a report, others in the place of those that stand as corrections."""
    report: list[dict[str, Any]] = []
    fixes: list[dict[str, Any]] = []
    twice, before = 0, len(out.questions)
    sums = _totals(book, r, out)
    for cell in r.cells:
        if cell.period == TOTAL:
            continue
        try:
            figure = _figure(book, r, cell, day)
        except GroundplanError as error:
            out.questions.append(ReturnQuestion(r.name, r.unit, cell.where, error.what))
            continue
        key = (cell.sheet, cell.period)
        stands = book.figures.get(key)
        if key in came:
            first, file = came[key]
            twice += 1
            if first != figure.value:
                asks = (
                    f"{file} says {first} for the same, and this {figure.value}: which holds? the first one was taken"
                )
                out.questions.append(ReturnQuestion(r.name, r.unit, cell.where, asks))
        elif stands is not None and stands.figure.value == figure.value:
            twice += 1
        elif stands is not None and not r.why:
            twice += 1
            asks = f"entry {stands.entry} has {stands.figure.value}, and this says {figure.value}: why is it corrected?"
            out.questions.append(ReturnQuestion(r.name, r.unit, cell.where, asks))
        elif stands is not None:
            fixes.append(
                {"corrects": stands.entry, "sheet": cell.sheet, "figure": figure, "why": r.why, "file": r.sha256}
            )
            came[key] = (figure.value, r.name)
        else:
            asked = _asked(book, cell, figure, day)
            out.questions.extend(ReturnQuestion(r.name, r.unit, cell.where, a) for a in asked)
            asked = [*asked, *sums.get(cell.sheet, [])]
            report.append({"sheet": cell.sheet, "figure": figure, "note": cell.note, "asked": asked})
            came[key] = (figure.value, r.name)
    if report:
        body = {"unit": r.unit, "file": r.sha256, "received": str(day), "figures": report}
        out.entries.append(("report", body))
    out.entries.extend(("correction", f) for f in fixes)
    state = ENTERED if report or fixes else TWICE if twice else REFUSED
    fresh = len(out.questions) - before
    why = f"{fresh} questions" if fresh else f"{twice} figures stand already" if twice else ""
    out.receipts.append(Receipt(r.name, r.unit, state, len(report), len(fixes), why))


def _figure(book: LedgerBook, r: ReturnedFile, cell: ReturnedCell, day: date) -> LedgerFigure:
    """The figure of a cell as it is written. Raises ``LedgerError`` with what is asked where it is none of ours."""
    sheet = book.sheets.get(cell.sheet)
    if sheet is None or sheet["reports"] != r.unit:
        raise LedgerError(f"{cell.sheet[:80]!r} is no figure that this unit reports: which one is meant?")
    if cell.period not in {f["period"] for f in sheet["figures"]}:
        raise LedgerError(f"{cell.period[:40]!r} is no period of {sheet['indicator']}: which one is meant?")
    if cell.measure != sheet["measure"]:
        raise LedgerError(f"this is in {cell.measure[:40]!r}, and {sheet['measure']} was asked for: which is it?")
    try:
        value = decimal_text(cell.value)
    except LedgerError:
        raise LedgerError(f"{cell.value[:40]!r} is no plain number: which one is meant?") from None
    return LedgerFigure(value, sheet["measure"], cell.period, r.unit, str(day))


def _asked(book: LedgerBook, cell: ReturnedCell, figure: LedgerFigure, day: date) -> list[str]:
    """What is asked about a figure that is entered: its unit, its period, its digits."""
    sheet, value = book.sheets[cell.sheet], abs(figure.amount)
    target = next(Decimal(f["value"]) for f in sheet["figures"] if f["period"] == cell.period)
    asks = []
    shifts = [k for k in THOUSANDS if _near(value.scaleb(3 * k), abs(target)) and not _near(value, abs(target))]
    if shifts:
        times = "thousand" if abs(shifts[0]) == 1 else "million"
        way = "larger" if shifts[0] < 0 else "smaller"
        asks.append(f"a {times} times {way} than was to be expected: is it in {sheet['measure']}?")
    if period(cell.period).last >= day:
        asks.append(f"{cell.period} had not ended when this came: is it of that period?")
    if len(figure.value.replace("-", "").replace(".", "").strip("0")) > DIGITS:
        asks.append("more digits than a spreadsheet program keeps: is it exact?")
    return asks


def _near(value: Decimal, other: Decimal) -> bool:
    return value > 0 and other > 0 and other / NEAR <= value <= other * NEAR


def _totals(book: LedgerBook, r: ReturnedFile, out: Received) -> dict[str, list[str]]:
    """Totals that are not the sum of the figures above them, by sheet."""
    asks: dict[str, list[str]] = {}
    for sheet, group in groupby(r.cells, key=lambda c: c.sheet):
        cells = list(group)
        stated = [c for c in cells if c.period == TOTAL]
        try:
            total = Decimal(0)
            for c in cells:
                total += Decimal(decimal_text(c.value)) if c.period != TOTAL else 0
            for c in stated:
                if Decimal(decimal_text(c.value)) != total:
                    asks[sheet] = [
                        f"the total is {decimal_text(c.value)}, and the figures sum to {decimal_text(total)}"
                    ]
                    out.questions.append(ReturnQuestion(r.name, r.unit, c.where, asks[sheet][0]))
        except LedgerError:
            for c in stated:
                out.questions.append(
                    ReturnQuestion(r.name, r.unit, c.where, "the total cannot be compared: a figure is none")
                )
    return asks
