"""Who may do what: every route for every role, from the table of routes itself; and who signs in, and how."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import HTTPException, Request, Response
from fastapi.testclient import TestClient
from project_cases import ProjectPlace
from served import Served
from sqlalchemy import text

import groundplan
from groundplan.errors import GroundplanError
from groundplan.projects.people import sign_ins
from groundplan.projects.people.rights import TERMINAL
from groundplan.projects.people.sign_ins import OF_BOTH, HeldOff
from groundplan.projects.project_folder import Project
from groundplan.web import app
from groundplan.web.guarding.access import permitted, route_rights
from groundplan.web.guarding.acting import Actor, acting, anything

GOOD = "five ravens borrow my kettle"
ROLES = ("reader", "reporter", "analyst", "approver", "administrator")
# What each role may ask for, of the routes below; who is not signed in is ``nobody``.
MAY = {
    "open": {"nobody", *ROLES},
    "signed in": {*ROLES},
    "read": {"reader", "analyst", "approver", "administrator"},
    "report": {"reporter"},
    "edit": {"analyst"},
    "accept": {"approver"},
    "administer": {"administrator"},
}
ROUTES = Path(__file__).with_name("route_rights.txt")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench where people sign in, with one document."""
    there = Served(tmp_path_factory.mktemp("office"), {"ghana": 'country = "GHA"\n'}, people=True)
    yield there
    there.close()


