"""Faults in the sections of planning in depth: what is wrong, in which line, and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.cli import main

HEAD = 'country = "KEN"\n\n[plan]\nyears = 1\n\n'
FLATS = '[[buildings]]\nname = "flats"\nrecipe = "flats"\nprice = 1.0\nprice_source = "a guess"\n'
HYDRO = '[[techniques]]\nname = "hydro"\nrecipe = "hydro_power"\nsector = "elec"\n'


@pytest.mark.parametrize(
    ("text", "told", "fix"),
    [
        (FLATS + 'place = "Nairobi: east"\n', "the name of a building's place is 'Nairobi: east'", "without @"),
        (HYDRO + 'place = "a@b"\n', "the name of a technique's place is 'a@b'", "without @"),
        (FLATS + 'serves = "reall"\n', "no sector of a building 'reall'; nearest: 'real'", "use one of"),
        ('[[branches]]\nname = "grain"\nsectors = []\n', "branch 'grain' has no sectors", "sectors = [...]"),
        ("[[budget]]\ngrowth = 0.03\n", "budget is written [budget]", "put [budget] over it"),
        (
            '[targets]\nindicator = "import bill"\n',
            "targets is written [[targets]]",
            "put [[targets]] over",
        ),
        (
            '[[contingencies]]\nname = "x"\nscenario = "fuel cutt"\nyear = 2020\nfloor = 0.9\n',
            "no ready scenario 'fuel cutt'; nearest: 'fuel cut'",
            "use one of",
        ),
    ],
)
def test_faults_are_told_once_with_line_and_mend(
    text: str, told: str, fix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: code 2; the fault, its line and its mend on the screen, once; and nothing is written.

    Breaks if: a fault has no line or no mend, or is found by two parts and told twice.
    """
    path = tmp_path / "study.toml"
    path.write_text(HEAD + text, "utf-8")
    assert main(["plan", "--study", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count(told) == 1
    assert "study.toml, line 6" in said
    assert fix in said.partition("fix:")[2]
    assert not (tmp_path / "out").exists()
