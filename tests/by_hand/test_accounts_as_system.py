"""From accounts to the engines' arrays, what would have bridged a crisis, and what could be had at best."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from crises import IN_PROPORTION, shaken, uneven
from economies import known_classes, small
from scipy.optimize import linprog

from groundplan.economy.economy import Economy
from groundplan.errors import BalanceError, GroundplanError, StudyError
from groundplan.shocks.bridging import bridging_capacity, bridging_stock, loss_share, made_at_home, search
from groundplan.shocks.ceilings import ceilings
from groundplan.shocks.cutoff import feasible_use, least_loss
from groundplan.shocks.dynamics.build import _days, _inputs, _partners, _tiers, system_from_arrays, system_of
from groundplan.shocks.provenance import as_values, assumed, provenance
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Behaviour, Scenario

CUT = CutImports(name="cut", products=("farm",), depth=0.5, start=2, length=25)
SHORT = Scenario(name="s", horizon=40, events=(CUT,), stocks={"default": 5.0})


def parted() -> Economy:
    """The small economy with imports from east and west; of final uses the west sells all, of farm products a half."""
    e = small()
    cells = np.hstack([e.imported_use.values, e.imported_final.values])
    east = cells * np.array([[0.5] * 2 + [0.0] * 5, [0.25, 0.75] + [0.0] * 5])
    coords = {
        "partner": ["east", "west"], "product": list(e.sectors),
        "use": [*e.sectors, *map(str, e.imported_final["final"].values)],
    }  # fmt: skip
    return e.replacing(
        imported_by_partner=xr.DataArray(np.stack([east, cells - east]), coords, ("partner", "product", "use"))
    )


def test_imports_apart_or_in_one_stock() -> None:
    """Three home products, of which the second is imported, 2 and 3 by two users, a quarter and all from the first of
    two partners; the third is imported too, 4 by the second user.

    Proves: rows, shares and what each supplier gives, both ways. Breaks if: a source is put to another product.
    """
    home = np.array([[1.0, 2.0], [6.0, 0.0], [0.0, 12.0]])
    foreign, come = np.array([[2.0, 3.0], [0.0, 4.0]]), np.array([1, 2])
    split = np.array([[[0.25, 1.0], [0.5, 0.75]], [[0.75, 0.0], [0.5, 0.25]]])
    use, shares, of = _inputs(home, foreign, come, split, False)
    assert use.tolist() == [*home.tolist(), *foreign.tolist()]
    assert of.tolist() == [0, 1, 2, 3, 4, 3, 4]
    assert shares.tolist() == [[1, 1], [1, 1], [1, 1], [0.25, 1], [0.5, 0.75], [0.75, 0], [0.5, 0.25]]
    assert _inputs(home, foreign, come, np.ones((1, 2, 2)), False)[1].tolist() == [1.0] * 5
    use, shares, of = _inputs(home, foreign, come, split, True)
    assert use.tolist() == [[1, 2], [8, 3], [0, 16]]
    assert of.tolist() == [0, 1, 2, 1, 2, 1, 2]
    wanted = [[1, 1], [0.75, 0], [0, 0.75], [0.0625, 1], [0, 0.1875], [0.1875, 0], [0, 0.0625]]
    assert shares == pytest.approx(np.array(wanted))


def test_partners_of_import_cells() -> None:
    """Proves: shares of each cell; re-exports, which no partner explains, have the product's overall shares, 10 of 27
    and 16.25 of 43 from the east; an economy without partners has one, abroad.

    Breaks if: a cell that comes back counts, or overall shares are of all products.
    """
    e = parted()
    foreign = np.hstack([e.imported_use.values, e.imported_final.values, [[0.0], [0.0]]])
    names, split = _partners(e, foreign, np.array([0, 1]))
    assert names == ["east", "west"]
    assert split[0, :, :3].tolist() == [[0.5, 0.5, 0.0], [0.25, 0.75, pytest.approx(16.25 / 43)]]
    assert split[:, :, 7] == pytest.approx(np.array([[10 / 27, 16.25 / 43], [17 / 27, 26.75 / 43]]))
    assert split.sum(axis=0) == pytest.approx(np.ones((2, 8)))
    assert _partners(small(), foreign, np.array([0, 1]))[0] == ["abroad"]
    _, alone = _partners(e, foreign[1:], np.array([1]))
    assert alone.shape == (2, 1, 8)


def test_accounts_of_a_week() -> None:
    """Proves: flows of seven days of 365, stocks in weeks, reserves in money of the use of both origins, sources by
    product and partner, and capital that is no flow.

    Breaks if: a stock is divided by days of the year, or partners and products change places.
    """
    sc = Scenario(name="w", step="week", horizon=70, stocks={"default": 21.0, "farm": 35.0}, reserves={"farm": 7.0})
    s = system_of(parted(), sc)
    week = 7 / 365
    assert s.suppliers == ("farm", "works", "farm from east", "works from east", "farm from west", "works from west")
    assert s.partners == ("", "", "east", "east", "west", "west")
    assert s.base_flow / week == pytest.approx([100.0, 200.0, 10.0, 16.25, 17.0, 26.75])
    assert s.output / week == pytest.approx([100.0, 200.0])
    assert s.value_added / week == pytest.approx(small().value_added.values)
    assert s.stocks.tolist() == [5.0, 3.0, 5.0, 3.0]
    assert s.reserves / week == pytest.approx([100.0, 0.0, 27.0, 0.0])
    assert s.capital.tolist() == [200.0, 500.0]
    assert s.labour.tolist() == small().employment.values.tolist()
    assert s.finals == ("rural", "urban", "state", "capital", "stocks", "exports")
    assert s.final_kinds[-1] == "exports"
    assert s.investment.tolist() == pytest.approx([0.0, 2 / 3, 0.0, 1 / 3])
    assert s.needs == ("all goods and services",) * 4
    pooled = system_of(parted(), replace(sc, behaviour=Behaviour(imports="pooled")))
    assert pooled.inputs == ("farm", "works")
    assert pooled.base_flow / week == pytest.approx([100.0, 200.0, 10.0, 16.25, 17.0, 26.75])
    assert pooled.reserves / week == pytest.approx([127.0, 0.0])


def test_uses_below_zero_come_from_stocks() -> None:
    """Stocks of home works fall by 5 and of imported farm goods by 2, a fifth of it to the east's account.

    Proves: what is drawn down is supply of its product and partner. Breaks if: it is a use, or is lost.
    """
    e = parted()
    home, foreign = e.domestic_final.values.copy(), e.imported_final.values.copy()
    home[1, 4], foreign[0, 4] = -5.0, -2.0
    parts = e.imported_by_partner
    assert parts is not None
    cells = parts.values.copy()
    cells[:, 0, 6] = [-0.4, -1.6]
    drawn = e.replacing(
        domestic_final=e.domestic_final.copy(data=home), imported_final=e.imported_final.copy(data=foreign),
        imported_by_partner=parts.copy(data=cells),
    )  # fmt: skip
    s = system_of(drawn, SHORT)
    # The cell is below zero, so the product's overall shares of the rest count: 10 of 27 and 17 of 27.
    assert s.from_stocks * 365 == pytest.approx([0.0, 5.0, 2.0 * 10 / 27, 0.0, 2.0 * 17 / 27, 0.0])
    assert s.use[1, 6] == s.use[2, 6] == 0.0


def test_days_of_stock() -> None:
    """Proves: a named product, then the default, then its class, and 30 days where none is known; two steps at least
    of what is not named. A class comes before a code, whichever is named first.

    Breaks if: the default counts as a product, or a week's least is a day's.
    """
    codes = ["C19", "D", "maiz", "none"]
    of = known_classes(codes)
    sc = Scenario(name="x", stocks={"D": 4.0})
    assert _days(sc, codes, of, {})[0] == {"C19": 30.0, "D": 4.0, "maiz": 60.0, "none": 30.0}
    assert _days(Scenario(name="x", step="week"), codes, of, {})[0]["D"] == 14.0
    plain = Scenario(name="x", stocks={"D": 9.0, "class:power": 5.0, "default": 7.0})
    assert _days(plain, codes, of, {}) == ({"C19": 7.0, "D": 9.0, "maiz": 7.0, "none": 7.0}, [])
    assert _days(Scenario(name="x"), ["new"], {"new": "D"}, {})[0] == {"new": 3.0}
    assert len(_days(Scenario(name="x", stocks={"moon": 9.0, "mars": 9.0}), codes, of, {})[1]) == 2


def tiers_of(*tiers: tuple[str, ...], **more: Any) -> list[int]:
    parts = {"codes": ("A", "D", "K"), "industries": {"D": "D"}, "finals": ("rural", "state", "exports"),
             "final_kinds": ("household", "government", "exports")}  # fmt: skip
    how = Behaviour(**{**IN_PROPORTION, "tiers": tiers, "rationing": "priority", **more})
    found, faults = _tiers(Scenario(name="x", behaviour=how), parts)
    assert faults == []
    return [int(k) for k in found]


def test_who_is_served_when() -> None:
    """Proves: named by code, class, kind or name, all sectors at once; the first tier that names a user counts; who is
    not named comes last; makers' own use goes before all tiers.

    Breaks if: a later tier takes a user from an earlier one, or tiers count where goods go out in proportion.
    """
    assert tiers_of(("sectors",), ("final:household",)) == [0, 0, 0, 1, 2, 2]
    assert tiers_of(("D", "final:state"), ("sectors", "final:exports")) == [1, 0, 1, 2, 0, 1]
    assert tiers_of(("class:power",), ("sectors",), ("final:household", "final:government")) == [1, 0, 1, 2, 2, 3]
    assert tiers_of(("sectors",), own_use="first") == [1, 1, 1, 2, 2, 2]
    assert tiers_of(("sectors",), rationing="proportional") == [0] * 6
    assert tiers_of(("sectors",), rationing="proportional", own_use="first") == [1] * 6
    assert tiers_of(("K",), ("K", "A")) == [1, 2, 0, 2, 2, 2]


def test_users_that_are_not_there() -> None:
    """Proves: codes, final categories and classes that are none are told; households and the state may be missing, and
    so may a class, where the table has no classes.

    Breaks if: one of them is taken for another.
    """
    parts = {"codes": ("A", "D"), "finals": ("exports",), "final_kinds": ("exports",)}
    first, second = ("final:household", "final:government", "class:hotels"), ("final:moon", "B", "class:x")
    how = Behaviour(**{**IN_PROPORTION, "rationing": "priority", "tiers": (first, second)})
    sc = Scenario(name="x", behaviour=how)
    faults = [str(f) for f in _tiers(sc, parts)[1]]
    assert len(faults) == 3
    assert [sum(word in f for f in faults) for word in ("moon", "'B'", "'x'")] == [1, 1, 1]
    plain = {"codes": ("one", "two"), "finals": ("exports",), "final_kinds": ("exports",)}
    calm = Scenario(
        name="x", behaviour=Behaviour(**{**IN_PROPORTION, "rationing": "priority", "tiers": (("class:hotels",),)})
    )
    assert _tiers(calm, plain)[1] == []


def test_systems_from_plain_arrays() -> None:
    """Two regions of two goods. Proves: shares over makers everywhere, flows of a step, what is left out, and gaps.

    North's coal is a quarter of what is used of coal in the south: 1 of 4. Breaks if: regions and goods change places.
    """
    sc = Scenario(name="x", step="week", horizon=14, stocks={"default": 14.0}, behaviour=Behaviour(binding="all"))
    Z = np.array([[2.0, 0, 1, 0], [0, 0, 0, 4], [1, 0, 3, 0], [0, 5, 0, 0]])
    Y = np.array([[3.0, -1.0], [6.0, 2.0], [4.0, 4.0], [1.0, 1.0]])
    arrays: dict[str, Any] = {"regions": ["N", "S"], "codes": ["coal", "ore"]}
    s = system_from_arrays(Z, Y, sc, **arrays)
    week = 7 / 365
    assert s.sectors == ("N coal", "N ore", "S coal", "S ore")
    assert (s.regions, s.codes) == (("N", "N", "S", "S"), ("coal", "ore") * 2)
    assert s.output / week == pytest.approx([5.0, 12.0, 12.0, 7.0])
    assert s.value_added / week == pytest.approx([2.0, 7.0, 8.0, 3.0])
    assert s.use[0] / week == pytest.approx([3.0, 0.0, 4.0, 0.0, 7.0, 4.0])
    assert s.shares[:, 2].tolist() == pytest.approx([0.25, 0.0, 0.75, 0.0])
    assert s.from_stocks / week == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert (s.finals, s.final_kinds) == (("final 0", "final 1"), ("household", "household"))
    assert s.input_of.tolist() == [0, 1, 0, 1]
    assert s.capital.tolist() == [0.0] * 4
    assert (s.labour.tolist(), s.skills) == ([[1.0] * 4], ("labour",))
    given = system_from_arrays(
        Z, Y, sc, **arrays, value_added=np.array([1.0, 2, 3, 4]), capital=np.array([9.0, 8, 7, 6]), money="cows",
        output=np.array([5.0, 12.0, 12.01, 7.0]), finals=["a", "b"], final_kinds=["household", "government"],
        labels={"ore": "Ore"},
    )  # fmt: skip
    assert given.value_added / week == pytest.approx([1.0, 2, 3, 4])
    assert given.capital.tolist() == [9.0, 8.0, 7.0, 6.0]
    assert (given.money, given.finals, given.label("ore")) == ("cows", ("a", "b"), "Ore")
    with pytest.raises(BalanceError):
        system_from_arrays(Z, Y, sc, **arrays, output=np.array([5.0, 12.0, 12.02, 7.0]))
    for z, y in ((Z[:3], Y), (Z, Y[:3]), (Z[:, :3], Y)):
        with pytest.raises(StudyError, match="give 4 × 4"):
            system_from_arrays(z, y, sc, **arrays)
    one = system_from_arrays(Z[:2, :2], Y[:2], sc, regions=["N"], codes=["coal", "ore"])
    assert one.sectors == ("coal", "ore")


# What would have bridged it.


def test_halving_between_nothing_and_the_most() -> None:
    """1 − m/10 is to be under 0.35 within a half: 5, 7.5, 6.25, 6.875 and 6.5625 are tried, which is the answer.

    Proves: every point that was tried, both ends of the last interval; bounds themselves are good enough.
    Breaks if: the search goes on, stops early, or takes the bad end.
    """
    bridge = search(lambda m: 1 - m / 10, 0.35, 10.0, 0.5)
    assert bridge.means == 6.5625
    assert list(bridge.tried) == [0.0, 5.0, 6.25, 6.5625, 6.875, 7.5, 10.0]
    assert bridge.monotone
    assert search(lambda m: 1 - m / 10, 1.0, 10.0, 0.5).tried == {0.0: 1.0}
    assert search(lambda m: 1 - m / 10, 0.5, 5.0, 5.0).means == 5.0
    assert search(lambda m: 1 - m / 10, 0.5, 10.0, 4.0).means == 5.0
    assert search(lambda m: 1 - m / 10, 0.5, 10.0, 5.0).tried.keys() == {0.0, 5.0, 10.0}
    none = search(lambda m: 1 - m / 10, 0.35, 6.0, 0.5)
    assert (none.means, none.tried) == (None, {0.0: 1.0, 6.0: 0.4})
    assert search(lambda m: 0.5 + 5e-10 * m, 0.1, 1.0, 0.5).monotone
    assert not search(lambda m: 0.5 + 2e-9 * m, 0.1, 1.0, 0.5).monotone
    assert search(lambda m: 50.0 + 4e-8 * m, 0.1, 1.0, 0.5).monotone
    assert not search(lambda m: 50.0 + 6e-8 * m, 0.1, 1.0, 0.5).monotone


def test_bridges_by_stock_and_by_capacity() -> None:
    """Proves: reserves come beside those that are there, users' stocks in place of theirs above two days; capacity is
    tried on the economy in which it was made at home; tables and words of each.

    Breaks if: other products' reserves are lost, or the least is added twice.
    """
    e = small()
    sc = replace(SHORT, reserves={"works": 3.0})
    loss = loss_share(e, sc)
    state = bridging_stock(e, sc, ["farm"], 0.5 * loss, most=40.0, tolerance=5.0)
    tried = state.table("tried")
    for days, share in zip(tried["means"], tried["loss_share"], strict=True):
        assert share == pytest.approx(loss_share(e, sc.replacing(reserves={"works": 3.0, "farm": days})))
    assert tried["enough"].tolist() == (tried["loss_share"] <= 0.5 * loss).tolist()
    assert max(tried["means"]) == 40.0
    assert state.provenance["bridge_unit"] == "days in the state's reserve"
    assert state["bridged_loss_share"]["means"].values.tolist() == tried["means"].tolist()
    users = bridging_stock(e, sc, ["farm"], 0.5 * loss, reserve=False, most=40.0, tolerance=5.0).table("tried")
    assert max(users["means"]) == 38.0
    for days, share in zip(users["means"], users["loss_share"], strict=True):
        assert share == pytest.approx(loss_share(e, sc.replacing(stocks={"default": 5.0, "farm": 2.0 + days})))
    home = bridging_capacity(e, sc, ["farm"], 0.5 * loss, tolerance=0.1)
    shares = home.table("tried")
    assert max(shares["means"]) == 0.99
    for share, lost in zip(shares["means"], shares["loss_share"], strict=True):
        assert lost == pytest.approx(loss_share(made_at_home(e, ["farm"], share), sc))
    assert home.provenance["products"] == ["farm"]
    with pytest.raises(GroundplanError, match="moon"):
        bridging_stock(e, sc, ["moon"], 0.5)


def test_partners_sell_less_of_what_is_made_at_home() -> None:
    """Proves: each partner sells the rest of each cell, of sectors as they grow; other products as much as sectors use.

    Breaks if: final users' cells grow with sectors.
    """
    e = parted()
    moved = made_at_home(e, ["farm"], 0.25)
    grown = moved.output.values / e.output.values
    before, after = e.imported_by_partner, moved.imported_by_partner
    assert before is not None
    assert after is not None
    uses = np.array([*grown, *[1.0] * 5])
    assert after.values == pytest.approx(before.values * np.array([[0.75], [1.0]]) * uses)
    assert after.sum("partner").values[:, :2] == pytest.approx(moved.imported_use.values)
    nobody = small()
    idle = nobody.replacing(
        domestic_use=nobody.domestic_use * [[0.0], [1.0]] * [0.0, 1.0], imported_use=nobody.imported_use * [0.0, 1.0],
        domestic_final=nobody.domestic_final * [[0.0], [1.0]], exports=nobody.exports * [0.0, 1.0],
        primary=nobody.primary * [0.0, 1.0],
    )  # fmt: skip
    with pytest.raises(StudyError, match="nobody makes farm at home"):
        made_at_home(idle, ["farm", "works"], 0.25)
    assert made_at_home(idle, ["works"], 0.0).output.values == pytest.approx(idle.output.values)


# What could be had at best.


def test_what_can_be_had_step_by_step_and_in_all() -> None:
    """Proves: final use, output and imports keep to the limits, and lose as little as another solver's answer to the
    same rows; over the whole horizon, with stocks or with what may be used up besides.

    Breaks if: a unit of use, a way of working or a limit is counted twice, or another need's weight is taken.
    """
    s = uneven()
    limits = ceilings(s, shaken(s))
    weights = {"food": 1.0, "heat": 2.5}
    best = feasible_use(s, limits, weights)
    w = np.array([1.0, 2.5, 2.5])
    demand = limits.demand.sum(axis=2)
    given = np.array([2.0, 0.0, 0.0])
    for t in range(5):
        assert best.loss[t] == pytest.approx(_least(s, limits.making[t], limits.buying[t], demand[t], given, w))
    assert best.loss == pytest.approx((demand - best.final) @ w)
    assert (best.final <= demand + 1e-9).all()
    assert (best.production <= limits.making + 1e-7).all()
    assert (best.imports <= limits.buying + 1e-7).all()
    assert best.loss.max() > 0.0
    whole = (limits.making.sum(axis=0), limits.buying.sum(axis=0), demand.sum(axis=0))
    full, some = least_loss(s, limits, weights), least_loss(s, limits, weights, usable=np.array([1.0, 0.0, 2.0]))
    held = s.wanted.sum(axis=1) + s.reserves
    assert full.loss[0] == pytest.approx(_least(s, *whole, 5 * given + held, w), abs=1e-9)
    assert some.loss[0] == pytest.approx(_least(s, *whole, 5 * given + [1.0, 0.0, 2.0], w))
    assert some.final.shape == (1, 3)


def _least(s: Any, making: Any, buying: Any, demand: Any, extra: Any, w: np.ndarray) -> float:
    """The least weighted loss: columns v, v', buy, y."""
    n, p = 2, 3
    made = np.vstack([np.eye(2), np.zeros((1, 2))])
    full = s.coefficients * (s.binding <= 1) - made
    lean = s.coefficients * (s.binding == 0) - made
    rows = np.hstack([full, lean, -np.eye(p), np.eye(p)])
    plants = np.hstack([np.eye(n), 2 * np.eye(n), np.zeros((n, 2 * p))])
    bounds = [(0, None)] * (2 * n) + [(0, x) for x in [*buying, *demand]]
    found = linprog(np.r_[np.zeros(2 * n + p), -w], np.vstack([rows, plants]), np.r_[extra, making], bounds=bounds)
    return float(w @ demand + found.fun)


