"""Indicators as linear forms, and targets on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy

LINE_COLUMNS = ["target", "indicator", "year", "sense", "value", "weight", "sign", "scale", "label"]


def known_indicators(a: Activities) -> list[str]:
    """Every name that a target may use."""
    return [*a.indicators["indicator"].unique(), *a.ratios["indicator"].unique()]


def target_lines(a: Activities, policy: Policy) -> pd.DataFrame:
    """Targets spread over their years, each line a bound from below: an upper bound has sign −1, an equality two lines.

    Columns: target (position in the policy), indicator, year, sense, value, weight (NaN for a must), sign, scale,
    label.
    ``scale`` is what one unit of the indicator is in the row's own unit: 1, and for a ratio n/d, whose row is n − b·d,
    the denominator at the levels of the year before the plan. A shortfall divided by it is in the indicator's unit.
    Errors:  ``UnknownName`` and ``StudyError``, all at once, with the line of the study.
    """
    known = set(known_indicators(a))
    faults: list[GroundplanError] = []
    records = []
    scales = _scales(a)
    for at, t in enumerate(policy.targets):
        if t.indicator not in known:
            faults.append(UnknownName("indicator", t.indicator, known, where=t.line or t.text()))
        for year in a.years if t.year is None else (t.year,):
            if year not in a.years:
                faults.append(
                    StudyError(
                        f"target '{t.text()}' is for {year}, outside the plan",
                        where=t.line,
                        fix=f"give a year from {a.years[0]} to {a.years[-1]}, or more years",
                    )
                )
            weight = np.nan if t.weight is None else t.weight
            for sign in {"<=": (-1.0,), ">=": (1.0,), "==": (1.0, -1.0)}.get(t.sense, ()):
                side = "" if t.sense != "==" else (" (least)" if sign > 0 else " (most)")
                text = f"{t.name or t.indicator} {t.sense} {t.value:g}{side} | {year}"
                records.append(
                    (at, t.indicator, year, t.sense, t.value, weight, sign, scales.get(t.indicator, 1.0), text)
                )
    raise_all(faults)
    lines = pd.DataFrame(records, columns=LINE_COLUMNS)
    again = lines["label"].duplicated()
    lines.loc[again, "label"] = lines["label"] + " #" + lines["target"].astype(str)
    return lines


def _scales(a: Activities) -> dict[str, float]:
    """Denominators of ratios at base levels; 1 where there is none to speak of."""
    base = a.activities.set_index("activity")["base"]
    rows = a.indicators[a.indicators["part"] == "level"]
    known = (rows["coefficient"] * rows["on"].map(base).astype(float)).groupby(rows["indicator"]).sum()
    below = zip(a.ratios["indicator"], a.ratios["denominator"], strict=True)
    return {str(r): float(known[d]) for r, d in below if d in known.index and known[d] > 1e-9}


def indicator_cells(a: Activities, indicator: str, years: np.ndarray) -> pd.DataFrame:
    """The linear form of an indicator by year: part (level or stock), on, year, amount."""
    rows = a.indicators[a.indicators["indicator"] == indicator]
    out = rows.loc[rows.index.repeat(len(years))].reset_index(drop=True)
    out["year"] = np.tile(years, len(rows))
    factor = a.factor(out["profile"].to_numpy(dtype=object), out["year"].to_numpy())
    return out.assign(amount=out["coefficient"] * factor)[["part", "on", "year", "amount"]]


def target_cells(a: Activities, lines: pd.DataFrame) -> pd.DataFrame:
    """Cells of every target line, signed; a ratio n/d with bound b is n − b·d against 0."""
    ratios = a.ratios.drop_duplicates("indicator").set_index("indicator")
    pieces = []
    told = zip(lines["indicator"], lines["year"], lines["value"], lines["sign"], strict=True)
    for row, (name, year, value, sign) in enumerate(told):
        parts = [(str(name), 1.0)]
        if name in ratios.index:
            numerator, denominator = ratios.loc[name, ["numerator", "denominator"]]
            parts = [(str(numerator), 1.0), (str(denominator), -float(value))]
        for indicator, factor in parts:
            cells = indicator_cells(a, indicator, np.asarray([int(year)]))
            pieces.append(cells.assign(amount=cells["amount"] * (factor * float(sign)), row=row))
    return pd.concat(pieces, ignore_index=True)


def target_bounds(a: Activities, lines: pd.DataFrame) -> np.ndarray:
    """Right-hand sides of the target lines: the signed value, 0 for a ratio."""
    ratio = lines["indicator"].isin(a.ratios["indicator"]).to_numpy()
    value: np.ndarray = np.where(ratio, 0.0, lines["value"].to_numpy(dtype=float))
    sign = np.asarray(lines["sign"], dtype=float)
    return np.asarray(value * sign)
