"""How long sectors work on with the stocks at hand when an import stays away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.measures.paths import JOIN

Days = float | pd.Series | pd.DataFrame


def stop_days(e: Economy, cut: Sequence[str], days: Days, threshold: float = 0.01) -> pd.DataFrame:
    """When every sector stops if the imports of some products end on day 0, and along which chain.

        stop[j] = min( min over cut i needed by j of  days[i,j],
                       min over home i needed by j of  stop[i] + days[i,j] )        (earliest fixed point)

    An input is needed where it is at least ``threshold`` of the user's costs: Z_m[i,j] / x[j] for an import, Z_d[i,j]
    / x[j] for a home product. ``days`` of use in stock: one number, by product, or product × sector; the same for the
    home and the imported product. It is a static bound: a needed input cannot be replaced, thinned out or shared
    anew, a sector works at full speed until it stops, and inputs below the threshold never stop it. It is what the
    crisis engine does in its rigid setting where every input is critical and works go on in full until less than a
    day's use is left. By default that engine is milder: a lack holds back from four fifths of a stock on, acts
    through its share of cost, and few sectors ever stop; but in no setting is anybody short before a fifth of
    ``days``.

    Index: sector, first to stop first. Columns: days (infinite where it works on), short_of (the product that runs
    out), imported (whether it is the imported one), cause (the cut product at the head of the chain), chain (codes).
    Units:  days.
    Errors: ``UnknownName``, ``StudyError``, all at once, for products that are not there, stocks that are missing,
            negative or no numbers, and a threshold outside 0 to 1.
    Source: our own (docs/explanation/dependence.md); the earliest times are shortest paths (Bellman 1958).
    """
    stock = _checked(e, cut, days, threshold)
    needed, wait = _waits(e, stock, threshold)
    rows = np.array([e.sectors.index(p) for p in dict.fromkeys(cut)], dtype=np.intp)
    stop, supplier = _earliest(needed[rows].min(axis=0, initial=np.inf), wait)
    codes = np.array(e.sectors, dtype=object)
    chains = [_chain(j, supplier, needed, rows) if np.isfinite(stop[j]) else [] for j in range(len(codes))]
    own = supplier < 0
    columns = {
        "days": stop,
        "short_of": [codes[c[0 if own[j] else -2]] if c else "" for j, c in enumerate(chains)],
        "imported": own & np.isfinite(stop),
        "cause": [codes[c[0]] if c else "" for c in chains],
        "chain": [JOIN.join(codes[c]) if c else "" for c in chains],
    }
    return pd.DataFrame(columns, list(codes)).rename_axis("sector").sort_values("days", kind="stable")


def endurance(e: Economy, days: Days, threshold: float = 0.01) -> pd.DataFrame:
    """For every imported product cut alone: when and where work first stops, and how much stops in the end.

    Rules, ``days``, ``threshold`` and limits as ``stop_days``. Index: imported product, the earliest stop first; of
    equal ones the one that stops half of all output sooner, then the one that stops more at once. Columns: first_stop
    (days; infinite where nobody needs it), first_sector (of those that stop first the one with most output; empty
    where none), first_share (their share of output, 1), half_stop (days until half of all output has stopped; infinite
    where less ever does), direct (sectors that need it themselves), stopped (sectors that stop in the end),
    output_share (their share of output, 1).
    Units:  as said.
    Errors: as ``stop_days``.
    Source: our own (docs/explanation/dependence.md); the earliest times are shortest paths (Bellman 1958).
    """
    stock = _checked(e, (), days, threshold)
    needed, wait = _waits(e, stock, threshold)
    x = e.output.values
    stops = np.array([_earliest(row, wait)[0] for row in needed])
    first, ended = stops.min(axis=1), np.isfinite(stops)
    at_once = (stops == first[:, None]) & ended
    largest = np.where(at_once, x, -np.inf).argmax(axis=1)
    codes = np.array(e.sectors, dtype=object)
    columns = {
        "first_stop": first,
        "first_sector": np.where(ended.any(axis=1), codes[largest], ""),
        "first_share": at_once @ x / x.sum(),
        "half_stop": _half(stops, x),
        "direct": np.isfinite(needed).sum(axis=1),
        "stopped": ended.sum(axis=1),
        "output_share": ended @ x / x.sum(),
    }
    table = pd.DataFrame(columns, list(codes)).rename_axis("product")
    return table[e.imports.values > 0].sort_values(
        ["first_stop", "half_stop", "first_share"], ascending=[True, True, False], kind="stable"
    )


def _half(stops: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The day on which sectors with half of all output have stopped, row by row; infinite where they never do."""
    order = np.argsort(stops, axis=1)
    lost = np.cumsum(np.where(np.isfinite(stops), x, 0.0)[np.arange(len(x))[:, None], order], axis=1)
    reached = lost >= x.sum() / 2
    day = np.take_along_axis(stops, order, axis=1)[np.arange(len(x)), reached.argmax(axis=1)]
    return np.where(reached.any(axis=1), day, np.inf)


