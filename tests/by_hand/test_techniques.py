"""Techniques and buildings on paper: what they replace, what they need first, and what they leave behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small, table
from plans import make_plan, on_paper

from groundplan.economy.economy import Economy
from groundplan.errors import Faults, PlanInfeasible, StudyError
from groundplan.outcome import Outcome
from groundplan.planning.activity_rows import CommodityRow, IndicatorRow, Tables, gives
from groundplan.planning.best_plan import solved
from groundplan.planning.choices.target import Target
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.feature_list import PARTS
from groundplan.planning.features.buildings import Building
from groundplan.planning.features.research import Research
from groundplan.planning.features.techniques.placed import Technique
from groundplan.planning.policy import Policy
from groundplan.recipe_book.roles import roles

EVERYTHING = dict.fromkeys(roles(), "works") | {"crops": "farm", "grain": "farm", "forestry": "farm"}
CALM: dict[str, Any] = {"population_growth": 0.0, "labour_productivity_growth": 0.0, "terminal_growth": 0.0}
# Metal working whose inputs are the works' own: 70 of home and 35 of imported products in 200, none of the farm's.
LEAN = {
    "inputs.metals": 0.30, "inputs.electronics": 0.03, "inputs.machinery": 0.03, "inputs.electricity": 0.03,
    "inputs.telecoms": 0.01, "overheads": 0.0, "capital.ratio": 1.0, "capital.gestation": 2,
    "labour.unskilled": 0.0, "labour.skilled": 0.04, "labour.professional": 0.04,
}  # fmt: skip


def lean(**more: Any) -> Technique:
    stated: dict[str, Any] = {"name": "lean", "recipe": "cnc_modernisation", "sector": "works", "roles": EVERYTHING}
    return Technique(**stated | {"figures": LEAN, "first": 1.0} | more)


def levels(o: Outcome, activity: str) -> np.ndarray:
    return o["level"].sel(activity=activity).values


def flows(e: Economy, p: Policy, activity: str, **horizon: Any) -> pd.Series:
    rows = compile_plan(e, p, **horizon).flows
    return rows[rows["activity"] == activity].groupby(["commodity", "role"])["coefficient"].sum()


def test_rows_of_a_technique() -> None:
    """40 of 100 are inputs, all of the works' kind, 40 parts home to 20 imported; labour is 0.08 for each of output.

    Proves: a technique has its own inputs, work and plant, and gives its sector's product.
    Breaks if: it uses the sector's plant or its work, or its plant costs what the sector's does.
    """
    made = flows(small(), on_paper(techniques=[lean()], **CALM), "make:works@lean")
    assert made.to_dict() == pytest.approx(
        {("home:works", "take"): 0.4 * 40 / 60, ("import:works", "take"): 0.4 * 20 / 60, ("home:works", "give"): 1.0,
         ("labour:wages 0", "occupy"): 0.08, ("capacity:works@lean", "occupy"): 1.0,
         ("deepenable:works", "give"): 1.0}
        | {k: v for k, v in made.items() if k[0] == "deepenable:works"}
    )  # fmt: skip
    invest = flows(small(), on_paper(techniques=[lean()], **CALM), "invest:works@lean")
    assert invest[("capital goods:works@lean", "take")] == pytest.approx(1.0)
    assert invest[("capacity:works@lean", "give")] == pytest.approx(1.0)


def test_the_technique_that_saves_labour_is_taken_up() -> None:
    """150 of works and 90 of farm are asked for with 54.6 of labour; farm takes 0.3, old works 0.2, new works 0.08.

        0.3 · 90 + 0.2 · (150 − n) + 0.08 · n ≤ 54.6   gives n ≥ 20

    Proves: the technique that needs fewer people is taken up where people are short, although it costs more inputs; two
    years after its machines are ordered, not before. With the old technique alone there is no such plan.
    Breaks if: a technique does not spare the labour of the old one, or makes before its plant stands.
    """
    asked = [Target("gross output: works", "==", 150.0, year=2024), Target("gross output: farm", "==", 90.0, year=2024),
             Target("employment", "<=", 54.6, year=2024)]  # fmt: skip
    dear = lean(figures=LEAN | {"inputs.metals": 0.45, "capital.ratio": 0.5})
    o = make_plan(small(), on_paper(years=4, techniques=[dear], targets=asked, contraction=0.2, **CALM))
    made = levels(o, "make:works@lean")
    assert made[:2] == pytest.approx(0.0, abs=1e-7)
    assert made[3] >= 20.0 - 1e-5
    assert levels(o, "invest:works@lean")[:2].sum() >= 10.0 - 1e-5
    work = 0.3 * levels(o, "make:farm") + 0.2 * levels(o, "make:works") + 0.08 * made
    told = o["indicator"].to_pandas()
    assert told.loc["employment"].to_numpy()[1:] == pytest.approx(work)
    assert told.loc["gross output: works"].to_numpy()[1:] == pytest.approx(levels(o, "make:works") + made)
    assert told.loc["technique share: works@lean", 2024] == pytest.approx(made[3] / 150)
    with pytest.raises(PlanInfeasible):
        solved(small(), on_paper(years=4, targets=asked, contraction=0.2, **CALM), why=False)


def test_machines_must_be_bought_first() -> None:
    """Proves: without investment in its machines a technique is never used.

    Breaks if: it borrows the plant of its sector.
    """
    never = Target("investment: works@lean", "<=", 0.0)
    o = make_plan(small(), on_paper(years=5, techniques=[lean()], targets=[never], **CALM))
    assert levels(o, "make:works@lean") == pytest.approx(0.0, abs=1e-7)


def test_plant_may_not_be_begun_before_its_year() -> None:
    """Proves: ``start`` is the first year of investment; two years of building later there is output.

    Breaks if: a technique of the future is used today.
    """
    o = make_plan(small(), on_paper(years=6, techniques=[lean(start=2023)], **CALM))
    assert levels(o, "invest:works@lean")[:2] == pytest.approx(0.0, abs=1e-7)
    assert levels(o, "make:works@lean")[:4] == pytest.approx(0.0, abs=1e-7)
    assert levels(o, "make:works@lean")[4:].max() > 1.0


def test_research_comes_first() -> None:
    """Two years of research, then at most 12 of output for one whole programme.

    Proves: output waits for the programme and is permitted in proportion to it.
    Breaks if: a technique is used before its research is done, or one programme permits everything.
    """
    topic = Research(topic="control", staff=0.5, years=2, whole=False)
    known = lean(needs_research=["control"], permits=12.0)
    o = make_plan(small(), on_paper(years=6, techniques=[known], research=[topic], **CALM))
    made, done = levels(o, "make:works@lean"), o["stock"].sel(commodity="research:control").values[:-1]
    assert made[:2] == pytest.approx(0.0, abs=1e-7)
    assert (made <= 12.0 * done + 1e-6).all()
    assert made.max() > 1.0


def test_research_that_nobody_does_is_refused() -> None:
    """Proves: a technique that needs a topic of no programme is refused in words, and so is one without a measure.

    Breaks if: the technique is then allowed without research.
    """
    with pytest.raises(StudyError, match="needs research on 'control', and no programme does it"):
        make_plan(small(), on_paper(years=3, techniques=[lean(needs_research=["control"], permits=1.0)]))
    with pytest.raises(StudyError, match="does not say how much that permits"):
        on_paper(techniques=[lean(needs_research=["control"])])


def test_skills_come_first() -> None:
    """Two skills share the work of the works equally; the technique's professionals are the higher one.

    Output 1 takes 0.04 of skilled and professional work each; of two skills both are the higher.
    Proves: a modern technique occupies the skill that it needs.
    Breaks if: anybody can do it.
    """
    drawn = table(
        np.array([[20.0, 30.0], [10.0, 40.0]]), np.array([[5.0, 15.0], [5.0, 20.0]]),
        np.array([[20.0, 10.0, 2.0, 0.0, 0.0], [10.0, 25.0, 15.0, 20.0, 5.0]]),
        np.array([[3.0, 4.0, 0.0, 0.0, 0.0], [0.0, 6.0, 2.0, 10.0, 0.0]]), np.array([18.0, 75.0]),
        wages=np.array([30.0, 40.0]), codes=["farm", "works"], skills=2,
    )  # fmt: skip
    made = flows(Economy.from_table(drawn), on_paper(techniques=[lean()], **CALM), "make:works@lean")
    assert made[("labour:wages 1", "occupy")] == pytest.approx(0.08)
    assert ("labour:wages 0", "occupy") not in made.index


SHARED = LEAN | {"inputs.metals": 0.25, "labour.skilled": 0.10, "labour.professional": 0.02}


def test_the_base_year_is_shared() -> None:
    """A quarter of the works' 200 is made by a technique with inputs of 0.35 and labour of 0.12.

    It takes 0.35 · 50 · 40/60 of home works and half as much imported, and 6 of the 40 of labour; the rest of the
    column is the old technique's, so both together are the accounts'.
    Proves: the sum of the techniques is the accounts' column, and the base year comes back with both.
    Breaks if: the technique is added on top, or the old one keeps all its plant.
    """
    e, p = small(), on_paper(techniques=[lean(share=0.25, figures=SHARED)], **CALM)
    a = compile_plan(e, p, base_year=True)
    old, new = (flows(e, p, f"make:works{name}", base_year=True) for name in ("", "@lean"))
    for commodity, whole in (("home:farm", 30.0), ("home:works", 40.0), ("import:farm", 15.0), ("import:works", 20.0)):
        assert 150.0 * old[(commodity, "take")] + 50.0 * new.get((commodity, "take"), 0.0) == pytest.approx(whole)
    assert 50.0 * new[("home:works", "take")] == pytest.approx(0.35 * 50 * 40 / 60)
    assert 150.0 * old[("labour:wages 0", "occupy")] == pytest.approx(34.0)
    base = a.activities.set_index("activity")["base"]
    assert (base["make:works"], base["make:works@lean"]) == pytest.approx((150.0, 50.0))
    initial = a.commodities.set_index("commodity")["initial"]
    assert (initial["capacity:works"], initial["capacity:works@lean"]) == pytest.approx((150.0, 50.0))
    rows = a.indicators.assign(amount=a.indicators["coefficient"] * a.indicators["on"].map(base))
    told = rows[rows["part"] == "level"].groupby("indicator")["amount"].sum()
    plain = compile_plan(e, on_paper(**CALM), base_year=True)
    was = plain.indicators.assign(
        amount=plain.indicators["coefficient"]
        * plain.indicators["on"].map(plain.activities.set_index("activity")["base"])
    )
    was = was[was["part"] == "level"].groupby("indicator")["amount"].sum()
    same = [i for i in was.index if not i.startswith("investment") and np.isfinite(was[i])]
    assert told[same].to_dict() == pytest.approx(was[same].to_dict())


def test_a_quantity_of_the_base_year_is_a_share() -> None:
    """25 t at 2 of money are 50 of the works' 200: a quarter.

    Proves: what a technique made is told in its own unit, where the unit has a price.
    Breaks if: the price is left out or turned over.
    """
    priced = {"quantity": 25.0, "price": 2.0, "price_source": "this test", "figures": SHARED}
    rows = [
        compile_plan(small(), on_paper(techniques=[lean(**stated)], **CALM)).commodities.set_index("commodity")
        for stated in (priced, {"share": 0.25, "figures": SHARED})
    ]
    assert rows[0]["initial"].to_dict() == pytest.approx(rows[1]["initial"].to_dict())
    with pytest.raises(StudyError, match="has a quantity and no price"):
        compile_plan(small(), on_paper(techniques=[lean(quantity=25.0)]))
    with pytest.raises(StudyError, match="has a share and a quantity"):
        on_paper(techniques=[lean(**priced, share=0.1)])


def test_a_share_too_large_is_refused_with_what_is_possible() -> None:
    """The works have 40 of labour for 200; a technique that takes 0.5 for a unit cannot make more than 0.4 of it.

    Proves: a share that would leave the old technique a negative input is refused, with the share that would do.
    Breaks if: the rest of the column becomes negative, and makes inputs out of nothing.
    """
    heavy = LEAN | {"labour.skilled": 0.45, "labour.professional": 0.05, "inputs.metals": 0.2}
    with pytest.raises(StudyError, match="take more than the sector used of") as caught:
        compile_plan(small(), on_paper(techniques=[lean(share=0.5, figures=heavy)]))
    assert "make at most 0.4 of it so" in str(caught.value)
    cut = flows(small(), on_paper(techniques=[lean(share=0.5, figures=heavy, within=True)]), "make:works@lean")
    assert cut[("labour:wages 0", "occupy")] == pytest.approx(0.4)


def test_names_and_sources_are_asked_for() -> None:
    """Proves: every fault of every technique is told at once, with the nearest name.

    Breaks if: the first fault hides the others, or a price of no source is taken.
    """
    wrong = [lean(recipe="cnc_modernization"), lean(sector="wrks"), lean(recipe="flats"), lean(), lean()]
    with pytest.raises(Faults) as caught:
        compile_plan(small(), on_paper(techniques=wrong))
    told = str(caught.value)
    for part in ("nearest: 'cnc_modernisation'", "nearest: 'works'", "state it under [[buildings]]", "stated twice"):
        assert part in told
    with pytest.raises(StudyError, match="has a price of no source"):
        on_paper(techniques=[lean(price=2.0)])
    with pytest.raises(StudyError, match="which is maiz, rice, ocer here"):
        compile_plan(shipped("KEN 2019"), on_paper(techniques=[Technique(name="farm", recipe="grain_farm")]))


PINE = {
    "grows.increment": 10, "grows.wait": 2, "grows.rotation": 4, "grows.cost": 0.2, "amounts.standing_timber": 1.0,
    "capital.ratio": 0.2, "overheads": 0.0,
}  # fmt: skip


def pine(felled: float) -> Policy:
    forest = Technique(
        name="pine", recipe="afforestation", sector="farm", roles=EVERYTHING, figures=PINE, price=0.1,
        price_source="this test", standing=100.0, planting=5.0, first=1.0,
    )  # fmt: skip
    later = [Target("planted: farm@pine", "<=", 0.0, year=y) for y in range(2022, 2027)]
    cut = [Target("output: farm@pine", "==", felled * 0.1, year=y) for y in range(2022, 2027)]
    plant = Target("planted: farm@pine", "==", 5.0, year=2021)
    return on_paper(years=6, techniques=[forest], targets=[plant, *later, *cut], contraction=1.0, **CALM)


def test_felling_and_growth_balance() -> None:
    """100 m3 stand; 5 ha are planted and grow 10 m3 a year each in the third and fourth year; 40 m3 are felled a year.

        stands   100 100 60 70 80 40 0        felled from the second year on, 40 each
        grown      0   0 50 50  0  0

    Proves: timber is a stock that planting feeds years later and felling empties; a m3 more a year is not there.
    Breaks if: a tree can be felled before it has grown, or grows for ever.
    """
    o = make_plan(small(), pine(40.0))
    assert o["stock"].sel(commodity="grown:farm@pine").values == pytest.approx([100, 100, 60, 70, 80, 40, 0], abs=1e-5)
    cost = flows(small(), pine(40.0), "plant:farm@pine")
    # A hectare yields 10 m3 in each of two years at 0.1: a fifth of 2 is 0.4.
    assert cost[("home:farm", "take")] == pytest.approx(0.4)
    with pytest.raises(PlanInfeasible):
        solved(small(), pine(40.5), why=False)


def test_a_forest_needs_a_price() -> None:
    """Proves: what grows in cubic metres is not planned without a price that makes them money."""
    forest = Technique(name="pine", recipe="afforestation", sector="farm", roles=EVERYTHING)
    with pytest.raises(StudyError, match="grows in its own unit and has no price"):
        compile_plan(small(), on_paper(techniques=[forest]))


FLATS = {"capital.gestation": 2, "capital.life": 50}


def flats(place: str, **more: Any) -> Building:
    return Building(
        **{"name": "flats", "recipe": "flats", "price": 0.5, "price_source": "this test", "place": place,
           "roles": EVERYTHING, "figures": FLATS, "pace": 9.0, "first": 9.0} | more
    )  # fmt: skip


def test_flats_are_begun_finished_and_wear() -> None:
    """Three flats are under way when the plan starts; 4 and then 6 are asked for; one in fifty wears out a year.

        finished  3  4  6       standing, start of the year  20, 20·0.98 + 3, (20·0.98 + 3)·0.98 + 4

    Proves: a flat costs half its price in each of two years and stands a year later, in its own place.
    Breaks if: a flat stands before it is paid, or two places are one.
    """
    asked = [Target("built: flats@town", ">=", 4.0, year=2022), Target("built: flats@town", ">=", 6.0, year=2023),
             Target("built: flats@mine", ">=", 2.0, year=2023)]  # fmt: skip
    both = [flats("town", under_way=3.0, standing=20.0), flats("mine")]
    o = make_plan(small(), on_paper(years=4, buildings=both, targets=asked, **CALM))
    indicator = o["indicator"].to_pandas()
    assert indicator.loc["built: flats@town"].to_numpy()[1:4] == pytest.approx([3, 4, 6], abs=1e-6)
    assert indicator.loc["built: flats"].to_numpy()[1:4] == pytest.approx([3, 4, 8], abs=1e-6)
    assert indicator.loc["begun: flats@town"].to_numpy()[1:3] == pytest.approx([4, 6], abs=1e-6)
    assert indicator.loc["spending on: flats@town"].to_numpy()[1:4] == pytest.approx([1.0, 2.5, 1.5], abs=1e-6)
    stands = o["stock"].sel(commodity="standing:flats@town").values
    assert stands[:3] == pytest.approx([20.0, 22.6, 22.6 * 0.98 + 4.0], abs=1e-6)


def test_flats_add_to_the_sector_that_they_serve() -> None:
    """The works' 500 of capital make 200 a year, so a flat of 0.5 is room for 0.2 of output.

    Proves: what is built for a sector is plant of it, at the sector's own capital for output.
    Breaks if: flats stand beside the sector that lets them.
    """
    rows = flows(small(), on_paper(buildings=[flats("town", serves="works")], **CALM), "finish:flats@town")
    assert rows[("capacity:works", "give")] == pytest.approx(0.5 * 200 / 500)
    wrong = [flats("town", serves="wrks"), flats("town"), flats("mine", recipe="roads_"), flats("x", recipe="metro")]
    with pytest.raises(Faults) as caught:
        compile_plan(small(), on_paper(buildings=wrong))
    for told in ("nearest: 'works'", "stated twice", "nearest: 'roads'", "state it under [[techniques]]"):
        assert told in str(caught.value)


def test_grants_pay_for_machines_from_abroad() -> None:
    """Plant of the works is a third imported; a grant of half of that gives a sixth of its cost in foreign exchange.

    Proves: what a partner gives pays for the imported part only.
    Breaks if: the whole plant is a present.
    """
    rows = flows(small(), on_paper(techniques=[lean(granted=0.5)], **CALM), "assemble:works@lean")
    imported = rows[("import:works", "take")]
    assert imported == pytest.approx(1 / 3)
    assert rows[("foreign exchange", "give")] == pytest.approx(imported / 2)


def test_the_state_taxes_techniques_as_their_sector() -> None:
    """A part that adds a tax of 0.1 to making works, and of 0.2 to capital goods, finds both on the technique too.

    Proves: whatever another part of the plan puts on a sector or on capital goods holds for its techniques and for
    what is built, and its indicators count them.
    Breaks if: a plan escapes its budget by another technique.
    """

    def state(e: Economy, policy: Policy, h: object) -> Tables:
        taxed = (("make:works", 0.1), ("assemble", 0.2))
        return Tables(
            commodities=[CommodityRow("budget", "account")],
            flows=[gives(a, "budget", rate) for a, rate in taxed],
            indicators=[IndicatorRow("revenue", a, coefficient=rate) for a, rate in taxed],
        )

    p = on_paper(techniques=[lean()], buildings=[flats("town")], **CALM)
    a = compile_plan(small(), p, parts=(*PARTS, state))
    paid = a.flows[a.flows["commodity"] == "budget"].set_index("activity")["coefficient"].to_dict()
    taxed = {"make:works": 0.1, "make:works@lean": 0.1, "assemble": 0.2, "assemble:works@lean": 0.2}
    assert paid == taxed | {"assemble:flats@town": 0.2}
    counted = a.indicators[a.indicators["indicator"] == "revenue"].set_index("on")["coefficient"].to_dict()
    assert counted == paid


def test_without_techniques_the_plan_is_what_it_was() -> None:
    """Proves: with no record stated the rows of a plan are those without the parts for techniques and buildings."""
    rest = [part for part in PARTS if part.__name__ not in ("techniques", "buildings")]
    assert len(rest) == len(PARTS) - 2
    with_them, without = compile_plan(small(), on_paper()), compile_plan(small(), on_paper(), parts=rest)
    for name in ("commodities", "activities", "flows", "bounds", "growth", "terminal", "indicators", "ratios"):
        pd.testing.assert_frame_equal(getattr(with_them, name), getattr(without, name))
