"""Two small countries planned together: what they ship, at which rate, what it is worth, and who gets it.

North is the two-sector economy. South is its mirror: its farm exports are 75 and its works exports 18, so each has
what the other buys abroad. Each has labour to spare, North a third of its farms too, South a third of its works; South
earns 30 of foreign exchange a year beyond its exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from economies import small, table
from plans import on_paper

from groundplan import join, plan
from groundplan.economy.economy import Economy
from groundplan.errors import Faults, PlanInfeasible, StudyError, UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import Target
from groundplan.planning.families.targets import indicator_path, values_by_part
from groundplan.planning.joining.compact import joint_policy
from groundplan.planning.joining.joint import JointPlans
from groundplan.planning.joining.joint_guards import part_of
from groundplan.planning.joining.union import Link, Member, union
from groundplan.planning.solved_plan import indicators
from groundplan.results.html.html_report import report

SPARE = on_paper(years=2, labour_reserve=0.5)
OWN = {
    "NOR": replace(SPARE, capacity_utilisation={"default": 1.0, "farm": 0.67}),
    "SOU": replace(SPARE, capacity_utilisation={"default": 1.0, "works": 0.67}, foreign_balance=30.0),
}

BRIEF = {c: replace(p, years=1) for c, p in OWN.items()}


def named(country: str, **changes: Any) -> Economy:
    return small().replacing(country=country, country_name=country.title(), **changes)


def south(scale: float = 1.0, money: str = "TST2020m") -> Economy:
    """The mirror of the small economy, in money ``scale`` times as small."""
    drawn = table(
        np.array([[40.0, 10.0], [30.0, 20.0]]) * scale,
        np.array([[20.0, 5.0], [15.0, 5.0]]) * scale,
        np.array([[25.0, 10.0, 15.0, 20.0, 5.0], [10.0, 20.0, 2.0, 0.0, 0.0]]) * scale,
        np.array([[6.0, 0.0, 2.0, 10.0, 0.0], [4.0, 3.0, 0.0, 0.0, 0.0]]) * scale,
        np.array([75.0, 18.0]) * scale,
        wages=np.array([40.0, 30.0]) * scale,
        codes=["farm", "works"],
    )
    return Economy.from_table(
        replace(
            drawn,
            country="SOU",
            country_name="South",
            money=money,
            capital_stock=pd.Series([500.0, 200.0], drawn.labels.index) * scale,
            fixed_capital_consumption=pd.Series([50.0, 10.0], drawn.labels.index) * scale,
            investment_by_sector=pd.Series([20.0, 10.0], drawn.labels.index) * scale,
        )
    )


def both(*, links: list[Link] | None = None, **choices: Any) -> Outcome:
    return join([named("NOR"), south()], links=links, **{"policies": OWN, **choices})


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return both(links=[Link(pace=0.2, ceiling=1.0, transport=0.0, clearing="year")])


def by_country(o: Outcome) -> Mapping[str, Mapping[str, float]]:
    return o.table("joint_countries").set_index("country").to_dict("index")


def test_a_shipment_is_an_activity_of_two_countries() -> None:
    """NOR's money is worth 2 of the common one, SOU's 0.5, so κ = 4; a tenth is lost underway: 3.6 arrive.

    South imports 43 of farm products; 5 % of it may come in the first year, 10 % in the second: 2.15 and 4.3, which
    are 2.15/3.6 and 4.3/3.6 of North's money.

    Proves: rate, loss and ceiling. Breaks if: the rate is turned round, or the ceiling is in the sender's money.
    """
    policy = on_paper(years=2)
    members = [Member(named("NOR"), policy, 2.0), Member(south(), policy, 0.5)]
    a = union(members, [Link(pace=0.05, transport=0.1)])
    flows = a.flows[a.flows["activity"] == "ship:farm:NOR>SOU"].set_index("commodity")
    assert flows.loc["NOR/home:farm", ["role", "coefficient"]].tolist() == ["take", 1.0]
    assert flows.loc["SOU/import:farm", ["role", "coefficient"]].tolist() == ["give", pytest.approx(3.6)]
    assert flows.loc["SOU/replaceable:farm", ["coefficient", "profile"]].tolist() == [3.6, "SOU/replace:farm"]
    assert "NOR/foreign exchange" not in flows.index
    assert float(south().imports.sel(product="farm")) == pytest.approx(43.0)
    upper = a.bounds[a.bounds["activity"] == "ship:farm:NOR>SOU"]["upper"]
    assert upper.tolist() == pytest.approx([0.05 * 43 / 3.6, 0.1 * 43 / 3.6])


def test_a_country_in_a_union_is_worth_what_it_is_alone() -> None:
    """Proves: the union of one is its own plan, and a prefix changes no figure.

    Breaks if: a table loses rows, or a name keeps its old form and drops out.
    """
    o = both(links=[Link(ceiling=0.0)], policies=BRIEF)
    alone = by_country(o)
    single = [plan(e, policy=BRIEF[e.country]).provenance["objective"] for e in (named("NOR"), south())]
    assert [alone["NOR"]["alone"], alone["SOU"]["alone"]] == pytest.approx(single, rel=1e-7)
    assert o.table("shipments").empty
    assert o.table("joint_countries")["gain"].to_numpy() == pytest.approx([0.0, 0.0], abs=1e-3)


def test_planning_together_wins_and_the_gain_is_shared_out(outcome: Outcome) -> None:
    """Two countries get half the gain each, whoever had it in the plan; side payments sum to nothing.

    Proves: v(both) ≥ v(N) + v(S), nobody is worse off, the split adds up.
    Breaks if: the floor of a country is not its own plan, or a share is of another coalition.
    """
    c = outcome.table("joint_countries")
    gain = float(outcome.table("joint_coalitions").set_index("members").loc["NOR SOU", "gain"])
    assert gain > 0.1
    assert c["gain"].sum() == pytest.approx(gain)
    assert c["gain_shared"].to_numpy() == pytest.approx([gain / 2, gain / 2])
    assert c["side_payment"].sum() == pytest.approx(0.0, abs=1e-6)
    assert (c["gain"] > -1e-6 * c["alone"]).all()


def test_what_both_send_balances(outcome: Outcome) -> None:
    """Every year under ``year``, over the plan under ``plan``, not at all under ``free``.

    Proves: clearing in common money. Breaks if: one direction is left out.
    """
    yearly = outcome["shipment"].sum("product")
    sent = [yearly.sel(exporter=a, importer=b).to_numpy() for a, b in (("NOR", "SOU"), ("SOU", "NOR"))]
    assert sent[0] == pytest.approx(sent[1], abs=1e-6)
    assert sent[0].min() > 0.1
    whole = both(links=[Link(pace=0.2, ceiling=1.0, transport=0.0)])
    over = whole["shipment"].sum(["product", "year"])
    assert float(over.sel(exporter="NOR", importer="SOU")) == pytest.approx(
        float(over.sel(exporter="SOU", importer="NOR")), abs=1e-6
    )
    assert whole.table("joint_countries")["gain"].sum() >= outcome.table("joint_countries")["gain"].sum() - 1e-6


def test_shipments_are_imports_of_one_and_exports_of_the_other(outcome: Outcome) -> None:
    """Proves: the import bill counts what is shipped in; ceilings hold as shares of base-year imports."""
    s = outcome.table("shipments")
    assert (s["share_of_imports"] <= 0.2 * (s["year"] - 2020) + 1e-7).all()
    years = outcome.table("joint_years").set_index(["country", "indicator", "year"])
    into = s[(s["importer"] == "NOR") & (s["year"] == 2022)]["money"].sum()
    assert into > 0
    together = years.loc[("NOR", "import bill", 2022), "together"]
    assert together > years.loc[("NOR", "import bill", 2022), "alone"]


def test_who_may_lose_does_if_that_wins_more() -> None:
    """Without the floor one country gives what the other values more.

    Proves: the floor costs something here, and holds where it is asked for. Breaks if: it is on the sum.
    """
    link = [Link(pace=0.2, ceiling=1.0, clearing="free")]
    free, held = (both(links=link, weights={"SOU": 10.0}, allow_losers=lose) for lose in (True, False))
    assert free.table("joint_countries")["gain"].min() < -0.01
    assert held.table("joint_countries")["gain"].min() > -1e-3
    assert free.provenance["objective"] > held.provenance["objective"] + 0.01


def test_the_unit_of_a_countrys_money_is_immaterial() -> None:
    """South's accounts in thousands at 2 of its currency per common unit, or in millions: the same joint plan.

    Proves: rates and scales are applied once. Breaks if: a shipment, the objective or the clearing forgets one.
    """
    told: dict[str, Any] = {"rate": {"NOR": 1.0, "SOU": 2.0}, "currency": "USD", "rate_source": "made up", "years": 1}
    m = join([named("NOR"), south()], **told)
    th = join([named("NOR"), south(1000.0, "TST2020k")], **told)
    assert m.provenance["money"] == th.provenance["money"] == "USD2020m"
    assert th.table("joint_countries")["alone"].to_numpy() == pytest.approx(m.table("joint_countries")["alone"])
    gains = [o.table("joint_countries")["gain"].sum() for o in (m, th)]
    assert gains[1] == pytest.approx(gains[0], rel=1e-4)
    assert by_country(m)["SOU"]["alone"] == pytest.approx(plan(south(), years=1).provenance["objective"] / 2.0)


def test_foreign_exchange_may_be_pooled() -> None:
    """Proves: lending alone, without any shipment, can win; without pooling nothing moves.

    South's foreign exchange is plentiful, North's scarce. Breaks if: the loan does not arrive.
    """
    links = [Link(ceiling=0.0, clearing="free", pooling=0.3)]
    pooled = both(links=links, policies=BRIEF, allow_losers=True)
    assert pooled.table("shipments").empty
    assert by_country(pooled)["NOR"]["gain"] > 0.1
    assert pooled.table("joint_countries")["gain"].sum() > 0.01


def test_targets_hold_for_their_own_country() -> None:
    """Proves: a target of South binds South, under its own name, and is told where it cannot be met; its weight is
    in common money.
    """
    target = Target("gross output: farm", "<=", 165.0, year=2022, weight=3.0)
    members = [Member(named("NOR"), on_paper(years=2), 1.0), Member(south(), on_paper(years=2, targets=[target]), 0.5)]
    found = joint_policy(members).targets
    assert [(t.indicator, t.weight) for t in found] == [("SOU/gross output: farm", 1.5)]
    bound = replace(BRIEF["SOU"], targets=[replace(target, year=2021, value=10.0, weight=None)])
    with pytest.raises(PlanInfeasible, match=r"SOU/gross output: farm <= 10"):
        both(policies={**BRIEF, "SOU": bound})


def test_three_countries() -> None:
    """Seven coalitions; twins get the same share, and everything is shared out.

    Proves: coalitions trade inside themselves alone. Breaks if: a link outside a coalition counts.
    """
    o = join([named("NOR"), named("TWI"), south()], years=1, links=[Link(pace=0.2, ceiling=1.0)])
    told = o.table("joint_coalitions").set_index("members")
    assert len(told) == 7
    assert told.loc["NOR SOU", "value"] == pytest.approx(told.loc["TWI SOU", "value"], rel=1e-6)
    shared = by_country(o)
    assert shared["NOR"]["gain_shared"] == pytest.approx(shared["TWI"]["gain_shared"], abs=1e-3)
    assert o.table("joint_countries")["share"].sum() == pytest.approx(told.loc["NOR TWI SOU", "value"])


def test_the_outcome_saves_and_its_page_speaks(outcome: Outcome, tmp_path: Any) -> None:
    """Proves: save → open → compare gives zeros; the page tells gain, split and shipments in words."""
    page = report(outcome)
    outcome.save(tmp_path / "o", {"report.html": page})
    assert Outcome.open(tmp_path / "o").compare(outcome)["largest"].max() == 0
    for words in ("Joint plan of Nor and South", "win", "Shapley", "ships", "assumed; 0.05 to 0.2"):
        assert words in page, words


BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "one": ({"economies": ["NOR"]}, ["name two to 10 countries"]),
    "rate": ({"money": "SOU2020m"}, ["no rate for NOR, SOU", "have no source", "common currency is ''"]),
    "no rate": ({"rate": {"NOR": 0.0}, "rate_source": "x"}, ["rate of NOR is 0.0", "no rate for SOU"]),
    "who": ({"weights": {"SUO": 1.0}}, ["no country in the weights 'SUO'; nearest: 'SOU'"]),
    "link": ({"links": [Link("NOR", "SUO", products=["fram"])]}, ["no country 'SUO'", "no product 'fram'"]),
    "policies": ({"policies": {"NOR": on_paper()}, "years": 2}, ["policies by country and for all are both given"]),
    "classes": ({"classes": {"farm": "B05", "works": "C"}}, ["1 codes of SOU and NOR are of different classes: farm"]),
    "years": ({"policies": {"NOR": on_paper(years=2), "SOU": on_paper(years=3)}}, ["plan of SOU is for 2021 to 2023"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_told_in_words(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what countries lack to be planned together is said in words, before any of them is planned.

    Breaks if: it is only noticed when their plans are put together, after each was solved alone.
    """
    monkeypatch.setattr("groundplan.planning.joining.joint.solve", None)
    choices, told = BAD[case]
    choices = dict(choices)
    there = {"NOR": named("NOR"), "SOU": south(money=choices.pop("money", "TST2020m"))}
    there["SOU"] = there["SOU"].replacing(classes=choices.pop("classes", {}))
    there["NOR"] = there["NOR"].replacing(classes={"farm": "farming", "works": "C10-C12"})
    chosen = [there[c] for c in choices.pop("economies", list(there))]
    with pytest.raises((StudyError, UnknownName, Faults)) as error:
        join(chosen, **choices)
    for words in told:
        assert words in str(error.value)


