"""A programme for other solvers: MPS and LP files, and a model of linopy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from highspy import HighsStatus
from scipy import sparse

from groundplan.errors import GroundplanError
from groundplan.solver.highs import load
from groundplan.solver.programme import ColumnBlock, Programme

if TYPE_CHECKING:
    import linopy

FORMS = (".mps", ".lp", ".mps.gz", ".lp.gz")


def write(p: Programme, path: str | Path) -> Path:
    """Write a programme as MPS or LP, as the name of the file ends, columns and rows under their own names.

    Spaces, which neither form knows in a name, are underscores. Raises ``GroundplanError`` for another ending, or
    where the file cannot be written.
    """
    target = Path(path)
    if not target.name.endswith(FORMS):
        raise GroundplanError(f"{target.name} is no programme", fix=f"let the name end in {', '.join(FORMS)}")
    h = load(p, {"small_matrix_value": 1e-12})
    columns = [name for block in p.columns.values() for name in block.labels()]
    rows = [f"{r.name}({label or n})" for r in p.rows for n, label in enumerate(r.labels)]
    for n, name in enumerate(_names(columns)):
        h.passColName(n, name)
    for n, name in enumerate(_names(rows)):
        h.passRowName(n, name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritten(target, error.strerror or str(error)) from error
    if h.writeModel(str(target)) == HighsStatus.kError:
        raise _unwritten(target, "is it a folder, or not yours to write?")
    return target


def _unwritten(target: Path, why: str) -> GroundplanError:
    return GroundplanError(f"the programme cannot be written: {why}", where=str(target), fix="name another file")


def _names(names: list[str]) -> list[str]:
    """Names as both forms take them: no spaces, no signs that begin a number or an operator, each once."""
    plain = [re.sub(r"[^A-Za-z0-9_.(),@#]+", "_", name) for name in names]
    counts: dict[str, int] = {}
    out = []
    for name in plain:
        n = counts.get(name, 0)
        counts[name] = n + 1
        out.append(f"{name}#{n}" if n else name)
    return out


def linopy_model(p: Programme) -> linopy.Model:
    """The programme as a model of linopy: its variables on their dimensions, its families of rows, its linear goal.

    A row that holds on both sides is two constraints there. Raises ``GroundplanError`` where linopy is not installed,
    for a quadratic goal, and for a block of which some columns must be whole and others not, which it has no word for.
    """
    try:
        import linopy
    except ImportError:
        raise GroundplanError("linopy is not installed", fix="pip install 'groundplan[linopy]'") from None
    if p.quadratic is not None:
        raise GroundplanError("a quadratic goal is not carried to linopy", fix="write the programme as MPS")
    model = linopy.Model()
    labels = np.zeros(p.width, dtype=np.int64)
    for name, block in p.columns.items():
        whole = bool(block.whole.any())
        if whole and not block.whole.all():
            raise GroundplanError(
                f"some of '{name}' must be whole and some not: linopy has all or none", fix="write the programme as MPS"
            )
        bounds = {"lower": block.lower, "upper": block.upper}
        added = model.add_variables(coords=_coords(name, block), name=name, integer=whole, **bounds)
        labels[block.numbers] = added.labels.values
    matrix, (low, high) = p.matrix(), p.sides()
    for family in p.families():
        at = np.concatenate([r.numbers for r in p.rows if r.name == family])
        own = _expression(model, matrix[at], labels)
        equal = low[at] == high[at]
        for side, sense, right, there in (
            ("", "==", high[at], equal),
            (" above", "<=", high[at], ~equal & np.isfinite(high[at])),
            (" below", ">=", low[at], ~equal & np.isfinite(low[at])),
        ):
            if there.any():
                model.add_constraints(own.isel(row=there), sense, right[there], name=f"{family}{side}")
    goal = _expression(model, sparse.csr_array(p.costs()[None]), labels)
    model.add_objective(goal.sum(), sense="max" if p.maximise else "min")
    return model


def _coords(name: str, block: ColumnBlock) -> list[pd.Index]:
    """The dimensions of a block under names of its own, as linopy aligns what is called alike."""
    if not block.coords:
        return [pd.RangeIndex(n, name=f"{name}_{k}") for k, n in enumerate(block.numbers.shape)]
    return [index.rename(f"{name}_{dim}") for dim, index in block.coords.items()]


def _expression(model: linopy.Model, a: sparse.csr_array, labels: np.ndarray) -> linopy.LinearExpression:
    """Rows A·x as linopy keeps them: row × term, short rows filled up with nothing."""
    import linopy
    import xarray as xr

    counts = np.diff(a.indptr)
    row = np.repeat(np.arange(a.shape[0]), counts)
    term = np.arange(a.nnz) - np.repeat(a.indptr[:-1], counts)
    variables = np.full((a.shape[0], max(int(counts.max(initial=0)), 1)), -1, dtype=np.int64)
    coefficients = np.full(variables.shape, np.nan)
    variables[row, term], coefficients[row, term] = labels[a.indices], a.data
    terms = {"coeffs": (("row", "_term"), coefficients), "vars": (("row", "_term"), variables)}
    frame = xr.Dataset({**terms, "const": ("row", np.zeros(a.shape[0]))}, coords={"row": np.arange(a.shape[0])})
    return linopy.LinearExpression(frame, model)
