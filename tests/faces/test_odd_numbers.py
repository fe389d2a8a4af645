"""Numbers that nobody means, files that are not there, places that lie elsewhere: refused, with what to do."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from commands import said
from small_places import places

from groundplan import see
from groundplan.errors import GroundplanError
from groundplan.verb_options import NUMBER
from groundplan.verb_table import VERBS

NUMBERS = [(word, o.flag) for word, verb in VERBS.items() for o in verb.options if o.kind == NUMBER]
NEEDED = {
    "hindcast": ("BRA", "--from", "2010", "--to", "2015"), "join": ("BEL", "NLD"), "open": ("a.csv",),
    "reconcile": ("--reports", "a.csv"), "estimate": ("a.toml",), "update": ("--controls", "a.toml"),
    "whynot": ("x <= 1 in 2020",),
}  # fmt: skip


@pytest.mark.parametrize(("word", "flag"), NUMBERS, ids=lambda v: v)
def test_no_option_takes_what_is_no_number(word: str, flag: str, tmp_path: Path) -> None:
    """Proves: nan and both infinities are refused for every option that takes a number, before anything is computed.

    Breaks if: a comparison with nan lets everything pass, as ``gap > tolerance`` does.
    """
    for value in ("nan", "inf", "-inf"):
        done = said(word, *NEEDED.get(word, ()), f"{flag}={value}", cwd=tmp_path)
        assert done.code == 2
        assert f"{flag.strip('-').replace('-', '_')} is {value}" in done.err
        assert "fix:" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tolerance", [math.nan, math.inf, 1e300, -0.1, 1.5, True, "0.1"])
def test_a_tolerance_is_a_share(tolerance: object) -> None:
    """Proves: in Python too a tolerance that lets any gap pass is refused. Breaks if: inf opens a broken table."""
    with pytest.raises(GroundplanError, match="tolerance is"):
        see("KEN", tolerance=tolerance, draws=0)  # type: ignore[arg-type]


def test_all_that_is_missing_is_told_at_once_in_words_of_the_command(tmp_path: Path) -> None:
    """Proves: two numbers that are none are two faults, and three files that are not there are three, with the options.

    Breaks if: a user mends one, waits, and hears of the next.
    """
    done = said("place", "--gap", "nan", "--detour", "0.5", cwd=tmp_path)
    assert done.code == 2
    for part in ("2 faults", "the gap is nan", "--gap", "detour is 0.5", "from 1 to 100"):
        assert part in done.err
    files = ("--rules", "no.toml", "--weights", "none.toml", "--draw", "record.json")
    done = said("place", *files, cwd=tmp_path)
    assert done.code == 2
    assert "3 faults" in done.err
    for part in ("no.toml", "none.toml cannot be read", "--draw record.json"):
        assert part in done.err
    assert "--from, --to" in said("hindcast", "BRA", cwd=tmp_path).err


def test_more_people_than_on_earth_are_refused() -> None:
    """Proves: counts beyond what the earth has of them are refused with the place; a city of thirty millions is not.

    Breaks if: 1e300 people pass, and every share of the rest is nought.
    """
    assert places({"population": [3e7, 1.0]}).ids
    for column, value in (("population", 1e300), ("area", 1e9), ("population", 1e11)):
        figures = {"population": [1.0, 2.0], "area": [1.0, 1.0]} | {column: [1.0, value]}
        with pytest.raises(GroundplanError, match=f"column '{column}' .* is out of range: p1") as refused:
            places(figures)
        assert "give from 0 to" in str(refused.value)
    with pytest.raises(GroundplanError, match=r"'free' .* out of range"):
        places({"population": [1.0, 2.0], "free": [-1e300, 0.0]})


def test_exchanged_coordinates_are_noticed() -> None:
    """Proves: one point of ten with latitude and longitude exchanged is named; a far island is not, nor is a country
    whose points all lie as they should; a latitude beyond 90 asks whether the two are exchanged.
    Breaks if: a place is served from another ocean without a word.
    """
    rng = np.random.default_rng(5)
    lat, lon = 1.0 + rng.uniform(-2, 2, 10), 37.0 + rng.uniform(-2, 2, 10)
    assert places({"population": [1.0] * 10, "lat": [*lat], "lon": [*lon]}).ids
    turned_lat, turned_lon = lat.copy(), lon.copy()
    turned_lat[3], turned_lon[3] = lon[3], lat[3]
    with pytest.raises(GroundplanError, match="with latitude and longitude exchanged: p3"):
        places({"population": [1.0] * 10, "lat": [*turned_lat], "lon": [*turned_lon]})
    island_lat, island_lon = lat.copy(), lon.copy()
    island_lat[3], island_lon[3] = -20.0, 57.0
    assert places({"population": [1.0] * 10, "lat": [*island_lat], "lon": [*island_lon]}).ids
    with pytest.raises(GroundplanError, match="latitude and longitude may be exchanged"):
        places({"population": [1.0, 2.0], "lat": [127.0, 128.0], "lon": [38.0, 39.0]})


def test_a_comma_more_moves_no_figure(tmp_path: Path) -> None:
    """Proves: a row with more cells than the header is refused with its number, in places and in people by age, and so
    are 1_000, a year of four hundred digits and a cell that is missing.
    Breaks if: 20,000 people become 20, and the rest of the row stands under other headings.
    """
    from fuzzing import AGES, KINDS, PLACES, answer

    def refusal(kind: str, text: str) -> str:
        path = tmp_path / KINDS[kind].name
        path.write_text(text, "utf-8")
        with pytest.raises(GroundplanError) as refused:
            KINDS[kind].opened(path)
        return str(refused.value)

    assert answer(KINDS["places"], PLACES.encode(), tmp_path) == "opened"
    assert "more cells than the header names: row 3" in refusal("places", PLACES.replace("2000", "2,000"))
    assert "more cells than the header names: row 2" in refusal("people by age", AGES.replace("0,3010", "0,3,010", 1))
    for bad in ("0,3_010", "0,", "0,１", "0,nan"):
        assert "no number" in refusal("people by age", AGES.replace("0,3010", bad, 1))
    for year in ("9" * 400, "1e400", "2010.5", "0"):
        assert "no number" in refusal("people by age", AGES.replace("2010,0,", f"{year},0,", 1))


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    """Proves: an escape of half a character in a map's file is refused; both halves together are a letter.

    Breaks if: it travels on to where a page is written.
    """
    from fuzzing import KINDS, SHAPES

    path = tmp_path / KINDS["shapes"].name
    path.write_text(SHAPES.replace("Ayr", "\\ud83d\\ude00"), "utf-8")
    assert KINDS["shapes"].opened(path).ids
    path.write_text(SHAPES.replace('"people": 100', '"people": 100, "peop\\ud800e": 1'), "utf-8")
    with pytest.raises(GroundplanError, match="is not JSON"):
        KINDS["shapes"].opened(path)


def test_a_scenario_of_an_endless_name_is_no_scenario(tmp_path: Path) -> None:
    """Proves: a name longer than any file's is an unknown scenario. Breaks if: the system's refusal gets through."""
    from groundplan.shocks.drawing.distributions import open_distribution
    from groundplan.shocks.scenarios.scenario import ready

    path = tmp_path / "e.toml"
    path.write_text(f'scenario = "{"9" * 400}"\nmembers = 2\n', "utf-8")
    with pytest.raises(GroundplanError):
        open_distribution(path, ready)
