"""Which sectors a broad class holds, how inputs bind by class, and what the days of an event are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from economies import known_classes

from groundplan.errors import StudyError, UnknownName
from groundplan.shocks.dynamics.binding import binding_of
from groundplan.shocks.scenarios.classes import classed, classes, members, select
from groundplan.shocks.scenarios.events import CutImports, DestroyCapital
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario, library, ready
from groundplan.tables.industry_classes import class_of, isic_divisions, proposal


def names(found: dict[str, Any]) -> list[str | None]:
    return [row and row.name for row in found.values()]


def test_classes_of_codes() -> None:
    """Proves: an entry of a known list before its division, a section where no division is named, ISIC Rev. 3 by its
    own list, and nothing where no class is stated, whatever the code looks like.

    Breaks if: a code is read where a class should be, or one list's entry by another's.
    """
    stated = ["C19", "C10-C12", "D", "ifpri:maiz", "ibge:0192", "10", "refined petroleum"]
    assert names(classed(list("abcdefg"), dict(zip("abcdefg", stated, strict=True)))) == [
        "fuels", "food", "power", "crops", "livestock", "food", "fuels",
    ]  # fmt: skip
    assert names(classed(["C19", "D", "maiz"])) == [None, None, None]
    old = ["AtB", "E", "15t16", "23"]
    assert names(classed(old, {c: f"wiod2013:{c}" for c in old})) == ["crops", "power", "food", "fuels"]
    assert names(classed(["E"], {"E": "E"})) == ["water"], "in Rev. 4 the letter means another thing"


def test_divisions_of_codes() -> None:
    """Proves: section letter and division must agree before a code counts as ISIC; spans, lists and sections are read.

    Breaks if: C01 is a division of manufacturing, or 04 one of anything.
    """
    one = {"C10-12": "10 11 12", "D": "35", "A01_02": "01 02", "05T06": "05 06", "J59_J60": "59 60", "L68A": "68",
           "F41-F43": "41 42 43", "T-U": "97 98 99", "A0102": "01 02", "86": "86"}  # fmt: skip
    assert {c: " ".join(sorted(isic_divisions(c))) for c in one} == one
    assert not any(map(isic_divisions, ("C01", "P01", "D05T06", "C1", "s01", "04", "maiz", "V12", "0191", "")))


def test_what_a_class_may_be() -> None:
    """Proves: a text that states no class is refused with the nearest word, and an entry that its list lacks too.

    Breaks if: a misspelt class is no class without a word.
    """
    for text in ("refind petroleum", "C01", "ifpri:miaz", "nace:C19"):
        with pytest.raises(UnknownName):
            class_of(text)
    assert str(class_of(" Refined  petroleum ")) == "C19"


def test_a_class_is_proposed_by_code_and_label_together() -> None:
    """Proves: where both agree the code's finer reading, where they do not the label's with a word of the code, and
    nothing where neither says anything.

    Breaks if: biscuits with the code B05 are coal again.
    """
    assert proposal("B05", "Biscuits") == ("C10", "the label says 'food'; the code would be coal")
    assert proposal("Q86", "Quarries")[0] == "B08"
    assert proposal("C10", "Crude petroleum")[0] == "B06"
    assert proposal("06", "Crude petroleum and natural gas") == ("06", "code and label agree")
    assert proposal("G46", "Wholesale trade, except of motor vehicles")[0] == "G46"
    assert proposal("C19", "Sector 7") == ("C19", "by the code alone: the label says nothing")
    assert proposal("s01", "sector 1") == ("", "")


def test_members_of_a_class() -> None:
    """Proves: what belongs to the class first, and what it shares with another; in the table's order.

    Breaks if: shared codes count in a table of another classification, or those of one's own do not.
    """
    of = {"a": "ifpri:mine", "b": "ifpri:chem", "c": "ifpri:maiz"}
    assert members("fuels", ["a", "b", "c"], of) == ["a", "b"]
    assert members("fuels", ["mine", "chem"]) == []
    old = {"x": "wiod2013:AtB", "y": "wiod2013:E"}
    assert members("livestock", ["x", "y"], old) == ["x"]
    assert members("livestock", ["D", "E"], {"D": "D", "E": "E"}) == []
    assert members("power", ["y", "x"], old) == ["y"]


def test_names_that_select() -> None:
    """Proves: all, a class and codes, each once and in the table's order; each wrong one is a fault of its own kind.

    Breaks if: what was chosen before is lost, or a class without members is an unknown one.
    """
    codes = ["D", "C19", "B", "maiz"]
    of = known_classes(codes)
    assert select(["maiz", "class:power", "maiz"], codes, kind="sector", where="x", industries=of) == (
        ["D", "maiz"], [],
    )  # fmt: skip
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
        "codes": ("C19", "D"), "industries": known_classes(products), "input_of": np.array([0, 1, 2, 3]),
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
    carved = {**parts, "codes": ("new", "D"), "industries": {"D": "D", "C18": "C18", "new": "C19"}}
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
