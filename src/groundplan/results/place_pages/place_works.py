"""The works of one place and their raw material, as tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from groundplan.outcome import Outcome
from groundplan.results.framed import (
    framed,
)
from groundplan.results.place_pages import place_views as v
from groundplan.results.place_pages.place_figures import held
from groundplan.results.place_pages.place_words import listed


def works_of(o: Outcome, place: str) -> pd.DataFrame:
    """The works of a place: jobs, years of building, cost."""
    table, money = held(o, "facilities").set_index("facility"), str(o.provenance.get("money", ""))
    codes, names = v.works_by_place(o).get(place, []), v.facility_names(o)
    columns: list[tuple[str, str, Any]] = [
        ("jobs", "persons", [table.loc[c, "workers"] for c in codes]),
        ("years of building", "years", [table.loc[c, "years"] for c in codes]),
    ]
    if money:
        columns.append(("building cost", money, [table.loc[c, "cost"] for c in codes]))
    columns.append(("these figures are", "", [_basis(o, c) for c in codes]))
    return framed(pd.Index([names.get(c, c) for c in codes], name="works"), columns)


def _basis(o: Outcome, code: str) -> str:
    table = held(o, "types")
    own = table.loc[table["facility"] == code.partition(":")[0], "basis"]
    return listed([b for b in ("given", "estimate", "assumed") if (own == b).any()])


def materials_of(o: Outcome, place: str) -> pd.DataFrame:
    """Raw material of a place's works, from where."""
    flows, known, units = held(o, "flows"), v.place_names(o), v.material_units(o)
    own = flows[flows["site"] == place] if len(flows) else flows
    if not len(own):
        return framed(pd.Index([], name="from"), [])
    return framed(
        pd.Index(["the place itself" if s == place else known[s] for s in own["source"]], name="from"),
        [
            ("raw material", "", [v.material_told(o, m) for m in own["material"]]),
            (
                "amount",
                next(iter(set(units.values()))) if len(set(units.values())) == 1 else "own units",
                own["amount"],
            ),
            ("way", "km", own["km"]),
        ],
    )
