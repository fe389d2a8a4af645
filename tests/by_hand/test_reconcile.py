"""Reconciliation on cases small enough for paper: verdicts, states, rules, sums, letters, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from groundplan import Outcome, Reported, reconcile
from groundplan.errors import GroundplanError, TableError
from groundplan.reconciling.balance_system import BalanceSystem, independent
from groundplan.reconciling.digit_tests import bunching, first_digits, last_digits
from groundplan.reconciling.least_squares import reconciled
from groundplan.results.reconciled_pages.asking_letters import asking_letters, file_name
from groundplan.results.text_page import text_page

RATIOS = """product,input,ratio,measure,per,error
grain,seed,0.1,t,t,5%
grain,area,0.5,ha,t,5%
grain,fertiliser,0.02,t,t,5%
"""


def grain(value: float, unit: str = "North") -> list[Reported]:
    """A farm that reports its grain; supplier, survey and shop say what 100 t take."""
    taken = {"seed": (10.0, "t"), "area": (50.0, "ha"), "fertiliser": (2.0, "t")}
    return [
        Reported(unit, "output", "grain", value, "t"),
        *(Reported(unit, "input", "grain", v, m, input=i, source=f"{i} office", mirror=True, sd=0.02)
          for i, (v, m) in taken.items()),
    ]  # fmt: skip


@pytest.fixture
def ratios(tmp_path: Path) -> Path:
    file = tmp_path / "ratios.csv"
    file.write_text(RATIOS, "utf-8")
    return file


def figures(o: Outcome) -> pd.DataFrame:
    return o.table("figures").set_index("figure")


def test_three_figures_on_paper() -> None:
    """110 ± 3 = 60 ± 2 + 40 ± 2: the miss of 10 is shared out by variance, 9 : 4 : 4 of 17.

    Proves: the case of docs/explanation/believing.md. Breaks if: figures move by their errors and not their variances.
    """
    f = reconciled(independent(("made", "sold", "kept"), np.array([110.0, 60, 40]), np.array([3.0, 2, 2]),
                               np.array([[1.0, -1, -1]])))  # fmt: skip
    assert f.estimate == pytest.approx([110 - 90 / 17, 60 + 40 / 17, 40 + 40 / 17])
    assert f.statistic == pytest.approx(100 / 17)
    assert f.error[0] == pytest.approx(np.sqrt(9 - 81 / 17))


def test_grain_against_seed_area_and_fertiliser(ratios: Path) -> None:
    """Proves: honest grain is called sufficiently reliable; 140 where three offices say 100 is not, its estimate is
    100 and the mirrors stay believed; the letter asks and has the figures.

    Breaks if: a ratio is turned over, the false figure stays in the estimate, or a mirror is blamed.
    """
    good = figures(reconcile("KEN", reports=grain(101.0), ratios=ratios))
    assert good.loc["North: output of grain", "verdict"] == "sufficiently reliable"
    o = reconcile("KEN", reports=grain(140.0), ratios=ratios)
    bad = figures(o)
    assert bad.loc["North: output of grain", "verdict"] == "not sufficiently reliable"
    assert bad.loc["North: output of grain", "estimate"] == pytest.approx(100.0)
    assert (bad[bad["kind"] == "mirror"]["verdict"] != "not sufficiently reliable").all()
    (letter,) = asking_letters(o).values()
    assert "you report 140 t" in letter
    assert "say 100 t" in letter
    assert " says of " in letter
    assert "Please" in letter
    assert not any(word in letter.lower() for word in ("false", "lie", "fraud", "accuse"))


def test_two_figures_that_cannot_be_told_apart() -> None:
    """A report of 140 and one mirror of 100 ± 3 from a second unit's book: one balance, two owners.

    Proves: nobody is named where the suspects have different owners; with one owner it is asked.
    Breaks if: the likeliest of two equal ones is named.
    """
    says = [Reported("Mill", "output", "flour", 140.0, "t"), Reported("Bakery", "output", "flour", 100.0, "t"),
            Reported("", "output", "flour", 200.0, "t", sd=0.0)]  # fmt: skip
    o = reconcile("KEN", reports=says)
    assert o.provenance["noticed"]
    assert set(figures(o)["verdict"][:2]) == {"undetermined"}
    assert not asking_letters(o)
    assert set(o.table("groups").query("kind == 'alike'")["figure"]) == set(figures(o).index[:2])


def test_silence_is_no_zero() -> None:
    """Mill 60, Bakery silent, the whole 100: Bakery's 40 is an estimate, and it is "not reported".

    Proves: an empty value is estimated where the balances say it, and without the whole it is not known.
    Breaks if: silence counts as 0.
    """
    says = [Reported("Mill", "output", "flour", 60.0, "t"), Reported("Bakery", "output", "flour", float("nan"), "t"),
            Reported("", "output", "flour", 100.0, "t")]  # fmt: skip
    there = figures(reconcile("KEN", reports=says))
    row = there.loc["Bakery: output of flour"]
    assert (row["verdict"], row["estimate"]) == ("not reported", pytest.approx(40.0))
    assert row["error"] == pytest.approx(np.hypot(1.8, 3.0))
    assert np.isnan(figures(reconcile("KEN", reports=says[:2])).loc["Bakery: output of flour", "estimate"])


def test_more_than_capacity_is_a_broken_rule() -> None:
    """Proves: output above capacity is not sufficiently reliable, and the rule is named.

    Breaks if: capacity is left out.
    """
    says = [Reported("Mill", "output", "flour", 60.0, "t"), Reported("Mill", "capacity", "flour", 50.0, "t")]
    o = reconcile("KEN", reports=says)
    assert figures(o).loc["Mill: output of flour", "verdict"] == "not sufficiently reliable"
    assert "capacity of 50" in o.provenance["broken_rules"][0]


def test_what_cannot_be_read_is_refused() -> None:
    """Proves: other units of measure, exact figures that do not add up, and odd records are refused in words."""
    mixed = [Reported("Mill", "output", "flour", 60.0, "t"), Reported("Bakery", "output", "flour", 6e4, "kg")]
    with pytest.raises(TableError, match="t, kg"):
        reconcile("KEN", reports=mixed)
    with pytest.raises(TableError, match="KES2019bn"):
        reconcile("KEN", reports=[Reported("", "output", "maiz", 6.0, "t")])
    with pytest.raises(GroundplanError, match="nearest: 'output'"):
        reconcile("KEN", reports=[Reported("", "outputs", "maiz", 6.0, "t")])
    exact = [Reported("Mill", "output", "flour", 60.0, "t", sd=0.0), Reported("", "output", "flour", 70.0, "t", sd=0.0)]
    with pytest.raises(GroundplanError, match="do not add up: units add up"):
        reconcile("KEN", reports=exact)
    with pytest.raises(GroundplanError, match="covariance is none"):
        BalanceSystem(("a", "b"), np.ones(2), np.array([[1.0, 2], [2, 1]]), np.ones((1, 2)), np.ones(1), ("s",))


def test_advice_has_its_counter_example() -> None:
    """Proves: shares and ratios on paper: 60 ones have a deviation of 0.155; 15 above and 3 below are 5 to 1; even last
    digits pass; each says what it got wrong.

    Breaks if: advice is printed alone.
    """
    ones = first_digits([1.0] * 60)
    assert ones is not None
    assert ones.statistic == pytest.approx(2 * (1 - np.log10(2)) / 9)
    assert "Sino-Forest" in ones.beside
    near = bunching([102.0] * 15 + [97.0] * 3, [100.0] * 18)
    assert near is not None
    assert (near.statistic, near.figures) == (5.0, 18)
    assert near.chance == pytest.approx(sum([816, 153, 18, 1]) / 2**18)
    even = last_digits([str(100 + n) for n in range(100)])
    assert even is not None
    assert even.chance == pytest.approx(1.0)


def test_outcomes_save_and_say_the_same(ratios: Path, tmp_path: Path) -> None:
    """Proves: a reconciliation reloads equal with the same page. Breaks if: a cell is no plain value."""
    o = reconcile("KEN", reports=grain(140.0), ratios=ratios)
    again = Outcome.open(o.save(tmp_path / "o"))
    assert text_page(again) == text_page(o)
    assert "not sufficiently reliable" in text_page(o)
    assert file_name(2, "a/../b") == "002-a-b.txt"
