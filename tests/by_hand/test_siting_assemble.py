"""From places, types and rules to a choice, its tables and its reasons; and rules that contradict each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import small_places

from groundplan.errors import GroundplanError
from groundplan.outcome import Outcome
from groundplan.places.choosing.assemble import assemble
from groundplan.places.choosing.choice_inputs import Inputs
from groundplan.places.choosing.rules import Rules
from groundplan.places.choosing.search import Effort
from groundplan.places.choosing.siting import choose
from groundplan.places.judging.order import values
from groundplan.places.judging.robustness import Explainer, intervals
from groundplan.places.known.columns import SourcedFigure
from groundplan.places.place_programme import claims, solved
from groundplan.places.scoring.scores import Criterion, Weights, score
from groundplan.places.works.facilities import Facilities, Facility, Material, Size

EXACT = Effort(gap=0.0, seconds=60)
NEED = Weights("need", (Criterion("poverty", 2.0), Criterion("power", 1.0, "less")))
READY = Weights("readiness", (Criterion("grain_output", 1.0),))


def figure(value: float, unit: str = "1") -> SourcedFigure:
    return SourcedFigure(value, unit, "given", "made up")


POWER = Facility("power_line", {"en": "Power line"}, "energy", {"trained": figure(2, "persons")})
MILL = Facility(
    "mill", {"en": "Mill"}, "food", {"trained": figure(20, "persons"), "plain": figure(5, "persons")},
    (Material("grain_output", figure(100, "t / year"), figure(60, "km")),),
    cost=figure(9, "TST2020m"), money="TST2020m", building={"food": figure(0.4), "energy": figure(0.6)},
    profile=(0.25, 0.75), after=("power_line",), sizes=(Size("small", figure(0.5), figure(0.6)),),
)  # fmt: skip
CLINIC = Facility(
    "clinic", {"en": "Clinic"}, "food", {"skilled": figure(8, "persons")}, catchment=figure(50, "km"),
    serves=figure(1500, "persons"), least={"power": figure(20, "%")}, cost=figure(4, "TST2020m"), money="TST2020m",
)  # fmt: skip
POWER = replace(POWER, cost=figure(1, "TST2020m"), money="TST2020m")


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Six places on the equator, 40 km apart, in two provinces."""
    types = {f.code: f for f in (POWER, MILL, CLINIC)}
    there = small_places.places(
        {
            "population": [1000, 900, 800, 700, 600, 500],
            "power": [10, 30, 50, 70, 15, 90],
            "poverty": [0.9, 0.7, 0.6, 0.3, 0.8, 0.1],
            "grain_output": [150, 0, 80, 120, 60, 200],
            "lat": [0, 0, 0, 0, 0, 0],
            "lon": [1.0, 1.36, 1.72, 2.08, 2.44, 2.8],
        },
        ids=list("abcdef"),
        province=pd.Series(["North"] * 3 + ["South"] * 3, list("abcdef")),
    )
    need, ready = score(there, NEED).values, score(there, READY).values
    rules = Rules(
        2, 2, first_year=2030, provinces="rounds", kinds=(1, 3), worst_off="",
        weights={"need": 1.0, "readiness": 0.2, "job": 0.02, "person": 0.0002, "haul": 1e-5, "money": 0.001},
        budget={"money": 30.0},
    )  # fmt: skip
    return Inputs(there, Facilities(types), rules, need, ready, distances=there.distances(detour=1.0))


