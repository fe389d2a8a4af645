"""What every request must pass and every answer carries: who may ask, from where, and what a page may load.

The server answers to the names it was started for and to no other, so that no page of another host reaches it through
a name that was bent to this machine; what changes something must come from a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
READING = ("GET", "HEAD", "OPTIONS")
ONCE = ("host", "origin", "referer", "sec-fetch-site")  # who says one of them twice says nothing that can be trusted
# No script, style, picture or connection but the server's own; pictures inside a page are data.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# A saved report brings its own style, and no script.
PAPER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
# The manual is built with a theme that has styles in its pages.
MANUAL_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}

HTTPS_ALONE = {"strict-transport-security": "max-age=31536000"}


class Guards:
    """Refuses a request with a host that is not the server's, or a change that another site's page asks for."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], secure: bool = False) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.headers = {**HEADERS, **(HTTPS_ALONE if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400 (host) or 403 (origin) in plain words."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = [(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in scope["headers"]]
        headers, twice = dict(sent), any(sum(key == one for key, _ in sent) > 1 for one in ONCE)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {key.lower() for key, _ in message["headers"]}
                more = {"content-security-policy": POLICY, "cache-control": "no-store", **self.headers}
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in more.items() if k.encode() not in there),
                ]
            await send(message)

        if twice or headers.get("host", "").lower() not in self.hosts:
            await _refuse(guarded, 400, "This server does not answer to that name.")
        elif scope["method"] not in READING and not self._own(headers):
            await _refuse(guarded, 403, "Only pages of this server may change something here.")
        else:
            await self.app(scope, receive, guarded)

    def _own(self, headers: dict[str, str]) -> bool:
        """Whether a request was made by a page of this server, or by a program that is no browser."""
        site = headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return site is not None or "referer" not in headers or self._ours(headers["referer"])
        return self._ours(origin)

    def _ours(self, address: str) -> bool:
        try:
            return urlsplit(address).netloc.lower() in self.hosts
        except ValueError:  # no address at all
            return False


async def _refuse(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
