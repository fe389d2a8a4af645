"""Saved outcomes: whatever is changed in their files is refused and named, and none is lost or overwritten unasked."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from commands import said

from groundplan import Outcome, whole_files
from groundplan.batches.kept import Kept
from groundplan.errors import GroundplanError
from groundplan.outcome import write_pages
from groundplan.whole_files import Taken


def small(value: float = 1.25) -> Outcome:
    array = xr.DataArray([value, 2.5, 3.75], coords={"sector": ["a", "b", "c"]}, dims="sector", name="level")
    table = pd.DataFrame({"name": ["x", "y\nz", "w"], "value": [1.0, 2.0, 3.0]})
    return Outcome({"level": array.assign_attrs(units="t")}, {"t": table}, {"engine": "plan", "note": "first"})


def saved(tmp_path: Path, value: float = 1.25) -> Path:
    pages = {"report.html": "<p>report</p>", "study.toml": 'country = "GHA"\n'}
    return small(value).save(tmp_path / "o", pages)


def level_of(folder: Path) -> float:
    return float(Outcome.open(folder)["level"].values[0])


def text_changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return change


def linked(name: str) -> Callable[[Path], None]:
    """A part of the outcome lies elsewhere, and a link stands in its place."""

    def change(folder: Path) -> None:
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return change


def renamed_in_index(new: str) -> Callable[[Path], None]:
    """The index, sealed anew, names a file by a path."""
    from groundplan.saved_index import index_text

    def change(folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text("utf-8"))
        data = (folder / "tables" / "t.csv").read_bytes()
        (folder.parent / "t.csv").write_bytes(data)
        names = [name for name in index["files"] if name != "tables/t.csv"]
        files = {name: (folder / name).read_bytes() for name in names} | {f"tables/{new}.csv": data}
        text = index_text(index["arrays"], {new: index["tables"]["t"]}, files)
        (folder / "index.json").write_text(text, "utf-8")

    return change


CHANGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a digit": (text_changed("arrays/level.csv", "2.5", "2.6"), "level.csv: figures or words in it were changed"),
    "a digit of a table": (text_changed("tables/t.csv", "2.0", "3.0"), "t.csv: figures or words in it were changed"),
    "a digit more": (text_changed("arrays/level.csv", "2.5", "2.55"), "level.csv: it has"),
    "a row cut off": (text_changed("arrays/level.csv", "c,3.75\n", ""), "it has 2 rows, 3 were written"),
    "a row cut off below a line break": (text_changed("tables/t.csv", "w,3.0\n", ""), "it has 2 rows, 3 were written"),
    "a row twice": (text_changed("arrays/level.csv", "c,3.75\n", "c,3.75\nc,3.75\n"), "it has 4 rows, 3 were written"),
    "rows exchanged": (text_changed("arrays/level.csv", "a,1.25\nb,2.5", "b,2.5\na,1.25"), "words in it were changed"),
    "labels exchanged": (text_changed("arrays/level.csv", "a,1.25\nb,", "b,1.25\na,"), "words in it were changed"),
    "the provenance": (text_changed("provenance.json", "first", "other"), "provenance.json: figures or words"),
    "the report": (text_changed("report.html", "report", "forged"), "report.html: figures or words"),
    "the study": (text_changed("study.toml", "GHA", "BRA"), "study.toml: figures or words"),
    "the index": (text_changed("index.json", '"units": "t"', '"units": "k"'), "index.json: it is not as it was"),
    "a key twice in the index": (text_changed("index.json", '"format": 2', '"format": 2, "format": 2'), "stands twice"),
    "another format": (text_changed("index.json", '"format": 2', '"format": 1'), "has format 1, this version reads 2"),
    "an index that ends early": (
        lambda f: (f / "index.json").write_text((f / "index.json").read_text("utf-8")[:90], "utf-8"), "index.json:"),
    "an index that is a list": (lambda f: (f / "index.json").write_text("[]", "utf-8"), "index.json:"),
    "a table missing": (lambda f: (f / "tables" / "t.csv").unlink(), "t.csv: it is missing"),
    "the report missing": (lambda f: (f / "report.html").unlink(), "report.html: it is missing"),
    "a table that is a link": (linked("tables/t.csv"), "t.csv: it is a link to another place"),
    "tables that are a link": (linked("tables"), "tables: it is a link to another place"),
    "a provenance that is a link": (linked("provenance.json"), "provenance.json: it is a link to another place"),
    "an index that is a link": (linked("index.json"), "index.json: it is a link to another place"),
    "a path out of the folder": (renamed_in_index("../../t"), "a file outside of the folder: '../../t'"),
    "an absolute path": (renamed_in_index("/tmp/t"), "a file outside of the folder: '/tmp/t'"),
    "a path by the other stroke": (renamed_in_index("..\\t"), "a file outside of the folder"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_outcome_is_refused_and_the_change_named(change: str, tmp_path: Path) -> None:
    """Proves: each change is refused with the file and what is wrong with it; the outcome as it was written opens.

    Breaks if: a file is read that was not checked, or checked and read again.
    """
    folder = saved(tmp_path)
    assert level_of(folder) == 1.25
    how, says = CHANGES[change]
    how(folder)
    with pytest.raises(GroundplanError) as refused:
        Outcome.open(folder)
    assert says in str(refused.value), str(refused.value)


def test_all_changes_are_told_at_once(tmp_path: Path) -> None:
    """Proves: two changed files are two faults. Breaks if: the reader stops at the first."""
    folder = saved(tmp_path)
    CHANGES["a digit"][0](folder)
    CHANGES["the provenance"][0](folder)
    with pytest.raises(GroundplanError, match="2 faults") as refused:
        Outcome.open(folder)
    assert "level.csv" in str(refused.value)
    assert "provenance.json" in str(refused.value)


def test_pages_that_were_lost_can_be_written_again(tmp_path: Path) -> None:
    """Proves: an outcome without its report opens where pages are not asked for, and is whole after they are written.

    Breaks if: a report that was deleted makes the numbers unreadable for good.
    """
    folder = saved(tmp_path)
    (folder / "report.html").unlink()
    assert Outcome.open(folder, pages=False).provenance["note"] == "first"
    write_pages(folder, {"report.html": "<p>again</p>"})
    assert level_of(folder) == 1.25
    assert sorted(p.name for p in folder.iterdir()) == [
        "arrays", "index.json", "provenance.json", "report.html", "study.toml", "tables"
    ]  # fmt: skip


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    """Proves: an earlier outcome stays unless it is said that it may go. Breaks if: ``save`` replaces it."""
    folder = saved(tmp_path)
    with pytest.raises(Taken, match="nothing is overwritten unasked"):
        small(9.0).save(folder)
    assert level_of(folder) == 1.25
    assert level_of(small(9.0).save(folder, overwrite=True)) == 9.0
    assert [p.name for p in tmp_path.iterdir()] == ["o"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Proves: saving to a link writes where it leads to, new or again. Breaks if: the link is replaced by a folder."""
    (tmp_path / "disk").mkdir()
    link = tmp_path / "o"
    link.symlink_to(tmp_path / "disk" / "there")
    for value in (1.0, 2.0):
        assert small(value).save(link, overwrite=value > 1.0) == link
        assert link.is_symlink()
        assert level_of(link) == level_of(tmp_path / "disk" / "there") == value


