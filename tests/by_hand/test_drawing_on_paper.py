"""Draws, distributions, ensembles and the table of cuts, each figure on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from crises import uneven
from economies import small
from scipy.special import ndtr, ndtri

from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.shocks import vulnerability as cuts
from groundplan.shocks.drawing.distributions import Distribution, open_distribution
from groundplan.shocks.drawing.draws import Draw
from groundplan.shocks.drawing.ensembles import (
    EnsembleInputs,
    Members,
    arrays_of,
    conditional_value_at_risk,
    drawn_table,
    ensemble_job,
    fingerprint,
    loss_curve,
    run_ensemble,
    stopping,
)
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import stop_steps
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CutImports, LoseCapacity
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.shocks.vulnerability import cut, vulnerability

INF = math.inf


def draw(shape: str, **more: Any) -> Draw:
    return Draw(**{"event": "cut", "field": "depth", "shape": shape, **more})


def at(u: float) -> float:
    return float(ndtri(u))


def test_values_of_even_and_triangular_draws() -> None:
    """Even from 2 to 5: a quarter of the way is 2.75. Triangular on 0, 1, 4: F(x) = x²/4 up to 1, 1 − (4 − x)²/12 on.

    Proves: quantiles on both sides of the mode, at it, and where there is one value only. Breaks if: another side's
    branch is taken.
    """
    assert draw("uniform", low=2.0, high=5.0).value(at(0.25), 0, 9) == pytest.approx(2.75)
    three = draw("triangular", low=0.0, mode=1.0, high=4.0)
    for u, x in ((0.16, 0.8), (0.25, 1.0), (0.64, 4 - math.sqrt(0.36 * 12)), (0.99, 4 - math.sqrt(0.12))):
        assert three.value(at(u), -9, 9) == pytest.approx(x)
    shifted = draw("triangular", low=2.0, mode=5.0, high=6.0)
    assert shifted.value(at(0.12), 0, 9) == pytest.approx(2 + math.sqrt(0.12 * 12))
    assert shifted.value(at(0.91), 0, 9) == pytest.approx(6 - math.sqrt(0.09 * 4))
    assert draw("triangular", low=3.0, mode=3.0, high=3.0).value(0.7, 0, 9) == 3.0


def test_values_of_normal_draws_that_are_cut_off() -> None:
    """Proves: without bounds the mean and deviations; cut off, the share between the bounds' own shares; the field's
    range where a bound is left out. Of a lognormal the median times e to the spread, from anything above nothing.

    Breaks if: values pile up at a bound, or a bound is left out.
    """
    assert draw("normal", mean=10.0, deviation=2.0).value(0.5, -INF, INF) == pytest.approx(11.0)
    low, high = ndtr(-0.5), ndtr(1.0)
    both = draw("normal", mean=10.0, deviation=2.0, low=9.0, high=12.0)
    assert both.value(at(0.3), 0, 99) == pytest.approx(10 + 2 * ndtri(low + 0.3 * (high - low)))
    one = draw("normal", mean=10.0, deviation=2.0, high=12.0)
    assert one.value(at(0.3), 9.0, 99) == pytest.approx(10 + 2 * ndtri(low + 0.3 * (high - low)))
    log = draw("lognormal", median=4.0, spread=0.5)
    assert log.value(1.0, 0.0, INF) == pytest.approx(4 * math.exp(0.5))
    assert log.value(-1.0, -3.0, INF) == pytest.approx(4 * math.exp(-0.5))
    ends = [float(ndtr((math.log(x) - math.log(4)) / 0.5)) for x in (3.0, 8.0)]
    held = draw("lognormal", median=4.0, spread=0.5, low=3.0, high=8.0)
    assert held.value(at(0.4), 0, 99) == pytest.approx(4 * math.exp(0.5 * ndtri(ends[0] + 0.4 * (ends[1] - ends[0]))))
    assert held.value(-40.0, 0, 99) == pytest.approx(3.0)
    small_ = draw("lognormal", median=0.5, spread=0.5)
    assert small_.value(at(0.2), 0.4, INF) > 0.4


def test_values_of_choices_and_chances() -> None:
    """Weights 1, 2 and 1: a quarter, three quarters, all. Proves: each edge belongs to the next value, the last is the
    end; without weights all are alike; a chance of 0.3 happens below it.

    Breaks if: an edge moves by one.
    """
    three = draw("choice", values=("a", "b", "c"), weights=(1.0, 2.0, 1.0))
    chosen = [three.value(at(u), 0, 1) for u in (0.01, 0.24, 0.26, 0.74, 0.76, 0.99)]
    assert chosen == ["a", "a", "b", "b", "c", "c"]
    assert three.value(40.0, 0, 1) == "c"
    assert draw("choice", values=("a", "b")).value(0.0, 0, 1) == "b"
    assert [draw("chance", probability=0.3, field="happens").value(at(u), 0, 1) for u in (0.29, 0.31)] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (draw("uniform", low=2.0, high=1.0), "low, mode and high do not rise"),
        (draw("triangular", low=0.1, mode=0.05, high=0.3), "low, mode and high do not rise"),
        (draw("normal", mean=0.5, deviation=0.0), "deviation is 0, not above 0"),
        (draw("lognormal", median=-1.0, spread=1.0), "median is -1, not above 0"),
        (draw("lognormal", median=0.5, spread=0.0), "spread is 0, not above 0"),
        (draw("chance", field="happens", probability=1.5), "probability is 1.5, not a share"),
        (draw("chance", field="happens", probability=-0.5), "probability is -0.5, not a share"),
        (draw("chance", probability=0.5), "happens goes with chance"),
        (draw("uniform", field="happens", low=0.0, high=1.0), "happens goes with chance"),
        (draw("choice", values=()), "no values to choose from"),
        (draw("choice", values=(0.1, 0.2), weights=(1.0,)), "weights are not one number"),
        (draw("choice", values=(0.1, 0.2), weights=(1.0, -1.0)), "weights are not one number"),
        (draw("choice", values=(0.1, 0.2), weights=(0.0, 0.0)), "weights are not one number"),
        (draw("uniform", low=0.1), "uniform lacks high"),
        (draw("uniform", low=0.1, high=0.2, mean=0.15), "uniform has no mean"),
    ],
)
def test_each_fault_of_a_draw(wrong: Draw, words: str) -> None:
    """Proves: each thing that makes no sense is told by itself. Breaks if: one of two conditions is enough."""
    (fault,) = wrong.faults()
    assert words in str(fault)


@pytest.mark.parametrize(
    "right",
    [
        draw("uniform", low=1.0, high=1.0), draw("choice", values=(0.1, 0.2), weights=(0.0, 1.0)),
        draw("chance", field="happens", probability=0.0), draw("chance", field="happens", probability=1.0),
        draw("normal", mean=0.5, deviation=0.1, low=0.2), draw("lognormal", median=0.2, spread=1e-3, high=0.9),
    ],
)  # fmt: skip
def test_draws_at_their_bounds_are_right(right: Draw) -> None:
    """Proves: a bound itself is admitted. Breaks if: a number at its bound is refused."""
    assert right.faults() == []


CUT, FIRE = CutImports(name="cut", depth=0.5, length=10), LoseCapacity(name="fire", depth=0.2, start=3)
BOTH = Scenario(name="both", horizon=20, events=(CUT, FIRE))
DRAWS = (
    Draw(event="cut", field="depth", shape="uniform", low=0.2, high=0.6, group="b"),
    Draw(event="fire", field="length", shape="uniform", low=2, high=9, group="a"),
    Draw(event="fire", field="start", shape="normal", mean=5, deviation=2, group="b"),
    Draw(event="fire", field="happens", shape="chance", probability=0.6),
)


def test_members_are_drawn_from_their_own_streams() -> None:
    """Proves: a group's share of a draw's noise is √ρ and its own √(1 − ρ), groups in the order of their names; days
    are whole, and an event that does not happen is left out.

    Breaks if: a group's noise goes to another, or the rest of its weight is not that of its own noise.
    """
    d = Distribution(scenario=BOTH, draws=DRAWS, groups={"b": 0.64, "a": 0.36}, members=20, seed=9)
    seen = set()
    for k in range(20):
        stream = np.random.default_rng(np.random.SeedSequence(9, spawn_key=(k,)))
        a, b = stream.standard_normal(2)
        own = stream.standard_normal(4)
        z = [0.8 * b + 0.6 * own[0], 0.6 * a + 0.8 * own[1], 0.8 * b + 0.6 * own[2], own[3]]
        start = 5 + 2 * ndtri(ndtr(-2.5) + ndtr(z[2]) * (1 - ndtr(-2.5)))
        wanted = (0.2 + 0.4 * ndtr(z[0]), round(2 + 7 * ndtr(z[1])), round(float(start)), bool(ndtr(z[3]) < 0.6))
        assert d.values_of(k) == pytest.approx(wanted)
        member = d.member(k)
        seen.add(len(member.events))
        assert member.events[0] == replace(CUT, depth=d.values_of(k)[0])
        if wanted[3]:
            assert member.events[1] == replace(FIRE, length=wanted[1], start=wanted[2])
    assert seen == {1, 2}
    table = drawn_table(replace(d, members=2))
    assert table.columns.tolist() == ["member", "cut: depth", "fire: length", "fire: start", "fire: happens"]
    assert table.iloc[1].tolist() == [1, *d.values_of(1)]


@pytest.mark.parametrize(
    ("events", "draws", "words"),
    [
        ((CUT, CUT), DRAWS[:1], "2 events are called 'cut'"),
        ((FIRE,), DRAWS[:1], "no event 'cut'"),
        ((CUT,), (replace(DRAWS[0], field="products"),), "no field to draw 'products'"),
        ((CUT,), (replace(DRAWS[0], low=0.5, high=1.2),), "depth is 1.2"),
        ((CUT,), (Draw(event="cut", field="depth", shape="normal", mean=1.5, deviation=1.0),), "depth is 1.5"),
        ((CUT,), (Draw(event="cut", field="depth", shape="lognormal", median=1.5, spread=1.0),), "depth is 1.5"),
        ((CUT,), (Draw(event="cut", field="recovery", shape="choice", values=("step", "never")),), "never"),
        ((CUT,), (DRAWS[0], DRAWS[0]), "depth of 'cut' is drawn twice"),
        ((CUT,), (replace(DRAWS[0], group="c"),), "no group 'c'"),
    ],
)
def test_draws_that_do_not_fit_the_scenario(events: Any, draws: Any, words: str) -> None:
    """Proves: events, fields and values that are not the scenario's are each refused. Breaks if: one is drawn."""
    with pytest.raises(GroundplanError, match=words):
        Distribution(scenario=BOTH.replacing(events=events), draws=draws, groups={"a": 0.5, "b": 0.5})


