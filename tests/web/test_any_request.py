"""Every route with what nobody meant: generated requests never meet a fault of ours, whatever they send."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from served import Served

from groundplan.web.guarding.access import route_rights

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis

MANY = int(os.environ.get("GROUNDPLAN_FUZZ", "3"))  # requests a route
HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../etc/passwd",
    "%00",
    "\u202eabc",
    "x" * 5000,
    "-1",
    "1e999",
    "",
)
# What ends the session or the server, and streams that a test client reads to their end.
LEFT_OUT = ("/sign-out", "/stop", "/jobs/{job_id}/events")


def field_names() -> list[str]:
    """What forms of the pages are made of: every name of a field that stands in a template."""
    folder = Path(str(files("groundplan").joinpath("web/templates")))
    return sorted({n for f in folder.rglob("*.html") for n in re.findall(r' name="([a-z_]+)"', f.read_text("utf-8"))})


# Names in a path that there are, and what a form may say: hostile texts and numbers of versions in any field.
THERE = {"study": "ghana", "kind": "study", "name": "ghana"}
ENTERED = st.dictionaries(
    st.sampled_from([*field_names(), "after"]), st.sampled_from([*HOSTILE, "1", "ghana", "yes"]), max_size=8
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench where people sign in, with one study."""
    there = Served(tmp_path_factory.mktemp("any"), {"ghana": 'country = "GHA"\n'}, people=True)
    yield there
    there.close()


def described(office: Served) -> dict[str, Any]:
    """The server's description of itself, with what forms send."""
    said: dict[str, Any] = office.app.openapi()
    fields = {name: {"type": "string"} for name in field_names()}
    form = {"schema": {"type": "object", "properties": fields, "additionalProperties": {"type": "string"}}}
    for methods in said["paths"].values():
        for method, operation in methods.items():
            if method == "post":
                operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": form}}
    return said


def test_no_request_meets_a_fault_of_ours(office: Served) -> None:
    """Proves: each route answers generated paths, queries and forms, hostile texts among them, with an answer below
    500; no text that was sent comes back as markup. Breaks if: a page takes for granted what a form sends.
    """
    schema = schemathesis.openapi.from_dict(described(office))
    browser = office.signed_in("All", "analyst", "approver", "administrator", "reporter", unit="A")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == len(route_rights(office.app.routes))
    faults: list[str] = []
    for operation in operations:
        if operation.path in LEFT_OUT:
            continue

        @settings(
            max_examples=MANY, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), texts=ENTERED, real=st.booleans())
        def asked(case: Any, texts: dict[str, str], real: bool) -> None:
            if real:  # of what there is, so that a page comes to read the rest
                case.path_parameters.update({k: v for k, v in THERE.items() if k in case.path_parameters})
            sent = case.as_transport_kwargs(base_url=office.base)
            if sent["method"] == "POST":
                sent["data"] = {**sent.get("data", {}), **texts}
            kept = {k: v for k, v in sent.items() if k in ("method", "url", "params", "data", "headers")}
            answer = browser.request(**kept)
            assert answer.status_code < 500, (kept, answer.text[-800:])
            assert HOSTILE[0] not in answer.text, kept

        try:
            asked()
        except Exception as error:
            faults.append(f"{operation.method} {operation.path}: {type(error).__name__}: {str(error)[-600:]}")
    assert faults == []
    assert browser.get("/").status_code == 200
