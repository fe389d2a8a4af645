"""The section on projects says which are built and when, as the plan has it."""

from __future__ import annotations

from economies import shipped, small

from groundplan import plan
from groundplan.planning.features.works import Work, WorkEffect
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages.plan_works import starts, works
from groundplan.results.view import Bullets


def test_the_report_names_the_projects_that_are_built() -> None:
    """Proves: a must-project is named with the year of its start, one that cannot pay is named as not built.

    Breaks if: a project that was decided is left out of the report, or told with the wrong year.
    """
    stated = [
        Work("levee", [2.0, 2.0], must=True, earliest=2021, latest=2021, label="Levee of the Tana"),
        Work("folly", [400.0], effects=[WorkEffect("capacity:wood", 0.001)]),
    ]
    outcome = plan(shipped("KEN 2019"), years=3, tail_years=0, works=stated)
    said = [line for part in works(outcome) if isinstance(part, Bullets) for line in part.lines]
    assert "Levee of the Tana: starts in 2021." in said
    assert "folly: not built." in said
    assert starts(outcome).index.tolist() == ["Levee of the Tana"]
    assert all(line in report(outcome) for line in said)
    assert works(plan(small(), years=1)) == ()
