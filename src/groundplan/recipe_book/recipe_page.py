"""The book in words: the list, one recipe, and a recipe in one economy's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from groundplan.recipe_book.book import Book
from groundplan.recipe_book.fit import Fitted
from groundplan.recipe_book.recipe import Figure, Recipe
from groundplan.recipe_book.roles import roles

SMALL = 0.002


def list_page(b: Book) -> str:
    """Every recipe with its unit, by theme."""
    lines = [f"{len(b.recipes)} recipes; groundplan recipes NAME tells one, --country KEN fits it to accounts."]
    for theme, members in groupby(b.recipes.values(), key=lambda r: r.theme):
        lines += ["", theme, *(f"  {r.name:<28} {r.label} ({r.unit})" for r in members)]
    return "\n".join(lines)


def recipe_page(r: Recipe, b: Book) -> str:
    """One recipe: its figures with range, unit and origin, its physical account, and where figures were read."""
    makes = "built to stand" if r.output == "stock" else f"gives {r.product}, a product of {roles()[r.sector].label}"
    lines = [f"{r.label}: {makes}; counted in {r.unit}"]
    lines += [f"needs {', '.join(r.needs)}"] if r.needs else []
    lines += [r.note] if r.note else []
    rows = [(p, _range(f), f.unit, f.source or "assumed") for p, f in r.figures.items()]
    lines += ["", *_columns([("figure", "value (range)", "unit", "origin"), *rows])]
    account = r.physical()
    if len(account):
        flows = zip(account["side"], account["thing"], account["held"], strict=True)
        lines += ["", f"physical account of a unit, {r.account}"]
        lines += _columns([(side, thing.replace("_", " "), f"{amount:.4g}") for side, thing, amount in flows])
    cited = dict.fromkeys(f.source for f in r.figures.values() if f.source)
    lines += ["", *(f"{key}: {b.citations[key].cite()}" for key in cited)] if cited else []
    return "\n".join(lines)


def fitted_page(f: Fitted) -> str:
    """The money account of a unit of output in one economy, its plant, its people, and what was taken for what."""
    e, r = f.economy, f.recipe
    lines = [f"{e.country_name} {e.year}, {e.label(f.sector)}, per unit of money"]
    if r.output == "flow":
        table = f.accounts()
        for side in ("gives", "takes"):
            part = table[table["side"] == side]
            large = part[part["value"].abs() >= SMALL]
            rows = [(entry, f"{value:.4f}") for entry, value in zip(large["entry"], large["value"], strict=True)]
            rest = float(part["value"].sum() - large["value"].sum())
            rows += [("smaller inputs", f"{rest:.4f}")] if len(large) < len(part) else []
            lines += [side, *(f"  {line}" for line in _columns([*rows, ("together", f"{part['value'].sum():.4f}")]))]
        lines.append(f"plant: {f.capital_output:g} of money for output of 1 a year, {r.gestation} years to build")
    abroad = float(f.capital_imported.sum())
    lines.append(f"of what is built, {abroad:.1%} is bought abroad and {float(f.capital_home.sum()):.1%} at home")
    lines += [f"one unit costs {f.price:.6g} {e.money}"] if f.price is not None else []
    lines += [f"taken for want of a finer sector: {note}" for note in f.notes]
    return "\n".join(lines)


def _range(f: Figure) -> str:
    return f"{f.value:g} ({f.low:g} to {f.high:g})"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
