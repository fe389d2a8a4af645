"""Business as usual on two sectors, with a past whose growth can be told without a computer."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small

from groundplan import Economy, Outcome, baseline
from groundplan.economy.audit import final_use
from groundplan.errors import GroundplanError, StudyError, TableError, UnknownName
from groundplan.results.charts.drawing import Lines
from groundplan.results.text_page import text_page
from groundplan.results.view import Plot
from groundplan.results.view_list import brief
from groundplan.sources import Source
from groundplan.tables.past_volumes import PastVolumes, read_volumes, volumes
from groundplan.tables.people_by_age import PeopleByAge, checked_counts, read_people
from groundplan.unplanned.business_as_usual import Structure, Usual, business_as_usual
from groundplan.unplanned.usual_path import usual_outcome
from groundplan.unplanned.usual_rule import UsualRule

WRITTEN = Source("tests", "a made-up past", "none", "none")


def past(of_output: float = 0.03, heads: float = 0.01, gap: float = 1.0, wear: float = 0.05) -> PastVolumes:
    """Output grows by ``of_output`` and people by ``heads`` (logarithms); the richest has e^gap times as much."""
    years = range(2010, 2021)
    own = {
        y: {"rgdpna": exp(of_output * (y - 2020)), "pop": exp(heads * (y - 2020)), "emp": exp(heads * (y - 2020)),
            "delta": wear}
        for y in years
    }  # fmt: skip
    return PastVolumes("TST", own, {y: {"rgdpna": exp(gap), "pop": 1.0, "emp": 1.0} for y in years}, WRITTEN)


def usual(**told: float) -> Usual:
    return business_as_usual(small(), past(**told), 10)


def test_growth_is_people_and_a_shrunk_past() -> None:
    """People 1 %, output per head 2 %, one unit of ln behind: 1 + 0.4 · 2 + 0.6 · (1.5 + 1) = 3.3 %, and its parts.

    Proves: growth and its account. Breaks if: geometric and logarithmic rates are mixed up, or a part is lost.
    """
    g = usual().growth
    assert (g.people, g.own, g.catching_up) == pytest.approx((0.01, 0.008, 0.015), abs=1e-12)
    assert g.rate == pytest.approx(0.033, abs=1e-12)
    assert g.half == pytest.approx(0.015 + 0.0075)
    assert usual(gap=9.0).growth.catching_up == pytest.approx(0.6 * 3.5 / 100), "two units of ln at most"
    account = g.table().set_index("part")["value"]
    assert account["growth"] == pytest.approx(account.drop("growth").sum(), abs=1e-15)


def test_investment_follows_a_third_of_what_capital_needs() -> None:
    """Growth 3.3 % after 3 %, wear 5 %: the share times (8.3 / 8)^0.3; slower growth lowers it.

    Proves: the exponent, and that growths below zero count as none. Breaks if: the ratio is upside down.
    """
    e, u = small(), usual()
    start = final_use(e, "investment") / float(e.value_added.sum())
    assert u.start.investment_share == pytest.approx(start)
    assert u.end.investment_share == pytest.approx(start * (0.083 / 0.08) ** 0.3, rel=1e-9)
    sinking = business_as_usual(e, past(of_output=-0.1, heads=-0.08), 10)
    assert sinking.growth.rate < 0
    assert sinking.end.investment_share == pytest.approx(sinking.start.investment_share)


def test_imports_rise_by_the_drift_and_start_from_three_years_after_a_slump() -> None:
    """Proves: 1.5 % of itself in ten years from 2020 on; where output fell the mean with the accounts at hand.

    Breaks if: accounts after the base year or too old count.
    """
    e = small()
    own = Structure.of(e).import_dependency
    assert own == pytest.approx(70 / 370)
    assert usual().end.import_dependency == pytest.approx(own * 1.015)
    assert business_as_usual(e, past(), 5).end.import_dependency == pytest.approx(own * 1.015**0.5)
    slump = past()
    slump = replace(slump, own={**slump.own, 2020: {**slump.own[2020], "rgdpna": 0.9}})
    open_years = [replace(e, year=y, reexports=e.reexports + (15.0 if y == 2019 else 90.0)) for y in (2017, 2019, 2021)]
    after = business_as_usual(e, slump, 10, earlier=open_years)
    before = Structure.of(open_years[1]).import_dependency
    assert after.end.import_dependency == pytest.approx((own + before) / 2 * 1.015)
    assert "2019" in after.notes[-1]
    assert business_as_usual(e, slump, 10).end.import_dependency == pytest.approx(own * 1.015)
    assert "no accounts" in business_as_usual(e, slump, 10).notes[-1]


def test_sectors_drift_as_elsewhere() -> None:
    """Sectors of the classes A01 and Q: −3.1 % and +1.4 % a year elsewhere, three tenths of it for ten years.

    Proves: the exponential, the sum of one, and that what no list places stays and is said.
    """
    listed = small().replacing(classes={"farm": "A01", "works": "Q"})
    u = business_as_usual(listed, past(), 10)
    farm, works = (u.start.sectors[c] * exp(0.3 * 10 * d) for c, d in (("farm", -0.03138), ("works", 0.01389)))
    assert u.end.sectors["farm"] == pytest.approx(farm / (farm + works))
    assert u.end.sectors.sum() == pytest.approx(1.0)
    assert usual().end.sectors.to_numpy() == pytest.approx(usual().start.sectors.to_numpy())
    assert any("100% of value added are on no list" in n for n in usual().notes)


def people(counts: dict[int, list[float]]) -> PeopleByAge:
    ages = [float(a) for a in range(0, 75, 5)]
    return PeopleByAge(checked_counts(pd.DataFrame(counts, index=ages).T, "here"), "a count")


def test_hands_are_those_who_are_born() -> None:
    """Everybody aged 10 to 54 is 20 to 64 in ten years; half of what came from abroad comes again.

    Proves: cohorts by age, the 3 % who are lost, the half of the decade before; no count after the base year is used.
    """
    even = [5.0] * 14 + [0.0]
    still = people({2020: even})
    assert still.growth_of_hands(2020, 10) == pytest.approx(log(0.97) / 10)
    # One a year of age; twice as many children: 20-24 to 29 become hands.
    children = people({2020: [10.0] * 4 + [5.0] * 10 + [0.0]})
    assert children.growth_of_hands(2020, 10) == pytest.approx(log(0.97 * (2 * 10 + 35) / 45) / 10)
    came = people({2010: even, 2020: even, 2030: [50.0] * 15})
    assert came.growth_of_hands(2022, 10) == pytest.approx(log(0.97 + 0.5 * 0.03) / 10)
    assert came.growth_of_hands(2009, 10) is None
    assert still.growth_of_hands(2020, 30) == pytest.approx(still.growth_of_hands(2020, 20))
    assert came.between(2025, 20, 65) == pytest.approx((45 + 450) / 2)


def test_known_ages_move_growth_by_half() -> None:
    """Proves: with people by age growth is the mean of heads and hands. Breaks if: hands replace heads."""
    counted = people({2020: [5.0] * 14 + [0.0]})
    with_ages = business_as_usual(small(), past(), 10, people=counted).growth
    assert with_ages.people == pytest.approx((0.01 + log(0.97) / 10) / 2)
    assert with_ages.own == pytest.approx(0.008)
    assert "born already" in with_ages.basis


def test_a_study_with_people_by_age_has_its_hands_counted(tmp_path: Path) -> None:
    """Proves: the population of a study is the baseline's, both sexes together. Breaks if: it is read and not used."""
    ages = [float(a) for a in range(0, 75, 5)]
    ones = [1.0] * len(ages)
    lists = "".join(
        f"{name} = {ones}\n"
        for name in ("survival_female", "survival_male", "fertility", "participation_female", "participation_male")
    )
    file = tmp_path / "a.toml"
    file.write_text(
        f'country = "KEN"\n\n[population]\nyear = 2019\nsource = "a count"\nages = {ages}\nfemale = {[2.5] * 15}\n'
        f"male = {[2.5] * 15}\n{lists}",
        "utf-8",
    )
    with_people, without = (baseline(subject, years=5).table("growth_account") for subject in (file, "KEN"))
    heads = without.set_index("part")["value"]["people"]
    assert with_people.set_index("part")["value"]["people"] == pytest.approx((heads + log(0.97**0.5) / 5) / 2)
    assert "a count" in with_people["basis"].iloc[0]


