"""Measures of one economy, small enough for paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import shipped, small, table

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, StudyError, TableError, UnknownName
from groundplan.glossary import quantity
from groundplan.measures.bundles import Bundle, bundle, given_bundle
from groundplan.measures.chains import downstreamness, upstreamness
from groundplan.measures.dependence import import_content_by_product, import_content_by_round, import_content_of_uses
from groundplan.measures.diversity import many_sidedness, structure, thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table
from groundplan.measures.extraction import extract_group, extraction_table
from groundplan.measures.lifelines import cut_off_loss, imported_need, lifelines, partner_cut_off
from groundplan.measures.linkages import linkage_table
from groundplan.measures.materials import raw_material_base, raw_material_base_of_uses, raw_shares
from groundplan.measures.paths import dependence_paths
from groundplan.measures.world.complexity import complexity, revealed_advantage


@pytest.fixture(scope="module")
def economy() -> Economy:
    """Farms and mills, x = (100, 100): A_d = [[0, .2], [.1, 0]], A_m = [[0, .3], [0, 0]], |I − A_d| = 0.98.

    farm: 20 to mills, 60 to households, 20 abroad;  mill: 10 to farms, 50 to households, 30 invested, 10 abroad.
    Mills import 30 of farm goods, households 15 of mill goods.
    """
    final, imported = np.zeros((2, 5)), np.zeros((2, 5))
    final[:, 0], final[:, 3], imported[:, 0] = [60.0, 50.0], [0.0, 30.0], [0.0, 15.0]
    home, foreign = np.array([[0.0, 20.0], [10.0, 0.0]]), np.array([[0.0, 30.0], [0.0, 0.0]])
    exports = np.array([20.0, 10.0])
    made = table(home, foreign, final, imported, exports, wages=np.array([60.0, 30.0]), codes=["farm", "mill"])
    return Economy.from_table(made)


@pytest.fixture(scope="module")
def fertiliser() -> Economy:
    """Gas → ammonia → fertiliser → grain, each 100 of output; gas is imported by ammonia works alone.

    Ammonia works buy 50 of imported gas, fertiliser works 40 of ammonia, farms 20 of fertiliser. The rest of each
    product is eaten. Fertiliser works import 10 of ammonia, and households 5 of grain.
    """
    home, foreign = np.zeros((4, 4)), np.zeros((4, 4))
    home[1, 2], home[2, 3] = 40.0, 20.0
    foreign[0, 1], foreign[1, 2] = 50.0, 10.0
    final, imported = np.zeros((4, 5)), np.zeros((4, 5))
    final[:, 0] = [90.0, 60.0, 80.0, 90.0]
    final[:, 3] = [10.0, 0.0, 0.0, 10.0]
    imported[3, 0] = 5.0
    codes = ["gas", "ammonia", "fertiliser", "grain"]
    return Economy.from_table(table(home, foreign, final, imported, np.zeros(4), codes=codes))


# Import content


def test_rounds(economy: Economy) -> None:
    """Proves: households' imports round by round: f_m = (0, 15), then .3·50, .3·(.1·60), and the rest of .3·56/.98.

    Breaks if: round 1 counts suppliers' suppliers, or what lies beyond the rounds is dropped.
    """
    found = import_content_by_round(economy, rounds=2)
    assert list(found["round"].values) == ["0", "1", "2", "beyond"]
    np.testing.assert_allclose(found.sel(product="farm"), [0.0, 15.0, 1.8, 0.3 * 56 / 0.98 - 16.8])
    np.testing.assert_allclose(found.sel(product="mill"), [15.0, 0.0, 0.0, 0.0])


def test_bundles(economy: Economy) -> None:
    """Proves: every use has its content: investment .3·30/.98, exports .3·(10 + .1·20)/.98, all together 45."""
    uses = import_content_of_uses(economy)
    assert uses.loc["capital", "imports"] == pytest.approx(9.0 / 0.98)
    assert uses.loc["exports", "imports"] == pytest.approx(3.6 / 0.98)
    assert uses.loc["urban", "spending"] == 0.0
    assert np.isnan(uses.loc["urban", "share"])
    assert uses.loc["final use", "imports"] == pytest.approx(45.0)
    given = given_bundle(economy, {"mill": 30.0})
    np.testing.assert_allclose(import_content_by_product(economy, given), import_content_by_product(economy, "capital"))


def test_bundles_are_checked(economy: Economy) -> None:
    """Proves: unknown uses and products are told with the nearest, amounts that are no numbers too, all at once."""
    with pytest.raises(UnknownName, match="nearest: 'household'"):
        bundle(economy, "houshold")
    with pytest.raises(Faults) as told:
        given_bundle(economy, {"farms": 1.0}, {"mill": float("nan")})
    assert "nearest: 'farm'" in str(told.value)
    assert "'mill' is nan" in str(told.value)
    with pytest.raises(StudyError, match="3 home"):
        bundle(economy, Bundle("other", np.ones(3), np.ones(3)))
    with pytest.raises(StudyError, match="rounds is 0"):
        import_content_by_round(economy, rounds=0)
    with pytest.raises(StudyError, match=r"rounds is 2\.5"):
        import_content_by_round(economy, rounds=2.5)  # type: ignore[arg-type]


# Exports, linkages, chains


def test_sold_abroad(economy: Economy) -> None:
    """Proves: L e = (22, 12) / .98, so 22.449 % of farming and 12.245 % of milling live from markets abroad."""
    found = export_table(economy)
    assert found.index.tolist() == ["farm", "mill"]
    np.testing.assert_allclose(found["direct"], [0.2, 0.1])
    np.testing.assert_allclose(found["total"], np.array([22.0, 12.0]) / 98.0)
    np.testing.assert_allclose(found["value_added"], np.array([0.9 * 22.0, 0.5 * 12.0]) / 0.98)
    np.testing.assert_allclose(found["employment"], np.array([0.6 * 22.0, 0.3 * 12.0]) / 0.98)


def test_linkages(economy: Economy) -> None:
    """Proves: L = [[1, .2], [.1, 1]] / .98: column sums 1.1 and 1.2, row sums 1.2 and 1.1, and equal outputs make
    Ghosh's rows those of Rasmussen; the spread of (1, .1) is .9/√2 / .55.

    Breaks if: rows and columns change places, or the mean is a sum.
    """
    found = linkage_table(economy)
    np.testing.assert_allclose(found["backward"], [1.1 / 1.15, 1.2 / 1.15])
    np.testing.assert_allclose(found["forward"], [1.2 / 1.15, 1.1 / 1.15])
    np.testing.assert_allclose(found["ghosh"], found["forward"])
    np.testing.assert_allclose(found["backward_spread"], [0.9 / 2**0.5 / 0.55, 0.8 / 2**0.5 / 0.6])
    np.testing.assert_allclose(found["forward_spread"], [0.8 / 2**0.5 / 0.6, 0.9 / 2**0.5 / 0.55])
    np.testing.assert_allclose(found["value_added"], [(0.9 + 0.05) / 0.98, (0.18 + 0.5) / 0.98])
    assert found["kind"].tolist() == ["forward", "backward"]


def test_sectors_without_output_have_no_linkage() -> None:
    """Proves: a sector that makes nothing is NaN and does not pull the mean down."""
    found = linkage_table(shipped("BEL 2019"))
    idle = shipped("BEL 2019").output.to_series() == 0
    assert idle.any()
    assert found[idle].drop(columns="kind").isna().all(axis=None)
    assert (found["kind"][idle] == "").all()
    assert found["backward"].mean() == pytest.approx(1.0)
    assert found["ghosh"].mean() == pytest.approx(1.0)


def test_chains_in_an_open_economy(economy: Economy) -> None:
    """Proves: D = [[0, 50/110], [10/105, 0]] and A_d + A_m = [[0, .5], [.1, 0]].

    u_farm = 1 + 50/110 · u_mill, u_mill = 1 + 10/105 · u_farm;  n_farm = 1 + .1 n_mill, n_mill = 1 + .5 n_farm.
    Breaks if: exports stay in the base, or imported use is left out.
    """
    to_mill, to_farm = 50 / 110, 10 / 105
    below = 1 - to_mill * to_farm
    np.testing.assert_allclose(upstreamness(economy), [(1 + to_mill) / below, (1 + to_farm) / below])
    np.testing.assert_allclose(downstreamness(economy), [1.1 / 0.95, 1.5 / 0.95])
    # 10 of the mills' 30 of investment put in store instead: 95 of mill goods are used for good, not 105.
    stored = economy.domestic_final.copy()
    stored.loc[{"product": "mill", "final": ["capital", "stocks"]}] = [20.0, 10.0]
    to_farm = 10 / 95
    below = 1 - to_mill * to_farm
    found = upstreamness(economy.replacing(domestic_final=stored))
    np.testing.assert_allclose(found, [(1 + to_mill) / below, (1 + to_farm) / below])


def test_chains_without_end_are_refused() -> None:
    """Proves: where sectors use up more than they make there is no number of steps."""
    e = small()
    swollen = e.replacing(imported_use=e.imported_use * 8.0)
    with pytest.raises(GroundplanError, match="need more of each other's output than they make"):
        downstreamness(swollen)


# Extraction


def test_extraction_of_a_row_a_column_and_a_part(economy: Economy) -> None:
    """Proves: farms out of x = (100, 100), f = (80, 90).

    column, all: A_d = [[0, .2], [0, 0]]: x = (98, 90), loss 12.     row, all: A_d = [[0, 0], [.1, 0]]: x = (80, 98).
    half of all: A_d = [[0, .1], [.05, 0]], f = (40, 90): x = (49, 92) / .995.
    Breaks if: the two directions change places, or the part is not a part.
    """
    cases = {("column", 1.0): [98.0, 90.0], ("row", 1.0): [80.0, 98.0], ("all", 0.5): [49 / 0.995, 92 / 0.995]}
    for (part, share), left in cases.items():
        found = extract_group(economy, ["farm"], share, part)
        np.testing.assert_allclose(100.0 - found["loss"], left)
        np.testing.assert_allclose(found["value_added"], found["loss"] * [0.9, 0.5])
        row = extraction_table(economy, share, part).loc["farm"]
        assert row["output"] == pytest.approx(200.0 - sum(left))
        assert row["output_share"] == pytest.approx(1.0 - sum(left) / 200.0)
        assert row["others"] == pytest.approx(100.0 - left[1])
        assert row["employment"] == pytest.approx(0.6 * (100 - left[0]) + 0.3 * (100 - left[1]))


def test_extraction_is_checked(economy: Economy) -> None:
    """Proves: shares, parts and sectors that are none are refused, all at once."""
    with pytest.raises(Faults, match="2 faults"):
        extraction_table(economy, 1.5, "rows")
    with pytest.raises(UnknownName, match="nearest: 'mill'"):
        extract_group(economy, ["mil"])
    with pytest.raises(StudyError, match="once"):
        extract_group(economy, ["mill", "mill"])


# Paths


def test_path_from_gas_to_grain(fertiliser: Economy) -> None:
    """Proves: gas → ammonia → fertiliser → grain carries .5 · .4 · .2 · 90 of households' grain, and the rest its part.

    Paths of gas: ammonia 60 · .5 = 30; fertiliser 80 · .4 · .5 = 16; grain 90 · .2 · .4 · .5 = 3.6. Of ammonia:
    fertiliser 80 · .1 = 8, grain 90 · .2 · .1 = 1.8. Grain itself 5. In all 64.4.
    Breaks if: a chain is read backwards or the direct import is lost.
    """
    found = dependence_paths(fertiliser)
    values = dict(zip(found["path"], found["value"], strict=True))
    assert values == pytest.approx(
        {
            "gas > ammonia": 30.0,
            "gas > ammonia > fertiliser": 16.0,
            "ammonia > fertiliser": 8.0,
            "grain": 5.0,
            "gas > ammonia > fertiliser > grain": 3.6,
            "ammonia > fertiliser > grain": 1.8,
        }
    )
    assert found["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found["length"].tolist() == [1, 2, 1, 0, 3, 2]
    assert found["covered"].iloc[-1] == pytest.approx(1.0)
    assert found["label"].iloc[4] == "imported sector gas → sector ammonia → sector fertiliser → sector grain"


def test_paths_of_one_product_to_one_bundle(fertiliser: Economy) -> None:
    """Proves: the gas in 10 of grain is one path worth .4; the share is of gas alone; the bounds cut what is below."""
    grain = given_bundle(fertiliser, {"grain": 10.0})
    found = dependence_paths(fertiliser, grain, ["gas"])
    assert found[["path", "share"]].to_numpy().tolist() == [["gas > ammonia > fertiliser > grain", 1.0]]
    assert found["value"].tolist() == pytest.approx([0.4])
    assert len(dependence_paths(fertiliser, threshold=0.1)) == 3
    # Gas in grain is 3.6 of 49.6, so a chain is kept as long as it can still carry 7.2 per cent.
    assert len(dependence_paths(fertiliser, products=["gas"], threshold=0.072)) == 3
    assert len(dependence_paths(fertiliser, products=["gas"], threshold=0.073)) == 2
    assert dependence_paths(fertiliser, depth=1)["covered"].iloc[-1] == pytest.approx(43.0 / 64.4)
    assert dependence_paths(fertiliser, top=2)["path"].tolist() == ["gas > ammonia", "gas > ammonia > fertiliser"]


def test_paths_are_checked(fertiliser: Economy) -> None:
    """Proves: products, thresholds and depths that are none are refused; so is a use without imports, or no end."""
    with pytest.raises(Faults, match="4 faults"):
        dependence_paths(fertiliser, products=["gaz"], threshold=2.0, depth=-1, top=-1)
    with pytest.raises(StudyError, match="has no import content"):
        dependence_paths(fertiliser, given_bundle(fertiliser, {"gas": 1.0}))
    with pytest.raises(StudyError, match="chains are still open"):
        dependence_paths(shipped("KEN 2019"), threshold=0.0)


# Raw materials


def test_raw_material_base(economy: Economy) -> None:
    """Proves: mills take 20 of farm goods at home and 30 abroad; with all rounds A_d L has .2/.98 and A_m L .3/.98.

    Farms take none themselves, but the mill goods that they use hold .02/.98 and .03/.98. Households: 60 + 50·.2 …
    Breaks if: home and imported change places, or the suppliers' raw inputs are lost.
    """
    found = raw_material_base(economy, ["farm"])
    np.testing.assert_allclose(found.loc["mill", ["direct_home", "direct_imported", "direct_share"]], [20, 30, 0.4])
    assert np.isnan(found.loc["farm", "direct_share"])
    np.testing.assert_allclose(found["total_home"], np.array([2.0, 20.0]) / 0.98)
    np.testing.assert_allclose(found["total_imported"], np.array([3.0, 30.0]) / 0.98)
    uses = raw_material_base_of_uses(economy, ["farm"])
    assert uses.loc["rural", "total_home"] == pytest.approx(70.0 / 0.98)
    assert uses.loc["rural", "total_imported"] == pytest.approx(0.3 * 56.0 / 0.98)
    assert uses.loc["final use", "total_home"] == pytest.approx(100.0)
    assert uses.loc["final use", "total_imported"] == pytest.approx(30.0)
    # Of mill goods households take 15 from abroad and nobody else any.
    assert raw_material_base_of_uses(economy, ["mill"]).loc["rural", "total_imported"] == pytest.approx(15.0)


def test_raw_products_come_from_the_concordance(economy: Economy) -> None:
    """Proves: the shipped lists say what is raw; an unknown list must be told; a wrong name is refused."""
    raw = raw_shares(shipped("BRA 2021"))
    assert list(raw.index[raw > 0]) == ["0191", "0192", "0280", "0580", "0680", "0791", "0792"]
    with pytest.raises(TableError, match="2 products are raw: farm, mill"):
        raw_material_base(economy)
    with pytest.raises(UnknownName, match="nearest: 'farm'"):
        raw_material_base(economy, ["farn"])


# Many-sidedness


def test_many_sidedness(economy: Economy) -> None:
    """Proves: equal outputs have entropy 1 and count as 2 products; imports 30 and 15 have −⅔ ln ⅔ − ⅓ ln ⅓."""
    found = many_sidedness(economy)
    assert found.loc["output", ["entropy", "effective", "concentration"]].tolist() == pytest.approx([1.0, 2.0, 0.5])
    h = -(2 / 3) * np.log(2 / 3) - (1 / 3) * np.log(1 / 3)
    assert found.loc["imports", "entropy"] == pytest.approx(h / np.log(2))
    assert found.loc["imports", "effective"] == pytest.approx(np.exp(h))
    assert found.loc["imports", "largest"] == "farm"
    assert found.loc["imports", "largest_share"] == pytest.approx(2 / 3)
    alone = economy.replacing(exports=economy.exports * [1.0, 0.0])
    assert many_sidedness(alone).loc["exports", ["held", "entropy", "effective"]].tolist() == [1, 0.0, 1.0]
    assert list(many_sidedness(economy.replacing(exports=economy.exports * 0.0)).index) == ["output", "imports"]


def test_thin_sectors(economy: Economy) -> None:
    """Proves: against peers with half and a tenth of their exports in farm goods a country with none is missing them.

    The median of 2/3, 1/2 and .1 is .5; a share of 0.2 is thin at a fraction of one half and not at a quarter.
    """

    def selling(farm: float, mill: float) -> Economy:
        return economy.replacing(exports=economy.exports * 0.0 + np.array([farm, mill]))

    peers = [selling(2.0, 1.0), selling(1.0, 1.0), selling(1.0, 9.0)]
    found = thin_sectors(selling(0.0, 1.0), peers, "exports")
    assert found.index.tolist() == ["farm"]
    assert found.loc["farm", ["share", "peers", "ratio", "gap", "missing"]].tolist() == [0.0, 0.5, 0.0, 0.5, True]
    assert thin_sectors(selling(1.0, 4.0), peers, "exports").empty
    assert thin_sectors(selling(1.0, 4.0), peers, "exports", 0.5).index.tolist() == ["farm"]


def test_thin_sectors_are_checked(economy: Economy) -> None:
    """Proves: without peers, with another list of products or another structure there is no comparison."""
    with pytest.raises(Faults, match="differ in 44 products"):
        thin_sectors(economy, [shipped("KEN 2019"), shipped("GHA 2019")])
    with pytest.raises(StudyError, match="0 peers"):
        thin_sectors(economy, [])
    with pytest.raises(StudyError, match="no structure 'export'"):
        structure(economy, "export")
    with pytest.raises(StudyError, match="has no exports"):
        structure(economy.replacing(exports=economy.exports * 0.0), "exports")


def exported(rows: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, [f"c{i}" for i in range(len(rows))], [f"p{i}" for i in range(len(rows[0]))], dtype=float)


def test_revealed_advantage() -> None:
    """Proves: X = [[10, 0], [10, 20]]: RCA = (1 / ½, 0), (⅓ / ½, 1 / ½ · ⅔ …) = [[2, 0], [2/3, 4/3]]."""
    np.testing.assert_allclose(revealed_advantage(exported([[10, 0], [10, 20]])), [[2.0, 0.0], [2 / 3, 4 / 3]])


def test_complexity_of_a_ladder() -> None:
    """Proves: X = [[1, 1, 0], [0, 1, 1], [0, 0, 1]] holds what it sells, and its index is the golden ratio's.

    k̂_c⁻¹ M k̂_p⁻¹ M' = [[3/4, 1/4, 0], [1/4, 1/2, 1/4], [0, 1/2, 1/2]] has the second root (3 + √5)/8 with the vector
    (1, −(3 − √5)/2, 1 − √5); the mean complexity of those who hold a product orders the products.
    Breaks if: the first or third root is taken, or the sign is that of the solver.
    """
    eci, pci = complexity(exported([[1, 1, 0], [0, 1, 1], [0, 0, 1]]))
    root = 5**0.5
    vector = np.array([1.0, -(3 - root) / 2, 1 - root])
    np.testing.assert_allclose(eci, (vector - vector.mean()) / vector.std())
    holders = np.array([vector[0], vector[:2].mean(), vector[1:].mean()])
    np.testing.assert_allclose(pci, (holders - holders.mean()) / holders.std())


def test_degenerate_export_matrices_are_refused() -> None:
    """Proves: holes, negatives, empty rows, doubled labels, two countries, and countries all alike have no index."""
    bad = exported([[1, np.nan, 0], [-1, 2, 0], [0, 0, 0]]).set_axis(["p", "p", "q"], axis=1)
    with pytest.raises(Faults, match="4 faults") as told:
        revealed_advantage(bad)
    assert "2 cells are negative or no numbers, the first at c0 × p" in str(told.value)
    assert "country without exports: c2" in str(told.value)
    with pytest.raises(TableError, match="three of each"):
        complexity(exported([[1, 2, 3], [3, 2, 1]]))
    with pytest.raises(TableError, match="not defined"):
        complexity(exported([[1, 2, 3], [2, 4, 6], [3, 6, 9]]))
    with pytest.raises(TableError, match="not defined"):
        complexity(exported(np.eye(4).tolist()))
    with pytest.raises(TableError, match="sign of the complexity index is open"):
        complexity(exported([[2, 3, 3, 2], [2, 2, 0, 0], [3, 1, 0, 0], [0, 0, 4, 5]]))


# Endurance


def test_who_stops_when(fertiliser: Economy) -> None:
    """Proves: gas lasts 5 days at the ammonia works, ammonia 10 more at the fertiliser works, fertiliser 30 at farms.

    Stops on days 5, 15 and 45; gas works go on. With ammonia cut too, fertiliser works stop on day 10 by themselves.
    Breaks if: stocks are not added up along the chain, or the first to fail is not taken.
    """
    days = pd.Series({"gas": 5.0, "ammonia": 10.0, "fertiliser": 30.0, "grain": 0.0})
    found = stop_days(fertiliser, ["gas"], days)
    assert found["days"].to_dict() == {"ammonia": 5.0, "fertiliser": 15.0, "grain": 45.0, "gas": np.inf}
    assert found["chain"].tolist() == [
        "gas > ammonia", "gas > ammonia > fertiliser", "gas > ammonia > fertiliser > grain", ""
    ]  # fmt: skip
    assert found.loc["grain", ["short_of", "imported", "cause"]].tolist() == ["fertiliser", False, "gas"]
    assert found.loc["ammonia", ["short_of", "imported", "cause"]].tolist() == ["gas", True, "gas"]
    both = stop_days(fertiliser, ["gas", "ammonia"], days)
    assert both.loc["fertiliser", ["days", "short_of", "imported", "cause"]].tolist() == [
        10.0,
        "ammonia",
        True,
        "ammonia",
    ]
    assert np.isinf(stop_days(fertiliser, [], days)["days"]).all()


def test_stocks_by_user_and_small_inputs(fertiliser: Economy) -> None:
    """Proves: stocks may differ by user; an input below the threshold stops nobody (ammonia imports are a tenth)."""
    days = pd.DataFrame(10.0, fertiliser.sectors, fertiliser.sectors)
    days.loc["ammonia", "fertiliser"] = 100.0
    assert stop_days(fertiliser, ["gas"], days).loc["fertiliser", "days"] == 110.0
    assert stop_days(fertiliser, ["ammonia"], 7.0).loc["fertiliser", "days"] == 7.0
    assert np.isinf(stop_days(fertiliser, ["ammonia"], 7.0, threshold=0.11)["days"]).all()


def test_without_stocks_causes_do_not_run_in_circles() -> None:
    """Proves: farm and works buy from each other; without stocks both stop at once and every chain begins abroad."""
    found = stop_days(small(), ["farm", "works"], 0.0)
    assert found["days"].tolist() == [0.0, 0.0]
    assert found["imported"].all()


def test_endurance_by_product(fertiliser: Economy) -> None:
    """Proves: gas stops three sectors of four from day 2 on, ammonia two, grain none; unneeded ones come last.

    One sector in four stops every two days, so half have stopped on day 4.
    Breaks if: the first day counts those that stop later, or the half counts those that never stop.
    """
    found = endurance(fertiliser, 2.0)
    assert found.index.tolist() == ["gas", "ammonia", "grain"]
    assert found["first_sector"].tolist() == ["ammonia", "fertiliser", ""]
    assert found["direct"].tolist() == [1, 1, 0]
    assert found["stopped"].tolist() == [3, 2, 0]
    assert found["output_share"].tolist() == [0.75, 0.5, 0.0]
    assert found["first_stop"].tolist() == [2.0, 2.0, np.inf]
    assert found["first_share"].tolist() == [0.25, 0.25, 0.0]
    assert found["half_stop"].tolist() == [4.0, 4.0, np.inf]


def test_stocks_are_checked(fertiliser: Economy) -> None:
    """Proves: missing, negative and unknown stocks, unknown products and thresholds are told, with their products."""
    with pytest.raises(StudyError, match="1 products: grain"):
        stop_days(fertiliser, ["gas"], pd.Series({"gas": 1.0, "ammonia": 1.0, "fertiliser": 1.0}))
    with pytest.raises(StudyError, match="missing or negative for 4"):
        endurance(fertiliser, float("nan"))
    with pytest.raises(Faults, match="2 faults"):
        stop_days(fertiliser, ["gaz"], 1.0, threshold=-1.0)
    with pytest.raises(Faults, match="2 faults"):
        stop_days(fertiliser, ["gas"], pd.DataFrame(1.0, ["gaz"], ["grian"]))
    with pytest.raises(StudyError, match="twice"):
        stop_days(fertiliser, ["gas"], pd.Series([1.0, 2.0], ["gas", "gas"]))


# Lifelines


def test_cut_off_loss(economy: Economy) -> None:
    """Proves: N = (.03, .3) / .98 of imported farm goods; 3 of 30 are freed by giving up 9.8 of mill goods.

    Cutting 28.5 takes all 90 of mill goods (27.55) and .95/.0306 = … of farm goods. Imported mill goods are eaten as
    they are: a tenth of 15 costs 1.5.
    Breaks if: uses are not given up in the order of what they contain.
    """
    np.testing.assert_allclose(imported_need(economy), [[0.03 / 0.98, 0.3 / 0.98], [0.0, 0.0]])
    found = cut_off_loss(economy)
    assert found.loc["farm", "least_loss"] == pytest.approx(9.8)
    assert found.loc["farm", "leverage"] == pytest.approx(9.8 / 3.0)
    assert found.loc["mill", ["least_loss", "leverage"]].tolist() == pytest.approx([1.5, 1.0])
    assert found.loc["farm", "exposed_output"] == 200.0
    assert found.loc["farm", "exposed_final_share"] == pytest.approx(170.0 / 185.0)
    assert found.loc["mill", ["exposed_sectors", "exposed_output", "exposed_final"]].tolist() == [0, 0.0, 15.0]
    more = cut_off_loss(economy, share=0.95, threshold=0.1)
    assert more.loc["farm", "least_loss"] == pytest.approx(90.0 + (28.5 - 27.0 / 0.98) * 0.98 / 0.03)
    assert more.loc["farm", ["exposed_sectors", "exposed_output", "exposed_final"]].tolist() == [1, 100.0, 90.0]


def test_cut_off_of_a_partner(economy: Economy) -> None:
    """Proves: of a partner who sells a third of the farm goods (10) and all mill goods (15), 9.8/3 · 10 + 15 is lost.

    Giving up mill goods frees farm goods only (households' imports are their own), so the joint loss is the sum.
    Breaks if: the other partner's deliveries are counted, or the joint loss is not joint.
    """
    with pytest.raises(StudyError, match="do not part imports by partner"):
        partner_cut_off(economy, "A")
    uses = [*economy.sectors, *map(str, economy.domestic_final["final"].values)]
    parts = np.zeros((2, 2, len(uses)))
    parts[:, 0, 1] = [10.0, 20.0]
    parts[0, 1, 2] = 15.0
    coords = {"partner": ["A", "B"], "product": list(economy.sectors), "use": uses}
    split = quantity("imported_by_partner", xr.DataArray(parts, coords=coords, dims=list(coords)), economy.money)
    e = economy.replacing(imported_by_partner=split)
    found = partner_cut_off(e, "A", threshold=0.1)
    assert found.index.tolist() == ["farm", "mill", "all products"]
    assert found["imports"].tolist() == [10.0, 15.0, 25.0]
    assert found["partner_share"].tolist() == pytest.approx([1 / 3, 1.0, 25 / 45])
    assert found["least_loss"].tolist() == pytest.approx([98 / 3, 15.0, 98 / 3 + 15.0])
    # A's farm goods are .1/.98 of mill goods, above the threshold.
    assert found["exposed_output"].tolist() == [100.0, 0.0, 100.0]
    assert found["exposed_final"].tolist() == [90.0, 15.0, 105.0]
    # All imported farm goods together are .3/.98, A's are not.
    assert partner_cut_off(e, "A", threshold=0.2)["exposed_output"].tolist() == [0.0, 0.0, 0.0]
    half = partner_cut_off(e, "A", share=0.5)
    assert half["least_loss"].tolist() == pytest.approx([49 / 3, 7.5, 49 / 3 + 7.5])
    with pytest.raises(UnknownName, match="no partner 'C'"):
        partner_cut_off(e, "C")
    with pytest.raises(Faults, match="2 faults"):
        partner_cut_off(e, "A", share=2.0, threshold=-1.0)


def test_lifelines_rank_each_measure(economy: Economy) -> None:
    """Proves: farming carries more, milling pulls more; no column mixes the others."""
    found = lifelines(economy)
    assert found.loc["farm", ["carries_rank", "pulls_rank", "import_content_rank"]].tolist() == [1.0, 2.0, 2.0]
    np.testing.assert_allclose(found.loc["mill", "import_content"], 0.3 / 0.98)
    assert found["extraction"].is_monotonic_decreasing
    assert lifelines(shipped("BEL 2019")).iloc[-1].isna().all()


def test_a_kind_is_the_sum_of_its_categories() -> None:
    """Proves: a bundle by kind is the sum of its categories' bundles."""
    both = small()
    kind = bundle(both, "household")
    parts = [bundle(both, code) for code in both.finals("household")]
    np.testing.assert_allclose(kind.home, sum(p.home for p in parts))
    np.testing.assert_allclose(kind.imported, sum(p.imported for p in parts))
    assert kind.total == pytest.approx(sum(p.total for p in parts))
