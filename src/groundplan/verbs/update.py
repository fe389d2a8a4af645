"""Accounts of a year that nobody observed: older ones brought to what is known of the year."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from groundplan.batches.compute import Runner, lines
from groundplan.economy.economy import Economy
from groundplan.economy.estimating.expected_misses import expected, trust
from groundplan.economy.estimating.known_facts import Controls, read_controls
from groundplan.economy.estimating.updating import Updated, updated
from groundplan.economy.opening import OpenedAccounts
from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.sources import cited
from groundplan.study.asking import Files, Subject, study_of
from groundplan.study.estimated_outcomes import cells_by_size, written_accounts
from groundplan.study.repeating import repeating_accounts
from groundplan.tables.table import Table
from groundplan.verb_table import refuse_unknown


def update(
    economy: Subject = None,
    *,
    controls: Controls | str | Path,
    to: int | None = None,
    draws: int = 0,
    seed: int = 0,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    write: str | Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """Older accounts brought to what is known of a later year: an estimate, marked as one wherever it is used.

    ``economy`` and ``files`` as in ``see``, but no ``Economy`` that was made in Python. ``controls``: the facts of the
    year, a TOML file or a record (``economy.estimating.known_facts``); ``to``: the year, as a check that they are of
    it; ``draws``: how often old cells and facts are drawn from their errors, from ``seed``, by ``workers`` processes
    or the Dask scheduler at ``address``, finished ones kept in the folder ``run``; they are written with the accounts,
    and figures from them are ranges then (``study.ranged_outcomes``). ``write``: a workbook (.xlsx) or a folder for the
    accounts, which every verb takes as a country.

    Returns an ``Outcome`` of engine ``update``. Tables: facts (fact, measure, of, stated, reached, miss, error, z,
    figure, unit, source, address), sectors (code, label, output, value added, imports, each before and after), cells
    (from, to, cells, share of flows, error), written (what, path). Raises what opening the accounts and ``updated``
    raise.
    """
    refuse_unknown("update", files)
    runner = Runner(workers, address, run)
    progress("opening the accounts")
    asked = study_of(economy, choices=files)
    if asked.accounts is not None:
        fix = "name its country, its file or its study; or call economy.estimating.updating.updated with its table"
        raise StudyError("the accounts were handed over in Python, and an update is made from their table", fix=fix)
    table, facts = asked.opening.stated(), controls if isinstance(controls, Controls) else read_controls(controls)
    if to is not None and facts.year != to:
        what = f"accounts of {to} are asked for, and the facts are of {facts.year}"
        raise StudyError(what, where=facts.file, fix=f"ask for {facts.year}, or give facts of {to}")
    progress("weighing the facts")
    result = updated(
        table, facts, draws=draws, seed=seed, runner=runner, progress=lines("draws of the accounts", progress)
    )
    e = Economy.from_table(result.table)
    tables = {
        "facts": result.facts,
        "sectors": _sectors(result.before, result.table),
        "cells": cells_by_size(result.lines.cells(result.table), result.errors, e.gdp),
    }
    tables |= written_accounts(result.table, write, f"{e.country} {table.year}")
    return Outcome({}, tables, _about(result, e, table.year)).noting(
        **repeating_accounts(
            "update",
            economy,
            OpenedAccounts(e, None, asked.opening),
            controls=controls,
            to=to,
            **({"draws": draws, "seed": seed} if draws else {}),
        )
    )


def _about(result: Updated, e: Economy, since: int) -> dict[str, Any]:
    """What is said of the whole."""
    strain, unsure = result.strain
    miss = expected(e.year - since)
    return {
        "groundplan": version("groundplan"), "engine": "update", "country": e.country,
        "country_name": e.country_name, "accounts_year": e.year, "money": e.money, "made_from": since, "gdp": e.gdp,
        "strain": strain, "unsure": unsure, "contradictions": list(result.contradictions["fact"]),
        "discrepancy": result.discrepancy, "trust": trust(e.year - since),
        "expected": {"years": miss.years, "cells": miss.cells, "multipliers": miss.multipliers,
                     "import_content": miss.import_content},
        "capital_over_gdp": float(e.capital_stock.sum()) / e.gdp, **cited(e.sources, e.methods, e.assumptions),
    }  # fmt: skip


def _sectors(old: Table, new: Table) -> pd.DataFrame:
    """Output, value added and imports of every sector before and after, money / year of each."""
    columns: dict[str, Any] = {"code": list(map(str, new.labels.index)), "label": list(map(str, new.labels))}
    for when, t in (("before", old), ("after", new)):
        charges = t.primary_kinds.isin(["product_tax", "margin"])
        values = {
            "output": t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports,
            "value_added": t.primary.loc[~charges].sum(),
            "imports": t.imported_use.sum(axis=1) + t.imported_final.sum(axis=1) + t.reexports,
        }
        columns |= {f"{name}_{when}": column.to_numpy(float) for name, column in values.items()}
    return pd.DataFrame(columns)