def test_the_scenario_of_a_file_of_draws(tmp_path: Path) -> None:
    """Proves: the scenario beside the file comes before the library's; without one the library is asked; faults name
    the file's lines.

    Breaks if: a library's scenario of the same name is taken.
    """
    scenario = 'name = "here"\n[[events]]\nkind = "cut_imports"\nname = "cut"\n'
    text = (
        'scenario = "cut.toml"\n[[draws]]\nevent = "cut"\nfield = "depth"\nshape = "uniform"\nlow = 0.1\nhigh = 0.2\n'
    )
    (tmp_path / "d.toml").write_text(text)
    asked: list[str] = []

    def find(name: str) -> Scenario:
        asked.append(name)
        return BOTH

    assert open_distribution(tmp_path / "d.toml", find).scenario == BOTH
    (tmp_path / "cut.toml").write_text(scenario)
    assert open_distribution(tmp_path / "d.toml", find).scenario.name == "here"
    assert asked == ["cut.toml"]
    read = open_distribution(tmp_path / "d.toml")
    assert (read.name, read.members, read.draws[0].high) == ("d", 1000, 0.2)
    (tmp_path / "d.toml").write_text(text.replace("high = 0.2", "high = 7.0"))
    with pytest.raises(GroundplanError, match=r"d\.toml.*line 2"):
        open_distribution(tmp_path / "d.toml")

    def none(name: str) -> Scenario:
        raise UnknownName("ready scenario", name, [])

    (tmp_path / "d.toml").write_text(text.replace("cut.toml", "moon"))
    with pytest.raises(UnknownName, match="line 1"):
        open_distribution(tmp_path / "d.toml", none)