def agreed_rights() -> dict[str, str]:
    """The right of every route as it was agreed: one line each."""
    lines = [line.split(None, 2) for line in ROUTES.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {f"{method} {path}": right for method, path, right in lines}


def test_every_route_takes_the_right_that_was_agreed(office: Served) -> None:
    """Proves: the server has the routes of the agreed table and no other, each with its right.

    Breaks if: a route is added that nobody gave a right, or a right is changed by the way.
    """
    there = {f"{one.method} {one.path}": one.right for one in route_rights(office.app.routes)}
    assert there == agreed_rights()


LET_THROUGH = 418


async def let_through(request: Request) -> None:
    """What every route asks first; then the test has seen enough."""
    await permitted(request)
    raise HTTPException(LET_THROUGH)


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_every_route_for_every_role(office: Served, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: each route lets through who has its right, and turns everybody else away: to the door, to their own
    forms, or with 403. Breaks if: a route does not ask, or a role has more or less than it should.
    """
    browser = office.browser() if role == "nobody" else office.signed_in(role, role, unit="A" * (role == "reporter"))
    office.app.dependency_overrides[permitted] = let_through
    monkeypatch.setattr(app, "page", lambda *_, status, **__: Response(status_code=status))  # a thousand pages fewer
    wrong = []
    try:
        for one in route_rights(office.app.routes):
            answer = browser.request(one.method, re.sub(r"{[^}]*}", "none", one.path))
            where = answer.headers.get("location", "")
            away = answer.status_code == 403 or where.startswith(("/sign-in", "/returns"))
            may = role in MAY[one.right]
            if (answer.status_code == LET_THROUGH) != may or away == may:
                wrong.append(f"{one.method} {one.path}: {answer.status_code}")
    finally:
        office.app.dependency_overrides.clear()
    assert wrong == []


def test_what_was_sent_is_not_read_before_it_is_known_who_sends(office: Served) -> None:
    """Proves: files of who is not signed in are not stored, and a form of a reader is not looked at.

    Breaks if: a route's right is asked for after its form.
    """
    files = [("files", ("a.csv", b"code,name\n"))]
    for browser, status in ((office.browser(), 303), (office.signed_in("reader", "reader"), 403)):
        assert browser.post("/study/ghana/data/files", files=files).status_code == status
        much = {"content-length": "999999999", "content-type": "application/x-www-form-urlencoded"}
        assert browser.post("/study/ghana/plan/save", content=b"", headers=much).status_code == status
    assert not list((office.project.folder / "files").iterdir())


def test_who_may_only_read_sees_forms_shut(office: Served) -> None:
    """Proves: on a reader's page a form that would be refused is shut, its values stand there, and the choice of
    language is open; an analyst's are open. Breaks if: somebody is let type what is then refused.
    """
    page = office.signed_in("reader", "reader").get("/documents/study/ghana").text
    save = re.search(r'<form method="post" action="/documents/study/ghana".*?</form>', page, re.DOTALL)
    assert save is not None
    assert '<fieldset class="bare" disabled>' in save[0]
    assert "country = &#34;GHA&#34;" in save[0]
    assert re.search(r'action="/language"[^>]*><label', page)
    assert "<fieldset" not in office.signed_in("analyst", "analyst").get("/documents/study/ghana").text


def test_a_page_tells_nothing_to_who_is_not_signed_in(office: Served) -> None:
    """Proves: the door, a page that there is not and a fault of ours name no study and no project.

    Breaks if: the frame of a page is filled before it is known who asks.
    """
    nobody = TestClient(office.app, base_url=office.base, follow_redirects=False, raise_server_exceptions=False)
    for page in (nobody.get("/sign-in"), nobody.get("/no-such-page"), nobody.post("/join", data={"code": "x"})):
        assert "ghana" not in page.text
        assert office.project.folder.name not in page.text


def test_nobody_is_taken_for_anybody_where_the_database_is_gone(
    office: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: where it cannot be found out who asks, words are said, nothing is shown and every guard stands.

    Breaks if: a session that cannot be read is an end of the server's, or opens a page.
    """
    browser = office.signed_in("reader", "reader")

    def gone(*_: object) -> None:
        raise GroundplanError("the database's server does not answer")

    monkeypatch.setattr(type(office.project.sign_ins), "signed_in", gone)
    answer = browser.get("/documents")
    assert (answer.status_code, answer.text) == (503, "the database's server does not answer")
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_fault_of_ours_is_guarded_too(office: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the page of a fault of ours carries every guard, is in nobody's name but who asks, and shows no trace.

    Breaks if: it is written outside of the guards, where nobody is signed in.
    """
    monkeypatch.setattr(type(office.project.documents), "names", lambda *_: 1 / 0)
    browser = TestClient(office.app, base_url=office.base, follow_redirects=False, raise_server_exceptions=False)
    answer = browser.post("/sign-in", data={"name": "a", "password": "b"})
    assert answer.status_code == 422
    monkeypatch.setattr(type(office.project.people), "are_governed", lambda _: 1 / 0)
    answer = browser.get("/sign-in")
    assert answer.status_code == 500
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "Traceback" not in answer.text
    assert "ghana" not in answer.text


# Signing in.


@pytest.fixture
def project(place: ProjectPlace) -> Iterator[Project]:
    """An empty project, once with each kind of database."""
    there = place.open()
    yield there
    there.close()


def test_the_record_and_codes_on_the_terminal(project: Project, place: ProjectPlace) -> None:
    """Proves: the command line replays the record, finds a hash that was kept and names one that is of no entry; it
    gives a code to who lost her password, and a first administrator's only where there is none.

    Breaks if: an auditor or a locked-out administrator has to trust the pages.
    """
    folder, database = str(place.folder), place.database
    line = groundplan.project("code", folder, database=database).table("lines")["line"][0]
    project.people.join(line.rpartition(" ")[2], GOOD, "Amina")
    with pytest.raises(GroundplanError, match="there is an administrator already"):
        groundplan.project("code", folder, database=database)
    line = groundplan.project("code", folder, name=" AMINA ", database=database).table("lines")["line"][0]
    assert project.people.join(line.rpartition(" ")[2], "another quiet walrus lamp").name == "Amina"
    first = next(project.happenings.checked())
    done = groundplan.project("log", folder, kept=[first.hash], database=database)
    assert "is of entry 1" in done.table("lines")["line"][1]
    assert list(done.table("happenings")["hash"]) == [h.hash for h in project.happenings.checked()]
    with pytest.raises(GroundplanError, match="no entry has the hash 00"):
        groundplan.project("log", folder, kept=["00"], database=database)


def test_the_first_administrator_comes_by_the_code_of_the_terminal(tmp_path: Path) -> None:
    """Proves: with the code, a name and a good password somebody administers; the code is then used up; a weak
    password and a wrong code change nothing. Breaks if: anybody who opens the page first administers.
    """
    office = Served(tmp_path, {}, people=True)
    code, browser = office.project.people.first_code(), office.browser()
    wrong = {"code": "23456-23456-23456-23456-23456", "name": "Amina", "password": GOOD, "again": GOOD}
    assert "this code is not good" in browser.post("/join", data=wrong).text
    weak = {**wrong, "code": code, "password": "AminaAmina1234", "again": "AminaAmina1234"}
    assert "soon be guessed" in browser.post("/join", data=weak).text
    assert not office.project.people.all()
    said = {**wrong, "code": code.lower().replace("-", " ")}
    answer = browser.post("/join", data=said)
    assert answer.status_code == 303
    assert browser.get("/people").status_code == 200
    assert office.project.people.are_governed()
    assert "this code is not good" in office.browser().post("/join", data=said).text
    # Somebody she lets in chooses a password of her own, under the name and role that she was given.
    page = browser.post("/people", data={"name": "Juma Otieno", "roles": ["analyst"], "unit": ""}).text
    given = re.search(r'<code class="given">([^<]+)</code>', page)
    assert given is not None
    juma = office.browser()
    assert juma.post("/join", data={"code": given[1], "password": GOOD, "again": GOOD}).status_code == 303
    assert juma.get("/documents").status_code == 200
    assert juma.get("/people").status_code == 403
    assert given[1] not in browser.get("/people").text  # it is shown once
    office.close()


def test_a_session_is_new_ends_and_cannot_be_brought_along(tmp_path: Path) -> None:
    """Proves: a token that was there before is no session after signing in (fixation), each sign-in has its own, it is
    kept from scripts and other sites, by HTTPS under a name that no other host can set; after signing out, another
    password or the end of the person it opens nothing. Breaks if: any of these does not hold.
    """
    office = Served(tmp_path, {}, people=True, secure=True)
    people = office.project.people
    amina = people.join(people.first_code(), GOOD, "Amina")
    _, code = people.add("Juma", ["reader"], "", by="Amina")
    juma = people.join(code, GOOD)
    browser, cookie = office.browser(), office.app.state.cookie
    assert cookie == "__Host-groundplan"
    browser.cookies.set(cookie, "brought-along", domain="127.0.0.1")
    answer = browser.post("/sign-in", data={"name": " juma ", "password": GOOD, "to": "//evil.example"})
    assert answer.headers["location"] == "/"
    sent = answer.headers["set-cookie"].lower()
    for part in ("httponly", "secure", "samesite=strict", "path=/"):
        assert part in sent
    assert "domain=" not in sent
    spoken = browser.post("/language", data={"language": "fr"}).headers["set-cookie"].lower()
    assert spoken.startswith("__host-language=fr;")
    assert all(part in spoken for part in ("httponly", "secure", "samesite=strict"))
    token = re.search(r"__Host-groundplan=([^;]+)", answer.headers["set-cookie"])
    assert token is not None
    assert token[1] != "brought-along"
    find = office.project.sign_ins.signed_in
    assert find("brought-along") is None
    assert find(token[1]) == juma
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("groundplan.db*"))
    assert token[1].encode() not in kept
    assert GOOD.encode() not in kept
    other = office.project.sign_ins.sign_in("Juma", GOOD, address="10.0.0.9")[1]
    browser = office.browser()
    browser.cookies.set(cookie, token[1], domain="127.0.0.1")
    assert browser.post("/sign-out").status_code == 303
    assert find(token[1]) is None
    assert find(other) == juma
    people.set_password(juma, "another quiet walrus lamp")
    assert find(other) is None
    last = office.project.sign_ins.sign_in("Juma", "another quiet walrus lamp", address="10.0.0.9")[1]
    people.end(juma.id, by=amina.name)
    assert find(last) is None
    with pytest.raises(GroundplanError, match="nobody could let people in"):
        people.end(amina.id, by=amina.name)
    office.close()


def test_sessions_end_by_themselves(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a session ends after the time without use, and after the longest time though it is used; a clock that is
    set back by minutes ends none. Breaks if: a session lives for ever.
    """
    person = project.people.add("Amina", ["reader"], "", by="a test")[0]
    token = project.sign_ins.begin(person)

    def age(began: int, seen: int) -> None:
        with project.store.writing() as c:
            values = {"b": sign_ins.moment_in(timedelta(hours=began)), "s": sign_ins.moment_in(timedelta(hours=seen))}
            c.execute(text("UPDATE sessions SET began_at = :b, seen_at = :s"), values)

    age(-100, -7)
    assert project.sign_ins.signed_in(token) == person
    age(-100, -9)
    assert project.sign_ins.signed_in(token) is None
    age(-7 * 24 - 1, 0)
    assert project.sign_ins.signed_in(token) is None
    age(1, 1)
    assert project.sign_ins.signed_in(token) == person


def test_guessing_is_held_off_and_noted(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: after a few wrong tries the right password is not looked at either, from that address; from another it
    is; the record has each try and no word of what was typed; the answer for a name that there is not is the same.

    Breaks if: passwords can be tried without limit, or an answer tells who is known.
    """
    looked: list[str] = []
    monkeypatch.setattr(sign_ins, "agrees", lambda secret, password: bool(looked.append(password)) or password == GOOD)
    monkeypatch.setattr(sign_ins, "is_outdated", lambda _: False)
    project.people.add("Amina", ["reader"], "", by="a test")
    answers = set()
    for name in ("amina", "nobody known"):
        for _ in range(OF_BOTH):
            with pytest.raises(GroundplanError) as caught:
                project.sign_ins.sign_in(name, "my secret guess", address="10.0.0.1")
            answers.add(str(caught.value))
        with pytest.raises(HeldOff):
            project.sign_ins.sign_in(name, GOOD, address="10.0.0.1")
    assert len(answers) == 1
    assert GOOD not in looked
    assert project.sign_ins.sign_in("amina", GOOD, address="10.0.0.2")[0].name == "Amina"
    said = [(h.by, h.what) for h in project.happenings.checked()]
    assert said.count(("Amina", "sign-in refused")) == OF_BOTH - 1
    assert said.count(("Amina", "held off")) == 1
    assert "my secret guess" not in str(project.happenings.newest())
    assert "nobody known" in {by for by, _ in said}
    for n in range(sign_ins.OF_ADDRESS):
        with pytest.raises(GroundplanError):
            project.sign_ins.sign_in(f"name {n}", "guess", address="10.0.0.3")
    with pytest.raises(HeldOff):
        project.sign_ins.sign_in("yet another", "guess", address="10.0.0.3")


def test_many_tries_at_once_are_no_more_than_in_turn(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of tries that come all at once as many passwords are looked at as of tries one after the other; addresses
    of one IPv6 network count as one. Breaks if: a try is counted only after its password was looked at.
    """
    together, looked = threading.Barrier(3 * OF_BOTH), list[str]()

    def slow(_: str, password: str) -> bool:
        looked.append(password)
        return False

    monkeypatch.setattr(sign_ins, "agrees", slow)
    project.people.add("Amina", ["reader"], "", by="a test")

    def guess(n: int) -> None:
        together.wait()
        with pytest.raises(GroundplanError):
            project.sign_ins.sign_in("Amina", f"guess {n}", address=f"2001:db8::{n}")

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(3 * OF_BOTH)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == OF_BOTH


def test_no_secret_is_told_to_a_log_or_an_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Proves: of choosing a password, signing in wrongly and rightly, and changing it, neither passwords nor codes nor
    tokens stand in a log, on the terminal, in the record or in an address that is led to.

    Breaks if: somebody writes a request's form or cookies down.
    """
    caplog.set_level(0)
    office = Served(tmp_path, {}, people=True)
    code, browser, other = office.project.people.first_code(), office.browser(), "another quiet walrus lamp"
    sent = [
        ("/join", {"code": code, "name": "Amina", "password": GOOD, "again": GOOD}),
        ("/me/password", {"old": GOOD, "password": other, "again": other}),
        ("/sign-out", {}), ("/sign-in", {"name": "Amina", "password": GOOD}),
        ("/sign-in", {"name": GOOD, "password": "Amina"}), ("/sign-in", {"name": "Amina", "password": other}),
    ]  # fmt: skip
    answers = [browser.post(path, data=data) for path, data in sent]
    tokens = re.findall(r"groundplan=([^;\s\"]{20,})", " ".join(a.headers.get("set-cookie", "") for a in answers))
    assert len(tokens) == 3
    told = caplog.text + "".join(capfd.readouterr()) + str(office.project.happenings.newest())
    told += "".join(a.headers.get("location", "") for a in answers)
    assert [secret for secret in (code, GOOD, other, *tokens) if secret in told] == []
    office.close()


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "password123456", "Amina Wanjiru 1", "qwertyuiopas"])
def test_passwords_that_are_soon_guessed(project: Project, password: str) -> None:
    """Proves: short, repeated, common and one's own names are refused, and the person is as she was.

    Breaks if: anything is taken for a password.
    """
    person, code = project.people.add("Amina Wanjiru", ["reader"], "", by="a test")
    with pytest.raises(GroundplanError):
        project.people.join(code, password)
    assert not project.people.person(person.id).chosen


def test_what_people_do_stands_in_the_record(project: Project) -> None:
    """Proves: letting in, roles, versions with the hash of their text, and runs stand there in order, chained; a row
    that is changed, taken out or put in is found; the database itself refuses to change rows.

    Breaks if: something is done without an entry, or the chain does not hold what it claims to.
    """
    people = project.people
    amina = people.join(people.first_code(), GOOD, "Amina")
    juma, _ = people.add("Juma", ["analyst"], "", by="Amina")
    people.change(juma.id, ["reporter"], "kiambu", by="Amina")
    project.documents.save("study", "a", 'country = "GHA"\n', after=0, by="Juma")
    project.jobs.add("see", {"country": "GHA"}, by="Juma")
    said = list(project.happenings.checked())
    assert [(h.by, h.what) for h in said] == [
        (TERMINAL, "code given"), ("Amina", "person added"), ("Amina", "password chosen"), ("Amina", "person added"),
        ("Amina", "roles changed"), ("Juma", "version saved"), ("Juma", "run asked for"),
    ]  # fmt: skip
    assert said[5].facts["sha256"] == sha256(b'country = "GHA"\n').hexdigest()
    assert amina.roles == {"administrator"}
    assert project.happenings.head() == (7, said[-1].hash)
    for change in ("UPDATE happenings SET entry = replace(entry, 'Juma', 'Amina')", "DELETE FROM happenings"):
        with pytest.raises(GroundplanError, match="never changed"), project.store.writing() as c:
            c.execute(text(change))
    with project.store.writing() as c:
        on = " ON happenings" if project.store.is_server else ""
        for name in ("kept",) if on else ("no_update", "no_delete"):
            c.execute(text(f"DROP TRIGGER happenings_{name}{on}"))
        c.execute(text("UPDATE happenings SET entry = replace(entry, 'analyst', 'reader') WHERE number = 4"))
    with pytest.raises(GroundplanError, match="changed at entry 4"):
        list(project.happenings.checked())


def test_versions_are_accepted_by_somebody_else(office: Served) -> None:
    """Proves: an approver accepts what an analyst made and not what she made herself, an analyst accepts nothing, and
    taking it back stays to be seen. Breaks if: one person alone can make and accept a version.
    """
    analyst = office.signed_in("Both", "analyst", "approver")
    approver = office.signed_in("approver", "approver")
    text_of = {"text": 'country = "GHA"\n# mine\n', "after": "1"}
    assert analyst.post("/documents/study/ghana", data=text_of).status_code == 303
    own = analyst.post("/documents/study/ghana/acceptance", data={"version": "2", "action": "accept"})
    assert own.status_code == 422
    assert "you made version 2 yourself" in own.text
    said = {"version": "2", "action": "accept", "why": "as agreed on Monday"}
    assert (
        office.signed_in("analyst", "analyst").post("/documents/study/ghana/acceptance", data=said).status_code == 403
    )
    assert approver.post("/documents/study/ghana/acceptance", data=said).status_code == 303
    assert office.project.acceptances.standing() == {("study", "ghana"): 2}
    assert "as agreed on Monday" in approver.get("/documents/study/ghana").text
    job = office.project.jobs.add("see", {"country": "GHA"}, by="Both", study="ghana@2")
    with acting(Actor(None, False, anything)):
        assert office.bench.accepted_words(job).endswith("which approver accepted.")
        assert office.bench.accepted_words(replace(job, study="ghana@1")).endswith("which nobody has accepted.")
    assert approver.post("/documents/study/ghana/acceptance", data={**said, "action": "take back"}).status_code == 303
    assert office.project.acceptances.standing() == {}
    assert "taken back" in approver.get("/documents/study/ghana").text
    assert approver.post("/documents/study/ghana/acceptance", data={**said, "version": "9"}).status_code == 404
