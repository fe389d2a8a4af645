"""What is made, kept and used must balance: one function, one equation, one family of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.planning.activities import PACES, Activities
from groundplan.planning.families.family import BETWEEN, GIVES_WAY, Loosening, family
from groundplan.planning.families.rows import LinearTerm, Model, Rows, flows, term

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy

# Flows that are permissions which a planner states, and what is in store at the start; every other flow must balance.
STATED = ("quota:", "paid:")
STORE = "store:"


def _net(a: Activities, commodities: Sequence[str] | np.ndarray) -> np.ndarray:
    """Exogenous supply less claims of commodities in every year, the years of one together."""
    years = np.asarray(a.years)
    return _net_of(a, np.repeat(np.asarray(commodities, dtype=object), len(years)), np.tile(years, len(commodities)))


def _net_of(a: Activities, commodity: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Exogenous supply less claims of a commodity in a year."""
    net: np.ndarray = a.net_supply.reindex(pd.MultiIndex.from_arrays([commodity, year])).fillna(0.0).to_numpy()
    return net


def through(a: Activities) -> pd.Series:
    """What passes through each commodity at the levels of the base year, by what is taken and occupied."""
    base = a.activities.set_index("activity")["base"]
    moved = a.flows.assign(amount=(a.flows["coefficient"] * a.flows["activity"].map(base)).abs())
    passed: pd.Series = moved[moved["role"] != "give"].groupby("commodity")["amount"].sum()
    return passed


def _room(a: Activities) -> pd.Series:
    """The room of each store, by the name of what is in it."""
    kept = a.bounds[a.bounds["activity"].str.startswith("keep:") & np.isfinite(a.bounds["upper"])]
    kept = kept.assign(store=STORE + kept["activity"].str.removeprefix("keep:"))
    rooms: pd.Series = kept.groupby("store")["upper"].max()
    return rooms


def _room_or_through(a: Activities, rows: pd.DataFrame) -> pd.Series:
    return rows["name"].map(_room(a)).fillna(rows["name"].map(through(a)))


def _stated(rows: pd.DataFrame, first: int) -> np.ndarray:
    """Permissions, and in the plan itself what is in store at its start."""
    stored = rows["label"].str.startswith(STORE) & rows["label"].str.endswith(f"{BETWEEN}{first}")
    return np.asarray(rows["label"].str.startswith(STATED) | (stored & (rows["fork"] == "")))


def _stores_apart(rows: pd.DataFrame) -> pd.Series:
    return pd.Series("trade with partners", rows.index).mask(rows["name"].str.startswith(STORE), "stores")


@family(
    "identity",
    says="{what} in {year}",
    prices=True,
    waste=True,
    loosen=Loosening("{what} raised by {amounts}", _stores_apart, _room_or_through, rows=_stated),
    flows={("flow", "give"): 1.0, ("flow", "take"): -1.0},
)
def flow_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is not kept is covered in its year.

        Σ_a give[c,a,τ]·v[a,t−τ] + supply[c,t]  ≥  Σ_a take[c,a,τ]·v[a,t−τ] + claim[c,t]

    Units:  the commodity's own unit per year.
    Errors: ``StudyError`` where something is claimed that no activity gives.
    Source: Koopmans (1951), activity analysis.
    Dual:   what one more unit of commodity c in year t would add to the objective.
    """
    names = a.of_kind("flow")
    bare = "'{row}' is claimed and nothing can give it"
    return m.rows(">=", -_net(a, names), flows(a, "flow"), of=names, gain=-1.0, bare=bare)


def _kept_balance(m: Model, a: Activities, kind: str) -> Rows | None:
    kept = a.commodities[a.commodities["kind"] == kind]
    names = kept["commodity"].to_numpy(dtype=object)
    after, now = term("stock", names, names, lag=-1), term("stock", names, names, kept["loss"].to_numpy() - 1.0)
    return m.rows("==", _net(a, names), now, after, -flows(a, kind), of=names, gain=1.0)


@family("identity", prices=True, loosen=None, flows={("stock", "give"): -1.0, ("stock", "take"): 1.0})
def stock_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is stored is carried over, less what spoils.

        s[c,t+1] = (1−loss_c)·s[c,t] + gives − takes + supply − claims,   s ≥ least

    Units:  the commodity's own unit.
    Source: Koopmans (1951), activity analysis.
    Dual:   what one more unit of commodity c, stored in year t, would add to the objective.
    """
    return _kept_balance(m, a, "stock")


