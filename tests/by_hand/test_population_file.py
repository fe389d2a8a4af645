"""A population as it is stated: in a file or in lists, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_people import three

from groundplan.errors import GroundplanError, StudyError
from groundplan.planning.features.people.demography import Demography, Population, figures, listed

CSV = """# made up
age, sex, number, survival, fertility, participation, migration
0, female, 100, 0.9, 0, 0, 0
5, female, 80, 0.8, 0.1, 0.5, 2
10, female, 60, 0.5, 0.05, 0.6, 0
0, male, 90, 0.9, , 0, 0
5, male, 70, 0.8, , 0.7, 0
10, male, 40, 0.5, , 0.8, -1
"""


def test_a_file_becomes_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what a file says stands in the lists, each figure in its own, found beside the study or by its path.

    Breaks if: women and men are exchanged, a list is left out, or migration is written down where there is none.
    """
    (tmp_path / "people.csv").write_text(CSV, "utf-8")
    moved = {"migration_female": [0.0, 2.0, 0.0], "migration_male": [0.0, 0.0, -1.0]}
    asked = Population(year=2020, file="people.csv", sex_ratio=1.0)
    assert listed(asked, tmp_path) == three(**moved, source="file people.csv")
    whole = Population(year=2020, file=str(tmp_path / "people.csv"), sex_ratio=1.0, source="a census")
    assert listed(whole) == three(**moved, source="a census")
    with pytest.raises(StudyError, match="cannot be read"):
        listed(asked, tmp_path / "elsewhere")
    with monkeypatch.context() as moving:
        moving.chdir(tmp_path)
        assert listed(asked, tmp_path / "elsewhere") == listed(asked) == three(**moved, source="file people.csv")
    still = "\n".join(line.rpartition(",")[0] for line in CSV.splitlines()[1:])
    (tmp_path / "still.csv").write_text(still, "utf-8")
    assert listed(Population(year=2020, file="still.csv", sex_ratio=1.0), tmp_path) == three(source="file still.csv")
    read = figures(whole)
    assert read["fertility"]["male"].tolist() == [0.0, 0.0, 0.0]
    assert read["migration"]["male"].tolist() == [0.0, 0.0, -1.0]
    told = figures(three(**moved))
    assert all(np.array_equal(read[name].to_numpy(), told[name].to_numpy()) for name in told)
    assert told["number"].index.tolist() == [0.0, 5.0, 10.0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("10, male", "10, man", "no sex 'man'"),
        ("10, male", "5, male", "age 5 of male is given twice"),
        ("60, 0.5", "sixty, 0.5", "number in row 3 is 'sixty', not a number"),
        ("80, 0.8, 0.1", "80, 0.8, ", "fertility in row 2 is empty"),
        ("10, male, 40, 0.5, , 0.8, -1\n", "", "women and men are not of the same ages"),
        ("0.6, 0", "1.5, 0", "participation at age 10, female, is 1.5"),
        (", migration", ", migrants", "no column 'migrants'"),
    ],
)
def test_files_that_are_no_population(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Proves: what is wrong with a file is told by the row and the column, and with the file's name."""
    file = tmp_path / "people.csv"
    file.write_text(CSV.replace(old, new), "utf-8")
    with pytest.raises(GroundplanError) as caught:
        figures(Population(year=2020, file=str(file)))
    assert told in str(caught.value)
    assert str(file) in str(caught.value)


def test_columns_that_a_file_lacks(tmp_path: Path) -> None:
    """Proves: all but migration must be there; those that are not are told together."""
    file = tmp_path / "people.csv"
    file.write_text("age,sex,number,survival,fertility\n0,female,1,1,0\n", "utf-8")
    with pytest.raises(StudyError, match="participation not in the population's file"):
        figures(Population(year=2020, file=str(file)))
    file.write_text("age,sex,number\n0,female,1\n", "utf-8")
    with pytest.raises(StudyError, match="survival, fertility, participation not in"):
        figures(Population(year=2020, file=str(file)))


def test_a_file_or_lists() -> None:
    """Proves: a file and lists are refused together, a file alone is taken; lists of other lengths are told."""
    assert Population(year=2020, file="people.csv").more_faults() == []
    assert three().more_faults() == []
    (both,) = three(file="people.csv").more_faults()
    assert "a file and ages, female, male" in str(both)
    wrong = three(male=[1.0], fertility=[0.0, 0.1, 0.05, 0.0]).more_faults()
    assert [str(fault).partition("\n")[0] for fault in wrong] == ["male has 1 figures", "fertility has 4 figures"]
    (lost,) = three(ages=[], male=[]).more_faults()
    assert "ages, male of the population not given" in str(lost)


def test_where_a_population_is_wrong(tmp_path: Path) -> None:
    """Proves: a fault of the projection is told with the record's line, or with the file's name where there is one."""
    line = "study.toml, line 7"
    with pytest.raises(GroundplanError) as caught:
        Demography.of(three(fertility=[0.5, 0.1, 0.0], line=line), 2020, 2022)
    assert caught.value.where == line
    file = tmp_path / "people.csv"
    file.write_text(CSV.replace("100, 0.9, 0,", "100, 0.9, 0.5,"), "utf-8")
    with pytest.raises(GroundplanError) as caught:
        Demography.of(Population(year=2020, file=str(file), line=line), 2020, 2022)
    assert caught.value.where == str(file)
    with pytest.raises(GroundplanError, match="no groups of one or five years"):
        Demography.of(three(ages=[0.0, 0.0, 0.0]), 2020, 2022)
    with pytest.raises(GroundplanError, match="no groups of one or five years"):
        Demography.of(three(ages=[0.0, 1.0, 6.0]), 2020, 2022)
