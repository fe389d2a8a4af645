"""What is true of every recipe of the book, in every shipped economy."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import numpy as np
import pytest
from economies import FOREIGN, SHARED, SHIPPED, foreign, shipped, small, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.buildings import Building
from groundplan.planning.features.techniques.placed import Technique
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.recipe_book.book import book
from groundplan.recipe_book.fit import Fitted, fit, parents, spread
from groundplan.recipe_book.recipe import Recipe
from groundplan.recipe_book.roles import members, roles

CASES = sorted({case.split()[0]: case for case in SHIPPED}.values())
ROLES = dict.fromkeys(roles(), "s1")
# One economy of each layout: a social accounting matrix, NACE sectors, IBGE activities.
LAYOUTS = [c for c in CASES if c[:3] in ("BEL", "BRA", "KEN")]
# As the files of the book name them: reading the whole book to list the tests would cost every run.
BOOK = sorted(files("groundplan").joinpath("recipe_book/book").iterdir(), key=lambda file: file.name)
NAMES = [name for file in BOOK for name in re.findall(r"^\[recipes\.(\w+)\]$", file.read_text("utf-8"), re.MULTILINE)]
WANTED = set(
    re.split(
        r"\s+",
        "blast_furnace_steel electric_steel cement_kiln ammonia phosphate_fertiliser coal_mine ore_mine "
        "hydro_power coal_power tidal_power nuclear_power wind_power solar_power geothermal_power "
        "machine_tools cnc_modernisation grain_farm greenhouse chicken_farm aquaculture fishing_fleet "
        "afforestation timber railway_electrification metro buses flats building_materials "
        "finishing_materials water_supply sewage roads coastal_protection communications_network shops "
        "catering tourism_resort school hospital clinic pharmaceuticals research_institute county_foodstuffs "
        "county_garments county_daily_necessities oil_refinery crude_oil vegetable_farm meat_and_eggs",
    )
)


@cache
def fitted(case: str) -> tuple[Fitted, ...]:
    """Every recipe in an economy, each in the largest sector that it fits."""
    e = shipped(case)
    x = e.output.to_series()
    return tuple(fit(r, e, sector=max(parents(r, e), key=lambda s: x[s])) for r in book().recipes.values())


def test_every_figure_says_where_it_comes_from() -> None:
    """Proves: each figure is inside its range, and was read in a source of the book or is marked assumed.

    Breaks if: a number from memory is passed off as data.
    """
    told = book()
    used = set()
    for r in told.recipes.values():
        for path, f in r.figures.items():
            assert 0 <= f.low <= f.value <= f.high, (r.name, path)
            assert f.low < f.high, (r.name, path)
            assert f.basis == ("source" if f.source else "assumed")
            assert f.unit, (r.name, path)
            used.add(f.source)
    assert used - {""} == set(told.citations)
    assert all(c.address and c.read for c in told.citations.values())


def test_the_book_has_what_a_country_makes() -> None:
    """Proves: the list of the things that a planner asks for is covered, each once.

    Breaks if: a recipe is lost when a file of the book is moved.
    """
    assert list(book().recipes) == NAMES
    assert set(NAMES) >= WANTED


@pytest.mark.parametrize("name", NAMES)
def test_physical_accounts_close(name: str) -> None:
    """Proves: what goes into a unit of product comes out of it, as product, by-product or loss, to 1e-9.

    Breaks if: a plant makes more than it is given, or a conversion has the wrong sign.
    """
    r = book().recipes[name]
    account = r.physical()
    if account.empty:
        assert not r.account
        return
    content = r.group("content")
    into = sum(
        v * content.get(k, 1.0)
        for k, v in r.group("amounts").items()
        if k in content or r.figures[f"amounts.{k}"].unit == r.account
    )
    held = account.set_index("thing")["held"]
    out = content.get("product", 1.0) + sum(r.group("leave").values())
    assert into == pytest.approx(out + held["lost"], abs=1e-9)
    assert held["lost"] >= 0
    assert 0 < content.get("product", 1.0) / into <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_may_be_moved_to_the_ends_of_its_range(name: str) -> None:
    """Proves: each figure alone may stand at either end of its range: accounts still close and leave a surplus.

    Breaks if: a sensitivity run finds a recipe that makes something out of nothing, or at a loss.
    """
    r, e = book().recipes[name], shipped("KEN 2019")
    x = e.output.to_series()
    sector = max(parents(r, e), key=lambda s: x[s])
    for path, f in r.figures.items():
        for end in (f.low, f.high):
            moved = r.with_figures({path: end})
            if path.startswith(("inputs", "labour", "overheads")):
                assert fit(moved, e, sector=sector).surplus >= 0, (path, end)


@pytest.mark.parametrize("case", CASES)
def test_money_accounts_balance(case: str) -> None:
    """Proves: in each economy the shares of a recipe sum, with taxes and surplus, to a unit of output, to 1e-9.

    The surplus is compared with 1 less the recipe's own shares and its sector's taxes, which the accounts state.
    Breaks if: a share is lost where an economy has a role only inside a broader sector, or is spent twice.
    """
    e = shipped(case)
    kinds = e.primary["primary_kind"]
    taxed = e.primary[np.isin(kinds, ("product_tax", "margin", "production_tax"))].sum("primary").to_series()
    for f in fitted(case):
        r = f.recipe
        bought = sum(r.group("inputs").values()) + r.value("overheads")
        tax = float(taxed[f.sector]) / float(e.output.sel(sector=f.sector))
        left = 1.0 + sum(r.group("side").values()) - bought - sum(r.group("labour").values()) - tax
        assert f.surplus == pytest.approx(left, abs=1e-9), r.name
        account = f.accounts().groupby("side")["value"].sum()
        assert account["gives"] == pytest.approx(account["takes"], abs=1e-9), r.name
        assert (f.home >= 0).all()
        assert (f.imported >= 0).all()
        plant = float((f.capital_home + f.capital_imported).sum())
        assert 0.8 < plant <= 1.0 + 1e-9, r.name
        if r.output == "flow":
            assert 0.02 < f.surplus < 1.1, r.name
            assert float(f.labour.sum()) > 0, r.name


def test_every_role_is_known_in_every_economy() -> None:
    """Proves: each role finds its product in every shipped economy, or is known to be nobody's there.

    Breaks if: a layout is read whose codes no role names.
    """
    for case in CASES:
        e = shipped(case)
        nobody = [role for role in roles() if not members(e, role)[0]]
        assert nobody == [], case


@pytest.mark.skipif(not FOREIGN, reason=f"no WIOD tables in {SHARED}: set GROUNDPLAN_SHARED to fit the book to them")
def test_the_book_fits_another_layout() -> None:
    """Proves: the sectors of the world input-output database play every role, and all recipes fit them.

    Breaks if: a role knows only the codes of the tables that are shipped, or accounts without wages stop the fit.
    """
    e = foreign("KOR")
    assert [role for role in roles() if not members(e, role)[0]] == []
    x = e.output.to_series()
    for r in book().recipes.values():
        f = fit(r, e, sector=max(parents(r, e), key=lambda s: x[s]))
        assert r.output == "stock" or 0.02 < f.surplus < 1.0, r.name


def kenya(name: str) -> Recipe:
    return book().recipe(name)


# Quantities of the shipped file tables/data/facts/kenya_facts.csv: GWh of 2021/22 and shares of sources in them.
GENERATED, HYDRO, WIND = 12652.74, 0.26, 0.16
KES_PER_USD = 103.0


@pytest.mark.parametrize(("name", "share"), [("hydro_power", HYDRO), ("geothermal_power", 0.39), ("wind_power", WIND)])
def test_kenya_s_power_is_of_a_sane_size(name: str, share: float) -> None:
    """Kenya's 235 bn KES of electricity for some 12,650 GWh are about 19 KES a kWh.

    A plant of the recipe's capital for that price, run at its load, costs so many dollars a kW (103 KES, assumed); a
    few thousand are what such plants cost, so a recipe off by a factor of three is seen.
    Proves: money, quantity and capital of a recipe hang together in a country where the quantity is known.
    Breaks if: capital is per unit of value added and not of output, or a price is in the wrong unit.
    """
    e = shipped("KEN 2019")
    price = float(e.output.sel(sector="elec")) / GENERATED
    assert 0.010 < price < 0.030
    f = fit(kenya(name), e, price=price)
    made = share * GENERATED * price
    assert made / float(e.output.sel(sector="elec")) == pytest.approx(share)
    hours = 8760.0 * f.recipe.value("capital.load")
    dollars = f.capital_output * price * 1e9 / 1e6 * hours / KES_PER_USD
    assert 1000.0 < dollars < 9000.0
    use = share * (f.home + f.imported)
    there = (e.domestic_use + e.imported_use).sel(sector="elec").to_series() / float(e.output.sel(sector="elec"))
    assert float(use.sum()) < float(there.sum())


def small_of_every_layout(case: str) -> Policy:
    """Every recipe at once, each in the largest sector that it fits."""
    e = shipped(case)
    techniques, buildings = [], []
    for f in fitted(case):
        r = f.recipe
        unit = float(e.output.sel(sector=f.sector)) / 1000.0
        if r.output == "stock":
            buildings.append(
                Building(name=r.name, recipe=r.name, price=unit, price_source="a thousandth of the sector")
            )
        else:
            techniques.append(
                Technique(name=r.name, recipe=r.name, sector=f.sector, price=unit, price_source="a thousandth")
            )
    return on_paper(years=3, techniques=techniques, buildings=buildings)


@pytest.mark.parametrize("case", LAYOUTS)
def test_every_recipe_compiles_into_a_plan(case: str) -> None:
    """Proves: the whole book stands in a plan of every shipped economy, as rows that the planning core accepts.

    Breaks if: a recipe names what the plan does not have, or two recipes share a name.
    """
    a = compile_plan(shipped(case), small_of_every_layout(case))
    made = {c for c in a.activities["activity"] if str(c).startswith("make:") and "@" in str(c)}
    assert len(made) == sum(r.output == "flow" for r in book().recipes.values())
    # One unit of output at base-year prices gives what it costs: inputs, work, taxes and surplus.
    given = a.flows[(a.flows["role"] == "give") & a.flows["commodity"].str.startswith("home:")]
    assert (given[given["activity"].isin(made)].groupby("activity")["coefficient"].sum() >= 1.0 - 1e-9).all()


def test_a_plan_with_the_whole_book_is_solved() -> None:
    """Proves: Kenya's plan with every recipe beside its sectors has a solution, no worse than without.

    Breaks if: a technique brings a limit to those who do not use it, or makes something out of nothing.
    """
    e, p = shipped("KEN 2019"), small_of_every_layout("KEN 2019")
    plain = on_paper(years=3)
    without, having = (solve(programme(compile_plan(e, q), q), q).objective for q in (plain, p))
    assert having >= without * (1 - 1e-7)
    assert having < 1.2 * without


@given(tables(), st.floats(0.0, 0.9))
@settings(max_examples=6, deadline=None)
def test_the_base_year_comes_back_with_techniques(drawn: object, share: float) -> None:
    """Any share of a sector may stand as another technique: the base year's output, uses and work come back.

    Proves: techniques and the rest of their sector are together the accounts', whatever the share.
    Breaks if: plant or inputs are counted twice, or are lost.
    """
    e = Economy.from_table(drawn)  # type: ignore[arg-type]
    stated = Technique(name="new", recipe="cnc_modernisation", sector="s0", roles=ROLES, share=share, within=True)
    p = on_paper(techniques=[stated], population_growth=0.0)
    a = compile_plan(e, p, base_year=True)
    level = solve(programme(a, p), p).values["level"].sel(year=e.year).to_series()
    moved = a.flows.assign(amount=a.flows["coefficient"] * a.flows["activity"].map(level))
    made = moved[(moved["role"] == "give") & moved["activity"].str.startswith("make:")]
    found = made.groupby("commodity")["amount"].sum()
    assert [found[f"home:{s}"] for s in e.sectors] == pytest.approx(e.output.values, rel=1e-6)
    used = (
        moved[(moved["role"] == "take") & moved["activity"].str.startswith("make:")]
        .groupby("commodity")["amount"]
        .sum()
    )
    for origin, uses in (("home", e.domestic_use), ("import", e.imported_use)):
        got = [used.get(f"{origin}:{i}", 0.0) for i in e.sectors]
        assert got == pytest.approx(uses.sum("sector").values, rel=1e-6, abs=1e-6)
    work = moved[moved["commodity"].str.startswith("labour:")].groupby("commodity")["amount"].sum()
    for s, n in e.employment.sum("sector").to_series().items():
        assert work[f"labour:{s}"] == pytest.approx(n, rel=1e-6)


@given(tables())
@settings(max_examples=15, deadline=None)
def test_money_is_spent_once(drawn: object) -> None:
    """Proves: a unit of money spent on any products is spent once, over home and imported ones together.

    Breaks if: an origin is counted twice, or a product that nobody buys swallows money.
    """
    e = Economy.from_table(drawn)  # type: ignore[arg-type]
    for sector in e.sectors:
        for codes in (list(e.sectors), [e.sectors[0]]):
            home, imported = spread(e, codes, sector)
            assert float(home.sum() + imported.sum()) == pytest.approx(1.0)
            assert (home >= 0).all()
            assert (imported >= 0).all()


def test_other_money_other_size_same_shares() -> None:
    """Proves: counting the accounts in thousands changes no coefficient of a recipe.

    Breaks if: a coefficient depends on the size of the economy.
    """
    e = small()
    chosen = dict.fromkeys(roles(), "works")
    one = fit(kenya("cnc_modernisation"), e, sector="works", chosen=chosen)
    parts = ("domestic_use", "imported_use", "domestic_final", "imported_final", "exports", "reexports", "primary",
             "final_taxes", "employment", "capital_stock", "investment_by_sector")  # fmt: skip
    grown = e.replacing(**{p: getattr(e, p) * 1000.0 for p in parts})
    other = fit(kenya("cnc_modernisation"), grown, sector="works", chosen=chosen)
    for name in ("home", "imported", "labour", "capital_home"):
        assert getattr(other, name).to_dict() == pytest.approx(getattr(one, name).to_dict())
    assert other.surplus == pytest.approx(one.surplus)
