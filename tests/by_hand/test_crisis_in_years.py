"""Scenarios as losses by year, and a plan's accounts shaken day by day: every figure on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from crises import uneven
from economies import small

from groundplan.crisis import contingencies, examination
from groundplan.crisis.contingencies import _by_partner, _by_product, _capacity, _comes, _demand, _stated, _years
from groundplan.crisis.contingencies import in_years, scenario_named
from groundplan.crisis.examination import _groups, _partner_scale, economy_in, examination_tables, with_stores
from groundplan.crisis.scenarios_of_policy import with_files, with_scenarios
from groundplan.errors import UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.stores import Store
from groundplan.planning.features.trade.suppliers import Supplier
from groundplan.planning.policy import Policy
from groundplan.shocks.dynamics.build import system_of
from groundplan.shocks.dynamics.propagation import propagate_batch
from groundplan.shocks.dynamics.run_record import Paths
from groundplan.shocks.dynamics.shock import Rebuild, Shock, quiet, shock_of
from groundplan.shocks.dynamics.system import System
from groundplan.shocks.scenarios.events import CutImports
from groundplan.shocks.scenarios.scenario import Scenario

CUT = """name = "cut"
horizon = 40
[[events]]
kind = "cut_imports"
products = ["farm"]
depth = 0.5
length = 73
"""


def test_rounding_is_not_stated() -> None:
    """Proves: what exceeds the whole by rounding is the whole, and by more is left as it is (claims are money); traces
    in single years are nothing, and what is lost in no year is not stated.

    Breaks if: one of the bounds is let go.
    """
    losses = {"a": [1.0 + 5e-10, 0.25], "b": [5e-10, 0.5], "c": [5e-10, 0.0], "d": [7.0, 2.0], "e": [0.0, 2e-9]}
    assert _stated(losses) == {"a": [1.0, 0.25], "b": [0.0, 0.5], "d": [7.0, 2.0], "e": [0.0, 2e-9]}


def test_means_of_years() -> None:
    """Proves: 73 days of the first year and 146 of the second are a fifth and two fifths, column by column."""
    path = np.zeros((730, 2))
    path[:73, 0], path[400:546, 1] = 1.0, 0.5
    assert _years(path) == pytest.approx(np.array([[0.2, 0.0], [0.0, 0.2]]))


def test_what_comes_while_orders_move() -> None:
    """The east gives 4 of 6 and is cut to 0.4: 1.6. Orders that move in 4 days give it 0.85·4 of 5.4 the next day, so
    the west is asked for 6·2/5.4, and the day after its route is 0.7375.

    Proves: a cut bounds what comes, and what is asked moves day by day. Breaks if: all moves at once, or back.
    """
    s = uneven()
    shock = replace(quiet(s, 3), imports=np.array([[0.4, 1.0]] * 3))
    assert _comes(s, shock) == pytest.approx(np.array([[1.6, 2.0]] * 3))
    moving = replace(s, behaviour=replace(s.behaviour, rerouting_days=4.0))
    west = [2.0, 6 * 2 / (0.85 * 4 + 2), 6 * 2 / (0.7375 * 4 + 2)]
    assert _comes(moving, shock) == pytest.approx(np.array([[1.6, w] for w in west]))
    none = replace(quiet(s, 2), imports=np.array([[1.0, 0.0]] * 2))
    assert _comes(moving, none)[1] == pytest.approx([6 * 4 / (4 + 0.75 * 2), 0.0])


def _policy_of(sellers: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    split = {i: [Supplier(i, name, 1.0, 1.0, None) for name in names] for i, names in sellers.items()}
    monkeypatch.setattr(contingencies, "suppliers", lambda e, policy: split)


def test_losses_by_product_or_by_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The east, with 4 of 6, sends 0.4 for 73 days, and the west nothing for 146 days of the second year.

    Of b 2.4·0.2/6 = 0.08 is lost, then 2·0.4/6; of the east 0.12 and 0; of the west, which is the rest, 0 and 0.4.
    Proves: a product that the plan splits by partners of the accounts is told by partner, any other as a whole.
    Breaks if: it is told twice or not at all, or the rest takes the named partner's loss.
    """
    s, nobody = uneven(), cast(Any, None)
    imports = np.ones((730, 2))
    imports[:73, 0], imports[400:546, 1] = 0.4, 0.0
    shock = replace(quiet(s, 730), imports=imports)
    _policy_of({}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {"b": pytest.approx([0.08, 0.8 / 6])}
    assert _by_partner(nobody, nobody, s, shock) == {}
    _policy_of({"b": ["east", "rest"]}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {}
    assert _by_partner(nobody, nobody, s, shock) == {
        "b@east": pytest.approx([0.12, 0.0]), "b@rest": pytest.approx([0.0, 0.4]),
    }  # fmt: skip
    _policy_of({"b": ["moon", "rest"]}, monkeypatch)
    assert _by_product(nobody, nobody, s, shock) == {"b": pytest.approx([0.08, 0.8 / 6])}
    assert _by_partner(nobody, nobody, s, shock) == {}
    _policy_of({"b": ["moon", "east", "west", "rest"]}, monkeypatch)
    assert set(_by_partner(nobody, nobody, s, shock)) == {"b@east", "b@west"}
    _policy_of({"a": ["east"]}, monkeypatch)
    assert set(_by_product(nobody, nobody, s, shock)) == {"b"}


def test_capacity_is_lost_to_plant_or_people() -> None:
    """a has half its plant for 73 days, b a quarter of its people for 146 days of the second year; both together lose
    the larger loss. What is destroyed of a's 40, a fifth, is rebuilt by a 365th of what is open a day from day 0 on.

    Proves: yearly means of what stands still, and capital goods by year. Breaks if: losses add up, or all is rebuilt at
    once.
    """
    s = uneven()
    base = quiet(s, 730)
    capacity, labour = base.capacity.copy(), base.labour.copy()
    capacity[:73, 0], labour[:73, 0], labour[400:546, 1] = 0.5, 0.75, 0.25
    lost, rebuilt = _capacity(s, replace(base, capacity=capacity, labour=labour))
    assert lost == {"a": pytest.approx([0.1, 0.0]), "b": pytest.approx([0.0, 0.3])}
    assert rebuilt == [0.0, 0.0]
    slow = replace(s, behaviour=replace(s.behaviour, rebuild_days=365.0))
    rebuild = Rebuild(0, 0, np.array([8.0, 0.0]), np.array([0.0, 0.75, 0.25]))
    lost, rebuilt = _capacity(slow, replace(base, rebuilds=(rebuild,)))
    open_ = (364 / 365) ** np.arange(730)
    assert rebuilt == pytest.approx([8 * (1 - open_[364]), 8 * (open_[364] - open_[729])])
    assert lost["a"] == pytest.approx([0.2 * open_[:365].mean(), 0.2 * open_[365:].mean()])
    assert lost["b"] == [0.0, 0.0]
    idle = cast(System, SimpleNamespace(codes=("a", "b"), output=np.array([0.0, 5.0]), capital=np.zeros(2)))
    assert set(_capacity(idle, base)[0]) == {"b"}


def test_closed_markets_and_claims() -> None:
    """Half the market of home b is closed for 73 days; people want half as much home b again, and a tenth more of
    imported b, for 73 days of the second year: 0.5·0.2·8·365 = 292 and 0.1·0.2·2·365 = 14.6.

    Proves: markets by product, the more closed of its inputs; claims by input, money a year. Breaks if: what is wanted
    less counts against, or exports are claims.
    """
    s = uneven()
    profiles = np.zeros((730, 4))
    profiles[:73, 0], profiles[400:473, 1], profiles[400:473, 2], profiles[:, 3] = -0.5, 0.5, 0.1, -0.2
    patterns = np.zeros((4, 3, 3))
    patterns[0, 1, 2] = patterns[1, 1, 0] = patterns[2, 2, 0] = patterns[3, 1, 1] = 1.0
    exports, claims = _demand(s, Shock(*(np.ones((730, 2)) for _ in range(3)), profiles, patterns))
    assert exports == {"a": [0.0, 0.0], "b": pytest.approx([0.1, 0.0])}
    assert claims == {"home:b": pytest.approx([0.0, 292.0]), "import:b": pytest.approx([0.0, 14.6])}
    more = Shock(*(np.ones((730, 2)) for _ in range(3)), -profiles[:, :1], patterns[:1])
    assert _demand(s, more) == ({"a": [0.0, 0.0], "b": [0.0, 0.0]}, {})


def test_a_scenario_by_name_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a ready one by name; a file beside the study before one where the program runs, which comes next.

    Breaks if: a folder is asked for where there is none, or the wrong file is read.
    """
    beside, here = tmp_path / "studies", tmp_path / "here"
    for folder, name in ((beside, "beside"), (here, "here")):
        folder.mkdir()
        (folder / "cut.toml").write_text(CUT.replace('name = "cut"', f'name = "{name}"'))
    monkeypatch.chdir(here)
    assert scenario_named("fuel cut").name == "fuel cut"
    assert scenario_named("cut.toml").name == "here"
    assert scenario_named("cut.toml", beside).name == "beside"
    assert scenario_named("cut.toml", tmp_path).name == "here"
    with pytest.raises(UnknownName):
        scenario_named("cut")


def test_scenarios_of_a_policy(tmp_path: Path) -> None:
    """Proves: a file's scenario becomes the losses of its contingency and the others stay; ready ones are read too
    where all scenarios are asked for; a policy without any is handed back.

    Half of farm imports is lost for 73 of 365 days: 0.1. Breaks if: what was read is not put in the policy.
    """
    (tmp_path / "cut.toml").write_text(CUT)
    file = Contingency("x", 2021, scenario="cut.toml")
    plain = Contingency("y", 2021, imports_lost={"works": 0.5})
    named = Contingency("z", 2022, scenario="none such", line="line 7")
    policy = Policy.of(contingencies=[file, plain])
    for read in (with_files(small(), policy, tmp_path), with_scenarios(small(), policy, tmp_path)):
        first, second = read.contingencies
        assert (first.name, first.year, first.scenario) == ("x", 2021, "")
        assert first.imports_lost == {"farm": pytest.approx([0.1])}
        assert second is plain
    kept = with_files(small(), Policy.of(contingencies=[named]), tmp_path)
    assert kept.contingencies == [named]
    with pytest.raises(UnknownName, match="line 7"):
        with_scenarios(small(), Policy.of(contingencies=[named]), tmp_path)
    with pytest.raises(UnknownName, match="contingency 'z'"):
        with_scenarios(small(), Policy.of(contingencies=[replace(named, line="")]), tmp_path)
    bare = Policy.of(contingencies=[plain])
    assert with_scenarios(small(), bare) is bare


def test_a_scenario_of_weeks_is_read_by_days() -> None:
    """Proves: a scenario by weeks, in which home and imported goods are pooled, gives the losses of its days, imports
    by themselves; a second year in which nothing is lost is told as such.

    Breaks if: the scenario's own steps, horizon or pool are kept.
    """
    event = CutImports(products=("farm",), depth=0.5, length=73)
    pooled = replace(Scenario(name="x").behaviour, imports="pooled")
    weeks = Scenario(name="w", step="week", horizon=14, stocks={"default": 14.0}, behaviour=pooled, events=(event,))
    c = in_years(small(), Policy.of(), Contingency("c", 2022, length=2, scenario="w"), weeks)
    assert c.imports_lost == {"farm": pytest.approx([0.1, 0.0])}
    assert (c.scenario, c.exports_lost, c.capacity_lost, c.claims) == ("", {}, {}, {})


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
    """Farming doubles and works halve. 5 of 20 farm imports are replaced (3 more are sold on), 10 of 50 home works deepened: ρ = 1/4, δ = 1/5.

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


def test_a_plans_imports_by_partner() -> None:
    """Proves: a plan that buys farm goods in the east four fifths of the time is a year of accounts that does so too."""
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
    assert tables["examination"]["plan"].tolist() == ["with contingencies", "without"]
    scenario = examination.scenario_of(c)
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
    assert again["examination"]["household_use_unmet"][0] < row["household_use_unmet"]
    assert len(again["examination_curves"]) == 2 * 53