KILLED = """
import os, pathlib, sys
sys.path.insert(0, sys.argv[3])
from test_saved_outcomes import small
from groundplan import whole_files
step, folder = sys.argv[1:3]
if step == "exchanged":
    real = whole_files._exchanged
    whole_files._exchanged = lambda one, other: real(one, other) and os._exit(9)
else:
    # A disk that cannot exchange two names: the old one is moved away, then the new one in.
    whole_files._exchanged = lambda one, other: False
    real_rename, renames = pathlib.Path.rename, []
    def rename(path, target):
        if len(renames) == int(step):
            os._exit(9)
        renames.append(path)
        return real_rename(path, target)
    pathlib.Path.rename = rename
small(9.0).save(folder, overwrite=True)
"""


@pytest.mark.parametrize(("step", "value"), [("exchanged", 9.0), ("0", 1.25), ("1", 1.25)])
def test_a_crash_leaves_the_old_or_the_new_outcome(step: str, value: float, tmp_path: Path) -> None:
    """A process that dies after the exchange, before the first and between the two renames.

    Proves: an outcome stands under the name, the old or the new one, and what the dead process left is cleared.
    Breaks if: the old one is moved away and nobody brings it back.
    """
    folder = saved(tmp_path)
    here = str(Path(__file__).parent)
    tests = os.pathsep.join([here, str(Path(__file__).parents[1])])
    words = [sys.executable, "-c", KILLED, step, str(folder), here]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": tests}, check=False)
    if step == "exchanged" and done.returncode == 0:
        pytest.skip("this disk cannot exchange two names")
    assert done.returncode == 9, done.stderr
    assert len(list(tmp_path.iterdir())) == 2, "what was written stands beside"
    assert level_of(folder) == value
    assert level_of(small(7.0).save(folder, overwrite=True)) == 7.0
    assert [p.name for p in tmp_path.iterdir()] == ["o"]


