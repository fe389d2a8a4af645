"""What is true of the measures of every economy, on small economies drawn at random and on shipped ones."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from drawing import few
from economies import shipped, tables
from hypothesis import given
from hypothesis import strategies as st

from groundplan.economy.aggregation import aggregate
from groundplan.economy.economy import Economy
from groundplan.economy.leontief import Leontief
from groundplan.glossary import quantity
from groundplan.measures.bundles import bundle
from groundplan.measures.chains import downstreamness, home_upstreamness, upstreamness
from groundplan.measures.dependence import (
    cost_content,
    import_content_by_product,
    import_content_by_round,
    import_content_of_uses,
)
from groundplan.measures.diversity import many_sidedness
from groundplan.measures.endurance import endurance, stop_days
from groundplan.measures.exports import export_table, foreign_market_share
from groundplan.measures.extraction import PARTS, extract_all, extract_group, extraction_table, inverse_diagonal
from groundplan.measures.lifelines import cut_off_loss, imported_need, lifelines, partner_cut_off
from groundplan.measures.linkages import backward_linkage, forward_linkage, ghosh_linkage, linkage_table
from groundplan.measures.materials import raw_material_base, raw_material_base_of_uses
from groundplan.measures.paths import JOIN, dependence_paths
from groundplan.measures.world.complexity import complexity, revealed_advantage
from groundplan.tables.table import Table

MONEY = (
    "domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary",
    "final_taxes",
)  # fmt: skip
REAL = ["KEN 2019", "ESP 2019"]

# No shrinking: an example is a table of a few sectors as it is, small enough to read.
drawn = few(10)


def measured(e: Economy, raw: list[str]) -> dict[str, pd.DataFrame]:
    """Every table by its name; what a share of money or a number of steps is must not depend on unit or order."""
    return {
        "cost": cost_content(e),
        "uses": import_content_of_uses(e),
        "exports": export_table(e),
        "linkages": linkage_table(e),
        "extraction": extraction_table(e),
        "lifelines": lifelines(e),
        "cut off": cut_off_loss(e),
        "raw": raw_material_base(e, raw),
        "raw of uses": raw_material_base_of_uses(e, raw),
        "sides": many_sidedness(e),
        "endurance": endurance(e, pd.Series({s: 3.0 + 2.0 * k for k, s in enumerate(sorted(e.sectors))})),
        "chains": pd.DataFrame({f.__name__: f(e).to_series() for f in (upstreamness, downstreamness)}),
        "paths": dependence_paths(e, threshold=1e-3).set_index("path"),
    }


def left(a: np.ndarray, f: np.ndarray, group: list[int], share: float, part: str) -> np.ndarray:
    """Output when a group falls out, solved anew."""
    smaller, final, own = a.copy(), f.copy(), a[np.ix_(group, group)]
    if part in ("all", "row"):
        smaller[group] *= 1 - share
    if part in ("all", "column"):
        smaller[:, group] *= 1 - share
    if part == "all":
        smaller[np.ix_(group, group)] = (1 - share) * own
        final[group] *= 1 - share
    return np.linalg.solve(np.eye(len(a)) - smaller, final)


# Unit, order, aggregation


@drawn
@given(tables())
def test_unit_of_money_is_immaterial(t: Table) -> None:
    """Proves: in other money shares, ratios, steps and days stay, and money is multiplied."""
    e = Economy.from_table(t)
    other = Economy.from_table(replace(t, **{name: getattr(t, name) * 1000.0 for name in MONEY}))
    raw = [e.sectors[0]]
    here, there = measured(e, raw), measured(other, raw)
    # Work is counted in wages where the table has no heads, so a unit of it is a unit of money.
    money = {
        "uses": ["spending", "direct", "indirect", "imports", "value_added", "taxes"],
        "exports": ["output", "value_added", "employment"],
        "extraction": ["output", "value_added", "employment", "others"],
        "cut off": ["imports", "exposed_output", "exposed_final", "least_loss"],
        "raw": ["direct_home", "direct_imported", "total_home", "total_imported"],
        "raw of uses": ["direct_home", "direct_imported", "total_home", "total_imported"],
        "paths": ["value"],
    }
    for name, table in here.items():
        scaled = table.assign(**{c: table[c] * 1000.0 for c in money.get(name, [])})
        pd.testing.assert_frame_equal(scaled.sort_index(), there[name].sort_index(), rtol=1e-8)


@drawn
@given(tables(), st.randoms())
def test_order_of_sectors_is_immaterial(t: Table, random: object) -> None:
    """Proves: with rows and columns shuffled every sector keeps its figures."""
    e = Economy.from_table(t)
    order = list(e.sectors)
    random.shuffle(order)  # type: ignore[attr-defined]
    by = {"product": order, "sector": order}
    arrays = {k: v for k, v in vars(e).items() if isinstance(v, xr.DataArray)}
    moved = {k: v.sel({d: by[d] for d in v.dims if d in by}) for k, v in arrays.items()}
    here, there = measured(e, [order[0]]), measured(e.replacing(**moved), [order[0]])
    for name, table in here.items():
        loose = table.drop(columns=["rank", "covered", "label"], errors="ignore")
        pd.testing.assert_frame_equal(
            loose.sort_index(), there[name].drop(columns=["rank", "covered", "label"], errors="ignore").sort_index()
        )


@drawn
@given(tables(least=3))
def test_aggregation(t: Table) -> None:
    """Proves: with sectors summed the direct imports sum, all imports stay, and the economy looks less many-sided.

    The content of a part of final use may change (aggregation bias); that of all final use may not.
    """
    e = Economy.from_table(t)
    coarse = aggregate(e, {s: "both" if i < 2 else s for i, s in enumerate(e.sectors)})
    fine, rough = import_content_of_uses(e), import_content_of_uses(coarse)
    np.testing.assert_allclose(fine[["spending", "direct"]], rough[["spending", "direct"]])
    assert fine.loc["final use", "imports"] == pytest.approx(rough.loc["final use", "imports"])
    assert (many_sidedness(coarse)["effective"] <= many_sidedness(e)["effective"] + 1e-12).all()


# Content and shares


@drawn
@given(tables(), st.integers(1, 5))
def test_rounds_sum_to_the_whole(t: Table, rounds: int) -> None:
    """Proves: direct imports, the rounds and what lies beyond are the import content of every use, product by product.

    Round k is A_m A_d^(k−1) f_d, by powers of the matrix.
    """
    e = Economy.from_table(t)
    for use in ("household", "government", "investment", "exports", "final use"):
        found = import_content_by_round(e, use, rounds)
        np.testing.assert_allclose(found.sum("round"), import_content_by_product(e, use))
        power = np.linalg.matrix_power(e.domestic_coefficients.values, rounds - 1)
        last = e.import_coefficients.values @ power @ bundle(e, use).home
        np.testing.assert_allclose(found.sel(round=str(rounds)), last)


@drawn
@given(tables())
def test_shares_sum_to_one(t: Table) -> None:
    """Proves: costs are shared out without rest; output is what the final uses draw, exports among them."""
    e = Economy.from_table(t)
    np.testing.assert_allclose(cost_content(e).sum(axis=1), 1.0)
    home = e.requirements(e.domestic_final.sum("final").values) / e.output.values
    np.testing.assert_allclose(home + foreign_market_share(e), 1.0)
    uses = import_content_of_uses(e)
    np.testing.assert_allclose(uses["imports"].iloc[:-1].sum(), uses.loc["final use", "imports"])
    assert uses.loc["final use", "imports"] == pytest.approx(float(e.imports.sum()))


@drawn
@given(tables())
def test_linkages_by_the_inverse(t: Table) -> None:
    """Proves: linkages are column, row and Ghosh row sums of the inverses, each with mean 1, made here in full."""
    e = Economy.from_table(t)
    n, x = len(e.sectors), e.output.values
    inverse = np.linalg.inv(np.eye(n) - e.domestic_coefficients.values)
    ghosh = np.linalg.inv(np.eye(n) - e.domestic_use.values / x[:, None])
    for measure, sums in (
        (backward_linkage, inverse.sum(axis=0)),
        (forward_linkage, inverse.sum(axis=1)),
        (ghosh_linkage, ghosh.sum(axis=1)),
    ):
        np.testing.assert_allclose(measure(e), sums / sums.mean())
    np.testing.assert_allclose(home_upstreamness(e), ghosh.sum(axis=1))
    np.testing.assert_allclose(linkage_table(e)["value_added"] + linkage_table(e)["imports"], 1.0)


@drawn
@given(tables())
def test_steps_of_a_closed_economy(t: Table) -> None:
    """Proves: without trade and inventories both definitions of upstreamness agree, and no chain is below one step.

    Output weighted by value added and final use by upstreamness both sum to total output: Fally's aggregate.
    """
    e = Economy.from_table(t)
    closed = e.replacing(
        imported_use=e.imported_use * 0.0,
        imported_final=e.imported_final * 0.0,
        domestic_final=e.domestic_final.where(e.domestic_final["final_kind"] != "inventories", 0.0),
        exports=e.exports * 0.0,
    )
    np.testing.assert_allclose(upstreamness(closed), home_upstreamness(closed))
    final = closed.domestic_final.sum("final").values
    assert float(downstreamness(closed).values @ final) == pytest.approx(float(closed.output.sum()))
    assert float(upstreamness(closed).values @ closed.value_added.values) == pytest.approx(float(closed.output.sum()))
    assert float(upstreamness(e).min()) >= 1.0
    assert (downstreamness(e).values >= e.prices(np.ones(len(e.sectors))) - 1e-12).all()


# Extraction


@drawn
@given(tables(), st.sampled_from([0.0, 0.25, 0.9, 1.0]), st.sampled_from(PARTS))
def test_extraction_by_formula_is_extraction_by_solving(t: Table, share: float, part: str) -> None:
    """Proves: for each sector and each pair the formula gives what solving the smaller system gives.

    Breaks if: the corner a_kk is taken twice, or the final use stays.
    """
    e = Economy.from_table(t)
    a, x = e.domestic_coefficients.values, e.output.values
    f, table = x - a @ x, extraction_table(e, share, part)
    v = e.value_added.values / x
    for k, s in enumerate(e.sectors):
        loss = x - left(a, f, [k], share, part)
        np.testing.assert_allclose(table.loc[s, ["output", "value_added"]], [loss.sum(), v @ loss], atol=1e-9)
        np.testing.assert_allclose(table.loc[s, "others"], loss.sum() - loss[k], atol=1e-9)
        np.testing.assert_allclose(extract_group(e, [s], share, part)["loss"], loss, atol=1e-9)
    pair = [len(x) - 1, 0]
    found = extract_group(e, [e.sectors[k] for k in pair], share, part)["loss"]
    np.testing.assert_allclose(found, x - left(a, f, pair, share, part), atol=1e-9)


@pytest.mark.parametrize("case", REAL)
@pytest.mark.parametrize("part", PARTS)
def test_extraction_of_real_sectors(case: str, part: str) -> None:
    """Proves: the same for every sector of shipped tables, whole and in part, idle sectors and negative cells too."""
    e = shipped(case)
    a, x = e.domestic_coefficients.values, e.output.values
    for share in (1.0, 0.3):
        found = extraction_table(e, share, part)["output"]
        solved = [(x - left(a, x - a @ x, [k], share, part)).sum() for k in range(len(x))]
        np.testing.assert_allclose(found[list(e.sectors)], solved, rtol=1e-8, atol=1e-8 * x.sum())


@drawn
@given(tables())
def test_a_whole_sector_takes_its_own_output_along(t: Table) -> None:
    """Proves: at share 1 the sector's own loss is its output, at 0 nothing is lost, and more is lost in between."""
    e = Economy.from_table(t)
    table = extraction_table(e)
    np.testing.assert_allclose(table["output"] - table["others"], e.output.to_series()[table.index])
    np.testing.assert_allclose(extraction_table(e, 0.0)["output"], 0.0, atol=1e-9)
    parts = [extraction_table(e, s)["output"][list(e.sectors)].to_numpy() for s in (0.0, 0.3, 0.6, 1.0)]
    assert (np.diff(parts, axis=0) > 0).all()
    # All of them at once leave nothing.
    np.testing.assert_allclose(extract_group(e, e.sectors)["loss"], e.output)


