"""Inputs in which outcomes differ, a row each, with the value that every one of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from groundplan.differences.stated_inputs import FACTS, RECORD, Input, inputs_of, value_words
from groundplan.outcome import Outcome

LETTERS = ("a", "b", "c")
MISSING, NOT_THERE = "–", "not there"


def input_differences(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """What was asked differently: columns what, unit, meaning, and the values in words, a, b (and c).

    Facts of all (version, country, years) come first, then accounts and files, then choices, as the outcomes state
    them; of a record that only one has its fields are not listed again.
    """
    stated = [inputs_of(o) for o in outcomes]
    keys = list(dict.fromkeys(key for one in stated for key in one))
    keys = [*[k for k in keys if k in FACTS], *[k for k in keys if k not in FACTS]]
    rows, alone = [], set[str]()
    for key in keys:
        if any(key.startswith(f"{head} ") for head in alone):
            continue
        cells = [_words(one, key) for one in stated]
        if len(set(cells)) > 1:
            about = next(one[key] for one in stated if key in one)
            rows.append((about.words, about.unit, about.meaning, *cells))
            if NOT_THERE in cells:
                alone.add(key)
    return pd.DataFrame(rows, columns=["what", "unit", "meaning", *LETTERS[: len(outcomes)]])


def _words(inputs: Mapping[str, Input], key: str) -> str:
    """The value of an input in words; of a name that is not stated the figure that is for all."""
    if key in inputs:
        value = inputs[key].value
        return "there" if value == RECORD else value_words(value)
    head = key.rpartition(" ")[0]
    if head in inputs and inputs[head].value != RECORD:
        return value_words(inputs[head].value)
    return NOT_THERE if ": " in key else MISSING
