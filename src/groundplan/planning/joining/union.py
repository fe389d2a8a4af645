"""Several countries in one programme: their activities side by side, and shipments between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.activities import COLUMNS, Activities
from groundplan.planning.activity_rows import ActivityRow, BoundRow, FlowRow, IndicatorRow, Tables, gives, takes
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE

if TYPE_CHECKING:
    from groundplan.planning.policy import Policy


from groundplan.records.card import Entry, keyed
from groundplan.records.named import PRODUCT, Naming

CLEARING = ("year", "plan", "free")


@dataclass(frozen=True)
class Link(Entry):
    """Trade between two countries of a joint plan, outside foreign exchange; both directions alike.

    Its figures have no source and are assumptions, with a range: pace 0.01 to 0.05, ceiling 0.1 to 0.5, transport
    0.05 to 0.2. A link without countries is for every pair that has none of its own.
    """

    one: str = keyed("", "a country's code; every country if left out", "")
    other: str = keyed("", "the code of the other country; every country if left out", "")
    pace: float = keyed(
        "1 / year", "yearly rise of shipments, as a share of the receiver's base-year imports", 0.02, 0, 1
    )
    ceiling: float = keyed("1", "most that may be shipped, as the same share", 0.2, 0, 100)
    transport: float = keyed("1", "share of what is shipped that its transport takes", 0.1, 0, 0.9)
    products: list[str] = keyed(
        "", "products; all that one exports and the other imports if left out", [], names=Naming(PRODUCT, refused=False)
    )
    clearing: str = keyed(
        "", "when what both send must balance: every year, over the plan, or free", "plan", among=CLEARING
    )
    pooling: float = keyed(
        "1", "foreign exchange that one may lend the other a year, as a share of its base-year imports", 0.0, 0, 1
    )


NAMES = ("activity", "commodity", "profile", "on", "good", "pace", "indicator", "numerator", "denominator", "project",
         "other")  # fmt: skip
WORTH = {"activities": "cost", "utility": "slope", "terminal": "value", "due": "value"}
OF = "/"
SMALLEST = 1e-9


@dataclass(frozen=True, eq=False)
class Member:
    """A country of a joint plan: ``worth`` is common money per unit of its own, ``weight`` what it counts for."""

    economy: Economy
    policy: Policy
    worth: float
    weight: float = 1.0

    @property
    def name(self) -> str:
        """The country's code, which prefixes all its names: ``KEN/make:maiz``."""
        return self.economy.country

    @cached_property
    def activities(self) -> Activities:
        """Its own plan as activities."""
        return compile_plan(self.economy, self.policy)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Its tables with the country before every name, and the objective in common money."""
        out = {}
        for name in COLUMNS:
            table = getattr(self.activities, name).copy()
            for column in set(NAMES) & set(table.columns):
                named = table[column] != ""
                table.loc[named, column] = f"{self.name}{OF}" + table.loc[named, column]
            if name in WORTH:
                table[WORTH[name]] *= self.worth * self.weight
            for column in {"label"} & set(table.columns):
                table[column] = table[column] + f", {self.economy.country_name}"
            out[name] = table
        return out


def union(members: Sequence[Member], links: Sequence[Link] = ()) -> Activities:
    """The activities of several countries in one set, and what they may ship to each other.

        ship:i:A>B   takes 1 of A/home:i, gives κ·(1 − transport) of B/import:i,   κ = worth_A / worth_B
                     level ≤ min(ceiling, pace·t) · imports_B[i] / (κ·(1 − transport))
        lend:A>B     takes 1 of A/foreign exchange, gives κ of B/foreign exchange,  level ≤ pooling · imports_A

    The same code is the same product. Shipped are products that A sells abroad in the base year and B buys; they
    cost no foreign exchange, and count as imports of B and exports of A. In the report's words they are what the two
    agree to trade beside their old trade, at base-year prices and the stated rate of exchange.

    Units: A's money of the base year / year. Source: transport as a loss: Samuelson (1954) (citation not checked).
    Errors: ``StudyError`` where the plans do not have the same years or rules, or the countries no product in common.
    """
    raise_all(mismatches(members), where="joint plan")
    tables: dict[str, Any] = {name: pd.concat([m.tables[name] for m in members], ignore_index=True) for name in COLUMNS}
    first = members[0].activities
    names = {code: name for m in reversed(members) for code, name in m.activities.names.items()}
    a = Activities.of(first.years, steady=first.steady, tail=first.tail, names=names, **tables)
    pairs = [(one, other, link_of(links, one.name, other.name)) for one, other in permutations(members, 2)]
    more = Tables.joined(part for pair in pairs for part in (_shipments(*pair), _lending(*pair)))
    return a.adding(**{table: rows for table, rows in more.by_name().items() if rows})


def link_of(links: Sequence[Link], one: str, other: str) -> Link:
    """The link of a pair: its own, else that of one of them, else that of every pair, else the default."""
    for wanted in ({one, other}, {one, ""}, {other, ""}, {""}):
        for link in links:
            if {link.one, link.other} == wanted:
                return link
    return Link()


def ship(product: str, one: Member, other: Member) -> str:
    """The activity that ships a product from one to the other."""
    return f"ship:{product}:{one.name}>{other.name}"


def shipped(one: Member, other: Member, link: Link) -> list[str]:
    """Products that one may ship to the other: what it exports and the other imports in the base year."""
    sold, wanted = one.economy.exports.to_series(), other.economy.imports.to_series()
    both = [i for i in one.economy.sectors if i in wanted.index and sold[i] > SMALLEST and wanted[i] > SMALLEST]
    return [i for i in both if not link.products or i in link.products]


def mismatches(members: Sequence[Member]) -> list[GroundplanError]:
    """Why countries cannot be planned together: other codes, classes, years or rules."""
    faults: list[GroundplanError] = []
    first = members[0]
    for m in members:
        if not set(m.economy.sectors) & set(first.economy.sectors):
            what = f"{m.name} and {first.name} have no product code in common"
            faults.append(StudyError(what, fix="bring both into one layout, by a concordance"))
        faults += _other_meanings(m.economy, first.economy)
    for m in () if faults else members:
        if m.activities.years != first.activities.years:
            years = [f"{x.activities.years[0]} to {x.activities.plan_years[-1]}" for x in (m, first)]
            what = f"the plan of {m.name} is for {years[0]}, that of {first.name} for {years[1]}"
            faults.append(StudyError(what, fix="start both in one year (start_year), and plan as many years"))
        if m.activities.steady != first.activities.steady:
            faults.append(StudyError(f"'steady' of {m.name} is not that of {first.name}", fix="choose one for all"))
        if m.policy.contingencies or any(t.priority is not None for t in m.policy.targets):
            fix = "leave them out, or give targets a weight"
            faults.append(StudyError(f"{m.name} has contingencies or priorities; a joint plan has none", fix=fix))
    return faults


def _other_meanings(e: Economy, first: Economy) -> list[GroundplanError]:
    """A fault where one code has two classes: what is one product in both is shipped under it."""
    pairs = [(c, e.class_by_sector[c], first.class_by_sector.get(c)) for c in e.sectors]
    apart = [c for c, own, other in pairs if own and other and own.apart_from(other)]
    if not apart:
        return []
    shown = ", ".join(f"{c} ({e.class_by_sector[c]} and {first.class_by_sector[c]})" for c in apart[:6])
    what = f"{len(apart)} codes of {e.country} and {first.country} are of different classes: {shown}"
    return [StudyError(what, fix="give the same product the same code in both, or mend the classes")]


def _shipments(one: Member, other: Member, link: Link) -> Tables:
    rate = one.worth / other.worth
    come = rate * (1.0 - link.transport)
    activities, flows, bounds, indicators = list[ActivityRow](), list[FlowRow](), list[BoundRow](), list[IndicatorRow]()
    permissions = [set(m.activities.commodities["commodity"]) for m in (one, other)]
    imports = other.economy.imports.to_series()
    for i in shipped(one, other, link):
        act, sender, receiver = ship(i, one, other), f"{one.name}{OF}", f"{other.name}{OF}"
        words = f"shipping {one.economy.label(i)} from {one.economy.country_name} to {other.economy.country_name}"
        activities.append(ActivityRow(act, one.economy.money, words, "shipment"))
        flows += [takes(act, f"{sender}home:{i}"), gives(act, f"{receiver}import:{i}", come)]
        if f"deepenable:{i}" in permissions[0]:
            flows.append(takes(act, f"{sender}deepenable:{i}", profile=f"{sender}deepen:{i}"))
        if f"replaceable:{i}" in permissions[1]:
            flows.append(gives(act, f"{receiver}replaceable:{i}", come, profile=f"{receiver}replace:{i}"))
        for t, year in enumerate(other.activities.years, 1):
            most = min(link.ceiling, link.pace * t) * float(imports[i]) / come
            bounds.append(BoundRow(act, year, upper=most))
        money = f"{other.economy.money} / year"
        theirs = [i, *(b.name for b in other.policy.branches if i in b.sectors)]
        counted = ["total supply", *(f"{w}: {n}" for w in ("imports", "total supply", "home use") for n in theirs)]
        rows = [(receiver + name, come, money) for name in counted] + [(f"{receiver}import bill", rate, money)]
        money = f"{one.economy.money} / year"
        ours = [i, *(b.name for b in one.policy.branches if i in b.sectors)]
        rows += [(sender + name, 1.0, money) for name in ("export earnings", *(f"exports: {n}" for n in ours))]
        rows += [(f"{sender}home use: {n}", -1.0, money) for n in ours]
        indicators += [IndicatorRow(n, act, coefficient=c, unit=u) for n, c, u in rows]
    return Tables(activities=activities, flows=flows, bounds=bounds, indicators=indicators)


def _lending(one: Member, other: Member, link: Link) -> Tables:
    if link.pooling <= 0:
        return Tables()
    act = f"lend:{one.name}>{other.name}"
    most = link.pooling * float(one.economy.imports.clip(min=0.0).sum())
    words = f"foreign exchange of {one.economy.country_name} for {other.economy.country_name}"
    return Tables(
        activities=[ActivityRow(act, one.economy.money, words, "lending")],
        flows=[
            takes(act, f"{one.name}{OF}{FOREIGN_EXCHANGE}"),
            gives(act, f"{other.name}{OF}{FOREIGN_EXCHANGE}", one.worth / other.worth),
        ],
        bounds=[BoundRow(act, upper=most)],
    )


def unknown_countries(links: Sequence[Link], members: Sequence[Member]) -> list[GroundplanError]:
    """Links that name a country or a product that is not in the joint plan."""
    names = [m.name for m in members]
    products = {i: m.economy.label(i) for m in members for i in m.economy.sectors}
    faults: list[GroundplanError] = []
    for link in links:
        faults += [
            UnknownName("country", c, names, where=link.line) for c in (link.one, link.other) if c and c not in names
        ]
        lost = [i for i in link.products if i not in products]
        faults += [UnknownName("product", i, products, where=link.line, words=products) for i in lost]
    return faults
