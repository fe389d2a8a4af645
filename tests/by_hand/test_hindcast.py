"""What was said against what came, on two sectors and two years; and a plan beside its baseline."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from economies import shipped, small
from test_baseline import past

from groundplan import Economy, Outcome, baseline, hindcast, plan, template
from groundplan.errors import GroundplanError, StudyError, TableError, UnknownName
from groundplan.results.text_page import text_page
from groundplan.results.usual_pages.beside_views import beside_sentences, beside_table, parts_table, record
from groundplan.results.usual_pages.hindcast_page import headline
from groundplan.unplanned.beside_plan import beside_baseline, beside_tables
from groundplan.unplanned.business_as_usual import Structure, business_as_usual
from groundplan.unplanned.hindcast_record import hindcast_line, mean_misses
from groundplan.unplanned.hindsight import (
    GROWTH,
    IMPORTS,
    INVESTMENT,
    SECTORS,
    VOLUMES,
    Came,
    Said,
    check_sectors,
    distance,
    miss_table,
    naive,
    of_plan,
    of_usual,
)  # fmt: skip

PRICES = pd.Series({"farm": 2.0, "works": 1.0})


def later() -> Economy:
    """The small economy four years on, with twice the exports of farms."""
    e = small()
    doubled = e.exports.copy(data=e.exports.values * [2.0, 1.0]).assign_attrs(e.exports.attrs)
    return e.replacing(year=2024, exports=doubled)


def test_misses_are_what_was_said_less_what_came() -> None:
    """Farms make 118 of 318 with 65 of inputs, works 200 with 105; growth 3 % came, as the naive one said.

    Proves: every measure of everybody, signs, units and the half sum. Breaks if: a miss is came less said.
    """
    e, came_in = small(), later()
    there = past()
    there = replace(there, own={**there.own, 2024: {"rgdpna": np.exp(0.03 * 4)}})
    usual = business_as_usual(e, there, 4)
    came = Came.of(came_in, 2020, there)
    assert (came.growth, came.grown_to) == (pytest.approx(0.03), 2024)
    assert came.structure.import_dependency == pytest.approx(70 / (118 + 200 + 70))
    shares = came.structure.sectors
    assert shares["farm"] == pytest.approx((118 - 40) / (118 - 40 + 200 - 105))
    rows = miss_table([of_usual(usual), naive(usual)], came, usual).set_index(["who", "measure"])
    assert rows.loc[("naive", GROWTH), "miss"] == pytest.approx(0.0, abs=1e-9)
    assert rows.loc[("baseline", GROWTH), "miss"] == pytest.approx(100 * (usual.growth.rate - 0.03))
    start = Structure.of(e)
    assert rows.loc[("naive", IMPORTS), "miss"] == pytest.approx(100 * (70 / 370 - 70 / 388))
    assert rows.loc[("naive", INVESTMENT), "miss"] == pytest.approx(100 * 30 * (1 / 155 - 1 / 173))
    moved = 50 * (abs(start.sectors["farm"] - shares["farm"]) + abs(start.sectors["works"] - shares["works"]))
    assert rows.loc[("naive", SECTORS), "miss"] == pytest.approx(moved)
    assert rows.loc[("naive", IMPORTS)].drop("unit")[["low", "high"]].isna().all()
    wide = 100 * usual.rule.imports_half(4)
    low, high = rows.loc[("baseline", IMPORTS), ["low", "high"]]
    assert (high - low) / 2 == pytest.approx(wide)


def test_volumes_take_the_price_out() -> None:
    """Farms' prices doubled: half of their value added is price.

    Proves: shares in volumes are those of value added over its price; a price that is none is refused.
    """
    e, there = later(), past()
    came = Came.of(e, 2020, there, PRICES)
    assert came.volumes is not None
    assert came.volumes["farm"] == pytest.approx((78 / 2) / (78 / 2 + 95))
    usual = business_as_usual(small(), there, 4)
    rows = miss_table([naive(usual)], came, usual).set_index("measure")
    assert rows.loc[VOLUMES, "miss"] == pytest.approx(100 * abs(usual.start.sectors["farm"] - came.volumes["farm"]))
    assert GROWTH not in rows.index, "output after 2020 is not known"
    with pytest.raises(TableError, match="no price of works"):
        Came.of(e, 2020, there, PRICES.drop("works"))
    with pytest.raises(TableError, match="not above zero"):
        Came.of(e, 2020, there, PRICES - 2.0)
    with pytest.raises(UnknownName, match="nearest: 'farm'"):
        Came.of(e, 2020, there, PRICES.rename({"farm": "farms"}))


def test_what_a_plan_says_is_its_last_year() -> None:
    """Proves: growth is the mean over the plan's years, shares are those of the last, negative sectors are none."""
    e = small()
    names = ["value added", "investment share", "import dependency", "value added: farm", "value added: works"]
    table = [[100, 100, 121], [0.1, 0.2, 0.3], [0.2, 0.2, 0.1], [40, 30, 30], [60, 70, -1]]
    said = of_plan(xr.DataArray(table, coords=[("indicator", names), ("year", [2020, 2021, 2022])]), e)
    assert said.growth == pytest.approx(log(1.1))
    assert (said.structure.investment_share, said.structure.import_dependency) == (0.3, 0.1)
    assert said.structure.sectors.tolist() == [1.0, 0.0]
    assert distance(said.structure.sectors, pd.Series({"farm": 0.4, "works": 0.6})) == pytest.approx(0.6)
    assert Said("plan", None, said.structure).growth is None


