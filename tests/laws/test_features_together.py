"""Every kind of record beside every other: what is true of each alone is true of all of them at once."""

from __future__ import annotations

from functools import cache
from itertools import combinations, count
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import shipped, table
from features import FARM, WORKS, ageing, economy, grain, records, technique
from plans import on_paper
from test_planning_laws import plan_of, recount

from groundplan import open_study, plan
from groundplan.economy.carving.carving import carve
from groundplan.economy.economy import Economy
from groundplan.errors import PlanInfeasible, UnknownName
from groundplan.outcome import Outcome
from groundplan.planning.best_plan import origins, parts_of, solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.explaining.premium import trunk_goal
from groundplan.planning.families.due_after import level_worth
from groundplan.planning.families.targets import lasting_lines, target_lines
from groundplan.planning.features.contingencies.contingency_record import Contingency
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.planning.solved_plan import SolvedPlan
from groundplan.results.html.html_report import report

CLOSE = 1e-6
# What stands together or not at all counts as one.
FEATURES = [
    ("carve",), ("techniques",), ("buildings",), ("partners", "diversification"), ("budget",), ("groups",),
    ("branches",), ("population",), ("schools",), ("research",), ("works",), ("stores",), ("contingencies",),
    ("targets",),
]  # fmt: skip
# Any two features stand together, each without the other, and neither, in some case (Kleitman and Spencer, 1973:
# citation not checked): all in the first, and each in another two of the rest, no two in the same two.
MANY = next(n for n in count(2) if comb(n, 2) >= len(FEATURES))
PAIRS = dict(zip(FEATURES, combinations(range(1, MANY + 1), 2), strict=False))
CASES = [[name for f in FEATURES if n in (0, *PAIRS[f]) or n == 0 for name in f] for n in range(MANY + 1)]


def stated(names: list[str], money: float = 1.0) -> tuple[Economy, Policy]:
    """The economy and the policy with some features."""
    e = carve(economy(money), [grain(money)]) if "carve" in names else economy(money)
    chosen = {n: content for n, content in records(money).items() if n in names}
    return e, on_paper(years=3, floor=0.85, foreign_interest=0.02, **chosen)


@cache
def made(case: int) -> SolvedPlan:
    return solved(*stated(CASES[case]))


def test_the_cases_cover_every_pair() -> None:
    """Proves: any two features are in some case together, alone, and absent.

    Breaks if: a feature is added and no case takes it.
    """
    own = [[f[0] in case for case in CASES] for f in FEATURES]
    for one, other in combinations(own, 2):
        assert set(zip(one, other, strict=True)) == {(a, b) for a in (True, False) for b in (True, False)}
    assert {n for f in FEATURES for n in f} == {"carve", *records()}


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_base_year_is_given_back(case: int) -> None:
    """Proves: whatever is stated, the programme of the accounts' year gives every level of the accounts back.

    Breaks if: a record acts before the plan begins, or what gives up a part of the base year gives up too much.
    """
    e, policy = stated(CASES[case])
    a = compile_plan(e, policy, base_year=True)
    level = solve(programme(a, on_paper()), on_paper()).values["level"].sel(year=e.year).to_series()
    base = a.activities.set_index("activity")["base"]
    known = base[base.index.str.startswith(("make:", "buy:", "sell:", "serve:", "pay:", "collect:", "live:"))]
    gap = (level[known.index] - known).abs() / np.maximum(known.abs(), 1e-6 * float(e.output.sum()))
    assert gap.max() < CLOSE, gap.sort_values().tail(4).to_string()


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_plan_adds_up_outside_the_model(case: int) -> None:
    """Proves: flows, stocks, capacities, paces, floors and the goal hold when recomputed from tables and levels.

    Breaks if: two features write the same row, or one of them takes from a thing that the other took away.
    """
    m = made(case)
    found = recount(m.model.activities, *plan_of(m.model.activities, m.solution))
    assert found.worst < CLOSE, found.gaps.head().to_string()
    whole = m.model.activities
    soft = target_lines(whole, m.policy).dropna(subset="weight")
    missed = 0.0
    for name, lines in (("shortfall", soft), ("lapse", lasting_lines(whole, soft))):
        if name in m.solution.values:
            missed += float((lines["weight"] / lines["scale"]).to_numpy() @ m.solution.values[name].values)
    # Bills and yields that fall due after the horizon are counted on paper in test_owed.
    later = float((level_worth(whole) * m.solution.values["level"].values).sum())
    assert found.goal - missed + later == pytest.approx(trunk_goal(whole, m.policy, m.solution), rel=CLOSE)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_indicators_are_what_the_flows_say(case: int) -> None:
    """Proves: output, supply and use of each product, the bill and consumption, counted from flows, are the indicators.

    A branch is the sum of its sectors; the budget's surplus is what its account grows by.
    Breaks if: an indicator of a sector leaves out its techniques, its partners or its by-products.
    """
    m = made(case)
    o, a = parts_of(m).outcome(), m.activities
    flows = a.flows.merge(pd.DataFrame({"year": a.years}), how="cross")
    level = m.solution.values["level"].to_series()
    flows["amount"] = flows["coefficient"] * level.reindex(pd.MultiIndex.from_frame(flows[["activity", "year"]])).values
    flows["verb"] = flows["activity"].str.partition(":")[0]

    def moved(verbs: tuple[str, ...], role: str, commodity: str) -> pd.Series:
        own = flows[flows["verb"].isin(verbs) & (flows["role"] == role) & (flows["commodity"] == commodity)]
        return own.groupby("year")["amount"].sum().reindex(list(a.years), fill_value=0.0)

    def same(name: str, counted: pd.Series) -> None:
        if name in o["indicator"]["indicator"].values:
            indicator = o.indicator(name).reindex(list(a.years))
            pd.testing.assert_series_equal(indicator, counted, check_names=False, rtol=CLOSE, atol=CLOSE)

    uses = {}
    for i in m.economy.sectors:
        output, imports = moved(("make",), "give", f"home:{i}"), moved(("buy",), "give", f"import:{i}")
        sold = moved(("sell",), "take", f"home:{i}") + moved(("reexport",), "take", f"import:{i}")
        uses[i] = output + imports - sold
        same(f"gross output: {i}", output)
        same(f"imports: {i}", imports)
        same(f"exports: {i}", sold)
        same(f"home use: {i}", uses[i])
    for b in m.policy.branches:
        same(f"home use: {b.name}", sum((uses[j] for j in b.sectors), 0.0 * uses[FARM]))
    same("import bill", moved(("buy",), "take", "foreign exchange"))
    same("household consumption", sum(moved(("live",), "give", f"standard:{g}") for g in ("rural", "urban")))
    if m.policy.budget is not None:
        held = m.stock.loc["budget"].to_numpy()
        same("budget surplus", pd.Series(np.diff(held), list(a.years)))


