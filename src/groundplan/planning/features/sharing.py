"""How a sector shares its accounts with the techniques that stand beside its own: what they make, the rest keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.planning.activity_rows import FlowRow, IndicatorRow, Tables, TerminalRow, occupies, takes
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.techniques.placed import Placed, placed
from groundplan.planning.features.techniques.techniques import planting_cost
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

ASSEMBLE = "assemble"
OWN = ("home:", "import:", "labour:", "capacity:")
NOTHING = 1e-12


def share_out(tables: Tables, e: Economy, policy: Policy, h: Horizon) -> Tables:
    """The rows of a plan in which techniques and their sectors make the base year together.

        a'[i,j] = (a[i,j] − Σ_n s_n·a_n[i]) / (1 − Σ_n s_n),   the same for labour

    The sector's own technique gives up output, plant, investment and inputs to those with a share s of its base year,
    so that the sum is the accounts' column; its plant per unit of output stays the sector's average. Whatever counts a
    sector's output, plant, investment, jobs or value added counts its techniques too, and what plant is left at the
    end counts at its cost. Without techniques and buildings nothing changes.
    Raises ``StudyError`` where a technique's share takes more of an input than its sector used, and where a topic of
    research is in no programme.
    """
    tables = _assembled(tables)
    stated = placed(e, policy)
    if not stated:
        return tables
    raise_all([] if h.base_year else _no_research(tables, stated))
    rests = [
        _Rest(e, j, list(members))
        for j, members in groupby(sorted(stated, key=lambda p: p.sector), key=lambda p: p.sector)
    ]
    raise_all([fault for rest in rests for fault in rest.faults()])
    for rest in rests:
        tables = _give_up(_beside(tables, rest), rest)
    ends = [] if h.base_year else _ends(tables, stated, policy, h)
    return replace(tables, terminal=[*tables.terminal, *ends])


class _Rest:
    """What is left of a sector: its share, its column and its labour per unit of output."""

    def __init__(self, e: Economy, sector: str, techniques: list[Placed]) -> None:
        self.economy, self.sector, self.techniques = e, sector, techniques
        self.taken = sum(p.share for p in techniques)
        self.left = 1.0 - self.taken
        home, imported = (c.sel(sector=sector).to_series() for c in (e.domestic_coefficients, e.import_coefficients))
        self.columns: pd.Series = pd.concat([home, imported], keys=("home", "import"))
        x = float(e.output.sel(sector=sector))
        self.people = e.employment.sel(sector=sector).to_series() / x
        self.added = float(e.value_added.sel(sector=sector)) / x
        self.used = self._less(self.columns, [_column(p) for p in techniques])
        self.labour = self._less(self.people, [p.fitted.labour for p in techniques])
        shares = zip(techniques, (p.share for p in techniques), strict=True)
        self.value_added = self.added - sum(s * p.fitted.value_added for p, s in shares)

    def _less(self, whole: pd.Series, parts: list[pd.Series]) -> pd.Series:
        taken = sum((p.share * part for p, part in zip(self.techniques, parts, strict=True)), 0.0 * whole)
        return whole - taken

    def faults(self) -> list[GroundplanError]:
        """Inputs and labour of which the techniques take more than the sector used, and shares above the whole."""
        where = next((p.stated.line for p in self.techniques if p.stated.line), "")
        name = self.economy.label(self.sector)
        stated = [p for p in self.techniques if p.share > 0]
        if not stated:
            return []
        if self.left <= NOTHING:
            what = f"techniques make {self.taken:.3g} of the base-year output of {name}"
            return [StudyError(what, where=where, fix="leave a part, however small, to the accounts' own technique")]
        short = pd.concat([self.used, self.labour])
        whole = pd.concat([self.columns, self.people])
        over = short[short < -NOTHING]
        if over.empty:
            return []
        worst = (whole[over.index] / (whole[over.index] - over)).min()
        cells = ", ".join(self._named(c) for c in over.index[:6]) + (" ..." if len(over) > 6 else "")
        what = f"techniques with {self.taken:.3g} of {name} take more than the sector used of {cells}"
        most = float(worst) * self.taken
        fix = f"make at most {most:.2g} of it so, lower those figures, or let them be cut: within = true"
        return [StudyError(what, where=where, fix=fix)]

    def _named(self, cell: object) -> str:
        if isinstance(cell, tuple):
            origin = {"home": "home", "import": "imported"}[str(cell[0])]
            return f"{origin} {self.economy.label(str(cell[1]))}"
        return self.economy.label(str(cell))


def _column(p: Placed) -> pd.Series:
    both: pd.Series = pd.concat([p.fitted.home, p.fitted.imported], keys=("home", "import"))
    return both


def _assembled(tables: Tables) -> Tables:
    """Plant of one's own kind is taxed, and counted by the state, as all capital goods are."""
    own = [row.activity for row in tables.activities if row.activity.startswith(f"{ASSEMBLE}:")]
    taxes = [
        flow
        for flow in tables.flows
        if flow.activity == ASSEMBLE and not flow.commodity.startswith((*OWN, CAPITAL_GOODS))
    ]
    counted = [row for row in tables.indicators if row.on == ASSEMBLE]
    return tables + Tables(
        flows=[flow._replace(activity=act) for act in own for flow in taxes],
        indicators=[row._replace(on=act) for act in own for row in counted],
    )


