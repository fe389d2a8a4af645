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

from groundplan.following.fulfilment import by_period
from groundplan.following.knock_on_by_day import Shortage
from groundplan.following.lacks import lacks_of, shortages
from groundplan.following.plan_balances import PlanBalances, kept_to_balances, plan_balances, reconciled_series
from groundplan.following.projection import as_peers, ending, projected, together
from groundplan.following.promised_series import by_indicator
from groundplan.following.regions import read_regions
from groundplan.reconciling.reported_figures import OUTPUT, Reported

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
    known = projected(made)
    assert known.known[0] == pytest.approx(made.reconciled[0] + 95.0)
    assert known.doubt[0] == pytest.approx(math.hypot(made.error[0], 3.0))
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
    assert p.known.tolist() == [0.0, 0.0, 0.0]


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
