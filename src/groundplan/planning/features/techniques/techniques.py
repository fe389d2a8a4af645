"""Techniques as activities: a recipe of the book beside the sector's own way of making, with plant of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.features.production.production import CAPITAL_GOODS, invested, use_rows
from groundplan.planning.features.techniques.placed import Placed, placed
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.recipe_book.fit import Fitted
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

Record = dict[str, object]
Rows = dict[str, list[Record]]
TABLES = ("commodities", "activities", "flows", "bounds", "growth", "exogenous", "indicators", "ratios")
HOURS = 8760.0


def techniques(e: Economy, policy: Policy, h: Horizon) -> Rows:
    """make:j@name, its plant, and how more of it is built.

        make:j@name      takes a_d, a_m of its recipe · occupies 1 of capacity:j@name, l[s] / productivity[t] of
                         labour:s, 1 / Q of research:topic · gives 1 of home:j and its by-products
        assemble:j@name  takes its own composition of plant, gives 1 of capital goods:j@name
        invest:j@name    takes spending[τ] of them τ years on, gives 1 / capital_output of capacity:j@name

    Capacity grows by ``diffusion`` a year and ``first``, wears at 1 / life. The sector's own technique keeps the rest
    of its base year (``sharing``). Units: money of the base year / year; labour in the economy's own unit.
    Source: Carter (1970), old and new techniques side by side (citation not checked).
    """
    out: Rows = {table: [] for table in TABLES}
    for p in placed(e, policy):
        _make(out, p, policy, h)
        _invest(out, p, policy, h)
        _count(out, p)
        if p.fitted.recipe.group("grows"):
            _grow(out, p, h)
    return out


def _make(out: Rows, p: Placed, policy: Policy, h: Horizon) -> None:
    f, make = p.fitted, f"make:{p.key}"
    out["activities"].append(
        {"activity": make, "unit": f.economy.money, "label": f"making {p.label}", "group": "production",
         "base": p.base, "cost": policy.idle_cost}
    )  # fmt: skip
    out["flows"] += use_rows(make, f.home, f.imported, 1.0)
    out["flows"].append({"activity": make, "commodity": f"home:{p.sector}", "role": "give", "coefficient": 1.0})
    out["flows"] += [
        {"activity": make, "commodity": f"home:{code}", "role": "give", "coefficient": float(value)}
        for code, value in f.side.items()
    ]
    out["flows"].append({"activity": make, "commodity": f"capacity:{p.key}", "role": "occupy", "coefficient": 1.0})
    out["flows"] += [
        {"activity": make, "commodity": f"labour:{s}", "role": "occupy", "coefficient": float(n), "profile": "labour"}
        for s, n in f.labour.items() if n > 0
    ]  # fmt: skip
    if h.base_year:
        return
    permitted = p.stated.permits if p.stated.permits is not None else p.stated.ceiling
    out["flows"] += [
        {"activity": make, "commodity": f"research:{topic}", "role": "occupy", "coefficient": 1.0 / p.money(permitted)}
        for topic in p.stated.needs_research
        if permitted
    ]
    if p.stated.ceiling is not None:
        out["bounds"].append({"activity": make, "upper": p.money(p.stated.ceiling)})
    # Plant that wears faster than works may shrink must be allowed to wear.
    out["growth"].append({"on": make, "down": max(per_sector(policy.contraction, p.sector), f.recipe.wear)})


def _invest(out: Rows, p: Placed, policy: Policy, h: Horizon) -> None:
    f, e, plant, invest = p.fitted, p.fitted.economy, f"capacity:{p.key}", f"invest:{p.key}"
    recipe, share, j = f.recipe, p.share, p.sector
    standing = p.base / per_sector(policy.capacity_utilisation, j)
    under_way = share * invested(e, policy, j)
    start = standing if h.base_year else standing * (1.0 - recipe.wear) + under_way
    out["commodities"].append(
        {"commodity": plant, "kind": "capacity", "unit": f"{e.money} / year", "loss": recipe.wear, "initial": start,
         "label": f"capacity of {p.label}"}
    )  # fmt: skip
    spent = share * float(e.investment_by_sector.sel(sector=j))
    out["activities"].append(
        {"activity": invest, "unit": e.money, "label": f"investing in {p.label}", "group": "investment", "base": spent}
    )
    goods_rows(out, f, p.key, p.label, p.stated.granted, base=spent)
    out["flows"] += [
        {"activity": invest, "commodity": f"{CAPITAL_GOODS}:{p.key}", "coefficient": part, "lag": lag}
        for lag, part in enumerate(recipe.profile)
    ]
    wait = recipe.gestation
    out["flows"].append(
        {"activity": invest, "commodity": plant, "role": "give", "coefficient": 1.0 / f.capital_output, "lag": wait - 1}
    )
    if h.base_year:
        # What was invested in the base year is in the accounts' own investment, whichever technique it went to.
        out["bounds"].append({"activity": invest, "upper": 0.0})
        return
    out["bounds"] += closed(invest, p.stated.start, h)
    if under_way > 0:
        out["exogenous"] += [{"commodity": plant, "year": y, "supply": under_way} for y in h.years[: wait - 1]]
    step = p.stated.first * float(e.output.sel(sector=j))
    out["growth"].append({"on": plant, "up": p.stated.diffusion, "allowance": step})


def goods_rows(out: Rows, f: Fitted, key: str, label: str, granted: float, *, base: float = 0.0) -> None:
    """assemble:key buys the recipe's own plant, home and imported, and gives capital goods:key.

    What partners abroad grant comes as foreign exchange for the imported part. Units: money / year.
    """
    goods, act, money = f"{CAPITAL_GOODS}:{key}", f"assemble:{key}", f.economy.money
    out["commodities"].append({"commodity": goods, "unit": money, "label": f"capital goods of {label}"})
    out["activities"].append(
        {"activity": act, "unit": money, "label": f"assembling plant of {label}", "group": "assembly", "base": base}
    )
    out["flows"] += use_rows(act, f.capital_home, f.capital_imported, 1.0)
    out["flows"].append({"activity": act, "commodity": goods, "role": "give", "coefficient": 1.0})
    paid = granted * float(f.capital_imported.sum())
    if paid > 0:
        out["flows"].append({"activity": act, "commodity": FOREIGN_EXCHANGE, "role": "give", "coefficient": paid})


def closed(activity: str, start: int | None, h: Horizon) -> Sequence[Record]:
    """Bounds that keep an activity shut before its first year."""
    return [{"activity": activity, "year": y, "upper": 0.0} for y in h.years if start is not None and y < start]


def _count(out: Rows, p: Placed) -> None:
    """Indicators of the technique alone; those of its sector count it too (``sharing``)."""
    f, make = p.fitted, f"make:{p.key}"
    money = f"{f.economy.money} / year"
    rows: list[Record] = [{"indicator": f"output: {p.key}", "on": make, "unit": money}]
    rows.append({"indicator": f"investment: {p.key}", "on": f"assemble:{p.key}", "unit": money})
    capacity: Record = {"on": f"capacity:{p.key}", "part": "stock"}
    rows.append({**capacity, "indicator": f"capacity: {p.key}", "unit": f"{money}, start of the year"})
    if f.price is not None:
        unit, per = f.recipe.unit, 1.0 / f.price
        rows.append({"indicator": f"quantity: {p.key}", "on": make, "coefficient": per, "unit": f"{unit} / year"})
        load = f.recipe.value("capital.load")
        if unit == "GWh" and load > 0:
            rows.append(
                {**capacity, "indicator": f"installed: {p.key}", "coefficient": per * 1000.0 / (HOURS * load),
                 "unit": "MW, start of the year"}
            )  # fmt: skip
    for code, value in f.side.items():
        for name in ("gross output", f"gross output: {code}", "total supply", f"total supply: {code}",
                     f"home use: {code}"):  # fmt: skip
            rows.append({"indicator": name, "on": make, "coefficient": float(value), "unit": money})
    out["indicators"] += rows
    out["ratios"].append(
        {"indicator": f"technique share: {p.key}", "numerator": f"output: {p.key}",
         "denominator": f"gross output: {p.sector}"}
    )  # fmt: skip


def planting_cost(f: Fitted) -> float:
    """What planting and tending a hectare costs, money: a share of the value that it will yield at today's price."""
    r = f.recipe
    grown = r.value("grows.increment") * (round(r.value("grows.rotation")) - round(r.value("grows.wait")))
    return r.value("grows.cost") * grown * (f.price or 0.0)


