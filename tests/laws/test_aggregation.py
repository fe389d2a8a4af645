"""Summing sectors keeps every total, and the order in which things are done does not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import SHIPPED, shipped, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from groundplan.economy.aggregation import FLOWS, aggregate, aggregate_world
from groundplan.economy.audit import audit
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError
from groundplan.glossary import quantity
from groundplan.sources import Source
from groundplan.tables.concordances import Concordance, load
from groundplan.tables.table import Table
from groundplan.tables.world_table import WorldTable

NOBODY = Source("tests", "a made-up list", "none", "none")


def partnered(e: Economy) -> Economy:
    """The economy with its imports parted between two partners, 0.3 and 0.7 of every cell."""
    uses = [*e.sectors, *map(str, e.imported_final["final"].values)]
    both = np.hstack([e.imported_use.values, e.imported_final.values])
    coords = {"partner": ["near", "far"], "product": list(e.sectors), "use": uses}
    array = xr.DataArray(np.stack([0.3 * both, 0.7 * both]), coords=coords, dims=list(coords))
    return e.replacing(imported_by_partner=quantity("imported_by_partner", array, e.money))


def same(a: Economy, b: Economy) -> None:
    for name in (*FLOWS, "depreciation", "final_taxes"):
        here, there = getattr(a, name), getattr(b, name)
        assert (here is None) == (there is None), name
        if here is not None:
            xr.testing.assert_allclose(here, there.reindex_like(here), rtol=1e-9)


@settings(max_examples=8, deadline=None)
@given(tables(3, 5), st.integers(0, 2**16))
def test_totals_are_kept_and_order_does_not_matter(made: Table, seed: int) -> None:
    """GDP, imports, exports, employment, capital, wear in all and the identities; shuffled labels give the same."""
    e = partnered(Economy.from_table(made))
    rng = np.random.default_rng(seed)
    mapping = {s: f"g{k}" for s, k in zip(e.sectors, rng.integers(0, 2, len(e.sectors)), strict=True)}
    less = aggregate(e, mapping)
    assert less.gdp == pytest.approx(e.gdp)
    assert less.product_taxes == pytest.approx(e.product_taxes)
    for name in ("output", "imports", "value_added", "exports", "employment", "capital_stock", "investment_by_sector"):
        assert float(getattr(less, name).sum()) == pytest.approx(float(getattr(e, name).sum())), name
    worn = float((e.depreciation * e.capital_stock).sum())
    assert float((less.depreciation * less.capital_stock).sum()) == pytest.approx(worn)
    assert float(audit(less).residuals["gap"].abs().max()) <= 1e-9 * float(less.output.max())
    parted, whole = less.imported_by_partner, less.imported_use
    assert parted is not None
    np.testing.assert_allclose(parted.sel(use=list(less.sectors)).sum("partner"), whole)
    turned = [e.sectors[i] for i in rng.permutation(len(e.sectors))]
    shuffled = e.replacing(
        **{
            name: array.sel({d: turned for d in ("product", "sector") if d in array.dims})
            for name in (*FLOWS, "depreciation")
            if (array := getattr(e, name)) is not None
        }
    )
    same(less, aggregate(shuffled, dict(reversed(mapping.items()))))


@settings(max_examples=6, deadline=None)
@given(tables(3, 5))
def test_identity_and_two_steps(made: Table) -> None:
    """A sector to itself is no change; in two steps or in one is the same."""
    e = partnered(Economy.from_table(made))
    same(aggregate(e, {s: s for s in e.sectors}), e)
    first = {s: "a" if s in e.sectors[:2] else s for s in e.sectors}
    twice = aggregate(aggregate(e, first), {s: "b" if s != "a" else "a" for s in dict.fromkeys(first.values())})
    same(aggregate(e, {s: "a" if s in e.sectors[:2] else "b" for s in e.sectors}), twice)


@settings(max_examples=6, deadline=None)
@given(tables(2, 4), st.floats(0.1, 0.9))
def test_a_sector_shared_out_and_joined_again(made: Table, share: float) -> None:
    """Sharing a sector and joining it again is no change; the sharing is on record as an estimate."""
    e = Economy.from_table(made)
    rest = [(s, s, 1.0, "") for s in e.sectors[1:]]
    rows = pd.DataFrame(
        [("s0", "p", share, ""), ("s0", "q", 1 - share, ""), *rest], columns=["from", "to", "weight", "note"]
    )
    parted = aggregate(e, Concordance("test", "a", "b", "estimate", rows, NOBODY))
    assert parted.gdp == pytest.approx(e.gdp)
    assert parted.assumptions[-1].name == "sectors shared out"
    assert "s0" in parted.assumptions[-1].value
    joined = {s: "s0" if s in "pq" else s for s in parted.sectors}
    same(aggregate(parted, joined), e)


def test_missing_sectors_are_named_at_once() -> None:
    e = shipped("KEN 2019")
    with pytest.raises(GroundplanError) as told:
        aggregate(e, {s: "all" for s in e.sectors if s not in ("maiz", "rice")})
    assert "'maiz'" in str(told.value)
    assert "'rice'" in str(told.value)
    with pytest.raises(GroundplanError, match="no new sector to label 'farm'"):
        aggregate(e, dict.fromkeys(e.sectors, "farms"), labels={"farm": "Farms"})


@pytest.mark.parametrize("case", ["KEN 2019", "BRA 2021", "ESP 2019", SHIPPED[0]])
def test_shipped_countries_on_the_broad_list(case: str) -> None:
    """Proves: countries with 42, 68 and 65 sectors come to the same list; GDP, trade and wear stay."""
    e = shipped(case)
    broad = aggregate(e, load("groundplan_broad"))
    assert set(broad.sectors) <= set(load("groundplan_broad").labels)
    assert len(broad.sectors) == 25
    assert broad.label("food") == "Food, beverages and tobacco"
    assert broad.gdp == pytest.approx(e.gdp, rel=1e-12)
    assert float(broad.imports.sum()) == pytest.approx(float(e.imports.sum()))
    worn = float((e.depreciation * e.capital_stock).sum())
    assert float((broad.depreciation * broad.capital_stock).sum()) == pytest.approx(worn)
    assert broad.sources[: len(e.sources)] == e.sources
    assert "summed into 25 by the concordance groundplan_broad" in broad.methods[-1]
    gap = audit(e).residuals["gap"].abs().sum()
    assert audit(broad).residuals["gap"].abs().sum() <= gap + 1e-6


def world(seed: int = 0) -> World:
    """Three countries of three industries, two final categories, a tax."""
    rng = np.random.default_rng(seed)
    use, final = rng.uniform(0, 5, (9, 9)), rng.uniform(5, 20, (9, 6))
    x = use.sum(axis=1) + final.sum(axis=1)
    tax = rng.uniform(0, 2, 9)
    made = WorldTable(
        year=2000, money="m", countries=("AA", "BB", "CC"), industries=("i", "j", "k"),
        final_kinds={"house": "household", "invest": "investment"}, use=use, final_use=final,
        primary=np.vstack([tax, x - use.sum(axis=0) - tax]), primary_kinds={"tax": "product_tax", "va": "other"},
        final_primary=rng.uniform(0, 1, (2, 6)), source=NOBODY, rounding=0.0,
    )  # fmt: skip
    return World.from_table(made)


def test_world_by_countries_and_industries() -> None:
    """Proves: world output, value added and taxes are kept; one group of all countries has no imports left; the
    national view of an aggregated world is the aggregated national view.
    """  # fmt: skip
    w = world()
    mapping = {"i": "goods", "j": "goods", "k": "services"}
    less = aggregate_world(w, industries=mapping, labels={"goods": "All goods"})
    assert less.industries == ("goods", "services")
    assert less.labels["goods"] == "All goods"
    same(less.national("BB"), aggregate(w.national("BB"), mapping))
    two = aggregate_world(w, countries={"AA": "EU", "BB": "EU"})
    assert two.countries == ("EU", "CC")
    assert two.output.sum() == pytest.approx(w.output.sum())
    assert two.value_added.sum() == pytest.approx(w.value_added.sum())
    assert float(two.final_primary.sum()) == pytest.approx(float(w.final_primary.sum()))
    np.testing.assert_allclose(two.national("CC").imports, w.national("CC").imports)
    alone = aggregate_world(w, countries=dict.fromkeys(w.countries, "W"), industries=mapping)
    assert float(alone.national("W").imports.sum()) == 0.0
    assert alone.output.sum() == pytest.approx(w.output.sum())
    both = aggregate_world(aggregate_world(w, countries={"AA": "EU", "BB": "EU"}), industries=mapping)
    np.testing.assert_allclose(aggregate_world(w, {"AA": "EU", "BB": "EU"}, mapping).use, both.use)
    with pytest.raises(GroundplanError, match="no country 'DD'"):
        aggregate_world(w, countries={"DD": "EU"})


def test_a_class_is_kept_where_all_parts_share_it() -> None:
    """Proves: grains that are joined stay crops, of country and world alike; grain and steel have no class together.

    Breaks if: an aggregate has the class of its first part.
    """
    kenya = shipped("KEN 2019")
    crops = kenya.replacing(classes={**kenya.classes, "rice": kenya.classes["maiz"]})
    joined = {s: {"maiz": "grain", "rice": "grain", "metl": "rest", "ocer": "rest"}.get(s, s) for s in crops.sectors}
    less = aggregate(crops, joined)
    assert less.classes["grain"] == "ifpri:maiz"
    assert less.unclassed == ("rest",)
    assert less.classes["text"] == "ifpri:text"
