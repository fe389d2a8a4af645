"""What the Unicode CLDR says of numbers, lists and days of the languages of Groundplan, kept in the package as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.localedata import locale_identifiers

from groundplan.languages.numerals import FACTS
from groundplan.languages.spoken import LANGUAGES

PLACE = Path(__file__).resolve().parents[1] / "src/groundplan" / FACTS


def facts() -> dict[str, dict[str, Any]]:
    """The facts by tag: of every language, and of its countries what differs there."""
    out: dict[str, dict[str, Any]] = {}
    for own in LANGUAGES:
        out[own] = _facts(Locale(own))
        for name in sorted(locale_identifiers()):
            parts = name.split("_")
            if len(parts) == 2 and parts[0] == own and len(parts[1]) == 2:
                there = _facts(Locale(own, parts[1]))
                apart = {k: v for k, v in there.items() if v != out[own][k]}
                if apart:
                    out["-".join(parts)] = apart
    return out


def _facts(locale: Locale) -> dict[str, Any]:
    symbols = locale.number_symbols["latn"]
    patterns = locale.list_patterns["standard"]
    months = locale.months["format"]
    rule = locale.plural_form
    return {
        "decimal": symbols["decimal"], "group": symbols["group"],
        "two": patterns["2"], "start": patterns["start"], "middle": patterns["middle"], "end": patterns["end"],
        "medium": locale.date_formats["medium"].pattern, "long": locale.date_formats["long"].pattern,
        "months": [months["wide"][n] for n in range(1, 13)],
        "short_months": [months["abbreviated"][n] for n in range(1, 13)],
        "one": [n for n in range(20) if rule(n) == "one"], "parts_count": rule(1.5) != "one",
    }  # fmt: skip


def text() -> str:
    """The facts as the package keeps them."""
    return json.dumps(facts(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