def test_uses_add_up_and_the_first_year_is_the_accounts() -> None:
    """Proves: consumption, investment, stocks and trade are GDP in every year; year 0 is what the accounts say.

    Breaks if: a use is left out or a tax counts twice.
    """
    kinds = ("primary", ["labour", "margin"])
    with_margin = small().replacing(primary=small().primary.assign_coords(primary_kind=kinds))
    cases = (
        (small(), past()),
        (with_margin, past()),
        *((shipped(c), volumes(c[:3])) for c in ("BRA 2010", "KEN 2019")),
    )
    for e, there in cases:
        o = usual_outcome(business_as_usual(e, there, 7))
        uses = [o.indicator(n) for n in ("household consumption", "non-profit consumption", "government consumption",
                                         "investment", "changes in inventories", "exports")]  # fmt: skip
        gdp = o.indicator("GDP")
        assert (o.indicator("uses less GDP").abs() > 0.01 * gdp).all() == (e is with_margin)
        assert np.allclose(sum(uses) - o.indicator("import bill") - o.indicator("uses less GDP"), gdp, rtol=1e-9)
        assert gdp[e.year] == pytest.approx(e.gdp)
        assert o.indicator("household consumption")[e.year] == pytest.approx(final_use(e, "household"), rel=1e-9)
        assert o.indicator("gross output")[e.year] == pytest.approx(float(e.output.sum()))
        assert o.indicator("import bill")[e.year] == pytest.approx(float(e.imports.sum()))
        parts = sum(o.indicator(f"value added: {s}") for s in e.sectors)
        assert np.allclose(parts, o.indicator("value added"))
        assert o.indicator("import dependency").iloc[-1] == pytest.approx(
            o.indicator("import bill").iloc[-1] / o.indicator("total supply").iloc[-1]
        )


