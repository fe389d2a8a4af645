"""Money units: one reading, whoever asks."""

from __future__ import annotations

import pytest

from groundplan.economy.opening import open_table
from groundplan.errors import GroundplanError, StudyError
from groundplan.places.works.facilities import Facilities
from groundplan.places.works.pricing import priced as with_prices
from groundplan.planning.explaining.explain import unit_in_words
from groundplan.records.money import SCALES, Money, is_money, money_in, money_of, priced, restated
from groundplan.results.words import money_words, unit_words

NOT_MONEY = ("", "KES", "2019bn", "kes2019bn", "KES0019bn", "KES2019th", "KES2019mn", "KES٢٠١٩bn", "XKES2019bn")


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_is_money_to_everyone(scale: str) -> None:
    """Proves: a unit of every scale is read, priced in and said by each part that takes one, and with the same size.

    Breaks if: thousands are money to one part and no money to another, or are said as they are written.
    """
    unit = f"CNY2020{scale}"
    words = {"tn": "trillion ", "bn": "billion ", "m": "million ", "k": "thousand ", "": ""}[scale]
    assert (money_of(unit), str(money_of(unit))) == (Money("CNY", 2020, scale), unit)
    assert priced(unit) == ("CNY at 2020 prices", SCALES[scale])
    assert money_words(f"in {unit}") == f"in {words}CNY at 2020 prices"
    assert unit_words(f"{unit} / year") == f"{scale} CNY / year".strip()
    assert unit_in_words(unit) == f"{words}CNY"
    assert unit_in_words(f"base-year wage units ({unit})") == f"{words}CNY of wages"
    assert with_prices(Facilities({}), {}, unit, {}).types == {}
    with pytest.raises(GroundplanError) as caught:
        open_table(["a.csv"], "nbs", "CHN", None, money=unit)
    assert "money" not in str(caught.value)


@pytest.mark.parametrize("text", NOT_MONEY)
def test_what_is_no_money_is_none_to_anyone(text: str) -> None:
    """Proves: other digits, scales and letters are refused with the form, and are left as they stand in a sentence."""
    assert not is_money(text)
    assert money_in(text) is None
    assert restated(text, lambda money: money.words) == text
    assert priced(text) == (text, 1.0)
    with pytest.raises(StudyError, match="is no money"):
        money_of(text)
    with pytest.raises(StudyError, match="is no money"):
        with_prices(Facilities({}), {}, text, {})
    # No text at all is a unit that is not stated, which the layout's own stands for.
    with pytest.raises(GroundplanError, match="money" if text else "no such file"):
        open_table(["a.csv"], "nbs", "CHN", 2020, money=text)
