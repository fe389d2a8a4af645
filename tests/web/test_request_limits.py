"""What a request may take of the server: fields, heads of parts, keys, lines, and time of a stream."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from served import SMALL, Served

from groundplan.projects.documents import MOST_COMPARED, MOST_SHOWN, lines_apart
from groundplan.web.composing.checked_documents import MOST_KEYS
from groundplan.web.pages import runs
from groundplan.web.sent_files import MOST_FIELDS, MOST_HEAD, MOST_TEXT, OF_A_TABLE

FORM = {"content-type": "application/x-www-form-urlencoded"}
PART = b'--b\r\ncontent-disposition: form-data; name="n"\r\n\r\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench with a small study."""
    there = Served(tmp_path_factory.mktemp("limits"), {"small": SMALL})
    yield there
    there.close()


@pytest.fixture
def client(served: Served) -> TestClient:
    """Who asks it."""
    return served.client


def test_a_form_of_too_many_fields_is_refused(client: TestClient) -> None:
    """Proves: more fields than forms have are refused, however short. Breaks if: bytes alone are counted."""
    for content in (b"a&" * 100_000, b"&".join(b"%x=1" % n for n in range(100_000))):
        assert client.post("/documents/study/small/draft", content=content, headers=FORM).status_code == 400


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ((PART + b"x\r\n") * (MOST_FIELDS + OF_A_TABLE.files + 1), "too many fields"),
        ((PART + b"x" * (MOST_TEXT // 2) + b"\r\n") * 3, "too long"),
        (b"--b\r\nx-y: " + b"z" * (MOST_HEAD + 1) + b"\r\n\r\n", "the form that came is broken"),
    ],
)
def test_a_form_of_files_has_limits_of_all_its_parts(client: TestClient, content: bytes, says: str) -> None:
    """Proves: many parts, texts that are long together and a head without end are refused as they come.

    Breaks if: only each part by itself is held to a limit, so that a form fills the memory.
    """
    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = client.post("/study/small/data/files", content=content + b"--b--\r\n", headers=headers)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_text_of_too_many_keys_is_not_looked_through(client: TestClient) -> None:
    """Proves: a study with more keys than anybody writes is refused by their number alone.

    Breaks if: a faulty text of four megabytes has each of its keys compared with every name that there is.
    """
    text = "\n".join(f"k{n} = 1" for n in range(MOST_KEYS + 1))
    answer = client.post("/documents/study/small", data={"text": text, "after": "1"})
    assert answer.status_code == 422
    assert f"at most {MOST_KEYS:,} are read" in answer.text
    client.post("/documents/study/small/drop-draft", data={"after": "1"})


def test_long_texts_are_not_compared_line_by_line() -> None:
    """Proves: of texts with tens of thousands of lines behind the first that differs the first are shown, and how many
    there are; shorter ones are compared as ever. Breaks if: two long texts that differ all over take hours.
    """
    many = [f"{n % 997}" for n in range(MOST_COMPARED + 10)]
    apart = lines_apart("\n".join(["a", *many]), "\n".join(["a", *reversed(many)]), "one", "other")
    assert apart[2] == f"@@ -2,{len(many)} +2,{len(many)} @@"
    assert len(apart) == 3 + 2 * MOST_SHOWN
    assert lines_apart("\n".join(many), "\n".join(many), "one", "other") == []
    assert lines_apart("a\nb", "a\nc", "one", "other")[-2:] == ["-b", "+c"]


def test_a_stream_ends_before_a_session_can(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the stream of a run that goes on ends by itself, so that the browser asks again and is looked at anew.

    Breaks if: who was signed out, or ended, goes on hearing of a run.
    """
    monkeypatch.setattr(runs, "LONGEST", 0.3)
    job = served.project.jobs.add("see", {"country": "GHA"}, by="Amina")
    said = served.client.get(f"/jobs/{job.id}/events")
    assert said.status_code == 200
    assert "event: end" not in said.text
    served.project.jobs.cancel(job.id)


def test_nobody_keeps_a_place_in_an_address(served: Served) -> None:
    """Proves: an address that is no path here leads to the first page, whatever signs are in it, and is no fault.

    Breaks if: a browser that leaves tabs out is led to another server.
    """
    for back in ("//evil.example", "/\t/evil.example", "/\\evil.example", "/\t/[", "javascript:alert(1)", "/\r\nx: y"):
        answer = served.client.post("/language", data={"language": "en", "back": back})
        assert answer.headers["location"] == "/"