@drawn
@given(st.integers(0, 2**16), st.integers(1, 9), st.integers(1, 12))
def test_diagonal_of_the_inverse(seed: int, block: int, n: int) -> None:
    """Proves: the diagonal is that of the inverse for any block size, also where elimination swaps rows."""
    rng = np.random.default_rng(seed)
    swapped = np.eye(n)[rng.permutation(n)] + 0.05 * rng.normal(size=(n, n)) / n
    a = np.eye(n) - swapped
    np.testing.assert_allclose(
        inverse_diagonal(Leontief(a).factors, block), np.diag(np.linalg.inv(swapped)), rtol=1e-8, atol=1e-10
    )


def test_extraction_of_a_large_table_in_blocks() -> None:
    """Proves: at 300 sectors, in blocks of 64, the formula still gives what solving gives, for three weights."""
    rng = np.random.default_rng(3)
    a = rng.uniform(0.0, 1.0, (300, 300))
    a *= rng.uniform(0.2, 0.9, 300) / a.sum(axis=0)
    f, weights = rng.uniform(1.0, 5.0, 300), rng.uniform(0.0, 1.0, (3, 300))
    x = np.linalg.solve(np.eye(300) - a, f)
    found = extract_all(Leontief(a).factors, a, x, f, weights, share=0.7, block=64)
    for k in (0, 63, 64, 299):
        np.testing.assert_allclose(found[:, k], weights @ (x - left(a, f, [k], 0.7, "all")))


