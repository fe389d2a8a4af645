"""The names in a study's text: what was taken for what, what nothing is called, and what indicators there are."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from groundplan.economy.economy import Economy
from groundplan.errors import GroundplanError
from groundplan.records.called import called_after
from groundplan.records.toml import parse
from groundplan.study.study import Study
from groundplan.study.study_file import content_of
from groundplan.study.worded import sentences, study_called

if TYPE_CHECKING:
    from groundplan.planning.activities import Activities


class CheckedNames(NamedTuple):
    """``taken``: what was taken for what, in sentences; ``wrong``: names that nothing is called, with the nearest."""

    taken: list[str]
    wrong: list[str]


def checked_names(text: str, e: Economy) -> CheckedNames:
    """The names in a study's text held against its accounts. Raises ``StudyError`` for a text that is no study."""
    try:
        coded, taken = study_called(e, _study(text))
        faults = _unknown_indicators(coded, e)
    except GroundplanError as error:
        return CheckedNames([], _lines(error.parts))
    return CheckedNames(sentences(taken), _lines(faults))


def _lines(faults: Sequence[GroundplanError]) -> list[str]:
    return [f"{fault.what} ({fault.fix})" if fault.fix else fault.what for fault in faults]


def _unknown_indicators(coded: Study, e: Economy) -> list[GroundplanError]:
    """Indicators of targets that no plan of the study has; what contingencies add to a plan is not looked into."""
    from groundplan.planning.families.targets import known_indicators, unknown_indicator

    if not coded.policy.targets or coded.policy.contingencies:
        return []
    a = _compiled(coded, e)
    there = set(known_indicators(a))
    return [unknown_indicator(t.indicator, a) for t in coded.policy.targets if t.indicator not in there]


def indicator_names(text: str, e: Economy) -> list[tuple[str, str]]:
    """Every indicator that a target of the study may name, with its words. Raises what compiling the plan raises."""
    from groundplan.planning.families.targets import known_indicators

    names = known_indicators(_compiled(_study(text).in_codes(e), e))
    words = called_after(names, e.labels)
    return [(name, words.get(name, "")) for name in names]


def _compiled(coded: Study, e: Economy) -> Activities:
    """The activities of a study's plan, without what its targets and its contingencies add."""
    from groundplan.planning.carried_accounts import carried
    from groundplan.planning.compile_plan import compile_plan
    from groundplan.planning.paths.after_the_plan import continued

    policy = dataclasses.replace(coded.policy, targets=[], contingencies=[])
    a = compile_plan(carried(e, policy), policy)
    return a.adding(**continued(coded.projects, a)) if coded.projects else a


def _study(text: str) -> Study:
    c = content_of(parse(text, "the study"))
    return Study(c.country, c.accounts_year, c.policy, c.projects, c.figures, table=c.table)
