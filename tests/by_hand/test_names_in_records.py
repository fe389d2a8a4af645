"""Fields that name something of the accounts: each takes a name as it takes a code, and refuses a stranger alike."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_origin

import numpy as np
import pytest
from economies import shipped, small

from groundplan import Outcome, plan
from groundplan.cli import main
from groundplan.economy.carving.carves import Carve
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.choices.target import Goal, Target
from groundplan.planning.choices.uncertainty import Range
from groundplan.planning.doctrines.doctrine import Doctrine
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.features.stores import Store
from groundplan.planning.policy import Policy
from groundplan.records.card import Card, fields_of, must, types_of
from groundplan.records.named import AT, COMMODITY, INDICATOR, PRODUCT, Coding, Naming
from groundplan.results.html.html_report import report
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.scenarios.events import DestroyCapital
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario
from groundplan.study.study import Study
from groundplan.study.worded import doctrine_called, figures_called, names_of, projects_called, scenario_called
from groundplan.verbs.stress import stress

STRANGER = "Processd foods"
# Fields whose words say something of products or sectors, and name none of the accounts: what the words are instead.
OTHERWISE = {
    ("Policy", "partners_from"): "one of two words",
    ("Policy", "baskets"): "one of two words",
    ("Budget", "shares"): "functions, which are of no accounts",
    ("Work", "one_of"): "a name that the study gives",
    ("Partner", "name"): "a partner",
    ("Contingency", "partners_lost"): "partners",
    ("Range", "name"): "a figure; the sector in it is put as a code by the study",
    ("Carve", "product"): "a code that the study gives",
    ("Carve", "unit"): "a unit",
    ("Carve", "label"): "a name that the study gives",
    ("Store", "origin"): "one of two words",
    ("Doctrine", "policy"): "choices; those by sector are put in codes with the doctrine",
    ("Behaviour", "imports"): "one of two words",
    ("News", "of"): "an input, a market or a figure of the plan, as the plan's own rows name it",
    ("ReachedFigure", "what"): "an indicator, a store or an activity, as the plan's own rows name it",
}
OF_ACCOUNTS = re.compile(r"\b(sectors?|products?|skills?|commodit(y|ies)|household groups?|indicator)\b", re.IGNORECASE)


def records() -> list[type[Card]]:
    """The records of studies, doctrines and scenarios."""
    for package in ("planning", "economy.carving", "shocks"):
        root = importlib.import_module(f"groundplan.{package}")
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            importlib.import_module(module.name)
    return sorted({r for r in _below(Card) if _of_a_study(r)}, key=lambda r: r.__name__)


def _below(record: type[Card]) -> Iterator[type[Card]]:
    for one in record.__subclasses__():
        yield one
        yield from _below(one)


def _of_a_study(record: type[Card]) -> bool:
    parts = ("groundplan.planning.", "groundplan.economy.carving.", "groundplan.shocks.scenarios.")
    return record.__module__.startswith(parts)


def naming_fields(record: type[Card]) -> dict[str, Naming]:
    """The fields of a record that name something of the accounts, with what they name."""
    return {spec.name: naming for spec in fields_of(record) if (naming := spec.metadata["names"]) is not None}


NAMING = [(r, name, naming) for r in records() for name, naming in naming_fields(r).items()]


def food() -> Economy:
    """Accounts with names in words, several skills and several groups."""
    return shipped("KEN 2019")


def _least(record: type[Card], **given: Any) -> Card:
    """A record with what it must have, which need not make sense together."""
    hints, naming = types_of(record), naming_fields(record)
    lacking = [f.name for f in fields_of(record) if must(f) and f.name not in given]
    blank = {name: _blank(hints[name]) for name in lacking}
    codes = {
        name: _filled(record, name, naming[name], _pair(food(), naming[name])[1]) for name in lacking if name in naming
    }
    return record(**{**blank, **codes, **given})


def _blank(hint: Any) -> Any:
    kind = get_origin(hint) or hint
    return {str: "x", list: [], dict: {}, tuple: ()}.get(kind, 1)


def _pair(e: Economy, naming: Naming) -> tuple[str, str]:
    """A name and the code that it is of, as a field of this kind is written."""
    if naming.kind in (COMMODITY, INDICATOR):
        head = "home:" if naming.kind == COMMODITY else "imports: "
        return f"{head}{e.label('food')}", f"{head}food"
    there = names_of(e)[naming.kind]
    code = next(c for c, label in there.items() if label != c)
    return (f"{there[code]}{AT}x", f"{code}{AT}x") if naming.marked else (there[code], code)


def _filled(record: type[Card], name: str, naming: Naming, word: str) -> Any:
    """A value of the field that says the word."""
    hint = types_of(record)[name]
    text = str(hint)
    if "Mapping" in text or get_origin(hint) is dict:
        figure: Any = "critical" if name == "binding_of" else 3.0 if name in ("stocks", "reserves") else 1.0
        one = {"role": word} if naming.values else {word: figure}
        return {"default": 1, **one} if "default" in naming.also and "float |" in text else one
    if get_origin(hint) is list:
        return [word]
    return ((word,),) if name == "tiers" else (word,) if get_origin(hint) is tuple else word


@pytest.mark.parametrize(("record", "name", "naming"), NAMING, ids=[f"{r.__name__}.{n}" for r, n, _ in NAMING])
def test_every_field_takes_a_name_as_its_code(record: type[Card], name: str, naming: Naming) -> None:
    """Proves: a record that says a name comes out equal to one that says the code, and it is noted; a code is not.

    Breaks if: a field that declares what it holds is passed over.
    """
    e = food()
    said, code = _pair(e, naming)
    by_name, by_code = (_least(record, **{name: _filled(record, name, naming, w)}) for w in (said, code))
    coding = Coding(names_of(e))
    assert coding.record(by_name) == by_code
    assert [(t.said, t.code) for t in coding.taken] == [(said, code)]
    unchanged = Coding(names_of(e))
    assert unchanged.record(by_code) is by_code
    assert not unchanged.taken
    assert not unchanged.faults


@pytest.mark.parametrize(("record", "name", "naming"), NAMING, ids=[f"{r.__name__}.{n}" for r, n, _ in NAMING])
def test_every_field_refuses_a_stranger_with_the_nearest_of_its_kind(
    record: type[Card], name: str, naming: Naming
) -> None:
    """Proves: what nothing is called stays as it is and, where the field alone decides, is refused with at most three
    of its kind, codes with their names beside them.
    Breaks if: a word is taken for something that it does not name, or what is offered is of another kind.
    """
    e = food()
    there = names_of(e).get(naming.kind, {})
    near = next((label for code, label in there.items() if label != code), "Processed foods")
    word = f"{near}q" if there else f"home:{STRANGER}"
    one = _least(record, **{name: _filled(record, name, naming, word)})
    coding = Coding(names_of(e))
    assert coding.record(one) is one
    assert not coding.taken
    if not naming.refused or not there:
        assert not coding.faults
        return
    (fault,) = coding.faults
    assert isinstance(fault, UnknownName)
    assert fault.nearest in there
    offered = re.findall(r"'([^']*)' \(", fault.what.partition("nearest: ")[2])
    assert 1 <= len(offered) <= 3
    assert set(offered) <= set(there)
    assert near in fault.what


def test_no_field_that_names_something_is_without_its_kind() -> None:
    """Proves: a field whose card speaks of sectors, products, skills, groups or indicators declares that it holds some,
    or stands in the list of those that do not.
    Breaks if: somebody adds such a field and names do not work in it.
    """
    texts = [(r, f) for r in records() for f in fields_of(r) if "str" in str(types_of(r)[f.name])]
    silent = {(r.__name__, f.name) for r, f in texts if f.metadata["names"] is None and not f.metadata["among"]
              and OF_ACCOUNTS.search(str(f.metadata["meaning"]))}  # fmt: skip
    assert silent <= set(OTHERWISE), silent - set(OTHERWISE)
    assert len(NAMING) > 40


def _refused(policy: Policy) -> GroundplanError:
    with pytest.raises(GroundplanError) as refused:
        Study("KEN", 2019, policy).chosen(food())
    return refused.value


def test_a_study_refuses_every_stranger_at_once_with_its_place() -> None:
    """Proves: strangers in a table by sector, a store and a list of products are refused together, each where it is."""
    policy = Policy.of(import_floor={"default": 0.5, "Textils": 0.1}, stores=[Store(STRANGER, line="line 7")])
    text = str(_refused(policy))
    assert "no sector 'Textils'" in text
    assert "policy, import_floor" in text
    assert f"no product of a store '{STRANGER}'; nearest: 'food' (Processed foods)" in text
    assert "line 7" in text


def test_two_words_for_one_sector_are_refused() -> None:
    """Proves: a table that gives a figure by code and another by name of the same sector is refused.

    Breaks if: one of the two is taken without a word.
    """
    policy = Policy.of(import_floor={"default": 0.5, "food": 0.1, "Processed foods": 0.2})
    fault = _refused(policy)
    assert isinstance(fault, StudyError)
    assert "'food' and 'Processed foods' are both food" in fault.what


def test_names_that_a_study_gives_go_before_those_of_sectors() -> None:
    """Proves: an indicator of a branch stays the branch's, though a sector has that word in its name.

    Breaks if: ``gross output: processed`` of a branch of that name is put as a sector's.
    """
    target = Target("gross output: processed", ">=", 1.0)
    bare = Study("KEN", 2019, Policy.of(targets=[target])).chosen(food())
    assert bare.targets[0].indicator == "gross output: food"
    own = Policy.of(targets=[target], branches=[Branch("processed", ["Maize"])])
    chosen = Study("KEN", 2019, own).chosen(food())
    assert chosen.targets[0].indicator == "gross output: processed"
    assert chosen.branches[0].sectors == ["maiz"]


def test_figures_and_ranges_take_names() -> None:
    """Proves: figures by sector, carves and the names of ranges are put in codes; a whole sector's product with it."""
    e = food()
    whole = Carve("Processed foods", "Processed foods", "t", "a source", share=1.0, price=1.0)
    figures, taken = figures_called(e, {"depreciation": {"Processed foods": 0.1}, "carve": [whole]})
    assert figures["depreciation"] == {"food": 0.1}
    assert (figures["carve"][0].product, figures["carve"][0].sector) == ("food", "food")
    assert {t.code for t in taken} == {"food"}
    ranges = [Range("import_floor.Processed foods", 0.1, 0.2), Range("stores.Processed foods.loss", 0.0, 0.1)]
    stores = [Store("Processed foods")]
    chosen = Study("KEN", 2019, Policy.of(ranges=ranges, stores=stores)).in_codes(e).policy
    assert [r.name for r in chosen.ranges] == ["import_floor.food", "stores.food.loss"]