# Paths


@drawn
@given(tables(most=3), st.integers(0, 4))
def test_all_paths_sum_to_the_rounds(t: Table, depth: int) -> None:
    """Proves: with no threshold the paths of length k are round k, imported product by imported product."""
    e = Economy.from_table(t)
    paths = dependence_paths(e, threshold=0.0, depth=depth)
    imported = paths["path"].str.split(JOIN).str[0]
    sums = paths.groupby([paths["length"], imported])["value"].sum().unstack().reindex(columns=list(e.sectors))
    rounds = import_content_by_round(e, rounds=max(depth, 1)).values[: depth + 1]
    np.testing.assert_allclose(sums.to_numpy(), rounds)


@drawn
@given(tables(most=3), st.sampled_from([0.03, 0.01, 0.003]))
def test_no_path_above_the_threshold_is_missed(t: Table, threshold: float) -> None:
    """Proves: the pruned search finds what the full tree holds above the threshold, in falling order."""
    e = Economy.from_table(t)
    every = dependence_paths(e, threshold=0.0, depth=5)
    found = dependence_paths(e, threshold=threshold, depth=5)
    # A path right at the threshold may fall on either side of it.
    sure = every[(every["share"] / threshold - 1.0).abs() > 1e-9]
    assert set(found["path"]) >= set(sure.loc[sure["share"] > threshold, "path"])
    assert found["share"].min() >= threshold * (1.0 - 1e-9)
    assert (found["share"].diff().dropna() <= 1e-12).all()
    np.testing.assert_allclose(found["covered"], found["share"].cumsum())


