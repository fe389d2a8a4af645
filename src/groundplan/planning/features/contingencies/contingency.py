"""Contingencies: what is checked of them, and the rows that say what is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import Activities
from groundplan.planning.activity_rows import Tables
from groundplan.planning.families.balances import through
from groundplan.planning.families.family import AT, BETWEEN, GIVEN, GIVES_WAY, Loosening, family
from groundplan.planning.families.rows import TRUNK, Model, Rows, term
from groundplan.planning.feature import Feature
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.households import groups
from groundplan.planning.features.techniques.placed import placed
from groundplan.planning.features.trade.suppliers import suppliers

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

BUY, PUT = "buy:", "put:"
CAPACITY = "capacity:"


def contingencies(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """No rows: contingencies fork the plan (``forks``). Here their names and years are checked, all faults at once.

    Errors: ``StudyError`` for years outside the plan, two of one name and scenarios that nobody has read;
            ``UnknownName`` for products, partners, sectors and groups that are not there.
    """
    faults: list[GroundplanError] = []
    names = [c.name for c in policy.contingencies]
    if policy.contingencies and not h.base_year:
        sellers = {s.activity.removeprefix("buy:") for of in suppliers(e, policy).values() for s in of}
        for n, c in enumerate(policy.contingencies):
            faults += _stated(c, h, names[:n])
            faults += _unknown(e, policy, c, sellers)
    raise_all(faults, where="contingencies")
    return Tables()


def _stated(c: Contingency, h: Horizon, earlier: list[str]) -> list[GroundplanError]:
    faults: list[GroundplanError] = []
    if not c.name or AT in c.name or BETWEEN in c.name:
        fix = f"give a name without '{AT}' and '{BETWEEN}'"
        faults.append(StudyError(f"the name of a contingency is '{c.name}'", where=c.line, fix=fix))
    if c.name in earlier:
        faults.append(StudyError(f"two contingencies are called '{c.name}'", where=c.line, fix="give two names"))
    if c.year not in h.plan_years or c.year + c.length - 1 not in h.plan_years:
        what = f"contingency '{c.name}' lasts from {c.year} to {c.year + c.length - 1}, outside the plan"
        span = f"let it lie between {h.plan_years[0]} and {h.plan_years[-1]}"
        faults.append(StudyError(what, where=c.line, fix=span))
    if c.scenario:
        what = f"the scenario of contingency '{c.name}' has not been read"
        faults.append(
            StudyError(what, where=c.line, fix="plan with groundplan.plan, which reads it, or state the losses")
        )
    return faults


def _unknown(e: Economy, policy: Policy, c: Contingency, sellers: set[str]) -> list[GroundplanError]:
    partners = {name.partition("@")[2] for name in sellers}
    imported = {str(i) for i in e.imports["product"].values if float(e.imports.sel(product=i)) > 0}
    markets = {
        str(i) for i in e.sectors if float(e.exports.sel(product=i)) > 0 or float(e.reexports.sel(product=i)) > 0
    }
    makers = {str(j) for j in e.sectors if float(e.output.sel(sector=j)) > 0}
    plants = makers | ({p.key for p in placed(e, policy)} if any("@" in j for j in c.capacity_lost) else set())
    checks: list[tuple[str, object, set[str]]] = [
        ("imported product of a contingency", c.imports_lost, imported | sellers),
        ("partner that imports are split by", c.partners_lost, partners),
        ("exported product of a contingency", c.exports_lost, markets),
        ("sector or technique of a contingency", c.capacity_lost, plants),
        ("group of a contingency", c.floors, set(groups(e))),
    ]
    return [
        UnknownName(kind, name, there, where=c.line or f"contingency '{c.name}'", words=e.labels)
        for kind, used, there in checks
        for name in used  # type: ignore[attr-defined]
        if name not in there
    ]


def _what_is_lost(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(GIVEN, rows.index).mask(rows["name"].str.startswith(CAPACITY), "plant")


def _share_left(policy: Policy, rows: pd.DataFrame) -> pd.Series:
    """The share of each capacity that a contingency leaves; nan for all else that it takes."""
    c = policy.contingencies[[c.name for c in policy.contingencies].index(rows["fork"].iloc[0])]
    named = zip(rows["name"], rows["year"], strict=True)
    lost = [c.lost("capacity_lost", [int(y)]).get(str(n).removeprefix(CAPACITY), [0.0])[0] for n, y in named]
    return pd.Series(1.0 - np.asarray(lost), rows.index).where(rows["name"].str.startswith(CAPACITY))


def _of_stock_or_level(a: Activities, rows: pd.DataFrame) -> pd.Series:
    initial = rows["name"].map(a.commodities.set_index("commodity")["initial"])
    passed = initial.where(lambda s: s > 0, rows["name"].map(through(a)))
    return passed.fillna(rows["name"].map(a.activities.set_index("activity")["base"]))


@family(
    says="what is left of {what} in {year}",
    in_draws=GIVES_WAY,
    loosen=Loosening("{what} losing less by {amounts}", _what_is_lost, _of_stock_or_level, plant=_share_left),
)
def contingency(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """What is lost when a contingency comes; t are its years, v the plan's levels and w what is done in its stead.

        Σ_p w[buy:i@p,t]  ≤  (1−lost)·(Σ_p v[buy:i@p,t] − v[put:i,t])
        w[buy:i@p,t]      ≤  (1−lost)·v[buy:i@p,t]
        Σ_a occupy[c,a,t]·w[a,t]  ≤  (1−lost)·k[c,t];   w[make:j,t] ≤ (1−lost)·v[make:j,t] where j has no plant

    Imports are cut from what the plan buys for use that year, not for its stores: else it would buy for them in the
    very year, to have a larger share. Markets that close are bounds (``forks``).
    Units:  the unit of the level or of the capacity.
    Source: our own (docs/explanation/contingency.md).
    Dual:   what the objective would gain if one unit more came, or could be used, if the contingency comes.
    """
    if m.trunk is None:
        return None
    c = policy.contingencies[0]
    parts = [_imports(a, c), _partners(a, c), _capacities(a, c)]
    parts = [p for p in parts if len(p)]
    if not parts:
        return None
    cells = pd.concat(parts, ignore_index=True)
    variables = {"own": "level", "trunk": f"{TRUNK}level", "stock": "stock"}
    terms = [
        term(variables[str(of)], x["name"], x["activity"], x["amount"], year=x["year"], when=x["when"])
        for of, x in cells.groupby("of")
    ]
    rows = cells[["name", "when"]].drop_duplicates()
    return m.rows("<=", 0.0, *terms, of=rows["name"], when=rows["when"], gain=1.0, ordered=True)


def _left(lost_of: dict[str, list[float]], years: tuple[int, ...]) -> pd.DataFrame:
    """name, when, left: the share that is left of what a contingency takes from, where it takes anything."""
    left = [
        (name, year, 1.0 - lost)
        for name, shares in lost_of.items()
        for year, lost in zip(years, shares, strict=True)
        if lost > 0
    ]
    return pd.DataFrame(left, columns=["name", "when", "left"]).astype({"name": object})


def _imports(a: Activities, c: Contingency) -> pd.DataFrame:
    """Cells of the rows of imports: all purchases of a product against those that the plan makes for use."""
    lost_of = {f"import:{i}": shares for i, shares in c.lost("imports_lost", a.years).items() if "@" not in i}
    lost = _left(lost_of, a.years)
    if lost.empty:
        return lost
    flows = a.cells(("take", "give"), ("flow",))
    flows = flows.merge(lost, left_on=["commodity", "when"], right_on=["name", "when"])
    bought, stored = (flows["activity"].str.startswith(verb) for verb in (BUY, PUT))
    planned = flows[bought | stored]
    sign = np.where(planned["role"] == "give", -1.0, 1.0)
    planned = planned.assign(of="trunk", amount=sign * planned["left"] * planned["amount"])
    return pd.concat([flows[bought].assign(of="own"), planned], ignore_index=True)


def _partners(a: Activities, c: Contingency) -> pd.DataFrame:
    """Cells of the rows of partners: what each sells against what the plan buys of it."""
    lost_of = {f"buy:{i}": shares for i, shares in c.lost("imports_lost", a.years).items() if "@" in i}
    bought = [str(name) for name in a.activities["activity"] if str(name).startswith(BUY) and "@" in name]
    for partner, shares in c.lost("partners_lost", a.years).items():
        for name in bought:
            if name.endswith(f"@{partner}"):
                lost_of[name] = np.maximum(shares, lost_of.get(name, 0.0)).tolist()
    lost = _left(lost_of, a.years)
    if lost.empty:
        return lost
    return _shrunk(lost)


def _shrunk(lost: pd.DataFrame) -> pd.DataFrame:
    """Cells of w ≤ left·v for the activities that are named."""
    own = lost.assign(activity=lost["name"], year=lost["when"], amount=1.0, of="own")
    return pd.concat([own, own.assign(amount=-lost["left"], of="trunk")], ignore_index=True)


def _with_techniques(lost_of: dict[str, list[float]], plants: set[str]) -> dict[str, list[float]]:
    """What strikes a sector strikes the plant of each of its techniques, unless that is named by itself."""
    own = {p.removeprefix("capacity:"): lost_of.get(p.removeprefix("capacity:").partition("@")[0]) for p in plants}
    return {**{name: shares for name, shares in own.items() if "@" in name and shares is not None}, **lost_of}


def _capacities(a: Activities, c: Contingency) -> pd.DataFrame:
    """Cells of the rows of capacities: what is occupied against what still stands; output where there is no plant."""
    plants = set(a.of_kind("capacity"))
    lost = _left(_with_techniques(c.lost("capacity_lost", a.years), plants), a.years)
    if lost.empty:
        return lost
    has_plant = ("capacity:" + lost["name"]).isin(plants)
    bare, lost = lost[~has_plant], lost[has_plant]
    bare, lost = bare.assign(name="make:" + bare["name"]), lost.assign(name="capacity:" + lost["name"])
    used = a.cells(("occupy",), ("capacity",))
    used = used.merge(lost, left_on=["commodity", "when"], right_on=["name", "when"]).assign(of="own")
    there = lost.assign(activity=lost["name"], year=lost["when"], amount=-lost["left"], of="stock")
    return pd.concat([used, there, _shrunk(bare)], ignore_index=True)


FEATURE = Feature(parts=(contingencies,))
