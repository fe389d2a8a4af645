"""Every kind of record at once, on an economy of three sectors and two skills: idle, and at work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from economies import table

from groundplan.economy.carving.carving import Carve
from groundplan.economy.economy import Economy
from groundplan.planning.choices.target import Target
from groundplan.planning.features.budget.budget_accounts import Budget
from groundplan.planning.features.buildings import Building
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.people.demography import Population
from groundplan.planning.features.people.household_groups import Group
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.features.research import Research
from groundplan.planning.features.schools.school_levels import School
from groundplan.planning.features.stores import Store
from groundplan.planning.features.techniques.placed import Technique
from groundplan.planning.features.trade.suppliers import Diversification, Partner
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.recipe_book.roles import roles

FARM, WORKS, EDUC, GRAIN = "farm", "works", "educ", "grain"
EVERYTHING = dict.fromkeys(roles(), WORKS)


def economy(money: float = 1.0) -> Economy:
    """Farming, works and schools; hands and engineers; money per year, ``money`` units in one of these.

             farm  works  educ | rural urban state capital stocks | exports
    farm       20     30     1 |    25    15     2       0      1 |      20
    works      10     40     4 |    15    30    16      35      2 |      70
    educ        1      3     2 |     4     8    20       0      0 |       1
    """
    codes = [FARM, WORKS, EDUC]
    drawn = table(
        money * np.array([[20.0, 30.0, 1.0], [10.0, 40.0, 4.0], [1.0, 3.0, 2.0]]),
        money * np.array([[5.0, 15.0, 0.5], [5.0, 20.0, 1.0], [0.0, 0.0, 0.0]]),
        money * np.array([[25.0, 15.0, 2.0, 0.0, 1.0], [15.0, 30.0, 16.0, 35.0, 2.0], [4.0, 8.0, 20.0, 0.0, 0.0]]),
        money * np.array([[3.0, 4.0, 0.0, 0.0, 0.0], [2.0, 6.0, 2.0, 15.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0]]),
        money * np.array([20.0, 70.0, 1.0]),
        wages=money * np.array([40.0, 50.0, 20.0]),
        taxes=0.1,
        skills=2,
        codes=codes,
    )
    people = pd.DataFrame({FARM: [300.0, 10.0], WORKS: [250.0, 60.0], EDUC: [20.0, 40.0]}, index=["wages 0", "wages 1"])
    made = replace(
        drawn,
        capital_stock=money * pd.Series([220.0, 500.0, 60.0], codes),
        fixed_capital_consumption=money * pd.Series([10.0, 30.0, 3.0], codes),
        investment_by_sector=money * pd.Series([12.0, 36.0, 4.0], codes),
        employment=people,
        employment_unit="persons",
    )
    return Economy.from_table(made)


def grain(money: float = 1.0) -> Carve:
    """400 tonnes of grain, carved out of farming."""
    return Carve(GRAIN, FARM, "t", quantity=400.0, price=0.1 * money, source="made up")


def technique(**more: Any) -> Technique:
    """A twentieth of the works is made by numerically controlled machines, and more can be."""
    stated: dict[str, Any] = {"name": "cnc", "recipe": "cnc_modernisation", "sector": WORKS, "roles": EVERYTHING}
    return Technique(**stated | {"share": 0.05, "within": True, "place": "the coast"} | more)


def ageing(first: int = 2020) -> Population:
    """People of four groups of five years, of whom the middle two work."""
    lists: dict[str, Any] = {"ages": [0.0, 5.0, 10.0, 15.0], "fertility": [0.0, 0.1, 0.1, 0.0]}
    for sex in ("female", "male"):
        lists |= {
            sex: [400.0, 350.0, 300.0, 250.0],
            f"survival_{sex}": [0.98, 0.99, 0.98, 0.6],
            f"participation_{sex}": [0.0, 0.7, 0.7, 0.0],
        }
    return Population(first, **lists)


def records(money: float = 1.0) -> dict[str, Any]:
    """One record, or some, of every kind: section of the study → its content. ``money``: units in one of the accounts.

    >>> list(records())[:3]
    ['techniques', 'buildings', 'partners']
    """
    return {
        "techniques": [technique()],
        "buildings": [
            Building("flats", "flats", 0.5 * money, "made up", place="the coast", roles=EVERYTHING, serves=WORKS,
                     under_way=2.0, standing=50.0, ceiling=20.0),
            Building("flats", "flats", 0.4 * money, "made up", place="the hills", roles=EVERYTHING),
        ],
        "partners": [
            Partner("Aland", share=0.5),
            Partner("Beland", share=0.3, price=1.1),
            Partner("Aland", FARM, share=0.6, ceiling=0.8, ceiling_growth=0.02),
        ],
        "diversification": [Diversification(0.6, from_year=2022)],
        "budget": Budget(growth=0.02, growth_band=0.03, surplus=0.0, surplus_band=0.05, shares={"defence": 0.04},
                         shares_band=0.03),
        "groups": [Group("rural", floor=0.9, growth=0.01, weight=1.2, basket={FARM: 0.95, EDUC: 1.2})],
        "branches": [Branch("goods", [FARM, WORKS])],
        "population": ageing(),
        "schools": [School("college", "wages 1", years=2, teachers=0.05, drop_out=0.1, places=20.0,
                           place_cost=0.01 * money, cost=0.002 * money)],
        "research": [Research("control", staff=2.0, years=1, cost=0.2 * money, product=EDUC, laboratories=0.5,
                              laboratory_cost=1.0 * money, laboratory_years=1)],
        "works": [
            Work("dam", [2.0 * money, 1.0 * money], effects=[WorkEffect(f"capacity:{FARM}", 4.0 * money, starts=2)],
                 sizes=[1.0, 2.0], exponent=0.8, must=True, one_of="river"),
            Work("canal", [1.0 * money], {f"home:{WORKS}": 0.7, f"import:{WORKS}": 0.3},
                 [WorkEffect(f"home:{FARM}", 0.3 * money, starts=1, lasts=20)], after=["dam"], wait=1),
            Work("weir", [1.0 * money], effects=[WorkEffect(f"home:{FARM}", 0.2 * money, starts=1, lasts=20)],
                 one_of="river"),
        ],
        "stores": [Store(FARM, "home", loss=0.05, initial=5.0), Store(WORKS, "import", initial=10.0)],
        "contingencies": [
            Contingency("cut", 2023, imports_lost={WORKS: 0.2}, capacity_lost={WORKS: 0.05}, floor=0.7),
            Contingency("closed", 2022, length=2, exports_lost={FARM: [0.5, 0.2]}, claims={f"home:{FARM}": money},
                        floor=0.7),
        ],
        "targets": [
            Target(f"gross output: {WORKS}", ">=", of_base=1.0, year=2023),
            Target("import dependency", "<=", 0.5),
            Target(f"gross output: {FARM}", ">=", growth=0.0, weight=0.01),
            Target("investment", ">=", cumulative=120.0 * money, priority=1),
            Target(f"exports: {FARM}", ">=", path=[15.0 * money] * 3, weight=0.01),
            Target("household consumption", ">=", first=100.0 * money, last=110.0 * money, priority=2),
        ],
    }  # fmt: skip