def test_rows_of_projects_take_names_and_keep_their_own() -> None:
    """Proves: commodities and doings behind a known head are put in codes; what the rows define themselves is not."""
    rows: Mapping[str, list[dict[str, object]]] = {
        "activities": [{"activity": "make:Maize"}],
        "flows": [
            {"activity": "make:Maize", "commodity": "home:Maize", "coefficient": 1.0},
            {"activity": "make:Processed foods", "commodity": "ore:Maize"},
        ],
    }
    coded, taken = projects_called(food(), rows)
    assert [r["activity"] for r in coded["flows"]] == ["make:Maize", "make:food"]
    assert [r["commodity"] for r in coded["flows"]] == ["home:maiz", "ore:Maize"]
    assert {t.said for t in taken} == {"home:Maize", "make:Processed foods"}


def test_a_doctrine_takes_names_in_goals_and_choices() -> None:
    """Proves: goals and choices by sector are put in codes, and branches keep their word."""
    goal = Goal("imports: Processed foods", "<=", 0.5)
    choices = {"import_floor": {"default": 0.5, "heavy": 0.2, "Maize": 0.1}}
    doctrine = Doctrine("ours", "words", "a source", policy=choices, goals=[goal])
    coded, taken = doctrine_called(food(), doctrine, ["heavy"])
    assert coded.goals[0].indicator == "imports: food"
    assert coded.policy == {"import_floor": {"default": 0.5, "heavy": 0.2, "maiz": 0.1}}
    assert len(taken) == 2


