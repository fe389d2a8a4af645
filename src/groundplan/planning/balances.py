"""What is made, kept and used must balance: one function, one equation, one family of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.errors import StudyError, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy
from groundplan.planning.rows import Model, Rows, label


def _exogenous(a: Activities, commodities: list[str]) -> pd.DataFrame:
    """Supply less claims by commodity and year; year 0 stands for every year."""
    x = a.exogenous[a.exogenous["commodity"].isin(commodities)]
    every = x[x["year"] == 0]
    spread = every.loc[every.index.repeat(len(a.years))].assign(year=np.tile(a.years, len(every)))
    one = pd.concat([x[x["year"] != 0], spread])
    one = one[one["year"].isin(a.years)]
    one = one.assign(net=one["supply"] - one["claim"])
    return one.groupby(["commodity", "year"])["net"].sum().reset_index()


def _positions(labels: np.ndarray, commodity: pd.Series, when: pd.Series) -> np.ndarray:
    at: np.ndarray = pd.Index(labels).get_indexer(label(commodity.to_numpy(dtype=object), when.to_numpy()))
    return at


def _net(a: Activities, labels: np.ndarray, commodities: list[str]) -> np.ndarray:
    """Exogenous supply less claims, in the order of ``labels``."""
    net = np.zeros(len(labels))
    x = _exogenous(a, commodities)
    at = _positions(labels, x["commodity"], x["year"])
    np.add.at(net, at[at >= 0], x["net"].to_numpy()[at >= 0])
    return net


def _given_less_taken(a: Activities, *kinds: str) -> pd.DataFrame:
    cells = a.cells(("give", "take"), kinds)
    return cells.assign(amount=np.where(cells["role"] == "give", cells["amount"], -cells["amount"]))


def flow_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is not kept is covered in its year.

        Σ_a give[c,a,τ]·v[a,t−τ] + supply[c,t]  ≥  Σ_a take[c,a,τ]·v[a,t−τ] + claim[c,t]

    Units:  the commodity's own unit per year.
    Errors: ``StudyError`` where something is claimed that no activity gives.
    Source: Koopmans (1951), activity analysis.
    Dual:   what one more unit of commodity c in year t would add to the objective.
    """
    cells = _given_less_taken(a, "flow")
    flows = a.of_kind("flow")
    if not flows:
        return None
    grid = label(np.repeat(np.asarray(flows, dtype=object), len(a.years)), np.tile(a.years, len(flows)))
    net = _net(a, grid, flows)
    at = _positions(grid, cells["commodity"], cells["when"])
    touched = np.bincount(at, minlength=len(grid)) > 0
    raise_all(
        [
            StudyError(f"'{name}' is claimed and nothing can give it", fix="add an activity that gives it, or supply")
            for name in grid[~touched & (net < 0)]
        ]
    )
    labels = grid[touched]
    cells = cells.assign(row=(np.cumsum(touched) - 1)[at])
    return Rows(m.sum("level", cells, labels), ">=", -net[touched], labels, gain=-1.0)


def _kept_balance(m: Model, a: Activities, kind: str) -> Rows | None:
    kept = a.commodities[a.commodities["kind"] == kind]
    if kept.empty:
        return None
    years = np.asarray(a.years)
    names = kept["commodity"].to_numpy(dtype=object)
    labels = label(np.repeat(names, len(years)), np.tile(years, len(names)))
    row = np.arange(len(labels))
    now = pd.DataFrame(
        {
            "commodity": np.repeat(names, len(years)),
            "stage": np.tile(years, len(names)),
            "amount": np.repeat(kept["loss"].to_numpy() - 1.0, len(years)),
            "row": row,
        }
    )
    after = now.assign(stage=now["stage"] + 1, amount=1.0)
    lhs = m.sum("stock", pd.concat([now, after], ignore_index=True), labels)
    cells = _given_less_taken(a, kind)
    if len(cells):
        cells = cells.assign(row=_positions(labels, cells["commodity"], cells["when"]), amount=-cells["amount"])
        lhs = lhs + m.sum("level", cells, labels)
    return Rows(lhs, "==", _net(a, labels, list(names)), labels, gain=1.0)


def stock_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is stored is carried over, less what spoils.

        s[c,t+1] = (1−loss_c)·s[c,t] + gives − takes + supply − claims,   s ≥ least

    Units:  the commodity's own unit.
    Source: Koopmans (1951), activity analysis.
    Dual:   what one more unit of commodity c, stored in year t, would add to the objective.
    """
    return _kept_balance(m, a, "stock")


def capacity_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Capacity wears and is built.

        k[c,t+1] = (1−δ_c)·k[c,t] + Σ_a give[c,a,τ]·v[a,t−τ] − takes + supply − claims

    Units:  the commodity's own unit (output a year for plant, own unit for labour).
    Source: Leontief (1970), dynamic inverse (citation not checked).
    Dual:   what one more unit of capacity, ready at the start of year t+1, would add to the objective.
    """
    return _kept_balance(m, a, "capacity")