@pytest.mark.parametrize("case", REAL)
def test_paths_of_real_tables(case: str) -> None:
    """Proves: no path carries more than its round, deeper searches cover more, and never more than all."""
    e = shipped(case)
    paths = dependence_paths(e, threshold=1e-4)
    rounds = import_content_by_round(e, rounds=6).sum("product")
    carried = paths.groupby("length")["value"].sum()
    assert (carried <= rounds.to_series().iloc[:-1].set_axis(range(7))[carried.index] * (1 + 1e-9)).all()
    assert dependence_paths(e)["covered"].iloc[-1] < paths["covered"].iloc[-1] < 1.0


# Cut-off loss


def programme(need: np.ndarray, home: np.ndarray, direct: np.ndarray, lost: np.ndarray) -> float:
    """Least final use given up, as a linear programme written here."""
    from scipy.optimize import linprog

    free = np.hstack([need, np.eye(len(direct))])
    amount = np.append(home, direct)
    bounds = [(0.0, float(b)) for b in amount]
    answer = linprog(np.ones(len(amount)), -free, -np.minimum(lost, free @ amount), bounds=bounds)
    assert answer.status == 0
    return float(answer.fun)


@drawn
@given(tables(), st.sampled_from([0.1, 0.5, 1.0]))
def test_least_loss_is_the_programme(t: Table, share: float) -> None:
    """Proves: giving up final uses in order of content is optimal; no less than what stays away is given up."""
    e = Economy.from_table(t)
    need = imported_need(e).values
    final = bundle(e, "final use")
    home, direct = final.home.clip(min=0.0), final.imported.clip(min=0.0)
    found = cut_off_loss(e, share, threshold=0.0)
    for i, s in enumerate(e.sectors):
        solved = programme(need[[i]], home, direct[[i]], share * e.imports.values[[i]])
        assert found.loc[s, "least_loss"] == pytest.approx(solved, rel=1e-6)
    assert (found["least_loss"] <= found["exposed_final"] * (1 + 1e-9)).all()
    assert (found["leverage"] >= 1.0 - 1e-9).all()