@pytest.mark.parametrize("case", range(len(CASES)))
def test_material_balances_balance(case: int) -> None:
    """Proves: sources and uses of every product are equal in every year, whatever stands beside.

    Breaks if: an activity of one feature is in no line of the table.
    """
    table = parts_of(made(case)).outcome().table("material_balances")
    amount = table["money"].fillna(table["quantity"])
    signed = amount.where(table["side"] == "source", -amount)
    key = [table[c] for c in ("product", "origin", "year")]
    assert (signed.groupby(key).sum().abs() / amount.groupby(key).sum()).max() < CLOSE


def test_no_record_changes_the_accounts_year() -> None:
    """Proves: every indicator of the accounts' year is what it is without records, but where a record redefines it.

    Breaks if: a feature takes the place of activities that an indicator of another names.
    """
    plain = parts_of(solved(*stated(["branches"]))).outcome()["indicator"].isel(year=0).to_series()
    for case in (made(n) for n in range(len(CASES)) if "carve" not in CASES[n]):
        own = parts_of(case).outcome()["indicator"].isel(year=0).to_series()
        both = pd.concat([plain, own], axis=1, join="inner", keys=["plain", "own"]).dropna()
        assert {"imports: goods", "import dependency: goods"} <= set(both.index) or not case.policy.branches
        np.testing.assert_allclose(both["own"], both["plain"], rtol=CLOSE, atol=CLOSE)


def test_the_money_of_all_records_changes_nothing() -> None:
    """Proves: in thousands the goal is a thousand times as large, and the projects that are built are the same.

    Breaks if: a record has a figure in money that is used as if it were none, or a tolerance is absolute.
    """
    one, other = made(0), solved(*stated(CASES[0], 1000.0))
    assert other.solution.objective == pytest.approx(1000.0 * one.solution.objective, rel=CLOSE)
    started = [m.level[m.level.index.str.startswith("work:")].round(6) for m in (one, other)]
    pd.testing.assert_frame_equal(*started, atol=1e-6)
    ratios = [parts_of(m).outcome()["indicator"].sel(indicator="import dependency").values for m in (one, other)]
    np.testing.assert_allclose(*ratios, rtol=1e-4)


def test_the_outcome_of_all_records_is_saved_and_told(tmp_path: Path) -> None:
    """Proves: every table reopens equal, and the report of the folder is that of the plan.

    Breaks if: a table has a kind of value that does not come back, or a section needs what is not saved.
    """
    same_from_its_folder(parts_of(made(0)).outcome(), tmp_path, ("Grain", "college", "Aland", "flats", "Budget"))


