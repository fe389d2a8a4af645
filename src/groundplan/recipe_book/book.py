"""The book: the shipped recipes, read from TOML with every fault told at once.

A figure is written ``[value, low, high]`` where it is assumed, or as a table ``{value, low, high, source}`` where it
was read; either may have its unit, ``{value, low, high, unit}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.recipe_book.recipe import CAPITAL, GROUPS, GROWS, LEVELS, OUTPUTS, Figure, Recipe, shape_faults
from groundplan.recipe_book.roles import roles
from groundplan.records.admissible import is_number

TEXTS = ("label", "product", "unit", "sector", "output", "account", "note")
KEYS = (*TEXTS, "overheads", "spending", "needs", *GROUPS)
MUST = ("ratio", "gestation", "life")
ROLE_GROUPS = ("inputs", "side", "composition")


@dataclass(frozen=True)
class Citation:
    """Where figures were read: title, publisher, address, and what was read there."""

    key: str
    title: str
    publisher: str
    address: str
    read: str

    def cite(self) -> str:
        """One line for a list of sources."""
        return ". ".join(p.rstrip(".") for p in (self.publisher, self.title, self.address, self.read) if p) + "."


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
            made = read_recipes(file.read_text("utf-8"), file.name)
            raise_all(
                [StudyError(f"recipe '{n}' is given twice", where=file.name) for n in made.recipes if n in recipes]
            )
            recipes |= made.recipes
            citations |= made.citations
    return Book(recipes, citations)


def read_recipes(text: str, where: str) -> Book:
    """Recipes and sources of one TOML text.

    Raises ``StudyError`` and ``UnknownName``, all faults at once, with the recipe and the key.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{where} is not TOML: {error}", where=where, fix="mend the line named above") from error
    faults: list[GroundplanError] = [
        UnknownName("section", key, ("sources", "recipes"), where=where)
        for key in content
        if key not in ("sources", "recipes")
    ]
    citations: dict[str, Citation] = {}
    for key, told in content.get("sources", {}).items():
        wrong = set(told) ^ {"title", "publisher", "address", "read"}
        faults += [StudyError(f"source '{key}': {w} is missing or unknown", where=where) for w in sorted(wrong)]
        if not wrong:
            citations[key] = Citation(key, **told)
    recipes = {}
    theme = where.removesuffix(".toml").replace("_", " ")
    for name, told in content.get("recipes", {}).items():
        recipe, wrong_there = _recipe(name, theme, told, f"{where}, recipe '{name}'", citations)
        faults += wrong_there
        if recipe is not None:
            recipes[name] = recipe
    raise_all(faults)
    return Book(recipes, citations)


def _recipe(
    name: str, theme: str, told: Mapping[str, Any], where: str, citations: Mapping[str, Citation]
) -> tuple[Recipe | None, list[GroundplanError]]:
    faults: list[GroundplanError] = [UnknownName("key", k, KEYS, where=where) for k in told if k not in KEYS]
    texts = {k: told.get(k, "flow" if k == "output" else "") for k in TEXTS}
    faults += [
        StudyError(f"{k} is {texts[k]!r}", where=where, fix="give a text")
        for k in TEXTS
        if not isinstance(texts[k], str) or (not texts[k] and k not in ("account", "note"))
    ]
    if texts["output"] not in OUTPUTS:
        faults.append(UnknownName("output", texts["output"], OUTPUTS, where=where))
    if texts["sector"] not in roles():
        faults.append(UnknownName("role of its sector", texts["sector"], roles(), where=where))
    figures: dict[str, Figure] = {}
    for path, unit, value in _stated(told, texts):
        figure, wrong = _figure(path, unit, value, where, citations)
        faults += [*_name_faults(path, where), *wrong]
        if figure is not None:
            figures[path] = figure
    wanted = [f"capital.{k}" for k in MUST if texts["output"] == "flow" or k != "ratio"]
    faults += [StudyError(f"{path} not given", where=where) for path in wanted if path not in figures]
    spending, needs = told.get("spending", [1.0]), told.get("needs", [])
    if not isinstance(spending, list) or not all(map(is_number, spending)):
        faults.append(StudyError(f"spending is {spending!r}, not a list of numbers", where=where))
    if faults:
        return None, faults
    made = Recipe(
        name=name, theme=theme, figures=figures, spending=tuple(map(float, spending)), needs=tuple(map(str, needs)),
        **texts,
    )  # fmt: skip
    return made, shape_faults(made, where)


def _stated(told: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    """Path, usual unit and content of every figure."""
    if "overheads" in told:
        yield "overheads", "1", told["overheads"]
    for group, unit in GROUPS.items():
        within = told.get(group, {})
        for name, value in within.items() if isinstance(within, Mapping) else [("", within)]:
            usual = {"capital": CAPITAL, "grows": GROWS}.get(group, {}).get(name, unit)
            usual = texts["account"] if group in ("amounts", "leave") else usual
            usual = f"{texts['account']} / unit" if group == "content" else usual
            yield f"{group}.{name}", usual, value


def _name_faults(path: str, where: str) -> list[GroundplanError]:
    group, _, name = path.partition(".")
    known = {"labour": LEVELS, "capital": CAPITAL, "grows": GROWS, **dict.fromkeys(ROLE_GROUPS, roles())}.get(group)
    kind = "role" if group in ROLE_GROUPS else f"figure of {group}"
    return [] if known is None or name in known else [UnknownName(kind, name, known, where=f"{where}, {path}")]


def _figure(
    path: str, unit: str, value: Any, where: str, citations: Mapping[str, Citation]
) -> tuple[Figure | None, list[GroundplanError]]:
    """A figure, or what is wrong with it: it needs a range around it, and a source that exists or none."""
    at = f"{where}, {path}"
    if isinstance(value, list):
        value = dict(zip(("value", "low", "high"), value, strict=False)) | ({} if len(value) == 3 else {"": value})
    keys = ("value", "low", "high", "unit", "source")
    if not isinstance(value, Mapping) or any(k not in keys for k in value):
        return None, [StudyError(f"{path} is {value!r}", where=at, fix="write [value, low, high]")]
    numbers = [float(value[k]) if is_number(value.get(k)) else -1.0 for k in keys[:3]]
    middle, low, high = numbers
    if not 0 <= low <= middle <= high:
        told = f"{path} is {dict(value)}"
        return None, [StudyError(told, where=at, fix="give value, low and high, from 0, low below high")]
    source = value.get("source", "")
    if source and source not in citations:
        return None, [UnknownName("source", source, citations, where=at)]
    if low >= high:
        return None, [StudyError(f"{path} has no range", where=at, fix="give a low below its high")]
    return Figure(middle, low, high, value.get("unit", unit or "1"), source), []