@drawn
@given(tables(), st.integers(0, 2**16))
def test_partners_share_out_what_is_imported(t: Table, seed: int) -> None:
    """Proves: one partner with everything is cutting off all; parts of the imports cost no more than all of them."""
    e = Economy.from_table(t)
    part = np.random.default_rng(seed).uniform(0.1, 0.9)
    uses = [*e.sectors, *map(str, e.domestic_final["final"].values)]
    whole = np.hstack([e.imported_use.values, e.imported_final.values])
    coords = {"partner": ["A", "B"], "product": list(e.sectors), "use": uses}
    split = xr.DataArray(np.stack([part * whole, (1 - part) * whole]), coords=coords, dims=list(coords))
    both = e.replacing(imported_by_partner=quantity("imported_by_partner", split, e.money))
    found = partner_cut_off(both, "A", threshold=0.0)
    alone = cut_off_loss(e, part, threshold=0.0)
    single = found.drop(index="all products")
    np.testing.assert_allclose(single["least_loss"], alone["least_loss"][single.index])
    np.testing.assert_allclose(found["partner_share"], part)
    total = found.loc["all products", "least_loss"]
    assert single["least_loss"].max() * (1 - 1e-6) <= total <= single["least_loss"].sum() * (1 + 1e-6)
    final = bundle(e, "final use")
    solved = programme(
        imported_need(e).values, final.home.clip(min=0), final.imported.clip(min=0), part * e.imports.values
    )
    assert total == pytest.approx(solved, rel=1e-6)


# Endurance


def by_events(e: Economy, cut: str, days: np.ndarray, threshold: float) -> np.ndarray:
    """Stops one after the other from a queue of events: who stops tells its users when their stock runs out."""
    a, m = e.domestic_coefficients.values, e.import_coefficients.values
    stop = np.full(len(a), np.inf)
    i = e.sectors.index(cut)
    queue = [(float(days[i]), j) for j in range(len(a)) if m[i, j] >= threshold]
    heapq.heapify(queue)
    while queue:
        when, j = heapq.heappop(queue)
        if np.isfinite(stop[j]):
            continue
        stop[j] = when
        for k in np.flatnonzero(a[j] >= threshold):
            heapq.heappush(queue, (when + float(days[j]), int(k)))
    return stop


@drawn
@given(tables(most=6), st.integers(0, 2**16), st.sampled_from([0.001, 0.03, 0.08]))
def test_stops_are_those_of_a_queue_of_events(t: Table, seed: int, threshold: float) -> None:
    """Proves: the fixed point is what happens day by day; larger stocks and thresholds never bring a stop forward."""
    e = Economy.from_table(t)
    stocks = np.random.default_rng(seed).integers(0, 30, len(e.sectors)).astype(float)
    days = pd.Series(stocks, e.sectors)
    whole = endurance(e, days, threshold)
    for cut in e.sectors:
        found = stop_days(e, [cut], days, threshold)["days"][list(e.sectors)].to_numpy()
        np.testing.assert_array_equal(found, by_events(e, cut, stocks, threshold))
        assert whole.loc[cut, "first_stop"] == found.min()
        assert whole.loc[cut, "stopped"] == np.isfinite(found).sum()
        half, x = whole.loc[cut, "half_stop"], e.output.values
        assert x[found < half].sum() < x.sum() / 2 * (1 + 1e-12)
        assert not np.isfinite(half) or x[found <= half].sum() >= x.sum() / 2 * (1 - 1e-12)
        longer = stop_days(e, [cut], days + 1.0, threshold)["days"][list(e.sectors)].to_numpy()
        fewer = stop_days(e, [cut], days, 2 * threshold)["days"][list(e.sectors)].to_numpy()
        assert (longer >= found).all()
        assert (fewer >= found).all()


# Complexity


@drawn
@given(st.integers(0, 2**16))
def test_complexity_is_the_second_eigenvector(seed: int) -> None:
    """Proves: ECI and PCI are the eigenvectors of the two matrices of the source, in any order of rows and columns.

    Breaks if: the scaling by diversity or ubiquity is lost.
    """
    rng = np.random.default_rng(seed)
    values = rng.uniform(0.0, 1.0, (9, 14)) ** 3 + 1e-3
    exports = pd.DataFrame(values, [f"c{i}" for i in range(9)], [f"p{i}" for i in range(14)])
    eci, pci = complexity(exports)
    held = (revealed_advantage(exports).to_numpy() >= 1).astype(float)
    k_c, k_p = held.sum(axis=1), held.sum(axis=0)
    for found, m in ((eci, held / k_c[:, None] @ (held / k_p).T), (pci, (held / k_p).T @ (held / k_c[:, None]))):
        roots, vectors = np.linalg.eig(m)
        second = np.real(vectors[:, np.argsort(-np.real(roots))[1]])
        assert abs(np.corrcoef(found, second)[0, 1]) == pytest.approx(1.0)
    assert np.corrcoef(eci, k_c)[0, 1] > 0
    mixed = exports.iloc[rng.permutation(9), rng.permutation(14)]
    for before, after in zip((eci, pci), complexity(mixed * 1e6), strict=True):
        np.testing.assert_allclose(before, after[before.index], atol=1e-9)
