"""A ledger as files that anybody can check without us: entries, checkpoints, proofs, and the programme that checks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from groundplan.ledgers import verify_ledger
from groundplan.ledgers.entries import LedgerError
from groundplan.ledgers.plan_ledger import Ledger
from groundplan.ledgers.tree_proofs import consistency, inclusion
from groundplan.ledgers.verify_ledger import CHECKPOINTS, ENTRIES, PROOFS, leaf_hash, proof_text
from groundplan.whole_files import write_bytes, write_text

FIX = "name another folder"


def export(ledger: Ledger, folder: str | Path, *, key: str | Path | None = None, of: Sequence[int] = ()) -> list[Path]:
    """Write a ledger into a folder; the files. Every checkpoint is proven to begin the next one.

    With ``key`` a checkpoint of all entries is signed too, which proofs that the entries ``of`` are among them go with.
    """
    here = Path(folder)
    if here.exists() and any(here.iterdir()):
        raise LedgerError("the folder holds something already", where=str(folder), fix=FIX)
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
    files = [
        write_bytes(here / ENTRIES, entries, "the ledger", fix=FIX),
        write_text(here / "key.txt", book.key + "\n", "the key", fix=FIX),
        write_bytes(here / "verify_ledger.py", Path(verify_ledger.__file__).read_bytes(), "the check", fix=FIX),
    ]
    for size, note in notes.items():
        files.append(write_text(here / CHECKPOINTS / f"{size:08d}.txt", note, "the checkpoint", fix=FIX))
    sizes = sorted(notes)
    for first, second in pairwise(sizes):
        proof = consistency(first, leaves[:second])
        text = proof_text("consistency", [first, second], proof, [notes[first], notes[second]])
        files.append(write_text(here / PROOFS / f"{first:08d}-{second:08d}.txt", text, "the proof", fix=FIX))
    for n in of:
        text = proof_text("inclusion", [n], inclusion(n, leaves), [notes[len(rows)]])
        files.append(write_text(here / PROOFS / f"entry-{n:08d}.txt", text, "the proof", fix=FIX))
    return files
