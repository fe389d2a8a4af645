"""What is true of every plan that buys from partners, on small economies drawn at random."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawing import few
from economies import shipped, tables
from hypothesis import given
from hypothesis import strategies as st
from plans import on_paper

from groundplan.economy.economy import Economy
from groundplan.planning.best_plan import solved
from groundplan.planning.compile_plan import compile_plan
from groundplan.planning.features.trade.partner_trade import partner_table
from groundplan.planning.features.trade.suppliers import Diversification, Partner
from groundplan.planning.plan_programme import programme
from groundplan.planning.policy import Policy
from groundplan.planning.solve import solve
from groundplan.study.study import Study, effective, open_study
from groundplan.tables.table import Table

drawn = few(2)
BASE = on_paper(years=1, partner_growth=1.0, population_growth=0.02)


@st.composite
def partners(draw: st.DrawFn) -> list[Partner]:
    """Two or three partners with shares and prices; what they leave, the rest sells."""
    n = draw(st.integers(2, 3))
    shares = np.array([draw(st.floats(0.05, 1.0)) for _ in range(n + 1)])
    shares /= shares.sum()
    prices = [draw(st.floats(0.5, 2.0)) for _ in range(n)]
    return [Partner(f"P{k}", share=float(shares[k]), price=prices[k]) for k in range(n)]


def worth(e: Economy, policy: Policy) -> float:
    return solve(programme(compile_plan(e, policy), policy), policy).objective


@drawn
@given(tables(), partners())
def test_the_base_year_is_given_back_whoever_sells(table: Table, sold: list[Partner]) -> None:
    """Replication with any shares and prices: every level is the base year's to 1e-6 of it.

    Breaks if: prices are not normalised on the bill.
    """
    e, policy = Economy.from_table(table), replace(BASE, partners=sold)
    a = compile_plan(e, policy, base_year=True)
    level = solve(programme(a, policy), policy).values["level"].to_series().droplevel("year")
    base = a.activities.set_index("activity")["base"]
    assert (np.abs(level - base) / np.maximum(base, 1.0)).max() < 1e-6


def test_the_base_year_of_a_real_economy_is_given_back() -> None:
    """The same for Kenya, its imports split among three."""
    sold = [Partner("P", share=0.4), Partner("Q", share=0.3, price=1.3), Partner("R", "chem", share=0.3, price=0.8)]
    policy = replace(BASE, partners=sold)
    a = compile_plan(shipped("KEN 2019"), policy, base_year=True)
    level = solve(programme(a, policy), policy).values["level"].to_series().droplevel("year")
    base = a.activities.set_index("activity")["base"]
    assert (np.abs(level - base) / np.maximum(base, 1.0)).max() < 1e-6


@drawn
@given(tables(), partners())
def test_the_parts_are_the_whole(table: Table, sold: list[Partner]) -> None:
    """What partners sell sums to the imports, what is paid to them to the bill and to the foreign exchange taken.

    Breaks if: an indicator misses a partner, or counts volume for money.
    """
    e = Economy.from_table(table)
    made = solved(e, replace(BASE, partners=sold))
    told = partner_table(made)["partners"]
    a = made.activities
    buys = a.flows[(a.flows["commodity"] == "foreign exchange") & (a.flows["role"] == "take")].set_index("activity")
    for year in a.years:
        spent = (made.level[year].reindex(buys.index) * buys["coefficient"]).sum()
        rows = told[told["year"] == year]
        assert rows["money"].sum() == pytest.approx(spent)
        assert rows.groupby("product")["share"].sum().to_numpy() == pytest.approx(1.0)
        index = rows.drop_duplicates("product")["hhi"]
        assert index.between(1.0 / rows["partner"].nunique() - 1e-9, 1.0 + 1e-9).all()


@drawn
@given(tables(), partners())
def test_loosening_never_worsens(table: Table, sold: list[Partner]) -> None:
    """A higher ceiling, a faster pace, a looser limit on one partner's share, no embargo: worth as much or more.

    Breaks if: a limit is written the wrong way round.
    """
    e = Economy.from_table(table)
    first = sold[0]
    tight = [replace(first, ceiling=1.2 * (first.share or 0.0)), *sold[1:]]
    limit = [Diversification(0.98)]
    least = worth(e, replace(BASE, partners=tight, diversification=limit))
    scale = 1e-6 * abs(least)
    assert worth(e, replace(BASE, partners=sold, diversification=limit)) >= least - scale
    assert worth(e, replace(BASE, partners=tight)) >= least - scale
    assert worth(e, replace(BASE, partners=tight, diversification=limit, partner_growth=5.0)) >= least - scale


@drawn
@given(tables(), st.floats(0.1, 0.9))
def test_partners_of_one_price_who_move_freely_change_nothing(table: Table, share: float) -> None:
    """The split is bookkeeping where nothing hangs on it.

    Breaks if: permissions or the bill count a partner otherwise than buying from anybody.
    """
    e = Economy.from_table(table)
    free = replace(BASE, partner_growth=100.0, partner_contraction=1.0)
    split = replace(free, partners=[Partner("A", share=share), Partner("B", share=0.1)])
    assert worth(e, split) == pytest.approx(worth(e, free), rel=1e-6)


def test_partners_are_written_to_a_study_and_read_back(tmp_path: Path) -> None:
    """Proves: records and the choices beside them survive the study file.

    Breaks if: a field is not written, or is read as another type.
    """
    policy = on_paper(
        years=2,
        partners=[Partner("A", "chem", share=0.5, price=1.2, ceiling=0.6, embargo_from=2022)],
        diversification=[Diversification(0.5, ["chem"], from_year=2021)],
        partner_growth=0.5,
    )
    path = tmp_path / "study.toml"
    path.write_text(effective(Study("KEN", 2019, policy)), "utf-8")
    back = open_study(path).policy
    assert [replace(p, line="") for p in back.partners] == policy.partners
    assert [replace(d, line="") for d in back.diversification] == policy.diversification
    assert back.partners[0].line.startswith("study.toml, line")
    assert back.partner_growth == 0.5
