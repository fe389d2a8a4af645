"""Stress: the closed border of 2020 by every engine, what would make its published loss, harvest, fuel, two years."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from case import HERE, Case, grid, paragraphs
from known_figures import fact

from groundplan import Outcome, Scenario, stress
from groundplan.shocks.scenarios.scenario import open_scenario

SCENARIOS = HERE / "scenarios"
SETTINGS = ("rigid", "middle", "flexible")
DRAWS = 6


def lost(case: Case, scenario: Scenario | str | Path, setting: str | None = None) -> dict[str, float]:
    """Value added lost by setting, per cent of the days that are counted."""
    o = stress(case.accounts, scenario=scenario, setting=setting, no_plan=True, ranges=0)
    return {str(r.setting): 100 * float(r.value_added_lost_share) for r in o.table("range").itertuples()}


def depth_for(case: Case, wanted: float, setting: str) -> float:
    """The share of imports and exports that would have to stay away for a loss, by bisection to a thousandth."""
    whole = open_scenario(SCENARIOS / "closed_border.toml")
    low, high = 0.0, 1.0
    if lost(case, scaled(whole, high / 0.739), setting)[setting] < wanted:
        return float("nan")
    while high - low > 0.004:
        mid = (low + high) / 2
        if lost(case, scaled(whole, mid / 0.739), setting)[setting] < wanted:
            low = mid
        else:
            high = mid
    return high


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with depths times a factor, at most all."""
    events = [replace(e, depth=min(e.depth * factor, 1.0)) for e in scenario.events]
    return replace(scenario, events=events)


def farming_alone() -> float:
    """Points of GDP that farming's own fall of 2020 takes: its growth times its share of 2022, the nearest "
    "year known.
    """
    return (
        -fact("growth.agri_forestry_fishing", 2020)
        * fact("share of nominal GDP: agriculture, forestry, fishing", 2022)
        / 100
    )


def tell(case: Case) -> str:
    """The section."""
    names = {
        "closed_border": "the border as in 2020, a year",
        "two_years": "the same for two years",
        "failed_harvest": "15 per cent of a harvest, a year",
        "half_the_fuel": "half of imported fuels, a year",
    }
    rows = []
    for file, words in names.items():
        o = case.page(
            f"stress-{file}", stress(case.accounts, scenario=SCENARIOS / f"{file}.toml", no_plan=True, ranges=DRAWS)
        )
        f = o.table("ranged_figures")
        f = f[(f["column"] == "value added lost") & (f["table"] == "What is lost in each setting")].set_index("row")
        single = o.table("range").set_index("setting")["value_added_lost_share"]
        cells = [case.between(f.loc[s]) if s in f.index else f"{100 * float(single[s]):.1f}" for s in SETTINGS]
        rows.append((words, *cells))
    o = case.page("stress-planned", stress(case.accounts, scenario=SCENARIOS / "closed_border.toml", ranges=0))
    published = -fact("real GDP growth", 2020)
    farms = farming_alone()
    border = published - farms
    depths = [
        (s, *(f"{100 * d:.0f}" if d == d else "never" for d in (depth_for(case, w, s) for w in (published, border))))
        for s in SETTINGS
    ]
    means = ("setting", "nobody plans", "a plan that sees today", "a plan that knows the end")
    return paragraphs(
        "Each engine takes the same shock: three quarters of imports and two thirds of exports away for a year. What "
        "differs is how well people make do: rigid takes every input as needed, flexible lets other inputs, "
        "home goods and overtime stand in. Value added lost, per cent of the days counted, nine of ten of "
        f"{DRAWS} draws:",
        grid(("shock", *SETTINGS), rows),
        "With the same means and somebody who plans, final use lost in the border's year, per cent:",
        grid(means, planned_losses(o)),
        f"The Bank of Korea put GDP of 2020 at −{published:.1f} per cent, with floods and typhoons in it. Farming, "
        f"forestry and fishing alone fell by {-fact('growth.agri_forestry_fishing', 2020):.1f} per cent, which is "
        f"{farms:.1f} points of GDP; {border:.1f} are left for the border and all else. In most "
        "draws flexible loses less than that and middle more.",
        "**What would have to be true for −4.5.** How much of imports and exports would have to stay away, per cent:",
        grid(("setting", f"for −{published:.1f}", f"for −{border:.1f}, farming's own fall apart"), depths),
        "So one of four things, or some of each: people made do better than the middle setting allows, which is what "
        "known cases of long closed borders suggest; the trade that mirrors do not see went on (crude oil by "
        "pipeline "
        "first of all); what stayed away was what could best be spared, as the state that buys chooses; or the "
        "fall was larger than the estimate, which rests on indicators seen from outside in a year when nobody could "
        "look. The accounts are of 2023, when trade was about as large as in 2019; those of 2019 do not exist.",
        "Two years of closure cost more a day than one where stocks carry the first months, and no less where "
        "they do not. A failed harvest hits food first and is bought back only with exports; what half of "
        "the fuel costs hangs on who burns it (tractors, lorries, boats), and that is drawn from other countries.",
        "**What cannot be known here.** Days of stock are assumed. What the army and the reserve hold is not "
        "known. Who was "
        "served first, and whether value added that fell is that of the state or of markets. GDP by outsiders "
        "follows physical indicators and the prices of the South.",
    )


def planned_losses(o: Outcome) -> list[tuple[str, ...]]:
    """Final use lost in each setting, per cent: nobody plans, a plan that sees today, a plan that knows the end."""
    lost_of = o.table("range").set_index("setting")
    rows = o.table("coordination")
    out = []
    for r in rows[rows["rule"] == "as stated"].to_dict("records"):
        whole = float(lost_of["final_use_lost"][r["setting"]]) / float(lost_of["final_use_lost_share"][r["setting"]])
        out.append((r["setting"], *(f"{100 * r[k] / whole:.1f}" for k in ("adaptive", "coordinated", "planned"))))
    return out
