"""The tables of the two accounts, line by line, from levels that are given."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import (
    ActivityRow,
    CommodityRow,
    ExogenousRow,
    ProfileRow,
    gives,
    occupies,
    takes,
)
from groundplan.planning.features.budget.account_tables import _share, budget_table, foreign_table, movements

FX = "foreign exchange"
LEVELS = {
    "make:a": (20.0, 30.0), "serve:health@A": (5.0, 6.0), "serve:defence": (2.5, 0.0), "pay:investment": (1.0, 1.5),
    "collect:direct taxes": (8.0, 0.0), "grant": (0.5, 1.0), "lend": (4.0, 8.0),
}  # fmt: skip
BASES = dict(zip(LEVELS, (10.0, 4.0, 2.0, 1.0, 6.0, 0.5, 2.0), strict=True))


def state(budget: object = "stated") -> SimpleNamespace:
    """A state that taxes a tenth of making, a twentieth of health and direct taxes by a profile, and lends late."""
    a = Activities.of(
        (2021, 2022),
        commodities=[CommodityRow("budget", "account"), CommodityRow("coal"), CommodityRow("plant", "capacity")],
        activities=[ActivityRow(name, base=base) for name, base in BASES.items()],
        flows=[
            gives("make:a", "budget", 0.1), gives("make:a", "coal", 7.0), occupies("make:a", "plant", 3.0),
            gives("serve:health@A", "budget", 0.05), takes("serve:health@A", "budget"),
            takes("serve:defence", "budget"), takes("pay:investment", "budget"),
            gives("collect:direct taxes", "budget", profile="p"), gives("grant", "budget"),
            takes("lend", "budget", 0.5, lag=1),
        ],
        profiles=[ProfileRow("p", 2021, 0.5), ProfileRow("p", 2022, 0.25)],
    )  # fmt: skip
    level = pd.DataFrame(LEVELS, index=[2021, 2022]).T.iloc[::-1, ::-1]
    stock = pd.DataFrame([[0.0, -1.75, -6.95], [9.0, 9.0, 9.0]], ["budget", "plant"], [2021, 2022, 2023])
    economy = SimpleNamespace(year=2020)
    return SimpleNamespace(
        policy=SimpleNamespace(budget=budget), activities=a, level=level, stock=stock, economy=economy
    )


def amounts(table: pd.DataFrame, year: int, column: str = "amount") -> dict[tuple[str, str], float]:
    own = table[table["year"] == year]
    return dict(zip(zip(own["part"], own["line"], strict=True), own[column], strict=True))


def test_movements() -> None:
    """Proves: coefficient · factor · level of its own activity and year, less what is taken, when it falls due.

    Lending of 2021 falls due in 2022, that of 2022 after the plan. What is no account's, or occupied, is not in it.
    Breaks if: levels are read by position, or by the year in which the flow falls due.
    """
    plan = state()
    found = movements(plan.activities, plan.level, "budget")
    told = {(m.activity, m.year, round(m.amount, 12)) for m in found.itertuples()}
    assert told == {
        ("make:a", 2021, 2.0), ("make:a", 2022, 3.0), ("serve:health@A", 2021, 0.25), ("serve:health@A", 2022, 0.3),
        ("serve:health@A", 2021, -5.0), ("serve:health@A", 2022, -6.0), ("serve:defence", 2021, -2.5),
        ("serve:defence", 2022, 0.0), ("pay:investment", 2021, -1.0), ("pay:investment", 2022, -1.5),
        ("collect:direct taxes", 2021, 4.0), ("collect:direct taxes", 2022, 0.0), ("grant", 2021, 0.5),
        ("grant", 2022, 1.0), ("lend", 2022, -2.0),
    }  # fmt: skip
    assert found.index.tolist() == list(range(len(found)))


def test_the_budget_line_by_line() -> None:
    """Base year: 1 + 0.2 + 6 + 0.5 = 7.7 of revenue, 4 + 2 + 1 + 1 = 8 spent; 6.75 and 8.5; 4.3 and 9.5.

    Proves: every line, its share of its own side, the surplus over revenue; a source of no known kind is told by its
    name, and a function's name has no government in it. Breaks if: a tax that came to nothing is called spending.
    """
    table = budget_table(state())["budget"]  # type: ignore[arg-type]
    first = {
        ("revenue", "taxes on inputs and production"): 1.0, ("revenue", "taxes on consumption"): 0.2,
        ("revenue", "direct taxes less transfers"): 6.0, ("revenue", "grant"): 0.5,
        ("expenditure", "health"): 4.0, ("expenditure", "defence"): 2.0, ("expenditure", "economy"): 1.0,
        ("expenditure", "lend"): 1.0, ("balance", "surplus"): -0.3,
    }  # fmt: skip
    assert amounts(table, 2020) == pytest.approx(first)
    whole = {"revenue": 7.7, "expenditure": 8.0, "balance": 7.7}
    assert amounts(table, 2020, "share") == pytest.approx({key: v / whole[key[0]] for key, v in first.items()})
    assert list(amounts(table, 2020))[4:] == list(first)[4:]
    assert amounts(table, 2021) == pytest.approx({
        ("revenue", "taxes on inputs and production"): 2.0, ("revenue", "taxes on consumption"): 0.25,
        ("revenue", "direct taxes less transfers"): 4.0, ("revenue", "grant"): 0.5,
        ("expenditure", "health"): 5.0, ("expenditure", "defence"): 2.5, ("expenditure", "economy"): 1.0,
        ("balance", "surplus"): -1.75, ("account", "at the start of the year"): 0.0,
    })  # fmt: skip
    assert amounts(table, 2022) == pytest.approx({
        ("revenue", "taxes on inputs and production"): 3.0, ("revenue", "taxes on consumption"): 0.3,
        ("revenue", "direct taxes less transfers"): 0.0, ("revenue", "grant"): 1.0,
        ("expenditure", "health"): 6.0, ("expenditure", "economy"): 1.5, ("expenditure", "lend"): 2.0,
        ("balance", "surplus"): -5.2, ("account", "at the start of the year"): -1.75,
    })  # fmt: skip
    assert amounts(table, 2023) == {("account", "at the start of the year"): -6.95}
    assert table[table["part"] == "account"]["share"].isna().all()
    parts = table[table["part"] != "account"].groupby("year")["part"].agg(lambda p: list(dict.fromkeys(p)))
    assert parts.tolist() == [["revenue", "expenditure", "balance"]] * 3
    assert table.index.tolist() == list(range(len(table)))
    assert budget_table(state(None)) == {}  # type: ignore[arg-type]


def abroad(interest: float = 0.1) -> SimpleNamespace:
    """Trade, a loan that is in no group, a mine that takes foreign exchange, and transfers of 3 less 1 a year."""
    a = Activities.of(
        (2021, 2022),
        commodities=[CommodityRow(FX, "account", loss=-interest), CommodityRow("coal")],
        activities=[
            ActivityRow("sell:a", group="export", base=8.0), ActivityRow("sell:b", group="export", base=-1.0),
            ActivityRow("reexport:a", group="reexport", base=2.0), ActivityRow("buy:a", group="import", base=6.0),
            ActivityRow("buy:b", group="import", base=-0.5), ActivityRow("mine", group="projects", base=0.25),
            ActivityRow("loan", base=0.125),
        ],
        flows=[
            gives("sell:a", FX, 1.5), gives("sell:b", FX), gives("reexport:a", FX), takes("buy:a", FX),
            takes("buy:b", FX), takes("mine", FX), gives("loan", FX),
        ],
        exogenous=[
            ExogenousRow(FX, 0, 3.0, 1.0), ExogenousRow(FX, 2021, 0.5), ExogenousRow(FX, 2022, 0.0, 2.0),
            ExogenousRow("coal", 0, 99.0),
        ],
    )  # fmt: skip
    level = pd.DataFrame(
        {"sell:a": [4.0, 2.0], "sell:b": [1.0, 3.0], "reexport:a": [1.0, 0.5], "buy:a": [5.0, 7.0], "buy:b": [2.0, 1.0],
         "mine": [0.75, 0.5], "loan": [0.25, 4.0]},
        index=[2021, 2022],
    ).T  # fmt: skip
    stock = pd.DataFrame([[10.0, 12.0, 15.0]], [FX], [2021, 2022, 2023])
    return SimpleNamespace(activities=a, level=level, stock=stock, economy=SimpleNamespace(year=2020))


def test_foreign_exchange_line_by_line() -> None:
    """Base year: 12 − 1 of exports, 2 of re-exports, 0.125 lent, 2 from outside; 5.5 of imports and 0.25 for the mine.

    Interest is a tenth of 10 and of 12, in the years of the plan alone.
    Proves: goods sent back stay on their own side, what is in no group is told by its name, transfers of every year
    and of one year add up. Breaks if: interest is counted for the year after the plan, or a claim is added.
    """
    table = foreign_table(abroad())["foreign_account"]  # type: ignore[arg-type]
    first = {
        ("receipts", "exports"): 11.0, ("receipts", "re-exports"): 2.0, ("receipts", "loan"): 0.125,
        ("receipts", "transfers and lending"): 2.0, ("payments", "imports"): 5.5, ("payments", "projects"): 0.25,
        ("balance", "balance"): 9.375,
    }  # fmt: skip
    assert amounts(table, 2020) == pytest.approx(first)
    whole = {"receipts": 15.125, "payments": 5.75, "balance": 15.125}
    assert amounts(table, 2020, "share") == pytest.approx({key: v / whole[key[0]] for key, v in first.items()})
    assert amounts(table, 2021) == pytest.approx({
        ("receipts", "exports"): 7.0, ("receipts", "re-exports"): 1.0, ("receipts", "loan"): 0.25,
        ("receipts", "transfers and lending"): 2.5, ("receipts", "interest"): 1.0, ("payments", "imports"): 7.0,
        ("payments", "projects"): 0.75, ("balance", "balance"): 4.0, ("account", "at the start of the year"): 10.0,
    })  # fmt: skip
    assert amounts(table, 2022) == pytest.approx({
        ("receipts", "exports"): 6.0, ("receipts", "re-exports"): 0.5, ("receipts", "loan"): 4.0,
        ("receipts", "transfers and lending"): 0.0, ("receipts", "interest"): 1.2, ("payments", "imports"): 8.0,
        ("payments", "projects"): 0.5, ("balance", "balance"): 3.2, ("account", "at the start of the year"): 12.0,
    })  # fmt: skip
    assert amounts(table, 2023) == {("account", "at the start of the year"): 15.0}
    assert "interest" not in set(foreign_table(abroad(0.0))["foreign_account"]["line"])  # type: ignore[arg-type]
    assert table.index.tolist() == list(range(len(table)))


def test_no_account_no_table() -> None:
    """Proves: a plan without foreign exchange has no account of it. Breaks if: an empty one is told."""
    assert foreign_table(state()) == {}  # type: ignore[arg-type]


def test_a_share_of_nothing_is_none() -> None:
    """Proves: 1 of 2, 2 of 0 and 3 of 1 are 0.5, 0 and 3. Breaks if: a year without receipts divides by them."""
    assert _share(np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.0, 1.0])).tolist() == [0.5, 0.0, 3.0]