def test_a_choice_with_all_its_tables(inputs: Inputs, tmp_path: object) -> None:
    """Proves: two a year, one of each province; the audit is passed; flows feed the mills; claims fall where building
    and opening do; the outcome is saved and opened equal.
    Breaks if: a table and the choice part ways, or claims forget the years after the last choice.
    """
    made = solved(inputs, EXACT)[2]
    chosen, built = made.table("chosen"), made.table("built")
    assert chosen.groupby("year")["province"].agg(set).tolist() == [{"North", "South"}] * 2
    mills = built[built["facility"].str.startswith("mill")]
    needed = sum(100.0 if f == "mill" else 50.0 for f in mills["facility"])
    assert made.table("flows")["amount"].sum() == pytest.approx(needed)
    powered = built[built["facility"] == "power_line"]["place"]
    assert set(mills["place"]) <= set(powered)
    asked = claims(made, inputs.facilities).pivot(index="year", columns="commodity", values="amount").fillna(0.0)
    cost = {"mill": 9.0, "mill:small": 5.4, "clinic": 4.0, "power_line": 1.0}
    assert asked["money"].sum() == pytest.approx(sum(cost[f] for f in built["facility"]))
    assert asked["jobs: trained"].sum() > 0
    assert asked.index.max() == built["works_from"].max()
    used = made.table("budget").set_index("year")["used"]
    assert used.loc[2030] == pytest.approx(asked.loc[2030, "money"])
    assert made.provenance["engine"] == "place"
    assert Outcome.open(made.save(f"{tmp_path}/there")).compare(made)["largest"].max() == 0


def test_the_draw_decides_and_names_do_not(inputs: Inputs) -> None:
    """Proves: tickets order the places inside; the same tickets under another order of the table give the same list;
    a ticket that is missing is refused by name.
    Breaks if: the table's order reaches the solver.
    """
    tickets = dict(zip("abcdef", ["3", "1", "5", "0", "4", "2"], strict=True))
    drawn = replace(inputs, tickets=tickets)
    assert assemble(drawn).ids == ("d", "b", "f", "a", "e", "c")
    turned = inputs.places.subset(list("fedcba"))
    other = replace(drawn, places=turned, distances=turned.distances(detour=1.0))
    first, second = solved(drawn, EXACT)[2], solved(other, EXACT)[2]
    pd.testing.assert_frame_equal(first.table("chosen"), second.table("chosen"))
    pd.testing.assert_frame_equal(first.table("built"), second.table("built"))
    with pytest.raises(GroundplanError, match="no ticket for f"):
        assemble(replace(inputs, tickets={k: v for k, v in tickets.items() if k != "f"}))


def test_contradictions_come_all_at_once(inputs: Inputs) -> None:
    """Proves: too many places, quotas that do not fit, deadlines beyond the years' places, a budget below the cheapest
    and unknown names are told together, each with its numbers.
    Breaks if: the first contradiction hides the rest, or the solver is asked what counting can answer.
    """
    rules = Rules(
        4, 2, kinds=(1, 1), required=("mill", "clinic"), quota={"North": (3, 3), "South": (2, 2)},
        provinces="by places", longest_wait=(0.0, 1), forced={"a": 1, "b": 1, "c": 1}, budget={"money": 1.0},
        weights={"need": 1.0},
    )  # fmt: skip
    with pytest.raises(GroundplanError) as caught:
        assemble(replace(inputs, rules=rules))
    told = str(caught.value)
    for words in (
        "8 places are asked for and there are 6", "the quotas ask for 5 places in 1, 4 are chosen",
        "must be chosen by 1", "2 facilities are required and a place gets at most 1",
    ):  # fmt: skip
        assert words in told, words
    poor = replace(inputs.rules, budget={"money": 0.5})
    with pytest.raises(GroundplanError, match=r"the budget of money in 2030 is 0\.5; the 2 cheapest places use 2"):
        assemble(replace(inputs, rules=poor))
    wrong = Rules(1, 1, forced={"zz": 1}, required=("mil",), quota={"Nort": (0, 1)}, budget={"mony": 1.0})
    with pytest.raises(GroundplanError) as caught:
        assemble(replace(inputs, rules=wrong))
    for words in ("'zz'", "nearest: 'mill'", "nearest: 'North'"):
        assert words in str(caught.value)
    with pytest.raises(GroundplanError, match="no distances are given"):
        assemble(replace(inputs, distances=None))
    with pytest.raises(GroundplanError, match="need is missing for a"):
        assemble(replace(inputs, need=inputs.need.drop("a")))


