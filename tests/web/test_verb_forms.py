"""A verb as a form, its settings, and the command that does the same."""

from __future__ import annotations

import shlex

import pytest

from groundplan import verb_options
from groundplan.cli.arguments import parser, settings_of
from groundplan.verb_options import ONCE, SWITCH, Option, Verb
from groundplan.verb_table import VERBS
from groundplan.web.verb_forms import FormFaults, asked_options, command_of, fields_of, settings_from

SAMPLES = {
    verb_options.SETTINGS: "export_growth=0.06\nsolver='ipm'",
    verb_options.RATES: "KEN=101.99\nGHA=5.2",
    verb_options.AMOUNTS: "money=9000\npower=500,600.25",
    verb_options.WHOLE: "7",
    verb_options.NUMBER: "0.25",
}


def sample(o: Option) -> str:
    """Something that may be entered for an option."""
    if o.kind == SWITCH:
        return "yes"
    if o.kind in SAMPLES:
        return SAMPLES[o.kind] if o.low <= 0.25 else str(int(max(o.low, 2)))
    if o.choices:
        return o.choices[-1]
    return "a 'word' of two\nand another" if o.many != ONCE else "a 'word' \"of\" $two"


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_command_asks_what_the_form_asks(verb: Verb) -> None:
    """Proves: with every field filled in, the command that is shown is read as the very settings of the form.

    Breaks if: an option is written with another flag, unquoted, or numbers lose digits.
    """
    options = asked_options(verb)
    settings = settings_from(verb, {o.name: sample(o) for o in options})
    assert set(settings) == {o.name for o in options}
    words = shlex.split(command_of(verb, settings))[1:]
    assert settings_of(verb, parser().parse_args(words)) == settings


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_every_option_is_a_field(verb: Verb) -> None:
    """Proves: what the command line takes the form takes, but for its own face and a scheduler elsewhere.

    Breaks if: an option of the table has no field.
    """
    own = {o.name for o in verb.options if o.use != verb_options.FACE} - {"address"}
    assert {f.name for f in fields_of(verb)} == own


def test_all_faults_are_at_their_fields() -> None:
    """Proves: every wrong field is told at once, each by its name. Breaks if: the first fault ends the reading."""
    entered = {"draws": "many", "stock_days": "-3", "year": "2019.5", "top": "5"}
    with pytest.raises(FormFaults) as faults:
        settings_from(VERBS["see"], entered)
    assert set(faults.value.by_field) == {"draws", "stock_days", "year"}
    with pytest.raises(FormFaults) as needed:
        settings_from(VERBS["whynot"], {})
    assert set(needed.value.by_field) == {"target"}
    with pytest.raises(FormFaults) as pair:
        settings_from(VERBS["join"], {"countries": "KEN\nGHA", "rate": "KEN", "clearing": "never"})
    assert set(pair.value.by_field) == {"rate", "clearing"}
