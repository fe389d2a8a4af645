"""The workbench's frame: first page, runs, outcomes to take along, versions, languages, faults."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import SMALL, Served

from groundplan.errors import UnknownName
from groundplan.languages.spoken import speaking
from groundplan.outcome import Outcome
from groundplan.results.files import json_text
from groundplan.results.view_list import brief
from groundplan.verb_table import VERBS
from groundplan.web import shown_views


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with a small study, its accounts seen, so that there is one outcome."""
    there = Served(tmp_path_factory.mktemp("project") / "bench", {"small": SMALL})
    there.ask("baseline", country="studies/small.toml", years="3")
    yield there
    there.close()


def test_an_empty_folder_is_given_kenya(tmp_path: Path) -> None:
    """Proves: in a new folder Kenya is a study and its plan waits to be made; the second start adds nothing.

    Breaks if: the first page has nothing to show, or every start asks again.
    """
    there = Served(tmp_path / "new", {})
    there.bench.begin()
    there.bench.begin()
    (job,) = there.project.jobs.all()
    assert (job.verb, job.settings) == ("plan", {"study": "studies/kenya.toml"})
    page = there.client.get("/").text
    assert "Look round, or bring your own table" in page
    assert job.command in page
    assert f'data-live="/jobs/{job.id}/events"' in page
    assert there.project.documents.names("study") == ["kenya"]
    there.close()


def test_every_verb_is_reached(served: Served) -> None:
    """Proves: each verb of the table has an address that answers with its form, or with the page that it is here.

    Breaks if: a verb is added that the pages do not know.
    """
    listed = served.client.get("/verbs").text
    for word in VERBS:
        answer = served.client.get(f"/verbs/{word}")
        assert answer.status_code in (200, 303)
        assert answer.headers.get("location", f"/verbs/{word}") in listed


def test_a_wrong_form_comes_back_as_it_was_typed(served: Served) -> None:
    """Proves: 422, each fault at its field, what was typed still there, and nothing was asked.

    Breaks if: a fault loses the form, stands elsewhere, or a run is begun all the same.
    """
    before = len(served.project.jobs.all())
    entered = {"country": "GHA", "draws": "a <b>few</b>", "stock_days": "-1", "use": "household"}
    answer = served.client.post("/verbs/see", data=entered)
    assert answer.status_code == 422
    assert "<b>few" not in answer.text
    assert 'value="a &lt;b&gt;few&lt;/b&gt;"' in answer.text
    field = answer.text[answer.text.index('id="field-stock_days"') :]
    assert "give a number from 0 to 36500" in field[: field.index("</div>")]
    assert len(served.project.jobs.all()) == before


def test_a_file_that_is_not_the_projects_is_refused_in_the_form(served: Served) -> None:
    """Proves: 422, why, and what was typed; no run is asked. Breaks if: a path out of the project reaches a run."""
    before = len(served.project.jobs.all())
    answer = served.client.post("/verbs/see", data={"country": "../../etc/passwd", "draws": "7"})
    assert answer.status_code == 422
    assert "is no file of this project" in answer.text
    assert 'value="7"' in answer.text
    assert len(served.project.jobs.all()) == before


def test_a_run_that_fails_says_what_where_and_how(served: Served) -> None:
    """Proves: the fault of a run stands on its page, in parts, with a way to run it again, which makes a new run.

    Breaks if: a fault is dropped, or the same run is begun twice.
    """
    job = served.ask("see", country="GHA", product="stel")
    assert job.state == "failed"
    page = served.client.get(f"/jobs/{job.id}").text
    assert "no product &#39;stel&#39;" in page
    answer = served.client.post(f"/jobs/{job.id}/again")
    again = served.project.jobs.all()[0]
    assert answer.headers["location"] == f"/jobs/{again.id}" != f"/jobs/{job.id}"
    served.client.post(f"/jobs/{again.id}/cancel")
    assert served.project.jobs.job(again.id).state == "stopped"


def test_an_outcome_that_is_being_written_is_none_yet(served: Served) -> None:
    """Proves: a folder that a run is writing, which is there and then not, is neither listed nor opened.

    Breaks if: a page that is asked for just then ends in a fault of ours.
    """
    here, names = served.project.outcomes_folder, served.bench.outcome_names()
    for name in (".see-1-2.part", "gone"):
        (here / name).mkdir()
    (here / ".see-1-2.part" / "provenance.json").write_text("{}", "utf-8")
    (here / "gone" / "provenance.json").symlink_to(here / "nowhere")
    try:
        assert served.bench.outcome_names() == names
        for name in (".see-1-2.part", "gone", "..", f"../outcomes/{names[0]}"):
            with pytest.raises(UnknownName):
                served.bench.outcome_folder(name)
    finally:
        for name in (".see-1-2.part", "gone"):
            shutil.rmtree(here / name)


