"""What falls due after the last year, on paper: bills, yields, wages and debts, charged and told."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from economies import small
from plans import make_plan, on_paper

from groundplan.outcome import Outcome
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import (
    ActivityRow,
    CommodityRow,
    DueRow,
    TerminalRow,
    UtilityRow,
    gives,
    occupies,
    takes,
)
from groundplan.planning.families.due_after import level_worth, worth_when_due
from groundplan.planning.features.budget.owed import owed_table
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import solve
from groundplan.results.plan_pages.plan_owed import owed_sentences, owed_view

FX = "foreign exchange"


def port(*spending: float, yields: float = 100.0, lasts: int = 4, worth: float = 0.8) -> Activities:
    """A plan of years 1 and 2 with 1,000 of money; a port gives ``yields`` a year from its start. Money left is worth
    ``worth`` a unit, money due in year 3 as much and a tenth less every year later; bread is worth 1 a unit.
    """
    return Activities.of(
        (1, 2),
        commodities=[CommodityRow(FX, "account", initial=1000.0), CommodityRow("bread", "good")],
        activities=[ActivityRow("port", lump=1.0), ActivityRow("eat")],
        flows=[
            *(takes("port", FX, s, lag=n) for n, s in enumerate(spending)),
            *(gives("port", FX, yields, lag=n) for n in range(lasts)),
            takes("eat", FX), gives("eat", "bread"),
        ],
        utility=[UtilityRow("bread", 1, width=400.0, slope=1.0), UtilityRow("bread", 2, width=400.0, slope=1.0)],
        terminal=[TerminalRow(FX, worth)],
        due=[DueRow(FX, worth, 0.1)],
    )  # fmt: skip


def started(a: Activities) -> tuple[int | None, float]:
    """The year of the port's start, and the goal."""
    policy = on_paper(gap=0.0)
    s = solve(programme(a, policy), policy)
    row = s.values["level"].sel(activity="port").to_series()
    return (int(row.idxmax()) if row.max() > 0.5 else None), float(s.objective)


def test_a_bill_that_comes_after_the_end_counts() -> None:
    """A port gives 100 a year for four years, money left and due in year 3 is worth .8, a tenth less a year later.

    Begun in year 1 it brings 200 in the plan and .8·100·(1 + .9) = 152 afterwards; 800 of bread is eaten in any case.
    In year 2: 100, and .8·100·(1 + .9 + .81) = 216.8. Paid at once for 360, the goal changes by .8·(200 − 360) + 152 =
    24 from year 1, and by .8·(100 − 360) + 216.8 = 8.8 from year 2: built in year 1. A bill of 400 a year later is
    paid within the plan if begun in year 1, .8·(200 − 400) + 152 = −8, and costs .8·400 in year 3 from year 2,
    .8·100 + 216.8 − 320 = −23.2: never built, as it is not where all 400 are paid at once, though nothing would be
    paid of it by the end.

    Proves: what is owed after the end is charged at the price of what is left, and pays no project.
    Breaks if: a bill of the last year's project is free, or its yields after the end are counted undiscounted.
    """
    bare = 800.0 + 0.8 * 200.0
    assert started(port(360.0)) == (1, pytest.approx(bare + 24.0))
    assert started(port(400.0)) == (None, pytest.approx(bare))
    assert started(port(0.0, 400.0)) == (None, pytest.approx(bare))
    assert started(port(0.0, 360.0)) == (1, pytest.approx(bare + 24.0))
    np.testing.assert_allclose(level_worth(port(0.0, 400.0))[0], [152.0, 216.8 - 320.0])


def mine() -> Activities:
    """Coal in tonnes from 2 of money and half a shift a tonne; washing takes 1.5 t; both are ordered on credit."""
    return Activities.of(
        (1, 2),
        commodities=[
            CommodityRow("money", "account"), CommodityRow("shift", "capacity", initial=9.0),
            CommodityRow("coal", unit="t"), CommodityRow("washed", unit="t"), CommodityRow("secret"),
            CommodityRow("plant", "capacity"),
        ],
        activities=[ActivityRow(n) for n in ("dig", "dig deep", "wash", "order", "whisper", "store")],
        flows=[
            takes("dig", "money", 2.0), occupies("dig", "shift", 0.5), gives("dig", "coal"),
            takes("dig deep", "money", 9.0), gives("dig deep", "coal", 2.0),
            takes("wash", "coal", 1.5), gives("wash", "washed"), takes("wash", "money", 0.25, lag=1),
            takes("order", "washed", 1.0, lag=1), takes("order", "washed", 1.0, lag=2), gives("order", "plant", lag=2),
            takes("whisper", "secret", lag=1), gives("whisper", "money", lag=1),
            gives("store", "coal", 0.9, lag=1),
        ],
        terminal=[TerminalRow("plant", 7.0)],
        due=[DueRow("money", 0.5, 0.2), DueRow("shift", 1.0, 0.2)],
    )  # fmt: skip


