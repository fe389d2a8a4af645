"""Debian's Chromium for the tests of the workbench: one a worker, a context a test, nothing from outside, no complaint.

What a test asks of it stands in ``conftest.py`` (``browsing``); what it may ask of a page: ``axe_findings``.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)  # fmt: skip
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
HERE = "127.0.0.1"
NAMES = (HERE, "localhost")
STRICT = "default-src 'self'"


def chromium_path() -> str | None:
    """Where this system has a Chromium; None where it has none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@contextmanager
def chromium_running(path: str) -> Iterator[Chromium]:
    """A browser for a whole session; its event loop counts as running only while a test uses it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        one = Chromium(browser, asyncio.get_running_loop())
        asyncio._set_running_loop(None)
        try:
            yield one
        finally:
            asyncio._set_running_loop(one.loop)
            browser.close()


@dataclass
class Chromium:
    """A running browser and Playwright's loop.

    Playwright leaves its loop set as the running one of the thread; ``asyncio.run`` of any later test would refuse.
    """

    browser: Any
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def in_use(self) -> Iterator[Any]:
        """The browser, for the length of a test."""
        asyncio._set_running_loop(self.loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)


@dataclass
class Browsing:
    """Opens pages for one test and gathers what went wrong on them: requests to other hosts, errors, violations."""

    browser: Any
    contexts: list[Any] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __call__(self, width: int = 1280, height: int = 900, *, allow: tuple[str, ...] = (), **options: Any) -> Any:
        """A page in a context of its own. ``allow``: parts of console errors that the test provokes itself, such as
        ``"status of 422"``; ``options`` go to Playwright's ``new_context`` (``locale``, ``color_scheme``, …).
        """
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", lambda message: self._logged(message, allow))
        context.on("weberror", lambda fault: self.complaints.append(f"uncaught: {fault.error}"))
        return context.new_page()

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in NAMES:
            self.complaints.append(f"asked another host: {url}")

    def _logged(self, message: Any, allow: tuple[str, ...]) -> None:
        violates = "Content Security Policy" in message.text
        if (message.type == "error" or violates) and not any(words in message.text for words in allow):
            self.complaints.append(f"{message.type}: {message.text}")

    def close(self) -> None:
        """End every context, hearing what is still under way on its pages."""
        for context in self.contexts:
            for page in context.pages:
                page.evaluate("0")
            context.close()
        self.contexts.clear()


def until(page: Any, expression: str, arg: Any = None, *, seconds: float = 15.0) -> None:
    """Wait until an expression holds on a page. Raises ``TimeoutError`` naming it where it does not.

    Playwright's own ``wait_for_function`` evaluates text inside the page, which the security policy forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"never true on {page.url}: {expression}")
        page.wait_for_timeout(20)


def axe_findings(page: Any) -> list[str]:
    """What axe-core finds against WCAG 2.1 A and AA on a page: rule, help and the element of each finding.

    What it found to be right, many times as much, is neither described nor sent.
    """
    options = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"], "selectors": False}
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(axe_script())
    violations = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [f"{found['id']}: {found['help']}: {node['html'][:200]}" for found in violations for node in found["nodes"]]


@cache
def axe_script() -> str:
    """The source of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def looked_at(page: Any, address: str, path: str) -> list[str]:
    """What is wrong with a page: findings of axe, a page that scrolls sideways, no heading or more than one."""
    page.goto(address + path)
    wrong = [f"{path}: {finding}" for finding in axe_findings(page)]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        wrong.append(f"{path}: {wide} pixels wider than the window")
    if page.locator("h1").count() != 1:
        wrong.append(f"{path}: {page.locator('h1').count()} headings of the page")
    return wrong


@dataclass
class SmallSite:
    """Pages on the loopback, each with the strict policy of the workbench."""

    address: str
    pages: dict[str, tuple[str, bytes]]


@contextmanager
def small_site(pages: Mapping[str, tuple[str, bytes]]) -> Iterator[SmallSite]:
    """Serve some pages (path: media type and content) on a free port; what is not among them is answered with 404."""
    shown = {"/favicon.ico": ("image/x-icon", b""), **pages}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, content = shown.get(urlsplit(self.path).path, ("", b"nothing here"))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", STRICT)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words: Any) -> None:
            """Nothing: a test says what it finds."""

    server = ThreadingHTTPServer((HERE, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield SmallSite(f"http://{HERE}:{server.server_port}", shown)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
