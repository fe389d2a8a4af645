"""Grain carved out of farming, on paper: every cell of both parts, and every way to ask for too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from economies import small, table

from groundplan.economy.aggregation import aggregate
from groundplan.economy.carving.carving import Carve, Ingredient, by_sector, carve
from groundplan.economy.economy import Economy
from groundplan.economy.physical import Physical
from groundplan.economy.quantities import physical_account
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.policy import Policy

# 400 t at 0.1 are 40 of farming's output of 100 (see economies.small).
GRAIN = Carve("grain", "farm", "t", "made up", label="Grain", quantity=400.0, price=0.1)


def cell(e: Economy, name: str, product: str, use: str) -> float:
    array = getattr(e, name)
    column = "sector" if "sector" in array.dims else "final"
    return float(array.sel(product=product, **{column: use}))


def test_every_cell_of_a_plain_carve() -> None:
    """Grain is four tenths of farming in every cell.

                    grain  farm  works | rural urban state | exports | output
        grain         3.2   4.8     12 |     8     4   0.8 |     7.2 |     40
        farm          4.8   7.2     18 |    12     6   1.2 |    10.8 |     60
        grain, imp.   0.8   1.2      6 |   1.2   1.6     0
        works           4     6
        wages          12    18     40
        capital        80   120    500;  wear 5 per cent, investment 4, 6 and 20

    Proves: rows, columns, the block of own use, imports, primary inputs, work, capital, investment, wear and names.
    Breaks if: own use is cut once in place of twice, or the part and the rest change places.
    """
    e = carve(small(), [GRAIN])
    assert e.sectors == ("farm", "grain", "works")
    assert (e.label("grain"), e.label("farm")) == ("Grain", "sector farm, rest")
    row = pd.DataFrame(e.domestic_use.to_pandas()).loc[["grain", "farm"], ["grain", "farm", "works"]]
    assert np.allclose(row, [[3.2, 4.8, 12.0], [4.8, 7.2, 18.0]])
    assert np.allclose(e.domestic_final.sel(product="grain").values, [8.0, 4.0, 0.8, 0.0, 0.0])
    assert np.allclose(e.imported_use.sel(product="grain", sector=["grain", "farm", "works"]).values, [0.8, 1.2, 6.0])
    assert np.allclose(e.imported_final.sel(product="grain").values, [1.2, 1.6, 0.0, 0.0, 0.0])
    assert np.allclose(e.domestic_use.sel(product="works", sector=["grain", "farm"]).values, [4.0, 6.0])
    for name, (grain, farm) in {"exports": (7.2, 10.8), "output": (40.0, 60.0)}.items():
        array = getattr(e, name).to_series()
        assert (array["grain"], array["farm"]) == (pytest.approx(grain), pytest.approx(farm))
    assert np.allclose(e.employment.sel(sector=["grain", "farm"]).values, [[12.0, 18.0]])
    assert np.allclose(e.capital_stock.values, [120.0, 80.0, 500.0])
    assert np.allclose(e.investment_by_sector.values, [6.0, 4.0, 20.0])
    assert np.allclose(e.depreciation.values, [0.05, 0.05, 0.1])
    assert e.physical["grain"] == Physical("t", 400.0, 0.1, "made up", sector="farm")


@pytest.mark.parametrize("sizes", [{"quantity": 400.0, "share": 0.4}, {"price": 0.1, "share": 0.4}])
def test_two_sizes_give_the_third(sizes: dict[str, float]) -> None:
    """Proves: quantity and share, or price and share, are the same grain as quantity and price.

    Breaks if: a size is taken for another.
    """
    e = carve(small(), [Carve(**{**vars(GRAIN), "quantity": None, "price": None, **sizes})])
    there = e.physical["grain"]
    assert (there.quantity, there.price) == (pytest.approx(400.0), pytest.approx(0.1))
    assert float(e.output.sel(sector="grain")) == pytest.approx(40.0)


def test_a_recipe() -> None:
    """Grain takes 0.2 of works, whose cell in farming is 10 at home and 5 from abroad.

        works in grain  0.2 · 40 = 8 of 15:       home 10 · 8/15 = 5.3333, imported 2.6667
        the rest        (40 − 8) / (100 − 15) = 0.376471 of each other cell:  wages 11.2941, surplus 11.2941
        own product     farming uses 20 of its own, 8 of it grain:  grain in grain 0.376471 · 8 = 3.0118,
                        farm in grain 0.376471 · 12 = 4.5176

    Proves: a named input is exact, home and imported in the sector's proportion; all else is scaled by one factor.
    Breaks if: β leaves out primary inputs, or the named input is taken from home make alone.
    """
    e = carve(small(), [replace(GRAIN, inputs=[Ingredient("works", coefficient=0.2)])])
    assert cell(e, "domestic_use", "works", "grain") == pytest.approx(10 * 8 / 15)
    assert cell(e, "imported_use", "works", "grain") == pytest.approx(5 * 8 / 15)
    beta = 32 / 85
    assert np.allclose(e.primary.sel(sector="grain").values, [30 * beta, 30 * beta])
    assert cell(e, "domestic_use", "grain", "grain") == pytest.approx(8 * beta)
    assert cell(e, "domestic_use", "farm", "grain") == pytest.approx(12 * beta)
    assert float(e.employment.sel(sector="grain").sum()) == pytest.approx(12.0)
    costs = (e.domestic_use + e.imported_use).sum("product") + e.primary.sum("primary")
    assert np.allclose(costs.values, e.output.values)


def test_amounts_in_units() -> None:
    """Works are counted in pieces at 2 each; a tonne of grain takes 0.01 of them and 0.05 t of grain.

    Proves: 0.01 · 2 / 0.1 = 0.2 of works and 0.05 of grain per unit of grain; an ingredient's own price does the same.
    Breaks if: an amount is divided by the wrong price.
    """
    pieces = Carve("works", "works", "pieces", "made up", price=2.0, share=1.0)
    recipe = [Ingredient("works", amount=0.01), Ingredient("grain", amount=0.05)]
    e = carve(small(), [replace(GRAIN, inputs=recipe), pieces])
    other = carve(small(), [replace(GRAIN, inputs=[replace(recipe[0], price=2.0), recipe[1]])])
    for made in (e, other):
        used = made.domestic_use + made.imported_use
        assert float(used.sel(product="works", sector="grain")) == pytest.approx(8.0)
        assert float(used.sel(product="grain", sector="grain")) == pytest.approx(2.0)
    assert e.physical["works"].quantity == pytest.approx(100.0)
    assert e.domestic_use.equals(other.domestic_use)


def test_work_and_capital_per_unit() -> None:
    """A tonne takes 0.05 of labour and 0.1 of capital: 20 of farming's 30, 40 of its 200.

    Proves: pay goes with labour (20 of 30), all other costs have the factor (40 − 20) / (100 − 30), investment goes
    with capital (10 · 40/200 = 2).
    Breaks if: labour per unit is multiplied by money, or wages and employment part ways.
    """
    e = carve(small(), [replace(GRAIN, labour=0.05, capital=0.1)])
    assert float(e.employment.sel(sector="grain").sum()) == pytest.approx(20.0)
    assert np.allclose(e.primary.sel(sector="grain").values, [20.0, 30 * 20 / 70])
    assert np.allclose(e.capital_stock.values, [160.0, 40.0, 500.0])
    assert np.allclose(e.investment_by_sector.values, [8.0, 2.0, 20.0])


def test_users_with_ceilings() -> None:
    """Grain goes to works, town and country as 2 : 2 : 1; the town buys 10 of farming and no more.

        home    40 = works 20 + urban 10 (its ceiling, not 16) + rural 10;  exports have no weight
        abroad  0.4 · 27 = 10.8 = works 4.5333 + urban 4 (its ceiling) + rural 2.2667

    Proves: weights within ceilings; the others take in proportion what one cannot; the record says who fell short.
    Breaks if: ceilings are met by cutting all users alike, or exports are sold without a weight.
    """
    e = carve(small(), [replace(GRAIN, users={"works": 2.0, "urban": 2.0, "rural": 1.0})])
    assert cell(e, "domestic_use", "grain", "works") == pytest.approx(20.0)
    assert np.allclose(e.domestic_final.sel(product="grain").values, [10.0, 10.0, 0.0, 0.0, 0.0])
    assert cell(e, "imported_use", "grain", "works") == pytest.approx(6.8 / 1.5)
    assert np.allclose(e.imported_final.sel(product="grain").values, [3.4 / 1.5, 4.0, 0.0, 0.0, 0.0])
    assert float(e.exports.sel(product="grain")) == 0.0
    assert "their weight asks for: urban" in e.assumptions[-1].basis


def test_exports_and_imports_as_stated() -> None:
    """100 t go abroad and 50 t come from there: 10 and 5; home users take the other 30 of 82 in proportion.

    Proves: stated trade is exact, in units or as a share of the sector's; sales at home are what is left.
    Breaks if: trade is left at the output's share.
    """
    for trade in ({"exported": 100.0, "imported": 50.0}, {"exported_share": 10 / 18, "imported_share": 5 / 27}):
        e = carve(small(), [Carve(**{**vars(GRAIN), **trade})])
        assert float(e.exports.sel(product="grain")) == pytest.approx(10.0)
        assert float(e.imports.sel(product="grain")) == pytest.approx(5.0)
        assert cell(e, "domestic_use", "grain", "works") == pytest.approx(30 * 30 / 82)


def test_what_passes_through() -> None:
    """Of farm imports 27 are used and 5 leave again; grain is 0.4 of farming, or 5 of these 32 where that is stated.

    Proves: re-exports follow imports, not exports; the account in units has them among the exports.
    Breaks if: they are cut by the output's share where imports are stated.
    """
    plain = small()
    again = plain.reexports.copy(data=[5.0, 0.0])
    for imported, share in ((None, 0.4), (50.0, 5 / 32)):
        e = carve(plain.replacing(reexports=again), [replace(GRAIN, imported=imported, exported=0.0)])
        assert e.reexports.sel(product=["grain", "farm"]).values == pytest.approx([5 * share, 5 * (1 - share)])
        assert float(e.imports.sel(product="grain")) == pytest.approx(32 * share)
        account = physical_account(e, "grain").set_index("line")
        assert account.loc["exports", ["home", "imported"]].to_list() == pytest.approx([0.0, 50 * share])


def test_the_physical_account() -> None:
    """400 t made and 108 t imported are used by 40 + 60 t on farms, 180 t in works, 92, 56 and 8 t at home, 72 abroad.

    Proves: sources and uses in units, home and imported, and the money beside them.
    Breaks if: a use is left out, or prices differ between users.
    """
    account = physical_account(carve(small(), [GRAIN]), "grain").set_index(["side", "line"])
    expected = {
        ("source", "home output"): 400, ("source", "imports"): 108, ("use", "grain"): 40, ("use", "farm"): 60,
        ("use", "works"): 180, ("use", "rural"): 92, ("use", "urban"): 56, ("use", "state"): 8, ("use", "exports"): 72,
    }  # fmt: skip
    assert account["quantity"].to_dict() == pytest.approx(expected)
    assert account.loc[("use", "works"), "home"] == pytest.approx(120.0)
    assert account.loc[("use", "works"), "money"] == pytest.approx(18.0)
    with pytest.raises(UnknownName, match="nearest: 'grain'"):
        physical_account(carve(small(), [GRAIN]), "grian")


def test_stocks_drawn_and_built() -> None:
    """Of 5 drawn from stock the product, half of its sector, draws 2.5; of 5 put into stock it puts what its users say.

    Proves: a change in stocks stands on its own side, and a draw is shared like output, whoever the users are.
    Breaks if: a negative stock is counted as a use below zero or given to the rest alone.
    """
    drawn = table(
        np.array([[20.0]]), np.array([[5.0]]), np.array([[40.0, 20.0, 10.0, 15.0, -5.0]]), np.zeros((1, 5)),
        np.array([20.0]), codes=["a"],
    )  # fmt: skip
    for sign, side, line in ((-5.0, "source", "stocks drawn"), (5.0, "use", "stocks built")):
        final = drawn.domestic_final.copy()
        final["stocks"] = sign
        final["rural"] += -5.0 - sign
        e = Economy.from_table(replace(drawn, domestic_final=final))
        users = {"urban": 1.0, "rural": 1.0, "state": 1.0}
        made = carve(e, [Carve("p", "a", "kg", "made up", share=0.5, price=1.0, imported=0.0, users=users)])
        there = physical_account(made, "p").set_index(["side", "line"])["quantity"]
        built = there.get((side, line), 0.0)
        assert built == pytest.approx(2.5 if sign < 0 else 0.0)
        assert float(made.domestic_final.sel(product=["p", "a"], final="stocks").sum()) == pytest.approx(sign)


def test_a_product_from_what_is_left_and_from_a_product() -> None:
    """Fish, a tenth of farming as the accounts have it, and flour, half of the grain.

    Proves: shares are of the accounts' sector whatever was carved before; a product gives up its quantity to what is
    carved out of it; every code leads back to the accounts.
    Breaks if: the second share is taken of what the first left, or 400 t of grain stay beside 200 t of flour.
    """
    fish = Carve("fish", "farm", "t", "made up", share=0.1, price=0.5)
    flour = Carve("flour", "grain", "t", "made up", share=0.5, quantity=100.0)
    e = carve(small(), [GRAIN, fish, flour])
    assert e.output.to_series().round(9).to_dict() == {
        "farm": 50.0, "fish": 10.0, "grain": 20.0, "flour": 20.0, "works": 200.0,
    }  # fmt: skip
    assert {k: p.quantity for k, p in e.physical.items()} == pytest.approx({"grain": 200.0, "fish": 20.0, "flour": 100})
    assert by_sector(e) == {"farm": "farm", "fish": "farm", "grain": "farm", "flour": "farm", "works": "works"}


def test_a_product_that_is_only_imported() -> None:
    """Proves: 0 t made at home and 60 t imported at 0.1 take 6 of the sector's imports and no input.

    Breaks if: a product without output is refused, or takes labour and capital.
    """
    e = carve(small(), [replace(GRAIN, quantity=0.0, imported=60.0)])
    assert float(e.output.sel(sector="grain")) == 0.0
    assert float(e.imports.sel(product="grain")) == pytest.approx(6.0)
    assert float(abs(e.domestic_use.sel(sector="grain")).sum()) == 0.0
    assert float(e.capital_stock.sel(sector="grain")) == 0.0
    assert "make:grain" not in set(compile_plan(e, Policy(years=1)).activities["activity"])


def test_aggregation_keeps_units_that_agree() -> None:
    """400 t of grain at 0.1 and 20 t of fish at 0.5 are 420 t at 50/420; with farming they are money only.

    Proves: quantities of one unit add up at the mean price; a product that joins what has no unit loses its own, and
    the methods say so.
    Breaks if: units are dropped without a word, or tonnes and pieces are added.
    """
    e = carve(small(), [GRAIN, Carve("fish", "farm", "t", "made up", share=0.1, price=0.5)])
    joined = aggregate(e, {"grain": "food", "fish": "food", "farm": "farm", "works": "works"})
    assert (joined.physical["food"].unit, joined.physical["food"].quantity) == ("t", pytest.approx(420.0))
    assert joined.physical["food"].price == pytest.approx(50 / 420)
    kept = aggregate(e, {"grain": "grain", "fish": "farm", "farm": "farm", "works": "works"})
    assert set(kept.physical) == {"grain"}
    assert "fish" in kept.methods[-1]
    pieces = carve(small(), [GRAIN, Carve("fish", "farm", "pieces", "made up", share=0.1, price=0.5)])
    assert aggregate(pieces, {"grain": "food", "fish": "food", "farm": "f", "works": "w"}).physical == {}


def test_indicators_in_units() -> None:
    """Proves: home output 400 t, imports 108 t, exports 72 t, home use 436 t, and home use per head 1 in the base year.

    Breaks if: an indicator has another coefficient than 1 / price, or loses an activity.
    """
    e = carve(small(), [GRAIN])
    a = compile_plan(e, Policy(years=1))
    base = a.activities.set_index("activity")["base"]
    rows = a.indicators[a.indicators["indicator"].str.contains("quantity")]
    found = (rows["coefficient"] * rows["on"].map(base)).groupby(rows["indicator"]).sum().to_dict()
    assert found == pytest.approx(
        {
            "quantity: grain": 400.0, "imported quantity: grain": 108.0, "exported quantity: grain": 72.0,
            "home use quantity: grain": 436.0, "quantity per head: grain": 1.0,
        }
    )  # fmt: skip
    units = rows.set_index("indicator")["unit"].to_dict()
    assert units["quantity: grain"] == "t / year"


WRONG_RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"share": 0.4}, "of quantity, price, share 3 are given"),
    ({"price": None}, "of quantity, price, share 1 are given"),
    ({"source": " "}, "source is empty"),
    ({"product": "a:b"}, "the code holds one of"),
    ({"product": "farm"}, "the code of what is left"),
    ({"price": None, "share": 1.0}, "a share of 1 is the whole sector"),
    ({"product": "farm", "price": None, "share": 1.0, "labour": 1.0}, "a whole sector has its own labour"),
    ({"imported": 1.0, "imported_share": 0.1}, "imported and imported_share are both given"),
    ({"exported": 1.0, "users": {"exports": 1.0}}, "exports are given twice"),
    ({"users": {"works": 0.0}}, "no user has a weight"),
    ({"users": {"works": -1.0}}, "outside 0 to inf"),
    ({"users": {"grain": 1.0}}, "its own makers are among the users"),
    ({"basis": "assumed"}, "without a range"),
    ({"basis": "guess"}, "no basis of a carve 'guess'"),
    ({"low": 0.05}, "only one end of the range"),
    ({"low": 0.2, "high": 0.3}, "the price 0.1 is outside its range"),
    ({"low": 300.0, "high": 350.0, "range_of": "quantity"}, "the quantity 400 is outside"),
    ({"low": 0.1, "high": 0.3, "range_of": "share"}, "the share, which is not given"),
    ({"inputs": [Ingredient("works")]}, "either a coefficient or an amount"),
    ({"inputs": [Ingredient("works", coefficient=0.1, amount=1.0)]}, "either a coefficient or an amount"),
    ({"inputs": [Ingredient("works", coefficient=0.1, price=1.0)]}, "has no amount"),
    ({"inputs": [Ingredient("works", coefficient=0.1), Ingredient("works", amount=0.1)]}, "is given twice"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG_RECORDS)
def test_records_that_contradict_themselves(changes: dict[str, Any], told: str) -> None:
    """Proves: each contradiction within a record is refused in words.

    Breaks if: one of two contradicting figures is used in silence.
    """
    with pytest.raises(GroundplanError, match=told):
        carve(small(), [Carve(**{**vars(GRAIN), **changes})])


TOO_MUCH: list[tuple[dict[str, Any], str]] = [
    ({"quantity": 1001.0}, "output of grain would be 100.1 TST2020m, of all that 'farm' has left 100"),
    ({"exported": 181.0}, "exports of grain would be 18.1"),
    ({"imported": 271.0}, "imports of grain would be 27.1"),
    ({"labour": 0.08}, "labour of grain would be 32"),
    ({"capital": 0.51}, "capital of grain would be 204"),
    ({"users": {"state": 1.0}, "imported": 0.0}, "those named as its users take 2 of 'farm'"),
    ({"users": {"works": 1.0, "rural": 1.0}, "imported": 190.0}, "19 TST2020m of imported grain are to be sold"),
    ({"inputs": [Ingredient("works", coefficient=0.4)]}, r"takes 16 TST2020m of 'works' \(sector works\), all of"),
    ({"inputs": [Ingredient("grain", coefficient=0.6)]}, "its own makers are to take 24, all of 'farm' 20"),
    ({"inputs": [Ingredient("works", coefficient=0.3), Ingredient("farm", coefficient=0.3)], "labour": 0.05},
     "cost 4 TST2020m more than all its costs may"),
    ({"quantity": 950.0, "inputs": [Ingredient("works", coefficient=0.01)]}, "would bear 94.05 TST2020m of other"),
    ({"inputs": [Ingredient("works", amount=1.0)]}, "has an amount and no price"),
    ({"inputs": [Ingredient("work", amount=1.0)]}, "no input of grain 'work'; nearest: 'works'"),
    ({"users": {"urbn": 1.0}}, "no user of grain 'urbn'; nearest: 'urban'"),
    ({"sector": "fram"}, "no sector 'fram'; nearest: 'farm'"),
    ({"product": "works"}, "the code 'works' is taken"),
    ({"product": "urban"}, "the code 'urban' is taken"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), TOO_MUCH)
def test_recipes_that_do_not_fit_the_accounts(changes: dict[str, Any], told: str) -> None:
    """Proves: what the sector does not have is refused, with the figure asked for and the figure there is.

    Breaks if: shares are cut off at 1 and the rest of the table pays for it.
    """
    with pytest.raises(GroundplanError, match=told):
        carve(small(), [Carve(**{**vars(GRAIN), **changes})])


def test_all_faults_at_once() -> None:
    """Proves: two carves that do not fit are both told; one that needs a failed one is not blamed for it.

    Breaks if: the first fault hides the others.
    """
    wrong = [
        replace(GRAIN, quantity=2000.0),
        Carve("tools", "works", "t", "made up", share=0.1, price=1.0, exported=1000.0),
        Carve("bread", "grain", "t", "made up", share=0.1, price=1.0),
    ]
    with pytest.raises(GroundplanError) as caught:
        carve(small(), wrong)
    assert "2 faults" in str(caught.value)
    assert "output of grain" in str(caught.value)
    assert "exports of tools" in str(caught.value)


def test_the_record_of_an_assumed_figure() -> None:
    """Proves: basis, range and source of a product stand among the economy's assumptions and in its unit.

    Breaks if: a plan's report could not say that a price was assumed.
    """
    e = carve(small(), [replace(GRAIN, basis="assumed", low=0.08, high=0.12)])
    note = e.assumptions[-1]
    assert note.name == "physical product grain"
    assert note.value == "400 t a year at 0.1 TST2020m each, 0.4 of the output of 'farm'"
    assert note.basis.startswith("assumed: made up (price between 0.08 and 0.12)")
    there = e.physical["grain"]
    assert (there.basis, there.low, there.high, there.range_of) == ("assumed", 0.08, 0.12, "price")


def test_a_whole_sector_without_output_needs_a_price() -> None:
    """Proves: a unit for a sector that makes nothing has no price of its own, and that is said.

    Breaks if: a price of zero or of nothing divides the account.
    """
    e = carve(small(), [replace(GRAIN, quantity=0.0, imported=60.0)])
    with pytest.raises(StudyError, match="no output to have a price"):
        carve(replace(e, physical={}), [Carve("grain", "grain", "t", "made up", quantity=1.0, share=1.0)])
