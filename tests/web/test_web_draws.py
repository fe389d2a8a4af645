"""The public draw: steps in order, wrong entries in words, nothing changed after freezing, replayed by anybody."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from browser import Browsing, axe_findings
from served import SMALL, Served, serving

from groundplan.places.lots.chance import promise

ROOM = "/study/small/place/draws"
THROWS = "3164" * 12 + "25"
LIST = {"purpose": "order of equal places", "places": "2", "names": "Wajir\nGarissa\nLamu\nMandera"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project with a small study."""
    there = Served(tmp_path_factory.mktemp("draws") / "lots", {"small": SMALL})
    yield there
    there.close()


def frozen(served: Served, name: str, **chance: str) -> Path:
    """A draw that was frozen, and its folder."""
    asked = {"chance": "dice", "throws": "50", **LIST, **chance, "name": name, "action": "freeze"}
    answer = served.client.post(ROOM, data=asked)
    assert answer.headers["location"] == f"{ROOM}/{name}", answer.text
    return served.project.folder / "files" / "draws" / name


def printed(served: Served, name: str) -> None:
    """Note that the mark was printed today."""
    answer = served.client.post(f"{ROOM}/{name}/printed", data={"day": date.today().isoformat(), "where": "Gazette, 3"})
    assert answer.status_code == 303, answer.text


def test_from_freezing_to_a_replay_by_a_process_of_its_own(served: Served) -> None:
    """Proves: list, mark, printing, throws and record come in their order; the shipped program replays the record with
    the command that the page shows, beside the downloaded files. Breaks if: a step may be jumped, or the files differ.
    """
    client = served.client
    folder = frozen(served, "plain")
    page = client.get(f"{ROOM}/plain").text
    mark = re.search(r'id="mark">([0-9a-f]{64})<', page)
    assert mark
    early = client.post(f"{ROOM}/plain/chance", data={"came": THROWS})
    assert early.status_code == 422
    assert "the mark is not printed yet" in early.text
    assert not (folder / "record.json").exists()
    printed(served, "plain")
    assert client.post(f"{ROOM}/plain/chance", data={"came": " ".join(THROWS)}).status_code == 303
    page = client.get(f"{ROOM}/plain").text
    command = re.search(r'id="verify">([^<]*)<', page)
    assert command
    taken = folder.parent / "taken-along"
    taken.mkdir()
    for name in ("announcement.json", "record.json", "verify_draw.py"):
        (taken / name).write_bytes(client.get(f"{ROOM}/plain/files/{name}").content)
    words = [sys.executable, *shlex.split(html.unescape(command[1]))[1:]]
    assert mark[1] in words
    replayed = subprocess.run(words, cwd=taken, capture_output=True, text=True, timeout=60, check=False)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    order = [row["name"] for row in json.loads((folder / "record.json").read_text("utf-8"))["order"]]
    places = [page.index(f'<th scope="row">{name}') for name in order]
    assert places == sorted(places)


def test_wrong_throws_are_refused_in_words_and_kept(served: Served) -> None:
    """Proves: throws that no die shows, and too few of them, are named; what was typed stands; nothing is written.
    Breaks if: the page takes them, or loses them.
    """
    folder = frozen(served, "wrong")
    printed(served, "wrong")
    answer = served.client.post(f"{ROOM}/wrong/chance", data={"came": "1 2 7 six"})
    assert answer.status_code == 422
    for words in ("throws that no die shows", "4 throws are on record, announced were 50", ">1 2 7 six</textarea>"):
        assert words in html.unescape(answer.text)
    assert not (folder / "record.json").exists()


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("announcement.json", ("Garissa", "Garisso"), "announcement.json was changed"),
        (
            "verify_draw.py",
            ("The smallest ticket is first", "The largest ticket is first"),
            "verify_draw.py was changed",
        ),
        ("frozen.json", ('"mark": "', '"mark": "0'), "announcement.json was changed"),
    ],
)
def test_what_was_changed_after_freezing_is_named_and_refused(
    served: Served, file: str, change: tuple[str, str], words: str
) -> None:
    """Proves: a changed file of a frozen draw is named on its page, and no step can be taken any more.
    Breaks if: the draw goes on with a list that nobody printed.
    """
    name = f"tampered-{file.partition('.')[0]}".replace("_", "-")
    folder = frozen(served, name)
    text = (folder / file).read_text("utf-8")
    assert change[0] in text
    (folder / file).write_text(text.replace(*change, 1), "utf-8")
    page = served.client.get(f"{ROOM}/{name}").text
    assert words in page
    assert "does not count" in page
    answer = served.client.post(f"{ROOM}/{name}/printed", data={"day": date.today().isoformat(), "where": "Gazette"})
    assert answer.status_code == 422
    assert not (folder / "printed.json").exists()
    assert "refused: something was changed" in served.client.get(ROOM).text


