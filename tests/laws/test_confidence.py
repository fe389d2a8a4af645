"""Laws of draws and of the confidence of rankings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import economies
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import SHARED, shipped, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import leather, worlds

from groundplan.batches.compute import Runner
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import Faults, GroundplanError, Interrupted, StudyError
from groundplan.measures.bundles import given_bundle
from groundplan.measures.dependence import import_content_by_product, sector_import_content
from groundplan.measures.paths import dependence_paths
from groundplan.measures.sureness import redraws
from groundplan.measures.sureness.confidence import across_years, confidence, confidences
from groundplan.measures.sureness.rankings import rankings
from groundplan.measures.sureness.redraws import CellUncertainty, Redraws, redrawn
from groundplan.measures.sureness.stack import Stack
from groundplan.measures.world.world_dependence import reliance_table
from groundplan.tables.readers import wiod

FEW = settings(max_examples=8, deadline=None)
SURE = CellUncertainty(large=0.0, small=0.0, with_rounding=False)
PANEL = SHARED / "wiod2016_nio" / "panel"


def needs(e: Economy) -> pd.Series:
    return import_content_by_product(e).to_series()


def arrays(e: Economy) -> dict[str, xr.DataArray]:
    named = {f.name: getattr(e, f.name) for f in fields(e)}
    return {name: value for name, value in named.items() if isinstance(value, xr.DataArray)}


def assert_balanced(e: Economy, printed: Economy) -> None:
    """Costs over output are what they are in the printed table, column by column."""
    costs = [
        v.domestic_use.sum("product") + v.imported_use.sum("product") + v.primary.sum("primary") for v in (e, printed)
    ]
    makes = printed.output.values > 0
    ratios = [c.values[makes] / v.output.values[makes] for c, v in zip(costs, (e, printed), strict=True)]
    np.testing.assert_allclose(ratios[0], ratios[1], rtol=1e-9)


@FEW
@given(tables(), st.integers(0, 3))
def test_draws_balance_and_keep_signs_and_zeros(table: economies.Table, draw: int) -> None:
    """Proves: every cell of a draw has the sign of the printed one, and every column costs its output."""
    e = Economy.from_table(table)
    again = redrawn(e, draw, uncertainty=CellUncertainty(large=0.1, small=0.4))
    for name, array in arrays(e).items():
        np.testing.assert_array_equal(np.sign(getattr(again, name).values), np.sign(array.values), err_msg=name)
    assert_balanced(again, e)
    assert (np.abs(again.exports - e.exports) > 0).any()


@pytest.mark.parametrize("case", ["KEN 2019", "BRA 2021"])
def test_draws_of_shipped_economies_balance(case: str) -> None:
    """Proves: so do draws of real tables, empty sectors and negative cells included."""
    e = shipped(case)
    again = redrawn(e, 1)
    assert_balanced(again, e)
    for name in ("domestic_use", "imported_use", "primary", "domestic_final"):
        drawn, printed = getattr(again, name).values, arrays(e)[name].values
        makes = np.ones(printed.shape[1], bool) if name == "domestic_final" else e.output.values > 0
        np.testing.assert_array_equal(np.sign(drawn[:, makes]), np.sign(printed[:, makes]), err_msg=name)


@FEW
@given(worlds(), st.integers(0, 3))
def test_draws_of_worlds_balance(w: World, draw: int) -> None:
    """Proves: a drawn world's uses add up to its output and its costs too, and partners to the national imports."""
    again = redrawn(w, draw)
    np.testing.assert_allclose(again.use.values.sum(axis=0) + again.primary.values.sum(axis=0), again.output, atol=1e-9)
    np.testing.assert_array_equal(again.use.values > 0, w.use.values > 0)
    e = w.national("C0")
    national = redrawn(e, draw)
    assert national.imported_by_partner is not None
    by_use = national.imported_by_partner.sum("partner").values
    np.testing.assert_allclose(by_use[:, : len(e.sectors)], national.imported_use.values, atol=1e-12)
    np.testing.assert_allclose(by_use[:, len(e.sectors) :], national.imported_final.values, atol=1e-12)
    assert_balanced(national, e)


