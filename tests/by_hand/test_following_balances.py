"""Promises in balances on paper: reconciled month by month, lacks of a year in money and by day, regions of units."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from economies import shipped
from following_cases import monthly, series, uses_of_three
from small_places import places

from groundplan.following.breaking_shortfall import Supplying, breaking, left_over
from groundplan.following.fulfilment import by_period, fulfilled
from groundplan.following.knock_on import at_will, entitled, knock_on, shares_lacking
from groundplan.following.knock_on_by_day import Shortage, reached, stocks_of
from groundplan.following.lacks import lacks_of, shortages
from groundplan.following.plan_balances import PlanBalances, kept_to_balances, plan_balances, reconciled_series
from groundplan.following.projection import as_peers, ending, path_of, projected, together
from groundplan.following.promised_series import by_indicator
from groundplan.following.regions import read_regions
from groundplan.reconciling.reported_figures import OUTPUT, Reported
from groundplan.reconciling.usual_uses import uses_of
from groundplan.shocks.scenarios.scenario import Scenario

NAN = math.nan
FLOWS = {"gross output: coal": (OUTPUT, "coal"), "gross output: steel": (OUTPUT, "steel"), "homes": None}


def of_three(**more: object) -> PlanBalances:
    """Coal, steel and ships in 2026 and 2027, with 2,400 coal and 1,200 steel a year."""
    uses = uses_of_three(output=[2400.0, 1200.0, 1200.0])
    return PlanBalances(shipped("KEN 2019"), {2026: replace(uses, **more), 2027: uses}, FLOWS)  # type: ignore[arg-type]


def test_a_month_and_its_mirror() -> None:
    """Proves: 90 ± 3 % of 100 promised, beside a mirror of 100 ± 10 %, is (90/9 + 1)/(1/9 + 1/100) = 90.83 ± 2.87; a
    figure that came early is reconciled too, a silent month is not, and what is no flow stays as it came.

    Breaks if: the mirror's error is the report's, or a month is filled in.
    """
    a = monthly("A", [90.0, NAN])
    early = a.reported.copy()
    early[5] = 95.0
    a = replace(a, reported=early)
    homes = monthly("A", [50.0], indicator="homes")
    mirror = Reported("A", "output", "coal", 100.0, "t", period="2026-01", source="rail", mirror=True)
    (made, other), notes = reconciled_series([a, homes], of_three(), [mirror])
    assert made.reconciled[0] == pytest.approx((90 / 9 + 1) / (1 / 9 + 1 / 100))
    assert made.error[0] == pytest.approx(math.sqrt(1 / (1 / 9 + 1 / 100)))
    assert (made.reconciled[5], made.error[5]) == (95.0, pytest.approx(3.0))
    assert math.isnan(made.reconciled[1])
    assert made.verdicts[1] == ""
    assert made.verdicts[0] != ""
    assert np.isnan(other.reconciled).all()
    assert notes == []
    ended = projected(made)
    assert ended.so_far[0] == pytest.approx(made.reconciled[0] + 95.0)
    assert ended.doubt[0] == pytest.approx(math.hypot(made.error[0], 3.0))
    (jan, feb) = by_period([made])[:2]
    assert jan.reconciled == pytest.approx(made.reconciled[0])
    assert math.isnan(feb.reconciled)
    assert math.isnan(by_period([a])[0].reconciled)


def test_lacks_of_a_year_in_money() -> None:
    """Proves: a unit that gave 80 of 100 lacks 20 of its year as long as it is too new to project; in kt at 2 a kt that
    is 40 of money, of 2,400; its promise of 1,200 kt is 2,400 of money. What cannot be converted is said.

    Breaks if: a price is left out, or what is promised of the other year counts.
    """
    pit = monthly("Pit", [80.0], measure="kt")
    balances = of_three(in_kind={"coal": ("kt", 2.0)})
    groups = {k: [projected(s) for s in m] for k, m in by_indicator([pit]).items()}
    lacks = lacks_of(groups, balances, date(2026, 2, 10))
    assert (lacks.year, lacks.short) == (2026, {"coal": pytest.approx(40.0)})
    (row,) = lacks.breaking
    assert (row.unit, row.promised) == ("Pit", pytest.approx(2400.0))
    # Of 2,400 coal 240 are its own, 1,200 steel's, 960 final use's.
    assert row.others == pytest.approx(960.0 / 0.9)
    steel = next(k for k in lacks.knock_on if k.user == "steel")
    assert (steel.share, steel.lacks) == (pytest.approx(40 / 2400), pytest.approx(20.0))
    assert lacks_of(groups, balances, date(2031, 1, 1)).year == 2027
    plain = {k: [projected(s) for s in m] for k, m in by_indicator([replace(pit, measure="sacks")]).items()}
    other = lacks_of(plain, balances, date(2026, 2, 10))
    assert other.short == {}
    assert "sacks, which the accounts cannot convert" in other.notes[0]


def test_a_lack_by_its_days() -> None:
    """Proves: 80 of 100 in January lacks 20 of the 2,400·31/365 that are made in its 31 days; February kept, March of
    which nothing came lacks nothing that is known; the fourth quarter begins on 1 October and has 92 days.

    Breaks if: a month is as long as another, or begins a month late.
    """
    a = monthly("A", [80.0, 100.0, NAN])
    (row,) = shortages([projected(a)], 2026, "coal", 1.0 / 2400.0)
    assert row == Shortage("coal", pytest.approx(20.0 / (2400.0 * 31 / 365)), date(2026, 1, 1), 31)
    q = series("A", "quarter", (2026,), [300.0] * 4, [300.0, 300.0, 300.0, 210.0])
    (last,) = shortages([projected(q)], 2026, "coal", 1.0 / 2400.0)
    assert (last.start, last.days) == (date(2026, 10, 1), 92)
    assert last.share == pytest.approx(90.0 / (2400.0 * 92 / 365))


def test_ends_that_keep_the_balances() -> None:
    """Proves: where plans go together ends stay as they are, units' and targets'; where steel asks for more coal than
    there can be both move, it is said, and all years are moved by what their years are.

    Breaks if: a year that is over is moved, or the sum of years forgets a move.
    """
    coal = [
        monthly(u, v, promised=[50.0] * 24) for u, v in (("A", [48.0, 50, 49, 51, 47]), ("B", [50.0, 51, 52, 50, 49]))
    ]
    steel = monthly("C", [48.0, 50, 49, 51, 50], indicator="gross output: steel", promised=[50.0] * 24)
    for many, moved in ((False, False), (True, True)):
        asked = [*coal, steel if not many else replace(steel, promised=3 * steel.promised, reported=3 * steel.reported)]
        groups = {k: as_peers([projected(s) for s in m]) for k, m in by_indicator(asked).items()}
        ends = [e for m in groups.values() for e in together(m)]
        kept, units, notes = kept_to_balances(groups, ends, of_three(), band=0.8)
        assert bool(notes) == moved
        by_year = {(e.indicator, e.year): e.mean for e in kept}
        for indicator in ("gross output: coal", "gross output: steel"):
            assert by_year[(indicator, 0)] == pytest.approx(by_year[(indicator, 2026)] + by_year[(indicator, 2027)])
        for year in (2026, 2027):
            own = sum(units[(s.sheet, s.indicator, year)][0] for s in coal)
            assert by_year[("gross output: coal", year)] == pytest.approx(own)
        same = [abs(a.mean - b.mean) < 1e-6 * b.mean for a, b in zip(kept, ends, strict=True)]
        assert all(same) != moved


def test_a_level_ends_with_its_last_figure() -> None:
    """Proves: of a rate that is reported every month the year ends with December's, what came before is not added.

    Breaks if: the months of a level are summed.
    """
    s = monthly("A", [90.0, 95.0, 92.0, 94.0, 93.0], level=True)
    p = projected(s)
    assert p.promised.tolist() == [100.0, 100.0, 100.0]
    assert 85.0 < p.mean[0] < 100.0
    assert p.so_far.tolist() == [0.0, 0.0, 0.0]


def test_what_is_known_is_met_or_not() -> None:
    """Proves: with nothing left to come the chance is 1 or 0, of a limit the other way round."""
    cases = [(100.0, 100.0, False), (100.0, 99.0, False), (100.0, 99.0, True), (100.0, 101.0, True)]
    ends = [ending("x", "t", 1, (p, k, k, 0.0), most=m, method="", why="") for p, k, m in cases]
    assert [e.chance for e in ends] == [1.0, 0.0, 1.0, 0.0]
    assert all(e.low == e.mean == e.high for e in ends)


def test_balances_of_accounts_and_their_flows() -> None:
    """Proves: products are told by code or name, an indicator that is no flow of a product stands in no balance, and a
    level never does.

    Breaks if: homes are taken for output, or a stock is summed into a balance.
    """
    e = shipped("KEN 2019")
    label = e.label("elec")
    said = [
        monthly("A", [90.0], indicator=i) for i in ("gross output: elec", f"imports: {label}", "homes", "exports: none")
    ]
    b = plan_balances(e, None, [*said, monthly("A", [9.0], indicator="exports: elec", level=True)])
    assert b.flows == {
        "gross output: elec": ("output", "elec"), f"imports: {label}": ("import", "elec"), "homes": None,
        "exports: none": None, "exports: elec": None,
    }  # fmt: skip
    assert set(b.by_year) == {2026, 2027}
    assert b.factor(e.money, "elec") == 1.0
    assert math.isnan(b.factor("GWh of another kind", "elec"))


def test_regions_on_known_places(tmp_path: Path) -> None:
    """Proves: regions are told by the places' ids or names, where they lie comes from there, and a region that
    they do not know is said and left off the map.

    Breaks if: a unit is put on another place.
    """
    there = places({"population": [1.0, 1.0], "lat": [1.0, 2.0], "lon": [30.0, 31.0]})
    first, second = there.ids
    file = tmp_path / "r.csv"
    file.write_text(f"unit,region\nA,{first}\nWorks B,{there.title(second)}\nC,Nowhere\n", "utf-8")
    units = {"A": "Works A", "Works A": "Works A", "B": "Works B", "Works B": "Works B", "C": "Works C"}
    got = read_regions(file, units, there)
    assert got.of_unit == {"Works A": first, "Works B": second, "Works C": "Nowhere"}
    assert set(got.places["place"]) == set(there.ids)
    assert got.places["lat"].tolist() == [1.0, 2.0]
    assert "Nowhere" in got.notes[0]


def test_doubt_of_what_is_known_widens_the_end() -> None:
    """Proves: with an error of 2 and of 3 left on two known months the end's variance is larger by 13, and a year
    that is wholly known has just that error.

    Breaks if: what balances leave unsure is taken for known.
    """
    sure = monthly("A", [90.0, 95.0, 92.0, 94.0, 93.0, 96.0])
    error = np.full(24, NAN)
    error[:2] = 2.0, 3.0
    plain, doubted = projected(sure), projected(replace(sure, reconciled=sure.reported, error=error))
    assert doubted.error[0] ** 2 - plain.error[0] ** 2 == pytest.approx(13.0)
    whole = replace(monthly("A", [95.0] * 24), error=error)
    assert projected(whole).error.tolist() == pytest.approx([math.sqrt(13.0), 0.0, math.sqrt(13.0)])


def test_the_last_period_counts() -> None:
    """Proves: with one month left of two years what is to come is that month, at the rate of the others.

    Breaks if: the line of time ends a period too early.
    """
    values = [90.0 + (k % 3) for k in range(23)]
    p = projected(monthly("A", values))
    assert 89.0 < p.mean[-1] - sum(values) < 93.0
    assert p.path[-1] == pytest.approx(p.mean[-1] - sum(values))
    assert p.spread[-1] == pytest.approx(p.error[-1])
    (point,) = [q for q in path_of([p], band=0.8) if q.projected == q.projected]
    assert (point.high - point.low) / 2 == pytest.approx(1.2815515655 * p.error[-1])
    assert (point.period, point.projected) == ("2027-12", pytest.approx(p.path[-1]))
    none = [q for q in path_of([projected(monthly("A", [90.0]))]) if q.period == "2027-12"]
    assert none[0].projected == 100.0
    assert math.isnan(none[0].high)


def test_surprises_are_in_standard_errors() -> None:
    """Proves: their mean square is 1, which is what the likeliest scale makes it; a figure that is not seen has none.

    Breaks if: an innovation is multiplied by its spread.
    """
    p = projected(monthly("A", [90.0, 95.0, 92.0, NAN, 93.0, 96.0, 91.0]))
    assert len(p.surprise) == 5
    assert np.mean(np.square(list(p.surprise.values()))) == pytest.approx(1.0)


def test_two_units_lack_together_and_dust_is_none() -> None:
    """Proves: lacks of units add up in a month, what one has over fills nobody's lack, and a lack of less than a
    thousandth is none.

    Breaks if: the last unit's lack stands for all.
    """
    members = [projected(monthly(u, [v])) for u, v in (("A", 80.0), ("B", 70.0), ("C", 130.0))]
    (row,) = shortages(members, 2026, "coal", 1.0 / 2400.0)
    assert row.share == pytest.approx(50.0 / (2400.0 * 31 / 365))
    few = {k: [projected(s) for s in m] for k, m in by_indicator([monthly("A", [99.5])]).items()}
    assert lacks_of(few, of_three(), date(2026, 2, 1)).short == {}
    both = [monthly("A", [95.0]), monthly("B", [104.0])]
    more = {k: [projected(s) for s in m] for k, m in by_indicator(both).items()}
    assert lacks_of(more, of_three(), date(2026, 2, 1)).short == {"coal": pytest.approx(5.0)}


def test_what_stands_in_no_balance_stays() -> None:
    """Proves: homes, and coal of which a unit cannot be projected, end as they did, whatever is moved; a year of which
    all is known is left out and the next one is not.

    Breaks if: one year's end stops the others, or what is not known becomes a figure.
    """
    figures = [48.0, 50, 49, 51, 47, 52, 50, 49, 48, 51, 50, 49]
    coal = monthly("A", figures, promised=[50.0] * 24)
    homes = monthly("A", [40.0, 44.0, 42.0, 43.0, 41.0], indicator="homes")
    groups = {k: [projected(s) for s in m] for k, m in by_indicator([coal, homes]).items()}
    ends = [e for m in groups.values() for e in together(m)]
    kept, units, _ = kept_to_balances(groups, ends, of_three(), band=0.8)
    assert [e.mean for e in kept] == pytest.approx([e.mean for e in ends])
    assert {key[2] for key in units} == {2027}
    silent = {k: [projected(s) for s in m] for k, m in by_indicator([coal, monthly("B", [NAN])]).items()}
    ends = [e for m in silent.values() for e in together(m)]
    assert all(math.isnan(e.mean) for e in kept_to_balances(silent, ends, of_three(), band=0.8)[0])


def test_a_lack_day_by_day() -> None:
    """Proves: a fifth of Kenya's power missing for 30 days from 1 March, half from 1 May: it is reached on 1 March and
    makes four fifths, users later and less, each by the input that it lacks; stocks of the product are days of its use.

    Breaks if: all lacks begin on one day, last as long, or are as deep as the first.
    """
    e = shipped("KEN 2019")
    stocks = Scenario(name="counted", stocks={"default": 5.0})
    two = [Shortage("elec", 0.2, date(2026, 3, 1), 30), Shortage("elec", 0.5, date(2026, 5, 1), 10)]
    first, second = reached(e, stocks, two[:1]), reached(e, stocks, two)
    assert (first[0].sector, first[0].first_day, first[0].lacks) == ("elec", "2026-03-01", "")
    assert first[0].least == pytest.approx(0.8, abs=0.01)
    power = next(r for r in second if r.sector == "elec")
    assert power.least == pytest.approx(0.5, abs=0.01)
    assert power.first_day == "2026-03-01"
    days = (date(2026, 5, 11) - date(2026, 3, 1)).days + 90
    assert power.lost == pytest.approx((0.2 * 30 + 0.5 * 10) / days, abs=0.015)
    later = reached(e, stocks, two[1:])
    assert min(r.first_day for r in later) == "2026-05-01"
    assert all("elec" in r.lacks for r in later if r.lacks)
    assert reached(e, stocks, []) == []
    held = dict(zip(e.sectors, stocks_of(e, stocks), strict=True))
    more = dict(zip(e.sectors, stocks_of(e, Scenario(name="x", stocks={"default": 10.0})), strict=True))
    assert more["elec"] == pytest.approx(2 * held["elec"])
    assert held["elec"] > 0.0
    weekly = Scenario(name="x", step="week", stocks={"default": 20.0})
    shifted = [Shortage("elec", 0.005, date(2026, 1, 1), 7), Shortage("elec", 0.3, date(2026, 1, 29), 14)]
    assert next(r for r in reached(e, weekly, shifted) if r.sector == "elec").first_day == "2026-01-29"


def test_nobody_is_worse_off_than_by_his_share() -> None:
    """Proves: in Kenya's accounts, with a third of the power gone, what is reallocated leaves every sector at least its
    share, and more is made in all.

    Breaks if: one sector is starved for another.
    """
    uses = uses_of(shipped("KEN 2019"))
    lack = shares_lacking({"elec": uses.amount(OUTPUT, "elec") / 3}, uses)
    worst, best = entitled(uses, lack), at_will(uses, lack)
    assert (worst <= best + 1e-7).all()
    assert best @ uses.amounts[OUTPUT] > worst @ uses.amounts[OUTPUT]


def test_dust_and_nothing_promised_break_nobody() -> None:
    """Proves: what a solver leaves of nothing is nothing over, a promise of 0 breaks nobody, a share of supply counts
    imports, and regions lie where their own file says.

    Breaks if: dust becomes slack, or a division by nothing becomes a share.
    """
    uses = uses_of_three(output=[200.0, 100.0, 200.0])
    dusty = replace(uses, amounts={**uses.amounts, "output": uses.amounts[OUTPUT] + np.array([1e-6, 0.0, 0.0])})
    assert left_over(dusty).tolist() == [0.0, 0.0, 0.0]
    assert left_over(replace(uses, amounts={**uses.amounts, "output": np.array([201.0, 100.0, 200.0])}))[0] > 0.8
    (none,) = breaking([Supplying("U", OUTPUT, "steel", 0.0)], uses)
    assert (none.breaks, none.share) == (False, math.inf)
    imported = uses_of_three(output=[200.0, 100.0, 200.0], imports=[200.0, 0.0, 0.0])
    assert knock_on({"coal": 50.0}, imported)[0].share == pytest.approx(50 / 400)


def test_regions_with_points_of_their_own(tmp_path: Path) -> None:
    """Proves: each region lies at the lat and lon of its own row. Breaks if: rows or columns change places."""
    file = tmp_path / "r.csv"
    file.write_text("unit,region,lat,lon\nA,North,1.5,37\nB,South,-2,38.5\nC,South,,\n", "utf-8")
    got = read_regions(file, {u: u for u in "ABC"})
    assert got.places[["place", "lat", "lon"]].to_numpy().tolist() == [["North", 1.5, 37.0], ["South", -2.0, 38.5]]


def test_seasons_of_small_amounts() -> None:
    """Proves: what is counted in thousandths is held against its season alike. Breaks if: little counts as none."""
    rows = [fulfilled([monthly("A", [0.09], scale=0.001)])[0], fulfilled([monthly("A", [90.0])])[0]]
    assert rows[0].against_season == pytest.approx(rows[1].against_season)
    assert rows[1].against_season == pytest.approx(0.9)
