"""Economies that lack what most have, in every command: a right answer, or a refusal that says what is lacking."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import degenerate
import pytest
from economies import small_table

import groundplan as g
from groundplan import Outcome
from groundplan.economy.economy import Economy
from groundplan.errors import BalanceError, Faults, GroundplanError, StudyError
from groundplan.results.files import json_text
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page

IN_VAIN = "closed border"
COMMANDS: dict[str, Callable[[Economy], Outcome]] = {
    "see": lambda e: g.see(e, draws=0, top=2),
    "stress": lambda e: g.stress(e, IN_VAIN, no_plan=True, setting="middle"),
    "plan": lambda e: g.plan(e, years=1),
    "compare": lambda e: g.compare(e, ["trade"], years=1),
    "whynot": lambda e: g.whynot(e, f"gross output: {e.sectors[0]} >= 1e6 in {e.year + 1}", years=1),
    "robust": lambda e: g.robust(e, years=1, draws=2, fresh=2),
    "sensitivity": lambda e: g.sensitivity(e, years=1, of=["export_growth"], spread=0.2),
    "alternatives": lambda e: g.alternatives(e, years=1, count=1),
    "join": lambda e: g.join([e, replace(e, country="OTH", country_name="Other")], years=1),
    "place": lambda e: g.place("KEN", in_plan=True, accounts=of_kenya(e), per_year=1, years=1, quick=True),
    "recipes": lambda e: g.recipes("catering", country=e, sector=e.sectors[0]),
    "names": g.names,
    "data": g.data,
    "baseline": lambda e: g.baseline(e, years=1),
}
# What planning refuses, and what see does: in words of what is lacking.
PLANNING = {"plan", "compare", "whynot", "robust", "sensitivity", "alternatives", "join", "place"}
NO_PLAN = {
    "no investment": "no investment use", "nothing invested": "no investment use", "no households": "no household use",
    "nothing consumed": "no household use", "no final use": "no household use",
}  # fmt: skip
LACKING = {
    **{(name, command): words for name, words in NO_PLAN.items() for command in PLANNING},
    ("no households", "see"): "no final use 'household'",
    ("nothing consumed", "see"): "has no import content",
    ("no final use", "see"): "no final use 'household'",
    ("closed", "see"): "nothing is imported",
    ("closed", "stress"): "no imports to cut",
}  # fmt: skip
CHEAP = [c for c in COMMANDS if c not in PLANNING]
# What any accounts without classes and without a published past are refused for.
ANYWHERE = {"baseline": "no past growth of Testland", "recipes": "no product of this table is known to be"}
# Where there is a plan each form has one, and one or two more commands; all of them together take minutes.
PLANNED = {
    "no government": ("plan", "robust"),
    "closed": ("plan", "compare", "alternatives"),
    "one sector": ("plan", "join"),
    "names twice": ("plan", "sensitivity"),
    "@ in a code": ("plan", "place", "whynot"),
    "one product all imported": ("plan", "join"),
    "final use all imported": ("plan", "compare"),
}
CASES = [
    (name, command)
    for name in degenerate.TABLES
    if name != "nothing made"
    for command in [*CHEAP, *(sorted(PLANNING) if name in NO_PLAN else PLANNED[name])]
]


def of_kenya(e: Economy) -> Economy:
    """The same accounts in the money in which the places of Kenya are priced."""
    return e.replacing(money="KES2019bn", country="KEN", country_name="Kenya", year=2019)


@cache
def economy(name: str) -> Economy:
    return degenerate.economy(name)


@pytest.mark.parametrize(("name", "command"), CASES)
def test_every_command_answers_or_says_what_is_lacking(name: str, command: str) -> None:
    """Proves: no exception of Python, no figure that is none on a page or in JSON; where a command refuses, the words
    are of what these accounts lack. Breaks if: a command divides by what is not there, or blames another thing.
    """
    e = economy(name)
    words = LACKING.get((name, command)) or ANYWHERE.get(command)
    if words is not None:
        with pytest.raises(GroundplanError, match=words):
            COMMANDS[command](e)
        return
    outcome = COMMANDS[command](e)
    page = text_page(outcome)
    assert not {"nan", "inf", "-inf", "nan%"} & set(page.lower().split())
    assert json_text(outcome)
    if command not in ("names", "data"):
        assert "<html" in report(outcome)


def test_accounts_in_which_nothing_is_made_are_refused() -> None:
    """Proves: no output at all is a refusal of its own. Breaks if: it is a division by zero."""
    with pytest.raises(BalanceError, match="nothing is made"):
        degenerate.economy("nothing made")


def test_what_is_lacking_is_said_all_at_once() -> None:
    """Proves: accounts without households and without investment are told both. Breaks if: one hides the other."""
    with pytest.raises(Faults, match="household") as refused:
        g.plan(economy("no final use"), years=1)
    assert "investment" in str(refused.value)
    assert all(isinstance(part, StudyError) for part in refused.value.parts)


def test_right_answers_of_economies_that_lack_something() -> None:
    """A country that imports one product whole, one that consumes imports alone, and one of a single sector.

    Proves: sufficiency of what is not made is 0; what is consumed is imported whole; one sector's import content is
    the home part's 12.5/60 of imports per unit of output, on 50, and 10 bought abroad. Breaks if: a degenerate form is
    answered, and wrong.
    """
    whole = g.see(economy("final use all imported"), draws=0).provenance["content"]
    assert whole["total"] == pytest.approx(whole["spending"])
    one = g.see(economy("one sector"), draws=0).provenance["content"]
    output, home_use, inputs = 130.0, 40.0, 10.0
    made = 50.0 / (1.0 - home_use / output)
    assert (one["direct"], one["spending"]) == (10.0, 60.0)
    assert one["total"] == pytest.approx(10.0 + made * inputs / output)
    alike = Economy.from_table(small_table())
    for name in ("names twice", "@ in a code"):
        other = economy(name)
        assert g.see(other, draws=0).provenance["content"] == g.see(alike, draws=0).provenance["content"]
        ours, theirs = (g.plan(x, years=1).provenance["objective"] for x in (other, alike))
        assert math.isclose(ours, theirs, rel_tol=1e-6)


def test_a_doctrine_that_lacks_its_branch_is_left_out_with_a_sentence() -> None:
    """Proves: without classes the other doctrines are compared all the same, and each that is left out says why.

    Breaks if: one doctrine ends the comparison.
    """
    table = g.compare(Economy.from_table(small_table()), years=1).table("doctrines").set_index("doctrine")
    assert table.loc["trade-led", "planned"]
    lost = table[~table["planned"].astype(bool)]
    assert len(lost)
    assert lost["why"].str.startswith("left out: no sector is of the branch").all()