@FEW
@given(tables(), st.randoms(use_true_random=False))
def test_order_is_immaterial(table: economies.Table, random: object) -> None:
    """Proves: a draw belongs to its number, the seed and the labels, not to the order of draws or of sectors."""
    e = Economy.from_table(table)
    order = list(range(len(e.sectors)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = {
        name: array.isel({d: order for d in ("product", "sector") if d in array.dims})
        for name, array in arrays(e).items()
    }
    other = redrawn(e.replacing(**moved), 5, 7)
    redrawn(e, 4, 7)
    for name, array in arrays(redrawn(e, 5, 7)).items():
        np.testing.assert_allclose(getattr(other, name).reindex_like(array), array, rtol=1e-9, atol=1e-12, err_msg=name)
    assert not redrawn(e, 5, 8).exports.equals(redrawn(e, 5, 7).exports)


def assert_taken_together(e: Economy) -> None:
    """Every ranking of a stack of draws is that of each draw's own accounts."""
    ranked = rankings("household", list(dependence_paths(e, top=30)["path"]))
    stack = Stack(e, **Redraws(e, CellUncertainty()).flows(range(3), 4))
    for name, ranking in ranked.items():
        stacked, itself = ranking.many(stack), ranking.many(Stack.of(e))[0]
        assert len(stacked) == 3
        for k in range(3):
            alone = ranking(redrawn(e, k, 4)).to_numpy()
            np.testing.assert_allclose(stacked[k], alone, rtol=1e-8, atol=1e-9, err_msg=f"{name}, {k}")
        np.testing.assert_allclose(itself, ranking(e).to_numpy(), rtol=1e-8, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("case", ["KEN 2019", "BRA 2021"])
def test_draws_taken_together_are_draws_one_by_one(case: str) -> None:
    """Proves: rankings of a stack of draws are those of each draw's own accounts, for real tables and every final use.

    Breaks if: a stacked formula differs from the measure's, or an axis is taken for another.
    """
    e = shipped(case)
    assert_taken_together(e)
    for use in ("exports", "final use", given_bundle(e, {e.sectors[0]: 5.0})):
        products = rankings(use, [])["products"]
        np.testing.assert_allclose(products.many(Stack.of(e))[0], products(e).to_numpy(), rtol=1e-9, atol=1e-12)


@FEW
@given(worlds())
def test_draws_of_a_region_are_taken_together_too(w: World) -> None:
    """Proves: so it is where imports are parted by partner."""
    assert_taken_together(w.national("C0"))


def test_a_draw_that_is_drawn_again_disturbs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: draws of a stack that come out with negative output alone are drawn again, from their own seeds.

    Breaks if: a second try takes another draw's noise, or its place in the stack.
    """
    e = economies.small()
    thin = xr.where(e.domestic_final["product"] == "farm", -10.0, e.domestic_final).transpose("product", "final")
    e, tried = e.replacing(domestic_final=thin), []
    balance = redraws._factors

    def counted(*given: Any) -> Any:
        found = balance(*given)
        tried.append(len(found[1]))
        return found

    monkeypatch.setattr(redraws, "_factors", counted)
    errors = CellUncertainty(large=0.3, small=0.5)
    together = Redraws(e, errors).flows(range(12), 0)
    assert tried[0] == 12
    assert 1 <= tried[1] < 12
    for k in range(12):
        alone = redrawn(e, k, 0, errors)
        for name, stacked in together.items():
            np.testing.assert_allclose(stacked[k], getattr(alone, name).values, rtol=1e-12, atol=1e-12, err_msg=name)


def test_workers_change_nothing() -> None:
    """Proves: draws in two processes give the table of draws in this one, bit by bit."""
    e = shipped("KEN 2019")
    ranked = {name: ranking for name, ranking in rankings("household", []).items() if name != "paths"}
    alone, shared = (confidences(ranked, e, draws=60, runner=Runner(workers)) for workers in (1, 2))
    for name, table in alone.items():
        pd.testing.assert_frame_equal(table, shared[name], check_exact=True)


def test_stopped_draws_go_on(tmp_path: Path) -> None:
    """Proves: draws that were kept are not drawn again, for these accounts, rankings, errors and this seed alone."""
    e = shipped("KEN 2019")
    ranked = {name: ranking for name, ranking in rankings("household", []).items() if name == "products"}
    seen: list[int] = []

    def found(seed: int = 0, errors: CellUncertainty = SURE, folder: Path | None = tmp_path) -> pd.DataFrame:
        seen.clear()
        runner = Runner(folder=folder)
        told = confidences(ranked, e, 60, seed, uncertainty=errors, runner=runner, progress=lambda k, _: seen.append(k))
        return told["products"]

    def stop(done: int, _: int) -> None:
        if done == 25:
            raise KeyboardInterrupt

    unsure = CellUncertainty()
    with pytest.raises(Interrupted, match="1 of 3 batches stay"):
        confidences(ranked, e, 60, progress=stop, runner=Runner(folder=tmp_path))
    kept = found(errors=unsure)
    assert seen == [25, 50, 60]
    pd.testing.assert_frame_equal(kept, found(errors=unsure, folder=None), check_exact=True)
    for changed in (found(seed=1, errors=unsure), found()):
        assert seen[0] == 0
        assert not changed.equals(kept)


def test_nothing_unsure_nothing_moves() -> None:
    """Proves: without uncertainty every share is 0 or 1, the ranks are the table's and the intervals are points."""
    e = shipped("KEN 2019")
    found = confidence(needs, e, draws=5, uncertainty=SURE)
    assert found["in_top"].tolist() == [1.0] * 10 + [0.0] * (len(found) - 10)
    assert (found["rank_low"] == found["rank"]).all()
    assert (found["rank_high"] == found["rank"]).all()
    np.testing.assert_array_equal(found["low"], found["high"])
    np.testing.assert_allclose(found["low"], found["value"], rtol=1e-9, atol=1e-9)


@FEW
@given(tables(), st.integers(1, 6), st.integers(1, 12))
def test_shares_sum_to_the_number_of_places(table: economies.Table, top: int, draws: int) -> None:
    """Proves: over all entries, shares in the top add up to its places; intervals hold; a seed repeats itself."""
    e = Economy.from_table(table)
    found = confidence(needs, e, draws=draws, seed=3, top=top)
    assert found["in_top"].sum() == pytest.approx(min(top, len(e.sectors)))
    assert (found["low"] <= found["high"]).all()
    assert (found["rank_low"] <= found["rank_high"]).all()
    assert sorted(found["rank"]) == list(range(1, len(found) + 1))
    pd.testing.assert_frame_equal(found, confidence(needs, e, draws=draws, seed=3, top=top))


def test_draws_are_centred_and_as_wide_as_asked() -> None:
    """Proves: over 300 draws final uses have the printed mean and the stated standard error.

    Breaks if: the lognormal's mean is not put right (it would be 17 per cent too large), or its variance is taken for
    the relative one (10 per cent too wide).
    """
    e = economies.small()
    asked = CellUncertainty(large=0.6, small=0.6, with_rounding=False)
    some = e.domestic_final.values != 0
    drawn = np.array([redrawn(e, k, uncertainty=asked).domestic_final.values[some] for k in range(300)])
    ratios = drawn / e.domestic_final.values[some]
    assert ratios.mean() == pytest.approx(1.0, abs=5 * 0.6 / np.sqrt(ratios.size))
    assert ratios.std() == pytest.approx(0.6, rel=0.08)


def test_equal_values_rank_by_name() -> None:
    """Proves: ranks follow the values whatever the order of the names, equal ones the names, none at all comes last."""
    given_values = pd.Series({"z": 1.0, "k": np.nan, "m": 3.0, "b": 1.0, "a": 2.0})
    found = confidence(lambda _: given_values, economies.small(), draws=2, top=3)
    assert found["rank"].to_dict() == {"m": 1, "a": 2, "b": 3, "z": 4, "k": 5}
    assert found["in_top"].to_dict() == {"m": 1.0, "a": 1.0, "b": 1.0, "z": 0.0, "k": 0.0}
    assert np.isnan(found.loc["k", "low"])


def test_errors_fall_with_size_down_to_the_rounding() -> None:
    """Proves: half and double decades of the power law; flat beyond; rounding as a floor; empty cells are sure."""
    errors = CellUncertainty(large=0.01, small=0.25, large_at=1e-2, small_at=1e-6)
    cells = np.array([0.0, 1e-7, 1e-6, 1e-4, 1e-2, 0.5, -1e-4])
    np.testing.assert_allclose(errors.relative(cells, 1.0, 0.0), [0.0, 0.25, 0.25, 0.05, 0.01, 0.01, 0.05])
    rounded = errors.relative(np.array([1.0, 1000.0]), 1000.0, 1.0)
    np.testing.assert_allclose(rounded, [max(1 / np.sqrt(12), 0.0316), 0.01], rtol=1e-2)
    assert "estimate" in errors.assumption().basis


def test_world_rankings_have_confidence_too() -> None:
    """Proves: a ranking on a world table is drawn again like one on an economy."""
    w = leather()
    found = confidence(lambda v: reliance_table(v, "Turkey")["look_through"].sort_index(), w, draws=20, top=1)
    assert found["in_top"].sum() == pytest.approx(1.0)


def test_years_of_a_panel() -> None:
    """Proves: shares of years, best and worst ranks of three made-up years, an entry missing in one of them."""
    years = {2001: {"a": 3.0, "b": 2.0, "c": 1.0}, 2002: {"a": 1.0, "b": 2.0}, 2003: {"a": 5.0, "b": 6.0, "c": np.nan}}
    made = {y: economies.small().replacing(year=y) for y in years}
    found = across_years(lambda e: pd.Series(years[e.year]), made, top=1)
    assert found.index.tolist() == ["b", "a", "c"]
    np.testing.assert_allclose(found["in_top"], [2 / 3, 1 / 3, 0.0])
    assert found["years"].tolist() == [3, 3, 1]
    assert found.loc["b", ["rank_best", "rank_worst"]].tolist() == [1.0, 2.0]
    assert found.loc["c", ["rank_best", "rank_worst"]].tolist() == [3.0, 3.0]
    assert np.isnan(found.loc["c", "rank"])


def test_panel_of_brazil() -> None:
    """Proves: over the shipped years of Brazil the shares in the top ten add up to ten."""
    panel = {int(c.split()[1]): shipped(c) for c in economies.SHIPPED if c.startswith("BRA")}
    found = across_years(needs, panel)
    assert found["in_top"].sum() == pytest.approx(10.0)
    assert (found["years"] == len(panel)).all()


@pytest.mark.skipif(not PANEL.is_dir(), reason="the panel of the world input-output database is not at hand")
def test_panel_of_korea(tmp_path: Path) -> None:
    """Proves: fifteen years of Korea rank; most of the first ten of 2014 are among the first in most years."""
    frame = pd.read_parquet(PANEL / "KOR.parquet")
    panel = {}
    for year, part in frame.groupby("Year"):
        columns = ["Origin", *(c for c in part.columns if c not in ("Year", "Origin"))]
        path = tmp_path / f"KOR_{year}.csv"
        part[columns].to_csv(path, index=False)
        panel[int(year)] = Economy.from_table(wiod.read(path, "KOR", int(year), f"USD{year}m"), tolerance=0.02)
    found = across_years(needs, panel)
    assert sorted(panel) == list(range(2000, 2015))
    assert found["in_top"].sum() == pytest.approx(10.0)
    assert (found["in_top"].head(10) > 0.5).sum() >= 5


def test_progress_and_bad_questions() -> None:
    """Proves: draws done are told; counts below one, wrong errors and rankings that are none are refused in words."""
    e, told = economies.small(), []
    confidence(needs, e, draws=3, progress=lambda done, all_: told.append((done, all_)))
    assert told == [(0, 3), (3, 3)]
    with pytest.raises(Faults, match=r"draws is 0[\s\S]*top is 0"):
        confidence(needs, e, draws=0, top=0)
    with pytest.raises(StudyError, match="draws is nan"):
        confidence(needs, e, draws=float("nan"))  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="seed is -1"):
        redrawn(e, 0, -1)
    with pytest.raises(StudyError, match="years is 0"):
        across_years(needs, {})
    with pytest.raises(Faults, match="relative errors are"):
        CellUncertainty(large=0.5, small=0.1, large_at=2.0)
    with pytest.raises(GroundplanError, match="no numbers by name"):
        confidence(sector_import_content, e, draws=1)  # type: ignore[arg-type]
    sizes = iter(range(1, 9))
    with pytest.raises(GroundplanError, match="draw 0 ranks other entries"):
        confidence(lambda _: pd.Series(1.0, [str(k) for k in range(next(sizes))]), e, draws=1)
    bottomless = xr.where(e.domestic_final["product"] == "farm", -30.0, e.domestic_final)
    hopeless = e.replacing(domestic_final=bottomless.transpose("product", "final"))
    with pytest.raises(GroundplanError, match="20 draws in a row leave some sector with negative output"):
        redrawn(hopeless)
