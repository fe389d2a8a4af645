"""What a planner could loosen, and the least loosening that makes a programme possible."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import highspy
import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.explaining.clash import is_identity
from groundplan.planning.policy import Policy
from groundplan.planning.rows import BETWEEN, Model, family_of
from groundplan.planning.solve import OPTIMAL, load, without_goal
from groundplan.planning.targets import target_lines

UPPER, LOWER = "upper bound", "lower bound"
KINDS = {
    "good_floor": "floors",
    "good_path": "standards that never fall",
    "growth_limit": "pace of growth",
    "contraction_limit": "pace of running down",
}
GROUPS = {"export": "markets abroad", "training": "training"}
FIXED = ("lumpy_level", "lumpy_once", "lumpy_groups", "lumpy_after")
COLUMNS = ["kind", "family", "label", "name", "year", "sign", "size", "at"]
LEAST = 1e-7
DEAR = 1e3
SECONDS = 20.0


def loosenable(m: Model, policy: Policy, rows: np.ndarray, columns: np.ndarray) -> pd.DataFrame:
    """Every row and bound that a planner could loosen, one line each.

    ``rows`` and ``columns`` are linopy's labels in the solver's order. Columns: kind, family (``upper bound`` and
    ``lower bound`` of levels too), label, name, year (0 for none), sign (+1 for ≥, −1 for ≤ and for balances, which
    take a gift), size (what an amount is a share of: the bound itself, or the base year's figure where that is 0), at
    (the row's position, of a bound its column's).
    Targets are a kind each; so is each account. Balances, projects and what counts at the end are not loosened.
    """
    a = m.activities
    frames = [_of_bounds(m, columns)]
    for family, written in m.families.items():
        own = family_of(family)[0]
        frame = pd.DataFrame({"label": written.labels.astype(str)})
        frame["at"] = pd.Index(rows).get_indexer(np.ravel(m.lp.constraints[family].labels.values))
        frame["family"], frame["sign"] = family, 1.0 if written.sense == ">=" else -1.0
        parts = frame["label"].str.rpartition(BETWEEN)
        frame["name"] = parts[0].where(parts[1] != "", parts[2])
        frame["year"] = pd.to_numeric(parts[2].str.split().str[0], errors="coerce").fillna(0).astype(int)
        frame["right"] = np.abs(written.rhs)
        if own != "account_balance":
            frame = frame[[not is_identity(family, label) for label in frame["label"]]]
        if frame.empty or own in FIXED or (written.sense == "==" and own != "account_balance"):
            continue
        frames.append(_targets(a, policy, frame) if own == "targets" else _limits(a, own, frame))
    return pd.concat(frames, ignore_index=True)[COLUMNS]


def _targets(a: Activities, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    lines = target_lines(a, policy)
    must = lines[lines["weight"].isna()]
    at = pd.Index(must["label"]).get_indexer(frame["label"])
    frame, must = frame[at >= 0], must.iloc[at[at >= 0]]
    size = (must["size"] * must["scale"]).to_numpy(dtype=float)
    return frame.assign(kind=[f"target {n}" for n in must["target"]], size=size, year=must["year"].to_numpy())


def _limits(a: Activities, own: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Limits of the economy, each kind with what its amounts are a share of."""
    name = frame["name"]
    base = a.activities.set_index("activity")["base"]
    initial = a.commodities.set_index("commodity")["initial"]
    moved = a.flows.assign(amount=(a.flows["coefficient"] * a.flows["activity"].map(base)).abs())
    through = moved[moved["role"] != "give"].groupby("commodity")["amount"].sum()
    if own == "good_path":
        size = pd.Series(1.0, frame.index)
    elif own in ("growth_limit", "contraction_limit"):
        size = name.map(base).fillna(name.map(initial)).where(lambda s: s > 0, name.map(_allowance(a)))
    elif own == "capacity_limit":
        size = name.map(initial).where(lambda s: s > 0, name.map(through))
    elif own in ("account_balance", "flow_balance"):
        size = name.map(through)
    else:
        size = frame["right"]
    kind = pd.Series(KINDS.get(own, own.replace("_", " ")), frame.index)
    if own == "account_balance":
        kind = name.copy()
    if own == "capacity_limit":
        labour, rule = name.str.startswith("labour:"), name.str.startswith("rule:")
        kind = pd.Series(np.select([labour, rule], ["labour", "budget rules"], "plant"), frame.index)
    if own == "flow_balance":
        kind = pd.Series("trade with partners", frame.index)
    fork = frame["family"].map(lambda f: family_of(f)[1])
    kind = kind.where(fork == "", kind + " under " + fork)
    size = size.astype(float).where(lambda s: s > 1e-12, 1.0)
    limits: pd.DataFrame = frame.assign(kind=kind, size=size)
    return limits


def _allowance(a: Activities) -> pd.Series:
    return a.growth.drop_duplicates("on").set_index("on")["allowance"]


def _of_bounds(m: Model, columns: np.ndarray) -> pd.DataFrame:
    """Ceilings and least levels of activities; of projects, and what may not be done at all, none."""
    a, level = m.activities, m.variables["level"]
    acts = a.activities.set_index("activity").loc[level.indexes["activity"]]
    years = level.indexes["year"]
    frame = pd.DataFrame(
        {
            "name": np.repeat(acts.index.to_numpy(dtype=object), len(years)),
            "year": np.tile(years.to_numpy(dtype=int), len(acts)),
            "group": np.repeat(acts["group"].to_numpy(dtype=object), len(years)),
            "lump": np.repeat(acts["lump"].to_numpy(), len(years)),
            "at": pd.Index(columns).get_indexer(level.labels.values.ravel()),
        }
    )
    frame["label"] = frame["name"] + BETWEEN + frame["year"].astype(str)
    frame["kind"] = frame["group"].map(lambda g: GROUPS.get(g, f"bounds of {g}" if g else "bounds of projects"))
    sides = []
    for family, sign, bound in ((UPPER, -1.0, level.upper), (LOWER, 1.0, level.lower)):
        size = bound.values.ravel()
        there = np.isfinite(size) & (size > 0) & (frame["lump"] == 0).to_numpy()
        sides.append(frame[there].assign(family=family, sign=sign, size=size[there]))
    bounds: pd.DataFrame = pd.concat(sides, ignore_index=True)
    return bounds


@dataclass(frozen=True, eq=False)
class Loosened:
    """The least loosening: ``loosenable`` with amounts (own units), and the programme's values with it.

    ``values``: variable → array over its own dimensions (level, stock).
    """

    items: pd.DataFrame
    values: dict[str, pd.DataFrame]


class Elastic:
    """A programme whose limits may give way at a price.

        min Σ_i e_i / size_i   subject to   row_i + sign_i·e_i,  e ≥ 0

    Each loosening counts as a share of its own bound, so that different kinds compare. Projects count as divisible.
    Source: Brown and Graves (1975), elastic programming (citation not checked).
    """

    def __init__(self, m: Model, policy: Policy) -> None:
        self.model = m
        loaded = load(m, policy)
        self.columns, h = loaded.columns, without_goal(loaded.highs)
        self.items = loosenable(m, policy, loaded.rows, loaded.columns)
        n, whole = h.getNumCol(), np.arange(h.getNumCol(), dtype=np.int32)
        if m.has("starts"):
            h.changeColsIntegrality(n, whole, np.zeros(n, dtype=np.uint8))
        at = self.items["at"].to_numpy(dtype=np.int32).copy()
        bound = self.items["family"].isin([UPPER, LOWER]).to_numpy()
        at[bound] = self._as_rows(h, self.items[bound])
        k = len(at)
        sign, size = self.items["sign"].to_numpy(dtype=float), self.items["size"].to_numpy(dtype=float)
        h.addCols(k, 1.0 / size, np.zeros(k), np.full(k, np.inf), k, np.arange(k, dtype=np.int32), at, sign)
        h.changeObjectiveSense(highspy.ObjSense.kMinimize)
        for option, value in (("solver", "ipm"), ("presolve", "on")):
            h.setOptionValue(option, value)
        self.highs, self.first = h, n

    @staticmethod
    def _as_rows(h: highspy.Highs, bounds: pd.DataFrame) -> np.ndarray:
        """Bounds of columns as rows, which can give way."""
        first, k = h.getNumRow(), len(bounds)
        column, upper = bounds["at"].to_numpy(dtype=np.int32), (bounds["family"] == UPPER).to_numpy()
        size = bounds["size"].to_numpy(dtype=float)
        low, high = np.where(upper, -np.inf, size), np.where(upper, size, np.inf)
        h.addRows(k, low, high, k, np.arange(k, dtype=np.int32), column, np.ones(k))
        free = np.unique(column)
        h.changeColsBounds(len(free), free, np.zeros(len(free)), np.full(len(free), np.inf))
        return np.arange(first, first + k, dtype=np.int32)

    def least(self, kinds: Collection[str]) -> Loosened | None:
        """The least loosening within the given kinds; None where they do not suffice, or the solver does not say."""
        k, size = len(self.items), self.items["size"].to_numpy(dtype=float)
        allowed = self.items["kind"].isin(list(kinds)).to_numpy()
        index = np.arange(self.first, self.first + k, dtype=np.int32)
        # Other kinds are dear, not forbidden: a programme that always has an answer is solved in a tenth of the time.
        self.highs.changeColsCost(k, index, np.where(allowed, 1.0, DEAR) / size)
        self.highs.clearSolver()
        # The solver's clock runs on from one answer to the next.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + SECONDS)
        self.highs.run()
        if self.highs.getModelStatus() != OPTIMAL:
            return None
        value = np.asarray(self.highs.getSolution().col_value)
        if float((value[self.first :] / size)[~allowed].sum()) > LEAST:
            return None
        items = self.items.assign(amount=np.where(allowed, value[self.first :], 0.0))
        found = np.full(int(self.columns.max()) + 1, np.nan)
        found[self.columns] = value[: self.first]
        values = {
            name: pd.DataFrame(v.labels.copy(data=found[v.labels.values]).to_pandas())
            for name, v in self.model.variables.items()
            if name in ("level", "stock")
        }
        return Loosened(items[items["amount"] > LEAST * items["size"]].reset_index(drop=True), values)


def kinds_of(items: pd.DataFrame, rows: Collection[tuple[str, str]], bounds: Collection[tuple[str, int]]) -> list[str]:
    """The kinds that take part in a conflict, in its order; no other kind can mend it alone."""
    named = pd.MultiIndex.from_frame(items[["family", "label"]])
    sides = [(f, f"{act}{BETWEEN}{year}") for act, year in bounds for f in (UPPER, LOWER)]
    asked = pd.MultiIndex.from_tuples([*rows, *sides], names=["family", "label"])
    at = named.get_indexer(asked)
    return list(dict.fromkeys(str(items["kind"].iloc[n]) for n in at if n >= 0))
