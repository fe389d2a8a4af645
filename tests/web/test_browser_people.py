"""Signing in, letting people in and reporting, in a browser: by keyboard, by telephone, in Korean, without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browsing, looked_at
from served import Served, serving
from test_reporters import TARGETS, returned

GOOD = "five ravens borrow my kettle"
Office = tuple[Served, str]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A server where people sign in, which nobody administers yet."""
    served = Served(tmp_path / "office", {"small": 'country = "GHA"\n'}, people=True)
    with serving(served) as address:
        yield served, address
    served.close()


def typed(page: Any, leads_to: str, **fields: str) -> None:
    """Fill the first form's fields in by keyboard alone, in their order, and send it with Enter."""
    page.locator("main form input:not([type=hidden])").first.focus()
    for n, (name, text) in enumerate(fields.items()):
        if n:
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(leads_to)


def test_the_first_administrator_lets_somebody_in_by_keyboard(office: Office, browsing: Browsing) -> None:
    """Proves: from the code on the terminal to a second person signed in nothing but the keyboard is needed; pages on
    the way have no finding of axe, fit their width, and break no policy; a code is in no address;
    signing out leaves nothing that was typed in the browser.

    Breaks if: a field has no label or no place in the order, or a page shows what only a mouse can reach.
    """
    served, address = office
    page = browsing(1280, allow=("status of 403",))
    wrong = looked_at(page, address, "/sign-in") + looked_at(page, address, "/join")
    typed(page, address + "/", code=served.project.people.first_code(), name="Amina", password=GOOD, again=GOOD)
    wrong += looked_at(page, address, "/people")
    page.locator("#name").focus()
    page.keyboard.type("Juma")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#name").focus()
    page.keyboard.press("Enter")
    code = page.locator("code.given").inner_text()
    assert code not in page.url
    wrong += looked_at(page, address, "/record") + looked_at(page, address, "/me")
    page.evaluate("localStorage.setItem('draft:/documents', 'what she typed')")
    page.locator("main button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    assert page.evaluate("localStorage.length") == 0
    page.goto(address + "/join")
    page.locator("main form input").first.focus()
    typed(page, address + "/", code=code, password=GOOD, again=GOOD)
    wrong += looked_at(page, address, "/documents/study/small")
    assert page.locator("main .shut").is_visible()
    page.goto(address + "/people")
    assert "a role that you do not have" in page.locator("main").inner_text()
    assert wrong == []


def test_a_security_key_signs_in(office: Office, browsing: Browsing) -> None:
    """Proves: a key that was added on one's own page signs in without a password, after its owner showed it who she is;
    a key without that, of another person or taken away opens nothing.

    Breaks if: an answer is taken that is not signed by a key of the person, for this address, with her verified.
    """
    served, address = office
    address = address.replace("127.0.0.1", "localhost")  # a key is for a name
    people = served.project.people
    people.join(people.first_code(), GOOD, "Amina")
    people.add("Juma", ["reader"], "", by="Amina")
    page = browsing(1280, allow=("status of 4",))
    chip = page.context.new_cdp_session(page)
    chip.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    key = chip.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"]
    page.goto(address + "/sign-in")
    typed(page, address + "/", name="amina", password=GOOD)
    page.goto(address + "/me")
    page.locator("#called").fill("on my ring")
    with page.expect_navigation():
        page.get_by_role("button", name="Add a key").click()
    assert "on my ring" in page.locator("main").inner_text()
    assert [k.called for k in served.project.keys.of(people.all()[0])] == ["on my ring"]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")

    def tried(name: str) -> None:
        page.goto(address + "/sign-in")
        page.locator("#name").fill(name)
        page.get_by_role("button", name="security key").click()

    tried("juma")
    page.locator("[role=status]", has_text="did not answer").wait_for()
    chip.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    tried("Amina")
    page.locator("[role=status]", has_text="did not answer").wait_for()
    chip.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    tried("Amina")
    page.wait_for_url(address + "/")
    page.goto(address + "/me")
    page.get_by_role("button", name="Take it away").click()
    page.get_by_role("button", name="Sign out").click()
    tried("Amina")
    page.locator("[role=status]", has_text="did not answer").wait_for()
    said = [h.what for h in served.project.happenings.checked()]
    assert said.count("security key added") == said.count("security key taken away") == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reporter_on_a_telephone(office: Office, browsing: Browsing, tmp_path: Path, scripts: bool) -> None:
    """Proves: in Korean, on a telephone, with and without a script, a reporter signs in, takes her form and sends it
    back, and sees what became of it. Breaks if: her room needs a script, or says nothing in her language.
    """
    served, address = office
    people = served.project.people
    people.join(people.first_code(), GOOD, "Amina")
    analyst = served.signed_in("Analyst", "analyst")
    analyst.post("/study/small/follow/begin", data={"origin": "example.org/plan"})
    served.project.documents.save("targets", "p", TARGETS, after=0, by="Amina")
    analyst.post("/study/small/follow/targets/p/enter")
    _, code = people.add("Wambui", ["reporter"], "A", by="Amina")
    people.join(code, GOOD)
    page = browsing(390, locale="ko-KR", java_script_enabled=scripts)
    page.goto(address + "/")
    typed(page, address + "/returns", name="wambui", password=GOOD)
    if scripts:
        assert looked_at(page, address, "/returns") == []
    form = page.context.request.get(address + "/returns/form/json").body()
    assert {f["sheet"] for f in json.loads(form)["figures"]} == {"P/T1-A"}
    sent = tmp_path / "sent.json"
    sent.write_bytes(returned(form, "29.5"))
    page.locator("#files").set_input_files(str(sent))
    page.locator("main form button").click()
    page.wait_for_url("**/returns?run=*")
    if scripts:
        page.locator("#became table").wait_for(timeout=30_000)
    else:
        job = served.project.jobs.all()[0]
        while not served.project.jobs.job(job.id).over:
            page.wait_for_timeout(100)
        page.goto(address + f"/returns?run={job.id}")
    assert "sent.json" in page.locator("#became").inner_text()
    assert page.evaluate("document.documentElement.lang") == "ko-KR" if scripts else True
