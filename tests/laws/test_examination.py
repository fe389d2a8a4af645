"""The stress engine as examiner: the plan's economy is the plan's, and care is seen in what people lose."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from economies import shipped, small
from plans import on_paper

from groundplan import examine, plan
from groundplan.crisis.examination import WITH, economy_in, scenario_of, with_stores
from groundplan.errors import StudyError
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.stores import Store
from groundplan.results.html.html_report import report
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.shocks.scenarios.settings import SETTINGS
from groundplan.study.study import Study

CUT = Contingency("farm goods cut", 2022, imports_lost={"farm": 0.6}, floor=0.7)
STORES = [Store("farm", cost=0.001)]
CHOICES = {"years": 3, "foreign_reserves": 5.0, "population_growth": 0.01}


def examined() -> Outcome:
    return examine(small(), policy=on_paper(**CHOICES, contingencies=[CUT], stores=STORES))


def test_the_accounts_of_a_year_are_the_plans() -> None:
    """Accounts of a year of the plan: output and imports are the plan's, and costs per output are the base year's.

    Proves: what is made and bought for use in the rebuilt accounts is what the plan makes and buys.
    Breaks if: replaced imports stay with the imported product, or a final use keeps its base size.
    """
    e = shipped("KEN 2019")
    made = plan(e, years=3)
    year, level = 2021, made["level"].sel(year=2021).to_series()
    there = economy_in(e, made, year)
    x = np.array([level.get(f"make:{j}", 0.0) for j in e.sectors])
    assert there.output.values == pytest.approx(x, abs=1e-6 * x.max())
    per_output = [
        (a.domestic_use.sum("product") + a.imported_use.sum("product") + a.primary.sum("primary")) / a.output
        for a in (there, e)
    ]
    assert per_output[0].values == pytest.approx(per_output[1].values)
    bought = np.array([level.get(f"buy:{i}", 0.0) for i in e.sectors])
    built = _imports_put_by(made, year)
    assert (there.imports.values + built)[bought > 0] == pytest.approx(bought[bought > 0], abs=1e-3 * bought.max())
    unexplained = there.domestic_final.sel(final=list(e.finals("inventories"))).sum("final").values
    assert np.abs(unexplained).max() < 0.05 * x.max()
    assert economy_in(e, made, 2019) is e


def _imports_put_by(made: Outcome, year: int) -> np.ndarray:
    """What stocks of imported products still grow by, as the policy lets base-year changes fade out in five years."""
    e = shipped("KEN 2019")
    changes = e.imported_final.sel(final=list(e.finals("inventories"))).sum("final").values
    return np.asarray(
        np.maximum(changes, 0.0) * (1.0 - (year - e.year) / made.provenance["policy"]["inventories_years"])
    )


def test_a_calm_scenario_does_nothing_to_the_plan() -> None:
    """Proves: the plan's economy stands still under a scenario without events: the engine accepts it as balanced."""
    e = shipped("KEN 2019")
    scenario = Scenario(name="calm", horizon=60)
    s = system_of(economy_in(e, plan(e, years=2), 2020), scenario)
    paths = propagate_batch(s, [shock_of(s, scenario)])
    assert paths.production.min() == pytest.approx(1.0)


def test_stores_of_the_plan_are_reserves() -> None:
    """73 days of imported farm goods, 5.4, a tenth of which spoils: the state has 4.86, and nothing of home goods.

    Proves: reserves are the plan's stores of the product and origin, less what spoils.
    Breaks if: both origins of a product get the store.
    """
    store = Store("farm", loss=0.1)
    wanted = Target("days in store: farm@import", ">=", 73.0, year=2021)
    policy = on_paper(**CHOICES, stores=[store], targets=[wanted])
    made = plan(small(), policy=policy)
    s = with_stores(system_of(small(), Scenario(name="calm")), policy, made, 2021)
    held = dict(zip(s.inputs, s.reserves, strict=True))
    assert held["imported:farm"] == pytest.approx(0.9 * 5.4)
    assert held["home:farm"] == 0.0


def test_care_is_seen_in_what_people_lose() -> None:
    """A cut of 60 % of imported farm goods for a year: the plan with stores loses less than that without, every week.

    Proves: the engine that the plan was not made with finds the stores, and the report tells both.
    Breaks if: both runs are of one plan, or reserves are not given out.
    """
    made = examined()
    lost = made.table("examination").pivot_table(index="setting", columns="plan", values="household_use_unmet")
    assert list(lost.index) == sorted(SETTINGS)
    assert (lost[WITH] < 0.6 * lost["without"]).all()
    curves = made.table("examination_curves").pivot_table(
        index=["setting", "day"], columns="plan", values="household_use"
    )
    assert (curves[WITH] >= curves["without"] - 0.02).all()
    page = report(made)
    for said in ("If things go wrong", "the premium", "farm goods cut", "households go without"):
        assert said in page


def test_stated_losses_become_events() -> None:
    """Proves: each year of each loss is one event of a year, as deep as stated; years without loss have none."""
    c = Contingency(
        "x", 2022, length=2, imports_lost={"farm": [0.5, 0.0], "works@moon": 0.2}, exports_lost={"farm": 0.1},
        capacity_lost={"works": [0.0, 0.3]},
    )  # fmt: skip
    told = [(type(e).__name__, e.start, e.length, e.depth) for e in scenario_of(c).events]
    assert told == [
        ("CutImports", 0, 365, 0.5), ("CutImports", 0, 365, 0.2), ("CloseMarket", 0, 365, 0.1),
        ("CutImports", 365, 365, 0.2), ("CloseMarket", 365, 365, 0.1), ("LoseCapacity", 365, 365, 0.3),
    ]  # fmt: skip
    assert scenario_of(c).events[1].partner == "moon"  # type: ignore[attr-defined]


def test_a_study_is_examined_as_a_plan_is() -> None:
    """Proves: a study gives the tables that its economy and policy give.

    Breaks if: the study's projects, figures or contingencies are left out of one of its two plans.
    """
    stated = Contingency("chemicals cut", 2021, imports_lost={"chem": 0.3}, floor=0.8)
    policy = on_paper(years=2, stores=[Store("chem")], contingencies=[stated])
    there = examine(dataclasses.replace(Study.of("KEN"), policy=policy)).table("examination")
    here = examine(shipped("KEN 2019"), policy=policy).table("examination")
    assert there.equals(here)


def test_without_contingencies_there_is_nothing_to_examine() -> None:
    """Proves: a plan without contingencies is refused, with what to do."""
    with pytest.raises(StudyError, match="no contingency"):
        examine(small(), years=2)
