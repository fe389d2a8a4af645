"""Measures of one economy against numbers that others printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from economies import SHIPPED, shipped, table

from groundplan.economy.economy import Economy
from groundplan.measures.chains import downstreamness, home_upstreamness, upstreamness
from groundplan.measures.dependence import cost_content, import_content_of_uses, sector_import_content
from groundplan.measures.extraction import extract_group, extraction_table
from groundplan.measures.linkages import employment_multiplier, ghosh_linkage, output_multiplier


def closed(use: list[list[float]], final: list[float], employment: list[float], codes: list[str]) -> Economy:
    """An economy that trades with nobody; a tenth of what is left is investment, the rest one household group's."""
    n = len(codes)
    nothing = np.zeros((n, n))
    home_final = np.zeros((n, 5))
    home_final[:, 0], home_final[:, 3] = 0.9 * np.array(final), 0.1 * np.array(final)
    made = table(np.array(use), nothing, home_final, np.zeros((n, 5)), np.zeros(n), codes=codes)
    work = pd.DataFrame([employment], ["work"], codes)
    return Economy.from_table(replace(made, employment=work, employment_unit="man-years"))


@pytest.fixture(scope="module")
def miller_blair() -> Economy:
    """The two-sector example: Z = [[150, 500], [200, 100]], f = (350, 1700), x = (1000, 2000)."""
    return closed([[150.0, 500.0], [200.0, 100.0]], [350.0, 1700.0], [650.0, 1400.0], ["1", "2"])


def test_miller_blair_inverse(miller_blair: Economy) -> None:
    """Proves: L = [[1.25412541, .33003300], [.26402640, 1.12211221]] and its column sums.

    Source: Miller and Blair (2009), chapter 2 (page not checked).
    """
    printed = [[1.25412541, 0.33003300], [0.26402640, 1.12211221]]
    np.testing.assert_allclose(miller_blair.requirements(np.eye(2)), printed, atol=6e-9)
    np.testing.assert_allclose(output_multiplier(miller_blair), np.sum(printed, axis=0), atol=1e-8)


def test_miller_blair_extraction(miller_blair: Economy) -> None:
    """Proves: without sector 1 the economy makes 1700 / 0.95 = 1789.473684, 1210.526316 less, its own 1000 among it.

    Source: Miller and Blair (2009), chapter 12, total extraction (page not checked).
    Breaks if: the sector keeps its final use, or the loss leaves out its own output.
    """
    found = extraction_table(miller_blair)
    assert found.loc["1", "output"] == pytest.approx(1210.526316, abs=5e-7)
    assert found.loc["1", "others"] == pytest.approx(210.526316, abs=5e-7)
    assert found.loc["2", "output"] == pytest.approx(3000.0 - 350.0 / 0.85)
    assert extract_group(miller_blair, ["1"])["loss"].tolist() == pytest.approx([1000.0, 210.5263158])


def test_miller_blair_upstreamness(miller_blair: Economy) -> None:
    """Proves: 1.914191 and 1.254125 are the row sums of (I − B)⁻¹, B = x̂⁻¹Z; both definitions give them when closed.

    Source: Antràs, Chor, Fally and Hillberry (2012) on Miller and Blair's table (page not checked).
    """
    for measure in (home_upstreamness, upstreamness):
        np.testing.assert_allclose(measure(miller_blair), [1.914191, 1.254125], atol=5e-7)
    np.testing.assert_allclose(ghosh_linkage(miller_blair), np.array([1.914191, 1.254125]) / 1.584158, atol=1e-6)
    np.testing.assert_allclose(downstreamness(miller_blair), output_multiplier(miller_blair))


def test_leontief_wheat_and_cloth() -> None:
    """Proves: a bushel of wheat holds 2 man-years and a yard of cloth 5, all suppliers' work counted.

    Wheat 100 bushels: 25 to farms, 20 to mills, 55 to households; cloth 50 yards: 14, 6, 30; work 80 and 180 man-years.
    Source: Leontief (1986), Input-Output Economics, chapter 2 (page not checked).
    Breaks if: the solve is on the wrong side, or work is divided by something else than output.
    """
    e = closed([[25.0, 20.0], [14.0, 6.0]], [55.0, 30.0], [80.0, 180.0], ["wheat", "cloth"])
    np.testing.assert_allclose(e.domestic_coefficients, [[0.25, 0.4], [0.14, 0.12]])
    found = employment_multiplier(e)
    np.testing.assert_allclose(found, [2.0, 5.0])
    assert found.attrs["units"] == "man-years / TST2020m"
    # All work ends up in what households get: 2 · 55 + 5 · 30 = 260 = 80 + 180.
    assert float(found.values @ [55.0, 30.0]) == pytest.approx(260.0)


@pytest.mark.parametrize("case", SHIPPED)
def test_who_is_paid_for_one_unit(case: str) -> None:
    """Proves: v'L + import content + taxes = 1 for every sector with output of every shipped table.

    Breaks if: a reader loses a flow, or a solve is on the wrong side.
    """
    e = shipped(case)
    content = cost_content(e)
    active = e.output.to_series() > 0
    np.testing.assert_allclose(content[active].sum(axis=1), 1.0, rtol=1e-9)
    assert content[~active].isna().all(axis=None)
    np.testing.assert_allclose(content["imports"][active], sector_import_content(e).to_series()[active])


@pytest.mark.parametrize("case", SHIPPED)
def test_who_is_paid_by_the_printed_rows(case: str) -> None:
    """Proves: the same with the primary inputs as printed; what is missing is no more than the columns' own gaps.

    Breaks if: value added is what makes the columns balance and not what the publisher counts.
    """
    e = shipped(case)
    active = e.output.values > 0
    x = np.where(active, e.output.values, np.inf)
    imports = e.import_coefficients.values.sum(axis=0)
    paid = e.primary.sum("primary").values / x
    gap = np.abs(1.0 - imports - paid - e.domestic_coefficients.values.sum(axis=0))[active].max()
    found = e.prices(imports + paid)[active]
    np.testing.assert_allclose(found, 1.0, rtol=0, atol=gap * float(output_multiplier(e).max()) + 1e-9)


@pytest.mark.parametrize("case", SHIPPED)
def test_all_imports_are_contained_somewhere(case: str) -> None:
    """Proves: the import content of all final uses is all imports; imports, value added and taxes are all spending."""
    e = shipped(case)
    uses = import_content_of_uses(e)
    assert uses.loc["final use", "imports"] == pytest.approx(float(e.imports.sum()))
    np.testing.assert_allclose(uses[["imports", "value_added", "taxes"]].sum(axis=1), uses["spending"], rtol=1e-9)
    np.testing.assert_allclose(
        uses.drop(index="final use").drop(columns="share").sum(), uses.loc["final use"].iloc[:-1]
    )


def test_kenya_imports_are_the_printed_ones() -> None:
    """Proves: what Kenya's final uses contain of imports is the 2071 bn KES that the matrix prints (IFPRI 2019)."""
    assert import_content_of_uses(shipped("KEN 2019")).loc["final use", "imports"] == pytest.approx(2071.0)