# What is told of where it comes from.


def test_what_the_engine_takes_for_granted() -> None:
    """Proves: each assumption as the scenario has it. Breaks if: a default is told where the scenario says more."""
    rows = {a.name: a.value for a in assumed(SHORT)}
    assert len(rows) == 12
    assert rows["stocks"] == "5 days of use"
    assert rows["strategic reserves"] == "none"
    assert rows["overtime"] == "at most 1, 1.02, 1.05 times base output"
    assert "imports under 10% of a use" in rows["which inputs bind"]
    other = Behaviour(sharing="orders", binding="all", psi=0.5)
    rows = {a.name: a.value for a in assumed(Scenario(name="x", reserves={"a": 3.0}, behaviour=other))}
    assert "by broad class" in rows["stocks"]
    assert "as the scenario says" in rows["strategic reserves"]
    assert rows["psi"] == "0.5"
    assert rows["overtime"].startswith("up to 1.25 times base output within 365 days")
    assert rows["which inputs bind"] == "all"
    values = as_values(SHORT)
    assert values["events"][0]["kind"] == "cut_imports"
    assert values["events"][0]["depth"] == 0.5
    about = provenance(small(), SHORT, "adaptive", more=7)
    assert (about["engine"], about["more"], about["country"], about["accounts_year"]) == (
        "stress, adaptive",
        7,
        "TST",
        2020,
    )
    assert about["scenario"] == values
    assert len(about["assumptions"]) == 12 + len(small().assumptions)
