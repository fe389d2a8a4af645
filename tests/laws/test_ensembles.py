"""Ensembles: the same numbers however they are computed, and what holds of every loss curve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from crises import two_works
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.batches.compute import compute
from groundplan.batches.job import BatchJob
from groundplan.errors import Faults, GroundplanError, Interrupted, StudyError
from groundplan.outcome import Outcome
from groundplan.shocks.bridging import bridging_capacity, bridging_stock, loss_share, made_at_home, search
from groundplan.shocks.drawing.distributions import Distribution, Draw, open_distribution
from groundplan.shocks.drawing.ensembles import (
    EnsembleInputs,
    conditional_value_at_risk,
    ensemble_job,
    loss_curve,
    run_ensemble,
    stopping,
    value_at_risk,
)
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CutImports, LoseCapacity
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.vulnerability import cut, vulnerability

SCENARIO = Scenario(
    name="two cuts", step="week", horizon=140, stocks={"default": 14.0},
    events=(CutImports(name="cut", products=("c",), length=56), LoseCapacity(name="fire", sectors=("b",), length=28)),
)  # fmt: skip
DRAWS = (
    Draw(event="cut", field="depth", shape="triangular", low=0.2, mode=0.5, high=1.0, group="bad luck"),
    Draw(event="cut", field="length", shape="lognormal", median=50, spread=0.5, high=120, group="bad luck"),
    Draw(event="fire", field="depth", shape="normal", mean=0.5, deviation=0.3),
    Draw(event="fire", field="happens", shape="chance", probability=0.5),
)


def distribution(**changes: object) -> Distribution:
    chosen = {"scenario": SCENARIO, "draws": DRAWS, "members": 40, "seed": 5, "groups": {"bad luck": 0.6}} | changes
    return Distribution(**chosen)  # type: ignore[arg-type]


def job(**changes: object) -> BatchJob[EnsembleInputs, EnsembleInputs]:
    return ensemble_job(system_of(two_works(), SCENARIO), distribution(**changes), 8)


def same(a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray]) -> bool:
    return all(np.array_equal(a[k], b[k]) for k in ("loss", "unmet", "stop"))


def test_workers_change_nothing() -> None:
    """Proves: two processes, and two workers of a Dask scheduler, give the numbers of this process bit by bit.

    Breaks if: members are seeded by worker, or batches follow the workers.
    """
    from distributed import LocalCluster

    alone = compute(job())
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
    ) as cluster:
        shared = compute(job(), address=cluster.scheduler_address)
    assert same(alone, shared)
    assert same(alone, compute(job(), workers=2))
    assert len(np.unique(alone["loss"])) > 30


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    """Proves: what was finished before a kill is not computed again, and the numbers are those of a run in one go.

    A file that is cut short is computed again; another seed finds nothing of this one's.
    Breaks if: files are written in place, or their names forget what the numbers depend on.
    """

    def killed(done: int, of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="3 of 5 batches stay"):
        compute(job(), folder=tmp_path, progress=killed)
    assert len(list(tmp_path.iterdir())) == 3
    first = min(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:100])
    seen: list[int] = []
    assert same(compute(job(), folder=tmp_path, progress=lambda done, _: seen.append(done)), compute(job()))
    assert seen == [2, 3, 4, 5]
    compute(job(seed=6), folder=tmp_path, progress=lambda done, _: seen.append(done))
    assert seen[4] == 0
    with pytest.raises(GroundplanError, match="cannot be kept"):
        compute(job(), folder=first / "below a file")


def test_members_are_their_own() -> None:
    """Proves: a member's draws depend on seed and number alone, and its numbers not on the batch that it is in."""
    few, many = distribution(members=3), distribution(members=300)
    assert [few.values_of(k) for k in range(3)] == [many.values_of(k) for k in range(3)]
    assert few.values_of(0) != distribution(seed=6).values_of(0)
    one = ensemble_job(job().given.system, distribution(), 1)
    assert compute(one)["loss"] == pytest.approx(compute(job())["loss"], rel=1e-12, abs=1e-12)


def test_draws_keep_to_their_shapes() -> None:
    """Proves: values stay in range, days are whole, means are those of the shapes, and groups move together.

    Breaks if: a normal that is cut off piles up at its ends, or a group's correlation is not the one asked for.
    """
    rows = np.array([distribution(members=2000).values_of(k) for k in range(2000)], dtype=float)
    depth, length, fire, happens = rows.T
    assert (depth.min() >= 0.2, depth.max() <= 1.0, length.max() <= 120) == (True, True, True)
    assert (length == length.round()).all()
    assert depth.mean() == pytest.approx((0.2 + 0.5 + 1.0) / 3, abs=0.01)
    assert (fire.min() > 0.0, fire.max() < 1.0) == (True, True)
    assert happens.mean() == pytest.approx(0.5, abs=0.04)
    ranks = np.corrcoef(depth.argsort().argsort(), length.argsort().argsort())[0, 1]
    # Spearman's correlation of a Gaussian copula: 6/π · asin(ρ/2).
    assert ranks == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.05)
    assert abs(np.corrcoef(depth, fire)[0, 1]) < 0.06
    together = distribution(groups={"bad luck": 1.0}, members=200)
    pairs = np.array([together.values_of(k)[:2] for k in range(200)], dtype=float)
    assert (np.diff(pairs[pairs[:, 0].argsort(), 1]) >= 0).all()
    events = [len(distribution().member(k).events) for k in range(40)]
    assert set(events) == {1, 2}


