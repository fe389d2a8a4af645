"""The worked studies: each is read, planned, and reaches what it asks for; its report says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from groundplan import open_study, plan
from groundplan.outcome import Outcome
from groundplan.planning.explaining.reached import against, missed
from groundplan.results.html.html_report import report
from groundplan.results.plan_pages.plan_choices import targets

STUDIES = sorted((Path(__file__).resolve().parents[2] / "studies").glob("*.toml"))
KENYA = next(s for s in STUDIES if s.stem == "kenya_five_years")


@pytest.mark.parametrize("path", STUDIES, ids=lambda p: p.stem)
def test_a_study_reaches_what_it_asks_for(path: Path) -> None:
    """One test, because whoever runs the tests on several processors would else plan the study on each of them.

    Proves: every target that a worked study sets as a must is met, and its outcome says the study again; its report
    opens with every aim, what is reached of it, and what the dearest costs; Kenya's plan is as deep as its study says.

    Breaks if: a study asks for what its country cannot do, a record does not survive being written or has no effect, or
    an aim is left out of the report.
    """
    outcome = plan(open_study(path))
    stated = targets(outcome)
    assert stated
    assert [t.name for t in stated if t.must and missed(t, against(outcome, t)) > 0] == []
    assert 'country = "KEN"' in outcome.provenance["study"]
    begins_with_its_aims(outcome)
    if path == KENYA:
        is_as_deep_as_it_says(outcome)


def begins_with_its_aims(outcome: Outcome) -> None:
    """The first section of the report has every aim, and the price of the dearest."""
    text = report(outcome)
    first = text[text.index('<section id="aims">') : text.index('<section id="years">')]
    for target in targets(outcome):
        assert target.name[1:] in first
    assert "The dearest is" in first
    assert "If things go wrong" in text


def is_as_deep_as_it_says(o: Outcome) -> None:
    """Cement, flats, power, grain, training, budget and contingencies of the study of Kenya are in its plan."""
    assert o.indicator("quantity: cement")[2024] - o.indicator("quantity: cement")[2019] >= 3e6 - 1
    assert (o.indicator("built: flats@Nairobi").loc[2021:] >= 10_000 * (1 - 1e-9)).all()
    assert (o.indicator("built: flats@the mining town").loc[2021:] >= 25_000 * (1 - 1e-9)).all()
    assert o.indicator("self-sufficiency: grain")[2024] >= 1 - 1e-9
    assert o.indicator("import dependency")[2024] <= 0.667 * o.indicator("import dependency")[2019] + 1e-4
    spent = o.indicator("budget expenditure")
    assert np.allclose(spent.pct_change().dropna(), 0.034, atol=1e-6)
    assert o.indicator("budget share: defence")[2024] == pytest.approx(0.159, abs=1e-6)
    surplus = o.indicator("budget surplus") / o.indicator("budget revenue")
    assert surplus.loc[2020:].between(0.001 - 1e-6, 0.003 + 1e-6).all()
    recourse = o.table("recourse")
    assert set(recourse["contingency"]) == {"failed harvest", "fuel cut off"}
    assert (recourse["standard"] >= recourse["floor"] - 1e-6).all()
    assert float(o.table("premium")["premium"].iloc[0]) > -1e-6
