"""A project with one small study, its pages without a browser, and served to one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import uvicorn
from fastapi.testclient import TestClient

from groundplan.projects.jobs import Job
from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner
from groundplan.web.app import local_hosts, make_app
from groundplan.web.workbench import Workbench

STUDY = 'country = "GHA"\n\n[plan]\nyears = 1\n'
PATIENCE = 120.0


@dataclass
class Room:
    """The workbench of a project, and who asks for its pages."""

    bench: Workbench
    client: TestClient

    def ended(self, address: str) -> Job:
        """The run whose number an address ends with, once it is over."""
        return ended(self.bench, address.rstrip("/").rpartition("/")[2])


def ended(bench: Workbench, job_id: str) -> Job:
    """A run, once it is over."""
    until = time.monotonic() + PATIENCE
    while not (job := bench.project.jobs.job(job_id)).over:
        assert time.monotonic() < until, f"{job.verb} does not end: {job.line}"
        bench.project.jobs.stirred.wait(0.1)
    return job


@contextmanager
def project_bench(folder: Path) -> Iterator[Workbench]:
    """A project with the study of Ghana."""
    project = Project.open(folder)
    project.documents.save("study", "ghana", STUDY, after=0, by="you")
    try:
        yield Workbench(project, JobRunner(project))
    finally:
        project.close()


@contextmanager
def room(folder: Path) -> Iterator[Room]:
    """The pages of a project, asked for without a browser; its runs are run."""
    with project_bench(folder) as bench, TestClient(make_app(bench, hosts=["testserver"])) as client:
        yield Room(bench, client)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Workbench, str]]:
    """A project served on a free port of this machine: the workbench and its address."""
    with project_bench(folder) as bench:
        config = uvicorn.Config(lambda: None, host="127.0.0.1", port=0, log_level="warning", lifespan="on")
        listener = config.bind_socket()
        port = listener.getsockname()[1]
        config.app, config.loaded = make_app(bench, hosts=local_hosts(port)), False
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + PATIENCE
            while not server.started:
                assert thread.is_alive()
                assert time.monotonic() < until
            yield bench, f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            listener.close()


class Tables(HTMLParser):
    """The cells of every table of a page, by its caption."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.inside += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside -= 1

    def handle_data(self, data: str) -> None:
        if self.inside and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data
