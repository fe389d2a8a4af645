"""What is true of models A to D on any supply and use tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from groundplan.errors import Faults, TableError, UnknownName
from groundplan.tables.methods.transformation import MODELS, Model, SupplyUse, transform

NAMES = ["p0", "p1", "p2", "p3"]
FIRMS = ["i0", "i1", "i2", "i3"]
ALL: tuple[Model, ...] = ("A", "B", "C", "D")
SQUARE = arrays(float, (4, 4), elements=st.integers(0, 20).map(float))
NONE = np.zeros((4, 4))


def accounts(aside: np.ndarray, domestic: np.ndarray, imported: np.ndarray) -> SupplyUse:
    """Balanced accounts: each industry makes mostly its own product; final use and value added close the books."""
    make = aside + np.diag([200.0, 220.0, 240.0, 260.0])
    q, g = make.sum(axis=1), make.sum(axis=0)
    home = pd.DataFrame(domestic, NAMES, FIRMS).assign(final=q - domestic.sum(axis=1))
    away = pd.DataFrame(imported, NAMES, FIRMS).assign(final=imported.sum(axis=1) * 0.5)
    rest = g - domestic.sum(axis=0) - imported.sum(axis=0)
    costs = pd.DataFrame([rest * 0.25, rest * 0.75], ["wages", "surplus"], FIRMS)
    posts = pd.DataFrame([rest * 0.1], ["posts"], FIRMS)
    own = pd.Series(FIRMS, NAMES)
    return SupplyUse(pd.DataFrame(make, NAMES, FIRMS), home, away, costs, posts, own)


ECONOMY = st.builds(accounts, SQUARE, SQUARE, SQUARE)


@given(a=ECONOMY, model=st.sampled_from(ALL), negatives=st.sampled_from(["keep", "remove"]))
@settings(max_examples=40, deadline=None)
def test_output_and_totals_stay(a: SupplyUse, model: Model, negatives: Any) -> None:
    """Proves: rows and columns of every model add up to output, and no use, import, cost or post is lost.

    Breaks if: a model's shares do not sum to one, or Almon's procedure or RAS loses a row.
    """
    if model == "C":
        negatives = "keep"
    io = transform(a, model, negatives=negatives)
    output = a.make.sum(axis=1) if model in ("A", "B") else a.make.sum()
    np.testing.assert_allclose(io.domestic.sum(axis=1), output, rtol=1e-8)
    costs = io.domestic[io.sectors].sum() + io.imported[io.sectors].sum() + io.costs.sum()
    np.testing.assert_allclose(costs, output, rtol=1e-8)
    np.testing.assert_allclose(io.costs.sum(axis=1), a.costs.sum(axis=1), rtol=1e-8)
    np.testing.assert_allclose(io.also.sum(axis=1), a.also.sum(axis=1), rtol=1e-8)
    np.testing.assert_allclose(io.imported.to_numpy().sum(), a.imported.to_numpy().sum(), rtol=1e-8)
    # Output is what final use draws: x = (I − A)⁻¹ f.
    coefficients = io.domestic[io.sectors].to_numpy() / output.to_numpy()
    drawn = np.linalg.solve(np.eye(4) - coefficients, io.domestic["final"].to_numpy())
    np.testing.assert_allclose(drawn, output, rtol=1e-6)


@given(a=ECONOMY)
@settings(max_examples=20, deadline=None)
def test_each_model_is_its_assumption(a: SupplyUse) -> None:
    """Proves: A's recipes give back what industries use, C's sales what goes to whom; B and D have no negative."""
    S = a.make.to_numpy()
    q, g = S.sum(axis=1), S.sum(axis=0)
    recipes = transform(a, "A").domestic[NAMES].to_numpy() / q
    np.testing.assert_allclose(recipes @ S, a.domestic[FIRMS], atol=1e-9)
    sales = transform(a, "C").domestic.to_numpy() / g[:, None]
    np.testing.assert_allclose(S @ sales, a.domestic, atol=1e-9)
    assert transform(a, "B").negatives.empty
    assert transform(a, "D").negatives.empty


@given(use=SQUARE, abroad=SQUARE)
@settings(max_examples=10, deadline=None)
def test_without_secondary_products_all_models_agree(use: np.ndarray, abroad: np.ndarray) -> None:
    """Proves: where each industry makes its own product only, the four tables are the use table itself."""
    a = accounts(NONE, use, abroad)
    for model in ALL:
        io = transform(a, model)
        np.testing.assert_allclose(io.domestic, a.domestic, atol=1e-9)
        np.testing.assert_allclose(io.imported, a.imported, atol=1e-9)


@given(a=ECONOMY, model=st.sampled_from(ALL), order=st.permutations(range(4)), scale=st.sampled_from([1e-3, 1e3]))
@settings(max_examples=20, deadline=None)
def test_order_and_money_unit_are_immaterial(a: SupplyUse, model: Model, order: list[int], scale: float) -> None:
    """Proves: shuffled products and another money unit give the same table."""
    io = transform(a, model)
    rows = [NAMES[i] for i in order]
    other = SupplyUse(
        a.make.loc[rows] * scale,
        a.domestic.loc[rows] * scale,
        a.imported.loc[rows] * scale,
        a.costs * scale,
        a.also,
        a.own[rows],
    )
    again = transform(other, model)
    pd.testing.assert_frame_equal(again.domestic.loc[io.sectors, io.domestic.columns], io.domestic * scale, rtol=1e-6)
    pd.testing.assert_frame_equal(again.imported.loc[io.sectors, io.domestic.columns], io.imported * scale, rtol=1e-6)


@given(a=ECONOMY)
@settings(max_examples=20, deadline=None)
def test_removing_leaves_no_new_negative_cell(a: SupplyUse) -> None:
    """Proves: after removal no row that had no negative figure has one, and row totals are the source's."""
    io = transform(a, "A", negatives="remove")
    plain = a.costs.index[(a.costs >= 0).all(axis=1)]
    assert io.domestic[NAMES].min().min() >= 0
    assert io.imported[NAMES].min().min() >= 0
    assert (io.costs.loc[plain] >= 0).all().all()
    np.testing.assert_allclose(io.domestic[NAMES].sum(axis=1), a.domestic[FIRMS].sum(axis=1), atol=1e-6)


