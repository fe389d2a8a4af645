"""Two and three countries on paper: reliance, value added in trade, partners."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import world

from groundplan.economy.world import World
from groundplan.measures.world.partners import concentration_table, partner_extraction
from groundplan.measures.world.value_added_trade import exports_table, participation_table, value_added_in_final_use
from groundplan.measures.world.world_dependence import (
    final_destination,
    import_content_by_partner,
    import_content_by_partner_and_round,
    market_reliance_table,
    reliance_table,
)


@pytest.fixture(scope="module")
def two() -> World:
    """East sells 20 to West's industry, West 50 to East's; x = (100, 100), v = (0.5, 0.8).

    Final use of East: 60 of its own goods, 10 of West's; of West: 20 of East's, 40 of its own.
    A = [[0, 0.2], [0.5, 0]], L = [[1, 0.2], [0.5, 1]] / 0.9.
    """
    return world(
        ["East", "West"],
        ["all"],
        np.array([[0.0, 20.0], [50.0, 0.0]]),
        np.array([[60.0, 20.0], [10.0, 40.0]]),
        finals={"final": "household"},
    )


def test_reliance(two: World) -> None:
    """Proves: East buys 0.5 a unit from West and relies on 0.5/0.9; it sells 0.2 to West and feeds 0.2/0.9 there.

    Breaks if: rows and columns of L are taken for each other.
    """
    bought, sold = reliance_table(two, "East").loc["all"], market_reliance_table(two, "East").loc["all"]
    assert bought["partner"] == sold["partner"] == "West"
    found = [row[k] for row in (bought, sold) for k in ("face_value", "look_through", "hidden")]
    np.testing.assert_allclose(found, [0.5, 0.5 / 0.9, 0.5 / 9, 0.2, 0.2 / 0.9, 0.2 / 9])


def test_import_content_and_destination(two: World) -> None:
    """Proves: East's final use needs 10 directly and 0.5 · 60 through its makers; 62/0.9 of its output stays.

    Breaks if: the feedback through West is counted as East's import, or left out of the destination.
    """
    assert import_content_by_partner(two, "East").values.tolist() == [[40.0]]
    by_round = import_content_by_partner_and_round(two, "East", 1)
    assert by_round.sel(partner="West", product="all").to_series().to_dict() == {"0": 10.0, "1": 30.0, "beyond": 0.0}
    np.testing.assert_allclose(final_destination(two, "East"), [[0.62 / 0.9, 0.28 / 0.9]])


def test_value_added_in_trade(two: World) -> None:
    """Proves: East exports 40: 0.5/0.9 of it its own, 0.8 · 0.5/0.9 West's; it exports 0.5 · 28/0.9 of value added.

    Final use of 70 earns East 0.5 · 62/0.9 and West 0.8 · 40/0.9.
    Breaks if: exports for final use or the way back through West are forgotten.
    """
    row = exports_table(two, "East").loc["all"]
    found = row[["exports", "domestic", "foreign", "taxes"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found, [40.0, 20 / 0.9, 16 / 0.9, 0.0], atol=1e-12)
    sums = participation_table(two).loc["East"]
    # West exports 60, of which East earned 0.5 · 0.2/0.9 each.
    wanted = {"vax": 14 / 0.9, "vax_ratio": 0.35 / 0.9, "backward": 0.4 / 0.9, "forward": 6 / 0.9 / 40}
    np.testing.assert_allclose([sums[k] for k in wanted], list(wanted.values()))
    origins = value_added_in_final_use(two, "East").sum("product").values
    np.testing.assert_allclose(origins, [31 / 0.9, 32 / 0.9])


def test_partner_falls_out(two: World) -> None:
    """Proves: without West's 50 of inputs, x = (90, 50) where they are not replaced but bought from nobody.

    Demand side: West sells 50 less, and so buys 10 less of East: value added 0.8 · 50 and 0.5 · 10.
    Supply side: East makes 50 of its own 50 of primary inputs, and West gets 10 less of it: 0.5 · 50 and 0.8 · 10.
    Breaks if: one side is solved with the other's matrix.
    """
    row = partner_extraction(two, "East").loc["West"]
    wanted = {
        "inputs": 50.0,
        "demand_partner": 40.0,
        "demand_home": 5.0,
        "demand_world": 45.0,
        "supply_home": 25.0,
        "supply_world": 33.0,
        "supply_share": 0.5,
    }
    np.testing.assert_allclose([row[k] for k in wanted], list(wanted.values()))


def test_concentration_looked_through() -> None:
    """Proves: 30 bought in B and 10 in C make H = 0.75² + 0.25²; B made half of its 30 from C's goods.

    So 15 were earned in B and 15 + 10 in C: H = 0.375² + 0.625², and the largest is C.
    Breaks if: looking through stops at the seller.
    """
    use = np.zeros((3, 3))
    use[2, 1] = 15.0
    final = np.zeros((3, 3))
    final[:, 0] = [50.0, 30.0, 10.0]
    w = world(["A", "B", "C"], ["all"], use, final, finals={"final": "household"})
    row = concentration_table(w, "A").loc["all"]
    assert (row["imports"], row["partner"], row["share"], row["origin"]) == (40.0, "B", 0.75, "C")
    assert row["concentration"] == pytest.approx(0.625)
    assert row["concentration_looked_through"] == pytest.approx(0.53125)
    assert row["origin_share"] == pytest.approx(0.625)