def test_a_joint_plan_raises_its_guards_by_country() -> None:
    """A wish of 200 of output for South's works, which can make no such amount: missed, in South's name
    and in no other.

    Proves: each country's part of a joint plan is judged as a plan of its own, with what is shipped in its indicators.
    Breaks if: names keep their country's mark, segments are those of the other country, or guards are left out.
    """
    wish = Target("gross output: works", ">=", 2000.0, year=2022, weight=1e-3)
    o = both(policies={**OWN, "SOU": replace(OWN["SOU"], targets=[wish])})
    table = o.table("guards")
    missed = table[table["code"] == "target_missed"]
    assert missed["of"].tolist() == ["South"]
    living = o.table("joint_years").set_index(["country", "indicator", "year"]).sort_index()["together"]
    members = [Member(named("NOR"), OWN["NOR"], 1.0), Member(south(), OWN["SOU"], 1.0)]
    joint = JointPlans(tuple(members), (), True)
    for m in members:
        part = part_of(joint.whole, m, joint.families)
        path = indicators(part).sel(indicator="living standard").to_series()
        assert path[path.index > 2020].to_numpy() == pytest.approx(
            living[m.name, "living standard"].to_numpy(), rel=1e-6
        )


def test_a_ratio_of_one_country_is_told_from_what_all_do_together() -> None:
    """A wish that South imports no more than a thousandth of what it has: missed by the share of the joint plan.

    Proves: a ratio is that of its two indicators, shipments in both. Breaks if: a ratio is left at nothing, which
    misses no ceiling and every floor.
    """
    wish = Target("import dependency", "<=", 0.001, year=2022, weight=1e-3)
    policies = {**OWN, "SOU": replace(OWN["SOU"], targets=[wish])}
    joint = JointPlans((Member(named("NOR"), OWN["NOR"], 1.0), Member(south(), policies["SOU"], 1.0)), (), True)
    a = joint.whole.activities
    (ratio,) = a.ratios[a.ratios["indicator"] == "SOU/import dependency"].itertuples()
    values, years = values_by_part(a, joint.whole.solution.values), np.array([2022])
    above, below = (indicator_path(a, name, years, values)[0] for name in (ratio.numerator, ratio.denominator))
    table = both(policies=policies).table("guards")
    (missed,) = table[table["code"] == "target_missed"].itertuples()
    assert missed.of == "South"
    assert above > 1.0
    assert missed.value == pytest.approx(above / below - 0.001, rel=1e-4)
