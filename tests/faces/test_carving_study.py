"""Carved products in studies, plans, reports and the other engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from economies import shipped, small
from view_text import written as page_of

from groundplan import open_study, plan, see, stress
from groundplan.economy.carving.carving import Carve, carve
from groundplan.economy.economy import Economy
from groundplan.errors import Faults, GroundplanError, PlanInfeasible, UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.results.plan_pages.plan_page import PAGE
from groundplan.results.plan_pages.plan_products import output, physical, products, sources_and_uses
from groundplan.shocks.scenarios.classes import select
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Scenario
from groundplan.study.study import effective

STUDY = """
country = "KEN"
accounts_year = 2019

[plan]
years = 2

[capital]
depreciation = { cement = 0.04 }

[[carve]]
product = "cement"
label = "Cement"
sector = "nmet"
unit = "t"
quantity = 5.9e6
price = 9.0e-6
basis = "assumed"
low = 7.0e-6
high = 11.0e-6
imported_share = 0.1
users = { cons = 10, nmet = 1, exports = 1 }
source = "assumed for the test"

[[carve.inputs]]
product = "elec"
coefficient = 0.08

[[carve]]
product = "elec"
sector = "elec"
unit = "GWh"
share = 1.0
quantity = 12000
source = "assumed for the test"

[[targets]]
indicator = "quantity: cement"
sense = ">="
value = 6.3e6
year = 2021
"""
GRAIN = Carve("grain", "farm", "t", "made up", label="Grain", quantity=400.0, price=0.1)


def written(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return plan(open_study(written(tmp_path_factory.mktemp("carve"), STUDY)))


def kenya() -> Economy:
    """Kenya with cement and electricity in their own units."""
    users = {"cons": 10.0, "nmet": 1.0, "exports": 1.0}
    return carve(
        shipped("KEN 2019"),
        [
            Carve("cement", "nmet", "t", "assumed for the test", quantity=5.9e6, price=9e-6, users=users),
            Carve("elec", "elec", "GWh", "assumed for the test", share=1.0, quantity=12_000.0),
        ],
    )


def test_a_study_carves_its_accounts(tmp_path: Path) -> None:
    """Proves: [[carve]] reaches the economy with its recipe; figures of [capital] may name the product; the study
    written back is the same study.

    Breaks if: figures come before carving, or nested inputs are lost on the way.
    """
    study = open_study(written(tmp_path, STUDY))
    e = study.economy()
    assert e.physical["cement"].quantity == pytest.approx(5.9e6)
    assert e.physical["elec"].price == pytest.approx(float(e.output.sel(sector="elec")) / 12_000)
    power = (e.domestic_use + e.imported_use).sel(product="elec", sector="cement")
    assert float(power) == pytest.approx(0.08 * 53.1)
    assert float(e.depreciation.sel(sector="cement")) == 0.04
    again = open_study(written(tmp_path, effective(study)))
    assert effective(again) == effective(study)
    assert again.economy().domestic_use.equals(e.domestic_use)


def test_a_plan_counts_in_units(outcome: Outcome) -> None:
    """Proves: the base year is the quantity stated; a target in tonnes binds; the indicator says its unit; recipe,
    basis and range are on record.

    Breaks if: the target is read as money, or the carve leaves no trace in the provenance.
    """
    cement = outcome.indicator("quantity: cement")
    assert cement[2019] == pytest.approx(5.9e6)
    assert cement[2021] >= 6.3e6 * (1 - 1e-9)
    money = outcome.indicator("gross output: cement")
    assert (money / cement).to_list() == pytest.approx([9e-6] * 3)
    units = outcome.table("indicators").set_index("indicator")["unit"]
    assert (units["quantity: cement"], units["quantity: elec"]) == ("t / year", "GWh / year")
    told = [a for a in outcome.provenance["assumptions"] if a["name"] == "physical product cement"]
    assert "price between 7e-06 and 1.1e-05" in told[0]["basis"]
    assert "[[carve]]" in outcome.provenance["study"]


def test_home_use_is_what_is_made_and_bought_and_not_sold(outcome: Outcome) -> None:
    """Proves: in every year home use is output plus imports less exports, in tonnes.

    Breaks if: a verb is missing from an indicator or has the wrong sign.
    """
    made, bought, sold, used = (
        outcome.indicator(f"{side}: cement")
        for side in ("quantity", "imported quantity", "exported quantity", "home use quantity")
    )
    assert (made + bought - sold).to_list() == pytest.approx(used.to_list())


def test_a_target_out_of_reach_is_told_in_units() -> None:
    """Proves: a quantity that no plan reaches is refused, and the target is named as it was written.

    Breaks if: the unit of a target is lost on the way to the conflict.
    """
    with pytest.raises(PlanInfeasible, match="quantity: grain >= 4000"):
        plan(small(), years=1, carve=[GRAIN], targets=[Target("quantity: grain", ">=", 4000.0, 2021)])


def test_keywords_do_what_a_study_does() -> None:
    """Proves: plan(carve=[...]) carves, records how, and knows the nearest indicator.

    Breaks if: the keyword is taken for a policy.
    """
    made = plan(small(), years=1, carve=[GRAIN])
    assert made.indicator("quantity: grain")[2020] == pytest.approx(400.0)
    assert made.provenance["carve"] == [GRAIN.as_dict()]
    assert "carve" not in plan(small(), years=1).provenance
    with pytest.raises(UnknownName, match="nearest: 'quantity: grain'"):
        plan(small(), years=1, carve=[GRAIN], targets=[Target("quantity: grian", ">=", 1.0)])


def test_the_report_has_a_section(outcome: Outcome) -> None:
    """Proves: every physical product has a sentence and a table of sources and uses; a plan without one has no section.

    Breaks if: the section is left out of the page, or shows where there is nothing.
    """
    assert list(products(outcome).values()) == ["Electricity, gas and steam", "Cement"]
    assert output(outcome).shape == (3, 2)
    assert [name for name, _ in sources_and_uses(outcome, "cement").columns] == [
        "made at home", "imported", "exported", "used at home",
    ]  # fmt: skip
    text = page_of(physical(outcome))
    assert "Cement: 5,900,000 t made at home in 2019" in text
    assert "physical" in [section.name for section in PAGE.sections]
    assert physical(plan(small(), years=1)) == ()


def test_a_product_that_is_only_imported_has_its_section() -> None:
    """Proves: a product without home make is told as such, with its imports.

    Breaks if: the section looks for home output only.
    """
    bought = Carve("grain", "farm", "t", "made up", quantity=0.0, price=0.1, imported=60.0)
    made = plan(small(), years=1, carve=[bought])
    assert "grain: none is made at home; imports are 100.0 % of supply in 2020" in page_of(physical(made))


FAULTS = """
country = "KEN"

