"""What was promised, by whom, and what is reported: a ledger that is only added to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.ledgers.entries import refuse_without_libraries
from groundplan.outcome import Outcome
from groundplan.records.toml import open_document
from groundplan.shown_text import visible

if TYPE_CHECKING:
    from groundplan.ledgers.plan_ledger import Ledger

MOST = 30  # questions and receipts that the terminal lists; the tables have all


@dataclass(frozen=True)
class LedgerWish:
    """What was said on the command line."""

    path: str | Path | None
    ledger: str | Path
    key: str | Path
    by: str
    origin: str | None
    zone: str
    plan: str | Path | None
    programme: str | Path | None
    on: str | None
    unit: Sequence[str]
    kind: str
    entry: Sequence[int | str]
    kept: Sequence[str | Path]
    public: Sequence[str]
    why: str
    lost: bool
    look: bool

    def needed(self, what: str) -> str | Path:
        """The path. Raises ``GroundplanError`` where none was said."""
        if self.path is None:
            raise GroundplanError(f"it is not said where {what}", fix="name it after the action")
        return self.path

    def day(self, of: Ledger) -> date:
        """The day that is asked about; today by the ledger's zone."""
        return of.day(self.on)


def ledger(
    action: str,
    path: str | Path | None = None,
    *,
    ledger: str | Path = "plan.ledger",
    key: str | Path = "plan.key",
    by: str = "office",
    origin: str | None = None,
    zone: str = "UTC",
    plan: str | Path | None = None,
    programme: str | Path | None = None,
    on: str | None = None,
    unit: Sequence[str] = (),
    kind: str = "xlsx",
    entry: Sequence[int | str] = (),
    kept: Sequence[str | Path] = (),
    public: Sequence[str] = (),
    why: str = "",
    lost: bool = False,
    look: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Do one thing with a ledger; what was done as lines, and as tables.

    ``init`` begins one. ``targets`` accepts a plan with a sheet for every promise; with ``look`` it says what would be
    entered, and enters nothing. ``enter`` takes units,
    announcements, decisions, corrections, verdicts. ``forms`` writes return forms, ``receive`` reads them. ``status``
    tells the state of every promise on a day. ``checkpoint`` signs what stands. ``verify`` replays it. ``export``
    writes files that anybody can check. ``reports`` writes what came for ``reconcile``. ``rotate`` takes another key.
    ``migrate`` brings an older form on.
    Raises ``GroundplanError``, all faults at once; of ``verify``, every entry that does not hold.
    """
    refuse_without_libraries()
    if action not in ACTIONS:
        raise UnknownName("action", action, ACTIONS)
    wish = LedgerWish(
        path, ledger, key, by, origin, zone, plan, programme, on, unit, kind, entry, kept, public, why, lost,
        look,
    )  # fmt: skip
    progress(f"{action} ...")
    return ACTIONS[action](wish)


def _said(lines: Sequence[str], **tables: pd.DataFrame) -> Outcome:
    shown = pd.DataFrame({"line": [visible(line) for line in lines]}, dtype=object)
    return Outcome({}, {"lines": shown, **tables}, {"engine": "ledger"})


def _open(wish: LedgerWish) -> Ledger:
    from groundplan.ledgers.plan_ledger import Ledger

    return Ledger(wish.ledger)


def _init(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.plan_ledger import Ledger

    if not wish.origin:
        raise GroundplanError("the ledger has no name", fix="give one: --origin ministry.example/plan")
    begun = Ledger.begin(wish.ledger, wish.origin, wish.key, zone=wish.zone, by=wish.by)
    return _said(
        [
            f"A ledger was begun in {begun.store.where}. Its key is in {wish.key}: keep a copy in a safe elsewhere.",
            "Print this key and give it to those who are to check the ledger:",
            f"  {begun.book.key}",
        ]
    )


def _targets(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.proposed_targets import figure_table, proposed, sheet_table

    opened = _open(wish)
    fresh = proposed(wish.needed("the targets stand"), wish.plan, wish.programme, wish.day(opened))
    sheets = [body for what, body in fresh if what == "sheet"]
    table = figure_table(sheets)
    if wish.look:
        opened.refuse_unfit(fresh, by=wish.by)
        line = f"Nothing is entered. Entered would be {len(sheets)} sheets with {len(table)} figures."
        return _said([line], targets=table, sheets=sheet_table(sheets))
    numbers = opened.append(fresh, by=wish.by)
    where = f"{numbers[0]} to {numbers[-1]}"
    line = f"The plan is accepted: {len(sheets)} sheets, {len(table)} figures, in entries {where}."
    return _said([line], targets=table, sheets=sheet_table(sheets))


def _enter(wish: LedgerWish) -> Outcome:
    document = open_document(wish.needed("the entries stand"))
    kinds = ("unit", "announcement", "correction", "decision", "verdict")
    content = document.content
    faults: list[GroundplanError] = []
    for k, rows in content.items():
        where = document.where((k,))
        if k not in kinds:
            faults.append(UnknownName("kind of entry", k, kinds, where=where))
        elif not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            faults.append(GroundplanError(f"{k} is no list of entries", where=where, fix=f"write [[{k}]] over each"))
    raise_all(faults)
    usual: Mapping[str, Mapping[str, Any]] = {
        "announcement": {"by_day": "", "sheet": ""}, "correction": {"file": ""}, "decision": {"ground": []},
        "unit": {"above": "", "language": "en"}, "verdict": {"figures": []},
    }  # fmt: skip
    fresh = [(k, {**usual[k], **row}) for k in kinds for row in content.get(k, [])]
    numbers = _open(wish).append(fresh, by=wish.by)
    return _said([f"Entered: {len(numbers)} entries, numbers {', '.join(map(str, numbers))}."])


def _forms(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.return_forms import write_forms

    opened = _open(wish)
    folder = wish.needed("the forms go")
    written = write_forms(opened.book, folder, wish.day(opened), units=wish.unit, kind=wish.kind)
    table = pd.DataFrame([(u, str(p), n) for u, p, n in written], columns=["unit", "path", "figures"])
    line = f"{len(written)} forms stand in {folder}, which ask for {sum(n for _, _, n in written)} figures."
    return _said([line], forms=table)


def _receive(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.ledger_book import DUE, LATE, NOT_REPORTED
    from groundplan.ledgers.received_files import read_returns
    from groundplan.ledgers.receiving import ENTERED, Receipt, ReturnQuestion, received

    opened = _open(wish)
    day = wish.day(opened)
    if day > opened.today():
        raise GroundplanError(f"{day} has not come yet", where="--on", fix="give the day on which the returns came")
    done = received(opened.book, read_returns(wish.needed("the returns stand")), day, wish.unit)
    if done.entries:
        opened.append(done.entries, by=wish.by)
    book = opened.book
    reports = {s["sheet"]: s["reports"] for s in book.present()}
    owed = [(reports[s.sheet], s.state) for s in book.states(day) if s.state in (DUE, LATE, NOT_REPORTED)]
    missing = pd.DataFrame(
        sorted({(u, st, owed.count((u, st))) for u, st in owed}), columns=["unit", "state", "figures"]
    )
    entered = sum(r.state == ENTERED for r in done.receipts)
    lines = [f"{len(done.receipts)} files: {entered} entered with {sum(r.figures for r in done.receipts)} figures and "
             f"{sum(r.corrected for r in done.receipts)} corrections."]  # fmt: skip
    lines += [f"  {r.file}: {r.state}; {r.why}" for r in done.receipts if r.state != ENTERED][:MOST]
    lines += [f"  ask {q.unit}: {q.file}, {q.where}: {q.asks}" for q in done.questions][:MOST]
    lines += [f"  missing: {r['unit']}, {r['figures']} figures {r['state']}" for r in missing.to_dict("records")][:MOST]
    return _said(
        lines, receipts=pd.DataFrame(done.receipts, columns=list(Receipt._fields)),
        questions=pd.DataFrame(done.questions, columns=list(ReturnQuestion._fields)), missing=missing,
    )  # fmt: skip


def _status(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.ledger_book import PromiseState

    opened = _open(wish)
    day, book = wish.day(opened), opened.book
    plain: dict[str, Callable[[Any], str]] = {"due": str, "days_late": str, "asked": "; ".join, "reported": str}
    rows = [
        [plain[name](value) if name in plain and value is not None else "" if value is None else value
         for name, value in s._asdict().items()]
        for s in book.states(day)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(PromiseState._fields), dtype=object)
    about = {"origin": book.opening["origin"], "entries": len(book.entries), "day": str(day), "units": len(book.units)}
    return Outcome({}, {"promises": table}, {"engine": "ledger_status", **about})


def _checkpoint(wish: LedgerWish) -> Outcome:
    note = _open(wish).checkpoint(wish.key, by=wish.by)
    if wish.path is not None:
        from groundplan.whole_files import write_text

        write_text(Path(wish.path), note, "the checkpoint", fix="name another file")
    return _said(["Give this to those who check the ledger, to keep:", *note.rstrip("\n").split("\n")])


def _verify(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.entries import LedgerError
    from groundplan.ledgers.verify_ledger import Refused, verify_folder

    try:
        if wish.path is not None:
            done = verify_folder(Path(wish.path), wish.public, [Path(k) for k in wish.kept])
        else:
            kept = [(Path(k).name, Path(k).read_text("utf-8")) for k in wish.kept]
            done = _open(wish).check(kept, wish.public)
    except (OSError, UnicodeError, Refused) as error:
        raise GroundplanError(f"it cannot be verified: {error}", fix="check the paths and the key") from None
    raise_all([LedgerError(visible(f.what), where=visible(f.where)) for f in done.faults])
    return _said(
        [f"The ledger is whole: {done.size} entries, {done.checkpoints} checkpoints.", f"Root: {done.root.hex()}",
         *done.notes]
    )  # fmt: skip


def _export(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.ledger_export import export

    key = wish.key if Path(wish.key).exists() else None
    folder = wish.needed("the export goes")
    try:
        entries = [int(n) for n in wish.entry]
    except ValueError:
        raise GroundplanError(
            "an entry is named by its number", where="--entry", fix="for example --entry 12"
        ) from None
    written = export(_open(wish), folder, key=key, of=entries)
    return _said(
        [f"{len(written)} files stand in {folder}. Anybody checks them: python3 {folder}/verify_ledger.py {folder}"]
    )


def _reports(wish: LedgerWish) -> Outcome:
    from groundplan.ledgers.ledger_export import write_reports

    of = _open(wish)
    file, rows, left_out = write_reports(of, wish.needed("the reports go"), wish.day(of))
    lines = [f"{rows} rows stand in {file}. What can be believed of them: groundplan reconcile --reports {file}"]
    if left_out:
        lines.append(f"Left out: {left_out} sheets of indicators that no balance is known for.")
    return _said(lines)


def _rotate(wish: LedgerWish) -> Outcome:
    new = wish.needed("the new key goes")
    if not wish.why:
        raise GroundplanError("it is not said why the key changes", fix="say it with --why")
    public = _open(wish).rotate(new, why=wish.why, by=wish.by, old=None if wish.lost else wish.key)
    return _said([f"The key is in {new} from here on. Print and give away:", f"  {public}"])


def _migrate(wish: LedgerWish) -> Outcome:
    line = _open(wish).store.migrate()
    return _said([f"{line[:1].upper()}{line[1:]}."])


ACTIONS: Mapping[str, Callable[[LedgerWish], Outcome]] = {
    "init": _init, "targets": _targets, "enter": _enter, "forms": _forms, "receive": _receive, "status": _status,
    "checkpoint": _checkpoint, "verify": _verify, "export": _export, "reports": _reports,
    "rotate": _rotate, "migrate": _migrate,
}  # fmt: skip
