"""What the faces of crises take where nothing is said, as their docs tell it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import shaken, uneven
from economies import small

from groundplan.shocks import vulnerability as cuts
from groundplan.shocks.bridging import bridging_capacity, bridging_stock, loss_share
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import feasible_use, least_loss
from groundplan.shocks.drawing.distributions import Distribution
from groundplan.shocks.drawing.ensembles import Members, arrays_of, ensemble_job
from groundplan.shocks.dynamics.causes import chain
from groundplan.shocks.dynamics.ordering.order_run import FAINT
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import quiet
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.vulnerability import vulnerability


def test_the_table_of_cuts_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: cuts of a tenth, a half and all for 1, 6 and 24 months, by weeks over three years of 52.

    Breaks if: a cell of the table that the docs show is missing.
    """
    jobs: list[Any] = []

    def compute(job: Any, progress: Any = None) -> dict[str, np.ndarray]:
        jobs.append(job)
        return {"loss": np.zeros(18), "stop": np.full((18, 2), -1)}

    monkeypatch.setattr(cuts, "compute", compute)
    outcome = vulnerability(small())
    coords = outcome["cut_loss"].coords
    assert [coords[k].values.tolist() for k in ("depth", "months")] == [[0.1, 0.5, 1.0], [1, 6, 24]]
    assert (jobs[0].given.scenario.horizon, jobs[0].given.scenario.step) == (1092, "week")
    assert (jobs[0].count, jobs[0].batch) == (18, 16)


def test_levels_and_batches_of_an_ensemble() -> None:
    """Proves: losses at five levels from a half to 99 of 100, sixteen members computed together."""
    few = Members(np.ones(2), np.ones((2, 2)), np.zeros((2, 2), dtype=int))
    assert arrays_of(uneven(), few)["value_at_risk"]["confidence"].values.tolist() == [0.5, 0.75, 0.9, 0.95, 0.99]
    d = Distribution(scenario=Scenario(name="x"), members=40)
    assert ensemble_job(uneven(), d).batch == 16
    assert [len(ensemble_job(uneven(), d).members(k)) for k in range(3)] == [16, 16, 8]


def test_how_far_bridges_are_searched() -> None:
    """Proves: up to two years of stock, to a day; up to 99 % of imports, to half a hundredth.

    Breaks if: the last interval is wider, or halved once more than it need be.
    """
    cut = CutImports(products=("farm",), depth=0.5, start=2, length=25)
    sc = Scenario(name="s", horizon=30, events=(cut,), stocks={"default": 5.0})
    for bridge, most, tolerance in ((bridging_stock, 730.0, 1.0), (bridging_capacity, 0.99, 0.005)):
        outcome = cast(Any, bridge)(small(), sc, ["farm"], 0.3 * loss_share(small(), sc))
        tried = outcome.table("tried")["means"]
        answer = outcome.provenance["bridge"]
        gap = answer - tried[tried < answer].max()
        assert tried.max() == most
        assert tolerance / 2 < gap <= tolerance
        assert outcome.provenance["more_never_lost_more"]


def test_a_maker_that_could_do_more() -> None:
    """A has half its plant and makes a fifth, because nobody orders more.

    Proves: lost capacity is the reason only where it is used up. Breaks if: any lost capacity is the reason.
    """
    limiting, x = np.full((1, 2, 2), -1), np.full((1, 2, 2), 0.2)
    paths = cast(Paths, SimpleNamespace(limiting=limiting, production=x, capacity=np.full((1, 2, 2), 0.5)))
    assert chain(uneven(), paths, 0, 1) == ("because orders fall away", ())
    used = cast(Paths, SimpleNamespace(limiting=limiting, production=x, capacity=np.full((1, 2, 2), 0.2 + 1e-12)))
    assert chain(uneven(), used, 0, 1) == ("because its own capacity is lost", ())


def test_a_quiet_system_stands_still() -> None:
    """Proves: without events nothing moves, nothing lacks and no cause is told, to the last step.

    Breaks if: rounding starts something. A supplier that gives nothing keeps a weight that no sum notices.
    """
    s = uneven()
    paths = propagate_batch(s, [quiet(s, 40)], causes=True, trace=True)
    assert paths.production == pytest.approx(np.ones((1, 40, 2)), abs=1e-12)
    assert paths.unmet == pytest.approx(np.zeros((1, 3, 3)), abs=1e-9)
    assert paths.limiting is not None
    assert paths.limiting.max() == -1
    assert paths.reserves.tolist() == [[0.0, 0.0, 3.0]]
    assert 0.0 < FAINT < 1e-9


def test_figures_of_any_size() -> None:
    """Proves: a country whose money is counted in billions of billions loses the same shares at best.

    Breaks if: small figures are held to the solver's tolerances as they stand.
    """
    s = uneven()
    part = 1e-8
    small_ = uneven(**{k: getattr(s, k) * part for k in ("use", "output", "value_added", "from_stocks", "reserves")})
    limits, fewer = (ceilings(x, replace(shaken(s), rebuilds=())) for x in (s, small_))
    for best in (feasible_use, least_loss):
        assert best(small_, fewer).loss / part == pytest.approx(best(s, limits).loss, rel=1e-6, abs=1e-6)
