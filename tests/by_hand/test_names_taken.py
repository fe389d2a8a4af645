"""What people call a sector, put as its code; and what is offered where nothing is called so."""

from __future__ import annotations

import pytest
from economies import small

from groundplan.errors import UnknownName
from groundplan.planning.choices.target import Target
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.families.targets import unknown_indicator
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.policy import Policy
from groundplan.records.called import code_called, synonyms
from groundplan.shocks.scenarios.classes import select
from groundplan.study.study import Study
from groundplan.study.worded import indicators_called

NAMES = {
    "maiz": "Maize",
    "ocer": "Other cereals",
    "oils": "Oilseeds",
    "chem": "Chemicals and petroleum",
    "cons": "Construction",
    "text": "Textiles, clothing and footwear",
    "food": "Processed foods",
    "oman": "Other manufacturing",
}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("chem", "chem"),
        ("Chemicals and petroleum", "chem"),
        ("fuel", "chem"),
        ("CONSTRUCTION", "cons"),
        ("buildings", "cons"),
        ("clothing", "text"),
        ("oil", "oil"),
        ("other", "other"),
        ("bread", "bread"),
    ],
)
def test_a_sector_is_called_by_code_name_word_or_synonym(said: str, code: str) -> None:
    """Proves: a code, a whole name, a word that one name alone has and a synonym give the code; a part of a word
    (``oil`` in Oilseeds), a word of two names (``other``) and a stranger give nothing.
    Breaks if: what is not named for certain is taken.
    """
    assert code_called(said, NAMES, NAMES) == code


def test_a_code_goes_before_what_names_say() -> None:
    """Proves: ``food`` is the sector of that code, though a synonym or another name might say it too.

    Breaks if: names are looked at first, and a study changes its meaning with a label.
    """
    assert code_called("food", NAMES, {**NAMES, "maiz": "Food"}) == "food"


def test_synonyms_are_words_for_names() -> None:
    """Proves: every row of the list has a word in small letters and something that it stands for, told once."""
    rows = synonyms()
    assert len(rows) > 15
    assert all(word == word.casefold() and also and all(a == a.casefold() for a in also) for word, also in rows.items())


def test_an_unknown_name_is_answered_with_the_nearest_three_and_their_names() -> None:
    """Proves: at most three are offered, the likest first, found by name as well as by code, each with its name.

    Breaks if: one alone is offered, or a code without what it means.
    """
    fault = UnknownName("product", "Constrution", NAMES, words=NAMES)
    assert "no product 'Constrution'; nearest: 'cons' (Construction)" in str(fault)
    assert fault.nearest == "cons"
    many = UnknownName("sector", "stel", ["steel", "steal", "stela", "stall", "coal"])
    assert str(many).partition("nearest: ")[2].partition("\n")[0].count("'") == 6
    assert "nearest" not in str(UnknownName("sector", "qqq", NAMES, words=NAMES))


def test_events_of_a_crisis_take_names() -> None:
    """Proves: a selector may be a name or a synonym, and an unknown one is refused with names beside codes."""
    chosen, faults = select(["fuel", "Maize"], list(NAMES), kind="product", where="event 1", labels=NAMES)
    assert (chosen, faults) == (["maiz", "chem"], [])
    chosen, faults = select(["Constrution"], list(NAMES), kind="product", where="event 1", labels=NAMES)
    assert chosen == []
    assert "'cons' (Construction)" in str(faults[0])


def test_a_study_takes_names_in_targets_and_works() -> None:
    """Proves: indicators and commodities with a product's name mean its code; the target keeps its words as a name.

    Breaks if: a study that says names is refused, or what was taken for what cannot be seen.
    """
    e = small()
    label = e.label("works")
    assert label != "works"
    said = [f"imports: {label} @ 2022", f"imports: {label.upper()}", "living standard"]
    codes, noted = indicators_called(e, Policy(), said)
    assert codes == ["imports: works @ 2022", "imports: works", "living standard"]
    assert [t.said for t in noted] == said[:2]
    work = Work("mill", [1.0], {f"home:{label}": 1.0}, [WorkEffect(f"capacity:{label}", 1.0)])
    policy = Policy.of(years=2, targets=[Target(f"imports: {label}", "<=", 50.0, year=2022)], works=[work])
    taken = Study("TST", None, policy).chosen(e)
    assert taken.targets[0].indicator == "imports: works"
    assert taken.targets[0].name == f"imports: {label}"
    assert list(taken.works[0].bought) == ["home:works"]
    assert taken.works[0].effects[0].commodity == "capacity:works"


def test_an_unknown_indicator_is_answered_with_names_beside_codes() -> None:
    """Proves: a target on an indicator that is not there is answered with the nearest, each with its sector's name.

    Breaks if: the plan's own check knows codes only.
    """
    e = small()
    code = str(e.sectors[0])
    named = e.replacing(labels={**e.labels, code: "Growing and herding"})
    a = compile_plan(named, Policy(years=1))
    fault = unknown_indicator(f"gros output: {code}", a)
    assert fault.what.startswith(
        f"no indicator 'gros output: {code}'; nearest: 'gross output: {code}' (gross output: Growing and"
    )
    assert "gross output; " in fault.fix
    assert f"capacity: {code}" not in fault.fix
