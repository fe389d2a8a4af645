"""Signing in at the office's own provider: what comes back is believed as far as it is signed for us, here and now."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import small_site
from joserfc import jwt
from joserfc.jwk import ECKey
from served import NAMED, Served

from groundplan.errors import GroundplanError
from groundplan.web.guarding import federation
from groundplan.web.guarding.federation import Federation, Provider, open_provider

CLIENT, SECRET = "workbench", "of-the-office"


@dataclass
class Office:
    """A provider, and what it says of who comes: it checks what a real one does before it gives a token."""

    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"}))
    signer: Any = None
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)

    def said(self, path: str) -> dict[str, Any]:
        """The provider's configuration, or its keys."""
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: self.issuer + end for name, end in ends.items()}}

    def token(self, form: dict[str, list[str]], authorization: str) -> dict[str, Any]:
        """A token of who was just sent here, for who can show that it was he who sent her."""
        challenge = urlsafe_b64encode(sha256(form["code_verifier"][0].encode()).digest()).decode().rstrip("=")
        right = b64decode(authorization.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        if not right or form["code"] != ["good"] or challenge != self.asked["code_challenge"][0]:
            return {"error": "invalid_grant"}
        said = {
            "iss": self.issuer, "aud": CLIENT, "exp": int(time.time()) + 60, "nonce": self.asked["nonce"][0],
            "preferred_username": "Amina", **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, said, self.signer or self.key)
        return {"id_token": signed, "access_token": "x", "token_type": "Bearer"}


@pytest.fixture
def office() -> Iterator[Office]:
    """A provider on the loopback."""
    there = Office()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(there.said(self.path))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            said = there.token(form, self.headers["authorization"])
            self.answer(said, 400 if "error" in said else 200)

        def answer(self, said: dict[str, Any], status: int = 200) -> None:
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *words: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield there
        server.shutdown()


@pytest.fixture
def served(tmp_path: Path, office: Office) -> Iterator[Served]:
    """A workbench with a provider, where Amina was let in."""
    own = Served(tmp_path, {"a": 'country = "GHA"\n'}, people=True)
    own.project.people.add("Amina", ["reader"], "", by="a test")
    provider = Provider(issuer=office.issuer, client=CLIENT, secret=SECRET)
    own.app.state.federation = Federation(provider, f"http://{NAMED}")
    yield own
    own.close()


def sent(browser: Any, office: Office) -> str:
    """Send somebody to the provider; the state that she has to bring back."""
    answer = browser.get("/sign-in/elsewhere")
    assert answer.status_code == 303
    office.asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert office.asked["code_challenge_method"] == ["S256"]
    assert office.asked["redirect_uri"] == [f"http://{NAMED}/sign-in/back"]
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    return str(office.asked["state"][0])


def test_who_was_let_in_is_signed_in(served: Served, office: Office) -> None:
    """Proves: who comes back with a token for this sign-in has her own role; the state is good once; who was not let in
    stays out; a role is never the provider's to give. Breaks if: the provider alone opens the door.
    """
    browser = served.browser()
    assert "the office&#39;s own sign-in" in browser.get("/sign-in").text
    state = sent(browser, office)
    page = browser.get(f"/sign-in/back?code=good&state={state}")
    assert page.status_code == 200
    assert browser.get("/documents").status_code == 200
    assert browser.get("/people").status_code == 403
    assert browser.get(f"/sign-in/back?code=good&state={state}").status_code == 422
    office.claims = {"preferred_username": "Mallory", "roles": ["administrator"]}
    other = served.browser()
    answer = other.get(f"/sign-in/back?code=good&state={sent(other, office)}")
    assert answer.status_code == 422
    assert "was not let in here" in answer.text
    assert other.get("/documents").status_code == 303


WRONG = (
    {"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1}, {"nonce": "of another sign-in"},
    {"aud": ["workbench", "another"]}, {"preferred_username": ""}, {"preferred_username": ["Amina"]},
)  # fmt: skip


@pytest.mark.parametrize("claims", WRONG)
def test_a_token_for_something_else_opens_nothing(served: Served, office: Office, claims: dict[str, Any]) -> None:
    """Proves: a token for another workbench, by another provider, of another time or sign-in, is refused.

    Breaks if: one of its claims is not looked at.
    """
    browser, office.claims = served.browser(), claims
    answer = browser.get(f"/sign-in/back?code=good&state={sent(browser, office)}")
    assert answer.status_code == 422
    assert browser.get("/documents").status_code == 303


def test_what_another_signed_or_another_began_opens_nothing(served: Served, office: Office) -> None:
    """Proves: a token by another key, a state that another browser keeps (somebody made her sign in as himself), a code
    that the provider refuses, and what was begun too long ago are refused.

    Breaks if: signature, browser or time are not held against what was begun.
    """
    browser = served.browser()
    office.signer = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
    assert browser.get(f"/sign-in/back?code=good&state={sent(browser, office)}").status_code == 422
    office.signer = None
    assert browser.get(f"/sign-in/back?code=bad&state={sent(browser, office)}").status_code == 422
    state = sent(served.browser(), office)
    assert browser.get(f"/sign-in/back?code=good&state={state}").status_code == 422
    state = sent(browser, office)
    speech = served.app.state.federation._away[state]
    served.app.state.federation._away[state] = speech._replace(until=0.0)
    assert browser.get(f"/sign-in/back?code=good&state={state}").status_code == 422
    assert browser.get("/documents").status_code == 303


def test_the_file_of_a_provider(tmp_path: Path) -> None:
    """Proves: a file is refused with all that it lacks, an address in the clear too; so are a provider that is not the
    issuer it claims, and one that does not answer. Breaks if: either is taken.
    """
    file = tmp_path / "oidc.toml"
    file.write_text('issuer = "http://id.example.org"\nclient = "c"\nsecret = "s"\n')
    with pytest.raises(GroundplanError, match="in the clear"):
        open_provider(file)
    file.write_text('issuer = "https://id.example.org"\n')
    with pytest.raises(GroundplanError) as caught:
        open_provider(file)
    said_of = str(caught.value)
    assert "client" in said_of
    assert "secret" in said_of
    said = json.dumps({"issuer": "https://another.example"}).encode()
    with small_site({federation.CONFIGURATION: ("application/json", said)}) as site:
        provider = Provider(issuer=site.address.rstrip("/"), client="c", secret="s")
        with pytest.raises(GroundplanError, match="cannot be relied on"):
            Federation(provider, "http://127.0.0.1").begin()
        nowhere = Provider(issuer=site.address.rstrip("/") + "/none", client="c", secret="s")
        with pytest.raises(GroundplanError, match="does not answer"):
            Federation(nowhere, "http://127.0.0.1").begin()
