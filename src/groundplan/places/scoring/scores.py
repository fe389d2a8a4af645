"""Need and readiness from published weights, so that anyone can compute every score again; Lorenz curve and Gini."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError, some
from groundplan.places.known.places import Places
from groundplan.records.card import Card, keyed
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
        found: list[GroundplanError] = []
        if not self.criteria:
            found.append(PlacesError("there is no criterion", fix="name at least one column with its weight"))
        for told, word, words in (
            ("way to normalise", self.normalise, NORMALISED),
            ("rule for missing figures", self.missing, MISSING),
        ):
            if word not in words:
                found.append(UnknownName(told, word, words))
        found += [
            UnknownName("direction", c.direction, DIRECTIONS) for c in self.criteria if c.direction not in DIRECTIONS
        ]
        bad = [c.column for c in self.criteria if not (math.isfinite(c.weight) and c.weight >= 0)]
        if bad or (self.criteria and not sum(c.weight for c in self.criteria) > 0):
            found.append(PlacesError(f"weights are below zero or sum to none: {some(bad)}", fix="give numbers from 0"))
        columns = [c.column for c in self.criteria]
        if len(set(columns)) < len(columns):
            found.append(PlacesError("a column stands twice in the criteria", fix="add its weights up"))
        raise_all(found, where=f"weights '{self.name}'")

    def by_criterion(self) -> Floats:
        """[criterion] weights as they are published."""
        return np.array([c.weight for c in self.criteria], dtype=float)

    def changed(self, weights: Mapping[str, float]) -> Weights:
        """The same rule with other weights by column."""
        known = [c.column for c in self.criteria]
        raise_all([UnknownName("criterion", c, known) for c in weights if c not in known])
        made = tuple(replace(c, weight=weights.get(c.column, c.weight)) for c in self.criteria)
        return replace(self, criteria=made)


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


def lorenz(values: pd.Series, population: pd.Series) -> pd.DataFrame:
    """Lorenz curve of a measure per head: shares of people, poorest first, against their share of the whole.

        people[k] = Σ_{i≤k} N_i / N,   share[k] = Σ_{i≤k} N_i·y_i / Σ N_i·y_i,   y ascending; starts at (0, 0)

    Units: 1. Errors: ``PlacesError``, all faults at once: figures missing or below zero, nobody, nothing to share.
    """
    y, n = _checked(values, population)
    order = np.argsort(y, kind="stable")
    people, held = n[order].cumsum(), (n[order] * y[order]).cumsum()
    rows = {"people": np.append(0.0, people / people[-1]), "share": np.append(0.0, held / held[-1])}
    return pd.DataFrame(rows, index=pd.Index(["", *values.index[order]], name="id"))


def gini(values: pd.Series, population: pd.Series) -> float:
    """Population-weighted Gini coefficient of a measure per head between places; 0 is equal, below 1.

        G = 1 − Σ_k (people[k] − people[k−1]) · (share[k] + share[k−1])

    Units: 1. Inequality inside places is not in it. Source: Gini (1912), area under the Lorenz curve (citation not
    checked). Errors: as ``lorenz``.
    """
    curve = lorenz(values, population)
    people, share = curve["people"].to_numpy(), curve["share"].to_numpy()
    # Equal values leave the rounding of a sum, of either sign.
    return max(0.0, float(1.0 - (np.diff(people) * (share[1:] + share[:-1])).sum()))


def _checked(values: pd.Series, population: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    faults: list[GroundplanError] = []
    if set(values.index) != set(population.index) or not values.index.is_unique:
        raise PlacesError("the measure and the population are not of the same places", fix="give both by the same ids")
    y = values.to_numpy(dtype=float)
    n = population.reindex(values.index).to_numpy(dtype=float)
    for what, figures in (("measure", y), ("population", n)):
        bad = ~(np.isfinite(figures) & (figures >= 0))
        if bad.any():
            told = some(str(i) for i in values.index[bad])
            faults.append(PlacesError(f"the {what} is missing or below zero: {told}", fix="leave those places out"))
    if not faults and not (n * y).sum() > 0:
        faults.append(PlacesError("there is nobody, or nothing to share", fix="give a measure above zero"))
    raise_all(faults)
    return y, n


@dataclass(frozen=True)
class Effect:
    """Inequality before and after: Gini (1), the mean per head and the worst-off place's level, and who that is."""

    gini_before: float
    gini_after: float
    mean_before: float
    mean_after: float
    worst_before: float
    worst_after: float
    worst_place_before: str
    worst_place_after: str


def before_after(before: pd.Series, after: pd.Series, population: pd.Series) -> Effect:
    """What a programme does to a measure per head, at the same population.

    Units: Gini 1, the rest the measure's own. Errors: as ``gini``, for each of the two.
    """
    ginis = [gini(values, population) for values in (before, after)]
    means = [float((values * population).sum() / population.sum()) for values in (before, after)]
    return Effect(
        gini_before=ginis[0],
        gini_after=ginis[1],
        mean_before=means[0],
        mean_after=means[1],
        worst_before=float(before.min()),
        worst_after=float(after.min()),
        worst_place_before=str(before.idxmin()),
        worst_place_after=str(after.idxmin()),
    )