def test_losses_of_an_ensemble() -> None:
    """Of losses 1 to 5, 3 is at risk at 0.6: CVaR = 3 + ((1 + 2)/5)/0.4 = 4.5. Curves say who loses more.

    Proves: arrays, shares and labels. Breaks if: losses are not put in order, or needs change places.
    """
    loss = np.array([3.0, 1.0, 5.0, 2.0, 4.0])
    assert conditional_value_at_risk(loss, 0.6) == pytest.approx(4.5)
    assert loss_curve(loss[:3]).to_dict("list") == {
        "loss": [1.0, 3.0, 5.0],
        "exceeded": pytest.approx([2 / 3, 1 / 3, 0]),
    }
    stop = np.array([[0, 2], [-1, -1], [3, 3], [-1, 0], [1, 0]])
    first, ever = stopping(stop)
    assert first.tolist() == pytest.approx([1.5 / 5, 2.5 / 5])
    assert ever.tolist() == pytest.approx([3 / 5, 4 / 5])
    unmet = np.arange(10.0).reshape(5, 2)
    told = arrays_of(uneven(), Members(loss, unmet, stop), (0.2, 0.6))
    assert told["ensemble_loss"].values.tolist() == loss.tolist()
    assert told["ensemble_need_unmet"].sel(need="heat", member=3).item() == 7.0
    assert told["value_at_risk"].sel(confidence=0.6).item() == 3.0
    assert told["conditional_value_at_risk"].values.tolist() == pytest.approx([3.5, 4.5])
    assert told["first_to_stop"].sel(sector="b").item() == pytest.approx(0.5)
    assert told["ever_stops"].sel(sector="a").item() == pytest.approx(0.6)


