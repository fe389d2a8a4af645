"""What outcomes have apart, on outcomes that are written down here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import small

from groundplan import Outcome, diff, plan, text_page
from groundplan.differences.stated_inputs import fingerprint, inputs_of
from groundplan.errors import GroundplanError
from groundplan.results.framed import framed
from groundplan.results.html.html_report import report
from groundplan.results.saved_pages.diff_views import changes_table, slopes
from groundplan.results.terminal import text_table
from groundplan.results.view_list import views

POLICY = {"years": 2, "discount_rate": 0.03, "export_growth": 0.04, "targets": [], "works": []}
UNITS = {"living standard": "base year = 1, per head", "imports": "XXX2020m / year", "jobs": "1"}
FIGURES = {"living standard": 1.1, "imports": 50.0, "jobs": 0.5, "output: farm": 100.0, "output: works": 10.0}


def outcome(figures: dict[str, float] | None = None, engine: str = "plan", **about: Any) -> Outcome:
    """An outcome whose indicators stand in its last year."""
    there = {**FIGURES, **(figures or {})}
    values = np.array([[1.0, v] for v in there.values()])
    array = xr.DataArray(values, coords=[("indicator", list(there)), ("year", [2021, 2022])], name="indicator")
    units = pd.DataFrame([(n, UNITS.get(n, "XXX2020m / year")) for n in there], columns=["indicator", "unit"])
    facts = {"groundplan": "1", "country": "XXX", "years": [2021, 2022], "money": "XXX2020m", "policy": POLICY}
    labels = {"farm": "Farming", "works": "Works"}
    return Outcome({"indicator": array}, {"indicators": units}, {**facts, "engine": engine, "labels": labels, **about})


def test_totals_stand_before_parts_and_the_largest_first() -> None:
    """By hand: imports 50 → 60 is +20 %, the living standard 1.1 → 1.155 is +5 %; of outputs 100 → 98 and 10 → 11 the
    first moved by 2 of the head's 100, the second by 1, though that is +10 % of its own.

    Proves: order, differences and shares. Breaks if: small parts lead, or the sign is turned.
    """
    other = outcome({"imports": 60.0, "living standard": 1.155, "output: farm": 98.0, "output: works": 11.0})
    apart = diff(outcome(), other)
    changes = apart.table("changes")
    assert changes["figure"].tolist() == ["imports", "living standard", "output of Farming", "output of Works"]
    assert changes["difference"].tolist() == pytest.approx([10.0, 0.055, -2.0, 1.0])
    assert changes["share"].tolist() == pytest.approx([0.2, 0.05, -0.02, 0.1])
    assert apart.provenance["counts"] == {"compared": 5, "alone": 0, "other_units": 0, "same": 1}
    page = text_page(apart)
    assert "Living standard in 2022, in base year = 1, per head: 1.100 in A, 1.155 in B (+5.0 %)" in page
    assert page.index("What was asked differently") < page.index("What comes out differently: totals")


def test_every_choice_that_differs_is_listed_with_its_values() -> None:
    """Proves: a rate, a figure by sector, a target, a record that only one has, the years, the version and a file's
    mark are each a row; what is alike is none. Breaks if: a kind of choice is not looked at.
    """
    target = {"indicator": "imports", "sense": "<=", "value": 180.0, "year": 2022}
    work = {"name": "dam", "spending": [5.0, 5.0]}
    source = {"title": "Table", "vintage": "2020", "sha256": {"a.csv": "f" * 64}}
    one = outcome(sources=[source], policy={**POLICY, "targets": [target]})
    changed = {**POLICY, "discount_rate": 0.05, "export_growth": {"default": 0.04, "farm": 0.08}, "works": [work]}
    two = outcome(
        sources=[{**source, "sha256": {"a.csv": "e" * 64}}],
        policy={**changed, "targets": [{**target, "value": 190.0}]},
        groundplan="2",
        tail_years=5,
    )
    rows = diff(one, two).table("inputs").set_index("what")[["a", "b"]].T.to_dict("list")
    assert rows == {
        "version of Groundplan": ["1", "2"],
        "years reckoned with after them": ["–", "5"],
        "file a.csv": ["ffffffff", "eeeeeeee"],
        "discount rate": ["0.03", "0.05"],
        "export growth: Farming": ["0.04", "0.08"],
        "targets: imports <=": ["180 in 2022 (must)", "190 in 2022 (must)"],
        "works: dam": ["not there", "there"],
    }
    assert "7 inputs differ: version of Groundplan (1 in A, 2 in B)" in text_page(diff(one, two))
    assert diff(one, one).table("inputs").empty
    assert fingerprint(one) == fingerprint(outcome(sources=[source], policy={**POLICY, "targets": [target]}))
    assert len({fingerprint(o) for o in (one, two, outcome())}) == 3


def test_three_outcomes_stand_side_by_side() -> None:
    """Proves: each of B and C has its difference from A, and the slopes run through all three."""
    apart = diff(outcome(), outcome({"imports": 60.0}), outcome({"imports": 45.0}))
    row = apart.table("changes").iloc[0]
    assert (row["b"], row["c"], row["difference"], row["difference_c"]) == (60.0, 45.0, 10.0, -5.0)
    assert (row["share"], row["share_c"]) == pytest.approx((0.2, -0.1))
    chart = slopes(apart)
    assert chart is not None
    assert chart.years == ["A", "B", "C"]
    assert chart.panels[0][1][0].values == pytest.approx([100.0, 120.0, 90.0])
    assert "Lines by outcome, A to C." in chart.svg()
    assert "change, C" in str(changes_table(apart, [0]).columns.tolist())


def test_what_cannot_be_compared_is_left_out_and_counted() -> None:
    """Proves: figures in another money are not subtracted, figures of one alone are listed by themselves, other kinds
    are refused in words. Breaks if: KES are compared with GHS.
    """
    abroad = outcome({"more": 1.0}, money="YYY2020m")
    units = abroad.table("indicators").assign(unit=lambda t: t["unit"].str.replace("XXX", "YYY"))
    abroad = Outcome(abroad.arrays, {"indicators": units}, abroad.provenance)
    apart = diff(outcome(), abroad)
    assert apart.provenance["counts"] == {"compared": 2, "alone": 1, "other_units": 3, "same": 2}
    assert apart.table("alone")["figure"].tolist() == ["more"]
    assert "3 figures are in different units" in text_page(apart)
    with pytest.raises(GroundplanError, match="A is a plan, B is a crisis"):
        diff(outcome(), outcome(engine="stress"))


def test_tables_with_keys_are_compared_where_a_kind_has_no_indicators() -> None:
    """Proves: a row of a comparison is told by its doctrine and its unit; of a kind that nobody listed all numbers are
    compared. Breaks if: rows are matched by their place.
    """
    rows = pd.DataFrame({"doctrine": ["none", "heavy"], "capital": [10.0, 12.0], "jobs": [5.0, 5.0]})
    about = {"engine": "compare", "money": "XXX2020m", "employment_unit": "people", "years": [2021]}
    one, two = Outcome({}, {"comparison": rows}, about), Outcome({}, {"comparison": rows[::-1]}, about)
    assert diff(one, two).table("changes").empty
    more = Outcome({}, {"comparison": rows.assign(capital=[10.0, 15.0])}, about)
    row = diff(one, more).table("changes").iloc[0]
    assert (row["figure"], row["unit"], row["share"]) == ("capital at the end, heavy", "XXX2020m", 0.25)
    oracle = [Outcome({}, {"odd": pd.DataFrame({"who": ["x"], "size": [v]})}, {"engine": "oracle"}) for v in (1.0, 2.0)]
    assert diff(*oracle).table("changes")["figure"].tolist() == ["size, x"]


def test_answers_to_wishes_differ_in_what_was_asked_and_in_who_pays() -> None:
    """Proves: of two answers the question is the input, and cost and household groups are results.

    Breaks if: what came out (the cost a year, its sentences) is listed as asked, or a group that pays is left out.
    """

    def answer(target: str, cost: float) -> Outcome:
        groups = pd.DataFrame(
            {"code": ["", "poor"], "label": ["all", "The poor"], "change": [-cost, -cost / 2], "unit": "m"}
        )
        about = {"engine": "whynot", "cost": cost, "cost_unit": "m", "cost_a_year": cost / 2, "wish": target}
        about |= {"question": target, "cost_sentences": [target], "command": f"groundplan whynot '{target}'"}
        return Outcome({}, {"household_cost": groups}, about)

    apart = diff(answer("output >= 1 in 2022", 4.0), answer("output >= 2 in 2022", 8.0))
    assert apart.table("inputs")["what"].tolist() == ["target"]
    figures = apart.table("changes").set_index("figure")["difference"].to_dict()
    assert figures == {
        "what the wish costs": 4.0, "what the wish changes for, all": -4.0, "what the wish changes for, The poor": -2.0,
    }  # fmt: skip


def test_joint_plans_differ_in_shipments_by_name() -> None:
    """Proves: a shipment is told with the names of countries and product, and which way it goes; codes are none.

    Breaks if: exporter and importer cannot be told apart, or codes stand for names.
    """

    def joint(most: float) -> Outcome:
        axes = [("exporter", ["AAA", "BBB"]), ("importer", ["AAA", "BBB"]), ("product", ["farm"])]
        array = xr.DataArray(np.array([[[0.0], [most]], [[0.0], [0.0]]]), coords=axes, attrs={"units": "m"})
        about = {"engine": "join", "countries": {"AAA": "Aland", "BBB": "Beland"}, "labels": {"farm": "Farming"}}
        return Outcome({"shipment": array}, {}, about)

    changes = diff(joint(1.0), joint(3.0)).table("changes")
    assert changes["figure"].tolist() == ["shipped, from Aland, to Beland, Farming"]


def test_robust_plans_differ_in_what_margins_cost() -> None:
    """Proves: margins, which are no names, tell rows apart, and a seed is an input that is called so.

    Breaks if: robust plans of two seeds are said to be alike while their margins differ.
    """

    def robust(seed: int, cost: float) -> Outcome:
        margins = pd.DataFrame(
            {"margin": [0.0, 0.5], "least_share": [0.75, 1.0], "cost": [0.0, cost], "mean_cost": [0.0, cost]}
        )
        return Outcome(
            {}, {"margins": margins}, {"engine": "robust", "policy": {"uncertainty": {"seed": seed, "yearly": [1]}}}
        )

    apart = diff(robust(1, 0.05), robust(2, 0.06))
    assert apart.table("inputs")["what"].tolist() == ["uncertainty, seed"]
    assert apart.table("changes")["difference"].tolist() == pytest.approx([0.01, 0.01])


def test_names_that_a_cut_makes_alike_stand_whole() -> None:
    """Proves: rows whose names differ at their end only are told apart on a terminal; other long names are cut.

    Breaks if: a table shows the same name twice for two rows.
    """
    names = [f"what a margin costs on average over all draws, by margin, {m}" for m in ("0.25", "0.5")]
    lines = text_table(framed(pd.Index(names, name="what"), [("a", "", [1.0, 2.0])]))
    assert [line.split()[-1] for line in lines if "margin," in line] == ["0.25", "0.5"]
    assert len(text_table(framed(pd.Index([names[0], "short"], name="what"), [("a", "", [1.0, 2.0])]))) == 3


def test_what_is_not_there_on_one_side_differs_without_a_figure() -> None:
    """Proves: infinite and missing figures give no difference in figures, alike ones are the same."""
    stops = [pd.DataFrame({"sector": ["a", "b"], "first_stop": [np.nan, v]}) for v in (np.inf, 30.0)]
    days = [Outcome({}, {"stops": table}, {"engine": "stress"}) for table in stops]
    changes = diff(*days).table("changes")
    assert len(changes) == 1
    assert np.isnan(changes["difference"].iloc[0])


def test_saved_plans_are_compared_by_their_folders(tmp_path: Path) -> None:
    """Proves: folders give names, the saved difference gives the same page, its report has inputs before results and
    a chart. Breaks if: the page needs more than the outcome.
    """
    for name, rate in (("early", 0.05), ("late", 0.0)):
        plan(small(), years=2, discount_rate=rate).save(tmp_path / name)
    apart = diff(tmp_path / "early", tmp_path / "late")
    assert apart.table("inputs")["what"].tolist() == ["discount rate"]
    assert not apart.table("changes").empty
    page = text_page(apart)
    assert text_page(Outcome.open(apart.save(tmp_path / "apart"))) == page
    assert "early" in page
    text = report(apart)
    assert "<svg" in text
    assert [v.name for v in views(apart)][:3] == ["brief", "inputs", "totals"]
    assert set(inputs_of(Outcome.open(tmp_path / "early"))) >= {"discount_rate", "years", "floor"}
