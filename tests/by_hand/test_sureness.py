"""How sure a ranking is, on cells and draws that can be counted."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small, table
from small_worlds import world

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError
from groundplan.measures.dependence import import_content_by_product
from groundplan.measures.sureness import redraws
from groundplan.measures.sureness.confidence import AtOnce, _again, _at_once, across_years, confidences
from groundplan.measures.sureness.rankings import rankings
from groundplan.measures.sureness.redraws import CellUncertainty, Redraws, UnsureCells, _factors, redrawn
from groundplan.measures.sureness.stack import Stack

SURE = CellUncertainty(large=0.0, small=0.0, with_rounding=False)
UNSURE = CellUncertainty(large=0.1, small=0.4)
FLOWS = ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary")


@pytest.fixture(scope="module")
def other() -> Economy:
    """Farm and works again with other figures, less than one unit of which is imported for final use."""
    made = table(
        np.array([[5.0, 12.0], [20.0, 3.0]]),
        np.array([[1.0, 9.0], [4.0, 2.0]]),
        np.array([[11.0, 6.0, 1.0, 0.0, 0.0], [9.0, 31.0, 2.0, 8.0, 3.0]]),
        np.array([[0.25, 0.125, 0.0, 0.0, 0.0], [0.0, 0.25, 0.0, 0.25, 0.0]]),
        np.array([40.0, 7.0]),
        wages=np.array([10.0, 20.0]),
        reexports=np.array([0.0, 0.25]),
        codes=["farm", "works"],
    )
    return Economy.from_table(made)


@pytest.fixture(scope="module")
def both(other: Economy) -> Stack:
    return Stack(small(), **{f: np.stack([getattr(e, f).values for e in (small(), other)]) for f in FLOWS})


def test_a_stack_is_its_economies(both: Stack, other: Economy) -> None:
    """Two unlike economies of the same sectors as a stack of two.

    Proves: output, imports, value added, coefficients, L and N of each stand in its place.
    Breaks if: a flow is left out, taken from the wrong side or from the other draw.
    """
    for k, e in enumerate((small(), other)):
        inverse = np.linalg.inv(np.eye(2) - e.domestic_coefficients.values)
        for found, wanted in (
            (both.output, e.output.values),
            (both.imports, e.imports.values),
            (both.value_added, e.value_added.values),
            (both.home, e.domestic_coefficients.values),
            (both.foreign, e.import_coefficients.values),
            (both.inverse, inverse),
            (both.imported_need, e.import_coefficients.values @ inverse),
            (both.prices(both.exports), e.exports.values @ inverse),
        ):
            np.testing.assert_allclose(found[k], wanted)


def test_rankings_of_a_stack_are_those_of_its_economies(both: Stack, other: Economy) -> None:
    """Proves: each ranking of many draws has in a row what the ranking of that economy has; no chains, no figures.

    Breaks if: the formula for many is another one, or draws and entries change places.
    """
    paths = ["farm", "works > farm", "farm > works > farm"]
    for of in ("household", "final use"):
        for name, ranking in rankings(of, paths).items():
            found = ranking.many(both)
            for k, e in enumerate((small(), other)):
                np.testing.assert_allclose(found[k], ranking.one(e).to_numpy(), err_msg=name)
    assert rankings("household", [])["paths"].many(both).shape == (2, 0)


def test_errors_by_size() -> None:
    """Of an output of 10⁶ a cell of 1 errs by .5, one of 10⁴ by .03, one of 100 by √(.5 · .03); beyond, no further.

    Proves: errors fall as a power of size; a rounding of 1 makes 1/√12 of a cell of 1; an empty cell does not err.
    """
    cells = np.array([0.0, 0.01, 1.0, -100.0, 1e4, 1e5])
    found = CellUncertainty().relative(cells, 1e6, 0.0)
    np.testing.assert_allclose(found, [0.0, 0.5, 0.5, np.sqrt(0.015), 0.03, 0.03])
    rounded = CellUncertainty(small=0.1).relative(cells, 1e6, 1.0)
    np.testing.assert_allclose(rounded[1:3], np.array([100.0, 1.0]) / np.sqrt(12.0))


def test_a_cell_is_drawn_around_itself() -> None:
    """Proves: z' = z · exp(σ g − σ²/2), with the noise that belongs to the cell's labels, draw by draw.

    Breaks if: σ is not squared or added, or noise goes by where a cell stands.
    """
    values, spread = np.array([[1.0, -2.0], [3.0, 4.0]]), np.array([[0.1, 0.7], [0.0, 0.4]])
    noise = np.array([[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, 3.0]])
    found = UnsureCells(values, spread, np.array([2, 0, 1, 3])).draws(noise.copy())
    for k in range(2):
        own = np.array([[noise[k, 2], noise[k, 0]], [noise[k, 1], noise[k, 3]]])
        np.testing.assert_allclose(found[k], values * np.exp(spread * own - spread * spread / 2))


def test_drawn_columns_become_flows_that_balance() -> None:
    """Two sectors with x = (100, 200) and one without output; inputs [[10, 20], [30, 40]] and 60 and 140 of labour.

    Drawn: [[12, 25], [25, 50]] and 63 and 125, so 100 in the first and 200 in the second as printed.

    Proves: s = (1/100, 1/200, 0), x' = (I − Z ŝ)⁻¹ y', the factor s · x'; what is below 0 by rounding alone is good.
    Breaks if: costs are summed along rows, or an output far below 0 passes.
    """
    home, labour = np.zeros((3, 3)), np.array([[60.0, 140.0, 0.0]])
    home[:2, :2] = [[10.0, 20.0], [30.0, 40.0]]
    drawn, pay = np.zeros((3, 3)), np.array([[63.0, 125.0, 0.0]])
    drawn[:2, :2] = [[12.0, 25.0], [25.0, 50.0]]
    output = np.array([100.0, 200.0, 0.0])
    final = np.array([[70.0, 130.0, 0.0], [150.0, 10.0, 0.0], [50.0, -100.0, 0.0]])
    before = [xr.DataArray(home, dims=("product", "sector")), xr.DataArray(labour, dims=("primary", "sector"))]
    factors, good = _factors(before, [np.stack([drawn] * 3), np.stack([pay] * 3)], final, output)
    system = np.eye(2) - drawn[:2, :2] / [100.0, 200.0]
    for k in range(3):
        np.testing.assert_allclose(factors[k, :2], np.linalg.solve(system, final[k, :2]) / [100.0, 200.0])
    assert factors[:, 2].tolist() == [0.0, 0.0, 0.0]
    assert good.tolist() == [True, True, False]
    idle = np.zeros((2, 3, 3))
    nearly = np.array([[-1e-7, 5.0, 0.0], [-1e-6, 5.0, 0.0]])  # a billionth of 300 is 3 · 10⁻⁷
    assert _factors(before, [idle, np.stack([pay] * 2)], nearly, output)[1].tolist() == [True, False]


def test_draws_of_a_world_and_of_a_nation_in_it() -> None:
    """Proves: uses of a drawn world add up to its costs, and of a nation in it imports by partner to all imports.

    Breaks if: the wrong axis is added up, or the partners' imports are not drawn.
    """
    rng = np.random.default_rng(7)
    w = world(["A", "B", "C"], ["i", "j"], rng.uniform(1.0, 9.0, (6, 6)), rng.uniform(20.0, 60.0, (6, 6)))
    flows = Redraws(w, UNSURE).flows([0, 1], 3)
    for k in range(2):
        uses = flows["use"][k].sum(axis=1) + flows["final_use"][k].sum(axis=1)
        np.testing.assert_allclose(flows["use"][k].sum(axis=0) + flows["primary"][k].sum(axis=0), uses)
        assert not np.allclose(uses, w.output, rtol=1e-3)
    e = w.national("A")
    again = redrawn(e, 1, uncertainty=UNSURE)
    assert e.imported_by_partner is not None
    assert again.imported_by_partner is not None
    parts = again.imported_by_partner.values
    assert not np.allclose(parts, e.imported_by_partner.values, rtol=1e-3)
    np.testing.assert_allclose(parts.sum(axis=0)[:, :2], again.imported_use.values)
    np.testing.assert_allclose(parts.sum(axis=0)[:, 2:], again.imported_final.values)
    costs = again.domestic_use.values.sum(axis=0) + again.imported_use.values.sum(axis=0)
    np.testing.assert_allclose(costs + again.primary.values.sum(axis=0), again.output.values)
    for accounts in (e, small()):
        same = redrawn(accounts, 2, uncertainty=SURE)
        np.testing.assert_allclose(same.imported_use, accounts.imported_use)
        np.testing.assert_allclose(same.output, accounts.output)
    assert {"imported_by_partner"} == set(redraws.PARTED) - set(redraws.WHOLE)


def needs(e: Economy) -> pd.Series:
    """The import content of households by product."""
    return import_content_by_product(e).to_series()


def test_confidence_of_two_kinds_of_ranking() -> None:
    """Proves: a ranking that takes draws together and the same one draw by draw have the same confidence; with sure
    cells every draw is the table.

    Breaks if: the errors that are given are not those that are drawn with, or one kind is left out.
    """
    once = rankings("household", [])["products"]
    assert isinstance(once, AtOnce)
    asked = {"alone": needs, "once": once}
    sure = confidences(asked, small(), draws=3, top=1, uncertainty=SURE)
    for found in sure.values():
        assert found.index.tolist() == ["works", "farm"]
        assert found["rank"].tolist() == found["rank_low"].tolist() == found["rank_high"].tolist() == [1, 2]
        assert found["in_top"].tolist() == [1.0, 0.0]
        np.testing.assert_allclose(found["low"], found["value"])
        np.testing.assert_allclose(found["high"], found["value"])
        np.testing.assert_allclose(found["value"], needs(small()).loc[["works", "farm"]])
    drawn = confidences(asked, small(), draws=20, top=1)
    np.testing.assert_allclose(drawn["alone"], drawn["once"])
    assert (drawn["alone"]["low"] < drawn["alone"]["value"]).all()
    assert (drawn["alone"]["high"] > drawn["alone"]["value"]).all()


def test_years_of_a_ranking() -> None:
    """Three years; b is first in one, c has a number in two and is first in one, d in one.

    Proves: years are counted in which there is a number, places of all years, and the last year's order is shown.
    Breaks if: entries and years change places, or top or the years are not asked for.
    """
    tables = {
        2002: pd.Series({"a": 3.0, "b": 2.0, "c": np.nan}),
        2000: pd.Series({"a": 1.0, "b": 4.0, "c": 3.0, "d": 0.5}),
        2001: pd.Series({"a": 5.0, "b": 4.0, "c": 6.0}),
    }
    found = across_years(lambda e: tables[int(e.year)], {y: SimpleNamespace(year=y) for y in tables}, top=1)  # type: ignore[misc]
    assert found.index.tolist() == ["a", "b", "c", "d"]
    assert found["years"].tolist() == [3, 3, 2, 1]
    np.testing.assert_allclose(found["in_top"], [1 / 3, 1 / 3, 1 / 3, 0.0])
    assert found["rank"].tolist()[:2] == [1.0, 2.0]
    assert found["rank"].isna().tolist() == [False, False, True, True]
    assert found["rank_best"].tolist() == [1.0, 1.0, 1.0, 4.0]
    assert found["rank_worst"].tolist() == [3.0, 3.0, 2.0, 4.0]
    for wrong in ({"panel": {}, "top": 1}, {"panel": {2001: small()}, "top": 0}):
        with pytest.raises(StudyError):
            across_years(needs, **wrong)  # type: ignore[arg-type]


def test_a_ranking_gives_numbers_by_name() -> None:
    """Proves: numbers without names, names without numbers and a name that is there twice are refused."""
    for given in ([1.0, 2.0], pd.Series(dtype=float), pd.Series([1.0, 2.0], ["a", "a"])):
        with pytest.raises(GroundplanError, match="gives no numbers by name"):
            across_years(lambda e, given=given: given, {2020: small()})  # type: ignore[misc]


def test_a_draw_ranks_what_the_table_ranks() -> None:
    """Proves: of eight entries that differ the first six are named; the same ones in another order are refused too."""
    with pytest.raises(GroundplanError, match="than the table: a, b, c, d, e, f\n"):
        _again(lambda e: pd.Series(1.0, list("hgfe")), small(), pd.Index(list("dcba")), 3)
    with pytest.raises(GroundplanError, match="their order"):
        _again(lambda e: pd.Series(1.0, ["b", "a"]), small(), pd.Index(["a", "b"]), 3)


@pytest.mark.parametrize(("sectors", "together"), [(2, 25), (400, 25), (500, 16), (2000, 1), (5000, 1)])
def test_draws_go_together_as_memory_allows(sectors: int, together: int) -> None:
    """Proves: 4 million cells at a time, at least one draw and 25 at most."""
    assert _at_once(SimpleNamespace(output=np.zeros(sectors))) == together  # type: ignore[arg-type]
