"""How long a ledger takes: 100,000 entries verified, a hundred units' forms of 200 figures received.

python benchmarks/ledger.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import openpyxl

from groundplan import ledger
from groundplan.ledgers.entries import entry_bytes
from groundplan.ledgers.signing import SigningKey
from groundplan.ledgers.verify_ledger import NO_HASH, leaf_hash, replay

ENTRIES, UNITS, TARGETS, MONTHS = 100_000, 100, 100, 2


def verified() -> float:
    """Seconds to replay so many entries."""
    key = SigningKey.fresh("bench.example/plan")
    opening = {"origin": "bench.example/plan", "key": key.public_text, "zone": "UTC"}
    figure = {"value": "123.4", "unit": "t", "period": "2026-01", "source": "A", "vintage": "2026-02-10"}
    body = {"unit": "A", "file": "", "received": "2026-02-10",
            "figures": [{"sheet": "P/T1-A", "figure": figure, "note": "", "asked": []}]}  # fmt: skip
    lines, previous = [], NO_HASH
    for n in range(ENTRIES):
        kind, what = ("report", body) if n else ("opening", opening)
        lines.append(entry_bytes(n, previous, "2026-02-10T00:00:00Z", kind, "A", what))
        previous = leaf_hash(lines[-1]).hex()
    start = time.perf_counter()
    assert replay(lines).faults == ()
    return time.perf_counter() - start


def received(folder: Path) -> tuple[float, int]:
    """Seconds to receive a form of every unit, and the figures that were entered."""
    units = [f"U{n:03d}" for n in range(UNITS)]
    text = 'plan = "P"\n' + "".join(f'[[units]]\nunit = "{u}"\nname = "{u}"\nlevel = "works"\n' for u in units)
    shares = ", ".join(f"{u} = 1" for u in units)
    for n in range(TARGETS):
        text += (
            f'[[targets]]\nindicator = "product {n}"\ndefinition = "d"\nmeasure = "t"\nanswers = "m"\nsource = "s"\n'
            f"shares = {{ {shares} }}\nvalues = {{ 2025 = 120000 }}\n"
        )
    (folder / "targets.toml").write_text(text, "utf-8")
    where = {"ledger": folder / "plan.ledger", "key": folder / "plan.key"}
    ledger("init", origin="bench.example/plan", **where)
    ledger("targets", folder / "targets.toml", **where)
    ledger("forms", folder / "forms", on="2025-02-28", **where)
    for path in (folder / "forms").iterdir():
        book = openpyxl.load_workbook(path)
        for row in book["Return"].iter_rows(min_row=7):
            if row[0].value and not row[0].value.endswith("total"):
                row[6].value = 100.5
        book.save(path)
    start = time.perf_counter()
    done = ledger("receive", folder / "forms", on="2025-03-05", **where)
    return time.perf_counter() - start, int(done.table("receipts")["figures"].sum())


if __name__ == "__main__":
    print(f"{ENTRIES:,} entries verified in {verified():.2f} s")
    with tempfile.TemporaryDirectory() as name:
        seconds, figures = received(Path(name))
    print(f"{UNITS} forms, {figures:,} figures, received in {seconds:.1f} s")
