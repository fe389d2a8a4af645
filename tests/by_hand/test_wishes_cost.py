"""What a plan's targets cost, in the small economy of two sectors."""

from __future__ import annotations

from functools import cache

import pytest
from economies import small
from plans import ON_PAPER

from groundplan import Outcome, Work, plan, whynot
from groundplan.errors import SolverError
from groundplan.planning.choices.target import Target
from groundplan.planning.explaining import wishes_cost
from groundplan.results.plan_pages.accounts import plan_wishes
from groundplan.results.text_page import text_page

YEARS = 3


@cache
def bare() -> Outcome:
    return plan(small(), **{**ON_PAPER, "years": YEARS})


def wish(factor: float) -> Target:
    reached = float(bare().indicator("gross output: works")[2023])
    return Target("gross output: works", ">=", float(f"{factor * reached:.6g}"), year=2023)


@cache
def wished(factor: float) -> Outcome:
    return plan(small(), targets=[wish(factor)], **{**ON_PAPER, "years": YEARS})


def test_the_plan_without_targets_stands_beside() -> None:
    """Proves: the column ``without`` is the plan that has no targets, ``with`` the plan itself, and the share is what
    ``whynot`` says the same target costs. Breaks if: the two are exchanged or the targets stay in.
    """
    o = wished(1.005)
    table = o.table("wishes").set_index(["indicator", "year"])
    for name in ("living standard", "household consumption", "gross output: works"):
        for year in (2021, 2022, 2023):
            assert table.loc[(name, year), "with"] == pytest.approx(o.indicator(name)[year])
            assert table.loc[(name, year), "without"] == pytest.approx(bare().indicator(name)[year], rel=1e-6)
    answer = whynot(small(), wish(1.005), **{**ON_PAPER, "years": YEARS})
    assert o.provenance["wishes"]["share"] == pytest.approx(answer.provenance["cost_share"], rel=1e-4)
    assert o.provenance["wishes"]["share"] > 0
    page = text_page(o)
    assert "What your wishes cost" in page
    assert "With the target all households together have" in page
    assert page.index("What the plan is for") < page.index("What your wishes cost") < page.index("year by year")


def test_a_wish_that_is_met_anyway_costs_nothing() -> None:
    """Proves: it is said to cost nothing, and no group is told to gain or lose by it."""
    said = plan_wishes.wishes(wished(0.9))[0]
    assert "costs nothing" in str(said)
    assert "lost by" not in str(said)


def test_what_costs_less_than_the_even_path_is_no_price() -> None:
    """Proves: where the targets cost less than the even paths may give up, nobody is told to pay for them.

    Breaks if: a choice among plans as good is sold as the price of a wish.
    """
    o = wished(1.005)
    small_price = o.noting(wishes={**o.provenance["wishes"], "share": 0.0005, "evenness": 0.001})
    said = plan_wishes.wishes(small_price)
    assert "choice among plans as good" in str(said[0])
    assert "Most is lost" not in str(said)


def test_a_plan_without_targets_has_no_wishes() -> None:
    """Proves: nothing is solved again, and no section is written."""
    assert "wishes" not in bare().tables
    assert "wishes" not in bare().provenance
    assert plan_wishes.wishes(bare()) == ()


def test_musts_among_works_stay() -> None:
    """Proves: a project that must be built is built in the plan without targets too.

    Breaks if: what must be is taken for a wish.
    """
    must = Work("monument", [1.0], must=True)
    both = plan(small(), targets=[Target("started: monument", ">=", 1.0, year=2023)], works=[must],
                **{**ON_PAPER, "years": YEARS})  # fmt: skip
    rows = both.table("wishes")
    own = rows[rows["indicator"] == "started: monument"]
    assert own["without"].sum() == pytest.approx(own["with"].sum())
    assert own["without"].sum() >= 1.0


def test_a_plan_that_is_not_solved_in_time_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the plan without targets has no answer, the plan stands and its page says why nothing is told."""

    def slow(*_: object) -> None:
        raise SolverError("the solver stopped without an answer")

    monkeypatch.setattr(wishes_cost, "solve", slow)
    o = plan(small(), targets=[wish(1.005)], **{**ON_PAPER, "years": YEARS})
    assert "was not solved in" in o.provenance["wishes"]["missing"]
    assert "What the targets cost cannot be said" in text_page(o)
