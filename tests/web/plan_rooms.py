"""Small projects for the tests of the room Plan: a country of two sectors, and studies of it."""

from __future__ import annotations

import html
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient
from small_accounts import write_small_template

from groundplan.projects.project_folder import Project
from groundplan.projects.running import JobRunner
from groundplan.web.app import make_app
from groundplan.web.workbench import STUDY, Workbench

TWO_YEARS = """# A small country.
country = "own.xlsx"

[plan]
years = 2

[capital]
depreciation = 0.01
"""
CLASH = f"""{TWO_YEARS}
# Goods from abroad fall at once.
[[targets]]
indicator = "imports: goods"
sense = "<="
of_base = 0.9
year = 2021

[[targets]]
indicator = "investment"
sense = ">="
of_base = 1.0
year = 2021
"""
FIELD = re.compile(r'<input type="(?:text|hidden)"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"')


def small_bench(folder: Path, text: str = TWO_YEARS) -> Workbench:
    """A project with the study ``small`` of the country of two sectors."""
    project = Project.open(folder)
    write_small_template(project.folder / "studies")
    project.documents.save(STUDY, "small", text, after=0, by="you")
    return Workbench(project, JobRunner(project))


def client_of(bench: Workbench) -> TestClient:
    """Who asks the pages of a project."""
    return TestClient(make_app(bench, hosts=["testserver"]), follow_redirects=False)


def sent_fields(page: str) -> dict[str, str]:
    """The texts of a page's fields, as its form sends them."""
    return {name: html.unescape(value) for name, value in FIELD.findall(page)}


def until_over(bench: Workbench, verb: str = "plan", seconds: float = 120.0) -> str:
    """The state in which the newest run of a verb ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = next(j for j in bench.project.jobs.all() if j.verb == verb)
        if job.over:
            return job.state
        time.sleep(0.05)
    raise AssertionError(f"the run of {verb} did not end in {seconds} s")


@contextmanager
def served(bench: Workbench) -> Iterator[str]:
    """The pages of a project on a free port of this machine, its runs in processes; and their address."""
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(bench, hosts=[f"127.0.0.1:{port}"])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + 30.0
        while not server.started:
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()
