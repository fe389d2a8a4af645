"""A plan's accounts of a year, shaken day by day, and what to replace first: every figure on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from crises import CUT, uneven
from economies import small, table

from groundplan.crisis.examination import (
    _groups,
    _levels,
    _partner_scale,
    economy_in,
    examination_tables,
    scenario_of,
    with_stores,
)
from groundplan.crisis.replacement import _over, replacement_ranking
from groundplan.economy.economy import Economy
from groundplan.measures.lifelines import cut_off_loss
from groundplan.outcome import Outcome
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.stores import Store
from groundplan.planning.policy import Policy
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import shock_of
from groundplan.shocks.scenarios.events import CloseMarket, CutImports, LoseCapacity
from groundplan.shocks.scenarios.scenario import Scenario


def planned(levels: dict[str, float], enjoyed: dict[str, float], indicators: dict[str, float]) -> Outcome:
    """What a plan of 2020 and 2021 says of its last year; of 2020 it says half of that."""

    def of(values: dict[str, float], name: str) -> xr.DataArray:
        cells = np.array([[v / 2, v] for v in values.values()]).reshape(-1, 2)
        return xr.DataArray(cells, coords={name: list(values), "year": [2020, 2021]}, dims=(name, "year"))

    return Outcome(
        {"level": of(levels, "activity"), "enjoyed": of(enjoyed, "good"), "indicator": of(indicators, "indicator")}
    )


LEVELS = {
    "make:farm": 200.0, "make:works": 100.0, "sell:farm": 30.0, "sell:works": 60.0, "reexport:farm": 3.0,
    "buy:farm@east": 14.4, "buy:farm@rest": 3.6, "buy:works": 30.0, "replace:farm": 5.0, "deepen:works": 10.0,
    "assemble": 60.0,
}  # fmt: skip


def test_the_accounts_of_a_plans_year() -> None:
    """Farming doubles and works halve. 5 of 20 farm imports are replaced (3 more are sold on), 10 of 50 home works are
    deepened: ρ = 1/4, δ = 1/5.

    Home farm products in farms: 20·2 + 5·2/4 = 42.5, works for farms 10·2·4/5 = 16; abroad 7.5 and 5·2 + 4 = 14.
    Investment, 30 in the base year, doubles; rural people have 66/33 of their goods, urban ones theirs, stocks nothing.
    Proves: each cell of the accounts, and what is left over in stocks. Breaks if: shares move the wrong way.
    """
    e, outcome = small(), planned(LEVELS, {"standard:rural": 66.0}, {})
    assert economy_in(e, outcome, 2020) is e
    there = economy_in(e, outcome, 2021)
    assert there.year == 2021
    assert there.domestic_use.values == pytest.approx(np.array([[42.5, 16.875], [16.0, 16.0]]))
    assert there.imported_use.values == pytest.approx(np.array([[7.5, 5.625], [14.0, 14.0]]))
    home = np.array([[41.5, 11.0, 2.0, 0.0, 200 - 59.375 - 54.5 - 30], [16.0, 20.0, 12.0, 32.0, 100 - 32 - 80 - 60]])
    assert there.domestic_final.values == pytest.approx(home)
    abroad = np.array([[4.5, 3.0, 0.0, 0.0, 0.0], [4.0, 11.0, 5.0, 28.0, 0.0]])
    assert there.imported_final.values == pytest.approx(abroad)
    assert there.exports.values == pytest.approx([30.0, 60.0])
    assert there.reexports.values == pytest.approx([0.0, 0.0])
    for part in ("primary", "employment"):
        assert getattr(there, part).values == pytest.approx(getattr(e, part).values * [2.0, 0.5])
    assert there.capital_stock.values == pytest.approx([400.0, 250.0])
    assert there.imported_by_partner is None


def test_what_a_plan_does_not_do_is_nothing() -> None:
    """Proves: a level that the plan has not is 0, in the order of sectors. Breaks if: it is taken for a unit."""
    assert _levels(small(), pd.Series({"sell:works": 3.0, "buy:farm": 2.0}), "sell").tolist() == [0.0, 3.0]


def test_stated_losses_as_events() -> None:
    """Proves: each loss of each year is an event of what it names: products and partners of imports, partners of all
    they sell, products of exports, sectors.

    Breaks if: an event takes all where one is named, or its depth is another.
    """
    c = Contingency(
        "two", 2022, length=2, imports_lost={"farm": [0.5, 0.0], "works@moon": [0.0, 0.25]},
        partners_lost={"mars": [0.0, 0.75]}, exports_lost={"farm": 0.125}, capacity_lost={"works": [0.0, 0.3]},
    )  # fmt: skip
    spans: list[dict[str, Any]] = [{"start": 365 * n, "length": 365} for n in (0, 1)]
    first, second = spans
    scenario = scenario_of(c)
    assert scenario == Scenario(name="two", horizon=730, events=(
        CutImports(products=("farm",), depth=0.5, **first), CloseMarket(products=("farm",), depth=0.125, **first),
        CutImports(products=("works",), partner="moon", depth=0.25, **second),
        CutImports(partner="mars", depth=0.75, **second), CloseMarket(products=("farm",), depth=0.125, **second),
        LoseCapacity(sectors=("works",), depth=0.3, **second),
    ))  # fmt: skip


def test_nobody_at_home_lacks_anything() -> None:
    """Proves: where no household buys anything its use is whole, a number. Breaks if: nothing is divided by nothing."""
    final = np.array([[0.0, 0.0, 9.0, 0.0, 0.0], [0.0, 0.0, 5.0, 8.0, 0.0]])
    drawn = table(
        np.ones((2, 2)), np.ones((2, 2)), final, np.zeros((2, 5)), np.array([3.0, 4.0]), codes=["farm", "works"]
    )
    c = Contingency("cut", 2021, imports_lost={"farm": 0.5})
    outcome = planned({}, {}, {"nothing": 0.0})
    e = Economy.from_table(drawn)
    told = examination_tables(e, Policy.of(contingencies=[c]), outcome, outcome)["examination"]
    assert told["household_use_unmet"].tolist() == [0.0] * 6
    assert told["worst"].tolist() == [1.0] * 6


def test_a_cost_over_what_it_saves() -> None:
    """Proves: little that is saved is divided by too; nothing, or what is no more than rounding, is without bound."""
    cost = _over(pd.Series([1.0, 2.0, 3.0]), pd.Series([0.5, 0.0, 1e-13]))
    assert cost.tolist() == [2.0, np.inf, np.inf]


def test_what_to_replace_first() -> None:
    """Of farm imports 27 hang 0.1·imports·leverage of final use; of a product that was never imported nothing does.

    Over two years farm goods cost 6 + 4 to save 2·4 + 1·2 = 10 at home, and in all 12 for 15; works cost as much as
    they save, 5, and in all 10 for 5; the moon's saves nothing, so its cost is without bound.
    Proves: sums over years in exchange, ranks from 1, what stands in the way. Breaks if: a year decides alone.
    """
    costs = pd.DataFrame({
        "product": ["farm", "farm", "works", "moon"], "label": ["Farm", "Farm", "Works", "Moon"],
        "labour": [4.0, 1.0, 1.0, 1.0], "plant": [1.0, 1.0, 3.0, 0.0], "other": [0.5, 1.0, 0.5, 0.0],
        "suppliers": [0.5, 1.0, 0.5, 0.0], "permission": [0.0, 0.0, 0.0, 0.0], "exchange": [2.0, 1.0, 1.0, 1.0],
        "resources_total": [7.0, 5.0, 10.0, 1.0], "saved": [4.0, 2.0, 5.0, 0.0], "saved_total": [6.0, 3.0, 5.0, 0.0],
    })  # fmt: skip
    names = ["imports: farm", "imports: works", "imports: moon", "other"]
    imports = np.array([[20.0, 30.0, 99.0], [40.0, 40.0, 99.0], [6.0, 8.0, 99.0], [1.0, 1.0, 1.0]])
    indicator = xr.DataArray(
        imports, coords={"indicator": names, "year": [2021, 2022, 2030]}, dims=("indicator", "year")
    )
    ranking = replacement_ranking(small(), costs, indicator, [2021, 2022])
    assert ranking["product"].tolist() == ["farm", "works", "moon"]
    assert ranking["label"].tolist() == ["Farm", "Works", "Moon"]
    assert ranking["drc"].tolist() == pytest.approx([1.0, 1.0, np.inf])
    assert ranking["drc_total"].tolist() == pytest.approx([12 / 15, 2.0, np.inf])
    assert ranking["imports"].tolist() == [25.0, 40.0, 7.0]
    leverage = cut_off_loss(small(), 0.1)["leverage"]
    assert ranking["crisis"].tolist() == pytest.approx([2.5 * leverage["farm"], 4.0 * leverage["works"], 0.0])
    assert ranking["rank_drc"].tolist() == [1, 2, 3]
    most = [1, 2] if 2.5 * leverage["farm"] > 4.0 * leverage["works"] else [2, 1]
    assert ranking["rank_crisis"].tolist() == [*most, 3]
    assert ranking["limit"].tolist() == ["labour", "cost", "cost"]


def parts_of(farm: list[float]) -> xr.DataArray:
    """Imports of two uses from three partners; of works, one each from the first two and two from the last."""
    cells = np.array([[[f / 4, f * 3 / 4], [w, 0.0]] for f, w in zip(farm, (1.0, 1.0, 2.0), strict=True)])
    coords = {"partner": ["east", "west", "north"], "product": ["farm", "works"], "use": ["farm", "rural"]}
    return xr.DataArray(cells, coords=coords, dims=("partner", "product", "use"))


@pytest.mark.parametrize(
    ("farm", "bought", "scales"),
    [
        ([6.0, 3.0, 0.0], {"east": 8.0, "rest": 2.0}, [1.2, 0.6, 0.6]),
        ([9.0, 0.0, 0.0], {"east": 8.0, "rest": 2.0}, [0.8, 1.0, 1.0]),
        ([6.0, 3.0, 0.0], {"east": 0.0, "rest": 0.0}, [1.0, 1.0, 1.0]),
        ([6.0, 3.0, 0.0], {"moon": 8.0, "rest": 2.0}, [1.0, 1.0, 1.0]),
        ([5.0, 3.0, 2.0], {"east": 1.0, "west": 3.0, "rest": 4.0}, [0.25, 1.25, 2.5]),
    ],
)
def test_partners_shares_of_a_plan(farm: list[float], bought: dict[str, float], scales: list[float]) -> None:
    """Proves: the plan's share of each named partner over the accounts', the rest together; 1 where either has none.

    Breaks if: a product that the plan does not split is moved, or the rest counts the named.
    """
    level = pd.Series({"buy:works": 5.0, "make:farm@x": 7.0, **{f"buy:farm@{q}": v for q, v in bought.items()}})
    scale = _partner_scale(small(), level, parts_of(farm))
    assert scale.sel(product="farm").values.tolist() == pytest.approx(scales)
    assert scale.sel(product="works").values.tolist() == [1.0, 1.0, 1.0]


def test_a_partner_may_have_any_name() -> None:
    """Proves: what follows the product's mark is the partner's name. Breaks if: it is cut at a mark of its own."""
    parts = parts_of([6.0, 3.0, 0.0]).assign_coords(partner=["a@b", "west", "north"])
    scale = _partner_scale(small(), pd.Series({"buy:farm@a@b": 8.0, "buy:farm@rest": 2.0}), parts)
    assert scale.sel(product="farm").values.tolist() == pytest.approx([1.2, 0.6, 0.6])


def test_a_plans_imports_by_partner() -> None:
    """Proves: a plan that buys four fifths of farm goods in the east is a year of accounts that does so too."""
    e = small().replacing(imported_by_partner=parts_of([6.0, 3.0, 0.0]))
    parts = economy_in(e, planned(LEVELS, {}, {}), 2021).imported_by_partner
    assert parts is not None
    assert parts.sum("use").sel(product="farm").values.tolist() == pytest.approx([7.2, 1.8, 0.0])


def test_stores_are_added_to_reserves() -> None:
    """Proves: at the end of the year, less what spoils, to the product and origin; a product that is not there is not
    looked for.

    Breaks if: reserves are replaced, or another year's stores count.
    """
    s = uneven()
    stores = [Store("b", loss=0.25), Store("b", origin="home"), Store("c")]
    outcome = planned({}, {}, {f"store: {store.name}": v for store, v in zip(stores, (8.0, 2.0, 5.0), strict=True)})
    policy = cast(Policy, SimpleNamespace(stores=stores))
    assert with_stores(s, policy, outcome, 2021).reserves.tolist() == [0.0, 2.0 * (1 - stores[1].loss), 3.0 + 6.0]
    assert with_stores(s, policy, outcome, 2020).reserves[2] == 3.0 + 3.0


def test_standards_of_groups() -> None:
    """People want 14 a day, 70 in five; 7 are not met: nine tenths of their planned standard of 1.2.

    Proves: who has a standard and asks for anything is told, beside the floor. Breaks if: others are told, or what is
    not met is added.
    """
    s = uneven()
    unmet = np.zeros((1, 3, 3))
    unmet[0, :, 0], unmet[0, 0, 2] = [4.0, 2.0, 1.0], 50.0
    paths = cast(Paths, SimpleNamespace(production=np.ones((1, 5, 2)), unmet=unmet))
    outcome = planned({}, {}, {"living standard: people": 1.2, "living standard: moon": 1.0})
    c = Contingency("c", 2022, floors={"people": 0.7}, floor=0.5)
    table = _groups(small(), outcome, c, s, paths, 2021)
    assert table.to_dict("records") == [
        {"group": "people", "label": "people", "planned": 1.2, "standard": pytest.approx(1.08), "floor": 0.7}
    ]
    whole = planned({}, {}, {f"living standard: {f}": 1.0 for f in s.finals})
    assert _groups(small(), whole, c, s, paths, 2021)["group"].tolist() == ["people", "building", "exports"]
    idle = replace(s, use=s.use * [1.0, 1.0, 1.0, 0.0, 1.0], output=np.array([8.0, 16.0]))
    assert _groups(small(), whole, c, idle, paths, 2021)["group"].tolist() == ["people", "exports"]


def test_two_plans_through_one_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of farm imports stay away in 2021: both plans begin with the accounts of 2020, one of them with 6 in store.

    Proves: each table by contingency and plan; shares of the undisturbed economy; weeks in curves; the worst day.
    Breaks if: both plans have the stores, or a share is of another whole.
    """
    c = Contingency("cut", 2021, imports_lost={"farm": 0.5}, floor=0.6)
    policy = Policy.of(contingencies=[c], stores=[Store("farm")])
    full, empty = (planned({}, {}, {"living standard: rural": 2.0, "store: farm@import": v}) for v in (12.0, 0.0))
    told: list[str] = []
    tables = examination_tables(small(), policy, full, empty, tmp_path, told.append)
    assert [line.partition(",")[0] for line in told] == ["cut: the plan with contingencies", "cut: the plan without"]
    heads = ["contingency", "plan"]
    assert all(list(table.columns[:2]) == heads for table in tables.values())
    assert tables["examination"]["setting"].tolist() == ["rigid", "middle", "flexible"] * 2
    tables = {n: t[t["setting"] == "middle"].reset_index(drop=True) for n, t in tables.items()}
    assert tables["examination"]["plan"].tolist() == ["with contingencies", "without"]
    scenario = scenario_of(c)
    assert scenario.horizon == 365
    s = system_of(small(), scenario)
    paths = propagate_batch(s, [shock_of(s, scenario)])
    had = paths.household[0].sum(axis=1) / (78.0 / 365)
    x = paths.production[0]
    value_added = x @ s.value_added / s.value_added.sum()
    row = tables["examination"].iloc[1]
    assert row["household_use_unmet"] == pytest.approx(1 - had.mean())
    assert row["value_added_lost"] == pytest.approx(1 - value_added.mean())
    assert row["final_use_unmet"] == pytest.approx(paths.unmet.sum() / paths.asked.sum())
    assert (row["worst_day"], row["worst"]) == (had.argmin(), pytest.approx(had.min()))
    assert 0 < tables["examination"]["household_use_unmet"][0] < row["household_use_unmet"]
    curves = tables["examination_curves"]
    mine = curves[curves["plan"] == "without"]
    assert mine["day"].tolist() == list(range(0, 365, 7))
    assert mine["household_use"].iloc[20] == pytest.approx(had[140:147].mean())
    assert mine["value_added"].iloc[30] == pytest.approx(value_added[210:217].mean())
    assert tables["examination_groups"]["floor"].tolist() == [0.6, 0.6]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cut.toml").write_text(CUT)
    named = Policy.of(contingencies=[Contingency("file", 2021, scenario="cut.toml")])
    again = examination_tables(small(), named, empty, empty, tmp_path)
    assert again["examination"]["household_use_unmet"][1] < row["household_use_unmet"]
    assert len(again["examination_curves"]) == 2 * 3 * 53
