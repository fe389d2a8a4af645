"""Three countries of two industries with unlike figures: every measure of the world table against its definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_worlds import world

from groundplan.economy.world import World
from groundplan.errors import StudyError, TableError
from groundplan.measures.world import partners, value_added_trade, world_dependence
from groundplan.measures.world.complexity import complexity, revealed_advantage

COUNTRIES = ["A", "B", "C"]
USE = np.array(
    [
        [4.0, 7.0, 2.0, 1.0, 3.0, 0.0],
        [6.0, 3.0, 0.0, 5.0, 1.0, 2.0],
        [9.0, 1.0, 8.0, 2.0, 4.0, 6.0],
        [2.0, 5.0, 3.0, 7.0, 0.0, 1.0],
        [1.0, 2.0, 4.0, 6.0, 9.0, 3.0],
        [3.0, 8.0, 1.0, 2.0, 5.0, 4.0],
    ]
)
FINAL = np.array(  # households and investment of A, B and C
    [
        [30.0, 4.0, 6.0, 1.0, 2.0, 3.0],
        [22.0, 9.0, 5.0, 2.0, 7.0, 1.0],
        [3.0, 2.0, 25.0, 8.0, 9.0, 4.0],
        [7.0, 1.0, 18.0, 5.0, 6.0, 2.0],
        [5.0, 6.0, 4.0, 3.0, 31.0, 7.0],
        [8.0, 2.0, 1.0, 9.0, 17.0, 5.0],
    ]
)
TAXES = np.array([1.0, 0.5, 2.0, 0.25, 0.75, 1.5])
X = USE.sum(axis=1) + FINAL.sum(axis=1)
A = USE / X
L = np.linalg.inv(np.eye(6) - A)
V = (X - USE.sum(axis=0) - TAXES) / X
HERE, ABROAD = slice(2, 4), [0, 1, 4, 5]  # B looks at A and C


@pytest.fixture(scope="module")
def three() -> World:
    return world(COUNTRIES, ["i", "j"], USE, FINAL, taxes=TAXES)


def test_reliance_on_both_sides(three: World) -> None:
    """Proves: what B's sectors buy from A and C, and sell to them, on the invoice and with L − I looked through.

    Breaks if: hidden is a sum, B stands among its partners, or buyers and sellers change places.
    """
    bought = (world_dependence.face_value_reliance, world_dependence.look_through_reliance)
    wanted = (A[ABROAD, HERE].reshape(2, 2, 2), L[ABROAD, HERE].reshape(2, 2, 2))
    for measure, values in zip(bought, wanted, strict=True):
        found = measure(three, "B")
        assert found["partner"].values.tolist() == ["A", "C"]
        assert (found["product"].values.tolist(), found["sector"].values.tolist()) == (["i", "j"], ["i", "j"])
        np.testing.assert_allclose(found, values)
    np.testing.assert_allclose(world_dependence.hidden_exposure(three, "B"), wanted[1] - wanted[0])
    table = world_dependence.reliance_table(three, "B")
    face, through = (pd.DataFrame(v.sum(axis=1), ["A", "C"], ["i", "j"]) for v in wanted)
    order = through.sum().sort_values(ascending=False).index.tolist()
    assert table.index.tolist() == order
    assert world_dependence.reliance_table(three, "B", 1).index.tolist() == order[:1]
    for name in order:
        row, most = table.loc[name], through[name].idxmax()
        figures = [face[name].sum(), through[name].sum(), (through - face)[name].sum()]
        assert [row["face_value"], row["look_through"], row["hidden"]] == pytest.approx(figures)
        assert row["partner"] == most
        assert [row["partner_face_value"], row["partner_look_through"]] == pytest.approx(
            [face.loc[most, name], through.loc[most, name]]
        )
    g = L * X / X[:, None]
    np.testing.assert_allclose(
        world_dependence.face_value_market_reliance(three, "B"),
        (USE / X[:, None])[HERE, ABROAD].reshape(2, 2, 2),
    )
    np.testing.assert_allclose(
        world_dependence.look_through_market_reliance(three, "B"), g[HERE, ABROAD].reshape(2, 2, 2)
    )
    markets = world_dependence.market_reliance_table(three, "B")
    sums = g[HERE, ABROAD].sum(axis=1)
    assert markets.index.tolist() == (["i", "j"] if sums[0] > sums[1] else ["j", "i"])
    np.testing.assert_allclose(markets["look_through"], sorted(sums, reverse=True))


def test_an_industry_without_output_relies_on_no_market() -> None:
    """Proves: its row is empty, behind the others, while what it would buy is 0. Breaks if: it counts as nothing."""
    use, final = USE.copy(), FINAL.copy()
    use[3], use[:, 3], final[3] = 0.0, 0.0, 0.0
    w = world(COUNTRIES, ["i", "j"], use, final)
    found = world_dependence.market_reliance_table(w, "B")
    assert found.index.tolist() == ["i", "j"]
    assert found.loc["j", ["face_value", "look_through", "hidden"]].isna().all()
    assert found["partner"].isna().tolist() == [False, True]
    assert world_dependence.reliance_table(w, "B").loc["j", "look_through"] == 0.0


def test_imports_by_partner_and_round(three: World) -> None:
    """B's imports: f from A and C, then A_r f_c, A_r A_cc f_c, and what is left with L of the country alone.

    Proves: rounds are powers, and they and the rest add up to the whole; one round is admitted, none is not.
    """
    f = FINAL[:, 2:4].sum(axis=1)
    own = A[HERE, HERE]
    whole = (f + A[:, HERE] @ np.linalg.solve(np.eye(2) - own, f[HERE]))[ABROAD].reshape(2, 2)
    np.testing.assert_allclose(world_dependence.import_content_by_partner(three, "B"), whole)
    for rounds in (1, 3):
        found = world_dependence.import_content_by_partner_and_round(three, "B", rounds)
        assert found["round"].values.tolist() == [*map(str, range(rounds + 1)), "beyond"]
        np.testing.assert_allclose(found.sel(round="0"), f[ABROAD].reshape(2, 2))
        drawn = f[HERE]
        for k in range(1, rounds + 1):
            np.testing.assert_allclose(found.sel(round=str(k)), (A[:, HERE] @ drawn)[ABROAD].reshape(2, 2))
            drawn = own @ drawn
        np.testing.assert_allclose(found.sum("round"), whole)
    with pytest.raises(StudyError):
        world_dependence.import_content_by_partner_and_round(three, "B", 0)
    destinations = (L @ FINAL.reshape(6, 3, 2).sum(axis=2))[HERE] / X[HERE, None]
    np.testing.assert_allclose(world_dependence.final_destination(three, "B"), destinations)


def test_value_added_in_what_is_sold_and_used(three: World) -> None:
    """Proves: v̂ L ê, v̂ L f and v̂ L Y by origin, industry and destination, and the tables made of them.

    Breaks if: a country's own part is counted as foreign, or taxes on products are left out of exports.
    """
    away = USE[HERE][:, [0, 1, 4, 5]].sum(axis=1) + FINAL[HERE][:, [0, 1, 4, 5]].sum(axis=1)
    earned = V[:, None] * L[:, HERE] * away
    np.testing.assert_allclose(value_added_trade.value_added_in_exports(three, "B"), earned.reshape(3, 2, 2))
    f = FINAL[:, 2:4].sum(axis=1)
    np.testing.assert_allclose(value_added_trade.value_added_in_final_use(three, "B"), (V * (L @ f)).reshape(3, 2))
    final = FINAL.reshape(6, 3, 2).sum(axis=2)
    abroad = value_added_trade.value_added_abroad(three, "B")
    assert abroad["destination"].values.tolist() == ["A", "C"]
    np.testing.assert_allclose(abroad, (V[:, None] * (L @ final))[HERE][:, [0, 2]])
    table = value_added_trade.exports_table(three, "B")
    np.testing.assert_allclose(table["exports"], away)
    np.testing.assert_allclose(table["domestic"], earned[HERE].sum(axis=0))
    np.testing.assert_allclose(table["foreign"], earned[ABROAD].sum(axis=0))
    np.testing.assert_allclose(table["taxes"], (TAXES / X) @ L[:, HERE] * away)
    np.testing.assert_allclose(table["domestic"] + table["foreign"] + table["taxes"], away)
    np.testing.assert_allclose(table["foreign_share"], table["foreign"] / away)


def test_taking_part_in_chains(three: World) -> None:
    """Proves: own and foreign parts of every country's exports, its part in others', its value added used abroad."""
    e = np.concatenate([three.exports(c) for c in COUNTRIES])
    by = np.array([[(V[2 * s : 2 * s + 2] @ L[2 * s : 2 * s + 2, 2 * c : 2 * c + 2]) @ e[2 * c : 2 * c + 2]
                    for c in range(3)] for s in range(3)])  # fmt: skip
    y = FINAL.reshape(6, 3, 2).sum(axis=2)
    used = (V[:, None] * (L @ y)).reshape(3, 2, 3).sum(axis=1)
    found = value_added_trade.participation_table(three)
    assert found.index.tolist() == COUNTRIES
    sold = e.reshape(3, 2).sum(axis=1)
    for k, c in enumerate(COUNTRIES):
        others = [p for p in range(3) if p != k]
        wanted = {
            "exports": sold[k],
            "domestic": by[k, k],
            "foreign": by[others, k].sum(),
            "vax": used[k, others].sum(),
            "backward": by[others, k].sum() / sold[k],
            "forward": by[k, others].sum() / sold[k],
            "vax_ratio": used[k, others].sum() / sold[k],
        }
        assert found.loc[c].to_dict() == pytest.approx(wanted)


def test_whose_imports_are_whose(three: World) -> None:
    """B's imports of i and j: from A and C, in inputs and final uses; H = Σ s² of sellers, and of those who earned it.

    Proves: shares squared, the largest, and the dearest product first, by invoice and looked through.
    """
    bought = USE[:, HERE].sum(axis=1) + FINAL[:, 2:4].sum(axis=1)
    bought[HERE] = 0.0
    by_seller = bought.reshape(3, 2)
    earned = np.array([[sum(V[2 * o : 2 * o + 2] @ L[2 * o : 2 * o + 2, 2 * r + i] * by_seller[r, i] for r in range(3))
                        for i in range(2)] for o in range(3)])  # fmt: skip
    direct, through = by_seller / by_seller.sum(axis=0), earned / earned.sum(axis=0)
    e = three.national("B")
    np.testing.assert_allclose(partners.partner_share(e), direct[[0, 2]])
    np.testing.assert_allclose(partners.supplier_concentration(e), (direct**2).sum(axis=0))
    np.testing.assert_allclose(partners.largest_partner_share(e), direct.max(axis=0))
    np.testing.assert_allclose(partners.partner_share_looked_through(three, "B"), through)
    np.testing.assert_allclose(partners.supplier_concentration_looked_through(three, "B"), (through**2).sum(axis=0))
    order = [1, 0] if by_seller[:, 1].sum() > by_seller[:, 0].sum() else [0, 1]
    for table in (partners.partner_table(e), partners.concentration_table(three, "B")):
        assert table.index.tolist() == [["i", "j"][k] for k in order]
        np.testing.assert_allclose(table["imports"], by_seller.sum(axis=0)[order])
        np.testing.assert_allclose(table["concentration"], (direct**2).sum(axis=0)[order])
        np.testing.assert_allclose(table["share"], direct.max(axis=0)[order])
        assert table["partner"].tolist() == [COUNTRIES[k] for k in direct.argmax(axis=0)[order]]
    table = partners.concentration_table(three, "B")
    assert table["origin"].tolist() == [COUNTRIES[k] for k in through.argmax(axis=0)[order]]
    np.testing.assert_allclose(table["origin_share"], through.max(axis=0)[order])


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_a_partner_taken_out_is_solved_anew(three: World, share: float) -> None:
    """Proves: cutting A's or C's deliveries to B's industries and solving the whole world again gives every column.

    Breaks if: a matrix is turned round, the own country counts as a partner, or the part is not a part.
    """
    found = partners.partner_extraction(three, "B", share)
    assert sorted(found.index) == ["A", "C"]
    assert found["supply_home"].is_monotonic_decreasing
    for k, c in ((0, "A"), (2, "C")):
        cut = A.copy()
        cut[2 * k : 2 * k + 2, HERE] *= 1.0 - share
        lost = X - np.linalg.solve(np.eye(6) - cut, FINAL.sum(axis=1))
        b = cut * X / X[:, None]
        stopped = X - np.linalg.solve((np.eye(6) - b).T, X - USE.sum(axis=0))
        row, demand, supply = found.loc[c], V * lost, V * stopped
        assert row["inputs"] == pytest.approx(share * USE[2 * k : 2 * k + 2, HERE].sum())
        assert row["demand_partner"] == pytest.approx(demand[2 * k : 2 * k + 2].sum())
        assert row["demand_home"] == pytest.approx(demand[HERE].sum())
        assert row["demand_world"] == pytest.approx(demand.sum())
        assert row["supply_home"] == pytest.approx(supply[HERE].sum())
        assert row["supply_world"] == pytest.approx(supply.sum())
        assert row["supply_share"] == pytest.approx(supply[HERE].sum() / (V * X)[HERE].sum())


def test_a_share_of_a_partner_is_a_share(three: World) -> None:
    """Proves: 0 and 1 are shares, what lies beyond is none."""
    assert partners.partner_extraction(three, "B", 0.0)["inputs"].tolist() == [0.0, 0.0]
    for wrong in (-0.1, 1.1):
        with pytest.raises(StudyError):
            partners.partner_extraction(three, "B", wrong)


def test_advantage_and_rank_of_unlike_exporters() -> None:
    """Four countries and three products: RCA = (X/row) / (column/whole).

    The first sells all three with advantage at least in two; cells that are no numbers or below 0 are refused.

    Proves: rows are countries; who sells what few sell ranks above who sells what all sell.
    """
    exports = pd.DataFrame(
        [[8.0, 6.0, 7.0], [1.0, 9.0, 3.0], [0.0, 4.0, 1.0], [2.0, 12.0, 0.5]], list("PQRS"), list("xyz")
    )
    v = exports.to_numpy()
    wanted = (v / v.sum(axis=1, keepdims=True)) / (v.sum(axis=0) / v.sum())
    np.testing.assert_allclose(revealed_advantage(exports), wanted)
    for wrong in (np.nan, -1.0, np.inf):
        with pytest.raises(TableError, match=r"1 cells are negative or no numbers, the first at Q × z"):
            revealed_advantage(exports.replace(3.0, wrong))
    ladder = pd.DataFrame(np.triu(np.ones((4, 4)))[:, ::-1] + 0.0, list("PQRS"), list("wxyz"))
    eci, pci = complexity(ladder)
    assert eci.is_monotonic_decreasing
    m = (revealed_advantage(ladder).to_numpy() >= 1.0).astype(float)
    k_c, k_p = m.sum(axis=1), m.sum(axis=0)
    roots, vectors = np.linalg.eig(m / k_c[:, None] @ (m / k_p).T)
    second = vectors[:, np.argsort(-roots.real)[1]].real
    second = (second - second.mean()) / second.std()
    np.testing.assert_allclose(eci, second * np.sign(second @ (k_c - k_c.mean())), atol=1e-9)
    assert [pci.mean(), pci.std(ddof=0)] == pytest.approx([0.0, 1.0])
