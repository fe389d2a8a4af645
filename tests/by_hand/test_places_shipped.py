"""Kenya's counties and the counties of the DPR Korea: published sums, what is missing, how good estimates are."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from economies import SHARED

from groundplan.errors import UnknownName
from groundplan.places.known import shipped_places as shipped
from groundplan.places.known.estimates import scaled_to
from groundplan.places.known.places import Places
from groundplan.places.known.shipped_places import cases
from groundplan.places.scoring import inequality, scores
from groundplan.places.scoring.scores import shipped_weights
from groundplan.tables.facts import fact

KENYA, KOREA = SHARED / "regions_kenya2019", SHARED / "dprk" / "regions"
needs_kenya = pytest.mark.skipif(not KENYA.is_dir(), reason=f"no census columns in {KENYA}")
needs_korea = pytest.mark.skipif(not KOREA.is_dir(), reason=f"no census columns in {KOREA}")


@pytest.fixture(scope="module")
def kenya() -> Places:
    return shipped.shipped("KEN")


@pytest.fixture(scope="module")
def korea() -> Places:
    return shipped.shipped("PRK")


def test_kenya_adds_up_to_the_printed_census(kenya: Places) -> None:
    """Proves: 47,564,296 people, 12,143,913 households, 580,876.5 km2 (KNBS, census 2019, vol. I)."""
    t = kenya.table
    assert (t["population"].sum(), t["male"].sum(), t["female"].sum()) == (47564296, 23548056, 24014716)
    assert t["households"].sum() == 12143913
    assert t["area"].sum() == pytest.approx(580876.5, abs=0.2)
    assert len(kenya.borders) == 113
    assert kenya.title("22") == "Kiambu"


def test_korea_adds_up_to_the_printed_census(korea: Places) -> None:
    """Proves: 23,349,859 people, 14,155,393 in towns, and every province as its own row of the table (census 2008)."""
    t = korea.table
    assert (t["population"].sum(), t["male"].sum(), t["urban"].sum()) == (23349859, 11059489, 14155393)
    assert korea.province_sums("population")["Ryanggang"] == 719269
    assert len(korea.provinces) == 10
    assert (korea.title("KPC125"), korea.title("KPC125", "ko")) == ("Songchon", "성천군")


def test_what_is_missing_stays_missing(kenya: Places) -> None:
    """Proves: Samburu's electricity and water are missing, and said to be. Breaks if: they are filled or zero."""
    samburu = kenya.names.index[kenya.names["en"] == "Samburu"][0]
    assert kenya.table.loc[samburu, ["power", "piped_water"]].isna().all()
    assert kenya.table.drop(columns=["power", "piped_water"]).notna().all(axis=None)
    assert any("Samburu" in doubt for doubt in kenya.doubts)
    assert "crop_land" not in kenya.columns


def test_every_estimate_is_marked_with_its_rule(kenya: Places, korea: Places) -> None:
    for places, names in (
        (kenya, {"urban", "rural", "income", "rural_share", "distance_to_capital", "distance_to_city"}),
        (korea, {"lat", "lon", "grain_output", "rural_share", "distance_to_capital", "distance_to_city"}),
    ):
        found = {c.name for c in places.columns.values() if c.basis == "estimate"}
        assert found == names
        assert all(places.columns[c].rule for c in found)
        assert all(len(sha) == 64 for s in places.sources for sha in s.sha256.values())


def test_the_rules_of_the_estimates(kenya: Places, korea: Places) -> None:
    """Proves: Kenya's towns hold the printed 31.2 per cent and no county more than its people; Korean grain sums to
    the printed 4.78 Mt; the capital is 0 km from itself.
    """
    t = kenya.table
    assert t["urban"].sum() / t["population"].sum() == pytest.approx(0.312, abs=1e-9)
    assert (t["urban"] <= t["population"]).all()
    assert t["urban"].to_numpy() + t["rural"].to_numpy() == pytest.approx(t["population"].to_numpy())
    assert korea.table["grain_output"].sum() == pytest.approx(4.78e6)
    assert korea.table.loc["KPC174", "distance_to_capital"] == 0.0
    assert korea.title("KPC174") == "Pyongyang"
    assert t.loc["47", "distance_to_capital"] == 0.0
    assert kenya.title("47").startswith("Nairobi")


def test_amounts_in_proportion_up_to_their_most() -> None:
    """Proves: of 10 and 30 people with shapes 1 and ½, 20 are reached at c = 0.8 (8 + 12); for 31 the first is full, so
    10 + 15 c = 31; all 40 at c = 2, nobody at 0.
    Breaks if: the first is counted beyond its most, or the order of the shapes is not the order in which they fill.
    """
    most, shape = np.array([30.0, 10.0]), np.array([0.5, 1.0])
    found = [scaled_to(total, most, shape) for total in (20.0, 31.0, 40.0, 0.0)]
    assert found == pytest.approx([0.8, 1.4, 2.0, 0.0])


