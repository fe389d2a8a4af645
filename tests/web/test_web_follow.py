"""The room *Follow up* from a ledger begun to the plan made again, and what it refuses."""

from __future__ import annotations

import csv
import html
import io
import json
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from follow_project import ROOM, FollowProject, filled, unpacked

from groundplan import Ledger, Outcome
from groundplan.cli import main
from groundplan.results.files import json_text
from groundplan.web.follow_room.ledger_desk import outcomes_of
from groundplan.web.sent_files import RETURNS

UNITS = {
    "units__0__unit": "MIN", "units__0__name": "Ministry", "units__0__level": "ministry",
    "units__1__unit": "A", "units__1__name": "Works A", "units__1__level": "works", "units__1__above": "MIN",
    "units__1__language": "fr",
    "units__2__unit": "B", "units__2__name": "Works B", "units__2__level": "works", "units__2__above": "MIN",
}  # fmt: skip


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[FollowProject]:
    """A project with a plan of two years."""
    own = FollowProject(tmp_path / "planned")
    own.bench.ask("plan", {"study": "studies/ghana.toml"}, study="ghana")
    own.computed()
    yield own
    own.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FollowProject]:
    """A project without a plan and without a ledger."""
    own = FollowProject(tmp_path / "project")
    yield own
    own.close()


def plan_of(own: FollowProject) -> tuple[str, Outcome, str, list[int]]:
    """The plan's folder, the plan, an indicator that is promised, and its years."""
    name = outcomes_of(own.bench, "plan")[0].partition("/")[2]
    plan = own.bench.outcome(name)
    indicator = next(i for i in plan.table("indicators")["indicator"] if str(i).startswith("gross output: "))
    return f"outcomes/{name}", plan, str(indicator), [int(y) for y in plan.provenance["years"]]


def typed(own: FollowProject, capsys: pytest.CaptureFixture[str], monkeypatch: Any, *words: str) -> dict[str, Any]:
    """What the command line says as JSON in the project's folder."""
    monkeypatch.chdir(own.folder)
    assert main([*words, "--json"]) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    return content


def begin_says_what_is_kept(planned: FollowProject) -> None:
    """Proves: a ledger is begun by form, its key readable by its owner alone, key and first checkpoint shown.

    Breaks if: a name is not asked for, the key's rights are wider, or nothing is shown to be kept.
    """
    assert "Next:" in planned.page()
    assert "this is needed" in planned.send("begin", 422, origin="", zone="UTC")
    assert not (planned.folder / "plan.ledger").exists()
    assert "no time zone" in planned.send("begin", 422, origin="example.org/plan", zone="Nowhere")
    assert planned.send("begin", origin="example.org/plan", zone="UTC", by="office") == f"{ROOM}/begin"
    page, book = planned.page("begin"), Ledger(planned.folder / "plan.ledger").book
    assert stat.S_IMODE((planned.folder / "plan.key").stat().st_mode) == 0o600
    assert book.key.replace("+", "&#43;") in page or book.key in page
    assert str(book.entries[1].body["note"]).splitlines()[2] in page
    assert "mode 600" in page


