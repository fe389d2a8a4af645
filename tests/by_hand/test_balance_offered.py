"""A refusal of accounts that do not balance offers to balance them, and says what that would change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import said
from economies import small_table
from small_accounts import write_small_template

from groundplan import balance_table, plan, see
from groundplan.economy.economy import Economy
from groundplan.economy.opening import Opening, TableFiles
from groundplan.errors import BalanceError, StudyError
from groundplan.results.html.html_report import report
from groundplan.tables.table import Table


def paying_more() -> Table:
    """The farm's first income is 30 too many."""
    t = small_table()
    primary = t.primary.copy()
    primary.iloc[0, 0] += 30.0
    return replace(t, primary=primary)


def test_the_refusal_says_what_balancing_would_change() -> None:
    """Proves: the cell that moves most and by how much are those of ``balance_table``; the tolerance is not raised.

    Breaks if: the offer is made of another table, or the advice is a tolerance above the gap.
    """
    with pytest.raises(BalanceError) as refused:
        Economy.from_table(paying_more())
    text = " ".join(str(refused.value).split())
    balanced, done = balance_table(paying_more())
    worst = done.changes.iloc[0]
    assert f"{worst['row']} × {worst['column']} from {worst['before']:,.6g} to {worst['after']:,.6g}" in text
    assert "--balance" in text
    assert "a tolerance is for gaps of rounding" in text
    assert Economy.from_table(balanced).sectors == ("farm", "works")


def test_nothing_is_offered_that_cannot_be_done() -> None:
    """A sector with costs and no sales cannot be scaled into balance.

    Proves: it is refused without an offer. Breaks if: the offer fails where the refusal was clear.
    """
    t = paying_more()
    unsold = pd.Series({"farm": 0.0, "works": 1.0})
    none = replace(
        t,
        domestic_use=t.domestic_use.mul(unsold, axis=0),
        domestic_final=t.domestic_final.mul(unsold, axis=0),
        exports=t.exports * unsold,
    )
    with pytest.raises(Exception, match="output 0") as refused:
        Economy.from_table(none)
    assert "--balance" not in str(refused.value)


def wrong_template(folder: Path) -> Path:
    """The small country's template with 9 too many in one cell."""
    path = write_small_template(folder, as_csv=True)
    home = pd.read_csv(path / "domestic_use.csv", index_col=0)
    home.loc[home.index[0], home.index[1]] += 9.0
    home.to_csv(path / "domestic_use.csv")
    return path


def test_a_command_balances_where_it_is_told_to(tmp_path: Path) -> None:
    """Proves: the same file is refused with the offer, opens with --balance, and its page says that it was balanced;
    a study and Python say it alike. Breaks if: balancing passes without a word, or is done unasked.
    """
    path = wrong_template(tmp_path)
    refused = said("see", str(path), "--draws", "0", cwd=tmp_path)
    assert refused.code == 2
    assert "--balance" in refused.err
    opened = said("see", str(path), "--balance", "--draws", "0", cwd=tmp_path)
    assert opened.code == 0, opened.err
    assert "balanced here" in " ".join(opened.out.split())
    e = Opening(str(path), table=TableFiles(balance=True)).open().economy
    costs = e.domestic_use.sum("product") + e.imported_use.sum("product") + e.primary.sum("primary")
    np.testing.assert_allclose(costs.values, e.output.values, rtol=1e-9)
    page = report(plan(str(path), balance=True, years=1, tail_years=0))
    assert "balanced here" in page
    assert "nothing was repaired" not in page
    assert "--balance" in str(see(str(path), balance=True, draws=0).provenance["command"])


def test_what_cannot_be_balanced_is_refused() -> None:
    """Proves: shipped accounts and world tables are told that the word is not theirs. Breaks if: it is passed over."""
    with pytest.raises(StudyError, match="shipped accounts balance"):
        Opening("KEN", table=TableFiles(balance=True)).open()
    files = TableFiles(files=("a.csv",), layout="icio", year=2020, balance=True)
    with pytest.raises(StudyError, match="world table"):
        Opening("DEU", table=files).open()
