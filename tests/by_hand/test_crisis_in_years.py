"""Scenarios as losses by year, every figure on paper (``crises.uneven``)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from crises import CUT, uneven
from economies import small

from groundplan.crisis import contingencies
from groundplan.crisis.contingencies import (
    _by_partner,
    _by_product,
    _capacity,
    _comes,
    _demand,
    _stated,
    _years,
    in_years,
    scenario_named,
)
from groundplan.crisis.scenarios_of_policy import with_files, with_scenarios
from groundplan.errors import UnknownName
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.trade.suppliers import Supplier
from groundplan.planning.policy import Policy
from groundplan.shocks.dynamics.shock import Rebuild, Shock, quiet
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Scenario


def test_rounding_is_not_stated() -> None:
    """Proves: what exceeds the whole by rounding is the whole, and by more is left as it is (claims are money); traces
    in single years are nothing, and what is lost in no year is not stated.

    Breaks if: one of the bounds is let go.
    """
    losses = {"a": [1.0 + 5e-10, 0.25], "b": [5e-10, 0.5], "c": [5e-10, 0.0], "d": [7.0, 2.0], "e": [0.0, 2e-9]}
    assert _stated(losses) == {"a": [1.0, 0.25], "b": [0.0, 0.5], "d": [7.0, 2.0], "e": [0.0, 2e-9]}


def test_means_of_years() -> None:
    """Proves: 73 days of the first year and 146 of the second are a fifth and two fifths, column by column."""
    path = np.zeros((730, 2))
    path[:73, 0], path[400:546, 1] = 1.0, 0.5
    assert _years(path) == pytest.approx(np.array([[0.2, 0.0], [0.0, 0.2]]))


def test_what_comes_while_orders_move() -> None:
    """The east gives 4 of 6 and is cut to 0.4: 1.6. Orders that move in 4 days give it 0.85·4 of 5.4 the next day, so
    the west is asked for 6·2/5.4, and the day after its route is 0.7375.

    Proves: a cut bounds what comes, and what is asked moves day by day. Breaks if: all moves at once, or back.
    """
    s = uneven()
    shock = replace(quiet(s, 3), imports=np.array([[0.4, 1.0]] * 3))
    assert _comes(s, shock) == pytest.approx(np.array([[1.6, 2.0]] * 3))
    moving = replace(s, behaviour=replace(s.behaviour, rerouting_days=4.0))
    west = [2.0, 6 * 2 / (0.85 * 4 + 2), 6 * 2 / (0.7375 * 4 + 2)]
    assert _comes(moving, shock) == pytest.approx(np.array([[1.6, w] for w in west]))
    none = replace(quiet(s, 2), imports=np.array([[1.0, 0.0]] * 2))
    assert _comes(moving, none)[1] == pytest.approx([6 * 4 / (4 + 0.75 * 2), 0.0])


def _policy_of(sellers: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    split = {i: [Supplier(i, name, 1.0, 1.0, None) for name in names] for i, names in sellers.items()}
    monkeypatch.setattr(contingencies, "suppliers", lambda e, policy: split)


def test_losses_by_product_or_by_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The east, with 4 of 6, sends 0.4 for 73 days, and the west nothing for 146 days of the second year.

    Of b 2.4·0.2/6 = 0.08 is lost, then 2·0.4/6; of the east 0.12 and 0; of the west, which is the rest, 0 and 0.4.
    Proves: a product that the plan splits by partners of the accounts is told by partner, any other as a whole.
    Breaks if: it is told twice or not at all, or the rest takes the named partner's loss.
    """
    s, nobody = uneven(), cast(Any, None)
    imports = np.ones((730, 2))
    imports[:73, 0], imports[400:546, 1] = 0.4, 0.0
    shock = replace(quiet(s, 730), imports=imports)
    _policy_of({}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {"b": pytest.approx([0.08, 0.8 / 6])}
    assert _by_partner(nobody, nobody, s, shock) == {}
    _policy_of({"b": ["east", "rest"]}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {}
    assert _by_partner(nobody, nobody, s, shock) == {
        "b@east": pytest.approx([0.12, 0.0]), "b@rest": pytest.approx([0.0, 0.4]),
    }  # fmt: skip
    _policy_of({"b": ["moon", "rest"]}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {"b": pytest.approx([0.08, 0.8 / 6])}
    assert _by_partner(nobody, nobody, s, shock) == {}
    _policy_of({"b": ["moon", "east", "west", "rest"]}, monkeypatch)
    assert set(_by_partner(nobody, nobody, s, shock)) == {"b@east", "b@west"}
    _policy_of({"a": ["east"]}, monkeypatch)
    assert set(_by_product(nobody, nobody, s, shock)) == {"b"}


def test_capacity_is_lost_to_plant_or_people() -> None:
    """A has half its plant for 73 days, b a quarter of its people for 146 days of the second year; both together lose
    the larger loss. What is destroyed of a's 40, a fifth, is rebuilt by a 365th of what is open a day from day 0 on.

    Proves: yearly means of what stands still, and capital goods by year. Breaks if: losses add up, or all is rebuilt at
    once.
    """
    s = uneven()
    base = quiet(s, 730)
    capacity, labour = base.capacity.copy(), base.labour.copy()
    capacity[:73, 0], labour[:73, 0], labour[400:546, 1] = 0.5, 0.75, 0.25
    lost, rebuilt = _capacity(s, replace(base, capacity=capacity, labour=labour))
    assert lost == {"a": pytest.approx([0.1, 0.0]), "b": pytest.approx([0.0, 0.3])}
    assert rebuilt == [0.0, 0.0]
    slow = replace(s, behaviour=replace(s.behaviour, rebuild_days=365.0))
    rebuild = Rebuild(0, 0, np.array([8.0, 0.0]), np.array([0.0, 0.75, 0.25]))
    lost, rebuilt = _capacity(slow, replace(base, rebuilds=(rebuild,)))
    open_ = (364 / 365) ** np.arange(730)
    assert rebuilt == pytest.approx([8 * (1 - open_[364]), 8 * (open_[364] - open_[729])])
    assert lost["a"] == pytest.approx([0.2 * open_[:365].mean(), 0.2 * open_[365:].mean()])
    assert lost["b"] == [0.0, 0.0]
    idle = cast(System, SimpleNamespace(codes=("a", "b"), output=np.array([0.0, 5.0]), capital=np.zeros(2)))
    assert set(_capacity(idle, base)[0]) == {"b"}


def test_closed_markets_and_claims() -> None:
    """Half the market of home b is closed for 73 days; people want half as much home b again, and a tenth more of
    imported b, for 73 days of the second year: 0.5·0.2·8·365 = 292 and 0.1·0.2·2·365 = 14.6; building half as much
    again of its 4 in the first: 146.

    Proves: markets by product, the more closed of its inputs; claims by input, money a year. Breaks if: what is wanted
    less counts against, or exports are claims.
    """
    s = uneven()
    profiles, whole = np.zeros((730, 5)), np.ones((730, 2))
    profiles[:73, 0], profiles[400:473, 1], profiles[400:473, 2], profiles[:, 3] = -0.5, 0.5, 0.1, -0.2
    profiles[:73, 4] = 0.5
    patterns = np.zeros((5, 3, 3))
    patterns[0, 1, 2] = patterns[1, 1, 0] = patterns[2, 2, 0] = patterns[3, 2, 1] = patterns[4, 1, 1] = 1.0
    exports, claims = _demand(s, Shock(whole, whole, whole, profiles, patterns))
    assert exports == {"a": [0.0, 0.0], "b": pytest.approx([0.1, 0.0])}
    assert claims == {"home:b": pytest.approx([146.0, 292.0]), "import:b": pytest.approx([0.0, 14.6])}
    more = Shock(whole, whole, whole, -profiles[:, :1], patterns[:1])
    assert _demand(s, more) == ({"a": [0.0, 0.0], "b": [0.0, 0.0]}, {})


def test_a_scenario_by_name_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a ready one by name; a file beside the study before one where the program runs, which comes next.

    Breaks if: a folder is asked for where there is none, or the wrong file is read.
    """
    beside, here = tmp_path / "studies", tmp_path / "here"
    for folder, name in ((beside, "beside"), (here, "here")):
        folder.mkdir()
        (folder / "cut.toml").write_text(CUT.replace('name = "cut"', f'name = "{name}"'))
    monkeypatch.chdir(here)
    assert scenario_named("fuel cut").name == "fuel cut"
    assert scenario_named("cut.toml").name == "here"
    assert scenario_named("cut.toml", beside).name == "beside"
    assert scenario_named("cut.toml", tmp_path).name == "here"
    with pytest.raises(UnknownName):
        scenario_named("cut")


def test_scenarios_of_a_policy(tmp_path: Path) -> None:
    """Proves: a file's scenario becomes the losses of its contingency and the others stay; ready ones are read too
    where all scenarios are asked for; a policy without any is handed back.

    Half of farm imports is lost for 73 of 365 days: 0.1. Breaks if: what was read is not put in the policy.
    """
    (tmp_path / "cut.toml").write_text(CUT)
    file = Contingency("x", 2021, scenario="cut.toml")
    plain = Contingency("y", 2021, imports_lost={"works": 0.5})
    named = Contingency("z", 2022, scenario="none such", line="line 7")
    policy = Policy.of(contingencies=[file, plain])
    for read in (with_files(small(), policy, tmp_path), with_scenarios(small(), policy, tmp_path)):
        first, second = read.contingencies
        assert (first.name, first.year, first.scenario) == ("x", 2021, "")
        assert first.imports_lost == {"farm": pytest.approx([0.1])}
        assert second is plain
    kept = with_files(small(), Policy.of(contingencies=[named]), tmp_path)
    assert kept.contingencies == [named]
    with pytest.raises(UnknownName, match="line 7"):
        with_scenarios(small(), Policy.of(contingencies=[named]), tmp_path)
    with pytest.raises(UnknownName, match="contingency 'z'"):
        with_scenarios(small(), Policy.of(contingencies=[replace(named, line="")]), tmp_path)
    bare = Policy.of(contingencies=[plain])
    assert with_scenarios(small(), bare) is bare


def test_a_scenario_of_weeks_is_read_by_days() -> None:
    """Proves: a scenario by weeks, in which home and imported goods are pooled, gives the losses of its days, imports
    by themselves; a second year in which nothing is lost is told as such.

    Breaks if: the scenario's own steps, horizon or pool are kept.
    """
    event = CutImports(products=("farm",), depth=0.5, length=73)
    pooled = replace(Scenario(name="x").behaviour, imports="pooled")
    weeks = Scenario(name="w", step="week", horizon=14, stocks={"default": 14.0}, behaviour=pooled, events=(event,))
    c = in_years(small(), Policy.of(), Contingency("c", 2022, length=2, scenario="w"), weeks)
    assert c.imports_lost == {"farm": pytest.approx([0.1, 0.0])}
    assert (c.scenario, c.exports_lost, c.capacity_lost, c.claims) == ("", {}, {}, {})
