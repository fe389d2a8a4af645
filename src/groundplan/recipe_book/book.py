"""The book: the shipped recipes, read from TOML with every fault told at once.

A figure is written ``[value, low, high]`` where it is assumed, or as a table ``{value, low, high, source}`` where it
was read; either may have its unit, ``{value, low, high, unit}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.recipe_book.recipe import CAPITAL, GROUPS, GROWS, LEVELS, OUTPUTS, Figure, Recipe, shape_faults
from groundplan.recipe_book.roles import roles
from groundplan.records.card import Card, keyed
from groundplan.records.reading import Where, read
from groundplan.records.toml import parse

TEXTS = ("label", "product", "unit", "sector", "output", "account", "note")
MUST = ("ratio", "gestation", "life")
ROLE_GROUPS = ("inputs", "side", "composition")


@dataclass(frozen=True)
class Citation(Card):
    """Where figures were read: title, publisher, address, and what was read there."""

    key: str = keyed("", "what figures call it")
    title: str = keyed("", "its title")
    publisher: str = keyed("", "who published it")
    address: str = keyed("", "where it is found")
    read: str = keyed("", "what was read there")

    def cite(self) -> str:
        """One line for a list of sources."""
        return ". ".join(p.rstrip(".") for p in (self.publisher, self.title, self.address, self.read) if p) + "."


@dataclass(frozen=True)
class FigureKeys(Card):
    """A figure as a table; ``unit`` is the usual one of its place where it is left out."""

    value: float = keyed("the figure's", "a number from 0", low=0)
    low: float = keyed("the figure's", "the least it may be", low=0)
    high: float = keyed("the figure's", "the most it may be", low=0)
    unit: str | None = keyed("", "its unit", None)
    source: str = keyed("", "where it was read, a key of [sources]", "")


Stated = tuple[float, float, float] | FigureKeys
NUMBERS = "figures: write [value, low, high]"


@dataclass(frozen=True)
class RecipeKeys(Card):
    """The keys of a recipe; what its figures mean is in ``Recipe``."""

    label: str = keyed("", "a text", filled=True)
    product: str = keyed("", "a text", filled=True)
    unit: str = keyed("", "a text", filled=True)
    sector: str = keyed("", "the role of its sector", filled=True)
    output: str = keyed("", "whether it flows or stands", "flow", among=OUTPUTS)
    account: str = keyed("", "the unit that goes in and comes out", "")
    note: str = keyed("", "a text", "")
    overheads: Stated | None = keyed("1", NUMBERS, None, 0)
    spending: tuple[float, ...] = keyed("1", "a list of numbers", (1.0,))
    needs: tuple[str, ...] = keyed("", "other recipes by name", ())
    inputs: dict[str, Stated] = keyed("1", NUMBERS, {}, 0)
    side: dict[str, Stated] = keyed("1", NUMBERS, {}, 0)
    labour: dict[str, Stated] = keyed("1", NUMBERS, {}, 0)
    composition: dict[str, Stated] = keyed("1", NUMBERS, {}, 0)
    amounts: dict[str, Stated] = keyed("their own", NUMBERS, {}, 0)
    content: dict[str, Stated] = keyed("the account's", NUMBERS, {}, 0)
    leave: dict[str, Stated] = keyed("the account's", NUMBERS, {}, 0)
    capital: dict[str, Stated] = keyed("their own", NUMBERS, {}, 0)
    grows: dict[str, Stated] = keyed("their own", NUMBERS, {}, 0)


@dataclass(frozen=True, eq=False)
class Book:
    """Recipes by name, in the order of the files, and the citations that their figures name."""

    recipes: Mapping[str, Recipe]
    citations: Mapping[str, Citation]

    def recipe(self, name: str, *, where: str = "") -> Recipe:
        """One recipe. Raises ``UnknownName`` with the nearest name."""
        if name not in self.recipes:
            raise UnknownName("recipe", name, self.recipes, where=where)
        return self.recipes[name]


@cache
def book() -> Book:
    """The shipped book.

    >>> book().recipe("cement_kiln").unit
    't'
    """
    recipes: dict[str, Recipe] = {}
    citations: dict[str, Citation] = {}
    for file in sorted(files("groundplan").joinpath("recipe_book/book").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            part = read_recipes(file.read_text("utf-8"), file.name)
            raise_all(
                [StudyError(f"recipe '{n}' is given twice", where=file.name) for n in part.recipes if n in recipes]
            )
            recipes |= part.recipes
            citations |= part.citations
    return Book(recipes, citations)


def read_recipes(text: str, where: str) -> Book:
    """Recipes and sources of one TOML text.

    Raises ``StudyError`` and ``UnknownName``, all faults at once, with the line.
    """
    document = parse(text, where)
    place = document.where
    faults: list[GroundplanError] = []
    for key, section in document.content.items():
        if key not in ("sources", "recipes"):
            faults.append(UnknownName("section", key, ("sources", "recipes"), where=place((key,))))
        elif not isinstance(section, Mapping):
            faults.append(StudyError(f"[{key}] is not a section", where=place((key,)), fix=f"write [{key}.<name>]"))
    raise_all(faults, where=where)
    citations: dict[str, Citation] = {}
    for key, table in document.content.get("sources", {}).items():
        citation, wrong = read(Citation, table, place, ("sources", key), key=key)
        faults += wrong
        citations |= {key: citation} if citation is not None else {}
    recipes: dict[str, Recipe] = {}
    theme = where.removesuffix(".toml").replace("_", " ")
    for name, table in document.content.get("recipes", {}).items():
        stated, wrong = read(RecipeKeys, table, place, ("recipes", name))
        faults += wrong
        if stated is not None:
            recipe, wrong = _recipe(name, theme, stated, place, citations)
            faults += wrong
            recipes |= {name: recipe} if recipe is not None else {}
    raise_all(faults, where=where)
    return Book(recipes, citations)


def _recipe(
    name: str, theme: str, stated: RecipeKeys, place: Where, citations: Mapping[str, Citation]
) -> tuple[Recipe | None, list[GroundplanError]]:
    """A recipe from its keys, or what is wrong between them."""
    where = f"{place(('recipes', name))}, recipe '{name}'"
    faults: list[GroundplanError] = []
    if stated.sector not in roles():
        at = place(("recipes", name, "sector"))
        faults.append(UnknownName("role of its sector", stated.sector, roles(), where=at))
    figures: dict[str, Figure] = {}
    for path, unit, value in _figures(stated):
        at = f"{place(('recipes', name, *path.split('.')))}, {path}"
        faults += [*_name_faults(path, at), *_range_faults(path, value, at, citations)]
        own = value if isinstance(value, FigureKeys) else FigureKeys(*value)
        figures[path] = Figure(float(own.value), float(own.low), float(own.high), own.unit or unit or "1", own.source)
    wanted = [f"capital.{k}" for k in MUST if stated.output == "flow" or k != "ratio"]
    faults += [StudyError(f"{path} not given", where=where) for path in wanted if path not in figures]
    if faults:
        return None, faults
    texts = {k: getattr(stated, k) for k in TEXTS}
    spending = tuple(map(float, stated.spending))
    recipe = Recipe(name=name, theme=theme, figures=figures, spending=spending, needs=stated.needs, **texts)
    return recipe, shape_faults(recipe, where)


def _figures(stated: RecipeKeys) -> Iterator[tuple[str, str, Stated]]:
    """Path, usual unit and content of every figure."""
    if stated.overheads is not None:
        yield "overheads", "1", stated.overheads
    for group, unit in GROUPS.items():
        for name, value in getattr(stated, group).items():
            usual = {"capital": CAPITAL, "grows": GROWS}.get(group, {}).get(name, unit)
            usual = stated.account if group in ("amounts", "leave") else usual
            usual = f"{stated.account} / unit" if group == "content" else usual
            yield f"{group}.{name}", usual, value


def _name_faults(path: str, where: str) -> list[GroundplanError]:
    group, _, name = path.partition(".")
    names = {"labour": LEVELS, "capital": CAPITAL, "grows": GROWS, **dict.fromkeys(ROLE_GROUPS, roles())}.get(group)
    kind = "role" if group in ROLE_GROUPS else f"figure of {group}"
    return [] if names is None or name in names else [UnknownName(kind, name, names, where=where)]


def _range_faults(path: str, stated: Stated, where: str, citations: Mapping[str, Citation]) -> list[GroundplanError]:
    """A figure needs a range around it, and a source that exists or none."""
    own = stated if isinstance(stated, FigureKeys) else FigureKeys(*stated)
    middle, low, high = own.value, own.low, own.high
    if not low <= middle <= high:
        fix = "give value, low and high, from 0, low below high"
        return [StudyError(f"{path} is {middle:g}, from {low:g} to {high:g}", where=where, fix=fix)]
    if own.source and own.source not in citations:
        return [UnknownName("source", own.source, citations, where=where)]
    if low >= high:
        return [StudyError(f"{path} has no range", where=where, fix="give a low below its high")]
    return []
