"""Draws and margins on cases whose shares can be worked out: one plant, one harvest."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from economies import small
from plans import on_paper

from groundplan.errors import Faults, SolverError, StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.choices.uncertainty import Uncertain, Uncertainty
from groundplan.planning.explaining.loss_of_standard import as_share
from groundplan.planning.exploring import second_stage
from groundplan.planning.exploring.margins import Fit, wilson
from groundplan.planning.exploring.recourse import ahead, recourse
from groundplan.planning.exploring.uncertain_figures import shaped, uncertain_figures
from groundplan.planning.plan_programme import FAMILIES, programme
from groundplan.planning.policy import Target
from groundplan.planning.solve import quiet, solve
from groundplan.planning.solved_plan import SolvedPlan

PHI = NormalDist().cdf
YIELDS = Uncertain("yields", of=["farm"], shape="normal", spread=0.05)


def farm(wanted: float, weight: float | None = None) -> SolvedPlan:
    """Fields for 10 of grain in year 1; a field more costs 1 of the grain of year 1 and bears in year 2.

    All that is not sown is eaten, and worth 1. Of grain, ``wanted`` is to be had in year 2.
    """
    a = Activities.of(
        [1, 2],
        commodities=[
            {"commodity": "home:farm", "unit": "t"},
            {"commodity": "capacity:farm", "kind": "capacity", "unit": "t", "initial": 10.0},
            {"commodity": "food", "kind": "good", "label": "food"},
        ],
        activities=[{"activity": "make:farm"}, {"activity": "clear", "label": "clearing"}, {"activity": "eat"}],
        flows=[
            {"activity": "make:farm", "commodity": "home:farm", "role": "give", "coefficient": 1.0},
            {"activity": "make:farm", "commodity": "capacity:farm", "role": "occupy", "coefficient": 1.0},
            {"activity": "clear", "commodity": "home:farm", "coefficient": 1.0},
            {"activity": "clear", "commodity": "capacity:farm", "role": "give", "coefficient": 1.0},
            {"activity": "eat", "commodity": "home:farm", "coefficient": 1.0},
            {"activity": "eat", "commodity": "food", "role": "give", "coefficient": 1.0},
        ],
        utility=[{"good": "food", "year": t, "width": 1e3, "slope": s} for t, s in ((1, 2.0), (2, 1.0))],
        indicators=[{"indicator": "grain", "on": "make:farm"}],
    )
    policy = on_paper(targets=[Target("grain", ">=", wanted, year=2, name="enough grain", weight=weight)])
    model = programme(a, policy)
    return SolvedPlan(small(), policy, model, solve(model, policy))


@pytest.mark.parametrize("weight", [None, 5.0])
def test_a_target_is_met_where_the_harvest_is_good_enough(weight: float | None) -> None:
    """Fields for 12, as many as are wanted: with yields of 0.9, 10.8 is had, a miss of a tenth; with 1.1 none.

    Clearing 2 in year 1 was decided ahead and stays; what is eaten gives way: 0.9·10 − 2 = 7 and 10.8.

    Proves: building is held, consumption is decided again; musts and shoulds are measured alike; the goal counts what
    is eaten, and a should at what it costs in the plan, but not what missing a must costs.
    Breaks if: the yield multiplies instead of dividing what is occupied, or clearing is decided again.
    """
    made = farm(12.0, weight)
    r = recourse(made, [YIELDS])
    poor, good = r.decide(np.array([0.9]), r.plan), r.decide(np.array([1.1]), r.plan)
    assert poor is not None
    assert good is not None
    assert r.wishes["wish"].tolist() == ["enough grain"]
    assert poor.missed == pytest.approx([0.1])
    assert good.missed == pytest.approx([0.0])
    assert r.read(poor.values)["level"].sel(activity="clear").values == pytest.approx([2.0, 0.0], abs=1e-6)
    assert poor.goal == pytest.approx(2.0 * 7.0 + 10.8 - 1.2 * (weight or 0.0))
    assert not poor.cut
    assert list(ahead(made.activities)) == ["clear"]


def test_what_cannot_be_carried_through_is_cut() -> None:
    """Fields for 19 want 9 cleared of 10 in year 1; with yields of 0.5 only 5 grow, so 4 are not cleared.

    Proves: a draw in which begun works cannot go on has a plan still, and says that they were cut.
    Breaks if: such a draw counts as no plan at all, or clears what is not there.
    """
    made = farm(19.0)
    r = recourse(made, [YIELDS])
    done = r.decide(np.array([0.5]), r.plan)
    assert done is not None
    assert done.cut
    assert float(r.read(done.values)["level"].sel(activity="clear", year=1)) <= 5.0 + 1e-6


def test_a_draw_that_is_not_decided_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no step of the simplex allowed it can tell neither the best of a poor harvest nor that there is none.

    Proves: only a draw that the solver proves impossible counts as one in which nothing can be done, or is cut; other
    ways of solving are tried first, and find what the solver finds that may take steps.
    Breaks if: any end of the solver but the best answer and the end of its time is taken for "impossible", or the run
    stops where another way would do.
    """
    r = recourse(farm(12.0), [YIELDS])
    stage = replace(r.stage, options={**r.stage.options, "simplex_iteration_limit": 0, "presolve": "off"}, basis=None)
    best, other = (s.decide(s.solver(), np.array([0.9])) for s in (r.stage, stage))
    assert best is not None
    assert other is not None
    assert other.goal == pytest.approx(best.goal)
    monkeypatch.setattr(second_stage, "OTHER_WAYS", ({},))
    for begun in (None, r.plan[stage.ahead]):
        with pytest.raises(SolverError, match="not decided: the solver stopped with 'Iteration limit reached'"):
            stage.decide(stage.solver(), np.array([0.9]), begun)