def test_ranges_widen_and_hold_the_middle() -> None:
    """Proves: no range in the base year, wider ones later, the root of time for shares.

    Breaks if: a low end crosses the middle, or a range forgets the years.
    """
    o = usual_outcome(usual())
    low, middle, high = (o[n] for n in ("indicator_low", "indicator", "indicator_high"))
    there = np.isfinite(low.values)
    assert (low.values[there] <= middle.values[there]).all()
    assert (high.values[there] >= middle.values[there]).all()
    share = high.sel(indicator="investment share") - middle.sel(indicator="investment share")
    assert share.values == pytest.approx(UsualRule().share_range[0] * np.sqrt(np.arange(11) / 10))
    assert np.isnan(low.sel(indicator="household consumption")).all()


def test_a_saved_baseline_opens_equal_and_reads_alike(tmp_path: Path) -> None:
    """Proves: the shipped economies have a baseline with a page; saved it is the same."""
    o = baseline("BRA", year=2010, years=3)
    again = Outcome.open(o.save(tmp_path))
    assert text_page(again) == text_page(o)
    assert "Without a plan, Brazil grows by" in text_page(o)
    assert {"growth", "imports"} <= {a["name"] for a in o.provenance["assumptions"]}


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """Proves: no past, too many years, a file without columns, a country that it lacks, ages that are none."""
    with pytest.raises(GroundplanError, match="no past growth of Testland up to 2020"):
        business_as_usual(small(), None, 10)
    with pytest.raises(StudyError, match="41 years"):
        business_as_usual(small(), past(), 41)
    whole = past()
    lacking = replace(whole, rich={y: {k: v for k, v in row.items() if k != "emp"} for y, row in whole.rich.items()})
    with pytest.raises(GroundplanError, match="the past lacks output per person"):
        business_as_usual(small(), lacking, 10, people=people({2020: [5.0] * 14 + [0.0]}))
    assert business_as_usual(small(), lacking, 10).growth == business_as_usual(small(), whole, 10).growth
    path = tmp_path / "pwt.csv"
    path.write_text("countrycode,year,rgdpna,pop\nTST,2000,1,1\n", "utf-8")
    with pytest.raises(TableError, match="expected column 'emp'"):
        volumes("TST", path)
    path.write_text("country,isocode,year,rgdpna,pop,emp\nTestland,TST,2000,1,1,NA\n", "utf-8")
    assert read_volumes(path.read_text("utf-8"), path) == {"TST": {2000: {"rgdpna": 1.0, "pop": 1.0}}}
    with pytest.raises(UnknownName, match="nearest: 'TST'"):
        volumes("TSX", path)
    path.write_text("isocode,year,rgdpna,pop,emp\nTST,2000,much,1,1\n", "utf-8")
    with pytest.raises(TableError, match=r"line 2: .*much"):
        volumes("TST", path)
    path.write_text("year,age,number\n2000,5,1\n", "utf-8")
    with pytest.raises(GroundplanError, match="ages go from 5 to 5"):
        read_people(path)
    for rows, words in (
        ("", "a header and no rows"),
        ("2010,0,5\n2010,5,4\n2010,70,1\n", "the group from 5 on spans 65 years"),
        ("2010,0,nan\n", "no number"),
        ("2010,0,1e999\n", "no number"),
        ("2010,0,many\n", "no number"),
    ):
        path.write_text(f"year,age,number\n{rows}", "utf-8")
        with pytest.raises(GroundplanError, match=words):
            read_people(path)
    for row, words in (("-1,1,1", "not above zero"), ("inf,1,1", "not finite"), ("1,1,1\nTST,2000,1,1,1", "twice")):
        path.write_text(f"isocode,year,rgdpna,pop,emp\nTST,2000,{row}\n", "utf-8")
        with pytest.raises(TableError, match=words):
            volumes("TST", path)
    with pytest.raises(GroundplanError, match="no past growth"):
        baseline(Economy.load("KEN").replacing(country="XXX", country_name="Nowhere", past=None))