def test_choices_follow_their_weights() -> None:
    """Proves: a choice is made by weight, and may be of any field."""
    draw = Draw(event="cut", field="recovery", shape="choice", values=("step", "linear"), weights=(3.0, 1.0))
    chosen = [distribution(draws=(draw,), groups={}).values_of(k)[0] for k in range(400)]
    assert chosen.count("linear") / 400 == pytest.approx(0.25, abs=0.06)


def test_faults_of_a_distribution_are_told_together() -> None:
    """Proves: unknown events, fields, groups and shapes, numbers that are none and numbers out of range are refused."""
    wrong = (
        Draw(event="cutt", field="depth", shape="uniform", low=0.1, high=0.2),
        Draw(event="cut", field="dept", shape="uniform", low=0.1, high=0.2),
        Draw(event="cut", field="depth", shape="uniform", low=0.1, high=1.2),
        Draw(event="cut", field="length", shape="unifrm"),
        Draw(event="cut", field="start", shape="triangular", low=3, mode=1, high=9),
        Draw(event="fire", field="depth", shape="normal", mean=0.5, deviation=0.0, probability=0.3),
        Draw(event="fire", field="happens", shape="uniform", low=0, high=1),
        Draw(event="fire", field="length", shape="choice", values=(7, 14), group="luck"),
    )
    with pytest.raises(Faults) as caught:
        distribution(draws=wrong, members=0)
    told = str(caught.value)
    for part in ("'cut'", "'depth'", "1.2", "'uniform'", "do not rise", "has no probability", "chance", "group 'luck'",
                 "members is 0"):  # fmt: skip
        assert part in told
    assert len(caught.value.faults) == 9


def test_a_distribution_from_a_file(tmp_path: Path) -> None:
    """Proves: a file gives the distribution that Python gives; what it does not know is refused with the nearest."""
    (tmp_path / "cut.toml").write_text(
        'name = "two cuts"\nstep = "week"\nhorizon = 140\n[stocks]\ndefault = 14.0\n'
        '[[events]]\nkind = "cut_imports"\nname = "cut"\nproducts = ["c"]\nlength = 56\n',
        "utf-8",
    )
    text = 'scenario = "cut.toml"\nmembers = 5\nseed = 5\n[groups]\n"bad luck" = 0.6\n[[draws]]\nevent = "cut"\n'
    text += 'field = "depth"\nshape = "triangular"\nlow = 0.2\nmode = 0.5\nhigh = 1.0\ngroup = "bad luck"\n'
    (tmp_path / "luck.toml").write_text(text, "utf-8")
    read = open_distribution(tmp_path / "luck.toml")
    scenario = SCENARIO.replacing(events=SCENARIO.events[:1])
    made = distribution(scenario=scenario, draws=DRAWS[:1], members=5)
    assert [read.values_of(k) for k in range(5)] == [made.values_of(k) for k in range(5)]
    assert read.name == "luck"
    (tmp_path / "bad.toml").write_text(text.replace("mode =", "mod =").replace("seed", "sed"), "utf-8")
    with pytest.raises(Faults, match="nearest: 'seed'") as caught:
        open_distribution(tmp_path / "bad.toml")
    assert "nearest: 'mode'" in str(caught.value)


losses = st.lists(st.floats(0, 1e6), min_size=1, max_size=30).map(np.array)
levels = st.floats(0, 0.99)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(losses, levels, levels)
def test_value_at_risk_laws(loss: np.ndarray, a: float, b: float) -> None:
    """Proves: CVaR ≥ VaR, both rise with confidence, CVaR at 0 is the mean, and both scale with the money unit."""
    low, high = sorted((a, b))
    near = 1e-9 * max(float(loss.max()), 1.0)
    assert conditional_value_at_risk(loss, a) >= value_at_risk(loss, a) - near
    assert value_at_risk(loss, low) <= value_at_risk(loss, high)
    assert conditional_value_at_risk(loss, low) <= conditional_value_at_risk(loss, high) + near
    assert conditional_value_at_risk(loss, 0.0) == pytest.approx(loss.mean(), abs=near)
    assert conditional_value_at_risk(loss * 7, a) == pytest.approx(7 * conditional_value_at_risk(loss, a), abs=7 * near)
    curve = loss_curve(loss)
    assert (curve["loss"].diff().dropna() >= 0).all()
    assert curve["exceeded"].iloc[-1] == pytest.approx(0.0, abs=1e-12)


