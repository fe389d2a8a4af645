"""What is done with an outcome: its page or its JSON, and what is written of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.verb_table import Verb, imported

if TYPE_CHECKING:
    from groundplan.outcome import Outcome


def shown(
    verb: Verb, outcome: Outcome, settings: Mapping[str, Any], say: Callable[[str], None]
) -> tuple[str, list[str]]:
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
