"""Chains of imports, what hangs on them and who holds out: unlike figures, and the bounds at which they turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small, table

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.glossary import quantity
from groundplan.measures import paths as searched
from groundplan.measures.bundles import Bundle, bundle, given_bundle
from groundplan.measures.chains import upstreamness
from groundplan.measures.dependence import (
    dependence_table,
    direct_import_share,
    household_import_content,
    import_content_by_product,
    import_content_by_round,
    import_content_of_uses,
)
from groundplan.measures.diversity import many_sidedness, structure, thin_sectors
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table
from groundplan.measures.extraction import extract_all, extract_group, extraction_table, loss_of_each
from groundplan.measures.lifelines import cut_off_loss, exposure, lifelines, partner_cut_off
from groundplan.measures.linkages import backward_spread, forward_spread, linkage_table
from groundplan.measures.paths import dependence_paths, path_values, values_of

A_D = np.array([[0.2, 0.15], [0.1, 0.2]])  # of small(): x = (100, 200)
A_M = np.array([[0.05, 0.075], [0.05, 0.1]])
INVERSE = np.array([[0.8, 0.15], [0.1, 0.8]]) / 0.625
F_D, F_M = np.array([30.0, 35.0]), np.array([7.0, 6.0])  # what households buy at home and abroad


def ladder(n: int, passed: float = 90.0) -> Economy:
    """``n`` sectors of output 100, each of which sells ``passed`` to the next; the first imports 10.

    What a sector does not sell to the next is invested, and so is 1 of the last one's product from abroad.
    """
    home, foreign = np.diag([passed] * (n - 1), 1), np.zeros((n, n))
    foreign[0, 0] = 10.0
    final, imported = np.zeros((n, 5)), np.zeros((n, 5))
    final[:, 3] = 100.0 - home.sum(axis=1)
    imported[-1, 3] = 1.0
    return Economy.from_table(table(home, foreign, final, imported, np.zeros(n), codes=[f"s{k:02}" for k in range(n)]))


# Paths


def test_every_path_of_two_sectors() -> None:
    """Proves: A_m[i,s] · A_d[s,t] · f[t] for all paths of up to two home sectors, in one order, with their shares.

    Breaks if: lengths, ranks or what is covered are counted from another place.
    """
    e = small()
    content = float((A_M @ INVERSE @ F_D + F_M).sum())
    wanted = {c: F_M[i] for i, c in enumerate(e.sectors)}
    for i, s in np.ndindex(2, 2):
        wanted[f"{e.sectors[i]} > {e.sectors[s]}"] = A_M[i, s] * F_D[s]
        for t in range(2):
            wanted[f"{e.sectors[i]} > {e.sectors[s]} > {e.sectors[t]}"] = A_M[i, s] * A_D[s, t] * F_D[t]
    found = dependence_paths(e, threshold=0.0, depth=2)
    assert dict(zip(found["path"], found["value"], strict=True)) == pytest.approx(wanted)
    assert found["rank"].tolist() == list(range(1, 15))
    assert found["length"].tolist() == [path.count(">") for path in found["path"]]
    assert found["value"].is_monotonic_decreasing
    np.testing.assert_allclose(found["share"], found["value"] / content)
    np.testing.assert_allclose(found["covered"], np.cumsum(found["value"]) / content)
    assert found["label"][0] == "imported sector farm"
    assert dependence_paths(e, depth=2, threshold=0.0, top=3)["path"].tolist() == found["path"][:3].tolist()
    large = dependence_paths(e, threshold=0.05)
    assert set(large["path"]) == {p for p, v in wanted.items() if v >= 0.05 * content}
    values = path_values(e, list(wanted))
    assert values.to_dict() == pytest.approx(wanted)
    assert values.index.name == "path"
    farms = dependence_paths(e, products=["farm"], threshold=0.0, depth=1)
    assert set(farms["path"]) == {"farm", "farm > farm", "farm > works"}


def test_how_far_a_search_goes() -> None:
    """Fifteen sectors that pass on nine tenths: the chain from the border to the k-th user carries 10 · .9^(k−1) · .1.

    Proves: paths of up to 12 home sectors are found unless another depth is asked for.
    """
    e = ladder(15)
    found = dependence_paths(e, "capital")
    assert found["length"].max() == 12
    assert dependence_paths(e, "capital", depth=15)["length"].max() == 15
    assert found.set_index("path").loc["s00 > s00 > s01", "value"] == pytest.approx(0.1 * 0.9 * 10.0)


def test_a_path_of_one_unit_and_one_at_the_threshold() -> None:
    """Imports are 1 as they are, 5 along the first sector, 5 along both.

    Proves: a path that carries just the threshold is kept, and so is one that carries just 1.
    Breaks if: a bound is beyond itself, or 1 is taken for nothing.
    """
    e = ladder(2, passed=50.0)  # s00: 50 invested, 50 passed on; s01: 100. Imports: 5 and 5 along chains, 1 as it is
    for threshold in (0.0, 1 / 11):
        found = dependence_paths(e, "capital", threshold=threshold)
        assert found.set_index("path")["value"].to_dict() == pytest.approx(
            {"s00 > s00": 5.0, "s00 > s00 > s01": 5.0, "s01": 1.0}
        )
        assert float(found["covered"].iloc[-1]) == pytest.approx(1.0)
    assert len(dependence_paths(e, "capital", threshold=0.25)) == 2
    one = given_bundle(e, {"s00": 10.0})  # one path alone, which carries all
    assert dependence_paths(e, one, threshold=1.0)["value"].tolist() == [pytest.approx(1.0)]


def test_a_search_that_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chains of two sectors are 4 cells. Proves: as many as fit are admitted, one more is refused."""
    monkeypatch.setattr(searched, "MOST_CELLS", 4)
    assert len(dependence_paths(small(), threshold=0.0, depth=1)) == 6
    monkeypatch.setattr(searched, "MOST_CELLS", 3)
    with pytest.raises(StudyError, match="2 chains are still open at length 1"):
        dependence_paths(small(), threshold=0.0, depth=1)


