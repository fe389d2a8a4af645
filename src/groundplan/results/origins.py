"""Where an outcome comes from: how the accounts were read, what was assumed, and the sources."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from groundplan.outcome import Outcome
from groundplan.results import choices
from groundplan.results.page import items, table
from groundplan.results.words import unit_words


def assumed(o: Outcome) -> str:
    """What was assumed about the economy, as a table."""
    return table(choices.assumption_table(o), "What was assumed about the economy")


def methods(o: Outcome) -> str:
    """How the accounts were read, one sentence each."""
    return items([unit_words(str(m)) for m in o.provenance.get("methods", [])])


def sources(o: Outcome) -> str:
    """Every source with its licence and the SHA-256 of its files."""
    given = o.provenance.get("sources", [])
    if not given:
        return items([str(c) for c in o.provenance.get("citations", [])])
    return f"<ul>{''.join(_source(s) for s in given)}</ul>"


def _source(source: Mapping[str, Any]) -> str:
    said = {k: escape(str(source.get(k, ""))) for k in ("publisher", "title", "vintage", "licence", "address")}
    marks = [
        f"<li><code>{escape(str(file))}</code>, sha256 <code>{escape(str(mark))}</code></li>"
        for file, mark in source.get("sha256", {}).items()
    ]
    held = f"<ul>{''.join(marks)}</ul>" if marks else ""
    named = f"{said['publisher']}. <cite>{said['title']}</cite>, {said['vintage']}"
    return f"<li>{named}. Licence: {said['licence']}. {said['address']}{held}</li>"
