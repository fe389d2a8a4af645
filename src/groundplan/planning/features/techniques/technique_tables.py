"""What came of techniques and buildings, year by year, and every figure of a recipe that the plan rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from groundplan.planning.features.techniques.placed import Placed, placed
from groundplan.recipe_book.book import book
from groundplan.recipe_book.recipe import Recipe

if TYPE_CHECKING:
    from groundplan.planning.features.buildings import Building
    from groundplan.planning.solved_plan import SolvedPlan

FIGURES = ["used_by", "recipe", "path", "value", "low", "high", "unit", "basis", "source"]


def technique_tables(plan: SolvedPlan) -> dict[str, pd.DataFrame]:
    """Tables ``techniques``, ``buildings`` and ``recipe_figures``; none where the plan states neither.

    techniques      output (money / year), share of the sector's output, quantity in the recipe's unit (nothing without
                    a price), capacity at the start of the year, investment; the year of the accounts first
    buildings       begun, built (units / year), standing at the start of the year, spending (money / year)
    recipe_figures  each figure of each recipe in use: value, range, basis (``stated``: the study says it) and source
    """
    p = plan.policy
    if not (p.techniques or p.buildings):
        return {}
    users = [
        *((t.title, t.recipe, t.figures) for t in p.techniques),
        *((b.title, b.recipe, b.figures) for b in p.buildings),
    ]
    figures = [row for name, recipe, stated in users for row in _figure_rows(name, book().recipe(recipe), stated)]
    out = {"recipe_figures": pd.DataFrame(figures, columns=FIGURES)}
    if p.techniques:
        out["techniques"] = pd.concat([_technique(plan, one) for one in placed(plan.economy, p)], ignore_index=True)
    if p.buildings:
        out["buildings"] = pd.concat([_building(plan, b) for b in p.buildings], ignore_index=True)
    return out


def _technique(plan: SolvedPlan, p: Placed) -> pd.DataFrame:
    level, key, price = plan.level.copy(), p.key, p.fitted.price
    level.insert(0, plan.economy.year, plan.activities.activities.set_index("activity")["base"])
    makers = [a for a in level.index if a == f"make:{p.sector}" or str(a).startswith(f"make:{p.sector}@")]
    output, whole = level.loc[f"make:{key}"], level.loc[makers].sum()
    frame = pd.DataFrame({"year": level.columns, "output": output.to_numpy()})
    frame["share"] = (output / whole.where(whole > 0)).fillna(0.0).to_numpy()
    frame["quantity"] = float("nan") if price is None else output.to_numpy() / price
    frame["capacity"] = plan.stock.loc[f"capacity:{key}"].reindex(level.columns).to_numpy()
    frame["investment"] = level.loc[f"assemble:{key}"].to_numpy()
    unit = "" if price is None else f"{p.fitted.recipe.unit} / year"
    labels = {"technique": key, "label": p.label, "recipe": p.stated.recipe, "sector": p.sector, "unit": unit}
    return frame.assign(**labels)


def _building(plan: SolvedPlan, b: Building) -> pd.DataFrame:
    r, level, years = book().recipe(b.recipe), plan.level, list(plan.activities.years)
    frame = pd.DataFrame({"year": years})
    for name, verb in (("begun", "build"), ("built", "finish"), ("spending", "assemble")):
        frame[name] = level.loc[f"{verb}:{b.title}", years].to_numpy()
    frame["standing"] = plan.stock.loc[f"standing:{b.title}", years].to_numpy()
    label = f"{r.label} in {b.place}" if b.place else r.label
    return frame.assign(building=b.title, label=label, recipe=b.recipe, place=b.place, unit=r.unit)


def _figure_rows(name: str, recipe: Recipe, stated: Mapping[str, float]) -> list[tuple[object, ...]]:
    citations = book().citations
    rows: list[tuple[object, ...]] = []
    for path, f in recipe.figures.items():
        own = path in stated
        source = citations[f.source].cite() if f.source and not own else ""
        value, basis = (stated[path], "stated") if own else (f.value, f.basis)
        rows.append((name, recipe.name, path, float(value), f.low, f.high, f.unit, basis, source))
    return rows
