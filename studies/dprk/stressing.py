"""Stress: the closed border of 2020 by every engine, what would make its published loss, harvest, fuel, two years."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from case import HERE, Case, between, grid, written
from known_figures import fact
from scipy.optimize import brentq

from groundplan import Outcome, Scenario, stress
from groundplan.shocks.scenarios.scenario import BY_ORDERS, open_scenario

BORDER = HERE.parent / "crises" / "dprk_2020.toml"
CASES = {
    "closed-border": (BORDER, "the border as in 2020, a year"),
    "two-years": (HERE / "scenarios" / "two_years.toml", "the same for two years"),
    "failed-harvest": (HERE / "scenarios" / "failed_harvest.toml", "15 per cent of a harvest, a year"),
    "half-the-fuel": (HERE / "scenarios" / "half_the_fuel.toml", "half of imported fuels, a year"),
}
SETTINGS = ("rigid", "middle", "flexible")
DRAWS = 6
CLOSE = 0.005  # to which a share of trade is found


def lost(case: Case, scenario: Scenario, setting: str | None = None) -> float:
    """Value added lost, per cent of the days counted, in a setting or as the scenario's own behaviour has it."""
    o = stress(case.accounts, scenario=scenario, setting=setting, no_plan=True, ranges=0)
    return 100 * float(o.table("range")["value_added_lost_share"].iloc[0])


def by_orders(case: Case, scenario: Scenario) -> float:
    """The same by the older rule, in which suppliers share out by what is ordered."""
    return lost(case, scenario.replacing(behaviour=BY_ORDERS))


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with depths times a factor, at most all."""
    return replace(scenario, events=[replace(e, depth=min(e.depth * factor, 1.0)) for e in scenario.events])


def depth_for(case: Case, wanted: float, setting: str) -> float | None:
    """The share of imports that would have to stay away for a loss, exports in proportion; None where all would not do.

    The root of loss(share) = wanted, found to ``CLOSE`` by Brent's method.
    """
    whole = open_scenario(BORDER)
    deepest = max(e.depth for e in whole.events)

    @cache
    def beyond(share: float) -> float:
        return lost(case, scaled(whole, share / deepest), setting) - wanted if share else -wanted

    return float(brentq(beyond, 0.0, 1.0, xtol=CLOSE, rtol=CLOSE)) if beyond(1.0) >= 0 else None


def farming_alone() -> float:
    """Points of GDP that farming's own fall of 2020 takes: its growth times its share of 2022, the nearest known."""
    share = fact("share of nominal GDP: agriculture, forestry, fishing", 2022)
    return -fact("growth.agri_forestry_fishing", 2020) * share / 100


def planned_losses(o: Outcome) -> list[tuple[str, ...]]:
    """Final use lost in each setting, per cent: nobody plans, a plan that sees today, a plan that knows the end."""
    lost_of = o.table("range").set_index("setting")
    rows = o.table("coordination")
    out = []
    for r in rows[rows["rule"] == "as stated"].to_dict("records"):
        whole = float(lost_of["final_use_lost"][r["setting"]]) / float(lost_of["final_use_lost_share"][r["setting"]])
        out.append((r["setting"], *(f"{100 * r[k] / whole:.1f}" for k in ("adaptive", "coordinated", "planned"))))
    return out


def case_rows(case: Case) -> list[tuple[object, ...]]:
    """Every shock: value added lost by orders and, as ranges, in each setting."""
    rows = []
    for name, (file, words) in CASES.items():
        o = case.page(f"stress-{name}", stress(case.accounts, scenario=file, no_plan=True, ranges=DRAWS))
        f = o.table("ranged_figures")
        f = f[(f["column"] == "value added lost") & (f["table"] == "What is lost in each setting")].set_index("row")
        single = o.table("range").set_index("setting")["value_added_lost_share"]
        cells = [between(f.loc[s]) if s in f.index else f"{100 * float(single[s]):.1f}" for s in SETTINGS]
        rows.append((words, f"{by_orders(case, open_scenario(file)):.1f}", *cells))
    return rows


def tell(case: Case) -> str:
    """The section."""
    table = grid(("shock", "by orders", *SETTINGS), case_rows(case))
    planned = planned_losses(case.page("stress-planned", stress(case.accounts, scenario=BORDER, ranges=0)))
    published, farms = -fact("real GDP growth", 2020), farming_alone()
    border = published - farms
    needed = {s: [depth_for(case, w, s) for w in (published, border)] for s in SETTINGS}
    depths = [(s, *("never" if d is None else f"{100 * d:.0f}" for d in both)) for s, both in needed.items()]
    trade = {(k, y): fact(k, y, "KOTRA (mirror") for k in ("imports", "exports") for y in (2019, 2023)}
    return written(
        "stressing", draws=DRAWS, table=table, published=f"{published:.1f}", farms=f"{farms:.1f}",
        planned=grid(("setting", "nobody plans", "a plan that sees today", "a plan that knows the end"), planned),
        farming=f"{-fact('growth.agri_forestry_fishing', 2020):.1f}", border=f"{border:.1f}",
        depths=grid(("setting", f"for −{published:.1f}", f"for −{border:.1f}, farming's own fall apart"), depths),
        imports=f"{trade['imports', 2023]:,.0f}", exports=f"{trade['exports', 2023]:,.0f}",
        imports_then=f"{trade['imports', 2019]:,.0f}", exports_then=f"{trade['exports', 2019]:,.0f}",
    )  # fmt: skip
