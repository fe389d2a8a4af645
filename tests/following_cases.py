"""Promises and balances small enough for paper, which several tests of following share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from groundplan.following.promised_series import PromisedSeries
from groundplan.ledgers.periods import parts, period
from groundplan.reconciling.reported_figures import EXPORT, FINAL, IMPORT, OUTPUT, STOCK
from groundplan.reconciling.usual_uses import UsualUses


def monthly(unit: str, values: Sequence[float], scale: float = 1.0, **more: Any) -> PromisedSeries:
    """A promise of 100 a month over 2026 and 2027; ``values`` are the first months' figures, NaN what did not come."""
    promised = scale * np.asarray(more.pop("promised", [100.0] * 24), dtype=float)
    return series(unit, "month", (2026, 2027), promised, values, **more)


def series(
    unit: str, every: str, years: Sequence[int], promised: Sequence[float] | np.ndarray, values: Sequence[float],
    **more: Any,
) -> PromisedSeries:  # fmt: skip
    """A promise of one unit; what ``values`` say ended, and what is NaN among them was not reported."""
    names = [p.text for y in years for p in parts(y, every)]
    n, k = len(names), len(values)
    when = [period(text) for text in names]
    reported = np.full(n, np.nan)
    reported[:k] = values
    ended = np.arange(n) < k
    states = tuple(
        "not yet due" if not e else "not reported" if math.isnan(v) else "reported"
        for e, v in zip(ended, reported, strict=True)
    )
    about: dict[str, Any] = {
        "sheet": f"P/{unit}", "unit": unit, "indicator": "gross output: coal", "measure": "t", "periods": tuple(names),
        "year": np.array([w.year for w in when]), "part": np.array([w.of_year for w in when]),
        "parts": {"month": 12, "quarter": 4, "year": 1}[every], "promised": np.asarray(promised, dtype=float),
        "reported": reported, "states": states, "due": tuple(date(w.year, 12, 31) for w in when), "ended": ended,
    }  # fmt: skip
    return PromisedSeries(**{**about, **more})


def uses_of_three(
    output: Sequence[float] = (200.0, 100.0, 50.0), final: Sequence[float] | None = None,
    imports: Sequence[float] = (0.0, 0.0, 0.0), exports: Sequence[float] = (0.0, 0.0, 0.0),
) -> UsualUses:  # fmt: skip
    """Coal, steel, ships: a steel takes a coal, a ship half a steel; final use is the rest where it is not said."""
    a = np.array([[0.1, 1.0, 0.0], [0.0, 0.0, 0.5], [0.0, 0.0, 0.0]])
    x, m, e = np.array(output), np.array(imports), np.array(exports)
    rest = x + m - a @ x - e
    f = rest if final is None else np.minimum(np.array(final), np.maximum(rest, 0.0))
    amounts = {OUTPUT: x, IMPORT: m, EXPORT: e, FINAL: f, STOCK: np.zeros(3)}
    labels = {"coal": "Coal", "steel": "Steel", "ships": "Ships"}
    return UsualUses(("coal", "steel", "ships"), labels, "t", a, amounts, {}, promised=True, said="a plan on paper")


TARGETS = """
plan = "P"
decimals = 3
[[units]]
unit = "M"
name = "Ministry"
level = "ministry"
[[units]]
unit = "A"
name = "Works A"
level = "works"
above = "M"
[[units]]
unit = "B"
name = "<b>Works B</b>"
level = "works"
above = "M"
[[targets]]
indicator = "gross output: elec"
definition = "Power sent out."
measure = "KES2019bn"
answers = "Minister"
source = "plan office"
shares = { A = 0.6, B = 0.4 }
values = { 2020 = 120, 2021 = 132 }
[[targets]]
indicator = "homes"
definition = "Keys handed over."
measure = "homes"
answers = "Minister"
source = "plan office"
shares = { A = 1 }
values = { 2020 = 1200, 2021 = 2400 }
[[announcements]]
claim = "power"
who = "Governor"
words = "power for all"
said = "2020-01-02"
where = "speech"
by_day = "2020-06-30"
sheet = "P/T1-B"
[[announcements]]
claim = "joy"
who = "Governor"
words = "joy for all"
said = "2020-01-02"
where = "speech"
"""


def followed_ledger(folder: Path) -> Path:
    """A ledger of two works over two years, with eight months of reports, two of which did not come; on 2020-09-30."""
    from groundplan import Ledger, ledger

    where = {"ledger": folder / "plan.ledger", "key": folder / "plan.key"}
    (folder / "targets.toml").write_text(TARGETS, "utf-8")
    ledger("init", origin="example.org/plan", **where)
    ledger("targets", folder / "targets.toml", on="2020-01-01", **where)
    rates = {"T1-A": (0.70, 0.74, 0.71, 0.73, 0.72, 0.70, 0.75, 0.71), "T1-B": (1.0, 1.02, 0.99, 1.01, 1.0, 1.0, 1.03),
             "T2-A": (0.5, 0.6, 0.7)}  # fmt: skip
    opened, entries = Ledger(folder / "plan.ledger"), []
    for sheet in opened.book.present():
        stem = sheet["sheet"].removeprefix("P/")
        figures = [
            {**f, "value": f"{float(f['value']) * rate:.6f}".rstrip("0").rstrip("."), "vintage": "2020-09-05"}
            for f, rate in zip(sheet["figures"], rates[stem], strict=False)
        ]
        rows = [{"sheet": sheet["sheet"], "figure": f, "note": "", "asked": []} for f in figures]
        body = {"unit": sheet["reports"], "file": "", "received": "2020-09-05", "figures": rows}
        entries.append(("report", body))
    opened.append(entries, by="office")
    return folder / "plan.ledger"