def test_nobody_misses_what_did_not_change() -> None:
    """Proves: held against its own year's structure the naive continuation misses nothing but growth.

    Breaks if: the two years are measured differently.
    """
    for name in ("BRA 2015", "KEN 2019"):
        e = shipped(name)
        from groundplan.tables.past_volumes import volumes

        there = volumes(e.country)
        usual = business_as_usual(e, there, 4)
        assert there is not None
        rows = miss_table([naive(usual)], Came.of(e.replacing(year=e.year + 4), e.year, there), usual)
        assert rows.set_index("measure")["miss"].drop(GROWTH, errors="ignore").abs().max() < 1e-12


def test_other_sectors_are_refused() -> None:
    with pytest.raises(StudyError, match="differ in 2 sectors: farm, works"):
        check_sectors(small().replacing(), _named(small()))


def _named(e: Economy) -> Economy:
    """The economy without its first sectors' names: only ``sectors`` is asked for."""
    lone = e.domestic_use.isel(sector=slice(0, 0), product=slice(0, 0))
    return e.replacing(domestic_use=lone)


def test_the_verb_says_what_is_missing(tmp_path: Path) -> None:
    """Proves: years the wrong way round, a year that is not shipped, no country, files without their layout or number.

    Breaks if: an error of the engine comes out instead.
    """
    with pytest.raises(StudyError, match="from 2015 to 2015"):
        hindcast("BRA", since=2015, to=2015)
    with pytest.raises(UnknownName, match="no year of Brazil '2012'"):
        hindcast("BRA", since=2012, to=2015)
    with pytest.raises(UnknownName, match="no country 'DEU'") as fault:
        hindcast("DEU", since=2010, to=2015)
    assert "--table" in fault.value.fix
    with pytest.raises(StudyError, match="no country is named"):
        hindcast(since=2010, to=2015)
    with pytest.raises(StudyError, match="are of --table"):
        hindcast("BRA", since=2010, to=2015, layout="ibge")
    with pytest.raises(StudyError, match="takes 1 file a year, 3 are named"):
        hindcast("DEU", since=2010, to=2015, table=["a", "b", "c"], layout="wiod2016-national")
    with pytest.raises(StudyError, match="for a country by its code"):
        hindcast(since=2010, to=2015, table=["a"], layout="wiod2016-national")
    template(tmp_path / "old.xlsx", like="BRA", year=2010)
    with pytest.raises(StudyError, match="no accounts of 2015"):
        hindcast(since=2010, to=2015, table=[tmp_path / "old.xlsx"])


def test_files_and_shipped_accounts_are_one_hindcast(tmp_path: Path) -> None:
    """Proves: two filled templates give what the shipped accounts of the same years do, with prices from a file."""
    for year in (2010, 2015):
        template(tmp_path / f"{year}.xlsx", like="BRA", year=year)
    e = shipped("BRA 2015")
    prices = tmp_path / "prices.csv"
    prices.write_text("sector,price\n" + "".join(f"{s},{1 + n / 100}\n" for n, s in enumerate(e.sectors)), "utf-8")
    own = hindcast(
        since=2010, to=2015, table=[tmp_path / "2010.xlsx", tmp_path / "2015.xlsx"], no_plan=True, prices=prices
    )
    ready = hindcast("BRA", since=2010, to=2015, no_plan=True, prices=prices)
    assert VOLUMES in ready.table("hindcast")["measure"].tolist()
    for column in ("said", "came", "miss"):
        assert np.allclose(own.table("hindcast")[column], ready.table("hindcast")[column], atol=1e-3, equal_nan=True)


