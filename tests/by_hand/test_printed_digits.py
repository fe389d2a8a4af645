"""The last digit that figures show, and what is done where a layout or a form says another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from economies import SHIPPED, small_table
from small_accounts import COUNTRY, KINDS, MONEY, YEAR, write_matrix, write_small_template
from small_worlds import world_table

from groundplan import open_table
from groundplan.economy.audit import audit
from groundplan.economy.economy import PRINTED_DIGIT, Economy
from groundplan.economy.opening import open_accounts
from groundplan.economy.world import World
from groundplan.errors import BalanceError, GroundplanError
from groundplan.tables import catalogue
from groundplan.tables.door.grid import disagreements
from groundplan.tables.door.last_digit import PrintedDigit, counted, digit_of_sums, last_digit
from groundplan.tables.printed_digits import with_printed_digits
from groundplan.tables.table import in_units
from groundplan.tables.world_table import WorldTable

DRAW = np.random.default_rng(17).lognormal(5.0, 2.0, 400).reshape(20, 20)


@pytest.mark.parametrize("power", [2, 1, 0, -1, -4])
def test_the_digit_to_which_figures_were_rounded_is_read(power: int) -> None:
    """400 figures of very different size, rounded to 100 … 0.0001.

    Proves: the power of ten is found, whatever the computer's own digits; a few figures of a hundred that were
    computed do not hide it, a tenth of them does. Breaks if: 0.1 has no exact form, or every cell must agree.
    """
    figures = np.round(DRAW, -power)
    unit = float(f"1e{power}")
    figures[0, 0] = 7.0 * unit
    assert last_digit([figures]) == PrintedDigit(unit, int((figures != 0).sum()))
    few, many = figures.copy(), figures.copy()
    few.flat[:2] += np.pi * unit / 10.0
    many.flat[:80] += np.pi * unit / 10.0
    assert last_digit([few]).unit == unit  # type: ignore[union-attr]
    assert last_digit([many[:1]]).unit == 0.0  # type: ignore[union-attr]


def test_computed_figures_have_no_last_digit() -> None:
    """Proves: a full mantissa is 0; beside it a block, or rows, that are printed give theirs; nothing is nothing.

    Breaks if: shares of imports, which are computed, hide that value added was printed to a million.
    """
    assert last_digit([DRAW]) == PrintedDigit(0.0, 400)
    assert last_digit([DRAW, np.round(DRAW[:3])]) == PrintedDigit(1.0, int((np.round(DRAW[:3]) != 0).sum()))
    mixed = DRAW.copy()
    mixed[4] = np.round(mixed[4] + 10.0, 1)
    assert last_digit([mixed]) == PrintedDigit(0.1, 20)
    assert last_digit([np.zeros((3, 3))]) is None


def test_few_figures_may_end_in_zeros_by_chance() -> None:
    """Proves: 99 figures never make the stated digit coarser, and may make it finer; 100 rule. Breaks if: one of the
    two is taken for the other.
    """
    assert counted(1.0, PrintedDigit(10.0, 99)) == 1.0
    assert counted(1.0, PrintedDigit(10.0, 100)) == 10.0
    assert counted(1.0, PrintedDigit(0.1, 3)) == 0.1
    assert counted(1.0, PrintedDigit(0.0, 3)) == 0.0
    assert counted(1.0, PrintedDigit(10.0, 99), 0.01) == pytest.approx(0.1)


def test_a_form_that_says_a_coarse_digit_is_not_followed(tmp_path: Path) -> None:
    """A template in whole units says that it is printed to thousands; a gap of 9 in 80.

    Proves: the figures' own digit counts, the page says so, and the gap is refused; without the gap it opens.
    Breaks if: what the form says of its figures lets a gap through.
    """
    folder = write_small_template(tmp_path, as_csv=True)
    about = folder / "about.csv"
    rows = about.read_text("utf-8").splitlines(keepends=True)
    said = ["rounding,1000,\n" if line.startswith("rounding,") else line for line in rows]
    assert said != rows
    about.write_text("".join(said), "utf-8")
    e = open_accounts(folder)
    assert e.rounding < 1.0
    assert any(line.startswith(PRINTED_DIGIT) and "says 1000" in line for line in audit(e).lines())
    home = folder / "domestic_use.csv"
    frame = pd.read_csv(home, index_col=0)
    frame.loc[frame.index[0], frame.index[1]] += 9.0
    frame.to_csv(home)
    with pytest.raises(GroundplanError, match="costs"):
        open_accounts(folder)


def test_a_matrix_in_tenths_is_held_to_tenths(tmp_path: Path) -> None:
    """The small matrix in tenths of its unit: a tax of 0.5 and no more in all.

    Proves: a receipt of 0.7 that nobody pays is refused, though the layout says whole units.
    Breaks if: what is less than the layout's unit passes as rounding.
    """
    matrix, kinds = write_matrix(tmp_path)
    frame = pd.read_csv(matrix, index_col=1)
    figures = frame.drop(columns="SAM").astype(float) / 10.0
    figures.insert(0, "SAM", frame["SAM"])
    figures.to_csv(matrix)
    assert open_table([matrix, kinds], "sam", COUNTRY, YEAR, money=MONEY)[0].rounding == pytest.approx(0.1)
    figures.loc["cgoods", "hhd"] += 0.7
    figures.to_csv(matrix)
    with pytest.raises(GroundplanError, match="miss the printed total"):
        open_table([matrix, kinds], "sam", COUNTRY, YEAR, money=MONEY)
    assert len(KINDS) == 15


def test_printed_sums_are_held_to_their_own_digits() -> None:
    """20 rows in hundredths, whose sums are printed in hundredths; a layout that says 1.

    Proves: 0.3 too much in a sum of 40 is refused, 1e-2 is not; figures without a digit are held to the layout's.
    Breaks if: the layout's word is all that counts.
    """
    cells = pd.DataFrame(np.round(DRAW / DRAW.sum(axis=1, keepdims=True) * 40.0, 2))
    sums = cells.sum(axis=1).round(2)
    assert disagreements(cells, sums, 1.0, "sums", "x") == []
    assert disagreements(cells, sums + 0.01, 1.0, "sums", "x") == []
    assert len(disagreements(cells, sums + np.eye(20)[3] * 0.3, 1.0, "sums", "x")) == 1
    assert digit_of_sums(1.0, DRAW) == 1.0


def test_the_digit_follows_the_unit_of_the_table() -> None:
    """Printed in tens of thousands of the currency and told in millions: a unit printed is 0.01.

    Proves: the digit is read in the printed unit and kept in the money of the table.
    Breaks if: the frames as printed are taken for money.
    """
    frame = pd.DataFrame(np.round(DRAW * 10.0))
    t = in_units(replace(small_table(), rounding=10.0, published={"all": frame}), 1e4)
    assert t.rounding == pytest.approx(0.1)
    read = with_printed_digits(t)
    assert (read.rounding, read.stated_rounding) == (pytest.approx(0.01), pytest.approx(0.1))


@pytest.mark.parametrize("case", SHIPPED)
def test_shipped_tables_are_printed_as_the_catalogue_says(case: str) -> None:
    """Proves: every shipped account's digit is the catalogue's, but for Belgium, whose parts are less exact than their
    hundredths, and Ghana, whose figures were computed. Breaks if: a file is replaced and its line is not.
    """
    country, year = case.split()
    t = catalogue.load(country, int(year))
    assert (t.stated_rounding is None) == (country not in ("BEL", "GHA"))
    assert t.rounding == {"BEL": 0.01, "GHA": 0.0}.get(country, t.rounding)


def world(rounding: float, **changes: object) -> WorldTable:
    """Two countries of two industries that sell 10 to each industry and 30 to every final use: an output of 160."""
    t = world_table(["A", "B"], ["farm", "works"], np.full((4, 4), 10.0), np.full((4, 4), 30.0))
    return replace(t, rounding=rounding, **changes)  # type: ignore[arg-type]


def test_a_coarse_digit_explains_no_tenth_of_an_industry_abroad() -> None:
    """A world printed, they say, to thousands: an industry whose costs miss a fifth of its output.

    Proves: world tables are capped at a tenth of each output as national ones are; where digits were cut off, uses may
    fall short by a unit a cell, and never exceed output by more than rounding. Breaks if: every cell adds half a unit.
    """
    t = world(1000.0)
    assert World.from_table(t).rounding == 1000.0
    out = t.use.sum(axis=1) + t.final_use.sum(axis=1)
    primary = t.primary.copy()
    primary[0, 0] -= 0.2 * out[0]
    with pytest.raises(BalanceError, match="costs miss output in 1 industries"):
        World.from_table(replace(t, primary=primary))
    cells = t.use.shape[1] + t.final_use.shape[1]
    for short, cut_off, refused in ((cells, True, False), (-cells, True, True), (cells, False, True)):
        unit = 0.5 * out[0] / cells
        printed = out.copy()
        printed[0] += short * unit
        lacks = primary.copy()
        lacks[0, 0] = t.primary[0, 0] + short * unit
        cut = replace(t, rounding=unit, cut_off=cut_off, output=printed, primary=lacks)
        if refused:
            with pytest.raises(BalanceError, match="uses miss output"):
                World.from_table(cut)
        else:
            assert World.from_table(cut).cut_off


def test_what_was_said_of_the_digits_is_kept_by_an_economy() -> None:
    """Proves: the assumption is there where the two differ, and only there. Breaks if: a table's word is lost."""
    plain, other = small_table(), replace(small_table(), rounding=0.5, stated_rounding=2.0)
    assert all(a.name != PRINTED_DIGIT for a in Economy.from_table(plain).assumptions)
    (found,) = [a for a in Economy.from_table(other).assumptions if a.name == PRINTED_DIGIT]
    assert "0.5" in found.value
    assert "says 2" in found.basis
