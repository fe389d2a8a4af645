"""A project with a small plan for the tests of the room *Follow up*: asked without a server, or served to a browser."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
from served import Served

from groundplan.projects.jobs import Job

STUDY = 'country = "GHA"\n\n[plan]\nyears = 2\nevenness = 0\nprice_softness = 0\n'
ROOM = "/study/ghana/follow"


class FollowProject(Served):
    """A project folder with one study; runs are computed in this process when the test says so."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"ghana": STUDY})
        self.folder = folder

    def computed(self) -> Job:
        """Compute the runs that wait; the last one, which must have an outcome."""
        last = self.compute()[-1]
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