def test_what_has_a_unit_of_its_own_costs_what_it_takes_to_make() -> None:
    """A tonne of coal: 2·.5 + .5·1 = 1.5 by digging, 9·.5/2 = 2.25 by digging deep; washed 1.5·1.5 + .25·.5 = 2.375.

    An order of year 1 owes a tonne in year 3: 2.375; of year 2 one in 3 and one in 4: 2.375·(1 + .8). Its plant counts
    at the end by itself. A whisper is paid .5 and owes a secret that nobody sells: no credit, as for what is stored.

    Proves: the cheapest way, shares by role, the year that money loses, no profit of what can be repeated at will.
    """
    worth = worth_when_due(mine())
    found = worth["value"].to_dict()
    assert found == pytest.approx({"money": 0.5, "shift": 1.0} | {"coal": 1.5, "washed": 2.375})
    assert set(worth["fall"]) == {0.2}
    of = dict(zip(mine().activities["activity"], level_worth(mine()).tolist(), strict=True))
    assert of["order"] == pytest.approx([-2.375, -2.375 * 1.8])
    assert of["wash"] == pytest.approx([0.0, -0.125])
    assert of["whisper"] == of["store"] == of["dig"] == [0.0, 0.0]


def kept(debt: float) -> SimpleNamespace:
    """The port begun in year 2 and nothing else; foreign exchange overdrawn, at 5 per cent."""
    a = port(0.0, 400.0, 50.0)
    a = a.adding(commodities=[CommodityRow("budget", "account", unit="TST2020m", least=-99.0)])
    a.commodities.loc[a.commodities["commodity"] == FX, ["loss", "unit", "label"]] = [-0.05, "TST2020m", FX]
    level = pd.DataFrame([[0.0, 1.0], [3.0, 3.0]], ["port", "eat"], [1, 2])
    stock = pd.DataFrame([[1000.0, 0.0, -debt], [0.0, 0.0, -debt / 2]], [FX, "budget"], [1, 2, 3])
    return SimpleNamespace(activities=a, level=level, stock=stock)


def test_what_is_owed_is_told() -> None:
    """400 in year 3 and 50 in year 4, in money of year 2: 360 and 40.5; a debt of 60, 3 of interest, 54 and 2.7.

    Proves: bills by year, debt and its interest at present value, the state's debt without one; nothing where all is
    paid.
    Breaks if: yields are netted, a year is discounted twice, or the debt is that of the start.
    """
    table = owed_table(kept(60.0))["owed"]
    rows = {(r.part, r.year): (r.amount, r.present_value) for r in table.itertuples()}
    assert rows == {
        ("bill", 3): (400.0, pytest.approx(360.0)), ("bill", 4): (50.0, pytest.approx(40.5)),
        ("debt", 3): (60.0, pytest.approx(54.0)), ("interest", 3): (pytest.approx(3.0), pytest.approx(2.7)),
        ("debt at home", 3): (30.0, pytest.approx(float("nan"), nan_ok=True)),
    }  # fmt: skip
    assert table["rate"].tolist() == pytest.approx([1 / 9] * 5)
    about = {"money": "TST2020m", "years": [1, 2]}
    account = pd.DataFrame([(2, "receipts", "transfers and lending", 7.0, 1.0)],
                           columns=["year", "part", "line", "amount", "share"])  # fmt: skip
    told = Outcome({}, {"owed": table, "foreign_account": account}, about)
    bills, debt, home, transfers = owed_sentences(told)
    assert "bills and wages worth 400 m TST in 2 fall due from 3 to 4: port 400" in bills.replace("million", "m")
    assert "11.1 %" in bills
    assert "Foreign debt at the end of 2 is 60.0" in debt
    assert "interest of 3.0" in debt
    assert "costs 56.7" in debt
    assert "overdrawn by 30.0" in home
    assert "come to 7.0" in transfers
    assert len(owed_view(told)) == 5
    none = owed_table(SimpleNamespace(**(vars(kept(-1.0)) | {"level": kept(0.0).level * 0.0})))["owed"]
    assert none.empty
    assert owed_sentences(Outcome({}, {"owed": none}, about)) == ["No bill of what the plan began falls due after 2."]


def test_the_bills_of_a_plan_whatever_its_tail() -> None:
    """A dam of 2 must start in the last of three years, and costs 1 more in each of the two after it.

    Proves: with a tail or without, the plan tells the same bills after its last year.
    Breaks if: what falls due in the tail is no longer owed, or is owed twice.
    """
    dam = Work("dam", [2.0, 1.0, 1.0], effects=[WorkEffect("home:works", 0.1, starts=3)], earliest=2023, must=True)
    for tail in (0, 4):
        plan = make_plan(small(), on_paper(years=3, tail_years=tail, works=[dam], population_growth=0.0))
        bills = plan.table("owed")
        bills = bills[bills["part"] == "bill"]
        assert bills["year"].tolist() == [2024, 2025], tail
        assert bills["amount"].tolist() == pytest.approx([1.0, 1.0]), tail
        one = 1.0 / (1.03 * 1.02)
        assert bills["present_value"].tolist() == pytest.approx([one, one**2]), tail
        assert bills["label"].tolist() == ["dam", "dam"]
