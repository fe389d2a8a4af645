"""The server as a command: it starts, refuses a second one, and stops with everything as it was."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from fastapi.testclient import TestClient
from served import NAMED, SMALL, Served

from groundplan.errors import GroundplanError
from groundplan.projects.project_folder import Project
from groundplan.projects.project_store import ProjectStore
from groundplan.verbs.serve import serve
from groundplan.web.app import make_app
from groundplan.web.guarding.access import route_rights
from groundplan.web.guarding.serving_place import ServingPlace
from groundplan.web.serving import config_of, listening, run

PATIENCE = 30


def started(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A server of a folder, and its address, which it says when it is about to answer."""
    words = [sys.executable, "-m", "groundplan", "serve", str(folder), "--no-browser", "--language", "en"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout is not None
    line = server.stdout.readline()
    assert "http://127.0.0.1:" in line, line + server.stdout.read()
    return server, "http://127.0.0.1:" + line.partition("http://127.0.0.1:")[2].partition("/")[0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_it_starts_refuses_a_second_and_stops(tmp_path: Path) -> None:
    """Proves: one line serves a folder; a second server on it is refused and names the first; on SIGTERM it ends in
    time, and the next one finds what was saved.

    Breaks if: two servers write one folder, the refusal names nobody, or the end waits for open pages or loses a study.
    """
    folder = tmp_path / "county"
    text = 'country = "GHA"\n\n[plan]\nyears = 1\n'
    project = Project.open(folder)
    project.documents.save("study", "small", text, after=0, by="a test")
    project.close()
    server, address = started(folder)
    again = server
    try:
        with urllib.request.urlopen(f"{address}/documents/study/small", timeout=PATIENCE) as answer:
            assert b"GHA" in answer.read()
        words = [sys.executable, "-m", "groundplan", "serve", str(folder), "--no-browser", "--language", "en"]
        second = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
        assert second.returncode == 2
        assert address in second.stderr
        assert str(server.pid) in second.stderr
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE)
        again, _ = started(folder)
        again.send_signal(signal.SIGINT)
        words_at_the_end, _ = again.communicate(timeout=PATIENCE)
        assert "nothing is lost" in words_at_the_end or again.returncode == 130
    finally:
        for one in (server, again):
            if one.poll() is None:
                one.kill()
                one.communicate()
    project = Project.open(folder)
    current = project.documents.current("study", "small")
    project.close()
    assert current is not None
    assert (current.text, current.number) == (text, 1)


FIRST_PAGE = """
import sys
from fastapi.testclient import TestClient
from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner
from groundplan.verbs import serve
from groundplan.web.serving import Workbench, make_app
from groundplan.web.pages.opening_rooms import Rooms

Rooms.open_all = lambda self: None  # what would be loaded after the answer
project = Project.open(sys.argv[1])
app = make_app(Workbench(project, JobRunner(project)), hosts=["testserver"], at_once=False)
assert TestClient(app).get("/").status_code == 200
engines = {"alembic", "groundplan.economy", "groundplan.outcome", "groundplan.planning", "groundplan.results.view"}
heavy = {"dask", "highspy", "numpy", "openpyxl", "pandas", "scipy", "shapely", "xarray"}
print(sorted((heavy | engines) & set(sys.modules)))
"""


def test_the_first_page_waits_for_nothing_that_computes(tmp_path: Path) -> None:
    """Proves: a server of a project without a plan answers its first page before anything is loaded that computes.

    Breaks if: the verb, the frame of pages or the first room imports an engine, tables or a library of theirs.
    """
    Project.open(tmp_path / "county").close()
    words = [sys.executable, "-c", FIRST_PAGE, str(tmp_path / "county")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


@pytest.mark.parametrize("asked", ["/", "/verbs", "/no-such-page"])
def test_every_room_opens_when_one_is_asked_for_or_after_the_first_page(tmp_path: Path, asked: str) -> None:
    """Proves: a server that began with its first room has all of them once another was asked for, which is answered,
    or the first page was; the routes are those of one that opens them at once.

    Breaks if: a room stays shut, or opens twice.
    """
    served = Served(tmp_path / "county", {"small": SMALL})
    whole = [one[:4] for one in route_rights(served.app.routes)]
    app = make_app(served.bench, hosts=[NAMED], at_once=False)
    assert 0 < len(route_rights(app.routes)) < len(whole) / 4
    with TestClient(app, base_url=f"http://{NAMED}") as client:
        assert client.get(asked).status_code == (404 if asked == "/no-such-page" else 200)
        for thread in threading.enumerate():
            if thread.name == "rooms":
                thread.join(PATIENCE)
        assert sorted(one[:4] for one in route_rights(app.routes)) == sorted(whole)
        assert client.get("/static/workbench.css").status_code == client.get("/").status_code == 200
    served.close()


def test_a_port_that_is_taken_is_said() -> None:
    """Proves: a port that was asked for and is taken is a fault; without one the next free one is found.

    Breaks if: another port is taken in silence, or the first taken port ends the search.
    """
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(GroundplanError, match=f"port {port} is taken"), listening(port):
            raise AssertionError
        with listening(0) as listener:
            assert listener.getsockname()[0] == "127.0.0.1"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Proves: the core alone answers with the extra's name, and makes no folder.

    Breaks if: an import error is shown.
    """
    monkeypatch.setattr("groundplan.verbs.serve.find_spec", lambda name: None if name == "uvicorn" else name)
    with pytest.raises(GroundplanError, match="needs more than is installed") as fault:
        serve(tmp_path / "new")
    assert "groundplan[web]" in fault.value.fix
    assert not os.listdir(tmp_path)


def test_a_fault_is_told_though_the_project_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the database refuses even reading, pages say so in words. Breaks if: a fault's page asks it."""
    served = Served(tmp_path / "county", {"small": SMALL})

    def refused(_: object) -> object:
        raise GroundplanError("the database's server does not answer", fix="start it")

    monkeypatch.setattr(ProjectStore, "reading", refused)
    answers = [served.client.get(path) for path in ("/jobs", "/nowhere")]
    assert [answer.status_code for answer in answers] == [422, 404]
    assert "does not answer" in answers[0].text
    assert "There is no such page." in answers[1].text
    monkeypatch.undo()
    served.close()


def test_tls_is_new_and_nothing_is_logged(tmp_path: Path) -> None:
    """Proves: a server that does TLS itself takes no version before 1.2 and no cipher without authentication; it writes
    no log of requests and does not say what it is. Breaks if: a library's usual ciphers or logs come in.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "plan.example.org")])
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (tmp_path / "c.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "k.pem").write_bytes(key.private_bytes(*private))
    place = ServingPlace(people=True, certificate=str(tmp_path / "c.pem"), private_key=str(tmp_path / "k.pem"))
    config = config_of(FastAPI(), place)
    config.load()
    assert config.ssl is not None
    assert config.ssl.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert {c["aead"] for c in config.ssl.get_ciphers()} == {True}
    assert (config.access_log, config.server_header) == (False, False)
    with pytest.raises(GroundplanError, match="in the clear"):
        ServingPlace(host="192.0.2.1", people=True)


def test_a_providers_secret_lies_outside_of_the_project(tmp_path: Path) -> None:
    """Proves: a server does not start with the file of a provider in the project's folder, where a study could name it.

    Breaks if: the secret lies where people's files do.
    """
    (tmp_path / "oidc.toml").write_text('issuer = "https://id.example.org"\nclient = "c"\nsecret = "s"\n')
    place = ServingPlace(people=True, oidc=str(tmp_path / "oidc.toml"))
    with pytest.raises(GroundplanError, match="holds a secret"):
        run(tmp_path, place=place, browser=False)
