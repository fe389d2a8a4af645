"""What comes without a plan: business as usual, with ranges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from groundplan.outcome import Outcome
from groundplan.study.asking import Files, Subject, accounts_of, is_study_file, study_of
from groundplan.study.repeating import repeating_accounts
from groundplan.study.study import Study
from groundplan.tables.past_volumes import volumes
from groundplan.tables.people_by_age import PeopleByAge, read_people
from groundplan.unplanned.business_as_usual import business_as_usual
from groundplan.unplanned.usual_path import usual_outcome
from groundplan.verb_table import refuse_unknown


def baseline(
    economy: Subject = None,
    *,
    years: int = 10,
    history: str | Path | None = None,
    ages: PeopleByAge | str | Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **files: Unpack[Files],
) -> Outcome:
    """Where an economy goes if its past goes on as pasts usually do: nothing is optimised.

    ``economy`` and ``files`` as in ``see``; ``years`` after the accounts. ``history``: a file with yearly output,
    people and persons engaged (``tables.past_volumes``), the shipped figures by default. ``ages``: counts of people by
    age, or a file of them (``tables.people_by_age``), from which labour follows, by default those of the study's
    population; without any it grows as people did.

    Returns an ``Outcome`` of engine ``baseline`` (``unplanned.usual_path``): indicators by year under the names of
    plans, each with the range that holds in 80 of 100. Raises ``GroundplanError`` where no past growth is known, and
    what ``accounts_of`` raises.

    >>> round(float(baseline("BRA", year=2010).indicator("growth of value added")[2020]), 3)
    0.037
    """
    refuse_unknown("baseline", files)
    progress("opening the accounts")
    opened = accounts_of(economy, **files)
    past = volumes(opened.economy.country, history)
    people = read_people(ages) if isinstance(ages, (str, Path)) else ages
    if people is None and (isinstance(economy, Study) or is_study_file(economy)):
        people = study_of(economy).people_by_age(opened.economy)
    usual = business_as_usual(opened.economy, past, years, people=people)
    again = repeating_accounts("baseline", economy, opened, years=years, history=history, ages=ages)
    return usual_outcome(usual, past).noting(**again)
