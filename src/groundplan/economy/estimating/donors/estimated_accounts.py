"""Accounts of a country that has none: the structures of others, brought to what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
import pandas as pd

from groundplan.batches.compute import HERE, Runner
from groundplan.economy.capital import estimate_capital
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.cell_errors import relative_errors
from groundplan.economy.estimating.control_faults import control_faults
from groundplan.economy.estimating.donors.common_accounts import Donor, donor_table, donors_of
from groundplan.economy.estimating.donors.donor_weights import Profile, donor_weights, stated_weights
from groundplan.economy.estimating.donors.mixed_structures import Mixture
from groundplan.economy.estimating.draws_of_accounts import drawn_accounts
from groundplan.economy.estimating.known_facts import Controls
from groundplan.economy.estimating.prior_accounts import nominal_growth
from groundplan.economy.estimating.sheet_fit import FittedSheet, SheetFit
from groundplan.economy.estimating.updating import fact_table, fact_words, published_of, strain_of
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.sources import Source
from groundplan.tables.common_sectors import CommonSectors, own_list, ready_list
from groundplan.tables.national_past import NationalPast, national_past
from groundplan.tables.table import Table

# An estimate's cells are as unsure as those of a table that is so many years old, or older.
AS_OLD = 50.0
# Draws: by how much donors' ratios to the mean are widened, and the error of what households and investors import.
# Chosen so that 90 per cent ranges hold in 85 to 95 of 100 (docs/explanation/estimates.md).
WIDENING, ODDS_ERROR = 1.6, 0.4
USUAL = 60
# Growth and wear together are never less.
LEAST_RATE = 0.01
# Where the file names no sectors: as many as it has facts for.
FACTS_FOR = ((24, 26), (0, 12))
# What a donor's past says in the place of the country's own.
LENT = ("wear", "capital_growth")


@dataclass(frozen=True, eq=False)
class Estimated:
    """Estimated accounts, and how they agree with what is known.

    table    the accounts: an estimate, marked as one, with its draws
    facts    as in ``updating.Updated``
    errors   standard errors of the cells on the sheet's rows and columns, money / year
    donors   country, name, year, weight, distance, parted (sectors that its own accounts have in one with others)
    lines    where flows stand on the sheet
    """

    table: Table
    facts: pd.DataFrame
    errors: pd.DataFrame
    donors: pd.DataFrame
    lines: SheetLines

    @property
    def strain(self) -> tuple[float, int]:
        """Σz² over the facts that are not sure, and their number."""
        return strain_of(self.facts)


def sectors_asked(controls: Controls) -> CommonSectors:
    """The sectors of an estimate: those that the file names, else as many as its facts allow.

    Raises what ``ready_list`` and ``own_list`` raise.
    """
    words = controls.sectors
    if not words:
        return ready_list(next(n for least, n in FACTS_FOR if len(controls.facts) >= least))
    if len(words) == 1 and words[0].isdigit():
        return ready_list(int(words[0]))
    return own_list(words, f"{controls.file}: sectors" if controls.file else "sectors")


def estimated(
    controls: Controls,
    donors: Sequence[Table],
    *,
    references: Sequence[Table] = (),
    weights: Mapping[str, float] | None = None,
    draws: int = USUAL,
    seed: int = 0,
    runner: Runner = HERE,
    progress: Callable[[int, int], None] | None = None,
) -> Estimated:
    """Accounts of the year of the facts with the structure of the donors, nearest to it as the facts allow.

    The donors' mean structure (``mixed_structures``) takes the place of older accounts in ``updating.updated``, with
    the errors of cells that nobody saw. ``weights`` by country take the place of those by closeness
    (``donor_weights``); ``references`` are accounts that may say how a donor's sectors part. ``draws``: structures
    drawn from the donors (``Mixture.mixed``) with facts drawn from their errors, each brought to them alike; member k
    depends on ``seed`` and k alone.
    Raises what is wrong with sectors and donors, then with facts, each all at once, and ``BalanceError`` where sure
    facts clash.
    """
    sectors = _checked(controls, donors)
    there = donors_of(donors, sectors, references)
    even = np.full(len(there), 1.0 / len(there))
    services = np.array([i for i, code in enumerate(sectors.codes) if code[0] >= "G"], dtype=int)
    start = Mixture(there, even, services)
    lines = SheetLines(donor_table(
        start.cells, sectors, country=controls.country, country_name=controls.country_name or controls.country,
        year=controls.year, money=controls.money, source=_source(controls, there),
    ))  # fmt: skip
    raise_all(control_faults(lines, controls, foreign=True), where=controls.file)
    growth = nominal_growth(lines, controls)
    assert growth is not None  # else it was a fault
    fit = SheetFit(lines, controls, growth, AS_OLD, foreign=True)
    first = fit.fit(start.cells)
    distances = _distances(lines, first.cells, controls, there)
    counted = donor_weights(distances) if weights is None else stated_weights(weights, there)
    mixture = Mixture(there, counted, services)
    done = fit.fit(mixture.cells)
    facts = fact_table(fit, done)
    table, rates = _table(fit, done, facts, there, counted)
    source = _DonorDraws(fit, mixture, rates)
    sheets = drawn_accounts(source, table, draws, seed, runner, progress) if draws else None
    frame = lines.cells(table)
    errors = frame.abs() * relative_errors(done.cells, fit.gdp(done.cells), AS_OLD)
    listed = pd.DataFrame({
        "country": [d.country for d in there], "name": [d.country_name for d in there],
        "year": [d.year for d in there], "weight": counted, "distance": np.sqrt(distances),
        "parted": [", ".join(d.parted) for d in there],
    })  # fmt: skip
    return Estimated(replace(table, draws=sheets), facts, errors, listed, lines)


def _checked(controls: Controls, donors: Sequence[Table]) -> CommonSectors:
    """The sectors that are asked for. Raises, all at once, what is wrong with them and with the donors."""
    faults = _donor_faults(controls, donors)
    try:
        sectors = sectors_asked(controls)
    except GroundplanError as fault:
        raise_all([*fault.parts, *faults], where=controls.file)
        raise
    raise_all(faults, where=controls.file)
    return sectors


def _donor_faults(controls: Controls, donors: Sequence[Table]) -> list[GroundplanError]:
    codes = [t.country for t in donors]
    faults: list[GroundplanError] = []
    if len(codes) < 2:
        fix = "name at least two: one country's oddities are nobody else's"
        faults.append(StudyError(f"{len(codes)} donors", where="donors", fix=fix))
    if controls.country in codes:
        what = f"{controls.country} has accounts of its own among the donors"
        fix = f"bring them to {controls.year}: groundplan update {controls.country} --controls FILE"
        faults.append(StudyError(what, where="donors", fix=fix))
    if twice := sorted({c for c in codes if codes.count(c) > 1}):
        faults.append(StudyError(f"{', '.join(twice)} lend twice", where="donors", fix="name each once"))
    return faults


def _distances(lines: SheetLines, cells: np.ndarray, controls: Controls, donors: Sequence[Donor]) -> list[float]:
    """d² of every donor's profile to that of the accounts as the even mean of donors has them."""
    own = Profile.of(lines, cells, controls.output_per_head)
    pasts = [national_past(d.country, d.year) for d in donors]
    incomes = [None if past is None else past.level_per_head for past in pasts]
    return [own.distance(Profile.of(lines, d.cells, i)) for d, i in zip(donors, incomes, strict=True)]


