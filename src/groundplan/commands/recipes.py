"""``groundplan recipes``: how things are made, figure by figure, and what a recipe comes to in one economy."""

from __future__ import annotations

import argparse
from collections.abc import Callable

HELP = "how things are made: the book of recipes, or one recipe in the accounts of a country"


def add(p: argparse.ArgumentParser) -> None:
    """The options of the command."""
    p.add_argument("name", nargs="?", help="a recipe of the book; without it they are listed")
    p.add_argument("--country", help="fit the recipe to the accounts of a country, for example KEN")
    p.add_argument("--year", type=int, help="year of the accounts; the latest by default")
    p.add_argument("--sector", default="", help="the sector whose product it gives, where several fit")
    p.add_argument("--price", type=float, help="money of the accounts per unit of the recipe")


def run(args: argparse.Namespace, say: Callable[[str], None], clear: Callable[[], None]) -> int:
    """Print the list, one recipe, or one recipe with its fitted accounts."""
    from groundplan.recipe_book.book import book
    from groundplan.recipe_book.page import fitted_page, list_page, recipe_page

    say("reading the book")
    if args.name is None:
        page = list_page(book())
    else:
        recipe = book().recipe(args.name)
        page = recipe_page(recipe, book())
        if args.country:
            from groundplan.economy.economy import Economy
            from groundplan.recipe_book.fit import fit

            say("reading the accounts")
            economy = Economy.load(args.country, args.year)
            page += "\n\n" + fitted_page(fit(recipe, economy, sector=args.sector, price=args.price))
    clear()
    print(page)
    return 0
