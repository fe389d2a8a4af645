"""Scenario files: what is read, what is refused, and the library on every shipped economy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from economies import SHIPPED, shipped, small

from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.preview import preview
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.classes import classed, classes, members
from groundplan.shocks.scenarios.events import KINDS, CutImports, DestroyCapital, LoseCapacity
from groundplan.shocks.scenarios.resemblance import resemblances, resembled
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library, open_scenario, read_scenario, ready

WHOLE = """
name = "two blows"
about = "for the test"
horizon = 140
step = "week"
[stocks]
default = 30
"class:food" = 45
[reserves]
"class:crops" = 10
[behaviour]
psi = 0.9
rationing = "mixed"
tiers = [["class:food", "final:household"], ["sectors"]]
binding_of = { heal = "idle" }
[[events]]
kind = "cut_imports"
products = ["class:fuels", "maiz"]
depth = 0.5
start = 7
length = 28
recovery = "exponential"
recovery_days = 20
[[events]]
kind = "destroy_capital"
sectors = ["elec"]
amount = 10.0
"""


def test_a_file_says_all() -> None:
    sc = read_scenario(WHOLE, "blows.toml")
    assert (sc.name, sc.horizon, sc.step, sc.steps) == ("two blows", 140, "week", 20)
    assert sc.events[0] == CutImports(
        products=("class:fuels", "maiz"), depth=0.5, start=7, length=28, recovery="exponential", recovery_days=20
    )
    assert isinstance(sc.events[1], DestroyCapital)
    assert sc.behaviour.tiers == (("class:food", "final:household"), ("sectors",))
    s = system_of(shipped("KEN 2019"), sc)
    assert s.stocks[s.inputs.index("home:food")] * 7 == pytest.approx(45)
    assert s.stocks[s.inputs.index("imported:chem")] * 7 == pytest.approx(30)
    assert (s.binding[s.inputs.index("home:heal")] == 2).all()
    assert s.reserves[s.inputs.index("home:maiz")] > 0
    assert s.reserves[s.inputs.index("home:food")] == 0
    shock = shock_of(s, sc)
    cut = [s.suppliers[s.n + k] for k in np.flatnonzero(shock.imports[1] < 1.0)]
    assert cut == ["maiz from abroad", "mine from abroad", "chem from abroad"]
    assert shock.rebuilds[0].lost.sum() == pytest.approx(10.0)


REFUSED = {
    "key of a scenario": (WHOLE.replace("horizon", "horizn"), "nearest: 'horizon'"),
    "key of an event": (WHOLE.replace("depth", "dept"), "nearest: 'depth'"),
    "kind": (WHOLE.replace("cut_imports", "cut_import"), "nearest: 'cut_imports'"),
    "behaviour": (WHOLE.replace("psi", "psy"), "nearest: 'psi'"),
    "recovery": (WHOLE.replace('"exponential"', '"exponentially"'), "nearest: 'exponential'"),
    "depth": (WHOLE.replace("depth = 0.5", "depth = 1.5"), "depth is 1.5, outside 0 to 1"),
    "text for a number": (WHOLE.replace("start = 7", 'start = "soon"'), "start is 'soon', not a number"),
    "half a day": (WHOLE.replace("start = 7", "start = 7.5"), "start is 7.5, not a whole number"),
    "short stocks": (WHOLE.replace("default = 30", "default = 10"), "less than two steps"),
    "rationing": (WHOLE.replace('"mixed"', '"mixt"'), "nearest: 'mixed'"),
    "negative stock": (WHOLE.replace("default = 30", "default = -3"), "stocks is default: -3, outside 0 to 36500"),
    "binding": (WHOLE.replace('"idle"', '"idl"'), "nearest: 'idle'"),
    "not TOML": ("name = ", "is not TOML"),
    "a section that is none": ("stocks = 3", "stocks is 3, not keys with values"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_files_are_refused_with_the_place_and_the_nearest_name(name: str) -> None:
    text, told = REFUSED[name]
    with pytest.raises(GroundplanError, match=r"blows\.toml") as caught:
        read_scenario(text, "blows.toml")
    assert told in str(caught.value)


def test_all_faults_at_once() -> None:
    text = WHOLE.replace("horizon", "horizn").replace("depth", "dept").replace("psi", "psy")
    with pytest.raises(Faults) as caught:
        read_scenario(text, "blows.toml")
    assert len(caught.value.faults) == 3


UNKNOWN = {
    "product": (CutImports(products=("maizee",)), "nearest: 'maiz'"),
    "class": (CutImports(products=("class:fuel",)), "nearest: 'fuels'"),
    "sector": (LoseCapacity(sectors=("elek",)), "nearest: 'elec'"),
    "region": (LoseCapacity(regions=("north",)), "no region 'north'"),
    "partner": (CutImports(partner="CHN"), "do not say which partner"),
    "more than there is": (DestroyCapital(sectors=("elec",), amount=1e12), "are more than the capital there"),
    "rebuilt from nothing": (DestroyCapital(rebuild_from={"stele": 1.0}), "no product 'stele'"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_names_that_are_not_there_are_refused(name: str) -> None:
    event, told = UNKNOWN[name]
    sc = Scenario(name="x", events=(event,))
    with pytest.raises(GroundplanError) as caught:
        shock_of(system_of(shipped("KEN 2019"), sc), sc)
    assert told in str(caught.value)


def test_stocks_tiers_and_reserves_name_what_is_there() -> None:
    for changes in (
        {"stocks": {"maizee": 30.0}},
        {"reserves": {"class:fuel": 30.0}},
        {"behaviour": Behaviour(binding_of={"maizee": "idle"})},
        {"behaviour": Behaviour(tiers=(("sektors",),))},
    ):
        with pytest.raises(UnknownName):
            system_of(shipped("KEN 2019"), Scenario(name="x", **changes))


def test_a_table_of_unknown_classes_wants_codes() -> None:
    sc = Scenario(name="x", events=(CutImports(products=("class:fuels",)),))
    with pytest.raises(StudyError, match="no import of this table is known to belong to class 'fuels'"):
        shock_of(system_of(small(), sc), sc)


def test_every_shipped_sector_has_a_class_and_every_class_a_need() -> None:
    for case in SHIPPED:
        e = shipped(case)
        assert all(classed(e.sectors, e.stated_classes).values()), case
    spain, brazil = shipped("ESP 2019"), shipped("BRA 2021")
    assert members("fuels", spain.sectors, spain.stated_classes) == ["B", "C19"]
    assert members("crops", brazil.sectors, brazil.stated_classes) == ["0191"]
    assert all(c.need and c.days > 0 for c in classes().values())
    codes = ["AtB", "C", "15t16", "E", "23"]
    of = {c: f"wiod2013:{c}" for c in codes}
    assert [k and k.name for k in classed(codes, of).values()] == ["crops", "mining", "food", "power", "fuels"]
    assert members("fuels", codes, of) == ["C", "23"]


@pytest.mark.parametrize("name", library())
@pytest.mark.parametrize("case", ["KEN 2019", "ESP 2019"])
def test_the_library_runs_or_says_whynot(case: str, name: str) -> None:
    e, sc = shipped(case), ready(name)
    if name == "partner embargo":
        with pytest.raises(StudyError, match="do not say which partner"):
            adapt(e, sc)
        return
    out = adapt(e, sc.replacing(horizon=56, step="week"))
    assert float(out["value_added_lost"].sum()) > 0
    assert out.provenance["preview"]
    assert len(preview(system_of(e, sc), sc)) == len(sc.events)


def test_ready_scenarios_use_every_kind_of_event() -> None:
    assert {e.kind for s in library().values() for e in s.events} == set(KINDS)
    with pytest.raises(UnknownName, match="nearest: 'fuel cut'"):
        ready("fuel cuts")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="cannot be read"):
        open_scenario(tmp_path / "none.toml")
    (tmp_path / "blows.toml").write_text(WHOLE, "utf-8")
    assert open_scenario(tmp_path / "blows.toml") == read_scenario(WHOLE, "blows.toml")


def test_an_outcome_saves_and_opens_equal(tmp_path: Path) -> None:
    out = adapt(shipped("GHA 2019"), ready("fuel cut").replacing(horizon=28))
    there = type(out).open(out.save(tmp_path / "cut"))
    assert (out.compare(there)["largest"] == 0).all()


def test_every_kind_of_event_says_which_setting_known_crises_resembled() -> None:
    """Proves: every kind has words of its own from the first day on; longer events may have others; none is said twice.

    Breaks if: a kind of event is added without them, or a page repeats itself.
    """
    assert {r.kind for r in resemblances() if r.least_days == 0} == set(KINDS)
    assert {r.kind for r in resemblances()} == set(KINDS)
    short, long = CutImports(length=30), CutImports(length=400)
    assert "Qatar" in resembled(Scenario(name="x", events=(short, short)))[0]
    assert len(resembled(Scenario(name="x", events=(short, short)))) == 1
    assert "Cuba" in resembled(Scenario(name="x", events=(long,)))[0]
    assert resembled(Scenario(name="x")) == []