@family("identity", loosen=None)
def capacity_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Capacity wears and is built.

        k[c,t+1] = (1−δ_c)·k[c,t] + Σ_a give[c,a,τ]·v[a,t−τ] − takes + supply − claims

    Units:  the commodity's own unit (output a year for plant, own unit for labour).
    Source: Leontief (1970), dynamic inverse (citation not checked).
    Dual:   what one more unit of capacity, ready at the start of year t+1, would add to the objective.
    """
    return _kept_balance(m, a, "capacity")


@family(
    "identity",
    says="{what} in {year}",
    prices=True,
    loosen=Loosening("more {what}: {amounts}", lambda rows: rows["name"], _room_or_through, balance=True),
    flows={("account", "give"): -1.0, ("account", "take"): 1.0},
)
def account_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Money is carried over and never falls below its floor or credit line.

        r[c,t+1] = (1−loss_c)·r[c,t] + gives − takes + supply − claims,   r ≥ least;   interest is a loss below 0

    Units:  money.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of money in year t would add to the objective.
    """
    return _kept_balance(m, a, "account")


def _at_first_or_through(a: Activities, rows: pd.DataFrame) -> pd.Series:
    initial = rows["name"].map(a.commodities.set_index("commodity")["initial"])
    return initial.where(lambda s: s > 0, rows["name"].map(through(a)))


def _occupied(rows: pd.DataFrame) -> pd.Series:
    """Labour, budget rules and plant, by what the capacity is called."""
    labour, rule = rows["name"].str.startswith("labour:"), rows["name"].str.startswith("rule:")
    return pd.Series(np.select([labour, rule], ["labour", "budget rules"], "plant"), rows.index)