def _grow(out: Rows, p: Placed, h: Horizon) -> None:
    """plant:j@name gives timber that grows for years; making takes it, so felling cannot outrun growth.

        timber[t+1] = timber[t] + growing + Σ_{wait ≤ τ < rotation} increment · planted[t−τ] − felled[t]

    Planting is bought from the sector itself. Units: m3; hectares.
    """
    f, r, timber, plant = p.fitted, p.fitted.recipe, f"grown:{p.key}", f"plant:{p.key}"
    per_unit = sum(r.group("amounts").values())
    if h.base_year:
        # The accounts' own year fells what it felled, whatever stands.
        return
    out["commodities"].append(
        {"commodity": timber, "kind": "stock", "unit": r.account, "initial": p.stated.standing,
         "label": f"standing timber of {p.label}"}
    )  # fmt: skip
    if p.stated.growing > 0:
        out["exogenous"].append({"commodity": timber, "supply": p.stated.growing})
    out["flows"].append({"activity": f"make:{p.key}", "commodity": timber, "coefficient": per_unit / (f.price or 1.0)})
    out["activities"].append({"activity": plant, "unit": "ha", "label": f"planting {p.label}", "group": "planting"})
    out["flows"].append({"activity": plant, "commodity": f"home:{p.sector}", "coefficient": planting_cost(f)})
    years = range(round(r.value("grows.wait")), round(r.value("grows.rotation")))
    out["flows"] += [
        {"activity": plant, "commodity": timber, "role": "give", "coefficient": r.value("grows.increment"), "lag": lag}
        for lag in years
    ]
    if p.stated.planting is not None:
        out["bounds"].append({"activity": plant, "upper": p.stated.planting})
    out["bounds"] += closed(plant, p.stated.start, h)
    out["indicators"] += [
        {"indicator": f"planted: {p.key}", "on": plant, "unit": "ha / year"},
        {"indicator": f"standing: {p.key}", "on": timber, "part": "stock", "unit": f"{r.account}, start of the year"},
    ]
