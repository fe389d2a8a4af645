"""What stands in a ledger: its kinds, the fields of each, and the one form in which an entry is hashed.

A figure is never a number of a machine: it is a decimal in words, with its unit, period, source and vintage.
What is not known has no figure; no entry holds a zero that nobody reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from typing import Any, NamedTuple

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.ledgers.periods import period
from groundplan.ledgers.verify_ledger import written
from groundplan.reconciling.verdict_words import VERDICTS
from groundplan.shown_text import UNSHOWN

DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
HASH = re.compile("[0-9a-f]{64}")
LONGEST, WORDS, DIGITS = 300, 20_000, 40
NEEDS = ("alembic", "cryptography", "psycopg", "sqlalchemy")
# An entry that is not in a ledger yet: its kind and its body.
Fresh = tuple[str, Mapping[str, Any]]


class LedgerError(GroundplanError):
    """What a ledger refuses: an entry that is none, a store that cannot be written, a key that does not fit."""


def refuse_without_libraries() -> None:
    """Raises ``GroundplanError`` where what a ledger needs is not installed: what is missing, how it is installed."""
    lacks = [name for name in NEEDS if find_spec(name) is None]
    if lacks:
        fix = "python3 run.py install ledger, or pip install 'groundplan[ledger]'"
        raise GroundplanError(f"a ledger needs {', '.join(lacks)}, which is not installed", fix=fix)


class LedgerFigure(NamedTuple):
    """A figure: ``value`` as a decimal in words, its unit, its period, who says so, and as of when."""

    value: str
    unit: str
    period: str
    source: str
    vintage: str

    @property
    def amount(self) -> Decimal:
        """The value as an exact number. Units: the figure's own."""
        return Decimal(self.value)


def decimal_text(value: object) -> str:
    """A number as the ledger writes it: plain digits, nothing behind the last digit that counts.

    A float is what its shortest decimal says. Raises ``LedgerError`` for what is no finite number.

    >>> decimal_text(1234.50), decimal_text("0.10"), decimal_text(Decimal("1E+3")), decimal_text("-0")
    ('1234.5', '0.1', '1000', '0')
    """
    try:
        number = Decimal(repr(float(value)) if isinstance(value, float) else str(value))
    except (InvalidOperation, ValueError):
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > DIGITS:
        raise LedgerError(f"{str(value)[:40]!r} is no figure", fix="give a plain number, for example 1234.5")
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


# What a field may hold: each checker says what is wrong, or nothing.

Check = Callable[[str, Any], list[str]]


def _name(where: str, value: Any) -> list[str]:
    return _text(where, value, LONGEST, empty=False, lines=False)


def _some_name(where: str, value: Any) -> list[str]:
    return _text(where, value, LONGEST, empty=True, lines=False)


def _words(where: str, value: Any) -> list[str]:
    return _text(where, value, WORDS, empty=True, lines=True)


def _text(where: str, value: Any, most: int, *, empty: bool, lines: bool) -> list[str]:
    if not isinstance(value, str):
        return [f"{where} is {str(value)[:40]!r}, no text"]
    if not value and not empty:
        return [f"{where} says nothing"]
    if len(value) > most:
        return [f"{where} has {len(value):,} characters, more than {most:,}"]
    if UNSHOWN.search(value) or (not lines and "\n" in value) or any("\ud800" <= c <= "\udfff" for c in value):
        return [f"{where} has characters that nobody sees: {value[:40]!r}"]
    if value.strip() != value or unicodedata.normalize("NFC", value) != value:
        return [f"{where} has spaces around it or is not in NFC: {value[:40]!r}"]
    return []


def _form(pattern: re.Pattern[str], called: str, *, empty: bool = False) -> Check:
    def check(where: str, value: Any) -> list[str]:
        fits = isinstance(value, str) and (pattern.fullmatch(value) or (empty and not value))
        return [] if fits else [f"{where} is {str(value)[:40]!r}, no {called}"]

    return check


def _period(where: str, value: Any) -> list[str]:
    try:
        period(value if isinstance(value, str) else "")
    except GroundplanError:
        return [f"{where} is {str(value)[:40]!r}, no period"]
    return []


def _day(where: str, value: Any) -> list[str]:
    try:
        if isinstance(value, str) and len(value) == len("2026-01-31"):
            date.fromisoformat(value)
            return []
    except ValueError:
        pass
    return [f"{where} is {str(value)[:40]!r}, no day"]


def _some_day(where: str, value: Any) -> list[str]:
    return [] if value == "" else _day(where, value)


def _whole(where: str, value: Any) -> list[str]:
    return [] if type(value) is int and 0 <= value < 2**53 else [f"{where} is {str(value)[:40]!r}, no whole number"]


def _choice(*words: str) -> Check:
    def check(where: str, value: Any) -> list[str]:
        return [] if value in words else [f"{where} is {str(value)[:40]!r}, none of: {', '.join(words)}"]

    return check