def test_what_an_ensemble_is_known_by() -> None:
    """Proves: every figure, name and choice that the numbers depend on changes the fingerprint; nothing else does.

    Breaks if: a run that was kept is taken for another's.
    """
    d = Distribution(scenario=BOTH, draws=DRAWS[:1], groups={"b": 0.5}, members=4)
    base = fingerprint(EnsembleInputs(uneven(), d), 16)
    assert base == fingerprint(EnsembleInputs(uneven(), replace(d)), 16)
    others = [
        fingerprint(EnsembleInputs(uneven(), d), 8),
        fingerprint(EnsembleInputs(uneven(capital=np.array([40.0, 51.0])), d), 16),
        fingerprint(EnsembleInputs(uneven(needs=("food", "heat", "light")), d), 16),
        *(fingerprint(EnsembleInputs(uneven(), replace(d, **change)), 16) for change in (
            {"seed": 1}, {"members": 5}, {"groups": {"b": 0.4}}, {"draws": (replace(DRAWS[0], high=0.7),)},
            {"scenario": BOTH.replacing(horizon=21)},
        )),
    ]  # fmt: skip
    assert len({base, *others}) == len(others) + 1
    assert ensemble_job(uneven(), d).fingerprint == base


def test_an_ensemble_says_what_it_was() -> None:
    """Proves: its losses are those of its members, in batches as asked for; provenance says what numbers depend on.

    Breaks if: the batch that is told is not the one that was computed.
    """
    d = Distribution(scenario=BOTH, draws=DRAWS[:1], groups={"b": 0.5}, members=5, seed=2)
    told: list[tuple[int, int]] = []
    outcome = run_ensemble(small(), d, batch=2, progress=lambda k, n: told.append((k, n)), confidence=(0.5,))
    assert told[-1] == (3, 3)
    about = outcome.provenance
    assert (about["batch"], about["members"], about["seed"], about["groups"]) == (2, 5, 2, {"b": 0.5})
    assert about["draws"] == [
        {"event": "cut", "field": "depth", "shape": "uniform", "low": 0.2, "high": 0.6, "group": "b"}
    ]
    s = system_of(small(), BOTH)
    assert about["fingerprint"] == fingerprint(EnsembleInputs(s, d), 2)
    paths = propagate_batch(s, [shock_of(s, d.member(k)) for k in range(5)])
    assert outcome["ensemble_loss"].values == pytest.approx(paths.unmet.sum(axis=(1, 2)))
    assert about["mean_loss"] == pytest.approx(paths.unmet.sum() / 5)
    assert outcome.table("loss_curve")["loss"].tolist() == sorted(outcome["ensemble_loss"].values)
    assert outcome["ever_stops"].values == pytest.approx((stop_steps(s, paths) >= 0).mean(axis=0))
    for wrong in ((), (1.0,), (-0.1,)):
        with pytest.raises(StudyError, match="is no probability"):
            run_ensemble(small(), d, confidence=wrong)


