"""How many steps of work lie between a sector and its final users, and between it and its raw beginnings."""

from __future__ import annotations

import numpy as np
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.economy.leontief import Leontief
from groundplan.measures.labelled import by_sector, per_output


def home_upstreamness(e: Economy) -> xr.DataArray:
    """Average number of home steps from i's output to final use or the border; 1 is sold to final users or abroad.

        u = (I − B)⁻¹1 = x̂⁻¹ L x,   B = x̂⁻¹ Z_d;  NaN for a sector without output

    In a closed economy this is upstreamness. In an open one an export counts as the end of the chain.
    Units:  steps.
    Source: Antràs, Chor, Fally and Hillberry (2012), American Economic Review 102(3): 412-416 (citation not checked).
    """
    x = e.output.values
    return by_sector("home_upstreamness", np.where(x > 0, per_output(e.requirements(x), e), np.nan), e)


def upstreamness(e: Economy) -> xr.DataArray:
    """Average number of steps from i's output to final use, exports taken to be used abroad as at home.

        u = (I − D)⁻¹1,   D[i,j] = (Z_d + Z_m)[i,j] / absorption[i]
        absorption = x − e + m − e_m − inventories   (intermediate use and final use other than inventories)

    The correction of the source for open economies and net inventories: what leaves the country, and what was put in
    store, is assumed to go on in the same proportions as what the country uses of the product, home and imported.
    Every cell counts, and ``home_upstreamness`` is the version without this assumption. NaN for a sector without
    output and for a product that the country does not use.
    Units:  steps.
    Errors: ``GroundplanError`` where intermediate use exceeds absorption so far that no finite chain exists.
    Source: Antràs, Chor, Fally and Hillberry (2012), American Economic Review 102(3): 412-416 (citation not checked).
    """
    use = e.domestic_use.values + e.imported_use.values
    lasting = [f for f in map(str, e.domestic_final["final"].values) if f not in e.finals("inventories")]
    final = (e.domestic_final + e.imported_final).sel(final=lasting).sum("final").values
    absorption = use.sum(axis=1) + final
    shares = use / np.where(absorption > 0, absorption, np.inf)[:, None]
    defined = (absorption > 0) & (e.output.values > 0)
    return by_sector("upstreamness", np.where(defined, _steps(shares), np.nan), e)


def downstreamness(e: Economy) -> xr.DataArray:
    """Average number of steps from primary inputs to j's output, imported inputs taken to be made as at home.

        n' = 1'(I − A_d − A_m)⁻¹;  NaN for a sector without output

    In a closed economy it is the output multiplier; ``output_multiplier`` counts the home steps alone.
    Units:  steps.
    Errors: ``GroundplanError`` where inputs exceed output so far that no finite chain exists.
    Source: Fally (2012), number of production stages; Antràs and Chor (2018), downstreamness (citations not checked).
    """
    inputs = e.domestic_coefficients.values + e.import_coefficients.values
    return by_sector("downstreamness", np.where(e.output.values > 0, _steps(inputs.T), np.nan), e)


def _steps(shares: np.ndarray) -> np.ndarray:
    """(I − S)⁻¹1, refused by ``Leontief`` where S does not let chains end."""
    return Leontief(shares).solve(np.ones(len(shares)))