[[carve]]
product = "cement"
sector = "nmet"
unit = "t"
quantity = 5.9e6
source = "assumed"

[[carve]]
product = "lime"
sector = "nmet"
unit = "t"
share = 0.1
price = -1.0
source = "assumed"
user = { cons = 1 }

[[carve.inputs]]
product = "elec"
"""


def test_faults_have_their_lines(tmp_path: Path) -> None:
    """Proves: every fault of every carve is told at once with the line of the study.

    Breaks if: a section of the economy is checked only when the plan is made, or nested tables have no line.
    """
    with pytest.raises(Faults) as caught:
        open_study(written(tmp_path, FAULTS))
    told = str(caught.value)
    assert "of quantity, price, share 1 are given" in told
    assert "study.toml, line 4" in told
    assert "no key 'user'; nearest: 'users'" in told
    assert "either a coefficient or an amount" in told


def test_carves_that_do_not_fit_name_the_study(tmp_path: Path) -> None:
    """Proves: a recipe that the accounts refuse is told with the line of its section.

    Breaks if: the fit forgets where the record stands.
    """
    text = STUDY.replace("coefficient = 0.08", "coefficient = 0.5")
    with pytest.raises(GroundplanError, match=r"takes 26\.55 KES2019bn of 'elec'") as caught:
        open_study(written(tmp_path, text)).economy()
    assert caught.value.where == "study.toml, line 11"


def test_a_carved_economy_can_be_seen() -> None:
    """Proves: the overview of carved Kenya is made, lists cement, and says nearly what it says of Kenya: carving moves
    imports between users of non-metal minerals only.

    Breaks if: a measure needs codes of a shipped classification.
    """
    there, before = see(kenya(), draws=0), see(shipped("KEN 2019"), draws=0)
    assert "cement" in set(there.table("products")["product"])
    content, plain = (o.provenance["content"] for o in (there, before))
    assert content["direct"] == pytest.approx(plain["direct"])
    assert content["total"] == pytest.approx(plain["total"], rel=0.01)


def test_a_carved_economy_can_be_stressed() -> None:
    """Proves: a cut of the carved product's imports alone does harm, and less than a cut of its whole sector's.

    Breaks if: the engine does not know a carved product, or cuts its sector in its place.
    """

    def lost(*codes: str) -> float:
        cut = CutImports(products=codes, start=0, length=90)
        told = stress(kenya(), Scenario(name="cut", horizon=180, events=(cut,)), no_plan=True)
        return float(told.provenance["value_added_lost"])

    assert 0.0 < lost("cement") < lost("cement", "nmet")


def test_a_carved_product_keeps_its_class_and_its_ground() -> None:
    """Proves: diesel carved out of chemicals belongs to their class, and the overview still tells raw materials, as
    for the accounts it came from.

    Breaks if: an event on a class, a stock of its days, or the broad list passes a carved product by.
    """
    plain = shipped("KEN 2019")
    e = carve(plain, [Carve("diesel", "chem", "t", "assumed for the test", share=0.3, price=1e-4)])
    assert "diesel" in select(["class:chemicals"], e.sectors, kind="product", where="", industries=e.stated_classes)[0]
    raw, thin = (see(x, draws=0).table("raw") for x in (e, plain))
    assert raw["total_share"].to_list() == pytest.approx(thin["total_share"].to_list())
