"""The overview's tables on small accounts: what each one shows, of what, and how much of it."""

from __future__ import annotations

import numpy as np
import pytest
from economies import shipped, small
from small_worlds import world

from groundplan.economy.world import World
from groundplan.errors import StudyError, UnknownName
from groundplan.measures.lifelines import cut_off_loss, partner_cut_off
from groundplan.measures.overview import abroad, at_home
from groundplan.measures.overview.listed import MEASURES
from groundplan.measures.overview.measure import Question, Viewpoint
from groundplan.measures.overview.overview import overview
from groundplan.measures.world.partners import concentration_table, partner_table
from groundplan.measures.world.world_dependence import reliance_table


@pytest.fixture(scope="module")
def wide() -> World:
    """Three countries of 21 industries each, every one of which buys a little of every other."""
    rng = np.random.default_rng(4)
    names = [f"i{k:02}" for k in range(21)]
    return world(["A", "B", "C"], names, rng.uniform(0.1, 0.5, (63, 63)), rng.uniform(5.0, 15.0, (63, 6)))


def test_the_largest_cells(wide: World) -> None:
    """Proves: of 21 × 21 cells 15 products and 18 users are shown, the largest buyer and the most bought first."""
    e = wide.national("A")
    found = at_home.cells(Question(e, Viewpoint()))
    assert found.shape == (15, 18)
    used = e.imported_use.values
    assert found.index[0] == e.sectors[used.sum(axis=1).argmax()]
    assert found.columns[0] == e.sectors[used.sum(axis=0).argmax()]
    assert float(found.iloc[0, 0]) == used[used.sum(axis=1).argmax(), used.sum(axis=0).argmax()]


def test_what_accounts_by_partner_tell(wide: World) -> None:
    """Proves: where imports are parted by partner there are totals and, of the first 2 · 3 products, concentration.

    Breaks if: accounts that do not part them are asked, or those that do are not.
    """
    e, view = wide.national("A"), Viewpoint(top=3, partner="B")
    asked = Question(e, view, wide)
    by_invoice, totals, hanging = abroad.by_invoice(asked), abroad.totals(asked), abroad.hanging_on(asked)
    assert by_invoice is not None
    assert totals is not None
    assert hanging is not None
    assert by_invoice.equals(partner_table(e).head(6))
    parts = e.imported_by_partner
    assert parts is not None
    sums = parts.sum(["product", "use"]).to_series().sort_values(ascending=False)
    assert totals["imports"].to_dict() == pytest.approx(sums.to_dict())
    assert totals.index.tolist() == sums.index.tolist()
    assert totals["share"].tolist() == pytest.approx((sums / sums.sum()).tolist())
    assert totals["products"].tolist() == [21, 21]
    assert len(hanging) == 9
    assert hanging["imports"].is_monotonic_decreasing
    tenth = partner_cut_off(e, "B", 0.1).loc[hanging.index, "least_loss"]
    assert hanging["least_loss"].tolist() == tenth.tolist()
    alone = Question(small(), Viewpoint())
    for ask in (abroad.by_invoice, abroad.totals, abroad.hanging_on):
        assert ask(alone) is None


def test_what_a_world_tells(wide: World) -> None:
    """Proves: the measures that need the suppliers' accounts are told of the country itself, 2 · 3 rows of each.

    Breaks if: they are told without a world table, or without the partner who is asked for.
    """
    e = wide.national("A")
    asked = Question(e, Viewpoint(top=3, partner="B"), wide)
    through, relies, on = abroad.looked_through(asked), abroad.reliance(asked), abroad.reliance_on(asked)
    assert through is not None
    assert relies is not None
    assert on is not None
    assert through.equals(concentration_table(wide, "A").head(6))
    assert relies.equals(reliance_table(wide, "A", 6))
    assert on.equals(abroad.partner_reliance(wide, "A", "B").head(6))
    np.testing.assert_allclose(on["hidden"], on["look_through"] - on["face_value"])
    assert on["look_through"].is_monotonic_decreasing
    assert (on["hidden"] > 0).all()
    assert abroad.reliance_on(Question(e, Viewpoint(), wide)) is None
    for ask in (abroad.looked_through, abroad.reliance, abroad.reliance_on):
        assert ask(Question(e, Viewpoint(partner="B"))) is None


def test_who_needs_one_import() -> None:
    """Imported works' goods: N = A_m L = (.05, .0875)/.625 = (.08, .14) of x = (100, 200).

    Proves: sectors stand by what they need with all suppliers, 28 and 8, then those who buy 6, 2 and 10 as they are.
    Breaks if: a user who buys none is shown, or needs are per unit of output.
    """
    found = at_home.product_users(Question(small(), Viewpoint(product="works")))
    assert found is not None
    assert found.index.tolist() == ["works", "farm", "urban", "state", "capital"]
    assert found["direct"].tolist() == [20.0, 5.0, 6.0, 2.0, 10.0]
    np.testing.assert_allclose(found["total"], [28.0, 8.0, 6.0, 2.0, 10.0])
    np.testing.assert_allclose(found["share_of_costs"], [0.1, 0.05, np.nan, np.nan, np.nan])
    for ask in (at_home.product_users, at_home.product_paths, at_home.product_stops):
        assert ask(Question(small(), Viewpoint())) is None


