"""A product carved out of the sector that holds it in older accounts: who buys it, what adds up, what is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from groundplan.economy.estimating.known_facts import Controls, Fact, ToldApart, read_controls
from groundplan.economy.estimating.splitting_off import _parts, split_off, user_shares
from groundplan.economy.estimating.updating import updated
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.tables import catalogue
from groundplan.tables.table import Table

FUELS = ToldApart("fuel", "chem", "C19", "C20-C22", 0.6, 0.1, "the office", "Refined fuels")


def matrix() -> Table:
    return catalogue.load("KEN", 2019)


def both(t: Table, *codes: str) -> np.ndarray:
    """The rows of some products, home and imported, over all uses."""
    home = pd.concat([t.domestic_use, t.domestic_final, t.exports], axis=1)
    foreign = pd.concat([t.imported_use, t.imported_final, t.reexports], axis=1)
    return np.concatenate([frame.loc[list(codes)].sum().to_numpy(float) for frame in (home, foreign)])


def test_all_users_move_by_the_same_odds() -> None:
    """Uses of 10 and 30 of which others buy a half and a fifth: of 40 in all 16 are the product's.

    10·t/(t + 1) + 30·t/(t + 4) = 16 has the root t = (10 + √6244)/48 = 1.8546, so that the parts are t/(t + 1) = .6497
    and t/(t + 4) = .3168. Proves: the log odds of all users move alike. Breaks if: parts are scaled, or given evenly.
    """
    parts = _parts(np.array([10.0, 30.0]), np.array([0.5, 0.2]), 0.4)
    t = (10 + 6244**0.5) / 48
    np.testing.assert_allclose(parts, [t / (t + 1), t / (t + 4)], rtol=1e-9)
    assert _parts(np.array([10.0, 30.0]), np.array([0.5, 0.2]), 0.0).tolist() == [0.0, 0.0]


def test_rows_and_columns_add_up_to_what_they_were() -> None:
    """Proves: product and rest sum to the sector, cell by cell; shares are those stated; every column still balances.

    Breaks if: a cell of the crossing is counted twice, or the costs follow another share than the sales.
    """
    old, new = matrix(), split_off(matrix(), FUELS)
    uses = [c for c in range(len(old.labels)) if c != list(old.labels.index).index("chem")]
    np.testing.assert_allclose(
        np.delete(both(new, "chem", "fuel")[: len(new.labels)], [24])[uses], both(old, "chem")[: len(old.labels)][uses]
    )
    bought = new.imported_use.sum(axis=1) + new.imported_final.sum(axis=1)
    assert bought["fuel"] == pytest.approx(0.6 * float(bought["fuel"] + bought["chem"]))
    output = new.domestic_use.sum(axis=1) + new.domestic_final.sum(axis=1) + new.exports
    before = old.domestic_use.sum(axis=1) + old.domestic_final.sum(axis=1) + old.exports
    assert output["fuel"] == pytest.approx(0.1 * before["chem"])
    costs = new.domestic_use.sum() + new.imported_use.sum() + new.primary.sum()
    then = old.domestic_use.sum() + old.imported_use.sum() + old.primary.sum()
    assert costs["fuel"] == pytest.approx(0.1 * then["chem"])
    assert costs["fuel"] + costs["chem"] == pytest.approx(then["chem"])
    assert float(new.primary.sum().sum()) == pytest.approx(float(old.primary.sum().sum()))


def test_users_are_those_of_other_countries() -> None:
    """Proves: shares come from the shipped accounts that have the class, not from the country's own, and transport buys
    more of it than food does, there and after the carving. Breaks if: imports are given in proportion to all.
    """
    shares = user_shares("KEN", "C19", "C20-C22")
    assert set(shares.countries) == {"BEL", "BRA", "DNK", "ESP", "FRA", "NLD"}
    assert shares.by_user["transport"] > 0.8 > 0.3 > shares.by_user["food"]
    assert "BRA" not in user_shares("BRA", "C19", "C20-C22").countries
    t = split_off(matrix(), FUELS)
    part = t.imported_use.loc["fuel"] / (t.imported_use.loc["fuel"] + t.imported_use.loc["chem"])
    assert part["tran"] > part["food"]
    assert part["tran"] > part["heal"]


def test_it_is_told_and_marked() -> None:
    """Proves: the product has its name and class, what is left says so, and how they were parted is a method.

    Breaks if: a carved product is shown as one of the source.
    """
    t = split_off(matrix(), FUELS)
    assert (t.labels["fuel"], t.labels["chem"]) == ("Refined fuels", "Chemicals and petroleum, rest")
    assert (t.classes["fuel"], t.classes["chem"]) == ("C19", "C20-C22")
    assert "carved out of Chemicals and petroleum, not told apart by the source: 60 % of its imports" in t.methods[-1]
    assert t.methods[-1].endswith("the office.")


def test_facts_on_it_are_met(tmp_path: Path) -> None:
    """Proves: a fact on the carved product holds to its error, in accounts that the older ones' facts alone would miss.

    Breaks if: the carving comes after the facts, or its code is unknown to them.
    """
    facts = (
        Fact("gdp", "KES2024bn", 0.001, "x", value=16_000.0),
        Fact("imports", "KES2024bn", 0.001, "x", ("fuel",), 700.0),
    )
    new = updated(matrix(), Controls("KEN", 2024, "KES2024bn", facts, apart=(replace(FUELS, output=0.0),))).table
    bought = new.imported_use.sum(axis=1) + new.imported_final.sum(axis=1)
    assert bought["fuel"] == pytest.approx(700.0, rel=0.005)
    assert float(new.domestic_use["fuel"].sum()) == 0.0
    assert new.capital_stock is not None
    assert new.capital_stock["fuel"] == 0.0


def test_what_cannot_be_parted_is_refused(tmp_path: Path) -> None:
    """Proves: an unknown sector, a code that is there and a class that is none are told with their lines."""
    with pytest.raises(UnknownName, match="chen"):
        split_off(matrix(), replace(FUELS, sector="chen"))
    with pytest.raises(StudyError, match="is a sector already"):
        split_off(matrix(), replace(FUELS, product="maiz"))
    text = """country = "KEN"
year = 2024
money = "KES2024bn"

[[facts]]
measure = "gdp"
value = 16000
unit = "KES2024bn"
error = 0.01
source = "x"

[[apart]]
product = "fuel"
sector = "chem"
class = "C99X"
left = "C20-C22"
imported = 1.5
output = 0.0
source = "x"
"""
    (tmp_path / "facts.toml").write_text(text, "utf-8")
    with pytest.raises(GroundplanError) as faulty:
        read_controls(tmp_path / "facts.toml")
    assert "imported of a told apart is 1.5" in str(faulty.value)
    (tmp_path / "facts.toml").write_text(text.replace("1.5", "0.5"), "utf-8")
    with pytest.raises(GroundplanError, match="C99X"):
        read_controls(tmp_path / "facts.toml")
