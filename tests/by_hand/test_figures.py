"""Numbers as people write them: each text has one reading under what was declared, or a refusal that says why."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.errors import Faults, GroundplanError, TableError
from groundplan.tables.door.figures import figures
from groundplan.tables.door.notation import PLAIN, Notation

GERMAN = Notation(decimal=",", thousands=".")
ENGLISH = Notation(decimal=".", thousands=",")
FRENCH = Notation(decimal=",", thousands=" ")
SWISS = Notation(decimal=".", thousands="'")
NOTHING = Notation()


def read(cell: object, notation: Notation) -> float:
    frame = figures(pd.DataFrame([[cell]], ["steel"], ["farm"]), notation, where="use.csv")
    return float(frame.loc["steel", "farm"])


def told(cell: object, notation: Notation) -> str:
    with pytest.raises(TableError) as caught:
        read(cell, notation)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "notation", "value"),
    [
        ("1.234,5", GERMAN, 1234.5),
        ("1,234.5", ENGLISH, 1234.5),
        ("1,234", ENGLISH, 1234.0),
        ("1,234", GERMAN, 1.234),
        ("1.234", GERMAN, 1234.0),
        ("1.234", PLAIN, 1.234),
        ("1 234,5", FRENCH, 1234.5),
        ("1\u00a0234,5", FRENCH, 1234.5),
        ("12\u202f345\u202f678", FRENCH, 12345678.0),
        ("1\u2009234", FRENCH, 1234.0),
        ("1'234.5", SWISS, 1234.5),
        ("1\u2019234.5", SWISS, 1234.5),
        ("\u2212250", NOTHING, -250.0),
        ("  42 ", NOTHING, 42.0),
        ("+7", NOTHING, 7.0),
        (".5", PLAIN, 0.5),
        ("2.5E-3", PLAIN, 0.0025),
        ("0.1", PLAIN, 0.1),
        (12.5, NOTHING, 12.5),
        (3, NOTHING, 3.0),
        ("(123)", Notation(negative_brackets=True), -123.0),
        ("(1,234.5)", Notation(".", ",", negative_brackets=True), -1234.5),
        ("-", Notation(zeros=("-", "")), 0.0),
        ("", Notation(zeros=("-", "")), 0.0),
    ],
)
def test_one_reading(text: object, notation: Notation, value: float) -> None:
    """Proves: a text means what the declared marks say: 1,234 is 1234 in one file and 1.234 in another.

    Breaks if: a mark is taken for what it was not declared to be.
    """
    assert read(text, notation) == value


@pytest.mark.parametrize(
    ("text", "notation", "says"),
    [
        ("1,234", NOTHING, ['1.234 with decimal = ","', '1234 with thousands = ","']),
        ("1.234", NOTHING, ['1.234 with decimal = "."', '1234 with thousands = "."']),
        ("1.234,5", NOTHING, ['1234.5 with decimal = ",", thousands = "."']),
        ("0.5", NOTHING, ['0.5 with decimal = "."']),
        ("1.234,5", PLAIN, ['is not written with decimal = "."', "1234.5 with"]),
        ("1\u00a0234", PLAIN, ['1234 with thousands = " "']),
        ("(123)", PLAIN, ["-123 with negative_brackets = true"]),
        ("(-5)", Notation(negative_brackets=True), ["'(-5)' is not a number"]),
        ("12,34.5", ENGLISH, ["'12,34.5'"]),
        ("1,23", ENGLISH, ["'1,23'"]),
        ("1,2345", ENGLISH, ["'1,2345'"]),
        ("n/a", PLAIN, ["'n/a' is not a number", 'missing = ["n/a"]']),
        ("-", PLAIN, ["'-' is not a number", 'zeros = ["-"]']),
        ("..", PLAIN, ["'..' is not a number"]),
        (":", PLAIN, ["':' is not a number"]),
        ("", PLAIN, ["is empty", 'zeros = [""]']),
        ("#REF!", PLAIN, ["'#REF!' is an error of the spreadsheet", "repair the formula"]),
        ("#DIV/0!", Notation(zeros=("-",)), ["'#DIV/0!' is an error of the spreadsheet"]),
        ("12%", PLAIN, ["'12%' is a percentage", "give the amount"]),
        ("£5", PLAIN, ["'£5' is not a number"]),
        ("１２", PLAIN, ["is not a number"]),
        ("nan", PLAIN, ["'nan' is not a number"]),
        ("inf", PLAIN, ["'inf' is not a number"]),
        ("1e999", PLAIN, ["'1e999' is not a number"]),
        ("0x10", PLAIN, ["'0x10' is not a number"]),
        ("1_000", PLAIN, ["'1_000' is not a number"]),
        ("=1+1", PLAIN, ["'=1+1' is not a number"]),
        ("TRUE", PLAIN, ["'TRUE' is not a number"]),
        (math.nan, PLAIN, ["is not a number"]),
        (True, PLAIN, ["'True' is not a number"]),
    ],
)
def test_refused(text: object, notation: Notation, says: list[str]) -> None:
    """Proves: what was not declared is never guessed; the refusal names the cell and the line that declares it.

    Breaks if: a decimal mark is taken from the look of the text, or float() reads what people do not write.
    """
    message = told(text, notation)
    assert all(words in message for words in says), message
    assert "row 'steel', column 'farm'" in message
    assert "use.csv" in message


def test_missing_is_unknown_not_zero() -> None:
    """Proves: a cell that is declared missing is NaN, errors of a spreadsheet too if they are declared."""
    assert math.isnan(read("..", Notation(missing=("..",))))
    assert math.isnan(read("#N/A", Notation(missing=("#N/A",))))


def test_contradictions_are_refused() -> None:
    """Proves: one mark for two things, a text for two things, and a spreadsheet's error as zero are refused at once."""
    with pytest.raises(Faults) as caught:
        Notation(decimal=",", thousands=",", zeros=("-", "#REF!"), missing=("-",))
    assert len(caught.value.faults) == 3


