"""Study files: what they may say, and how they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan import Economy, open_study, plan
from groundplan.errors import Faults, GroundplanError, PlanInfeasible, StudyError
from groundplan.planning.policy import Policy
from groundplan.study.asking import study_of
from groundplan.study.study_file import ECONOMY_KEYS, ECONOMY_RECORDS, GROUPS, records

INVESTMENT = '[[targets]]\nindicator = "investment"\nsense = ">="\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_policy_has_one_section() -> None:
    """Proves: each field of the policy is a key of exactly one section of a study, or a section.

    Breaks if: a new policy cannot be set in a study, or could be set twice.
    """
    keys = [k for section in GROUPS.values() for k in section]
    assert len(keys) == len(set(keys))
    assert {*Policy.__dataclass_fields__} == set(keys) - set(ECONOMY_KEYS) | set(records()) - set(ECONOMY_RECORDS)


def test_a_study_says_the_same_as_keywords(tmp_path: Path) -> None:
    """Proves: a study's choices, targets, projects and capital figures reach the plan."""
    study = open_study(
        write(
            tmp_path,
            """
            country = "KEN"
            accounts_year = 2019

            [plan]
            years = 2
            tail_years = 0
            floor = 0.95

            [trade]
            export_growth = { default = 0.03, coff = 0.06 }

            [people]
            employment = { mine = 90.0 }

            [capital]
            capital_output = 2.5

            [[targets]]
            indicator = "import bill"
            sense = "<="
            value = 2080.0
            year = 2021

            [[projects.activities]]
            activity = "food works"
            label = "a food works"

            [[projects.bounds]]
            activity = "food works"
            upper = 10.0

            [[projects.flows]]
            activity = "food works"
            commodity = "home:food"
            role = "give"
            coefficient = 1.0

            [[projects.flows]]
            activity = "food works"
            commodity = "home:maiz"
            coefficient = 0.4
            """,
        )
    )
    outcome = plan(study)
    assert outcome.provenance["policy"]["floor"] == 0.95
    assert outcome.indicator("import bill")[2021] <= 2080 + 1e-6
    assert float(outcome["level"].sel(activity="food works", year=2021)) > 0
    e = study.economy()
    assert float(e.capital_stock.sum()) == pytest.approx(2.5 * Economy.load("KEN").gdp)
    assert float(e.employment.sel(sector="mine").sum()) == pytest.approx(90.0)
    changed = next(a.value for a in e.assumptions if a.name == "figures changed")
    assert "capital over GDP 2.5" in changed
    assert "employment of mine 90" in changed


def test_all_faults_of_a_study_at_once(tmp_path: Path) -> None:
    """Proves: every unknown section, key, sense, value and table is told in one message, each with its line."""
    path = write(
        tmp_path,
        'countri = "KEN"\n[plan]\nyeers = 3\n[trade]\nfloor = 1.0\n[[targets]]\nindicator = "import bill"\n'
        'sense = "<"\nvalue = 3.0\n[[targets]]\nindicator = "import bill"\nsense = "<="\nvalue = "much"\n'
        "[[projects.flow]]\nactivity = 'x'\n",
    )
    with pytest.raises(Faults) as caught:
        open_study(path)
    told = str(caught.value)
    for part in (
        "no section or key 'countri'; nearest: 'country'", "line 1", "'yeers'; nearest: 'years'", "line 3",
        "'floor' stands in [trade]", "move it to [plan]", "no sense of a target '<'; nearest: '<='", "line 8",
        "value of a target is 'much'", "line 13", "'flow'; nearest: 'flows'",
    ):  # fmt: skip
        assert part in told


def test_a_key_outside_of_its_section(tmp_path: Path) -> None:
    """Proves: a key at the top of a study is sent to its section, its value judged; one misspelt is named there."""
    path = write(tmp_path, "years = 200\nexprot_growth = 0.05\ncapital_output = 'much'\n[pepole]\nx = 1\n")
    with pytest.raises(Faults) as caught:
        open_study(path)
    told = str(caught.value)
    for part in (
        "'years' stands outside of its section", "move it to [plan]", "years is 200, outside 1 to 100",
        "no section or key 'exprot_growth'; nearest: 'export_growth' (in [trade])",
        "'capital_output' stands outside of its section", "move it to [capital]", "capital_output is 'much'",
        "no section 'pepole'; nearest: 'people'",
    ):  # fmt: skip
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('country = "KEN\n', "is not TOML"),
        ("[plan]\nyears = 2.5\n", "not a whole number"),
        ("[plan]\nyears = true\n", "not a number"),
        ("[plan]\nfloor = { maiz = 1.0 }\n", "given by sector"),
        ('[trade]\nexport_growth = { default = 0.0, maze = 0.1 }\n', "nearest: 'maiz'"),
        ('[trade]\nexport_growth = { maiz = 0.1 }\n', "without 'default'"),
        ("[capital]\ndepreciation = { maze = 0.1 }\n", "nearest: 'maiz'"),
        ('[[targets]]\nindicator = "import bil"\nsense = "<="\nvalue = 1.0\n', "nearest: 'import bill'"),
        ('[[targets]]\nindicator = "import bill"\nsense = "<="\nvalue = 1.0\nyear = 2050\n', "outside the plan"),
        ('[[projects.flows]]\nactivity = "none"\ncommodity = "home:maiz"\n', "no activity 'none'"),
    ],
)  # fmt: skip
def test_what_a_study_may_not_say(text: str, told: str, tmp_path: Path) -> None:
    """Proves: a wrong type, sector, indicator, year or name is refused in words, before anything is solved."""
    with pytest.raises(GroundplanError) as caught:
        plan(open_study(write(tmp_path, text)))
    assert caught.value.exit_code == 2
    assert told in str(caught.value)


