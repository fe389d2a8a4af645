"""Two or more countries planned together against each on its own: what is won, and how to share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, PlanInfeasible, StudyError, UnknownName, raise_all
from groundplan.glossary import quantity
from groundplan.outcome import Outcome
from groundplan.places.pricing import scale_of
from groundplan.planning.activities import Activities
from groundplan.planning.choices.link import Link
from groundplan.planning.explaining.repairs import conflict
from groundplan.planning.policy import Policy
from groundplan.planning.programme import FAMILIES, programme
from groundplan.planning.solve import Progress, Solution, quiet, solve
from groundplan.planning.trading.compact import clearing, joint_policy, no_worse, objective_of
from groundplan.planning.trading.shapley import MOST, coalitions, shapley
from groundplan.planning.trading.union import OF, Member, link_of, ship, shipped, union, unknown_countries
from groundplan.sources import Assumption

TOLD = ("living standard", "household consumption", "value added", "import bill", "export earnings")
MILLION = 1e6


@dataclass(frozen=True, eq=False)
class Coalition:
    """The best plan of some countries together: its activities, its solution and each one's own objective."""

    activities: Activities
    solution: Solution
    objective: Mapping[str, float]

    @property
    def value(self) -> float:
        """What it is worth, common money of living standard."""
        return float(sum(self.objective.values()))


@dataclass(eq=False)
class Table:
    """Who sits at the table, what they agreed, and the plans of every coalition that was asked for."""

    members: tuple[Member, ...]
    links: tuple[Link, ...]
    rational: bool
    progress: Progress = quiet
    known: dict[frozenset[str], Coalition] = field(default_factory=dict)

    def plan(self, names: frozenset[str]) -> Coalition:
        """The best plan of a coalition; of a single country its own plan."""
        if names not in self.known:
            self.progress(f"planning {' and '.join(sorted(names))}")
            self.known[names] = self._solved([m for m in self.members if m.name in names])
        return self.known[names]

    def value(self, names: frozenset[str]) -> float:
        """What a coalition is worth."""
        return self.plan(names).value

    def _solved(self, members: Sequence[Member]) -> Coalition:
        a, policy = union(members, self.links), joint_policy(members)
        families = [*FAMILIES, clearing(members, self.links)]
        if self.rational and len(members) > 1:
            families.append(no_worse(members, {m.name: self.value(frozenset({m.name})) for m in members}))
        try:
            solution = solve(programme(a, policy, families), policy, self.progress)
        except PlanInfeasible as bare:
            self.progress("looking for the conflict")
            raise conflict(a, policy, families) from bare
        return Coalition(a, solution, {m.name: objective_of(a, policy, solution, m.name) for m in members})


def join(
    economies: Sequence[Economy | str],
    *,
    policies: Mapping[str, Policy] | None = None,
    links: Sequence[Link] | None = None,
    rates: Mapping[str, float] | None = None,
    currency: str = "",
    rate_source: str = "",
    weights: Mapping[str, float] | None = None,
    rational: bool = True,
    progress: Progress = quiet,
    **choices: Any,
) -> Outcome:
    """A joint plan of two or more countries, each one's plan alone, the gain, and its Shapley split.

        v(S) = max Σ_{c ∈ S} weight_c · worth_c · objective_c    with trade inside S alone,
        gain = v(all) − Σ_c v({c})

    ``economies``: accounts of one year, or codes of shipped countries. ``policies`` by country, or ``choices``
    (keywords of ``plan``) for all. ``links``: trade between them (``planning.choices.link``). ``rates``: units of each
    country's currency for one unit of the common one, ``currency``, in the accounts' year, with ``rate_source``; they
    are left out where all accounts are in one money. ``rational``: nobody may be worse off than alone, in any
    coalition. Money of the outcome is millions of the common currency, or the accounts' own money.

    Returns an ``Outcome``: the array shipment, and the tables joint_countries, joint_coalitions, joint_years,
    shipments. Raises ``StudyError`` and ``UnknownName`` for what is missing or does not fit, all at once, and what
    ``plan`` raises.
    """
    known = [Economy.load(e) if isinstance(e, str) else e for e in economies]
    own = tuple(links or ())
    raise_all(_faults(known, policies, rates, currency, rate_source, weights, choices), where="joint plan")
    worth, money = _common(known, rates or {}, currency)
    members = tuple(
        Member(e, (policies or {}).get(e.country) or Policy.of(**choices), worth[e.country],
               (weights or {}).get(e.country, 1.0))
        for e in known
    )  # fmt: skip
    raise_all(unknown_countries(own, members), where="joint plan")
    table = Table(members, own, rational, progress)
    names = [m.name for m in members]
    split = shapley(table.value, names)
    tables = {
        "joint_countries": _countries(table, split),
        "joint_coalitions": _coalitions(table, names),
        "joint_years": _years(table),
        "shipments": _shipments(table),
    }
    about = _provenance(table, money, rates or {}, rate_source, choices)
    return Outcome({"shipment": _array(table, tables["shipments"], money)}, tables, about)