def test_pymrio_agrees() -> None:
    """Proves: flows of all four models are those of pymrio's own construction of input-output tables.

    pymrio divides the coefficients of C and D by products' output; flows are compared, so that this is immaterial.
    """
    parser = pytest.importorskip("pymrio.tools.ioparser")
    construct = vars(parser)["__construct_IO"]
    rng = np.random.default_rng(7)
    a = accounts(*(rng.integers(0, 20, (4, 4)).astype(float) for _ in range(3)))
    q = a.make.sum(axis=1)
    data = {"V": a.make.T, "U": a.domestic[FIRMS], "Y": a.domestic[["final"]]}
    data |= {"VA": a.costs, "Q": a.also, "QY": a.also.iloc[:, :0]}
    for model in ALL:
        theirs = construct(data, construct=model)
        io = transform(a, model)
        np.testing.assert_allclose(io.domestic[io.sectors], theirs["A"].to_numpy() * q.to_numpy(), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(io.domestic[["final"]], theirs["Y"], rtol=1e-9)
        np.testing.assert_allclose(io.costs, theirs["VA"], rtol=1e-9)


def told(a: SupplyUse, model: Any, **options: Any) -> str:
    with pytest.raises((TableError, Faults, UnknownName)) as caught:
        transform(a, model, **options)
    return str(caught.value)


def test_what_cannot_be_computed_is_told() -> None:
    """Proves: unknown models, rectangular or singular supply, idle industries, negatives of C: each told in words."""
    a = accounts(NONE, NONE, NONE)
    assert "no model 'E'" in told(a, "E")
    assert "no way with negatives 'drop'" in told(a, "A", negatives="drop")
    assert "no procedure that removes the negatives of model C" in told(a, "C", negatives="remove")
    merged = a.make.assign(i3=0.0)
    merged["i2"] += a.make["i3"]
    costs, home = a.costs.assign(i3=0.0), a.domestic.assign(i3=0.0)
    wide = SupplyUse(merged, home, a.imported, costs, a.also, a.own)
    for model, other in (("A", "B"), ("C", "D")):
        assert f"or use model {other}" in told(wide, model)
    assert "4 products and 3 industries have output" in told(wide, "A")
    same = a.make.assign(i3=a.make["i2"])
    same.loc["p3"] = same.loc["p2"]
    assert "nearly the same mix of products" in told(
        SupplyUse(same, a.domestic, a.imported, a.costs, a.also, a.own), "A"
    )
    idle = SupplyUse(merged, a.domestic, a.imported, a.costs, a.also, a.own)
    assert "industries have costs and no output: i3" in told(idle, "B")


def test_a_product_that_nobody_makes() -> None:
    """Proves: imports of a product without domestic output reach the industry of its name in C and D, and stay a row
    with no column of its own in A and B.

    Breaks if: such imports disappear, or an empty row makes the supply table singular.
    """
    a = accounts(NONE, NONE, NONE)
    make, home = a.make.copy(), a.domestic.copy()
    make.loc["p3"], home.loc["p3"] = 0.0, 0.0
    make["i3"], costs = 0.0, a.costs.assign(i3=0.0)
    away = a.imported.copy()
    away.loc["p3", "i0"] = 5.0
    costs.loc["surplus", "i0"] -= 5.0
    b = SupplyUse(make, home, away, costs, a.also.assign(i3=0.0), a.own)
    for model in MODELS:
        io = transform(b, model)  # type: ignore[arg-type]
        row, column = ("p3", "p0") if model in ("A", "B") else ("i3", "i0")
        assert io.imported.loc[row, column] == pytest.approx(5.0)
        assert io.costs[row].sum() == 0.0
        assert ("goes to the industry of its own name" in " ".join(io.methods)) == (model in ("C", "D"))
