"""Which sectors a broad class holds, how inputs bind by class, and what the days of an event are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from groundplan.errors import StudyError, UnknownName
from groundplan.shocks.dynamics.binding import binding_of
from groundplan.shocks.scenarios.classes import classed, classes, division, members, select
from groundplan.shocks.scenarios.events import CutImports, DestroyCapital
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library, ready


def names(found: dict[str, Any]) -> list[str | None]:
    return [row and row.name for row in found.values()]


def test_classes_of_codes() -> None:
    """Proves: an exact code before its division, a section where no division is named, ISIC Rev. 3 by its own list
    where one code is written so, and nothing where the classification is not known.

    Breaks if: one code's classification is read by another's.
    """
    assert names(classed(["C19", "C10-C12", "D", "maiz", "0192", "none"])) == [
        "fuels", "food", "power", "crops", "livestock", None,
    ]  # fmt: skip
    assert names(classed(["AtB", "E", "15t16", "23", "C19"])) == ["crops", "power", "food", "fuels", None]
    assert names(classed(["new", "D"], {"new": "C19"})) == ["fuels", "power"]
    assert [division(c) for c in ("C10-C12", "C1", "K64", "D", "DX", "V12", "J58_60", "x")] == [
        "10", "", "64", "D", "", "", "58", "",
    ]  # fmt: skip


def test_members_of_a_class() -> None:
    """Proves: what belongs to the class first, and what it shares with another; in the table's order.

    Breaks if: shared codes count in a table of another classification, or those of one's own do not.
    """
    assert members("fuels", ["mine", "chem", "maiz"]) == ["mine", "chem"]
    assert members("fuels", ["mine"], {}) == ["mine"]
    assert members("livestock", ["AtB", "E"]) == ["AtB"]
    assert members("livestock", ["D", "E"]) == []
    assert members("power", ["E", "AtB"]) == ["E"]
    assert members("fuels", ["new", "maiz"], {"new": "chem"}) == ["new"]
    assert members("fuels", ["x", "y"]) == []


def test_names_that_select() -> None:
    """Proves: all, a class and codes, each once and in the table's order; each wrong one is a fault of its own kind.

    Breaks if: what was chosen before is lost, or a class without members is an unknown one.
    """
    codes = ["D", "C19", "B", "maiz"]
    assert select(["maiz", "class:power", "maiz"], codes, kind="sector", where="x") == (["D", "maiz"], [])
    assert select(["all"], codes, kind="sector", where="x") == (codes, [])
    assert select(["B", "all"], codes, kind="sector", where="x")[0] == codes
    chosen, faults = select(["moon", "class:moon", "class:health", "B"], codes, kind="sector", where="x")
    assert chosen == ["B"]
    assert [type(f) for f in faults] == [UnknownName, UnknownName, StudyError]
    assert [word in str(f) for word, f in zip(("sector", "broad class", "'health'"), faults, strict=True)] == [True] * 3


def test_how_classes_bind() -> None:
    """Proves: critical before important; a kind of users, all, or a user of no class that needs what anybody does;
    imports of what is no thing do not bind.

    Breaks if: a class that binds nobody binds the unknown, or imported services bind.
    """
    table = classes()
    assert table["fuels"].binds(table["metals"]) == "critical"
    assert table["fuels"].binds(table["power"], imported=True) == "important"
    assert table["fuels"].binds(None) == "critical"
    assert table["printing"].binds(None) == "important"
    assert table["printing"].binds(table["trade"]) == "important"
    assert table["printing"].binds(table["trade"], imported=True) == "idle"
    assert table["printing"].binds(None, imported=True) == "idle"
    assert table["printing"].binds(table["metals"]) == "idle"


def test_how_inputs_bind_their_users() -> None:
    """Fuels are critical to heavy works and important to power; power is critical to both; of fuels power takes a
    tenth and less from abroad.

    Proves: classes by input, user and origin, minor imports, and names of the scenario over all of it, a code over its
    class. Breaks if: rows and columns change places, or home and abroad do.
    """
    products = ["C19", "D", "C19", "C18"]
    parts = {
        "codes": ("C19", "D"), "input_of": np.array([0, 1, 2, 3]),
        "use": np.array([[5.0, 9.1, 1.0], [1.0, 1.0, 1.0], [5.0, 0.9, 1.0], [2.0, 2.0, 2.0]]),
    }  # fmt: skip

    def of(**behaviour: Any) -> tuple[list[list[int]], int]:
        found, faults = binding_of(Scenario(name="x", behaviour=Behaviour(**behaviour)), products, parts)
        return found.tolist(), len(faults)

    assert of() == ([[0, 1], [0, 0], [0, 2], [2, 2]], 0)
    assert of(minor_imports=0.05) == ([[0, 1], [0, 0], [0, 1], [2, 2]], 0)
    assert of(binding="all") == ([[0, 0]] * 4, 0)
    named = {"C18": "important", "C19": "idle", "class:fuels": "critical", "class:printing": "critical"}
    assert of(binding_of=named) == ([[2, 2], [0, 0], [2, 2], [1, 1]], 0)
    assert of(binding="all", binding_of={"class:power": "important"}) == ([[0, 0], [1, 1], [0, 0], [0, 0]], 0)
    assert of(binding_of={"moon": "idle", "mars": "idle"})[1] == 2
    unknown = {**parts, "codes": ("one", "two")}
    assert binding_of(Scenario(name="x"), ["one", "two", "C19", "C18"], unknown)[0].tolist() == [
        [0, 0], [0, 0], [0, 0], [2, 2],
    ]  # fmt: skip
    carved = {**parts, "codes": ("new", "D"), "origin": {"new": "C19"}}
    assert binding_of(Scenario(name="x"), ["new", "D", "new", "C18"], carved)[0].tolist() == of()[0]


def test_days_of_an_event() -> None:
    """From day 2 for three days at 0.8, then back: at once, by a quarter a day, or by e in four days.

    Proves: the first day after, and each way back from there. Breaks if: the way back begins a day early.
    """
    event: dict[str, Any] = {"start": 2, "length": 3, "depth": 0.8, "recovery_days": 4.0}
    assert CutImports(**event).severity(7).tolist() == [0.0, 0.0, 0.8, 0.8, 0.8, 0.0, 0.0]
    linear = CutImports(**event, recovery="linear").severity(11)
    assert linear.tolist() == pytest.approx([0, 0, 0.8, 0.8, 0.8, 0.8, 0.6, 0.4, 0.2, 0.0, 0.0])
    slow = CutImports(**event, recovery="exponential").severity(8)
    assert slow[4:].tolist() == pytest.approx([0.8, 0.8, 0.8 * np.exp(-0.25), 0.8 * np.exp(-0.5)])
    assert CutImports(**event).end == 5
    assert (CutImports().title, CutImports(name="x").title) == ("cut imports", "x")


def test_what_rebuilding_is_made_of() -> None:
    """Proves: shares sum to one, rounding apart. Breaks if: too little or too much is taken for all."""
    assert DestroyCapital(rebuild_from={"a": 0.3, "b": 0.7 + 5e-10}).rebuild_from is not None
    for rest in (0.7 - 2e-9, 0.7 + 2e-9, 0.3):
        with pytest.raises(StudyError, match="rebuild_from sums to"):
            DestroyCapital(rebuild_from={"a": 0.3, "b": rest})


def test_steps_and_stocks_of_a_scenario() -> None:
    """Proves: the last week may go beyond the horizon; a stock is two steps at least; overtime adds to capacity; tiers
    are lists of users.

    Breaks if: a bound itself is refused.
    """
    assert [Scenario(name="x", step="week", horizon=h).steps for h in (7, 8, 14, 15)] == [1, 2, 2, 3]
    assert Scenario(name="x", stocks={"a": 2.0}).stocks["a"] == 2.0
    assert Scenario(name="x", step="week", stocks={"a": 14.0}).days_per_step == 7
    with pytest.raises(StudyError, match=r"1\.9 days of stock of a are less than two steps"):
        Scenario(name="x", stocks={"a": 1.9})
    with pytest.raises(StudyError, match=r"13\.5 days of stock of a"):
        Scenario(name="x", step="week", stocks={"a": 13.5})
    assert Behaviour(sharing="orders", alpha_base=1.2, alpha_max=1.2).alpha_max == 1.2
    with pytest.raises(StudyError, match="alpha_max 1 is below"):
        Behaviour(sharing="orders", alpha_base=1.2, alpha_max=1.0)
    with pytest.raises(StudyError, match="tiers are"):
        Behaviour(tiers=(("a",), ()))
    assert ready("fuel cut") is library()["fuel cut"]
    with pytest.raises(UnknownName):
        ready("none")
