"""True of every economy and of every product carved out of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from economies import shipped, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import worlds
from test_replication import base_plan, misses

from groundplan.economy.aggregation import FLOWS, aggregate
from groundplan.economy.carving.carving import Carve, Ingredient, by_sector, carve
from groundplan.economy.carving.splitting import placed
from groundplan.economy.economy import Economy
from groundplan.economy.quantities import physical_account
from groundplan.errors import GroundplanError

CLOSE = 1e-9
MONEY = ("output", "imports", "value_added")


@st.composite
def recipes(draw: st.DrawFn, e: Economy, sector: str, product: str = "p") -> Carve:
    """A product that can be carved out of a sector: everything that may be stated is stated in some draws.

    Every use may take it, so that sales fit; named inputs cost 0.8 to 1.1 times what the sector spends on them per
    unit, and the product is at most 0.4 of the sector, so that costs fit.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    share = float(rng.uniform(0.05, 0.4))
    x = float(e.output.sel(sector=sector))
    spent = ((e.domestic_use + e.imported_use).sel(sector=sector) / x).to_series()
    others = [i for i in spent.index if i != sector and spent[i] > 0]
    inputs = [Ingredient(i, coefficient=float(spent[i] * rng.uniform(0.8, 1.1))) for i in others if draw(st.booleans())]
    if draw(st.booleans()):
        inputs.append(Ingredient(product, amount=float(spent[sector] * share * 0.9)))
    finals = [str(f) for f in e.domestic_final["final"].values]
    users = {u: float(rng.uniform(0.2, 5.0)) for u in (*e.sectors, *finals, "exports")} if draw(st.booleans()) else {}
    sold = {} if users or not draw(st.booleans()) else {"exported_share": float(rng.uniform(0.0, 1.0) * share)}
    brought = {"imported_share": float(rng.uniform(0.0, 1.0))} if draw(st.booleans()) else {}
    stocks = {}
    if draw(st.booleans()):
        made = share * x / 0.5
        stocks["labour"] = float(e.employment.sel(sector=sector).sum()) * share * float(rng.uniform(0.5, 1.1)) / made
        stocks["capital"] = float(e.capital_stock.sel(sector=sector)) * float(rng.uniform(0.0, 1.0)) / made
    return Carve(
        product, sector, "t", "drawn", share=share, price=0.5, inputs=inputs, users=users, **sold, **brought, **stocks
    )


@st.composite
def carved(draw: st.DrawFn) -> tuple[Economy, Economy, list[Carve]]:
    """A drawn economy, the same with one or two products carved out, and how."""
    e = Economy.from_table(draw(tables()))
    sector = draw(st.sampled_from(e.sectors))
    first = draw(recipes(e, sector))
    after = carve(e, [first])
    if draw(st.booleans()):
        # From what is left, from the product itself, or from another sector.
        second = draw(recipes(after, draw(st.sampled_from(after.sectors)), "q"))
        return e, carve(after, [second]), [first, second]
    return e, after, [first]


def same(a: xr.DataArray, b: xr.DataArray) -> None:
    """Equal cell by cell, to a billionth of the array's largest."""
    there = a.sel({d: b[d] for d in b.dims}).transpose(*b.dims)
    assert np.abs(there.values - b.values).max() <= CLOSE * max(float(np.abs(b.values).max()), 1e-300)


@settings(max_examples=10)
@given(carved())
def test_parts_sum_to_the_sector(drawn: tuple[Economy, Economy, list[Carve]]) -> None:
    """Every account of the carved economy, aggregated back, is the account it came from.

    Proves: rows, columns, own use, imports, re-exports, primary inputs, employment, capital, wear and investment are
    split without loss, for products carved from a sector, from what is left of it and from each other.
    Breaks if: a cell is cut by one share and left with another, or an array is forgotten.
    """
    before, after, _ = drawn
    back = aggregate(after, by_sector(after))
    for name in (*FLOWS, "depreciation", "final_taxes"):
        if getattr(before, name) is not None:
            same(getattr(back, name), getattr(before, name))
    for name in MONEY:
        same(getattr(back, name), getattr(before, name))
    assert back.sectors == before.sectors
    assert back.physical == {}


