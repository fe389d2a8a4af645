"""How sure a ranking is: what is left of it when the table is drawn again within its uncertainty, or in other years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from groundplan.batches.compute import HERE, Progress, Runner
from groundplan.batches.job import BatchJob
from groundplan.economy.economy import Economy
from groundplan.economy.world import World
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.measures.sureness.redraws import Accounts, CellUncertainty, Redraws, check_seed
from groundplan.measures.sureness.stack import Stack

Ranking = Callable[[Accounts], pd.Series]
BAND = [0.05, 0.95]


@dataclass(frozen=True)
class AtOnce:
    """A ranking of an economy that takes many draws together.

    one   numbers by name of an economy, the largest first
    many  the same numbers of all draws of a stack, draw × entry; entries as in ``one``
    """

    one: Callable[[Economy], pd.Series]
    many: Callable[[Stack], np.ndarray]

    def __call__(self, e: Economy) -> pd.Series:
        """The ranking of one economy."""
        return self.one(e)


def confidence(
    ranking: Ranking[Accounts],
    accounts: Accounts,
    draws: int = 200,
    seed: int = 0,
    top: int = 10,
    uncertainty: CellUncertainty | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """How often every entry of a ranking stays among the first when the table is drawn again within its uncertainty.

    ``ranking`` gives numbers by name, the largest first: ``lambda e: import_content_by_product(e).to_series()``.
    ``progress(done, draws)`` is told as draws are done. A ranking that is ``AtOnce`` takes many draws together; for
    any other, each draw solves what the ranking asks for and no more.

    Index: the entries, in the ranking's order. Columns: value and rank in the table itself; in_top = share of draws
    in which the entry is among the first ``top`` (1; over all entries they sum to ``top``); rank_low, rank_high and
    low, high: 5 and 95 per cent of its ranks and values over the draws. Equal values rank by name; an entry without
    a number ranks behind all others and is never among the first.
    Units:  those of the ranking.
    Source: our own; ``redrawn`` for a draw, ``CellUncertainty`` for the errors.
    Raises ``StudyError``, all faults at once, where ``draws`` or ``top`` is no number from 1 on; ``GroundplanError``
    where the ranking gives other entries for a draw than for the table.
    """
    return confidences({"": ranking}, accounts, draws, seed, top, uncertainty, progress)[""]


def confidences(
    rankings: Mapping[str, Ranking[Accounts]],
    accounts: Accounts,
    draws: int = 200,
    seed: int = 0,
    top: int = 10,
    uncertainty: CellUncertainty | None = None,
    progress: Progress | None = None,
    runner: Runner = HERE,
) -> dict[str, pd.DataFrame]:
    """The confidence of several rankings, each draw of the table serving all of them; tables as in ``confidence``.

    ``runner`` says who computes draws; others than this process can where the rankings are functions of a module. The
    figures are the same.
    """
    _check(draws=draws, top=top)
    check_seed(seed=seed)
    base = {name: _series(ranking, accounts) for name, ranking in rankings.items()}
    names = {name: first.index for name, first in base.items()}
    given = RankingDraws(accounts, dict(rankings), names, seed, uncertainty or CellUncertainty())
    batch = _at_once(accounts)
    job = BatchJob(
        given, RankingWorker, RankingWorker.values, int(draws), batch, runner.fingerprint(given, int(draws), batch)
    )
    by_draw = None if progress is None else _by_draw(progress, job)
    values = runner.compute(job, progress=by_draw)
    return {name: _bounds(base[name], values[name], top) for name in rankings}


@dataclass(frozen=True, eq=False)
class RankingDraws:
    """What a worker needs for draws: the accounts, the rankings and the entries of each, the seed and the errors."""

    accounts: Any
    rankings: Mapping[str, Any]
    names: Mapping[str, pd.Index]
    seed: int
    uncertainty: CellUncertainty


class RankingWorker:
    """A worker's state: the cells of the accounts, ready to be drawn."""

    def __init__(self, given: RankingDraws) -> None:
        self.given, self.cells = given, Redraws(given.accounts, given.uncertainty)

    def values(self, draws: range) -> dict[str, np.ndarray]:
        """The numbers of every ranking in some draws: draw × entry. Rankings that can take all draws at once do."""
        asked = self.given
        flows = self.cells.flows(draws, asked.seed)
        stack = Stack(asked.accounts, **flows) if isinstance(asked.accounts, Economy) else None
        out = {}
        alone = {name: ranking for name, ranking in asked.rankings.items() if not isinstance(ranking, AtOnce)}
        for name, ranking in asked.rankings.items():
            if stack is not None and name not in alone:
                out[name] = ranking.many(stack)
            else:
                out[name] = np.empty((len(draws), len(asked.names[name])))
        for row, draw in enumerate(draws if alone else ()):
            redraw = self.cells.accounts_of({name: stacked[row] for name, stacked in flows.items()})
            for name, ranking in alone.items():
                out[name][row] = _again(ranking, redraw, asked.names[name], draw)
        return out


