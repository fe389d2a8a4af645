"""Recipes on paper: reading, physical accounts, and the coefficients that they come to in a small economy."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from economies import small

from groundplan.economy.physical import Physical
from groundplan.errors import Faults, StudyError, UnknownName
from groundplan.recipe_book.book import read_recipes
from groundplan.recipe_book.fit import fit
from groundplan.recipe_book.recipe import Recipe

BREAD = """
[sources.baker]
title = "On bread"
publisher = "a baker"
address = "nowhere"
read = "1.2 t of flour a tonne"

[recipes.bread]
label = "bread"
product = "bread"
unit = "t"
sector = "food"
account = "t"
inputs = { crops = [0.20, 0.1, 0.3], machinery = [0.30, 0.2, 0.4] }
overheads = [0.10, 0.05, 0.20]
labour = { unskilled = [0.04, 0.02, 0.06], professional = [0.06, 0.03, 0.09] }
capital = { ratio = [2.0, 1.0, 3.0], gestation = [2, 1, 4], life = [20, 10, 30] }
spending = [0.25, 0.75]
composition = { construction = [0.5, 0.3, 0.7], machinery = [0.3, 0.2, 0.4], "business services" = [0.2, 0.1, 0.3] }
amounts.crops = { value = 1.2, low = 1.1, high = 1.3, source = "baker" }
amounts.heat = { value = 3.0, low = 2.0, high = 4.0, unit = "GJ" }
leave = { crumbs = [0.05, 0.0, 0.1] }
"""
ROLES = {"crops": "farm", "machinery": "works", "construction": "works", "business services": "works"}


def bread() -> Recipe:
    return read_recipes(BREAD, "bread.toml").recipe("bread")


def test_coefficients_on_paper() -> None:
    """A fifth of output is spent on crops, three tenths on machines, a tenth on the rest, in the works of ``small``.

    The works buy 30 of the farm at home and 15 abroad, 40 and 20 of the works; nothing else is left for the rest, so
    it is spread over all of that: 30, 15, 40 and 20 of 105.
    Proves: cost shares are split over origins as the sector splits them; the surplus is what is left.
    Breaks if: home and imported are mixed up, or another sector's purchases are taken.
    """
    f = fit(bread(), small(), sector="works", chosen=ROLES)
    assert f.home.to_dict() == pytest.approx({"farm": 0.2 * 30 / 45 + 3 / 105, "works": 0.3 * 40 / 60 + 4 / 105})
    assert f.imported.to_dict() == pytest.approx({"farm": 0.2 * 15 / 45 + 1.5 / 105, "works": 0.3 * 20 / 60 + 2 / 105})
    assert f.surplus == pytest.approx(1.0 - 0.6 - 0.1)
    # Wages of the works are 40 for 40 units of work, so a tenth of output is a tenth of a unit.
    assert float(f.labour.sum()) == pytest.approx(0.1)
    assert float((f.capital_home + f.capital_imported).sum()) == pytest.approx(1.0)
    assert f.capital_home.to_dict() == pytest.approx({"farm": 0.0, "works": 2 / 3})


def test_amount_times_price_in_place_of_a_share() -> None:
    """1.2 t of crops at 0.5 make 0.6 of money for bread at 2, so crops cost 0.3 of its price.

    Proves: where both prices are known the physical coefficient decides, and money is amount times price.
    Breaks if: the cost share is used all the same, or one of the prices is turned over.
    """
    e = small().replacing(physical={"farm": Physical("t", 200.0, 0.5, "a price list")})
    f = fit(bread(), e, sector="works", price=2.0, chosen=ROLES)
    crops = f.priced.set_index("role").loc["crops"]
    assert (crops["money"], crops["share"]) == pytest.approx((0.6, 0.3))
    assert float(f.home.sum() + f.imported.sum()) == pytest.approx(0.3 + 0.3 + 0.1)
    assert f.surplus == pytest.approx(1.0 - 0.7 - 0.1)
    without = fit(bread(), e, sector="works", chosen=ROLES)
    assert without.priced.empty
    assert without.surplus == pytest.approx(0.3)


def test_a_surplus_below_the_bound_is_refused() -> None:
    """Proves: a recipe that would lose money here is refused in words, not fitted.

    Breaks if: a price that is too low gives a technique that makes something out of nothing.
    """
    e = small().replacing(physical={"farm": Physical("t", 200.0, 0.5, "a price list")})
    with pytest.raises(StudyError, match=r"leaves a surplus of -0\.5"):
        fit(bread(), e, sector="works", price=0.6 / 1.0, chosen=ROLES)
    with pytest.raises(StudyError, match=r"leaves a surplus of 0\.3"):
        fit(bread(), small(), sector="works", chosen=ROLES, least_surplus=0.35)


def test_what_goes_in_comes_out() -> None:
    """1.2 t of crops become 1 t of bread, 0.05 t of crumbs and 0.15 t that the oven takes; heat is another unit.

    Proves: the physical account closes, and only what is counted in its unit is in it.
    Breaks if: the loss is left out, or heat is added to tonnes.
    """
    account = bread().physical()
    assert account[["side", "thing", "held"]].to_numpy().tolist() == [
        ["in", "crops", 1.2], ["out", "bread", 1.0], ["out", "crumbs", 0.05], ["out", "lost", pytest.approx(0.15)],
    ]  # fmt: skip
    with pytest.raises(StudyError, match="more comes out than goes in"):
        bread().with_figures({"amounts.crops": 1.04})


def test_spending_keeps_its_shape_over_a_longer_gestation() -> None:
    """A quarter in the first half and three quarters in the second: over four years 1/8, 1/8, 3/8, 3/8.

    Proves: another gestation stretches the profile.
    Breaks if: money is spent after the plant stands, or the shares no longer sum to 1.
    """
    assert bread().profile == pytest.approx((0.25, 0.75))
    assert bread().with_figures({"capital.gestation": 4}).profile == pytest.approx((0.125, 0.125, 0.375, 0.375))
    assert bread().with_figures({"capital.gestation": 1}).profile == pytest.approx((1.0,))


def test_other_figures() -> None:
    """Proves: a figure can be replaced by its path; the rest of a composition gives way in proportion.

    Breaks if: capital is then bought for more or less than it costs, or a wrong path is passed over.
    """
    r = bread().with_figures({"composition.machinery": 0.65, "inputs.crops": 0.25})
    assert r.group("composition") == pytest.approx({"construction": 0.25, "machinery": 0.65, "business services": 0.1})
    assert r.value("inputs.crops") == 0.25
    assert bread().value("inputs.crops") == 0.20
    with pytest.raises(UnknownName, match=r"no figure of recipe 'bread' 'inputs.crop'; nearest: 'inputs.crops'"):
        bread().with_figures({"inputs.crop": 0.2})
    with pytest.raises(StudyError, match="let its shares sum to 1"):
        bread().with_figures({"composition.machinery": 0.8, "composition.construction": 0.5})
    with pytest.raises(StudyError, match="give a number"):
        bread().with_figures({"inputs.crops": float("nan")})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[0.20, 0.1, 0.3]", "[0.20, 0.25, 0.3]", "give value, low and high"),
        ("[0.20, 0.1, 0.3]", "[0.20, 0.20, 0.20]", "has no range"),
        ("[0.20, 0.1, 0.3]", "[0.20, 0.1]", r"write \[value, low, high\]"),
        ("crops = [0.20", "crop = [0.20", "nearest: 'crops'"),
        ('source = "baker"', 'source = "bakr"', "nearest: 'baker'"),
        ("unskilled", "unskiled", "nearest: 'unskilled'"),
        ('sector = "food"', 'sector = "fod"', "nearest: 'food'"),
        ("spending = [0.25, 0.75]", "spending = [0.25, 0.70]", "is no profile"),
        ("construction = [0.5, 0.3", "construction = [0.4, 0.3", "the composition of capital sums to 0.9"),
        ("overheads = [0.10, 0.05, 0.20]", "overheads = [0.60, 0.05, 0.70]", "let them cost less than 1"),
        ('unit = "t"', 'unit = ""', "give a text"),
        ("life = [20, 10, 30]", "lif = [20, 10, 30]", "capital.life not given"),
        ("account =", "acount =", "nearest: 'account'"),
    ],
)
def test_faults_of_the_book(old: str, new: str, told: str) -> None:
    """Proves: a recipe that says something wrong is refused with the key and what to do.

    Breaks if: a figure without a range, a role that is not known or a share too many becomes a number.
    """
    with pytest.raises((StudyError, UnknownName, Faults), match=told):
        read_recipes(BREAD.replace(old, new, 1), "bread.toml")


def test_an_economy_without_the_roles_says_so() -> None:
    """Proves: every role that is not known here is told at once, with how to name it.

    Breaks if: an input that nobody is known to make is left out in silence.
    """
    with pytest.raises(Faults) as caught:
        fit(bread(), small(), sector="works", chosen={"crops": "farm", "machinery": "wrks"})
    told = str(caught.value)
    assert "nearest: 'works'" in told
    assert "no product of this table is known to be construction" in told
    assert "business services" in told


def test_skills_take_the_levels_in_their_order() -> None:
    """Of three skills each level has its own; where nobody of a skill works, the next higher does it.

    Proves: unskilled work is the lowest skill's, professional work the highest's.
    Breaks if: the levels are turned round, or work falls to a skill that the sector does not have.
    """
    from economies import shipped

    e = shipped("KEN 2019")
    recipe = dataclasses.replace(bread(), sector="crops")
    units = fit(recipe, e, sector="maiz").labour
    assert units.to_dict() == pytest.approx({"flab-n": 0.04, "flab-p": 0.0, "flab-s": 0.06})
    power = fit(recipe, e, sector="elec").labour
    assert float(e.employment.sel(sector="elec", skill="flab-n")) == 0
    assert power.to_dict() == pytest.approx({"flab-n": 0.0, "flab-p": 0.04, "flab-s": 0.06})
    assert np.isclose(power.sum(), units.sum())
