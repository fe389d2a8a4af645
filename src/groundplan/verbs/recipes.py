"""How things are made, figure by figure, and what a recipe comes to in one economy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.recipe_book.book import Book, book
from groundplan.recipe_book.recipe import Recipe
from groundplan.recipe_book.recipe_page import fitted_page, list_page, recipe_page

if TYPE_CHECKING:
    from groundplan.study.asking import Files, Subject


def recipes(
    name: str | None = None,
    *,
    country: Subject = None,
    sector: str = "",
    price: float | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """The book of recipes; one of them; or one fitted to the accounts of a country, told like the subject of ``see``,
    with the same ``files``.

    ``sector``: whose product it gives, where several fit; ``price``: money of the accounts per unit of the recipe.
    Tables: lines (line); of the book recipes (theme, name, label, unit); of a recipe figures (figure, value, low, high,
    unit, origin) and physical (side, thing, held); of a fitted flow accounts (side, entry, value per unit of output).
    Raises ``UnknownName`` with the nearest recipe, and what ``fit`` raises.

    >>> recipes("wind_power").table("figures")["figure"][0]
    'overheads'
    """
    progress("reading the book")
    whole = book()
    if name is None:
        rows = [(r.theme, r.name, r.label, r.unit) for r in whole.recipes.values()]
        listed = {"recipes": pd.DataFrame(rows, columns=["theme", "name", "label", "unit"])}
        return Outcome({}, {"lines": _lines(list_page(whole)), **listed}, {"engine": "recipes"})
    recipe = whole.recipe(name)
    page, tables = recipe_page(recipe, whole), _tables(recipe)
    about: dict[str, Any] = {"engine": "recipe", "recipe": name, "sources": _sources(recipe, whole)}
    if country is not None:
        from groundplan.recipe_book.fit import fit
        from groundplan.study.asking import accounts_of
        from groundplan.study.repeating import repeating_accounts

        progress("reading the accounts")
        opened = accounts_of(country, **files)
        e = opened.economy
        fitted = fit(recipe, e, sector=sector, price=price)
        page += "\n\n" + fitted_page(fitted)
        if recipe.output == "flow":
            tables["accounts"] = fitted.accounts()
        about |= {"country": e.country, "accounts_year": e.year, "money": e.money, "sector": fitted.sector}
        about |= repeating_accounts("recipes", country, opened, name=name, sector=sector, price=price)
    return Outcome({}, {"lines": _lines(page), **tables}, about)


def _lines(page: str) -> pd.DataFrame:
    return pd.DataFrame({"line": page.split("\n")})


def _tables(r: Recipe) -> dict[str, pd.DataFrame]:
    rows = [(path, f.value, f.low, f.high, f.unit, f.source or "assumed") for path, f in r.figures.items()]
    figures = pd.DataFrame(rows, columns=["figure", "value", "low", "high", "unit", "origin"])
    return {"figures": figures, "physical": r.physical()}


def _sources(r: Recipe, b: Book) -> dict[str, str]:
    return {key: b.citations[key].cite() for key in dict.fromkeys(f.source for f in r.figures.values() if f.source)}
