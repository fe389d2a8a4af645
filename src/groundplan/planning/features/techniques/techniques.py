"""Techniques as activities: a recipe of the book beside the sector's own way of making, with plant of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.economy.economy import Economy
from groundplan.planning.activity_rows import (
    ActivityRow,
    BoundRow,
    CommodityRow,
    ExogenousRow,
    GrowthRow,
    IndicatorRow,
    RatioRow,
    Tables,
    gives,
    occupies,
    takes,
)
from groundplan.planning.feature import Feature
from groundplan.planning.features.production.production import CAPITAL_GOODS, invested, use_rows
from groundplan.planning.features.techniques.placed import Placed, placed
from groundplan.planning.features.techniques.technique_tables import technique_tables
from groundplan.planning.features.trade.trade import FOREIGN_EXCHANGE
from groundplan.recipe_book.fit import Fitted
from groundplan.records.card import per_sector

if TYPE_CHECKING:
    from groundplan.planning.horizon import Horizon
    from groundplan.planning.policy import Policy

HOURS = 8760.0


def techniques(e: Economy, policy: Policy, h: Horizon) -> Tables:
    """make:j@name, its plant, and how more of it is built.

        make:j@name      takes a_d, a_m of its recipe · occupies 1 of capacity:j@name, l[s] / productivity[t] of
                         labour:s, 1 / Q of research:topic · gives 1 of home:j and its by-products
        assemble:j@name  takes its own composition of plant, gives 1 of capital goods:j@name
        invest:j@name    takes spending[τ] of them τ years on, gives 1 / capital_output of capacity:j@name

    Capacity grows by ``diffusion`` a year and ``first``, wears at 1 / life. The sector's own technique keeps the rest
    of its base year (``sharing``). Units: money of the base year / year; labour in the economy's own unit.
    Source: Carter (1970), old and new techniques side by side (citation not checked).
    """
    return Tables.joined(
        part
        for p in placed(e, policy)
        for part in (_making(p, policy, h), _plant(p, policy, h), _counted(p), _growing(p, h))
    )


def _making(p: Placed, policy: Policy, h: Horizon) -> Tables:
    f, make = p.fitted, f"make:{p.key}"
    rows = Tables(
        activities=[
            ActivityRow(make, f.economy.money, f"making {p.label}", "production", base=p.base, cost=policy.idle_cost)
        ],
        flows=[
            *use_rows(make, f.home, f.imported, 1.0),
            gives(make, f"home:{p.sector}"),
            *(gives(make, f"home:{code}", float(amount)) for code, amount in f.side.items()),
            occupies(make, f"capacity:{p.key}"),
            *(occupies(make, f"labour:{s}", float(n), profile="labour") for s, n in f.labour.items() if n > 0),
        ],
    )
    if h.base_year:
        return rows
    permitted = p.stated.permits if p.stated.permits is not None else p.stated.ceiling
    topics = p.stated.needs_research if permitted else []
    return rows + Tables(
        flows=[occupies(make, f"research:{topic}", 1.0 / p.money(permitted or 0.0)) for topic in topics],
        bounds=[] if p.stated.ceiling is None else [BoundRow(make, upper=p.money(p.stated.ceiling))],
        # Plant that wears faster than works may shrink must be allowed to wear.
        growth=[GrowthRow(make, down=max(per_sector(policy.contraction, p.sector), f.recipe.wear))],
    )


def _plant(p: Placed, policy: Policy, h: Horizon) -> Tables:
    """capacity:j@name, invest:j@name and assemble:j@name."""
    f, e, plant, invest = p.fitted, p.fitted.economy, f"capacity:{p.key}", f"invest:{p.key}"
    recipe, share, j, ready = f.recipe, p.share, p.sector, f.recipe.gestation - 1
    standing, under_way = p.base / per_sector(policy.capacity_utilisation, j), share * invested(e, policy, j)
    start = standing if h.base_year else standing * (1.0 - recipe.wear) + under_way
    spent = share * float(e.investment_by_sector.sel(sector=j))
    unit, label = f"{e.money} / year", f"capacity of {p.label}"
    own = Tables(
        commodities=[CommodityRow(plant, "capacity", unit, recipe.wear, start, label=label)],
        activities=[ActivityRow(invest, e.money, f"investing in {p.label}", "investment", base=spent)],
    )
    built = Tables(
        flows=[
            *(takes(invest, f"{CAPITAL_GOODS}:{p.key}", part, lag=lag) for lag, part in enumerate(recipe.profile)),
            gives(invest, plant, 1.0 / f.capital_output, lag=ready),
        ]
    )
    rows = own + goods_rows(f, p.key, p.label, p.stated.granted, base=spent) + built
    if h.base_year:
        # What was invested in the base year is in the accounts' own investment, whichever technique it went to.
        return rows + Tables(bounds=[BoundRow(invest, upper=0.0)])
    step = p.stated.first * float(e.output.sel(sector=j))
    coming = h.years[:ready] if under_way > 0 else ()
    return rows + Tables(
        bounds=closed(invest, p.stated.start, h),
        exogenous=[ExogenousRow(plant, y, supply=under_way) for y in coming],
        growth=[GrowthRow(plant, up=p.stated.diffusion, allowance=step)],
    )


def goods_rows(f: Fitted, key: str, label: str, granted: float, *, base: float = 0.0) -> Tables:
    """assemble:key buys the recipe's own plant, home and imported, and gives capital goods:key.

    What partners abroad grant comes as foreign exchange for the imported part. Units: money / year.
    """
    goods, act, money = f"{CAPITAL_GOODS}:{key}", f"assemble:{key}", f.economy.money
    paid = granted * float(f.capital_imported.sum())
    return Tables(
        commodities=[CommodityRow(goods, unit=money, label=f"capital goods of {label}")],
        activities=[ActivityRow(act, money, f"assembling plant of {label}", "assembly", base=base)],
        flows=[
            *use_rows(act, f.capital_home, f.capital_imported, 1.0),
            gives(act, goods),
            *([gives(act, FOREIGN_EXCHANGE, paid)] if paid > 0 else []),
        ],
    )


def closed(activity: str, start: int | None, h: Horizon) -> list[BoundRow]:
    """Bounds that keep an activity shut before its first year."""
    return [BoundRow(activity, y, upper=0.0) for y in h.years if start is not None and y < start]


def _counted(p: Placed) -> Tables:
    """Indicators of the technique alone; those of its sector count it too (``sharing``)."""
    f, make, plant = p.fitted, f"make:{p.key}", f"capacity:{p.key}"
    money, start = f"{f.economy.money} / year", "start of the year"
    rows = [
        IndicatorRow(f"output: {p.key}", make, unit=money),
        IndicatorRow(f"investment: {p.key}", f"assemble:{p.key}", unit=money),
        IndicatorRow(f"capacity: {p.key}", plant, "stock", unit=f"{money}, {start}"),
    ]
    if f.price is not None:
        unit, per = f.recipe.unit, 1.0 / f.price
        rows.append(IndicatorRow(f"quantity: {p.key}", make, coefficient=per, unit=f"{unit} / year"))
        load = f.recipe.value("capital.load")
        if unit == "GWh" and load > 0:
            megawatts = per * 1000.0 / (HOURS * load)
            rows.append(IndicatorRow(f"installed: {p.key}", plant, "stock", megawatts, unit=f"MW, {start}"))
    for code, amount in f.side.items():
        names = ("gross output", f"gross output: {code}", "total supply", f"total supply: {code}", f"home use: {code}")
        rows += [IndicatorRow(name, make, coefficient=float(amount), unit=money) for name in names]
    share = RatioRow(f"technique share: {p.key}", f"output: {p.key}", f"gross output: {p.sector}")
    return Tables(indicators=rows, ratios=[share])


def planting_cost(f: Fitted) -> float:
    """What planting and tending a hectare costs, money: a share of the value that it will yield at today's price."""
    r = f.recipe
    grown = r.value("grows.increment") * (round(r.value("grows.rotation")) - round(r.value("grows.wait")))
    return r.value("grows.cost") * grown * (f.price or 0.0)


