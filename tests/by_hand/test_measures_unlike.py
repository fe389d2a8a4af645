"""Measures where sectors are unlike: what equal outputs and round shares would hide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small, table
from small_worlds import world

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.glossary import quantity
from groundplan.measures.chains import downstreamness, home_upstreamness, upstreamness
from groundplan.measures.dependence import (
    dependence_table,
    household_import_content,
    import_content_of_uses,
)
from groundplan.measures.diversity import thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table
from groundplan.measures.extraction import extraction_table
from groundplan.measures.lifelines import cut_off_loss, exposure, lifelines, partner_cut_off
from groundplan.measures.linkages import linkage_table
from groundplan.measures.materials import raw_material_base, raw_material_base_of_uses
from groundplan.measures.paths import dependence_paths
from groundplan.measures.sureness.redraws import CellUncertainty
from groundplan.measures.world.complexity import complexity
from groundplan.measures.world.value_added_trade import value_added_share

A_D = np.array([[0.2, 0.15], [0.1, 0.2]])  # of small(): x = (100, 200), |I − A_d| = .64 − .015 = .625
A_M = np.array([[0.05, 0.075], [0.05, 0.1]])
MONEY = {"output", "value_added", "employment", "direct", "total", "indirect", "imports", "spending", "taxes"}
MONEY |= {"exposed_output", "exposed_final", "kind"}  # what is no ratio
INVERSE = np.array([[0.8, 0.15], [0.1, 0.8]]) / 0.625


def mine_works_farm(own: float = 20.0, unit: float = 1.0) -> Economy:
    """Mine, works and farm, x = (50, 200, 100); the mine's product is used at home by the works alone, 30 of 50.

    Works use ``own`` of their own, sell 40 to farms, 80 less that to households, 30 to build with and 50 abroad. The
    works import 10 of the mine's product, farms 5 of works'; urban households eat 8 from abroad.
    """
    home, imported = np.zeros((3, 3)), np.zeros((3, 3))
    home[0, 1], home[1, 1], home[1, 2] = 30.0, own, 40.0
    imported[0, 1], imported[1, 2] = 10.0, 5.0
    final, foreign = np.zeros((3, 5)), np.zeros((3, 5))
    final[:, 0], final[1, 3] = [0.0, 80.0 - own, 70.0], 30.0
    foreign[2, 1] = 8.0
    exports = np.array([20.0, 50.0, 30.0])
    parts = (part / unit for part in (home, imported, final, foreign, exports))
    return Economy.from_table(table(*parts, codes=["mine", "works", "farm"]))


@pytest.fixture(scope="module")
def three() -> Economy:
    return mine_works_farm()


def test_raw_materials_of_unlike_sectors() -> None:
    """Farm goods are raw in small(): r'A_d L x̂ and r'A_m L x̂ with L = [[.8, .15], [.1, .8]] / .625.

    A_d L, first row: (.2·.8 + .15·.1, .2·.15 + .15·.8) / .625 = (.175, .15) / .625; A_m L: (.0475, .0675) / .625.

    Proves: home over home and imported, both with all rounds; uses by what they draw.
    Breaks if: the share's base is a difference or leaves a side out.
    """
    found = raw_material_base(small(), ["farm"])
    home, abroad = np.array([17.5, 30.0]) / 0.625, np.array([4.75, 13.5]) / 0.625
    np.testing.assert_allclose(found["total_home"], home)
    np.testing.assert_allclose(found["total_imported"], abroad)
    np.testing.assert_allclose(found["total_share"], home / (home + abroad))
    np.testing.assert_allclose(found["direct_share"], [20 / 25, 30 / 45])
    uses = raw_material_base_of_uses(small(), ["farm"])
    drawn = INVERSE @ [20.0, 10.0]  # rural households buy 20 of farm goods and 10 of works' at home, and import 3 and 0
    total = drawn[0], A_M[0] @ drawn + 3.0
    np.testing.assert_allclose(uses.loc["rural", ["total_home", "total_imported"]].astype(float), total)
    assert uses.loc["rural", "total_share"] == pytest.approx(total[0] / sum(total))
    assert uses.loc["rural", ["direct_home", "direct_imported", "direct_share"]].tolist() == [20.0, 3.0, 20 / 23]


def test_exports_of_unlike_sectors() -> None:
    """L e = (.8·18 + .15·75, .1·18 + .8·75) / .625 = (41.04, 98.88) of x = (100, 200); direct .18 and .375.

    Proves: what is indirect is what all rounds draw less what is sold; most dependent first.
    """
    found = export_table(small())
    assert found.index.tolist() == ["works", "farm"]
    np.testing.assert_allclose(found["total"], [0.4944, 0.4104])
    np.testing.assert_allclose(found["indirect"], [0.4944 - 0.375, 0.4104 - 0.18])


def test_kinds_of_linkage() -> None:
    """With 60 of their own works have l = 1/.7: L sums to (1, 1.15/.7, 1 + .4 · 1.15/.7), the mean 1.433.

    Ghosh's rows sum to (1 + .6 · 1.2/.7, 1.2/.7, 1), the mean 1.581: works are above both, if by little.

    Proves: a key sector is above 1 both ways, the others one way.
    Breaks if: a bound other than 1 parts them.
    """
    found = linkage_table(mine_works_farm(own=60.0))
    backward, forward = np.array([1, 1.15 / 0.7, 1 + 0.46 / 0.7]), np.array([1 + 0.72 / 0.7, 1.2 / 0.7, 1])
    np.testing.assert_allclose(found["backward"], backward / backward.mean())
    np.testing.assert_allclose(found["ghosh"], forward / forward.mean())
    assert found["kind"].tolist() == ["forward", "key", "backward"]


def test_a_product_that_is_only_exported_has_no_chain(three: Economy) -> None:
    """Proves: a sector whose product nobody at home uses has no upstreamness, one that makes little has.

    Breaks if: one of the two is enough, or one unit of output is none.
    """
    tiny = np.array([[0.2, 0.1], [0.0, 0.0]])
    final = np.array([[0.1, 0.0, 0.0, 0.1, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    e = Economy.from_table(table(tiny, np.zeros((2, 2)), final, np.zeros((2, 5)), np.array([0.3, 1.0])))
    found = upstreamness(e)
    # Of .5 used at home .2 go into itself and .1 into the other, which is used nowhere: u = 1 + .4 u + .2 · 1.
    assert float(found[0]) == pytest.approx(1.2 / 0.6)
    assert np.isnan(float(found[1]))
    np.testing.assert_allclose(home_upstreamness(e), [(1 + 0.1 / 0.8) / (1 - 0.25), 1.0])
    np.testing.assert_allclose(downstreamness(e), [1 / 0.75, 1.0 + 0.1 / 0.75])


def test_imports_replaced_and_deepened() -> None:
    """A quarter of imported farm goods made at home, a tenth of home works' bought abroad, in all rows of small().

    Proves: a move takes from one side what it gives to the other: the share is 1'(A_m x + f_m) / 1'(f_d + f_m).
    Breaks if: what is bought abroad is not taken from home, or the other way round.
    """
    e, r, d = small(), np.array([0.25, 0.0]), np.array([0.0, 0.1])
    a_home = A_D * (1 - d)[:, None] + A_M * r[:, None]
    a_foreign = A_M * (1 - r)[:, None] + A_D * d[:, None]
    f_home, f_foreign = np.array([30.0 + 0.25 * 7.0, 35.0 * 0.9]), np.array([7.0 * 0.75, 6.0 + 3.5])
    x = np.linalg.inv(np.eye(2) - a_home) @ f_home
    expected = (a_foreign @ x + f_foreign).sum() / (f_home + f_foreign).sum()
    assert household_import_content(e, r, d) == pytest.approx(expected)
    # Twice what the rural and half of what the urban households buy.
    home, foreign = np.array([40.0 + 5.0, 20.0 + 12.5]), np.array([6.0 + 2.0, 3.0])
    weights = household_import_content(e, bought=(home, foreign))
    expected = (A_M @ INVERSE @ home + foreign).sum() / (home + foreign).sum()
    assert weights == pytest.approx(expected)


def test_the_table_of_dependence(three: Economy) -> None:
    """Proves: shares are of the whole content, the largest product stands first, and only the asked number is shown."""
    found = dependence_table(three, top=2)
    whole = dependence_table(three)
    assert len(whole) == 3
    assert whole["share"].sum() == pytest.approx(1.0)
    assert found.index.tolist() == whole.index[:2].tolist()
    assert whole["total"].is_monotonic_decreasing
    assert found.loc["farm", ["direct", "total"]].tolist() == [8.0, 8.0]


def test_the_widest_gap_stands_first(three: Economy) -> None:
    """Peers sell .5, .3 and .2 of mine, works and farm goods; who sells .01 and .98 has gaps of .49 and .19.

    Proves: gaps fall; a share that is just the fraction of the median is not thin.
    Breaks if: the order is turned round, or the bound itself counts.
    """

    def selling(*shares: float) -> Economy:
        return three.replacing(exports=three.exports * 0.0 + np.array(shares))

    found = thin_sectors(selling(0.01, 0.98, 0.01), [selling(0.5, 0.3, 0.2)], "exports")
    assert found.index.tolist() == ["mine", "farm"]
    assert found["gap"].tolist() == pytest.approx([0.49, 0.19])
    exact = [selling(2.0, 1.0, 1.0)]  # .5, .25 and .25
    assert thin_sectors(selling(1.0, 6.0, 1.0), exact, "exports").empty  # .125 is a quarter of .5
    assert thin_sectors(selling(1.0, 6.0, 1.0), exact, "exports", 1.0).index.tolist() == ["mine", "farm"]


def split(e: Economy, parts: np.ndarray) -> Economy:
    """The economy with imports by partners A and B; partner × product × use."""
    uses = [*e.sectors, *map(str, e.domestic_final["final"].values)]
    coords = {"partner": ["A", "B"], "product": list(e.sectors), "use": uses}
    by_partner = quantity("imported_by_partner", xr.DataArray(parts, coords=coords, dims=list(coords)), e.money)
    return e.replacing(imported_by_partner=by_partner)


def test_half_of_a_partner(three: Economy) -> None:
    """A sells 6 of the 10 imported from mines and nothing else; the works cannot do without, half of it is 3.

    N of imported mine goods in works' is .05 / .9, in farms' .4 · .05 / .9; households use 60 and the state none.

    Proves: what A does not sell has no row, and leverage is the loss over the share that stays away.
    Breaks if: rows of nothing are shown, or leverage grows with the share.
    """
    parts = np.zeros((2, 3, 8))
    parts[:, 0, 1], parts[1, 1, 2], parts[1, 2, 4] = [6.0, 4.0], 5.0, 8.0
    found = partner_cut_off(split(three, parts), "A", share=0.5)
    assert found.index.tolist() == ["mine", "all products"]
    loss = 3.0 / (0.05 / 0.9)  # works' goods hold most: 54 of 140 are given up
    assert found["least_loss"].tolist() == pytest.approx([loss, loss])
    assert found["leverage"].tolist() == pytest.approx([loss / 3.0] * 2)
    assert found["partner_share"].tolist() == pytest.approx([0.6, 6 / 23])
    assert found.loc["mine", "least_loss_share"] == pytest.approx(loss / (60 + 70 + 30 + 100 + 8))


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_the_bounds_of_a_share_are_shares(threshold: float, three: Economy) -> None:
    """Proves: 0 and 1 are admitted wherever a share is asked for, and what lies just beyond is refused."""
    assert len(endurance(three, 1.0, threshold)) == 3
    assert len(exposure(three, threshold)) == 3
    assert len(cut_off_loss(three, max(threshold, 0.5), threshold)) == 3
    assert len(extraction_table(three, threshold)) == 3
    for beyond in (-1e-9, 1.0 + 1e-9):
        for ask in (
            lambda share: endurance(three, 1.0, share),
            lambda share: exposure(three, share),
            lambda share: cut_off_loss(three, share),
            lambda share: extraction_table(three, share),
            lambda share: dependence_paths(three, threshold=share),
        ):
            with pytest.raises(GroundplanError):
                ask(beyond)


def test_a_search_may_stop_at_the_border(three: Economy) -> None:
    """Proves: with no home sector in a path only what users import themselves is left. Breaks if: it is refused."""
    found = dependence_paths(three, depth=0)
    assert found[["path", "value", "length"]].to_numpy().tolist() == [["farm", 8.0, 0]]


def test_a_chain_through_the_first_sector() -> None:
    """Works' goods from abroad last 1 day on farms and 100 in works; farm goods last 3 in works: they stop on day 4.

    Proves: the first sector of the list can be a link of a chain like any other.
    """
    days = pd.DataFrame([[50.0, 3.0], [1.0, 100.0]], ["farm", "works"], ["farm", "works"])
    found = stop_days(small(), ["works"], days)
    assert found["days"].to_dict() == {"farm": 1.0, "works": 4.0}
    assert found.loc["works", ["chain", "short_of", "imported", "cause"]].tolist() == [
        "works > farm > works", "farm", False, "works"
    ]  # fmt: skip


def test_lifelines_of_unlike_sectors() -> None:
    """Proves: every column is the measure that its name says, ranked from the largest down, without idle sectors."""
    found = lifelines(small())
    loss = extraction_table(small())["value_added_share"]
    assert found["extraction"].to_dict() == pytest.approx(loss.to_dict())
    ranks = found["extraction"].rank(ascending=False).to_dict()
    assert found["extraction_rank"].to_dict() == ranks
    assert found.loc["farm", "import_content"] == pytest.approx(float(A_M.sum(axis=0) @ INVERSE[:, 0]))


def test_uses_have_their_content() -> None:
    """Rural households buy 20 and 10 at home and 3 abroad: 1'A_m L f of (.1, .175) · L · (20, 10), and 3 as they are.

    Proves: direct and indirect add up to imports, whose share is of all spending.
    """
    found = import_content_of_uses(small()).loc["rural"]
    indirect = float(np.array([0.1, 0.175]) @ INVERSE @ [20.0, 10.0])
    assert found[["spending", "direct", "indirect", "imports"]].tolist() == pytest.approx(
        [33, 3, indirect, 3 + indirect]
    )
    assert found["share"] == pytest.approx((3 + indirect) / 33)


def test_small_figures_are_figures(three: Economy) -> None:
    """The same economy in a unit 4,096 times as large: nothing is above .05.

    Proves: shares, steps, kinds and days are what they were. Breaks if: less than one unit counts as nothing.
    """
    large = mine_works_farm(unit=4096.0)
    for ask in (upstreamness, downstreamness, home_upstreamness):
        np.testing.assert_allclose(ask(large), ask(three))
    for table_of in (linkage_table, lifelines, export_table, dependence_table, import_content_of_uses, exposure):
        new, old = table_of(large), table_of(three)
        ratios = [column for column in old if column not in MONEY]
        assert new.index.tolist() == old.index.tolist()
        np.testing.assert_allclose(new[ratios], old[ratios])
    assert linkage_table(large)["kind"].tolist() == linkage_table(three)["kind"].tolist()
    assert endurance(large, 5.0).equals(endurance(three, 5.0))
    assert dependence_paths(large)["path"].tolist() == dependence_paths(three)["path"].tolist()


def test_a_group_of_its_own_has_no_rank() -> None:
    """A ladder of three countries and a fourth that sells what nobody else does: the first two roots are 1.

    Proves: countries that share no product with the rest are refused. Breaks if: only equal later roots are.
    """
    ladder = np.zeros((4, 4))
    ladder[[0, 0, 1, 1, 2, 3], [0, 1, 1, 2, 2, 3]] = 1.0
    codes = [f"{letter}{n}" for letter in "cp" for n in range(4)]
    with pytest.raises(GroundplanError, match="first roots are 1, 1, 0"):
        complexity(pd.DataFrame(ladder, codes[:4], codes[4:]))


def test_small_worlds_are_worlds() -> None:
    """Proves: value added per output is the same in a unit 4,096 times as large; an industry without output has none.

    Breaks if: less than one unit of output counts as nothing.
    """
    use, final = np.array([[10.0, 20.0, 0.0], [5.0, 10.0, 0.0], [0.0, 0.0, 0.0]]), np.zeros((3, 6))
    final[:2, :2] = [[30.0, 40.0], [25.0, 60.0]]
    found = [value_added_share(world(["A", "B", "C"], ["i"], use / unit, final / unit)) for unit in (1.0, 4096.0)]
    for shares in found:
        np.testing.assert_allclose(shares, [0.85, 0.7, 0.0])


def test_an_error_may_be_none() -> None:
    """Proves: large cells may be sure and as sure as small ones; small ones may not be surer than large ones."""
    assert replace(CellUncertainty(), large=0.0).large == 0.0
    even = CellUncertainty().small
    assert replace(CellUncertainty(), large=even).large == even
    for wrong in ({"large": -0.1}, {"large": 2 * even}, {"small": np.inf}):
        with pytest.raises(GroundplanError):
            replace(CellUncertainty(), **wrong)
