"""What accepting a file of targets enters: the entries, and the same as tables to be looked at before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from groundplan.ledgers.entries import Fresh
from groundplan.ledgers.target_sheets import accepted, read_targets
from groundplan.outcome import Outcome
from groundplan.saved_index import INDEX

FIGURES = ["sheet", "unit", "indicator", "period", "amount", "value", "measure"]
SHEETS = ["sheet", "unit", "reports", "indicator", "measure", "figures", "first", "promised_first", "last",
          "promised_last", "definition"]  # fmt: skip


def proposed(file: str | Path, plan: str | Path | None, programme: str | Path | None, day: date) -> list[Fresh]:
    """The entries that accept what a file of targets promises of a plan and of a programme of places, by their folders.

    Raises ``GroundplanError``, all faults at once.
    """
    asked = read_targets(file)
    planned = None if plan is None else Outcome.open(plan)
    works = None if programme is None else Outcome.open(programme)
    mark, study = hashlib.sha256(b"").hexdigest(), None
    if plan is not None:
        mark = hashlib.sha256((Path(plan) / INDEX).read_bytes()).hexdigest()
        text = Path(plan) / "study.toml"
        study = text.read_bytes() if text.is_file() else None
    return accepted(asked, planned, mark=mark, study=study, day=str(day), programme=works)


def figure_table(sheets: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Every promised figure."""
    rows = [
        (s["sheet"], s["unit"], s["indicator"], f.period, float(f.value), f.value, s["measure"])
        for s in sheets
        for f in s["figures"]
    ]
    return pd.DataFrame(rows, columns=FIGURES)


def sheet_table(sheets: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Every sheet: who promises and who reports, how many figures, the first and the last of them, and what counts."""
    rows = [
        (s["sheet"], s["unit"], s["reports"], s["indicator"], s["measure"], len(s["figures"]), s["figures"][0].period,
         s["figures"][0].value, s["figures"][-1].period, s["figures"][-1].value, s["definition"])
        for s in sheets
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=SHEETS)