def test_a_stated_past_goes_before_the_shipped_one_and_a_file_before_both() -> None:
    """Proves: what a ministry states of its past is what its baseline goes on from, with or without a shipped past.

    Breaks if: the shipped figures overrule it, or a country without them is refused.
    """
    e = shipped("KEN 2019")
    stated = past().past(2019)
    assert stated is not None
    of_its_own = e.replacing(past=stated)
    for economy in (of_its_own, of_its_own.replacing(country="XXX")):
        assert business_as_usual(economy, volumes(economy.country), 10).growth.rate == pytest.approx(
            0.033 + 0.006 * 0.02
        )
    assert business_as_usual(of_its_own, past(of_output=0.05), 10).growth.own == pytest.approx(0.016)
    assert "as stated" in business_as_usual(of_its_own.replacing(country="XXX"), None, 10).past.source.title


def test_value_added_is_shown_with_what_it_was_and_its_range_as_a_shade() -> None:
    """Output grew by 3 % a year for ten years: exp(−0.3) of the base year's in 2010, and 1 in 2020.

    Proves: history before the base year, a line after it, and a shade from low to high about that line.
    Breaks if: the ends of the range are lines of their own, or history is put beside the years to come.
    """
    o = usual_outcome(usual(), past())
    then = o.table("past").set_index("year")["output"]
    assert (then[2010], then[2020]) == pytest.approx((exp(-0.3), 1.0))
    chart = next(p.chart for p in brief(o).parts if isinstance(p, Plot))
    assert isinstance(chart, Lines)
    (before, middle), (band,) = chart.panels[0][1], chart.bands
    assert (chart.base, chart.years[0], chart.years[-1]) == ("2020", "2010", "2030")
    assert (before.values[0], middle.values[-1]) == pytest.approx((exp(-0.3), exp(0.33)))
    assert (band.of, band.low[-1], band.high[-1]) == (
        middle.name,
        pytest.approx(exp(0.33 - 0.225)),
        pytest.approx(exp(0.33 + 0.225)),
    )
    assert 'class="band"' in chart.svg()
    assert "past" not in usual_outcome(usual()).tables
