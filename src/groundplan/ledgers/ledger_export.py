"""A ledger as files that anybody can check without us: entries, checkpoints, proofs, and the programme that checks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from groundplan.ledgers import verify_ledger
from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.ledger_book import NOT_YET_DUE, LedgerBook, PromiseState
from groundplan.ledgers.periods import parts, period
from groundplan.ledgers.plan_ledger import Ledger
from groundplan.ledgers.tree_proofs import consistency, inclusion
from groundplan.ledgers.verify_ledger import CHECKPOINTS, ENTRIES, PROOFS, leaf_hash, proof_text
from groundplan.reconciling.reported_figures import INDICATORS
from groundplan.spreadsheets import neutral
from groundplan.whole_files import write_folder, write_text

FIX = "name another folder"


def export(ledger: Ledger, folder: str | Path, *, key: str | Path | None = None, of: Sequence[int] = ()) -> list[Path]:
    """Write a ledger into a folder; the files. Every checkpoint is proven to begin the next one.

    With ``key`` a checkpoint of all entries is signed too, which proofs that the entries ``of`` are among them go with.
    """
    book, rows = ledger.book, ledger.store.rows()
    rows = rows[: len(book.entries)]
    leaves = [leaf_hash(row.entry) for row in rows]
    if wrong := [n for n in of if not 0 <= n < len(rows)]:
        raise LedgerError(f"there is no entry {wrong[0]}", fix=f"the entries are 0 to {len(rows) - 1}")
    if of and key is None:
        raise LedgerError("a proof needs a checkpoint, and no key is named", fix="name the key with --key")
    notes = {e.seq: str(e.body["note"]) for e in book.entries if e.kind == "checkpoint"}
    if key is not None:
        notes[len(rows)] = ledger.signed(key)
    entries = b"".join(row.entry + b"\n" for row in rows)
    texts = {"key.txt": book.key + "\n"}
    texts |= {f"{CHECKPOINTS}/{size:08d}.txt": note for size, note in notes.items()}
    for first, second in pairwise(sorted(notes)):
        proof = consistency(first, leaves[:second])
        texts[f"{PROOFS}/{first:08d}-{second:08d}.txt"] = proof_text(
            "consistency", [first, second], proof, [notes[first], notes[second]]
        )
    for n in of:
        texts[f"{PROOFS}/entry-{n:08d}.txt"] = proof_text("inclusion", [n], inclusion(n, leaves), [notes[len(rows)]])
    files = {ENTRIES: entries, "verify_ledger.py": Path(verify_ledger.__file__).read_bytes()}
    files |= {name: text.encode() for name, text in texts.items()}
    write_folder(files, folder, "the ledger", fix=FIX)
    return [Path(folder) / name for name in files]


def write_reports(ledger: Ledger, file: str | Path, on: date) -> tuple[Path, int, int]:
    """Write what is reported as a CSV file for `groundplan reconcile`; the file, its rows, promises left out.

    Raises ``LedgerError`` where there is nothing to write, or the file is there already.
    """
    target = Path(file)
    rows, left_out = reports_of(ledger.book, on)
    if target.exists():
        raise LedgerError("the file is there already", where=str(file), fix="name another file")
    if not rows:
        what = f"no period of {', '.join(INDICATORS)} of a product has ended by {on}"
        raise LedgerError(what, fix="name a later day with --on")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: neutral(v) if k in ("unit", "product", "measure") else v for k, v in r.items()} for r in rows)
    return write_text(target, text.getvalue(), "the reports", fix="name another file"), len(rows), left_out


def reports_of(book: LedgerBook, on: date) -> tuple[list[dict[str, str]], int]:
    """What is reported until a day, as rows for `groundplan reconcile`, and how many promises it has no balance for.

    Columns ``unit``, ``figure``, ``product``, ``value``, ``measure``, ``period``, ``target``: a row for each period
    that has ended, with an empty value where nothing came, which is not 0. Of a flow by months or quarters every year
    that has ended has a row too; while one of its parts is silent the year is silent. The whole economy has a row
    without a value for every product, since units that are parts of a whole are held to it only where it is listed.
    """
    ended: list[tuple[PromiseState, str, str]] = []
    left_out = set()
    for promise in book.states(on):
        kind, of, product = promise.indicator.partition(": ")
        if not of or kind not in INDICATORS:
            left_out.add(promise.sheet)
        elif promise.state != NOT_YET_DUE:
            ended.append((promise, INDICATORS[kind], product))
    rows = {(p.unit, figure, product, p.period): _row(p, figure, product) for p, figure, product in ended}
    for promise, figure, product in ended:
        year, every = period(promise.period).year, period(promise.period).every
        whole = [rows.get((promise.unit, figure, product, part.text)) for part in parts(year, every)]
        key = (promise.unit, figure, product, str(year))
        if key not in rows and all(whole):
            there = [row for row in whole if row is not None]
            rows[key] = {**there[0], "period": str(year), **{k: _sum(there, k) for k in ("value", "target")}}
    for figure, product, measure, when in dict.fromkeys(
        (r["figure"], r["product"], r["measure"], r["period"]) for r in list(rows.values())
    ):
        whole_row = {"unit": "", "figure": figure, "product": product, "value": "", "measure": measure}
        rows.setdefault(("", figure, product, when), {**whole_row, "period": when, "target": ""})
    names = unit_names(book)
    return [{**row, "unit": names.get(row["unit"], "")} for row in rows.values()], len(left_out)


def unit_names(book: LedgerBook) -> dict[str, str]:
    """Unit → its name; where two have one, with the key."""
    names = {u: str(body["name"]) for u, body in book.units.items()}
    twice = {n for n, many in Counter(names.values()).items() if many > 1}
    return {u: f"{n} ({u})" if n in twice else n for u, n in names.items()}


def _row(p: PromiseState, figure: str, product: str) -> dict[str, str]:
    return {
        "unit": p.unit, "figure": figure, "product": product, "value": p.reported or "", "measure": p.measure,
        "period": p.period, "target": p.target,
    }  # fmt: skip


def _sum(rows: Sequence[Mapping[str, str]], key: str) -> str:
    """The sum of what all of them say; nothing where one says nothing."""
    return str(sum((Decimal(r[key]) for r in rows), Decimal(0))) if all(r[key] for r in rows) else ""