def test_a_hindcast_with_a_plan_has_a_page(tmp_path: Path) -> None:
    """Brazil 2010 to 2015: the plan's growth is nearly the baseline's; saved, the page is the same.

    Proves: who, what and the range stand on the page. Breaks if: the plan is left out or fed something else.
    """
    o = hindcast("BRA", since=2010, to=2015)
    rows = o.table("hindcast").set_index(["who", "measure"])
    assert set(rows.index.get_level_values("who")) == {"plan", "baseline", "naive"}
    assert rows.loc[("plan", GROWTH), "said"] == pytest.approx(rows.loc[("baseline", GROWTH), "said"], abs=1.0)
    sectors = o.table("sectors")
    for column in ("base", "came", "baseline", "plan"):
        assert sectors[column].sum() == pytest.approx(1.0)
    assert text_page(Outcome.open(o.save(tmp_path))) == text_page(o)
    assert headline(o).startswith("The plan missed growth by +")


def test_the_distance_of_a_plan_is_told_in_parts_that_add_up() -> None:
    """Proves: the parts of each measure are its difference, to 1e-9; both say the same of the year of the accounts.

    Breaks if: a part is left out, or the plan measures imports otherwise than the baseline.
    """
    e = shipped("BRA 2019")
    planned, base = plan(e, years=3, evenness=0.0, price_softness=0.0), baseline(e, years=3)
    tables = beside_tables(planned, base)
    parts = tables["beside_parts"].groupby("measure")["value"].sum()
    last = tables["beside"].groupby("measure").last()["apart"]
    assert parts[INVESTMENT] == pytest.approx(last[INVESTMENT], abs=1e-9)
    assert parts[IMPORTS] == pytest.approx(last[IMPORTS], abs=1e-9)
    added = planned.indicator("value added")
    yearly = log(added[2022] / added[2019]) / 3
    account = base.table("growth_account").set_index("part")["value"]
    assert parts["growth of value added"] == pytest.approx(yearly - account["growth"], abs=1e-9)
    assert planned.indicator("import dependency")[2019] == pytest.approx(base.indicator("import dependency")[2019])
    assert tables["beside_sectors"][["plan", "baseline"]].sum().tolist() == pytest.approx([1.0, 1.0])
    together = beside_baseline(planned, e)
    assert len(beside_table(together)) == 3
    assert len(parts_table(together)) == len(tables["beside_parts"])
    assert len(beside_sentences(together)) == 4
    assert record(together) == hindcast_line()
    with pytest.raises(StudyError, match="the baseline ends in 2020"):
        beside_tables(planned, baseline(e, years=1))
    with pytest.raises(StudyError, match="the baseline is of BRA 2015"):
        beside_tables(planned, baseline("BRA", year=2015))


def test_without_a_past_the_plan_says_so() -> None:
    """Proves: no baseline is no error of the plan: the page says why, and how wrong plans have been all the same."""
    e = small()
    planned = Outcome({}, {}, {"years": [2021], "country": "TST", "accounts_year": 2020})
    alone = beside_baseline(planned, e)
    assert beside_sentences(alone) == [
        "No baseline stands beside the plan: no past growth of Testland up to 2020 is known."
    ]
    assert record(alone) == hindcast_line()
    assert beside_sentences(planned) == []
    assert len(beside_table(planned)) == len(parts_table(planned)) == 0
    with pytest.raises(GroundplanError):
        business_as_usual(e, None, 1)


def test_the_cited_figures_are_of_both_windows() -> None:
    """Proves: the line that reports cite names the first window of the file and whoever is in it."""
    windows = mean_misses()
    assert list(windows) == [(2004, 2014), (2009, 2014)]
    assert all(set(by_who) == {"plan", "baseline", "naive"} for by_who in windows.values())
    assert f"{windows[(2004, 2014)]['plan']['growth']:.1f} points a year" in hindcast_line()
