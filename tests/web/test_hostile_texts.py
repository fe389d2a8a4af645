"""Hostile names and texts, in accounts and through every form, on every kind of page, figure and file made of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree

import openpyxl
import pytest
import small_accounts
from browser import Browsing
from fastapi.testclient import TestClient
from httpx2 import Response
from served import Served, serving

from groundplan.sources import Source
from groundplan.tables.readers.social import sam
from groundplan.tables.template.form import filled
from groundplan.tables.template.template_files import write_template
from groundplan.web.guarding.access import route_rights
from groundplan.web.pages.outcome_pages import plots_of

# What a template would make of the third is 50337; the last two are a formula, and an order of the PDF's typesetter.
TEXTS = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "{{7*7191}}${7*7191}<%=7*7191%>",
    "\"'><svg onload=alert(1)>", "a\u202eb\u2066c", "=cmd|' /C calc'!A0", '#read("/etc/passwd")#panic()',
)  # fmt: skip
ALL = " ".join(TEXTS)
WORKED_OUT = "50337"
FOLDER = f'план "{TEXTS[0]}'  # of an outcome that somebody copied here
STUDY = """country = "own.xlsx"

[plan]
years = 1
tail_years = 0
# {text}
"""
SCENARIO = """name = {text}
about = {text}
horizon = 90

[[events]]
kind = "lose_capacity"
name = {text}
sectors = ["grain"]
start = 0
length = 30
depth = 0.3
recovery = "step"
"""
TARGETS = """plan = "P"
[[units]]
unit = "A"
name = {text}
level = "works"
[[targets]]
indicator = {text}
definition = {text}
measure = "t"
every = "year"
answers = {text}
source = {text}
shares = {{ A = 1 }}
values = {{ 2024 = 40 }}
"""
MARK = "what nobody may read"
ATTACKS = (
    "..%2f..%2fplan.key", "%2e%2e%5c..%5cgroundplan.db", "..%2f..%2f..%2foutside.toml", "a%00b", "nul.toml",
    "%0d%0aevil:%20yes", "x" * 3000,
)  # fmt: skip
LEFT_OUT = re.compile(r"/(help|static|sign-out|stop)\b|/events$|/cancel$")
TYPED = ("text", "textarea", "search", "password", "number", "date")


class Markup(HTMLParser):
    """What of a page would run or load: scripts without a source, handlers, pictures; its links, and its forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "img" or (tag == "script" and not said.get("src", "").startswith("/static/")):
            self.wrong.append(f"{tag}: {said}")
        self.wrong += [f"{tag} {name}" for name in said if name.startswith("on")]
        self.wrong += [f"{tag} {v}" for v in said.values() if v.lstrip().lower().startswith("javascript:")]
        if tag == "a":
            self.links.append(said.get("href", ""))
        if tag == "form" and said.get("method") == "post":
            self.forms.append((said["action"], []))
        elif tag in ("input", "textarea", "select") and self.forms and said.get("name"):
            kind = said.get("type", tag)
            self.forms[-1][1].append((said["name"], said.get("value", "") if kind == "hidden" else kind))


def toml(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=True)