def test_a_draw_is_not_drawn_for_a_limit_that_is_gone() -> None:
    """Proves: without the limit whose coefficients are drawn there is an error. Breaks if: nothing is drawn, unsaid."""
    plan = farm(12.0)
    m = programme(plan.activities, plan.policy, [f for f in FAMILIES if not f.flows.get(("capacity", "occupy"))])
    with pytest.raises(StudyError, match="no limit of the plan counts what activities occupy of each capacity"):
        uncertain_figures(m, [YIELDS])


def test_the_share_of_draws_is_that_of_the_distribution() -> None:
    """Fields for 12 and 11.4 wanted: met where the yield is 0.95 or more, in Φ(1) = 84 % of draws.

    Proves: draws follow their distribution, and the Wilson interval of a thousand of them covers the share.
    Breaks if: the spread is taken for a variance, or draws repeat.
    """
    made = farm(11.4)
    r = recourse(made, [YIELDS])
    factors = np.array([r.figures.factors_of(3, k)[0] for k in range(1000)])
    low, high = wilson(np.array([(factors >= 1.0).sum(), (factors >= 0.95).sum()]), 1000, 0.999)
    assert low[0] < 0.5 < high[0]
    assert low[1] < PHI(1.0) < high[1]
    for f in factors[:5]:
        done = r.decide(np.array([f]), r.plan)
        assert done is not None
        # As many fields as wanted: the target holds just where the yield is 1 or more.
        assert (done.missed[0] == 0.0) == (f >= 1.0)


def test_the_margin_is_the_quantile() -> None:
    """A plan for yields worse by m deviations of 0.05 holds in Φ(m) of cases: nine in ten need m = 1.28.

    The search rises by halves and then halves back three times; in a hundred draws the quantile is known to about 0.25.

    Proves: the margin is applied on the bad side, to every plan anew, and the smallest sufficient one is taken.
    Breaks if: the margin makes figures better, or the search stops at the first rung.
    """
    r = recourse(farm(12.0), [YIELDS])
    setting = Uncertainty(draws=100, share=0.9, seed=5, wishes=["targets"])
    table, plan = Fit(r, setting, np.array([True]), quiet).search()
    drawn = np.array([r.figures.factors_of(5, k)[0] for k in range(100)])
    margins = table.set_index("margin")
    for m, row in margins.iterrows():
        # Fields cleared for 12 / (1 − 0.05·m): enough wherever the yield is that bad or better.
        assert row["least_share"] == pytest.approx((drawn >= 1.0 - 0.05 * float(m)).mean(), abs=0.011)
    chosen = float(table.loc[table["chosen"], "margin"].iloc[0])
    assert margins.loc[chosen, "least_share"] >= 0.9
    assert (margins.loc[[m for m in margins.index if m < chosen], "least_share"] < 0.9).all()
    assert chosen == pytest.approx(NormalDist().inv_cdf(0.9), abs=0.3)
    cleared = float(r.read(plan.values)["level"].sel(activity="clear", year=1))
    assert cleared == pytest.approx(12.0 / (1.0 - 0.05 * chosen) - 10.0, abs=1e-5)
    # Each field cleared for safety costs 1 of food in year 1, worth 2, and gives 1 in year 2, worth 1.
    assert margins.loc[0.0, "goal"] - margins.loc[chosen, "goal"] == pytest.approx(cleared - 2.0, abs=1e-5)


def test_shapes_at_their_quantiles() -> None:
    """Lognormal of spread 0.5: σ² = ln 1.25, median exp(−σ²/2) = 0.8944; triangular 0.5, 1, 2: a third lies below 1.

    Proves: each shape has its mean or mode at 1 and its ends where they are stated.
    Breaks if: the spread is that of the logarithm, or the triangle's sides are swapped.
    """
    z = np.array([-8.0, NormalDist().inv_cdf(1.0 / 3.0), 0.0, 8.0])
    assert shaped(Uncertain("yields", spread=0.5), z)[2] == pytest.approx(1.25**-0.5, abs=1e-3)
    triangle = shaped(Uncertain("yields", shape="triangular", low=0.5, high=2.0), z)
    assert triangle[[0, 1, 3]] == pytest.approx([0.5, 1.0, 2.0], abs=1e-6)
    cut = shaped(Uncertain("yields", shape="normal", spread=0.1, low=0.95, high=1.05), z)
    assert cut[[0, 2, 3]] == pytest.approx([0.95, 1.0, 1.05], abs=1e-6)
    assert shaped(Uncertain("yields", spread=0.0), z) == pytest.approx(1.0)


def test_a_loss_as_a_share_of_living_standard() -> None:
    """The farm eats 8 and 12, worth 28; a tenth less of both is 2.8 less.

    Proves: a fall of the objective is told as the share that everybody would lose in every year.
    Breaks if: it is a share of the objective's own size with everything else in it.
    """
    made = farm(12.0)
    assert as_share(made.model.activities, made.solution, 2.8) == pytest.approx(0.1, abs=1e-9)
    assert as_share(made.model.activities, made.solution, -1.0) == 0.0


def test_what_is_not_there_is_refused() -> None:
    """Proves: sectors without such a figure, kinds and wishes that do not exist are told with the nearest name."""
    made = farm(12.0)
    with pytest.raises(UnknownName, match="nearest: 'farm'"):
        recourse(made, [Uncertain("yields", of=["frm"])])
    with pytest.raises(StudyError, match="nothing is drawn"):
        recourse(made, [])
    with pytest.raises(UnknownName, match="nearest: 'yields'"):
        on_paper(uncertain=[Uncertain("yield")])
    with pytest.raises(Faults):
        on_paper(uncertainty=Uncertainty(wishes=["dreams", "hopes"]))
