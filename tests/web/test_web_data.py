"""The rooms of data and dependence: one's own table dropped, asked about once, mended and planned from."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from commands import said
from data_project import Room, Tables, ended, room, served
from door_files import workbook
from small_accounts import write_small_template
from small_sam import FLOWS, ROLES, as_text, rows_of
from starlette.requests import ClientDisconnect

from groundplan.economy.opening import open_accounts
from groundplan.projects.project_folder import Project
from groundplan.results.html.markup import prepared
from groundplan.results.spoken_views import naming_data, spoken_views
from groundplan.study.asking import study_of
from groundplan.verb_table import VERBS
from groundplan.verbs.see import see
from groundplan.web.sent_files import OF_A_TABLE
from groundplan.web.verb_forms import command_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Room]:
    with room(tmp_path / "project") as there:
        yield there


# What a browser does when a file is let go over a page.
DROP = """text => {
  const data = new DataTransfer();
  data.items.add(new File([text], 'drawn.csv'));
  document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def dropped(here: Room, *files: tuple[str, bytes], wait: bool = True) -> str:
    """The address of what was found in files that were dropped, once they were looked at or that was called off."""
    sent = [("files", (name, data, "application/octet-stream")) for name, data in files]
    answer = here.client.post("/study/ghana/data/files", files=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    if not wait:
        here.bench.project.jobs.cancel(answer.headers["location"].rpartition("/")[2])
    here.ended(answer.headers["location"])
    return answer.headers["location"]


def posted(here: Room, address: str, **entered: str) -> str:
    """Where a form that was sent leads to, once the run behind it is over."""
    answer = here.client.post(address, data=entered, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    if "/opened/" in answer.headers["location"]:
        here.ended(answer.headers["location"])
    return answer.headers["location"]


def matrix() -> bytes:
    return as_text(rows_of(FLOWS, list(ROLES))).encode()


def kept(here: Room) -> list[str]:
    return sorted(p.name for p in here.bench.project.files_folder.iterdir())


def test_a_matrix_of_ones_own_becomes_a_study_that_is_planned(here: Room) -> None:
    """Proves: a dropped matrix is shown with its layout, mark and three figures; what its accounts are, its country,
    year and unit are asked, and nothing else; then a new study stands on it, whose accounts are those of the command
    line, and a plan of a year is made from it.

    Breaks if: something is asked twice, or the study names other files, kinds or units than were said.
    """
    at = dropped(here, ("My Matrix.csv", matrix()))
    shown = here.client.get(at).text
    assert "sam: a square matrix of 14 accounts" in shown
    assert shown.count(">figure</th>") == 3
    assert all(
        words in shown for words in ("Which country is it?", "Which year is it?", "In which unit are the figures?")
    )
    assert "How does" not in shown, "a mark that only one reading fits is not asked"
    form = here.client.get(f"{at}/accounts").text
    assert re.search(r'<option value="commodity" selected>', form), "what the names say is proposed"
    wrong = here.client.post(f"{at}/accounts", data={"list": "0", "kind:farm": "activity"})
    assert wrong.status_code == 422
    assert '<option value="activity" selected>' in wrong.text, "what was chosen stays"
    at = posted(here, f"{at}/accounts", list="0", **{f"kind:{a}": kind for a, kind in ROLES.items()})
    shown = here.client.get(at).text
    assert 'value="sam"' in shown, "what is believed is filled in"
    bad = here.client.post(at, data={"country": "XXY", "year": "soon"})
    assert bad.status_code == 422
    assert 'value="soon"' in bad.text
    at = posted(
        here, at, layout="sam", roles="kinds/My-Matrix.csv", country="XXY", year="2020", money="XXY2020m", decimal="."
    )
    assert "it can be used" in here.client.get(at).text
    assert here.client.post(f"{at}/use", data={"where": "new", "name": "../x"}).status_code == 422
    there = posted(here, f"{at}/use", where="new", name="mine", years="1")
    assert there == "/study/mine/data"
    here.ended(here.bench.project.jobs.all()[0].id)
    page = here.client.get(there).text
    assert "The accounts of XXY" in page
    e = study_of(here.bench.project.folder / "studies" / "mine.toml").economy()
    assert (e.country, e.year, e.money, e.output.sum().item()) == ("XXY", 2020, "XXY2020m", pytest.approx(195.0))
    answer = here.client.post("/study/mine/data/plan", follow_redirects=False)
    job = here.ended(answer.headers["location"])
    assert job.state in ("done", "impossible"), job.what
    assert here.bench.outcome(job.outcome).provenance["country"] == "XXY"


def test_a_broken_workbook_comes_back_with_comments(here: Room) -> None:
    """Proves: each fault of a workbook is shown with its cell, and the workbook comes back with a note at it; another
    kind of file comes with a list.

    Breaks if: the note is at another cell, or the file's own cells change.
    """
    rows = rows_of(FLOWS, list(ROLES), totals=False)
    rows[3][4] = "much"
    book = workbook(here.bench.project.folder / "w.xlsx", {"SAM": rows})
    at = dropped(here, ("w.xlsx", book.read_bytes()))
    shown = here.client.get(at).text
    assert "SAM E4" in shown
    assert "&#39;much&#39; is not a number" in shown
    back = openpyxl.load_workbook(io.BytesIO(here.client.get(f"{at}/comments/w.xlsx").content))["SAM"]
    notes = {c.coordinate: c.comment.text for row in back.iter_rows() for c in row if c.comment}
    assert list(notes) == ["E4"]
    assert "'much' is not a number" in notes["E4"]
    assert back["E4"].value == "much"
    text = as_text(rows).encode()
    at = posted(here, dropped(here, ("w.csv", text), wait=False), layout="sam", decimal=".")
    packed = zipfile.ZipFile(io.BytesIO(here.client.get(f"{at}/comments/w.csv").content))
    assert packed.read("w.csv") == text
    assert "w,E4,4,E," in packed.read("faults.csv").decode("utf-8-sig")


def test_a_template_opens_without_a_question(here: Room) -> None:
    """Proves: a template that was downloaded is filled, dropped and put under the study that is looked at, as a new
    version with its other choices; a version that somebody else saved is not overwritten.

    Breaks if: a template is asked about, or the study loses its years.
    """
    blank = here.client.get("/study/ghana/data/template.xlsx?sectors=3")
    assert {"About", "Sectors"} <= set(openpyxl.load_workbook(io.BytesIO(blank.content)).sheetnames)
    assert here.client.get("/study/ghana/data/template.xlsx?sectors=many").status_code == 422
    file = write_small_template(here.bench.project.folder)
    at = dropped(here, ("own.xlsx", file.read_bytes()))
    shown = here.client.get(at).text
    assert "Testland (TST)" in shown
    assert "Only you can say" not in shown
    late = here.client.post(f"{at}/use", data={"where": "this", "after": "0"}, follow_redirects=False)
    assert late.status_code == 409
    posted(here, f"{at}/use", where="this", after="1")
    text = here.bench.project.documents.current("study", "ghana").text  # type: ignore[union-attr]
    assert 'country = "../files/own.xlsx"' in text
    assert "years = 1" in text
    refused = here.client.post("/study/ghana/data/files/own.xlsx/away")
    assert refused.status_code == 409
    assert "own.xlsx" in kept(here)


def test_accounts_that_do_not_balance_are_balanced_on_purpose_only(here: Room) -> None:
    """Proves: a gap is said, using it without a word is refused at its field, and with the word the study says so."""
    file = write_small_template(here.bench.project.folder)
    book = openpyxl.load_workbook(file)
    page = book["Domestic use"]
    page.cell(2, 3).value = float(page.cell(2, 3).value or 0) + 5.0
    book.save(file)
    at = dropped(here, ("own.xlsx", file.read_bytes()))
    shown = here.client.get(at).text
    assert "Costs and output differ" in shown
    refused = here.client.post(f"{at}/use", data={"where": "new", "name": "own", "years": "1"})
    assert refused.status_code == 422
    posted(here, f"{at}/use", where="new", name="own", years="1", balance="yes")
    assert "balance = true" in here.bench.project.documents.current("study", "own").text  # type: ignore[union-attr]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>" + b" " * 40_000_000)
    return out.getvalue()


def test_hostile_files_are_refused_in_words(here: Room) -> None:
    """Proves: a zip bomb fails in the limited child, in words; 300 MB are refused before they are read, a PDF and an
    empty file by their first bytes; of none of those that were refused at the door is anything kept.

    Breaks if: a file is unpacked here, or a refusal leaves a part of it.
    """
    at = dropped(here, ("bomb.xlsx", bomb()))
    assert "times its size" in here.client.get(at).text
    here.client.post("/study/ghana/data/files/bomb.xlsx/away")
    claim = here.client.post(
        "/study/ghana/data/files", content=b"x",
        headers={"content-length": "300000000", "content-type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert claim.status_code == 413
    assert "300 MB together; at most 200 MB" in claim.text
    refusals = [("a.pdf", b"%PDF-1.7", "no file that can be read"), ("a.xlsx", b"%PDF-1.7", "is a PDF")]
    for name, data, says in [*refusals, ("a.csv", b"", "is empty")]:
        answer = here.client.post("/study/ghana/data/files", files={"files": (name, data)})
        assert answer.status_code == 422
        assert says in answer.text
    assert kept(here) == [".files.json", ".trash"]


def asked_raw(here: Room, parts: list[bytes], *, length: int | None) -> int:
    """The status of a form whose body comes in parts, and then the connection drops; 0 where nobody answers."""
    coming = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    headers = [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=b")]
    headers += [(b"content-length", str(length).encode())] if length is not None else []
    scope = {
        "type": "http", "method": "POST", "path": "/study/ghana/data/files", "raw_path": b"/study/ghana/data/files",
        "query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("testserver", 80), "root_path": "",
    }  # fmt: skip
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    async def ask() -> None:
        with contextlib.suppress(ClientDisconnect):
            await here.client.app(scope, receive, send)  # type: ignore[operator]

    asyncio.run(ask())
    return statuses[0] if statuses else 0


HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'


def test_a_dropped_connection_leaves_nothing(here: Room) -> None:
    """Proves: a connection that drops in a file, in the second of two, or that sends more than it said, leaves no part
    of any file.

    Breaks if: a file is kept before all of the form is there.
    """
    whole = HEAD + b"a,b\r\n1,2\r\n"
    asked_raw(here, [HEAD + b"a,b\n1,"], length=1000)
    asked_raw(here, [whole + HEAD + b"a,"], length=1000)
    much = [HEAD, *[b"1,2\n" * 2_500_000] * (OF_A_TABLE.all // 10_000_000 + 1)]
    assert asked_raw(here, much, length=None) == 413
    assert kept(here) == []


def test_names_of_files_are_plain_and_never_overwritten(here: Room) -> None:
    """Proves: a name leads out of no folder, the same name twice gets a number, and who put it when is listed."""
    dropped(here, ("../../etc/Compte 2019.CSV", matrix()), ("../../etc/Compte 2019.CSV", matrix()), wait=False)
    assert kept(here) == [".files.json", "Compte-2019-2.csv", "Compte-2019.csv"]
    page = here.client.get("/study/ghana/data").text
    assert "Compte-2019-2.csv" in page
    assert " · you · 20" in page
    assert here.client.get("/files/..%2Fgroundplan.db").status_code == 404
    assert here.client.get("/files/.files.json").status_code == 404


def test_another_country_is_a_new_version(here: Room) -> None:
    """Proves: choosing shipped accounts changes the country and keeps the rest; a stale form is a conflict with the
    text kept as a draft.
    """
    posted(here, "/study/ghana/data/country", accounts="KEN 2019", after="1")
    text = here.bench.project.documents.current("study", "ghana").text  # type: ignore[union-attr]
    assert text == 'country = "KEN"\naccounts_year = 2019\n\n[plan]\nyears = 1\n'
    stale = here.client.post("/study/ghana/data/country", data={"accounts": "GHA 2019", "after": "1"})
    assert stale.status_code == 409
    assert here.bench.project.documents.draft("study", "ghana", "you").text.startswith('country = "GHA"')  # type: ignore[union-attr]
    assert here.client.post("/study/ghana/data/country", data={"accounts": "XXX 1", "after": "2"}).status_code == 422


def test_estimates_are_offered_as_such(here: Room) -> None:
    """Proves: the list of accounts at hand marks Kenya 2024 as an estimate, and a study put on it says so on its page.

    Breaks if: what nobody observed stands among the publishers' years, or cannot be chosen.
    """
    page = here.client.get("/study/ghana/data").text
    assert (
        '<option value="KEN 2024">Kenya 2024 (KES2024bn), an estimate: nobody observed these accounts</option>' in page
    )
    assert '<option value="KEN 2019">Kenya 2019 (KES2019bn): International Food Policy' in page
    posted(here, "/study/ghana/data/country", accounts="KEN 2024", after="1")
    assert "an estimate of 2024, made from the accounts of 2019" in here.client.get("/study/ghana/data").text


def test_classes_by_form(here: Room) -> None:
    """Proves: the form has a row a sector with what is proposed; what is saved is what the accounts then state, and a
    class that is none is told at its row, with what was chosen.

    Breaks if: the study does not name the list, or a proposal is taken without being saved.
    """
    file = write_small_template(here.bench.project.folder)
    dropped(here, ("own.xlsx", file.read_bytes()))
    at = f"/study/ghana/data/opened/{here.bench.project.jobs.all()[0].id}/use"
    posted(here, at, where="new", name="own", years="1")
    form = here.client.get("/study/own/data/classes").text
    sectors = open_accounts(file).sectors
    assert form.count('<select name="class:') == len(sectors)
    assert "the label says" in form
    wrong = here.client.post("/study/own/data/classes", data={"list": "0", "after": "1", f"class:{sectors[0]}": "Q99"})
    assert wrong.status_code == 422
    assert "no class of a sector &#39;Q99&#39;" in wrong.text
    posted(here, "/study/own/data/classes", list="0", after="1", **{f"class:{sectors[0]}": "A01"})
    assert here.bench.economy("own").stated_classes[sectors[0]] == "A01"
    assert "stated: A01" in here.client.get("/study/own/data/classes").text


def test_dependence_shows_the_numbers_of_the_command_line(here: Room) -> None:
    """Proves: the answer in the page is that of `groundplan see --json`, table by table, and every cell shown is one
    of its views; the page says the command; a product is looked at by its name's link; figures to explore have their
    option and their table.

    Breaks if: a number is computed or rounded by the page itself.
    """
    first = here.client.get("/study/ghana/dependence").text
    assert "Nothing was looked at yet" in first
    wrong = here.client.post("/study/ghana/dependence", data={"draws": "some"})
    assert wrong.status_code == 422
    posted(here, "/study/ghana/dependence", draws="4", top="5")
    job = ended(here.bench, here.bench.project.jobs.all()[0].id)
    page = here.client.get("/study/ghana/dependence").text
    command = command_of(VERBS["see"], {"country": "studies/ghana.toml", "draws": 4, "top": 5})
    assert command in page
    line = said(*command.split()[1:], "--json", cwd=here.bench.project.folder)
    ours = json.loads(here.client.get(f"/outcomes/{job.outcome}/files/outcome.json").text)
    theirs = json.loads(line.out)
    assert ours["tables"] == theirs["tables"]
    with contextlib.chdir(here.bench.project.folder):
        outcome = see("studies/ghana.toml", draws=4, top=5)
    with naming_data(outcome):
        parts = [p for v in spoken_views(outcome) for p in prepared(v.parts) if p["kind"] == "grid"]
    expected = {(row, *cells) for p in parts for row, cells in p["rows"]}
    shown = [tuple(row) for table in Tables(page).tables for row in table[1:]]
    assert len(shown) > 50
    assert [row for row in shown if row not in expected] == []
    options = re.findall(r'data-option="(/outcomes/[^"]+\.json)"', page)
    assert len(options) >= 2, "chains and the matrix can be explored"
    assert all(json.loads(here.client.get(o).text)["marks"] for o in options)
    assert all(f'id="{i}"' in page for i in re.findall(r'class="explore-table" href="#([^"]+)"', page))
    whole = here.client.get(f"/outcomes/{job.outcome}").text
    assert 'data-option="' in whole, "any outcome's page has its figures to explore"
    assert "/static/explore.js" in whole
    assert here.client.get("/static/vendor/echarts/echarts.min.js").status_code == 200
    assert 'href="/study/ghana/dependence?product=chem">Chemicals and petroleum</a>' in page


def test_the_room_of_data_in_a_browser(browsing: object, tmp_path: Path) -> None:
    """Proves: a user drops a file on the page at either width, sees what was found, uses it for a study, and finds its
    accounts; axe finds nothing, the page is no wider than the window, and nothing is asked of another host.

    Breaks if: the page needs its script to send a file, or a table makes a telephone scroll sideways.
    """
    from browser import axe_findings

    file = write_small_template(tmp_path)
    with served(tmp_path / "project") as (bench, address):
        for width in (1280, 390):
            page = browsing(width)  # type: ignore[operator]
            page.goto(f"{address}/study/ghana/data")
            assert axe_findings(page) == []
            page.locator("#files").set_input_files(str(file))
            page.get_by_role("button", name="Look at them").click()
            page.get_by_role("heading", name="What it is believed to be").wait_for(timeout=60_000)
            assert page.get_by_text("Testland (TST)").is_visible()
            assert axe_findings(page) == []
            page.get_by_label("Its name").fill(f"own{width}")
            page.get_by_label("Years to plan").fill("1")
            page.get_by_role("button", name="Use it").click()
            page.get_by_role("heading", name="The accounts of Testland").wait_for(timeout=60_000)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_findings(page) == []
            page.get_by_role("link", name="What each sector is").click()
            assert page.get_by_role("combobox").count() >= 2
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_findings(page) == []
        page.goto(f"{address}/study/ghana/data")
        page.evaluate(
            DROP,
            matrix().decode(),
        )
        page.wait_for_url("**/opened/**")
        assert "drawn.csv" in [p.name for p in bench.project.files_folder.iterdir()]
        bench.project.jobs.cancel(bench.project.jobs.all()[0].id)


def test_nothing_is_lost_when_a_server_ends(tmp_path: Path) -> None:
    """Proves: what was found in a file is there when the workbench is started again."""
    folder = tmp_path / "project"
    with room(folder) as here:
        at = dropped(here, ("own.xlsx", write_small_template(tmp_path).read_bytes()))
    with room_again(folder) as again:
        assert "Testland (TST)" in again.client.get(at).text


@contextlib.contextmanager
def room_again(folder: Path) -> Iterator[Room]:
    from fastapi.testclient import TestClient

    from groundplan.projects.running import JobRunner
    from groundplan.web.app import make_app
    from groundplan.web.workbench import Workbench

    project = Project.open(folder)
    bench = Workbench(project, JobRunner(project))
    with TestClient(make_app(bench, hosts=["testserver"])) as client:
        yield Room(bench, client)
    project.close()