def test_the_table_of_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight cells of losses 10, 80, 30 ..., weeks of stopping from −1 for never and 0 on; twice as much in the rigid
    setting and half as much in the flexible one, where nothing stops.

    Proves: cells by product, depth and months in every setting; the middle's worst first, between least and most; days
    of the first stop and who stops first, in the middle. Breaks if: a stop on the first day is none, cells change
    places, or one setting speaks for another.
    """
    loss = np.array([10.0, 80.0, 30.0, 40.0, 50.0, 60.0, 70.0, 20.0])
    stop = np.array([[-1, -1], [3, 2], [0, 4], [-1, 1], [5, 5], [-1, -1], [2, -1], [7, 0]])
    never = np.full_like(stop, -1)
    runs = {"rigid": (2 * loss, never), "middle": (loss, stop), "flexible": (loss / 2, never)}
    seen: list[Any] = []

    def compute(job: Any, progress: Any = None) -> dict[str, np.ndarray]:
        setting = job.given.scenario.behaviour.setting
        assert job.given.system.behaviour.makes_do == SETTINGS[setting]
        assert job.given.cases == [(i, d, m) for i in ("farm", "works") for d in (0.25, 1.0) for m in (2, 12)]
        seen.append(setting)
        return dict(zip(("loss", "stop"), runs[setting], strict=True))

    monkeypatch.setattr(cuts, "compute", compute)
    base = Scenario(name="cuts", step="week", horizon=365, stocks={"default": 14.0})
    outcome = vulnerability(small(), base, depths=(0.25, 1.0), months=(2, 12))
    assert seen == ["rigid", "middle", "flexible"]
    assert outcome["cut_loss"].sel(product="works", depth=0.25, months=12).item() == 60.0
    days = outcome["cut_stop_day"]
    assert days.values.ravel().tolist() == pytest.approx([np.nan, 14, 0, 7, 35, np.nan, 14, 0], nan_ok=True)
    home = 20 + 10 + 2 + 10 + 25 + 15 + 20 + 5 + 3 + 4 + 6 + 2 + 10
    assert outcome["cut_loss_share"].sel(product="farm", depth=1.0, months=2).item() == pytest.approx(30 / home)
    assert outcome.provenance["home_use"] == pytest.approx(home)
    table = outcome.table("vulnerability")
    columns = ["product", "label", "depth", "months", "loss", "share", "least", "most", "stop_day", "first"]
    assert table.columns.tolist() == columns
    assert table["loss"].tolist() == sorted(loss, reverse=True)
    for column, times in (("share", 1.0), ("least", 0.5), ("most", 2.0)):
        assert table[column].tolist() == pytest.approx([times * x / home for x in sorted(loss, reverse=True)])
    assert table["first"].tolist() == ["works", "farm", "", "farm", "works", "farm", "works", ""]
    assert table.iloc[1][["product", "label", "depth", "months"]].tolist() == ["works", "sector works", 1.0, 2]
    pd.testing.assert_index_equal(table.index, pd.RangeIndex(8))


@pytest.mark.parametrize(
    ("depths", "months", "bad"),
    [((0.0, 0.5), (1,), "0"), ((1.01,), (1,), "1.01"), ((0.5,), (13, 0), "13, 0"), ((-1.0,), (13,), "-1, 13")],
)
def test_cuts_out_of_range(depths: Any, months: Any, bad: str) -> None:
    """Proves: depths above 0 to 1, months above 0 to the horizon, all that are wrong at once."""
    base = Scenario(name="cuts", horizon=365)
    with pytest.raises(StudyError, match=f"months {bad} are outside"):
        vulnerability(small(), base, depths=depths, months=months)
    with pytest.raises(StudyError, match="events of its own"):
        vulnerability(small(), BOTH)


def test_cuts_to_the_end_of_the_horizon() -> None:
    """Proves: twelve months of a year, and all of a product, are within range; each cell is its own cut.

    Breaks if: the bound is refused.
    """
    base = Scenario(name="cuts", step="day", horizon=365)
    outcome = vulnerability(small(), base, depths=(1.0,), months=(12,))
    s = system_of(small(), base)
    shocks = [cut(s, base, product, 1.0, 12) for product in ("farm", "works")]
    assert outcome["cut_loss"].values.ravel() == pytest.approx(propagate_batch(s, shocks).unmet.sum(axis=(1, 2)))


def test_the_cut_of_one_cell() -> None:
    """A month is 30 days, 4 weeks and 2 days: in the fifth week 2 of 7 days at a quarter are lost.

    Proves: only sources of the product are cut. Breaks if: another product's are, or months are of other lengths.
    """
    s = uneven(days_per_step=7)
    base = Scenario(name="cuts", step="week", horizon=49)
    shock = cut(s, base, "b", 0.25, 1)
    assert shock.imports[:, 0].tolist() == pytest.approx([*[0.75] * 4, 1 - 0.25 * 2 / 7, 1.0, 1.0])
    assert cut(s, base, "a", 0.25, 1).imports.min() == 1.0
    assert shock.capacity.min() == 1.0
    assert SimpleNamespace(**vars(shock)).rebuilds == ()
