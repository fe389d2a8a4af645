"""The benchmark of ``place`` compares three ways of solving one problem: that it is one is held here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.place import country, naive

from groundplan.places.choosing.model import formulate
from groundplan.places.choosing.search import Effort
from groundplan.places.choosing.siting import choose
from groundplan.solver.choosing import Chooser
from groundplan.solver.programme import Programme

EXACT = Effort(gap=0.0, seconds=60)


def optimum(p: Programme) -> float:
    answer = Chooser(p, EXACT.options(mip_rel_gap=0.0, mip_abs_gap=1e-9)).run()
    assert answer.optimal
    return answer.objective


@pytest.mark.parametrize("seed", [1, 4, 6])
def test_three_ways_of_placing(seed: int) -> None:
    """Proves: on small countries *naive*, *tight* and *ours* have the same best choice, so what the benchmark compares
    are three ways of one problem. Breaks if: the first draft counts persons whom something serves already, or any of
    its rows asks for more or less than the model's.
    """
    drawn_country = country(9, 2, 5, seed=seed, share=0.6)
    stands = drawn_country.stands.copy()
    # Two places have what serves people already: in the countries 1 and 6 counting these anew raises the optimum.
    stands[seed % 9, 3] = stands[(seed + 4) % 9, 4] = True
    s = replace(drawn_country, stands=stands)
    tight = optimum(formulate(s).programme)
    assert optimum(naive(s)) == pytest.approx(tight, rel=1e-6)
    assert choose(s, EXACT, ties_by_draw=False).objective == pytest.approx(tight, rel=1e-6)