def _no_research(tables: Tables, stated: list[Placed]) -> list[GroundplanError]:
    there = {c.commodity for c in tables.commodities}
    return [
        StudyError(
            f"technique '{p.stated.title}' needs research on '{topic}', and no programme does it",
            where=p.stated.line,
            fix=f'state it: [[research]] topic = "{topic}"',
        )
        for p in stated
        for topic in p.stated.needs_research
        if f"research:{topic}" not in there
    ]


def _beside(tables: Tables, rest: _Rest) -> Tables:
    """The techniques stand beside the sector: what counts it, or binds it, counts and binds them too."""
    j = rest.sector
    for p in rest.techniques:
        make = f"make:{p.key}"
        bound = [
            flow._replace(activity=make)
            for flow in tables.flows
            if flow.activity == f"make:{j}" and not flow.commodity.startswith(OWN)
        ]
        twins = {f"make:{j}": make, f"invest:{j}": f"assemble:{p.key}", f"capacity:{j}": f"capacity:{p.key}"}
        copies = [row._replace(on=twins[row.on]) for row in tables.indicators if row.on in twins]
        counted = _recounted(copies, rest, p.fitted.labour, p.fitted.value_added, make)
        tables = tables + Tables(flows=bound, indicators=counted)
    return tables


def _give_up(tables: Tables, rest: _Rest) -> Tables:
    """The sector's own technique gives up what the others have of the base year."""
    j, left = rest.sector, rest.left
    if rest.taken <= 0:
        return tables
    make, plant = f"make:{j}", f"capacity:{j}"
    used, labour = rest.used / left, rest.labour / left
    inputs = [
        takes(make, f"{origin}:{i}", float(v))
        for (origin, i), v in zip(used.index.tolist(), used, strict=True)
        if v > NOTHING
    ]
    people = [occupies(make, f"labour:{s}", float(v), profile="labour") for s, v in labour.items() if v > NOTHING]
    own = [row for row in tables.indicators if row.on == make]
    others = [row for row in tables.indicators if row.on != make]
    return replace(
        tables,
        activities=[
            row._replace(base=row.base * left) if row.activity in (make, f"invest:{j}") else row
            for row in tables.activities
        ],
        commodities=[
            row._replace(initial=row.initial * left) if row.commodity == plant else row for row in tables.commodities
        ],
        exogenous=[
            row._replace(supply=row.supply * left) if row.commodity == plant else row for row in tables.exogenous
        ],
        flows=[*(flow for flow in tables.flows if flow.activity != make or not _is_input(flow)), *inputs, *people],
        indicators=[*others, *_recounted(own, rest, labour, rest.value_added / left, make)],
    )


def _is_input(flow: FlowRow) -> bool:
    """Whether a flow of make:j is an input or work, as the accounts' column has them."""
    bought = flow.role == "take" and flow.commodity.startswith(("home:", "import:"))
    return bought or flow.commodity.startswith("labour:")


def _recounted(rows: list[IndicatorRow], rest: _Rest, labour: pd.Series, added: float, make: str) -> list[IndicatorRow]:
    """Indicators of a sector's output, with jobs and value added of another technique.

    Jobs of one skill are that skill's; jobs of all skills together keep the proportions in which they were counted.
    """
    jobs = float(labour.sum()) / float(rest.people.sum()) if float(rest.people.sum()) > 0 else 0.0
    by_skill = {f"employment: {s}": float(n) for s, n in labour.items()}

    def recount(row: IndicatorRow) -> IndicatorRow:
        if row.on != make or row.part != "level":
            return row
        if row.indicator.startswith("employment"):
            return row._replace(coefficient=row.coefficient * jobs)
        return row._replace(coefficient=added) if row.indicator.startswith("value added") else row

    unit = rest.economy.employment_unit
    return [
        *(recount(row) for row in rows if row.on != make or row.indicator not in by_skill),
        *(
            IndicatorRow(name, make, coefficient=n, profile="labour", unit=unit)
            for name, n in by_skill.items()
            if n > 0
        ),
    ]


def _ends(tables: Tables, stated: list[Placed], policy: Policy, h: Horizon) -> Iterator[TerminalRow]:
    """Plant of techniques, and timber, count at what they cost, as the plant of sectors does."""
    worth = next(row.value for row in tables.terminal if row.commodity == FOREIGN_EXCHANGE)
    for p in stated:
        f, make = p.fitted, f"make:{p.key}"
        grows = (1.0 + h.terminal_growth) ** f.recipe.gestation - 1.0
        cost = per_sector(policy.terminal_weight, p.sector) * f.capital_output
        yield TerminalRow(f"capacity:{p.key}", worth * cost, make, grows)
        if f.recipe.group("grows"):
            yield _timber_at_the_end(p, worth)


def _timber_at_the_end(p: Placed, worth: float) -> TerminalRow:
    """Timber counts at what it costs to grow, as far as a rotation of the last year's felling would use it."""
    f, r = p.fitted, p.fitted.recipe
    years = round(r.value("grows.rotation"))
    grown = r.value("grows.increment") * (years - round(r.value("grows.wait")))
    felled = sum(r.group("amounts").values()) / (f.price or 1.0)
    return TerminalRow(f"grown:{p.key}", worth * planting_cost(f) / grown, f"make:{p.key}", growth=years * felled - 1.0)