def _source(controls: Controls, donors: Sequence[Donor]) -> Source:
    named = ", ".join(f"{d.country} {d.year}" for d in donors)
    name = controls.country_name or controls.country
    return Source(
        publisher="estimated by Groundplan",
        title=f"{name} {controls.year}: an estimate by {len(controls.facts)} facts and the structures of {named}; "
        "not observed",
        vintage=str(controls.year),
        licence="; ".join(dict.fromkeys(d.source.licence for d in donors)),
        address="",
        sha256={},
    )  # fmt: skip


@dataclass(frozen=True)
class _Rates:
    """Wear and growth of capital of every donor, and what counts of them; stated figures are alike for all."""

    wear: np.ndarray
    growth: np.ndarray
    weights: np.ndarray


def _table(
    fit: SheetFit, done: FittedSheet, facts: pd.DataFrame, donors: Sequence[Donor], weights: np.ndarray
) -> tuple[Table, _Rates]:
    """The accounts as a table, with the capital that its investment keeps growing."""
    lines, c = fit.lines, fit.controls
    cells = pd.DataFrame(done.cells, lines.cells(lines.table).index, lines.cells(lines.table).columns)
    pasts = [national_past(d.country, d.year) for d in donors]
    wear_lent, growth_lent = (_lent(pasts, weights, name) for name in LENT)
    rates = _Rates(wear_lent, growth_lent, weights)
    named = ", ".join(f"{d.country} {d.year} ({w:.2f})" for d, w in zip(donors, weights, strict=True))
    own = _own_past(c, rates)
    flows = replace(lines.table, **lines.table_of(cells, lines.table))  # type: ignore[arg-type]
    raw = replace(
        flows, estimated_with=named, facts_behind=len(facts), past=own, controls=published_of(lines, c, facts)
    )
    estimate = estimate_capital(raw, own, own.capital_growth or 0.0)
    total = float(estimate.stock.sum())
    gdp = fit.gdp(done.cells)
    wanted = total if c.capital is None else c.capital * gdp
    stock = estimate.stock * (wanted / total) if total else estimate.stock
    methods = (
        f"These accounts are an estimate of {c.year}, not observed: the structures of other countries' accounts, "
        f"{named}, the weight of each in brackets, were brought to {len(facts)} facts of the year by cross-entropy.",
        *fact_words(c, facts),
        _capital_words(c, wanted / gdp, own),
    )
    done_table = replace(
        raw, methods=methods, capital_stock=stock, fixed_capital_consumption=estimate.depreciation * stock
    )
    return done_table, rates


