"""Laws of the measures on world tables, on drawn worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import merged, rescaled, shuffled, worlds

from groundplan.economy.leontief import Leontief
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.measures.dependence import import_content_by_product
from groundplan.measures.world import partners, value_added_trade, world_dependence

FEW = settings(max_examples=12, deadline=None)
ARRAYS = [
    world_dependence.face_value_reliance,
    world_dependence.look_through_reliance,
    world_dependence.hidden_exposure,
    world_dependence.face_value_market_reliance,
    world_dependence.look_through_market_reliance,
    world_dependence.final_destination,
    world_dependence.import_content_by_partner,
    world_dependence.import_content_by_partner_and_round,
    value_added_trade.value_added_in_exports,
    value_added_trade.value_added_in_final_use,
    value_added_trade.value_added_abroad,
    partners.partner_share_looked_through,
    partners.supplier_concentration_looked_through,
]
TABLES = [
    world_dependence.reliance_table,
    world_dependence.market_reliance_table,
    value_added_trade.exports_table,
    partners.concentration_table,
    partners.partner_extraction,
]


@FEW
@given(worlds(), st.randoms(use_true_random=False))
def test_order_is_immaterial(w: World, random: object) -> None:
    """Proves: countries and industries in another order give the same figure for every label."""
    orders = [list(range(len(labels))) for labels in (w.countries, w.industries)]
    for order in orders:
        random.shuffle(order)  # type: ignore[attr-defined]
    other = shuffled(w, *orders)
    for measure in ARRAYS:
        here, there = measure(w, "C1"), measure(other, "C1")
        np.testing.assert_allclose(there.sel(here.coords).values, here.values, rtol=1e-8, atol=1e-9)
    for table in TABLES:
        ours = table(w, "C1").select_dtypes("number")
        np.testing.assert_allclose(table(other, "C1").loc[ours.index, ours.columns], ours, rtol=1e-7, atol=1e-9)


@FEW
@given(worlds(), st.sampled_from([1e-3, 7.0, 1e6]))
def test_money_unit_is_immaterial(w: World, by: float) -> None:
    """Proves: in another money unit, flows change by the factor and ratios not at all."""
    other = rescaled(w, by)
    for measure in ARRAYS:
        here = measure(w, "C0")
        factor = by if here.attrs["units"].startswith(w.money) else 1.0
        np.testing.assert_allclose(measure(other, "C0").values, factor * here.values, rtol=1e-8, atol=1e-9 * by)


@FEW
@given(worlds(most_countries=3))
def test_merging_partners_adds_up_what_is_at_face_value(w: World) -> None:
    """Proves: two partners as one: direct reliance, national import content and value added of final use add up.

    Figures that run through the merged country's coefficients (value added from elsewhere) need not.
    """
    if len(w.countries) < 3:
        return
    other = merged(w)
    for measure in (world_dependence.face_value_reliance, world_dependence.import_content_by_partner):
        parts, whole = measure(w, "C0"), measure(other, "C0")
        np.testing.assert_allclose(whole.sel(partner="rest").values, parts.sum("partner").values, rtol=1e-9)
    everything = [float(value_added_trade.value_added_in_final_use(v, "C0").sum()) for v in (w, other)]
    untaxed = not w.primary.values[1].any()
    assert not untaxed or everything[0] == pytest.approx(everything[1])


@FEW
@given(worlds())
def test_nothing_seen_through_is_less_than_its_face(w: World) -> None:
    """Proves: look-through ≥ face value, buying and selling, cell by cell; hidden exposure is what is between."""
    face = world_dependence.face_value_reliance(w, "C0")
    through = world_dependence.look_through_reliance(w, "C0")
    assert (through.values >= face.values - 1e-12).all()
    np.testing.assert_allclose(world_dependence.hidden_exposure(w, "C0"), through - face)
    sold = world_dependence.face_value_market_reliance(w, "C0")
    used = world_dependence.look_through_market_reliance(w, "C0")
    known = ~np.isnan(sold.values)
    assert (used.values[known] >= sold.values[known] - 1e-12).all()
    table = world_dependence.reliance_table(w, "C0")
    np.testing.assert_allclose(table["hidden"], table["look_through"] - table["face_value"], atol=1e-12)


@FEW
@given(worlds())
def test_both_sides_of_the_market_tell_of_the_same_production(w: World) -> None:
    """Proves: what c needs of r's goods is what r's goods go into at c: (L − I)[r, c] x_c = x_r (G − I)[r, c]."""
    x = w.output.reshape(len(w.countries), -1)
    bought = world_dependence.look_through_reliance(w, "C0").sel(partner="C1").values * x[0]
    sold = world_dependence.look_through_market_reliance(w, "C1").sel(partner="C0").values * x[1][:, None]
    np.testing.assert_allclose(np.nan_to_num(sold), bought, rtol=1e-8, atol=1e-9)


@FEW
@given(worlds())
def test_shares_sum_to_one(w: World) -> None:
    """Proves: destinations and looked-through origins share out everything."""
    destinations = world_dependence.final_destination(w, "C0").sum("destination", skipna=False).values
    makes = w.output[w.rows("C0")] > 0
    np.testing.assert_allclose(destinations[makes], 1.0)
    assert np.isnan(destinations[~makes]).all()
    origins = partners.partner_share_looked_through(w, "C0").sum("origin", skipna=False).values
    np.testing.assert_allclose(origins[~np.isnan(origins)], 1.0)
    e = w.national("C0")
    direct = partners.partner_share(e).sum("partner", skipna=False).values
    np.testing.assert_allclose(direct[~np.isnan(direct)], 1.0)


@FEW
@given(worlds(), st.integers(1, 8))
def test_partners_and_rounds_sum_to_the_national_total(w: World, rounds: int) -> None:
    """Proves: over partners, the world's import content is the national economy's; over rounds, it is the total."""
    by_partner = world_dependence.import_content_by_partner(w, "C1")
    e = w.national("C1")
    national = import_content_by_product(e, "household") + import_content_by_product(e, "investment")
    np.testing.assert_allclose(by_partner.sum("partner"), national, rtol=1e-8, atol=1e-9)
    by_round = world_dependence.import_content_by_partner_and_round(w, "C1", rounds)
    assert by_round.sizes["round"] == rounds + 2
    np.testing.assert_allclose(by_round.sum("round"), by_partner, rtol=1e-8, atol=1e-9)


@FEW
@given(worlds())
def test_exports_are_shared_out_among_earners_and_taxes(w: World) -> None:
    """Proves: EXGR = DVA + FVA + taxes on the way, in total and cell by cell."""
    for c in w.countries:
        table = value_added_trade.exports_table(w, c)
        np.testing.assert_allclose(table[["domestic", "foreign", "taxes"]].sum(axis=1), table["exports"], atol=1e-9)
        detail = value_added_trade.value_added_in_exports(w, c).sum("product")
        np.testing.assert_allclose(detail.sel(origin=c), table["domestic"], rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(detail.sum("origin"), table["domestic"] + table["foreign"], rtol=1e-8, atol=1e-9)


@FEW
@given(worlds())
def test_value_added_is_used_up_at_home_or_abroad(w: World) -> None:
    """Proves: value added of a country = what it uses itself + its value-added exports (Johnson and Noguera).

    Balances of trade in value added and in goods agree where no taxes are paid on the way.
    """
    sums = value_added_trade.participation_table(w)
    for c in w.countries:
        abroad = value_added_trade.value_added_abroad(w, c)
        home = value_added_trade.value_added_in_final_use(w, c).sel(origin=c)
        np.testing.assert_allclose(abroad.sum("destination").values + home.values, w.value_added[w.rows(c)], atol=1e-8)
        assert float(abroad.sum()) == pytest.approx(sums.loc[c, "vax"])
    if w.primary.values[1].any():
        return
    for c in w.countries:
        bought = float(value_added_trade.value_added_in_final_use(w, c).sum())
        earned_abroad = bought - float(value_added_trade.value_added_in_final_use(w, c).sel(origin=c).sum())
        goods = sums.loc[c, "exports"] - partners.concentration_table(w, c)["imports"].sum()
        assert sums.loc[c, "vax"] - earned_abroad == pytest.approx(goods, abs=1e-6)


@FEW
@given(worlds(), st.sampled_from([0.0, 0.3, 1.0]))
def test_extraction_of_a_partner_is_solving_anew(w: World, share: float) -> None:
    """Proves: the low-rank formulas give what Leontief's and Ghosh's models give with the block cut."""
    table = partners.partner_extraction(w, "C0", share)
    here, unit = w.rows("C0"), np.eye(w.size)
    x, v, f = w.output, value_added_trade.value_added_share(w), w.output - w.coefficients @ w.output
    assert sorted(table.index) == [c for c in w.countries if c != "C0"]
    for r in table.index:
        there, cut = w.rows(r), w.use.values.copy()
        cut[there, here] *= 1.0 - share
        flows = np.where(x > 0, x, np.inf)
        demand = v * (x - np.linalg.solve(unit - cut / flows, f))
        primary = x - w.use.values.sum(axis=0)
        supply = v * (x - np.linalg.solve(unit - (cut / flows[:, None]).T, primary))
        row = table.loc[r]
        found = [row[k] for k in ("demand_home", "demand_partner", "demand_world", "supply_home", "supply_world")]
        wanted = [demand[here].sum(), demand[there].sum(), demand.sum(), supply[here].sum(), supply.sum()]
        np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-8)
        assert row["inputs"] == pytest.approx(share * w.use.values[there, here].sum())


@FEW
@given(worlds())
def test_concentration_lies_between_equal_shares_and_one(w: World) -> None:
    """Proves: 1/k ≤ H ≤ 1, H ≥ (largest share)², and the table's figures are the measures'."""
    e = w.national("C0")
    h, largest = partners.supplier_concentration(e).to_series(), partners.largest_partner_share(e).to_series()
    some = h.notna()
    assert (h[some] <= 1 + 1e-12).all()
    assert (h[some] >= 1 / (len(w.countries) - 1) - 1e-12).all()
    assert (h[some] >= largest[some] ** 2 - 1e-12).all()
    table = partners.concentration_table(w, "C0")
    national = partners.partner_table(e)
    np.testing.assert_allclose(table.loc[h.index, "concentration"], h)
    np.testing.assert_allclose(national.loc[h.index, "share"], largest)
    assert table.loc[h.index, "partner"].tolist() == national.loc[h.index, "partner"].tolist()
    through = partners.supplier_concentration_looked_through(w, "C0").to_series()
    np.testing.assert_allclose(table.loc[h.index, "concentration_looked_through"], through)


@given(st.integers(2, 30), st.integers(0, 99))
def test_iteration_and_factors_agree(n: int, seed: int) -> None:
    """Proves: one right-hand side by iteration, many by factors, from both sides, all solve the same system."""
    rng = np.random.default_rng(seed)
    a = rng.uniform(size=(n, n))
    a *= rng.uniform(0.1, 0.95, n) / a.sum(axis=0)
    big = np.kron(np.eye(-(-501 // n)), a)
    b = rng.uniform(-1.0, 1.0, len(big))
    iterated, factored = Leontief(big), Leontief(big)
    assert factored.factors[0].shape == big.shape
    np.testing.assert_allclose(iterated.solve(b), factored.solve(b), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(iterated.solve_left(b), factored.solve_left(b), rtol=1e-9, atol=1e-12)
    assert "factors" not in vars(iterated)
    np.testing.assert_allclose(b, iterated.solve(b) - big @ iterated.solve(b), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(b, iterated.solve_left(b) - big.T @ iterated.solve_left(b), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [2, 600])
@pytest.mark.parametrize("own", [1.0, 1.2])
def test_sectors_that_eat_more_than_they_make_get_no_answer(size: int, own: float) -> None:
    """Proves: a matrix without a productive solution is refused, small or large, singular or not."""
    a = np.full((size, size), own / size)
    for ask in (Leontief(a).solve, Leontief(a).solve_left):
        with pytest.raises(GroundplanError, match="need more of each other's output"):
            ask(np.ones(size))


@given(worlds(most_countries=2, most_industries=2))
@settings(max_examples=3, deadline=None)
def test_what_is_not_there_is_refused(w: World) -> None:
    """Proves: unknown countries, shares beyond all and rounds below one are refused in words."""
    for measure in (*ARRAYS, *TABLES):
        with pytest.raises(UnknownName, match="no country in the world table 'C9'"):
            measure(w, "C9")  # type: ignore[operator]
    with pytest.raises(StudyError, match=r"share is 1\.5"):
        partners.partner_extraction(w, "C0", 1.5)
    with pytest.raises(StudyError, match="rounds is 0"):
        world_dependence.import_content_by_partner_and_round(w, "C0", 0)
    with pytest.raises(GroundplanError, match="do not say whom imports come from"):
        partners.partner_share(w.national("C0").replacing(imported_by_partner=None))
