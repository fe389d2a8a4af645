"""From what was said to an outcome: the noun that a verb is about is made, and the verb is called with the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.verb_table import KEYWORD, SUBJECT, Verb


def outcome_of(verb: Verb, settings: Mapping[str, Any], say: Callable[[str], None]) -> Outcome:
    """Call the verb's function. Raises what it raises."""
    # Where pyarrow is installed pandas keeps strings by it, which makes a national plan a third slower.
    pd.set_option("mode.string_storage", "python")
    keywords = _of(verb, settings, KEYWORD)
    subject = _of(verb, settings, SUBJECT)
    if verb.about == "study":
        outcome = verb.function(_study(subject), progress=say, **keywords)
    elif verb.about == "accounts":
        outcome = verb.function(subject.pop("country", None), progress=say, **subject, **keywords)
    else:
        outcome = verb.function(progress=say, **keywords)
    assert isinstance(outcome, Outcome)
    return outcome


def _of(verb: Verb, settings: Mapping[str, Any], use: str) -> dict[str, Any]:
    return {o.name: settings[o.name] for o in verb.options if o.use == use and o.name in settings}


def _study(said: Mapping[str, Any]) -> object:
    """The study that country, study, year, years and settings name together."""
    from groundplan.study.asking import study_of

    years = {"years": said["years"]} if "years" in said else {}
    return study_of(
        said.get("country"), said.get("study"), year=said.get("year"), choices={**said.get("set", {}), **years}
    )
