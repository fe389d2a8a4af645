"""What a ledger's entries come to: units, plans, promises with their states, claims.

    not yet due → due → late → not reported, as days pass;  reported, corrected, once a figure came;
    no agreed definition, for what was announced and never promised on a sheet.

None of these states is a figure: what nobody reported has none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.ledgers.entries import LedgerError, LedgerFigure
from groundplan.ledgers.periods import period

NOT_YET_DUE, DUE, LATE, NOT_REPORTED = "not yet due", "due", "late", "not reported"
NO_DEFINITION, REPORTED, CORRECTED = "no agreed definition", "reported", "corrected"
STATES = (DUE, NOT_YET_DUE, LATE, NOT_REPORTED, NO_DEFINITION, REPORTED, CORRECTED)


class LedgerEntry(NamedTuple):
    """An entry that stands."""

    seq: int
    time: str
    kind: str
    by: str
    body: Mapping[str, Any]


def entry_of(data: bytes) -> LedgerEntry:
    """The entry of a row's bytes."""
    content = json.loads(data)
    return LedgerEntry(*(content[k] for k in LedgerEntry._fields))


class StandingFigure(NamedTuple):
    """A figure that stands for a promise and a period: where it was entered, when the first one came, its questions.

    ``since``: the day from which it stands, that of a correction its own.
    """

    figure: LedgerFigure
    entry: int
    received: date
    since: date
    asked: tuple[str, ...]
    corrected: bool


class PromiseState(NamedTuple):
    """A promised figure on a day; ``reported`` is None where nothing was."""

    sheet: str
    unit: str
    indicator: str
    period: str
    measure: str
    target: str
    due: date | None
    state: str
    reported: str | None
    days_late: int | None
    asked: tuple[str, ...]


