"""Measures on world tables against results that others printed, or compute in the same run."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from small_worlds import leather, world

from groundplan.economy.world import World
from groundplan.measures.world.partners import concentration_table
from groundplan.measures.world.value_added_trade import (
    exports_table,
    participation_table,
    value_added_abroad,
    value_added_in_exports,
    value_added_in_final_use,
)

# Value added by country and industry (rows) in the exports of each industry (columns), in the order Argentina, Turkey,
# Germany × agriculture, textiles and leather, transport equipment. Source: decompr, as ``leather``; "leontief".
ORIGINS = """
    28.52278143  2.79395126 0.35606694  1.81066955  3.1173841 0.35901126  1.2364172  1.30283802  4.1208736
     1.06206936 19.12053186 0.41813924  0.48370042  1.8329024 0.43058635  0.5937041  1.15375958  4.7490351
     0.21043693  0.14228369 1.06369578  0.03329456  0.0790545 0.04024626  0.0231846  0.07482343  0.1932621
     0.71952151  1.34237213 0.11504126 34.92704803  6.9994970 1.47711579  2.5543089  1.52213499  6.1806254
     0.41201175  1.38523849 0.11764036  2.69291816 40.1671410 1.31799873  1.1093993  1.15207241  9.5069032
     0.03482652  0.08553139 0.02667530  0.81210167  0.9075189 3.16041392  0.1151191  0.07448266  0.6464733
     0.92530356  2.25142713 0.16222512  2.31122022  2.0595825 0.51211484 29.8763359  5.24719728  9.6006931
     0.64666560  0.72785683 0.08244379  1.53837777  2.5488967 0.63316614  1.4593583 18.95868110  8.1583150
     0.66638333  0.65080723 0.25807221  1.29066963  1.4880228 0.56934671  1.7321726  1.51401054 34.7438192
"""

# Domestic value added that is finally used abroad: the terms DVA_FIN, DVA_INT, DVA_INTrexI1, DVA_INTrexF and
# DVA_INTrexI2 of the three industries of each country. Source: decompr, as ``leather``; "wwz", rows sub.TOTAL.
ABSORBED = {
    "Argentina": """
        13.0130022  7.7869640 1.54935955 3.48153856 0.689074047
         5.4174515  8.0558948 1.05937911 3.55947452 0.475450753
         0.9189510  0.4656839 0.05391133 0.18168696 0.024265939
    """,
    "Turkey": """
        18.1694090 10.3066170 0.86835031 2.78690374 0.232032845
        20.9512373 13.0529806 1.08881214 4.20211286 0.268355245
         4.2739675  0.8327955 0.05722090 0.23693884 0.013709897
    """,
    "Germany": """
        23.1560514 4.0802941 0.39863671 0.75723948 0.076311301
        14.9341290 4.4784463 0.30929378 0.93919242 0.051154728
        40.6408278 5.6435788 0.32942045 0.86717168 0.057394046
    """,
}


def test_origins_of_value_added_in_exports_as_printed() -> None:
    """Proves: all 81 figures of the printed decomposition, seven digits.

    Breaks if: exports leave out final or intermediate uses, or the inverse is the national one.
    """
    w = leather()
    printed = np.array(ORIGINS.split(), dtype=float).reshape(9, 9)
    ours = np.hstack([value_added_in_exports(w, c).values.reshape(9, 3) for c in w.countries])
    np.testing.assert_allclose(ours, printed, rtol=2e-6)
    for k, c in enumerate(w.countries):
        own = printed[3 * k : 3 * k + 3, 3 * k : 3 * k + 3].sum(axis=0)
        all_of_it = printed[:, 3 * k : 3 * k + 3].sum(axis=0)
        table = exports_table(w, c)
        np.testing.assert_allclose(table["domestic"], own, rtol=1e-6)
        np.testing.assert_allclose(table["foreign"], all_of_it - own, rtol=1e-6)


@pytest.mark.parametrize("country", ["Argentina", "Turkey", "Germany"])
def test_value_added_exports_as_printed(country: str) -> None:
    """Proves: what is absorbed abroad is the sum of the five terms of Wang, Wei and Zhu that are absorbed abroad.

    Breaks if: value added that comes home again is counted as exported.
    """
    w = leather()
    printed = np.array(ABSORBED[country].split(), dtype=float).sum()
    assert float(value_added_abroad(w, country).sum()) == pytest.approx(printed, rel=1e-6)
    assert participation_table(w).loc[country, "vax"] == pytest.approx(printed, rel=1e-6)


@pytest.fixture(scope="module")
def peer() -> SimpleNamespace:
    """The test system of pymrio with value added as the one extension, computed by pymrio; and the same as a world."""
    import pymrio

    io = pymrio.load_test()
    uses = io.Z.to_numpy().sum(axis=1) + io.Y.to_numpy().sum(axis=1)
    earned = pd.DataFrame([uses - io.Z.to_numpy().sum(axis=0)], ["value added"], io.Z.columns)
    io.value_added = pymrio.Extension(name="value added", F=earned)
    io.calc_all()
    finals = {f"f{k}": "household" for k in range(len(io.get_Y_categories()))}
    w = world(list(io.get_regions()), list(io.get_sectors()), io.Z.to_numpy(), io.Y.to_numpy(), finals=finals)
    return SimpleNamespace(io=io, w=w)


def test_coefficients_and_inverse_agree_with_a_peer(peer: SimpleNamespace) -> None:
    """Proves: A, L and the value added multipliers are pymrio's."""
    w: World = peer.w
    np.testing.assert_allclose(w.coefficients, peer.io.A.to_numpy(), rtol=1e-12, atol=1e-15)
    inverse = w.leontief.solve(np.eye(w.size))
    np.testing.assert_allclose(inverse, peer.io.L.to_numpy(), rtol=1e-9, atol=1e-12)
    multipliers = w.leontief.solve_left(w.value_added / w.output)
    np.testing.assert_allclose(multipliers, peer.io.value_added.M.to_numpy()[0], rtol=1e-9)


def test_footprints_agree_with_a_peer(peer: SimpleNamespace) -> None:
    """Proves: value added in final use, at home and from abroad, and exported value added are pymrio's footprints.

    Breaks if: the rows of one country are taken for those of another.
    """
    w, accounts = peer.w, peer.io.value_added
    for c in w.countries:
        origin = value_added_in_final_use(w, c).sum("product").to_series()
        assert origin.sum() == pytest.approx(float(accounts.D_cba_reg[c].iloc[0]), rel=1e-9)
        assert origin.drop(c).sum() == pytest.approx(float(accounts.D_imp_reg[c].iloc[0]), rel=1e-9)
        assert float(value_added_abroad(w, c).sum()) == pytest.approx(float(accounts.D_exp_reg[c].iloc[0]), rel=1e-9)


def test_gross_trade_agrees_with_a_peer(peer: SimpleNamespace) -> None:
    """Proves: exports by industry and imports by product are pymrio's gross trade."""
    trade = peer.io.get_gross_trade().totals
    for c in peer.w.countries:
        np.testing.assert_allclose(peer.w.exports(c), trade.loc[c, "exports"], rtol=1e-9)
        imports = concentration_table(peer.w, c)["imports"][list(peer.w.industries)]
        np.testing.assert_allclose(imports, trade.loc[c, "imports"], rtol=1e-9)
