"""The forms of a study: which sheets, columns and rows its workbook has, each row under the key that finds it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from groundplan.economy.opening import TableFiles
from groundplan.planning.activities import COLUMNS
from groundplan.planning.policy import Policy
from groundplan.records.admissible import options
from groundplan.records.card import types_of
from groundplan.study.study_file import ECONOMY_KEYS, GROUPS, TABLE, records
from groundplan.tables.returned.card_columns import columns_of
from groundplan.tables.returned.edit_forms import (
    NUMBER,
    STATED,
    TEXT,
    WHOLE,
    EditForm,
    FormColumn,
    FormRow,
    Path,
    cell_of,
)

CHOICES, PROJECTS = "Choices", "projects"


@dataclass(frozen=True)
class ChoiceCard:
    """What a single choice is: where it stands in a study, what it holds, and its card."""

    path: Path
    kind: str
    by_name: bool
    card: FormColumn


CHOICE, FOR, VALUE = "choice", "for", "value"
CHOICE_COLUMNS = (
    FormColumn(CHOICE, TEXT, meaning="what is chosen; names are those of a study file"),
    FormColumn(FOR, TEXT, meaning="a sector or product; empty: it holds for all, or for those that have no row"),
    FormColumn(VALUE, STATED, meaning="edit this; empty: as if nothing were said"),
)


def forms_of(content: Mapping[str, Any]) -> list[EditForm]:
    """The forms of a study's content, as TOML gives it: choices, then a sheet for each kind of record."""
    forms = [EditForm(CHOICES, CHOICE_COLUMNS, tuple(_choice_rows(content)))]
    for name, (record, _) in sorted(records().items(), key=lambda item: item[0] not in content):
        stated = content.get(name, [])
        forms.append(_form(name, (name,), columns_of(record), stated))
    for table in COLUMNS:
        path = (PROJECTS, table)
        forms.append(_form(f"{PROJECTS} {table}", path, _given_columns(table), inside(content, path) or []))
    return forms


def _form(name: str, path: Path, columns: tuple[FormColumn, ...], stated: Any) -> EditForm:
    many = isinstance(stated, list)
    rows = [((*path, n) if many else path, row) for n, row in enumerate(stated if many else [stated])]
    filled = [FormRow(p, tuple(cell_of(row.get(c.name), c.kind) for c in columns)) for p, row in rows]
    return EditForm(name, columns, tuple(filled))


def _choice_rows(content: Mapping[str, Any]) -> list[FormRow]:
    rows = []
    for name, choice in choice_cards().items():
        value = inside(content, choice.path)
        if choice.by_name and isinstance(value, Mapping) and value:
            entries = [((*choice.path, k), (cell_of(str(k), TEXT), cell_of(v, NUMBER))) for k, v in value.items()]
            rows += [FormRow(path, (name, *cells)) for path, cells in entries]
        else:
            rows.append(FormRow(choice.path, (name, "", cell_of(None if value == {} else value, choice.kind))))
    return rows


def inside(content: Any, path: Path) -> Any:
    """What stands at a path, None where nothing does."""
    for step in path:
        if isinstance(content, Mapping):
            content = content.get(step)
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            content = content[step]
        else:
            return None
    return content


@cache
def choice_cards() -> dict[str, ChoiceCard]:
    """The single choices of a study by name: of its accounts, of the policy, and figures of the economy."""
    cards = {
        "country": ChoiceCard(
            ("country",), TEXT, False, FormColumn("country", TEXT, meaning="a code, a name or a file")
        ),
        "accounts_year": ChoiceCard(
            ("accounts_year",), WHOLE, False, FormColumn("accounts_year", WHOLE, meaning="year of the accounts")
        ),
    }
    for c in columns_of(TableFiles):
        cards[f"{TABLE}.{c.name}"] = ChoiceCard((TABLE, c.name), c.kind, False, c)
    policy = {c.name: c for c in columns_of(Policy)}
    hints = types_of(Policy)
    for section, keys in GROUPS.items():
        for key in keys:
            own = key not in ECONOMY_KEYS
            card = policy[key] if own else FormColumn(key, NUMBER, meaning="in place of what the accounts give")
            by_name = not own or any(_is_mapping(k) for k in options(hints[key]))
            kind = NUMBER if by_name else card.kind
            cards[key] = ChoiceCard((section, key), kind, by_name, card)
    return cards


def _given_columns(table: str) -> tuple[FormColumn, ...]:
    return tuple(FormColumn(c, TEXT if isinstance(usual, str) else NUMBER) for c, usual in COLUMNS[table].items())


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping) and get_args(kind)[1] is float


def sheet_names() -> tuple[str, ...]:
    """Every sheet that a study's workbook may have."""
    return (CHOICES, *records(), *(f"{PROJECTS} {t}" for t in COLUMNS))