@family(
    says="{what} in {year}",
    prices=True,
    loosen=Loosening(
        "more {what}: {amounts}", _occupied, _at_first_or_through, plant=lambda policy, rows: pd.Series(1.0, rows.index)
    ),
    flows={("capacity", "occupy"): 1.0},
)
def capacity_limit(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nothing works without its plant and its people.

        Σ_a occupy[c,a,τ]·v[a,t−τ]  ≤  k[c,t]

    Units:  the commodity's own unit.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of capacity c, for year t alone, would add to the objective.
    """
    used = a.cells(("occupy",), ("capacity",))[["commodity", "when"]].drop_duplicates()
    names = used["commodity"].to_numpy(dtype=object)
    there = term("stock", names, names, -1.0, when=used["when"])
    return m.rows(
        "<=", 0.0, flows(a, "capacity", roles=("occupy",)), there, of=names, when=used["when"], gain=1.0, ordered=True
    )


def _segments(a: Activities, amount: object = 1.0, *, later: int = 0) -> LinearTerm:
    """What is enjoyed of each good, in the row of its year, or ``later``."""
    good, year = a.utility["good"], a.utility["year"]
    return term("segment", good, np.arange(len(a.utility)), amount, when=year + later)  # type: ignore[arg-type]


@family("identity", prices=True, waste=True, loosen=None)
def good_balance(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is enjoyed was provided.

        Σ_n segment[g,t,n]  ≤  Σ_a give[g,a,τ]·v[a,t−τ] − takes + supply − claims

    Units:  the good's own unit per year.
    Source: our own (docs/explanation/model.md).
    Dual:   what one more unit of good g in year t would add to the objective.
    """
    if a.utility.empty:
        return None
    goods = a.utility[["good", "year"]].drop_duplicates()
    names, when = goods["good"].to_numpy(dtype=object), goods["year"].to_numpy()
    right = -_net_of(a, names, when)
    provided = flows(a, "good").within(names)
    return m.rows(">=", right, provided, -_segments(a), of=names, when=when, gain=-1.0, ordered=True)


@family(
    "wish",
    says="floor of the {what} in {year}",
    in_draws="floors",
    states="floors",
    loosen=Loosening("floor of the {what} lower by {amounts}", "floors", share=True, together=True),
)
def good_floor(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """Nobody falls below the floor.

        Σ_n segment[g,t,n]  ≥  least[g,t]

    Units:  the good's own unit per year.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the floor of good g in year t were one unit lower.
    """
    floors = a.floors[a.floors["least"] > 0]
    if not m.has("segment"):
        return None
    return m.rows(">=", floors["least"], _segments(a).within(floors["good"]), of=floors["good"], when=floors["year"])


@family(
    "wish",
    says="non-falling {what} in {year}",
    in_draws="path",
    loosen=Loosening(
        "{what} allowed to fall by {amounts} of the base year's",
        "standards that never fall",
        lambda a, rows: pd.Series(1.0, rows.index),
        share=True,
    ),
)
def good_path(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """A living standard, once reached, is not taken back.

        u[g,t] / heads[t]  ≥  u[g,t−1] / heads[t−1],   u = Σ_n segment

    Units:  the good's own unit per year; heads is any index of the people whom it serves.
    Source: our own (docs/explanation/model.md).
    Dual:   what the objective would gain if the standard of good g might fall by one unit a head in year t.
    """
    if not a.steady or not m.has("segment"):
        return None
    later = a.floors[a.floors["year"] > min(a.years)]
    heads = a.utility[["good", "year"]].merge(a.floors, "left", on=["good", "year"])["heads"].to_numpy(dtype=float)
    later_standard = np.isfinite(heads) & a.utility["good"].isin(later["good"]).to_numpy()
    now, then = (_segments(a, sign / heads, later=step).where(later_standard) for sign, step in ((1.0, 0), (-1.0, 1)))
    return m.rows(">=", 0.0, now, then, of=later["good"], when=later["year"])


@family(
    says="pace of the {what} in {year}",
    in_draws=GIVES_WAY,
    # An equation between standards: who lets both fall keeps to it, and another path is a choice of the policy.
    loosen=None,
)
def standard_pace(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What follows keeps pace with what leads: neither behind nor ahead of it.

        Σ_l u[l,t] / Σ_l heads[l,t]  =  u[f,t] / heads[f,t],   u = Σ_n segment,  l the goods that lead the pace of f

    Units:  1; heads are in the unit of the goods, so that the base year's standard is 1.
    Source: our own (docs/explanation/baskets.md).
    Dual:   what the objective would gain if good f might lie behind its pace by one base-year standard.
    """
    if a.paces.empty or not m.has("segment"):
        return None
    heads = a.floors.set_index(["good", "year"])["heads"]
    u, pieces = a.utility[["good", "year"]].assign(on=np.arange(len(a.utility))), []
    for _, own in a.paces.groupby("pace", sort=False):
        leads, follows = (own.loc[own["role"] == role, "good"].tolist() for role in PACES)
        led = u[u["good"].isin(leads)]
        whole = heads[heads.index.isin(leads, level="good")].groupby("year").sum()
        for f in follows:
            mine = u[u["good"] == f]
            per_head = 1.0 / heads.reindex(pd.MultiIndex.from_frame(mine[["good", "year"]])).to_numpy()
            pieces += [led.assign(row=f, amount=1.0 / led["year"].map(whole)), mine.assign(row=f, amount=-per_head)]
    if not pieces:
        return None
    cells = pd.concat(pieces, ignore_index=True)
    terms = term("segment", cells["row"], cells["on"], cells["amount"], when=cells["year"])
    return m.rows("==", 0.0, terms, of=list(dict.fromkeys(cells["row"])))