@settings(max_examples=20)
@given(carved())
def test_both_accounts_balance(drawn: tuple[Economy, Economy, list[Carve]]) -> None:
    """Money and units, rows and columns.

    Proves: costs equal output in every part; a product's output is quantity times price; its sources are its uses in
    units; no part has a negative cell where its sector has none.
    Breaks if: the fit misses its total, a share leaves 0 to 1, or a product from which another is carved keeps its old
    quantity.
    """
    before, after, carves = drawn
    cost = after.domestic_use.sum("product") + after.imported_use.sum("product") + after.primary.sum("primary")
    assert np.allclose(cost.values, after.output.values, rtol=CLOSE)
    for c in carves:
        there = after.physical[c.product]
        assert there.quantity * there.price == pytest.approx(float(after.output.sel(sector=c.product)), rel=CLOSE)
        account = physical_account(after, c.product)
        for column in ("quantity", "money"):
            sides = account.groupby("side")[column].sum()
            assert sides["source"] == pytest.approx(sides["use"], rel=CLOSE)
        assert np.allclose(account["quantity"] * there.price, account["money"])
        assert np.allclose(account["home"] + account["imported"], account["quantity"])
    for name in FLOWS:
        old, new = getattr(before, name), getattr(after, name)
        if old is not None and float(old.min()) >= 0:
            assert float(new.min()) >= 0, name


@settings(max_examples=10)
@given(st.data())
def test_a_plain_carve_is_the_sector_in_small(data: st.DataObject) -> None:
    """Without recipe or users the product's row and column are the sector's, times its share.

    Proves: what is not stated follows the sector, own use in the proportion share by share.
    Breaks if: a default is anything else than proportional.
    """
    e = Economy.from_table(data.draw(tables()))
    s, share = data.draw(st.sampled_from(e.sectors)), data.draw(st.floats(0.05, 0.95))
    after = carve(e, [Carve("p", s, "t", "drawn", share=share, quantity=7.0)])
    others = [j for j in e.sectors if j != s]
    for use in (after.domestic_use, after.imported_use):
        before = e.domestic_use if use is after.domestic_use else e.imported_use
        whole = float(before.sel(product=s, sector=s))
        assert np.allclose(use.sel(product="p", sector=others), share * before.sel(product=s, sector=others))
        assert np.allclose(use.sel(product=others, sector="p"), share * before.sel(product=others, sector=s))
        assert float(use.sel(product="p", sector="p")) == pytest.approx(share * share * whole)
        assert float(use.sel(product=s, sector="p")) == pytest.approx(share * (1 - share) * whole)
    for name in ("domestic_final", "imported_final"):
        assert np.allclose(getattr(after, name).sel(product="p"), share * getattr(e, name).sel(product=s))
    assert float(after.exports.sel(product="p")) == pytest.approx(share * float(e.exports.sel(product=s)))
    assert after.physical["p"].price == pytest.approx(share * float(e.output.sel(sector=s)) / 7.0)


@settings(max_examples=12)
@given(st.data(), st.floats(1e-3, 1e3))
def test_the_money_unit_does_not_matter(data: st.DataObject, unit: float) -> None:
    """Proves: accounts and prices in another money unit give the same quantities and the same shares.

    Breaks if: a tolerance or a limit of the fit is a number of money.
    """
    t = data.draw(tables())
    e = Economy.from_table(t)
    c = data.draw(recipes(e, data.draw(st.sampled_from(e.sectors))))
    parts = ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary")
    other = Economy.from_table(replace(t, **{p: getattr(t, p) * unit for p in (*parts, "final_taxes")}))
    assert c.price is not None
    # Employment here is wages, so it is money too; labour and capital are per unit of product.
    more = {k: v * unit for k in ("labour", "capital") if (v := getattr(c, k)) is not None}
    one, two = carve(e, [c]), carve(other, [replace(c, price=c.price * unit, **more)])
    assert two.physical["p"].quantity == pytest.approx(one.physical["p"].quantity)
    for name in FLOWS:
        if getattr(one, name) is not None:
            same(getattr(two, name), getattr(one, name) * unit)


@settings(max_examples=8)
@given(st.data())
def test_carving_at_once_is_carving_one_by_one(data: st.DataObject) -> None:
    """Proves: two products of different sectors, carved in one call or in two, in either order, are the same.

    Breaks if: a carve looks at more than its own sector's cells.
    """
    e = Economy.from_table(data.draw(tables()))
    a, b = e.sectors[0], e.sectors[-1]
    one, two = (Carve(p, s, "t", "drawn", share=0.3, price=2.0) for p, s in (("p", a), ("q", b)))
    at_once = carve(e, [one, two])
    for other in (carve(carve(e, [one]), [two]), carve(e, [two, one])):
        for name in FLOWS:
            if getattr(e, name) is not None:
                same(getattr(other, name), getattr(at_once, name))
    assert at_once.physical == carve(carve(e, [one]), [two]).physical