def _faults(
    known: Sequence[Economy],
    policies: Mapping[str, Policy] | None,
    rates: Mapping[str, float] | None,
    currency: str,
    rate_source: str,
    weights: Mapping[str, float] | None,
    choices: Mapping[str, Any],
) -> list[GroundplanError]:
    names = [e.country for e in known]
    faults: list[GroundplanError] = []
    if not 2 <= len(names) <= MOST or len(set(names)) != len(names):
        told = f"countries are {', '.join(names) or 'none'}"
        faults.append(StudyError(told, fix=f"name two to {MOST} countries, each once"))
    for what, given in (("policies", policies), ("rates", rates), ("weights", weights)):
        faults += [UnknownName(f"country in the {what}", c, names) for c in given or {} if c not in names]
    for what, numbers in (("rate", rates), ("weight", weights)):
        wrong = {c: v for c, v in (numbers or {}).items() if not (np.isfinite(v) and v > 0)}
        faults += [StudyError(f"the {what} of {c} is {v!r}", fix="give a number above 0") for c, v in wrong.items()]
    if policies and choices:
        faults.append(StudyError("policies by country and for all are both given", fix="give one of them"))
    if len({e.money for e in known}) > 1 or rates:
        missing = [n for n in names if n not in (rates or {})]
        if missing:
            told = f"the accounts are in {', '.join(e.money for e in known)}; no rate for {', '.join(missing)}"
            fix = "state units of each currency per unit of a common one, in the accounts' year: KEN = ..., USD"
            faults.append(StudyError(told, fix=fix))
        if not rate_source.strip():
            faults.append(StudyError("the rates of exchange have no source", fix="say who published them"))
        if len(currency) != 3 or not currency.isupper():
            faults.append(StudyError(f"the common currency is '{currency}'", fix="give its three letters, such as USD"))
    return faults


def _common(known: Sequence[Economy], rates: Mapping[str, float], currency: str) -> tuple[dict[str, float], str]:
    """Common money per unit of each country's own, and the common money."""
    if not rates:
        return {e.country: 1.0 for e in known}, known[0].money
    worth = {e.country: scale_of(e.money)[1] / (rates[e.country] * MILLION) for e in known}
    return worth, f"{currency}{known[0].year}m"


def _countries(table: Table, split: Mapping[str, float]) -> pd.DataFrame:
    """Each country alone and together: objective, gain before and after side payments, Shapley share."""
    whole = table.plan(frozenset(split))
    records = []
    for m in table.members:
        alone, together = table.value(frozenset({m.name})), whole.objective[m.name]
        records.append(
            {
                "country": m.name, "label": m.economy.country_name, "weight": m.weight, "worth": m.worth,
                "alone": alone, "together": together, "gain": together - alone, "share": split[m.name],
                "gain_shared": split[m.name] - alone, "side_payment": split[m.name] - together,
            }
        )  # fmt: skip
    return pd.DataFrame(records)


def _coalitions(table: Table, names: Sequence[str]) -> pd.DataFrame:
    """Every coalition with its value and what it wins over its members alone."""
    found = [(c, table.value(c), sum(table.value(frozenset({n})) for n in c)) for c in coalitions(names)]
    rows = [(" ".join(n for n in names if n in c), len(c), v, v - apart) for c, v, apart in found]
    return pd.DataFrame(rows, columns=["members", "size", "value", "gain"])


def _years(table: Table) -> pd.DataFrame:
    """Indicators of each country by year, alone and together, in its own money."""
    whole = table.plan(frozenset(m.name for m in table.members))
    records = []
    for m in table.members:
        single = table.plan(frozenset({m.name}))
        for name in TOLD:
            by_year = [_indicator(c, f"{m.name}{OF}{name}") for c in (single, whole)]
            told = whole.activities.indicators
            unit = told.loc[told["indicator"] == f"{m.name}{OF}{name}", "unit"]
            records += [
                (m.name, name, str(unit.iloc[0]), int(year), alone, together)
                for year, alone, together in zip(whole.activities.years, *by_year, strict=True)
                if len(unit)
            ]
    return pd.DataFrame(records, columns=["country", "indicator", "unit", "year", "alone", "together"])