def test_ten_faults_and_their_count() -> None:
    """Proves: of thirteen bad cells ten are named and the rest are counted; good cells are not among them."""
    cells = pd.DataFrame([["x"] * 13, ["1"] * 13], ["bad", "good"], [f"c{i}" for i in range(13)])
    with pytest.raises(Faults) as caught:
        figures(cells, PLAIN)
    assert len(caught.value.faults) == 11
    assert "and 3 more cells" in str(caught.value)
    assert "'good'" not in str(caught.value)


WHOLE = st.floats(allow_nan=False, allow_infinity=False, width=64)


@given(st.lists(WHOLE, min_size=1, max_size=30), st.sampled_from([GERMAN, ENGLISH, FRENCH, SWISS, PLAIN]))
def test_written_and_read_again(values: list[float], notation: Notation) -> None:
    """Proves: any number written with all its digits and the declared decimal mark comes back bit for bit."""
    texts = [repr(v).replace(".", notation.decimal or ".") for v in values]
    assert figures(pd.DataFrame([texts]), notation).to_numpy().tolist() == [values]


@given(st.integers(-(10**12), 10**12), st.integers(0, 999), st.sampled_from([GERMAN, ENGLISH, FRENCH, SWISS]))
def test_grouped_and_read_again(whole: int, part: int, notation: Notation) -> None:
    """Proves: digits in groups of three are read under their own marks and never as another number.

    Breaks if: a notation reads another's text as a different number.
    """
    text = f"{whole:,}.{part:03d}"
    marks = str.maketrans({",": notation.thousands or "", ".": notation.decimal or ""})
    value = read(text.translate(marks), notation)
    assert value == float(f"{whole}.{part:03d}")
    for other in (GERMAN, ENGLISH, FRENCH, SWISS):
        if abs(whole) >= 1000 and (other.decimal, other.thousands) != (notation.decimal, notation.thousands):
            try:
                again = read(text.translate(marks), other)
            except GroundplanError:
                continue
            assert again == value


def test_many_cells_at_once() -> None:
    """Proves: shape, order and labels are kept when numbers and texts are mixed."""
    values = np.arange(600.0).reshape(20, 30)
    cells = pd.DataFrame(values.astype(object))
    cells.iloc[::2] = cells.iloc[::2].map(lambda v: f"{v:.1f}".replace(".", ","))
    assert (figures(cells, GERMAN).to_numpy() == values).all()