def accounts(folder: Path) -> None:
    """A country of two sectors, with hostile names wherever its file has names."""
    names = dict(zip(("agrain", "agoods", "cgrain", "cgoods"), (ALL, *TEXTS[:3]), strict=True))
    quoted = {code: '"' + name.replace('"', '""') + '"' for code, name in names.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_accounts, "NAMES", quoted)
        matrix, kinds = small_accounts.write_matrix(folder)
    source = Source(publisher=ALL, title=ALL, vintage=TEXTS[0], licence=TEXTS[1], address="none")
    table = sam.read(matrix, "TST", 2020, "TST2020m", kinds=kinds, source=source, country_name=ALL)
    write_template(folder / "own.xlsx", filled(table))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project whose accounts, study, promises, people and reasons have hostile names, with outcomes of them."""
    there = Served(tmp_path_factory.mktemp("hostile") / "office", {}, people=True)
    accounts(there.project.folder / "studies")
    documents = there.project.documents
    documents.save("study", "own", STUDY.format(text=toml(ALL)), after=0, by=ALL, why=ALL)
    documents.save("study", "own", STUDY.format(text=toml(TEXTS[0])), after=1, by=ALL, why=ALL)
    documents.save("targets", "p", TARGETS.format(text=toml(ALL)), after=0, by=ALL, why=ALL)
    documents.save("scenario", "cut", SCENARIO.format(text=toml(ALL)), after=0, by=ALL, why=ALL)
    there.project.people.add(TEXTS[3], ["reader"], "", by=ALL)
    there.bench.ask("plan", {"study": "studies/own.toml"}, study="own", by=ALL)
    there.bench.ask("see", {"country": "studies/own.toml"}, study="own", by=ALL)
    crisis = {"country": "studies/own.toml", "scenario": "scenarios/cut.toml", "setting": "rigid", "no_plan": True}
    there.bench.ask("stress", crisis, study="own", by=ALL)
    jobs = there.compute()
    assert {job.state for job in jobs} == {"done"}, [(j.what, j.where) for j in jobs]
    shutil.copytree(there.bench.outcome_folder(jobs[0].outcome), there.project.outcomes_folder / FOLDER)
    yield there
    there.close()


def everybody(office: Served) -> TestClient:
    """The browser of somebody who may everything."""
    return office.signed_in(TEXTS[0], "analyst", "approver", "administrator")


def refuse_what_runs(answer: Response) -> Markup | None:
    """Hold an answer against what it says it is: nothing in it runs, whoever opens it."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    assert answer.status_code < 500, answer.text[-500:]
    if kind == "text/html":
        page = Markup(answer.text)
        assert page.wrong == [], answer.url
        assert WORKED_OUT not in answer.text
        assert "\u202e" not in answer.text
        return page
    if kind == "image/svg+xml":
        tags = {e.tag.rpartition("}")[2] for e in ElementTree.fromstring(answer.content).iter()}
        assert not tags & {"script", "foreignObject", "image", "a"}, answer.url
        assert not [k for e in ElementTree.fromstring(answer.content).iter() for k in e.attrib if k.startswith("on")]
    elif kind == "application/json":
        json.loads(answer.text)
    elif kind == "text/csv":
        cells = [cell for row in csv.reader(answer.text.splitlines()) for cell in row]
        assert not [c for c in cells if c.startswith(("=", "@", "\t")) or re.match(r"[+-]\D", c)], answer.url
    elif kind.endswith("spreadsheetml.sheet"):
        sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        formulas = [str(c.value) for s in sheets for row in s.iter_rows() for c in row if c.data_type == "f"]
        assert not [f for f in formulas if "cmd" in f], answer.url
    elif kind == "application/pdf":
        assert answer.content.startswith(b"%PDF")
    return None


def test_no_page_figure_or_file_runs_what_stands_in_a_name(office: Served) -> None:
    """Proves: every page, figure, workbook, PDF and Word file that can be reached by links from the first page, two of
    each kind, is there and has hostile names in it as text: no script, handler, template, formula or order in it runs.

    Breaks if: one place writes a name as it is.
    """
    browser = everybody(office)
    rights = [one for one in route_rights(office.app.routes) if one.method == "GET"]
    seen: dict[str, int] = {}
    waiting, asked = [f"/outcomes/{quote(FOLDER)}", "/", "/people", "/record", "/me"], set[str]()
    kinds: set[str] = set()
    while waiting:
        address = waiting.pop(0)
        if address in asked or LEFT_OUT.search(address):
            continue
        asked.add(address)
        route = next((o.path for o in rights if o.route.path_regex.match(unquote(urlsplit(address).path))), "")
        last = urlsplit(address).path.rpartition("/")[2]
        family = f"{route} {last if '/files/' in address else last.rpartition('.')[2] if '.' in last else ''}"
        seen[family] = seen.get(family, 0) + 1
        if seen[family] > 2:
            continue
        answer = browser.get(address)
        assert answer.status_code < 400, address
        kinds.add(answer.headers.get("content-type", "").partition(";")[0])
        page = refuse_what_runs(answer)
        links = page.links if page else [answer.headers["location"]] if "location" in answer.headers else []
        waiting += [urljoin(address, unescape(link)) for link in links if urljoin(address, link).startswith("/")]
    plan = next(job.outcome for job in office.project.jobs.all() if job.verb == "plan" and job.outcome)
    assert escape(TEXTS[0]) in browser.get(f"/outcomes/{plan}").text
    assert {"text/html", "image/svg+xml", "text/csv", "application/pdf", "application/json"} <= kinds
    for name in office.bench.outcome_names():
        for plot in plots_of(office.bench.outcome(name)):
            for ending in ("svg", "json", "csv"):
                refuse_what_runs(browser.get(f"/outcomes/{name}/charts/{plot}.{ending}"))