def test_the_figure_that_would_change_a_year_does(inputs: Inputs) -> None:
    """Proves: for every place that a figure would bring forward, giving it a little more than that figure, scoring
    again and choosing again by the order brings it to the year that was said; a little less does not.
    Breaks if: the way from score to figure is turned round, or weights are not shared as in the score.
    """
    rules = replace(
        inputs.rules, per_year=1, years=5, weights={"need": 1.0, "readiness": 0.2}, budget={}, provinces="free"
    )
    asked = replace(inputs, rules=rules)
    s = assemble(asked)
    c = choose(s, EXACT)
    scores = score(inputs.places, NEED)
    explainer = Explainer(s, c, rules, scores)
    tried = 0
    for p in s.ids:
        why = explainer.reasons(p)
        assert why.year == why.order
        for column, (now, wanted) in why.figures.items():
            for more, moves in ((0.01, True), (-0.01, False)):
                value = wanted + more * (wanted - now)
                figures = inputs.places.column(column).copy()
                figures[p] = value
                other = inputs.places.with_column(inputs.places.columns[column], figures)
                again = assemble(replace(asked, places=other, need=score(other, NEED).values))
                year = choose(again, EXACT).year[again.ids.index(p)]
                assert (year == s.years.index(why.rise_to)) == moves
                tried += 1
    assert tried >= 4


def test_reasons_name_what_holds_a_facility_back(inputs: Inputs) -> None:
    """Proves: a clinic below its least power is barred; a mill without grain in reach lacks its material; chosen
    ones name their sources.
    Breaks if: the reason is guessed from the objective alone.
    """
    s = assemble(inputs)
    c = choose(s, EXACT)
    why = {p: {w.facility: w for w in Explainer(s, c, inputs.rules).reasons(p).types} for p in s.ids}
    assert why["a"]["clinic"].reason == "barred"
    for p in s.ids:
        for w in why[p].values():
            assert w.built == bool(c.built[s.ids.index(p), s.kinds.index(w.facility)])
            if w.built and w.facility.startswith("mill"):
                assert sum(amount for _, _, amount in w.sources) >= 50 - 1e-6
    dry = replace(s, supply=np.zeros_like(s.supply))
    none = choose(dry, EXACT)
    reasons = Explainer(dry, none, inputs.rules).reasons("f").types
    assert {w.facility: w.reason for w in reasons}["mill"] in ("material", "first")


def test_intervals_hold_the_year_and_close_with_the_range(inputs: Inputs) -> None:
    """Proves: with a range of 0 every draw is the order itself; with a range the order's year lies between first and
    last; the same seed gives the same table.
    Breaks if: draws are not those of the weights, or quantiles are taken of labels instead of years.
    """
    s = assemble(inputs)
    c = choose(s, EXACT)
    scored = {"need": NEED, "readiness": READY}
    still = intervals(inputs.places, s, c, inputs.rules, scored, range_=0.0, draws=3)
    assert (still["same"] == 1.0).all()
    assert (still["earliest"] == still["order"]).all()
    assert (still["latest"] == still["order"]).all()
    moved = intervals(inputs.places, s, c, inputs.rules, scored, range_=0.5, draws=40, seed=1)
    late = {0: 9999}
    for row in moved.itertuples():
        first, order, last = (late.get(y, y) for y in (row.first, row.order, row.last))
        assert first <= order <= last
    assert (moved["rank_low"] <= moved["rank_high"]).all()
    pd.testing.assert_frame_equal(moved, intervals(
        inputs.places, s, c, inputs.rules, scored, range_=0.5, draws=40, seed=1))  # fmt: skip
    assert values(s, c).shape == (6,)