def test_who_stops_without_one_import() -> None:
    """Proves: with stocks of 12 days every sector that needs the import itself stops on day 12."""
    found = at_home.product_stops(Question(small(), Viewpoint(product="farm", stock_days=12.0)))
    assert found is not None
    assert found["days"].to_dict() == {"farm": 12.0, "works": 12.0}


def test_what_hangs_on_imports_is_told_by_what_hangs_on_them(wide: World) -> None:
    """Proves: the largest exposed final use stands first. Breaks if: the smallest does."""
    e = wide.national("A")
    found = at_home.cut_off(Question(e, Viewpoint()))
    assert found["exposed_final"].is_monotonic_decreasing
    assert found["exposed_final"].nunique() > 1
    assert found["exposed_final"].to_dict() == cut_off_loss(e)["exposed_final"].to_dict()


def test_a_view_is_checked() -> None:
    """Proves: counts are whole and not too small, days a number from 0 on; the least that is admitted is admitted.

    Breaks if: yes counts as one, a half as whole, or days below 0 pass.
    """
    assert Viewpoint().seed == 0
    assert (Viewpoint(draws=0, top=1, seed=0, stock_days=0).top, Viewpoint().draws, Viewpoint().top) == (1, 200, 10)
    wrong = ({"draws": True}, {"draws": 2.5}, {"draws": -1}, {"top": 0}, {"top": True}, {"seed": -1}, {"seed": 1.0})
    for asked in (*wrong, {"stock_days": -1.0}, {"stock_days": True}, {"stock_days": np.inf}, {"stock_days": "a week"}):
        with pytest.raises(StudyError):
            Viewpoint(**asked)  # type: ignore[arg-type]


def test_an_overview_says_what_it_was_made_from() -> None:
    """small() has sectors that no common list knows, so raw materials and peers are not told.

    Proves: uncertainty is an assumption where the table is drawn again and only there; each table that can be told is.
    Breaks if: peers are named that nothing was compared with, or a product that is not there is passed over.
    """
    e = small()
    still, drawn = overview(e, Viewpoint(draws=0, product="farm"), peers=[e]), overview(e, Viewpoint(draws=2, top=1))
    assert still.provenance["peers"] == []
    assert len(still.provenance["left_out"]) == 1
    assumed = [[a["name"] for a in o.provenance["assumptions"]] for o in (still, drawn)]
    capital = ["capital stock", "growth of capital"]
    assert assumed == [["days of stock", *capital], ["days of stock", "uncertainty of the table", *capital]]
    own = {"uses", "products", "paths", "sectors", "cut_off", "markets", "structure", "endurance", "cells"}
    assert set(drawn.tables) == own
    assert set(still.tables) == own | {"product_users", "product_paths", "product_stops"}
    assert still.table("products")["product"].tolist() == ["works", "farm"]
    ranked = {name for name, table in drawn.tables.items() if "in_top" in table}
    assert ranked == {"products", "paths", "sectors", "cut_off", "markets"}
    assert not any("in_top" in table for table in still.tables.values())
    with pytest.raises(UnknownName, match="nearest: 'farm'"):
        overview(e, Viewpoint(draws=0, product="farms"))
    with pytest.raises(StudyError, match="do not say whom imports come from"):
        overview(e, Viewpoint(draws=0, partner="B"))


def test_figures_show_the_parts_of_a_whole() -> None:
    """Proves: bars stand for what is bought directly and what comes beside it, never for a whole and its own part.

    What is short is shown whole: uses, structures, raw materials, gaps, users of one product and those who stop.
    Breaks if: a figure draws another column, a table loses its figure, or a short one is cut.
    """
    drawn = {m.name: [m.columns[k][0] for k in m.bars] for m in MEASURES if m.bars}
    assert drawn == {
        "products": ["bought directly", "through home suppliers"],
        "sectors": ["value added lost without it"],
        "markets": ["sold abroad directly", "through its customers"],
        "partner_totals": ["imports"],
        "reliance": ["at face value", "hidden"],
    }
    whole = {m.name for m in MEASURES if m.most is None}
    assert whole == {"uses", "raw", "structure", "thin", "product_users", "product_stops"}
    assert {m.name: m.stub for m in MEASURES if m.stub} == {"paths": 58, "product_stops": 26}


def test_peers_with_other_products_are_left_out_with_a_sentence() -> None:
    """A farm and a mill against a country of thirty broad sectors, and against a twin.

    Proves: an aside that cannot be told stops no answer and says why; what can be told is.
    Breaks if: a missing product raises, or peers are named that were not compared.
    """
    e = small().replacing(classes={"farm": "farming", "works": "food"})
    alone = overview(e, Viewpoint(draws=0), peers=[shipped("NLD 2019")])
    assert "thin" not in alone.tables
    assert "raw" in alone.tables
    assert alone.provenance["peers"] == []
    assert "none of them has the same products" in alone.provenance["left_out"][0]
    both = overview(e, Viewpoint(draws=0), peers=[shipped("NLD 2019"), e.replacing(country="TWN", country_name="Twin")])
    assert "thin" in both.tables
    assert both.provenance["peers"] == ["Twin 2020"]
    assert both.provenance["left_out"] == []
