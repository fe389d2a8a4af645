"""How a sector shares its accounts with the techniques that stand beside its own: what they make, the rest keeps."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, raise_all
from groundplan.planning.features.production.production import CAPITAL_GOODS
from groundplan.planning.features.techniques.placed import Placed, placed
from groundplan.planning.features.techniques.techniques import Rows, planting_cost
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

ASSEMBLE = "assemble"
OWN = ("home:", "import:", "labour:", "capacity:")
NOTHING = 1e-12


def share_out(tables: Rows, e: Economy, policy: Policy, h: Horizon) -> Rows:
    """The rows of a plan in which techniques and their sectors make the base year together.

        a'[i,j] = (a[i,j] − Σ_n s_n·a_n[i]) / (1 − Σ_n s_n),   the same for labour

    The sector's own technique gives up output, plant, investment and inputs to those with a share s of its base year,
    so that the sum is the accounts' column; its plant per unit of output stays the sector's average. Whatever counts a
    sector's output, plant, investment, jobs or value added counts its techniques too, and what plant is left at the
    end counts at its cost. Without techniques and buildings nothing changes.
    Raises ``StudyError`` where a technique's share takes more of an input than its sector used, and where a topic of
    research is in no programme.
    """
    _assembled(tables)
    found = placed(e, policy)
    if not found:
        return tables
    raise_all([] if h.base_year else _no_research(tables, found))
    faults: list[GroundplanError] = []
    for j, members in groupby(sorted(found, key=lambda p: p.sector), key=lambda p: p.sector):
        techniques = list(members)
        rest = _Rest(e, j, techniques)
        faults += rest.faults()
        if not faults:
            _beside(tables, rest)
            _give_up(tables, rest)
    raise_all(faults)
    if not h.base_year:
        _count_at_the_end(tables, found, policy, h)
    return tables


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
            told = f"techniques make {self.taken:.3g} of the base-year output of {name}"
            return [StudyError(told, where=where, fix="leave a part, however small, to the accounts' own technique")]
        short = pd.concat([self.used, self.labour])
        whole = pd.concat([self.columns, self.people])
        over = short[short < -NOTHING]
        if over.empty:
            return []
        worst = (whole[over.index] / (whole[over.index] - over)).min()
        cells = ", ".join(self._named(c) for c in over.index[:6]) + (" ..." if len(over) > 6 else "")
        told = f"techniques with {self.taken:.3g} of {name} take more than the sector used of {cells}"
        most = float(worst) * self.taken
        fix = f"make at most {most:.2g} of it so, lower those figures, or let them be cut: within = true"
        return [StudyError(told, where=where, fix=fix)]

    def _named(self, cell: object) -> str:
        if isinstance(cell, tuple):
            origin = {"home": "home", "import": "imported"}[str(cell[0])]
            return f"{origin} {self.economy.label(str(cell[1]))}"
        return self.economy.label(str(cell))


def _column(p: Placed) -> pd.Series:
    both: pd.Series = pd.concat([p.fitted.home, p.fitted.imported], keys=("home", "import"))
    return both


def _assembled(tables: Rows) -> None:
    """Plant of one's own kind is taxed, and counted by the state, as all capital goods are."""
    own = [str(row["activity"]) for row in tables["activities"] if str(row["activity"]).startswith(f"{ASSEMBLE}:")]
    if not own:
        return
    flows = [
        row
        for row in tables["flows"]
        if row["activity"] == ASSEMBLE and not str(row["commodity"]).startswith((*OWN, CAPITAL_GOODS))
    ]
    counted = [row for row in tables["indicators"] if row["on"] == ASSEMBLE]
    tables["flows"] += [{**row, "activity": act} for act in own for row in flows]
    tables["indicators"] += [{**row, "on": act} for act in own for row in counted]


def _no_research(tables: Rows, found: list[Placed]) -> list[GroundplanError]:
    known = {str(c["commodity"]) for c in tables["commodities"]}
    return [
        StudyError(
            f"technique '{p.stated.title}' needs research on '{topic}', and no programme does it",
            where=p.stated.line,
            fix=f'state it: [[research]] topic = "{topic}"',
        )
        for p in found
        for topic in p.stated.needs_research
        if f"research:{topic}" not in known
    ]


def _beside(tables: Rows, rest: _Rest) -> None:
    """The techniques stand beside the sector: what counts it, or binds it, counts and binds them too."""
    j = rest.sector
    for p in rest.techniques:
        tables["flows"] += [
            {**row, "activity": f"make:{p.key}"}
            for row in tables["flows"]
            if row["activity"] == f"make:{j}" and not str(row["commodity"]).startswith(OWN)
        ]
        twins = {f"make:{j}": f"make:{p.key}", f"invest:{j}": f"assemble:{p.key}", f"capacity:{j}": f"capacity:{p.key}"}
        copies = [{**row, "on": twins[str(row["on"])]} for row in tables["indicators"] if row["on"] in twins]
        labour = p.fitted.labour
        tables["indicators"] += _recounted(copies, rest, labour, p.fitted.value_added, f"make:{p.key}")