def same_from_its_folder(o: Outcome, folder: Path, words: tuple[str, ...]) -> None:
    """The outcome, saved and reopened, is what it was, and so is its report, which has these words."""
    o.save(folder / "all")
    again = Outcome.open(folder / "all")
    assert float(o.compare(again)["largest"].max()) == 0.0
    for name, frame in o.tables.items():
        pd.testing.assert_frame_equal(frame, again.table(name), check_dtype=False)
    text = report(again)
    assert text == report(o)
    assert [w for w in words if w.lower() not in text.lower()] == []


# Studies and their files


STUDY = """
country = "KEN"
[plan]
years = 3
tail_years = 0
evenness = 0
price_softness = 0
floor = 0.8
[[carve]]
product = "cement"
sector = "nmet"
unit = "t"
quantity = 5.9e6
price = 9.5e-6
source = "made up"
[population]
year = 2019
file = "people.csv"
[[contingencies]]
name = "our own"
year = 2022
scenario = "cut.toml"
floor = 0.5
[[contingencies]]
name = "a ready one"
year = 2021
scenario = "harvest failure"
floor = 0.5
[[techniques]]
name = "kiln"
recipe = "cement_kiln"
sector = "cement"
share = 0.1
within = true
[[buildings]]
name = "flats"
recipe = "flats"
price = 3.5e-3
price_source = "made up"
serves = "real"
[[partners]]
name = "Aland"
share = 0.4
[[diversification]]
largest = 0.6
[budget]
growth = 0.02
growth_band = 0.05
[[groups]]
group = "rural"
weight = 1.1
basket = { maiz = 1.05 }
[[branches]]
name = "building"
sectors = ["nmet", "cement", "cons"]
[[schools]]
level = "college"
skill = "flab-s"
years = 2
[[research]]
topic = "clinker"
staff = 0.01
years = 1
[[works]]
name = "dam"
spending = [5.0, 5.0]
effects = [{ commodity = "capacity:elec", amount = 4.0, starts = 2 }]
sizes = [1.0, 2.0]
must = true
[[stores]]
product = "maiz"
origin = "home"
initial = 5.0
[[targets]]
indicator = "gross output: cement"
sense = ">="
of_base = 1.0
year = 2022
[[projects.activities]]
activity = "wait"
[[projects.bounds]]
activity = "wait"
upper = inf
"""
CUT = """
name = "our own"
horizon = 365
[[events]]
kind = "cut_imports"
name = "chemicals"
products = ["chem"]
start = 0
length = 90
depth = 0.3
"""


def people() -> str:
    """A population as a file."""
    p = ageing(2019)
    rows = ["age,sex,number,survival,fertility,participation"]
    for k, age in enumerate(p.ages):
        for sex in ("female", "male"):
            born = p.fertility[k] if sex == "female" else 0
            shares = [getattr(p, f"{name}_{sex}")[k] for name in ("survival", "participation")]
            rows.append(f"{age},{sex},{getattr(p, sex)[k] / 3},{shares[0]},{born},{shares[1]}")
    return "\n".join(rows)


def test_a_study_with_every_record_and_files_is_repeated_elsewhere(tmp_path: Path) -> None:
    """Kenya, three years, with a population and a scenario in files beside the study.

    Proves: study.toml of the outcome, alone in another folder, gives the same goal; its plan adds up.
    Breaks if: a file is looked for where the program runs only, or an infinite bound is written as no TOML.
    """
    home, abroad = tmp_path / "home", tmp_path / "abroad"
    for folder in (home, abroad):
        folder.mkdir()
    for name, text in (("study.toml", STUDY), ("people.csv", people()), ("cut.toml", CUT)):
        (home / name).write_text(text, "utf-8")
    o = plan(open_study(home / "study.toml"))
    (abroad / "study.toml").write_text(o.provenance["study"], "utf-8")
    again = open_study(abroad / "study.toml")
    assert again.policy.population is not None
    assert not again.policy.population.file
    assert again.policy.population.source == "file people.csv"
    second = again.solved_plan()
    first = o.provenance["objective"]
    assert trunk_goal(second.model.activities, second.policy, second.solution) == pytest.approx(first, rel=1e-9)
    same_from_its_folder(o, tmp_path, ("If things go wrong", "our own", "a ready one", "kiln", "flats", "college"))
    found = recount(second.model.activities, *plan_of(second.model.activities, second.solution))
    assert found.worst < CLOSE, found.gaps.head().to_string()


# Pairs that were suspected