def account_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Money is carried over and never falls below its floor or credit line.

        r[c,t+1] = (1−loss_c)·r[c,t] + gives − takes + supply − claims,   r ≥ least;   interest is a loss below 0

    Units:  money.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of money in year t would add to the objective.
    """
    return _kept_balance(m, a, "account")


def capacity_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nothing works without its plant and its people.

        Σ_a occupy[c,a,τ]·v[a,t−τ]  ≤  k[c,t]

    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of capacity c, for year t alone, would add to the objective.
    """
    cells = a.cells(("occupy",), ("capacity",))
    if cells.empty:
        return None
    used = cells[["commodity", "when"]].drop_duplicates().reset_index(drop=True)
    labels = label(used["commodity"].to_numpy(dtype=object), used["when"].to_numpy())
    order = np.argsort(labels)
    labels, used = labels[order], used.iloc[order].reset_index(drop=True)
    cells = cells.assign(row=_positions(labels, cells["commodity"], cells["when"]))
    stocks = used.rename(columns={"when": "stage"}).assign(amount=-1.0, row=np.arange(len(labels)))
    return Rows(
        m.sum("level", cells, labels) + m.sum("stock", stocks, labels), "<=", np.zeros(len(labels)), labels, gain=1.0
    )


def good_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is enjoyed was provided.

        Σ_n segment[g,t,n]  ≤  Σ_a give[g,a,τ]·v[a,t−τ] − takes + supply − claims

    Units:  the good's own unit per year.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of good g in year t would add to the objective.
    """
    goods = a.of_kind("good")
    if not goods or a.utility.empty:
        return None
    enjoyed = _segments(a)
    labels = np.unique(label(enjoyed["good"].to_numpy(dtype=object), enjoyed["year"].to_numpy()))
    enjoyed = enjoyed.assign(row=_positions(labels, enjoyed["good"], enjoyed["year"]), amount=-1.0)
    cells = _given_less_taken(a, "good")
    at = _positions(labels, cells["commodity"], cells["when"])
    cells = cells.assign(row=at)[at >= 0]
    lhs = m.sum("level", cells, labels) + m.sum("segment", enjoyed, labels)
    return Rows(lhs, ">=", -_net(a, labels, goods), labels, gain=-1.0)


def _segments(a: Activities) -> pd.DataFrame:
    return a.utility[["good", "year"]].assign(part=np.arange(len(a.utility)))


def good_floor(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nobody falls below the floor.

        Σ_n segment[g,t,n]  ≥  least[g,t]

    Units:  the good's own unit per year.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the floor of good g in year t were one unit lower.
    """
    floors = a.floors[a.floors["least"] > 0].reset_index(drop=True)
    if floors.empty or not m.has("segment"):
        return None
    labels = label(floors["good"].to_numpy(dtype=object), floors["year"].to_numpy())
    enjoyed = _segments(a)
    at = _positions(labels, enjoyed["good"], enjoyed["year"])
    enjoyed = enjoyed.assign(row=at, amount=1.0)[at >= 0]
    return Rows(m.sum("segment", enjoyed, labels), ">=", floors["least"].to_numpy(), labels, gain=0.0)


def good_path(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A living standard, once reached, is not taken back.

        u[g,t] / heads[t]  ≥  u[g,t−1] / heads[t−1],   u = Σ_n segment

    Units:  the good's own unit per year; heads is any index of the people whom it serves.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the standard of good g might fall by one unit a head in year t.
    """
    if not a.steady or a.floors.empty or not m.has("segment"):
        return None
    heads = a.floors[["good", "year", "heads"]]
    later = heads[heads["year"] > min(a.years)].reset_index(drop=True)
    labels = label(later["good"].to_numpy(dtype=object), later["year"].to_numpy())
    if not len(labels):
        return None
    enjoyed = _segments(a).merge(heads, on=["good", "year"])
    now = enjoyed.assign(row=_positions(labels, enjoyed["good"], enjoyed["year"]), amount=1.0 / enjoyed["heads"])
    then = enjoyed.assign(row=_positions(labels, enjoyed["good"], enjoyed["year"] + 1), amount=-1.0 / enjoyed["heads"])
    cells = pd.concat([now, then])
    cells = cells[cells["row"] >= 0]
    return Rows(m.sum("segment", cells, labels), ">=", np.zeros(len(labels)), labels, gain=0.0)
