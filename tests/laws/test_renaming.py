"""The look of a code means nothing: with all codes changed and the classes kept, every number is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundplan import Economy, baseline, open_accounts, plan, see, stress
from groundplan.planning.doctrines.doctrine import branches_of
from groundplan.planning.features.budget.budget_accounts import Budget, BudgetAccounts
from groundplan.planning.features.people.spending_classes import classes_of
from groundplan.recipe_book.roles import members, roles
from groundplan.shocks.dynamics.adaptive import adapt
from groundplan.shocks.scenarios.scenario import library
from groundplan.tables import catalogue
from groundplan.tables.table import Table
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template

CASES = ["KEN 2019", "BRA 2021", "NLD 2019"]
FORMS = ["C{:02}", "P{:02}", "s{:02}"]
# A form for each of three economies, and all three for Kenya.
PAIRS = [("KEN 2019", "C{:02}"), ("KEN 2019", "P{:02}"), ("KEN 2019", "s{:02}"), ("BRA 2021", "C{:02}"),
         ("NLD 2019", "P{:02}")]  # fmt: skip
AHEAD = ("KEN 2019", "BRA 2021")


def other_codes(t: Table, form: str) -> Table:
    """The table with its n-th code written as the form says, labels and classes kept."""
    new = {str(code): form.format(n) for n, code in enumerate(t.labels.index, 1)}

    def named(frame: Any) -> Any:
        if frame is None:
            return None
        return frame.rename(index=new) if isinstance(frame, pd.Series) else frame.rename(index=new, columns=new)

    arrays = (
        "domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary",
        "employment", "capital_stock", "fixed_capital_consumption", "investment_by_sector", "labels",
    )  # fmt: skip
    changed = {name: named(getattr(t, name)) for name in arrays}
    return replace(t, **changed, classes={new[c]: text for c, text in t.classes.items()})


@cache
def table(case: str) -> Table:
    country, year = case.split()
    return catalogue.load(country, int(year))


@cache
def two(case: str, form: str) -> tuple[Economy, Economy]:
    return Economy.from_table(table(case)), Economy.from_table(other_codes(table(case), form))


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """All numbers of a table, the least first: columns may be sectors, whose order codes decide."""
    return np.sort(frame.select_dtypes("number").to_numpy(float), axis=None)


def codes(e: Economy, form: str) -> Mapping[str, str]:
    return {c: form.format(n) for n, c in enumerate(e.sectors, 1)}


@pytest.mark.parametrize(("case", "form"), PAIRS)
def test_capital_and_all_that_classes_say_are_the_same(case: str, form: str) -> None:
    """Proves: capital, wear, roles, baskets, branches and functions of the state follow the class alone.

    Breaks if: a table of classes is read by the code of a sector.
    """
    e, other = two(case, form)
    new = codes(e, form)
    np.testing.assert_array_equal(e.capital_stock.values, other.capital_stock.values)
    np.testing.assert_array_equal(e.depreciation.values, other.depreciation.values)
    for role in roles():
        (own, said), (theirs, also) = members(e, role), members(other, role)
        assert [new[c] for c in own] == theirs
        assert said == also
    assert list(classes_of(e).values()) == list(classes_of(other).values())
    assert [(b.name, [new[c] for c in b.sectors]) for b in branches_of(e)] == [
        (b.name, b.sectors) for b in branches_of(other)
    ]
    shares = [BudgetAccounts(x, Budget()).shares.to_numpy() for x in (e, other)]
    np.testing.assert_array_equal(*shares)


def answers(e: Economy, *, ahead: bool) -> tuple[list[float], Mapping[str, pd.DataFrame], np.ndarray]:
    """What is lost in two crises and what is saved by all that could be done about the first, every table of the
    overview and, ``ahead``, where three years without a plan end.
    """
    cut = stress(e, "fuel cut", setting="middle", no_plan=True)
    lost = [
        x.provenance["value_added_lost"] for x in (cut, adapt(e, library()["fuel and harvest"].in_setting("middle")))
    ]
    ends = baseline(e, years=3)["indicator"].values if ahead else np.zeros(0)
    return [*lost, *cut.table("actions")["saved"]], see(e, draws=0, panel={}).tables, np.sort(ends, axis=None)


@cache
def own_answers(case: str) -> tuple[list[float], Mapping[str, pd.DataFrame], np.ndarray]:
    """Those of the economy under its own codes, which every form is held against."""
    return answers(Economy.from_table(table(case)), ahead=case in AHEAD)


@pytest.mark.parametrize(("case", "form"), PAIRS)
def test_losses_and_measures_are_the_same(case: str, form: str) -> None:
    """Proves: a cut of fuels, a poor harvest and every table of the overview have the same numbers.

    Breaks if: fuels are what has a certain letter, or raw materials and peers are found by code.
    """
    lost, seen, ends = own_answers(case)
    other, again, theirs = answers(two(case, form)[1], ahead=case in AHEAD)
    assert other == pytest.approx(lost, rel=1e-9)
    assert min(lost[:2]) > 0
    assert len(lost) > 2
    assert set(seen) == set(again)
    assert {"raw", "thin"} <= set(seen)
    for name, ours in seen.items():
        np.testing.assert_allclose(numbers(ours), numbers(again[name]), rtol=1e-9, atol=1e-9, err_msg=name)
    assert ends.size or case not in AHEAD
    np.testing.assert_allclose(ends, theirs, rtol=1e-9)


def test_a_template_with_other_codes_has_the_same_plan(tmp_path: Path) -> None:
    """Proves: Kenya's labels and classes under other codes, through a workbook, give Kenya's plan.

    Breaks if: the template forgets the class, or a plan reads a code.
    """
    own = write_template(tmp_path / "own.xlsx", filled(other_codes(table("KEN 2019"), "C{:02}")))
    worth = [plan(x, years=2).provenance["objective"] for x in (two("KEN 2019", "C{:02}")[0], own)]
    assert worth[1] == pytest.approx(worth[0], rel=1e-7)
    assert open_accounts(own).unclassed == ()


def test_codes_that_look_like_a_list_are_none(tmp_path: Path) -> None:
    """Proves: without classes nothing is known of sectors whose codes happen to be those of a list: they are listed,
    the fuel cut is refused with what to do, and the answer of `see` only lacks what it cannot tell.

    Breaks if: what is not stated is guessed, or an aside stops the answer.
    """
    e = Economy.from_table(replace(table("NLD 2019"), classes={}))
    assert e.unclassed == e.sectors
    assert any(a.name == "classes of sectors" and "none of" in a.value for a in e.assumptions)
    seen = see(e, draws=0, panel={})
    assert "thin" not in seen.tables
    assert any("groundplan names" in line for line in seen.provenance["left_out"])
    with pytest.raises(Exception, match="--classes"):
        stress(e, "fuel cut", no_plan=True)