def targets_are_looked_at_and_entered(
    planned: FollowProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a file of targets begins from a plan, is edited by form, shown as what would be entered (the command
    line's own rows), and entered once. Breaks if: looking enters something, or other figures are shown than entered.
    """
    folder, plan, indicator, years = plan_of(planned)
    planned.send("targets", name="first", plan=folder, indicators=indicator)
    assert "has no definition" in planned.page(f"targets/first/look?plan={folder}", 422)
    measure = str(dict(zip(plan.table("indicators")["indicator"], plan.table("indicators")["unit"], strict=True))[
        indicator]).removesuffix(" / year")  # fmt: skip
    row = {
        "targets__0__indicator": indicator, "targets__0__definition": "What left the gate.",
        "targets__0__measure": measure, "targets__0__every": "quarter", "targets__0__answers": "Minister",
        "targets__0__source": "plan office",
    }  # fmt: skip
    wrong = planned.send("targets/first", 200, do="save", after="1", plan="first", **UNITS, **row,
                         targets__0__shares="A = -1")  # fmt: skip
    assert "outside 0 to inf" in wrong
    planned.send("targets/first", 200, do="save", after="2", plan="first", **UNITS, **row,
                 targets__0__shares="A = 0.6, B = 0.4")  # fmt: skip
    assert "Save as a new version" in planned.send("targets/first", 409, do="save", after="1", plan="other", **UNITS)
    before = len(Ledger(planned.folder / "plan.ledger").book.entries)
    page = planned.page(f"targets/first/look?plan={folder}")
    assert len(Ledger(planned.folder / "plan.ledger").book.entries) == before
    said = typed(planned, capsys, monkeypatch, "ledger", "targets", "targets/first.toml", "--plan", folder, "--look")
    rows = said["tables"]["sheets"]
    assert len(rows) == 2
    for sheet in rows:
        assert f"{sheet['first']}: {sheet['promised_first']}" in page
        assert f"{sheet['last']}: {sheet['promised_last']}" in page
    assert planned.send("targets/first/enter", plan=folder, programme="", by="office").endswith("entered=first")
    book = Ledger(planned.folder / "plan.ledger").book
    assert {u: body["language"] for u, body in book.units.items()} == {"MIN": "en", "A": "fr", "B": "en"}
    assert [len(s["figures"]) for s in book.present()] == [4 * len(years)] * 2
    assert "there is a plan first already" in planned.send("targets/first/enter", 422, plan=folder)


def forms_go_out_and_come_back(
    planned: FollowProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: forms are an archive in the units' languages; filled ones are taken, a wrong cell is named, a form of
    another ledger and a file of another kind are refused, and who is missing is said.

    Breaks if: a wrong figure is entered, a refusal has no cell, or half of what was dropped is kept.
    """
    first = plan_of(planned)[3][0]
    planned.send("forms", on=f"{first}-12-31", kind="xlsx")
    planned.computed()
    folder = next(p.name for p in (planned.folder / "files/forms").iterdir())
    forms = unpacked(planned.client.get(f"{ROOM}/forms/{folder}/archive").content)
    assert sorted(n.partition("-")[0] for n in forms) == ["A", "B"]
    by_unit = {name.partition("-")[0]: data for name, data in forms.items()}
    promised = {s["unit"]: {f["period"]: float(f["value"]) for f in s["figures"]}
                for s in Ledger(planned.folder / "plan.ledger").book.present()}  # fmt: skip
    year = [f"{first}-Q{q}" for q in (1, 2, 3, 4)]
    good = filled(by_unit["A"], {p: round(0.97 * promised["A"][p], 3) for p in year})
    bad = filled(by_unit["B"], {year[0]: "about twelve", **{p: promised["B"][p] for p in year[1:3]}})
    refused = planned.drop({"a.xlsx": good, "letter.docx": b"x"}, 422, on="2026-01-02")
    assert "is no file that can be read here" in refused
    assert not list(planned.folder.glob("files/received/*"))
    assert "has not come yet" in planned.drop({"a.xlsx": good}, 422, on="2999-01-01")
    where = planned.drop({"a.xlsx": good, "../b.xlsx": bad, "c.json": b'{"format": "other"}'}, on="2026-01-02")
    planned.computed()
    page = planned.client.get(where).text
    assert "c.json" in page
    assert "is no return as JSON" in page
    assert "&#39;about twelve&#39; is no plain number" in page
    assert "G7" in page
    book = Ledger(planned.folder / "plan.ledger").book
    assert {p for _, p in book.figures} == set(year)
    assert len(book.figures) == 6
    said = typed(planned, capsys, monkeypatch, "ledger", "status", "--on", "2026-01-03")
    late = planned.page("status?on=2026-01-03&state=not+reported&by=target&turned=true")
    owed = [r for r in said["tables"]["promises"] if r["state"] == "not reported"]
    assert late.count('class="verdict bad"') == len(owed) > 0
    assert all(str(r["target"]) in late for r in owed)
    assert "no day" in planned.page("status?on=yesterday", 422)


def reports_are_judged_followed_and_planned_again(
    planned: FollowProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: reports, verdicts, projection and re-plan asked in the room are those of the command line, cell by cell.

    Breaks if: a page asks something else than it says, or a number is changed on its way.
    """
    folder, _, _, years = plan_of(planned)
    assert f"<option selected>{folder}</option>" in planned.page("projection")
    where = planned.send("reports", on="2026-01-03")
    file = where.partition("reports=")[2]
    typed(planned, capsys, monkeypatch, "ledger", "reports", "own.csv", "--on", "2026-01-03")
    assert (planned.folder / file).read_bytes() == (planned.folder / "own.csv").read_bytes()
    assert list(csv.DictReader(io.StringIO((planned.folder / file).read_text("utf-8"))))
    planned.send("believe", country="studies/ghana.toml", reports=file, plan=folder, period=str(years[0]))
    assert "is being computed" in planned.page("believe") or "waits" in planned.page("believe")
    judged = planned.computed().outcome
    page = planned.page("believe")
    assert 'class="verdict' in page
    assert "undetermined" in page or "sufficiently reliable" in page
    planned.send("projection", ledger="plan.ledger", on="2026-01-03", plan=folder)
    followed = planned.computed().outcome
    assert f"/outcomes/{followed}/views/" in planned.page("projection")
    planned.send("happened", name="drought")
    planned.send("happened/drought", 200, do="save", after="1", news__0__what="import prices",
                 news__0__factor="1.1", news__0__of="")  # fmt: skip
    assert "import prices" in (planned.folder / "happened/drought.toml").read_text("utf-8")
    settings = {"plan": folder, "after": str(years[0]), "happened": "happened/drought.toml", "ledger": "plan.ledger",
                "on": "2026-01-03", "reconciled": f"outcomes/{judged}"}  # fmt: skip
    planned.send("again", **settings)
    again = planned.computed().outcome
    page = planned.page("again")
    assert f"groundplan ledger targets targets/NEW.toml --plan outcomes/{again}" in page
    for name, words in {
        judged: ["reconcile", "studies/ghana.toml", "--reports", file, "--plan", folder, "--period", str(years[0])],
        followed: ["follow", "--ledger", "plan.ledger", "--on", "2026-01-03", "--plan", folder],
        again: ["replan", folder, *(w for k, v in settings.items() if k != "plan" for w in (f"--{k}", v))],
    }.items():
        said = typed(planned, capsys, monkeypatch, *words)
        mine = json.loads(json_text(planned.bench.outcome(name)))
        assert mine["tables"] == said["tables"]
        assert mine["tables"]
    assert "Nobody is to be asked" in planned.page(f"letters/{judged}")


def the_ledger_is_signed_and_a_change_is_named(planned: FollowProject) -> None:
    """Proves: a checkpoint is shown to be given away, an export checks itself without us, the room says in one line
    that the ledger is whole, and names the entry that somebody changed in the file.

    Breaks if: a changed ledger is called whole, or an export cannot be checked elsewhere.
    """
    where = planned.send("seal/checkpoint", by="office")
    assert "Give this to those who check the ledger" in planned.client.get(where).text
    assert "The ledger is whole" in planned.send("seal/verify", 200, kept="", public="")
    where = planned.send("seal/export", entry="1")
    name = where.partition("exported=")[2]
    assert f"python3 {name}/verify_ledger.py {name}" in planned.client.get(where).text
    data = planned.client.get(f"{ROOM}/exports/{name}/archive").content
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert not [n for n in packed.namelist() if "key" in n and "plan.key" in n]
        packed.extractall(planned.folder.parent / "auditor")
    words = [sys.executable, "-I", f"{name}/verify_ledger.py", name]
    done = subprocess.run(words, cwd=planned.folder.parent / "auditor", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 faults" in done.stdout
    with sqlite3.connect(planned.folder / "plan.ledger") as base:
        (table,) = base.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%entry%' AND type = 'table'").fetchone()
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        (old,) = base.execute(f"SELECT entry FROM {table} WHERE seq = 3").fetchone()
        changed = old.replace("Works A", "Works Z") if isinstance(old, str) else old.replace(b"Works A", b"Works Z")
        assert changed != old
        base.execute(f"UPDATE {table} SET entry = ? WHERE seq = 3", (changed,))
    page = planned.send("seal/verify", 200, kept="", public="")
    assert "The ledger is not as it was." in page
    assert "entry 3" in page or "entry 4" in page


def test_from_a_ledger_begun_to_the_plan_made_again(
    planned: FollowProject, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: the room's eight steps in their order, each as its function above says.

    Breaks if: what one of them says breaks it.
    """
    begin_says_what_is_kept(planned)
    targets_are_looked_at_and_entered(planned, capsys, monkeypatch)
    forms_go_out_and_come_back(planned, capsys, monkeypatch)
    reports_are_judged_followed_and_planned_again(planned, capsys, monkeypatch)
    the_ledger_is_signed_and_a_change_is_named(planned)


def test_nothing_leads_out_of_the_project(empty: FollowProject) -> None:
    """Proves: files of targets, forms and exports that are asked for by name stand inside of the project's folder.

    Breaks if: a name with dots or a share's file elsewhere is read.
    """
    empty.send("begin", origin="example.org/plan")
    text = (
        'plan = "P"\n[[targets]]\nindicator = "x"\ndefinition = "d"\nmeasure = "t"\nshares = "../../secret.csv"\n'
        "values = { 2025 = 1 }\n"
    )
    empty.project.documents.save("targets", "out", text, after=0, by="a test")
    assert "is no file of this project" in empty.page("targets/out/look", 422)
    assert "is no file of this project" in empty.page("targets/out/look?plan=/etc", 422)
    page = empty.send("seal/verify", 422, kept="../../etc/passwd", public="")
    assert "is no file of this project" in page
    assert "root:" not in page
    for word in ("forms/..%2F..%2Foutcomes/archive", "exports/..%2F..%2F/archive", "checkpoints/..%2F..%2Fplan.key"):
        assert empty.client.get(f"{ROOM}/{word}").status_code == 404
    assert empty.client.get(f"{ROOM}/letters/none").status_code == 404


def test_hundreds_are_dropped_at_once_and_each_is_answered(empty: FollowProject) -> None:
    """Proves: 300 files that come together are stored and each has its line, two of one name both; a file beyond the
    limit stores none. Breaks if: files are dropped silently, one takes another's place, or a part is kept.
    """
    empty.send("begin", origin="example.org/plan")
    text = (
        'plan = "P"\n[[units]]\nunit = "A"\nname = "A"\nlevel = "works"\n[[targets]]\nindicator = "x"\n'
        'definition = "d"\nmeasure = "t"\nevery = "year"\nanswers = "M"\nsource = "s"\nshares = { A = 1 }\n'
        "values = { 2024 = 10, 2025 = 11 }\n"
    )
    empty.project.documents.save("targets", "p", text, after=0, by="a test")
    empty.send("targets/p/enter")
    form = {"format": "groundplan return 1", "ledger": "example.org/plan", "unit": "A", "why": ""}
    figure = {"sheet": "P/T1-A", "period": "2024", "measure": "t", "value": "9.5", "note": ""}
    files = {f"r{n:03d}.json": json.dumps({**form, "n": n, "figures": [figure]}).encode() for n in range(299)}
    sent = [("files", (name, data)) for name, data in files.items()] + [("files", ("x/r000.json", b"{}"))]
    answer = empty.client.post(f"{ROOM}/receive", files=sent, data={"on": "2026-01-02"})
    assert answer.status_code == 303, answer.text
    empty.computed()
    page = empty.client.get(answer.headers["location"]).text
    assert page.count('<th scope="row">r') == 300
    assert "r000-2.json" in page
    assert len(Ledger(empty.folder / "plan.ledger").book.figures) == 1
    there = sorted(p.name for p in (empty.folder / "files/received").iterdir())
    much = [("files", ("a.csv", b"x")), ("files", ("b.csv", b"x" * (RETURNS.each + 1)))]
    answer = empty.client.post(f"{ROOM}/receive", files=much, data={"on": "2026-01-02"})
    assert answer.status_code == 422
    assert "is larger than" in answer.text
    claim = {"content-length": str(RETURNS.all + 1), "content-type": "multipart/form-data; boundary=x"}
    answer = empty.client.post(f"{ROOM}/receive", content=b"--x--", headers=claim)
    assert answer.status_code == 413
    assert "MB together" in answer.text
    assert sorted(p.name for p in (empty.folder / "files/received").iterdir()) == there


def test_letters_and_verdicts_of_reports_that_do_not_go_together(empty: FollowProject) -> None:
    """Proves: a verdict stands in words with its colour, and a letter to who is asked is on its page and in the
    archive, the same text. Breaks if: a verdict is told by colour alone, or a letter differs from the archive's.
    """
    head, measure = "unit,figure,product,value,measure,sd", "GHS2019m,10"
    (empty.folder / "files/reports.csv").write_text(
        f"{head}\nWorks A,output,maiz,2700,{measure}\nWorks B,output,maiz,1000,{measure}\n,output,maiz,2500,{measure}\n"
    )
    (empty.folder / "files/mirrors.csv").write_text(f"{head},source\nWorks A,output,maiz,1500,{measure},freight\n")
    empty.send("believe", country="studies/ghana.toml", reports="files/reports.csv", mirrors="files/mirrors.csv")
    name = empty.computed().outcome
    page = empty.page("believe")
    assert '<span class="verdict bad">not sufficiently reliable</span>' in page
    assert page.count('<span class="verdict good">sufficiently reliable</span>') == 3
    archive = unpacked(empty.client.get(f"{ROOM}/letters/{name}/archive").content)
    letters = html.unescape(empty.page(f"letters/{name}"))
    assert list(archive) == ["001-Works-A.txt"]
    assert all(text.decode() in letters for text in archive.values())
