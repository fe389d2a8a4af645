"""Any social accounting matrix, on paper: a farm and a mill whose accounts no publisher named."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_sam import FLOWS, ROLES, as_text, as_workbook, read, read_file, rows_of, write_roles

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.tables.door.mapping import FileMapping
from groundplan.tables.door.notation import Notation
from groundplan.tables.table import Table

SHARED = Path(os.environ.get("GROUNDPLAN_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data"))


def output(t: Table) -> dict[str, float]:
    return (t.domestic_use.sum(axis=1) + t.domestic_final.sum(axis=1) + t.exports).round(9).to_dict()


def imports(t: Table) -> float:
    return float(t.imported_use.to_numpy().sum() + t.imported_final.to_numpy().sum() + t.reexports.sum())


def gdp(t: Table) -> float:
    return float(t.primary.to_numpy().sum() + t.final_taxes.sum())


def refusal(folder: Path, **words: object) -> str:
    with pytest.raises(GroundplanError) as caught:
        read(folder, **words)  # type: ignore[arg-type]
    assert "fix:" in str(caught.value)
    return str(caught.value)


def test_accounts_of_any_name(tmp_path: Path) -> None:
    """Proves: on paper the farm makes 75 and the mill 120, imports are 46, and GDP is 120 of factors and 13 of taxes.

    Breaks if: a pair is looked for in the names of accounts, or a tax of one kind is left out.
    """
    t = read(tmp_path)
    assert output(t) == {"farm": 75.0, "mill": 120.0}
    assert imports(t) == pytest.approx(46.0)
    assert gdp(t) == pytest.approx(133.0)
    assert t.primary_kinds.to_dict() == {"work": "labour", "plant": "capital", "product_taxes": "product_tax"}
    assert t.employment is not None
    assert t.employment.loc["work"].to_dict() == {"farm": 30.0, "mill": 40.0}
    assert Economy.from_table(t).sectors == ("farm", "mill")


def test_margins_and_taxes_by_cell(tmp_path: Path) -> None:
    """Proves: of 30 of grain that the mill pays, 2 are margin that the mill's cloth earns and 1 is tax; and of what is
    left, 27, imports are 6/68 (home use at basic prices is 78·81/90 of the 90 bought).

    Breaks if: margins stay with the product that pays them, or imports are given to exports first.
    """
    t = read(tmp_path)
    margin, tax = 30 * 6 / 90, 30 * 3 / 90
    basic = 30 - margin - tax
    at_home = (8 + 30 + 40) * 81 / 90
    assert t.imported_use.loc["farm", "mill"] == pytest.approx(basic * 6 / at_home)
    assert t.domestic_use.loc["farm", "mill"] == pytest.approx(basic * (1 - 6 / at_home))


def test_every_dress(tmp_path: Path) -> None:
    """Proves: without totals, with empty lines at the end, with names beside the accounts, and in a workbook under
    titles the matrix is the same; what was passed over is said once.

    Breaks if: the first row is taken for the header whatever stands in it.
    """
    plain = read(tmp_path)
    rows = rows_of(FLOWS, list(ROLES))
    texts = {
        "no totals": as_text(rows_of(FLOWS, list(ROLES), totals=False)),
        "empty lines": as_text(rows) + "," * 17 + "\n" + "," * 17 + "\n",
        "names": as_text([[row[0], f"name {n}", *row[1:]] for n, row in enumerate(rows)]),
        "titles": "A matrix of nowhere\n\n" + as_text(rows),
    }
    for name, text in texts.items():
        t = read(tmp_path, text=text)
        pd.testing.assert_frame_equal(t.domestic_use, plain.domestic_use, obj=name)
        pd.testing.assert_frame_equal(t.primary, plain.primary, obj=name)
    assert [s for s in read(tmp_path, text=texts["empty lines"]).methods if "empty lines" in s] == [
        "2 empty lines were passed over."
    ]
    book = as_workbook(tmp_path / "sam.xlsx", rows)
    t = read_file(book, write_roles(tmp_path), FileMapping(sheet="SAM"))
    pd.testing.assert_frame_equal(t.domestic_use, plain.domestic_use)
    assert t.labels["farm"] == "The account of farm"


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    """Proves: a misspelt kind is refused with the nearest one and the whole list; an account without a role is named.

    Breaks if: an unknown kind passes and its payments are left out.
    """
    message = refusal(tmp_path, roles={**ROLES, "duty": "taximport"})
    assert "no kind of account 'taximport'; nearest: 'tax-import'" in message
    assert "activity, commodity, labour, capital, land, enterprise" in message
    rows = rows_of(FLOWS, list(ROLES))
    message = refusal(tmp_path, roles={k: v for k, v in ROLES.items() if k != "plant"}, text=as_text(rows))
    assert "expected account 'plant'" in message


def test_a_factor_says_what_it_is(tmp_path: Path) -> None:
    """Proves: a factor of which the file does not say whether it is labour or capital is asked for, not guessed."""
    message = refusal(tmp_path, roles={**ROLES, "work": "factor"})
    assert "of the factor 'work' it is not said whether it is labour, capital or land" in message


def test_a_tax_on_production(tmp_path: Path) -> None:
    """Proves: 8 that the farm pays as a tax on production is a cost of that kind, and GDP is the same.

    Breaks if: the tax is left out of costs, and the column does not close.
    """
    flows = {**FLOWS, ("work", "farm"): 22, ("people", "work"): 62, ("rate", "farm"): 8, ("state", "rate"): 8}
    flows |= {("invest", "people"): -2, ("invest", "state"): 16}
    t = read(tmp_path, flows, {**ROLES, "rate": "tax-activity"})
    assert t.primary.loc["rate"].to_dict() == {"farm": 8.0, "mill": 0.0}
    assert t.primary_kinds["rate"] == "production_tax"
    assert gdp(t) == pytest.approx(133.0)
    message = refusal(tmp_path, flows=flows, roles={**ROLES, "rate": "enterprise"})
    assert "farm pays 8 to rate" in message


def test_a_mark_of_thousands(tmp_path: Path) -> None:
    """Proves: "7,500" is refused with what it may be until a mapping says what the comma is.

    Breaks if: a comma is taken for a mark of thousands because three digits follow it.
    """
    text = as_text(rows_of({k: 100 * x for k, x in FLOWS.items()}, list(ROLES))).replace("7500", '"7,500"')
    assert 'thousands = ","' in refusal(tmp_path, text=text)
    t = read(tmp_path, text=text, mapping=FileMapping(notation=Notation(thousands=",")))
    assert output(t) == {"farm": 7500.0, "mill": 12000.0}


def test_two_partners(tmp_path: Path) -> None:
    """Proves: two accounts of the rest of the world are both counted and kept apart: 46 of imports, 16 from the north.

    Breaks if: the second one is dropped.
    """
    flows = {**FLOWS, ("world", "cloth"): 24, ("north", "cloth"): 16, ("cloth", "world"): 18, ("cloth", "north"): 12}
    flows |= {("invest", "world"): 0, ("invest", "north"): 4}
    t = read(tmp_path, flows, {**ROLES, "north": "row,the north"}, header="account,kind,partner")
    assert imports(t) == pytest.approx(46.0)
    # 42 are bought, of it taxes of grain, 3 of 90, and of cloth, 10 of the 164 that are not bought as margins
    assert t.exports.sum() + t.reexports.sum() == pytest.approx(42 - 12 * 3 / 90 - 30 * 10 / 164)
    assert t.imported_by_partner is not None
    north = t.imported_by_partner["the north"].to_numpy().sum()
    assert north == pytest.approx(16.0)
    whole = sum(part.to_numpy() for part in t.imported_by_partner.values())
    np.testing.assert_allclose(whole, np.hstack([t.imported_use, t.imported_final]))


def test_more_commodities_than_activities(tmp_path: Path) -> None:
    """Proves: a mill that makes cloth and rope sells both: two activities, three commodities, output 75 and 120."""
    flows = {**FLOWS, ("mill", "cloth"): 111, ("mill", "rope"): 9, ("rope", "state"): 9, ("cloth", "state"): 0}
    t = read(tmp_path, flows, {**ROLES, "rope": "commodity"})
    assert output(t) == {"farm": 75.0, "mill": 120.0}
    assert t.domestic_final.loc["mill", "state"] == pytest.approx(9.0)


def test_a_commodity_that_nobody_makes(tmp_path: Path) -> None:
    """Proves: an import that nobody makes at home belongs to the activity whose pair it is, and is asked for without.

    Breaks if: it goes to the first activity, or is lost.
    """
    flows = {**FLOWS, ("world", "cloth"): 35, ("world", "oil"): 5, ("cloth", "people"): 65, ("oil", "people"): 5}
    roles = {**ROLES, "oil": "commodity"}
    assert "belong to no activity: oil" in refusal(tmp_path, flows=flows, roles=roles)
    paired = {**{a: f"{k}," for a, k in roles.items()}, "farm": "activity,oil"}
    t = read(tmp_path, flows, paired, header="account,kind,pair")
    plain = read(tmp_path)
    moved = t.imported_final.loc["farm", "people"] - plain.imported_final.loc["farm", "people"]
    assert moved == pytest.approx(5.0)
    wrong = {**paired, "farm": "activity,oyl"}
    assert "nearest: 'oil'" in refusal(tmp_path, flows=flows, roles=wrong, header="account,kind,pair")


def test_several_margins_and_skills(tmp_path: Path) -> None:
    """Proves: margins of two accounts are taken apart one by one, labour of one skill is summed, and a class that the
    file gives an activity comes with the table.
    """
    flows = {**FLOWS, ("carriage", "grain"): 4, ("cloth", "carriage"): 4, ("shops", "grain"): 2, ("cloth", "shops"): 2}
    flows |= {("work", "farm"): 20, ("hands", "farm"): 10, ("people", "work"): 60, ("people", "hands"): 10}
    roles = {a: f"{kind},," for a, kind in ROLES.items()}
    roles |= {
        "work": "labour,all,",
        "hands": "labour,all,",
        "shops": "transaction-cost,,",
        "mill": "activity,,textiles",
    }
    t = read(tmp_path, flows, roles, header="account,kind,skill,class")
    plain = read(tmp_path)
    np.testing.assert_allclose(t.domestic_use, plain.domestic_use)
    assert t.employment is not None
    assert t.employment.loc["all"].to_dict() == {"farm": 30.0, "mill": 40.0}
    assert t.classes == {"mill": "textiles"}


def test_an_inventory_account(tmp_path: Path) -> None:
    """Proves: stocks are a final use where there is an account of them; without one the methods say so."""
    assert any("no account of stocks" in s for s in read(tmp_path).methods)
    flows = {**FLOWS, ("cloth", "invest"): 20, ("cloth", "heap"): -2, ("heap", "invest"): -2}
    t = read(tmp_path, flows, {**ROLES, "heap": "stocks"})
    assert t.final_kinds["heap"] == "inventories"
    assert t.domestic_final["heap"].sum() < 0


@pytest.mark.parametrize(
    ("flow", "says"),
    [
        (("people", "farm"), "farm pays 5 to people"),
        (("state", "cloth"), "cloth pays 5 to state"),
        (("cloth", "work"), "work (labour) buys 5"),
    ],
)
def test_payments_that_no_kind_explains(flow: tuple[str, str], says: str, tmp_path: Path) -> None:
    """Proves: what an activity or a commodity pays to an account of another kind is told with its amount."""
    assert says in refusal(tmp_path, flows={**FLOWS, flow: 5})


def test_the_worst_gap_first(tmp_path: Path) -> None:
    """Proves: of several totals that miss their parts the largest miss is named first, and all are counted."""
    text = as_text(rows_of(FLOWS, list(ROLES)))
    text = text.replace(",75.0\n", ",85\n", 1).replace(",90.0\n", ",990\n", 1)
    message = refusal(tmp_path, text=text)
    assert "row totals: the parts miss the printed total at 2 places: grain by -900, farm by -10" in message


def test_old_lists_of_kinds(tmp_path: Path) -> None:
    """Proves: a list with the kind 'factor' is read where the accounts are those of IFPRI's matrices."""
    swap = {"work": "flab", "plant": "fcap"}
    flows = {(swap.get(r, r), swap.get(c, c)): x for (r, c), x in FLOWS.items()}
    roles = {swap.get(a, a): "factor" if a in swap else kind for a, kind in ROLES.items()}
    t = read(tmp_path, flows, roles)
    assert t.primary_kinds["flab"] == "labour"
    assert t.primary_kinds["fcap"] == "capital"


REAL = {
    "ifpri_nexus_sam/PHL_2018_SAM.csv": {},
    "forms/phl_sam.csv": {"notation": Notation(thousands=",")},
    "forms/rwa_sam.xlsx": {"sheet": "IFPRI_SAM_RWA_2022_SAM"},
}


@pytest.mark.parametrize("name", REAL)
def test_nexus_matrices_of_other_countries(name: str) -> None:
    """Proves: IFPRI's matrices of countries that are not shipped are read as they come, with the shipped roles; imports
    and factor incomes are those of the matrix.
    """
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"no {name} in {SHARED}: set GROUNDPLAN_SHARED")
    t = read_file(path, None, FileMapping(**REAL[name]))  # type: ignore[arg-type]
    printed = t.published["sam"]
    products = [c for c in printed.index if c.startswith("c")]
    assert imports(t) == pytest.approx(printed.loc["row", products].sum())
    factors = printed.filter(regex="^f(lab|lnd|cap)", axis=0).filter(regex="^a(?!tax$)").to_numpy().sum()
    assert t.primary.filter(regex="^f", axis=0).to_numpy().sum() == pytest.approx(factors)
    assert len(t.labels) > 30
