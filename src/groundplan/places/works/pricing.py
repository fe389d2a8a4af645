"""What a facility makes and costs in the money of a national economy, from the people that it employs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from groundplan.economy.broad_list import broad_weights
from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, SourcedFigure, some
from groundplan.places.works.facilities import Facilities, Facility, broad_sectors
from groundplan.records.money import money_of


@dataclass(frozen=True)
class Ratios:
    """A broad sector of an economy: labour and capital per output.

    wages       labour income over output (1)
    capital     fixed capital over output (years)
    output      output (money / year)
    """

    wages: float
    capital: float
    output: float


def from_economy(economy: Economy) -> dict[str, Ratios]:
    """Ratios by broad sector, from the accounts.

        wages[s]   = Σ_{j∈s} labour income_j / Σ_{j∈s} x_j
        capital[s] = Σ_{j∈s} K_j / Σ_{j∈s} x_j

    Their classes bring sectors to broad ones (``economy.broad_list``). Units: 1; years; money / year.
    Errors: ``PlacesError`` where sectors of the economy have no class on it.
    """
    share = broad_weights(economy)
    lost = [str(c) for c in share.index[share.isna().any(axis=1)]]
    if lost:
        what = f"sectors have no class that is on the broad list: {some(lost)}"
        raise PlacesError(what, where=economy.country, fix="state their classes, or use Ratios of your own")
    labour = economy.primary[economy.primary["primary_kind"] == "labour"].sum("primary").to_numpy()
    sums = {
        "wages": labour @ share.to_numpy(),
        "capital": economy.capital_stock.to_numpy() @ share.to_numpy(),
        "output": economy.output.to_numpy() @ share.to_numpy(),
    }
    return {
        str(s): Ratios(float(sums["wages"][k] / x), float(sums["capital"][k] / x), float(x))
        for k, s in enumerate(share.columns)
        if (x := sums["output"][k]) > 0
    }


def priced(
    facilities: Facilities, ratios: Mapping[str, Ratios], money: str, wages: Mapping[str, SourcedFigure]
) -> Facilities:
    """Facility types with ``value`` and ``cost`` in ``money``, where they have none of their own.

        W = Σ_skill jobs[skill] · wage[skill],   value = W / wages[s],   cost = capital[s] · value

    A facility is taken to be an average works of its broad sector s: labour earns the sector's share of output, and
    capital stands in the sector's ratio to output. The range goes from the lowest jobs and wages to the highest.

    ``wages`` are by skill, a person and year, in the currency and prices of ``money``: "KES2019 / person / year".
    Units: money / year; money. Errors: ``PlacesError`` and ``UnknownName``, all at once: skills without a wage, another
            currency or price year, broad sectors that the economy does not have or that pay no labour, a facility
            priced in another money.
    """
    own = money_of(money)
    scale, unit = own.units, f"{own.base} / person / year"
    wrong = [f"{k}: {w.unit}" for k, w in wages.items() if w.unit != unit]
    faults: list[GroundplanError] = []
    if wrong:
        faults.append(PlacesError(f"wages are not in {unit}: {some(wrong)}", fix="bring them to that price year"))
    types: dict[str, Facility] = {}
    for code, facility in facilities.types.items():
        unpriced = _unpriced(facility, ratios, money, wages)
        faults += unpriced
        if not unpriced:
            types[code] = _priced(facility, ratios, money, scale, wages)
    raise_all(faults, where=money)
    return replace(facilities, types=types)


def _unpriced(
    f: Facility, ratios: Mapping[str, Ratios], money: str, wages: Mapping[str, SourcedFigure]
) -> list[GroundplanError]:
    """Why a facility cannot be priced."""
    where = f"facility '{f.code}'"
    if f.money and f.money != money:
        return [PlacesError(f"it is priced in {f.money}, the others in {money}", where=where, fix="convert its prices")]
    if f.value is not None and f.cost is not None:
        return []
    faults: list[GroundplanError] = []
    if f.sector not in ratios:
        faults.append(UnknownName("broad sector with output", f.sector, ratios, where=where))
    if f.value is None:
        faults += [UnknownName("wage of skill", s, wages, where=where) for s in f.jobs if s not in wages]
        if f.sector in ratios and not ratios[f.sector].wages > 0:
            what = f"the sector '{broad_sectors()[f.sector]}' pays no labour"
            faults.append(PlacesError(what, where=where, fix="give the facility's value"))
    return faults


def _priced(
    f: Facility, ratios: Mapping[str, Ratios], money: str, scale: float, wages: Mapping[str, SourcedFigure]
) -> Facility:
    value, cost = f.value, f.cost
    if value is None:
        r = ratios[f.sector]
        spans = [_spans(jobs, wages[skill]) for skill, jobs in f.jobs.items()]
        pay = [sum(n * w for n, w in pairs) / scale / r.wages for pairs in zip(*spans, strict=True)]
        rule = f"jobs × wages over the labour share of output ({r.wages:.3f}) of the broad sector '{f.sector}'"
        value = SourcedFigure(pay[0], f"{money} / year", "estimate", rule, pay[1], pay[2])
    if cost is None:
        k = ratios[f.sector].capital
        rule = f"output × capital over output ({k:.3f} years) of the broad sector '{f.sector}'"
        cost = replace(value.times(k), unit=money, basis="estimate", source=rule)
    return replace(f, value=value, cost=cost, money=money)


def _spans(jobs: SourcedFigure, wage: SourcedFigure) -> list[tuple[float, float]]:
    """Jobs and wage at their value, their lowest and their highest; a given figure has no range."""

    def three(figure: SourcedFigure) -> list[float]:
        return [figure.value, *(figure.value if np.isnan(x) else x for x in (figure.low, figure.high))]

    return list(zip(three(jobs), three(wage), strict=True))