def test_values_of_chains_in_many_draws() -> None:
    """Proves: two draws of one chain and of one import are draws × paths; of no chain there are none in each."""
    home, foreign = np.stack([A_D, 2 * A_D]), np.stack([A_M, 3 * A_M])
    f = Bundle("two", np.stack([F_D, F_D + 1.0]), np.stack([F_M, F_M + 2.0]))
    found = values_of(("farm", "works"), ["works", "farm > works > farm > works"], home, foreign, f)
    chain = 0.075 * 0.1 * 0.15 * 35.0
    np.testing.assert_allclose(found, [[6.0, chain], [8.0, 12 * chain / 35.0 * 36.0]])
    assert values_of(("farm", "works"), [], home, foreign, f).shape == (2, 0)


def test_questions_of_paths_are_checked() -> None:
    """Proves: what is no share, no depth, no number of paths and no product is refused, and the least is admitted."""
    assert len(dependence_paths(small(), top=1)) == 1
    for wrong in ({"threshold": 1.5}, {"depth": -1}, {"top": 0}, {"products": ["farms"]}):
        with pytest.raises(GroundplanError):
            dependence_paths(small(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="has no import content"):
        dependence_paths(small(), given_bundle(small(), {}))


# Bundles and import content


def test_bundles_by_kind_and_by_code() -> None:
    """Proves: a kind is all its categories, a code is one; exports and all uses have their re-exports."""
    e = small()
    for of, home, imported in (
        ("household", [30.0, 35.0], [7.0, 6.0]),
        ("rural", [20.0, 10.0], [3.0, 0.0]),
        ("exports", [18.0, 75.0], [0.0, 0.0]),
        ("final use", [50.0, 150.0], [7.0, 18.0]),
    ):
        f = bundle(e, of)
        assert (f.home.tolist(), f.imported.tolist()) == (home, imported)
        assert f.total == sum(home) + sum(imported)
    with pytest.raises(UnknownName):
        bundle(e, "nonprofit")
    given = given_bundle(e, {"works": 2.5}, {"farm": 1.5}, "mine")
    assert (given.name, given.home.tolist(), given.imported.tolist()) == ("mine", [0.0, 2.5], [1.5, 0.0])
    for wrong in (np.inf, True, "two"):
        with pytest.raises(StudyError):
            given_bundle(e, {"farm": wrong})  # type: ignore[dict-item]


def test_import_content_of_households_and_of_all_uses() -> None:
    """Proves: by product, by round and by use, with value added beside it; all of it adds up to what is spent.

    Breaks if: a round is computed from another, or columns change places.
    """
    e = small()
    whole = A_M @ INVERSE @ F_D + F_M
    np.testing.assert_allclose(import_content_by_product(e), whole)
    found = import_content_by_round(e, rounds=2)
    rounds = [F_M, A_M @ F_D, A_M @ A_D @ F_D, A_M @ A_D @ A_D @ INVERSE @ F_D]
    np.testing.assert_allclose(found, rounds)
    uses = import_content_of_uses(e)
    value_added = np.array([60.0, 95.0]) / [100.0, 200.0]
    np.testing.assert_allclose(e.value_added, [60.0, 95.0])
    rural = np.array([20.0, 10.0])
    assert uses.loc["rural", "value_added"] == pytest.approx(value_added @ INVERSE @ rural)
    np.testing.assert_allclose(uses["imports"] + uses["value_added"] + uses["taxes"], uses["spending"])
    shown = dependence_table(e)
    np.testing.assert_allclose(shown["share"], np.sort(whole / whole.sum())[::-1])
    assert len(dependence_table(ladder(12), of="capital")) == 10
    assert len(dependence_table(ladder(12), 11, "capital")) == 11


def test_what_one_product_replaced_changes() -> None:
    """Proves: replacing imports alone and deepening them alone move rows, each to its own side."""
    e = small()
    for r, d in (([0.5, 0.1], None), (None, [0.2, 0.3]), ([0.5, 0.0], [0.0, 0.3])):
        to_home = np.zeros(2) if r is None else np.array(r)
        to_foreign = np.zeros(2) if d is None else np.array(d)
        home = A_D * (1 - to_foreign)[:, None] + A_M * to_home[:, None]
        foreign = A_M * (1 - to_home)[:, None] + A_D * to_foreign[:, None]
        f_home, f_foreign = F_D * (1 - to_foreign) + F_M * to_home, F_M * (1 - to_home) + F_D * to_foreign
        content = (foreign @ np.linalg.inv(np.eye(2) - home) @ f_home + f_foreign).sum()
        found = household_import_content(e, None if r is None else to_home, None if d is None else to_foreign)
        assert found == pytest.approx(content / (F_D + F_M).sum())


def test_a_product_that_nobody_supplies_has_no_share() -> None:
    """Proves: no share of nothing, no steps for a sector that makes nothing though its product is imported and used."""
    home, foreign = np.zeros((3, 3)), np.zeros((3, 3))
    home[0, 1], foreign[2, 0] = 8.0, 3.0
    final, imported = np.zeros((3, 5)), np.zeros((3, 5))
    final[:2, 3], imported[2, 3] = [12.0, 20.0], 5.0
    e = Economy.from_table(table(home, foreign, final, imported, np.zeros(3)))
    assert np.isnan(upstreamness(e).values).tolist() == [False, False, True]
    np.testing.assert_allclose(direct_import_share(e), [0.0, 0.0, 1.0])
    nothing = e.replacing(imported_use=e.imported_use * 0.0, imported_final=e.imported_final * 0.0)
    np.testing.assert_allclose(direct_import_share(nothing), [0.0, 0.0, np.nan])


# Endurance


def test_who_stops_when() -> None:
    """Grain from abroad is needed by mills, flour by bakers, who also need imported yeast; days differ by input.

    Mills have grain for 5 days, bakers flour for 2 and yeast for 9: mills stop on day 5 and bakers on 7 without grain,
    bakers alone on 9 without yeast.

    Proves: stops, chains, what is short and what caused it, and the shares of output that stop first and in the end.
    Breaks if: the import and the home product are taken for each other, or output is counted twice.
    """
    home, foreign = np.zeros((4, 4)), np.zeros((4, 4))
    home[1, 2], foreign[0, 1], foreign[3, 2], foreign[0, 3] = 40.0, 30.0, 1.0, 0.5
    final, imported = np.zeros((4, 5)), np.zeros((4, 5))
    final[:, 3] = [50.0, 60.0, 200.0, 50.0]
    imported[1, 0] = 2.0
    codes = ["grain", "flour", "bread", "yeast"]
    e = Economy.from_table(table(home, foreign, final, imported, np.zeros(4), codes=codes))
    days = pd.DataFrame(30.0, codes, codes)
    days.loc["grain", "flour"], days.loc["flour", "bread"], days.loc["yeast", "bread"] = 5.0, 2.0, 9.0
    found = stop_days(e, ["grain", "yeast"], days, threshold=0.005)
    assert found["days"].to_dict() == {"flour": 5.0, "bread": 7.0, "yeast": 30.0, "grain": np.inf}
    assert found.loc["flour", ["short_of", "imported", "cause", "chain"]].tolist() == [
        "grain", True, "grain", "grain > flour"
    ]  # fmt: skip
    assert found.loc["bread", ["short_of", "imported", "cause", "chain"]].tolist() == [
        "flour", False, "grain", "grain > flour > bread"
    ]  # fmt: skip
    assert found.loc["grain", ["short_of", "imported", "cause", "chain"]].tolist() == ["", False, "", ""]
    # x = (50, 100, 200, 50): yeast works need exactly .01 of grain, bakers .005 of yeast.
    table_of = endurance(e, days, threshold=0.005)
    assert table_of.index.tolist() == ["grain", "yeast", "flour"]
    assert table_of.loc["grain"].tolist() == [5.0, "flour", 0.25, 7.0, 2, 3, 350 / 400]
    assert table_of.loc["yeast"].tolist() == [9.0, "bread", 0.5, 9.0, 1, 1, 0.5]
    assert table_of.loc["flour", ["first_stop", "first_sector", "stopped"]].tolist() == [np.inf, "", 0]
    assert endurance(e, days)["direct"].to_dict() == {"grain": 2, "yeast": 0, "flour": 0}
    by_product = pd.Series({"grain": 5.0, "flour": 2.0, "bread": 4.0, "yeast": 9.0})
    assert stop_days(e, ["grain"], by_product)["days"].to_dict() == {
        "yeast": 5.0, "flour": 5.0, "bread": 7.0, "grain": np.inf
    }  # fmt: skip


def test_small_imports_are_imports() -> None:
    """Proves: a product of which half a unit is imported has its row, one of which none is has none.

    Of equal first stops, the one that stops half of output sooner stands first, then the one that stops more at once.
    """
    n = 4
    home, foreign = np.zeros((n, n)), np.zeros((n, n))
    foreign[0, 0], foreign[1, 3], foreign[2, 1] = 0.25, 0.5, 0.5
    final = np.zeros((n, 5))
    final[:, 3] = [1.0, 2.0, 1.0, 4.0]
    e = Economy.from_table(table(home, foreign, final, np.zeros((n, 5)), np.zeros(n), codes=list("abcd")))
    found = endurance(e, 3.0)
    assert found.index.tolist() == ["b", "c", "a"]  # b stops half of all; c a quarter, a an eighth, both never half
    assert found["first_share"].tolist() == [0.5, 0.25, 0.125]
    assert found["half_stop"].tolist() == [3.0, np.inf, np.inf]


def test_stocks_are_checked() -> None:
    """Proves: labels that are not there, missing and negative stocks are refused; 0 days are days."""
    e = small()
    good = pd.DataFrame([[0.0, 1.0], [2.0, 3.0]], e.sectors, e.sectors)
    assert stop_days(e, ["farm"], good)["days"].to_dict() == {"farm": 0.0, "works": 1.0}
    wrong = [good.rename(columns={"works": "wroks"}), good.rename(index={"works": "wroks"}), good - 0.5, good.iloc[:1]]
    for days in (*wrong, -1.0, np.nan, pd.Series({"farm": 1.0}), pd.concat([good, good])):
        with pytest.raises(GroundplanError):
            stop_days(e, ["farm"], days)
    with pytest.raises(GroundplanError):
        stop_days(e, ["frm"], 1.0)


# Lifelines


def test_what_hangs_on_the_imports_of_unlike_sectors() -> None:
    """N = A_m L = [[.0475, .0675], [.05, .0875]] / .625; a tenth of m = (27, 43) stays away.

    Imported farm goods: 2.7, out of the 7 that are used as they are; works': 4.3 out of 18.

    Proves: exposure sums what needs at least the threshold, the least loss gives up what contains most.
    """
    e = small()
    need = A_M @ INVERSE
    home, direct = np.array([50.0, 150.0]), np.array([7.0, 18.0])
    found = cut_off_loss(e)
    assert found.index.tolist() == ["works", "farm"]
    assert found.loc["farm", "least_loss"] == pytest.approx(2.7)
    assert found.loc["works", "least_loss"] == pytest.approx(4.3)
    assert found["least_loss_share"].tolist() == pytest.approx([4.3 / 225, 2.7 / 225])
    assert found["leverage"].tolist() == pytest.approx([1.0, 1.0])
    # Half of 27 is more than the 7: the rest is set free by giving up works' goods, that hold .108 each.
    half = cut_off_loss(e, 0.5, threshold=0.1)
    assert half.loc["farm", "least_loss"] == pytest.approx(7.0 + 6.5 / need[0, 1])
    assert half.loc["farm", "leverage"] == pytest.approx((7.0 + 6.5 / need[0, 1]) / 13.5)
    assert half.loc["farm", ["exposed_sectors", "exposed_output", "exposed_final"]].tolist() == [1, 200.0, 157.0]
    assert half.loc["farm", "exposed_output_share"] == pytest.approx(200 / 300)
    assert exposure(e).loc["works", "exposed_final_share"] == pytest.approx((home.sum() + direct[1]) / 225)
    ranks = lifelines(e)
    assert ranks["import_content_rank"].to_dict() == {"farm": 2.0, "works": 1.0}


def test_what_hangs_on_one_partner() -> None:
    """A sells half a unit of farm goods to farms and .25 to rural households, B all the rest.

    Proves: uses of less than one unit are counted as they are, alone and together with all his products.
    """
    e = small()
    uses = [*e.sectors, *map(str, e.domestic_final["final"].values)]
    his = np.zeros((2, 7))
    his[0, 0], his[0, 2], his[1, 1] = 0.5, 0.25, 2.0
    whole = np.hstack([e.imported_use.values, e.imported_final.values])
    coords = {"partner": ["A", "B"], "product": list(e.sectors), "use": uses}
    parts = xr.DataArray(np.stack([his, whole - his]), coords=coords, dims=list(coords))
    found = partner_cut_off(e.replacing(imported_by_partner=quantity("imported_by_partner", parts, e.money)), "A")
    assert found.index.tolist() == ["works", "farm", "all products"]
    need = np.array([[0.005, 0.0], [0.0, 0.01]]) @ INVERSE
    over = need >= 0.01
    assert found.loc["farm", "exposed_final"] == pytest.approx(over[0] @ [50.0, 150.0] + 0.25)
    assert found.loc["works", "exposed_final"] == pytest.approx(over[1] @ [50.0, 150.0])
    both = need.sum(axis=0) >= 0.01
    assert found.loc["all products", "exposed_final"] == pytest.approx(both @ [50.0, 150.0] + 0.25)
    assert found["imports"].tolist() == [2.0, 0.75, 2.75]
    assert found["partner_share"].tolist() == pytest.approx([2 / 43, 0.75 / 27, 2.75 / 70])
    assert found["least_loss"].tolist() == pytest.approx([2.0, 0.75, 2.75])
    assert found["leverage"].tolist() == pytest.approx([1.0, 1.0, 1.0])
    assert found["least_loss_share"].tolist() == pytest.approx([2 / 225, 0.75 / 225, 2.75 / 225])


# Extraction, linkages, exports, structure


@pytest.mark.parametrize("share", [0.3, 1.0])
@pytest.mark.parametrize("part", ["all", "row", "column"])
def test_extraction_is_solving_without(part: str, share: float) -> None:
    """Proves: each of three unlike sectors, and two at once, lose what a new solution without them gives.

    Breaks if: a block of the system is turned, or what a sector delivers to itself falls twice.
    """
    a = np.array([[0.2, 0.15, 0.05], [0.1, 0.3, 0.2], [0.25, 0.02, 0.1]])
    f = np.array([40.0, 90.0, 25.0])
    x = np.linalg.solve(np.eye(3) - a, f)
    final = np.zeros((3, 5))
    final[:, 3] = f
    made = table(a * x, a.T * x * 0.1, final, np.zeros((3, 5)), np.zeros(3), wages=np.array([5.0, 20.0, 3.0]))
    e = Economy.from_table(made)

    def lost(group: list[int]) -> np.ndarray:
        kept, use = a.copy(), f.copy()
        if part != "column":
            kept[group] -= share * a[group]
        if part != "row":
            kept[:, group] -= share * a[:, group]
        if part == "all":
            kept[np.ix_(group, group)] = (1 - share) * a[np.ix_(group, group)]
            use[group] *= 1 - share
        return np.asarray(x - np.linalg.solve(np.eye(3) - kept, use))

    v, labour = e.value_added.values / x, np.array([5.0, 20.0, 3.0]) / x
    found, losses = extraction_table(e, share, part), np.array([lost([k]) for k in range(3)])
    rows = found.loc[list(e.sectors)]
    assert found["value_added"].is_monotonic_decreasing
    np.testing.assert_allclose(rows["output"], losses.sum(axis=1))
    np.testing.assert_allclose(rows["value_added"], losses @ v)
    np.testing.assert_allclose(rows["employment"], losses @ labour)
    np.testing.assert_allclose(rows["value_added_share"], losses @ v / (v @ x))
    np.testing.assert_allclose(rows["others"], losses.sum(axis=1) - np.diagonal(losses), atol=1e-9)
    weights = np.array([np.ones(3), v])
    each = extract_all(e.leontief.factors, a, x, f, weights, share=share, part=part, block=2)
    np.testing.assert_allclose(each, weights @ losses.T)
    if part == "all" and share == 1.0:
        inverse = np.linalg.inv(np.eye(3) - a)
        whole = loss_of_each(np.diagonal(inverse), np.diagonal(a), x, f, v, v @ inverse)
        np.testing.assert_allclose(whole, losses @ v)
    two = extract_group(e, ["s2", "s0"], share, part)
    np.testing.assert_allclose(two["loss"], lost([2, 0]), atol=1e-9)
    np.testing.assert_allclose(two["share"], lost([2, 0]) / x, atol=1e-9)
    np.testing.assert_allclose(two["value_added"], v * lost([2, 0]), atol=1e-9)


def test_extraction_is_asked_for_sectors_and_shares() -> None:
    """Proves: 0 and a half are shares, 2 is none; a sector is named once, and is there."""
    assert extraction_table(small(), 0.0)["output"].abs().max() < 1e-9
    assert extraction_table(small(), 0.5)["output"].min() > 1.0
    for sectors, share in ((["farms"], 1.0), (["farm", "farm"], 1.0), ([], 1.0), (["farm"], 2.0), (["farm"], -1.0)):
        with pytest.raises(GroundplanError):
            extract_group(small(), sectors, share)


def test_linkages_of_unlike_sectors() -> None:
    """L of small() has columns that sum to (.9, .95)/.625 and rows to (.95, .9)/.625; Ghosh's rows to (1.1, .85)/.625.

    Proves: each is over its mean; a spread is of columns or of rows; without home inputs all are average, so weak.
    """
    found = linkage_table(small())
    np.testing.assert_allclose(found["backward"], np.array([0.9, 0.95]) / 0.925)
    np.testing.assert_allclose(found["forward"], np.array([0.95, 0.9]) / 0.925)
    np.testing.assert_allclose(found["ghosh"], np.array([1.1, 0.85]) / 0.975)
    assert found["kind"].tolist() == ["forward", "backward"]
    for axis, spread in ((0, backward_spread(small())), (1, forward_spread(small()))):
        np.testing.assert_allclose(spread, INVERSE.std(axis=axis, ddof=1) / INVERSE.mean(axis=axis))
    final = np.zeros((2, 5))
    final[:, 3] = [0.5, 0.25]
    alone = Economy.from_table(table(np.zeros((2, 2)), np.zeros((2, 2)), final, np.zeros((2, 5)), np.zeros(2)))
    assert linkage_table(alone)["kind"].tolist() == ["weak", "weak"]
    np.testing.assert_allclose(linkage_table(alone)["backward"], [1.0, 1.0])
    np.testing.assert_allclose(backward_spread(alone), [2**0.5, 2**0.5])


def test_exports_draw_value_added() -> None:
    """Proves: L e = (41.04, 98.88), of which .6 and .475 are value added and .3 and .2 employment."""
    found = export_table(small())
    assert found.index.tolist() == ["works", "farm"]
    np.testing.assert_allclose(found["output"], [98.88, 41.04])
    np.testing.assert_allclose(found["value_added"], [98.88 * 0.475, 41.04 * 0.6])
    np.testing.assert_allclose(found["employment"], [98.88 * 0.2, 41.04 * 0.3])


def test_structures_of_unlike_economies() -> None:
    """Output of (100, 200) has H = ln 3 − ⅔ ln 2 and concentration 5/9; halves of a unit are a structure too.

    Proves: shares sum to one whatever the unit, and the widest gap stands first among thin products.
    """
    found = many_sidedness(small())
    h = np.log(3.0) - 2 / 3 * np.log(2.0)
    assert found.loc["output"].tolist() == [2, 2, *map(pytest.approx, (h / np.log(2), np.exp(h), 5 / 9)), "works",
                                            pytest.approx(2 / 3)]  # fmt: skip
    tiny = small().replacing(exports=small().exports * 0.0 + np.array([0.125, 0.375]))
    assert structure(tiny, "exports").tolist() == [0.25, 0.75]
    assert "exports" not in many_sidedness(small().replacing(exports=small().exports * 0.0)).index
    with pytest.raises(StudyError):
        structure(small().replacing(exports=small().exports * 0.0), "exports")
    e = ladder(4)
    mine, theirs = np.array([1.0, 2.0, 90.0, 7.0]), np.array([20.0, 40.0, 10.0, 30.0])
    peer = e.replacing(exports=e.exports + theirs)
    thin = thin_sectors(e.replacing(exports=e.exports + mine), [peer], "exports")
    assert thin.index.tolist() == ["s01", "s03", "s00"]
    assert thin["gap"].tolist() == pytest.approx([0.38, 0.23, 0.19])
    assert replace(Bundle("a", F_D, F_M), name="b").total == 78.0