@needs_kenya
def test_urban_estimate_of_kenya_against_the_census(kenya: Places) -> None:
    """Proves: the estimate of towns is off by 8 points a county on average and follows the census; the national share
    put everywhere would be off by 19. Breaks if: the rule is worse than no rule.
    """
    census = pd.read_csv(KENYA / "kenya_counties_2019.csv").set_index("county_code")
    census.index = census.index.astype(int).astype(str)
    true = (census["urban_population"] / census["population"]).reindex(kenya.ids)
    made = kenya.table["urban"] / kenya.table["population"]
    assert np.abs(made - true).mean() < 0.08 < 0.15 < np.abs(0.312 - true).mean()
    assert np.corrcoef(made, true)[0, 1] > 0.88
    assert (census["population"].reindex(kenya.ids) == kenya.table["population"]).all()
    assert (census["pct_hh_mains_electricity"].reindex(kenya.ids) - kenya.table["power"]).dropna().abs().max() < 0.06


@needs_korea
def test_korea_against_a_second_table(korea: Places) -> None:
    """Proves: people and points are those of another compilation, all but Unjong, which it keeps inside Pyongyang."""
    other = pd.read_csv(KOREA / "dprk_counties_census2008.csv").set_index("name_ko")
    own = korea.table.set_axis(korea.names["ko"] + "|" + korea.province, axis=0)
    other = other.set_axis(other.index + "|" + other["province_2008"], axis=0)
    both = own.index.intersection(other.index)
    assert len(both) >= 176
    assert (own.loc[both, "population"] == other.loc[both, "pop"]).all()
    assert (own.loc[both, "urban"] == other.loc[both, "urban"]).all()
    assert (own.loc[both, ["lat", "lon"]] - other.loc[both, ["lat", "lon"]]).abs().max(axis=None) < 0.02


def test_published_selections(korea: Places) -> None:
    """Proves: 52 rows over three years, one without a source; every id is a county, two districts have none."""
    found = shipped.selections("PRK")
    assert [sum(s.year == y for s in found) for y in (2024, 2025, 2026)] == [20, 18, 14]
    assert [s.name for s in found if not s.confirmed] == ["Kusong"]
    assert [s.name for s in found if not s.place] == ["Kaephung district", "Phanmun district"]
    assert {s.place for s in found if s.place} <= set(korea.ids)
    assert [s.name for s in found if s.confirmed and not s.factories] == ["Ragwon", "Sinuiju", "Riwon"]
    assert len(shipped.selections_source("PRK").sha256) == 1
    with pytest.raises(UnknownName, match="published selections"):
        shipped.selections("KEN")


def test_districts_add_up_to_their_city(korea: Places) -> None:
    """Proves: the 32 districts are those merged into cities: Chongjin's add up to Chongjin."""
    city = korea.names.index[korea.names["en"] == "Chongjin"][0]
    assert shipped.districts("PRK", "Chongjin")["population_2008"].sum() == korea.table.loc[city, "population"]
    assert len(shipped.districts("PRK")) == 32
    with pytest.raises(UnknownName, match="nearest: 'Chongjin'"):
        shipped.districts("PRK", "Chongin")


@pytest.mark.parametrize("country", ["KEN", "PRK"])
def test_shipped_scores(country: str) -> None:
    """Proves: need and readiness exist for every place, from 0 to 1; the capital needs least or nearly least."""
    places = shipped.shipped(country)
    rules = shipped_weights(country)
    need = scores.score(places, rules["need"]).values
    ready = scores.score(places, rules["readiness"]).values
    assert need.between(0, 1).all()
    assert ready.between(0, 1).all()
    assert need.rank()[cases()[country].capital] <= 2


def test_inequality_between_counties_of_kenya(kenya: Places) -> None:
    """Proves: the Gini of county product a head is half the mean difference over the mean, done another way."""
    y, n = kenya.table["income"].to_numpy(), kenya.table["population"].to_numpy()
    mean = (y * n).sum() / n.sum()
    other = (np.abs(y[:, None] - y) * np.outer(n, n)).sum() / (2 * n.sum() ** 2 * mean)
    assert inequality.gini(kenya.column("income"), kenya.column("population")) == pytest.approx(other, abs=1e-12)


def test_unknown_countries_and_facts() -> None:
    with pytest.raises(UnknownName, match="nearest: 'KEN'"):
        shipped.shipped("KEM")
    with pytest.raises(UnknownName, match=r"food crops, 2024"):
        fact("PRK", "food crop", 2024)
    assert math.isclose(shipped.assumed_wages("KEN")["trained"].value, 888743.5)