def _indicator(c: Coalition, name: str) -> np.ndarray:
    """An indicator on levels by year: Σ coefficient · factor · level."""
    rows = c.activities.indicators[(c.activities.indicators["indicator"] == name)]
    level = pd.DataFrame(c.solution.values["level"].to_pandas()).loc[rows["on"]].to_numpy()
    years = np.asarray(c.activities.years)
    profile = np.repeat(rows["profile"].to_numpy(dtype=object), len(years))
    factor = c.activities.factor(profile, np.tile(years, len(rows))).reshape(len(rows), len(years))
    return np.asarray((level * factor * rows["coefficient"].to_numpy()[:, None]).sum(axis=0))


def _shipments(table: Table) -> pd.DataFrame:
    """Who ships what to whom, by year, in the sender's and in common money; nothing that is not shipped."""
    whole = table.plan(frozenset(m.name for m in table.members))
    level = pd.DataFrame(whole.solution.values["level"].to_pandas())
    frames = []
    for one, other in permutations(table.members, 2):
        link = link_of(table.links, one.name, other.name)
        products = shipped(one, other, link)
        sent = level.reindex([ship(i, one, other) for i in products]).set_axis(products, axis=0)
        imports = other.economy.imports.to_series()
        long = sent.rename_axis("product").reset_index().melt("product", var_name="year", value_name="own_money")
        long = long[long["own_money"] > 1e-9 * max(float(imports.sum()), 1.0)]
        come = one.worth / other.worth * (1.0 - link.transport)
        frames.append(
            long.assign(
                exporter=one.name, importer=other.name, label=long["product"].map(one.economy.label),
                year=long["year"].astype(int), money=long["own_money"] * one.worth,
                share_of_imports=come * long["own_money"] / imports.reindex(long["product"]).to_numpy(),
            )
        )  # fmt: skip
    columns = ["year", "exporter", "importer", "product", "label", "own_money", "money", "share_of_imports"]
    return pd.concat(frames, ignore_index=True)[columns].sort_values(["year", "exporter"], kind="stable")


def _array(table: Table, shipments: pd.DataFrame, money: str) -> xr.DataArray:
    """Shipments in common money on their dimensions; zeros where nothing is shipped."""
    names = [m.name for m in table.members]
    products = sorted({i for m in table.members for i in m.economy.sectors})
    years = list(table.members[0].activities.years)
    coords: dict[str, list[Any]] = {"exporter": names, "importer": names, "product": products, "year": years}
    values = np.zeros([len(c) for c in coords.values()])
    at = [pd.Index(c).get_indexer(shipments[d]) for d, c in coords.items()]
    values[tuple(at)] = shipments["money"].to_numpy()
    return quantity("shipment", xr.DataArray(values, coords=coords, dims=list(coords)), money)


def _provenance(
    table: Table, money: str, rates: Mapping[str, float], rate_source: str, choices: Mapping[str, Any]
) -> dict[str, Any]:
    economies = [m.economy for m in table.members]
    whole = table.plan(frozenset(m.name for m in table.members))
    links = table.links or (Link(),)
    taken = [
        Assumption(f"{what} of trade between them", f"{getattr(link, what):g}", f"assumed; {span}", f"Link({what}=...)")
        for link in links
        for what, span in (("pace", "0.01 to 0.05 a year"), ("ceiling", "0.1 to 0.5"), ("transport", "0.05 to 0.2"))
    ]
    return {
        "groundplan": version("groundplan"),
        "engine": "join",
        "countries": {e.country: e.country_name for e in economies},
        "accounts_year": economies[0].year,
        "years": list(table.members[0].activities.years),
        "money": money,
        "rates": dict(rates),
        "rate_source": rate_source,
        "rational": table.rational,
        "links": [link.as_dict() for link in links],
        "policy": {k: v for k, v in choices.items() if isinstance(v, (int, float, str, bool))},
        "sources": [s.as_dict() for e in economies for s in e.sources],
        "methods": [f"{e.country_name}: {m}" for e in economies for m in e.methods],
        "assumptions": [a.as_dict() for a in (*taken, *(a for e in economies for a in e.assumptions))],
        "solver": whole.solution.quality,
        "objective": whole.value,
        "objective_unit": f"{money} of living standard, the first year counting in full",
    }