@dataclass
class LedgerBook:
    """The entries, taken in order. ``faults``: entries that break a rule, which only a store that was changed has."""

    opening: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    units: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    plans: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    sheets: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    claims: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    figures: dict[tuple[str, str], StandingFigure] = field(default_factory=dict)
    earlier: dict[tuple[str, str], list[StandingFigure]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    entries: list[LedgerEntry] = field(default_factory=list)

    def take(self, entry: LedgerEntry) -> None:
        """One entry more. Raises ``LedgerError`` and ``UnknownName`` where it does not fit those before it."""
        body = entry.body
        if (entry.kind == "opening") != (not self.entries):
            raise LedgerError("a ledger begins with its opening, once")
        taker = getattr(self, f"_{entry.kind}", None)
        if taker is not None:
            taker(entry, body)
        self.entries.append(entry)

    def copied(self) -> LedgerBook:
        """The same book once more, which takes entries that this one does not have."""
        mine = {f.name: copy(getattr(self, f.name)) for f in fields(self)}
        return LedgerBook(**{**mine, "earlier": {k: [*v] for k, v in self.earlier.items()}})

    def _opening(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        self.opening, self.key = body, body["key"]

    def _key(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        self.key = body["key"]

    def _unit(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        if body["above"]:
            _there("unit", body["above"], self.units)
        at = body["above"]
        while at:
            if at == body["unit"]:
                raise LedgerError(f"unit {at} would stand above itself", fix="name another unit above it")
            at = self.units[at]["above"]
        self.units[body["unit"]] = body

    def _plan(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        _new("plan", body["plan"], self.plans)
        if body["instead_of"]:
            _there("plan", body["instead_of"], self.plans)
        self.plans[body["plan"]] = body

    def _sheet(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        _new("sheet", body["sheet"], self.sheets)
        _there("plan", body["plan"], self.plans)
        for unit in (body["unit"], body["reports"]):
            _there("unit", unit, self.units)
        if not body["definition"] or not body["figures"]:
            lacks = "definition" if not body["definition"] else "figures"
            raise LedgerError(f"the sheet {body['sheet']} has no {lacks}", fix="say what is counted, how, and when")
        periods = [f["period"] for f in body["figures"]]
        if len(set(periods)) != len(periods):
            raise LedgerError(f"the sheet {body['sheet']} has a period twice", fix="keep one figure a period")
        if any(f["unit"] != body["measure"] for f in body["figures"]):
            raise LedgerError(f"the sheet {body['sheet']} has figures in another unit than {body['measure']}")
        self.sheets[body["sheet"]] = body

    def _announcement(self, _: LedgerEntry, body: Mapping[str, Any]) -> None:
        if body["sheet"]:
            _there("sheet", body["sheet"], self.sheets)
        self.claims[body["claim"]] = body

    def _report(self, entry: LedgerEntry, body: Mapping[str, Any]) -> None:
        _there("unit", body["unit"], self.units)
        if body["file"] and body["file"] in self.files:
            raise LedgerError(f"this file was entered already, as entry {self.files[body['file']]}")
        for row in body["figures"]:
            key = self._promise(row["sheet"], row["figure"])
            if self.sheets[row["sheet"]]["reports"] != body["unit"]:
                raise LedgerError(f"{row['sheet']} is reported by {self.sheets[row['sheet']]['reports']}")
            if key in self.figures:
                what = f"{row['sheet']} of {key[1]} was reported already, in entry {self.figures[key].entry}"
                raise LedgerError(what, fix="enter a correction; the old figure stays")
            came = date.fromisoformat(body["received"])
            self.figures[key] = StandingFigure(
                LedgerFigure(**row["figure"]), entry.seq, came, came, tuple(row["asked"]), False
            )
        if body["file"]:
            self.files[body["file"]] = entry.seq

    def _correction(self, entry: LedgerEntry, body: Mapping[str, Any]) -> None:
        key = self._promise(body["sheet"], body["figure"])
        stands = self.figures.get(key)
        if stands is None or stands.entry != body["corrects"]:
            which = f"it stands in entry {stands.entry}" if stands else "nothing was reported"
            raise LedgerError(f"entry {body['corrects']} has not the figure of {key[0]} of {key[1]}: {which}")
        if not body["why"]:
            raise LedgerError(f"the correction of {key[0]} of {key[1]} does not say why")
        self.earlier.setdefault(key, []).append(stands)
        since = max(stands.since, _day(body["figure"]["vintage"]) or stands.since)
        self.figures[key] = StandingFigure(LedgerFigure(**body["figure"]), entry.seq, stands.received, since, (), True)

    def _promise(self, sheet: str, figure: Mapping[str, Any]) -> tuple[str, str]:
        _there("sheet", sheet, self.sheets)
        promised = self.sheets[sheet]
        _there(f"period of {sheet}", figure["period"], [f["period"] for f in promised["figures"]])
        if figure["unit"] != promised["measure"]:
            raise LedgerError(f"{sheet} is counted in {promised['measure']}, and this figure is in {figure['unit']}")
        return sheet, figure["period"]

    def lacking(self, plan: str) -> list[GroundplanError]:
        """What keeps a plan from being accepted: promised figures that its sheets do not cover, or cover otherwise.

        The figures of a year over all sheets of an indicator sum to what the plan promises, exactly.
        """
        sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        units: dict[str, set[str]] = defaultdict(set)
        for sheet in self.sheets.values():
            if sheet["plan"] == plan:
                units[sheet["indicator"]].add(sheet["measure"])
                for f in sheet["figures"]:
                    sums[sheet["indicator"], period(f["period"]).year] += Decimal(f["value"])
        faults: list[GroundplanError] = []
        for promise in self.plans[plan]["promises"]:
            what, f = promise["indicator"], promise["figure"]
            key = (what, period(f["period"]).year)
            named = f"{what} of {f['period']}"
            if key not in sums:
                faults.append(
                    LedgerError(f"{named} is promised, and no sheet says by whom", fix="add its target sheet")
                )
            elif units[what] != {f["unit"]}:
                faults.append(LedgerError(f"{named} is promised in {f['unit']}, and its sheets are in another unit"))
            elif sums[key] != Decimal(f["value"]):
                faults.append(LedgerError(f"{named} is {f['value']} {f['unit']}, and its sheets sum to {sums[key]}"))
        return faults

    def present(self) -> list[Mapping[str, Any]]:
        """The sheets of the plans that no later plan took the place of."""
        gone = {p["instead_of"] for p in self.plans.values()}
        return [s for s in self.sheets.values() if s["plan"] not in gone]

    def owed_by(self, unit: str, on: date) -> list[PromiseState]:
        """Every figure that a unit reports, on a day."""
        return [self._state(s, f, on) for s in self.present() if s["reports"] == unit for f in s["figures"]]

    def states(self, on: date) -> list[PromiseState]:
        """Every promised figure and every claim on a day, in the order in which they were promised."""
        rows = [self._state(s, f, on) for s in self.present() for f in s["figures"]]
        rows += [
            PromiseState(c["claim"], c["who"], c["words"], c["by_day"], "", "", None, NO_DEFINITION, None, None, ())
            for c in self.claims.values()
            if not c["sheet"]
        ]
        return rows

    def _state(self, sheet: Mapping[str, Any], f: Mapping[str, str], on: date) -> PromiseState:
        last = period(f["period"]).last
        due = last + timedelta(days=sheet["due_days"])
        closing = due + timedelta(days=sheet["closing_days"])
        key = (sheet["sheet"], f["period"])
        # What came after the day that is asked about did not stand on it.
        so_far = [s for s in (*self.earlier.get(key, ()), self.figures.get(key)) if s is not None and s.since <= on]
        stands = so_far[-1] if so_far else None
        if stands is not None:
            state = CORRECTED if stands.corrected else REPORTED
        else:
            state = NOT_YET_DUE if on <= last else DUE if on <= due else LATE if on <= closing else NOT_REPORTED
        came = stands.received if stands else on
        return PromiseState(
            sheet["sheet"], sheet["unit"], sheet["indicator"], f["period"], sheet["measure"], f["value"], due, state,
            stands.figure.value if stands else None, max((came - due).days, 0), stands.asked if stands else (),
        )  # fmt: skip


def _day(text: str) -> date | None:
    """The day that a vintage names; none where it is another text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _there(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise UnknownName(kind, name, names)


def _new(kind: str, name: str, names: Iterable[str]) -> None:
    if name in names:
        raise LedgerError(f"there is a {kind} {name} already", fix="give it another name; what stands is not changed")
