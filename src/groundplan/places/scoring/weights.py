"""Published weights as TOML: [need] and [readiness], or tables of other names, each with its criteria."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from groundplan.errors import GroundplanError, UnknownName, raise_all
from groundplan.places.known.columns import PlacesError
from groundplan.places.scoring.scores import Weights
from groundplan.records.reading import read
from groundplan.records.toml import Document, open_document


def open_weights(path: str | Path) -> dict[str, Weights]:
    """Rules by name from a TOML file.

    Errors: no such file, no TOML, keys that do not exist (with the nearest), a rule without criteria or source,
            everything that ``Weights`` is checked for; all at once.
    """
    return _weights(open_document(path))


def weights_of(content: Mapping[str, Any], *, where: str = "") -> dict[str, Weights]:
    """Rules by name from plain values, checked as ``open_weights`` does."""
    return _weights(Document(content, where))


def shipped_weights(country: str) -> dict[str, Weights]:
    """Need and readiness of a country that is shipped, by these names: equal weights, an assumption.

    Raises ``UnknownName`` with the nearest country.

    >>> [c.column for c in shipped_weights("KEN")["need"].criteria]
    ['poverty', 'power', 'piped_water', 'school_attendance']
    """
    document = open_document(Path(str(files("groundplan").joinpath("places/data/weights.toml"))))
    code = str(country).strip().upper()
    if code not in document.content:
        raise UnknownName("country with weights", country, document.content)
    return weights_of(document.content[code], where=document.name)


def _weights(document: Document) -> dict[str, Weights]:
    faults: list[GroundplanError] = []
    rules: dict[str, Weights] = {}
    for name, content in document.content.items():
        rule, wrong = read(Weights, content, document.where, (name,), name=name)
        faults += wrong
        if isinstance(content, Mapping) and not content.get("source"):
            where, fix = document.where((name,)), "say who published them, or why"
            faults.append(PlacesError("the weights have no source", where=where, fix=fix))
        if rule is not None:
            rules[name] = rule
    raise_all(faults, where=document.name)
    return rules
