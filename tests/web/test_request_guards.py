"""What a request must pass before a page sees it, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from groundplan.web.guarding.request_guards import POLICY, Guards

HOST = "127.0.0.1:8421"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """A server with one page and one change behind the guards."""
    app = FastAPI()
    changes: list[str] = []

    @app.get("/page")
    def page() -> dict[str, int]:
        return {"changes": len(changes)}

    @app.post("/change")
    def change() -> dict[str, int]:
        changes.append("one")
        return {"changes": len(changes)}

    app.add_middleware(Guards, hosts=[HOST, "localhost:8421"])
    with TestClient(app, base_url=f"http://{HOST}") as there:
        yield there


HOSTS = ["evil.example", "evil.example:8421", "127.0.0.1", "127.0.0.1:80", "", "LOCALHOST.:8421"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_is_not_the_servers_is_refused(client: TestClient, host: str) -> None:
    """Proves: a page of another host that was bent to this machine (DNS rebinding) reads nothing.

    Breaks if: the Host header is not held against the list.
    """
    assert client.get("/page", headers={"host": host}).status_code == 400


def test_a_name_that_is_said_twice_is_refused(client: TestClient) -> None:
    """Proves: two hosts or two origins are refused. Breaks if: one is believed here, and the other by a proxy."""
    for name, own in (("host", HOST), ("origin", f"http://{HOST}")):
        for twice in ([(name, own), (name, "evil.example")], [(name, "evil.example"), (name, own)]):
            headers = [("host", HOST), *twice] if name != "host" else twice
            assert client.post("/change", headers=headers).status_code == 400


def test_its_own_names_are_answered(client: TestClient) -> None:
    """Proves: each name of the server is answered, in any case. Breaks if: names are compared letter by letter."""
    assert client.get("/page").status_code == 200
    assert client.get("/page", headers={"host": "LOCALHOST:8421"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": f"http://{HOST}"},
        {"referer": "http://evil.example/page"},
        {"origin": "http://["},
        {"referer": "http://[::1"},
    ],
)
def test_another_sites_page_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    """Proves: a form of another site, or of another port of this machine, is refused and changes nothing.

    Breaks if: origin, fetch site or referer is not looked at.
    """
    before = client.get("/page").json()["changes"]
    assert client.post("/change", headers=headers).status_code == 403
    assert client.get("/page").json()["changes"] == before


@pytest.mark.parametrize("headers", [{"origin": f"http://{HOST}"}, {"sec-fetch-site": "same-origin"}, {}])
def test_its_own_pages_change_things(client: TestClient, headers: dict[str, str]) -> None:
    """Proves: the server's own pages, and programs that are no browser, are let through.

    Breaks if: the guard refuses everything.
    """
    assert client.post("/change", headers=headers).status_code == 200


def test_every_answer_has_its_headers(client: TestClient) -> None:
    """Proves: pages, refusals and missing pages alike say what may be loaded, and let no other site read them.

    Breaks if: a header is left out, or answers are given to other origins (CORS).
    """
    answers: list[Any] = [
        client.get("/page", headers={"origin": "http://evil.example"}),
        client.get("/nothing"),
        client.get("/page", headers={"host": "evil.example"}),
    ]
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
