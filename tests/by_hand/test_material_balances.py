"""The planner's own table on a case small enough for paper."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from economies import small
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.economy.physical import Physical
from groundplan.planning.activities import Activities
from groundplan.planning.explaining import material_balances as book
from groundplan.planning.explaining.material_balances import material_balances
from groundplan.planning.plan_programme import programme
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan

MONEY = "TST2020m"


def fixed(activity: str, level: float) -> dict[str, object]:
    return {"activity": activity, "lower": level, "upper": level}


def flow(activity: str, commodity: str, role: str, coefficient: float, lag: int = 0) -> dict[str, object]:
    return {"activity": activity, "commodity": commodity, "role": role, "coefficient": coefficient, "lag": lag}


def made(e: Economy) -> SolvedPlan:
    """Two years. 100 made a year, 5 sown of each unit's worth (a twentieth), 20 put by in year 1, 30 eaten.

    Imports of 10 are eaten too; from outside come 3 a year, 1 is claimed. The barn has 8 t at first and loses a tenth.
    """
    a = Activities.of(
        [1, 2],
        commodities=[
            {"commodity": "home:farm", "unit": MONEY, "label": "grain"},
            {"commodity": "import:farm", "unit": MONEY, "label": "imported grain"},
            {"commodity": "replaceable:farm", "unit": MONEY},
            {"commodity": "barn", "kind": "stock", "unit": "t", "loss": 0.1, "initial": 8.0, "label": "grain in store"},
        ],
        activities=[
            {"activity": "make:farm", "label": "farming"},
            {"activity": "buy:farm", "label": "buying"},
            {"activity": "eat", "label": "eating"},
            {"activity": "fill", "label": "filling the barn"},
        ],
        flows=[
            flow("make:farm", "home:farm", "give", 1.0),
            flow("make:farm", "home:farm", "take", 0.05),
            flow("buy:farm", "import:farm", "give", 1.0),
            flow("buy:farm", "replaceable:farm", "give", 1.0),
            flow("eat", "home:farm", "take", 3.0),
            flow("eat", "import:farm", "take", 1.0),
            flow("fill", "home:farm", "take", 2.0),
            flow("fill", "barn", "give", 1.0, lag=1),
        ],
        bounds=[
            fixed("make:farm", 100.0),
            fixed("buy:farm", 10.0),
            fixed("eat", 10.0),
            {"activity": "fill", "year": 1, "lower": 10.0, "upper": 10.0},
            {"activity": "fill", "year": 2, "upper": 0.0},
        ],
        exogenous=[{"commodity": "home:farm", "supply": 3.0, "claim": 1.0}],
    )
    policy = on_paper()
    model = programme(a, policy)
    return SolvedPlan(e, policy, model, solve(model, policy))


def lines(table: pd.DataFrame, product: str, origin: str, year: int, column: str = "money") -> dict[str, float]:
    own = table[(table["product"] == product) & (table["origin"] == origin) & (table["year"] == year)]
    return {f"{r['side']} {r['line']}": r[column] for r in own.to_dict("records")}


def test_every_line_of_a_balance() -> None:
    """Home grain: 100 + 3 = 5 sown + 30 eaten + 1 claimed + 20 put by + 47 unused in year 1, 67 in year 2.

    The barn: 8 − 0.8 lost = 7.2 kept; in year 2 7.2 + 10 (filled a year before) − 0.72 lost = 16.48 kept.

    Proves: an activity that gives and takes a product has two lines; lags, losses and what is unused are there; a
    permission to replace is no product.
    Breaks if: own use is netted, a lag is left out, or spoilage counts as use of the year before.
    """
    table = material_balances(made(small()))["material_balances"]
    assert lines(table, "farm", "home", 1) == pytest.approx(
        {
            "source farming": 100.0,
            "source supplied from outside the plan": 3.0,
            "use farming": 5.0,
            "use eating": 30.0,
            "use filling the barn": 20.0,
            "use claimed from outside the plan": 1.0,
            "use unused": 47.0,
        }
    )
    assert lines(table, "farm", "home", 2)["use unused"] == pytest.approx(67.0)
    assert lines(table, "farm", "import", 1) == pytest.approx({"source buying": 10.0, "use eating": 10.0})
    assert lines(table, "barn", "", 1, "quantity") == pytest.approx(
        {
            "source carried over from the year before": 8.0,
            "use lost in store": 0.8,
            "use carried over to the next year": 7.2,
        }
    )
    assert lines(table, "barn", "", 2, "quantity") == pytest.approx(
        {
            "source carried over from the year before": 7.2,
            "source filling the barn": 10.0,
            "use lost in store": 0.72,
            "use carried over to the next year": 16.48,
        }
    )
    assert set(table["product"]) == {"farm", "barn"}
    assert table.loc[table["product"] == "barn", "money"].isna().all()


def test_quantities_are_money_over_price() -> None:
    """Grain at 2 a tonne: 100 of money is 50 t, imports at the same price.

    Proves: a product with a unit of its own has both columns and its lines stand twice in the wide table.
    Breaks if: the price multiplies, or imports are left without a quantity.
    """
    e = small().replacing(physical={"farm": Physical("t", 50.0, 2.0, "a printed figure")})
    found = material_balances(made(e))
    table, wide = found["material_balances"], found["material_balances_wide"]
    assert lines(table, "farm", "home", 1, "quantity")["source farming"] == pytest.approx(50.0)
    assert lines(table, "farm", "import", 2, "quantity")["use eating"] == pytest.approx(5.0)
    made_lines = wide[(wide["line"] == "farming") & (wide["side"] == "source")].set_index("unit")
    assert made_lines.loc[MONEY, "1"] == pytest.approx(100.0)
    assert made_lines.loc["t", "2"] == pytest.approx(50.0)


def test_small_lines_are_drawn_together_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for no line at all, the 1 that is claimed (under a hundredth of 103) joins the other uses.

    Proves: what is small is summed under a name that says so; nothing is lost.
    Breaks if: small lines are dropped, or sources and uses are mixed.
    """
    monkeypatch.setattr(book, "MOST", 0)
    monkeypatch.setattr(book, "SMALL", 0.01)
    told = lines(material_balances(made(small()))["material_balances"], "farm", "home", 1)
    assert told["use other uses, each below 0.5 % of the supply"] == pytest.approx(1.0)
    assert sum(v for k, v in told.items() if k.startswith("use")) == pytest.approx(103.0)


def test_a_negative_use_is_a_source() -> None:
    """Goods that come back (a negative coefficient of a take) stand among the sources, at their size.

    Proves: no line is below zero.
    Breaks if: a return is shown as a use of less than nothing.
    """
    plain = made(small())
    back = replace(plain.activities, flows=plain.activities.flows.assign(
        coefficient=plain.activities.flows["coefficient"].where(plain.activities.flows["activity"] != "eat", -0.5)
    ))  # fmt: skip
    policy = on_paper()
    model = programme(back, policy)
    table = material_balances(SolvedPlan(small(), policy, model, solve(model, policy)))["material_balances"]
    assert lines(table, "farm", "home", 1)["source eating"] == pytest.approx(5.0)
    assert table["money"].dropna().min() >= 0
