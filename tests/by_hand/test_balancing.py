"""Tables balanced on paper, and everything that is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from economies import table

from groundplan.economy.balancing.balancing import gras, ras
from groundplan.economy.balancing.known_sums import Control
from groundplan.economy.balancing.mending import balance_table
from groundplan.economy.balancing.reconciling import cross_entropy
from groundplan.economy.economy import Economy
from groundplan.economy.table_checks import column_output, row_output
from groundplan.errors import GroundplanError
from groundplan.tables.table import Table

ONES = np.ones((2, 2))


def test_ras_on_paper() -> None:
    """Proves: ones to u = (6, 4), v = (5, 5) give u·v/10; r·s is 3 in the first row and 2 in the second."""
    done = ras(ONES, [6, 4], [5, 5])
    np.testing.assert_allclose(done.matrix, [[3, 3], [2, 2]])
    np.testing.assert_allclose(np.outer(done.r, done.s), [[3, 3], [2, 2]])
    assert done.gap <= 6e-9
    assert done.changes["change"].tolist() == pytest.approx([2, 2, 1, 1])


def test_gras_on_paper() -> None:
    """Proves: one row (4, −1) to the total 0 with free columns: f·4 − 1/f = 0, so f = 1/2 and the row is (2, −2)."""
    done = gras(np.array([[4.0, -1.0]]), [0.0], [2.0, -2.0])
    np.testing.assert_allclose(done.matrix, [[2.0, -2.0]])
    np.testing.assert_allclose(done.r.iloc[0] * done.s.iloc[0], 0.5)
    np.testing.assert_allclose(done.r.iloc[0] * done.s.iloc[1], 0.5)


def test_rows_without_cells_or_of_one_sign() -> None:
    """Proves: an empty row with the total 0 stays; a positive row with the total 0 is emptied, its factor is 0; a row
    of negative cells is scaled to its negative total.
    """
    a = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 4.0], [-1.0, -1.0]])
    done = gras(a, [0.0, 0.0, 12.0, -4.0], [4.0, 4.0])
    after = np.asarray(done.matrix)
    np.testing.assert_allclose(after[:2], 0.0)
    np.testing.assert_allclose(after.sum(axis=1), [0.0, 0.0, 12.0, -4.0])
    assert done.r.tolist()[:2] == [1.0, 0.0]
    assert (after[3] < 0).all()


def test_data_frames_keep_their_labels_and_sparse_stays_sparse() -> None:
    """Proves: totals are matched by label, not by place; a sparse table comes back sparse with the same numbers."""
    frame = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], ["a", "b"], ["x", "y"])
    u, v = pd.Series({"b": 12.0, "a": 6.0}), pd.Series({"y": 10.0, "x": 8.0})
    done = ras(frame, u, v)
    assert isinstance(done.matrix, pd.DataFrame)
    assert done.matrix.loc["a"].sum() == pytest.approx(6.0)
    assert done.changes.loc[0, ["row", "column"]].tolist() == ["b", "x"]
    thin = ras(sp.csr_array(frame.to_numpy()), [6.0, 12.0], [8.0, 10.0])
    assert isinstance(thin.matrix, sp.csr_array)
    np.testing.assert_allclose(thin.matrix.toarray(), done.matrix)


def test_a_known_cell_moves_the_rest() -> None:
    """Proves: with the first cell known to be 4, u = (6, 4), v = (5, 5) leave (4, 2 / 1, 3) and nothing else."""
    known = Control.of("first", ONES, 4.0, rows=[0], columns=[0])
    done = cross_entropy(ONES, [6, 4], [5, 5], controls=[known])
    np.testing.assert_allclose(done.matrix, [[4, 2], [1, 3]], atol=1e-8)
    assert done.controls.loc["first", "gap"] == pytest.approx(0.0, abs=1e-8)


def test_a_cell_without_error_stays() -> None:
    """Proves: a cell whose error is 0 keeps its value and its row finds the total elsewhere."""
    done = cross_entropy(ONES, [4, 2], errors=np.array([[0.0, 1.0], [1.0, 1.0]]))
    np.testing.assert_allclose(done.matrix, [[1, 3], [1, 1]], atol=1e-8)


def test_conflicting_sums_are_weighed_by_their_errors() -> None:
    """Proves: 10 with error 1 and 13 with error 2 on one sure-to-move cell meet at (10/1 + 13/4) / (1 + 1/4) = 10.6.

    The cell's own error is ten times the cell, so it hardly weighs. Breaks if: errors enter unsquared.
    """
    one = np.array([[10.0]])
    sums = [Control.of("first", one, 10.0, error=1.0), Control.of("second", one, 13.0, error=2.0)]
    done = cross_entropy(one, controls=sums, errors=10.0)
    np.testing.assert_allclose(done.matrix, [[10.6]], rtol=1e-5)
    np.testing.assert_allclose(done.controls["gap"], [-0.6, 2.4], rtol=1e-3)


def test_small_changes_are_least_squares() -> None:
    """Proves: near the table, cells move by their variance: 100 ± 1 and 100 ± 2 to the sum 201 become 100.2, 100.8."""
    done = cross_entropy(np.array([[100.0, 100.0]]), [201.0], errors=np.array([[1.0, 2.0]]))
    np.testing.assert_allclose(done.matrix, [[100.2, 100.8]], atol=2e-3)


NAMED = pd.DataFrame(ONES, ["farm", "works"], ["x", "y"])
ONE_BELOW = np.array([[1.0, -2.0], [1.0, 1.0]])
DEEP = ONES + 8 * np.eye(2)
FARMS = pd.Series({"farms": 1.0, "works": 1.0})
HALF_FULL = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
EYE = np.eye(2)


def summed(name: str, target: float, **cells: list[object]) -> Control:
    return Control.of(name, NAMED, target, **cells)  # type: ignore[arg-type]


OFF = summed("GDP", 5, rows=["farm"], columns=["y"])
REFUSED: list[tuple[str, Callable[[], object]]] = [
    (r"row totals sum to 6, column totals to 7: they differ by -1", lambda: ras(ONES, [5, 1], [2, 5])),
    (r"row '1' has no cells to scale and must sum to 1", lambda: ras(np.diag([1.0, 0.0]), [1, 1], [2, 0])),
    (r"RAS cannot change 1 negative cells, the first at 0 × 1", lambda: ras(ONE_BELOW, [1, 1], [1, 1])),
    (r"row '0' has no negative cell and must sum to -1", lambda: gras(ONES, [-1, 3], [1, 1])),
    (r"row '0' has no positive cell and must sum to 1", lambda: gras(np.array([[-1.0, -1], [1, 1]]), [1, 1], [1, 1])),
    (r"1 cells of the table are not numbers", lambda: ras(np.array([[1.0, np.nan]]), [1], [1, 0])),
    (r"row totals are not numbers: 1", lambda: ras(ONES, [1, np.nan], [1, 1])),
    (r"3 row totals for 2 rows", lambda: ras(ONES, [1, 1, 1], [1, 1])),
    (r"at best these are missed: (row '0'|column '2') by", lambda: ras(HALF_FULL, [5, 2], [2, 2, 3])),
    (r"no balance after 2 steps; the rows that miss most: 0", lambda: ras(DEEP, [3, 4], [1, 6], iterations=2)),
    (r"row totals and the table's rows differ: farm, farms", lambda: ras(NAMED, FARMS, [1, 1])),
    (r"no row in the table 'farms'; nearest: 'farm'", lambda: summed("a", 1, rows=["farms"])),
    (r"nothing to balance to", lambda: cross_entropy(ONES)),
    (r"'row '0'' is unsure and the cells have no errors", lambda: cross_entropy(ONES, [1, 1], row_errors=[1, 1])),
    (r"GDP has no cells to scale", lambda: cross_entropy(EYE, controls=[OFF])),
    (
        r"at best these are missed: (all|half) by",
        lambda: cross_entropy(ONES, controls=[summed("all", 3), summed("half", 4, rows=["farm"])]),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("told", "case"), REFUSED, ids=[t[:30] for t, _ in REFUSED])
def test_refused(told: str, case: Callable[[], object]) -> None:
    """Proves: totals that cannot be met give no table, and the message names the row, column or sum."""
    with pytest.raises(GroundplanError, match=told):
        case()


def test_all_faults_at_once_and_progress() -> None:
    """Proves: both empty rows are named in one refusal; progress is told every step with its gap, and may stop it."""
    with pytest.raises(GroundplanError, match=r"row '0'.*\n.*\n.*row '1'|row '0'[\s\S]*row '1'"):
        ras(np.zeros((2, 1)), [1, 1], [2])
    steps: list[int] = []
    ras(np.array([[1, 2.0], [3, 1]]), [3, 4], [2, 5], progress=lambda step, gap: steps.append(step))
    assert steps == list(range(1, len(steps) + 1))

    def stop(step: int, gap: float) -> None:
        raise KeyboardInterrupt

    for method in (ras, cross_entropy):
        with pytest.raises(KeyboardInterrupt):
            method(np.array([[1, 2.0], [3, 1]]), [3, 4], [2, 5], progress=stop)


def unbalanced() -> Table:
    """The two-sector table of ``small`` with 8 too much paid for farm products by works."""
    home = np.array([[20.0, 30.0], [10.0, 40.0]])
    made = table(
        home,
        np.array([[5.0, 15.0], [5.0, 20.0]]),
        np.array([[20.0, 10.0, 2.0, 0.0, 0.0], [10.0, 25.0, 15.0, 20.0, 5.0]]),
        np.array([[3.0, 4.0, 0.0, 0.0, 0.0], [0.0, 6.0, 2.0, 10.0, 0.0]]),
        np.array([18.0, 75.0]),
        codes=["farm", "works"],
    )
    more = made.domestic_use.copy()
    more.loc["farm", "works"] += 8.0
    return replace(made, domestic_use=more)


def test_a_table_is_mended_with_its_totals_held() -> None:
    """Proves: a table with a gap is refused as an economy; mended, costs equal output, final uses, exports and imports
    are as before, and the change is in ``methods``. With exports published as 100, they are 100.

    Breaks if: the mended table moves what is held, or does not say that it was mended.
    """
    bad = unbalanced()
    with pytest.raises(GroundplanError, match="gap"):
        Economy.from_table(bad)
    good, done = balance_table(bad)
    np.testing.assert_allclose(row_output(good), column_output(good), rtol=1e-8)
    finals = bad.domestic_final.sum() + bad.imported_final.sum()
    np.testing.assert_allclose(good.domestic_final.sum() + good.imported_final.sum(), finals, rtol=1e-8)
    assert good.exports.sum() == pytest.approx(93.0)
    imports = bad.imported_use.sum().sum() + bad.imported_final.sum().sum()
    assert good.imported_use.sum().sum() + good.imported_final.sum().sum() == pytest.approx(imports)
    assert "balanced here by cross-entropy: costs and output differed by up to 8 TST2020m" in good.methods[-1]
    assert not done.changes.empty
    assert Economy.from_table(good).methods[-1] == good.methods[-1]
    more, _ = balance_table(bad, totals={"exports": 100.0})
    assert more.exports.sum() == pytest.approx(100.0)


def test_mending_refuses_what_it_cannot_hold() -> None:
    """Proves: unknown totals, held totals that clash, and a sector that has costs and sells nothing are refused."""
    bad = unbalanced()
    with pytest.raises(GroundplanError, match="no total 'export'; nearest: 'exports'"):
        balance_table(bad, totals={"export": 1.0})
    with pytest.raises(GroundplanError, match="these are missed"):
        balance_table(bad, hold=("final", "exports", "imports", "primary"), totals={"surplus": 300.0})
    idle = replace(
        bad,
        domestic_use=bad.domestic_use * np.array([[0.0], [1.0]]),
        domestic_final=bad.domestic_final * np.array([[0.0], [1.0]]),
        exports=bad.exports * np.array([0.0, 1.0]),
    )
    with pytest.raises(GroundplanError, match="sector 'farm' has output 0 and costs"):
        balance_table(idle)