def _waits(e: Economy, stock: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Days from the end of an imported or a home product to the user's stop; infinite where it is not needed."""
    parts = e.import_coefficients.values, e.domestic_coefficients.values
    needed, wait = (np.where((a >= threshold) & (a > 0), stock, np.inf) for a in parts)
    return needed, wait


def _earliest(first: np.ndarray, wait: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Earliest stops from the stops by cut imports, and who caused each: a home supplier, −1 for the import itself.

    Only a stop that comes sooner changes the cause, so causes never run in a circle, not even without stocks.
    """
    stop, supplier = first, np.full(len(first), -1)
    columns = np.arange(len(first))
    for _ in columns:
        through = stop[:, None] + wait
        nearest = through.argmin(axis=0)
        soonest = through[nearest, columns]
        sooner = soonest < stop
        if not sooner.any():
            break
        stop, supplier = np.where(sooner, soonest, stop), np.where(sooner, nearest, supplier)
    return stop, supplier


def _chain(j: int, supplier: np.ndarray, needed: np.ndarray, rows: np.ndarray) -> list[int]:
    """The cut product, then the sectors that stop one after the other, down to j."""
    chain = [j]
    while supplier[chain[0]] >= 0:
        chain.insert(0, int(supplier[chain[0]]))
    return [int(rows[needed[rows, chain[0]].argmin()]), *chain]


def _checked(e: Economy, cut: Sequence[str], days: Days, threshold: float) -> np.ndarray:
    """Days in stock, product × sector, or every fault of what was given."""
    where = "endurance"
    codes = list(e.sectors)
    faults: list[GroundplanError] = [
        UnknownName("product", p, codes, where=where, words=e.labels) for p in cut if p not in codes
    ]
    if not 0.0 <= threshold <= 1.0:
        faults.append(StudyError(f"threshold is {threshold!r}", where=where, fix="give a share from 0 to 1"))
    if isinstance(days, (pd.Series, pd.DataFrame)):
        faults += [
            UnknownName("product", p, codes, where=f"{where}, days", words=e.labels)
            for p in days.index
            if p not in codes
        ]
        if isinstance(days, pd.DataFrame):
            faults += [
                UnknownName("sector", s, codes, where=f"{where}, days", words=e.labels)
                for s in days.columns
                if s not in codes
            ]
        if not days.index.is_unique or (isinstance(days, pd.DataFrame) and not days.columns.is_unique):
            faults.append(StudyError("a label of the stocks is there twice", where=where, fix="give each stock once"))
        raise_all(faults)
        given = (
            days.reindex(codes).to_frame().to_numpy(dtype=float)
            if isinstance(days, pd.Series)
            else (days.reindex(index=codes, columns=codes).to_numpy(dtype=float))
        )
    else:
        given = np.array([[float(days)]])
    stock = np.broadcast_to(given, (len(codes), len(codes)))
    lacking = [codes[i] for i in np.flatnonzero(np.any(~(stock >= 0), axis=1))]
    if lacking:
        what = f"days in stock are missing or negative for {len(lacking)} products: {', '.join(lacking[:6])}"
        faults.append(StudyError(what, where=where, fix="give days from 0 on for every product"))
    raise_all(faults)
    return stock
