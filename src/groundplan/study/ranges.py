"""Figures that may be otherwise: their names in a study, their ranges, and the study with another value of one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError, StudyError, UnknownName, raise_all
from groundplan.planning.features.trade.trade import foreign_gap
from groundplan.planning.horizon import Horizon
from groundplan.planning.policy import Policy
from groundplan.recipe_book.book import book
from groundplan.records.admissible import is_number
from groundplan.records.card import Entry, fields_of, types_of
from groundplan.study.study import Study
from groundplan.study.study_file import GROUPS

SECTIONS = ("plan", "people", "capital", "trade", "finance")
# Toil is there so that nothing is made in vain; its size is no statement about an economy.
LEFT_OUT = ("idle_cost",)
CAPITAL = "capital_output"
OF_CAPITAL = (CAPITAL, "depreciation", "trend_growth")


@dataclass(frozen=True)
class Parameter:
    """A figure that may be otherwise: its name, what is taken, its range, unit and the range's basis.

    ``times``: low, base and high multiply what is stated, sector by sector.
    """

    name: str
    base: float
    low: float
    high: float
    unit: str
    basis: str
    times: bool = False

    def changed(self, study: Study, value: float) -> Study:
        """The study with another value of the figure."""
        if self.times:
            stated = get(study, self.name)
            return put(study, self.name, {k: v * value for k, v in stated.items()})
        return put(study, self.name, value)


def parameters(study: Study, e: Economy, spread: float) -> list[Parameter]:
    """The figures of a study that may be otherwise, with their ranges.

    In this order: ranges that the study states; figures of carved products and of recipes whose ranges are on record;
    policies and the capital of the economy within ± ``spread`` of what is taken, inside what is admissible. Whole
    numbers, switches and figures that are zero have no range of their own.
    Raises ``UnknownName`` for a range of something that is not there.
    """
    ranged = {p.name: p for p in (*_recorded(study), *_policies(study, e, spread))}
    faults: list[GroundplanError] = []
    stated: dict[str, Parameter] = {}
    for r in study.policy.ranges:
        try:
            base = ranged[r.name].base if r.name in ranged and not ranged[r.name].times else get(study, r.name)
            if not is_number(base):
                raise StudyError(f"{r.name} is {base!r}, not a number", fix="name a number, or state it in the study")
            stated[r.name] = Parameter(r.name, float(base), r.low, r.high, "", r.source)
        except GroundplanError as fault:
            fault.where = fault.where or r.line
            faults.append(fault)
    raise_all(faults)
    return list({**stated, **{k: p for k, p in ranged.items() if k not in stated}}.values())


def _recorded(study: Study) -> list[Parameter]:
    """Figures whose ranges are on record: of carved products, and of the recipes of techniques and buildings."""
    out = []
    for n, c in enumerate(study.figures.get("carve") or [], 1):
        if c.low is not None and c.high is not None and c.range_of and getattr(c, c.range_of) is not None:
            base = float(getattr(c, c.range_of))
            out.append(Parameter(f"carve.{n}.{c.range_of}", base, float(c.low), float(c.high), "", c.basis))
    for f in fields_of(Policy):
        records = getattr(study.policy, str(f.name))
        for n, record in enumerate(records if isinstance(records, list) else [], 1):
            own = getattr(record, "figures", None)
            if isinstance(own, Mapping) and hasattr(record, "recipe"):
                for path, figure in book().recipe(record.recipe).figures.items():
                    low, high, base = figure.low, figure.high, float(own.get(path, figure.value))
                    if low < high:
                        name = f"{f.name}.{n}.figures.{path}"
                        out.append(Parameter(name, base, low, high, figure.unit, figure.basis))
    return out


def _policies(study: Study, e: Economy, spread: float) -> list[Parameter]:
    """Numbers of the policy, and fixed capital, its wear and its growth, each within a share of what is taken."""
    h = Horizon.of(e, study.policy, base_year=False)
    left = {
        "population_growth": h.population_growth,
        "labour_productivity_growth": h.productivity,
        "terminal_growth": h.terminal_growth,
        "foreign_balance": foreign_gap(e),
    }
    out, hints = [], types_of(Policy)
    cards = {f.name: f.metadata for f in fields_of(Policy)}
    names = [k for s in SECTIONS for k in GROUPS[s] if k in cards and "float" in str(hints[k]) and k not in LEFT_OUT]
    for name in names:
        value, card = getattr(study.policy, name), cards[name]
        if isinstance(value, Mapping):
            out.append(Parameter(name, 1.0, 1.0 - spread, 1.0 + spread, "times what is stated", _within(spread), True))
            continue
        base = left.get(name) if value is None else float(value)
        if base:
            ends = sorted(float(np.clip(base * k, card["low"], card["high"])) for k in (1.0 - spread, 1.0 + spread))
            out.append(Parameter(name, base, ends[0], ends[1], str(card["unit"]), _within(spread)))
    stock, spent = float(e.capital_stock.sum()), float(e.investment_by_sector.sum())
    wear = float((e.depreciation * e.capital_stock).sum()) / stock if stock > 0 else 0.0
    taken = {CAPITAL: stock / e.gdp, "depreciation": wear, "trend_growth": spent / stock - wear if stock > 0 else 0.0}
    for name, unit in zip(OF_CAPITAL, ("years of GDP", "1 / year", "1 / year"), strict=True):
        if taken[name] and not isinstance(study.figures.get(name), Mapping):
            low, high = sorted(taken[name] * k for k in (1.0 - spread, 1.0 + spread))
            out.append(Parameter(name, taken[name], low, high, unit, _within(spread)))
    return out


def _within(spread: float) -> str:
    return f"assumed: ±{spread:.0%} of what is taken".replace("%", " %")


def get(study: Study, name: str) -> Any:
    """A figure of a study by its name; see ``Range`` for names. Raises ``UnknownName`` and ``StudyError``."""
    head, *path = name.split(".")
    return _get(_top(study, head), path, name)


def put(study: Study, name: str, value: Any) -> Study:
    """The study with another value of a figure. Raises ``UnknownName`` and ``StudyError``."""
    head, *path = name.split(".")
    new = _put(_top(study, head), path, value, name)
    if head in {f.name for f in fields_of(Policy)}:
        return dataclasses.replace(study, policy=dataclasses.replace(study.policy, **{head: new}))
    return dataclasses.replace(study, figures={**study.figures, head: new})


def _top(study: Study, head: str) -> Any:
    policies, figures = [f.name for f in fields_of(Policy)], (*OF_CAPITAL, "carve")
    if head in policies:
        return getattr(study.policy, head)
    if head not in figures:
        raise UnknownName("figure of the study", head, [*policies, *figures])
    return study.figures.get(head)


def _get(thing: Any, path: Sequence[str], name: str) -> Any:
    if not path:
        return thing
    if isinstance(thing, list):
        return _get(thing[_place(thing, path[0], name)], path[1:], name)
    if isinstance(thing, Entry):
        return _get(getattr(thing, _field(thing, path[0])), path[1:], name)
    if isinstance(thing, Mapping):
        key = ".".join(path)
        if key not in thing:
            raise UnknownName(f"key of {name}", key, thing)
        return thing[key]
    raise StudyError(f"{name} leads nowhere: there is nothing under {path[0]}", fix="state the record in the study")


def _put(thing: Any, path: Sequence[str], value: Any, name: str) -> Any:
    if not path:
        return value
    if isinstance(thing, list):
        at = _place(thing, path[0], name)
        return [_put(r, path[1:], value, name) if n == at else r for n, r in enumerate(thing)]
    if isinstance(thing, Entry):
        field = _field(thing, path[0])
        return dataclasses.replace(thing, **{field: _put(getattr(thing, field), path[1:], value, name)})
    if isinstance(thing, Mapping):
        return {**thing, ".".join(path): value}
    raise StudyError(f"{name} leads nowhere: there is nothing under {path[0]}", fix="state the record in the study")


def _place(records: list[Any], word: str, name: str) -> int:
    """Which record a word means: its number from 1, or its name."""
    if word.isdigit() and 1 <= int(word) <= len(records):
        return int(word) - 1
    titles = [str(getattr(r, "name", "") or getattr(r, "product", "")) for r in records]
    if word not in titles:
        raise UnknownName(f"record of {name.partition('.')[0]}", word, [t for t in titles if t])
    return titles.index(word)


def _field(record: Entry, word: str) -> str:
    names = [f.name for f in fields_of(type(record))]
    if word not in names:
        raise UnknownName(f"key{record.owner()}", word, names)
    return word
