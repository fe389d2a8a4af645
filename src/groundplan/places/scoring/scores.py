"""Need and readiness from published weights, so that anyone can compute every score again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.records.card import Card, keyed
from groundplan.records.reading import read
from groundplan.records.toml import Document, open_document
from groundplan.spreadsheets import neutral

NORMALISED = ("minmax", "rank")
MISSING = ("median", "without", "refuse")
DIRECTIONS = ("more", "less")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Criterion(Card):
    """One column in a score: its weight, and whether "more" or "less" of it raises the score."""

    column: str = keyed("", "the name of a column", filled=True)
    weight: float = keyed("1", "how much it counts")
    direction: str = keyed("", "whether more or less of it raises the score", "more")
    reason: str = keyed("", "why it counts", "")


@dataclass(frozen=True)
class Weights(Card):
    """A score's published rule.

    ``normalise``: "minmax" puts the least value at 0 and the largest at 1; "rank" the lowest rank at 0 and the highest
    at 1, ties sharing their mean rank. ``missing``: "median" takes the median of the province (of all places where the
    province has none) and marks the cell as an estimate; "without" leaves the criterion out for that place and shares
    its weight over the others; "refuse" stops. Missing is never taken for zero.

    Errors: every fault at once: no criterion, weights that are none or sum to nothing, a column twice, unknown words.
    """

    name: str = keyed("", "the name of the score")
    criteria: tuple[Criterion, ...] = keyed("", "a list of tables: column, weight", filled=True)
    normalise: str = keyed("", "how columns are brought to 0 to 1", "minmax")
    missing: str = keyed("", "what stands for a missing figure", "median")
    source: str = keyed("", "who published the weights, or why they are assumed", "")

    def __post_init__(self) -> None:
        faults: list[GroundplanError] = []
        if not self.criteria:
            faults.append(PlacesError("there is no criterion", fix="name at least one column with its weight"))
        for what, word, words in (
            ("way to normalise", self.normalise, NORMALISED),
            ("rule for missing figures", self.missing, MISSING),
        ):
            if word not in words:
                faults.append(UnknownName(what, word, words))
        faults += [
            UnknownName("direction", c.direction, DIRECTIONS) for c in self.criteria if c.direction not in DIRECTIONS
        ]
        bad = [c.column for c in self.criteria if not (math.isfinite(c.weight) and c.weight >= 0)]
        if bad or (self.criteria and not sum(c.weight for c in self.criteria) > 0):
            faults.append(PlacesError(f"weights are below zero or sum to none: {some(bad)}", fix="give numbers from 0"))
        columns = [c.column for c in self.criteria]
        if len(set(columns)) < len(columns):
            faults.append(PlacesError("a column stands twice in the criteria", fix="add its weights up"))
        raise_all(faults, where=f"weights '{self.name}'")

    def by_criterion(self) -> Floats:
        """[criterion] weights as they are published."""
        return np.array([c.weight for c in self.criteria], dtype=float)


@dataclass(frozen=True, eq=False)
class Scores:
    """A score by place, 0 to 1, and all that it was computed from.

    ``inputs`` (column's unit; filled where ``filled``), ``normalised`` and ``parts`` (1) are place × criterion;
    ``weight`` are the weights in use, rows summing to 1; value = Σ parts, parts = weight · normalised.
    """

    rule: Weights
    values: pd.Series
    inputs: pd.DataFrame
    filled: pd.DataFrame
    normalised: pd.DataFrame
    weight: pd.DataFrame
    names: pd.Series

    @property
    def parts(self) -> pd.DataFrame:
        """What each criterion adds to the score."""
        return (self.weight * self.normalised).fillna(0.0)

    def table(self) -> pd.DataFrame:
        """One row a place: id, name, score, rank (1 is the highest), and for every criterion all that enters it."""
        out = pd.DataFrame({"name": self.names, "score": self.values})
        out["rank"] = self.values.rank(ascending=False, method="min").astype(int)
        parts = self.parts
        for c in self.rule.criteria:
            out[f"{c.column}: input"] = self.inputs[c.column]
            out[f"{c.column}: estimated"] = self.filled[c.column].map({True: "yes", False: ""})
            out[f"{c.column}: normalised ({c.direction} is higher)"] = self.normalised[c.column]
            out[f"{c.column}: weight"] = self.weight[c.column]
            out[f"{c.column}: part"] = parts[c.column]
        return out.rename_axis("id")

    def write(self, path: str | Path) -> None:
        """The table as CSV; numbers in full, so that every sum can be done again. Raises ``PlacesError``."""
        table = self.table()
        table["name"] = table["name"].map(neutral)
        table.index = pd.Index([neutral(i) for i in table.index], name="id")
        try:
            table.to_csv(path, encoding="utf-8")
        except OSError as error:
            what = f"the scores cannot be written: {error.strerror or error}"
            raise PlacesError(what, where=str(path), fix="name another file") from error


def score(places: Places, rule: Weights) -> Scores:
    """Weighted sum of normalised columns, higher for more need (or readiness).

        s[p] = Σ_c w[p,c] · n[p,c],    w[p,c] = weight[c] / Σ weight of the criteria that count for p
        n    = (v − min v) / (max v − min v)   or   (rank v − 1) / (count − 1);   1 − n where less is higher

    A criterion on which all places are equal gives 0.5 to each. Units: 1.
    Source: OECD (2008), Handbook on Constructing Composite Indicators, min-max and rank (citation not checked).
    Errors: ``UnknownName`` for columns; ``PlacesError`` where a figure is missing and the rule refuses that, where no
            place has a figure, or where a place has none of the criteria; all faults at once.
    """
    columns = [c.column for c in rule.criteria]
    raise_all([UnknownName("column", c, places.columns, where=rule.name) for c in columns if c not in places.columns])
    raw = places.table[columns]
    empty = [c for c in columns if raw[c].isna().all()]
    raise_all([PlacesError(f"no place has a figure in '{c}'", where=rule.name) for c in empty])
    if rule.missing == "refuse":
        raise_all(_lacking(places, raw), where=rule.name)
    inputs = _filled(raw, places.province) if rule.missing == "median" else raw
    normalised = pd.DataFrame({c.column: _normalised(inputs[c.column], c, rule.normalise) for c in rule.criteria})
    names = pd.Series(list(places.titles().values()), raw.index)
    counts = normalised.notna().to_numpy() @ (rule.by_criterion() > 0)
    if not counts.all():
        raise PlacesError(f"places have a figure in none of the criteria: {some(names[~counts])}", where=rule.name)
    weight = pd.DataFrame(shared(normalised.to_numpy(), rule.by_criterion()), raw.index, columns)
    values = pd.Series(weighted(normalised.to_numpy(), rule.by_criterion()), raw.index, name=rule.name)
    return Scores(rule, values, inputs, raw.isna() & inputs.notna(), normalised, weight, names)


def shared(normalised: Floats, weights: Floats) -> Floats:
    """[..., place, criterion] weights in use: those of the criteria that count for a place, brought to a sum of 1.

    ``normalised`` is place × criterion, NaN where a criterion does not count; ``weights`` are [..., criterion].
    """
    counted: Floats = np.where(np.isnan(normalised), 0.0, weights[..., None, :])
    return np.asarray(counted / counted.sum(axis=-1, keepdims=True))


def weighted(normalised: Floats, weights: Floats) -> Floats:
    """[..., place] scores under every one of the ``weights`` [..., criterion]: ``score`` of many rules at once.

        s[p] = Σ_c w[p,c] · n[p,c],    w = ``shared``;    NaN counts nothing

    Units: 1.
    """
    return np.asarray(np.nansum(shared(normalised, weights) * normalised, axis=-1))


def _lacking(places: Places, raw: pd.DataFrame) -> list[GroundplanError]:
    names = pd.Series(list(places.titles().values()), raw.index)
    return [
        PlacesError(f"'{c}' is missing for {some(names[raw[c].isna()])}") for c in raw.columns if raw[c].isna().any()
    ]


def _filled(raw: pd.DataFrame, province: pd.Series) -> pd.DataFrame:
    """Missing cells as the province's median, or that of all places where the whole province lacks them."""
    by_province = raw.groupby(province).transform("median")
    return raw.fillna(by_province).fillna(raw.median())


def _normalised(values: pd.Series, criterion: Criterion, how: str) -> pd.Series:
    """From 0 to 1, 1 being what raises the score; NaN stays NaN."""
    level = values.rank(method="average") if how == "rank" else values
    low, high = level.min(), level.max()
    out = (level - low) / (high - low) if high > low else level.where(level.isna(), 0.5)
    return out if criterion.direction == "more" or not high > low else 1.0 - out


def open_weights(path: str | Path) -> dict[str, Weights]:
    """Rules by name from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), a rule without criteria or source,
            everything that ``Weights`` is checked for; all at once.
    """
    return weights_in(open_document(path))


def weights_of(content: Mapping[str, Any], *, where: str = "") -> dict[str, Weights]:
    """Rules by name from plain values, checked as ``open_weights`` does."""
    return weights_in(Document(content, where))


def shipped_weights(country: str) -> dict[str, Weights]:
    """Need and readiness of a country that is shipped, by these names: equal weights, an assumption.

    Raises ``UnknownName`` with the nearest country.

    >>> [c.column for c in shipped_weights("KEN")["need"].criteria]
    ['poverty', 'power', 'piped_water', 'school_attendance']
    """
    document = open_document(Path(str(files("groundplan").joinpath("places/data/weights.toml"))))
    code = str(country).strip().upper()
    if code not in document.content:
        raise UnknownName("country with weights", country, document.content)
    return weights_of(document.content[code], where=document.name)


def weights_in(document: Document) -> dict[str, Weights]:
    """Rules by name from a document, checked as ``open_weights`` does."""
    faults: list[GroundplanError] = []
    rules: dict[str, Weights] = {}
    for name, content in document.content.items():
        rule, wrong = read(Weights, content, document.where, (name,), name=name)
        faults += wrong
        if isinstance(content, Mapping) and not content.get("source"):
            where, fix = document.where((name,)), "say who published them, or why"
            faults.append(PlacesError("the weights have no source", where=where, fix=fix))
        if rule is not None:
            rules[name] = rule
    raise_all(faults, where=document.name)
    return rules
