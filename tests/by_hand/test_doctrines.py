"""Doctrines, branches and the turnpike on cases small enough for paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import shipped, small
from plans import ON_PAPER, on_paper

from groundplan import Economy, compare
from groundplan.errors import GroundplanError, StudyError, UnknownName
from groundplan.planning.choices.target import Goal
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.doctrines.doctrine import (
    Doctrine,
    branch_of,
    branches_of,
    open_doctrine,
    read_doctrine,
    with_branches,
    with_choices,
    with_goals,
)
from groundplan.planning.doctrines.doctrine import shipped as doctrines
from groundplan.planning.doctrines.doctrine_runs import NONE
from groundplan.planning.doctrines.turnpike import Ray, balanced_growth, capital_by_year, distance, ray
from groundplan.planning.features.production.branches import Branch
from groundplan.planning.policy import Policy
from groundplan.results.compared_pages import compare_views
from groundplan.results.html.html_report import report
from groundplan.results.text_page import text_page
from groundplan.tables.industry_classes import class_of

BRANCHES = [Branch("heavy", ["works"]), Branch("land", ["farm"])]
CALM = on_paper(years=2, population_growth=0.0, branches=BRANCHES)


# The turnpike


def test_growth_of_capital_alone() -> None:
    """Nothing is used up; plant for a unit of the first takes 1 and 1 of the two products, of the second 4 and 1.

    ρ(B) of B = [[1, 4], [1, 1]] is 3 with the vector (2, 1), so all can grow by a third, in the proportion 2 to 1.
    Proves: growth is 1/ρ and the ray is B's vector. Breaks if: B is transposed.
    """
    growth, x = balanced_growth(np.zeros((2, 2)), np.array([[1.0, 4.0], [1.0, 1.0]]), np.zeros(2))
    assert growth == pytest.approx(1 / 3, rel=1e-9)
    assert x == pytest.approx([2 / 3, 1 / 3], rel=1e-9)


def test_wear_and_use_slow_growth() -> None:
    """One sector uses half of its output and needs 2 of it as plant that wears 5 % a year: 0.5 + 2·(0.05 + g) = 1.

    That is g = 0.2; with 0.95 used up, 0.95 + 2·(0.05 + g) = 1 gives −0.025, decline in balance.
    Proves: wear is replaced before anything grows. Breaks if: wear is left out, or decline is not found.
    """
    assert balanced_growth(np.array([[0.5]]), np.array([[2.0]]), np.array([0.05]))[0] == pytest.approx(0.2)
    assert balanced_growth(np.array([[0.95]]), np.array([[2.0]]), np.array([0.05]))[0] == pytest.approx(-0.025)
    with pytest.raises(GroundplanError, match="does not pay"):
        balanced_growth(np.array([[1.0]]), np.array([[2.0]]), np.array([0.05]))
    with pytest.raises(GroundplanError, match="nothing needs capital"):
        balanced_growth(np.array([[0.5]]), np.array([[0.0]]), np.array([0.05]))


def test_distance_from_the_ray() -> None:
    """Capital of 75 and 25 on a ray of 50 and 50: a quarter stands elsewhere; of 30 and 30: none.

    The angle of (3, 1) and (1, 1) is acos(4 / √20).
    Breaks if: the size of capital, and not its composition, is compared.
    """
    on = Ray(0.1, pd.Series([1.0, 1.0]), pd.Series([0.5, 0.5], index=["a", "b"]))
    found = distance(pd.DataFrame({2020: [75.0, 25.0], 2021: [30.0, 30.0]}, index=["a", "b"]), on)
    assert found["share"].tolist() == pytest.approx([0.25, 0.0])
    assert found["angle"].tolist() == pytest.approx([np.degrees(np.arccos(4 / np.sqrt(20))), 0.0], abs=1e-5)


@pytest.mark.parametrize("case", ["KEN 2019", "NLD 2019"])
def test_a_ray_grows_as_it_says(case: str) -> None:
    """Proves: on the ray of a shipped country investment for growth and wear, consumption and use are just paid for.

    Output of each product, recomputed from home accounts: exports pay for imports, so Σ over products balances.
    Breaks if: imports are free, or consumption is not tied to labour.
    """
    e = shipped(case)
    on = ray(e, on_paper())
    x = on.output.reindex(list(e.sectors)).fillna(0.0).to_numpy()
    cost = np.divide(e.capital_stock.values, e.output.values, out=np.zeros(len(x)), where=e.output.values > 0)
    built = float(((e.depreciation.values + on.growth) * cost) @ x)
    work = np.divide(e.employment.sum("skill").values, e.output.values, out=np.zeros(len(x)), where=e.output.values > 0)
    people = float(work @ x) / float(e.employment.sum())
    eaten = [f for kind in ("household", "government", "nonprofit") for f in e.finals(kind)]
    invest = list(e.finals("investment"))
    total = float(e.investment_by_sector.sum())
    home = e.domestic_coefficients.values @ x + people * e.domestic_final.sel(final=eaten).sum("final").values
    home = home + built / total * e.domestic_final.sel(final=invest).sum("final").values
    bought = float((e.import_coefficients.values @ x).sum() + people * float(e.imported_final.sel(final=eaten).sum()))
    bought += built / total * float(e.imported_final.sel(final=invest).sum())
    receipts = float(e.exports.sum() + e.reexports.sum() + e.final_taxes.sel(use="exports"))
    sold = bought * float((e.exports + e.reexports).sum()) / receipts
    assert x - home == pytest.approx(sold * e.exports.values / float(e.exports.sum()), abs=1e-8)
    assert -0.05 < on.growth < 0.1


def test_capital_is_counted_at_its_cost() -> None:
    """Plant of farming for 100 cost 200, of works for 200 cost 500: 50 and 100 of it are 100 and 250 of capital."""
    stock = pd.DataFrame({2021: [50.0, 100.0, 9.0]}, index=["capacity:farm", "capacity:works", "labour:wages 0"])
    found = capital_by_year(small(), on_paper(), stock)
    assert found[2021].to_dict() == pytest.approx({"farm": 100.0, "works": 250.0})


# Doctrines


def test_every_sector_of_a_shipped_country_has_a_role() -> None:
    """Proves: heavy, light, farm and services share the sectors that make anything, each sector in one of them."""
    for case in ("KEN 2019", "BRA 2021", "ESP 2019"):
        e = shipped(case)
        found = branches_of(e)
        members = [j for b in found for j in b.sectors]
        assert sorted(members) == sorted(j for j in e.sectors if float(e.output.sel(sector=j)) > 0)
        assert {b.name for b in found} == {"heavy", "light", "farm", "services"}
    of = {"ifpri:metl": "heavy", "ifpri:text": "light", "ibge:0191": "farm", "C21": "light", "ifpri:educ": "services"}
    assert {j: branch_of(class_of(j)) for j in of} == of
    assert branch_of(None) is None


def applied(d: Doctrine, e: Economy, policy: Policy) -> Policy:
    chosen = with_choices(d, e, policy)
    return with_goals(d, chosen, compile_plan(e, chosen))


def test_a_doctrine_becomes_choices_and_targets() -> None:
    """Heavy output must be half as large again as 200: a target of base multiple 1.5 at a worth of 2 a unit of money.

    A share of investment is a ratio: a unit of it is the whole of base-year investment, 30, so it weighs 2 · 30.
    A mapping by branch becomes one by sector.
    Proves: goals mean the same in every money. Breaks if: the worth of a ratio is not in money.
    """
    d = Doctrine(
        "steel",
        policy={"terminal_weight": {"default": 1.0, "heavy": 3.0}, "discount_rate": 0.0},
        goals=[
            Goal("gross output: heavy", ">=", of_base=1.5, worth=2.0),
            Goal("investment share: heavy", ">=", of_base=1.2, worth=2.0),
            Goal("import bill", "<=", of_base=1.0, of_base_last=0.5),
        ],
    )
    p = applied(d, small(), CALM)
    assert p.terminal_weight == {"default": 1.0, "works": 3.0}
    assert [(t.form, t.weight) for t in p.targets] == [("of_base", 2.0), ("of_base", 60.0), ("ends", 1.0)]
    assert (p.targets[2].first, p.targets[2].last) == pytest.approx((70.0, 35.0))
    assert applied(d, small(), on_paper(targets=p.targets, branches=BRANCHES)).targets[:3] == p.targets


def test_branches_sum_their_sectors() -> None:
    """Proves: a branch's indicators are the sums of its sectors', and its shares are of the whole.

    Breaks if: a row of a branch is lost or a share is of the branch itself.
    """
    found = compare(small(), [], policy=CALM).table("branches").set_index("branch")
    assert found.loc["heavy", "output_base"] == pytest.approx(200.0)
    assert found.loc["land", "output_base"] == pytest.approx(100.0)
    with pytest.raises(GroundplanError, match="something has already"):
        compare(small(), [], policy=on_paper(branches=[Branch("works", ["works"])]))
    with pytest.raises(UnknownName, match="nearest: 'works'"):
        compare(small(), [], policy=on_paper(branches=[Branch("heavy", ["work"])]))


def test_a_doctrine_that_asks_nothing_changes_nothing() -> None:
    """Proves: without choices and goals the plan is that without a doctrine, and that is what is said."""
    o = compare(small(), [Doctrine("as before")], policy=CALM)
    wide = o.table("paths").pivot(index="year", columns="doctrine", values="consumption")
    assert wide["as before"].tolist() == wide[NONE].tolist()
    assert compare_views.trades(o) == ["As before changes nothing that the figures show."]


def test_what_is_given_up_is_told() -> None:
    """A doctrine that wants a third fewer imports gets fewer, and pays; one that cannot be is told with its clash.

    Proves: sentences say gains and losses on the right side; a doctrine without a plan does not stop the others.
    Breaks if: fewer imports count as a loss, or the conflict is lost.
    """
    want = Doctrine("at home", goals=[Goal("import bill", "<=", of_base=0.66, worth=3.0)])
    cannot = Doctrine("paradise", policy={"floor": 5.0})
    o = compare(small(), [want, cannot], policy=CALM)
    said = compare_views.trades(o)
    assert "fewer imports in the last year" in said[0].partition("pays with")[0]
    assert said[1].startswith("Paradise cannot be met by this economy")
    assert "floor of the living standard" in said[1]
    table = o.table("comparison").set_index("doctrine")
    assert table.loc["at home", "import_bill"] < table.loc[NONE, "import_bill"]
    assert list(table.index) == [NONE, "at home"]
    assert "paradise" in report(o)
    assert "Paradise cannot be met by this economy" in text_page(o)
    given_up = compare_views.given_up(o)
    assert given_up.index.tolist() == ["at home"]
    fewer = 100 * (table.loc["at home", "import_bill"] / table.loc[NONE, "import_bill"] - 1)
    assert given_up["imports, last year"].iloc[0, 0] == pytest.approx(fewer)
    assert fewer < 0


def test_sums_of_the_comparison() -> None:
    """Proves: sums are over the plan's years, discounted at the common rate, the first year in full.

    Breaks if: the base year is counted, or a doctrine's own discount rate is used.
    """
    o = compare(small(), [Doctrine("patient", policy={"discount_rate": 0.0})], policy=CALM)
    row = o.table("comparison").set_index("doctrine").loc["patient"]
    path = o.table("paths").query("doctrine == 'patient'")["consumption"].to_numpy()[1:]
    assert row["consumption"] == pytest.approx(path.sum())
    assert row["discounted"] == pytest.approx(path[0] + path[1] / 1.03)


WRONG = [
    ("name = 'x'\n[policy]\nfloor = 'much'\n", "floor is 'much'"),
    ("name = 'x'\n[policy]\nflor = 1.0\n", "nearest: 'floor'"),
    ("words = 'no name'\n", "name not given"),
    ("name = 'x'\n[[goals]]\nindicator = 'import bill'\nsense = '<='\n", "has no bound or two"),
    ("name = 'x'\n[[goals]]\nindicator = 'import bill'\nsens = '<='\n", "nearest: 'sense'"),
    ("name = \n", "is not TOML"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_wrong_doctrines_are_refused(text: str, told: str, tmp_path: Path) -> None:
    """Proves: a doctrine that is none is refused before anything is planned, with its line where that is known."""
    with pytest.raises(GroundplanError, match=told):
        read_doctrine(text, "mine.toml")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(GroundplanError, match=r"mine\.toml"):
        open_doctrine(tmp_path / "mine.toml")


def test_names_that_are_not_there() -> None:
    """Proves: unknown doctrines, files, indicators, and two doctrines of one name are refused."""
    with pytest.raises(UnknownName, match="nearest: 'heavy'"):
        open_doctrine("heavi")
    with pytest.raises(StudyError, match="cannot be read"):
        open_doctrine("nowhere.toml")
    with pytest.raises(UnknownName, match="indicator of the doctrine 'x'"):
        applied(Doctrine("x", goals=[Goal("import bil", "<=", of_base=1.0)]), small(), CALM)
    with pytest.raises(StudyError, match="to be a multiple of"):
        applied(Doctrine("x", goals=[Goal("foreign reserves", "<=", of_base=1.0)]), small(), CALM)
    with pytest.raises(StudyError, match="two doctrines are named 'x'"):
        compare(small(), [Doctrine("x"), Doctrine("x")], policy=CALM)


def test_shipped_doctrines_do_what_they_say() -> None:
    """Proves: on Kenya over three years heavy first invests more in heavy industry and consumes less than light first.

    Trade-led imports more and autarky less than the plan without a doctrine; simultaneous development keeps closest to
    the base year's shares of output.
    Breaks if: a doctrine's choices or goals do not reach the plan.
    """
    o = compare(shipped("KEN 2019"), **{**ON_PAPER, "years": 3})
    assert o.table("doctrines")["planned"].all()
    table = o.table("comparison").set_index("doctrine")
    branch = o.table("branches").set_index(["doctrine", "branch"])
    names = {key: d.name for key, d in doctrines().items()}
    heavy, light = names["heavy"], names["light"]
    assert branch.loc[(heavy, "heavy"), "investment"] > 1.15 * branch.loc[(NONE, "heavy"), "investment"]
    assert branch.loc[(light, "heavy"), "investment"] < branch.loc[(NONE, "heavy"), "investment"]
    assert table.loc[heavy, "discounted"] < table.loc[light, "discounted"]
    assert branch.loc[(heavy, "heavy"), "capital"] > branch.loc[(light, "heavy"), "capital"]
    assert table.loc[names["trade"], "import_bill"] > table.loc[NONE, "import_bill"]
    assert table.loc[names["autarky"], "import_bill"] < 0.9 * table.loc[NONE, "import_bill"]
    share = branch["output"] / branch["output"].groupby(level=0).sum()
    base = branch["output_base"] / branch["output_base"].groupby(level=0).sum()
    off = (share / base - 1).abs().drop("services", level=1).groupby(level=0).sum()
    assert off[names["simultaneous"]] == off.min()
    assert with_branches(shipped("KEN 2019"), CALM).branches[0] == BRANCHES[0]
