"""What is true of every world table."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import rescaled, shuffled, worlds
from world_samples import READ, sample

from groundplan.economy.world import World
from groundplan.errors import BalanceError, GroundplanError, UnknownName
from groundplan.sources import Source
from groundplan.tables.world_table import WorldTable, open_world_table


def drawn(w: World) -> WorldTable:
    """The table that a world was made from, with all that a table can hold."""
    return WorldTable(
        year=w.year,
        money=w.money,
        countries=w.countries,
        industries=w.industries,
        final_kinds=w.final_kinds,
        primary_kinds=dict(zip(w.primary["primary"].values, w.primary["primary_kind"].values, strict=True)),
        use=w.use.values,
        final_use=w.final_use.values,
        primary=w.primary.values,
        final_primary=np.ones_like(w.final_primary.values),
        output=w.output,
        residual=np.zeros(w.size),
        labels={i: f"industry {i}" for i in w.industries},
        names={"C0": "Côte d'Ivoire"},
        source=Source(publisher="tests", title="drawn", vintage="none", licence="none", sha256={"a.csv": "0"}),
        methods=("Drawn.",),
        rounding=0.5,
    )


@given(w=worlds())
@settings(max_examples=30, deadline=None)
def test_national_views_add_up_to_the_world(w: World) -> None:
    """Proves: domestic and imported uses, final uses and primary inputs of all countries are the world's.

    Breaks if: a block is given to two countries or to none, or a column to another country's view.
    """
    views = [w.table(c) for c in w.countries]
    used = sum(t.domestic_use.to_numpy().sum() + t.imported_use.to_numpy().sum() for t in views)
    final = sum(t.domestic_final.to_numpy().sum() + t.imported_final.to_numpy().sum() for t in views)
    assert used == pytest.approx(float(w.use.sum()))
    assert final == pytest.approx(float(w.final_use.sum()))
    assert sum(t.primary.to_numpy().sum() for t in views) == pytest.approx(float(w.primary.sum()))
    for country, t in zip(w.countries, views, strict=True):
        out = t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports
        assert out.to_numpy() == pytest.approx(w.output[w.rows(country)])


@given(w=worlds())
@settings(max_examples=30, deadline=None)
def test_exports_of_all_are_imports_of_all(w: World) -> None:
    """Proves: what countries sell abroad, by industry, is what they buy abroad; partners sum to imports."""
    exports = sum(w.exports(c) for c in w.countries)
    imports = np.zeros(len(w.industries))
    for country in w.countries:
        t = w.table(country)
        bought = t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1)
        imports += bought
        assert t.imported_by_partner is not None
        by_partner = sum(part.sum(axis=1) for part in t.imported_by_partner.values())
        assert np.asarray(by_partner) == pytest.approx(bought.to_numpy())
    assert exports == pytest.approx(imports)


@given(w=worlds(), seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_order_is_immaterial(w: World, seed: int) -> None:
    """Proves: countries and industries in another order give every country the same national table."""
    rng = np.random.default_rng(seed)
    other = shuffled(w, list(rng.permutation(len(w.countries))), list(rng.permutation(len(w.industries))))
    codes = list(w.industries)
    for country in w.countries:
        one, two = w.table(country), other.table(country)
        for name in ("domestic_use", "imported_use"):
            assert getattr(two, name).loc[codes, codes].to_numpy() == pytest.approx(getattr(one, name).to_numpy())
        assert two.exports[codes].to_numpy() == pytest.approx(one.exports.to_numpy())
        assert two.primary[codes].to_numpy() == pytest.approx(one.primary.to_numpy())
        assert one.imported_by_partner is not None
        assert two.imported_by_partner is not None
        for partner, part in one.imported_by_partner.items():
            assert two.imported_by_partner[partner].loc[codes, part.columns].to_numpy() == pytest.approx(
                part.to_numpy()
            )


@given(w=worlds(), by=st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_another_money_unit_changes_no_ratio(w: World, by: float) -> None:
    """Proves: in another money unit coefficients stay and flows are multiplied."""
    other = rescaled(w, by)
    assert other.coefficients == pytest.approx(w.coefficients)
    assert other.output == pytest.approx(by * w.output)
    assert other.value_added == pytest.approx(by * w.value_added, abs=1e-9 * by)


@given(w=worlds())
@settings(max_examples=15, deadline=None)
def test_saved_and_opened_is_the_same(w: World) -> None:
    """Proves: a table that was saved opens as it was: every array, name, method and source."""
    table = drawn(w)
    with tempfile.TemporaryDirectory() as folder:
        again = open_world_table(table.save(Path(folder) / "world"))
    for name, value in vars(table).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(again, name), value), name
        elif name == "methods":
            assert list(again.methods) == list(value)
        else:
            assert getattr(again, name) == value, name


@pytest.mark.parametrize("name", READ)
def test_what_readers_hand_over_can_be_saved(name: str, tmp_path: Path) -> None:
    """Proves: every reader's table opens again as it was, with no residual or output made up."""
    table = sample(name)
    again = open_world_table(table.save(tmp_path / "kept.npz"))
    assert again.source == table.source
    assert again.names == table.names
    assert np.array_equal(again.primary, table.primary)
    assert (again.residual is None) == (table.residual is None)
    assert (again.output is None) == (table.output is None)


@given(w=worlds(), row=st.integers(0, 15), gap=st.floats(0.002, 0.5))
@settings(max_examples=20, deadline=None)
def test_accounts_that_do_not_balance_are_refused(w: World, row: int, gap: float) -> None:
    """Proves: one industry whose costs, or whose printed output, is off by more than the tolerance stops the world.

    Breaks if: the printed output is not compared with the uses, or the tolerance is taken per cent for per one.
    """
    table = replace(drawn(w), final_primary=None, rounding=0.0)
    k = int(np.flatnonzero(w.output > 1)[row % (w.output > 1).sum()])
    off = table.primary.copy()
    off[0, k] += gap * w.output[k]
    with pytest.raises(BalanceError, match="costs miss output in 1 industries") as caught:
        World.from_table(replace(table, primary=off))
    assert str(w.use["product"].values[k]) in str(caught.value)
    World.from_table(replace(table, primary=off), tolerance=gap * 1.001)
    printed = w.output.copy()
    printed[k] *= 1 + gap
    with pytest.raises(GroundplanError, match="uses miss output in 1 industries"):
        World.from_table(replace(table, output=printed))


def test_a_country_that_is_not_there_is_refused_with_the_nearest() -> None:
    """Proves: asking a world for a country that it lacks names the nearest one."""
    with pytest.raises(UnknownName, match="nearest: 'KOR'"):
        World.from_table(sample("icio_2023.csv")).table("KRO")
