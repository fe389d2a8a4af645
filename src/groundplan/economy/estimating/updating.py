"""Older accounts brought to a year that nobody observed, by what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from groundplan.batches.compute import HERE, Runner
from groundplan.economy.estimating.account_lines import SheetLines
from groundplan.economy.estimating.carried_past import carried_past
from groundplan.economy.estimating.carried_stocks import carried_stocks
from groundplan.economy.estimating.cell_errors import relative_errors
from groundplan.economy.estimating.control_faults import control_faults
from groundplan.economy.estimating.draws_of_accounts import drawn_accounts
from groundplan.economy.estimating.known_facts import (
    ADDED,
    EXPORTS,
    FINAL,
    GDP,
    IMPORTS,
    TAXES,
    Controls,
    Fact,
)
from groundplan.economy.estimating.prior_accounts import nominal_growth
from groundplan.economy.estimating.sheet_fit import FittedSheet, SheetFit
from groundplan.economy.estimating.splitting_off import split_off
from groundplan.errors import raise_all
from groundplan.sources import Source
from groundplan.tables.table import Table

CONTRADICTS = 2.0
# Draws: errors of old cells are widened, so that 90 per cent ranges hold in 85 to 95 of 100 over twelve countries'
# panels (docs/explanation/estimates.md); capital that is carried may be off by a tenth, which is assumed.
WIDER, CAPITAL_ERROR = 1.2, 0.1
# How the source of an estimate is told, once however often it was updated.
MARK, FROM = "; not observed", ", from "
# Facts under the names by which published aggregates are compared with accounts.
PUBLISHED = {
    GDP: "GDP at market prices", ADDED: "GVA", TAXES: "Taxes on products", EXPORTS: "Exports", IMPORTS: "Imports",
}  # fmt: skip
PUBLISHED_USES = {
    "household": "Private consumption", "government": "Government consumption",
    "investment": "Gross fixed capital formation", "inventories": "Changes in inventories",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Updated:
    """Updated accounts and how they agree with what is known.

    table     the accounts of the year: an estimate, and marked as one
    facts     fact → measure, of, stated, reached, miss, error (money / year), z, source, address
    errors    standard errors of the cells, on the sheet's rows and columns (``account_lines``), money / year
    lines     where flows stand on the sheet
    prior     the old structure on new margins, from which the cells moved
    before    the older accounts, with the products that were carved out of them
    """

    table: Table
    facts: pd.DataFrame
    errors: pd.DataFrame
    lines: SheetLines
    prior: pd.DataFrame
    before: Table

    @property
    def contradictions(self) -> pd.DataFrame:
        """Facts that are missed by more than two of their standard errors, the worst first."""
        worst = self.facts["z"].abs().sort_values(ascending=False, kind="stable")
        return self.facts.loc[worst.index[worst > CONTRADICTS]]

    @property
    def strain(self) -> tuple[float, int]:
        """Σz² over the facts that are not sure, and their number: about as much where errors are honest."""
        return strain_of(self.facts)

    @property
    def discrepancy(self) -> float | None:
        """Expenditure less production as the facts state them, money / year; None where GDP is not stated.

        What no fact states of expenditure is as in the accounts.
        """
        totals = {name: _total(self.facts, name) for name in (GDP, FINAL, EXPORTS, IMPORTS)}
        gdp = totals[GDP]
        if gdp is None:
            return None
        cells = self.lines.cells(self.table).to_numpy()
        said = float((self.lines.weights(FINAL, self.lines.finals) * cells).sum())
        seen: set[str] = set()
        for fact in self.facts[self.facts["measure"] == FINAL].to_dict("records"):
            uses = set(str(fact["of"]).split(", "))
            if not uses & seen and "" not in seen and (fact["of"] or not seen):
                said += float(fact["stated"]) - float(fact["reached"])
                seen |= uses
        for name, sign in ((EXPORTS, 1.0), (IMPORTS, -1.0)):
            whole = float((self.lines.weights(name, self.lines.sectors) * cells).sum())
            stated = totals[name]
            said += sign * (whole if stated is None else stated)
        return said - gdp


@dataclass(frozen=True, eq=False)
class _CellDraws:
    """Draws of an update: every old cell within its error, and capital over GDP within its own."""

    fit: SheetFit
    old: np.ndarray
    ratio: float

    def structure(self, random: np.random.Generator) -> np.ndarray:
        """Cells times exp(σg − σ²/2), σ² = ln(1 + r²), r their relative errors, widened."""
        relative = WIDER * relative_errors(self.old, self.fit.gdp(self.old), self.fit.years)
        sigma = np.sqrt(np.log1p(relative**2))
        return np.asarray(self.old * np.exp(sigma * random.standard_normal(self.old.shape) - sigma**2 / 2.0))

    def capital(self, random: np.random.Generator, gdp: float, invested: float) -> float:
        return gdp * self.ratio * float(np.exp(CAPITAL_ERROR * random.standard_normal() - CAPITAL_ERROR**2 / 2.0))

    def known_by(self) -> tuple[object, ...]:
        return self.old, self.ratio


def updated(
    table: Table, controls: Controls, *, draws: int = 0, seed: int = 0, runner: Runner = HERE,
    progress: Callable[[int, int], None] | None = None,
) -> Updated:  # fmt: skip
    """The accounts of the year of the facts that keep as much of the structure of ``table`` as these allow.

        minimise Σ w (y ln(y/a) − y) + Σ_k (g_k − Σ G_k x)² / 2σ_k²   subject to   row i of home products = column i

    a: the old structure on new margins (``prior_accounts``), with the errors of cells of that size and age
    (``cell_errors``); k: every fact, with its error; one sheet, so that facts on output, inputs, expenditure, trade and
    taxes are weighed against each other. Capital and heads are carried (``carried_stocks``). ``draws``: old cells and
    facts drawn from their errors, each brought to the other; member k depends on ``seed`` and k alone.
    Raises what ``control_faults`` finds, all at once, and ``BalanceError`` where sure facts cannot all hold.
    """
    for product in controls.apart:
        table = split_off(table, product)
    lines = SheetLines(table)
    raise_all(control_faults(lines, controls), where=controls.file)
    years = controls.age or controls.year - table.year
    growth = nominal_growth(lines, controls)
    assert growth is not None  # else it was a fault
    old = lines.cells(table)
    fit = SheetFit(lines, controls, growth, years)
    done = fit.fit(old.to_numpy())
    cells, prior = old * 0 + done.cells, old * 0 + done.prior
    facts = fact_table(fit, done)
    after = cells.abs() * relative_errors(cells.to_numpy(), fit.gdp(done.prior), years)
    new = _told(lines, controls, cells, facts)
    if draws:
        stock = 0.0 if new.capital_stock is None else float(new.capital_stock.sum())
        source = _CellDraws(fit, old.to_numpy(), stock / fit.gdp(done.cells))
        new = replace(new, draws=drawn_accounts(source, new, draws, seed, runner, progress))
    return Updated(new, facts, after, lines, prior, table)


def fact_table(fit: SheetFit, done: FittedSheet) -> pd.DataFrame:
    """Every fact beside what the accounts say of it, in money: columns as in ``Updated.facts``."""
    rows, lines, cells = [], fit.lines, done.cells.ravel()
    reached, wholes = fit.parts @ cells, fit.wholes @ cells
    for k, fact in enumerate(fit.controls.facts):
        stated = float(fit.amounts[k] * (wholes[k] if fact.share_of else 1.0))
        miss, error = float(reached[k]) - stated, float(done.errors[k])
        rows.append(
            {
                "fact": fact.called,
                "measure": fact.measure,
                "of": ", ".join(lines.places(fact)) if fact.of else "",
                "stated": stated,
                "reached": float(reached[k]),
                "miss": miss,
                "error": error,
                "z": miss / error if error else float("nan"),
                "figure": fact.figure if fact.quantity is None else fact.quantity,
                "unit": fact.unit,
                "source": fact.source,
                "address": fact.address,
            }
        )
    return pd.DataFrame(rows)


def _total(facts: pd.DataFrame, measure: str) -> float | None:
    """What the surest fact says of a whole measure."""
    there = facts[(facts["measure"] == measure) & (facts["of"] == "")].sort_values("error", kind="stable")
    return float(there["stated"].iloc[0]) if len(there) else None


def _told(lines: SheetLines, c: Controls, cells: pd.DataFrame, facts: pd.DataFrame) -> Table:
    """The table of the new cells: an estimate, with what it rests on."""
    t = lines.table
    estimate = replace(t, **lines.table_of(cells, t))  # type: ignore[arg-type]
    stocks = carried_stocks(t, estimate, c)
    again, observed = t.estimated_from is not None, t.estimated_from or t.year
    title = t.source.title.removesuffix(MARK)
    source = Source(
        publisher=t.source.publisher if again else f"estimated by Groundplan from accounts of {t.source.publisher}",
        title=f"{t.country_name} {c.year}: an update by {len(facts)} facts of {title}{MARK}",
        vintage=f"{c.year}, from {t.source.vintage.rpartition(FROM)[2]}",
        licence=t.source.licence,
        address=t.source.address,
        sha256=t.source.sha256,
    )
    return replace(
        estimate,
        year=c.year,
        money=c.money,
        source=source,
        estimated_from=observed,
        facts_behind=t.facts_behind + len(facts),
        past=carried_past(t, estimate, c, float(stocks.capital.sum())),
        methods=(*t.methods, *_sentences(lines, c, facts), *stocks.sentences),
        rounding=0.0,
        stated_rounding=None,
        published={},
        printed_unit=1.0,
        controls=published_of(lines, c, facts),
        imported_by_partner=_partners(t, estimate),
        plan_start=None,
        employment=stocks.employment,
        employment_unit=stocks.employment_unit,
        capital_stock=stocks.capital,
        fixed_capital_consumption=stocks.wear,
        investment_by_sector=None,
        capital_is_fixed=True,
    )


def _sentences(lines: SheetLines, c: Controls, facts: pd.DataFrame) -> list[str]:
    t = lines.table
    first = (
        f"These accounts are an estimate of {c.year}, not observed: the accounts of {t.year} were brought to "
        f"{len(facts)} facts of the year by cross-entropy, their coefficients, shares and imported parts kept as far "
        "as the facts allow."
    )
    return [first, *fact_words(c, facts)]


def fact_words(c: Controls, facts: pd.DataFrame) -> list[str]:
    """Every fact as a sentence: what it states, its error, what the accounts reached of it, and who says so."""
    return [
        f"Fact: {f['fact']}, {f['stated']:,.6g} {c.money} ± {f['error']:,.4g}, reached {f['reached']:,.6g}; "
        f"{', '.join(str(x) for x in (f['source'], f['address']) if x)}."
        for f in facts.to_dict("records")
    ]


def strain_of(facts: pd.DataFrame) -> tuple[float, int]:
    """Σz² over the facts that are not sure, and their number."""
    z = facts["z"].dropna()
    return float((z**2).sum()), len(z)


def published_of(lines: SheetLines, c: Controls, facts: pd.DataFrame) -> pd.Series | None:
    """Facts on whole aggregates, with which the accounts are compared."""
    given: dict[str, float] = {}
    for fact, stated in zip(c.facts, facts["stated"], strict=True):
        name = _aggregate(lines, fact)
        if name:
            given.setdefault(name, float(stated))
    return pd.Series(given, name="controls") if given else None


def _aggregate(lines: SheetLines, fact: Fact) -> str:
    """Which published aggregate a fact is of; empty for none."""
    places = lines.places(fact)
    if fact.measure == FINAL:
        kinds = {str(lines.table.final_kinds[f]) for f in places}
        kind = kinds.pop() if len(kinds) == 1 else ""
        whole = [str(f) for f, k in lines.table.final_kinds.items() if k == kind]
        return PUBLISHED_USES.get(kind, "") if sorted(places) == sorted(whole) else ""
    return PUBLISHED.get(fact.measure, "") if set(places) == set(lines.sectors) else ""


def _partners(old: Table, new: Table) -> dict[str, pd.DataFrame] | None:
    """Imports by partner, whose shares of every use stay."""
    if not old.imported_by_partner:
        return None
    before = old.imported_use.join(old.imported_final)
    growth = (new.imported_use.join(new.imported_final) / before.where(before != 0)).fillna(1.0)
    return {p: frame * growth[frame.columns] for p, frame in old.imported_by_partner.items()}