def test_what_strikes_a_sector_strikes_its_techniques() -> None:
    """Half of the works' capacity stands still: half of that of their technique too, unless it is named by itself.

    Proves: the rows of lost capacity hold both plants.
    Breaks if: a plan shifts a struck sector's output to its technique, which nothing struck.
    """
    key = technique().title
    for told_lost, left in (({WORKS: 0.5}, 0.5), ({WORKS: 0.5, f"{WORKS}@{key}": 0.1}, 0.9)):
        c = Contingency("fire", 2022, capacity_lost=told_lost, floor=0.1)
        m = solved(economy(), on_paper(years=2, floor=0.5, techniques=[technique()], contingencies=[c]))
        done = m.solution.values["level @ fire"].sel(activity=f"make:{WORKS}@{key}", year=2022)
        assert float(done) <= left * m.stock.loc[f"capacity:{WORKS}@{key}", 2022] * (1.0 + CLOSE)
        rows = m.model.families["contingency @ fire"].labels
        assert f"capacity:{WORKS}@{key} | 2022" in [str(row) for row in rows]
    lost = Contingency("fire", 2022, capacity_lost={f"{WORKS}@nobody": 0.5})
    with pytest.raises(UnknownName, match="no sector or technique of a contingency"):
        compile_plan(economy(), on_paper(techniques=[technique()], contingencies=[lost]))


def test_a_project_may_be_named_a_rival_of_its_own_sizes() -> None:
    """Proves: one size of the dam is built though its rivals are called what its sizes are called.

    Breaks if: a project stands twice in one group, and one of it counts for two.
    """
    dam = Work("dam", [1.0], sizes=[1.0, 2.0], one_of="one size of dam", must=True)
    m = solved(economy(), on_paper(years=2, floor=0.5, works=[dam]))
    assert m.level[m.level.index.str.startswith("work:dam")].to_numpy().sum() == pytest.approx(1.0)


def test_projects_that_cannot_all_be_are_named() -> None:
    """Proves: of two rivals that both must be built the clash names the rivals and both musts.

    Breaks if: rows without a year have no name, or looking for their conflict fails.
    """
    rivals = [Work(n, [1.0], must=True, one_of="river") for n in ("dam", "weir")]
    with pytest.raises(PlanInfeasible) as clash:
        solved(economy(), on_paper(years=2, floor=0.5, works=rivals))
    for words in ("projects: one of river", "projects: must dam", "projects: must weir"):
        assert words in str(clash.value)


@pytest.mark.parametrize("case", ["GHA 2019", "ESP 2019"])
def test_projects_are_chosen_in_accounts_of_millions(case: str) -> None:
    """Proves: a plan with a project is found where the accounts' figures are in the hundred thousands.

    Breaks if: the search for projects refuses its own answer, because it holds rows to one size in every money.
    """
    e = shipped(case)
    whole = float(e.output.sum())
    dam = Work("dam", [1e-4 * whole], effects=[WorkEffect(f"home:{e.sectors[3]}", 1e-5 * whole, starts=1, lasts=3)])
    m = solved(e, on_paper(years=2, floor=0.8, works=[dam]))
    search = m.solution.quality["search"]
    assert m.solution.objective == pytest.approx(search["best"], rel=CLOSE)
    assert m.solution.quality["relative_primal_infeasibility"] < CLOSE


def test_goods_sent_back_are_negative_exports() -> None:
    """Farming with exports of −5: goods sent back, which are used at home.

    Proves: exports, home use and self-sufficiency of the sector and of a branch are those of the accounts, and so is
    the share of imports that home products replace.
    Breaks if: the level of selling, which is not below 0, is taken for exports.
    """
    e = returned()
    policy = on_paper(years=1, floor=0.5, branches=[Branch("all", list(e.sectors))])
    m = solved(e, policy)
    o = parts_of(m).outcome()
    use = e.output.to_series() + e.imports.to_series() - e.exports.to_series()
    assert o.indicator(f"exports: {FARM}")[2020] == pytest.approx(-5.0)
    assert o.indicator(f"home use: {FARM}")[2020] == pytest.approx(use[FARM])
    assert o.indicator("exports: all")[2020] == pytest.approx(float(e.exports.sum()))
    assert o.indicator("home use: all")[2020] == pytest.approx(use.sum())
    level = m.level[2021]
    got, swapped, back = (level[f"{verb}:{FARM}"] for verb in ("make", "deepen", "replace"))
    assert origins(e, m.level)[2021][1][0] == pytest.approx(swapped / (got + swapped - back + level[f"sell:{FARM}"]))


def returned() -> Economy:
    """Farming and works; 5 of what farming sold abroad comes back."""
    return Economy.from_table(
        table(
            np.array([[20.0, 30.0], [10.0, 40.0]]),
            np.array([[5.0, 15.0], [5.0, 20.0]]),
            np.array([[30.0, 20.0, 5.0, 0.0, 0.0], [10.0, 25.0, 15.0, 20.0, 5.0]]),
            np.array([[3.0, 4.0, 0.0, 0.0, 0.0], [0.0, 6.0, 2.0, 10.0, 0.0]]),
            np.array([-5.0, 75.0]),
            wages=np.array([30.0, 40.0]),
            codes=[FARM, WORKS],
        )
    )