def test_contradictory_targets_are_named_with_their_lines(tmp_path: Path) -> None:
    """Proves: an impossible study names the clashing targets, the limits they meet and the lines that state them."""
    path = write(
        tmp_path,
        "[plan]\nyears = 2\ntail_years = 0\n"
        '[[targets]]\nindicator = "gross output: food"\nsense = ">="\nvalue = 1400.0\nyear = 2021\n'
        '[[targets]]\nindicator = "gross output: food"\nsense = "<="\nvalue = 1390.0\nyear = 2021\n',
    )
    with pytest.raises(PlanInfeasible) as caught:
        plan(open_study(path))
    told = str(caught.value)
    assert "gross output: food >= 1400 in 2021" in told
    assert "gross output: food <= 1390 in 2021" in told
    assert "line 4" in told
    assert "line 9" in told
    assert not isinstance(caught.value, StudyError)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("targets = [1]\n", "1 is not a table of keys"),
        (INVESTMENT + 'value = 1.0\nweight = "high"\n', "weight of a target is 'high'"),
        (INVESTMENT + "value = nan\n", "value of a target is nan"),
        (INVESTMENT + "value = 1.0\nweight = -1.0\n", "weight of a target is -1"),
        ("[projects]\nflows = 3\n", "row 1 of projects.flows is 3"),
        ('[[projects.flows]]\nactivity = ["x"]\n', "not a text"),
        ('[[projects.flows]]\nactivity = "x"\ncoefficient = inf\n', "coefficient of projects.flows is inf"),
        ('[[projects.bounds]]\nactivity = "x"\nlower = inf\n', "lower of projects.bounds is inf, not a number"),
        ('[[projects.bounds]]\nactivity = "x"\nupper = inf\n', "no activity with bounds 'x'"),
        ("[people]\nemployment = 2020-01-31\n", "employment is 2020-01-31, not a number"),
        ('[capital]\ncapital_output = { "" = 1.0 }\n', "capital_output has a sector without a name"),
        ("projects = [1]\n", "projects are written"),
        ("accounts_year = true\n", "not a year"),
        ("[capital]\ncapital_output = -2.0\n", "capital_output is -2.0"),
        ("[capital]\ndepreciation = 1.5\n", "depreciation is 1.5"),
        ("[people]\nemployment = 3.0\n", "give it by sector"),
        ("[people]\nemployment = { educ = -5.0 }\n", "employment of educ is -5.0"),
    ],
)  # fmt: skip
def test_odd_figures_are_told_not_computed_with(text: str, told: str, tmp_path: Path) -> None:
    """Proves: a figure of the wrong kind or range is refused in words wherever a study may hold one."""
    with pytest.raises(GroundplanError) as caught:
        plan(open_study(write(tmp_path, text)))
    assert told in str(caught.value)


def test_a_saved_study_repeats_the_outcome(tmp_path: Path) -> None:
    """Proves: the study that is saved with an outcome, choices of the command line in it, gives the same outcome.

    Breaks if: a choice, a figure, a target or a project is left out of what repeats it.
    """
    text = (
        "[plan]\nyears = 3\ntail_years = 0\n"
        "[capital]\ncapital_output = 2.4\n[trade]\nexport_growth = { default = 0.03, coff = 0.05 }\n"
        '[[targets]]\nindicator = "import dependency"\nsense = "<="\nvalue = 0.1\nyear = 2020\nweight = 10.0\n'
        '[[projects.activities]]\nactivity = "works"\nlabel = "food works"\n'
        '[[projects.bounds]]\nactivity = "works"\nupper = 5.0\n'
        '[[projects.flows]]\nactivity = "works"\ncommodity = "home:food"\nrole = "give"\ncoefficient = 1.0\n'
    )
    choices = {"year": 2019, "years": 2, "floor": 0.99, "solver": "simplex"}
    study = study_of(open_study(write(tmp_path, text)), choices=choices)
    first = plan(study)
    again = plan(open_study(write(tmp_path, str(first.provenance["study"]))))
    assert first.compare(again)["largest"].max() == 0
    assert first.provenance["policy"] == {
        **again.provenance["policy"],
        "targets": first.provenance["policy"]["targets"],
    }
    reached = first.indicator("import dependency")[2020]
    assert float(first["shortfall"][0]) == pytest.approx(reached - 0.1, rel=0.05), "in the indicator's unit"
