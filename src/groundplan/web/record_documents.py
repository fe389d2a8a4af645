"""Documents of a project that a record describes, edited by form and as text, both ways, with versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.languages.spoken import said
from groundplan.projects.documents import Conflict
from groundplan.records.card import Card
from groundplan.records.toml import parse
from groundplan.web.guarding.acting import acts
from groundplan.web.record_forms import RecordForm, record_content, record_form, record_text
from groundplan.web.verb_forms import fault_lines

if TYPE_CHECKING:
    from groundplan.projects.documents import Documents

ADD = "add:"


class RecordEditor(NamedTuple):
    """A document as an editor shows it: its newest version's number and text, the form, and what is wrong.

    ``status``: of the answer; ``conflict``: lines that differ where somebody else saved meanwhile; ``saved``: whether a
    new version stands.
    """

    kind: str
    name: str
    after: int
    text: str
    form: RecordForm
    faults: list[str]
    conflict: list[str]
    status: int = 200
    saved: bool = False
    remarks: bool = False

    @property
    def wrong(self) -> bool:
        """Whether something that is stated is not right yet."""
        rows = [row for one in self.form.lists for row in one.rows]
        fields = [*self.form.fields, *(f for row in rows for f in row.fields)]
        return bool(self.form.faults) or any(f.fault for f in fields) or any(row.fault for row in rows)


def opened_editor(documents: Documents, kind: str, name: str, record: type[Card]) -> RecordEditor:
    """A document to be edited. Raises ``UnknownName``; a text that is no TOML is said beside its text."""
    version = documents.current(kind, name)
    if version is None:
        raise UnknownName(kind, name, documents.names(kind))
    content, faults = _stated(version.text, name)
    form = record_form(record, content, checked=not faults)
    remarks = any(line.lstrip().startswith("#") for line in version.text.splitlines())
    return RecordEditor(kind, name, version.number, version.text, form, faults, [], remarks=remarks)


def edited(documents: Documents, kind: str, name: str, record: type[Card], entered: Mapping[str, str]) -> RecordEditor:
    """What became of a form that was sent: one row more, a new version, or what is wrong, with all that was typed."""
    before = opened_editor(documents, kind, name, record)
    content = record_content(record, entered)
    wish = entered.get("do", "")
    after = int(entered["after"]) if entered.get("after", "").isdecimal() else 0
    if wish.startswith(ADD):
        return before._replace(after=after, form=record_form(record, content, wish.removeprefix(ADD)), faults=[])
    form, text = record_form(record, content, checked=True), record_text(record, content)
    try:
        version = documents.save(kind, name, text, after=after, by=acts(), why=entered.get("why", ""))
    except Conflict as fault:
        documents.keep_draft(kind, name, acts(), text, after=after)
        return before._replace(
            form=form, faults=fault_lines(fault), conflict=fault.diff, status=409, after=fault.current.number
        )
    except GroundplanError as fault:
        return before._replace(form=form, faults=fault_lines(fault), status=422)
    documents.drop_draft(kind, name, acts())
    return before._replace(after=version.number, text=version.text, form=form, faults=[], saved=True)


def new_document(documents: Documents, kind: str, name: str, record: type[Card], content: Mapping[str, Any]) -> str:
    """A new document that states this; its name. Raises ``GroundplanError`` where the name is taken, or none."""
    if name in documents.names(kind):
        raise GroundplanError(said(f"there is '{name}' already"), fix=said("choose another name"))
    documents.save(kind, name, record_text(record, content), after=0, by=acts())
    return name


def _stated(text: str, name: str) -> tuple[Mapping[str, Any], list[str]]:
    try:
        return parse(text, f"{name}.toml").content, []
    except GroundplanError as fault:
        return {}, fault_lines(fault)