def test_who_stops_first() -> None:
    """Proves: sectors that stop in the same step share the member; who never stops is never first."""
    first, ever = stopping(np.array([[3, 3, -1], [-1, 2, 5], [-1, -1, -1], [0, 4, 1]]))
    assert first == pytest.approx([(0.5 + 1) / 4, (0.5 + 1) / 4, 0.0])
    assert ever == pytest.approx([0.5, 0.75, 0.5])


def test_an_ensemble_is_an_outcome(tmp_path: Path) -> None:
    """Proves: the outcome saves and reopens equal, losses add up over needs, and its arrays have units."""
    outcome = run_ensemble(two_works(), distribution())
    back = Outcome.open(outcome.save(tmp_path / "o"))
    assert (outcome.compare(back)[["largest", "relative"]] == 0).all().all()
    assert outcome["ensemble_need_unmet"].sum("need").values == pytest.approx(outcome["ensemble_loss"].values)
    assert all(array.attrs["units"] for array in outcome.arrays.values())
    assert len(outcome.table("drawn")) == 40
    with pytest.raises(StudyError, match="no probability"):
        run_ensemble(two_works(), distribution(), confidence=(0.9, 1.0))


def test_the_vulnerability_table() -> None:
    """Proves: a cell is a run of its cut alone; deeper and longer cuts of the one import lose no less.

    Breaks if: batches mix members up, or the quick way of writing a cut differs from the event.
    """
    e = two_works()
    base = Scenario(name="cuts", step="week", horizon=364, stocks={"default": 14.0})
    outcome = vulnerability(e, base, depths=(0.1, 0.5, 1.0), months=(1, 6))
    loss = outcome["cut_loss_share"].sel(product="c")
    assert (np.diff(loss.values, axis=0) >= 0).all()
    assert (np.diff(loss.values, axis=1) >= 0).all()
    event = CutImports(products=("c",), depth=0.5, length=182)
    scenario = base.replacing(events=(event,))
    assert float(loss.sel(depth=0.5, months=6)) == pytest.approx(loss_share(e, scenario))
    s = system_of(e, scenario)
    assert (cut(s, base, "c", 0.5, 6).imports == shock_of(s, scenario).imports).all()
    assert outcome.table("vulnerability")["loss"].is_monotonic_decreasing
    with pytest.raises(StudyError, match="outside"):
        vulnerability(e, base, depths=(0.0,), months=(24,))


def test_bridges_are_run_not_guessed() -> None:
    """Proves: the days found keep the loss at the threshold and a day less does not; where none would do, none is said.

    Breaks if: an answer was not run, or losses that rise with more means are passed over.
    """
    e = two_works()
    scenario = Scenario(
        name="cut", step="week", horizon=182, stocks={"default": 14.0}, events=(CutImports(length=91),)
    )  # fmt: skip
    threshold = 0.5 * loss_share(e, scenario)
    for reserve in (True, False):
        told = bridging_stock(e, scenario, ["c"], threshold, reserve=reserve)
        days = told.provenance["bridge"]
        tried = told.table("tried").set_index("means")["loss_share"]
        assert tried[days] <= threshold < tried[tried.index < days].iloc[-1]
        assert days - tried.index[tried.index < days][-1] <= 1.0
    assert bridging_stock(e, scenario, ["c"], threshold, most=1.0).provenance["bridge"] is None
    assert bridging_stock(e, scenario, ["c"], 1.0).provenance["bridge"] == 0.0
    half = bridging_capacity(e, scenario, ["c"], threshold)
    assert half.provenance["bridge_unit"] == "share of imports made at home"
    found = search({0.0: 3.0, 0.25: 3.5, 0.5: 1.0, 1.0: 0.5}.__getitem__, 1.5, 1.0, 0.4)
    assert found.means == 0.5
    assert not found.monotone


def test_made_at_home_balances() -> None:
    """Proves: a share of imports made at home leaves final uses as they were and the columns balanced."""
    e = two_works()
    moved = made_at_home(e, ["c"], 0.5)
    assert float(moved.imports.sum()) == pytest.approx(0.5 * float(e.imports.sum()))
    assert float(moved.output.sel(sector="c")) == pytest.approx(1.0 + 25.0)
    total = (moved.domestic_final + moved.imported_final).sum("final")
    assert total.values == pytest.approx((e.domestic_final + e.imported_final).sum("final").values)
    costs = moved.domestic_use.sum("product") + moved.imported_use.sum("product") + moved.primary.sum("primary")
    assert costs.values == pytest.approx(moved.output.values)
