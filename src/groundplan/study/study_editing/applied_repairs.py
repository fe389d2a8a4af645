"""Repairs of a plan that cannot be, made in the study's own text: a target's bound, a choice, a floor."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from groundplan.errors import GroundplanError, StudyError
from groundplan.outcome import Outcome
from groundplan.planning.choices.target import read_target
from groundplan.records.toml import parse
from groundplan.study.study_editing.text_patching import patched
from groundplan.study.study_workbook.study_forms import choice_cards

FIRST_SHOWN = 3
BOUND = (
    "sense", "value", "of_base", "path", "first", "last", "shape", "growth", "cumulative", "year", "from_year",
    "to_year",
)  # fmt: skip
WISH = "a wish"
LINE = re.compile(r", line (\d+)$")
# What of a study a kind of limit stands in, for limits that no single choice loosens by an amount.
FIELDS: dict[str, str] = {
    "good_floor": "choice.floor", "growth_limit": "choice.absorption", "contraction_limit": "choice.contraction",
    "contingency": "grid.contingencies", "account_balance": "choice.foreign_balance",
    "upper bound": "choice.export_growth",
}  # fmt: skip
KIND_FIELDS: dict[str, str] = {
    "markets abroad": "choice.export_growth", "training": "choice.training_ceiling",
    "room in the stores": "grid.stores",
}  # fmt: skip


class ByHand(GroundplanError):
    """A repair that a study has no single choice for; ``field``: the field of its form to change."""

    def __init__(self, what: str, field: str) -> None:
        super().__init__(what, fix="change the study by hand")
        self.field = field


@dataclass(frozen=True)
class OfferedRepair:
    """A repair that is offered: its number, its sentences, and whether the study's text can be changed for it.

    ``by_hand``: what to change by hand where it cannot; ``field``: the field of the form for that.
    """

    number: int
    kind: str
    sentence: str
    consequence: str
    by_hand: str = ""
    field: str = ""


def offered_repairs(clash: Outcome, text: str) -> list[OfferedRepair]:
    """The repairs of a clash: first three of different kinds, those before that the study's own text can say.

    ``text``: the study's that clashed.
    """
    there = [_offered(n, lines, text) for n, lines in _alternatives(clash).items()]
    there.sort(key=lambda r: bool(r.by_hand))
    of_kind: list[OfferedRepair] = []
    for repair in there:
        if repair.kind not in {r.kind for r in of_kind} and len(of_kind) < FIRST_SHOWN:
            of_kind.append(repair)
    return [*of_kind, *(r for r in there if r not in of_kind)]


def repaired_text(clash: Outcome, number: int, text: str) -> str:
    """The study's text with a repair made. Raises ``ByHand`` for one that no choice of a study says.

    Raises ``StudyError`` for a number that is of no repair, and where the targets are not those that clashed.
    """
    lines = _alternatives(clash).get(number)
    if lines is None:
        raise StudyError(f"there is no repair {number}", fix="choose one of those that are offered")
    document = parse(text, "the study")
    content = copy.deepcopy(dict(document.content))
    targets = {line: path[1] for path, line in document.lines.items() if len(path) == 2 and path[0] == "targets"}
    loosened: dict[str, list[Mapping[str, Any]]] = {}
    for row in lines:
        family = str(row["family"])
        if family == "policy":
            _choose(content, str(row["name"]), str(row["becomes"]))
        elif row["becomes"]:
            _ease(content, row, targets)
        else:
            loosened.setdefault(family, []).append(row)
    for family, rows in loosened.items():
        _loosen(content, family, rows)
    return patched(text, content)


def _alternatives(clash: Outcome) -> dict[int, list[dict[str, Any]]]:
    rows = [{str(k): v for k, v in row.items()} for row in clash.table("repairs").to_dict("records")]
    out: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        out.setdefault(int(row["alternative"]), []).append(row)
    return out


def _offered(number: int, lines: Sequence[Mapping[str, Any]], text: str) -> OfferedRepair:
    first = lines[0]
    about = (number, str(first["kind"]), str(first["sentence"]), str(first["consequence"]))
    one = {number: list(lines)}
    try:
        _try(one, number, text)
    except ByHand as fault:
        return OfferedRepair(*about, fault.what, fault.field)
    except GroundplanError as fault:
        return OfferedRepair(*about, str(fault), "grid.targets")
    return OfferedRepair(*about)


def _try(alternatives: Mapping[int, list[Any]], number: int, text: str) -> None:
    import pandas as pd

    repaired_text(Outcome({}, {"repairs": pd.DataFrame(alternatives[number])}, {"engine": "clash"}), number, text)


def _ease(content: dict[str, Any], row: Mapping[str, Any], targets: Mapping[int, Any]) -> None:
    """A target that takes the place of another: the study's own record with another bound, or as a wish."""
    stands = LINE.search(str(row["where"] or ""))
    at = targets.get(int(stands[1])) if stands else None
    own = content.get("targets", [])
    if at is None or at >= len(own):
        what = f"the target that clashed ({row['what']}) is not where it was"
        raise StudyError(what, fix="plan the study as it stands now, and choose from its own repairs")
    record = own[at]
    if row["kind"] == WISH:
        record["priority"] = 1
        return
    new = read_target(str(row["becomes"])).as_dict()
    bound = {k: v for k, v in new.items() if k in BOUND and v not in ("", [])}
    eased = {k: bound.pop(k, v) for k, v in record.items() if k not in BOUND or k in bound}
    own[at] = {**eased, **bound}


def _choose(content: dict[str, Any], name: str, becomes: str) -> None:
    """A choice of the policy with another value."""
    try:
        value = ast.literal_eval(becomes)
    except (ValueError, SyntaxError):
        value = becomes
    if name in choice_cards():
        _put(content, name, value)
        return
    stated = content.get(name, [])
    new = {str(one.get("name", "")): one for one in value} if isinstance(value, list) else {}
    if not new or {str(one.get("name", "")) for one in stated} - set(new):
        raise ByHand(f"{name} become {becomes}", f"grid.{name}")
    for n, old in enumerate(stated):
        other = new[str(old["name"])]
        rest = {k: v for k, v in old.items() if k in other}
        stated[n] = {**rest, **{k: v for k, v in other.items() if k in ("must", "sizes", "exponent")}}


def _put(content: dict[str, Any], name: str, value: Any) -> None:
    section, key = choice_cards()[name].path
    content.setdefault(str(section), {})[str(key)] = value


def _loosen(content: dict[str, Any], family: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a limit is loosened by, as a choice, where one choice says exactly that.

    A floor in the study is more than the row of a limit: what gives way when something is short is measured from it.
    """
    plain = family.partition("@")[0]
    if plain == "good_path":
        _put(content, "steady", False)
        return
    kind = str(rows[0]["kind"])
    field = KIND_FIELDS.get(kind, FIELDS.get(plain, "choice.absorption"))
    raise ByHand(f"Loosen this by hand, and plan again: {rows[0]['sentence']}.", field)