def test_a_view_is_rendered_once_a_language(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a page of an outcome that was seen is the same again and is not rendered anew; in another language it is.

    Breaks if: every look renders all of it, or a page comes in the language of who looked before.
    """
    name = served.bench.outcome_names()[-1]
    shown_views._rendered.pop(served.bench.outcome(name), None)  # another test may have looked at it in any language

    def seen(language: str) -> str:
        return served.client.get(f"/outcomes/{name}?language={language}").text

    english, rendered = seen("en"), list[str]()
    monkeypatch.setattr("groundplan.web.shown_views.prepared", lambda parts, **_: rendered.append("") or [])
    assert seen("en") == english
    assert not rendered
    assert seen("ko") != english
    assert rendered
    monkeypatch.undo()
    served.bench.outcome(name)
    shown_views._rendered.pop(served.bench.outcome(name))
    assert "기준" in seen("ko")
    assert seen("en") == english


def test_an_outcome_is_taken_along_in_every_form(served: Served) -> None:
    """Proves: each offered file is there and is what it says: JSON equal to the outcome's, sheets that are sheets.

    Breaks if: a file that is offered cannot be had, or is of another outcome.
    """
    (name,) = served.bench.outcome_names()
    page = served.client.get(f"/outcomes/{name}").text
    outcome = Outcome.open(served.project.outcomes_folder / name)
    for file in ("report.html", "workbook.xlsx", "briefing.pdf", "briefing.docx", "outcome.json"):
        assert f"/outcomes/{name}/files/{file}" in page
        answer = served.client.get(f"/outcomes/{name}/files/{file}")
        assert answer.status_code == 200
        if file.endswith((".xlsx", ".docx")):
            assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
        elif file == "briefing.pdf":
            assert answer.content.startswith(b"%PDF-")
        elif file == "outcome.json":
            assert json.loads(answer.content) == json.loads(json_text(outcome))
        else:
            assert "unsafe-inline" in answer.headers["content-security-policy"]
            assert "script-src" not in answer.headers["content-security-policy"]
    assert served.client.get(f"/outcomes/{name}/files/passwd").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/outcomes/..%2f..%2fetc", "/outcomes/nothing", "/static/../app.py", "/static/%2e%2e/app.py",
        "/help/../../etc/passwd", "/help/%2e%2e/%2e%2e/pyproject.toml", "/jobs/../groundplan.db",
        "/documents/study/%2e%2e", "/nothing", "/verbs/nothing",
    ],
)  # fmt: skip
def test_no_address_leads_out(served: Served, path: str) -> None:
    """Proves: what is not listed is not there, whatever an address says, and says so as a page.

    Breaks if: a path of an address is looked up on the disk.
    """
    answer = served.client.get(path)
    assert answer.status_code in (404, 422)
    assert "<h1>" in answer.text


def test_it_speaks_the_language_that_is_chosen(served: Served) -> None:
    """Proves: the browser's language, then the chosen one, in pages and in the views of an outcome; numbers stay.

    Breaks if: the language of one request is spoken in another, or the choice is not kept.
    """
    (name,) = served.bench.outcome_names()
    with speaking("ko"):
        from groundplan.results.spoken_views import naming_data, spoken_brief

        outcome = Outcome.open(served.project.outcomes_folder / name)
        with naming_data(outcome):
            title = spoken_brief(outcome).title
    korean = served.client.get(f"/outcomes/{name}", headers={"accept-language": "ko-KR,ko;q=0.9,en;q=0.5"}).text
    assert '<html lang="ko-KR"' in korean
    assert f"<h1>{title}</h1>" in korean
    answer = served.client.post("/language", data={"language": "ko", "back": f"/outcomes/{name}"})
    assert answer.headers["location"] == f"/outcomes/{name}"
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    served.client.cookies.clear()
    english = served.client.get(f"/outcomes/{name}", headers={"accept-language": "xx"}).text
    assert f"<h1>{brief(outcome).title}</h1>" in english
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        assert served.client.post("/language", data={"language": "fr", "back": back}).headers["location"] == "/"
    served.client.cookies.clear()


def edited(served: Served, client: TestClient, text: str, after: int) -> int:
    """Save a text of the study from a version; the answer's status."""
    answer = client.post("/documents/study/small", data={"text": text, "after": str(after), "why": "a test"})
    return answer.status_code


def test_two_writers_and_nothing_is_lost(served: Served) -> None:
    """Proves: the second of two who edited one version gets 409 with what differs and finds the own text again; a text
    that is no study is refused and kept; undo and redo are versions.

    Breaks if: the last writer wins, or a refused text is gone.
    """
    documents = served.project.documents
    first = documents.current("study", "small")
    assert first is not None
    assert edited(served, served.client, SMALL + "floor = 0.9\n", first.number) == 303
    away = {"text": SMALL + "floor = 0.9\n", "after": str(first.number + 1), "back": "https://evil.example/"}
    assert served.client.post("/documents/study/small", data=away).headers["location"] == "/documents/study/small"
    late = SMALL + "floor = 0.8\n"
    answer = served.client.post("/documents/study/small", data={"text": late, "after": str(first.number)})
    assert answer.status_code == 409
    assert "<ins>+floor = 0.8</ins>" in answer.text
    assert "<del>-floor = 0.9</del>" in answer.text
    assert "lines with + are yours" in answer.text
    assert "floor = 0.8" in served.client.get("/documents/study/small").text
    wrong = SMALL + "florr = 0.8\n"
    now = documents.current("study", "small")
    assert now is not None
    answer = served.client.post("/documents/study/small", data={"text": wrong, "after": str(now.number)})
    assert answer.status_code == 422
    assert "florr" in answer.text
    assert "line 6" in answer.text
    assert documents.current("study", "small") == now
    served.client.post("/documents/study/small/undo", data={"after": str(now.number)})
    undone = documents.current("study", "small")
    assert undone is not None
    assert (undone.text, undone.number) == (SMALL, now.number + 1)
    served.client.post("/documents/study/small/redo", data={"after": str(undone.number)})
    redone = documents.current("study", "small")
    assert redone is not None
    assert redone.text == now.text


def test_a_form_that_is_too_large_is_refused(served: Served) -> None:
    """Proves: what is larger than a form can be is refused before it is read. Breaks if: no limit is held."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = served.client.post("/verbs/see", content=b"x" * (5 * 2**20), headers=kind)
    assert answer.status_code == 413
