"""One command: from what was said to an outcome, its page or its JSON, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.verb_table import KEYWORD, SUBJECT, Verb, imported

if TYPE_CHECKING:
    from groundplan.outcome import Outcome

Say = Callable[[str], None]


def outcome_of(verb: Verb, settings: Mapping[str, Any], say: Say) -> Outcome:
    """Make the noun that the verb is about, and call its function with the rest. Raises what it raises."""
    import pandas as pd

    # Where pyarrow is installed pandas keeps strings by it, which makes a national plan a third slower.
    pd.set_option("mode.string_storage", "python")
    keywords = _of(verb, settings, KEYWORD)
    subject = _of(verb, settings, SUBJECT)
    if verb.about == "study":
        return verb.function(_study(subject), progress=say, **keywords)
    if verb.about == "accounts":
        return verb.function(subject.pop("country", None), progress=say, **subject, **keywords)
    return verb.function(progress=say, **keywords)


def _of(verb: Verb, settings: Mapping[str, Any], use: str) -> dict[str, Any]:
    return {o.name: settings[o.name] for o in verb.options if o.use == use and o.name in settings}


def _study(said: Mapping[str, Any]) -> object:
    """The study that country, study, year, years and settings name together."""
    from groundplan.study.asking import study_of

    years = {"years": said["years"]} if "years" in said else {}
    return study_of(
        said.get("country"), said.get("study"), year=said.get("year"), choices={**said.get("set", {}), **years}
    )


def shown(verb: Verb, outcome: Outcome, settings: Mapping[str, Any], say: Say) -> tuple[str, list[str]]:
    """The text for stdout, and notes on what was written; every text is made before the first file is written."""
    from groundplan.results.files import json_text, texts_of
    from groundplan.results.text_page import text_page

    say("writing")
    page = json_text(outcome) if settings.get("json") else text_page(outcome)
    folder = settings.get("out") or (imported(verb.folder)(outcome) if verb.folder else None)
    texts = texts_of(outcome) if folder else {}
    writers = [imported(o.writes)(outcome, settings[o.name]) for o in verb.options if o.writes and o.name in settings]
    notes = []
    if folder:
        saved = outcome.save(folder, texts)
        read = f"; read {saved / 'report.html'} in a browser" if "report.html" in texts else ""
        notes.append(f"Saved in {saved}{read}.")
    return page, notes + [write() for write in writers]