def test_no_part_of_an_address_leads_to_a_file(office: Served) -> None:
    """Proves: whatever stands for a name in an address of any route, nothing of the key, of the database or of a file
    outside is answered, no header comes in by it, and no fault of ours. Breaks if: a name is taken for a path.
    """
    (office.project.folder / "plan.key").write_text(f"PRIVATE+KEY+{MARK}")
    (office.project.folder.parent / "outside.toml").write_text(f'name = "{MARK}"')
    browser = everybody(office)
    known = {"study": "own", "kind": "study", "name": "own", "word": "see", "draw": "d", "folder": "f"}
    for route in (one.path for one in route_rights(office.app.routes) if one.method == "GET" and "{" in one.path):
        for attack in ATTACKS:
            parts = [part for part in re.findall(r"{(\w+)(?::path)?}", route) if not LEFT_OUT.search(route)]
            for part in parts:
                said = {**dict.fromkeys(parts, "none"), **known, part: attack}
                answer = browser.get(re.sub(r":path}", "}", route).format_map(said))
                assert answer.status_code < 500, (route, attack)
                assert MARK not in answer.text
                assert not answer.content.startswith(b"SQLite")
                assert "evil" not in answer.headers


def test_every_form_takes_hostile_texts_as_texts(office: Served) -> None:
    """Proves: each form of the pages, filled in with hostile texts in every field, is answered in words or taken; no
    answer of it has a text as markup. Breaks if: what is typed comes back as it is.
    """
    browser = everybody(office)
    pages = ["/", "/people", "/me", "/documents/study/own", "/studies/new", "/jobs", "/study/own/plan/text"]
    pages += [f"/study/own/{step}" for step in ("data", "dependence", "stress", "plan", "place", "follow")]
    pages += [f"/study/own/plan/{word}" for word in ("study", "what-if", "changes")]
    pages += [f"/study/own/place/{word}" for word in ("rules", "draws")]
    pages += [f"/study/own/follow/{word}" for word in ("begin", "targets", "targets/p", "forms", "receive", "seal")]
    forms = {f[0]: f[1] for page in pages for f in Markup(browser.get(page).text).forms if not LEFT_OUT.search(f[0])}
    forms |= {f"/verbs/{word}": Markup(browser.get(f"/verbs/{word}").text).forms[-1][1] for word in ("see", "ledger")}
    for action, fields in forms.items():
        typed = {name: ALL if kind in TYPED else kind for name, kind in fields}
        for sent in ({name: ALL for name, _ in fields}, typed):
            answer = browser.post(action, data=sent)
            refuse_what_runs(answer)
            if answer.status_code == 303:
                refuse_what_runs(browser.get(answer.headers["location"]))


def test_a_browser_runs_nothing_of_it(office: Served, browsing: Browsing) -> None:
    """Proves: in Chromium pages and figures of hostile names open no dialog, load nothing and break no policy.

    Breaks if: a script of ours writes a name into the page as markup.
    """
    plan, see = (next(j.outcome for j in office.project.jobs.all() if j.verb == verb) for verb in ("plan", "see"))
    pages = ["/", f"/outcomes/{plan}", f"/outcomes/{see}", "/people", "/documents/study/own", "/study/own/plan/study"]
    with serving(office) as address:
        page = browsing()
        page.on("dialog", lambda dialog: browsing.complaints.append(f"a dialog: {dialog.message}"))
        for path in pages:
            page.goto(address + path)
            for figure in page.query_selector_all("figure.explore")[:1]:
                figure.wait_for_selector("xpath=self::*[@data-ready]", timeout=15_000)
                figure.hover()
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
