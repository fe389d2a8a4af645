"""The sections on places, training and steering of the DPR Korea case: their figures, their rules, their verdicts."""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import Counter
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from doc_pages import ROOT
from scipy.stats import hypergeom, spearmanr

from groundplan import Economy, Outcome, estimate, open_accounts, open_places, plan, recipes

HOME = ROOT / "studies" / "dprk"
sys.path.insert(0, str(HOME))

import known_figures as figures  # noqa: E402  # beside the case
import placing  # noqa: E402
import steering  # noqa: E402
import training  # noqa: E402
from case import Case  # noqa: E402

SHIPPED = files("groundplan").joinpath("tables/data/facts")


def shipped(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(SHIPPED.joinpath(name).read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dprk") / "accounts.xlsx"
    estimate(HOME / "accounts.toml", write=path)
    return path


@pytest.fixture(scope="module")
def economy(accounts: Path) -> Economy:
    return open_accounts(accounts)


@pytest.mark.parametrize(
    ("claim", "indicator", "publisher"),
    [
        ("cement", "cement", "Statistics Korea"),
        ("power", "electricity generated", "Statistics Korea"),
        ("steel", "crude steel", "Statistics Korea"),
        ("fertiliser", "chemical fertiliser", "Statistics Korea"),
        ("revenue-2023", "state budget revenue as percent of plan", "Ministry of Finance"),
        ("spending-2023", "state budget expenditure as percent of plan", "Ministry of Finance"),
        ("defence-2023", "defence share of budget expenditure", "Ministry of Finance"),
    ],
)
def test_evidence_is_what_the_shipped_facts_say(claim: str, indicator: str, publisher: str) -> None:
    """Proves: a figure of 2023 that is shipped too has the same value and page. Breaks if: one is typed wrongly."""
    row = next(r for r in steering.evidence() if r.claim == claim and r.value is not None)
    fact = next(
        f for f in shipped("dprk_facts.csv")
        if f["indicator"] == indicator and f["year"] == "2023" and publisher in f["publisher"]
    )  # fmt: skip
    assert (row.value, row.address) == (float(fact["value"]), fact["address"])


def test_every_figure_has_its_page_and_every_assumption_its_range() -> None:
    """Proves: what is published has a page, what is assumed a range that holds it and a reason.

    Breaks if: a figure comes without where it was read, or a range leaves its own middle out.
    """
    for p in (*figures.published(), *steering.evidence()):
        assert re.search(r"\w\.\w{2,}", p.address), p
    names = {c.claim for c in steering.claims()}
    assert {r.claim for r in steering.evidence()} <= names
    for c in steering.claims():
        assert c.address.startswith("http") or c.why, c.claim
    for group, entries in figures._document().items():
        for name in entries:
            a = figures.assumed(group, name)
            assert a.low <= a.value <= a.high, (group, name)
            assert a.why.startswith(("assumed", "by definition")) or "https://" in a.why, (group, name)


def test_days_are_those_in_the_addresses() -> None:
    """Proves: days of evidence that stand in a page's address (seconds since 1970) are those entered, to a day.

    Breaks if: a day is typed wrongly.
    """
    rows = [(r, re.search(r"newstream/(\d{10})-", r.address)) for r in steering.evidence()]
    seen = [(r.day, datetime.fromtimestamp(int(m[1]), UTC).date()) for r, m in rows if m]
    assert len(seen) >= 6
    assert max(abs((a - b).days) for a, b in seen) <= 1


def test_verdicts_by_hand() -> None:
    """Proves: five announcements get the verdict that their evidence gives on paper.

    Breaks if: an estimate of another year decides; a promiser's word counts as confirmation; days late are miscounted;
    a figure below what was promised is kept.
    """
    said = {c.claim: v for c, v in steering.verdicts()}
    assert said["cement"].word == steering.UNMEASURED  # 7.06 Mt are of 2023, the promise is for 2025
    assert "7.06 Mt of 2023" in said["cement"].why
    late = said["flats-2022"]  # opened on 16 April 2023: 31 + 28 + 31 + 16 days after the year
    assert (late.word, late.basis, late.days) == (steering.LATE, steering.OWN, 106)
    first = said["flats-2021"]
    assert (first.word, first.basis) == (steering.LATE, steering.OUTSIDE)
    assert (said["revenue-2023"].word, said["revenue-2023"].basis) == (steering.KEPT, steering.OWN)
    assert (said["spending-2023"].word, said["spending-2023"].why) == (
        steering.BROKEN,
        "99.8 percent of plan, 0.2 off",
    )
    assert said["counties-2026"].word == steering.OPEN
    assert not any(v.word == steering.KEPT and v.basis == steering.OUTSIDE for v in said.values())


@pytest.mark.parametrize(
    ("outside", "own", "word", "basis"),
    [
        (9.0, 12.0, steering.BROKEN, steering.OUTSIDE),
        (11.0, 9.0, steering.KEPT, steering.OUTSIDE),
        (9.0, None, steering.BROKEN, steering.OUTSIDE),
        (None, 9.0, steering.BROKEN, steering.OWN),
        (None, None, steering.UNMEASURED, ""),
    ],
)
def test_the_outside_goes_first(outside: float | None, own: float | None, word: str, basis: str) -> None:
    """Proves: of two figures the outsider's decides. Breaks if: the promiser's word does, where both are there."""
    day = date(2024, 12, 31)
    claim = steering.Claim("x", "Ministry", "ten", date(2024, 1, 1), day, 10.0, "Mt", "http://a.b", "", exactly=False)
    rows = [
        steering.Evidence("x", kind, 2024, "", value, "Mt", day, kind, "http://a.b", "")
        for kind, value in ((steering.OWN, own), (steering.OUTSIDE, outside))
        if value is not None
    ]
    judged = steering.verdict(claim, rows, date(2025, 6, 1))
    assert (judged.word, judged.basis) == (word, basis)


def test_the_ledger_counts_the_same_days(tmp_path: Path) -> None:
    """Proves: the ledger's own days late of the capital's flats are those of the verdicts, and all its entries hold.

    Breaks if: a report is entered on another day or sheet, or a promise with another figure.
    """
    _, states = steering.entered(tmp_path)
    rows = states.table("promises")
    flats = rows[rows["indicator"] == "flats in the capital"]
    days = {f"flats-{r.period}": int(r.days_late) for r in flats.itertuples()}
    assert days == {c.claim: v.days for c, v in steering.verdicts() if re.fullmatch(r"flats-\d{4}", c.claim)}
    assert flats["target"].astype(float).tolist() == [10_000.0] * 5
    assert (rows["state"] == "no agreed definition").sum() == sum(
        not any(c in steering._of_sheet(k) for k in steering.SHEETS) for c in steering.claims()
    )


def test_planned_growth_agrees_with_what_was_announced() -> None:
    """Proves: growth over fulfilment is the announced growth where both are printed: 1.011 / 1.002, 1.015 / 1.005.

    Breaks if: the quotient is turned over, or figures of two years are mixed.
    """
    assert steering.implied_growth(1.1, 100.2) == pytest.approx(
        figures.fact("planned growth of state budget revenue", 2021), abs=0.05
    )
    assert steering.implied_growth(1.5, 100.5) == pytest.approx(
        figures.fact("planned growth of state budget revenue", 2023), abs=0.05
    )
    assert steering.needed_growth(7.06, 8.0, 2) == pytest.approx(math.sqrt(8.0 / 7.06) - 1.0)


def test_steering_says_the_same_twice_and_ends_with_what_it_cannot(tmp_path: Path) -> None:
    """Proves: two tellings are the same text, though ledgers have keys of chance. Breaks if: a clock or key gets in."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    once, again = (steering.tell(Case(tmp_path / name)) for name in ("a", "b"))
    assert once == again
    assert once.split("\n\n")[-1].startswith("**What cannot be known here.**")
    assert (tmp_path / "a" / "announced" / "report.html").is_file()


def test_the_order_against_chance_by_another_way() -> None:
    """Proves: rank correlations are SciPy's, and what random lists give is the hypergeometric distribution.

    Breaks if: ties are ranked otherwise, late counts as early, or random lists have another length.
    """
    p, named = open_places("PRK"), placing.named_places()
    assert len(named) == 46
    for name, values in placing.measures(p).items():
        a = placing.against(named, name, values)
        year = [named.get(i, placing.NOT_YET) for i in values.index]
        assert a.rank == pytest.approx(spearmanr(year, -values).statistic)
        exact = hypergeom(len(values), len(named), len(named))
        if values.is_unique:
            assert a.expected == pytest.approx(exact.mean(), abs=0.15)
            assert a.chance == pytest.approx(exact.sf(a.among - 1), abs=0.03)
        assert a == placing.against(named, name, values)
    first = dict.fromkeys(p.column("rural_share").nlargest(46).index, 2024)
    assert placing.against(first, "", p.column("rural_share")).rank > 0.7


def test_shares_of_provinces_by_counting() -> None:
    """Proves: places named and expected by province are plain counts of the shipped list and of the census.

    Breaks if: a place is counted in another province, or twice.
    """
    p, named = open_places("PRK"), placing.named_places()
    rows = {r["county_id"]: r for r in shipped("twenty_by_ten.csv") if r["what"].startswith("factories")}
    counts = Counter(rows[i]["province_2008"] for i in named)
    table = placing.provinces_named(p, named)
    assert {k: int(n) for k, n in table["named"].items() if n} == counts
    census = {r["province_2008"]: r for r in shipped("dprk_provinces.csv")}
    assert all(table.loc[k, "counties"] == int(census[k]["n_units"]) for k in table.index)
    apart, chance = placing.unevenness(p, named)
    assert apart == pytest.approx(sum(abs(counts[k] / 46 - table.loc[k, "counties"] / 179) for k in table.index) / 2)
    assert 0.0 < chance < 1.0


def test_works_by_rule_follow_the_census(economy: Economy) -> None:
    """Proves: greenhouses and chicken farms are people over those served, rounded up by province; a hospital a county.

    Breaks if: people of another year are taken, rounding is of the whole, or feed is of other works.
    """
    types = placing.workshops(economy)
    rule = placing.by_rule(open_places("PRK"), types)
    for r in shipped("dprk_provinces.csv"):
        if r["province_2008"] != "Total":
            row = rule.loc[r["province_2008"]]
            people = int(r["population_2008"])
            assert row["greenhouse"] == -(-people // 60_000)
            assert row["chicken_farm"] == -(-people // 80_000)
            assert row["hospital"] == int(r["n_units"])
            assert row["feed"] == pytest.approx(row["chicken_farm"] * 4.0)
    cost = sum(f.cost.value * n for f, n in ((types[c], rule[c].sum()) for c in placing.BY_RULE) if f.cost)
    assert rule["cost"].sum() == pytest.approx(cost)


def test_a_programme_in_the_plan_costs_more_the_larger_it_is(economy: Economy) -> None:
    """Proves: the plan carries a small programme out, and gives up more of the living standard for a larger one.

    Breaks if: the programme is free, or its cost is not that of its claims.
    """
    short = figures.short(economy)
    some, more = (placing.carried(short, [c] * 3) for c in (50.0, 500.0))
    assert some[1] == pytest.approx(1.0, abs=1e-6)
    assert 5.0 < more[2] / some[2] < 20.0
    assert "ranges" not in some[0].provenance


def test_skills_leave_the_accounts_as_they_are(economy: Economy) -> None:
    """Proves: parted labour costs what labour cost in every sector, and heads add up to those at work.

    Breaks if: pay is not weighed by heads, or a sector's cost moves to another.
    """
    parted = figures.with_skills(economy)
    for e in (economy, parted):
        assert float(e.primary.sum()) == pytest.approx(float(economy.primary.sum()))
    labour = [e.primary[e.primary["primary_kind"] == "labour"].sum("primary").values for e in (economy, parted)]
    np.testing.assert_allclose(*labour)
    assert float(parted.employment.sum()) == pytest.approx(figures.workers().value)
    one = parted.primary.sel(primary="graduate").sum() / parted.employment.sel(skill="graduate").sum()
    basic = parted.primary.sel(primary="basic").sum() / parted.employment.sel(skill="basic").sum()
    assert float(one / basic) == pytest.approx(1.4 / 0.7)
    assert float(one) == pytest.approx(1.4 * figures.trained_pay(economy))


def test_a_plan_trains_as_many_as_is_counted_by_hand(economy: Economy) -> None:
    """Proves: places built in two years, then courses of five: the first finish in year 7, three intakes in ten years.

    Breaks if: pupils begin before there are places, a year of the course is lost, or who leaves finishes.
    """
    e = figures.with_skills(figures.short(economy))
    school = training.college(e)
    r, _ = training.reach(e, school, 0.1)
    paper = training.by_hand(0.1 * figures.age_group(), school)
    assert paper[-1] == pytest.approx(3 * 0.1 * figures.age_group() * 0.95**5)
    assert [n == 0.0 for n in paper] == [True] * 7 + [False] * 3
    assert r.trained[-1] == pytest.approx(paper[-1], rel=2e-3)
    assert r.trained[6] == pytest.approx(0.0, abs=1.0)
    assert 0.0 < r.standard < 0.05
    assert training.years_until(3 * 0.1 * figures.age_group() * 0.95**5 - 1, 0.1 * figures.age_group(), school) == 9


def test_todays_colleges_by_hand() -> None:
    """Proves: the intake, those who finish and those who retire follow from the published numbers on paper.

    Breaks if: those who leave are counted as graduates, or graduates are taken of one sex.
    """
    u = training.upkeep()
    intake = 310_000 / (1 + 0.95 + 0.95**2 + 0.95**3 + 0.95**4)
    graduates = 12.19e6 * 25_780_000 / 23_349_859 * (18.8 + 14.1) / 200
    assert u["intake"] == pytest.approx(intake)
    assert u["finishing"] == pytest.approx(intake * 0.95**5)
    assert u["leaving"] == pytest.approx(graduates / 38)
    least = 310_000 * 0.9**6 / sum(0.9**k for k in range(6)) - graduates / 34
    assert training.left_over("low") == pytest.approx(least)
    assert training.left_over("low") < training.left_over() < training.left_over("high")
    assert figures.age_group() == pytest.approx(25_780_000 * 0.189 / 15)


def test_modern_machines_move_work_to_graduates(economy: Economy) -> None:
    """Proves: the middle of the draws is near the recipes' own middles; a larger share moves more; seeded.

    Breaks if: the two recipes are exchanged, or pay is not that of the skill.
    """
    asks = training.modern(economy)
    made = sum(
        float(economy.output.sel(sector=s))
        for s in training.parents(training.book().recipe("cnc_modernisation"), economy)
    )
    plain = 0.3 * made * (0.05 - 0.02) / (1.4 * figures.trained_pay(economy) / 1e3)
    assert asks["graduate workers"][0] == pytest.approx(plain, rel=0.35)
    assert asks["trained workers"][0] < 0 < asks["electronics"][0]
    assert asks == training.modern(economy)
    assert pd.notna(list(asks.values())).all()


def test_places_are_told_beside_the_national_plan(
    accounts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: with a national plan in the folder its investment is the yardstick, without one the programme's own is;
    outcomes are saved, and the last paragraph says what cannot be known.

    Breaks if: the plan that stands is not read, or the section needs it.
    """
    monkeypatch.setattr(placing, "PROGRAMME_YEARS", 2)
    case = Case(tmp_path)
    case.accounts.write_bytes(accounts.read_bytes())
    plan(case.economy(), years=2, tail_years=0, evenness=0.0, ranges=0).save(tmp_path / "plan")
    text = placing.tell(case)
    assert "Investment is that of the national plan" in text
    assert "13 of 46" in text
    assert text.split("\n\n")[-1].startswith("**What cannot be known here.**")
    assert case.pages == ["places", "places-in-plan"]
    assert all((tmp_path / name / "report.html").is_file() for name in case.pages)


def test_training_is_told_whatever_a_plan_says(accounts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what a plan gives stands in the table as it is, and the last paragraph says what cannot be known.

    Breaks if: columns of the table are exchanged, or a year is another year's.
    """

    def asked(e: Economy, school: training.School, share: float) -> tuple[training.Reach, Outcome]:
        years = [e.year + 1 + n for n in range(training.YEARS)]
        return training.Reach(1e6 * share, years, [1e3 * (y - e.year) for y in years], share / 10), recipes("hospital")

    monkeypatch.setattr(training, "reach", asked)
    case = Case(tmp_path)
    case.accounts.write_bytes(accounts.read_bytes())
    text = training.tell(case)
    assert "| 20% | 200 | 5 | 8 | 10 | 4 (2 to 5) | 2.0% |" in text
    assert text.split("\n\n")[-1].startswith("**What cannot be known here.**")
    assert (tmp_path / "training" / "index.json").is_file()


def test_years_that_end_alike_stand_in_one_row() -> None:
    """Proves: the table has every announcement once, years that end alike together, others apart.

    Breaks if: a year with another verdict is drawn into a row, or a claim is lost.
    """
    rows = steering.grouped(steering.verdicts())
    assert sum(r[0] == "10,000 flats in the capital in 2022 to 2025" for r in rows) == 1
    assert sum(r[0] == "10,000 flats in the capital in 2021" for r in rows) == 1
    assert [why.count(":") for says, _, _, why in rows if says.startswith("the state budget's revenue")] == [4]
    assert len(rows) == len(steering.claims()) - 3 - 3 - 2 - 1
