"""What a planner could loosen: rows and bounds, by kind, with what their amounts are a share of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from groundplan.planning.activities import Activities
from groundplan.planning.policy import Policy
from groundplan.planning.rows import BETWEEN, Model, family_of
from groundplan.planning.targets import target_lines

# Flows that are permissions which a planner states, and what is in store at the start; every other flow must balance.
STATED = ("quota:", "paid:")
STORE = "store:"
IDENTITIES = ("flow_balance", "stock_balance", "capacity_balance", "good_balance", "terminal_stock", "terminal_use")

UPPER, LOWER = "upper bound", "lower bound"
KINDS = {
    "good_floor": "floors",
    "good_path": "standards that never fall",
    "growth_limit": "pace of growth",
    "contraction_limit": "pace of running down",
    "contingency": "what is lost",
}
# Kinds that give way together, by one share: a planner states one floor for all.
SHARED = "floors"
# What a contingency takes is not the planner's to change.
GIVEN = "what is lost"
GROUPS = {"export": "markets abroad", "training": "training", "store": "room in the stores"}
FIXED = ("lumpy_level", "lumpy_once", "lumpy_groups", "lumpy_after")
COLUMNS = ["kind", "family", "label", "name", "year", "sign", "size", "at", "unit", "factor"]
CAPACITY = "capacity:"


def is_identity(family: str, label: str, first: int | None = None) -> bool:
    """Whether a row must hold whatever a planner wishes: a balance, but for permissions that he states.

    What is in store at the start of the plan, whose year is ``first``, is his to choose too.
    """
    own, fork = family_of(family)
    stored = not fork and label.startswith(STORE) and label.endswith(f"{BETWEEN}{first}")
    return own in IDENTITIES and not label.startswith(STATED) and not stored


def loosenable(m: Model, policy: Policy, rows: np.ndarray, columns: np.ndarray) -> pd.DataFrame:
    """Every row and bound that a planner could loosen, one line each.

    ``rows`` and ``columns`` are linopy's labels in the solver's order. Columns: kind, family (``upper bound`` and
    ``lower bound`` of levels too), label, name, year (0 for none), sign (+1 for ≥, −1 for ≤ and for balances, which
    take a gift), size (what an amount is a share of: the bound itself, or the base year's figure where that is 0), at
    (the row's position, of a bound its column's), unit and factor: lines of one unit give way together, each by its
    factor. Floors of a kind do, by one share; so does a capacity in its year, in the plan and in its forks.
    Targets are a kind each; so is each account. Balances, projects and what counts at the end are not loosened.
    """
    a = m.activities
    frames = [_of_bounds(m, columns)]
    for family, written in m.families.items():
        own = family_of(family)[0]
        frame = pd.DataFrame({"label": written.labels.astype(str)})
        frame["at"] = pd.Index(rows).get_indexer(np.ravel(m.lp.constraints[family].labels.values))
        frame["family"], frame["sign"] = family, 1.0 if written.sense == ">=" else -1.0
        frame = named(frame)
        frame["right"] = np.abs(written.rhs)
        if own != "account_balance":
            frame = frame[[not is_identity(family, label, a.years[0]) for label in frame["label"]]]
        if frame.empty or own in FIXED or (written.sense == "==" and own != "account_balance"):
            continue
        frames.append(_targets(a, policy, frame) if own == "targets" else _limits(a, policy, own, frame))
    items = pd.concat(frames, ignore_index=True)
    unit = items["family"] + BETWEEN + items["label"] if "unit" not in items else items["unit"]
    items["unit"] = unit.fillna(items["family"] + BETWEEN + items["label"])
    floors = items["kind"].str.startswith(SHARED)
    items["unit"] = items["kind"].where(floors, items["unit"])
    items["factor"] = items["size"].where(floors, items["factor"].fillna(1.0) if "factor" in items else 1.0)
    return items[COLUMNS]


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with the name and the year (0 for none) that their labels tell."""
    # Of no rows there are no parts.
    parts = frame["label"].astype(str).str.rpartition(BETWEEN).reindex(columns=range(3), fill_value="")
    year = pd.to_numeric(parts[2].str.split().str[0], errors="coerce").where(parts[1] != "").fillna(0).astype(int)
    return frame.assign(name=parts[0].where(parts[1] != "", parts[2]), year=year)


def _targets(a: Activities, policy: Policy, frame: pd.DataFrame) -> pd.DataFrame:
    lines = target_lines(a, policy)
    must = lines[lines["weight"].isna()]
    at = pd.Index(must["label"]).get_indexer(frame["label"])
    frame, must = frame[at >= 0], must.iloc[at[at >= 0]]
    size = (must["size"] * must["scale"]).to_numpy(dtype=float)
    return frame.assign(kind=[f"target {n}" for n in must["target"]], size=size, year=must["year"].to_numpy())


def _limits(a: Activities, policy: Policy, own: str, frame: pd.DataFrame) -> pd.DataFrame:
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
        size = name.map(_room(a)).fillna(name.map(through))
    elif own == "contingency":
        size = name.map(initial).where(lambda s: s > 0, name.map(through)).fillna(name.map(base))
    else:
        size = frame["right"]
    kind = pd.Series(KINDS.get(own, own.replace("_", " ")), frame.index)
    if own == "account_balance":
        kind = name.copy()
    plant = name.str.startswith(CAPACITY) if own == "contingency" else pd.Series(own == "capacity_limit", frame.index)
    if own == "capacity_limit":
        labour, rule = name.str.startswith("labour:"), name.str.startswith("rule:")
        kind = pd.Series(np.select([labour, rule], ["labour", "budget rules"], "plant"), frame.index)
    if own == "flow_balance":
        kind = pd.Series("trade with partners", frame.index).mask(name.str.startswith(STORE), "stores")
    fork = frame["family"].map(lambda f: family_of(f)[1])
    kind = kind.where(plant | (fork == ""), kind + " under " + fork)
    kind = kind.mask(plant & (own == "contingency"), "plant")
    shares = size.to_numpy(dtype=float)
    limits: pd.DataFrame = frame.assign(kind=kind, size=np.where(shares > 1e-12, shares, 1.0))
    if plant.any():
        limits["unit"] = ("capacity" + BETWEEN + frame["label"]).where(plant)
        limits["factor"] = 1.0 if own == "capacity_limit" else _left(policy, frame)
    return limits


def _left(policy: Policy, frame: pd.DataFrame) -> np.ndarray:
    """The share of each capacity that a contingency leaves; 1 of all else."""
    c = policy.contingencies[[c.name for c in policy.contingencies].index(family_of(frame["family"].iloc[0])[1])]
    rows = zip(frame["name"], frame["year"], strict=True)
    lost = [c.lost("capacity_lost", [int(y)]).get(str(n).removeprefix(CAPACITY), [0.0])[0] for n, y in rows]
    return 1.0 - np.asarray(lost, dtype=float)


def _allowance(a: Activities) -> pd.Series:
    allowances: pd.Series = a.growth.drop_duplicates("on").set_index("on")["allowance"]
    return allowances


def _room(a: Activities) -> pd.Series:
    """The room of each store, by the name of what is in it."""
    kept = a.bounds[a.bounds["activity"].str.startswith("keep:") & np.isfinite(a.bounds["upper"])]
    kept = kept.assign(store=STORE + kept["activity"].str.removeprefix("keep:"))
    rooms: pd.Series = kept.groupby("store")["upper"].max()
    return rooms


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
