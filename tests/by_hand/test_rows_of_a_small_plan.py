"""Every limit on a plan of three years, coefficient by coefficient: figures so unlike that none stands for another."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from plans import on_paper

from groundplan.errors import Faults, GroundplanError, StudyError, UnknownName
from groundplan.planning.activities import Activities
from groundplan.planning.families import balances, limits, whole
from groundplan.planning.families.family import Family, Loosening, stating
from groundplan.planning.families.rows import Model, Rows, label, level_bounds, start, term
from groundplan.planning.families.targets import (
    base_levels,
    indicator_path,
    indicator_paths,
    target_bounds,
    target_cells,
    target_lines,
    target_terms,
)
from groundplan.planning.policy import Policy, Target

Told = dict[str, tuple[dict[str, float], float]]


def plan(**more: list[dict[str, object]]) -> Activities:
    """Coal is dug and milled, grain is stored, a plant wears and is built by a dam or a weir, food is eaten."""
    tables: dict[str, list[dict[str, object]]] = {
        "commodities": [
            {"commodity": "coal"},
            {"commodity": "grain", "kind": "stock", "loss": 0.2, "initial": 4.0, "least": 1.0},
            {"commodity": "plant", "kind": "capacity", "loss": 0.1, "initial": 10.0},
            {"commodity": "money", "kind": "account", "loss": -0.05, "initial": 2.0, "least": -3.0},
            {"commodity": "food", "kind": "good"},
        ],
        "activities": [
            {"activity": "dig", "base": 3.0},
            {"activity": "mill", "base": 2.0},
            {"activity": "dam", "lump": 4.0},
            {"activity": "weir", "lump": 0.5},
        ],
        "flows": [
            {"activity": "dig", "commodity": "coal", "role": "give", "coefficient": 2.0},
            {"activity": "mill", "commodity": "coal", "coefficient": 3.0, "profile": "p"},
            {"activity": "mill", "commodity": "grain", "role": "give", "coefficient": 0.5, "lag": 1},
            {"activity": "dig", "commodity": "grain", "coefficient": 0.3},
            {"activity": "dig", "commodity": "plant", "role": "occupy", "coefficient": 0.25},
            {"activity": "mill", "commodity": "plant", "role": "occupy", "coefficient": 1.5, "lag": 1},
            {"activity": "dam", "commodity": "plant", "role": "give", "coefficient": 6.0, "lag": 2},
            {"activity": "weir", "commodity": "plant", "coefficient": 0.7},
            {"activity": "mill", "commodity": "money", "coefficient": 7.0},
            {"activity": "dig", "commodity": "money", "role": "give", "coefficient": 1.25},
            {"activity": "mill", "commodity": "food", "role": "give", "coefficient": 0.8},
        ],
        "exogenous": [
            {"commodity": "coal", "supply": 5.0, "claim": 1.0},
            {"commodity": "coal", "year": 6, "claim": 9.0},
            {"commodity": "grain", "year": 7, "supply": 2.0},
            {"commodity": "food", "year": 5, "supply": 0.25},
        ],
        "profiles": [{"profile": "p", "year": year, "factor": f} for year, f in ((5, 1.0), (6, 2.0), (7, 4.0))],
        "growth": [
            {"on": "dig", "up": 0.1, "down": 0.2, "allowance": 3.0},
            {"on": "plant", "up": 0.5, "allowance": 2.5},
        ],
        "utility": [
            {"good": "food", "year": year, "segment": n, "width": w, "slope": 3.0 - n}
            for year in (5, 6, 7)
            for n, w in enumerate((4.0, 6.0))
        ],
        "floors": [
            {"good": "food", "year": 5, "least": 0.5, "heads": 1.0},
            {"good": "food", "year": 6, "least": 3.0, "heads": 2.0},
            {"good": "food", "year": 7, "least": 0.0, "heads": 5.0},
        ],
        "terminal": [
            {"commodity": "plant", "value": 1.0, "activity": "dig", "growth": 0.03},
            {"commodity": "money", "value": 2.0},
        ],
        "indicators": [
            {"indicator": "coal dug", "on": "dig", "coefficient": 2.0},
            {"indicator": "flour", "on": "mill", "coefficient": 0.4, "profile": "p"},
            {"indicator": "flour", "on": "dig", "coefficient": 0.1},
            {"indicator": "in store", "on": "grain", "part": "stock"},
            {"indicator": "dams", "on": "dam"},
        ],
        "ratios": [
            {"indicator": "coal per flour", "numerator": "coal dug", "denominator": "flour"},
            {"indicator": "coal per dam", "numerator": "coal dug", "denominator": "dams"},
            {"indicator": "store per flour", "numerator": "in store", "denominator": "flour"},
            {"indicator": "coal per store", "numerator": "coal dug", "denominator": "in store"},
        ],
        "relations": [
            {"project": "dam", "relation": "member", "other": "dams"},
            {"project": "dam", "relation": "one of", "other": "water"},
            {"project": "weir", "relation": "one of", "other": "water"},
            {"project": "dam", "relation": "must", "other": "power"},
            {"project": "weir", "relation": "after", "other": "dams", "lag": 1},
        ],
    }
    return Activities.of([5, 6, 7], steady=True, **{**tables, **more})


def told(of: Family, a: Activities | None = None) -> tuple[Told, Rows]:
    """Rows by label: coefficients by the name of their column, and the right-hand side."""
    a = a or plan()
    m = start(a, on_paper())
    rows = of.rows(m, a, on_paper())
    assert rows is not None
    names = {}
    for name, block in m.variables.items():
        for at, number in np.ndenumerate(block.numbers):
            names[int(number)] = " ".join([name, *(str(c[i]) for c, i in zip(block.coords.values(), at, strict=True))])
    found: Told = {str(row): ({}, float(right)) for row, right in zip(rows.labels, rows.right, strict=True)}
    for row, column, value in zip(*rows.entries, strict=True):
        terms = found[str(rows.labels[row])][0]
        terms[names[int(column)]] = terms.get(names[int(column)], 0.0) + float(value)
    return found, rows


def same(found: Told, wanted: Told) -> None:
    assert list(found) == list(wanted)
    for row, (terms, right) in wanted.items():
        assert found[row][0] == pytest.approx(terms), row
        assert found[row][1] == pytest.approx(right), row


# Balances


def test_what_is_not_kept() -> None:
    """Coal: 2 dug, 3 · (1, 2, 4) milled, 5 − 1 at hand each year, 9 more claimed in year 6."""
    found, rows = told(balances.flow_balance)
    same(found, {
        "coal | 5": ({"level dig 5": 2.0, "level mill 5": -3.0}, -4.0),
        "coal | 6": ({"level dig 6": 2.0, "level mill 6": -6.0}, 5.0),
        "coal | 7": ({"level dig 7": 2.0, "level mill 7": -12.0}, -4.0),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == (">=", -1.0)


def test_what_is_kept() -> None:
    """Grain spoils by .2, plant wears by .1, money bears .05: what is there next year less what remains of this.

    Proves: a give falls due after its lag, a claim is taken away, and a plan's first year has no year before.
    """
    found, rows = told(balances.stock_balance)
    same(found, {
        "grain | 5": ({"stock grain 6": 1.0, "stock grain 5": -0.8, "level dig 5": 0.3}, 0.0),
        "grain | 6": ({"stock grain 7": 1.0, "stock grain 6": -0.8, "level dig 6": 0.3, "level mill 5": -0.5}, 0.0),
        "grain | 7": ({"stock grain 8": 1.0, "stock grain 7": -0.8, "level dig 7": 0.3, "level mill 6": -0.5}, 2.0),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == ("==", 1.0)
    found, _ = told(balances.capacity_balance)
    same(found, {
        "plant | 5": ({"stock plant 6": 1.0, "stock plant 5": -0.9, "level weir 5": 0.7}, 0.0),
        "plant | 6": ({"stock plant 7": 1.0, "stock plant 6": -0.9, "level weir 6": 0.7}, 0.0),
        "plant | 7": ({"stock plant 8": 1.0, "stock plant 7": -0.9, "level weir 7": 0.7, "level dam 5": -6.0}, 0.0),
    })  # fmt: skip
    found, _ = told(balances.account_balance)
    money = {"stock money 6": 1.0, "stock money 5": -1.05, "level mill 5": 7.0, "level dig 5": -1.25}
    assert found["money | 5"][0] == pytest.approx(money)


def test_what_is_occupied() -> None:
    """Digging occupies .25 in its year, milling 1.5 in the next, of the plant that is there."""
    found, rows = told(balances.capacity_limit)
    same(found, {
        "plant | 5": ({"level dig 5": 0.25, "stock plant 5": -1.0}, 0.0),
        "plant | 6": ({"level dig 6": 0.25, "level mill 5": 1.5, "stock plant 6": -1.0}, 0.0),
        "plant | 7": ({"level dig 7": 0.25, "level mill 6": 1.5, "stock plant 7": -1.0}, 0.0),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == ("<=", 1.0)


def test_plants_stand_in_the_order_of_their_labels() -> None:
    """Proves: rows of capacities are ordered by label, however flows and names are. Breaks if: by flows."""
    a = plan()
    more = a.adding(
        commodities=[{"commodity": "axes", "kind": "capacity", "initial": 1.0}],
        flows=[{"activity": "dam", "commodity": "axes", "role": "occupy", "coefficient": 2.0}],
    )
    found, _ = told(balances.capacity_limit, more)
    assert list(found) == sorted(found)
    assert found["axes | 6"][0] == {"level dam 6": 2.0, "stock axes 6": -1.0}


def test_what_is_enjoyed() -> None:
    """Of food .8 a mill, .25 at hand in year 5, in two parts a year; floors of .5 and 3, heads 1, 2 and 5."""
    found, rows = told(balances.good_balance)
    same(found, {
        f"food | {year}": ({f"level mill {year}": 0.8, f"segment {k}": -1.0, f"segment {k + 1}": -1.0}, right)
        for year, k, right in ((5, 0, -0.25), (6, 2, 0.0), (7, 4, 0.0))
    })  # fmt: skip
    assert (rows.sense, rows.gain) == (">=", -1.0)
    found, rows = told(balances.good_floor)
    same(found, {
        "food | 5": ({"segment 0": 1.0, "segment 1": 1.0}, 0.5),
        "food | 6": ({"segment 2": 1.0, "segment 3": 1.0}, 3.0),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == (">=", 0.0)
    found, rows = told(balances.good_path)
    same(found, {
        "food | 6": ({"segment 2": 0.5, "segment 3": 0.5, "segment 0": -1.0, "segment 1": -1.0}, 0.0),
        "food | 7": ({"segment 4": 0.2, "segment 5": 0.2, "segment 2": -0.5, "segment 3": -0.5}, 0.0),
    })  # fmt: skip
    assert rows.sense == ">="


def test_plans_without_goods_or_steadiness() -> None:
    """Proves: without goods there is no balance, floor or path of them; a path is asked for where standards are steady.

    Breaks if: one condition stands for the other.
    """
    bare, loose = plan(utility=[], floors=[]), plan()
    loose = Activities.of([5, 6, 7], **{t: getattr(loose, t) for t in TABLES})
    policy = on_paper()
    for of in (balances.good_balance, balances.good_floor, balances.good_path):
        assert of.rows(start(bare, policy), bare, policy) is None
    assert balances.good_path.rows(start(loose, policy), loose, policy) is None


TABLES = ("commodities", "activities", "flows", "exogenous", "profiles", "utility", "floors")


def test_what_may_give_way() -> None:
    """Proves: permissions, and stores at the plan's own start, are stated; what passes through is |amount| at the base.

    Breaks if: a fork's store counts as the plan's, or gives are counted as what is taken.
    """
    rows = pd.DataFrame({
        "label": ["quota:a | 5", "paid:a | 6", "store:b | 5", "store:b | 5", "store:b | 6", "coal | 5"],
        "fork": ["", "cut", "", "cut", "", ""],
    })  # fmt: skip
    assert balances._stated(rows, 5).tolist() == [True, True, True, False, False, False]
    assert balances.through(plan()).to_dict() == pytest.approx(
        {"coal": 6.0, "grain": 0.9, "plant": 3.0 * 0.25 + 2.0 * 1.5, "money": 14.0}
    )


# Growth, and what is left


def test_how_fast_things_grow_and_shrink() -> None:
    """Digging starts from 3: it may rise by a tenth and 3, fall by a fifth and 3; plant rises by half and 2.5.

    Proves: the first year's right-hand side has the base in it, others the allowance alone.
    """
    found, rows = told(limits.growth_limit)
    same(found, {
        "dig | 5": ({"level dig 5": 1.0}, 3.0 + 1.1 * 3.0),
        "dig | 6": ({"level dig 6": 1.0, "level dig 5": -1.1}, 3.0),
        "dig | 7": ({"level dig 7": 1.0, "level dig 6": -1.1}, 3.0),
        "plant | 5": ({"stock plant 6": 1.0, "stock plant 5": -1.5}, 2.5),
        "plant | 6": ({"stock plant 7": 1.0, "stock plant 6": -1.5}, 2.5),
        "plant | 7": ({"stock plant 8": 1.0, "stock plant 7": -1.5}, 2.5),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == ("<=", 1.0)
    found, rows = told(limits.contraction_limit)
    same(found, {
        "dig | 5": ({"level dig 5": 1.0}, 0.8 * 3.0 - 3.0),
        "dig | 6": ({"level dig 6": 1.0, "level dig 5": -0.8}, -3.0),
        "dig | 7": ({"level dig 7": 1.0, "level dig 6": -0.8}, -3.0),
    })  # fmt: skip
    assert rows.sense == ">="


def test_what_counts_at_the_end() -> None:
    """Plant counts after the wear of two years, as long as a dam of year 7 takes: .9² of what is there in year 8, .9 of
    the 6 of a dam of year 6, all 6 of a dam of year 7; and for 1.03 of digging at most. Money with a year's 5 per cent.
    """
    found, rows = told(limits.terminal_stock)
    same(found, {
        "plant": ({"kept 0": 1.0, "stock plant 8": -0.81, "level dam 6": -5.4, "level dam 7": -6.0}, 0.0),
        "money": ({"kept 1": 1.0, "stock money 8": -1.05}, 0.0),
    })  # fmt: skip
    assert (rows.sense, rows.gain) == ("<=", 1.0)
    found, rows = told(limits.terminal_use)
    same(found, {"plant": ({"kept 0": 1.0, "level dig 7": -1.03}, 0.0)})
    assert rows.sense == "<="


# Projects


def test_projects() -> None:
    """A dam of 4 and a weir of .5: whole, once, one of them, the dam for sure, the weir a year after the dam."""
    found, rows = told(whole.lumpy_level)
    lumps = {"dam": 4.0, "weir": 0.5}
    same(found, {
        f"{p} | {year}": ({f"level {p} {year}": 1.0, f"starts {p} {year}": -lump}, 0.0)
        for p, lump in lumps.items() for year in (5, 6, 7)
    })  # fmt: skip
    assert rows.sense == "=="
    ever = {p: {f"starts {p} {year}": 1.0 for year in (5, 6, 7)} for p in lumps}
    found, rows = told(whole.lumpy_once)
    same(found, {"dam": (ever["dam"], 1.0), "weir": (ever["weir"], 1.0)})
    assert rows.sense == "<="
    found, rows = told(whole.lumpy_groups)
    same(found, {
        "one of water": (ever["dam"] | ever["weir"], 1.0),
        "must power": (dict.fromkeys(ever["dam"], -1.0), -1.0),
    })  # fmt: skip
    found, rows = told(whole.lumpy_after)
    weir = [f"starts weir {year}" for year in (5, 6, 7)]
    same(found, {
        "weir after dams | 5": ({weir[0]: 1.0}, 0.0),
        "weir after dams | 6": ({weir[0]: 1.0, weir[1]: 1.0, "starts dam 5": -1.0}, 0.0),
        "weir after dams | 7": (dict.fromkeys(weir, 1.0) | {"starts dam 5": -1.0, "starts dam 6": -1.0}, 0.0),
    })  # fmt: skip
    bare = plan(relations=[])
    assert whole.lumpy_after.rows(start(bare, on_paper()), bare, on_paper()) is None


# The programme under construction


def test_variables_and_their_bounds() -> None:
    """Proves: levels within all their bounds, stocks from what is there on, parts at most their width, starts 0 or 1.

    Breaks if: a bound is of another year, what is there at the start is free, or an account may not be overdrawn.
    """
    a = plan(bounds=[
        {"activity": "dig", "lower": 1.0, "upper": 9.0},
        {"activity": "dig", "year": 6, "lower": 2.0, "upper": 2.0},
        {"activity": "mill", "year": 7, "upper": 5.0},
    ])  # fmt: skip
    lower, upper = level_bounds(a)
    assert lower.tolist() == [[1.0, 2.0, 1.0], [0.0] * 3, [0.0] * 3, [0.0] * 3]
    assert upper.tolist() == [[9.0, 2.0, 9.0], [np.inf, np.inf, 5.0], [np.inf] * 3, [np.inf] * 3]
    v = start(a, on_paper(targets=[Target("coal dug", ">=", 1.0, weight=2.0, year=6), Target("dams", ">=", 1.0)]))
    found = v.variables
    assert list(found) == ["level", "stock", "segment", "kept", "starts", "shortfall"]
    assert (found["level"].lower.tolist(), found["level"].upper.tolist()) == (lower.tolist(), upper.tolist())
    assert list(found["stock"].coords["stage"]) == [5, 6, 7, 8]
    assert found["stock"].lower.tolist() == [[4.0, 1.0, 1.0, 1.0], [10.0, 0.0, 0.0, 0.0], [2.0, -3.0, -3.0, -3.0]]
    assert found["stock"].upper.tolist() == [[4.0, *[np.inf] * 3], [10.0, *[np.inf] * 3], [2.0, *[np.inf] * 3]]
    assert found["segment"].upper.tolist() == [4.0, 6.0] * 3
    assert found["kept"].lower.tolist() == [0.0, -3.0]
    assert list(found["starts"].coords["activity"]) == ["dam", "weir"]
    assert (found["starts"].upper.max(), bool(found["starts"].whole.all())) == (1.0, True)
    assert list(found["shortfall"].coords["target"]) == ["coal dug >= 1 | 6"]
    with pytest.raises(StudyError, match="'dig' in 6 must be at least 3 and at most 2"):
        level_bounds(a.adding(bounds=[{"activity": "dig", "year": 6, "lower": 3.0}]))


def test_a_fork_shares_what_lies_before_it() -> None:
    """A fork from year 6 on: its stocks start from the trunk's of year 6, its levels follow the trunk's of year 5.

    Proves: its variables have its name, its rows take the trunk's columns for what is before, and they are written
    under its name in the trunk's list.
    Breaks if: the stock at its start is its own, or one that is the trunk's later on.
    """
    a, policy = plan(), on_paper()
    trunk = start(a, policy)
    tables = {name: getattr(a, name) for name in TABLES}
    late = Activities.of([6, 7], **{n: t[t["year"] != 5] if "year" in t else t for n, t in tables.items()})
    fork = start(late, policy, trunk=trunk, fork="cut")
    own = fork.variables["stock @ cut"]
    assert list(own.coords["stage"]) == [7, 8]
    assert (fork.named("level"), trunk.named("level")) == ("level @ cut", "level")
    assert fork.has("segment")
    assert not fork.has("kept")
    rows = balances.stock_balance.rows(fork, late, policy)
    assert rows is not None
    grain, levels, before = own.numbers[0], fork.variables["level @ cut"].numbers, trunk.variables["level"].numbers
    found = [dict(zip(rows.entries[1][at].tolist(), rows.entries[2][at].tolist(), strict=True))
             for at in (rows.entries[0] == k for k in range(2))]  # fmt: skip
    assert found[0] == pytest.approx(
        {grain[0]: 1.0, trunk.variables["stock"].numbers[0, 1]: -0.8, levels[0, 0]: 0.3, before[1, 0]: -0.5}
    )
    assert found[1] == pytest.approx({grain[1]: 1.0, grain[0]: -0.8, levels[0, 1]: 0.3, levels[1, 0]: -0.5})
    beside = fork.rows("<=", 1.0, term("trunk level", ["x"], ["dig"], year=6), of=["x"], when=0)
    assert beside is not None
    assert beside.entries[1].tolist() == [before[0, 1]]
    for m in (trunk, fork):
        written = balances.stock_balance.rows(m, m.activities, policy)
        assert written is not None
        m.write(balances.stock_balance, written)
    assert list(trunk.families) == ["stock_balance", "stock_balance @ cut"]
    assert fork.families == {}
    block = trunk.programme.rows[-1]
    assert block.labels.tolist() == ["grain | 6", "grain | 7"]
    assert (block.lower.tolist(), block.upper.tolist()) == ([0.0, 2.0], [0.0, 2.0])
    assert trunk.families["stock_balance @ cut"].numbers.tolist() == [3, 4]
    assert trunk.prices("stock_balance")
    assert not trunk.prices("stock_balance @ cut")


@pytest.mark.parametrize(
    ("sense", "low", "high"),
    [("<=", [-np.inf] * 2, [1.5, 2.5]), (">=", [1.5, 2.5], [np.inf] * 2), ("==", [1.5, 2.5], [1.5, 2.5])],
)
def test_sides_of_rows(sense: str, low: list[float], high: list[float]) -> None:
    """Proves: a row is bounded on the side that its sense says. Breaks if: on the other one, or on both."""
    m = start(plan(), on_paper())
    rows = m.rows(
        sense, [1.5, 2.5], term("level", ["b", "a"], ["dig", "mill"], [2.0, 3.0], year=[6, 7]), of=["b", "a"], when=0
    )
    assert rows is not None
    assert (rows.labels.tolist(), rows.gain, rows.numbers.tolist()) == (["b", "a"], 0.0, [])
    m.write(Family("own", lambda m, a, policy: None), rows)
    assert (m.programme.rows[0].lower.tolist(), m.programme.rows[0].upper.tolist()) == (low, high)
    levels = m.variables["level"].numbers
    assert [e.tolist() for e in rows.entries] == [[0, 1], [levels[0, 1], levels[1, 2]], [2.0, 3.0]]


@pytest.mark.parametrize(
    ("sense", "holds", "fails"), [("<=", 0.0, -0.5), (">=", 0.0, 0.5), ("==", 0.0, 0.5)]
)  # fmt: skip
def test_rows_without_a_term(sense: str, holds: float, fails: float) -> None:
    """Proves: one that holds of itself is left out, one that does not is an error; 0 on the right holds.

    Breaks if: the rows after one that is left out move, or a claim that nothing meets is dropped.
    """
    m = start(plan(), on_paper())
    given = term("level", ["b"], ["dig"], 2.0, year=6)
    rows = m.rows(sense, [holds, 3.0], given, of=["a", "b"], when=0, bare="'{row}' stands alone")
    assert rows is not None
    assert (rows.labels.tolist(), rows.right.tolist(), rows.entries[0].tolist()) == (["b"], [3.0], [0])
    with pytest.raises(StudyError, match="'a' stands alone"):
        m.rows(sense, [fails, 3.0], given, of=["a", "b"], when=0, bare="'{row}' stands alone")


def test_terms_in_rows_that_are_none() -> None:
    """Proves: a term of a year outside the plan, of a row or a variable that is not there, is an error.

    Breaks if: it is dropped, or taken for the first or last year.
    """
    m = start(plan(), on_paper())
    with pytest.raises(UnknownName, match=r"(?s)year of level '4'.*5, 6, 7"):
        m.rows("<=", 1.0, term("level", ["b"], ["dig"], year=4), of=["b"], when=0)
    with pytest.raises(UnknownName, match="sense of rows"):
        m.rows("<", 1.0, term("level", ["b"], ["dig"], year=5), of=["b"], when=0)
    for wrong in (
        term("level", ["c"], ["dig"], year=5),
        term("level", ["b"], ["dug"], year=5),
        term("rain", ["b"], [0]),
    ):
        with pytest.raises(UnknownName):
            m.rows("<=", 1.0, wrong, of=["b"], when=0)
    assert m.rows("<=", 1.0, of=[]) is None
    # A term for the row's year stands in that row alone; of a year that has no row, nowhere.
    given = term("level", "b", "dig", [1.0, 2.0, 4.0, 8.0], when=[4, 5, 6, 8])
    found = m.rows("<=", 1.0, given, of=["b", "b", "b"], when=[6, 5, 7])
    assert found is not None
    assert found.labels.tolist() == ["b | 6", "b | 5", "b | 7"]
    assert sorted(zip(found.entries[0].tolist(), found.entries[2].tolist(), strict=True)) == [(0, 4.0), (1, 2.0)]
    whole_plan = m.rows("<=", 1.0, given, of=["b"], when=0)
    assert whole_plan is not None
    assert whole_plan.entries[0].tolist() == []
    assert label(np.array(["x", "y"], dtype=object), [7, 5]).tolist() == ["x | 7", "y | 5"]


# Targets


def test_figures_of_the_accounts_year() -> None:
    """Coal 2 · 3, flour .4 · 2 + .1 · 3, no dam, and the store is not known; ratios of what is known and not 0."""
    assert base_levels(plan()) == pytest.approx({"coal dug": 6.0, "flour": 1.1, "dams": 0.0, "coal per flour": 6 / 1.1})


def test_lines_of_every_form() -> None:
    """Proves: years, bounds, weights, shares, sizes, signs, scales of targets in all forms, and their names.

    Breaks if: a sum starts in the wrong year, a multiple is not of the base, or a rate is told as a figure.
    """
    targets = [
        Target("coal dug", "<=", 8.0, year=6),
        Target("flour", "==", path=[2.0, 3.0], from_year=6, name="bread"),
        Target("coal dug", ">=", of_base=1.5, to_year=6, weight=0.25),
        Target("coal dug", ">=", growth=0.1, priority=2),
        Target("in store", ">=", growth=-0.5, weight=3.0),
        Target("in store", ">=", growth=0.5, from_year=6),
        Target("coal per flour", "<=", cumulative=4.0, priority=1, weight=7.0),
        Target("coal per dam", ">=", 0.0, year=7),
        Target("coal dug", ">=", first=1.0, last=3.0),
        Target("coal dug", "<=", 8.0, year=6),
        Target("coal per flour", ">=", 0.5, from_year=6),
    ]
    found = target_lines(plan(), on_paper(targets=targets))
    columns = ["target", "year", "since", "value", "bound", "weight", "priority", "share", "size", "sign", "scale"]
    nan = np.nan
    wanted = [
        [0, 6, 6, 8.0, 8.0, nan, 0, 1 / 8, 8.0, -1.0, 1.0],
        [1, 6, 6, 2.0, 2.0, nan, 0, 1 / 2, 2.0, 1.0, 1.0],
        [1, 6, 6, 2.0, 2.0, nan, 0, 1 / 2, 2.0, -1.0, 1.0],
        [1, 7, 7, 3.0, 3.0, nan, 0, 1 / 3, 3.0, 1.0, 1.0],
        [1, 7, 7, 3.0, 3.0, nan, 0, 1 / 3, 3.0, -1.0, 1.0],
        [2, 5, 5, 1.5, 9.0, 0.25, 0, 0.25, 9.0, 1.0, 1.0],
        [2, 6, 6, 1.5, 9.0, 0.25, 0, 0.25, 9.0, 1.0, 1.0],
        [3, 5, 5, 0.1, 0.1, 0.0, 2, 1 / 6, 6.0, 1.0, 1.0],
        [3, 6, 6, 0.1, 0.1, 0.0, 2, 1 / 6, 6.0, 1.0, 1.0],
        [3, 7, 7, 0.1, 0.1, 0.0, 2, 1 / 6, 6.0, 1.0, 1.0],
        [4, 6, 6, -0.5, -0.5, 3.0, 0, 3.0, 1.0, 1.0, 1.0],
        [4, 7, 7, -0.5, -0.5, 3.0, 0, 3.0, 1.0, 1.0, 1.0],
        [5, 6, 6, 0.5, 0.5, nan, 0, 1.0, 1.0, 1.0, 1.0],
        [5, 7, 7, 0.5, 0.5, nan, 0, 1.0, 1.0, 1.0, 1.0],
        [6, 7, 5, 4.0, 4.0, 0.0, 1, 7.0, 4.0, -1.0, 3.3],
        [7, 7, 7, 0.0, 0.0, nan, 0, 1.0, 1.0, 1.0, 1.0],
        [8, 5, 5, 1.0, 1.0, nan, 0, 1.0, 1.0, 1.0, 1.0],
        [8, 6, 6, 2.0, 2.0, nan, 0, 1 / 2, 2.0, 1.0, 1.0],
        [8, 7, 7, 3.0, 3.0, nan, 0, 1 / 3, 3.0, 1.0, 1.0],
        [9, 6, 6, 8.0, 8.0, nan, 0, 1 / 8, 8.0, -1.0, 1.0],
        [10, 6, 6, 0.5, 0.5, nan, 0, 2.0, 0.5, 1.0, 1.1],
        [10, 7, 7, 0.5, 0.5, nan, 0, 2.0, 0.5, 1.0, 1.1],
    ]
    np.testing.assert_allclose(found[columns].to_numpy(dtype=float), wanted)
    assert found["label"].tolist()[:3] == ["coal dug <= 8 | 6", "bread == 2 (least) | 6", "bread == 2 (most) | 6"]
    assert found["label"].tolist()[-4:-2] == ["coal dug >= 3 | 7", "coal dug <= 8 | 6 #9"]
    assert found["label"][17] == "coal dug >= 2 | 6"


def test_lines_as_terms() -> None:
    """Proves: a sum has a term a year, growth one of the year before, a ratio n − b · d, each with its sign and factor.

    Growth of coal by a tenth from 6: 6.6 on the right in year 5, nothing later.
    """
    a = plan()
    targets = [
        Target("coal dug", ">=", growth=0.1, to_year=6),
        Target("coal per flour", "<=", cumulative=4.0, from_year=5, to_year=6),
        Target("flour", "<=", cumulative=9.0, from_year=6),
        Target("coal per flour", ">=", 3.0, year=7),
        Target("dams", "<=", 2.0, year=5),
    ]
    lines = target_lines(a, on_paper(targets=targets))
    terms = target_terms(a, lines)
    assert sorted(map(tuple, terms.to_numpy().tolist())) == [
        (0, "coal dug", 5, 1.0),
        (1, "coal dug", 5, pytest.approx(-1.1)),
        (1, "coal dug", 6, 1.0),
        (2, "coal dug", 5, -1.0),
        (2, "coal dug", 6, -1.0),
        (2, "flour", 5, 4.0),
        (2, "flour", 6, 4.0),
        (3, "flour", 6, -1.0),
        (3, "flour", 7, -1.0),
        (4, "coal dug", 7, 1.0),
        (4, "flour", 7, -3.0),
        (5, "dams", 5, -1.0),
    ]
    assert terms.index.is_unique
    np.testing.assert_allclose(target_bounds(a, lines), [6.6, 0.0, 0.0, -9.0, 0.0, -2.0])
    assert target_bounds(a, lines.iloc[2:]).tolist() == [0.0, -9.0, 0.0, -2.0]
    cells = target_cells(a, lines.iloc[2:3]).sort_values(["on", "year"])
    assert cells[["part", "on", "year"]].to_numpy().tolist() == [
        ["level", on, year] for on, years in (("dig", (5, 5, 6, 6)), ("mill", (5, 6))) for year in years
    ]
    by = cells.groupby(["on", "year"])["amount"].sum().to_dict()
    # −2 of coal and 4 · .1 of flour a unit dug; 4 · .4 · (1, 2) a unit milled.
    assert by == pytest.approx({("dig", 5): -1.6, ("dig", 6): -1.6, ("mill", 5): 1.6, ("mill", 6): 3.2})


def test_an_indicator_over_the_years() -> None:
    """Proves: .4 · (1, 2, 4) a unit milled and .1 a unit dug, year by year; a stock is itself. Many at once are the
    same, in the order asked for, and a ratio is that of its two: 2 of coal a unit dug over flour; to nothing, none.
    """
    rows = [[1.0, 2.0, 3.0], [5.0, 7.0, 11.0], [0.0, 0.0, 0.0]]
    levels = pd.DataFrame(rows, ["dig", "mill", "dam"], [5, 6, 7])
    stocks = pd.DataFrame([[4.0, 6.0, 9.0, 1.0]], ["grain"], [5, 6, 7, 8])
    values = {"level": levels, "stock": stocks}
    years = np.array([5, 6, 7])
    np.testing.assert_allclose(indicator_path(plan(), "flour", years, values), [2.1, 5.8, 17.9])
    np.testing.assert_allclose(indicator_path(plan(), "flour", years[1:], values), [5.8, 17.9])
    assert indicator_path(plan(), "in store", years, values).tolist() == [4.0, 6.0, 9.0]
    asked = ["coal per dam", "flour", "coal per flour", "in store"]
    every = indicator_paths(plan(), asked, years, values)
    assert (list(every.index), list(every.columns)) == (asked, [5, 6, 7])
    np.testing.assert_allclose(every.loc["flour"], [2.1, 5.8, 17.9])
    np.testing.assert_allclose(every.loc["coal per flour"], [2 / 2.1, 4 / 5.8, 6 / 17.9])
    assert every.loc["coal per dam"].isna().all()
    assert every.loc["in store"].tolist() == [4.0, 6.0, 9.0]


def test_targets_that_a_plan_cannot_have() -> None:
    """Proves: names, years and forms that are not there are told at once; a small denominator counts, none does not."""
    wrong = [
        Target("coal dugg", ">=", 1.0),
        Target("coal dug", ">=", 1.0, year=4),
        Target("coal dug", ">=", 1.0, from_year=9),
        Target("in store", ">=", of_base=1.0),
        Target("coal per flour", ">=", growth=0.1),
    ]
    with pytest.raises(Faults) as faults:
        target_lines(plan(), on_paper(targets=wrong))
    said = str(faults.value)
    for words in (
        "nearest: 'coal dug'",
        "is for 4, outside the plan",
        "is for no year, outside the plan",
        "in store is not known in the year of the accounts",
        "the growth of a ratio is no linear condition",
    ):
        assert words in said
    assert target_lines(plan(), on_paper()).empty
    tiny = plan(activities=[{"activity": "dig", "base": 0.25}, {"activity": "mill", "base": 0.5},
                            {"activity": "dam", "lump": 4.0}, {"activity": "weir", "lump": 0.5}])  # fmt: skip
    lines = target_lines(tiny, on_paper(targets=[Target("coal per flour", ">=", 1.0, year=5)]))
    assert lines["scale"].tolist() == [pytest.approx(0.4 * 0.5 + 0.1 * 0.25)]
    assert base_levels(tiny)["coal per flour"] == pytest.approx(0.5 / 0.225)


# What a limit says of itself


def nothing(m: Model, a: Activities, policy: Policy) -> Rows | None:
    """No rows at all."""
    return None


def heading(rows: pd.DataFrame) -> pd.Series:
    """A heading of each row."""
    return "heading of " + rows["name"]


OWN = Family("own_cap", nothing, loosen=Loosening("{what} by {amounts}", heading))


def test_words_of_a_limit() -> None:
    """Proves: a limit is told in its own words or, without, by its name; without a year it is told without one.

    Breaks if: words and defaults change places, or a heading that is computed is not.
    """
    plain, strict = Family("coal_cap", nothing), Family("coal_cap", nothing, loosen=None)
    said = Family("coal_cap", nothing, says="cap on {what} in {year}")
    assert [f.row_words("coal", "6") for f in (plain, said)] == ["coal cap: coal in 6", "cap on coal in 6"]
    assert [f.row_words("coal", "") for f in (plain, said)] == ["coal cap: coal", "cap on coal"]
    assert [f.repair("coal", "3 t") for f in (plain, strict, OWN)] == [
        "coal cap of coal eased by 3 t", "coal cap of coal eased by 3 t", "coal by 3 t"
    ]  # fmt: skip
    rows = pd.DataFrame({"name": ["a", "b"]}, index=[4, 9])
    assert OWN.kinds(rows).to_dict() == {4: "heading of a", 9: "heading of b"}
    assert plain.kinds(rows).to_dict() == {4: "coal cap", 9: "coal cap"}
    loose = plain.loosen
    assert loose is not None
    assert (loose.repair, loose.kind, loose.share, loose.balance, loose.together) == ("", "", False, False, False)
    families = [
        plain,
        Family("floor", nothing, "wish", states="floors"),
        Family("aim", nothing, "wish", states="targets"),
    ]
    assert [stating(what, families) for what in ("targets", "floors", "rain")] == ["aim", "floor", ""]


def test_kinds_of_limits() -> None:
    """Proves: a wish may have a heading of its own in draws, another limit may not; kinds and blanks are checked."""
    assert Family("a", nothing, "wish", in_draws="my wishes").in_draws == "my wishes"
    assert Family("a", nothing, "wish").in_draws == Family("a", nothing).in_draws == "holds"
    assert Family("a", nothing, in_draws="gives way").in_draws == "gives way"
    wrong: list[dict[str, object]] = [
        {"kind": "law"}, {"in_draws": "my wishes"}, {"says": "{who}"}, {"priced": "{year}"},
        {"loosen": Loosening("{year}")}, {"kind": "identity", "in_draws": "my wishes"},
    ]  # fmt: skip
    for about in wrong:
        with pytest.raises(GroundplanError):
            Family("a", nothing, **about)  # type: ignore[arg-type]


def test_limits_go_to_workers_by_name() -> None:
    """Proves: what stands in a module is found there, a changed one is made from it, its functions are its own.

    Breaks if: a limit whose functions stand nowhere is handed over, or one that stands in a module is refused.
    """
    assert pickle.loads(pickle.dumps(balances.flow_balance)) is balances.flow_balance
    again = pickle.loads(pickle.dumps(OWN))
    assert (again.name, again.rows, again.loosen.kind) == ("own_cap", nothing, heading)
    changed = Family(**{**vars(balances.flow_balance), "says": "{what} alone in {year}", "loosen": None})
    copy = pickle.loads(pickle.dumps(changed))
    assert (copy.says, copy.loosen, copy.rows) == ("{what} alone in {year}", None, balances.flow_balance.rows)
    hidden = Family("hidden", lambda m, a, policy: None)
    half = Family("half", nothing, loosen=Loosening(kind=lambda rows: rows["name"]))
    both = Family("both", lambda m, a, policy: None, loosen=Loosening(kind=heading))
    for wrong in (hidden, half, both):
        with pytest.raises(StudyError, match=r"cannot be handed to workers: .*<lambda> stands in no module"):
            pickle.dumps(wrong)