def _at_once(accounts: Economy | World) -> int:
    """How many draws go together: as many as keep the largest stack near 30 MB, and no more than 25."""
    return int(np.clip(4_000_000 // max(len(accounts.output), 1) ** 2, 1, 25))


def _by_draw(progress: Progress, job: BatchJob[RankingDraws, RankingWorker]) -> Progress:
    """Progress in draws, from progress in batches."""
    return lambda done, _: progress(min(done * job.batch, job.count), job.count)


def _again(ranking: Ranking[Accounts], accounts: Accounts, names: pd.Index, draw: int) -> np.ndarray:
    """The ranking's numbers in one draw, refused where they are of other entries."""
    again = _series(ranking, accounts)
    if not again.index.equals(names):
        differ = sorted(map(str, set(again.index) ^ set(names)))[:6] or ["their order"]
        raise GroundplanError(
            f"draw {draw} ranks other entries than the table: {', '.join(differ)}",
            fix="rank every entry in one order, those without a number too",
        )
    return again.to_numpy()


def _bounds(base: pd.Series, values: np.ndarray, top: int) -> pd.DataFrame:
    """Ranks and bounds over the draws (draw × entry), in the order of the table's own ranking."""
    ranks, bounds = _ranks(values, base.index), pd.DataFrame(values).quantile(BAND).to_numpy()
    rank_low, rank_high = np.quantile(ranks, BAND, axis=0, method="inverted_cdf")
    columns = {
        "value": base.to_numpy(),
        "rank": _ranks(base.to_numpy()[None], base.index)[0],
        "in_top": ((ranks <= top) & np.isfinite(values)).mean(axis=0),
        "rank_low": rank_low,
        "rank_high": rank_high,
        "low": bounds[0],
        "high": bounds[1],
    }
    return pd.DataFrame(columns, base.index).sort_values("rank", kind="stable")


def across_years(ranking: Ranking[Accounts], panel: Mapping[int, Accounts], top: int = 10) -> pd.DataFrame:
    """In how many years of a panel every entry of a ranking is among the first.

    Index: every entry of any year, in the order of the last. Columns: years in which the entry has a number; in_top =
    share of the panel's years in which it is among the first ``top`` (1); rank, the last year's, NaN where it has no
    number then; rank_best and rank_worst over the years in which it has one.
    Units:  as said.
    Source: our own.
    Raises ``StudyError`` where ``top`` is below 1 or there is no year.
    """
    _check(years=len(panel), top=top)
    years = sorted(panel)
    values = pd.concat([_series(ranking, panel[y]).rename(y) for y in years], axis=1).sort_index()
    some = values.notna()
    ranks = pd.DataFrame(_ranks(values.to_numpy().T, values.index).T, values.index, years).where(some)
    columns = {
        "years": some.sum(axis=1),
        "in_top": (ranks <= top).mean(axis=1),
        "rank": ranks[years[-1]],
        "rank_best": ranks.min(axis=1),
        "rank_worst": ranks.max(axis=1),
    }
    return pd.DataFrame(columns).sort_values(["rank", "rank_best"], kind="stable")


def _series(ranking: Ranking[Accounts], accounts: Accounts) -> pd.Series:
    """The ranking's numbers; refused where they are not numbers by name, each name once."""
    numbers = ranking(accounts)
    if not isinstance(numbers, pd.Series) or not numbers.index.is_unique or not len(numbers):
        raise GroundplanError(
            "a ranking gives no numbers by name",
            fix="return a pandas Series with every name once, such as import_content_by_product(e).to_series()",
        )
    return numbers.astype(float)


def _ranks(values: np.ndarray, names: pd.Index) -> np.ndarray:
    """Ranks along each row, 1 for the largest; equal values by name, those that are no numbers last."""
    by_name = np.argsort(names.astype(str).to_numpy(), kind="stable")
    order = np.argsort(np.where(np.isnan(values), np.inf, -values)[:, by_name], axis=1, kind="stable")
    ranks = np.empty(values.shape, dtype=int)
    np.put_along_axis(ranks, by_name[order], np.arange(1, values.shape[1] + 1)[None], axis=1)
    return ranks


def _check(**counts: int) -> None:
    raise_all(
        [
            StudyError(f"{name} is {count}", where="confidence", fix=f"give {name} of 1 or more, a whole number")
            for name, count in counts.items()
            if not isinstance(count, Integral) or count < 1
        ]
    )