def test_a_list_that_cannot_be_frozen_says_all_that_is_wrong(served: Served) -> None:
    """Proves: every fault of a list is said at once, with what was entered still there; a name is frozen once.
    Breaks if: the first fault hides the others.
    """
    asked = {**LIST, "names": "Wajir\nWajir", "places": "9", "chance": "dice", "throws": "3", "name": "bad"}
    answer = served.client.post(ROOM, data={**asked, "action": "freeze"})
    assert answer.status_code == 422
    said = html.unescape(answer.text)
    for words in ("'Wajir' stands in the list more than once", "places is 9", "throws is 3", "Wajir\nWajir</textarea>"):
        assert words in said
    frozen(served, "once")
    again = served.client.post(
        ROOM, data={**LIST, "chance": "dice", "throws": "50", "name": "once", "action": "freeze"}
    )
    assert again.status_code == 422
    assert "there is a draw of this name already" in again.text


def test_a_lottery_and_secrets(served: Served) -> None:
    """Proves: a lottery's numbers and promised secrets decide too; numbers out of order, another secret and a missing
    one are refused. Breaks if: a kind of chance has no form, or a wrong secret counts.
    """
    client = served.client
    day = (date.today() + timedelta(days=9)).isoformat()
    frozen(served, "lotto", chance="lottery", lottery="Lotto", date=day, numbers="6", highest="49")
    printed(served, "lotto")
    assert client.post(f"{ROOM}/lotto/chance", data={"came": "9 3 17 20 33 48"}).status_code == 422
    assert client.post(f"{ROOM}/lotto/chance", data={"came": "3, 9, 17, 20, 33, 48"}).status_code == 303
    parties = {"Farmers": "barley", "Teachers": "chalk", "Town": "bridge"}
    sealed = {f"party{n}": p for n, p in enumerate(parties, 1)}
    sealed |= {f"mark{n}": promise(p, s) for n, (p, s) in enumerate(parties.items(), 1)}
    frozen(served, "secrets", chance="secrets", **sealed)
    printed(served, "secrets")
    answer = client.post(f"{ROOM}/secrets/chance", data={"secret-1": "barley", "secret-2": "other"})
    assert answer.status_code == 422
    assert "the secret of Teachers is not the one it promised" in answer.text
    assert "Town has not told its secret" in answer.text
    told = {f"secret-{n}": parties[p] for n, p in enumerate(sorted(parties), 1)}
    assert client.post(f"{ROOM}/secrets/chance", data=told).status_code == 303


@pytest.mark.parametrize("width", [1280, 390])
def test_by_keyboard_alone(browsing: Browsing, served: Served, width: int) -> None:
    """Proves: a draw is frozen, printed and decided with keys alone, at both widths, each page clean by axe.
    Breaks if: a step needs a pointer, or Enter in a field takes another step than the form's.
    """
    with serving(served) as address:
        page = browsing(width)
        page.goto(f"{address}{ROOM}")

        def reach(selector: str) -> None:
            for _ in range(120):
                if page.evaluate("s => document.activeElement.matches(s)", selector):
                    return
                page.keyboard.press("Tab")
            raise AssertionError(f"no way by keyboard to {selector}")

        for field, text in (
            ("#name", f"keys-{width}"),
            ("#purpose", "by keys"),
            ("#places", "1"),
            ("#names", "Aa\nBb"),
        ):
            reach(field)
            page.keyboard.type(text)
        reach('button[value="freeze"]')
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/draws/keys-{width}")
        assert axe_findings(page) == []
        reach("#where")
        page.keyboard.type("Gazette, page 3")
        page.keyboard.press("Enter")
        page.locator("#came").wait_for()
        reach("#came")
        page.keyboard.type(THROWS)
        reach("li.now button")
        page.keyboard.press("Enter")
        page.locator("#verify").wait_for()
        assert page.locator("tr.drawn").count() == 1
        assert axe_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
