"""Signing in elsewhere: at a provider of OpenID Connect that the office has already; what people may do stays here.

The provider says who somebody is; whether she was let in, and with which roles, the project's own list of people says.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from groundplan.errors import GroundplanError
from groundplan.records.card import Card, keyed
from groundplan.records.toml import open_document
from groundplan.web.guarding.serving_place import HERE

SECONDS, MOST = 600, 1000  # how long somebody may take at the provider, and how many may be there at once
PATIENCE = 10  # seconds that the provider may take to answer
CONFIGURATION = "/.well-known/openid-configuration"
SIGNED_BY = ("RS256", "PS256", "ES256", "EdDSA")
BACK = "/sign-in/back"


@dataclass(frozen=True, kw_only=True)
class Provider(Card):
    """A provider of OpenID Connect, as its file says it."""

    issuer: str = keyed("", "the provider's address, as its own configuration says it: https://id.example.org")
    client: str = keyed("", "how the provider knows this workbench")
    secret: str = keyed("", "what the provider gave with that; the file is for the server alone")
    claim: str = keyed("", "which of what it says of people is the name that they were let in by", "preferred_username")
    called: str = keyed("", "what it is called on the page", "the office's own sign-in")


def open_provider(file: str | Path) -> Provider:
    """A provider from its file (TOML). Raises ``GroundplanError``, all faults at once."""
    provider = open_document(file).record(Provider)
    parts = urlsplit(provider.issuer)
    if parts.scheme != "https" and parts.hostname not in HERE:
        what = "the provider would be asked in the clear"
        raise GroundplanError(what, where=f"{file} [issuer]", fix="give an address with https://")
    return provider


class ProviderSpeech(NamedTuple):
    """What is known of somebody who is at the provider: what must come back with her."""

    nonce: str
    verifier: str
    until: float


class Federation:
    """A provider, and who is on her way to it. ``address``: where this workbench's own pages begin."""

    def __init__(self, provider: Provider, address: str) -> None:
        self.provider, self.back = provider, address.rstrip("/") + BACK
        self._lock = threading.Lock()
        self._away: OrderedDict[str, ProviderSpeech] = OrderedDict()
        self._known: dict[str, Any] = {}

    def begin(self) -> tuple[str, str]:
        """Where somebody is sent to, and the state that her browser keeps till she is back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._session(state) as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
            )
        with self._lock:
            self._away[state] = ProviderSpeech(nonce, verifier, time.monotonic() + SECONDS)
            while len(self._away) > MOST:
                self._away.popitem(last=False)
        return str(address), state

    def end(self, state: str, kept: str, asked: str) -> str:
        """Who came back, by the name that the provider gives her. Each state is good once.

        ``kept``: the state that her browser kept; ``asked``: the address with which she came. Raises
        ``GroundplanError`` for what was not begun here, took too long, or is not signed by the provider.
        """
        with self._lock:
            speech = self._away.pop(state, None)
        if speech is None or not secrets.compare_digest(state, kept) or time.monotonic() > speech.until:
            raise GroundplanError("this sign-in was not begun here, or took too long", fix="begin it again")
        from authlib.common.errors import AuthlibBaseError

        try:
            with self._session(state) as session:
                token = session.fetch_token(
                    self._endpoint("token_endpoint"), authorization_response=asked, code_verifier=speech.verifier,
                    timeout=PATIENCE,
                )  # fmt: skip
        except (AuthlibBaseError, OSError, ValueError) as error:
            raise _refused(type(error).__name__) from None
        return self._name(str(token.get("id_token", "")), speech.nonce)

    def _name(self, token: str, nonce: str) -> str:
        """The name in a token that the provider signed for this workbench, now, and for this sign-in."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        client = self.provider.client
        rules = jwt.JWTClaimsRegistry(
            leeway=60, iss={"essential": True, "value": self.provider.issuer}, exp={"essential": True},
            aud={"essential": True, "value": client}, nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        try:
            keys = KeySet.import_key_set(self._asked(self._endpoint("jwks_uri")))
            claims = jwt.decode(token, keys, algorithms=list(SIGNED_BY)).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError) as error:
            raise _refused(type(error).__name__) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != client:
            raise _refused("azp")
        name = claims.get(self.provider.claim)
        if not isinstance(name, str) or not name:
            raise GroundplanError(
                f"the provider says no {self.provider.claim} of you", fix="ask who keeps the provider"
            )
        return name

    def _endpoint(self, name: str) -> str:
        if not self._known:
            said = self._asked(self.provider.issuer.rstrip("/") + CONFIGURATION)
            if said.get("issuer") != self.provider.issuer:
                raise _refused("issuer")
            self._known = said
        address = str(self._known.get(name, ""))
        if urlsplit(address).scheme != "https" and urlsplit(address).hostname not in HERE:
            raise _refused(name)
        return address

    def _asked(self, address: str) -> dict[str, Any]:
        import requests

        try:
            answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
            answer.raise_for_status()
            said = answer.json()
        except (requests.RequestException, ValueError):
            raise GroundplanError("the provider does not answer", where=address, fix="try again later") from None
        return dict(said) if isinstance(said, dict) else {}

    def _session(self, state: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.provider.client, self.provider.secret, scope="openid profile", state=state, redirect_uri=self.back,
            code_challenge_method="S256",
        )  # fmt: skip


def _refused(why: str) -> GroundplanError:
    return GroundplanError(f"what the provider sent cannot be relied on ({why})", fix="begin it again")
