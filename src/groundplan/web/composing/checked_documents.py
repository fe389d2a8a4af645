"""What a document of each kind must be, whether it comes as text or as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from groundplan.errors import StudyError
from groundplan.records.toml import Document

MOST_KEYS = 20_000


def check_document(kind: str, document: Document) -> None:
    """Refuse a document that is not what its kind must be. Raises ``GroundplanError``, all faults at once.

    Kinds that nobody reads in a known form are taken as they are. What has more keys than anybody writes is not looked
    through: each that is not known takes milliseconds.
    """
    if len(document.lines) > MOST_KEYS:
        what = f"it has {len(document.lines):,} keys; at most {MOST_KEYS:,} are read here"
        raise StudyError(what, where=document.name, fix="keep long tables as files of their own")
    if kind in CHECKS:
        CHECKS[kind](document)


def _study(document: Document) -> None:
    from groundplan.study.study_file import content_of

    content_of(document)


def _scenario(document: Document) -> None:
    from groundplan.shocks.scenarios.scenario import scenario_of

    scenario_of(document)


def _rules(document: Document) -> None:
    from groundplan.places.choosing.rules import Rules

    document.record(Rules)


def _weights(document: Document) -> None:
    from groundplan.errors import UnknownName, raise_all
    from groundplan.places.choose_places import NEEDED
    from groundplan.places.scoring.scores import weights_in

    ruled = weights_in(document)
    raise_all([UnknownName("score", name, ruled, fix=f"give a table [{name}]") for name in NEEDED if name not in ruled])


def _facilities(document: Document) -> None:
    from groundplan.places.works.facility_files import facilities_in

    facilities_in(document)


CHECKS: Mapping[str, Callable[[Document], None]] = {
    "study": _study, "scenario": _scenario, "rules": _rules, "weights": _weights, "facilities": _facilities,
}  # fmt: skip