def _plot(word: str) -> Scenario:
    behaviour = Behaviour(binding_of={word: "critical"}, tiers=((word,), ("sectors",)), rationing="priority")
    event = DestroyCapital(depth=0.1, sectors=(word,), rebuild_from={word: 1.0})
    return Scenario(
        name="plot", events=(event,), horizon=30, stocks={word: 9.0}, reserves={word: 4.0}, behaviour=behaviour
    )


def test_a_scenario_takes_names_everywhere() -> None:
    """Proves: stocks, reserves, tiers and what binds mean by name what they mean by code, also without a verb.

    Breaks if: the system of a scenario with names differs from that with codes.
    """
    e = food()
    by_name, by_code = (system_of(e, _plot(word)) for word in ("Processed foods", "food"))
    for part in ("stocks", "reserves", "tiers", "binding"):
        assert np.array_equal(getattr(by_name, part), getattr(by_code, part)), part
    coded, taken = scenario_called(e, _plot("Processed foods"))
    assert coded == _plot("food")
    assert len(taken) == 6
    with pytest.raises(GroundplanError, match=r"no product 'Processd foods'; nearest: 'food' \(Processed foods\)"):
        system_of(e, dataclasses.replace(_plot("food"), stocks={STRANGER: 9.0}))


def test_what_was_taken_stands_in_the_provenance() -> None:
    """Proves: a stress says in its provenance which word it took for which code, once each, and a plain one nothing."""
    o = stress("KEN", _plot("Processed foods"), preview=True)
    lines = o.provenance["names_taken"]
    assert lines == list(dict.fromkeys(lines))
    assert any("'Processed foods' is taken as food" in line for line in lines)
    assert "names_taken" not in stress("KEN", _plot("food"), preview=True).provenance