def _lent(pasts: Sequence[NationalPast | None], weights: np.ndarray, name: str) -> np.ndarray:
    """A figure of every donor's past; the weighted mean of the others where a donor has none."""
    values = np.array([np.nan if p is None or (v := getattr(p, name)) is None else v for p in pasts])
    there = ~np.isnan(values)
    mean = float(weights[there] @ values[there] / weights[there].sum()) if weights[there].sum() > 0 else 0.05
    return np.where(there, values, mean)


def _own_past(c: Controls, rates: _Rates) -> NationalPast:
    """What the file says of the past; wear and growth of capital as the donors', where it says nothing."""
    said = {
        "wear": c.wear_of_capital, "capital_growth": c.growth_of_capital, "long_growth": c.growth_of_output,
        "population_growth": c.growth_of_population, "labour_growth": c.growth_of_labour,
        "per_head": c.growth_of_output_per_head, "level_per_head": c.output_per_head,
    }  # fmt: skip
    lent = {"wear": float(rates.weights @ rates.wear), "capital_growth": float(rates.weights @ rates.growth)}
    missing = [name.replace("_", " ") for name, value in lent.items() if said[name] is None]
    basis = "stated with the facts" + (f", {' and '.join(missing)} of the donors" if missing else "")
    return NationalPast(c.year, basis, **{**said, **{n: v for n, v in lent.items() if said[n] is None}})


def _capital_words(c: Controls, ratio: float, past: NationalPast) -> str:
    if c.capital is not None:
        return f"Fixed capital is {ratio:.2f} times GDP, as stated; by sector it follows value added."
    return (
        f"Fixed capital is {ratio:.2f} times GDP: what investment keeps growing by {past.capital_growth:.1%} a year at "
        f"a wear of {past.wear:.1%} ({past.basis}); by sector it follows value added."
    )


@dataclass(frozen=True, eq=False)
class _DonorDraws:
    """Draws from donors: a structure of them, and the growth and wear of capital of one."""

    fit: SheetFit
    mixture: Mixture
    rates: _Rates

    def structure(self, random: np.random.Generator) -> np.ndarray:
        return self.mixture.mixed(random, WIDENING, ODDS_ERROR)

    def capital(self, random: np.random.Generator, gdp: float, invested: float) -> float:
        """The stated ratio with its error; where none is stated, I/(g + δ) of one donor."""
        c, r = self.fit.controls, self.rates
        chances = (r.weights + 1.0 / len(r.weights)) / 2.0
        lender, bent = int(random.choice(len(chances), p=chances)), float(random.standard_normal())
        if c.capital is not None:
            return gdp * c.capital * exp(c.capital_error * bent - c.capital_error**2 / 2.0)
        wear = float(r.wear[lender]) if c.wear_of_capital is None else c.wear_of_capital
        growth = float(r.growth[lender]) if c.growth_of_capital is None else c.growth_of_capital
        return invested / max(wear + max(growth, 0.0), LEAST_RATE)

    def known_by(self) -> tuple[object, ...]:
        return ([d.cells for d in self.mixture.donors], self.mixture.weights, self.rates)