def _many(inside: Check) -> Check:
    def check(where: str, value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            return [f"{where} is {str(value)[:40]!r}, no list"]
        return [fault for n, item in enumerate(value, 1) for fault in inside(f"{where}, {n}", item)]

    return check


def _record(fields: Mapping[str, Check]) -> Check:
    def check(where: str, value: Any) -> list[str]:
        if not isinstance(value, Mapping):
            return [f"{where} is {str(value)[:40]!r}, no record"]
        faults = [f"{where} lacks {', '.join(gone)}" for gone in [[k for k in fields if k not in value]] if gone]
        more = [str(k)[:40] for k in value if k not in fields]
        faults += [f"{where} says more than it may: {', '.join(more)}"] if more else []
        return faults + [f for k, inside in fields.items() if k in value for f in inside(f"{where}, {k}", value[k])]

    return check


_decimal = _form(DECIMAL, "decimal in plain digits")
_hash = _form(HASH, "SHA-256")
_some_hash = _form(HASH, "SHA-256", empty=True)
FIGURE: dict[str, Check] = {
    "value": _decimal, "unit": _name, "period": _period, "source": _name, "vintage": _day
}  # fmt: skip
_figure = _record(FIGURE)
_of = _record({"sheet": _name, "period": _period})

KINDS: dict[str, dict[str, Check]] = {
    # The first entry: whose ledger it is, its key, and by which clock its days end.
    "opening": {"origin": _name, "key": _name, "zone": _name},
    # Another key from here on; ``note`` is signed by the key before, or empty where that was lost.
    "key": {"key": _name, "note": _words, "why": _words},
    # Who promises and reports, and under whom it stands; ``language`` is that of its forms.
    "unit": {"unit": _name, "name": _name, "level": _name, "above": _some_name, "language": _some_name},
    # A plan as accepted: outcome and study by hash, and what it promises.
    "plan": {
        "plan": _name, "title": _words, "outcome": _hash, "study": _some_hash, "instead_of": _some_name,
        "promises": _many(_record({"indicator": _name, "figure": _figure})),
    },
    # One promise of one unit: what is counted, how, who answers, who reports, when, and how much in every period.
    "sheet": {
        "sheet": _name, "plan": _name, "unit": _name, "indicator": _name, "definition": _words, "measure": _name,
        "source": _name, "answers": _name, "reports": _name, "due_days": _whole, "closing_days": _whole,
        "figures": _many(_figure),
    },
    # Words of somebody become a claim with a day; ``sheet`` is the promise that makes it one that can be checked.
    "announcement": {
        "claim": _name, "who": _name, "words": _words, "said": _day, "where": _name, "by_day": _some_day,
        "sheet": _some_name,
    },
    # What a unit sent: its file by hash, its figures, and what was asked about them.
    "report": {
        "unit": _name, "file": _some_hash, "received": _day,
        "figures": _many(_record({"sheet": _name, "figure": _figure, "note": _words, "asked": _many(_words)})),
    },
    # Another figure for one that stands; the old one stays where it is.
    "correction": {"corrects": _whole, "sheet": _name, "figure": _figure, "why": _words, "file": _some_hash},
    "decision": {"what": _words, "why": _words, "ground": _many(_words), "who": _name},
    # What is thought of a reported figure, in the three words of auditors, with the figures that it rests on.
    "verdict": {
        "of": _many(_of), "verdict": _choice(*VERDICTS), "why": _words,
        "figures": _many(_record({"name": _name, "value": _decimal, "unit": _name})),
    },
    "checkpoint": {"note": _words},
}  # fmt: skip
_text_of_note = ("checkpoint", "key")


def checked_body(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as it is written, figures and records as plain mappings. Raises ``LedgerError``, all faults at once."""
    if kind not in KINDS:
        raise UnknownName("kind of entry", kind, KINDS)
    plain: dict[str, Any] = _plain(body)
    shape = dict(KINDS[kind])
    if kind in _text_of_note:
        shape["note"] = _signed
    raise_all([LedgerError(fault) for fault in _record(shape)(kind, plain)], where=f"an entry of kind {kind}")
    return plain


def _signed(where: str, value: Any) -> list[str]:
    """A signed note ends with a line break."""
    return [] if value == "" else _words(where, value[:-1] if isinstance(value, str) else value)


def _plain(value: Any) -> Any:
    if isinstance(value, LedgerFigure):
        return value._asdict()
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(v) for v in value]
    return value


def entry_bytes(seq: int, previous: str, time: str, kind: str, by: str, body: Mapping[str, Any]) -> bytes:
    """An entry as it is hashed: JSON without spaces, keys sorted, UTF-8.

    Its keys are ASCII and its numbers whole, so that this is the form of RFC 8785 too.
    """
    entry = {"seq": seq, "previous": previous, "time": time, "kind": kind, "by": by, "body": body}
    return written(entry).encode("utf-8")


def cleaned(text: object) -> str:
    """A text from outside as the ledger takes it: NFC, no spaces around it; what nobody sees stays and is refused."""
    return unicodedata.normalize("NFC", str(text)).strip()
