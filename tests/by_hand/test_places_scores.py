"""Scores, Lorenz curve and Gini against sums done on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_places import four, places

from groundplan.errors import Faults, GroundplanError, UnknownName
from groundplan.places.known.columns import PlacesError
from groundplan.places.scoring import inequality, scores
from groundplan.places.scoring.scores import Criterion, Weights, shipped_weights, weights_of

BOTH = (Criterion("power", 3.0, "less"), Criterion("population", 1.0))


def test_min_max_with_the_median_of_the_province() -> None:
    """Proves: power 10, 30, 50 and 50 (d takes the median of South) give 1, ½, 0, 0 at weight ¾; people at ¼.
    Breaks if: d counts as zero power, or takes the median of all places.
    """
    found = scores.score(four(), Weights("need", BOTH))
    assert found.values.to_numpy() == pytest.approx([0.75, 0.375 + 1 / 12, 1 / 6, 0.25])
    assert found.inputs.loc["d", "power"] == 50.0
    assert found.filled["power"].tolist() == [False, False, False, True]


@pytest.mark.parametrize("missing", ["median", "without"])
def test_many_weights_at_once_are_one_score_each(missing: str) -> None:
    """Proves: scores of a whole array of weights are those of each rule by itself; of weights 3 and 1 and of 0 and 2,
    the second is the normalised number of people alone.
    Breaks if: a place without a figure keeps the weight of it, or weights are mixed up between draws.
    """
    rule = Weights("need", BOTH, missing=missing)
    normalised = scores.score(four(), rule).normalised.to_numpy()
    found = scores.weighted(normalised, np.array([[3.0, 1.0], [0.0, 2.0]]))
    assert found.shape == (2, 4)
    for weights, row in zip(([3, 1], [0, 2]), found, strict=True):
        criteria = tuple(replace(c, weight=w) for c, w in zip(BOTH, weights, strict=True))
        again = scores.score(four(), replace(rule, criteria=criteria))
        assert row == pytest.approx(again.values.to_numpy(), abs=0)
    assert found[1] == pytest.approx(normalised[:, 1])


def test_without_shares_the_weight_out() -> None:
    """Proves: d is judged by people alone, at weight 1. Breaks if: the lost weight is dropped."""
    found = scores.score(four(), Weights("need", BOTH, missing="without"))
    assert found.values.to_numpy() == pytest.approx([0.75, 0.375 + 1 / 12, 1 / 6, 1.0])
    assert found.weight.loc["d"].tolist() == [0.0, 1.0]
    assert found.weight.sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_ranks_share_ties() -> None:
    """Proves: 7, 7, 9, 20 rank 1½, 1½, 3, 4, so 0, 0, 0.6, 1 between lowest and highest."""
    p = places({"population": [1, 1, 1, 1], "water": [7, 7, 9, 20]})
    found = scores.score(p, Weights("rank", (Criterion("water", 2.0),), normalise="rank"))
    assert found.values.to_numpy() == pytest.approx([0.0, 0.0, 0.6, 1.0])


def test_refuse_says_who_lacks_what() -> None:
    with pytest.raises(PlacesError, match="'power' is missing for d"):
        scores.score(four(), Weights("need", BOTH, missing="refuse"))


def test_equal_places_get_half() -> None:
    p = places({"population": [5, 5], "power": [1, 2]})
    assert scores.score(p, Weights("n", (Criterion("population", 1, "less"),))).values.tolist() == [0.5, 0.5]


def test_no_figures_at_all_is_refused() -> None:
    """Proves: a criterion that nobody has, and a place that has none, give no score."""
    nan = float("nan")
    p = places({"population": [1, 2], "power": [nan, nan], "water": [1, nan]})
    with pytest.raises(PlacesError, match="no place has a figure in 'power'"):
        scores.score(p, Weights("n", (Criterion("power", 1), Criterion("population", 1))))
    with pytest.raises(PlacesError, match="in none of the criteria: p1"):
        scores.score(p, Weights("n", (Criterion("water", 1),), missing="without"))
    with pytest.raises(UnknownName, match="nearest: 'power'"):
        scores.score(p, Weights("n", (Criterion("powr", 1),)))


def test_the_published_table_gives_the_score_again(tmp_path: Path) -> None:
    """Proves: from the CSV alone, input → normalised → part → score come out again. Breaks if: figures are rounded."""
    scores.score(four(), Weights("need", BOTH)).write(tmp_path / "need.csv")
    t = pd.read_csv(tmp_path / "need.csv", index_col="id")
    power, people = t["power: input"], t["population: input"]
    again = 0.75 * (1 - (power - power.min()) / (power.max() - power.min()))
    again += 0.25 * (people - people.min()) / (people.max() - people.min())
    assert t["score"].to_numpy() == pytest.approx(again.to_numpy(), abs=1e-15)
    assert t["rank"].tolist() == [1, 2, 4, 3]
    assert t["power: estimated"].fillna("").tolist() == ["", "", "", "yes"]
    assert t[[c for c in t if c.endswith("part")]].sum(axis=1).to_numpy() == pytest.approx(t["score"].to_numpy())
    with pytest.raises(PlacesError, match="cannot be written"):
        scores.score(four(), Weights("need", BOTH)).write(tmp_path)


def test_wrong_weights_are_told_together() -> None:
    with pytest.raises(Faults) as error:
        Weights("w", (Criterion("a", -1, "up"), Criterion("a", 1)), normalise="z", missing="zero")
    for part in ("no way to normalise 'z'", "no rule for missing figures 'zero'", "no direction 'up'", "twice"):
        assert part in str(error.value)
    with pytest.raises(PlacesError, match="sum to none"):
        Weights("w", (Criterion("a", 0),))


def test_weights_from_a_file_are_strict() -> None:
    """Proves: a mistyped key, a text for a weight and a missing source are refused, all at once."""
    with pytest.raises(Faults) as error:
        weights_of({"need": {"criteria": [{"column": "a", "wieght": 1, "weight": "much"}], "normalize": "rank"}})
    text = str(error.value)
    for part in ("nearest: 'weight'", "nearest: 'normalise'", "weight is 'much', not a number", "have no source"):
        assert part in text
    with pytest.raises(UnknownName, match="country with weights"):
        shipped_weights("FRA")


def test_gini_of_two_places() -> None:
    """Proves: one person with 1 and three with 3 hold 1/10 and 9/10: G = 1 − ¼·1/10 − ¾·11/10 = 0.15.
    Breaks if: places count instead of people (that would be 0.25).
    """
    value, people = pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"a": 3.0, "b": 1.0})
    assert inequality.gini(value, people) == pytest.approx(0.15)
    curve = inequality.lorenz(value, people)
    assert curve["people"].tolist() == [0.0, 0.25, 1.0]
    assert curve["share"].tolist() == pytest.approx([0.0, 0.1, 1.0])
    assert curve.index.tolist() == ["", "b", "a"]


def test_before_and_after() -> None:
    """Proves: raising b from 1 to 3 takes the Gini from 0.15 to 0 and the mean from 2.5 to 3."""
    people = pd.Series({"a": 3.0, "b": 1.0})
    found = inequality.before_after(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"b": 3.0, "a": 3.0}), people)
    assert (found.gini_before, found.gini_after) == pytest.approx((0.15, 0.0))
    assert (found.mean_before, found.mean_after) == (2.5, 3.0)
    assert (found.worst_before, found.worst_after, found.worst_place_before) == (1.0, 3.0, "b")


@pytest.mark.parametrize(
    ("value", "people", "words"),
    [
        ([1.0, np.nan], [1.0, 1.0], "measure is missing or below zero: p1"),
        ([1.0, 2.0], [1.0, -1.0], "population is missing or below zero: p1"),
        ([0.0, 0.0], [1.0, 1.0], "nothing to share"),
    ],
)
def test_no_gini_without_figures(value: list[float], people: list[float], words: str) -> None:
    ids = ["p0", "p1"]
    with pytest.raises(GroundplanError, match=words):
        inequality.gini(pd.Series(value, ids), pd.Series(people, ids))
    with pytest.raises(PlacesError, match="not of the same places"):
        inequality.gini(pd.Series(value, ids), pd.Series(people, ["p0", "p2"]))
