"""A reporter's own room: her unit's forms, and no other's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from served import Served

from groundplan import Ledger
from groundplan.web.guarding.access import OWN_FORMS

TARGETS = (
    'plan = "P"\n'
    '[[units]]\nunit = "A"\nname = "Works A"\nlevel = "works"\n'
    '[[units]]\nunit = "B"\nname = "Works B"\nlevel = "works"\n'
    '[[targets]]\nindicator = "steel"\ndefinition = "d"\nmeasure = "t"\nevery = "year"\nanswers = "M"\nsource = "s"\n'
    "shares = { A = 0.75, B = 0.25 }\nvalues = { 2024 = 40, 2025 = 44 }\n"
)


@pytest.fixture
def office(tmp_path: Path) -> Served:
    """A workbench where people sign in, with a ledger of two units that owe the year 2024."""
    there = Served(tmp_path, {"ghana": 'country = "GHA"\n'}, people=True)
    analyst = there.signed_in("Amina", "analyst")
    assert analyst.post("/study/ghana/follow/begin", data={"origin": "example.org/plan"}).status_code == 303
    there.project.documents.save("targets", "p", TARGETS, after=0, by="Amina")
    assert analyst.post("/study/ghana/follow/targets/p/enter").status_code == 303
    return there


def returned(form: bytes, value: str) -> bytes:
    """A form filled in for 2024."""
    said = json.loads(form)
    for row in said["figures"]:
        row["value"] = value if row["period"] == "2024" else ""
    return json.dumps(said).encode()


def test_a_reporter_sees_and_sends_her_units_forms_and_no_others(office: Served) -> None:
    """Proves: she sees what her unit owes, takes its form along and sends it; a form of another unit is refused and not
    entered though she sends it; the ledger has her own name as who entered, whatever the form says; of another's runs
    she sees nothing. Breaks if: a unit's figures reach somebody of another, or can be sent by her.
    """
    juma, wambui = office.signed_in("Juma", "reporter", unit="A"), office.signed_in("Wambui", "reporter", unit="B")
    assert juma.get("/").headers["location"] == OWN_FORMS
    page = juma.get(OWN_FORMS).text
    assert "Works A" in page
    assert "Works B" not in page
    own, other = juma.get("/returns/form/json").content, wambui.get("/returns/form/json").content
    assert {row["sheet"][-2:] for row in json.loads(own)["figures"]} == {"-A"}
    assert juma.get("/returns/form/xlsx").content[:2] == b"PK"
    assert juma.get("/returns/form/pdf").status_code == 404
    sent = [("files", ("own.json", returned(own, "29.5"))), ("files", ("other.json", returned(other, "1")))]
    answer = juma.post(OWN_FORMS, files=sent)
    assert answer.status_code == 303
    office.compute()
    page = juma.get(answer.headers["location"]).text
    assert "it is a return of another unit" in page
    assert "entered" in page
    book = Ledger(office.project.folder / "plan.ledger").book
    assert {key[0] for key in book.figures} == {"P/T1-A"}
    assert book.entries[-1].by == "Juma"
    seen = wambui.get(OWN_FORMS).text
    assert "own.json" not in seen
    assert wambui.get(answer.headers["location"]).status_code == 404
    assert "29.5" not in seen
    lost = office.signed_in("Lost", "reporter", unit="C").get(OWN_FORMS)
    assert lost.status_code == 409
    assert "the ledger has no unit" in lost.text
    office.close()