@settings(max_examples=10)
@given(worlds(), st.data())
def test_partners_are_split_too(w: object, data: st.DataObject) -> None:
    """Proves: imports by partner still sum to imports, cell by cell, and back to the sector's.

    Breaks if: the partners' cells are cut by other shares than the imports.
    """
    e = w.national(w.countries[0])  # type: ignore[attr-defined]
    s = data.draw(st.sampled_from([s for s in e.sectors if float(e.output.sel(sector=s)) > 0]))
    after = carve(e, [Carve("p", s, "t", "drawn", share=0.4, price=2.0, imported_share=0.7)])
    assert after.imported_by_partner is not None
    total = after.imported_by_partner.sum("partner")
    same(total.sel(use=list(after.sectors)).rename(use="sector"), after.imported_use)
    same(total.sel(use=after.imported_final["final"].values).rename(use="final"), after.imported_final)
    same(aggregate(after, by_sector(after)).imported_by_partner, e.imported_by_partner)


@settings(max_examples=6)
@given(carved())
def test_carved_accounts_come_back(drawn: tuple[Economy, Economy, list[Carve]]) -> None:
    """Proves: the one-year plan of a carved economy is its accounts, to 1e-6 of each figure.

    Breaks if: a carved product's plant, labour, markets or inventories are compiled wrong.
    """
    assert misses(drawn[1], base_plan(drawn[1])) == []


def test_carved_kenya_comes_back() -> None:
    """Proves: Kenya with cement, diesel and electricity in their own units is replicated to 1e-6.

    Breaks if: carving leaves cells that the compiler or the solver cannot tell from zero.
    """
    e = shipped("KEN 2019")
    users = {"cons": 10.0, "nmet": 1.0, "exports": 1.0}
    after = carve(
        e,
        [
            Carve("elec", "elec", "GWh", "assumed for the test", share=1.0, quantity=12_000.0),
            Carve("cement", "nmet", "t", "assumed for the test", quantity=5.9e6, price=9e-6, users=users),
            Carve("lime", "nmet", "t", "assumed for the test", share=0.05, price=2e-5),
            Carve("diesel", "chem", "t", "assumed for the test", share=0.4, price=8e-5, imported_share=0.5),
        ],
    )
    assert misses(after, base_plan(after)) == []


@settings(max_examples=60)
@given(st.integers(1, 8), st.integers(0, 2**16), st.floats(0.0, 1.0))
def test_placed_cells_keep_their_limits(n: int, seed: int, at: float) -> None:
    """Cells in proportion to weights, within limits.

    Proves: the sum is met; no cell leaves its limits; cells at neither limit are in proportion to their weights; sums
    out of reach are refused.
    Breaks if: the factor is found on the wrong piece of the function.
    """
    rng = np.random.default_rng(seed)
    weights, ceilings = rng.uniform(0.0, 5.0, n) * (rng.uniform(size=n) < 0.8), rng.uniform(0.0, 10.0, n)
    floors = ceilings * rng.uniform(0.0, 0.5, n) * (rng.uniform(size=n) < 0.3)
    least, most = floors.sum(), np.where(weights > 0, ceilings, floors).sum()
    z = placed(least + at * (most - least), weights, ceilings, floors)
    assert z is not None
    assert z.sum() == pytest.approx(least + at * (most - least), rel=CLOSE, abs=1e-12)
    assert (z >= floors - 1e-12).all()
    assert (z <= ceilings + 1e-12).all()
    free = (weights > 0) & (z > floors + 1e-9) & (z < ceilings - 1e-9)
    factor = z[free] / weights[free]
    assert np.allclose(factor, factor[:1], rtol=1e-7)
    assert placed(most * 1.01 + 1.0, weights, ceilings, floors) is None
    assert least == 0 or placed(least * 0.9, weights, ceilings, floors) is None


@settings(max_examples=10)
@given(st.data())
def test_what_does_not_fit_is_refused(data: st.DataObject) -> None:
    """Proves: a recipe that takes more of an input than the sector does is refused and the input named.

    Breaks if: shares are cut off at 1 in silence.
    """
    e = Economy.from_table(data.draw(tables()))
    s = data.draw(st.sampled_from(e.sectors))
    i = next(k for k in e.sectors if k != s)
    cell = float((e.domestic_use + e.imported_use).sel(product=i, sector=s))
    most = cell / (0.4 * float(e.output.sel(sector=s)))
    c = Carve("p", s, "t", "drawn", share=0.4, price=1.0, inputs=[Ingredient(i, coefficient=1.01 * most)])
    with pytest.raises(GroundplanError, match=f"'{i}'"):
        carve(e, [c])
