"""What estimated accounts say with which range, and which further fact would narrow it most."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.donors.estimated_accounts import Estimated
from groundplan.economy.estimating.known_facts import ADDED, EXPORTS, IMPORTS, OUTPUT, Controls

BAND = (0.05, 0.95)
# Facts that a statistics office may have or find, and how exact such a figure would be.
ASKED, AS_EXACT = (OUTPUT, ADDED, IMPORTS, EXPORTS), 0.02
TOP = 5
CONTENT, EXPORTED, MULTIPLIER = "import content of household use", "import content of exports", "output multiplier"
INVESTED, OPEN = "fixed investment over GDP", "imports over GDP"
SMALLEST = 1e-12
MOST_CHANCE = 0.9


def measures(lines: SheetLines) -> dict[str, Callable[[np.ndarray], float]]:
    """Sums of accounts that are findings, each from a sheet. Units: 1, shares of the use, of GDP, or a ratio.

    import content = (1'A_m L y + 1'y_m) / (1'y + 1'y_m),   output multiplier = Σ x_j (1'L)_j / Σ x_j,  L = (I − A)⁻¹
    """
    n = len(lines.sectors)
    kinds = lines.table.final_kinds.to_numpy()
    homes, invests = (np.flatnonzero(kinds == kind) + n for kind in ("household", "investment"))

    def solved(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = cells[:n].sum(axis=1)
        by = np.where(x > 0, x, np.inf)
        a, m = cells[:n, :n] / by, cells[n : 2 * n, :n].sum(axis=0) / by
        both = np.linalg.solve(np.eye(n) - a.T, np.column_stack([m, np.ones(n)]))
        return both[:, 0], both[:, 1]

    def content(cells: np.ndarray, columns: np.ndarray) -> float:
        home, foreign = (cells[rows][:, columns].sum(axis=1) for rows in (slice(0, n), slice(n, 2 * n)))
        return float((solved(cells)[0] @ home + foreign.sum()) / max(home.sum() + foreign.sum(), SMALLEST))

    def multiplier(cells: np.ndarray) -> float:
        x = cells[:n].sum(axis=1)
        return float(solved(cells)[1] @ x / x.sum())

    def gdp(cells: np.ndarray) -> float:
        return float(cells[lines.adding, :n].sum() + cells[lines.taxing, :n].sum() + cells[-1].sum())

    return {
        CONTENT: lambda c: content(c, homes),
        EXPORTED: lambda c: content(c, np.array([c.shape[1] - 1])),
        MULTIPLIER: multiplier,
        INVESTED: lambda c: float(c[:, invests].sum()) / gdp(c),
        OPEN: lambda c: float(c[n : 2 * n].sum()) / gdp(c),
    }


def sums_of(result: Estimated) -> pd.DataFrame:
    """The measures with their ranges: what, value, low, high (5 and 95 per cent of the draws; empty without)."""
    cells, d = result.lines.cells(result.table).to_numpy(), result.table.draws
    rows = []
    for name, measure in measures(result.lines).items():
        low, high = (np.nan, np.nan) if d is None else np.quantile([measure(c) for c in d.cells], BAND)
        rows.append((name, measure(cells), float(low), float(high)))
    return pd.DataFrame(rows, columns=["what", "value", "low", "high"])


def next_facts(result: Estimated, controls: Controls) -> pd.DataFrame:
    """Which single further fact would narrow the range of each measure most.

        narrows = 1 − √(1 − r · σ_f² / (σ_f² + ε²)),   r = max(0, (ρ² − q)/(1 − q)),   q = 2 ln m / n

    ρ between measure and fact over n draws, less what the best of m facts that say nothing would show by chance; σ_f
    the spread of the fact over the draws, ε the error of 2 per cent with which it would be stated. Columns: of (the
    measure), measure, sector, narrows (share of the range that goes), the best five for each. What is stated already
    is left out; figures that vary little with the draws narrow little.
    Source: the linear predictor of one variable by another; Units: 1.
    """
    d, lines = result.table.draws, result.lines
    assert d is not None
    stated = {(f.measure, tuple(lines.places(f))) for f in controls.facts}
    candidates = [(m, s) for m in ASKED for s in lines.sectors if (m, (s,)) not in stated]
    flat = d.cells.reshape(d.count, -1)
    weights = np.stack([lines.weights(m, [s]).ravel() for m, s in candidates])
    values = flat @ weights.T
    spread = values.std(axis=0)
    exact = spread**2 / np.maximum(spread**2 + (AS_EXACT * values.mean(axis=0)) ** 2, SMALLEST)
    chance = min(2.0 * float(np.log(len(candidates))) / d.count, MOST_CHANCE)
    rows = []
    for name, measure in measures(lines).items():
        target = np.array([measure(c) for c in d.cells])
        moved = (values - values.mean(axis=0)) * (target - target.mean())[:, None]
        rho = moved.mean(axis=0) / np.maximum(spread * target.std(), SMALLEST)
        beyond = np.clip((rho**2 - chance) / (1.0 - chance), 0.0, 1.0)
        narrows = 1.0 - np.sqrt(1.0 - beyond * exact)
        for k in np.argsort(-narrows, kind="stable")[:TOP]:
            rows.append((name, *candidates[k], float(narrows[k])))
    return pd.DataFrame(rows, columns=["of", "measure", "sector", "narrows"])
