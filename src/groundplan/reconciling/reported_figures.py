"""Reported figures as plain records: who says how much of what, in which unit of measure, how exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from groundplan.errors import GroundplanError, TableError, UnknownName, raise_all
from groundplan.tables.door.figures import figures
from groundplan.tables.door.named_columns import named_columns
from groundplan.tables.door.notation import PLAIN

OUTPUT, IMPORT, EXPORT, FINAL, STOCK = "output", "import", "export", "final use", "stock change"
OPENING, CLOSING, INPUT, CAPACITY = "opening stock", "closing stock", "input", "capacity"
# What may be reported, and the error that stands where none is said, as a share of the figure: assumed.
KINDS: dict[str, float] = {
    OUTPUT: 0.03, IMPORT: 0.02, EXPORT: 0.02, FINAL: 0.05, STOCK: 0.05, OPENING: 0.05, CLOSING: 0.05, INPUT: 0.05,
    CAPACITY: 0.0,
}  # fmt: skip
# Indicators of a plan whose figures are flows of its products, by what is said before the product.
INDICATORS = {"gross output": OUTPUT, "imports": IMPORT, "exports": EXPORT}
MIRROR_ERROR = 0.10
# Errors of input coefficients, as a share of the coefficient, where none is said: assumed.
COEFFICIENT_ERROR = 0.10
NEEDED = ("unit", "figure", "product", "value", "measure")
FURTHER = ("input", "sd", "period", "source", "target")
RATIO_COLUMNS = ("product", "input", "ratio", "measure", "per")
RATIO_FURTHER = ("error", "source")
NOT_REPORTED = math.nan


@dataclass(frozen=True)
class Reported:
    """One figure that somebody states.

    ``unit``: the enterprise, province or office that it is about; empty for the whole economy. ``figure``: a word of
    ``KINDS``; ``product``: a product of the accounts by code or name, or one of its own; ``input``: what is taken, of
    an input. ``value`` and ``target`` in ``measure``; NaN: not reported, which is never 0. ``sd``: standard error, as a
    share of the value, None for the usual one. ``source``: who else says so; ``mirror``: from outside of the
    chain that reports.
    """

    unit: str
    figure: str
    product: str
    value: float
    measure: str
    input: str = ""
    sd: float | None = None
    period: str = ""
    source: str = ""
    target: float = NOT_REPORTED
    mirror: bool = False

    @property
    def usual_error(self) -> float:
        """Its standard error as a share of its value."""
        if self.sd is not None:
            return self.sd
        return MIRROR_ERROR if self.mirror else KINDS[self.figure]


@dataclass(frozen=True)
class Ratio:
    """How much of an input one unit of a product takes, with the standard error as a share, from ``source``."""

    product: str
    input: str
    ratio: float
    measure: str
    per: str
    error: float = COEFFICIENT_ERROR
    source: str = ""


def read_reports(path: str | Path, *, mirror: bool = False) -> list[Reported]:
    """The figures of a file with the columns unit, figure, product, value, measure and, where wanted, others.

    ``sd`` is a share written as 3% or an amount in the figure's measure; an empty value is "not reported".
    Raises ``TableError`` and ``UnknownName``, all faults at once.
    """
    file = Path(path)
    cells = named_columns(file, NEEDED, FURTHER)
    amounts = _amounts(cells[["value", "target"]], file)
    faults: list[GroundplanError] = []
    reports: list[Reported] = []
    for n, (row, value, target) in enumerate(
        zip(cells.to_dict("records"), amounts["value"], amounts["target"], strict=True), 2
    ):
        try:
            said = {k: str(row[k]) for k in ("unit", "figure", "product", "measure", "input", "period", "source")}
            sd = _error(str(row["sd"]), float(value))
            reports.append(checked(Reported(**said, value=value, target=target, sd=sd, mirror=mirror)))
        except GroundplanError as fault:
            fault.where = f"{file.name}, line {n}"
            faults.append(fault)
    raise_all(faults, where=str(path))
    return reports


def reports_of(reports: str | Path | pd.DataFrame | Sequence[Reported], *, mirror: bool = False) -> list[Reported]:
    """Reported figures from a file, a table of the same columns, or records as they are."""
    if isinstance(reports, (str, Path)):
        return read_reports(reports, mirror=mirror)
    if isinstance(reports, pd.DataFrame):
        rows = reports.to_dict("records")
        return [checked(Reported(**{**{str(k): v for k, v in row.items()}, "mirror": mirror})) for row in rows]
    return [checked(replace(r, mirror=r.mirror or mirror)) for r in reports]


def checked(r: Reported) -> Reported:
    """The record, where it can be one. Raises all faults at once."""
    faults: list[GroundplanError] = []
    if r.figure not in KINDS:
        faults.append(UnknownName("figure", r.figure, KINDS))
    if not r.product:
        faults.append(TableError("no product is named", fix="name the product that the figure is of"))
    if not r.measure:
        faults.append(TableError("no unit of measure is named", fix="say it: t, MWh, or the money of the accounts"))
    if bool(r.input) != (r.figure == INPUT):
        faults.append(TableError("an input, and nothing else, says what is taken", fix="fill in or empty its input"))
    if r.sd is not None and not (math.isfinite(r.sd) and r.sd >= 0):
        faults.append(TableError(f"the error is {r.sd}", fix="give a share of at least 0, such as 3%"))
    if math.isinf(r.value) or math.isinf(r.target):
        faults.append(TableError("the figure has no end", fix="give a number, or nothing where none is reported"))
    raise_all(faults)
    return r


def read_ratios(path: str | Path) -> list[Ratio]:
    """Inputs per unit of output of a file with the columns product, input, ratio, measure, per; error, source.

    Raises ``TableError``, all faults at once.
    """
    file = Path(path)
    cells = named_columns(file, RATIO_COLUMNS, RATIO_FURTHER)
    amounts = _amounts(cells[["ratio"]], file)["ratio"]
    faults: list[GroundplanError] = []
    ratios: list[Ratio] = []
    for n, (row, ratio) in enumerate(zip(cells.to_dict("records"), amounts, strict=True), 2):
        try:
            said = {k: str(row[k]) for k in ("product", "input", "measure", "per", "source")}
            error = _error(str(row["error"]), ratio)
            if not ratio > 0:
                raise TableError("the ratio is not above 0", fix="say how much of the input one unit takes")
            ratios.append(Ratio(**said, ratio=ratio, error=COEFFICIENT_ERROR if error is None else error))
        except GroundplanError as fault:
            fault.where = f"{file.name}, line {n}"
            faults.append(fault)
    raise_all(faults, where=str(path))
    return ratios


def of_period(reports: Sequence[Reported], period: str | None) -> tuple[str, list[Reported]]:
    """The period and its reports; records without one belong to any. Raises ``TableError`` where it is not plain."""
    there = sorted({r.period for r in reports if r.period})
    if period is None and len(there) > 1:
        raise TableError(f"figures of several periods: {', '.join(there[:6])}", fix="name one with --period")
    if period is not None and there and period not in there:
        raise UnknownName("period", period, there)
    chosen = period or (there[0] if there else "")
    return chosen, [r for r in reports if r.period in ("", chosen)]


def _amounts(cells: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Figures as they are written, with a decimal point; empty ones are not reported."""
    numbered = cells.set_axis(pd.RangeIndex(2, 2 + len(cells)), axis=0)
    return figures(numbered, replace(PLAIN, missing=("",)), where=path.name).set_axis(cells.index, axis=0)


def _error(text: str, value: float) -> float | None:
    """A standard error as a share of the value: 3% or an amount; None where nothing is said."""
    if not text:
        return None
    share = text.endswith("%")
    try:
        number = float(text.rstrip("%").strip())
    except ValueError as error:
        raise TableError(f"the error '{text}' is no number", fix="write 3%, or an amount like the value") from error
    if share:
        return number / 100.0
    if number == 0:
        return 0.0
    if not value or not np.isfinite(value):
        raise TableError(f"an error of {text} beside no value", fix="write it as a share: 3%")
    return number / abs(value)