def test_a_plan_by_names_is_the_plan_by_codes() -> None:
    """Proves: values by sector, a store and a target that say a name give the plan that codes give, number for number,
    and its provenance says each word once, as does its report.
    Breaks if: some part of a plan reads the study before its words are put in codes.
    """

    def planned(word: str) -> Outcome:
        floors = {"default": 0.5, word: 0.3}
        wish = Target(f"gross output: {word}", ">=", 1.0, of_base=None, year=2021)
        return plan(small(), years=1, import_floor=floors, stores=[Store(word)], targets=[wish], evenness=0.0)

    label = small().label("works")
    by_name, by_code = planned(label), planned("works")
    assert by_name.arrays["level"].equals(by_code.arrays["level"])
    lines = by_name.provenance["names_taken"]
    assert len(lines) == len(set(lines)) == 3
    assert any(line.startswith(f"'gross output: {label}' is taken as gross output: works") for line in lines)
    assert "names_taken" not in by_code.provenance
    assert "is taken as" in report(by_name)
    assert "is taken as" not in report(by_code)


def test_a_command_says_beside_its_page_what_it_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: one line a word on stderr. Breaks if: a word is taken in silence."""
    plot = tmp_path / "plot.toml"
    cut = '[[events]]\nkind = "cut_imports"\nproducts = ["fuel"]\n'
    plot.write_text(f'name = "plot"\n{cut}[stocks]\n"Processed foods" = 9.0\n', encoding="utf-8")
    assert main(["stress", "KEN", "--scenario", str(plot), "--preview"]) == 0
    said = capsys.readouterr().err
    assert said.count("'fuel' is taken as chem") == 1
    assert said.count("'Processed foods' is taken as food") == 1


def test_words_of_one_economy_are_not_those_of_another() -> None:
    """Proves: names are of the accounts at hand: what Kenya has is a stranger to a small economy."""
    coding = Coding(names_of(small()))
    assert coding.word(Naming(PRODUCT), "Processed foods", "here") == "Processed foods"
    assert len(coding.faults) == 1


def test_a_code_may_have_the_mark_of_partners_in_itself() -> None:
    """Proves: of accounts whose code is ``farm@1`` that code is a code, in indicators and in fields that take partners.

    Breaks if: what follows the mark is cut off before the accounts are asked.
    """
    names = {"sector": {"farm@1": "Farms"}, "product": {"farm@1": "Farms"}}
    coding = Coding(names)
    assert coding.word(Naming(INDICATOR), "gross output: farm@1", "") == "gross output: farm@1"
    assert coding.word(Naming(INDICATOR), "gross output: farms", "") == "gross output: farm@1"
    assert coding.word(Naming("product", marked=True), "farm@1", "") == "farm@1"
    assert coding.faults == []