def test_of_two_writers_one_wins_and_the_other_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes save to one name at once: the second comes to its end while the first is writing.

    Proves: whether the place was free or was to be overwritten, one outcome stands there whole, and the other process
    is told what to do.
    Breaks if: the later one sweeps away what the earlier one has just written.
    """
    write = Outcome._write
    for start, overwrite in ((None, False), (1.25, True)):
        folder = tmp_path / f"o{overwrite}"
        if start is not None:
            small(start).save(folder)
        meanwhile = [small(2.0)]

        def slowly(self: Outcome, fresh: Path, pages: dict[str, str]) -> None:
            write(self, fresh, pages)
            if meanwhile:  # noqa: B023
                meanwhile.pop().save(folder, overwrite=overwrite)  # noqa: B023

        monkeypatch.setattr(Outcome, "_write", slowly)
        with pytest.raises(Taken, match="another run has just written") as refused:
            small(3.0).save(folder, overwrite=overwrite)
        assert "--overwrite" in str(refused.value)
        assert level_of(folder) == 2.0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["oFalse", "oTrue"]


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    """Proves: a part beside the place is cleared where its process is dead, and only there; names of others stay."""
    alive = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    host = whole_files._host()
    parts = {name: tmp_path / f".o-{name}" for name in (
        f"{host}-{alive.pid}-00000000.part", f"{host}-{dead.pid}-00000000.part", "mine.part", "notes"
    )}  # fmt: skip
    for part in parts.values():
        part.mkdir()
    saved(tmp_path)
    left = [name for name, part in parts.items() if part.exists()]
    alive.communicate(b"\n")
    assert left == [f"{host}-{alive.pid}-00000000.part", "mine.part", "notes"]


def test_names_that_are_no_files_are_refused(tmp_path: Path) -> None:
    """Proves: an array called by a path is refused, and nothing written. Breaks if: it leads out of the folder."""
    array = small()["level"]
    for name in ("../x", "a/b", "..", "a\\b", "a\nb", " a"):
        with pytest.raises(GroundplanError, match="no name for a file"):
            Outcome({name: array}).save(tmp_path / "o")
    assert list(tmp_path.iterdir()) == []


def batch_changed(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "digit":
        at = data.index(np.array([1.25]).tobytes())
        path.write_bytes(data[:at] + np.array([1.5]).tobytes() + data[at + 8 :])
    elif how == "anew":
        np.savez(path, loss=np.array([1.5, 2.0]), sha256=np.load(path)["sha256"])
    elif how == "bare":
        np.savez(path, loss=np.array([1.25, 2.0]))
    elif how == "other":
        shutil.copy(path.with_name(path.name.replace("000000", "000001")), path)
    else:
        path.rename(path.with_suffix(".away"))
        path.symlink_to(path.with_suffix(".away"))


@pytest.mark.parametrize("how", ["digit", "anew", "bare", "other", "link"])
def test_a_kept_batch_that_was_changed_is_refused(how: str, tmp_path: Path) -> None:
    """Proves: a changed digit, numbers written anew, a batch without its seal, one of another number and a link are
    refused with the file; one that ends early is computed again.
    Breaks if: whoever can write into the run's folder can write its result.
    """
    kept = Kept(tmp_path, "f" * 64)
    kept.write(0, {"loss": np.array([1.25, 2.0])})
    kept.write(1, {"loss": np.array([3.0, 4.0])})
    first = kept.read(0)
    assert first is not None
    assert first["loss"].tolist() == [1.25, 2.0]
    path = next(tmp_path.glob("*000000.npz"))
    batch_changed(path, how)
    with pytest.raises(GroundplanError, match="kept batch 0 is") as refused:
        kept.read(0)
    assert "computed again" in str(refused.value)
    path.unlink()
    path.write_bytes(b"PK\x03\x04 and no more")
    assert kept.read(0) is None


def test_folders_carry_the_study_and_a_number(tmp_path: Path) -> None:
    """Proves: ``plan --study`` and ``plan`` of one country write two folders, each with a mark of what was asked; the
    same again writes a numbered one, and says so; other choices have another mark;
    ``--out`` on an outcome is refused before anything is computed, and ``--overwrite`` takes its place.
    Breaks if: the plan of a study overwrites the base plan.
    """
    (tmp_path / "more exports.toml").write_text(
        'country = "GHA"\n[plan]\nyears = 1\n[trade]\nexport_growth = 0.06\n', "utf-8"
    )
    base, study = ("plan", "GHA", "--years", "1"), ("plan", "--study", "more exports.toml")
    assert "Saved in " in said(*base, cwd=tmp_path).err
    assert said(*study, cwd=tmp_path).code == 0
    again = said(*base, cwd=tmp_path)
    names = sorted(p.name for p in (tmp_path / "outcomes").iterdir())
    marks = [re.fullmatch(r"GHA-2019-1y(-more_exports)?-([0-9a-f]{8})(-2)?", name) for name in names]
    (one,) = {m[2] for m in marks if m and not m[1]}
    assert sorted((m[1] or "", m[3] or "") for m in marks if m) == [("", ""), ("", "-2"), ("-more_exports", "")]
    assert [m[2] == one for m in marks if m and m[1]] == [False]
    first = str(Path("outcomes") / f"GHA-2019-1y-{one}")
    assert f"Saved in {first}-2;" in again.err
    assert f"{first} holds an earlier outcome and is left as it is (--overwrite takes its place)." in again.err
    refused = said("plan", "GHA", "--years", "2", "--out", first, cwd=tmp_path)
    assert refused.code == 2
    assert "nothing is overwritten unasked" in refused.err
    assert refused.out == ""
    assert said("plan", "GHA", "--years", "2", "--out", first, "--overwrite", cwd=tmp_path).code == 0
    assert len(Outcome.open(tmp_path / first).provenance["years"]) == 2
