"""A server that others use reads nothing of its machine for them but the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from served import Served

from groundplan import Outcome
from groundplan.errors import GroundplanError
from groundplan.ledgers.signing import SigningKey
from groundplan.reading_bounds import KEPT_TO, keep_to, refuse_outside
from groundplan.records.toml import open_document
from groundplan.tables.door.uploads import LIMITS, bytes_of

OUT = "is no file of this project"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this process keeps to, beside a file that is nobody's business."""
    monkeypatch.setenv(KEPT_TO, "")
    (tmp_path / "secret.toml").write_text('country = "my secret"\n')
    (tmp_path / "project").mkdir()
    keep_to(tmp_path / "project")
    return tmp_path / "project"


def test_what_is_named_outside_is_not_read(kept: Path) -> None:
    """Proves: documents, tables and outcomes outside of the folder are refused before they are opened, by whatever path
    or link; those inside and the package's own are read. Breaks if: one way in does not ask.
    """
    (kept / "link.toml").symlink_to(kept.parent / "secret.toml")
    (kept / "own.toml").write_text('country = "GHA"\n')
    for name in ("../secret.toml", "link.toml", "/etc/passwd", "a\0b"):
        for read in (open_document, lambda p: bytes_of(Path(p), LIMITS), Outcome.open):
            with pytest.raises(GroundplanError, match=OUT):
                read(str(kept / name))
    assert open_document(kept / "own.toml").content == {"country": "GHA"}
    refuse_outside(Path(refuse_outside.__code__.co_filename).parent / "glossary.csv")


def test_keys_and_what_the_project_keeps_are_read_by_nothing(kept: Path) -> None:
    """Proves: neither the key that signs nor the database is read as a document, a table or an outcome, under whatever
    name; a fresh key stands in the project's folder itself, from where nothing is given away.

    Breaks if: who may edit a study can read the key, or have it written into a folder that is taken along.
    """
    SigningKey.fresh("office").write(kept / "plan.key")
    (kept / "groundplan.db").write_text("x = 1\n")
    (kept / "jobs").mkdir()
    (kept / "jobs/job.json").write_text("{}")
    (kept / "alias.csv").symlink_to(kept / "plan.key")
    for name in ("plan.key", "PLAN.KEY", "groundplan.db", "jobs/job.json", "alias.csv"):
        for read in (open_document, lambda p: bytes_of(Path(p), LIMITS), Outcome.open):
            with pytest.raises(GroundplanError, match=OUT):
                read(str(kept / name))
    (kept / "copied.csv").write_bytes((kept / "plan.key").read_bytes())
    with pytest.raises(GroundplanError, match="a key that signs"):
        bytes_of(kept / "copied.csv", LIMITS)
    for place in ("files.key/../forms/a.key", "forms/a.key", "plan.txt"):
        with pytest.raises(GroundplanError, match="stands in the project's folder itself"):
            SigningKey.fresh("office").write(kept / place)


FILES = (
    'accounts = "/etc/passwd"\n', 'table = "../secret.toml"\nyear = 2020\n',
    'table = ["../secret.toml"]\nyear = 2020\n',
    'mapping = "../secret.toml"\ntable = "../secret.toml"\nyear = 2020\n', '[people]\nby_age = "../secret.toml"\n',
    '[growth]\npast = "../secret.toml"\n', 'doctrine = "../secret.toml"\n',
)  # fmt: skip


@pytest.mark.parametrize("more", FILES)
def test_a_study_leads_a_run_to_no_file_elsewhere(tmp_path: Path, kept: Path, more: str) -> None:
    """Proves: a study that names files of the server's machine, in whatever field, has no run that tells of them.

    Breaks if: what is in a file elsewhere stands in an outcome or in a fault's words.
    """
    own = Served(kept, {"a": f'country = "GHA"\n{more}\n[plan]\nyears = 1\ntail_years = 0\n'})
    own.bench.ask("plan", {"study": "studies/a.toml"}, study="a")
    (job,) = own.compute()
    assert job.state == "failed"
    said = json.dumps([job.what, job.where, job.fix, [part.what for part in job.fault_parts]])
    assert "my secret" not in said
    assert "root:" not in said
    own.close()
