"""A project with a small plan for the tests of the room *Follow up*: asked without a server, or served to a browser."""

from __future__ import annotations

import io
import os
import socket
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import uvicorn
from fastapi.testclient import TestClient

from groundplan import worker
from groundplan.projects.jobs import Job
from groundplan.projects.project import Project
from groundplan.projects.running import JobRunner
from groundplan.web.app import local_hosts, make_app
from groundplan.web.workbench import Workbench

HOST = "127.0.0.1:8421"
STUDY = 'country = "GHA"\n\n[plan]\nyears = 2\n'
ROOM = "/study/ghana/follow"


class FollowProject:
    """A project folder with one study; runs are computed in this process when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = Project.open(folder)
        self.project.documents.save("study", "ghana", STUDY, after=0, by="a test")
        self.bench = Workbench(self.project, JobRunner(self.project))
        app = make_app(self.bench, hosts=[HOST])
        self.client = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)

    def compute(self) -> Job:
        """Compute the runs that wait; the last one, which must have an outcome."""
        home, last = os.getcwd(), None
        while (job := self.project.jobs.begin_next(1)) is not None:
            try:
                assert worker.main([str(self.folder / "jobs" / job.id)]) == 0
            finally:
                os.chdir(home)
            self.project.jobs.settle(job.id)
            last = self.project.jobs.job(job.id)
        assert last is not None
        assert last.outcome, last.what
        return last

    def page(self, word: str = "", status: int = 200) -> str:
        """A page of the room."""
        answer = self.client.get(f"{ROOM}/{word}".rstrip("/"))
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, word: str, status: int = 303, **entered: str) -> str:
        """Send a form of the room: where it leads, or the page that comes back."""
        answer = self.client.post(f"{ROOM}/{word}", data={k.replace("__", "."): v for k, v in entered.items()})
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text

    def drop(self, files: Mapping[str, bytes], status: int = 303, **entered: str) -> str:
        """Drop files on the page that receives them."""
        sent = [("files", (name, data)) for name, data in files.items()]
        answer = self.client.post(f"{ROOM}/receive", files=sent, data=entered)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text

    def close(self) -> None:
        """Let the folder go."""
        self.client.close()
        self.project.close()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of an archive by their last name."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {Path(name).name: packed.read(name) for name in packed.namelist()}


def filled(form: bytes, values: Mapping[str, object]) -> bytes:
    """A form filled in by period, as somebody in a spreadsheet program would."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    for row in book["Return"].iter_rows(min_row=7):
        key = str(row[0].value).rpartition("|")[2]
        if key in values:
            row[6].value = values[key]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@contextmanager
def follow_served(own: FollowProject) -> Iterator[str]:
    """A server of this machine for a browser, with a runner of processes; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
        app = make_app(own.bench, hosts=local_hosts(port))
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
