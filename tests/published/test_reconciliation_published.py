"""Reconciliation and the naming of false figures against numbers that others printed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from groundplan.reconciling.balance_system import BalanceSystem, independent
from groundplan.reconciling.broken_rules import Rule, fewest_changes
from groundplan.reconciling.digit_tests import chance_of_extremes
from groundplan.reconciling.least_squares import LeastSquares, bounded, reconciled
from groundplan.reconciling.signatures import Signatures

CASES = Path(__file__).parents[3] / "shared" / "steer"
beside = pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not beside the clone")
EXCHANGER = [[1, -1, -1, 0, 0, 0], [0, 1, 0, -1, 0, 0], [0, 0, 1, 0, -1, 0], [0, 0, 0, 1, 1, -1]]


def fit(measured: list[float], variance: list[float], balances: list[list[float]]) -> LeastSquares:
    names = tuple(f"{n}" for n in range(1, len(measured) + 1))
    return reconciled(independent(names, np.array(measured), np.sqrt(variance), np.array(balances)))


def problem(name: str) -> tuple[LeastSquares, dict[str, list[float]]]:
    p = json.loads((CASES / "reconciliation_problems.json").read_text("utf-8"))[name]
    return fit(p["measured"], p["variance"], p["A"]), p


def test_exchanger_with_a_by_pass() -> None:
    """Proves: R1, the estimates that Narasimhan and Jordache (2000, chapter 1) print, and the global statistic.

    Breaks if: V and its inverse change places, or a balance is counted twice.
    """
    f = fit([101.91, 64.45, 34.65, 64.20, 36.44, 98.88], [1] * 6, EXCHANGER)
    assert f.estimate.round(2).tolist() == [100.22, 64.5, 35.72, 64.5, 35.72, 100.22]
    assert (round(f.statistic, 3), f.freedom) == (6.407, 4)


def test_an_exact_figure_with_multipliers_and_errors_after() -> None:
    """Proves: R2, van der Ploeg's demonstration (Quilis): estimates, multipliers, variances after; exact stays exact.

    Breaks if: a figure without error is moved, or the sign of a multiplier turns.
    """
    a = [[1, 1, 1, 1, -1, -1, -1, -1], [0, 0, 1, 0, 0, 0, 0, -1]]
    f = fit([220, 130, 200, 100, 450, 70, 120, 221], [10, 5, 25, 55, 0, 15, 10, 12], a)
    assert f.estimate == pytest.approx([240, 140, 214.189189, 210, 450, 40, 100, 214.189189], abs=1e-6)
    assert f.multipliers == pytest.approx([-2, 1.432432], abs=1e-6)
    after = [8.947368, 4.736842, 8.108108, 23.157895, 0, 12.631579, 8.947368, 8.108108]
    assert np.diag(f.covariance) == pytest.approx(after, abs=1e-6)


def test_raking_and_tables() -> None:
    """Proves: R4, R5 and R6, what Statistics Canada's gensol-gseries prints for raking, a table and accounts.

    Breaks if: sums that balances state, and fixed cells, are not kept.
    """
    one = BalanceSystem(("a", "b"), np.array([25.0, 5]), np.diag([25.0, 5]), np.ones((1, 2)), np.array([40.0]), ("s",))
    assert reconciled(one).estimate == pytest.approx([33.33333, 6.666667], abs=1e-5)
    y, a = np.array([12.0, 14, 13, 20, 20, 24]), np.zeros((5, 6))
    a[0, :3] = a[1, 3:] = 1
    for c in range(3):
        a[2 + c, [c, c + 3]] = 1
    variance = np.diag(y)
    variance[4, 4] = 0
    table = BalanceSystem(tuple("abcdef"), y, variance, a, np.array([40.0, 53, 30, 31, 32]), tuple("12345"))
    f = reconciled(table)
    assert f.estimate == pytest.approx([14.31298, 11, 14.68702, 15.68702, 20, 17.31298], abs=1e-5)
    assert f.freedom == 4  # of five sums one follows from the others
    for (r, e, p), wanted in {(15, 10, 10): (18, 8), (4, 8, -1): (5, 6), (250, 250, 5): (252.5, 247.5),
                              (8, 12, 0): (9.6, 9.6), (0, 45, -55): (0, 55)}.items():  # fmt: skip
        f = fit([r, e, p], [abs(r), abs(e), 0], [[1, -1, -1]])
        assert f.estimate == pytest.approx([*wanted, p], abs=1e-9)


@pytest.mark.parametrize(("reported", "wanted"), [((0.0, 0.0), (0.5, 0.5)), ((1.0, 2.0), (0.0, 1.0)),
                                                  ((3.0, 1.0), (1.0, 0.0)), ((5.0, 1.0), (1.0, 0.0))])  # fmt: skip
def test_projections_onto_a_simplex(reported: tuple[float, float], wanted: tuple[float, float]) -> None:
    """Proves: R9: the nearest point of x + y = 1, x and y at least 0; the last lies outside without the bound.

    Breaks if: bounds are left out, or a bound that does not bind is kept as a balance.
    """
    s = BalanceSystem(("x", "y"), np.array(reported), np.eye(2), np.ones((1, 2)), np.ones(1), ("sum",), np.zeros(2))
    assert bounded(s).estimate == pytest.approx(wanted, abs=1e-7)


@beside
@pytest.mark.parametrize("name", ["P1", "P2", "P4", "P5", "P10", "P14"])
def test_problems_of_the_literature(name: str) -> None:
    """Proves: least squares and global statistic of six published networks. Breaks if: any formula of either does."""
    f, p = problem(name)
    assert f.estimate == pytest.approx(p["wls"], abs=2e-6)
    assert f.statistic == pytest.approx(p["global_statistic"], rel=1e-9)


@beside
def test_one_false_figure_is_named() -> None:
    """Proves: P5 (Yang 1995): the first figure, 6.3 errors off, is named, and it alone.

    Breaks if: the statistic is not scaled by each figure's own signature.
    """
    f, _ = problem("P5")
    said = Signatures.of(f).naming(f.residual)
    assert [s.figures for s in said.named] == [(0,)]


@beside
def test_who_keeps_the_balances_is_not_named() -> None:
    """Proves: P2 (Dovì 2001): two figures false by +6.6 and −13.9 errors whose balance holds: nothing is noticed.

    Breaks if: something is judged by more than the balances.
    """
    f, _ = problem("P2")
    assert not Signatures.of(f).naming(f.residual).noticed


@beside
@pytest.mark.parametrize("name", ["P10", "P14"])
def test_too_many_suspects(name: str) -> None:
    """Proves: with nine false figures and more nobody is named. Breaks if: naming goes on as long as it can."""
    f, _ = problem(name)
    said = Signatures.of(f).naming(f.residual)
    assert (said.noticed, said.too_many, said.named) == (True, True, ())


@beside
def test_serth_and_heenan_without_a_false_figure() -> None:
    """Proves: G1: global statistic, every measurement test, its limit, the detectabilities; nothing is flagged.

    Breaks if: the limit is not Šidák's, or detectability forgets the figure's own error.
    """
    p = json.loads((CASES / "serth_heenan_1986.json").read_text("utf-8"))
    f = fit(p["measured"], np.square(p["sd"]).tolist(), p["A"])
    s = Signatures.of(f)
    tests = np.abs(s.statistics(f.residual))
    assert f.statistic == pytest.approx(10.6857, abs=1e-4)
    assert f.chance == pytest.approx(0.470, abs=1e-3)
    assert tests == pytest.approx(p["measurement_test"], abs=1e-5)
    assert (int(tests.argmax()) + 1, round(s.limit, 4)) == (7, 3.1165)
    seen = s.length * f.system.errors
    assert (int(seen.argmin()) + 1, round(float(seen.min()), 3)) == (9, 0.008)
    assert (int(seen.argmax()) + 1, round(float(seen.max()), 3)) == (8, 0.946)
    assert not s.naming(f.residual).noticed


def test_fellegi_and_holt() -> None:
    """Proves: G2, the fewest changes that errorlocate gives, with weights, strict rules, and all of equal weight.

    Breaks if: weights are left out, strict rules are taken as loose, or ties are hidden.
    """
    accounts = [Rule({"profit": 1, "cost": 1, "turnover": -1}, "="), Rule({"cost": 1, "turnover": -0.6}, ">=")]
    assert fewest_changes({"profit": 755, "cost": 125, "turnover": 200}, accounts) == [("profit",)]
    assert fewest_changes({"x": 2, "y": 0}, [Rule({"x": 1}, ">", 1), Rule({"y": 1, "x": -1}, ">")]) == [("y",)]
    sums = [Rule({"x": 1, "y": 1, "z": -1}, "="), Rule({"y": 2, "z": -1}, "=", -1)]
    record = {"x": 1.0, "y": 1.0, "z": 3.0}
    assert fewest_changes(record, sums) == [("x",)]
    assert fewest_changes(record, sums, {"x": 10}) == [("y", "z")]
    assert sorted(fewest_changes(record, sums[:1])) == [("x",), ("y",), ("z",)]
    assert fewest_changes({"x": 1, "y": 1, "z": 2}, sums[:1]) == []


def test_last_digits_of_iran() -> None:
    """Proves: 116 totals of Iran's provinces of 2009: p of the extremes 3.5 %, of 72 pairs apart 4.2 % as printed.

    Breaks if: the two extremes are taken one by one. (20 of 116 are 17 %, 5 are 4 %.)
    """
    assert chance_of_extremes(116, 20, 5) == pytest.approx(0.035, abs=5e-4)
    assert binom.cdf(72, 116, 0.7) == pytest.approx(0.042, abs=1.5e-3)