def _give_up(tables: Rows, rest: _Rest) -> None:
    """The sector's own technique gives up what the others have of the base year."""
    j, left = rest.sector, rest.left
    if rest.taken <= 0:
        return
    make = f"make:{j}"
    scaled = {make, f"invest:{j}"}
    tables["activities"] = [
        {**row, "base": _number(row, "base") * left} if row["activity"] in scaled else row
        for row in tables["activities"]
    ]
    for table, column in (("commodities", "initial"), ("exogenous", "supply")):
        tables[table] = [
            {**row, column: _number(row, column) * left} if row["commodity"] == f"capacity:{j}" else row
            for row in tables[table]
        ]
    used, labour = rest.used / left, rest.labour / left
    kept = [row for row in tables["flows"] if row["activity"] != make or not _input(row)]
    inputs = [
        {"activity": make, "commodity": f"{origin}:{i}", "coefficient": float(v)}
        for (origin, i), v in zip(used.index.tolist(), used, strict=True)
        if v > NOTHING
    ]
    people = [
        {"activity": make, "commodity": f"labour:{s}", "role": "occupy", "coefficient": float(v), "profile": "labour"}
        for s, v in labour.items()
        if v > NOTHING
    ]
    tables["flows"] = [*kept, *inputs, *people]
    own = [row for row in tables["indicators"] if row["on"] == make]
    others = [row for row in tables["indicators"] if row["on"] != make]
    tables["indicators"] = [*others, *_recounted(own, rest, labour, rest.value_added / left, make)]


def _input(row: dict[str, object]) -> bool:
    """Whether a row of make:j is an input or work, as the accounts' column has them."""
    commodity, role = str(row["commodity"]), row.get("role", "take")
    return (role == "take" and commodity.startswith(("home:", "import:"))) or commodity.startswith("labour:")


def _recounted(
    rows: list[dict[str, object]], rest: _Rest, labour: pd.Series, added: float, make: str
) -> list[dict[str, object]]:
    """Indicators of a sector's output, with jobs and value added of another technique.

    Jobs of one skill are that skill's; jobs of all skills together keep the proportions in which they were counted.
    """
    jobs = float(labour.sum()) / float(rest.people.sum()) if float(rest.people.sum()) > 0 else 0.0
    by_skill = {f"employment: {s}": float(n) for s, n in labour.items()}
    out: list[dict[str, object]] = []
    for row in rows:
        name, old = str(row["indicator"]), _number(row, "coefficient", 1.0)
        if row["on"] != make or row.get("part", "level") != "level" or name in by_skill:
            out += [] if name in by_skill and row["on"] == make else [row]
        elif name.startswith("employment"):
            out.append({**row, "coefficient": old * jobs})
        elif name.startswith("value added"):
            out.append({**row, "coefficient": added})
        else:
            out.append(row)
    unit = rest.economy.employment_unit
    out += [
        {"indicator": name, "on": make, "coefficient": n, "profile": "labour", "unit": unit}
        for name, n in by_skill.items()
        if n > 0
    ]
    return out


def _count_at_the_end(tables: Rows, found: list[Placed], policy: Policy, h: Horizon) -> None:
    """Plant of techniques, and timber, count at what they cost, as the plant of sectors does."""
    worth = next(_number(row, "value") for row in tables["terminal"] if row["commodity"] == FOREIGN_EXCHANGE)
    for p in found:
        f = p.fitted
        grows = (1.0 + h.terminal_growth) ** f.recipe.gestation - 1.0
        tables["terminal"].append(
            {"commodity": f"capacity:{p.key}", "activity": f"make:{p.key}", "growth": grows,
             "value": worth * per_sector(policy.terminal_weight, p.sector) * f.capital_output}
        )  # fmt: skip
        if f.recipe.group("grows"):
            tables["terminal"].append(_timber_at_the_end(p, worth))


def _timber_at_the_end(p: Placed, worth: float) -> dict[str, object]:
    """Timber counts at what it costs to grow, as far as a rotation of the last year's felling would use it."""
    f, r = p.fitted, p.fitted.recipe
    years = round(r.value("grows.rotation"))
    grown = r.value("grows.increment") * (years - round(r.value("grows.wait")))
    felled = sum(r.group("amounts").values()) / (f.price or 1.0)
    return {"commodity": f"grown:{p.key}", "value": worth * planting_cost(f) / grown, "activity": f"make:{p.key}",
            "growth": years * felled - 1.0}  # fmt: skip


def _number(row: dict[str, object], column: str, default: float = 0.0) -> float:
    return float(row.get(column, default))  # type: ignore[arg-type]