def _growing(p: Placed, h: Horizon) -> Tables:
    """plant:j@name gives timber that grows for years; making takes it, so felling cannot outrun growth.

        timber[t+1] = timber[t] + growing + Σ_{wait ≤ τ < rotation} increment · planted[t−τ] − felled[t]

    Planting is bought from the sector itself. Units: m3; hectares.
    """
    f, r, timber, plant = p.fitted, p.fitted.recipe, f"grown:{p.key}", f"plant:{p.key}"
    # The accounts' own year fells what it felled, whatever stands.
    if h.base_year or not r.group("grows"):
        return Tables()
    per_unit = sum(r.group("amounts").values())
    years = range(round(r.value("grows.wait")), round(r.value("grows.rotation")))
    most = [] if p.stated.planting is None else [BoundRow(plant, upper=p.stated.planting)]
    label, start = f"standing timber of {p.label}", "start of the year"
    return Tables(
        commodities=[CommodityRow(timber, "stock", r.account, initial=p.stated.standing, label=label)],
        activities=[ActivityRow(plant, "ha", f"planting {p.label}", "planting")],
        flows=[
            takes(f"make:{p.key}", timber, per_unit / (f.price or 1.0)),
            takes(plant, f"home:{p.sector}", planting_cost(f)),
            *(gives(plant, timber, r.value("grows.increment"), lag=lag) for lag in years),
        ],
        bounds=[*most, *closed(plant, p.stated.start, h)],
        exogenous=[ExogenousRow(timber, supply=p.stated.growing)] if p.stated.growing > 0 else [],
        indicators=[
            IndicatorRow(f"planted: {p.key}", plant, unit="ha / year"),
            IndicatorRow(f"standing: {p.key}", timber, "stock", unit=f"{r.account}, {start}"),
        ],
    )


FEATURE = Feature(parts=(techniques,), findings=(technique_tables,))
