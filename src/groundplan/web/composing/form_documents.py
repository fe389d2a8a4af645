"""Documents that are edited as forms: the draft or the newest version as plain values, and what was entered kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from groundplan.errors import GroundplanError, UnknownName
from groundplan.projects.documents import Conflict
from groundplan.records.toml import Document, parse, toml_text
from groundplan.web.composing.card_forms import faults_by_path
from groundplan.web.composing.checked_documents import check_document
from groundplan.web.guarding.acting import acts

if TYPE_CHECKING:
    from groundplan.projects.document_rows import Version
    from groundplan.projects.documents import Documents

REMARKS = "#"


class Edited(NamedTuple):
    """A document as a form shows it.

    ``last``: the newest version; ``draft``: whether the content is one's own that is not saved; ``after``: the version
    that it was edited from; ``remarks``: whether the text has remarks, which a form does not keep; ``fault``: why the
    draft cannot be shown as a form.
    """

    kind: str
    name: str
    last: Version
    content: Mapping[str, Any]
    draft: bool
    after: int
    remarks: bool
    fault: str = ""


class SavedContent(NamedTuple):
    """What came of saving: the faults by path, none where a version was saved; what differs from another's version."""

    faults: Mapping[str, str]
    diff: tuple[str, ...] = ()


def edited(documents: Documents, kind: str, name: str) -> Edited:
    """A document with what was typed and not saved. Raises ``UnknownName`` with the nearest."""
    last = documents.current(kind, name)
    if last is None:
        raise UnknownName(kind, name, documents.names(kind))
    draft = documents.draft(kind, name, acts())
    own = draft is not None and draft.text != last.text
    text, after, fault = last.text, last.number, ""
    if own:
        assert draft is not None
        text, after = draft.text, draft.after
    content = plain_content(text)
    if content is None:
        fault = "what was typed as text is no TOML; below is the version that was saved last"
        content, own, text, after = plain_content(last.text) or {}, False, last.text, last.number
    return Edited(kind, name, last, content, own, after, REMARKS in text, fault)


def plain_content(text: str) -> dict[str, Any] | None:
    """The values of a TOML text; None where it is none."""
    try:
        return dict(parse(text, "text").content)
    except GroundplanError:
        return {} if not text.strip() else None


def kept(documents: Documents, kind: str, name: str, content: Mapping[str, Any], after: int) -> str:
    """Keep what was entered as a draft, wrong entries too, where it is not what stands; its text."""
    text = toml_text(content) if content else ""
    last = documents.current(kind, name)
    if last is not None and plain_content(last.text) == content:
        documents.drop_draft(kind, name, acts())
    else:
        documents.keep_draft(kind, name, acts(), text, after=after)
    return text


def content_faults(kind: str, content: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with entered values, by path; nothing where they are a document of the kind."""
    try:
        check_document(kind, Document(content))
    except GroundplanError as fault:
        return faults_by_path(fault)
    return {}


def save_content(
    documents: Documents, kind: str, name: str, content: Mapping[str, Any], *, after: int, why: str = ""
) -> SavedContent:
    """Save entered values as a new version, or keep them as a draft and say what stands against it."""
    text = kept(documents, kind, name, content, after)
    faults = content_faults(kind, content)
    if faults:
        return SavedContent(faults)
    last = documents.current(kind, name)
    if last is not None and plain_content(last.text) == tomllib.loads(text):
        documents.drop_draft(kind, name, acts())  # the same values: the text that stands keeps its remarks
        return SavedContent({})
    try:
        documents.save(kind, name, text, after=after, by=acts(), why=why)
    except Conflict as conflict:
        return SavedContent({"": conflict.what}, tuple(conflict.diff))
    documents.drop_draft(kind, name, acts())
    return SavedContent({})
