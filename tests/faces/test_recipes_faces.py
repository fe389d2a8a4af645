"""Recipes and techniques from the outside: the command, the study file and the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from view_text import written

from groundplan import plan
from groundplan.cli import main
from groundplan.errors import Faults, StudyError, UnknownName
from groundplan.planning.features.techniques.placed import Technique
from groundplan.recipe_book.book import book
from groundplan.results.plan_pages.plan_works import techniques
from groundplan.study.study import Study, effective, open_study

STUDY = """
country = "KEN"

[plan]
years = 3

[[techniques]]
name = "hydro"
recipe = "hydro_power"
price = 0.0186
price_source = "output of the sector over 12,653 GWh"
share = 0.26
within = true
ceiling = 8000.0
figures = { "capital.ratio" = 6.5 }

[[buildings]]
name = "flats"
recipe = "flats"
place = "Nairobi"
price = 0.003
price_source = "assumed, 0.002 to 0.005"
under_way = 2000.0
serves = "real"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_book_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the command lists every recipe, by theme.

    Breaks if: a recipe is in the book and cannot be found.
    """
    assert main(["recipes"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in book().recipes)
    assert told.startswith(f"{len(book().recipes)} recipes")


def test_a_recipe_is_told_with_its_ranges_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: figures come with range and origin, sources with their address; fitted accounts balance on the page.

    Breaks if: an assumed figure looks like a measured one.
    """
    assert main(["recipes", "blast_furnace_steel", "--country", "KEN"]) == 0
    told = capsys.readouterr().out
    assert "1.37 (1.37 to 1.4)" in told
    assert "0.16 (0.1 to 0.24)" in told
    assert "World Steel Association" in told
    assert "Kenya 2019, Metals and metal products" in told
    assert told.count("1.0100") == 2
    assert "coal within Mining" in told
    assert main(["recipes", "flats", "--country", "GHA"]) == 0
    assert "bought abroad" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["recipes", "blast_furnace_stel"], "nearest: 'blast_furnace_steel'"),
        (["recipes", "grain_farm", "--country", "KEN"], "say which"),
        (["recipes", "grain_farm", "--country", "KEN", "--sector", "maize"], "nearest: 'maiz'"),
    ],
)
def test_the_command_refuses_in_words(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: wrong names end with code 2 and the nearest name."""
    assert main(words) == 2
    assert told in capsys.readouterr().err


def test_a_study_states_techniques_and_buildings(tmp_path: Path) -> None:
    """Proves: the sections of a study reach the plan, come back from its written form, and are told in the outcome.

    Breaks if: a study file says one thing and the plan does another.
    """
    study = open_study(write(tmp_path, STUDY))
    assert study.policy.techniques[0].figures == {"capital.ratio": 6.5}
    again = open_study(write(tmp_path, effective(study)))
    assert [t.as_dict() for t in again.policy.techniques] == [t.as_dict() for t in study.policy.techniques]
    assert [b.as_dict() for b in again.policy.buildings] == [b.as_dict() for b in study.policy.buildings]
    outcome = plan(study)
    made = outcome["indicator"].sel(indicator="quantity: elec@hydro")
    assert float(made[0]) == pytest.approx(0.26 * 235 / 0.0186)
    assert (made.values[1:] <= 8000.0 + 1e-6).all()
    assert float(outcome["indicator"].sel(indicator="built: flats@Nairobi")[1]) == pytest.approx(2000.0)
    assert outcome.provenance["policy"]["techniques"][0]["recipe"] == "hydro_power"
    told = outcome.table("techniques").set_index("year")
    assert told["quantity"].to_numpy() == pytest.approx(made.values)
    assert told["share"].iloc[0] == pytest.approx(0.26)
    figures = outcome.table("recipe_figures").set_index(["used_by", "path"])
    assert tuple(figures.loc[("hydro", "capital.ratio"), ["value", "basis"]]) == (6.5, "stated")
    assert "kenya_facts.csv" in figures.loc[("hydro", "capital.load"), "source"]
    page = written(techniques(outcome))
    assert "Electricity, gas and steam by hydro goes from 3,285 to" in page
    assert "Flats in Nairobi: " in page
    assert f"rest on {len(figures)} figures of recipes. From publications: 2. From the study: 1. Assumed" in page


def test_faults_of_a_study_have_their_lines(tmp_path: Path) -> None:
    """Proves: a wrong recipe, figure or role is told with the line of the study.

    Breaks if: the planner has to search.
    """
    with pytest.raises(UnknownName, match="nearest: 'hydro_power'") as caught:
        plan(open_study(write(tmp_path, STUDY.replace('"hydro_power"', '"hydro_powr"'))))
    assert "study.toml, line 7" in str(caught.value)
    with pytest.raises(UnknownName, match=r"nearest: 'capital\.ratio'"):
        plan(open_study(write(tmp_path, STUDY.replace("capital.ratio", "capital.rati"))))
    with pytest.raises((StudyError, Faults), match="has a price of no source"):
        open_study(write(tmp_path, STUDY.replace('price_source = "output', 'place = "output')))


def test_the_default_study_is_written_without_techniques() -> None:
    """Proves: a study of no techniques says nothing of them."""
    assert "techniques" not in effective(Study.of("KEN"))
    assert Technique("a", "cement_kiln").as_dict() == {
        "name": "a", "recipe": "cement_kiln", "share": 0.0, "within": False, "diffusion": 0.3, "first": 0.02,
        "granted": 0.0, "standing": 0.0, "growing": 0.0,
    }  # fmt: skip
