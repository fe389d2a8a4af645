"""Workbenches for tests: a project folder with a run that was computed here, and a server that a browser can ask."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import uvicorn
from fastapi.testclient import TestClient

from groundplan import worker
from groundplan.projects.jobs import Job
from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner
from groundplan.web.app import local_hosts, make_app
from groundplan.web.serving import listening
from groundplan.web.workbench import Workbench

NAMED = "127.0.0.1:8421"
SMALL = 'country = "GHA"\n\n[plan]\nyears = 1\ntail_years = 0\n'
TWIN = re.compile(r"<details><summary>As a table</summary>.*?</details>", re.DOTALL)  # of a figure that is explored


class Served:
    """A workbench over a project folder, asked without a server; runs are computed in this process when told to."""

    def __init__(self, folder: Path, studies: Mapping[str, str], *, people: bool = False, secure: bool = False) -> None:
        self.project, self.people = Project.open(folder), people
        for name, text in studies.items():
            self.project.documents.save("study", name, text, after=0, by="a test")
        self.bench = Workbench(self.project, JobRunner(self.project))
        self.app = make_app(self.bench, hosts=[NAMED], people=people, secure=secure)
        self.base = f"{'https' if secure else 'http'}://{NAMED}"
        self.client = self.browser()

    def browser(self) -> TestClient:
        """A browser of its own, that nobody is signed in with."""
        return TestClient(self.app, base_url=self.base, follow_redirects=False)

    def signed_in(self, name: str, *roles: str, unit: str = "") -> TestClient:
        """A browser that somebody with these roles is signed in with; she is let in if she was not."""
        there = next((p for p in self.project.people.all() if p.name == name), None)
        person = there or self.project.people.add(name, roles, unit, by="a test")[0]
        browser = self.browser()
        browser.cookies.set(self.app.state.cookie, self.project.sign_ins.begin(person), domain="127.0.0.1")
        return browser

    def compute(self) -> list[Job]:
        """Compute every run that waits, in order, in this process; as they ended."""
        home = os.getcwd()
        waiting = [job for job in self.project.jobs.all() if job.state == "waiting"]
        for _ in waiting:
            job = self.project.jobs.begin_next(1)
            assert job is not None
            try:
                assert worker.main([str(self.project.folder / "jobs" / job.id)]) == 0
            finally:
                os.chdir(home)
            self.project.jobs.settle(job.id)
        return [self.project.jobs.job(job.id) for job in waiting]

    def ask(self, verb: str, **entered: str) -> Job:
        """Send a verb's form and compute its run."""
        answer = self.client.post(f"/verbs/{verb}", data=entered)
        assert answer.status_code == 303, answer.text
        (job,) = self.compute()
        return job

    def close(self) -> None:
        """Let the folder go."""
        self.client.close()
        self.project.close()


@contextmanager
def serving(served: Served) -> Iterator[str]:
    """A server of this machine for a browser, and its address; with a runner of processes."""
    with listening(0) as listener:
        port = int(listener.getsockname()[1])
        app = make_app(served.bench, hosts=local_hosts(port), people=served.people)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        ready = threading.Event()
        while not server.started and thread.is_alive():
            ready.wait(0.02)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


class Cells(HTMLParser):
    """The texts of every cell, caption and list item inside ``main``, in order, by kind."""

    KINDS = ("td", "th", "caption", "li", "p")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, list[str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.KINDS:
            self.open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            kind, parts = self.open.pop()
            timed = kind == "td" and self.texts[-1:] == [("th", "seconds")]  # how long a run took is its own
            self.texts.append((kind, "" if timed else " ".join("".join(parts).split())))

    def handle_data(self, data: str) -> None:
        for _, parts in self.open[-1:]:
            parts.append(data)

    def of(self, *kinds: str) -> list[str]:
        """The texts of some kinds, in order."""
        return [text for kind, text in self.texts if kind in kinds]


def views_shown(client: TestClient, outcome: str) -> str:
    """The outcome's page and the pages of all its annexes, one after the other."""
    page = client.get(f"/outcomes/{outcome}").text
    start, end = page.index('<section class="sheet">'), page.find('<section class="annexes">')
    parts = page[end:].split(f'href="/outcomes/{outcome}/views/')[1:] if end > 0 else []
    links = [part.partition('"')[0] for part in parts]
    annexes = [client.get(f"/outcomes/{outcome}/views/{name}").text for name in dict.fromkeys(links)]
    cut = [p[p.index("<section id=") : p.index("</main>")] for p in annexes]
    return TWIN.sub("", page[start : end if end > 0 else page.index("</main>")] + "".join(cut))


def entries(**entered: Any) -> dict[str, str]:
    """What is entered into a form, as texts."""
    return {name: str(value) for name, value in entered.items()}
