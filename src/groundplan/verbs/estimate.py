"""Accounts of a country that has none, from what is known of it and the structures of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from groundplan.batches.compute import Runner, lines
from groundplan.economy.economy import Economy
from groundplan.economy.estimating.donors.estimated_accounts import USUAL, Estimated, estimated
from groundplan.economy.estimating.donors.next_facts import next_facts, sums_of
from groundplan.economy.estimating.expected_misses import WITHOUT_TABLE, trust_without
from groundplan.economy.estimating.known_facts import Controls, read_controls
from groundplan.economy.opening import is_file
from groundplan.errors import GroundplanError, raise_all
from groundplan.outcome import Outcome
from groundplan.sources import cited
from groundplan.study.estimated_outcomes import cells_by_size, written_accounts
from groundplan.study.repeating import command_of
from groundplan.tables import catalogue
from groundplan.tables.table import Table
from groundplan.tables.template.filled_template import open_file


def estimate(
    controls: Controls | str | Path,
    *,
    donors: Sequence[str | Path] = (),
    weight: Mapping[str, float] | None = None,
    sectors: Sequence[str] = (),
    draws: int = USUAL,
    seed: int = 0,
    workers: int = 1,
    address: str | None = None,
    run: str | Path | None = None,
    write: str | Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Accounts of a country without a table: the structures of donors, brought to what is known of it.

    ``controls``: the facts, a TOML file, a workbook or a record (``economy.estimating.known_facts``). ``donors``:
    shipped countries by code or files of accounts, all shipped ones by default; ``weight`` takes the place of their
    weights by closeness; ``sectors``: a ready list (12, 26, 35) or classes of ISIC Rev. 4, before what the file says.
    ``draws`` of structures and facts from ``seed`` are told as ranges and written with the accounts, by ``workers``
    processes or the Dask scheduler at ``address``, finished ones kept in the folder ``run``. ``write``: a workbook
    (.xlsx) or a folder for the accounts, which every verb takes as a country.

    Returns an ``Outcome`` of engine ``estimate``. Tables: facts (fact, measure, of, stated, reached, miss, error, z,
    figure, unit, source, address), donors (country, name, year, weight, distance, parted), sums (what, value, low,
    high), sectors (code, label, output, value added and imports with low and high), cells (from, to, cells, share,
    error), next_facts (of, measure, sector, narrows), written (what, path). Raises what
    ``estimated_accounts.estimated`` and the reader of facts raise.
    """
    runner = Runner(workers, address, run)
    known_facts = controls if isinstance(controls, Controls) else read_controls(controls)
    if sectors:
        known_facts = replace(known_facts, sectors=tuple(map(str, sectors)))
    progress("opening the donors")
    lending = _donors(donors, known_facts.country)
    references = [t for t in _shipped(known_facts.country) if t.country not in {x.country for x in lending}]
    progress("weighing the facts")
    result = estimated(
        known_facts, lending, references=references, weights=weight, draws=draws, seed=seed, runner=runner,
        progress=lines("draws of the accounts", progress),
    )  # fmt: skip
    e = Economy.from_table(result.table)
    tables = {"facts": result.facts, "donors": result.donors}
    tables |= {"sums": sums_of(result), "sectors": _sectors(result)}
    tables["cells"] = cells_by_size(result.lines.cells(result.table), result.errors, e.gdp)
    if draws:
        tables["next_facts"] = next_facts(result, known_facts)
    tables |= written_accounts(result.table, write, f"{e.country} {e.year}")
    about = _about(result, e, known_facts)
    asked = {"controls": controls, "donors": donors, "weight": weight, "sectors": sectors, "draws": draws, "seed": seed}
    command = command_of("estimate", asked)
    return Outcome({}, tables, about).noting(**({"command": command} if command else {}))


def _donors(asked: Sequence[str | Path], country: str) -> list[Table]:
    """The tables of the donors. Raises, all at once, what opening each raises."""
    if not asked:
        return _shipped(country)
    tables, faults = list[Table](), list[GroundplanError]()
    words = [part for word in asked for part in ([word] if is_file(word) else str(word).split(","))]
    for word in words:
        try:
            tables.append(open_file(Path(word)) if is_file(word) else catalogue.load(str(word)))
        except GroundplanError as fault:
            faults += fault.parts
    raise_all(faults, where="donors")
    return tables


def _shipped(country: str) -> list[Table]:
    """The latest observed accounts of every shipped country but the one that is asked about."""
    latest = {entry.country: entry for entry in catalogue.entries() if entry.country != country}
    return [catalogue.load(entry.country, entry.year) for entry in latest.values()]


def _about(result: Estimated, e: Economy, c: Controls) -> dict[str, Any]:
    """What is said of the whole."""
    strain, unsure = result.strain
    d, worst = result.table.draws, result.facts["z"].abs() > 2.0
    return {
        "groundplan": version("groundplan"), "engine": "estimate", "country": e.country,
        "country_name": e.country_name, "accounts_year": e.year, "money": e.money, "gdp": e.gdp, "strain": strain,
        "unsure": unsure, "contradictions": list(result.facts.loc[worst, "fact"]), "trust": trust_without(),
        "expected": {"cells": WITHOUT_TABLE.cells, "multipliers": WITHOUT_TABLE.multipliers,
                     "import_content": WITHOUT_TABLE.import_content},
        "draws": 0 if d is None else d.count, "failed": 0 if d is None else d.failed,
        "capital_over_gdp": float(e.capital_stock.sum()) / e.gdp, "facts_file": c.file,
        **cited(e.sources, e.methods, e.assumptions),
    }  # fmt: skip


def _sectors(result: Estimated) -> pd.DataFrame:
    """Output, value added and imports by sector, with the range of each over the draws, money / year."""
    t, n = result.table, len(result.lines.sectors)
    columns: dict[str, Any] = {"code": list(map(str, t.labels.index)), "label": list(map(str, t.labels))}

    def parts(cells: np.ndarray) -> dict[str, np.ndarray]:
        adding = result.lines.adding
        return {
            "output": cells[..., :n, :].sum(axis=-1),
            "value_added": cells[..., adding, :n].sum(axis=-2),
            "imports": cells[..., n : 2 * n, :].sum(axis=-1),
        }

    ranges = None if t.draws is None else parts(t.draws.cells)
    for name, column in parts(result.lines.cells(t).to_numpy()).items():
        columns[name] = column
        if ranges is not None:
            columns[f"{name}_low"], columns[f"{name}_high"] = np.quantile(ranges[name], (0.05, 0.95), axis=0)
    return pd.DataFrame(columns)
