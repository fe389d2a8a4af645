"""Indicators in words: ``quantity: elec@hydro`` as ``output of Electricity by hydro``."""

from __future__ import annotations

from groundplan.outcome import Outcome
from groundplan.results.indicators import (
    labels,
)

OF = "{head} of {name}"
HEADS = {
    "quantity": "output of {name}",
    "output": "output of {name}",
    "built": "{name} finished",
    "begun": "{name} begun",
    "standing": "{name} that stand",
    "trained": "people trained: {name}",
    "self-sufficiency": "self-sufficiency in {name}",
    "import dependency": "import dependency in {name}",
    "spending on": "spending on {name}",
    "technique share": "share of {name} in its sector",
    "living standard": "living standard, {name}",
    "gap": "gap of living standards, {name}",
    "spending gap": "gap of spending, {name}",
}


def indicator_told(o: Outcome, indicator: str) -> str:
    """An indicator in words, with the names of sectors, groups, skills, techniques and buildings for their codes."""
    head, mark, code = indicator.partition(": ")
    return HEADS.get(head, OF).format(head=head, name=_names(o).get(code, code)) if mark else indicator


def _names(o: Outcome) -> dict[str, str]:
    named = dict(labels(o))
    if "commodities" in o.tables:
        found = o.table("commodities").set_index("commodity")["label"]
        named |= {str(c).removeprefix("labour:"): str(n) for c, n in found.items() if str(c).startswith("labour:")}
    for table, key in (("techniques", "technique"), ("buildings", "building")):
        if table in o.tables:
            there = o.table(table)
            named |= dict(zip(there[key].astype(str), there["label"].astype(str), strict=True))
    return named
